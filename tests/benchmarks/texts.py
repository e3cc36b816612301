"""The texts that the suites run on, made from the data folder."""

from __future__ import annotations

import lzma
import shutil
from pathlib import Path

from .measure import Bench

MIX = ("xwlb_news", "ugc_sophonplus_reviews", "ugc_smp2020_weibo")  # broadcast news, reviews, microblogs: 51 MB
STATUTES = ("laws_cn",)  # 55 MB


def unpack(bench: Bench, names: tuple[str, ...], name: str) -> Path | None:
    """One file of the named texts, one after the other; None, with a note, where the data folder lacks one."""
    sources = [bench.data / "text" / f"{source}.txt.xz" for source in names]
    absent = [str(source) for source in sources if not source.is_file()]
    if absent:
        bench.note(f"skipped: {name}: no {', '.join(absent)}")
        return None
    text = bench.folder / name
    with open(text, "wb") as out:
        for source in sources:
            with lzma.open(source) as packed:
                shutil.copyfileobj(packed, out, 1 << 20)
    return text


def sample(text: Path, keep: int, of: int, name: str) -> Path:
    """`keep` of every `of` lines, evenly spread, beside the text: the same kind of text, whatever it is made of."""
    smaller = text.with_name(name)
    with open(text, "rb") as lines, open(smaller, "wb") as out:
        out.writelines(line for i, line in enumerate(lines) if i * keep % of < keep)
    return smaller
