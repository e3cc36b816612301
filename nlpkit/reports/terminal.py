"""Pictures in text for a terminal: bars, and strips whose shades show where hits are; the library rich draws them."""

from __future__ import annotations

import io
import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nlpkit.errors import OptionError, counted

if TYPE_CHECKING:
    from rich.table import Table

#: Rows that are drawn as bars.
MOST_BARS = 20
#: Columns of a picture where there is no terminal, and at most: longer bars are hard to compare.
WIDTH, MOST_WIDTH = 80, 120

#: Characters that a terminal would obey -> what is shown of them.
_CONTROLS = (
    {code: 0x2400 + code for code in range(32)}
    | {0x7F: 0x2421}
    | dict.fromkeys((*range(0x80, 0xA0), 0x2028, 0x2029, *range(0x202A, 0x202F), *range(0x2066, 0x206A)), 0xFFFD)
)
#: The letters of flags, whose width depends on the terminal, are shown as letters; colours of skin are left out.
_EMOJI = {0x1F1E6 + i: ord("A") + i for i in range(26)} | dict.fromkeys(range(0x1F3FB, 0x1F400))
_UNKNOWN = ("Cs", "Cn", "Co")  # categories of characters that a terminal does not know
_SHADES = "░▒▓█"
_NOTHING = "·"  # a cell without hits
_EIGHTHS = 8  # of a cell, in which bars are measured
_LEAST_CELLS = 4  # of bars, beside their numbers
_DIGITS = 4  # of a number that is no integer
_RIGHT, _LEFT = "green", "magenta"  # colours of bars: readable on black and on white


@dataclass(frozen=True)
class Bars:
    """A bar for each of some rows.

    title: what the bars show. labels: of the rows; they may be texts of a corpus. values: one a row. An infinite value
    has a bar of full length, NaN has none. Bars of negative values go to the left. is_log: whether the length of a bar
    is the logarithm of its value, which is 1 or more.
    """

    title: str
    labels: Sequence[str]
    values: Sequence[float]
    is_log: bool = False

    def __len__(self) -> int:
        return len(self.labels)

    def lines(self, width: int, colour: bool = False) -> list[str]:
        """Returns the picture as lines of at most `width` columns, of which a wide character takes two.

        colour: whether it has the codes that make a terminal show colours. Raises OptionError where rich is missing.
        """
        load_rich()
        from rich.bar import Bar
        from rich.text import Text

        texts = _texts(self.values)
        labels, texts, cells = _laid_out([*map(label, self.labels)], texts, width)
        table = _grid()
        for name, text, value, (begin, end) in zip(labels, texts, self.values, self._ends(cells), strict=True):
            color = (_LEFT if value < 0 else _RIGHT) if colour else "default"
            bar = Bar(_EIGHTHS * cells, begin, end, width=cells, color=color)
            table.add_row(Text(name), *[Text(text)] * bool(text), bar)
        return _rendered(self.title, table, "", width, colour)

    def _ends(self, cells: int) -> list[tuple[int, int]]:
        """Where the bars begin and end, in eighths of cells. All begin or end where a cell does. A value that is not 0
        has an eighth at least."""
        lengths = self._lengths()
        high, low = max(0.0, *lengths, 0.0), min(0.0, *lengths, 0.0)
        zero = _EIGHTHS * min(cells - bool(high), max(1, round(cells * low / (low - high)))) if low else 0
        right = (_EIGHTHS * cells - zero) / high if high else math.inf
        unit = min(right, zero / -low) if low else right
        ends = []
        for value, length in zip(self.values, lengths, strict=True):
            size = max(round(abs(length) * unit) if length else 0, 1 if value and value == value else 0)
            ends.append((zero - size, zero) if value < 0 else (zero, zero + size))
        return ends

    def _lengths(self) -> list[float]:
        """The length of each bar as a share of the longest one, to which infinite values are equal."""
        values = [0.0 if value != value else float(value) for value in self.values]
        if self.is_log:
            values = [math.log10(max(1.0, value)) for value in values]
        most = max((abs(value) for value in values if math.isfinite(value)), default=0.0) or 1.0
        return [math.copysign(1.0, value) if math.isinf(value) else value / most for value in values]


