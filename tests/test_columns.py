"""Headings and cells of the CSV files that people open."""

from __future__ import annotations

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
    assert row == "驻马店,是,5.58,33.0"
    write_table(table.set_index("city"), tmp_path / "b.csv", as_json=True)
    assert (tmp_path / "b.csv").read_text(encoding="utf-8-sig").startswith("city,tied,index_lo80")
