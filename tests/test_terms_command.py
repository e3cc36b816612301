"""`nlpkit terms` as its users meet it: lists and formats, the background, sentences, its report, and wrong usage."""

import csv
import gzip
import io
import json
import re
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest

import nlpkit
from nlpkit.errors import InputError, OptionError
from nlpkit.multiword.result import COLUMNS
from tests import naive, naive_terms
from tests.conftest import Run, slow, workers
from tests.test_count import lines_of
from tests.test_terms import How, assert_listed
from tests.texts import read_text

pytestmark = [pytest.mark.usefixtures("dictionary"), pytest.mark.compiled]  # tests of the library compare the kernels
HEADER = "\t".join(COLUMNS)
WORDS = "数据库", "实例", "备份", "事务", "日志"


@pytest.fixture
def terms(run: Run, tmp_path: Path) -> Run:
    """`nlpkit terms ARGUMENTS...` where laws.txt, manual.txt, both short, and words.txt, a dictionary, lie."""
    for name in ("laws", "manual"):
        (tmp_path / f"{name}.txt").write_text(read_text(name, 9_000), "utf-8")
    (tmp_path / "words.txt").write_text("".join(f"{word} 5\n" for word in (*WORDS, "QuernDB", "法律", "规定")), "utf-8")
    return partial(run, "terms")


def rows_of(done: object) -> list[dict[str, str]]:
    return list(csv.DictReader(lines_of(done), delimiter="\t", quoting=csv.QUOTE_NONE))  # type: ignore[arg-type]


def last_line(done: object) -> str:
    return done.stderr.decode().splitlines()[-1]  # type: ignore[attr-defined, no-any-return]


# ---- lists


def test_a_table_goes_to_stdout_and_the_report_to_stderr(terms: Run) -> None:
    done = terms("laws.txt", "--min-count", "4")
    rows = rows_of(done)
    assert tuple(rows[0]) == COLUMNS
    scores = [float(row["score"]) for row in rows]
    assert len(rows) > 20
    assert scores == sorted(scores, reverse=True)
    assert all(int(row["count"]) >= max(4, int(row["documents"])) for row in rows)
    assert all((row["pmi"] == "") == (" " not in row["words"]) for row in rows)
    assert {row["words"].replace(" ", "") for row in rows} == {row["term"].replace(" ", "") for row in rows}
    assert re.match(rf"[\d,]+ words in [\d,]+ runs, {len(rows)} terms, \d", last_line(done))


def test_each_format_has_the_same_terms(terms: Run, tmp_path: Path) -> None:
    how = ("manual.txt", "-d", "words.txt", "--min-count", "3")
    rows = rows_of(terms(*how, "-q"))
    names = [row["term"] for row in rows]
    assert [row["term"] for row in csv.DictReader(lines_of(terms(*how, "-f", "csv")))] == names
    objects = [json.loads(line) for line in lines_of(terms(*how, "-f", "jsonl"))]
    assert [row["term"] for row in objects] == names
    assert [row["pmi"] is None for row in objects] == [row["pmi"] == "" for row in rows]
    terms(*how, "-o", "list.csv.gz")
    with gzip.open(tmp_path / "list.csv.gz", "rt", encoding="utf-8", newline="") as file:
        assert [row["term"] for row in csv.DictReader(file)] == names


def test_lists_of_words_leave_out_what_they_cannot_say_and_tell_it(terms: Run, tmp_path: Path) -> None:
    sides = "甲乙丙丁戊己庚辛"
    lines = [
        f"{a}QuernDB 数据库{b}，{a}备份 7 日志{b}，{b}实例{a}" for a, b in zip(sides, reversed(sides), strict=True)
    ]
    (tmp_path / "t.txt").write_text("\n".join(lines), "utf-8")
    how = ("t.txt", "-d", "words.txt")
    assert {row["term"] for row in rows_of(terms(*how))} == {"QuernDB 数据库", "备份 N 日志", "实例"}
    words, dictionary = (terms(*how, "-f", layout) for layout in ("words", "jieba"))
    assert sorted(lines_of(words)) == ["QuernDB 数据库", "实例"]
    assert "3 terms, 1 left out (a number in it), " in last_line(words)
    assert lines_of(dictionary) == ["实例 8"]
    assert "3 terms, 1 left out (a number in it), 2 left out (a space in it), " in last_line(dictionary)


