"""Counts that are kept: the same words as from the text, and never those of another text or of a damaged file."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import pytest

from nlpkit.corpus import Corpus
from nlpkit.discovery import discover
from nlpkit.discovery.result import COLUMNS
from nlpkit.errors import InputError, NlpkitError, OptionError
from tests.conftest import LAWS


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "laws.txt"
    path.write_bytes(LAWS.read_bytes()[:30_000].rpartition(b"\n")[0] + "\n𠀀𠀁𠀀𠀁\n".encode())
    return path


def blocks_of(data: bytes) -> list[bytes]:
    """The file's head, its blocks and what ends them."""
    at = data.index(b"\n", data.index(b"\n") + 1) + 1
    at += 12 * json.loads(data[:at].split(b" ", 4)[-1])["symbols"]
    out = [data[:at]]
    while at < len(data):
        stop = at + 16 + 16 * int.from_bytes(data[at : at + 8], "little")
        out.append(data[at:stop])
        at = stop
    return out


DAMAGES: dict[str, Callable[[list[bytes]], list[bytes]]] = {
    "the last block is missing": lambda blocks: blocks[:-2] + blocks[-1:],
    "a block is missing": lambda blocks: blocks[:2] + blocks[3:],
    "two blocks are swapped": lambda blocks: [*blocks[:2], blocks[3], blocks[2], *blocks[4:]],
    "a block is there twice": lambda blocks: blocks[:2] + blocks[1:],
    "zeros from a block on": lambda blocks: [*blocks[:3], bytes(sum(map(len, blocks[3:])))],
    "zeros for the last block": lambda blocks: [*blocks[:-2], bytes(len(blocks[-2])), blocks[-1]],
    "the end is missing": lambda blocks: blocks[:-1],
    "something follows": lambda blocks: [*blocks, b"\n"],
    "a size is no whole number": lambda blocks: [
        re.sub(rb'"symbols": \d', lambda size: size[0][:-1] + b"4e0", blocks[0]),
        *blocks[1:],
    ],
}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("memory", [None, 50_000])
def test_whole_blocks_that_are_not_where_they_were_are_noticed(damage: str, memory: int | None, text: Path) -> None:
    kept = text.with_suffix(".ngrams")
    with patch("nlpkit.ngrams.kept._BLOCK", 1000):
        discover(text, save_counts=kept)
        blocks = blocks_of(kept.read_bytes())
        assert len(blocks) > 5
        kept.write_bytes(b"".join(DAMAGES[damage](blocks)))
        corpus = Corpus(text)
        corpus.memory = memory or corpus.memory
        with pytest.raises(InputError, match=r"laws\.ngrams: damaged counts; count again with save_counts"):
            discover(corpus, counts=kept)


@pytest.mark.parametrize("method", ["auto", "pmi", "entropy"])
@pytest.mark.parametrize("memory", [None, 50_000])
def test_words_from_kept_counts_are_those_from_the_text(method: str, memory: int | None, text: Path) -> None:
    kept = text.with_suffix(".ngrams")
    corpus = Corpus(text)
    corpus.memory = memory or corpus.memory
    expected = discover(corpus, method=method, save_counts=kept)
    for min_count in (None, 3):
        found = discover(text, method=method, counts=kept, min_count=min_count)
        again = expected if min_count is None else discover(text, method=method, min_count=min_count)
        for column in ("word", *COLUMNS):
            assert getattr(found, column).tolist() == getattr(again, column).tolist()


def test_kept_counts_are_the_same_bytes_in_any_memory(text: Path) -> None:
    kept = [text.with_suffix(f".{memory}") for memory in (None, 30_000, 50_000)]
    with patch("nlpkit.ngrams.kept._BLOCK", 1000):
        for path in kept:
            corpus = Corpus(text)
            corpus.memory = int(path.suffix[1:]) if path.suffix != ".None" else corpus.memory
            discover(corpus, save_counts=path)
    assert len({path.read_bytes() for path in kept}) == 1


def test_counts_of_something_else_are_refused(text: Path, tmp_path: Path) -> None:
    kept = tmp_path / "laws.ngrams"
    discover(text, save_counts=kept)
    with pytest.raises(InputError, match=r"laws\.ngrams: counted with method auto, not pmi; give the same options"):
        discover(text, counts=kept, method="pmi")
    with pytest.raises(InputError, match=r"counted with charset han\+alnum, not han"):
        discover(text, counts=kept, charset="han")
    with pytest.raises(InputError, match="counted with unique_lines no, not yes"):
        discover(Corpus(text, unique_lines=True), counts=kept)
    data = bytearray(text.read_bytes())
    data[-2] ^= 1
    text.write_bytes(data)
    with pytest.raises(InputError, match="counts of another text, or of one that has changed"):
        discover(text, counts=kept)
    with pytest.raises(InputError, match=r"laws\.txt: holds no n-gram counts"):
        discover(text, counts=text)
    with pytest.raises(InputError, match="no such file"):
        discover(text, counts=tmp_path / "none.ngrams")
    with pytest.raises(OptionError, match="save_counts and counts: give one of them"):
        discover(text, counts=kept, save_counts=kept)


def test_a_damaged_file_is_an_error_wherever_the_damage_is(text: Path, tmp_path: Path) -> None:
    text.write_text("天地玄黄宇宙洪荒\n" * 3, "utf-8")
    kept = tmp_path / "words.ngrams"
    discover(text, save_counts=kept)
    whole = kept.read_bytes()
    for at in range(0, len(whole), 7):
        kept.write_bytes(whole[:at])
        with pytest.raises(InputError, match=r"words\.ngrams: "):
            discover(text, counts=kept)
        kept.write_bytes(whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1 :])
        with pytest.raises(NlpkitError, match=r"words\.ngrams: "):
            discover(text, counts=kept)
