"""Finds the words of raw text, segments with them, counts them, mines what goes together: unsupervised, exact.

The public names below are imported on first use (PEP 562), so that `import nlpkit` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from nlpkit.version import __version__

if TYPE_CHECKING:
    from nlpkit.cooccurrence import Collocations, collocations
    from nlpkit.corpus import Corpus
    from nlpkit.discovery import Discovery, discover
    from nlpkit.errors import (
        EncodingError,
        InputError,
        LexiconError,
        NlpkitError,
        OptionError,
        OutputError,
        WorkerError,
    )
    from nlpkit.excerpts.finding import find_lines
    from nlpkit.frequencies import Frequencies, Jieba, Statistics, count, read_lists
    from nlpkit.itemsets import Itemsets, apriori
    from nlpkit.keyness import Keyness, keywords
    from nlpkit.kwic.result import Concordance
    from nlpkit.kwic.tables import concordance
    from nlpkit.lexicon import Lexicon
    from nlpkit.multiword import Terms, terms
    from nlpkit.ngrams import NgramCounts, count_ngrams
    from nlpkit.rules import Rules, association_rules
    from nlpkit.scoring import Disagreement, Score, score
    from nlpkit.segmentation import Layout, Segmenter, segment
    from nlpkit.tfidf import DocumentKeywords, document_keywords
    from nlpkit.transactions import Transactions, read_transactions


__all__ = [
    "Collocations",
    "Concordance",
    "Corpus",
    "Disagreement",
    "Discovery",
    "DocumentKeywords",
    "EncodingError",
    "Frequencies",
    "InputError",
    "Itemsets",
    "Jieba",
    "Keyness",
    "Layout",
    "Lexicon",
    "LexiconError",
    "NgramCounts",
    "NlpkitError",
    "OptionError",
    "OutputError",
    "Rules",
    "Score",
    "Segmenter",
    "Statistics",
    "Terms",
    "Transactions",
    "WorkerError",
    "__version__",
    "apriori",
    "association_rules",
    "collocations",
    "concordance",
    "count",
    "count_ngrams",
    "discover",
    "document_keywords",
    "find_lines",
    "keywords",
    "read_lists",
    "read_transactions",
    "score",
    "segment",
    "terms",
]

_HOMES = {
    "cooccurrence": ("Collocations", "collocations"),
    "corpus": ("Corpus",),
    "transactions": ("Transactions", "read_transactions"),
    "discovery": ("Discovery", "discover"),
    "errors": (
        "EncodingError",
        "InputError",
        "LexiconError",
        "NlpkitError",
        "OptionError",
        "OutputError",
        "WorkerError",
    ),
    "excerpts.finding": ("find_lines",),
    "frequencies": ("Frequencies", "Jieba", "Statistics", "count", "read_lists"),
    "itemsets": ("Itemsets", "apriori"),
    "keyness": ("Keyness", "keywords"),
    "kwic.result": ("Concordance",),
    "kwic.tables": ("concordance",),
    "lexicon": ("Lexicon",),
    "multiword": ("Terms", "terms"),
    "ngrams": ("NgramCounts", "count_ngrams"),
    "rules": ("Rules", "association_rules"),
    "scoring": ("Disagreement", "Score", "score"),
    "segmentation": ("Layout", "Segmenter", "segment"),
    "tfidf": ("DocumentKeywords", "document_keywords"),
}


def __getattr__(name: str) -> object:
    for module, names in _HOMES.items():
        if name in names:
            value = globals()[name] = getattr(import_module(f"nlpkit.{module}"), name)
            return value
    raise AttributeError(f"module 'nlpkit' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
