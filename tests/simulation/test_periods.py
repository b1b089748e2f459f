"""Several periods from the same futures: running, ahead and over."""

from __future__ import annotations

import calendar
from datetime import date

import numpy as np
import pytest

from airrank.forecasting.index import period_index
from airrank.panel import Panel
from airrank.periods import Period
from airrank.ranking_table import standings
from airrank.rules.choices import Rules
from airrank.rules.evaluation import statistics_array
from airrank.rules.ranking import rank_array
from airrank.simulation.blocks import POWERS
from airrank.simulation.conditional import of_all_pairs
from airrank.simulation.remainder import RemainderModel
from airrank.simulation.stretch import Share

AS_OF = date(2016, 8, 17)
SPANS = {
    "month": (date(2016, 8, 1), date(2016, 8, 31)),
    "quarter": (date(2016, 7, 1), date(2016, 9, 30)),
    "fourth quarter": (date(2016, 10, 1), date(2016, 12, 31)),
    "winter": (date(2016, 10, 1), date(2017, 3, 31)),
    "year": (date(2016, 1, 1), date(2016, 12, 31)),
    "next": (date(2017, 1, 1), date(2017, 12, 31)),
    "after": (date(2018, 1, 1), date(2018, 12, 31)),
    "first half": (date(2017, 1, 1), date(2017, 6, 30)),
    "second half": (date(2017, 7, 1), date(2017, 12, 31)),
    "own": (date(2017, 2, 10), date(2017, 5, 4)),
}


@pytest.fixture(scope="module")
def model(henan: Panel) -> RemainderModel:
    return RemainderModel(henan.until(AS_OF))


@pytest.fixture(scope="module")
def levels(model: RemainderModel) -> dict[str, np.ndarray]:
    """Logarithms of drawn levels [draw, city, pollutant] by period, from the same futures."""
    periods = [model.remainder(*span) for span in SPANS.values()]
    chunks: list[list[np.ndarray]] = [[] for _ in SPANS]
    for which, draws in model.joint_draws(periods, 3000, seed=0):
        chunks[which].append(draws.levels)
    return {name: np.log(np.concatenate(parts)) for name, parts in zip(SPANS, chunks, strict=True)}


@pytest.mark.slow
def test_a_period_alone_is_what_it_is_among_others(model: RemainderModel) -> None:
    periods = [model.remainder(*span) for span in SPANS.values()]
    together = model.joint_draws(periods, 60, seed=5)
    for span, (_, joint) in zip(SPANS.values(), together, strict=True):
        fresh = RemainderModel(model.history, model.parameters).remainder(*span)
        alone = next(fresh.draws(60, seed=5))
        assert np.array_equal(alone.statistics, joint.statistics)
        assert np.array_equal(alone.levels, joint.levels)


def test_a_long_period_ahead_has_half_as_many_courses(model: RemainderModel) -> None:
    """As many for all but those; each draw uses one of them, and all are used."""
    for name, courses in (("year", 160), ("first half", 160), ("next", 80), ("after", 80)):
        period = model.remainder(*SPANS[name])
        assert period.templates == courses, name
        assert len(period.chosen(0)) == courses
        used = np.concatenate([draws.templates for draws in period.draws(3000, 0)])
        assert set(used) == set(range(courses))
    winter = model.remainder(date(2017, 10, 1), date(2018, 3, 31))  # 182 days
    assert winter.templates == 160
    small = RemainderModel(model.history, model.parameters, templates=1)
    assert small.remainder(*SPANS["next"]).templates == 1


def test_a_period_ahead_is_of_its_own_days(model: RemainderModel) -> None:
    """No day of the running year is in it, and every one of its days is drawn."""
    ahead = model.remainder(*SPANS["next"])
    assert len(ahead.observed) == 0
    assert len(ahead.coming) == 365
    draws = next(ahead.draws(30, seed=0))
    course = ahead.course(3, draws, seed=0)
    again = statistics_array(course.swapaxes(0, 1))
    assert draws.statistics[:, 3] == pytest.approx(again, rel=2e-5)


