"""What notebooks show is HTML in which nothing runs, and nothing is fetched."""

from __future__ import annotations

from dataclasses import replace

import pytest

from airrank.plots import draw
from airrank.report.inline import picture, slides
from airrank.report.outline import Outline
from airrank.report.section import SLIDES
from airrank.words import speaking
from tests.report.conftest import like

EVIL = "<script>alert(1)</script>"


@pytest.mark.slow
def test_texts_are_escaped(outline: Outline) -> None:
    forecast = replace(outline.forecast, caveats=(EVIL,))
    html = "".join(
        shown.html for shown in slides(Outline(like(outline.briefing, forecast=forecast)))
    )
    assert "<script" not in html
    assert html.count("&lt;script&gt;") == 2  # on the first slide and with the data's status


@pytest.mark.slow
def test_a_slide_for_each_section(outline: Outline) -> None:
    with speaking("en"):
        shown = list(slides(outline))
    assert len(shown) == len(list(outline.shown_in(SLIDES)))
    assert outline.headline.in_words("en").replace(">", "&gt;") in shown[0].html
    assert all(part.html.startswith("<h2>") for part in shown)


def test_a_figure_brings_all_it_needs(outline: Outline) -> None:
    figure, _ = draw("ranks", outline.forecast, outline.city)
    html = picture(figure)._repr_html_()
    assert html.count("<img") == 1
    assert "http" not in html
