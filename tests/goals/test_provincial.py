"""A province's own order and compensation: assumed weights, amounts only where they are filled
in."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from airrank.cities import load_ranking_list
from airrank.errors import InputError
from airrank.goals.provincial import load_province, provincial
from airrank.panel import Panel
from airrank.periods import Period, parse_period
from airrank.ranking_table import standings
from airrank.rules.standards import reference_folder, shipped_tables
from airrank.store import load_observations

HENAN = reference_folder() / "provincial" / "henan.toml"
MONTH = parse_period("2017-09")


@pytest.fixture(scope="module")
def panel() -> Panel:
    return Panel.from_observations(load_observations(), load_ranking_list("henan17"))


@pytest.fixture
def own(tmp_path: Path):
    def write(old: str, new: str) -> Path:
        text = HENAN.read_text(encoding="utf-8")
        assert old in text
        path = tmp_path / "mine.toml"
        path.write_text(text.replace(old, new), encoding="utf-8")
        return path

    return write


def test_the_order_mixes_level_and_improvement(panel: Panel) -> None:
    table = provincial(panel, MONTH, load_province("henan"))
    ranking = standings(panel, MONTH).reindex(table.index)
    assert (table["score"] == ranking["rank"] + ranking["change_rank"]).all()
    assert (table["order"] == table["score"].rank(method="min")).all()
    assert table["order"].is_monotonic_increasing


def test_without_targets_and_rates_no_money_is_reckoned(panel: Panel) -> None:
    table = provincial(panel, MONTH, load_province("henan"))
    assert table["amount"].isna().all()
    assert {"pm25", "pm10", "good_days"} <= set(table.columns)
    assert "amount" not in provincial(panel, Period.of_year(2017), load_province("henan"))


def test_indicators_change_in_october_2024() -> None:
    henan = load_province("henan")
    assert [i.name for i in henan.indicators(parse_period("2024-09"))] == [
        "pm25", "pm10", "good_days",
    ]  # fmt: skip
    assert [i.name for i in henan.indicators(parse_period("2024-10"))] == [
        "pm25", "index_change", "index_rank",
    ]  # fmt: skip
    assert henan.indicators(parse_period("2024")) == ()


def test_amounts_of_a_file_of_one_s_own(panel: Panel, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        'title_zh = "甲"\ntitle_en = "A"\npanel = "henan17"\n'
        "[order]\nlevel = 0.6\nimprovement = 0.4\n"
        '[[compensation]]\n[[compensation.indicator]]\nname = "pm25"\nmore_is = "worse"\n'
        "target = 40\nrate = 20\n"
        '[[compensation.indicator]]\nname = "good_days"\nmore_is = "better"\n'
        "target = 75\nrate = 0.5\n",
        encoding="utf-8",
    )
    table = provincial(panel, MONTH, load_province(path))
    row = table.loc["驻马店"]
    assert row["amount"] == pytest.approx(20 * (40 - row["pm25"]) + 0.5 * (row["good_days"] - 75))
    assert row["score"] == pytest.approx(0.6 * row["rank"] + 0.4 * row["change_rank"])


def test_another_list_is_refused() -> None:
    whole = Panel.from_observations(load_observations(), load_ranking_list("168"))
    with pytest.raises(InputError, match="give --panel henan17"):
        provincial(whole, MONTH, load_province("henan"))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('name = "pm10"', 'name = "so2"', "'name'"),
        ('more_is = "better"', 'more_is = "more"', "'more_is'"),
        ('name = "pm10"', 'name = "pm10"\ntarget = 70', "target and rate together"),
        ("level = 1", 'level = "much"', "'level'"),
        ("last = 2024-09-30", 'last = "2024"', "'last'"),
        ("improvement = 1", "improvement = 1\nother = 2", "'other'"),
        ("[order]", "[others]", "'order'"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused(own, old: str, new: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        load_province(own(old, new))


def test_an_unknown_province_is_refused_with_those_known() -> None:
    assert list(shipped_tables("provincial")) == ["henan"]
    with pytest.raises(InputError, match="henan"):
        load_province("hebei")


def test_nothing_of_it_unless_asked_for(panel: Panel) -> None:
    table: pd.DataFrame = standings(panel, MONTH)
    assert not {"order", "score", "amount"} & set(table.columns)
