"""What the columns of CSV files are called where people read them.

A file that a person asked for by ``--out`` has headings in the reader's language; with ``--json``,
for programs, and in the files that airrank itself reads again, columns keep the names of the code.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from airrank.spreadsheet import write_csv
from airrank.terms import CLASS_NAMES, MODELS, POLLUTANT_NAMES, STATISTICS
from airrank.words import Listed, Percent, Sayable, Text, worded

_NAMES: Mapping[str, Sayable] = {
    **STATISTICS,
    **CLASS_NAMES,
    "city": Text("city"),
    "rank": Text("rank"),
    "tied": Text("cities on this rank"),
    "index": Text("index"),
    "placed_last": Text("placed last by rule"),
    "rank_dust_kept": Text("rank, dust kept"),
    "dust_days": Text("dust days"),
    "primary": Text("primary"),
    "valid": Text("enough valid days"),
    "flags": Text("flags"),
    "rank_year_earlier": Text("rank a year earlier"),
    "places_gained": Text("places gained"),
    "index_change": Text("index y/y %"),
    "change_rank": Text("rank of change"),
    "rank_weighted": Text("rank, weighted"),
    "good_days": Text("good days %"),
    "heavy_days": Text("heavy days %"),
    "meets_grade_2": Text("meets Grade II"),
    "deterioration_rank": Text("rank of worsening"),
    "days": Text("days counted"),
    "exceeding": Text("exceeding days"),
    "order": Text("place"),
    "score": Text("score"),
    "index_rank": Text("index rank"),
    "amount": Text("amount [10 000 yuan]"),
    "pollutant": Text("pollutant"),
    "basis": Text("where the target is from"),
    "target": Text("target"),
    "bound": Text("highest unrounded figure"),
    "days_so_far": Text("days so far"),
    "days_remaining": Text("remaining days"),
    "so_far": Text("so far"),
    "control": Text("control value"),
    "change_needed": Text("change needed %"),
    "unusual_percentile": Text("past years as clean"),
    "past_years": Text("past years"),
    "above_so_far": Text("days above so far"),
    "above_affordable": Text("days to spare"),
    "probability": Text("probability"),
    "expected": Text("expected"),
    "even_given": Text("even, same weather"),
    "even_alone": Text("even, our city alone"),
    "unit": Text("unit"),
    "places": Text("places gained"),
    "places_per_percent": Text("places per 1 % less"),
    "index_per_percent": Text("index per 1 %"),
    "must_pass": Text("to be passed"),
    "gap": Text("gap now"),
    "gap_median": Text("gap at the end, median"),
    "gap_lo80": Text("gap at the end, lowest of 80 %"),
    "gap_hi80": Text("gap at the end, highest of 80 %"),
    "p_ahead": Text("P(we end ahead)"),
    "p_tied": Text("P(tied at the end)"),
    "places_4_weeks": Text("places in 4 weeks"),
    "id": Text("goal id"),
    "title": Text("title"),
    "title_zh": Text("title"),
    "title_en": Text("English title"),
    "section": Text("section"),
    "place": Text("county or district"),
    "indicator": Text("indicator"),
    "deadline": Text("deadline"),
    "due_later": Text("due in"),
    "one_reading": Text("by one reading"),
    "strength": Text("duty or aspiration"),
    "assessed": Text("how it is assessed"),
    "lead": Text("responsible"),
    "verdict": Text("verdict"),
    "figure": Text("figure"),
    "exact": Text("figure before rounding"),
    "margin": Text("margin"),
    "margin_days": Text("margin in days"),
    "reading": Text("reading of the rules"),
    "alternatives": Text("other readings"),
    "source": Text("source"),
    "valid_days": Text("valid days"),
    "reason": Text("reason"),
    "caveats": Text("caveats"),
    "note": Text("remarks"),
    "as_of": Text("as of"),
    "period": Text("period"),
    "rank_to_date": Text("rank to date"),
    "final_rank": Text("final rank"),
    "outcome": Text("final rank"),
    "median": Text("median"),
    "pm25_so_far": Text("PM2.5 so far"),
    "pm25_rest": Text("PM2.5 of the rest"),
    "date": Text("date"),
    "year": Text("year"),
    "cumulative": Text("cumulative probability"),
    "lon": Text("longitude"),
    "lat": Text("latitude"),
    "aqi": Text("AQI"),
    "level": Text("class of the AQI"),
    "dust": Text("dust deducted"),
    "now": Text("this year"),
    "last_year": Text("last year"),
    "share": Text("share of the index"),
    "x": Text("mean of the remaining days"),
    "rank_error": Text("error of median"),
    "rps": Text("ranked probability score (RPS)"),
    "mae_all": Text("mean error of medians, all cities"),
    "rps_all": Text("ranked probability score (RPS), all cities"),
    "coverage_80_all": Text("80 % covers (all cities)"),
    "since": Text("week before"),
    "bin": Text("class"),
    "forecast": Text("mean probability told"),
    "observed": Text("share that came true"),
    "count": Text("cases"),
    "months_left": Text("months to year end"),
    "kind": Text("kind"),
    "goal": Text("goal"),
}
DECIMALS, SMALL_DECIMALS = 2, 4
"""Of numbers in files for people, and of columns of shares and probabilities, all up to 1."""
_FLAGS: Mapping[str, Text] = {
    "tied": Text("shares its rank"),
    "good": Text("good day"),
    "heavy": Text("day of heavy pollution"),
}
"""Columns of yes and no whose key elsewhere means a number."""
_KINDS: Mapping[str, Text] = {
    "year": Text("year"),
    "to date": Text("to date"),
    "forecast": Text("forecast (median)"),
}
"""What a row of an outlook tells of a rank."""
_ENDS = {"lo": Text("{name}, lower"), "hi": Text("{name}, upper")}
_BEGINNINGS: Mapping[str, Text] = {
    "ytd_": Text("{name}, year to date"),
    "single_": Text("single index of {name}"),
    "share_": Text("share of {name} in the index"),
    "primary_": Text("days with {name} as primary pollutant"),
    "exceeding_": Text("days on which {name} exceeds"),
    "improvement_rank_": Text("rank of change of {name}"),
    "inside_": Text("inside the {name} % interval"),
    "brier_": Text("Brier score of top {goal}"),
    "p_rank_le_": Text("P(top {goal})"),
    "pm25_even_": Text("even PM2.5 ({name})"),
    "rank_": Text("rank, {name}"),
    "index_": Text("index, {name}"),
}
_ENDINGS: Mapping[str, Text] = {
    "_yoy": Text("{name}, year on year %"),
    "_mom": Text("{name}, on the period before %"),
    "_days": Text("valid days of {name}"),
}


def column(key: str) -> Sayable | str:
    """Name a column; one that nobody named keeps its key.

    Examples
    --------
    >>> from airrank.words import said
    >>> [said(column(key), "en") for key in ("single_o3_8h", "pm25_days", "lo80")]
    ['single index of O3-8h-90', 'valid days of PM2.5', '80 % interval, lower']
    """
    if key in _NAMES:
        return _NAMES[key]
    if key[:2] in _ENDS and key[2:].isdecimal():
        level = Text("{level} interval", level=Percent(int(key[2:])))
        return _ENDS[key[:2]].with_values(name=level)
    for beginning, text in _BEGINNINGS.items():
        if key.startswith(beginning):
            name = column(key.removeprefix(beginning))
            return text.with_values(name=name, goal=name)
    for ending, text in _ENDINGS.items():
        if key.endswith(ending):
            return text.with_values(name=column(key.removesuffix(ending)))
    return key


def headed(table: pd.DataFrame) -> pd.DataFrame:
    """Give a table with headings, names of pollutants, yes and no in the reader's language."""
    flags = [str(key) for key in table if table[key].dtype == bool]
    named = table.assign(**{key: table[key].map(_yes_or_no) for key in flags})
    named = named.rename(columns={key: worded(_FLAGS[key]) for key in flags if key in _FLAGS})
    if "kind" in table:
        named["kind"] = table["kind"].map(lambda key: worded(_KINDS.get(key, key)))
    if table.columns.name == "model":  # of which one is called as a column is
        named = named.rename(columns={key: worded(name) for key, name in MODELS.items()})
    if "pollutant" in table:
        named["pollutant"] = table["pollutant"].map(_pollutant)
    if "primary" in table:
        named["primary"] = table["primary"].map(_pollutants)
    if table.index.name == "pollutant":
        named = named.rename(index=_pollutant)
    title: Any = table.index.name
    named = named.rename_axis(index=None if title is None else worded(column(str(title))))
    return named.rename(columns=lambda key: worded(column(str(key))))


