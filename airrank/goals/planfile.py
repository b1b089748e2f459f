"""Reading a TOML table key by key: every error names the table, the key and what was expected."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NoReturn, TypeVar

from airrank.errors import InputError
from airrank.periods import Period

_MISSING: Any = object()
_Default = TypeVar("_Default")


MOST_DIGITS = 12
"""Before and behind the decimal point: a number of a plan has a handful."""


def _is_number(value: Any) -> bool:
    """Tell numbers from truths, texts, and what only looks like one (nan, 1e999999999)."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return False
    number = Decimal(value)
    return number.is_finite() and abs(number.adjusted()) <= MOST_DIGITS


class Table:
    """One table of a TOML file.

    Parameters
    ----------
    origin : str
        What an error calls the table: the file, and the entry in it.
    content : dict
        The table, its decimal fractions read as Decimal.
    """

    def __init__(self, origin: str, content: Any) -> None:
        if not isinstance(content, dict):
            raise InputError(f"{origin}: expected a table of keys, found {content!r}")
        self.origin, self.content = origin, content
        self._read: set[str] = set()

    def refuse(self, key: str, expected: str) -> NoReturn:
        """Raise the error for a key."""
        found = repr(self.content[key]) if key in self.content else "nothing"
        raise InputError(f"{self.origin}, key {key!r}: expected {expected}, found {found}")

    def refuse_unknown(self) -> None:
        """Raise for a key nobody asked for: most likely a slip of the pen."""
        unknown = [key for key in self.content if key not in self._read]
        if unknown:
            known = ", ".join(sorted(self._read))
            raise InputError(f"{self.origin}, key {unknown[0]!r}: expected one of {known}")

    def _get(self, key: str, default: Any = _MISSING) -> Any:
        self._read.add(key)
        if key not in self.content and default is _MISSING:
            self.refuse(key, "a value")
        return self.content.get(key, default)

    def text(self, key: str, default: str = _MISSING) -> str:
        """Text, not empty unless it has a default."""
        value = self._get(key, default)
        if not isinstance(value, str) or (default is _MISSING and not value.strip()):
            self.refuse(key, "text")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Give a list of texts; none is fine."""
        value = self._get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.refuse(key, "a list of texts")
        return tuple(value)

    def choice(self, key: str, choices: Sequence[str]) -> str:
        """One of some words."""
        value = self._get(key)
        if value not in choices:
            self.refuse(key, f"one of {', '.join(choices)}")
        return str(value)

    def truth(self, key: str, *, default: bool) -> bool:
        """Give true or false."""
        value = self._get(key, default)
        if not isinstance(value, bool):
            self.refuse(key, "true or false")
        return value

    def whole(
        self, key: str, lowest: int, highest: int, *, default: _Default = _MISSING
    ) -> int | _Default:
        """Give a whole number between two others."""
        value = self._get(key, default)
        if value is default and default is not _MISSING:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
            self.refuse(key, f"a whole number from {lowest} to {highest}")
        return value

    def numbers(self, key: str, count: int) -> tuple[Decimal, ...]:
        """One number as it stands, several as a list, none if the key must be absent."""
        value = self._get(key, None)
        listed = value if isinstance(value, list) else [] if value is None else [value]
        if len(listed) != count or not all(_is_number(v) for v in listed):
            expected = {0: "no value", 1: "a number", 2: "a list of two numbers"}[count]
            self.refuse(key, expected)
        return tuple(Decimal(v) for v in listed)

    def day(self, key: str, year: int) -> date:
        """Give a day of a year; its last without the key."""
        value = self._get(key, Period.of_year(year).end)
        if not isinstance(value, date) or isinstance(value, datetime) or value.year != year:
            self.refuse(key, f"a day of {year} such as {year}-09-30")
        return value

    def tables(self, key: str, *, optional: bool = False) -> list[Any]:
        """Give the tables of an array, at least one unless optional."""
        value = self._get(key, [] if optional else _MISSING)
        if not isinstance(value, list) or not (value or optional):
            self.refuse(key, f"at least one [[{key}]]")
        return value
