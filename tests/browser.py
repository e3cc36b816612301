"""A headless Chromium that opens pages, for tests and for the pictures of the documentation."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from selenium.common.exceptions import TimeoutException
from selenium.webdriver import ActionChains, Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

PROGRAMS = ("chromium", "chromedriver")
#: Nothing of the browser's own goes to the network, and no name is resolved.
ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--hide-scrollbars",
    "--force-device-scale-factor=1",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)
SECONDS = 30
WIDTH, HEIGHT = 1000, 900

T = TypeVar("T")


def missing() -> list[str]:
    """The programs that are not installed."""
    return [name for name in PROGRAMS if not shutil.which(name)]


@contextmanager
def open_browser(folder: Path) -> Iterator[Browser]:
    """A browser whose profile is the folder, which is empty."""
    options = ChromeOptions()
    browser, driver = (shutil.which(name) for name in PROGRAMS)
    options.binary_location = browser or ""
    for argument in (*ARGUMENTS, f"--user-data-dir={folder}"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    chrome = Chrome(options, Service(driver, env={**os.environ, "HOME": str(folder)}))
    try:
        chrome.set_page_load_timeout(SECONDS)
        chrome.set_script_timeout(SECONDS)
        yield Browser(chrome)
    finally:
        chrome.quit()


class Browser:
    """A browser with one page open. What it waits for must come within SECONDS."""

    def __init__(self, chrome: Chrome) -> None:
        self.chrome = chrome

    def open(self, path: Path, width: int = WIDTH, height: int = HEIGHT, scheme: str = "light") -> None:
        """Open a file in a window of a size in pixels, in a colour scheme, and wait until its pictures are drawn.

        A narrow window is that of a phone, which has two dots a pixel.
        """
        phone = width < 500
        size = {"width": width, "height": height, "deviceScaleFactor": 2 if phone else 1, "mobile": phone}
        self.chrome.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        self.set_scheme(scheme)
        for kind in ("browser", "performance"):
            self.chrome.get_log(kind)
        self.chrome.get(path.absolute().as_uri())
        self.wait("return document.documentElement.dataset.ready")

    def set_scheme(self, scheme: str) -> None:
        """Prefer a colour scheme, `light` or `dark`."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.chrome.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})

    def run(self, script: str, *arguments: object) -> Any:
        """Run JavaScript in the page: what it returns."""
        return self.chrome.execute_script(script, *arguments)

    def wait(self, script: str, *arguments: object) -> Any:
        """Wait until JavaScript returns something that is true: what it returns."""
        return self.until(lambda: self.run(script, *arguments), script)

    def until(self, condition: Callable[[], T], what: str = "") -> T:
        """Wait until a condition returns something that is true: what it returns."""
        try:
            return WebDriverWait(self.chrome, SECONDS, 0.02).until(lambda _: condition())
        except TimeoutException:
            raise AssertionError(f"waited in vain: {what}\n{self.complaints()}") from None

    def all(self, selector: str) -> list[WebElement]:
        """The elements of a CSS selector."""
        return self.chrome.find_elements(By.CSS_SELECTOR, selector)

    def hover(self, element: WebElement) -> None:
        """Move the mouse to the middle of an element."""
        self._move_to(element).perform()

    def click(self, element: WebElement) -> None:
        """Click on the middle of an element."""
        self._move_to(element).click().perform()

    def _move_to(self, element: WebElement) -> ActionChains:
        self.run("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", element)
        near = ActionChains(self.chrome, 0).move_to_element_with_offset(element, 1, 0)
        return near.move_to_element(element)  # a pointer that is there already does not move

    def complaints(self) -> list[str]:
        """The warnings and errors of the console since the page was opened."""
        return [entry["message"] for entry in self.chrome.get_log("browser") if entry["level"] in ("WARNING", "SEVERE")]

    def requests(self) -> list[str]:
        """The addresses that were asked for since the page was opened."""
        events = [json.loads(entry["message"])["message"] for entry in self.chrome.get_log("performance")]
        return [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]
