"""Words on the figures, in Chinese and English; see also :mod:`airrank.wording`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from airrank.wording import Lang, label

if TYPE_CHECKING:
    from airrank.forecasting.result import Forecast
    from airrank.panel import Panel

FIGURE_LABELS: dict[str, tuple[str, str]] = {
    "gap_title_final": (
        "{city}：{year}年累计排名与最终排名",
        "{city}: rank over the year {year}",
    ),
    "gap_foot": ("色带：50/80/95 %预测区间；", "bands: 50/80/95 % of the forecast; "),
    "goal_line_met": ("目标：前{goal}名  达到", "goal: top {goal}  reached"),
    "goal_line_missed": ("目标：前{goal}名  未达到", "goal: top {goal}  missed"),
    "year_end_final": ("最终 第{rank}名", "final rank {rank}"),
    "ranks_title": (
        "{city}：{year}年末排名的概率分布",
        "{city}: distribution of the {year} year-end rank",
    ),
    "ranks_x": (
        "年末排名（第1名在左，越靠左越好）",
        "rank at year end (1 = cleanest, at the left)",
    ),
    "ranks_y": ("概率 [%]", "probability [%]"),
    "ranks_goal": ("前{goal}名\n{probability}", "top {goal}\n{probability}"),
    "rivals_title": (
        "第{rank}名前后的竞争城市：现在与年末",
        "Rivals around rank {rank}: now and at year end",
    ),
    "rivals_x": (
        "综合指数（越靠左越好）；点为现在，线为年末80 %区间，竖线为中位数",
        "index (lower is better); dot: now, bar: 80 % at year end, tick: median",
    ),
    "rivals_name": ("{rank}  {city}", "{rank}  {city}"),
    "rivals_ahead": ("我市领先\n的概率", "P(we end\nahead)"),
    "shares_title": (
        "{city}：各污染物的单项指数，截至{as_of}",
        "{city}: single indices by pollutant, to {as_of}",
    ),
    "shares_x": (
        "单项指数（六项之和为综合指数）；百分数为分担率",
        "single index (the six add up to the index); %: share of the index",
    ),
    "shares_now": ("今年", "this year"),
    "shares_before": ("去年同期", "last year"),
    "shares_median": ("{n}城市中位数", "median of the {n}"),
    "calendar_title": (
        "{city}：{year}年空气质量日历，优良{good}天，重度及以上{heavy}天",
        "{city}: AQI of {year}: {good} good days, {heavy} heavy or worse",
    ),
    "calendar_days": ("{days}天", "{days} d"),
    "aqi_1": ("优", "excellent"),
    "aqi_2": ("良", "good"),
    "aqi_3": ("轻度", "light"),
    "aqi_4": ("中度", "moderate"),
    "aqi_5": ("重度", "heavy"),
    "aqi_6": ("严重", "severe"),
    "pm25_title": (
        "{city}：PM2.5年初至今平均浓度",
        "{city}: mean PM2.5 from 1 January to date",
    ),
    "pm25_y": ("累计平均浓度 [µg/m³]（自0起）", "mean to date [µg/m³] (from 0)"),
    "pm25_target": ("目标 {target}", "target {target}"),
    "pm25_now": ("{year}年 {value}", "{year}: {value}"),
    "pm25_even": (
        "其余天{mean}：前{rank}名各半",
        "rest at {mean}: even odds\nof the top {rank}",
    ),
    "pm25_control": ("其余天{mean}：达标", "rest at {mean}: target met"),
    "pm25_lost": (
        "其余天即使为0，全年也超过目标{target}",
        "even 0 on every remaining day misses the target {target}",
    ),
    "odds_title": (
        "{city}：其余天PM2.5平均浓度与目标概率",
        "{city}: odds of the goals by the remaining PM2.5 mean",
    ),
    "odds_x": (
        "其余{days}天PM2.5平均浓度 [µg/m³]（灰色：模拟分布）",
        "PM2.5 mean of the {days} remaining days [µg/m³] (grey: as drawn)",
    ),
    "odds_y": ("概率 [%]", "probability [%]"),
    "odds_line": ("前{goal}名", "top {goal}"),
    "odds_even": ("均势 {x}", "even at {x}"),
    "track_title": (
        "{city}：{year}年末目标概率的逐周变化",
        "{city}: odds of the {year} goals, week by week",
    ),
    "track_title_known": (
        "{city}：{year}年末目标概率的逐周变化；最终第{rank}名",
        "{city}: odds of the {year} goals, week by week; final rank {rank}",
    ),
    "track_line": ("前{goal}名  {probability}", "top {goal}  {probability}"),
    "track_met": ("结果：达到", "reached"),
    "track_missed": ("结果：未达到", "missed"),
    "track_weeks": ("{n}次周预测；最近一次", "{n} weekly forecasts; the last "),
    "map_title": (
        "{panel}：{year}年累计排名，截至{as_of}",
        "{panel}: rank in {year} to {as_of}",
    ),
    "map_change_title": (
        "{panel}：累计排名与去年同期相比，截至{as_of}",
        "{panel}: places gained on last year, to {as_of}",
    ),
    "map_x": ("经度 [°E]", "longitude [°E]"),
    "map_y": ("纬度 [°N]", "latitude [°N]"),
    "map_bar": ("排名（第1名在上）", "rank (1 at the top)"),
    "map_change_bar": ("进位（+为进步）", "places gained (+ is better)"),
    "map_city": ("{city} 第{value}名", "{city} {value}"),
    "map_city_change": ("{city} {value:+d}", "{city} {value:+d}"),
    "map_change_ends": (
        "进位最多：{first}\n退位最多：{last}",
        "most gained: {first}\nmost lost: {last}",
    ),
    "map_gained": ("进位", "places gained"),
    "map_lost": ("退位", "places lost"),
    "map_same": ("不变", "unchanged"),
    "map_ends": ("最前：{first}\n最后：{last}", "first: {first}\nlast: {last}"),
    "map_none": (
        "名单未给出坐标，或没有可比的排名",
        "the list gives no coordinates, or there are no ranks to compare",
    ),
    "model_remainder": ("本模型", "airrank"),
    "model_last_year": ("同去年全年", "last year again"),
    "model_ytd": ("同今年至今", "year to date"),
    "model_ytd_last_remainder": ("今年至今+去年其余天", "to date + rest of last year"),
    "model_ratio": ("今年至今×去年比例", "to date × last year's ratio"),
    "model_climatology": ("历年平均", "mean of past years"),
    "reliability_title": (
        "目标概率是否可信：{model}的预测与结果",
        "Odds of the goals, told and come true: {model}",
    ),
    "reliability_x": ("预测概率 [%]", "probability told [%]"),
    "reliability_y": ("其中实际达到目标的比例 [%]", "share that reached the goal [%]"),
    "reliability_perfect": ("虚线：完全可靠", "dashed: perfectly reliable"),
    "reliability_footer": (
        "回测{years}年，{origins}个起报日，目标名次{goals}；"
        "圆点面积与数字为例数；同一年的各例并不独立",
        "backtest of {years}, {origins} origins, goals {goals}; dot area and number: cases, "
        "not independent within a year",
    ),
    "skill_title": (
        "比最佳基准好多少：按距年末时间",
        "How much better than the best baseline, by time to year end",
    ),
    "skill_x": ("距年末 [月]", "time to year end [months]"),
    "skill_y": ("1 − RPS/最佳基准（越高越好）", "1 − RPS / best baseline (higher is better)"),
    "skill_footer": (
        "回测{years}年，{origins}个起报日；基准按其往年误差给出分布；低于{floor}处不画",
        "backtest of {years}, {origins} origins; baselines dressed with their own past errors; "
        "cut off below {floor}",
    ),
    "history_title": (
        "{city}：历年排名与综合指数",
        "{city}: rank and index by year",
    ),
    "history_rank": ("排名（第1名在上）", "rank (1 at the top)"),
    "history_index": ("综合指数（自0起）", "index (from 0)"),
    "history_goal": ("目标 前{goal}名", "goal: top {goal}"),
    "history_year": ("{year}\n预测", "{year}\nforecast"),
}


def text(key: str, lang: Lang, **values: object) -> str:
    """Give a label of a figure, or one that all outputs share, its fields filled in."""
    if key in FIGURE_LABELS:
        return FIGURE_LABELS[key][0 if lang == "zh" else 1].format(**values)
    return label(key, lang, **values)


def month_names(lang: Lang) -> list[str]:
    """Give the months as the axis of a year names them."""
    return [f"{m}月" if lang == "zh" else f"{date(2001, m, 1):%b}" for m in range(1, 13)]


def named(forecast: Forecast | Panel, city: str, lang: Lang) -> str:
    """Give the name under which a reader of a language knows a city."""
    return forecast.ranking_list.resolve(city).in_words(lang)


def listed(forecast: Forecast, lang: Lang) -> str:
    """Give the title of the ranking list."""
    return forecast.ranking_list.title.in_words(lang)


def status(forecast: Forecast, lang: Lang) -> str:
    """Give the footer of a figure: as of, standard, draws, status of the data."""
    return status_line(forecast.settings, forecast.as_of, lang)


def status_line(settings: Mapping[str, object], as_of: date, lang: Lang) -> str:
    """Give the footer of a figure from the settings of a forecast, also a stored one."""
    shown = {key: settings.get(key, "–") for key in ("edition", "draws", "seed")}
    dust = label(f"dust_{settings.get('dust', 'keep')}", lang)
    return label("footer", lang, as_of=as_of, dust=dust, **shown)
