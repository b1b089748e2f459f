"""Building blocks of the deck: text, tables and native charts in a Chinese font."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from airrank.periods import Period
from airrank.plots.style import SHORT
from airrank.report.table import Table
from airrank.showable import is_wide
from airrank.spreadsheet import defused
from airrank.words import language

FONT = "Microsoft YaHei"
"""Found by PowerPoint and WPS on Windows; others substitute."""
INK, SOFT, BLUE, VERMILION, SKY = "1B1F24", "56616F", "0072B2", "D55E00", "56B4E9"
WIDTH, HEIGHT, MARGIN = 13.333, 7.5, 0.6
SMALLEST = 8
"""Letters that a table may shrink to [point]."""
FULL = 1.05
"""How much of a line its breaks may leave empty."""
WIDE_LETTERS = "%@MWmw—…"
SPARE = 1.1
"""How much wider a column is than its texts, if there is room: letters differ by font."""
BOLD = 1.2
"""How much wider bold letters may be, also those of a substitute font."""


_BLANK = re.compile(r" (?!\d{4}-)")


def per_cent(shape: str = "0") -> str:
    """Give the format of a share, in English with a blank before the sign as in every text."""
    return f"{shape} %" if language() == "en" else f"{shape}%"


def chances() -> str:
    """Give the format of probabilities: nothing is certain before the end."""
    sign = per_cent("")
    return f'[<0.01]"<1{sign}";[>0.99]">99{sign}";0{sign}'


def _rgb(colour: str) -> Any:
    from pptx.dml.color import RGBColor

    return RGBColor.from_string(colour)  # type: ignore[no-untyped-call]


def _font(run: Any, size: float, colour: str = INK, *, bold: bool = False) -> None:
    from pptx.oxml.ns import qn
    from pptx.util import Pt

    run.font.size, run.font.bold, run.font.name = Pt(size), bold, FONT
    run.font.color.rgb = _rgb(colour)
    properties = run._r.get_or_add_rPr()
    for tag in ("a:ea", "a:cs"):
        for old in properties.findall(qn(tag)):
            properties.remove(old)
        properties.append(properties.makeelement(qn(tag), {"typeface": FONT}))


def add_text(
    slide: Any,
    text: str,
    box: tuple[float, float, float, float],
    size: float,
    colour: str = INK,
    *,
    bold: bool = False,
    gap: float = 0,
    right: bool = False,
) -> None:
    """Put text into a box (left, top, width, height) [inch], ``gap`` [point] after each line."""
    from pptx.enum.text import PP_ALIGN
    from pptx.util import Inches, Pt

    frame = slide.shapes.add_textbox(*(Inches(v) for v in box)).text_frame
    frame.word_wrap = True
    for number, line in enumerate(text.split("\n")):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        run = paragraph.add_run()
        run.text = line
        paragraph.space_after = Pt(gap)
        if right:
            paragraph.alignment = PP_ALIGN.RIGHT
        _font(run, size, colour, bold=bold)


def add_slide(deck: Any, title: str, notes: str, footer: str) -> Any:
    """Add a slide with a title in its placeholder, notes and a footer."""
    from pptx.util import Inches

    slide = deck.slides.add_slide(deck.slide_layouts[5])
    shape = slide.shapes.title
    shape.left, shape.top = Inches(MARGIN), Inches(0.35)
    shape.width, shape.height = Inches(WIDTH - 2 * MARGIN), Inches(0.8)
    frame = shape.text_frame
    frame.word_wrap = True
    frame.text = ""
    paragraph = frame.paragraphs[0]
    from pptx.enum.text import PP_ALIGN

    paragraph.alignment = PP_ALIGN.LEFT
    run = paragraph.add_run()
    run.text = title
    _font(run, 28, bold=True)
    add_text(slide, footer, (MARGIN, HEIGHT - 0.5, WIDTH - 2 * MARGIN - 2, 0.4), 10, SOFT)
    slide.notes_slide.notes_text_frame.text = notes
    return slide


def number_slide(slide: Any, number: int, of: int) -> None:
    """Put "3 / 9" at the foot."""
    add_text(
        slide, f"{number} / {of}", (WIDTH - MARGIN - 2, HEIGHT - 0.5, 2, 0.4), 10, SOFT, right=True
    )


def add_table(
    slide: Any, table: Table, box: tuple[float, float, float, float], size: float = 13
) -> float:
    """Put a native table into a box [inch], columns as wide as their text needs; give its end."""
    from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
    from pptx.util import Inches

    cells = table.cells
    rows = [table.head, *cells] if table.head else cells
    left, top, width, height = box
    while size > SMALLEST and sum(needed_heights(table, size, width)) > height:
        size -= 1
    heights = needed_heights(table, size, width)
    spread = min(0.6 * len(rows) / sum(heights), max(1.0, height / sum(heights)))
    shape = slide.shapes.add_table(
        len(rows), len(rows[0]), *(Inches(v) for v in (left, top, width, height))
    )
    grid = shape.table
    grid.first_row = bool(table.head)
    for column, wide in zip(grid.columns, table_widths(table, size, width), strict=True):
        column.width = Inches(wide)
    for r, texts in enumerate(rows):
        grid.rows[r].height = Inches(heights[r] * max(1.0, spread))
        for c, text in enumerate(texts):
            cell = grid.cell(r, c)
            cell.margin_top = cell.margin_bottom = Inches(0.03)
            cell.vertical_anchor = MSO_ANCHOR.MIDDLE
            cell.fill.solid()
            head = r == 0 and bool(table.head)
            cell.fill.fore_color.rgb = _rgb("E7EDF3" if head else "FFFFFF")
            paragraph = cell.text_frame.paragraphs[0]
            paragraph.alignment = PP_ALIGN.LEFT if c in table.left else PP_ALIGN.RIGHT
            run = paragraph.add_run()
            run.text = text
            _font(run, size, bold=head)
    return top + sum(heights) * max(1.0, spread)


def needed_heights(table: Table, size: float, width: float) -> list[float]:
    """Estimate how high each row of a table is [inch], its texts broken into lines."""
    widths = table_widths(table, size, width)
    rows = [table.head, *table.cells] if table.head else table.cells
    return [
        max(
            1 + int(text_width(text, size * FULL) / (wide - 0.2))
            for text, wide in zip(row, widths, strict=True)
        )
        * size
        * 1.25
        / 72
        + 0.08
        for row in rows
    ]


def table_widths(table: Table, size: float, width: float) -> list[float]:
    """Give the widths of a table's columns [inch] for letters of a size [point]."""
    cells = _needed(table.cells, size)
    if not table.head:
        return column_widths(cells, width)
    whole, narrow = (
        list(map(max, cells, _needed([table.head], size, words=words, bold=True)))
        for words in (False, True)
    )
    if sum(whole) <= width or sum(narrow) >= width:
        return column_widths(whole if sum(whole) <= width else narrow, width)
    # Headings take more than one line; those of many words get the room that is left.
    half = (1 + width / sum(narrow)) / 2
    narrow = [wide * min(SPARE, half) for wide in narrow]
    lacking = [max(0.0, all_ - few) for few, all_ in zip(narrow, whole, strict=True)]
    share = (width - sum(narrow)) / sum(lacking)
    return [few + share * more for few, more in zip(narrow, lacking, strict=True)]


