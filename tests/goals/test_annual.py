"""What is publicly known of a year: figures by indicator, bounds of unpublished ranks."""

from __future__ import annotations

from fractions import Fraction

import pytest

from airrank.cities import load_ranking_list
from airrank.goals.annual import (
    SAID,
    archive,
    archive_values,
    facts,
    official,
    official_values,
    rank_bounds,
)
from airrank.goals.assess import assess
from airrank.goals.public_year import public_year
from airrank.store import load_observations

LIST = load_ranking_list("168")


def test_every_fact_can_be_said_and_is_of_a_ranked_city() -> None:
    assert len(official()) > 100
    assert {fact.indicator for fact in official()} <= set(SAID)
    assert {fact.city for fact in official()} <= set(LIST.names)
    assert all(fact.source for fact in official())


def test_the_archive_knows_all_cities_of_2019_to_2026() -> None:
    table = archive()
    later = table[table["year"] >= 2019]
    assert (later.groupby("year")["city"].nunique() == len(LIST)).all()
    assert sorted(later["year"].unique()) == list(range(2019, 2027))


def test_official_values_of_zhumadian() -> None:
    year = official_values(["驻马店", "Zhumadian"], 2020)
    assert year["pm25"].value == 45
    assert year["pm25"].decimals == 0
    good = year["good_day_ratio"]  # 280 days; the report's share is 76.7 %
    assert good.value == Fraction(28000, 366)
    assert good.value <= Fraction("76.7") <= good.value + good.plus
    assert official_values(["驻马店"], 2018)["good_day_ratio"].value == Fraction("60.8")
    assert "工作报告" in year["pm25"].caveats[0].in_words("en")


def test_doubtful_statements_are_told_and_decide_nothing() -> None:
    assert any(fact.doubtful and fact.indicator == "rank" for fact in facts(["安阳"], 2023))
    assert official_values(["安阳"], 2023) == {}


@pytest.mark.slow
def test_an_official_rank_gives_a_verdict() -> None:
    result = assess(load_observations(), year=2022, city="贵阳", goals=[10, 5])
    assert [v.verdict for v in result.verdicts] == ["met", "not met"]
    assert {v.source for v in result.verdicts} == {"official annual figures"}
    assert result.known is not None
    assert result.known.rank_is_known


def test_the_archive_s_figures_are_insufficient_below_324_days() -> None:
    assert archive_values(["驻马店"], 2024)["pm25"].usable
    assert not archive_values(["驻马店"], 2023)["pm25"].usable
    heavy = archive_values(["驻马店"], 2025)["heavy_day_ratio"]
    assert heavy.counts == (9, 365)
    assert archive_values(["某地"], 2024) == {}


@pytest.mark.parametrize(
    ("year", "expected"), [(2019, (21, 148)), (2020, (21, 165)), (2025, (1, 168))]
)
def test_bounds_of_a_rank_that_is_not_published(year: int, expected: tuple[int, int]) -> None:
    assert rank_bounds(year, 168) == expected


def test_what_is_known_in_words() -> None:
    known = public_year(LIST.resolve("驻马店"), 2022, LIST, (), observed=False)
    assert known is not None
    text = " | ".join(line.in_words("en") for line in known.lines())
    assert "rank 166 of 168 by the change of the index" in text
    assert "政府工作报告 2023" in text
    assert "PM2.5 44.2, PM10 76.8 µg/m³ from 365 days; not official" in text
    assert "it lies from 4 to 165" in text
    assert "estimated rank" in text
    assert public_year(LIST.resolve("杭州"), 2018, LIST, (), observed=False) is None


def test_a_year_with_observations_needs_no_archive() -> None:
    known = public_year(LIST.resolve("驻马店"), 2018, LIST, (), observed=True)
    assert known is not None
    assert [line.in_words("en").split(";")[0] for line in known.lines()] == [
        "good days 60.8 %", "PM10 98 µg/m³", "PM2.5 59 µg/m³",
    ]  # fmt: skip
    assert known.estimate is None


def test_other_cities_and_years_without_goals_give_what_is_public() -> None:
    observations = load_observations()
    hangzhou = assess(observations, year=2024, city="杭州")
    assert (hangzhou.verdicts, hangzhou.exit_status) == ((), 3)
    assert hangzhou.known is not None
    assert hangzhou.known.estimate is not None
    earlier = assess(observations, year=2021)
    assert earlier.verdicts == ()
    assert earlier.known is not None
    assert earlier.known.ranks == (110, 105, 100)


def test_what_is_public_of_a_year_whose_records_break_off() -> None:
    result = assess(load_observations(), 2020, city="海口")  # bundled to June
    assert result.known is not None
    assert result.known.rank_is_known
    assert [fact.value for fact in result.known.official if fact.indicator == "rank"] == ["1"]


def test_estimated_odds_are_never_certain() -> None:
    result = assess(load_observations(), 2019, city="驻马店")
    assert result.known is not None
    odds = [line for line in map(str, result.known.lines()) if "estimated odds" in line]
    assert odds
    assert not any(" 100 %" in line for line in odds)


def test_a_year_s_end_is_not_known_before_it() -> None:
    observations = load_observations()
    early = assess(observations, year=2024, goals=[105], as_of="2024-06-30")
    assert early.known is None
    assert early.verdicts[0].verdict == "insufficient data"


def test_later_goals_are_shown_and_do_not_count() -> None:
    result = assess(load_observations(), year=2024)
    by_id = {v.goal.id: v for v in result.verdicts}
    assert by_id["pm25_2025"].verdict == "not met"
    assert by_id["pm25_2025"].goal.due_later == 2025
    assert by_id["rank_2025"].verdict == "likely not met"
    assert not {"pm25_2025", "rank_2025"} & {v.goal.id for v in result.counted}
    assert "grade2_xincai_2025" not in by_id
    assert result.exit_status == 3
