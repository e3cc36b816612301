"""What discovery found: the lexicon, and the list for people made from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from os import PathLike, fspath
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from nlpkit.discovery.numerals import counts_something, is_numeral
from nlpkit.errors import NlpkitError, OptionError
from nlpkit.lexicon import jieba_words, read_words
from nlpkit.output import open_output, write_table

if TYPE_CHECKING:
    import pandas

SORTS = ("score", "count", "pmi", "left_entropy", "right_entropy")
#: A word of which one neighbour stands on the same side more often than this is a piece of a longer one.
PIECE_SHARE = 0.8


@dataclass(frozen=True, repr=False)
class Discovery:
    """Words as columns, one entry a word.

    word: object (str). count: int64, occurrences in the last segmentation (method auto) or as a whole piece. pmi,
    left_entropy, right_entropy: float64, nats; see docs/algorithms.md. score: float64, larger is better.
    symbols: int64, length in symbols. share: float64, the largest share of one neighbour on either side. surface_share:
    float64, of a word with digits its share of the words with other digits there (500米: of all <digits>米).
    min_count: what the n-grams were counted with. characters: those in runs. nats_before, nats_after: information a
    symbol, of single symbols and of words. explanation: of the words that were asked about.
    """

    word: NDArray[np.object_]
    count: NDArray[np.int64]
    pmi: NDArray[np.float64]
    left_entropy: NDArray[np.float64]
    right_entropy: NDArray[np.float64]
    score: NDArray[np.float64]
    symbols: NDArray[np.int64]
    share: NDArray[np.float64]
    surface_share: NDArray[np.float64]
    min_count: int
    characters: int
    nats_before: float
    nats_after: float
    explanation: str = ""

    def __len__(self) -> int:
        return self.word.size

    def __repr__(self) -> str:
        return f"<Discovery: {len(self):,} words, {self.characters:,} characters>"

    @property
    def columns(self) -> dict[str, NDArray[Any]]:
        """The columns that are written, by name."""
        return {name: getattr(self, name) for name in ("word", *COLUMNS)}

    def select(
        self,
        *,
        everything: bool = False,
        numbers: bool = False,
        new_only: bool = False,
        known: Iterable[str | PathLike[str]] = (),
        sort: str | None = None,
        top: int | None = None,
    ) -> Discovery:
        """The list for people, or with `everything` the one for a decoder: sorted, and without what is not wanted.

        Left out of the list for people: single symbols, numerals (unless `numbers`; digits with a unit are some), words
        of which one neighbour makes up more than 80 % of those on a side, words that occur less than min_count times.
        new_only leaves out the words of jieba's dictionary, known those of lexicon files. sort: a column, largest
        first, then count, then code points; default 'score', with everything (or no score) 'count'. top: how many.

        Raises OptionError, LexiconError, InputError.
        """
        sort = sort or ("count" if everything or _unmeasured(self.score) else "score")
        if sort not in SORTS:
            raise OptionError(f"sort {sort!r}: not one of {', '.join(SORTS)}")
        if top is not None and top < 1:
            raise OptionError(f"top {top}: must be 1 or more")
        if _unmeasured(getattr(self, sort)):
            raise OptionError(f"sort {sort!r}: was not measured; discover with neighbours=True")
        left_out = [read_words(path) for path in known]
        if new_only:
            left_out.append(jieba_words())
        keep = np.ones(len(self), np.bool_)
        if not everything:
            for mask in self.left_out(numbers).values():
                keep &= ~mask
        for words in left_out:
            keep[keep] = [word not in words for word in self.word[keep]]
        places = np.flatnonzero(keep)
        return self._take(places[_order(self.word[places], getattr(self, sort)[places], self.count[places])][:top])

    def left_out(self, numbers: bool = False) -> dict[str, NDArray[np.bool_]]:
        """Which words are not for people: cause -> bool by word."""
        causes = {
            "a single symbol": self.symbols < 2,
            f"fewer than {self.min_count} times": self.count < self.min_count,
            f"one neighbour stands at its side in more than {PIECE_SHARE:.0%} of its occurrences": self.share
            > PIECE_SHARE,
        }
        if not numbers:
            counted = np.flatnonzero(self.surface_share <= PIECE_SHARE)
            causes["a numeral"] = np.array([is_numeral(word) for word in self.word], np.bool_)
            causes["digits that count something"] = np.zeros(len(self), np.bool_)
            causes["digits that count something"][counted] = [counts_something(word) for word in self.word[counted]]
        return causes

    def filter(self, min_pmi: tuple[float, ...], min_entropy: float) -> Discovery:
        """Without the words of two symbols or more below min_pmi (one number a length from 2 on, the last for longer
        ones) or below min_entropy on their poorer side."""
        keep = np.ones(len(self), np.bool_)
        if min_pmi:
            least = np.array([-np.inf, -np.inf, *min_pmi])
            keep &= self.pmi >= least[np.minimum(self.symbols, least.size - 1)]
        if min_entropy > 0:
            keep &= (self.symbols < 2) | (np.minimum(self.left_entropy, self.right_entropy) >= min_entropy)
        return self if keep.all() else self._take(np.flatnonzero(keep))

    def _take(self, places: NDArray[np.int64]) -> Discovery:
        columns = ("word", *COLUMNS, "symbols", "share", "surface_share")
        return replace(self, **{name: getattr(self, name)[places] for name in columns})

    def save(self, path: str | PathLike[str] | BinaryIO | None, format: str = "tsv") -> None:
        """Writes the words, as tsv, csv, jsonl, jieba or words, to a path ('-' or None: stdout) or a binary file."""
        if path is None or isinstance(path, (str, PathLike)):
            with open_output(None if path is None else fspath(path)) as file:
                write_table(file, self.columns, format)
        else:
            write_table(path, self.columns, format)

    def to_pandas(self) -> pandas.DataFrame:
        """The columns as a pandas frame; needs the extra `pandas`."""
        try:
            import pandas
        except ImportError as error:
            raise NlpkitError("to_pandas needs pandas: pip install 'nlpkit[pandas]'") from error
        return pandas.DataFrame(self.columns)


COLUMNS = ("count", "pmi", "left_entropy", "right_entropy", "score")


def _unmeasured(column: NDArray[Any]) -> bool:
    return column.size > 0 and column.dtype.kind == "f" and bool(np.isnan(column).all())


def _order(word: NDArray[np.object_], key: NDArray[Any], count: NDArray[np.int64]) -> NDArray[np.int64]:
    """Places by key, then count, both largest first, then by code points; NaN last."""
    if not word.size:
        return np.empty(0, np.int64)
    longest = max(map(len, word))
    by_text = np.argsort(word.astype(f"<U{longest}") if longest <= 64 else word, kind="stable")
    text_rank = np.empty(word.size, np.int64)
    text_rank[by_text] = np.arange(word.size)
    return np.lexsort((text_rank, -count, -key))


def information(counts: NDArray[np.int64], symbols: int) -> float:
    """-(sum of c ln p) / symbols in nats, p = c / sum of c; 0 for nothing."""
    counts = counts[counts > 0]
    total = int(counts.sum())
    return float((counts * np.log(max(1, total) / counts)).sum() / symbols) if symbols else 0.0
