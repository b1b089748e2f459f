"""What the keys of tables and files are called where people read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airrank.words import Listed, Phrases, Sayable, Text

POLLUTANT_NAMES = {
    "pm25": "PM2.5",
    "pm10": "PM10",
    "so2": "SO2",
    "no2": "NO2",
    "co": "CO",
    "o3_8h": "O3",
}
CLASS_NAMES: Mapping[str, Text] = {
    "excellent": Text("excellent"),
    "good": Text("good"),
    "light": Text("light"),
    "moderate": Text("moderate"),
    "heavy": Text("heavy"),
    "severe": Text("severe"),
}
"""Classes of days (HJ 633), by their keys in tables."""
STATISTICS: Mapping[str, Sayable] = {
    **{key: Text(name) for key, name in POLLUTANT_NAMES.items()},
    "co": Text("CO-95"),
    "o3_8h": Text("O3-8h-90"),
}
"""Heads of the columns of a period's six statistics."""
STATISTIC_NAMES: Mapping[str, Text] = {
    "pm25": Text("mean PM2.5"),
    "pm10": Text("mean PM10"),
    "so2": Text("mean SO2"),
    "no2": Text("mean NO2"),
    "co": Text("95th percentile of CO"),
    "o3_8h": Text("90th percentile of the daily 8-hour maximum of O3"),
}
"""The same in sentences."""
UNITS: Mapping[str, Text] = {key: Text("µg/m³") for key in POLLUTANT_NAMES} | {"co": Text("mg/m³")}
DUST_MODES: Mapping[str, Text] = {
    "keep": Text("kept"),
    "deduct": Text("deducted"),
    "proxy": Text("deducted by proxy"),
    "list_or_proxy": Text("deducted by list or proxy"),
}
_DUST: Mapping[str, Text] = {
    "keep": Text("dust kept"),
    "deduct": Text("dust deducted"),
    "proxy": Text("dust deducted by proxy"),
    "list_or_proxy": Text("dust deducted by list or proxy"),
}
ROUNDINGS: Mapping[str, Text] = {
    "single_index": Text("single indices"),
    "concentrations_first": Text("concentrations first"),
    "index_only": Text("index only"),
}
MODELS: Mapping[str, Text] = {
    "remainder": Text("airrank"),
    "last_year": Text("last year again"),
    "ytd": Text("year to date"),
    "ytd_last_remainder": Text("to date + rest of last year"),
    "ratio": Text("to date × last year's ratio"),
    "climatology": Text("mean of past years"),
    "hindsight": Text("airrank told the years after"),
}
"""The forecaster, the baselines it is compared with, and the floor of its kind."""
_SETTINGS: Mapping[str, Text] = {
    "edition": Text("edition"),
    "dust": Text("dust"),
    "rounding": Text("rounding"),
    "weights": Text("weights"),
    "ties": Text("ties"),
    "placed_last": Text("placed last by rule"),
    "dust_city_days": Text("dust city-days"),
    "model": Text("model"),
    "fit": Text("fit"),
    "surroundings": Text("surroundings"),
    "draws": Text("draws"),
    "seed": Text("seed"),
    "as_known_at": Text("as known at"),
}
_VALUES: Mapping[str, Mapping[str, Text]] = {
    "edition": {
        "2026-transition": Text("2026-transition"),
        "2026-final": Text("2026-final"),
    },
    "dust": DUST_MODES,
    "rounding": ROUNDINGS,
    "weights": {"equal": Text("equal")},
    "ties": {"dense": Text("dense")},
    "model": {"remainder": Text("remainder")},
}


def setting(key: str, value: Any) -> Text:
    """Name a setting and its value.

    Examples
    --------
    >>> setting("rounding", "index_only").in_words("en")
    'rounding index only'
    >>> setting("placed_last", "驻马店:index, 长沙:change").in_words("en")
    'placed last by rule Zhumadian, Changsha (ranking by change)'
    """
    if key == "dust" and value in _DUST:
        return _DUST[value]
    shown = setting_value(key, value)
    return Text("{setting} {value}", setting=_SETTINGS.get(key, key), value=shown)


def setting_value(key: str, value: Any) -> Any:
    """Name the value of a setting.

    Examples
    --------
    >>> setting_value("edition", "2026-transition").in_words("zh"), setting_value("draws", 300)
    ('2026过渡期', 300)
    """
    if isinstance(value, list):
        return "/".join(f"{part:g}" for part in value)
    if key == "placed_last":
        return Listed(map(_placed_last, str(value).split(", ")))
    return _VALUES.get(key, {}).get(value, value) if isinstance(value, str) else value


def _placed_last(case: str) -> Sayable | str:
    """Word a case such as ``长沙:change``; without it of the ranking by the index."""
    from airrank.cities import registry  # with pandas; help and messages need no city

    name, _, ranking = case.partition(":")
    city = registry().find(name) or name
    return Text("{city} (ranking by change)", city=city) if ranking == "change" else city


def settings_text(settings: Mapping[str, Any]) -> Phrases:
    """Give the settings of a ranking or forecast in one line.

    Examples
    --------
    >>> settings_text({"edition": "2012", "dust": "keep", "seed": 0}).in_words("en")
    'edition 2012, dust kept, seed 0'
    """
    return Phrases(setting(key, value) for key, value in settings.items())
