"""An office's own audited values, in the city-day format or under the headings offices use."""

from __future__ import annotations

import unicodedata
from functools import partial

import pandas as pd

from airrank.cities import short_names
from airrank.errors import InputError
from airrank.ingest.aggregate import DECIMALS
from airrank.ingest.city_day import check_city_days
from airrank.ingest.retrieval import Entry, History, ReadRaw
from airrank.ingest.tables import TableFile, plain_day, plain_heading, read_cells
from airrank.rules.rounding import round_half_even
from airrank.rules.standards import POLLUTANTS

HEADINGS = {
    "DATE": "date", "日期": "date", "时间": "date", "监测日期": "date",
    "CITY": "city", "城市": "city", "城市名称": "city", "县区": "city", "区县": "city",
    "县市区": "city", "乡镇": "city", "AQI": "aqi", "PM25": "pm25", "PM10": "pm10",
    "SO2": "so2", "二氧化硫": "so2", "NO2": "no2", "二氧化氮": "no2", "CO": "co",
    "一氧化碳": "co", "O38H": "o3_8h", "O3": "o3_8h", "臭氧": "o3_8h", "臭氧8小时": "o3_8h",
    "DUST": "dust", "沙尘": "dust",
}  # fmt: skip
"""Headings by what is left of them without case, width, spaces, punctuation and unit."""
FIRST_ROW = 2
LARGEST_CO = 10.0
"""A median of CO beyond this is no city's [mg/m³]; in µg/m³ it is 300 to 3000."""


def parse_table(content: bytes, name: str, origin: str) -> pd.DataFrame:
    """Read a table as city-days with values at the published precision.

    Parameters
    ----------
    content, name, origin
        As for :func:`~airrank.ingest.tables.read_cells`.

    Raises
    ------
    InputError
        If a column is missing, a value wrong, a city-day there twice, or CO not in mg/m³.
    """
    raw = read_cells(content, name, origin)
    columns: dict[str, str] = {}
    for heading in raw.columns:
        known = HEADINGS.get(plain_heading(heading), str(heading))
        if known not in columns or plain_heading(heading) == "O38H":
            columns[known] = heading
    table = raw[list(columns.values())].set_axis(list(columns), axis=1)
    if "co" in columns:
        _refuse_unit(columns["co"], origin)
    if "date" in table:
        table["date"] = table["date"].map(plain_day)
    frame = check_city_days(table, origin, first_row=FIRST_ROW)
    frame["city"] = short_names(frame["city"])
    twice = frame.duplicated(["date", "city"])
    if twice.any():
        place = int(twice.to_numpy().argmax())
        raise InputError(
            f"{origin}, row {place + FIRST_ROW}: a second row of {frame.city[place]}, "
            f"{frame.date[place]:%Y-%m-%d}; keep one"
        )
    median = frame["co"].median()
    if median > LARGEST_CO:
        raise InputError(
            f"{origin}: CO has a median of {median:g}, so it seems to be in µg/m³. It must be in "
            "mg/m³: divide the column by 1000."
        )
    for pollutant in POLLUTANTS:
        frame[pollutant] = round_half_even(frame[pollutant].to_numpy(), DECIMALS[pollutant])
    return frame


OfficeFile = partial(TableFile, "file", parse_table)
"""The source that is one table of audited values."""


def interpret(entry: Entry, history: History, read_raw: ReadRaw) -> list[pd.DataFrame]:  # noqa: ARG001
    """Give the table's city-days; a row without values retracts what an earlier file gave."""
    if entry.sha256 is None:
        return []
    frame = parse_table(read_raw(entry.sha256), entry.extra["name"], entry.origin)
    return [
        frame.drop(columns=["source", "retrieved_at"], errors="ignore").assign(raw=entry.sha256)
    ]


def _refuse_unit(heading: object, origin: str) -> None:
    unit = unicodedata.normalize("NFKC", str(heading)).casefold().replace("μ", "u")
    if "ug/m" in unit or "微克" in unit:
        raise InputError(
            f"{origin}: the heading {heading!r} says CO is in µg/m³. It must be in mg/m³: divide "
            "the column by 1000 and change the heading."
        )
