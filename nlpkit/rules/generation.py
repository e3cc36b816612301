"""`association_rules`: from frequent itemsets to rules, in order and with their measures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from nlpkit.arguments import checked
from nlpkit.association import Floats, Ints, Tables, false_discoveries, fisher, lift
from nlpkit.choices import DEFAULT_RULE_MEASURES, MAX_CONSEQUENT, MIN_CONFIDENCE, RULE_SORT
from nlpkit.errors import Option, OptionError
from nlpkit.executors import undisturbed
from nlpkit.itemsets import Itemsets
from nlpkit.itemsets.options import Wanted
from nlpkit.itemsets.supports import Number
from nlpkit.kernels.tables import number_tables, order_by
from nlpkit.memory import check_memory
from nlpkit.rules.limits import RuleLimits
from nlpkit.rules.measures import MEASURES, confidence, improvement
from nlpkit.rules.options import RuleOptions, WantedRanks, wanted_ranks
from nlpkit.rules.result import Rules
from nlpkit.rules.search import Nodes, blocks, incomplete
from nlpkit.rules.sides import number_sides

_TABLES = 1 << 14  # different ones that there is room for at first; a power of two
_ROUNDING = 1e-12  # of a lift, relative, and more


@checked
def association_rules(
    itemsets: Itemsets,
    *,
    min_confidence: Number = MIN_CONFIDENCE,
    min_lift: Number | None = None,
    non_redundant: bool = False,
    min_improvement: Number | None = None,
    antecedent: Wanted = (),
    consequent: Wanted = (),
    contains: Wanted = (),
    max_consequent: int | None = MAX_CONSEQUENT,
    min_length: int = 2,
    max_length: int | None = None,
    measures: str | Sequence[str] = DEFAULT_RULE_MEASURES,
    fdr: Number | None = None,
    sort: str = RULE_SORT,
    top: int | None = None,
    memory: int | None = None,
    progress: Callable[[float], object] | None = None,
    notify: Callable[[str], object] | None = None,
) -> Rules:
    """Finds the rules A -> C: of the transactions with A, at least the share `min_confidence` has C, too.

    Example: `association_rules(apriori(transactions), min_confidence="80%", top=10)`.

    itemsets: the result of `apriori`. Rules are made of all sets in its tree, whichever are selected.
    min_confidence, min_lift: the smallest values, compared exactly, with the digits of a float as Python writes them.
    non_redundant: leave out a rule A -> C if some B -> C is at least as sure (compared exactly), where B is a proper
    subset of A, also the empty one, whether or not B -> C is among the results (Bayardo, Agrawal and Gunopulos 2000).
    min_improvement: keep rules whose confidence is at least so much higher than that of every such B -> C: 0.01.
    antecedent, consequent, contains: items that must all be in A, in C, or in either; in place of an item several, as a
    tuple or with | between them, of which one must be: `["tea", ("milk", "cream")]`, `"milk|cream"`.
    max_consequent: the largest number of items of C; None for any.
    min_length, max_length: the smallest and the largest number of items of A and C together.
    measures: the columns; see MEASURES.
    fdr: keep rules up to this share of false discoveries, by Fisher's exact test over the rules that pass the other
    filters; adds the columns fisher and fdr.
    sort: a measure, by which the best rules come first (of p-values the smallest), undefined values last; equal ones
    are in the order of confidence, then count, the larger first, then of the itemsets: of the whole rule's, then of the
    consequent's.
    top: only the first `top` rules. Memory then holds no more than these and a block of others, unless fdr is set,
    which needs all rules.
    memory: bytes that itemsets and rules may take together (default: a quarter of the memory of this machine).
    progress: is called with shares of the search for rules as they are done, which add up to 1.
    notify: is called with lines for the user, when rules become very many.

    Raises InputError for more rules than fit in memory, or than 10 million where nobody gave `min_support`.
    Raises OptionError, also if a subset of an itemset is missing, or if a measure needs whole counts and weights have
    decimals.
    """
    options = RuleOptions(
        min_confidence,
        min_lift,
        non_redundant,
        min_improvement,
        antecedent,
        consequent,
        contains,
        max_consequent,
        min_length,
        max_length,
        measures,
        fdr,
        sort,
        top,
    )
    if not itemsets.complete:
        raise incomplete()
    wanted = wanted_ranks(options, itemsets.names)
    if itemsets.scale != 1:
        _check_whole(options)
    limits = RuleLimits(itemsets, check_memory(memory), notify)
    return _with_measures(itemsets, _search(itemsets, options, wanted, limits, progress), options)


def _check_whole(options: RuleOptions) -> None:
    """Raises OptionError for what needs whole counts."""
    for name in (*options.measures, options.sort):
        if MEASURES[name].is_whole:
            cause = Option("fdr") if options.fdr is not None else name
            raise OptionError(cause, ": needs whole counts, but the weights have decimals; leave it out")


def _search(
    tree: Itemsets,
    options: RuleOptions,
    wanted: WantedRanks,
    limits: RuleLimits,
    progress: Callable[[float], object] | None,
) -> Nodes:
    """Returns all rules before the other filters, or, where `top` needs no more, few with the `top` best among them."""

    def search(chosen: RuleOptions) -> Iterator[Nodes]:
        told = progress if chosen is options else None  # not of the search for a proposal
        return (_improved(tree, block, chosen) for block in blocks(tree, chosen, wanted, told))

    if options.top is None or options.fdr is not None:
        return _concatenated([*limits.kept(search, options)], options)
    best = None
    for block in search(options):
        both = block if best is None else np.concatenate([best, block], axis=1)
        best = both.take(np.sort(_order(tree, both, options)[0]), axis=1)  # as they came, for the last tie
    return _concatenated([] if best is None else [best], options)


def _concatenated(rules: list[Nodes], options: RuleOptions) -> Nodes:
    return np.concatenate([np.empty((5 if options.compares_parts else 3, 0), np.uint32), *rules], axis=1)


def _improved(tree: Itemsets, rules: Nodes, options: RuleOptions) -> Nodes:
    """Returns the rules that improve on those with a part of their antecedents, as far as the options ask for it."""
    if not options.drops_parts:
        return rules
    tables, place = _tables(tree, rules)
    return rules[:, _improves(tables, options)[place]]


def _order(
    tree: Itemsets, rules: Nodes, options: RuleOptions
) -> tuple[Ints, Tables, NDArray[np.int32], dict[str, Floats]]:
    """Returns the places of the rules that pass all filters, the best first; the different tables of all rules; the
    number of each rule's table; and the measures of the tables that the order needed.

    rules: as `_improved` returns them.
    """
    tables, place = _tables(tree, rules)
    keep = _has_lift(tables, options.lift)
    known: dict[str, Floats] = {}
    if options.fdr is not None:
        p, q = fisher(tables), np.ones(keep.size, np.float64)
        q[keep] = false_discoveries(p[keep], np.bincount(place, minlength=keep.size)[keep])
        keep &= q <= options.false_share
        known = {"fisher": p, "fdr": q}
    if options.sort not in known:
        known[options.sort] = _compute(tables, options.sort)
    ranks, groups = _ranks(known[options.sort], options.sort, tables)
    ranks[~keep] = -1
    return undisturbed(order_by, ranks, groups, place)[: options.top], tables, place, known


def _tables(tree: Itemsets, rules: Nodes) -> tuple[Tables, NDArray[np.int32]]:
    """Returns the different tables of rules, which are few, since counts repeat, and the number of each rule's."""
    rows, size = rules.shape
    place = np.empty(size, np.int32)
    tables = np.empty((rows, _TABLES), np.int64)
    counts = tree.counts if rows == 3 else np.append(tree.counts, np.int64(tree.total))  # with that of the empty set
    begin = used = 0
    while True:
        slots = np.zeros(2 * tables.shape[1], np.int32)
        begin, used = undisturbed(number_tables, rules, counts, begin, used, tables, slots, place)
        if begin == size:
            rule, antecedent, consequent, *part = tables[:, :used]
            return Tables(rule, antecedent, consequent, int(tree.total), np.array(part) if part else None), place
        tables = np.concatenate([tables, np.empty((rows, 3 * used), np.int64)], axis=1)


