"""The verbs of airrank for Python users: observations in, the same option words everywhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from airrank import ranking_table
from airrank.arguments import checked, is_whole, several
from airrank.cities import RankingList
from airrank.errors import InputError, InsufficientDataError, check_choice
from airrank.forecasting.outlook import outlook_panel
from airrank.forecasting.run import forecast_panel
from airrank.goals.aims import Aims
from airrank.ingest.city_day import check_city_days
from airrank.ingest.limits import BEIJING
from airrank.outlook_view import Outlook
from airrank.panel import Panel
from airrank.periods import Period, as_period, as_year, parse_day
from airrank.placed_last import read_rules
from airrank.rules.choices import DUST
from airrank.rules.composite import ROUNDING
from airrank.store import known_at, retrieved_by
from airrank.verification import backtest as scoring
from airrank.verification.backtest import MODELS, Backtest
from airrank.views import Forecast


@checked
def standings(
    observations: pd.DataFrame,
    period: Period | str | int,
    *,
    panel: str | Path | RankingList | None = None,
    edition: str = "auto",
    dust: str = DUST,
    rounding: str = ROUNDING,
    weights: str | Sequence[float] | None = None,
    ties: str = "competition",
    placed_last: str | Sequence[str] = (),
    as_known_at: datetime | str | None = None,
) -> pd.DataFrame:
    """Rank the cities of a list over a period.

    Parameters
    ----------
    observations : DataFrame
        City-days, see :func:`airrank.load_observations`.
    period : Period, str or int
        A year (2017) or a text such as ``2017-09``, ``2017Q3`` or ``2017-01..2017-09``.
    panel : str or Path, optional
        Ranking list: ``168``, ``henan17``, or a file of your own.
    edition : str
        Standard edition, or ``auto``: the one in force on the period's last day.
    dust : str
        ``keep`` dust days, ``deduct`` those listed or marked in the data, or deduct those that the
        ``proxy`` finds, see :mod:`airrank.dust`.
    rounding : str
        ``concentrations_first`` or ``index_only``.
    weights : str or sequence of float, optional
        Of the single indices of ``pm25 pm10 so2 no2 co o3_8h`` in the order of
        ``airrank.rules.standards.POLLUTANTS``, or the name of a set; all ones without it.
    ties : str
        ``competition`` ranks (1, 2, 2, 4) or ``dense`` ones (1, 2, 2, 3).
    placed_last : sequence of str
        Cities placed last by rule, whatever their index, see :func:`airrank.placed_last.as_cases`.
    as_known_at : datetime or str, optional
        For records with ``retrieved_at``: nothing retrieved later counts.

    Returns
    -------
    DataFrame
        By city, best first; see :func:`airrank.ranking_table.standings` for the columns.

    Raises
    ------
    InputError
        If the observations, the period, the list or an option cannot be used.
    InsufficientDataError
        If no city has all six pollutants in the period.

    Examples
    --------
    >>> import airrank
    >>> table = airrank.standings(airrank.load_observations(), 2017)
    >>> int(table.loc["驻马店", "rank"]), float(table.loc["驻马店", "index"])
    (103, 5.87)
    """
    chosen = as_period(period)
    rules = read_rules(edition, dust, rounding, weights, ties, placed_last)
    moment = None if as_known_at is None else _moment(as_known_at)
    return ranking_table.standings(_panel(observations, panel, moment), chosen, rules)


@checked
def forecast(
    observations: pd.DataFrame,
    as_of: date | str,
    *,
    period: Period | str | int | None = None,
    panel: str | Path | RankingList | None = None,
    edition: str = "auto",
    dust: str = DUST,
    rounding: str = ROUNDING,
    weights: str | Sequence[float] | None = None,
    ties: str = "competition",
    placed_last: str | Sequence[str] = (),
    draws: int = 10_000,
    seed: int = 0,
    goals: Sequence[int] = (),
    as_known_at: datetime | str | None = None,
) -> Forecast:
    """Forecast the final ranks of a period of all cities of a ranking list.

    Parameters
    ----------
    observations : DataFrame
        City-days, see :func:`airrank.load_observations`.
    as_of : date or str
        Last day whose data is used. Nothing of later days has any influence.
    period : Period, str or int, optional
        The days whose ranks are forecast, such as ``2017Q3``, running, ahead or over; the year of
        ``as_of`` without it.
    panel, edition, dust, rounding, weights, ties, placed_last
        As for :func:`standings`.
    draws : int
        Number of joint simulations.
    seed : int
        Seed of the random numbers; the same seed gives the same draws.
    goals : sequence of int
        Ranks whose probability :meth:`Forecast.summary` gives for every city.
    as_known_at : datetime or str, optional
        For records with ``retrieved_at``: nothing retrieved later has any influence. The end of
        the day after ``as_of`` (Beijing time) without it: a day's values come out after midnight.

    Returns
    -------
    Forecast

    Raises
    ------
    InputError
        If the observations or an option cannot be used, or ``as_of`` lies outside the data.
    InsufficientDataError
        If there is too little data for an honest forecast.

    Examples
    --------
    >>> import airrank
    >>> result = airrank.forecast(
    ...     airrank.load_observations(), "2017-11-30", draws=200, panel="henan17"
    ... )
    >>> float(result["Xinyang"].rank_distribution.sum())
    1.0
    """
    day = parse_day(as_of)
    moment = None if as_known_at is None else _moment(as_known_at)
    made = forecast_panel(
        _panel(observations, panel, moment or retrieved_by(day), day),
        day,
        period=None if period is None else as_period(period),
        draws=draws,
        seed=seed,
        rules=read_rules(edition, dust, rounding, weights, ties, placed_last),
        goals=_ranks(goals),
        as_known_at=moment,
    )
    return Forecast.of(made)


@checked
def outlook(
    observations: pd.DataFrame,
    as_of: date | str,
    periods: Iterable[Period | str | int],
    *,
    panel: str | Path | RankingList | None = None,
    edition: str = "auto",
    dust: str = DUST,
    rounding: str = ROUNDING,
    weights: str | Sequence[float] | None = None,
    ties: str = "competition",
    placed_last: str | Sequence[str] = (),
    draws: int = 10_000,
    seed: int = 0,
    as_known_at: datetime | str | None = None,
) -> Outlook:
    """Forecast several periods from the same futures, so that they have odds together.

    Parameters
    ----------
    observations : DataFrame
        City-days, see :func:`airrank.load_observations`.
    as_of : date or str
        Last day whose data is used.
    periods : iterable of Period, str or int
        Running, ahead or over: ``[2023, 2024, "2024Q1"]``.
    panel, edition, dust, rounding, weights, ties, placed_last
        As for :func:`standings`.
    draws, seed, as_known_at
        As for :func:`forecast`; a period alone has the same draws there.

    Returns
    -------
    Outlook

    Raises
    ------
    InputError
        If the observations, a period or an option cannot be used.
    InsufficientDataError
        If there is too little data for an honest forecast of a period.

    Examples
    --------
    >>> import airrank
    >>> found = airrank.outlook(
    ...     airrank.load_observations(), "2016-12-31", [2016, 2017], draws=200, panel="henan17"
    ... )
    >>> found.probability({2016: 6}, "Zhumadian"), found.periods[1].end.year
    (1.0, 2017)
    """
    day = parse_day(as_of)
    moment = None if as_known_at is None else _moment(as_known_at)
    asked = (periods,) if isinstance(periods, Period) else several("periods", periods)
    made = outlook_panel(
        _panel(observations, panel, moment or retrieved_by(day), day),
        day,
        [as_period(period) for period in asked],
        draws=draws,
        seed=seed,
        rules=read_rules(edition, dust, rounding, weights, ties, placed_last),
        as_known_at=moment,
    )
    return Outlook.of(made)


@checked
def backtest(
    observations: pd.DataFrame,
    years: int | str | Iterable[int | str],
    *,
    origins: str = "monthly",
    period: str = "year",
    models: Sequence[str] = MODELS,
    panel: str | Path | RankingList | None = None,
    edition: str = "auto",
    dust: str = DUST,
    rounding: str = ROUNDING,
    weights: str | Sequence[float] | None = None,
    ties: str = "competition",
    draws: int = 2000,
    seed: int = 0,
    goals: Sequence[int] = (),
    jobs: int = 1,
    as_known_at: datetime | str | None = None,
) -> Backtest:
    """Forecast past years as they could have been forecast then, and score the forecasts.

    Parameters
    ----------
    observations : DataFrame
        City-days, see :func:`airrank.load_observations`.
    years : int, str or several
        Years to forecast; all must be over in the data.
    origins : {"monthly", "weekly"}
        ``monthly``: every month's end from January to November; ``weekly``: every Sunday.
    period : {"year"}
        What is forecast of each year.
    models : sequence of str
        Any of :data:`airrank.verification.backtest.MODELS`.
    panel, edition, dust, rounding, weights, ties, as_known_at
        As for :func:`standings`.
    draws, seed : int
        As for :func:`forecast`.
    goals : sequence of int
        Ranks whose probability is scored; half the list without them.
    jobs : int
        Processes; the results do not depend on it.

    Returns
    -------
    Backtest

    Raises
    ------
    InputError
        If an option cannot be used.
    InsufficientDataError
        If a year is not over in the data, or a model cannot forecast it.
    """
    check_choice("period", period, ("year",))
    return scoring.backtest(
        _panel(observations, panel, None if as_known_at is None else _moment(as_known_at)),
        [as_year(year) for year in several("years", years)],
        origins=origins,
        models=several("models", models),
        rules=read_rules(edition, dust, rounding, weights, ties, ()),
        draws=draws,
        seed=seed,
        goals=_ranks(goals) or None,
        jobs=jobs,
    )


def _ranks(goals: Sequence[int]) -> tuple[int, ...]:
    """Give ranks as Python's own numbers; what is no whole number is refused with the list."""
    return tuple(int(rank) if is_whole(rank) else rank for rank in several("goals", goals))


