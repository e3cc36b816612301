"""Text -> symbols: the same ones however a line is cut into blocks, in memory that does not grow with the line."""

import io
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from nlpkit.choices import CHARSETS
from nlpkit.corpus import Corpus
from nlpkit.corpus.detection import returns_end_lines
from nlpkit.discovery.strings import last_cut
from nlpkit.errors import EncodingError, OptionError
from nlpkit.kernels.utf8 import LONGEST_COLLAPSED
from nlpkit.kernels.word_tries import LONGEST_RUN
from nlpkit.ngrams import symbols
from nlpkit.ngrams.symbols import DIGITS, LETTERS, Block, ahead, symbol_blocks, symbol_table
from nlpkit.places.compression import compression_of
from tests import naive
from tests.conftest import NOJIT
from tests.texts import is_document

EXAMPLES = settings(deadline=None, max_examples=40 if NOJIT else 150)

#: Letters, digits, full-width ones, marks, astral Han, white space, punctuation: one to four bytes each.
CHARACTERS = "甲乙丙〇𠀀12１aBｂ，。-é\u0301\n\r\t \u2028\u0085\0"
texts = st.text(st.sampled_from(CHARACTERS), max_size=80) | st.text(max_size=30)
block_sizes = st.integers(4, 60)

Cut = Callable[["np.ndarray[tuple[int], np.dtype[np.uint32]]"], int]


def blocks(
    text: str | bytes,
    charset: str = "han+alnum",
    collapse: bool = False,
    cut: Cut = last_cut,
    block_size: int = 1 << 20,
    chunk_size: int = 1 << 20,
) -> Iterator[Block]:
    """The blocks of a text, with starts; their arrays stay as they are."""
    data = text.encode() if isinstance(text, str) else text
    collapsed = (DIGITS, LETTERS) if collapse else (0, 0)
    with patch.object(symbols, "BLOCK_SIZE", block_size), Corpus(io.BytesIO(data), chunk_size=chunk_size) as corpus:
        for chunk in corpus.chunks():
            for block in symbol_blocks(chunk, symbol_table(charset, collapse), collapsed, cut, True):
                yield Block(block.symbols.copy(), block.stop, block.text, block.starts.copy())


def runs_in(found: Sequence[Block]) -> list[naive.Run]:
    """The runs of symbols[:stop] of the blocks, as (symbol, surface); a run may go on in the next block."""
    runs: list[naive.Run] = [[]]
    for block in found:
        for symbol, (begin, end) in zip(block.symbols[: block.stop], pairwise(block.starts.tolist()), strict=False):
            if not symbol:
                runs.append([])
                continue
            runs[-1].append((chr(symbol), block.text[begin:end].decode()))
    return [run for run in runs if run]


def folded(runs: Sequence[naive.Run]) -> list[naive.Run]:
    return [[(symbol, surface.translate(symbols.FOLD)) for symbol, surface in run] for run in runs]


def is_archive(data: bytes) -> bool:
    """Whether bytes, which may be any, happen to begin like an archive (hypothesis knows our constants), or to be text
    in which CR ends lines."""
    if returns_end_lines(data):
        return True
    return compression_of(data) is not None or is_document(data) or data.startswith((b"PK", b"7z", b"Rar!"))


def twin_text(text: str, charset: str) -> str:
    """The text as the twin is to read it: NUL is 0, the boundary, in every charset, and so it is with `any`."""
    return text.replace("\0", " ") if charset == "any" else text


# ---- which characters belong to words


@pytest.mark.parametrize("collapse", [False, True])
@pytest.mark.parametrize("charset", CHARSETS)
def test_the_table_of_symbols_equals_the_definitions(charset: str, collapse: bool) -> None:
    table = symbol_table(charset, collapse)
    assert (table.shape, table.dtype) == ((0x110000,), np.uint32)
    edges = [code + d for code in (0x20000, 0x2A6E0, 0x3FFFF, 0xE0100, 0x10FFFF) for d in (-1, 0, 1)]
    codes = [c for c in [*range(1, 0x10000, 3 if NOJIT else 1), *range(0x10000, 0x110000, 997), *edges] if c < 0x110000]
    for code in codes:
        counted = naive.word_character(chr(code), charset)
        expected = 0 if counted is None else ord(counted)
        if collapse and charset == "han+alnum" and counted is not None and counted < "\x80":
            expected = DIGITS if naive.is_ascii_digit(counted) else LETTERS
        assert table[code] == expected, hex(code)


def test_nul_ends_a_run_in_every_charset() -> None:
    assert [symbol_table(charset, False)[0] for charset in CHARSETS] == [0, 0, 0, 0]


def test_an_unknown_charset_is_an_error_that_lists_the_known_ones() -> None:
    with pytest.raises(OptionError, match=r"charset is 'latin'; choose from han, han\+alnum, letters, any"):
        symbol_table("latin", False)


# ---- blocks


@EXAMPLES
@given(texts, st.sampled_from(CHARSETS), st.booleans(), block_sizes, st.integers(1, 100))
@example("12345678901234567890年" * 5, "han+alnum", True, 5, 1)
@example("，，，，，，，，甲，，，，，，，，，，乙，，，，，，，，", "han+alnum", False, 8, 1)
@example("\ufeff甲\ufeff", "han", False, 4, 1)
def test_blocks_hold_the_runs_of_the_text_whatever_their_size(
    text: str, charset: str, collapse: bool, block_size: int, chunk_size: int
) -> None:
    collapse = collapse and charset == "han+alnum"
    expected = folded(naive.runs(twin_text(text.removeprefix("\ufeff"), charset), charset, collapse))
    for cut in (last_cut, ahead(1), ahead(3)):
        assert folded(runs_in(list(blocks(text, charset, collapse, cut, block_size, chunk_size)))) == expected


