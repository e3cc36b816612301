"""Pieces of a corpus: the same strings and counts in any memory."""

import io
import itertools
import os
from collections import Counter
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlpkit.corpus import Corpus
from nlpkit.discovery import pieces
from nlpkit.discovery.job import Job
from nlpkit.discovery.options import DiscoveryOptions
from nlpkit.discovery.pieces import join_corpus
from nlpkit.discovery.strings import Alphabet, SymbolStrings
from nlpkit.discovery.trie import WordTrie
from nlpkit.errors import OutputError
from nlpkit.executors import open_executor
from nlpkit.runs import Spill
from nlpkit.symbols import symbol_table

PAIRS = {"甲乙", "乙丙", "丙丙", "丁甲", "𠀀甲"}
LONG = "甲乙丙丙丙丙"
CODES = sorted({ord(char) for pair in PAIRS for char in pair})


@lru_cache
def alphabet() -> Alphabet:
    return Alphabet.of(symbol_table("han", False), (0, 0), np.array(CODES, np.uint32))


def ids_of(word: str) -> tuple[int, ...]:
    return tuple(CODES.index(ord(char)) + 1 for char in word)


def trie_of(words: set[str]) -> WordTrie:
    ids = [ids_of(word) for word in sorted(words)]
    offsets = np.cumsum([0, *map(len, ids)])
    return WordTrie.build(SymbolStrings(np.array([*itertools.chain(*ids)], np.uint32), offsets), alphabet())


def pieces_of(text: str) -> Counter[str]:
    """Written from the definition: cut where no pair of PAIRS joins."""
    out: Counter[str] = Counter()
    for line in text.split("\n"):
        piece = ""
        for char in line:
            if piece and piece[-1] + char not in PAIRS:
                out[piece] += 1
                piece = ""
            piece += char
        out[piece] += bool(piece)
    return +out


def found_pieces(text: str, folder: Path, memory: int) -> tuple[Counter[str], dict[str, int]]:
    asked = {ids_of(word): word for word in ("甲乙", LONG, "丙丁")}
    with Corpus(io.BytesIO(text.encode()), chunk_size=50) as corpus, open_executor("serial") as pool:
        options = DiscoveryOptions("entropy", "han")
        job = Job(corpus, pool, Spill(lambda: str(folder), memory), options, 1, None, None)
        found = join_corpus(job, trie_of(PAIRS))
        for _ in range(2):
            out: list[tuple[str, int]] = []
            for strings, counts in found.blocks():
                out += zip(strings.texts(alphabet()), counts.tolist(), strict=True)
            assert len(dict(out)) == len(out)
        return Counter(dict(out)), {asked[ids]: count for ids, count in found.count([*asked]).items()}


@settings(deadline=None)
@given(st.lists(st.text("甲乙丙丁𠀀", max_size=14), max_size=30), st.sampled_from([1, 3000, 1 << 30]))
def test_pieces_are_those_of_the_definition_in_any_memory(tmp_path: Path, lines: list[str], memory: int) -> None:
    text = "\n".join(lines)
    expected = pieces_of(text)
    found, asked = found_pieces(text, tmp_path, memory)
    assert found == expected
    assert asked == {word: expected[word] for word in asked}
    files = [*tmp_path.iterdir()]
    assert not files or memory < 1 << 30
    for path in files:
        path.unlink()


def test_long_pieces_go_to_files_and_come_together_again(tmp_path: Path) -> None:
    text = "\n".join([LONG, "丁" + LONG, LONG + "丙"] * 20)
    found, asked = found_pieces(text, tmp_path, 1)
    assert found == {LONG: 20, "丁" + LONG: 20, LONG + "丙": 20}
    assert asked == {"甲乙": 0, LONG: 20, "丙丁": 0}
    assert len([*tmp_path.iterdir()]) > 5


@pytest.mark.parametrize("change", ["removed", "cut off"])
def test_a_file_of_pieces_that_is_not_as_it_was_is_said(tmp_path: Path, change: str) -> None:
    strings = SymbolStrings(np.arange(1, 60, dtype=np.uint32), np.array([0, 20, 59]))
    file = pieces._StringFile.write(strings, np.array([3, 4]), Spill(lambda: str(tmp_path), 1 << 20))
    size = os.path.getsize(file.path)
    if change == "removed":
        os.unlink(file.path)
    else:
        os.truncate(file.path, size - 1)
    with pytest.raises(OutputError, match=r"is gone or damaged.*--tmp-dir"):
        for part in range(file.ends.size - 1):
            file.read(part)
