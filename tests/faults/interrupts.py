"""Ctrl-C in every phase: a real SIGINT to all processes of the job, sent at a chosen call."""

from __future__ import annotations

import gzip
import random
from functools import partial

from tests.faults.place import OLD, SPILLING, Fault, Place

#: In bash: waits until nlpkit has seen to signals; it then catches SIGTERM, the 15th bit.
_STARTED = "until grep -Eq '^SigCgt:.*[4567cdef].{3}$' /proc/$$/status; do sleep 0.01; done"
EXECUTORS = ("serial", "threads", "processes")
#: Phase -> the calls that lead to it.
PHASES = {
    "starting": ["nlpkit.cli:import_module@1"],
    "counting": ["nlpkit.executors.merging:Merging._collect@2"],
    "reading an archive": ["nlpkit.corpus.ahead:_Ahead.__next__@3"],
    "spilling": ["nlpkit.runs.tables:write_frames@1"],
    "merging": ["nlpkit.runs.tables:merge_sorted@1", "nlpkit.runs.keys:KeyTable.plus@3"],
    "measuring": ["nlpkit.discovery.candidates:CandidateFinder.measure@1", "nlpkit.runs.tables:SortedTable.tables@1"],
    "segmenting": ["nlpkit.discovery.auto:segment_corpus@1", "nlpkit.executors.merging:Merging._collect@2"],
    "writing": ["nlpkit.results:_texts@1"],
}


def interrupted(action: str, phase: str, place: Place) -> str:
    """130 and a line, whatever was being done, by whatever workers."""
    name = "long.txt"
    if phase == "reading an archive":
        name += ".gz"
        place.write(name, gzip.compress(place.long, 1))
    assert place.long
    for executor in EXECUTORS if place.full else EXECUTORS[len(phase) % 3 :][:1]:
        seen = place.fails(
            name,
            *SPILLING,
            "--executor",
            executor,
            hook=[action, *PHASES[phase]],
            status=130,
            says=["nlpkit: interrupted"],
        )
    return f"{seen.told()}, with serial, threads, processes"


def at_any_time(place: Place) -> str:
    """Signals that come when they like, in compiled code too."""
    assert place.long
    words = place.words_of("long.txt")
    times = random.Random(4)
    for i in range(60 if place.full else 4):
        executor = EXECUTORS[i % len(EXECUTORS)]
        later = f"(trap '' INT; {_STARTED}; sleep {times.uniform(0, 1):.3f}; kill -INT 0) & exec"
        seen = place.run("long.txt", *SPILLING, "--executor", executor, before=later)
        if seen.status == 0:
            assert seen.stderr == ""
            place.check_left({"words.txt": words})
        else:  # Python itself may say 130 by dying of the signal
            assert (seen.status in (130, -2), seen.stderr) == (True, "nlpkit: interrupted\n"), seen
            place.check_left({"words.txt": None})
            assert (place.folder / "out" / "words.txt").read_bytes() in (OLD, words)
    return "exit 130: `nlpkit: interrupted`; 0 where all was done"


FAULTS = [
    *(
        Fault(
            f"Ctrl-C while {phase}",
            f"SIGINT in `{places[-1].partition('@')[0]}`",
            partial(interrupted, "interrupt", phase),
        )
        for phase, places in PHASES.items()
    ),
    *(
        Fault(
            f"Ctrl-C twice while {phase}",
            "the second SIGINT 0.1 s after the first",
            partial(interrupted, "interrupt_twice", phase),
        )
        for phase in ("counting", "segmenting")
    ),
    Fault("Ctrl-C at any time", "60 times, up to a second after the start", at_any_time),
]
