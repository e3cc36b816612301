"""The options of `discover`: which method uses which, their defaults, and what is nonsense."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nlpkit.choices import CHARSETS
from nlpkit.discovery import auto, pieces
from nlpkit.errors import OptionError
from nlpkit.ngrams import WORD

METHODS = ("auto", "pmi", "entropy")
#: No bound: longer than any run.
ANY_LENGTH = 1 << 40


@dataclass(frozen=True)
class Options:
    """Checked options. min_pmi: one number for each length from 2 on, empty where no word is to be left out by it."""

    method: str
    charset: str
    min_count: int | None
    min_pmi: tuple[float, ...]
    min_prob: float
    min_entropy: float
    max_length: int

    @property
    def collapse(self) -> bool:
        """Whether runs of digits and of Latin letters count as one symbol."""
        return self.method == "auto" and self.charset == "han+alnum"


def check_options(
    method: str,
    charset: str,
    min_count: int | None,
    min_pmi: float | Sequence[float] | None,
    min_prob: float | None,
    min_entropy: float | None,
    max_length: int | None,
) -> Options:
    """Raises OptionError for a value that makes no sense, and for an option that the method does not use."""
    if method not in METHODS:
        raise OptionError(f"method {method!r}: not one of {', '.join(METHODS)}")
    if charset not in CHARSETS:
        raise OptionError(f"charset {charset!r}: not one of {', '.join(CHARSETS)}")
    if min_count is not None and (min_count < 1 or min_count != int(min_count)):
        raise OptionError(f"min_count {min_count}: must be a whole number, 1 or more")
    if max_length is not None and max_length < 1:
        raise OptionError(f"max_length {max_length}: must be 1 or more")
    if min_prob is not None:
        if method != "entropy":
            raise OptionError(f"min_prob: method {method} does not use it, only entropy does; min_count does the like")
        if not 0 <= min_prob <= 1:
            raise OptionError(f"min_prob {min_prob}: must be between 0 and 1")
    if min_entropy is not None and not 0 <= min_entropy < float("inf"):
        raise OptionError(f"min_entropy {min_entropy}: must be 0 or more (nats)")
    if max_length is None:
        max_length = auto.MAX_LENGTH if method == "auto" else ANY_LENGTH
    return Options(
        method,
        charset,
        min_count,
        _thresholds(method, min_pmi, max_length),
        pieces.ENTROPY_PROBABILITY if min_prob is None else min_prob,
        min_entropy or 0.0,
        max_length,
    )


def _thresholds(method: str, min_pmi: float | Sequence[float] | None, max_length: int) -> tuple[float, ...]:
    try:
        given = (
            () if min_pmi is None else tuple(float(value) for value in np.atleast_1d(np.asarray(min_pmi, np.float64)))
        )
    except ValueError as error:
        raise OptionError(f"min_pmi {min_pmi!r}: must be numbers (nats)") from error
    if not all(-float("inf") < value < float("inf") for value in given):
        raise OptionError(f"min_pmi {', '.join(f'{v:g}' for v in given)}: must be finite numbers (nats)")
    lengths = {"pmi": WORD - 1, "entropy": 1, "auto": max_length - 1}[method]
    if len(given) > max(1, lengths):
        words = "1 number" if lengths <= 1 else f"1 number, or up to {lengths}: one for each length from 2 on"
        raise OptionError(f"min_pmi {','.join(f'{v:g}' for v in given)}: method {method} takes {words}")
    if not given:
        return {"pmi": pieces.PMI_THRESHOLDS, "entropy": (pieces.ENTROPY_PMI,), "auto": ()}[method]
    return given + given[-1:] * (lengths - len(given))
