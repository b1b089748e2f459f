"""Cities placed last by rule: the known cases, one's own, and what they leave alone."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from airrank.cities import load_ranking_list
from airrank.errors import InputError, UnknownCityError
from airrank.panel import Panel
from airrank.periods import Period
from airrank.placed_last import all_cases, known_cases, placed_last, read_cases
from airrank.ranking_table import standings
from airrank.rules.choices import PlacedLast, Rules

LIST = load_ranking_list("168")
YEAR = Period.of_year(2023)


@pytest.fixture(scope="module")
def panel() -> Panel:
    """Two years of 168 cities, each the cleaner the earlier in the list."""
    days = np.arange("2022-01-01", "2024-01-01", dtype="datetime64[D]")
    level = 1 + np.arange(len(LIST)) / 100
    clean = np.array([20.0, 40, 8, 20, 0.8, 90])
    values = np.round(np.broadcast_to(level[:, None] * clean, (len(days), len(LIST), 6)), 1)
    flags = np.zeros(values.shape, dtype=bool)
    return Panel(LIST, days, values, flags, flags[..., 0])


def test_the_known_cases_of_2023(panel: Panel) -> None:
    assert {case.start for case in known_cases()} == {date(2023, 1, 1)}
    table = standings(panel, YEAR)
    assert table.loc["绵阳", "rank"] == 168
    assert table.loc[["绵阳", "长沙"], "change_rank"].tolist() == [168, 167]
    assert table.index[table["placed_last"]].tolist() == ["绵阳"]
    others = table.drop(index="绵阳")
    assert (others["rank"] == others["index"].rank(method="min")).all()


def test_other_periods_and_lists_are_left_alone(panel: Panel) -> None:
    for period in (Period.of_year(2022), Period(date(2023, 5, 1), date(2023, 5, 31))):
        table = standings(panel, period)
        assert not table["placed_last"].any()
        assert (table["rank"] == table["index"].rank(method="min")).all()
    assert placed_last(Rules(), load_ranking_list("henan17"), YEAR, over=True) == ()


def test_a_forecast_of_2023_does_not_know_it() -> None:
    assert placed_last(Rules(), LIST, YEAR, over=False) == ()
    given = Rules(placed_last=all_cases("信阳"))
    assert placed_last(given, LIST, YEAR, over=False) == ("信阳",)


def test_cases_given_in_any_spelling_stand_last_in_their_order(panel: Panel) -> None:
    rules = Rules(placed_last=all_cases(["Xinyang", "驻马店", "洛阳：change"]))
    table = standings(panel, Period.of_year(2022), rules)
    assert table.loc[["信阳", "驻马店"], "rank"].tolist() == [168, 167]
    year = standings(panel, YEAR, rules)
    assert year.loc["洛阳", "change_rank"] == 168
    # Without a period they are about the one asked for, not the one it is compared with.
    assert year.loc["驻马店", "rank"] == 167
    assert year.loc["驻马店", "rank_year_earlier"] < 167
    assert "placed_last" not in Rules().as_dict(YEAR)
    assert rules.as_dict(YEAR)["placed_last"] == "Xinyang:index, 驻马店:index, 洛阳:change"


def test_a_city_that_is_not_of_the_list_is_refused(panel: Panel) -> None:
    with pytest.raises(UnknownCityError):
        standings(panel, YEAR, Rules(placed_last=all_cases("某地")))


def test_a_file_of_cases_by_period(panel: Panel, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        '[[case]]\ncity = "信阳"\nperiod = "2022Q1"\n[[case]]\ncity = "洛阳"\n', "utf-8"
    )
    assert read_cases(path) == (
        PlacedLast("信阳", "index", date(2022, 1, 1), date(2022, 3, 31)),
        PlacedLast("洛阳"),
    )
    rules = Rules(placed_last=all_cases([str(path)]))
    quarter = standings(panel, Period(date(2022, 1, 1), date(2022, 3, 31)), rules)
    assert quarter.loc[["信阳", "洛阳"], "rank"].tolist() == [168, 167]
    year = standings(panel, Period.of_year(2022), rules)
    assert not year.loc["信阳", "placed_last"]
    assert year.loc["洛阳", "rank"] == 168


@pytest.mark.parametrize(
    "text",
    [
        "",
        "case = 1",
        '[[case]]\nperiod = "2022"',
        "[[case]]\ncity = 1",
        '[[case]]\ncity = "信阳"\nwhere = "x"',
        '[[case]]\ncity = "信阳"\nranking = "pm25"',
        '[[case]]\ncity = "信阳"\nperiod = "soon"',
    ],
)
def test_a_file_that_cannot_be_used_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError):
        read_cases(path)


def test_a_city_without_an_index_is_not_placed_at_all(panel: Panel) -> None:
    values = panel.values.copy()
    values[:, LIST.names.index("绵阳"), 0] = np.nan
    gone = Panel(LIST, panel.days, values, panel.estimated, panel.dust)
    table = standings(gone, YEAR)
    assert table.loc["绵阳"].isna()["rank"]
    assert table["rank"].max() == 167
