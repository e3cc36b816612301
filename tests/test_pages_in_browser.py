"""Pages in a real browser: they load without complaint and without network, and do what a reader expects of them."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.select import Select

from nlpkit.reports.page import MOST_ROWS, Page
from nlpkit.reports.picture import MOST_POINTS, Excerpt, Picture, load_altair, shortened
from tests.browser import Browser, missing, open_browser
from tests.conftest import NEEDS_BROWSER, NO_BROWSER, patience
from tests.pictures import PAGES, write_page

pytestmark = [pytest.mark.compiled, pytest.mark.xdist_group("browser")]  # they share a browser

PHONE = 360
HOSTILE = [
    "<script>window.hit = 1; alert(1)</script>",
    "</script><img src=x onerror='window.hit = 1'>",
    "\"quotes\" 'and' `more` &amp; \\",
    "<!--",
    "\u202eright to left",
    "👩‍👩‍👧😀",
    "x" * 10_000,
    "${window.hit = 1}",
    "{{ 7 * 7 }}",
    "datum.key",
    "__proto__",
]


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    if missing():
        (pytest.fail if os.environ.get(NEEDS_BROWSER) else pytest.skip)(NO_BROWSER)
    with open_browser(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.fixture(scope="module", params=PAGES)
def written(request: pytest.FixtureRequest, python: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page that a command writes."""
    page = tmp_path_factory.mktemp(request.param) / "page.html"
    write_page(request.param, page, python)
    return page


def made(words: list[str], path: Path, size: int | None = None) -> Path:
    """A page of words, their counts and a number that is missing in the second row, with a point for each."""
    alt = load_altair()
    size = len(words) if size is None else size
    counts = np.arange(len(words), 0, -1)
    pmi = np.round(10 * np.cos(np.arange(len(words))), 4)
    pmi[1:2] = math.nan
    drawn = words[:MOST_POINTS]
    records = [
        {"key": word, "word": shortened(word), "count": count, "pmi": value}
        for word, count, value in zip(drawn, counts.tolist(), np.nan_to_num(pmi).tolist(), strict=False)
    ]
    chart = alt.Chart(alt.InlineData(values=records)).mark_point(filled=True)
    chart = chart.encode(x="count:Q", y="pmi:Q", tooltip=["word:N", "count:Q"])
    picture = Picture("scatter", "Words", chart, "Each point is a word.", "all", drawn)
    columns = {"word": np.array(words, object), "count": counts, "pmi": pmi}
    lines = {word: [Excerpt("<b>.txt:1", "left <i>", word, "right")] for word in drawn}
    Page("<b>Words</b>", "some <b>words</b>", [picture] if words else [], columns, words, size, lines).save(path)
    return path


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(HOSTILE, tmp_path_factory.mktemp("hostile") / "page.html")


def points(browser: Browser, figure: str = "figure") -> list[WebElement]:
    """The points of pictures that stand for a row and that no other mark covers."""
    found: list[WebElement] = browser.run(
        """
        const middle = (box) => [box.x + box.width / 2, box.y + box.height / 2];
        return [...document.querySelectorAll(`${arguments[0]} path[role=graphics-symbol]`)].filter((point) => {
          if (!point.__data__?.datum?.key) return false;
          point.scrollIntoView({block: "center"});
          return document.elementFromPoint(...middle(point.getBoundingClientRect())) === point;
        }).slice(0, 5);
        """,
        figure,
    )
    return found


def key_of(browser: Browser, point: WebElement) -> str:
    key: str = browser.run("return arguments[0].__data__.datum.key", point)
    return key


def pictures(browser: Browser) -> list[str]:
    return [f"#{figure.get_attribute('id')}" for figure in browser.all("figure")]


def cells(browser: Browser, column: int) -> list[str]:
    """The cells of a column that the table shows, as they stand there."""
    script = "return [...document.querySelectorAll('#table tbody tr')].map(row => row.cells[arguments[0]].textContent)"
    shown: list[str] = browser.run(script, column)
    return shown


def column_of(browser: Browser, column: int) -> list[object]:
    """The values of a column, all that the page has."""
    values: list[object] = browser.run(
        "return JSON.parse(document.getElementById('data').textContent).rows.map(row => row[arguments[0]])", column
    )
    return values


