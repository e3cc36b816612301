"""Why a word is in the lexicon or not: its counts, splits and neighbours, and the rule that decided."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from nlpkit.corpus import Corpus
from nlpkit.discovery.auto import BOUND, ENTRY, PMI_SHIFT, PMI_WEIGHT, Auto, Round
from nlpkit.discovery.branching import count_sides
from nlpkit.discovery.candidates import Candidates
from nlpkit.discovery.options import Options
from nlpkit.discovery.pieces import Found
from nlpkit.discovery.result import Discovery
from nlpkit.discovery.strings import Alphabet, Strings
from nlpkit.discovery.words import Trie, count_occurrences
from nlpkit.executors import Executor
from nlpkit.lexicon import jieba_words
from nlpkit.ngrams.symbols import DIGITS, FOLD
from nlpkit.runs import Spill

_SHOWN = 5  # neighbours
_LONGEST = 64  # symbols


@dataclass(frozen=True)
class Facts:
    """What was measured in the text: occurrences of strings of symbols, and their neighbours, most frequent first."""

    count: dict[tuple[int, ...], int]
    left: dict[tuple[int, ...], list[tuple[int, int]]]
    right: dict[tuple[int, ...], list[tuple[int, int]]]
    total: int


@dataclass(frozen=True)
class Trace:
    """How a method came to its words."""

    options: Options
    min_count: int
    candidates: Candidates
    symbol_counts: NDArray[np.int64]
    auto: Auto | None = None
    found: Found | None = None


def explain(
    corpus: Corpus,
    pool: Executor,
    spill: Spill,
    words: Sequence[str],
    everything: Discovery,
    result: Discovery,
    trace: Trace,
) -> str:
    """One paragraph a word, ready to print. Reads the corpus once more.

    everything: what was found before --min-pmi and --min-entropy chose the result from it.
    """
    if trace.options.charset == "han+alnum":
        words = [word.translate(FOLD) for word in words]
    alphabet = trace.candidates.alphabet
    ids = {word: symbol_string(word, alphabet) for word in words}
    facts = _measure(corpus, pool, spill, alphabet, [x for x in ids.values() if x], trace.symbol_counts)
    return "\n".join("\n".join(_paragraph(word, ids[word], facts, everything, result, trace)) + "\n" for word in words)


def symbol_string(word: str, alphabet: Alphabet) -> tuple[int, ...]:
    """The ids of a word's symbols; empty where it has characters that are in no run of the corpus, or too many."""
    out: list[int] = []
    last = 0
    for char in word:
        symbol = int(alphabet.table[ord(char)])
        if symbol and symbol == last and symbol in alphabet.collapsed:
            continue
        last = symbol
        out.append(int(alphabet.ids[ord(char)]))
    return tuple(out) if 0 not in out and len(out) <= _LONGEST else ()


def _measure(
    corpus: Corpus,
    pool: Executor,
    spill: Spill,
    alphabet: Alphabet,
    words: list[tuple[int, ...]],
    symbol_counts: NDArray[np.int64],
) -> Facts:
    parts = sorted({w[i:j] for w in words for i in range(len(w)) for j in range(i + 1, len(w) + 1)})
    count: dict[tuple[int, ...], int] = {p: int(symbol_counts[p[0] - 1]) for p in parts if len(p) == 1}
    sides: list[dict[tuple[int, ...], list[tuple[int, int]]]] = [{}, {}]
    long = [part for part in parts if len(part) > 1]
    if long:
        offsets = np.cumsum([0, *map(len, long)])
        trie = Trie.build(Strings(np.array([i for part in long for i in part], np.uint32), offsets), alphabet)
        task = partial(count_occurrences, trie=trie, keep=max(map(len, long)) + 2)
        for side, found in zip(sides, count_sides(corpus, pool, task, spill, None), strict=True):
            for keys, counts in found.tables():
                for key, n in zip(keys.tolist(), counts.tolist(), strict=True):
                    side.setdefault(long[key >> 16], []).append((key & 0xFFFF, n))
            for beside in side.values():
                beside.sort(key=lambda item: (-item[1], item[0]))
        count |= {part: sum(n for _, n in sides[0].get(part, [])) for part in long}
    return Facts(count, sides[0], sides[1], int(symbol_counts.sum()))


