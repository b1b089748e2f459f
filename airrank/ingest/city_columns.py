"""Which columns of a table hold a city-day's day, place and concentrations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from airrank.errors import InputError
from airrank.rules.standards import POLLUTANTS
from airrank.tables.account import Account, Place
from airrank.tables.cells import plain
from airrank.tables.headings import OPTIONAL, Heading, stated_units
from airrank.tables.layout import Block, Context
from airrank.tables.sheets import Cell, column_letter
from airrank.words import Text

USUAL = {name: "mg" if name == "co" else "ug" for name in POLLUTANTS}
"""Unit of a concentration where a table names none."""
_POWER = {"g": 0, "mg": -3, "ug": -6, "ng": -9}
"""Power of ten of a mass [g]."""
_PLACES = ("county", "city", "region", "code")
"""Columns that can name the place, the narrowest first."""


@dataclass(frozen=True)
class Measured:
    """Where one pollutant stands: a column, of a state if it says so, or one for either state."""

    column: int
    power: int = 0
    standard: int | None = None
    state: str = ""


@dataclass
class Columns:
    """The columns of one table that are used; None where there is none."""

    date: int | None = None
    city: int | None = None
    year: int | None = None
    month: int | None = None
    aqi: int | None = None
    pollutants: dict[str, Measured] = field(default_factory=dict)
    optional: dict[str, int] = field(default_factory=dict)


class Chooser:
    """Chooses the columns of one table and accounts for all of them."""

    def __init__(self, block: Block, sheet: str, rows: Sequence[Sequence[Cell]],
                 account: Account, before: Mapping[str, str] | None = None) -> None:  # fmt: skip
        self.block, self.sheet, self.account = block, sheet, account
        self.filled = {
            place
            for row in rows[block.body : block.end]
            for place, cell in enumerate(row)
            if cell is not None
        }
        self.used: dict[int, str] = {}
        self.why: dict[int, Text] = {}
        stated = {
            key: unit
            for text in (*block.titles, *_remarks(rows, block))
            for key, unit in stated_units(text).items()
        }
        self.units = stated or dict(before or {})

    def columns(self) -> Columns:
        """Choose them.

        Raises
        ------
        InputError
            If the table has one row per reading or hour, or two columns say the same.
        """
        self._refuse_layouts()
        found = Columns(
            date=self._single("date"), year=self._single("year"), month=self._single("month"),
            aqi=self._single("aqi"),
        )  # fmt: skip
        for what in _PLACES:
            if found.city is None:
                found.city = self._single(what)
            else:
                self._leave(self.block.places(what), Text("another column names the city"))
        for pollutant in POLLUTANTS:
            measured = self._pollutant(pollutant)
            if measured is not None:
                found.pollutants[pollutant] = measured
                if not {measured.column, measured.standard} & self.filled:
                    self.account.note(
                        "empty_column", Text("the column has no value"), self.at(measured.column)
                    )
        for what in (*OPTIONAL, "dust"):
            place = self._single(what)
            if place is not None:
                found.optional[what] = place
        return found

    def keep_account(self) -> None:
        """Enter every column into the account."""
        for place, heading in enumerate(self.block.headings):
            if not heading.text and place not in self.filled:
                continue
            why = self.why.get(place)
            if place not in self.used and why is None:
                why = heading.why or Text("it is no part of a city-day")
            line = {"sheet": self.sheet, "column": column_letter(place), "heading": heading.text,
                    "used_as": self.used.get(place), "unit": heading.unit or None,
                    "why": None if why is None else str(why)}  # fmt: skip
            self.account.columns.append(line)
            if why is not None:
                text = Text("column left out, {why}", why=why)
                self.account.note("column", text, self.at(place))

    def read_in(self) -> dict[str, str]:
        """Give the unit of every pollutant read; a repeated heading need not say it again."""
        used = {what: place for place, what in self.used.items() if what in POLLUTANTS}
        return {what: self._unit(place, what) for what, place in used.items()}

    def at(self, place: int, row: int | None = None) -> Place:
        """Name a column, or a cell of it, as the table does."""
        heading = self.block.headings[place].text or column_letter(place)
        return Place(self.sheet, row, heading)

    def _leave(self, places: Iterable[int], why: Text) -> None:
        for place in places:
            self.why[place] = why

    def _refuse_layouts(self) -> None:
        named = {heading.what for heading in self.block.headings}
        where = {"origin": self.account.origin, "place": Place(self.sheet, self.block.top + 1)}
        if {"parameter", "value"} <= named:
            raise InputError(
                "{origin}, {place}: a table with one row per reading. Make one row a city and day "
                "of it, with a column for each pollutant's daily value by Beijing time: a pivot "
                "table does it.",
                **where,
            )
        if "hour" in named:
            raise InputError(
                "{origin}, {place}: a table of hours. Daily values are wanted: one row a city and "
                "day. Hour files of the archive go in with --source archive --from FOLDER.",
                **where,
            )
        plain_ones = [h for h in self.block.headings if h.what in POLLUTANTS and h.why is None]
        unsaid = [p for p in self.block.places("value") if p in self.filled]
        if unsaid and plain_ones:
            raise InputError(
                "{origin}, {place}: column {column!r} does not say of what; is it the "
                "concentration of the pollutant before it, and that one an index? Name the "
                "pollutant in every heading.",
                column=column_letter(unsaid[0]),
                **where,
            )
        stations = self.block.places("station")
        if stations and any(place in self.filled for place in stations):
            raise InputError(
                "{origin}, {place}: a table with one row per station, see column {column!r}. A "
                "city's daily values are wanted: the mean of its stations.",
                column=self.block.headings[stations[0]].text,
                **where,
            )

    def _single(self, what: str) -> int | None:
        """Give the only column that names something; of several, empty ones do not count."""
        places = self.block.places(what)
        places = [place for place in places if place in self.filled] or places[:1]
        if len(places) > 1:
            raise self._same(places)
        for place in places:
            self.used[place] = what
        return places[0] if places else None

    def _same(self, places: Sequence[int]) -> InputError:
        return InputError(
            "{origin}, {place}: columns {first} ({first_text!r}) and {second} ({second_text!r}) "
            "say the same; which of them counts? Delete one, or make the headings say how they "
            "differ.",
            origin=self.account.origin,
            place=Place(self.sheet, self.block.top + 1),
            first=column_letter(places[0]),
            first_text=self.block.headings[places[0]].text,
            second=column_letter(places[1]),
            second_text=self.block.headings[places[1]].text,
        )

    def _pollutant(self, pollutant: str) -> Measured | None:
        places = [p for p in self.block.places(pollutant) if self.block.headings[p].why is None]
        places = [p for p in places if p in self.filled] or places[:1]
        foreign = [p for p in places if self._unit(p, pollutant) not in _POWER]
        places = [p for p in places if p not in foreign]
        if foreign and not places:
            raise InputError(
                "{origin}, {place}: the unit {unit} cannot be converted without temperature and "
                "pressure. Give the column in µg/m³, CO in mg/m³.",
                origin=self.account.origin,
                place=self.at(foreign[0]),
                unit=self._unit(foreign[0], pollutant),
            )
        self._leave(foreign, Text("its unit needs temperature and pressure"))
        best = self._most_exact(places, pollutant)
        if not best:
            return None
        states = {self.block.headings[p].state: p for p in best}
        if len(best) == 2 and set(states) == {"standard", "actual"}:
            place, other = states["actual"], states["standard"]
            for one in best:
                self.used[one] = pollutant
            self.account.note(
                "state",
                Text(
                    "of the standard state (标况) and the actual one (实况) the first counts "
                    "before 2018-09-01, the second since"
                ),
                self.at(place),
            )
            return Measured(place, self._power(place, pollutant), other)
        if len(best) == 2 and "standard" in states and "" in states:
            self._leave([states["standard"]], Text("another column gives the usual state"))
            best = [states[""]]
        if len(best) > 1:
            raise self._same(best)
        self.used[best[0]] = pollutant
        if pollutant == "o3_8h" and not self.block.headings[best[0]].time:
            told = Text("ozone without a time is taken as the daily maximum of 8-h means")
            self.account.note("ozone", told, self.at(best[0]))
        if "沙" in self.block.headings[best[0]].text:
            told = Text("its heading says that dust is deducted: taken as it stands")
            self.account.note("dust", told, self.at(best[0]))
        state = self.block.headings[best[0]].state
        return Measured(best[0], self._power(best[0], pollutant), state=state)

    def _most_exact(self, places: list[int], pollutant: str) -> list[int]:
        """Give the columns that name the time, where some do; of those, the ones in usual units."""
        named = [p for p in places if self.block.headings[p].time]
        if named and len(named) < len(places):
            why = Text("another column names the averaging time")
            self._leave((p for p in places if p not in named), why)
            places = named
        usual = [p for p in places if self._unit(p, pollutant) == USUAL[pollutant]]
        if usual and len(usual) < len(places):
            why = Text("another column gives the usual unit")
            self._leave((p for p in places if p not in usual), why)
            places = usual
        return places

    def _unit(self, place: int, pollutant: str) -> str:
        own = self.block.headings[place].unit
        stated = self.units.get(pollutant, "")
        if not stated and pollutant != "co":
            stated = self.units.get("", "")
        return own or stated or USUAL[pollutant]

    def _power(self, place: int, pollutant: str) -> int:
        unit = self._unit(place, pollutant)
        power = _POWER[unit] - _POWER[USUAL[pollutant]]
        if power:
            told = Text(
                "converted from {unit}/m³ to {usual}/m³",
                unit=unit.replace("u", "µ"),
                usual=USUAL[pollutant].replace("u", "µ"),
            )
            self.account.note("unit", told, self.at(place))
        return power


def _remarks(rows: Sequence[Sequence[Cell]], block: Block) -> list[str]:
    """Give the remarks on units below a table."""
    last = [*rows[max(block.body, block.end - 5) : block.end], *rows[-5:]]
    cells = (cell for row in last for cell in row)
    texts = (plain(cell) for cell in cells if isinstance(cell, str))
    return [text for text in texts if "单位" in text or "unit" in text.casefold()]


def describes_days(block: Block, context: Context) -> bool:
    """Tell whether a table can hold city-days: a day, and at least one pollutant's value."""
    named = {heading.what for heading in block.headings}
    values = any(h.what in POLLUTANTS for h in block.headings if not _left_out(h))
    long = {"parameter", "value"} <= named
    return long or (values and ("date" in named or context.day is not None))


def _left_out(heading: Heading) -> bool:
    return heading.why is not None
