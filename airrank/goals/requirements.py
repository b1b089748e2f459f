"""What it would take, put together: control values, days to spare, odds, rivals, month by month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from airrank.errors import InputError, InsufficientDataError
from airrank.forecasting.result import Forecast
from airrank.goals.control import DayMargin, control_table, day_margins
from airrank.goals.draws import largest_index
from airrank.goals.odds import alone_curves, places_per_unit, rank_curves, rest_of_year
from airrank.goals.plan import RATIOS, Goal, Plan
from airrank.goals.rivals import must_pass, rank_to_date, rivals
from airrank.panel import Panel
from airrank.periods import Period, month_ends
from airrank.rules.choices import Rules
from airrank.rules.standards import POLLUTANTS
from airrank.verification.outcomes import outcome


@dataclass(frozen=True, eq=False)
class Requirements:
    """What a city's goals take from ``as_of`` on; see the functions that make the parts."""

    city: str
    forecast: Forecast
    control: pd.DataFrame
    margins: tuple[DayMargin, ...]
    odds: pd.DataFrame
    places: pd.DataFrame
    rivals: dict[int, pd.DataFrame]

    def as_dict(self) -> dict[str, object]:
        """Give it as JSON content."""
        return {
            "schema": "airrank/control/1",
            "city": self.city,
            "panel": self.forecast.ranking_list.name,
            "as_of": str(self.forecast.as_of),
            "period": str(self.forecast.period),
            "settings": self.forecast.settings,
            "control": _records(self.control),
            "day_margins": [vars(margin) for margin in self.margins],
            "odds": _records(self.odds),
            "places_per_unit": _records(self.places),
            "rivals": {str(rank): _records(table) for rank, table in self.rivals.items()},
            "must_pass": {
                str(rank): must_pass(self.forecast, self.city, rank) for rank in self.rivals
            },
            "caveats": list(self.forecast.caveats),
        }


def _records(table: pd.DataFrame) -> list[dict[str, object]]:
    named = table.reset_index() if table.index.name else table
    return [{str(k): v for k, v in row.items()} for row in named.to_dict(orient="records")]


def air_goals(plan: Plan, year: int) -> tuple[Goal, ...]:
    """Give a plan's goals on the city's concentrations and days.

    Of an indicator those due in the year; where none is, all of it as if they were.
    """
    wanted = {*POLLUTANTS, *RATIOS}
    goals = [g for g in plan.goals if g.assessed == "computed" and g.indicator in wanted]
    due = {goal.indicator for goal in goals if goal.due(year)}
    return tuple(
        goal if goal.due(year) else goal.in_year(year)
        for goal in goals
        if not goal.place and (goal.due(year) or goal.indicator not in due)
    )


def air_goals_in(plan: Plan | None, period: Period) -> tuple[Goal, ...]:
    """Give :func:`air_goals` of a period that is a year; the draws of others decide none."""
    return air_goals(plan, period.end.year) if plan and period.kind == "year" else ()


def requirements(
    panel: Panel,
    forecast: Forecast,
    city: str,
    ranks: tuple[int, ...],
    goals: tuple[Goal, ...] = (),
) -> Requirements:
    """Put together what it would take to reach some ranks and air goals.

    Raises
    ------
    InputError
        If the year is over, so that nothing remains to be controlled.
    InsufficientDataError
        If the city has no rank to date.
    """
    if forecast.over:
        raise InputError(
            "{period} is over on {as_of}; nothing remains to be controlled. Choose an "
            "earlier day with --as-of, or see `airrank assess`.",
            period=forecast.period,
            as_of=forecast.as_of,
        )
    history = panel.until(forecast.as_of)
    return Requirements(
        city=city,
        forecast=forecast,
        control=control_table(
            history, city, forecast.period, forecast.as_of, goals, forecast.rules
        ),
        margins=tuple(
            day_margins(history, city, forecast.period, forecast.as_of, goals, forecast.rules)
        ),
        odds=odds_table(history, forecast, city, ranks),
        places=places_per_unit(history, forecast, city),
        rivals={rank: rivals(forecast, city, rank) for rank in ranks if not forecast.ahead},
    )


