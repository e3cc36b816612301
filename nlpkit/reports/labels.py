"""Chooses which points of a picture get a text beside them, so that no two texts overlap."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

#: Pixels: the size of the font, the distance of a text from the middle of its point, and the radius of a point.
FONT, GAP, RADIUS = 12, 7, 4
#: Where a text may stand beside its point, the best place first: in which direction from it.
SIDES = {"right": (1, 0), "left": (-1, 0), "above": (0, -1), "below": (0, 1)}
_LINE = 1.25  # the height of a text, in sizes of the font
_BROAD = frozenset("mwMW@%&")
_TRIED = 400  # points, at most, for which a place is looked for
_MOST_COVERED = 5  # points without a label that a text may cover: between more of them it cannot be read

Floats = NDArray[np.float64]


class Label(NamedTuple):
    """A text beside a point. row: of the point. side: one of SIDES."""

    row: int
    side: str


class Box(NamedTuple):
    """A rectangle on the plot, in pixels from its top left corner."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Box) -> bool:
        """Returns whether they have an area in common."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


def choose(
    texts: Sequence[str],
    x: Floats,
    y: Floats,
    *,
    width: float,
    height: float,
    most: int,
    order: Iterable[int] | None = None,
) -> list[Label]:
    """Chooses labels of points: no two overlap, none covers a point that has one, and all are inside the plot.

    texts: as they are drawn, one a point. x, y: float64, pixels from the top left corner of the plot. width, height:
    of the plot, in pixels. most: the largest number of labels. order: rows of the points, the most important first;
    by default all in their order. Of a point's free sides the one that covers the fewest points is taken, of equal
    ones the first of SIDES; none that covers more than 5. A point for which there is no place gets none. At most the
    first 400 are tried.
    """
    chosen: list[Label] = []
    taken: list[Box] = []
    for tried, row in enumerate(range(len(texts)) if order is None else order):
        if len(chosen) == most or tried == _TRIED:
            break
        at = (float(x[row]), float(y[row]))
        point = point_box(*at)
        if not texts[row].strip() or any(map(point.overlaps, taken)):
            continue
        boxes = {side: label_box(texts[row], *at, side) for side in SIDES}
        free = [side for side, box in boxes.items() if _is_inside(box, width, height) and _is_free(box, taken)]
        covered = {side: _covered(boxes[side], x, y) for side in free}
        side = min(free, key=lambda side: covered[side], default="")
        if side and covered[side] <= _MOST_COVERED:
            chosen.append(Label(row, side))
            taken += [boxes[side], point]
    return chosen


def point_box(x: float, y: float) -> Box:
    """Returns the box around a point."""
    return Box(x - RADIUS, y - RADIUS, x + RADIUS, y + RADIUS)


def label_box(text: str, x: float, y: float, side: str) -> Box:
    """Returns the box of a text on a side of a point."""
    across, down = SIDES[side]
    half, tall = text_width(text) / 2, FONT * _LINE / 2
    middle_x, middle_y = x + across * (GAP + half), y + down * (GAP + tall)
    return Box(middle_x - half, middle_y - tall, middle_x + half, middle_y + tall)


def text_width(text: str) -> float:
    """Returns about how wide a text is, in pixels: Chinese characters and emoji are as wide as the font is high."""
    return FONT * sum(map(_character_width, text))


def _character_width(character: str) -> float:
    """The width of a character, in sizes of the font."""
    if unicodedata.east_asian_width(character) in "WF":
        return 1.0
    if unicodedata.combining(character):
        return 0.0
    return 0.9 if character in _BROAD else 0.7 if character.isupper() else 0.55


def _is_inside(box: Box, width: float, height: float) -> bool:
    return box.left >= 0 and box.top >= 0 and box.right <= width and box.bottom <= height


def _is_free(box: Box, taken: Sequence[Box]) -> bool:
    return not any(map(box.overlaps, taken))


def _covered(box: Box, x: Floats, y: Floats) -> int:
    """How many points have their middle under a box."""
    return int(((x > box.left) & (x < box.right) & (y > box.top) & (y < box.bottom)).sum())
