"""Every figure draws in both languages, gives its numbers, and shows no boxes."""

from __future__ import annotations

import gettext
import itertools
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fontTools.ttLib import TTCollection, TTFont
from matplotlib.text import Text as Words

from airrank.cities import all_cities, load_ranking_list
from airrank.errors import InputError
from airrank.forecasting.result import Forecast
from airrank.forecasting.run import forecast_panel
from airrank.goals.control import control_table
from airrank.goals.plan import load_plan
from airrank.goals.rivals import rivals
from airrank.inputs import Source
from airrank.panel import Panel
from airrank.periods import parse_period
from airrank.plots import FIGURES, calendar, draw, shares, style
from airrank.plots.map import classes
from airrank.plots.pm25 import pm25_figure, pm25_table
from airrank.report.page import DARK
from airrank.store import load_observations
from airrank.words import CATALOGUES, LANGS, Lang

CITY = "驻马店"
NOTHING, STORM = SPECIAL = ("2017-03-04", "2017-05-05")


def needed(name: str, source: Source) -> dict[str, Any]:
    """Give what a figure needs beside the forecast and the city, and what it may take."""
    known = {"panel": source.panel, "rank": 110, "even": (110, 90.0)}
    return {key: known[key] for key in (*FIGURES[name].needs, *FIGURES[name].takes) if key in known}


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.slow
def test_draws_and_repeats(
    name: str, lang: Lang, made: Forecast, source: Source, tmp_path: Path
) -> None:
    contents = []
    for turn in ("a.svg", "b.svg"):
        figure, table = draw(name, made, CITY, lang=lang, **needed(name, source))
        assert len(table)
        assert figure.axes[0].get_title(loc="left")
        style.save(figure, tmp_path / turn)
        contents.append((tmp_path / turn).read_bytes())
    assert contents[0] == contents[1]


@pytest.mark.slow
def test_numbers_are_the_forecasts(made: Forecast, source: Source) -> None:
    _, ranks = draw("ranks", made, "Zhumadian")
    assert ranks.loc[110, "cumulative"] == pytest.approx(
        made.probability(CITY, 110), abs=0.5 / len(made.rank_draws)
    )
    _, shares = draw("shares", made, CITY, panel=source.panel)
    index = made.year_to_date.loc[CITY, "index"]
    assert shares["now"].sum() == pytest.approx(index, abs=0.01)
    assert shares["share"].sum() == pytest.approx(1)
    _, around = draw("around", made, CITY, rank=110)
    told = rivals(made, CITY, 110)
    assert [city for city in around.index if city != CITY] == list(told.index)
    assert around.index.is_unique
    assert CITY in around.index
    _, pm25 = draw("pm25", made, CITY, panel=source.panel)
    so_far = made.year_to_date.loc[CITY, "pm25"]
    assert pm25[2017].dropna().iloc[-1] == pytest.approx(so_far, abs=0.5)
    _, days = draw("calendar", made, CITY, panel=source.panel)
    assert len(days) == 267
    assert days["level"].between(1, 6).all()
    _, history = draw("history", made, CITY, panel=source.panel)
    assert history.loc[2017, "rank"] == made.of_city(CITY)["rank_median"]
    assert np.isnan(history.loc[2016, "rank_lo80"])


@pytest.mark.slow
@pytest.mark.parametrize("city", ["海口", "石家庄"])
def test_rank_one_is_at_the_top_and_no_rank_is_shown_that_is_none(
    city: str, made: Forecast, source: Source
) -> None:
    for name in ("history", "path"):
        figure, _ = draw(name, made, city, panel=source.panel)
        low, high = figure.axes[0].get_ylim()
        assert 169 > low > high > 0
        ticks = [tick for tick in figure.axes[0].get_yticks() if high < tick < low]
        assert all(tick == int(tick) for tick in ticks)


def test_a_target_far_above_the_year_is_in_the_picture(made: Forecast, source: Source) -> None:
    """Lhasa's PM2.5 lies far below the limit that the rest of the year may lead to."""
    panel = source.panel.until(made.as_of)
    control: Any = control_table(panel, "拉萨", made.period, made.as_of).loc["pm25"]
    figure, table = draw("pm25", made, "拉萨", panel=panel, control=control)
    _, top = figure.axes[0].get_ylim()
    assert table[2017].dropna().iloc[-1] < 20
    assert top > control["bound"]


def test_a_chance_has_no_tick_above_100(made: Forecast) -> None:
    figure, _ = draw("ranks", made, "海口")
    assert max(figure.axes[0].get_yticks()) <= 100


