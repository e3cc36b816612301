"""Pages in a real browser: they load without complaint and without network, and do what a reader expects of them."""

from __future__ import annotations

import json
import math
import os
import re
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

from nlpkit.reports.page import LONGEST, Page
from nlpkit.reports.picture import MOST_POINTS, MOST_ROWS, Excerpt, Picture, load_altair, shortened
from tests.browser import WIDTH, Browser, missing, open_browser
from tests.conftest import DATA, NEEDS_BROWSER, NO_BROWSER, patience
from tests.pictures import PAGES, PHONE, write_page

pytestmark = [pytest.mark.compiled, pytest.mark.xdist_group("browser")]  # they share a browser

HOSTILE = [
    "<script>window.hit = 1; alert(1)</script>",
    "</script><img src=x onerror='window.hit = 1'>",
    "\"quotes\" 'and' `more` &amp; \\",
    "<!--",
    "<img src=x onerror='window.hit = 1'> &",  # DataTables makes HTML of texts with & to search them
    "\u202eright to left",
    "👩‍👩‍👧😀",
    "x" * 10_000,
    "${window.hit = 1}",
    "{{ 7 * 7 }}",
    "datum.key",
    "__proto__",
]
#: The pages that have no lines of text: rules have no text, and a concordance is lines.
WITHOUT_LINES = ("rules", "concordance")


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    if missing():
        (pytest.fail if os.environ.get(NEEDS_BROWSER) else pytest.skip)(NO_BROWSER)
    with open_browser(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory, few_laws: Path) -> Path:
    """The folder of the bundled data, with the beginning of the statutes only."""
    folder = tmp_path_factory.mktemp("data")
    for file in DATA.iterdir():
        (folder / file.name).symlink_to(few_laws if file.name == "laws.txt" else file)
    return folder


@pytest.fixture(scope="module", params=PAGES)
def written(request: pytest.FixtureRequest, python: list[str], data: Path) -> Path:
    """The page that a command writes."""
    request.getfixturevalue("dictionary")
    page = data / f"{request.param}.html"
    write_page(request.param, page, data, python)
    return page


def made(words: list[str], path: Path, size: int | None = None) -> Path:
    """A page of words, their counts and a number that is missing in the second row, with a point for each."""
    alt = load_altair()
    size = len(words) if size is None else size
    counts = np.arange(len(words), 0, -1)
    pmi = np.round(10 * np.cos(np.arange(len(words))), 3)
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
    lines = {word: [Excerpt("<b>.txt", 1, "left <i>", word, "right")] * 8 for word in drawn if word != "constructor"}
    Page("<b>Words</b>", "some <b>words</b>", [picture] if words else [], columns, words, size, lines).save(path)
    return path


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(HOSTILE, tmp_path_factory.mktemp("hostile") / "page.html")


def points(browser: Browser, figure: str = "figure") -> list[WebElement]:
    """Some marks of a picture that stand for a row of the result and that no other mark covers where a mouse goes."""
    found: list[WebElement] = browser.run(
        """
        const marks = document.querySelectorAll(`${arguments[0]} :is(path, line)[role=graphics-symbol]`);
        return [...marks].filter((point) => {
          if (!point.__data__?.datum?.key) return false;
          point.scrollIntoView({block: "center"});
          const {left, right, top, bottom} = point.getBoundingClientRect();
          return document.elementFromPoint(Math.floor((left + right) / 2), Math.floor((top + bottom) / 2)) === point;
        }).slice(0, 5);
        """,
        figure,
    )
    return found


def key_of(browser: Browser, point: WebElement) -> str:
    key: str = browser.run("return arguments[0].__data__.datum.key", point)
    return key


def check_tooltip(browser: Browser, point: WebElement, parts: list[str]) -> None:
    """The tooltip of a point has all parts."""

    def is_shown() -> bool:
        browser.hover(point)  # again, because scrolling to the point may end the tooltip
        shown = browser.run("return document.querySelector('#vg-tooltip-element.visible')?.textContent ?? ''")
        return all(shortened(part) in shown for part in parts)

    browser.until(is_shown, f"the tooltip of {parts}")


def pictures(browser: Browser) -> list[str]:
    return [f"#{figure.get_attribute('id')}" for figure in browser.all("figure")]


def cells(browser: Browser, column: int | None = None) -> list[str]:
    """The cells of a column that the table shows, as they stand there; by default whole rows."""
    shown: list[str] = browser.run(
        """
        const rows = [...document.querySelectorAll("#table tbody tr")];
        return rows.map((row) => [...row.cells].map((cell) => cell.textContent)).map((texts) =>
          arguments[0] === null ? texts.join(" ") : texts[arguments[0]] ?? "");
        """,
        column,
    )
    return shown


