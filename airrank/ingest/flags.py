"""Quality flags: what each code means, and the text they are kept as.

The column ``flags`` of a city-day holds ``<what>:<code>`` words separated by a space, for instance
``co:spike pm25:inverted pm10:inverted``; ``<what>`` is a pollutant, ``aqi`` or ``day``. A code may
carry its number: ``so2:stations=5/8``. No flag, no text: the value is missing (NaN).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from airrank.words import Text

BoolArray = NDArray[np.bool_]
Flags = Mapping[tuple[str, str], BoolArray]
"""(what, code) -> which rows bear the flag."""


@dataclass(frozen=True)
class Code:
    """A flag's meaning in few words, and whether the value that bears it is set missing."""

    meaning: Text
    removes: bool


CODES = {
    # Too few valid hours for a daily value (GB 3095-2012, table 4).
    "hours": Code(Text("too few valid hours"), True),
    "hour_bounds": Code(Text("hours out of bounds left out"), False),
    "stations": Code(Text("measured by fewer stations than others"), False),
    "few_stations": Code(Text("too few stations with a valid day"), True),
    # In the week around.
    "silent": Code(Text("stations of the list that measure nothing"), False),
    # Word for word; each row counts once.
    "repeated": Code(Text("repeated rows of a file"), False),
    "duplicate": Code(Text("recorded twice"), False),
    "conflict": Code(Text("recorded twice, values differ"), True),
    "retracted": Code(Text("retracted"), True),
    "future": Code(Text("the day was not over"), True),
    "sentinel": Code(Text("below zero or a mark for missing"), True),
    "bounds": Code(Text("out of bounds"), True),
    # Many times the city's own past fortnight and its neighbours' same day; for CO also far beyond
    # the rise of PM2.5 and NO2, which real combustion episodes share.
    "spike": Code(Text("sudden jump"), True),
    # PM2.5 at least twice PM10, of which it is a part; removed is the one of the two that lies
    # further from the neighbours (without any: from the city's past fortnight).
    "contradiction": Code(Text("PM2.5 and PM10 contradict"), True),
    # Where the record contradicts the official months and another compilation agrees with them.
    "replaced": Code(Text("replaced by another compilation"), False),
    "doubtful": Code(Text("contradicts the official months"), False),
    "inverted": Code(Text("PM2.5 above PM10"), False),
    # For more days in a row than chance explains.
    "run": Code(Text("the same for days"), False),
    "copied": Code(Text("all as the day before"), False),
}
"""Every code a flag can have."""


def flag_texts(flags: Flags) -> pd.Series[str]:
    """Write flags as texts, one per row; NaN where a row has none.

    Parameters
    ----------
    flags : mapping of (what, code) to array of bool
        Arrays of one length; the order of the mapping is kept.

    Examples
    --------
    >>> import numpy as np
    >>> flag_texts({("co", "spike"): np.array([True, False])}).tolist()
    ['co:spike', nan]
    """
    size = len(next(iter(flags.values()))) if flags else 0
    words = np.full(size, "", dtype=object)
    for (what, code), rows in flags.items():
        words[rows] += f" {what}:{code}"
    texts = pd.Series(words, dtype=object).str.lstrip()
    return texts.where(texts != "", other=None).astype("str")


def join_flags(first: pd.Series[str], second: pd.Series[str]) -> pd.Series[str]:
    """Join two columns of flags, row by row."""
    joined = (first.fillna("") + " " + second.fillna("")).str.strip()
    return joined.where(joined != "", other=None).astype("str")


def count_flags(frame: pd.DataFrame) -> pd.DataFrame:
    """Count flags by code, without its number, pollutant and year.

    Parameters
    ----------
    frame : DataFrame
        City-days with ``date`` and ``flags``.

    Returns
    -------
    DataFrame
        Indexed by (code, what), one column per year, sorted.
    """
    frame = frame.reset_index(drop=True)
    words = frame["flags"].dropna().str.split(" ").explode()
    year = frame.loc[words.index, "date"].dt.year.to_numpy()
    parts = words.reset_index(drop=True).str.split(":")  # crosstab wants unique labels
    what, code = parts.str[0].rename("what"), parts.str[1].str.split("=").str[0].rename("code")
    return pd.crosstab([code, what], pd.Series(year))
