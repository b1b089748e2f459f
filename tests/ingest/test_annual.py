"""The builder of the annual figures: small files of the sources' forms, and the real ones."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest

from airrank.rules.standards import reference_folder
from tests.builders import builder

annual = builder("annual")
FOLDER = reference_folder() / "annual"
YEAR = "2022-01-01,2022-12-31"


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    (tmp_path / "annual").mkdir()
    (tmp_path / "official").mkdir()
    files = {
        annual.MEANS: "city,year,days,pm25,pm10,good_pct,heavy\n驻马店,2022,365,44.0,76.8,85,8\n",
        annual.EARLIER_MEANS: "city,year,days,pm25_mean,pm10_mean,good_days_pct_approx,"
        "heavy_days_approx\n驻马店,2018,360,59.7,107.9,66,14\n驻马店,2022,365,1,1,1,1\n",
        annual.STATEMENTS: "period_start,period_end,city,metric,value,unit_or_of,source,note\n"
        f"{YEAR},驻马店,pm10 / pm25 / good_days,72 / 43 / 278,ug/m3,report,\n"
        f"{YEAR},驻马店,improvement_rank,17 of 337; first in Henan,,report,\n"
        f"{YEAR},驻马店,statement,best on record,,report,最好水平\n"
        f"{YEAR},驻马店,province_rank pm10/pm25/good_days,2 / 3 / 4,of 18,report,\n"
        f"{YEAR},拉萨 海口,composite_index,2.21 2.24,,page,weak page\n"
        f"{YEAR},168,best 20,拉萨 海口,,list,\n"
        f"{YEAR},普宁 (county city),index + six,index 2.75,,page,\n"
        "2022-10-01,2022-10-31,驻马店,rank_168,1,of 168,a month,\n",
        annual.RANKS: "period_start,period_end,metric,scope,city,rank,n,source,note,status\n"
        f"{YEAR},composite_index,168,拉萨,1,168,second list,,seen\n"
        f"{YEAR},composite_index,168,安阳,165,168,a page,,ambiguous_period\n"
        f"{YEAR},change_rate_composite_index,168,驻马店,166,168,second list,,seen\n"
        f"{YEAR},composite_index,168,某地,7,168,second list,,seen\n",
        annual.OF_ZHUMADIAN: "period_start,period_end,metric,value,out_of,source,note\n"
        f"{YEAR},national_168_rank_bound,<=148,168,bulletin,\n"
        f"{YEAR},target_168_rank,<=110,168,plan,\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8-sig")
    return tmp_path


def test_builds_both_tables_and_says_what_it_left_out(
    sources: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert annual.main(["--shared", str(sources), "--out", str(out)]) == 0
    archive = pd.read_csv(out / "archive.csv", encoding="utf-8-sig")
    assert archive.to_dict("list") == {
        "city": ["驻马店", "驻马店"], "year": [2018, 2022], "days": [360, 365],
        "pm25": [59.7, 44.0], "pm10": [107.9, 76.8], "good_pct": [66, 85], "heavy_days": [14, 8],
    }  # fmt: skip
    assert "44.0" in (out / "archive.csv").read_text(encoding="utf-8-sig")
    with (out / "official.csv").open(encoding="utf-8-sig", newline="") as handle:
        rows = {(r["city"], r["indicator"], r["value"]): r for r in csv.DictReader(handle)}
    zmd = {(i, v): r["of"] for (c, i, v), r in rows.items() if c == "驻马店"}
    assert zmd == {
        ("pm10", "72"): "", ("pm25", "43"): "", ("good_days", "278"): "",
        ("improvement_rank", "17"): "337", ("statement", "最好水平"): "",
        ("province_rank_pm10", "2"): "18", ("province_rank_pm25", "3"): "18",
        ("province_rank_good_days", "4"): "18", ("change_rank", "166"): "168",
        ("rank_at_most", "148"): "168",
    }  # fmt: skip
    assert rows["拉萨", "rank", "1"]["source"] == "list ; second list"
    assert rows["拉萨", "index", "2.21"]["doubtful"] == "yes"
    assert rows["安阳", "rank", "165"]["doubtful"] == "yes"
    assert rows["拉萨", "rank", "1"]["doubtful"] == ""
    left_out = capsys.readouterr().out
    for told in ("普宁", "某地", "target_168_rank"):
        assert told in left_out


def test_an_unknown_city_of_the_means_is_refused(
    sources: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = sources / annual.MEANS
    path.write_text(
        path.read_text(encoding="utf-8-sig").replace("驻马店", "某地"), encoding="utf-8"
    )
    assert annual.main(["--shared", str(sources)]) == 2
    assert "某地" in capsys.readouterr().err


@pytest.mark.shared
def test_the_tables_that_come_with_airrank_are_built_from_the_sources(
    shared_data: Path, tmp_path: Path
) -> None:
    assert annual.main(["--shared", str(shared_data), "--out", str(tmp_path)]) == 0
    for name in ("archive.csv", "official.csv"):
        assert (tmp_path / name).read_bytes() == (FOLDER / name).read_bytes(), name
