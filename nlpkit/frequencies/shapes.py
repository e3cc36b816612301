"""Recognises frequency lists: where a line has its word and its count, by the names in a header and by values."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import orjson

from nlpkit.lexicon.names import count_columns, document_columns, word_columns

#: The names of the columns of words and counts in the lists that nlpkit writes.
WORDS, COUNT = ("token", "word"), "count"

_SPACES = "  "  # stands for two or more spaces, or a tab, between cells
_SEPARATORS = ("\t", ";", ",", _SPACES, " ")
_MOST_TITLES = 20  # lines before the table
_LEAST_ROWS = 3  # after titles, and where cells are separated by spaces
_MOST_CELLS = 8  # that are separated by spaces
_LONGEST_WORD = 60  # characters of what is taken for a word on a guess
_NUMBER = r"([0-9]{1,18}(?:\.0)?|[0-9](?:\.[0-9]+)?e\+[0-9]{2})"  # also as pandas and R write it
_PLAIN = re.compile(rf"([^\t]+?) {_NUMBER}(?: [A-Za-z][A-Za-z_]*)?")
_ONE_WORD = re.compile(rf"(\S+) {_NUMBER}(?: [A-Za-z][A-Za-z_]*)?")
_COUNTED = re.compile(r" *([0-9]{1,18}) (\S.*)")  # what uniq -c writes
_WHOLE = re.compile(r"[0-9]{1,18}(?:\.(?!000\Z)0+)?")  # 3.0 is 3; 3.000 may be 3000
_SCIENTIFIC = re.compile(r"([0-9])(?:\.([0-9]{1,17}))?[eE]\+?([0-9]{1,2})")  # as R writes 100000: 1e+05
_DECIMAL = re.compile(r"[+-]?[0-9]*[.,]?[0-9]+(?:[eE][+-]?[0-9]+)?%?")
_GROUPED = {mark: re.compile(rf"[1-9][0-9]{{0,2}}(?:{sign}[0-9]{{3}})+|[0-9]{{1,3}}") for mark, sign in
            ((",", ","), (".", r"\."), ("'", "['’]"), (" ", "[ \u00a0\u202f]"))}  # fmt: skip
_MARKS = {",": ",", ".": ".", "'": "'’", " ": " \u00a0\u202f"}
_COMMENTS = ("#", "/*", "//", "*")
_OBJECT = re.compile(r'\{.*"\s*:')  # JSON, and not a list in which { comes first
_SENTENCE = re.compile("[，。！？；]|[,.!?;] ")
#: Tags of parts of speech in jieba's dictionary, whose lines are `word count tag` in the order of words.
_TAG = re.compile(
    "[bcfghijklopqsx]|a[dgn]?|d[fg]?|e(?:ng)?|m[gq]?|n(?:[gstz]|r|rt|rfg)?|r[grz]?|tg?|u[dgjlvz]?|v[dginq]?|yg?|zg?"
)
_TAGGED_ROWS, _FEWEST_TAGS = 10, 3  # unlike the units of `flour 200 g`
Row = Sequence[str]


@dataclass(frozen=True)
class Shape:
    """How the rows of a frequency list are read.

    kind: 'table', 'plain' (lines of `word count`), 'counted' (lines of `count word`) or 'objects' (JSON Lines).
    start: how many lines come before the rows. separator: between cells. word, count: the places of cells. names: of
    the two columns, or keys of objects; empty where there is no header. quoted: whether cells may be in quotes.
    thousands: what groups the digits of counts. documents: the place and the name of the column of the numbers of
    documents, None where no header names it. ours: as nlpkit writes it.
    """

    kind: str
    start: int = 0
    separator: str = "\t"
    word: int = 0
    count: int = 1
    names: tuple[str, str] | None = None
    quoted: bool = False
    thousands: str = ""
    documents: tuple[int, str] | None = None
    ours: bool = False

    def __str__(self) -> str:
        """What is read: 'words from column Type, counts from Freq'."""
        if self.kind in ("plain", "counted"):
            return "lines of `word count`" if self.kind == "plain" else "lines of `count word`"
        word, count = self.names or ("", "")
        more = f", documents from {self.documents[1]}" if self.documents else ""
        if self.kind == "objects":
            return f"words from field {word}, counts from {count}{more}"
        return f"words from column {word or self.word + 1}, counts from {count or f'column {self.count + 1}'}{more}"


class NoCountsError(ValueError):
    """A table of words without counts, or with several columns that could be the counts. Its text says which."""


class SharesError(NoCountsError):
    """A table of words with shares, rates or Zipf values, which cannot be taken for a text either."""


def find_shape(lines: Sequence[str], sure: bool = False) -> Shape | None:
    """Returns the shape of a frequency list, by its first lines; None if they are not those of a list.

    lines: without line ends. sure: whether the user says that it is a list; otherwise it could be a text, and more is
    asked of it. Raises NoCountsError.
    """
    first = next((number for number, line in enumerate(lines) if line.strip()), None)
    if first is None:
        return None
    if _OBJECT.match(lines[first]):
        return _objects(lines[first]) or (Shape("objects", names=(WORDS[0], COUNT)) if sure else None)
    found = (
        _ours(lines, first)
        or _headed(lines, sure)
        or _lines_of(_COUNTED, "counted", lines[first:], sure)
        or _by_values(lines, sure)
        or _lines_of(_PLAIN if sure else _ONE_WORD, "plain", lines[first:], sure)
    )
    if found is None:
        _check_no_shares(lines[first:], sure)
    return found


def whole_number(text: str, thousands: str = "") -> int:
    """Returns the number that a cell holds. Raises ValueError for what Python takes for a number and others do not
    (`1_0`, full-width digits), and for fractions."""
    if thousands:
        if not _is_grouped(text, thousands):
            raise ValueError
        for mark in _MARKS[thousands]:
            text = text.replace(mark, "")
    if not text.isascii() or "_" in text:
        raise ValueError
    if found := _SCIENTIFIC.fullmatch(text):
        digits, zeros = found[2] or "", int(found[3])
        if digits[zeros:].strip("0"):
            raise ValueError
        return int(found[1] + digits[:zeros].ljust(zeros, "0"))
    return int(text) if "." not in text or not _WHOLE.fullmatch(text) else int(text.partition(".")[0])


def _is_whole(cell: str) -> bool:
    """Whether a cell is a whole number whose digits are not grouped."""
    found = _SCIENTIFIC.fullmatch(cell)
    return not (found[2] or "")[int(found[3]) :].strip("0") if found else _WHOLE.fullmatch(cell) is not None


def _is_grouped(cell: str, mark: str) -> bool:
    """Whether a cell is a whole number whose digits may be grouped by a mark."""
    if _GROUPED[mark].fullmatch(cell):
        return True
    return _is_whole(cell) and not (mark == "." and "." in cell)


def split_rows(shape: Shape, lines: Iterable[str]) -> Iterator[list[str]]:
    """Yields the cells of the rows of a table. Raises csv.Error."""
    if shape.separator == _SPACES:
        return (_cells(line, _SPACES) for line in lines)
    if shape.separator == " " and not shape.quoted:
        return (line.split() for line in lines)
    if shape.separator == "\t" and not shape.quoted:
        return (line.split("\t") for line in lines)
    return csv.reader((f"{line}\n" for line in lines), delimiter=shape.separator, skipinitialspace=not shape.ours)


def split_line(shape: Shape, line: str) -> Row:
    """Returns (word, count) of a line that is not a row of a table; what else it holds if it has no count."""
    if "\t" in line:
        return line.split("\t")
    found = (_COUNTED if shape.kind == "counted" else _PLAIN).fullmatch(line)
    if found is None and (found := _COUNTED.fullmatch(line)) and line.startswith(" "):
        return found[2], found[1]
    if found is None:
        return [line] if line.strip() else []
    return (found[2], found[1]) if shape.kind == "counted" else (found[1], found[2])


def _objects(line: str) -> Shape | None:
    try:
        row = orjson.loads(line)
        names = list(row)
    except (ValueError, TypeError):
        return None
    word = next((name for name in (*WORDS, *(names[i] for i in word_columns(names))) if name in row), None)
    count = next((name for name in (COUNT, *(names[i] for i in count_columns(names))) if name in row), None)
    if word is None or count is None or not isinstance(row[word], str) or type(row[count]) is not int:
        return None
    return Shape("objects", names=(word, count), documents=_documents(names), ours=count == COUNT and word in WORDS)


def _ours(lines: Sequence[str], number: int) -> Shape | None:
    """Returns the shape of a list with the header that `count` and `discover` write, and counts without marks."""
    separator = "\t" if "\t" in lines[number] else ","
    cells = lines[number].split(separator)
    if cells[0] in WORDS and COUNT in cells:
        column = cells.index(COUNT)
        rows = (_cells(line, separator) for line in lines[number + 1 :])
        if _style([row[column] for row in rows if len(row) == len(cells)]) in _GROUPED:
            return None
        names, documents = (cells[0], COUNT), _documents(cells)
        return Shape("table", number + 1, separator, 0, column, names, separator == ",", documents=documents, ours=True)
    return None


def _headed(lines: Sequence[str], sure: bool) -> Shape | None:
    """Returns the shape of a table under a header of known names, which titles and comments may precede."""
    for number, line in enumerate(lines[:_MOST_TITLES]):
        for separator in _SEPARATORS:
            if separator not in line and not (separator == _SPACES and "\t" in line):
                continue
            if separator in (_SPACES, " ") and line.startswith(_COMMENTS):
                continue  # a comment, such as `#Word Types: 4`
            header = _cells(line, separator)
            if len(header) < 2 or not (word_columns(header) or count_columns(header)):
                continue
            rows = [
                row for line in lines[number + 1 :] if any(row := _cells(line, separator)) and not is_inflected(row)
            ]
            if found := _under(header, rows, separator, sure):
                word, count, header = found
                quoted = _is_quoted(lines[number + 1 :], separator)
                style = _style([row[count] for row in rows]) or ""
                names = (header[word], header[count])
                return Shape(
                    "table", number + 1, separator, word, count, names, quoted, style, _documents(header)
                )  # fmt: skip
    return None


def _documents(header: list[str]) -> tuple[int, str] | None:
    columns = document_columns(header)
    return (columns[0], header[columns[0]]) if columns else None


def _under(header: list[str], rows: list[list[str]], separator: str, sure: bool) -> tuple[int, int, list[str]] | None:
    """Returns the places of words and counts under a header, and the header with a name for every column."""
    width = min(map(len, rows), default=0)
    if rows and all(len(row) == len(header) + 1 for row in rows):  # R names the rows, and not their column
        header = ["", *header]
    words, counts = word_columns(header), count_columns(header)
    if not rows:
        return (words[0], counts[0], header) if sure and words and counts else None
    if separator in (_SPACES, " ") and width != max(map(len, rows)):
        return None
    columns = [[row[i] for row in rows] for i in range(min(width, len(header)))]
    styles = [_style(column) for column in columns]
    is_text = [style is None for style in styles]
    whole = [i for i in counts if i < len(columns) and styles[i] not in (None, "decimal")]
    if len(whole) > 1:
        whole = [i for i in whole if not _is_rank(columns[i], styles[i])] or whole
    word = next((i for i in words if i < len(columns) and is_text[i]), None)
    if word is None and words and words[0] in range(len(columns)) and not any(is_text):
        word = words[0]  # all words are numbers
    if word is None:
        word = next((i for i, text in enumerate(is_text) if text), None)
        if word is None or not (whole or words):
            return None
        if not whole:  # a frame of one column, which is named `word` and holds counts
            whole = [i for i in words if i < len(columns) and styles[i] not in (None, "decimal")]
    if not words and separator not in ("\t", ",", ";"):
        return None
    whole = [i for i in whole if i != word]
    if whole and (counts or words) and _are_words(columns[word]):
        return word, whole[0], header
    shares = [i for i, style in enumerate(styles) if style == "decimal"]
    if words and _are_words(columns[word]) and (set(shares) & set(counts) or len(shares) == len(columns) - 1):
        column = next((i for i in counts if i in shares), shares[0])
        raise SharesError(_no_count(f"column {header[column] or column + 1}", columns[column]))
    if words and (place := _count_place(columns, styles, word, sure)) is not None:
        return word, place, header
    if sure and words and counts and max(words[0], counts[0]) < width:
        return words[0], counts[0], header  # a row that does not fit is an error, which names its line
    return None


def _by_values(lines: Sequence[str], sure: bool) -> Shape | None:
    """Returns the shape of a table without a header of known names, by its values."""
    titles = 0
    for start, line in enumerate(lines[: _MOST_TITLES + 1]):
        if not line.strip():
            continue
        rest = [line for line in lines[start:] if line.strip()]
        if titles and len(rest) < max(_LEAST_ROWS, 2 * titles + 1):
            return None
        for separator in _SEPARATORS:
            if shape := _table(rest, start, separator, sure):
                return shape
        titles += not line.startswith(_COMMENTS)
    return None


def _table(lines: list[str], start: int, separator: str, sure: bool) -> Shape | None:
    if not all(separator in line or (separator == _SPACES and "\t" in line) for line in lines):
        return None
    rows = [row for line in lines if not is_inflected(row := _cells(line, separator))] or [[]]
    width = min(map(len, rows))
    by_space = separator in (_SPACES, " ")
    if width < 2 or (by_space and (max(map(len, rows)) != width or width > _MOST_CELLS or len(rows) < _LEAST_ROWS)):
        return None
    if not sure and len(rows) < 2:
        return None
    columns = [[row[i] for row in rows] for i in range(width)]
    styles = [_style(column) for column in columns]
    word = next((i for i, style in enumerate(styles) if style is None and any(columns[i])), None)
    if word is None and sure and width == 2:
        word = 0
    if word is None or not _are_words(columns[word], not sure) or not columns[word][0]:
        return None
    if separator == " " and word == 0:
        return None  # or they are lines of `word count` with spaces in the words
    count = _count_place(columns, styles, word, sure, separator == "\t")
    if count is None:
        return None
    quoted = _is_quoted(lines, separator)
    return Shape("table", start, separator, word, count, quoted=quoted, thousands=styles[count] or "")


def _count_place(
    columns: list[list[str]], styles: list[str | None], word: int, sure: bool, in_any_order: bool = False
) -> int | None:
    """Returns the place of the counts among columns without names. Raises NoCountsError.

    in_any_order: whether the counts of a column right after the words may rise even if nobody says that it is a list.
    """
    numbers = [i for i, style in enumerate(styles) if style not in (None, "decimal") and i != word]
    values = {i: [whole_number(cell, styles[i] or "") for cell in columns[i]] for i in numbers}
    places = [i for i in numbers if not _is_rank(columns[i], styles[i]) or len(columns[i]) == 1]
    if len(places) > 1:
        places = [i for i in places if len(set(values[i])) > 1] or places  # the size of the corpus in every row
        falling = [i for i in places if _never_rises(values[i])]
        places = falling or places
    if not places:
        if sure and len(numbers) == 1 and len(columns[0]) < 2 * _LEAST_ROWS:
            return numbers[0]  # counts that happen to be 1, 2, 3
        shares = [i for i, style in enumerate(styles) if style == "decimal"]
        if shares and (sure or (in_any_order and _fall(columns[shares[0]]))):
            kind = SharesError if _are_words(columns[word], guessed=True) else NoCountsError
            raise kind(_no_count(f"column {shares[0] + 1}", columns[shares[0]]))
        if sure and numbers:
            raise NoCountsError(f"column {numbers[0] + 1} has ranks, which are no counts")
        return None
    best = max(places, key=lambda i: (sum(values[i]), -i))  # documents are fewer than occurrences
    others = [i for i in places if i != best]
    if len(places) == 2 and (ranked := _beside_ranks(places, values)) is not None:
        return ranked
    if any(a < b for i in others for a, b in zip(values[best], values[i], strict=True)):
        if sure:
            raise NoCountsError(
                f"columns {' and '.join(str(i + 1) for i in sorted(places)[:2])} could both be the counts; put a "
                "header above them, such as word and count"
            )
        return None
    if sure or _never_rises(values[best]) or (in_any_order and best == word + 1):
        return best
    return None


def _beside_ranks(places: list[int], values: dict[int, list[int]]) -> int | None:
    """Returns the column of counts where the other one has their ranks, in whatever order the rows are, as far as they
    show it: the larger the count, the smaller the rank, and no rank comes twice."""
    first, second = (values[i] for i in places)
    if len(first) < _LEAST_ROWS or any(map(_never_rises, (first, second))):
        return None
    if not _never_rises([b for _, b in sorted(zip(first, (-b for b in second), strict=True), reverse=True)]):
        return None
    ranks = [i for i in places if len(set(values[i])) == len(values[i])]
    if not ranks:
        return None
    return max(places, key=lambda i: sum(values[i])) if len(ranks) == 2 else next(i for i in places if i not in ranks)


def _no_count(column: str, cells: Sequence[str]) -> str:
    example = next((cell for cell in cells if not _is_whole(cell)), cells[0])
    if example.endswith(".000") and all(_is_grouped(cell, ".") for cell in cells):
        number = example.removesuffix(".000")
        return f"{column} has {example}, which may be {number} or {number}000; write whole numbers without points"
    return (
        f"{column} has {example}, which is no count: shares, rates and Zipf values cannot be added up or compared by "
        "log-likelihood"
    )


def _fall(cells: Sequence[str]) -> bool:
    try:
        values = [float(cell.rstrip("%").replace(",", ".")) for cell in cells]
    except ValueError:
        return False
    return len(values) >= _LEAST_ROWS and _never_rises(values)


def _lines_of(pattern: re.Pattern[str], kind: str, lines: Sequence[str], sure: bool) -> Shape | None:
    """Returns the shape of lines of `word count`, perhaps with a tag, or of `count word`."""
    rows = [line for line in lines if line.strip()]
    found = [pattern.fullmatch(line) for line in rows]
    if not all(found):
        return None
    words, counts = (2, 1) if kind == "counted" else (1, 2)
    if kind == "counted" and not any(line.startswith(" ") for line in rows):
        return None
    if kind == "plain" and all(match and match[words].isdecimal() for match in found) and not sure:
        return None
    shape = Shape(kind, ours=kind == "plain")
    if not all(_is_whole(match[counts]) for match in found if match):
        return None
    values = [whole_number(match[counts]) for match in found if match]
    is_list = sure or (len(rows) > 1 and (kind == "counted" or _never_rises(values))) or _are_tagged(rows)
    return shape if is_list else None


def _are_tagged(lines: Sequence[str]) -> bool:
    """Whether lines of `word count tag` are those of a dictionary of jieba, whose counts may rise."""
    tags = [line.split()[2:] for line in lines]
    found = {tag[0] for tag in tags if len(tag) == 1}
    return len(tags) >= _TAGGED_ROWS and all(tags) and all(map(_TAG.fullmatch, found)) and len(found) >= _FEWEST_TAGS


def _check_no_shares(lines: Sequence[str], sure: bool) -> None:
    """Raises SharesError for lines of a word, a space and a share."""
    rows = [line.split() for line in lines if line.strip()]
    if len(rows) < _LEAST_ROWS or any(len(row) != 2 for row in rows):
        return
    words, shares = zip(*rows, strict=True)
    if _style(shares) == "decimal" and not all(map(_DECIMAL.fullmatch, words)) and (sure or _fall(shares)):
        raise SharesError(_no_count("column 2", shares))


def is_inflected(row: Row) -> bool:
    """Returns whether a row of a list of the BNC is an inflected form, whose count is already in the row of its lemma
    above: it has @ instead of the cells of the lemma."""
    return row.count("@") > 1


def _cells(line: str, separator: str) -> list[str]:
    """Returns the cells of a line, without white space and quotes around them."""
    if separator == _SPACES:
        return re.split(r" {2,}|\t", line.strip())
    if separator == "\t":
        cells = line.split("\t")
        return [cell.strip()[1:-1] if _in_quotes(cell.strip()) else cell.strip() for cell in cells]
    if separator == " " and '"' not in line:
        return line.split()
    try:
        cells = next(csv.reader([line], delimiter=separator, skipinitialspace=True), [])
    except csv.Error:
        return []
    return [cell.strip() for cell in cells]


def _in_quotes(cell: str) -> bool:
    return len(cell) > 1 and cell[0] == cell[-1] == '"'


def _is_quoted(lines: Iterable[str], separator: str) -> bool:
    """Whether the cells of rows may be in quotes; between tabs, only if one of every row is."""
    if separator in ",;":
        return True
    rows = [line for line in lines if line.strip()]
    return bool(rows) and separator in "\t " and all(any(map(_in_quotes, line.split(separator))) for line in rows)


def _style(cells: Sequence[str]) -> str | None:
    """Returns what groups the digits of whole numbers ('': nothing), 'decimal' for other numbers, None for text."""
    if all(map(_is_whole, cells)):
        return "" if cells else None
    for mark in _GROUPED:
        if all(_is_grouped(cell, mark) for cell in cells) and (mark != "." or _shows_thousands(cells)):
            return mark
    return "decimal" if all(map(_DECIMAL.fullmatch, cells)) else None


def _shows_thousands(cells: Sequence[str]) -> bool:
    """Whether points in numbers group their digits: some number has two, or only so they never rise."""
    if any(cell.count(".") > 1 for cell in cells):
        return True
    return _never_rises([whole_number(cell, ".") for cell in cells]) and not _never_rises([*map(float, cells)])


def _is_rank(cells: Sequence[str], style: str | None) -> bool:
    """Whether numbers rise by one from row to row, or as ranks with ties do: 1, 2, 2, 4."""
    values = [whole_number(cell, style or "") for cell in cells]
    steps = {b - a for a, b in pairwise(values)}
    if steps <= {1}:
        return True
    return values[0] in (0, 1) and min(steps) >= 0 and len(set(values)) > 1 and all(
        value <= number for number, value in enumerate(values, values[0])
    )  # fmt: skip


def _never_rises(values: Sequence[float]) -> bool:
    return all(a >= b for a, b in pairwise(values))


def _are_words(cells: Sequence[str], guessed: bool = False) -> bool:
    """Whether cells can be words, or n-grams of them, rather than sentences. guessed: whether nothing else says so."""
    if not all(len(cell) <= _LONGEST_WORD for cell in cells) or sum(map(bool, cells)) * 2 <= len(cells):
        return False
    if not guessed:
        return True
    sentences = sum(len(cell) > 1 and _SENTENCE.search(cell) is not None for cell in cells)
    size = sum(map(len, cells)) + sum(cell > "\u2e80" and len(cell) for cell in cells)  # Han says more in less
    return (
        sentences * 10 <= len(cells)
        and sum(cell.count(" ") for cell in cells) <= len(cells)
        and size <= 20 * len(cells)
    )
