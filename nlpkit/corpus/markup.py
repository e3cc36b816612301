"""Takes the text out of HTML (`text_from="html"`): without tags, comments, scripts and styles, entities decoded."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from html import unescape
from html.parser import HTMLParser

from nlpkit.corpus.joining import EAST_ASIAN
from nlpkit.errors import InputError

#: Characters that a tag, a comment or a script may have.
LONGEST_MARKUP = 1 << 24
#: Elements that begin and end lines.
_BLOCKS = frozenset(
    {"address", "article", "aside", "audio", "blockquote", "body", "br", "canvas", "caption", "center", "dd", "details"}
    | {"dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "frameset", "h1", "h2"}
    | {"h3", "h4", "h5", "h6", "head", "header", "hgroup", "hr", "html", "legend", "li", "main", "menu", "nav", "ol"}
    | {"optgroup", "option", "p", "pre", "search", "section", "select", "summary", "table", "tbody", "td", "textarea"}
    | {"tfoot", "th", "thead", "title", "tr", "ul", "video"}
)
#: Elements whose content is no text that a reader sees.
_HIDDEN = frozenset({"script", "style", "template", "noscript", "iframe", "noembed", "noframes"})
_READINGS = frozenset(("rt", "rp"))  # how characters are pronounced, printed beside them
_SPACES = " \t\n\r\f"
_RUN = re.compile(f"[{_SPACES}]+")
_BREAK = re.compile(rf"(?<=[{EAST_ASIAN}])[ \t\r\f]*\n[{_SPACES}]*(?=[{EAST_ASIAN}])")
_IS_EAST_ASIAN = re.compile(f"[{EAST_ASIAN}]").match
_TAG = re.compile("<[a-zA-Z/!?]")


class HtmlText(HTMLParser):
    """The text of HTML that comes in blocks, in lines: one for each paragraph, cell, item of a list, heading.

    Tags within a line leave no trace. White space is one space; a line end of the source between two Han characters or
    kana is nothing. Blank lines are left out.
    """

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._out: list[str] = []
        self._hidden = ""  # the element that is left out
        self._kept = 0  # elements within which line ends count
        self._space = ""  # white space that stands before the next text: a space or a line end
        self._last = ""  # the last character of the line, empty at its beginning

    def feed_text(self, block: str) -> str:
        """Returns the text of a block. Raises ValueError if a tag or comment is never closed."""
        self.feed(block)
        if len(self.rawdata) > LONGEST_MARKUP:
            raise ValueError
        return self._taken()

    def close_text(self) -> str:
        """Returns the rest, with a line end."""
        self.close()
        self._end_line()
        return self._taken()

    def _taken(self) -> str:
        text = "".join(self._out)
        self._out.clear()
        return text

    def handle_starttag(self, tag: str, attrs: object) -> None:
        """Called by the parser."""
        if tag in _BLOCKS:
            self._end_line()
        if self._hidden in _READINGS and (tag in _BLOCKS or tag in ("rb", "rtc", "ruby")):
            self._hidden = ""
        if tag in _HIDDEN or tag in _READINGS:
            if not self._hidden or self._hidden in _READINGS:
                self._hidden = tag
        elif tag in ("pre", "textarea"):
            self._kept += 1

    def handle_endtag(self, tag: str) -> None:
        """Called by the parser."""
        if tag in _BLOCKS:
            self._end_line()
        reading = self._hidden in _READINGS
        if tag == self._hidden or tag in ("body", "html") or (reading and (tag == "ruby" or tag in _BLOCKS)):
            self._hidden = ""
        if tag in ("pre", "textarea"):
            self._kept = max(0, self._kept - 1)

    def handle_data(self, data: str) -> None:
        """Called by the parser."""
        if self._hidden:
            return
        data = data.replace("\u00ad", "")
        if not self._kept:
            self._add(data)
            return
        for number, line in enumerate(data.split("\n")):
            if number:
                self._end_line()
            self._add(line)

    def parse_marked_section(self, i: int, report: int = 1) -> int:
        """Called by the parser at `<![`, which HTML takes for a comment."""
        return self.parse_bogus_comment(i)

    def _add(self, data: str) -> None:
        body = data.lstrip(_SPACES)
        leading = data[: len(data) - len(body)]
        if leading:
            self._space = "\n" if "\n" in leading or self._space == "\n" else " "
        if not body:
            return
        if self._last and self._space:
            between = self._space == "\n" and _IS_EAST_ASIAN(self._last) and _IS_EAST_ASIAN(body)
            self._out.append("" if between else " ")
        text = body.rstrip(_SPACES)
        trailing = body[len(text) :]
        self._space = ("\n" if "\n" in trailing else " ") if trailing else ""
        self._out.append(_RUN.sub(" ", _BREAK.sub("", text)))
        self._last = text[-1]

    def _end_line(self) -> None:
        if self._last:
            self._out.append("\n")
        self._last = self._space = ""


def html_blocks(blocks: Iterable[bytes], name: str) -> Iterator[bytes]:
    """Yields the text of HTML as UTF-8. blocks: UTF-8, cut anywhere. name: of the source, for messages."""
    parser, decoder = HtmlText(), codecs.getincrementaldecoder("utf-8")()
    for block in blocks:
        try:
            yield parser.feed_text(decoder.decode(block)).encode()
        except ValueError:
            raise InputError(
                f"{name}: a tag, comment or script of more than {LONGEST_MARKUP >> 20} MB; is it HTML? "
                "Is one of these never closed?"
            ) from None
    yield parser.close_text().encode()


def text_of_html(text: str) -> str:
    """Returns the text of a record: without tags, if it has any; otherwise only with entities decoded."""
    if not _TAG.search(text):
        return unescape(text).replace("\u00ad", "") if "&" in text else text
    parser = HtmlText()
    parser.feed(text)
    return parser.close_text().removesuffix("\n")
