"""What notebooks show is HTML in which nothing runs, and nothing is fetched."""

from __future__ import annotations

from airrank.plots.ranks import rank_figure
from airrank.report.briefing import Briefing
from airrank.report.inline import Shown, cards, lines, section
from airrank.report.tables import Table, summary_table

EVIL = "<script>alert(1)</script>"


def test_texts_are_escaped() -> None:
    table = Table("t", ("", ""), ((EVIL, EVIL),))
    for shown in (section(EVIL, table), section("t", lines([EVIL])), cards(table)):
        assert isinstance(shown, Shown)
        assert "<script" not in shown._repr_html_()
        assert "&lt;script&gt;" in shown._repr_html_()


def test_what_is_missing_makes_no_section(briefing: Briefing) -> None:
    assert section("nothing", None, None) is None
    figure, _ = rank_figure(briefing.forecast, briefing.city)
    shown = section("one", None, figure)
    assert isinstance(shown, Shown)
    assert shown.html.count("<img") == 1
    assert "http" not in shown.html.replace("http://www.w3.org", "")


def test_numbers_to_see_first(briefing: Briefing) -> None:
    rows = dict(summary_table(briefing, "en").rows)
    row = briefing.forecast.of_city(briefing.city)
    assert rows["rank to date"] == f"{row['ytd_rank']:.0f}"
    assert rows["80 % interval"] == f"{row['rank_lo80']:.0f}–{row['rank_hi80']:.0f}"
    assert rows["rank ≤ 110"].endswith(" %")
