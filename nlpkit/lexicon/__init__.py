"""Lists of words: jieba's own dictionary and the files that users bring; compiled to tries, and kept so."""

from nlpkit.lexicon.compiled import Lexicon
from nlpkit.lexicon.files import jieba_words, read_words

__all__ = ["Lexicon", "jieba_words", "read_words"]
