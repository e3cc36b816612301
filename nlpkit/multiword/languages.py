"""What a word is in a language, and what is usual in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from nlpkit.corpus import Corpus, Part, read_pieces
from nlpkit.corpus.types import begins_file
from nlpkit.errors import Notice, Setting

_SAMPLE = 1 << 16  # bytes of a file by which its language is told
_FILES = 16  # by which the language of a corpus is told
_LEAST_HAN = 0.05  # of all letters, in a Chinese text; a Han character says as much as several letters
#: Apostrophes and hyphens that are written in several ways.
_SAME = str.maketrans("\u2019\u2010\u2011", "'--")
_ENGLISH_WORD = r"[\p{L}\p{N}][\p{L}\p{N}\p{M}]*(?:['\u2019\-\u2010\u2011][\p{L}\p{N}][\p{L}\p{N}\p{M}]*)*"


def has_letter(token: str) -> bool:
    """Tells whether a token has a letter. (U+3007 is the Chinese zero.)"""
    return token.isalpha() or any(char.isalpha() or char == "\u3007" for char in token)


def is_number(token: str) -> bool:
    """Tells whether a token that is no word has a digit."""
    return any(map(str.isdecimal, token))


@dataclass(frozen=True)
class Language:
    """What `terms` does with a text. name: of the language, None if the user says what a word is.

    pattern: of the words, None where they are found in the text. casefold: whether case says nothing of which word it
    is. numbers: whether numbers are words, and not one symbol. min_count: the least occurrences of a term in texts of
    fewer tokens than LARGE; in others `min_count_large`.
    """

    name: str | None
    pattern: str | None = None
    casefold: bool = False
    numbers: bool = False
    min_count: int = 5
    min_count_large: int = 5

    def form(self, token: str) -> str:
        """Returns the form in which a token is counted."""
        return token.lower().translate(_SAME) if self.casefold else token

    def is_word(self, form: str) -> bool:
        """Tells whether a token is a word."""
        return has_letter(form) or (self.numbers and is_number(form))

    def least_count(self, tokens: int) -> int:
        """Returns how often a term must occur at least in a text of this number of tokens."""
        return self.min_count if tokens < LARGE else self.min_count_large


#: Tokens of a text that is large enough to leave out words that occur once.
LARGE = 200_000
LANGUAGES = {"zh": Language("zh"), "en": Language("en", _ENGLISH_WORD, True, True, 1, 2)}
NO_LANGUAGE = Language(None)


def find_language(corpus: Corpus, notify: Callable[[str], object] | None) -> Language:
    """Tells the language of an open corpus by the first letters of its files, and tells the user if it is not
    Chinese."""
    text = _beginning(corpus).decode(errors="ignore")
    letters = sum(map(str.isalpha, text))
    han = sum("\u3400" <= char <= "\u9fff" or char >= "\U00020000" for char in text)
    if han >= _LEAST_HAN * letters:
        return LANGUAGES["zh"]
    if notify is not None:
        notify(Notice("read as English; ", Setting("language", "zh"), " reads it as Chinese"))
    return LANGUAGES["en"]


def _beginning(corpus: Corpus) -> bytes:
    """The first bytes of the first files of a corpus, the same whatever its chunks are."""
    files = min(_FILES, len(corpus.sources))
    begun = [b""]
    before: Part | None = None
    for chunk in corpus.chunks(in_order=True):
        for part in chunk.parts:
            if before is not None and begins_file(before, part):
                begun.append(b"")
            before = part
            for piece in read_pieces(part, _SAMPLE):
                if len(begun[-1]) >= _SAMPLE:
                    break
                begun[-1] += piece.data
            if len(begun) > files or (len(begun) == files and len(begun[-1]) >= _SAMPLE):
                return b"\n".join(text[:_SAMPLE] for text in begun[:files])
    return b"\n".join(text[:_SAMPLE] for text in begun[:files])
