"""同比 and 环比, improvement and deterioration, days by class: against plain reckoning."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from airrank.changes import CLASSES, changes, day_counts, shares_of_days
from airrank.cities import City, RankingList, load_ranking_list
from airrank.errors import InsufficientDataError
from airrank.panel import Panel
from airrank.periods import Period, parse_period
from airrank.ranking_table import standings
from airrank.rules.choices import Rules
from airrank.rules.standards import POLLUTANTS
from airrank.store import load_observations

CITIES = RankingList("t", "t", "t", tuple(map(City, "甲乙丙丁")))


@pytest.fixture(scope="module")
def real() -> Panel:
    return Panel.from_observations(load_observations(), load_ranking_list("168"))


def small(levels: dict[str, list[tuple[float, ...]]]) -> Panel:
    """One value a day and city for each month from 2022-01 on, each city's months in a row."""
    months = max(map(len, levels.values()))
    days = np.arange(
        "2022-01", f"{2022 + months // 12}-{months % 12 + 1:02}", dtype="datetime64[D]"
    )
    month = days.astype("datetime64[M]").astype(int) - 52 * 12
    values = np.stack([np.array(levels[name], dtype=float)[month] for name in "甲乙丙丁"], axis=1)
    flags = np.zeros(values.shape, dtype=bool)
    return Panel(CITIES, days, values, flags, flags[..., 0])


@pytest.mark.slow
@pytest.mark.parametrize("text", ["2017-09", "2017Q2", "2017H1", "2017-01..2017-09"])
def test_the_changes_are_those_of_the_published_figures(real: Panel, text: str) -> None:
    period = parse_period(text)
    table = changes(real, period)
    now = standings(real, period)
    for kind, other in (("yoy", period.year_earlier()), ("mom", period.preceding())):
        then = standings(real, other).reindex(now.index)
        fit = now["valid"] & then["valid"]
        for name in ("index", *POLLUTANTS):
            expected = (100 * (now[name] - then[name]) / then[name]).where(fit)
            got = table[f"{name}_{kind}"]
            assert got.isna().equals(expected.isna()), (kind, name)
            np.testing.assert_allclose(got.dropna(), expected.dropna(), atol=1e-9)
    assert (
        table["change_rank"].equals(now["change_rank"].reindex(table.index).rename(None))
        or (table["change_rank"].dropna() == now["change_rank"].reindex(table.index).dropna()).all()
    )
    assert list(table.index) == list(now.index)


@pytest.mark.slow
def test_a_month_has_the_year_to_date_beside_it(real: Panel) -> None:
    table = changes(real, parse_period("2017-09"))
    to_date = standings(real, parse_period("2017-01..2017-09")).reindex(table.index)
    assert (table["ytd_rank"] == to_date["rank"]).all()
    assert table["ytd_index"].equals(to_date["index"].rename("ytd_index"))
    assert table["ytd_pm25_yoy"].notna().all()
    assert not any(name.startswith("ytd_") for name in changes(real, parse_period("2017Q3")))


def test_a_year_has_no_period_before_it_but_the_year_before(real: Panel) -> None:
    table = changes(real, parse_period("2017"))
    assert table["index_yoy"].notna().all()
    assert table["index_mom"].isna().all()


def test_who_meets_grade_2_is_left_out_of_the_deterioration() -> None:
    clean, dirty = (20, 40, 10, 20, 1, 100), (50, 90, 20, 45, 2, 180)
    worse_clean = tuple(1.5 * x for x in clean)  # still within the limits
    worse, better = tuple(1.1 * x for x in dirty), tuple(0.9 * x for x in dirty)
    panel = small(
        {
            "甲": [clean] * 12 + [worse_clean] * 12,
            "乙": [dirty] * 12 + [worse] * 12,
            "丙": [dirty] * 12 + [better] * 12,
            "丁": [dirty] * 24,
        }
    )
    table = changes(panel, Period.of_year(2023))
    assert table["meets_grade_2"].to_dict() == {"甲": True, "乙": False, "丙": False, "丁": False}
    ranks = table["deterioration_rank"]
    assert ranks.drop("甲").to_dict() == {"乙": 1, "丁": 2, "丙": 3}
    assert pd.isna(ranks["甲"])
    assert table["change_rank"].to_dict() == {"丙": 1, "丁": 2, "乙": 3, "甲": 4}
    assert table["improvement_rank_pm25"].to_dict() == {"丙": 1, "丁": 2, "乙": 3, "甲": 4}
    assert changes(panel, parse_period("2023H1"))["deterioration_rank"].notna().any()
    assert changes(panel, parse_period("2023Q1"))["deterioration_rank"].isna().all()


