"""Ours beside the official figures: what is compared, and what is found in the bundled data."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest

import airrank
from airrank.cities import load_ranking_list
from airrank.reconciliation import Reconciliation, reconcile, reference_figures
from airrank.rules import composite_index
from airrank.rules.choices import Rules
from airrank.rules.standards import POLLUTANTS, reference_folder
from tests.builders import builder

FOLDER = reference_folder() / "official"
MINISTRY = Rules(dust="auto", rounding="single_index")


@pytest.fixture(scope="module")
def found() -> Reconciliation:
    return reconcile(airrank.load_observations(), rules=MINISTRY)


def test_every_published_index_comes_out_as_published() -> None:
    table = pd.read_csv(FOLDER / "index_sets.csv")
    assert len(table) == 27
    options = {"edition": "2012", "rounding": "single_index"}
    ours = composite_index(table[list(POLLUTANTS)], **options)["index"]
    assert ours.tolist() == table["index"].tolist()
    others = {
        rounding: composite_index(table[list(POLLUTANTS)], edition="2012", rounding=rounding)[
            "index"
        ]
        .eq(table["index"])
        .sum()
        for rounding in ("concentrations_first", "index_only")
    }
    assert others == {"concentrations_first": 16, "index_only": 16}


def test_the_lists_of_the_reference_figures_are_whole() -> None:
    table = reference_figures()
    assert not table.duplicated(["period", "city", "quantity", "of"]).any()
    assert set(table["of"]) == {"", "74", "168"}
    for of in ("74", "168"):
        names = set(load_ranking_list(of).names)
        assert len(names) == int(of)
        assert set(table.loc[table["of"] == of, "city"]) <= names
    months = table[(table["quantity"] == "pm25") & (table["of"] != "")]
    sizes = months.groupby("period").size()
    assert (sizes[sizes.index < "2018-06"] == 74).all()
    assert (sizes[sizes.index >= "2018-06"] == 168).all()
    with (FOLDER / "sources.csv").open(encoding="utf-8", newline="") as handle:
        named = {row["source"] for row in csv.DictReader(handle)}
    assert set(table["source"]) <= named


@pytest.mark.shared
def test_rebuilding_gives_the_tables(
    shared_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build = builder("official")
    (tmp_path / "official").mkdir()
    cities = (reference_folder() / "cities.csv").read_bytes()
    (tmp_path / "cities.csv").write_bytes(cities)
    monkeypatch.setattr(build, "__file__", str(tmp_path / "official" / "build.py"))
    build.main(str(shared_data / "official"))
    for name in ("figures.csv", "index_sets.csv", "sources.csv"):
        assert (tmp_path / "official" / name).read_bytes() == (FOLDER / name).read_bytes()


@pytest.mark.slow
def test_deducted_months_of_2019_are_the_official_ones(found: Reconciliation) -> None:
    table = found.by_period().set_index(["period", "quantity"])["mean"]
    kept = reconcile(airrank.load_observations(), rules=Rules(dust="keep")).by_period()
    before = kept.set_index(["period", "quantity"])["mean"]
    months = [(f"2019-{month:02d}", "pm25") for month in range(1, 7)]
    assert table[months].mean() <= 0.50
    assert table[months[4]] <= 0.78
    assert (table[months] - before[months]).max() <= 0.08
    assert before[months].mean() == pytest.approx(0.71, abs=0.005)


@pytest.mark.slow
def test_lists_of_best_and_worst_cities(found: Reconciliation) -> None:
    lists = found.rows[(found.rows["source"] == "s02") & found.rows["difference"].notna()]
    off = lists["difference"].abs()
    assert len(lists) == 147
    assert (off <= 2).mean() >= 0.97
    assert off.mean() <= 0.5


def test_what_has_too_few_days_contradicts_nothing(found: Reconciliation) -> None:
    table = found.by_period().set_index(["period", "quantity"])
    assert not table.loc[("2018-12", "pm25"), "enough"]
    assert table.loc[("2018-12", "pm25"), "beyond"] == 0
    assert table.loc[("2017-12", "pm25"), "doubt"] == "month"


def test_faults_of_cities_and_months_are_named() -> None:
    days = pd.date_range("2017-05-01", "2017-05-31")
    cities = ("北京", "海口")
    frame = pd.concat(
        [
            pd.DataFrame(dict.fromkeys(POLLUTANTS, 60.0), index=range(31)).assign(
                date=days, city=city, co=1.0
            )
            for city in cities
        ]
    ).reset_index(drop=True)
    figures = pd.DataFrame(
        [("2017-05", "北京", "pm25", 50.0, "74", "", "s"),
         ("2017-05", "海口", "pm25", 54.0, "74", "", "s"),
         ("2016-05", "海口", "pm25", 54.0, "74", "", "s")],
        columns=["period", "city", "quantity", "value", "of", "doubt", "source"],
    )  # fmt: skip
    result = reconcile(frame, figures)
    (only,) = result.contradictions().to_dict(orient="records")
    assert (only["city"], only["months"], only["doubtful"]) == ("北京", {"2017-05": 10.0}, {})
    assert result.rows["note"].astype(bool).tolist() == [True, False, False]
    doubted = reconcile(frame, figures.assign(doubt="slip")).contradictions()
    assert doubted["months"].tolist() == [{}]
    assert doubted["doubtful"].tolist() == [{"2017-05": 10.0}]
    assert reconcile(frame, figures, threshold=10.0).contradictions().empty
    assert len(reconcile(frame, figures, threshold=5.9).contradictions()) == 2
