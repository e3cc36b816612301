"""Cuts text into tokens, separated for the kernel that counts by white space or by a byte that no text has."""

from __future__ import annotations

import copy
import functools
import io
import logging
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nlpkit.arguments import check_fields
from nlpkit.choices import ENCODING
from nlpkit.corpus.listed import list_lines
from nlpkit.errors import LexiconError, Option, OptionError
from nlpkit.frequencies.filters import compiled
from nlpkit.kernels import tokens as kernel

if TYPE_CHECKING:
    from nlpkit.segmentation import Segmenter

#: Bytes that do not occur in UTF-8: MARK stands between tokens, BREAK where no n-gram goes on, STOP where besides a
#: sentence ends, END at the end of a document.
MARK, END, BREAK, STOP = b"\xff", b"\xfe", b"\xfd", b"\xfc"
_SPACES = b" \t\v\f\r\x1c\x1d\x1e\x1f"
_SENTENCE_END = re.compile(r"[。！？｡．…‥!?]|\.(?![\w.])")
#: What stands between tokens that are no spaces.
BETWEEN = re.compile(b"[%b%b%b\n]" % (MARK, BREAK, STOP))
_LAST_SPACE = re.compile(rb".*[ \t\v\f\r\n]", re.DOTALL)


@dataclass(frozen=True)
class Jieba:
    """How the jieba library is called.

    dictionary: a file that replaces jieba's dictionary. user_dictionaries: files with further words. hmm: guess
    unknown words. mode: 'default', 'search' or 'full'. encoding: of the user dictionaries, as in `Corpus`. notify:
    called with lines for the user, once a file: in which encoding it was read.

    Example: `count("laws.txt", tokenizer="jieba", jieba=Jieba(hmm=True))`.
    """

    dictionary: str | None = None
    user_dictionaries: tuple[str, ...] = ()
    hmm: bool = False
    mode: str = "default"
    encoding: str = ENCODING
    notify: Callable[[str], object] | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        check_fields(self)

    @functools.cached_property
    def cut(self) -> Callable[[str], Iterable[str]]:
        """Returns the function that cuts a text into tokens. Raises LexiconError if jieba cannot read a file."""
        import jieba

        jieba.setLogLevel(logging.WARNING)
        tokenizer: Any = jieba.Tokenizer(self.dictionary) if self.dictionary else jieba.dt
        try:
            tokenizer.initialize()
            if self.user_dictionaries and not self.dictionary:  # jieba.dt belongs to the whole process
                tokenizer = copy.copy(tokenizer)
                tokenizer.FREQ, tokenizer.user_word_tag_tab = dict(tokenizer.FREQ), dict(tokenizer.user_word_tag_tab)
            for path in self.user_dictionaries:
                tokenizer.load_userdict(io.BytesIO("\n".join(list_lines(path, self.encoding, self.notify)).encode()))
        except (OSError, ValueError) as error:
            names = ", ".join(filter(None, [self.dictionary, *self.user_dictionaries]))
            raise LexiconError(f"{names or 'its dictionary'}: jieba cannot read this ({error})") from error
        if self.mode == "full":
            return functools.partial(tokenizer.cut, cut_all=True)
        return functools.partial(tokenizer.cut_for_search if self.mode == "search" else tokenizer.cut, HMM=self.hmm)

    def __getstate__(self) -> dict[str, Any]:
        return {key: value for key, value in self.__dict__.items() if key != "cut"} | {"notify": None}


