"""Worlds between an earlier forecast and today's: what the odds would be if less had changed.

The new days of a world that has not seen them are today's, each pollutant scaled to what was
expected of those days: the same weather from day to day, at the level that was forecast. So a world
differs from the next in values alone, and all of them are drawn with the same random numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from airrank.errors import InputError
from airrank.forecasting.files import Week, versions
from airrank.forecasting.result import Forecast
from airrank.forecasting.run import check_day, forecast_periods
from airrank.panel import Panel
from airrank.periods import Period
from airrank.rules.evaluation import statistics_array
from airrank.simulation.levels import Parameters
from airrank.words import said

SETTINGS = (
    *("edition", "dust", "rounding", "weights", "ties", "placed_last", "model", "fit"),
    *("draws", "seed"),
)
"""Settings that decide a forecast's odds."""


@dataclass(frozen=True, eq=False)
class Earlier:
    """An earlier forecast: what was known then, and the odds as far as they were kept.

    Attributes
    ----------
    as_of : date
    known : Panel
        What was known then; days after ``as_of`` have no influence.
    said : Forecast or Week, optional
        What was said then, with its draws or without; made anew where nothing was kept.
    """

    as_of: date
    known: Panel
    said: Forecast | Week | None = None

    @classmethod
    def of(cls, earlier: Forecast | Week | date, now: Forecast) -> Earlier:
        """Take a forecast, a stored week, or a day: of these the days as they are known now.

        Raises
        ------
        InputError
            If it is not of the same period and cities, or later than the forecast of now.
        """
        if isinstance(earlier, date):
            found = cls(earlier, now.history)
        else:
            known = earlier.history if isinstance(earlier, Forecast) else now.history
            found = cls(earlier.as_of, known, earlier)
        found.check(now)
        return found

    def check(self, now: Forecast) -> None:
        """Refuse what today's forecast cannot be compared with.

        Raises
        ------
        InputError
            If it is not of the same period and cities, or later than the forecast of now.
        """
        if self.as_of > now.as_of:
            raise InputError(
                "the earlier forecast is as of {earlier}, after {as_of}, the day of the forecast "
                "that is compared with it; give a day up to {as_of}",
                earlier=self.as_of,
                as_of=now.as_of,
            )
        if self.said is not None and self.said.period != now.period:
            raise InputError(
                "the earlier forecast is of {earlier}, this one of {period}: their odds are of "
                "different goals. Give an earlier forecast of {period}, or its day alone.",
                earlier=self.said.period,
                period=now.period,
            )
        cities = self.known.cities
        if isinstance(self.said, Week):
            cities = tuple(self.said.distribution.index)
        if cities != now.cities:
            raise InputError(
                "the earlier forecast ranks {earlier} cities, not the {number} of {title}; give an "
                "earlier forecast of the same list, or its day alone.",
                earlier=len(cities),
                number=len(now.cities),
                title=now.ranking_list.title,
            )
        check_day(self.known, self.as_of)

    def changed_settings(self, now: Forecast) -> tuple[str, ...]:
        """Name the settings, and the program's version, that differ from today's."""
        if self.said is None:
            return ()
        then: Mapping[str, Any] = (
            self.said.content["settings"] if isinstance(self.said, Week) else self.said.settings
        )
        changed = [
            key
            for key in SETTINGS
            if str(said(then.get(key), "en")) != str(said(now.settings.get(key), "en"))
        ]
        if isinstance(self.said, Week) and self.said.content.get("versions") != versions():
            changed.append("version")
        return tuple(changed)


