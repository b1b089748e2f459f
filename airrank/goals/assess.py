"""Assess a plan: a verdict for every goal of a year, or its probability while the year runs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from airrank.arguments import checked, several
from airrank.cities import City, RankingList, load_ranking_list
from airrank.errors import InputError, InsufficientDataError
from airrank.forecasting.result import Forecast
from airrank.forecasting.sufficiency import refuse_gaps
from airrank.goals.aims import Aims
from airrank.goals.assessment import Assessment, through_alternatives
from airrank.goals.chances import Chances
from airrank.goals.known_year import AHEAD, FINISHED, FORECAST, RUNNING, UNOBSERVED, KnownYear
from airrank.goals.plan import Goal, Plan, rank_goal
from airrank.goals.public_year import is_public, public_year
from airrank.goals.reported import Reported, read_reported
from airrank.goals.verdicts import Verdict
from airrank.ingest.city_day import check_city_days
from airrank.inputs import Source
from airrank.panel import Panel
from airrank.periods import Period, as_year, parse_day
from airrank.placed_last import read_rules
from airrank.ranking_table import dust_facts
from airrank.rules.choices import DUST
from airrank.rules.composite import ROUNDING
from airrank.store import known_at, retrieved_by
from airrank.words import Listed

_Name = TypeVar("_Name", bound=str | int)


@checked
def assess(
    observations: pd.DataFrame | Panel,
    year: int | str,
    *,
    plan: str | Path | Plan | None = None,
    actuals: str | Path | None = None,
    goals: Sequence[str | int] | None = None,
    require: Sequence[str] = (),
    city: str | None = None,
    panel: str | Path | None = None,
    counties: pd.DataFrame | None = None,
    county_list: str | Path | None = None,
    as_of: date | str | None = None,
    as_known_at: datetime | None = None,
    edition: str = "auto",
    dust: str = DUST,
    rounding: str = ROUNDING,
    weights: str | Sequence[float] | None = None,
    ties: str = "competition",
    placed_last: str | Sequence[str] = (),
    draws: int = 10_000,
    seed: int = 0,
    forecast: Forecast | None = None,
) -> Assessment:
    """Assess a plan's goals for a year.

    A goal's figure is taken from the actual figures, else from the official annual figures that
    come with airrank, the observations, or the archive's annual means: the first that suffices. A
    rank that none of them has is estimated from particles, and then only likely met or not. In a
    year that is running on ``as_of``, or ahead, goals that observations decide get a probability
    from one joint forecast of that year.
    Before the plan's last year its later goals for the city are shown too; they do not count.

    Parameters
    ----------
    observations : DataFrame or Panel
        City-days, see :func:`airrank.load_observations`, or what was known of them, arranged.
    year : int or str
        The year to assess.
    plan : str, Path or Plan, optional
        See :func:`airrank.goals.plan.load_plan`; without it the city's own, or the first that
        comes with airrank.
    actuals : str or Path, optional
        CSV of figures the office reports, see :func:`airrank.goals.reported.read_reported`.
    goals : sequence of str or int, optional
        Instead of the goals due in the year: ranks to reach (110), and ids of the plan's goals,
        judged as if due in the year, but for ranks, which are of their own year. Also one text with
        commas.
    require : sequence of str
        Ids of the goals that alone decide the exit status; all duties without it.
    city : str, optional
        The plan's city without it. Another city needs its own plan, or ranks as ``goals``; without
        them, and in a year without goals, what is publicly known of the year is given alone.
    panel : str or Path, optional
        Ranking list; the plan's without it.
    counties : DataFrame, optional
        City-days of counties and districts, for the goals about them.
    county_list : str or Path, optional
        Ranking list of the counties among which places are counted, such as the province's; all
        units of ``counties`` without it.
    as_of : date or str, optional
        Last day whose data is used, and by the end of the day after which a record with
        ``retrieved_at`` was known; the last complete day of a running year without it.
    as_known_at : datetime, optional
        With a time zone: instead, records retrieved up to this moment count.
    edition, dust, rounding, weights, ties
        How the rules are read, see :class:`airrank.rules.choices.Rules`.
    placed_last : sequence of str
        Cities placed last by rule, see :func:`airrank.placed_last.as_cases`.
    draws, seed : int
        Of the forecast of a running year.
    forecast : Forecast, optional
        A forecast already made as of the same day; then none is made here.

    Returns
    -------
    Assessment

    Raises
    ------
    InputError
        If a file, goal, city or day cannot be used, or the plan has no goal in the year.
    InsufficientDataError
        If nothing was known yet on ``as_of``.

    Examples
    --------
    >>> import airrank
    >>> result = airrank.assess(airrank.load_observations(), 2017, goals=[110, 100])
    >>> [(v.goal.id, v.verdict, v.figure) for v in result.verdicts]
    [('rank_110', 'met', 103.0), ('rank_100', 'not met', 103.0)]
    """
    year = as_year(year)
    aims = Aims.of(city, panel=panel, plan=plan)
    unit, ranking_list = aims.city, aims.ranking_list
    public_alone = goals is None and aims.lacks_goals(year) and is_public(unit, year)
    if public_alone or goals is not None:
        document = aims.given or aims.plan or aims.no_plan(year)
    else:
        document = aims.given or aims.own_plan()
    home = ranking_list.find(document.city)
    at_home = home is not None and home.name == unit.name
    chosen = () if public_alone else _choose(document, year, goals)
    _check_goals(document, chosen, ranking_list, unit, at_home=at_home)
    required = _listed(require)
    _check_require(required, chosen)
    reported = read_reported(actuals, chosen, plan=document) if actuals is not None else Reported()
    if counties is not None:
        counties = known_at(check_city_days(counties), None)
    day = None if as_of is None else parse_day(as_of)
    if isinstance(observations, Panel):
        source = observations
    else:
        frame = check_city_days(observations)
        source = Panel.from_observations(_known(frame, day, as_known_at), ranking_list)
    source = source.until(day) if day is not None and day < source.last_day else source
    period = Period.of_year(year)
    over = as_known_at is None and (day is None or day >= period.end)
    state, day = _state(source, year, day)
    if goals is None and at_home and state not in FORECAST:
        chosen += document.on_the_way(year)
    rules = read_rules(edition, dust, rounding, weights, ties, placed_last).during(period)
    known = KnownYear(source, unit, year, state, rules, reported, counties)
    known.county_list = load_ranking_list(county_list) if county_list is not None else None
    if day is not None and any(known.needs_forecast(goal) for goal in chosen):
        making = {"draws": draws, "seed": seed, "rules": rules, "as_known_at": as_known_at}
        try:
            refuse_gaps(source.until(day), period, unit.name)
            known.chances = _chances(source, unit.name, day, forecast, period=period, **making)
        except InsufficientDataError as error:
            known.trouble = error
    if over and (state not in FORECAST or public_alone):
        told = document.goals if goals is None and at_home else chosen
        known.public = public_year(unit, year, ranking_list, told, observed=known.ranked)
    verdicts = through_alternatives(tuple(map(known.judge, chosen)))
    return Assessment(
        plan=document,
        city=unit.name,
        panel=ranking_list.name,
        year=year,
        state=state,
        as_of=day,
        verdicts=verdicts,
        require=tuple(required),
        settings=_settings(known, as_known_at),
        joint=_joint(known.chances, verdicts),
        known=known.public,
    )


def _known(frame: pd.DataFrame, as_of: date | None, as_known_at: datetime | None) -> pd.DataFrame:
    """Leave out what was retrieved after the day that follows ``as_of``, as a forecast does."""
    moment = None if as_known_at is None else pd.Timestamp(as_known_at)
    if moment is None and as_of is not None:
        moment = retrieved_by(as_of)
    known = known_at(frame, moment)
    if known.empty:
        raise InsufficientDataError(
            "no record was retrieved by {moment}; leave --as-of out or say --as-known-at now "
            "to use what is known now",
            moment=moment,
        )
    return known


def _listed(names: Sequence[_Name]) -> Sequence[_Name | str]:
    """Give names one by one, also of a text such as ``110,105``."""
    return names.split(",") if isinstance(names, str) else several("goals", names)


def _choose(plan: Plan, year: int, goals: Sequence[str | int] | None) -> tuple[Goal, ...]:
    if goals is None:
        due = plan.due(year)
        if not due:
            raise InputError(
                "the plan {plan} has no goal due in {year}; its years are {first} to "
                "{last}. Choose one of them, or goals with --goals 110,105,100.",
                plan=plan.name,
                year=year,
                first=plan.years[0],
                last=plan.years[1],
            )
        return due
    chosen = {}
    for item in _listed(goals):
        text = str(item).strip()
        (goal,) = [rank_goal(int(text), year)] if text.isdecimal() else plan.select([text])
        if goal.indicator == "rank" and not goal.due(year):
            raise InputError(
                "the goal {goal} is due in {due}, not in {year}: no year's rank decides another "
                "year's goal. Assess it with --year {due}, or ask for the rank in {year} with "
                "--goals {rank}.",
                goal=goal.id,
                due=goal.year,
                year=year,
                rank=goal.values[0],
            )
        chosen[goal.id] = goal if goal.due(year) else goal.in_year(year)
    if not chosen:
        raise InputError("no goal to assess; give ranks or ids such as --goals 110,pm25_2025")
    return tuple(chosen.values())


def _check_goals(
    plan: Plan, goals: Sequence[Goal], ranking_list: RankingList, unit: City, *, at_home: bool
) -> None:
    """Refuse a plan's goals for another city, and ranks that the list does not have."""
    own = {goal.id for goal in plan.goals}
    if any(goal.id in own for goal in goals) and not at_home:
        raise plan.is_not_of(unit, "--goals 110,105,100")
    ranking_list.check_ranks(int(goal.values[0]) for goal in goals if goal.indicator == "rank")


