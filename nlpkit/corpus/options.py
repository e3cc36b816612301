"""How a corpus is read: the options and their checks."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

from nlpkit.choices import CHUNK_SIZE, ENCODING, ERROR_HANDLERS, ERRORS
from nlpkit.corpus.encodings import check_encoding
from nlpkit.errors import Option, OptionError
from nlpkit.options import check_at_least, check_choice, unescaped

_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class ReadingOptions:
    """How a corpus is read; the fields mean what the arguments of Corpus mean.

    `encoding` becomes the name that Python's codecs use, `\\t` as `delimiter` a tab. Raises OptionError.
    """

    glob: str | None = None
    encoding: str = ENCODING
    errors: str = ERRORS
    field: str | None = None
    column: str | None = None
    delimiter: str | None = None
    unique_lines: bool = False
    chunk_size: int = CHUNK_SIZE
    memory: int | None = None
    tmp_dir: str | None = None

    def __post_init__(self) -> None:
        check_at_least("chunk_size", self.chunk_size, 1)
        if self.tmp_dir is not None and not os.path.isdir(self.tmp_dir):
            raise OptionError(Option("tmp_dir"), f" {self.tmp_dir} is not a directory")
        check_choice("errors", self.errors, ERROR_HANDLERS)
        object.__setattr__(self, "encoding", check_encoding(self.encoding))
        if self.field is not None and self.column is not None:
            raise OptionError(
                Option("field"), " is for JSON Lines, ", Option("column"), " for CSV and Parquet; give one of them"
            )
        if self.delimiter is not None:
            object.__setattr__(self, "delimiter", unescaped(self.delimiter))
            check_delimiter(self.delimiter)
            if self.column is None:
                raise OptionError(
                    Option("delimiter"), " is for CSV and TSV; name the column of the text with ", Option("column")
                )

    def of_text(self) -> dict[str, object]:
        """Returns the options, by name, that decide which text a source has."""
        names = ("encoding", "errors", "field", "column", "delimiter", "unique_lines")
        return {name: getattr(self, name) for name in names}


def check_delimiter(delimiter: str | None) -> None:
    """Raises OptionError for a string that cannot stand between cells; None passes."""
    if delimiter is not None and (len(delimiter) != 1 or delimiter in '\r\n"\0' or _SURROGATE.match(delimiter)):
        raise OptionError(
            Option("delimiter"), f" is {delimiter!r}; it must be one character, not a quote and not a line end"
        )
