"""The tables of a briefing, and the numbers to see first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from airrank._version import __version__
from airrank.amounts import Interval, Number, Place
from airrank.goals.plan import RATIOS
from airrank.goals.values import RATIO_DECIMALS
from airrank.goals.verdicts import VERDICTS
from airrank.periods import Period
from airrank.plots.labels import end_of
from airrank.report.table import Fact, Table
from airrank.rules.evaluation import PERCENTILES
from airrank.rules.standards import POLLUTANTS
from airrank.terms import MODELS as MODEL_NAMES
from airrank.terms import STATISTICS, UNITS, setting, setting_value
from airrank.verification.skill import summary
from airrank.words import MISSING, Chance, Name, Percent, Text, counted

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
    since: tuple[Text | str, Text | str] = ("", "")
    if before is not None and not pd.isna(row["ytd_rank"]):
        since = _since(before, row)
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


def _since(before: pd.Series, row: Any) -> tuple[Text, Text]:
    """Say how rank and index to date moved since last week."""
    places = int(before["rank"] - row["ytd_rank"])
    change = round(row["ytd_index"] - before["index"], 2)
    same = Text("unchanged since last week")
    moved, index = same, same
    if places:
        moved = (
            counted("up {n} place since last week", "up {n} places since last week", places)
            if places > 0
            else counted(
                "down {n} place since last week", "down {n} places since last week", -places
            )
        )
    if change:
        index = Text("up {change} since last week")
        if change < 0:
            index = Text("down {change} since last week")
        index = index.with_values(change=Number(abs(change), 2))
    return moved, index


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
    table = Table(title, head, tuple(rows), left=(0, len(head) - 2, len(head) - 1))
    return table.without_empty()


def _figure(verdict: Verdict) -> Any:
    """Give the figure of a goal, a share of days in per cent."""
    if verdict.figure is None:
        return MISSING
    if verdict.goal.indicator in RATIOS:
        return Percent(verdict.figure, RATIO_DECIMALS)
    return Number(verdict.figure, len(f"{verdict.figure:g}".partition(".")[2]))


def control_table(requirements: Requirements) -> Table:
    """Give what the rest of the period may bring, by pollutant."""
    rows, now = [], requirements.forecast.year_to_date.loc[requirements.city]
    decimals = {pollutant: 1 if pollutant == "co" else 0 for pollutant in POLLUTANTS}
    for key, row in requirements.control.iterrows():
        pollutant, value, spare = str(key), row.get("control"), row.get("above_affordable")
        left: Any = Number(value, decimals[pollutant])
        if value is not None and value < 0:
            left = LOST
        rows.append(
            (
                STATISTICS[pollutant],
                Number(row["target"]),
                Number(now[pollutant], decimals[pollutant]),
                left,
                Number(spare, below_zero=LOST) if pollutant in PERCENTILES else MISSING,
                _as_clean(row),
            )
        )
    note = Text(
        "If the mean of the {days} remaining days stays within the control value, the period "
        "meets the target. For CO and O3: days that may still exceed.",
        days=int(requirements.control["days_remaining"].iloc[0]),
    )
    head = (
        Text("pollutant"),
        Text("target"),
        Text("so far"),
        Text("control value"),
        Text("days to spare"),
        Text("earlier years as clean"),
    )
    return Table(
        Text("Control values of the remaining days"),
        head,
        tuple(rows),
        notes=(note, CONCENTRATIONS),
    )


def _as_clean(row: pd.Series) -> Any:
    """Say in how many past years the same days were as clean as a control value asks."""
    share, years = row.get("unusual_percentile"), row.get("past_years")
    if share is None or pd.isna(share) or years is None:
        return MISSING
    return Text("{n} of {years}", n=round(share * years / 100), years=int(years))


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
    table = Table(Text("Cities around rank {rank}", rank=rank), head, tuple(rows), left=(1,))
    return table.without_empty()


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
    table = Table(title, tuple(head), tuple(rows), (1, 2), (CONCENTRATIONS,), marked)
    return table.without_empty()


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
        (Text("as of"), forecast.as_of),
        (
            Text("city-days of the period with all six"),
            MISSING if forecast.ahead else Percent(100 * share, 1),
        ),
        (Text("edition"), setting_value("edition", chosen.get("edition", MISSING))),
        (Text("dust days"), setting("dust", chosen.get("dust", "keep"))),
        (Text("joint draws"), Number(chosen.get("draws"))),
        (Text("seed"), Number(chosen.get("seed"))),
        (Text("data fingerprint"), forecast.fingerprint[:16]),
        (Text("version"), f"airrank {__version__}"),
    ]
    rows += [(Text("caveats"), caveat) for caveat in forecast.caveats]
    return Table(Text("Data status and caveats"), (), tuple(rows), left=(0, 1))
