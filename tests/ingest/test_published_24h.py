"""City-days from hours against the 24-h values the archive publishes beside them."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise, tee

import numpy as np
import pytest

from airrank.cities import registry
from airrank.ingest.aggregate import DECIMALS, iter_daily_values
from airrank.ingest.day_sources import find_day_sources, iter_day_files
from airrank.ingest.hour_files import HOURLY_TYPES
from airrank.rules.rounding import round_half_even
from airrank.rules.standards import POLLUTANTS

PUBLISHED = ("PM2.5_24h", "PM10_24h", "SO2_24h", "NO2_24h", "CO_24h", "O3_8h_24h")
pytestmark = pytest.mark.slow  # reads days of the real archive


@pytest.fixture(scope="module")
def pairs(shared_data):
    """Ours and theirs, arrays [pollutant, city-day], of the 168 cities."""
    sources = find_day_sources(shared_data / "archive")
    files = iter_day_files(sources, types=(*HOURLY_TYPES, *PUBLISHED), units=registry().names)
    here, there = tee(files)
    ours, theirs = [], []
    for day, (own, following) in zip(iter_daily_values(here), pairwise(there), strict=False):
        assert day.date == own.date
        if following.date - own.date == dt.timedelta(days=1):
            ours.append(day.values)
            theirs.append(following.values[0, len(HOURLY_TYPES) :])  # hour 0: the day before
    return np.concatenate(ours, axis=1), np.concatenate(theirs, axis=1)


@pytest.mark.shared
@pytest.mark.parametrize("name", POLLUTANTS)
def test_agree_with_the_published_values(pairs, name):
    k = POLLUTANTS.index(name)
    both = ~np.isnan(pairs[0][k]) & ~np.isnan(pairs[1][k])
    ours, theirs = pairs[0][k, both], pairs[1][k, both]
    assert both.sum() > 67_000
    assert np.corrcoef(ours, theirs)[0, 1] >= 0.997
    decimals = DECIMALS[name]
    difference = round_half_even(ours, decimals) - round_half_even(theirs, decimals)
    assert np.median(difference) == 0
    near = np.abs(difference) <= 2.01 * 10.0**-decimals
    assert near.mean() > 0.9


@pytest.mark.shared
def test_the_other_hour_convention_would_be_seen(pairs, shared_data):
    """Hours 0 to 23 of one file, the wrong reading, are further from the published values."""
    sources = [
        source
        for source in find_day_sources(shared_data / "archive" / "china_cities_201903.zip")
        if source.date.day in {3, 4}
    ]
    (day, following) = iter_day_files(sources, types=(*HOURLY_TYPES, *PUBLISHED))
    right = next(iter_daily_values([day, following])).values[0]
    wrong = day.values[:, 0].mean(axis=0)
    theirs = dict(zip(following.units, following.values[0, len(HOURLY_TYPES)], strict=True))
    published = np.array([theirs[name] for name in day.units])
    assert np.nanmean(np.abs(right - published)) < 0.5 * np.nanmean(np.abs(wrong - published))