def data_of(browser: Browser) -> dict[str, Any]:
    """What the page has: rows, columns and lines."""
    held: dict[str, Any] = json.loads(browser.run("return document.getElementById('data').textContent"))
    return held


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


def box_of(browser: Browser, element: WebElement) -> dict[str, float]:
    """The box around an element: pixels from the edges of the window."""
    box: dict[str, float] = browser.run("return arguments[0].getBoundingClientRect()", element)
    return box


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
    held = data_of(browser)
    names = [column["name"] for column in held["columns"]]
    shown = {"rules": ["antecedent", "consequent"], "concordance": ["hit"]}.get(written.stem)
    for picture in pictures(browser):
        for point in points(browser, picture)[:2]:
            parts = key_of(browser, point).split("\t")
            if shown:  # the key is the number of a row
                row = held["rows"][held["keys"].index(parts[0])]
                parts = [row[names.index(name)][:20] for name in shown]  # long ones are shortened
            check_tooltip(browser, point, parts)


def test_a_click_on_a_point_shows_lines_of_the_text(browser: Browser, written: Path) -> None:
    browser.open(written)
    assert bool(data_of(browser)["lines"]) == (written.stem not in WITHOUT_LINES)
    clicked = 0
    for picture in pictures(browser):
        for point in points(browser, picture)[:1]:
            browser.click(point)
            browser.wait("return !document.getElementById('lines').hidden")
            for line in browser.all("#lines li bdi"):
                assert all(part.casefold() in line.text.casefold() for part in key_of(browser, point).split("\t"))
            assert bool(browser.all("#lines li mark")) == (written.stem not in WITHOUT_LINES), picture
            names = [name.text for name in browser.all("#lines dt")]
            assert names and {*names} <= {column["name"] for column in data_of(browser)["columns"]}
            browser.click(browser.all("#lines button")[0])
            browser.wait("return document.getElementById('lines').hidden")
            clicked += 1
    assert clicked


def test_the_table_sorts_searches_and_filters(browser: Browser, written: Path) -> None:
    browser.open(written)
    held = data_of(browser)
    values = {column: [row[column] for row in held["rows"]] for column in range(len(held["columns"]))}
    numeric = [column for column in values if held["columns"][column]["isNumber"]]
    for column in {numeric[0], numeric[-1]}:
        check_sorting(browser, column, [number for number in values[column] if number is not None])
    text = next(column for column in values if column not in numeric and len(set(cells(browser, column))) > 1)
    check_search(browser, browser.all("input[type=search]")[0], text, lambda: cells(browser))
    check_search(browser, filters(browser)[text], text, lambda: cells(browser, text))
    check_filter_of_numbers(browser, numeric[0], values[numeric[0]])
    assert browser.complaints() == []


def check_sorting(browser: Browser, column: int, values: list[float]) -> None:
    """A click on the head of a column sorts it by number, the next one the other way around."""
    head = browser.all("#table thead tr:first-child > *")[column]
    for order in ("descending", "ascending"):
        browser.click(head)
        expected = sorted(values, reverse=order == "descending")
        browser.until(lambda: head.get_attribute("aria-sort") == order, order)  # noqa: B023
        browser.until(lambda: is_start(numbers(cells(browser, column)), expected), order)  # noqa: B023


def is_start(shown: list[float], values: list[float]) -> bool:
    """Whether these are the first values, as the page shows them: with decimals, or three digits of tiny ones."""
    pairs = zip(shown, values, strict=False)
    return all(
        abs(one - other) <= (0.00006 if abs(other) >= 0.00005 else max(abs(other) / 100, 5e-7)) for one, other in pairs
    )


def check_search(browser: Browser, field: WebElement, column: int, shown: Callable[[], list[str]]) -> None:
    """What is shown has what is typed, a word of the column that not all had before."""
    before = shown()
    words = [word for cell in cells(browser, column) for word in re.findall(r"\w+", cell)]
    wanted = next(word for word in words if not all(word.casefold() in text.casefold() for text in before))
    field.send_keys(wanted)
    browser.until(lambda: all(wanted.casefold() in text.casefold() for text in shown()), wanted)
    field.send_keys(Keys.BACKSPACE * len(wanted))
    browser.until(lambda: shown() == before, "all rows")


