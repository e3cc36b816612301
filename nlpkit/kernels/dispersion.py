"""How strings are spread over a text: goes through it in order and adds up what measures of dispersion are made of."""

from __future__ import annotations

import math

from nlpkit.compilation import njit
from nlpkit.kernels.tokens import DOCUMENT_END
from nlpkit.kernels.types import F64, I32, I64

#: Columns of `whole`, int64: occurrences in the text; the largest distance that is no more than the average one;
#: occurrences in the open part; places of the first and of the last occurrence, -1 if there was none; distances that
#: are larger than the average one; the sum of all others; parts with an occurrence.
COUNT, AVERAGE, HERE, FIRST, LAST, LARGER, SMALLER, RANGE = range(8)
#: Columns of `sums`, float64, over the parts in which a string occurs: their sizes in tokens; the differences between
#: the observed and the expected shares; r - 1, (r - 1)^2 and r ln r, where r is the rate in the part divided by that in
#: the text.
SIZES, DIFFERENCES, EXCESS, SQUARES, ENTROPY = range(5)
#: Places in `state`, int64: tokens so far; tokens before the open part; parts so far; tokens of the smallest one; how
#: many strings occur in the open part.
TOKENS, BEGIN, PARTS, SMALLEST, OPEN = range(5)


@njit()
def follow(trace: I32, rows: I32, total: int, parts: int, whole: I64, sums: F64, touched: I32, state: I64) -> None:
    """Goes through the n-grams of a stretch of text in order.

    trace: as kernels/tokens.py writes it. rows: int32, the row of each number, -1 if it has none. total: the number of
    tokens of the text. parts: into how many parts the text is cut, of which the first ones are larger by a token; 0 if
    a part is a document. whole, sums, state: see above; `whole` and `sums` have a row for each string. touched: int32,
    room for the number of each row.
    """
    end = _end(state[PARTS] + 1, total, parts)
    for value in trace:
        if value == DOCUMENT_END:
            if parts == 0:
                close_part(total, whole, sums, touched, state)
            continue
        if value >= 0:
            row = rows[value >> 1]
            if row >= 0:
                if whole[row, HERE] == 0:
                    touched[state[OPEN]] = row
                    state[OPEN] += 1
                whole[row, HERE] += 1
                if whole[row, FIRST] < 0:
                    whole[row, FIRST] = state[TOKENS]
                else:
                    _add_distance(state[TOKENS] - whole[row, LAST], whole, row)
                whole[row, LAST] = state[TOKENS]
            if value & 1 == 0:
                continue
        state[TOKENS] += 1
        if state[TOKENS] == end:
            close_part(total, whole, sums, touched, state)
            end = _end(state[PARTS] + 1, total, parts)


@njit()
def _end(parts_so_far: int, total: int, parts: int) -> int:
    """Returns the number of tokens in the first parts of a text; -1 where parts are documents."""
    if parts == 0:
        return -1
    return parts_so_far * (total // parts) + min(parts_so_far, total % parts)


@njit()
def _add_distance(distance: int, whole: I64, row: int) -> None:
    if distance > whole[row, AVERAGE]:
        whole[row, LARGER] += 1
    else:
        whole[row, SMALLER] += distance


@njit()
def close_part(total: int, whole: I64, sums: F64, touched: I32, state: I64) -> None:
    """Ends the open part; one without tokens is none. Arguments as in `follow`."""
    size = state[TOKENS] - state[BEGIN]
    if size == 0:
        return
    state[BEGIN] = state[TOKENS]
    state[PARTS] += 1
    state[SMALLEST] = size if state[PARTS] == 1 else min(size, state[SMALLEST])
    share = size / total
    for i in range(state[OPEN]):
        row = touched[i]
        here, count = float(whole[row, HERE]), float(whole[row, COUNT])
        rate = (here * total) / (size * count)  # exactly 1 where the rate is that of the text
        whole[row, HERE] = 0
        whole[row, RANGE] += 1
        sums[row, SIZES] += size
        sums[row, DIFFERENCES] += abs(here / count - share)
        sums[row, EXCESS] += rate - 1
        sums[row, SQUARES] += (rate - 1) * (rate - 1)
        sums[row, ENTROPY] += rate * math.log(rate)
    state[OPEN] = 0


@njit()
def close_circle(total: int, whole: I64) -> None:
    """Adds the distance from the last occurrence of each string to the first, over the end of the text."""
    for row in range(whole.shape[0]):
        if whole[row, FIRST] >= 0:
            _add_distance(whole[row, FIRST] + total - whole[row, LAST], whole, row)