def test_segment_keeps_the_terms_whole(terms: Run, run: Run, tmp_path: Path) -> None:
    (tmp_path / "terms.txt").write_bytes(terms("laws.txt", "-f", "words", "-q", "--top", "200").stdout)
    names = (tmp_path / "terms.txt").read_text("utf-8").splitlines()
    longest = max(names, key=len)
    assert len(longest) > 4
    done = run("segment", "laws.txt", "--force", "terms.txt", "-q")
    assert longest in done.stdout.decode().split()
    assert longest not in run("segment", "laws.txt", "-q").stdout.decode().split()


@pytest.mark.parametrize("column", ["count", "documents", "pmi", "left_entropy", "right_entropy", "keyness"])
def test_sort_and_top_choose_rows_of_the_same_list(terms: Run, column: str) -> None:
    whole = rows_of(terms("laws.txt", "--min-count", "4"))
    done = terms("laws.txt", "--min-count", "4", "--sort", column, "--top", "30")
    rows = rows_of(done)
    values = [float(row[column] or "-inf") for row in rows]
    assert values == sorted((float(row[column] or "-inf") for row in whole), reverse=True)[:30]
    assert all(row in whole for row in rows)
    assert f"{len(whole)} terms, 30 written" in last_line(done)


def test_sentences_have_the_terms_in_them(terms: Run) -> None:
    whole = rows_of(terms("laws.txt", "-q"))
    rows = rows_of(terms("laws.txt", "-q", "--examples", "2"))
    assert [{name: row[name] for name in COLUMNS} for row in rows] == whole
    text = re.sub(r"\s", "", read_text("laws", 9_000))
    for row in rows:
        sentences = row["examples"].split(" | ")
        assert 1 <= len(sentences) <= 2
        pattern = re.compile(
            r"\s*".join(r"\d+" if word == "N" else re.escape(word) for word in row["words"].split(" "))
        )
        for sentence in sentences:
            assert pattern.search(sentence)
            assert re.sub(r"\s", "", sentence.strip("…")) in text
    objects = [json.loads(line) for line in lines_of(terms("laws.txt", "-q", "--examples", "2", "-f", "jsonl"))]
    assert [row["examples"] for row in objects] == [row["examples"].split(" | ") for row in rows]


@pytest.mark.parametrize(("same", "expected"), [(4, "甲实例乙。 | 丙实例子。"), (20, "甲实例乙。")])
def test_sentences_do_not_depend_on_how_the_text_is_cut(terms: Run, same: int, expected: str, tmp_path: Path) -> None:
    """Where the first lines are the same; not all lines of a frequent term are tried."""
    lines = ["甲实例乙。"] * same + [f"{a}实例{b}。" for a, b in zip("丙丁戊己庚", "子丑寅卯辰", strict=True)]
    (tmp_path / "t.txt").write_text("\n".join(lines), "utf-8")
    how = ("t.txt", "-d", "words.txt", "-q", "--examples", "2")
    (row,) = rows_of(terms(*how))
    assert row["examples"] == expected
    assert rows_of(terms(*how, "--chunk-size", "20", "-j", "2", "--executor", "threads")) == [row]


