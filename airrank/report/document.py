"""The Word document: the account on one or two pages of A4, as an office lays out a report.

Fonts and sizes follow the habits of GB/T 9704: headings in 黑体, text in 仿宋, figures and Latin
letters in Times New Roman; the page's margins are a little narrower, so that two pages suffice.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from airrank.report.account import Part, account
from airrank.report.archive import write_settled
from airrank.report.outline import Outline
from airrank.report.own_words import HINT, TAG, OwnWords
from airrank.report.section import Picture
from airrank.report.slides import needed_heights, table_widths, text_width
from airrank.report.table import Table
from airrank.words import Lang, Text, language, worded

TITLE, HEADING, BODY, LATIN = "方正小标宋简体", "黑体", "仿宋", "Times New Roman"
FALLBACKS = {
    TITLE: "小标宋,华文中宋,STZhongsong,宋体,SimSun",
    HEADING: "SimHei,Noto Sans CJK SC",
    BODY: "FangSong,仿宋_GB2312,FangSong_GB2312,华文仿宋",
}
"""Other names, one of which Word takes where a font is missing."""
PAGE = (210.0, 297.0)
TOP, BOTTOM, LEFT, RIGHT = 26.0, 22.0, 26.0, 24.0
"""Margins [mm]; GB/T 9704 has 37 at the top and 35 at the bottom."""
SIZES = {TITLE: 18.0, HEADING: 13.0, BODY: 12.0}
"""Of letters [point]: 小二, between 四号 and 小四, 小四."""
SMALL, NOTE = 10.5, 9.0
LINE: Mapping[Lang, float] = {"zh": 18.0, "en": 15.5}
"""From line to line [point]: Latin letters have their room above and below in themselves."""
NARROWEST, WIDEST = 76.0, 116.0
"""Width of a figure [mm]: what the text leaves room for, within these."""
SPARE = 60.0
"""Left free for the office's own sentences, and for wider fonts than were asked for [mm]."""
MM = 25.4
"""Millimetres of an inch."""


def write_document(outline: Outline, path: Path, own: OwnWords | None = None) -> None:
    """Write the document.

    Parameters
    ----------
    outline : Outline
    path : Path
    own : OwnWords, optional
        The office's own paragraphs for the field under the next steps.
    """
    import docx

    document = docx.Document()
    _set_up(document)
    document.core_properties.author = "airrank"
    document.core_properties.title = str(outline.title)
    _paragraph(document, str(outline.title), TITLE, centred=True, indent=False)
    _paragraph(document, f"{outline.subtitle}", BODY, SMALL, centred=True, indent=False)
    parts, kept = account(outline), own or OwnWords()
    shapes = [part.figure.shape for part in parts if part.figure]
    wide = _width(parts, kept, shapes)
    for part in parts:
        _part(document, part, kept, wide)
    buffer = io.BytesIO()
    document.save(buffer)
    write_settled(buffer.getvalue(), path)


def _width(parts: Sequence[Part], own: OwnWords, shapes: Sequence[float]) -> float:
    """Give the width of the figures [mm] for which the text leaves room on two pages."""
    line = (PAGE[0] - LEFT - RIGHT) / MM
    points = 2 * 28.0 + SMALL * 1.5
    for part in parts:
        size = NOTE if part.small else SIZES[BODY]
        texts = [worded(part.title), *map(worded, part.paragraphs), *own.paragraphs * part.own]
        for text in texts:
            lines = 1 + int((text_width(text, size) + size / 36) / line)
            points += lines * (1.5 * NOTE if part.small else LINE[language()])
        if part.table is not None:
            points += 18.0 + sum(72 * high for high in needed_heights(part.table, SMALL, line))
    left = 2 * (PAGE[1] - TOP - BOTTOM) - SPARE - points * MM / 72
    return min(WIDEST, max(NARROWEST, left / sum(shapes))) if shapes else WIDEST


def _set_up(document: Any) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt

    section = document.sections[0]
    section.page_width, section.page_height = (Mm(size) for size in PAGE)
    section.top_margin, section.bottom_margin = Mm(TOP), Mm(BOTTOM)
    section.left_margin, section.right_margin = Mm(LEFT), Mm(RIGHT)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = LATIN, Pt(SIZES[BODY])
    normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), BODY)
    normal.paragraph_format.space_after = Pt(0)
    for tag in document.styles.element.iter(qn("w:lang")):
        tag.set(qn("w:eastAsia"), "zh-CN")
    _page_number(section.footer.paragraphs[0])
    _name_fallbacks(document)


