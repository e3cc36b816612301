"""What stands before the rows of a file and says how they are read: `sep=;`, the heads of ARFF and SPMF."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from nlpkit.errors import InputError
from nlpkit.transactions.delimiters import guess_delimiter
from nlpkit.transactions.headers import is_header
from nlpkit.transactions.lists import are_lists
from nlpkit.transactions.names import Role, role_of


@dataclass(frozen=True, slots=True)
class Head:
    """What a file says of its own rows.

    lines: how many lines stand before the rows. delimiter: the character between cells; None: that of the other files.
    columns: the names of the columns; none: the first row has them, if there is a header.
    items: the names of the items, by the cells that stand for them.
    missing: cells that are as if empty.
    arff: rows are written as in ARFF: with ' or " as quotes, or as `{place value, ...}`, with places from 0.
    absent: of each column of ARFF, the cell that such a row leaves out.
    """

    lines: int = 0
    delimiter: str | None = None
    columns: tuple[str, ...] = ()
    items: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    arff: bool = False
    absent: tuple[str, ...] = ()


_MOST_TITLES, _ROWS_BELOW = 12, 20  # lines above a header, and those below it that are looked at
_RULE, _MOST_ABOVE_RULE = re.compile(r"\s*[|+]?\s*:?-{3,}[-+|:\s]*"), 4  # below or above the names of columns
_SEP = re.compile(r'"?sep=(.)"?\r?', re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""@attribute\s+(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|(\S+))\s+(.*)""", re.IGNORECASE)
_NUMERIC = ("numeric", "real", "integer")
_SPMF_ITEM = re.compile(r"@ITEM=([^=]+)=(.*)")
_SEQUENCE = re.compile(r"\s*(?:<?[0-9]+>?\s+(?:[0-9]+\s+)*-1\s+)+-2\s*")
_UTILITY = re.compile(r"[0-9]+(?: [0-9]+)*:[0-9.]+:[0-9.]+(?: [0-9.]+)*\s*")
_R_CELL = r'(?:"(?:[^" ](?:[^"]*[^" ])?)?"|NA|TRUE|FALSE|[-+.0-9eE]+)'
_R_ROW = re.compile(rf'"[^" ](?:[^"]*[^" ])?"(?: {_R_CELL})*')
_SEQUENCES = (
    "; its rows are sequences (-1 ends a set, -2 a sequence), not transactions: sed 's/ -[12]//g' makes them so"
)
_UTILITIES = "; its rows are items:utility:utilities, not transactions: cut -d: -f1 leaves the items"


def read_head(name: str, lines: Iterator[bytes]) -> Head:
    """Returns what the first lines of a file say; of most files that is nothing.

    name: of the file, for messages. lines: with their line ends. Raises InputError for what holds no transactions.
    """
    first = next(lines, b"")
    text = first.decode(errors="replace").rstrip("\n")
    if match := _SEP.fullmatch(text):
        return Head(1, delimiter=match[1])
    lower = text.lower().lstrip()
    if lower.startswith(("@relation", "%")):
        return _read_arff(first, lines)
    if text.startswith(("@CONVERTED_FROM", "@ITEM=")):
        return _read_spmf(name, first, lines)
    if _SEQUENCE.fullmatch(text):
        raise InputError(f"{name}: a file of sequences as SPMF has them{_SEQUENCES}")
    return Head()


def _read_arff(first: bytes, lines: Iterator[bytes]) -> Head:
    begun = False
    names: list[str] = []
    absent: list[str] = []
    for count, line in enumerate(_after(first, lines), 1):
        text = line.decode(errors="replace").strip()
        begun |= text.lower().startswith("@relation")
        if not begun and text and not text.startswith("%"):
            return Head()
        if match := _ATTRIBUTE.match(text + " "):
            names.append(re.sub(r"\\(.)", r"\1", next(name for name in match.groups()[:3] if name is not None)))
            absent.append(_absent(match[4].strip()))
        if begun and text.lower() == "@data":
            return Head(count, delimiter=",", columns=tuple(names), missing=("?",), arff=True, absent=tuple(absent))
    return Head()


def _absent(kind: str) -> str:
    """Returns the value that a sparse row of ARFF leaves out, by the type of the attribute: 0, or the first of those
    that are declared.

    "" for dates and texts, and where only one value is declared: then all rows would have it.
    """
    if kind.lower().startswith(_NUMERIC):
        return "0"
    if kind.startswith("{") and "}" in kind:
        values = [_unquoted(value) for value in _ARFF_CELL.findall(kind[1 : kind.rindex("}")])]
        return values[0] if len(values) > 1 else ""
    return ""