def numbers(texts: list[str]) -> list[float]:
    return [float(text.replace(",", "")) for text in texts if text]


def filters(browser: Browser) -> list[WebElement]:
    return browser.all("#table thead input")


def luminance(colour: str) -> float:
    """The relative luminance of a colour, as WCAG 2 defines it."""
    channels = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted(map(luminance, (one, other)))
    return (lighter + 0.05) / (darker + 0.05)


def check_loads(browser: Browser, page: Path) -> None:
    """It is open: the console has no warnings, and nothing but the page itself was asked for."""
    assert browser.complaints() == []
    asked = browser.requests()
    assert asked[0] == page.as_uri()
    assert [address for address in asked[1:] if not address.startswith(("blob:", "data:"))] == []


def check_no_overflow(browser: Browser) -> None:
    assert browser.run("return document.scrollingElement.scrollWidth") <= PHONE


def test_a_page_loads_and_draws_its_pictures(browser: Browser, written: Path) -> None:
    browser.open(written)
    check_loads(browser, written)
    for picture in pictures(browser):
        assert browser.all(f"{picture} [role=graphics-symbol]"), picture
    assert 0 < len(cells(browser, 0)) <= 25


def test_the_tooltip_of_a_point_shows_what_it_stands_for(browser: Browser, written: Path) -> None:
    browser.open(written)
    for picture in pictures(browser):
        for point in points(browser, picture)[:2]:
            key = key_of(browser, point)
            browser.hover(point)
            shown = browser.wait("return document.querySelector('#vg-tooltip-element.visible')?.textContent")
            for part in key.split("\t"):
                assert shortened(part) in shown, picture


def test_a_click_on_a_point_shows_lines_of_the_text(browser: Browser, written: Path) -> None:
    browser.open(written)
    if not browser.run("return Object.keys(JSON.parse(document.getElementById('data').textContent).lines).length"):
        pytest.skip("has no lines")
    for picture in pictures(browser):
        for point in points(browser, picture)[:1]:
            browser.click(point)
            browser.wait("return !document.getElementById('lines').hidden")
            for line in browser.all("#lines li bdi"):
                assert all(part.casefold() in line.text.casefold() for part in key_of(browser, point).split("\t"))
            assert browser.all("#lines li mark"), picture
            browser.click(browser.all("#lines button")[0])
            browser.wait("return document.getElementById('lines').hidden")


def test_the_table_sorts_searches_and_filters(browser: Browser, written: Path) -> None:
    browser.open(written)
    check_sorting(browser)
    check_search(browser, browser.all("input[type=search]")[0], lambda: [row.text for row in browser.all("#table tbody tr")])
    check_search(browser, filters(browser)[0], lambda: cells(browser, 0))
    check_filter_of_numbers(browser)
    assert browser.complaints() == []


def check_sorting(browser: Browser) -> None:
    """A click on the head of a column sorts it by number, the next one the other way around."""
    for column, values in numbers_of(browser).items():
        head = browser.all("#table thead tr:first-child > *")[column]
        seen = set()
        for _ in range(2):
            before = head.get_attribute("aria-sort")
            browser.click(head)
            order = browser.until(lambda: (now := head.get_attribute("aria-sort")) != before and now)  # noqa: B023
            expected = sorted(values, reverse=order == "descending")
            browser.until(lambda: is_start(numbers(cells(browser, column)), expected), order)  # noqa: B023
            seen.add(order)
        assert len(seen) == 2


def is_start(shown: list[float], values: list[float]) -> bool:
    return shown == pytest.approx(values[: len(shown)], rel=0.01, abs=0.0005)


def numbers_of(browser: Browser) -> dict[int, list[float]]:
    """The columns of numbers."""
    columns = browser.run("return JSON.parse(document.getElementById('data').textContent).columns")
    of_numbers = [number for number, column in enumerate(columns) if column["isNumber"]]
    return {number: [value for value in column_of(browser, number) if value is not None] for number in of_numbers}