def _paragraph(
    word: str, ids: tuple[int, ...], facts: Facts, everything: Discovery, result: Discovery, trace: Trace
) -> Iterator[str]:
    place, found = _place(word, result), _place(word, everything)
    verdict = f"in the lexicon, {result.count[place]:,} times" if place >= 0 else "not in the lexicon"
    yield f"{word}: {verdict}"
    if not ids:
        yield _row("text", _why_no_symbols(word, trace))
        return
    show = partial(_show, trace.candidates.alphabet)
    count = facts.count[ids]
    yield _row("text", f"{count:,} occurrences of {show(ids)}; n-grams are counted from {trace.min_count} on")
    if count and len(ids) > 1:
        yield _row("splits", "; ".join(_split(ids, i, facts, show) for i in range(1, len(ids))))
        for name, side in (("left", facts.left), ("right", facts.right)):
            yield _row(name, ", ".join(f"{show((x,)) if x else 'boundary'} {n:,}" for x, n in side[ids][:_SHOWN]))
    yield from _rule(ids, found, count, show, trace)
    if found >= 0 > place:
        measured = (everything.pmi[found], everything.left_entropy[found], everything.right_entropy[found])
        numbers = "PMI {:.2f}, entropies {:.2f} and {:.2f}".format(*measured)
        yield _row("rule", f"left out: {numbers}; --min-pmi or --min-entropy asks for more")
    if place >= 0:
        yield _row("list", _listed(word, place, result))
    yield _row("jieba", "in its dictionary" if word in jieba_words() else "not in its dictionary")


def _place(word: str, result: Discovery) -> int:
    places = np.flatnonzero(result.word == word)
    return int(places[0]) if places.size else -1


def _row(name: str, text: str) -> str:
    return f"  {name:8s}{text}"


def _why_no_symbols(word: str, trace: Trace) -> str:
    table, charset = trace.candidates.alphabet.table, trace.options.charset
    outside = [char for char in word if not table[ord(char)]]
    if outside:
        return f"{''.join(outside)!r} is no word character with --charset {charset}: it ends a run"
    if len(word) > _LONGEST:
        return f"longer than {_LONGEST} symbols"
    return "some of its characters do not occur in the corpus"


def _show(alphabet: Alphabet, ids: tuple[int, ...]) -> str:
    names = {s: "<digits>" if s == DIGITS else "<letters>" for s in alphabet.collapsed if s}
    return "".join(names.get(code, chr(code)) for code in (int(alphabet.codes[i - 1]) for i in ids))


def _split(ids: tuple[int, ...], at: int, facts: Facts, show: partial[str]) -> str:
    left, right = ids[:at], ids[at:]
    pmi = math.log(facts.total * facts.count[ids] / (facts.count[left] * facts.count[right]))
    return f"{show(left)}|{show(right)} PMI {pmi:.2f} ({facts.count[left]:,}, {facts.count[right]:,})"


def _rule(ids: tuple[int, ...], place: int, count: int, show: partial[str], trace: Trace) -> Iterator[str]:
    longest = trace.options.max_length
    if len(ids) > longest and trace.options.method == "auto":
        yield _row("rule", f"left out: {len(ids)} symbols, longer than --max-length {longest}")
    elif len(ids) == 1 and place >= 0:
        yield _row("rule", "kept: a single symbol, as often as no longer word takes it")
    elif count < trace.min_count:
        yield _row("rule", f"no candidate: fewer than {trace.min_count} occurrences (--min-count)")
    elif trace.auto is not None:
        yield from _auto_rule(ids, place, show, trace, trace.auto)
    elif trace.found is not None:
        yield _row("rule", _piece_rule(ids, place, show, trace, trace.found))


