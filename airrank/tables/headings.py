"""What a heading says: which pollutant, over which time, in which unit, and whether a daily value.

A heading is read as a whole. What only looks like a concentration, such as an index of a pollutant,
a percentage or an hourly value, is told apart here.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from airrank.words import Text

LONGEST = 80
"""Characters of a heading; longer texts are titles and notes."""
_POLLUTANTS = {
    "pm25": r"(?<![a-z0-9])pm_?2[._]?5(?!\d)|细颗粒物|细粒子|(?:粒径)?小于等于2\.5",
    "pm10": r"(?<![a-z0-9])pm_?10(?!\d)|可吸入颗粒物?|(?:粒径)?小于等于10",
    "so2": r"(?<![a-z0-9])so_?2(?!\d)|二氧化硫|sul(?:f|ph)ur_?dioxide",
    "no2": r"(?<![a-z0-9])no_?2(?!\d)|二氧化氮|nitrogen_?dioxide",
    "co": r"(?<![a-z0-9])co(?![a-z]|\d(?!4?_?(?:h|小)))|一氧化碳|carbon_?monoxide",
    "o3_8h": r"(?<![a-z0-9])o_?3(?!\d(?!4?_?h|小))|臭氧|ozone|mda8",
}  # fmt: skip
_FOUND = {name: re.compile(pattern) for name, pattern in _POLLUTANTS.items()}
_OTHER = re.compile(
    r"(?<![a-z0-9])(?:nox?|co_?2|pm_?1|tsp|nh_?3|voc|no3|bc|h2s)(?![a-z0-9.])|氮氧化物|一氧化氮|"
    r"二氧化碳|总悬浮"
)
_UNIT = re.compile(
    r"(?P<mass>(?<![a-z])[un]g|μg|mcg|mg|(?<![a-z])g|[微毫纳]克|克)_?(?:[/·.*]|每|_)*_?(?:n|标)?_?"
    r"(?:m\^?(?:3|-3|\(3\))|m-3|cum|立方米|立方)(?:\^?-1)?|(?P<share>pp[bm]v?|nmol/mol|umol/mol)"
)
_MASSES = {"mg": "mg", "毫克": "mg", "ng": "ng", "纳克": "ng", "g": "g", "克": "g"}
_STATE = {
    "standard": re.compile(r"标况|标准状[态况]|标态|(?<![a-z])stp(?![a-z])"),
    "actual": re.compile(r"实况|实态|实际状[态况]|参比状[态况]|参考状[态况]"),
}
_HOUR = r"_?-?(?:hours?|hrs?|h)(?![a-z])"
_ONE_HOUR = re.compile(
    rf"(?<!\d)1(?:{_HOUR}|_?hmax)|(?<!\d)[1一]_?小时|hourly|时均|实时|(?<![\d八])小时(?!数)"
)
_EIGHT = re.compile(rf"8(?:{_HOUR}|_?hmax)|[8八]_?个?小时|mda8")
_DAILY = re.compile(rf"24{_HOUR}|24_?小时|日均|日平均|日值|daily|day|d_?avg")
_RUNNING = re.compile(r"滑动|滚动|running|rolling|moving")
_HIGHEST = re.compile(r"最大|最高|max|日最")
_NOT_A_VALUE = re.compile(
    r"aqi|指数|指标|等级|级别|类别|首要|同比|环比|变化|变幅|增幅|降幅|增减|改善|较|去年|上年|同期|"
    r"排名|排序|"
    r"名次|位次|(?<![a-z])rank|目标|考核|标准|限值|超标|倍数|达标|优良|有效|样本|天数|小时数|个数|次数|率|占比|"
    r"比例|比值|贡献|分担|ratio|index|level|grade|flag|标识|标记|状态|备注|质控|(?<![a-z])qc|预测|预报|forecast|"
    r"predict|模拟|最小|最低|(?<![a-z])min|中位|median|标准差|(?<![a-z])std|偏差|月均|月平均|年均|年平均|周均|"
    r"季均|旬均|累计|累积|百分位|分位|percentile|(?<![a-z])p9\d|9[058]_?(?:th|per)|(?<![a-z])per(?![a-z])|%|"
    r"kind|error|百分|评价|第?(?<![\d.])9[058](?![\d.])(?:%|百分位)?|(?<![a-z])i[-_]*_|[个粒]/|"
    r"month|annual|year|week|quarter|ytd|yesterday|previous|昨|前[日天]|[本当上今]期|"
    r"\d{1,2}月?[-~至到]\d{1,2}月|月|(?<![万永])年|周(?!口)|季|旬(?![阳邑])|"
    r"(?<![-~至到\d])\d{1,2}(?:时(?![段间])|点|:\d\d)"
)
_PERIOD = re.compile(
    r"(?<![-~至到\d.a-z])(?:(?P<y>\d{4})年(?:\d{1,2}月份?)?(?:\d{1,2}日)?|\d{1,2}月(?:份)?(?:\d{1,2}日)?)"
    r"(?!均|平均|度|[-~至到])"
)
_NAMES = {
    "date": (
        "date day time datetime timepoint 日期 时间 年月日 监测日期 监测时间 数据日期 "
        "数据时间 统计日期 采样日期 采样时间 观测日期 观测时间 报告日期 日期时间 monitordate "
        "monitortime samplingdate sampledate measurementdate observationdate reportdate "
        "评价日期 测量日期 监测日 日"
    ),
    "year": "year 年 年份 年度",
    "month": "month 月 月份",
    "hour": "hour 小时 时 时刻 钟点",
    "city": "city cityname area 城市 城市名 城市名称 地市 地市名称 市 市名 市州 地级市 行政区",
    "county": (
        "县区 区县 县市区 区县名称 县 县市 乡镇 乡镇名称 街道 行政区名称 市县 区市 区市县 县区名称 "
        "市区县 county town"
    ),
    "region": "区域 地区 行政区划 名称 单位 单位名称 place name region 区",
    "code": (
        "code citycode adcode 城市编码 城市代码 行政区划代码 行政区代码 编码 区划代码 城市编号 代码"
    ),
    "station": (
        "station site 站点 站点名称 监测点 监测点位 点位 点位名称 监测站 监测站点 站名 "
        "监测点名称 stationname sitename stationcode 站点编码 监测点编码 locationname "
        "locationid location"
    ),
    "parameter": "parameter pollutant 污染物 监测项目 项目 监测因子 因子 污染物名称 指标 参数 type",
    "value": "value 值 数值 浓度值 监测值 浓度 concentration 测值",
    "dust": "dust 沙尘 沙尘日 是否沙尘 沙尘影响",
}
_BY_NAME = {name: what for what, names in _NAMES.items() for name in names.split()}
_PLAIN_WORDS = re.compile(
    r"颗粒物|气态污染物|污染物|浓度|分指数|单位|序号|省份?|省市|质量等级|级别|类别|首要污染物|排名|备注|经度|纬度|"
    r"quality|primarypollutant|province|no\.?|综合指数|id|index|rank|grade|level|lat|lon|说明"
)
_NO_AQI = re.compile(r"等级|级别|类别|排名|rank|level|iaqi")
_AQI = re.compile(r"(?<![a-z0-9])aqi|空气质量指数|空气污染指数")
OPTIONAL = frozenset(
    ("source", "flags", "retrieved_at", "dust_retrieved_at",
     *(f"{name}_kind" for name in _POLLUTANTS))
)  # fmt: skip
"""Columns of the city-day format that only its own files have."""


@dataclass(frozen=True)
class Heading:
    """A heading as it was understood.

    Attributes
    ----------
    text : str
        As it stands in the table, the rows of one column joined.
    what : str
        A pollutant, ``date``, ``city``, ``aqi`` …; empty where it was not understood.
    time : {"", "1h", "8h", "24h"}
    unit : str
        ``ug``, ``mg``, ``ng``, ``g`` (per m³), or what else it says; empty where it says none.
    state : {"", "standard", "actual"}
        Reference state of a concentration (标况, 实况).
    year : int or None
        The one year that it names.
    why : Text or None
        Why it is not a pollutant's daily value although it names one.
    """

    text: str
    what: str = ""
    time: str = ""
    unit: str = ""
    state: str = ""
    year: int | None = None
    why: Text | None = None


def normal(text: str) -> str:
    """Give a heading in usual width and lower case, spaces as ``_``, without markup.

    Examples
    --------
    >>> normal("ＰＭ₂.₅（μg／m³）"), normal("CO 24h")
    ('pm2.5(μg/m3)', 'co_24h')
    """
    text = unicodedata.normalize("NFKC", re.sub(r"</?\w+>|[{}$\\\u200b\ufeff]", "", text))
    text = text.casefold().replace("μ", "μ").translate(_SIGNS)
    return re.sub(r"\s+", "_", text.strip())


_SIGNS = str.maketrans({"【": "(", "】": ")", "[": "(", "]": ")", "〔": "(", "〕": ")", "—": "-",
                        "–": "-", "－": "-", "−": "-", "µ": "μ", "、": ","})  # fmt: skip


def parse_heading(*parts: str) -> Heading:
    """Understand the heading of a column, given the texts that stand over it, the upper first.

    Examples
    --------
    >>> heading = parse_heading("颗粒物", "PM2.5(μg/m³)")
    >>> heading.what, heading.unit
    ('pm25', 'ug')
    >>> parse_heading("臭氧（最大8小时滑动平均）").time
    '8h'
    >>> parse_heading("PM2.5", "分指数").why is None
    False
    """
    own = list(dict.fromkeys(part for part in parts if part))
    text = " ".join(own)
    if not own or len(text) > 2 * LONGEST:
        return Heading(text)
    whole = "_".join(map(normal, own))
    if whole in OPTIONAL:
        return Heading(text, whole)
    found = _named(own)
    if len(found) == 1:
        return _concentration(text, whole, own, found[0])
    if found:
        return Heading(text, why=Text("it names more than one pollutant"))
    name = _name(own)
    if not name and _AQI.search(whole) and not _NO_AQI.search(whole):
        name = "aqi"
    return Heading(text, name)


def _named(own: list[str]) -> list[str]:
    """Give the pollutants that a heading names, from its lowest part that names one."""
    for part in reversed(own):
        text = normal(part)
        found = [key for key, pattern in _FOUND.items() if pattern.search(text)]
        if found:
            return found
    return []


def _name(own: list[str]) -> str:
    """Give what a heading without a pollutant names, from all of it or from its lowest part."""
    for text in ("".join(own), own[-1], own[0]):
        letters = re.sub(r"[\s_.\-:*/]", "", normal(text))
        for name in (letters, re.sub(r"\(.*?\)", "", letters)):
            if name in _BY_NAME:
                return _BY_NAME[name]
    return ""


def _concentration(text: str, whole: str, own: list[str], pollutant: str) -> Heading:
    state = next((name for name, pattern in _STATE.items() if pattern.search(whole)), "")
    unit = next((u for part in reversed(own) if (u := _unit_for(pollutant, normal(part)))), "")
    rest = _UNIT.sub("", whole)
    years = {int(match["y"]) for match in _PERIOD.finditer(rest) if match["y"]}
    rest = _PERIOD.sub("", rest)
    for pattern in _STATE.values():
        rest = pattern.sub("", rest)
    bare = _FOUND[pollutant].sub("_", rest)
    time, why = _time(rest, bare, pollutant)
    if _OTHER.search(bare):
        why = Text("it names more than one pollutant")
    elif (word := _NOT_A_VALUE.search(bare)) is not None:
        why = Text("{word!r} says that it is no daily concentration", word=word[0].strip("_"))
    year = years.pop() if len(years) == 1 else None
    return Heading(text, pollutant, time, unit, state, year, why)


def _time(rest: str, bare: str, pollutant: str) -> tuple[str, Text | None]:
    """Give the averaging time, and why it is not the one of a daily value."""
    eight, daily = bool(_EIGHT.search(rest)), bool(_DAILY.search(rest))
    one = bool(_ONE_HOUR.search(_EIGHT.sub("", _DAILY.sub("", bare))))
    highest, running = bool(_HIGHEST.search(rest)), bool(_RUNNING.search(rest))
    if pollutant == "o3_8h":
        time = "1h" if one else "8h" if eight else "24h" if daily or highest else ""
        return time, _OZONE.get(time)
    odd = "1h" if eight or one else "max" if highest else "running" if running else ""
    return ("1h" if odd == "1h" else "24h" if odd or daily else ""), _OTHERS.get(odd)


_OZONE = {
    "1h": Text("of ozone the daily maximum of 8-h means counts, not the hourly"),
    "24h": Text("of ozone the daily maximum of 8-h means counts; it says no 8 h"),
}
_OTHERS = {
    "1h": Text("an hourly or 8-h value, not the daily mean"),
    "max": Text("a maximum, not the daily mean"),
    "running": Text("a running mean, not the daily mean"),
}
"""Why a value over such a time is left out."""


def _unit_for(pollutant: str, part: str) -> str:
    """Give the unit that one part of a heading states for a pollutant; a group's is not CO's."""
    if _FOUND[pollutant].search(part) and len(_UNIT.findall(part)) == 1:
        return unit_of(part)
    units = stated_units(part)
    return units.get(pollutant) or ("" if pollutant == "co" else units.get("", ""))


def unit_of(text: str) -> str:
    """Give ``ug``, ``mg``, ``ng`` or ``g`` (per m³), a share such as ``ppb``, or nothing.

    Examples
    --------
    >>> unit_of("(μg/m3)"), unit_of("毫克/立方米"), unit_of("so2(ppb)"), unit_of("日期")
    ('ug', 'mg', 'ppb', '')
    """
    match = _UNIT.search(text)
    if match is None:
        return ""
    if match["share"]:
        return match["share"]
    return _MASSES.get(match["mass"], "ug")


def is_known(text: str) -> bool:
    """Tell whether a cell's text could stand in a heading: a name, a pollutant, a unit, a kind."""
    if not text or len(text) > LONGEST:
        return False
    heading, whole = parse_heading(text), normal(text)
    return bool(heading.what or heading.why or unit_of(whole) or _PLAIN_WORDS.search(whole))


def stated_units(text: str) -> dict[str, str]:
    """Read a remark on units, such as 单位：μg/m³（CO为mg/m³）.

    Returns
    -------
    dict of str to str
        Unit by pollutant; under an empty name that of all others.

    Examples
    --------
    >>> stated_units("单位：μg/m³（CO为mg/m³）")
    {'': 'ug', 'co': 'mg'}
    """
    whole, before = normal(text), 0
    units: dict[str, str] = {}
    for match in _UNIT.finditer(whole):
        part = whole[before : match.start()]
        named = [key for key, pattern in _FOUND.items() if pattern.search(part)]
        others = not named or re.search(r"其余|其他|其它|other", part)
        for key in [""] if others else named:
            units.setdefault(key, unit_of(match[0]))
        before = match.end()
    return units
