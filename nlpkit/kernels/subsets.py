"""Subsets in a prefix tree of itemsets: finds closed and maximal sets, and the association rules of sets.

A set is a node, numbered in pre-order; its items are those on its path, with falling ranks. The root is the empty set;
its number is the number of sets. The tree must contain every subset of each set. On the way down, the subsets of a
child with one item less are found among the children of its parent's subsets, by the same item; a cursor in these
children advances from sibling to sibling.
"""

from __future__ import annotations

import numpy as np

from nlpkit.compilation import njit
from nlpkit.kernels.types import I32, I64, U8, U16, U32

#: The roles of items in rules, as bits.
IN_ANTECEDENT, IN_CONSEQUENT, ANYWHERE = 1, 2, 4

#: What `single_rules` returns for a tree that lacks a subset of some set.
INCOMPLETE = -1


@njit()
def children(depths: U16, items: I32) -> tuple[U32, U32, I32]:
    """Returns the children of each node and of the root, in ascending order of items: (first, nodes, node_items).

    first: uint32[sets + 2]; the children of node v are nodes[first[v]:first[v + 1]]. nodes: uint32[sets]. node_items:
    int32[sets], the items of `nodes`.
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
    """Returns the first place in values[begin:end] (ascending) that is not below `value`, or end; fast near `begin`."""
    low, step = begin, 1
    while low + step <= end and values[low + step - 1] < value:
        low += step
        step *= 2
    high = min(low + step - 1, end)  # values before `low` are below `value`; from `high` on they are not
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
    """Visits node v at depth d below path[:d]; returns False if the tree lacks one of its subsets.

    links[d, j]: becomes the set without its item j. at[d, j]: the next child of links[d, j] to compare with the
    children of v. is_parent: whether v has children.
    """
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
    """Marks the sets that are not closed, and those that are not maximal. Returns whether the tree has all subsets.

    closed, maximal: uint8[sets], ones; receive 0 for sets that are not. A set is not closed if a set with one more item
    has the same count (Pasquier et al. 1999), and not maximal if there is a set with one more item (Bayardo 1998).
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
    """Finds the rules with one item as consequent: those where counts[set] >= needed[antecedent].

    needed: int64[sets]. first, nodes, node_items: from `children`. roles: uint8[ranks], the bits above. limits: int64:
    the number of items with a role, all of which a rule must contain; how many of these must be in the consequent; the
    fewest and the most items of a rule. path: int64[n], links, at: int64[n, n], with n = 1 + the items of the largest
    set; before the first call filled with the number of sets (path, links) and 0 (at). begin: the next set. out:
    uint32[3, room], receives set, antecedent and consequent (as a node), ordered by set, then by consequent. Returns
    (the next set, or the number of sets at the end, or INCOMPLETE; the number of rules in `out`).
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
    """Writes the subsets of each set without its first, second... item; returns whether the tree has all of them. out:
    uint32[sum of depths], receives them end to end. The other arrays are as in `single_rules`."""
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
    """Finds the rules with consequents of up to limits[4] items.

    links: from `all_links`, those of set v from offsets[v] on. bounds[d]: the most rules that a set of d items can
    have. Other arguments and the result are as in `single_rules`. A larger consequent leaves a smaller antecedent,
    whose count is no smaller; so if a consequent fails, all that extend it fail too (Agrawal and Srikant 1994, section
    3).
    """
    size = depths.size
    root = np.int64(first[size])
    most = limits[4]
    deepest = path.size - 1
    smaller = np.empty(deepest + 1, np.int64)  # by level (items in the consequent): the antecedent
    taken = np.empty(deepest + 1, np.int64)  # by level: the consequent, as a node
    place = np.empty(deepest + 1, np.int64)  # by level: the place on the path of the next item for the consequent
    wanted = np.empty(deepest + 1, np.int64)  # by level: items of the consequent that must be in it
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
            if j < (place[level - 1] + 2 if level > 0 else 0):  # place[level - 1] is already the next one
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
    """Writes the items of the sets with wanted[v] != 0, end to end in the order of paths; returns their number."""
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
