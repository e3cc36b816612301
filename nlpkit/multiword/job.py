"""One call of `terms`: words are found and counted, then n-grams of words, which are put in order."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from nlpkit.choices import TERM_DOCUMENTS
from nlpkit.corpus import Corpus
from nlpkit.discovery import discover
from nlpkit.errors import Option, OptionError
from nlpkit.executors import Passes, Progress, RunningOptions, open_executor
from nlpkit.frequencies import Frequencies, Jieba, count
from nlpkit.frequencies.references import Reference
from nlpkit.frequencies.tokens import Tokenizer
from nlpkit.languages import BY_NAME, NO_LANGUAGE, Language
from nlpkit.multiword.background import Background
from nlpkit.multiword.dictionary import TravellingSegmenter
from nlpkit.multiword.english import rank_english
from nlpkit.multiword.examples import find_examples
from nlpkit.multiword.explain import Explanation
from nlpkit.multiword.languages import READ_AS_ENGLISH, find_language, least_count
from nlpkit.multiword.ngrams import NgramCounter
from nlpkit.multiword.options import TermOptions
from nlpkit.multiword.order import Order, rank
from nlpkit.multiword.result import Terms, make_terms
from nlpkit.multiword.units import UnitReader, Vocabulary
from nlpkit.runs import Spill
from nlpkit.segmentation import Segmenter


class TermJob:
    """One call of `terms`.

    corpus: the open corpus. running: how the work is run. progress, notify: the user's callbacks.
    """

    def __init__(
        self,
        options: TermOptions,
        corpus: Corpus,
        running: RunningOptions,
        progress: Progress | None,
        notify: Callable[[str], object] | None,
    ) -> None:
        self.options, self.corpus, self.running, self.notify = options, corpus, running, notify
        self.passes = Passes(progress, 3 + options.max_words)
        self._how: dict[str, Any] = {
            "jobs": running.jobs,
            "executor": running.executor,
            "scheduler": running.scheduler,
        }
        self._tokens: dict[str, Any] = {}  # the arguments of `count` that say what a token is

    def find(
        self, segmenter: Segmenter | None, jieba: Jieba | None, against: Frequencies | str | os.PathLike[str] | None
    ) -> Terms:
        """Finds the terms."""
        self.options.check_cutters(segmenter, jieba)
        known: Frequencies | Reference | None
        if against is None or isinstance(against, (Frequencies, Reference)):
            known = against
        else:
            known = Reference(os.fspath(against), self.corpus)  # fails before anything is counted
        language = self._language(segmenter)
        self._choose_tokens(language, segmenter, jieba)
        vocabulary, min_count = self._count_words(language)
        if language.name == "en" and self.options.language is None and self.notify is not None:
            self.notify(READ_AS_ENGLISH)  # now that all of it could be read
        background = self._background(language, vocabulary, known)
        if background is None and self.options.sort == "keyness":
            ways = (Option("against"), " names a text or list to compare with")
            raise OptionError(Option("sort"), " 'keyness': nothing is known of other texts; ", *ways)
        with open_executor(self.running, self.corpus.size) as pool, self.corpus.scratch() as folder:
            spill = Spill(folder, self.corpus.memory, pool.shares_files)
            reader = self._reader(language, vocabulary, self._document)
            counter = NgramCounter(self.corpus, reader, vocabulary, min_count, pool, spill)
            asked = {term: reader.cuts(term, self.options.max_words) for term in self.options.explain}
            cuts = [units for found in asked.values() for units in found]
            ngrams = counter.count(self.options.max_words, self.passes.report, cuts)
            ranking: Order = (
                rank_english(ngrams, background)
                if language.name == "en"
                else rank(ngrams, background, repeats=language.name is None)
            )
            found = make_terms(ngrams, ranking, min_count, self.options.sort, self.options.top)
            if self.options.examples:
                reader = self._reader(language, vocabulary, TERM_DOCUMENTS[0])
                sentences = find_examples(
                    self.corpus, pool, reader, ngrams, found.nodes, found.words.tolist(), self.options.examples
                )
                found = replace(found, examples=sentences)
            if asked:
                why = Explanation(
                    reader, asked, ngrams, ranking, found, counter.neighbours, min_count, self.options.max_words
                )
                found = replace(found, explanation=why.of(list(asked)))
        self.passes.finish(self.corpus.size)
        return found

    def _language(self, segmenter: Segmenter | None) -> Language:
        options = self.options
        if options.language is not None:
            return BY_NAME[options.language]
        if options.word_tokenizer in ("space", "regex"):
            return NO_LANGUAGE
        if segmenter is not None or options.word_tokenizer is not None:
            return BY_NAME["zh"]
        return find_language(self.corpus)

    def _choose_tokens(self, language: Language, segmenter: Segmenter | None, jieba: Jieba | None) -> None:
        options = self.options
        if language.pattern is not None:
            self._tokens = {"tokenizer": "regex", "pattern": language.pattern}
            return
        tokenizer = options.word_tokenizer or "words"
        self._tokens = {"tokenizer": tokenizer, "pattern": options.pattern, "jieba": jieba}
        if tokenizer == "words":
            self._tokens["segmenter"] = segmenter or self._discovered()

    def _discovered(self) -> Segmenter:
        """The segmenter that cuts the words which `discover` finds in the corpus."""
        found = discover(self.corpus, **self._how, neighbours=False, progress=self.passes.report)
        if not len(found):
            if found.characters and self.notify is not None:
                self.notify("no words were found in the text, so jieba's dictionary cuts it")
            return Segmenter(notify=self.notify)
        return TravellingSegmenter.of_words(found.select(everything=True), self.corpus.workspace())

    def _count_words(self, language: Language) -> tuple[Vocabulary, int]:
        """Counts the words of the corpus; keeps those that are frequent enough. Returns them with the least count."""
        counts: Counter[str] = Counter()
        with self._count(self.corpus, self.passes.report) as found:
            min_count = self.options.min_count or least_count(language, found.tokens)
            for block in found.in_code_point_order():
                for text, n in zip(block.texts(), block.counts.tolist(), strict=True):
                    form = language.form(text)
                    if (n >= min_count or language.casefold) and language.is_word(form):
                        counts[form] += n  # of a form that is spelled in several ways the sum counts
        words = sorted(word for word, n in counts.items() if n >= min_count)
        return Vocabulary(words), min_count

    def _count(self, corpus: Corpus, progress: Progress | None = None) -> Frequencies:
        notify = None if self._tokens["pattern"] != self.options.pattern else self.notify  # not of our own pattern
        return count(corpus, **self._tokens, **self._how, progress=progress, notify=notify)

    def _background(
        self, language: Language, vocabulary: Vocabulary, against: Frequencies | Reference | None
    ) -> Background | None:
        if against is None and language.name == "en":
            found = Background.of_wordfreq(vocabulary.words)
            if found is None and self.notify is not None:
                self.notify(
                    "wordfreq is not installed, so nothing is known of general English; pip install 'nlpkit[english]'"
                )
            return found
        if against is None:
            return Background.of_jieba(vocabulary.words, self.notify) if language.name == "zh" else None
        if isinstance(against, Frequencies):
            found = Background.of_frequencies(against, vocabulary.words, language)
            if not found.total:
                raise OptionError(Option("against"), " has no words, so there is nothing to compare with")
            return found
        return Background.of_reference(against, self._count, vocabulary.words, language, self.notify)

    def _reader(self, language: Language, vocabulary: Vocabulary, document: str) -> UnitReader:
        tokens = self._tokens
        name = tokens["tokenizer"]
        keep_space = name != "space" and language.name != "en"  # where there is always some between two words
        tokenizer = Tokenizer(name, tokens.get("segmenter"), tokens.get("jieba"), tokens["pattern"], keep_space)
        return UnitReader(tokenizer, language, vocabulary, document)

    @property
    def _document(self) -> str:
        """What a document is."""
        line, file = TERM_DOCUMENTS
        return self.options.document or (file if len(self.corpus.sources) > 1 else line)
