"""The result of `terms`: the terms of a text with their figures, best first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlpkit.choices import LIST_FORMATS
from nlpkit.errors import Notice, counted
from nlpkit.kernels import word_ngrams as kernel
from nlpkit.multiword.ngrams import WordNgrams
from nlpkit.multiword.order import Order
from nlpkit.reports.picture import Picture
from nlpkit.results import ResultTable, order_of, table_text

COLUMNS = (
    *("term", "words", "count", "documents"),
    *("pmi", "left_entropy", "right_entropy", "keyness", "score"),
)
#: Between the examples of a term in a cell of a table.
BETWEEN_EXAMPLES = " | "
_SHORTEST = 2  # characters of a term
_NOTHING = Notice("")


@dataclass(frozen=True, repr=False)
class Terms(ResultTable):
    """The terms that `terms` found: columns of equal length, one entry a term, best first.

    Example: `nlpkit.terms("laws.txt", top=1000).save("terms.tsv")`.

    term: object (str). words: object (str), the words of the term with a space between them. count, documents: int64,
    how often and in how many documents it occurs. pmi: float64, nats, the smallest one of its splits in two; NaN for
    single words. left_entropy, right_entropy: float64, nats, of the words beside it. keyness: float64, nats, ln of how
    many times more frequent than elsewhere its most typical word is; NaN where nothing is known of elsewhere. score:
    float64, larger is better. nodes: int64, for internal use. has_number: bool, whether N stands for a number in it.
    tokens, runs: how many words and runs the text has. found: how many terms there are before `top`. min_count: their
    least count. examples: object, a tuple of sentences for each term; None where none were asked for. explanation: of
    the terms that were asked about.
    """

    formats = LIST_FORMATS
    column_names = COLUMNS

    term: NDArray[np.object_]
    words: NDArray[np.object_]
    count: NDArray[np.int64]
    documents: NDArray[np.int64]
    pmi: NDArray[np.float64]
    left_entropy: NDArray[np.float64]
    right_entropy: NDArray[np.float64]
    keyness: NDArray[np.float64]
    score: NDArray[np.float64]
    nodes: NDArray[np.int64]
    has_number: NDArray[np.bool_]
    tokens: int
    runs: int
    found: int
    min_count: int
    examples: NDArray[np.object_] | None = None
    explanation: Notice = _NOTHING

    @property
    def columns(self) -> dict[str, Any]:
        """The columns that are saved: name -> array; `examples` only if some were asked for."""
        columns = super().columns
        return columns if self.examples is None else columns | {"examples": self.examples}

    def pictures(self) -> tuple[Picture, ...]:
        """Returns `scatter`, PMI against count, and `keyness`, keyness against count; see `pictures_of`.

        Raises OptionError where altair is not installed.
        """
        from nlpkit.multiword.pictures import pictures_of  # here, because few results are drawn

        return pictures_of(self.columns)

    def listed(self, rows: int) -> dict[str, Any]:
        """Returns the first rows of the columns of a page's table, without those that hold no number of any term."""
        known = {name for name, column in self.columns.items() if column.dtype.kind != "f" or np.isfinite(column).any()}
        return {name: column for name, column in self.head(rows).items() if name in known or not len(self)}

    def left_out(self, format: str) -> dict[str, NDArray[np.bool_]]:
        """Returns which terms a format leaves out, and why: cause -> bool, one entry a term. A dictionary and a list of
        words cannot say that N is any number; jieba has no words with spaces."""
        causes = {}
        if format in ("words", "jieba"):
            causes["a number in it"] = self.has_number
        if format == "jieba":
            causes["a space in it"] = np.array([" " in term for term in self.term], np.bool_)
        return causes

    def _before_top(self) -> int:
        return self.found

    def _summary(self) -> str:
        return f"{counted(len(self), 'term')}, {counted(self.tokens, 'word')}"

    def _text(self, format: str) -> Iterator[bytes]:
        rows = np.ones(len(self), np.bool_)
        for mask in self.left_out(format).values():
            rows &= ~mask
        if not rows.all():
            return table_text({"term": self.term[rows], "count": self.count[rows]}, format)
        columns = self.columns
        if self.examples is not None and format != "jsonl":
            columns["examples"] = np.array([*map(BETWEEN_EXAMPLES.join, self.examples), None], np.object_)[:-1]
        return table_text(columns, format)


def make_terms(ngrams: WordNgrams, ranking: Order, min_count: int, sort: str, top: int | None) -> Terms:
    """Returns the candidates as a table. Of those with the same text the one with the highest score stays, of equal
    ones the one with more occurrences, then with fewer words. sort: a column, the largest values first, then the
    largest counts, then by code points."""
    nodes = ranking.candidates
    orders = ngrams.orders[nodes]
    words, terms = spell(ngrams, nodes)
    best = order_of(terms, ranking.score[nodes], ngrams.counts[nodes], -orders)
    firsts: dict[str, int] = {}
    for i in best.tolist():
        if len(terms[i]) >= _SHORTEST:
            firsts.setdefault(terms[i], i)
    places = np.array([*firsts.values()], np.int64)
    nodes, orders, terms, words = nodes[places], orders[places], terms[places], words[places]
    found = Terms(
        terms,
        words,
        ngrams.counts[nodes],
        ngrams.documents[nodes],
        np.where(orders > 1, ngrams.pmi[nodes], np.nan),
        ngrams.left[nodes],
        ngrams.right[nodes],
        np.where(np.isfinite(ranking.keyness[nodes]), ranking.keyness[nodes], np.nan),
        ranking.score[nodes],
        nodes,
        (ngrams.rows(nodes) == kernel.NUMBER).any(axis=1),
        ngrams.words,
        ngrams.runs,
        nodes.size,
        min_count,
    )
    if sort == "score":
        return found._take(np.arange(nodes.size)[:top])
    return found._take(order_of(terms, getattr(found, sort), found.count)[:top])


def spell(ngrams: WordNgrams, nodes: NDArray[np.int64]) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """Returns the words of n-grams with a space between them, and the n-grams as they are written most often."""
    texts = np.array(["N", *ngrams.vocabulary.words, None], np.object_)[:-1]
    spaced = " " + texts
    rows, orders, spacings = ngrams.rows(nodes) - kernel.NUMBER, ngrams.orders[nodes], ngrams.spacings[nodes]
    words = texts[rows[:, 0]]
    terms = words.copy()
    for place in range(1, rows.shape[1]):
        here = np.flatnonzero(orders > place)
        words[here] += spaced[rows[here, place]]
        terms[here] += texts[rows[here, place]]
    for i in np.flatnonzero(spacings).tolist():
        terms[i] = _spaced(texts[rows[i, : orders[i]]].tolist(), int(spacings[i]))
    return words, terms


def _spaced(parts: list[str], spaces: int) -> str:
    """Joins words; bit j of spaces says whether white space stands after word j, -1 that it always does."""
    if spaces < 0:
        return " ".join(parts)
    return "".join(part + " " * (spaces >> j & 1) for j, part in enumerate(parts))
