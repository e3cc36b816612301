"""A trie as a double array (Aoe 1989): built at once from sorted words, or extended by one word at a time.

A node is a cell, an int64: `base << 36 | check << 20 | value`. The child of a node by the id c is the cell at base + c
if the check of that cell is c. No two nodes have the same base, so a check need not name the parent. The children of
the root are the cells at their ids, without a check. The value of a node is 1 to 2**20 - 1 if it ends a word, else 0.
Base 0 means no children.
"""

from __future__ import annotations

import numpy as np

from nlpkit.compilation import njit
from nlpkit.kernels.types import I64, U16, U64

#: The content of a free cell; its check is not an id.
FREE = 0xFFFF << 20

_NEAR = 256  # words of 64 cells
_0, _1, _64 = np.uint64(0), np.uint64(1), np.uint64(64)
_ALL = np.uint64(0xFFFFFFFFFFFFFFFF)


def build(ids: U16, ends: I64, values: I64, reserved: int) -> I64:
    """Builds the trie of words: returns its cells, int64.

    ids: uint16, the ids of all words end to end; words are distinct, not empty and sorted by their ids. ends: int64,
    where each word ends. values: int64 by word, 0 for one that is only a prefix. reserved: larger than all ids, also
    than those of words that are added later; this many cells follow the last one in use.

    Children are placed level by level, the largest families first, at the first place that has room for them.
    """
    starts = np.concatenate((np.zeros(1, np.int64), ends))
    cells = np.full(ids.size + ids.size // 2 + 4 * reserved + 256, FREE, np.int64)
    cells[:reserved] = 0xFFFF << 20
    free, taken = find_free(cells, reserved)
    state = np.array([0, reserved])
    left, right, at = np.zeros(1, np.int64), np.array([ends.size]), np.zeros(1, np.int64)
    depth = 0
    while left.size and ends.size:
        size = int((right - left).sum())
        kids = np.empty((3, size), np.int64)
        first = np.empty(left.size + 1, np.int64)
        count = _find_children(ids, starts, values, left, right, at, depth, cells, kids, first)
        left, right, by = kids[0, :count], kids[1, :count], kids[2, :count]
        if depth == 0:
            at = by.copy()
        else:
            order = np.argsort(-np.diff(first), kind="stable")
            parents, at = at, np.empty(count, np.int64)
            done = 0
            while done < order.size:
                done = _place(order, done, first, by, parents, cells, free, taken, state, reserved, at)
                if done < order.size:
                    cells, free, taken = _grown(cells, free, taken)
        depth += 1
    return cells[: int(state[1]) + reserved].copy()


@njit()
def _find_children(
    ids: U16, starts: I64, values: I64, left: I64, right: I64, at: I64, depth: int, cells: I64, kids: I64, first: I64
) -> int:
    """Finds the children of the nodes of a level, and sets the values of these nodes. Returns the number of children.

    left, right: int64, the range of words below each node, which share their first `depth` ids. at: the node's cell.
    kids: receives left, right and id of each child. first: receives the first child of each node.
    """
    count = 0
    for x in range(left.size):
        first[x] = count
        i = left[x]
        if starts[i + 1] - starts[i] == depth:
            cells[at[x]] |= values[i]
            i += 1
        while i < right[x]:
            by = ids[starts[i] + depth]
            j = i + 1
            while j < right[x] and ids[starts[j] + depth] == by:
                j += 1
            kids[0, count] = i
            kids[1, count] = j
            kids[2, count] = by
            count += 1
            i = j
    first[left.size] = count
    return count


@njit(inline="always")
def _find_base(by: I64, begin: int, end: int, free: U64, taken: U64, low: int, reserved: int) -> int:
    """Returns the first free base, from around cell 64 * low on, for which the cells base + by[begin:end] are free, or
    -1. Tests 64 bases at once: bits of `free`, shifted by the ids. A base is followed by at least `reserved` cells."""
    word = max(0, (low * 64 - by[begin]) >> 6)
    most = free.size - (reserved >> 6) - 2
    while word < most:
        fit = ~taken[word]
        for k in range(begin, end):
            place = word * 64 + by[k]
            shift = np.uint64(place & 63)
            bits = free[place >> 6] >> shift
            if shift != _0:
                bits |= free[(place >> 6) + 1] << (_64 - shift)
            fit &= bits
            if fit == _0:
                break
        if fit != _0:
            bit = 0
            while (fit >> np.uint64(bit)) & _1 == _0:
                bit += 1
            return word * 64 + bit
        word += 1
    return -1


@njit()
def _place(
    order: I64,
    done: int,
    first: I64,
    by: I64,
    parents: I64,
    cells: I64,
    free: U64,
    taken: U64,
    state: I64,
    reserved: int,
    at: I64,
) -> int:
    """Gives cells to the children of the nodes order[done:]. Returns the number of nodes done, below order.size without
    room.

    order: the nodes, most children first. first: the first child of each node. by: ids of all children, ascending in a
    node. parents: the nodes' cells. state: the first word of `free` that is not 0, and the last cell in use. at:
    receives the children's cells.
    """
    count = 0  # children of the last family
    start = 0
    for y in range(done, order.size):
        x = order[y]
        begin, end = first[x], first[x + 1]
        if begin == end:
            return order.size
        while state[0] < free.size - 1 and free[state[0]] == _0:
            state[0] += 1
        if end - begin != count:
            count = end - begin
            start = state[0]
        start = max(start, state[0])
        base = _find_base(by, begin, end, free, taken, start, reserved)
        if base < 0:
            return y
        # The next family of this size need not search again where this one found no room.
        start = max(start, ((base + by[begin]) >> 6) - _NEAR)
        cells[parents[x]] |= base << 36
        taken[base >> 6] |= _1 << np.uint64(base & 63)
        for k in range(begin, end):
            z = base + by[k]
            cells[z] = by[k] << 20
            at[k] = z
            free[z >> 6] &= ~(_1 << np.uint64(z & 63))
            state[1] = max(state[1], z)
    return order.size


def _grown(cells: I64, free: U64, taken: U64) -> tuple[I64, U64, U64]:
    """Returns the arrays with twice the room."""
    more = free.size
    return (
        np.concatenate((cells, np.full(64 * more, FREE, np.int64))),
        np.concatenate((free, np.full(more, _ALL))),
        np.concatenate((taken, np.zeros(more, np.uint64))),
    )


@njit()
def find_free(cells: I64, reserved: int) -> tuple[U64, U64]:
    """Returns two bit sets over the cells: those that are free, and those that are the base of a node."""
    free = np.zeros((cells.size + 63) // 64, np.uint64)
    taken = np.zeros((cells.size + 63) // 64, np.uint64)
    taken[0] = _1
    for z in range(cells.size):
        if z >= reserved and cells[z] == FREE:
            free[z >> 6] |= _1 << np.uint64(z & 63)
        base = cells[z] >> 36
        if base != 0:
            taken[base >> 6] |= _1 << np.uint64(base & 63)
    return free, taken


def insert(cells: I64, free: U64, taken: U64, word: U16, value: int, reserved: int) -> tuple[I64, U64, U64]:
    """Gives one word (its ids, uint16, not empty) a value. Returns cells, free and taken, copied if they had no room.
    free, taken: from find_free."""
    while not _insert(cells, free, taken, word, value, reserved):
        if cells.size % 64:
            rest = np.full(-cells.size % 64, FREE, np.int64)
            cells = np.concatenate((cells, rest))
            free, taken = find_free(cells, reserved)
        cells, free, taken = _grown(cells, free, taken)
    return cells, free, taken


@njit()
def _insert(cells: I64, free: U64, taken: U64, word: U16, value: int, reserved: int) -> bool:
    """Gives one word a value; returns whether there was room."""
    z = np.int64(word[0])
    for k in range(1, word.size):
        c = np.int64(word[k])
        base = cells[z] >> 36
        if base != 0 and ((cells[base + c] >> 20) & 0xFFFF) == c:
            z = base + c
            continue
        if base == 0 or cells[base + c] != FREE or base + c < reserved:
            base = _move(cells, free, taken, z, c, reserved)
            if base < 0:
                return False
        cells[base + c] = c << 20
        free[(base + c) >> 6] &= ~(_1 << np.uint64((base + c) & 63))
        z = base + c
    cells[z] = (cells[z] >> 20 << 20) | value
    return True


@njit()
def _move(cells: I64, free: U64, taken: U64, parent: int, c: int, reserved: int) -> int:
    """Moves the children of the node at `parent` to a base with room for a child `c` too. Returns the base, or -1."""
    old = cells[parent] >> 36
    by = np.empty(reserved, np.int64)
    count = 0
    for d in range(reserved):
        if d == c or (old != 0 and ((cells[old + d] >> 20) & 0xFFFF) == d):
            by[count] = d
            count += 1
    low = 0
    while low < free.size - 1 and free[low] == _0:
        low += 1
    base = _find_base(by, 0, count, free, taken, low, reserved)
    if base < 0:
        return -1
    for k in range(count):
        z, new = old + by[k], base + by[k]
        if by[k] != c:
            cells[new] = cells[z]
            cells[z] = FREE
            free[z >> 6] |= _1 << np.uint64(z & 63)
            free[new >> 6] &= ~(_1 << np.uint64(new & 63))
    if old != 0:  # 0 is the base of the root
        taken[old >> 6] &= ~(_1 << np.uint64(old & 63))
    taken[0] |= _1
    taken[base >> 6] |= _1 << np.uint64(base & 63)
    cells[parent] = (base << 36) | (cells[parent] & ((1 << 36) - 1))
    return base
