"""``airrank outlook``: a plan's goals, each in its own year; and what too little data refuse."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pandas as pd
import pytest

import airrank
from airrank.errors import InputError, InsufficientDataError
from airrank.rules.standards import reference_folder
from tests.cli.conftest import Run

PLAN = """
title_zh = "计划"
title_en = "Plan"
document = "d"
city = "驻马店"
panel = "henan17"
years = [2016, 2017]

[[goal]]
id = "rank_2016"
title_zh = "排名2016"
title_en = "Rank of 2016"
indicator = "rank"
comparison = "le"
value = 8
year = 2016
strength = "duty"
assessed = "computed"

[[goal]]
id = "pm25_2016"
title_zh = "PM2.5"
title_en = "Annual mean PM2.5"
indicator = "pm25"
comparison = "lt"
value = 70
unit = "µg/m³"
decimals = 0
year = 2016
strength = "duty"
assessed = "computed"

[[goal]]
id = "rank_2017"
title_zh = "排名2017"
title_en = "Rank of 2017"
indicator = "rank"
comparison = "le"
value = 6
year = 2017
strength = "aspiration"
assessed = "computed"

[[goal]]
id = "heavy_2017"
title_zh = "重污染天"
title_en = "Heavy days"
indicator = "heavy_day_ratio"
comparison = "le"
value = 6
unit = "%"
decimals = 1
year = 2017
strength = "duty"
assessed = "computed"
"""


OUTLOOK = ("outlook", "--draws", 400)


@pytest.fixture(scope="module")
def observations() -> pd.DataFrame:
    return airrank.load_observations()


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "plan.toml"
    path.write_text(PLAN, encoding="utf-8")
    return path


@pytest.mark.slow
def test_every_goal_is_held_against_its_own_year(run: Run, plan: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = run(*OUTLOOK, "--as-of", "2016-09-30", "--plan", plan, "--json", "--out", out)
    assert result.status == 0, result.err
    told: dict[str, Any] = json.loads(result.out)
    assert told == json.loads((out / "outlook.json").read_text(encoding="utf-8"))
    path = reference_folder() / "schemas" / "outlook-1.schema.json"
    schema = json.loads(path.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(told, schema, cls=jsonschema.Draft202012Validator)
    assert told["schema"] == schema["$id"] == "airrank/outlook/1"
    assert [p["period"] for p in told["periods"]] == ["2016", "2017"]
    assert told["periods"][1]["year_to_date"]["rank"] is None
    goals = {goal["id"]: goal for goal in told["goals"]}
    assert [goals[name]["period"] for name in ("rank_2016", "heavy_2017")] == ["2016", "2017"]
    given = goals["rank_2017"]["given"]
    assert given["goals"] == [{"period": "2016", "id": "rank_2016"}]
    assert given["probability"] > goals["rank_2017"]["probability"]
    together = told["together"]
    assert {g["id"] for g in together["duties"]["goals"]} == {
        "rank_2016",
        "pm25_2016",
        "heavy_2017",
    }
    for part in together.values():
        alone = [goals[g["id"]]["probability"] for g in part["goals"]]
        assert max(0.0, sum(alone) - len(alone) + 1) <= part["probability"] <= min(alone)
    table = pd.read_csv(out / "outlook.csv")
    assert set(table["kind"]) == {"year", "to date", "forecast (median)"}
    assert (out / "outlook.png").stat().st_size > 10_000


@pytest.mark.slow
def test_the_table_names_goals_odds_and_what_is_not_known_yet(run: Run, plan: Path) -> None:
    result = run(*OUTLOOK, "--as-of", "2016-09-30", "--plan", plan)
    assert result.status == 0, result.err
    for words in ("Rank of 2017 *", "given the year before", "all duties together", "– │"):
        assert words in result.out


@pytest.mark.slow
def test_the_same_odds_as_assess_and_forecast(
    run: Run, plan: Path, observations: pd.DataFrame
) -> None:
    told = json.loads(run(*OUTLOOK, "--as-of", "2016-09-30", "--plan", plan, "--json").out)
    judged = airrank.assess(observations, 2017, plan=plan, as_of="2016-09-30", draws=400)
    assert judged.state == "ahead"
    odds = {goal["id"]: goal["probability"] for goal in told["goals"]}
    found = {verdict.goal.id: verdict.probability for verdict in judged.verdicts}
    assert found == {name: odds[name] for name in ("rank_2017", "heavy_2017")}
    made = airrank.forecast(observations, "2016-09-30", period=2017, panel="henan17", draws=400)
    assert made.probability("驻马店", 6) == odds["rank_2017"]


def test_no_rank_goal_is_held_against_another_year(plan: Path, observations: pd.DataFrame) -> None:
    with pytest.raises(InputError, match="rank_2017 is due in 2017, not in 2016"):
        airrank.assess(observations, 2016, plan=plan, goals=["rank_2017"])


@pytest.mark.slow
def test_without_a_plan_this_year_and_the_next_two(run: Run, plan: Path) -> None:
    more = ("--as-of", "2016-09-30", "--panel", "henan17", "--json")
    told = json.loads(run(*OUTLOOK, "--city", "信阳", "--goal", "2", *more).out)
    assert [p["period"] for p in told["periods"]] == ["2016", "2017", "2018"]
    assert [(g["period"], g["target"]) for g in told["goals"]] == [
        (year, "≤ 2") for year in ("2016", "2017", "2018")
    ]
    own = json.loads(
        run(*OUTLOOK, "--city", "信阳", "--goal", "2", "--period", "2016Q4", *more).out
    )
    assert [p["period"] for p in own["periods"]] == ["2016Q4"]
    assert "驻马店's, not 信阳's" in run(*OUTLOOK, "--city", "信阳", "--plan", plan, *more[:2]).err


def fourteen_days(observations: pd.DataFrame, city: str | None = None) -> pd.DataFrame:
    """The data without this year's days but the last fourteen."""
    lost = observations["date"].between("2017-01-01", "2017-09-10")
    if city is not None:
        lost &= observations["city"] == city
    return observations[~lost]


