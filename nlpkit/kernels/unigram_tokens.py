"""Makes tokens of a path in jieba's modes: default, search (also the words within tokens), full (all words)."""

from __future__ import annotations

from typing import Any

from nlpkit.compilation import Lazy
from nlpkit.kernels.characters import read_character
from nlpkit.kernels.unigram_characters import ALNUM, CR, LF, SIGN
from nlpkit.kernels.unigram_paths import NEVER, value_of

#: The modes of jieba.
DEFAULT, SEARCH, FULL = 0, 1, 2


@Lazy
def token_end(p: int, ids: Any, lengths: Any, joins: bool, glued: Any) -> int:
    """Returns the end of the token that begins at p. joins: whether adjacent ASCII letters and digits that stand alone
    are one token. glued: uint8, 1 for characters that cannot begin a token, or of size 0."""
    c = ids[p]
    q = p + lengths[p]
    if q == p + 1:
        if c == CR and ids[q] == LF:
            q += 1
        elif joins and c >= ALNUM and c < SIGN:
            while ids[q] >= ALNUM and ids[q] < SIGN and lengths[q] == 1:
                q += 1
    if len(glued) > 0:
        while glued[q]:
            q += lengths[q]
    return q


@Lazy
def find_tokens(n: int, ids: Any, lengths: Any, joins: bool, glued: Any, begins: Any) -> int:
    """Finds the tokens of a path: begins, int32[n + 1], receives where each begins, then n. Returns their number."""
    count = 0
    p = 0
    while p < n:
        begins[count] = p
        count += 1
        c = ids[p]
        if (c > LF and c < SIGN) or len(glued) > 0:  # a call costs as much as the rest of the loop
            p = token_end(p, ids, lengths, joins, glued)
        else:
            p += lengths[p]
    begins[count] = n
    return count


@Lazy
def has_wide(begin: int, end: int, ids: Any, starts: Any) -> bool:
    """Returns whether a letter or a digit of a token is full-width: it has the id of an ASCII one, but three bytes."""
    p = begin
    while p < end and (ids[p] < ALNUM or ids[p] >= SIGN or starts[p + 1] - starts[p] == 1):
        p += 1
    return p < end


@Lazy
def put_tokens(
    data: Any, count: int, begins: Any, starts: Any, ids: Any, cells: Any, wide: bool, base: int, spans: Any, used: int
) -> int:
    """Writes tokens to spans[3 * used:]: first character, one after the last, number. Returns as find_grams does.

    The number identifies the token's text: the word's cell in the trie; for a single character outside blocks, the
    number of cells plus its code point; 0 for other tokens. wide: whether full-width letters and digits have the ids of
    ASCII ones; a token with such a character is no word, as its text is another.
    """
    if used + count > len(spans) // 3:
        return -1
    for t in range(count):
        begin, end = begins[t], begins[t + 1]
        z = ids[begin] & 0xFFFF
        for p in range(begin + 1, end):
            z = (cells[z] >> 36) + ids[p]
            if z == ids[p] or (cells[z] >> 20) & 0xFFFF != ids[p]:
                z = 0
                break
        if wide and has_wide(begin, end, ids, starts):
            z = 0
        if z < ALNUM and end == begin + 1:
            z = cells.size + read_character(data, starts[begin], starts[end])
        spans[3 * used], spans[3 * used + 1], spans[3 * used + 2] = base + begin, base + end, z if z >= ALNUM else 0
        used += 1
    return used


@Lazy
def find_grams(count: int, begins: Any, ids: Any, cells: Any, scores: Any, base: int, spans: Any, used: int) -> int:
    """Writes tokens, and before each the words of two and three characters in it, as jieba's cut_for_search does.

    base: is added to numbers of characters. spans: int64, receives, from spans[3 * used] on, the first character, one
    after the last, and 0. Returns how many spans there are then, or -1 if `spans` is too small.
    """
    for t in range(count):
        begin, end = begins[t], begins[t + 1]
        if used + 2 * (end - begin) + 1 > len(spans) // 3:
            return -1
        for size in range(2, 4):
            if end - begin > size:
                for p in range(begin, end - size + 1):
                    value = value_of(p, p + size, ids, cells)
                    if value > 0 and scores[value] > NEVER:
                        spans[3 * used], spans[3 * used + 1], spans[3 * used + 2] = base + p, base + p + size, 0
                        used += 1
        spans[3 * used], spans[3 * used + 1], spans[3 * used + 2] = base + begin, base + end, 0
        used += 1
    return used


