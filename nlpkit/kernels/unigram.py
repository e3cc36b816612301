"""Unigram segmentation: UTF-8 or character ids -> the likeliest path through the DAG of dictionary words -> tokens.

Character ids, by which the trie of words goes (kernels/trie.py): 0 whatever is no part of words, 1 to 3 white space (2
LF, 3 CR), from ALNUM on what is: the 62 ASCII letters and digits (digits first), the seven signs of SIGNS, the Han
characters of jieba's blocks, and further letters that a dictionary brings. Where jieba's words are cut within blocks,
these are the runs of ids from ALNUM on.

The values of the trie are places in `scores`, ln p of words; scores[0] and that of a word of count 0 are -inf.
Kernels over ids run as plain Python too, on lists, for short texts.
"""

from __future__ import annotations

from typing import Any

from nlpkit.compilation import Lazy

SPACE, LF, CR, ALNUM, SIGN = 1, 2, 3, 4, 66
SIGNS = ".%+#&_-"
HAN = SIGN + len(SIGNS)
HAN_COUNT = 0x9FD5 - 0x4E00 + 1
FURTHER = HAN + HAN_COUNT
DOT, PERCENT = SIGN, SIGN + 1
#: Added to the ids of letters and digits where runs of these matter.
LETTER = 0x8000
#: A run without any boundary is cut after so many characters.
LONGEST_RUN = 1 << 20

# What `segment` and `tokenize` say of how they ended, in state[0].
DONE, FAULT, LARGER_BLOCK, LARGER_OUTPUT = 0, 1, 2, 3
# How they cut.
DEFAULT, SEARCH, FULL = 0, 1, 2

_NEVER = float("-inf")
_B, _M, _E, _S = 0, 1, 2, 3


@Lazy
def decode(data: Any, at: int, size: int, most: int, table: Any, ids: Any, starts: Any) -> int:
    """The characters of UTF-8 from data[at] to data[size], `most` at the most: how many, or -1 - the place of a fault.

    data: uint8, with 16 zeros behind `size`. table: uint16 by code point, ids; beyond it they are 0. ids: uint16,
    receives them, and two zeros. starts: int32, receives where each character begins, and where the last ends.
    """
    n = 0
    i = at
    while i < size and n < most:
        b = int(data[i]) & 255
        starts[n] = i
        if b >= 0xE0 and b < 0xF0:
            x, y = int(data[i + 1]) & 255, int(data[i + 2]) & 255
            c = ((b & 15) << 12) | ((x & 63) << 6) | (y & 63)
            if ((x ^ 0x80) | (y ^ 0x80)) & 0xC0 != 0 or c < 0x800 or (c >= 0xD800 and c < 0xE000):
                return -1 - i
            i += 3
            ids[n] = table[c]
        elif b < 0x80:
            i += 1
            ids[n] = table[b]
        elif b < 0xE0:
            x = int(data[i + 1]) & 255
            if b < 0xC2 or (x & 0xC0) != 0x80:
                return -1 - i
            i += 2
            ids[n] = table[((b & 31) << 6) | (x & 63)]
        else:
            x, y, z = int(data[i + 1]) & 255, int(data[i + 2]) & 255, int(data[i + 3]) & 255
            c = ((b & 7) << 18) | ((x & 63) << 12) | ((y & 63) << 6) | (z & 63)
            if b > 0xF4 or ((x ^ 0x80) | (y ^ 0x80) | (z ^ 0x80)) & 0xC0 != 0 or c < 0x10000 or c > 0x10FFFF:
                return -1 - i
            i += 4
            ids[n] = table[c] if c < len(table) else 0
        n += 1
    starts[n] = i
    ids[n] = ids[n + 1] = 0
    return n


