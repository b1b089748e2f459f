"""What people read: labels in Chinese and English, and how numbers are put into words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import numpy as np
import pandas as pd

from airrank.words import MISSING as MISSING  # noqa: PLC0414
from airrank.words import Lang as Lang  # noqa: PLC0414
from airrank.words import Sayable, said

LABELS: dict[str, tuple[str, str]] = {
    "rank": ("排名", "rank"),
    "city": ("城市", "city"),
    "index": ("综合指数", "index"),
    "change": ("名次变化", "places"),
    "change_note": ("名次变化：+为进位", "places: + is better"),
    "index_change": ("指数同比（改善排名）", "index y/y (rank)"),
    "index_change_note": (
        "指数同比：与上年同期相比，负值为改善；括号内为同比改善幅度排名",
        "index y/y: against the same period a year earlier, - is better, ranked by the change",
    ),
    "primary": ("首要污染物", "primary"),
    "share": ("分担率", "share of index"),
    "pm25": ("PM2.5", "PM2.5"),
    "pm10": ("PM10", "PM10"),
    "so2": ("SO2", "SO2"),
    "no2": ("NO2", "NO2"),
    "co": ("CO-95", "CO-95"),
    "o3_8h": ("O3-8h-90", "O3-8h-90"),
    "tied": ("并列", "tied"),
    "insufficient": ("数据不足", "insufficient data"),
    "edition": ("标准", "edition"),
    "dust": ("沙尘", "dust"),
    "dust_keep": ("未扣除", "kept"),
    "dust_deduct": ("已扣除", "deducted"),
    "dust_proxy": ("按代用判据扣除", "deducted by proxy"),
    "rounding": ("修约", "rounding"),
    "data": ("数据", "data"),
    "as_of": ("截至", "as of"),
    "ytd_rank": ("当前累计排名", "rank, year to date"),
    "ytd_index": ("当前累计综合指数", "index, year to date"),
    "median": ("年末排名中位数", "median rank at year end"),
    "interval": ("{level} % 区间", "{level} % interval"),
    "goal": ("进入前{goal}名的概率", "P(rank ≤ {goal})"),
    "forecast_title": (
        "{city} {year}年{panel}年末排名预测（截至{as_of}）",
        "{city}: forecast of the {year} year-end rank, {panel}, as of {as_of}",
    ),
    "standings_title": ("{panel}空气质量排名 {period}", "Ranking: {panel}, {period}"),
    "standings_short": (
        "窗口较窄，未列分担率、同比和首要污染物；加宽窗口，或用--out写入文件",
        "narrow window: without shares, y/y and primary; widen it, or write a file with --out",
    ),
    "gap_title": (
        "{city}：{year}年累计排名与年末预测",
        "{city}: {year} rank to date and forecast of the year end",
    ),
    "gap_axis": ("累计排名（第1名在上，越靠上越好）", "rank to date (1 = cleanest, at the top)"),
    "goal_line": ("目标：前{goal}名  概率 {probability}", "goal: top {goal}  P = {probability}"),
    "now": ("现在 第{rank}名", "now {rank}"),
    "observed": ("实况", "observed"),
    "year_end_median": ("年末 第{rank}名（中位数）", "year end {rank} (median)"),
    "footer": (
        "截至{as_of}；标准{edition}；沙尘{dust}；{draws}次联合模拟，种子{seed}；实时发布数据，未经审核",
        "as of {as_of}; edition {edition}; dust {dust}; {draws} joint draws, seed {seed};"
        " provisional data",
    ),
    "track_title": ("{city}：逐周预测记录", "{city}: track record, week by week"),
    "rank_error": ("中位数误差", "error of median"),
    "coverage_all": ("80 %区间命中（全部城市）", "80 % covers (all cities)"),
    "track_outcome": (
        "最终第{rank}名；{weeks}周中{inside}周的80 %区间包含它",
        "final rank {rank}; inside the 80 % interval in {inside} of {weeks} weeks",
    ),
    "track_open": ("结果未知", "outcome not known"),
    "settings": ("设置", "settings"),
    "weights": ("权重", "weights"),
    "dust_city_days": ("扣除沙尘城市日", "dust city-days"),
    "model": ("模型", "model"),
    "fit": ("拟合", "fit"),
    "surroundings": ("参照周边", "surroundings"),
    "draws": ("联合模拟次数", "draws"),
    "seed": ("随机种子", "seed"),
    "as_known_at": ("获取截止", "as known at"),
    "concentrations_first": ("先修约浓度", "concentrations first"),
    "index_only": ("只修约指数", "index only"),
    "equal": ("相等", "equal"),
    "remainder": ("余期模型", "remainder"),
    "2026-transition": ("2026过渡期", "2026-transition"),
    "2026-final": ("2026正式", "2026-final"),
    "caveats": ("说明", "caveats"),
}


class Bilingual(str):
    """A text in English that also knows its Chinese."""

    __slots__ = ("zh",)
    zh: str

    def __new__(cls, en: str, zh: str) -> Self:
        """Join the two texts."""
        text = super().__new__(cls, en)
        text.zh = zh
        return text

    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override]
        """Give what a copy is made of."""
        return str(self), self.zh

    def text(self, lang: Lang) -> str:
        """Give the text in a language."""
        return self.zh if lang == "zh" else str(self)

    in_words = text


class Caveat(Bilingual):
    """What the reader must know to judge a number."""

    __slots__ = ()


def told(text: Sayable | str | None, lang: Lang) -> str:
    """Give a text in a language, where it knows its Chinese.

    Examples
    --------
    >>> told(Bilingual("no figure", "无数据"), "zh"), told("Grade II", "zh")
    ('无数据', 'Grade II')
    """
    if isinstance(text, Bilingual):
        return text.text(lang)
    return "" if text is None else str(said(text, lang))


def line(key: str, text: str, lang: Lang) -> str:
    """Give a label and what it says, with the language's colon."""
    return f"{label(key, lang)}{'：' if lang == 'zh' else ': '}{told(text, lang)}"


