"""Results by the name of the file: its format, how it is packed, where it is; and a byte order mark."""

import bz2
import gzip
import json
import lzma
import sys

import pytest

import nlpkit

pytestmark = pytest.mark.compiled  # tests of the library compare the kernels

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

TEXT = "a b b\nb c\n"
UNPACK = {".gz": gzip.decompress, ".bz2": bz2.decompress, ".xz": lzma.decompress, ".zst": zstd.decompress}
COUNT = ["count", "-q", "--tokenizer", "space", "in.txt"]
COMMANDS = {
    "count": COUNT,
    "concordance": ["concordance", "-q", "b", "in.txt"],
    "stats": [*COUNT, "--stats"],
    "keywords": ["keywords", "-q", "--tokenizer", "space", "in.txt", "--negative", "--against", "in.txt"],
    "score": ["score", "-q", "in.txt", "in.txt"],
    "itemsets": ["apriori", "-q", "--layout", "basket", "--delimiter", " ", "--itemsets", "in.txt"],
    "rules": ["apriori", "-q", "--layout", "basket", "--delimiter", " ", "--min-confidence", "0", "in.txt"],
    "discover": ["discover", "-q", "--charset", "any", "--top", "2", "in.txt"],
}


@pytest.fixture(autouse=True)
def text(tmp_path):
    (tmp_path / "in.txt").write_text(TEXT)


def ok(done):
    assert done.returncode == 0 and not done.stderr, done.stderr
    return done.stdout


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("format", ["csv", "jsonl"])
def test_the_name_chooses_the_format(run, tmp_path, name, format):
    expected = ok(run(*COMMANDS[name], "-f", format))
    ok(run(*COMMANDS[name], "-o", f"OUT.{format.upper()}"))
    assert (tmp_path / f"OUT.{format.upper()}").read_bytes() == expected


def test_other_names_keep_the_default_of_the_command(run, tmp_path):
    for name in COMMANDS:
        ok(run(*COMMANDS[name], "-o", "out.txt"))
        assert (tmp_path / "out.txt").read_bytes() == ok(run(*COMMANDS[name]))


@pytest.mark.parametrize("suffix", UNPACK)
def test_the_name_packs_and_the_same_result_gives_the_same_bytes(run, tmp_path, suffix):
    for name in ("a", "b"):
        ok(run(*COUNT, "-o", f"{name}.csv{suffix}"))
    first, second = [(tmp_path / f"{name}.csv{suffix}").read_bytes() for name in ("a", "b")]
    assert first == second and UNPACK[suffix](first) == b"token,count\nb,3\na,1\nc,1\n"


def test_gzip_has_neither_time_nor_name(run, tmp_path):
    ok(run(*COUNT, "-o", "a.csv.gz"))
    assert (tmp_path / "a.csv.gz").read_bytes()[:8] == b"\x1f\x8b\x08\x00\0\0\0\0"


def test_segment_packs_and_chooses_too(run, tmp_path):
    ok(run("segment", "-q", "in.txt", "-o", "out.jsonl.zst"))
    lines = zstd.decompress((tmp_path / "out.jsonl.zst").read_bytes()).splitlines()
    assert [json.loads(line)["tokens"] for line in lines] == [["a", "b", "b"], ["b", "c"]]
    ok(run("segment", "-q", "in.txt", "-o", "out.conll"))
    assert (tmp_path / "out.conll").read_bytes().startswith(b"a")
    ok(run("segment", "-q", "in.txt", "-o", "out.seg"))
    assert (tmp_path / "out.seg").read_text() == TEXT


def test_segment_writes_tables_only_of_tables(run, tmp_path):
    done = run("segment", "in.txt", "-o", "out.csv")
    assert done.returncode == 2 and b"words are written as csv only where the input is csv" in done.stderr
    assert not (tmp_path / "out.csv").exists()
    (tmp_path / "in.csv").write_text("t\na b\n")
    (tmp_path / "in.jsonl").write_text('{"t": "a b"}\n')
    ok(run("segment", "-q", "in.csv", "--column", "t", "-o", "out.csv"))
    assert (tmp_path / "out.csv").read_bytes() == ok(run("segment", "-q", "in.csv", "--column", "t"))
    ok(run("segment", "-q", "in.jsonl", "--field", "t", "-o", "out.jsonl"))
    assert (tmp_path / "out.jsonl").read_bytes() == ok(run("segment", "-q", "in.jsonl", "--field", "t"))
    ok(run("segment", "-q", "in.csv", "--column", "t", "-o", "words.jsonl"))
    assert json.loads((tmp_path / "words.jsonl").read_bytes())["tokens"] == ["a", "b"]
    assert run("segment", "in.jsonl", "--field", "t", "-o", "out.csv").returncode == 2


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize(
    "target", ["x.xlsx", "x.XLS", "x.docx", "x.pdf", "x.parquet", "x.csv.zip", "x.tar.gz", "x.json"]
)
def test_what_is_not_written_is_refused_before_work_begins(run, tmp_path, name, target):
    done = run(*COMMANDS[name][:-1], "missing.txt", "-o", target)
    assert done.returncode == 2 and f"nlpkit: {target}: " in done.stderr.decode()
    assert "name" in done.stderr.decode() and not (tmp_path / target).exists()