def test_sentences_have_whole_words_and_any_spelling_of_them(terms: Run, tmp_path: Path) -> None:
    lines = ["Then she said no. Then he said yes.", "The he\u2010goat didn\u2019t.", "The he-goat didn't."]
    (tmp_path / "t.txt").write_text("\n".join(lines), "utf-8")
    rows = {row["term"]: row["examples"] for row in rows_of(terms("t.txt", "--language", "en", "--examples", "2"))}
    assert rows["said yes"] == "Then he said yes."
    assert rows["then he said"] == "Then he said yes."
    assert rows["the he-goat"] == rows["didn't"] == " | ".join(lines[1:])
    lines = [f"she said x; {a} he said {b}" for a, b in zip("abcd", "efgh", strict=True)]
    (tmp_path / "t.txt").write_text("\n".join(lines), "utf-8")
    rows = {
        row["term"]: row["examples"]
        for row in rows_of(terms("t.txt", "--tokenizer", "space", "--examples", "2", "--min-count", "4"))
    }
    assert rows["he said"] == "a he said e | b he said f"


# ---- how it is run and what is read


@pytest.mark.parametrize("executor", ["threads", "processes", slow("serial")])
def test_the_list_is_the_same_however_it_is_run(terms: Run, executor: str) -> None:
    expected = terms("laws.txt", "-q").stdout
    done = terms("laws.txt", "-q", *workers(executor), "--chunk-size", "5k", "--memory", "64M")
    assert (done.returncode, done.stdout) == (0, expected)