@pytest.mark.slow
def test_the_place_of_our_name_fits_a_small_map(source: Source) -> None:
    henan = Panel.from_observations(load_observations(), load_ranking_list("henan17"))
    forecast = forecast_panel(henan, date(2017, 9, 24), draws=100, goals=(5,))
    for city in henan.cities:
        figure, _ = draw("map", forecast, city, lang="zh")
        (ours,) = [t for t in figure.axes[0].texts if t.get_text().startswith(city)]
        left, right = figure.axes[0].get_xlim()
        assert left < ours.xyann[0] < right


def test_the_calendar_marks_dust_and_days_without_data(made: Forecast, source: Source) -> None:
    panel, column = source.panel, source.panel.cities.index(CITY)
    day = {name: int(np.flatnonzero(panel.days == np.datetime64(name))[0]) for name in SPECIAL}
    values, dust = panel.values.copy(), np.zeros_like(panel.dust)
    values[day[NOTHING], column] = np.nan
    dust[day[STORM], column] = True
    marked = replace(panel, values=values, dust=dust)
    deducting = replace(made, rules=replace(made.rules, dust="deduct"))
    figure, table = draw("calendar", deducting, CITY, panel=marked, lang="en")
    assert list(table.index[table["dust"]]) == [pd.Timestamp(STORM)]
    assert table["level"].isna().sum() == 1
    assert not pd.isna(table.loc[STORM, "level"])  # day ratios keep dust
    legend = [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    assert {"1 day without data", "1 dust day deducted"} <= set(legend)
    hatched = [cells for cells in figure.axes[0].collections if cells.get_hatch()]
    assert [len(cells.get_paths()) for cells in hatched][:1] == [1]


@pytest.mark.filterwarnings("error:constrained_layout")
@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(("period", "day"), [("2017-09", (9, 24)), ("2017", (1, 5))])
def test_a_calendar_of_few_days_has_room_for_its_words(
    period: str, day: tuple[int, int], lang: Lang, made: Forecast, source: Source
) -> None:
    few = replace(made, period=parse_period(period), as_of=date(2017, *day))
    figure, _ = draw("calendar", few, CITY, panel=source.panel, lang=lang)
    figure.draw_without_rendering()
    (axes,) = figure.axes
    assert len(axes.get_yticklabels()) == 1, "no months to come"
    legend = axes.get_legend().get_window_extent()
    days = [label.get_window_extent().y0 for label in axes.get_xticklabels()]
    foot, title = figure._supxlabel.get_window_extent(), axes._left_title.get_window_extent()
    assert foot.y1 < legend.y0 < legend.y1 < min(days)
    assert axes.bbox.y1 < title.y0 < title.y1 <= figure.bbox.y1


def test_numbers_on_dark_colours_stay_white_in_the_dark(made: Forecast, source: Source) -> None:
    figure, table = draw("calendar", made, CITY, panel=source.panel)
    inks = {text.get_color() for text in figure.axes[0].texts}
    assert table["level"].max() >= calendar.DARK_FROM
    assert inks == {"black", calendar.WHITE}
    assert calendar.WHITE not in DARK
    assert min(bytes.fromhex(calendar.WHITE[1:])) > 250


def test_a_short_period_is_named_by_weeks(made: Forecast, source: Source) -> None:
    month = replace(made, period=parse_period("2017-09"))
    for lang, names in (("zh", ["9月1日", "9月8日"]), ("en", ["1 Sep", "8 Sep"])):
        figure, _ = draw("path", month, CITY, panel=source.panel, lang=lang)
        figure.draw_without_rendering()
        labels = figure.axes[0].get_xticklabels()
        assert [label.get_text() for label in labels[:2]] == names
        extents = [label.get_window_extent() for label in labels]
        assert not any(one.overlaps(other) for one, other in itertools.pairwise(extents))


def test_the_map_tells_ranks_around_the_goal_apart_and_names_the_provinces(made: Forecast) -> None:
    parts = classes(made, CITY)
    assert [parts[0][0], parts[-1][1]] == [1, 168]
    assert all(end + 1 == start for (_, end, _), (start, _, _) in itertools.pairwise(parts))
    goal = parts[2][1]
    assert goal in made.goals
    assert parts[2][0] > goal - 12
    assert parts[3][1] < goal + 12
    red, green, blue = (int(parts[2][2][k : k + 2], 16) for k in (1, 3, 5))
    assert blue > red  # blue up to the goal
    for _, _, colour in parts:
        red, green, blue = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
        assert not (red > 200 and green > 200)  # yellow stands for a fair day in China
    figure, _ = draw("map", made, CITY, lang="zh")
    written = {text.get_text() for text in figure.axes[0].texts}
    assert {"河南", "新疆", "黑龙江", "海南"} <= written


def test_classes_of_ranks_near_the_ends_of_a_list(made: Forecast) -> None:
    for goal in (1, 3, 167, 168):
        parts = classes(replace(made, goals=(goal,)), CITY)
        assert parts[0][0] == 1
        assert parts[-1][1] == 168
        assert any(end == goal for _, end, _ in parts)


def test_the_axis_of_the_index_shows_its_movement(made: Forecast, source: Source) -> None:
    figure, table = draw("history", made, CITY, panel=source.panel)
    low, high = figure.axes[1].get_ylim()
    moved = table["index"].max() - table["index"].min()
    assert moved > 0.3 * (high - low)


def test_what_is_not_known_of_last_year_is_not_in_the_legend(
    made: Forecast, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = shares.shares_table(made, CITY, source.panel).assign(last_year=np.nan)
    monkeypatch.setattr(shares, "shares_table", lambda *_: table)
    figure, _ = draw("shares", made, CITY, panel=source.panel, lang="en")
    assert "last year" not in [text.get_text() for text in figure.axes[0].get_legend().get_texts()]


def test_no_ranks_of_last_year_are_not_taken_for_missing_coordinates(made: Forecast) -> None:
    year_to_date = made.year_to_date.assign(places_gained=pd.NA)
    figure, _ = draw("change", replace(made, year_to_date=year_to_date), CITY, lang="en")
    assert "no ranks to compare" in figure.axes[0].texts[0].get_text()


@pytest.mark.parametrize("name", FIGURES)
def test_no_letters_are_too_small_for_a_phone(name: str, made: Forecast, source: Source) -> None:
    figure, _ = draw(name, made, CITY, **needed(name, source))
    assert figure.get_figwidth() == style.SIZE[0]
    sizes = [words.get_fontsize() for words in figure.findobj(Words) if words.get_text().strip()]
    assert min(sizes) >= style.SMALL


def test_every_label_has_a_glyph() -> None:
    from pylopdf_fonts_zh_cn import sans_path

    path = str(sans_path())
    fonts = TTCollection(path).fonts if path.endswith("ttc") else [TTFont(path)]
    known = set(fonts[0].getBestCmap())
    plan = load_plan()
    texts = [name for city in all_cities() for name in (city.name, city.name_en, city.province)]
    texts += [goal.title_zh for goal in plan.goals] + [goal.title_en for goal in plan.goals]
    with (CATALOGUES / "zh_CN" / "LC_MESSAGES" / "airrank.mo").open("rb") as file:
        texts += map(str, gettext.GNUTranslations(file)._catalog.values())  # type: ignore[attr-defined]
    wanted = {char for text in texts for char in text}
    lacking = sorted(char for char in wanted if ord(char) not in known and char.isprintable())
    assert not lacking


def test_what_a_figure_lacks_or_does_not_know_is_named(made: Forecast) -> None:
    with pytest.raises(InputError, match=r"'gap'.*path, ranks"):
        draw("gap", made, CITY)
    with pytest.raises(InputError, match=r"'shares' needs panel.*found –"):
        draw("shares", made, CITY)
    with pytest.raises(InputError, match=r"'ranks' needs –.*found panel"):
        draw("ranks", made, CITY, panel=None)


def test_a_name_with_dollars_is_no_formula(made: Forecast, tmp_path: Path) -> None:
    with style.styled():
        figure = style.new_figure()
        figure.add_subplot().set_title(r"甲$\frac$乙")
    style.save(figure, tmp_path / "dollar.png")


def test_pm25_of_thin_days_and_of_a_store_that_began_this_year(
    made: Forecast, source: Source
) -> None:
    panel = source.panel
    column = panel.cities.index("驻马店")
    young = panel.between(date(2017, 1, 20), panel.last_day)
    values = young.values.copy()
    values[::4, column, 0] = np.nan
    table = pm25_table(made, "驻马店", replace(young, values=values))
    assert list(table.columns) == [2017]
    assert np.isnan(table[2017].iloc[0])
    assert table[2017].iloc[-1] == pytest.approx(np.nanmean(values[:248, column, 0]))
    values[:, column, 0] = np.nan
    figure, table = pm25_figure(made, "驻马店", panel=replace(young, values=values))
    assert table.empty
    assert figure.axes[0].get_ylim()[1] > 0
