"""The Word document and the text: as LibreOffice draws them, what they say, what they keep."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn

from airrank.errors import InputError
from airrank.forecasting.files import forecast_json
from airrank.periods import parse_period
from airrank.report.account import account
from airrank.report.briefing import brief
from airrank.report.document import (
    BODY,
    HEADING,
    NARROWEST,
    WIDEST,
    _width,
    write_document,
)
from airrank.report.files import DOCUMENT, write_report
from airrank.report.outline import Outline
from airrank.report.own_words import HINT, TAG, OwnWords, own_words, read_own
from airrank.report.prose import Change
from airrank.report.prospects import other_goals
from airrank.report.text import text
from airrank.request import Request
from airrank.words import LANGS, Chance, Lang, speaking
from tests.report.conftest import like
from tests.report.rendering import draw, need_office
from tests.speech import CHINESE

pytestmark = pytest.mark.slow

REQUEST = Request(as_of=date(2017, 9, 24), draws=300)
BOXES = "□▯\ufffd"
LATIN = re.compile("[A-Za-z]{2,}")
NAMES = re.compile(r"[0-9a-f]{16}|--goal|PM2\.5|PM10|SO2|NO2|CO|O3|CO-95|O3-8h-90|µg/m³")


def paragraphs(path: Path) -> list[str]:
    """All paragraphs, those of the office's field too."""
    body = docx.Document(str(path)).element.body
    return ["".join(t.text or "" for t in p.iter(qn("w:t"))) for p in body.iter(qn("w:p"))]


def typed(path: Path, words: str) -> None:
    """Type into the office's field and save, as a word processor does."""
    document = docx.Document(str(path))
    for tag in document.element.body.iter(qn("w:tag")):
        if tag.get(qn("w:val")) == TAG:
            field = tag.getparent().getparent()
            next(field.iter(qn("w:t"))).text = words
    document.core_properties.modified = datetime(2026, 1, 1)
    buffer = io.BytesIO()
    document.save(buffer)
    path.write_bytes(buffer.getvalue())


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("which", ["outline", "finished"])
def test_drawn_on_two_pages(
    request: pytest.FixtureRequest, tmp_path: Path, lang: Lang, which: str
) -> None:
    need_office()
    shown: Outline = request.getfixturevalue(which)
    path = tmp_path / DOCUMENT
    with speaking(lang):
        write_document(shown, path)
    pages = draw(path, tmp_path)
    assert 1 <= len(pages) <= 2
    whole = "".join(page.text for page in pages)
    assert not set(BOXES) & set(whole)
    for page in pages:
        for word in page.words:
            assert 0 <= word.left < word.right <= page.width, word
    if lang == "zh":
        for paragraph in paragraphs(path):
            assert not LATIN.search(NAMES.sub("", paragraph)), paragraph
    said = forecast_json(shown.forecast, shown.city)
    for number in (str(said["year_to_date"]["rank"]), f"{said['year_to_date']['index']:.2f}"):
        assert number in whole
    if shown.ahead:
        low, high = said["rank"]["intervals"]["80"]
        wanted = {
            "zh": f"第{said['rank']['median']}位左右（中位数），在第{low}位至第{high}位之间",
            "en": f"expectedtobe{said['rank']['median']}(median)",
        }
        assert wanted[lang] in whole
        for goal in said["goals"]:
            assert goal["shown"].replace(" ", "") in whole


def test_the_plans_later_years(tmp_path: Path) -> None:
    """The document says the odds that ``airrank outlook`` gives, each goal in its own year."""
    example = Path(__file__).parents[2] / "docs" / "examples" / "ranks_2015_2017.toml"
    plan = tmp_path / "plan.toml"  # the same goals two years later
    later_by_two = re.sub(
        r"201[567]", lambda year: str(int(year[0]) + 2), example.read_text("utf-8")
    )
    plan.write_text(later_by_two, encoding="utf-8")
    shown = Outline(brief(replace(REQUEST, plan=str(plan))))
    odds = shown.briefing.outlook
    assert odds is not None
    later = [aim for aim in odds.aims if aim.period.start.year > 2017]
    assert later
    path = tmp_path / DOCUMENT
    with speaking("zh"):
        write_document(shown, path)
    (said,) = [line for line in paragraphs(path) if line.startswith("计划后续年度目标")]
    for aim in later:
        chance = Chance(odds.probability(aim) or 0.0).in_words("zh")
        assert f"{aim.goal.title.in_words('zh')}为{chance}" in said
    need_office()
    assert len(draw(path, tmp_path)) <= 2


def test_same_bytes_fonts_and_parts(outline: Outline, tmp_path: Path) -> None:
    with speaking("zh"):
        for name in ("a", "b"):
            write_document(outline, tmp_path / f"{name}.docx")
    assert (tmp_path / "a.docx").read_bytes() == (tmp_path / "b.docx").read_bytes()
    document = docx.Document(str(tmp_path / "a.docx"))
    xml = document.element.xml
    assert f'w:eastAsia="{BODY}"' in xml
    assert f'w:eastAsia="{HEADING}"' in xml
    assert len(document.inline_shapes) == 2
    assert len(document.tables) == 1
    assert len(account(outline)) == 6
    found = paragraphs(tmp_path / "a.docx")
    with speaking("zh"):
        assert [line for line in found if re.match("[一二三四五六]、", line)] == [
            str(part.title) for part in account(outline)
        ]


