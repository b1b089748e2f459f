"""The figure of the path: what it shows, and that it can be read."""

from __future__ import annotations

import itertools
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from airrank.cities import load_ranking_list
from airrank.forecasting.run import forecast_panel
from airrank.panel import Panel
from airrank.plots import draw, path
from airrank.plots.place import spread
from airrank.plots.style import save
from airrank.store import load_observations
from airrank.words import Lang


@pytest.fixture(scope="module")
def panel() -> Panel:
    return Panel.from_observations(load_observations(), load_ranking_list("henan17"))


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.slow
def test_the_table_holds_what_is_drawn(panel: Panel, lang: Lang, tmp_path: Path) -> None:
    forecast = forecast_panel(panel, date(2017, 9, 24), draws=200, goals=(5, 9))
    figure, table = draw("path", forecast, "驻马店", panel=panel, lang=lang)
    observed, fan = table["rank"].dropna(), table["median"].dropna()
    assert observed.index[-1] == pd.Timestamp(2017, 9, 24)
    assert observed.iloc[-1] == forecast.year_to_date.loc["驻马店", "rank"]
    weeks = pd.date_range("2017-10-01", "2017-12-24", freq="7D")
    assert list(fan.index) == [*weeks, pd.Timestamp(2017, 12, 31)]
    width = (table["hi95"] - table["lo95"]).dropna()
    assert width.iloc[0] < width.iloc[-1]
    assert fan.iloc[-1] == forecast.of_city("驻马店")["rank_median"]
    axes = figure.axes[0]
    low, high = axes.get_ylim()
    assert low > observed.max() >= observed.min() > high  # rank 1 at the top, January inside
    written = " ".join(text.get_text() for text in axes.texts)
    for goal in (5, 9):
        assert str(goal) in written
    save(figure, tmp_path / "a.png")
    save(draw("path", forecast, "驻马店", panel=panel, lang=lang)[0], tmp_path / "b.png")
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


@pytest.mark.slow
def test_a_year_that_has_just_begun_and_one_that_is_over(panel: Panel) -> None:
    for day in (date(2017, 1, 5), date(2017, 12, 31)):
        forecast = forecast_panel(panel, day, draws=100, goals=(9,))
        _, table = draw("path", forecast, "驻马店", panel=panel)
        assert table.notna().any(axis=1).all()


def test_a_finished_year_says_what_came_of_the_goals(panel: Panel) -> None:
    forecast = forecast_panel(panel, date(2017, 12, 31), draws=100, goals=(1, 17))
    figure, _ = draw("path", forecast, "驻马店", panel=panel, lang="en")
    written = [text.get_text() for text in figure.axes[0].texts]
    assert "top 1  not met" in written
    assert "top 17  met" in written
    assert not any("P =" in text for text in written)


def test_without_a_rank_there_is_still_a_figure(
    panel: Panel, monkeypatch: pytest.MonkeyPatch
) -> None:
    forecast = forecast_panel(panel, date(2017, 9, 24), draws=100, goals=())
    none = pd.Series([], index=pd.DatetimeIndex([]), dtype=float)
    monkeypatch.setattr(path, "ranks_to_date", lambda *_: none)
    monkeypatch.setattr(path, "rank_fan", lambda *_: pd.DataFrame())
    figure, table = draw("path", forecast, "驻马店", panel=panel)
    assert figure.axes
    assert table.empty


def test_spread_keeps_order_and_distance() -> None:
    placed = spread([100.0, 101.0, 102.0, 150.0], 5.0)
    assert placed == sorted(placed)
    assert min(b - a for a, b in itertools.pairwise(placed)) >= 5.0 - 1e-6
    assert placed[3] == 150.0