def _needed(
    rows: Sequence[Sequence[str]], size: float, *, words: bool = False, bold: bool = False
) -> list[float]:
    """Give the width that each column needs [inch] for its texts, or for their longest words.

    A day such as 2017-09-24 goes with the word before it: else programs break it at a hyphen.
    """
    return [
        max(
            _wide(part, size, bold=bold)
            for text in column
            for part in (_BLANK.split(text) if words else [text])
        )
        for column in zip(*rows, strict=True)
    ]


def _wide(text: str, size: float, *, bold: bool = False) -> float:
    """Estimate the width of a cell [inch] so that its text need not be broken."""
    return text_width(text, size, bold=bold) + 0.25


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Estimate how long a text is on one line [inch]."""
    return sum(_em(char, BOLD if bold else 1.0) for char in text) * size / 72


def _em(char: str, bold: float) -> float:
    """Estimate the width of a letter in parts of its height; some are wide in every font."""
    if is_wide(char):
        return 1.0  # bold or not
    return bold * (1.0 if char in WIDE_LETTERS else 0.58)


def column_widths(needed: Sequence[float], width: float) -> list[float]:
    """Divide a width among columns; if it does not suffice, only the widest ones give way.

    Examples
    --------
    >>> column_widths([1.0, 3.0], 8.0), column_widths([1.0, 2.0, 9.0, 7.0], 9.0)
    ([2.0, 6.0], [1.0, 2.0, 3.0, 3.0])
    """
    if sum(needed) <= width:
        return [width * wide / sum(needed) for wide in needed]
    left, cap = width, 0.0
    for place, wide in enumerate(sorted(needed)):
        cap = left / (len(needed) - place)
        if wide > cap:
            break
        left -= wide
    return [min(wide, cap) for wide in needed]


def add_chart(
    slide: Any,
    kind: str,
    categories: Sequence[str] | Sequence[date] | Sequence[int],
    series: Mapping[str, Sequence[float | None]],
    box: tuple[float, float, float, float],
    *,
    number_format: str = "0",
    colours: Sequence[str] = (BLUE, VERMILION, SOFT, SKY),
    labels: str = "",
    dashed: int = 0,
) -> Any:
    """Put a native chart into a box [inch].

    ``kind`` names a member of ``XL_CHART_TYPE``; days as categories make a time axis; the last
    ``dashed`` lines are goals; bars are labelled by their numbers in the format ``labels``, if one
    is given.
    """
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION
    from pptx.util import Inches, Pt

    data: Any = CategoryChartData(number_format=number_format)  # type: ignore[no-untyped-call]
    data.categories = [defused(name) for name in categories]
    for name, values in series.items():
        data.add_series(defused(name), values)
    chart = slide.shapes.add_chart(XL_CHART_TYPE[kind], *(Inches(v) for v in box), data).chart
    chart.font.size, chart.font.name = Pt(12), FONT
    chart.has_title = False
    chart.has_legend = len(series) > 1
    if chart.has_legend:
        chart.legend.position = XL_LEGEND_POSITION.BOTTOM
        chart.legend.include_in_layout = False
    chart.value_axis.major_gridlines.format.line.color.rgb = _rgb("D9DEE5")
    chart.value_axis.tick_labels.number_format = number_format
    chart.value_axis.tick_labels.number_format_is_linked = False
    lines = kind.startswith("LINE")
    for drawn, colour in zip(chart.plots[0].series, colours, strict=False):
        target = drawn.format.line.color if lines else _filled(drawn)
        if lines:
            drawn.smooth = False
            drawn.format.line.width = Pt(2.25)
        target.rgb = _rgb(colour)
    _dash(list(chart.plots[0].series)[len(series) - dashed :])
    if labels:
        plot = chart.plots[0]
        plot.has_data_labels = True
        plot.data_labels.number_format = labels
        plot.data_labels.number_format_is_linked = False
    return chart


def _dash(goals: Sequence[Any]) -> None:
    from pptx.enum.chart import XL_MARKER_STYLE
    from pptx.enum.dml import MSO_LINE
    from pptx.util import Pt

    styles = (MSO_LINE.DASH, MSO_LINE.ROUND_DOT, MSO_LINE.DASH_DOT, MSO_LINE.LONG_DASH)
    for number, goal in enumerate(goals):
        goal.format.line.color.rgb = _rgb(VERMILION)
        goal.format.line.width = Pt(1.5)
        goal.format.line.dash_style = styles[number % len(styles)]
        goal.marker.style = XL_MARKER_STYLE.NONE


def mark_points(chart: Any) -> None:
    """Show the points of a chart's first line."""
    from pptx.enum.chart import XL_MARKER_STYLE

    marker = chart.plots[0].series[0].marker
    marker.style, marker.size = XL_MARKER_STYLE.CIRCLE, 9
    marker.format.fill.solid()
    marker.format.fill.fore_color.rgb = _rgb(INK)


