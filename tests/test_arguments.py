"""Arguments of a wrong type are refused with the name of their parameter."""

import inspect
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nlpkit
from nlpkit.arguments import checked
from nlpkit.errors import OptionError

pytestmark = pytest.mark.compiled

SETS = nlpkit.apriori([["a", "b"], ["a", "b"]], min_support=1)


def public() -> Iterator[Any]:
    """Yields each parameter of each public function and of each class that users make themselves."""
    made = (nlpkit.Corpus, nlpkit.Jieba, nlpkit.Layout, nlpkit.Lexicon, nlpkit.Segmenter)
    for name in nlpkit.__all__:
        thing = getattr(nlpkit, name)
        if inspect.isfunction(thing) or thing in made:
            yield from (pytest.param(thing, p, id=f"{name}-{p}") for p in inspect.signature(thing).parameters)


@pytest.mark.parametrize(("function", "name"), list(public()))
def test_every_parameter_of_public_functions(function: Callable[..., object], name: str) -> None:
    with pytest.raises(OptionError, match=f"^{name} is of type object; give "):
        function(**{name: object()})


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: nlpkit.apriori([], max_length="3"), "max_length is '3'; give an integer or None"),
        (lambda: nlpkit.apriori([], memory="1G"), "memory is '1G'; give an integer or None"),
        (
            lambda: nlpkit.apriori([], contains=5),
            "contains is 5; give a string or a list (strings or lists of strings)",
        ),
        (
            lambda: nlpkit.apriori(None),
            "transactions is None; give what read_transactions returns or a list of lists of strings",
        ),
        (lambda: nlpkit.apriori([], exclude=["a", 5]), "exclude is ['a', 5]; give a string or a list of strings"),
        (lambda: nlpkit.apriori([], closed=1), "closed is 1; give True or False"),
        (
            lambda: nlpkit.association_rules(SETS, max_consequent="any"),
            "max_consequent is 'any'; give an integer or None",
        ),
        (lambda: nlpkit.association_rules(SETS, measures=5), "measures is 5; give a string or a list of strings"),
        (
            lambda: nlpkit.association_rules(SETS, fdr=True),
            "fdr is True; give a string, a number or None",
        ),
        (lambda: nlpkit.association_rules("x"), "itemsets is 'x'; give what apriori returns"),
        (
            lambda: nlpkit.read_transactions("a.csv", id=1.5),
            "id is 1.5; give a string, an integer, a list (strings or integers) or None",
        ),
        (lambda: nlpkit.count("a.txt", ngram=[1, 2]), "ngram is [1, 2]; give an integer or a tuple of integers"),
        (lambda: nlpkit.discover("a.txt", explain="word"), "explain is 'word'; give a list of strings"),
        (lambda: nlpkit.Corpus("a.txt", memory=1.5), "memory is 1.5; give an integer or None"),
        (lambda: nlpkit.keywords("a", "b"), "target is 'a'; give what count or read_lists returns"),
        (lambda: SETS.save(5), "path is 5; give a string, a path, a binary file or None"),
        (lambda: nlpkit.Layout(separator=5), "separator is 5; give a string"),
    ],
)
def test_messages(call: Callable[[], object], message: str) -> None:
    with pytest.raises(OptionError) as raised:
        call()
    assert str(raised.value) == message


def test_what_is_of_the_same_kind_passes() -> None:
    @checked
    def function(
        whole: int = 0,
        part: float = 0,
        flag: bool = False,
        names: "Iterable[str]" = (),
        *,
        path: "str | None" = None,
    ) -> tuple[Any, ...]:
        return whole, part, flag, names, path

    assert function(np.int64(3), np.float32(1), np.bool_(True), ("a",), path="b")[0] == 3  # type: ignore[arg-type]
    assert function(part=2)[1] == 2
    with pytest.raises(OptionError, match="part is of type Decimal; give a number"):
        function(part=Decimal(1))  # type: ignore[arg-type]
    with pytest.raises(OptionError, match="path is of type PosixPath; give a string or None"):
        function(path=Path("a"))  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="unexpected keyword argument 'other'"):
        function(other=1)  # type: ignore[call-arg]
