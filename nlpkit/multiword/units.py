"""Units: the words of a text in order, as numbers, with marks where runs and documents end."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlpkit.frequencies.counting import PAD, Item
from nlpkit.frequencies.feeding import PIECE, documents_of, feed_parts
from nlpkit.frequencies.tokens import BETWEEN, END, Tokenizer
from nlpkit.kernels import tokens as tokens_kernel
from nlpkit.kernels import word_ngrams as kernel
from nlpkit.kernels.strings import MORE_DATA, NumberedStrings
from nlpkit.languages import Language, is_number

_SPACES = (" ", "\u00a0")
_LIMIT = 32 << 20  # bytes of the tokens that a worker knows
_DIGITS = re.compile(r"\d+")
_MOST_CUTS = 1000
_NONE = np.empty(0, np.int32)
_LONGEST = 4 << 20  # bytes of text that are numbered at a time
_TEXT_SIZE = 150  # bytes of a token in a dict, about
_UNKNOWN, _BY_TEXT = -2, -3  # where a number has no unit
_HAS_WIDTHS = re.compile(r"[0-9A-Za-z\uff10-\uff5a]")


@dataclass(frozen=True)
class Vocabulary:
    """The words that n-grams are made of, in the order of code points.

    words: their texts; word i is unit NUMBER + 1 + i.
    """

    words: list[str]

    def text(self, unit: int) -> str:
        """Returns how a unit is written."""
        return "N" if unit == kernel.NUMBER else self.words[unit - kernel.NUMBER - 1]


class UnitReader:
    """Reads the units of an item of a corpus.

    tokenizer, language: what a token is, and its form. vocabulary: the words that are frequent enough. document: what a
    document is. A token with a letter is a word, any other one with a digit a number; white space of one character
    stands within runs; all else ends them.
    """

    def __init__(self, tokenizer: Tokenizer, language: Language, vocabulary: Vocabulary, document: str) -> None:
        self.tokenizer, self.language, self.document = tokenizer, language, document
        self.vocabulary = vocabulary
        self._units = {word: kernel.NUMBER + 1 + i for i, word in enumerate(vocabulary.words)}
        self._known: list[_Known] = []  # to be used again

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_known": []}

    def unit(self, token: str) -> int:
        """Returns the unit of a token, or SPACE."""
        form = self.language.form(token)
        found = self._units.get(form)
        if found is not None:
            return found
        if self.language.is_word(form):
            return kernel.RARE
        if is_number(form):
            return kernel.NUMBER
        return kernel.SPACE if form in _SPACES else kernel.BREAK

    def written(self, token: str) -> int:
        """Returns the unit of a token, or SPACE, with the marks of capital letters where these say something."""
        if "\n" in token:
            return kernel.DOCUMENT if self.document == "line" else kernel.BREAK
        unit = self.unit(token)
        if unit < kernel.NUMBER or not self.language.casefold:
            return unit
        capital = kernel.CAPITAL if token[0].isupper() else 0
        return unit | int(capital) | int(kernel.CAPITALS if token.isupper() else 0)

    def cut(self, text: str) -> tuple[tuple[str, int], ...]:
        """Returns the words of a text with their units, and what ends runs within it."""
        words: list[tuple[str, int]] = []
        marked, _, _ = self.tokenizer.marked(text.encode(errors="replace"), False, True)
        for token in marked.split() if self.tokenizer.name == "space" else BETWEEN.split(marked):
            form = self.language.form(token.decode())
            unit = self.unit(form) if form else kernel.SPACE
            joins = self.tokenizer.keep_space and unit == kernel.NUMBER and words and words[-1][1] == unit
            if unit != kernel.SPACE and not joins:
                words.append(("N" if unit == kernel.NUMBER else form, unit))
        return tuple(words)

    def cuts(self, text: str, most: int) -> list[tuple[int, ...]]:
        """Returns the ways to cut a text into up to `most` units, whatever the tokenizer does; at most 1,000."""
        form = self.language.form("".join(text.split()))
        found: list[tuple[int, ...]] = []
        dead = set[tuple[int, int]]()  # (place, units before it) from which no way leads to the end

        def go_on(at: int, units: tuple[int, ...]) -> None:
            before = len(found)
            if at == len(form):
                found.append(units)
            digits = _DIGITS.match(form, at)
            stops = [(digits.end(), kernel.NUMBER)] if digits else []
            if form[at : at + 1] == "N":  # as the list writes a number
                stops.append((at + 1, kernel.NUMBER))
            stops += [(n, self._units[form[at:n]]) for n in range(at + 1, len(form) + 1) if form[at:n] in self._units]
            for stop, unit in stops if len(units) < most else ():
                if len(found) < _MOST_CUTS and (stop, len(units) + 1) not in dead:
                    go_on(stop, (*units, unit))
            if len(found) == before:
                dead.add((at, len(units)))

        go_on(0, ())
        return [units for units in found if units]

    def read(self, item: Item) -> NDArray[np.uint32]:
        """Returns the units of an item. Raises EncodingError, InputError."""
        try:
            known = self._known.pop()
        except IndexError:
            known = _Known(self)
        scan = (_NumberScan if self._is_numbered else _Scan)(self, known)
        missing: Counter[str] = Counter()
        for number, parts in enumerate(documents_of(item.chunk.parts, self.document)):
            if number:
                scan.scan(END, b"")
            feed_parts(parts, item.chunk.block_size, scan.feed, missing)
        if scan.known.nbytes < _LIMIT:
            self._known.append(scan.known)
        return np.concatenate([np.empty(0, np.uint32), *scan.parts])

    @property
    def _is_numbered(self) -> bool:
        """Whether the segmenter numbers tokens, so that most need not be looked up by their text."""
        segmenter = self.tokenizer.segmenter
        return self.tokenizer.name == "words" and segmenter is not None and not segmenter.options.fold


class _Known:
    """The tokens that a worker has met, numbered, with the unit of each.

    of_numbers: int32, the unit of each number that the segmenter gives; _UNKNOWN, or _BY_TEXT where tokens of the same
    number may differ in width. of_texts: the units of other tokens.
    """

    def __init__(self, reader: UnitReader) -> None:
        self.reader = reader
        self.strings = NumberedStrings()
        self.units = _NONE
        self._done = 0
        self.of_numbers = _NONE
        self.of_texts: dict[str, int] = {}

    @property
    def nbytes(self) -> int:
        """Bytes of the tokens."""
        return self.strings.nbytes + self.units.nbytes + _TEXT_SIZE * len(self.of_texts)

    def units_of(self, text: str, spans: NDArray[np.int64]) -> NDArray[np.int32]:
        """Returns the units of tokens, given as Engine.numbered gives them: int32."""
        numbers = spans[:, 2]
        found: NDArray[np.int32] = self.of_numbers[numbers]
        rest = np.flatnonzero(found <= _UNKNOWN)
        tokens = [text[begin:end] for begin, end in spans[rest, :2].tolist()]
        for token in set(tokens).difference(self.of_texts):
            self.of_texts[token] = self.reader.written(token)
        found[rest] = [self.of_texts[token] for token in tokens]
        new = rest[self.of_numbers[numbers[rest]] == _UNKNOWN]
        self.of_numbers[numbers[new]] = found[new]
        by_text = [place for place, token in zip(rest.tolist(), tokens, strict=True) if _HAS_WIDTHS.search(token)]
        self.of_numbers[numbers[by_text]] = _BY_TEXT
        self.of_numbers[0] = _BY_TEXT
        return found

    def learn(self) -> None:
        """Finds the units of new tokens."""
        count = len(self.strings)
        if count > self.units.size:
            self.units = np.concatenate([self.units, np.empty(self.strings.capacity - self.units.size, np.int32)])
        if count > self._done:
            self.units[self._done : count] = [self.reader.written(text) for text in self.strings.texts(self._done)]
            self._done = count


class _Scan:
    """Turns text, which is passed to `feed` in order, into units: `parts`."""

    def __init__(self, reader: UnitReader, known: _Known) -> None:
        self.reader, self.known = reader, known
        self.kinds = reader.tokenizer.kinds(reader.document == "line")
        self.in_line = False
        self.last, self.spaces = kernel.DOCUMENT, 0
        self.parts: list[NDArray[np.uint32]] = []
        self.sequence = np.empty(PIECE, np.int32)
        self.room = np.empty(2 * PIECE, np.uint32)

    def feed(self, data: bytes, final: bool) -> int:
        """Reads some text; returns how many bytes it has used. Raises UnicodeDecodeError."""
        marked, used, self.in_line = self.reader.tokenizer.marked(data, self.in_line, final)
        self.scan(marked, data)
        return used

    def scan(self, marked: bytes, data: bytes) -> None:
        """Reads marked text, which stands for `data`."""
        text, tokenizer = np.frombuffer(marked + PAD, np.uint8), self.reader.tokenizer
        at = 0
        if self.known.nbytes > _LIMIT:
            self.known = _Known(self.reader)
        while True:
            strings = self.known.strings
            at, written, ended = tokens_kernel.find_tokens(
                text, len(marked), self.kinds, False, strings.table, at, self.sequence, 0
            )
            self.known.learn()
            n, self.last, self.spaces = kernel.write_units(
                self.sequence, written, self.known.units, tokenizer.keep_space, self.last, self.spaces, self.room
            )
            self.parts.append(self.room[:n].copy())
            if ended == tokens_kernel.FAULT:
                data.decode()  # says where
            if ended == MORE_DATA:
                strings.reserve(len(marked) - at)
            elif not strings.grow(ended) and ended != tokens_kernel.FULL:
                return


class _NumberScan(_Scan):
    """Turns text into units by the numbers that the segmenter gives its tokens."""

    def __init__(self, reader: UnitReader, known: _Known) -> None:
        super().__init__(reader, known)
        assert reader.tokenizer.segmenter is not None
        self.engine = reader.tokenizer.segmenter.engine()

    def feed(self, data: bytes, final: bool) -> int:
        """Reads some text; returns how many bytes it has used. Raises UnicodeDecodeError."""
        used = len(data) if final else data.rfind(b"\n") + 1
        if not used or used > _LONGEST or self.in_line:
            return super().feed(data, final)
        if self.known.nbytes > _LIMIT:
            self.known = _Known(self.reader)
        known = self.known
        if not known.of_numbers.size:
            known.of_numbers = np.full(self.engine.numbers, _UNKNOWN, np.int32)
        text, spans = self.engine.numbered(data[:used])
        found = known.units_of(text, spans)
        room = np.empty(2 * found.size, np.uint32)
        n, self.last, self.spaces = kernel.write_units(
            np.arange(found.size, dtype=np.int32), found.size, found, True, self.last, self.spaces, room
        )
        self.parts.append(room[:n].copy())
        return used