@dataclass(frozen=True)
class Strips:
    """A strip for each of some texts: the shade of a cell says how many hits are in its part of the text.

    title: what the strips show. labels: of the texts. hits: int64, how many are in each of the equal parts that a text
    is cut into; the last ones may lie behind its end. parts: bytes of such a part. sizes: bytes of each text.
    """

    title: str
    labels: Sequence[str]
    hits: Sequence[NDArray[np.int64]]
    parts: Sequence[int]
    sizes: Sequence[int]

    def __len__(self) -> int:
        return len(self.labels)

    def lines(self, width: int, colour: bool = False) -> list[str]:
        """Returns the picture as lines; see `Bars.lines`."""
        load_rich()
        from rich.text import Text

        totals = [f"{int(hits.sum()):,}" for hits in self.hits]
        labels, totals, cells = _laid_out([*map(label, self.labels)], totals, width, keep_end=True)
        each = max(1, -(-max(self.sizes) // cells))
        strips = [self._cells(row, each) for row in range(len(self))]
        most = max(int(strip.max()) for strip in strips)
        table = _grid()
        for name, total, strip in zip(labels, totals, strips, strict=True):
            shown = "".join(_SHADES[-(-len(_SHADES) * n // most) - 1] if n else _NOTHING for n in strip.tolist())
            table.add_row(Text(name), *[Text(total)] * bool(total), Text(shown, _RIGHT if colour else ""))
        note = f"A cell is {counted(each, 'byte')} of text; hits: {_legend(most)}"
        return _rendered(self.title, table, note, width, colour)

    def _cells(self, row: int, each: int) -> NDArray[np.int64]:
        """How many hits each cell of a strip has. each: bytes of a cell."""
        size, part, hits = self.sizes[row], self.parts[row], self.hits[row]
        cells = max(1, -(-size // each))
        places = np.minimum(np.arange(hits.size) * part // each, cells - 1)
        return np.bincount(places, hits, cells).astype(np.int64)


def first_bars(column: str, drawn: int, size: int, noun: str) -> str:
    """Returns the title of bars: `lift of the first 20 of 34,567 rules`. noun: what a row is, in the singular."""
    return f"{column} of {f'the first {drawn} of ' * (drawn < size)}{counted(size, noun)}"


def load_rich() -> None:
    """Raises OptionError where the library rich is not installed."""
    try:
        import rich  # noqa: F401 - whether it can be imported
    except ImportError as error:
        raise OptionError("rich, which draws in a terminal, is not installed: pip install 'nlpkit[plot]'") from error


def shown(text: str) -> str:
    """Returns text as a terminal may get it: without control characters, which it would obey."""
    return text.translate(_CONTROLS)


def label(text: str) -> str:
    """Returns a text of a corpus as a label.

    What has no width of its own, or changes that of its neighbour in some terminals only, is left out: marks of
    direction, joiners of emoji, variation selectors. A text of nothing but white space is in quotes.
    """
    text = "".join(map(_visible, shown(text).translate(_EMOJI)))
    return text if text.strip() else f'"{text}"'


def _visible(character: str) -> str:
    category = unicodedata.category(character)
    is_selector = "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"
    return "" if category == "Cf" or is_selector else "\ufffd" if category in _UNKNOWN else character


def _texts(values: Sequence[float]) -> list[str]:
    """Numbers as texts that can be compared at a glance: all with as many decimals. NaN is a dash."""
    finite = [abs(value) for value in values if math.isfinite(value) and value]
    is_whole = all(float(value).is_integer() for value in values if math.isfinite(value))
    most = max(finite, default=1.0)
    decimals = 0 if is_whole else max(0, _DIGITS - 1 - math.floor(math.log10(most)))
    if most >= 1e15 or (not is_whole and most < 1e-4):
        return [f"{value:.3g}" if value == value else "-" for value in values]
    return [f"{value:,.{decimals}f}" if value == value else "-" for value in values]


def _laid_out(
    labels: list[str], numbers: list[str], width: int, keep_end: bool = False
) -> tuple[list[str], list[str], int]:
    """Returns the labels, cut to half of the width, the numbers, aligned, and how many columns remain for the rest.

    Where too few would remain, the numbers are left out: each is empty. keep_end: whether labels keep their ends when
    they are cut, as names of files do.
    """
    from rich.cells import cell_len

    digits = max(map(len, numbers))
    free = width - digits - 2
    if free < 2 * _LEAST_CELLS:
        digits, free, numbers = 0, width - 1, [""] * len(numbers)
    field = max(1, min(max(map(cell_len, labels)), free // 2))
    return (
        [_cut(text, field, keep_end) for text in labels],
        [text.rjust(digits) for text in numbers],
        max(1, free - field),
    )


def _cut(text: str, cells: int, keep_end: bool) -> str:
    """Returns a text of at most `cells` columns, with an ellipsis where it is cut."""
    from rich.cells import cell_len, set_cell_size

    if cell_len(text) <= cells:
        return text
    if not keep_end:
        return f"{set_cell_size(text, cells - 1).rstrip()}…"
    end = text[1 - cells :] if cells > 1 else ""
    while cell_len(end) >= cells:
        end = end[1:]
    return f"…{end}"


def _grid() -> Table:
    from rich.table import Table

    return Table.grid(padding=(0, 1, 0, 0))


def _legend(most: int) -> str:
    """Says how many hits each shade stands for. most: hits of a cell."""
    count = len(_SHADES)
    bounds = [(most * i // count + 1, most * (i + 1) // count) for i in range(count)]
    rows = [(shade, low, high) for shade, (low, high) in zip(_SHADES, bounds, strict=True) if low <= high]
    return " ".join([f"{_NOTHING}=0", *(f"{shade}={low:,}" + f"-{high:,}" * (low < high) for shade, low, high in rows)])


def _rendered(title: str, table: Table, note: str, width: int, colour: bool) -> list[str]:
    """Returns lines of text: the title, the table, a note below it."""
    from rich.console import Console
    from rich.text import Text

    console = Console(
        file=io.StringIO(),
        width=width,
        height=100,
        force_terminal=colour,
        force_jupyter=False,
        color_system="standard" if colour else None,
        no_color=not colour,
        legacy_windows=False,
        _environ={},
    )
    console.print(Text(title, "bold" if colour else ""))
    console.print(table, crop=True)
    if note:
        console.print(Text(note))
    assert isinstance(console.file, io.StringIO)
    return [line.rstrip(" ") for line in console.file.getvalue().splitlines()]
