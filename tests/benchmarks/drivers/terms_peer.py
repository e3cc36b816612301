"""Writes the terms that a library finds, a line each, best first: terms_peer.py PEER TEXT OUTPUT.

Chinese:
smoothnlp              extract_phrase of the lines
hanlp, hanlp-words     HanLP.extractPhrase and HanLP.extractWords, through pyhanlp
jieba-tfidf            jieba.analyse.extract_tags
jieba-textrank[-wide]  jieba.analyse.textrank, of its parts of speech, or of all that carry meaning
gensim[-count]         Phrases of rjieba's words, joined in four rounds, by score; or all units by count
yake                   KeywordExtractor on rjieba's words with spaces between them
ngrams                 one to three of rjieba's words, by count: the candidates of KeyBERT, without a model
English:
yake-en, rake, multi-rake, keybert, keybert-candidates, pyate-combo, pyate-cvalue
"""

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

MOST = 20_000  # terms that are asked for, where a number must be given
LEAST = 5  # occurrences of an n-gram
LONGEST = 3  # words of an n-gram
ROUNDS = 4  # of joining pairs: up to 16 words
RUN = re.compile(r"\w+")
WIDE = ["n", "nr", "ns", "nt", "nz", "ng", "s", "f", "v", "vd", "vn", "a", "ad", "an", "b", "i", "j", "l", "eng"]
MODEL = "en_core_web_sm"  # of spaCy, for pyate
Terms = Iterable[str]


def smoothnlp(text: str) -> Terms:
    from smoothnlp.algorithm.phrase import extract_phrase

    return extract_phrase(text.split("\n"), top_k=10**9)


def hanlp(text: str) -> Terms:
    from pyhanlp import HanLP

    return map(str, HanLP.extractPhrase(text, MOST))


def hanlp_words(text: str) -> Terms:
    from pyhanlp import HanLP

    return (str(word.text) for word in HanLP.extractWords(text, MOST))


def jieba_tfidf(text: str) -> Terms:
    from jieba.analyse import extract_tags

    return extract_tags(text, topK=MOST)


def jieba_textrank(text: str, **options: Any) -> Terms:
    from jieba.analyse import textrank

    return textrank(text, topK=MOST, **options)


def gensim(text: str) -> Terms:
    _, scores = _joined(text)
    return sorted(scores, key=lambda phrase: -scores[phrase])


def gensim_count(text: str) -> Terms:
    sentences, _ = _joined(text)
    return (unit for unit, _ in Counter(chain.from_iterable(sentences)).most_common() if len(unit) > 1)


def _joined(text: str) -> tuple[list[list[str]], dict[str, float]]:
    """The runs of words, frequent pairs joined; what was joined, and its score when it was."""
    from gensim.models.phrases import Phrases

    sentences, scores = list(_words(text)), dict[str, float]()
    for _ in range(ROUNDS):
        phrases = Phrases(sentences, delimiter="\x1f").freeze()
        for phrase, score in phrases.phrasegrams.items():
            scores.setdefault(phrase.replace("\x1f", ""), score)
        sentences = [[unit.replace("\x1f", "") for unit in phrases[sentence]] for sentence in sentences]
    return sentences, scores


def _words(text: str) -> Iterator[list[str]]:
    """Those of each run of letters and digits."""
    import rjieba

    return (rjieba.cut(run, False) for run in RUN.findall(text))


def yake(text: str) -> Terms:
    import rjieba

    spaced = "\n".join(" ".join(rjieba.cut(line, False)) for line in text.split("\n"))
    return (term.replace(" ", "") for term in _yake(spaced, "zh"))


def _yake(text: str, language: str) -> Terms:
    """Similar terms stay: to find them, each is compared with all before it."""
    from yake import KeywordExtractor

    return (term for term, _ in KeywordExtractor(lan=language, dedup_lim=1.0, top=MOST).extract_keywords(text))


