"""Assess a plan: a verdict for every goal of a year, or its probability while the year runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from airrank.cities import load_ranking_list
from airrank.errors import InputError, InsufficientDataError
from airrank.forecasting.result import Forecast
from airrank.forecasting.settings import DEFAULT_PLAN
from airrank.goals.assessment import Assessment
from airrank.goals.counties import grade_2_figure, places_figure
from airrank.goals.figures import observed_figures
from airrank.goals.plan import Goal, Plan, load_plan, rank_goal
from airrank.goals.reported import Reported, bundled_annual, read_reported
from airrank.goals.running import Outlook
from airrank.goals.verdicts import INSUFFICIENT, MET, NOT_MET, Figure, Verdict, judge
from airrank.ingest.city_day import check_city_days
from airrank.inputs import Source
from airrank.panel import Panel
from airrank.periods import Period, parse_day
from airrank.ranking_table import Reading, dust_facts
from airrank.store import known_at, load_observations, retrieved_by
from airrank.wording import Bilingual

BY_PLACE = ("grade_2", "places_gained")
FINISHED, RUNNING, UNOBSERVED = "finished", "running", "no observations"


def assess(
    observations: pd.DataFrame | None = None,
    *,
    year: int,
    plan: str | Path | Plan = DEFAULT_PLAN,
    actuals: str | Path | None = None,
    goals: Sequence[str | int] | None = None,
    require: Sequence[str] = (),
    city: str | None = None,
    panel: str | Path | None = None,
    counties: pd.DataFrame | None = None,
    as_of: date | str | None = None,
    as_known_at: datetime | None = None,
    edition: str = "auto",
    dust: str = "keep",
    rounding: str = "concentrations_first",
    draws: int = 10_000,
    seed: int = 0,
    forecast: Forecast | None = None,
) -> Assessment:
    """Assess a plan's goals for a year.

    A goal's figure is taken from the actual figures, else from the observations, else from the
    annual figures that come with airrank: the first that suffices. In a year that is not over,
    goals that observations decide get a probability from one joint forecast.

    Parameters
    ----------
    observations : DataFrame, optional
        City-days; the bundled ones without it.
    year : int
        The year to assess.
    plan : str, Path or Plan
        See :func:`airrank.goals.plan.load_plan`.
    actuals : str or Path, optional
        CSV of figures the office reports, see :func:`airrank.goals.reported.read_reported`.
    goals : sequence of str or int, optional
        Instead of the goals due in the year: ranks to reach (110), and ids of the plan's goals,
        judged as if due in the year.
    require : sequence of str
        Ids of the goals that alone decide the exit status; all duties without it.
    city : str, optional
        The plan's city without it. Another city needs its own plan, or ranks as ``goals``.
    panel : str or Path, optional
        Ranking list; the plan's without it.
    counties : DataFrame, optional
        City-days of counties and districts, for the goals about them.
    as_of : date or str, optional
        Last day whose data is used, and by the end of the day after which a record with
        ``retrieved_at`` was known; the last complete day of a running year without it.
    as_known_at : datetime, optional
        With a time zone: instead, records retrieved up to this moment count.
    edition, dust, rounding : str
        How the rules are read, see :class:`airrank.ranking_table.Reading`.
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
    >>> import airrank.goals.assess as ga
    >>> result = ga.assess(year=2017, goals=[110, 100])
    >>> [(v.goal.id, v.verdict, v.figure) for v in result.verdicts]
    [('rank_110', 'met', 102.0), ('rank_100', 'not met', 102.0)]
    """
    if not isinstance(year, int):
        raise InputError(f"year: expected a number such as 2025, found {year!r}")
    document = plan if isinstance(plan, Plan) else load_plan(plan)
    chosen = _choose(document, year, goals)
    from_plan = any(goal.id in {g.id for g in document.goals} for goal in chosen)
    ranking_list = load_ranking_list(panel or document.panel)
    ranking_list.check_ranks(int(str(g)) for g in goals or () if str(g).strip().isdecimal())
    unit = ranking_list.resolve(city or document.city).name
    home = ranking_list.find(document.city)
    if from_plan and (home is None or home.name != unit):
        raise InputError(
            f"the plan {document.name} is {document.city}'s, not {unit}'s; give --plan a plan of "
            f"{unit}, or ranks with --goals 110,105,100"
        )
    frame = load_observations() if observations is None else check_city_days(observations)
    day = parse_day(as_of) if isinstance(as_of, str) else as_of
    frame = _known(frame, day, as_known_at)
    source = Panel.from_observations(frame, ranking_list)
    source = source.until(day) if day is not None else source
    reading = Reading(edition, dust, rounding)
    reported = read_reported(actuals, chosen, plan=document) if actuals is not None else Reported()
    if counties is not None:
        counties = known_at(check_city_days(counties), None)
    state, day = _state(source, year, day)
    desk = _Desk(source, unit, year, reading, reported, counties)
    outlook = None
    if state == RUNNING and day is not None and any(desk.needs_forecast(g) for g in chosen):
        making = {"draws": draws, "seed": seed, "reading": reading, "as_known_at": as_known_at}
        outlook = _outlook(source, unit, day, forecast, **making)
    verdicts = tuple(desk.judge(goal, state, outlook) for goal in chosen)
    verdicts = _through_alternatives(verdicts)
    _check_require(require, chosen)
    return Assessment(
        plan=document,
        city=unit,
        panel=ranking_list.name,
        year=year,
        state=state,
        as_of=day,
        verdicts=verdicts,
        require=tuple(require),
        settings=_settings(source, reading, year, outlook, as_known_at),
        joint=_joint(outlook, verdicts),
    )


def _known(frame: pd.DataFrame, as_of: date | None, as_known_at: datetime | None) -> pd.DataFrame:
    """Leave out what was retrieved after the day that follows ``as_of``, as a forecast does."""
    moment = None if as_known_at is None else pd.Timestamp(as_known_at)
    if moment is None and as_of is not None:
        moment = retrieved_by(as_of)
    known = known_at(frame, moment)
    if known.empty:
        raise InsufficientDataError(
            f"no record was retrieved by {moment}; leave --as-of out or say --as-known-at now to "
            "use what is known now"
        )
    return known


def _choose(plan: Plan, year: int, goals: Sequence[str | int] | None) -> tuple[Goal, ...]:
    if goals is None:
        due = plan.due(year)
        if not due:
            raise InputError(
                f"the plan {plan.name} has no goal due in {year}; its years are {plan.years[0]} to "
                f"{plan.years[1]}. Choose one of them, or goals with --goals 110,105,100."
            )
        return due
    chosen = []
    for item in goals:
        text = str(item).strip()
        if text.isdecimal():
            chosen.append(rank_goal(int(text), year))
        else:
            (goal,) = plan.select([text])
            chosen.append(goal if goal.due(year) else goal.in_year(year))
    if not chosen:
        raise InputError("no goal to assess; give ranks or ids such as --goals 110,pm25_2025")
    return tuple(chosen)


def _check_require(require: Sequence[str], goals: Sequence[Goal]) -> None:
    known = [goal.id for goal in goals]
    unknown = [name for name in require if name not in known]
    if unknown:
        raise InputError(
            f"cannot require {', '.join(unknown)}: not among the goals assessed, which are "
            f"{', '.join(known)}"
        )


def _state(panel: Panel, year: int, as_of: date | None) -> tuple[str, date | None]:
    """Say whether the year is over, running, or not in the data; and the day the data reaches."""
    if panel.last_day >= date(year, 12, 31):
        covered = panel.between(date(year, 1, 1), date(year, 12, 31))
        known = not np.isnan(covered.values).all()
        return (FINISHED, date(year, 12, 31)) if known else (UNOBSERVED, None)
    if panel.last_day.year != year:
        return UNOBSERVED, None
    if as_of is None:
        try:
            as_of = Source(panel, "the observations").last_complete_day()
        except InsufficientDataError:
            return UNOBSERVED, None
    return (RUNNING, as_of) if as_of.year == year else (UNOBSERVED, None)


def _outlook(
    panel: Panel,
    city: str,
    day: date,
    forecast: Forecast | None,
    **making: Any,
) -> Outlook | None:
    if forecast is not None:
        if forecast.as_of != day:
            raise InputError(
                f"the forecast given is as of {forecast.as_of}, the assessment as of {day}; make "
                "both on one day"
            )
        return Outlook(panel, forecast, city)
    from airrank.forecasting.run import forecast_panel  # late: loads the model's libraries

    try:
        made = forecast_panel(panel, day, goals=(), **making)
    except InsufficientDataError:
        return None
    return Outlook(panel, made, city)


@dataclass
class _Desk:
    """Where a goal's figure comes from."""

    panel: Panel
    city: str
    year: int
    reading: Reading
    reported: Reported
    counties: pd.DataFrame | None
    _observed: dict[str, Figure] | None = None

    def needs_forecast(self, goal: Goal) -> bool:
        told = self.reported.find(goal, self.city, self.year)
        computed = goal.assessed == "computed" and goal.indicator not in BY_PLACE
        return computed and (told is None or not told.usable)

    def judge(self, goal: Goal, state: str, outlook: Outlook | None) -> Verdict:
        told = self.reported.find(goal, self.city, self.year)
        if told is not None and told.usable:
            return judge(goal, told)
        if state == RUNNING and outlook is not None and self.needs_forecast(goal):
            return outlook.judge(goal)
        candidates = [
            told,
            self._computed(goal, state),
            bundled_annual().find(goal, self.city, self.year),
        ]
        found = [figure for figure in candidates if figure is not None]
        usable = [figure for figure in found if figure.usable]
        best = (usable or found or [Figure(None, "", reason=self._missing(goal, state))])[0]
        return judge(goal, best)

    def _computed(self, goal: Goal, state: str) -> Figure | None:
        if goal.assessed != "computed":
            return None
        if goal.indicator in BY_PLACE:
            return self._by_place(goal)
        if state != FINISHED:
            return None
        if self._observed is None:
            self._observed = observed_figures(self.panel, self.city, self.year, self.reading)
        return self._observed.get(goal.indicator)

    def _by_place(self, goal: Goal) -> Figure | None:
        if self.counties is None:
            return None
        if goal.indicator == "grade_2":
            return grade_2_figure(self.counties, goal.place, self.year, self.reading)
        assert goal.baseline is not None  # the plan was checked on load
        return places_figure(self.counties, goal.place, self.year, goal.baseline, self.reading)

    def _missing(self, goal: Goal, state: str) -> str:
        """Say what is missing, and how to supply it."""
        supply = f"or its row {goal.id} in --actuals"
        zh = f"或在--actuals中填写{goal.id}一行"
        if goal.assessed != "computed":
            return Bilingual(
                f"not reported; fill in its row {goal.id} in --actuals (see --template)",
                f"未填报；请在--actuals中填写{goal.id}一行（模板见--template）",
            )
        if goal.indicator in BY_PLACE:
            return Bilingual(
                f"needs records of {goal.place} with --counties, {supply}",
                f"需以--counties给出{goal.place}的数据，{zh}",
            )
        if state == RUNNING:
            return Bilingual(
                f"the data is too little for a forecast; needs more observations, {supply}",
                f"数据太少，无法预测；需更多观测数据，{zh}",
            )
        whose, number = self.city, len(self.panel.cities)
        whose_zh = self.city
        if goal.indicator == "rank":
            whose, whose_zh = f"all {number} cities", f"全部{number}个城市"
        return Bilingual(
            f"needs observations of {whose} in {self.year}, {supply}",
            f"需要{whose_zh}{self.year}年的观测数据，{zh}",
        )


