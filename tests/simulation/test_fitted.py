"""Fitted models kept in files: when they serve, and what a wrong file says."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from airrank.errors import InputError
from airrank.forecasting.run import forecast_panel
from airrank.inputs import load_panel
from airrank.panel import Panel
from airrank.periods import Period
from airrank.rules.choices import Rules
from airrank.simulation.fitted import CARD, MAX_AGE, MODEL, Fitted, bundled, read_fitted
from airrank.simulation.fitted import write_fitted as write
from airrank.simulation.remainder import RemainderModel

AS_OF = date(2017, 9, 24)


@pytest.fixture(scope="module")
def fitted(henan: Panel) -> Fitted:
    return Fitted.of(henan.until(AS_OF), dust="keep")


@pytest.mark.afresh
@pytest.mark.slow
def test_a_kept_model_gives_the_draws_of_a_fresh_one(
    henan: Panel, fitted: Fitted, tmp_path: Path
) -> None:
    write(fitted, tmp_path, None)
    kept = forecast_panel(henan, AS_OF, draws=100, fitted=read_fitted(tmp_path))
    fresh = forecast_panel(henan, AS_OF, draws=100)
    assert str(kept.settings["fit"]) == f"of data until {AS_OF} ({fitted.digest()[:12]})"
    assert str(fresh.settings["fit"]) == "afresh"
    assert (kept.statistics_draws == fresh.statistics_draws).all()


@pytest.mark.slow
def test_the_weeks_after_use_old_parameters_and_new_data(henan: Panel, fitted: Fitted) -> None:
    day = date(2017, 10, 8)
    kept = forecast_panel(henan, day, draws=300, fitted=fitted)
    fresh = forecast_panel(henan, day, draws=300)
    assert str(kept.settings["fit"]).startswith("of data until 2017-09-24")
    assert (kept.year_to_date["index"] == fresh.year_to_date["index"]).all()
    apart = np.median(kept.index_draws, axis=0) - np.median(fresh.index_draws, axis=0)
    assert 0 < np.abs(apart).max() < 0.1


@pytest.mark.parametrize(
    ("day", "change", "reason"),
    [
        (date(2017, 9, 23), {}, "has seen data until 2017-09-24, after 2017-09-23"),
        (date(2017, 12, 26), {}, f"more than {MAX_AGE} days before 2017-12-26"),
        (AS_OF, {"dust": "proxy"}, "reads dust days as deducted by proxy, not kept"),
        (AS_OF, {"version": "0.0.1"}, "was made by airrank 0.0.1"),
        (AS_OF, {"fingerprint": "0" * 64}, "was fitted to other data"),
        (AS_OF, {"first": date(2012, 1, 1)}, "was fitted to other data"),
    ],
)
@pytest.mark.slow
def test_a_model_that_does_not_fit_is_said_and_left(
    henan: Panel, fitted: Fitted, day: date, change: dict[str, object], reason: str
) -> None:
    other = replace(fitted, **change)  # type: ignore[arg-type]
    assert reason in str(other.misfit(henan.until(day), dust="keep"))
    result = forecast_panel(henan, day, draws=100, fitted=other)
    assert str(result.settings["fit"]).startswith("afresh: the fitted model ")


def test_revised_data_are_other_data(henan: Panel, fitted: Fitted) -> None:
    values = henan.values.copy()
    values[100, 3, 0] += 1.0
    revised = replace(henan, values=values).until(AS_OF)
    assert str(fitted.misfit(revised, dust="keep")) == "was fitted to other data"


@pytest.mark.afresh
@pytest.mark.slow
def test_the_bundled_model_is_of_the_bundled_data_and_of_this_code() -> None:
    kept = bundled()
    assert kept is not None
    source = load_panel(None, "168")
    history = source.panel.until(source.last_complete_day())
    dust = Rules().during(Period.of_year(2020)).dust
    assert kept.misfit(history, dust=dust) is None, "make it anew: see models/README.md"
    fresh = RemainderModel(history.without_dust(dust)).parameters
    for old, new in zip(kept.parameters, fresh, strict=True):
        # Another machine's linear algebra may stop the optimiser a step earlier.
        assert new.mix == pytest.approx(old.mix, rel=1e-6, abs=1e-9)
        assert new.variances == pytest.approx(old.variances, rel=0.02, abs=1e-6)
    kept_one, fresh_one = kept.parameters[0].correction, fresh[0].correction
    assert kept_one is not None
    assert fresh_one is not None
    assert fresh_one.latest == kept_one.latest
    assert fresh_one.coefficients == pytest.approx(kept_one.coefficients, rel=0.05, abs=1e-3)
    assert fresh_one.ahead == pytest.approx(kept_one.ahead, rel=0.05, abs=1e-3)


def test_the_card_says_what_and_how_good(fitted: Fitted, tmp_path: Path) -> None:
    scores = pd.DataFrame(
        {
            "as_of": ["2016-03-31", "2016-06-30", "2017-03-31"],
            "model": "remainder",
            "rank_mae": [8.0, 6.0, 5.0],
            "rps": [0.03, 0.02, 0.01],
            "coverage_80": [0.8, 0.7, 0.9],
        }
    )
    assert write(fitted, tmp_path, scores) == [MODEL, CARD]
    card = (tmp_path / CARD).read_text(encoding="utf-8")
    assert "| 2016 | remainder | 2 | 7.00 | 0.0250 | 75% |" in card
    assert fitted.fingerprint in card
    assert fitted.digest() in card
    with pytest.raises(InputError, match="columns coverage_80 are missing"):
        write(fitted, tmp_path, scores.drop(columns="coverage_80"))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"schema": "else"}, "expected the schema"),
        ({"until": "yesterday"}, "yesterday"),
        ({"months": {"mix": [[1.0]], "variances": []}}, "months.mix is no array"),
        ({"half_months": 3}, "no fitted model"),
        ({"pollutants": ["pm25"]}, "other pollutants"),
    ],
)
def test_a_wrong_file_is_refused(
    fitted: Fitted, tmp_path: Path, change: dict[str, object], message: str
) -> None:
    write(fitted, tmp_path, None)
    content = json.loads((tmp_path / MODEL).read_text(encoding="utf-8")) | change
    (tmp_path / MODEL).write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_fitted(tmp_path)


def test_variances_and_mixes_must_be_usable(fitted: Fitted, tmp_path: Path) -> None:
    for key, value in (("variances", -1.0), ("mix", 0.0)):
        write(fitted, tmp_path, None)
        content = json.loads((tmp_path / MODEL).read_text(encoding="utf-8"))
        array = np.array(content["months"][key])
        content["months"][key] = np.full(array.shape, value).tolist()
        (tmp_path / MODEL).write_text(json.dumps(content), encoding="utf-8")
        with pytest.raises(InputError, match=f"months.{key}"):
            read_fitted(tmp_path)


def test_no_model_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="airrank fit --out"):
        read_fitted(tmp_path)
