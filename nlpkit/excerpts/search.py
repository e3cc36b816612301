"""What a worker does for `find_lines`: finds the first lines of texts in its part of the corpus."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import accumulate
from typing import Any, NamedTuple

import numpy as np

from nlpkit.corpus import Chunk, Rows
from nlpkit.excerpts.finder import MARGIN, CutText, Hit, TextFinder
from nlpkit.excerpts.forms import TokenForms
from nlpkit.excerpts.strings import TrieFinder
from nlpkit.excerpts.tokens import GramFinder
from nlpkit.excerpts.wanted import How, Strings, WantedText
from nlpkit.frequencies.feeding import documents_of, feed_documents

#: Characters on each side of a place.
CONTEXT = 30
#: Bytes of a line that is searched as a whole, at most.
LONGEST = 1 << 18
_DIGEST = 8  # bytes


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk of whole lines, or records. continues: it begins within a file. wanted: for each text whether it is
    looked for, a byte. size: bytes of the corpus."""

    work: Chunk | Rows
    continues: bool
    wanted: bytes
    size: int


class Occurrence(NamedTuple):
    """A place of a text. line: from 0 in the passage. digest: of the whole line."""

    text: int
    line: int
    digest: bytes
    left: str
    hit: str
    right: str


@dataclass(frozen=True, slots=True)
class Occurrences:
    """What was found in a passage: for each text its first places, on lines that differ.

    documents: of each file its name and its first line in the passage. size: lines. missing: records without text, by
    file.
    """

    lines: list[Occurrence]
    documents: list[tuple[str, int]]
    size: int
    continues: bool
    missing: Counter[str]


class ExcerptSearch:
    """Finds the first lines of texts in passages; what workers run. most: lines of a text."""

    def __init__(self, how: How, texts: Sequence[WantedText], most: int) -> None:
        self.how, self.texts, self.most = how, texts, most
        self._types: list[TokenForms] = []  # to be used again

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_types": []}

    def __call__(self, passage: Passage) -> Occurrences:
        """Returns what is found in a passage. Raises EncodingError, InputError."""
        wanted = np.flatnonzero(np.frombuffer(passage.wanted, np.uint8)).tolist()
        if isinstance(self.how, Strings):
            return self._scan(passage, TrieFinder(self.how, [*map(str, self.texts)], wanted))
        try:
            types = self._types.pop()
        except IndexError:
            types = TokenForms()
        finder = GramFinder(self.how, self.texts, wanted, types)
        found = self._scan(passage, finder)
        self._types.append(finder.types)
        return found

    def _scan(self, passage: Passage, finder: TextFinder) -> Occurrences:
        reader = PassageReader(finder, self.most)
        if isinstance(passage.work, Rows):
            return reader.records(passage.work)
        missing: Counter[str] = Counter()
        documents = [parts for parts in documents_of(passage.work.parts, "file") if parts]
        feed_documents(documents, LONGEST, reader.feed, missing)
        names = (parts[0].source.name for parts in documents)
        begun = [*zip(names, reader.starts, strict=False)]
        return Occurrences(reader.lines, begun, reader.line, passage.continues, missing)


