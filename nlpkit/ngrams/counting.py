"""The shared n-gram counter: all orders 1..n of a corpus from sorted packed keys, exact, merged chunk by chunk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from nlpkit.arguments import checked
from nlpkit.choices import CHARSET, EXECUTOR
from nlpkit.corpus import Chunk, Corpus
from nlpkit.errors import InputError, Option, OptionError
from nlpkit.executors import Executor, Progress, RunningOptions, open_executor
from nlpkit.kernels import ngrams as kernel
from nlpkit.ngrams.symbols import Block, ahead, symbol_blocks, symbol_table
from nlpkit.options import check_at_least
from nlpkit.places.sources import Input
from nlpkit.runs import KeyRun, KeyTable, SortedKeys, Spill, Spilled, merge_as_they_come, sorted_keys, write_run

#: Symbols of one packed word of a key.
WORD = 4
#: Ids have 16 bits, 0 is the boundary.
MOST_SYMBOLS = 65_534
_SYMBOLS = 0x110000
#: Code points whose symbols make the common alphabet: the first plane without surrogates, and emoji.
_COMMON = ((0, 0xD800), (0xE000, 0x10000), (0x1F1E0, 0x1F200), (0x1F300, 0x1F700), (0x1F900, 0x1FB00))
_PLANE = 0x10000
R = TypeVar("R")
#: Neighbouring symbols go to different shards.
_SPREAD = np.uint64(2_654_435_761)


class AlphabetError(InputError):
    """More different symbols than keys can tell apart."""


@dataclass(frozen=True)
class NgramCounts:
    """Counts of all n-grams of orders 1 to `order` within runs.

    alphabet: uint32[a], the symbols in code-point order; a symbol's id is its place + 1, 0 is the boundary.
    keys: uint64[m] for orders to four, uint64[m, words] above, sorted: the windows of `order` ids that start at each
    symbol, four ids a word, filled with 0 after the end of a run. counts: int64[m], occurrences of each window.
    """

    alphabet: NDArray[np.uint32]
    order: int
    keys: NDArray[np.uint64]
    counts: NDArray[np.int64]

    def of_order(self, k: int, min_count: int = 1) -> tuple[NDArray[np.str_], NDArray[np.int64]]:
        """n-grams of k symbols, in code-point order, with their counts, of those that occur `min_count` times or more.

        Returns (str array '<Uk', int64 array). Raises OptionError for k outside 1..order.
        """
        if not 1 <= k <= self.order:
            raise OptionError(Option("order"), f" is {k}; it must be between 1 and {self.order}")
        if self.keys.ndim == 1:
            keys, counts = kernel.prefixes(self.keys, self.counts, k, min_count)
            ids = symbol_ids(keys, k)
        else:
            ids = np.concatenate([symbol_ids(self.keys[:, j], WORD) for j in range(self.keys.shape[1])], axis=1)[:, :k]
            whole = ids[:, -1] != 0
            rows, counts = kernel.count_rows(np.ascontiguousarray(ids[whole]), self.counts[whole])
            ids, counts = rows[counts >= min_count], counts[counts >= min_count]
        codes = np.concatenate([np.zeros(1, np.uint32), self.alphabet])[ids]
        return np.ascontiguousarray(codes).view(f"<U{k}").ravel(), counts

    def to_dict(self, k: int | None = None) -> dict[str, int]:
        """Returns the count of each n-gram of order k, or of all orders."""
        out: dict[str, int] = {}
        for order in range(1, self.order + 1) if k is None else (k,):
            words, counts = self.of_order(order)
            out.update(zip(words.tolist(), counts.tolist(), strict=True))
        return out

    @property
    def symbols(self) -> int:
        """Number of symbols in runs: the N of every order's probabilities."""
        return int(self.of_order(1)[1].sum())

    @property
    def runs(self) -> int:
        """Number of runs. Raises OptionError for counts of order 1, which do not tell."""
        if self.order == 1:
            raise OptionError("runs are not known from counts of ", Option("order"), " 1; count order 2 or more")
        first = self.keys if self.keys.ndim == 1 else self.keys[:, 0]
        last = ((first >> np.uint64(48)) != 0) & ((first >> np.uint64(32)) & np.uint64(0xFFFF) == 0)
        return int(self.counts[last].sum())


def symbol_ids(keys: NDArray[np.uint64], k: int) -> NDArray[np.uint64]:
    """Returns uint64[m, k]: the ids of the first k symbols of packed keys (uint64[m])."""
    shifts = np.array([48, 32, 16, 0][:k], np.uint64)
    ids: NDArray[np.uint64] = (keys[:, None] >> shifts) & np.uint64(0xFFFF)
    return ids


