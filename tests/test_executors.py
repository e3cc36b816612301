"""Serial, threads and processes: the same results in order, few items in flight, clear errors, no hang."""

import os
import pickle
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nlpkit
from nlpkit.errors import EncodingError, InputError, OptionError, WorkerError
from nlpkit.executors import Executor, RunningOptions, count_jobs, open_executor
from tests.conftest import executor_of, patience, wait_until

pytestmark = [pytest.mark.compiled, pytest.mark.xdist_group("executors")]  # nothing here depends on kernels

KINDS = ("serial", "threads", "processes")
posix = pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")


@dataclass(frozen=True)
class Item:
    number: int
    size: int = 10


def items(count: int) -> list[Item]:
    return [Item(number) for number in range(count)]


def number_of(item: Item) -> list[int]:
    return [item.number]


def concatenate(parts: list[list[int]]) -> list[int]:
    assert len(parts) >= 2
    return [number for part in parts for number in part]


@pytest.fixture(params=KINDS, scope="module")
def executor(request: pytest.FixtureRequest) -> Iterator[Executor]:
    with executor_of(request.param, jobs=2) as opened:
        yield opened


# Results


@settings(deadline=None)  # starting processes takes its time
@given(count=st.integers(0, 70))
def test_results_are_merged_in_the_order_of_the_items(executor: Executor, count: int) -> None:
    assert executor.map_merge(number_of, items(count), concatenate) == (list(range(count)) or None)
    assert executor.map_merge(number_of, items(count)) == [[number] for number in range(count)]


def slow_first(item: Item) -> list[int]:
    time.sleep(0.02 * (item.number % 3 == 0))
    return [item.number]


def test_order_holds_when_later_items_are_done_first(executor: Executor) -> None:
    assert executor.map_merge(slow_first, items(13), concatenate) == list(range(13))


@pytest.mark.parametrize("jobs", [1, 3, 8])
@pytest.mark.parametrize("kind", KINDS[:2])
def test_results_do_not_depend_on_the_number_of_jobs(kind: str, jobs: int) -> None:
    with executor_of(kind, jobs) as executor:
        assert executor.map_merge(slow_first, items(20), concatenate) == list(range(20))


def test_results_may_be_none(executor: Executor) -> None:
    assert executor.map_merge(nothing, items(3)) == [None, None, None]
    assert executor.map_merge(nothing, items(3), nothing) is None


def nothing(_: object) -> None:
    return None


@pytest.mark.parametrize("kind", KINDS[:2])
@pytest.mark.parametrize("count", [1, 2, 7, 64, 1000])
def test_merging_is_a_balanced_tree(kind: str, count: int) -> None:
    work = []

    def merge(parts: list[list[int]]) -> list[int]:
        merged = concatenate(parts)
        work.append(len(merged))
        return merged

    with executor_of(kind, 3) as executor:
        assert executor.map_merge(number_of, items(count), merge) == list(range(count))
    assert len(work) == count - 1
    assert sum(work) <= count * count.bit_length()


def test_threads_merge_on_workers_and_the_other_kinds_in_the_caller() -> None:
    where = set()

    def merge(parts: list[list[int]]) -> list[int]:
        where.add(threading.current_thread() is threading.main_thread())
        return concatenate(parts)

    for kind, in_caller in {"serial": True, "threads": False, "processes": True}.items():
        where.clear()
        with executor_of(kind, 2) as executor:
            executor.map_merge(number_of, items(4), merge)
        assert where == {in_caller}


@pytest.mark.parametrize("kind", KINDS)
def test_at_most_two_items_per_worker_are_in_flight(kind: str) -> None:
    taken = done = most = 0

    def count_items() -> Iterator[Item]:
        nonlocal taken, most
        for item in items(50):
            taken += 1
            most = max(most, taken - done)
            yield item

    def count_done(_: int) -> None:
        nonlocal done
        done += 1

    with executor_of(kind, 2) as executor:
        executor.map_merge(number_of, count_items(), concatenate, count_done)
    assert (taken, done) == (50, 50)
    assert most == (1 if kind == "serial" else 4)


