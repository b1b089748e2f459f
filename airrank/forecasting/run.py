"""Make a forecast: what was known, the joint draws, index and ranks in every draw."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from airrank.cities import load_ranking_list
from airrank.errors import InputError, InsufficientDataError
from airrank.forecasting.caveats import forecast_caveats
from airrank.forecasting.checks import SAMPLE, Basis, check_forecast
from airrank.forecasting.index import period_index
from airrank.forecasting.result import Forecast
from airrank.ingest.city_day import check_city_days
from airrank.panel import BEIJING, Panel
from airrank.periods import Period, as_period, parse_day
from airrank.ranking_table import dust_facts, standings
from airrank.rules.choices import Rules
from airrank.rules.ranking import rank_array
from airrank.rules.standards import POLLUTANTS
from airrank.simulation.fitted import Fitted, bundled
from airrank.simulation.levels import Parameters
from airrank.simulation.order_statistics import Float32
from airrank.simulation.period_draws import Draws
from airrank.simulation.remainder import RemainderModel
from airrank.simulation.unknown_days import Remainder
from airrank.store import known_at, retrieved_by
from airrank.wording import Bilingual

DEFAULT_GOALS = (110, 105, 100)
"""Rank goals of the plan 驻政办〔2023〕27号, used for the list of the 168."""

MIN_HISTORY_DAYS = 180
"""Days of history before the target year below which the season is unknown."""


def forecast(
    observations: pd.DataFrame,
    as_of: date | str,
    *,
    draws: int = 10_000,
    seed: int = 0,
    edition: str = "auto",
    panel: str | Path = "168",
    dust: str = "keep",
    rounding: str = "concentrations_first",
    goals: Sequence[int] | None = None,
    as_known_at: datetime | str | None = None,
    period: Period | str | int | None = None,
) -> Forecast:
    """Forecast the final ranks of a period of all cities of a ranking list.

    Parameters
    ----------
    observations : DataFrame
        City-days, see :func:`airrank.load_observations`.
    as_of : date or str
        Last day whose data is used. Nothing of later days has any influence.
    draws : int
        Number of joint simulations.
    seed : int
        Seed of the random numbers; the same seed gives the same draws.
    edition : str
        Standard edition, or ``auto``: the one in force on the last day of the period.
    panel : str or Path
        Ranking list, see :func:`airrank.cities.load_ranking_list`.
    dust : str
        ``keep`` dust days, ``deduct`` those listed or marked in the data, or deduct those that the
        ``proxy`` finds, see :mod:`airrank.dust`.
    rounding : str
        ``concentrations_first`` or ``index_only``.
    goals : sequence of int, optional
        Ranks whose probability :meth:`Forecast.summary` gives.
    as_known_at : datetime or str, optional
        For records with ``retrieved_at``: nothing retrieved later has any influence. The end of
        the day after ``as_of`` (Beijing time) without it: a day's values come out after midnight.
    period : Period, str or int, optional
        The days whose ranks are forecast, such as ``2017Q3``; the year of ``as_of`` without it.

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
    >>> float(result.rank_distribution.loc["信阳"].sum())
    1.0
    """
    day = _day(as_of)
    frame = check_city_days(observations)
    frame = known_at(frame, _moment(as_known_at, day))
    if frame.empty:
        raise InsufficientDataError(
            f"no record was retrieved by the end of {day + timedelta(days=1)}, the day after "
            "as_of; give as_known_at a later time to use records that were retrieved later"
        )
    return forecast_panel(
        Panel.from_observations(frame, load_ranking_list(panel)),
        day,
        draws=draws,
        seed=seed,
        rules=Rules(edition, dust, rounding),
        goals=goals,
        as_known_at=None if as_known_at is None else _moment(as_known_at, day),
        period=None if period is None else as_period(period),
    )


def _day(value: date | str) -> date:
    if isinstance(value, str):
        return parse_day(value)
    if not isinstance(value, date):
        raise InputError(f"as_of: expected a day such as 2017-09-24, found {value!r}")
    return value.date() if isinstance(value, datetime) else value


def check_draws(draws: int, seed: int) -> None:
    """Refuse a number of draws or a seed that cannot be.

    Raises
    ------
    InputError
        If ``draws`` is no whole number from 1, or ``seed`` none from 0.
    """
    for name, value, least in (("draws", draws, 1), ("seed", seed, 0)):
        if not isinstance(value, int | np.integer) or value < least:
            raise InputError(f"{name}: expected a whole number from {least}, found {value!r}")


def check_day(panel: Panel, as_of: date) -> None:
    """Refuse a day that the data do not reach.

    Raises
    ------
    InputError
        If ``as_of`` lies outside the data.
    """
    if not panel.first_day <= as_of <= panel.last_day:
        raise InputError(
            f"as_of {as_of} lies outside the data, which spans {panel.first_day} … "
            f"{panel.last_day}; choose a day inside, or newer data"
        )


def _moment(value: datetime | str | None, as_of: date) -> pd.Timestamp:
    if value is None:
        return retrieved_by(as_of)
    moment = pd.Timestamp(value)
    return moment if moment.tzinfo else moment.tz_localize(BEIJING)


def forecast_panel(
    panel: Panel,
    as_of: date,
    *,
    draws: int = 10_000,
    seed: int = 0,
    rules: Rules | None = None,
    goals: Sequence[int] | None = None,
    fitted: Fitted | None = None,
    as_known_at: datetime | None = None,
    period: Period | None = None,
) -> Forecast:
    """Forecast from a panel; see :func:`forecast`.

    ``fitted``, or else the fitted model that comes with airrank, is used if it is of the same data;
    the setting ``fit`` of the result says what was done, and why. ``as_known_at`` is recorded: it
    says what the panel was made of.
    """
    rules = rules or Rules()
    check_draws(draws, seed)
    check_day(panel, as_of)
    history = panel.until(as_of)
    period = period or Period.of_year(as_of.year)
    _check_period(period, as_of)
    _refuse_too_little(history, period)
    parameters, fit = _parameters(history, rules, fitted)
    model = RemainderModel(history.without_dust(rules.dust), parameters)
    remainder = model.remainder(period.start, period.end)
    city = seed % len(panel.cities)
    statistics, index, ranks, days = _draw(remainder, draws, seed, city, period, rules)
    so_far = Period(period.start, as_of)
    facts, dust = dust_facts(history, so_far, rules)
    result = Forecast(
        ranking_list=panel.ranking_list,
        as_of=as_of,
        period=period,
        rules=rules,
        statistics_draws=statistics,
        index_draws=index,
        rank_draws=ranks,
        year_to_date=standings(history, so_far, rules),
        settings={
            **rules.as_dict(period),
            **facts,
            "model": model.name,
            **({"surroundings": _number_of_cities(model.around)} if model.around else {}),
            "fit": fit,
            "draws": draws,
            "seed": seed,
            **({} if as_known_at is None else {"as_known_at": as_known_at.isoformat()}),
        },
        fingerprint=history.fingerprint(),
        parameters=model.parameters,
        caveats=forecast_caveats(history, period, rules, dust, as_known_at),
        goals=chosen_goals(panel, goals),
    )
    check_forecast(result, Basis(history, city, days, remainder.unknown))
    return result


def _check_period(period: Period, as_of: date) -> None:
    """Refuse a period that is over, or has not begun."""
    if as_of not in period:
        raise InputError(
            "the period {period} does not hold {day}, the last day whose data is used; choose a "
            "period that is running then, or another day with --as-of",
            period=period,
            day=as_of,
        )


def _draw(
    remainder: Remainder, draws: int, seed: int, city: int, period: Period, rules: Rules
) -> tuple[Float32, NDArray[np.float64], NDArray[np.int16], Float32]:
    """Draw chunk by chunk: statistics, index, ranks; and one city's days in the first draws."""
    shape = (draws, remainder.observed.shape[1])
    precision = np.float64 if remainder.certain else np.float32  # a half stays a half
    statistics = np.empty((*shape, len(POLLUTANTS)), dtype=precision)
    index, ranks = np.empty(shape), np.empty(shape, dtype=np.int16)
    days = np.empty((0, *remainder.unknown.shape[::2]), dtype=np.float32)
    filled = 0
    for chunk in remainder.draws(draws, seed):
        part = slice(filled, filled + len(chunk.statistics))
        hundredths = period_index(chunk.statistics, period, rules)
        statistics[part], index[part] = chunk.statistics, hundredths / 100
        ranks[part] = rank_array(hundredths)
        if not filled:
            first = slice(SAMPLE)
            some = Draws(chunk.statistics[first], chunk.levels[first], chunk.templates[first])
            days = remainder.course(city, some, seed)
        filled = part.stop
    return statistics, index, ranks, days


