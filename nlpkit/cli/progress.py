"""Everything on stderr besides errors: notices, the progress bar, the closing report."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from nlpkit.corpus import Corpus


class Console:
    """The user's stderr.

    quiet: says nothing at all. progress: show a bar; None means on a terminal only. `size` is how many bytes the
    corpus has, once it has been read from.
    """

    def __init__(self, quiet: bool, progress: bool | None) -> None:
        on_terminal = sys.stderr is not None and sys.stderr.isatty()
        self.size = 0
        self._quiet = quiet
        self._shows_bar = not quiet and (on_terminal if progress is None else progress)
        self._bar: Any = None
        self._said = ""
        self._start = time.perf_counter()

    @property
    def seconds(self) -> float:
        """Since the command began."""
        return time.perf_counter() - self._start

    def say(self, message: str) -> None:
        """Show a line, above the bar where there is one; the same line again is not shown."""
        if self._quiet or message == self._said:
            return
        self._said = message
        with self._nobody_may_listen():
            if self._bar is None:
                click.echo(message, err=True)
            else:
                self._bar.write(message, file=sys.stderr)

    @contextmanager
    def progress(self, corpus: "Corpus") -> Iterator[Callable[[int], None]]:
        """-> what the library calls with each number of bytes done, as long as the block runs.

        The corpus is asked for its size at the first call, when it is open.
        """
        try:
            yield partial(self._advance, corpus)
        finally:
            with self._nobody_may_listen():
                if self._bar is not None:
                    self._bar.close()
            self._bar = None

    @contextmanager
    def _nobody_may_listen(self) -> Iterator[None]:
        """A stderr whose reader has left makes the rest quiet; the words may still have theirs."""
        try:
            yield
        except BrokenPipeError:
            self._quiet, self._shows_bar, self._bar = True, False, None

    def _advance(self, corpus: "Corpus", size: int) -> None:
        if not self.size:
            self.size = corpus.size
            if self._shows_bar:
                with self._nobody_may_listen():
                    self._open_bar()
        if self._bar is not None:
            with self._nobody_may_listen():
                self._bar.update(size)

    def _open_bar(self) -> None:
        from tqdm import tqdm  # here, because it costs a tenth of a second

        self._bar = tqdm(total=self.size, unit="B", unit_scale=True, file=sys.stderr, leave=False, dynamic_ncols=True)
