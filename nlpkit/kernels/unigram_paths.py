"""Finds the most probable path through the words of a text, given as character ids (see unigram_characters.py).

The values of the trie of words are places in `scores`: float64, ln p of each word. scores[0], and the score of a word
of count 0, are -inf. These kernels also run as plain Python on lists, for short texts.
"""

from __future__ import annotations

from typing import Any

from nlpkit.compilation import Lazy
from nlpkit.kernels.unigram_characters import ALNUM

#: The score of a non-word.
NEVER = float("-inf")


@Lazy
def look_up(n: int, cells: Any, ids: Any, one: Any, two: Any) -> None:
    """Looks up the trie's cell of each character, and of each with the next one; 0 if no word begins like this."""
    for p in range(n):
        one[p] = cells[ids[p]]
    for p in range(n):
        cell = cells[(one[p] >> 36) + ids[p + 1]]
        two[p] = cell if (cell >> 20) & 0xFFFF == ids[p + 1] else 0


@Lazy
def find_path(
    n: int, cells: Any, scores: Any, unknown: float, ids: Any, one: Any, two: Any, best: Any, lengths: Any
) -> None:
    """Finds the most probable segmentation, from right to left; a tie goes to the longer word.

    unknown: the score of a character that begins no word of the dictionary. one, two: from look_up. best: float64[n +
    1], working memory. lengths: receives the number of characters of the best word from each character on; 1 outside
    blocks.
    """
    best[n] = next_best = second_best = 0.0
    for p in range(n - 1, -1, -1):
        if ids[p] < ALNUM:
            best[p] = 0.0
            lengths[p] = 1
            second_best = next_best
            next_best = 0.0
            continue
        top = scores[one[p] & 0xFFFFF] + next_best
        length = 1
        cell = two[p]
        score = scores[cell & 0xFFFFF] + second_best
        if score >= top:
            top = score
            length = 2
        base = cell >> 36
        q = p + 2
        while base != 0:
            cell = cells[base + ids[q]]
            if (cell >> 20) & 0xFFFF != ids[q]:
                break
            q += 1
            score = scores[cell & 0xFFFFF] + best[q]
            if score >= top:
                top = score
                length = q - p
            base = cell >> 36
        if top == NEVER:
            top = unknown + next_best
            length = 1
        best[p] = top
        lengths[p] = length
        second_best = next_best
        next_best = top


@Lazy
def value_of(begin: int, end: int, ids: Any, cells: Any) -> int:
    """Returns the value of the word ids[begin:end]; 0 if it is not a word, -1 if no word begins with it either."""
    cell = cells[ids[begin]]
    if ids[begin] < ALNUM or (cell >> 36 == 0 and cell & 0xFFFFF == 0):
        return -1
    for p in range(begin + 1, end):
        base = cell >> 36
        if base == 0:
            return -1
        cell = cells[base + ids[p]]
        if (cell >> 20) & 0xFFFF != ids[p]:
            return -1
    return cell & 0xFFFFF
