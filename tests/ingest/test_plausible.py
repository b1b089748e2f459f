"""Values that cannot be true are refused with their rows; odd ones, and real ones, pass."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from airrank.errors import InputError
from airrank.ingest.city_day import read_city_days, read_parquet_days
from airrank.ingest.limits import ACCEPTABLE
from airrank.ingest.office_file import parse_table
from airrank.ingest.plausible import RULES, check_accepted, refuse_implausible
from airrank.rules.standards import POLLUTANTS, reference_folder
from airrank.tables.account import Account, Place, listening
from tests.ingest.tables_of_people import DAY, HEAD, row, workbook

TODAY = dt.date(2026, 11, 26)


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRRANK_LANG", "en")


def parse(rows: list[Any], *accept: str, head: Any = HEAD) -> tuple[pd.DataFrame, str]:
    account = Account("table")
    content = workbook([head, *rows])
    frame = parse_table(content, "a.xlsx", "table", account=account, accept=accept, today=TODAY)
    return frame, "\n".join(account.close().lines())


def several(n: int = 5, city: str = "驻马店", **changes: Any) -> list[list[Any]]:
    return [row(day=DAY + dt.timedelta(days=k), city=city, **changes) for k in range(n)]


@pytest.mark.parametrize(
    ("rows", "rule", "where"),
    [
        ([*several()[:4], row(day="2023-01-09", PM25=3500, PM10=3600)], "bounds",
         r"PM2.5, row 6 \(驻马店, 2023-01-09: 3500 µg/m³\), 1 rows"),
        ([*several()[:4], row(day="2023-01-09", CO=80)], "bounds", r"CO, row 6 .*: 80 mg/m³\)"),
        ([row(CO=800)], "units", r"CO, row 2 \(驻马店, 2023-01-05: 800 mg/m³\).*CO\(μg/m³\)"),
        ([*several(), *several(city="信阳", CO=1600)], "units", r"CO, row 7 \(信阳.*5 rows in all"),
        (several(PM25=0.035, PM10=0.07), "units", r"PM2.5, row 2 .*: 0.035 µg/m³\).*PM10"),
        (several(PM25=80), "inverted", r"PM2.5, row 2 .*5 rows in all: PM2.5 above PM10"),
        (several(NO2=0.8, CO=100, O3=12), "shifted", r"NO2, row 2 .*columns look shifted"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_unless_its_rule_is_accepted(
    rows: list[Any], rule: str, where: str
) -> None:
    with pytest.raises(InputError, match=where) as refused:
        parse(rows)
    assert str(refused.value).endswith(f"import it with --accept {rule}.")
    assert len(parse(rows, rule)[0]) == len(rows)
    others = [name for name in ACCEPTABLE if name != rule]
    with pytest.raises(InputError, match=where):
        parse(rows, *others)


def test_a_table_of_several_faults_names_them_all() -> None:
    rows = [row(PM25=3500), row(city="信阳", CO=80), row(city="周口", PM25=90)]
    rows.append(row(day="2023-01-06", city="信阳"))
    with pytest.raises(InputError, match=r"PM2.5.*3500.*CO.*80"):
        parse(rows)
    frame, told = parse(rows, "bounds")
    assert frame["pm25"].tolist() == [3500, 35, 90, 35]
    assert "PM2.5 above PM10, of which it is a part: row 2; row 4" in told


def test_odd_days_are_told_and_kept() -> None:
    rows = [*several(9), row(day="2023-03-01", PM25=80)]
    frame, told = parse(rows)
    assert frame["pm25"].iloc[-1] == 80
    assert "PM2.5 above PM10, of which it is a part: row 11" in told


def test_an_aqi_that_contradicts_is_told_and_not_used() -> None:
    rows = [row(AQI=60), row(day="2023-01-06", AQI=177)]
    frame, told = parse(rows)
    assert frame["aqi"].tolist()[0] == 60
    assert frame["aqi"].isna().tolist() == [False, True]
    assert "the AQI contradicts the concentrations and is not used: row 3" in told


def test_days_to_come_are_refused_and_today_is_none() -> None:
    assert len(parse([row(day=dt.datetime(2026, 11, 26))], *ACCEPTABLE)[0]) == 1
    with pytest.raises(InputError, match="row 2: the day 2026-11-27 is after today, 2026-11-26"):
        parse([row(day=dt.datetime(2026, 11, 27))], *ACCEPTABLE)


def test_real_extremes_pass() -> None:
    """Dust of Xinjiang, haze of 2013, Lanzhou's SO2 of a winter."""
    extremes = [
        row(city="和田", PM25=900, PM10=4200),
        row(city="石家庄", PM25=660, PM10=810, CO=9.5, SO2=320),
        row(city="张家口", PM25=120, PM10=2600),
        row(city="拉萨", PM25=4, PM10=9, SO2=1, NO2=3, CO=0.2, O3=60),
    ]
    assert len(parse(extremes)[0]) == 4


def test_rules_have_names_and_only_those() -> None:
    assert tuple(rule.name for rule in RULES) == ACCEPTABLE
    assert check_accepted(["units", "bounds", "units"]) == ("bounds", "units")
    with pytest.raises(InputError, match="no rule 'all' to accept; there are units, shifted"):
        check_accepted(["all"])


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_files_for_data_pass_the_same_rules(tmp_path: Path, suffix: str) -> None:
    frame = pd.DataFrame(several(), columns=list(HEAD)).drop(columns="AQI")
    frame.columns = pd.Index(["date", "city", *POLLUTANTS])
    path = tmp_path / f"a.{suffix}"

    def written(changed: pd.DataFrame) -> Path:
        changed.to_csv(path, index=False) if suffix == "csv" else changed.to_parquet(path)
        return path

    assert len(read_city_days(written(frame))) == 5
    with pytest.raises(InputError, match="--accept units"):
        read_city_days(written(frame.assign(co=800.0)))
    assert len(read_city_days(written(frame.assign(co=800.0)), accept=["units"])) == 5
    accounts: list[Account] = []
    with listening(accounts.append):
        read = read_city_days(written(frame.assign(so2=0.0)))
    assert read["so2"].isna().all()
    assert "0 is no reading of a day" in accounts[0].lines()[1]
    with pytest.raises(InputError, match="after today"):
        read_city_days(written(frame), today=dt.date(2023, 1, 8))


@pytest.mark.slow
def test_the_bundled_records_are_plausible() -> None:
    frame = read_parquet_days(reference_folder() / "observations" / "observations.parquet")
    places = [Place("", k + 1) for k in range(len(frame))]
    refuse_implausible(frame, "bundled", places, today=TODAY)


@pytest.mark.shared
@pytest.mark.slow
def test_real_daily_files_are_read_without_a_value_changed(
    shared_data: Path, tmp_path: Path
) -> None:
    real = pd.read_parquet(shared_data / "daily" / "daily_168_2013-12_2017-12.parquet")
    columns = ["date", "city", *POLLUTANTS, "aqi"]
    year = real[real["date"].dt.year == 2016][columns].reset_index(drop=True)
    path = tmp_path / "real.csv"
    year.to_csv(path, index=False)
    with listening(lambda _: None):
        read = read_city_days(path)
    for name in POLLUTANTS:
        expected = year[name].mask(year[name] == 0).to_numpy()
        assert np.array_equal(read[name].to_numpy(), expected, equal_nan=True), name
