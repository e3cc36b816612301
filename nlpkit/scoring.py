"""Compares a segmentation with one made by people: precision, recall and F1 of words; recall of unknown words.

The measures of the SIGHAN bakeoffs (Sproat and Emerson 2003; Emerson 2005). A predicted word is correct where a gold
word begins and ends at the same characters of the same line. The bakeoffs' own script aligns the words of a line with
`diff` instead, which may pair equal words at different places and, where almost nothing agrees, miss some that do; the
figures of real segmenters are the same to three decimals. Where the texts of a line differ, as in some lines of the
bakeoffs' own files, its words are aligned here too.
"""

from __future__ import annotations

import heapq
import math
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from os import PathLike
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from nlpkit.alignment import common_subsequence
from nlpkit.arguments import checked
from nlpkit.corpus import Corpus, read_pieces
from nlpkit.corpus.encodings import not_utf8
from nlpkit.errors import InputError, Option, OptionError, counted
from nlpkit.executors import Progress
from nlpkit.lexicon import read_words
from nlpkit.options import check_at_least
from nlpkit.places.sources import Input, as_inputs
from nlpkit.results import Summary, Target, align, table_text

_Chars: TypeAlias = NDArray[np.uint32]
_Flags: TypeAlias = NDArray[np.bool_]