def _yes_or_no(value: Any) -> str:
    return str(Text("yes") if value else Text("no"))


def _pollutant(key: Any) -> Any:
    return POLLUTANT_NAMES.get(key, key)


def _pollutants(keys: Any) -> Any:
    """Name several pollutants, their keys joined by commas."""
    if not isinstance(keys, str):
        return keys
    return worded(Listed(_pollutant(key) for key in keys.split(",") if key)) if keys else keys


def write_table(table: pd.DataFrame, path: Path, *, as_json: bool = False) -> None:
    """Write a table as CSV: for people, or as the code has it where JSON was asked for.

    For people headings are words and numbers have the digits that one can read: programs get all.
    """
    if not as_json:
        table = table.apply(_readable)
        numbered = isinstance(table.index, pd.RangeIndex) and table.index.name is None
        table = headed(table.set_index(table.columns[0]) if numbered else table)
    write_csv(table, path)


def _readable(column: pd.Series) -> pd.Series:
    """Round a column of numbers; one of whole numbers has no decimals."""
    if not pd.api.types.is_float_dtype(column.dtype):
        return column
    exact = column.astype(float)
    small = exact.abs().max() <= 1
    rounded = exact.round(SMALL_DECIMALS if small else DECIMALS)
    if small:  # a probability before the end is neither 0 nor 1
        rounded = rounded.where(rounded.isin([0, 1]) == exact.isin([0, 1]), exact)
    whole = rounded.dropna()
    return rounded.astype("Int64") if len(whole) and (whole % 1 == 0).all() else rounded
