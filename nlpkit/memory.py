"""The budget: how much memory tables and buffers may take together, and what each of them may take of it.

It bounds what grows with the text. Four things are outside of it, because nothing bounds them: the transactions of
`apriori`, which are in memory as a whole, with the rows and bitsets that are made of them (docs/itemsets.md, Limits);
the words and n-grams that `discover` finds (docs/algorithms.md, Limits), for which tables make room as far as NGRAMS;
the table of IDF by which `keywords --each` ranks words, without words of one document; the rows of a result that is
asked for as arrays.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

from nlpkit.choices import LEAST_MEMORY as LEAST
from nlpkit.errors import NlpkitError, Option, OptionError

#: Address space (bytes) that Python, numpy, LLVM and the stacks of threads take before there are any tables.
_PROGRAM = 640 << 20
_ARENA_MAX = -8  # of mallopt(3)
#: Where Linux says how much the processes of a container may have together (cgroup 2, cgroup 1).
_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


class Share(NamedTuple):
    """A share of the memory: one part in `parts`. at_once: how many such shares are in use at the same time at most."""

    parts: int
    at_once: int

    def of(self, memory: int) -> int:
        """Returns the bytes of one such share of `memory` bytes."""
        return memory // self.parts

    def times(self, at_once: int) -> Share:
        """Returns the same share, of which another number is in use at the same time."""
        return Share(self.parts, at_once)

    def within(self, outer: Share) -> Share:
        """Returns what this share of each `outer` share is of the whole memory."""
        return Share(self.parts * outer.parts, self.at_once * outer.at_once)


#: The buffers of decompressors, of all readers together.
STREAMS = Share(8, 1)
#: A record of JSON Lines, CSV or Parquet at its longest: CSV takes four bytes for each of its bytes.
RECORD = Share(32, 4)
#: The text of a chunk: each of up to four readers is a chunk ahead.
CHUNK = Share(32, 4)
#: Hashes of lines, while repeated lines are searched for.
UNIQUE_LINES = Share(4, 1)
#: A table of counts before it goes to a file: as many exist as a merging tree has levels.
TABLE = Share(14, 7)
#: A table of counts that is read from a file, in parts.
READ_TABLE = Share(28, 1)
#: Files that are merged, all together.
OPEN_RUNS = Share(2, 1)
#: Rows that are put in order: as they come, joined, in order.
ROWS = Share(4, 3)
#: Hits that are put in order: a sample, all of it, and all by the frequency of their neighbours.
HITS = Share(8, 3)
#: Rows whose dispersion is measured: their strings, and what is known of each.
DISPERSED = Share(5, 1)
#: The n-grams of a chunk in their order, before they go to a file: those that workers made wait for their turn.
TRACE = Share(28, 7)
#: Counts of what stands to the left and to the right of words, and what workers hold meanwhile; of each again TABLE.
SIDES = Share(3, 3)
#: Counts of what stands beside n-grams of words and where they occur, and what workers hold meanwhile; of each TABLE.
BESIDE_WORDS = Share(8, 8)
#: Keys of pairs of words before they are counted, of each worker.
PAIR_KEYS = Share(56, 4)
#: Counts of short pieces of a text and of long ones; of each again TABLE.
PIECES = Share(2, 2)
#: Frequent n-grams, as long as the sum holds; see left_beside.
NGRAMS = Share(14, 6)
#: What is left for tables beside n-grams, however many there are.
LEAST_LEFT = Share(4, 1)
#: Itemsets that are kept, and what is made of them: joined, in order, rules (see rules/limits.py).
KEPT_SETS = Share(1, 1)
#: Itemsets of one range that cannot be written yet, because they are still to be copied, or compared with others.
PENDING_SETS = Share(2, 1)
#: Itemsets that workers hand over to be written: each worker has some in an array that may be growing, and as many
#: wait twice for their turn. All workers share it.
FLYING_SETS = Share(8, 4)

_READING = (STREAMS, RECORD, CHUNK)
#: What is merged: the table in memory, what has been merged, what is written or read.
_MERGING = (OPEN_RUNS, TABLE.times(3))
#: What a command does with the memory -> the shares that are in use at the same time.
PHASES = {
    "any command: text is read": _READING,
    "any command, --unique-lines: repeated lines are searched for": (*_READING, UNIQUE_LINES),
    "any command, --unique-lines: files of hashes are merged": tuple(share.within(UNIQUE_LINES) for share in _MERGING),
    "count, discover: chunks are counted": (*_READING, TABLE),
    "collocations: chunks are counted": (*_READING, TABLE, PAIR_KEYS),
    "count, discover, collocations: files of counts are merged": _MERGING,
    "count: a list is put in order": (ROWS, READ_TABLE),
    "concordance: hits are put in order while text is read": (*_READING, HITS),
    "concordance: files of hits are merged": (HITS, OPEN_RUNS),
    "count, --dispersion: a part of the list is taken": (DISPERSED, ROWS, READ_TABLE),
    "count, --dispersion: the text is read again": (*_READING, DISPERSED, TRACE),
    "keywords: the reference is counted, beside the list of the text": (*_READING, TABLE, TABLE.times(1)),
    "keywords: the reference is merged, beside the list of the text": (*_MERGING, TABLE.times(1)),
    "keywords: two lists are compared, their parts and the sum of these": (TABLE.times(2), READ_TABLE.times(4)),
    "discover: neighbours are counted, beside n-grams and a table of their counts, or of pieces": (
        *(*_READING, NGRAMS, TABLE.times(1)),
        TABLE.within(SIDES).within(LEAST_LEFT),
    ),
    "discover: neighbours are merged, beside the same": (
        *(NGRAMS, TABLE.times(1)),
        *(share.within(SIDES).within(LEAST_LEFT) for share in _MERGING),
    ),
    "terms: what stands beside n-grams of words is counted, beside the n-grams": (
        *(*_READING, NGRAMS),
        TABLE.within(BESIDE_WORDS).within(LEAST_LEFT),
    ),
    "terms: the same is merged": (NGRAMS, *(share.within(BESIDE_WORDS).within(LEAST_LEFT) for share in _MERGING)),
    "discover: pieces are counted": (*_READING, TABLE.within(PIECES)),
    "discover: pieces are merged": tuple(share.within(PIECES) for share in _MERGING),
    "apriori: itemsets are kept": (KEPT_SETS,),
    "apriori: itemsets are written as they are found": (PENDING_SETS, FLYING_SETS),
}


def left_beside(taken: int, memory: int) -> int:
    """Returns the bytes that tables may take beside frequent n-grams of `taken` bytes.

    They are all of `memory` bytes where there are no n-grams, LEAST_LEFT where n-grams take NGRAMS or more, and fall
    evenly between, so that text can be read at the same time. Nothing bounds the n-grams: where they take more than
    NGRAMS, all takes more than the memory.
    """
    least = LEAST_LEFT.of(memory)
    return max(least, memory - taken * (memory - least) // (NGRAMS.of(memory) * NGRAMS.at_once))


def check_memory(memory: int | None) -> int:
    """Bytes that the tables and buffers of all workers may take together; None is a quarter of what there is.

    Raises OptionError for less than 64 MiB, NlpkitError where the process may not even have that.
    """
    limit = soft_limit("RLIMIT_AS")
    if limit is not None:
        _check_limit(limit)
    if memory is None:
        return max(LEAST, available_memory() // 4)
    if memory < LEAST:
        typed = f"{memory >> 20}M" if memory % (1 << 20) == 0 else f"{memory:,} bytes"
        raise OptionError(Option("memory"), f" is {typed}; it must be at least {LEAST >> 20}M ({LEAST:,} bytes)")
    return memory


def available_memory() -> int:
    """Bytes of the machine's memory, or of the container's or the process' share of it."""
    sizes = [4 << 30]
    with suppress(ValueError, OSError, AttributeError):
        sizes = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    for path in _LIMITS:
        with suppress(ValueError, OSError), open(path, encoding="ascii") as file:
            sizes.append(int(file.read()))  # `max` where there is none
    limit = soft_limit("RLIMIT_AS")
    return min(sizes if limit is None else [*sizes, max(0, limit - _PROGRAM)])


