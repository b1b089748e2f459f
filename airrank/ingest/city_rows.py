"""The rows of a table of city-days: what each says, and why one is left out or refused."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import lru_cache

import pandas as pd

from airrank.errors import InputError
from airrank.ingest.city_columns import Columns, Measured
from airrank.ingest.places import named, place_of
from airrank.rules.reference_state import CHANGE
from airrank.tables.account import Account, Place
from airrank.tables.cells import SENTINELS, Odd, is_remark, is_total, plain, read_day, read_number
from airrank.tables.headings import normal
from airrank.tables.layout import Block, Context
from airrank.tables.sheets import Cell, Sheet, column_letter
from airrank.words import Text

ZERO = Text("0 is no reading of a day: taken as missing")
_COUNTS = frozenset({"", "序号", "编号", "no.", "no", "id", "#"})
"""Headings of columns that count the rows, where a total may have its name."""
_CHANGE = pd.Timestamp(CHANGE).date()


class Reading:
    """What is read of one sheet.

    Attributes
    ----------
    name : str
        What places call the sheet; empty where it is the only one.
    records, places : list
        Rows read, and where they stand.
    odd : dict
        Cells that could not be read, by reason and column.
    """

    def __init__(self, sheet: Sheet, account: Account, *, alone: bool) -> None:
        self.sheet, self.account = sheet, account
        self.rows = sheet.filled() if sheet.visible else []
        self.name = "" if alone else sheet.name
        self.covered = sheet.covered() if sheet.merged else set()
        self.records: list[dict[str, object]] = []
        self.places: list[Place] = []
        self.odd: dict[tuple[Odd, int], list[tuple[int, Cell]]] = {}
        self.number = lru_cache(100_000)(lambda cell: read_number(cell, comma=sheet.comma))

    def at(self, row: int, column: str = "") -> Place:
        """Name a row, counted from 0."""
        return Place(self.name, row + 1, column)


class TableRows:
    """Reads the rows of one table."""

    def __init__(self, sheet: Reading, block: Block, columns: Columns, context: Context,
                 whose: str | None) -> None:  # fmt: skip
        self.sheet, self.block, self.columns = sheet, block, columns
        self.context, self.whose = context, whose
        self.account = sheet.account
        self.values = sorted(
            {
                p
                for m in columns.pollutants.values()
                for p in (m.column, m.standard)
                if p is not None
            }
        )
        self.day = lru_cache(100_000)(read_day)
        self.place = lru_cache(100_000)(place_of)
        headed = (place for place, heading in enumerate(block.headings) if heading.text)
        width = max(headed) + 1
        self.counts = {place for place, heading in enumerate(block.headings)
                       if normal(heading.text) in _COUNTS}  # fmt: skip
        unnamed = (place for place in range(min(self.values), width)
                   if not block.headings[place].text)  # fmt: skip
        self.beyond = [*unnamed, *range(width, max(map(len, sheet.rows), default=0))]

    def take(self, number: int) -> None:
        """Take in one row, or say why it is left out."""
        row = self.sheet.rows[number]
        if all(cell is None for cell in row):
            return
        where, columns = self.sheet.at(number), self.columns
        day = self._day(number, row)
        if self._sums_up(row, dated=isinstance(day, dt.date)):
            self.account.note("total", Text("rows that sum up others left out"), where)
            return
        remark = _is_remark(row, dated=isinstance(day, dt.date))
        valued = not remark and any(self._filled(row, place) for place in self.values)
        if not isinstance(day, dt.date):
            if not valued and day is not Odd.TIME:
                text = next(plain(cell) for cell in row if cell is not None)
                self.account.note("note", Text("left out: {text}", text=text[:60]), where)
                return
            raise self._no_day(number, day)
        city = self.whose or self._city(row)
        if not city:
            if not valued:
                self.account.note("note", Text("rows without city and values left out"), where)
                return
            raise InputError(
                "{origin}, {place}: expected a name of a city, found none",
                origin=self.account.origin,
                place=self._at_city(number),
            )
        self._refuse_surplus(row, where)
        record: dict[str, object] = {"date": day, "city": city}
        for pollutant, measured in columns.pollutants.items():
            place = self._column(measured, day, number)
            record[pollutant] = self._value(number, row, place, measured.power)
        if columns.aqi is not None:
            record["aqi"] = self._value(number, row, columns.aqi, 0)
        for name, place in columns.optional.items():
            cell = row[place] if place < len(row) else None
            record[name] = cell if cell is None or isinstance(cell, bool) else plain(cell)
        if not valued:
            self.account.note("empty", Text("rows without any value: kept as missing"), where)
        self.sheet.records.append(record)
        self.sheet.places.append(where)

    def _sums_up(self, row: list[Cell], *, dated: bool) -> bool:
        """Tell whether the place of the day, of the city or the first filled one names a total."""
        named_in = (self.columns.date, self.columns.city)
        cells = [row[p] for p in named_in if p is not None and p < len(row)]
        first = next(place for place, cell in enumerate(row) if cell is not None)
        if not dated or first in self.counts:
            cells.append(row[first])
        return any(isinstance(cell, str) and _total(plain(cell)) for cell in cells)

    def _filled(self, row: list[Cell], place: int) -> bool:
        return place < len(row) and self.sheet.number(row[place]) is not None

    def _day(self, number: int, row: list[Cell]) -> dt.date | Odd | None:
        columns = self.columns
        if columns.date is None:
            return self.context.day
        cell = row[columns.date] if columns.date < len(row) else None
        year, month = self.context.year, self.context.month
        if columns.year is not None and columns.year < len(row):
            year = _whole(row[columns.year])
        if columns.month is not None and columns.month < len(row):
            month = _whole(row[columns.month])
        day = self.day(cell, year, month)
        if isinstance(day, dt.date) and columns.year is None and self.day(cell) is Odd.UNREADABLE:
            told = Text("year or month of the days are those of the title")
            self.account.note("context", told, self.sheet.at(number))
        if isinstance(day, dt.date) and year and columns.year is not None and day.year != year:
            return Odd.UNREADABLE
        return day

    def _no_day(self, number: int, day: Odd | None) -> InputError:
        place = self.columns.date
        column = "" if place is None else self.block.headings[place].text
        row = self.sheet.rows[number]
        cell = None if place is None or place >= len(row) else row[place]
        if day is Odd.TIME:
            return InputError(
                "{origin}, {place}: expected a calendar day without a time, found {found!r}. Daily "
                "values are wanted, one row a city and day.",
                origin=self.account.origin, place=self.sheet.at(number, column), found=plain(cell),
            )  # fmt: skip
        return InputError(
            "{origin}, {place}: expected a calendar day such as 2017-09-24, found {found!r}. The "
            "row has values: give it its day, or delete it.",
            origin=self.account.origin, place=self.sheet.at(number, column), found=plain(cell),
        )  # fmt: skip

    def _city(self, row: list[Cell]) -> str:
        place = self.columns.city
        text = self.place(row[place]) if place is not None and place < len(row) else ""
        if not text:
            return ""
        found = named(text)
        if found.told is not None:
            self.account.note(f"city_{found.code}", found.told, None)
        return found.name

    def _at_city(self, number: int) -> Place:
        column = self.columns.city
        return self.sheet.at(number, "" if column is None else self.block.headings[column].text)

    def _column(self, measured: Measured, day: dt.date, number: int) -> int:
        """Give the column of the reference state in which a day's concentrations are reported."""
        early = day < _CHANGE
        heading = self.block.headings[measured.column]
        if heading.year is not None and heading.year != day.year:
            raise InputError(
                "{origin}, {place}: the heading says {year}, the row {day}. Which holds? A column "
                "of another year's values is to be deleted.",
                origin=self.account.origin,
                place=self.sheet.at(number, heading.text),
                year=heading.year,
                day=day,
            )
        if measured.state == "standard" and not early:
            raise InputError(
                "{origin}, {place}: a concentration at standard state (标况); since 2018-09-01 the "
                "actual one (实况) is reported. Give that.",
                origin=self.account.origin,
                place=self.sheet.at(number, self.block.headings[measured.column].text),
            )
        return measured.standard if early and measured.standard is not None else measured.column

    def _value(self, number: int, row: list[Cell], place: int, power: int) -> float | None:
        cell = row[place] if place < len(row) else None
        if cell is None:
            return None
        value = self.sheet.number(cell)
        if (number, place) in self.sheet.covered:
            raise InputError(
                "{origin}, {place}: a value merged over several cells; does it hold for each? "
                "Give each its own.",
                origin=self.account.origin,
                place=self.sheet.at(number, self.block.headings[place].text),
            )
        if isinstance(value, Odd):
            self.sheet.odd.setdefault((value, place), []).append((number, cell))
            return None
        if value is None:
            self._missing(
                "missing", Text("{text} taken as missing", text=plain(cell)), number, place
            )
        elif value in SENTINELS:
            text = Text("{value:g} stands for a missing value", value=value)
            self._missing("sentinel", text, number, place)
        elif value == 0:
            self._missing("zero", ZERO, number, place)
        else:
            return value if not power else scaled(value, power)
        return None

    def _missing(self, code: str, text: Text, number: int, place: int) -> None:
        self.account.note(code, text, self.sheet.at(number, self.block.headings[place].text))

    def _refuse_surplus(self, row: list[Cell], where: Place) -> None:
        """Refuse numbers among or beyond the values without a heading: columns may be shifted."""
        for place in self.beyond:
            if place < len(row) and isinstance(self.sheet.number(row[place]), float):
                raise InputError(
                    "{origin}, {place}: the cell {letter} ({found!r}) has no heading; are the "
                    "columns shifted against their headings?",
                    origin=self.account.origin, place=where, letter=column_letter(place),
                    found=plain(row[place]),
                )  # fmt: skip


def scaled(value: float, power: int) -> float:
    """Multiply by a power of ten, exactly on the decimal value.

    Examples
    --------
    >>> scaled(0.035, 3), scaled(0.0351, 3)
    (35.0, 35.1)
    """
    return float(Decimal(repr(value)).scaleb(power))


def _is_remark(row: list[Cell], *, dated: bool) -> bool:
    """Tell whether one text, no number, is all of a row, or an undated one begins as a note."""
    filled = [cell for cell in row if cell is not None]
    if not dated and is_remark(plain(filled[0])):
        return True
    return len(set(filled)) == 1 and read_number(filled[0]) is Odd.UNREADABLE


_total = lru_cache(10_000)(is_total)


def _whole(cell: Cell) -> int | None:
    text = plain(cell).rstrip("年月日")
    return int(text) if text.isdecimal() and len(text) <= 4 else None
