"""The texts that the suites run on, made from the data folder."""

from __future__ import annotations

import lzma
import shutil
from pathlib import Path

from .measure import Bench

NEWS = ("xwlb_news",)  # broadcast news: 32 MB
REVIEWS = ("ugc_sophonplus_reviews", "ugc_smp2020_weibo")  # reviews, microblogs: 19 MB
MIX = NEWS + REVIEWS
STATUTES = ("laws_cn",)  # 55 MB
DATABASE_DOCS = ("sqldocs_zhcn",)  # 35 MB


def unpack(bench: Bench, names: tuple[str, ...], name: str, folder: str = "text") -> Path | None:
    """One file of the named texts, one after the other; None, with a note, where the data folder lacks one."""
    sources = [bench.data / folder / f"{source}.txt.xz" for source in names]
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


def repeat(text: Path, times: int, name: str) -> Path:
    """A text so many times over, beside it."""
    longer = text.with_name(name)
    with open(longer, "wb") as out:
        for _ in range(times):
            with open(text, "rb") as whole:
                shutil.copyfileobj(whole, out, 1 << 20)
    return longer
