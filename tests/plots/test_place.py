"""Where words stand: off every line, off each other, and inside, whatever the figures show."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text as Words

from airrank.forecasting.result import Forecast
from airrank.goals.odds import Curve
from airrank.inputs import Source
from airrank.periods import Period
from airrank.plots import draw, odds, path, style
from airrank.plots.outlook import _year_axis, outlook_figure
from airrank.plots.place import BESIDE, beside, edge_labels, settle
from airrank.request import Request
from airrank.words import LANGS, Lang, speaking

CITY = "驻马店"


def boxes(figure: Any) -> Iterator[tuple[Any, Any]]:
    """Give the words of all axes with their boxes, as finally drawn."""
    figure.draw_without_rendering()
    for axes in figure.axes:
        for text in axes.texts:
            if text.get_text():
                yield text, Words.get_window_extent(text)  # without the line to its point


def check(figure: Any) -> None:
    """No words leave the figure or lie on others; those beside a point cut no line of the axes."""
    found = list(boxes(figure))
    for text, box in found:
        assert figure.bbox.x0 <= box.x0, text
        assert box.x1 <= figure.bbox.x1, text
        assert figure.bbox.y0 <= box.y0, text
        assert box.y1 <= figure.bbox.y1, text
        if (text.get_gid() or "").startswith(BESIDE):
            room = text.axes.bbox
            assert room.x0 <= box.x0 < box.x1 <= room.x1, text
            assert room.y0 <= box.y0 < box.y1 <= room.y1, text
            for line in text.axes.lines:
                course = line.get_transform().transform_path(line.get_path())
                assert not course.intersects_bbox(box, filled=False), (text, line)
    for (one, box), (other, there) in itertools.combinations(found, 2):
        assert not box.padded(-0.5).overlaps(there.padded(-0.5)), (one, other)


@pytest.mark.parametrize("x", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("y", [0.0, 0.03, 0.97, 1.0])
@pytest.mark.parametrize("slope", [-3.0, 0.0, 3.0])
def test_words_beside_a_point_cut_no_line(x: float, y: float, slope: float) -> None:
    with style.styled():
        figure = style.new_figure(5, 4)
        axes = figure.add_subplot()
        axes.set(xlim=(0, 1), ylim=(0, 1))
        axes.axhline(y - 0.08)
        axes.plot([x - 1, x, x + 1], [y - slope, y, y - slope])
        axes.plot(x, y, "o")
        beside(axes, "now 104", (x, y), style.INK)
        style.lay_out(figure)
        settle(figure)
        check(figure)


@pytest.mark.parametrize("level", [0.0, 50.0, 100.0])
def test_labels_at_the_edge_stay_beside_the_axes(level: float) -> None:
    with style.styled():
        figure = style.new_figure()
        axes = figure.add_subplot()
        axes.set(xlim=(0, 1), ylim=(0, 102))
        words = [f"top {goal}\nP = 42 %" for goal in (100, 105, 110)]
        edge_labels(axes, [(level, text, style.INK) for text in words])
        check(figure)
        for _, box in boxes(figure):
            assert axes.bbox.y0 - 1 <= box.y0 < box.y1 <= axes.bbox.y1 + 1


@pytest.mark.parametrize("even", [(20.0, 20.5, 21.0), (99.0, 99.5, 100.0), (0.0, 50.0, 100.0)])
def test_labels_of_even_odds_stand_above_all_curves(
    even: tuple[float, ...], made: Forecast, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    x = np.linspace(0.0, 100.0, 101)
    curves = {
        goal: Curve("pm25", x, np.interp(x, [at - 1, at + 1], [0.99, 0.01]), 10, at)
        for goal, at in zip(made.goals, even, strict=True)
    }
    monkeypatch.setattr(odds, "rank_curves", lambda *_: tuple(curves.values()))
    figure, _ = draw("odds", made, CITY, panel=source.panel)
    check(figure)
    (axes,) = figure.axes
    top = axes.transData.transform((0, 100))[1]
    written = [(text, box) for text, box in boxes(figure) if "even at" in text.get_text()]
    assert len(written) == 3
    for _, box in written:
        assert top < box.y0
        assert axes.bbox.x0 <= box.x0 < box.x1 <= axes.bbox.x1
        assert box.y1 <= axes.bbox.y1


STEEP = {
    "falling": np.linspace(60, 150, 39),
    "rising": np.linspace(150, 60, 39),
    "on a goal": np.full(39, 105.0),
    "first day": np.array([69.0]),
}


@pytest.mark.parametrize("course", STEEP)
@pytest.mark.parametrize("lang", LANGS)
def test_the_rank_today_lies_on_no_line(
    course: str, lang: Lang, made: Forecast, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    ranks = STEEP[course]
    first = pd.Timestamp(2017, 1, 5)
    days = pd.date_range(first, periods=len(ranks), freq="7D")
    observed = pd.Series(ranks, index=days)
    ends = pd.date_range(days[-1] + pd.Timedelta(days=7), "2017-12-31", freq="7D")
    fan = {"median": 104.0, "lo50": 99.0, "hi50": 110.0}
    fan |= {"lo80": 90.0, "hi80": 120.0, "lo95": 80.0, "hi95": 130.0}
    monkeypatch.setattr(path, "ranks_to_date", lambda *_: observed)
    monkeypatch.setattr(path, "rank_fan", lambda *_: pd.DataFrame(fan, index=ends))
    figure, _ = draw("path", made, CITY, panel=source.panel, lang=lang)
    check(figure)
    low, high = figure.axes[0].get_ylim()
    assert low > max(ranks)
    assert high < min(ranks)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(
    "name",
    [
        pytest.param("path", marks=pytest.mark.slow),  # draws the weeks to come
        *("ranks", "around", "odds", "pm25", "history"),
    ],
)
def test_figures_of_a_forecast_can_be_read(
    name: str, lang: Lang, made: Forecast, source: Source
) -> None:
    known: dict[str, Any] = {"rank": 110} if name == "around" else {"panel": source.panel}
    figure, _ = draw(name, made, CITY, lang=lang, **({} if name == "ranks" else known))
    check(figure)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", ["map", "change"])
def test_names_of_provinces_lie_on_no_others(name: str, lang: Lang, made: Forecast) -> None:
    figure, _ = draw(name, made, CITY, lang=lang)
    found = list(boxes(figure))
    axes: Any = figure.axes[0]
    legend = axes.get_legend().get_window_extent()
    assert len(found) > 30
    for text, box in found:
        assert axes.bbox.x0 <= box.x0 < box.x1 <= axes.bbox.x1, text
        assert axes.bbox.y0 <= box.y0 < box.y1 <= axes.bbox.y1, text
        assert not box.overlaps(legend), text
    for (one, box), (other, there) in itertools.combinations(found, 2):
        assert not box.padded(-0.5).overlaps(there.padded(-0.5)), (one, other)
    place = {text.get_text(): (box.y0 + box.y1) / 2 for text, box in found}
    capital, around = {"zh": ("北京", "河北"), "en": ("Beijing", "Hebei")}[lang]
    assert place[capital] > place[around]


def test_words_make_room_for_those_that_come_after_them() -> None:
    """The first takes the place above its point, the only one that the second has."""
    with style.styled():
        figure = style.new_figure(4, 3)
        axes = figure.add_subplot()
        axes.set(xlim=(0, 1), ylim=(0, 1))
        beside(axes, "first of two", (0.5, 0.5), style.INK)
        for height in (0.36, 0.42, 0.48, 0.54):
            axes.axhline(height)
        beside(axes, "the other", (0.5, 0.48), style.INK)
        style.lay_out(figure)
        settle(figure)
        check(figure)


@pytest.mark.slow
def test_ranks_of_an_outlook_cover_no_step_of_the_goals(source: Source) -> None:
    found, _ = Request(as_of=date(2020, 6, 30), draws=200).outlook(source)
    for lang in LANGS:
        with speaking(lang):
            figure, _ = outlook_figure(found)
        check(figure)


def test_names_of_many_years_do_not_touch() -> None:
    nothing = pd.Series(dtype=float, index=pd.DatetimeIndex([]))
    frame = pd.DataFrame(index=pd.DatetimeIndex([]))
    with style.sheet("", "") as figure:
        (axes,) = figure.axes
        _year_axis(axes, nothing, nothing, frame, [Period.of_year(y) for y in range(2015, 2026)])
    figure.draw_without_rendering()
    named = [t for t in axes.get_xticklabels(minor=True) if t.get_text()]
    boxes = [label.get_window_extent() for label in named]
    assert named[-1].get_text() == "2025"
    assert not any(one.overlaps(other) for one, other in itertools.pairwise(boxes))
