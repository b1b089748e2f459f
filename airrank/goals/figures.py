"""A year's figures from observations: rank, six statistics, good and heavy days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd

from airrank.errors import InsufficientDataError
from airrank.goals.verdicts import Figure
from airrank.panel import Panel
from airrank.periods import Period
from airrank.ranking_table import Reading, dust_facts, standings
from airrank.rules import aqi, period_statistics
from airrank.rules.aqi import good_day, heavy_day
from airrank.rules.evaluation import required_days
from airrank.rules.standards import POLLUTANTS
from airrank.wording import Bilingual, Caveat, label

SOURCE = "observations"
RATIO_DECIMALS = 1
"""Shares of days are published with one decimal."""
Rows = dict[str, pd.DataFrame]
"""A city's days by dust mode; ``dust`` marks those the mode deducts."""
EDITION_OPEN_FROM = 2026
"""First year for which it is open which edition's limits the annual figures use."""


def year_period(year: int) -> Period:
    """Give 1 January to 31 December."""
    return Period(date(year, 1, 1), date(year, 12, 31))


def as_fraction(value: float) -> Fraction:
    """Give the decimal that a float prints as, exactly."""
    return Fraction(repr(float(value)))


def other_dust(part: Panel, mode: str) -> str | None:
    """Give the dust mode to show besides the one chosen; None where it would change nothing.

    Besides a mode that deducts, the days kept; besides ``keep``, what is listed or marked
    deducted, else what the proxy finds.
    """
    candidates = ("deduct", "proxy") if mode == "keep" else (mode,)
    found = next((m for m in candidates if part.dust_days(m).any()), None)
    return found if mode == "keep" or found is None else "keep"


def other_readings(reading: Reading, *, dust: str | None, year: int) -> dict[str, Reading]:
    """Give the readings that a verdict is tried under besides the one chosen, by their names."""
    orders = {"concentrations_first": "index_only", "index_only": "concentrations_first"}
    order = orders[reading.rounding]
    name_zh = label(order, "zh")
    readings: dict[str, Reading] = {
        Bilingual(f"rounding {order}", name_zh): replace(reading, rounding=order)
    }
    if dust is not None:
        name_zh = f"沙尘{label(f'dust_{dust}', 'zh')}"
        readings[Bilingual(f"dust {dust}", name_zh)] = replace(reading, dust=dust)
    if year >= EDITION_OPEN_FROM:
        current = reading.on(year_period(year)).name
        for name in ("2012", "2026-transition"):
            if name != current:
                readings[Bilingual(f"edition {name}", f"标准{name}")] = replace(
                    reading, edition=name
                )
    return readings


def observed_figures(
    panel: Panel, city: str, year: int, reading: Reading | None = None
) -> dict[str, Figure]:
    """Give a city's figures of a finished year.

    Parameters
    ----------
    panel : Panel
        Observations of the ranking list.
    city : str
        Short name of a city of the list.
    year : int
    reading : Reading, optional

    Returns
    -------
    dict
        By indicator: ``rank``, the six pollutants [µg/m³, co in mg/m³], ``good_day_ratio`` and
        ``heavy_day_ratio`` [%]. A year has at least 324 daily values (GB 3095-2012, table 4), else
        the figure says that it is insufficient. Empty without any observation of the year.
    """
    reading = reading or Reading()
    period = year_period(year)
    part = panel.between(period.start, period.end)
    column = panel.cities.index(city)
    if np.isnan(part.values[:, column]).all():
        return {}
    others = other_readings(reading, dust=other_dust(part, reading.dust), year=year)
    rows = {}
    for mode in {reading.dust, *(other.dust for other in others.values())}:
        days = part.deducting(mode).city_days()
        rows[mode] = days[days["city"] == city]
    caveats = _caveats(part, column, dust_facts(part, period, reading)[1])
    return {
        "rank": _rank(panel, city, period, reading, others, caveats),
        **_statistics(rows, period, reading, others, caveats),
        **day_shares(rows, period, reading, others, caveats),
    }


def _caveats(part: Panel, column: int, dust: Caveat | None) -> tuple[str, ...]:
    caveats = [Caveat("provisional real-time values", "实时发布数据，未经审核")]
    if dust is not None:
        caveats.append(dust)
    for k, pollutant in enumerate(POLLUTANTS):
        known = int((~np.isnan(part.values[:, column, k])).sum())
        guessed = int(part.estimated[:, column, k].sum())
        if guessed:
            caveats.append(
                Caveat(
                    f"{label(pollutant, 'en')}: {guessed} of {known} values estimated",
                    f"{label(pollutant, 'zh')}：{known}个数据中{guessed}个为估算值",
                )
            )
    return tuple(caveats)


