"""Symbols of text, and exact counts of all their n-grams."""

from nlpkit.ngrams.counting import (
    WORD,
    AlphabetError,
    NgramCounts,
    Windowing,
    Windows,
    chunks_for,
    count_corpus,
    count_ngrams,
    count_windows,
    shard_windows,
    symbol_ids,
)

__all__ = [
    "WORD",
    "AlphabetError",
    "NgramCounts",
    "Windowing",
    "Windows",
    "chunks_for",
    "count_corpus",
    "count_ngrams",
    "count_windows",
    "shard_windows",
    "symbol_ids",
]
