"""Dictionaries: words with counts, compiled to a trie over the character ids of kernels/unigram_characters.py."""

from __future__ import annotations

import hashlib
import math
import os
import unicodedata
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from nlpkit.arguments import checked
from nlpkit.cache import Arrays, Document, kept
from nlpkit.choices import ENCODING
from nlpkit.compilation import watch_compilation
from nlpkit.errors import LexiconError, Notice, Option, counted
from nlpkit.kernels import unigram_characters, unigram_paths, unigram_tokens, unigram_units
from nlpkit.lexicon.discovered import has_full_width, has_whole_runs, is_discovered
from nlpkit.lexicon.files import LONGEST, MOST, Entry, jieba_file, read_entries, read_file, read_text

Path = str | os.PathLike[str]

_VERSION = 10  # of the compiled form; raise it whenever that changes
_ALNUM = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_HAN = range(0x4E00, 0x4E00 + unigram_characters.HAN_COUNT)
_BASIC = frozenset({*_ALNUM, *unigram_characters.SIGNS, *map(chr, _HAN)})  # the characters of jieba's blocks
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_WIDE_ALNUM = {code: same for code, same in _FULL_WIDTH.items() if chr(same) in _ALNUM}
_MOST_CHARACTERS = 0xFFFF - unigram_characters.FURTHER
_MOST_VALUES = 1 << 20
_LARGE = 1 << 20  # bytes of dictionaries that take seconds to compile
_NEVER = -math.inf
_SPACES = [c for c in range(0x3001) if chr(c).isspace()]  # Unicode has no others


class LogProbabilities:
    """ln p of words, by their values. Each is computed when it is asked for, because the total may change.

    logs: ln of the count, by value. total: the sum of all counts.
    """

    def __init__(self, logs: Sequence[float], total: int) -> None:
        self._logs = logs
        self._log_total = math.log(total)

    def __getitem__(self, value: int) -> float:
        return self._logs[value] - self._log_total