def time_axis(chart: Any, period: Period) -> None:
    """Let a time axis run over a period, a label each month, or each week of a short one."""
    from pptx.oxml.ns import qn

    axis = chart.category_axis
    epoch = date(1899, 12, 30)  # day 0 of spreadsheet programs
    axis.minimum_scale = (period.start - epoch).days
    axis.maximum_scale = (period.end - epoch).days
    weekly = (period.end - period.start).days < SHORT
    shapes = {"zh": 'm"月"d"日"', "en": "d mmm"} if weekly else {"zh": 'm"月"', "en": "mmm"}
    axis.tick_labels.number_format = shapes[language()]
    axis.tick_labels.number_format_is_linked = False
    element = axis._element
    anchor = next(element.find(qn(f"c:{tag}")) for tag in ("baseTimeUnit", "lblOffset"))
    unit, every = ("days", "7") if weekly else ("months", "1")
    for tag, value in (("c:majorTimeUnit", unit), ("c:majorUnit", every)):
        for old in element.findall(qn(tag)):
            element.remove(old)
        anchor.addnext(element.makeelement(qn(tag), {"val": value}))


def _filled(series: Any) -> Any:
    series.format.fill.solid()
    return series.format.fill.fore_color


def count_axis(chart: Any, every: int) -> None:
    """Let whole numbers as categories run along the axis, each multiple of ``every`` named.

    Programs name as many categories as they like, slanted if they must; of a time axis, which
    whole numbers make too, they name those that they are told.
    """
    from pptx.oxml import parse_xml
    from pptx.oxml.ns import nsdecls, qn

    axis = chart.category_axis
    axis.tick_labels.number_format = "0"
    axis.tick_labels.number_format_is_linked = False
    old = axis._element
    new = parse_xml(f"<c:dateAx {nsdecls('c', 'a')}/>")
    dropped = {qn(f"c:{tag}") for tag in ("auto", "lblAlgn", "lblOffset", "noMultiLvlLbl")}
    for element in list(old):
        if element.tag not in dropped:
            new.append(element)
    for tag, value in (
        ("auto", "0"),
        ("lblOffset", "100"),
        ("baseTimeUnit", "days"),
        ("majorUnit", str(every)),
        ("majorTimeUnit", "days"),
    ):
        new.append(new.makeelement(qn(f"c:{tag}"), {"val": value}))
    old.getparent().replace(old, new)
    for code in chart._chartSpace.iterfind(".//" + qn("c:cat") + "//" + qn("c:formatCode")):
        code.text = "yyyy\\-mm\\-dd"  # else it is no time axis to all programs
