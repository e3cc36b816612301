"""The result of `document_keywords`: the best words of each document, one document after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlpkit.association import Floats, Ints
from nlpkit.choices import TABLE_FORMATS
from nlpkit.errors import counted
from nlpkit.results import ResultTable, table_text, visible

COLUMNS = ("document", "rank", "token", "count", "share", "idf", "weight")
"""The columns that are written, in this order."""


@dataclass(frozen=True, repr=False)
class DocumentKeywords(ResultTable):
    """The keywords of documents: columns of equal length, one entry a keyword.

    Documents are in the order of the corpus. Within each the largest weight comes first, and of equal weights the word
    that occurs first.

    Example: `nlpkit.document_keywords("docs/", top=5).save("keywords.csv")`.

    document: object (str), the path of a file, `path:line`, or `path:record`, numbers from 1; of records with texts of
    several lines, or of none, `line` counts the lines of all texts of a file. rank: int64, from 1 in each
    document. token: object (str). count: int64, occurrences in the document. share: float64, of the tokens of the
    document, those that are left out aside. idf: float64, natural logarithms. weight: float64, count * (idf / tokens).
    documents: how many documents there are, those without keywords too.
    """

    formats = TABLE_FORMATS
    column_names = COLUMNS

    document: NDArray[np.object_]
    rank: Ints
    token: NDArray[np.object_]
    count: Ints
    share: Floats
    idf: Floats
    weight: Floats
    documents: int

    @classmethod
    def of(cls, parts: Sequence[DocumentKeywords]) -> DocumentKeywords:
        """Returns the rows of all parts, one after the other."""
        texts, ints, floats = np.empty(0, np.object_), np.empty(0, np.int64), np.empty(0)
        whole = cls(texts, ints, texts, ints, floats, floats, floats, sum(part.documents for part in parts))
        columns: dict[str, Any] = {
            name: np.concatenate([getattr(part, name) for part in (whole, *parts)]) for name in COLUMNS
        }
        return replace(whole, **columns)

    def text(self, format: str, header: bool = True) -> Iterator[bytes]:
        """Yields the rows in one of `formats`, as `table_text` does. header: whether the header row is written."""
        columns = self.columns
        if format == "tsv":
            columns["token"] = np.array([*map(visible, self.token), None], np.object_)[:-1]
        return table_text(columns, format, header)

    def _text(self, format: str) -> Iterator[bytes]:
        return self.text(format)

    def _summary(self) -> str:
        return f"{counted(len(self), 'keyword')} of {counted(self.documents, 'document')}"