@EXAMPLES
@given(texts, block_sizes, st.integers(1, 9))
def test_blocks_leave_symbols_to_look_ahead_up_to_a_boundary(text: str, block_size: int, length: int) -> None:
    found = list(blocks(text, "han+alnum", False, ahead(length), block_size))
    for block, following in pairwise(found):
        left = block.symbols[block.stop :]
        if left.size and left[0]:
            assert left.size == length
            assert left.tolist() == following.symbols[:length].tolist()
        elif block.stop and block.symbols[block.stop - 1]:
            assert left.size  # the boundary that ends the run
    for block in found:
        assert not (block.symbols[1:] + block.symbols[:-1] == 0).any()  # one boundary at a time


@EXAMPLES
@given(texts, block_sizes)
def test_the_last_cut_keeps_runs_whole(text: str, block_size: int) -> None:
    found = list(blocks(text, "han+alnum", True, last_cut, block_size))
    for block in found:
        assert block.stop == 0 or block.symbols[block.stop - 1] == 0


def test_the_last_cut_cuts_a_long_run_every_65536_symbols() -> None:
    run = np.ones(3 * LONGEST_RUN + 1, np.uint32)
    boundary = np.zeros(1, np.uint32)
    assert last_cut(run[:LONGEST_RUN]) == 0
    assert last_cut(run[: LONGEST_RUN + 1]) == LONGEST_RUN
    assert last_cut(np.concatenate([boundary, run])) == 1 + 3 * LONGEST_RUN
    assert last_cut(np.concatenate([run, boundary, run[:5]])) == run.size + 1
    assert last_cut(np.concatenate([run, boundary])) == run.size + 1


def test_a_stretch_of_digits_is_one_symbol_even_if_a_block_ends_in_it() -> None:
    (found,) = runs_in(list(blocks("共" + "1２3" * 50 + "元", collapse=True, block_size=16)))
    assert found == [("共", "共"), (naive.D, "1２3" * 50), ("元", "元")]


@pytest.mark.parametrize("block_size", [1 << 10, 1 << 20])
def test_a_very_long_stretch_of_digits_is_one_symbol_for_each_65536(block_size: int) -> None:
    with_cut = list(blocks("1" * (2 * LONGEST_COLLAPSED + 1), collapse=True, cut=ahead(2), block_size=block_size))
    assert [len(surface) for run in runs_in(with_cut) for _, surface in run] == [LONGEST_COLLAPSED] * 2 + [1]


# ---- what is not UTF-8


@EXAMPLES
@given(
    st.lists(texts.map(str.encode) | st.binary(max_size=12), min_size=1, max_size=4),
    st.integers(4, 40),
    st.integers(1, 60),
)
@example(["甲乙丙丁甲乙丙丁".encode() + b"\xff", b"\xff"], 8, 1)
@example([b"\xef\xbb\xbf\xef\xbb\xbf\n\n\xe7"], 4, 1)
def test_the_first_byte_that_is_not_utf8_is_named_by_file_line_and_offset(
    tmp_path_factory: pytest.TempPathFactory, contents: list[bytes], block_size: int, chunk_size: int
) -> None:
    folder = tmp_path_factory.getbasetemp()
    assume(not any(map(is_archive, contents)))
    paths = [folder / f"part{number}.txt" for number in range(len(contents))]
    expected = None
    for path, data in zip(paths, contents, strict=True):
        path.write_bytes(data)
        try:
            data.decode()
        except UnicodeDecodeError as fault:
            line = 1 + data.count(b"\n", 0, fault.start)
            expected = expected or f"{path}:{line} (byte {fault.start}): not valid UTF-8"
    found = None
    try:
        with patch.object(symbols, "BLOCK_SIZE", block_size), Corpus(paths, chunk_size=chunk_size) as corpus:
            for chunk in corpus.chunks():
                for _ in symbol_blocks(chunk, symbol_table("any", False), (0, 0), ahead(4)):
                    pass
    except EncodingError as error:
        found = str(error).partition(";")[0]
    assert found == expected


# ---- memory


LINES = {
    "spaces": " ",
    "NULs": "\0",
    "sparse": "，" * 299_999 + "甲",
    "digits": "1",
    "text": "甲乙丙丁，戊",
    "years": "２０年" + "甲" * 20,
}
CUTS = {"ahead": ahead(5), "last_cut": last_cut}


@pytest.mark.compiled
@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.parametrize("line", LINES)
def test_memory_does_not_grow_with_the_length_of_a_line(tmp_path: Path, line: str, cut: str) -> None:
    if (line, cut) == ("digits", "last_cut"):
        pytest.xfail("a run holds up to 65,536 symbols, each of up to 65,536 digits")
    path = tmp_path / "line.txt"
    unit = LINES[line].encode()
    with path.open("wb") as file:
        for _ in range(24):
            file.write(unit * ((1 << 20) // len(unit)))
    with patch.object(symbols, "BLOCK_SIZE", 1 << 20), Corpus(path) as corpus:
        (chunk,) = corpus.chunks()
        table = symbol_table("han+alnum", True)
        tracemalloc.start()
        try:
            for _ in symbol_blocks(chunk, table, (DIGITS, LETTERS), CUTS[cut]):
                pass
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert peak < 48 << 20  # a block of 1 MiB has 13 bytes a byte of text, and twice that when its arrays grow
