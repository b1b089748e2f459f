"""Make a forecast: what was known, the joint draws, index and ranks in every draw."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray

from airrank.errors import InputError, InsufficientDataError
from airrank.forecasting.caveats import forecast_caveats
from airrank.forecasting.checks import SAMPLE, Basis, check_forecast
from airrank.forecasting.index import period_index
from airrank.forecasting.result import Forecast
from airrank.panel import Panel
from airrank.periods import Period
from airrank.placed_last import columns_last
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
from airrank.words import Listed, Text

MIN_HISTORY_DAYS = 180
"""Days of history before the target year below which the season is unknown."""


def check_draws(draws: int, seed: int) -> None:
    """Refuse a number of draws or a seed that cannot be.

    Raises
    ------
    InputError
        If ``draws`` is no whole number from 1, or ``seed`` none from 0.
    """
    for name, value, least in (("draws", draws, 1), ("seed", seed, 0)):
        if not isinstance(value, int | np.integer) or value < least:
            raise InputError(
                "{name}: expected a whole number from {least}, found {value!r}",
                name=name,
                least=least,
                value=value,
            )


def check_day(panel: Panel, as_of: date) -> None:
    """Refuse a day that the data do not reach.

    Raises
    ------
    InputError
        If ``as_of`` lies outside the data.
    """
    if not panel.first_day <= as_of <= panel.last_day:
        raise InputError(
            "as_of {as_of} lies outside the data, which spans {first} … {last}; choose a day "
            "inside, or newer data",
            as_of=as_of,
            first=panel.first_day,
            last=panel.last_day,
        )


def forecast_panel(
    panel: Panel,
    as_of: date,
    *,
    draws: int = 10_000,
    seed: int = 0,
    rules: Rules | None = None,
    goals: Sequence[int] = (),
    fitted: Fitted | None = None,
    as_known_at: datetime | None = None,
    period: Period | None = None,
) -> Forecast:
    """Forecast the final ranks of a period of all cities of a panel.

    ``fitted``, or else the fitted model that comes with airrank, is used if it is of the same data;
    the setting ``fit`` of the result says what was done, and why. ``as_known_at`` is recorded: it
    says what the panel was made of.
    """
    check_draws(draws, seed)
    check_day(panel, as_of)
    history = panel.until(as_of)
    period = period or Period.of_year(as_of.year)
    rules = (rules or Rules()).during(period)
    _check_period(period, as_of)
    _refuse_too_little(history, period)
    parameters, fit = _parameters(history, rules, fitted)
    model = RemainderModel(history.without_dust(rules.dust), parameters)
    remainder = model.remainder(period.start, period.end)
    city = seed % len(panel.cities)
    last = columns_last(rules, panel.ranking_list, period, over=as_of >= period.end)
    statistics, index, ranks, days = _draw(remainder, draws, seed, city, period, rules, last)
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
            **(
                {"surroundings": Text("{number} cities", number=model.around)}
                if model.around
                else {}
            ),
            "fit": fit,
            "draws": draws,
            "seed": seed,
            **({} if as_known_at is None else {"as_known_at": as_known_at.isoformat()}),
        },
        fingerprint=history.fingerprint(),
        parameters=model.parameters,
        history=history,
        caveats=forecast_caveats(history, period, rules, dust, as_known_at),
        goals=_checked_ranks(panel, goals),
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
    remainder: Remainder,
    draws: int,
    seed: int,
    city: int,
    period: Period,
    rules: Rules,
    last: list[int],
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
        ranks[part] = rank_array(hundredths, ties=rules.ties, last=last)
        if not filled:
            first = slice(SAMPLE)
            some = Draws(chunk.statistics[first], chunk.levels[first], chunk.templates[first])
            days = remainder.course(city, some, seed)
        filled = part.stop
    return statistics, index, ranks, days


def _parameters(
    history: Panel, rules: Rules, given: Fitted | None
) -> tuple[Sequence[Parameters] | None, Text]:
    """Give the parameters of a fitted model that serves, and say which, or why none does."""
    fitted = given or bundled()
    misfit = fitted.misfit(history, dust=rules.dust) if fitted else None
    if fitted and misfit is None:
        digest = fitted.digest()[:12]
        return fitted.parameters, Text(
            "of data until {until} ({digest})", until=str(fitted.until), digest=digest
        )
    if given and misfit:
        return None, Text("afresh: the fitted model {misfit}", misfit=misfit)
    return None, Text("afresh")


def _checked_ranks(panel: Panel, goals: Sequence[int]) -> tuple[int, ...]:
    panel.ranking_list.check_ranks(goals)
    return tuple(goals)


def _refuse_too_little(history: Panel, period: Period) -> None:
    """Raise where no honest forecast is possible."""
    known: NDArray[np.bool_] = ~np.asarray(np.isnan(history.values))
    for k, pollutant in enumerate(POLLUTANTS):
        if not known[..., k].any():
            raise InsufficientDataError(
                "insufficient data: no city has any {pollutant} up to {last_day}; the "
                "composite index needs all six pollutants",
                pollutant=pollutant,
                last_day=history.last_day,
            )
    seen: NDArray[np.bool_] = np.asarray(known.any(axis=(0, 2)))
    empty = [city for city, any_known in zip(history.cities, seen, strict=True) if not any_known]
    if empty:
        raise InsufficientDataError(
            "insufficient data: no record up to {last_day} of {missing} of the {number} "
            "cities ({cities}). Add their data, or give --panel a list without them.",
            last_day=history.last_day,
            missing=len(empty),
            number=len(history.cities),
            cities=Listed([*empty[:8], *["…"][: len(empty) > 8]]),
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
