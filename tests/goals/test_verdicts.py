"""Verdicts at every boundary of the plan's wording (RULES section 6)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from airrank.goals.counties import grade_2, places_value, weekly_letter
from airrank.goals.plan import Goal, load_plan, rank_goal
from airrank.goals.values import observed_values
from airrank.goals.verdicts import INSUFFICIENT, MET, NOT_MET, Value, count_bound, judge
from airrank.panel import Panel
from airrank.rules.choices import Rules
from airrank.rules.standards import POLLUTANTS
from airrank.words import Text


def goal(name: str) -> Goal:
    return load_plan().select([name])[0]


def share(days: int, of: int) -> Value:
    return Value(Fraction(100 * days, of), "x", decimals=1, counts=(days, of), valid_days=of)


@pytest.mark.parametrize(
    ("rank", "verdict", "margin"), [(109, MET, 1), (110, MET, 0), (111, NOT_MET, -1)]
)
def test_rank_goal_includes_its_number(rank: int, verdict: str, margin: int) -> None:
    result = judge(rank_goal(110, 2023), Value(Fraction(rank), "x"))
    assert (result.verdict, result.margin) == (verdict, margin)


@pytest.mark.parametrize(
    ("mean", "verdict", "shown", "other"),
    [
        ("35.4", MET, 35, []),
        ("35.49", MET, 35, []),
        ("35.5", NOT_MET, 36, [MET, MET]),  # half to even; below 36 unrounded and in tenths
        ("35.94", NOT_MET, 36, [MET, MET]),
        ("35.97", NOT_MET, 36, [MET]),  # in tenths it is 36.0
        ("36.0", NOT_MET, 36, []),
        ("36.4", NOT_MET, 36, []),
        ("34.5", MET, 34, []),
    ],
)
def test_pm25_below_36(mean: str, verdict: str, shown: int, other: list[str]) -> None:
    result = judge(goal("pm25_2025"), Value(Fraction(mean), "x", decimals=1))
    assert (result.verdict, result.figure) == (verdict, shown)
    assert [a.verdict for a in result.alternatives] == other
    assert result.margin == 36 - shown


@pytest.mark.parametrize(
    ("days", "of", "verdict", "shown", "margin_days", "other"),
    [
        (300, 365, NOT_MET, 82.2, -1, []),
        (301, 365, MET, 82.5, 0, [NOT_MET]),
        (302, 365, MET, 82.7, 1, []),
        (301, 366, NOT_MET, 82.2, -1, []),
        (302, 366, MET, 82.5, 0, []),
    ],
)
def test_good_days(
    days: int, of: int, verdict: str, shown: float, margin_days: int, other: list[str]
) -> None:
    result = judge(goal("good_days_2025"), share(days, of))
    assert (result.verdict, result.figure, result.margin_days) == (verdict, shown, margin_days)
    assert [a.verdict for a in result.alternatives] == other


@pytest.mark.parametrize(
    ("days", "of", "verdict", "other"),
    [
        (0, 365, MET, []),
        (1, 365, MET, []),
        (1, 324, MET, [NOT_MET]),  # 0.309 %: 0.3 as published, more than 0.3 exactly
        (2, 365, NOT_MET, []),
        (2, 366, NOT_MET, []),
    ],
)
def test_heavy_days(days: int, of: int, verdict: str, other: list[str]) -> None:
    result = judge(goal("heavy_days_2025"), share(days, of))
    assert result.verdict == verdict
    assert [a.verdict for a in result.alternatives] == other
    assert result.margin_days == 1 - days


def test_count_bound_agrees_with_counting_by_hand() -> None:
    good, heavy = goal("good_days_2025"), goal("heavy_days_2025")
    for of in range(324, 367):
        needed = next(n for n in range(of + 1) if round(Fraction(1000 * n, of)) >= 825)
        assert count_bound(good, of, 1) == needed
        assert count_bound(heavy, of, 1) == 1
    assert count_bound(good, 365, None) == 302
    assert count_bound(replace(good, values=(goal("pm25_2025").values[0] + 100,)), 365, 1) is None


@pytest.mark.parametrize(
    ("comparison", "percent", "decimals", "bound"),
    [
        ("ge", "100", None, 365),
        ("ge", "100.1", None, None),
        ("ge", "100.1", 0, None),
        ("gt", "99.7", None, 364),
        ("le", "1", 1, 3),
        ("gt", "100", None, None),
        ("lt", "1", 1, 3),
        ("lt", "0", None, None),
        ("le", "0", None, 0),
        ("le", "100", None, 365),
        ("le", "200", None, 365),
        ("range", "82.5", 1, 301),
    ],
)
def test_count_bound_of_every_comparison(
    comparison: str, percent: str, decimals: int | None, bound: int | None
) -> None:
    target = replace(
        goal("good_days_2025"),
        comparison=comparison,  # type: ignore[arg-type]
        values=(Decimal(percent),),
    )
    assert count_bound(target, 365, decimals) == bound


def test_a_verdict_carries_margin_reading_and_source() -> None:
    figure = replace(share(302, 365), source="observations", caveats=(Text("provisional"),))
    result = judge(goal("good_days_2025"), figure)
    assert result.goal == goal("good_days_2025")
    assert result.exact == float(Fraction(30200, 365))
    assert result.margin == pytest.approx(0.2)
    assert str(result.reading) == "rounded to 1 decimal"
    assert (result.source, result.valid_days) == ("observations", 365)
    assert (result.reason, result.caveats) == (None, (Text("provisional"),))
    assert judge(goal("good_days_2025"), share(300, 365)).margin == pytest.approx(-0.3)
    fewer = replace(goal("heavy_days_2025"), comparison="lt", values=(Decimal(1),))
    assert judge(fewer, share(1, 365)).margin_days == 2
    assert str(judge(rank_goal(110, 2023), Value(Fraction(9), "x")).reading) == "published rank"
    assert judge(rank_goal(110, 2023), Value(Fraction(9), "x")).margin_days is None


@pytest.mark.parametrize(
    ("decimals", "reading"),
    [
        (None, ("as it stands", "按原值")),
        (0, ("rounded to an integer", "修约至整数")),
        (1, ("rounded to 1 decimal", "修约至1位小数")),
        (2, ("rounded to 2 decimals", "修约至2位小数")),
    ],
)
def test_the_reading_is_named(decimals: int | None, reading: tuple[str, str]) -> None:
    target = replace(goal("good_days_2025"), decimals=None)
    figure = Value(Fraction("82.5"), "x", decimals=decimals)
    found = judge(target, figure).reading
    assert (str(found), found.in_words("zh")) == reading


def test_the_readings_that_differ_are_named() -> None:
    half = judge(goal("pm25_2025"), Value(Fraction("35.94"), "x", decimals=1))
    assert [(str(a.reading), a.figure) for a in half.alternatives] == [
        ("not rounded", 35.94),
        ("rounded to 1 decimal, as published for the year", 35.9),
    ]
    assert [a.reading.in_words("zh") for a in half.alternatives] == [
        "不修约",
        "修约至1位小数，如当年发布",
    ]
    (days,) = judge(goal("good_days_2025"), share(301, 365)).alternatives
    assert str(days.reading) == "counted in days, share not rounded"
    assert days.reading.in_words("zh") == "按天数计，比例不修约"
    plain = judge(goal("pm25_2025"), Value(Fraction("35.94"), "x"))
    assert [str(a.reading) for a in plain.alternatives] == ["not rounded"]
    varied = Value(
        Fraction(36), "x", decimals=0, variants=((Text("dust deducted"), Fraction("35.4")),)
    )
    dust = judge(goal("pm25_2025"), varied)
    assert [(str(a.reading), a.figure, a.verdict) for a in dust.alternatives] == [
        ("dust deducted", 35.0, MET)
    ]


def test_an_insufficient_figure_is_shown_all_the_same() -> None:
    few = Value(
        Fraction("35.46"),
        "observations",
        decimals=1,
        valid_days=300,
        reason=Text("only 300 valid days"),
        caveats=(Text("provisional"),),
    )
    result = judge(replace(goal("pm25_2025"), decimals=None), few)
    assert (result.verdict, result.figure, result.source) == (INSUFFICIENT, 35.5, "observations")
    assert (result.valid_days, str(result.reason)) == (300, "only 300 valid days")
    assert result.caveats == (Text("provisional"),)
    assert result.goal.id == "pm25_2025"
    nothing = judge(goal("pm25_2025"), Value(None, "x"))
    assert (nothing.verdict, nothing.figure, nothing.source) == (INSUFFICIENT, None, "")
    assert str(nothing.reason) == "no figure"
    assert nothing.reason.in_words("zh") == "无数据"


def test_a_span_on_both_sides_is_told() -> None:
    spread = Value(Fraction(82), "x", minus=Fraction(1), plus=Fraction(3))
    result = judge(goal("good_days_2025"), spread)
    assert str(result.reason) == "the figure lies between 81 and 85, on both sides of the target"
    assert result.reason.in_words("zh") == "数值在81与85之间，跨目标值两侧"
    assert result.alternatives == ()


def test_a_range_is_met_from_its_first_number_on() -> None:
    places = goal("places_suiping_2025")
    verdicts = [judge(places, Value(Fraction(n), "x")).verdict for n in (-3, 4, 5, 10, 12)]
    assert verdicts == [NOT_MET, NOT_MET, MET, MET, MET]


def test_uncertain_and_ambiguous_figures() -> None:
    good, rank = goal("good_days_2025"), rank_goal(100, 2025)
    spread = Value(Fraction(82), "x", minus=Fraction(3), plus=Fraction(3))
    assert judge(good, spread).verdict == INSUFFICIENT
    assert judge(good, replace(spread, value=Fraction(78))).verdict == NOT_MET
    assert judge(good, replace(spread, value=Fraction("85.5"))).verdict == MET
    # Three cities without an index could each stand before or behind us.
    verdicts = [
        judge(rank, Value(Fraction(n), "x", plus=Fraction(3))).verdict for n in (97, 98, 100, 101)
    ]
    assert verdicts == [MET, INSUFFICIENT, INSUFFICIENT, NOT_MET]


def test_yes_and_no() -> None:
    water = goal("worst_water_2025")
    assert judge(water, Value(Fraction(1), "x")).verdict == MET
    assert judge(water, Value(Fraction(0), "x")).verdict == NOT_MET
    assert judge(water, Value(Fraction(1), "x")).margin is None
    unknown = judge(water, Value(None, "x", reason=Text("not reported")))
    assert str(unknown.reason) == "not reported"


# Figures from observations


@pytest.mark.parametrize(("days", "verdict"), [(323, INSUFFICIENT), (324, NOT_MET)])
def test_a_year_needs_324_days(panel: Panel, days: int, verdict: str) -> None:
    values = panel.values.copy()
    start = int(np.flatnonzero(panel.days == np.datetime64("2017-01-01"))[0])
    values[start + days :, 2] = np.nan
    figures = observed_values(replace(panel, values=values), "丙", 2017)
    for name, target in (
        ("pm25", replace(goal("pm25_2025"), values=(goal("rank_2025").values[0] - 90,))),
        ("rank", rank_goal(1, 2017)),
    ):
        figure = figures[name]
        assert figure.valid_days == days
        assert judge(target, figure).verdict == verdict
    assert figures["good_day_ratio"].usable == (days == 324)


def test_ties_share_the_goal_rank(panel: Panel) -> None:
    values = panel.values.copy()
    values[:, 3] = values[:, 2]  # two cities with the same days
    world = replace(panel, values=values)
    ranks = {city: observed_values(world, city, 2017)["rank"] for city in "丙丁"}
    assert ranks["丙"].value == ranks["丁"].value
    assert ranks["丙"].value is not None
    at = rank_goal(int(ranks["丙"].value), 2017)
    assert [judge(at, ranks[city]).verdict for city in "丙丁"] == [MET, MET]


def test_figures_agree_with_plain_arithmetic(panel: Panel, daily: pd.DataFrame) -> None:
    rows = daily[(daily.city == "戊") & (daily.date.dt.year == 2016)]
    figures = observed_values(panel, "戊", 2016)
    tenths = sum(round(10 * v) for v in rows.pm25)
    assert figures["pm25"].value is not None
    assert abs(figures["pm25"].value - Fraction(tenths, 3660)) < Fraction(1, 10**12)
    assert figures["good_day_ratio"].counts is not None
    assert figures["good_day_ratio"].counts[1] == 366
    heavy = (
        (rows.pm25.round() > 150) | (rows.pm10.round() > 350) | (rows.o3_8h.round() > 265)
    ).sum()
    assert figures["heavy_day_ratio"].counts == (int(heavy), 366)


def test_dust_is_tried_both_ways_where_days_are_marked(panel: Panel) -> None:
    dust = panel.dust.copy()
    values = panel.values.copy()
    start = int(np.flatnonzero(panel.days == np.datetime64("2017-01-01"))[0])
    days = slice(start, start + 10)
    dust[days, 0] = True
    values[days, 0, POLLUTANTS.index("pm10")] = 900.0
    world = replace(panel, values=values, dust=dust)
    kept = observed_values(world, "甲", 2017)
    deducted = observed_values(world, "甲", 2017, Rules(dust="deduct"))
    variants = {str(name): value for name, value in kept["pm10"].variants}
    assert variants["dust deducted"] == deducted["pm10"].value
    assert kept["heavy_day_ratio"].counts is not None
    assert deducted["heavy_day_ratio"].counts is not None
    assert kept["heavy_day_ratio"].counts[0] == deducted["heavy_day_ratio"].counts[0] + 10
    target = goal("heavy_days_2025").in_year(2017)
    strict = replace(target, values=(Fraction(kept["heavy_day_ratio"].counts[0] - 1, 4),))  # type: ignore[arg-type]
    result = judge(strict, kept["heavy_day_ratio"])
    assert result.verdict == NOT_MET
    assert ("dust deducted", MET) in [(str(a.reading), a.verdict) for a in result.alternatives]


# Counties


def county(level: dict[str, float], days: int = 365, name: str = "平舆县") -> pd.DataFrame:
    dates = pd.date_range("2025-01-01", periods=days)
    clean = {"pm25": 30.0, "pm10": 60.0, "so2": 8.0, "no2": 20.0, "co": 1.0, "o3_8h": 150.0}
    return pd.DataFrame({"date": dates, "city": name, **clean, **level})


@pytest.mark.parametrize(
    ("level", "days", "attained", "exceeding"),
    [
        ({}, 365, True, ""),
        ({"pm25": 35.04}, 365, True, ""),  # one decimal since 2025
        ({"pm25": 35.06}, 365, False, "pm25"),
        ({"pm10": 70.5}, 365, True, ""),  # half to even: 70
        ({"pm10": 70.6, "o3_8h": 161.0}, 365, False, "pm10,o3_8h"),
        ({}, 324, True, ""),
    ],
)
def test_grade_2(level: dict[str, float], days: int, attained: bool, exceeding: str) -> None:
    row = grade_2(county(level, days), 2025).loc["平舆县"]
    assert (bool(row.attained), row.exceeding) == (attained, exceeding)


def test_grade_2_needs_the_days() -> None:
    assert pd.isna(grade_2(county({}, 323), 2025).loc["平舆县", "attained"])


def test_places_are_counted_among_all_units(daily: pd.DataFrame) -> None:
    moved = daily.copy()
    late = (moved.date.dt.year == 2017) & (moved.city == "癸")
    moved.loc[late, list(POLLUTANTS)] *= 0.5
    figure = places_value(moved, "癸", 2017, 2016, Rules())
    assert figure.value == 9  # from last to first
    assert places_value(moved, "甲", 2017, 2016, Rules()).value == -1
    assert not places_value(moved, "无", 2017, 2016, Rules()).usable
    assert not places_value(moved, "甲", 2017, 2013, Rules()).usable


def test_the_weekly_letter(panel: Panel) -> None:
    from datetime import date

    letter = weekly_letter(panel, date(2017, 6, 18))
    assert list(letter["rank"]) == sorted(letter["rank"])
    assert (letter.places_gained == letter.rank_week_before - letter["rank"]).all()
    assert letter.places_gained.sum() == 0 or letter.tied.max() > 1


def test_the_first_weekly_letter_has_no_week_before(panel: Panel) -> None:
    from datetime import date

    first = panel.first_day
    letter = weekly_letter(panel, date(first.year, first.month, first.day + 6))
    assert len(letter) == len(panel.cities)
    assert letter.rank_week_before.isna().all()
    assert letter.places_gained.isna().all()
    assert (letter.rank_year_to_date == letter["rank"]).all()


def test_no_number_of_days_is_the_margin_of_an_impossible_share() -> None:
    impossible = replace(goal("good_days_2025"), values=(Decimal(101),))
    result = judge(impossible, share(365, 365))
    assert (result.verdict, result.margin_days) == (NOT_MET, None)
