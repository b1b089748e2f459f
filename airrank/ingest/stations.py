"""Station lists: from a column per station to city-days."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from airrank.errors import InputError
from airrank.ingest.aggregate import COMMON_PARTS, UnitDays
from airrank.ingest.flags import BoolArray
from airrank.rules.standards import POLLUTANTS
from airrank.showable import unshowable
from airrank.tables.account import Account
from airrank.tables.cells import TRUTH
from airrank.tables.records import read_records
from airrank.words import Text

CODE, CITY, BACKGROUND = "code", "city", "background"
_NAMES = {
    "CODE": CODE, "STATION": CODE, "监测点编码": CODE, "站点编码": CODE, "编码": CODE,
    "点位编码": CODE, "站点编号": CODE, "STATIONCODE": CODE, "CITY": CITY, "城市": CITY,
    "城市名称": CITY, "地市": CITY, "BACKGROUND": BACKGROUND, "对照点": BACKGROUND,
    "是否对照点": BACKGROUND,
}  # fmt: skip
EXPECTED = Text("columns code (监测点编码) and city (城市)")
MANY_STATIONS = 4
SHARE_OF_MANY, SHARE_OF_FEW = 0.75, 0.5


@dataclass(frozen=True)
class Stations:
    """Which stations make up a city; ``content`` is the list as it was given."""

    content: bytes
    city_of: dict[str, str]

    @property
    def sha256(self) -> str:
        """Hash of the list."""
        return hashlib.sha256(self.content).hexdigest()

    @classmethod
    def parse(
        cls,
        content: bytes,
        origin: str = "the station list",
        *,
        account: Account | None = None,
    ) -> Stations:
        """Read a table with ``code`` and ``city``; ``background`` (对照点) stations are left out.

        What is told of it is added to `account`.

        Raises
        ------
        InputError
            If it is no such list.
        """
        city_of: dict[str, str] = {}
        found = read_records(content, "", origin, _NAMES, _enough, EXPECTED, account=account)
        for record in found.rows:
            if TRUTH.get(record.text(BACKGROUND).lower()):
                continue
            code, city = record.text(CODE), record.text(CITY)
            if not code or not city or unshowable(code + city):
                raise InputError(
                    "{origin}, {place}: expected a station's code and its city, found {code!r} and "
                    "{city!r}",
                    origin=origin,
                    place=record.place,
                    code=code,
                    city=city,
                )
            if city_of.setdefault(code, city.removesuffix("市")) != city.removesuffix("市"):
                raise InputError(
                    "{origin}, {place}: station {code} is of {first} and of {city}; keep one",
                    origin=origin,
                    place=record.place,
                    code=code,
                    first=city_of[code],
                    city=city,
                )
        return cls(content, city_of)

    def city_days(self, days: UnitDays, measured: BoolArray | None = None) -> UnitDays:
        """Average the stations' daily values over each city, every pollutant on its own.

        A pollutant's stations are those that measure it: retired stations, and columns left empty
        since a station gave a pollutant up, do not count against the others. Three quarters of them
        must have a value, half where there are fewer than four. What is missing for that, and
        stations that measure less than their neighbours, stand in ``notes`` with their numbers (see
        :mod:`airrank.ingest.flags`).

        Parameters
        ----------
        days : UnitDays
            A column per station.
        measured : array of bool, shape [pollutant, station], optional
            Which stations measure what: have a valid hour in the week around the day, see
            :func:`airrank.ingest.archive.interpret`. By default in the day itself.

        Notes
        -----
        The arithmetic is exact. A daily value is a sum of thousandths over 20 to 24 hours, or over
        6 to 8 of ozone: times :data:`COMMON_PARTS` it is a whole number below 3e12, which the float
        it is kept as gives back. These are summed and divided once, so that the mean is the float
        nearest to the true one: a half is exactly a half, and nothing else is.

        References
        ----------
        HJ 663-2013, 4.2 (share of valid stations; read in secondary sources).
        """
        if measured is None:
            measured = days.valid_hours > 0
        listed: dict[str, list[int]] = {}
        for place, unit in enumerate(days.units):
            if unit in self.city_of:
                listed.setdefault(self.city_of[unit], []).append(place)
        cities = sorted(listed)
        if not cities:
            return days.of_cities((), *(np.empty((len(days.values), 0)),) * 3, ())
        columns = np.concatenate([listed[city] for city in cities])
        starts = np.cumsum([0, *(len(listed[city]) for city in cities[:-1])])

        def summed(values: NDArray[Any]) -> NDArray[Any]:
            """Sum over the stations of each city."""
            return np.add.reduceat(values[..., columns], starts, axis=-1)

        known = ~np.isnan(days.values)
        have, measuring = summed(known.astype(np.int64)), summed(measured.astype(np.int64))
        active = summed(np.any(measured, axis=0).astype(np.int64))
        share = np.where(measuring >= MANY_STATIONS, SHARE_OF_MANY, SHARE_OF_FEW)
        enough = (have > 0) & (have >= measuring * share)
        total = summed(np.rint(np.where(known, days.values, 0.0) * COMMON_PARTS))
        values = np.full(have.shape, np.nan)
        np.divide(total, have * COMMON_PARTS, out=values, where=enough)
        every = self._sizes
        notes = tuple(
            _notes(measuring[:, k], have[:, k], enough[:, k], int(active[k]), every[city])
            for k, city in enumerate(cities)
        )
        return days.of_cities(
            tuple(cities), values, summed(days.valid_hours), summed(days.removed_hours), notes
        )

    @cached_property
    def _sizes(self) -> Counter[str]:
        """Stations of each city in the list."""
        return Counter(self.city_of.values())


def _notes(
    measuring: NDArray[np.int64],
    have: NDArray[np.int64],
    enough: NDArray[np.bool_],
    active: int,
    listed: int,
) -> str:
    """Give a city's flags: where stations measure less than is listed, and how many."""
    words = [f"day:silent={listed - active}/{listed}"] if 0 < active < listed else []
    for k, name in enumerate(POLLUTANTS):
        if measuring[k] < active:
            words.append(f"{name}:stations={measuring[k]}/{active}")
        if measuring[k] and not enough[k]:
            words.append(f"{name}:few_stations={have[k]}/{measuring[k]}")
    return " ".join(words)


def _enough(columns: frozenset[str]) -> bool:
    return {CODE, CITY} <= columns
