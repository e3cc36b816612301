"""Segmentation by the unigram model: the words of texts, token for token as jieba cuts them, and faster."""

from nlpkit.segmentation.files import segment
from nlpkit.segmentation.layout import Layout
from nlpkit.segmentation.segmenter import Segmenter

__all__ = ["Layout", "Segmenter", "segment"]
