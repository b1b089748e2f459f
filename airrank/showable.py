r"""Characters from outside that must not reach a terminal or a page as they are.

Escape sequences and other controls, signs that turn the direction of writing, halves of characters
and what is no character are written out: ESC as ``\x1b``.
"""

from __future__ import annotations

import json
import re
from unicodedata import east_asian_width

_NONE = "".join(
    chr(plane | last) for plane in range(0, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF)
)
_UNSHOWN = re.compile(
    r"\r(?!\n)|[\x00-\x0c\x0e-\x1f\x7f-\x9f"  # controls
    "\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"  # ends of lines, turns of direction
    "\ud800-\udfff"  # halves of characters
    f"\ufdd0-\ufdef{_NONE}]"
)


def shown(text: str) -> str:
    r"""Write out what must not be shown; ends of lines and tabs stay.

    Examples
    --------
    >>> print(shown("a\x1b[31mb\n\u202ec"))
    a\x1b[31mb
    \u202ec
    """
    return _UNSHOWN.sub(_written_out, text)


def unshowable(text: str) -> bool:
    """Tell whether a text holds what must not be shown, or an end of line or a tab."""
    return _UNSHOWN.search(text) is not None


def escaped(text: str) -> str:
    """Give the same JSON, with what must not be shown as escapes of JSON."""
    return _UNSHOWN.sub(lambda found: _of_json(found[0]), text)


def is_wide(character: str) -> bool:
    """Tell whether a character takes the room of two Latin ones, as Chinese ones do."""
    return east_asian_width(character) in "WF"


class Outside(str):
    """A text with such characters: as a text it is one line, and they are written out."""

    __slots__ = ()

    def __str__(self) -> str:
        return shown(" ".join(self.split()))

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)


def from_outside(text: str) -> str:
    r"""Give a text that can be put anywhere.

    Examples
    --------
    >>> str(from_outside("city\x07\nairrank: done"))
    'city\\x07 airrank: done'
    """
    return Outside(text) if unshowable(text) else text


def _written_out(found: re.Match[str]) -> str:
    character = found[0]
    return character if character in "\n\t" else character.encode("unicode_escape").decode()


def _of_json(character: str) -> str:
    return character if character in "\n\t" else json.dumps(character)[1:-1]
