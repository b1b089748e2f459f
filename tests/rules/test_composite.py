from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airrank.errors import InputError
from airrank.rules import composite, composite_index
from airrank.rules.composite import ROUNDINGS, index_array, round_statistics
from airrank.rules.standards import POLLUTANTS, get_edition

LIMITS = {
    "2012": (35, 70, 60, 40, 4, 160),
    "2026-transition": (30, 60, 60, 40, 4, 160),
    "2026-final": (25, 50, 20, 30, 4, 160),
}
PLACES = {"2012": (0, 0, 0, 0, 1, 0), "2026-transition": (1, 0, 0, 0, 1, 0)}
PLACES["2026-final"] = PLACES["2026-transition"]
SIX = st.tuples(*[st.integers(0, 3 * 10**8)] * 6)


def exact_index(row, edition, weights=(1,) * 6, decimals=2, rounding="concentrations_first") -> int:
    """Index in units of its last decimal, from statistics as exact fractions."""
    total = Fraction(0)
    for value, limit, places, weight in zip(
        row, LIMITS[edition], PLACES[edition], weights, strict=True
    ):
        if rounding != "index_only":
            single = Fraction(round(value * 10**places), 10**places) / limit
        else:
            single = value / limit
        if rounding == "single_index":
            single = Fraction(round(single * 100), 100)
        total += Fraction(str(weight)) * single
    return round(total * 10**decimals)