_BLOCK_SIZE = 1 << 20  # bytes of each text in memory
_LONGEST_ALIGNED = 1 << 16  # characters of a line whose texts may differ
_LEAST_ALIKE = 0.5  # more than this share of their characters must be common
_EXCERPT = 8  # characters of a text in a message
_MOST_LINES = 10  # in a message
_LINE_END = 0x0A
_NOTHING: _Flags = np.empty(0, np.bool_)
_UTF_32 = "utf-32-le"
#: Whether a code point is white space (as str.split has it); the last entry stands for all that follow.
_IS_SPACE = np.array([chr(c).isspace() for c in range(0x3002)])


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A stretch of text that the two segmentations cut differently.

    gold, predicted: its words in each, with a space between them. count: how often the text has this difference.
    """

    gold: str
    predicted: str
    count: int


@dataclass(frozen=True)
class Score(Summary):
    """The result of `score`: counts of words, and measures made of them: fractions, NaN where they do not exist.

    gold_words, predicted_words: all words of each text. correct: predicted words that are gold words. oov_words: gold
    words that are not in the lexicon; oov_correct: those of them that were predicted; both are None without a lexicon.
    disagreements: the most frequent first. differing_lines: the numbers, from 1, of the lines whose texts differ.
    """

    gold_words: int
    predicted_words: int
    correct: int
    oov_words: int | None = None
    oov_correct: int | None = None
    disagreements: tuple[Disagreement, ...] = ()
    differing_lines: tuple[int, ...] = ()

    @property
    def precision(self) -> float:
        """The share of the predicted words that are correct."""
        return _share(self.correct, self.predicted_words)

    @property
    def recall(self) -> float:
        """The share of the gold words that were predicted."""
        return _share(self.correct, self.gold_words)

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return _share(2 * self.correct, self.gold_words + self.predicted_words)

    @property
    def oov_rate(self) -> float:
        """The share of the gold words that are not in the lexicon (out of vocabulary)."""
        return math.nan if self.oov_words is None else _share(self.oov_words, self.gold_words)

    @property
    def oov_recall(self) -> float:
        """Recall over the gold words that are not in the lexicon."""
        if self.oov_words is None or self.oov_correct is None:
            return math.nan
        return _share(self.oov_correct, self.oov_words)

    @property
    def iv_recall(self) -> float:
        """Recall over the gold words that are in the lexicon."""
        if self.oov_words is None or self.oov_correct is None:
            return math.nan
        return _share(self.correct - self.oov_correct, self.gold_words - self.oov_words)

    @property
    def columns(self) -> dict[str, list[int] | list[float]]:
        """The counts and measures by name, each as a list of one value."""
        counts = {name: [getattr(self, name)] for name in ("gold_words", "predicted_words", "correct")}
        measures = {name: [getattr(self, name)] for name in (*_MEASURES, *_OOV_MEASURES)}
        return {**counts, **measures, "differing_lines": [len(self.differing_lines)]}

    def __str__(self) -> str:
        """Returns lines of text: the counts, the measures to 4 decimals, then the disagreements if there are any."""
        rows = [
            ("gold words", f"{self.gold_words:,}"),
            ("predicted words", f"{self.predicted_words:,}"),
            ("correct words", f"{self.correct:,}"),
        ]
        titles = {**_MEASURES, **({} if self.oov_words is None else _OOV_MEASURES)}
        for name, title in titles.items():
            value = getattr(self, name)
            rows.append((title, "-" if math.isnan(value) else f"{value:.4f}"))
        if self.differing_lines:
            rows.append(("lines of another text", f"{len(self.differing_lines):,}"))
        lines = align(rows)
        if self.disagreements:
            counts = ["count", *(f"{item.count:,}" for item in self.disagreements)]
            pairs = ["gold -> predicted", *(f"{item.gold} -> {item.predicted}" for item in self.disagreements)]
            width = max(map(len, counts))
            lines += ["", *(f"{count:>{width}}  {pair}" for count, pair in zip(counts, pairs, strict=True))]
        return "\n".join(lines) + "\n"

    @checked
    def save(self, path: Target, format: str | None = None, *, disagreements: bool = False) -> None:
        """Writes the score to a path (`-` or None: standard output) or to a binary file.

        format: `text` holds all of it; `tsv`, `csv` and `jsonl` have one row of counts and measures, or with
        `disagreements` one row for each disagreement instead. By default that of the file's name, else `text`.

        Raises OptionError for another format, OutputError.
        """
        columns: dict[str, list[Any]] = {**self.columns}
        if disagreements:
            names = ("gold", "predicted", "count")
            columns = {name: [getattr(row, name) for row in self.disagreements] for name in names}
        chosen = self._format(path, format)
        self._write(path, chosen, table_text(columns, chosen))


_MEASURES = {"precision": "precision", "recall": "recall", "f1": "F1"}
_OOV_MEASURES = {"oov_rate": "OOV rate", "oov_recall": "OOV recall", "iv_recall": "IV recall"}


def _share(part: int, whole: int) -> float:
    return part / whole if whole else math.nan


@checked
def score(
    gold: Corpus | Input,
    predicted: Corpus | Input,
    *,
    lexicon: str | PathLike[str] | Iterable[str | PathLike[str]] | None = None,
    show: int = 0,
    progress: Progress | None = None,
    notify: Callable[[str], object] | None = None,
) -> Score:
    """Compares a segmentation with a gold standard, a segmentation of the same text that is taken to be right.

    gold, predicted: each a Corpus of one file, or what one is made of: a path, '-' or a binary file. Their words are
    separated by white space. Without it both must be the same text, line by line; blank lines at the end do not matter.
    A line whose two texts are alike but not equal (more than half of their characters are common, in the same order and
    without regard to width) is compared by the longest common subsequence of its words, as the bakeoffs' script does.
    lexicon: a file or several of the words that are known (those of the training text), for the measures of unknown
    words. show: how many disagreements to keep: the most frequent, those of equal counts in the order of code points.
    progress: called with the number of bytes of the gold file that were done since the last call. notify: called with
    a line for the user that names the lines whose texts differ.

        print(score("gold.txt", "mine.txt").f1)

    Both files are read once, in blocks. Memory grows neither with the files nor with their lines; it grows with the
    longest stretch in which they have no word boundary in common, with the number of lines whose texts differ, and, if
    `show` is set, with the number of different disagreements.

    Raises OptionError; InputError, `path:line: cause` where the texts are not alike, and where there are no words;
    EncodingError; LexiconError.
    """
    check_at_least("show", show, 0)
    if gold is predicted and isinstance(gold, Corpus):
        raise OptionError(
            Option("gold"), " and ", Option("predicted"), " are the same Corpus, which is read once at a time; make two"
        )
    first, second = (text if isinstance(text, Corpus) else Corpus(text) for text in (gold, predicted))
    as_inputs([*first.inputs, *second.inputs])  # not stdin twice
    files = [lexicon] if isinstance(lexicon, (str, PathLike)) else list(lexicon or ())
    words = [read_words(path, first.options.encoding, notify) for path in files]
    known = frozenset[str]().union(*words) if files else None
    with first, second:
        comparison = _Comparison(known, show > 0)
        _compare(_TextReader(first, progress), _TextReader(second, None), comparison)
        if notify is not None and comparison.differing_lines:
            notify(_differing(comparison.differing_lines, first.sources[0].name, second.sources[0].name))
        if not comparison.gold_words:
            raise InputError(f"{first.sources[0].name}: holds no words, so there is nothing to score")
    return comparison.result(show)


class _TextReader:
    """One of the texts without its white space, of which a window is in memory.

    chars: code points, _LINE_END after each line. begins: whether a word, or a line end, begins with the character.
    ended: whether all was read. is_blank: whether what was read is white space.
    """

    def __init__(self, corpus: Corpus, progress: Progress | None) -> None:
        if len(corpus.sources) != 1:
            raise OptionError(f"{corpus.inputs[0]}: holds {len(corpus.sources):,} files; score compares two files")
        self.name = corpus.sources[0].name
        self.chars: _Chars = np.empty(0, np.uint32)
        self.begins: _Flags = np.empty(0, np.bool_)
        self.ended, self.is_blank = False, True
        self._blocks = _blocks(corpus, progress)

    def read(self) -> None:
        """Adds a block at the end of the window."""
        block = next(self._blocks, None)
        if block is None:
            self.ended = True
        else:
            self.is_blank = self.is_blank and not (block[0] != _LINE_END).any()
            self.chars, self.begins = (
                np.concatenate(both) for both in zip((self.chars, self.begins), block, strict=True)
            )

    def drop(self, size: int) -> None:
        """Removes the first `size` characters from the window."""
        self.chars, self.begins = self.chars[size:], self.begins[size:]

    def words(self, end: int) -> list[str]:
        """Returns the words of the window up to the place `end`."""
        return _words(self.chars[:end], np.flatnonzero(self.begins[:end])) if end else []

    def line(self) -> int:
        """Returns the size of the line that the window begins with, without its end, of a very long one a part."""
        done = 0
        while True:
            ends = np.flatnonzero(self.chars[done:] == _LINE_END)
            if ends.size:
                return done + int(ends[0])
            done = self.chars.size
            if self.ended or done > _LONGEST_ALIGNED:
                return done
            self.read()

    def excerpt(self, at: int) -> str:
        """Returns some characters of the text for a message, from the place `at` of the window on."""
        while not self.ended and self.chars.size < at + _EXCERPT:
            self.read()
        text = _decode(self.chars[at : at + _EXCERPT])
        if not text:
            return "the end of the file"
        text = text.partition("\n")[0]
        return f"{text!r} (U+{ord(text[0]):04X})" if text else "the end of the line"


def _blocks(corpus: Corpus, progress: Progress | None) -> Iterator[tuple[_Chars, _Flags]]:
    after_space = True
    for chunk in corpus.chunks():
        for part in chunk.parts:
            for piece in read_pieces(part, _BLOCK_SIZE):
                try:
                    text = piece.data.decode()
                except UnicodeDecodeError as error:
                    raise not_utf8(part.source, piece.start + error.start) from error
                chars = np.frombuffer(text.encode(_UTF_32), "<u4")
                if not chars.size:
                    continue
                is_space = _IS_SPACE[np.minimum(chars, _IS_SPACE.size - 1)]
                line_ends = chars == _LINE_END
                begins = np.concatenate([[after_space], is_space[:-1]]) | line_ends
                after_space = bool(is_space[-1])
                kept = ~is_space | line_ends
                yield chars[kept], begins[kept]
        if progress is not None:
            progress(chunk.size)


def _decode(chars: _Chars) -> str:
    return chars.tobytes().decode(_UTF_32)


def _compare(gold: _TextReader, predicted: _TextReader, comparison: _Comparison) -> None:
    """Counts the words of both texts in windows of whole lines, or of a part of a very long line.

    Raises InputError at the first character in which the texts differ, if it is in a line whose texts are not alike.
    """
    line = column = 0  # lines, and characters of the last one, that were compared
    done = False
    while not done:
        shorter, longer = sorted((gold, predicted), key=lambda text: text.chars.size)
        (longer if shorter.ended else shorter).read()
        size = min(gold.chars.size, predicted.chars.size)
        at = _first_difference(gold, predicted, size)
        done = at is None and gold.ended and predicted.ended
        if at is not None and at > size:  # one text has blank lines there, and then the texts differ
            line, column = _advance(line, column, max(gold.chars, predicted.chars, key=len)[:at])
            raise _other_text(gold, predicted, line, column, at)
        if at is not None:
            size = _line_begin(gold.chars[:at])
        elif not done:
            common = gold.begins[:size] & predicted.begins[:size] if size > _LONGEST_ALIGNED else _NOTHING
            size = _line_begin(gold.chars[:size]) or _last(common)
        if size:
            comparison.add(gold.chars[:size], gold.begins[:size], predicted.begins[:size])
        line, column = _advance(line, column, gold.chars[:size])
        gold.drop(size)
        predicted.drop(size)
        if at is not None:
            ends = gold.line(), predicted.line()
            if column or not comparison.add_line(line + 1, gold.words(ends[0]), predicted.words(ends[1])):
                raise _other_text(gold, predicted, line, column + at - size, at - size)
            gold.drop(ends[0] + 1)
            predicted.drop(ends[1] + 1)
            line += 1


def _other_text(gold: _TextReader, predicted: _TextReader, line: int, column: int, at: int) -> InputError:
    for text, other in ((gold, predicted), (predicted, gold)):
        if text.ended and text.is_blank:
            both = "both must be the same text, line by line"
            return InputError(f"{text.name}: is empty, or white space, and {other.name} is not; {both}")
    return InputError(
        f"{predicted.name}:{line + 1}: {predicted.excerpt(at)} where {gold.name} has {gold.excerpt(at)}, at "
        f"character {column + 1} of the line, white space not counted; both must be the same text, line by line"
    )


def _differing(lines: Sequence[int], gold: str, predicted: str) -> str:
    """Returns the line for the user about the lines whose texts differ."""
    shown = ", ".join(map(str, lines[:_MOST_LINES])) + (", ..." if len(lines) > _MOST_LINES else "")
    what = f"{counted(len(lines), 'line')} with another text than in {gold}"
    return f"{predicted}: {what}, compared by alignment of the words: {shown}"


def _are_alike(gold: str, predicted: str) -> bool:
    """Returns whether two texts of a line are the same text but for small differences; width does not matter."""
    first, second = (unicodedata.normalize("NFKC", text) for text in (gold, predicted))
    if max(len(first), len(second)) > _LONGEST_ALIGNED:
        return False
    common = common_subsequence(first, second)
    return common is not None and len(common) > _LEAST_ALIKE * max(len(first), len(second))


def _line_begin(chars: _Chars) -> int:
    """Returns the place after the last line end, 0 if there is none."""
    return _last(chars == _LINE_END) + 1 if (chars == _LINE_END).any() else 0


def _last(flags: _Flags) -> int:
    places = np.flatnonzero(flags)
    return int(places[-1]) if places.size else 0


def _first_difference(gold: _TextReader, predicted: _TextReader, size: int) -> int | None:
    """Returns the first place where the texts differ, None if there is none.

    After `size`, where one text may have ended, the other may still have line ends.
    """
    different = np.flatnonzero(gold.chars[:size] != predicted.chars[:size])
    if different.size:
        return int(different[0])
    for text, other in ((gold, predicted), (predicted, gold)):
        if text.ended and text.chars.size == size:
            more = np.flatnonzero(other.chars[size:] != _LINE_END)
            if more.size:
                return size + int(more[0])
    return None


def _advance(line: int, column: int, chars: _Chars) -> tuple[int, int]:
    """Returns the number of lines, and of characters in the last one, after further characters."""
    ends = np.flatnonzero(chars == _LINE_END)
    if ends.size:
        return line + ends.size, chars.size - int(ends[-1]) - 1
    return line, column + chars.size


class _Comparison:
    """Counts the words of both texts, and those they have in common, window by window."""

    def __init__(self, known: frozenset[str] | None, shows: bool) -> None:
        self.gold_words = self.predicted_words = self.correct = self.oov_words = self.oov_correct = 0
        self.differing_lines: list[int] = []
        self._known = known
        self._disagreements: Counter[tuple[str, str]] | None = Counter() if shows else None

    def add(self, chars: _Chars, gold: _Flags, predicted: _Flags) -> None:
        """Counts a window in which both texts are equal.

        chars: its characters. gold, predicted: whether a word, or a line end, of each begins with the character.
        """
        is_word = chars != _LINE_END
        self.gold_words += int(np.count_nonzero(gold & is_word))
        self.predicted_words += int(np.count_nonzero(predicted & is_word))
        # A word is correct if it begins in both texts, and the next word that begins in either begins in both.
        places = np.flatnonzero(gold | predicted)
        common = (gold & predicted)[places]
        correct = np.zeros(chars.size, np.bool_)
        correct[places[common & np.append(common[1:], True)]] = True
        correct &= is_word
        self.correct += int(np.count_nonzero(correct))
        if self._known is not None:
            starts = np.flatnonzero(gold)
            known = np.fromiter(map(self._known.__contains__, _words(chars, starts)), np.bool_, starts.size)
            unknown = starts[~known & is_word[starts]]
            self.oov_words += unknown.size
            self.oov_correct += int(np.count_nonzero(correct[unknown]))
        if self._disagreements is not None:
            starts = places[common]
            wrong = is_word[starts] & ~correct[starts]
            spans = starts[wrong], np.append(starts[1:], chars.size)[wrong]
            pair = (_stretches(chars, np.flatnonzero(begins), *spans) for begins in (gold, predicted))
            self._disagreements.update(zip(*pair, strict=True))

    def add_line(self, number: int, gold: Sequence[str], predicted: Sequence[str]) -> bool:
        """Counts the words of a line whose texts differ.

        Returns False, and counts nothing, if the texts are not alike, or too long to find out.
        """
        pairs = common_subsequence(gold, predicted) if _are_alike("".join(gold), "".join(predicted)) else None
        if pairs is None:
            return False
        self.differing_lines.append(number)
        self.gold_words += len(gold)
        self.predicted_words += len(predicted)
        self.correct += len(pairs)
        if self._known is not None:
            unknown = [word not in self._known for word in gold]
            self.oov_words += sum(unknown)
            self.oov_correct += sum(unknown[i] for i, _ in pairs)
        if self._disagreements is not None:
            bounds = [(-1, -1), *pairs, (len(gold), len(predicted))]
            for (i, j), (k, m) in pairwise(bounds):
                if k - i > 1 or m - j > 1:
                    self._disagreements[" ".join(gold[i + 1 : k]), " ".join(predicted[j + 1 : m])] += 1
        return True

    def result(self, show: int) -> Score:
        """Returns the score, with the `show` most frequent disagreements."""
        items = (self._disagreements or {}).items()
        first = heapq.nsmallest(show, items, key=lambda item: (-item[1], item[0]))
        return Score(
            self.gold_words,
            self.predicted_words,
            self.correct,
            None if self._known is None else self.oov_words,
            None if self._known is None else self.oov_correct,
            tuple(Disagreement(*pair, count) for pair, count in first),
            tuple(self.differing_lines),
        )


def _words(chars: _Chars, starts: NDArray[np.intp]) -> list[str]:
    """Returns the words, and line ends, that begin at `starts`."""
    text = _decode(chars)
    stops = np.append(starts[1:], chars.size)
    return [text[start:stop] for start, stop in zip(starts.tolist(), stops.tolist(), strict=True)]


def _stretches(
    chars: _Chars, starts: NDArray[np.intp], first: NDArray[np.intp], stop: NDArray[np.intp]
) -> Iterator[str]:
    """Yields the words of each stretch from `first` to `stop`, with a space between two words.

    starts: where words begin.
    """
    words = _words(chars, starts)
    ranks = (np.searchsorted(starts, places).tolist() for places in (first, stop))
    return (" ".join(words[i:j]) for i, j in zip(*ranks, strict=True))
