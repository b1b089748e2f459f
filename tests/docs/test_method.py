"""The method page gives the numbers that the code uses."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from airrank import dust
from airrank.goals import odds
from airrank.simulation import (
    bands,
    blocks,
    calibration,
    components,
    correction,
    days,
    fitted,
    levels,
    remainder,
    shared_level,
    unknown_days,
)

METHOD = (Path(__file__).resolve().parents[2] / "docs" / "method.md").read_text(encoding="utf-8")
WIDE, REGIONAL = bands.BANDWIDTHS
SIZE = f"{shared_level.WEIGHT:g}"
WIDENING = list(calibration.OUT_OF_SAMPLE.items())

SAID = (
    rf"\kappa = 1,\ \text{{but }} {blocks.POWERS[4]:g} \text{{ for CO and }} "
    rf"{blocks.POWERS[5]:g} \text{{ for O3}}",
    f"A level needs {100 * blocks.MIN_SHARE:.0f} % of its block's days",
    rf"\delta_{{cj}}/{WIDE:g}\,\mathrm{{km}}",
    rf"with }} {REGIONAL:g}\,\mathrm{{km}}",
    rf"\frac{{\sum_j K_{{cj}} z_{{bjp}}}}{{{bands.ISOLATION:g} + \sum_j K_{{cj}}}}",
    rf"\sigma^2_{{\text{{drift}}}}\, e^{{-|\tau|/{components.DRIFT:g}}}",
    rf"P(\tau)\, e^{{-|\tau|/{components.SEASON_CHANGE:g}}}",
    rf"\sigma^2_{{\text{{slow}}}}\, e^{{-|\tau|/{components.SLOW:g}}}",
    rf"\sigma^2_{{\text{{fast}}}}\, e^{{-|\tau|/{components.FAST:g}}}",
    rf"\frac{{{components.NOISE_DAYS:g}}}{{n + 3}}",
    rf"\sin^2(\pi\tau)/{components.SEASON_LENGTH:g}^2",
    f"normal priors of standard deviation {components.PRIOR_SD:g} on their logarithms",
    f"the latest {levels.FIT_BLOCKS} blocks",
    f"a prior trend of −{-100 * shared_level.TREND:.0f} % a\nyear",
    rf"({SIZE} + r^\top K_{{bb}}^{{-1}} r)/({SIZE} + n)",
    f"at least {100 * remainder.MOSTLY_KNOWN:.0f} % of their values are known",
    f"(capped at {calibration.LARGEST_ERROR:g})",
    ", ".join(f"{wide:g} at {days}" for days, wide in WIDENING[1:-1]),
    f"{WIDENING[0][1]:g} at {WIDENING[0][0]} days",
    f"and {WIDENING[-1][1]:g} at {WIDENING[-1][0]}\n",
    f"A ridge regression with {correction.FEATURES}\nfeatures",
    f"the ends of January to September of the {correction.YEARS} latest past years",
    f"only those with {correction.FULL_HISTORY} days\nof history",
    f"coefficients is {correction.PENALTY:g} for the same pollutant",
    f"its neighbours, {correction.PENALTY_OTHER:g} for the rest",
    f"at\nleast {correction.LEAST_LEFT} days were left",
    f"{correction.CARRIED:g} of\nthat is carried over",
    f"It counts by {correction.STRENGTH:g}, comes in over January",
    f"fades out between {correction.FULL}\nand {correction.NONE} days before",
    f"more than {correction.LATEST} years back",
    f"fewer than {correction.LEAST_CITIES} cities",
    rf"{calibration.PRIOR_WINDOWS:g} \cdot {np.sqrt(calibration.PRIOR_ERROR):g}^2",
    rf"\frac{{{calibration.CITY_WEIGHT:g} + {calibration.OVERLAP:g} \sum",
    rf"\Big)^{{{calibration.POLLUTED:g}}}",
    rf"{bands.SHARED_ERROR:g} e^{{-\delta/{bands.ERROR_RANGE:g} \mathrm{{km}}}}",
    rf"\nu = {remainder.TAIL:g}",
    f"$g_c$ below {float(remainder.LEAST_SPREAD):.1g} ",
    f"serve the same data for {fitted.MAX_AGE} days",
    f"{unknown_days.TEMPLATES} *templates*",
    f"a period of more than {unknown_days.LONG} days that has not begun has half as many",
    f"up to {days.SHIFT} days, {days.WIDE_SHIFT} where no year has it",
    f"over the nearest {100 * odds.NEIGHBOURS:.0f} % of the draws",
    f"PM10 ≥ {dust.LEAST_PM10:g} µg/m³",
    f"PM2.5/PM10 ≤ {dust.LARGEST_RATIO:g}",
    f"PM10 at least {dust.LEAST_RISE:g} times its median over the {dust.USUAL_DAYS} days",
)


@pytest.mark.parametrize("words", SAID)
def test_the_method_page_gives_the_numbers_of_the_code(words: str) -> None:
    assert words in METHOD
