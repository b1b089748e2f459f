"""What is replaced and flagged where the official months contradict."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import airrank
from airrank.reconciliation import reference_figures
from airrank.rules.standards import POLLUTANTS
from tests.builders import builder

build = builder("observations")
FAULTS, mend, read_second = build.FAULTS, build.mend, build.read_second


def records(*keys: tuple[str, str]) -> pd.DataFrame:
    frame = pd.DataFrame(keys, columns=["date", "city"])
    values = {name: float(10 * (k + 1)) for k, name in enumerate(POLLUTANTS)}
    frame = frame.assign(**values, aqi=50.0, source="one")
    return frame.assign(date=pd.to_datetime(frame["date"]).astype("datetime64[s]"))


def second(*keys: tuple[str, str]) -> pd.DataFrame:
    frame = pd.DataFrame(keys, columns=["date", "city"]).assign(pm25=1.0, no2=2.0, so2=3.0)
    frame["date"] = pd.to_datetime(frame["date"]).astype("datetime64[s]")
    return frame.set_index(["date", "city"])


def test_what_the_second_compilation_has_stands_in() -> None:
    day = ("2017-02-01", "湖州")
    before, after, other = ("2017-01-31", "湖州"), ("2018-01-01", "湖州"), ("2017-02-01", "杭州")
    given = records(before, day, after, other)
    given.loc[1, "co"] = np.nan
    mended = mend(given, second(day, other))
    untouched = [0, 2, 3]
    columns = [*POLLUTANTS, "aqi", "source"]
    pd.testing.assert_frame_equal(mended.loc[untouched, columns], given.loc[untouched, columns])
    assert mended["flags"].isna().tolist() == [True, False, True, True]
    row = mended.loc[1]
    assert row[["pm25", "no2", "so2"]].tolist() == [1.0, 2.0, 3.0]
    assert row[["pm10", "o3_8h"]].tolist() == given.loc[1, ["pm10", "o3_8h"]].tolist()
    assert np.isnan(row["aqi"])
    assert row["source"] == "one+crea_71"
    flags = "pm25:replaced pm10:doubtful so2:replaced no2:replaced o3_8h:doubtful"
    assert row["flags"] == flags


def test_where_nothing_better_is_known_the_values_are_flagged_only() -> None:
    mended = mend(records(("2015-10-05", "乌鲁木齐"), ("2017-03-01", "连云港")), second())
    assert mended["flags"].tolist() == [
        "pm25:doubtful",
        " ".join(f"{name}:doubtful" for name in POLLUTANTS),
    ]
    assert mended["pm25"].tolist() == [10.0, 10.0]


def test_a_gap_of_the_second_compilation_is_told() -> None:
    with pytest.raises(ValueError, match="常州: the second compilation lacks days from 2017-02-01"):
        mend(records(("2017-02-01", "常州")), second(("2017-02-02", "常州")))


def test_a_second_compilation_must_be_there(tmp_path) -> None:
    with pytest.raises(ValueError, match="no second compilation at"):
        read_second(tmp_path)
    (tmp_path / "daily").mkdir()
    pd.DataFrame({"date": [1]}).to_parquet(tmp_path / "daily" / "crea_71_x.parquet")
    with pytest.raises(ValueError, match="as daily records"):
        read_second(tmp_path)


def test_the_bundled_huzhou_is_the_official_one() -> None:
    observations = airrank.load_observations()
    year = observations[observations["date"].dt.year == 2017]
    ours = year.loc[year["city"] == "湖州", "pm25"].mean()
    official = reference_figures()
    months = official[(official["quantity"] == "pm25") & (official["city"] == "湖州")]
    theirs = months.loc[months["period"].str.startswith("2017"), "value"].mean()
    assert abs(ours - theirs) <= 2


def test_every_fault_is_flagged_in_the_bundled_records() -> None:
    observations = airrank.load_observations().set_index(["city", "date"]).sort_index()
    for fault in FAULTS:
        part = observations.loc[(fault.city, slice(fault.first, fault.last)), :]
        for name in fault.pollutants:
            code = "replaced" if name in fault.replaced else "doubtful"
            known = part[part[name].notna()]
            assert known["flags"].str.contains(f"{name}:{code}").all()