@contextmanager
def without_collection() -> Iterator[None]:
    """Without Python's cyclic garbage collector, which would look through objects again and again while they are made.

    Those that are made count as old ones afterwards: to be frozen and released again does that, and costs nothing.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            if not gc.get_freeze_count():
                gc.freeze()
                gc.unfreeze()
            gc.enable()


def soft_limit(name: str) -> int | None:
    """What the system allows this process of a resource, None where there is no limit: `RLIMIT_AS` are bytes, the
    libraries' included (`ulimit -v`), `RLIMIT_NOFILE` open files (`ulimit -n`)."""
    try:
        import resource
    except ImportError:  # not on Windows
        return None
    limit = resource.getrlimit(getattr(resource, name))[0]
    return None if limit == resource.RLIM_INFINITY else limit


def _check_limit(limit: int) -> None:
    """Libraries end the process, rather than fail, when they get no memory for what is their own."""
    if limit < _PROGRAM + LEAST:
        raise NlpkitError(
            f"the limit on memory is too low (ulimit -v {limit >> 10}); nlpkit needs {_PROGRAM + LEAST >> 10} or more"
        )
    with suppress(OSError, AttributeError):
        _libc().mallopt(_ARENA_MAX, 1)  # glibc reserves 128 MB for each further thread otherwise


def give_back() -> None:
    """Gives freed memory back to the system: glibc keeps arrays of up to 32 MiB for each thread that made them."""
    with suppress(OSError, AttributeError):
        _libc().malloc_trim(0)


def _libc() -> Any:
    import ctypes  # here, because --help must not wait for it

    return ctypes.CDLL(None)
