"""Decodes UTF-8 to character ids, which are the symbols of the trie of words (see trie.py).

Id 0 is any character that cannot be in a word; 1 to 3 are white space (2 LF, 3 CR); ids from ALNUM on can be in words:
the 62 ASCII letters and digits (digits first), the seven characters of SIGNS, the Han characters of jieba's blocks, and
further letters of the dictionary. A run of ids from ALNUM on is a block: jieba cuts its words within blocks.
"""

from __future__ import annotations

from typing import Any

from nlpkit.compilation import Lazy
from nlpkit.kernels.characters import character_size, read_character

SPACE, LF, CR, ALNUM, SIGN = 1, 2, 3, 4, 66
SIGNS = ".%+#&_-"
HAN = SIGN + len(SIGNS)
HAN_COUNT = 0x9FD5 - 0x4E00 + 1
FURTHER = HAN + HAN_COUNT
DOT, PERCENT = SIGN, SIGN + 1
#: Added to the ids of letters and digits for find_units, which does not cut runs of them.
LETTER = 0x8000


@Lazy
def decode(data: Any, at: int, size: int, most: int, table: Any, ids: Any, starts: Any) -> int:
    """Decodes up to `most` characters of data[at:size] to ids. Returns their number, or -1 - the byte of a fault.

    data: uint8, UTF-8, then at least two bytes more. table: uint16 by code point, ids; larger code points have id 0.
    ids: uint16, receives the ids and two zeros. starts: int32, receives the first byte of each character, and the end
    of the last one.
    """
    n = 0
    i = at
    while i < size and n < most:
        starts[n] = i
        b = int(data[i]) & 255
        if b >= 0xE0 and b < 0xF0:  # Chinese, in line: by read_character segmenting takes a sixth longer
            x, y = int(data[i + 1]) & 255, int(data[i + 2]) & 255
            c = ((b & 15) << 12) | ((x & 63) << 6) | (y & 63)
            if ((x ^ 0x80) | (y ^ 0x80)) & 0xC0 != 0 or c < 0x800 or (c >= 0xD800 and c < 0xE000):
                return -1 - i
            i += 3
        elif b < 0x80:
            c = b
            i += 1
        else:
            c = read_character(data, i, size)
            if c < 0:
                return -1 - i
            i += character_size(c)
        ids[n] = table[c] if c < len(table) else 0
        n += 1
    starts[n] = i
    ids[n] = ids[n + 1] = 0
    return n
