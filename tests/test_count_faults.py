"""Faults that are really caused while `nlpkit count` runs: what it says, what it leaves, how it ends."""

import gzip
import os
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.conftest import ENVIRONMENT, LAWS, patience, slow
from tests.faults.machine import on_small_disk
from tests.faults.place import ImpossibleError, Place

pytestmark = [
    pytest.mark.compiled,
    pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc"),
]
#: With which strings of `strings.txt` are sorted on disk.
SPILLING = ("--memory", "64M", "--chunk-size", "400k", "-j", "2", "--tmp-dir", "spill")
#: What is counted -> arguments for it, and the texts that these are of.
COUNTS = {
    "strings": ("strings.txt", "--tokenizer", "space"),
    "documents": ("strings.txt", "--tokenizer", "space", "--df"),
    "characters": ("noise.txt", "--tokenizer", "char", "--ngram", "1-4"),
    "curve": ("strings.txt", "--tokenizer", "space", "--stats", "-f", "tsv"),
}
#: The call with which sorted runs begin to be merged.
MERGING = "nlpkit.runs.tables:merge_sorted@1"


@pytest.fixture(scope="module")
def texts() -> dict[str, bytes]:
    """200,000 different strings, most of them twice; and characters in any order."""
    some = random.Random(6)
    strings = [f"{i:x}{'文' * (i % 3)}" for i in range(200_000)]
    words = [*strings, *some.choices(strings, k=150_000)]
    some.shuffle(words)
    lines = (" ".join(words[i : i + 10]) for i in range(0, len(words), 10))
    characters = "".join(chr(0x4E00 + some.randrange(4000)) for _ in range(400_000))
    noise = (characters[i : i + 40] for i in range(0, len(characters), 40))
    return {"strings.txt": "\n".join(lines).encode(), "noise.txt": "\n".join(noise).encode()}


@pytest.fixture
def place(texts: dict[str, bytes], short_path: Path) -> Place:
    for name, data in texts.items():
        (short_path / name).write_bytes(data)
    return Place(short_path, full=False, command=("count", "-q"))


def undisturbed(place: Place, *arguments: str) -> bytes:
    seen = place.run(*arguments, "--executor", "serial", output=None)
    assert (seen.status, seen.stderr) == (0, "")
    return seen.stdout


@pytest.mark.parametrize(
    ("what", "executor"), [slow("strings", "processes"), ("documents", "threads"), slow("characters", "processes")]
)
def test_counts_sorted_on_disk_are_the_same_and_leave_no_files(what: str, executor: str, place: Place) -> None:
    expected = undisturbed(place, *COUNTS[what])
    seen = place.run(*COUNTS[what], *SPILLING, "--executor", executor)
    assert (seen.status, seen.stderr) == (0, "")
    place.check_left({"words.txt": expected})


@pytest.mark.parametrize(
    ("what", "executor"), [slow("strings", "threads"), ("curve", "serial"), slow("characters", "processes")]
)
def test_an_interrupt_while_sorted_files_are_merged(what: str, executor: str, place: Place) -> None:
    begin = time.monotonic()
    how = (*COUNTS[what], *SPILLING, "--executor", executor)
    midst = f"nlpkit.runs.{'keys:KeyTable' if what == 'characters' else 'strings:StringTable'}.plus@3"
    place.fails(*how, hook=["interrupt", MERGING, midst], status=130, says=["nlpkit: interrupted"])
    assert time.monotonic() - begin < patience(60)


@pytest.mark.slow
def test_an_interrupt_while_one_worker_counts_ngrams(tmp_path: Path) -> None:
    """It may come while a kernel makes its result."""
    (tmp_path / "laws.txt").write_bytes(LAWS.read_bytes() * 12)
    command = [sys.executable, "-m", "nlpkit", "count", "laws.txt", "--ngram", "1-5", "-j", "1", "--progress"]
    for after in (0.1, 0.5, 0.9, 1.3):
        with subprocess.Popen(
            [*command, "-o", os.devnull], cwd=tmp_path, env=ENVIRONMENT, stderr=subprocess.PIPE
        ) as process:
            assert process.stderr is not None
            while process.stderr.read(1) not in (b"%", b""):  # of the progress bar
                pass
            time.sleep(after)
            process.send_signal(signal.SIGINT)
            said = process.stderr.read()
        assert (process.returncode, said.endswith(b"nlpkit: interrupted\n")) == (130, True), said


@pytest.mark.slow
@pytest.mark.parametrize("what", ["strings", "characters"])
def test_an_interrupt_while_a_list_on_disk_is_written(what: str, place: Place) -> None:
    hook = ["interrupt", MERGING, "nlpkit.output:open_output@1"]
    place.fails(*COUNTS[what], *SPILLING, hook=hook, status=130, says=["nlpkit: interrupted"])


@pytest.mark.slow
@pytest.mark.parametrize("what", ["strings", "characters"])
def test_a_killed_worker_is_reported(what: str, place: Place) -> None:
    hook = [
        "kill_worker",
        {"strings": "nlpkit.runs.files:Spill.save@1", "characters": "nlpkit.ngrams.counting:_merge_parts@1"}[what],
    ]
    says = ["a worker process was killed by signal 9 (out of memory?)", "--jobs", "--memory"]
    place.fails(*COUNTS[what], *SPILLING[:3], "50k", *SPILLING[4:], "--executor", "processes", hook=hook, says=says)


