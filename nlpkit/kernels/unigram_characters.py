"""Character ids, by which the trie of words goes (see double_array.py): UTF-8 becomes ids.

0 is any character that is no part of words, 1 to 3 are white space (2 LF, 3 CR), ids from ALNUM on are parts of words:
the 62 ASCII letters and digits (digits first), the seven signs of SIGNS, the Han characters of jieba's blocks, and
further letters that a dictionary brings. Where jieba cuts its words within blocks, these are the runs of ids from ALNUM
on.
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
#: Added to the ids of letters and digits where runs of these matter.
LETTER = 0x8000


@Lazy
def decode(data: Any, at: int, size: int, most: int, table: Any, ids: Any, starts: Any) -> int:
    """The ids of the characters of data[at:size], `most` at the most; -> how many, or -1 - the place of a fault.

    data: uint8, UTF-8. table: uint16 by code point, ids; beyond it they are 0. ids: uint16, receives them, and two
    zeros. starts: int32, receives where each character begins, and where the last ends.
    """
    n = 0
    i = at
    while i < size and n < most:
        starts[n] = i
        c = read_character(data, i, size)
        if c < 0:
            return -1 - i
        i += character_size(c)
        ids[n] = table[c] if c < len(table) else 0
        n += 1
    starts[n] = i
    ids[n] = ids[n + 1] = 0
    return n
