"""Sets and their subsets in a prefix tree: which sets are closed or maximal, and the rules that sets make.

A set is a node, numbered in pre-order; its items are those on its path, whose ranks fall. The root, the empty set, has
the number behind the last one. For each set, the sets with one item less are found along the way down: those of a child
are children, by the same item, of those of its parent, and a cursor in their children moves on with the siblings. All
of it needs every subset of a set to be there.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nlpkit.compilation import njit

I64 = NDArray[np.int64]
I32 = NDArray[np.int32]
U32 = NDArray[np.uint32]
U16 = NDArray[np.uint16]
U8 = NDArray[np.uint8]

#: What an item has to do in a rule, as bits.
IN_ANTECEDENT, IN_CONSEQUENT, ANYWHERE = 1, 2, 4

#: What `single_rules` and `rules` give for a tree that lacks a subset of some set.
INCOMPLETE = -1


@njit()
def children(depths: U16, items: I32) -> tuple[U32, U32, I32]:
    """Of each node and the root the children, in ascending order of items.

    -> first: uint32[sets + 2], those of node v are nodes[first[v]:first[v + 1]]; nodes: uint32[sets]; and their items.
    """
    size = depths.size
    deepest = 0
    for v in range(size):
        deepest = max(deepest, np.int64(depths[v]))
    path = np.full(deepest + 1, size, np.int64)
    first = np.zeros(size + 2, np.uint32)
    nodes = np.empty(size, np.uint32)
    node_items = np.empty(size, np.int32)
    for v in range(size):
        d = np.int64(depths[v])
        first[path[d - 1] + 1] += np.uint32(1)
        path[d] = v
    for v in range(size + 1):
        first[v + 1] += first[v]
    ends = np.empty(size + 1, np.uint32)
    for v in range(size + 1):
        ends[v] = first[v]
    for v in range(size):
        d = np.int64(depths[v])
        path[d] = v
        parent = path[d - 1]
        at = ends[parent]
        nodes[at] = v
        node_items[at] = items[v]
        ends[parent] = at + np.uint32(1)
    return first, nodes, node_items


@njit()
def _seek(values: I32, begin: int, end: int, value: int) -> int:
    """The first place in values[begin:end], which ascend, that is not below `value`; near `begin`, as a rule."""
    low, step = begin, 1
    while low + step <= end and values[low + step - 1] < value:
        low += step
        step *= 2
    high = min(low + step - 1, end)  # what is below `low` is less; what is at `high`, if it is not the end, is not
    while low < high:
        middle = (low + high) // 2
        if values[middle] < value:
            low = middle + 1
        else:
            high = middle
    return low


@njit()
def _descend(
    v: int, d: int, item: int, is_parent: bool, first: U32, nodes: U32, node_items: I32, path: I64, links: I64, at: I64
) -> bool:
    """Goes to node v, at depth d below path[:d]: links[d, j] becomes the set without its item j; False if there is
    none. at[d, j]: where among the children of links[d, j] those of v's children are looked for."""
    for j in range(d - 1):
        end = np.int64(first[links[d - 1, j] + 1])
        place = _seek(node_items, at[d - 1, j], end, np.int64(item))
        if place >= end or node_items[place] != item:
            return False
        at[d - 1, j] = place + 1
        links[d, j] = nodes[place]
        if is_parent:
            at[d, j] = first[links[d, j]]
    links[d, d - 1] = path[d - 1]
    at[d, d - 1] = first[path[d - 1]]
    path[d] = v
    return True


@njit()
def mark_subsets(depths: U16, items: I32, counts: I64, closed: U8, maximal: U8) -> bool:
    """closed, maximal: uint8[sets], of ones: made 0 for a set where one with an item more has the same count, and
    where there is one with an item more at all. -> whether every subset of each set is there.

    Closed sets: Pasquier et al. 1999; maximal ones: Bayardo 1998.
    """
    first, nodes, node_items = children(depths, items)
    size = depths.size
    deepest = 0
    for v in range(size):
        deepest = max(deepest, np.int64(depths[v]))
    path = np.full(deepest + 1, size, np.int64)
    links = np.full((deepest + 1, deepest + 1), size, np.int64)
    at = np.zeros((deepest + 1, deepest + 1), np.int64)
    for v in range(size):
        d = np.int64(depths[v])
        if not _descend(v, d, items[v], first[v] < first[v + 1], first, nodes, node_items, path, links, at):
            return False
        if d > 1:
            for j in range(d):
                smaller = links[d, j]
                maximal[smaller] = 0
                if counts[smaller] == counts[v]:
                    closed[smaller] = 0
    return True


