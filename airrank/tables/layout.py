"""Where the tables of a sheet lie: titles, heading rows, and the rows below."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from airrank.tables.cells import is_remark, plain, read_day, read_number
from airrank.tables.headings import LONGEST, Heading, is_known, normal, parse_heading, unit_of
from airrank.tables.sheets import Cell, Sheet

DEEPEST = 4
"""Rows of a heading."""
_GROUP = 20
"""Characters of a text that stands over several columns; longer ones are titles."""
_MADE = re.compile(
    r"(?:制表|填表|填报|编制|报送|上报|审核|打印|发布|导出)(?:日期|时间|日)?[:(]?\s*\d{4}[-年./]\d{1,2}[-月./]\d{1,2}日?"
)
"""The day on which a table was made, which is no day of its values."""
_PERIOD = re.compile(
    r"截[至止]|累计|累积|年[初均报度]|[月周季旬年](?:均|平均|报|度)|\d月份?(?!\d|份?\d{1,2}日)|第\d+周|季度|"
    r"monthly|weekly|annual|yearly|实时(?!发布)|小时(?!滑动|平均)|\d{1,2}(?:[时点]|:\d\d)|hourly|"
    r"(?:预报|预测)(?!预报|中心)|forecast"
)
"""A title with it stands over other values than those of a day."""
_WHOLE_DAY = re.compile(r"(?<!\d)0?0(?:[时点]|:00)?[-~至到—](?:24|23)(?:[时点]|:00|:59)?")
_DATES_ACROSS = 5
Row = list[Cell]


@dataclass(frozen=True)
class Block:
    """One table of a sheet; rows from 0.

    Attributes
    ----------
    top, body, end : int
        First heading row, first row below the heading, and the row after the table's last.
    headings : tuple of Heading
        By column.
    titles : tuple of str
        Texts above the heading.
    """

    top: int
    body: int
    end: int
    headings: tuple[Heading, ...]
    titles: tuple[str, ...]

    def places(self, what: str) -> list[int]:
        """Give the columns whose heading names something."""
        return [k for k, heading in enumerate(self.headings) if heading.what == what]


@lru_cache(maxsize=20_000)
def understood(*parts: str) -> Heading:
    """Give :func:`parse_heading`, remembered."""
    return parse_heading(*parts)


@lru_cache(maxsize=20_000)
def _known(text: str) -> bool:
    return is_known(text)


def find_blocks(rows: Sequence[Row]) -> list[Block]:
    """Find the tables of a sheet, by their headings.

    A row is a heading if at least two of its cells name different things, such as a date and a
    pollutant, and none is a number or a day. Rows of groups, kinds or units around it belong to it.

    Parameters
    ----------
    rows : sequence of rows
        With merged cells filled, see :meth:`Sheet.filled`.
    """
    found: list[tuple[int, int]] = []
    row = 0
    while row < len(rows):
        if _is_heading(rows[row]):
            last = row
            while last + 1 < len(rows) and last - row < DEEPEST - 1 and _goes_on(rows[last + 1]):
                last += 1
            first = row
            above = found[-1][1] + 1 if found else 0
            if row > above and _is_group(rows[row - 1]):
                first = row - 1
            found.append((first, last))
            row = last
        row += 1
    blocks = []
    for number, (first, last) in enumerate(found):
        after = found[number - 1][1] + 1 if number else 0
        end = found[number + 1][0] if number + 1 < len(found) else len(rows)
        titles = _titles(rows[after:first] if not number else rows[max(after, first - 3) : first])
        blocks.append(Block(first, last + 1, end, _columns(rows[first : last + 1]), titles))
    return blocks


def dates_across(rows: Sequence[Row]) -> bool:
    """Tell whether the days run across the columns."""
    return any(
        sum(isinstance(read_day(cell), dt.date) for cell in row) >= _DATES_ACROSS
        for row in rows[:30]
    )


def _texts(row: Row) -> list[str] | None:
    """Give the filled cells of a row as texts; None if one of them is a number or a day."""
    texts = []
    for cell in row:
        if cell is None:
            continue
        if not isinstance(cell, str):
            return None
        text = plain(cell)
        if text and _could_be_one(text) and _is_one(text):
            return None
        if text:
            texts.append(text)
    return texts


def _could_be_one(text: str) -> bool:
    return text[0].isdecimal() or text[0] in "+-."


def _is_one(text: str) -> bool:
    return isinstance(read_number(text), float) or isinstance(read_day(text), dt.date)


def _is_heading(row: Row) -> bool:
    texts = _texts(row)
    if texts is None or len(texts) < 2:
        return False
    named = {understood(text).what for text in texts if len(text) <= LONGEST}
    return len(named - {""}) >= 2


def _goes_on(row: Row) -> bool:
    """Tell whether a row below a heading belongs to it: units, kinds, or the names themselves."""
    texts = _texts(row)
    if texts is None or len(texts) < 2 or is_remark(texts[0]):
        return False
    units = all(unit_of(normal(text)) for text in texts)
    short = all(len(text) <= LONGEST for text in texts)
    return units or (short and len(set(texts)) > 1 and sum(map(_known, texts)) * 2 > len(texts))


def _is_group(row: Row) -> bool:
    texts = _texts(row)
    if texts is None or len(set(texts)) < 2:
        return False
    plain_ones = all(len(text) <= _GROUP and ":" not in text for text in texts)
    return plain_ones and any(map(_known, texts))


def _titles(rows: Sequence[Row]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(plain(c) for row in rows for c in row if isinstance(c, str)))


def _columns(rows: Sequence[Row]) -> tuple[Heading, ...]:
    """Understand the headings column by column; a group's text goes on over the empty cells."""
    width = max(map(len, rows))
    texts = [[_shown(cell) for cell in row] + [""] * (width - len(row)) for row in rows]
    for above, below in pairwise(texts):
        for place in range(1, width):
            if not above[place] and below[place] and below[place - 1] and above[place - 1]:
                above[place] = above[place - 1]
    return tuple(understood(*(row[place] for row in texts)) for place in range(width))