def check_filter_of_numbers(browser: Browser, column: int, values: list[float]) -> None:
    least = sorted(values)[len(values) // 2]
    filters(browser)[column].send_keys(str(least))
    browser.until(lambda: all(number >= least for number in numbers(cells(browser, column))), f"{least} and above")


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


@pytest.mark.parametrize("width", [WIDTH, PHONE])
def test_texts_of_pictures_are_whole_and_labels_do_not_overlap(browser: Browser, written: Path, width: int) -> None:
    browser.open(written, width)
    for picture in pictures(browser):
        edge, *boxes = browser.run(
            """
            const box = (element) => {
              const {left, right, top, bottom} = element.getBoundingClientRect();
              const isLabel = element.parentNode.classList.contains("role-mark");
              return {text: element.textContent, isLabel, left, right, top, bottom};
            };
            const texts = [...document.querySelectorAll(`${arguments[0]} text`)];
            const shown = texts.filter((text) => text.textContent && text.getAttribute("opacity") !== "0");
            return [box(document.querySelector(`${arguments[0]} svg`)), ...shown.map(box)];
            """,
            picture,
        )
        cut = [box["text"] for box in boxes if box["left"] < edge["left"] - 1 or box["right"] > edge["right"] + 1]
        assert not cut, picture
        for one, other in combinations([box for box in boxes if box["isLabel"]], 2):
            across = min(one["right"], other["right"]) - max(one["left"], other["left"])
            down = min(one["bottom"], other["bottom"]) - max(one["top"], other["top"])
            assert across < 2 or down < 4, (one, other)  # a box has some space above and below the letters


def test_a_page_fits_a_phone(browser: Browser, written: Path) -> None:
    browser.open(written, PHONE)
    check_no_overflow(browser)
    for picture in pictures(browser):
        box = box_of(browser, browser.all(f"{picture} svg")[0])
        assert box["left"] >= 0 and box["right"] <= PHONE
    browser.click(browser.all("#table tbody td")[0])
    check_no_overflow(browser)


def test_words_that_look_like_code_stay_text(browser: Browser, hostile: Path) -> None:
    browser.open(hostile)
    check_loads(browser, hostile)
    assert cells(browser, 0) == [shortened(word, LONGEST) for word in HOSTILE]
    for row, word in enumerate(HOSTILE):
        browser.click(browser.all("#table tbody tr")[row].find_element(By.CSS_SELECTOR, "td"))
        browser.wait(
            "return document.querySelector('#lines mark')?.textContent === arguments[0]", shortened(word, LONGEST)
        )
        browser.click(browser.all("#lines button")[0])
    for point in points(browser):
        check_tooltip(browser, point, [key_of(browser, point)])
    assert browser.run("return window.hit") is None
    assert browser.run("return [...document.querySelectorAll('img, b, i')].length") == 0


def test_the_page_of_a_long_word_can_be_used_on_a_phone(browser: Browser, hostile: Path) -> None:
    browser.open(hostile, PHONE)
    long = browser.all("#table tbody tr")[HOSTILE.index("x" * 10_000)].find_elements(By.CSS_SELECTOR, "td")
    assert box_of(browser, long[1])["left"] < PHONE  # the count can be seen beside the word
    browser.click(long[0])
    check_no_overflow(browser)
    line = box_of(browser, browser.all("#lines li")[0])
    assert line["top"] < box_of(browser, browser.all("#lines")[0])["bottom"]  # the word leaves room for the lines


def test_a_word_without_lines_says_so(browser: Browser, tmp_path: Path) -> None:
    browser.open(made(["words", "constructor"], tmp_path / "page.html"))
    browser.click(browser.all("#table tbody tr")[1])
    assert "No line of the text has it" in browser.all("#lines")[0].text
    assert browser.complaints() == []


def test_a_search_of_the_table_dims_the_rest_of_the_pictures(browser: Browser, tmp_path: Path) -> None:
    browser.open(made(["one", "two", "three", "four"], tmp_path / "page.html"))
    bright = """
        const points = [...document.querySelectorAll("figure path[role=graphics-symbol]")];
        return points.filter((point) => getComputedStyle(point).opacity > 0.5).map((point) => point.__data__.datum.key);
        """
    assert len(browser.run(bright)) == 4
    browser.all("input[type=search]")[0].send_keys("o")
    browser.until(lambda: browser.run(bright) == ["one", "two", "four"], "three is dim")
    browser.set_scheme("dark")
    browser.wait("return document.documentElement.classList.contains('dark')")
    browser.until(lambda: browser.run(bright) == ["one", "two", "four"], "three is dim in the dark")


def test_numbers_of_one_column_have_the_same_decimals(browser: Browser, hostile: Path) -> None:
    browser.open(hostile)
    assert cells(browser, 1)[:2] == [str(len(HOSTILE)), str(len(HOSTILE) - 1)]
    assert cells(browser, 2)[:3] == ["10.0000", "", "-4.1610"]


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


def test_lines_hide_nothing_that_cannot_be_scrolled_to(browser: Browser, tmp_path: Path) -> None:
    browser.open(made([f"词{number}" for number in range(60)], tmp_path / "page.html"))
    browser.click(browser.all("#table tbody tr")[-1])
    browser.wait("return !document.getElementById('lines').hidden")
    before = cells(browser, 0)
    browser.click(browser.all(".dt-paging-button.next")[0])
    browser.until(lambda: cells(browser, 0) != before, "the next rows")
