"""Hits that are tokens, and the tokens beside hits: what lines that may have hits are cut into."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from nlpkit.kwic.finding import Matches
from nlpkit.kwic.options import ConcordanceOptions
from nlpkit.kwic.tokens import LineTokens
from nlpkit.languages import Language

Places = NDArray[np.int64]
Span = tuple[int, int]

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

    def context(self, begins: Places, ends: Places, most: int) -> Places:
        """Returns where the context of `most` words on each side of hits begins and ends, int64[n, 2]; where there are
        fewer, where the first and the last token are that were looked at."""
        out = np.column_stack((begins, ends))
        for row, (lefts, rights) in enumerate(self._beside(begins, ends, most, most)):
            out[row, 0] = lefts[-1][0] if lefts else begins[row]
            out[row, 1] = rights[-1][1] if rights else ends[row]
        return out

    def neighbours(
        self, begins: Places, ends: Places, positions: tuple[int, ...], how: Forms
    ) -> list[tuple[bytes, ...]]:
        """Returns the forms of the words at `positions` beside each hit."""
        data, keys = self.data, []
        most = max(positions), -min(positions)
        for sides in self._beside(begins, ends, max(0, most[1]), max(0, most[0])):
            words = [[data[a:b] for a, b in side if is_word(data[a:b])] for side in sides]
            found = (words[position > 0][abs(position) - 1 : abs(position)] for position in positions)
            keys.append(tuple(how.encoded(word[0]) if word else b"" for word in found))
        return keys

    def _beside(self, begins: Places, ends: Places, left: int, right: int) -> Iterator[tuple[list[Span], list[Span]]]:
        """Yields for each hit the tokens before it and after it, the nearest first, up to so many words; the rest of a
        token that the hit cuts is a token."""
        places = zip(
            begins.tolist(), ends.tolist(), *(p.tolist() for p in self._tokens_beside(begins, ends)), strict=True
        )
        for begin, end, low, before, after, high in places:
            first, last = max(low, before - tokens_for(left)), min(high, after + tokens_for(right))
            starts, stops = self.begins[first:last].tolist(), self.ends[first:last].tolist()
            lefts = ((starts[i], min(stops[i], begin)) for i in range(before - first - 1, -1, -1))
            rights = ((max(starts[i], end), stops[i]) for i in range(after - first, last - first))
            yield self._nearest(lefts, left), self._nearest(rights, right)

    def _nearest(self, spans: Iterable[Span], words: int) -> list[Span]:
        """Returns tokens up to the one that is the last of so many words."""
        found: list[Span] = []
        for span in spans if words else ():
            found.append(span)
            words -= is_word(self.data[span[0] : span[1]])
            if not words:
                break
        return found


def tokens_for(words: int) -> int:
    """Returns how many tokens on one side of a hit are looked at to find so many words."""
    return 8 * words + _FAR


@lru_cache(1 << 16)
def is_word(token: bytes) -> bool:
    """Whether a token, in UTF-8, has a letter or a digit."""
    return any(map(str.isalnum, token.decode()))


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
