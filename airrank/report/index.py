"""The indices of the weekly pages, rewritten whenever a week is added: of weeks and of cities."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from airrank.amounts import Interval, Number
from airrank.cities import RankingList
from airrank.errors import InputError
from airrank.forecasting.files import Week
from airrank.forecasting.record import Record, as_day, record_table
from airrank.panel import Panel
from airrank.periods import Period
from airrank.report.page import filled
from airrank.report.tables import INTERVAL, MEDIAN, TOP
from airrank.whole import write_whole
from airrank.words import Chance, Lang, Listed, Percent, Text, speaking

PAGE = "report.html"
LATEST, PREVIOUS, ALL_WEEKS = Text("latest week"), Text("previous week"), Text("all weeks")
Row = tuple[Any, str | None, list[Any]]
"""Name, address of its page, cells."""
NOT_LISTED = Text("Weeks that could not be listed")


def page_of(out: Path, day: date, city: str) -> str | None:
    """Give the address of a city's page of a week relative to the folder of all weeks, if any."""
    places = (f"{day}/{city}/{PAGE}", f"{day}/{PAGE}")
    return next((place for place in places if (out / place).is_file()), None)


def write_index(
    record: Record, panel: Panel, city: str, goals: Sequence[int], out: Path, lang: Lang
) -> None:
    """Write ``index.html``: every week with its numbers and a link to its page, last week first.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    table = record_table(record, city, goals)
    rows: list[Row] = []
    for week, (_, row) in zip(record.weeks, table.iterrows(), strict=True):
        cells = [Number(row["rank"]), Number(row["median"]), Interval(row["lo80"], row["hi80"])]
        cells += [Chance(row[f"p_rank_le_{goal}"], week.final) for goal in goals]
        rows.append((week.as_of, page_of(out, week.as_of, city), cells))
    rows.reverse()
    head = [Text("as of"), Text("rank to date"), MEDIAN.with_values(end=Text("year end"))]
    head += [INTERVAL.with_values(level=Percent(80))]
    head += [TOP.with_values(goal=goal) for goal in goals]
    title = Text("{city}: weekly forecasts", city=panel.ranking_list.resolve(city))
    latest = next((page for _, page, _ in rows if page), None)
    links = [(LATEST, latest)] if latest else []
    troubles = list(record.troubles.items())
    _write(out / "index.html", lang, title, head, rows, links, (NOT_LISTED, troubles))


def write_overview(
    names: RankingList,
    period: Period,
    day: date,
    rows: Sequence[tuple[str, Week | None, str | None]],
    out: Path,
    lang: Lang,
) -> None:
    """Write ``<day>/index.html``: the week's cities, best first, each with a link to its page.

    Parameters
    ----------
    names : RankingList
    period : Period
        Which is forecast.
    day : date
    rows : sequence of (str, Week or None, str or None)
        City, its stored forecast, and why there is none.
    out : Path
        Folder of all weeks.
    lang : str

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    shown: list[tuple[float, str, list[Any]]] = []
    for city, week, _ in rows:
        if week is None:
            continue
        said: Any = week.summary.loc[city]
        chances = [
            Text(
                "top {goal} {chance}",
                goal=goal,
                chance=Chance(week.probability(city, goal), week.final),
            )
            for goal in (one["rank"] for one in week.content["goals"])
        ]
        low, high = said["rank_lo80"], said["rank_hi80"]
        cells = [Number(said["ytd_rank"]), Number(said["rank_median"]), Interval(low, high)]
        shown.append((float(said["ytd_rank"]), city, [*cells, Listed(chances)]))
    shown.sort(key=lambda row: (not row[0] > 0, row[0]))
    listed = [(names.resolve(city), f"{city}/{PAGE}", row) for _, city, row in shown]
    head = [Text("city"), Text("rank to date"), MEDIAN.with_values(end=Text("period's end"))]
    head += [INTERVAL.with_values(level=Percent(80)), Text("odds of the ranks to reach")]
    title = Text("{period}: {n} cities, data to {day}", period=period, n=len(shown), day=day)
    earlier = [one for one in _overviews(out) if one < day]
    links = [(PREVIOUS, f"../{earlier[-1]}/index.html")] if earlier else []
    links.append((ALL_WEEKS, "../index.html"))
    troubles = [(city, why) for city, _, why in rows if why is not None]
    path = out / str(day) / "index.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    _write(path, lang, title, head, listed, links, (Text("Cities without a forecast"), troubles))


def write_weeks(names: RankingList, out: Path, lang: Lang) -> None:
    """Write ``index.html``: the weeks of several cities, the last first, with their overviews.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    rows = [
        (day, f"{day}/index.html", [len(list((out / str(day)).glob(f"*/{PAGE}")))])
        for day in reversed(_overviews(out))
    ]
    title = Text("{list}: weekly forecasts", list=names.title)
    links = [(LATEST, page) for _, page, _ in rows[:1]]
    head = [Text("as of"), Text("cities")]
    _write(out / "index.html", lang, title, head, rows, links, (NOT_LISTED, []))


def _overviews(out: Path) -> list[date]:
    """Give the days of the weeks that have an overview."""
    days = (as_day(path.parent.name) for path in out.glob("*/index.html"))
    return sorted(day for day in days if day is not None)


def _write(
    path: Path,
    lang: Lang,
    title: Text,
    head: Sequence[Text],
    rows: Sequence[Row],
    links: Sequence[tuple[Text, str]],
    without: tuple[Text, Sequence[tuple[Any, Any]]],
) -> None:
    heading, troubles = without
    told = heading, [Text("{name}: {why}", name=name, why=why) for name, why in troubles]
    with speaking(lang):
        text = filled("index.html.j2", title=title, head=head, rows=rows, links=links, without=told)
    try:
        write_whole(path, text)
    except OSError as error:
        raise InputError(
            "cannot write {path}: {error}; see --out", path=path, error=error
        ) from error