def _ranks(values: Floats, sort: str, tables: Tables) -> tuple[Ints, int]:
    """Returns the rank of each table, from 0, and how many ranks there are.

    values: the measure `sort`. Ranks are by it, then by confidence, then by count; equal tables have one rank.
    Undefined values are equal, and last.
    """
    is_undefined = np.isnan(values)
    key = np.where(is_undefined, 0.0, values if MEASURES[sort].is_low else -values)
    keys = (-tables.both, -confidence(tables), key, is_undefined)
    order = np.lexsort(keys)
    steps = np.zeros(order.size, np.int64)
    for column in keys:
        steps[1:] |= column[order[1:]] != column[order[:-1]]
    ranks = np.empty(order.size, np.int64)
    ranks[order] = np.cumsum(steps)
    return ranks, int(steps.sum()) + 1


def _has_lift(tables: Tables, threshold: Fraction | None) -> NDArray[np.bool_]:
    """Returns a mask of the tables with at least this lift; exact."""
    if threshold is None:
        return np.ones(tables.both.size, np.bool_)
    values, limit = lift(tables), float(threshold)
    keep: NDArray[np.bool_] = values >= limit
    for i in np.flatnonzero(np.abs(values - limit) <= _ROUNDING * limit).tolist():
        chance = int(tables.first[i]) * int(tables.second[i])
        keep[i] = int(tables.both[i]) * tables.total * threshold.denominator >= chance * threshold.numerator
    return keep


def _improves(tables: Tables, options: RuleOptions) -> NDArray[np.bool_]:
    """Returns a mask of the tables of rules that are as much surer than their parts as the options ask for; exact."""
    assert tables.part is not None
    part_both, part_first = tables.part
    values, least = improvement(tables), options.improvement or Fraction(0)
    near = np.abs(values - float(least)) <= _ROUNDING
    keep: NDArray[np.bool_] = values > float(least)
    same = near & (tables.both == tables.first) & (part_both == part_first)  # most of them; no arithmetic is needed
    keep[same] = not options.non_redundant and least <= 0
    for i in np.flatnonzero(near & ~same).tolist():
        below, part_below = int(tables.first[i]), int(part_first[i])
        exact = int(tables.both[i]) * part_below - int(part_both[i]) * below  # improvement * below * part_below
        enough = exact * least.denominator >= least.numerator * below * part_below
        keep[i] = enough and (exact > 0 or not options.non_redundant)
    return keep


def _compute(tables: Tables, name: str) -> Floats:
    compute = MEASURES[name].compute
    assert compute is not None  # fdr, which is known by then
    return compute(tables)


def _with_measures(tree: Itemsets, rules: Nodes, options: RuleOptions) -> Rules:
    order, tables, place, known = _order(tree, rules, options)
    rules, place = rules.take(order, axis=1), place[order]
    is_used = np.zeros(tables.both.size, np.bool_)
    is_used[place] = True
    if not is_used.all():
        tables = tables.take(is_used)
        known = {name: values[is_used] for name, values in known.items()}
        place = (np.cumsum(is_used, dtype=np.int32) - np.int32(1))[place]
    values = {name: known[name] if name in known else _compute(tables, name) for name in options.measures}
    return Rules(*number_sides(tree, rules), tables, place, values, int(tree.scale))
