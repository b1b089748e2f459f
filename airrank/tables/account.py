"""The account of a reading: what was read, used, converted and left out, and why.

Whoever reads a table hands its account to :func:`tell`; the command line prints it, a notebook gets
it as a warning.
"""

from __future__ import annotations

import datetime as dt
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from airrank.words import Clauses, Lang, Text, language

if TYPE_CHECKING:
    import pandas as pd

    from airrank.tables.sheets import Sheet

SHOWN = 5
"""Places that a summary names of many; the account itself names :data:`KEPT`."""
KEPT = 50


class TableNotice(UserWarning):
    """What a reader of a table left out, converted or took as missing."""


@dataclass(frozen=True)
class Place:
    """Where in a table: a row, a column, or both, of a sheet; of a text the sheet is empty."""

    sheet: str = ""
    row: int | None = None
    column: str = ""

    def in_words(self, lang: Lang) -> str:
        """Give the place in words, see :class:`airrank.words.Text`."""
        text = _PLACES[bool(self.sheet), self.row is not None, bool(self.column)]
        return text.with_values(**vars(self)).in_words(lang)

    def __str__(self) -> str:
        return self.in_words(language())


_PLACES = {
    (False, False, False): Text("the table"),
    (False, False, True): Text("column {column!r}"),
    (False, True, False): Text("row {row}"),
    (False, True, True): Text("row {row}, column {column!r}"),
    (True, False, False): Text("sheet {sheet!r}"),
    (True, False, True): Text("sheet {sheet!r}, column {column!r}"),
    (True, True, False): Text("sheet {sheet!r}, row {row}"),
    (True, True, True): Text("sheet {sheet!r}, row {row}, column {column!r}"),
}


@dataclass(frozen=True)
class Notice:
    """One thing to tell: a code for scripts, the text, and the places it is about."""

    code: str
    text: Text
    places: tuple[Place, ...] = ()
    n: int = 0

    def in_words(self, lang: Lang) -> str:
        """Give the text with its first places."""
        if not self.places:
            return self.text.in_words(lang)
        first = Clauses(self.places[:SHOWN])
        more = self.n - min(SHOWN, len(self.places))
        where = Text("{first} and {n} more", first=first, n=more) if more > 0 else first
        return Text("{what}: {where}", what=self.text, where=where).in_words(lang)

    def to_dict(self) -> dict[str, Any]:
        """Give it for JSON."""
        places = [
            {key: value for key, value in vars(place).items() if value not in {"", None}}
            for place in self.places
        ]
        return {"code": self.code, "text": str(self.text), "n": self.n, "places": places}


@dataclass
class Account:
    """What became of a table.

    Attributes
    ----------
    origin : str
    sheets : list of dict
        ``name``, ``read``, ``heading_rows``, ``rows`` (read of it) and ``why`` it was not read.
    columns : list of dict
        ``sheet``, ``column``, ``heading``, ``used_as``, ``factor`` and ``why`` it was left out.
    notices : list of Notice
        What has to be told.
    rows, cities : int
    first, last : date or None
        Days read.
    """

    origin: str
    sheets: list[dict[str, Any]] = field(default_factory=list)
    columns: list[dict[str, Any]] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    rows: int = 0
    cities: int = 0
    first: dt.date | None = None
    last: dt.date | None = None
    _groups: dict[tuple[str, Text], tuple[Text, list[Place], list[int]]] = field(
        default_factory=dict, repr=False
    )

    def note(self, code: str, text: Text, place: Place | None = None) -> None:
        """Keep something to tell; what is the same of several places is told once."""
        key = (code, text)
        if key not in self._groups:
            self._groups[key] = (text, [], [0])
            self.notices.append(Notice(code, text))
        _, places, count = self._groups[key]
        count[0] += 1
        if place is not None and len(places) < KEPT:
            places.append(place)

    def note_hidden(self, sheet: Sheet, name: str) -> None:
        """Keep that rows or columns of a sheet that is read are not shown by the program."""
        told = Text("hidden in the sheet, and read like the others")
        for row in sheet.hidden_rows:
            self.note("hidden", told, Place(name, row))
        for column in sheet.hidden_columns:
            self.note("hidden", told, Place(name, None, column))

    def read(self, frame: pd.DataFrame) -> None:
        """Count the rows read, with ``date`` and ``city``."""
        self.rows, self.cities = len(frame), int(frame["city"].nunique())
        self.first, self.last = frame["date"].min().date(), frame["date"].max().date()

    def close(self) -> Account:
        """Give the account with the places of every notice."""
        self.notices = [
            Notice(code, text, tuple(places), count[0])
            for (code, _), (text, places, count) in self._groups.items()
        ]
        return self

    def summary(self) -> Text:
        """Say in one sentence what was read."""
        if self.first is None:
            return Text("{origin}: rows read: {rows}", origin=self.origin, rows=self.rows)
        return Text(
            "{origin}: rows read: {rows}, cities: {cities}, days: {first} to {last}",
            origin=self.origin,
            rows=self.rows,
            cities=self.cities,
            first=self.first,
            last=self.last,
        )

    def lines(self) -> list[str]:
        """Give the summary and every notice, in the reader's language."""
        told = (f"  {notice.in_words(language())}" for notice in self.notices)
        return [str(self.summary()), *told]

    def to_dict(self) -> dict[str, Any]:
        """Give the account for JSON."""
        return {
            "schema": "airrank/table-account/1",
            "origin": self.origin,
            "rows": self.rows,
            "cities": self.cities,
            "first": None if self.first is None else str(self.first),
            "last": None if self.last is None else str(self.last),
            "sheets": self.sheets,
            "columns": self.columns,
            "notices": [notice.to_dict() for notice in self.notices],
        }


Listener = Callable[[Account], None]


def _warn(account: Account) -> None:
    warnings.warn("\n".join(account.lines()), TableNotice, stacklevel=3)


_LISTENER: ContextVar[Listener] = ContextVar("listener", default=_warn)


def tell(account: Account) -> None:
    """Tell an account to whoever listens, if there is anything to tell."""
    if account.notices:
        _LISTENER.get()(account)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Have accounts told to a listener for a while."""
    token = _LISTENER.set(listener)
    try:
        yield
    finally:
        _LISTENER.reset(token)
