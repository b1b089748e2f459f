"""The whole rule layer on the public archive's real years, against ranks computed elsewhere."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from airrank.rules import composite_index, period_statistics, rank


@pytest.mark.shared
@pytest.mark.parametrize(
    ("rounding", "ranks"),
    [
        ("single_index", [131, 117, 102]),
        ("concentrations_first", [131, 117, 102]),
        ("index_only", [131, 118, 103]),
    ],
)
def test_zhumadian_2015_to_2017(shared_data: Path, rounding: str, ranks: list[int]) -> None:
    daily = pd.read_parquet(shared_data / "daily" / "daily_168_2013-12_2017-12.parquet")
    found = []
    for year in (2015, 2016, 2017):
        statistics = period_statistics(daily, f"{year}-01-01", f"{year}-12-31")
        index = composite_index(statistics, edition="2012", rounding=rounding)["index"]
        assert index.notna().sum() == 168
        found.append(int(rank(index)["驻马店"]))
    assert found == ranks