def test_a_year_of_fourteen_days_gives_no_odds(observations: pd.DataFrame) -> None:
    few = fourteen_days(observations)
    for call in (
        lambda: airrank.forecast(few, "2017-09-24", panel="henan17", draws=100),
        lambda: airrank.outlook(few, "2017-09-24", [2017, 2018], panel="henan17", draws=100),
    ):
        with pytest.raises(
            InsufficientDataError, match=r"airrank update .*2017-01-01 \(about 5 min"
        ):
            call()


@pytest.mark.slow
def test_a_city_of_fourteen_days_has_no_odds_but_the_others_have(
    observations: pd.DataFrame,
) -> None:
    few = fourteen_days(observations, "驻马店")
    made = airrank.forecast(few, "2017-09-24", panel="henan17", draws=200)
    assert made["信阳"].probability(5) > 0
    with pytest.raises(InsufficientDataError, match="values of Zhumadian are known"):
        made["驻马店"]
    assert any("gaps from 2017-01-01 to 2017-09-10" in str(text) for text in made.caveats)


@pytest.mark.slow
def test_commands_say_what_is_missing_and_rank_shows_what_is_known(
    run: Run, observations: pd.DataFrame, tmp_path: Path
) -> None:
    path = tmp_path / "few.parquet"
    own = observations[observations["date"] <= "2017-09-24"]
    fourteen_days(own, "驻马店").to_parquet(path)
    more = ["--data", str(path), "--panel", "henan17"]
    for command in ("forecast", "outlook", "assess"):
        given = [command, *more, "--as-of", "2017-09-24", "--draws", "100"]
        goals = {"assess": ("--year", 2017, "--goals", 8), "outlook": ("--period", 2017)}
        given += goals.get(command, ("--goal", 8))
        result = run(*given)
        assert result.status == 3, (command, result.err)
    ranked = run("rank", *more, "--period", "2017")
    assert ranked.status == 0
    assert ranked.out.startswith("insufficient data: 17 of 17 cities")


@pytest.mark.slow
def test_the_bundled_2019_gets_intervals(observations: pd.DataFrame) -> None:
    """July to November are missing: a year's distribution, not seven months' ranking."""
    made = airrank.forecast(observations, date(2019, 12, 31), panel="henan17", draws=300)
    assert not made.final
    table = made.summary(())
    assert (table["rank_hi80"] > table["rank_lo80"]).mean() > 0.5
    assert np.isfinite(table["index_median"]).all()
    assert any(str(text).startswith("gaps from 2019-0") for text in made.caveats)
