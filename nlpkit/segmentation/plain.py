"""Cuts short texts in plain Python, so that a sentence need not wait for numba and the compiled kernels to load."""

from __future__ import annotations

from collections.abc import Sequence

from nlpkit.kernels import unigram_hmm, unigram_tokens, unigram_units
from nlpkit.lexicon.compiled import plain_path
from nlpkit.segmentation.resources import Resources


def find_spans(resources: Resources, text: str) -> list[int]:
    """Finds the tokens of a text, the same as Engine.spans does.

    Returns three numbers a token: start and stop in characters, and, in mode 'full', 1 if the token goes on with the
    next three numbers, else 0.
    """
    ids = [*resources.lexicon.ids(text), 0, 0]
    units = resources.forced.find(text) if resources.forced else []
    if resources.mode == "full":
        return _all_words(resources, len(text), ids, units)
    return _tokens(resources, text, ids, units)


def _all_words(resources: Resources, n: int, ids: list[int], units: list[int]) -> list[int]:
    lexicon = resources.lexicon
    unigram_units.set_units(n, 0, units, 0, ids)
    lengths = [0] * n
    unigram_units.set_lengths(n, 0, units, 0, lengths)
    room = 4 * n + 2
    while True:
        spans = [0] * (3 * room)
        used = unigram_tokens.find_all(n, ids, lexicon.cells, lexicon.scores, lengths, 0, [0] * (2 * n + 2), spans, 0)
        if used >= 0:
            return spans[: 3 * used]
        room *= 2


def _tokens(resources: Resources, text: str, ids: list[int], units: list[int]) -> list[int]:
    lexicon, hmm, n = resources.lexicon, resources.hmm, len(text)
    lengths = plain_path(lexicon, ids, units)
    if hmm:
        unigram_hmm.recognize(
            n, lexicon.cells, lexicon.scores, lexicon.split, lexicon.chars, *hmm, ids, [0] * n, lengths
        )
    glued: Sequence[int] = b""
    if lexicon.whole_runs:
        unigram_units.join_runs(n, ids, lengths)
    if resources.finders:
        glued = [0] * (n + 2)
        unigram_units.set_glue(n, 0, resources.clusters(text), 0, glued)
    begins = [0] * (n + 1)
    count = unigram_tokens.find_tokens(n, ids, lengths, hmm is None, glued, begins)
    if resources.mode == "search":
        spans = [0] * (9 * n + 9)
        used = unigram_tokens.find_grams(count, begins, ids, lexicon.cells, lexicon.scores, 0, spans, 0)
        return spans[: 3 * used]
    return [place for t in range(count) for place in (begins[t], begins[t + 1], 0)]
