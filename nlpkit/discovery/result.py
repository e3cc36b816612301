"""What discovery found: the lexicon, and the list for people made from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from os import PathLike
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nlpkit.arguments import checked
from nlpkit.choices import DISCOVERY_FORMATS, ENCODING
from nlpkit.discovery.numerals import counts_something, is_numeral
from nlpkit.discovery.options import SelectionOptions
from nlpkit.discovery.tokenizer import tokenizer_text
from nlpkit.errors import Notice, Option, OptionError, counted
from nlpkit.lexicon import is_traditional, jieba_words, read_words, simplify
from nlpkit.lexicon.discovered import CHARACTERS, RUNS
from nlpkit.reports.picture import Picture
from nlpkit.results import ResultTable, order_of, table_text

if TYPE_CHECKING:
    from nlpkit.reports.page import Page

#: The numbers of each word that are saved.
COLUMNS = ("count", "pmi", "left_entropy", "right_entropy", "score")
#: A word of which one neighbour stands on the same side more often than this is a piece of a longer one.
PIECE_SHARE = 0.8
#: Many words are as long as words may be if it is this share of the words of two symbols or more, and this many. With 4
#: symbols it is .13 to .16 of statutes and news, .12 of reviews, .09 of posts, .08 of a manual, .03 of poetry.
SHARE_AT_LIMIT, LEAST_AT_LIMIT = 1 / 8, 100


_NONE = Notice("")


@dataclass(frozen=True, repr=False)
class Discovery(ResultTable):
    """The words that `discover` found: columns of equal length, one entry a word.

    Example: `nlpkit.discover("corpus.txt").select(new_only=True, top=20).save("words.tsv")`. The format `tokenizer`, or
    the name `tokenizer.json`, makes a unigram model for the library tokenizers of Hugging Face.

    word: object (str). count: int64, occurrences in the last segmentation (method auto) or as a whole piece. pmi,
    left_entropy, right_entropy: float64, nats; see docs/algorithms.md. score: float64, larger is better.
    symbols: int64, length in symbols. share: float64, the largest share of one neighbour on either side. surface_share:
    float64; of a word with digits, its share of the words with other digits in their place (500米: of all <digits>米).
    min_count: the least count of the n-grams. characters: how many the runs of symbols have together. nats_before,
    nats_after: information per symbol, of single symbols and of words. whole_runs: whether a run of digits, or of ASCII
    letters, is one symbol. explanation: of the words that were asked about. is_selected: whether `select` made it.

    Pictures, pages and tables in notebooks show the list for people: of all that was found, that is `select()`. The
    columns, `save` and `bars` have every word.
    """

    formats = DISCOVERY_FORMATS
    column_names = ("word", *COLUMNS)

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
    whole_runs: bool = False
    explanation: Notice = _NONE
    is_selected: bool = False

    @checked
    def select(
        self,
        *,
        everything: bool = False,
        list_numerals: bool = False,
        new_only: bool = False,
        known: Iterable[str | PathLike[str]] = (),
        sort: str | None = None,
        top: int | None = None,
        encoding: str = ENCODING,
        notify: Callable[[str], object] | None = None,
    ) -> Discovery:
        """Returns the list for people, sorted; with `everything` the list for a decoder.

        The list for people leaves out single symbols, numerals (unless `list_numerals`; digits with a unit count as
        such), words with one neighbour that makes up more than 80 % of those on a side, and words that occur fewer than
        min_count times.

        new_only: leaves out the words of jieba's dictionary. If the words found are in Traditional characters and
        OpenCC is installed (`nlpkit[traditional]`), those that it has in simplified characters are left out, too.
        known: lexicon files whose words are left out. encoding: of these files, as in `Corpus`. sort: a column by which
        to sort, the largest first, then by count, then by code points; the default is 'score', with everything (or
        where there is no score) 'count'. top: how many words to keep. notify: called with a line for the user about
        words in Traditional characters.

        Raises OptionError, LexiconError, InputError.
        """
        SelectionOptions(everything, list_numerals, new_only, known, sort, top)
        sort = sort or self.default_sort(everything)
        if _unmeasured(getattr(self, sort)):
            ways = ("; discover with ", Option("neighbours"))
            raise OptionError(Option("sort"), f" {sort!r}: was not measured", *ways)
        left_out = [read_words(path, encoding) for path in known]
        if new_only:
            left_out.append(jieba_words())
        keep = np.ones(len(self), np.bool_)
        if not everything:
            for mask in self.left_out(list_numerals).values():
                keep &= ~mask
        for words in left_out:
            keep[keep] = [word not in words for word in self.word[keep]]
        if new_only and is_traditional(self.word):
            keep[keep] = _new_in_simplified(self.word[keep], notify)
        places = np.flatnonzero(keep)
        places = places[order_of(self.word[places], getattr(self, sort)[places], self.count[places])][:top]
        return replace(self._take(places), is_selected=True)

    def default_sort(self, everything: bool = False) -> str:
        """Returns the column by which `select` sorts if nobody names one."""
        return "count" if everything or _unmeasured(self.score) else "score"

    def pictures(self) -> tuple[Picture, ...]:
        """Returns `scatter`: PMI against count, with the entropy of the neighbours as colour; new words are marked.

        Of all that was found, the list for people is drawn. Raises OptionError where altair is not installed.
        """
        from nlpkit.discovery.pictures import scatter_of  # here, because few results are drawn

        return scatter_of(self._for_people.columns, "" if self.is_selected else f"; {self._choice}")

    def page(self, title: str | None = None) -> Page:
        """Returns a page, see `ResultTable.page`; of all that was found, it shows the list for people."""
        if self.is_selected:
            return super().page(title)
        page = self._for_people.page(title)
        return replace(page, summary=f"{page.summary}; {self._choice}")

    def head(self, rows: int) -> dict[str, Any]:
        """Returns the first rows of the columns; of all that was found, those of the list for people."""
        return super(Discovery, self._for_people).head(rows)

    def listed(self, rows: int) -> dict[str, Any]:
        """Returns the first rows of the columns of a page's table. It says which words are new beside jieba's
        dictionary, unless all are or none is."""
        from nlpkit.discovery.pictures import marks_of_new  # here, because few results are drawn

        columns = self.head(rows)
        marks = marks_of_new(columns["word"].tolist())
        return {"word": columns.pop("word"), **({"new": marks} if len({*marks}) > 1 else {}), **columns}

    def _repr_html_(self) -> str:
        """Returns the first rows as a table of HTML, which a notebook shows; of all that was found, those of the list
        for people."""
        return super()._repr_html_() if self.is_selected else self._for_people._repr_html_() + f"<p>{self._choice}</p>"

    @cached_property
    def _for_people(self) -> Discovery:
        """What people are shown: the list for people, unless a list was selected."""
        return self if self.is_selected else self.select()

    @property
    def _choice(self) -> str:
        """Says what is shown of all that was found."""
        return f"the list for people: {len(self._for_people):,} of {counted(len(self), 'word')}, see `select`"

    def _text(self, format: str) -> Iterator[Any]:
        if format == "tokenizer":
            return tokenizer_text(self.word, self.count)
        if format != "jieba":
            return super()._text(format)
        tag = RUNS if self.whole_runs else CHARACTERS
        return table_text({**self.columns, "tag": np.full(len(self), tag, object)}, format)

    def _summary(self) -> str:
        return f"{counted(len(self), 'word')}, {counted(self.characters, 'character')}"

    def left_out(self, list_numerals: bool = False) -> dict[str, NDArray[np.bool_]]:
        """Returns which words the list for people leaves out, and why: cause -> bool, one entry a word."""
        causes = {
            "a single symbol": self.symbols < 2,
            f"fewer than {counted(self.min_count, 'time')}": self.count < self.min_count,
            f"one neighbour stands at its side in more than {PIECE_SHARE:.0%} of its occurrences": self.share
            > PIECE_SHARE,
        }
        if not list_numerals:
            with_digits = np.flatnonzero(self.surface_share <= PIECE_SHARE)
            causes["a numeral"] = np.array([is_numeral(word) for word in self.word], np.bool_)
            causes["digits that count something"] = np.zeros(len(self), np.bool_)
            causes["digits that count something"][with_digits] = [
                counts_something(word) for word in self.word[with_digits]
            ]
        return causes

    def limit_notice(self, longest: int, charset: str) -> Notice | None:
        """Says that many words are as long as words may be, and how longer ones are found; None if few are.

        longest: the limit, in symbols. charset: of the words.
        """
        words, at_limit = int((self.symbols > 1).sum()), int((self.symbols == longest).sum())
        if longest < 2 or at_limit < LEAST_AT_LIMIT or at_limit < SHARE_AT_LIMIT * words:
            return None
        is_chinese = charset in ("han", "han+alnum")
        ways = ("`nlpkit terms`",) if is_chinese else ("a larger ", Option("max_length"))
        return Notice(
            f"of {words:,} words of 2 characters or more, {at_limit:,} have {longest}, the most that ",
            Option("max_length"),
            " allows; ",
            *ways,
            " finds longer ones",
        )

    def filter(self, min_pmi: tuple[float, ...], min_entropy: float, min_length: int) -> Discovery:
        """Returns the words of min_length symbols or more, without those of two symbols or more whose PMI or entropy is
        too small, in nats.

        min_pmi: the least PMI for each length from 2 on; the last number holds for longer words, too. min_entropy: the
        least branching entropy on the side where it is smaller.
        """
        keep = self.symbols >= min_length
        if min_pmi:
            least = np.array([-np.inf, -np.inf, *min_pmi])
            keep &= self.pmi >= least[np.minimum(self.symbols, least.size - 1)]
        if min_entropy > 0:
            keep &= (self.symbols < 2) | (np.minimum(self.left_entropy, self.right_entropy) >= min_entropy)
        return self if keep.all() else self._take(np.flatnonzero(keep))


def _new_in_simplified(words: NDArray[np.object_], notify: Callable[[str], object] | None) -> NDArray[np.bool_]:
    """Returns which Traditional words jieba's dictionary does not have in simplified characters: bool, one a word."""
    known, simplified = jieba_words(), simplify(words.tolist())
    new = np.array([word not in known for word in simplified or words], np.bool_)
    if notify is not None and simplified is None:
        notify(
            "the words are in Traditional characters; to leave out those that jieba's dictionary has in simplified "
            "characters: pip install 'nlpkit[traditional]'"
        )
    elif notify is not None and simplified is not None and not new.all():
        first = int(np.argmin(new))
        example = f"{words[first]}: {simplified[first]}"
        count = counted(int((~new).sum()), "word")
        notify(f"left out {count} in Traditional characters that jieba has in simplified characters ({example})")
    return new


def _unmeasured(column: NDArray[Any]) -> bool:
    return column.size > 0 and column.dtype.kind == "f" and bool(np.isnan(column).all())


def information(counts: NDArray[np.int64], symbols: int) -> float:
    """Returns -(sum of c ln p) / symbols in nats, with p = c / (sum of c); 0 where there are no symbols.

    counts: int64, c. symbols: how many symbols the counted items have together.
    """
    counts = counts[counts > 0]
    total = int(counts.sum())
    return float((counts * np.log(max(1, total) / counts)).sum() / symbols) if symbols else 0.0
