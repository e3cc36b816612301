"""A trie of words as a table of transitions, which words are added to in any order (discovery).

Text is uint32 ids of symbols, 0 at boundaries. A trie is an open-addressing table, uint64[1 << bits]: in each slot the
node that a transition leaves (24 bits), the id of a symbol (16 bits) and the node that it reaches (24 bits), or 0 where
the slot is free. The node of a single symbol is its id; other nodes are counted from 65,536.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nlpkit.compilation import njit
from nlpkit.kernels.hashing import slot_of

U32 = NDArray[np.uint32]
U64 = NDArray[np.uint64]
I64 = NDArray[np.int64]

_16 = np.uint64(16)
_24 = np.uint64(24)
_NODE = np.uint64((1 << 24) - 1)
#: Nodes of a trie, single symbols included.
MOST_NODES = 1 << 24


@njit()
def next_node(slots: U64, bits: int, node: int, symbol: int) -> int:
    """The node that a symbol leads to from a node, 0 if no word goes on so."""
    key = (np.uint64(node) << _16) | np.uint64(symbol)
    at = slot_of(key, bits)
    cell = slots[at]
    while cell != 0 and (cell >> _24) != key:
        at = (at + 1) & ((1 << bits) - 1)
        cell = slots[at]
    return np.int64(cell & _NODE)


@njit()
def insert_words(ids: U32, offsets: I64, bits: int) -> tuple[U64, I64, int]:
    """The trie of m words: (slots, int64[m]: the node of each word, how many nodes there are besides single symbols).

    ids: uint32, the words' ids end to end; word i is ids[offsets[i]:offsets[i + 1]]; offsets: int64[m + 1]. Stops where
    MOST_NODES is passed.
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
