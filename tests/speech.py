"""Whether a text is in the language it should be, whatever values it is about."""

from __future__ import annotations

import re
from copy import copy
from typing import Any

from airrank.errors import AirrankError
from airrank.words import Lang, Listed, Text

CODE = re.compile(
    r"`[^`]*`|'[^']*'|\([^()]*\)|（[^（）]*）|\[[^\[\]]*\]|--[a-z-]+|\bairrank(?: [a-z]+)*"
)
"""What is the same in every language: commands, options, examples in brackets or quotes."""
ENGLISH = re.compile(r"[A-Za-z]{2,}(?:[ ,]+[A-Za-z]{2,}){2,}")
CHINESE = re.compile("[\u4e00-\u9fff]")


class _Value:
    """A value that leaves no trace in a text."""

    def __format__(self, spec: str) -> str:
        return ""

    def __repr__(self) -> str:
        return ""

    __str__ = __repr__


def without_values(text: Any) -> Any:
    """Give a text whose values, unless they are texts themselves, leave no trace."""
    if isinstance(text, AirrankError):
        return without_values(text.text)
    if isinstance(text, Text):
        values = {
            key: value if key == "n" and text.plural else without_values(value)
            for key, value in text.values.items()
        }
        return Text(text.message, text.plural, **values)
    if isinstance(text, Listed):
        bare = copy(text)
        bare.parts = tuple(map(without_values, text.parts))
        return bare
    return _Value()


def foreign(said: str, lang: Lang) -> str:
    """Give the words of a text that are of the other language, empty if there are none."""
    found = (ENGLISH if lang == "zh" else CHINESE).search(CODE.sub(" ", said))
    return found[0] if found else ""
