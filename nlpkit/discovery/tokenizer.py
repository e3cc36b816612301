"""Writes words as a `tokenizer.json`: a unigram model that the library tokenizers of Hugging Face loads."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from itertools import islice

import numpy as np
from numpy.typing import NDArray

#: Characters that always get a token of their own, besides those of the words: ASCII, and the punctuation and the
#: full-width forms of Chinese and Japanese. Each of the others, if it is in no word, is written as its bytes in UTF-8.
CHARACTERS = "".join(
    chr(code)
    for first, last in ((0x20, 0x7E), (0x2010, 0x2027), (0x3000, 0x301F), (0xFF01, 0xFF65), (0xFFE0, 0xFFE6))
    for code in range(first, last + 1)
)
_UNKNOWN = "<unk>"
_BYTES = tuple(f"<0x{byte:02X}>" for byte in range(256))
_COSTLY = 10  # a name of _BYTES costs more than its characters one by one: a text with `<0x0A>` in it is cut into these
_ROWS = 1 << 16  # written at once
_HEAD = """{
"version": "1.0",
"truncation": null,
"padding": null,
"added_tokens": [],
"normalizer": null,
"pre_tokenizer": null,
"post_processor": null,
"decoder": {"type": "ByteFallback"},
"model": {
"type": "Unigram",
"unk_id": 0,
"byte_fallback": true,
"vocab": [
"""
_TAIL = "\n]\n}\n}\n"


def tokenizer_text(words: NDArray[np.object_], counts: NDArray[np.int64]) -> Iterator[bytes]:
    """Yields a tokenizer.json that cuts any text, and joins the tokens to exactly this text again.

    words: object (str), each once. counts: int64, one or more each.

    Token 0 is `<unk>`, which is never used, tokens 1 to 256 are bytes, then come the words in their order with ln(count
    / sum of counts), and last, by code points, with ln(1 / sum of counts), the characters of words and CHARACTERS that
    are no words themselves. Nothing is normalised, and no token is special.
    """
    reserved = {_UNKNOWN, *_BYTES}
    total = max(1, int(counts.sum()))
    rare = -math.log(total)
    listed = set(words)
    singles = sorted({char for word in listed for char in word}.union(CHARACTERS) - listed)
    logs = {count: math.log(count / total) for count in np.unique(counts).tolist()}

    def entries() -> Iterator[tuple[str, float]]:
        yield from ((name, _COSTLY * (rare - 1)) for name in (_UNKNOWN, *_BYTES))
        yield from ((word, logs[n]) for word, n in zip(words, counts.tolist(), strict=True) if word not in reserved)
        yield from ((char, rare) for char in singles)

    encode = json.JSONEncoder(ensure_ascii=False).encode
    lines = (f"[{encode(token)}, {log!r}]" for token, log in entries())
    before = _HEAD
    while block := list(islice(lines, _ROWS)):
        yield (before + ",\n".join(block)).encode()
        before = ",\n"
    yield _TAIL.encode()
