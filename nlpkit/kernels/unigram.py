"""Unigram segmentation of UTF-8, block by block: writes words, or the spans or the counts of tokens.

The steps have files of their own: unigram_characters.py, unigram_paths.py, unigram_hmm.py, unigram_units.py and
unigram_tokens.py.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from nlpkit.compilation import Lazy
from nlpkit.kernels.characters import read_character
from nlpkit.kernels.unigram_characters import ALNUM, LF, SIGN, decode
from nlpkit.kernels.unigram_hmm import recognize
from nlpkit.kernels.unigram_paths import find_path, look_up
from nlpkit.kernels.unigram_tokens import (
    FULL,
    SEARCH,
    find_all,
    find_grams,
    find_tokens,
    has_wide,
    put_tokens,
    token_end,
)
from nlpkit.kernels.unigram_units import is_boundary, join_runs, set_glue, set_lengths, set_units

#: Text without any boundary is cut after this many characters.
LONGEST_BLOCK = 1 << 20
#: How a kernel ended, in state[ENDED]: all is done; the text is not UTF-8; it needs room for a larger block; it needs
#: room for more output.
DONE, FAULT, LARGER_BLOCK, LARGER_OUTPUT = 0, 1, 2, 3
#: Places in the state, int64[STATE_SIZE], of `segment`, `tokenize` and `tally`: how it ended; bytes read (or the byte
#: of the fault); bytes, spans or pairs written; characters read; 1 in a line that has words; the next unit; the next
#: cluster; tokens and line ends written.
ENDED, READ, WRITTEN, CHARACTERS, IN_LINE, UNIT, CLUSTER, LISTED = 0, 1, 2, 3, 4, 5, 6, 7
STATE_SIZE = 8
#: What `tally` writes for a line end; and, less the number of its pair, for a token without a number.
LINE_END, WITHOUT_NUMBER = -1, -2
ZERO, WIDE_ZERO = 0x30, 0xFF10  # with the same id if full-width letters and digits are looked up as ASCII


class Progress(NamedTuple):
    """The state of `segment`, `tokenize` and `tally` by name; see above."""

    ended: int = DONE
    read: int = 0
    written: int = 0
    characters: int = 0
    in_line: int = 0
    unit: int = 0
    cluster: int = 0
    listed: int = 0


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
    """Decodes the next block and finds its path. Returns its number of characters, or 0 if state[ENDED] says why."""
    table, cells, scores, unknown, split, chars, whole_runs = lexicon
    start, trans, emit = model
    ids, ints, pairs, best, glued = room
    at, base = state[READ], state[CHARACTERS]
    starts, lengths, back = ints[0], ints[1], ints[2]
    most = ids.size - 2
    n = decode(data, at, size, most, table, ids, starts)
    if n < 0:
        state[ENDED] = FAULT
        state[READ] = -1 - n
        return 0
    whole = set_units(n, base, units, state[UNIT], ids)
    if len(glued) > 0:
        set_glue(n, base, clusters, state[CLUSTER], glued)
    cut = n
    if starts[n] < size or limit < size:
        cut = whole
        while cut > 0 and (starts[cut] > limit or cut == n or not is_boundary(cut, ids, glued, full)):
            cut -= 1
        if cut == 0:
            if n < most:  # the next call has more text
                state[ENDED] = DONE
                return 0
            if most < LONGEST_BLOCK:
                state[ENDED] = LARGER_BLOCK
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
    state[UNIT] = set_lengths(cut, base, units, state[UNIT], lengths)
    while 2 * state[CLUSTER] < len(clusters) and clusters[2 * state[CLUSTER]] < base + cut:
        state[CLUSTER] += 1
    if len(start) > 0 and not full:
        recognize(cut, cells, scores, split, chars, start, trans, emit, ids, back, lengths)
    if whole_runs and not full:
        join_runs(cut, ids, lengths)
    state[READ] = starts[cut]
    state[CHARACTERS] = base + cut
    return cut


@Lazy
def _copy_eight(data: Any, a: int, out: Any, o: int) -> None:
    # Copies eight bytes. No place can be negative, so that the compiler makes one load and one store.
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
    """Appends the tokens of a block to `out`, with the separator between them, and the line ends."""
    o = state[WRITTEN]
    in_line = state[IN_LINE] != 0
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
    state[WRITTEN] = o
    state[IN_LINE] = 1 if in_line else 0


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
    """Segments UTF-8 into words: writes them with the separator between them, and keeps lines.

    Leaves out white space unless `keep_space`. data: uint8, UTF-8 up to `size`, then 16 zeros. limit: `size`; or, if
    more text follows, up to where it may be cut: the rest is left for the next call. units: int64 pairs (first
    character, one after the last), in order: spans that are words whatever the dictionary says. clusters: such pairs
    for spans within which no token ends.
    lexicon: table, cells, scores, unknown, split, chars (see unigram_characters.decode, trie.py,
    unigram_paths.find_path, unigram_hmm.recognize); whole_runs: whether runs of digits and of letters are kept whole.
    model: start, trans, emit (see unigram_hmm.recognize), of size 0 without the hidden Markov model.
    room: for a block of n characters: ids, uint16[n + 2]; ints, int32[3, n + 2]; pairs, int64[2, n + 2]; best,
    float64[n + 2]; glued, uint8[n + 2], or of size 0 without clusters.
    out: uint8, with room for `size` bytes, for as many separators, and for 16 more bytes.
    state: int64[STATE_SIZE], see above; if it says that an array is too small, call again with a larger one.
    """
    ids, ints, _, _, glued = room
    joins = len(model[0]) == 0
    state[ENDED] = DONE
    while state[READ] < size:
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
    """Finds the tokens of UTF-8, white space included, and writes their spans. Other arguments are as in `segment`.

    mode: DEFAULT, SEARCH or FULL. spans: int64, three values for each: first character, one after the last, and in
    DEFAULT mode what put_tokens writes, in FULL mode 1 if the token continues in the next span, else 0. state[WRITTEN]:
    how many spans.
    """
    table, cells, scores, _, _, _, _ = lexicon
    wide = table[WIDE_ZERO] == table[ZERO]
    ids, ints, pairs, _, glued = room
    joins = len(model[0]) == 0
    state[ENDED] = DONE
    while state[READ] < size:
        at, base, unit, cluster = state[READ], state[CHARACTERS], state[UNIT], state[CLUSTER]
        n = _cut_block(data, size, limit, mode == FULL, units, clusters, lexicon, model, room, state)
        if n == 0:
            return
        lengths, begins = ints[1], ints[2]
        if mode == FULL:
            used = find_all(n, ids, cells, scores, lengths, base, pairs.reshape(-1), spans, state[WRITTEN])
        else:
            count = find_tokens(n, ids, lengths, joins, glued, begins)
            if mode == SEARCH:
                used = find_grams(count, begins, ids, cells, scores, base, spans, state[WRITTEN])
            else:
                used = put_tokens(data, count, begins, ints[0], ids, cells, wide, base, spans, state[WRITTEN])
        if used < 0:  # the caller repeats this block
            state[ENDED] = LARGER_OUTPUT
            state[READ], state[CHARACTERS], state[UNIT], state[CLUSTER] = at, base, unit, cluster
            return
        state[WRITTEN] = used


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
    wide: bool,
    counts: Any,
    others: Any,
    sequence: Any,
    state: Any,
) -> None:
    """Counts the tokens of a block, except for white space, or writes their numbers."""
    used = state[WRITTEN]
    lists = sequence.size > 0
    listed = state[LISTED]
    p = 0
    while p < n:
        c = ids[p]
        length = lengths[p]
        q = p + length
        if (c > LF and c < SIGN) or len(glued) > 0:
            q = token_end(p, ids, lengths, joins, glued)
            length = q - p
        if c > 0 and c < ALNUM:
            if lists and ids[q - 1] == LF:
                sequence[listed] = LINE_END
                listed += 1
            p = q
            continue
        # The number that put_tokens gives; `two` has looked up the words of two characters already.
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
        if wide and has_wide(p, q, ids, starts):
            z = 0
        if z < ALNUM and length == 1 and starts[q] - starts[p] < 4:
            z = cells.size + read_character(data, starts[p], starts[q])
        if z < ALNUM:
            others[2 * used] = starts[p]
            others[2 * used + 1] = starts[q]
            z = WITHOUT_NUMBER - used
            used += 1
        elif not lists:
            counts[z] += 1
        if lists:
            sequence[listed] = z
            listed += 1
        p = q
    state[WRITTEN] = used
    state[LISTED] = listed


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
    sequence: Any,
    state: Any,
) -> None:
    """Counts the tokens of UTF-8, except for white space, or lists them. Other arguments are as in `segment`.

    counts: int64 by the number that put_tokens gives a token, except for characters beyond U+FFFF. others: int64,
    receives for each of these, and for each token with number 0, a pair: its first byte, one after the last; with room
    for a pair per two bytes. state[WRITTEN]: how many pairs. sequence: int32, of size 0 to count; else nothing is
    counted, and it receives each token's number, or WITHOUT_NUMBER less the number of its pair, and LINE_END where a
    line ends; with room for an entry per byte. state[LISTED]: how many entries.
    """
    table, cells, _, _, _, _, _ = lexicon
    wide = table[WIDE_ZERO] == table[ZERO]
    ids, ints, pairs, _, glued = room
    joins = len(model[0]) == 0
    state[ENDED] = DONE
    while state[READ] < size:
        n = _cut_block(data, size, limit, False, units, clusters, lexicon, model, room, state)
        if n == 0:
            return
        _tally(data, n, ids, ints[0], ints[1], pairs[1], joins, glued, cells, wide, counts, others, sequence, state)