class Lexicon:
    """A dictionary as jieba has it: words, their counts, and the sum of these.

    dictionaries: files (see nlpkit.lexicon.files for their form), by default jieba's own. user_dictionaries: files of
    words to add, in order; a word without a count gets the least count with which it is not cut. fold: ignore the width
    and the case of characters. encoding: of the files, as in `Corpus`. notify: called with lines for the user. Raises
    InputError for a file that cannot be read, EncodingError, LexiconError for one that is not a dictionary. The
    compiled form is cached by the content of the files.

    If `discover` wrote all the dictionaries, words are looked up as it counted them: full-width letters and digits as
    ASCII (`fold_width`), and with no word that begins or ends within a run of digits or of letters (`whole_runs`).

    jieba never finds words with characters that its blocks do not have. Here the letters of words in files with tabs,
    and in those that `discover` wrote, become characters of blocks; words of such files that have still other
    characters are in `whole_words`.

    Attributes for kernels: `table`, `cells` and `chars` (memoryviews, see kernels/unigram.py). By value, which numbers
    the pairs (count, split) of words: `counts`, `logs` (ln of the count) and `split` (1 for a word that is cut into
    characters where the hidden Markov model finds it). `total`: the sum of all counts. `changes`: how often `add` was
    called. `fold`, `fold_width`, `whole_runs`: how words are looked up.

    >>> Lexicon(user_dictionaries=["userdict.txt"]).count("云计算")
    """

    table: memoryview
    cells: memoryview
    chars: memoryview
    fold_width: bool
    whole_runs: bool
    total: int
    counts: list[int]
    logs: list[float]
    split: bytearray
    whole_words: list[str]
    _others: dict[str, int]  # words with characters that no block has

    @checked
    def __init__(
        self,
        dictionaries: Iterable[Path] = (),
        user_dictionaries: Iterable[Path] = (),
        *,
        fold: bool = False,
        encoding: str = ENCODING,
        notify: Callable[[str], object] | None = None,
    ) -> None:
        self.fold = fold
        given = [os.fspath(path) for path in dictionaries]
        named = given or [str(jieba_file("dict.txt"))]
        users = [os.fspath(path) for path in user_dictionaries]
        contents = [(name, read_text(name, encoding, notify) if given else read_file(name)) for name in named]
        contents += [(name, read_text(name, encoding, notify)) for name in users]
        digest = hashlib.blake2b(f"{_VERSION} {fold:d} {len(given)} {len(named)}\n".encode(), digest_size=16)
        for _, data in contents:
            digest.update(len(data).to_bytes(8, "little"))
            digest.update(data)

        def make() -> tuple[Document, Arrays]:
            told: list[str] = []
            in_place = [data for _, data in contents[: len(named)]]
            discovered = bool(given) and all(map(is_discovered, in_place))
            self.fold_width = discovered and not any(map(has_full_width, in_place))
            if self.fold_width and not fold:
                told.append(
                    f"{', '.join(named)}: by `discover`, so full-width letters and digits are looked up as ASCII"
                )
            first, further = (
                [entry for name, data in some for entry in read_entries(name, data, option, told.append)]
                for some, option in (
                    (contents[: len(named)], "dictionary"),
                    (contents[len(named) :], "user_dictionary"),
                )
            )
            self.whole_runs = discovered and all(map(has_whole_runs, in_place))
            if discovered:  # its words have letters that jieba does not look up
                first = [entry._replace(tabbed=True) for entry in first]
            own = [*(first if given else ()), *further]
            hidden = [entry.word for entry in own if not entry.tabbed and not _is_looked_up(self._key(entry.word))]
            if notify is not None and sum(len(data) for _, data in contents) >= _LARGE:
                notify("preparing the dictionary, which is kept for the next time...")
            known = next((n for n, entry in enumerate(further) if not entry.given), len(further))
            with watch_compilation(notify):
                self._compile(first, further[:known], further[known:], ", ".join(named))
                for entry in further[known:]:
                    self._add_entry(entry)
            document, arrays = self._to_keep()
            document["told"] = [_without_names(line, [name for name, _ in contents]) for line in told]
            document["fold_width"], document["whole_runs"] = self.fold_width, self.whole_runs
            document["never"] = len(hidden)
            document["for_example"] = hidden[:3]
            return document, arrays

        self.changes = 0
        self._bits: Any = None  # of the trie, once it grows
        self._places: dict[tuple[int, int], int] = {}  # (count, split) -> value
        document, arrays = kept(f"lexicon-{digest.hexdigest()}", make, notify)
        self.fold_width, self.whole_runs = document["fold_width"], document["whole_runs"]
        for line in document["told"]:
            if notify is not None:
                notify(_with_names(line, [name for name, _ in contents]))
        if document["never"] and notify is not None:
            notify(
                Notice(
                    f"{', '.join((*given, *users))}: {counted(document['never'], 'word')} never found, because jieba "
                    f"does not look up all characters ({', '.join(document['for_example'])}); in a file with tabs, or ",
                    "with ",
                    Option("force"),
                    ", they are",
                )
            )
        self.total = document["total"]
        self.whole_words = document["whole_words"]
        self._others = document["others"]
        self.counts = arrays["counts"].tolist()
        self.logs = arrays["logs"].tolist()
        self.split = bytearray(arrays["split"])
        self.table, self.cells, self.chars = arrays["table"], arrays["cells"], arrays["chars"]
        self._places = {pair: value for value, pair in enumerate(zip(self.counts, self.split, strict=True)) if value}

    @property
    def unknown(self) -> float:
        """ln p of a character that no word begins with."""
        return 0.0 - math.log(self.total)

    @property
    def scores(self) -> LogProbabilities:
        """ln p of words, by value."""
        return LogProbabilities(self.logs, self.total)

    def __contains__(self, word: str) -> bool:
        return bool(self.count(word))

    def count(self, word: str) -> int | None:
        """Returns the count of a word, 0 for a prefix of words that is no word itself, None for any other string."""
        word = self._key(word)
        ids = self.ids(word)
        if not word or min(ids) < unigram_characters.ALNUM:
            return self._others.get(word)
        value = unigram_paths.value_of(0, len(ids), ids, self.cells)
        return None if value < 0 else self.counts[value]

    def ids(self, text: str) -> list[int]:
        """Returns the id of each character, 0 for one that has none."""
        table = self.table
        size = len(table)
        return [table[c] if c < size else 0 for c in map(ord, text)]

    def add(self, word: str, count: int | None = None) -> int:
        """Adds a word, or gives it another count, as jieba's add_word does, and returns its count.

        count: by default what `suggest` returns. With 0 the string is no word, and where the hidden Markov model finds
        it, it is cut into characters. The total of all counts grows with each addition. Raises LexiconError for a word
        that is empty or longer than 100 characters, and for a count that is not between 0 and 10**15.
        """
        if not 0 < len(word) <= LONGEST:
            raise LexiconError(f"a word has 1 to {LONGEST} characters, not {len(word):,}")
        if count is None:
            count = self.suggest(word)
        if not 0 <= count <= MOST:
            raise LexiconError(f"{word}: a count is a whole number from 0 to {MOST:,}, not {count:,}")
        word = self._key(word)
        ids = self.ids(word)
        known = next((n for n, c in enumerate(ids) if c < unigram_characters.ALNUM), len(ids))
        if known == len(ids):
            self._insert(ids, self._value(count, count == 0 or self._is_split(ids)))
        else:
            for end in range(known + 1, len(word)):
                self._others.setdefault(word[:end], 0)
            self._others[word] = count
            if known and self.count(word[:known]) is None:
                self._insert(ids[:known], self._value(0, False))
        self.total += count
        self.changes += 1
        return count

    def suggest(self, segment: str | Iterable[str]) -> int:
        """Returns the least count with which a word is not cut, as jieba's suggest_freq does.

        segment: the word. Or several parts of one: then the largest count with which these are not joined.
        """
        parts = self.cut(segment) if isinstance(segment, str) else list(segment)
        word = "".join(parts)
        total = float(self.total)
        share = 1.0
        for part in parts:
            count = self.count(part)
            share *= (1 if count is None else count) / total
        count = self.count(word)
        if isinstance(segment, str):
            return max(int(share * self.total) + 1, 1 if count is None else count)
        return min(int(share * self.total), count or 0)

    def cut(self, text: str) -> list[str]:
        """Returns the words of a short text, as jieba's cut without HMM does."""
        ids = [*self.ids(text), 0, 0]
        lengths = plain_path(self, ids)
        begins = [0] * (len(text) + 1)
        count = unigram_tokens.find_tokens(len(text), ids, lengths, True, b"", begins)
        return [text[begins[t] : begins[t + 1]] for t in range(count)]

    def _key(self, word: str) -> str:
        """Returns a word as it is looked up."""
        if self.fold:
            return fold(word)
        return word.translate(_WIDE_ALNUM) if self.fold_width else word

    def _is_split(self, ids: Sequence[int]) -> bool:
        value = unigram_paths.value_of(0, len(ids), ids, self.cells)
        return value > 0 and self.split[value] == 1

    def _value(self, count: int, split: bool) -> int:
        value = self._places.get((count, split))
        if value is None:
            value = len(self.counts)
            if value == _MOST_VALUES:
                raise LexiconError(f"more than {_MOST_VALUES - 1:,} different counts; round them")
            self._places[count, split] = value
            self.counts.append(count)
            self.logs.append(math.log(count) if count else _NEVER)
            self.split.append(split)
        return value

    def _insert(self, ids: Sequence[int], value: int) -> None:
        import numpy as np

        from nlpkit.kernels import trie

        cells = np.frombuffer(self.cells, np.int64)
        if self._bits is None:
            self._bits = trie.find_free(cells, len(self.chars))
        free, taken = self._bits
        grown, *self._bits = trie.insert(cells, free, taken, np.array(ids, np.uint16), value, len(self.chars))
        if grown is not cells:  # or views of views of views would be too many to free
            self.cells = memoryview(grown)  # type: ignore[arg-type]

    def _add_entry(self, entry: Entry) -> None:
        if entry.tabbed and self._is_whole(entry.word):
            self.whole_words.append(entry.word)
        self.add(entry.word, entry.given)

    def _is_whole(self, word: str) -> bool:
        return min(self.ids(self._key(word))) < unigram_characters.ALNUM

    def _compile(self, entries: list[Entry], on_top: list[Entry], further: list[Entry], names: str) -> None:
        """Compiles entries.

        entries: of the dictionaries; the list is emptied. on_top: of user dictionaries, all with counts. further: of
        user dictionaries, to be added later; only their letters are needed here. names: the files, for messages.
        """
        import numpy as np

        from nlpkit.kernels import trie

        counts: dict[str, int] = {}
        self.total = 0
        for word, count, _ in entries:
            count = 1 if count is None else count
            key = self._key(word)
            counts[key] = counts.get(key, 0) + count if self.fold else count
            self.total += count
        if not self.total:
            raise LexiconError(f"{names}: every count is 0, so there are no words")
        for word, given, _ in on_top:
            counts[self._key(word)] = given or 0
            self.total += given or 0
        tabbed = list(dict.fromkeys(e.word for e in (*entries, *on_top) if e.tabbed))
        entries.clear()  # they take as much memory as all that follows
        self._choose_ids(counts, tabbed + [e.word for e in further if e.tabbed], names)
        self.whole_words = [word for word in tabbed if self._is_whole(word)]
        to_id = {code: chr(self.table[code]) for code in {ord(c) for word in counts for c in word} if self._id(code)}
        self._others = {}
        words: dict[str, int] = {}
        while counts:
            word, count = counts.popitem()
            if all(map(to_id.__contains__, map(ord, word))):
                words[word.translate(to_id)] = count
            else:
                known = next(n for n, c in enumerate(word) if ord(c) not in to_id)
                for end in range(known + 1, len(word)):
                    self._others.setdefault(word[:end], 0)
                self._others[word] = count
                if known:
                    words.setdefault(word[:known].translate(to_id), 0)
        self.counts = [0, 0, *sorted(set(words.values()) - {0})]
        if len(self.counts) > _MOST_VALUES:
            raise LexiconError(f"{names}: more than {_MOST_VALUES - 1:,} different counts; round them")
        self.logs = [_NEVER, _NEVER, *map(math.log, self.counts[2:])]
        self.split = bytearray(len(self.counts))
        self._places = {(count, 0): value for value, count in enumerate(self.counts) if value}
        ordered = sorted(words)
        ids = np.frombuffer("".join(ordered).encode("utf-16-le", "surrogatepass"), np.uint16)
        ends = np.cumsum(np.fromiter(map(len, ordered), np.int64, len(ordered)))
        values = 1 + np.searchsorted(np.array(self.counts[1:]), [words[word] for word in ordered])
        self.cells = memoryview(trie.build(ids, ends, values, len(self.chars)))  # type: ignore[arg-type]

    def _id(self, code: int) -> bool:
        return code < len(self.table) and self.table[code] >= unigram_characters.ALNUM

    def _choose_ids(self, counts: dict[str, int], tabbed: list[str], names: str) -> None:
        """Sets `table` and `chars`. Frequent characters get low ids, so that their cells are near each other."""
        frequency: Counter[str] = Counter()
        for word, count in counts.items():
            for c in word:
                frequency[c] += count
        letters = {c for word in tabbed for c in self._key(word)} - _BASIC
        further = sorted((c for c in letters if unicodedata.category(c)[0] in "LMN"), key=lambda c: (-frequency[c], c))
        if len(further) > _MOST_CHARACTERS:
            raise LexiconError(
                f"{names}: {len(further):,} different letters that are not Chinese; up to {_MOST_CHARACTERS:,} do"
            )
        han = sorted(map(chr, _HAN), key=lambda c: (-frequency[c], c))
        chars = [*_ALNUM, *unigram_characters.SIGNS, *han, *further]
        codes = [0] * unigram_characters.ALNUM + list(map(ord, chars))
        table = array("H", bytes(2 * max(0x10000, max(codes) + 1)))
        for code in _SPACES:
            table[code] = unigram_characters.SPACE
        table[10], table[13] = unigram_characters.LF, unigram_characters.CR
        for place, code in enumerate(codes):
            if place >= unigram_characters.ALNUM:
                table[code] = place
        if self.fold:
            for code in range(len(table)):
                if table[code] != unigram_characters.SPACE and (same := ord(fold(chr(code)))) != code:
                    table[code] = table[same]
        elif self.fold_width:
            for code, same in _WIDE_ALNUM.items():
                table[code] = table[same]
        self.table, self.chars = memoryview(table), memoryview(array("I", codes))

    def _to_keep(self) -> tuple[Document, Arrays]:
        document = {"total": self.total, "others": self._others, "whole_words": self.whole_words}
        arrays = {
            "table": self.table,
            "cells": self.cells,
            "chars": self.chars,
            "counts": memoryview(array("q", self.counts)),
            "logs": memoryview(array("d", self.logs)),
            "split": memoryview(self.split),
        }
        return document, arrays


