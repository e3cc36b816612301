"""Where the tokens of lines are, in bytes, whatever cuts them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from nlpkit.kwic.options import ConcordanceOptions
from nlpkit.segmentation import Segmenter

if TYPE_CHECKING:
    from nlpkit.frequencies import Jieba

_MARK = b"\xff"  # between tokens; not a byte of UTF-8
_NO_SPACE = re.compile(r"\S+")
_PAD = bytes(2)

Places: TypeAlias = NDArray[np.int64]
#: (where each token begins, where it ends), in a text.
Spans: TypeAlias = tuple[Places, Places]


@dataclass(frozen=True)
class LineTokens:
    """Cuts lines into tokens, of which white space is none.

    name: one of choices.TOKENIZERS. segmenter: cuts 'words'. jieba: how the library is called for 'jieba'. pattern: the
    regular expression of 'regex'.
    """

    name: str
    segmenter: Segmenter | None = None
    jieba: Jieba | None = None
    pattern: str | None = None

    @staticmethod
    def of(options: ConcordanceOptions, notify: Callable[[str], object] | None) -> LineTokens | None:
        """Returns the tokens that the options need, None if they need none. Raises LexiconError."""
        if not options.needs_tokens:
            return None
        if options.cased.pattern is not None:
            return LineTokens("regex", pattern=options.cased.pattern)
        jieba = options.jieba
        if options.tokenizer == "jieba" and jieba is None:
            from nlpkit.frequencies import Jieba  # here, because it loads kernels

            jieba = Jieba()
        return LineTokens(options.tokenizer, options.make_segmenter(notify), jieba, options.pattern)

    @property
    def is_python(self) -> bool:
        """Whether Python code cuts, so that threads would wait for each other."""
        return self.name not in ("words", "char")

    def tokens(self, text: str) -> list[str]:
        """Returns the tokens of one line."""
        data = text.encode()
        begins, ends = self.cut(data)
        return [data[a:b].decode() for a, b in zip(begins.tolist(), ends.tolist(), strict=True)]

    def cut(self, data: bytes) -> Spans:
        """Returns where the tokens of whole lines of UTF-8 are."""
        if self.name == "words":
            assert self.segmenter is not None
            if not self.segmenter.is_plain(len(data)):
                return self.cut_stretch(data, False, True)[:2]
        if self.name == "char":
            return self._characters(data)
        text = data.decode()
        spans = list(self._spans(text))
        places = character_places(data)
        found = np.array(spans, np.int64).reshape(-1, 2)
        return places[found[:, 0]], places[found[:, 1]]

    @property
    def needs_lines(self) -> bool:
        """Whether only whole lines can be cut."""
        return self.name != "words"

    def cut_stretch(self, data: bytes, in_line: bool, final: bool) -> tuple[Places, Places, int, bool]:
        """Cuts a part of a line, as far as what follows cannot change its tokens.

        in_line: the line has tokens before it. final: the line ends with it. Returns (where tokens begin, where they
        end, how many bytes were cut, `in_line` for the next part). Raises UnicodeDecodeError.
        """
        from nlpkit.kernels import search  # here, because a short text is cut without it

        assert self.segmenter is not None
        marked, used, in_line = self.segmenter.engine().segment(data, _MARK, True, in_line, final)
        edges = np.empty(len(marked) + data.count(b"\n") + 2, np.int64)
        edges = edges[: search.find_edges(np.frombuffer(marked, np.uint8), _MARK[0], edges)]
        edges = edges[edges < used]
        begins = edges if edges.size and edges[0] == 0 else np.append(0, edges)
        ends = np.append(begins[1:], used)
        is_space = np.empty(begins.size, np.bool_)
        search.is_space(np.frombuffer(data + _PAD, np.uint8), begins, is_space)
        kept = ~is_space & (begins < ends)
        return begins[kept], ends[kept], used, in_line

    def _characters(self, data: bytes) -> Spans:
        places = character_places(data)
        is_token = np.array([not character.isspace() for character in data.decode()], np.bool_)
        return places[:-1][is_token], places[1:][is_token]

    def _spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Yields where tokens are, in characters."""
        if self.name == "words":
            assert self.segmenter is not None
            yield from ((a, b) for a, b in self.segmenter.spans(text) if not text[a:b].isspace())
        elif self.name == "space":
            yield from (found.span() for found in _NO_SPACE.finditer(text))
        elif self.name == "jieba":
            assert self.jieba is not None
            yield from _ends(self.jieba.cut(text))
        else:
            yield from self._matches(text)

    def _matches(self, text: str) -> Iterator[tuple[int, int]]:
        from nlpkit.frequencies.filters import compiled  # here, because they load kernels
        from nlpkit.frequencies.tokens import matches

        pattern, at = compiled(self.pattern or "", "pattern"), 0
        for line in text.split("\n"):
            yield from ((at + start, at + stop) for start, stop, _ in matches(pattern, line))
            at += len(line) + 1


def _ends(tokens: Iterable[str]) -> Iterator[tuple[int, int]]:
    at = 0
    for token in tokens:
        if not token.isspace():
            yield at, at + len(token)
        at += len(token)


def character_places(data: bytes) -> Places:
    """Returns where each character begins in UTF-8, and the length."""
    array = np.frombuffer(data, np.uint8)
    return np.append(np.flatnonzero((array & 0xC0) != 0x80), array.size)
