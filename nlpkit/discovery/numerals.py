"""Numerals: which of the words found are numbers, and therefore not in the list for people."""

from __future__ import annotations

import re

from nlpkit.lexicon import jieba_words

_NUMERAL = re.compile(
    "(?=.*[0-9〇零一二三四五六七八九十百千万亿两])[第0-9〇零一二三四五六七八九十百千万亿两年月日时条款项章节编元号次届%]+"
)
_WITH_DIGITS = re.compile("(?=.*[0-9])[^A-Za-z]+")


def is_numeral(word: str) -> bool:
    """Whether a word has only digits, Chinese numerals and their counters, and is not in jieba's dictionary.

    第四十五条, 2000年 and 二〇〇八年 are numerals. 一个 is not, because 个 is no counter here. 千万 is not, because it
    is in the dictionary. Raises InputError if jieba is not installed.
    """
    return _NUMERAL.fullmatch(word) is not None and word not in jieba_words()


def counts_something(word: str) -> bool:
    """Whether a word has ASCII digits and no Latin letters, such as 500米: a number with a unit if its digits vary."""
    return _WITH_DIGITS.fullmatch(word) is not None
