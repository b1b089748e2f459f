"""Station lists: from a column per station to city-days."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

import numpy as np

from airrank.errors import InputError
from airrank.ingest.aggregate import UnitDays
from airrank.ingest.limits import control_character, csv_rows

CODE, CITY, BACKGROUND = "code", "city", "background"
_NAMES = {
    CODE: ("code", "station", "监测点编码", "站点编码"),
    CITY: ("city", "城市"),
    BACKGROUND: ("background", "对照点"),
}
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
    def parse(cls, content: bytes, origin: str = "the station list") -> Stations:
        """Read a CSV with ``code`` and ``city``; ``background`` (对照点) stations are left out.

        Raises
        ------
        InputError
            If it is no such list.
        """
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise InputError(f"{origin} is not UTF-8 text; save it as CSV UTF-8") from error
        found, rows = csv_rows(text, origin)
        column = {key: next((n for n in names if n in found), "") for key, names in _NAMES.items()}
        if not column[CODE] or not column[CITY]:
            raise InputError(f"{origin}: expected columns code and city, found {', '.join(found)}")
        city_of: dict[str, str] = {}
        for number, row in rows:
            if column[BACKGROUND] and row[column[BACKGROUND]].strip().lower() in _TRUE:
                continue
            code, city = (row[column[key]].strip() for key in (CODE, CITY))
            if not code or not city or control_character(code + city):
                raise InputError(
                    f"{origin}, row {number}: expected a station's code and its city, found "
                    f"{code!r} and {city!r}"
                )
            if city_of.setdefault(code, city.removesuffix("市")) != city.removesuffix("市"):
                raise InputError(
                    f"{origin}, row {number}: station {code} is of {city_of[code]} and of {city}; "
                    "keep one"
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