class PassageReader:
    """Finds the lines of texts in a stretch of text, which is passed to `feed` in order.

    lines: what was found. line: lines so far. starts: the first line of each document.
    """

    def __init__(self, finder: TextFinder, most: int) -> None:
        self._finder, self._most = finder, most
        self.lines: list[Occurrence] = []
        self.line = 0
        self.starts = [0]
        self._digests: defaultdict[int, list[bytes]] = defaultdict(list)  # of the lines of each text
        self._long: _PartedLine | None = None

    def records(self, rows: Rows) -> Occurrences:
        """Returns what is found in records; their numbers stand for those of lines."""
        texts = [(text or "").encode(errors="replace") + b"\n" for text in rows.texts]
        stops = [*accumulate(text.count(b"\n") for text in texts)]
        self.feed(b"".join(texts), True, ())
        lines = [line._replace(line=rows.before + bisect_right(stops, line.line)) for line in self.lines]
        return Occurrences(lines, [(rows.name, 0)], 0, False, Counter())

    def feed(self, data: bytes, final: bool, ends: Sequence[int]) -> int:
        """Searches some text, see feed_documents; returns how many bytes it has used. Raises UnicodeDecodeError."""
        try:
            return self._feed(data, final, ends)
        except UnicodeDecodeError:
            data.decode()  # says where in all of it
            raise

    def _feed(self, data: bytes, final: bool, ends: Sequence[int]) -> int:
        if not final:
            return self._begin(data) if len(data) >= LONGEST else 0
        self.starts += [self.line + end for end in ends]
        rest = data
        if self._long is not None:
            head, _, rest = data.partition(b"\n")
            for hit, digest in self._long.finish(head):
                self._take(hit, digest)
            self._long = None
            self.line += 1
        if rest:
            self._search(self._finder.cut_lines(rest))
            self.line += rest.count(b"\n")
        return len(data)

    def _begin(self, data: bytes) -> int:
        """Searches a part of a long line; returns how much of it."""
        self._long = self._long or _PartedLine(self._finder, self.line)
        return self._long.feed(data)

    def _search(self, cut: CutText) -> None:
        """Searches whole lines."""
        number, digest = -1, b""
        self._finder.begin_line(-1, ())
        for hit in self._finder.hits(cut, self.line):
            if hit.line != number:
                number, digest = hit.line, _hash(hit.source.removesuffix(b"\r")).digest()
            self._take(hit, digest)

    def _take(self, hit: Hit, digest: bytes) -> None:
        digests = self._digests[hit.text]
        if len(digests) == self._most or digest in digests:
            return
        digests.append(digest)
        self.lines.append(Occurrence(hit.text, hit.line, digest, *_shown(hit)))
        if len(digests) == self._most:
            self._finder.drop(hit.text)


class _PartedLine:
    """A line that comes in parts: each is searched together with what is needed of the one before."""

    def __init__(self, finder: TextFinder, number: int) -> None:
        self._finder, self._number = finder, number
        self._before: CutText | None = None
        self._in_line = False
        self._hash = _hash(b"")
        self._return = b""  # which may end the line
        self._hits: dict[int, Hit] = {}

    def feed(self, data: bytes) -> int:
        """Searches the next part, as far as it can be cut; returns its size."""
        cut, used, self._in_line = self._finder.cut(data, self._in_line, False)
        if used:
            self._search(cut, False)
        return used

    def finish(self, data: bytes) -> list[tuple[Hit, bytes]]:
        """Searches the last part; returns what was found, with the digest of the line."""
        cut, _, _ = self._finder.cut(data, self._in_line, True)
        self._search(cut, True)
        digest = self._hash.digest()
        return [(hit, digest) for hit in self._hits.values()]

    def _search(self, cut: CutText, final: bool) -> None:
        data = self._return + cut.data
        self._return = b"\r" if data.endswith(b"\r") else b""
        self._hash.update(data.removesuffix(b"\r"))
        view, start = self._finder.joined(self._before, cut) if self._before is not None else (cut, 0)
        self._finder.begin_line(self._number, self._hits)
        limit = len(view.data) - (0 if final else MARGIN)
        for hit in self._finder.hits(view, self._number, start):
            if hit.end <= limit and hit.text not in self._hits:
                low = max(0, hit.begin - MARGIN)
                source = hit.source[low : hit.end + MARGIN]
                self._hits[hit.text] = hit._replace(source=source, begin=hit.begin - low, end=hit.end - low)
        self._before = self._finder.kept(view, cut)


def _hash(data: bytes) -> Any:
    return blake2b(data, digest_size=_DIGEST)


def _shown(hit: Hit) -> tuple[str, str, str]:
    """Returns what stands before a place, what is there, and what follows."""
    source, reach = hit.source, 4 * CONTEXT
    low, high = max(0, hit.begin - reach), hit.end + reach
    while low < hit.begin and source[low] & 0xC0 == 0x80:
        low += 1
    left = source[low : hit.begin].decode(errors="replace")
    right = source[hit.end : high].decode(errors="ignore" if high < len(source) else "replace")
    if high >= len(source):
        right = right.removesuffix("\r")
    return left[-CONTEXT:], source[hit.begin : hit.end].decode(errors="replace"), right[:CONTEXT]
