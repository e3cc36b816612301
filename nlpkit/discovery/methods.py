"""The registry of methods: a method is the file of its name in this folder, with a line in choices.METHOD_CHOICES."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from nlpkit.discovery.job import Job
from nlpkit.discovery.options import DiscoveryOptions
from nlpkit.discovery.words import Words


@dataclass(frozen=True)
class Method:
    """A way of finding words. Its file has one, named `METHOD`.

    passes: how many times it reads the corpus, which is what progress is shown by. find_words: a job -> its words.
    """

    passes: Callable[[DiscoveryOptions], int]
    find_words: Callable[[Job], Words]


def load_method(name: str) -> Method:
    """Returns the method of this name, one of choices.METHODS."""
    method: Method = import_module(f"nlpkit.discovery.{name}").METHOD
    return method
