"""How a corpus is read: the options and their checks."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from nlpkit.choices import CHUNK_SIZE, ENCODING, ERROR_HANDLERS, ERRORS, TEXT_FROM
from nlpkit.corpus.encodings import check_encoding
from nlpkit.errors import Option, OptionError, Setting
from nlpkit.options import NoEffect, check_at_least, check_choice, check_effects, unescaped

#: The fields or columns of the text: one name or number, several, or none.
Names: TypeAlias = str | int | Sequence[str | int] | None

_NO_EFFECTS = (NoEffect(("join_lines",), "text_from", ("html",), "the tags say where lines end"),)
_DELIMITERS = {"tab": "\\t", "comma": ",", "semicolon": ";", "pipe": "|", "space": " "}  # as people name them
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class ReadingOptions:
    """How a corpus is read; the fields mean what the arguments of Corpus mean.

    `encoding` becomes the name that Python's codecs use, `\\t` as `delimiter` a tab; `field` and `column` are tuples.
    Raises OptionError.
    """

    glob: str | None = None
    encoding: str = ENCODING
    errors: str = ERRORS
    field: tuple[str, ...] = ()
    column: tuple[str, ...] = ()
    delimiter: str | None = None
    header: bool = True
    text_from: str = TEXT_FROM[0]
    join_lines: bool = False
    unique_lines: bool = False
    chunk_size: int = CHUNK_SIZE
    memory: int | None = None
    tmp_dir: str | None = None

    def __post_init__(self) -> None:
        check_at_least("chunk_size", self.chunk_size, 1)
        if self.tmp_dir is not None and not os.path.isdir(self.tmp_dir):
            raise OptionError(Option("tmp_dir"), f" {self.tmp_dir} is not a directory")
        check_choice("errors", self.errors, ERROR_HANDLERS)
        check_choice("text_from", self.text_from, TEXT_FROM)
        check_effects(self, _NO_EFFECTS)
        object.__setattr__(self, "encoding", check_encoding(self.encoding))
        for name in ("field", "column"):
            given = as_names(getattr(self, name))
            object.__setattr__(self, name, given)
            if twice := [one for one in given if given.count(one) > 1]:
                raise OptionError(Option(name), f" {twice[0]!r} is given twice")
        if self.field and self.column:
            raise OptionError(
                Option("field"), " is for JSON Lines, ", Option("column"), " for CSV and Parquet; give one of them"
            )
        if self.delimiter is not None:
            object.__setattr__(self, "delimiter", unescaped(self.delimiter))
            check_delimiter(self.delimiter)
            if not self.column:
                raise OptionError(
                    Option("delimiter"), " is for CSV and TSV; name the column of the text with ", Option("column")
                )

        if not self.header and not self.column:
            raise OptionError(
                Setting("header", False),
                " is for CSV and TSV; give the number of the text's column with ",
                Option("column"),
            )

    @property
    def clean(self) -> Callable[[str], str] | None:
        """What is done with each text of a record; None for nothing."""
        if self.text_from == "html":
            from nlpkit.corpus.markup import text_of_html  # here, because few texts need it

            return text_of_html
        if self.join_lines:
            from nlpkit.corpus.joining import join_lines

            return join_lines
        return None

    @property
    def keeps_text(self) -> bool:
        """Whether text is passed on as it is written."""
        return self.text_from == "text" and not self.join_lines

    def of_text(self) -> dict[str, object]:
        """Returns the options, by name, that decide which text a source has."""
        names = (
            "encoding",
            "errors",
            "field",
            "column",
            "delimiter",
            "header",
            "text_from",
            "join_lines",
            "unique_lines",
        )
        values = {name: getattr(self, name) for name in names}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


def as_names(names: Names) -> tuple[str, ...]:
    """Returns the names of fields or columns; a number is the name of a column, too."""
    if names is None:
        return ()
    return tuple(map(str, (names,) if isinstance(names, (str, int)) else names))


def check_delimiter(delimiter: str | None) -> None:
    """Raises OptionError for a string that cannot stand between cells; None passes."""
    if delimiter is not None and (len(delimiter) != 1 or delimiter in '\r\n"\0' or _SURROGATE.match(delimiter)):
        known = _DELIMITERS.get(delimiter.casefold())
        if known is not None:
            raise OptionError(Option("delimiter"), f" is {delimiter!r}; did you mean '{known}'?")
        raise OptionError(
            Option("delimiter"), f" is {delimiter!r}; it must be one character, not a quote and not a line end"
        )