@Lazy
def find_units(n: int, ids: Any, cells: Any, units: Any) -> int:
    """Words of a trie of its own, wherever they occur: leftmost, of these the longest. -> how many.

    ids: of n characters and a 0, 0 for those in no word; letters and digits have LETTER added: within a run of these no
    word begins or ends. units: receives pairs (first character, the one behind).
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
def look_up(n: int, cells: Any, ids: Any, one: Any, two: Any) -> None:
    """The cells of each character, and of each with the next; 0 where no word begins so."""
    for p in range(n):
        one[p] = cells[ids[p]]
    for p in range(n):
        cell = cells[(one[p] >> 36) + ids[p + 1]]
        two[p] = cell if (cell >> 20) & 0xFFFF == ids[p + 1] else 0


@Lazy
def find_path(
    n: int, cells: Any, scores: Any, unknown: float, ids: Any, one: Any, two: Any, best: Any, lengths: Any
) -> None:
    """The likeliest way to cut, right to left; a tie goes to the longer word.

    unknown: the score of a character that begins no word of the dictionary. one, two: those of look_up. best: float64,
    n + 1. lengths: receives how many characters the best word that begins at each has; 1 outside blocks.
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
        if top == _NEVER:
            top = unknown + next_best
            length = 1
        best[p] = top
        lengths[p] = length
        second_best = next_best
        next_best = top


@Lazy
def value_of(begin: int, end: int, ids: Any, cells: Any) -> int:
    """The value of the word ids[begin:end], 0 where it is none, -1 where not even a word begins so."""
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


@Lazy
def recognize(
    n: int,
    cells: Any,
    scores: Any,
    split: Any,
    chars: Any,
    start: Any,
    trans: Any,
    emit: Any,
    ids: Any,
    back: Any,
    lengths: Any,
) -> None:
    """jieba's finalseg: neighbours that stand alone are cut anew, Han characters by the hidden Markov model.

    split: uint8 by value, 1 for words that are always cut into characters. chars: uint32 by id, code points. start:
    float64[4], trans: float64[16], emit: float64[4 * HAN_COUNT], the model's logarithms by state (B, M, E, S). back:
    int32, for n characters.
    """
    p = 0
    while p < n:
        if ids[p] < ALNUM or lengths[p] != 1:
            p += lengths[p]
            continue
        begin = p
        while p < n and lengths[p] == 1 and ids[p] >= ALNUM:
            p += 1
        value = value_of(begin, p, ids, cells)
        if p - begin == 1 or (value > 0 and scores[value] > _NEVER):
            continue
        while begin < p:
            is_han = ids[begin] >= HAN and ids[begin] < FURTHER
            end = begin + 1
            while end < p and (ids[end] >= HAN and ids[end] < FURTHER) == is_han:
                end += 1
            if is_han:
                _cut_by_model(begin, end, cells, split, chars, start, trans, emit, ids, back, lengths)
            else:
                _cut_numbers(begin, end, ids, lengths)
            begin = end


@Lazy
def _cut_by_model(
    begin: int,
    end: int,
    cells: Any,
    split: Any,
    chars: Any,
    start: Any,
    trans: Any,
    emit: Any,
    ids: Any,
    back: Any,
    lengths: Any,
) -> None:
    """Viterbi over the four states; a tie goes to the state whose letter comes later."""
    c = chars[ids[begin]] - 0x4E00
    b = start[_B] + emit[c]
    m = start[_M] + emit[HAN_COUNT + c]
    e = start[_E] + emit[2 * HAN_COUNT + c]
    s = start[_S] + emit[3 * HAN_COUNT + c]
    for p in range(begin + 1, end):
        c = chars[ids[p]] - 0x4E00
        em_b, em_m, em_e, em_s = emit[c], emit[HAN_COUNT + c], emit[2 * HAN_COUNT + c], emit[3 * HAN_COUNT + c]
        b_e, b_s = e + trans[4 * _E + _B] + em_b, s + trans[4 * _S + _B] + em_b
        m_b, m_m = b + trans[4 * _B + _M] + em_m, m + trans[4 * _M + _M] + em_m
        e_b, e_m = b + trans[4 * _B + _E] + em_e, m + trans[4 * _M + _E] + em_e
        s_e, s_s = e + trans[4 * _E + _S] + em_s, s + trans[4 * _S + _S] + em_s
        came = 0
        b = b_e
        if b_s >= b_e:
            b = b_s
            came |= 1
        m = m_b
        if m_m >= m_b:
            m = m_m
            came |= 2
        e = e_b
        if e_m >= e_b:
            e = e_m
            came |= 4
        s = s_e
        if s_s >= s_e:
            s = s_s
            came |= 8
        back[p] = came
    state = _S if s >= e else _E
    last = end  # the word that is being read backwards ends here
    for p in range(end - 1, begin - 1, -1):
        if state == _E or state == _S:
            last = p + 1
        if state == _B or state == _S or p == begin:
            _set_word(p, last, cells, split, ids, lengths)
        if p > begin:
            came = back[p]
            if state == _B:
                state = _S if came & 1 else _E
            elif state == _M:
                state = _M if came & 2 else _B
            elif state == _E:
                state = _M if came & 4 else _B
            else:
                state = _S if came & 8 else _E