def test_progress_is_called_with_the_bytes_of_each_item(executor: Executor) -> None:
    told: list[int] = []
    executor.map_merge(number_of, [Item(0, 5), Item(1, 7), Item(2, 9)], concatenate, told.append)
    assert sorted(told) == [5, 7, 9]


# Results one by one, in order


@settings(deadline=None)
@given(what=st.lists(st.booleans(), max_size=40))
def test_results_come_one_by_one_in_the_order_of_the_items(executor: Executor, what: list[bool]) -> None:
    """Whatever the places of None among the items."""
    given_items = [Item(number) if is_item else None for number, is_item in enumerate(what)]
    expected = [[number] for number, is_item in enumerate(what) if is_item]
    assert list(executor.map_ordered(number_of, given_items)) == expected


def test_order_of_single_results_holds_when_later_items_are_done_first(executor: Executor) -> None:
    assert list(executor.map_ordered(slow_first, items(13))) == [[number] for number in range(13)]
    assert list(executor.map_ordered(nothing, items(3))) == [None, None, None]


@pytest.mark.parametrize("kind", KINDS)
def test_at_most_two_items_per_worker_run_before_their_results_are_taken(kind: str) -> None:
    taken = 0

    def count_items() -> Iterator[Item]:
        nonlocal taken
        for item in items(50):
            taken += 1
            yield item

    most = 0
    with executor_of(kind, 2) as executor:
        for had, result in enumerate(executor.map_ordered(number_of, count_items())):
            assert result == [had]
            most = max(most, taken - had)
    assert taken == 50
    assert most == (1 if kind == "serial" else 4)


def test_after_none_all_results_come_before_the_next_item_is_asked_for(executor: Executor) -> None:
    taken: list[int] = []

    def asked_for() -> Iterator[Item | None]:
        yield None
        for item in items(10):
            yield item
            if item.number in (0, 3, 4, 9):
                yield None
                assert taken == list(range(item.number + 1))
        yield None

    for result in executor.map_ordered(slow_first, asked_for()):
        taken += result
    assert taken == list(range(10))


def test_progress_of_single_results_is_reported_once_they_are_taken(executor: Executor) -> None:
    told: list[int] = []
    sized = [Item(0, 5), Item(1, 7), Item(2, 9)]
    for had, _ in enumerate(executor.map_ordered(slow_first, sized, told.append)):
        assert told == [5, 7, 9][:had]
    assert told == [5, 7, 9]


# Errors


def fail_at_5_and_late_at_2(item: Item) -> list[int]:
    if item.number == 2:
        time.sleep(0.1)
    if item.number in (2, 5):
        raise EncodingError(f"item:{item.number} (byte 0): not valid UTF-8")
    return [item.number]


@pytest.mark.parametrize("kind", KINDS)
def test_the_first_error_in_order_is_raised_and_stops_the_rest(kind: str) -> None:
    started = 0

    def count_items() -> Iterator[Item]:
        nonlocal started
        for item in items(100_000):  # more than workers can do while another one is still starting
            started += 1
            yield item

    with pytest.raises(EncodingError, match=r"^item:2 \(byte 0\)"), executor_of(kind, 4) as executor:
        executor.map_merge(fail_at_5_and_late_at_2, count_items(), concatenate)
    assert started < 30_000


@pytest.mark.parametrize("kind", KINDS)
def test_results_before_the_first_failing_item_are_yielded(kind: str) -> None:
    started = 0

    def count_items() -> Iterator[Item]:
        nonlocal started
        for item in items(100_000):
            started += 1
            yield item

    results: list[list[int]] = []
    with executor_of(kind, 4) as executor, pytest.raises(EncodingError, match=r"^item:2 \(byte 0\)"):
        for result in executor.map_ordered(fail_at_5_and_late_at_2, count_items()):
            results.append(result)
    assert results == [[0], [1]]
    assert started <= 11


