"""Keywords of documents: what jieba.analyse finds, what slow twins compute, however the text is cut and run."""

import io
import json
import math
import warnings
from collections import defaultdict
from functools import cache, partial
from pathlib import Path
from typing import Any

import jieba
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import nlpkit
from nlpkit import Corpus, EncodingError, InputError, OptionError, Segmenter, count, document_keywords, read_lists
from nlpkit.runs import Spill, StringTable
from nlpkit.tfidf import listing
from nlpkit.tfidf.gathering import Kept
from nlpkit.tfidf.listing import JIEBA_STOP_WORDS, Block
from tests import naive
from tests.conftest import DATA, NOJIT, Run
from tests.test_count import lines_of

with warnings.catch_warnings():
    warnings.simplefilter("ignore", ResourceWarning)  # jieba.analyse does not close the files that it reads
    import jieba.analyse

pytestmark = [
    pytest.mark.usefixtures("dictionary"),
    pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning"),
]
compiled = pytest.mark.compiled
FEW = settings(deadline=None, max_examples=10 if NOJIT else 40)
Ranked = dict[str, list[tuple[str, float]]]
#: Texts of a few words each, with what words are not: one character, white space, English stop words.
WORDS = [
    "口岸",
    "海关",
    "条例",
    "的",
    "The",
    "of",
    "Open",
    "x",
    "2011",
    "𠀀𠀀",
    "。",
    "\r",
    "\u3000",
    "\t",
    "啊呀",
    "\0",
]
documents = st.lists(st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join), min_size=1, max_size=6)


@cache
def with_hmm() -> Segmenter:
    return Segmenter(hmm=True)


def ranked(found: nlpkit.DocumentKeywords) -> Ranked:
    """The words of each document and their weights."""
    result = defaultdict(list)
    for document, _, token, _, _, _, weight in found:
        result[document].append((token, weight))
    return result


def tags(text: str, top: int | None = 20) -> list[tuple[str, float]]:
    found: list[tuple[str, float]] = jieba.analyse.extract_tags(text, topK=top, withWeight=True)
    return found


# ---- as jieba.analyse


def test_the_stop_words_are_those_of_jieba() -> None:
    assert JIEBA_STOP_WORDS == jieba.analyse.TFIDF.STOP_WORDS


@compiled
@pytest.mark.parametrize("name", ["laws.txt", "manual.txt", "posts.txt", "kokoro.txt", "laws_tw.txt", "luyou.txt"])
def test_lines_have_the_keywords_that_jieba_finds(name: str, tmp_path: Path) -> None:
    lines = (DATA / name).read_text(encoding="utf-8").split("\n")[:3000]
    path = tmp_path / "lines.txt"
    path.write_text("\n".join(lines), encoding="utf-8")
    found = ranked(document_keywords(path, document="line", idf="jieba", segmenter=with_hmm()))
    for number, line in enumerate(lines, 1):
        assert found.get(f"{path}:{number}", []) == tags(line), (number, line)


@compiled
def test_files_and_rows_have_the_keywords_that_jieba_finds(tmp_path: Path) -> None:
    text = (DATA / "laws.txt").read_text(encoding="utf-8")
    texts = [text[begin : begin + 700] for begin in range(0, 400_000, 700)]
    (tmp_path / "docs").mkdir()
    for number, part in enumerate(texts):
        (tmp_path / "docs" / f"{number:04}.txt").write_bytes(part.encode())
    rows = tmp_path / "rows.jsonl"
    rows.write_text("".join(json.dumps({"text": part}) + "\n" for part in texts))
    how: dict[str, Any] = {"idf": "jieba", "segmenter": with_hmm(), "top": None}
    files = ranked(document_keywords(tmp_path / "docs", **how))
    records = ranked(document_keywords(Corpus(rows, field="text"), document="row", **how))
    for number, part in enumerate(texts):
        expected = tags(part, None)
        assert files[str(tmp_path / "docs" / f"{number:04}.txt")] == expected
        assert records[f"{rows}:{number + 1}"] == expected


