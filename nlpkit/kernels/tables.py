"""2 x 2 tables of rules: numbers distinct tables, orders rules by table, sums tails of the hypergeometric distribution.

The tails use basic arithmetic only, so they are the same on every machine.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nlpkit.compilation import njit
from nlpkit.kernels.hashing import mix
from nlpkit.kernels.types import F64, I32, I64, U32

_ENOUGH = 1e-18  # a smaller share of the sum ends it: later terms fall as fast as the tail of a normal distribution
_32 = np.uint64(32)


@njit()
def _slot(table: I64, tables: I64, slots: I32) -> int:
    """Returns the slot of the table, or the free slot where it belongs."""
    h = np.uint64(0)
    for cell in table:
        h = mix(h, np.uint64(cell))
    mask = slots.size - 1
    at = np.int64(h >> _32) & mask
    while slots[at] != 0:
        t = slots[at] - 1
        same = True
        for k in range(table.size):
            same &= tables[k, t] == table[k]
        if same:
            break
        at = (at + 1) & mask
    return at


@njit()
def number_tables(
    sets: U32, counts: I64, begin: int, used: int, tables: I64, slots: I32, place: I32
) -> tuple[int, int]:
    """Numbers the distinct tables of rules in order of first appearance. Returns (the next rule, the number of tables).

    sets: uint32[k, rules]; the counts of its columns are tables. begin: the first rule to number. used: the number of
    tables so far. tables: int64[k, room], receives the tables; the next rule is one for whose table there is no room,
    or the number of rules. slots: int32, a power of two, at least twice `room`; zeros in each call. place:
    int32[rules], receives the numbers.
    """
    size, room = tables.shape
    table = np.empty(size, np.int64)
    for t in range(used):
        for k in range(size):
            table[k] = tables[k, t]
        slots[_slot(table, tables, slots)] = t + 1
    for i in range(begin, sets.shape[1]):
        for k in range(size):
            table[k] = counts[sets[k, i]]
        at = _slot(table, tables, slots)
        if slots[at] == 0:
            if used == room:
                return i, used
            for k in range(size):
                tables[k, used] = table[k]
            used += 1
            slots[at] = used
        place[i] = slots[at] - 1
    return sets.shape[1], used


@njit()
def order_by(ranks: I64, groups: int, place: I32) -> I64:
    """Returns the rules in the order of their tables' ranks: int64; rules of equal rank keep their order. ranks: int64
    by table, below `groups`; rules with rank -1 are left out. place: int32, the table of each rule."""
    begins = np.zeros(groups + 1, np.int64)
    for table in place:
        begins[ranks[table] + 1] += 1
    begins[0] = 0
    for rank in range(groups):
        begins[rank + 1] += begins[rank]
    out = np.empty(begins[groups], np.int64)
    for i in range(place.size):
        rank = ranks[place[i]]
        if rank >= 0:
            out[begins[rank]] = i
            begins[rank] += 1
    return out


@njit()
def tails(observed: F64, rows: F64, columns: F64, total: float, upwards: NDArray[np.bool_], out: F64) -> None:
    """Sums hypergeometric probabilities of 2 x 2 tables with given margins, in units of that of the observed table.

    observed: float64, the first cell; rows, columns: float64, its margins; total: the sum of the cells; all whole
    numbers. upwards: bool; sums over the observed and all larger first cells, else over all smaller ones. out: receives
    the sums.
    """
    for i in range(observed.size):
        x, r, c = observed[i], rows[i], columns[i]
        rest = total - r - c
        term = 1.0
        if upwards[i]:
            result = 1.0
            while term > _ENOUGH * result:
                term *= (r - x) * (c - x) / ((x + 1.0) * (rest + x + 1.0))
                result += term
                x += 1.0
        else:
            result = 0.0
            while term > _ENOUGH * result:
                term *= x * (rest + x) / ((r - x + 1.0) * (c - x + 1.0))
                result += term
                x -= 1.0
        out[i] = result
