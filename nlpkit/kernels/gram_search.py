"""Finds n-grams of tokens that may be wanted, by hashes of strings that are joined as the strings are.

The hash of a string is that of Rabin and Karp (1987): its bytes are the digits of a number to the base BASE, modulo
the prime MODULUS. Of two strings end to end it is hash * power + hash, with the power of the second.
"""

from __future__ import annotations

import numpy as np

from nlpkit.compilation import njit
from nlpkit.kernels.types import I32, I64, U8, Bool

BASE, MODULUS = 1_000_003, (1 << 31) - 1
#: Slots that hashes are looked up in.
SLOTS = 1 << 20


@njit()
def hash_strings(data: U8, offsets: I64, first: int, hashes: I64, powers: I64) -> None:
    """Writes the hash and the power of each string data[offsets[i]:offsets[i + 1]] to hashes[first + i] and
    powers[first + i], int64."""
    for i in range(offsets.size - 1):
        value, power = 0, 1
        for at in range(offsets[i], offsets[i + 1]):
            value = (value * BASE + np.int64(data[at]) + 1) % MODULUS
            power = power * BASE % MODULUS
        hashes[first + i] = value
        powers[first + i] = power


@njit()
def find_grams(
    sequence: I32,
    kept: Bool,
    hashes: I64,
    powers: I64,
    lowest: int,
    highest: int,
    joint: int,
    joint_power: int,
    slots: I32,
    state: I64,
    out: I64,
) -> int:
    """Finds n-grams of the orders `lowest` to `highest` in a sequence of tokens; returns their number, at most
    len(out).

    sequence: int32, tokens by their numbers; no n-gram spans numbers below 0, or tokens that are not kept. hashes,
    powers: int64 by token, of its form; joint, joint_power: of what stands between two tokens of an n-gram. slots:
    int32[SLOTS], above 0 where wanted strings have their hash. state: int64[2], where to go on, and how many tokens
    before an n-gram may span. out: int64[n, 2], with n >= highest, receives the first and the last token of each
    n-gram. All is done when state[0] is len(sequence).
    """
    at, since, found = state[0], state[1], 0
    while at < sequence.size and found + highest <= out.shape[0]:
        token = sequence[at]
        if token < 0 or not kept[token]:
            since = 0
            at += 1
            continue
        value, power = hashes[token], powers[token]
        since = min(since + 1, highest)
        for order in range(1, since + 1):
            if order > 1:
                part = sequence[at - order + 1]
                value = (joint * power + value) % MODULUS
                power = power * joint_power % MODULUS
                value = (hashes[part] * power + value) % MODULUS
                power = power * powers[part] % MODULUS
            if order >= lowest and slots[value & (SLOTS - 1)] > 0:
                out[found, 0] = at - order + 1
                out[found, 1] = at
                found += 1
        at += 1
    state[0], state[1] = at, since
    return found
