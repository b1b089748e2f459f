"""What the change of the index on the year before is made of: country, region, city, by pollutant.

The change of a pollutant's single index, as a logarithm, is split into the bands in which the model
sees space (:mod:`airrank.simulation.bands`): the mean over all cities, a wide and a regional part
of the deviations that leave the city itself out, and the city's own. Each is brought to points of
the index by the logarithmic mean of both years (LMDI; Ang 2004, Energy Policy 32, 1131-1139), which
leaves no residual.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from airrank.amounts import adding_up
from airrank.panel import Panel
from airrank.periods import Period
from airrank.ranking_table import on_one_footing, standings
from airrank.rules.choices import Rules
from airrank.rules.standards import POLLUTANTS
from airrank.simulation.bands import split_bands
from airrank.simulation.blocks import FloatArray, mean_of_known

BANDS = ("country", "wide", "regional", "own")
LEAST = 1e-4
"""Single index taken where one is zero, so that it has a logarithm."""


@dataclass(frozen=True, eq=False)
class Movement:
    """The change of the index of all cities on the year before, in parts that add up.

    Attributes
    ----------
    period : Period
        The days compared with the same days a year earlier.
    cities : tuple of str
        The list's, and those around it that the data hold.
    parts : ndarray, shape [band, city, pollutant]
        Points of the index, bands as in :data:`BANDS`; NaN where one of the years has no index.
    """

    period: Period
    cities: tuple[str, ...]
    parts: FloatArray

    @property
    def by_pollutant(self) -> pd.DataFrame:
        """Points of the index by which each single index differs, city by pollutant."""
        total = self.parts.sum(axis=0)
        return pd.DataFrame(total, index=list(self.cities), columns=list(POLLUTANTS))

    @property
    def compared(self) -> int:
        """Cities that have an index in both years."""
        return int(np.isfinite(self.parts).all(axis=(0, 2)).sum())

    def of_city(self, city: str) -> pd.DataFrame | None:
        """Give a city's parts, frame pollutant × ``country, region, city``; None without them.

        The region is the wide and the regional band together.
        """
        country, wide, regional, own = self.parts[:, self.cities.index(city)]
        if not np.isfinite(own).all():
            return None
        columns = {"country": country, "region": wide + regional, "city": own}
        return pd.DataFrame(columns, index=pd.Index(POLLUTANTS, name="pollutant"))

    def rounded(self, city: str) -> pd.DataFrame | None:
        """Give the same in hundredths that add up, with a row and a column ``total``."""
        parts = self.of_city(city)
        if parts is None:
            return None
        cells = hundredths(parts.to_numpy())
        table = pd.DataFrame(cells, index=parts.index, columns=parts.columns)
        table["total"] = table.sum(axis=1)
        table.loc["total"] = table.sum()
        return table / 100


def hundredths(parts: FloatArray) -> NDArray[np.int64]:
    """Round a table of parts so that rows, columns and the whole add up to their rounded sums.

    Largest remainders within the margins and the columns; then units are moved within a column,
    where it costs least, until the rows add up too (controlled rounding).

    Parameters
    ----------
    parts : ndarray, shape [row, column]

    Returns
    -------
    ndarray of int, shape [row, column]
        In hundredths.

    Examples
    --------
    >>> hundredths(np.array([[0.004, 0.004], [0.004, 0.004]])).sum()
    np.int64(2)
    """
    units = 100.0 * parts
    total = round(float(units.sum()))
    rows = np.array(adding_up(units.sum(axis=1).tolist(), total))
    columns = adding_up(units.sum(axis=0).tolist(), total)
    shown = np.array(
        [adding_up(column.tolist(), whole) for column, whole in zip(units.T, columns, strict=True)],
        dtype=np.int64,
    ).T
    while (gap := rows - shown.sum(axis=1)).any():
        high, low = int(gap.argmin()), int(gap.argmax())
        left = units - shown
        best = int((left[low] - left[high]).argmax())
        shown[high, best] -= 1
        shown[low, best] += 1
    return shown


def index_movement(panel: Panel, period: Period, rules: Rules) -> Movement:
    """Split the change of the index on the same days of the year before.

    Parameters
    ----------
    panel : Panel
        Observations; days after the period have no influence.
    period : Period
    rules : Rules

    Raises
    ------
    InsufficientDataError
        If no city has an index in one of the years.
    """
    before = period.year_earlier()
    seen, rules = on_one_footing(panel.until(period.end), before, period, rules)
    seen = seen.with_surroundings()
    now, valid = _singles(seen, period, rules)
    then, earlier = _singles(seen, before, rules.of_other_periods())
    both = (valid & earlier)[:, None]
    change = np.where(both, now - then, np.nan)
    logs = np.where(both, np.log(np.maximum(now, LEAST) / np.maximum(then, LEAST)), np.nan)
    country = mean_of_known(logs, axis=0)
    bands = [
        np.broadcast_to(country, logs.shape),
        *split_bands(seen.ranking_list, (logs - country)[None], itself=False),
    ]
    per_log = np.where(logs == 0, now, change / np.where(logs == 0, 1.0, logs))
    parts = np.stack([np.reshape(band, logs.shape) for band in bands]) * per_log
    return Movement(period, seen.cities, np.where(both, parts, np.nan))


def _singles(panel: Panel, period: Period, rules: Rules) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Weighted single indices, [city, pollutant], and which cities have a valid index."""
    table = standings(panel, period, rules).loc[list(panel.cities)]
    singles = table[[f"single_{pollutant}" for pollutant in POLLUTANTS]].to_numpy(dtype=float)
    weights = np.ones(len(POLLUTANTS)) if rules.weights is None else np.asarray(rules.weights)
    return singles * weights, table["valid"].to_numpy(dtype=bool)
