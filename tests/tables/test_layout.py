"""Where tables lie in a sheet: their headings, bodies, ends and titles."""

from __future__ import annotations

import datetime as dt

import pytest

from airrank.tables.headings import parse_heading
from airrank.tables.layout import Block, Context, context_of, find_blocks
from airrank.tables.sheets import Cell, Sheet

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


def test_a_group_in_the_first_row_of_a_sheet() -> None:
    (block,) = find_blocks([["颗粒物", "颗粒物", "气体", "气体"], HEAD, DAY])
    assert (block.top, block.body) == (0, 2)


def test_what_stands_before_a_colon_is_a_title_and_no_group() -> None:
    (block,) = find_blocks([["单位:微克", "颗粒物", None, None], HEAD, DAY])
    assert block.top == 1
    assert block.titles == ("单位:微克", "颗粒物")


def test_a_table_ends_before_the_first_row_of_the_next_heading() -> None:
    first, second = find_blocks([HEAD, DAY, HEAD, UNITS, DAY])
    assert (first.end, second.top, second.body) == (2, 2, 4)


def test_headings_are_read_from_their_own_rows_alone() -> None:
    (block,) = find_blocks([HEAD, DAY])
    assert block.headings == tuple(parse_heading(str(cell)) for cell in HEAD)


def test_a_row_of_units_may_end_before_the_heading_does() -> None:
    names: list[Cell] = ["日期", "PM2.5", "PM10", "城市"]
    (block,) = find_blocks([names, [None, "μg/m³", "mg/m³"], DAY])
    assert [one.what for one in block.headings] == ["date", "pm25", "pm10", "city"]
    assert [one.unit for one in block.headings] == ["", "ug", "mg", ""]


def test_two_columns_are_enough() -> None:
    (block,) = find_blocks([["日期", "PM2.5"], ["2023-01-05", 35.0]])
    assert [heading.what for heading in block.headings] == ["date", "pm25"]


def test_a_row_of_which_one_cell_is_a_unit_belongs_to_the_values() -> None:
    (block,) = find_blocks([HEAD, ["驻马店", "μg/m³", None, None], DAY])
    assert block.body == 1


def test_a_row_of_which_half_the_cells_are_names_begins_another_table() -> None:
    found = find_blocks([HEAD, ["日期", "某某", "PM2.5", "又某"], DAY])
    assert [(one.top, one.body) for one in found] == [(0, 1), (1, 2)]


MONTH = Context(None, 2023, 9)


@pytest.mark.parametrize(
    ("sheet", "titles", "expected"),
    [
        ("Sheet1", ["2023年9月5日空气质量日报"], Context(dt.date(2023, 9, 5), 2023, 9)),
        ("2023-09-05", [], Context(dt.date(2023, 9, 5), 2023, 9)),
        ("Sheet1", ["2023年9月5日0时-24时"], Context(dt.date(2023, 9, 5), 2023, 9)),
        ("Sheet1", ["城市空气质量", "截至2023年9月5日"], MONTH),
        ("Sheet1", ["2023年9月5日至7日"], MONTH),
        ("Sheet1", ["2023年9月5日0时-24时至7日"], MONTH),
        ("Sheet1", ["2023年9月5日", "2023年9月6日"], MONTH),
        ("Sheet1", ["2023年9月空气质量", "制表日期:2023-10-02"], MONTH),
        ("9月", ["2023年空气质量"], MONTH),
        ("9月份", ["2023年空气质量"], MONTH),
        ("9月", ["2023年8月空气质量"], Context(None, 2023, 8)),
        ("9月", ["2023年7月", "2023年8月"], Context(None, 2023, None)),
        ("Sheet1", ["2022年9月", "2023年9月"], Context(None, None, None)),
        ("驻马店", ["空气质量"], Context(None, None, None)),
    ],
)
def test_what_titles_and_the_sheet_say_of_the_days(
    sheet: str, titles: list[str], expected: Context
) -> None:
    block = Block(1, 2, 3, (), tuple(titles))
    assert context_of(Sheet(sheet, []), block) == expected