class Counterfactuals:
    """The worlds between an earlier forecast and today's, each made when first asked for.

    What no city's own days decide is made once for all cities.

    Parameters
    ----------
    now : Forecast
    earlier : Earlier
    """

    def __init__(self, now: Forecast, earlier: Earlier) -> None:
        earlier.check(now)
        self.now, self.earlier = now, earlier
        self.changed_settings = earlier.changed_settings(now)
        first = min(now.history.first_day, earlier.known.first_day)
        self._then = earlier.known.between(first, earlier.as_of)
        self._since = now.history.between(first, earlier.as_of)
        start, end = earlier.as_of + timedelta(days=1), now.as_of
        self.new = Period(start, end) if start <= end else None

    def worlds(self, city: str) -> Iterator[tuple[str, Forecast]]:
        """Give the worlds of a city by name, ``then`` only where its draws were kept."""
        own = np.array([name == city for name in self.now.cities])
        mine, theirs = self._revised(own), self._revised(~own, around=True)
        said = self.earlier.said
        if said is None or isinstance(said, Forecast):
            yield "then", said or self.settings
        yield "settings", self.settings
        both = mine and theirs
        one, other = (self.revised if some else self.settings for some in (mine, theirs))
        if both:  # neither world is one of those at the ends
            one = self._forecast(_mixed(self._then, self._since, own))
            other = self._forecast(_mixed(self._since, self._then, own))
        yield "revised_own", one
        yield "revised_others", other
        yield "revised", self.revised
        yield "expected", self.expected
        yield "own", self._seen(own)
        yield "others", self._seen(~own, around=True)
        yield "now", self.now

    @cached_property
    def settings(self) -> Forecast:
        """What was known then, read and drawn as today."""
        if isinstance(self.earlier.said, Forecast) and not self.changed_settings:
            return self.earlier.said
        if not self._any_revised:
            return self.revised
        return self._forecast(self._then)

    @cached_property
    def revised(self) -> Forecast:
        """The days known then with the values that they have today."""
        if self.new is None:
            return self.now
        return self._kept or self._then_and_week[0]

    @cached_property
    def expected(self) -> Forecast:
        """Today, if the new days had been as they were expected."""
        return self._seen(np.zeros(len(self.now.cities), dtype=bool))

    @property
    def _kept(self) -> Forecast | None:
        """The forecast of then, where it is the one that would be made today."""
        kept = self.earlier.said
        if isinstance(kept, Forecast) and not (self.changed_settings or self._any_revised):
            return kept
        return None

    @cached_property
    def _then_and_week(self) -> tuple[Forecast, ...]:
        """Forecasts as of then, by today's values, of the period and of the new days."""
        assert self.new is not None
        periods = [self.new] if self._kept else [self.now.period, self.new]
        return self._made(self._since, periods)

    @cached_property
    def _factors(self) -> NDArray[np.float64]:
        """What was expected of the new days over what they were, [city, pollutant]."""
        assert self.new is not None
        week = self._then_and_week[-1]
        part = self.now.history.between(self.new.start, self.new.end)
        found = statistics_array(part.without_dust(week.rules.dust).values)
        expected = week.statistics_draws.mean(axis=0, dtype=np.float64)
        known = np.isfinite(found) & np.isfinite(expected) & (found > 0)
        return np.where(known, expected / np.where(known, found, 1.0), 1.0)

    def _seen(self, seen: NDArray[np.bool_], *, around: bool = False) -> Forecast:
        """Forecast as of today where only some cities' new days are seen, [city].

        Those of the list's surroundings are seen or unknown.
        """
        if self.new is None:
            return self.now
        history = self.now.history
        factors = np.where(seen[:, None], 1.0, self._factors)
        values = history.values.copy()
        values[history.days > np.datetime64(self.earlier.as_of)] *= factors
        beyond = history.surroundings
        if beyond is not None and not around:
            beyond = beyond.until(self.earlier.as_of).between(history.first_day, history.last_day)
        panel = replace(history, values=values, surroundings=beyond)
        return self._made(panel, [self.now.period], self.now.parameters)[0]

    def _revised(self, cities: NDArray[np.bool_], *, around: bool = False) -> bool:
        """Whether a value or a mark of some cities' known days was changed since."""
        then, since = self._then, self._since
        same = (
            np.array_equal(then.values[:, cities], since.values[:, cities], equal_nan=True)
            and np.array_equal(then.dust[:, cities], since.dust[:, cities])
            and np.array_equal(then.estimated[:, cities], since.estimated[:, cities])
        )
        if same and around:
            beyond = (panel.surroundings for panel in (then, since))
            same = len({panel and panel.fingerprint() for panel in beyond}) == 1
        return not same

    @cached_property
    def _any_revised(self) -> bool:
        return self._revised(np.ones(len(self.now.cities), dtype=bool), around=True)

    def _forecast(self, panel: Panel) -> Forecast:
        return self._made(panel, [self.now.period])[0]

    def _made(
        self, panel: Panel, periods: list[Period], parameters: Sequence[Parameters] = ()
    ) -> tuple[Forecast, ...]:
        now: Any = self.now
        return forecast_periods(
            panel,
            panel.last_day,
            periods,
            draws=len(now.rank_draws),
            seed=now.settings["seed"],
            rules=now.rules,
            parameters=parameters,
        )


def _mixed(panel: Panel, other: Panel, cities: NDArray[np.bool_]) -> Panel:
    """Take some cities' days from another panel of the same days; the surroundings stay."""

    def chosen(mine: NDArray[Any], theirs: NDArray[Any]) -> Any:
        return np.where(cities.reshape(1, -1, *[1] * (mine.ndim - 2)), theirs, mine)

    return replace(
        panel,
        values=chosen(panel.values, other.values),
        estimated=chosen(panel.estimated, other.estimated),
        dust=chosen(panel.dust, other.dust),
        likely_dust=chosen(panel.likely_dust, other.likely_dust),
    )
