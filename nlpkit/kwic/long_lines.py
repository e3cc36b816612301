"""Searches a line that is longer than a piece, as its pieces come: no more of it is kept than the context needs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from nlpkit.corpus.encodings import not_utf8
from nlpkit.errors import Option
from nlpkit.kwic.finding import LineFaultError, Text
from nlpkit.kwic.hits import Hits
from nlpkit.kwic.line_search import LineSearch
from nlpkit.kwic.token_hits import CutLines, tokens_for
from nlpkit.places.sources import Source

#: Bytes of a line that is searched as a whole, at most.
LONGEST = 64 << 20
_WAY_OUT = (
    *(", too long to be searched with ", Option("regex"), ", ", Option("casefold"), ", ", Option("normalize"), ", "),
    *(Option("tokenizer"), " or ", Option("language"), "; divide it into lines, or look for a string"),
)


class LongLine:
    """A line that comes in pieces.

    What is kept of it is the window: the pieces from the context of the next hit on. Where only whole lines can be
    searched (see LineSearch.needs_lines), that is all of it.
    """

    def __init__(self, search: LineSearch, source: Source, number: int, start: int) -> None:
        """source, number: of its file. start: its offset in the file."""
        self._search, self._source, self._number = search, source, number
        self._start = start  # of the window, in the file
        self._data = b""
        self._parts: list[bytes] = []
        self._size = 0  # bytes of these
        self._fault = 0  # where the bytes that are being decoded begin, in the window
        self._least = 0  # where the next hit may begin, in the window
        self._cut = 0  # bytes of the window that are cut into tokens
        self._begins = self._ends = np.empty(0, np.int64)
        self._in_line = False
        self._wait = 0  # bytes that there must be before the next try to cut tokens
        options = search.options
        width, in_tokens = options.width
        self._reach = 0 if in_tokens else 4 * width + 8  # bytes
        self._beside = tokens_for(max([width if in_tokens else 0, *map(abs, options.positions)])) + 1  # tokens
        self._longest = len(search.query.forms) if search.query is not None else len(options.query)  # tokens

    def feed(self, data: bytes, final: bool, compiled: bool) -> Hits:
        """Takes a piece, and returns the hits whose context is known. final: the line ends with it.

        Raises EncodingError, LineFaultError.
        """
        nothing = Hits.none(self._source.name, self._number)
        try:
            if self._search.needs_lines:
                self._parts.append(data)
                self._size += len(data)
                if self._size > LONGEST:
                    raise LineFaultError(0, f"the line is longer than {LONGEST >> 20} MiB", *_WAY_OUT)
                if not final:
                    return nothing
                self._data = b"".join(self._parts)
                hits, _ = self._search.search(self._data, self._start, nothing.file, nothing.number, compiled)
                return hits.compact()
            self._data += data
            return self._find(final, compiled) or nothing
        except UnicodeDecodeError as error:
            raise not_utf8(self._source, self._start + self._fault + error.start, self._data, error.start) from error

    def _find(self, final: bool, compiled: bool) -> Hits | None:
        limit = len(self._data)
        if self._search.tokens is not None:
            if not self._cut_tokens(final):
                return None
            limit = self._cut
        safe = limit if final else self._safe(limit)
        if safe <= self._least and not final:
            return None
        low = self._fault = self._least
        found = self._search.finder.find(Text(self._data[low:limit], compiled))
        self._fault = 0
        found = replace(found, begins=found.begins + low, ends=found.ends + low)
        lines = None
        if self._search.tokens is not None:
            lines = CutLines.of_line(self._data[:limit], found, self._begins, self._ends)
            if self._search.query is not None:
                found = self._search.query.find(lines)
        kept = int(np.searchsorted(found.begins, safe)) if not final else found.begins.size
        found = replace(found, begins=found.begins[:kept], ends=found.ends[:kept], lines=np.zeros(kept, np.int64))
        name = self._source.name
        hits = self._search.hits(Text(self._data, compiled), found, lines, self._start, name, self._number)
        self._least = max(safe, int(found.ends[-1]) if kept else 0)
        hits = hits.compact()
        self._forget()
        return hits

    def _safe(self, limit: int) -> int:
        """Returns the place, between characters, up to which hits may begin whose context is in the window."""
        if self._search.tokens is None:
            safe = limit - self._reach - 4 * len(self._search.options.query)
        else:
            covered = int(np.searchsorted(self._ends, limit - self._reach, "right"))
            token = min(covered, self._begins.size - self._beside) - self._longest
            safe = int(self._begins[token]) if token >= 0 else 0
        while safe > 0 and self._data[safe] & 0xC0 == 0x80:
            safe -= 1
        return safe

    def _cut_tokens(self, final: bool) -> bool:
        """Cuts what has come into tokens; returns whether there are more of them."""
        tokens = self._search.tokens
        assert tokens is not None
        rest = self._data[self._cut :]
        if len(rest) < self._wait and not final:
            return False
        self._fault = self._cut
        begins, ends, used, self._in_line = tokens.cut_stretch(rest, self._in_line, final)
        self._fault = 0
        self._wait = 0 if used else 2 * len(rest)
        self._begins = np.append(self._begins, begins + self._cut)
        self._ends = np.append(self._ends, ends + self._cut)
        self._cut += used
        return used > 0 or final

    def _forget(self) -> None:
        """Drops what is before the context of the next hit."""
        first = max(0, self._least - self._reach)
        if self._search.tokens is not None:
            token = max(0, int(np.searchsorted(self._ends, self._least, "right")) - self._beside)
            first = min(first, int(self._begins[token])) if token < self._begins.size else 0
            gone = int(np.searchsorted(self._begins, first))
            self._begins, self._ends = self._begins[gone:] - first, self._ends[gone:] - first
            self._cut -= first
        self._data = self._data[first:]
        self._start += first
        self._least -= first
