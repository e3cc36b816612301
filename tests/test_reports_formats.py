"""Inputs that people bring, which show faults of formats: several texts, arrays, no header, HTML, broken lines."""

import json
from pathlib import Path

import pandas
import pytest

from nlpkit import Corpus, count
from nlpkit.corpus.formats.tables import column_index
from nlpkit.corpus.hints import hint_of
from nlpkit.corpus.options import ReadingOptions
from nlpkit.errors import InputError, OptionError
from nlpkit.output import check_output
from nlpkit.segmentation import segment
from tests.conftest import SHARED, Run

pytestmark = pytest.mark.compiled  # tests of the library compare the kernels

REPORTS = SHARED / "reports"
needs_reports = pytest.mark.skipif(not REPORTS.is_dir(), reason="needs the shared data: reports")


def out(run: Run, *arguments: object) -> str:
    done = run(*map(str, arguments))
    assert done.returncode == 0, done.stderr
    return done.stdout.decode()


def counts(run: Run, *arguments: object) -> dict[str, str]:
    rows = [line.split("\t") for line in out(run, "count", *arguments).splitlines()[1:]]
    return {row[0]: "\t".join(row[1:]) for row in rows}


@needs_reports
def test_two_columns_of_text(run: Run) -> None:
    path = REPORTS / "two_text_columns.csv"
    assert counts(run, path, "--column", "a", "--column", "b") == {"北京": "1", "上海": "1"}
    assert "北京 上海" not in counts(run, path, "--column", "a", "--column", "b", "--ngram", "1-2")
    assert out(run, "segment", path, "--column", "a", "--column", "b") == "a,b,a_words,b_words\n北京,上海,北京,上海\n"


@needs_reports
def test_a_pretty_array_is_read(run: Run) -> None:
    path = REPORTS / "json_array_pretty.json"
    assert counts(run, path, "--field", "text")["今天天气"] == "1"
    first, second = out(run, "segment", path, "--field", "text").splitlines()
    assert json.loads(first)["tokens"][0] == "今天天气"
    assert json.loads(second)["id"] == 2


@needs_reports
def test_a_table_without_a_header(run: Run) -> None:
    path = REPORTS / "headerless.tsv"
    lines = out(run, "segment", path, "--column", "4", "--no-header").splitlines()
    assert lines == [
        "d1\thttp://a\t查询词\t中国的首都是北京\t中国 的 首都 是 北京",
        "d2\thttp://b\t天气\t上海天气很好\t上海 天气 很 好",
    ]
    assert counts(run, path, "--column", "4", "--no-header")["首都"] == "1"
    said = run("count", str(path), "--column", "4").stderr.decode()
    assert (
        "the first row is taken for the header, but looks like data ('http://a'); --no-header reads it as data" in said
    )


@needs_reports
def test_html(run: Run) -> None:
    found = counts(run, REPORTS / "page.html", "--text-from", "html")
    assert found == {"图书馆": "2", "北京大学": "1", "的": "1", "很大": "1", "。": "1", "不": "1", "开门": "1"}
    assert "looks like HTML; --text-from html takes" in run("count", str(REPORTS / "page.html")).stderr.decode()
    entities = str(REPORTS / "entities.jsonl")
    assert counts(run, entities, "--field", "text", "--text-from", "html")["AT&T"] == "1"
    assert "HTML in it (&amp;, &lt;); --text-from html" in run("count", entities, "--field", "text").stderr.decode()


@needs_reports
def test_lines_broken_within_words(run: Run) -> None:
    words = out(run, "segment", REPORTS / "pdf_line_breaks.txt", "--join-lines").split()
    assert words.count("人工智能") == 2
    assert out(run, "segment", REPORTS / "pdf_line_breaks.txt", "--join-lines").count("\n") == 1


# ---- the same kinds

RECORDS = [
    {"title": "北京大学", "body": "图书馆\n开门", "n": 1},
    {"title": None, "body": "上海", "n": 2},
    {"title": "北京大学", "n": 3},
    {"n": 4},
]


def write_all(folder: Path) -> dict[str, dict[str, tuple[str, str]]]:
    """Writes the records in all formats; returns the names of the files, each with the option of its texts."""
    frame = pandas.DataFrame(RECORDS)
    frame.to_csv(folder / "a.csv", index=False)
    frame.to_csv(folder / "a.tsv", index=False, sep="\t")
    frame.to_parquet(folder / "a.parquet")
    frame.to_json(folder / "a.json", orient="records", force_ascii=False)
    frame.to_json(folder / "a.jsonl", orient="records", lines=True)
    (folder / "b.json").write_text(
        json.dumps({"meta": 1, "data": RECORDS}, indent=4, ensure_ascii=False), encoding="utf-8"
    )
    columns = {name: {"column": ("title", "body")} for name in ("a.csv", "a.tsv", "a.parquet")}
    fields = {name: {"field": ("title", "body")} for name in ("a.json", "a.jsonl")}
    return {**columns, **fields, "b.json": {"field": ("data.*.title", "data.*.body")}}


