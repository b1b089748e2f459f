"""The figure of the plan: past ranks, the year so far, fans to the coming years' ends, goals."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pandas as pd

from airrank.errors import InsufficientDataError
from airrank.forecasting.path import ranks_to_date
from airrank.forecasting.result import INTERVALS
from airrank.periods import Period
from airrank.plots import style
from airrank.plots.labels import status_line
from airrank.plots.place import Label, beside, edge_labels
from airrank.words import Chance, Text, number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from airrank.forecasting.result import Forecast
    from airrank.goals.plan_odds import Aim, PlanOdds

PAST = 5
"""Finished years shown at most."""
YEARS_NAMED = 7
"""Years whose names have room beside each other; of more, some are left out, not the last."""
SETTLED = 59
"""Days of a year before its rank to date is shown: it jumps about at first."""


def outlook_figure(odds: PlanOdds) -> tuple[Figure, pd.DataFrame]:
    """Draw one city's ranks of past years, the year so far, and the years of the outlook.

    Parameters
    ----------
    odds : PlanOdds
        The outlook, the city, and its goals; those of other things than the rank are left out.

    Returns
    -------
    figure : Figure
    table : DataFrame
        By day: ``kind`` (``year``, ``to date``, ``forecast``), ``rank``, and of a forecast
        ``lo50, hi50, lo80, …``.
    """
    outlook, first = odds.outlook, odds.outlook.first
    city = outlook.ranking_list.resolve(odds.city)
    past, running = _past(odds), _running(odds)
    coming, gaps = _open(odds, over=False), _open(odds, over=True)
    title = Text(
        "{city}: rank by year, and outlook to {end}", city=city, end=outlook.periods[-1].end.year
    )
    foot = Text(
        "bands: 50/80/95 % of the forecast, to each year's end; {status}",
        status=status_line(first.settings, first.as_of),
    )
    with style.sheet(title, foot, (style.SIZE[0], 4.6)) as figure:
        (axes,) = figure.axes
        known = [
            *past.to_numpy(),
            *running.to_numpy(),
            *coming.to_numpy().ravel(),
            *gaps.to_numpy().ravel(),
        ]
        ranks = [aim for aim in odds.aims if aim.goal.indicator == "rank"]
        known += [float(aim.goal.values[0]) for aim in ranks]
        style.rank_axis(axes, known, len(first.cities))
        start = running.iloc[[-1]] if len(running) else past.iloc[-1:]
        style.fan(axes, start, coming, 1.4)
        axes.plot(running.index, running, color=style.INK, lw=1.6)
        axes.plot(past.index, past, "o-", color=style.INK, lw=1.2, ms=5)
        axes.vlines(gaps.index, gaps["lo80"], gaps["hi80"], color=style.BLUE, lw=5, alpha=0.4)
        _written(axes, past, style.INK)
        axes.plot(coming.index, coming["median"], "o", color=style.BLUE, ms=6)
        _written(axes, coming["median"], style.BLUE)
        _steps(axes, odds, ranks)
        _year_axis(axes, past, running, coming, [aim.period for aim in ranks])
        axes.set_ylabel(str(Text("rank (1 at the top)")))
    kinds = (("year", past), ("to date", running))
    parts = [pd.DataFrame({"kind": kind, "rank": ranks}) for kind, ranks in kinds if len(ranks)]
    ahead = pd.concat([gaps, coming]).rename(columns={"median": "rank"})
    ahead.insert(0, "kind", "forecast")
    return figure, pd.concat([*parts, ahead]).rename_axis("date")


def _past(odds: PlanOdds) -> pd.Series[float]:
    """Give the ranks of finished years, by the year's last day."""
    outlook, first = odds.outlook, odds.outlook.first
    found: dict[pd.Timestamp, float] = {}
    for year in range(outlook.as_of.year - PAST, outlook.as_of.year + 1):
        period = Period.of_year(year)
        if period.end > outlook.as_of or period.start < first.history.first_day:
            continue
        if period in outlook.forecasts:
            found[pd.Timestamp(period.end)] = outlook.forecasts[period].of_city(odds.city, ())[
                "rank_median"
            ]
            continue
        try:
            row: Any = first.standings(period).loc[odds.city]
        except InsufficientDataError:
            continue
        if row["valid"]:
            found[pd.Timestamp(period.end)] = float(row["rank"])
    return pd.Series(found, dtype=float, index=pd.DatetimeIndex(list(found)))


