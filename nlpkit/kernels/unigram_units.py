"""Units (spans that are always words), clusters (spans within which no token ends), and where text may be cut.

Both are int64 pairs: first character, one after the last.
"""

from __future__ import annotations

from typing import Any

from nlpkit.compilation import Lazy
from nlpkit.kernels.unigram_characters import ALNUM, CR, LETTER, LF, SIGN

_LETTERS = ALNUM + 10  # the first id of a letter; those of digits come before


@Lazy
def find_units(n: int, ids: Any, cells: Any, units: Any) -> int:
    """Finds the words of a trie of units in a text: the leftmost, of these the longest. Returns their number.

    ids: of n characters, then 0; 0 for characters in no unit. Letters and digits have LETTER added: no unit begins or
    ends within a run of them. cells: the trie. units: int64, receives the pairs.
    """
    count = 0
    p = 0
    while p < n:
        c = int(ids[p]) & ~LETTER
        if c == 0 or (p > 0 and ids[p] & ids[p - 1] & LETTER != 0):
            p += 1
            continue
        cell = cells[c]
        end = 0
        q = p + 1
        while True:
            if cell & 0xFFFFF != 0 and ids[q] & ids[q - 1] & LETTER == 0:
                end = q
            base = cell >> 36
            c = int(ids[q]) & ~LETTER
            if base == 0 or c == 0:
                break
            cell = cells[base + c]
            if (cell >> 20) & 0xFFFF != c:
                break
            q += 1
        if end > 0:
            units[2 * count] = p
            units[2 * count + 1] = end
            count += 1
            p = end
        else:
            p += 1
    return count


@Lazy
def set_units(n: int, base: int, units: Any, first: int, ids: Any) -> int:
    """Sets the ids of characters in units to 0. Returns n, or the place of a unit that extends beyond the n characters.
    base: the number in the text of ids[0]. units: int64 pairs, in numbers of the text; starts at pair `first`."""
    k = 2 * first
    while k < len(units) and units[k] < base + n:
        end = min(units[k + 1] - base, n)
        for p in range(units[k] - base, end):
            ids[p] = 0
        if units[k + 1] - base > n:
            return units[k] - base
        k += 2
    return n


@Lazy
def set_glue(n: int, base: int, clusters: Any, first: int, glued: Any) -> None:
    """Sets glued[p] to 1 for characters of clusters after the first of each, else to 0. Arguments: as in set_units."""
    for p in range(n + 2):
        glued[p] = 0
    k = 2 * first
    while k < len(clusters) and clusters[k] < base + n:
        for p in range(max(0, clusters[k] + 1 - base), min(clusters[k + 1] - base, n)):
            glued[p] = 1
        k += 2


@Lazy
def join_runs(n: int, ids: Any, lengths: Any) -> None:
    """Joins the words of a path where one ends within a run of digits, or of ASCII letters.

    ids: of n characters, then 0. lengths: of the word that begins at each character.
    """
    p = 0
    while p < n:
        q = p + lengths[p]
        c = ids[q]
        while c >= ALNUM and c < SIGN and ids[q - 1] >= ALNUM and ids[q - 1] < SIGN:
            if (c < _LETTERS) != (ids[q - 1] < _LETTERS):
                break
            q += lengths[q]
            c = ids[q]
        lengths[p] = q - p
        p = q


@Lazy
def set_lengths(n: int, base: int, units: Any, first: int, lengths: Any) -> int:
    """Sets the lengths of units, at their first characters; returns the first unit that begins later."""
    k = first
    while 2 * k < len(units) and units[2 * k] < base + n:
        lengths[units[2 * k] - base] = units[2 * k + 1] - units[2 * k]
        k += 1
    return k


@Lazy
def is_boundary(p: int, ids: Any, glued: Any, full: bool) -> bool:
    """Returns whether the text may be cut before character p > 0 without changing its tokens."""
    before, behind = ids[p - 1], ids[p]
    if (before == CR and behind == LF) or (len(glued) > 0 and glued[p]):
        return False
    if (before >= ALNUM) != (behind >= ALNUM):
        return True
    return not full and ((before > 0 and before < ALNUM) or (behind > 0 and behind < ALNUM))
