"""What takes the text out of a stream of records, in whatever format: each record's text becomes lines.

Everything is streamed: memory grows with the longest record, not with the file. `errors` says what becomes of damaged
records: `strict` stops; `skip` leaves them out; `replace` puts U+FFFD for invalid characters (a raw NUL in a JSON
string, a lone surrogate), and stops at other damage.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence

from nlpkit.corpus.lines import whole_lines
from nlpkit.corpus.types import Rows
from nlpkit.errors import InputError, Option
from nlpkit.suggest import hint

#: Bytes of one record that are read however much memory there is; anything longer is not a record.
LONGEST_RECORD = 1 << 28
_MOST_NAMES = 20  # in a message


class Extractor(ABC):
    """Takes the text out of a stream of records, once.

    name: of the source, for messages. errors: 'strict', 'replace' or 'skip'. longest: bytes that a record may have.
    Attributes that are counted meanwhile: `records` that were read; `missing`, those of them without the field or cell,
    or with null there; `damaged`, those that were mended or left out.
    """

    #: What is done with each text before it is passed on, None for nothing.
    clean: Callable[[str], str] | None = None
    #: The usual reason why a record is too long, for the message.
    doubt: str
    #: Whether rows are passed on before more of the input is read, because the input may be slow.
    at_once = False

    def __init__(self, name: str, errors: str, longest: int) -> None:
        self.name = name
        self.errors = errors
        self.longest = longest
        self.records = self.missing = self.damaged = 0
        self.line = 1  # on which the current record begins

    @abstractmethod
    def rows(self, blocks: Iterable[bytes]) -> Iterator[Rows]:
        """Yields the records that are not left out and their texts, some at a time; see feed."""

    @abstractmethod
    def feed(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        """Yields UTF-8, in blocks of whole records: the text of each record with a line feed after it.

        blocks: UTF-8 without a byte order mark, cut anywhere; if errors are skipped, a record that holds INVALID is
        damaged. Raises InputError (`name:line: cause; what to do`, lines from 1), also for a record of more than
        `longest` bytes.
        """

    def lines(self, blocks: Iterable[bytes]) -> Iterator[list[bytes]]:
        """Yields whole lines without their line feeds, those that end in a block at a time."""
        for stretch in whole_lines(blocks, self.longest, self.too_long):
            lines = stretch.split(b"\n")
            del stretch
            if not lines[-1]:
                lines.pop()
            yield lines

    def too_long(self) -> InputError:
        """Returns the error for the current record, which is longer than `longest` bytes."""
        more = (", or raise ", Option("memory")) if self.longest < LONGEST_RECORD else ()
        what = f"{self.name}:{self.line}: a record of more than {self.longest >> 20} MB; {self.doubt}"
        return InputError(what, *more)


def joined(values: Sequence[str | list[str] | None]) -> str | None:
    """Returns the texts of a record as lines of one, None if there are none."""
    texts = [text for value in values for text in (value if isinstance(value, list) else (value,)) if text is not None]
    return "\n".join(texts) if texts else None


def listed(names: Iterable[str]) -> str:
    """Returns the first 20 names for a message, and how many more there are."""
    shown = [name if name.isprintable() and name else repr(name) for name in names]
    more = len(shown) - _MOST_NAMES
    return ", ".join(shown[:_MOST_NAMES]) + (f" and {more} more" if more > 0 else "")


def did_you_mean(wanted: str, names: Iterable[str]) -> str:
    """Returns `; did you mean NAME?`, or nothing if no name is like the wanted one."""
    return hint(wanted, names, show=lambda near: listed([near]), before="; ")