def _through_alternatives(verdicts: tuple[Verdict, ...]) -> tuple[Verdict, ...]:
    """Count a goal as met where another of its alternatives (``any_of``) is."""
    met = {v.goal.any_of: v.goal.id for v in verdicts if v.goal.any_of and v.verdict == MET}
    return tuple(
        replace(v, verdict=MET, reason=_by_alternative(met[v.goal.any_of]))
        if v.goal.any_of in met and v.verdict in {NOT_MET, INSUFFICIENT}
        else v
        for v in verdicts
    )


def _by_alternative(goal: str) -> Bilingual:
    return Bilingual(f"met by its alternative {goal}", f"由替代目标{goal}完成")


def _settings(
    panel: Panel,
    reading: Reading,
    year: int,
    outlook: Outlook | None,
    as_known_at: datetime | None,
) -> dict[str, object]:
    if outlook is not None:
        return dict(outlook.forecast.settings)
    period = Period(date(year, 1, 1), date(year, 12, 31))
    known = {} if as_known_at is None else {"as_known_at": as_known_at.isoformat()}
    return reading.as_dict(period) | dust_facts(panel, period, reading)[0] | known


def _joint(outlook: Outlook | None, verdicts: tuple[Verdict, ...]) -> dict[str, object] | None:
    """Give the probability that all forecast goals, and all forecast duties, are met together."""
    if outlook is None:
        return None
    drawn = [v.goal for v in verdicts if v.probability is not None]
    duties = [goal for goal in drawn if goal.duty]
    return {
        "goals": [goal.id for goal in drawn],
        "all": outlook.joint(drawn),
        "duties": [goal.id for goal in duties],
        "all_duties": outlook.joint(duties),
    }