def test_standard_input_packed_files_folders_and_line_ends(terms: Run, tmp_path: Path) -> None:
    text = (tmp_path / "laws.txt").read_bytes().rstrip(b"\n")
    expected = lines_of(terms("laws.txt", "-q"))
    (tmp_path / "crlf.txt").write_bytes(text.replace(b"\n", b"\r\n"))
    (tmp_path / "laws.gz").write_bytes(gzip.compress(text))
    (tmp_path / "folder").mkdir()
    head, tail = text[: len(text) // 2].rsplit(b"\n", 1)[0], text[len(text[: len(text) // 2].rsplit(b"\n", 1)[0]) + 1 :]
    (tmp_path / "folder" / "1.txt").write_bytes(head)
    (tmp_path / "folder" / "2.gz").write_bytes(gzip.compress(tail))
    assert lines_of(terms("-q", input=text)) == expected
    for name in ("crlf.txt", "laws.gz"):
        assert lines_of(terms(name, "-q")) == expected
    rows = (json.dumps({"text": line}, ensure_ascii=False) for line in text.decode().split("\n"))
    (tmp_path / "laws.jsonl").write_text("\n".join(rows), "utf-8")
    assert lines_of(terms("laws.jsonl", "--field", "text", "-q")) == expected
    assert lines_of(terms("folder", "-q", "--document", "line")) == expected
    files = rows_of(terms("folder", "-q"))
    assert [row["term"] for row in files] == [line.split("\t")[0] for line in expected[1:]]
    assert max(int(row["documents"]) for row in files) == 2


@pytest.mark.parametrize(
    ("text", "report"),
    [
        ("", "0 words in 0 runs, no terms (the input is empty), "),
        ("。，！\n\n；  \n", "0 words in 0 runs, no terms, "),
        ("1 2 3\n", "no terms; a lower --min-count may give some, "),
        ("法律\n", "no terms; a lower --min-count may give some, "),
    ],
    ids=["nothing", "punctuation", "numbers", "one word"],
)
def test_a_text_without_terms_gives_an_empty_list(terms: Run, text: str, report: str, tmp_path: Path) -> None:
    (tmp_path / "t.txt").write_text(text, "utf-8")
    for options in ((), ("--tokenizer", "space"), ("-d", "words.txt")):
        done = terms("t.txt", *options)
        assert lines_of(done) == [HEADER]
        assert report in last_line(done)


@pytest.mark.parametrize(
    "options", [("--language", "zh"), ("-d", "words.txt"), ("--language", "en"), ("--tokenizer", "space")]
)
def test_text_that_is_not_utf8_is_an_error_that_names_the_byte(
    terms: Run, options: tuple[str, ...], tmp_path: Path
) -> None:
    (tmp_path / "bad.txt").write_bytes("abc\n中国".encode() + b"\xff\n")
    done = terms("laws.txt", "bad.txt", *options, "-j", "2", "--chunk-size", "1k")
    assert (done.returncode, done.stdout) == (1, b"")
    assert last_line(done) == "nlpkit: bad.txt:2 (byte 10): not valid UTF-8; try --errors replace|skip"


def test_the_jieba_library_gets_its_dictionary_and_cuts_as_segment_does(terms: Run) -> None:
    how = ("laws.txt", "-q", "-d", "words.txt")
    expected = lines_of(terms(*how))
    assert lines_of(terms(*how, "--tokenizer", "jieba")) == expected
    guessed = lines_of(terms(*how, "--tokenizer", "jieba", "--hmm"))
    assert guessed == lines_of(terms(*how, "--hmm")) != expected
    with pytest.raises(OptionError, match="mode is 'full'; terms are made of words that do not overlap"):
        nlpkit.terms("laws.txt", segmenter=nlpkit.Segmenter(mode="full"))


# ---- the background


def test_a_text_and_its_list_are_the_same_background(terms: Run, run: Run) -> None:
    how = ("manual.txt", "-d", "words.txt", "--min-count", "3", "-q", "--against")
    usual = lines_of(terms(*how[:-1]))
    expected = lines_of(terms(*how, "laws.txt"))
    assert expected != usual
    for layout in ("tsv", "jsonl", "jieba"):
        lines_of(run("count", "laws.txt", "-d", "words.txt", "-q", "-f", layout, "-o", "list"))
        assert lines_of(terms(*how, "list")) == expected
    said = terms(*how[:-2], "--against", "list").stderr.decode()
    assert "list: read as a frequency list, " in said
    assert "laws.txt: read as text, " in terms(*how[:-2], "--against", "laws.txt").stderr.decode()


def test_the_background_is_that_of_the_slow_twin(tmp_path: Path) -> None:
    words = tmp_path / "words.txt"
    words.write_text("".join(f"{word} 5\n" for word in (*WORDS, "法律", "规定")), "utf-8")
    how = How(words=str(words), min_count=3)
    text, other = read_text("manual", 8000), read_text("laws", 8000)
    (tmp_path / "other.txt").write_text(other, "utf-8")
    expected = naive_terms.list_terms(how.count(text), background(how, other, str))
    assert len(expected) > 20
    for against in (tmp_path / "other.txt", nlpkit.count(tmp_path / "other.txt", segmenter=nlpkit.Segmenter(words))):
        assert_listed(nlpkit.terms(io.BytesIO(text.encode()), **how.arguments(), against=against), expected)


def test_an_english_background_is_read_without_case_and_with_any_apostrophe(tmp_path: Path) -> None:
    how = How("en")
    text, other = (read_text("genesis", 5000, start).replace("Abraham", "Abra'am") for start in (0, 60_000))
    text += "\nAbra'am begat Isaac. Abra\u2019am said\n"
    (tmp_path / "other.txt").write_text(other.replace("Abra'am", "Abra\u2019am"), "utf-8")
    (tmp_path / "list.tsv").write_text("token\tcount\nAbra\u2019am\t30\nthe\t900\nThe\t30\nAND\t300\n", "utf-8")
    counts = {"abra'am": 30.0, "the": 930.0, "and": 300.0}
    for name, reference in (
        ("other.txt", background(how, other, naive_terms.english_form)),
        ("list.tsv", naive_terms.Background(counts, sum(counts.values()))),
    ):
        expected = naive_terms.list_english_terms(how.count(text), reference)
        assert "abra'am" in [row.term for row in expected]
        found = nlpkit.terms(io.BytesIO(text.encode()), **how.arguments(), against=tmp_path / name)
        assert_listed(found, expected)


def background(how: How, text: str, form: Callable[[str], str]) -> naive_terms.Background:
    """The words of a text."""
    tokens = [token for line in naive.lines_of(text) for token in how.tokens(line) if token]
    counts = Counter(form(token) for token in tokens if naive_terms.is_word(token))
    return naive_terms.Background(counts, sum(counts.values()))


def test_counts_without_words_are_no_background() -> None:
    nothing = nlpkit.count(io.BytesIO(b"1 2 3\n"), tokenizer="space")
    with pytest.raises(OptionError, match="against has no words, so there is nothing to compare with"):
        nlpkit.terms(io.BytesIO(b"a b c\n"), tokenizer="space", against=nothing)


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ("nowhere.txt", "nlpkit: nowhere.txt: no such file"),
        ("folder", "nlpkit: folder: no files in this directory"),
        ("dots.txt", "nlpkit: dots.txt: has no words, so there is nothing to compare with"),
        ("empty.txt", "nlpkit: empty.txt: has no words, so there is nothing to compare with"),
    ],
)
def test_a_background_without_words_is_an_error(terms: Run, reference: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "dots.txt").write_text("。，！\n", "utf-8")
    (tmp_path / "empty.txt").write_bytes(b"")
    done = terms("laws.txt", "--against", reference, "-d", "words.txt")
    assert (done.returncode, done.stdout, last_line(done)) == (1, b"", message)