def _rank(
    panel: Panel,
    city: str,
    period: Period,
    reading: Reading,
    others: dict[str, Reading],
    caveats: tuple[str, ...],
) -> Figure:
    try:
        table = standings(panel, period, reading)
    except InsufficientDataError as error:
        return Figure(None, SOURCE, reason=str(error))
    row: Any = table.loc[city]
    days = int(min(row[f"{p}_days"] for p in POLLUTANTS if f"{p}_days" in row.index))
    required = required_days(period.start, period.end)
    place: Any = row["rank"]
    value: Fraction | None = None if pd.isna(place) else Fraction(int(place))
    unranked = int(table["rank"].isna().sum())
    short = int((~table["valid"].astype(bool)).sum())
    if short:
        said = Caveat(
            f"{short} of {len(table)} cities have fewer valid days than required",
            f"{len(table)}个城市中{short}个有效天数不足",
        )
        caveats = (*caveats, said)
    if unranked:
        said = Caveat(
            f"{unranked} of {len(table)} cities have no index, hence no rank",
            f"{len(table)}个城市中{unranked}个没有综合指数，故无排名",
        )
        caveats = (*caveats, said)
    reason = ""
    if value is None:
        reason = Bilingual(
            "a pollutant has no values, so the city has no index", "有污染物没有数据，故无综合指数"
        )
    elif not row["valid"]:
        reason = too_few(days, required)
    variants = []
    for name, other in others.items():
        rank: Any = standings(panel, period, other)["rank"].get(city)
        if rank is not None and not pd.isna(rank):
            variants.append((name, Fraction(int(rank))))
    return Figure(
        value,
        SOURCE,
        valid_days=days,
        required_days=required,
        plus=Fraction(unranked),
        variants=tuple(variants),
        reason=reason,
        caveats=caveats,
        tied=1 if value is None else int(row["tied"]),
    )


def _statistics(
    rows: Rows,
    period: Period,
    reading: Reading,
    others: dict[str, Reading],
    caveats: tuple[str, ...],
) -> dict[str, Figure]:
    by_mode: dict[str, Any] = {
        mode: period_statistics(days, period.start, period.end, dust="deduct").iloc[0]
        for mode, days in rows.items()
    }
    table = by_mode[reading.dust]
    varied = {n: by_mode[o.dust] for n, o in others.items() if o.dust != reading.dust}
    decimals = reading.on(period).period_decimals(period.end)
    required = int(table["required_days"])
    figures = {}
    for pollutant in POLLUTANTS:
        days, value = int(table[f"{pollutant}_days"]), float(table[pollutant])
        measured = days + (int(table["dust_days"]) if pollutant in {"pm25", "pm10"} else 0)
        figures[pollutant] = Figure(
            None if np.isnan(value) else as_fraction(value),
            SOURCE,
            decimals=decimals[pollutant],
            valid_days=days,
            required_days=required,
            variants=tuple((n, as_fraction(float(t[pollutant]))) for n, t in varied.items()),
            reason=too_few(measured, required),
            caveats=caveats,
        )
    return figures


def too_few(days: int, required: int) -> str:
    """Say that a year has too few valid days, or nothing."""
    if days >= required:
        return ""
    return Bilingual(
        f"only {days} valid days of the {required} a year needs",
        f"有效天数{days}天，少于全年所需{required}天",
    )


def day_shares(
    rows: Rows,
    period: Period,
    reading: Reading,
    others: dict[str, Reading],
    caveats: tuple[str, ...],
) -> dict[str, Figure]:
    """Give the shares of good and heavy days among the days with an AQI [%] (HJ 633).

    Dust days stay in unless the reading deducts them; then their AQI leaves PM10 and PM2.5 out.
    Both ways to count them are told.
    """
    good, heavy, of = count_days(rows[reading.dust], reading)
    if of == 0:
        return {}
    required = required_days(period.start, period.end)
    result = {}
    for name, count in (("good_day_ratio", good), ("heavy_day_ratio", heavy)):
        variants, ways = [], {reading.dust: (count, of)}
        for title, other in others.items():
            if (other.dust, other.edition) == (reading.dust, reading.edition):
                continue
            counts = count_days(rows[other.dust], other)
            part = counts[0] if name == "good_day_ratio" else counts[1]
            variants.append((title, Fraction(100 * part, counts[2])))
            if other.dust != reading.dust:
                ways[other.dust] = (part, counts[2])
        result[name] = Figure(
            Fraction(100 * count, of),
            SOURCE,
            decimals=RATIO_DECIMALS,
            counts=(count, of),
            valid_days=of,
            required_days=required,
            variants=tuple(variants),
            reason=too_few(of, required),
            caveats=caveats if len(ways) == 1 else (*caveats, both_ways(name, ways)),
        )
    return result


def both_ways(indicator: str, counts: Mapping[str, tuple[int, int]]) -> Caveat:
    """Put the days counted under each dust mode, of those with an AQI, into words."""
    days = (
        ("优良天数", "good days") if indicator == "good_day_ratio" else ("重污染天数", "heavy days")
    )
    zh = [f"{label(f'dust_{m}', 'zh')}{n}/{of}" for m, (n, of) in counts.items()]
    en = [f"{n} of {of} ({label(f'dust_{m}', 'en')})" for m, (n, of) in counts.items()]
    return Caveat(f"{days[1]}, dust: {', '.join(en)}", f"{days[0]}（沙尘）：{'，'.join(zh)}")


def count_days(rows: pd.DataFrame, reading: Reading) -> tuple[int, int, int]:
    """Count the good days, the heavy or worse days, and the days with an AQI (HJ 633).

    The rows' column ``dust`` tells which of them are deducted.
    """
    values = aqi(rows, edition=reading.edition, dust="deduct")["aqi"].dropna()
    return int(good_day(values).sum()), int(heavy_day(values).sum()), len(values)
