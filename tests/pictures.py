"""The pictures of pages in the documentation, made from the bundled data: `python -m tests.pictures [NAME...]`."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.browser import Browser, missing, open_browser

ROOT = Path(__file__).parent.parent
DATA = ROOT / "tests" / "data"
PICTURES = ROOT / "docs" / "pictures"
#: Pages, one or more of each command that writes them: the arguments of nlpkit.
PAGES = {
    "discover": ["discover", "laws.txt", "--new-only"],
    "terms": ["terms", "laws.txt"],
    "count": ["count", "laws.txt", "--match", r"^\p{Han}+$"],
    "keywords": ["keywords", "manual.txt", "--against", "laws.txt", "--match", r"^\p{Han}{2,}$"],
    "collocations": ["collocations", "genesis.txt", "--language", "en", "--stopwords", "en"],
    "rules": ["apriori", "groceries.csv", "--min-support", "0.005", "--min-confidence", "0.3"],
    "concordance": ["concordance", "垃圾", "laws.txt"],
}
#: All pages of which there are pictures; those above are also tested.
DRAWN = {
    **PAGES,
    "node": ["collocations", "laws.txt", "--node", "责任", "--stopwords", "zh"],
    "itemsets": ["apriori", "groceries.csv", "--itemsets"],
    "dispersion": ["count", "laws.txt", "--match", r"^\p{Han}+$", "--dispersion", "--parts", "20"],
}
#: Pages of which one section is drawn.
SECTIONS = ("dispersion",)
#: Pixels; a picture ends with the tenth row of the table, or at HIGHEST.
WIDTH, PHONE, HIGHEST = 1000, 360, 1100
QUALITY = 85


def write_page(name: str, path: Path, folder: Path = DATA, python: list[str] | None = None) -> None:
    """Write one of DRAWN to a file; the texts and tables are in a folder."""
    command = [*(python or [sys.executable]), "-m", "nlpkit", *DRAWN[name], "-o", os.devnull, "--report", str(path)]
    done = subprocess.run(command, cwd=folder, capture_output=True, stdin=subprocess.DEVNULL, timeout=300)
    assert done.returncode == 0, done.stderr.decode()


def write_picture(browser: Browser, page: Path, name: str, scheme: str = "light", width: int = WIDTH) -> None:
    """Write a picture of the upper part of a page: WebP, which takes half of the bytes of PNG.

    A dark picture also shows the lines of the first word.
    """
    height = HIGHEST if width == WIDTH else 2 * width
    browser.open(page, width, height, scheme)
    end = browser.run("return document.querySelectorAll('#table tbody tr')[9].getBoundingClientRect().bottom")
    if scheme == "dark":
        browser.click(browser.all("#table tbody td")[0])
        browser.run("scrollTo(0, 0)")
        end = height
    clip = {"x": 0, "y": 0, "width": width, "height": min(end, height), "scale": 1}
    if name in SECTIONS:
        of_section = f"document.querySelector('#picture-{name}').closest('section').getBoundingClientRect()"
        clip |= browser.run(f"const {{y, height}} = {of_section}; return {{y, height}}")
    taken = browser.chrome.execute_cdp_cmd(
        "Page.captureScreenshot", {"format": "webp", "quality": QUALITY, "clip": clip, "captureBeyondViewport": True}
    )
    path = PICTURES / f"{name}.webp"
    path.write_bytes(base64.b64decode(taken["data"]))
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size:,} bytes")


def main(names: list[str]) -> None:
    if missing():
        sys.exit(f"not installed: {', '.join(missing())}")
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, open_browser(Path(folder, "profile")) as browser:
        for name in names or DRAWN:
            page = Path(folder, f"{name}.html")
            write_page(name, page)
            write_picture(browser, page, name)
            if name == "discover":
                write_picture(browser, page, f"{name}-dark", "dark")
                write_picture(browser, page, f"{name}-phone", width=PHONE)


if __name__ == "__main__":
    main(sys.argv[1:])
