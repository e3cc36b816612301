"""Faults of disks, memory, processes and streams."""

from __future__ import annotations

import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import nlpkit
from tests.faults.place import OLD, SPILLING, Fault, ImpossibleError, Place, noise

_SAME = "exit 0, the same words"
_LEAST_LIMIT = "720896"  # kB, as nlpkit says


def in_namespace(script: str) -> str:
    """What to put before a command so that it finds the mounts that a script of sh makes."""
    if shutil.which("unshare") is None or subprocess.run(["unshare", "-Urm", "true"], capture_output=True).returncode:
        raise ImpossibleError("this system lets nobody mount within a namespace of his own")
    return f"unshare -Urm sh -c '{script}' sh"


def on_small_disk(folder: str, size: str) -> str:
    """As in_namespace: the folder is a disk of this size; what is left on it in the end is said on stderr."""
    mount = f"mount -t tmpfs -o size={size} none {folder}"
    return in_namespace(f'{mount} && {{ "$@"; status=$?; find {folder} -mindepth 1 >&2; exit $status; }}')


# ---- disks


def full_spill(executor: str, place: Place) -> str:
    """No room for sorted runs."""
    assert place.long
    disk = on_small_disk("spill", "2m")
    says = ["spill/nlpkit-", "no space left on device", "--tmp-dir", "--memory"]
    return place.fails("long.txt", *SPILLING, "--executor", executor, before=disk, says=says).told()


def full_spool(place: Place) -> str:
    """No room for what comes from a pipe."""
    disk = on_small_disk("spill", "1m")
    says = ["spill: no space left on device", "--tmp-dir"]
    return place.fails("-", "--tmp-dir", "spill", before=disk, input=place.long, says=says).told()


def full_output(place: Place) -> str:
    """No room for the words."""
    assert place.laws
    (place.folder / "disk").mkdir()
    disk = on_small_disk("disk", "4k")
    says = ["disk/words.txt: cannot be written (No space left on device); choose another place"]
    return place.fails("laws.txt", before=disk, output="disk/words.txt", says=says).told()


def full_device(place: Place) -> str:
    """/dev/full, by name and as stdout."""
    assert place.laws
    line = place.fails(
        "laws.txt",
        output="/dev/full",
        says=["/dev/full: cannot be written (No space left on device); choose another place"],
    ).told()
    other = place.fails(
        "laws.txt", output=None, after="> /dev/full", says=["<stdout>: cannot be written (No space left on device)"]
    )
    return f"{line}; {other.told()}"


def vanished(at: str, place: Place) -> str:
    """Somebody empties the folder for temporary files."""
    assert place.long
    says = ["spill/nlpkit-", "gone or damaged", "--tmp-dir"]
    return place.fails("long.txt", *SPILLING, hook=["remove", "spill", at], says=says).told()


def folder_as_output(place: Place) -> str:
    """-o names a folder."""
    assert place.laws
    return place.fails("laws.txt", output="out", status=2, says=["out: is a folder; name a file in it"]).told()


def missing_folder(option: str, place: Place) -> str:
    """A folder that does not exist."""
    assert place.laws
    if option == "-o":
        return place.fails("laws.txt", output="no/words.txt", status=2, says=["no/words.txt", "does not exist"]).told()
    return place.fails("laws.txt", option, "no", status=2, says=[option, "no is not a directory"]).told()


# ---- containers


def _copy_package(place: Place) -> str:
    """nlpkit and an empty home, both to be read only; -> the script that mounts them."""
    source = Path(nlpkit.__file__).parent
    shutil.copytree(source, place.folder / "site" / "nlpkit", ignore=shutil.ignore_patterns("__pycache__"))
    (place.folder / "home").mkdir()
    mounts = [f"mount --bind {name} {name} && mount -o remount,bind,ro {name}" for name in ("site", "home")]
    return " && ".join([*mounts, "export HOME=$PWD/home PYTHONPATH=$PWD/site"])


def read_only(place: Place) -> str:
    """Neither the package's folder nor the user's home can be written to, as in a container."""
    assert place.laws
    script = in_namespace(_copy_package(place) + ' && ! touch home/x site/x 2> /dev/null && exec "$@"')
    words = place.words_of("laws.txt")
    for executor in ("serial", "processes") if place.full else ("processes",):
        place.succeeds("laws.txt", "-j", "2", "--executor", executor, before=script, words=words)
    return _SAME


def nowhere_to_write(place: Place) -> str:
    """Not a single folder can be written to."""
    assert place.laws
    mounts = "for place in / /tmp /var/tmp; do mountpoint -q $place && mount -o remount,bind,ro $place; done"
    script = in_namespace(f'{mounts}; ! touch x 2> /dev/null && exec "$@"')
    says = ["compiled code can be kept nowhere", "NUMBA_CACHE_DIR", "TMPDIR"]
    return place.fails("laws.txt", before=script, output=None, says=says).told()


# ---- memory and processes


def low_limit(place: Place) -> str:
    """Less memory than the libraries need."""
    assert place.laws
    says = ["ulimit -v 300000", _LEAST_LIMIT]
    return place.fails("laws.txt", before="ulimit -v 300000;", says=says).told()


