"""Itemsets as lines of tsv, csv or jsonl, made by a kernel from the texts of items and of counts."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nlpkit.executors import undisturbed
from nlpkit.kernels import itemset_text as kernel
from nlpkit.results import visible

_NONE = np.empty(0, np.int64)
_ROOM = 1 << 20  # bytes of text at a time
_ENDING = 96  # bytes of a line after the items, at most
MOST_COUNTS = 1 << 24
"""A total up to which there are tables by count."""

Bytes = NDArray[np.uint8]


class Pen(NamedTuple):
    """A place in a tree: the line of its path (uint8), and where that ends at each depth (int64)."""

    line: Bytes
    ends: NDArray[np.int64]


class Lines:
    """Makes lines of itemsets: `items<TAB>count<TAB>support`, or the same in csv or jsonl.

    In tsv the items are a CSV record of their own, with commas between them: an item that holds a comma, a quote, or
    a space at an end is quoted by CSV's rules; in csv this record is a cell, in quotes; in jsonl items are an array.
    """

    def __init__(self, names: Sequence[str], total: int, scale: int, format: str) -> None:
        self.format, self._total, self._scale = format, total, scale
        opening, self._separator = {"tsv": (b"", b","), "csv": (b'"', b","), "jsonl": (b'{"items": [', b", ")}[format]
        self._opening = opening
        self._texts, self._starts = _end_to_end([ITEM_TEXTS[format](name).encode("utf-8", "replace") for name in names])
        self._longest = np.sort(np.diff(self._starts))[::-1].cumsum()
        self._known = np.full(total + 1 if total <= MOST_COUNTS else 0, -1, np.int32)
        self._endings, self._ending_starts = _end_to_end([])
        self._lock = threading.Lock()

    @property
    def header(self) -> bytes:
        """The first line; nothing in jsonl."""
        return {"tsv": b"items\tcount\tsupport\n", "csv": b"items,count,support\n", "jsonl": b""}[self.format]

    def of(
        self,
        depths: NDArray[np.uint16],
        items: NDArray[np.int32],
        counts: NDArray[np.int64],
        chosen: NDArray[np.int64] | None = None,
    ) -> Iterator[Bytes]:
        """The lines of the `chosen` sets (places in a tree), in this order; None: of all of them."""
        pen = self.pen(int(depths.max(initial=0)))
        if chosen is None:
            yield from self.write(pen, depths, items, counts)
        elif chosen.size:
            yield from self.write(pen, depths, items, counts, chosen, undisturbed(kernel.find_parents, depths))

    def pen(self, deepest: int) -> Pen:
        """What keeps the place in a tree whose paths have up to `deepest` items."""
        line = np.empty(self._longest_line(deepest) + kernel.MARGIN, np.uint8)
        line[: len(self._opening)] = np.frombuffer(self._opening, np.uint8)
        ends = np.zeros(deepest + 1, np.int64)
        ends[0] = len(self._opening)
        return Pen(line, ends)

    def write(
        self,
        pen: Pen,
        depths: NDArray[np.uint16],
        items: NDArray[np.int32],
        counts: NDArray[np.int64],
        nodes: NDArray[np.int64] = _NONE,
        parents: NDArray[np.int64] = _NONE,
        shortest: int = 1,
    ) -> Iterator[Bytes]:
        """Lines of the next sets of a tree: of `nodes` with the `parents` of its sets, else those of some length."""
        known = self._known
        if not known.size:  # with weights: numbers of different counts take the place of counts
            different, counts = np.unique(counts, return_inverse=True)
            endings, starts = _end_to_end([self._ending(count).encode() for count in different.tolist()])
            known = np.arange(different.size, dtype=np.int32)
        else:
            endings, starts = self._prepare(counts[nodes] if nodes.size else counts)
        separator = np.frombuffer(self._separator + bytes(kernel.MARGIN), np.uint8)
        room = max(_ROOM, 2 * pen.line.size + int(np.diff(starts).max(initial=0)))
        total = nodes.size or depths.size
        done = 0
        while done < total:
            out = np.empty(room, np.uint8)
            done, written = kernel.write(
                depths,
                items,
                counts,
                nodes,
                parents,
                self._texts,
                self._starts,
                separator,
                endings,
                starts,
                known,
                pen.line,
                pen.ends,
                shortest,
                out,
                done,
            )
            yield out[:written]

    def longest(self, deepest: int) -> int:
        """Returns a number of bytes that no line of a set of up to `deepest` items exceeds."""
        return self._longest_line(deepest) + _ENDING

    def _longest_line(self, deepest: int) -> int:
        items = int(self._longest[min(deepest, self._longest.size) - 1]) if self._longest.size and deepest else 0
        return len(self._opening) + items + deepest * len(self._separator)

    def _prepare(self, counts: NDArray[np.int64]) -> tuple[Bytes, NDArray[np.int64]]:
        """Endings of lines with these counts, besides those that are there."""
        with self._lock:
            new = undisturbed(kernel.find_new, counts, self._known)
            if new.size:
                texts, starts = _end_to_end([self._ending(count).encode() for count in new.tolist()])
                self._known[new] = np.arange(new.size) + (self._ending_starts.size - 1)
                self._ending_starts = np.concatenate([self._ending_starts, starts[1:] + self._ending_starts[-1]])
                self._endings = np.concatenate([self._endings[: -kernel.MARGIN], texts])
            return self._endings, self._ending_starts

    def _ending(self, units: int) -> str:
        count, support = count_text(units, self._scale), units / self._total
        if self.format == "jsonl":
            return f'], "count": {count}, "support": {support!r}}}\n'
        return {"tsv": "\t{}\t{}\n", "csv": '",{},{}\n'}[self.format].format(count, decimal_text(support))

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "_lock"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        self._lock = threading.Lock()


def count_text(units: int, scale: int) -> str:
    """A count in units of 1/scale, all its digits: 12, or 0.25."""
    if scale == 1:
        return str(units)
    whole, rest = divmod(units, scale)
    return f"{whole}.{f'{rest:0{len(str(scale)) - 1}d}'.rstrip('0') or '0'}"


def decimal_text(value: float) -> str:
    """A number with up to six decimals."""
    text = f"{value:.6f}".rstrip("0")
    return text + "0" if text.endswith(".") else text


def as_cell(item: str) -> str:
    """An item as a cell of a CSV record, quoted where it must be."""
    if item and not (item[0].isspace() or item[-1].isspace() or any(map(item.__contains__, ',"\n\r'))):
        return item
    doubled = item.replace('"', '""')
    return f'"{doubled}"'


def _in_tsv(item: str) -> str:
    return as_cell(visible(item))


def _in_quotes(item: str) -> str:
    return as_cell(item).replace('"', '""')


def _as_json(item: str) -> str:
    return json.dumps(item, ensure_ascii=False)


ITEM_TEXTS: dict[str, Callable[[str], str]] = {"tsv": _in_tsv, "csv": _in_quotes, "jsonl": _as_json}
"""By format, what makes an item a part of the cell of a set."""


def _end_to_end(texts: Sequence[bytes]) -> tuple[Bytes, NDArray[np.int64]]:
    """The texts, with a margin, and where each begins and ends."""
    starts = np.zeros(len(texts) + 1, np.int64)
    np.cumsum([len(text) for text in texts], out=starts[1:])
    return np.frombuffer(b"".join(texts) + bytes(kernel.MARGIN), np.uint8), starts
