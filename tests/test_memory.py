"""The budget: the shares of the memory that are in use at the same time are not more than the memory."""

import inspect
import re
from fractions import Fraction
from pathlib import Path

import pytest

import nlpkit
from nlpkit import memory
from nlpkit.choices import LEAST_MEMORY as LEAST
from nlpkit.errors import OptionError
from nlpkit.memory import (
    CHUNK,
    LEAST_LEFT,
    NGRAMS,
    PHASES,
    RECORD,
    SIDES,
    STREAMS,
    TABLE,
    Share,
    available_memory,
    check_memory,
    left_beside,
)

SHARES = {name: value for name, value in vars(memory).items() if isinstance(value, Share)}


def whole(share: Share) -> Fraction:
    """What all that are in use at the same time take of the memory."""
    return Fraction(share.at_once, share.parts)


@pytest.mark.parametrize("phase", PHASES)
def test_the_shares_of_a_phase_are_not_more_than_the_memory(phase: str) -> None:
    assert sum(whole(share) for share in PHASES[phase]) <= 1


def test_a_share_of_a_share() -> None:
    share = Share(14, 7).within(Share(3, 2))
    assert share == (42, 14)
    assert whole(share) == whole(Share(14, 7)) * whole(Share(3, 2))
    assert whole(Share(14, 7).times(2)) == Fraction(1, 7)


def test_every_share_is_used_in_a_phase() -> None:
    written = inspect.getsource(memory).partition("_READING = ")[2].partition("\ndef ")[0]
    assert {name for name in SHARES if not re.search(rf"\b{name}\b", written)} == set()


def test_every_share_is_used_in_the_code() -> None:
    text = "".join(path.read_text() for path in Path(nlpkit.__file__).parent.rglob("*.py"))
    assert {name for name in SHARES if f"{name}.of(" not in text and f"share({name})" not in text} == set()


@pytest.mark.parametrize("part", range(0, 101, 10))
def test_tables_make_room_for_n_grams_while_text_is_read(part: int) -> None:
    memory = 14 << 20
    taken = NGRAMS.of(memory) * NGRAMS.at_once * part // 100
    left = left_beside(taken, memory)
    others = sum(whole(share) for share in (STREAMS, RECORD, CHUNK, TABLE.times(1))) * memory
    assert taken + others + whole(TABLE.within(SIDES)) * left <= memory
    assert left_beside(0, memory) == memory
    assert left_beside(10 * memory, memory) == LEAST_LEFT.of(memory) <= left


_SIZE = r"\b\w*(memory|limit|kept|pending|flying|room|spill)\w*(\.\w+)*(\([^()]*\))?\)?"
_DIVIDED = re.compile(_SIZE + r" ?(//?|>>|\*) ?(0?\.?\d|_?[A-Z_]*(SHARE|PARTS|COPIES))")


@pytest.mark.parametrize(
    "line",
    [
        "spill(memory // 4)",
        "most = max(1, self.memory >> 2)",
        "pending=self._room.kept // 2 if contains else 1",
        "if size > limit * 0.5:",
        "half = check_memory(memory) // 2",
        "share = spill.limit // _TABLE_PARTS",
    ],
)
def test_a_division_of_the_memory_is_noticed(line: str) -> None:
    assert _DIVIDED.search(line)


def test_nobody_else_divides_the_memory() -> None:
    package = Path(nlpkit.__file__).parent
    found = [
        f"{path.relative_to(package)}: {line.strip()}"
        for path in package.rglob("*.py")
        if path.name != "memory.py"
        for line in path.read_text().splitlines()
        if _DIVIDED.search(line)
    ]
    assert found == []


def test_the_memory_is_a_quarter_of_the_machines_by_default_and_64_mib_at_least() -> None:
    assert check_memory(None) == max(LEAST, available_memory() // 4)
    assert check_memory(LEAST) == LEAST
    with pytest.raises(OptionError, match="memory is 1,000 bytes; it must be at least 64M"):
        check_memory(1000)
