"""IDF, the inverse document frequency of words: of a corpus, of a table in a file, or of jieba's table."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import repeat
from os import PathLike, fspath

import numpy as np
from numpy.typing import NDArray

from nlpkit.corpus.listed import list_lines
from nlpkit.errors import InputError, Option, OptionError
from nlpkit.frequencies.result import Frequencies, idf_of
from nlpkit.lexicon.files import jieba_file
from nlpkit.places.sources import STDIN_NAMES
from nlpkit.runs import StringTable
from nlpkit.runs.strings import Bytes, Ints, end_to_end
from nlpkit.suggest import hint

JIEBA = "jieba"
_TABLE = "a table of IDF has lines of `word idf`, as `nlpkit count -f idf` writes them"
_LONGEST_SHOWN = 60  # characters of a line
_LARGE = 100  # no logarithm of a number of documents, but usual among counts
_NUMBERS = re.compile(r"[0-9.eE+\- ]*")  # neither 1_0 nor full-width digits


@dataclass(frozen=True)
class IdfTable:
    """The IDF of words.

    data, offsets: the words, as NumberedStrings takes them. values: float64, the IDF of each. default: that of all
    other words.
    """

    data: Bytes
    offsets: Ints
    values: NDArray[np.float64]
    default: float

    @classmethod
    def of_documents(cls, tables: Iterable[StringTable], documents: int) -> IdfTable:
        """Returns the IDF of all words of a corpus. tables: the words; their counts are numbers of documents.

        Words of one document are not in the table: most words are, and the default is theirs.
        """
        frequent = [table.take(np.flatnonzero(table.counts > 1)) for table in tables]
        table = StringTable.empty().join(frequent)
        return cls(table.data, table.offsets, idf_of(table.counts, documents), math.log(max(1, documents)))

    @classmethod
    def of_list(cls, found: Frequencies) -> IdfTable:
        """Returns the IDF of the words of a list. Raises OptionError if it has none, or no numbers of documents."""
        if found.documents is None:
            raise OptionError(
                Option("idf"), " is a list of which documents were not counted; count with ", Option("df")
            )
        if not len(found):
            raise OptionError(Option("idf"), " is a list without words")
        values = idf_of(found.df, found.documents)
        return cls.of_words(dict(zip(found.token, values.tolist(), strict=True)))

    @classmethod
    def of_words(cls, values: Mapping[str, float]) -> IdfTable:
        """Returns the IDF of at least one word as a table; other words get the median, the upper of two."""
        numbers = np.array([*values.values()])
        data, offsets = end_to_end(map(str.encode, values))
        return cls(data.copy(), offsets, numbers, float(np.sort(numbers)[numbers.size // 2]))  # which can be written to


def is_jieba(idf: object) -> bool:
    """Tells whether jieba's table is meant."""
    return isinstance(idf, (str, PathLike)) and fspath(idf) == JIEBA


def read_idf(path: str | PathLike[str], encoding: str, notify: Callable[[str], object] | None) -> IdfTable:
    """Reads a table of IDF: lines of `word idf`, with a space or tab between; or jieba's own, which is named JIEBA.

    Of a word that is listed twice the last line counts, as in jieba. encoding, notify: as in list_lines; notify is also
    called if there is a file of the name JIEBA.
    Raises InputError, which names the line, and EncodingError.
    """
    name = fspath(path)
    if is_jieba(name):
        if notify is not None and os.path.lexists(name):
            notify(f"{name}: the table of jieba.analyse, not the file, which is {os.path.join(os.curdir, name)}")
        lines = list(list_lines(str(jieba_file("analyse/idf.txt")), encoding, None))
    else:
        _check_name(name)
        lines = list(list_lines(name, encoding, notify))
    values = _plain(lines)
    if values is None:
        values = dict(_rows(name, lines))
    if not values:
        raise InputError(f"{name}: holds no words; {_TABLE}")
    highest = max(values.values())
    if highest > _LARGE and all(value.is_integer() for value in values.values()):
        raise InputError(f"{name}: has whole numbers, up to {highest:,.0f}: counts, no logarithms; {_TABLE}")
    return IdfTable.of_words(values)


def _check_name(name: str) -> None:
    """Raises InputError for standard input, a folder, and a misspelled name in place of a file."""
    if name in STDIN_NAMES:
        raise InputError(f"{name}: standard input is for the text; name a file")
    if os.path.isdir(name):
        raise InputError(f"{name}: is a directory; {_TABLE}")
    if "." not in name and os.sep not in name and not os.path.lexists(name):
        near = hint(name, [JIEBA], before="; ")
        raise InputError(
            f"{name}: no such file; ", Option("idf"), f" takes {JIEBA}, or a table of `nlpkit count -f idf`{near}"
        )


def _plain(lines: list[str]) -> dict[str, float] | None:
    """Returns the numbers of words if every line is `word number`, as almost every table has them; reads them fast."""
    if set(map(str.count, lines, repeat(" "))) != {1}:
        return None
    text = " ".join(lines)
    cells = text.split(" ")
    if "\t" in text or not _NUMBERS.fullmatch(" ".join(cells[1::2])):
        return None
    try:
        numbers = list(map(float, cells[1::2]))
    except ValueError:
        return None
    values = dict(zip(cells[::2], numbers, strict=True))
    return values if all(map(_is_idf, numbers)) and "" not in values else None


def _is_idf(value: float) -> bool:
    return 0 <= value < math.inf


def _rows(name: str, lines: list[str]) -> Iterator[tuple[str, float]]:
    """Yields the words of a table and their numbers; a header is left out. Raises InputError for another line.

    Only before a tab may a word hold spaces; jieba takes none.
    """
    is_first = True
    for number, line in enumerate(lines, 1):
        bare = line.strip()
        cells = bare.rsplit("\t", 1) if "\t" in bare else re.split(" +", bare) if bare else []
        is_header, is_first = is_first and cells[-1:] in (["idf"], ["IDF"]), is_first and not cells
        if not cells or is_header:
            continue
        value = math.nan
        with suppress(ValueError):
            value = float(cells[1]) if len(cells) == 2 and _NUMBERS.fullmatch(cells[1]) else math.nan
        if not _is_idf(value):
            shown = line if len(line) <= _LONGEST_SHOWN else f"{line[:_LONGEST_SHOWN]}..."
            raise InputError(f"{name}:{number}: {shown!r} is no word with a number from 0 on; {_TABLE}")
        yield cells[0].strip(), value
