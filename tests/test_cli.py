"""The command line as its users meet it: processes, pipes, signals, exit statuses."""

import csv
import fcntl
import json
import os
import re
import signal
import struct
import subprocess
import sys
import termios
from pathlib import Path

import jieba
import pytest

from nlpkit import __version__
from tests.conftest import ENVIRONMENT, Run, slow, wait_until

COLUMNS = ["word", "count", "pmi", "left_entropy", "right_entropy", "score"]
pytestmark = pytest.mark.compiled  # tests of the library compare the kernels


def lines(text: bytes) -> list[str]:
    return text.decode().split("\n")[:-1]


def assert_one_clear_line(stderr: bytes, *parts: str) -> None:
    """No traceback, and a message that names the program and all `parts`."""
    text = stderr.decode()
    assert "Traceback" not in text
    assert "this is a bug" not in text
    assert text.startswith("nlpkit: ") or "\nnlpkit: " in text
    for part in parts:
        assert part in text


# Wrong usage: exit 2, before anything is read


def test_version_and_help(run: Run) -> None:
    assert run("--version").stdout.decode() == f"nlpkit, version {__version__}\n"
    for arguments in (["--help"], ["-h"], []):
        done = run(*arguments)
        assert (done.returncode, done.stderr) == (0, b"")
        assert "discover" in done.stdout.decode()


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (["discovr"], ["discovr", "did you mean discover?"]),
        (["laws.txt"], ["no such command: laws.txt", "discover"]),
        (["--vresion"], ["--vresion", "did you mean --version?"]),
        (["discover", "--min-cuont", "3"], ["--min-cuont", "did you mean --min-count?", "nlpkit discover --help"]),
        (["discover", "--xyz"], ["no such option: --xyz"]),
        (["discover", "--min-count"], ["--min-count", "requires an argument"]),
        (["discover", "--min-count", "0"], ["--min-count is 0; it must be at least 1"]),
        (["discover", "--min-count", "two"], ["--min-count", "two"]),
        (["discover", "--min-prob", "1.5"], ["--min-prob: no effect with --method auto"]),
        (["discover", "--min-pmi", "2,x"], ["--min-pmi", "'x'"]),
        (["discover", "--min-pmi", "nan"], ["--min-pmi is nan; it must be finite"]),
        (["discover", "--max-length", "0"], ["--max-length is 0; it must be at least 1"]),
        (["discover", "--top", "0"], ["--top is 0; it must be at least 1"]),
        (["discover", "--method", "magic"], ["magic", "auto", "pmi", "entropy"]),
        (["discover", "--charset", "latin"], ["latin", "han+alnum"]),
        (["discover", "--sort", "length"], ["length", "score", "count"]),
        (["discover", "-f", "xls"], ["xls", "did you mean csv?"]),
        (["discover", "-j", "0"], ["--jobs is 0; it must be at least 1"]),
        (["discover", "--memory", "1M"], ["--memory is 1M; it must be at least 64M"]),
        (["discover", "--method", "entropy", "--min-prob", "2"], ["--min-prob is 2.0; it must be between 0 and 1"]),
        (["discover", "--min-prob", "x"], ["--min-prob", "'x' is not a number"]),
        (["discover", "-f", "jieba", "--list-numerals"], ["--list-numerals: no effect with --format jieba"]),
        (["discover", "--explain", "a", "--top", "3", "-f", "csv"], ["--top, --format: no effect with --explain"]),
        (["discover", "no", "--known", "no", "--max-length", "0"], ["--max-length is 0"]),
        (["discover", "no", "--executor", "serial", "--scheduler", "x:1"], ["--scheduler x:1 is for --executor dask"]),
        (["count", "no", "--executor", "serial", "--scheduler", "x:1"], ["--scheduler x:1 is for --executor dask"]),
        (["count", "no", "-d", "no", "--top", "0"], ["--top is 0; it must be at least 1"]),
        (["count", "no", "--separator", "x"], ["--separator: no effect with --ngram 1"]),
        (["count", "no", "--per-million", "-f", "words"], ["--per-million: no effect with --format words"]),
        (["count", "no", "--df", "-f", "jieba"], ["--df: no effect with --format jieba"]),
        (["keywords", "no", "--against", "no", "--top", "0"], ["--top is 0; it must be at least 1"]),
        (["segment", "no", "-f", "conll", "--separator", "x"], ["--separator: no effect with --format conll"]),
        (["segment", "no", "-u", "no", "-j", "0"], ["--jobs is 0; it must be at least 1"]),
        (["apriori", "no", "--min-confidence", "2"], ["--min-confidence is 2; it must be from 0 to 1"]),
        (["apriori", "no", "--sort", "foo"], ["--sort is 'foo'; choose from"]),
        (["apriori", "no", "--antecedent", "a", "--consequent", "a"], ["--antecedent and --consequent both name 'a'"]),
        (["apriori", "no", "--itemsets", "--top", "0"], ["--top is 0; it must be at least 1"]),
        (["discover", "--executor", "gpu"], ["gpu", "threads"]),
        (["discover", "--chunk-size", "8X"], ["8X", "64k"]),
        (["discover", "--chunk-size", "0"], ["is not a size"]),
        (["discover", "--tmp-dir", "missing"], ["missing"]),
        (["discover", "-o", "missing/words.tsv"], ["missing/words.tsv", "does not exist"]),
        (["discover", "-o", "."], ["is a folder"]),
        (["discover", "-", "-"], ["more than once"]),
    ],
    ids=lambda value: " ".join(value) if value and value[0] == "discover" else None,
)
def test_wrong_usage_says_what_is_allowed(run: Run, arguments: list[str], parts: list[str]) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert done.stdout == b""
    assert_one_clear_line(done.stderr, *parts)


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (["discover", "a.txt", "-o", "min_count/w.tsv"], "min_count/w.tsv: the folder"),
        (["discover", "a.txt", "--save-counts", "new_only/kept"], "new_only/kept: the folder"),
        (["count", "a.txt", "-o", "per_million"], "per_million: is a folder"),
        (
            ["apriori", "b.csv", "--min-support", "1", "--antecedent", "min_confidence"],
            "'min_confidence': no such item",
        ),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else None,
)
def test_a_path_or_item_with_the_name_of_an_option_is_shown_unchanged(
    run: Run, tmp_path: Path, arguments: list[str], name: str
) -> None:
    (tmp_path / "a.txt").write_text("a b\n")
    (tmp_path / "b.csv").write_text("a,b\na,b\n")
    (tmp_path / "per_million").mkdir()
    done = run(*arguments)
    assert done.returncode == 2
    assert_one_clear_line(done.stderr, name)


