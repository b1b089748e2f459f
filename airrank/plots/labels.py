"""Names and remarks that several figures share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from airrank.amounts import MISSING
from airrank.periods import Period
from airrank.words import Lang, Text

if TYPE_CHECKING:
    from airrank.forecasting.result import Forecast
    from airrank.panel import Panel

MONTHS = (
    Text("Jan"),
    Text("Feb"),
    Text("Mar"),
    Text("Apr"),
    Text("May"),
    Text("Jun"),
    Text("Jul"),
    Text("Aug"),
    Text("Sep"),
    Text("Oct"),
    Text("Nov"),
    Text("Dec"),
)
POLLUTANT_NAMES = {
    "pm25": "PM2.5",
    "pm10": "PM10",
    "so2": "SO2",
    "no2": "NO2",
    "co": "CO-95",
    "o3_8h": "O3-8h-90",
}
DUST = {
    "keep": Text("dust kept"),
    "deduct": Text("dust deducted"),
    "proxy": Text("dust deducted by proxy"),
}
MODEL_NAMES = {
    "remainder": Text("airrank"),
    "last_year": Text("last year again"),
    "ytd": Text("year to date"),
    "ytd_last_remainder": Text("to date + rest of last year"),
    "ratio": Text("to date × last year's ratio"),
    "climatology": Text("mean of past years"),
}


@dataclass(frozen=True)
class Named:
    """A name that its data file gives in both languages."""

    zh: str
    en: str

    def in_words(self, lang: Lang) -> str:
        """Give the name; the other language's where it lacks one."""
        return {"zh": self.zh, "en": self.en}[lang] or self.zh


def city_name(forecast: Forecast | Panel, city: str) -> Named:
    """Give the name under which readers know a city, in any of its spellings."""
    unit = forecast.ranking_list.resolve(city)
    return Named(unit.name, unit.name_en)


def list_name(forecast: Forecast) -> Named:
    """Give the title of the ranking list."""
    return Named(forecast.ranking_list.title_zh, forecast.ranking_list.title_en)


def end_of(forecast: Forecast) -> Text:
    """Name the end of the period: year end, or its last day."""
    period = forecast.period
    if period == Period.of_year(period.end.year):
        return Text("year end")
    return Text("the end on {day}", day=period.end)


def status(forecast: Forecast) -> Text:
    """Give the footer of a figure: as of, standard, draws, status of the data."""
    return status_line(forecast.settings, forecast.as_of)


def status_line(settings: Mapping[str, object], as_of: date) -> Text:
    """Give the footer of a figure from the settings of a forecast, also a stored one."""
    shown: dict[str, Any] = {
        key: settings.get(key, MISSING) for key in ("edition", "draws", "seed")
    }
    return Text(
        "as of {as_of}; edition {edition}; {dust}; {draws} joint draws, seed {seed};"
        " provisional data",
        as_of=as_of,
        dust=DUST[str(settings.get("dust", "keep"))],
        **shown,
    )
