"""One call of `collocations`: words and their windows are counted, then pairs of words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial

import numpy as np

from nlpkit.cooccurrence.figures import FREQUENCY, INSIDE, WINDOWS, FigureCounter, Figures
from nlpkit.cooccurrence.options import CollocationOptions
from nlpkit.cooccurrence.pairs import FrequentTypes, PairCounter, Pairs, pairs_of
from nlpkit.cooccurrence.result import Best, Collocations, Margins
from nlpkit.cooccurrence.words import Words
from nlpkit.corpus import Corpus
from nlpkit.errors import Notice, Option, OptionError, counted
from nlpkit.executors import Executor, Passes, Progress
from nlpkit.frequencies.counted import Counted, add_counted, whole_sum
from nlpkit.frequencies.counting import Item, items
from nlpkit.frequencies.tally import Extent, Tally
from nlpkit.runs import SortedTable, Spill, StringTable, add, sorted_keys
from nlpkit.runs.strings import end_to_end
from nlpkit.suggest import similar_words

#: Nodes that do not occur: of how many near words are looked for, and how many more are named.
_EXPLAINED, _NAMED = 5, 20


class CollocationJob:
    """One call of `collocations`.

    words: what the words are, and how far windows reach. corpus: the open corpus. spill: for what outgrows memory.
    """

    def __init__(
        self,
        options: CollocationOptions,
        words: Words,
        corpus: Corpus,
        pool: Executor,
        spill: Spill,
        notify: Callable[[str], object] | None,
    ) -> None:
        self.options, self.words, self.corpus, self.notify = options, words, corpus, notify
        self.pool, self.spill = pool, spill
        self.nodes = self._forms_of_nodes()
        self.stopped = frozenset[str]()  # stop words that occur
        self._occurs = not self.nodes  # whether some node occurs, or all pairs are wanted

    def find(self, progress: Progress | None) -> Collocations:
        """Finds the collocations."""
        passes = Passes(progress, 1 if self.nodes else 2)
        in_corpus = self._count_words(passes.report)
        self.corpus.tell_missing(in_corpus.missing)
        self.stopped = in_corpus.stopped
        figures = Figures(SortedTable(whole_sum(in_corpus), self.spill))
        find = self._beside_nodes if self.nodes else partial(self._all_pairs, progress=passes.report)
        words, margins, parts = find(figures)
        totals = figures.totals()
        best, some = Best(words, margins, totals, self.options.sort, self.options.top, self.nodes), False
        for pairs in parts:
            some |= pairs.node.size > 0
            best.add(pairs)
        passes.finish(self.corpus.size)
        if self.notify is not None and totals[0] and self._occurs and not some:
            near = f"no word is near {' or '.join(self.nodes[:_EXPLAINED])}" if self.nodes else "no two words are near"
            ways = ("; see ", Option("min_count"), " and ", Option("min_frequency"))
            self.notify(Notice(f"{near} {counted(self.options.min_count, 'time')}", *ways))
        return best.result()

    def _forms_of_nodes(self) -> tuple[str, ...]:
        filters = self.words.filters
        forms = dict[str, str]()
        for node, form in zip(self.options.nodes, filters.apply(self.options.nodes), strict=True):
            if form is None:
                causes = {
                    "stopwords": filters.form(node) in filters.stopwords,
                    "min_length": len(node) < filters.min_length,
                }
                cause = next((name for name, is_true in causes.items() if is_true), "match")
                raise OptionError(Option("node"), f" {node!r} is left out by ", Option(cause))
            forms[form] = node
        return tuple(forms)

    def _count_words(self, progress: Progress | None) -> Counted:
        spill = self.spill if self.pool.shares_files else None
        task = FigureCounter(self.words, self.nodes, spill)
        found = self.pool.map_merge(task, self._items(), partial(add_counted, spill=spill), progress)
        return found or Counted(Tally(), Extent())

    def _items(self) -> Iterator[Item]:
        at_nul = self.words.tokenizer.name == "words"
        chunks = self.corpus.chunks(in_order=True, own_files=not self.pool.shares_files, at_nul=at_nul)
        return items(chunks, True)

    def _beside_nodes(self, figures: Figures) -> tuple[StringTable, Margins, Iterable[Pairs]]:
        """What stands in the windows of the nodes."""
        options = self.options
        nodes = StringTable(*end_to_end(node.encode() for node in self.nodes), np.zeros(len(self.nodes), np.int64))
        beside = figures.beside(len(self.nodes), options.min_count)
        words = nodes.sorted().plus([each.words.bare() for each in beside])
        margins = self._margins(figures, words)
        frequencies = margins.frequencies
        place = {text: number for number, text in enumerate(words.texts())}
        self._occurs = any(frequencies[place[node]] for node in self.nodes)
        self._tell_missing(figures, [node for node in self.nodes if not frequencies[place[node]]])
        columns = list[Pairs]()
        for node, each in zip(self.nodes, beside, strict=True):
            at = np.array([place[text] for text in each.words.texts()], np.int64)
            frequent = frequencies[at] >= options.min_frequency
            own = np.full(np.count_nonzero(frequent), place[node])
            columns.append(Pairs(own, at[frequent], each.left[frequent], each.right[frequent]))
        return words, margins, columns

    def _all_pairs(self, figures: Figures, progress: Progress | None) -> tuple[StringTable, Margins, Iterable[Pairs]]:
        """All pairs of two different frequent words."""
        options, words = self.options, figures.words(self.options.min_frequency)
        margins = self._margins(figures, words)
        task = PairCounter(self.words, FrequentTypes(words.texts()), self.spill)
        found = self.pool.map_merge(task, self._items(), partial(add, spill=self.spill), progress)
        if found is None:
            return words, margins, ()
        table = sorted_keys(found, self.spill, 2)
        return words, margins, pairs_of(table, self.words.left, self.words.right, options.min_count)

    def _margins(self, figures: Figures, words: StringTable) -> Margins:
        if self.words.left == self.words.right:
            frequencies, windows = figures.of(words, FREQUENCY, WINDOWS)
            return Margins(frequencies, windows, windows)
        return Margins(*figures.of(words, FREQUENCY, WINDOWS, INSIDE))

    def _tell_missing(self, figures: Figures, nodes: list[str]) -> None:
        """Says which nodes do not occur; of the first few, which words are like them."""
        if self.notify is None or not nodes:
            return
        for node in nodes[:_EXPLAINED]:
            line = f"{node} does not occur as a word"
            parts = self.words.tokenizer.cut(node)
            if len(parts) > 1:
                line += "; a node is one word" if " " in node else f"; it is cut {' '.join(parts)}"
            near = similar_words(node, figures.each_word())
            if near:
                line += f"; near it: {', '.join(f'{word} ({n:,})' for word, n in near)}"
            self.notify(line)
        more = nodes[_EXPLAINED:]
        if more:
            names = ", ".join(more[:_NAMED]) + (", ..." if len(more) > _NAMED else "")
            self.notify(f"{counted(len(more), 'node')} more {'does' if len(more) == 1 else 'do'} not occur: {names}")
