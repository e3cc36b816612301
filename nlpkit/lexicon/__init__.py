"""Lists of words: jieba's own dictionary and the files of users, compiled to tries and cached."""

from nlpkit.lexicon.compiled import Lexicon
from nlpkit.lexicon.files import jieba_words, read_words

__all__ = ["Lexicon", "jieba_words", "read_words"]
