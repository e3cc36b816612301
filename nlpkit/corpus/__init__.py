"""One reader for every command: inputs -> sources -> chunks of lines."""

from nlpkit.corpus.pieces import read_pieces
from nlpkit.corpus.reader import Corpus
from nlpkit.corpus.types import Chunk, Part, Piece, Rows, Span, Text, Whole
from nlpkit.places.sources import Source
from nlpkit.places.temporary import Folder

__all__ = ["Chunk", "Corpus", "Folder", "Part", "Piece", "Rows", "Source", "Span", "Text", "Whole", "read_pieces"]