@checked
def count_ngrams(
    corpus: Corpus | Input | Iterable[Input],
    order: int,
    *,
    charset: str = CHARSET,
    jobs: int | None = None,
    executor: str = EXECUTOR,
    scheduler: str | None = None,
    progress: Progress | None = None,
) -> NgramCounts:
    """Exact counts of all character n-grams of orders 1 to `order` within runs of `charset`.

    corpus: a Corpus, or what one is made of. charset: 'han', 'han+alnum' (full-width letters and digits are folded),
    'letters' or 'any'. scheduler: of a Dask cluster to count on, see docs/cluster.md. progress: called with bytes as
    they are done. The result does not depend on jobs, executor or the corpus' chunk size. Raises OptionError,
    InputError, EncodingError, WorkerError.
    """
    check_at_least("order", order, 1)
    windowing = Windowing(order, symbol_table(charset, False))
    corpus = corpus if isinstance(corpus, Corpus) else Corpus(corpus)
    running = RunningOptions(jobs, executor, scheduler, corpus.tmp_dir)
    with corpus as opened, open_executor(running, opened.size) as pool:
        return count_corpus(opened, windowing, pool, progress)


@dataclass(frozen=True)
class Windowing:
    """What is counted: the windows of `order` symbols that begin at each symbol.

    table: uint32 by code point, the symbol of each character, 0 where it ends a run. collapsed: the symbols of which a
    stretch counts as one, 0 for none. starts: whether windows that begin at a boundary are counted too.
    """

    order: int
    table: NDArray[np.uint32]
    collapsed: tuple[int, int] = (0, 0)
    starts: bool = False

    def common_alphabet(self) -> NDArray[np.uint32]:
        """Returns the symbols of most texts (uint32); counts with the same alphabet are merged without mapping ids."""
        return _different(*(self.table[first:stop] for first, stop in _COMMON))


def count_corpus(corpus: Corpus, windowing: Windowing, pool: Executor, progress: Progress | None) -> NgramCounts:
    """Counts the n-grams of an open corpus, as count_ngrams does."""
    found = pool.map_merge(
        _task(windowing, None), chunks_for(corpus, pool), partial(_merge_parts, spill=None), progress
    )
    return _compact((found or _Partial(_empty(windowing.order))).counts)


def count_windows(
    corpus: Corpus,
    windowing: Windowing,
    pool: Executor,
    spill: Spill,
    progress: Progress | None,
    compact: bool = True,
) -> Windows:
    """As count_corpus for orders to four, in bounded memory: what outgrows it goes to sorted runs on disk.

    With Dask the table comes here shard by shard; workers hold it in memory, or as Dask spills it. Nothing can be left
    out before: the rarest window counts for the entropy of what stands beside it. compact: the alphabet is to have no
    symbols but those that occur.
    """
    merge_here = partial(_merge_parts, spill=spill)
    finish = _compact_part if compact else _same
    shards = _shards(corpus, windowing, pool, spill, finish, progress)
    found = merge_as_they_come(shards, merge_here) or _Partial(_empty(windowing.order))
    runs = found.runs
    counts = _compact(found.counts) if compact or runs else found.counts
    alphabet = counts.alphabet
    for _, other in runs:
        alphabet = np.union1d(alphabet, other)
    _check_alphabet(alphabet)
    keys = _with_alphabet(counts, alphabet)
    mapped = tuple(replace(run, change=partial(_renumber, old=other, new=alphabet)) for run, other in runs)
    table = sorted_keys(Spilled(KeyTable(keys, counts.counts), mapped), spill, 32)
    return Windows.of(alphabet, windowing.order, table)


def _renumber(tables: Iterator[KeyTable], old: NDArray[np.uint32], new: NDArray[np.uint32]) -> Iterator[KeyTable]:
    """Tables of keys in the ids of another alphabet."""
    ids = _ids(old, new)
    for keys, counts in tables:
        yield KeyTable(kernel.map_ids(keys, ids), counts)


def shard_windows(
    corpus: Corpus, windowing: Windowing, pool: Executor, finish: Callable[[NgramCounts], R], progress: Progress | None
) -> Iterator[R]:
    """Yields what `finish` makes of each part of the table of windows, in the worker that counted it.

    Windows that begin with the same symbol are in the same part.
    """
    yield from _shards(corpus, windowing, pool, None, partial(_finish_part, finish=finish), progress)


def chunks_for(corpus: Corpus, pool: Executor, at_nul: bool = True) -> Iterator[Chunk]:
    """Yields the chunks of a pass over the corpus. at_nul: as in Corpus.chunks.

    Workers of a cluster read files of text themselves, compressed or not; files of records are read here, where the
    number of records without text is reported.
    """
    own_files = not pool.shares_files and set(corpus.formats) == {"text"}
    return corpus.chunks(own_files=own_files, at_nul=at_nul)


