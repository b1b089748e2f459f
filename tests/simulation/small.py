"""A small model of levels, of parameters that nobody fitted, and its stretches."""

from __future__ import annotations

import numpy as np

from airrank.simulation.blocks import Days, block_keys, observed_blocks
from airrank.simulation.levels import LevelModel, Parameters
from airrank.simulation.stretch import Stretch
from tests.forecasting.simulated import cities

LIST = cities(4)
FIRST, LAST = np.datetime64("2014-01-01"), np.datetime64("2015-08-11")
PAST = np.arange(np.datetime64("2015-01-01"), LAST + 1)
COMING = np.arange(LAST + 1, np.datetime64("2016-01-01"))
NEXT = np.arange(np.datetime64("2016-01-01"), np.datetime64("2017-01-01"))
LACKED = np.datetime64("2015-02")
"""The month that city 3 lacks, which the others have."""
GONE = np.datetime64("2015-05")
"""The month that no city has."""


def small_model() -> LevelModel:
    """Every band and mix has variances of its own."""
    rng = np.random.default_rng(2)
    days = np.arange(FIRST, LAST + 1)
    month = days.astype("datetime64[M]")
    city = rng.normal(3.0, 0.4, (1, 4, 6))
    weather = rng.normal(0.0, 0.2, (20, 4, 6))[block_keys(days, half=False) - 44 * 12]
    values = np.exp(city + weather + rng.normal(0.0, 0.3, (len(days), 4, 6)))
    values[month == GONE] = np.nan
    values[month == LACKED, 3] = np.nan
    values[month == month[0], 2] = np.nan
    values[(month >= np.datetime64("2014-03")) & (month <= np.datetime64("2014-06")), 1] = np.nan
    mix = rng.normal(0.0, 1.0, (3, 6, 6)) + 2.0 * np.eye(6)
    parameters = Parameters(mix, rng.uniform(0.05, 0.5, (3, 6, 7)))
    blocks = observed_blocks(values, days, half=False)
    return LevelModel(blocks, LIST, half=False, parameters=parameters)


def stretch_of(model: LevelModel, days: Days, *, past: bool = False) -> Stretch:
    return model.stretch(days, np.zeros((len(days), 6)), past=past)
