"""Pieces of a corpus: the same strings and counts in any memory."""

import io
import itertools
import os
from collections import Counter
from functools import lru_cache
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlpkit.corpus import Corpus
from nlpkit.discovery.job import Job
from nlpkit.discovery.options import DiscoveryOptions
from nlpkit.discovery.pieces import Pieces, join_corpus
from nlpkit.discovery.strings import Alphabet, SymbolStrings
from nlpkit.discovery.trie import WordTrie
from nlpkit.errors import OutputError
from nlpkit.ngrams.symbols import symbol_table
from nlpkit.runs import Spill
from tests.conftest import executor_of

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


def count_pieces(text: str, folder: Path, memory: int) -> Pieces:
    """The pieces of a text, counted with `memory` bytes; what outgrows them is in the folder."""
    options = DiscoveryOptions("entropy", "han")
    with Corpus(io.BytesIO(text.encode()), chunk_size=50) as corpus, executor_of("serial") as pool:
        spill = Spill(lambda: str(folder), memory)
        return join_corpus(Job(corpus, pool, spill, options, 1, None, None), trie_of(PAIRS))


def found_pieces(text: str, folder: Path, memory: int) -> tuple[Counter[str], dict[str, int]]:
    """The pieces read twice, and the counts of three of them."""
    asked = {ids_of(word): word for word in ("甲乙", LONG, "丙丁")}
    pieces = count_pieces(text, folder, memory)
    for _ in range(2):
        out: list[tuple[str, int]] = []
        for strings, counts in pieces.blocks():
            out += zip(strings.texts(alphabet()), counts.tolist(), strict=True)
        assert len(dict(out)) == len(out)
    return Counter(dict(out)), {asked[ids]: count for ids, count in pieces.count([*asked]).items()}


@settings(deadline=None)
@given(st.lists(st.text("甲乙丙丁𠀀", max_size=14), max_size=30), st.sampled_from([1, 3000, 1 << 30]))
def test_pieces_equal_their_definition_in_any_memory(tmp_path: Path, lines: list[str], memory: int) -> None:
    text = "\n".join(lines)
    expected = pieces_of(text)
    found, asked = found_pieces(text, tmp_path, memory)
    assert found == expected
    assert asked == {word: expected[word] for word in asked}
    files = [*tmp_path.iterdir()]
    assert not files or memory < 1 << 30
    for path in files:
        path.unlink()


def test_equal_long_pieces_of_several_files_are_added_up(tmp_path: Path) -> None:
    text = "\n".join([LONG, "丁" + LONG, LONG + "丙"] * 20)
    written: list[str] = []
    save = Spill.save
    with patch.object(Spill, "save", lambda *args: written.append(save(*args)) or written[-1]):
        found, asked = found_pieces(text, tmp_path, 1)
    assert found == {LONG: 20, "丁" + LONG: 20, LONG + "丙": 20}
    assert asked == {"甲乙": 0, LONG: 20, "丙丁": 0}
    assert len(written) > 5


@pytest.mark.parametrize("change", ["removed", "cut off"])
def test_a_changed_file_of_pieces_is_an_error(tmp_path: Path, change: str) -> None:
    pieces = count_pieces("\n".join([LONG, "甲乙"] * 20), tmp_path, 1)
    for path in tmp_path.iterdir():
        if change == "removed":
            path.unlink()
        else:
            os.truncate(path, path.stat().st_size - 1)
    with pytest.raises(OutputError, match=r"is gone or damaged.*tmp_dir"):
        list(pieces.blocks())
