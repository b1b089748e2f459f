"""City-days from a table that people made: every sheet, every table of it, every row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

import pandas as pd

from airrank.errors import InputError
from airrank.ingest.city_columns import Chooser, Columns, Measured, describes_days
from airrank.ingest.places import named, place_of
from airrank.rules.reference_state import CHANGE
from airrank.rules.standards import POLLUTANTS
from airrank.tables.account import Account, Place
from airrank.tables.cells import SENTINELS, Odd, is_total, plain, read_day, read_number
from airrank.tables.layout import Block, Context, context_of, dates_across, find_blocks
from airrank.tables.sheets import Cell, Sheet, column_letter, open_sheets
from airrank.words import Text

ZERO = Text("0 is no reading of a day: taken as missing")
_CHANGE = pd.Timestamp(CHANGE).date()
_EXPECTED = {
    Odd.NEGATIVE: Text("a concentration of at least 0, or nothing"),
    Odd.NOT_CALCULATED: Text(
        "the result of a formula, which was never calculated: open the file in Excel, save it, and "
        "try again"
    ),
    Odd.UNREADABLE: Text("a number, or nothing where the value is missing"),
}


@dataclass(frozen=True)
class CityTable:
    """A table as it was read.

    Attributes
    ----------
    frame : DataFrame
        ``date`` (text), ``city``, the pollutants as numbers, and what optional columns there are.
    places : list of Place
        The sheet and row of each of its rows.
    account : Account
    """

    frame: pd.DataFrame
    places: list[Place]
    account: Account


def read_city_table(
    content: bytes,
    name: str,
    origin: str,
    *,
    city: str | None = None,
    account: Account | None = None,
) -> CityTable:
    """Read the city-days of a table in any of the formats of :func:`open_sheets`.

    Parameters
    ----------
    content, name, origin
        As for :func:`~airrank.tables.sheets.open_sheets`.
    city : str, optional
        Whose values a table without a column of cities gives.
    account : Account, optional
        What is told is added to it.

    Raises
    ------
    InputError
        If no sheet holds such a table, a column is missing or there twice, or a cell cannot be
        read; with its row.
    """
    account = Account(origin) if account is None else account
    records: list[dict[str, object]] = []
    places: list[Place] = []
    sheets = open_sheets(content, name, origin)
    why: list[Text] = []
    for sheet in sheets:
        rows = sheet.filled() if sheet.visible else []
        tables = _Sheet(sheet, rows, account, city, alone=len(sheets) == 1)
        reason = tables.read()
        records += tables.records
        places += tables.places
        account.sheets.append(
            {"name": sheet.name, "read": reason is None, "rows": len(tables.records),
             "heading_rows": tables.heading_rows,
             "why": None if reason is None else str(reason)}
        )  # fmt: skip
        if reason is not None:
            why.append(reason)
            account.note("sheet", Text("not read: {why}", why=reason), Place(sheet.name))
    if not any(sheet["read"] for sheet in account.sheets):
        raise InputError(
            "{origin}: {why}. Expected a heading with date (日期), city (城市) and the pollutants "
            "PM2.5, PM10, SO2, NO2, CO and O3_8h.",
            origin=origin,
            why=why[0] if why else Text("there is no sheet"),
        )
    if not records:
        raise InputError("{origin} holds no row", origin=origin)
    frame = pd.DataFrame(records)
    frame["date"] = pd.to_datetime(frame["date"]).astype("datetime64[s]")
    numbers = [name for name in (*POLLUTANTS, "aqi") if name in frame]
    frame = frame.astype(dict.fromkeys(numbers, "float64"))
    account.read(frame)
    return CityTable(frame, places, account)


class _Sheet:
    """Reads the tables of one sheet."""

    def __init__(self, sheet: Sheet, rows: list[list[Cell]], account: Account, city: str | None,
                 *, alone: bool) -> None:  # fmt: skip
        self.sheet, self.rows, self.account, self.city = sheet, rows, account, city
        self.name = "" if alone else sheet.name
        self.covered = sheet.covered() if sheet.merged else set()
        self.records: list[dict[str, object]] = []
        self.places: list[Place] = []
        self.heading_rows: list[int] = []
        self.odd: dict[tuple[Odd, int], list[tuple[int, Cell]]] = {}
        self.number = lru_cache(100_000)(lambda cell: read_number(cell, comma=sheet.comma))

    def read(self) -> Text | None:
        """Read them; give the reason if there is none."""
        if not self.sheet.visible:
            return Text("it is hidden")
        blocks = find_blocks(self.rows)
        good = [block for block in blocks if describes_days(block, context_of(self.sheet, block))]
        if not good:
            return self._reason(blocks)
        for block in good:
            self.heading_rows += range(block.top + 1, block.body + 1)
            self._titles(block)
            self._table(block, context_of(self.sheet, block))
        return None

    def _reason(self, blocks: Sequence[Block]) -> Text:
        if dates_across(self.rows):
            return Text(
                "the days run across the columns; turn the table round (paste special: transpose) "
                "so that each row is a city and day"
            )
        headings = [heading for block in blocks for heading in block.headings]
        values = [h for h in headings if h.what in POLLUTANTS]
        if values and all(h.why for h in values):
            return Text("column {column!r}: {why}", column=values[0].text, why=values[0].why)
        if values:
            return Text("a heading with pollutants, but none of the day (日期)")
        return Text("no row of it is a heading with a day and pollutants")

    def _titles(self, block: Block) -> None:
        for title in block.titles:
            place = Place(self.name) if self.name else None
            self.account.note("title", Text("title: {text}", text=title), place)

    def at(self, row: int, column: str = "") -> Place:
        """Name a row, counted from 0."""
        return Place(self.name, row + 1, column)

    def _table(self, block: Block, context: Context) -> None:
        chooser = Chooser(block, self.name, self.rows, self.account)
        columns = chooser.columns()
        missing = [name for name in POLLUTANTS if name not in columns.pollutants]
        if missing:
            self._refuse_missing(block, missing)
        chooser.keep_account()
        if columns.date is None:
            self.account.note(
                "context", Text("the day {day} is the title's", day=context.day), Place(self.name)
            )
        reader = _Rows(self, block, columns, context, self._whose(block, columns))
        for row in range(block.body, block.end):
            reader.take(row)
        self._refuse_odd(block)

    def _refuse_missing(self, block: Block, missing: list[str]) -> None:
        left = [h for h in block.headings if h.what in missing and h.why is not None]
        raise InputError(
            "{origin}, {place}: no column of {missing}. Found {found}.{hint}",
            origin=self.account.origin,
            place=self.at(block.top),
            missing=", ".join(missing),
            found=", ".join(h.text for h in block.headings if h.text),
            hint=Text(" {column!r} does not count: {why}.", column=left[0].text, why=left[0].why)
            if left
            else "",
        )

    def _whose(self, block: Block, columns: Columns) -> str | None:
        """Give the city of a table that names none in its rows; None where the rows do."""
        own = named(place_of(self.sheet.name)) if self.sheet.name else None
        if columns.city is not None:
            filled = any(
                len(row) > columns.city and row[columns.city] is not None
                for row in self.rows[block.body : block.end]
            )
            if filled or self.city is None:
                return None
        if own is not None and own.code != "unknown":
            self.account.note(
                "city", Text("the sheet's name says the city, {city}", city=own.name),
                Place(self.sheet.name),
            )  # fmt: skip
            return own.name
        if self.city is not None:
            return named(place_of(self.city)).name
        raise InputError(
            "{origin}, {place}: no column of cities. Say whose values these are, for instance "
            "with --city 驻马店.",
            origin=self.account.origin,
            place=self.at(block.top),
        )

    def _refuse_odd(self, block: Block) -> None:
        """Refuse the cells that could not be read, the first of them with its row."""
        for (odd, column), cells in self.odd.items():
            row, cell = cells[0]
            raise InputError(
                "{origin}, {place}: expected {expected}, found {found!r} ({n} such rows)",
                origin=self.account.origin,
                place=self.at(row, block.headings[column].text or column_letter(column)),
                expected=_EXPECTED[odd],
                found=plain(cell),
                n=len(cells),
            )


class _Rows:
    """Reads the rows of one table."""

    def __init__(self, sheet: _Sheet, block: Block, columns: Columns, context: Context,
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
        self.width = len(block.headings)

    def take(self, number: int) -> None:
        """Take in one row, or say why it is left out."""
        row = self.sheet.rows[number]
        if all(cell is None for cell in row):
            return
        where, columns = self.sheet.at(number), self.columns
        day = self._day(row)
        if self._sums_up(row, dated=isinstance(day, dt.date)):
            self.account.note("total", Text("rows that sum up others left out"), where)
            return
        valued = any(self._filled(row, place) for place in self.values)
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
            record[pollutant] = self._value(
                number, row, self._column(measured, day), measured.power
            )
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
        if not dated:
            cells.append(next(cell for cell in row if cell is not None))
        return any(isinstance(cell, str) and _total(plain(cell)) for cell in cells)

    def _filled(self, row: list[Cell], place: int) -> bool:
        return place < len(row) and self.sheet.number(row[place]) is not None

    def _day(self, row: list[Cell]) -> dt.date | Odd | None:
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
            self.account.note("context", told, Place(self.sheet.name))
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
        text = place_of(row[place]) if place is not None and place < len(row) else ""
        if not text:
            return ""
        found = named(text)
        if found.told is not None:
            self.account.note(f"city_{found.code}", found.told, None)
        return found.name

    def _at_city(self, number: int) -> Place:
        column = self.columns.city
        return self.sheet.at(number, "" if column is None else self.block.headings[column].text)

    def _column(self, measured: Measured, day: dt.date) -> int:
        early = measured.standard is not None and day < _CHANGE
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
        """Refuse numbers beyond the last heading: the columns may be shifted."""
        for place in range(self.width, len(row)):
            if isinstance(self.sheet.number(row[place]), float):
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


_total = lru_cache(10_000)(is_total)


def _whole(cell: Cell) -> int | None:
    text = plain(cell).rstrip("年月日")
    return int(text) if text.isdecimal() and len(text) <= 4 else None
