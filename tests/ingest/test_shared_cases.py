"""The files of ../shared/cases, as they are: right values or the right refusal, both ways in."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from airrank.errors import InputError
from airrank.goals.plan import load_plan
from airrank.goals.reported import read_reported
from airrank.ingest.city_day import read_city_days
from airrank.ingest.office_file import parse_table
from airrank.tables.account import Account, listening
from airrank.words import speaking
from tests.speech import foreign

THREE = [35, 36, 37]
MONTH = [30, 28, 44, 54, 25, 37]
READ: dict[str, list[float | None]] = {
    "x_ok.xlsx": THREE, "x_dimA1.xlsx": THREE, "x_dim_short.xlsx": THREE, "x_nodim.xlsx": THREE,
    "x_serial.xlsx": THREE, "x_serialtext.xlsx": THREE, "x_merged.xlsx": THREE,
    "x_title.xlsx": THREE, "x_units.xlsx": THREE, "x_footer.xlsx": THREE, "x_note.xlsx": THREE,
    "x_cover.xlsx": THREE, "x_months.xlsx": [*THREE, *THREE], "w_hidden.xlsx": THREE,
    "w_active2.xlsx": [35, *THREE], "x_fullwidth.xlsx": [35], "x_miss.xlsx": [35],
    "x_miss2.xlsx": [35], "x_miss3.xlsx": [35], "x_miss4.xlsx": [None, 35], "x_na.xlsx": [None],
    "x_o3both.xlsx": [35], "x_paren_iaqi.xlsx": [35], "x_kpi.xlsx": [35],
    "y_o3p_1h8h.xlsx": [35], "y_o3cn.xlsx": [35], "y_hj633.xlsx": [35], "y_shikuang.xlsx": [35],
    "y_blankrow_mid.xlsx": [35, 36, 35, 36], "y_blankdate.xlsx": THREE, "y_cityfull.xlsx": [35],
    "y_cityunknown.xlsx": [35, 35], "y_trailcomma.csv": [35, 36], "y_gbk.csv": [35],
    "y_tab.csv": [35], "y_semicolon.csv": [35], "y_24h.xlsx": [35], "y_eng.xlsx": [35],
    "z_square.xlsx": [35], "z_mgall.xlsx": [35], "z_avgcity.xlsx": [35], "z_code.csv": [35] * 3,
    "z_renamed.csv": [35] * 9, "17_county.xlsx": [30, 25, 46], "16_second.xlsx": MONTH,
    "10_title.xlsx": MONTH, "1_office.xlsx": [28, 26, 48, 54], "6_total.csv": MONTH,
    "7_names.csv": MONTH, "8_sub.csv": MONTH, "9_zhunits.csv": MONTH, "4_cn_dates.csv": MONTH,
    "5_dashes.csv": MONTH, "11_nocity.xlsx": [30, 25, 46], "z_aqistudy.csv": [134, None],
    "z_aksh.csv": [35], "rev1.csv": [35, 36], "rev2.csv": [33],
}  # fmt: skip
"""The first values of PM2.5."""
O3 = {"y_o3p_1h8h.xlsx": 150, "y_o3cn.xlsx": 150, "y_hj633.xlsx": 150, "x_o3both.xlsx": 100}
REFUSED = {
    "x_flagtext.xlsx": "row 2, column 'PM2.5'.*35\\(H\\)", "x_lt.xlsx": "row 2, column 'SO2'.*<3",
    "x_formula.xlsx": "row 2, column 'PM2.5'.*open the file in Excel, save it",
    "x_dup_iaqi.xlsx": "say the same", "x_co_ug.xlsx": "--accept units", "z_ppm.xlsx": "ppb",
    "file_co_one.csv": "CO, row 95 \\(驻马店.*31 rows in all.*--accept units",
    "13_absurd.xlsx": "-5", "19_absurd2.xlsx": "3500.*80.*--accept bounds",
    "x_dt.xlsx": "row 3.*without a time", "z_snapshot.xlsx": "row 2.*without a time",
    "z_hourly.xlsx": "row 3.*without a time", "z_future.xlsx": "row 2.*after today",
    "12_future.xlsx": "row 2.*after today", "z_openaq.csv": "one row per reading",
}  # fmt: skip
ONE_CITY = {"11_nocity.xlsx", "z_aqistudy.csv", "z_aksh.csv"}


@pytest.fixture(scope="module")
def tables(shared_data: Path) -> Path:
    folder = shared_data.parent / "cases" / "tables"
    if not folder.is_dir():
        pytest.skip(f"the cases are not at {folder}")
    return folder


@pytest.mark.shared
@pytest.mark.parametrize("name", sorted(READ))
def test_read(tables: Path, name: str) -> None:
    city = "驻马店" if name in ONE_CITY else None
    path, expected = tables / name, READ[name]
    with listening(lambda _: None):
        if city:
            with pytest.raises(InputError, match="--city"):
                read_city_days(path)
        frames = [
            read_city_days(path, city=city),
            parse_table(path.read_bytes(), name, name, city=city),
        ]
    for frame in frames:
        found = [None if pd.isna(value) else value for value in frame["pm25"]]
        assert found[: len(expected)] == expected
        assert len(found) == len(expected) or len(expected) in {3, 4, 6}
        if name in O3:
            assert frame["o3_8h"].tolist() == [O3[name]]


@pytest.mark.shared
@pytest.mark.parametrize("name", sorted(REFUSED))
def test_refused(tables: Path, name: str) -> None:
    path = tables / name
    for read in (
        lambda: read_city_days(path),
        lambda: parse_table(path.read_bytes(), name, name),
    ):
        with pytest.raises(InputError, match=REFUSED[name]):
            read()


@pytest.mark.shared
def test_every_case_has_its_test(tables: Path) -> None:
    assert {path.name for path in tables.iterdir()} <= {*READ, *REFUSED}


@pytest.mark.shared
@pytest.mark.parametrize("name", ["data_zh.csv", "data_en_gbk.csv"])
def test_the_other_files_of_data(tables: Path, name: str) -> None:
    assert read_city_days(tables.parent / "other" / name)["pm25"].tolist() == [35]
    with pytest.raises(InputError, match="--accept units"):
        read_city_days(tables.parent / "other" / "data_co.csv")


@pytest.mark.shared
@pytest.mark.slow
def test_all_is_told_in_chinese(tables: Path) -> None:
    told: list[Account] = []
    lines: list[str] = []
    with speaking("zh"), listening(told.append):
        for name in sorted({*READ, *REFUSED}):
            try:
                read_city_days(tables / name, city="驻马店" if name in ONE_CITY else None)
            except InputError as error:
                lines.append(str(error))
        lines += [line for account in told for line in account.lines()]
    assert len(lines) > 100
    for line in lines:
        assert "; " not in line
        assert not foreign(line.replace(str(tables), ""), "zh"), line


@pytest.mark.shared
def test_figures_of_an_office_in_gb18030(tables: Path) -> None:
    path = tables.parent / "other" / "act_gbk.csv"
    found = read_reported(path, plan=load_plan()).by_goal
    assert found["grade2_biyang"].value == 1
    assert {figure.value for figure in found.values()} == {1}
    assert len(found) == 17
