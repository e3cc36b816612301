"""The curves of a frequency list, as bars on log axes for a terminal: counts by rank, growth of the vocabulary."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nlpkit.frequencies.statistics import Spectrum, round_numbers
from nlpkit.reports.terminal import Bars


def rank_bars(spectrum: Spectrum) -> Bars:
    """Returns the counts at the ranks 1, 2, 5, 10, ... as bars on log axes, for a terminal."""
    ranks = round_numbers(int(spectrum.types.sum()))
    ends = np.cumsum(spectrum.types[::-1])  # the last rank of each count, the largest count first
    counts = spectrum.values[::-1][np.searchsorted(ends, ranks)]
    title = "count by rank, on log axes (Zipf's law: a straight edge)"
    return Bars(title, _aligned(ranks.tolist()), counts.tolist(), is_log=True)


def growth_bars(curve: Sequence[tuple[int, int]]) -> Bars:
    """Returns how many types the first tokens have as bars on log axes, for a terminal. curve: as of Statistics."""
    tokens, types = [n for n, _ in curve], [n for _, n in curve]
    title = "types by tokens, on log axes (Heaps' law: a straight edge)"
    return Bars(title, _aligned(tokens), types, is_log=True)


def _aligned(numbers: Sequence[int]) -> list[str]:
    texts = [f"{n:,}" for n in numbers]
    width = max(map(len, texts), default=0)
    return [text.rjust(width) for text in texts]
