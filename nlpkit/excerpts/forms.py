"""The tokens that a worker has met, each with its form and the hash of the form."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nlpkit.excerpts.wanted import Pairs, Tokens
from nlpkit.frequencies.windows import window_flags
from nlpkit.kernels import gram_search
from nlpkit.kernels.strings import NumberedStrings
from nlpkit.runs.strings import end_to_end


class TokenForms:
    """The different tokens that a worker has met, by their numbers.

    spelled: as they stand in the text. forms: None for a token that is left out. flags: uint8, of windows. kept: bool,
    whether a token has a form. hashes, powers: int64, of the forms.
    """

    def __init__(self) -> None:
        self.strings = NumberedStrings()
        self.spelled: list[bytes] = []
        self.forms: list[str | None] = []
        self.flags = np.empty(0, np.uint8)
        self.kept = np.empty(0, np.bool_)
        self.hashes, self.powers = np.empty((2, 0), np.int64)

    def learn(self, how: Tokens | Pairs) -> None:
        """Finds out what new tokens are."""
        done = len(self.forms)
        if done == len(self.strings):
            return
        texts = self.strings.texts(done)
        forms = how.filters.apply(texts)
        self.spelled += [text.encode() for text in texts]
        self.forms += forms
        if isinstance(how, Pairs):
            self.flags = np.append(self.flags, np.array([*map(window_flags, texts)], np.uint8))
        self.kept = np.append(self.kept, [form is not None for form in forms])
        hashes, powers = hashed([form or "" for form in forms])
        self.hashes, self.powers = np.append(self.hashes, hashes), np.append(self.powers, powers)


def hashed(texts: Sequence[str]) -> NDArray[np.int64]:
    """Returns the hashes and the powers of texts: int64[2, n]."""
    data, offsets = end_to_end(text.encode() for text in texts)
    found = np.empty((2, len(texts)), np.int64)
    gram_search.hash_strings(data, offsets, 0, found[0], found[1])
    return found
