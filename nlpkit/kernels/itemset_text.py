"""Writes itemsets as text: a prefix tree in pre-order becomes lines of an opening, a set's items, and an ending."""

from __future__ import annotations

import numpy as np

from nlpkit.compilation import njit
from nlpkit.kernels.processor import copy_sixteen
from nlpkit.kernels.types import I32, I64, U8, U16

#: Extra bytes at the end of arrays of bytes, because bytes are copied in steps of this size.
MARGIN = 16


@njit()
def find_parents(depths: U16) -> I64:
    """Returns the parent of each node of a tree in pre-order: int64, -1 at depth 1."""
    deepest = 0
    for depth in depths:
        deepest = max(deepest, np.int64(depth))
    path = np.full(deepest + 1, -1, np.int64)
    parents = np.empty(depths.size, np.int64)
    for node in range(depths.size):
        depth = np.int64(depths[node])
        parents[node] = path[depth - 1]
        path[depth] = node
    return parents


@njit()
def spell(depths: U16, items: I32, parents: I64, nodes: I64) -> I32:
    """Returns the items of the sets `nodes` end to end, each from the top of its path down: int32."""
    total = 0
    for node in nodes:
        total += depths[node]
    ranks = np.empty(total, np.int32)
    end = 0
    for node in nodes:
        end += depths[node]
        place = end
        above = node
        while above >= 0:
            place -= 1
            ranks[place] = items[above]
            above = parents[above]
    return ranks


@njit()
def find_new(counts: I64, known: I32) -> I64:
    """Returns the counts that are not known, each once, in order of appearance: int64. known: int32 by count, -1 for an
    unknown one; becomes -3 for those that are returned."""
    used = 0
    for count in counts:
        if known[count] == -1:
            known[count] = -2
            used += 1
    found = np.empty(used, np.int64)
    used = 0
    for count in counts:
        if known[count] == -2:
            known[count] = -3
            found[used] = count
            used += 1
    return found


@njit()
def _put(out: U8, at: int, source: U8, begin: int, end: int) -> int:
    for k in range(0, end - begin, MARGIN):
        copy_sixteen(out, at + k, source, begin + k)
    return at + end - begin


@njit()
def write(
    depths: U16,
    items: I32,
    counts: I64,
    nodes: I64,
    parents: I64,
    texts: U8,
    starts: I64,
    separator: U8,
    endings: U8,
    ending_starts: I64,
    known: I32,
    line: U8,
    ends: I64,
    shortest: int,
    out: U8,
    start: int,
) -> tuple[int, int]:
    """Writes lines from set number `start` on. Returns (the set to continue with, or the number of sets if all are
    done; the number of bytes written). It stops where `out` has no room for the next line.

    nodes: int64, the sets; or empty for all sets of the tree with `shortest` items or more, in tree order; parents may
    then be empty, and another call with the same line and ends may continue with the rest of the tree. texts: uint8,
    item r is texts[starts[r]:starts[r + 1]]. endings: uint8; a set of count c has ending number known[c]. line: uint8,
    begins with the opening, receives the items of a path, and must be long enough for each line. ends: int64 by depth,
    where the items of the path end in `line`; ends[0] is the end of the opening. All arrays of bytes have MARGIN extra
    bytes.
    """
    total = nodes.size if nodes.size else depths.size
    at = 0
    for number in range(start, total):
        node = nodes[number] if nodes.size else number
        depth = np.int64(depths[node])
        if nodes.size:  # writes the whole path, from the top down
            above = node
            for level in range(depth, 0, -1):
                ends[level] = above
                above = parents[above]
            end = ends[0]
            for level in range(1, depth + 1):
                item = items[ends[level]]
                if level > 1:
                    end = _put(line, end, separator, 0, separator.size - MARGIN)
                end = _put(line, end, texts, starts[item], starts[item + 1])
        else:
            item = items[node]
            end = ends[depth - 1]
            if depth > 1:
                end = _put(line, end, separator, 0, separator.size - MARGIN)
            end = _put(line, end, texts, starts[item], starts[item + 1])
            ends[depth] = end
            if depth < shortest:
                continue
        ending = known[counts[node]]
        if at + end + ending_starts[ending + 1] - ending_starts[ending] + MARGIN > out.size:
            return number, at
        at = _put(out, at, line, 0, end)
        at = _put(out, at, endings, ending_starts[ending], ending_starts[ending + 1])
    return total, at
