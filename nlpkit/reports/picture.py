"""A picture of a result: a chart of Altair, with what it shows and which part of the result is drawn in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from nlpkit.errors import OptionError, counted

if TYPE_CHECKING:
    import altair

#: Rows of a page's table.
MOST_ROWS = 10_000
#: Rows of a result that are drawn as points: more would hide each other and make the page large.
MOST_POINTS = 2000
#: Characters of a text that are drawn.
MOST_CHARACTERS = 60


#: What each object of JavaScript has, and Vega therefore cannot take for the name of a category.
_OF_OBJECTS = frozenset(
    ("__proto__", "constructor", "hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable", "toLocaleString")
) | {"toString", "valueOf", "__defineGetter__", "__defineSetter__", "__lookupGetter__", "__lookupSetter__"}


class Excerpt(NamedTuple):
    """A place in the text where something occurs.

    file, line: the name of a file, and the line or the record in it, from 1. left, hit, right: the text around it on
    its line, and the text itself.
    """

    file: str
    line: int
    left: str
    hit: str
    right: str


@dataclass(frozen=True)
class Picture:
    """A picture of a result.

    name: what `plot` takes, such as `scatter`. title: a heading. chart: without width and height, which the page and
    `plot` give it. Its data are records (dicts); a record that stands for a row of the result has the row's key (see
    `ResultTable.row_keys`) as `key`, so that a click shows lines of the text. shows: what it shows and how to read it,
    in one or two sentences. drawn: which part of the result is drawn: `the first 2,000 of 34,567 words`. keys: of the
    rows that are drawn. height: pixels.
    """

    name: str
    title: str
    chart: altair.Chart | altair.LayerChart
    shows: str
    drawn: str
    keys: Sequence[str] = ()
    height: int = 440


def load_altair() -> Any:
    """Returns the library altair. Raises OptionError where it is not installed."""
    try:
        import altair
    except ImportError as error:
        raise OptionError(
            f"pictures need {error.name}, which is not installed: pip install 'nlpkit[report]'"
        ) from error
    return altair


def shortened(text: str, most: int = MOST_CHARACTERS) -> str:
    """Returns a text as it is drawn: at most `most` characters, the last of them an ellipsis if there are more."""
    return text if len(text) <= most else text[: most - 1] + "…"


def spelled(cell: Any) -> Any:
    """Returns a cell of a table as people read it: a tuple, such as a set of items, as one text."""
    return ", ".join(map(str, cell)) if isinstance(cell, tuple) else cell


def distinct(texts: Iterable[str]) -> list[str]:
    """Returns the texts, those that were there before with a number: `aaa…`, `aaa… (2)`."""
    made: dict[str, None] = {}
    for text in texts:
        text += "\u200b" * (text in _OF_OBJECTS)
        name, number = text, 2
        while name in made:
            name, number = f"{text} ({number})", number + 1
        made[name] = None
    return [*made]


def first_of(drawn: int, size: int, noun: str) -> str:
    """Returns which rows are drawn: `the first 2,000 of 34,567 words`, `all 120 words`. noun: `word`."""
    if drawn < size:
        return f"the first {drawn:,} of {counted(size, noun)}"
    return f"{'all ' * (size > 1)}{counted(size, noun)}"
