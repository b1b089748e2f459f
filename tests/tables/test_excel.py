"""Workbooks that keep something to themselves: a password, hidden rows and columns."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest

from airrank.errors import InputError
from airrank.ingest.city_day import read_city_days
from airrank.ingest.office_file import parse_table
from airrank.tables.account import Account, listening
from airrank.tables.excel import read_excel
from airrank.words import LANGS

ENCRYPTED = (
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le")
)
"""An .xlsx with a password is a compound file whose directory names what is encrypted."""


def test_a_password_is_said() -> None:
    with pytest.raises(InputError, match="protected by a password; save a copy") as caught:
        parse_table(ENCRYPTED, "days.xlsx", "days.xlsx")
    told = [caught.value.in_words(lang) for lang in LANGS]
    assert "密码" in told[0]
    assert told[0] != told[1]


HEAD = ["日期", "城市", "PM2.5", "PM10", "SO2", "NO2", "CO", "O3_8h"]


def book() -> bytes:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = "日报"
    sheet.append(HEAD)
    for day in range(1, 6):
        sheet.append([f"2023-01-0{day}", "驻马店", 40 + day, 60, 9, 30, 0.9, 60])
    sheet.row_dimensions[3].hidden = True
    sheet.row_dimensions[400].hidden = True
    sheet.column_dimensions["E"].hidden = True
    sheet.column_dimensions.group("J", "Z", hidden=True)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def test_hidden_rows_and_columns_are_read_and_told(tmp_path: Path) -> None:
    """Those with content: offices also hide all that lies beyond a table."""
    (sheet,) = read_excel(book(), "a.xlsx")
    assert sheet.hidden_rows == (3,)
    assert sheet.hidden_columns == ("E",)
    path, accounts = tmp_path / "a.xlsx", list[Account]()
    path.write_bytes(book())
    with listening(accounts.append):
        frame = read_city_days(path)
    assert len(frame) == 5
    (notice,) = [one for one in accounts[0].notices if one.code == "hidden"]
    assert [(place.row, place.column) for place in notice.places] == [(3, ""), (None, "E")]
    assert "隐藏" in notice.in_words("zh")