@pytest.mark.parametrize("method", ["auto", "pmi"])
def test_an_option_that_the_method_does_not_use_is_an_error(run: Run, method: str) -> None:
    done = run("discover", "missing.txt", "--method", method, "--min-prob", "1e-6")
    assert done.returncode == 2
    assert_one_clear_line(done.stderr, "--min-prob: no effect with --method", method)


def test_more_thresholds_than_lengths_are_an_error(run: Run) -> None:
    done = run("discover", "missing.txt", "--method", "entropy", "--min-pmi", "1,2")
    assert done.returncode == 2
    assert_one_clear_line(done.stderr, "--min-pmi", "entropy")


# The words


def test_the_table_goes_to_stdout_and_the_report_to_stderr(run: Run, few_laws: Path) -> None:
    done = run("discover", few_laws, "--method", "pmi")
    assert done.returncode == 0
    rows = [line.split("\t") for line in lines(done.stdout)]
    assert rows[0] == COLUMNS
    assert all(len(row) == len(COLUMNS) for row in rows)
    characters = sum(map(str.isalnum, few_laws.read_text(encoding="utf-8")))
    report = lines(done.stderr)[-1]
    assert f"{characters:,} characters" in report
    assert f"{len(rows) - 1:,} written" in report
    for unit in ("nats a character", " s"):
        assert unit in report


def test_the_list_for_people_is_best_first_without_characters_and_numerals(run: Run, few_laws: Path) -> None:
    rows = [line.split("\t") for line in lines(run("discover", few_laws).stdout)[1:]]
    words = [row[0] for row in rows]
    assert words
    assert min(map(len, words)) > 1
    assert not [word for word in words if re.fullmatch("第[一二三四五六七八九十]{2,}条", word)]
    scores = [float(row[5]) for row in rows]
    assert scores == sorted(scores, reverse=True)


