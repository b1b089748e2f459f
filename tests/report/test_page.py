"""The page in a real browser: quiet, offline, within its width, and its controls work."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from airrank.cities import load_ranking_list
from airrank.plots import style
from airrank.report.briefing import brief
from airrank.report.outline import Outline
from airrank.report.page import page
from airrank.report.sentences import HEADLINE
from airrank.report.tables import INTERVAL, MEDIAN
from airrank.request import Request
from airrank.store import load_observations
from airrank.words import LANGS, Chance, Lang, Percent, Text, speaking
from tests.browsing import opened

pytestmark = pytest.mark.slow

ODDS = (MEDIAN.with_values(end="year end"), INTERVAL.with_values(level=Percent(80)))
RESULTS = (Text("final rank"), Text("index of the period"), Text("Goals"), Text("met"))
CITY = "驻马店"
EVIL = '<img src=x onerror="window.ran=1">'


@pytest.fixture(scope="module")
def pages(outline: Outline, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder, found = tmp_path_factory.mktemp("page"), {}
    for lang in ("zh", "en"):
        found[lang] = folder / f"{lang}.html"
        with speaking(lang):
            found[lang].write_text(page(outline), encoding="utf-8")
    return found


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_quiet_and_within_its_width(
    browser: Any, pages: dict[str, Path], lang: str, width: int, scheme: str
) -> None:
    tab, troubles = opened(browser, pages[lang], width, color_scheme=scheme)
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    inner = (
        "[...document.querySelectorAll('section, .card, h1, header')]"
        ".filter(e => e.getBoundingClientRect().right > innerWidth).length"
    )
    assert tab.evaluate(inner) == 0
    broken = "[...document.images].filter(i => !i.naturalWidth).length"
    assert tab.evaluate(broken) == 0
    assert not troubles
    tab.context.close()


@pytest.mark.parametrize("lang", LANGS)
def test_the_slider_starts_with_the_odds_of_the_forecast(
    browser: Any, outline: Outline, pages: dict[str, Path], lang: Lang
) -> None:
    curve = outline.curves[110]
    told = Chance(outline.forecast.probability(CITY, 110)).in_words(lang).replace(" ", "\u00a0")
    tab, _ = opened(browser, pages[lang], 1440)
    assert tab.input_value("#mean") == str(round(curve.expected))
    unmoved = tab.inner_text("#mean-out")
    assert not any(map(str.isdigit, unmoved))
    assert tab.inner_text('[data-odds="0"]') == told
    tab.press("#mean", "End")
    assert tab.inner_text("#mean-out")[0].isdigit()
    assert tab.inner_text('[data-odds="0"]') != told
    tab.click("#mean-any")
    assert tab.inner_text("#mean-out") == unmoved
    assert tab.inner_text('[data-odds="0"]').replace(" ", "\u00a0") == told
    tab.context.close()


TABLES = "[...document.querySelectorAll('.wide, .scroll:not(.tall)')]"
"""All but the list of all cities, which has a column for each pollutant."""
CUT = f"{TABLES}.filter(e => e.scrollWidth > e.clientWidth).map(e => e.ariaLabel)"


@pytest.mark.parametrize("lang", LANGS)
def test_tables_of_a_finished_year_fit_a_phone(
    browser: Any, finished: Outline, tmp_path: Path, lang: Lang
) -> None:
    path = tmp_path / "page.html"
    with speaking(lang):
        path.write_text(page(finished), encoding="utf-8")
    tab, _ = opened(browser, path, 390)
    assert tab.evaluate(CUT) == []
    tab.context.close()


@pytest.mark.parametrize("lang", LANGS)
def test_figures_and_tables_fit_a_phone(browser: Any, pages: dict[str, Path], lang: Lang) -> None:
    tab, _ = opened(browser, pages[lang], 390)
    wider = "[...document.querySelectorAll('.fig')].filter(e => e.scrollWidth > e.clientWidth)"
    assert tab.evaluate(f"{wider}.length") == 0
    widths = tab.evaluate("[...document.images].map(i => i.getBoundingClientRect().width)")
    assert min(widths) > 300
    scales = tab.evaluate("[...document.images].map(i => i.width / i.naturalWidth)")
    # An SVG's natural width has 96 pixels an inch, its letters 72 points.
    assert min(scales) * style.SMALL * 96 / 72 > 9.8
    assert tab.evaluate(CUT) == []
    tab.context.close()


@pytest.mark.parametrize(("scheme", "dark"), [("light", False), ("dark", True)])
def test_figures_are_as_dark_as_the_page(
    browser: Any, pages: dict[str, Path], scheme: str, dark: bool
) -> None:
    tab, _ = opened(browser, pages["zh"], 1440, color_scheme=scheme)
    picture = Image.open(io.BytesIO(tab.locator(".fig img").first.screenshot())).convert("L")
    assert (float(np.median(picture)) < 60) == dark
    tab.context.close()


def test_slider_moves_the_odds(browser: Any, pages: dict[str, Path]) -> None:
    tab, troubles = opened(browser, pages["zh"], 1440)
    slider = tab.locator("#mean")
    shown = []
    for key in ("Home", "End"):
        slider.press(key)
        width = tab.evaluate("parseFloat(document.querySelector('[data-bar=\"0\"]').style.width)")
        shown.append(width)
    assert shown[0] > shown[1]
    assert tab.inner_text("#mean-out").endswith("微克/立方米")
    assert not troubles
    tab.context.close()


def test_table_sorts_and_filters(browser: Any, pages: dict[str, Path]) -> None:
    tab, _ = opened(browser, pages["en"], 1440)
    cells = "[...document.querySelectorAll('#searched tbody tr')].map(r => r.cells[{}].textContent)"
    column = tab.locator("#searched th button").nth(3)  # the index
    column.focus()
    tab.keyboard.press("Enter")
    index = [float(text) for text in tab.evaluate(cells.format(3))]
    assert index == sorted(index)
    column.click()
    assert [float(text) for text in tab.evaluate(cells.format(3))] == sorted(index, reverse=True)
    tab.fill("#filter", "zhumadian")
    assert tab.inner_text("#count") == "1"
    assert tab.locator("#searched tbody tr:visible").count() == 1
    tab.context.close()


def test_headings_repeat_on_every_printed_sheet(browser: Any, pages: dict[str, Path]) -> None:
    tab, _ = opened(browser, pages["en"], 688)  # A4 without its margins
    tab.emulate_media(media="print")
    # Chromium repeats no heading that holds the box of a control.
    assert tab.evaluate(
        "getComputedStyle(document.querySelector('#searched th button')).display"
    ) == ("contents")
    assert tab.evaluate("document.documentElement.scrollWidth") <= 688
    tab.context.close()


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_our_row_is_always_seen_and_covers_no_heading(
    browser: Any, pages: dict[str, Path], lang: str, width: int
) -> None:
    tab, _ = opened(browser, pages[lang], width)
    seen = """top => {
        const box = document.querySelector('.tall'); box.scrollTop = top;
        const at = e => e.getBoundingClientRect();
        const head = at(box.querySelector('thead th')), cell = at(box.querySelector('tr.ours td'));
        return [head.bottom - cell.top, cell.bottom - at(box).bottom];
    }"""
    for top in (0, 1500, 3000, 99999):
        above, below = tab.evaluate(seen, top)
        assert above <= 1, "below the headings"
        assert below <= 1, "within the list"
    tab.context.close()


def test_no_line_ends_within_a_day(browser: Any, pages: dict[str, Path]) -> None:
    tab, _ = opened(browser, pages["en"], 390)
    lines = "[...document.querySelectorAll('.day')].map(e => e.getClientRects().length)"
    found = [count for count in tab.evaluate(lines) if count]  # a heading may not be shown
    assert found
    assert set(found) == {1}
    tab.context.close()


def test_printed_sheets_are_filled(browser: Any, pages: dict[str, Path]) -> None:
    """A pair of figures, or rows of a long table, go on the sheet that has room for them."""
    tab, _ = opened(browser, pages["en"], 1440)
    tab.emulate_media(media="print")
    style = "getComputedStyle(document.querySelector('{}')).{}"
    assert tab.evaluate(style.format("main", "orphans")) == "1", "a line is a pair of figures"
    assert tab.evaluate(style.format("#around .scroll", "breakInside")) == "auto"
    assert tab.evaluate(style.format("#around tbody tr:last-child", "breakBefore")) == "avoid"
    assert tab.evaluate(style.format("#control .scroll", "breakInside")) == "avoid"
    tab.context.close()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_finished_year_gives_results_and_no_odds(finished: Outline, lang: Lang) -> None:
    assert not {"ranks", "around", "odds"} & set(finished.figures)
    with speaking(lang):
        shown = page(finished)
        for absent in ('class="odds"', 'type="range"', *(str(f) for f in ODDS)):
            assert absent not in shown
        for present in RESULTS:
            assert str(present) in shown


def test_headline_and_size(outline: Outline, pages: dict[str, Path]) -> None:
    for lang in LANGS:
        said = outline.headline.in_words(lang)
        assert len(said) <= HEADLINE
        assert "%" in said
        assert pages[lang].stat().st_size < 3_000_000


def test_headline_of_a_long_name_keeps_the_probability(outline: Outline) -> None:
    briefing = outline.briefing
    names = briefing.forecast.ranking_list
    long = replace(names.resolve("驻马店"), name_en="Xishuangbanna Dai Autonomous Prefecture")
    cities = tuple(long if city.name == long.name else city for city in names.cities)
    forecast = replace(briefing.forecast, ranking_list=replace(names, cities=cities))
    said = Outline(replace(briefing, forecast=forecast)).headline.in_words("en")
    assert len(said) <= HEADLINE
    assert "%" in said


@pytest.mark.filterwarnings("ignore::airrank.tables.account.TableNotice")  # real days
def test_a_city_name_does_not_run(browser: Any, tmp_path: Path) -> None:
    names = load_ranking_list("henan17").names
    units = tmp_path / "units.csv"
    quoted = '"' + EVIL.replace('"', '""') + '"'
    lines = [quoted if name == "信阳" else name for name in names]
    units.write_text("\n".join(["city", *lines]) + "\n", encoding="utf-8")
    observations = load_observations()
    observations = observations[
        observations["city"].isin(names) & (observations["date"] >= "2015-01-01")
    ]
    observations["city"] = observations["city"].replace({"信阳": EVIL})
    data = tmp_path / "data.parquet"
    observations.to_parquet(data)
    named = {"city": EVIL, "data": data, "panel": str(units)}
    made = brief(Request(as_of=date(2017, 9, 24), draws=300, goals=(8,), **named))
    path = tmp_path / "page.html"
    with speaking("zh"):
        path.write_text(page(Outline(made)), encoding="utf-8")
    tab, troubles = opened(browser, path, 390)
    assert tab.evaluate("window.ran") is None
    assert not troubles
    assert EVIL in tab.inner_text("#searched")
    tab.context.close()
