"""nltk_collocations.py TEXT OUTPUT: the 500 pairs of words with the largest log-likelihood, by NLTK."""

import sys

from nltk.collocations import BigramAssocMeasures, BigramCollocationFinder

WINDOW = 6  # words, the first one included
LEAST, SHOWN = 5, 500

with open(sys.argv[1], encoding="utf-8") as text:
    words = text.read().split()
finder = BigramCollocationFinder.from_words(words, window_size=WINDOW)
finder.apply_freq_filter(LEAST)
with open(sys.argv[2], "w", encoding="utf-8") as out:
    for (first, second), score in finder.score_ngrams(BigramAssocMeasures.likelihood_ratio)[:SHOWN]:
        out.write(f"{first}\t{second}\t{score}\n")