def settings_text(settings: Mapping[str, object], lang: Lang) -> str:
    """Give the settings of a ranking or forecast in one line.

    Examples
    --------
    >>> settings_text({"edition": "2012", "dust": "keep", "seed": 0}, "en")
    'edition 2012, dust kept, seed 0'
    """
    parts = (f"{label(key, lang)} {_setting(key, value, lang)}" for key, value in settings.items())
    return ("，" if lang == "zh" else ", ").join(parts)


def _setting(key: str, value: object, lang: Lang) -> str:
    if isinstance(value, list):
        return "/".join(f"{part:g}" for part in value)
    text = f"dust_{value}" if key == "dust" else str(value)
    return (
        label(text, lang)
        if text in LABELS
        else told(value, lang)
        if isinstance(value, str)
        else text
    )


def label(key: str, lang: Lang, **values: object) -> str:
    """Give a label in a language, its fields filled in."""
    return LABELS[key][0 if lang == "zh" else 1].format(**values)


def number(value: Any, decimals: int = 0, *, signed: bool = False) -> str:
    """Give a number as shown, a dash if missing; zero has no sign.

    Examples
    --------
    >>> number(5.866, 2), number(3, signed=True), number(-0.001, 2), number(None)
    ('5.87', '+3', '0.00', '–')
    """
    if value is None or pd.isna(value):
        return MISSING
    shown = f"{value:{'+' if signed else ''}.{decimals}f}"
    return shown.lstrip("+-") if float(shown) == 0 else shown


def probability_text(probability: float, *, final: bool = False) -> str:
    """Put a probability into words: whole per cent, and never certain before year end.

    Parameters
    ----------
    probability : float
        Between 0 and 1.
    final : bool
        Whether the year is over, so that 0 and 100 % may be said.

    Examples
    --------
    >>> probability_text(0.0), probability_text(0.996), probability_text(0.42)
    ('<1 %', '>99 %', '42 %')
    >>> probability_text(1.0, final=True)
    '100 %'
    """
    if np.isnan(probability):
        return MISSING
    if not final and probability < 0.01:
        return "<1 %"
    if not final and probability > 0.99:
        return ">99 %"
    return f"{probability * 100:.0f} %"
