"""Long lines of a figure are broken where a reader would break them."""

from __future__ import annotations

from airrank.plots.folding import folded


def test_long_lines_are_broken_at_commas() -> None:
    assert folded("截至2017年9月24日；标准2012；保留沙尘", 1.2, 8) == (
        "截至2017年9月24日；\n标准2012；保留沙尘"
    )
    assert folded("short", 1.0, 8) == "short"


def test_no_word_of_a_title_stands_alone_and_no_number_without_its_noun() -> None:
    title = "Zhumadian: AQI of 2017: 154 good days, 12 heavy or worse"
    for width in (2.5, 3.5, 4.5, 5.5):
        lines = folded(title, width, 12, evenly=True).split("\n")
        assert " ".join(lines) == title
        assert not any(line[-1].isdigit() or line[0].isdigit() for line in lines)
    first, second = folded(title, 4.5, 12, evenly=True).split("\n")
    assert abs(len(first) - len(second)) < 10
    assert folded("x" * 200, 1.0, 12, evenly=True) == "x" * 200