def _shards(
    corpus: Corpus,
    windowing: Windowing,
    pool: Executor,
    spill: Spill | None,
    finish: Callable[[_Partial], Any],
    progress: Progress | None,
) -> Iterator[Any]:
    chunks = chunks_for(corpus, pool, not windowing.table[0])
    merge_parts = partial(_merge_parts, spill=spill)
    return pool.iter_shards(_task(windowing, spill), chunks, merge_parts, _split_part, finish, progress)


@dataclass(frozen=True)
class Windows:
    """NgramCounts of order two to four that may be larger than memory.

    symbol_counts: int64[a], occurrences of each symbol of the alphabet. runs: number of runs. sorted: the table of
    keys and counts, in blocks that end where the first two symbols differ.
    """

    alphabet: NDArray[np.uint32]
    order: int
    symbol_counts: NDArray[np.int64]
    runs: int
    sorted: SortedKeys

    @classmethod
    def of(cls, alphabet: NDArray[np.uint32], order: int, table: SortedKeys) -> Windows:
        """Makes Windows of a table, which is gone through once."""
        counts = np.zeros(alphabet.size + 1, np.int64)
        runs = int(sum(kernel.count_firsts(*block, counts) for block in table.tables()))
        return cls(alphabet, order, counts[1:], runs, table)


@dataclass(frozen=True)
class _Partial:
    """Counts of a part of the corpus: those in memory, and runs on disk with the alphabet of each."""

    counts: NgramCounts
    runs: tuple[tuple[KeyRun, NDArray[np.uint32]], ...] = ()


def _task(windowing: Windowing, spill: Spill | None) -> Callable[[Chunk], _Partial]:
    return partial(_count_chunk, windowing=windowing, common=windowing.common_alphabet(), spill=spill)


def _count_chunk(chunk: Chunk, windowing: Windowing, common: NDArray[np.uint32], spill: Spill | None) -> _Partial:
    """The n-gram counts of one chunk. common: the alphabet where it will do."""
    blocks = symbol_blocks(chunk, windowing.table, windowing.collapsed, ahead(windowing.order))
    parts = (_Partial(_count_block(block, windowing, common)) for block in blocks)
    return merge_as_they_come(parts, partial(_merge_parts, spill=spill)) or _Partial(_empty(windowing.order))


def _count_block(block: Block, windowing: Windowing, common: NDArray[np.uint32]) -> NgramCounts:
    order = windowing.order
    alphabet = _alphabet(block.symbols, common)
    rank = _ranks(alphabet)
    if order > WORD:
        return _sum_rows(alphabet, order, kernel.pack_wide(block.symbols, rank, block.stop, order), None)
    keys = kernel.pack(block.symbols, rank, block.stop, order, windowing.starts)
    keys.sort()
    return NgramCounts(alphabet, order, *kernel.count_equal_keys(keys))


def _merge_parts(parts: list[_Partial], spill: Spill | None) -> _Partial:
    counts = add_counts([part.counts for part in parts])
    runs = sum((part.runs for part in parts), ())
    if spill is None or counts.keys.ndim > 1 or counts.keys.nbytes + counts.counts.nbytes <= spill.limit:
        return _Partial(counts, runs)
    compact = _compact(counts)
    run = write_run([KeyTable(compact.keys, compact.counts)], KeyTable.empty(), spill)
    return _Partial(_empty(counts.order), (*runs, (run, compact.alphabet)))


def _finish_part(part: _Partial, finish: Callable[[NgramCounts], R]) -> R:
    return finish(_compact(part.counts))


def _same(part: _Partial) -> _Partial:
    return part


def _compact_part(part: _Partial) -> _Partial:
    return replace(part, counts=_compact(part.counts))


def _split_part(part: _Partial, shards: int) -> list[_Partial]:
    """Windows by their first symbol, those that begin at a boundary by their second; of counts in memory.

    Each symbol by itself, not ranges of them: a text has its own, and most of it is written with few.
    """
    counts = part.counts
    symbols = np.concatenate([np.zeros(1, np.uint32), counts.alphabet]).astype(np.uint64)
    shard = (symbols * _SPREAD & np.uint64(0xFFFFFFFF)) >> np.uint64(16)
    shard %= np.uint64(shards)
    ids = np.arange(symbols.size, dtype=np.uint64)
    heads = np.concatenate([ids << np.uint64(32), ids[1:] << np.uint64(48)])  # of boundary and symbol, of symbol
    places = np.append(np.searchsorted(counts.keys, heads), counts.keys.size)
    of_head = np.concatenate([shard, shard[1:]])
    out = []
    for i in range(shards):
        heads_here = np.flatnonzero((of_head == i) & (places[:-1] < places[1:]))
        spans = list(zip(places[heads_here].tolist(), places[heads_here + 1].tolist(), strict=True))
        keys = [counts.keys[begin:end] for begin, end in spans] or [counts.keys[:0]]
        totals = [counts.counts[begin:end] for begin, end in spans] or [counts.counts[:0]]
        shard_counts = replace(counts, keys=np.concatenate(keys), counts=np.concatenate(totals))
        out.append(_Partial(shard_counts))
    return out


