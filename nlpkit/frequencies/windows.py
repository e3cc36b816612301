"""What tokens are in windows of words: words, ends of sentences, numbers; and where the windows of a text end."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from nlpkit.frequencies.tokens import BREAK, STOP, Tokenizer
from nlpkit.kernels import tokens as tokens_kernel
from nlpkit.kernels import windows as kernel

_IS_WORD = re.compile(r"[^\W_]")
_IS_STOP = re.compile(r"[。！？｡．…‥!?.]['\"’”」』）)》】\]]*$")
_IS_NUMBER = re.compile(r"\d")


def window_flags(token: str) -> int:
    """Returns what a token is, as the kernel `place_words` wants it."""
    found = kernel.WORD if _IS_WORD.search(token) else 0
    if token == ".":
        return found | kernel.POINT
    if _IS_STOP.search(token):
        found |= kernel.STOP
    return found | kernel.NUMBER if _IS_NUMBER.match(token) else found


def window_kinds(tokenizer: Tokenizer, line_is_document: bool, sentences: bool) -> NDArray[np.uint8]:
    """Returns what each byte of marked text is, see Tokenizer.kinds: windows go on beyond what is between two matches
    of a pattern. sentences: windows end with sentences, and not only with lines."""
    kinds = tokenizer.kinds(line_is_document)
    if tokenizer.name == "regex":
        kinds[ord(BREAK)] = tokens_kernel.SPACE
        kinds[ord(STOP)] = tokens_kernel.LINE if sentences else tokens_kernel.SPACE
    return kinds
