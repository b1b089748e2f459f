"""The learned correction: what it is told, what it may not know, when it is off."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from airrank.errors import InputError
from airrank.panel import Panel
from airrank.simulation import correction as module
from airrank.simulation.blocks import POWERS
from airrank.simulation.correction import FEATURES, Correction, Learner, Windows, rest_level
from airrank.simulation.remainder import RemainderModel
from tests.forecasting.simulated import simulate

AS_OF = date(2017, 5, 31)


@pytest.fixture(scope="module")
def panel() -> Panel:
    return simulate(110, date(2014, 1, 1), date(2017, 12, 31), 3, correlation=0.3)


@pytest.fixture(scope="module")
def model(panel: Panel) -> RemainderModel:
    return RemainderModel(panel.until(AS_OF))


def test_levels_of_windows_are_power_means_of_their_days(panel: Panel) -> None:
    windows = Windows(panel.values)
    found = windows.level(100, 190)
    days = panel.values[100:190]
    assert found[:, 0] == pytest.approx(np.log(days[..., 0].mean(axis=0)))
    assert found[:, 5] == pytest.approx(np.log((days[..., 5] ** 4).mean(axis=0)) / 4)
    for nothing in ((-5, 30), (-1, 30), (30, 30)):
        assert windows.level(*nothing).shape == (110, 6)
        assert np.isnan(windows.level(*nothing)).all()
    assert np.isfinite(windows.level(0, 30)).all()
    gappy = panel.values.copy()
    gappy[100:140, 7, 0] = np.nan
    assert np.isnan(Windows(gappy).level(100, 190)[7, 0])


def test_features_are_deviations_and_name_what_they_say(panel: Panel) -> None:
    """A city whose last 90 days are a tenth above last year's says so, in all places of it."""
    values = np.broadcast_to(np.arange(1.0, 7.0), panel.values.shape).copy()
    history = replace(panel, values=values).until(AS_OF)
    after = len(history.days)
    history.values[after - 90 :, 9, 0] *= 1.1
    learner = Learner(history.values, history.days, history.ranking_list)
    level = np.log(history.values[0])
    features = learner.features(after, level)
    assert features.shape == (110, 6, FEATURES)
    change = features[..., 4]
    share = 109 / 110
    assert change[9, 0] == pytest.approx(share * np.log(1.1), rel=1e-6)
    assert np.abs(np.delete(change, 9, axis=0)).max() < 0.001
    assert features[9, :, 23 : 23 + 6] == pytest.approx(np.tile(change[9], (6, 1)))  # of all six
    assert features.mean(axis=0)[:, :9] == pytest.approx(0, abs=1e-9)
    size = np.abs(features[..., : FEATURES // 2])
    assert features[..., FEATURES // 2 :] == pytest.approx(size - size.mean(axis=0))


def test_features_are_those_of_plain_means(panel: Panel) -> None:
    """Worked out anew from the days themselves, by their dates."""
    history = panel.until(AS_OF)
    learner = Learner(history.values, history.days, history.ranking_list)
    level = np.random.default_rng(1).normal(3.0, 0.2, (110, 6))

    def away(values: np.ndarray) -> np.ndarray:
        return np.asarray(values - values.mean(axis=0))

    def mean(first: np.datetime64, after: np.datetime64, back: int = 0) -> np.ndarray:
        days = history.values[(history.days >= first - back) & (history.days < after - back)]
        return away(np.log((days**POWERS).mean(axis=0)) / POWERS)

    january, after, december = np.array(["2017-01-01", "2017-06-01", "2018-01-01"], dtype="M8[D]")
    spans = [(january, after), (after - 30, after), (after - 90, after)]
    now, before = ([mean(*span, back) for span in spans] for back in (0, 365))
    predicted = away(level)
    own = [
        predicted,
        mean(after, december, 365) - predicted,
        *(a - b for a, b in zip(now, before, strict=True)),
        mean(after - 365, after) - mean(after - 365, after, 365),
        *(one - predicted for one in now),
    ]
    around = [near @ own[k] for near in learner.near for k in (1, 2, 4, 8)]
    crossed = [np.tile(own[k][:, [other]], 6) for k in (2, 4, 0) for other in range(6)]
    expected = np.stack([*own, *around, *crossed], axis=2)
    found = learner.features(len(history.days), level)
    assert found[..., : FEATURES // 2] == pytest.approx(expected, abs=1e-9)


def test_lessons_come_from_past_years_and_know_no_later_day(
    panel: Panel, model: RemainderModel
) -> None:
    """Other days after a year's end change nothing of what was learned up to it."""
    parameters = model.monthly.parameters
    first = panel.until(date(2016, 12, 31))
    later = panel.values.copy()
    later[len(first.days) :] *= 3.0
    changed = replace(panel, values=later).until(AS_OF)
    lessons = [
        Learner(p.values, p.days, p.ranking_list).lessons(parameters) for p in (first, changed)
    ]
    assert [lesson.year for lesson in lessons[0]] == [2015] * 9 + [2016] * 9
    for one, other in zip(*lessons, strict=True):
        assert np.array_equal(one.features, other.features)
        assert np.array_equal(one.missed, other.missed)


@pytest.mark.parametrize(
    ("until", "expected"),
    [
        (date(2016, 12, 30), [2014, 2015]),
        (date(2016, 12, 31), [2015, 2016]),
        (date(2017, 1, 1), [2015, 2016]),
    ],
)
def test_the_latest_years_that_are_over_teach(
    panel: Panel,
    model: RemainderModel,
    monkeypatch: pytest.MonkeyPatch,
    until: date,
    expected: list[int],
) -> None:
    for name, value in {"YEARS": 2, "MONTHS": [9], "FULL_HISTORY": 200}.items():
        monkeypatch.setattr(module, name, value)
    history = panel.until(until)
    learner = Learner(history.values, history.days, history.ranking_list)
    lessons = learner.lessons(model.monthly.parameters)
    assert [lesson.year for lesson in lessons] == expected


@pytest.mark.parametrize(
    ("since", "until", "lessons"),
    [
        (date(2014, 4, 4), date(2014, 12, 31), 1),  # 180 days until 1 October
        (date(2014, 4, 5), date(2014, 12, 31), 0),
        (date(2014, 10, 1), date(2015, 12, 31), 1),  # 365 until then: the shorter does not count
        (date(2014, 10, 2), date(2015, 12, 31), 2),
    ],
)
def test_a_lesson_needs_half_a_year_and_a_whole_one_is_better(
    panel: Panel,
    model: RemainderModel,
    monkeypatch: pytest.MonkeyPatch,
    since: date,
    until: date,
    lessons: int,
) -> None:
    monkeypatch.setattr(module, "MONTHS", [8, 9])
    history = panel.between(since, until)
    learner = Learner(history.values, history.days, history.ranking_list)
    assert len(learner.lessons(model.monthly.parameters)) == lessons


def test_lessons_without_a_past_year_serve_if_there_are_no_others(
    panel: Panel, model: RemainderModel
) -> None:
    first = panel.until(date(2014, 12, 31))
    learner = Learner(first.values, first.days, first.ranking_list)
    lessons = learner.lessons(model.monthly.parameters)
    assert [lesson.year for lesson in lessons] == [2014] * 4  # June to September


def test_what_is_wrong_alike_every_year_is_learned(
    panel: Panel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Misses that follow one feature, and another's size: the regression finds both."""
    rng = np.random.default_rng(0)
    lessons = []
    for year, left in ((2014, 184), (2015, 300), (2014, 183), (2015, 92)):
        features = rng.normal(0, 0.1, (110, 6, FEATURES))
        missed = 0.4 * features[..., 3] + 0.4 * features[..., 40]
        if left >= 184:
            missed += 0.4 * features[..., 5]
        missed += rng.normal(0, 0.01, (110, 6))
        lessons += [module.Lesson(year, left, features, missed)] * 9
    monkeypatch.setattr(Learner, "lessons", lambda *_: lessons)
    learner = Learner(panel.values, panel.days, panel.ranking_list)
    found = learner.fit(RemainderModel(panel.until(AS_OF)).monthly.parameters)
    assert found is not None
    assert found.latest == 2015
    assert found.coefficients[:, 3] == pytest.approx(0.4, rel=0.25)
    assert found.coefficients[:, 40] == pytest.approx(0.4, rel=0.45)  # shrunk more
    assert found.coefficients[:, 3].mean() > found.coefficients[:, 40].mean()
    assert found.coefficients[:, 5] == pytest.approx(0.2, rel=0.25)  # in half of them
    assert np.abs(np.delete(found.coefficients, [3, 5, 40], axis=1)).max() < 0.06
    # What the years ahead are told is learned where at least half a year was left.
    assert found.ahead[:, [3, 5]] == pytest.approx(0.4, rel=0.25)
    short = [lesson for lesson in lessons if lesson.left < 184]
    monkeypatch.setattr(Learner, "lessons", lambda *_: short)
    found = learner.fit(RemainderModel(panel.until(AS_OF)).monthly.parameters)
    assert found is not None
    assert np.array_equal(found.ahead, found.coefficients)  # of all, where there are no others


def test_it_counts_by_half_fades_in_autumn_and_ends_after_two_years() -> None:
    one = Correction(np.ones((6, FEATURES)), np.full((6, FEATURES), 2.0), latest=2015)
    features = np.full((3, 6, FEATURES), 1 / FEATURES)
    for year, left, size in (
        (2016, 365, 0.0),
        (2016, 360, 0.5 * 5 / 31),
        (2016, 300, 0.5),
        (2016, 92, 0.5),
        (2016, 61, 0.5 * 30 / 61),
        (2016, 31, 0.0),
        (2017, 300, 0.5),
        (2018, 300, 0.0),
    ):
        assert one.of(features, year, left) == pytest.approx(size)
    for left, ahead, size in ((200, 1, 1.0), (31, 2, 0.5), (15, 3, 0.25 * 15 / 31), (0, 1, 0.0)):
        assert one.of(features, 2016, left, ahead) == pytest.approx(size)


def test_a_file_keeps_what_was_learned() -> None:
    rng = np.random.default_rng(0)
    one = Correction(*rng.normal(0.0, 0.1, (2, 6, FEATURES)), latest=2015)
    again = Correction.read(json.loads(json.dumps(one.content())))
    assert again is not None
    assert np.array_equal(again.coefficients, one.coefficients)
    assert np.array_equal(again.ahead, one.ahead)
    assert again.latest == 2015
    assert Correction.read(None) is None
    edge = one.coefficients.copy()
    edge[2, 3] = -module.LARGEST
    assert Correction.read(replace(one, coefficients=edge).content()) is not None
    edge[2, 3] = -module.LARGEST - 0.1
    with pytest.raises(InputError, match=r"correction\.coefficients are not all within ±50"):
        Correction.read(replace(one, coefficients=edge).content())
    with pytest.raises(InputError, match="no array of 6×70 finite numbers"):
        Correction.read(replace(one, coefficients=edge[1:]).content())
    with pytest.raises(InputError, match=r"correction\.ahead are not all within ±50"):
        Correction.read(replace(one, ahead=edge).content())


def test_it_moves_the_rest_of_the_year_and_the_years_ahead(
    panel: Panel, model: RemainderModel
) -> None:
    learned = model.correction
    assert learned is not None
    without = RemainderModel(
        model.history, [replace(part, correction=None) for part in model.parameters]
    )
    spans = {year: (date(year, 1, 1), date(year, 12, 31)) for year in (2017, 2018, 2019)}
    moved = {
        year: model.remainder(*span).level - without.remainder(*span).level
        for year, span in spans.items()
    }
    history, rest = model.history, without.stretches(2017, past=False)[0]
    learner = Learner(history.values, history.days, history.ranking_list)
    features = learner.features(len(history.days), rest_level(rest))
    by_hand = {2017: 0.5 * learned.coefficients, 2018: 0.5 * learned.ahead}
    by_hand[2019] = by_hand[2018] / 2
    for year, coefficients in by_hand.items():
        assert moved[year] == pytest.approx((features * coefficients).sum(axis=2), abs=1e-9)
    assert all(np.abs(one).max() > 1e-4 for one in moved.values())
    assert not np.allclose(moved[2018], moved[2017], rtol=0.05)
    kept = RemainderModel(model.history, model.parameters)
    for year in (2018, 2017):  # in whatever order
        again = kept.remainder(*spans[year]).level
        assert np.array_equal(again, model.remainder(*spans[year]).level)


def test_nothing_is_corrected_when_the_year_is_over(panel: Panel, model: RemainderModel) -> None:
    history = panel.until(date(2016, 12, 31))
    plain = [replace(part, correction=None) for part in model.parameters]
    both = (RemainderModel(history, parameters) for parameters in (model.parameters, plain))
    first, second = (one.remainder(date(2017, 1, 1), date(2017, 12, 31)).level for one in both)
    assert np.array_equal(first, second)


def test_few_cities_or_no_past_year_teach_nothing(panel: Panel) -> None:
    few = simulate(20, date(2015, 1, 1), AS_OF, 0, correlation=0.3)
    assert RemainderModel(few).correction is None
    assert RemainderModel(panel.between(date(2016, 10, 1), AS_OF)).correction is None
    assert module.LEAST_CITIES > 20