def plain_path(lexicon: Lexicon, ids: list[int], units: Sequence[int] = ()) -> list[int]:
    """Lengths of the best words from each character on (unigram_paths.find_path), found in plain Python.

    ids: the characters' ids, followed by two zeros. units: as in unigram.segment.
    """
    n = len(ids) - 2
    one, two, best, lengths = [0] * n, [0] * n, [0.0] * (n + 1), [1] * (n + 1)
    if units:
        unigram_units.set_units(n, 0, units, 0, ids)
    unigram_paths.look_up(n, lexicon.cells, ids, one, two)
    unigram_paths.find_path(n, lexicon.cells, lexicon.scores, lexicon.unknown, ids, one, two, best, lengths)
    if units:
        unigram_units.set_lengths(n, 0, units, 0, lengths)
    return lengths


def _without_names(line: str, names: Sequence[str]) -> str:
    """Returns a line with the numbers of files in place of their names: files of the same content share the cache."""
    for number, name in sorted(enumerate(names), key=lambda item: -len(item[1])):
        line = line.replace(name, f"\0{number}\0")
    return line


def _with_names(line: str, names: Sequence[str]) -> str:
    """Returns a line with the names of files in place of their numbers."""
    parts = line.split("\0")
    parts[1::2] = [names[int(number)] for number in parts[1::2]]
    return "".join(parts)


def _is_looked_up(key: str) -> bool:
    return all(c in _BASIC for c in key)


def fold(text: str) -> str:
    """Returns a text in lower case, with full-width ASCII as ASCII; its length does not change."""
    text = text.translate(_FULL_WIDTH)
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
