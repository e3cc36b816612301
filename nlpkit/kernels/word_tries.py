"""Tries of words as tables of transitions, and passes over a text with them: best paths, pieces, occurrences.

Text is uint32 ids of symbols, 0 at boundaries; a run is text between boundaries. A trie is an open-addressing table,
uint64[1 << bits]. A slot is 0 if free; else it has the node that a transition leaves (24 bits), the id of a symbol (16
bits) and the node that it reaches (24 bits). The node of a single symbol is its id; other nodes are numbered from
65,536.
"""

from __future__ import annotations

import numpy as np

from nlpkit.compilation import njit
from nlpkit.kernels.hashing import slot_of
from nlpkit.kernels.types import F64, I64, U8, U32, U64, Bool

_16 = np.uint64(16)
_24 = np.uint64(24)
_NODE = np.uint64((1 << 24) - 1)
#: Runs are cut after this many symbols, counted from their start.
LONGEST_RUN = 65_536
#: The most nodes of a trie, single symbols included.
MOST_NODES = 1 << 24


@njit()
def next_node(slots: U64, bits: int, node: int, symbol: int) -> int:
    """Returns the node that `symbol` leads to from `node`, 0 if no word continues like this."""
    key = (np.uint64(node) << _16) | np.uint64(symbol)
    at = slot_of(key, bits)
    cell = slots[at]
    while cell != 0 and (cell >> _24) != key:
        at = (at + 1) & ((1 << bits) - 1)
        cell = slots[at]
    return np.int64(cell & _NODE)


@njit()
def insert_words(ids: U32, offsets: I64, bits: int) -> tuple[U64, I64, int]:
    """Builds the trie of m words: (slots, int64[m]: the node of each word, the number of nodes besides single symbols).

    ids: uint32; word i is ids[offsets[i]:offsets[i + 1]]; offsets: int64[m + 1]. Stops early if there are more than
    MOST_NODES nodes.
    """
    slots = np.zeros(1 << bits, np.uint64)
    mask = (1 << bits) - 1
    nodes = np.empty(offsets.size - 1, np.int64)
    used = 0
    for word in range(nodes.size):
        node = np.int64(ids[offsets[word]])
        for i in range(offsets[word] + 1, offsets[word + 1]):
            reached = next_node(slots, bits, node, ids[i])
            if reached == 0:
                reached = np.int64(65_536 + used)
                if reached >= MOST_NODES:
                    return slots, nodes, used + 1
                key = (np.uint64(node) << _16) | np.uint64(ids[i])
                at = slot_of(key, bits)
                while slots[at] != 0:
                    at = (at + 1) & mask
                slots[at] = (key << _24) | np.uint64(reached)
                used += 1
            node = reached
        nodes[word] = node
    return slots, nodes, used