@Lazy
def _set_word(begin: int, end: int, cells: Any, split: Any, ids: Any, lengths: Any) -> None:
    value = value_of(begin, end, ids, cells)
    if value > 0 and split[value]:
        return
    lengths[begin] = end - begin


@Lazy
def _cut_numbers(begin: int, end: int, ids: Any, lengths: Any) -> None:
    """Letters and digits, with decimals and a per cent sign, are words; so is what lies between them."""
    rest = begin
    p = begin
    while p < end:
        if ids[p] >= SIGN:
            p += 1
            continue
        if rest < p:
            lengths[rest] = p - rest
        first = p
        while p < end and ids[p] < SIGN:
            p += 1
        if p + 1 < end and ids[p] == DOT and ids[p + 1] < ALNUM + 10:
            p += 2
            while p < end and ids[p] < ALNUM + 10:
                p += 1
        if p < end and ids[p] == PERCENT:
            p += 1
        lengths[first] = p - first
        rest = p
    if rest < end:
        lengths[rest] = end - rest


@Lazy
def token_end(p: int, ids: Any, lengths: Any, joins: bool, glued: Any) -> int:
    """Where the token ends that begins at p.

    joins: neighbouring letters and digits (ASCII) that stand alone are one token. glued: uint8, 1 where none may begin,
    or of size 0.
    """
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
    """How many tokens the path has; `begins`, int32[n + 1], receives where they begin, and behind them n."""
    count = 0
    p = 0
    while p < n:
        begins[count] = p
        count += 1
        c = ids[p]
        if (c > LF and c < SIGN) or len(glued) > 0:  # calls cost as much as the rest
            p = token_end(p, ids, lengths, joins, glued)
        else:
            p += lengths[p]
    begins[count] = n
    return count


@Lazy
def _code_point(data: Any, i: int) -> int:
    """Of the character that begins at data[i]."""
    b = int(data[i]) & 255
    if b >= 0xF0:
        c = ((b & 7) << 18) | ((int(data[i + 1]) & 63) << 12)
        return c | ((int(data[i + 2]) & 63) << 6) | (int(data[i + 3]) & 63)
    if b >= 0xE0:
        return ((b & 15) << 12) | ((int(data[i + 1]) & 63) << 6) | (int(data[i + 2]) & 63)
    if b >= 0xC0:
        return ((b & 31) << 6) | (int(data[i + 1]) & 63)
    return b


@Lazy
def _put_tokens(
    data: Any, count: int, begins: Any, starts: Any, ids: Any, cells: Any, base: int, spans: Any, used: int
) -> int:
    """Tokens: first character, the one behind, and what tells one word from others: its cell in the trie; for a single
    character outside blocks its code point, counted from the end of the trie on; 0 for any other."""
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
        if z < ALNUM and end == begin + 1:
            z = cells.size + _code_point(data, starts[begin])
        spans[3 * used], spans[3 * used + 1], spans[3 * used + 2] = base + begin, base + end, z if z >= ALNUM else 0
        used += 1
    return used


@Lazy
def find_grams(count: int, begins: Any, ids: Any, cells: Any, scores: Any, base: int, spans: Any, used: int) -> int:
    """Tokens with the words of two and of three characters in them before them, as jieba's cut_for_search has them.

    base: added to the characters' numbers. spans: receives, from spans[3 * used] on, first character, the one behind
    and 0. -> how many there are then, or -1 where spans is too small.
    """
    for t in range(count):
        begin, end = begins[t], begins[t + 1]
        if used + 2 * (end - begin) + 1 > len(spans) // 3:
            return -1
        for size in range(2, 4):
            if end - begin > size:
                for p in range(begin, end - size + 1):
                    value = value_of(p, p + size, ids, cells)
                    if value > 0 and scores[value] > _NEVER:
                        spans[3 * used], spans[3 * used + 1], spans[3 * used + 2] = base + p, base + p + size, 0
                        used += 1
        spans[3 * used], spans[3 * used + 1], spans[3 * used + 2] = base + begin, base + end, 0
        used += 1
    return used


