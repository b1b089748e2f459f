"""Small hour files in the archive's layout, written by the tests themselves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from airrank.ingest.hour_files import HOURLY_TYPES

DayText = Callable[..., str]
CITIES = ("驻马店", "北京")
LEVEL = {"PM2.5": 30, "PM10": 60, "SO2": 10, "NO2": 20, "CO": 0.55, "O3": 80}


def write_day_text(
    day: dt.date,
    cities: Sequence[str] = CITIES,
    *,
    hours: Sequence[int] = tuple(range(24)),
    types: Sequence[str] = (*HOURLY_TYPES, "AQI", "PM2.5_24h"),
    value: Callable[[str, int, str], object] | None = None,
) -> str:
    """Text of one day's file."""
    lines = [",".join(["date", "hour", "type", *cities])]
    for hour in hours:
        for kind in types:
            cells = [
                str(value(kind, hour, city) if value else LEVEL.get(kind, 50)) for city in cities
            ]
            lines.append(",".join([f"{day:%Y%m%d}", str(hour), kind, *cells]))
    return "\n".join(lines) + "\n"


@pytest.fixture
def day_text() -> DayText:
    return write_day_text


@pytest.fixture
def archive(tmp_path: Path) -> Callable[..., Path]:
    """Write files of several days into a folder."""

    def write(first: dt.date, count: int, skip: Sequence[int] = (), **options: object) -> Path:
        for k in range(count):
            day = first + dt.timedelta(days=k)
            if k not in skip:
                path = tmp_path / f"china_cities_{day:%Y%m%d}.csv"
                path.write_text(write_day_text(day, **options), encoding="utf-8")  # type: ignore[arg-type]
        return tmp_path

    return write
