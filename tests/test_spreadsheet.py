"""Texts from the user's files never run as formulas in a spreadsheet."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest

from airrank.cities import City, RankingList, load_ranking_list
from airrank.errors import InputError
from airrank.spreadsheet import FORMULA, defused, runs, write_csv

EVIL = (
    "=1+1",
    "+cmd|' /C calc'!A0",
    "@SUM(1)",
    "-2+3",
    "\t=1",
    '=HYPERLINK("http://x")',
    "\uff1d1",
)


def test_csv_keeps_numbers_and_defuses_texts(tmp_path: Path) -> None:
    table = pd.DataFrame(
        {"note": list(EVIL), "gap": [-1.5, -2, 3, -4, 0, 1, 2], "shown": ["-1.5"] * 7},
        index=pd.Index([f"={i}" for i in range(7)], name="city"),
    )
    write_csv(table, tmp_path / "new" / "t.csv")
    with (tmp_path / "new" / "t.csv").open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert [row["note"] for row in rows] == [f"'{text}" for text in EVIL]
    assert [float(row["gap"]) for row in rows] == [-1.5, -2, 3, -4, 0, 1, 2]
    assert {row["shown"] for row in rows} == {"-1.5"}
    assert rows[3]["city"] == "'=3"
    assert list(table["note"]) == list(EVIL)  # the caller's table is left alone


def test_a_plain_table_is_written_as_pandas_would(tmp_path: Path) -> None:
    days = pd.date_range("2017-01-01", periods=2, name="date")
    table = pd.DataFrame({"aqi": pd.array([1, None], "Int64"), "who": ["甲", None]}, index=days)
    write_csv(table, tmp_path / "a.csv")
    table.to_csv(tmp_path / "b.csv", encoding="utf-8-sig", lineterminator="\n")
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()


@pytest.mark.parametrize("sign", FORMULA)
def test_every_sign_counts(sign: str) -> None:
    assert runs(f"{sign}A1")
    assert defused(f"{sign}A1") == f"'{sign}A1"


@pytest.mark.parametrize("evil", [text for text in EVIL if text.strip() == text])
def test_a_city_by_such_a_name_is_refused(tmp_path: Path, evil: str) -> None:
    quoted = evil.replace('"', '""')
    path = tmp_path / "units.csv"
    path.write_text(f'city,name_en\n"{quoted}",x\n', encoding="utf-8")
    with pytest.raises(InputError, match="run as a formula"):
        load_ranking_list(path)
    with pytest.raises(InputError, match="run as a formula"):
        RankingList("x", "", "", (City("甲", name_en=evil),))
