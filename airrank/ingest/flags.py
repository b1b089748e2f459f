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

BoolArray = NDArray[np.bool_]
Flags = Mapping[tuple[str, str], BoolArray]
"""(what, code) -> which rows bear the flag."""


@dataclass(frozen=True)
class Code:
    """A flag's meaning: why a value bears it, and whether the value is set missing."""

    reason: str
    removes: bool


CODES = {
    "hours": Code("too few valid hours for a daily value (GB 3095-2012, table 4)", True),
    "hour_bounds": Code("impossible hours were left out; the day's other hours count", False),
    "stations": Code("fewer of the city's stations measure it than measure anything", False),
    "few_stations": Code("too few of the stations that measure it have a valid day", True),
    "silent": Code("stations of the list that measure nothing in the week around", False),
    "repeated": Code("the source file repeated rows word for word; each counts once", False),
    "duplicate": Code("the source gave the record more than once, alike; one is kept", False),
    "conflict": Code("the source gave the record more than once with different values", True),
    "retracted": Code("the source no longer gives a record it gave before", True),
    "sentinel": Code("negative, or a number that stands for a missing value (9999, 99999)", True),
    "bounds": Code("outside what instruments and the AQI scale know", True),
    "spike": Code(
        "many times the city's own past fortnight and its neighbours' same day; for CO also far "
        "beyond the rise of PM2.5 and NO2, which real combustion episodes share",
        True,
    ),
    "contradiction": Code(
        "PM2.5 at least twice PM10, of which it is a part; removed is the one of the two that lies "
        "further from the neighbours (without any: from the city's past fortnight)",
        True,
    ),
    "replaced": Code(
        "the record contradicts the official months; another compilation, which agrees with them, "
        "stands in",
        False,
    ),
    "doubtful": Code(
        "the record contradicts the official months, and nothing better is known; kept", False
    ),
    "inverted": Code("PM2.5 above PM10, of which it is a part; both kept", False),
    "run": Code("the same value for more days in a row than chance explains", False),
    "copied": Code("all six values those of the day before", False),
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