def test_formats_hold_the_same_words(run: Run, few_laws: Path) -> None:
    def output(format: str) -> str:
        return run("discover", few_laws, "-f", format, "-q").stdout.decode()

    words = output("words").split("\n")[:-1]
    assert words
    assert [line.split("\t")[0] for line in output("tsv").split("\n")[1:-1]] == words
    assert [row["word"] for row in csv.DictReader(output("csv").split("\n"))] == words
    rows = [json.loads(line) for line in output("jsonl").split("\n")[:-1]]
    assert [row["word"] for row in rows] == words
    assert list(rows[0]) == COLUMNS


def test_jieba_loads_the_dictionary_and_it_has_every_word_by_count(run: Run, few_laws: Path, tmp_path: Path) -> None:
    assert run("discover", few_laws, "-f", "jieba", "-o", "dict.txt").returncode == 0
    rows = [line.split(" ") for line in lines((tmp_path / "dict.txt").read_bytes())]
    counts = [int(count) for _, count, _ in rows]
    assert counts == sorted(counts, reverse=True)
    words = {word for word, _, _ in rows}
    assert words.issuperset(lines(run("discover", few_laws, "-f", "words").stdout))
    assert "的" in words
    tokenizer = jieba.Tokenizer(str(tmp_path / "dict.txt"))
    tokenizer.tmp_dir = str(tmp_path)
    assert tokenizer.lcut("第一条", HMM=False)


def test_new_only_and_known_leave_words_out(run: Run, few_laws: Path, tmp_path: Path) -> None:
    def words(*arguments: object) -> list[str]:
        return lines(run("discover", few_laws, "-f", "words", *arguments).stdout)

    every, new = words(), words("--new-only")
    assert set(new) < set(every)
    assert "规定" in every
    assert "规定" not in new
    (tmp_path / "known.txt").write_text("".join(f"{word} 3 n\n" for word in every[:5]), encoding="utf-8")
    (tmp_path / "more.txt").write_text(every[5] + "\n", encoding="utf-8")
    assert words("--known", "known.txt", "--known", "more.txt") == every[6:]


def test_top_and_sort(run: Run, few_laws: Path) -> None:
    rows = [line.split("\t") for line in lines(run("discover", few_laws, "--sort", "count", "--top", "7").stdout)[1:]]
    counts = [int(row[1]) for row in rows]
    assert len(counts) == 7
    assert counts == sorted(counts, reverse=True)


def test_list_numerals_keeps_numerals(run: Run, few_laws: Path) -> None:
    without, kept = (
        lines(run("discover", few_laws, "-f", "words", *more).stdout) for more in ((), ("--list-numerals",))
    )
    numerals = set(kept) - set(without)
    assert numerals
    assert all(set(word) & set("0123456789〇零一二三四五六七八九十百千万亿两") for word in numerals)


@pytest.mark.parametrize("method", ["auto", "pmi", "entropy"])
def test_every_method_finds_words(run: Run, few_laws: Path, method: str) -> None:
    words = [line.split(" ")[0] for line in lines(run("discover", few_laws, "--method", method, "-f", "jieba").stdout)]
    assert {"口岸", "管理"}.issubset(words)


def test_explain_tells_why_instead_of_listing(run: Run, few_laws: Path) -> None:
    done = run("discover", few_laws, "--explain", "规定 本法自", "--explain", "鱷魚")
    assert done.returncode == 0
    text = done.stdout.decode()
    assert "word\tcount" not in text
    for word in ("规定", "本法自", "鱷魚"):
        assert word in text


def test_input_from_a_pipe_files_and_folders_gives_the_same_words(run: Run, few_laws: Path, tmp_path: Path) -> None:
    text = few_laws.read_bytes()
    half = text.index(b"\n", len(text) // 2) + 1
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "a.txt").write_bytes(text[:half])
    (folder / "b.txt").write_bytes(text[half:])
    (folder / "notes.md").write_bytes(b"not this")
    expected = run("discover", few_laws).stdout
    assert run("discover", "news", "--glob", "*.txt").stdout == expected
    assert run("discover", "news/a.txt", "news/b.txt").stdout == expected
    assert run("discover", "-", input=text).stdout == expected
    assert run("discover", input=text).stdout == expected


