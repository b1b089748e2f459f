"""Rebuild the tables of this folder from the collected official statements.

Run from the repository: ``python data/official/build.py ../shared/data/official``.

``figures.csv`` holds one figure a row, whatever the page it came from said around it; what airrank
computes no counterpart for is left out. ``index_sets.csv`` holds sets of six published
concentrations with the index published beside them. ``sources.csv`` says where each came from.
"""

from __future__ import annotations

import calendar
import csv
import sys
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

MONTHS = "energyandcleanair/202011_china_winter_rebound, monthly PM2.5 as the ministry publishes it"
LISTS = "lists of the best and worst cities in the ministry's monthly reports, read by order"
EXTENDED = "2018-06"
"""The ministry's months tell of 74 cities before it, of the 168 from it on."""
SLIPS = {("2017-04", "太原"), ("2017-04", "邯郸")}
"""103 and 156 µg/m³, twice what any record of that month gives."""
DOUBTFUL_MONTH = "2017-12"
"""Two compilations of the network agree with each other and not with the file."""
QUANTITIES = {"composite_index": "rank", "change_rate_composite_index": "change_rank"}
FACTS = {"rank_168": "rank", "change_rate_rank_168": "change_rank", "composite_index": "index"}
PARTS = ("pm10", "pm25")
POLLUTANTS = ("pm25", "pm10", "so2", "no2", "co", "o3_8h")


class Figure(NamedTuple):
    """A row of ``figures.csv``."""

    period: str
    city: str
    quantity: str
    value: str
    of: str
    doubt: str
    source: str


def period_of(start: str, end: str) -> str:
    """Write a period as airrank reads it: 2019, 2019-07, 2020-01..2020-09."""
    first, last = date.fromisoformat(start), date.fromisoformat(end)
    if last.day != calendar.monthrange(last.year, last.month)[1] or first.day != 1:
        raise SystemExit(f"expected whole months, found {start} to {end}")
    if first.year == last.year and (first.month, last.month) == (1, 12):
        return f"{first:%Y}"
    return f"{first:%Y-%m}" if start[:7] == end[:7] else f"{first:%Y-%m}..{last:%Y-%m}"


def months(rows: Iterable[dict[str, str]]) -> Iterator[Figure]:
    """Official monthly PM2.5 [µg/m³]."""
    for row in rows:
        month, city = row["month"], row["city"]
        doubt = "slip" if (month, city) in SLIPS else ""
        doubt = "month" if month == DOUBTFUL_MONTH else doubt
        of = "168" if month >= EXTENDED else "74"
        yield Figure(month, city, "pm25", row["pm25"], of, doubt, MONTHS)


def lists(rows: Iterable[dict[str, str]]) -> Iterator[Figure]:
    """Positions of best and worst lists."""
    for row in rows:
        place = (row["period"], row["city"], "rank", row["rank_by_order"], row["n_cities"])
        yield Figure(*place, "", LISTS)


def ranks(rows: Iterable[dict[str, str]]) -> Iterator[Figure]:
    """Partial lists of the 168; those of a single pollutant are left out."""
    for row in rows:
        if row["metric"] in QUANTITIES:
            doubt = "" if row["status"] == "seen" else row["status"]
            period = period_of(row["period_start"], row["period_end"])
            quantity = QUANTITIES[row["metric"]]
            yield Figure(period, row["city"], quantity, row["rank"], row["n"], doubt, row["source"])


def facts(rows: Iterable[dict[str, str]], cities: set[str]) -> Iterator[Figure]:
    """Single statements about a city of the 168, of a kind that airrank computes."""
    for row in rows:
        period, metric = period_of(row["period_start"], row["period_end"]), row["metric"]
        weak = "weak" in row["note"]
        by_rule = "penal" in row["note"] or "by rule" in row["note"]
        doubt = "placed_last" if by_rule else "low" if weak else ""
        parts = [part.strip() for part in metric.split("/")]
        if metric in FACTS:
            values = row["value"].split()
            of = "168" if "rank" in metric else ""
            for city, value in zip(row["city"].split(), values, strict=False):
                if city in cities:
                    yield Figure(period, city, FACTS[metric], value, of, doubt, row["source"])
        elif set(PARTS) <= set(parts) and row["city"] in cities:
            values = dict(zip(parts, row["value"].split("/"), strict=True))
            for part in PARTS:
                value = values[part].strip()
                yield Figure(period, row["city"], part, value, "", doubt, row["source"])


def read(path: Path) -> list[dict[str, str]]:
    """Give a table's rows."""
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def write(path: Path, head: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    """Write a table."""
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(head)
        writer.writerows(rows)


def main(source: str) -> None:
    """Write the three tables beside this script."""
    folder, target = Path(source), Path(__file__).parent
    cities = {row["name_zh"] for row in read(target.parent / "cities.csv")}
    figures = [
        *months(read(folder / "monthly_pm25.csv")),
        *lists(read(folder / "lists_found.csv")),
        *ranks(read(folder / "ranks_168.csv")),
        *facts(read(folder / "facts.csv"), cities),
    ]
    sets = [
        (row["unit"], row["period"], *(row["o3_8h_90" if p == "o3_8h" else p] for p in POLLUTANTS),
         row["published_index"], row["source"])
        for row in read(folder / "published_indices.csv")
    ]  # fmt: skip
    named = list(dict.fromkeys([figure.source for figure in figures] + [row[-1] for row in sets]))
    key = {where: f"s{number:02d}" for number, where in enumerate(named, start=1)}
    seen: dict[tuple[str, ...], Figure] = {}
    for figure in figures:  # the first page that says it counts
        seen.setdefault((*figure[:3], figure.of), figure._replace(source=key[figure.source]))
    write(target / "figures.csv", Figure._fields, sorted(seen.values()))
    head = ("unit", "period", *POLLUTANTS, "index", "source")
    write(target / "index_sets.csv", head, [(*row[:-1], key[row[-1]]) for row in sets])
    write(target / "sources.csv", ("source", "where"), [(k, where) for where, k in key.items()])


if __name__ == "__main__":
    main(*sys.argv[1:])