@njit()
def single_rules(
    depths: U16,
    items: I32,
    counts: I64,
    needed: I64,
    first: U32,
    nodes: U32,
    node_items: I32,
    roles: U8,
    limits: I64,
    path: I64,
    links: I64,
    at: I64,
    begin: int,
    out: U32,
) -> tuple[int, int]:
    """Rules with one item as consequent: of each set whose count is at least needed[antecedent].

    needed: int64[sets]. roles: uint8[ranks], the bits above. limits: how many different items with a role there are,
    how many of these in the consequent, the smallest and the largest set. path, links, at: int64 of the deepest set's
    size plus 1, once, squared and squared, the same arrays at every call, filled with the number of sets, it, and 0 at
    first. begin: the next set. out: uint32[3, some], receives set, antecedent and consequent (as a node), by set, then
    by consequent. -> the set to begin with next, which may be behind the last or INCOMPLETE, and how many rules.
    """
    size = depths.size
    root = first[size]
    has_roles = limits[0] > 0
    used = 0
    v = begin
    while v < size:
        d = np.int64(depths[v])
        if used + d > out.shape[1]:
            break
        if not _descend(v, d, items[v], first[v] < first[v + 1], first, nodes, node_items, path, links, at):
            return INCOMPLETE, used
        if d > 1 and d >= limits[2] and d <= limits[3]:
            found = 0
            if has_roles:
                for j in range(1, d + 1):
                    if roles[items[path[j]]] != 0:
                        found += 1
            if found == limits[0]:
                count = counts[v]
                for j in range(d - 1, -1, -1):
                    antecedent = links[d, j]
                    if count < needed[antecedent]:
                        continue
                    item = items[path[j + 1]]
                    if has_roles:
                        role = roles[item]
                        if role & IN_ANTECEDENT or limits[1] > (1 if role & IN_CONSEQUENT else 0):
                            continue
                    out[0, used] = v
                    out[1, used] = antecedent
                    out[2, used] = nodes[root + item]
                    used += 1
        v += 1
    return v, used


@njit()
def all_links(
    depths: U16, items: I32, first: U32, nodes: U32, node_items: I32, path: I64, links: I64, at: I64, out: U32
) -> bool:
    """out: uint32[sum of depths], receives for each set, end to end, the sets without its first, second... item; ->
    whether they are all there. The other arrays are as in `single_rules`."""
    size = depths.size
    used = 0
    for v in range(size):
        d = np.int64(depths[v])
        if not _descend(v, d, items[v], first[v] < first[v + 1], first, nodes, node_items, path, links, at):
            return False
        for j in range(d):
            out[used + j] = links[d, j]
        used += d
    return True


@njit()
def rules(
    depths: U16,
    items: I32,
    counts: I64,
    needed: I64,
    first: U32,
    nodes: U32,
    node_items: I32,
    roles: U8,
    limits: I64,
    path: I64,
    links: U32,
    offsets: I64,
    bounds: I64,
    begin: int,
    out: U32,
) -> tuple[int, int]:
    """Rules with consequents of up to limits[4] items; links: of `all_links`, those of set v from offsets[v] on;
    bounds[d]: so many rules at most comes from a set of d items; the rest as in `single_rules`.

    A larger consequent leaves a smaller antecedent, whose count is no smaller: below a consequent that fails, all that
    it begins fail, too (Agrawal and Srikant 1994, section 3).
    """
    size = depths.size
    root = np.int64(first[size])
    most = limits[4]
    deepest = path.size - 1
    smaller = np.empty(deepest + 1, np.int64)  # the antecedent, by the number of items taken away
    taken = np.empty(deepest + 1, np.int64)  # the consequent
    place = np.empty(deepest + 1, np.int64)  # on the path, of the item that is taken away next
    wanted = np.empty(deepest + 1, np.int64)  # items of the consequent that have to be there
    used = 0
    v = begin
    while v < size:
        d = np.int64(depths[v])
        path[d] = v
        if d < 2 or d < limits[2] or d > limits[3]:
            v += 1
            continue
        if used + bounds[d] > out.shape[1]:
            break
        found = 0
        if limits[0] > 0:
            for j in range(1, d + 1):
                if roles[items[path[j]]] != 0:
                    found += 1
        if found < limits[0]:
            v += 1
            continue
        count = counts[v]
        smaller[0], taken[0], wanted[0] = v, size, 0
        level, place[0] = 0, d - 1
        while level >= 0:
            j = place[level]
            if j < (place[level - 1] + 2 if level > 0 else 0):  # place[level - 1] has moved on by one
                level -= 1
                continue
            place[level] = j - 1
            item = np.int64(items[path[j + 1]])
            antecedent = np.int64(links[offsets[smaller[level]] + j - level])
            role = roles[item]
            if role & IN_ANTECEDENT or count < needed[antecedent]:
                continue
            if level == 0:
                consequent = np.int64(nodes[root + item])
            else:
                low, high = np.int64(first[taken[level]]), np.int64(first[taken[level] + 1])
                consequent = np.int64(nodes[_seek(node_items, low, high, item)])
            have = wanted[level] + (1 if role & IN_CONSEQUENT else 0)
            if have == limits[1]:
                out[0, used] = v
                out[1, used] = antecedent
                out[2, used] = consequent
                used += 1
            if level + 1 < most and level + 2 < d:
                level += 1
                smaller[level], taken[level], wanted[level] = antecedent, consequent, have
                place[level] = d - 1
        v += 1
    return v, used


@njit()
def spell(depths: U16, items: I32, wanted: U8, out: I32) -> int:
    """The items of the sets where wanted[v] is not 0, end to end as on their paths, into out; -> how many."""
    used = 0
    path = np.empty(65536, np.int32)
    for v in range(depths.size):
        d = np.int64(depths[v])
        path[d - 1] = items[v]
        if wanted[v]:
            for j in range(d):
                out[used + j] = path[j]
            used += d
    return used