@pytest.mark.parametrize("executor", ["serial", "threads", "processes"])
def test_both_texts_are_read_in_every_format(tmp_path: Path, executor: str) -> None:
    for name, how in write_all(tmp_path).items():
        for ngram in (1, 2):
            found = count(Corpus(tmp_path / name, **how), ngram=ngram, executor=executor).to_dict()
            expected = {"北京大学": 2, "图书馆": 1, "开门": 1, "上海": 1} if ngram == 1 else {}
            assert found == expected, name


def test_both_texts_are_one_row_and_several_lines(tmp_path: Path, run: Run) -> None:
    for name, how in write_all(tmp_path).items():
        option, values = next(iter(how.items()))
        typed = [part for value in values for part in (f"--{option}", value)]
        unique = count(Corpus(tmp_path / name, **how, unique_lines=True)).to_dict()
        assert unique["北京大学"] == 1, name
        if name.endswith("parquet"):
            continue
        found = counts(run, tmp_path / name, *typed, "--df", "--document", "row")
        assert found["北京大学"] == "2\t2", name
        assert found["图书馆"] == "1\t1"
        assert out(run, "segment", tmp_path / name, *typed, "-f", "text") in (
            "北京大学\n图书馆\n开门\n上海\n北京大学\n",
            "北京大学\n图书馆\n开门\n\n上海\n北京大学\n\n\n\n",  # empty cells of tables are texts
        )


def test_words_of_several_texts_go_into_the_records(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,title,body,body_words\n1,北京大学,图书馆,x\n2,上海\n", encoding="utf-8")
    segment(Corpus(tmp_path / "a.csv", column=["body", "title"]), str(tmp_path / "out.csv"))
    assert (tmp_path / "out.csv").read_text(encoding="utf-8") == (
        "id,title,body,body_words,body_words_2,title_words\n1,北京大学,图书馆,x,图书馆,北京大学\n2,上海,,,,上海\n"
    )
    (tmp_path / "a.jsonl").write_text(
        '{"t": "北京", "x": [{"y": "上海"}, {"y": "天气很好"}]}\n{"t": "好"}\n', encoding="utf-8"
    )
    segment(Corpus(tmp_path / "a.jsonl", field=["t", "x.*.y"]), str(tmp_path / "out.jsonl"))
    lines = [json.loads(line)["tokens"] for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert lines == [{"t": ["北京"], "x.*.y": [["上海"], ["天气", "很", "好"]]}, {"t": ["好"], "x.*.y": []}]
    segment(Corpus(tmp_path / "a.jsonl", field="x.*.y"), str(tmp_path / "out.jsonl"))
    lines = [json.loads(line)["tokens"] for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert lines == [[["上海"], ["天气", "很", "好"]], []]


def test_what_is_wrong_is_said(tmp_path: Path, run: Run) -> None:
    (tmp_path / "a.csv").write_text("a,b\n北京,上海\n", encoding="utf-8")
    for arguments, message in (
        (("--column", "a", "--column", "a"), "--column 'a' is given twice"),
        (("--column", "a", "--column", "1"), "a.csv: 'a' and '1' are the same column; name it once"),
        (("--column", "a", "--no-header"), "a.csv: no column 'a': with --no-header columns are numbers from 1"),
        (("--column", "3", "--no-header"), "a.csv: no column 3; the first row has 2 cells"),
        (("--no-header",), "--no-header is for CSV and TSV; give the number of the text's column with --column"),
    ):
        done = run("count", "a.csv", *arguments, cwd=tmp_path)
        assert message in done.stderr.decode()
        assert done.returncode
        assert not done.stdout


@pytest.mark.parametrize(
    ("table", "column", "hinted"),
    [
        ("d1\thttp://a\t天气\n", "3", True),
        ("正面\t这家酒店很好\n负面\t不好\n正面\t可以\n", "2", True),
        ("label\treview\n正面\t这家酒店很好，服务也好\n负面\t不好吃的一家店\n", "2", False),
        ("0\t1\n正面\t这家酒店很好\n", "2", False),
        ("id\ttext\n1\t北京\n2\t上海\n", "2", False),
        ("今天天气真不错。\t1\n", "1", True),
        ("2021-03-04\t好\n", "2", True),
        ("这家酒店很好服务也好\tx\n不好吃的一家店吃不下\ty\n", "1", True),
        ("text\n这家酒店很好\n", "text", False),
    ],
)
def test_a_hint_where_the_header_looks_like_data(tmp_path: Path, table: str, column: str, hinted: bool) -> None:
    (tmp_path / "a.tsv").write_text(table, encoding="utf-8")
    said: list[str] = []
    with Corpus(tmp_path / "a.tsv", column=column, notify=said.append):
        pass
    assert any("header=False" in line for line in said) == hinted


@pytest.mark.parametrize(
    ("text", "hinted"),
    [
        ("<!DOCTYPE html>\n<p>x", True),
        ("  <?xml version='1.0'?>\n<!-- x -->\n<HTML>", True),
        ("<p>北京</p>\n<p>上海</p>\n", True),
        ("HTML has tags like <b> and <i>; a long text about them is no page, and there are few of them.\n" * 3, False),
        ("a < b, c > d &c. 1 <2", False),
        ("AT&T <3", False),
    ],
)
def test_a_hint_where_a_text_is_plainly_html(tmp_path: Path, text: str, hinted: bool) -> None:
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    (tmp_path / "b.txt").write_text(text, encoding="utf-8")
    said: list[str] = []
    with Corpus([tmp_path / "a.txt", tmp_path / "b.txt"], notify=said.append):
        pass
    assert said == [f'{tmp_path / "a.txt"}: looks like HTML; text_from="html" takes the text out'] * hinted


def test_a_table_without_a_header_has_its_kind_by_its_rows(run: Run) -> None:
    done = run("segment", "--column", "2", "--no-header", input="1\t好,很好\n2\t不好\n".encode())
    assert done.stdout.decode() == "1\t好,很好\t好 , 很 好\n2\t不好\t不好\n"


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ('{"id": "7", "text": "今天天气"}\n', "text"),
        ('{"t": "a", "body": "ab"}\n{"t": "a", "body": "abc"}\n{"t"', "body"),
        ("{a}\n", ""),
        ('{"n": 1}\n', ""),
        ('{"text": "a"}\nplain\nplain\n', ""),
    ],
)
def test_json_lines_that_are_read_as_text_are_named(text: str, field: str) -> None:
    hint = hint_of("stdin", "text", text, ReadingOptions())
    named = None if hint is None else hint.typed({"field": "--field"})
    assert named == (f"stdin: looks like JSON Lines; --field {field} reads the text in it" if field else None)


_LONG = "这家酒店不错，下次还来。"
_LINES = "Roses are red, violets are blue\nSugar is sweet, and so are you\n"


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        (f"id,stars,review\n1,5,{_LONG}\n2,3,一般般。\n3,3,{_LONG}\n", "review"),
        (f"id;review\r\n1;{_LONG}\r\n2;{_LONG}\r\n", "review"),
        (f"label\ttext\n正\t{_LONG}\n" + f"负\t{_LONG}\n" * 4 + "正", "text"),
        (f'标题,正文\n"一,二",{_LONG}\n甲,{_LONG}\n', "'正文'"),
        (f"question,answer,url\n{_LONG},{_LONG},http://a.b/c\n{_LONG},{_LONG},\n", "question --column answer"),
        (f",my review\n0,{_LONG}{_LONG}\n1,{_LONG}\n", "'my review'"),
        (f"id,review\n1,{_LONG}\n", ""),
        (f"1,{_LONG}\n2,{_LONG}\n3,{_LONG}\n", ""),
        ("id,name,path\n" + "1,甲,/usr/share/dict/words\n" * 9, ""),
        ("word,count\nwords,100\nof,99\n", ""),
        (_LINES * 5, ""),
        ("Title, with a comma\n" + _LINES * 5, ""),
        ("春眠不觉晓,处处闻啼鸟\n夜来风雨声,花落知多少\n" * 5, ""),
        (f"{_LONG}\t译文是另一种文字\n" * 9, ""),
        (f"第一章,总则\n{_LONG},{_LONG}\n{_LONG}\n", ""),
        ("a,b\n", ""),
    ],
)
def test_a_table_that_is_read_as_text_is_named(text: str, columns: str) -> None:
    hint = hint_of("x.txt", "text", text, ReadingOptions())
    named = None if hint is None else hint.typed({"column": "--column"})
    assert named == (f"x.txt: looks like a table; --column {columns} reads the text in it" if columns else None)


