"""A reference: the text, folder or frequency list with which a corpus is compared."""

from __future__ import annotations

import os
from collections.abc import Callable

from nlpkit.corpus import Corpus
from nlpkit.errors import Option, OptionError
from nlpkit.frequencies.lists import is_list, read_lists
from nlpkit.frequencies.result import Frequencies


class Reference:
    """A text, folder or frequency list with which a corpus is compared; it is read as the corpus is.

    is_list: whether it is a frequency list, or a folder of them. is_plain: whether it may be one: in the fields of
    records there are only texts.

    Raises OptionError for standard input, and InputError if it cannot be opened, or is plainly a list that cannot be
    read. It is counted later, by `read`. It is path-like: it can be passed on where a path is wanted.
    """

    def __init__(self, path: str, corpus: Corpus) -> None:
        if path == "-":
            raise OptionError(Option("against"), " -: standard input is for the text; name a file or directory")
        self.path, self._corpus = path, corpus
        options = corpus.options
        opened = corpus.restricted((path,))
        opened.gives_hints = False  # it may be a list
        with opened:
            self.is_plain = not (options.field or options.column)
            self.is_list = self.is_plain and is_list(path, options.encoding, glob=options.glob, is_reference=True)

    def __fspath__(self) -> str:
        return self.path

    def read(
        self,
        count: Callable[[Corpus], Frequencies],
        *,
        df: bool = False,
        normalize: bool = False,
        casefold: bool = False,
        language: str | None = None,
        notify: Callable[[str], object] | None = None,
    ) -> Frequencies:
        """Returns its frequencies.

        count: counts a text, perhaps with documents. df, normalize, casefold, language: as in `read_lists`.
        notify: called with lines for the user: as what it is read. Raises InputError, and what `count` raises.
        """
        corpus, path = self._corpus, self.path
        if not self.is_list:
            if self.is_plain and notify is not None and not os.path.isdir(path):
                notify(f"{path}: read as text, not as a frequency list")
            return count(corpus.restricted((path,)))
        told: list[str] = []
        found = read_lists(
            path,
            glob=corpus.options.glob,
            encoding=corpus.options.encoding,
            df=df,
            normalize=normalize,
            casefold=casefold,
            language=language,
            memory=corpus.memory,
            tmp_dir=corpus.tmp_dir,
            notify=told.append,
        )
        if notify is not None:
            for line in told or [f"{path}: read as a frequency list"]:
                notify(line)
        return found
