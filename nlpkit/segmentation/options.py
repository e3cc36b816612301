"""The options of segmentation: how texts are cut into words, and how the words are written."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace

from nlpkit.arguments import check_fields
from nlpkit.choices import ENCODING, MODES, SEGMENT_FORMATS
from nlpkit.corpus.encodings import check_encoding
from nlpkit.errors import Option, OptionError
from nlpkit.options import NoEffect, check_choice, check_effects, unescaped
from nlpkit.places.sources import is_url

Path = str | os.PathLike[str]

_CUTTING_NO_EFFECT = (
    NoEffect(("hmm", "whole", "graphemes"), "mode", ("full",), "it gives all words of the dictionary"),
)
_JSONL = (Option("format"), " jsonl")
_LAYOUT_NO_EFFECT = (
    NoEffect(("offsets",), "format", ("text",), ("text has no place for them; see ", *_JSONL)),
    NoEffect(("separator",), "format", ("jsonl", "conll"), "it stands between the words of a line or cell"),
)


@dataclass(frozen=True)
class SegmenterOptions:
    """How texts are cut; the fields are the arguments of `Segmenter`, which explains them.

    Raises OptionError for an unknown mode, and for options that have no effect in mode 'full'.
    """

    dictionary: tuple[Path, ...] = ()
    user_dictionary: tuple[Path, ...] = ()
    force: tuple[Path, ...] = ()
    force_words: tuple[str, ...] = ()
    hmm: bool = False
    mode: str = "default"
    fold: bool = False
    whole: bool = False
    graphemes: bool = False
    encoding: str = ENCODING

    def __post_init__(self) -> None:
        object.__setattr__(self, "encoding", check_encoding(self.encoding))
        check_choice("mode", self.mode, MODES)
        check_effects(self, _CUTTING_NO_EFFECT)

    @property
    def files(self) -> list[Path]:
        """The files that the options name: dictionaries and lists of words."""
        return [*self.dictionary, *self.user_dictionary, *self.force]


@dataclass(frozen=True)
class Layout:
    """How words are written.

    format: 'text', a line of words for each line of text; 'jsonl', an object with `tokens` for each line; 'conll', a
    word a line, and an empty line after each line of text; 'rows', the records as they came, with their words added
    (text where the input has no records). separator: what stands between two words in text and in cells of tables.
    keep_space: treats white space as words, too. offsets: adds the positions of each word, in characters and in bytes
    of UTF-8, counted from the beginning of the line or of the record's text.

        Layout("jsonl", offsets=True)

    Raises OptionError for an unknown format, for a separator that is empty, has a line end, or is white space while
    `keep_space` is set, and for `offsets` in text.
    """

    format: str = "text"
    separator: str = " "
    keep_space: bool = False
    offsets: bool = False

    def __post_init__(self) -> None:
        check_fields(self)
        check_choice("format", self.format, SEGMENT_FORMATS)
        object.__setattr__(self, "separator", unescaped(self.separator))
        if "\n" in self.separator or not self.separator:
            raise OptionError(
                Option("separator"),
                " is empty or has a line end in it; words could not be told apart; see ",
                Option("format"),
                " conll",
            )
        if self.keep_space and self.format in ("text", "rows") and self.separator.isspace():
            raise OptionError(
                Option("keep_space"),
                ": name a visible ",
                Option("separator"),
                " too, such as '|'; white space would be ambiguous",
            )
        check_effects(self, _LAYOUT_NO_EFFECT)
        try:
            self.separator.encode()
        except UnicodeEncodeError as error:
            raise OptionError(Option("separator"), f" {self.separator!r} is not text") from error

    def for_text(self) -> Layout:
        """Returns the layout for inputs that are not records. Raises OptionError if it has `offsets`."""
        return replace(self, format="text") if self.format == "rows" else self


def check_outputs(output: str | None, out_dir: str | None) -> None:
    """Raises OptionError if words shall go both to a file and into a folder."""
    if out_dir is not None and is_url(out_dir):
        raise OptionError(f"{out_dir}: ", Option("out_dir"), " is a folder on this machine; copy the files from there")
    if output is not None and out_dir is not None:
        raise OptionError(
            Option("output"), " is for one file, ", Option("out_dir"), " for a file each; give one of them"
        )
