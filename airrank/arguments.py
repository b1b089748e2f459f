"""Arguments of the public functions: wrong ones are told in one way, with what is accepted."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable
from functools import wraps
from numbers import Integral, Number
from os import PathLike
from pathlib import Path
from typing import Any, ParamSpec, TypeGuard, TypeVar

from airrank.errors import InputError
from airrank.words import Listed, Text

FEWEST_DRAWS, MOST_DRAWS = 100, 1_000_000
"""Of joint draws that a command makes. A probability from 100 has a standard error of 0.05 at most;
a million for 168 cities take 6 GB. Functions take fewer, down to one."""
LARGEST_SEED = 2**32 - 1
MOST_PROCESSES = 512

LONGEST_FOUND = 60
"""Characters of a value that an error shows."""

P = ParamSpec("P")
R = TypeVar("R")


def is_whole(value: object) -> TypeGuard[int]:
    """Tell whole numbers, NumPy's too, from truths and everything else."""
    return isinstance(value, Integral) and not isinstance(value, bool)


def check_whole(name: str, value: object, least: int, most: int) -> None:
    """Refuse what is no whole number between two others.

    Raises
    ------
    InputError
        If it is none.
    """
    if not is_whole(value) or not least <= value <= most:
        raise InputError(
            "{name}: expected a whole number from {least} to {most}, found {value!r}",
            name=name,
            least=least,
            most=most,
            value=value,
        )


def several(name: str, values: Any) -> tuple[Any, ...]:
    """Give the values of any row of them; a text or a number is one.

    Raises
    ------
    InputError
        If it is none of these.

    Examples
    --------
    >>> several("goals", 110), several("goals", [110, 105]), several("models", "ytd")
    ((110,), (110, 105), ('ytd',))
    """
    if isinstance(values, str | Number):
        return (values,)
    try:
        return tuple(values)
    except TypeError:
        raise InputError(
            "{name}: expected a value or several, found {found}", name=name, found=_begun(values)
        ) from None


def as_path(name: str, value: object) -> Path:
    """Give the path that a text or a path means.

    Raises
    ------
    InputError
        If it is neither.
    """
    if isinstance(value, str | PathLike):
        return Path(value)
    raise InputError(
        "{name}: expected the path of a file, found {found}", name=name, found=_begun(value)
    )


def _begun(value: object) -> str:
    return repr(value)[:LONGEST_FOUND]


def checked(function: Callable[P, R]) -> Callable[P, R]:
    """Refuse a call whose arguments do not fit as an :class:`~airrank.errors.InputError`.

    Python's own ``TypeError`` names no alternatives and speaks one language only.
    """
    signature = inspect.signature(function)

    @wraps(function)
    def called(*given: P.args, **named: P.kwargs) -> R:
        try:
            signature.bind(*given, **named)
        except TypeError:
            raise InputError(_trouble(function.__name__, signature, given, named)) from None
        return function(*given, **named)

    return called


def _trouble(
    name: str,
    signature: inspect.Signature,
    given: tuple[object, ...],
    named: dict[str, object],
) -> Text:
    parameters = signature.parameters
    unknown = [key for key in named if key not in parameters]
    if unknown:
        near = difflib.get_close_matches(unknown[0], parameters, n=1)
        facts = {"function": name, "option": unknown[0], "known": Listed(parameters)}
        if near:
            return Text(
                "{function}() has no option {option!r}; did you mean {near}? It takes {known}",
                near=near[0],
                **facts,
            )
        return Text("{function}() has no option {option!r}; it takes {known}", **facts)
    placed = [key for key, value in parameters.items() if value.kind is value.POSITIONAL_OR_KEYWORD]
    if len(given) > len(placed):
        return Text(
            "{function}() takes {names} by place, everything else by name; found {number} values",
            function=name,
            names=Listed(placed),
            number=len(given),
        )
    twice = [key for key in placed[: len(given)] if key in named]
    if twice:
        return Text("{function}(): {option} is given twice", function=name, option=twice[0])
    lacking = [
        key
        for key, value in parameters.items()
        if value.default is value.empty and key not in named and key not in placed[: len(given)]
    ]
    return Text("{function}() needs {names}", function=name, names=Listed(lacking))