def _running(odds: PlanOdds) -> pd.Series[float]:
    """Give the ranks to date of the year that is running, whether the outlook holds it or not."""
    first, as_of = odds.outlook.first, odds.outlook.as_of
    year = Period.of_year(as_of.year)
    if as_of == year.end:
        return pd.Series(dtype=float, index=pd.DatetimeIndex([]))
    made = odds.outlook.forecasts.get(year, replace(first, period=year))
    ranks = ranks_to_date(first.history, made, odds.city).dropna()
    settled = ranks[ranks.index >= pd.Timestamp(year.start + timedelta(days=SETTLED))]
    return settled if len(settled) else ranks


def _open(odds: PlanOdds, *, over: bool) -> pd.DataFrame:
    """Give median and intervals of the periods that are not settled, by their last day.

    Those to come, or those that are over but have gaps.
    """
    rows = {
        pd.Timestamp(period.end): _quantiles(made, odds.city)
        for period, made in odds.outlook.forecasts.items()
        if not made.final and made.over == over
    }
    names = ["median", *(f"{end}{level}" for level in INTERVALS for end in ("lo", "hi"))]
    return pd.DataFrame.from_dict(rows, orient="index", columns=names)


def _quantiles(made: Forecast, city: str) -> dict[str, float]:
    row = made.of_city(city, ())
    return {
        "median": row["rank_median"],
        **{f"{end}{n}": row[f"rank_{end}{n}"] for n in INTERVALS for end in ("lo", "hi")},
    }


def _written(axes: Axes, ranks: pd.Series[float], colour: str) -> None:
    """Write each year's rank beside its dot, clear of the steps of the goals."""
    for day, rank in zip(pd.DatetimeIndex(ranks.index), ranks, strict=True):
        beside(axes, number(rank), (style.day_number(day), rank), colour)


def _steps(axes: Axes, odds: PlanOdds, aims: list[Aim]) -> None:
    """Draw each year's goal over its year, the odds of all at the right edge."""
    labels: list[Label] = []
    for before, aim in pairwise(aims):
        if before.period.end < aim.period.start:
            levels = [float(one.goal.values[0]) for one in (before, aim)]
            days = [style.day_number(aim.period.start)] * 2
            axes.plot(days, levels, color=style.VERMILION, lw=0.9, ls=style.DASHED)
    for aim in aims:
        goal, ends = float(aim.goal.values[0]), (aim.period.start, aim.period.end)
        axes.plot(list(map(style.day_number, ends)), [goal, goal], color=style.VERMILION, lw=1.8)
        chance = odds.probability(aim)
        if chance is None:
            continue
        final = odds.outlook.forecasts[aim.period].final
        words = Text(
            "{period}: top {goal}\nP = {chance}",
            period=aim.period,
            goal=number(goal),
            chance=Chance(chance, final),
        )
        labels.append((goal, words, style.VERMILION))
    together = odds.joint(aims)
    if len(aims) > 1 and together is not None:
        words = Text("all together\nP = {chance}", chance=Chance(together, odds.settled))
        labels.append((float(aims[-1].goal.values[0]) - 1e-6, words, style.INK))
    edge_labels(axes, labels)


def _year_axis(
    axes: Axes,
    past: pd.Series[float],
    running: pd.Series[float],
    coming: pd.DataFrame,
    goals: list[Period],
) -> None:
    """Name each year in its middle, and draw its bounds."""
    days = [*past.index, *running.index, *coming.index]
    years = [*(day.year for day in days), *(period.start.year for period in goals)]
    first, last = min(years), max(years)
    bounds = [style.day_number(date(year, 1, 1)) for year in range(first, last + 2)]
    axes.set_xticks(bounds, [""] * len(bounds))
    middles = [(a + b) / 2 for a, b in pairwise(bounds)]
    every = 1 + (last - first) // YEARS_NAMED
    names = ["" if (last - year) % every else str(year) for year in range(first, last + 1)]
    axes.set_xticks(middles, names, minor=True)
    axes.tick_params(axis="x", which="minor", length=0)
    margin = 0.02 * (bounds[-1] - bounds[0])
    axes.set_xlim(bounds[0] - margin, bounds[-1] + margin)
