"""The surest rules with a part of an antecedent: finds for a rule A -> C the B -> C with the highest confidence.

B is any proper subset of A, also the empty set, whose confidence is the support of C. Sets are nodes of a prefix tree,
as in `subsets`; the root is the empty set.
"""

from __future__ import annotations

import numpy as np

from nlpkit.compilation import njit
from nlpkit.kernels.types import I32, I64, U16, U32, U64

_SAFE = 1.0 + 1e-15  # products of floats that differ by more are in the order of the exact ones
_32 = np.uint64(32)
_LOW = np.uint64((1 << 32) - 1)


@njit()
def _is_less(above: int, below: int, other_above: int, other_below: int) -> bool:
    """Returns whether above / below < other_above / other_below, exactly; all are at least 1."""
    first, second = float(above) * float(other_below), float(other_above) * float(below)
    if first * _SAFE < second:
        return True
    if second * _SAFE < first:
        return False
    while True:  # compares continued fractions, which no product of integers is needed for
        whole, other_whole = above // below, other_above // other_below
        if whole != other_whole:
            return whole < other_whole
        rest, other_rest = above - whole * below, other_above - other_whole * other_below
        if rest == 0 or other_rest == 0:
            return rest == 0 and other_rest != 0
        above, below, other_above, other_below = other_below, other_rest, below, rest


@njit()
def surest_parts(depths: U16, counts: I64, links: U32, offsets: I64) -> U64:
    """Finds for each set and each of its items the surest rule with this item as consequent, all other items of which
    are in the set.

    counts: int64[sets + 1], the last one that of the root. links, offsets: as `subsets.rules` takes them.

    Returns uint64[links]: for the set v and its item j, at offsets[v] + j, the node of the whole rule, times 2**32,
    plus that of its antecedent.
    """
    best = np.empty(links.size, np.uint64)
    for v in range(depths.size):
        d = np.int64(depths[v])
        here = offsets[v]
        for j in range(d):
            rule, antecedent = np.int64(v), np.int64(links[here + j])
            above, below = counts[rule], counts[antecedent]
            for k in range(d):
                if k == j:
                    continue
                part = best[offsets[np.int64(links[here + k])] + (j if j < k else j - 1)]
                part_rule, part_antecedent = np.int64(part >> _32), np.int64(part & _LOW)
                part_above, part_below = counts[part_rule], counts[part_antecedent]
                if _is_less(above, below, part_above, part_below):
                    rule, antecedent, above, below = part_rule, part_antecedent, part_above, part_below
            best[here + j] = (np.uint64(rule) << _32) | np.uint64(antecedent)
    return best


@njit()
def parts_of_single(rules: U32, depths: U16, counts: I64, links: U32, offsets: I64, best: U64, out: U32) -> None:
    """Finds the surest rule with a proper part of the antecedent, for rules with one item as consequent.

    rules: uint32[3, n], as `subsets.rules` writes them. best: from `surest_parts`. out: uint32[2, n], receives the node
    of the whole rule and of its antecedent.
    """
    for i in range(rules.shape[1]):
        v = np.int64(rules[0, i])
        d = np.int64(depths[v])
        here = offsets[v]
        j = 0
        while links[here + j] != rules[1, i]:
            j += 1
        rule, antecedent = np.int64(0), np.int64(-1)
        for k in range(d):
            if k == j:
                continue
            part = best[offsets[np.int64(links[here + k])] + (j if j < k else j - 1)]
            part_rule, part_antecedent = np.int64(part >> _32), np.int64(part & _LOW)
            if antecedent < 0 or _is_less(counts[rule], counts[antecedent], counts[part_rule], counts[part_antecedent]):
                rule, antecedent = part_rule, part_antecedent
        out[0, i], out[1, i] = rule, antecedent


@njit()
def _path(node: int, depths: U16, links: U32, offsets: I64, path: I32, items: I32) -> None:
    """Writes the items of a set to `path`, in the order of its path; items: int32, the last item of each node."""
    d = np.int64(depths[node])
    while d > 0:
        path[d - 1] = items[node]
        node = np.int64(links[offsets[node] + d - 1])
        d -= 1


@njit()
def parts_of_any(
    rules: U32, depths: U16, counts: I64, links: U32, offsets: I64, items: I32, until_as_sure: bool, out: U32
) -> None:
    """Does what `parts_of_single` does for rules with any consequent: goes through all parts of the antecedent.

    items: int32[sets], the last item of each node. until_as_sure: takes the first part that is as sure as the rule, not
    the surest.
    """
    deepest = 0
    for v in range(depths.size):
        deepest = max(deepest, np.int64(depths[v]))
    whole, left = np.empty(deepest + 1, np.int32), np.empty(deepest + 1, np.int32)
    places = np.empty(deepest + 1, np.int64)  # of the antecedent's items in the whole set
    sets = np.empty(deepest + 1, np.int64)  # by level: the whole rule without the items that were left out
    antecedents = np.empty(deepest + 1, np.int64)
    following = np.empty(deepest + 1, np.int64)  # by level: the next item to leave out
    for i in range(rules.shape[1]):
        v, a = np.int64(rules[0, i]), np.int64(rules[1, i])
        _path(v, depths, links, offsets, whole, items)
        _path(a, depths, links, offsets, left, items)
        size = np.int64(depths[a])
        q = 0
        for p in range(np.int64(depths[v])):
            if q < size and whole[p] == left[q]:
                places[q] = p
                q += 1
        rule, antecedent = np.int64(-1), np.int64(-1)
        sets[0], antecedents[0], following[0] = v, a, size - 1
        level = 0
        while level >= 0:
            q = following[level]
            if q < 0:
                level -= 1
                continue
            following[level] = q - 1
            part_rule = np.int64(links[offsets[sets[level]] + places[q]])  # items after it are out, those before in
            part = np.int64(links[offsets[antecedents[level]] + q])
            if antecedent < 0 or _is_less(counts[rule], counts[antecedent], counts[part_rule], counts[part]):
                rule, antecedent = part_rule, part
                if until_as_sure and not _is_less(counts[rule], counts[antecedent], counts[v], counts[a]):
                    break
            level += 1
            sets[level], antecedents[level], following[level] = part_rule, part, q - 1
        out[0, i], out[1, i] = rule, antecedent
