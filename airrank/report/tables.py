"""The tables of a briefing: cells that know their values, under headings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from airrank._version import __version__
from airrank.amounts import Interval, Number, Place
from airrank.goals.values import RATIOS
from airrank.goals.verdicts import VERDICTS
from airrank.periods import Period
from airrank.plots.labels import (
    DUST,
    end_of,
)
from airrank.rules.evaluation import PERCENTILES
from airrank.rules.standards import POLLUTANTS
from airrank.terms import MODELS as MODEL_NAMES
from airrank.terms import STATISTICS, UNITS
from airrank.verification.skill import summary
from airrank.words import MISSING, Chance, Name, Percent, Sayable, Text, worded

if TYPE_CHECKING:
    from airrank.forecasting.result import Forecast
    from airrank.goals.assessment import Assessment
    from airrank.goals.requirements import Requirements
    from airrank.goals.verdicts import Verdict
    from airrank.inputs import Source
    from airrank.verification.backtest import Backtest

MEDIAN, TOP = Text("median rank at {end}"), Text("P(top {goal})")
INTERVAL = Text("{level} interval")
LOST = Text("out of reach")
CONCENTRATIONS = Text("Concentrations in µg/m³, CO in mg/m³.")


@dataclass(frozen=True)
class Table:
    """Headings and rows of cells; a bare table has no headings, its rows are names and values.

    A cell is a text or a value of :mod:`airrank.amounts`: it is worded where it is shown.
    ``left`` says which columns hold text, ``marked`` which row is our city's.
    """

    title: Text
    headings: tuple[Sayable | str, ...]
    rows: tuple[tuple[Any, ...], ...]
    left: tuple[int, ...] = (0,)
    notes: tuple[Text, ...] = ()
    marked: int | None = None

    @property
    def head(self) -> tuple[str, ...]:
        """The headings in the reader's words."""
        return tuple(map(worded, self.headings))

    @property
    def cells(self) -> list[tuple[str, ...]]:
        """The rows in the reader's words."""
        return [tuple(map(worded, row)) for row in self.rows]


@dataclass(frozen=True)
class Fact:
    """A number to see first: its name, its value and a remark; of odds also the chance itself."""

    name: Text
    value: Any
    note: Text | str = ""
    chance: float | None = None


def headline_facts(
    forecast: Forecast, city: str, before: pd.Series | None = None, levels: Sequence[int] = (80,)
) -> Iterator[Fact]:
    """Give the few numbers to see first: rank and index to date, at the end, and the odds.

    Parameters
    ----------
    forecast : Forecast
    city : str
    before : Series, optional
        ``rank`` and ``index`` to date a week earlier.
    levels : sequence of int
        Of the intervals of the final rank [%].
    """
    row, final, end = forecast.of_city(city), forecast.final, end_of(forecast)
    ranks, index = Number(row["ytd_rank"]), Number(row["ytd_index"], 2)
    since: list[Text | str] = ["", ""]
    if before is not None and not pd.isna(row["ytd_rank"]):
        places = Number(before["rank"] - row["ytd_rank"], signed=True)
        moved = Text("since last week {places} places", places=places)
        since[0] = moved if places.value else Text("unchanged since last week")
        change = Number(row["ytd_index"] - before["index"], 2, signed=True)
        since[1] = Text("since last week {change}", change=change)
    tied = int(forecast.year_to_date["tied"].fillna(0).get(city, 0))
    kept = Number(row.get("ytd_rank_dust_kept", float("nan")))
    if final:
        yield Fact(Text("final rank"), ranks)
        yield Fact(Text("index of the period"), index)
        if "ytd_rank_dust_kept" in row:
            yield Fact(Text("final rank, dust kept"), kept)
        return
    if forecast.period.start <= forecast.as_of:
        yield Fact(Text("rank to date"), Place(row["ytd_rank"], tied, spelt=True), since[0])
        yield Fact(Text("index to date"), index, since[1])
        if "ytd_rank_dust_kept" in row:
            yield Fact(Text("rank to date, dust kept"), kept)
    yield Fact(MEDIAN.with_values(end=end), Number(row["rank_median"]))
    for level in levels:
        bounds = Interval(row[f"rank_lo{level}"], row[f"rank_hi{level}"])
        yield Fact(INTERVAL.with_values(level=Percent(level)), bounds)
    for goal in forecast.goals:
        chance = forecast.probability(city, goal)
        value = Chance(chance)
        yield Fact(TOP.with_values(goal=goal), value, chance=chance)