def _alphabet(symbols: NDArray[np.uint32], common: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """The common alphabet, or, where a symbol is not in it, that of the symbols themselves."""
    is_common = common.size <= MOST_SYMBOLS
    if is_common and symbols.max(initial=0) >= _PLANE:
        is_common = np.count_nonzero(_ranks(common)[symbols]) == np.count_nonzero(symbols)
    if is_common:
        return common
    alphabet = _different(symbols)
    _check_alphabet(alphabet)
    return alphabet


def _different(*symbols: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """uint32: each symbol that occurs, in code-point order; 0 is none."""
    occurs = np.zeros(_SYMBOLS, np.bool_)
    for part in symbols:
        occurs[part] = True
    occurs[0] = False
    return np.flatnonzero(occurs).astype(np.uint32)


def _ranks(alphabet: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """uint32 by symbol: its place in the alphabet + 1, 0 where it is not there."""
    ranks = np.zeros(_SYMBOLS, np.uint32)
    ranks[alphabet] = np.arange(1, alphabet.size + 1)
    return ranks


def _compact(counts: NgramCounts) -> NgramCounts:
    """With an alphabet of the symbols that occur."""
    occurs = kernel.mark_ids(counts.keys.ravel())
    alphabet = counts.alphabet[occurs[1 : counts.alphabet.size + 1]]
    ids = np.zeros(1 << 16, np.uint64)
    ids[1:] = np.cumsum(occurs[1:])
    keys = kernel.map_ids(counts.keys.ravel(), ids).reshape(counts.keys.shape)
    return NgramCounts(alphabet, counts.order, keys, counts.counts)


def add_counts(tables: Sequence[NgramCounts]) -> NgramCounts:
    """Adds up counts of the same order."""
    first, *others = tables
    for other in others:
        first = _add_two(first, other)
    return first


def _add_two(a: NgramCounts, b: NgramCounts) -> NgramCounts:
    alphabet = a.alphabet
    if not np.array_equal(a.alphabet, b.alphabet):
        alphabet = _different(a.alphabet, b.alphabet)
        if alphabet.size > MOST_SYMBOLS:  # of the common alphabet not all symbols occur
            a, b = _compact(a), _compact(b)
            alphabet = _different(a.alphabet, b.alphabet)
        _check_alphabet(alphabet)
    keys_a, keys_b = _with_alphabet(a, alphabet), _with_alphabet(b, alphabet)
    if keys_a.ndim == 1:
        return NgramCounts(alphabet, a.order, *kernel.merge_keys(keys_a, a.counts, keys_b, b.counts))
    return _sum_rows(alphabet, a.order, np.concatenate([keys_a, keys_b]), np.concatenate([a.counts, b.counts]))


def _with_alphabet(table: NgramCounts, alphabet: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """The table's keys in the ids of another alphabet, which has all symbols that the table has."""
    if table.alphabet is alphabet or np.array_equal(table.alphabet, alphabet):
        return table.keys
    return kernel.map_ids(table.keys.ravel(), _ids(table.alphabet, alphabet)).reshape(table.keys.shape)


def _ids(old: NDArray[np.uint32], new: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """uint64[old.size + 1]: the id in a new alphabet of each id in an old one."""
    ids = np.zeros(old.size + 1, np.uint64)
    ids[1:] = np.searchsorted(new, old) + 1
    return ids


def _sum_rows(
    alphabet: NDArray[np.uint32], order: int, keys: NDArray[np.uint64], counts: NDArray[np.int64] | None
) -> NgramCounts:
    """Sorts wide keys and adds up the counts (1 each where there are none) of equal ones."""
    counts = np.ones(len(keys), np.int64) if counts is None else counts
    by_key = np.lexsort(keys.T[::-1])
    return NgramCounts(alphabet, order, *kernel.count_rows(keys[by_key], counts[by_key]))


def _check_alphabet(alphabet: NDArray[np.uint32]) -> None:
    if alphabet.size > MOST_SYMBOLS:
        raise AlphabetError(
            f"the corpus has more than {MOST_SYMBOLS:,} different characters; a smaller ",
            Option("charset"),
            " leaves some out",
        )


def _empty(order: int) -> NgramCounts:
    shape: tuple[int, ...] = (0,) if order <= WORD else (0, (order + 3) // 4)
    return NgramCounts(np.empty(0, np.uint32), order, np.empty(shape, np.uint64), np.empty(0, np.int64))
