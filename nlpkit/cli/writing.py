"""Where a command writes, and in which format: by --output, --format and --bom."""

from codecs import BOM_UTF8
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

import click

from nlpkit.errors import Option, OptionError, Setting
from nlpkit.options import check_choice
from nlpkit.output import check_output, format_by_name, open_output, promised_format

_WITH_BOM = ("csv", "tsv")


@dataclass(frozen=True)
class Output:
    """Where to write (None: stdout), in which format, and whether with a byte order mark."""

    path: str | None
    format: str
    bom: bool = False

    @contextmanager
    def open(self, folder: str | None) -> Iterator[BinaryIO]:
        """Opens the place for writing, which gets its new content when the block ends well.

        folder: for temporary files.
        """
        with open_output(self.path, folder=folder) as file:
            if self.bom:
                file.write(BOM_UTF8)
            yield file


@contextmanager
def then(action: Callable[[], object]) -> Iterator[None]:
    """Calls an action when the block, which writes a result, ends, also where the reader of a pipe has left."""
    try:
        yield
    except BrokenPipeError:
        action()
        raise
    action()


def find_output(output: str | None, format: str | None, formats: Sequence[str], bom: bool = False) -> Output:
    """Returns where to write and how, by what the user typed. Raises OptionError, OutputError.

    format: as typed, None if it was not: then it is that of the file's name, else the first of `formats`.
    """
    check_output(output)
    named = format_by_name(output, formats) if format is None else None
    chosen = format or named or formats[0]
    check_choice("format", chosen, formats)
    if bom and chosen not in _WITH_BOM:
        raise OptionError(Option("bom"), " is for tables of a spreadsheet, ", Setting("format", *_WITH_BOM))
    if format is not None:
        tell_contradiction(output, format)
    return Output(output, chosen, bom)


def tell_contradiction(output: str | None, format: str, cause: str = "--format says") -> None:
    """Says that a file is not in the format that its name promises. cause: what chose the format."""
    promised = promised_format(output)
    if promised not in (None, format) and not click.get_current_context().params.get("quiet"):
        click.echo(f"{output}: is written as {format}, as {cause}, not as {promised}", err=True)
