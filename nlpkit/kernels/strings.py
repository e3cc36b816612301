"""Tokens as byte strings: found in text, numbered, counted, sorted and merged.

Strings lie end to end in one uint8 array, string i at data[offsets[i]:offsets[i + 1]]. They are numbered by an
open-addressing table, in the order in which they come first. Kernels that run out of room say so and are called again
with more.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nlpkit.compilation import njit

U8 = NDArray[np.uint8]
U32 = NDArray[np.uint32]
U64 = NDArray[np.uint64]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
Bool = NDArray[np.bool_]

#: What a byte is to `find_tokens`: part of a token, white space, perhaps the first byte of such, a line end, the end of
#: a document, the mark between tokens.
TOKEN, SPACE, PERHAPS, LINE, DOCUMENT = 0, 1, 2, 3, 4
#: In sequences of tokens: the end of a line, or white space that parts n-grams, and the end of a document.
LINE_END, DOCUMENT_END = -1, -2
# How a kernel ended, in state[0].
DONE, FAULT, ROOM, MORE_SLOTS, MORE_DATA = 0, 1, 2, 3, 4
# Places in the state of a table of strings and of what works on it.
STATUS, USED, BYTES, AT, WRITTEN, DOCUMENTS, SINCE, TOKENS = 0, 1, 2, 3, 4, 5, 6, 7

_LOW = np.uint64(0xFFFFFFFF)
_PRIME = np.uint64(0x01000193)
_BASIS = np.uint64(0x811C9DC5)
_MIX = np.uint64(0x9E3779B1)
_32 = np.uint64(32)


@njit()
def _put(text: U8, begin: int, end: int, h: np.uint64, slots: U64, data: U8, offsets: I64, state: I64) -> int:
    """The number of the string text[begin:end] with hash h, which is new if state[USED] says so afterwards; -1 where
    there is no room for it."""
    mask = slots.size - 1
    size = end - begin
    at = np.int64((h * _MIX >> np.uint64(7)) & np.uint64(mask))
    while True:
        slot = slots[at]
        if slot == 0:
            break
        if (slot >> _32) == h:
            number = np.int64(slot & _LOW) - 1
            other = offsets[number]
            if offsets[number + 1] - other == size:
                i = 0
                while i < size and text[begin + i] == data[other + i]:
                    i += 1
                if i == size:
                    return number
        at = (at + 1) & mask
    number = state[USED]
    other = state[BYTES]
    if 2 * (number + 1) > slots.size or number + 1 >= offsets.size:
        state[STATUS] = MORE_SLOTS
        return -1
    if other + size > data.size:
        state[STATUS] = MORE_DATA
        return -1
    for i in range(size):
        data[other + i] = text[begin + i]
    offsets[number + 1] = other + size
    slots[at] = (h << _32) | np.uint64(number + 1)
    state[USED] = number + 1
    state[BYTES] = other + size
    return number


@njit()
def _hash(data: U8, begin: int, end: int) -> np.uint64:
    h = _BASIS  # FNV-1a, 32 bits in 64: no overflow
    for i in range(begin, end):
        h = ((h ^ np.uint64(data[i])) * _PRIME) & _LOW
    return h


@njit()
def _is_valid(data: U8, begin: int, end: int) -> bool:
    """Whether the bytes are UTF-8."""
    i = begin
    while i < end:
        b = data[i]
        if b < 0x80:
            i += 1
            continue
        if b < 0xC2 or b > 0xF4:
            return False
        more = 1 if b < 0xE0 else 2 if b < 0xF0 else 3
        if i + more >= end:
            return False
        low, high = 0x80, 0xBF
        if b == 0xE0:
            low = 0xA0
        elif b == 0xED:
            high = 0x9F
        elif b == 0xF0:
            low = 0x90
        elif b == 0xF4:
            high = 0x8F
        if data[i + 1] < low or data[i + 1] > high:
            return False
        for k in range(2, more + 1):
            if data[i + k] & 0xC0 != 0x80:
                return False
        i += more + 1
    return True


@njit()
def _space(text: U8, i: int) -> int:
    """How many bytes the white space has that begins at a byte of kind PERHAPS; 0 for other characters."""
    a, b, c = text[i], text[i + 1], text[i + 2]
    if a == 0xC2:
        return 2 if b == 0x85 or b == 0xA0 else 0
    if a == 0xE1:
        return 3 if b == 0x9A and c == 0x80 else 0
    if a == 0xE2:
        if b == 0x80:
            return 3 if (c >= 0x80 and c <= 0x8A) or c == 0xA8 or c == 0xA9 or c == 0xAF else 0
        return 3 if b == 0x81 and c == 0x9F else 0
    return 3 if b == 0x80 and c == 0x80 else 0


@njit()
def find_tokens(
    text: U8, size: int, kinds: U8, chars: bool, slots: U64, data: U8, offsets: I64, state: I64, sequence: I32
) -> None:
    """Numbers the tokens of text[:size], and appends their numbers and the ends of lines and documents to `sequence`.

    text: uint8, two bytes more than `size`. kinds: uint8[256], what each byte is. chars: each character that is no
    white space is a token, and white space parts n-grams. state: int64[8]; [USED] strings, [BYTES] of them, [AT] where
    to go on in the text, [WRITTEN] in the sequence; [STATUS] FAULT: a token at [AT] is no UTF-8; ROOM: the sequence is
    full.
    """
    i = state[AT]
    written = state[WRITTEN]
    state[STATUS] = DONE
    while i < size:
        kind = kinds[text[i]]
        length = 1
        if kind == PERHAPS:
            length = _space(text, i)
            kind = SPACE if length > 0 else TOKEN
        if written == sequence.size:
            state[STATUS] = ROOM
            break
        if kind == TOKEN:
            begin = i
            h = _BASIS
            if chars:
                b = text[i]
                stop = min(size, i + (1 if b < 0xC0 else 2 if b < 0xE0 else 3 if b < 0xF0 else 4))
                while i < stop:
                    h = ((h ^ np.uint64(text[i])) * _PRIME) & _LOW
                    i += 1
            else:
                while i < size:
                    k = kinds[text[i]]
                    if k != TOKEN and (k != PERHAPS or _space(text, i) > 0):
                        break
                    h = ((h ^ np.uint64(text[i])) * _PRIME) & _LOW
                    i += 1
            used = state[USED]
            number = _put(text, begin, i, h, slots, data, offsets, state)
            if number == used and not _is_valid(text, begin, i):
                state[STATUS] = FAULT
                number = -1
            if number < 0:
                i = begin
                break
            sequence[written] = number
            written += 1
            continue
        if kind == LINE:
            sequence[written] = LINE_END
            written += 1
        elif kind == DOCUMENT:
            sequence[written] = DOCUMENT_END
            written += 1
        elif chars:
            sequence[written] = LINE_END
            written += 1
        i += length
    state[AT] = i
    state[WRITTEN] = written


@njit()
def count_tokens(sequence: I32, size: int, start: int, counts: I64, firsts: I64) -> int:
    """Adds to counts (int64 by number) the tokens of sequence[:size]; -> how many these are.

    firsts: int64 by number, -1 where a token has not come yet: receives the place of its first occurrence among all
    tokens, of which `start` came before; or of size 0.
    """
    tokens = start
    for i in range(size):
        number = sequence[i]
        if number >= 0:
            counts[number] += 1
            if firsts.size > 0 and firsts[number] < 0:
                firsts[number] = tokens
            tokens += 1
    return tokens - start


@njit()
def count_grams(
    sequence: I32,
    size: int,
    lowest: int,
    highest: int,
    forms: U8,
    form_offsets: I64,
    kept: Bool,
    separator: U8,
    scratch: U8,
    slots: U64,
    data: U8,
    offsets: I64,
    counts: I64,
    documents: I64,
    firsts: I64,
    state: I64,
) -> None:
    """Counts the n-grams, of orders `lowest` to `highest`, that end in sequence[state[AT]:size].

    forms, form_offsets: what each token is written as. kept: bool by token; those that are not part n-grams. separator:
    bytes between the tokens of an n-gram. scratch: room for the longest n-gram. counts: int64 by number of the n-gram.
    documents: int64[3, n] or [3, 0]: in how many documents it occurs, the first and the last of them. firsts: int64 by
    number, or of size 0: the first token that it ends with.
    state: as in find_tokens; [DOCUMENTS] ended, [SINCE] tokens since the last boundary, [TOKENS] that were kept.
    """
    state[STATUS] = DONE
    i = state[AT]
    since = state[SINCE]
    document = state[DOCUMENTS]
    tokens = state[TOKENS]
    while i < size:
        token = sequence[i]
        if token < 0:
            if token == DOCUMENT_END:
                document += 1
            since = 0
            i += 1
            continue
        if not kept[token]:
            since = 0
            i += 1
            continue
        # The n-gram's bytes, written from the end of the scratch backwards: a longer one keeps those of the shorter.
        begin = scratch.size
        most = min(highest, since + 1)
        failed = False
        for order in range(1, most + 1):
            part = sequence[i - order + 1]
            if order > 1:
                for k in range(separator.size - 1, -1, -1):
                    begin -= 1
                    scratch[begin] = separator[k]
            for k in range(form_offsets[part + 1] - 1, form_offsets[part] - 1, -1):
                begin -= 1
                scratch[begin] = forms[k]
            # On the way again after more room was made: those counted already are in state[WRITTEN].
            if order < lowest or order <= state[WRITTEN]:
                continue
            h = _hash(scratch, begin, scratch.size)
            used = state[USED]
            number = _put(scratch, begin, scratch.size, h, slots, data, offsets, state)
            if number < 0:
                failed = True
                break
            counts[number] += 1
            if documents.shape[1] > 0:
                if number == used:
                    documents[0, number] = 1
                    documents[1, number] = document
                elif documents[2, number] != document:
                    documents[0, number] += 1
                documents[2, number] = document
            if firsts.size > 0 and number == used:
                firsts[number] = tokens
            state[WRITTEN] = order
        if failed:
            break
        state[WRITTEN] = 0
        since += 1
        tokens += 1
        i += 1
    state[AT] = i
    state[DOCUMENTS] = document
    state[SINCE] = since
    state[TOKENS] = tokens


@njit()
def put_spans(text: U8, begins: I64, ends: I64, numbers: I64, slots: U64, data: U8, offsets: I64, state: I64) -> None:
    """numbers: int64, receives the number of each string text[begins:ends], from state[AT] on."""
    state[STATUS] = DONE
    i = state[AT]
    while i < begins.size:
        h = _hash(text, begins[i], ends[i])
        number = _put(text, begins[i], ends[i], h, slots, data, offsets, state)
        if number < 0:
            break
        numbers[i] = number
        i += 1
    state[AT] = i


@njit()
def fill_slots(old: U64, slots: U64) -> None:
    """The entries of one table in a larger one, of zeros."""
    mask = slots.size - 1
    for slot in old:
        if slot != 0:
            at = np.int64(((slot >> _32) * _MIX >> np.uint64(7)) & np.uint64(mask))
            while slots[at] != 0:
                at = (at + 1) & mask
            slots[at] = slot


@njit()
def index(data: U8, offsets: I64, count: int, slots: U64) -> None:
    """The table, of zeros so far, of `count` distinct strings."""
    mask = slots.size - 1
    for i in range(count):
        h = _hash(data, offsets[i], offsets[i + 1])
        at = np.int64((h * _MIX >> np.uint64(7)) & np.uint64(mask))
        while slots[at] != 0:
            at = (at + 1) & mask
        slots[at] = (h << _32) | np.uint64(i + 1)


@njit()
def shards_of(data: U8, offsets: I64, shards: int) -> I64:
    """Which of so many shards each string belongs to, by its hash."""
    out = np.empty(offsets.size - 1, np.int64)
    for i in range(out.size):
        out[i] = np.int64((_hash(data, offsets[i], offsets[i + 1]) * _MIX >> _32) % np.uint64(shards))
    return out


@njit()
def heads(data: U8, offsets: I64) -> U64:
    """The first eight bytes of each string, zeros behind the end of a shorter one, as a number that sorts like them."""
    count = offsets.size - 1
    out = np.empty(count, np.uint64)
    for i in range(count):
        head = np.uint64(0)
        begin = offsets[i]
        size = offsets[i + 1] - begin
        for k in range(8):
            head = (head << np.uint64(8)) | (np.uint64(data[begin + k]) if k < size else np.uint64(0))
        out[i] = head
    return out


@njit()
def _compare(a: U8, a_begin: int, a_end: int, b: U8, b_begin: int, b_end: int) -> int:
    """Less than, equal to, or more than 0, as the first string is to the second."""
    size = min(a_end - a_begin, b_end - b_begin)
    for i in range(size):
        x, y = np.int64(a[a_begin + i]), np.int64(b[b_begin + i])
        if x != y:
            return x - y
    return (a_end - a_begin) - (b_end - b_begin)


@njit()
def sort_ties(order: I64, heads: U64, data: U8, offsets: I64, spare: I64) -> None:
    """Finishes a sort of strings by their heads: order, int64, the strings' numbers. spare: int64, as many."""
    count = order.size
    begin = 0
    while begin < count:
        end = begin + 1
        while end < count and heads[order[end]] == heads[order[begin]]:
            end += 1
        width = 1
        while width < end - begin:  # a merge sort, from pairs upwards
            low = begin
            while low < end:
                middle, high = min(low + width, end), min(low + 2 * width, end)
                i, j = low, middle
                for k in range(low, high):
                    if j == high:
                        left = True
                    elif i == middle:
                        left = False
                    else:
                        a, b = order[i], order[j]
                        left = _compare(data, offsets[a], offsets[a + 1], data, offsets[b], offsets[b + 1]) <= 0
                    if left:
                        spare[k] = order[i]
                        i += 1
                    else:
                        spare[k] = order[j]
                        j += 1
                low = high
            for k in range(begin, end):
                order[k] = spare[k]
            width *= 2
        begin = end


