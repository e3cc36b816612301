"""The hidden Markov model that jieba cuts unknown words with, from the files of that package."""

from __future__ import annotations

import hashlib
import importlib.util
from array import array
from collections.abc import Callable
from typing import Any, NamedTuple

from nlpkit.cache import Arrays, Document, kept
from nlpkit.kernels.unigram_characters import HAN_COUNT
from nlpkit.lexicon.files import jieba_file, read_file

_STATES = "BMES"
_LEAST = -3.14e100  # jieba's logarithm of 0
_VERSION = 1


class HiddenMarkovModel(NamedTuple):
    """Natural logarithms of the model's probabilities, float64. Its four states are those of a character in a word: B
    (begins it), M (is in the middle), E (ends it), S (is a word by itself).

    start: [4], of the first state. transitions: [4 * 4], from state to state. emissions: [4 * HAN_COUNT], of the
    characters from U+4E00 on in each state.
    """

    start: memoryview
    transitions: memoryview
    emissions: memoryview


def load_hmm(notify: Callable[[str], object] | None = None) -> HiddenMarkovModel:
    """Returns the model of the jieba that is installed. Raises InputError if there is none.

    notify: called with lines for the user.
    """
    files = [str(jieba_file(f"finalseg/prob_{name}.py")) for name in ("start", "trans", "emit")]
    digest = hashlib.blake2b(f"{_VERSION}\n".encode(), digest_size=16)
    for name in files:
        digest.update(read_file(name))
    _, arrays = kept(f"hmm-{digest.hexdigest()}", lambda: _read(files), notify)
    return HiddenMarkovModel(arrays["start"], arrays["trans"], arrays["emit"])


def _read(files: list[str]) -> tuple[Document, Arrays]:
    start, trans, emit = map(_table, files)
    first = array("d", [start[state] for state in _STATES])
    moves = array("d", [trans[a].get(b, _LEAST) for a in _STATES for b in _STATES])
    chars = array("d", [emit[a].get(chr(0x4E00 + c), _LEAST) for a in _STATES for c in range(HAN_COUNT)])
    return {}, {"start": memoryview(first), "trans": memoryview(moves), "emit": memoryview(chars)}


def _table(path: str) -> Any:
    """Returns the dict P of a module, without importing the package that the module belongs to."""
    spec = importlib.util.spec_from_file_location("model", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.P
