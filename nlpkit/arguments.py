"""Checks that arguments of public functions are of the types that their annotations name: `checked`, a decorator."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields
from functools import cache, wraps
from inspect import Parameter, signature
from itertools import islice
from numbers import Integral, Real
from types import NoneType, SimpleNamespace, UnionType
from typing import Any, BinaryIO, ParamSpec, TypeVar, Union, get_args, get_origin, get_type_hints

from nlpkit.errors import Option, OptionError

P = ParamSpec("P")
R = TypeVar("R")

_WORDS = {
    bool: "True or False",
    int: "an integer",
    float: "a number",
    str: "a string",
    NoneType: "None",
    os.PathLike: "a path",
    BinaryIO: "a binary file",
    Callable: "a function",
    "Corpus": "a Corpus",
    "Decimal": "a number",
    "Fraction": "a number",
    "Frequencies": "what count or read_lists returns",
    "Itemsets": "what apriori returns",
    "Transactions": "what read_transactions returns",
}
_NUMBERS = {int: Integral, float: Real}
_SHORT = (str, bytes, int, float, complex, NoneType, list, tuple, set, frozenset, dict)
_LONGEST = 60  # characters of a value that is shown
_MOST = 1000  # elements of a list that are looked at


def checked(function: Callable[P, R]) -> Callable[P, R]:
    """Returns a function that raises OptionError, with the name of the parameter, for a value of another type than its
    annotation names: `top is '3'; give an integer or None`.

    The first elements of lists, tuples and sets are checked too, if the parameter has a default. Parameters without a
    default are data (texts, transactions): the function checks their elements while it reads them.
    """
    parameters = signature(function).parameters

    @cache
    def hints() -> dict[str, Any]:  # found on the first call, when all modules have been loaded
        asked = SimpleNamespace(__annotations__={**function.__annotations__, "return": None})
        return get_type_hints(asked, function.__globals__)

    @wraps(function)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        for name, value in (*zip(parameters, args, strict=False), *kwargs.items()):
            if name in hints() and name in parameters:
                _check(name, value, hints()[name], parameters[name].default is not Parameter.empty)
        return function(*args, **kwargs)

    return wrapped


def check_fields(options: Any) -> None:
    """Raises OptionError for a field of a dataclass whose value is of another type than its annotation names."""
    hints = get_type_hints(type(options))
    for field in fields(options):
        if field.init:
            _check(field.name, getattr(options, field.name), hints[field.name], True)


def _check(name: str, value: object, hint: Any, is_option: bool) -> None:
    if not _fits(value, hint, is_option):
        shown = repr(value) if isinstance(value, _SHORT) else ""
        shown = shown if 0 < len(shown) <= _LONGEST else f"of type {type(value).__name__}"
        words = list(dict.fromkeys(_words(hint)))
        wanted = " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
        raise OptionError(Option(name), f" is {shown}; give {wanted}")


def _fits(value: object, hint: Any, is_option: bool) -> bool:
    """Returns whether a value is of a type. is_option: whether its elements are checked, too: those of data are not."""
    kind, inner = get_origin(hint) or hint, get_args(hint)
    if kind in (Union, UnionType):
        return any(_fits(value, each, is_option) for each in inner)
    if kind is BinaryIO:
        return hasattr(value, "read") or hasattr(value, "write")
    if kind in (int, float):
        return isinstance(value, _NUMBERS[kind]) and not isinstance(value, bool)
    if kind is bool:
        return type(value).__name__ in ("bool", "bool_")  # bool_ is the type of numpy
    if inner and issubclass(kind, Iterable) and kind is not os.PathLike:
        return _are(value, kind, inner) if is_option else isinstance(value, (Iterable, os.PathLike))
    return isinstance(value, kind)


def _are(value: object, kind: type, inner: tuple[Any, ...]) -> bool:
    """Returns whether a value is a list of elements of the types `inner`, or a tuple of as many; not a string."""
    if isinstance(value, (str, bytes)) or not isinstance(value, Iterable):
        return False
    if kind is tuple and inner[-1] is not Ellipsis and not (isinstance(value, tuple) and len(value) == len(inner)):
        return False
    if not isinstance(value, (list, tuple, set, frozenset)):
        return True
    return all(_fits(one, inner[0], True) for one in islice(value, _MOST))


def _words(hint: Any) -> Iterator[str]:
    """Yields what an annotation asks for, in words."""
    kind, inner = get_origin(hint) or hint, get_args(hint)
    if kind in _WORDS or kind.__name__ in _WORDS:
        yield _WORDS.get(kind) or _WORDS[kind.__name__]
    elif kind in (Union, UnionType):
        for each in inner:
            yield from _words(each)
    elif inner:
        kinds = list(dict.fromkeys(_plural(word.split(" ", 1)[1]) for word in _words(inner[0])))
        each = f"of {kinds[0]}" if len(kinds) == 1 else f"({' or '.join(kinds)})"
        yield f"a {'tuple' if kind is tuple else 'list'} {each}"
    else:
        yield f"a {kind.__name__}"


def _plural(noun: str) -> str:
    return re.sub(r"(?= of | \(|$)", "s", noun, count=1)