@pytest.mark.parametrize("method", ["auto", slow("pmi"), slow("entropy")])
def test_the_result_does_not_depend_on_chunks_and_workers(run: Run, few_laws: Path, method: str) -> None:
    expected = run("discover", few_laws, "--method", method, "-f", "jsonl").stdout
    for how in (
        ["-j", 1, "--chunk-size", "1k"],
        ["-j", 2, "--executor", "threads", "--chunk-size", "10k"],
        ["-j", 2, "--executor", "processes", "--chunk-size", "64k"],
    ):
        assert run("discover", few_laws, "--method", method, "-f", "jsonl", *how).stdout == expected, how


# stdout, stderr and locales


def test_quiet_writes_nothing_to_stderr(run: Run, few_laws: Path) -> None:
    done = run("discover", few_laws, "-q", "--progress")
    assert done.stdout
    assert done.stderr == b""


def test_progress_is_written_to_a_file_only_with_the_option(run: Run, few_laws: Path) -> None:
    assert b"%|" not in run("discover", few_laws).stderr
    assert b"%|" in run("discover", few_laws, "--progress").stderr


def test_a_terminal_shows_progress_and_that_stdin_is_read(run: Run) -> None:
    terminal, end = os.openpty()
    fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    os.write(terminal, "第一条 为了规范\n\x04".encode())
    done = run("discover", stdin=end, stderr=end, stdout=subprocess.PIPE, capture_output=False, timeout=300)
    os.close(end)
    shown = os.read(terminal, 1 << 16).decode()
    os.close(terminal)
    assert done.returncode == 0
    assert "reading what you type" in shown
    assert "%|" in shown


@pytest.mark.parametrize("locale", ["C", "en_US.ISO-8859-1", slow("POSIX"), slow("C.UTF-8")])
def test_output_is_utf8_in_every_locale(run: Run, few_laws: Path, locale: str) -> None:
    environment = {
        **ENVIRONMENT,
        "LC_ALL": locale,
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
        "PYTHONIOENCODING": "cp1252",
    }
    done = run("discover", few_laws, "-f", "words", env=environment)
    assert done.returncode == 0
    assert "口岸" in lines(done.stdout)
    explained = run("discover", "--help", env=environment)
    assert explained.returncode == 0
    assert "第四十五条" in explained.stdout.decode()


def test_a_reader_that_closes_the_pipe_is_not_an_error(shell: Run, few_laws: Path) -> None:
    done = shell(f"nlpkit discover {few_laws} -f jsonl --list-numerals | head -1")
    assert done.returncode == 0
    assert len(lines(done.stdout)) == 1
    assert b"rror" not in done.stderr
    assert b"Broken" not in done.stderr


@pytest.mark.parametrize("command", ["--help", "--version", "discover --help"])
@pytest.mark.parametrize("streams", ["", "2>&1"])
def test_a_pipe_without_a_reader_is_not_an_error(shell: Run, command: str, streams: str) -> None:
    done = shell(f"(sleep 0.2; nlpkit {command} {streams}) | true")
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_closed_stdout_is_an_error(shell: Run, few_laws: Path) -> None:
    done = shell(f"nlpkit discover {few_laws} >&-")
    assert done.returncode == 1
    assert_one_clear_line(done.stderr, "<stdout>", "closed")


def test_a_closed_stdin_is_an_error(shell: Run) -> None:
    done = shell("nlpkit discover - <&-")
    assert done.returncode == 1
    assert_one_clear_line(done.stderr, "stdin")


def test_a_closed_stderr_changes_nothing(shell: Run, few_laws: Path) -> None:
    done = shell(f"nlpkit discover {few_laws} -f words 2>&-")
    assert done.returncode == 0
    assert "口岸" in lines(done.stdout)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no /dev/full")
@pytest.mark.parametrize("command", ["discover -q {} > /dev/full", "discover -q {} -o /dev/full", "--help > /dev/full"])
def test_a_full_disk_is_an_error(shell: Run, few_laws: Path, command: str) -> None:
    done = shell(f"nlpkit {command.format(few_laws)}")
    assert done.returncode == 1
    assert_one_clear_line(done.stderr, "No space left on device")


