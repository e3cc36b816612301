"""Which language a corpus is in, and how often a term of it must occur."""

from __future__ import annotations

from nlpkit.corpus import Corpus, Part, read_pieces
from nlpkit.corpus.types import begins_file
from nlpkit.errors import Notice, Setting
from nlpkit.languages import BY_NAME, Language

_SAMPLE = 1 << 16  # bytes of a file by which its language is told
_FILES = 16  # by which the language of a corpus is told
_LEAST_HAN = 0.05  # of all letters, in a Chinese text; a Han character says as much as several letters
#: Tokens of a text that is large enough to leave out words that occur once.
LARGE = 200_000


def least_count(language: Language, tokens: int) -> int:
    """Returns how often a term must occur at least in a text of this number of tokens."""
    if language.name != "en":
        return 5
    return 1 if tokens < LARGE else 2


#: The line for the user where the language was found to be English.
READ_AS_ENGLISH = Notice("read as English; ", Setting("language", "zh"), " reads it as Chinese")


def find_language(corpus: Corpus) -> Language:
    """Tells the language of an open corpus by the first letters of its files."""
    text = _beginning(corpus).decode(errors="ignore")
    letters = sum(map(str.isalpha, text))
    han = sum("\u3400" <= char <= "\u9fff" or char >= "\U00020000" for char in text)
    return BY_NAME["zh" if han >= _LEAST_HAN * letters else "en"]


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
