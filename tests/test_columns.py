"""Headings and cells of the CSV files that people open."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from airrank.columns import write_table
from airrank.words import speaking


def test_yes_no_and_intervals_in_the_readers_language(tmp_path: Path) -> None:
    table = pd.DataFrame({"city": ["驻马店"], "tied": [True], "index_lo80": [5.58], "lat": [33.0]})
    with speaking("zh"):
        write_table(table, tmp_path / "a.csv")
    head, row = (tmp_path / "a.csv").read_text(encoding="utf-8-sig").splitlines()
    assert head == "城市,是否并列,综合指数（80%区间下限）,纬度"
    assert row == "驻马店,是,5.58,33"
    write_table(table.set_index("city"), tmp_path / "b.csv", as_json=True)
    assert (tmp_path / "b.csv").read_text(encoding="utf-8-sig").startswith("city,tied,index_lo80")


def test_scores_and_models_have_names(tmp_path: Path) -> None:
    scores = ["rank_error", "inside_80", "rps", "brier_110", "mae_all", "coverage_80_all"]
    table = pd.DataFrame([[1.0] * len(scores)], pd.Index(["a"], name="as_of"), scores)
    models = pd.DataFrame(
        [[0.1, 0.2]],
        pd.Index([3], name="months_left"),
        pd.Index(["remainder", "last_year"], name="model"),
    )
    with speaking("zh"):
        write_table(table, tmp_path / "a.csv")
        write_table(models, tmp_path / "b.csv")
    head, _ = (tmp_path / "a.csv").read_text(encoding="utf-8-sig").splitlines()
    assert not re.search("[a-z]{2,}_|_[a-z0-9]|rps", head), head
    head, _ = (tmp_path / "b.csv").read_text(encoding="utf-8-sig").splitlines()
    assert head == "距年末月数,本模型,同去年全年"


def test_numbers_have_the_digits_that_one_reads(tmp_path: Path) -> None:
    table = pd.DataFrame(
        {
            "city": ["驻马店", "信阳"],
            "rank": [104.0, None],
            "control": [54.04494382022472, -15.0],
            "p_ahead": [0.2071464267866067, 0.99996],
            "primary": ["pm25,pm10", "o3_8h"],
        }
    ).set_index("city")
    with speaking("en"):
        write_table(table, tmp_path / "a.csv")
    _, *rows = (tmp_path / "a.csv").read_text(encoding="utf-8-sig").splitlines()
    assert rows == ['驻马店,104,54.04,0.2071,"PM2.5, PM10"', "信阳,,-15.0,0.99996,O3"]
    write_table(table, tmp_path / "b.csv", as_json=True)
    assert "54.04494382022472,0.2071464267866067" in (tmp_path / "b.csv").read_text("utf-8-sig")
