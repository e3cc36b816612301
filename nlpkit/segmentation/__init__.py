"""Segmentation by the unigram model: cuts texts into words, token for token as jieba does, and faster."""

from nlpkit.segmentation.files import segment
from nlpkit.segmentation.options import Layout
from nlpkit.segmentation.segmenter import Segmenter

__all__ = ["Layout", "Segmenter", "segment"]