def _shown(cell: Cell) -> str:
    """Give a heading as the table writes it, in one line."""
    return "" if cell is None else " ".join(str(cell).split())


@dataclass(frozen=True)
class Context:
    """What titles and the sheet's name say of the days below; None where it is not one thing."""

    day: dt.date | None
    year: int | None
    month: int | None


def context_of(sheet: Sheet, block: Block) -> Context:
    """Find the one day, or the one year and month, that stand over a table.

    Examples
    --------
    >>> block = Block(1, 2, 3, (), ("驻马店市2023年9月空气质量日报",))
    >>> context_of(Sheet("Sheet1", []), block)
    Context(day=None, year=2023, month=9)
    """
    titles = [_WHOLE_DAY.sub("", _MADE.sub("", text)) for text in block.titles]
    texts = [plain(sheet.name), *titles]
    days, months, years = set(), set(), set()
    spans = any(_PERIOD.search(text.casefold()) for text in titles)
    for text in texts:
        for match in re.finditer(r"(\d{4})[-年./](\d{1,2})[-月./](\d{1,2})(?!\d)", text):
            day = read_day(match[0])
            days |= {day} if isinstance(day, dt.date) else set()
            spans |= bool(re.match(r"日?\s*[-—–~至到]+\s*\d", text[match.end() :]))
        months |= {(int(y), int(m)) for y, m in re.findall(r"(\d{4})[-年./](\d{1,2})(?!\d)", text)}
        years |= {int(year) for year in re.findall(r"(?<!\d)((?:19|20)\d\d)(?!\d)", text)}
    only = next(iter(months)) if len(months) == 1 else None
    year = next(iter(years)) if len(years) == 1 else None
    alone = re.fullmatch(r"(\d{1,2})月(?:份)?", plain(sheet.name))
    month = only[1] if only else int(alone[1]) if alone and not months else None
    return Context(next(iter(days)) if len(days) == 1 and not spans else None, year, month)
