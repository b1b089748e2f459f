"""City, list and goals come from the plan, and no city is measured by another's."""

from __future__ import annotations

from pathlib import Path

import pytest

from airrank.cities import City, RankingList
from airrank.errors import InputError, UnknownCityError
from airrank.goals.aims import Aims, telling_ranks
from airrank.goals.plan import load_plan
from airrank.periods import Period, parse_period

YEAR = Period.of_year(2017)
PLAN = """
title_zh = "信阳市计划"
title_en = "Plan of Xinyang"
city = "信阳"
panel = "168"
years = [2024, 2025]

[[goal]]
id = "rank_2024"
title_zh = "排名"
title_en = "Rank"
indicator = "rank"
comparison = "le"
value = 60
year = 2024
strength = "duty"
assessed = "computed"

[[goal]]
id = "rank_2025"
title_zh = "排名"
title_en = "Rank"
indicator = "rank"
comparison = "le"
value = 50
year = 2025
strength = "duty"
assessed = "computed"
"""


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "xinyang.toml"
    path.write_text(PLAN, encoding="utf-8")
    return path


def test_without_a_word_it_is_the_plan_that_comes_with_airrank() -> None:
    aims = Aims.of()
    assert (aims.city.name, aims.ranking_list.name) == ("驻马店", "168")
    assert aims.plan == load_plan()
    assert aims.given is None
    assert aims.ranks(YEAR, 104) == ((110, 105, 100), None)


@pytest.mark.parametrize(
    ("year", "ranks"), [(2023, (110, 105, 100)), (2024, (105, 110, 100)), (2025, (100, 110, 105))]
)
def test_the_goal_due_comes_first(year: int, ranks: tuple[int, ...]) -> None:
    assert Aims.of().ranks(Period.of_year(year), None)[0] == ranks


def test_another_city_has_no_goal_of_the_first() -> None:
    aims = Aims.of("Hangzhou")
    assert aims.plan is None
    ranks, note = aims.ranks(YEAR, 54)
    assert ranks == (50, 60)
    assert note is not None
    assert "no goals of Hangzhou for 2017 are known" in note.in_words("en")
    assert aims.ranks(YEAR, None) == ((), None)
    with pytest.raises(InputError, match="no plan of Hangzhou comes with airrank"):
        aims.own_plan()


def test_a_plan_of_ones_own(plan: Path) -> None:
    aims = Aims.of(plan=plan)
    assert aims.city.name == "信阳"
    assert aims.ranks(Period.of_year(2025), None)[0] == (50, 60)
    other = Aims.of("驻马店", plan=plan)
    assert other.plan == load_plan()
    assert other.given == load_plan(plan)


def test_ranks_of_the_year_are_no_goals_of_a_month_or_of_another_list() -> None:
    assert Aims.of().ranks(parse_period("2017-09"), 58)[0] == (50, 60)
    henan = Aims.of(panel="henan17")
    assert henan.city.name == "驻马店"
    assert henan.ranks(YEAR, 8)[0] == (10,)


def test_ranks_that_were_named_count_alone() -> None:
    assert Aims.of().ranks(YEAR, 104, (90, 80, 90)) == ((90, 80), None)
    with pytest.raises(InputError, match="between 1 and 168"):
        Aims.of().ranks(YEAR, 104, (169,))


def test_a_list_without_the_plans_city() -> None:
    pair = RankingList("pair", "", "", (City("甲"), City("乙")))
    assert Aims.of(panel=pair).city.name == "甲"
    assert Aims.of("乙", panel=pair).city.name == "乙"
    with pytest.raises(UnknownCityError):
        Aims.of("驻马店", panel=pair)


def test_telling_ranks_stay_within_the_list() -> None:
    for number in (9, 17, 168):
        for place in range(1, number + 1):
            ranks = telling_ranks(place, number, before=place)
            assert len(set(ranks)) == len(ranks) <= 4
            assert all(1 <= rank < number for rank in ranks)
            if place > 10:
                assert any(rank < place for rank in ranks), "something to reach"
            if 10 < place < number // 10 * 10:
                assert any(rank >= place for rank in ranks), "something to hold"


@pytest.mark.parametrize(
    ("place", "first"), [(3, 10), (12, 20), (40, 20), (41, 40), (104, 100), (129, 148), (160, 148)]
)
def test_the_first_rank_a_city_is_told_of(place: int, first: int) -> None:
    assert telling_ranks(place, 168)[0] == first


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('city = "信阳"', 'city = "信羊"', "plan xinyang: its city '信羊' is not in .* list 168"),
        ('panel = "168"', 'panel = "999"', "plan xinyang, key 'panel': no ranking list '999'"),
    ],
)
def test_a_plan_of_an_unknown_city_or_list_is_refused(
    plan: Path, old: str, new: str, told: str
) -> None:
    plan.write_text(PLAN.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError, match=told):
        Aims.of(plan=plan)
    assert Aims.of("信阳", panel="168", plan=plan).city.name == "信阳"
