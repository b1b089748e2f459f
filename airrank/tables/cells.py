"""What a cell says: a day, a number, nothing, a total, a remark."""

from __future__ import annotations

import datetime as dt
import enum
import re
import unicodedata

from airrank.ingest.limits import BEIJING, FIRST_YEAR, LAST_YEAR
from airrank.tables.sheets import Cell, NotCalculated

EPOCH = dt.date(1899, 12, 30)
"""Day 0 of Excel's serial numbers, right from 1 March 1900 on."""
_SERIALS = range((dt.date(FIRST_YEAR, 1, 1) - EPOCH).days, (dt.date(LAST_YEAR, 1, 1) - EPOCH).days)
_DAY = re.compile(
    r"(?P<y>\d{4})(?P<s>[-/.年])(?P<m>\d{1,2})(?:[-/.月])(?P<d>\d{1,2})[日号]?"
    r"|(?P<y8>\d{4})(?P<m8>\d\d)(?P<d8>\d\d)(?:\.0+)?"
)
_MONTH_DAY = re.compile(r"(\d{1,2})(?:月|[-/.])(\d{1,2})[日号]?")
_DAY_ALONE = re.compile(r"(\d{1,2})[日号]?(?:\.0+)?")
_TIME = re.compile(
    r"[T ]?(?P<h>\d{1,2})(?:[:时点](?P<m>\d{1,2})?分?)?(?::(?P<s>\d{1,2})(?:\.\d+)?秒?)?"
    r"(?P<z>Z|[+-]\d\d:?\d\d)?",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(r"\(?(?:星期|周|礼拜)[一二三四五六日天]\)?$")
_NUMBER = re.compile(r"\+?(?:\d+\.?\d*|\.\d+)(?:E[+-]?\d{1,3})?", re.IGNORECASE)
_NEGATIVE = re.compile(r"[-\u2212](?:\d+\.?\d*|\.\d+)")
_DECIMAL_COMMA = re.compile(r"\+?\d+,(?:\d{1,2}|\d{4,})")
_MISSING = frozenset(
    ("na", "n/a", "nan", "null", "none", "nil", "#n/a", "#div/0!", "#value!", "#ref!", "#name?",
     "#num!", "#null!", "#getting_data", "missing", "invalid", "nodata", "nd", "无", "无数据",
     "无效", "无效数据", "缺", "缺测", "缺失", "缺数", "数据缺失", "未监测", "未检测", "停测",
     "停运", "未测", "无监测数据", "暂无", "暂无数据", "数据不足", "数据无效", "离线", "维护")
)  # fmt: skip
_DASHES = re.compile(r"[-\u2010-\u2015\u2212_/\\~\u2026.\u2500\u30fc\u4e00]*")
SENTINELS = frozenset({-99.0, -999.0, -9999.0, -99999.0, 9999.0, 99999.0})
"""Numbers that stand for a missing value."""
TRUTH = dict.fromkeys(("true", "yes", "y", "1", "1.0", "是"), True)
TRUTH |= dict.fromkeys(("false", "no", "n", "0", "0.0", "否"), False)
"""Ways to write true and false, in lower case."""
_TOTAL = re.compile(
    r"累计|累积|[本当上去今]月|[本去今]年|增减|幅度|较上|较去|^全[市省国区县]|\d个?(?:重点)?城市?$|合计|总计|小计|共计|总和|平均|均值|均数|[年月周季旬日]均|中位|最大|最小|最高|最低|极值|范围|峰值|"
    r"百分位|分位数|达标|超标|优良|有效天|天数|同比|环比|变化率|变幅|标准差|样本|限值|二级标准|同期|上年|目标值|^均$"
)
_TOTAL_ENGLISH = re.compile(
    r"(?:daily |monthly |annual |overall |grand )?"
    r"(?:mean|average|avg|total|sum|subtotal|max|min|maximum|minimum|median|std|count|"
    r"p\d\d|\d\dth percentile|percentile|range)(?: values?)?[.:]?",
    re.IGNORECASE,
)


_REMARK = re.compile(
    r"附?注|备注|说明|数据来源|资料来源|(?:note|source|remark)s?\b|"
    r"(?:制表|填表|填报|制图|编制|统计|报送|审[核定批]|复核|校[核对]|签发|负责|联系|打印|发布|单位|电话|日期|"
    r"prepared|checked|approved|printed)[^:]{0,8}:",
    re.IGNORECASE,
)


class Odd(enum.Enum):
    """Why a cell is no day or no number."""

    TIME = "a time of day"
    UNREADABLE = "not understood"
    NOT_CALCULATED = "a formula without its result"
    NEGATIVE = "below zero"


def plain(cell: Cell) -> str:
    """Give a cell as text of usual width, without spaces around.

    Examples
    --------
    >>> plain("２０２３－０１ "), plain(35.0), plain(None)
    ('2023-01', '35', '')
    """
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return unicodedata.normalize("NFKC", str(cell)).strip()


def read_day(cell: Cell, year: int | None = None, month: int | None = None) -> dt.date | Odd | None:
    """Read a calendar day; None where the cell is empty.

    Parameters
    ----------
    cell : cell
        A date, ``2023-01-05``, ``2023年1月5日``, ``20230105``, an Excel serial number …
    year, month : int, optional
        What a cell leaves out that the table says elsewhere: ``1月5日``, ``5日``.

    Examples
    --------
    >>> read_day("2023年1月5日") == read_day("20230105") == read_day("44931") == dt.date(2023, 1, 5)
    True
    >>> read_day("2023-01-05 08:00"), read_day("2023-02-30")
    (<Odd.TIME: 'a time of day'>, <Odd.UNREADABLE: 'not understood'>)
    """
    if isinstance(cell, dt.date):
        return _at(cell if isinstance(cell, dt.datetime) else dt.datetime.combine(cell, dt.time()))
    if isinstance(cell, NotCalculated | bool | dt.time | dt.timedelta):
        return Odd.NOT_CALCULATED if isinstance(cell, NotCalculated) else Odd.UNREADABLE
    if isinstance(cell, float) and cell < min(_SERIALS) and not cell.is_integer():
        return Odd.UNREADABLE  # 9.1 is the first or the tenth of September
    text = plain(cell)
    if not text or is_missing(text):
        return None
    serial = re.fullmatch(r"(\d{5})(\.\d+)?", text)
    if serial and int(serial[1]) in _SERIALS:
        return Odd.TIME if float(serial[2] or 0) else EPOCH + dt.timedelta(int(serial[1]))
    return _written(text, year, month)


def _written(text: str, year: int | None, month: int | None) -> dt.date | Odd:
    text = _WEEKDAY.sub("", text.replace("\u2013", "-").replace("\u2014", "-")).strip()
    match = _DAY.match(text)
    if match:
        parts = [match[name] or match[f"{name}8"] for name in "ymd"]
        day = _calendar(*map(int, parts))
        rest = text[match.end() :].strip()
        return day if not rest or day is Odd.UNREADABLE else _with_time(day, rest)
    match = _MONTH_DAY.fullmatch(text) if year else None
    if match and year:
        return _calendar(year, int(match[1]), int(match[2]))
    match = _DAY_ALONE.fullmatch(text) if year and month else None
    if match and year and month:
        return _calendar(year, month, int(match[1]))
    return Odd.UNREADABLE


def _calendar(year: int, month: int, day: int) -> dt.date | Odd:
    try:
        return dt.date(year, month, day) if FIRST_YEAR <= year <= LAST_YEAR else Odd.UNREADABLE
    except ValueError:
        return Odd.UNREADABLE


def _with_time(day: dt.date | Odd, text: str) -> dt.date | Odd:
    match = _TIME.fullmatch(text)
    if match is None or isinstance(day, Odd):
        return Odd.UNREADABLE
    hour, minute, second = (int(match[name] or 0) for name in "hms")
    if not (hour < 24 and minute < 60 and second < 60):
        return Odd.TIME
    moment = dt.datetime.combine(day, dt.time(hour, minute, second))
    if match["z"]:
        zone = "+00:00" if match["z"] in "Zz" else match["z"]
        offset = dt.timedelta(hours=int(zone[:3]), minutes=int(zone[0] + zone[-2:]))
        moment += dt.timedelta(hours=8) - offset
    return _at(moment)


def _at(moment: dt.datetime) -> dt.date | Odd:
    if moment.tzinfo is not None:
        moment = moment.astimezone(BEIJING)
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        return Odd.UNREADABLE
    return moment.date() if moment.time() == dt.time() else Odd.TIME


def is_missing(text: str) -> bool:
    """Tell whether a text, as :func:`plain` gives it, stands for a missing value.

    Examples
    --------
    >>> [is_missing(text) for text in ("——", "缺测", "#N/A", "35", "-5")]
    [True, True, True, False, False]
    """
    return text.casefold().replace(" ", "") in _MISSING or bool(_DASHES.fullmatch(text))


def read_number(cell: Cell, *, comma: bool = False) -> float | Odd | None:
    """Read a concentration or an index; None where it is missing.

    Sentinels such as -999 come as they are, see :data:`SENTINELS`.

    Parameters
    ----------
    cell : cell
    comma : bool
        Whether a comma can only be a decimal comma.

    Examples
    --------
    >>> read_number("０．８"), read_number("0,8", comma=True), read_number("—"), read_number("<3")
    (0.8, 0.8, None, <Odd.UNREADABLE: 'not understood'>)
    """
    if isinstance(cell, NotCalculated | bool | dt.date | dt.time | dt.timedelta):
        return Odd.NOT_CALCULATED if isinstance(cell, NotCalculated) else Odd.UNREADABLE
    if isinstance(cell, float):
        return cell if cell >= 0 or cell in SENTINELS else Odd.NEGATIVE
    text = plain(cell)
    return None if is_missing(text) else _number(text, comma)


def _number(text: str, comma: bool) -> float | Odd:
    if comma and _DECIMAL_COMMA.fullmatch(text):
        text = text.replace(",", ".")
    if _NUMBER.fullmatch(text):
        number = float(text)
        return number if number < float("inf") else Odd.UNREADABLE
    if not _NEGATIVE.fullmatch(text):
        return Odd.UNREADABLE
    number = -float(text[1:])
    return number if number in SENTINELS else Odd.NEGATIVE


def is_total(text: str) -> bool:
    """Tell whether a text in the place of a day or a city says that the row sums others up.

    Examples
    --------
    >>> [is_total(text) for text in ("全省平均", "合计", "Mean", "驻马店", "最大值")]
    [True, True, True, False, True]
    """
    return bool(_TOTAL.search("".join(text.split())) or _TOTAL_ENGLISH.fullmatch(text))


def is_remark(text: str) -> bool:
    """Tell whether a row that begins so is a note or says who made the table.

    Examples
    --------
    >>> [is_remark(text) for text in ("注:单位", "制表人:张三", "审核:", "驻马店", "2023-01-05")]
    [True, True, True, False, False]
    """
    return bool(_REMARK.match(text))
