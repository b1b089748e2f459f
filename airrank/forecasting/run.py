"""Make a forecast: what was known, the joint draws, index and ranks in every draw."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray

from airrank.arguments import LARGEST_SEED, MOST_DRAWS, check_whole
from airrank.errors import InputError
from airrank.forecasting.caveats import forecast_caveats
from airrank.forecasting.checks import SAMPLE, Basis, check_forecast
from airrank.forecasting.index import period_index
from airrank.forecasting.result import Forecast
from airrank.forecasting.sufficiency import refuse_gaps, refuse_too_little
from airrank.panel import Panel
from airrank.periods import Period
from airrank.placed_last import columns_last
from airrank.ranking_table import dust_facts, standings
from airrank.rules.choices import Rules
from airrank.rules.evaluation import statistics_array
from airrank.rules.ranking import rank_array
from airrank.rules.standards import POLLUTANTS
from airrank.simulation.fitted import Fitted, bundled
from airrank.simulation.levels import Parameters
from airrank.simulation.period_draws import Draws, Statistics
from airrank.simulation.remainder import RemainderModel
from airrank.simulation.unknown_days import unknown_days
from airrank.words import Text

CELLS_IN_CACHE = 20_000
"""Draws × cities ranked in one go: their numbers stay in the processor's cache."""