def test_an_executor_works_after_results_were_left_untaken(executor: Executor) -> None:
    results = executor.map_ordered(slow_first, items(50))
    assert next(results) == [0]
    results.close()  # type: ignore[attr-defined]
    assert list(executor.map_ordered(number_of, items(3))) == [[0], [1], [2]]
    with pytest.raises(WorkerError, match="out of memory; try fewer jobs"):
        list(executor.map_ordered(out_of_memory, items(3)))
    assert list(executor.map_ordered(number_of, items(3))) == [[0], [1], [2]]


def test_an_error_in_a_merge_is_raised(executor: Executor) -> None:
    def merge(_: list[list[int]]) -> list[int]:
        raise InputError("no room")

    with pytest.raises(InputError, match="no room"):
        executor.map_merge(number_of, items(9), merge)
    assert executor.map_merge(number_of, items(2)) == [[0], [1]]  # and it goes on working


def out_of_memory(item: Item) -> list[int]:
    if item.number == 1:
        raise MemoryError
    return [item.number]


def test_exhausted_memory_is_an_error_that_says_what_to_try(executor: Executor) -> None:
    with pytest.raises(WorkerError, match="out of memory; try fewer jobs"):
        executor.map_merge(out_of_memory, items(3), concatenate)


class AwkwardError(Exception):
    """Cannot be pickled and unpickled: it needs two arguments."""

    def __init__(self, one: str, two: str) -> None:
        super().__init__(f"{one} {two}")


def fail_awkwardly(_: Item) -> list[int]:
    raise AwkwardError("any", "error")


def cannot_travel(_: Item) -> object:
    return lambda: None


def test_an_error_in_a_worker_process_shows_where_it_was_raised() -> None:
    with executor_of("processes", 1) as executor:
        with pytest.raises(EncodingError, match="item:2") as raised:
            executor.map_merge(fail_at_5_and_late_at_2, items(3))
        assert "in fail_at_5_and_late_at_2" in str(raised.value.__cause__)
        with pytest.raises(RuntimeError, match="AwkwardError: any error"):
            executor.map_merge(fail_awkwardly, items(1))
        with pytest.raises((AttributeError, pickle.PicklingError), match="lambda"):
            executor.map_merge(cannot_travel, items(1))
        with pytest.raises((AttributeError, pickle.PicklingError), match="lambda"):
            executor.map_merge(lambda item: item, items(1))
        assert executor.map_merge(number_of, items(2)) == [[0], [1]]


def kill_itself(item: Item) -> list[int]:
    if item.number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return [item.number]


@posix
def test_a_killed_worker_is_reported_at_once() -> None:
    start = time.monotonic()
    killed = pytest.raises(WorkerError, match=r'worker process was killed .*executor="serial"')
    with killed, executor_of("processes", 2) as executor:
        executor.map_merge(kill_itself, items(20), concatenate)
    assert time.monotonic() - start < patience(20)


@posix
def test_a_killed_worker_is_replaced_in_the_next_pass() -> None:
    with executor_of("processes", 1) as executor:
        with pytest.raises(WorkerError):
            executor.map_merge(kill_itself, items(20), concatenate)
        assert executor.map_merge(number_of, items(20), concatenate) == list(range(20))


def die_in_the_midst_of_an_answer(item: Item) -> bytes:
    if item.number == 3:
        threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGKILL)).start()
    return bytes(200_000_000 if item.number == 3 else 10)


@posix
def test_a_worker_killed_while_it_answers_does_not_hang_the_caller() -> None:
    killed = pytest.raises(WorkerError, match="killed by signal 9")
    with killed, executor_of("processes", 2) as executor:
        executor.map_merge(die_in_the_midst_of_an_answer, items(1000))


def fail_while_others_sleep(item: Item) -> int:
    if item.number == 0:
        time.sleep(0.3)
        raise InputError("first item")
    time.sleep(600)
    return 0


@posix
def test_an_error_does_not_wait_for_the_tasks_of_other_processes() -> None:
    start = time.monotonic()
    with pytest.raises(InputError, match="first item"), executor_of("processes", 2) as executor:
        executor.map_merge(fail_while_others_sleep, items(8))
    assert time.monotonic() - start < patience(20)


# Signals, as a shell sends them: to a process group of its own