def frame(rows: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame(np.atleast_2d(rows), columns=list(POLLUTANTS))


@pytest.mark.parametrize("rounding", ROUNDINGS)
@pytest.mark.parametrize("edition", LIMITS)
@settings(max_examples=100)
@given(SIX, st.integers(0, 4))
def test_index_against_fractions(
    edition: str, rounding: str, micro: tuple[int, ...], decimals: int
) -> None:
    row = [m / 10**6 for m in micro]
    expected = exact_index(
        [Fraction(m, 10**6) for m in micro], edition, decimals=decimals, rounding=rounding
    )
    kernel = index_array(row, edition, decimals=decimals, rounding=rounding)
    table = composite_index(frame(row), edition=edition, decimals=decimals, rounding=rounding)
    assert kernel.item() == expected
    assert table["index"].item() == expected / 10**decimals


@pytest.mark.parametrize("rounding", ROUNDINGS)
@pytest.mark.parametrize("edition", LIMITS)
def test_published_statistics_with_their_many_halves(edition: str, rounding: str) -> None:
    rng = np.random.default_rng(0)
    units = rng.integers(1, (1500, 160, 60, 80, 40, 250), (4000, 6))
    if edition == "2012":
        units[:, 0] //= 10
    places = np.array(PLACES[edition])
    rows = units / 10.0**places
    expected = [
        exact_index(
            [Fraction(int(u), int(10**d)) for u, d in zip(r, places, strict=True)],
            edition,
            rounding=rounding,
        )
        for r in units
    ]
    assert index_array(rows, edition, rounding=rounding).tolist() == expected
    table = composite_index(frame(rows), edition=edition, rounding=rounding)
    assert table["index"].tolist() == [e / 100 for e in expected]


def test_index_only_takes_means_for_what_they_are() -> None:
    """Means over a year whose index is exactly a half: their floats alone would not tell."""
    days = 365
    rng = np.random.default_rng(0)
    for _ in range(500):
        sums = rng.integers(1, 10 * days, 4) * (7, 7, 3, 1)
        exact = [Fraction(int(s), days) for s in sums] + [Fraction(7, 5), Fraction(152)]
        # move the sum of NO2 so that the index in hundredths becomes a whole number and a half
        index = sum(e / limit for e, limit in zip(exact, LIMITS["2012"], strict=True)) * 100
        shift = (Fraction(1, 2) - index % 1) * 40 / 100 * days
        assert shift.denominator == 1
        exact[3] += (shift + 146) / days
        row = [float(e) for e in exact]
        expected = exact_index(exact, "2012", rounding="index_only")
        assert index_array(row, "2012", rounding="index_only").item() == expected


def test_index_only_tells_a_half_from_its_neighbour() -> None:
    """0.505 is rounded to the even 0.50; a hair above, which floats of the index blur, to 0.51."""
    for pm25, expected in ((17.675, 50), (17.675 + 1e-13, 51), (17.675 - 1e-13, 50)):
        row = [pm25, 0, 0, 0, 0, 0]
        index = index_array(row, "2012", rounding="index_only")
        assert index.item() == expected
        assert index.shape == ()


@pytest.mark.parametrize(
    "weights", ["pm25-3_o3-2_no2-2", (3, 1, 1, 2, 1, 2), (0.5, 1.25, 1, 1, 0, 1)]
)
@pytest.mark.parametrize("rounding", ROUNDINGS)
def test_weights(weights, rounding: str) -> None:
    vector = (3, 1, 1, 2, 1, 2) if isinstance(weights, str) else weights
    units = np.random.default_rng(1).integers(1, 200, (300, 6))
    expected = [
        exact_index([Fraction(int(u)) for u in r], "2012", vector, rounding=rounding) for r in units
    ]
    table = composite_index(frame(units), edition="2012", weights=weights, rounding=rounding)
    assert (table["index"] * 100).round().astype(int).tolist() == expected
    by_name = dict(zip(POLLUTANTS, vector, strict=True))
    again = composite_index(frame(units), edition="2012", weights=by_name, rounding=rounding)
    pd.testing.assert_frame_equal(table, again)
    singles = table[[f"single_{p}" for p in POLLUTANTS]].to_numpy()
    within = 0.005 if rounding == "single_index" else 1e-12
    assert singles == pytest.approx(units / np.array(LIMITS["2012"]), abs=within * 1.0001)
    assert (singles == np.round(singles, 2)).all() == (rounding == "single_index")
    shares = table[[f"share_{p}" for p in POLLUTANTS]].to_numpy()
    parts = singles * np.array(vector, dtype=float)
    assert shares == pytest.approx(parts / parts.sum(axis=1, keepdims=True))


@pytest.mark.parametrize("rounding", ROUNDINGS)
def test_kernel_on_draws_is_the_public_function_on_each(rounding: str) -> None:
    rng = np.random.default_rng(2)
    draws = rng.gamma(20.0, 0.05, (40, 30, 6)) * LIMITS["2012"]
    draws[rng.random(draws.shape) < 0.005] = np.nan
    kernel = index_array(draws, "2012", rounding=rounding)
    assert kernel.shape == (40, 30)
    assert kernel.dtype == np.int32
    table = composite_index(frame(draws.reshape(-1, 6)), edition="2012", rounding=rounding)
    assert np.where(kernel < 0, np.nan, kernel / 100).ravel() == pytest.approx(
        table["index"].to_numpy(), abs=0, rel=0, nan_ok=True
    )
    assert (kernel == -1).any()


def test_a_missing_statistic_gives_no_index() -> None:
    row = frame(np.array([35, 70, 60, 40, np.nan, 160.0]))
    for rounding in ROUNDINGS:
        result = composite_index(row, edition="2012", rounding=rounding)
        assert result["index"].isna().all()
        assert result["share_pm25"].isna().all()
        assert result["primary"].isna().all()


def test_none_and_na_are_missing_too() -> None:
    assert index_array([35, 70, 60, 40, None, 160], "2012").item() == -1  # type: ignore[arg-type]
    row = frame(np.array(LIMITS["2012"])).astype(object)
    row.loc[0, "co"] = pd.NA
    table = composite_index(pd.concat([row, frame(np.array(LIMITS["2012"]))]), edition="2012")
    assert table["index"].tolist()[1] == 6.0
    assert table["index"].isna().tolist() == [True, False]
    assert (table.drop(columns="primary").dtypes == np.float64).all()


@pytest.mark.parametrize(
    ("rounding", "expected"),
    [("single_index", 860000), ("concentrations_first", 857143), ("index_only", 857143)],
)
def test_as_many_decimals_as_are_allowed(rounding: str, expected: int) -> None:
    row = [30.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    assert index_array(row, "2012", decimals=6, rounding=rounding).item() == expected


def test_the_largest_index() -> None:
    row = np.array([0, 0, 0, 0, 4 * 21474836.47, 0])
    assert index_array(row, "2012", rounding="index_only").item() == 2**31 - 1
    with pytest.raises(InputError, match=r"Found an index of 4\.29497e\+07, too large for 2 dec"):
        index_array(2 * row, "2012", rounding="index_only")


def test_few_indices_are_summed_as_fractions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only those that may be a half: draws are quick."""
    asked = []
    monkeypatch.setattr(composite, "_true_value", lambda v: asked.append(v) or Fraction(repr(v)))
    draws = np.random.default_rng(3).gamma(20.0, 0.05, (10_000, 6)) * LIMITS["2012"]
    index_array(draws, "2012", rounding="index_only")
    assert len(asked) <= 6


def test_primary_pollutant_and_ties() -> None:
    rows = np.array([[35, 70, 6, 4, 0.4, 16], [70, 70, 6, 4, 0.4, 16], [35, 70, 60, 4, 0.4, 160]])
    for rounding in ROUNDINGS:
        result = composite_index(frame(rows), edition="2012", rounding=rounding)
        assert result["primary"].tolist() == ["pm25,pm10", "pm25", "pm25,pm10,so2,o3_8h"]


def test_flags_of_the_statistics_are_carried() -> None:
    statistics = frame(np.array(LIMITS["2012"])).assign(valid=False, flags="insufficient data: co")
    result = composite_index(statistics, edition="2012")
    assert result[["index", "valid", "flags"]].iloc[0].tolist() == [
        6.0, False, "insufficient data: co",
    ]  # fmt: skip


def test_the_date_decides_edition_and_decimals() -> None:
    row = frame(np.array([30.4, 70, 60, 40, 4, 160]))
    assert composite_index(row, edition="2012")["index"].item() == 5.86
    late = composite_index(row, edition="2012", on=dt.date(2025, 12, 31))
    assert late["index"].item() == 5.87
    auto = composite_index(row, edition="auto", on=dt.date(2026, 12, 31))
    assert auto["index"].item() == 6.18
    with pytest.raises(InputError, match="last day of the evaluated period"):
        composite_index(row, edition="auto")


def test_round_statistics() -> None:
    row = frame(np.array([34.5, 69.5, 8.4, 40.5, 1.25, 150.5])).assign(valid=True)
    rounded = round_statistics(row, "2012")
    assert rounded.iloc[0].tolist() == [34.0, 70.0, 8.0, 40.0, 1.2, 150.0, True]
    for edition in ("2012", "auto"):
        rounded = round_statistics(row, edition, on=dt.date(2025, 12, 31))
        assert rounded["pm25"].item() == 34.5


@given(SIX, st.integers(0, 5), st.integers(0, 10**8))
def test_more_pollution_never_lowers_the_index(
    micro: tuple[int, ...], pollutant: int, more: int
) -> None:
    row = np.array(micro) / 10**6
    worse = row.copy()
    worse[pollutant] += more / 10**6
    assert index_array(worse, "2012") >= index_array(row, "2012")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"rounding": "never"}, "'never': expected one of single_index, "),
        ({"decimals": 7}, "0 to 6 decimals"),
        ({"weights": "mine"}, "Unknown weights 'mine'"),
        ({"weights": {"pm25": 1}}, "a weight for each of"),
        ({"weights": (1, 2)}, "Expected six weights"),
        ({"weights": (1, 1, 1, 1, 1, -1)}, "not below zero"),
        ({"weights": (1, 1, 1, 1, 1, 0.125)}, "two decimals"),
        ({"weights": (1, 1, 1, 1, 1, "x")}, "Expected six weights"),
        ({"edition": "2016"}, "Unknown edition"),
    ],
)
def test_refuses_options(options: dict[str, object], message: str) -> None:
    row = frame(np.array(LIMITS["2012"]))
    with pytest.raises(InputError, match=message):
        composite_index(row, **{"edition": "2012", **options})


def test_refuses_limits_too_fine_for_exact_rounding() -> None:
    edition = get_edition("2012")
    limits = {**edition.index_limits, "pm25": 35.0001, "so2": 61}
    with pytest.raises(InputError, match="common denominator"):
        index_array([35, 70, 60, 40, 4, 160], replace(edition, index_limits=limits))


def test_refuses_statistics() -> None:
    row = frame(np.array(LIMITS["2012"], dtype=float)).set_axis(["驻马店"])
    with pytest.raises(InputError, match="found no co, o3_8h"):
        composite_index(row.drop(columns=["co", "o3_8h"]), edition="2012")
    with pytest.raises(InputError, match="'驻马店', so2: expected a statistic not below zero"):
        composite_index(row.assign(so2=-1.0), edition="2012")
    with pytest.raises(InputError, match="as numbers"):
        composite_index(row.assign(so2="x"), edition="2012")
    with pytest.raises(InputError, match="found Series"):
        composite_index(row.loc["驻马店"], edition="2012")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="Check the units"):
        composite_index(row.assign(so2=1e12), edition="2012")


def test_the_kernel_takes_the_edition_in_force_on_the_day() -> None:
    row = np.array(LIMITS["2012"])[None]
    for day, name in ((dt.date(2025, 12, 31), "2012"), (dt.date(2026, 12, 31), "2026-transition")):
        assert index_array(row, "auto", on=day) == index_array(row, name, on=day)
    assert index_array(row, "auto", on=dt.date(2026, 12, 31)) > 600
