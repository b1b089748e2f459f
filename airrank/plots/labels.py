"""Names and remarks that several figures share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from airrank.terms import setting, setting_value
from airrank.words import MISSING, Text

if TYPE_CHECKING:
    from airrank.forecasting.result import Forecast

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


def end_of(forecast: Forecast) -> Text:
    """Name the end of the period: year end, month end, or its last day."""
    period = forecast.period
    ends = {"year": Text("year end"), "quarter": Text("quarter end"), "month": Text("month end")}
    return ends.get(period.kind, Text("the end on {day}", day=period.end))


def status(forecast: Forecast) -> Text:
    """Give the footer of a figure: as of, standard, draws, status of the data."""
    return status_line(forecast.settings, forecast.as_of)


def status_line(settings: Mapping[str, object], as_of: date) -> Text:
    """Give the footer of a figure from the settings of a forecast, also a stored one."""
    shown: dict[str, Any] = {
        key: setting_value(key, settings.get(key, MISSING)) for key in ("edition", "draws", "seed")
    }
    return Text(
        "as of {as_of}; edition {edition}; {dust}; {draws} joint draws, seed {seed};"
        " provisional data",
        as_of=as_of,
        dust=setting("dust", settings.get("dust", "keep")),
        **shown,
    )
