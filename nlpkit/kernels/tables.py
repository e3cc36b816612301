"""Tables of 2 x 2 cells, as of rules: the different ones among many, an order of all by that of these, and the tails of
the hypergeometric distribution, by arithmetic alone: the same on every machine."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nlpkit.compilation import njit
from nlpkit.kernels.hashing import mix

I64 = NDArray[np.int64]
I32 = NDArray[np.int32]
U32 = NDArray[np.uint32]
F64 = NDArray[np.float64]

_ENOUGH = 1e-18  # a term this small beside the sum ends it: those that follow fall at least as fast as a bell's tail
_32 = np.uint64(32)


@njit()
def _slot(x: int, y: int, z: int, tables: I64, slots: I32) -> int:
    """Where the number of this table is in the slots, or 0 for where it would go."""
    h = mix(mix(mix(np.uint64(0), np.uint64(x)), np.uint64(y)), np.uint64(z))
    mask = slots.size - 1
    at = np.int64(h >> _32) & mask
    while slots[at] != 0:
        t = slots[at] - 1
        if tables[0, t] == x and tables[1, t] == y and tables[2, t] == z:
            break
        at = (at + 1) & mask
    return at


@njit()
def number_tables(
    sets: U32, counts: I64, begin: int, used: int, tables: I64, slots: I32, place: I32
) -> tuple[int, int]:
    """The number of the table of each rule, numbered as they come first.

    sets: uint32[3, rules], whose counts make the tables. begin: the first rule to number. used: how many tables there
    are. tables: int64[3, some], receives them. slots: int32, a power of two and at least twice as many, of zeros at
    every call. place: int32[rules], receives the numbers. -> the next rule, where there is no room for its table, and
    how many tables.
    """
    for t in range(used):
        slots[_slot(tables[0, t], tables[1, t], tables[2, t], tables, slots)] = t + 1
    room = tables.shape[1]
    for i in range(begin, sets.shape[1]):
        x, y, z = counts[sets[0, i]], counts[sets[1, i]], counts[sets[2, i]]
        at = _slot(x, y, z, tables, slots)
        if slots[at] == 0:
            if used == room:
                return i, used
            tables[0, used] = x
            tables[1, used] = y
            tables[2, used] = z
            used += 1
            slots[at] = used
        place[i] = slots[at] - 1
    return sets.shape[1], used


@njit()
def order_by(ranks: I64, groups: int, place: I32) -> I64:
    """The rules by the rank of their table, below `groups`, equal ones as they come; those with -1 are left out."""
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
    """Of tables of 2 x 2 cells, in units of the probability of the table itself, how probable the others are.

    observed: the first cell, rows and columns: its margins; whole numbers. upwards: the sum over this and all larger
    first cells; where it is not, over all smaller ones. out: receives the sums.
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
