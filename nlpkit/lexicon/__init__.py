"""Lists of words: jieba's own dictionary and the files of users, compiled to tries and cached."""

from nlpkit.lexicon.compiled import Lexicon
from nlpkit.lexicon.files import jieba_words, read_words
from nlpkit.lexicon.traditional import is_traditional, simplify

__all__ = ["Lexicon", "is_traditional", "jieba_words", "read_words", "simplify"]
