"""In how many lines words are: equal to counting whole lines, wherever the text is cut into chunks."""

import gzip
import io
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlpkit import discover
from nlpkit.corpus import Corpus
from nlpkit.discovery.lines import LineCounts
from nlpkit.runs import KeyTable
from tests.conftest import LAWS
from tests.test_discovery import EXAMPLES, assert_same, real_text

#: Nodes 1 to 4; 0 ends a line.
tokens = st.lists(st.integers(0, 4), max_size=12)


def counted(stretch: list[int]) -> LineCounts:
    lines: list[list[int]] = [[]]
    for token in stretch:
        if token:
            lines[-1].append(token)
        else:
            lines.append([])
    sets = [np.unique(np.array(line, np.int64)) for line in lines]
    between = np.sort(np.concatenate([*sets[1:-1], np.empty(0, np.int64)])).astype(np.uint64)
    return LineCounts(sets[0], KeyTable.of(between), sets[-1] if len(sets) > 1 else None)


@EXAMPLES
@given(st.lists(tokens, min_size=1, max_size=6), st.integers(0, 5))
def test_a_line_that_goes_on_in_other_stretches_is_counted_once(stretches: list[list[int]], cut: int) -> None:
    parts = [counted(stretch) for stretch in stretches]
    joined = [LineCounts.join(some) for some in (parts[:cut], parts[cut:]) if some]
    found = LineCounts.join(joined).total()
    text = [token for stretch in stretches for token in stretch]
    lines = "".join(map(str, text)).split("0")
    assert dict(zip(found.keys.tolist(), found.counts.tolist(), strict=True)) == Counter(
        int(token) for line in lines for token in {*line}
    )


def test_lines_longer_than_chunks_count_once_in_packed_text_too(tmp_path: Path) -> None:
    text = real_text("laws", 3_000).replace("\n", " ", 40).replace("，", " ")
    path = tmp_path / "text.gz"
    path.write_bytes(gzip.compress(text.encode()))
    whole = discover(io.BytesIO(text.encode()), min_count=2)
    for chunk_size in (7, 64, 1_000):
        for source in (path, io.BytesIO(text.encode())):
            assert_same(discover(Corpus(source, chunk_size=chunk_size), min_count=2), whole)


def test_a_file_ends_a_line_without_a_line_feed(tmp_path: Path) -> None:
    words = "天地\n玄黄\n宇宙\n洪荒\n日月\n盈昃\n辰宿\n列张\n会话，会话，会话"
    paths = [tmp_path / f"{i}.txt" for i in range(4)]
    for path in paths:
        path.write_text(words, encoding="utf-8")
    one = discover(io.BytesIO("\n".join([words] * 4).encode()), min_count=1)
    for chunk_size in (1, 1 << 20):
        assert_same(discover(Corpus([*map(str, paths)], chunk_size=chunk_size), min_count=1), one)


@pytest.mark.compiled
def test_terms_that_come_again_go_before_formulas_that_do_not() -> None:
    found = discover(LAWS)
    first = found.select(new_only=True, top=100).word.tolist()
    assert {"古树名木", "扬尘", "采砂", "独立保函"} <= {*first}
    assert not {"本条例", "市和区", "县级以上", "以下简称"} & {*first}