@Lazy
def find_all(
    n: int, ids: Any, cells: Any, scores: Any, lengths: Any, base: int, held: Any, spans: Any, used: int
) -> int:
    """All words of the dictionary, as jieba's cut_all has them: words of letters and digits come late and joined.

    lengths: of units where they begin, elsewhere 0. held: int64, 2 n, for what is being joined. spans: receives,
    from spans[3 * used] on, first character, the one behind, and 1 where the token goes on with the next span.
    -> how many there are then, or -1 where spans is too small.
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
    """What lies between blocks, cut at white space, which is a token too; so is the nothing between two of them."""
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
    behind = begin  # the last word ends here
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
            if value > 0 and scores[value] > _NEVER:
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
                if q > p + 1 and value > 0 and scores[value] > _NEVER:
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


@Lazy
def is_boundary(p: int, ids: Any, glued: Any, full: bool) -> bool:
    """Whether text may be cut before character p > 0 without any difference to its tokens."""
    before, behind = ids[p - 1], ids[p]
    if (before == CR and behind == LF) or (len(glued) > 0 and glued[p]):
        return False
    if (before >= ALNUM) != (behind >= ALNUM):
        return True
    return not full and ((before > 0 and before < ALNUM) or (behind > 0 and behind < ALNUM))


@Lazy
def set_units(n: int, base: int, units: Any, first: int, ids: Any) -> int:
    """Takes the characters of units out of blocks; -> how many of n characters may be cut before one of them is cut in
    two.

    units: int64, pairs (first character, the one behind), counted from `base` before ids[0] on; those before
    units[2 * first] are done with.
    """
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
    """glued: receives 1 for what follows the first character of a cluster; all as in set_units."""
    for p in range(n + 2):
        glued[p] = 0
    k = 2 * first
    while k < len(clusters) and clusters[k] < base + n:
        for p in range(max(0, clusters[k] + 1 - base), min(clusters[k + 1] - base, n)):
            glued[p] = 1
        k += 2


@Lazy
def set_lengths(n: int, base: int, units: Any, first: int, lengths: Any) -> int:
    """lengths: receives those of the units; -> the first unit that comes later."""
    k = first
    while 2 * k < len(units) and units[2 * k] < base + n:
        lengths[units[2 * k] - base] = units[2 * k + 1] - units[2 * k]
        k += 1
    return k


@Lazy
def _cut_block(
    data: Any,
    size: int,
    limit: int,
    full: bool,
    units: Any,
    clusters: Any,
    lexicon: Any,
    model: Any,
    room: Any,
    state: Any,
) -> int:
    """Decodes the next block and finds its path; -> how many characters it has, 0 where state[0] says what is amiss."""
    table, cells, scores, unknown, split, chars = lexicon
    start, trans, emit = model
    ids, ints, pairs, best, glued = room
    at, base = state[1], state[3]
    starts, lengths, back = ints[0], ints[1], ints[2]
    most = ids.size - 2
    n = decode(data, at, size, most, table, ids, starts)
    if n < 0:
        state[0] = FAULT
        state[1] = -1 - n
        return 0
    whole = set_units(n, base, units, state[5], ids)
    if len(glued) > 0:
        set_glue(n, base, clusters, state[6], glued)
    cut = n
    if starts[n] < size or limit < size:
        cut = whole
        while cut > 0 and (starts[cut] > limit or cut == n or not is_boundary(cut, ids, glued, full)):
            cut -= 1
        if cut == 0:
            if n < most:  # what is missing comes later
                state[0] = DONE
                return 0
            if most < LONGEST_RUN:
                state[0] = LARGER_BLOCK
                return 0
            cut = whole if whole > 0 else n
    ids[cut] = ids[cut + 1] = 0
    if len(glued) > 0:
        glued[cut] = 0
    if not full:
        look_up(cut, cells, ids, pairs[0], pairs[1])
        find_path(cut, cells, scores, unknown, ids, pairs[0], pairs[1], best, lengths)
    else:
        for p in range(cut):
            lengths[p] = 0
    state[5] = set_lengths(cut, base, units, state[5], lengths)
    while 2 * state[6] < len(clusters) and clusters[2 * state[6]] < base + cut:
        state[6] += 1
    if len(start) > 0 and not full:
        recognize(cut, cells, scores, split, chars, start, trans, emit, ids, back, lengths)
    state[1] = starts[cut]
    state[3] = base + cut
    return cut


@Lazy
def _copy_eight(data: Any, a: int, out: Any, o: int) -> None:
    # Places that cannot be negative, so that the compiler makes one load and one store of the eight.
    a &= 0x7FFFFFFF
    o &= 0x7FFFFFFF
    low = (
        (int(data[a]) & 255)
        | ((int(data[a + 1]) & 255) << 8)
        | ((int(data[a + 2]) & 255) << 16)
        | ((int(data[a + 3]) & 255) << 24)
    )
    high = (
        (int(data[a + 4]) & 255)
        | ((int(data[a + 5]) & 255) << 8)
        | ((int(data[a + 6]) & 255) << 16)
        | ((int(data[a + 7]) & 255) << 24)
    )
    word = low | (high << 32)
    out[o] = word & 255
    out[o + 1] = (word >> 8) & 255
    out[o + 2] = (word >> 16) & 255
    out[o + 3] = (word >> 24) & 255
    out[o + 4] = (word >> 32) & 255
    out[o + 5] = (word >> 40) & 255
    out[o + 6] = (word >> 48) & 255
    out[o + 7] = (word >> 56) & 255


@Lazy
def _write_tokens(
    data: Any,
    n: int,
    ids: Any,
    starts: Any,
    lengths: Any,
    joins: bool,
    glued: Any,
    separator: Any,
    keep_space: bool,
    out: Any,
    state: Any,
) -> None:
    """Appends a block's tokens to `out`, parted by the separator, a line a line."""
    o = state[2]
    in_line = state[4] != 0
    p = 0
    while p < n:
        c = ids[p]
        q = p + lengths[p]
        if (c > LF and c < SIGN) or len(glued) > 0:
            q = token_end(p, ids, lengths, joins, glued)
        if c > 0 and c < ALNUM:
            ends_line = ids[q - 1] == LF
            last = q - 1 if ends_line else q
            if keep_space and p < last:
                if in_line:
                    for k in range(separator.size):
                        out[o + k] = separator[k]
                    o += separator.size
                in_line = True
                for i in range(starts[p], starts[last]):
                    out[o] = data[i]
                    o += 1
            if ends_line:
                out[o] = 10
                o += 1
                in_line = False
            p = q
            continue
        if in_line:
            for k in range(separator.size):
                out[o + k] = separator[k]
            o += separator.size
        in_line = True
        a = starts[p]
        size = starts[q] - a
        _copy_eight(data, a, out, o)
        _copy_eight(data, a + 8, out, o + 8)
        for i in range(16, size):
            out[o + i] = data[a + i]
        o += size
        p = q
    state[2] = o
    state[4] = 1 if in_line else 0


