"""The compiled side of a segmenter: arrays for the kernels, and text as bytes."""

from __future__ import annotations

import functools
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nlpkit.kernels import unigram
from nlpkit.segmentation.forced import safe_limit, start_of_run

if TYPE_CHECKING:
    from nlpkit.lexicon import Lexicon
    from nlpkit.segmentation.segmenter import Segmenter

_BLOCK = 1 << 14  # characters that are worked on at a time: their arrays stay in the processor's cache
_PAD = bytes(16)
_FEW = 3 * 64  # tokens, for which numpy is slower than Python
_NONE = np.empty(0, np.int64)
_MODES = {"default": unigram.DEFAULT, "search": unigram.SEARCH, "full": unigram.FULL}


class _State:
    """What kernels need of a lexicon, as it is after so many `changes`."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.changes = lexicon.changes
        scores = lexicon.scores
        self.lexicon = (
            np.frombuffer(lexicon.table, np.uint16),
            np.frombuffer(lexicon.cells, np.int64),
            np.array([scores[value] for value in range(len(lexicon.logs))]),
            lexicon.unknown,
            np.frombuffer(bytes(lexicon.split), np.uint8),
            np.frombuffer(lexicon.chars, np.uint32),
        )
        #: What unigram.tokenize calls the character 0.
        self.first_character = self.lexicon[1].size

    def spell(self, nodes: NDArray[np.int64]) -> list[str]:
        """What unigram.tokenize calls so, as text. The base that a child's cell gives away is that of one parent."""
        _, cells, _, _, _, chars = self.lexicon
        bases = cells >> 36
        parents = np.zeros(int(bases.max(initial=0)) + 1, np.int64)
        parents[bases] = np.arange(cells.size)
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
    def words(self) -> tuple[NDArray[np.object_], NDArray[np.bool_]]:
        """Those that have come, by what unigram.tokenize calls them; and which have not."""
        count = self.first_character + sys.maxunicode + 1
        return np.empty(count, object), np.ones(count, bool)