def test_output_to_a_fifo_is_written_directly(tmp_path: Path, few_laws: Path, run: Run) -> None:
    os.mkfifo(tmp_path / "fifo")
    reader = os.open(tmp_path / "fifo", os.O_RDONLY | os.O_NONBLOCK)
    assert run("discover", few_laws, "-o", "fifo", "-f", "words", "--top", "100").returncode == 0
    assert len(lines(os.read(reader, 1 << 16))) == 100
    os.close(reader)
    assert os.listdir(tmp_path) == ["fifo"]


# Bad input


def test_a_missing_file_is_an_error(run: Run) -> None:
    done = run("discover", "missing.txt")
    assert done.returncode == 1
    assert_one_clear_line(done.stderr, "missing.txt: ")


def test_a_folder_without_matching_files_is_an_error(run: Run, tmp_path: Path) -> None:
    (tmp_path / "notes.md").touch()
    done = run("discover", ".", "--glob", "*.txt")
    assert done.returncode == 1
    assert_one_clear_line(done.stderr, "*.txt")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_is_an_error(run: Run, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").touch(0o000)
    done = run("discover", "secret.txt")
    assert done.returncode == 1
    assert_one_clear_line(done.stderr, "secret.txt: ", "permission denied")


@pytest.mark.parametrize("text", [b"", b"\n\n", "，。\n".encode()], ids=["nothing", "line ends", "punctuation"])
def test_an_empty_corpus_has_no_words_and_is_reported(run: Run, text: bytes) -> None:
    done = run("discover", input=text)
    assert (done.returncode, done.stdout) == (0, ("\t".join(COLUMNS) + "\n").encode())
    assert "no words" in done.stderr.decode()
    assert run("discover", "-f", "jieba", input=text).stdout == b""


def test_bytes_that_are_not_utf8_are_named_with_line_and_byte(run: Run, tmp_path: Path) -> None:
    (tmp_path / "gbk.txt").write_bytes("第一条\n".encode() + b"ab\xd6\xd0\n")
    done = run("discover", "gbk.txt", "-o", "words.tsv")
    assert done.returncode == 1
    assert_one_clear_line(done.stderr, "gbk.txt:2 (byte 12): not valid UTF-8")
    assert not (tmp_path / "words.tsv").exists()


def test_a_known_file_that_is_not_a_lexicon_is_an_error(run: Run, few_laws: Path, tmp_path: Path) -> None:
    (tmp_path / "known.txt").write_bytes(b"\x00\xff\xfe")
    done = run("discover", few_laws, "--known", "known.txt")
    assert done.returncode == 1
    assert_one_clear_line(done.stderr, "known.txt")
    done = run("discover", few_laws, "--known", "missing.txt")
    assert done.returncode == 1
    assert_one_clear_line(done.stderr, "missing.txt")


# Signals


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_leaves_the_old_file_and_nothing_else(tmp_path: Path, number: signal.Signals, status: int) -> None:
    for folder in ("out", "tmp"):
        (tmp_path / folder).mkdir()
    (tmp_path / "out" / "words.tsv").write_bytes(b"old")
    command = [sys.executable, "-m", "nlpkit", "discover", "-", "-o", "out/words.tsv", "--tmp-dir", "tmp"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path, env=ENVIRONMENT
    ) as process:
        wait_until(lambda: os.listdir(tmp_path / "tmp"))  # it is reading, and waits for more
        process.send_signal(number)
        stderr = process.communicate(timeout=300)[1]
    assert process.returncode == status
    assert b"Traceback" not in stderr
    assert (tmp_path / "out" / "words.tsv").read_bytes() == b"old"
    assert os.listdir(tmp_path / "out") == ["words.tsv"]
    assert os.listdir(tmp_path / "tmp") == []


@pytest.mark.parametrize("executor", ["threads", "processes"])
def test_ctrl_c_stops_all_workers(tmp_path: Path, laws: Path, executor: str) -> None:
    (tmp_path / "big.txt").write_bytes(laws.read_bytes() * 15)
    (tmp_path / "words.tsv").write_bytes(b"old")
    command = [sys.executable, "-m", "nlpkit", "discover", "big.txt", "-o", "words.tsv", "--progress"]
    command += ["-j", "2", "--executor", executor, "--chunk-size", "1M"]
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, cwd=tmp_path, env=ENVIRONMENT, start_new_session=True
    ) as process:
        assert process.stderr is not None
        shown = b""
        while b"%|" not in shown:  # the first chunks are done, all others are not
            part = process.stderr.read1()
            assert part, shown
            shown += part
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the workers too
        stderr = shown + process.communicate(timeout=300)[1]
    assert process.returncode == 130
    assert stderr.decode().split("\n")[-2].endswith("nlpkit: interrupted")
    assert b"Traceback" not in stderr
    assert (tmp_path / "words.tsv").read_bytes() == b"old"
    assert sorted(os.listdir(tmp_path)) == ["big.txt", "words.tsv"]