def test_only_texts_are_said_to_be_tables(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "reviews.txt"
    path.write_text(f"id,review\n1,{_LONG}\n2,{_LONG}\n", encoding="utf-8")
    hint = f"{path}: looks like a table; --column review reads the text in it"
    assert run("count", path).stderr.decode().count(hint) == 1
    assert hint not in run("count", path, "--column", "review").stderr.decode()
    assert hint not in run("apriori", path).stderr.decode()
    assert hint not in run("count", REPORTS / "stop_text.txt", "--stopwords", path).stderr.decode()


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        (["text,a;b"], '; there are text,a;b; the cells seem to be separated by delimiter=","'),
        (["order;text;qty"], '; there are order;text;qty; the cells seem to be separated by delimiter=";"'),
        (
            ["d1", "http://a", "x"],
            "; there are d1, http://a, x, which look like data; if there is no header, header=False",
        ),
        (["texts", "id"], "; there are texts, id; did you mean texts?"),
    ],
)
def test_why_there_is_no_such_column(columns: list[str], says: str) -> None:
    with pytest.raises(InputError) as caught:
        column_index("t.csv", "text", columns)
    assert str(caught.value) == f"t.csv: no column 'text'{says}"


def test_an_empty_name_of_an_output_is_said_to_be_empty() -> None:
    with pytest.raises(OptionError, match="the name of the file to write is empty"):
        check_output("")


def test_the_name_of_a_delimiter_is_understood_in_the_error() -> None:
    with pytest.raises(OptionError, match=r"delimiter is 'tab'; did you mean '\\t'\?"):
        ReadingOptions(column="text", delimiter="tab")