@FEW
@example(["\0".join(WORDS)])
@given(documents=documents)
@compiled
def test_whatever_a_text_holds_its_keywords_are_those_of_jieba(documents: list[str]) -> None:
    file = io.BytesIO("".join(json.dumps({"text": text}) + "\n" for text in documents).encode())
    file.name = "x.jsonl"
    corpus = Corpus(file, field="text")
    found = ranked(document_keywords(corpus, document="row", idf="jieba", segmenter=with_hmm(), top=3))
    for number, text in enumerate(documents, 1):
        assert found.get(f"x.jsonl:{number}", []) == tags(text, 3)


@compiled
def test_stop_words_are_left_out_as_jieba_leaves_them_out(tmp_path: Path) -> None:
    text = "口岸 Open 海关 open OPEN 条例 口岸"
    (tmp_path / "stop.txt").write_text("open\n海关\n")
    (tmp_path / "a.txt").write_text(text)
    extractor = jieba.analyse.TFIDF()
    extractor.set_stop_words(str(tmp_path / "stop.txt"))
    stopped = {"stopwords": tmp_path / "stop.txt", "segmenter": with_hmm()}
    found = document_keywords(tmp_path / "a.txt", idf="jieba", **stopped)
    assert ranked(found)[str(tmp_path / "a.txt")] == extractor.extract_tags(text, withWeight=True)


@compiled
def test_jieba_loads_a_table_and_finds_the_same_with_it(tmp_path: Path) -> None:
    lines = (DATA / "laws.txt").read_text(encoding="utf-8").split("\n")[:400]
    text, table = tmp_path / "text.txt", tmp_path / "idf.txt"
    text.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with count(text, df=True, segmenter=with_hmm(), ngram=(1, 2)) as counted:
        said: list[str] = []
        counted.save(table, "idf", notify=said.append)
    assert said == ["5,203 tokens with white space left out, which the format cannot hold: '第 条'"] or len(said) == 1
    extractor = jieba.analyse.TFIDF(str(table))
    found = ranked(document_keywords(text, document="line", idf=table, segmenter=with_hmm()))
    for number, line in enumerate(lines, 1):
        assert found.get(f"{text}:{number}", []) == extractor.extract_tags(line, withWeight=True)


@compiled
def test_a_file_of_the_name_of_jiebas_table_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "jieba").write_text("口岸 1\n")
    (tmp_path / "a.txt").write_text("口岸\n")
    said: list[str] = []
    document_keywords("a.txt", idf="jieba", tokenizer="space", notify=said.append)
    assert said == ["jieba: the table of jieba.analyse, not the file, which is ./jieba"]
    said.clear()
    assert document_keywords("a.txt", idf="./jieba", tokenizer="space", notify=said.append).idf.tolist() == [1.0]
    assert not said


# ---- by the IDF of the corpus


def write_all(folder: Path, texts: list[str]) -> Path:
    folder.mkdir()
    for number, text in enumerate(texts):
        (folder / f"{number:03}.txt").write_bytes(text.encode())
    return folder