def _parameters(
    history: Panel, rules: Rules, given: Fitted | None
) -> tuple[Sequence[Parameters] | None, Bilingual]:
    """Give the parameters of a fitted model that serves, and say which, or why none does."""
    fitted = given or bundled()
    misfit = fitted.misfit(history, dust=rules.dust) if fitted else None
    if fitted and misfit is None:
        digest = fitted.digest()[:12]
        said = Bilingual(
            f"of data until {fitted.until} ({digest})", f"数据截至{fitted.until}（{digest}）"
        )
        return fitted.parameters, said
    if given and misfit:
        why = f"afresh: the fitted model {misfit}"
        return None, Bilingual(why, f"重新拟合（所给模型不适用：{misfit.zh}）")
    return None, Bilingual("afresh", "重新拟合")


def _number_of_cities(number: int) -> Bilingual:
    return Bilingual(f"{number} cities", f"{number}个城市")


def chosen_goals(panel: Panel, goals: Sequence[int] | None) -> tuple[int, ...]:
    """Give the goals asked for, or those of the list.

    Raises
    ------
    InputError
        If a goal is no rank of the list.
    """
    if goals is None:
        return DEFAULT_GOALS if panel.ranking_list.name == "168" else ()
    panel.ranking_list.check_ranks(goals)
    return tuple(goals)


def _refuse_too_little(history: Panel, period: Period) -> None:
    """Raise where no honest forecast is possible."""
    known: NDArray[np.bool_] = ~np.asarray(np.isnan(history.values))
    for k, pollutant in enumerate(POLLUTANTS):
        if not known[..., k].any():
            raise InsufficientDataError(
                f"insufficient data: no city has any {pollutant} up to {history.last_day}; the "
                "composite index needs all six pollutants"
            )
    seen: NDArray[np.bool_] = np.asarray(known.any(axis=(0, 2)))
    empty = [city for city, any_known in zip(history.cities, seen, strict=True) if not any_known]
    if empty:
        raise InsufficientDataError(
            f"insufficient data: no record up to {history.last_day} of {len(empty)} of the "
            f"{len(history.cities)} cities ({', '.join(empty[:8])}{', …' * (len(empty) > 8)}). "
            "Add their data, or give --panel a list without them."
        )
    complete = np.any(np.all(known, axis=2), axis=1)
    before = int(complete[history.days < np.datetime64(period.start)].sum())
    if before < MIN_HISTORY_DAYS:
        raise InsufficientDataError(
            "insufficient data: {before} days with data before {start}; a forecast of {period} "
            "needs at least {least} to know the seasons",
            before=before,
            start=period.start,
            period=period,
            least=MIN_HISTORY_DAYS,
        )
