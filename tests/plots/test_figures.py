"""Every figure draws in both languages, gives its numbers, and shows no boxes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fontTools.ttLib import TTCollection, TTFont

from airrank.cities import all_cities, load_ranking_list
from airrank.forecasting.result import Forecast
from airrank.forecasting.run import forecast_panel
from airrank.goals.control import control_table
from airrank.goals.odds import Curve
from airrank.goals.plan import load_plan
from airrank.inputs import Source
from airrank.panel import Panel
from airrank.plots import style
from airrank.plots.calendar import calendar_figure
from airrank.plots.gap import gap_figure
from airrank.plots.history import history_figure
from airrank.plots.labels import FIGURE_LABELS
from airrank.plots.map import map_figure
from airrank.plots.odds import label_level, odds_figure
from airrank.plots.pm25 import pm25_figure
from airrank.plots.ranks import rank_figure
from airrank.plots.rivals import rivals_figure
from airrank.plots.shares import shares_figure
from airrank.store import load_observations
from airrank.wording import LABELS, Lang

CITY = "驻马店"
NEAR = {10: 20.0, 20: 28.0, 30: 36.0, 40: 80.0}
"""Where the odds of some goals are even: three close to each other, one far."""
FIGURES: dict[str, Callable[[Forecast, Any, Lang], Any]] = {
    "ranks": lambda f, _p, lang: rank_figure(f, CITY, lang=lang),
    "rivals": lambda f, _p, lang: rivals_figure(f, CITY, 110, lang=lang),
    "shares": lambda f, p, lang: shares_figure(f, p, CITY, lang=lang),
    "calendar": lambda f, p, lang: calendar_figure(f, p, CITY, lang=lang),
    "pm25": lambda f, p, lang: pm25_figure(f, p, CITY, even=(110, 90.0), lang=lang),
    "odds": lambda f, p, lang: odds_figure(f, p, CITY, lang=lang),
    "map": lambda f, _p, lang: map_figure(f, CITY, lang=lang),
    "change": lambda f, _p, lang: map_figure(f, CITY, change=True, lang=lang),
    "history": lambda f, p, lang: history_figure(f, p, CITY, lang=lang),
}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", FIGURES)
def test_draws_and_repeats(
    name: str, lang: Lang, made: Forecast, source: Source, tmp_path: Path
) -> None:
    contents = []
    for turn in ("a.svg", "b.svg"):
        figure, table = FIGURES[name](made, source.panel, lang)
        assert len(table)
        assert figure.axes[0].get_title(loc="left")
        style.save(figure, tmp_path / turn)
        contents.append((tmp_path / turn).read_bytes())
    assert contents[0] == contents[1]


def test_numbers_are_the_forecasts(made: Forecast, source: Source) -> None:
    _, ranks = rank_figure(made, "Zhumadian")
    assert ranks.loc[110, "cumulative"] == pytest.approx(made.probability(CITY, 110))
    _, shares = shares_figure(made, source.panel, CITY)
    index = made.year_to_date.loc[CITY, "index"]
    assert shares["now"].sum() == pytest.approx(index, abs=0.01)
    assert shares["share"].sum() == pytest.approx(1)
    _, rivals = rivals_figure(made, CITY, 110)
    assert len(rivals) == 11
    assert CITY in rivals.index
    _, pm25 = pm25_figure(made, source.panel, CITY)
    so_far = made.year_to_date.loc[CITY, "pm25"]
    assert pm25[2017].dropna().iloc[-1] == pytest.approx(so_far, abs=0.5)
    _, days = calendar_figure(made, source.panel, CITY)
    assert len(days) == 267
    assert days["level"].between(1, 6).all()
    _, history = history_figure(made, source.panel, CITY)
    assert history.loc[2017, "rank"] == made.of_city(CITY)["rank_median"]
    assert np.isnan(history.loc[2016, "rank_lo80"])


@pytest.mark.parametrize("city", ["海口", "石家庄"])
def test_rank_one_is_at_the_top_and_no_rank_is_shown_that_is_none(
    city: str, made: Forecast, source: Source
) -> None:
    for draw in (history_figure, gap_figure):
        figure, _ = draw(made, source.panel, city)
        low, high = figure.axes[0].get_ylim()
        assert 169 > low > high > 0
        ticks = [tick for tick in figure.axes[0].get_yticks() if high < tick < low]
        assert all(tick == int(tick) for tick in ticks)


def test_a_target_far_above_the_year_is_in_the_picture(made: Forecast, source: Source) -> None:
    """Lhasa's PM2.5 lies far below the limit that the rest of the year may lead to."""
    panel = source.panel.until(made.as_of)
    control: Any = control_table(panel, "拉萨", made.period, made.as_of).loc["pm25"]
    figure, table = pm25_figure(made, panel, "拉萨", control=control)
    _, top = figure.axes[0].get_ylim()
    assert table[2017].dropna().iloc[-1] < 20
    assert top > control["bound"]


def test_a_chance_has_no_tick_above_100(made: Forecast) -> None:
    figure, _ = rank_figure(made, "海口")
    assert max(figure.axes[0].get_yticks()) <= 100


def test_the_place_of_our_name_fits_a_small_map(source: Source) -> None:
    henan = Panel.from_observations(load_observations(), load_ranking_list("henan17"))
    forecast = forecast_panel(henan, date(2017, 9, 24), draws=100, goals=(5,))
    for city in henan.cities:
        figure, _ = map_figure(forecast, city)
        (ours,) = [t for t in figure.axes[0].texts if t.get_text().startswith(city)]
        left, right = figure.axes[0].get_xlim()
        assert left < ours.xyann[0] < right


def test_no_ranks_of_last_year_are_not_taken_for_missing_coordinates(made: Forecast) -> None:
    year_to_date = made.year_to_date.assign(places_gained=pd.NA)
    figure, _ = map_figure(replace(made, year_to_date=year_to_date), CITY, change=True, lang="en")
    assert "no ranks to compare" in figure.axes[0].texts[0].get_text()


def test_labels_of_near_even_points_stand_above_each_other() -> None:
    x = np.linspace(0.0, 100.0, 101)
    near = {goal: Curve("pm25", x, np.where(x <= at, 0.6, 0.4), 10) for goal, at in NEAR.items()}
    levels = [label_level(near[goal].even, near, x) for goal in NEAR]
    assert levels == [2, 1, 0, 0]


def test_every_label_has_a_glyph() -> None:
    from pylopdf_fonts_zh_cn import sans_path

    path = str(sans_path())
    fonts = TTCollection(path).fonts if path.endswith("ttc") else [TTFont(path)]
    known = set(fonts[0].getBestCmap())
    plan = load_plan()
    texts = [name for city in all_cities() for name in (city.name, city.name_en, city.province)]
    texts += [goal.title_zh for goal in plan.goals] + [goal.title_en for goal in plan.goals]
    texts += [words for pair in (*FIGURE_LABELS.values(), *LABELS.values()) for words in pair]
    wanted = {char for text in texts for char in text}
    lacking = sorted(char for char in wanted if ord(char) not in known and char.isprintable())
    assert not lacking


def test_a_name_with_dollars_is_no_formula(made: Forecast, tmp_path: Path) -> None:
    with style.styled():
        figure = style.new_figure()
        figure.add_subplot().set_title(r"甲$\frac$乙")
    style.save(figure, tmp_path / "dollar.png")