def check_search(browser: Browser, field: WebElement, rows: Callable[[], list[str]]) -> None:
    """What is typed is in every row that is shown then, and was not before."""
    wanted = next(
        word for cell in cells(browser, 0) for word in re.findall(r"\w+", cell) if not all(word in row for row in rows())
    )
    field.send_keys(wanted)
    browser.until(lambda: rows() and all(wanted.casefold() in row.casefold() for row in rows()), wanted)
    field.send_keys(Keys.BACKSPACE * len(wanted))
    browser.until(lambda: not all(wanted.casefold() in row.casefold() for row in rows()), "all rows")


def check_filter_of_numbers(browser: Browser) -> None:
    column, values = next(iter(numbers_of(browser).items()))
    middle = sorted(values)[len(values) // 2]
    Select(browser.all("#table thead select")[column]).select_by_value("less")
    filters(browser)[column].send_keys(str(middle))
    browser.until(lambda: all(number < middle for number in numbers(cells(browser, column))), f"less than {middle}")


def test_a_page_follows_the_colour_scheme(browser: Browser, written: Path) -> None:
    browser.open(written)
    seen = []
    for scheme in ("light", "dark"):
        browser.set_scheme(scheme)
        browser.wait("return document.documentElement.classList.contains('dark') === arguments[0]", scheme == "dark")
        browser.wait("return [...document.querySelectorAll('figure')].every(figure => figure.querySelector('svg'))")
        paper, *inks = browser.run(
            """
            const style = (element, name) => getComputedStyle(element)[name];
            const texts = document.querySelectorAll("h1, p, figcaption, td, .role-axis text, .role-legend text");
            return [style(document.body, "backgroundColor"),
                    ...[...texts].map(text => style(text, text.closest("svg") ? "fill" : "color"))];
            """
        )
        assert min(contrast(paper, ink) for ink in set(inks)) >= 4.5, scheme
        seen.append({paper, *inks})
    assert not seen[0] & seen[1]


def test_a_page_fits_a_phone(browser: Browser, written: Path) -> None:
    browser.open(written, PHONE, phone=True)
    check_no_overflow(browser)
    for picture in pictures(browser):
        box = browser.run("return document.querySelector(`${arguments[0]} svg`).getBoundingClientRect()", picture)
        assert box["left"] >= 0 and box["right"] <= PHONE
    browser.click(browser.all("#table tbody td")[0])
    check_no_overflow(browser)


def test_words_that_look_like_code_stay_text(browser: Browser, hostile: Path) -> None:
    browser.open(hostile)
    check_loads(browser, hostile)
    assert cells(browser, 0) == HOSTILE
    for row, word in enumerate(HOSTILE):
        browser.click(browser.all("#table tbody tr")[row].find_element(By.CSS_SELECTOR, "td"))
        browser.wait("return document.querySelector('#lines mark')?.textContent === arguments[0]", word)
        browser.click(browser.all("#lines button")[0])
    for point in points(browser):
        browser.hover(point)
        assert shortened(key_of(browser, point)) in browser.wait(
            "return document.querySelector('#vg-tooltip-element.visible')?.textContent"
        )
    assert browser.run("return window.hit") is None
    assert browser.run("return [...document.querySelectorAll('img, b, i')].length") == 0
    browser.open(hostile, PHONE, phone=True)
    browser.click(browser.all("#table tbody td")[HOSTILE.index("x" * 10_000)])
    check_no_overflow(browser)


def test_an_empty_result_has_a_page_that_says_so(browser: Browser, tmp_path: Path) -> None:
    page = made([], tmp_path / "page.html")
    browser.open(page)
    check_loads(browser, page)
    assert "empty" in browser.all("main")[0].text
    assert not browser.all("figure, table")


def test_a_page_of_200_000_words_is_small_and_opens_soon(browser: Browser, tmp_path: Path) -> None:
    page = made([f"词{number}" for number in range(MOST_ROWS)], tmp_path / "page.html", 200_000)
    assert page.stat().st_size < 5_000_000
    browser.open(page)
    seconds = browser.run("return performance.now()") / 1000
    print(f"{page.stat().st_size:,} bytes, ready in {seconds:.2f} s")
    assert seconds < patience(2)
    assert "10,000 of 200,000" in browser.all("main")[0].text