def test_the_office_keeps_its_own_words(outline: Outline, tmp_path: Path) -> None:
    path = tmp_path / DOCUMENT
    write_report(outline, tmp_path, lang="zh", kinds=("docx",))
    assert read_own(path) == ()
    assert HINT.in_words("zh") in paragraphs(path)
    typed(path, "推进扬尘整治。")
    changed = path.read_bytes()
    written = write_report(outline, tmp_path, lang="en", kinds=("docx",))
    assert written == [DOCUMENT, "report-edited-1.docx"]
    assert (tmp_path / "report-edited-1.docx").read_bytes() == changed
    assert read_own(path) == ("推进扬尘整治。",)
    assert HINT.in_words("en") not in paragraphs(path)
    assert write_report(outline, tmp_path, lang="en", kinds=("docx",)) == [DOCUMENT]
    assert read_own(path) == ("推进扬尘整治。",)


def test_own_words_of_the_week_before(outline: Outline, tmp_path: Path) -> None:
    first, second = tmp_path / "2017-09-17", tmp_path / "2017-09-24"
    write_report(outline, first, lang="zh", kinds=("docx",))
    later = Outline(like(outline.briefing, previous_page="../2017-09-17/report.html"))
    assert own_words(second / DOCUMENT, first / DOCUMENT) == OwnWords()
    typed(first / DOCUMENT, "推进扬尘整治。")
    write_report(later, second, lang="zh", kinds=("docx",))
    found = paragraphs(second / DOCUMENT)
    place = found.index("推进扬尘整治。")
    assert "2017-09-17" in found[place + 1]


def test_a_broken_document_is_not_overwritten(outline: Outline, tmp_path: Path) -> None:
    (tmp_path / DOCUMENT).write_bytes(b"no document")
    with pytest.raises(InputError, match="move it away"):
        write_report(outline, tmp_path, kinds=("docx",))
    assert (tmp_path / DOCUMENT).read_bytes() == b"no document"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_text_of_three_to_five_sentences(outline: Outline, finished: Outline, lang: Lang) -> None:
    even = {"zh": "约有五成把握", "en": "is an even bet"}
    with speaking(lang):
        running, over = text(outline), text(finished)
    assert even[lang] in running
    for shown, told in ((outline, running), (finished, over)):
        assert 3 <= len(re.findall(r"。|\.(?:\s|$)", told)) <= 5
        assert not (LATIN if lang == "zh" else CHINESE).search(NAMES.sub("", told))
        row = shown.forecast.of_city(shown.city)
        assert f"{row['ytd_index']:.2f}" in told
        assert f"{row['ytd_rank']:.0f}" in told
    assert f"{outline.forecast.of_city(outline.city)['rank_median']:.0f}" in running


def test_of_a_month() -> None:
    with speaking("zh"):
        told = text(Outline(brief(replace(REQUEST, period=parse_period("2017-09")))))
    assert told.startswith("2017年9月1日至9月24日，驻马店")
    over = replace(REQUEST, as_of=date(2017, 8, 31)).of_month()
    assert over.period == parse_period("2017-08")
    finished = Outline(brief(over))
    with speaking("zh"):
        assert "环比" in text(finished)
    for part in account(Outline(brief(replace(REQUEST, period=parse_period("2017-09"))))):
        for paragraph in part.paragraphs:
            for lang in LANGS:
                assert "--" not in paragraph.in_words(lang), "no options where a mayor reads"
    (goals,) = [section.table for section in finished.sections if section.id == "goals"]
    assert goals is not None
    with speaking("zh"):
        assert {row[3] for row in goals.cells} <= {"完成", "未完成"}, "nothing is open any more"
    with pytest.raises(InputError, match="found both"):
        over.of_month()


def test_parts_of_the_index_add_up(outline: Outline) -> None:
    movement = outline.briefing.compared.movement
    assert movement is not None
    table = movement.by_pollutant
    now = outline.forecast.year_to_date.loc[outline.city]
    then = now["index"] / (1 + now["index_change"] / 100)
    assert table.loc[outline.city].sum() == pytest.approx(now["index"] - then, abs=0.006)


def test_figures_take_the_room_that_the_text_leaves(outline: Outline) -> None:
    own = OwnWords(("推进扬尘整治。" * 40,))
    with speaking("zh"):
        parts, shapes = account(outline), [0.7, 0.7]
        wide = _width(parts, OwnWords(), shapes)
        assert NARROWEST < wide <= WIDEST
        assert NARROWEST <= _width(parts, own, shapes) < wide
        assert _width(parts, OwnWords(own.paragraphs * 9), shapes) == NARROWEST


def test_goals_stand_in_sentences(outline: Outline) -> None:
    said = " ".join(part.in_words("zh") for part in other_goals(outline.briefing))
    assert "PM2.5年均浓度低于36微克/立方米" in said
    assert "优良天数比率不低于82.5%" in said
    assert not set("<≤≥") & set(said.replace("<1%", ""))


def test_change_in_words() -> None:
    assert Change(0.04).in_words("zh") == "不变"
    assert Change(-0.6, points=True).in_words("en") == "down 0.60"
