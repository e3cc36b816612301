"""Counts that are kept: the same words as from the text, and never those of another text or of a damaged file."""

from pathlib import Path

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
    with pytest.raises(OptionError, match="counts and save_counts: give one of them"):
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
