"""From frequent itemsets to rules: which, in what order, and what they are worth."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nlpkit.association import Floats, Ints, Tables, false_discoveries, fisher, lift
from nlpkit.choices import DEFAULT_RULE_MEASURES
from nlpkit.errors import OptionError
from nlpkit.executors import undisturbed
from nlpkit.kernels.tables import number_tables, order_by
from nlpkit.rules.measures import MEASURES, confidence
from nlpkit.rules.options import Number, Wanted, wanted
from nlpkit.rules.result import Rules, spelled
from nlpkit.rules.search import Nodes, blocks, incomplete

if TYPE_CHECKING:
    from nlpkit.itemsets import Itemsets

_TABLES = 1 << 14  # different ones that there is room for at first; a power of two
_ROUNDING = 1e-12  # of a lift, relative, and more


def association_rules(
    itemsets: Itemsets,
    *,
    min_confidence: Number = "0.5",
    min_lift: Number | None = None,
    antecedent: str | Iterable[str] = (),
    consequent: str | Iterable[str] = (),
    contains: str | Iterable[str] = (),
    max_consequent: int | None = 1,
    min_length: int = 2,
    max_length: int | None = None,
    measures: str | Sequence[str] = DEFAULT_RULE_MEASURES,
    fdr: float | None = None,
    sort: str = "lift",
    top: int | None = None,
) -> Rules:
    """The rules A -> C of all frequent itemsets: those who have A have C, too, with at least this confidence.

    min_confidence, min_lift: compared exactly, with the digits of a float as Python writes them. antecedent,
    consequent, contains: items that must all be in that side, or in either. max_consequent: items of C at most, None
    for any number. min_length, max_length: of A and C together. measures: the columns, see MEASURES. fdr: keep rules
    up to this share of false discoveries, by Fisher's exact test over the rules that pass the other filters; adds the
    columns fisher and fdr. sort: by a measure, the best first (p-values the smallest), undefined ones last; equal ones
    by confidence, then by count, the larger first, then in the order of the itemsets, of the whole rule's and then of
    the consequent's. top: only so many of them; memory then holds no more than a block beyond those, unless fdr is set,
    which has to see all.

    itemsets: all that are in its tree, whatever is chosen of them. Raises OptionError: also where a subset of an
    itemset is not there, and where counts that tests need are not whole.
    """
    if not hasattr(itemsets, "complete"):
        raise OptionError(f"itemsets is a {type(itemsets).__name__}; give what apriori returns")
    if not itemsets.complete:
        raise incomplete()
    options = wanted(
        itemsets.names,
        min_confidence=min_confidence,
        min_lift=min_lift,
        antecedent=antecedent,
        consequent=consequent,
        contains=contains,
        max_consequent=max_consequent,
        min_length=min_length,
        max_length=max_length,
        measures=measures,
        sort=sort,
        fdr=fdr,
        top=top,
    )
    for name in (*options.measures, options.sort):
        if MEASURES[name].is_whole and itemsets.scale != 1:
            raise OptionError(f"{name}: tests need whole counts, but the weights have decimals; leave it out")
    return _measured(itemsets, _found(itemsets, options), options)


def _found(tree: Itemsets, options: Wanted) -> Nodes:
    """All rules before other filters; or, where `top` needs no more, few, with the `top` ones among them."""
    if options.top is None or options.fdr is not None:
        return _joined([*blocks(tree, options)])
    best = _joined([])
    for block in blocks(tree, options):
        both = _joined([best, block])
        best = both.take(np.sort(_order(tree, both, options)[0]), axis=1)  # as they came, for the last tie
    return best


def _joined(parts: list[Nodes]) -> Nodes:
    return np.concatenate([np.empty((3, 0), np.uint32), *parts], axis=1)


def _order(tree: Itemsets, rules: Nodes, options: Wanted) -> tuple[Ints, Tables, NDArray[np.int32], dict[str, Floats]]:
    """The places of the rules that are wanted, the best first; the different tables that all of them make, the number
    of each rule's table, and what had to be known of the tables for the order.

    rules: as of `blocks`.
    """
    tables, place = _tables(tree, rules)
    keep = _has_lift(tables, options.min_lift)
    known: dict[str, Floats] = {}
    if options.fdr is not None:
        p, q = fisher(tables), np.ones(keep.size, np.float64)
        q[keep] = false_discoveries(p[keep], np.bincount(place, minlength=keep.size)[keep])
        keep &= q <= options.fdr
        known = {"fisher": p, "fdr": q}
    if options.sort not in known:
        known[options.sort] = _compute(tables, options.sort)
    ranks, groups = _ranks(known[options.sort], options.sort, tables)
    ranks[~keep] = -1
    return undisturbed(order_by, ranks, groups, place)[: options.top], tables, place, known


def _tables(tree: Itemsets, rules: Nodes) -> tuple[Tables, NDArray[np.int32]]:
    """The different tables of rules, and the number of each rule's. There are few: counts repeat themselves."""
    size = rules.shape[1]
    place = np.empty(size, np.int32)
    tables = np.empty((3, _TABLES), np.int64)
    begin = used = 0
    while True:
        slots = np.zeros(2 * tables.shape[1], np.int32)
        begin, used = undisturbed(number_tables, rules, tree.counts, begin, used, tables, slots, place)
        if begin == size:
            rule, antecedent, consequent = tables[:, :used]
            return Tables(rule, antecedent, consequent, int(tree.total)), place
        tables = np.concatenate([tables, np.empty((3, 3 * used), np.int64)], axis=1)


