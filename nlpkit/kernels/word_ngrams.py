"""n-grams of words: units of a text in order, the frequent n-grams that begin at each, their neighbours and scores.

A text is an array of units, uint32. The lower 29 bits are DOCUMENT, BREAK or RARE, or the number of a unit that n-grams
are made of: NUMBER, or a word from NUMBER + 1 on. The bits above say how it is written: SPACED, white space stands
before it; CAPITAL, it begins with a capital letter; CAPITALS, it has no small letters. A node is an n-gram that occurs
often enough. Its number is local: it counts among the nodes of the same order. The key of a node of order k > 1 is
(local number of the n-gram of its first k - 1 units) << 32 | last unit. A node of order 1 has the number of its unit -
NUMBER.
"""

from __future__ import annotations

import math

import numpy as np

from nlpkit.compilation import njit
from nlpkit.kernels.candidates import find_key
from nlpkit.kernels.hashing import mix
from nlpkit.kernels.tokens import DOCUMENT_END
from nlpkit.kernels.types import F64, I32, I64, U8, U32, U64, Bool

#: The end of a document; the end of a run within one; a word that is too rare to be in n-grams; a number.
DOCUMENT, BREAK, RARE, NUMBER = 0, 1, 2, 3
#: What a token may be besides a unit.
SPACE = -1
SPACED, CAPITAL, CAPITALS = np.uint32(1 << 31), np.uint32(1 << 30), np.uint32(1 << 29)
_UNIT = np.uint32((1 << 29) - 1)
_32 = np.uint64(32)
_33 = np.uint64(33)
_BLOCK = np.uint64(1 << 32)
_8 = np.uint64(8)


@njit()
def write_units(
    sequence: I32, size: int, unit_of: I32, joins: bool, last: int, spaces: int, out: U32
) -> tuple[int, int, int]:
    """Writes the units of sequence[:size], tokens as `find_tokens` numbers them, to `out`; returns their number.

    unit_of: int32 by token, a unit with CAPITAL and CAPITALS, or SPACE. Runs end at a BREAK, and where two or more
    white space characters stand in a row. joins: numbers that follow each other without white space are one NUMBER.
    last, spaces: the last unit before this sequence and the white space after it; they are returned for the next one:
    (number of units, last, spaces).
    """
    n = 0
    for i in range(size):
        token = sequence[i]
        written = np.uint32(0)
        if token < 0:
            unit = DOCUMENT if token == DOCUMENT_END else BREAK
        elif unit_of[token] < 0:
            unit = SPACE
        else:
            written = np.uint32(unit_of[token])
            unit = np.int64(written & _UNIT)
        if unit == SPACE:
            spaces += 1
            continue
        if last > BREAK and (unit == BREAK or spaces > 1):
            out[n] = np.uint32(BREAK)
            n += 1
            last = BREAK
        if unit == DOCUMENT:
            out[n] = np.uint32(DOCUMENT)
            n += 1
            last = DOCUMENT
        elif unit != BREAK and not (joins and unit == NUMBER and last == NUMBER and spaces == 0):
            if spaces > 0 and last > BREAK:
                written |= SPACED
            out[n] = written
            n += 1
            last = unit
        spaces = 0
    return n, last, spaces


@njit()
def first_nodes(units: U32) -> I32:
    """Returns the node of order 1 at each place of a text: int32, -1 where there is none."""
    nodes = np.empty(units.size, np.int32)
    for i in range(units.size):
        nodes[i] = np.int32(units[i] & _UNIT) - NUMBER if (units[i] & _UNIT) >= NUMBER else -1
    return nodes


@njit()
def extend(units: U32, nodes: I32, order: int, slots: U32, bits: int, keys: U64) -> None:
    """Replaces the nodes of order - 1 that begin at each place of a text by those of `order`, -1 where there is none.

    slots, bits: the index of `keys`, uint64, the keys of the nodes of `order`.
    """
    for i in range(units.size):
        if nodes[i] < 0:
            continue
        node = -1
        if i + order <= units.size:
            unit = units[i + order - 1] & _UNIT
            if unit >= NUMBER:
                node = find_key(slots, bits, keys, (np.uint64(nodes[i]) << _32) | np.uint64(unit))
        nodes[i] = node


@njit()
def beside(units: U32, nodes: I32, order: int) -> tuple[U64, U64]:
    """Returns the neighbours of the nodes of one order in a text, to the left and to the right: uint64 in text order,
    node << 32 | unit, DOCUMENT where the text ends."""
    count = 0
    for i in range(nodes.size):
        if nodes[i] >= 0:
            count += 1
    left, right = np.empty(count, np.uint64), np.empty(count, np.uint64)
    n = 0
    for i in range(nodes.size):
        if nodes[i] >= 0:
            head = np.uint64(nodes[i]) << _32
            left[n] = head | np.uint64(units[i - 1] & _UNIT if i > 0 else np.uint32(DOCUMENT))
            right[n] = head | np.uint64(units[i + order] & _UNIT if i + order < units.size else np.uint32(DOCUMENT))
            n += 1
    return left, right