@Lazy
def find_all(
    n: int, ids: Any, cells: Any, scores: Any, lengths: Any, base: int, held: Any, spans: Any, used: int
) -> int:
    """Writes all words of the dictionary, as jieba's cut_all does: words of letters and digits come later, joined.

    lengths: of a unit at its first character, elsewhere 0. held: int64[2 n], working memory. spans: as in find_grams,
    but the third value is 1 if the token continues in the next span. Returns as find_grams does.
    """
    p = 0
    while p < n:
        begin = p
        if used + 2 > len(spans) // 3:
            return -1
        if lengths[p] > 0:
            p += lengths[p]
            spans[3 * used], spans[3 * used + 1], spans[3 * used + 2] = base + begin, base + p, 0
            used += 1
        elif ids[p] >= ALNUM:
            while p < n and ids[p] >= ALNUM:
                p += 1
            used = _find_all_of_block(begin, p, ids, cells, scores, base, held, spans, used)
        else:
            while p < n and ids[p] < ALNUM and lengths[p] == 0:
                p += 1
            used = _part_by_space(begin, p, ids, base, spans, used)
        if used < 0:
            return -1
    return used


@Lazy
def _part_by_space(begin: int, end: int, ids: Any, base: int, spans: Any, used: int) -> int:
    """Writes the text between blocks, cut at white space. White space is a token, and so is empty text between two."""
    first = p = begin
    while p <= end:
        if used + 2 > len(spans) // 3:
            return -1
        if p == end or ids[p] > 0:
            spans[3 * used], spans[3 * used + 1], spans[3 * used + 2] = base + first, base + p, 0
            used += 1
            if p < end:
                first = p + 1
                if ids[p] == CR and first < end and ids[first] == LF:
                    first += 1
                spans[3 * used], spans[3 * used + 1], spans[3 * used + 2] = base + p, base + first, 0
                used += 1
                p = first - 1
        p += 1
    return used


@Lazy
def _find_all_of_block(
    begin: int, end: int, ids: Any, cells: Any, scores: Any, base: int, held: Any, spans: Any, used: int
) -> int:
    behind = begin  # the end of the last word
    waiting = 0  # pairs in `held`
    for p in range(begin, end):
        if used + waiting + end - p + 2 > len(spans) // 3:
            return -1
        if waiting and ids[p] >= SIGN:
            used = _release(waiting, held, base, spans, used)
            waiting = 0
        words = only = 0
        cell = cells[ids[p]]
        q = p + 1
        while True:
            value = cell & 0xFFFFF
            if value > 0 and scores[value] > NEVER:
                words += 1
                only = q
            if cell >> 36 == 0 or q == end:
                break
            cell = cells[(cell >> 36) + ids[q]]
            if (cell >> 20) & 0xFFFF != ids[q]:
                break
            q += 1
        if words == 0:
            words, only = 1, p + 1
        if words == 1 and p >= behind:
            if ids[p] < SIGN:
                held[2 * waiting] = p
                held[2 * waiting + 1] = only
                waiting += 1
            else:
                spans[3 * used], spans[3 * used + 1], spans[3 * used + 2] = base + p, base + only, 0
                used += 1
            behind = only
        else:
            cell = cells[ids[p]]
            q = p + 1
            while q <= only:
                value = cell & 0xFFFFF
                if q > p + 1 and value > 0 and scores[value] > NEVER:
                    spans[3 * used], spans[3 * used + 1], spans[3 * used + 2] = base + p, base + q, 0
                    used += 1
                    behind = q
                if q < only:
                    cell = cells[(cell >> 36) + ids[q]]
                q += 1
    return _release(waiting, held, base, spans, used)


@Lazy
def _release(waiting: int, held: Any, base: int, spans: Any, used: int) -> int:
    for k in range(waiting):
        spans[3 * used], spans[3 * used + 1] = base + held[2 * k], base + held[2 * k + 1]
        spans[3 * used + 2] = 1 if k + 1 < waiting else 0
        used += 1
    return used
