"""Dictionaries that `discover` wrote are recognised, whatever way they took, and looked up as they were counted."""

import gzip
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import jieba
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import nlpkit
from nlpkit import Lexicon, Segmenter
from nlpkit.discovery import Discovery
from tests.conftest import NOJIT, Run
from tests.test_segmentation import streamed

TEXT = "1998年的T恤2000年卖，CPU在1998年很贵。T恤在2000年很贵。Q&A在3月，CPU很贵。\n" * 12
WORDS = "的 90 un\n1998年 24 un\nT恤 24 un\nCPU 12 un\n年 12 un\n在 12 un\n3 8 un\n2000 6 un\nQA 6 un\n很贵 5 un\n"
WIDE = "１９９８年的Ｔ恤很贵，ＣＰu和CPＵ在2000年卖，T恤１９98年、３７年Ｑ&Ａ，３．５％，￣Ａ"
PATHS = settings(deadline=None, max_examples=20 if NOJIT else 100)


@pytest.fixture(autouse=True, scope="module")
def _cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A cache folder of these tests' own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NLPKIT_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        yield


def discovered(charset: str = "han+alnum", text: str = TEXT) -> Discovery:
    return nlpkit.discover(io.BytesIO(text.encode()), charset=charset).select(everything=True)


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dictionary as discover writes it."""
    path = tmp_path_factory.mktemp("words") / "words.txt"
    path.write_text(WORDS, "utf-8")
    return path


def in_ascii(text: str) -> str:
    codes = [ord(c) - 0xFEE0 if "\uff10" <= c <= "\uff5a" else ord(c) for c in text]
    return "".join(
        chr(code) if chr(code).isascii() and chr(code).isalnum() else c for code, c in zip(codes, text, strict=True)
    )


def spans(tokens: list[str]) -> list[int]:
    return [len(token) for token in tokens]


def compiled(dictionary: Path, **options: object) -> Segmenter:
    segmenter = Segmenter(dictionary, **options)  # type: ignore[arg-type]
    segmenter.engine()
    return segmenter


@pytest.mark.parametrize("mode", ["default", "search"])
@PATHS
@given(text=st.just(WIDE) | st.text(st.sampled_from("1９98８年月的Ｔ恤TＣPUｕ很贵，&．. \n"), max_size=30))
def test_full_width_text_is_cut_as_ascii_and_comes_out_as_it_is(words: Path, mode: str, text: str) -> None:
    plain, engine = Segmenter(words, mode=mode), compiled(words, mode=mode)
    tokens = plain.cut(text)
    assert engine.cut(text) == engine.cut_many([text, text])[1] == tokens
    assert spans(tokens) == spans(plain.cut(in_ascii(text)))
    assert mode == "search" or "".join(tokens) == text


def test_the_words_of_the_lexicon_are_found_in_any_width(words: Path) -> None:
    lexicon = Lexicon([words])
    assert lexicon.fold_width and not lexicon.fold
    assert lexicon.count("１９９8年") == lexicon.count("1998年") == 24
    assert Segmenter(words).cut("１９９８年的Ｔ恤") == ["１９９８年", "的", "Ｔ恤"]
    assert lexicon.count("cpu") is None  # case is kept


RUNS = "38 90 un\n47年 24 un\nAB 24 un\nCD恤 12 un\n年 12 un\n的 12 un\n在7 6 un\n"


@pytest.mark.parametrize("hmm", [False, True])
@PATHS
@given(text=st.text(st.sampled_from("3847３８年的在ABCDＣ恤，. \n"), max_size=30))
@example("3847年的3８47在７4ABCD恤")
def test_no_token_ends_within_a_run_of_digits_or_of_letters(
    tmp_path_factory: pytest.TempPathFactory, hmm: bool, text: str
) -> None:
    words = tmp_path_factory.getbasetemp() / "runs.txt"
    words.write_text(RUNS, "utf-8")
    engine = compiled(words, hmm=hmm)
    tokens = Segmenter(words, hmm=hmm).cut(text)
    assert engine.cut(text) == tokens and "".join(tokens) == text
    for before, after in pairwise(tokens):
        assert not re.fullmatch("[0-9]{2}|[A-Z]{2}", in_ascii(before[-1] + after[0]))


@PATHS
@given(st.lists(st.text(st.sampled_from("3847３８年ABCＣ恤，\n"), max_size=6), max_size=6))
def test_text_that_comes_in_parts_is_cut_as_a_whole(words: Path, parts: list[str]) -> None:
    segmenter = compiled(words)
    whole, _, _ = segmenter.engine().segment("".join(parts).encode(), b"|", True, False, True)
    assert streamed(segmenter, [part.encode() for part in parts], b"|", True) == whole


def test_words_stand_at_the_ends_of_runs_only(tmp_path: Path) -> None:
    for tag, cut in (("un", ["3847年", "ABCD恤", "的"]), ("unc", ["38", "47年", "AB", "CD恤", "的"])):
        words = tmp_path / f"{tag}.txt"
        words.write_text(RUNS.replace(" un\n", f" {tag}\n"), "utf-8")
        assert Segmenter(words).cut("3847年ABCD恤的") == compiled(words).cut("3847年ABCD恤的") == cut


@pytest.mark.parametrize(
    ("options", "tag"),
    [({}, "un"), ({"method": "pmi"}, "unc"), ({"charset": "letters"}, "unc"), ({"charset": "han"}, "unc")],
    ids=str,
)
def test_the_tag_says_whether_runs_were_counted_as_one_symbol(options: dict[str, str], tag: str) -> None:
    written = io.BytesIO()
    nlpkit.discover(io.BytesIO(TEXT.encode()), **options).select(everything=True).save(written, "jieba")  # type: ignore[arg-type]
    lines = written.getvalue().decode().splitlines()
    assert lines and all(line.endswith(f" {tag}") for line in lines)


def of_users(folder: Path, words: Path) -> Path:
    """The same words and counts as a user would write them."""
    path = folder / "users.txt"
    path.write_text("".join(line.rpartition(" ")[0] + "\n" for line in words.read_text("utf-8").splitlines()), "utf-8")
    return path


@pytest.mark.compiled  # jieba's own dictionary is large
def test_dictionaries_of_users_are_looked_up_as_they_are(words: Path, tmp_path: Path) -> None:
    users = of_users(tmp_path, words)
    assert Segmenter(users).cut("１９９８年") == [*"１９９８年"]
    assert Segmenter([words, users]).cut("１９９８年") == [*"１９９８年"]
    assert Segmenter(user_dictionary=words).cut("Ｔ恤") == [*"Ｔ恤"]  # on top of jieba's own
    assert Segmenter().cut("１９９８年") == [*"１９９８年"]


def test_words_that_are_added_to_it_are_looked_up_in_any_width(words: Path, tmp_path: Path) -> None:
    (tmp_path / "more.txt").write_text("ＧＤＰ 5\n", "utf-8")
    segmenter = Segmenter(words, user_dictionary=tmp_path / "more.txt")
    segmenter.add_word("Ｋ歌", 5)
    assert segmenter.cut("GDＰ的K歌") == ["GDＰ", "的", "K歌"]


def edited(data: bytes) -> bytes:
    """Sorted, with words of the user's own, and with the line ends of Windows."""
    return "\r\n".join(sorted(["甲乙 5", "丙丁", *data.decode().splitlines()])).encode()