def _moment(value: datetime | str) -> pd.Timestamp:
    moment: Any = pd.NaT
    if isinstance(value, str | date | np.datetime64):
        with suppress(ValueError):
            moment = pd.Timestamp(_day_or_moment(value))
    if moment is pd.NaT:
        raise InputError(
            "as_known_at: expected a day or moment such as 2017-09-25T08:00, found {found!r}",
            found=value,
        )
    found: pd.Timestamp = moment if moment.tzinfo else moment.tz_localize(BEIJING)
    return found


def _day_or_moment(value: Any) -> Any:
    """Give a day that is written as days are; what else it is, pandas may know."""
    try:
        return parse_day(value) if isinstance(value, str) else value
    except InputError:
        return value


def _panel(
    observations: pd.DataFrame,
    panel: str | Path | RankingList | None,
    moment: pd.Timestamp | None,
    as_of: date | None = None,
) -> Panel:
    """Arrange what was known at a moment of the cities of a list."""
    names = Aims.of(panel=panel).ranking_list
    frame = known_at(check_city_days(observations), moment)
    if frame.empty and as_of is not None:
        raise InsufficientDataError(
            "no record was retrieved by the end of {day}, the day after as_of; give as_known_at a "
            "later time to use records that were retrieved later",
            day=as_of + timedelta(days=1),
        )
    return Panel.from_observations(frame, names)
