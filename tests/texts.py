"""Real texts by name: the bundled ones, and the large ones that only a maintainer has beside the clone."""

import lzma

import pytest

from nlpkit.errors import InputError
from nlpkit.places.documents import refuse_documents
from nlpkit.places.sources import Source
from tests.conftest import DATA, SHARED

#: Each is a file NAME.txt in tests/data.
BUNDLED = sorted(path.stem for path in DATA.glob("*.txt"))

#: Name -> file in ../shared/data/text.
LARGE = {
    "statutes": "laws_cn",
    "statutes of Taiwan": "laws_tw_trad",
    "news": "xwlb_news",
    "reviews": "ugc_sophonplus_reviews",
    "microblogs": "ugc_smp2020_weibo",
    "manuals": "sqldocs_zhcn",
    "poems": "poetry_trad",
}


def large(*names: str) -> list[object]:
    """Parameters of a test: names of large texts, marked `shared`, so that they are skipped where there are none, and
    `slow`, because bundled texts of the same kind are in `make test`."""
    return [pytest.param(name, marks=[pytest.mark.shared, pytest.mark.slow]) for name in names]


def read_text(name: str, size: int, start: int = 0) -> str:
    """Return `size` characters, from character `start` on, of the text that has this name."""
    path = SHARED / "text" / f"{LARGE[name]}.txt.xz" if name in LARGE else DATA / f"{name}.txt"
    opener = lzma.open if name in LARGE else open
    with opener(path, "rt", encoding="utf-8", newline="") as file:
        return file.read(start + size)[start:]


def is_document(head: bytes) -> bool:
    """Return whether a file that begins so is refused as one that is no text."""
    try:
        refuse_documents(head, Source("", "", len(head)))
    except InputError:
        return True
    return False
