import csv
import io
import json
import math
import os
import stat
from pathlib import Path

import numpy as np
import pytest

from nlpkit.errors import NlpkitError, OptionError, OutputError
from nlpkit.output import FORMATS, check_output, open_output, write_table

pytestmark = pytest.mark.compiled  # nothing here depends on kernels

COLUMNS = {
    "word": ["养犬", 'C"1,', "计量器具"],
    "count": np.array([3, 20, 100]),
    "pmi": np.array([1.23456789, -0.00001, math.nan]),
    "score": [2.0, 1 / 3, -5e9],
}


def table(format: str, columns: object = COLUMNS) -> str:
    file = io.BytesIO()
    write_table(file, columns, format)  # type: ignore[arg-type]
    return file.getvalue().decode()


def test_tsv_has_a_header_and_floats_of_four_decimals() -> None:
    assert table("tsv") == (
        'word\tcount\tpmi\tscore\n养犬\t3\t1.2346\t2.0\nC"1,\t20\t0.0\t0.3333\n计量器具\t100\t\t-5000000000.0\n'
    )


def test_csv_quotes_what_needs_it_and_is_read_back_as_written() -> None:
    rows = list(csv.reader(io.StringIO(table("csv"))))
    assert rows[0] == ["word", "count", "pmi", "score"]
    assert rows[2] == ['C"1,', "20", "0.0", "0.3333"]
    assert "\r" not in table("csv")


def test_jsonl_keeps_floats_in_full_and_has_null_for_nan() -> None:
    rows = [json.loads(line) for line in table("jsonl").split("\n")[:-1]]
    assert rows[0] == {"word": "养犬", "count": 3, "pmi": 1.23456789, "score": 2.0}
    assert rows[2]["pmi"] is None
    assert "养犬" in table("jsonl")


def test_jieba_is_word_and_count_and_words_is_the_words() -> None:
    assert table("jieba") == '养犬 3\nC"1, 20\n计量器具 100\n'
    assert table("words") == '养犬\nC"1,\n计量器具\n'


@pytest.mark.parametrize("format", FORMATS)
def test_a_table_without_rows_is_its_header_at_most(format: str) -> None:
    empty = {"word": np.array([], object), "count": np.array([], np.int64), "pmi": np.array([], np.float64)}
    assert table(format, empty) == {"tsv": "word\tcount\tpmi\n", "csv": "word,count,pmi\n"}.get(format, "")


@pytest.mark.parametrize("format", FORMATS)
def test_rows_are_complete_beyond_one_batch(format: str) -> None:
    words = [f"w{i}" for i in range(70_000)]
    lines = table(format, {"word": words, "count": list(range(70_000))}).split("\n")
    header = format in ("tsv", "csv")
    assert len(lines) == 70_000 + header + 1
    assert "w65536" in lines[65_536 + header]


def test_an_unknown_format_says_which_there_are() -> None:
    with pytest.raises(OptionError, match="tsv, csv, jsonl, jieba, words"):
        table("xls")


def test_a_file_appears_only_when_the_block_has_ended_well(tmp_path: Path) -> None:
    path = tmp_path / "words.tsv"
    with open_output(path) as file:
        file.write(b"new")
        assert not path.exists()
    assert path.read_bytes() == b"new"
    assert os.listdir(tmp_path) == ["words.tsv"]


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, SystemExit])
def test_the_old_file_survives_an_error_and_nothing_else_does(tmp_path: Path, error: type[BaseException]) -> None:
    path = tmp_path / "words.tsv"
    path.write_bytes(b"old")
    with pytest.raises(error), open_output(path) as file:
        file.write(b"new")
        raise error
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["words.tsv"]


def test_a_new_file_has_the_mode_that_the_umask_gives(tmp_path: Path) -> None:
    with open_output(tmp_path / "words.tsv"):
        pass
    (tmp_path / "plain").touch()
    assert (tmp_path / "words.tsv").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_a_replaced_file_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "words.tsv"
    path.touch()
    path.chmod(0o604)
    with open_output(path):
        pass
    assert stat.S_IMODE(path.stat().st_mode) == 0o604


def test_symbolic_links_stay_and_their_target_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    target, link = tmp_path / "folder" / "real", tmp_path / "link"
    link.symlink_to("folder/real")
    for text in (b"first", b"second"):  # a target that is still missing, then one that is there
        with open_output(link) as file:
            file.write(text)
        assert link.is_symlink()
        assert target.read_bytes() == text


def test_a_name_of_the_greatest_length_can_be_written(tmp_path: Path) -> None:
    with open_output(tmp_path / ("n" * 255)) as file:
        file.write(b"text")
    assert (tmp_path / ("n" * 255)).read_bytes() == b"text"


def test_what_fails_elsewhere_in_the_block_is_not_blamed_on_the_output(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), open_output(tmp_path / "words.tsv"):
        open(tmp_path / "missing")  # noqa: SIM115


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no /dev/full")
def test_a_full_device_is_an_output_error() -> None:
    with (
        pytest.raises(OutputError, match=r"/dev/full: cannot be written .No space left"),
        open_output("/dev/full") as file,
    ):
        file.write(b"text")


def test_a_missing_folder_is_an_output_error(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"words.tsv: cannot be written .No such file"):
        open_output(tmp_path / "missing" / "words.tsv").__enter__()


def test_a_captured_stdout_gets_the_text(capsys: pytest.CaptureFixture[str]) -> None:
    with open_output(None) as file:
        file.write("养犬\n".encode())
    assert capsys.readouterr().out == "养犬\n"


@pytest.mark.parametrize(
    ("path", "message"),
    [(".", "is a folder"), ("new/", "is a folder"), ("missing/words.tsv", "does not exist")],
)
def test_impossible_outputs_are_found_before_the_work(
    path: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(NlpkitError, match=message):
        check_output(path)


@pytest.mark.parametrize("path", [None, "-", "words.tsv", "/dev/null", "/dev/stdout"])
def test_possible_outputs_pass(path: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    check_output(path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_forbidden_folder_is_found_before_the_work(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(OutputError, match="permission denied"):
        check_output(str(tmp_path / "words.tsv"))
