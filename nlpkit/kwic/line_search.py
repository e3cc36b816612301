"""Searches whole lines: finds what is looked for, and cuts the context of the hits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from nlpkit.kwic.finding import AllLines, Finder, FoldedFinder, Matches, RegexFinder, StringFinder, Text
from nlpkit.kwic.hits import Hits
from nlpkit.kwic.options import ConcordanceOptions
from nlpkit.kwic.token_hits import CutLines, Forms, TokenQuery
from nlpkit.kwic.tokens import LineTokens


class LineSearch:
    """Searches lines as the options say."""

    def __init__(self, options: ConcordanceOptions, tokens: LineTokens | None) -> None:
        self.options, self.tokens = options, tokens
        self.forms = Forms.of(options)
        self.query = (
            TokenQuery.of(options, tokens, self.forms) if options.has_token_query and tokens is not None else None
        )
        self.finder = self._finder()

    def _finder(self) -> Finder:
        options = self.options
        if options.regex:
            return RegexFinder(options.query, options.casefold)
        if self.query is None:
            return FoldedFinder(options.query) if options.casefold else StringFinder(options.query.encode())
        query, folds = self.query.forms[0], options.casefold or self.forms.language.casefold
        if options.normalize or (folds and not options.casefold and not query.isalnum()):
            return AllLines()  # another string may have this form
        return FoldedFinder(query, True) if folds else StringFinder(query.encode(), True)

    @property
    def needs_lines(self) -> bool:
        """Whether only whole lines can be searched; others can in pieces, see LongLine."""
        return not isinstance(self.finder, StringFinder) or (self.tokens is not None and self.tokens.needs_lines)

    def search(self, data: bytes, start: int, name: str, number: int, compiled: bool) -> tuple[Hits, int]:
        """Searches whole lines. start: offset of `data` in the file. Returns (hits, number of line feeds).

        Raises UnicodeDecodeError, LineFaultError.
        """
        text = Text(data, compiled)
        found = self.finder.find(text)
        if self.tokens is None:
            return self.hits(text, found, None, start, name, number), found.feeds
        lines = CutLines(data, found, self.tokens)
        if self.query is not None:
            found = self.query.find(lines)
        else:
            found = replace(found, begins=lines.inner(found.begins), ends=lines.inner(found.ends))
        return self.hits(Text(lines.data, compiled), found, lines, start, name, number), found.feeds

    def hits(self, text: Text, found: Matches, lines: CutLines | None, start: int, name: str, number: int) -> Hits:
        """Returns hits with their context. text: of `lines`, if they are cut. start: offset of the text."""
        hits = self._with_characters(text, found, start, name, number)
        if lines is None:
            return hits
        width, in_tokens = self.options.width
        if in_tokens and len(hits):
            bounds = hits.bounds.copy()
            bounds[:, 0], bounds[:, 3] = lines.context(found.begins, found.ends, width)
            hits = replace(hits, bounds=bounds)
        keys = []
        if self.options.positions:
            keys = lines.neighbours(found.begins, found.ends, self.options.positions, self.forms)
        return replace(hits, offsets=lines.outer(found.begins) + start, keys=keys)

    def _with_characters(self, text: Text, found: Matches, start: int, name: str, number: int) -> Hits:
        width, in_tokens = self.options.width
        if self.options.count_only or in_tokens or not found.begins.size:
            contexts = np.column_stack((found.begins, found.ends))
        else:
            contexts = cut_characters(text, found.begins, found.ends, width)
        bounds = np.column_stack((contexts[:, 0], found.begins, found.ends, contexts[:, 1]))
        array = np.frombuffer(text.data, np.uint8)
        return Hits(name, number, found.lines, found.begins + start, array, bounds, [], text.compiled)


def cut_characters(text: Text, begins: NDArray[np.int64], ends: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """Returns where the context of up to `most` characters of each hit begins and ends: int64[n, 2]."""
    out = np.empty((begins.size, 2), np.int64)
    if text.compiled:
        from nlpkit.kernels import search

        search.cut_characters(text.padded, begins + search.PAD, ends + search.PAD, most, out)
        return out - search.PAD
    data, reach = text.data, 4 * most
    for row, (begin, end) in enumerate(zip(begins.tolist(), ends.tolist(), strict=True)):
        low = max(data.rfind(b"\n", max(0, begin - reach), begin) + 1, begin - reach, 0)
        left = data[low:begin].decode(errors="ignore")[-most:]
        high = data.find(b"\n", end, end + reach + 2)
        if high < 0:
            high = min(len(data), end + reach + 2)
        tail = data[end:high]
        if data[high : high + 1] in (b"\n", b""):
            tail = tail.removesuffix(b"\r")
        right = tail.decode(errors="ignore")[:most]
        out[row] = begin - len(left.encode()), end + len(right.encode())
    return out
