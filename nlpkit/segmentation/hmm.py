"""The hidden Markov model that jieba cuts unknown words with, from the files of that package."""

from __future__ import annotations

import hashlib
import importlib.util
from array import array
from collections.abc import Callable
from typing import Any

from nlpkit.kernels.unigram import HAN_COUNT
from nlpkit.lexicon.cache import Arrays, Document, kept
from nlpkit.lexicon.files import jieba_file, read_file

_STATES = "BMES"
_LEAST = -3.14e100  # jieba's logarithm of 0
_VERSION = 1


def load_model(notify: Callable[[str], object] | None = None) -> tuple[memoryview, memoryview, memoryview]:
    """start, trans, emit as in unigram.recognize. Raises InputError where jieba is not installed."""
    files = [str(jieba_file(f"finalseg/prob_{name}.py")) for name in ("start", "trans", "emit")]
    digest = hashlib.blake2b(f"{_VERSION}\n".encode(), digest_size=16)
    for name in files:
        digest.update(read_file(name))
    _, arrays = kept(f"hmm-{digest.hexdigest()}", lambda: _read(files), notify)
    return arrays["start"], arrays["trans"], arrays["emit"]


def _read(files: list[str]) -> tuple[Document, Arrays]:
    start, trans, emit = map(_table, files)
    first = array("d", [start[state] for state in _STATES])
    moves = array("d", [trans[a].get(b, _LEAST) for a in _STATES for b in _STATES])
    chars = array("d", [emit[a].get(chr(0x4E00 + c), _LEAST) for a in _STATES for c in range(HAN_COUNT)])
    return {}, {"start": memoryview(first), "trans": memoryview(moves), "emit": memoryview(chars)}


def _table(path: str) -> Any:
    """The dict P that a module consists of, without importing the package that it belongs to."""
    spec = importlib.util.spec_from_file_location("model", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.P
