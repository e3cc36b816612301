"""The segmenter: texts -> words."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from nlpkit.errors import OptionError
from nlpkit.executors import count_jobs
from nlpkit.kernels import unigram
from nlpkit.lexicon import Lexicon
from nlpkit.lexicon.compiled import plain_path
from nlpkit.lexicon.files import read_plain
from nlpkit.memory import without_collection
from nlpkit.segmentation.hmm import load_model
from nlpkit.segmentation.forced import Forced, find_graphemes, find_whole

if TYPE_CHECKING:
    from nlpkit.segmentation.engine import Engine

Path = str | os.PathLike[str]

MODES = {"default": unigram.DEFAULT, "search": unigram.SEARCH, "full": unigram.FULL}
#: Characters that are cut in plain Python before numba and the compiled kernels are loaded, which takes as long.
PLAIN = 20_000
_SURROGATES = re.compile("[\ud800-\udfff]")
_BATCH = 1 << 18  # characters that cut_many gives a worker


class Segmenter:
    """Cuts texts into words by the unigram model over a dictionary, token for token as jieba 0.42.1 does.

    dictionary: a file or several, in jieba's format or with tabs as `discover` writes it, in place of jieba's own.
    user_dictionary: the same, on top of it; words without a count get the least that makes them win.
    force: a file, or several, of words that are cut out wherever they occur, whatever characters they have.
    force_words: such words themselves.
    hmm: cut unknown words by jieba's hidden Markov model (jieba's default; not ours).
    mode: 'default'; 'search': also the words of two and three characters within longer ones, before them; 'full': all
    words of the dictionary that the text has (jieba's cut_for_search and cut_all).
    fold: ignore width and case of characters when words are looked up. whole: keep Latin words, numbers, URLs, e-mail
    addresses and names with @ whole. graphemes: keep emoji sequences and combining marks whole.
    notify: called with lines for the user.

    The first PLAIN characters are cut in plain Python, so that a sentence need not wait for compiled code to load; the
    tokens are the same. A segmenter may be used by several threads, but not be changed meanwhile.
    Raises OptionError; InputError and LexiconError for files.
    """

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
        notify: Callable[[str], object] | None = None,
    ) -> None:
        self._how: dict[str, Any] = {
            "dictionary": _paths(dictionary or ()),
            "user_dictionary": _paths(user_dictionary),
            "force": _paths(force),
            "force_words": [force_words] if isinstance(force_words, str) else list(force_words),
            "hmm": hmm,
            "mode": mode,
            "fold": fold,
            "whole": whole,
            "graphemes": graphemes,
        }
        self._added: list[tuple[str, int]] = []
        if mode not in MODES:
            raise OptionError(f"mode is {mode!r}; it must be one of {', '.join(MODES)}")
        if mode == "full" and (hmm or whole or graphemes):
            raise OptionError(
                "mode 'full' gives all words of the dictionary; hmm, whole and graphemes are for the others"
            )
        self.mode = mode
        self.notify = notify
        self.lexicon = Lexicon(self._how["dictionary"], self._how["user_dictionary"], fold=fold, notify=notify)
        self.model = load_model(notify) if hmm else None
        forced = [word for path in self._how["force"] for word in read_plain(path)]
        forced += [*self._how["force_words"], *self.lexicon.whole_words]
        self.forced = Forced(forced, fold, notify) if forced else None
        self.forced_words = forced
        self._find_clusters = [find for find, wanted in ((find_whole, whole), (find_graphemes, graphemes)) if wanted]
        self._engine: Engine | None = None
        self._plain = PLAIN

    def __getstate__(self) -> object:
        return self._how, self._added

    def __setstate__(self, state: tuple[dict[str, Any], list[tuple[str, int]]]) -> None:
        """For worker processes, which find the compiled dictionary in the cache."""
        how, added = state
        Segmenter.__init__(self, **how)
        for word, count in added:
            self.add_word(word, count)

    def cut(self, text: str) -> list[str]:
        """The tokens of a text, white space included, as jieba.lcut gives them. Raises TypeError for bytes."""
        if not isinstance(text, str):
            raise TypeError(f"a text is str, not {type(text).__name__}; decode bytes first")
        if self.mode != "full":
            return self._cut(text)
        spans = self._spans(text)
        tokens, begun = [], ""
        for a, b, goes_on in zip(spans[::3], spans[1::3], spans[2::3], strict=True):
            begun += text[a:b]
            if not goes_on:
                tokens.append(begun)
                begun = ""
        return tokens

    def spans(self, text: str) -> list[tuple[int, int]]:
        """(first character, the one behind) of each token of a text. Raises OptionError in mode 'full'."""
        if self.mode == "full":
            raise OptionError("mode 'full' joins what does not lie side by side; its tokens have no spans")
        spans = self._spans(text)
        return list(zip(spans[::3], spans[1::3], strict=True))

    def cut_many(self, texts: Iterable[str], jobs: int | None = None) -> list[list[str]]:
        """[cut(text) for text in texts], faster. jobs: threads, by default one a processor."""
        if isinstance(texts, str):
            raise TypeError("texts is one str; give a list of them, or call cut")
        texts = list(texts)
        if self.mode == "full" or self.forced or self._find_clusters:
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
        """Adds a word to the dictionary in memory, as jieba.add_word does; -> its count. See Lexicon.add.

        tag: is there for who comes from jieba, and not used.
        """
        added = self.lexicon.add(word, freq)
        self._added.append((word, added))
        return added

    def del_word(self, word: str) -> None:
        """Takes a word out, as jieba.del_word does."""
        self.add_word(word, 0)

    def suggest_freq(self, segment: str | Iterable[str], tune: bool = False) -> int:
        """The least count with which a word stays whole, or, of several parts, the largest with which they stay apart,
        as jieba.suggest_freq has it. tune: give the word that count."""
        parts = segment if isinstance(segment, str) else tuple(segment)
        count = self.lexicon.suggest(parts)
        if tune:
            self.add_word("".join(parts), count)
        return count

    def engine(self) -> Engine:
        """The compiled kernels with their arrays, loaded when they are first asked for."""
        if self._engine is None:
            from nlpkit.compilation import watch_compilation
            from nlpkit.segmentation.engine import Engine

            with watch_compilation(self.notify):
                engine = Engine(self)
                engine.spans("\u7684")
            self._engine = engine
        return self._engine

    def is_plain(self, size: int) -> bool:
        """Whether so many further characters would be cut in plain Python."""
        return self._engine is None and size <= self._plain

    def clusters(self, text: str) -> list[int]:
        """Pairs (first character, the one behind), by the first, of what no token ends in the midst of."""
        spans = sorted(span for find in self._find_clusters for span in find(text))
        return [place for span in spans for place in span]

    @property
    def files(self) -> list[Path]:
        """The dictionaries and lists that were named."""
        return [*self._how["dictionary"], *self._how["user_dictionary"], *self._how["force"]]

    @property
    def has_clusters(self) -> bool:
        """Whether `clusters` may give any."""
        return bool(self._find_clusters)

    def _cut(self, text: str) -> list[str]:
        if self.is_plain(len(text)) or _SURROGATES.search(text):  # which are no part of words, but of tokens
            spans = self._spans(text)
            return [text[a:b] for a, b in zip(spans[::3], spans[1::3], strict=True)]
        return self.engine().cut(text)

    def _spans(self, text: str) -> list[int]:
        """Three a token: first character, the one behind, and, if mode is 'full', 1 where it goes on with the next."""
        if self.is_plain(len(text)):
            self._plain -= len(text)
            return self._plain_spans(text)
        try:
            return self.engine().spans(text)
        except UnicodeEncodeError:
            return self.engine().spans(_SURROGATES.sub("\ufffd", text))

    def _plain_spans(self, text: str) -> list[int]:
        lexicon, n = self.lexicon, len(text)
        ids = [*lexicon.ids(text), 0, 0]
        units = self.forced.find(text) if self.forced else []
        if self.mode == "full":
            unigram.set_units(n, 0, units, 0, ids)
            lengths = [0] * n
            unigram.set_lengths(n, 0, units, 0, lengths)
            room = 4 * n + 2
            while True:
                spans = [0] * (3 * room)
                used = unigram.find_all(n, ids, lexicon.cells, lexicon.scores, lengths, 0, [0] * (2 * n + 2), spans, 0)
                if used >= 0:
                    return spans[: 3 * used]
                room *= 2
        lengths = plain_path(lexicon, ids, units)
        if self.model:
            unigram.recognize(
                n, lexicon.cells, lexicon.scores, lexicon.split, lexicon.chars, *self.model, ids, [0] * n, lengths
            )
        glued: Sequence[int] = b""
        if self._find_clusters:
            glued = [0] * (n + 2)
            unigram.set_glue(n, 0, self.clusters(text), 0, glued)
        begins = [0] * (n + 1)
        count = unigram.find_tokens(n, ids, lengths, self.model is None, glued, begins)
        if self.mode == "search":
            spans = [0] * (9 * n + 9)
            used = unigram.find_grams(count, begins, ids, lexicon.cells, lexicon.scores, 0, spans, 0)
            return spans[: 3 * used]
        return [place for t in range(count) for place in (begins[t], begins[t + 1], 0)]


def _paths(paths: Path | Iterable[Path]) -> list[Path]:
    return [paths] if isinstance(paths, (str, os.PathLike)) else list(paths)
