"""Words that only the commands print, in Chinese and English."""

from __future__ import annotations

from airrank.report.wording_report import word
from airrank.wording import Lang

TEXTS: dict[str, tuple[str, str]] = {
    # forecast
    "bundled": (
        "使用{source}，截至{as_of}。要用更新的数据，请以--data FILE给出城市日数据，"
        "或用airrank update建立数据仓。",
        "Using the {source}, as of {as_of}. For newer data give a city-day file with --data FILE, "
        "or fill a store with airrank update.",
    ),
    # assess
    "actual": ("实际", "figure"),
    "actual_or_median": ("实际或预计中位数", "figure or median"),
    "margin": ("余量", "margin"),
    "finished": ("全年数据", "whole year"),
    "running": ("年度进行中", "year running"),
    "no observations": ("无观测数据", "no observations of the year"),
    "aspiration": ("* 力争目标，不计入判定", "* aspiration, does not count"),
    "joint": ("全部预测目标同时完成的概率：{chance}", "P(all forecast goals together): {chance}"),
    # control
    "head": ("{city}：{year}年剩余日要求（截至{as_of}）", "{city} {year}, as of {as_of}"),
    "odds": ("各排名目标的均势值", "Remainder at which the odds of each rank are even"),
    "gains": ("每降低一个单位可进位次（仅本市）", "Places that a little less buys, our city alone"),
    "replay": ("{year}年逐月回放", "{year} replayed month by month"),
    "days_to_spare": (
        "{goal}：已有{so_far}天，全年界限{bound}天（共{of}天），剩余{remaining}天中余量{affordable}天",
        "{goal}: {so_far} days so far, bound {bound} of {of}; {affordable} of the {remaining} "
        "remaining days to spare",
    ),
    "must_pass": ("进入前{rank}名还需超越{n}个城市", "cities to pass for rank {rank}: {n}"),
    "what_if": (
        "若{scale}：进入前{rank}名的概率 {before} → {after}",
        "{scale}: P(rank ≤ {rank}) {before} → {after}",
    ),
    "goal_rank": ("目标名次", "goal rank"),
    "expected": ("预计", "expected"),
    "even_given": ("均势值（同天气）", "even, same weather"),
    "even_alone": ("均势值（仅本市）", "even, our city alone"),
    "even_note": (
        "预计与均势值为余期平均浓度，CO、O3为全年百分位数；–：模拟范围内无均势",
        "expected and even: mean of the remaining days, for CO and O3 the year's percentile; "
        "–: nowhere even in the drawn range",
    ),
    "unit": ("减少", "less by"),
    "places_unit": ("进位", "places"),
    "index_unit": ("指数下降", "index lower by"),
    "places_percent": ("减1 %进位", "places per 1 %"),
    "index_percent": ("减1 %指数下降", "index per 1 %"),
    "final_rank": ("最终排名", "final rank"),
    "even_pm25": ("均势PM2.5（前{goal}名）", "even PM2.5 ({goal})"),
    "pm25_so_far": ("PM2.5至今", "PM2.5 so far"),
    "pm25_rest": ("PM2.5其余", "PM2.5 of the rest"),
    # backtest
    "rank_mae": ("名次平均误差", "rank MAE"),
    "ratio": ("比值", "ratio"),
    "crps": ("综合指数CRPS", "CRPS index"),
    "cover": ("命中50/80/95 %", "cover 50/80/95 %"),
    "unrest": ("变动", "unrest"),
    "backtest_note": (
        "{years}年，{origins}个起报日；比值：各起报日得分与当日最佳基准之比的平均；"
        "变动：相邻两个起报日之间中位名次的平均变化",
        "{origins} origins in {years}; ratio: mean over origins of score / best baseline of that "
        "origin; unrest: mean change of the median rank from one origin to the next",
    ),
    "difference": (
        "RPS {model} - {rival}：{mean}，95 %区间 {low} … {high}（Diebold-Mariano检验，p {p}）",
        "RPS {model} - {rival}: {mean}, 95 % {low} … {high} (Diebold-Mariano, p {p})",
    ),
    # update
    "plan": ("将向{origin}提出{n}次请求", "{n} requests to {origin}"),
    "plan_end": ("  …… 至{label}", "  … to {label}"),
    "updated": (
        "{source}：应取{wanted}份，取得{fetched}份（{unchanged}份未变），{absent}份不存在；"
        "新增{new_days}天、{new}条记录，修订{revised}条，撤回{retracted}条",
        "{source}: {fetched} of {wanted} answers ({unchanged} unchanged), {absent} not there; "
        "{new_days} new days, {new} new records, {revised} revised, {retracted} retracted",
    ),
    "vanished": (
        "来源不再提供，本地仍保留：{label}",
        "gone at the source, our copy stays: {label}",
    ),
    "failed": ("失败：{reason}", "failed: {reason}"),
    "more_failures": ("…… 另有{n}次失败", "… and {n} more failures"),
    "stopped": ("{why}；再次运行即可接着做", "{why}; run the update again to go on"),
    "progress": (
        "{done}/{total}，下一个{label}，约剩{minutes}分钟",
        "{done} of {total}, next {label}, about {minutes} min left",
    ),
    "rebuilt": (
        "{source}：已由原始答复重建{n}条记录",
        "{source}: {n} records built from the raw answers",
    ),
    "asked": ("来源：{url}", "source: {url}"),
    "late": (
        "警告：库中最后一天{last}距今{age}天，而平台只保留{window}天。请增加更新次数。",
        "warning: the last stored day, {last}, is {age} days ago; the platform keeps {window} "
        "days. Run the update more often.",
    ),
    "too_late": (
        "警告：库中最后一天{last}距今{age}天，而平台只保留{window}天，有{lost}天已无法从这里取得，"
        "请从存档补齐（--source archive）。请增加更新次数。",
        "warning: the last stored day, {last}, is {age} days ago; the platform keeps {window} "
        "days, so {lost} days are lost here: fill them from the archive. Run the update more "
        "often.",
    ),
    "update_failed": (
        "更新失败（{why}），使用现有数据继续",
        "update: failed ({why}); going on with the data at hand",
    ),
    # status
    "store": ("数据仓：{store}（{total} MB：{parts}）", "store: {store} ({total} MB: {parts})"),
    "raw": ("原始答复", "raw"),
    "journal": ("日志", "journal"),
    "city_days": ("记录", "city_days"),
    "priority": ("来源优先次序：{order}", "source priority: {order}"),
    "writer": ("正在写入：{writer}", "writer: {writer}"),
    "answers": (
        "\n{source}：{answers}份答复，{absent}份不存在，最近一次{last}",
        "\n{source}: {answers} answers, {absent} not there, last asked {last}",
    ),
    "span": (
        "  {first} … {last}（{since}天前），{cities}个城市，{records}条记录{share}",
        "  days {first} … {last} ({since} days ago), {cities} cities, {records} records{share}",
    ),
    "share_168": ("，168城覆盖率{share}", ", {share} of the 168"),
    "runs": ("  {what}：{days}{more}", "  {what}: {days}{more}"),
    "more_runs": ("，另有{n}段", " and {n} more"),
    "gaps": ("缺日", "gaps"),
    "thin_days": ("168城不足95 %的日子", "days below 95 % of the 168"),
    "backfilled": ("事后补录", "backfilled"),
    "listed": (
        "  沙尘：{days}个城市日，{first} … {last}",
        "  dust: {days} city-days, {first} … {last}",
    ),
    "flag": ("  标记 {flag}{meaning}：{n}", "  flag {flag}{meaning}: {n}"),
    "hours": ("（有效小时不足）", ""),
    "hour_bounds": ("（已剔除异常小时）", ""),
    "repeated": ("（文件中的重复行）", ""),
    "duplicate": ("（重复记录）", ""),
    "conflict": ("（同一记录数值不一）", ""),
    "retracted": ("（已撤回）", ""),
    "future": ("（当日尚未结束）", ""),
    "sentinel": ("（负值或缺测占位值）", ""),
    "bounds": ("（超出可能范围）", ""),
    "spike": ("（突增）", ""),
    "contradiction": ("（PM2.5与PM10矛盾）", ""),
    "inverted": ("（PM2.5高于PM10）", ""),
    "run": ("（连日相同）", ""),
    "copied": ("（与前一日全同）", ""),
    "changes": ("  修订{revised}条，撤回{gone}条", "  revised {revised}, retracted {gone}"),
    "change_revised": (
        "    修订 {day} {city}，获取于{when}",
        "    revised {day} {city}, known {when}",
    ),
    "change_retracted": (
        "    撤回 {day} {city}，获取于{when}",
        "    retracted {day} {city}, known {when}",
    ),
    "checked": (
        "已核对{entries}行日志、{raw}份原始答复、{records}条记录：{result}",
        "{entries} journal lines, {raw} raw answers and {records} records checked: {result}",
    ),
    "clean": ("完好", "clean"),
    "broken_count": ("{n}处损坏", "{n} broken"),
    "broken": ("损坏：{what}", "broken: {what}"),
    "note": ("提示：{what}", "note: {what}"),
    "no_ours": (
        "{period}：官方排名{n}个，我方结果缺：{note}",
        "{period}: {n} official ranks, ours not available: {note}",
    ),
    "reconciled": (
        "与官方数据的平均绝对差；超出：相差超过{threshold} µg/m³的月均值，或超过{places}位的名次",
        "Mean absolute difference from official figures; beyond: means more than {threshold} µg/m³ "
        "off, ranks more than {places} places",
    ),
    "contradictions": (
        "与官方月均值相差超过{threshold} µg/m³的城市和月份（我方减官方）",
        "Cities and months more than {threshold} µg/m³ off the official mean (ours less official)",
    ),
    "none_contradicts": (
        "没有月均值与官方相差超过{threshold} µg/m³",
        "No monthly mean is more than {threshold} µg/m³ off the official one",
    ),
    "ranks_off": (
        "相差超过{places}位的名次，以及导入的官方名次和指数",
        "Ranks more than {places} places off, and the official ranks and indices imported",
    ),
    "period": ("时段", "period"),
    "quantity": ("项目", "quantity"),
    "compared": ("对比数", "compared"),
    "mean_off": ("平均相差", "mean difference"),
    "largest_off": ("最大相差", "largest"),
    "beyond": ("超出", "beyond"),
    "remark": ("说明", "remark"),
    "year": ("年", "year"),
    "months_off": ("月份及差值", "months and differences"),
    "doubtful": ("官方数据存疑的月份", "months in which the official figure is in doubt"),
    "spread": ("全年各月差值范围（月数）", "all months of the year (their number)"),
    "few_days": ("我方有效天数不足", "our data have too few days"),
    "doubt_month": (
        "官方数据存疑：两套独立汇编彼此一致，与官方不符",
        "official file in doubt: two compilations agree with each other and not with it",
    ),
    "doubt_slip": ("官方数据疑为笔误", "official figure looks like a slip"),
    "doubt_low": ("来源不可靠", "weak source"),
    "doubt_ambiguous_period": ("来源时段不明", "the source's period is unclear"),
    "doubt_placed_last": ("按规定列末位", "placed last by rule"),
    "change_rank": ("改善排名", "change rank"),
    "official": ("官方", "official"),
    "ours": ("我方", "ours"),
    "off_by": ("相差", "difference"),
}


def say(key: str, lang: Lang, **values: object) -> str:
    """Give what a command says, or a word of the report."""
    if key in TEXTS:
        return TEXTS[key][0 if lang == "zh" else 1].format(**values)
    return word(key, lang, **values)
