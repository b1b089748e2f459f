"""Build the annual figures that come with airrank: official statements, and an archive's means.

Run from the repository: ``python data/annual/build.py --shared ../shared/data``; the same input
gives the same bytes. The README beside it says what the two tables hold, and what is wrong with
them.
"""

from __future__ import annotations

import argparse
import csv
import io
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, fields, replace
from pathlib import Path

import pandas as pd

from airrank.cities import registry
from airrank.errors import AirrankError
from airrank.ingest.limits import read_text
from airrank.spreadsheet import write_csv
from airrank.words import Text

MEANS = "annual/pm_168_2019_2026.csv"
EARLIER_MEANS = "official/zhumadian_annual_archive.csv"
STATEMENTS = "official/facts.csv"
RANKS = "official/ranks_168.csv"
OF_ZHUMADIAN = "official/zhumadian.csv"
ARCHIVE_COLUMNS = ["city", "year", "days", "pm25", "pm10", "good_pct", "heavy_days"]

METRICS: dict[str, tuple[str, ...]] = {
    "pm10 / pm25 / good_day_pct": ("pm10", "pm25", "good_day_ratio"),
    "pm10 / pm25 / good_days": ("pm10", "pm25", "good_days"),
    "composite_index / pm25 / good_days": ("index", "pm25", "good_days"),
    "composite_index": ("index",),
    "rank_168": ("rank",),
    "change_rate_rank_168": ("change_rank",),
    "improvement_rank": ("improvement_rank",),
    "province_rank composite_index": ("province_rank",),
    "province_rank pm10/pm25/good_days": (
        "province_rank_pm10",
        "province_rank_pm25",
        "province_rank_good_days",
    ),
    "statement": ("statement",),
}
"""What a statement's metric says, part by part."""
RANK_METRICS = {"composite_index": "rank", "change_rate_composite_index": "change_rank"}
ZHUMADIAN_METRICS = {
    "national_168_change_rate_rank": "change_rank",
    "national_168_rank_bound": "rank_at_most",
}
DOUBTFUL = ("weak page", "could be", "text says")
"""What the notes say of a page that is not to be relied on."""
DOUBTFUL_STATUS = {"low", "ambiguous_period"}


@dataclass(frozen=True)
class Statement:
    """One official figure of one city and year.

    ``of`` is the number of cities ranked; ``doubtful`` is ``yes`` where the page is weak.
    """

    city: str
    year: int
    indicator: str
    value: str
    of: str
    doubtful: str
    source: str
    note: str


def archive_table(shared: Path) -> pd.DataFrame:
    """Give the yearly means of the archive, one row per city and year.

    Parameters
    ----------
    shared : Path
        The folder ``shared/data``.

    Returns
    -------
    DataFrame
        ``city, year, days``; ``pm25`` and ``pm10`` [µg/m³]; ``good_pct`` [%]; ``heavy_days``.
    """
    later = _table(shared / MEANS).rename(columns={"heavy": "heavy_days"})
    earlier = _table(shared / EARLIER_MEANS).rename(
        columns={
            "pm25_mean": "pm25",
            "pm10_mean": "pm10",
            "good_days_pct_approx": "good_pct",
            "heavy_days_approx": "heavy_days",
        }
    )
    known = set(zip(later["city"], later["year"], strict=True))
    keys = zip(earlier["city"], earlier["year"], strict=True)
    both = pd.concat([earlier[[key not in known for key in keys]], later], ignore_index=True)
    strangers = sorted(set(both["city"]) - set(registry().names))
    if strangers:
        raise ValueError(f"{shared / MEANS}: {strangers[0]} is none of the registered cities")
    order = ["year", "city"]
    return both[ARCHIVE_COLUMNS].sort_values(order, key=_numbers_as_such, ignore_index=True)


def _numbers_as_such(column: pd.Series) -> pd.Series:
    return pd.to_numeric(column) if column.name == "year" else column