def facts_table(title: Text, facts: Sequence[Fact]) -> Table:
    """Give facts as a table of names, values and remarks, the remarks only where there are any."""
    rows = [(fact.name, fact.value, fact.note) for fact in facts]
    width = 3 if any(fact.note for fact in facts) else 2
    return Table(title, (), tuple(row[:width] for row in rows), left=(0, 2))


def goals_table(assessment: Assessment | None, *, final: bool) -> Table:
    """Give goals with target, median, probability and verdict; of a finished period the result."""
    rows = []
    for verdict in assessment.verdicts if assessment else ():
        told = None if verdict.settled else verdict.probability
        chance = () if final else (MISSING if told is None else Chance(told),)
        rows.append(
            (
                verdict.goal.title,
                verdict.goal.target,
                _figure(verdict),
                *chance,
                VERDICTS[verdict.verdict],
                verdict.reason or "",
            )
        )
    figure = [Text("result")] if final else [Text("expected (median)"), Text("probability")]
    head = (Text("goal"), Text("target"), *figure, Text("verdict"), Text("remark"))
    title = Text("Goals") if final else Text("Goals and odds")
    return Table(title, head, tuple(rows), left=(0, len(head) - 2, len(head) - 1))


def _figure(verdict: Verdict) -> Any:
    """Give the figure of a goal, a share of days in per cent."""
    if verdict.figure is None:
        return MISSING
    decimals = len(f"{verdict.figure:g}".partition(".")[2])
    kind = Percent if verdict.goal.indicator in RATIOS else Number
    return kind(verdict.figure, decimals)


def control_table(requirements: Requirements) -> Table:
    """Give what the rest of the period may bring, by pollutant."""
    rows = []
    for pollutant, row in requirements.control.iterrows():
        decimals = 1 if pollutant == "co" else 0
        value, spare, share = (
            row.get(key) for key in ("control", "above_affordable", "unusual_percentile")
        )
        cells: list[Any] = [Number(row["so_far"], decimals), Number(value, decimals), MISSING]
        cells.append(MISSING if share is None or pd.isna(share) else Percent(float(share)))
        if pollutant in PERCENTILES:
            days = Number(spare)
            lost = Text("{days} ({lost})", days=days, lost=LOST)
            cells = [MISSING, MISSING, lost if spare is not None and spare < 0 else days, MISSING]
        elif value is not None and value < 0:
            cells[1] = LOST
        rows.append((STATISTICS[str(pollutant)], Number(row["target"]), *cells))
    note = Text(
        "If the mean of the {days} remaining days stays within the control value, the period "
        "meets the target; below zero it is out of reach. For CO and O3: days that may still "
        "exceed.",
        days=int(requirements.control["days_remaining"].iloc[0]),
    )
    head = (
        Text("pollutant"),
        Text("target"),
        Text("so far"),
        Text("control value"),
        Text("days to spare"),
        Text("past years as clean"),
    )
    return Table(
        Text("Control values of the remaining days"),
        head,
        tuple(rows),
        notes=(note, CONCENTRATIONS),
    )


def places_table(requirements: Requirements) -> Table:
    """Give how many places a little less of each pollutant buys, the most first."""
    best = requirements.places.sort_values("places_per_percent", ascending=False, kind="stable")
    rows = tuple(
        (
            STATISTICS[str(key)],
            Text("{amount} {unit}", amount=f"{row['unit']:g}", unit=UNITS[str(key)]),
            Number(row["places"], 2),
            Number(row["places_per_percent"], 2),
        )
        for key, row in best.iterrows()
    )
    head = (Text("pollutant"), Text("less by"), Text("places gained"), Text("places per 1 % less"))
    return Table(Text("Where less buys most"), head, rows)


