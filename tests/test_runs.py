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
from numpy.typing import NDArray

from nlpkit.errors import OutputError
from nlpkit.runs import (
    DamagedFileError,
    KeyTable,
    Spill,
    SpilledKeys,
    StringTable,
    add,
    merge_as_they_come,
    regroup,
    sorted_keys,
    write_run,
)
from nlpkit.runs.files import most_files, read_frames, write_frames
from nlpkit.runs.strings import end_to_end

counted = st.dictionaries(st.integers(0, (1 << 64) - 1) | st.integers(0, 1 << 18), st.integers(1, 1 << 40), max_size=40)


def table_of(counts: dict[int, int]) -> KeyTable:
    keys = sorted(counts)
    return KeyTable(np.array(keys, np.uint64), np.array([counts[key] for key in keys], np.int64))


@settings(deadline=None)
@given(st.lists(counted, min_size=1, max_size=12), st.sampled_from([0, 16, 32]), st.sampled_from([1, 300, 1 << 20]))
def test_any_tables_add_up_in_any_memory(tmp_path: Path, tables: list[dict[int, int]], shift: int, memory: int) -> None:
    spill = Spill(lambda: str(tmp_path), memory)
    total: Counter[int] = Counter()
    part = SpilledKeys(table_of({}))
    in_memory: set[int] = set()
    spills = 0
    for counts in tables:
        total.update(counts)
        part = add([part, SpilledKeys(table_of(counts))], spill)
        in_memory |= counts.keys()
        if 16 * len(in_memory) > memory // 12:
            in_memory, spills = set(), spills + 1
    assert len(part.runs) == len(os.listdir(tmp_path)) == spills
    table = sorted_keys(part, spill, shift)
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
    run = write_run([table_of({1: 1})], KeyTable.empty(), sent)
    assert [str(path) for path in tmp_path.iterdir()] == [run.path]
    assert sent.limit == 85


def test_more_runs_than_files_may_be_open_are_merged_in_rounds(tmp_path: Path) -> None:
    spill = Spill(lambda: str(tmp_path), 1 << 20)
    written = tuple(write_run([table_of({i: 1, 1000: 1})], KeyTable.empty(), spill) for i in range(200))
    (keys, counts), *rest = sorted_keys(SpilledKeys(table_of({7: 5}), written), spill, 0).tables()
    assert keys.tolist() == [*range(200), 1000] and not rest
    assert (counts[7], counts[-1], counts.sum()) == (6, 200, 405)
    assert len(os.listdir(tmp_path)) == 1


def above_16_bits(table: KeyTable) -> NDArray[np.uint64]:
    return table.keys >> np.uint64(16)


def test_a_large_group_is_joined_once() -> None:
    tables = [table_of({i: 1}) for i in range(4000)] + [table_of({1 << 16: 2})]
    with patch.object(KeyTable, "join", autospec=True, side_effect=KeyTable.join) as join:
        grouped = regroup(iter(tables), 4 * 16, KeyTable.empty(), above_16_bits)
        assert [keys.size for keys, _ in grouped] == [4000, 1]
    assert len(join.call_args_list[0].args[1]) == 4000
    assert join.call_count <= 3


def test_few_files_are_open_where_few_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    resource = pytest.importorskip("resource")
    monkeypatch.setattr(resource, "getrlimit", lambda _: (64, 64))
    assert most_files() == 16
    monkeypatch.setattr(resource, "getrlimit", lambda _: (1 << 20, 1 << 20))
    assert most_files() == 64


def test_a_group_of_keys_larger_than_a_block_stays_together() -> None:
    tables = [table_of({i: 1}) for i in range(40)] + [table_of({1 << 16: 2})]
    sizes = [keys.size for keys, _ in regroup(iter(tables), 4 * 16, KeyTable.empty(), above_16_bits)]
    assert sizes == [40, 1]


def strings_of(counts: dict[bytes, int], firsts: bool, documents: bool) -> StringTable:
    figures = np.array(list(counts.values()), np.int64)
    return StringTable(
        *end_to_end(counts),
        figures,
        np.stack([figures, figures + 1, figures + 2]) if documents else StringTable.empty().documents,
        figures + 3 if firsts else StringTable.empty().firsts,
    )


FIGURES = ("counts", "documents", "firsts")
KEYS = table_of({i: i for i in range(1, 30)})
TABLES = {
    "keys": KEYS,
    "keys at both ends": table_of({0: 5, 1: 1, 7: 1 << 62, (1 << 64) - 1: 3}),
    **{
        f"strings{', documents' * documents}{', firsts' * firsts}": strings_of(
            {b"": 1, b"a": 5, b"\xff": 1 << 62}, firsts, documents
        )
        for documents in (False, True)
        for firsts in (False, True)
    },
}


def written(*tables: KeyTable) -> bytes:
    file = io.BytesIO()
    write_frames(file, [(table.size, table.pack()) for table in tables])
    return file.getvalue()


@pytest.mark.parametrize("at", [0, 8, 20, 60, -1, -17])
def test_a_changed_byte_is_noticed(at: int) -> None:
    data = bytearray(written(KEYS, KEYS))
    data[at] ^= 1
    with pytest.raises(DamagedFileError):
        for _ in read_frames(io.BytesIO(data)):
            pass


def test_a_file_that_ends_early_or_goes_on_is_noticed() -> None:
    data = written(KEYS, KEYS)
    for damaged in [*(data[:size] for size in range(len(data))), data + b"\n", data + data]:
        with pytest.raises(DamagedFileError):
            list(read_frames(io.BytesIO(damaged)))


@pytest.mark.parametrize("kind", TABLES)
def test_tables_come_back_from_a_file_as_they_were(kind: str, tmp_path: Path) -> None:
    table: Any = TABLES[kind]
    run = write_run([table, table], table.unpack(0, b""), Spill(lambda: str(tmp_path), 1 << 20))
    for found in run.tables():
        assert found.size == table.size
        for name in ("keys", "counts") if kind.startswith("keys") else ("data", "offsets", *FIGURES):
            assert getattr(found, name).tolist() == getattr(table, name).tolist()
            assert getattr(found, name).dtype == getattr(table, name).dtype


def test_a_spill_folder_that_vanishes_is_said(tmp_path: Path) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    spill = Spill(lambda: str(folder), 1 << 20)
    run = write_run([table_of({1: 1})], KeyTable.empty(), spill)
    run.remove()
    with pytest.raises(OutputError, match=r"is gone or damaged.*tmp_dir"):
        list(run.tables())
    folder.rmdir()
    with pytest.raises(OutputError, match=r"is gone or damaged.*tmp_dir"):
        write_run([table_of({1: 1})], KeyTable.empty(), spill)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full")
def test_a_full_disk_is_said_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real_open = open
    monkeypatch.setattr("builtins.open", lambda path, mode="r": real_open("/dev/full" if "x" in mode else path, "wb"))
    with pytest.raises(OutputError, match=r"no space left on device.*tmp_dir.*memory"):
        write_run([table_of(dict.fromkeys(range(5000), 1))], KeyTable.empty(), Spill(lambda: str(tmp_path), 1 << 20))
    monkeypatch.undo()
    assert os.listdir(tmp_path) == []