@njit()
def segment(
    ids: U32,
    stop: int,
    slots: U64,
    bits: int,
    value: F64,
    length: I64,
    special: Bool,
    counts: I64,
    begins: I64,
    ends: I64,
    nodes: I64,
    text: U8,
    starts: I64,
    line: int,
    lines: I64,
    first: Bool,
) -> tuple[int, int]:
    """Segments the runs of ids[:stop] into words and adds them to counts: (number of spans written, the last line).

    value: float64 by node, -inf for a non-word. length: int64 by node, symbols. Takes the path with the largest sum of
    values, added from right to left; a tie goes to the longer word. counts: int64 by node. Words with special[node] are
    not counted, but written to begins, ends (places in ids) and nodes. text: the bytes of ids, and starts, int64, the
    first byte of each. line: the number of the first line, 0 for the first one of all. lines: int64, by node, how many
    lines have the word, and the last of them (-1: none). first: by node, whether line 0 is one of them. Node 0 is in
    each line that has a word. Lines are not counted if `lines` is empty.
    """
    best = np.zeros(LONGEST_RUN + 1)
    choice = np.zeros(LONGEST_RUN + 1, np.int64)
    by_line = lines.size > 0
    used = 0
    begin = 0
    while begin < stop:
        if ids[begin] == 0:
            if by_line:
                for i in range(starts[begin], starts[begin + 1]):
                    line += text[i] == 10
            begin += 1
            continue
        end = begin
        while end < stop and ids[end] != 0 and end - begin < LONGEST_RUN:
            end += 1
        size = end - begin
        best[size] = 0.0
        for i in range(size - 1, -1, -1):
            node = np.int64(ids[begin + i])
            top = value[node] + best[i + 1]
            word = node
            for j in range(i + 1, size):
                node = next_node(slots, bits, node, ids[begin + j])
                if node == 0:
                    break
                total = value[node] + best[j + 1]
                if total >= top:
                    top = total
                    word = node
            best[i] = top
            choice[i] = word
        i = 0
        if by_line and lines[0, 1] != line:
            lines[0, 0] += 1
            lines[0, 1] = line
            if line == 0:
                first[0] = True
        while i < size:
            word = choice[i]
            if by_line and lines[word, 1] != line:
                lines[word, 0] += 1
                lines[word, 1] = line
                if line == 0:
                    first[word] = True
            if special[word]:
                begins[used] = begin + i
                ends[used] = begin + i + length[word]
                nodes[used] = word
                used += 1
            else:
                counts[word] += 1
            i += length[word]
        begin = end
    return used, line


@njit()
def cut_pieces(
    ids: U32, stop: int, slots: U64, bits: int, kept: Bool, single: I64, keys: U64, begins: I64, ends: I64
) -> tuple[int, int]:
    """Cuts the runs of ids[:stop] into pieces wherever no kept n-gram spans two neighbours.

    kept: bool by node. Pieces of one symbol are added to single (int64 by id). Pieces of two to four symbols are
    written to keys (uint64, packed, first symbol highest), longer ones to begins and ends (int64, places in ids).
    Returns (number of keys, number of longer pieces).
    """
    shorter = 0
    longer = 0
    run = 0
    begin = 0
    while begin < stop:
        if ids[begin] == 0:
            begin += 1
            run = begin
            continue
        if begin - run == LONGEST_RUN:
            run = begin
        end = begin + 1  # the piece extends at least to here
        i = begin
        while i < end:
            node = np.int64(ids[i])
            j = i + 1
            while j < stop and ids[j] != 0 and j - run < LONGEST_RUN:
                node = next_node(slots, bits, node, ids[j])
                if node == 0:
                    break
                j += 1
                if j > end and kept[node]:
                    end = j
            i += 1
        size = end - begin
        if size == 1:
            single[ids[begin]] += 1
        elif size <= 4:
            key = np.uint64(0)
            for k in range(4):
                key = (key << _16) | (np.uint64(ids[begin + k]) if k < size else np.uint64(0))
            keys[shorter] = key
            shorter += 1
        else:
            begins[longer] = begin
            ends[longer] = end
            longer += 1
        begin = end
    return shorter, longer


@njit()
def occurrences(ids: U32, stop: int, slots: U64, bits: int, word: I64, right: U64, left: U64) -> int:
    """Finds the occurrences of the words of a trie, overlapping ones too, with their neighbours. Returns their number.

    word: int64 by node, its word's number or -1. Only occurrences that start at ids[1] to ids[stop] count. right, left:
    uint64, receive (word << 16) | id of the neighbour, 0 for a boundary, while there is room; if the number is larger,
    call again with more room.
    """
    used = 0
    for i in range(1, min(stop + 1, ids.size)):
        node = np.int64(ids[i])
        j = i + 1
        while node != 0 and j < ids.size and ids[j] != 0:
            node = next_node(slots, bits, node, ids[j])
            j += 1
            if node != 0 and word[node] >= 0:
                if used < right.size:
                    head = np.uint64(word[node]) << _16
                    right[used] = head | (np.uint64(ids[j]) if j < ids.size else np.uint64(0))
                    left[used] = head | np.uint64(ids[i - 1])
                used += 1
    return used
