"""What a word is in a language, and in which form it is counted."""

from __future__ import annotations

from dataclasses import dataclass

#: Apostrophes and hyphens that are written in several ways.
_SAME = (("\u2019", "'"), ("\u2010", "-"), ("\u2011", "-"))
_ENGLISH_WORD = r"[\p{L}\p{N}][\p{L}\p{N}\p{M}]*(?:['\u2019\-\u2010\u2011][\p{L}\p{N}][\p{L}\p{N}\p{M}]*)*"


def has_letter(token: str) -> bool:
    """Tells whether a token has a letter. (U+3007 is the Chinese zero.)"""
    return token.isalpha() or any(char.isalpha() or char == "\u3007" for char in token)


def is_number(token: str) -> bool:
    """Tells whether a token that is no word has a digit."""
    return any(map(str.isdecimal, token))


@dataclass(frozen=True)
class Language:
    """What a word is. name: of the language, None if the user says what a word is.

    pattern: of the words, None where a segmenter cuts them. casefold: whether case says nothing of which word it is.
    numbers: whether numbers are words of terms, and not one symbol.
    """

    name: str | None
    pattern: str | None = None
    casefold: bool = False
    numbers: bool = False

    def form(self, token: str) -> str:
        """Returns the form in which a token is counted."""
        if not self.casefold:
            return token
        form = token.lower()
        if not form.isascii():
            for written, same in _SAME:
                form = form.replace(written, same)
        return form

    def is_word(self, form: str) -> bool:
        """Tells whether a token is a word of terms."""
        return has_letter(form) or (self.numbers and is_number(form))


BY_NAME = {"zh": Language("zh"), "en": Language("en", _ENGLISH_WORD, True, True)}
NO_LANGUAGE = Language(None)


def of_pattern(name: str | None) -> Language:
    """Returns the language of this name if its words are matches of a pattern, else NO_LANGUAGE."""
    found = NO_LANGUAGE if name is None else BY_NAME[name]
    return found if found.pattern is not None else NO_LANGUAGE
