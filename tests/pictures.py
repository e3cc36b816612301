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
    "keywords": ["keywords", "manual.txt", "--against", "laws.txt", "--stopwords", "zh"],
    "collocations": ["collocations", "genesis.txt", "--language", "en", "--stopwords", "en"],
    "rules": ["apriori", "groceries.csv"],
    "concordance": ["concordance", "责任", "laws.txt"],
}
WIDTH, HEIGHT, PHONE = 1000, 1000, 360


def write_page(name: str, path: Path, folder: Path = DATA, python: list[str] | None = None) -> None:
    """Write one of PAGES to a file; the texts and tables are in a folder."""
    command = [*(python or [sys.executable]), "-m", "nlpkit", *PAGES[name], "-o", os.devnull, "--report", str(path)]
    done = subprocess.run(command, cwd=folder, capture_output=True, stdin=subprocess.DEVNULL, timeout=300)
    assert done.returncode == 0, done.stderr.decode()


def write_picture(browser: Browser, page: Path, name: str, scheme: str = "light", phone: bool = False) -> None:
    """Write a picture of the upper part of a page."""
    width = PHONE if phone else WIDTH
    browser.open(page, width, scheme, phone)
    clip = {"x": 0, "y": 0, "width": width, "height": HEIGHT, "scale": 1}
    options = {"format": "png", "clip": clip, "captureBeyondViewport": True, "optimizeForSpeed": False}
    picture = base64.b64decode(browser.chrome.execute_cdp_cmd("Page.captureScreenshot", options)["data"])
    path = PICTURES / f"{name}.png"
    path.write_bytes(picture)
    print(f"{path.relative_to(ROOT)}: {len(picture):,} bytes")


def main(names: list[str]) -> None:
    if missing():
        sys.exit(f"not installed: {', '.join(missing())}")
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, open_browser(Path(folder, "profile")) as browser:
        for name in names or PAGES:
            page = Path(folder, f"{name}.html")
            write_page(name, page)
            write_picture(browser, page, name)
            if name == "discover":
                write_picture(browser, page, f"{name}-dark", "dark")
                write_picture(browser, page, f"{name}-phone", phone=True)


if __name__ == "__main__":
    main(sys.argv[1:])
