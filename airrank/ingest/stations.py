"""Station lists: from a column per station to city-days."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

import numpy as np

from airrank.errors import InputError
from airrank.ingest.aggregate import UnitDays
from airrank.ingest.limits import control_character
from airrank.tables.account import Account
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
_TRUE = {"1", "y", "yes", "true", "是"}


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
            if record.text(BACKGROUND).lower() in _TRUE:
                continue
            code, city = record.text(CODE), record.text(CITY)
            if not code or not city or control_character(code + city):
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

    def city_days(self, days: UnitDays) -> UnitDays:
        """Average the stations' daily values over each city.

        Three quarters of a city's stations must have a value, half where it has fewer than four.

        References
        ----------
        HJ 663-2013, 4.2 (share of valid stations; read in secondary sources).
        """
        stations: dict[str, list[int]] = {}
        for place, unit in enumerate(days.units):
            if unit in self.city_of:
                stations.setdefault(self.city_of[unit], []).append(place)
        cities = sorted(stations)
        shape = (len(days.values), len(cities))
        values = np.full(shape, np.nan)
        valid, removed = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
        for k, city in enumerate(cities):
            columns = stations[city]
            part = days.values[:, columns]
            known = ~np.isnan(part)
            enough = known.sum(axis=1) >= len(columns) * (0.75 if len(columns) >= 4 else 0.5)
            total = np.rint(np.where(known, part, 0.0) * 1e6).sum(axis=1) / 1e6
            values[enough, k] = (total / np.maximum(known.sum(axis=1), 1))[enough]
            valid[:, k] = days.valid_hours[:, columns].sum(axis=1)
            removed[:, k] = days.removed_hours[:, columns].sum(axis=1)
        return replace(
            days, units=tuple(cities), values=values, valid_hours=valid, removed_hours=removed
        )


def _enough(columns: frozenset[str]) -> bool:
    return {CODE, CITY} <= columns