WAYS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "edited": edited,
    "half of it": lambda data: b"".join(data.splitlines(keepends=True)[::2]),
    "tabs": lambda data: data.replace(b" ", b"\t"),
}


@pytest.mark.parametrize("way", WAYS)
def test_copies_are_recognised(words: Path, tmp_path: Path, way: str) -> None:
    copy = tmp_path / "copy"
    copy.write_bytes(WAYS[way](words.read_bytes()))
    assert Lexicon([copy]).fold_width


@pytest.mark.parametrize("name", ["words.tsv", "words.csv", "words.jsonl", "words.csv.gz"])
def test_tables_of_discover_are_recognised(tmp_path: Path, name: str) -> None:
    discovered().save(tmp_path / name)
    segmenter = Segmenter(tmp_path / name)
    assert segmenter.lexicon.fold_width
    assert spans(segmenter.cut(WIDE)) == spans(segmenter.cut(in_ascii(WIDE)))


@pytest.mark.compiled  # jieba's own dictionary is large
def test_lists_and_frequency_lists_are_not_of_discover(tmp_path: Path) -> None:
    text = io.BytesIO(TEXT.encode())
    for name in ("tsv", "jieba"):
        nlpkit.count(text).save(tmp_path / name, name)
        assert not Lexicon([tmp_path / name]).fold_width
        text.seek(0)


