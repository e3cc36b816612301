"""`discover -f tokenizer`: the tokenizer.json that is written, as the library tokenizers of Hugging Face reads it."""

import io
import json
import math
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import nlpkit
from nlpkit.discovery.tokenizer import tokenizer_text
from tests.conftest import Run
from tests.texts import read_text

if TYPE_CHECKING:
    from tokenizers import Tokenizer

pytestmark = pytest.mark.compiled  # nothing here depends on kernels

WORDS = {"的": 90, "中国": 9, "中华人民共和国": 3, "2024年": 2, "SQL": 5, "ＤＶＤ": 1, "<unk>": 4, "<0x0A>": 7}


def written(words: dict[str, int]) -> bytes:
    return b"".join(tokenizer_text(np.array([*words, None], object)[:-1], np.array([*words.values()], np.int64)))


def load(text: bytes) -> "Tokenizer":
    reason = "the library tokenizers is not installed (pip install tokenizers)"
    return pytest.importorskip("tokenizers", reason=reason).Tokenizer.from_str(text.decode())


def vocabulary(text: bytes) -> dict[str, float]:
    """Token -> log probability, in the order of ids."""
    entries: list[tuple[str, float]] = json.loads(text)["model"]["vocab"]
    assert len(dict(entries)) == len(entries), "a token twice"
    return dict(entries)


@pytest.fixture(scope="module")
def tokenizer() -> "Tokenizer":
    return load(written(WORDS))


TEXTS = {
    "nothing": "",
    "spaces at both ends": "  中国 的  ",
    "line ends": "中国\r\n的\n\r\t\x0b\u2028",
    "emoji": "😀中国👨‍👩‍👧🏽🇨🇳",
    "rare Han": "龘𠀀中𪚥国",
    "full width": "ＤＶＤ５Ｇ　，。～￥",
    "names of tokens": "<unk><0x0A><0x41><0xE4><0xB8><0xAD><s></s>[UNK]<pad>▁▁Ġ##a",
    "controls": "\0\x01\x7f\ufeff\ufffd\U0010ffff",
    "composed in two ways": "e\u0301\u00e9ﬁ",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_text_is_cut_and_joined_to_the_same_text(tokenizer: "Tokenizer", text: str) -> None:
    ids = tokenizer.encode(text).ids
    assert 0 not in ids  # <unk>
    assert tokenizer.decode(ids) == tokenizer.decode(ids, skip_special_tokens=False) == text


@given(st.lists(st.sampled_from([*WORDS, "<", "x", "0", ">", " ", "\r\n", "龘"]) | st.text(max_size=5)).map("".join))
@example("<0x0A")
def test_any_text_is_cut_and_joined_to_the_same_text(tokenizer: "Tokenizer", text: str) -> None:
    assert tokenizer.decode(tokenizer.encode(text).ids) == text


def test_words_are_tokens_and_other_characters_are_bytes(tokenizer: "Tokenizer") -> None:
    cut = tokenizer.encode("中国的SQL，中华\n龘<0x41>").tokens
    rare = [f"<0x{byte:02X}>" for byte in "\n龘".encode()]
    assert cut == ["中国", "的", "SQL", "，", "中", "华", *rare, *"<0x41>"]


def test_the_file_has_all_words_by_log_probability_then_their_characters() -> None:
    tokens = vocabulary(written(WORDS))
    names = [*tokens]
    total = sum(WORDS.values())
    words = [word for word in WORDS if not word.startswith("<")]
    assert names[:3] == ["<unk>", "<0x00>", "<0x01>"] and names[256] == "<0xFF>"
    assert names[257 : 257 + len(words)] == words
    assert [tokens[word] for word in words] == [math.log(WORDS[word] / total) for word in words]
    singles = names[257 + len(words) :]
    assert {"共", "年", "2", "S", "Ｄ", "，", " "} < set(singles) and "的" not in singles
    assert singles == sorted(singles) and {tokens[char] for char in singles} == {-math.log(total)}


@pytest.mark.parametrize("words", [{}, {"甲": 1}], ids=["no word", "one word"])
def test_a_lexicon_without_words_makes_a_tokenizer_too(words: dict[str, int]) -> None:
    made = load(written(words))
    assert made.decode(made.encode("甲<0x41>\n").ids) == "甲<0x41>\n"


def test_many_words_are_written_block_by_block_as_valid_json() -> None:
    words = {chr(0x4E00 + i % 20_000) * (1 + i // 20_000): 1 + i for i in range(70_000)}
    blocks = list(tokenizer_text(np.array([*words], object), np.array([*words.values()])))
    assert len(blocks) > 2
    assert words.keys() < vocabulary(b"".join(blocks)).keys()


def test_real_text_is_cut_as_segment_cuts_it(tmp_path: Path) -> None:
    text = read_text("laws", 30_000)
    found = nlpkit.discover(io.BytesIO(text.encode()), charset="han").select(everything=True)
    found.save(tmp_path / "tokenizer.json")
    found.save(tmp_path / "lexicon.txt", "jieba")
    made, segmenter = load((tmp_path / "tokenizer.json").read_bytes()), nlpkit.Segmenter(tmp_path / "lexicon.txt")
    runs = "".join(char if "一" <= char <= "鿿" else " " for char in text).split()
    assert len(runs) > 1_000
    logs = vocabulary((tmp_path / "tokenizer.json").read_bytes())
    for run in runs:
        tokens, words = made.encode(run).tokens, segmenter.cut(run)
        if tokens != words:  # two ways of the same probability
            assert sum(map(logs.__getitem__, tokens)) == pytest.approx(sum(map(logs.__getitem__, words)), rel=1e-12)


def test_the_command_writes_the_whole_lexicon_by_the_name_of_the_file(run: Run, few_laws: Path, tmp_path: Path) -> None:
    for arguments in (["-o", "tokenizer.json"], ["-f", "tokenizer", "-o", "x.json"], ["-f", "jieba", "-o", "x.txt"]):
        done = run("discover", str(few_laws), *arguments)
        assert done.returncode == 0 and b" is written as " not in done.stderr, done.stderr
    text = (tmp_path / "tokenizer.json").read_bytes()
    assert text == (tmp_path / "x.json").read_bytes()
    words = [line.split(" ")[0] for line in (tmp_path / "x.txt").read_text(encoding="utf-8").splitlines()]
    assert [*vocabulary(text)][257 : 257 + len(words)] == words
    done = run("discover", str(few_laws), "-o", "tokenizer.json", "-f", "words", "--top", "1")
    assert b"tokenizer.json: is written as words, as --format says, not as tokenizer\n" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["-f", "tokenizer", "--list-numerals"],
            "--list-numerals: no effect with --format tokenizer; numerals are in that list",
        ),
        (
            ["-f", "jieba", "--list-numerals"],
            "--list-numerals: no effect with --format jieba; numerals are in that list",
        ),
        (["-f", "tokenizer", "--bom"], "--bom is for tables"),
        (["-o", "other.json"], "other.json: one object a line is written"),
    ],
)
def test_what_makes_no_sense_is_refused(run: Run, few_laws: Path, arguments: list[str], message: str) -> None:
    done = run("discover", str(few_laws), *arguments)
    assert done.returncode == 2 and message in done.stderr.decode()