def memory_limit(place: Place) -> str:
    """More memory is allowed to nlpkit than to its process."""
    place.write("noise.txt", noise(4_500_000))
    limit = f"ulimit -v {_LEAST_LIMIT};"
    how = ("noise.txt", "-j", "2", "--executor", "threads", "--tmp-dir", "spill")
    line = place.fails(*how, "--memory", "4G", before=limit, says=["out of memory", "--memory"]).told()
    place.succeeds(*how, "--memory", "64M", before=limit, words=place.words_of("noise.txt"))
    return f"{line}; with `--memory 64M` {_SAME}"


def killed_worker(place: Place) -> str:
    """The system takes a worker process away."""
    assert place.long
    hook = ["kill_worker", "nlpkit.runs.tables:write_frames@1"]
    says = ["a worker process was killed by signal 9 (out of memory?)", "--jobs", "--memory"]
    return place.fails("long.txt", *SPILLING, "--executor", "processes", hook=hook, says=says).told()


def killed(place: Place) -> str:
    """The main process is taken away: nobody can tidy up, but workers end."""
    assert place.long
    seen = place.run(
        "long.txt", *SPILLING, "--executor", "processes", hook=["kill", "nlpkit.runs.tables:write_frames@2"]
    )
    assert (seen.status, seen.stderr) == (-9, "")
    place.check_left({"words.txt": OLD}, temporary={"spill": "nlpkit-", "tmp": "pymp-"})
    return "killed by signal 9; the workers end, the old words are there, folders `nlpkit-…` and `pymp-…` are left"


def two_at_once(place: Place) -> str:
    """Two runs with the same folders and the same output."""
    assert place.long
    words = place.words_of("long.txt")
    with ThreadPoolExecutor(2) as pool:
        for seen in pool.map(lambda _: place.run("long.txt", *SPILLING, "--executor", "threads"), range(2)):
            assert (seen.status, seen.stderr) == (0, "")
    place.check_left({"words.txt": words})
    return f"{_SAME}, twice"


# ---- streams


def closed(streams: str, says: list[str], place: Place) -> str:
    """Descriptors are closed that programs think are there."""
    assert place.laws
    inputs = "-" if "<&-" in streams else "laws.txt"
    return place.fails(inputs, output=None, after=streams, says=says).told()


def closed_stderr(place: Place) -> str:
    """Nobody to complain to."""
    assert place.laws
    words = place.words_of("laws.txt")
    place.succeeds("laws.txt", after="2>&-", words=words)
    place.succeeds("laws.txt", after="<&- >&- 2>&-", words=words)
    return f"{_SAME}; also with all three closed and `-o`"


def reader_leaves(place: Place) -> str:
    """A pipe that is read in part, or not at all."""
    assert place.laws
    words = place.words_of("laws.txt")
    seen = place.run("laws.txt", output=None, after="| head -n 1")
    assert (seen.status, seen.stderr, seen.stdout) == (0, "", words[: words.index(b"\n") + 1])
    seen = place.run("laws.txt", output=None, after="| true")
    assert (seen.status, seen.stderr, seen.stdout) == (0, "", b"")
    return "exit 0, in silence; with `| true` too"


FAULTS = [
    *(
        Fault(f"disk full while spilling, {kind}", "`--tmp-dir` is a tmpfs of 2 MB", partial(full_spill, kind))
        for kind in ("serial", "threads", "processes")
    ),
    Fault("disk full while a pipe is read", "`--tmp-dir` is a tmpfs of 1 MB", full_spool),
    Fault("disk full while writing", "`-o` lies on a tmpfs of 4 kB", full_output),
    Fault("disk full, devices", "`-o /dev/full` and `> /dev/full`", full_device),
    Fault(
        "the spill folder vanishes while spilling",
        "it is deleted when the first run is written",
        partial(vanished, "nlpkit.runs.tables:write_frames@1"),
    ),
    Fault(
        "the spill folder vanishes while merging",
        "it is deleted when runs are to be merged",
        partial(vanished, "nlpkit.runs.tables:merge_sorted@1"),
    ),
    Fault("a folder as output", "`-o out`", folder_as_output),
    Fault("no such output folder", "`-o no/words.txt`", partial(missing_folder, "-o")),
    Fault("no such temporary folder", "`--tmp-dir no`", partial(missing_folder, "--tmp-dir")),
    Fault(
        "read-only package and home",
        "both mounted read-only in a namespace, nothing compiled before",
        read_only,
    ),
    Fault("nothing can be written to", "all file systems read-only, as `docker run --read-only`", nowhere_to_write),
    Fault("hardly any memory", "`ulimit -v 300000`", low_limit),
    Fault("out of memory", f"`ulimit -v {_LEAST_LIMIT}` and `--memory 4G`", memory_limit),
    Fault("a worker is killed", "SIGKILL while the first run is written", killed_worker),
    Fault("nlpkit is killed", "SIGKILL of the main process while spilling", killed),
    Fault("two runs at once", "the same text, `--tmp-dir` and `-o`", two_at_once),
    Fault("stdin closed", "`nlpkit discover - <&-`", partial(closed, "<&-", ["<stdin>: is closed; give a file"])),
    Fault("stdout closed", "`>&-`", partial(closed, ">&-", ["<stdout>: cannot be written (it is closed)", "-o"])),
    Fault("stderr closed", "`2>&-`", closed_stderr),
    Fault("the reader leaves", "`nlpkit discover laws.txt \\| head -n 1`", reader_leaves),
]
