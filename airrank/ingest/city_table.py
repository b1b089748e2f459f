"""City-days from a table that people made: every sheet, every table of it, every row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from airrank.errors import InputError
from airrank.ingest.city_columns import Chooser, Columns, describes_days
from airrank.ingest.city_rows import Reading, TableRows
from airrank.ingest.places import Named, cities_of, named, place_of
from airrank.rules.standards import POLLUTANTS
from airrank.tables.account import Account, Place
from airrank.tables.cells import Odd, is_total, plain
from airrank.tables.layout import Block, Context, context_of, dates_across, find_blocks
from airrank.tables.sheets import column_letter, open_sheets
from airrank.words import Listed, Text


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
        reading = Reading(sheet, account, alone=len(sheets) == 1)
        tables = _Sheet(reading, city)
        reason = tables.read()
        records += reading.records
        places += reading.places
        account.sheets.append(
            {"name": sheet.name, "read": reason is None, "rows": len(reading.records),
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


_EXPECTED = {
    Odd.NEGATIVE: Text("a concentration of at least 0, or nothing"),
    Odd.NOT_CALCULATED: Text(
        "the result of a formula, which was never calculated: open the file in Excel, save it, and "
        "try again"
    ),
    Odd.UNREADABLE: Text("a number, or nothing where the value is missing"),
}


_TITLES_TOLD = 5
"""Texts above a heading that are told one by one."""


class _Sheet:
    """Reads the tables of one sheet."""

    def __init__(self, reading: Reading, city: str | None) -> None:
        self.reading, self.city = reading, city
        self.sheet, self.account, self.rows = reading.sheet, reading.account, reading.rows
        self.heading_rows: list[int] = []
        self.units: dict[str, str] = {}

    def read(self) -> Text | None:
        """Read them; give the reason if there is none."""
        if not self.sheet.visible:
            return Text("it is hidden")
        blocks = find_blocks(self.rows)
        good = [block for block in blocks if describes_days(block, context_of(self.sheet, block))]
        if not good:
            return self._reason(blocks)
        self.account.note_hidden(self.sheet, self.reading.name)
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
        for title in block.titles[:_TITLES_TOLD]:
            place = Place(self.reading.name) if self.reading.name else None
            self.account.note("title", Text("title: {text}", text=title), place)

    def _table(self, block: Block, context: Context) -> None:
        chooser = Chooser(block, self.reading.name, self.rows, self.account, self.units)
        columns = chooser.columns()
        missing = [name for name in POLLUTANTS if name not in columns.pollutants]
        if missing:
            self._refuse_missing(block, missing)
        self.units = chooser.read_in()
        chooser.keep_account()
        if columns.date is None:
            self.account.note(
                "context",
                Text("the day {day} is the title's", day=context.day),
                Place(self.reading.name),
            )
        reader = TableRows(self.reading, block, columns, context, self._whose(block, columns))
        for row in range(block.body, block.end):
            reader.take(row)
        self._refuse_odd(block)

    def _refuse_missing(self, block: Block, missing: list[str]) -> None:
        left = [h for h in block.headings if h.what in missing and h.why is not None]
        raise InputError(
            "{origin}, {place}: no column of {missing}. Found {found}.{hint}",
            origin=self.account.origin,
            place=self.reading.at(block.top),
            missing=Listed(missing),
            found=Listed(h.text for h in block.headings if h.text),
            hint=Text(" {column!r} does not count: {why}.", column=left[0].text, why=left[0].why)
            if left
            else "",
        )

    def _whose(self, block: Block, columns: Columns) -> str | None:
        """Give the city of a table that names none in its rows; None where the rows do."""
        if columns.city is not None:
            cells = (r[columns.city] for r in self.rows[block.body : block.end]
                     if len(r) > columns.city)  # fmt: skip
            names = {place_of(cell) for cell in cells if cell is not None and self.city is not None}
            found = {named(name) for name in names if not is_total(name)}
            if found or self.city is None:
                if len(found) == 1:
                    self._refuse_other(block, found)
                return None
        own = named(place_of(self.sheet.name)) if self.sheet.name else None
        if own is not None and own.code != "unknown":
            self._refuse_other(block, {own})
            self.account.note(
                "city", Text("the sheet's name says the city, {city}", city=own.name),
                Place(self.sheet.name),
            )  # fmt: skip
            return own.name
        if self.city is not None:
            said = cities_of([*block.titles, *self._groups(block)])
            self._refuse_other(block, {named(name) for name in said})
            asked = named(place_of(self.city))
            if asked.told is not None:
                self.account.note(f"city_{asked.code}", asked.told)
            return asked.name
        raise InputError(
            "{origin}, {place}: no column of cities. Say whose values these are, for instance "
            "with `--city 郑州`.",
            origin=self.account.origin,
            place=self.reading.at(block.top),
        )

    def _groups(self, block: Block) -> set[str]:
        return {plain(c) for row in self.rows[block.top : block.body] for c in row if c is not None}

    def _refuse_other(self, block: Block, found: set[Named]) -> None:
        """Refuse a table that says it is another city's than the one asked for."""
        asked = named(place_of(self.city)) if self.city is not None else None
        other = sorted({name.name for name in found if name.code != "unknown"})
        if asked is None or asked.code == "unknown" or asked.name in other or not other:
            return
        raise InputError(
            "{origin}, {place}: --city says {asked}, the table {found}. Leave --city out, or "
            "give that city's table.",
            origin=self.account.origin,
            place=self.reading.at(block.top),
            asked=asked.name,
            found=Listed(other),
        )

    def _refuse_odd(self, block: Block) -> None:
        """Refuse the cells that could not be read, the first of them with its row."""
        for (odd, column), cells in self.reading.odd.items():
            row, cell = cells[0]
            raise InputError(
                "{origin}, {place}: expected {expected}, found {found!r} ({n} such rows)",
                origin=self.account.origin,
                place=self.reading.at(row, block.headings[column].text or column_letter(column)),
                expected=_EXPECTED[odd],
                found=plain(cell),
                n=len(cells),
            )
