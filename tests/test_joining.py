"""Lines that are broken within a sentence are joined, however the text is cut."""

import re
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nlpkit import Corpus, count
from nlpkit.corpus.joining import LineJoiner, join_lines
from tests.conftest import Run

pytestmark = pytest.mark.compiled  # nothing here depends on kernels

TEXTS = {
    "Han": ("人工智\n能", "人工智能"),
    "kana": ("コンピュー\nター\nです", "コンピューターです"),
    "CR LF": ("人工智\r\n能\r\n", "人工智能\r\n"),
    "spaces at the end": ("人工智 \t\n能", "人工智能"),
    "64 spaces": ("智" + " " * 64 + "\n能", "智能"),
    "65 spaces": ("智" + " " * 65 + "\n能", "智" + " " * 65 + "\n能"),
    "blank line": ("人工\n\n智能\n \n了", "人工\n\n智能\n \n了"),
    "sentence": ("完了。\n新的", "完了。\n新的"),
    "comma": ("销售，\n人工", "销售，\n人工"),
    "punctuation next": ("他说\n“好”", "他说\n“好”"),
    "indented": ("人工\n　　智能\n  天", "人工\n　　智能\n  天"),
    "digits": ("共有\n3 个\n人", "共有\n3 个人"),
    "subtitles": ("1\n00:01 --> 00:02\n今天天\n气好\n\n2", "1\n00:01 --> 00:02\n今天天气好\n\n2"),
    "Latin": ("the quick\nbrown, or\nred,\nfox.\nThen\nThis", "the quick brown, or red, fox.\nThen\nThis"),
    "hyphen": ("inter-\nnational - \nx 3-\nfold", "international - \nx 3-\nfold"),
    "Hangul": ("한국\n어", "한국\n어"),
    "mixed": ("用 GPU\n来算 and\n人", "用 GPU\n来算 and\n人"),
    "first": ("\n人\n工\n", "\n人工\n"),
}


def in_blocks(text: str, size: int) -> str:
    joiner = LineJoiner()
    parts = [joiner.feed(text[i : i + size]) for i in range(0, len(text), size)]
    return "".join(parts) + joiner.close()


@pytest.mark.parametrize(("text", "joined"), TEXTS.values(), ids=TEXTS)
def test_which_line_ends_go(text: str, joined: str) -> None:
    assert join_lines(text) == joined
    for size in (1, 2, 3, 5, 7, 64, 1000):
        assert in_blocks(text, size) == joined


@settings(deadline=None, max_examples=300)
@given(
    st.lists(
        st.sampled_from(["人", "工", "a", "B", "-", ",", "。", " ", "\t", "\r", "\n", "\n", " " * 63, "か"]),
        max_size=20,
    ),
    st.integers(1, 90),
)
@example(["人", " " * 63, " ", "\r", "\n", "工"], 1)
@example(["a", "-", " ", "\n", "a"], 2)
def test_the_result_does_not_depend_on_blocks(parts: list[str], size: int) -> None:
    text = "".join(parts)
    joined = join_lines(text)
    assert in_blocks(text, size) == joined
    assert re.sub(r"[\s-]", "", joined) == re.sub(r"[\s-]", "", text)
    naive = re.sub(r"(?<=[人工か])[ \t]{0,64}\r?\n(?=[人工か])", "", text)
    assert [line for line in joined.split("\n") if "a" not in line] == [
        line for line in naive.split("\n") if "a" not in line
    ] or "a" in text


def test_lines_are_joined_in_every_chunk_and_format(tmp_path: Path) -> None:
    line = "本公司主要从事人工智\n能芯片的研发与销售，人工智能\n芯片市场规模持续增\n长。\n"
    (tmp_path / "a.txt").write_text(line * 500, encoding="utf-8")
    (tmp_path / "b.txt").write_text(line.replace("\n", "\r\n") * 500, encoding="gb18030", newline="")
    (tmp_path / "plain.txt").write_text((line.replace("\n", "") + "\n") * 500, encoding="utf-8")
    expected = count(tmp_path / "plain.txt", ngram=2).to_dict()
    assert expected
    for name, encoding in (("a.txt", "utf-8"), ("b.txt", "gb18030")):
        for chunk_size in (64, 1000, 1 << 20):
            corpus = Corpus(tmp_path / name, join_lines=True, encoding=encoding, chunk_size=chunk_size)
            assert count(corpus, ngram=2, jobs=2).to_dict() == expected
    assert count(tmp_path / "a.txt", ngram=2).to_dict() != expected


def test_only_the_lines_of_one_text_are_joined(tmp_path: Path, run: Run) -> None:
    (tmp_path / "a.csv").write_text('id,a,b\n1,"人工\n智能",芯片\n2,研发,\n', encoding="utf-8")
    done = run("segment", "a.csv", "--column", "a", "--column", "b", "--join-lines", "-f", "text")
    assert done.stdout.decode() == "人工智能\n芯片\n研发\n\n"
    assert "not with --join-lines" in run("segment", "a.csv", "--join-lines", "--offsets").stderr.decode()