def _auto_rule(ids: tuple[int, ...], place: int, show: partial[str], trace: Trace, auto: Auto) -> Iterator[str]:
    c = trace.candidates
    node = c.find(ids)
    s, length = auto.scores, len(ids)
    formula = f"z_right {s.z_right[node]:.2f} + z_left {s.z_left[node]:.2f}"
    if length > 1:
        formula += f" + {PMI_WEIGHT:g} (z_pmi {s.z_pmi[node]:.2f} + {PMI_SHIFT:g})"
    yield _row("score", f"s = {formula} = {s.score[node]:.2f}")
    if length == 1:
        yield _row("rule", f"never a word by itself in this form; counted together as {show(ids)}")
        return
    values = c.length * s.score
    parts = _best_parts(ids, c, values)
    yield _row(
        "path",
        f"{length} s = {values[node]:.2f}; its best parts {_joined(parts, show)} score {auto.split_score[node]:.2f}",
    )
    for number, cut in enumerate(auto.rounds, 1):
        yield _row(f"round {number}", _judged(cut, node))
        if not cut.given[node]:
            return
    if place < 0:
        yield _row("rule", "not a word: the last segmentation never cuts it out in this form")


def _judged(cut: Round, node: int) -> str:
    tokens, gain, needed = cut.counts[node], cut.gain[node], cut.needed[node]
    if not tokens and gain == -np.inf:
        return "never cut out: in every place its parts, or longer words, score more; not a word"
    likelier = f"{gain:.2f} nats likelier than its parts, {needed:.2f} needed"
    if not tokens:
        return f"never cut out; {likelier} and {ENTRY:g} more: {'comes in' if cut.given[node] else 'not a word'}"
    if not cut.given[node]:
        return f"cut out {tokens:,} times, {likelier}: taken out as redundant"
    reason = "" if gain >= needed else f", because {BOUND:.0%} of a part's tokens are in it"
    return f"cut out {tokens:,} times, {likelier}: stays{reason}"


def _best_parts(ids: tuple[int, ...], c: Candidates, values: NDArray[np.float64]) -> list[tuple[int, ...]]:
    best: list[tuple[float, list[tuple[int, ...]]]] = [(0.0, [])]
    for begin in range(len(ids) - 1, -1, -1):
        options = []
        for end in range(begin + 1, len(ids) + 1):
            if (begin, end) != (0, len(ids)):
                value, rest = best[len(ids) - end]
                options.append((float(values[c.find(ids[begin:end])]) + value, [ids[begin:end], *rest]))
        best.append(max(options, key=lambda option: option[0]))
    return best[-1][1]


def _joined(parts: Sequence[tuple[int, ...]], show: partial[str]) -> str:
    return "|".join(map(show, parts))


def _piece_rule(ids: tuple[int, ...], place: int, show: partial[str], trace: Trace, found: Found) -> str:
    c, order = trace.candidates, trace.candidates.levels.size - 1
    if place >= 0:
        return "kept: a piece that is frequent enough" + (
            ", and more than its parts explain" if trace.options.method == "entropy" else ""
        )
    for at in range(1, len(ids)):
        spans = {ids[b:e] for b in range(at) for e in range(at + 1, len(ids) + 1) if e - b <= order}
        if not any((node := c.find(span)) >= 0 and found.kept[node] for span in spans):
            joining = "PMI too low" if trace.options.method == "entropy" else "no n-gram of high PMI spans it"
            return f"no piece: cut at {show(ids[:at])}|{show(ids[at:])} ({joining})"
    whole = found.whole[ids]
    if whole < trace.min_count:
        return f"a whole piece only {whole:,} times, elsewhere joined with its neighbours"
    if trace.options.method == "pmi":
        return f"a piece {whole:,} times, but not all its parts of {order} symbols are kept n-grams"
    return f"a piece {whole:,} times, but its parts explain it (or it is longer than --max-length)"


def _listed(word: str, place: int, result: Discovery) -> str:
    for cause, mask in result.left_out().items():
        if mask[place]:
            return f"left out of the list for people: {cause}"
    listed = result.select()
    return f"number {int(np.flatnonzero(listed.word == word)[0]) + 1:,} of {len(listed):,} in the list for people"