@pytest.mark.parametrize(
    ("what", "executor"),
    [("strings", "serial"), slow("documents", "processes"), slow("curve", "threads"), slow("characters", "processes")],
)
def test_a_full_disk_is_reported(what: str, executor: str, place: Place) -> None:
    try:
        disk = on_small_disk("spill", "200k")
    except ImpossibleError as reason:
        pytest.skip(str(reason))
    says = ["spill/nlpkit-", "no space left on device", "--tmp-dir", "--memory"]
    place.fails(*COUNTS[what], *SPILLING, "--executor", executor, before=disk, says=says)


@pytest.mark.slow
def test_a_limit_on_the_size_of_files_is_reported(place: Place) -> None:
    says = ["spill/nlpkit-", "file too large", "--tmp-dir", "--memory"]
    place.fails(*COUNTS["strings"], *SPILLING, before="ulimit -f 150;", says=says)


@pytest.mark.slow
def test_a_full_device_is_reported(place: Place) -> None:
    says = ["/dev/full: cannot be written (No space left on device); choose another place"]
    place.fails(*COUNTS["strings"], *SPILLING, output="/dev/full", says=says)


@pytest.mark.slow
@pytest.mark.parametrize("what", ["documents", "curve", "characters"])
@pytest.mark.parametrize("at", ["spilling", "merging", "writing"])
def test_temporary_files_that_vanish_are_reported(what: str, at: str, place: Place) -> None:
    places = {
        "spilling": ["nlpkit.runs.tables:write_frames@1"],
        "merging": [MERGING],
        "writing": [MERGING, "nlpkit.output:open_output@1"],
    }[at]
    if (what, at) == ("curve", "writing"):  # it has its figures by then
        places = [MERGING, "nlpkit.frequencies.result:curve_points@1"]
    says = ["spill/nlpkit-", "gone or damaged", "--tmp-dir"]
    place.fails(*COUNTS[what], *SPILLING, hook=["remove", "spill", *places], says=says)


@pytest.mark.parametrize("what", ["strings", "characters"])
def test_a_text_that_shrinks_while_it_is_read_is_reported(what: str, place: Place) -> None:
    name = COUNTS[what][0]
    hook = ["shrink", name, "nlpkit.corpus.pieces:_file_windows@2"]
    says = [f"{name}: changed while it was read; run again"]
    place.fails(*COUNTS[what], "--chunk-size", "100k", "-j", "2", "--executor", "threads", hook=hook, says=says)


def test_a_truncated_archive_is_reported(place: Place) -> None:
    data = gzip.compress((place.folder / "strings.txt").read_bytes(), 1)
    place.write("t.gz", data[: len(data) // 2])
    place.fails("t.gz", "--tokenizer", "space", *SPILLING, says=["t.gz: ", "end too early", "get it again"])


@pytest.mark.slow
def test_lists_are_added_up_on_disk(place: Place) -> None:
    counts = {f"{i:x}": 400_000 - i for i in range(200_000)}
    place.write("list.tsv", "".join(["token\tcount\n", *(f"{word}\t{n}\n" for word, n in counts.items())]).encode())
    expected = "".join(["token\tcount\n", *(f"{word}\t{2 * n}\n" for word, n in counts.items())]).encode()
    spilling = ("--merge", "list.tsv", "list.tsv", "--memory", "64M", "--tmp-dir", "spill")
    seen = place.run(*spilling)
    assert (seen.status, seen.stderr) == (0, "")
    place.check_left({"words.txt": expected})
    place.fails(*spilling, hook=["interrupt", MERGING], status=130, says=["nlpkit: interrupted"])
    says = ["spill/nlpkit-", "gone or damaged", "--tmp-dir"]
    place.fails(*spilling, hook=["remove", "spill", MERGING], says=says)


@pytest.mark.slow
@pytest.mark.parametrize("cache", ["NUMBA_CACHE_DIR", "NLPKIT_CACHE_DIR"])
def test_two_processes_may_fill_the_same_cache(cache: str, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of compiled code, of the dictionary; they start at the same time."""
    place.write("d.txt", "".join(f"{chr(0x4E00 + i)}{chr(0x4E01 + i)} {i + 1}\n" for i in range(3000)).encode())
    place.write("t.txt", (place.folder / "noise.txt").read_bytes()[: 121 * 200])
    (place.folder / "cache").mkdir()
    arguments = ("t.txt", *(("-d", "d.txt") if cache == "NLPKIT_CACHE_DIR" else ("--tokenizer", "space")))
    expected = undisturbed(place, *arguments)
    monkeypatch.setitem(ENVIRONMENT, cache, str(place.folder / "cache"))
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda _: undisturbed(place, *arguments), range(2)))
    assert done == [expected] * 2
    assert os.listdir(place.folder / "cache")


def test_no_process_is_left_after_the_reader_closed_the_pipe(place: Place) -> None:
    command = f"{sys.executable} -m nlpkit count strings.txt --tokenizer space -q {' '.join(SPILLING)} | head -n 1"
    seen = place.watch(["bash", "-c", f"set -o pipefail; {command}"])
    assert (seen.status, seen.stderr) == (0, "")
    assert seen.stdout == b"token\tcount\n"
    assert os.listdir(place.folder / "spill") == []


def test_the_files_of_a_list_are_removed_when_the_interpreter_ends(place: Place) -> None:
    """Also when the interpreter ends, and with an exception."""
    script = """
import os, sys
from nlpkit import Corpus
from nlpkit.frequencies import count
found = count(Corpus("strings.txt", memory=64 << 20, tmp_dir="spill"), tokenizer="space")
assert len(os.listdir("spill")) == 1
print(next(iter(found)) is not None)
sys.exit(3)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=place.folder, env=ENVIRONMENT, capture_output=True, timeout=300
    )
    assert (done.returncode, done.stdout, done.stderr) == (3, b"True\n", b"")
    assert os.listdir(place.folder / "spill") == []
