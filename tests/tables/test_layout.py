"""Where tables lie in a sheet: their headings, bodies, ends and titles."""

from __future__ import annotations

from airrank.tables.layout import find_blocks
from airrank.tables.sheets import Cell

HEAD: list[Cell] = ["日期", "城市", "PM2.5", "PM10"]
DAY: list[Cell] = ["2023-01-05", "驻马店", 35.0, 70.0]


def line(text: str) -> list[Cell]:
    return [text, None, None, None]


def test_two_tables_below_each_other() -> None:
    """Each ends where the next one's heading begins; of the second only what is near is a title."""
    rows = [
        line("一月"), line("审核数据"), line("第三行"), line("第四行"), HEAD, DAY, DAY,
        line("远"), line("甲"), line("乙"), line("丙"), HEAD, DAY,
    ]  # fmt: skip
    first, second = find_blocks(rows)
    assert (first.top, first.body, first.end) == (4, 5, 11)
    assert first.titles == ("一月", "审核数据", "第三行", "第四行")
    assert (second.top, second.body, second.end) == (11, 12, 13)
    assert second.titles == ("甲", "乙", "丙")
    assert [heading.what for heading in second.headings] == ["date", "city", "pm25", "pm10"]
    assert second.places("pm10") == [3]


def test_the_title_of_a_second_table_does_not_reach_into_the_first() -> None:
    first, second = find_blocks([HEAD, DAY, line("二月"), HEAD, DAY])
    assert (first.top, first.body, first.end) == (0, 1, 3)
    assert first.titles == ()
    assert second.titles[-1] == "二月"
    assert "日期" not in second.titles


def test_a_row_of_groups_above_and_of_units_below_belong_to_the_heading() -> None:
    groups: list[Cell] = ["日期", "城市", "颗粒物", "颗粒物"]
    units: list[Cell] = [None, None, "μg/m³", "μg/m³"]
    (block,) = find_blocks([line("标题"), groups, HEAD, units, DAY])
    assert (block.top, block.body, block.end) == (1, 4, 5)
    assert block.titles == ("标题",)
    assert [heading.unit for heading in block.headings] == ["", "", "ug", "ug"]
    again = find_blocks([HEAD, DAY, groups, HEAD, DAY])
    assert [(one.top, one.body) for one in again] == [(0, 1), (2, 4)]


def test_no_heading_no_table() -> None:
    assert find_blocks([line("说明"), ["日期", None, None, None], DAY]) == []


UNITS: list[Cell] = [None, None, "μg/m³", "μg/m³"]
GROUPS: list[Cell] = ["甲组", "乙组", "颗粒物", None]


def test_headings_at_the_ends_of_a_sheet() -> None:
    (alone,) = find_blocks([HEAD])
    assert (alone.top, alone.body, alone.end) == (0, 1, 1)
    (last,) = find_blocks([HEAD, UNITS])
    assert (last.top, last.body, last.end) == (0, 2, 2)
    (first,) = find_blocks([HEAD, DAY, GROUPS])
    assert (first.top, first.body, first.end) == (0, 1, 3)


def test_rows_belong_to_one_heading_only() -> None:
    assert [(one.top, one.body) for one in find_blocks([*[HEAD] * 5, DAY])] == [(0, 4), (4, 5)]
    above = find_blocks([HEAD, GROUPS, HEAD, DAY])
    assert [(one.top, one.body) for one in above] == [(0, 1), (1, 3)]
    _, second = find_blocks([HEAD, UNITS, line("二月"), HEAD, DAY])
    assert second.titles == ("二月",)
