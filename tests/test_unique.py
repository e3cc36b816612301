"""Repeated lines, against a set of the lines; their hashes, against MurmurHash3's published values."""

import os
import tempfile
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from nlpkit.corpus.unique import UniqueLines
from nlpkit.errors import OutputError
from nlpkit.kernels.lines import LineHash, hash_lines
from tests import naive
from tests.conftest import NOJIT

EXAMPLES = settings(deadline=None, max_examples=50 if NOJIT else 200)
PLENTY, LITTLE = 1 << 30, 1  # LITTLE still holds 1024 lines

Block = tuple[bytes, bool, bool]

# Few different lines, so that they come again; some end in CR, some are as long as the hash's groups of bytes.
some_line = st.sampled_from(
    [b"", b"\r", b"a", b"b", b"a\r", b"a\r\r", b" ", "一行".encode(), b"x" * 15, b"x" * 16, b"x" * 33]
)
texts = st.lists(some_line, max_size=12).map(b"\n".join)


def first_of_each(text: bytes) -> bytes:
    """Without the lines that were there before; blank lines stay."""
    seen, kept = set(), []
    for line in split_lines(text):
        content = line.removesuffix(b"\n")
        content = content.removesuffix(b"\r") if line.endswith(b"\r\n") else content
        if content not in seen or not content:
            kept.append(line)
        seen.add(content)
    return b"".join(kept)


