from __future__ import annotations

import datetime as dt
import hashlib
import re
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from airrank.ingest.city_day import read_parquet_days
from airrank.rules.composite import composite_index
from airrank.rules.evaluation import period_statistics
from airrank.rules.ranking import rank
from airrank.rules.standards import POLLUTANTS, reference_folder
from tests.builders import builder

bundle = builder("observations")
FOLDER = reference_folder() / "observations"
BUNDLED = FOLDER / "observations.parquet"


def small_shared(tmp_path: Path, day_text) -> Path:
    """A folder laid out like shared/data: three daily records, two hour files in a zip."""
    (tmp_path / "daily").mkdir()
    (tmp_path / "archive").mkdir()
    daily = pd.DataFrame(
        {
            "date": pd.to_datetime(["2017-12-30", "2017-12-31", "2017-12-31"]),
            "city": ["驻马店", "驻马店", "别处"],
            "pm25": [34.5, 35.5, 1.0],
            "pm10": [80.0, np.nan, 1.0],
            "so2": [10.0, 11.0, 1.0],
            "no2": [20.0, 21.0, 1.0],
            "co": [0.85, 1.25, 1.0],
            "o3_8h": [90.4, np.nan, 1.0],
            "aqi": [70.0, 733.0, 1.0],
            "o3_8h_kind": ["estimated", "estimated", "observed"],
            "source": ["one", None, "one"],
        }
    )
    daily.to_parquet(tmp_path / "daily" / "daily_168_2017.parquet")
    second = daily[["date", "city", "pm25", "no2", "so2"]]
    second.to_parquet(tmp_path / "daily" / "crea_71_2017.parquet")
    with zipfile.ZipFile(tmp_path / "archive" / "china_cities_201812.zip", "w") as archive:
        for k in (1, 2):
            day = dt.date(2018, 12, k)
            archive.writestr(f"china_cities_{day:%Y%m%d}.csv", day_text(day))
    return tmp_path


def test_builds_both_sources_into_one_file(tmp_path, day_text, capsys):
    shared, out = small_shared(tmp_path, day_text), tmp_path / "new" / "out.parquet"
    assert bundle.main(["--shared", str(shared), "--out", str(out)]) == 0
    printed = capsys.readouterr().out
    assert hashlib.sha256(out.read_bytes()).hexdigest() in printed
    frame = read_parquet_days(out).set_index(["date", "city"])
    assert len(frame) == 2 + 2 * 2  # 别处 is none of the 168
    first = frame.loc[(pd.Timestamp("2017-12-30"), "驻马店")]
    assert first[list(POLLUTANTS)].tolist() == [34, 80, 10, 20, 0.8, 90]  # half to even
    assert (first["o3_8h_kind"], first["source"], first["aqi"]) == ("estimated", "one", 70)
    last = frame.loc[(pd.Timestamp("2017-12-31"), "驻马店")]
    assert (last["pm25"], last["co"], last["source"]) == (36, 1.2, "unknown")
    assert last[["pm10", "o3_8h", "o3_8h_kind", "aqi"]].isna().all()
    assert last["flags"] == "aqi:bounds"
    hourly = frame.loc[(pd.Timestamp("2018-12-02"), "北京")]
    assert hourly[list(POLLUTANTS)].tolist() == [30, 60, 10, 20, 0.6, 80]
    assert (hourly["source"], hourly["o3_8h_kind"]) == (bundle.ARCHIVE_SOURCE, "observed")


def test_same_input_same_bytes_without_metadata(tmp_path, day_text):
    frame = bundle.build_observations(small_shared(tmp_path, day_text))
    digests = {
        bundle.write_observations(frame, tmp_path / name) for name in ("a.parquet", "b.parquet")
    }
    assert len(digests) == 1
    assert pq.read_schema(tmp_path / "a.parquet").metadata is None


@pytest.mark.parametrize(
    ("folder", "message"),
    [("daily", "no daily records at"), ("archive", "there is no file or folder")],
)
def test_missing_input_is_named(tmp_path, day_text, capsys, folder, message):
    shared = small_shared(tmp_path, day_text)
    for path in (shared / folder).iterdir():
        path.unlink()
    (shared / folder).rmdir()
    assert bundle.main(["--shared", str(shared), "--out", str(tmp_path / "o.parquet")]) == 2
    assert message in capsys.readouterr().err


def test_a_file_without_the_columns_is_refused(tmp_path, day_text, capsys):
    shared = small_shared(tmp_path, day_text)
    pd.DataFrame({"date": [1]}).to_parquet(shared / "daily" / "daily_168_2018.parquet")
    assert bundle.main(["--shared", str(shared), "--out", str(tmp_path / "o.parquet")]) == 2
    assert "as daily records" in capsys.readouterr().err


def test_the_readme_names_the_file_that_is_there():
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert (
        re.search(r"`([0-9a-f]{64})`", text)[1] == hashlib.sha256(BUNDLED.read_bytes()).hexdigest()
    )


@pytest.mark.slow
def test_the_bundled_file_is_small_sorted_and_complete():
    frame = read_parquet_days(BUNDLED)
    assert BUNDLED.stat().st_size < 4_000_000
    assert frame["city"].nunique() == 168
    assert frame[["date", "city"]].apply(tuple, axis=1).is_monotonic_increasing
    assert (frame["date"].min(), frame["date"].max()) == (
        pd.Timestamp("2013-12-01"),
        pd.Timestamp("2020-06-30"),
    )
    values = frame[list(POLLUTANTS)]
    assert (values.min() >= 0.1).all()
    assert ((values * 10).round() == values * 10).where(values.notna(), other=True).all(axis=None)
    assert (frame["o3_8h_kind"].notna() == frame["o3_8h"].notna()).all()


def test_the_known_co_spikes_are_removed_and_the_haze_is_kept():
    frame = read_parquet_days(BUNDLED).set_index(["date", "city"])
    for day, city in [
        ("2014-09-22", "金华"),
        ("2015-02-23", "德州"),
        ("2015-06-26", "忻州"),
        ("2016-05-09", "包头"),
    ]:
        record = frame.loc[(pd.Timestamp(day), city)]
        assert "co:spike" in record["flags"]
        assert np.isnan(record["co"])
    for day, city in [
        ("2016-12-21", "唐山"),
        ("2015-12-24", "安阳"),
        ("2017-01-02", "鹤壁"),
        ("2013-12-25", "邢台"),
    ]:
        assert frame.loc[(pd.Timestamp(day), city), "co"] > 10


@pytest.mark.shared
@pytest.mark.slow
def test_rebuilding_gives_the_bundled_file(shared_data, tmp_path):
    digest = bundle.write_observations(
        bundle.build_observations(shared_data), tmp_path / "o.parquet"
    )
    made = read_parquet_days(tmp_path / "o.parquet")
    pd.testing.assert_frame_equal(made, read_parquet_days(BUNDLED))
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    if f"pyarrow {pa.__version__}" in text:  # other versions may write other bytes
        assert digest in text


@pytest.mark.parametrize(
    ("rounding", "ranks"),
    [
        ("single_index", (131, 117, 103)),
        ("concentrations_first", (131, 117, 103)),
        ("index_only", (131, 118, 104)),
    ],
)
def test_zhumadian_ranks_where_it_did(rounding, ranks):
    frame = read_parquet_days(BUNDLED)
    for year, expected in zip((2015, 2016, 2017), ranks, strict=True):
        statistics = period_statistics(frame, dt.date(year, 1, 1), dt.date(year, 12, 31))
        index = composite_index(statistics, edition="2012", rounding=rounding)
        assert rank(index["index"])["驻马店"] == expected
