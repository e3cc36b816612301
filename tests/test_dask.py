"""Dask: the same results as without it, on workers that are started here or run already, and clear errors."""

import gzip
import json
import os
import pickle
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nlpkit import Corpus, Transactions, apriori, count_ngrams, read_transactions
from nlpkit import collocations as nlpkit_collocations
from nlpkit import count as nlpkit_count
from nlpkit import terms as nlpkit_terms
from nlpkit.errors import EncodingError, InputError, OptionError, WorkerError
from nlpkit.executors import Executor
from nlpkit.ngrams.counting import Windowing, count_windows
from nlpkit.ngrams.symbols import symbol_table
from nlpkit.runs import Spill
from tests.conftest import executor_of, patience, slow, wait_until
from tests.test_executors import (
    AwkwardError,
    Item,
    concatenate,
    fail_at_5_and_late_at_2,
    fail_awkwardly,
    items,
    nothing,
    number_of,
    out_of_memory,
    slow_first,
)

pytest.importorskip("distributed")

# Dask's own sockets and event loops, left to the garbage collector when connections end.
pytestmark = [
    pytest.mark.compiled,
    pytest.mark.xdist_group("dask"),  # they share a cluster
    pytest.mark.filterwarnings("ignore:unclosed .*:ResourceWarning"),
    pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals"),
]

ROOT = Path(__file__).parent.parent
DATA = ROOT / "tests" / "data"
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, sys.path)]), "PYTHONWARNINGS": ""}


@pytest.fixture(scope="module")
def executor() -> Iterator[Executor]:
    """An executor with two workers that are started here."""
    with executor_of("dask", 2) as opened:
        yield opened


