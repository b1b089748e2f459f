"""`airrank control`, the replay, and a ranking list of 156 townships."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from airrank.cli import cli
from airrank.errors import InsufficientDataError
from airrank.forecasting.result import Forecast
from airrank.goals.counties import panel_of_units, weekly_letter
from airrank.goals.plan import rank_goal
from airrank.goals.requirements import replay
from airrank.goals.values import observed_values
from airrank.goals.verdicts import judge
from airrank.panel import Panel
from airrank.rules.standards import POLLUTANTS


@pytest.fixture
def no_model(monkeypatch: pytest.MonkeyPatch, make_forecast: Callable[..., Forecast]) -> None:
    """Put a quick forecast of known draws in the model's place."""
    from airrank.forecasting import run

    def quick(panel: Panel, day: date, *, draws: int, seed: int, **_: Any) -> Forecast:
        if day.month == 1:
            raise InsufficientDataError("too early")
        return make_forecast(day, draws, seed)

    monkeypatch.setattr(run, "forecast_panel", quick)


@pytest.fixture
def arguments(daily: pd.DataFrame, tmp_path: Path) -> list[str]:
    data, units = tmp_path / "days.parquet", tmp_path / "units.csv"
    daily.to_parquet(data)
    units.write_text("city\n" + "\n".join("甲乙丙丁戊己庚辛壬癸") + "\n", encoding="utf-8")
    return ["--data", str(data), "--panel", str(units), "--city", "戊", "--draws", "1000"]


def run(arguments: list[str], *more: str) -> str:
    result = CliRunner().invoke(cli, ["control", *arguments, *more], standalone_mode=False)
    if result.exception is not None:
        raise result.exception
    return result.stdout


@pytest.mark.usefixtures("no_model")
@pytest.mark.filterwarnings("ignore::airrank.tables.account.TableNotice")  # drawn days
@pytest.mark.slow
def test_control_as_json_and_files(arguments: list[str], tmp_path: Path) -> None:
    out = tmp_path / "out"
    day = ["--as-of", "2017-09-30", "--goal", "5", "--goal", "3"]
    scale = ["--scale", "pm25=-10%", "--from", "2017-10-01"]
    content = json.loads(run(arguments, *day, *scale, "--json", "--out", str(out)))
    assert content["schema"] == "airrank/control/1"
    assert [row["rank"] for row in content["what_if"]] == [5, 3]
    assert all(row["after"] >= row["before"] for row in content["what_if"])
    assert {path.name for path in out.iterdir()} == {
        "control.json",
        "control.csv",
        "odds.csv",
        "places.csv",
        "rivals_3.csv",
        "rivals_5.csv",
    }
    text = run(arguments, *day, "--lang", "en")
    for words in ("Control values", "Cities around rank 3", "days to spare", "settings"):
        assert words in text
    chinese = run(arguments, *day, *scale, "--lang", "zh")
    assert not re.search(r"(?<![<>])\b(0|100) % →|→ (0|100) %", chinese)  # nothing is certain yet
    for words in ("剩余日控制值", "第3名前后位次城市", "进入前3名还需超越", "若PM2.5下降10.0%："):
        assert words in chinese


@pytest.mark.usefixtures("no_model")
@pytest.mark.filterwarnings("ignore::airrank.tables.account.TableNotice")  # drawn days
@pytest.mark.slow
def test_replay_month_by_month(panel: Panel, arguments: list[str]) -> None:
    table = replay(panel, "戊", 2017, (3, 5), draws=800)
    assert list(table.index)[0::9] == ["2017-02-28", "2017-11-30"]
    assert (table.p_rank_le_3 <= table.p_rank_le_5).all()
    assert table.final_rank.nunique() == 1
    k = POLLUTANTS.index("pm25")
    autumn = panel.between(date(2017, 10, 1), date(2017, 12, 31)).values[:, 4, k]
    assert table.loc["2017-09-30", "pm25_rest"] == pytest.approx(autumn.mean())
    assert "2017-11-30" in run(arguments, "--replay", "2017", "--goal", "5")


@pytest.mark.shared
def test_156_townships_go_the_same_way(shared_data: Path) -> None:
    (path,) = (shared_data / "daily").glob("daily_168_*.parquet")
    real = pd.read_parquet(path)
    real = real[(real.date >= "2016-12-15") & (real.date < "2018-01-01")]
    names = sorted(real.city.unique())[:156]
    township = {name: f"第{i:03d}镇" for i, name in enumerate(names)}
    daily = real[real.city.isin(names)].assign(city=lambda f: f.city.map(township))
    panel = panel_of_units(daily, "townships")
    assert len(panel.cities) == 156
    letter = weekly_letter(panel, date(2017, 9, 24))
    assert len(letter) == 156
    assert letter["rank"].max() <= 156
    best = letter.index[0]
    week = panel.between(date(2017, 9, 18), date(2017, 9, 24)).values
    means = np.nanmean(week[:, :, 0], axis=0)
    assert means[panel.cities.index(best)] < np.median(means)
    figure = observed_values(panel, "第010镇", 2017)["rank"]
    assert judge(rank_goal(156, 2017), figure).verdict == "met"


def test_a_replay_without_a_month_to_forecast_from(
    panel: Panel, monkeypatch: pytest.MonkeyPatch
) -> None:
    from airrank.forecasting import run

    def too_early(*_: Any, **__: Any) -> Forecast:
        raise InsufficientDataError("too early")

    monkeypatch.setattr(run, "forecast_panel", too_early)
    with pytest.raises(InsufficientDataError, match="no month of 2017 has enough data"):
        replay(panel, "戊", 2017, (5,), draws=100)
    with pytest.raises(InsufficientDataError, match="the data ends on 2017-12-30"):
        replay(panel.until(date(2017, 12, 30)), "戊", 2017, (5,), draws=100)
