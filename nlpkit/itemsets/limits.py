"""What is said, and what is refused, where there are too many itemsets: how many there are, and at which support."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from nlpkit.choices import MIN_SUPPORT
from nlpkit.errors import InputError, Notice, Option, Setting
from nlpkit.itemsets.estimates import least_number, number_text, propose
from nlpkit.itemsets.mining import LARGE, Search, TooManySetsError
from nlpkit.itemsets.supports import as_count, smallest_count

_ENDLESS = 1000 * LARGE  # itemsets that nobody wants all of

_WAYS = ("take ", Option("min_support"), " up, or bound ", Option("max_length"))


@dataclass(frozen=True)
class Limits:
    """How many itemsets there may be, and what the user reads of them.

    least: the smallest support, in units of 1/scale; total: the sum of all transactions in these units. is_default:
    whether nobody has asked for this support; then there may be LARGE sets. shortest: the fewest items of a set that is
    asked for. notify: is called with lines for the user.
    """

    least: int
    total: int
    scale: int
    is_default: bool
    shortest: int
    notify: Callable[[str], object] | None

    def most(self, room: int) -> int:
        """Returns how many sets there may be. room: for how many there is memory."""
        return min(LARGE, room) if self.is_default else room

    def say_default(self, share: int) -> None:
        """Says which support takes the place of 1 %, which is `share`, if one does."""
        if self.notify is not None and self.least > share:
            count, few, used = (as_count(units, self.scale) for units in (self.total, share, self.least))
            there = f"{count} {'transaction' if self.total == self.scale else 'transactions'}"
            said = f"a support of {MIN_SUPPORT.replace('%', ' %')} would be {few}; {used} is used"
            self.notify(Notice(f"{there}: {said}; ", Option("min_support"), " says otherwise"))

    def check(self, search: Search) -> None:
        """Raises TooManySetsError if there are more sets than LARGE without doubt.

        search: what is going to be searched.
        """
        if least_number(search.rows, search.least, search.deepest) > LARGE:
            raise TooManySetsError

    def watch(self, search: Search, most: int | None, found: int, is_first: bool) -> None:
        """Says that there are many sets, and what to change. Raises TooManySetsError if they are more than `most`.

        found: how many there are so far. is_first: whether nothing has been said of this search.
        """
        if not is_first:
            if self.notify is not None:
                self.notify(f"{found:,} itemsets so far (Ctrl-C stops)")
            return
        number = least_number(search.rows, search.least, search.deepest)
        if most is not None and number > most:
            raise TooManySetsError
        if self.notify is None:
            return
        many = f"at least {number_text(number)} itemsets" if number > found else f"{found:,} itemsets so far"
        ways = self._proposal(search) or _WAYS
        self.notify(Notice(many, " at ", *self._support(search.least), "; ", *ways, " (Ctrl-C stops)"))

    def refusal(self, search: Search, most: int) -> InputError:
        """Returns the error for more than `most` sets. search: what found them."""
        number = max(most, least_number(search.rows, search.least, search.deepest))
        ways = self._proposal(search)
        if self.is_default and most >= LARGE:
            why: tuple[str, ...] = (", the default; ",)
            if number < _ENDLESS:
                ways += (*(("; ",) if ways else ()), Setting("min_support", self._typed(search.least)), " gives all")
        else:
            why = (", too many for the memory; ",)
            if number < _ENDLESS:
                ways += (*((", or ",) if ways else ()), "take more ", Option("memory"))
        if not ways:
            ways = _WAYS
        return InputError(f"at least {number_text(number)} itemsets at ", *self._support(search.least), *why, *ways)

    def _support(self, units: int) -> tuple[str, ...]:
        return Option("min_support"), f" {self._typed(units)}"

    def _proposal(self, search: Search) -> tuple[str, ...]:
        """Returns what to change, with how many sets there are then: parts of a message, none where nothing helps."""
        found = propose(search, self.scale, self.shortest)
        if found is None:
            return ()
        if found.length is not None:
            return Setting("max_length", found.length), f" gives {found.sets:,}"
        return Setting("min_support", self._typed(found.support)), f" gives {found.sets:,}"

    def _typed(self, units: int) -> int | str:
        """Returns a support as it is typed: a count, or, where weights have decimals, a share that is this count."""
        if units % self.scale == 0:
            return units // self.scale
        exact, digits = Fraction(units, self.total), 1
        while True:
            text = f"{int(exact * 10**digits):0{digits + 1}d}"
            text = f"{text[:-digits]}.{text[-digits:]}"
            if Fraction(text) and smallest_count(text, self.total) == units:
                return text
            digits += 1
