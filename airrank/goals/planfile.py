"""Reading a TOML table key by key: every error names the table, the key and what was expected."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NoReturn, TypeVar

from airrank.errors import InputError
from airrank.periods import Period
from airrank.words import Listed, Text

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

    def __init__(self, origin: Text, content: Any) -> None:
        if not isinstance(content, dict):
            raise InputError(
                "{origin}: expected a table of keys, found {content!r}",
                origin=origin,
                content=content,
            )
        self.origin, self.content = origin, content
        self._read: set[str] = set()

    def refuse(self, key: str, expected: Text) -> NoReturn:
        """Raise the error for a key."""
        found = repr(self.content[key]) if key in self.content else Text("nothing")
        raise InputError(
            "{origin}, key {key!r}: expected {expected}, found {found}",
            origin=self.origin,
            key=key,
            expected=expected,
            found=found,
        )

    def refuse_unknown(self) -> None:
        """Raise for a key nobody asked for: most likely a slip of the pen."""
        unknown = [key for key in self.content if key not in self._read]
        if unknown:
            raise InputError(
                "{origin}, key {unknown!r}: expected one of {known}",
                origin=self.origin,
                unknown=unknown[0],
                known=Listed(sorted(self._read)),
            )

    def _get(self, key: str, default: Any = _MISSING) -> Any:
        self._read.add(key)
        if key not in self.content and default is _MISSING:
            self.refuse(key, Text("a value"))
        return self.content.get(key, default)

    def text(self, key: str, default: str = _MISSING) -> str:
        """Text, not empty unless it has a default."""
        value = self._get(key, default)
        if not isinstance(value, str) or (default is _MISSING and not value.strip()):
            self.refuse(key, Text("text"))
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Give a list of texts; none is fine."""
        value = self._get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.refuse(key, Text("a list of texts"))
        return tuple(value)

    def choice(self, key: str, choices: Sequence[str]) -> str:
        """One of some words."""
        value = self._get(key)
        if value not in choices:
            self.refuse(key, Text("one of {choices}", choices=Listed(choices)))
        return str(value)

    def truth(self, key: str, *, default: bool) -> bool:
        """Give true or false."""
        value = self._get(key, default)
        if not isinstance(value, bool):
            self.refuse(key, Text("true or false"))
        return value

    def whole(
        self, key: str, lowest: int, highest: int, *, default: _Default = _MISSING
    ) -> int | _Default:
        """Give a whole number between two others."""
        value = self._get(key, default)
        if value is default and default is not _MISSING:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
            self.refuse(
                key,
                Text("a whole number from {lowest} to {highest}", lowest=lowest, highest=highest),
            )
        return value

    def numbers(self, key: str, count: int) -> tuple[Decimal, ...]:
        """One number as it stands, several as a list, none if the key must be absent."""
        value = self._get(key, None)
        listed = value if isinstance(value, list) else [] if value is None else [value]
        if len(listed) != count or not all(_is_number(v) for v in listed):
            expected = {
                0: Text("no value"),
                1: Text("a number"),
                2: Text("a list of two numbers"),
            }
            self.refuse(key, expected[count])
        return tuple(Decimal(v) for v in listed)

    def day(self, key: str, year: int) -> date:
        """Give a day of a year; its last without the key."""
        value = self._get(key, Period.of_year(year).end)
        if not isinstance(value, date) or isinstance(value, datetime) or value.year != year:
            self.refuse(key, Text("a day of {year} such as {year}-09-30", year=year))
        return value

    def tables(self, key: str, *, optional: bool = False) -> list[Any]:
        """Give the tables of an array, at least one unless optional."""
        value = self._get(key, [] if optional else _MISSING)
        if not isinstance(value, list) or not (value or optional):
            self.refuse(key, Text("at least one [[{key}]]", key=key))
        return value

    def part(self, key: str) -> Table:
        """Give a table within the table."""
        value = self._get(key)
        if not isinstance(value, dict):
            self.refuse(key, Text("a table of keys"))
        return Table(Text("{origin}, {key}", origin=self.origin, key=key), value)

    def any_day(self, key: str, default: date) -> date:
        """Give a day; the default without the key."""
        value = self._get(key, default)
        if not isinstance(value, date) or isinstance(value, datetime):
            self.refuse(key, Text("a day such as 2025-09-30"))
        return value
