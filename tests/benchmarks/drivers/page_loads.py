"""page_loads.py OUTPUT TIMES PAGE...: opens each page in headless Chromium, so many times in turn, without network.

A page of nlpkit is ready when it says so, another one when it is loaded and has drawn its points. OUTPUT is a JSON
object: page -> for each opening `ready`, milliseconds since the navigation began, null where the page was not ready in
time; `asked`, what it asked the network for; `said`, the first warning or error of the console.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from selenium.common.exceptions import TimeoutException

from tests.browser import Browser, open_browser

LOADING = 110  # seconds; Selenium itself waits no longer
WAITING = 20  # seconds after it is loaded
SIZE = {"width": 1000, "height": 900, "deviceScaleFactor": 1, "mobile": False}
#: Looks before each frame, so that what is ready has its turn to be painted.
WATCH = """
(() => {
  const isReady = () => document.documentElement && document.documentElement.dataset.ready === "yes"
    || document.readyState === "complete" && document.querySelector("svg circle");
  const look = () => {
    if (isReady()) window.readyAt = performance.now(); else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})();
"""


def open_page(browser: Browser, page: Path) -> dict[str, Any]:
    """What one opening of a page is like."""
    browser.chrome.get("about:blank")
    for kind in ("browser", "performance"):
        browser.chrome.get_log(kind)
    try:
        browser.chrome.get(page.absolute().as_uri())
    except TimeoutException:
        return {"ready": None, "asked": [], "said": [f"not loaded after {LOADING} s"]}
    ready = browser.chrome.execute_async_script(
        """
        const [seconds, done] = arguments;
        const end = performance.now() + 1000 * seconds;
        const look = () => {
          if (window.readyAt || performance.now() > end) done(window.readyAt || null); else setTimeout(look, 20);
        };
        look();
        """,
        WAITING,
    )
    asked = [url for url in browser.requests() if url.startswith("http")]
    return {"ready": ready, "asked": asked, "said": browser.complaints()[:1]}


def main(output: str, times: str, *pages: str) -> None:
    loads: dict[str, list[dict[str, Any]]] = {page: [] for page in pages}
    with tempfile.TemporaryDirectory() as folder, open_browser(Path(folder)) as browser:
        browser.chrome.set_page_load_timeout(LOADING)
        browser.chrome.set_script_timeout(LOADING)
        browser.chrome.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", SIZE)
        browser.chrome.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": WATCH})
        for page in [*pages] * int(times):
            loads[page].append(open_page(browser, Path(page)))
    Path(output).write_text(json.dumps(loads), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
