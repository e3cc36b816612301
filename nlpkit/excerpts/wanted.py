"""What `find_lines` looks for: strings, tokens and their n-grams, or pairs of words in a window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from nlpkit.cooccurrence.words import Words
from nlpkit.frequencies.filters import Filters
from nlpkit.frequencies.options import CountOptions
from nlpkit.frequencies.tokens import Tokenizer


@dataclass(frozen=True)
class Strings:
    """Texts occur as strings, as words that `discover` finds and terms do.

    A text that begins or ends with a letter or a digit of an alphabet does not stand within a longer word there. Its
    white space stands for any white space of up to 64 bytes. casefold: case, and how apostrophes and hyphens are
    written, make no difference, as with terms of English.
    """

    casefold: bool = False


@dataclass(frozen=True)
class Tokens:
    """Texts are tokens, or n-grams of tokens, as `count` has counted them.

    tokenizer, filters: what a token is, and its form. orders: the lowest and the highest order of n-grams. joint: the
    text between the tokens of an n-gram.
    """

    tokenizer: Tokenizer
    filters: Filters
    orders: tuple[int, int] = (1, 1)
    joint: str = " "

    @staticmethod
    def of(options: CountOptions, tokenizer: Tokenizer, filters: Filters) -> Tokens:
        """Returns what options of `count` count. tokenizer, filters: those that are made of the options."""
        return Tokens(tokenizer, filters, options.orders, options.joint)


@dataclass(frozen=True)
class Pairs:
    """Texts are pairs of words, (node, collocate), of which the second stands in the window of the first.

    words: what the words are, and their windows.
    """

    words: Words

    @property
    def tokenizer(self) -> Tokenizer:
        """What a token is."""
        return self.words.tokenizer

    @property
    def filters(self) -> Filters:
        """The form of a token."""
        return self.words.filters


#: What is looked for, and how.
How: TypeAlias = Strings | Tokens | Pairs
#: A string, a token, an n-gram, or (node, collocate).
WantedText: TypeAlias = "str | tuple[str, str]"
