"""What stands in a part of the corpus, in order: what a worker does for measures that depend on places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nlpkit.frequencies.counting import Item, Records, Stretch, TokenReader
from nlpkit.frequencies.feeding import PIECE
from nlpkit.frequencies.filters import Filters
from nlpkit.frequencies.options import CountOptions
from nlpkit.frequencies.tally import Tally, Tracked
from nlpkit.frequencies.tokens import Tokenizer
from nlpkit.kernels.tokens import DOCUMENT_END, START
from nlpkit.memory import TRACE
from nlpkit.runs import DamagedFileError, Spill
from nlpkit.runs.files import no_room, read_frames, remove, vanished, write_frames
from nlpkit.runs.strings import Bytes, Ints


class Trace(NamedTuple):
    """n-grams in the order of a stretch of text.

    data, offsets: distinct strings, end to end (uint8, int64). order: int32, their numbers as kernels/tokens.py writes
    a trace.
    """

    data: Bytes
    offsets: Ints
    order: NDArray[np.int32]

    def load(self) -> Trace:
        """Returns the trace: itself."""
        return self


@dataclass(frozen=True)
class SavedTrace:
    """A trace in a temporary file."""

    path: str

    def load(self) -> Trace:
        """Returns the trace and deletes the file. Raises OutputError if it is damaged or gone."""
        try:
            with open(self.path, "rb") as file:
                data, offsets, order = (part for _, part in read_frames(file))
        except OSError as error:
            raise no_room(self.path, error) from error
        except (DamagedFileError, ValueError) as error:
            raise vanished(self.path) from error
        remove(self.path)
        return Trace(np.frombuffer(data, np.uint8), np.frombuffer(offsets, "<i8"), np.frombuffer(order, "<i4"))


class Tracer(TokenReader):
    """Returns the n-grams of an item in their order; those of large items in temporary files.

    Each trace of an item that does not begin in the middle of a document begins with an end of one.
    """

    traces = True

    def __init__(self, options: CountOptions, tokenizer: Tokenizer, filters: Filters, spill: Spill | None) -> None:
        super().__init__(options, tokenizer, filters, spill)
        self.document, self.tracked = options.part, Tracked()

    def __call__(self, item: Item | Records) -> list[Trace | SavedTrace]:
        """Returns the traces of an item. Raises EncodingError, InputError, OutputError."""
        stretch = _TracedStretch(self, self.continues(item))
        self.read(item, stretch)
        return stretch.traces()


class _TracedStretch(Stretch):
    """Keeps the order of the n-grams of a stretch of text."""

    def __init__(self, how: Tracer, continues: bool) -> None:
        super().__init__(how, continues)
        self.trace = np.empty(PIECE, np.int32)
        self.pieces = [] if continues else [np.array([DOCUMENT_END], np.int32)]
        self.size = 0  # bytes of the pieces
        self.done: list[Trace | SavedTrace] = []

    def traces(self) -> list[Trace | SavedTrace]:
        """Returns what was traced."""
        self._return_vocabulary()
        return [*self.done, self._traced()]

    def _traced(self) -> Trace:
        data, offsets = self.tally.strings.packed()
        return Trace(data, offsets, np.concatenate(self.pieces) if self.pieces else np.empty(0, np.int32))

    def _keep_trace(self) -> None:
        self.pieces.append(self.trace[: self.position.written].copy())
        self.size += self.pieces[-1].nbytes
        self.position = self.position._replace(written=0)

    def _make_room(self) -> None:
        spill = self.how.spill
        if spill is None:
            return
        self._bound_vocabulary(spill)
        if self.tally.nbytes + self.size <= TRACE.of(spill.memory):
            return
        frames = [(1, np.ascontiguousarray(array).tobytes()) for array in self._traced()]
        self.done.append(SavedTrace(spill.save(lambda file: write_frames(file, frames))))
        self.tally, self.pieces, self.size = Tally(), [], 0
        self.position = START._replace(since=self.position.since)
