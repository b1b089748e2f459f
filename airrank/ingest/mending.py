"""Mends of the bundled daily records that the official months ask for.

Where a city's source contradicts the official monthly PM2.5 and another compilation of the same
network agrees with it, the compilation's values stand in for the pollutants it has, flagged
``replaced``. Where nothing better is known the values stay, flagged ``doubtful``. What contradicts
is found by ``airrank status --reconcile``; ``data/observations/README.md`` tells what changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from airrank.errors import InputError
from airrank.ingest.aggregate import DECIMALS
from airrank.ingest.flags import flag_texts
from airrank.rules.rounding import round_half_even
from airrank.rules.standards import POLLUTANTS

SECOND_FILE = "daily/crea_71_*.parquet"
SECOND_SOURCE = "crea_71"
"""Another compilation of the same network: PM2.5, NO2 and SO2 of 71 cities."""
SECOND = ("pm25", "no2", "so2")


@dataclass(frozen=True)
class Fault:
    """Records of a city that contradict the official months.

    Attributes
    ----------
    city : str
    first, last : str
        First and last day.
    pollutants : tuple of str
        Whose values are in doubt.
    replaced : tuple of str
        Those of them for which the other compilation stands in.
    """

    city: str
    first: str
    last: str
    pollutants: tuple[str, ...] = POLLUTANTS
    replaced: tuple[str, ...] = ()


FAULTS = (
    *(
        Fault(c, "2017-02-01", "2017-12-31", replaced=SECOND)
        for c in ("湖州", "常州", "绍兴", "盐城")
    ),
    Fault("连云港", "2017-02-01", "2017-12-31"),
    Fault("乌鲁木齐", "2015-10-01", "2015-10-31", ("pm25",)),
    Fault("乌鲁木齐", "2015-12-01", "2015-12-31", ("pm25",)),
    Fault("乌鲁木齐", "2017-02-01", "2017-02-28", ("pm25",)),
)
"""The four cities and 连云港 have one source from February 2017 on, as from other stations: that of
January agrees. All six of its values are then in doubt, though only PM2.5 can be compared."""


def read_second(shared: Path) -> pd.DataFrame:
    """Read the other compilation, rounded to the published precision.

    Parameters
    ----------
    shared : Path
        The folder ``shared/data``.

    Returns
    -------
    DataFrame
        By date and city: ``pm25, no2, so2`` [µg/m³].

    Raises
    ------
    InputError
        If there is no such file or a column is missing.
    """
    paths = sorted(shared.glob(SECOND_FILE))
    if not paths:
        raise InputError(
            "no second compilation at {place}; give --shared the folder.",
            place=shared / SECOND_FILE,
        )
    try:
        frames = [pd.read_parquet(path, columns=["date", "city", *SECOND]) for path in paths]
    except (OSError, ValueError) as error:
        raise InputError(
            "cannot read {path} as daily records: {error}", path=paths[0], error=error
        ) from error
    frame = pd.concat(frames, ignore_index=True)
    frame["date"] = frame["date"].astype("datetime64[s]")
    for name in SECOND:
        frame[name] = round_half_even(frame[name], DECIMALS[name])
    return frame.set_index(["date", "city"])


def mend(records: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """Replace and flag what contradicts the official months.

    Parameters
    ----------
    records : DataFrame
        City-days with ``aqi`` and ``source``.
    second : DataFrame
        As :func:`read_second` gives it.

    Returns
    -------
    DataFrame
        With ``flags``. A record with a value replaced has no ``aqi``, which was of the old ones,
        and names both sources.

    Raises
    ------
    InputError
        If the second compilation lacks a value that is to stand in.
    """
    mended = records.copy()
    flags = {
        (name, code): np.zeros(len(records), dtype=bool)
        for name in POLLUTANTS
        for code in ("replaced", "doubtful")
    }
    for fault in FAULTS:
        inside = records["date"].between(pd.Timestamp(fault.first), pd.Timestamp(fault.last))
        rows = np.flatnonzero(((records["city"] == fault.city) & inside).to_numpy())
        if not len(rows):
            continue
        for name in fault.pollutants:
            code = "replaced" if name in fault.replaced else "doubtful"
            flags[name, code][rows] = records[name].notna().to_numpy()[rows]
        if fault.replaced:
            keys = pd.MultiIndex.from_frame(records.loc[rows, ["date", "city"]])
            values = second.reindex(keys)[list(fault.replaced)]
            if values.isna().to_numpy().any():
                raise InputError(
                    "{city}: the second compilation lacks days from {first} to {last}",
                    city=fault.city, first=fault.first, last=fault.last,
                )  # fmt: skip
            mended.loc[rows, list(fault.replaced)] = values.to_numpy()
            mended.loc[rows, "aqi"] = np.nan
            mended.loc[rows, "source"] = records["source"][rows] + f"+{SECOND_SOURCE}"
            for name in fault.replaced:
                flags[name, "replaced"][rows] = True
    return mended.assign(flags=flag_texts(flags).to_numpy())
