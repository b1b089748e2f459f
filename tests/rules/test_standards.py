from __future__ import annotations

import datetime as dt
import pickle
import shutil
import tomllib
from pathlib import Path

import pytest

from airrank.errors import InputError
from airrank.rules import standards
from airrank.rules.aqi import iaqi
from airrank.rules.composite import index_array
from airrank.rules.standards import (
    POLLUTANTS,
    get_edition,
    load_editions,
    named_weights,
    reference_folder,
    shipped_folder,
)

STANDARDS = reference_folder() / "standards"


def test_folders_are_inside_a_wheel_s_package_and_beside_that_of_a_checkout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = tmp_path / "airrank" / "rules" / "standards.py"
    monkeypatch.setattr(standards, "__file__", str(module))
    assert shipped_folder("models") == tmp_path / "models"
    assert reference_folder() == tmp_path / "data"
    (tmp_path / "airrank" / "data").mkdir(parents=True)
    assert reference_folder() == tmp_path / "airrank" / "data"


def test_the_three_editions() -> None:
    assert list(load_editions(STANDARDS)) == ["2012", "2026-transition", "2026-final"]


@pytest.mark.parametrize(
    ("name", "year", "day"),
    [
        ("2012", (35, 70, 60, 40), (75, 150, 150, 80, 4, 160)),
        ("2026-transition", (30, 60, 60, 40), (60, 120, 150, 80, 4, 160)),
        ("2026-final", (25, 50, 20, 30), (50, 100, 50, 50, 4, 160)),
    ],
)
def test_grade_2_limits(name: str, year: tuple[int, ...], day: tuple[int, ...]) -> None:
    edition = get_edition(name)
    limits = edition.limits["grade_2"]
    assert tuple(limits["year"][p] for p in POLLUTANTS[:4]) == year
    assert tuple(limits["day"][p] for p in POLLUTANTS) == day
    assert tuple(edition.index_limits[p] for p in POLLUTANTS) == (*year, 4, 160)


@pytest.mark.parametrize(
    ("on", "name"),
    [
        ("2015-01-01", "2012"),
        ("2026-02-28", "2012"),
        ("2026-03-01", "2026-transition"),
        ("2030-12-31", "2026-transition"),
        ("2031-01-01", "2026-final"),
        ("2099-12-31", "2026-final"),
    ],
)
def test_auto_is_the_edition_in_force(on: str, name: str) -> None:
    assert get_edition("auto", dt.date.fromisoformat(on)).name == name


def test_auto_needs_a_day_with_an_edition() -> None:
    with pytest.raises(InputError, match="last day of the evaluated period"):
        get_edition("auto")
    with pytest.raises(InputError, match="No edition was in force on 2001-01-01"):
        get_edition("auto", dt.date(2001, 1, 1))


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(InputError, match="2012, 2026-transition, 2026-final"):
        get_edition("2016")
    with pytest.raises(InputError, match="pm25-3_o3-2_no2-2"):
        named_weights("mine")


def test_pm25_has_one_decimal_since_2025() -> None:
    old, new = get_edition("2012"), get_edition("2026-transition")
    assert old.period_decimals(dt.date(2024, 12, 31))["pm25"] == 0
    assert old.period_decimals(dt.date(2025, 1, 1))["pm25"] == 1
    assert old.period_decimals(dt.date(2025, 1, 31))["pm25"] == 1
    assert old.period_decimals()["pm25"] == 0
    assert new.period_decimals()["pm25"] == 1
    assert new.decimals["pm25"] == 0
    assert {p: d for p, d in new.period_decimals().items() if p != "pm25"} == {
        "pm10": 0, "so2": 0, "no2": 0, "co": 1, "o3_8h": 0,
    }  # fmt: skip


def test_a_new_edition_is_a_new_file(tmp_path: Path) -> None:
    shutil.copy(STANDARDS / "2012.toml", tmp_path)
    text = (STANDARDS / "2026-final.toml").read_text(encoding="utf-8")
    text = text.replace('"2026-final"', '"2040"').replace("2031-01-01", "2040-01-01")
    text = text.replace("pm25 = [0, 35, 60,", "pm25 = [0, 20, 40,").replace(
        "pm25 = 25", "pm25 = 10"
    )
    (tmp_path / "2040.toml").write_text(text, encoding="utf-8")
    editions = load_editions(tmp_path)
    assert list(editions) == ["2012", "2040"]
    assert iaqi("pm25", 40, edition=editions["2040"]) == 100
    assert index_array([10, 50, 20, 30, 4, 160], editions["2040"]).item() == 600


def test_all_that_stands_in_the_files_is_read(tmp_path: Path) -> None:
    for path in STANDARDS.glob("*.toml"):
        shutil.copy(path, tmp_path)
    for path in tmp_path.glob("*.toml"):
        table = tomllib.loads(path.read_bytes().decode())
        edition = load_editions(tmp_path)[table["name"]]
        assert edition.title == table["title"]
        assert edition.in_force_from == table["in_force_from"]
        assert edition.in_force_to == table.get("in_force_to")
        assert (edition.clauses, edition.limits) == (table["clauses"], table["limits"])
        assert edition.index_limits == table["index_limits"]
        assert list(edition.iaqi_levels) == table["iaqi"]["levels"]
        assert {p: list(nodes) for p, nodes in edition.iaqi_nodes.items()} == table["iaqi"]["nodes"]
        assert edition.decimals == table["decimals"]
        assert edition.period_decimals_since == ((dt.date(2025, 1, 1), {"pm25": 1}),)


def test_decimals_that_never_changed_need_no_table(tmp_path: Path) -> None:
    text = (STANDARDS / "2012.toml").read_text(encoding="utf-8")
    text = text.replace("[[period_decimals_since]]\ndate = 2025-01-01\npm25 = 1\n", "")
    (tmp_path / "old.toml").write_text(text, encoding="utf-8")
    edition = load_editions(tmp_path)["2012"]
    assert edition.period_decimals(dt.date(2025, 12, 31)) == edition.decimals


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[index_limits]", "[index]", "does not describe an edition"),
        ("pm25 = [0, 35, 75,", "pm25 = [0, 75, 35,", "expected rising iaqi.nodes of pm25"),
        ("pm25 = [0, 35, 75,", "pm25 = [0, 35, 35,", "expected rising iaqi.nodes of pm25"),
        ('name = "2012"', "name =", "does not describe an edition"),
    ],
)
def test_a_broken_file_is_named(tmp_path: Path, old: str, new: str, message: str) -> None:
    text = (STANDARDS / "2012.toml").read_text(encoding="utf-8")
    (tmp_path / "broken.toml").write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError, match=rf"broken\.toml.*{message}"):
        load_editions(tmp_path)


def test_an_empty_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No edition of the standards"):
        load_editions(tmp_path)


def test_editions_go_to_worker_processes() -> None:
    copy = pickle.loads(pickle.dumps(get_edition("2012")))
    assert index_array([35, 70, 60, 40, 4, 160], copy).item() == 600
