"""Sorted tables that outgrow memory: what is spilled and merged is what was added."""

import io
import os
import pickle
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlpkit import runs
from nlpkit.errors import OptionError, OutputError
from nlpkit.memory import LEAST, available_memory, check_memory
from nlpkit.runs import (
    DamagedBlockError,
    Sorted,
    Spill,
    Spilled,
    Table,
    add,
    merge_as_they_come,
    read_blocks,
    read_packed,
    regroup,
    write_blocks,
    write_packed,
)

counted = st.dictionaries(st.integers(0, (1 << 64) - 1) | st.integers(0, 1 << 18), st.integers(1, 1 << 40), max_size=40)


def table_of(counts: dict[int, int]) -> Table:
    keys = sorted(counts)
    return np.array(keys, np.uint64), np.array([counts[key] for key in keys], np.int64)


@settings(deadline=None)
@given(st.lists(counted, min_size=1, max_size=12), st.sampled_from([0, 16, 32]), st.sampled_from([1, 300, 1 << 20]))
def test_any_tables_add_up_in_any_memory(tmp_path: Path, tables: list[dict[int, int]], shift: int, memory: int) -> None:
    spill = Spill(lambda: str(tmp_path), memory)
    total: Counter[int] = Counter()
    part = Spilled(table_of({}))
    in_memory: set[int] = set()
    spills = 0
    for counts in tables:
        total.update(counts)
        part = add([part, Spilled(table_of(counts))], spill)
        in_memory |= counts.keys()
        if 16 * len(in_memory) > memory // 12:
            in_memory, spills = set(), spills + 1
    assert len(part.runs) == len(os.listdir(tmp_path)) == spills
    table = Sorted(part, spill, shift)
    for _ in range(2):
        blocks = list(table.tables())
        keys = np.concatenate([keys for keys, _ in blocks]).tolist()
        assert keys == sorted(total)
        assert np.concatenate([counts for _, counts in blocks]).tolist() == [total[key] for key in keys]
        heads = [{key >> shift for key in block[0].tolist()} for block in blocks]
        assert all(not a & b for a, b in pairwise(heads))
    for name in os.listdir(tmp_path):
        os.unlink(tmp_path / name)


@given(st.lists(st.text(max_size=2), max_size=40))
def test_parts_are_merged_in_their_order_and_few_wait(parts: list[str]) -> None:
    taken = merged = 0

    def come() -> Iterator[str]:
        nonlocal taken
        for part in parts:
            assert taken - merged <= taken.bit_length()
            taken += 1
            yield part

    def merge(pair: list[str]) -> str:
        nonlocal merged
        merged += 1
        assert len(pair) == 2
        return "".join(pair)

    assert merge_as_they_come(come(), merge) == ("".join(parts) if parts else None)


def test_a_spill_that_is_sent_to_a_worker_writes_to_the_same_folder(tmp_path: Path) -> None:
    sent = pickle.loads(pickle.dumps(Spill(lambda: str(tmp_path), 1200)))
    run = sent.write([table_of({1: 1})])
    assert [str(path) for path in tmp_path.iterdir()] == [run.path]
    assert sent.limit == 85


def test_more_runs_than_files_may_be_open_are_merged_in_rounds(tmp_path: Path) -> None:
    spill = Spill(lambda: str(tmp_path), 1 << 20)
    written = tuple(spill.write([table_of({i: 1, 1000: 1})]) for i in range(200))
    (keys, counts), *rest = Sorted(Spilled(table_of({7: 5}), written), spill, 0).tables()
    assert keys.tolist() == [*range(200), 1000] and not rest
    assert (counts[7], counts[-1], counts.sum()) == (6, 200, 405)
    assert len(os.listdir(tmp_path)) == 1


def test_a_large_group_is_joined_once() -> None:
    tables = [table_of({i: 1}) for i in range(4000)] + [table_of({1 << 16: 2})]
    with patch.object(runs, "_join", wraps=runs._join) as join:
        assert [keys.size for keys, _ in regroup(iter(tables), 4, 16)] == [4000, 1]
    assert join.call_count <= 2


def test_few_files_are_open_where_few_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    resource = pytest.importorskip("resource")
    monkeypatch.setattr(resource, "getrlimit", lambda _: (64, 64))
    assert runs.most_files() == 16
    monkeypatch.setattr(resource, "getrlimit", lambda _: (1 << 20, 1 << 20))
    assert runs.most_files() == 64


def test_a_group_of_keys_larger_than_a_block_stays_together() -> None:
    tables = [table_of({i: 1}) for i in range(40)] + [table_of({1 << 16: 2})]
    sizes = [keys.size for keys, _ in regroup(iter(tables), 4, 16)]
    assert sizes == [40, 1]


WAYS = pytest.mark.parametrize(("write", "read"), [(write_blocks, read_blocks), (write_packed, read_packed)])


@WAYS
@pytest.mark.parametrize("at", [0, 8, 20, 60, -1, -17])
def test_a_changed_byte_is_noticed(write: Any, read: Any, at: int) -> None:
    file = io.BytesIO()
    write(file, [table_of({i: i for i in range(1, 30)})])
    data = bytearray(file.getvalue())
    data[at] ^= 1
    with pytest.raises(DamagedBlockError):
        for _ in read(io.BytesIO(data)):
            pass


@WAYS
def test_a_file_that_ends_early_is_noticed(write: Any, read: Any) -> None:
    file = io.BytesIO()
    write(file, [table_of({i: i for i in range(1, 30)})])
    for size in range(len(file.getvalue())):
        with pytest.raises(DamagedBlockError):
            list(read(io.BytesIO(file.getvalue()[:size])))


@WAYS
def test_tables_come_back_as_they_were(write: Any, read: Any) -> None:
    table = table_of({0: 5, 1: 1, 7: 1 << 62, (1 << 64) - 1: 3})
    file = io.BytesIO()
    write(file, [table])
    file.seek(0)
    ((keys, counts),) = read(file)
    assert keys.tolist() == table[0].tolist() and counts.tolist() == table[1].tolist()


def test_a_spill_folder_that_vanishes_is_said(tmp_path: Path) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    spill = Spill(lambda: str(folder), 1 << 20)
    run = spill.write([table_of({1: 1})])
    run.remove()
    with pytest.raises(OutputError, match=r"is gone or damaged.*--tmp-dir"):
        list(run.tables())
    folder.rmdir()
    with pytest.raises(OutputError, match=r"is gone or damaged.*--tmp-dir"):
        spill.write([table_of({1: 1})])


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full")
def test_a_full_disk_is_said_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real_open = open
    monkeypatch.setattr("builtins.open", lambda path, mode="r": real_open("/dev/full" if "x" in mode else path, "wb"))
    with pytest.raises(OutputError, match=r"no space left on device.*--tmp-dir.*--memory"):
        Spill(lambda: str(tmp_path), 1 << 20).write([table_of(dict.fromkeys(range(5000), 1))])
    monkeypatch.undo()
    assert os.listdir(tmp_path) == []


def test_the_memory_is_a_quarter_of_the_machines_by_default_and_64_mib_at_least() -> None:
    assert check_memory(None) == max(LEAST, available_memory() // 4)
    assert check_memory(LEAST) == LEAST
    with pytest.raises(OptionError, match="memory is 1000 bytes; it must be at least 64M"):
        check_memory(1000)