class Engine:
    """What a segmenter calls kernels with. It may be used by several threads."""

    def __init__(self, segmenter: Segmenter) -> None:
        self._segmenter = segmenter
        self._mode = _MODES[segmenter.mode]
        model = segmenter.model
        self._model = tuple(np.frombuffer(part, np.float64) for part in model) if model else (np.empty(0),) * 3
        self._rooms: list[tuple[Any, ...]] = []
        self._outputs: list[NDArray[np.uint8]] = []
        self._lock = threading.Lock()
        self._state = _State(segmenter.lexicon)

    def _current(self) -> _State:
        """The lexicon's arrays as they are now."""
        lexicon = self._segmenter.lexicon
        if self._state.changes != lexicon.changes:
            with self._lock:
                if self._state.changes != lexicon.changes:
                    self._state = _State(lexicon)
        return self._state

    def spans(self, text: str) -> list[int]:
        """As Segmenter._spans. Raises UnicodeEncodeError for lone surrogates."""
        spans: list[int] = self._all_spans(self._current(), text).tolist()
        return spans

    def _all_spans(self, state: _State, text: str) -> NDArray[np.int64]:
        data = np.frombuffer(text.encode() + _PAD, np.uint8)
        size = data.size - len(_PAD)
        units, clusters = self._units(data, size, text)
        return self._tokenize(state, data, size, units, clusters)

    def cut(self, text: str) -> list[str]:
        """The tokens of a text, not in mode 'full'. Raises UnicodeEncodeError for lone surrogates."""
        state = self._current()
        spans = self._all_spans(state, text)
        if spans.size < _FEW:
            places = spans.tolist()
            return [text[a:b] for a, b in zip(places[::3], places[1::3], strict=True)]
        return self._words_of(state, text, spans.reshape(-1, 3), _NONE)

    def cut_batch(self, texts: Sequence[str]) -> list[list[str]]:
        """The tokens of many texts, not in mode 'full', and without units and clusters."""
        state = self._current()
        joined = "\0".join(texts)  # a token of its own always
        try:
            spans = self._all_spans(state, joined).reshape(-1, 3)
        except UnicodeEncodeError:
            return [self._segmenter.cut(text) for text in texts]
        if self._mode == unigram.DEFAULT and joined.count("\0") == len(texts) - 1:
            places = np.flatnonzero(spans[:, 2] == state.first_character)  # of the NULs between texts
        else:
            ends = np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)) + 1) - 1
            places = np.searchsorted(spans[:, 0], ends[:-1])
        tokens = self._words_of(state, joined, spans, places)
        result, begin = [], 0
        for place in [*places.tolist(), len(tokens)]:
            result.append(tokens[begin:place])
            begin = place + 1
        return result

    def _words_of(self, state: _State, text: str, spans: NDArray[np.int64], places: NDArray[np.int64]) -> list[str]:
        """The tokens; those at `places` are not wanted. A dictionary's word is the same object wherever it comes."""
        words, is_new = state.words
        shares = self._mode == unigram.DEFAULT and not self._segmenter.lexicon.fold
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
        """The words of UTF-8, parted by `separator`, a line a line: (they, bytes that were cut, whether within a line).

        in_line: a word stands before them in the same line. final: nothing comes behind that could change the last
        words; otherwise a rest may be left. Mode 'default' only. Raises UnicodeDecodeError.
        """
        state = self._current()
        array = np.frombuffer(data + _PAD, np.uint8)
        size = len(data)
        units, clusters, limit = _NONE, _NONE, size
        if self._segmenter.forced or self._segmenter.has_clusters:
            text = data.decode(errors="replace")
            units, clusters = self._units(array, size, text)
            if not final:
                longest = self._segmenter.forced.longest if self._segmenter.forced else 64
                limit = len(text[: safe_limit(text, max(longest, 64))].encode())
        if not final:
            limit = min(limit, size - 1)
        part = np.frombuffer(separator, np.uint8)
        out = self._output(size * (1 + part.size) + 64)
        progress = np.zeros(7, np.int64)
        progress[4] = in_line
        room = self._room(_BLOCK)
        while True:
            unigram.segment.compiled(
                array, size, limit, units, clusters, state.lexicon, self._model, part, keep_space, room, out, progress
            )
            if progress[0] == unigram.LARGER_BLOCK:
                room = self._room(min(4 * room[0].size, unigram.LONGEST_RUN))
                continue
            used = int(progress[1])
            place = start_of_run(data, used) if self._segmenter.forced and not final else used
            if place == used or used > limit or progress[0] == unigram.FAULT:
                break
            limit = place  # what is left must not begin within a run of letters
            progress[:] = 0
            progress[4] = in_line
        self._give_back(room)
        if progress[0] == unigram.FAULT:
            data.decode()  # says where
        words = out[: progress[2]].tobytes()
        self._outputs.append(out)
        return words, int(progress[1]), bool(progress[4])

    @property
    def tallies(self) -> bool:
        """Whether `tally` can do it."""
        segmenter = self._segmenter
        return self._mode == unigram.DEFAULT and not (
            segmenter.forced or segmenter.has_clusters or segmenter.lexicon.fold
        )

    def new_counts(self) -> NDArray[np.int64]:
        """Zeros for `tally`."""
        return np.zeros(self._state.first_character + 0x10000, np.int64)

    def spell(self, nodes: NDArray[np.int64]) -> list[str]:
        """The tokens whose counts lie at these places."""
        return self._current().spell(nodes)

    def tally(
        self, data: bytes, final: bool, counts: NDArray[np.int64]
    ) -> tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.int64], int]:
        """Counts the tokens of UTF-8, but for white space: those that are words of the dictionary, or single
        characters of the first plane, in `counts`.

        -> the data as an array, where each of the others begins and ends in it, and how many bytes were cut; final: as
        in `segment`. Raises UnicodeDecodeError.
        """
        array = np.frombuffer(data + _PAD, np.uint8)
        size = len(data)
        limit = size if final else size - 1
        others = np.empty(size + 2, np.int64)
        progress = np.zeros(7, np.int64)
        room = self._room(_BLOCK)
        while True:
            unigram.tally.compiled(
                array, size, limit, _NONE, _NONE, self._current().lexicon, self._model, room, counts, others, progress
            )
            if progress[0] != unigram.LARGER_BLOCK:
                break
            room = self._room(min(4 * room[0].size, unigram.LONGEST_RUN))
        self._give_back(room)
        if progress[0] == unigram.FAULT:
            data.decode()  # says where
        spans = others[: 2 * progress[2]]
        return array, spans[::2], spans[1::2], int(progress[1])

    def _tokenize(
        self, state: _State, data: NDArray[np.uint8], size: int, units: NDArray[np.int64], clusters: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        factor = {unigram.DEFAULT: 3, unigram.SEARCH: 9, unigram.FULL: 12}[self._mode]
        spans = np.empty(factor * size + 12, np.int64)
        progress = np.zeros(7, np.int64)
        room = self._room(_BLOCK)
        while True:
            unigram.tokenize.compiled(
                data, size, size, self._mode, units, clusters, state.lexicon, self._model, room, spans, progress
            )
            if progress[0] == unigram.LARGER_BLOCK:
                room = self._room(min(4 * room[0].size, unigram.LONGEST_RUN))
            elif progress[0] == unigram.LARGER_OUTPUT:
                spans = np.concatenate((spans, np.empty_like(spans)))
            else:
                break
        self._give_back(room)
        return spans[: 3 * progress[2]]

    def _units(self, data: NDArray[np.uint8], size: int, text: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        segmenter = self._segmenter
        units = np.array(segmenter.forced.find_compiled(data, size), np.int64) if segmenter.forced else _NONE
        clusters = np.array(segmenter.clusters(text), np.int64) if segmenter.has_clusters else _NONE
        return units, clusters

    def _room(self, n: int) -> tuple[Any, ...]:
        """Arrays for blocks of n characters; those of the usual size are used again."""
        if n <= _BLOCK:
            with suppress(IndexError):  # there is none, or another thread was faster
                return self._rooms.pop()
        glued = np.zeros(n + 2 if self._segmenter.has_clusters else 0, np.uint8)
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

    def _give_back(self, room: tuple[Any, ...]) -> None:
        if room[0].size == _BLOCK + 2:
            self._rooms.append(room)
