"""What a segmenter cuts with, loaded from the files that its options name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from nlpkit.lexicon import Lexicon
from nlpkit.segmentation.forced import ForcedWords
from nlpkit.segmentation.hmm import HiddenMarkovModel, load_hmm
from nlpkit.segmentation.options import SegmenterOptions
from nlpkit.segmentation.whole import find_graphemes, find_whole

Finder = Callable[[str], list[tuple[int, int]]]


@dataclass(frozen=True)
class Resources:
    """What both ways of cutting need: plain Python (plain.py) and the compiled kernels (engine.py).

    mode: one of choices.MODES. lexicon: the dictionary; words may be added to it. hmm: the model that cuts unknown
    words, None if they are cut into characters. forced: the words that win over the dictionary, None if there are none.
    finders: functions that find the start and stop of clusters in a text, in characters; no token begins or ends within
    a cluster.
    """

    mode: str
    lexicon: Lexicon
    hmm: HiddenMarkovModel | None
    forced: ForcedWords | None
    finders: tuple[Finder, ...]

    def clusters(self, text: str) -> list[int]:
        """Returns start and stop of each cluster in turn, in characters, by start."""
        spans = sorted(span for find in self.finders for span in find(text))
        return [place for span in spans for place in span]


def load_resources(
    options: SegmenterOptions, notify: Callable[[str], object] | None = None
) -> tuple[Resources, list[str]]:
    """Loads what the options ask for. Returns it with the list of all forced words.

    notify: called with lines for the user. Raises InputError and LexiconError.
    """
    lexicon = Lexicon(
        options.dictionary, options.user_dictionary, fold=options.fold, encoding=options.encoding, notify=notify
    )
    hmm = load_hmm(notify) if options.hmm else None
    words = [*options.force_words, *lexicon.whole_words]
    if options.force:
        from nlpkit.lexicon.plain import read_forced_words  # here, because few texts need it

        words = [word for path in options.force for word in read_forced_words(path, options.encoding, notify)] + words
    forced = ForcedWords(words, options.fold, notify) if words else None
    finders = ((find_whole, options.whole), (find_graphemes, options.graphemes))
    wanted = tuple(find for find, is_wanted in finders if is_wanted)
    return Resources(options.mode, lexicon, hmm, forced, wanted), words