SCRIPT = """
    import os, sys, time
    from pathlib import Path
    from nlpkit.executors import RunningOptions, open_executor

    class Item:
        size = 1

    def task(item):
        Path({folder!r}, str(os.getpid())).touch()
        time.sleep({seconds})

    if __name__ == "__main__":
        with open_executor(RunningOptions(2, {kind!r})) as executor:
            executor.map_merge(task, [Item() for _ in range(1000)])
"""


@pytest.fixture
def started(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A script whose tasks take some seconds, as it works on them; tmp_path/pids has a file for each worker."""
    kind, seconds = request.param
    pids = tmp_path / "pids"
    pids.mkdir()
    script = tmp_path / "script.py"
    script.write_text(textwrap.dedent(SCRIPT).format(folder=str(pids), kind=kind, seconds=seconds), encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.Popen(
        [sys.executable, script], stderr=subprocess.PIPE, env=environment, start_new_session=True
    )
    try:
        wait_until(lambda: len(list(pids.iterdir())) == (2 if kind == "processes" else 1))
        yield process
    finally:
        process.kill()
        process.communicate()


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def workers(tmp_path: Path) -> list[int]:
    return [int(path.name) for path in (tmp_path / "pids").iterdir()]


@posix
@pytest.mark.parametrize("started", [("serial", 60), ("threads", 0.2), ("processes", 60)], indirect=True, ids=KINDS)
def test_an_interrupt_ends_all_workers_at_once_with_one_traceback(
    started: "subprocess.Popen[bytes]", tmp_path: Path
) -> None:
    start = time.monotonic()
    os.killpg(started.pid, signal.SIGINT)
    stderr = started.communicate(timeout=300)[1].decode()
    assert started.returncode in (-signal.SIGINT, 130)
    assert time.monotonic() - start < patience(10)
    assert stderr.count("Traceback") == 1, stderr  # the script's own, which a command line catches
    assert stderr.rstrip().endswith("KeyboardInterrupt")
    wait_until(lambda: not any(is_running(pid) for pid in workers(tmp_path)))


@posix
@pytest.mark.parametrize("kind", KINDS[:2])
@pytest.mark.parametrize("where", ["items", "consumer"])
def test_an_interrupt_takes_effect_while_waiting_for_items_or_the_consumer(kind: str, where: str) -> None:
    done: list[int] = []

    def wait_for_more() -> Iterator[Item | None]:
        yield from items(3)
        yield None
        if where == "items":
            signal.setitimer(signal.ITIMER_REAL, 0.2)
            time.sleep(600)
        yield from items(100)

    def interrupt(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    start = time.monotonic()
    try:
        with executor_of(kind, 2) as executor, pytest.raises(KeyboardInterrupt):
            for result in executor.map_ordered(number_of, wait_for_more()):
                done += result
                if where == "consumer" and len(done) == 5:
                    signal.setitimer(signal.ITIMER_REAL, 0.2)
                    time.sleep(600)
    finally:
        signal.signal(signal.SIGALRM, before)
    assert time.monotonic() - start < patience(30)
    assert done == ([0, 1, 2] if where == "items" else [0, 1, 2, 0, 1])


@posix
def test_an_interrupt_takes_effect_while_waiting_for_a_result() -> None:
    threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()
    start = time.monotonic()
    with executor_of("threads", 2) as executor, pytest.raises(KeyboardInterrupt):
        list(executor.map_ordered(sleep_a_second, items(100)))
    assert time.monotonic() - start < patience(5)


def sleep_a_second(_: Item) -> None:
    time.sleep(1)


@posix
def test_an_interrupt_drops_calls_that_have_not_begun() -> None:
    begun: list[int] = []

    def call(i: int) -> None:
        begun.append(i)
        time.sleep(0.5)

    threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()
    with executor_of("threads", 2) as pool, pytest.raises(KeyboardInterrupt):
        pool.together([partial(call, i) for i in range(40)])
    assert len(begun) <= 6


def test_the_error_of_the_first_failing_call_is_raised() -> None:
    def fail(i: int) -> None:
        raise ValueError(i)

    with executor_of("threads", 2) as pool:
        assert pool.together([partial(int, i) for i in range(9)]) == list(range(9))
        with pytest.raises(ValueError, match="3"):
            pool.together([partial(int, 0), partial(fail, 3), partial(int, 1)])


@posix
@pytest.mark.parametrize("started", [("processes", 0.2)], indirect=True)
def test_workers_do_not_outlive_a_killed_parent(started: "subprocess.Popen[bytes]", tmp_path: Path) -> None:
    started.kill()
    started.wait()
    wait_until(lambda: not any(is_running(pid) for pid in workers(tmp_path)))


def test_a_script_without_a_main_guard_gets_an_error_that_names_it(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(textwrap.dedent(SCRIPT).format(folder=str(tmp_path), kind="processes", seconds=0), "utf-8")
    script.write_text(script.read_text("utf-8").replace('if __name__ == "__main__"', "if True"), "utf-8")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, script], env=environment, capture_output=True, timeout=300, check=False)
    assert done.returncode == 1
    assert b"scripts need `if __name__ == '__main__':`" in done.stderr.splitlines()[-1]


# Options


@pytest.mark.parametrize(
    ("kind", "jobs", "message"),
    [
        ("auto", 0, "at least 1"),
        ("threads", -2, "at least 1"),
        ("fibers", 1, "'fibers'; choose from auto, serial, threads, processes, dask"),
    ],
)
def test_wrong_options_are_refused_before_any_work(kind: str, jobs: int, message: str) -> None:
    with pytest.raises(OptionError, match=message):
        executor_of(kind, jobs)


@pytest.mark.parametrize(
    ("options", "size", "kind"),
    [
        ({"jobs": 2}, 1000, "serial"),
        ({"jobs": 2}, 1 << 30, "threads"),
        ({"jobs": 1}, 1 << 30, "serial"),
        ({"jobs": 2, "executor": "processes"}, 1000, "processes"),
    ],
)
def test_auto_chooses_by_size_and_jobs(options: dict[str, Any], size: int, kind: str) -> None:
    chosen = RunningOptions(**options).chosen(size)
    assert chosen.executor == kind
    assert open_executor(chosen).kind == kind


def test_a_message_names_options_as_the_caller_typed_them() -> None:
    flags = {"jobs": "--jobs", "executor": "--executor"}
    for wrong, message in (({"jobs": 0}, "--jobs is 0; "), ({"executor": "thread"}, "--executor is 'thread'; ")):
        with pytest.raises(OptionError) as caught:
            RunningOptions(**wrong)  # type: ignore[arg-type]
        assert caught.value.typed(flags).startswith(message)


def test_auto_is_serial_for_small_inputs_and_single_jobs() -> None:
    assert executor_of("auto", 2, size=1000).kind == "serial"
    assert executor_of("auto", 1, size=1 << 30).kind == "serial"
    assert executor_of("auto", 2, size=1 << 30).kind == "threads"


def test_jobs_default_to_the_processors_of_this_process() -> None:
    assert 1 <= count_jobs(None) <= (os.cpu_count() or 1)
    assert executor_of("threads").jobs == count_jobs(None)
    assert executor_of("serial", 5).jobs == 1


def test_an_executor_works_only_while_it_is_open() -> None:
    executor = executor_of("serial")
    with pytest.raises(RuntimeError, match="not open"):
        executor.map_merge(number_of, items(1))
    with pytest.raises(RuntimeError, match="not open"):
        next(executor.map_ordered(number_of, items(1)))


@pytest.mark.parametrize(
    "work",
    [nlpkit.count, nlpkit.discover, nlpkit.read_transactions, partial(nlpkit.count_ngrams, order=2)],
    ids=["count", "discover", "read_transactions", "count_ngrams"],
)
def test_how_work_is_run_is_checked_before_anything_is_read(work: Callable[..., object]) -> None:
    with pytest.raises(OptionError, match="scheduler x:1 is for executor dask, not serial"):
        work("no such file", executor="serial", scheduler="x:1")