def test_a_reference_that_is_not_there_is_missed_before_the_text_is_read(tmp_path: Path) -> None:
    done: list[int] = []
    with pytest.raises(InputError, match=r"nowhere\.txt: no such file"):
        nlpkit.terms(io.BytesIO(b"a b c\n"), tokenizer="space", against=tmp_path / "nowhere.txt", progress=done.append)
    assert not done


# ---- languages


def test_the_language_is_told_by_the_letters(terms: Run, tmp_path: Path) -> None:
    (tmp_path / "en.txt").write_text(read_text("genesis", 12_000), "utf-8")
    done = terms("en.txt")
    assert done.stderr.decode().startswith("read as English; --language zh reads it as Chinese\n")
    (tmp_path / "latin.txt").write_bytes(b"It was cold.\n" * 9 + "caf\u00e9\n".encode("latin-1"))
    assert terms("latin.txt").stderr.decode().startswith("nlpkit: latin.txt:10 (byte 120): not valid UTF-8")
    assert lines_of(done) == lines_of(terms("en.txt", "--language", "en"))
    assert "read as" not in terms("laws.txt").stderr.decode()
    assert {"god", "earth"} <= {row["term"] for row in rows_of(done)}


# ---- wrong usage


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--min-count", "0"], "--min-count is 0; it must be at least 1"),
        (["--max-words", "0"], "--max-words is 0; it must be at least 1"),
        (["--max-words", "10"], "--max-words is 10; it must be at most 9"),
        (["--top", "0"], "--top is 0; it must be at least 1"),
        (["--examples", "-1"], "--examples is -1; it must be at least 0"),
        (["--sort", "length"], "'length' is not one of 'score', 'count'"),
        (["--language", "fr"], "'fr' is not one of 'zh', 'en'"),
        (["--document", "row"], "'row' is not one of 'line', 'file'"),
        (["--tokenizer", "char"], "'char' is not one of 'words', 'jieba', 'space', 'regex'"),
        (["--tokenizer", "regex"], "--tokenizer regex: say what a token is with --pattern"),
        (["--pattern", "["], "--pattern '[' is not a regular expression"),
        (["--pattern", "a", "--tokenizer", "space"], "--pattern: no effect with --tokenizer space"),
        (["--pattern", "a", "--language", "en"], "--pattern: no effect with --language en"),
        (["--language", "zh", "--tokenizer", "space"], "--language: no effect with --tokenizer space"),
        (["-d", "words.txt", "--tokenizer", "space"], "--dict: no effect with --tokenizer space"),
        (["-d", "words.txt", "--language", "en"], "--dict: no effect with --language en"),
        (["--hmm"], "--hmm: no effect without --dict"),
        (["--fold"], "--fold: no effect without --dict"),
        (["--fold", "--tokenizer", "jieba"], "--fold: no effect with --tokenizer jieba"),
        (["--mode", "search", "-d", "words.txt"], "--mode search: terms are made of words that do not overlap"),
        (["--against", "-"], "--against -: standard input is for the text; name a file or directory"),
        (["-f", "conll"], "--format is 'conll'; choose from tsv, csv, jsonl, jieba, words"),
        (["-o", "laws.txt"], "laws.txt: is also an input; write to another file"),
        (["-o", "words.txt", "-d", "words.txt"], "words.txt: is also an input; write to another file"),
        (["-o", "manual.txt", "--against", "manual.txt"], "manual.txt: is also an input; write to another file"),
        (["--explain", "法律", "--top", "3"], "--top: no effect with --explain; it lists no terms"),
        (["--explain", "法律", "--examples", "3"], "--examples: no effect with --explain; it lists no terms"),
        (["--explain", "法律", "-f", "csv"], "--format: no effect with --explain; it lists no terms"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_wrong_usage_is_told_before_anything_is_read(terms: Run, arguments: list[str], message: str) -> None:
    done = terms("laws.txt" if "-o" in arguments else "nowhere.txt", *arguments)
    assert (done.returncode, done.stdout) == (2, b"")
    assert message in done.stderr.decode()
    assert "nowhere.txt" not in done.stderr.decode()


# ---- explanations


def test_terms_are_explained(terms: Run, tmp_path: Path) -> None:
    rows = rows_of(terms("laws.txt", "-q"))
    place, row = next((n, row) for n, row in enumerate(rows, 1) if " " in row["words"])
    asked = ["--explain", row["term"], "--explain", "没有这个词", "-q"]
    first, second = terms("laws.txt", *asked).stdout.decode().split("\n\n")
    assert first.startswith(f"{row['term']}: number {place} of {len(rows)}\n")
    assert f"{row['count']} occurrences in {row['documents']} documents" in first
    assert float(first.rsplit("= ", 1)[1]) == pytest.approx(float(row["score"]), abs=0.01)
    assert second.startswith("没有这个词: not in the list\n")
    assert "rule" in second
    found = nlpkit.terms(tmp_path / "laws.txt", explain=[row["term"]])
    assert str(found.explanation).startswith(first.split("\n")[0])
    assert len(found) == len(rows)


def test_nothing_depends_on_numpy_warnings(terms: Run, tmp_path: Path) -> None:
    """A text in which no number occurs."""
    (tmp_path / "t.txt").write_text("甲实例乙\n丙实例丁\n戊实例己\n", "utf-8")
    done = terms("t.txt", "-d", "words.txt", "--min-count", "3")
    assert [row["term"] for row in rows_of(done)] == ["实例"]
    assert done.stderr.count(b"\n") == 1
    assert np.isfinite(float(rows_of(done)[0]["score"]))


# ---- what users bring


def test_words_with_digits_and_letters_may_begin_a_term_and_numbers_may_not(terms: Run, tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("5G 9\n网络 9\n2024 9\n年报 9\n", "utf-8")
    text = "".join(f"{left}5G网络{right}\n{left}2024年报{right}\n" for left in "甲乙丙丁" for right in "子丑寅卯")
    (tmp_path / "t.txt").write_text(text, "utf-8")
    found = {row["term"] for row in rows_of(terms("t.txt", "-d", "words.txt", "--min-count", "3"))}
    assert "5G网络" in found and not any(term.startswith(("2024", "N")) for term in found)


def test_one_word_several_times_is_a_term_of_units_but_not_of_chinese(terms: Run, tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("哈哈 9\n", "utf-8")
    (tmp_path / "zh.txt").write_text("".join(f"{a}哈哈哈哈{b}\n" for a in "甲乙丙丁" for b in "子丑寅卯"), "utf-8")
    (tmp_path / "units.txt").write_text("".join(f"{a} CAG CAG {b}\n" for a in "ABCD" for b in "EFGH"), "utf-8")
    assert "哈哈哈哈" not in {row["term"] for row in rows_of(terms("zh.txt", "-d", "words.txt", "--min-count", "3"))}
    assert "CAG CAG" in {row["term"] for row in rows_of(terms("units.txt", "--tokenizer", "space"))}


def test_a_small_english_file_does_not_decide_for_a_chinese_folder(terms: Run, tmp_path: Path) -> None:
    (tmp_path / "mix").mkdir()
    (tmp_path / "mix" / "LICENSE.txt").write_text("Permission is hereby granted.\n", "utf-8")
    (tmp_path / "mix" / "z.txt").write_text(read_text("laws", 9_000), "utf-8")
    for size in ("1k", "8M"):
        assert "read as English" not in terms("mix", "--chunk-size", size).stderr.decode()


def test_combining_marks_belong_to_words_and_sharp_s_stays(terms: Run, tmp_path: Path) -> None:
    lines = [f"{a} Wa\u0308rmepumpe auf der Straße {b}.\n" for a in ("Eine", "Die", "Jede") for b in ("heute", "hier")]
    (tmp_path / "de.txt").write_text("".join(lines), "utf-8")
    found = {row["term"] for row in rows_of(terms("de.txt"))}
    assert {"wa\u0308rmepumpe", "straße"} <= found


def test_traditional_words_are_compared_with_simplified_ones(terms: Run, tmp_path: Path) -> None:
    pytest.importorskip("opencc")
    (tmp_path / "words.txt").write_text("學校 9\n經濟 9\n", "utf-8")
    (tmp_path / "tw.txt").write_text(
        "".join(f"{a}學校{b}，{b}經濟{a}。\n" for a in "甲乙丙丁" for b in "子丑寅卯"), "utf-8"
    )
    found = {row["term"]: float(row["keyness"]) for row in rows_of(terms("tw.txt", "-d", "words.txt"))}
    own = np.log(17 / 96) - np.log((nlpkit.Lexicon().count("学校") + 3) / nlpkit.Lexicon().total)
    assert found["學校"] == pytest.approx(own, abs=1e-3)


def test_a_long_line_with_many_terms_has_its_examples(terms: Run, tmp_path: Path) -> None:
    (tmp_path / "line.txt").write_text(read_text("laws", 9_000).replace("\n", "") * 3, "utf-8")
    rows = rows_of(terms("line.txt", "-d", "words.txt", "--examples", "1"))
    assert rows and all(row["examples"] for row in rows)


def test_a_term_with_a_full_stop_is_explained(terms: Run, tmp_path: Path) -> None:
    (tmp_path / "e.txt").write_text("They went to St. John. He saw St. John again.\n" * 5, "utf-8")
    done = terms("e.txt", "--language", "en", "--explain", "St. John", "-q")
    assert lines_of(done)[:2] == ["St. John: not in the list", "  words   st john"]


def test_a_term_with_a_number_is_explained_as_the_list_writes_it(terms: Run, tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("实例 9\n版本 9\nN 1\n", "utf-8")
    text = "".join(f"{a}版本{n}实例{b}\n" for n, a in enumerate("甲乙丙丁", 11) for b in "子丑寅卯")
    (tmp_path / "t.txt").write_text(text + "N\n" * 5, "utf-8")
    done = terms("t.txt", "-d", "words.txt", "--explain", "版本N实例", "--explain", "版本12实例", "-q")
    assert [line.split(": ")[1].startswith("number ") for line in lines_of(done) if ": " in line] == [True, True]


def test_segment_takes_the_terms_of_a_table_and_not_how_they_are_cut(terms: Run, run: Run, tmp_path: Path) -> None:
    terms("manual.txt", "-d", "words.txt", "--min-count", "3", "-o", "t.csv", "-q")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "t.csv").read_text("utf-8"))))
    term = next(row["term"] for row in rows if " " in row["words"] and " " not in row["term"])
    cut = run("segment", "-u", "t.csv", "-q", input=f"{term}\n".encode()).stdout.decode()
    assert cut == f"{term}\n"
