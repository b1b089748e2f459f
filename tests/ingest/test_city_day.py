"""The city-day format: what is read, and what is refused with its row."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from airrank.errors import InputError
from airrank.ingest.city_day import check_city_days, read_city_days
from airrank.tables.account import Account, TableNotice, listening

HEAD = "date,city,pm25,pm10,so2,no2,co,o3_8h"
ROW = "2017-09-24,驻马店,40,80,12,30,1.1,120"


def csv(path: Path, *rows: str, head: str = HEAD) -> Path:
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return path


def test_csv_and_parquet_give_the_same(tmp_path: Path) -> None:
    path = csv(tmp_path / "a.csv", ROW, "2017-09-25,驻马店,,81,12,30,1.2,121")
    frame = read_city_days(path)
    assert frame["date"].dtype == "datetime64[s]"
    assert pd.isna(frame.loc[1, "pm25"])
    frame.to_parquet(tmp_path / "a.parquet")
    pd.testing.assert_frame_equal(read_city_days(tmp_path / "a.parquet"), frame)


def test_optional_columns_get_their_types(tmp_path: Path) -> None:
    head = HEAD + ",dust,retrieved_at,o3_8h_kind,colour"
    path = csv(
        tmp_path / "a.csv",
        ROW + ",true,2017-09-25T01:00,estimated,red",
        ROW.replace("09-24", "09-25") + ",,2017-09-26T01:00+00:00,observed,red",
        head=head,
    )
    accounts: list[Account] = []
    with listening(accounts.append):
        frame = read_city_days(path)
    assert [(n.code, n.places[0].column) for n in accounts[0].notices] == [("column", "colour")]
    assert frame["dust"].tolist() == [True, False]
    # Without an offset a time is Beijing time.
    assert frame["retrieved_at"][0] == pd.Timestamp("2017-09-24T17:00", tz="UTC")
    assert "colour" not in frame.columns


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("2017-09-31,驻马店,40,80,12,30,1.1,120", r"row 3, column 'date': expected a calendar day"),
        ("2017-09,驻马店,40,80,12,30,1.1,120", "'date': expected a calendar day.*'2017-09'"),
        ("2017,驻马店,40,80,12,30,1.1,120", "'date': expected a calendar day.*'2017'"),
        ("2017-09-25 13:00,驻马店,40,80,12,30,1.1,120", "calendar day without a time"),
        ("2017-09-25,,40,80,12,30,1.1,120", "row 3, column 'city': expected a name"),
        ("2017-09-25,驻马店,many,80,12,30,1.1,120", "'pm25': expected a number.*found 'many'"),
        ("2017-09-25,驻马店,40,-80,12,30,1.1,120", "'pm10': expected a concentration.*'-80'"),
        ("2017-09-25,驻马店,40,80,12,30,inf,120", "'co': expected a number"),
        (ROW, "row 3: 驻马店 has a second record for 2017-09-24"),
    ],
)
def test_a_wrong_row_is_named(tmp_path: Path, row: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_city_days(csv(tmp_path / "a.csv", ROW, row))


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("dust", "perhaps", "expected true or false .是, 否."),
        ("retrieved_at", "yesterday", "expected a time such as"),
        ("co_kind", "guessed", "expected observed or estimated"),
        ("aqi", "good", "expected a number"),
    ],
)
def test_a_wrong_optional_value_is_named(
    tmp_path: Path, column: str, value: str, message: str
) -> None:
    path = csv(tmp_path / "a.csv", f"{ROW},{value}", head=f"{HEAD},{column}")
    with pytest.raises(InputError, match=f"row 2, column '{column}': {message}"):
        read_city_days(path)


def test_missing_columns_are_named(tmp_path: Path) -> None:
    path = csv(tmp_path / "a.csv", "2017-09-24,驻马店,40", head="date,city,pm25")
    message = r"row 1: no column of pm10, so2, no2, co, o3_8h\. Found date, city, pm25"
    with pytest.raises(InputError, match=message):
        read_city_days(path)


def test_files_that_are_no_city_days(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no file"):
        read_city_days(tmp_path / "none.csv")
    with pytest.raises(InputError, match=r"cannot read .*name too long"):
        read_city_days(tmp_path / f"{'x' * 300}.csv")
    with pytest.raises(InputError, match="is a folder"):
        read_city_days(tmp_path)
    with pytest.raises(InputError, match=r"expected \.csv or \.xlsx"):
        read_city_days(csv(tmp_path / "a.pdf", ROW))
    with pytest.raises(InputError, match="as Excel"):
        read_city_days(csv(tmp_path / "a.xlsx", ROW))
    with pytest.raises(InputError, match="as Parquet"):
        read_city_days(csv(tmp_path / "a.parquet", ROW))
    with pytest.raises(InputError, match="holds no row"):
        read_city_days(csv(tmp_path / "b.csv"))
    (tmp_path / "empty.csv").write_bytes(b"")
    with pytest.raises(InputError, match="is empty"):
        read_city_days(tmp_path / "empty.csv")


def test_a_reader_without_a_listener_is_warned(tmp_path: Path) -> None:
    path = csv(tmp_path / "a.csv", ROW + ",red", head=HEAD + ",colour")
    with pytest.warns(TableNotice, match="column left out.*colour"):
        read_city_days(path)


@pytest.mark.parametrize(
    ("column", "array", "kind"),
    [
        ("pm25", pa.array([1], pa.duration("s")), r"duration\[s\]"),
        ("co", pa.array([1], pa.time32("s")), r"time32\[ms\]"),
        ("pm10", pa.array([True]), "bool"),
        ("date", pa.array([1], pa.time64("us")), r"time64\[us\]"),
        ("retrieved_at", pa.array([1], pa.duration("ms")), r"duration\[ms\]"),
        ("aqi", pa.array([True]), "bool"),
    ],
)
def test_parquet_of_types_that_are_no_values_is_refused(
    tmp_path: Path, column: str, array: pa.Array, kind: str
) -> None:
    cells = zip(HEAD.split(","), ROW.split(","), strict=True)
    columns = {name: pa.array([text]) for name, text in cells}
    pq.write_table(pa.table(columns | {column: array}), tmp_path / "a.parquet")
    with pytest.raises(InputError, match=f"column '{column}': expected .* found the type {kind}"):
        read_city_days(tmp_path / "a.parquet")


@pytest.mark.parametrize("column", ["date", "city", "pm25", "co_kind"])
def test_a_parquet_text_that_is_no_utf8_is_refused(tmp_path: Path, column: str) -> None:
    columns = {
        name: pa.array([text]) for name, text in zip(HEAD.split(","), ROW.split(","), strict=True)
    }
    columns[column] = pa.array([b"2\x8017-01-01"]).view(pa.string())
    pq.write_table(pa.table(columns), tmp_path / "a.parquet")
    with pytest.raises(InputError, match=r"cannot read .*a\.parquet as Parquet: .*UTF8"):
        read_city_days(tmp_path / "a.parquet")


def test_bytes_that_are_no_text_are_refused() -> None:
    frame = pd.DataFrame([ROW.split(",")], columns=HEAD.split(","))
    assert check_city_days(frame.assign(date=[b"2017-09-24"]))["date"].notna().all()
    with pytest.raises(InputError, match="column 'city': expected UTF-8 text, found bytes"):
        check_city_days(frame.assign(city=[b"\x80"]))


def test_a_day_with_a_time_zone_is_taken_in_beijing_time() -> None:
    frame = pd.DataFrame(
        {
            "date": [pd.Timestamp("2017-09-23T16:00", tz="UTC")],
            "city": ["驻马店"],
            **dict.fromkeys(["pm25", "pm10", "so2", "no2", "co", "o3_8h"], 1.0),
        }
    )
    assert check_city_days(frame)["date"][0] == pd.Timestamp("2017-09-24")