def test_too_few_days_are_not_compared() -> None:
    level = (20.0, 40, 10, 20, 1, 100)
    panel = small({name: [level] * 24 for name in "甲乙丙丁"})
    values = panel.values.copy()
    values[40:70, 0] = np.nan  # 甲 lacks most of February and March 2022
    gap = Panel(CITIES, panel.days, values, panel.estimated, panel.dust)
    table = changes(gap, parse_period("2023-02"))
    assert pd.isna(table.loc["甲", "pm25_yoy"])
    assert table.loc["甲", "pm25_mom"] == 0
    assert table.loc["乙", "pm25_yoy"] == 0
    first = changes(gap, parse_period("2022-01"))
    assert first["index_yoy"].isna().all()
    with pytest.raises(InsufficientDataError):
        changes(gap, parse_period("2025-01"))


@pytest.mark.slow
def test_one_footing_across_editions() -> None:
    """March 2026 against March 2025: both by the limits of March 2026."""
    level = (30.0, 60, 10, 20, 1, 100)
    days = np.arange("2025-01-01", "2026-04-01", dtype="datetime64[D]")
    values = np.broadcast_to(np.array(level), (len(days), 4, 6)).copy()
    flags = np.zeros(values.shape, dtype=bool)
    panel = Panel(CITIES, days, values, flags, flags[..., 0])
    table = changes(panel, parse_period("2026-03"))
    assert (table["index_yoy"] == 0).all()
    assert (table["index_mom"] == 0).all()
    assert (table["good_days_yoy"] == 0).all()


def test_days_by_class_and_pollutant() -> None:
    excellent = (20.0, 40, 10, 20, 1, 80)
    good_both = (75.0, 150, 10, 20, 1, 80)  # both at 100: joint, not exceeding
    light_ozone = (20.0, 40, 10, 20, 1, 180)
    heavy = (200.0, 150, 10, 20, 1, 80)
    days = np.arange("2017-01-01", "2017-01-05", dtype="datetime64[D]")
    values = np.stack([np.array([excellent, good_both, light_ozone, heavy])] * 4, axis=1)
    values[0, 1] = np.nan  # 乙 lacks the excellent day
    flags = np.zeros(values.shape, dtype=bool)
    dust = np.ones(values.shape[:2], dtype=bool)  # kept all the same
    table = day_counts(Panel(CITIES, days, values, flags, dust), parse_period("2017-01"), Rules())
    row = table.loc["甲"]
    assert row[["days", *CLASSES]].tolist() == [4, 1, 1, 1, 0, 1, 0]
    primaries = {p: (row[f"primary_{p}"], row[f"exceeding_{p}"]) for p in POLLUTANTS}
    assert primaries == {
        "pm25": (2, 1), "pm10": (1, 0), "so2": (0, 0), "no2": (0, 0), "co": (0, 0), "o3_8h": (1, 1),
    }  # fmt: skip
    assert row["exceeding"] == 2
    assert table.loc["乙", ["days", "excellent"]].tolist() == [3, 0]
    shares = shares_of_days(table)
    assert shares.loc["甲"].tolist() == [50.0, 25.0]
    assert shares.loc["乙"].tolist() == [33.3, 33.3]


def test_the_period_before() -> None:
    cases = {
        "2017-01": "2016-12", "2017-03": "2017-02", "2017Q1": "2016Q4", "2017H1": "2016H2",
        "2017": "2016", "2017-04..2017-05": "2017-02..2017-03",
    }  # fmt: skip
    for text, before in cases.items():
        assert str(parse_period(text).preceding()) == before
    week = Period(date(2017, 9, 18), date(2017, 9, 24))
    assert week.preceding() == Period(date(2017, 9, 11), date(2017, 9, 17))