@njit()
def spacings(units: U32, nodes: I32, order: int) -> U64:
    """Returns where white space stands within the n-grams of a text: uint64 for each n-gram that has some, in text
    order, node << 8 | bits; bit j is for the place after unit j."""
    out = np.empty(nodes.size, np.uint64)
    n = 0
    for i in range(nodes.size):
        if nodes[i] >= 0:
            places = 0
            for j in range(1, order):
                if units[i + j] & SPACED:
                    places |= 1 << (j - 1)
            if places:
                out[n] = (np.uint64(nodes[i]) << _8) | np.uint64(places)
                n += 1
    return out[:n]


@njit()
def count_places(
    units: U32, nodes: I32, before: int, block_size: int, goes_on: bool, documents: I64, blocks: I64, edges: U64
) -> int:
    """Counts in how many documents and in how many blocks of `block_size` words each node occurs.

    before: the number of words before this text. goes_on: whether the first and the last document may have more text
    elsewhere, as the first and the last block may always. Such parts are not counted; what occurs in them is written to
    `edges`, uint64: node << 33 | 1 << 32 | number of the block, or node << 33 | number of the document, counted from 0.
    documents, blocks: int64[2, n] by node: the counts, zeros at first, and the last part in which it was seen, -1.
    Returns how many edges were written.
    """
    last_document, words = 0, before
    for i in range(units.size):
        if (units[i] & _UNIT) == DOCUMENT:
            last_document += 1
        elif (units[i] & _UNIT) > BREAK:
            words += 1
    first_block, last_block = before // block_size, words // block_size
    document, word, used = 0, before, 0
    for i in range(units.size):
        unit = units[i] & _UNIT
        node = nodes[i]
        if node >= 0:
            if documents[1, node] != document:
                documents[1, node] = document
                if goes_on and (document == 0 or document == last_document):
                    edges[used] = np.uint64(node) << _33 | np.uint64(document)
                    used += 1
                else:
                    documents[0, node] += 1
            block = word // block_size
            if blocks[1, node] != block:
                blocks[1, node] = block
                if block == first_block or block == last_block:
                    edges[used] = np.uint64(node) << _33 | _BLOCK | np.uint64(block)
                    used += 1
                else:
                    blocks[0, node] += 1
        if unit == DOCUMENT:
            document += 1
        elif unit > BREAK:
            word += 1
    return used


@njit()
def branch(keys: U64, counts: I64, totals: I64, boundaries: I64, entropy: F64) -> None:
    """Writes the neighbours of nodes to arrays by node: occurrences (int64), those at the end of a run (int64), and the
    branching entropy (float64, nats).

    keys, counts: a part of a sorted table of node << 32 | neighbour; all of a node is in one part. The end of a run,
    and a word that is too rare to be in n-grams, count as a different neighbour at each occurrence.
    """
    i = 0
    while i < keys.size:
        node = keys[i] >> _32
        total = np.int64(0)
        at_boundary = np.int64(0)
        weighted = 0.0
        while i < keys.size and (keys[i] >> _32) == node:
            unit = np.int64(keys[i] & np.uint64(0xFFFFFFFF))
            n = counts[i]
            total += n
            if unit <= BREAK:
                at_boundary += n
            elif unit > RARE:
                weighted += n * math.log(n)
            i += 1
        totals[node] = total
        boundaries[node] = at_boundary
        entropy[node] = max(0.0, math.log(total) - weighted / total)


@njit()
def count_words(units: U32) -> tuple[int, int]:
    """Returns how many words a text has, numbers and rare words too, and how many runs."""
    words = 0
    runs = 0
    in_run = False
    for i in range(units.size):
        is_word = (units[i] & _UNIT) > BREAK
        if is_word:
            words += 1
            if not in_run:
                runs += 1
        in_run = is_word
    return words, runs


@njit()
def count_capitals(units: U32, counts: I64) -> None:
    """Adds to `counts`, int64[3, n] by unit - NUMBER, how often a unit is written with CAPITAL within a run, with
    CAPITAL at the beginning of one, and with CAPITALS."""
    in_run = False
    for i in range(units.size):
        unit = np.int64(units[i] & _UNIT)
        if unit >= NUMBER:
            if units[i] & CAPITAL:
                counts[0 if in_run else 1, unit - NUMBER] += 1
            if units[i] & CAPITALS:
                counts[2, unit - NUMBER] += 1
        in_run = unit > BREAK


