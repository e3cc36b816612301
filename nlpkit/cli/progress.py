"""Writes to stderr what is not an error: notices, the progress bar, the closing report."""

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from nlpkit.errors import Notice
from nlpkit.errors import counted as counted

if TYPE_CHECKING:
    from nlpkit.corpus import Corpus

_SPEED = 10_000_000  # bytes; the speed of smaller inputs is that of starting
_UNSEEN_SECONDS = 0.5  # that work takes before its bar is shown


#: Characters that a terminal would obey, and marks of direction -> what is written of them.
_CONTROLS = {code: 0x2400 + code for code in range(32) if chr(code) not in "\t\n"} | {0x7F: 0x2421}
_CONTROLS |= dict.fromkeys((*range(0x80, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)), 0xFFFD)


def printable(message: str) -> str:
    """Returns a message, which may name what a user or a file holds, as a terminal may get it."""
    return message.translate(_CONTROLS)


class Console:
    """Writes messages and a progress bar to stderr.

    quiet: write nothing. progress: show a bar; None: on a terminal only. `size` is the number of bytes of the corpus,
    0 until something of it has been read. `flags` are those of the command: option -> `--flag`.
    """

    def __init__(self, quiet: bool, progress: bool | None) -> None:
        on_terminal = sys.stderr is not None and sys.stderr.isatty()
        self.size = 0
        self.flags: Mapping[str, str] = {}
        self._quiet = quiet
        self._shows_bar = not quiet and (on_terminal if progress is None else progress)
        self._bar: Any = None
        self._said: set[str] = set()
        self._start = time.perf_counter()

    @property
    def seconds(self) -> float:
        """Returns the seconds since the command began."""
        return time.perf_counter() - self._start

    def time(self) -> str:
        """Returns the seconds since the command began, and the speed if the text is large enough to tell it."""
        seconds = self.seconds
        return f"{seconds:.1f} s" + (f", {self.size / 1e6 / seconds:.1f} MB/s" if self.size >= _SPEED else "")

    def is_empty(self) -> str:
        """Returns what a closing report adds where nothing at all was read."""
        return "" if self.size else " (the input is empty)"

    def say(self, message: str) -> None:
        """Writes a line, above the bar if there is one; a line that was written before is left out."""
        if isinstance(message, Notice):
            message = message.typed(self.flags)
        if self._quiet or message in self._said:
            return
        self._said.add(message)
        with self._without_reader():
            if self._bar is None:
                click.echo(printable(message), err=True)
            else:
                self._bar.write(printable(message), file=sys.stderr)

    @contextmanager
    def progress(self, corpus: "Corpus | None") -> Iterator[Callable[[int], None]]:
        """Gives a function that the library calls with each number of bytes that are done.

        The corpus is open at the first call, so that its size is known; None is a stream, which has no bar, and whose
        size is what has been read.
        """
        try:
            yield partial(self._advance, corpus)
        finally:
            with self._without_reader():
                if self._bar is not None:
                    self._bar.close()
            self._bar = None

    @contextmanager
    def shares(self, work: str) -> Iterator[Callable[[float], None] | None]:
        """Gives a function that the library calls with shares of some work as they are done, which add up to 1.

        work: its name, before the bar, which appears where it takes a while. Gives None where no bar is to be shown.
        """
        if not self._shows_bar:
            yield None
            return
        from tqdm import tqdm  # here, because it costs a tenth of a second

        shape = f"{work}: {{percentage:3.0f}}%|{{bar}}| [{{elapsed}}<{{remaining}}]"
        self._bar = tqdm(
            total=1.0, bar_format=shape, file=sys.stderr, leave=False, dynamic_ncols=True, delay=_UNSEEN_SECONDS
        )
        try:
            yield self._advance_by
        finally:
            with self._without_reader():
                if self._bar is not None:
                    self._bar.close()
            self._bar = None

    def _advance_by(self, share: float) -> None:
        if self._bar is not None:
            with self._without_reader():
                self._bar.update(share)

    @contextmanager
    def _without_reader(self) -> Iterator[None]:
        """Writes nothing more to stderr after its reader has left; stdout may still have a reader."""
        try:
            yield
        except BrokenPipeError:
            self._quiet, self._shows_bar, self._bar = True, False, None

    def _advance(self, corpus: "Corpus | None", size: int) -> None:
        if corpus is None:
            self.size += size
        elif not self.size:
            self.size = corpus.size
            if self._shows_bar:
                with self._without_reader():
                    self._open_bar()
        if self._bar is not None:
            with self._without_reader():
                self._bar.update(size)

    def _open_bar(self) -> None:
        from tqdm import tqdm  # here, because it costs a tenth of a second

        self._bar = tqdm(total=self.size, unit="B", unit_scale=True, file=sys.stderr, leave=False, dynamic_ncols=True)
