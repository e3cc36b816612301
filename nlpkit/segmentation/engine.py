"""Cuts texts with the compiled kernels: prepares their arrays, and passes text on as UTF-8."""

from __future__ import annotations

import functools
import re
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlpkit.kernels import unigram, unigram_tokens
from nlpkit.lexicon import Lexicon
from nlpkit.segmentation.boundaries import safe_limit, start_of_run
from nlpkit.segmentation.resources import Resources

_BLOCK = 1 << 14  # characters that are worked on at a time: their arrays stay in the processor's cache
_PAD = bytes(16)
_FEW = 3 * 64  # numbers, three a token, for which numpy is slower than Python
_SURROGATES = re.compile("[\ud800-\udfff]")
_NONE = np.empty(0, np.int64)
_NO_SEQUENCE = np.empty(0, np.int32)
_MODES = {"default": unigram_tokens.DEFAULT, "search": unigram_tokens.SEARCH, "full": unigram_tokens.FULL}


class _LexiconArrays:
    """The arrays of a lexicon that kernels need, as they were after `changes` changes of it.

    lexicon: the argument of this name of unigram.segment; cells, chars: arrays in it. A token has a number, its node: a
    word of the dictionary has its place in the trie's cells, another single character `first_character` plus its code
    point, any other token 0.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self.changes = lexicon.changes
        scores = lexicon.scores
        self.cells = np.frombuffer(lexicon.cells, np.int64)
        self.chars = np.frombuffer(lexicon.chars, np.uint32)
        self.lexicon = (
            np.frombuffer(lexicon.table, np.uint16),
            self.cells,
            np.array([scores[value] for value in range(len(lexicon.logs))]),
            lexicon.unknown,
            np.frombuffer(bytes(lexicon.split), np.uint8),
            self.chars,
            lexicon.whole_runs,
        )
        self.first_character = self.cells.size

    def spell(self, nodes: NDArray[np.int64]) -> list[str]:
        """Returns the tokens of these nodes."""
        cells, chars, parents = self.cells, self.chars, self._parents
        codes = np.zeros((nodes.size, 1), np.uint32)
        outside = nodes >= cells.size
        codes[outside, 0] = nodes[outside] - cells.size
        columns = []
        places = np.flatnonzero(~outside)
        at = nodes[places]
        while places.size:
            deep = at >= chars.size
            ids = np.where(deep, (cells[at] >> 20) & 0xFFFF, at)
            column = np.zeros(nodes.size, np.uint32)
            column[places] = chars[ids]
            columns.append(column)
            places, at = places[deep], parents[(at - ids)[deep]]
        codes = np.column_stack([*columns[::-1], codes[:, 0]])
        return [text.replace("\0", "") or "\0" for text in codes.view(f"<U{codes.shape[1]}").ravel().tolist()]

    @functools.cached_property
    def _parents(self) -> NDArray[np.int64]:
        """int64 by base: the cell that has it; of two cells no base is the same."""
        bases = self.cells >> 36
        parents = np.zeros(int(bases.max(initial=0)) + 1, np.int64)
        parents[bases] = np.arange(self.cells.size)
        return parents

    @functools.cached_property
    def words(self) -> tuple[NDArray[np.object_], NDArray[np.bool_]]:
        """The tokens that were met so far, by node; and which were not met."""
        count = self.first_character + sys.maxunicode + 1
        return np.empty(count, object), np.ones(count, bool)


class Engine:
    """Cuts texts with the compiled kernels. Several threads may use it."""

    def __init__(self, resources: Resources) -> None:
        self._resources = resources
        self._mode = _MODES[resources.mode]
        hmm = resources.hmm
        self._model = tuple(np.frombuffer(part, np.float64) for part in hmm) if hmm else (np.empty(0),) * 3
        self._rooms: list[tuple[Any, ...]] = []
        self._outputs: list[NDArray[np.uint8]] = []
        self._lock = threading.Lock()
        self._arrays = _LexiconArrays(resources.lexicon)

    def _current_arrays(self) -> _LexiconArrays:
        """The lexicon's arrays as they are now."""
        lexicon = self._resources.lexicon
        if self._arrays.changes != lexicon.changes:
            with self._lock:
                if self._arrays.changes != lexicon.changes:
                    self._arrays = _LexiconArrays(lexicon)
        return self._arrays

    def spans(self, text: str) -> list[int]:
        """Finds the tokens of a text; returns three numbers a token, see plain.find_spans."""
        arrays = self._current_arrays()
        try:
            spans = self._find_spans(arrays, text)
        except UnicodeEncodeError:  # lone surrogates are no part of any word, but of tokens
            spans = self._find_spans(arrays, _SURROGATES.sub("\ufffd", text))
        places: list[int] = spans.tolist()
        return places

    def numbered(self, data: bytes) -> tuple[str, NDArray[np.int64]]:
        """Returns UTF-8 as text, and three numbers for each token of it, white space included, int64[n, 3]: its first
        character, the one after its last, and its own number, below `numbers`. Tokens of the same number are equal, or
        equal when they are folded, if the lexicon folds. Other tokens have 0. In mode 'default' only.

        Raises UnicodeDecodeError.
        """
        text = data.decode()
        return text, self._find_spans(self._current_arrays(), text).reshape(-1, 3)

    @property
    def numbers(self) -> int:
        """How many numbers tokens have; see `numbered`."""
        return self._current_arrays().first_character + sys.maxunicode + 1

    def _find_spans(self, arrays: _LexiconArrays, text: str) -> NDArray[np.int64]:
        data = np.frombuffer(text.encode() + _PAD, np.uint8)
        size = data.size - len(_PAD)
        units, clusters = self._units(data, size, text)
        return self._tokenize(arrays, data, size, units, clusters)

    def cut(self, text: str) -> list[str]:
        """Returns the tokens of a text, not in mode 'full'."""
        arrays = self._current_arrays()
        try:
            spans = self._find_spans(arrays, text)
        except UnicodeEncodeError:
            places = self.spans(text)
        else:
            if spans.size >= _FEW:
                return self._words_of(arrays, text, spans.reshape(-1, 3), _NONE)
            places = spans.tolist()
        return [text[a:b] for a, b in zip(places[::3], places[1::3], strict=True)]

    def cut_batch(self, texts: Sequence[str]) -> list[list[str]]:
        """Returns the tokens of each text, not in mode 'full', and not with forced words or clusters."""
        arrays = self._current_arrays()
        batch = "\0".join(texts)  # NUL is always a token by itself
        try:
            spans = self._find_spans(arrays, batch).reshape(-1, 3)
        except UnicodeEncodeError:
            return [self.cut(text) for text in texts]
        if self._mode == unigram_tokens.DEFAULT and batch.count("\0") == len(texts) - 1:
            places = np.flatnonzero(spans[:, 2] == arrays.first_character)  # of the NULs between texts
        else:
            ends = np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)) + 1) - 1
            places = np.searchsorted(spans[:, 0], ends[:-1])
        tokens = self._words_of(arrays, batch, spans, places)
        result, begin = [], 0
        for place in [*places.tolist(), len(tokens)]:
            result.append(tokens[begin:place])
            begin = place + 1
        return result

    def _words_of(
        self, arrays: _LexiconArrays, text: str, spans: NDArray[np.int64], places: NDArray[np.int64]
    ) -> list[str]:
        """The tokens as str; those at `places` are not wanted. Equal words of the dictionary are one object."""
        words, is_new = arrays.words
        shares = self._mode == unigram_tokens.DEFAULT and not self._resources.lexicon.fold
        nodes = spans[:, 2].copy() if shares else np.zeros(len(spans), np.int64)
        new = is_new.take(nodes)  # asked for first: another thread may be finding them
        tokens: list[str] = words.take(nodes).tolist()
        new[places] = False
        missing = np.flatnonzero(new)
        for place, (begin, end, node) in zip(missing.tolist(), spans[missing].tolist(), strict=True):
            tokens[place] = word = text[begin:end]
            if shares and node:
                words[node] = word
                is_new[node] = False
        return tokens

    def segment(
        self, data: bytes, separator: bytes, keep_space: bool, in_line: bool, final: bool
    ) -> tuple[bytes, int, bool]:
        """Cuts UTF-8 into words, with `separator` between them and the line ends kept. In mode 'default' only.

        keep_space: treats white space as words, too. in_line: the line that `data` begins in already has a word.
        final: nothing follows that could change the last words; otherwise a rest may be left, to be passed again with
        what follows. Returns (the words, how many bytes of `data` were cut, `in_line` for the next call). Raises
        UnicodeDecodeError.
        """
        arrays = self._current_arrays()
        array = np.frombuffer(data + _PAD, np.uint8)
        size = len(data)
        units, clusters, limit = _NONE, _NONE, size
        forced = self._resources.forced
        if forced or self._resources.finders:
            text = data.decode(errors="replace")
            units, clusters = self._units(array, size, text)
            if not final:
                limit = len(text[: safe_limit(text, forced.longest if forced else 0)].encode())
        if not final:
            limit = min(limit, size - 1)
        part = np.frombuffer(separator, np.uint8)
        out = self._output(size * (1 + part.size) + 64)
        while True:
            before = (array, size, limit, units, clusters, arrays.lexicon, self._model, part, keep_space)
            state = np.array(unigram.Progress(in_line=int(in_line)), np.int64)
            progress = self._work(unigram.segment.compiled, before, (out,), state)
            used = progress.read
            place = start_of_run(data, used) if forced and not final else used
            if place == used or used > limit or progress.ended == unigram.FAULT:
                break
            limit = place  # what is left must not begin within a run of letters
        if progress.ended == unigram.FAULT:
            data.decode()  # raises the error, which says where
        words = out[: progress.written].tobytes()
        self._outputs.append(out)
        return words, progress.read, bool(progress.in_line)

    @property
    def tallies(self) -> bool:
        """Whether `tally` can count the tokens: in mode 'default', without forced words, clusters and folding."""
        resources = self._resources
        return self._mode == unigram_tokens.DEFAULT and not (
            resources.forced or resources.finders or resources.lexicon.fold
        )

    @property
    def nodes(self) -> int:
        """How many nodes `tally` tells apart."""
        return self._arrays.first_character + 0x10000

    def new_counts(self) -> NDArray[np.int64]:
        """Returns zeros for `tally`: int64, one for each node."""
        return np.zeros(self.nodes, np.int64)

    def spell(self, nodes: NDArray[np.int64]) -> list[str]:
        """Returns the tokens of nodes, int64: places in the counts of `tally`."""
        return self._current_arrays().spell(nodes)

    def tally(
        self, data: bytes, final: bool, counts: NDArray[np.int64]
    ) -> tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.int64], int]:
        """Counts the tokens of UTF-8 that are not white space.

        counts: receives, by node, the words of the dictionary and the single characters up to U+FFFF. final: as in
        `segment`. Returns (the data as an array, where each of the other tokens begins and where it ends in it, in
        bytes, and how many bytes were cut). Raises UnicodeDecodeError.
        """
        array, begins, ends, progress = self._tally(data, final, counts, _NO_SEQUENCE)
        return array, begins, ends, progress.read

    def listed(
        self, data: bytes, final: bool
    ) -> tuple[NDArray[np.int32], NDArray[np.uint8], NDArray[np.int64], NDArray[np.int64], int]:
        """Returns the tokens of UTF-8 that are not white space, by node, and line ends, int32, as `unigram.tally` lists
        them; then what `tally` returns, which takes the same arguments."""
        sequence = np.empty(len(data) + 1, np.int32)
        array, begins, ends, progress = self._tally(data, final, _NONE, sequence)
        return sequence[: progress.listed], array, begins, ends, progress.read

    def _tally(
        self, data: bytes, final: bool, counts: NDArray[np.int64], sequence: NDArray[np.int32]
    ) -> tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.int64], unigram.Progress]:
        array = np.frombuffer(data + _PAD, np.uint8)
        size = len(data)
        limit = size if final else size - 1
        others = np.empty(size + 2, np.int64)
        lexicon = self._current_arrays().lexicon
        before = (array, size, limit, _NONE, _NONE, lexicon, self._model)
        progress = self._work(unigram.tally.compiled, before, (counts, others, sequence), _new_state())
        if progress.ended == unigram.FAULT:
            data.decode()  # raises the error, which says where
        spans = others[: 2 * progress.written]
        return array, spans[::2], spans[1::2], progress

    def _tokenize(
        self,
        arrays: _LexiconArrays,
        data: NDArray[np.uint8],
        size: int,
        units: NDArray[np.int64],
        clusters: NDArray[np.int64],
    ) -> NDArray[np.int64]:
        factor = {unigram_tokens.DEFAULT: 3, unigram_tokens.SEARCH: 9, unigram_tokens.FULL: 12}[self._mode]
        spans = np.empty(factor * size + 12, np.int64)
        before = (data, size, size, self._mode, units, clusters, arrays.lexicon, self._model)
        state = _new_state()
        progress = self._work(unigram.tokenize.compiled, before, (spans,), state)
        while progress.ended == unigram.LARGER_OUTPUT:
            spans = np.concatenate((spans, np.empty_like(spans)))
            progress = self._work(unigram.tokenize.compiled, before, (spans,), state)
        return spans[: 3 * progress.written]

    def _work(
        self, kernel: Callable[..., None], before: tuple[Any, ...], outputs: tuple[Any, ...], state: NDArray[np.int64]
    ) -> unigram.Progress:
        """Calls a kernel, again with larger arrays for a block while it asks for them; returns how far it has come.

        before, outputs: its arguments before and after these arrays. state: int64, a Progress in an array, zeros at
        first; the kernel changes it.
        """
        n = _BLOCK
        room = self._room(n)
        while True:
            kernel(*before, room, *outputs, state)
            progress = unigram.Progress(*state.tolist())
            if progress.ended != unigram.LARGER_BLOCK:
                break
            n = min(4 * n, unigram.LONGEST_BLOCK)
            room = self._room(n)
        if n == _BLOCK:
            self._rooms.append(room)
        return progress

    def _units(self, data: NDArray[np.uint8], size: int, text: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Start and stop of each forced word, and of each cluster, in characters."""
        resources = self._resources
        units = np.array(resources.forced.find_compiled(data, size), np.int64) if resources.forced else _NONE
        clusters = np.array(resources.clusters(text), np.int64) if resources.finders else _NONE
        return units, clusters

    def _room(self, n: int) -> tuple[Any, ...]:
        """Arrays for blocks of n characters; those of the usual size are used again."""
        if n <= _BLOCK:
            with suppress(IndexError):  # none is left, or another thread took it
                return self._rooms.pop()
        glued = np.zeros(n + 2 if self._resources.finders else 0, np.uint8)
        return (
            np.zeros(n + 2, np.uint16),
            np.zeros((3, n + 2), np.int32),
            np.zeros((2, n + 2), np.int64),
            np.zeros(n + 2),
            glued,
        )

    def _output(self, size: int) -> NDArray[np.uint8]:
        """Room for words; used again, because the system takes its time to give new memory."""
        try:
            out = self._outputs.pop()
        except IndexError:
            return np.empty(size, np.uint8)
        return out if size <= out.size <= 4 * size else np.empty(size, np.uint8)


def _new_state() -> NDArray[np.int64]:
    return np.zeros(unigram.STATE_SIZE, np.int64)