class Cluster:
    """A scheduler and its workers, each a process of its own, as an administrator would start them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        file = folder / "scheduler.json"
        self.scheduler = self._start("dask_scheduler", "--host", "127.0.0.1", "--port", 0, "--scheduler-file", file)
        wait_until(lambda: file.exists() and file.stat().st_size > 0)
        self.address: str = json.loads(file.read_text("utf-8"))["address"]
        self.workers: list[subprocess.Popen[bytes]] = []

    def fill(self, workers: int = 2) -> None:
        """Starts workers until there are `workers` of them."""
        self.workers = [worker for worker in self.workers if worker.poll() is None]
        for _ in range(workers - len(self.workers)):
            where = ("--local-directory", self.folder, "--nthreads", 1, "--no-nanny", "--host", "127.0.0.1")
            self.workers.append(self._start("dask_worker", self.address, *where))
        with self.client() as client:
            wait_until(lambda: len(client.nthreads()) == workers)

    @contextmanager
    def client(self) -> Iterator["distributed.Client"]:  # noqa: F821
        import distributed

        with distributed.Client(self.address, set_as_default=False) as client:
            yield client

    def tasks(self) -> int:
        """Returns the number of tasks that the scheduler knows."""
        with self.client() as client:
            return int(client.run_on_scheduler(_count_tasks))

    def stop(self) -> None:
        for process in [*self.workers, self.scheduler]:
            process.kill()
            process.wait()

    def _start(self, what: str, *arguments: object) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", f"distributed.cli.{what}", *map(str, arguments), "--no-dashboard"]
        environment = {**ENVIRONMENT, "TMPDIR": str(self.folder)}
        log = (self.folder / "log").open("ab")
        with log:
            return subprocess.Popen(command, stdout=log, stderr=log, env=environment, cwd=self.folder)


def _count_tasks(dask_scheduler: object) -> int:
    return len(dask_scheduler.tasks)  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    cluster = Cluster(tmp_path_factory.mktemp("cluster"))
    try:
        yield cluster
    finally:
        cluster.stop()


@pytest.fixture
def cluster(running: Cluster) -> Cluster:
    """The running cluster, with two workers."""
    running.fill()
    return running


# Results


@pytest.mark.parametrize("count", [0, 1, 2, 7, 40])
def test_results_are_merged_in_the_order_of_the_items(executor: Executor, count: int) -> None:
    assert executor.map_merge(slow_first, items(count), concatenate) == (list(range(count)) or None)
    assert executor.map_merge(number_of, items(count)) == [[number] for number in range(count)]
    what = [None, *items(count), None]
    assert list(executor.map_ordered(slow_first, what)) == [[number] for number in range(count)]


def test_results_may_be_none(executor: Executor) -> None:
    assert executor.map_merge(nothing, items(3)) == [None, None, None]
    assert executor.map_merge(nothing, items(3), nothing) is None


def test_merging_is_done_by_the_workers_as_a_balanced_tree(executor: Executor) -> None:
    found = executor.map_merge(here, items(32), deeper)
    assert found is not None
    depth, where = found
    assert depth == 5
    assert os.getpid() not in where


def here(_: Item) -> tuple[int, set[int]]:
    return 0, {os.getpid()}


def deeper(parts: list[tuple[int, set[int]]]) -> tuple[int, set[int]]:
    return max(depth for depth, _ in parts) + 1, {os.getpid()}.union(*(where for _, where in parts))


@pytest.mark.parametrize("kind", ["serial", "threads", "dask", slow("processes")])
@pytest.mark.parametrize("count", [0, 1, 7, 30])
def test_each_key_is_in_exactly_one_shard(executor: Executor, kind: str, count: int) -> None:
    told: list[int] = []

    def shards(opened: Executor) -> list[list[int]]:
        return list(opened.iter_shards(twice, items(count), concatenate, by_remainder, without_9, told.append))

    if kind == "dask":
        found = shards(executor)
        assert len(found) == (4 if count else 0)
        assert all({number % 4 for number in part} <= {i} for i, part in enumerate(found))
    else:
        with executor_of(kind, 2) as opened:
            found = shards(opened)
        assert len(found) == (1 if count else 0)
    assert sorted(chain.from_iterable(found)) == sorted(2 * [number for number in range(count) if number != 9])
    assert told == [10] * count


def twice(item: Item) -> list[int]:
    return [item.number, item.number]


def by_remainder(numbers: list[int], shards: int) -> list[list[int]]:
    return [[number for number in numbers if number % shards == i] for i in range(shards)]


def without_9(numbers: list[int]) -> list[int]:
    return [number for number in numbers if number != 9]


def test_at_most_two_items_per_thread_are_in_flight_and_progress_is_reported(executor: Executor) -> None:
    taken = done = most = 0

    def count_items() -> Iterator[Item]:
        nonlocal taken, most
        for item in items(30):
            taken += 1
            most = max(most, taken - done)
            yield item

    def count_done(size: int) -> None:
        nonlocal done
        done += size // 10

    executor.map_merge(number_of, count_items(), concatenate, count_done)
    assert (taken, done) == (30, 30)
    assert most <= 4


class Costly:
    """Counts in each process how often it is unpickled."""

    unpickled = 0

    def __init__(self) -> None:
        self.table = np.arange(500_000)

    def __setstate__(self, state: dict[str, object]) -> None:
        Costly.unpickled += 1
        self.__dict__.update(state)

    def __call__(self, item: Item) -> tuple[int, int, int]:
        return int(self.table[item.number]), os.getpid(), Costly.unpickled


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["processes", "dask"])
@pytest.mark.parametrize("wrap", [Costly, lambda: partial(Costly())], ids=["itself", "partial"])
def test_a_task_goes_to_each_worker_once(kind: str, wrap: Callable[[], Callable[[Item], tuple[int, int, int]]]) -> None:
    with executor_of(kind, 2) as opened:
        for turn in range(1, 7):  # more than workers keep
            found = opened.map_merge(wrap(), items(20))
            assert [number for number, _, _ in found] == list(range(20))
            assert max(times for _, _, times in found) <= turn
        results = list(opened.map_ordered(wrap(), items(20)))
    assert max(times for _, _, times in results) <= 7


def test_arrays_arrive_aligned_and_writeable(executor: Executor) -> None:
    """As numba wants them, which would otherwise compile every kernel once more."""
    total = executor.map_merge(arrays, items(12), add_arrays)
    assert total is not None
    assert [array.size for array in total] == [12 * 9, 12 * 100_001]
    assert all(array.flags.aligned and array.flags.writeable for array in total)


def arrays(_: Item) -> list[np.ndarray]:
    return [np.ones(9, np.uint64), np.ones(100_001)]


def add_arrays(parts: list[list[np.ndarray]]) -> list[np.ndarray]:
    for array in chain.from_iterable(parts):
        assert array.flags.aligned
        assert array.flags.writeable
    return [np.concatenate(columns) for columns in zip(*parts, strict=True)]


# Errors


def test_the_first_error_in_item_order_is_raised_unchanged(executor: Executor) -> None:
    for merge in (concatenate, None):
        with pytest.raises(EncodingError, match="item:2"):
            executor.map_merge(fail_at_5_and_late_at_2, items(20), merge)
    with pytest.raises(EncodingError, match="item:2"):
        list(executor.map_ordered(fail_at_5_and_late_at_2, items(20)))
    with pytest.raises(WorkerError, match="out of memory; try fewer jobs"):
        executor.map_merge(out_of_memory, items(3), concatenate)
    with pytest.raises(RuntimeError, match=AwkwardError.__name__):
        executor.map_merge(fail_awkwardly, items(1))
    with pytest.raises(InputError, match="no room"):
        executor.map_merge(number_of, items(9), fail_to_merge)
    assert executor.map_merge(number_of, items(2)) == [[0], [1]]  # and it goes on working


def fail_to_merge(_: list[list[int]]) -> list[int]:
    raise InputError("no room")


def test_what_cannot_be_pickled_is_an_error_and_does_not_hang(executor: Executor) -> None:
    for merge in (concatenate, None):
        with pytest.raises((TypeError, AttributeError, pickle.PicklingError)):
            executor.map_merge(make_lock, items(1), merge)
    with pytest.raises((TypeError, AttributeError, pickle.PicklingError)):
        executor.map_merge(partial(number_of, threading.Lock()), items(1))


def make_lock(_: Item) -> object:
    return threading.Lock()


def test_an_error_while_items_are_read_is_raised(executor: Executor) -> None:
    def unreadable() -> Iterator[Item]:
        yield from items(3)
        raise InputError("no more")

    with pytest.raises(InputError, match="no more"):
        executor.map_merge(number_of, unreadable(), concatenate)


def die(item: Item) -> list[int]:
    if item.number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return [item.number]


@pytest.mark.slow
def test_a_task_that_ends_every_worker_is_reported() -> None:
    with pytest.raises(WorkerError, match="ended every worker that it ran on"), executor_of("dask", 1) as executor:
        executor.map_merge(die, items(8), concatenate)


@pytest.mark.parametrize(
    ("kind", "scheduler", "message"),
    [
        ("threads", "tcp://127.0.0.1:8786", "scheduler tcp://127.0.0.1:8786 is for executor dask, not threads"),
        ("dask", "somewhere", "'somewhere' is not an address; write it like tcp://host:8786"),
        ("auto", "tcp://host", "is not an address"),
        ("auto", "carrier-pigeon://host:1", "is not an address"),
    ],
)
def test_wrong_options_are_refused_before_any_work(kind: str, scheduler: str, message: str) -> None:
    with pytest.raises(OptionError, match=message):
        executor_of(kind, 2, scheduler=scheduler)


def test_an_address_of_an_unknown_protocol_is_an_error() -> None:
    with pytest.raises(OptionError, match="pigeon://host:1"), executor_of("dask", scheduler="pigeon://host:1"):
        pass


def test_without_dask_the_error_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(OptionError, match=r"pip install 'nlpkit\[dask\]'"):
        executor_of("dask", 2)


@pytest.mark.slow
def test_other_versions_on_the_workers_are_reported(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nlpkit.version.__version__", "99.0")
    wrong = pytest.raises(WorkerError, match=r"has nlpkit \S+ \(here 99.0\); use the same versions everywhere")
    with wrong, executor_of("dask", scheduler=cluster.address):
        pass


# Discovery and counting


def nlpkit(*arguments: object, **options: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "nlpkit", *map(str, arguments)]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**ENVIRONMENT, **options}, cwd=ROOT
    )


@pytest.mark.slow
@pytest.mark.parametrize("method", ["auto", "pmi", "entropy"])
def test_discover_finds_the_same_words_on_a_cluster(cluster: Cluster, method: str, tmp_path: Path) -> None:
    arguments = ["discover", *sorted(DATA.glob("*.txt")), "--method", method, "--chunk-size", "300k", "-q"]
    arguments += ["--explain", "法律"] if method == "pmi" else []
    tmp_path.joinpath("tmp").mkdir()
    done = nlpkit(*arguments, "--executor", "dask", "--scheduler", cluster.address, TMPDIR=str(tmp_path / "tmp"))
    here = nlpkit(*arguments, "--executor", "serial")
    found, errors = done.communicate(timeout=300)
    assert (done.returncode, errors) == (0, b"")
    assert found == here.communicate(timeout=300)[0]
    assert found
    assert list(tmp_path.joinpath("tmp").iterdir()) == []
    assert cluster.tasks() == 0


@pytest.mark.slow
def test_workers_that_are_started_here_leave_no_files(tmp_path: Path, few_laws: Path) -> None:
    arguments = ["discover", few_laws, "--executor", "dask", "-j", 2, "--chunk-size", "16k", "--tmp-dir", tmp_path]
    done = nlpkit(*arguments, "-q", TMPDIR=str(tmp_path))
    found, errors = done.communicate(timeout=300)
    assert (done.returncode, errors) == (0, b"")
    assert found == nlpkit("discover", few_laws, "-q").communicate(timeout=300)[0]
    assert list(tmp_path.iterdir()) == []


def test_windows_are_the_same_from_shards_and_with_little_memory(
    executor: Executor, few_laws: Path, tmp_path: Path
) -> None:
    text = few_laws.read_text("utf-8").splitlines(keepends=True) + ["𠀀𠀁法律𠀀。\n"] * 3  # an alphabet of its own
    path = tmp_path / "text"
    path.write_text("".join(text), "utf-8")
    windowing = Windowing(4, symbol_table("han+alnum", False), (0, 0), True)

    def table(pool: Executor, memory: int) -> list[list[int]]:
        spill = Spill(lambda: str(tmp_path), memory, pool.shares_files)
        with Corpus(path, chunk_size=5000) as corpus:
            windows = count_windows(corpus, windowing, pool, spill, None)
        tables = list(windows.sorted.tables())
        return [np.concatenate(column).tolist() for column in zip(*tables, strict=True)] + [
            windows.symbol_counts.tolist()
        ]

    with executor_of("serial") as serial:
        whole = table(serial, 1 << 30)
    assert table(executor, 1 << 30) == whole
    assert not list(tmp_path.glob("*.run"))
    assert table(executor, 1 << 17) == whole
    assert list(tmp_path.glob("*.run"))


@pytest.mark.slow
@pytest.mark.parametrize("order", [3, 6])
def test_ngrams_are_the_same(cluster: Cluster, few_laws: Path, order: int) -> None:
    found = count_ngrams(Corpus(few_laws, chunk_size=5000), order, scheduler=cluster.address)
    assert found.to_dict() == count_ngrams(few_laws, order, executor="serial").to_dict()


@pytest.mark.parametrize(
    "options",
    [
        {"tokenizer": "space", "document": "file"},
        slow({"examples": 1}),
        slow({"language": "en", "document": "file", "max_words": 3}),
    ],
    ids=str,
)
def test_terms_are_the_same_on_a_cluster(cluster: Cluster, options: dict[str, Any], few_laws: Path) -> None:
    """With files that lie in several chunks, and words that the workers have no dictionary of."""
    texts = [few_laws, DATA / "genesis.txt", DATA / "kokoro.txt"]
    here = nlpkit_terms(texts, **options, executor="serial")
    there = nlpkit_terms(Corpus(texts, chunk_size=40_000), **options, scheduler=cluster.address)
    assert len(here) > 20
    assert list(map(repr, here)) == list(map(repr, there))
    assert cluster.tasks() == 0


@pytest.mark.parametrize("node", [None, ["God", "earth", "nowhere"]], ids=["all pairs", "nodes"])
def test_collocations_are_the_same_on_a_cluster(cluster: Cluster, node: list[str] | None, few_laws: Path) -> None:
    texts = [few_laws, DATA / "genesis.txt"]
    how: dict[str, Any] = {"tokenizer": "space", "node": node, "window": (2, 5)}
    here = nlpkit_collocations(texts, **how, executor="serial")
    there = nlpkit_collocations(Corpus(texts, chunk_size=40_000), **how, scheduler=cluster.address)
    assert len(here) > 20
    assert list(map(repr, here)) == list(map(repr, there))
    assert (here.words, here.pairs) == (there.words, there.pairs)
    assert cluster.tasks() == 0


def test_a_file_that_a_worker_cannot_read_says_what_to_do(executor: Executor, tmp_path: Path) -> None:
    path = tmp_path / "here_only"
    path.write_text("法律\n" * 100)
    with Corpus(path, chunk_size=30) as corpus, pytest.raises(InputError) as raised:
        chunks = list(corpus.chunks())
        path.unlink()
        executor.map_merge(read_chunk, chunks, concatenate)
    assert str(raised.value).startswith(f"{path}: no such file (on worker ")
    assert "give paths that can be read on all workers, of a shared folder, or URLs" in str(raised.value)


def read_chunk(chunk: object) -> list[int]:
    from nlpkit import corpus

    return [len(piece.data) for part in chunk.parts for piece in corpus.read_pieces(part)]  # type: ignore[attr-defined]


# Faults


def slowly(item: Item, folder: str) -> list[int]:
    Path(folder, str(os.getpid())).touch()
    time.sleep(0.1)
    return [item.number]


@pytest.mark.slow
def test_a_killed_worker_does_not_change_the_result(cluster: Cluster, tmp_path: Path) -> None:
    def kill() -> None:
        wait_until(lambda: len(list(tmp_path.iterdir())) == 2)
        time.sleep(0.5)  # some is merged by then
        cluster.workers[0].kill()

    killer = threading.Thread(target=kill)
    killer.start()
    with executor_of("dask", scheduler=cluster.address) as executor:
        task = partial(slowly, folder=str(tmp_path))
        assert executor.map_merge(task, items(40), concatenate) == list(range(40))
    killer.join()
    cluster.workers[0].wait()
    with cluster.client() as client:
        assert len(client.nthreads()) == 1


@pytest.fixture(scope="module")
def many_laws(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("laws") / "laws.txt"
    path.write_bytes((DATA / "laws.txt").read_bytes() * 20)
    return path


@pytest.mark.slow
def test_a_worker_killed_during_discover_does_not_change_the_words(cluster: Cluster, many_laws: Path) -> None:
    arguments = ["discover", many_laws, "-q", "--chunk-size", "1M"]
    with cluster.client() as client:
        run = nlpkit(*arguments, "--scheduler", cluster.address)
        wait_until(lambda: client.run_on_scheduler(_count_tasks) > 8)
        cluster.workers[0].kill()
    found, errors = run.communicate(timeout=300)
    assert (run.returncode, errors) == (0, b"")
    assert found == nlpkit(*arguments).communicate(timeout=300)[0]


COUNTS = (
    [],
    ["--ngram", "1-2", "--min-count", "2"],
    ["--tokenizer", "space", "--df", "--document", "file"],
    ["--tokenizer", "char", "--ngram", "1-4", "--min-count", "3"],
    ["--stats"],
    ["--ngram", "1-2", "--dispersion", "--parts", "7"],
)


@pytest.mark.parametrize("options", [COUNTS[2], *map(slow, COUNTS[:2]), *map(slow, COUNTS[3:])], ids=" ".join)
def test_count_gives_the_same_on_a_cluster(cluster: Cluster, options: list[str], tmp_path: Path) -> None:
    texts = [DATA / name for name in ("kokoro.txt", "luyou.txt", "genesis.txt")]
    packed = tmp_path / "packed.gz"
    packed.write_bytes(gzip.compress((DATA / "kokoro.txt").read_bytes()[:300_000]))
    arguments = ["count", *texts, packed, "-q", "--errors", "strict", "--chunk-size", "100k", *options]
    there = nlpkit(*arguments, "--scheduler", cluster.address).communicate(timeout=300)
    assert there == nlpkit(*arguments, "--executor", "serial").communicate(timeout=300)
    assert there[0] and there[1] == b""


@pytest.mark.parametrize("options", [["file", "--hmm"], slow(["line", "--idf", "jieba"])], ids=" ".join)
def test_keywords_of_documents_are_the_same_on_a_cluster(
    cluster: Cluster, options: list[str], few_laws: Path, tmp_path: Path
) -> None:
    packed = tmp_path / "packed.gz"
    packed.write_bytes(gzip.compress((DATA / "kokoro.txt").read_text(encoding="utf-8")[:10_000].encode()))
    arguments = ["keywords", few_laws, packed, "-q", "--chunk-size", "20k", "--each", *options]
    there = nlpkit(*arguments, "--scheduler", cluster.address).communicate(timeout=300)
    assert there == nlpkit(*arguments, "--executor", "serial").communicate(timeout=300)
    assert there[0] and there[1] == b""


@pytest.mark.slow
@pytest.mark.parametrize("options", [("--itemsets",), ("--itemsets", "--closed"), ("--min-confidence", "0.4")])
def test_apriori_finds_the_same_on_a_cluster(cluster: Cluster, options: tuple[str, ...]) -> None:
    arguments = ["apriori", str(DATA / "groceries.csv"), "--min-support", "0.01", *options, "-q"]
    here = nlpkit(*arguments).communicate(timeout=300)
    there = nlpkit(*arguments, "--scheduler", cluster.address).communicate(timeout=300)
    assert here == there
    assert here[0].count(b"\n") > 60 - 30 * ("--min-confidence" in options)


@pytest.mark.slow
def test_partitions_on_a_cluster_give_the_same_as_one_search(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nlpkit.itemsets.partitions._ROWS", 1000)
    monkeypatch.setattr("nlpkit.itemsets.partitions._LEAST", 5)
    baskets = read_transactions(str(DATA / "groceries.csv"), layout="basket", delimiter=",", header=False)
    weights = np.arange(len(baskets), dtype=np.int64) % 3
    weighted = Transactions(baskets.names, baskets.ids, baskets.offsets, weights)
    for transactions in (baskets, weighted):
        here = apriori(transactions, min_support="0.008")
        there = apriori(transactions, min_support="0.008", scheduler=cluster.address)
        assert len(here) > 300
        assert list(here) == list(there)


def test_lists_larger_than_the_clients_memory_are_kept_in_files(
    few_laws: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    how: dict[str, Any] = {"tokenizer": "space", "ngram": (1, 3), "df": True}
    expected = list(nlpkit_count(few_laws, **how))
    monkeypatch.setattr(Spill, "limit", property(lambda _: 20_000, lambda *_: None), raising=False)
    with nlpkit_count(few_laws, **how, executor="dask", jobs=2) as found:
        assert list(found) == expected


@pytest.mark.slow
def test_a_worker_killed_during_count_does_not_change_the_list(cluster: Cluster, many_laws: Path) -> None:
    arguments = ["count", many_laws, "-q", "--chunk-size", "1M", "--ngram", "2", "--min-count", "20"]
    with cluster.client() as client:
        run = nlpkit(*arguments, "--scheduler", cluster.address)
        wait_until(lambda: client.run_on_scheduler(_count_tasks) > 8)
        cluster.workers[0].kill()
    found, errors = run.communicate(timeout=300)
    assert (run.returncode, errors) == (0, b"")
    assert found == nlpkit(*arguments).communicate(timeout=300)[0]


@pytest.mark.slow
@pytest.mark.parametrize("where", ["scheduler", "here"])
def test_ctrl_c_ends_all_within_seconds_and_leaves_no_files(
    cluster: Cluster, many_laws: Path, where: str, tmp_path: Path
) -> None:
    arguments = ["discover", many_laws, "--chunk-size", "256k", "--progress", "--executor", "dask", "-j", 2]
    if where == "scheduler":
        arguments += ["--scheduler", cluster.address]
    run = nlpkit(*arguments, TMPDIR=str(tmp_path))
    assert run.stderr is not None
    line = b""
    while b" 1%" not in line:  # of the progress bar
        line += (step := run.stderr.read(1))
        assert step, line
    start = time.monotonic()
    run.send_signal(signal.SIGINT)
    errors = run.communicate(timeout=300)[1]
    assert time.monotonic() - start < patience(6)
    assert run.returncode == 130
    assert errors.rstrip().endswith(b"nlpkit: interrupted")
    assert b"Traceback" not in errors
    assert list(tmp_path.iterdir()) == []
    wait_until(lambda: cluster.tasks() == 0)


@pytest.mark.slow
def test_a_scheduler_that_does_not_exist_is_reported_within_seconds(few_laws: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{unused.getsockname()[1]}"
    start = time.monotonic()
    run = nlpkit("discover", few_laws, "--scheduler", address)
    errors = run.communicate(timeout=300)[1].decode()
    assert time.monotonic() - start < patience(12)  # ten, and what Python takes to start
    assert run.returncode == 1
    assert errors.startswith(f"nlpkit: {address}: no Dask scheduler can be reached there")
    assert errors.count("\n") == 1


@pytest.mark.slow
def test_an_address_that_is_not_a_scheduler_is_reported_within_seconds(few_laws: Path) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        address = f"tcp://127.0.0.1:{silent.getsockname()[1]}"
        start = time.monotonic()
        run = nlpkit("count", few_laws, "--scheduler", address)
        errors = run.communicate(timeout=300)[1].decode()
    assert time.monotonic() - start < patience(14)
    assert run.returncode == 1
    assert errors.startswith(f"nlpkit: {address}: no Dask scheduler can be reached there")


@pytest.mark.slow
def test_a_scheduler_without_workers_is_reported_within_seconds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nlpkit.executors.dask_checks.CONNECT", 2)
    empty = Cluster(tmp_path)
    try:
        with pytest.raises(WorkerError, match="has no workers; start some: dask worker tcp://"):
            executor_of("dask", scheduler=empty.address).__enter__()
    finally:
        empty.stop()


@pytest.mark.slow
def test_a_cluster_that_lost_all_its_workers_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nlpkit.executors.dask_pool._NO_WORKERS", 1)
    lonely = Cluster(tmp_path)
    try:
        lonely.fill(1)
        gone = pytest.raises(WorkerError, match="all workers have been gone for a minute")
        with gone, executor_of("dask", scheduler=lonely.address) as executor:
            time.sleep(1.5)  # no harm in that, as long as there is one
            assert executor.map_merge(number_of, items(9), concatenate) == list(range(9))
            threading.Timer(0.5, lonely.workers[0].kill).start()
            executor.map_merge(partial(slowly, folder=str(tmp_path)), items(1000), concatenate)
    finally:
        lonely.stop()


@pytest.mark.slow
def test_a_scheduler_that_ends_during_the_work_is_reported(tmp_path: Path) -> None:
    ending = Cluster(tmp_path)
    try:
        ending.fill(1)
        threading.Timer(1, ending.scheduler.kill).start()
        start = time.monotonic()
        gone = pytest.raises(WorkerError, match="the scheduler is gone")
        with gone, executor_of("dask", scheduler=ending.address) as executor:
            executor.map_merge(partial(slowly, folder=str(tmp_path)), items(1000), concatenate)
        assert time.monotonic() - start < patience(30)
    finally:
        ending.stop()
