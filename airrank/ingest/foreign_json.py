"""The one door for JSON from a disk or a server: its size, depth and shape are checked.

What comes through has the shape that was asked for, whoever wrote it.

A shape is one of

- a type: ``str``, ``int``, ``float``, ``bool``, ``list``, ``dict``;
- an :class:`Each` (list), an :class:`Every` (object with any keys), a :class:`Maybe` (or null);
- a tuple of shapes, of which one holds;
- an object by its keys: one that ends in ``?`` may be missing, further ones are let be;
- a function that reads a text, and raises ``ValueError`` (as ``InputError`` is) if it cannot.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any, NoReturn

from airrank.errors import InputError
from airrank.ingest.limits import LARGEST_LIST, read_bytes
from airrank.words import Text

DEEPEST = 40
"""Levels of lists and objects; ours have six."""
SHOWN = 60
"""Characters of a wrong value that an error shows."""


@dataclass(frozen=True)
class Each:
    """A list whose items have a shape."""

    shape: Any


@dataclass(frozen=True)
class Every:
    """An object whose values have a shape, whatever its keys."""

    shape: Any


@dataclass(frozen=True)
class Maybe:
    """A shape, or null."""

    shape: Any


_KINDS: Mapping[type, Text] = {
    str: Text("a text"),
    int: Text("a whole number"),
    float: Text("a number"),
    bool: Text("true or false"),
    list: Text("a list"),
    dict: Text("an object"),
}


def read_json(path: Path, shape: Any, *, largest: int = LARGEST_LIST) -> Any:
    """Read a JSON file of a shape.

    Parameters
    ----------
    path : Path
    shape : shape
        See the module.
    largest : int
        Most bytes that are read.

    Raises
    ------
    InputError
        If it cannot be read, is too large, no JSON, nested too deeply, or of another shape.
    """
    return parse_json(read_bytes(path, largest), path, shape)


def parse_json(content: bytes | str, origin: object, shape: Any) -> Any:
    r"""Read JSON of a shape; ``origin`` names it in an error.

    Raises
    ------
    InputError
        If it is no JSON, nested too deeply, or of another shape.

    Examples
    --------
    >>> parse_json('{"days": [1, 2]}', "a.json", {"days": Each(int), "note?": str})
    {'days': [1, 2]}
    >>> fits({"days": [1, "2"]}, {"days": Each(int)})
    False
    """
    try:
        text = content if isinstance(content, str) else content.decode("utf-8-sig")
        found = json.loads(text, object_pairs_hook=_once_each, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:  # also UnicodeDecodeError
        deep = isinstance(error, RecursionError)
        why = Text("it is nested too deeply") if deep else error
        raise InputError("{origin} is not valid JSON: {why}", origin=origin, why=why) from error
    _refuse_depth(found, origin)
    check_shape(found, origin, shape)
    return found


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse an object that names a field twice: either value could be meant."""
    content = dict(pairs)
    if len(content) < len(pairs):
        count = Counter(name for name, _ in pairs)
        raise InputError("{name!r} occurs twice", name=count.most_common(1)[0][0][:SHOWN])
    return content


def _no_number(name: str) -> NoReturn:
    raise InputError("{name} is no number", name=name)


def _refuse_depth(found: Any, origin: object) -> None:
    """Refuse what functions that go down into it could not end."""
    layer = [found]
    for _ in range(DEEPEST):
        outer = [one for one in layer if isinstance(one, dict | list)]
        layer = [x for one in outer for x in (one.values() if isinstance(one, dict) else one)]
        if not layer:
            return
    why = Text("it is nested too deeply")
    raise InputError("{origin} is not valid JSON: {why}", origin=origin, why=why)


def check_shape(found: Any, origin: object, shape: Any, at: str = "") -> None:
    """Refuse content of another shape; ``at`` says where in the whole it stands.

    Raises
    ------
    InputError
    """
    match shape:
        case Maybe(inner):
            if found is not None:
                check_shape(found, origin, inner, at)
        case Each(inner):
            _check_kind(found, origin, list, at)
            for k, item in enumerate(found):
                check_shape(item, origin, inner, f"{at}[{k}]")
        case Every(inner):
            _check_kind(found, origin, dict, at)
            for key, item in found.items():
                check_shape(item, origin, inner, _below(at, key))
        case Mapping():
            _check_kind(found, origin, dict, at)
            _check_keys(found, origin, shape, at)
        case tuple():
            if not any(fits(found, inner) for inner in shape):
                check_shape(found, origin, shape[0], at)
        case type():
            _check_kind(found, origin, shape, at)
        case _:
            _check_kind(found, origin, str, at)
            try:
                shape(found)
            except ValueError as why:
                raise InputError("{origin}: {at}: {why}", origin=origin, at=at, why=why) from why


def fits(found: Any, shape: Any) -> bool:
    """Tell whether content has a shape."""
    try:
        check_shape(found, "", shape)
    except InputError:
        return False
    return True


def _check_keys(found: dict[str, Any], origin: object, shape: Mapping[str, Any], at: str) -> None:
    for name, inner in shape.items():
        key = name.removesuffix("?")
        if key in found:
            check_shape(found[key], origin, inner, _below(at, key))
        elif key == name:
            raise InputError("{origin}: {key} is missing", origin=origin, key=_below(at, key))


def _check_kind(found: Any, origin: object, kind: type, at: str) -> None:
    if _is_of(found, kind):
        return
    shown = _KINDS[type(found)] if isinstance(found, dict | list) else repr(found)[:SHOWN]
    if not at:
        raise InputError(
            "{origin}: expected {kind}, found {shown}",
            origin=origin,
            kind=_KINDS[kind],
            shown=shown,
        )
    raise InputError(
        "{origin}: expected {kind} as {at}, found {shown}",
        origin=origin,
        kind=_KINDS[kind],
        at=at,
        shown=shown,
    )


def _is_of(found: Any, kind: type) -> bool:
    """Tell whether a value is of a kind: a number is finite, and true is no number."""
    if kind in {int, float} and isinstance(found, bool):
        return False
    if kind is float and isinstance(found, int | float):
        try:
            return isfinite(float(found))
        except OverflowError:
            return False
    return isinstance(found, kind)


def _below(at: str, key: str) -> str:
    return f"{at}.{key[:SHOWN]}" if at else key[:SHOWN]