def _read_spmf(name: str, first: bytes, lines: Iterator[bytes]) -> Head:
    count = 0
    names: dict[str, str] = {}
    for line in _after(first, lines):
        text = line.decode(errors="replace").rstrip("\r\n")
        if not text.startswith("@"):
            if _SEQUENCE.fullmatch(text):
                raise InputError(f"{name}: a file of sequences as SPMF has them{_SEQUENCES}")
            if _UTILITY.fullmatch(text):
                raise InputError(f"{name}: a file of utilities as SPMF has them{_UTILITIES}")
            break
        count += 1
        if match := _SPMF_ITEM.fullmatch(text):
            names[match[1].strip()] = match[2].strip()
    return Head(count, delimiter=" ", items=names)


def _after(first: bytes, lines: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from lines


def titles_above(lines: Sequence[str], delimiter: str) -> int:
    """Returns how many lines stand above the header: titles, the time of the export, blank lines.

    There are some only if each has one or two cells, if the next line is of names of columns, and if the rows below it
    are as wide.
    """
    rows = [next(csv.reader([line], delimiter=delimiter), []) for line in lines[: _MOST_TITLES + _ROWS_BELOW]]
    rows = [[cell.strip() for cell in row] for row in rows]
    for count, header in enumerate(rows[:_MOST_TITLES]):
        filled = sum(map(bool, header))
        if filled < 2 or (filled == 2 < len(header)):
            continue
        below = [row for row in rows[count + 1 : count + 1 + _ROWS_BELOW] if any(row)]
        named = sum(role_of(cell) is not Role.NONE for cell in header)
        is_table = len(below) >= 2 and len(header) > 2 and all(len(row) == len(header) for row in below)
        return count if is_table and all(header) and 2 * named >= len(header) and is_header([header, *below]) else 0
    return 0


def is_quoted_by_r(lines: list[str]) -> bool:
    """Returns whether all lines are cells between single spaces of which the first is quoted, as R's write.table
    writes them."""
    filled = [line for line in lines if line]
    return bool(filled) and all(_R_ROW.fullmatch(line) for line in filled)


def arff_row(line: str, absent: Sequence[str]) -> list[str]:
    """Returns the cells of a row of ARFF. absent: as in Head.

    Raises ValueError for a cell of a row `{place value, ...}` that has no place in it.
    """
    line = line.strip()
    if not line or line.startswith("%"):
        return []
    if not (line.startswith("{") and line.endswith("}")):
        return [_unquoted(cell) for cell in _ARFF_CELL.findall(line)]
    row = list(absent)
    for cell in _ARFF_CELL.findall(line[1:-1]) if line[1:-1].strip() else ():
        place, _, value = cell.strip().replace("\t", " ", 1).partition(" ")
        if not (place.isdecimal() and place.isascii() and int(place) < len(row)):
            raise ValueError(f"{cell.strip()!r} does not begin with the number of a column, 0 to {len(row) - 1}")
        row[int(place)] = _unquoted(value)
    return row


_ARFF_CELL = re.compile(r"""(?:^|,)(\s*(?:[0-9]+\s+)?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^,]*)\s*)(?=,|$)""")


def _unquoted(cell: str) -> str:
    value = cell.strip()
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        value = re.sub(r"\\(.)", r"\1", value[1:-1])
    return value


def find_delimiter(name: str, lines: Sequence[str]) -> str:
    """Returns what separates the cells of a file, as far as its name and first lines show it; a tab, if each line is a
    list in brackets, which then is one cell.

    Raises InputError for cells between two colons, as a delimiter is one character, and for a table as clients of
    databases print it.
    """
    for number, line in enumerate(lines[:_MOST_ABOVE_RULE], 1):
        if _RULE.fullmatch(line) and any(mark in line for mark in "+|"):
            raise InputError(
                f"{name}:{number}: a ruled line, as clients of databases print it; have the table written as CSV or "
                "with tabs (psql --csv, mysql --batch)"
            )
    filled = [line for line in lines if line.strip()]
    counts = {line.count("::") for line in filled}
    if filled and len(counts) == 1 and counts != {0}:
        raise InputError(
            f"{name}: its cells are separated by ::, which is not one character: sed 's/::/\\t/g' makes tabs"
        )
    return "\t" if are_lists(lines) else guess_delimiter(name, lines)
