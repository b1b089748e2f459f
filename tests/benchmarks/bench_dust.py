"""Which rule for dust days comes nearest to what the ministry deducts.

Run as ``python tests/benchmarks/bench_dust.py --shared ../shared/data``; a few seconds. Monthly
means of PM2.5 of the 168 cities, made from the archive's hour files with and without the days or
hours that a rule deducts and rounded to integers, against the official months 2019-01 … 2019-06.
Three families: days by PM10 and PM2.5/PM10 alone; days that also rise above the past (the rule of
``airrank/dust.py``); hours (PM10 jumps above the six hours before and ends near them), of which a
day keeps its other hours, or is lost by six such. The last lines leave out each month in turn when
choosing. The numbers of the rule were chosen in this table, so they flatter it a little.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from airrank.cities import registry
from airrank.dust import LARGEST_RATIO, LEAST_PM10, LEAST_RISE, USUAL_DAYS
from airrank.ingest.day_sources import find_day_sources, iter_day_files
from airrank.rules.hours import daily_mean
from airrank.rules.rounding import round_half_even

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
MONTHS = [f"2019-{month:02d}" for month in range(1, 7)]
CITY = "驻马店"
SIX = 6


def read_hours(shared: Path) -> tuple[NDArray[np.datetime64], Floats]:
    """Give days, and hours that end at 1:00 to 24:00, shape [day, hour, PM2.5 and PM10, city]."""
    sources = find_day_sources(shared / "archive")
    files = iter_day_files(sources, types=("PM2.5", "PM10"), units=registry().names)
    first, last = sources[0].date, sources[-1].date
    days = np.arange(np.datetime64(first), np.datetime64(last) + 2)
    hours = np.full((len(days) * 24, 2, len(registry().names)), np.nan)
    for file in files:
        start = (file.date - first).days * 24
        hours[start : start + 24] = file.values
    hours[(hours <= 0) | (hours > 10_000)] = np.nan
    return days[:-1], hours[1 : 1 + 24 * (len(days) - 1)].reshape(len(days) - 1, 24, 2, -1)


def of_days(hours: Floats) -> Floats:
    """Give daily means, whole numbers, shape [day, city]; of at least 20 hours."""
    return np.asarray(round_half_even(daily_mean(np.moveaxis(np.round(hours, 3), 1, -1)), 0))


def storms(hours: Floats, least: float, jump: float, ratio: float, end: float) -> Bools:
    """Find the hours of dust, shape [day, hour, city]: a jump, until PM10 is back near before."""
    pm25, pm10 = (hours[:, :, k].reshape(-1, hours.shape[3]) for k in (0, 1))
    before = pd.DataFrame(pm10).shift(1).rolling(SIX, min_periods=3).mean().to_numpy()
    starts = (pm10 >= least) & (pm10 >= jump * before) & (pm25 <= ratio * pm10)
    inside, base = np.zeros(pm10.shape[1], dtype=bool), np.full(pm10.shape[1], np.nan)
    found = np.zeros(pm10.shape, dtype=bool)
    for hour, level in enumerate(pm10):
        inside &= ~(level <= end * base)
        base = np.where(starts[hour] & ~inside, before[hour], base)
        inside |= starts[hour]
        found[hour] = inside
    return found.reshape(len(hours), 24, -1)


class Bench:
    """The official months and ours."""

    def __init__(self, shared: Path) -> None:
        self.days, self.hours = read_hours(shared)
        self.pm25, self.pm10 = (of_days(self.hours[:, :, k]) for k in (0, 1))
        official = pd.read_csv(shared / "official" / "monthly_pm25.csv")
        table = official.pivot(index="month", columns="city", values="pm25")
        self.official = table.reindex(index=MONTHS, columns=registry().names).to_numpy()
        self.usual = {
            days: pd.DataFrame(self.pm10).shift(1).rolling(days, min_periods=5).median().to_numpy()
            for days in (14, USUAL_DAYS)
        }
        self.kept = self.errors(self.pm25)

    def errors(self, pm25: Floats) -> Floats:
        """Give the mean absolute difference of the means rounded to integers, by month."""
        month = self.days.astype("datetime64[M]")
        means = [np.nanmean(pm25[month == np.datetime64(m)], axis=0) for m in MONTHS]
        ours = np.array([round_half_even(np.round(mean, 9), 0) for mean in means])
        return np.asarray(np.nanmean(np.abs(ours - self.official), axis=1))

    def rules(self) -> Iterator[tuple[str, str, Floats, Floats]]:
        """Give family, name, PM2.5 and PM10 of each rule."""
        yield "kept", "kept", self.pm25, self.pm10
        for least, ratio in product((120, 150, 180, 200, 400), (0.4, 0.45, 0.5)):
            found = (self.pm10 >= least) & (self.pm25 <= ratio * self.pm10)
            yield "days", f"PM10 ≥ {least}, ratio ≤ {ratio}", *self.without(found)
        for (days, usual), least, ratio, rise in product(
            self.usual.items(), (140, 150, 160, 180), (0.4, 0.45, 0.5), (1.2, 1.5, 1.8, 2.0)
        ):
            found = (self.pm10 >= least) & (self.pm25 <= ratio * self.pm10)
            found &= (self.pm10 >= rise * usual) | np.isnan(usual)
            name = f"PM10 ≥ {least}, ratio ≤ {ratio}, ≥ {rise} × median of {days} days"
            yield "rising days", name, *self.without(found)
        for least, jump, ratio, end in product((150, 200), (1.5, 2.0), (0.4, 0.5), (1.1, 1.5)):
            found = storms(self.hours, least, jump, ratio, end)
            name = f"hours: PM10 ≥ {least}, {jump} × six before, ratio ≤ {ratio}, to {end} ×"
            dusty = found.any(axis=1)
            rest = [of_days(np.where(found, np.nan, self.hours[:, :, k])) for k in (0, 1)]
            whole = (self.pm25, self.pm10)
            kept = [np.where(dusty, r, w) for r, w in zip(rest, whole, strict=True)]
            yield "hours", name, kept[0], kept[1]
            yield "hours", f"days with six such {name}", *self.without(found.sum(axis=1) >= SIX)

    def without(self, found: Bools) -> tuple[Floats, Floats]:
        """Give PM2.5 and PM10 without the days found."""
        return np.where(found, np.nan, self.pm25), np.where(found, np.nan, self.pm10)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared/data"))
    bench = Bench(parser.parse_args().shared)
    column = registry().names.index(CITY)
    year = bench.days >= np.datetime64("2020-01-01")
    rows = []
    for family, name, pm25, pm10 in bench.rules():
        errors = bench.errors(pm25)
        lost = int((np.isnan(pm25) & ~np.isnan(bench.pm25)).sum())
        worst = (errors - bench.kept).max()
        local = float(np.nanmean(bench.pm10[year, column]) - np.nanmean(pm10[year, column]))
        rows.append((family, name, *errors, errors.mean(), worst, lost, local))
    columns = ["family", "rule", *MONTHS, "mean", "worst", "days", f"{CITY} PM10 2020H1"]
    table = pd.DataFrame(rows, columns=columns)
    best = table.sort_values("mean").groupby("family", sort=False).head(6)
    print(best.round(3).to_string(index=False))
    own = (
        f"PM10 ≥ {LEAST_PM10:.0f}, ratio ≤ {LARGEST_RATIO}, "
        f"≥ {LEAST_RISE} × median of {USUAL_DAYS} days"
    )
    print("\nthe rule of airrank/dust.py")
    print(table[table["rule"] == own].round(3).to_string(index=False))
    rising = table[table["family"] == "rising days"].reset_index(drop=True)
    errors = rising[MONTHS].to_numpy()
    others = (errors.sum(axis=1, keepdims=True) - errors).argmin(axis=0)
    left = errors[others, range(len(MONTHS))]
    print(f"\nchosen without the month: {np.round(left, 3).tolist()}, mean {np.mean(left):.3f}")


if __name__ == "__main__":
    main()
