"""Panel: the array [day, city, pollutant] that rules and forecast work on."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from airrank.cities import RankingList, registry
from airrank.dust import PARTICLES, marked_or_likely, proxy_days
from airrank.errors import InputError, InsufficientDataError, check_choice
from airrank.rules.choices import LIST_OR_PROXY
from airrank.rules.standards import POLLUTANTS
from airrank.store import known_at
from airrank.words import Listed

DEDUCTIONS = (LIST_OR_PROXY, "keep", "deduct", "proxy")
"""Dust modes that depend on no period."""


@dataclass(frozen=True, eq=False)
class Panel:
    """Observations of a ranking list's cities, day by day without gaps in the calendar.

    Attributes
    ----------
    ranking_list : RankingList
        The cities, in the order of the second axis.
    days : ndarray of datetime64[D], shape [day]
        Consecutive calendar days, Beijing time.
    values : ndarray of float, shape [day, city, pollutant]
        Concentrations [µg/m³, co in mg/m³] in the order of ``POLLUTANTS``; NaN where missing.
    estimated : ndarray of bool, shape [day, city, pollutant]
        Where a value was estimated rather than measured.
    dust : ndarray of bool, shape [day, city]
        Days marked as dust days, in the data or by an imported list.
    surroundings : Panel, optional
        The same days of the national list's other cities that the data hold. They are not ranked;
        a forecast learns from them.
    likely_dust : ndarray of bool, shape [day, city]
        Days that look like dust, see :func:`airrank.dust.proxy_days`. Found when a panel is made;
        its parts keep what the days before them said.
    """

    ranking_list: RankingList
    days: NDArray[np.datetime64]
    values: NDArray[np.float64]
    estimated: NDArray[np.bool_]
    dust: NDArray[np.bool_]
    surroundings: Panel | None = None
    likely_dust: NDArray[np.bool_] = None  # type: ignore[assignment]  # found below

    def __post_init__(self) -> None:
        if self.likely_dust is None or self.likely_dust.shape != self.values.shape[:2]:
            object.__setattr__(self, "likely_dust", proxy_days(self.values))

    @classmethod
    def from_observations(cls, observations: pd.DataFrame, ranking_list: RankingList) -> Panel:
        """Arrange city-days of the list's cities, and of the national list's others around them.

        Zero is no reading of a day: it counts as missing.

        Raises
        ------
        InsufficientDataError
            If no record is of a city of the list.
        InputError
            If two records are of the same city and day.
        """
        observations = known_at(observations, None)
        cities = pd.factorize(observations["city"])  # once: comparing texts is what it costs
        panel = cls._of(observations, cities, ranking_list)
        found = {registry().find(name) for name in cities[1]}
        around = tuple(
            city
            for city in registry().cities
            if city in found and ranking_list.find(city.name) is None
        )
        if not around:
            return panel
        surroundings = cls._of(observations, cities, RankingList("surroundings", "", "", around))
        return replace(panel, surroundings=surroundings.between(panel.first_day, panel.last_day))

    @classmethod
    def _of(
        cls,
        observations: pd.DataFrame,
        cities: tuple[NDArray[Any], Any],
        ranking_list: RankingList,
    ) -> Panel:
        """Arrange city-days of the list's cities; records of other cities are left out.

        ``cities`` are the number of each record's name, and the names.
        """
        number, named = cities
        found = [ranking_list.find(name) for name in named]
        position = {name: i for i, name in enumerate(ranking_list.names)}
        place = np.array([-1 if city is None else position[city.name] for city in found] + [-1])
        if (place < 0).all():
            raise InsufficientDataError(
                "no record is of a city of the ranking list {ranking_list!r}; the cities found "
                "are {found}, … Use --panel with a list of them.",
                ranking_list=ranking_list.name,
                found=Listed(list(named)[:5]),
            )
        column = place[number]  # a record without a name has the number -1: the last, none
        rows, city = observations[column >= 0], column[column >= 0]
        day = rows["date"].to_numpy().astype("datetime64[D]")
        days = np.arange(day.min(), day.max() + 1)
        row = (day - days[0]).astype(np.intp)
        _refuse_twins(row * len(ranking_list) + city, rows)
        shape = (len(days), len(ranking_list))
        values = np.full((*shape, len(POLLUTANTS)), np.nan)
        read = rows[list(POLLUTANTS)].to_numpy(dtype=float)
        values[row, city] = np.where(read == 0, np.nan, read)
        estimated = np.zeros(values.shape, dtype=bool)
        for k, pollutant in enumerate(POLLUTANTS):
            if f"{pollutant}_kind" in rows.columns:
                estimated[row, city, k] = (rows[f"{pollutant}_kind"] == "estimated").to_numpy()
        dust = np.zeros(shape, dtype=bool)
        if "dust" in rows.columns:
            dust[row, city] = rows["dust"].to_numpy()
        return cls(ranking_list, days, values, estimated & ~np.isnan(values), dust)

    @property
    def cities(self) -> tuple[str, ...]:
        """Short names of the cities, in the order of the arrays."""
        return self.ranking_list.names

    @property
    def first_day(self) -> date:
        """First day of the panel."""
        return self.days[0].item()  # type: ignore[no-any-return]

    @property
    def last_day(self) -> date:
        """Last day of the panel."""
        return self.days[-1].item()  # type: ignore[no-any-return]

    def inside(self, start: date, end: date) -> NDArray[np.bool_]:
        """Tell which days lie from ``start`` to ``end``, both inclusive, shape [day]."""
        return np.asarray((self.days >= np.datetime64(start)) & (self.days <= np.datetime64(end)))

    def between(self, start: date, end: date) -> Panel:
        """Give the days from ``start`` to ``end``, both inclusive, with NaN where none are known.

        Raises
        ------
        InputError
            If ``end`` lies before ``start``.
        """
        if end < start:
            raise InputError(
                "the period ends on {end}, before it starts on {start}", end=end, start=start
            )
        days = np.arange(np.datetime64(start, "D"), np.datetime64(end, "D") + 1)
        offset = int((days[0] - self.days[0]).astype(int))
        lo, hi = max(offset, 0), min(offset + len(days), len(self.days))

        def part(array: NDArray[Any], unknown: Any = False) -> NDArray[Any]:
            if hi - lo == len(days):
                return array[lo:hi]
            wider = np.full((len(days), *array.shape[1:]), unknown, dtype=array.dtype)
            if lo < hi:
                wider[lo - offset : hi - offset] = array[lo:hi]
            return wider

        return Panel(
            self.ranking_list,
            days,
            part(self.values, np.nan),
            part(self.estimated),
            part(self.dust),
            self.surroundings and self.surroundings.between(start, end),
            part(self.likely_dust),
        )

    def until(self, as_of: date) -> Panel:
        """Give the days up to and including ``as_of``, and nothing of later ones."""
        if as_of < self.first_day:
            raise InputError(
                "{as_of} lies before the first day of the data, {first_day}",
                as_of=as_of,
                first_day=self.first_day,
            )
        return self.between(self.first_day, as_of)

    def coverage(self) -> NDArray[np.float64]:
        """Share of the list's cities with all six pollutants, shape [day]."""
        complete = np.logical_not(np.isnan(self.values).any(axis=2))
        return np.asarray(complete.mean(axis=1))

    def dust_days(self, mode: str) -> NDArray[np.bool_]:
        """Give the city-days that lose PM10 and PM2.5 in a dust mode, shape [day, city].

        Parameters
        ----------
        mode : str
            ``keep``: none; ``deduct``: those marked; ``proxy``: those that look like dust;
            ``list_or_proxy``: those marked in months and provinces with a mark, elsewhere those
            that look like dust. See :mod:`airrank.dust`.

        Raises
        ------
        InputError
            If there is no such mode, or it depends on a period.
        """
        if check_choice("dust", mode, DEDUCTIONS) == LIST_OR_PROXY:
            return marked_or_likely(self.days, self.dust, self.likely_dust, self.ranking_list)
        if mode == "proxy":
            return self.likely_dust
        return self.dust if mode == "deduct" else np.zeros_like(self.dust)

    def deducting(self, mode: str) -> Panel:
        """Give the panel with just the days marked that a dust mode deducts."""
        return replace(self, dust=self.dust_days(mode))

    def without_dust(self, mode: str) -> Panel:
        """Give the panel without PM10 and PM2.5 of the days that a dust mode deducts."""
        days, values = self.dust_days(mode), self.values
        if days.any():  # the usual mode keeps all: no copy of the whole array
            values = np.where(days[..., None] & PARTICLES, np.nan, values)
        around = self.surroundings and self.surroundings.without_dust(mode)
        return replace(self, values=values, dust=days, surroundings=around)

    def with_surroundings(self) -> Panel:
        """Give one panel of all cities, the list's own first."""
        if self.surroundings is None:
            return self
        own, around = self.ranking_list, self.surroundings
        return Panel(
            RankingList(own.name, "", "", own.cities + around.ranking_list.cities),
            self.days,
            np.concatenate([self.values, around.values], axis=1),
            np.concatenate([self.estimated, around.estimated], axis=1),
            np.concatenate([self.dust, around.dust], axis=1),
            likely_dust=np.concatenate([self.likely_dust, around.likely_dust], axis=1),
        )

    def city_days(self) -> pd.DataFrame:
        """Give the panel in the city-day format, ordered by day and city, empty days left out."""
        day, city = np.nonzero(~np.isnan(self.values).all(axis=2))
        frame = pd.DataFrame(self.values[day, city], columns=list(POLLUTANTS))
        frame.insert(0, "date", self.days[day].astype("datetime64[s]"))
        frame.insert(1, "city", np.array(self.cities, dtype=object)[city])
        frame["city"] = frame["city"].astype("str")
        frame["dust"] = self.dust[day, city]
        return frame

    def fingerprint(self) -> str:
        """SHA-256 of the days, cities, values and flags, as hexadecimal text.

        Those of the surroundings count too, since a forecast depends on them.
        """
        digest = hashlib.sha256()
        digest.update("\n".join(self.cities).encode())
        digest.update(np.datetime_as_string(self.days[[0, -1]]).astype("S10").tobytes())
        digest.update(np.where(np.isnan(self.values), -1.0, self.values).astype("<f8").tobytes())
        digest.update(np.packbits(self.estimated).tobytes())
        digest.update(np.packbits(self.dust).tobytes())
        if self.surroundings is not None:
            digest.update(self.surroundings.fingerprint().encode())
        return digest.hexdigest()


def _refuse_twins(key: NDArray[np.intp], rows: pd.DataFrame) -> None:
    """Raise if two records are of one city and day, perhaps under two of the city's names."""
    order = np.argsort(key, kind="stable")
    twins = np.flatnonzero(np.diff(key[order]) == 0)
    if len(twins):
        first, second = (rows.iloc[order[twins[0] + step]] for step in (0, 1))
        raise InputError(
            "two records for {date:%Y-%m-%d} are of the same city ({city} and {other}); keep "
            "one of them",
            date=first.date,
            city=first.city,
            other=second.city,
        )
