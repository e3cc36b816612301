"""The option --plot: a picture of the result in text, on stderr."""

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

import click

from nlpkit.cli.options import Options
from nlpkit.cli.writing import then

if TYPE_CHECKING:
    from nlpkit.reports.terminal import Bars, Strips

Pictures: TypeAlias = "Sequence[Bars | Strips]"


@dataclass(frozen=True)
class Plot:
    """Whether a picture is drawn."""

    wanted: bool

    def __bool__(self) -> bool:
        return self.wanted

    def after(self, make: Callable[[], Pictures]) -> AbstractContextManager[None]:
        """Draws pictures when the block, which writes the result, ends; see `then`. make: returns them."""
        return then(partial(self._draw, make))

    def _draw(self, make: Callable[[], Pictures]) -> None:
        if not self.wanted:
            return
        width, colour = _columns(), has_colours(sys.stderr)
        pictures = [picture for picture in make() if len(picture)]
        texts = ["\n".join(picture.lines(width, colour)) for picture in pictures]
        click.echo("\n\n".join(texts) or "nothing to draw: the result is empty", err=True)


def has_colours(stream: Any) -> bool:
    """Returns whether what is written to a stream may have colours: on a terminal that nobody told otherwise."""
    on_terminal = stream is not None and stream.isatty()
    return on_terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _columns() -> int:
    """Returns how wide pictures may be."""
    from nlpkit.reports.terminal import MOST_WIDTH, WIDTH  # here, because --help must not wait for it

    try:
        return min(os.get_terminal_size(sys.stderr.fileno()).columns, MOST_WIDTH) or WIDTH
    except (OSError, ValueError):  # there is no terminal
        return WIDTH


def _plot(plot: bool) -> Plot:
    if plot:
        from nlpkit.reports.terminal import load_rich  # here, because few runs draw

        load_rich()
    return Plot(plot)


plotting = Options(
    "plot",
    "Looking at it",
    [click.Option(["--plot"], is_flag=True, help="After the result, draw a picture of it in text, on stderr.")],
    _plot,
)
"""-> plot: Plot."""
