"""Hits that are tokens, and the tokens beside hits: what lines that may have hits are cut into."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from nlpkit.kwic.finding import Matches
from nlpkit.kwic.options import ConcordanceOptions
from nlpkit.kwic.tokens import LineTokens, Places, Spans, character_places
from nlpkit.languages import Language

_LETTERS = re.compile(r"[^\W_]+")
_FAR = 1000  # tokens without a letter or digit that are passed over to find a word


class CutLines:
    """The lines of a text in which something was found, end to end, cut into tokens.

    found: of the whole text. data: the lines. begins, ends: int64, where tokens are in `data`.
    """

    def __init__(self, text: bytes, found: Matches, tokens: LineTokens) -> None:
        self.found = found
        feeds = np.flatnonzero(np.frombuffer(text, np.uint8) == 10)
        numbers = np.unique(found.lines)
        stops = np.append(feeds + 1, len(text))
        self.numbers = numbers
        self.starts = np.where(numbers > 0, stops[numbers - 1], 0)  # of the lines in the text
        parts = [text[a:b] for a, b in zip(self.starts.tolist(), stops[numbers].tolist(), strict=True)]
        if parts and not parts[-1].endswith(b"\n"):
            parts[-1] += b"\n"
        self.data = b"".join(parts)
        sizes = np.array([*map(len, parts)], np.int64)
        self.stops = np.cumsum(sizes)  # of the lines in `data`, after the line feed
        self.shifts = self.starts - (self.stops - sizes)
        self.begins, self.ends = tokens.cut(self.data) if parts else (np.empty(0, np.int64), np.empty(0, np.int64))

    @staticmethod
    def of_line(data: bytes, found: Matches, begins: Places, ends: Places) -> CutLines:
        """Returns one line, or a part of it, that is cut already."""
        lines = CutLines.__new__(CutLines)
        lines.found, lines.data, lines.begins, lines.ends = found, data, begins, ends
        lines.numbers = lines.starts = lines.shifts = np.zeros(1, np.int64)
        lines.stops = np.array([len(data)], np.int64)
        return lines

    def inner(self, places: Places) -> Places:
        """Returns places of hits in the whole text as places in `data`."""
        inner: Places = places - self.shifts[np.searchsorted(self.numbers, self.found.lines)]
        return inner

    def outer(self, places: Places) -> Places:
        """Returns places in `data` as places in the whole text."""
        outer: Places = places + self.shifts[self.rows(places)]
        return outer

    def rows(self, places: Places) -> Places:
        """Returns which of the lines each place in `data` is in."""
        return np.searchsorted(self.stops, places, "right")

    def _tokens_beside(self, begins: Places, ends: Places) -> tuple[Places, Places, Places, Places]:
        """Returns for each hit: the first token of its line, the one after the last that begins before the hit, the
        first that ends after the hit, and the one after the last of its line."""
        rows = self.rows(begins)
        stops = self.stops[rows]
        lows = np.searchsorted(self.begins, np.where(rows > 0, self.stops[rows - 1], 0))
        highs = np.searchsorted(self.begins, stops)
        return lows, np.searchsorted(self.begins, begins), np.searchsorted(self.ends, ends, "right"), highs

    def context(self, begins: Places, ends: Places, most: int) -> tuple[Places, Places]:
        """Returns where the context of `most` words on each side of hits begins and ends; where there are fewer, where
        the first and the last token are that are looked at."""
        lows, befores, afters, highs = self._tokens_beside(begins, ends)
        firsts, lasts = self._words_beside(begins, ends, -most, most), self._words_beside(begins, ends, most, most)
        firsts = np.where(firsts < 0, np.maximum(lows, befores - tokens_for(most)), firsts)
        lasts = np.where(lasts < 0, np.minimum(highs, afters + tokens_for(most)) - 1, lasts)
        lefts = np.where(befores > lows, np.append(self.begins, 0)[firsts], begins)
        rights = np.where(highs > afters, np.append(self.ends, 0)[lasts], ends)
        return lefts, rights

    def neighbours(
        self, begins: Places, ends: Places, positions: tuple[int, ...], how: Forms
    ) -> list[tuple[bytes, ...]]:
        """Returns the forms of the words at `positions` beside each hit."""
        columns, data = [], self.data
        most = max(map(abs, positions))
        for position in positions:
            words = self._words_beside(begins, ends, position, most)
            starts, stops = np.append(self.begins, 0)[words], np.append(self.ends, 0)[words]
            starts, stops = (starts, np.minimum(stops, begins)) if position < 0 else (np.maximum(starts, ends), stops)
            places = zip(words.tolist(), starts.tolist(), stops.tolist(), strict=True)
            columns.append([b"" if word < 0 else how.encoded(data[a:b]) for word, a, b in places])
        return list(zip(*columns, strict=True))

    def _words_beside(self, begins: Places, ends: Places, position: int, most: int) -> Places:
        """Returns which token is the word at `position` beside each hit, -1 if none of tokens_for(most) is.

        The rest of a token that the hit cuts is a token.
        """
        lows, befores, afters, highs = self._tokens_beside(begins, ends)
        words = self._words
        starts, stops = np.append(self.begins, 0), np.append(self.ends, 0)
        if position < 0:
            cut = befores - 1
            is_rest = (befores > lows) & self._is_word[cut] & ~self._has_letters(starts[cut], begins)
            at = np.searchsorted(words, befores) - is_rest + position
            least, limit = np.maximum(lows, befores - tokens_for(most)), befores
        else:
            is_rest = (afters < highs) & self._is_word[afters] & ~self._has_letters(ends, stops[afters])
            at = np.searchsorted(words, afters) + is_rest + position - 1
            least, limit = afters, np.minimum(highs, afters + tokens_for(most))
        found = np.append(words, -1)[np.where((at < 0) | (at > words.size), words.size, at)]
        inside: Places = np.where((found >= least) & (found < limit), found, -1)
        return inside

    @cached_property
    def _words(self) -> Places:
        """Which tokens are words."""
        return np.flatnonzero(self._is_word)

    @cached_property
    def _is_word(self) -> NDArray[np.bool_]:
        """Whether each token is a word; False after the last."""
        return np.append(self._has_letters(self.begins, self.ends), False)

    def _has_letters(self, begins: Places, ends: Places) -> NDArray[np.bool_]:
        """Whether there is a letter or a digit between two places of `data` each."""
        starts, stops = self._letters
        at = np.searchsorted(stops, begins, "right")
        found: NDArray[np.bool_] = np.append(starts, len(self.data))[at] < np.minimum(ends, len(self.data))
        return found

    @cached_property
    def _letters(self) -> Spans:
        """Where letters and digits stand together in `data`, which may begin within a character."""
        found = [match.span() for match in _LETTERS.finditer(self.data.decode(errors="ignore"))]
        spans = character_places(self.data)[np.array(found, np.int64).reshape(-1, 2)]
        return spans[:, 0], spans[:, 1]


def tokens_for(words: int) -> int:
    """Returns how many tokens beside a hit are searched for its nearest `words` words."""
    return 8 * words + _FAR


@dataclass(frozen=True)
class Forms:
    """The form in which tokens are compared: NFKC, without regard to case, or as a language has them."""

    normalize: bool
    casefold: bool
    language: Language

    @staticmethod
    def of(options: ConcordanceOptions) -> Forms:
        """Returns what the options ask for."""
        return Forms(options.normalize, options.casefold, options.cased)

    @property
    def keep_all(self) -> bool:
        """Whether tokens are compared as they are."""
        return not (self.normalize or self.casefold or self.language.casefold)

    def form(self, token: str) -> str:
        """Returns the form of a token."""
        token = unicodedata.normalize("NFKC", token) if self.normalize else token
        return token.casefold() if self.casefold else self.language.form(token)

    def encoded(self, token: bytes) -> bytes:
        """Returns the form of a token, both in UTF-8."""
        if self.keep_all:
            return token
        if token not in self._known:
            if len(self._known) > 1 << 18:
                self._known.clear()
            self._known[token] = self.form(token.decode()).encode()
        return self._known[token]

    @cached_property
    def _known(self) -> dict[bytes, bytes]:
        return {}

    def __getstate__(self) -> dict[str, object]:
        return {key: value for key, value in self.__dict__.items() if key != "_known"}


@dataclass(frozen=True)
class TokenQuery:
    """Tokens in a row that are looked for.

    forms: as they are compared. how: what their form is.
    """

    forms: tuple[str, ...]
    how: Forms

    @staticmethod
    def of(options: ConcordanceOptions, tokens: LineTokens, how: Forms) -> TokenQuery:
        """Returns what the options ask for."""
        if options.word:
            parts = [options.query]
        else:
            parts = options.query.split()
            parts = tokens.tokens(options.query) if len(parts) == 1 else parts
        return TokenQuery(tuple(map(how.form, parts)), how)

    def find(self, lines: CutLines) -> Matches:
        """Returns the hits in lines, as places in `lines.data`."""
        firsts = self._firsts(lines)
        lasts = firsts
        if len(self.forms) > 1:
            firsts = np.array(list(self._rows_of_tokens(lines, firsts)), np.int64)
            lasts = firsts + len(self.forms) - 1
        begins, ends = lines.begins[firsts], lines.ends[lasts]
        return Matches(begins, ends, lines.numbers[lines.rows(begins)], lines.found.feeds)

    def _rows_of_tokens(self, lines: CutLines, firsts: Places) -> Iterator[int]:
        """Yields the first token of each row of tokens that is looked for; no two of them overlap."""
        data, begins, ends = lines.data, lines.begins, lines.ends
        least = 0
        for i in firsts.tolist():
            stop = i + len(self.forms)
            if (
                least <= i
                and stop <= begins.size
                and self._follow(data, begins[i:stop].tolist(), ends[i:stop].tolist())
            ):
                least = stop
                yield i

    def _firsts(self, lines: CutLines) -> Places:
        """Returns the tokens that are the first of those that are looked for."""
        begins, ends, data = lines.begins, lines.ends, lines.data
        if not begins.size:
            return np.empty(0, np.int64)
        first = self.forms[0].encode()
        if self.how.keep_all:
            places = lines.inner(lines.found.begins)
            at = np.minimum(np.searchsorted(begins, places), begins.size - 1)
            fits = (begins[at] == places) & (ends[at] == places + len(first))
            firsts: Places = at[fits]
            return firsts
        form = self.how.encoded
        return np.flatnonzero([form(data[a:b]) == first for a, b in zip(begins, ends, strict=True)])

    def _follow(self, data: bytes, begins: list[int], ends: list[int]) -> bool:
        """Whether the tokens after the first are those that are looked for, with nothing but white space between."""
        if b"\n" in data[begins[0] : ends[-1]]:
            return False
        for form, before, begin, end in zip(self.forms[1:], ends, begins[1:], ends[1:], strict=False):
            between = data[before:begin].decode()
            if self.how.encoded(data[begin:end]) != form.encode() or (between and not between.isspace()):
                return False
        return True
