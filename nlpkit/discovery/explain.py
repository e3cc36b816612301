"""Explains why words are in the lexicon or not: their counts, splits and neighbours, and what their method says."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain

import numpy as np

from nlpkit.discovery.branching import count_beside_words, count_neighbours
from nlpkit.discovery.job import Job
from nlpkit.discovery.ranking import Recurrence
from nlpkit.discovery.result import Discovery
from nlpkit.discovery.strings import LONGEST_ASKED, Alphabet, SymbolStrings
from nlpkit.discovery.trie import WordTrie
from nlpkit.discovery.words import Asked, Words
from nlpkit.errors import Notice, Option, Setting, counted
from nlpkit.lexicon import is_traditional, jieba_words, simplify
from nlpkit.ngrams.symbols import DIGITS

_SHOWN = 5  # neighbours


@dataclass(frozen=True)
class _Facts:
    """What was measured in the text; strings of symbols are tuples of ids.

    count: occurrences of strings. left, right: their neighbours, as (id, occurrences), most frequent first. total: the
    number of symbols in runs.
    """

    count: dict[tuple[int, ...], int]
    left: dict[tuple[int, ...], list[tuple[int, int]]]
    right: dict[tuple[int, ...], list[tuple[int, int]]]
    total: int


def explain(job: Job, words: Words, everything: Discovery, result: Discovery) -> Notice:
    """Explains the words that the job's options ask for, a paragraph each, ready to print. Reads the corpus once more.

    words: what the method found. everything, result: the same as a table, before and after min_pmi, min_entropy
    and min_length chose from it.
    """
    alphabet = words.symbols.alphabet
    ids = {word: alphabet.ids_of(word) for word in job.options.asked}
    facts = _measure(job, words, [string for string in ids.values() if string])
    explanation = _Explanation(job, words, everything, result, facts)
    lines = ((*explanation.paragraph(word, ids[word]), "") for word in job.options.asked)
    return Notice(*(part for line in list(chain.from_iterable(lines))[:-1] for part in (line, "\n")))


def _measure(job: Job, words: Words, asked: list[tuple[int, ...]]) -> _Facts:
    parts = sorted({w[i:j] for w in asked for i in range(len(w)) for j in range(i + 1, len(w) + 1)})
    symbols = words.symbols
    count: dict[tuple[int, ...], int] = {p: int(symbols.counts[p[0] - 1]) for p in parts if len(p) == 1}
    sides: list[dict[tuple[int, ...], list[tuple[int, int]]]] = [{}, {}]
    long = [part for part in parts if len(part) > 1]
    if long:
        offsets = np.cumsum([0, *map(len, long)])
        strings = SymbolStrings(np.array([i for part in long for i in part], np.uint32), offsets)
        trie = WordTrie.build(strings, symbols.alphabet)
        task = partial(count_beside_words, trie=trie, keep=max(map(len, long)) + 2)
        for side, found in zip(sides, count_neighbours(job.corpus, job.pool, task, job.spill, None), strict=True):
            for keys, counts in found.tables():
                for key, n in zip(keys.tolist(), counts.tolist(), strict=True):
                    side.setdefault(long[key >> 16], []).append((key & 0xFFFF, n))
            for beside in side.values():
                beside.sort(key=lambda item: (-item[1], item[0]))
        count |= {part: sum(n for _, n in sides[0].get(part, [])) for part in long}
    return _Facts(count, sides[0], sides[1], symbols.total)


@dataclass(frozen=True)
class _Explanation:
    """What paragraphs are made of; see explain."""

    job: Job
    words: Words
    everything: Discovery
    result: Discovery
    facts: _Facts

    def paragraph(self, word: str, ids: tuple[int, ...]) -> Iterator[str]:
        """The lines about a word, whose symbols are `ids`."""
        place, found = _place(word, self.result), _place(word, self.everything)
        verdict = (
            f"in the lexicon, {counted(int(self.result.count[place]), 'time')}" if place >= 0 else "not in the lexicon"
        )
        yield f"{word}: {verdict}"
        if not ids:
            yield _row("text", self._why_no_symbols(word))
            return
        asked = Asked(ids, found >= 0, self.facts.count[ids], partial(_spelled, self.words.symbols.alphabet))
        yield from self._measured(asked)
        for name, text in self.words.reasons.lines(asked):
            yield _row(name, text)
        if found >= 0 > place:
            yield _row("rule", self._why_filtered(found))
        if asked.is_word and len(ids) > 1 and self.words.recurrence is not None:
            yield _row("again", self._again(asked, self.words.recurrence))
        if place >= 0:
            yield _row("list", _listed(word, place, self.result))
        yield _row("jieba", self._in_jieba(word))

    def _in_jieba(self, word: str) -> str:
        if word in jieba_words():
            return "in its dictionary"
        if is_traditional(self.everything.word):
            for simplified in simplify([word]) or []:
                if simplified in jieba_words():
                    return f"in its dictionary as {simplified}"
        return "not in its dictionary"

    def _why_filtered(self, place: int) -> str:
        table, shortest = self.everything, self.job.options.min_length
        if table.symbols[place] < shortest:
            symbols = counted(int(table.symbols[place]), "symbol")
            return Notice(f"left out: {symbols}, fewer than ", Setting("min_length", shortest))
        measured = (table.pmi[place], table.left_entropy[place], table.right_entropy[place])
        numbers = "PMI {:.2f}, entropies {:.2f} and {:.2f}".format(*measured)
        return Notice(f"left out: {numbers}; ", Option("min_pmi"), " or ", Option("min_entropy"), " asks for more")

    def _measured(self, asked: Asked) -> Iterator[str]:
        ids, count, show, facts = asked.ids, asked.count, asked.show, self.facts
        least = self.words.symbols.min_count
        yield _row("text", f"{counted(count, 'occurrence')} of {show(ids)}; n-grams are counted from {least} on")
        if count and len(ids) > 1:
            yield _row("splits", "; ".join(self._split(asked, at) for at in range(1, len(ids))))
            for name, side in (("left", facts.left), ("right", facts.right)):
                yield _row(name, ", ".join(f"{show((x,)) if x else 'boundary'} {n:,}" for x, n in side[ids][:_SHOWN]))

    def _split(self, asked: Asked, at: int) -> str:
        left, right = asked.ids[:at], asked.ids[at:]
        count, total, show = self.facts.count, self.facts.total, asked.show
        pmi = math.log(total * count[asked.ids] / (count[left] * count[right]))
        return f"{show(left)}|{show(right)} PMI {pmi:.2f} ({count[left]:,}, {count[right]:,})"

    def _again(self, asked: Asked, recurrence: Recurrence) -> str:
        place, first, last = self.words.strings.place(asked.ids), asked.ids[0], asked.ids[-1]
        lines = int(self.words.lines.by_word[place]) if self.words.lines else 0
        rate = recurrence.repeats[place] / max(1, lines)
        begin, end = asked.show((first,)), asked.show((last,))
        shares = (
            f"the word {recurrence.whole[place]:.2f}",
            f"words with {begin} in front {recurrence.first[first]:.2f}",
            f"with {end} at the end {recurrence.last[last]:.2f}",
            f"by themselves {begin} {recurrence.alone[first]:.2f}",
            f"{end} {recurrence.alone[last]:.2f}",
        )
        repeats = f"{rate:.2f} repeats a line beyond chance, {recurrence.mean:.2f} are usual"
        return f"in {counted(lines, 'line')}; {repeats}; shares: {', '.join(shares)}"

    def _why_no_symbols(self, word: str) -> str:
        table, charset = self.words.symbols.alphabet.table, self.job.options.charset
        outside = [char for char in word if not table[ord(char)]]
        if outside:
            return Notice(
                f"{''.join(outside)!r} is no word character with ", Setting("charset", charset), ": it ends a run"
            )
        if len(word) > LONGEST_ASKED:
            return f"longer than {LONGEST_ASKED} symbols"
        return "some of its characters do not occur in the corpus"


def _place(word: str, result: Discovery) -> int:
    places = np.flatnonzero(result.word == word)
    return int(places[0]) if places.size else -1


def _row(name: str, text: str) -> str:
    return Notice(f"  {name:8s}", text)


def _spelled(alphabet: Alphabet, ids: tuple[int, ...]) -> str:
    names = {s: "<digits>" if s == DIGITS else "<letters>" for s in alphabet.collapsed if s}
    return "".join(names.get(code, chr(code)) for code in (int(alphabet.codes[i - 1]) for i in ids))


def _listed(word: str, place: int, result: Discovery) -> str:
    for cause, mask in result.left_out().items():
        if mask[place]:
            return f"left out of the list for people: {cause}"
    listed = result.select()
    return f"number {int(np.flatnonzero(listed.word == word)[0]) + 1:,} of {len(listed):,} in the list for people"
