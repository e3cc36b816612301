"""What a word is in a language, and what is usual in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from nlpkit.corpus import Corpus, read_pieces
from nlpkit.errors import Notice, Setting

_SAMPLE = 1 << 16  # bytes of a text by which its language is told
_LEAST_HAN = 0.05  # of all letters, in a Chinese text; a Han character says as much as several letters
_ENGLISH_WORD = r"[\p{L}\p{N}]+(?:['\u2019\-\u2010\u2011][\p{L}\p{N}]+)*"


@dataclass(frozen=True)
class Language:
    """What `terms` does with a text. name: of the language, None if the user says what a word is.

    pattern: of the words, None where they are found in the text. casefold: whether case says nothing. min_count: the
    least occurrences of a term.
    """

    name: str | None
    pattern: str | None = None
    casefold: bool = False
    min_count: int = 5


LANGUAGES = {"zh": Language("zh"), "en": Language("en", _ENGLISH_WORD, True, 2)}
NO_LANGUAGE = Language(None)


def find_language(corpus: Corpus, notify: Callable[[str], object] | None) -> Language:
    """Tells the language of an open corpus by the first letters in it, and tells the user if it is not Chinese."""
    for chunk in corpus.chunks(in_order=True):
        for part in chunk.parts:
            for piece in read_pieces(part, _SAMPLE):
                text = piece.data.decode(errors="ignore")
                letters = sum(map(str.isalpha, text))
                if letters:
                    han = sum("\u3400" <= char <= "\u9fff" or char >= "\U00020000" for char in text)
                    if han >= _LEAST_HAN * letters:
                        return LANGUAGES["zh"]
                    if notify is not None:
                        notify(Notice("read as English; ", Setting("language", "zh"), " reads it as Chinese"))
                    return LANGUAGES["en"]
    return LANGUAGES["zh"]
