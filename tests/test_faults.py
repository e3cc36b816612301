"""Faults that are really caused: what nlpkit says, what it leaves, how it ends."""

import sys
from pathlib import Path

import pytest

from tests.faults import inputs, interrupts, machine
from tests.faults.place import Fault, ImpossibleError, Place

FAULTS = [*inputs.FAULTS, *machine.FAULTS, *interrupts.FAULTS]

pytestmark = [
    pytest.mark.compiled,
    pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc"),
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_fault(fault: Fault, tmp_path: Path) -> None:
    try:
        told = fault.cause(Place(tmp_path, full=False))
    except ImpossibleError as reason:
        pytest.skip(str(reason))
    assert str(tmp_path) not in told
