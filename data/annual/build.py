"""Rebuild ``zhumadian.csv``: annual figures with their caveats, one row per figure.

Run from the repository:
``python data/annual/build.py ../shared/data/official/zhumadian_annual_archive.csv``.

The input holds yearly means from a public archive of daily values: provisional, dust kept, good and
heavy days counted with the 1-h maximum of ozone under the 2012 AQI, good days in whole per cent.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

COLUMNS = ("city", "year", "indicator", "value", "valid_days", "uncertainty", "caveat")
GOOD_DAY_UNCERTAINTY = "3.5"
"""Points: the source calls its shares a few points off (taken as 3); they are whole per cent."""
MEANS = "public archive of daily values, provisional, dust days kept"
DAYS = f"{MEANS}; counted with the ozone 1-h maximum, 2012 AQI"


def rows(source: Path) -> list[dict[str, str]]:
    """Read the table and give one row per figure."""
    result = []
    with source.open(encoding="utf-8-sig", newline="") as handle:
        for year in csv.DictReader(handle):
            base = {"city": year["city"], "year": year["year"], "valid_days": year["days"]}
            for indicator, column, uncertainty, caveat in (
                ("pm25", "pm25_mean", "", MEANS),
                ("pm10", "pm10_mean", "", MEANS),
                ("good_day_ratio", "good_days_pct_approx", GOOD_DAY_UNCERTAINTY, DAYS),
                ("heavy_days", "heavy_days_approx", "", DAYS),
            ):
                result.append(
                    {
                        **base,
                        "indicator": indicator,
                        "value": year[column],
                        "uncertainty": uncertainty,
                        "caveat": caveat,
                    }
                )
    return result


def main(source: str) -> None:
    """Write ``zhumadian.csv`` beside this script."""
    target = Path(__file__).with_name("zhumadian.csv")
    with target.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows(Path(source)))


if __name__ == "__main__":
    main(*sys.argv[1:])