@Lazy
def segment(
    data: Any,
    size: int,
    limit: int,
    units: Any,
    clusters: Any,
    lexicon: Any,
    model: Any,
    separator: Any,
    keep_space: bool,
    room: Any,
    out: Any,
    state: Any,
) -> None:
    """UTF-8 in, its words out: parted by the separator, lines kept; without white space unless `keep_space`.

    data: uint8, UTF-8 up to `size`, 16 zeros behind. limit: `size`, or, where the text goes on, up to where
    it may be cut; the rest is left. units: int64, pairs (first character, the one behind) of what is a word whatever
    the dictionary says, in order. clusters: the same of what no token ends in the midst of.
    lexicon: table, cells, scores, unknown, split, chars (see decode, kernels/trie.py, find_path, recognize).
    model: start, trans, emit (see recognize), of size 0 without the hidden Markov model.
    room: for a block of n characters: ids, uint16[n + 2]; ints, int32[3, n + 2]; pairs, int64[2, n + 2]; best,
    float64[n + 2]; glued, uint8[n + 2], or of size 0 without clusters.
    out: uint8, with room for `size` bytes and as many separators, and 16 more.
    state: int64[7]: how it ended; bytes, bytes written, characters so far; 1 within a line; units and clusters so far.
    To be called again with larger arrays where they do not suffice.
    """
    ids, ints, _, _, glued = room
    joins = len(model[0]) == 0
    state[0] = DONE
    while state[1] < size:
        n = _cut_block(data, size, limit, False, units, clusters, lexicon, model, room, state)
        if n == 0:
            return
        _write_tokens(data, n, ids, ints[0], ints[1], joins, glued, separator, keep_space, out, state)


