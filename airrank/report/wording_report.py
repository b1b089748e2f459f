"""Words of page, deck and workbook, in Chinese and English."""

from __future__ import annotations

from airrank.plots.labels import text
from airrank.wording import Lang

WORDS: dict[str, tuple[str, str]] = {
    "headline": (
        "{city}年末进前{goal}名概率{probability}，现第{rank}名",
        "{city}: top {goal} P = {probability}, now {rank}",
    ),
    "headline_short": ("进前{goal}名概率{probability}", "top {goal}: P = {probability}"),
    "headline_final": ("{city}{year}年最终第{rank}名", "{city} {year}: final rank {rank}"),
    "headline_plain": ("{city}年末中位第{rank}名", "{city}: median rank {rank}"),
    "title": ("{city} {year}年空气质量排名预测", "{city}: air quality rank {year}"),
    "title_final": ("{city} {year}年空气质量排名", "{city}: air quality rank {year}"),
    "subtitle": ("{panel}，数据截至{as_of}", "{panel}, data to {as_of}"),
    "now": ("现在", "Now"),
    "rank_now": ("累计排名", "rank to date"),
    "index_now": ("累计综合指数", "index to date"),
    "rank_final": ("最终排名", "final rank"),
    "index_final": ("全年综合指数", "index of the year"),
    "best80": ("80 %区间上沿", "80 % interval, best"),
    "worst80": ("80 %区间下沿", "80 % interval, worst"),
    "week": ("比上周", "since last week"),
    "places": ("{places:+d}位", "{places:+d} places"),
    "unchanged": ("不变", "unchanged"),
    "median": ("年末中位数", "median at year end"),
    "interval80": ("80 %区间", "80 % interval"),
    "goals": ("目标与概率", "Goals and odds"),
    "goals_final": ("目标完成情况", "Goals"),
    "goal": ("目标", "goal"),
    "target": ("目标值", "target"),
    "figure": ("预计（中位数）", "expected (median)"),
    "result": ("结果", "result"),
    "chance": ("概率", "probability"),
    "verdict": ("判定", "verdict"),
    "remark": ("说明", "remark"),
    "rank_goal": ("进入前{goal}名", "rank ≤ {goal}"),
    "control": ("剩余日控制值", "Control values of the remaining days"),
    "control_note": (
        "其余{days}天平均浓度不超过控制值，全年即达标；负值表示已无法达到。CO、O3为还可超标的天数。",
        "If the mean of the {days} remaining days stays within the control value, the year meets "
        "the target; below zero it is out of reach. For CO and O3: days that may still exceed.",
    ),
    "pollutant": ("污染物", "pollutant"),
    "so_far": ("至今", "so far"),
    "control_value": ("控制值", "control value"),
    "days_left": ("还可超标天数", "days to spare"),
    "lost": ("无法达到", "out of reach"),
    "unusual": ("往年同样清洁的比例", "past years as clean"),
    "slider": ("其余天PM2.5均值 → 概率", "Remaining PM2.5 mean → odds"),
    "slider_label": ("其余天PM2.5平均浓度 [µg/m³]", "PM2.5 mean of the remaining days [µg/m³]"),
    "slider_note": (
        "条件概率：其余天如此时，周边城市也处于同样天气；不是减排效果。",
        "Conditional odds: the neighbours then had the same weather; not the effect of measures.",
    ),
    "rivals": ("竞争城市（第{rank}名前后）", "Rivals around rank {rank}"),
    "gap": ("差距 [指数]", "gap [index]"),
    "gap_now": ("现在差距", "gap now"),
    "gap_end": ("年末差距80 %区间", "80 % gap at year end"),
    "p_ahead": ("我市领先概率", "P(we end ahead)"),
    "four_weeks": ("四周进位", "places in 4 weeks"),
    "shares": ("指数构成", "What makes up the index"),
    "calendar": ("空气质量日历", "Calendar"),
    "way": ("排名走势", "The way to year end"),
    "distribution": ("年末排名分布", "Rank at year end"),
    "pm25": ("PM2.5累计均值", "PM2.5 to date"),
    "map": ("地图", "Map"),
    "change_map": ("名次变化地图", "Map of the change on last year"),
    "track": ("概率逐周变化", "Odds week by week"),
    "previous": ("上一期", "previous briefing"),
    "all_weeks": ("全部各周", "all weeks"),
    "latest": ("最新一周", "latest week"),
    "weeks_title": ("{city}：各周预测", "{city}: weekly forecasts"),
    "week_of": ("截至", "as of"),
    "not_read": ("未能列入的各周", "Weeks that could not be listed"),
    "weeks": ("周报导航", "weekly pages"),
    "history": ("历年", "By year"),
    "skill": ("预测有多可靠", "How good are these forecasts"),
    "skill_said": (
        "{model}回测{years}年：{origins}次预测，名次平均误差{error}位，"
        "80 %区间含最终名次的比例{held} %。",
        "Backtest of {model} over {years}: in {origins} forecasts the median rank was on average "
        "{error} places off, and the 80 % interval held the final rank in {held} % of the cases.",
    ),
    "skill_better": (
        "概率误差（RPS）平均比当日最佳基准小{percent} %。",
        " The error of the probabilities (RPS) was {percent} % below that of the best baseline of "
        "the day.",
    ),
    "skill_worse": (
        "概率误差（RPS）平均比当日最佳基准大{percent} %。",
        " The error of the probabilities (RPS) was {percent} % above that of the best baseline of "
        "the day.",
    ),
    "model": ("模型", "model"),
    "rank_error": ("名次平均误差 [位]", "mean rank error [places]"),
    "rps_ratio": ("RPS/当日最佳基准", "RPS / best baseline of the day"),
    "held80": ("80 %区间命中", "held by the 80 % interval"),
    "table": ("{n}个城市一览", "All {n} cities"),
    "filter": ("筛选城市或省份", "filter by city or province"),
    "shown": ("显示", "shown"),
    "sort_hint": ("点击表头排序", "select a heading to sort"),
    "province": ("省份", "province"),
    "status": ("数据状况与说明", "Data status and caveats"),
    "source": ("数据来源", "source"),
    "as_of": ("截至", "as of"),
    "coverage": ("今年至今六项齐全的城市日", "city-days of the year with all six"),
    "edition": ("标准", "edition"),
    "dust": ("沙尘天", "dust days"),
    "draws": ("联合模拟次数", "joint draws"),
    "seed": ("随机种子", "seed"),
    "fingerprint": ("数据指纹", "data fingerprint"),
    "version": ("版本", "version"),
    "caveats": ("说明", "caveats"),
    "swipe": ("左右滑动看全图", "swipe sideways to see it all"),
    "skip": ("跳到主要内容", "skip to content"),
    "none": ("无", "none"),
    "sources": (
        "图表由airrank生成；来源：{source}；{footer}",
        "Made by airrank from {source}; {footer}",
    ),
    "met": ("完成", "met"),
    "not met": ("未完成", "not met"),
    "insufficient data": ("数据不足", "insufficient data"),
    "likely met": ("可能完成", "likely met"),
    "likely not met": ("可能未完成", "likely not met"),
    "open": ("未定", "open"),
    "already safe": ("已稳达", "already safe"),
    "already out of reach": ("已无法完成", "already out of reach"),
}


def word(key: str, lang: Lang, **values: object) -> str:
    """Give a word of the report, else the label of that name."""
    if key in WORDS:
        return WORDS[key][0 if lang == "zh" else 1].format(**values)
    return text(key, lang, **values)
