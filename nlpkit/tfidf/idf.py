"""IDF, the inverse document frequency of words: of a corpus, of a table in a file, or of jieba's table."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from os import PathLike, fspath

import numpy as np
from numpy.typing import NDArray

from nlpkit.corpus.listed import list_lines
from nlpkit.errors import InputError, Option, OptionError
from nlpkit.frequencies.result import Frequencies, idf_of
from nlpkit.kernels.strings import NumberedStrings
from nlpkit.lexicon.files import jieba_file
from nlpkit.runs import StringTable
from nlpkit.runs.strings import Bytes, Ints, end_to_end

JIEBA = "jieba"
_TABLE = "a table of IDF has lines of `word idf`, as `nlpkit count -f idf` writes them"
_LARGE = 100  # no logarithm of a number of documents, but usual among counts


@dataclass(frozen=True)
class IdfTable:
    """The IDF of words.

    data, offsets: the words, as NumberedStrings takes them. values: float64, the IDF of each. default: that of all
    other words. documents: how many documents it was made of, None if that is not known.
    """

    data: Bytes
    offsets: Ints
    values: NDArray[np.float64]
    default: float
    documents: int | None = None

    @classmethod
    def of_corpus(cls, found: Frequencies) -> IdfTable:
        """Returns the IDF of all words that `count` has counted with their documents in this corpus.

        Words of one document are not in the table: most words are, and the default is theirs.
        """
        documents = found.documents or 0
        tables = [StringTable.empty(documents=True)]
        for block in found.in_code_point_order():
            tables.append(block.take(np.flatnonzero(block.documents[0] > 1)))
        table = tables[0].join(tables[1:])
        default = math.log(documents) if documents else 0.0
        return cls(table.data, table.offsets, idf_of(table.documents[0], documents), default, documents)

    @classmethod
    def of_list(cls, found: Frequencies) -> IdfTable:
        """Returns the IDF of the words of a list. Raises OptionError if it has none, or no numbers of documents."""
        df = found.df
        if not df.size:
            raise OptionError(Option("idf"), " is a list without words")
        values = idf_of(df, found.documents or 0)
        return cls.of_words(dict(zip(found.token, values.tolist(), strict=True)))

    @classmethod
    def of_words(cls, values: Mapping[str, float]) -> IdfTable:
        """Returns the IDF of at least one word as a table; other words get the median, the upper of two."""
        median = sorted(values.values())[len(values) // 2]
        return cls(*end_to_end(word.encode() for word in values), np.array([*values.values()]), median)

    def numbered(self) -> NumberedStrings:
        """Returns the words with their numbers, to which others may be added."""
        return NumberedStrings(self.data, self.offsets)


def read_idf(path: str | PathLike[str], encoding: str, notify: Callable[[str], object] | None) -> IdfTable:
    """Reads a table of IDF: lines of `word idf`, with a space or tab between; or jieba's own, which is named JIEBA.

    Of a word that is listed twice the last line counts, as in jieba. encoding, notify: as in list_lines.
    Raises InputError, which names the line, and EncodingError.
    """
    name = fspath(path)
    file = str(jieba_file("analyse/idf.txt")) if name == JIEBA else name
    values: dict[str, float] = {}
    are_counts = True
    for number, line in enumerate(list_lines(file, encoding, None if name == JIEBA else notify), 1):
        cells = line.rsplit(None, 1)
        if not cells:
            continue
        value = _number(cells[-1]) if len(cells) == 2 else None
        if value is not None:
            values[cells[0].strip()] = value
            are_counts = are_counts and cells[1].isdecimal()
        elif number > 1 or cells[-1].lower() != "idf":  # which ends a header
            shown = line if len(line) <= 60 else f"{line[:60]}..."
            raise InputError(f"{name}:{number}: {shown!r} is no word with a number; {_TABLE}")
    if not values:
        raise InputError(f"{name}: holds no words; {_TABLE}")
    if are_counts and max(values.values()) > _LARGE:
        raise InputError(
            f"{name}: has whole numbers, up to {max(values.values()):,.0f}: counts, no logarithms; {_TABLE}"
        )
    return IdfTable.of_words(values)


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
