"""Tables of ``airrank rank`` beside the ranking: ``--changes``, ``--days``, ``--provincial``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd
from rich.markup import escape
from rich.table import Table

from airrank.changes import CLASSES, DETERIORATION_KINDS, changes, day_counts, shares_of_days
from airrank.cli import render
from airrank.columns import column, write_table
from airrank.goals.place import with_city
from airrank.goals.provincial import Province, load_province, provincial
from airrank.ranking_table import standings
from airrank.rules.standards import POLLUTANTS
from airrank.terms import CLASS_NAMES, POLLUTANT_NAMES, STATISTICS
from airrank.words import Name, Sayable, Text, number, worded

if TYPE_CHECKING:
    from airrank.inputs import Source
    from airrank.periods import Period
    from airrank.rules.choices import Rules


@dataclass(frozen=True, eq=False)
class Comparison:
    """A table and its words."""

    kind: str
    table: pd.DataFrame
    title: Text
    heads: Sequence[Sayable | str]
    rows: list[list[str]]
    notes: Sequence[Text]

    @property
    def thin(self) -> frozenset[str]:
        """Cities whose figures rest on too few days."""
        if "valid" not in self.table:
            return frozenset()
        return frozenset(map(str, self.table.index[~self.table["valid"].astype(bool)]))


@dataclass(frozen=True)
class Telling:
    """What is told, and how: written to a folder, printed as JSON or as a table."""

    source: Source
    period: Period
    rules: Rules
    out: Path | None
    as_json: bool
    top: int | None
    marked: str | None

    def changes(self) -> Comparison:
        """Give 同比 and 环比."""
        table = changes(self.source.panel, self.period, self.rules)
        decimals = self.rules.on(self.period).period_decimals(self.period.end)
        heads = _change_heads(table, self.period)
        title = Text("Changes: {panel}, {period}", panel=self._list, period=self.period)
        rows = _change_rows(self._shown(table), self.period, decimals)
        return Comparison("changes", table, title, heads, rows, _change_notes(self.period))

    def days(self) -> Comparison:
        """Give the days by class and primary pollutant."""
        best_first = standings(self.source.panel, self.period, self.rules).index
        table = day_counts(self.source.panel, self.period, self.rules).loc[best_first]
        title = Text("Days by class: {panel}, {period}", panel=self._list, period=self.period)
        rows = _days_rows(self._shown(table))
        return Comparison("days", table, title, _days_heads(), rows, _DAY_NOTES)

    def provincial(self, name: str) -> Comparison:
        """Give a province's own order."""
        province = load_province(name)
        table = provincial(self.source.panel, self.period, province, self.rules)
        title = Text("{province}: {period}", province=province.title, period=self.period)
        rows = [_provincial_cells(row) for row in self._shown(table).to_dict(orient="records")]
        of_index = {"rank": Text("rank by index")}
        heads = [of_index.get(name) or column(name) for name in table.columns]
        notes = _provincial_notes(table, province)
        return Comparison("provincial", table, title, heads, rows, notes)

    @property
    def _list(self) -> Name:
        return self.source.panel.ranking_list.title

    def _shown(self, table: pd.DataFrame) -> pd.DataFrame:
        return with_city(table, self.top, self.marked)

    def tell(self, comparisons: Sequence[Comparison]) -> None:
        """Write the files, and print the tables or one JSON document."""
        for comparison in comparisons:
            if self.out is not None:
                name = f"{comparison.kind}_{self.period}.csv".replace("..", "_")
                write_table(comparison.table, self.out / name, as_json=self.as_json)
        if not self.as_json:
            for comparison in comparisons:
                self._print(comparison)
        elif len(comparisons) == 1:
            render.print_json(self._json(comparisons[0]))
        else:
            render.print_json({one.kind: self._json(one) for one in comparisons})

    def _print(self, comparison: Comparison) -> None:
        names = self.source.panel.ranking_list
        grid = Table(header_style="bold", show_lines=comparison.kind == "changes")
        for place, head in enumerate([Text("city"), *comparison.heads]):
            side: Literal["left", "right"] = "right" if place else "left"
            grid.add_column(escape(worded(head)), justify=side, overflow="fold")
        shown = self._shown(comparison.table).index
        thin = comparison.thin
        for city, cells in zip(shown, comparison.rows, strict=True):
            told: Sayable = names.resolve(str(city))
            if city in thin:
                told = Text("{city} (insufficient data)", city=told)
            style = "bold reverse" if city == self.marked else None
            grid.add_row(escape(worded(told)), *cells, style=style)
        title, data = render.heading(comparison.title), render.of_data(self.source)
        render.show(title, grid, *comparison.notes, data)
        render.show_reading(self.source, self.period, self.rules)

    def _json(self, comparison: Comparison) -> dict[str, Any]:
        told = (comparison.kind, comparison.table, self.period, self.rules, self.source)
        return render.ranking_json(*told)


