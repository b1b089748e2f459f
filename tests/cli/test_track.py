"""``airrank track``: a replay that is kept, scored, and says what it could not read."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from airrank.errors import InputError
from airrank.forecasting.record import read_record, record_table
from airrank.forecasting.run import forecast_panel
from airrank.inputs import load_panel
from airrank.panel import Panel
from airrank.periods import Period
from airrank.verification import replay as module
from airrank.verification.record_scores import outcomes, score_record
from airrank.verification.replay import Wanted, replay

pytestmark = pytest.mark.slow

DAYS = [date(2017, 9, 10), date(2017, 9, 17), date(2017, 9, 24)]
WANTED = Wanted(2017, "驻马店", (5, 2), draws=200)


@pytest.fixture(scope="module")
def panel() -> Panel:
    return load_panel(None, "henan17").panel


@pytest.fixture(scope="module")
def stored(panel: Panel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three weeks of a replay."""
    folder = tmp_path_factory.mktemp("weeks")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "origin_days", lambda _year, _origins: DAYS)
        replay(panel, WANTED, folder)
    return folder


@pytest.fixture
def weeks(stored: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(module, "origin_days", lambda _year, _origins: DAYS)
    return shutil.copytree(stored, tmp_path / "weeks")


def content(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_week_is_what_a_forecast_of_that_day_says(panel: Panel, weeks: Path) -> None:
    assert sorted(path.name for path in weeks.iterdir()) == [str(day) for day in DAYS]
    direct = forecast_panel(panel.until(DAYS[1]), DAYS[1], draws=200, goals=(5, 2))
    week = read_record(weeks, panel.cities).weeks[1]
    assert np.allclose(week.distribution.to_numpy(), direct.rank_distribution.to_numpy())
    assert week.content["data_fingerprint"] == panel.until(DAYS[1]).fingerprint()


def test_kept_resumed_and_remade(
    panel: Panel, weeks: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = content(weeks)
    (weeks / "2017-09-17" / "ranks.csv").unlink()
    made: list[date] = []
    whole = module._write

    def watched(history: Panel, wanted: Wanted, folder: Path) -> None:
        made.append(history.last_day)
        whole(history, wanted, folder)

    monkeypatch.setattr(module, "_write", watched)
    replay(panel, WANTED, weeks)
    assert made == [DAYS[1]]
    assert content(weeks) == before
    made.clear()
    replay(panel, Wanted(2017, "驻马店", (5, 2), draws=200, seed=1), weeks)
    assert made == DAYS


def test_a_weekly_run_is_not_replaced(panel: Panel, weeks: Path) -> None:
    (weeks / "2017-09-24" / "manifest.json").write_text("{}", encoding="utf-8")
    before = content(weeks)
    with pytest.raises(InputError, match="does not replace"):
        replay(panel, Wanted(2017, "驻马店", (5, 2), draws=201), weeks)
    assert content(weeks) == before


def test_the_future_has_no_influence(panel: Panel, weeks: Path, tmp_path: Path) -> None:
    def later_trebled(part: Panel) -> Panel:
        later = (part.days > np.datetime64(DAYS[-1]))[:, None, None]
        return replace(part, values=np.where(later, 3.0, 1.0) * part.values)

    assert panel.surroundings is not None
    changed = replace(later_trebled(panel), surroundings=later_trebled(panel.surroundings))
    other = tmp_path / "other"
    other.mkdir()
    replay(changed, WANTED, other)
    assert content(other) == content(weeks)


def test_scores(panel: Panel, weeks: Path) -> None:
    record = read_record(weeks, panel.cities)
    known, unknown = outcomes(record, panel)
    assert not unknown
    scored = score_record(record, known, "驻马店", (5, 2))
    said = record_table(record, "驻马店", (5, 2))
    truth = int(known[Period.of_year(2017)].rank[panel.cities.index("驻马店")])
    assert (scored["rank_error"] == said["median"] - truth).all()
    hit = float(truth <= 2)
    assert np.allclose(scored["brier_2"], (said["p_rank_le_2"] - hit) ** 2)
    inside = (said["lo80"] <= truth) & (truth <= said["hi80"])
    assert (scored["inside_80"] == inside).all()
    steps = np.arange(1, 18) >= truth
    p = record.weeks[0].distribution.loc["驻马店"].to_numpy().cumsum()
    assert scored["rps"].iloc[0] == pytest.approx(((p - steps) ** 2).sum() / 16)


def test_an_open_year_is_not_scored(panel: Panel, weeks: Path) -> None:
    record = read_record(weeks, panel.cities)
    known, unknown = outcomes(record, panel.until(DAYS[-1]))
    assert not known
    assert "not known" in str(unknown[Period.of_year(2017)])
    assert score_record(record, known, "驻马店", (5,)).empty


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("forecast.json", "{", "not valid JSON"),
        ("forecast.json", "[" * 100_000, "nested too deeply"),
        ("forecast.json", "{}", "schema is missing"),
        ("forecast.json", '{"schema": "airrank/forecast/1"}', "target_year is missing"),
        ("forecast.json", '{"schema": "airrank/forecast/9"}', "expected the schema"),
        ("ranks.csv", "city\n", "damaged"),
        ("rank_distribution.parquet", "PAR1", "damaged"),
        ("forecast.json", None, "missing"),
    ],
)
def test_a_broken_week_is_said(
    panel: Panel, weeks: Path, name: str, text: str | None, why: str
) -> None:
    path = weeks / "2017-09-17" / name
    path.unlink()
    if text is not None:
        path.write_text(text, encoding="utf-8")
    record = read_record(weeks, panel.cities)
    assert [week.as_of for week in record.weeks] == [DAYS[0], DAYS[2]]
    assert why in str(record.troubles[DAYS[1]])


def test_a_week_with_a_city_twice_or_with_bytes_for_names_is_said(
    panel: Panel, weeks: Path
) -> None:
    ranks = weeks / "2017-09-17" / "ranks.csv"
    head, *rows = ranks.read_text(encoding="utf-8-sig").splitlines()
    ranks.write_text("\n".join([head, *rows, rows[0]]), encoding="utf-8-sig")
    names = pa.array([b"\xff\xfe"] * 17).view(pa.string())
    pq.write_table(pa.table({"city": names}), weeks / "2017-09-24" / "rank_distribution.parquet")
    troubles = read_record(weeks, panel.cities).troubles
    assert "another ranking list" in str(troubles[DAYS[1]])
    assert "damaged" in str(troubles[DAYS[2]])


def test_a_missing_and_a_renamed_week(panel: Panel, weeks: Path) -> None:
    (weeks / "2017-09-17").rename(weeks / "2017-08-20")
    troubles = read_record(weeks, panel.cities).troubles
    assert "is as of 2017-09-17" in str(troubles[date(2017, 8, 20)])
    assert str(troubles[date(2017, 9, 3)]) == "no forecast of this week"
    assert date(2017, 9, 17) in troubles


def test_command(run: Callable[..., Any], weeks: Path) -> None:
    shutil.rmtree(weeks / "2017-09-17")
    result = run("track", weeks, "--panel", "henan17", "--json", "--lang", "zh")
    assert result.status == 0, result.err
    said = json.loads(result.out)
    assert said["schema"] == "airrank/track/1"
    assert said["goals"] == [5, 2]
    assert said["not_read"] == {"2017-09-17": "no forecast of this week"}
    assert [week["as_of"] for week in said["weeks"]] == ["2017-09-10", "2017-09-24"]
    assert all(week["outcome"] >= 1 for week in said["weeks"])
    table = pd.read_csv(weeks / "track.csv", encoding="utf-8-sig")
    assert list(table["median"]) == [week["median"] for week in said["weeks"]]
    first = (weeks / "odds_over_time.png").read_bytes()
    shown = run("track", "--out", weeks, "--panel", "henan17", "--lang", "zh")
    assert "2017年9月17日：本周没有预测" in shown.out
    assert (weeks / "odds_over_time.png").read_bytes() == first


def test_command_replays(run: Callable[..., Any], weeks: Path) -> None:
    shutil.rmtree(weeks / "2017-09-24")
    options = ("--panel", "henan17", "--goal", "5", "--goal", "2", "--draws", "200", "--jobs", "1")
    result = run("track", "--replay", "2017", "--out", weeks, *options)
    assert result.status == 0, result.err
    assert (weeks / "2017-09-24" / "forecast.json").exists()


def test_causes_have_headings_for_people_and_names_for_programs(
    run: Callable[..., Any], weeks: Path
) -> None:
    options = ("--panel", "henan17", "--goal", "5", "--goal", "2", "--draws", "200", "--jobs", "1")
    heads = []
    for more in (("--lang", "zh"), ("--json",)):
        result = run("track", "--replay", "2017", "--out", weeks, *options, *more)
        assert result.status == 0, result.err
        table = pd.read_csv(weeks / "causes.csv", encoding="utf-8-sig")
        heads.append([*table, *table.iloc[:, 2]])
    people, programs = heads
    assert not any(re.search("[a-z]", head) for head in people)
    assert {"前5名", "本市新增天数"} <= set(people)
    assert {"since", "own_days", "noise_time", "rank_le_5"} <= set(programs)


def test_command_refuses(run: Callable[..., Any], tmp_path: Path) -> None:
    assert run("track").status == 2
    empty = run("track", tmp_path)
    assert empty.status == 2
    assert "no readable weekly forecast" in empty.err
    assert "airrank weekly" in run("track", tmp_path / "none").err