@njit()
def copy_strings(data: U8, offsets: I64, which: I64, out: U8, out_offsets: I64) -> None:
    """The strings of the numbers `which`, end to end; out_offsets[0] is where to begin."""
    o = out_offsets[0]
    for i in range(which.size):
        begin = offsets[which[i]]
        end = offsets[which[i] + 1]
        for k in range(begin, end):
            out[o] = data[k]
            o += 1
        out_offsets[i + 1] = o


@njit()
def count_up_to(data: U8, offsets: I64, bound: U8) -> int:
    """How many of sorted strings are not behind `bound`."""
    low, high = 0, offsets.size - 1
    while low < high:
        middle = (low + high) // 2
        if _compare(data, offsets[middle], offsets[middle + 1], bound, 0, bound.size) <= 0:
            low = middle + 1
        else:
            high = middle
    return low


@njit()
def merge_sorted(data_a: U8, offsets_a: I64, data_b: U8, offsets_b: I64, of_a: I64, of_b: I64) -> int:
    """Two sorted tables of distinct strings -> where each string of either goes in their union; -> its size."""
    i = j = used = 0
    size_a, size_b = offsets_a.size - 1, offsets_b.size - 1
    while i < size_a or j < size_b:
        if i == size_a:
            way = 1
        elif j == size_b:
            way = -1
        else:
            way = _compare(data_a, offsets_a[i], offsets_a[i + 1], data_b, offsets_b[j], offsets_b[j + 1])
        if way <= 0:
            of_a[i] = used
            i += 1
        if way >= 0:
            of_b[j] = used
            j += 1
        used += 1
    return used


@njit()
def write_rows(data: U8, offsets: I64, columns: I64, separator: int, out: U8) -> int:
    """`string<separator>number...LF` for each string, numbers (none below 0) from columns, int64[c, n]; -> bytes
    written."""
    o = 0
    for r in range(offsets.size - 1):
        for k in range(offsets[r], offsets[r + 1]):
            out[o] = data[k]
            o += 1
        for c in range(columns.shape[0]):
            out[o] = separator
            o += 1
            value = columns[c, r]
            digits = 1
            rest = value
            while rest > 9:
                rest //= 10
                digits += 1
            for k in range(digits - 1, -1, -1):
                out[o + k] = 48 + value % 10
                value //= 10
            o += digits
        out[o] = 10
        o += 1
    return o