def _ranks(values: Floats, sort: str, tables: Tables) -> tuple[Ints, int]:
    """The rank of each table, by the measure `sort`, whose values these are, then confidence, then count, from 0 on,
    equal ones the same; and how many there are. Undefined values are equal, and last."""
    is_undefined = np.isnan(values)
    key = np.where(is_undefined, 0.0, values if MEASURES[sort].is_p else -values)
    keys = (-tables.both, -confidence(tables), key, is_undefined)
    order = np.lexsort(keys)
    steps = np.zeros(order.size, np.int64)
    for column in keys:
        steps[1:] |= column[order[1:]] != column[order[:-1]]
    ranks = np.empty(order.size, np.int64)
    ranks[order] = np.cumsum(steps)
    return ranks, int(steps.sum()) + 1


def _has_lift(tables: Tables, threshold: Fraction | None) -> NDArray[np.bool_]:
    """Which have at least this lift; exact."""
    if threshold is None:
        return np.ones(tables.both.size, np.bool_)
    values, limit = lift(tables), float(threshold)
    keep: NDArray[np.bool_] = values >= limit
    for i in np.flatnonzero(np.abs(values - limit) <= _ROUNDING * limit).tolist():
        chance = int(tables.first[i]) * int(tables.second[i])
        keep[i] = int(tables.both[i]) * tables.total * threshold.denominator >= chance * threshold.numerator
    return keep


def _compute(tables: Tables, name: str) -> Floats:
    compute = MEASURES[name].compute
    assert compute is not None  # fdr, which is known by then
    return compute(tables)


def _measured(tree: Itemsets, rules: Nodes, options: Wanted) -> Rules:
    order, tables, place, known = _order(tree, rules, options)
    rules, place = rules.take(order, axis=1), place[order]
    is_used = np.zeros(tables.both.size, np.bool_)
    is_used[place] = True
    if not is_used.all():
        tables = tables.take(is_used)
        known = {name: values[is_used] for name, values in known.items()}
        place = (np.cumsum(is_used, dtype=np.int32) - np.int32(1))[place]
    values = {name: known[name] if name in known else _compute(tables, name) for name in options.measures}
    return Rules(*spelled(tree, rules), tables, place, values, int(tree.scale))