def _name_fallbacks(document: Any) -> None:
    """Tell the document's font table which fonts may stand in."""
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.opc.oxml import serialize_part_xml
    from docx.oxml import OxmlElement, parse_xml
    from docx.oxml.ns import qn

    part = document.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
    root = parse_xml(part.blob)
    for name, others in FALLBACKS.items():
        font = OxmlElement("w:font")
        font.set(qn("w:name"), name)
        for tag, value in (("altName", others), ("charset", "86"), ("family", "auto")):
            element = OxmlElement(f"w:{tag}")
            element.set(qn("w:val"), value)
            font.append(element)
        root.append(font)
    part._blob = serialize_part_xml(root)


def _page_number(paragraph: Any) -> None:
    """Put "— 1 —" at the foot, a field that the program counts."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(paragraph, "— ", BODY, SMALL)
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    field.append(_run(paragraph, "1", BODY, SMALL)._r)
    paragraph._p.append(field)
    _run(paragraph, " —", BODY, SMALL)


def _part(document: Any, part: Part, own: OwnWords, wide: float) -> None:
    heading = _paragraph(document, str(part.title), HEADING, indent=False)
    heading.paragraph_format.keep_with_next = True
    for said in part.paragraphs:
        _paragraph(document, worded(said), BODY, NOTE if part.small else None)
    if part.own:
        _own_field(document, own)
    if part.table is not None:
        _table(document, part.table)
    if part.figure is not None:
        _figure(document, part.figure, wide)


def _paragraph(
    document: Any,
    text: str,
    font: str,
    size: float | None = None,
    *,
    centred: bool = False,
    indent: bool = True,
) -> Any:
    from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
    from docx.shared import Pt

    paragraph = document.add_paragraph()
    shape = paragraph.paragraph_format
    shape.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    shape.line_spacing = Pt(28.0 if font == TITLE else 1.5 * size if size else LINE[language()])
    shape.alignment = WD_ALIGN_PARAGRAPH.CENTER if centred else WD_ALIGN_PARAGRAPH.LEFT
    if indent:
        shape.first_line_indent = Pt(2 * (size or SIZES[BODY]))
    _run(paragraph, text, font, size)
    return paragraph


def _run(paragraph: Any, text: str, font: str, size: float | None = None) -> Any:
    from docx.oxml.ns import qn
    from docx.shared import Pt

    run = paragraph.add_run(text)
    run.font.name, run.font.size = LATIN, Pt(size or SIZES[font])
    run.font.bold = font != BODY and not any(ord(c) > 0x2E7F for c in text)
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    return run


def _own_field(document: Any, own: OwnWords) -> None:
    """Put the office's own paragraphs into a field that :mod:`own_words` finds again."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    field, properties, content = (OxmlElement(f"w:{n}") for n in ("sdt", "sdtPr", "sdtContent"))
    for name, value in (("alias", str(Text("own sentences"))), ("tag", TAG)):
        element = OxmlElement(f"w:{name}")
        element.set(qn("w:val"), value)
        properties.append(element)
    field.append(properties)
    field.append(content)
    texts: Sequence[str] = own.paragraphs or (str(HINT),)
    for text in texts:
        content.append(_paragraph(document, text, BODY)._p)
    document.element.body.insert(len(document.element.body) - 1, field)
    if own.source is not None:
        told = Text("Taken over from {source}.", source=own.source.parent.name)
        _paragraph(document, str(told), BODY, NOTE)


def _figure(document: Any, picture: Picture, wide: float) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm, Pt

    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_before = Pt(6)
    shape = paragraph.add_run().add_picture(io.BytesIO(picture.png()), width=Mm(wide))
    shape._inline.docPr.set("descr", picture.said)


def _table(document: Any, table: Table) -> None:
    """Put a table with thin rules under its title."""
    from docx.enum.table import WD_TABLE_ALIGNMENT
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Inches

    title = _paragraph(document, str(table.title), HEADING, SMALL, centred=True, indent=False)
    title.paragraph_format.keep_with_next = True
    rows = [table.head, *table.cells]
    grid = document.add_table(len(rows), len(table.head), style="Table Grid")
    grid.alignment, grid.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    widths = table_widths(table, SMALL, (PAGE[0] - LEFT - RIGHT) / MM)
    for column, wide in zip(grid.columns, widths, strict=True):
        column.width = Inches(wide)
    for r, texts in enumerate(rows):
        for c, text in enumerate(texts):
            cell = grid.cell(r, c)
            cell.width = Inches(widths[c])
            paragraph = cell.paragraphs[0]
            left = c in table.left
            paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT if left else WD_ALIGN_PARAGRAPH.CENTER
            paragraph.paragraph_format.keep_with_next = r < len(rows) - 1
            _run(paragraph, text, BODY if r else HEADING, SMALL)
        properties = grid.rows[r]._tr.get_or_add_trPr()
        properties.append(properties.makeelement(_w("cantSplit"), {}))
        if r == 0:
            properties.append(properties.makeelement(_w("tblHeader"), {}))


def _w(name: str) -> str:
    from docx.oxml.ns import qn

    return str(qn(f"w:{name}"))