def check_draws(draws: int, seed: int) -> None:
    """Refuse a number of draws or a seed that cannot be.

    Raises
    ------
    InputError
        If ``draws`` is no whole number from 1 to :data:`~airrank.arguments.MOST_DRAWS`, or
        ``seed`` none from 0 to :data:`~airrank.arguments.LARGEST_SEED`.
    """
    check_whole("draws", draws, 1, MOST_DRAWS)
    check_whole("seed", seed, 0, LARGEST_SEED)


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

    Parameters
    ----------
    panel : Panel
    as_of : date
        Last day whose data is used.
    draws, seed : int
    rules : Rules, optional
    goals : sequence of int
        Ranks to reach.
    fitted : Fitted, optional
        This, or else the fitted model that comes with airrank, is used if it is of the same data;
        the setting ``fit`` of the result says what was done, and why.
    as_known_at : datetime, optional
        Is recorded: it says what the panel was made of.
    period : Period, optional
        Running, ahead or over; the year of ``as_of`` without it.
    """
    (made,) = forecast_periods(
        panel,
        as_of,
        [period or Period.of_year(as_of.year)],
        draws=draws,
        seed=seed,
        rules=rules,
        goals=goals,
        fitted=fitted,
        as_known_at=as_known_at,
    )
    return made


def forecast_periods(
    panel: Panel,
    as_of: date,
    periods: Sequence[Period],
    *,
    draws: int = 10_000,
    seed: int = 0,
    rules: Rules | None = None,
    goals: Sequence[int] = (),
    fitted: Fitted | None = None,
    as_known_at: datetime | None = None,
    parameters: Sequence[Parameters] = (),
) -> tuple[Forecast, ...]:
    """Forecast several periods from the same futures, see :func:`forecast_panel`.

    The draws of a period do not depend on which others are asked for. Periods whose rules deduct
    dust differently are drawn by a model each, from the same random numbers. With the
    ``parameters`` of another forecast nothing is estimated: what differs then comes of the data.
    """
    check_draws(draws, seed)
    check_day(panel, as_of)
    panel.ranking_list.check_ranks(goals)
    history, asked = panel.until(as_of), rules or Rules()
    for period in periods:
        refuse_gaps(history, period)
    models: dict[str, tuple[RemainderModel, Text]] = {}
    drawings = []
    for period in periods:
        own = asked.during(period)
        unknown = unknown_days(history.without_dust(own.dust), period.start, period.end)
        if unknown.any() and own.dust not in models:
            refuse_too_little(history, period)
            known, fit = (
                (parameters, Text("of another forecast"))
                if parameters
                else _parameters(history, own, fitted)
            )
            models[own.dust] = RemainderModel(history.without_dust(own.dust), known), fit
        drawings.append(_Drawing(history, period, own, unknown, draws, seed))
    for dust, (model, fit) in models.items():
        drawn = [one for one in drawings if one.rules.dust == dust and one.unknown.any()]
        for one in drawn:
            one.prepare(model, fit)
        for which, chunk in model.joint_draws([one.remainder for one in drawn], draws, seed):
            drawn[which].take(chunk)
    fingerprint = history.fingerprint()
    return tuple(_forecast(one, tuple(goals), as_known_at, fingerprint) for one in drawings)


class _Drawing:
    """A period's arrays, filled chunk by chunk: statistics, index and ranks.

    The draws of a period of which nothing is unknown are its outcome; no model is asked.
    """

    def __init__(
        self,
        history: Panel,
        period: Period,
        rules: Rules,
        unknown: NDArray[np.bool_],
        draws: int,
        seed: int,
    ) -> None:
        self.history, self.period, self.rules, self.unknown = history, period, rules, unknown
        self.draws, self.seed = draws, seed
        self.city, self.filled = seed % len(history.cities), 0
        over = history.last_day >= period.end
        self.last = columns_last(rules, history.ranking_list, period, over=over)
        shape = (draws, len(history.cities))
        # Of a period that is over some statistics are certain: there a half stays a half.
        precision = np.float64 if over else np.float32
        self.statistics = np.empty((*shape, len(POLLUTANTS)), dtype=precision)
        self.index, self.ranks = np.empty(shape), np.empty(shape, dtype=np.int16)
        self.days = np.empty((0, *unknown.shape[::2]), dtype=np.float32)
        self.model: RemainderModel | None = None
        self.fit = Text("none needed: nothing is unknown")
        if not unknown.any():
            self._settle()

    def _settle(self) -> None:
        """Let every draw be the outcome."""
        part = self.history.between(self.period.start, self.period.end)
        exact = statistics_array(part.without_dust(self.rules.dust).values)
        self._fill(np.broadcast_to(exact, self.statistics.shape))
        self.days = np.full((1, *self.unknown.shape[::2]), np.nan, dtype=np.float32)

    def prepare(self, model: RemainderModel, fit: Text) -> None:
        """Get the model's remainder ready to be drawn."""
        self.model, self.fit = model, fit
        self.remainder = model.remainder(self.period.start, self.period.end)

    def take(self, chunk: Draws) -> None:
        """Take the next draws; of the first also one city's days."""
        if not self.filled:
            first = slice(SAMPLE)
            some = Draws(chunk.statistics[first], chunk.levels[first], chunk.templates[first])
            self.days = self.remainder.course(self.city, some, self.seed)
        self._fill(chunk.statistics)

    def _fill(self, statistics: Statistics) -> None:
        rows = max(1, CELLS_IN_CACHE // statistics.shape[1])
        for first in range(0, len(statistics), rows):
            some = statistics[first : first + rows]
            part = slice(self.filled, self.filled + len(some))
            hundredths = period_index(some, self.period, self.rules)
            self.statistics[part], self.index[part] = some, hundredths / 100
            self.ranks[part] = rank_array(hundredths, ties=self.rules.ties, last=self.last)
            self.filled = part.stop


def _forecast(
    drawn: _Drawing, goals: tuple[int, ...], as_known_at: datetime | None, fingerprint: str
) -> Forecast:
    """Put a period's draws together with all that is told beside them, and check them."""
    history, period, rules, model = drawn.history, drawn.period, drawn.rules, drawn.model
    so_far = period.to_date(history.last_day)
    facts, dust = ({}, None) if so_far is None else dust_facts(history, so_far, rules)
    around = {}
    if model is not None and model.around:
        around = {"surroundings": Text("{number} cities", number=model.around)}
    caveats = forecast_caveats(history, period, rules, dust, as_known_at, drawn.unknown)
    result = Forecast(
        ranking_list=history.ranking_list,
        as_of=history.last_day,
        period=period,
        rules=rules,
        statistics_draws=drawn.statistics,
        index_draws=drawn.index,
        rank_draws=drawn.ranks,
        year_to_date=standings(history, so_far or period, rules, ahead=so_far is None),
        settings={
            **rules.as_dict(period),
            **facts,
            "model": RemainderModel.name,
            **around,
            "fit": drawn.fit,
            "draws": drawn.draws,
            "seed": drawn.seed,
            **({} if as_known_at is None else {"as_known_at": as_known_at.isoformat()}),
        },
        fingerprint=fingerprint,
        parameters=() if model is None else model.parameters,
        history=history,
        caveats=caveats,
        goals=goals,
    )
    check_forecast(result, Basis(history, drawn.city, drawn.days, drawn.unknown))
    return result


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
