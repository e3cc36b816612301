"""The options of `collocations`, checked in one place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nlpkit.choices import COLLOCATION_SORT, COLLOCATION_SORTS, WINDOW, WITHIN
from nlpkit.errors import Option, OptionError
from nlpkit.options import check_at_least, check_choice

#: Words on one side of a window, at most; nodes, at most.
WIDEST, MOST_NODES = 1000, 10_000


@dataclass(frozen=True)
class CollocationOptions:
    """Which collocations are wanted. The fields are the arguments of `collocations` with the same names.

    Raises OptionError for a value that makes no sense.
    """

    node: str | Sequence[str] | None = None
    window: int | tuple[int, int] = WINDOW
    within: str = WITHIN[0]
    sort: str = COLLOCATION_SORT
    min_count: int = 5
    min_frequency: int = 5
    top: int | None = None

    def __post_init__(self) -> None:
        self._check_window()
        check_choice("within", self.within, WITHIN)
        check_choice("sort", self.sort, COLLOCATION_SORTS)
        check_at_least("min_count", self.min_count, 1)
        check_at_least("min_frequency", self.min_frequency, 1)
        check_at_least("top", self.top, 1)
        if len(self.nodes) > MOST_NODES:
            raise OptionError(Option("node"), f": {len(self.nodes):,} words are too many; give {MOST_NODES:,} or fewer")
        if self.node is not None and not self.nodes:
            raise OptionError(Option("node"), " is empty; name a word, or leave it out for all pairs")
        for node in self.nodes:
            if not any(map(str.isalnum, node)):
                what = f" {node!r} is no word: it has no letter and no digit" if node else " is empty"
                raise OptionError(Option("node"), what)

    def _check_window(self) -> None:
        sides = (self.window,) if isinstance(self.window, int) else tuple(self.window)
        if len(sides) > 2 or not all(isinstance(side, int) for side in sides) or not sides:
            raise OptionError(Option("window"), f" is {self.window}; give a number of words, or two: before and after")
        if min(sides) < 0 or max(sides) > WIDEST:
            raise OptionError(Option("window"), f" is {self._shown}; each side has 0 to {WIDEST:,} words")
        if not max(sides):
            raise OptionError(Option("window"), f" is {self._shown}; nothing stands within it, so give 1 or more")

    @property
    def _shown(self) -> str:
        return str(self.window) if isinstance(self.window, int) else ",".join(map(str, self.window))

    @property
    def sides(self) -> tuple[int, int]:
        """Words before and after the node."""
        if isinstance(self.window, int):
            return self.window, self.window
        left, *right = self.window
        return left, right[0] if right else left

    @property
    def nodes(self) -> tuple[str, ...]:
        """The nodes, each once; none where all pairs are wanted."""
        if self.node is None:
            return ()
        return (self.node,) if isinstance(self.node, str) else tuple(dict.fromkeys(self.node))
