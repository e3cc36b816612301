"""What is kept of a stream of hits for a page: it depends on the hits alone, and is bounded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlpkit.kwic.keeping import Kept

pytestmark = pytest.mark.compiled  # nothing here depends on kernels


@given(st.lists(st.integers(0, 9), max_size=60), st.integers(0, 12), st.integers(1, 6))
def test_what_is_kept_depends_on_the_hits_alone(sizes: list[int], rows: int, most: int) -> None:
    hits = [("a.txt", number, 0, "", "x", "") for number in range(sum(sizes))]
    kept = Kept(rows, most)
    start = 0
    for size in sizes:
        kept.add(hits[start : start + size])
        start += size
    assert (kept.first, kept.seen) == (hits[:rows], len(hits))
    step = 1
    while -(-len(hits) // step) > 2 * most:
        step *= 2
    assert kept.chosen == hits[::step]
    assert kept.numbers == [number for _, number, *_ in hits[::step]]