def test_letters_that_jieba_does_not_look_up_are_found(tmp_path: Path) -> None:
    words, notes = tmp_path / "words.txt", list[str]()
    words.write_text("ともだち 9 un\nは 9 un\n二〇二五年 5 un\n", "utf-8")
    assert Segmenter(words, notify=notes.append).cut("ともだちは二〇二五年") == ["ともだち", "は", "二〇二五年"]
    assert not any("never found" in note for note in notes)


@pytest.mark.parametrize("format", ["jieba", "tsv"])
def test_words_that_were_counted_in_full_width_are_looked_up_so(tmp_path: Path, format: str) -> None:
    discovered("letters", TEXT + "１９９８年\n" * 20).save(tmp_path / "words", format)
    assert not Lexicon([tmp_path / "words"]).fold_width


@pytest.mark.compiled
def test_the_command_writes_the_text_as_it_is(words: Path, run: Run) -> None:
    cut = run("segment", "-d", words, input=WIDE.encode() * 2000).stdout.decode()
    assert cut.replace(" ", "").rstrip("\n") == WIDE * 2000
    assert cut.startswith("１９９８年 的 Ｔ恤 ")


def test_a_notice_says_that_the_dictionary_was_recognised(words: Path, tmp_path: Path) -> None:
    notes: list[str] = []
    for _ in range(2):  # the second time from the cache
        Lexicon([words], notify=notes.append)
    told = f"{words}: by `discover`, so full-width letters and digits are looked up as ASCII"
    assert notes == [told] * 2
    Lexicon([of_users(tmp_path, words)], notify=notes.append)
    assert len(notes) == 2


def test_jieba_loads_the_same_words_and_the_same_total(tmp_path: Path) -> None:
    found, theirs, words = discovered(), jieba.Tokenizer(), tmp_path / "words.txt"
    found.save(words, "jieba")
    assert Lexicon([words]).fold_width
    with open(words, "rb") as file:
        frequencies, total = theirs.gen_pfdict(file)
    assert {word: count for word, count in frequencies.items() if count} == dict(
        zip(found.word, found.count, strict=True)
    )
    assert total == found.count.sum() == Lexicon([words]).total


def test_posseg_takes_the_tag(words: Path) -> None:
    import jieba.posseg

    tagger = jieba.posseg.POSTokenizer(jieba.Tokenizer(str(words)))
    assert {pair.flag for pair in tagger.cut("T恤在1998年", HMM=False)} == {"un"}


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_count_adds_up_the_tokens_as_they_are_written(words: Path, tmp_path: Path, run: Run, jobs: str) -> None:
    text = f"{WIDE}\n" * 3 + f"{in_ascii(WIDE)}\n"
    (tmp_path / "text").write_text(text, "utf-8")
    listed = run("count", tmp_path / "text", "-d", words, "-f", "jieba", "-q", "-j", jobs).stdout.decode()
    expected = Counter(token for line in text.split("\n") for token in Segmenter(words).cut(line))
    assert {(word, int(count)) for word, count in map(str.split, listed.splitlines())} == set(expected.items())