@FEW
@given(documents=documents, top=st.sampled_from([1, 3, None]), chunk_size=st.sampled_from([5, 40, 1 << 20]))
def test_keywords_are_those_of_the_twin(
    documents: list[str], top: int | None, chunk_size: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    texts = [text.replace("\0", "") + "\n" for text in documents]
    folder = write_all(tmp_path_factory.mktemp("docs") / "docs", texts)
    found = document_keywords(Corpus(folder, chunk_size=chunk_size), tokenizer="space", top=top)
    names = [str(folder / f"{number:03}.txt") for number in range(len(texts))]
    rows = naive.document_keywords([text.split() for text in texts], top)
    expected = [(name, *row) for name, kept in zip(names, rows, strict=True) for row in kept]
    assert list(found) == expected
    assert found.documents == len(texts)


@compiled
@pytest.mark.parametrize(
    ("document", "how"),
    [
        ("file", {}),
        ("line", {"idf": "jieba"}),
        ("line", {"tokenizer": "char"}),
        ("file", {"tokenizer": "regex", "pattern": r"\p{Han}{2}", "casefold": True}),
        ("line", {"tokenizer": "jieba", "normalize": True}),
    ],
)
def test_the_way_in_which_work_is_run_changes_nothing(
    document: str, how: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (DATA / "laws.txt").read_text(encoding="utf-8")[:60_000]
    folder = write_all(tmp_path / "docs", [text[at : at + 9000] for at in range(0, 60_000, 9000)])
    expected = list(document_keywords(folder, document=document, **how, executor="serial"))
    assert len(expected) > 100
    monkeypatch.setattr(listing, "_LIMIT", 1)
    monkeypatch.setattr(listing, "PIECE", 1000)
    for chunk_size, executor in [(1000, "serial"), (3000, "threads"), (1 << 20, "threads"), (5000, "processes")]:
        corpus = Corpus(folder, chunk_size=chunk_size)
        assert list(document_keywords(corpus, document=document, **how, executor=executor, jobs=2)) == expected


@compiled
def test_documents_that_outgrow_the_memory_lie_in_files_meanwhile(tmp_path: Path) -> None:
    text = (DATA / "laws.txt").read_text(encoding="utf-8")[:60_000]
    folder = write_all(tmp_path / "docs", [text[at : at + 9000] for at in range(0, 60_000, 9000)])
    (tmp_path / "spill").mkdir()
    for document in ("file", "line"):
        expected = list(document_keywords(folder, document=document, executor="serial"))
        corpus = Corpus(folder, tmp_dir=tmp_path / "spill", chunk_size=5000)
        corpus.memory = 14 * 20_000
        said: list[str] = []

        def look(_: int, said: list[str] = said) -> None:
            said.extend(path.suffix for path in (tmp_path / "spill").rglob("*.run"))

        assert list(document_keywords(corpus, document=document, executor="serial", progress=look)) == expected
        assert said, document
        assert not list((tmp_path / "spill").iterdir())


def test_the_names_of_documents_count_as_what_they_take_in_memory(tmp_path: Path) -> None:
    with Corpus(io.BytesIO(b""), tmp_dir=tmp_path) as corpus, corpus.scratch() as folder:
        spill = Spill(folder, 1 << 20)
        kept = Kept(spill)
        names = [f"{number}" for number in range(spill.limit // 20)]
        kept.add(Block.of_document(StringTable.empty()), names)
        assert list(tmp_path.rglob("*.run"))
        assert [found for _, found in kept.documents()] == [names]


def test_progress_adds_up_to_the_size_of_the_corpus(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"t": "aa bb"}\n' * 100)
    for document, field in (("row", "t"), ("line", "t"), ("file", "t")):
        done: list[int] = []
        corpus = Corpus(tmp_path / "a.jsonl", field=field)
        document_keywords(corpus, document=document, tokenizer="space", progress=done.append)
        assert sum(done) == 1500


@compiled
def test_a_line_of_a_stream_that_is_longer_than_a_chunk_is_one_document() -> None:
    text = "口岸 海关 " * 300 + "\n条例\n" + "开放 口岸 " * 500
    corpus = Corpus(io.BytesIO(text.encode("utf-16")), encoding="utf-16", chunk_size=500)
    found = list(document_keywords(corpus, document="line", tokenizer="space"))
    assert [(row[0][-2:], row[2], row[3]) for row in found] == [
        (":1", "海关", 300),
        (":1", "口岸", 300),
        (":2", "条例", 1),
        (":3", "开放", 500),
        (":3", "口岸", 500),
    ]


def test_numbers_of_rows_and_lines_begin_anew_with_each_file(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / f"{name}.jsonl").write_text('{"t": "aa bb"}\n{"t": null}\n{"t": "cc\\ndd"}\n')
    how: dict[str, Any] = {"tokenizer": "space", "top": 1}
    said: list[str] = []
    corpus = Corpus(tmp_path, field="t")
    found = document_keywords(corpus, document="row", **how, notify=said.append)
    assert [name[len(str(tmp_path)) + 1 :] for name in found.document] == [
        *("a.jsonl:1", "a.jsonl:3", "b.jsonl:1", "b.jsonl:3")
    ]
    assert f"2 documents without words to rank: {tmp_path / 'a.jsonl'}:2 and 1 other" in said
    lines = document_keywords(Corpus(tmp_path, field="t", chunk_size=4), document="line", **how)
    assert [name.rpartition(":")[2] for name in lines.document] == ["1", "2", "3"] * 2


def test_each_of_many_small_files_is_a_document_whatever_it_holds(tmp_path: Path) -> None:
    texts = ["口岸 海关\n", "海关", "", "\n\n", "条例\r口岸", "𠀀𠀀 海关\n口岸"]
    names = [f"{number}.txt" for number in range(len(texts))]
    for name, text in zip(names, texts, strict=True):
        (tmp_path / name).write_bytes(text.encode())
    for size in (4, 8, 1 << 20):
        found = document_keywords(Corpus(tmp_path, chunk_size=size), segmenter=with_hmm())
        words = [(Path(name).name, token) for name, token in zip(found.document, found.token, strict=True)]
        assert found.documents == len(texts) - 1  # an empty file is none
        assert sorted(words) == [
            *(("0.txt", "口岸"), ("0.txt", "海关"), ("1.txt", "海关"), ("4.txt", "口岸"), ("4.txt", "条例")),
            *(("5.txt", "口岸"), ("5.txt", "海关")),
        ]


def test_a_fault_in_one_of_many_small_files_is_named_where_it_is(tmp_path: Path) -> None:
    for number in range(5):
        (tmp_path / f"{number}.txt").write_bytes("口岸 海关\n条例".encode())
    (tmp_path / "3.txt").write_bytes("口岸\n".encode() + b"\xe6\xb5")
    with pytest.raises(EncodingError, match=r"3\.txt.*byte 7\b"):
        document_keywords(tmp_path, segmenter=with_hmm())
    with pytest.raises(EncodingError, match=r"3\.txt.*byte 7\b"):
        count(tmp_path, segmenter=with_hmm())


def test_the_best_are_the_first_of_all(tmp_path: Path) -> None:
    text = tmp_path / "a.txt"
    text.write_text(DATA.joinpath("laws.txt").read_text(encoding="utf-8")[:20_000].replace("\n", " "), encoding="utf-8")
    every = list(document_keywords(text, idf="jieba", top=None))
    assert len(every) > 100
    for top in (1, 5, 64, 65):
        assert list(document_keywords(text, idf="jieba", top=top)) == every[:top]


def test_of_equal_weights_the_word_that_occurs_first_comes_first(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("zz yy aa yy zz bb\n")
    (tmp_path / "b.txt").write_text("qq\n")
    found = document_keywords(tmp_path, tokenizer="space")
    assert found.token.tolist() == ["zz", "yy", "aa", "bb", "qq"]
    assert found.rank.tolist() == [1, 2, 3, 4, 1]
    assert found.weight[:2].tolist() == [2 * (math.log(2) / 6)] * 2


def test_stop_words_are_left_out_whatever_their_case(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Apple apple APPLE pear\nThe the plum\n")
    (tmp_path / "stop.txt").write_text("Apple\nPEAR\n")
    said: list[str] = []
    how: dict[str, Any] = {"tokenizer": "space", "stopwords": tmp_path / "stop.txt", "notify": said.append}
    found = document_keywords(tmp_path / "a.txt", document="line", **how)
    assert sorted(found.token) == ["The", "plum", "the"]
    assert not any("stop.txt" in line for line in said)
    found = document_keywords(tmp_path / "a.txt", document="line", idf="jieba", **how)
    assert sorted(found.token) == ["plum"]


def test_documents_without_words_do_not_count(tmp_path: Path) -> None:
    values = set()
    for number, rest in enumerate(("", "\n", "x\n \n\n")):
        folder = write_all(tmp_path / str(number), ["aa\n", "bb aa\n", "cc\n", rest])
        for document in ("file", "line"):
            found = document_keywords(folder, tokenizer="space", document=document)
            values.add(tuple(zip(found.token, found.idf, strict=True)))
    assert len(values) == 1
    assert dict(*values) == {"aa": math.log(3 / 2), "bb": math.log(3), "cc": math.log(3)}


# ---- tables of IDF


def test_a_list_is_the_table_that_it_writes(tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text("aa bb\naa cc dd\ncc aa\n")
    with count(tmp_path / "text.txt", tokenizer="space", df=True, min_count=2) as counted:
        counted.save(tmp_path / "idf.txt", "idf")
        how: dict[str, Any] = {"document": "line", "tokenizer": "space"}
        found = list(document_keywords(tmp_path / "text.txt", idf=counted, **how))
    assert (tmp_path / "idf.txt").read_text() == f"aa 0.0\ncc {math.log(3 / 2)!r}\n"
    assert found == list(document_keywords(tmp_path / "text.txt", idf=tmp_path / "idf.txt", **how))
    assert [row[5] for row in found if row[2] == "bb"] == [math.log(3 / 2)]  # the median


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize(
    "table", ["口岸 2.5\n海关 1\n", "word\tidf\r\n\r\n口岸\t2.5\r\n海关\t1", "海关 9\n口岸  2.5\n海关 1\n"]
)
def test_tables_are_read_as_they_are_written(table: str, encoding: str, tmp_path: Path) -> None:
    (tmp_path / "idf.txt").write_bytes(table.encode(encoding))
    (tmp_path / "a.txt").write_text("口岸 海关\n")
    corpus = Corpus(tmp_path / "a.txt", encoding="auto" if encoding == "gb18030" else "utf-8")
    found = document_keywords(corpus, tokenizer="space", idf=tmp_path / "idf.txt")
    assert found.idf.tolist() == [2.5, 1.0]


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ("", "holds no words; a table of IDF has lines of `word idf`, as `nlpkit count -f idf` writes them"),
        ("aa 1.5\nbb\n", "2: 'bb' is no word with a number from 0 on; a table of IDF"),
        ("aa 1.5\nbb nan\n", "2: 'bb nan' is no word with a number"),
        ("token\tcount\tdf\naa\t3\t2\n", "1: 'token\\tcount\\tdf' is no word with a number"),
        ("aa 1.5\nbb -2.5\n", "2: 'bb -2.5' is no word with a number from 0 on"),
        ("aa 1.5\nbb inf\n", "2: 'bb inf' is no word with a number from 0 on"),
        ("aa 1.5\nbb 1_0\n", "2: 'bb 1_0' is no word with a number from 0 on"),
        ("aa\t1.5\nbb\t1_0\n", "2: 'bb\\t1_0' is no word with a number from 0 on"),
        ("aa １.５\n", "1: 'aa １.５' is no word with a number from 0 on"),
        ("aa 1.5\n责 任 2.5\n", "2: '责 任 2.5' is no word with a number from 0 on"),
        ("aa 1000\nbb 3\n", "has whole numbers, up to 1,000: counts, no logarithms"),
    ],
)
def test_what_is_no_table_of_idf_is_an_error(table: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "idf.txt").write_text(table)
    (tmp_path / "a.txt").write_text("aa\n")
    with pytest.raises(InputError) as error:
        document_keywords(tmp_path / "a.txt", tokenizer="space", idf=tmp_path / "idf.txt")
    message = str(error.value)
    assert message.startswith(str(tmp_path / "idf.txt") + ":")
    assert says in message


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("-", "-: standard input is for the text; name a file"),
        ("/dev/stdin", "/dev/stdin: standard input is for the text; name a file"),
        (".", ".: is a directory; a table of IDF has lines"),
        ("jeiba", "jeiba: no such file; idf takes jieba, or a table of `nlpkit count -f idf`"),
        ("nope", "nope: no such file; idf takes jieba, or a table of `nlpkit count -f idf`"),
        ("nope.txt", "nope.txt: no such file"),
    ],
)
def test_what_names_no_table_of_idf_is_an_error(name: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("aa\n")
    with pytest.raises(InputError) as error:
        document_keywords(tmp_path / "a.txt", tokenizer="space", idf=name)
    assert str(error.value).startswith(says)
    assert str(error.value).endswith("did you mean jieba?") == (name == "jeiba")


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ("zz 3\n", "idf.txt: its word does not occur; all words have its median, 3"),
        ("zz 3\nyy 2.5\n", "idf.txt: none of its 2 words occurs; all words have its median, 3"),
        ("zz 3\na0 2.5\n", "idf.txt: has 5 % of the words of the documents; all others have its median, 3"),
        ("a1 3\na0 2.5\n", None),
    ],
)
def test_a_table_without_the_words_of_the_text_is_told(table: str, says: str | None, tmp_path: Path) -> None:
    (tmp_path / "idf.txt").write_text(table)
    (tmp_path / "a.txt").write_text("".join(f"a{number}\n" for number in range(20)))
    said: list[str] = []
    how: dict[str, Any] = {"tokenizer": "space", "idf": tmp_path / "idf.txt", "notify": said.append}
    document_keywords(tmp_path / "a.txt", document="line", **how)
    assert said == [] if says is None else said == [f"{tmp_path}/{says}"]


def test_a_list_without_the_words_of_the_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("aa\nbb\n")
    (tmp_path / "b.txt").write_text("cc\n")
    said: list[str] = []
    with count(tmp_path / "a.txt", tokenizer="space", df=True) as counted:
        document_keywords(tmp_path / "b.txt", tokenizer="space", idf=counted, notify=said.append)
    assert said == ["idf: none of its 2 words occurs; all words have its median, 0.6931"]


def test_idf_needs_documents(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("aa\n")
    (tmp_path / "list.tsv").write_text("token\tcount\tdf\naa\t3\t2\n")
    listed = read_lists(tmp_path / "list.tsv", df=True)
    with pytest.raises(OptionError, match="documents were not counted"):
        document_keywords(tmp_path / "a.txt", tokenizer="space", idf=listed)
    with count(tmp_path / "a.txt", tokenizer="space") as counted:
        with pytest.raises(OptionError, match="documents were not counted"):
            counted.save(io.BytesIO(), "idf")
        with pytest.raises(OptionError, match="documents were not counted"):
            document_keywords(tmp_path / "a.txt", tokenizer="space", idf=counted)


# ---- the command


@pytest.fixture
def keywords(run: Run, tmp_path: Path) -> Run:
    """`nlpkit keywords ARGUMENTS...` where docs/ lies."""
    write_all(tmp_path / "docs", ["aa bb aa\n", "bb cc\n", "\n"])
    return partial(run, "keywords", "docs", "--tokenizer", "space")


@compiled
def test_the_command_writes_the_keywords_of_each_document(keywords: Run) -> None:
    done = keywords("--each", "file", "--top", "1")
    a, c = (math.log(2), math.log(2))
    assert lines_of(done) == [
        "document\trank\ttoken\tcount\tshare\tidf\tweight",
        f"docs/000.txt\t1\taa\t2\t0.6667\t{a:.4f}\t{2 * (a / 3):.4f}",
        f"docs/001.txt\t1\tcc\t1\t0.5\t{c:.4f}\t{c / 2:.4f}",
    ]
    told = done.stderr.decode().splitlines()
    assert "1 document without words to rank: docs/002.txt" in told
    assert told[-1].startswith("3 documents, 2 keywords, ")
    first, *_ = lines_of(keywords("--each", "line", "-f", "jsonl"))
    assert json.loads(first)["weight"] == 2 * (a / 3)
    assert lines_of(keywords("--each", "file", "--min-length", "3")) == [
        "document\trank\ttoken\tcount\tshare\tidf\tweight"
    ]


@compiled
def test_one_document_has_no_idf(keywords: Run, tmp_path: Path) -> None:
    (tmp_path / "docs" / "001.txt").unlink()
    done = keywords("--each", "file")
    assert "there is one document with words, so the IDF of every word is 0; see --idf" in done.stderr.decode()
    assert [line.split("\t")[2] for line in lines_of(done)] == ["token", "aa", "bb"]


@compiled
def test_count_writes_a_table_for_it(run: Run, keywords: Run, tmp_path: Path) -> None:
    (tmp_path / "docs" / "002.txt").unlink()  # it has no words, but counts as a document
    table = ("count", "docs", "--tokenizer", "space", "--document", "file", "-f", "idf", "-o", "idf.txt")
    assert run(*table).stderr.decode().startswith("5 tokens, 3 types, 2 documents (a file each), 3 written, ")
    said = run(*table, "--ngram", "1-2").stderr.decode()
    assert said.startswith("3 tokens with white space left out")
    assert "5 tokens, 6 types, 2 documents (a file each), 3 written, 3 left out, " in said
    assert "there is one document" not in said
    one = run("count", "docs/000.txt", *table[2:-1], "one.txt")
    assert "there is one document, so the IDF of every word is 0; see --document\n" in one.stderr.decode()
    own = lines_of(keywords("--each", "file"))
    assert lines_of(keywords("--each", "file", "--idf", "idf.txt")) == own


@compiled
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--each", "file", "--against", "docs"], "--against: no effect with --each file"),
        (["--each", "file", "--ngram", "2", "--max-p", "1"], "--max-p, --ngram: no effect with --each file"),
        (["--each", "line", "--df"], "--df: no effect with --each line"),
        (["--each", "line", "--merge"], "--merge: no effect with --each line"),
        (["--each", "line", "--top", "0"], "--top is 0; it must be at least 1"),
        (["--each", "row"], "--each 'row': only JSON Lines and CSV have rows, and docs/000.txt is read as text"),
        (["--against", "docs", "--idf", "jieba"], "--idf: no effect without --each"),
        (["--each", "file", "-f", "jieba"], "--format is 'jieba'; choose from tsv, csv, jsonl\n"),
        (["--each", "file", "-f", "words"], "--format is 'words'; choose from tsv, csv, jsonl\n"),
        (["--each", "file", "--idf", "idf.txt", "-o", "idf.txt"], "idf.txt"),
    ],
)
def test_options_that_make_no_sense_are_refused(arguments: list[str], says: str, keywords: Run, tmp_path: Path) -> None:
    (tmp_path / "idf.txt").write_text("aa 1.5\n")
    done = keywords(*arguments)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode().startswith(f"nlpkit: {says}")


@compiled
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--merge", "l.tsv", "-f", "idf"], "--format idf: lists do not say how many documents there are"),
        (["docs", "-f", "idf", "--per-million"], "--per-million: no effect with --format idf"),
        (["docs", "-f", "idf", "--stats"], "--format is 'idf'; choose from text, tsv, csv, jsonl"),
    ],
)
def test_options_that_make_no_table_are_refused(arguments: list[str], says: str, run: Run, tmp_path: Path) -> None:
    write_all(tmp_path / "docs", ["aa"])
    (tmp_path / "l.tsv").write_text("token\tcount\nb\t3\n")
    done = run("count", *arguments)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode().startswith(f"nlpkit: {says}")
