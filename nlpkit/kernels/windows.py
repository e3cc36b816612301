"""Words in windows: how often each occurs, how large its windows are, and what stands within them.

A text is an array of words, int32: their types, and END where no window goes on. The window of a word has up to `left`
words before it and up to `right` after it, as far as no END stands between them. Kernels get a text in parts, and keep
the last words of one for the next.
"""

from __future__ import annotations

import numpy as np

from nlpkit.compilation import njit
from nlpkit.kernels.types import I32, I64, U8, U64, Bool

#: Where windows end.
END = -1
#: What a token is: a word; the end of a sentence, or a point that is one unless a number follows; a number.
WORD, STOP, POINT, NUMBER = 1, 2, 4, 8
#: Of a token that has not come before.
NEW = 128
_1, _2, _3, _33 = np.uint64(1), np.uint64(2), np.uint64(3), np.uint64(33)
_RIGHT = np.uint64(1 << 32)


@njit()
def is_new(sequence: I32, flags: U8) -> Bool:
    """Returns which entries of a sequence are tokens that have not come before: bool."""
    found = np.zeros(sequence.size, np.bool_)
    for i in range(sequence.size):
        found[i] = sequence[i] >= 0 and flags[sequence[i]] == NEW
    return found


@njit()
def place_words(
    sequence: I32, size: int, flags: U8, type_of: I32, sentences: bool, waits: bool, out: I32, used: int
) -> tuple[int, bool]:
    """Writes the words of sequence[:size], tokens as `find_tokens` numbers them, to out[used:].

    flags: uint8 by token, what it is; other tokens than words take no place. type_of: int32 by token. sentences:
    windows end with sentences, too. waits: a point stands before the sequence, of which it is not known what follows.
    out: with room for two entries a token. Returns (how many entries `out` has then, `waits` for the next call).
    """
    for i in range(size):
        token = sequence[i]
        if token < 0:
            out[used] = END
            used += 1
            waits = False
            continue
        flag = flags[token]
        if waits and flag & NUMBER == 0:
            out[used] = END
            used += 1
        waits = False
        if flag & WORD:
            out[used] = type_of[token]
            used += 1
        if sentences and flag & STOP:
            out[used] = END
            used += 1
        elif sentences and flag & POINT:
            waits = True
    return used, waits


@njit()
def count_windows(words: I32, start: int, stop: int, since: int, left: int, right: int, figures: I64) -> int:
    """Adds the words of words[start:stop] to figures, int64[3, types]: occurrences; words in their windows; windows
    that they are in.

    since: how many words there are between the last END and `start`. `words` holds the last of them before `start`, up
    to the larger of `left` and `right`: their windows are complete only now. Returns `since` at `stop`.
    """
    widest = max(left, right)
    for i in range(start, stop):
        word = words[i]
        if word == END:
            for after in range(min(since, widest)):
                before = since - 1 - after
                last = words[i - 1 - after]
                figures[1, last] += min(before, left) + min(after, right)
                figures[2, last] += min(before, right) + min(after, left)
            since = 0
            continue
        figures[0, word] += 1
        if since >= widest:  # the window of the word `widest` places before is complete
            before = since - widest
            first = words[i - widest]
            figures[1, first] += min(before, left) + right
            figures[2, first] += min(before, right) + left
        since += 1
    return since


@njit()
def node_keys(
    words: I32, start: int, stop: int, since: int, left: int, right: int, nodes: int, keys: U64
) -> tuple[int, int, int]:
    """Writes a key for each word in the window of a node, a type below `nodes`, as far as the later one of both words
    is in words[start:stop]: node << 33 | 1 << 32 if it stands on the right | type.

    The other arguments, and what is returned, are those of pair_keys.
    """
    widest = max(left, right)
    last = start - widest - 1  # the last node
    for i in range(start - min(since, widest), start):
        if words[i] < nodes:
            last = i
    n = 0
    for i in range(start, stop):
        if n + 2 * widest > keys.size:
            return i, since, n
        word = words[i]
        if word == END:
            since, last = 0, i - widest - 1
            continue
        if word < nodes or i - last <= widest:
            for distance in range(1, min(since, widest) + 1):
                other = words[i - distance]
                if word < nodes and distance <= left:
                    keys[n] = np.uint64(word) << _33 | np.uint64(other)
                    n += 1
                if other < nodes and distance <= right:
                    keys[n] = np.uint64(other) << _33 | _RIGHT | np.uint64(word)
                    n += 1
        if word < nodes:
            last = i
        since += 1
    return stop, since, n


@njit()
def pair_keys(words: I32, start: int, stop: int, since: int, left: int, right: int, keys: U64) -> tuple[int, int, int]:
    """Writes a key for each pair of words of which one is in the window of the other, and the later one is in
    words[start:stop]: smaller type << 33 | larger type << 2 | 2 if the larger one comes first | 1 if only the longer
    side of the window holds it.

    Words of type 0 are in no pair, and a word makes none with itself. The other arguments are those of count_windows.
    keys: uint64, filled until there is no room for the pairs of a word. Returns (place to continue at, `since` there,
    number of keys).
    """
    widest, narrowest = max(left, right), min(left, right)
    n = 0
    for i in range(start, stop):
        if n + widest > keys.size:
            return i, since, n
        word = words[i]
        if word == END:
            since = 0
            continue
        if word > 0:
            later = np.uint64(word)
            for distance in range(1, min(since, widest) + 1):
                earlier = np.uint64(words[i - distance])
                if earlier > 0 and earlier != later:
                    key = later << _33 | earlier << _2 | _2 if later < earlier else earlier << _33 | later << _2
                    keys[n] = key | _1 if distance > narrowest else key
                    n += 1
        since += 1
    return stop, since, n


@njit()
def frequent_pairs(keys: U64, counts: I64, least: int, heads: U64, figures: I64) -> int:
    """Writes the pairs that occur `least` times or more, whichever of the words comes first; returns their number.

    keys, counts: a sorted table of keys that pair_keys makes; all keys of a pair are in it. heads: uint64, the keys
    without their lowest two bits, or of size 0 to count only. figures: int64[4, pairs], the counts by these two bits.
    """
    n, i = 0, 0
    parts = np.zeros(4, np.int64)
    while i < keys.size:
        head = keys[i] >> _2
        parts[:] = 0
        while i < keys.size and keys[i] >> _2 == head:
            parts[np.int64(keys[i] & _3)] = counts[i]
            i += 1
        total = parts[0] + parts[1] + parts[2] + parts[3]
        if total >= least:
            if heads.size > 0:
                heads[n] = head
                figures[:, n] = parts
            n += 1
    return n
