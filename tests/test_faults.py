"""Faults that are really caused: what nlpkit says, what it leaves, how it ends."""

import sys
from pathlib import Path

import pytest

from tests.faults import inputs, interrupts, machine
from tests.faults.place import Fault, ImpossibleError, Place

#: Faults of the machine and interrupts need processes of their own, which take seconds. These are in `make test`, too.
REPRESENTATIVES = (
    "disk full while spilling, threads",
    "the spill folder vanishes while merging",
    "hardly any memory",
    "a worker is killed",
    "stdout closed",
    "Ctrl-C while spilling",
    "Ctrl-C twice while segmenting",
)
#: Faults of inputs that show limits or the most memory that a process had.
OF_A_PROCESS = ("one long line", "decompression bomb", "more files than may be open")
OWN = [*(fault for fault in inputs.FAULTS if fault.name in OF_A_PROCESS), *machine.FAULTS, *interrupts.FAULTS]

pytestmark = [
    pytest.mark.compiled,
    pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc"),
]


def cause(fault: Fault, place: Place) -> None:
    try:
        told = fault.cause(place)
    except ImpossibleError as reason:
        pytest.skip(str(reason))
    assert str(place.folder) not in told


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(fault, id=fault.name, marks=() if fault.name in REPRESENTATIVES else pytest.mark.slow)
        for fault in OWN
    ],
)
def test_fault_in_a_process_of_its_own(fault: Fault, short_path: Path) -> None:
    cause(fault, Place(short_path, full=False))


@pytest.mark.parametrize("fault", [fault for fault in inputs.FAULTS if fault not in OWN], ids=lambda fault: fault.name)
def test_fault_of_an_input(fault: Fault, python: list[str], short_path: Path) -> None:
    cause(fault, Place(short_path, full=False, python=python))


def test_the_representatives_are_faults() -> None:
    assert set(REPRESENTATIVES) <= {fault.name for fault in OWN}