@njit()
def families(levels: I64, parent: U32, words: I64, data: U8, offsets: I64, ignored: Bool) -> U64:
    """Returns a 64-bit hash of the letters of each n-gram: uint64 by node. Bytes that are `ignored` (bool[256]) and a
    last s (of more than three letters, and not of two s) do not count, so spellings of one term have one hash. Equal
    hashes are taken for equal letters, which is wrong for some of n n-grams with a chance of about n^2 / 2^65.

    levels: int64, the first node of each order. parent: uint32 by node. words: int64, the last word of each node. data,
    offsets: the words end to end.
    """
    size = levels[levels.size - 1]
    states = np.empty(size, np.uint64)  # hash of all letters
    lengths = np.zeros(size, np.int64)
    out = np.empty(size, np.uint64)
    for node in range(size):
        state, length = np.uint64(0), np.int64(0)
        if node >= levels[1]:
            state, length = states[parent[node]], lengths[parent[node]]
        before, last, last_but_one = state, np.uint8(0), np.uint8(0)
        for i in range(offsets[words[node]], offsets[words[node] + 1]):
            if not ignored[data[i]]:
                before, last_but_one, last = state, last, data[i]
                state = mix(state, np.uint64(data[i]))
                length += 1
        states[node], lengths[node] = state, length
        is_plural = length > 3 and last == 115 and last_but_one != 115
        out[node] = before if is_plural else state
    return out


@njit()
def choose_most(keys: U64, counts: I64, most: I64, chosen: I64) -> None:
    """Sets `chosen`, int64 by node, to the lower 8 bits of the most frequent key of each node, if it is more frequent
    than `most`, int64 by node, which is raised. keys: node << 8 | bits, sorted."""
    for i in range(keys.size):
        node = keys[i] >> _8
        if counts[i] > most[node]:
            most[node] = counts[i]
            chosen[node] = np.int64(keys[i] & np.uint64(255))


@njit()
def burstiness(counts: I64, blocks: I64, all_blocks: int) -> F64:
    """Returns how many times fewer blocks of a text each n-gram occurs in than if its occurrences were scattered at
    random: float64, E / d with E = L (1 - e^(-n/L)), L = all_blocks."""
    out = np.empty(counts.size)
    for i in range(counts.size):
        expected = all_blocks * (1.0 - math.exp(-(counts[i] / all_blocks)))
        out[i] = expected / blocks[i]
    return out


@njit()
def term_scores(wholes: F64, counts: I64, entropy: F64, edges: F64, own_edge: F64, bursts: F64, keyness: F64) -> F64:
    """Returns the score of each n-gram as a term: float64. The arguments are the factors that multiword/order.py names,
    or what they are made of. (numpy's ln and exp may vary between machines.)"""
    out = np.empty(counts.size)
    for i in range(counts.size):
        logarithm = math.log(counts[i])
        score = wholes[i] * logarithm * math.sqrt(logarithm) * min(entropy[i], 3.0)
        score *= edges[i] * math.sqrt(1.0 - own_edge[i])
        out[i] = score * min(bursts[i], 4.0) / (1.0 + math.exp(-keyness[i]))
    return out


@njit()
def english_scores(orders: I64, families: I64, entropy: F64, edges: F64, keyness: F64, common: F64, names: F64) -> F64:
    """Returns the score of each n-gram as an English term: float64. The arguments are what multiword/english.py
    names."""
    out = np.empty(orders.size)
    for i in range(orders.size):
        logarithm = math.log(1.0 + families[i])
        score = logarithm if orders[i] == 1 else logarithm * logarithm
        if orders[i] != 2:  # to the power 1.5, 2 or 2.5
            score *= math.sqrt(logarithm)
        score *= min(3.0, 1.0 + entropy[i]) * edges[i] / (1.0 + math.exp(-(keyness[i] - 4.0)))
        out[i] = score * (1.0 - common[i]) * (1.0 + 3.0 * names[i])
    return out


@njit()
def log_ratios(counts: I64, total: int, others: F64, other_total: float) -> F64:
    """Returns ln((c + 1) / total) - ln((f + 3) / other_total) for c in counts and f in others: float64."""
    out = np.empty(counts.size)
    for i in range(counts.size):
        own = math.log((counts[i] + 1.0) / total)
        out[i] = own - math.log((others[i] + 3.0) / other_total)
    return out


@njit()
def share_ratios(counts: I64, total: int, shares: F64) -> F64:
    """Returns ln(c / total) - ln f for c in counts and f in shares: float64; c = 0 counts as 1."""
    out = np.empty(counts.size)
    for i in range(counts.size):
        out[i] = math.log(max(1, counts[i]) / total) - math.log(shares[i])
    return out