def _check_require(require: Sequence[str], goals: Sequence[Goal]) -> None:
    known = [goal.id for goal in goals]
    unknown = [name for name in require if name not in known]
    if unknown:
        raise InputError(
            "cannot require {unknown}: not among the goals assessed, which are {known}",
            unknown=Listed(unknown),
            known=Listed(known),
        )


def _state(panel: Panel, year: int, as_of: date | None) -> tuple[str, date | None]:
    """Say whether the year is over, running, ahead, or not in the data; and the data's last day."""
    whole = Period.of_year(year)
    if max(panel.last_day, as_of or panel.last_day) >= whole.end:
        known = not np.isnan(panel.between(whole.start, whole.end).values).all()
        return (FINISHED, whole.end) if known else (UNOBSERVED, None)
    if as_of is not None and as_of.year < year and panel.last_day >= as_of:
        return AHEAD, as_of
    if panel.last_day.year != year:
        return UNOBSERVED, None
    if as_of is None:
        try:
            as_of = Source(panel, "the observations").last_complete_day()
        except InsufficientDataError:
            return UNOBSERVED, None
    return (RUNNING, as_of) if as_of.year == year else (UNOBSERVED, None)


def _chances(
    panel: Panel, city: str, day: date, forecast: Forecast | None, *, period: Period, **making: Any
) -> Chances:
    if forecast is None:
        from airrank.forecasting.run import forecast_panel  # late: loads the model's libraries

        forecast = forecast_panel(panel, day, goals=(), period=period, **making)
    if (forecast.as_of, forecast.cities) != (day, panel.cities):
        raise InputError(
            "the forecast given is as of {as_of} for {ranking_list}, the assessment as of "
            "{day} for {panel}; make both on one day, for one list",
            as_of=forecast.as_of,
            ranking_list=forecast.ranking_list.name,
            day=day,
            panel=panel.ranking_list.name,
        )
    return Chances(panel, forecast, city)


def _settings(known: KnownYear, as_known_at: datetime | None) -> dict[str, object]:
    if known.chances is not None:
        return dict(known.chances.forecast.settings)
    period = Period.of_year(known.year)
    moment = {} if as_known_at is None else {"as_known_at": as_known_at.isoformat()}
    facts, _ = dust_facts(known.panel, period, known.rules)
    return known.rules.as_dict(period) | facts | moment


def _joint(chances: Chances | None, verdicts: tuple[Verdict, ...]) -> dict[str, object] | None:
    """Give the probability that all forecast goals, and all forecast duties, are met together."""
    if chances is None:
        return None
    drawn = [v.goal for v in verdicts if v.probability is not None]
    duties = [goal for goal in drawn if goal.duty]
    return {
        "goals": [goal.id for goal in drawn],
        "all": chances.joint(drawn),
        "duties": [goal.id for goal in duties],
        "all_duties": chances.joint(duties),
    }
