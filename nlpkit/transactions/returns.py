"""Hints at rows that are no purchases: quantities that are not above 0, orders that were cancelled, totals."""

from __future__ import annotations

import re
from collections.abc import Iterable

from nlpkit.errors import Repeated, counted
from nlpkit.transactions.conditions import stated
from nlpkit.transactions.evidence import Column
from nlpkit.transactions.hints import Hint
from nlpkit.transactions.names import Role
from nlpkit.transactions.numbers import readings

__all__ = ["return_hint", "state_hint", "total_hint"]

#: What the state of an order that came to nothing is called: words, and parts of words without spaces.
_UNDONE = (
    "cancel cancelled canceled cancellation refund refunded return returned voided storno storniert retoure "
    "retourniert erstattet annulé annulée remboursé remboursée retourné retournée cancelado cancelada devuelto "
    "devuelta reembolsado devolvido estornado annullato rimborsato reso geannuleerd geretourneerd anulowane "
    "anulowany zwrot iptal iade batal dibatalkan makulerad returnerad återbetald zrušeno vráceno скасовано повернення "
    "отменен отменён отменена возврат возвращен возвращён"
)
_UNDONE_PARTS = re.compile("取消|退款|退货|退貨|返品|返金|交易关闭|キャンセル|취소|환불|반품")
_NOT = "no not non nicht kein keine не pas sin sem geen nie"
_NOT_PARTS = re.compile("[未无無没沒不非否]|なし|안 ")
_MOST_STATES, _MOST_WORDS = 30, 3
_WHOLE = re.compile(r"[+\-−]?[0-9]{1,4}(?:[.,]0+)?")


def total_hint(column: str, value: str) -> Hint:
    """Returns a hint at a last row that sums up the others. value: what it has in a column."""
    return "its last row is a total; ", Repeated("where", stated(column, "!=", value)), " leaves it out"


def return_hint(columns: Iterable[Column], weight: str | int | None) -> Hint | None:
    """Returns a hint at quantities that are not above 0.

    columns: those that hold neither ids nor items. weight: the column of weights, which are checked elsewhere.
    """
    for column in columns:
        is_named = column.role is Role.QUANTITY
        if not (is_named or (column.role is Role.NONE and _are_whole(column))) or _is_weight(column, weight):
            continue
        lowest = {value: min((n for n in readings(value) if n is not None), default=None) for value in column.counts}
        below = sum(column.counts[value] for value, n in lowest.items() if n is not None and n < 0)
        zeros = sum(column.counts[value] for value, n in lowest.items() if n == 0) if is_named else 0
        if None in lowest.values() or not 0 < below + zeros <= len(column.filled) / 2:
            continue
        parts = [counted(below, "negative number")] * (below > 0) + [counted(zeros, "zero")] * (zeros > 0)
        said = f"{column.shown} holds {' and '.join(parts)}{' (returns?)' * (below > 0)} in the "
        said += f"{counted(len(column.cells), 'row')} that were looked at; "
        out = stated(column.ref, ">", "0")
        if len(column.filled) < len(column.cells) and not zeros:  # a blank cell is not above 0
            out = stated(column.ref, "!~", "^[-−]" if any("−" in value for value in lowest) else "^-")
        return said, Repeated("where", out), " leaves such rows out"
    return None


def state_hint(columns: Iterable[Column]) -> Hint | None:
    """Returns a hint at orders that were cancelled or returned. columns: those that hold neither ids nor items."""
    for column in columns:
        if column.role not in (Role.OTHER, Role.CATEGORY) or column.distinct > _MOST_STATES:
            continue
        undone = [value for value in column.counts if _is_undone(value)]
        if not undone or len(undone) == column.distinct:
            continue
        rows = sum(column.counts[value] for value in undone)
        said = f"{column.shown} is {' or '.join(map(repr, undone))} in {counted(rows, 'row')} of the "
        out = stated(column.ref, "!=", undone[0])
        if len(undone) > 1:
            out = stated(column.ref, "!~", f"^({'|'.join(map(re.escape, undone))})$")
        return f"{said}{len(column.cells):,} that were looked at; ", Repeated("where", out), " leaves such rows out"
    return None


def _is_undone(value: str) -> bool:
    if _UNDONE_PARTS.search(value):
        return not _NOT_PARTS.search(value)
    words = set(re.findall(r"\w+", value.casefold()))
    return len(words) <= _MOST_WORDS and bool(words & set(_UNDONE.split())) and not words & set(_NOT.split())


def _are_whole(column: Column) -> bool:
    """Returns whether the values are small whole numbers with a sign or without, of which few are different."""
    return 2 * column.distinct <= len(column.filled) and all(_WHOLE.fullmatch(value) for value in column.counts)


def _is_weight(column: Column, weight: str | int | None) -> bool:
    return str(weight) in (column.name, str(column.place + 1))
