"""Assessments: sources in order, exit status, JSON that keeps its schema."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import openpyxl
import pandas as pd
import pytest

from airrank.cities import load_ranking_list
from airrank.errors import InputError, InsufficientDataError
from airrank.forecasting.result import Forecast
from airrank.goals import assess as module
from airrank.goals.assess import assess
from airrank.goals.plan import load_plan
from airrank.goals.reported import read_reported
from airrank.goals.template import as_csv, write_template
from airrank.rules.standards import POLLUTANTS, reference_folder
from airrank.words import Lang, speaking
from tests.goals.conftest import write_plan

PLAN = load_plan()


def schema() -> dict[str, Any]:
    path = reference_folder() / "schemas" / "assessment-1.schema.json"
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(content)
    return content


def valid(content: dict[str, Any]) -> None:
    plain = json.loads(json.dumps(content, ensure_ascii=False, default=str))
    jsonschema.validate(plain, schema(), cls=jsonschema.Draft202012Validator)


@pytest.fixture
def plan_file(tmp_path: Path) -> Any:
    def write(rank: int = 10) -> Path:
        hope = {"id": "hope", "value": 1, "strength": "aspiration"}
        return write_plan(tmp_path, "戊", {"id": "top", "value": rank}, hope)

    return write


def test_a_finished_year(daily: pd.DataFrame, plan_file: Any) -> None:
    result = assess(daily, year=2017, plan=plan_file())
    assert (result.state, result.exit_status) == ("finished", 0)
    assert [v.verdict for v in result.verdicts] == ["met", "not met"]
    assert [v.goal.id for v in result.counted] == ["top"]
    rank = result.verdicts[0].figure
    assert rank is not None
    assert assess(daily, year=2017, plan=plan_file(int(rank))).exit_status == 0
    assert assess(daily, year=2017, plan=plan_file(int(rank) - 1)).exit_status == 1
    assert assess(daily, year=2017, plan=plan_file(), require=["hope"]).exit_status == 1
    valid(result.as_dict())
    frame = result.to_frame()
    assert list(frame.index) == ["top", "hope"]
    assert frame.loc["top", "verdict"] == "met"


def test_a_running_year(daily: pd.DataFrame, plan_file: Any, forecast: Forecast) -> None:
    result = assess(daily, year=2017, plan=plan_file(5), as_of=forecast.as_of, forecast=forecast)
    assert (result.state, result.exit_status) == ("running", 3)
    top, hope = result.verdicts
    assert top.probability == forecast.probability("戊", 5)
    assert result.joint is not None
    # rank 1 implies rank 5
    assert result.joint["all"] == forecast.probability("戊", 1)
    assert result.joint["all_duties"] == top.probability
    assert hope.verdict == "open"
    valid(result.as_dict())
    with pytest.raises(InputError, match="as of 2017-09-30"):
        assess(daily, year=2017, plan=plan_file(), as_of="2017-09-29", forecast=forecast)


def test_lost_goals_and_actual_figures_while_the_year_runs(
    daily: pd.DataFrame, plan_file: Any, forecast: Forecast, tmp_path: Path
) -> None:
    path = plan_file(5)
    text = path.read_text(encoding="utf-8")
    extra = text.split("[[goal]]")[1].replace('"top"', '"clean"').replace('"rank"', '"pm25"')
    path.write_text(text + "[[goal]]" + extra.replace("value = 5", "value = 9"), encoding="utf-8")
    day = forecast.as_of
    result = assess(daily, year=2017, plan=path, as_of=day, forecast=forecast)
    assert {v.goal.id: v.verdict for v in result.verdicts}["clean"] == "already out of reach"
    assert result.exit_status == 1
    actuals = tmp_path / "actuals.csv"
    actuals.write_text("goal,value\nclean,8\ntop,4\n", encoding="utf-8")
    told = assess(daily, year=2017, plan=path, as_of=day, forecast=forecast, actuals=actuals)
    assert told.exit_status == 0
    assert [v.source for v in told.verdicts] == ["reported", "forecast", "reported"]


def test_a_year_without_observations_says_what_is_missing(
    daily: pd.DataFrame, plan_file: Any
) -> None:
    early = daily[daily.date < "2017-01-01"]
    result = assess(early, year=2017, plan=plan_file())
    assert (result.state, result.exit_status) == ("no observations", 3)
    assert "all 10 cities in 2017" in str(result.verdicts[0].reason)


def test_zhumadian_out_of_the_box(daily: pd.DataFrame) -> None:
    """2025 from the annual figures alone, as a finished year without observations."""
    observations = daily.assign(city=daily.city.map({"甲": "驻马店", "乙": "信阳"}))
    observations = observations.dropna(subset="city")
    result = assess(observations, year=2025)
    found = {v.goal.id: v for v in result.verdicts}
    assert result.exit_status == 1
    pm25 = found["pm25_2025"]
    assert (pm25.verdict, pm25.exact, pm25.source) == ("not met", 39.1, "annual figures")
    heavy = found["heavy_days_2025"]
    assert (heavy.verdict, heavy.margin_days) == ("not met", -8)
    assert found["good_days_2025"].verdict == "insufficient data"
    rank = found["rank_2025"]
    assert (rank.verdict, rank.source) == ("likely not met", "estimate from PM2.5 and PM10")
    assert "needs records of 平舆县, or row grade2_pingyu" in str(found["grade2_pingyu"].reason)
    assert "not reported (row coal_share_2025" in str(found["coal_share_2025"].reason)
    assert not any("--" in str(verdict.reason) for verdict in found.values())  # nor in documents
    assert "provisional" in " ".join(map(str, pm25.caveats))
    valid(result.as_dict())
    required = assess(observations, year=2025, require=["coal_share_2025"])
    assert required.exit_status == 3
    short = assess(observations, year=2023, goals=["pm25_2025", "rank_2023"])
    assert short.verdicts[0].verdict == "insufficient data"
    assert "315 valid days of the 324" in str(short.verdicts[0].reason)


def test_places_are_counted_in_a_list_of_counties(
    daily: pd.DataFrame, plan_file: Any, tmp_path: Path
) -> None:
    path = plan_file()
    text = path.read_text(encoding="utf-8")
    goal = text.split("[[goal]]")[1].replace('"top"', '"places"').replace('"le"', '"ge"')
    goal = goal.replace('"rank"', '"places_gained"\nplace = "某县"\nbaseline = 2016')
    path.write_text(text + "[[goal]]" + goal.replace("value = 10", "value = 5"), encoding="utf-8")
    ours = daily[daily.city == "癸"].assign(city="某县")
    ours.loc[ours.date.dt.year == 2017, list(POLLUTANTS)] *= 0.5
    counties = pd.concat([daily, ours], ignore_index=True)
    province = tmp_path / "province.csv"
    province.write_text("city\n某县\n癸\n甲\n", encoding="utf-8")
    options = {"year": 2017, "plan": path, "counties": counties}
    verdict = assess(daily, county_list=province, **options).verdicts[-1]
    assert (verdict.verdict, verdict.figure) == ("not met", 1.0)  # from a tie at 2 of 3
    assert [(a.reading.in_words("en"), a.verdict) for a in verdict.alternatives] == [
        ("among all units given", "met")
    ]
    assert "among 3 units" in verdict.caveats[0].in_words("en")
    province.write_text("city\n癸\n甲\n", encoding="utf-8")
    elsewhere = assess(daily, county_list=province, **options).verdicts[-1]
    assert elsewhere.reason is not None
    assert "某县 is not in the list" in elsewhere.reason.in_words("en")


def test_other_counties_are_read_both_ways() -> None:
    places = [goal for goal in PLAN.due(2025) if goal.indicator == "places_gained"]
    assert {goal.place for goal in places if not goal.one_reading} == {"上蔡县", "正阳县", "遂平县"}
    assert {goal.place for goal in places if goal.one_reading} == {
        "泌阳县", "平舆县", "新蔡县", "汝南县", "西平县", "确山县",
    }  # fmt: skip
    assert [goal.counts for goal in places] == [not goal.one_reading for goal in places]


@pytest.mark.parametrize(
    ("day", "verdict", "told"),
    [
        ("2025-09-30", "met", ""),
        ("2025-12-31", "insufficient data", "after the deadline 2025-09-30"),
        ("", "met", "due by 2025-09-30; the figure gives no day"),
    ],
)
def test_a_deadline_before_the_year_s_end(
    tmp_path: Path, daily: pd.DataFrame, day: str, verdict: str, told: str
) -> None:
    path = tmp_path / "actuals.csv"
    path.write_text(f"goal,value,day\ncement_transport_2025,100,{day}\n", encoding="utf-8")
    observations = daily.replace({"city": {"甲": "驻马店"}})
    found = assess(observations, year=2025, actuals=path, goals=["cement_transport_2025"])
    (cement,) = found.verdicts
    assert cement.verdict == verdict
    texts = [text for text in (cement.reason, *cement.caveats) if text is not None]
    assert told in " ".join(text.in_words("en") for text in texts)


def test_a_day_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "actuals.csv"
    path.write_text("goal,value,day\ncement_transport_2025,100,soon\n", encoding="utf-8")
    with pytest.raises(InputError, match="column 'day'"):
        read_reported(path, plan=PLAN)


def test_the_template_comes_back_as_actuals(tmp_path: Path, daily: pd.DataFrame) -> None:
    rows = list(csv.DictReader(io.StringIO(as_csv(PLAN.due(2025), as_json=True))))
    assert [row["goal"] for row in rows] == [goal.id for goal in PLAN.due(2025)]
    answers = {"coal_share_2025": "55", "worst_water_2025": "是", "good_days_2025": "302/365"}
    answers |= {"rank_2025": "101", "sewage_counties_gain_2025": "6", "grade2_biyang": "否"}
    path = tmp_path / "actuals.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as handle:
        writer = csv.DictWriter(handle, list(rows[0]))
        writer.writeheader()
        writer.writerows({**row, "value": answers.get(row["goal"], "")} for row in rows)
    observations = daily.assign(city=daily.city.where(daily.city != "甲", "驻马店"))
    result = assess(observations, year=2025, actuals=path)
    found = {v.goal.id: v for v in result.verdicts}
    assert found["coal_share_2025"].verdict == "met"  # 以下 includes 55
    assert found["worst_water_2025"].verdict == "met"
    assert (found["good_days_2025"].verdict, found["good_days_2025"].margin_days) == ("met", 1)
    assert (found["rank_2025"].verdict, found["rank_2025"].margin) == ("not met", -1)
    assert found["grade2_biyang"].verdict == "not met"
    assert found["sewage_counties_2025"].verdict == "met"
    assert "sewage_counties_gain_2025" in str(found["sewage_counties_2025"].reason)
    assert found["film_2025"].verdict == "insufficient data"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_sheet_comes_back_as_actuals(tmp_path: Path, lang: Lang) -> None:
    with speaking(lang):
        assert write_template(PLAN.due(2025), tmp_path) == ["actuals.csv", "actuals.xlsx"]
    path = tmp_path / "actuals.xlsx"
    book = openpyxl.load_workbook(path)
    rows = list(book.worksheets[0].iter_rows())
    heads = [cell.value for cell in rows[0]]
    value = heads.index({"zh": "实际值", "en": "actual value"}[lang])
    sheet = book.worksheets[0]
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.orientation, sheet.print_title_rows) == ("landscape", "$1:$1")
    assert all(cell.alignment.wrap_text for cell in rows[1]), "no text cut, none over the next cell"
    place = {row[0].value: row for row in rows}
    place["coal_share_2025"][value].value = 55
    place["worst_water_2025"][value].value = "是"
    book.save(path)
    found = read_reported(path, plan=PLAN).by_goal
    assert {key: figure.value for key, figure in found.items()} == {
        "coal_share_2025": 55,
        "worst_water_2025": 1,
    }


def test_the_table_comes_back_as_excel_saves_it_in_china(tmp_path: Path) -> None:
    with speaking("zh"):
        write_template(PLAN.due(2025), tmp_path)
    path = tmp_path / "actuals.csv"
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))
    with path.open("w", encoding="gb18030", newline="") as handle:
        writer = csv.DictWriter(handle, list(rows[0]))
        writer.writeheader()
        writer.writerows(
            {**row, "实际值": "55" if row["目标编号"] == "coal_share_2025" else ""} for row in rows
        )
    assert read_reported(path, plan=PLAN).by_goal["coal_share_2025"].value == 55


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("goal,value\nnothing,1\n", "column 'goal'"),
        ("goal,value\nrank_2025,many\n", "row 2, column 'value'"),
        ("goal,value\nworst_water_2025,maybe\n", "yes or no"),
        ("goal,value\ngood_days_2025,400/365\n", "302/365"),
        ("goal,value\nrank_2025,1\nrank_2025,2\n", "row 3: a second figure"),
        ("goal,value,valid_days\nrank_2025,1,x\n", "valid_days"),
        ("goal\nrank_2025\n", "expected the columns value"),
        ("goal,value\nrank_2025,-1\n", "not below zero"),
        ("goal,value\npm25_2025,3_5\n", "a number"),
        ("goal,value\ngood_days_2025,302\n", "a share such as 82.5 or 302/365"),
        ("goal,value,uncertainty\nrank_2025,1,-3\n", "column 'uncertainty'"),
        ("city,year,indicator,value\n驻马店,2025,heavy_days,0\n", "column 'valid_days'"),
        ("city,year,indicator,value\n驻马店,2025,noise,3\n", "column 'indicator'"),
        ("city,year,indicator,value\n驻马店,now,pm25,3\n", "column 'year'"),
    ],
)
def test_wrong_figures_are_refused_by_row_and_column(tmp_path: Path, text: str, named: str) -> None:
    path = tmp_path / "actuals.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_reported(path, plan=PLAN)
    assert named in str(caught.value)
    assert "actuals.csv" in str(caught.value)


def test_figures_by_city_and_year(tmp_path: Path, daily: pd.DataFrame, plan_file: Any) -> None:
    path = tmp_path / "bulletin.csv"
    path.write_text(
        "city,year,indicator,value,valid_days\n戊,2018,rank,3,\n戊,2017,rank,2,\n"
        "戊,2017,good_days,301,365\n",
        encoding="utf-8",
    )
    result = assess(daily, year=2017, plan=plan_file(2), actuals=path)
    assert [v.figure for v in result.verdicts] == [2.0, 2.0]
    assert result.exit_status == 0
    named = path.read_text(encoding="utf-8").replace("戊,2017", "Fifth,2017")
    path.write_text(named, encoding="utf-8")
    assert assess(daily, year=2017, plan=plan_file(2), actuals=path).exit_status == 0
    path.write_text(named.replace("Fifth", "戊"), encoding="utf-8")
    assert read_reported(path).by_indicator["戊", 2017, "good_day_ratio"].counts == (301, 365)


def test_wrong_requests_are_refused(daily: pd.DataFrame, plan_file: Any) -> None:
    path = plan_file()
    with pytest.raises(InputError, match="no goal due in 2018"):
        assess(daily, year=2018, plan=path)
    with pytest.raises(InputError, match="cannot require other"):
        assess(daily, year=2017, plan=path, require=["other"])
    with pytest.raises(InputError, match="the plan plan is 戊's, not 甲's"):
        assess(daily, year=2017, plan=path, city="甲")
    assert assess(daily, year=2017, plan=path, city="甲", goals=[10]).exit_status == 0
    with pytest.raises(InputError, match="no goal to assess"):
        assess(daily, year=2017, plan=path, goals=[])
    for year in (0, 20170):
        with pytest.raises(InputError, match="expected a year from 1990 to 2100"):
            assess(daily, year=year, plan=path, goals=[10])
    with pytest.raises(InputError, match="expected a year such as 2017, found 'now'"):
        assess(daily, "now", plan=path, goals=[10])
    for rank in (0, 11):
        with pytest.raises(InputError, match="goals are ranks between 1 and 10"):
            assess(daily, year=2017, plan=path, goals=[rank])
    with pytest.raises(InputError, match="rounding"):
        assess(daily, year=2017, plan=path, rounding="never")


def test_goals_and_days_are_taken_in_several_forms(daily: pd.DataFrame, plan_file: Any) -> None:
    path = plan_file()
    result = assess(daily, year=2017, plan=path, goals="10,top,10", require="top")
    assert [v.goal.id for v in result.verdicts] == ["rank_10", "top"]
    assert [v.goal.id for v in result.counted] == ["top"]
    for day in (datetime(2017, 12, 31, 8, 0), pd.Timestamp(2017, 12, 31)):
        assert assess(daily, year=2017, plan=path, as_of=day).state == "finished"


def test_a_day_beyond_the_data_is_no_day_to_forecast_from(
    daily: pd.DataFrame, plan_file: Any
) -> None:
    part = daily[daily.date < "2017-07-01"]
    with pytest.raises(InputError, match="2017-09-30 lies outside the data"):
        assess(part, year=2017, plan=plan_file(), as_of="2017-09-30")
    assert assess(part, year=2017, plan=plan_file(), as_of="2017-12-31").state == "finished"


def test_a_forecast_of_another_list_is_refused(
    daily: pd.DataFrame, plan_file: Any, forecast: Forecast
) -> None:
    other = replace(forecast, ranking_list=load_ranking_list("henan17"))
    with pytest.raises(InputError, match="for henan17"):
        assess(daily, year=2017, plan=plan_file(), as_of=forecast.as_of, forecast=other)


def test_one_alternative_met_is_enough_while_the_year_runs(
    daily: pd.DataFrame, plan_file: Any, forecast: Forecast, tmp_path: Path
) -> None:
    path = plan_file(5)
    text = path.read_text(encoding="utf-8")
    lost = text.split("[[goal]]")[1].replace('"top"', '"clean"').replace('"rank"', '"pm25"')
    lost = lost.replace("value = 5", 'value = 9\nany_of = "either"')
    text = text.replace('id = "top"', 'id = "top"\nany_of = "either"') + "[[goal]]" + lost
    path.write_text(text, encoding="utf-8")
    actuals = tmp_path / "actuals.csv"
    actuals.write_text("goal,value\ntop,4\n", encoding="utf-8")
    day = forecast.as_of
    open_ = assess(daily, year=2017, plan=path, as_of=day, forecast=forecast)
    assert [v.verdict for v in open_.verdicts] == ["open", "open", "already out of reach"]
    told = assess(daily, year=2017, plan=path, as_of=day, forecast=forecast, actuals=actuals)
    assert [v.verdict for v in told.verdicts] == ["met", "open", "met"]
    assert str(told.verdicts[2].reason) == "met by its alternative top"
    assert told.exit_status == 0
    valid(told.as_dict())


def test_counties_are_judged_from_their_records(daily: pd.DataFrame, plan_file: Any) -> None:
    path = plan_file()
    text = path.read_text(encoding="utf-8")
    block = text.split("[[goal]]")[1]
    county = block.replace('"top"', '"county"').replace('"rank"', '"grade_2"\nplace = "某县"')
    county = county.replace('"le"', '"done"').replace("value = 10\n", "")
    path.write_text(text + "[[goal]]" + county, encoding="utf-8")
    days = pd.date_range("2017-01-01", "2017-12-31")
    clean = {"pm25": 35.4, "pm10": 70.0, "so2": 8.0, "no2": 20.0, "co": 1.0, "o3_8h": 160.0}
    records = pd.DataFrame({"date": days, "city": "某县", **clean})
    for pm25, verdict in ((35.4, "met"), (35.6, "not met")):
        result = assess(daily, year=2017, plan=path, counties=records.assign(pm25=pm25))
        assert result.verdicts[-1].verdict == verdict
    assert assess(daily, year=2017, plan=path).verdicts[-1].verdict == "insufficient data"


def test_the_state_of_a_year(daily: pd.DataFrame, plan_file: Any) -> None:
    from airrank.panel import Panel

    plan = load_plan(plan_file())
    panel = Panel.from_observations(daily, load_ranking_list(plan.panel))
    assert module._state(panel, 2017, None) == ("finished", date(2017, 12, 31))
    part = panel.until(date(2017, 6, 30))
    assert module._state(part, 2017, None) == ("running", date(2017, 6, 30))
    assert module._state(part, 2016, None) == ("finished", date(2016, 12, 31))
    assert module._state(part, 2018, None) == ("no observations", None)
    empty = replace(panel, values=np.where(panel.values > 0, np.nan, np.nan))
    assert module._state(empty, 2017, None) == ("no observations", None)


def test_what_was_retrieved_later_has_no_influence(daily: pd.DataFrame, plan_file: Any) -> None:
    """A revision that came out in March is not known at the end of the year."""
    path = plan_file(10)
    first = daily.assign(retrieved_at=daily.date + pd.Timedelta(hours=30))
    revised = daily[(daily.city == "戊") & (daily.date.dt.year == 2017)].copy()
    revised["pm25"] *= 3
    revised["retrieved_at"] = pd.Timestamp("2018-03-01")
    both = pd.concat([first, revised], ignore_index=True)
    top = ["top"]
    then = assess(both, year=2017, plan=path, as_of="2017-12-31", goals=top)
    now = assess(both, year=2017, plan=path, goals=top)
    plain = assess(daily, year=2017, plan=path, goals=top)
    assert then.verdicts[0].figure == plain.verdicts[0].figure
    assert now.verdicts[0].figure == 10
    late = revised[["date", "city", "retrieved_at", *POLLUTANTS]]
    with pytest.raises(InsufficientDataError, match="no record was retrieved"):
        assess(late, year=2017, plan=path, as_of="2017-12-31", goals=top)


def test_places_of_a_county_are_judged_from_records(daily: pd.DataFrame, plan_file: Any) -> None:
    path = plan_file()
    text = path.read_text(encoding="utf-8")
    goal = text.split("[[goal]]")[1].replace('"top"', '"places"').replace('"le"', '"ge"')
    goal = goal.replace('"rank"', '"places_gained"\nplace = "某县"\nbaseline = 2016')
    path.write_text(text + "[[goal]]" + goal.replace("value = 10", "value = 1"), encoding="utf-8")
    ours = daily[daily.city == "癸"].assign(city="某县")
    ours.loc[ours.date.dt.year == 2017, list(POLLUTANTS)] *= 0.5
    counties = pd.concat([daily, ours], ignore_index=True)
    verdict = assess(daily, year=2017, plan=path, counties=counties).verdicts[-1]
    assert (verdict.verdict, verdict.figure) == ("met", 9.0)  # from a tie with 癸 at rank 10
    assert [str(text) for text in verdict.caveats] == [
        "某县: rank 10 in 2016, 1 in 2017, among 11 units"
    ]
    verdict = assess(daily, year=2017, plan=path).verdicts[-1]
    assert "needs records of 某县, or row" in str(verdict.reason)


def test_too_little_for_a_forecast_is_said(
    daily: pd.DataFrame, plan_file: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from airrank.forecasting import run

    def too_early(*_: Any, **__: Any) -> Forecast:
        raise InsufficientDataError("too early")

    monkeypatch.setattr(run, "forecast_panel", too_early)
    part = daily[daily.date < "2017-03-01"]
    result = assess(part, year=2017, plan=plan_file())
    assert (result.state, result.as_of) == ("running", date(2017, 2, 28))
    assert [v.verdict for v in result.verdicts] == ["insufficient data"] * 2
    assert "too little for a forecast (too early)" in str(result.verdicts[0].reason)
    assert result.joint is None


def test_a_year_without_one_complete_day_has_no_state(daily: pd.DataFrame, plan_file: Any) -> None:
    part = daily[daily.date < "2017-03-01"].assign(co=np.nan)
    result = assess(part, year=2017, plan=plan_file())
    assert (result.state, result.as_of) == ("no observations", None)
    assert "needs observations of all 10 cities in 2017" in str(result.verdicts[0].reason)
