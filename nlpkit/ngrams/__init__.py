"""Symbols of text, and exact counts of all their n-grams."""

from nlpkit.ngrams.counting import NgramCounts, count_ngrams

__all__ = ["NgramCounts", "count_ngrams"]
