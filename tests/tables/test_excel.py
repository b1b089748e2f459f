"""Workbooks that keep something to themselves: a password, hidden rows and columns."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from airrank.errors import InputError
from airrank.ingest.city_day import read_city_days
from airrank.ingest.limits import LONGEST_CELL, MOST_ROWS
from airrank.ingest.office_file import parse_table
from airrank.tables import excel
from airrank.tables.account import Account, listening
from airrank.tables.excel import read_excel
from airrank.tables.sheets import Cell, NotCalculated
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


def written(cells: str, calculation: str = "", part: str = "worksheets/sheet1.xml") -> bytes:
    """Write a workbook whose only sheet holds these cells of XML, as no library would."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    links = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    packages = "http://schemas.openxmlformats.org/package/2006"
    files = {
        "[Content_Types].xml": f'<Types xmlns="{packages}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{packages}/relationships"><Relationship Id="r1" '
        f'Type="{links}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{links}"><sheets>'
        f'<sheet name="日报" sheetId="1" r:id="r1"/></sheets>{calculation}</workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{packages}/relationships">'
        f'<Relationship Id="r1" Type="{links}/worksheet" Target="{part}"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData>'
        "</worksheet>",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return out.getvalue()


RECALCULATED = '<calcPr fullCalcOnLoad="1"/>'
NUMBER = '<row r="1"><c r="A1"><v>7</v></c></row>'


def rows(cells: str, **more: str) -> list[list[Cell]]:
    (sheet,) = read_excel(written(cells, **more), "a.xlsx")
    return sheet.rows


@pytest.mark.parametrize("part", ["worksheets/sheet1.xml", "/xl/worksheets/sheet1.xml"])
def test_an_error_stands_where_it_is(part: str) -> None:
    """Also beyond all cells with a value, in a column of two letters; a number before it stays."""
    far = '<row r="4"><c r="AB4" t="e"><v>#DIV/0!</v></c><c r="AC4"><v>1</v></c></row>'
    found = rows(NUMBER + far, part=part)
    assert found[0][0] == 7
    assert found[3][27:] == ["#DIV/0!", 1]
    assert len(found) == 4
    assert {cell for row in found[1:3] for cell in row} <= {None}


def test_an_error_without_a_text_is_one_all_the_same() -> None:
    assert rows(NUMBER + '<row r="2"><c r="A2" t="e"><v></v></c></row>')[1][0] == "#N/A"


@pytest.mark.parametrize(
    ("cell", "calculation", "expected"),
    [
        ("<c r='B1'><f>A1*2</f></c>", "", NotCalculated("=")),
        ("<c r='B1'><f>A1*2</f><v></v></c>", "", NotCalculated("=")),
        ("<c r='B1' t='n'><f>A1*2</f></c>", "", NotCalculated("=")),
        ("<c r='B1'><f>A1*2</f><v>0</v></c>", RECALCULATED, NotCalculated("=")),
        ("<c r='B1'><f>A1*2</f><v></v></c>", RECALCULATED, NotCalculated("=")),
        ("<c r='B1'><f>A1*2</f><v>0</v></c>", "", 0),
        ("<c r='B1'><f>A1*2</f><v>14</v></c>", RECALCULATED, 14),
        ("<c r='B1'><v>0</v></c>", RECALCULATED, 0),
        ("<c r='B1' t='str'><f>A1&amp;A9</f><v></v></c>", "", None),
    ],
    ids=[
        "no result",
        "empty result",
        "marked as a number",
        "nought that a program should calculate when it opens the file",
        "empty result that a program should calculate",
        "nought",
        "a result",
        "no formula",
        "an empty text is a result",
    ],
)
def test_a_formula_without_a_result_is_no_number(
    cell: str, calculation: str, expected: Cell
) -> None:
    cells = NUMBER.replace("</row>", cell.replace("'", '"') + "</row>")
    found = [*rows(cells, calculation=calculation)[0], None][1]
    assert found == expected
    assert isinstance(found, NotCalculated) == isinstance(expected, NotCalculated)


def test_only_hidden_columns_with_content_are_told() -> None:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet["A1"], sheet["C1"] = 1, 2
    for column in "BCD":
        sheet.column_dimensions[column].hidden = True
    sheet.row_dimensions[2].hidden = True  # lies below all that is filled
    out = io.BytesIO()
    made.save(out)
    (read,) = read_excel(out.getvalue(), "a.xlsx")
    assert read.hidden_columns == ("C",)
    assert read.hidden_rows == ()


def test_a_hidden_row_before_a_filled_one_is_not_told() -> None:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet["A1"], sheet["A3"] = 1, 2
    sheet.row_dimensions[2].hidden = True
    out = io.BytesIO()
    made.save(out)
    assert read_excel(out.getvalue(), "a.xlsx")[0].hidden_rows == ()


@pytest.mark.parametrize("place", [f"A{MOST_ROWS + 1}", "ZZZ1"])
def test_cells_far_out_are_refused(place: str) -> None:
    row = place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    cells = NUMBER if row == "1" else ""
    cells += f'<row r="{row}"><c r="{place}"><v>7</v></c></row>'
    with pytest.raises(InputError, match=r"日报.*has cells beyond"):
        read_excel(written(cells), "a.xlsx")


def test_a_cell_with_a_book_in_it_is_refused() -> None:
    text = '<c r="B1" t="inlineStr"><is><t>{}</t></is></c></row>'
    longest = NUMBER.replace("</row>", text.format("字" * LONGEST_CELL))
    assert len(str(rows(longest)[0][1])) == LONGEST_CELL
    longer = NUMBER.replace("</row>", text.format("字" * (LONGEST_CELL + 1)))
    with pytest.raises(InputError, match=f"a cell of {LONGEST_CELL + 1} characters"):
        rows(longer)


def test_a_zip_of_another_kind_is_no_workbook() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    with pytest.raises(InputError, match="no Excel workbook of the kinds that are read"):
        read_excel(out.getvalue(), "a.xlsx")


def test_a_panic_of_the_library_is_told_as_damage(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is no Exception; but a user's Ctrl-C is none of the library's and goes on."""

    class PanicException(BaseException): ...

    for raised, expected in ((PanicException, InputError), (KeyboardInterrupt,) * 2):

        def fail(_: object, error: type[BaseException] = raised) -> None:
            raise error

        monkeypatch.setattr(excel.CalamineWorkbook, "from_filelike", staticmethod(fail))
        with pytest.raises(expected):
            read_excel(written(NUMBER), "a.xlsx")
