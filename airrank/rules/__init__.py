"""The national standards as pure functions: no clock, no network, and no file but their tables."""

from airrank.rules.aqi import aqi, iaqi
from airrank.rules.composite import composite_index
from airrank.rules.evaluation import period_statistics
from airrank.rules.percentiles import percentile
from airrank.rules.ranking import rank
from airrank.rules.rounding import round_half_even

__all__ = [
    "aqi",
    "composite_index",
    "iaqi",
    "percentile",
    "period_statistics",
    "rank",
    "round_half_even",
]
