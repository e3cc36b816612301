"""What outgrows memory: sorted tables in temporary files, and one merge for all of them."""

from nlpkit.runs.files import DamagedFileError, Spill
from nlpkit.runs.keys import KeyRun, KeyTable, SortedKeys, SpilledKeys, sorted_keys
from nlpkit.runs.merging import merge_as_they_come, regroup, side_by_side
from nlpkit.runs.strings import SortedStrings, SpilledStrings, StringRun, StringTable
from nlpkit.runs.tables import Run, SortedTable, Spilled, add, merge_runs, write_run

__all__ = [
    "DamagedFileError",
    "KeyRun",
    "KeyTable",
    "Run",
    "SortedKeys",
    "SortedStrings",
    "SortedTable",
    "Spill",
    "Spilled",
    "SpilledKeys",
    "SpilledStrings",
    "StringRun",
    "StringTable",
    "add",
    "merge_as_they_come",
    "merge_runs",
    "regroup",
    "side_by_side",
    "sorted_keys",
    "write_run",
]
