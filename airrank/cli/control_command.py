"""``airrank control``: what it would take to reach the goals in the rest of the year."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from airrank.cli import options
from airrank.spreadsheet import write_csv

if TYPE_CHECKING:
    from datetime import date, datetime

    import pandas as pd

    from airrank.forecasting.result import Forecast
    from airrank.goals.outlay import Outlay
    from airrank.panel import Panel
    from airrank.wording import Lang

TITLES = {
    "control": ("剩余日控制值(余控)", "Control values of the remaining days"),
    "odds": ("各排名目标的均势值", "Remainder at which the odds of each rank are even"),
    "places": ("每降低一个单位可进位次", "Places that a little less buys, our city alone"),
    "rivals": ("竞争城市:目标第{rank}名", "Rivals around rank {rank}"),
    "replay": ("{year}年逐月回放", "{year} replayed month by month"),
}


@click.command("control")
@options.together(
    *options.FORECAST,
    options.out,
    options.as_json,
    options.lang,
)
@click.option(
    "--goal",
    "goals",
    type=click.IntRange(1),
    multiple=True,
    metavar="RANK",
    help="Rank to reach; may be repeated.  [default: 110, 105, 100; in short lists the middle]",
)
@click.option(
    "--plan",
    default="zhumadian_2023_2025",
    show_default=True,
    metavar="NAME|FILE",
    help="Plan whose air goals give the control values; Grade II limits where it has none.",
)
@click.option(
    "--scale",
    metavar="CHANGES",
    help="What if: pm25=-5%,no2=-10% from --from on, for --region or our city alone.",
)
@click.option(
    "--from", "start", type=options.DayType(), metavar="DAY", help="First day of --scale."
)
@click.option("--region", metavar="NAME", help="Province or region that --scale changes.")
@click.option(
    "--replay",
    type=click.IntRange(2013, 2100),
    metavar="YEAR",
    help="Instead: a finished year month by month, odds against the outcome.",
)
def command(
    data: Path | None,
    store: Path | None,
    city: str | None,
    as_of: date | None,
    as_known_at: datetime | None,
    panel: str,
    edition: str,
    dust: str,
    rounding: str,
    seed: int,
    draws: int,
    out: Path | None,
    as_json: bool,
    lang: Lang,
    goals: tuple[int, ...],
    plan: str,
    scale: str | None,
    start: date | None,
    region: str | None,
    replay: int | None,
) -> None:
    """Say how clean the rest of the year must be, and whom to pass.

    Control values of the remaining days for the plan's targets, days to spare, the remainder at
    which the odds of each rank goal are even, places per microgram, and the rivals around each
    goal rank.
    """
    from airrank.cli import render
    from airrank.forecasting.run import forecast_panel
    from airrank.goals import outlay as parts
    from airrank.goals.plan import load_plan
    from airrank.inputs import load_panel
    from airrank.ranking_table import Reading

    source = load_panel(data, panel, store=store, as_of=as_of, as_known_at=as_known_at)
    names = source.panel.ranking_list
    unit = names.home(city).name
    reading = Reading(edition, dust, rounding)
    ranks = goals or ((110, 105, 100) if len(names) >= 110 else (max(1, len(names) // 2),))
    if replay is not None:
        table = parts.replay(
            source.panel, unit, replay, ranks, draws=draws, seed=seed, reading=reading
        )
        if out is not None:
            write_csv(table, out / f"replay_{replay}.csv")
        if as_json:
            render.print_json({"schema": "airrank/replay/1", "months": _rows(table)})
        else:
            render.show(_grid(table, "replay", lang, year=replay))
        return
    day = as_of or source.last_complete_day()
    forecast = forecast_panel(
        source.panel,
        day,
        draws=draws,
        seed=seed,
        reading=reading,
        goals=ranks,
        as_known_at=as_known_at,
    )
    air = parts.air_goals(load_plan(plan), day.year)
    result = parts.outlay(source.panel, forecast, unit, ranks, air)
    changed = _what_if(source.panel, forecast, unit, scale, start, region) if scale else None
    if out is not None:
        _write(result, out)
    if as_json:
        content = result.as_dict()
        if changed is not None:
            content["what_if"] = _chances(forecast, changed, unit, ranks)
        render.print_json(content)
        return
    _print(result, lang)
    if changed is not None:
        for row in _chances(forecast, changed, unit, ranks):
            render.show(
                f"{scale}: P(rank ≤ {row['rank']}) {row['before']:.0%} → {row['after']:.0%}"
            )


def _what_if(
    panel: Panel,
    forecast: Forecast,
    city: str,
    scale: str,
    start: date | None,
    region: str | None,
) -> Forecast:
    from datetime import timedelta

    from airrank.goals.whatif import Scale, cities_of, parse_scale, what_if

    changed = cities_of(panel.ranking_list, region) if region else (city,)
    first = start or forecast.as_of + timedelta(days=1)
    return what_if(panel, forecast, Scale(parse_scale(scale), first, changed))


def _chances(
    before: Forecast, after: Forecast, city: str, ranks: tuple[int, ...]
) -> list[dict[str, Any]]:
    """Compare the odds on the same draws."""
    column = before.cities.index(city)
    same = before.rank_draws[: len(after.rank_draws), column]
    return [
        {
            "rank": rank,
            "before": float((same <= rank).mean()),
            "after": after.probability(city, rank),
        }
        for rank in ranks
    ]


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {str(key): value for key, value in row.items()}
        for row in table.reset_index().to_dict(orient="records")
    ]


def _write(result: Outlay, out: Path) -> None:
    from airrank.cli import render

    tables = {"control": result.control, "odds": result.odds, "places": result.places}
    tables.update({f"rivals_{rank}": table for rank, table in result.rivals.items()})
    for name, table in tables.items():
        write_csv(table, out / f"{name}.csv")
    (out / "control.json").write_text(render.to_json(result.as_dict()), encoding="utf-8")
    click.echo(f"{out}: control.json, {', '.join(f'{name}.csv' for name in tables)}", err=True)


def _print(result: Outlay, lang: Lang) -> None:
    from rich.markup import escape

    from airrank.cli import render

    forecast = result.forecast
    render.show(f"[bold]{escape(result.city)}[/bold] {forecast.target_year}, {forecast.as_of}")
    render.show(_grid(result.control, "control", lang))
    for margin in result.margins:
        text = (
            f"{margin.goal}: 已有{margin.so_far}天,全年界限{margin.bound}天(共{margin.of}天),"
            f"剩余{margin.remaining}天中余量{margin.affordable}天"
            if lang == "zh"
            else f"{margin.goal}: {margin.so_far} days so far, bound {margin.bound} of "
            f"{margin.of}; "
            f"{margin.affordable} of the {margin.remaining} remaining days to spare"
        )
        render.show(escape(text))
    render.show(_grid(result.odds.set_index("rank"), "odds", lang))
    render.show(_grid(result.places, "places", lang))
    for rank, table in result.rivals.items():
        render.show(_grid(table, "rivals", lang, rank=rank))
    settings = f"{'设置' if lang == 'zh' else 'settings'}: {forecast.describe_settings()}"
    render.show(escape(settings))
    from airrank.wording import caveat_text

    for caveat in forecast.caveats:
        render.show(escape(f"{'说明' if lang == 'zh' else 'caveats'}: {caveat_text(caveat, lang)}"))


def _grid(table: pd.DataFrame, title: str, lang: Lang, **values: object) -> Any:
    from rich.table import Table

    named = TITLES[title][0 if lang == "zh" else 1].format(**values)
    grid = Table(title=named, header_style="bold", title_justify="left")
    grid.add_column(str(table.index.name or ""))
    for column in table.columns:
        grid.add_column(str(column).replace("_", " "), justify="right")
    for name, row in table.iterrows():
        grid.add_row(str(name), *(_cell(value) for value in row))
    return grid


def _cell(value: Any) -> str:
    import pandas as pd

    if isinstance(value, str | bool):
        return {True: "✓", False: ""}.get(value, str(value)) if isinstance(value, bool) else value
    if value is None or pd.isna(value):
        return "–"
    return f"{value:.3g}" if abs(value) < 10 else f"{value:.0f}"