def odds_table(panel: Panel, forecast: Forecast, city: str, ranks: tuple[int, ...]) -> pd.DataFrame:
    """Give the even-odds remainder of each pollutant for each rank goal.

    Returns
    -------
    DataFrame
        ``rank, pollutant, probability``; ``expected``, the median remaining mean [µg/m³], for CO
        and O3 the year's percentile; ``even_given``, at which the odds are even if the weather
        makes the rest of the year so; ``even_alone``, if measures at home do. Empty where the odds
        are not even anywhere in the drawn range.
    """
    reach = largest_index(forecast, city, ranks)
    alone = {p: alone_curves(panel, forecast, city, reach, p) for p in POLLUTANTS}
    given = {p: rank_curves(panel, forecast, city, ranks, p) for p in POLLUTANTS if ranks}
    rows = []
    for place, rank in enumerate(ranks):
        for pollutant in POLLUTANTS:
            x = rest_of_year(panel, forecast, city, pollutant)
            rows.append(
                {
                    "rank": rank,
                    "pollutant": pollutant,
                    "probability": forecast.probability(city, rank),
                    "expected": float(pd.Series(x).median()),
                    "even_given": given[pollutant][place].even,
                    "even_alone": alone[pollutant][place].even,
                }
            )
    return pd.DataFrame(rows)


def replay(
    panel: Panel,
    city: str,
    year: int,
    ranks: tuple[int, ...],
    *,
    draws: int = 2000,
    seed: int = 0,
    rules: Rules | None = None,
) -> pd.DataFrame:
    """Replay a finished year month by month: odds and control values against what came true.

    Returns
    -------
    DataFrame
        By the last day of each month from January to November: ``rank_to_date``; for each goal
        ``p_rank_le_<goal>`` and ``pm25_even_<goal>``, the remaining PM2.5 mean at which the odds
        were even; ``pm25_so_far`` and ``pm25_rest``, the mean that the rest of the year really had
        [µg/m³]; and ``final_rank``.

    Raises
    ------
    InsufficientDataError
        If the year is not over or not whole in the data, or no month of it allows a forecast.
    """
    from airrank.forecasting.run import forecast_panel  # late: loads the model's libraries

    whole = Period.of_year(year)
    rules = (rules or Rules()).during(whole)
    read = panel.without_dust(rules.dust)
    came, column = outcome(panel, whole, rules), panel.cities.index(city)
    if not came.scored[column]:
        raise InsufficientDataError(
            "{city} has no valid year {year}; choose another year or city", city=city, year=year
        )
    final = int(came.rank[column])
    rows = {}
    for day in month_ends(whole.start, whole.end):
        try:
            forecast = forecast_panel(panel, day, draws=draws, seed=seed, rules=rules, goals=ranks)
        except InsufficientDataError:
            continue
        row: dict[str, object] = {"rank_to_date": rank_to_date(forecast, city)}
        curves = rank_curves(panel, forecast, city, ranks, "pm25")
        for rank, curve in zip(ranks, curves, strict=True):
            row[f"p_rank_le_{rank}"] = forecast.probability(city, rank)
            row[f"pm25_even_{rank}"] = curve.even
        rows[str(day)] = {**row, **_pm25(read, city, day, whole.end), "final_rank": final}
    if not rows:
        raise InsufficientDataError(
            "no month of {year} has enough data before it for a forecast", year=year
        )
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("as_of")


def _pm25(panel: Panel, city: str, day: date, end: date) -> dict[str, float]:
    k, column = POLLUTANTS.index("pm25"), panel.cities.index(city)
    values = pd.Series(panel.between(date(day.year, 1, 1), end).values[:, column, k])
    past = day.timetuple().tm_yday
    return {
        "pm25_so_far": float(values[:past].mean()),
        "pm25_rest": float(values[past:].mean()),
    }