def split_lines(text: bytes) -> list[bytes]:
    lines = [line + b"\n" for line in text.split(b"\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]


def blocks_of(text: bytes, cuts: Sequence[int]) -> Iterator[Block]:
    """The text cut at these bytes."""
    first = True
    for start, stop in pairwise(sorted({0, *cuts, len(text)})):
        last = stop == len(text) or text[stop - 1 : stop] == b"\n"
        yield text[start:stop], first, last
        first = last


def unique(blocks: Sequence[Block], later: Sequence[Block] | None = None, memory: int = PLENTY) -> tuple[bytes, int]:
    """(text of what is kept of the blocks of a later pass, number of lines left out)."""
    with tempfile.TemporaryDirectory() as folder:
        lines = UniqueLines(memory, lambda: folder)
        for block in blocks:
            lines.add(*block)
        lines.finish()
        assert os.listdir(folder) == []
        passes = set()
        for _ in range(2):
            lines.start_pass()
            passes.add(b"".join(lines.keep(*block) for block in (blocks if later is None else later)))
        (kept,) = passes
        return kept, lines.repeated


@EXAMPLES
@given(texts, st.sets(st.integers(1, 100)), st.sets(st.integers(1, 100)))
@example(b"a\r\nb\na\nb", set(), {1, 2, 3})
@example(b"\n\n\r\n\n", {1, 3}, {2, 3})
def test_the_first_of_equal_lines_stays_however_the_text_is_cut(text: bytes, cuts: set[int], others: set[int]) -> None:
    blocks, later = (list(blocks_of(text, [cut for cut in some if cut < len(text)])) for some in (cuts, others))
    kept, repeated = unique(blocks, later)
    expected = first_of_each(text)
    assert kept == expected
    assert repeated == len(split_lines(text)) - len(split_lines(expected))


def test_cuts_at_every_byte_change_nothing() -> None:
    text = (
        "一行\r\n".encode() + b"0123456789abcdef\r\n" + "一行\n".encode() + b"0123456789abcdef\n\n\n0123456789abcdef\r"
    )
    whole = unique(list(blocks_of(text, [])))
    assert whole == (text[: text.index("\n一行".encode()) + 1] + b"\n\n0123456789abcdef\r", 2)
    for cut in range(1, len(text)):
        assert unique(list(blocks_of(text, [cut]))) == whole
    assert unique(list(blocks_of(text, range(len(text))))) == whole


def test_a_line_end_in_two_blocks_is_not_part_of_the_line() -> None:
    for size in range(40):  # with its CR, a line may fill whole groups of 16 bytes
        line = b"x" * size
        blocks = [(line + b"\r", True, False), (b"\n", False, True), (line + b"\n", True, True)]
        assert unique(blocks) == ((line + b"\r\n", 1) if size else (b"\r\n\n", 0))


def test_an_empty_last_block_ends_the_line() -> None:
    blocks = [(b"ab", True, False), (b"", False, True), (b"ab\n", True, True)]
    assert unique(blocks) == (b"ab", 1)


def test_blank_lines_are_not_repeated_lines() -> None:
    assert unique([(b"a\n\n\r\n\na\n \n \n", True, True)]) == (b"a\n\n\r\n\n \n", 2)


@pytest.mark.parametrize("memory", [PLENTY, LITTLE], ids=["plenty", "little"])
def test_real_text_twice_over_is_the_same_with_any_memory(laws: Path, memory: int) -> None:
    text = laws.read_bytes()
    text += text[: len(text) // 2].rpartition(b"\n")[0] + b"\n" + text
    kept, repeated = unique(list(blocks_of(text, range(0, len(text), 50_021))), memory=memory)
    assert kept == first_of_each(text)
    assert repeated == text.count(b"\n") - kept.count(b"\n")


def test_more_lines_than_fit_are_compared_across_all_files() -> None:
    lines = [b"%d\n" % (number % 3000) for number in range(7000)]
    kept, repeated = unique(list(blocks_of(b"".join(lines), range(0, 30_000, 777))), memory=LITTLE)
    assert kept == b"".join(lines[:3000])
    assert repeated == 4000


@pytest.mark.parametrize("memory", [PLENTY, LITTLE], ids=["plenty", "little"])
def test_lines_whose_hashes_agree_in_one_half_are_not_equal(monkeypatch: pytest.MonkeyPatch, memory: int) -> None:
    for half in (0, 1):

        def poor(data: NDArray[np.uint8], ends: NDArray[np.int64], half: int = half) -> NDArray[np.uint64]:
            hashes = hash_lines(data, ends)
            hashes[:, half] = 5 if half else 1 << 63
            return hashes

        monkeypatch.setattr("nlpkit.corpus.unique.hash_lines", poor)
        lines = [b"%d\n" % (number * 7 % 2000) for number in range(5000)]
        assert unique([(b"".join(lines), True, True)], memory=memory) == (b"".join(lines[:2000]), 3000)


def test_hashes_go_to_the_folder_only_when_they_outgrow_the_memory(tmp_path: Path) -> None:
    def folder() -> str:
        raise AssertionError("asked for a folder")

    lines = UniqueLines(PLENTY, folder)
    lines.add(b"".join(b"%d\n" % number for number in range(3000)), True, True)
    lines.finish()
    little = UniqueLines(LITTLE, lambda: str(tmp_path))
    little.add(b"".join(b"%d\n" % number for number in range(3000)), True, True)
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("fault", ["missing", "shorter"])
def test_a_file_that_vanishes_is_reported(tmp_path: Path, fault: str) -> None:
    lines = UniqueLines(LITTLE, lambda: str(tmp_path))
    lines.add(b"".join(b"%d\n" % number for number in range(3000)), True, True)
    for path in tmp_path.iterdir():
        if fault == "missing":
            path.unlink()
        else:
            os.truncate(path, 1000)
    with pytest.raises(OutputError, match=r"is gone or damaged.*tmp_dir"):
        lines.finish()


def test_a_folder_that_is_gone_is_reported(tmp_path: Path) -> None:
    lines = UniqueLines(LITTLE, lambda: str(tmp_path / "gone"))
    with pytest.raises(OutputError, match=r"gone: the temporary file is gone or damaged; .*tmp_dir"):
        lines.add(b"".join(b"%d\n" % number for number in range(3000)), True, True)


def test_a_file_that_cannot_grow_is_reported_and_removed(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    lines = UniqueLines(LITTLE, lambda: str(tmp_path))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, hard))
    try:
        with pytest.raises(OutputError, match=r"file too large; .*tmp_dir"):
            lines.add(b"".join(b"%d\n" % number for number in range(3000)), True, True)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(tmp_path.iterdir()) == []


# ---- kernels


def hashes(lines: Sequence[bytes], line_end: bytes = b"\n") -> list[tuple[int, int]]:
    data = np.frombuffer(b"".join(line + line_end for line in lines), np.uint8)
    ends = np.cumsum([len(line + line_end) for line in lines], dtype=np.int64)
    return [(int(h1), int(h2)) for h1, h2 in hash_lines(data, ends)]


def test_hashes_are_the_published_ones() -> None:
    assert hashes([b"", b"hello", b"The quick brown fox jumps over the lazy dog"]) == [
        (0, 0),
        (0xCBD8A7B341BD9B02, 0x5B1E906A48AE1D19),
        (0xE34BBC7BBC071B6C, 0x7A433CA9C49A9347),
    ]


@EXAMPLES
@given(st.lists(st.binary(max_size=70).map(lambda line: line.replace(b"\n", b"").replace(b"\r", b"")), max_size=5))
def test_hashes_equal_the_slow_twins(lines: list[bytes]) -> None:
    expected = [naive.murmur3_128(line) for line in lines]
    assert hashes(lines) == expected
    assert hashes(lines, b"\r\n") == expected


@EXAMPLES
@given(st.binary(max_size=100), st.integers(0, 6), st.integers(0, 6))
def test_a_hash_in_parts_equals_that_of_the_whole(line: bytes, first: int, second: int) -> None:
    line_hash = LineHash()
    cuts = sorted(min(16 * cut, len(line) // 16 * 16) for cut in (first, second))
    for part in (line[: cuts[0]], line[cuts[0] : cuts[1]]):
        line_hash.add(part)
    assert tuple(line_hash.finish(line[cuts[1] :])[0].tolist()) == naive.murmur3_128(line)