def statements(shared: Path) -> tuple[list[Statement], list[str]]:
    """Give the official statements about whole years, and what was left out of the files.

    Statements of one city, year and indicator with one value are joined; where values differ,
    all stand.
    """
    found: list[Statement] = []
    left_out: list[str] = []
    for row in _rows(shared / STATEMENTS):
        made = list(_stated(row))
        found += made
        if not made:
            left_out.append(f"{row['period_start']} {row['city']}: {row['metric']}")
    for name, metrics in ((RANKS, RANK_METRICS), (OF_ZHUMADIAN, ZHUMADIAN_METRICS)):
        for row in _rows(shared / name):
            indicator = metrics.get(row["metric"])
            if indicator is None:
                left_out.append(f"{row['period_start']}: {row['metric']}")
                continue
            city = row.get("city") or registry().resolve(Path(name).stem).name
            value = (row.get("rank") or row.get("value", "")).removeprefix("<=")
            of = row.get("n") or row.get("out_of", "")
            found.append(_statement(row, city, indicator, value, of))
    known = set(registry().names)
    left_out += sorted(
        {f"{s.year} {s.city}: not of the list" for s in found if s.city not in known}
    )
    return _joined(s for s in found if s.city in known), left_out


def _stated(row: dict[str, str]) -> Iterator[Statement]:
    """Take one row of statements apart; nothing where its metric is not understood."""
    metric, value, of = row["metric"], row["value"], _number(row["unit_or_of"])
    if metric == "best 20":
        for place, city in enumerate(value.split(), 1):
            yield _statement(row, city, "rank", str(place), row["city"])
    elif metric == "statement":
        yield _statement(row, row["city"], metric, row["note"] or value, "")
    elif metric in METRICS:
        cities, indicators = row["city"].split(), METRICS[metric]
        keys = [(city, indicator) for city in cities for indicator in indicators]
        parts = re.split(r"\s*/\s*|\s+", value) if len(keys) > 1 else [value]
        if "(" in row["city"] or len(parts) != len(keys):
            return
        for (city, indicator), part in zip(keys, parts, strict=True):
            among = of if "rank" in indicator else ""
            yield _statement(row, city, indicator, _number(part), among or _of(part))


def _statement(row: dict[str, str], city: str, indicator: str, value: str, of: str) -> Statement:
    note = row.get("note", "")
    doubtful = row.get("status") in DOUBTFUL_STATUS or any(word in note for word in DOUBTFUL)
    return Statement(
        city,
        int(row["period_start"][:4]),
        indicator,
        value,
        of,
        "yes" if doubtful else "",
        row["source"],
        "" if indicator == "statement" else note,
    )


def _joined(found: Iterator[Statement]) -> list[Statement]:
    by_value: dict[tuple[str, int, str, str], Statement] = {}
    for one in found:
        key = (one.city, one.year, one.indicator, one.value)
        before = by_value.get(key)
        if before is None:
            by_value[key] = one
            continue
        both = [*before.source.split(" ; "), *one.source.split(" ; ")]
        sources = " ; ".join(dict.fromkeys(both))
        sure = "yes" if before.doubtful and one.doubtful else ""
        by_value[key] = replace(before, source=sources, doubtful=sure, of=before.of or one.of)
    return sorted(by_value.values(), key=lambda s: (s.year, s.city, s.indicator, s.value))


def _number(text: str) -> str:
    match = re.search(r"\d+(?:\.\d+)?", text)
    return match.group() if match else text


def _of(text: str) -> str:
    match = re.search(r"of (\d+)", text)
    return match.group(1) if match else ""


def _rows(path: Path) -> list[dict[str, str]]:
    """Read the rows about whole years."""
    text = read_text(path, Text("the official figures"))
    rows = csv.DictReader(io.StringIO(text, newline=""), restval="")
    whole = [row for row in rows if row["period_start"].endswith("-01-01")]
    return [r for r in whole if r["period_end"] == f"{r['period_start'][:4]}-12-31"]


def _table(path: Path) -> pd.DataFrame:
    """Read a table as texts, so that numbers keep the decimals they were printed with."""
    text = read_text(path, Text("the yearly means"))
    return pd.DataFrame(list(csv.DictReader(io.StringIO(text, newline=""), restval="")))


def main(arguments: Sequence[str] | None = None) -> int:
    """Build, write, and print what was left out; give the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared/data"))
    parser.add_argument("--out", type=Path, default=Path(__file__).parent)
    options = parser.parse_args(arguments)
    try:
        archive = archive_table(options.shared)
        official, left_out = statements(options.shared)
    except (AirrankError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    write_csv(archive.set_index("city"), options.out / "archive.csv")
    columns = [field.name for field in fields(Statement)]
    table = pd.DataFrame([astuple(one) for one in official], columns=columns)
    write_csv(table.set_index("city"), options.out / "official.csv")
    sys.stdout.write(f"{len(archive)} city-years, {len(official)} official figures; left out:\n")
    sys.stdout.write("".join(f"  {line}\n" for line in left_out))
    return 0


if __name__ == "__main__":
    sys.exit(main())