def ngrams(text: str) -> Terms:
    from sklearn.feature_extraction.text import CountVectorizer

    def analyse(words: list[str]) -> list[str]:
        spans = ((i, i + n) for n in range(1, LONGEST + 1) for i in range(len(words) - n + 1))
        return ["".join(words[i:j]) for i, j in spans]

    vectorizer = CountVectorizer(analyzer=analyse)
    counts = vectorizer.fit_transform(_words(text)).sum(axis=0).A1
    terms = vectorizer.get_feature_names_out()
    return (terms[i] for i in (-counts).argsort(kind="stable") if counts[i] >= LEAST and len(terms[i]) > 1)


def keybert_candidates(text: str) -> Terms:
    """By count."""
    from sklearn.feature_extraction.text import CountVectorizer

    vectorizer = CountVectorizer(ngram_range=(1, LONGEST), stop_words="english")
    counts = vectorizer.fit_transform([text]).toarray()[0]
    terms = vectorizer.get_feature_names_out()
    return (terms[i] for i in (-counts).argsort(kind="stable"))


def keybert(text: str) -> Terms:
    """The ten best of each paragraph, by the best similarity that they reach."""
    from keybert import KeyBERT

    paragraphs = [lines for lines in text.split("\n\n") if lines.strip()]
    found = KeyBERT().extract_keywords(paragraphs, keyphrase_ngram_range=(1, LONGEST), top_n=10)
    best: dict[str, float] = {}
    for term, similarity in chain.from_iterable(found):
        best[term] = max(similarity, best.get(term, -1.0))
    return sorted(best, key=lambda term: -best[term])


def rake(text: str) -> Terms:
    """With scikit-learn's stop words and lines for sentences, where nltk would need data that it downloads."""
    from nltk.tokenize import wordpunct_tokenize
    from rake_nltk import Rake
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    extractor = Rake(
        stopwords=set(ENGLISH_STOP_WORDS),
        sentence_tokenizer=str.splitlines,
        word_tokenizer=wordpunct_tokenize,
        include_repeated_phrases=False,
    )
    extractor.extract_keywords_from_text(text)
    return extractor.get_ranked_phrases()


def multi_rake(text: str) -> Terms:
    from multi_rake import Rake

    return (term for term, _ in Rake(language_code="en").apply(text))


def pyate(text: str, measure: str) -> Terms:
    """Single words as well; the general domain, which these measures do not use, is not always packed with it."""
    import pyate
    import spacy

    pyate.TermExtraction.nlps["en"] = spacy.load(MODEL)
    pyate.TermExtraction.DEFAULT_GENERAL_DOMAINS["en", 300] = []
    paragraphs = [line for line in text.split("\n") if line.strip()]
    return getattr(pyate, measure)(paragraphs, have_single_word=True).sort_values(ascending=False).index


PEERS: dict[str, Callable[[str], Terms]] = {
    "smoothnlp": smoothnlp,
    "hanlp": hanlp,
    "hanlp-words": hanlp_words,
    "jieba-tfidf": jieba_tfidf,
    "jieba-textrank": jieba_textrank,
    "jieba-textrank-wide": lambda text: jieba_textrank(text, allowPOS=WIDE),
    "gensim": gensim,
    "gensim-count": gensim_count,
    "yake": yake,
    "ngrams": ngrams,
    "yake-en": lambda text: _yake(text, "en"),
    "rake": rake,
    "multi-rake": multi_rake,
    "keybert": keybert,
    "keybert-candidates": keybert_candidates,
    "pyate-combo": lambda text: pyate(text, "combo_basic"),
    "pyate-cvalue": lambda text: pyate(text, "cvalues"),
}


def main(peer: str, text: str, output: str) -> None:
    terms = PEERS[peer](Path(text).read_text(encoding="utf-8"))
    with open(output, "w", encoding="utf-8", newline="\n") as out:
        out.writelines(" ".join(term.split()) + "\n" for term in terms)


if __name__ == "__main__":
    main(*sys.argv[1:])
