"""The text of HTML: tags, scripts and entities are taken out, in whole files and in the texts of records."""

from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nlpkit import Corpus, count
from nlpkit.corpus.markup import html_blocks, text_of_html
from nlpkit.errors import InputError, OptionError
from tests.conftest import Run

pytestmark = pytest.mark.compiled  # nothing here depends on kernels


def text_of(page: str, cuts: Iterable[int] = ()) -> str:
    data = page.encode()
    places = sorted({0, *(cut for cut in cuts if cut < len(data)), len(data)})
    return b"".join(html_blocks((data[a:b] for a, b in pairwise(places)), "page.html")).decode()


PAGES = {
    "inline tags": ("<p>北京<b>图书</b>馆</p>", "北京图书馆\n"),
    "blocks": ("<div>一<p>二</p>三</div>四<br>五<br/>六", "一\n二\n三\n四\n五\n六\n"),
    "entities": ("AT&amp;T &lt;3 &#19981;&#x4e0d;&nbsp;a&copy", "AT&T <3 不不\xa0a©\n"),
    "script": ("<script>var a='<p>脚本</p>';</script>文<style>p {}</style>本", "文本\n"),
    "comment": ("一<!-- 不要 <p> -->二<![CDATA[x]]>三<![if !mso]>四<![endif]>", "一二三四\n"),
    "unknown section": ("一<![bad>二<!bad>三<?php x ?>四", "一二三四\n"),
    "white space": ("<p>  a \n\t b  <b> c</b>\n</p>\n\n<p> </p>", "a b c\n"),
    "line ends within Han": ("<p>人工智\n  能，\n芯片<i>\n</i>研发 x\ny</p>", "人工智能， 芯片研发 x y\n"),
    "cells": ("<table><tr><td>北京</td><td>上海</td></tr><tr><th>天</th></tr></table>", "北京\n上海\n天\n"),
    "list": ("<ul><li>一<li>二</ul><select><option>三<option>四</select>", "一\n二\n三\n四\n"),
    "pre": ("<pre>一\n二\n\n三</pre>四\n五", "一\n二\n三\n四五\n"),
    "ruby": ("<ruby>図書<rp>(</rp><rt>としょ</rt><rp>)</rp>館<rt>かん</ruby>で", "図書館で\n"),
    "soft hyphen": ("Donau&shy;dampf\u00adschiff", "Donaudampfschiff\n"),
    "attributes": ('<a href="a>b" title=\'x\'>链</a><img alt="图">接', "链接\n"),
    "no tags": ("1 < 2 & 3 > 2 <3 <北京>", "1 < 2 & 3 > 2 <3 <北京>\n"),
    "title": ("<html><head><title>标题</title><meta charset=x></head><body>正文", "标题\n正文\n"),
    "hidden without end": ("<body>一<noscript>二</body>三", "一\n三\n"),
    "empty": ("", ""),
}


@pytest.mark.parametrize(("page", "text"), PAGES.values(), ids=PAGES)
def test_the_text_of_a_page_however_it_is_cut(page: str, text: str) -> None:
    assert text_of(page) == text
    size = len(page.encode())
    assert text_of(page, range(size)) == text
    assert all(text_of(page, [cut]) == text for cut in range(size))


PARTS = ["<p>", "</p>", "<b>", "</b>", "<br>", "<!--", "-->", "&amp;", "&am", "p;", "&", "<", ">", "人工", "a ", "\n"]
PARTS += ["<rt>", "</ruby>", "<pre>", "</pre>", "</", "<!", "<![", '"', "<a href='", "'>", "\u00ad", "&#2", "0320;"]


@settings(deadline=None, max_examples=300)
@given(
    st.lists(
        st.sampled_from(PARTS),
        max_size=12,
    ),
    st.sets(st.integers(0, 60)),
)
@example(["&am", "p;"], {3})
def test_any_page_is_read_the_same_however_it_is_cut(parts: list[str], cuts: set[int]) -> None:
    page = "".join(parts)
    assert text_of(page, cuts) == text_of(page)


def test_a_text_without_tags_keeps_its_line_ends() -> None:
    assert text_of_html("a\nb &lt; c") == "a\nb < c"
    assert text_of_html("a\nb<br>c") == "a b\nc"
    assert text_of_html("a\n b") == "a\n b"
    assert text_of_html("<p></p>") == ""


def test_what_is_never_closed_is_not_kept_in_memory() -> None:
    with pytest.raises(InputError, match=r"page.html: a tag, comment or script of more than 16 MB"):
        list(html_blocks((b"<!-- " + b"x" * (1 << 20) for _ in range(20)), "page.html"))


def test_pages_are_read_in_chunks_and_with_workers(tmp_path: Path) -> None:
    page = "".join(f"<p>第{i}页的<b>图书</b>馆&amp;内容</p>\n" for i in range(2000))
    (tmp_path / "a.html").write_text(page, encoding="utf-8")
    (tmp_path / "b.html").write_bytes(page.encode("gb18030"))
    expected = count(_plain(tmp_path)).to_dict()
    for chunk_size in (100, 1 << 20):
        for name, encoding in (("a.html", "utf-8"), ("b.html", "gb18030")):
            corpus = Corpus(tmp_path / name, text_from="html", chunk_size=chunk_size, encoding=encoding)
            assert count(corpus, jobs=2).to_dict() == expected


def _plain(folder: Path) -> Path:
    path = folder / "plain.txt"
    path.write_text("".join(f"第{i}页的图书馆&内容\n" for i in range(2000)), encoding="utf-8")
    return path


def test_html_in_records(tmp_path: Path, run: Run) -> None:
    (tmp_path / "a.csv").write_text('id,body\n1,"<p>北京<b>大学</b></p><p>图书&amp;馆</p>"\n', encoding="utf-8")
    assert (
        run("segment", "a.csv", "--column", "body", "--text-from", "html", "-f", "text").stdout.decode()
        == "北京大学\n图书 & 馆\n"
    )
    assert (
        "no effect with --text-from html"
        in run("count", "a.csv", "--text-from", "html", "--join-lines").stderr.decode()
    )


def test_html_says_where_lines_end() -> None:
    with pytest.raises(OptionError, match="join_lines: no effect with text_from html"):
        Corpus("x", text_from="html", join_lines=True)