def test_an_input_is_never_replaced_by_the_output(run: Run, tmp_path: Path) -> None:
    text = "养犬人应当文明养犬。\n" * 40
    (tmp_path / "text.txt").write_text(text, encoding="utf-8")
    (tmp_path / "link.txt").symlink_to(tmp_path / "text.txt")
    for name in ("text.txt", "./text.txt", "link.txt"):
        result = run("discover", "text.txt", "-q", "-o", name)
        assert result.returncode == 2
        assert "is also an input" in result.stderr.decode()
    assert (tmp_path / "text.txt").read_text(encoding="utf-8") == text


def test_kept_counts_are_not_replaced_nor_written_among_words_or_texts(run: Run, tmp_path: Path) -> None:
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "a.txt").write_text("养犬人应当文明养犬。\n" * 40, encoding="utf-8")
    (tmp_path / "known.txt").write_text("文明\n", encoding="utf-8")
    assert run("discover", "texts", "--save-counts", "kept", "-o", "words.tsv").returncode == 0
    kept = (tmp_path / "kept").read_bytes()
    for options in (
        ("--counts", "kept", "-o", "kept"),
        ("--save-counts", "kept", "-o", "./kept"),
        ("--save-counts", "both", "-o", "both"),
        ("--save-counts", "-"),
        ("--save-counts", "texts/kept"),
        ("--save-counts", "known.txt", "--known", "known.txt"),
    ):
        result = run("discover", "texts", *options)
        assert (result.returncode, result.stdout) == (2, b""), options
        assert result.stderr.decode().startswith("nlpkit: "), options
    assert (tmp_path / "kept").read_bytes() == kept
    assert sorted(os.listdir(tmp_path)) == ["kept", "known.txt", "texts", "words.tsv"]
    assert os.listdir(tmp_path / "texts") == ["a.txt"]


def test_explain_without_a_word_is_an_error(run: Run, tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text("养犬人应当文明养犬。\n", encoding="utf-8")
    result = run("discover", "text.txt", "--explain", " ")
    assert (result.returncode, result.stdout) == (2, b"")
    assert "no word given" in result.stderr.decode()


def test_no_output_is_ignored_in_silence(run: Run, tmp_path: Path) -> None:
    (tmp_path / "t.txt").write_text("北京大学在北京\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text("a,b\nb,c\na,b\n")
    (tmp_path / "q.csv").write_text("old\n")
    told = run("discover", "t.txt", "--explain", "北京", "-o", "x.csv")
    assert "x.csv: is written as text, as --explain does, not as csv" in told.stderr.decode()
    assert (tmp_path / "x.csv").read_text(encoding="utf-8").startswith("北京: ")
    dry = run("apriori", "b.csv", "--dry-run", "-o", "q.csv")
    assert dry.stderr.decode().endswith("nothing is mined, and q.csv is not written (--dry-run)\n")
    assert (tmp_path / "q.csv").read_text() == "old\n"


def test_a_list_that_is_looked_at_and_then_read_is_reported_once(run: Run, tmp_path: Path) -> None:
    (tmp_path / "t.txt").write_text("北京大学在北京\n", encoding="utf-8")
    (tmp_path / "gbk.csv").write_bytes("word,count\n我们,5\n大学,3\n".encode("gb18030"))
    done = run("keywords", "t.txt", "--encoding", "auto", "--against", "gbk.csv")
    assert done.stderr.decode().count("gbk.csv: read as gb18030 (detected)") == 1
