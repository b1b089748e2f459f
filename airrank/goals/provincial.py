"""A province's own order of its cities and its ecological compensation, as tables of its rules.

Unofficial: what a province looks at is known, its formulas are not. The tables
(``data/provincial``) say what is known and leave the rest to be filled in; nothing uses them unless
asked to.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd

from airrank.changes import changes
from airrank.errors import InputError
from airrank.goals.planfile import Table
from airrank.ingest.limits import parse_toml, read_text
from airrank.panel import Panel
from airrank.periods import Period
from airrank.rules import rank
from airrank.rules.choices import Rules
from airrank.rules.standards import table_path
from airrank.words import Name, Text

COLUMNS = {
    "pm25": "pm25",
    "pm10": "pm10",
    "good_days": "good_days",
    "index_change": "index_yoy",
    "index_rank": "rank",
}
"""Indicators, and the columns of :func:`airrank.changes.changes` that hold them."""


@dataclass(frozen=True)
class Indicator:
    """One indicator of the compensation.

    Attributes
    ----------
    name : str
        One of :data:`COLUMNS`.
    more_is_better : bool
    target : Decimal, optional
        Figure at which nothing is paid.
    rate : Decimal, optional
        For each unit away from it [10 000 yuan].
    """

    name: str
    more_is_better: bool
    target: Decimal | None
    rate: Decimal | None


@dataclass(frozen=True)
class Province:
    """A province's rules.

    Attributes
    ----------
    name : str
    title : Name
    panel : str
        Ranking list they are about.
    source : str
    level, improvement : Decimal
        Weights of the ranks by index and by its change.
    compensation : tuple
        First and last day, and the indicators between them.
    """

    name: str
    title: Name
    panel: str
    source: str
    level: Decimal
    improvement: Decimal
    compensation: tuple[tuple[date, date, tuple[Indicator, ...]], ...]

    def indicators(self, period: Period) -> tuple[Indicator, ...]:
        """Give the indicators that hold for a whole period; none where they change within it."""
        for first, last, indicators in self.compensation:
            if first <= period.start and period.end <= last:
                return indicators
        return ()


def load_province(name: str | Path) -> Province:
    """Load a province's table that comes with airrank, or a file of the same form.

    Raises
    ------
    InputError
        Names the file and the key that cannot be used.

    Examples
    --------
    >>> [i.name for i in load_province("henan").indicators(Period.of_month(2025, 3))]
    ['pm25', 'index_change', 'index_rank']
    """
    path = table_path("provincial", name, Text("province"))
    origin = Text("the province's table {path}", path=path)
    content = parse_toml(read_text(path, Text("the province's table")), origin, Decimal)
    table = Table(origin, content)
    order = table.part("order")
    province = Province(
        name=path.stem,
        title=Name(table.text("title_zh"), table.text("title_en")),
        panel=table.text("panel"),
        source=table.text("source", ""),
        level=order.numbers("level", 1)[0],
        improvement=order.numbers("improvement", 1)[0],
        compensation=tuple(
            _compensation(Table(origin, entry), origin)
            for entry in table.tables("compensation", optional=True)
        ),
    )
    order.refuse_unknown()
    table.refuse_unknown()
    return province


def _compensation(table: Table, origin: Text) -> tuple[date, date, tuple[Indicator, ...]]:
    first, last = table.any_day("first", date.min), table.any_day("last", date.max)
    indicators = tuple(_indicator(Table(origin, entry)) for entry in table.tables("indicator"))
    table.refuse_unknown()
    return first, last, indicators


def _indicator(table: Table) -> Indicator:
    name = table.choice("name", tuple(COLUMNS))
    better = table.choice("more_is", ("worse", "better")) == "better"
    known = {key: table.numbers(key, 1)[0] for key in ("target", "rate") if key in table.content}
    if len(known) == 1:
        table.refuse("rate", Text("target and rate together, or neither"))
    table.refuse_unknown()
    return Indicator(name, better, known.get("target"), known.get("rate"))


def provincial(
    panel: Panel, period: Period, province: Province, rules: Rules | None = None
) -> pd.DataFrame:
    """Order a province's cities its own way, with what compensation looks at.

    Parameters
    ----------
    panel : Panel
        Of the province's cities.
    period : Period
        Compensation is reckoned of months.
    province : Province
    rules : Rules, optional

    Returns
    -------
    DataFrame
        By city, the best first: ``order`` (equal scores share a place), ``score``, ``rank`` by
        index, ``change_rank``; the compensation's indicators; ``amount`` [10 000 yuan], what the
        city receives or, negative, pays: NaN while a target or rate is not filled in.

    Raises
    ------
    InputError
        If the cities are not those of the province.
    """
    if panel.ranking_list.name != province.panel:
        raise InputError(
            "the rules of {province} are about the list {panel}, not {found}; give --panel {panel}",
            province=province.title,
            panel=province.panel,
            found=panel.ranking_list.name,
        )
    table = changes(panel, period, rules)
    result = table[["rank", "change_rank"]].copy()
    level, improvement = float(province.level), float(province.improvement)
    score = level * result["rank"].astype("Float64") + improvement * result["change_rank"]
    result.insert(0, "score", score)
    result.insert(0, "order", rank(score))
    indicators = province.indicators(period) if period.kind == "month" else ()
    amounts = []
    for indicator in indicators:
        figure = table[COLUMNS[indicator.name]]
        result[indicator.name] = figure
        if indicator.target is None or indicator.rate is None:
            amounts.append(pd.Series(np.nan, index=table.index))
            continue
        above = figure.astype(float) - float(indicator.target)
        amounts.append(float(indicator.rate) * (above if indicator.more_is_better else -above))
    if indicators:
        result["amount"] = sum(amounts)
    return result.sort_values("order", kind="stable", na_position="last")
