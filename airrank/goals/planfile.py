"""Reading a TOML table key by key: every error names the table, the key and what was expected."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, NoReturn, TypeVar

from airrank.arguments import LONGEST_FOUND, is_whole
from airrank.errors import InputError
from airrank.periods import Period
from airrank.words import Listed, Text

_MISSING: Any = object()
_Default = TypeVar("_Default")


MOST_DIGITS = 12
"""Before and behind the decimal point: a number of a plan has a handful."""
LONGEST_NAME = 60
"""Characters of the name of a goal."""


def _is_number(value: Any) -> bool:
    """Tell numbers from truths, texts, and what only looks like one (nan, 1e999999999)."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return False
    number = Decimal(value)
    exponent = number.as_tuple().exponent
    return isinstance(exponent, int) and -exponent <= MOST_DIGITS > number.adjusted()


def _is_seen(character: str) -> bool:
    return character.isprintable() and not character.isspace()


def _as_written(value: Any) -> str:
    """Give a value as it stands in the file, if long only how it begins."""
    if isinstance(value, bool):
        written = "true" if value else "false"
    elif isinstance(value, Decimal | date | time):
        written = str(value)
    elif isinstance(value, list) and not any(isinstance(one, list | dict) for one in value):
        written = f"[{', '.join(map(_as_written, value))}]"
    else:
        written = repr(value)
    return written if len(written) <= LONGEST_FOUND else f"{written[:LONGEST_FOUND]}…"


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
                "{origin}: expected a table of keys, found {content}",
                origin=origin,
                content=_as_written(content),
            )
        self.origin, self.content = origin, content
        self._read: set[str] = set()

    def refuse(self, key: str, expected: Text) -> NoReturn:
        """Raise the error for a key."""
        found = _as_written(self.content[key]) if key in self.content else Text("nothing")
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
                unknown=unknown[0][:LONGEST_FOUND],
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
        seen = isinstance(value, str) and any(map(_is_seen, value))
        if not isinstance(value, str) or (default is _MISSING and not seen):
            self.refuse(key, Text("text"))
        return value

    def name(self, key: str) -> str:
        """Text by which something is called: in one line, with nothing that is not seen."""
        value = self.text(key)
        plain = value == " ".join(value.split()) and value.isprintable() and "," not in value
        if not plain or len(value) > LONGEST_NAME:
            self.refuse(
                key,
                Text(
                    "a name of at most {number} characters in one line, without commas or spaces "
                    "at its ends",
                    number=LONGEST_NAME,
                ),
            )
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
        if not is_whole(value) or not lowest <= value <= highest:
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

    def years(self, key: str, lowest: int, highest: int) -> tuple[int, int]:
        """Give a first year and a last one."""
        value = self._get(key)
        if (
            not isinstance(value, list)
            or len(value) != 2
            or not all(map(is_whole, value))
            or not lowest <= value[0] <= value[1] <= highest
        ):
            self.refuse(
                key,
                Text(
                    "the first year and the last, from {first_year} to {last_year}",
                    first_year=lowest,
                    last_year=highest,
                ),
            )
        return value[0], value[1]

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