_DAY_NOTES = (
    Text(
        "by pollutant: days above 50 of which it is the primary one, in brackets those above 100; "
        "dust kept"
    ),
    Text("a day with joint primary pollutants counts for each"),
)


def _provincial_cells(row: dict[Any, Any]) -> list[str]:
    places = {"score": 1, "good_days": 1, "index_change": 1, "amount": 1}
    return [
        number(value, places.get(name, 0), signed=name in {"index_change", "amount"})
        for name, value in row.items()
    ]


def _provincial_notes(table: pd.DataFrame, province: Province) -> list[Text]:
    notes = [
        Text(
            "unofficial: score = {level} × rank by index + {improvement} × rank of change; the "
            "province's formula is not known",
            level=province.level,
            improvement=province.improvement,
        )
    ]
    if "amount" in table and table["amount"].isna().all():
        notes.append(
            Text("no amounts: targets and rates are not known; fill them in in a file of your own")
        )
    return notes


def _change_notes(period: Period) -> list[Text]:
    notes = [
        Text(
            "below each figure: against the same period a year earlier / the period before [%], "
            "of shares of days in percentage points; - is less"
        )
    ]
    if period.kind in DETERIORATION_KINDS:
        notes.append(
            Text(
                "rank of worsening: among the cities that do not meet all six Grade II limits, 1 "
                "worsened most (rule of 2017; whether it still holds is open)"
            )
        )
    return notes


def _change_heads(table: pd.DataFrame, period: Period) -> list[Any]:
    heads: list[Any] = [Text("rank")]
    if "rank_dust_kept" in table:
        heads.append(Text("dust kept"))
    heads.append(Text("index"))
    if "ytd_rank" in table:
        heads += [Text("rank, year to date"), Text("index, year to date")]
    heads += [Text("rank of change")]
    if period.kind in DETERIORATION_KINDS:
        heads += [Text("rank of worsening")]
    heads += [STATISTICS[pollutant] for pollutant in POLLUTANTS]
    return [*heads, Text("good days %"), Text("heavy days %")]


def _change_rows(table: pd.DataFrame, period: Period, decimals: dict[str, int]) -> list[list[str]]:
    rows = []
    for row in table.to_dict(orient="records"):
        cells = [number(row[name]) for name in ("rank", "rank_dust_kept") if name in row]
        cells.append(_with_changes(row, "index", 2))
        if "ytd_rank" in row:
            cells += [number(row["ytd_rank"]), _with_changes(row, "ytd_index", 2)]
        cells.append(number(row["change_rank"]))
        if period.kind in DETERIORATION_KINDS:
            cells.append(number(row["deterioration_rank"]))
        cells += [_with_changes(row, p, decimals[p]) for p in POLLUTANTS]
        cells += [_with_changes(row, name, 1) for name in ("good_days", "heavy_days")]
        rows.append(cells)
    return rows


def _with_changes(row: dict[Any, Any], name: str, decimals: int) -> str:
    """Give a figure with its 同比 and, where there is one, its 环比."""
    places = 1 if name.endswith(("index", "days")) else 0
    known = [row[f"{name}{kind}"] for kind in ("_yoy", "_mom") if f"{name}{kind}" in row]
    told = [number(value, places, signed=True) for value in known if not pd.isna(value)]
    if len(told) < len(known) and any(not pd.isna(value) for value in known[1:]):
        told = [number(value, places, signed=True) for value in known]
    figure = number(row[name], decimals)
    return f"{figure}\n{' / '.join(told)}" if told else figure


def _days_heads() -> list[Any]:
    names = [POLLUTANT_NAMES[pollutant] for pollutant in POLLUTANTS]
    return [
        Text("days counted"),
        *CLASS_NAMES.values(),
        Text("good days %"),
        *names,
        Text("exceeding"),
    ]


def _days_rows(table: pd.DataFrame) -> list[list[str]]:
    good = shares_of_days(table)["good_days"].tolist()
    rows = []
    for row, share in zip(table.to_dict(orient="records"), good, strict=True):
        cells = [str(row["days"]), *(str(row[name]) for name in CLASSES), number(share, 1)]
        cells += [f"{row[f'primary_{p}']} ({row[f'exceeding_{p}']})" for p in POLLUTANTS]
        rows.append([*cells, str(row["exceeding"])])
    return rows
