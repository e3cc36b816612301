"""Reads small files that go with a text, line by line: stop words, dictionaries, frequency lists, gold standards."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO

from nlpkit.choices import ENCODING
from nlpkit.corpus.encodings import not_utf8
from nlpkit.corpus.lines import whole_lines
from nlpkit.corpus.reader import Corpus
from nlpkit.places.sources import Source

_MARK = "\ufeff"


def list_lines(
    path: str | os.PathLike[str] | BinaryIO,
    encoding: str = ENCODING,
    notify: Callable[[str], object] | None = None,
) -> Iterator[str]:
    """Yields the lines of a file, without line ends and byte order marks, as they are read.

    path: a file, '-', a URL or a binary file object, compressed or not. encoding: what the user named for all files
    that a command reads, or 'auto'; a file that is UTF-8 beyond doubt is read as such. notify: called with a line for
    the user if the encoding was detected, or is another one than was named.

    Raises OptionError for an encoding that is unknown, InputError for a file that cannot be read, EncodingError
    (`path:line (byte N): cause; way out`) when the first byte is met that is not valid.

    >>> list(list_lines("stopwords.txt", "gb18030"))
    ['的', '了']
    """
    corpus = Corpus(path, encoding=encoding, notify=notify)
    corpus.gives_hints = False
    with corpus:
        for index, source in enumerate(corpus.sources):
            yield from _lines(corpus.as_text(index).blocks(), source)


def _lines(blocks: Iterable[bytes], source: Source) -> Iterator[str]:
    """Yields the lines of a text. blocks: UTF-8, cut anywhere, valid or not."""
    start = 0
    for data in whole_lines(blocks):
        yield from _decoded(data, start, source).removesuffix("\n").split("\n")
        start += len(data)


def _decoded(data: bytes, start: int, source: Source) -> str:
    """Returns lines without carriage returns at their ends and byte order marks at their beginnings."""
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise not_utf8(source, start + error.start, lenient=False) from error
    if "\r" in text:
        text = text.replace("\r\n", "\n").removesuffix("\r")
    if _MARK in text:  # also where files with byte order marks were joined
        text = "\n".join(line.removeprefix(_MARK) for line in text.split("\n"))
    return text