@Lazy
def tokenize(
    data: Any,
    size: int,
    limit: int,
    mode: int,
    units: Any,
    clusters: Any,
    lexicon: Any,
    model: Any,
    room: Any,
    spans: Any,
    state: Any,
) -> None:
    """UTF-8 in, the characters of its tokens out, white space and all; arguments as in `segment`.

    mode: DEFAULT, SEARCH or FULL. spans: int64, receives three a token: first character, the one behind; if FULL, 1
    where the token goes on with the next span, if DEFAULT as in _put_tokens. state[2] counts them.
    """
    _, cells, scores, _, _, _ = lexicon
    ids, ints, pairs, _, glued = room
    joins = len(model[0]) == 0
    state[0] = DONE
    while state[1] < size:
        at, base, unit, cluster = state[1], state[3], state[5], state[6]
        n = _cut_block(data, size, limit, mode == FULL, units, clusters, lexicon, model, room, state)
        if n == 0:
            return
        lengths, begins = ints[1], ints[2]
        if mode == FULL:
            used = find_all(n, ids, cells, scores, lengths, base, pairs.reshape(-1), spans, state[2])
        else:
            count = find_tokens(n, ids, lengths, joins, glued, begins)
            if mode == SEARCH:
                used = find_grams(count, begins, ids, cells, scores, base, spans, state[2])
            else:
                used = _put_tokens(data, count, begins, ints[0], ids, cells, base, spans, state[2])
        if used < 0:  # this block again
            state[0] = LARGER_OUTPUT
            state[1], state[3], state[5], state[6] = at, base, unit, cluster
            return
        state[2] = used


@Lazy
def _tally(
    data: Any,
    n: int,
    ids: Any,
    starts: Any,
    lengths: Any,
    two: Any,
    joins: bool,
    glued: Any,
    cells: Any,
    counts: Any,
    others: Any,
    state: Any,
) -> None:
    """Counts a block's tokens, but for white space."""
    used = state[2]
    p = 0
    while p < n:
        c = ids[p]
        length = lengths[p]
        q = p + length
        if (c > LF and c < SIGN) or len(glued) > 0:
            q = token_end(p, ids, lengths, joins, glued)
            length = q - p
        if c > 0 and c < ALNUM:
            p = q
            continue
        # As in _put_tokens; words of one and of two characters need no look at the trie.
        z = int(c)
        if length > 1:
            z = (cells[z] >> 36) + ids[p + 1]
            if two[p] == 0:
                z = 0
            for k in range(p + 2, q):
                if z == 0:
                    break
                z = (cells[z] >> 36) + ids[k]
                if z == ids[k] or (cells[z] >> 20) & 0xFFFF != ids[k]:
                    z = 0
        if z < ALNUM and length == 1 and starts[q] - starts[p] < 4:
            z = cells.size + _code_point(data, starts[p])
        if z < ALNUM:
            others[2 * used] = starts[p]
            others[2 * used + 1] = starts[q]
            used += 1
        else:
            counts[z] += 1
        p = q
    state[2] = used


@Lazy
def tally(
    data: Any,
    size: int,
    limit: int,
    units: Any,
    clusters: Any,
    lexicon: Any,
    model: Any,
    room: Any,
    counts: Any,
    others: Any,
    state: Any,
) -> None:
    """UTF-8 in, its tokens counted, but for white space; arguments as in `segment`.

    counts: int64 by what _put_tokens calls them, characters beyond U+FFFF aside. others: int64, receives two a token of
    those, and of those that it calls 0: first byte, the one behind; room for a pair for two bytes. state[2] counts
    them.
    """
    _, cells, _, _, _, _ = lexicon
    ids, ints, pairs, _, glued = room
    joins = len(model[0]) == 0
    state[0] = DONE
    while state[1] < size:
        n = _cut_block(data, size, limit, False, units, clusters, lexicon, model, room, state)
        if n == 0:
            return
        _tally(data, n, ids, ints[0], ints[1], pairs[1], joins, glued, cells, counts, others, state)
