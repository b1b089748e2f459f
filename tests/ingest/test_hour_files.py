from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from airrank.errors import InputError
from airrank.ingest.hour_files import HOURLY_TYPES, date_of_name, read_day_file

DAY = dt.date(2019, 1, 5)


def by_hour(kind, hour, city):
    return hour


def by_city(kind, hour, city):
    return 1 if city == "北京" else 2


def only_zhumadian(kind, hour, city):
    return "" if city == "北京" else 7


def one_more_at_2(kind, hour, city):
    return 61 if hour == 2 else 60


def read(text: str | bytes, **options):
    content = text if isinstance(text, bytes) else text.encode()
    return read_day_file(content, DAY, "day.csv", **options)


def test_reads_values_by_hour_type_and_city(day_text):
    kinds = {kind: k for k, kind in enumerate(HOURLY_TYPES)}

    def value(kind, hour, city):
        return kinds.get(kind, 9) * 100 + hour + (0.25 if city == "北京" else 0)

    day = read(day_text(DAY, value=value))
    assert day.units == ("驻马店", "北京")
    assert day.types == HOURLY_TYPES
    hour, kind = np.meshgrid(np.arange(24), np.arange(6), indexing="ij")
    np.testing.assert_array_equal(day.values[..., 0], kind * 100 + hour)
    np.testing.assert_array_equal(day.values[..., 1], kind * 100 + hour + 0.25)
    assert day.repeated_rows == 0


@pytest.mark.parametrize(
    "change", [lambda b: b"\xef\xbb\xbf" + b, lambda b: b.replace(b"\n", b"\r\n")]
)
def test_byte_order_mark_and_windows_line_ends_change_nothing(day_text, change):
    plain = day_text(DAY).encode()
    np.testing.assert_array_equal(read(change(plain)).values, read(plain).values)
    assert read(change(plain)).units == read(plain).units


def test_rows_may_come_in_any_order(day_text):
    head, *rows = day_text(DAY, value=by_hour).splitlines()
    shuffled = "\n".join([head, *reversed(rows)])  # and without a final line end
    np.testing.assert_array_equal(read(shuffled).values, read(day_text(DAY, value=by_hour)).values)


def test_missing_hours_and_cells_are_nan(day_text):
    day = read(day_text(DAY, hours=[0, 5], value=only_zhumadian))
    assert np.isnan(day.values[:, :, 1]).all()
    assert not np.isnan(day.values[[0, 5], :, 0]).any()
    assert np.isnan(np.delete(day.values[:, :, 0], [0, 5], axis=0)).all()


@pytest.mark.parametrize("text", ["NA", "NaN", "null", "-", "—", "/"])
def test_every_way_to_write_a_missing_value(day_text, text):
    assert np.isnan(read(day_text(DAY, value=lambda *_: text)).values).all()


def test_units_select_reorder_and_add_missing_ones(day_text):
    day = read(
        day_text(DAY, value=by_city),
        units=["北京", "西安", "驻马店"],
    )
    assert day.units == ("北京", "西安", "驻马店")
    np.testing.assert_array_equal(day.values[3, 0], [1, np.nan, 2])


def test_a_file_without_rows_is_a_day_without_hours(day_text):
    assert np.isnan(read(day_text(DAY, hours=[])).values).all()


def test_repeated_rows_count_once_and_are_reported(day_text):
    text = day_text(DAY)
    row = text.splitlines()[1]
    day = read(text + row + "\n")
    assert day.repeated_rows == 1
    np.testing.assert_array_equal(day.values, read(text).values)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("date,hour,type", "date;hour;type", r"row 1: expected the columns date, hour, type"),
        ("date,hour,type,驻马店,北京", "date,hour,type", r"row 1: expected the columns"),
        ("驻马店,北京", "驻马店,驻马店", r"row 1: .*'驻马店' 2 times"),
        ("驻马店,北京", "驻马店,", r"row 1: .*without a name"),
        (
            "20190105,3,PM10",
            "20190106,3,PM10",
            r"row 27, column date: expected 20190105.*'20190106'",
        ),
        (
            "20190105,3,PM10",
            "20190105,24,PM10",
            r"row 27, column hour: expected 0 to 23, found '24'",
        ),
        ("20190105,3,PM10", "20190105,x,PM10", r"row 27, column hour"),
        ("20190105,3,PM10", "20190105,3,PM1", r"row 27, column type: .*found 'PM1'"),
        ("20190105,3,PM10,60,60", "20190105,3,PM10,60", r"row 27: expected 5 columns .*found 4"),
        ("20190105,3,PM10,60,60", "20190105,3", r"row 27: expected 5 columns"),
        ("20190105,3,PM10,60,60", "20190105,3,PM10,60,6o", r"row 27, column 北京: .*'6o'"),
        ("20190105,3,PM10,60,60", "20190105,3,PM10,inf,60", r"row 27, column 驻马店: .*'inf'"),
        ("20190105,3,PM10,60,60", '20190105,3,PM10,"60",60', r"row 27, column 驻马店"),
        ("20190105,3,PM10,60,60", "20190105,3,PM10,\r60,60", r"row 27, column 驻马店: .*'\\r60'"),
        ("20190105,3,PM10,60,60", "20190105,3,PM10,60,6_0", r"row 27, column 北京: .*'6_0'"),
        ("20190105,3,PM10", "20190105,2,PM10", r"row 27: a second row of hour 2, type PM10"),
    ],
)
def test_wrong_content_is_refused_by_row_and_column(day_text, old, new, message):
    text = day_text(DAY, value=one_more_at_2)
    assert old in text
    with pytest.raises(InputError, match=r"^day\.csv, " + message):
        read(text.replace(old, new, 1))


@pytest.mark.parametrize("content", [b"", b"<html><body>404</body></html>", b"\n\n"])
def test_what_is_no_hour_file_is_refused(content):
    with pytest.raises(InputError, match=r"row 1: expected the columns .*web page"):
        read(content)


def test_gb18030_is_refused_with_advice(day_text):
    with pytest.raises(InputError, match="GB18030, save it as CSV UTF-8"):
        read(day_text(DAY).encode("gb18030"))


def test_names():
    assert date_of_name("china_sites_20200229.csv", "sites") == dt.date(2020, 2, 29)
    assert date_of_name("china_sites_20200229.csv") is None
    assert date_of_name("china_cities_20190229.csv") is None
    assert date_of_name("notes.csv") is None