def test_a_year_is_made_of_its_halves(levels: dict[str, np.ndarray]) -> None:
    pm25 = {name: log[..., 0] - np.median(log[..., 0], axis=0) for name, log in levels.items()}
    for half in ("first half", "second half"):
        together = [np.corrcoef(pm25["next"][:, c], pm25[half][:, c])[0, 1] for c in range(17)]
        assert np.mean(together) > 0.6
    mixed = (pm25["first half"] + pm25["second half"]) / 2
    assert np.corrcoef(mixed.ravel(), pm25["next"].ravel())[0, 1] > 0.97


def years_ahead(model: RemainderModel) -> list[Share]:
    """The next year and the one after as shares of their blocks."""
    shares = []
    for year in (2017, 2018):
        stretch = model.stretches(year, past=False)[0]
        raw = np.exp(stretch.levels[:, :17] * POWERS) * stretch.size[:, None, None]
        shares.append((stretch, raw / raw.sum(axis=0)))
    return shares


@pytest.mark.slow
def test_errors_of_two_periods_have_the_covariance_of_the_model(
    model: RemainderModel, levels: dict[str, np.ndarray]
) -> None:
    """A year and the one after, by the tree of draws and by the model's own numbers."""
    monthly, shares = model.monthly, years_ahead(model)
    own = [[monthly.covariance(a, b) for b in shares] for a in shares]
    shared = [(stretch, share.mean(axis=1)) for stretch, share in shares]
    common = [[monthly.common_covariance(a, b) for b in shared] for a in shared]
    ends = [(date(year, 12, 31) - AS_OF).days for year in (2017, 2018)]
    spread = [
        monthly.error_spread(stretch.time, lead)[:17]
        for (stretch, _), lead in zip(shares, ends, strict=True)
    ]
    drawn = [levels[name] - levels[name].mean(axis=0) for name in ("next", "after")]
    for i, j in ((0, 0), (0, 1), (1, 1)):
        found = (drawn[i] * drawn[j]).mean(axis=0)
        expected = np.einsum("cpp->cp", own[i][j]) * spread[i] * spread[j] + common[i][j]
        assert found.mean(axis=0) == pytest.approx(expected.mean(axis=0), rel=0.12)


def test_uncertainty_grows_with_lead(levels: dict[str, np.ndarray]) -> None:
    deviation = {name: log - log.mean(axis=1, keepdims=True) for name, log in levels.items()}
    spread = {name: float(dev.std(axis=0).mean()) for name, dev in deviation.items()}
    assert spread["after"] > 1.05 * spread["next"]
    assert spread["month"] > spread["next"]


def month_ends(year: int) -> list[date]:
    return [date(year, m, calendar.monthrange(year, m)[1]) for m in range(1, 13)]


@pytest.mark.parametrize("year", [2015, 2016, 2017])
@pytest.mark.slow
def test_a_finished_period_is_the_ranking(henan: Panel, year: int) -> None:
    history = henan.until(date(year, 12, 31))
    model = RemainderModel(history)
    spans = [(date(year, 1, 1), date(year, 12, 31))]
    spans += [(end.replace(day=1), end) for end in month_ends(year)]
    for start, end in spans:
        period = model.remainder(start, end)
        table = standings(history, Period(start, end)).reindex(list(henan.cities))
        for draws in period.draws(3, seed=1):
            index = period_index(draws.statistics, Period(start, end), Rules())
            exact = ~period.unknown.any(axis=(0, 2))
            assert (index[:, exact] == np.rint(table["index"] * 100)[exact].to_numpy()).all()
            if period.certain:
                assert (rank_array(index) == table["rank"].to_numpy(int)).all()


def test_covariances_of_pairs_are_those_of_either_order(model: RemainderModel) -> None:
    """Between pollutants they are not symmetric: those of a pair are each other's transpose."""
    monthly, shares = model.monthly, years_ahead(model)
    found = of_all_pairs(monthly.covariance, [[one] for one in shares])
    for i, one in enumerate(shares):
        for j, other in enumerate(shares):
            assert found[i][j] == pytest.approx(monthly.covariance(one, other), rel=1e-9, abs=1e-15)
    assert not np.allclose(found[0][1], found[0][1].swapaxes(1, 2), rtol=1e-6)
    shared = [(stretch, share.mean(axis=1)) for stretch, share in shares]
    common = of_all_pairs(monthly.common_covariance, [[one] for one in shared])
    assert common[1][0] == pytest.approx(monthly.common_covariance(*reversed(shared)))
