"""Every figure draws in both languages, gives its numbers, and shows no boxes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fontTools.ttLib import TTCollection, TTFont

from airrank.cities import all_cities
from airrank.forecasting.result import Forecast
from airrank.goals.odds import Curve
from airrank.goals.plan import load_plan
from airrank.inputs import Source
from airrank.plots import labels, style
from airrank.plots.calendar import calendar_figure
from airrank.plots.history import history_figure
from airrank.plots.map import map_figure
from airrank.plots.odds import label_level, odds_figure
from airrank.plots.pm25 import pm25_figure
from airrank.plots.ranks import rank_figure
from airrank.plots.rivals import rivals_figure
from airrank.plots.shares import shares_figure
from airrank.wording import Lang

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


def test_rank_one_is_at_the_top(made: Forecast, source: Source) -> None:
    figure, _ = history_figure(made, source.panel, CITY)
    low, high = figure.axes[0].get_ylim()
    assert low > high


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
    wanted = labels.all_characters() | {char for text in texts for char in text}
    lacking = sorted(char for char in wanted if ord(char) not in known and char.isprintable())
    assert not lacking


def test_a_name_with_dollars_is_no_formula(made: Forecast, tmp_path: Path) -> None:
    with style.styled():
        figure = style.new_figure()
        figure.add_subplot().set_title(r"甲$\frac$乙")
    style.save(figure, tmp_path / "dollar.png")
