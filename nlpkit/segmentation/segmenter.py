"""The segmenter: cuts texts into words, short ones in plain Python and all others with the compiled kernels."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from nlpkit.arguments import checked
from nlpkit.choices import ENCODING
from nlpkit.errors import Option, OptionError
from nlpkit.executors import count_jobs
from nlpkit.lexicon import Lexicon
from nlpkit.memory import without_collection
from nlpkit.segmentation import plain
from nlpkit.segmentation.options import Path, SegmenterOptions
from nlpkit.segmentation.resources import load_resources

if TYPE_CHECKING:
    from nlpkit.segmentation.engine import Engine

#: Characters that are cut in plain Python before numba and the compiled kernels are loaded, which takes as long.
PLAIN = 20_000
_BATCH = 1 << 18  # characters that cut_many gives a worker


class Segmenter:
    """Cuts texts into words by the unigram model over a dictionary, token for token as jieba 0.42.1 does.

    dictionary: a file or several, in jieba's format or with tabs as `discover` writes it, in place of jieba's own.
    user_dictionary: the same, in addition to it; words without a count get the smallest count that makes them win.
    force: a file, or several, of words that are cut out wherever they occur, whatever characters they have.
    force_words: such words themselves.
    hmm: cut unknown words by jieba's hidden Markov model (jieba's default; not ours).
    mode: 'default'; 'search': also the words of two and three characters within longer ones, before them; 'full': all
    words of the dictionary that the text has (jieba's cut_for_search and cut_all).
    fold: ignore width and case of characters when words are looked up. whole: keep Latin words, numbers, URLs, e-mail
    addresses and names with @ whole. graphemes: keep emoji sequences and combining marks whole.
    encoding: of the files, as in `Corpus`: a name of Python's codecs, or 'auto'; what is UTF-8 beyond doubt is read so.
    notify: called with lines for the user.

        >>> Segmenter().cut("我来到北京清华大学")
        ['我', '来到', '北京', '清华大学']

    The first PLAIN characters are cut in plain Python, so that a sentence need not wait for compiled code to load; the
    tokens are the same. Several threads may use a segmenter, but not while it is changed (`add_word`, `del_word`,
    `suggest_freq` with `tune`).
    Raises OptionError; InputError and LexiconError for files.
    """

    @checked
    def __init__(
        self,
        dictionary: Path | Iterable[Path] | None = None,
        *,
        user_dictionary: Path | Iterable[Path] = (),
        force: Path | Iterable[Path] = (),
        force_words: Iterable[str] = (),
        hmm: bool = False,
        mode: str = "default",
        fold: bool = False,
        whole: bool = False,
        graphemes: bool = False,
        encoding: str = ENCODING,
        notify: Callable[[str], object] | None = None,
    ) -> None:
        words = (force_words,) if isinstance(force_words, str) else tuple(force_words)
        files = _paths(dictionary or ()), _paths(user_dictionary), _paths(force)
        options = SegmenterOptions(*files, words, hmm, mode, fold, whole, graphemes, encoding)
        self._load(options, notify)

    def _load(self, options: SegmenterOptions, notify: Callable[[str], object] | None) -> None:
        self.options = options
        self.notify = notify
        self._resources, self.forced_words = load_resources(options, notify)
        self._added: list[tuple[str, int]] = []
        self._engine: Engine | None = None
        self._plain = PLAIN

    def __getstate__(self) -> object:
        return self.options, self._added

    def __setstate__(self, state: tuple[SegmenterOptions, list[tuple[str, int]]]) -> None:
        """Loads the segmenter in a worker process, which finds the compiled dictionary in the cache."""
        options, added = state
        self._load(options, None)
        for word, count in added:
            self.add_word(word, count)

    @property
    def mode(self) -> str:
        """The mode: 'default', 'search' or 'full'."""
        return self.options.mode

    @property
    def lexicon(self) -> Lexicon:
        """The dictionary, with the words that were added to it."""
        return self._resources.lexicon

    def cut(self, text: str) -> list[str]:
        """Returns the tokens of a text, white space included, as jieba.lcut gives them. Raises TypeError for bytes."""
        if not isinstance(text, str):
            raise TypeError(f"a text is str, not {type(text).__name__}; decode bytes first")
        if self.mode == "full":
            return self._all_words(text)
        if not self.is_plain(len(text)):
            return self.engine().cut(text)
        spans = self._spans(text)
        return [text[a:b] for a, b in zip(spans[::3], spans[1::3], strict=True)]

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Returns (start, stop) of each token of a text, in characters. Raises OptionError in mode 'full'."""
        if self.mode == "full":
            raise OptionError(
                Option("mode"), " 'full' joins characters that are not side by side; its tokens have no spans"
            )
        spans = self._spans(text)
        return list(zip(spans[::3], spans[1::3], strict=True))

    def cut_many(self, texts: Iterable[str], jobs: int | None = None) -> list[list[str]]:
        """Returns [cut(text) for text in texts], faster. jobs: threads, by default one a processor."""
        if isinstance(texts, str):
            raise TypeError("texts is one str; give a list of them, or call cut")
        texts = list(texts)
        if self.mode == "full" or self._resources.forced or self._resources.finders:
            return [self.cut(text) for text in texts]
        batches, begun, size = [], 0, 0
        for place, text in enumerate(texts):
            size += len(text) + 1
            if size >= _BATCH:
                batches.append(texts[begun : place + 1])
                begun, size = place + 1, 0
        if not texts or (begun == 0 and self.is_plain(size)):
            return [self.cut(text) for text in texts]
        if begun < len(texts):
            batches.append(texts[begun:])
        engine = self.engine()
        with without_collection(), ThreadPoolExecutor(min(count_jobs(jobs), len(batches))) as pool:
            return [tokens for part in pool.map(engine.cut_batch, batches) for tokens in part]

    def add_word(self, word: str, freq: int | None = None, tag: str | None = None) -> int:
        """Adds a word to the dictionary in memory, as jieba.add_word does; returns its count. See Lexicon.add.

        freq: the count; by default the smallest that makes the word win. tag: has no effect; it is here so that calls
        of jieba need not be changed.
        """
        added = self.lexicon.add(word, freq)
        self._added.append((word, added))
        return added

    def del_word(self, word: str) -> None:
        """Removes a word from the dictionary in memory, as jieba.del_word does."""
        self.add_word(word, 0)

    def suggest_freq(self, segment: str | Iterable[str], tune: bool = False) -> int:
        """Returns the count that a word needs, as jieba.suggest_freq does.

        segment: a word, for the smallest count with which it stays whole; or several parts, for the largest count of
        the whole with which they stay apart. tune: also gives the word that count.
        """
        parts = segment if isinstance(segment, str) else tuple(segment)
        count = self.lexicon.suggest(parts)
        if tune:
            self.add_word("".join(parts), count)
        return count

    def engine(self) -> Engine:
        """Returns the compiled kernels with their arrays; loads them at the first call."""
        if self._engine is None:
            from nlpkit.compilation import watch_compilation
            from nlpkit.segmentation.engine import Engine

            with watch_compilation(self.notify):
                engine = Engine(self._resources)
                engine.spans("\u7684")
            self._engine = engine
        return self._engine

    def is_plain(self, size: int) -> bool:
        """Returns whether a text of `size` characters would be cut in plain Python."""
        return self._engine is None and size <= self._plain

    def _all_words(self, text: str) -> list[str]:
        spans = self._spans(text)
        tokens, begun = [], ""
        for a, b, goes_on in zip(spans[::3], spans[1::3], spans[2::3], strict=True):
            begun += text[a:b]
            if not goes_on:
                tokens.append(begun)
                begun = ""
        return tokens

    def _spans(self, text: str) -> list[int]:
        """Three numbers a token; see plain.find_spans."""
        if self.is_plain(len(text)):
            self._plain -= len(text)
            return plain.find_spans(self._resources, text)
        return self.engine().spans(text)


def _paths(paths: Path | Iterable[Path]) -> tuple[Path, ...]:
    return (paths,) if isinstance(paths, (str, os.PathLike)) else tuple(paths)