def test_format_wins_over_the_name_and_says_so(run, tmp_path):
    done = run(*[item for item in COUNT if item != "-q"], "-o", "x.csv", "-f", "jsonl")
    assert b"x.csv: is written as jsonl, as --format says, not as csv\n" in done.stderr
    assert (tmp_path / "x.csv").read_bytes().startswith(b'{"token"')
    ok(run(*COUNT, "-o", "x.json", "-f", "jsonl"))


def test_python_saves_by_name(tmp_path):
    found = nlpkit.count(str(tmp_path / "in.txt"), tokenizer="space")
    found.save(tmp_path / "x.csv.gz")
    assert gzip.decompress((tmp_path / "x.csv.gz").read_bytes()).startswith(b"token,count\n")
    found.save(tmp_path / "x.csv", "tsv")
    assert (tmp_path / "x.csv").read_bytes().startswith(b"token\t")
    found.statistics().save(tmp_path / "s.jsonl")
    assert json.loads((tmp_path / "s.jsonl").read_bytes())["tokens"] == 5
    with pytest.raises(nlpkit.OptionError, match="spreadsheets are not written"):
        found.save(tmp_path / "x.xlsx")


def test_a_byte_order_mark_for_spreadsheets(run, tmp_path):
    for name in set(COMMANDS):
        ok(run(*COMMANDS[name], "-o", "x.csv", "--bom"))
        assert (tmp_path / "x.csv").read_bytes() == b"\xef\xbb\xbf" + ok(run(*COMMANDS[name], "-f", "csv"))
    for name in ("jsonl", "jieba", "words"):
        done = run(*COUNT, "-f", name, "--bom")
        assert done.returncode == 2 and b"--bom is for tables of a spreadsheet, --format csv|tsv" in done.stderr


def test_a_full_disk_leaves_the_old_file(run, tmp_path):
    (tmp_path / "x.csv.gz").write_bytes(b"old")
    done = run(*COUNT[:-1], "missing.txt", "-o", "x.csv.gz")
    assert done.returncode == 1 and (tmp_path / "x.csv.gz").read_bytes() == b"old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.txt", "x.csv.gz"]
    done = run(*COUNT, "-o", "/dev/full")
    assert done.returncode == 1 and b"/dev/full: cannot be written" in done.stderr


def test_urls_of_files_and_of_web_servers(run, tmp_path):
    ok(run(*COUNT, "-o", f"file://{tmp_path}/x.csv"))
    assert (tmp_path / "x.csv").read_bytes().startswith(b"token,count\n")
    for url in ("http://localhost/x.csv", "https://localhost/x.csv"):
        done = run(*COUNT[:-1], "missing.txt", "-o", url)
        assert done.returncode == 2 and b"a web server takes no files" in done.stderr
    done = run(*COUNT[:-1], "missing.txt", "-o", "nope://a/x.csv")
    assert done.returncode == 1 and b"nope:// is unknown" in done.stderr
    done = run("segment", "in.txt", "--out-dir", "s3://bucket/folder")
    assert done.returncode == 2 and b"--out-dir is a folder on this machine" in done.stderr


def test_a_url_gets_the_whole_file_or_nothing():
    fsspec = pytest.importorskip("fsspec")
    from nlpkit.output import open_output

    memory = fsspec.filesystem("memory")
    with open_output("memory://results/x.csv.gz") as file:
        file.write(b"a,b\n")
        assert not memory.exists("/results/x.csv.gz")
    assert gzip.decompress(memory.cat_file("/results/x.csv.gz")) == b"a,b\n"
    with pytest.raises(KeyboardInterrupt), open_output("memory://results/y.csv") as file:
        file.write(b"a,b\n")
        raise KeyboardInterrupt
    assert not memory.exists("/results/y.csv")
    memory.rm("/results", recursive=True)


def test_what_cannot_be_sent_is_kept_and_named(tmp_path, monkeypatch):
    fsspec = pytest.importorskip("fsspec")
    from nlpkit.output import open_output

    def refuse(*_arguments, **_options):
        raise PermissionError("no")

    monkeypatch.setattr(type(fsspec.filesystem("memory")), "put_file", refuse)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(nlpkit.OutputError) as raised, open_output("memory://results/x.csv") as file:
        file.write(b"a,b\n")
    message = str(raised.value)
    assert "memory://results/x.csv: permission denied" in message
    kept = message.partition("kept in ")[2]
    with open(kept, "rb") as file:
        assert file.read() == b"a,b\n"
