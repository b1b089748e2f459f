"""The ranking table: on real data, and where data are thin."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from airrank import ranking_table
from airrank.cities import City, RankingList, load_ranking_list
from airrank.errors import InputError, InsufficientDataError
from airrank.panel import Panel
from airrank.periods import parse_period
from airrank.ranking_table import standings
from airrank.rules.choices import Rules, read_weights
from airrank.rules.reference_state import reference_factors
from airrank.rules.standards import POLLUTANTS
from airrank.store import load_observations

LIMITS = dict(zip(POLLUTANTS, (35, 70, 60, 40, 4, 160), strict=True))


@pytest.fixture(scope="module")
def panel() -> Panel:
    return Panel.from_observations(load_observations(), load_ranking_list("168"))


@pytest.mark.parametrize("year", ["2001", "2012", "2030"])
def test_a_period_outside_the_data_tells_what_they_span(panel: Panel, year: str) -> None:
    with pytest.raises(InsufficientDataError, match=f"{year}.*December 2013 to June 2020"):
        standings(panel, parse_period(year))
    assert standings(panel, parse_period("2030"), ahead=True)["rank"].isna().all()


@pytest.mark.parametrize(
    ("year", "rounding", "expected"),
    [
        ("2015", "single_index", 131),
        ("2016", "single_index", 117),
        ("2017", "single_index", 103),
        ("2015", "concentrations_first", 131),
        ("2016", "concentrations_first", 117),
        ("2017", "concentrations_first", 103),
        ("2015", "index_only", 131),
        ("2016", "index_only", 118),
        ("2017", "index_only", 104),
    ],
)
def test_zhumadian_in_the_bundled_years(
    panel: Panel, year: str, rounding: str, expected: int
) -> None:
    table = standings(panel, parse_period(year), Rules("2012", rounding=rounding))
    assert table.loc["驻马店", "rank"] == expected
    assert len(table) == 168


def test_against_a_plain_ranker(panel: Panel) -> None:
    """The whole table of 2017 again, with nothing of ours but the observations."""
    days = load_observations()
    year = days[days["date"].dt.year == 2017]
    index = {}
    for city, rows in year.groupby("city"):
        total = 0
        for pollutant, limit in LIMITS.items():
            values = rows[pollutant].dropna()
            if pollutant == "co":
                statistic = round(float(np.percentile(values, 95)) + 1e-9, 1)
            elif pollutant == "o3_8h":
                statistic = round(float(np.percentile(values, 90)))
            else:
                statistic = round(sum(values) / len(values))
            total += round(Fraction(str(statistic)) / limit * 100)
        index[city] = total / 100
    table = standings(panel, parse_period("2017"), Rules("2012"))
    for city, value in index.items():
        assert table.loc[city, "index"] == pytest.approx(value, abs=0.021)
        assert table.loc[city, "rank"] == 1 + (table["index"] < table.loc[city, "index"]).sum()
        assert table.loc[city, "tied"] == (table["index"] == table.loc[city, "index"]).sum()


def test_shares_add_up_and_places_are_counted(panel: Panel) -> None:
    table = standings(panel, parse_period("2017"))
    assert table[[f"share_{p}" for p in POLLUTANTS]].sum(axis=1).to_numpy() == pytest.approx(1.0)
    before = standings(panel, parse_period("2016"))
    gained = before["rank"] - table["rank"].reindex(before.index)
    assert (table["places_gained"].reindex(before.index) == gained).all()
    assert table["rank"].is_monotonic_increasing


def test_places_are_not_compared_with_a_year_of_fewer_cities(panel: Panel) -> None:
    assert standings(panel, parse_period("2015"))["places_gained"].isna().all()


def test_a_thin_period_is_flagged(panel: Panel) -> None:
    table = standings(panel, parse_period("2018"))
    assert not table["valid"].any()
    assert table.loc["驻马店", "flags"].startswith("insufficient data")


def test_a_period_without_data(panel: Panel) -> None:
    with pytest.raises(InsufficientDataError, match="the data spans December 2013"):
        standings(panel, parse_period("2018-05"))


def test_the_edition_follows_the_period(panel: Panel) -> None:
    rules = Rules()
    assert rules.on(parse_period("2017")).name == "2012"
    assert rules.on(parse_period("2026")).name == "2026-transition"
    strict = standings(panel, parse_period("2017"), Rules("2026-transition"))
    assert (
        strict["index"] > standings(panel, parse_period("2017"))["index"].reindex(strict.index)
    ).all()


def test_the_index_is_compared_with_a_year_earlier(panel: Panel) -> None:
    table = standings(panel, parse_period("2017"))
    before = standings(panel, parse_period("2016"))["index"].reindex(table.index)
    change = 100 * (table["index"] - before) / before
    assert table["index_change"].to_numpy() == pytest.approx(change.to_numpy())
    best = table["index_change"].idxmin()
    assert (best, table.loc[best, "change_rank"]) == ("拉萨", 1)
    expected = 1 + (table["index_change"].to_numpy() < table["index_change"].to_numpy()[:, None])
    assert table["change_rank"].tolist() == (expected.sum(axis=1) - 167).tolist()


def test_no_change_against_a_year_of_fewer_cities(panel: Panel) -> None:
    table = standings(panel, parse_period("2015"))
    assert table["index_change"].isna().all()
    assert table["change_rank"].isna().all()


def world(years: tuple[int, int], levels: tuple[float, ...]) -> Panel:
    """Two cities with the same air on every day of two years, the second with half the PM2.5."""
    days = np.arange(f"{years[0]}-01-01", f"{years[1] + 1}-01-01", dtype="datetime64[D]")
    values = np.tile(np.array(levels), (len(days), 2, 1))
    values[:, 1, 0] /= 2
    units = RankingList(
        "test", "试", "test", (City("甲", province="省"), City("乙", province="省"))
    )
    no = np.zeros(values.shape, dtype=bool)
    return Panel(units, days, values, no, no[..., 0])


def test_the_change_compares_both_years_by_one_edition() -> None:
    panel = world((2025, 2026), (30.0, 60.0, 60.0, 40.0, 4.0, 160.0))
    table = standings(panel, parse_period("2026"))
    assert table.loc["甲", "index"] == 6.0
    assert standings(panel, parse_period("2025")).loc["甲", "index"] == 5.72
    assert table["index_change"].tolist() == [0.0, 0.0]
    assert table["change_rank"].tolist() == [1, 1]
    old = standings(panel, parse_period("2026"), Rules("2012"))
    assert old.loc["甲", "index"] == 5.72
    assert old["index_change"].tolist() == [0.0, 0.0]


def test_the_change_compares_gases_at_one_temperature() -> None:
    """From 2018-09-01 the same air shows 0.916 of the gases; particles stay."""
    panel = world((2017, 2019), (35.0, 70.0, 60.0, 40.0, 4.0, 160.0))
    same_air = replace(panel, values=panel.values / reference_factors(panel.days)[:, None])
    for period in ("2018", "2019", "2018-10"):
        assert standings(same_air, parse_period(period))["index_change"].tolist() == [0.0, 0.0]
    indices = [
        standings(same_air, parse_period(p)).loc["甲", "index"] for p in ("2018-08", "2018-10")
    ]
    assert indices == [6.37, 6.0]  # the table itself is as published
    assert standings(same_air, parse_period("2018-08"))["index_change"].tolist() == [0.0, 0.0]


def test_an_index_of_zero_has_no_change() -> None:
    panel = world((2016, 2017), (0.0,) * 6)
    assert standings(panel, parse_period("2017"))["index_change"].isna().all()


def test_both_weights_are_shown_from_march_2026_on() -> None:
    units = (City("甲"), City("乙"))
    days = np.arange("2026-03-01", "2026-04-01", dtype="datetime64[D]")
    clean_particles, clean_gases = (15.0, 60, 6, 20, 2, 80), (30.0, 30, 6, 10, 1, 70)
    values = np.array([[clean_particles, clean_gases]] * len(days))
    march = Panel(
        days=days,
        values=values,
        estimated=np.zeros(values.shape, dtype=bool),
        dust=np.zeros(values.shape[:2], dtype=bool),
        ranking_list=RankingList("t", "t", "t", units),
    )
    table = standings(march, parse_period("2026-03"))
    # single indices: 0.5 1 0.1 0.5 0.5 0.5 against 1 0.5 0.1 0.25 0.25 0.44
    assert table.loc["甲", "index"] == pytest.approx(3.10)
    assert table.loc["甲", "index_weighted"] == pytest.approx(5.10)
    assert table.loc["乙", "index_weighted"] > table.loc["甲", "index_weighted"]
    assert table["rank"].to_dict() == {"乙": 1, "甲": 2}
    assert table["rank_weighted"].to_dict() == {"乙": 2, "甲": 1}
    one = Rules(weights=(1.0,) * 6)
    assert "rank_weighted" not in standings(march, parse_period("2026-03"), one)


def test_one_index_only_before_march_2026(panel: Panel) -> None:
    assert "rank_weighted" not in standings(panel, parse_period("2017"))


def test_dense_ranks_have_no_gaps(panel: Panel) -> None:
    year = parse_period("2017")
    table, dense = standings(panel, year), standings(panel, year, Rules(ties="dense"))
    order = sorted(table["index"].unique())
    assert dense["rank"].tolist() == [order.index(value) + 1 for value in dense["index"]]
    assert (dense["rank"] <= table["rank"].reindex(dense.index)).all()
    assert Rules(ties="dense").as_dict(year)["ties"] == "dense"
    with pytest.raises(InputError, match="'ordinal'"):
        Rules(ties="ordinal")


@pytest.mark.parametrize("text", ["pm25-3_o3-2_no2-2", "3,1,1,2,1,2", (3, 1, 1, 2, 1, 2)])
def test_weights_as_they_are_said(text: str | tuple[float, ...]) -> None:
    assert read_weights(text) == (3.0, 1.0, 1.0, 2.0, 1.0, 2.0)


def test_weights_that_cannot_be_are_refused() -> None:
    assert read_weights("equal") is None
    for wrong in ("3,1", "a,b,c,d,e,f", "1,1,1,1,1,0", "third-party"):
        with pytest.raises(InputError):
            read_weights(wrong)


def test_a_year_earlier_that_is_not_over_needs_no_table(
    panel: Panel, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, real = [], ranking_table._table

    def counted(*args):
        made.append(args[1])
        return real(*args)

    monkeypatch.setattr(ranking_table, "_table", counted)
    history = panel.until(parse_period("2017-06").end)
    table = standings(history, parse_period("2018"), Rules(dust="keep"), ahead=True)
    assert table["rank_year_earlier"].isna().all()
    assert made == [parse_period("2018")]
    july = standings(history, parse_period("2017-07"), Rules(dust="keep"), ahead=True)
    assert july["rank_year_earlier"].notna().all()


@pytest.mark.parametrize("dust", ["keep", "proxy"])
def test_a_period_that_has_not_begun_has_the_columns_of_the_others_and_no_figures(
    panel: Panel, dust: str
) -> None:
    history, rules = panel.until(parse_period("2017-06").end), Rules(dust=dust)
    coming = standings(history, parse_period("2018"), rules, ahead=True)
    known = standings(history, parse_period("2016"), rules)
    assert list(coming) == list(known)
    assert sorted(coming.index) == sorted(known.index)
    other = [c for c in known if coming[c].dtype != known[c].dtype]
    assert other == []
    figures = ["rank", "tied", "index", "primary", *POLLUTANTS]
    assert coming[figures].isna().all(axis=None)
    assert not coming["valid"].any()
    assert (coming["flags"] == "insufficient data: no records").all()
