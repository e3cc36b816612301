"""The budget: the shares of the memory that are in use at the same time are not more than the memory."""

import re
from pathlib import Path

import pytest

import nlpkit
from nlpkit import memory
from nlpkit.choices import LEAST_MEMORY as LEAST
from nlpkit.errors import OptionError
from nlpkit.memory import PHASES, Share, available_memory, check_memory

SHARES = {name: value for name, value in vars(memory).items() if isinstance(value, Share)}


@pytest.mark.parametrize("phase", PHASES)
def test_the_shares_of_a_phase_are_not_more_than_the_memory(phase: str) -> None:
    assert sum(share.whole for share in PHASES[phase]) <= 1


def test_every_share_is_used_in_a_phase() -> None:
    used = [id(share) for shares in PHASES.values() for share in shares]
    assert {name for name, share in SHARES.items() if id(share) not in used} == set()


def test_every_share_is_used_in_the_package() -> None:
    """But those that are there for the sum alone."""
    package = Path(nlpkit.__file__).parent
    text = "".join(path.read_text() for path in package.rglob("*.py") if path.name != "memory.py")
    assert {name for name in SHARES if f"{name}.of(" not in text and f"share({name})" not in text} == {"MERGED_TABLE"}


def test_nobody_else_divides_the_memory() -> None:
    divided = re.compile(r"\b(memory|limit)\)? ?(//|>>) ?(\d|_?[A-Z_]*(SHARE|PARTS|COPIES))")
    package = Path(nlpkit.__file__).parent
    found = [
        f"{path.relative_to(package)}: {line.strip()}"
        for path in package.rglob("*.py")
        if path.name != "memory.py"
        for line in path.read_text().splitlines()
        if divided.search(line)
    ]
    assert found == []


def test_the_memory_is_a_quarter_of_the_machines_by_default_and_64_mib_at_least() -> None:
    assert check_memory(None) == max(LEAST, available_memory() // 4)
    assert check_memory(LEAST) == LEAST
    with pytest.raises(OptionError, match="memory is 1000 bytes; it must be at least 64M"):
        check_memory(1000)
