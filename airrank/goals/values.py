"""A year's figures from observations: rank, six statistics, good and heavy days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd

from airrank.errors import InsufficientDataError
from airrank.goals.plan import RATIOS, Goal
from airrank.goals.verdicts import Value
from airrank.panel import Panel
from airrank.periods import Period
from airrank.ranking_table import dust_facts, standings
from airrank.rules import aqi, period_statistics
from airrank.rules.aqi import good_day, heavy_day
from airrank.rules.choices import Rules, mode_of_days
from airrank.rules.composite import ROUNDINGS
from airrank.rules.evaluation import required_days
from airrank.rules.scheme import REVISED_FROM
from airrank.rules.standards import POLLUTANTS
from airrank.terms import DUST_MODES, POLLUTANT_NAMES, setting
from airrank.words import Phrases, Sayable, Text

SOURCE = "observations"
RATIO_DECIMALS = 1
"""Shares of days are published with one decimal."""


def as_fraction(value: float) -> Fraction:
    """Give the decimal that a float prints as, exactly."""
    return Fraction(repr(float(value)))


def published_decimals(goal: Goal, rules: Rules, period: Period) -> int | None:
    """Give the decimals a goal's figure is rounded to: the plan's own, else those published."""
    if goal.decimals is not None:
        return goal.decimals
    if goal.indicator in POLLUTANTS:
        return rules.on(period).period_decimals(period.end)[goal.indicator]
    return RATIO_DECIMALS if goal.indicator in RATIOS else None


def other_dust(part: Panel, mode: str) -> str | None:
    """Give the dust mode to show besides the one chosen; None where it would change nothing.

    Besides a mode that deducts, the days kept; besides ``keep``, what is listed or marked
    deducted, else what the proxy finds.
    """
    candidates = ("deduct", "proxy") if mode == "keep" else (mode,)
    found = next((m for m in candidates if part.dust_days(m).any()), None)
    return found if mode == "keep" or found is None else "keep"


def other_readings(rules: Rules, *, dust: str | None, period: Period) -> dict[Text, Rules]:
    """Give the readings that a verdict is tried under besides the one chosen, by their names."""
    readings = {
        setting("rounding", other): replace(rules, rounding=other)
        for other in ROUNDINGS
        if other != rules.rounding
    }
    if dust is not None:
        readings[setting("dust", dust)] = replace(rules, dust=dust)
    if period.end.year >= REVISED_FROM.year:
        current = rules.on(period).name
        for name in ("2012", "2026-transition"):
            if name != current:
                readings[setting("edition", name)] = replace(rules, edition=name)
    return readings


def observed_values(
    panel: Panel, city: str, year: int, rules: Rules | None = None
) -> dict[str, Value]:
    """Give a city's figures of a finished year.

    Parameters
    ----------
    panel : Panel
        Observations of the ranking list.
    city : str
        Short name of a city of the list.
    year : int
    rules : Rules, optional

    Returns
    -------
    dict
        By indicator: ``rank``, the six pollutants [µg/m³, co in mg/m³], ``good_day_ratio`` and
        ``heavy_day_ratio`` [%]. A year has at least 324 daily values (GB 3095-2012, table 4), else
        the figure says that it is insufficient. Empty without any observation of the year.
    """
    period = Period.of_year(year)
    rules = (rules or Rules()).during(period)
    part = panel.between(period.start, period.end)
    column = panel.cities.index(city)
    if np.isnan(part.values[:, column]).all():
        return {}
    others = other_readings(rules, dust=other_dust(part, rules.dust), period=period)
    rows = {}
    modes = {rules.dust, mode_of_days(rules.dust), *(other.dust for other in others.values())}
    for mode in modes:
        days = part.deducting(mode).city_days()
        rows[mode] = days[days["city"] == city]
    caveats = _caveats(part, column, dust_facts(part, period, rules)[1])
    finished = FinishedYear(period, rules, others, rows, caveats)
    return {
        "rank": finished.rank(panel, city),
        **finished.statistics(),
        **finished.day_shares(),
    }


def _caveats(part: Panel, column: int, dust: Text | None) -> tuple[Text, ...]:
    caveats = [Text("provisional real-time values")]
    if dust is not None:
        caveats.append(dust)
    for k, pollutant in enumerate(POLLUTANTS):
        known = int((~np.isnan(part.values[:, column, k])).sum())
        guessed = int(part.estimated[:, column, k].sum())
        if guessed:
            caveats.append(
                Text(
                    "{pollutant}: {guessed} of {known} values estimated",
                    pollutant=POLLUTANT_NAMES[pollutant],
                    guessed=guessed,
                    known=known,
                )
            )
    return tuple(caveats)


@dataclass(frozen=True)
class FinishedYear:
    """A city's finished year, under the reading used and under the others by their names.

    ``rows`` are its city-days by dust mode; their column ``dust`` marks those the mode deducts.
    """

    period: Period
    rules: Rules
    others: Mapping[Text, Rules]
    rows: Mapping[str, pd.DataFrame]
    caveats: tuple[Sayable, ...] = ()

    def _figure(self, value: Fraction | None, days: int, reason: Text | None, **more: Any) -> Value:
        told = {"required_days": self._required, "caveats": self.caveats, **more}
        return Value(value, SOURCE, valid_days=days, reason=reason, **told)

    @property
    def _required(self) -> int:
        return required_days(self.period.start, self.period.end)

    def rank(self, panel: Panel, city: str) -> Value:
        """Give the city's rank in its list."""
        try:
            table = standings(panel, self.period, self.rules)
        except InsufficientDataError as error:
            return Value(None, SOURCE, reason=error.text)
        row: Any = table.loc[city]
        days = int(min(row[f"{p}_days"] for p in POLLUTANTS))
        unranked, n = int(table["rank"].isna().sum()), len(table)
        short = int((~table["valid"].astype(bool)).sum())
        caveats = list(self.caveats)
        if short:
            caveats.append(
                Text("{short} of {n} cities have fewer valid days than required", short=short, n=n)
            )
        if unranked:
            caveats.append(
                Text(
                    "{unranked} of {n} cities have no index, hence no rank", unranked=unranked, n=n
                )
            )
        value = _whole(row["rank"])
        reason: Text | None = None
        if value is None:
            reason = Text("a pollutant has no values, so the city has no index")
        elif not row["valid"]:
            reason = too_few(days, self._required)
        varied = {
            name: _whole(standings(panel, self.period, other)["rank"].get(city))
            for name, other in self.others.items()
        }
        return self._figure(
            value,
            days,
            reason,
            plus=Fraction(unranked),
            variants=tuple((name, place) for name, place in varied.items() if place is not None),
            caveats=tuple(caveats),
        )

    def statistics(self) -> dict[str, Value]:
        """Give the six statistics; where dust is deducted, its days count as measured."""
        start, end = self.period.start, self.period.end
        by_mode: dict[str, Any] = {
            mode: period_statistics(days, start, end, dust="deduct").iloc[0]
            for mode, days in self.rows.items()
        }
        table = by_mode[self.rules.dust]
        varied = {n: by_mode[o.dust] for n, o in self.others.items() if o.dust != self.rules.dust}
        decimals = self.rules.on(self.period).period_decimals(end)
        figures = {}
        for pollutant in POLLUTANTS:
            days, value = int(table[f"{pollutant}_days"]), float(table[pollutant])
            measured = days + (int(table["dust_days"]) if pollutant in {"pm25", "pm10"} else 0)
            known = {n: float(t[pollutant]) for n, t in varied.items() if t[f"{pollutant}_days"]}
            figures[pollutant] = self._figure(
                None if np.isnan(value) else as_fraction(value),
                days,
                too_few(measured, self._required),
                decimals=decimals[pollutant],
                variants=tuple((name, as_fraction(v)) for name, v in known.items()),
            )
        return figures

    def _readings_of_days(self) -> dict[Text, Rules]:
        """Give the other readings; where days keep the dust that means lose, losing it is one."""
        mode = self.rules.dust
        if mode == mode_of_days(mode) or not self.rows[mode]["dust"].any():
            return dict(self.others)
        return {setting("dust", mode): self.rules, **self.others}

    def day_shares(self) -> dict[str, Value]:
        """Give the shares of good and heavy days among the days with an AQI [%] (HJ 633).

        Dust days stay in unless the reading deducts them; then their AQI leaves PM10 and PM2.5
        out. Both ways to count them are told.
        """
        used, result = replace(self.rules, dust=mode_of_days(self.rules.dust)), {}
        good, heavy, of = count_days(self.rows[used.dust], used)
        if of == 0:
            return {}
        others = {
            name: (other.dust, count_days(self.rows[other.dust], other))
            for name, other in self._readings_of_days().items()
            if (other.dust, other.edition) != (used.dust, used.edition)
        }
        others = {name: told for name, told in others.items() if told[1][2]}
        ways = {used.dust: (good, heavy, of)}
        for dust, counts in others.values():
            ways.setdefault(dust, counts)
        for place, count in enumerate((good, heavy)):
            indicator = RATIOS[place]
            said = {dust: (counts[place], counts[2]) for dust, counts in ways.items()}
            result[indicator] = self._figure(
                Fraction(100 * count, of),
                of,
                too_few(of, self._required),
                decimals=RATIO_DECIMALS,
                counts=(count, of),
                variants=tuple((n, Fraction(100 * c[place], c[2])) for n, (_, c) in others.items()),
                caveats=(*self.caveats, *([both_ways(indicator, said)] if len(said) > 1 else [])),
            )
        return result


def _whole(place: Any) -> Fraction | None:
    return None if pd.isna(place) else Fraction(int(place))


def too_few(days: int, required: int) -> Text | None:
    """Say that a year has too few valid days, or nothing."""
    if days >= required:
        return None
    return Text(
        "only {days} valid days of the {required} a year needs", days=days, required=required
    )


def both_ways(indicator: str, counts: Mapping[str, tuple[int, int]]) -> Text:
    """Put the days counted under each dust mode, of those with an AQI, into words."""
    ways = Phrases(
        Text("{n} of {of} ({mode})", n=n, of=of, mode=DUST_MODES[mode])
        for mode, (n, of) in counts.items()
    )
    if indicator == "good_day_ratio":
        return Text("good days, dust: {ways}", ways=ways)
    return Text("heavy days, dust: {ways}", ways=ways)


def count_days(rows: pd.DataFrame, rules: Rules) -> tuple[int, int, int]:
    """Count the good days, the heavy or worse days, and the days with an AQI (HJ 633).

    The rows' column ``dust`` tells which of them are deducted.
    """
    values = aqi(rows, edition=rules.edition, dust="deduct")["aqi"].dropna()
    return int(good_day(values).sum()), int(heavy_day(values).sum()), len(values)
