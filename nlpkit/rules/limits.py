"""How many rules may be kept: what is said, and what is refused, where there are too many."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeAlias

from nlpkit.errors import InputError, Notice, Option, Setting
from nlpkit.itemsets import Itemsets
from nlpkit.itemsets.mining import LARGE
from nlpkit.itemsets.trees import SET_BYTES
from nlpkit.rules.options import RuleOptions
from nlpkit.rules.search import Nodes

_BYTES = 24  # a rule, and its places in the tree twice, while blocks are joined and sorted
_LEAST = 4  # rules may always take 1/_LEAST of the memory, however many itemsets there are
_FEW = 1_000_000  # more rules than this are not worth a proposal
_SECONDS = 2.0  # to count rules for the numbers in the message
_CONFIDENCES = ("0.8", "0.9", "0.95", "1.0")  # that the message may propose

Search: TypeAlias = "Callable[[RuleOptions], Iterator[Nodes]]"


class RuleLimits:
    """What the rules of `itemsets` may take of `memory` bytes. notify: is called with lines for the user.

    Where the itemsets were mined with the default support, there may be LARGE rules.
    """

    def __init__(self, itemsets: Itemsets, memory: int, notify: Callable[[str], object] | None) -> None:
        self._room = max(memory // _LEAST, memory - SET_BYTES * itemsets.depths.size)
        self._is_default, self._notify = itemsets.has_default_support, notify

    def kept(self, search: Search, options: RuleOptions) -> Iterator[Nodes]:
        """Yields the blocks of rules that `search` finds with the options. Raises InputError for more than may be."""
        found = used = 0
        for block in search(options):
            before = found
            found += block.shape[1]
            used += 2 * block.nbytes + _BYTES * block.shape[1]
            if self._is_default and found > LARGE:
                raise self._refusal(search, options, LARGE, "the default support")
            if used > self._room:
                raise self._refusal(search, options, found, "the memory")
            if before < LARGE <= found and self._notify is not None:
                ways = ("; fewer with a higher ", Option("min_confidence"), " or with ", Option("top"))
                self._notify(Notice(f"{found:,} rules so far", *ways, " (Ctrl-C stops)"))
            yield block

    def _refusal(self, search: Search, options: RuleOptions, found: int, limit: str) -> InputError:
        many = (f"at least {found:,} rules at ", Option("min_confidence"), f" {float(options.confidence):g}")
        ways = ("; take ", Option("min_support"), " up, or ask for the ", Option("top"), " ones")
        return InputError(*many, f", too many for {limit}", *self._proposal(search, options), *ways)

    def _proposal(self, search: Search, options: RuleOptions) -> tuple[str, ...]:
        """Returns a higher confidence with the number of its rules; nothing where none helps, or in some seconds."""
        until = time.perf_counter() + _SECONDS
        for text in _CONFIDENCES:
            other = replace(options, min_confidence=text)
            if other.confidence <= options.confidence:
                continue
            found = 0
            for block in search(other):
                found += block.shape[1]
                if found > _FEW or time.perf_counter() > until:
                    break
            else:
                return "; ", Setting("min_confidence", text), f" gives {found:,}"
        return ()