def around_table(requirements: Requirements, rank: int) -> Table:
    """Give the cities around a rank; ranks that cities share are marked."""
    tied = requirements.forecast.year_to_date["tied"]
    rows = [
        (
            Place(row["rank"], tied[str(city)]),
            requirements.forecast.ranking_list.resolve(str(city)),
            Number(row["index"], 2),
            Number(row["gap"], 2, signed=True),
            Interval(row["gap_lo80"], row["gap_hi80"], 2, signed=True),
            Chance(float(row["p_ahead"])),
            Number(row["places_4_weeks"], signed=True),
        )
        for city, row in requirements.rivals[rank].iterrows()
    ]
    gap = Text("{level} gap at {end}", level=Percent(80), end=end_of(requirements.forecast))
    head = (
        Text("rank"),
        Text("city"),
        Text("index"),
        Text("gap now"),
        gap,
        Text("P(we end ahead)"),
        Text("places in 4 weeks"),
    )
    return Table(Text("Cities around rank {rank}", rank=rank), head, tuple(rows), left=(1,))


def cities_table(forecast: Forecast, city: str, goal: int | None) -> Table:
    """Give all cities: rank, index and statistics to date, and the forecast until it is final."""
    now = forecast.year_to_date
    decimals = forecast.rules.on(to_date(forecast)).period_decimals(forecast.as_of)
    head: list[Any] = [Text("rank"), Text("city"), Text("province"), Text("index")]
    head += [*(STATISTICS[p] for p in POLLUTANTS), Text("places")]
    ahead: dict[Any, Any] = {}
    if not forecast.final:
        ahead = forecast.summary([goal] if goal else []).to_dict(orient="index")
        head += [MEDIAN.with_values(end=end_of(forecast)), INTERVAL.with_values(level=Percent(80))]
        head += [TOP.with_values(goal=goal)] if goal else []
    rows = []
    for name, row in now.iterrows():
        unit = forecast.ranking_list.resolve(str(name))
        cells = [
            Place(row["rank"], 0 if pd.isna(row["tied"]) else row["tied"]),
            forecast.ranking_list.resolve(str(name)),
            Name(unit.province, unit.province_en),
            Number(row["index"], 2),
            *(Number(row[p], decimals[p]) for p in POLLUTANTS),
            Number(row["places_gained"], signed=True),
        ]
        if name in ahead:
            said = ahead[name]
            cells.append(Number(said["rank_median"]))
            cells.append(Interval(said["rank_lo80"], said["rank_hi80"]))
            cells += [Chance(said[f"p_rank_le_{goal}"])] if goal else []
        rows.append(tuple(cells))
    title, marked = Text("All {n} cities", n=len(rows)), list(now.index).index(city)
    return Table(
        title, tuple(head), tuple(rows), left=(1, 2), notes=(CONCENTRATIONS,), marked=marked
    )


def skill_table(backtest: Backtest) -> Table:
    """Give how the models did in the backtest, the best first."""
    rows = [
        (
            MODEL_NAMES[str(model)],
            Number(row["rank_mae"], 1),
            Number(row["rps_ratio"], 2),
            Percent(100 * row["coverage_80"]),
        )
        for model, row in summary(backtest.scores).iterrows()
    ]
    head = (
        Text("model"),
        Text("mean rank error [places]"),
        Text("RPS / best baseline of the day"),
        Text("held by the {level} interval", level=Percent(80)),
    )
    return Table(Text("How good are these forecasts"), head, tuple(rows))


def to_date(forecast: Forecast) -> Period:
    """Give the days of the period so far."""
    return forecast.period.to_date(forecast.as_of) or forecast.period


def status_table(forecast: Forecast, source: Source) -> Table:
    """Give where the numbers come from."""
    so_far, chosen = to_date(forecast), forecast.settings
    share = source.panel.between(so_far.start, so_far.end).coverage().mean()
    rows: list[tuple[Any, ...]] = [
        (Text("source"), source.description),
        (Text("as of"), str(forecast.as_of)),
        (
            Text("city-days of the period with all six"),
            MISSING if forecast.ahead else Percent(100 * share, 1),
        ),
        (Text("edition"), str(chosen.get("edition", MISSING))),
        (Text("dust days"), DUST[str(chosen.get("dust", "keep"))]),
        (Text("joint draws"), str(chosen.get("draws", MISSING))),
        (Text("seed"), str(chosen.get("seed", MISSING))),
        (Text("data fingerprint"), forecast.fingerprint[:16]),
        (Text("version"), f"airrank {__version__}"),
    ]
    rows += [(Text("caveats"), caveat) for caveat in forecast.caveats]
    return Table(Text("Data status and caveats"), (), tuple(rows), left=(0, 1))