class Tokenizer:
    """Turns text into the bytes that the kernel `find_tokens` reads.

    name: one of choices.TOKENIZERS. segmenter: cuts 'words'. jieba: how the library is called for 'jieba'. pattern: the
    regular expression of 'regex': a token is what it matches, or what its one group matches if it has one. n-grams of
    such tokens do not go on where anything but white space stands between two tokens. keep_space: white space between
    tokens is a token, too (not of 'space'; of 'regex' it is one space). CountOptions has checked them.
    """

    def __init__(
        self,
        name: str,
        segmenter: Segmenter | None = None,
        jieba: Jieba | None = None,
        pattern: str | None = None,
        keep_space: bool = False,
    ) -> None:
        self.name, self.segmenter, self.jieba, self.pattern = name, segmenter, jieba or Jieba(), pattern
        self.keep_space = keep_space

    @property
    def chars(self) -> bool:
        """Whether each character is a token."""
        return self.name == "char"

    @property
    def needs_lines(self) -> bool:
        """Whether only whole lines can be cut."""
        return self.is_python or (self.segmenter is not None and bool(self.segmenter.forced_words))

    @property
    def is_python(self) -> bool:
        """Whether Python code cuts, so that threads would wait for each other."""
        return self.name == "regex" or self._cut is not None

    def kinds(self, line_is_document: bool) -> NDArray[np.uint8]:
        """Returns what each byte is, uint8[256]; kernels/tokens.py names the values."""
        kinds = np.zeros(256, np.uint8)
        kinds[ord("\n")] = kernel.DOCUMENT if line_is_document else kernel.LINE
        kinds[ord(END)] = kernel.DOCUMENT
        kinds[ord(MARK)] = kernel.SPACE
        if self.name == "regex":
            kinds[[ord(BREAK), ord(STOP)]] = kernel.LINE
        if self.name in ("space", "char"):
            kinds[ord(MARK)] = kernel.TOKEN  # so that it is reported as invalid UTF-8
            kinds[list(_SPACES)] = kernel.SPACE
            kinds[[0xC2, 0xE1, 0xE2, 0xE3]] = kernel.PERHAPS
        return kinds

    def marked(self, data: bytes, in_line: bool, final: bool) -> tuple[bytes, int, bool]:
        """Returns the bytes that `find_tokens` reads, the bytes of `data` that they stand for, and whether they end
        within a line.

        in_line: `data` begins within a line. final: a line, or the text, ends with `data`; otherwise a last token that
        could still go on is left for the next call.
        Raises UnicodeDecodeError; OptionError if `pattern` matches the empty string.
        """
        if self.name in ("space", "char") and END in data:
            data.decode()  # raises the error, which says where
        if self.name == "char":
            return data, len(data), False
        if self.name == "space":
            if not final:
                found = _LAST_SPACE.match(data)
                data = data[: found.end()] if found else b""
            return data, len(data), False
        cut = self._cut
        if not self.is_python:
            assert self.segmenter is not None
            return self.segmenter.engine().segment(data, MARK, self.keep_space, in_line, final)
        if not final:
            data = data[: data.rfind(b"\n") + 1]
        if cut is None:
            return MARK.join(self._matches(data.decode())), len(data), False
        tokens = (self._kept(token) if token.isspace() else token for token in cut(data.decode()))
        return MARK.join(token.encode() for token in tokens if token), len(data), False

    def _kept(self, space: str) -> str:
        """What white space is written as."""
        ends = space.count("\n")
        return "\n" * ends if ends or not self.keep_space else space

    @functools.cached_property
    def _cut(self) -> Callable[[str], Iterable[str]] | None:
        """The function that yields the tokens of lines, line ends among them; None if a kernel or a pattern cuts."""
        if self.name == "jieba":
            return self.jieba.cut
        if self.name == "words" and self.segmenter is not None and self.segmenter.mode != "default":
            return self.segmenter.cut
        return None

    def _matches(self, text: str) -> Iterator[bytes]:
        """Yields the tokens that the pattern finds in lines, and line ends and BREAK between them."""
        pattern = compiled(self.pattern or "", "pattern")
        for number, line in enumerate(text.split("\n")):
            if number:
                yield b"\n"
            stop = None
            for start, end, token in matches(pattern, line):
                if stop is not None and stop < start:
                    yield _gap(line, stop, start) or (b" " if self.keep_space else b"")
                yield token.encode()
                stop = end

    def cut(self, text: str) -> list[str]:
        """Returns the tokens of a text, without white space."""
        marked, _, _ = self.marked(text.encode(errors="replace"), False, True)
        if self.chars:
            return list("".join(text.split()))
        if self.name == "space":
            return marked.decode().split()
        return [token.decode() for token in BETWEEN.split(marked) if token and not token.isspace()]

    def __getstate__(self) -> dict[str, Any]:
        return {key: value for key, value in self.__dict__.items() if key != "_cut"}


def matches(pattern: Any, line: str) -> Iterator[tuple[int, int, str]]:
    """Yields (start, end, token) of what a compiled pattern, or its one group, matches in a line, without white space.

    Raises OptionError if the pattern matches the empty string.
    """
    group = pattern.groups
    for found in pattern.finditer(line.removesuffix("\r")):
        token = found.group(group)
        if token is None or token.isspace():  # the group has no part in the match
            continue
        if not token:
            raise OptionError(Option("pattern"), f" {pattern.pattern!r} matches the empty string, which is not a token")
        yield found.start(group), found.end(group), token


def _gap(line: str, stop: int, start: int) -> bytes:
    """What stands for the text between two matches of a pattern, line[stop:start]; nothing for white space."""
    if line[stop:start].isspace():
        return b""
    found = _SENTENCE_END.search(line, stop, start + 1)  # with what follows a point: 3.14 is no end
    return STOP if found and found.start() < start else BREAK


def tallies(tokenizer: Tokenizer) -> bool:
    """Whether known words can be counted by their numbers in the dictionary, without their text."""
    return tokenizer.name == "words" and tokenizer.segmenter is not None and tokenizer.segmenter.engine().tallies
