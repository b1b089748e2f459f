"""Periods that were over before the data, that are over, or ahead: one rule for all commands."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from airrank.periods import Period
from airrank.plots.shares import shares_table
from airrank.report import briefing
from airrank.report.weekly import Common, _Week
from airrank.request import Request
from tests.cli.conftest import Run

BRIEF = ("--as-of", "2017-09-24", "--panel", "henan17", "--draws", "100")


@pytest.mark.parametrize("command", ["forecast", "outlook", "control", "report", "weekly"])
def test_before_the_data(run: Run, tmp_path: Path, command: str) -> None:
    more = {"report": ("--out", tmp_path), "weekly": ("--no-update", "--out", tmp_path)}
    done = run(command, "--period", "2001", *BRIEF, *more.get(command, ()))
    assert done.status == 2
    assert "2001 was over before the first day of the data, 2013-12-01" in done.err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("period", ["2018", "2017-10", "2017Q4"])
@pytest.mark.parametrize("command", ["report", "weekly"])
def test_a_briefing_of_a_period_ahead(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: str, period: str
) -> None:
    monkeypatch.setattr(Request, "forecast_of_all", lambda *_: pytest.fail("too late"))
    more = ("--no-update",) if command == "weekly" else ()
    done = run(command, "--period", period, *BRIEF, "--out", tmp_path, *more)
    assert done.status == 2
    assert "has not begun on 2017-09-24" in done.err
    assert not list(tmp_path.iterdir())


def test_a_week_after_the_end_knows_the_days_of_the_period_alone(tmp_path: Path) -> None:
    request = Request(
        as_of=date(2017, 9, 24), panel="henan17", period=Period.of_year(2016), draws=100
    )
    week = _Week(request, Common(request), tmp_path, several=False)
    week.status(tmp_path)
    assert json.loads((tmp_path / "status.json").read_text())["days_of_period"] == 366


@pytest.mark.slow
def test_nothing_moves_once_a_period_is_over() -> None:
    for day, moved in (
        (date(2017, 1, 3), True),
        (date(2017, 1, 7), False),
        (date(2017, 9, 24), False),
    ):
        request = Request(as_of=day, panel="henan17", period=Period.of_year(2016), draws=100)
        forecast = request.forecast(request.load())
        found = briefing._week_before(forecast, "驻马店", None)
        assert (found is not None) == moved


@pytest.mark.slow
def test_what_it_takes_in_a_year_ahead(run: Run) -> None:
    done = run("control", "--period", "2018", "--goal", "8", *BRIEF, "--json")
    assert done.status == 0
    content = json.loads(done.out)
    assert content["rivals"] == {}
    assert content["odds"]


@pytest.mark.slow
def test_a_period_over_is_compared_with_the_same_days_a_year_earlier() -> None:
    tables = []
    for day in (date(2016, 12, 31), date(2017, 9, 24)):
        request = Request(as_of=day, panel="henan17", period=Period.of_year(2016), draws=100)
        source = request.load()
        tables.append(shares_table(request.forecast(source), "驻马店", source.panel))
    pd.testing.assert_frame_equal(tables[0], tables[1])
