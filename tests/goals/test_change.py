"""Why odds change: parts add up, and injected differences are found where they were put."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from airrank.errors import InputError
from airrank.forecasting.files import Week, read_week, write_forecast
from airrank.forecasting.result import Forecast
from airrank.forecasting.run import forecast_panel, forecast_periods
from airrank.goals.attribution import PARTS, WORLDS, noise_of, parts_of
from airrank.goals.change import GoalChange, OddsChange, change_text, odds_change
from airrank.goals.counterfactuals import Counterfactuals, Earlier
from airrank.goals.plan import Goal, load_plan
from airrank.panel import Panel
from airrank.periods import Period, parse_period
from airrank.rules.choices import Rules
from airrank.rules.evaluation import statistics_array
from airrank.words import speaking

THEN, NOW = date(2017, 10, 8), date(2017, 10, 15)
CITY, GOAL, DRAWS = "己", 6, 2000
POINT = 0.01


def slow_parts(odds: Mapping[str, float]) -> dict[str, float]:
    """Shapley values by walking every order, of days and of revisions."""
    found = dict.fromkeys(PARTS, 0.0)
    found["settings"] = odds["settings"] - odds["then"]
    found["time"] = odds["expected"] - odds["revised"]
    for start, one, other, end, names in (
        ("expected", "own", "others", "now", ("own_days", "other_days")),
        ("settings", "revised_own", "revised_others", "revised", PARTS_OF_REVISIONS),
    ):
        value = {(): start, (names[0],): one, (names[1],): other, tuple(sorted(names)): end}
        orders = list(permutations(names))
        for order in orders:
            for k, name in enumerate(order):
                before, after = tuple(sorted(order[:k])), tuple(sorted(order[: k + 1]))
                found[name] += (odds[value[after]] - odds[value[before]]) / len(orders)
    return found


PARTS_OF_REVISIONS = ("own_revisions", "other_revisions")
CHANCES = st.fixed_dictionaries(dict.fromkeys(WORLDS, st.floats(0.0, 1.0)))


@given(CHANCES)
def test_parts_add_up_and_are_those_of_all_orders(odds: dict[str, float]) -> None:
    parts = parts_of(odds)
    assert sum(parts.values()) == pytest.approx(odds["now"] - odds["then"], abs=1e-12)
    assert parts == pytest.approx(slow_parts(odds), abs=1e-12)


def test_noise_of_draws_that_are_the_same_is_none() -> None:
    draws = np.arange(100) < 30
    assert set(noise_of(dict.fromkeys(WORLDS, draws)).values()) == {0.0}
    stored = noise_of(dict.fromkeys(WORLDS, draws) | {"then": 0.5})
    assert stored["settings"] == pytest.approx(np.hypot(0.046, 0.05), abs=0.001)
    assert noise_of(dict.fromkeys(WORLDS, draws) | {"then": 0.3})["settings"] == 0.0


def test_noise_of_draws_that_differ() -> None:
    """Draw by draw where there are as many of them, else each world by itself."""
    draws = np.arange(100) < 30
    noise = noise_of(dict.fromkeys(WORLDS, draws) | {"expected": np.arange(100) < 50})
    assert noise["time"] == pytest.approx(np.sqrt(0.2 * 0.8 / 100))
    alone = np.sqrt(0.3 * 0.7 / 100)
    more = noise_of(dict.fromkeys(WORLDS, draws) | {"expected": np.arange(400) < 200})
    assert more["time"] == pytest.approx(np.hypot(alone, np.sqrt(0.5 * 0.5 / 400)))
    both = {"settings": 0.5, "revised_others": np.arange(400) < 200}
    parts = [np.sqrt(0.5 * 0.5 / 100), np.sqrt(0.5 * 0.5 / 400), alone, alone]
    found = noise_of(dict.fromkeys(WORLDS, draws) | both)["own_revisions"]
    assert found == pytest.approx(np.linalg.norm(parts) / 2)  # without draws: of the fewest
    assert noise_of(dict.fromkeys(WORLDS, 0.3) | {"then": 0.5})["settings"] == 0.0


def with_days(panel: Panel, factors: np.ndarray, first: date, last: date) -> Panel:
    """Multiply some days by factors [city, pollutant]."""
    days = (panel.days >= np.datetime64(first)) & (panel.days <= np.datetime64(last))
    values = panel.values.copy()
    values[days] *= factors
    return replace(panel, values=values)


def forecast_of(panel: Panel, day: date, seed: int = 0, rules: Rules | None = None) -> Forecast:
    return forecast_panel(panel, day, draws=DRAWS, seed=seed, goals=(GOAL,), rules=rules)


@pytest.fixture(scope="module")
def as_expected(panel: Panel) -> Panel:
    """The invented cities, whose new days are just what was expected of them."""
    week = Period(THEN + timedelta(days=1), NOW)
    (made,) = forecast_periods(panel.until(THEN), THEN, [week], draws=DRAWS)
    part = panel.between(week.start, week.end)
    factors = made.statistics_draws.mean(axis=0, dtype=float) / statistics_array(part.values)
    return with_days(panel, factors, week.start, week.end)


@pytest.fixture(scope="module")
def then(as_expected: Panel) -> Forecast:
    return forecast_of(as_expected, THEN)


def changed(panel: Panel, earlier: Forecast, **more: object) -> OddsChange:
    now = forecast_of(panel, NOW, **more)  # type: ignore[arg-type]
    worlds = Counterfactuals(now, Earlier.of(earlier, now))
    return odds_change(worlds, panel.ranking_list.resolve(CITY), [GOAL])


def factors(panel: Panel, own: float, others: float) -> np.ndarray:
    mine = np.array([city == CITY for city in panel.cities])
    return np.where(mine, own, others)[:, None] * np.ones(6)


def new_days(panel: Panel, own: float, others: float) -> Panel:
    return with_days(panel, factors(panel, own, others), THEN + timedelta(days=1), NOW)


def revised(panel: Panel, own: float, others: float) -> Panel:
    return with_days(panel, factors(panel, own, others), date(2017, 1, 1), date(2017, 2, 28))


@pytest.mark.slow  # each case draws up to seven forecasts of ten cities
@pytest.mark.parametrize(
    ("own", "others", "cause", "sign"), [(0.7, 1.0, "own_days", 1), (1.0, 1.15, "other_days", 1)]
)
def test_new_days_of_one_side_only(
    as_expected: Panel, then: Forecast, own: float, others: float, cause: str, sign: int
) -> None:
    nothing = changed(as_expected, then).goals[0]
    one = changed(new_days(as_expected, own, others), then).goals[0]
    injected = one.now - nothing.now
    assert sign * injected > 3 * POINT
    assert one.parts[cause] == pytest.approx(injected, abs=POINT)
    for other in set(PARTS) - {cause}:
        assert one.parts[other] == pytest.approx(nothing.parts[other], abs=POINT)
    assert sum(one.parts.values()) == pytest.approx(one.now - one.then, abs=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("own", "others", "cause"), [(0.97, 1.0, "own_revisions"), (1.0, 1.03, "other_revisions")]
)
def test_revisions_only(
    as_expected: Panel, then: Forecast, own: float, others: float, cause: str
) -> None:
    panel = revised(as_expected, own, others)
    one = changed(panel, then).goals[0]
    injected = forecast_of(panel, THEN).probability(CITY, GOAL) - one.then
    assert injected > 3 * POINT
    assert one.parts[cause] == pytest.approx(injected, abs=POINT)
    for other in ("own_days", "other_days", *set(PARTS_OF_REVISIONS) - {cause}):
        assert one.parts[other] == pytest.approx(0.0, abs=POINT)
    assert one.parts["settings"] == 0.0


@pytest.mark.slow
def test_settings_only(as_expected: Panel, then: Forecast) -> None:
    rules = Rules(weights=(0.05, 0.05, 0.05, 0.05, 6.0, 0.05))
    change = changed(as_expected, then, rules=rules)
    one = change.goals[0]
    injected = forecast_of(as_expected, THEN, rules=rules).probability(CITY, GOAL) - one.then
    assert abs(injected) > 3 * POINT
    assert change.changed_settings == ("weights",)
    assert one.parts["settings"] == pytest.approx(injected, abs=1e-12)
    for other in ("own_days", "other_days", *PARTS_OF_REVISIONS):
        assert one.parts[other] == pytest.approx(0.0, abs=POINT)


@pytest.mark.slow
def test_all_at_once_and_days_to_come(as_expected: Panel, then: Forecast) -> None:
    panel = revised(new_days(as_expected, 0.8, 1.05), 0.95, 1.02)
    one = changed(panel, then, seed=3).goals[0]
    assert sum(one.parts.values()) == pytest.approx(one.now - one.then, abs=1e-12)
    shown = round(100 * one.now) - round(100 * one.then)
    assert sum(one.points.values()) == shown
    assert min(one.parts[name] for name in ("own_days", "own_revisions", "other_revisions")) > 0.0
    later = with_days(panel, factors(panel, 9.0, 0.1), NOW + timedelta(days=1), panel.last_day)
    again = changed(later, then, seed=3).goals[0]
    assert (again.parts, again.noise) == (one.parts, one.noise)


@pytest.mark.slow
def test_a_stored_week_says_what_its_forecast_says(
    as_expected: Panel, then: Forecast, tmp_path: Path
) -> None:
    folder = tmp_path / str(THEN)
    write_forecast(then, CITY, folder)
    week = read_week(folder, then.cities)
    now = forecast_of(as_expected, NOW)
    unit = as_expected.ranking_list.resolve(CITY)
    changes = [
        odds_change(Counterfactuals(now, Earlier.of(earlier, now)), unit, [GOAL]).goals[0]
        for earlier in (then, week, THEN)
    ]
    assert changes[0].parts == pytest.approx(changes[1].parts, abs=1e-9)
    assert changes[0].parts == pytest.approx(changes[2].parts, abs=1e-9)
    content = week.content | {"versions": {"airrank": "0"}}
    old = Earlier(THEN, then.history, Week(THEN, content, week.summary, week.distribution))
    assert old.changed_settings(now) == ("version",)


def test_what_cannot_be_compared_is_refused(then: Forecast, panel: Panel) -> None:
    with pytest.raises(InputError, match="give a day up to 2017-10-08"):
        Earlier.of(NOW, then)
    month = replace(then, period=parse_period("2017-10"))
    with pytest.raises(InputError, match="different goals"):
        Earlier.of(month, then)
    few = replace(panel.ranking_list, cities=panel.ranking_list.cities[:4])
    short = Panel(few, panel.days, *(a[:, :4] for a in (panel.values, panel.estimated, panel.dust)))
    with pytest.raises(InputError, match="ranks 4 cities"):
        Earlier.of(replace(then, ranking_list=few, history=short), then)
    with pytest.raises(InputError, match="outside the data"):
        Earlier.of(date(2001, 1, 1), then)


def test_shown_as_elsewhere_and_never_certain() -> None:
    parts = {"own_days": 0.0, "other_days": -0.004, "time": 0.034, "own_revisions": 0.0}
    parts |= {"other_revisions": 0.0, "settings": 0.0}
    one = GoalChange(GOAL, 0.968, 0.998, parts, dict.fromkeys(parts, 0.0))
    assert one.shown("time").in_words("en") == "+3"
    assert one.told.in_words("en") == "time gone by +3"
    assert change_text(one).in_words("en") == f"top {GOAL}: 97 % → >99 % (time gone by +3)"
    final = replace(one, now=1.0)
    assert final.chances[1].in_words("en") == "100 %"


def test_of_odds_that_stayed_the_largest_part_is_what_raised_them() -> None:
    shares = [0.1, -0.2, 0.0, 0.0, 0.0, 0.1]
    parts = dict(zip(PARTS, shares, strict=True))
    one = GoalChange(GOAL, 0.5, 0.5, parts, dict.fromkeys(PARTS, 0.0))
    assert one.largest == "own_days"


def test_large_parts_against_each_other_are_shown_as_they_are() -> None:
    shares = [0.9, -0.8, 0.05, 0.0, 0.0, -0.04]
    one = GoalChange(GOAL, 0.3, 0.41, dict(zip(PARTS, shares, strict=True)), {})
    assert list(one.points.values()) == [90, -80, 5, 0, 0, -4]


def test_a_fall_is_not_explained_by_what_raised_the_odds() -> None:
    parts = {"own_days": 0.5, "other_days": -0.45, "time": -0.2, "own_revisions": 0.0}
    parts |= {"other_revisions": 0.0, "settings": 0.0}
    assert GoalChange(GOAL, 0.15, 0.0, parts, dict.fromkeys(parts, 0.0)).largest == "other_days"


def test_what_a_change_says_in_files_and_tables(panel: Panel) -> None:
    """The names are those of files that other programs read."""
    parts = {"own_days": 0.07, "other_days": -0.02, "time": 0.0, "own_revisions": 0.0}
    parts |= {"other_revisions": 0.0, "settings": 0.0}
    noise = {**dict.fromkeys(parts, 0.0), "own_days": 0.03, "other_days": 0.01}
    one = GoalChange.of(
        GOAL, {**dict.fromkeys(WORLDS, 0.4), "now": 0.45, "own": 0.47, "others": 0.38}
    )
    assert (one.then, one.now) == (0.4, 0.45)
    assert sum(one.parts.values()) == pytest.approx(0.05)
    told = replace(one, parts=parts, noise=noise)
    city = panel.ranking_list.resolve(CITY)
    change = OddsChange(city, parse_period("2017"), THEN, NOW, (told,), ("seed",))
    frame = change.to_frame()
    assert list(frame.index) == [f"rank_le_{GOAL}"]
    assert frame.index.name == "goal"
    assert list(frame) == ["then", "now", *parts, *(f"noise_{cause}" for cause in parts)]
    assert frame.iloc[0, :4].tolist() == [0.4, 0.45, 0.07, -0.02]
    assert change.as_dict() == {
        "period": "2017",
        "since": "2017-10-08",
        "as_of": "2017-10-15",
        "changed_settings": ["seed"],
        "goals": [
            {
                "goal": f"rank_le_{GOAL}",
                "then": 0.4,
                "now": 0.45,
                "parts": parts,
                "noise": noise,
                "points": dict(zip(parts, [7, -2, 0, 0, 0, 0], strict=True)),
                "largest": "own_days",
            }
        ],
    }
    with speaking("en"):
        assert repr(change).splitlines() == [
            f"{CITY}: why the odds for 2017 changed from 2017-10-08 to 2017-10-15",
            f"top {GOAL}: 40 % → 45 % (the city's own new days +7, the other cities' new days -2)",
        ]


def test_a_part_within_two_standard_errors_may_be_chance() -> None:
    parts = dict(zip(PARTS, [0.06, -0.061, 0.0, 0.0, 0.0, 0.0], strict=True))
    one = GoalChange(GOAL, 0.5, 0.499, parts, dict.fromkeys(parts, 0.03))
    assert [one.by_chance(cause) for cause in PARTS] == [True, False, False, False, False, False]
    assert one.largest == list(PARTS)[1]
    assert replace(one, noise=dict.fromkeys(parts, 0.04)).largest is None


@dataclass
class Made:
    """Stands in for :class:`Counterfactuals`: worlds that are there already."""

    made: dict[str, Forecast]
    now: Forecast
    earlier: Earlier
    changed_settings: tuple[str, ...] = ()
    asked: list[str] = field(default_factory=list)

    def worlds(self, city: str) -> Iterator[tuple[str, Forecast]]:
        self.asked.append(city)
        yield from self.made.items()

    def change(self, goals: list[int | Goal]) -> OddsChange:
        unit = self.now.ranking_list.resolve(CITY)
        return odds_change(self, unit, goals)  # type: ignore[arg-type]  # stands in, see above


@pytest.fixture
def made(make_forecast: Callable[..., Forecast]) -> Made:
    """Nine worlds of 200 draws; in the last one the year is over."""
    first, over = make_forecast(THEN, 200), make_forecast(date(2017, 12, 31), 200)
    worlds = {}
    for k, name in enumerate(WORLDS):
        ranks = np.random.default_rng(k).integers(1, 11, first.rank_draws.shape)
        cleaner = np.float32(1 - 0.01 * k)
        worlds[name] = replace(
            first, rank_draws=ranks, statistics_draws=first.statistics_draws * cleaner
        )
    worlds["now"] = replace(over, rank_draws=np.full_like(over.rank_draws, GOAL))
    return Made(worlds, over, Earlier(THEN, first.history, first))


def rank_odds(made: Forecast, goal: int) -> float:
    """By hand: of n draws k reach the rank, (k + ½) / (n + 1)."""
    ranks = made.rank_draws[:, made.cities.index(CITY)].tolist()
    return (sum(rank <= goal for rank in ranks) + 0.5) / (len(ranks) + 1)


def clean_air(made: Made) -> Goal:
    """A goal for PM2.5 which half of the draws of a world in the middle reach."""
    values = made.made["expected"].statistics(CITY)["pm25"]
    (goal,) = load_plan().select(["pm25_2025"])
    limit = Decimal(str(round(float(values.median()))))
    return replace(goal.in_year(2017), comparison="le", values=(limit,), decimals=0)


def test_odds_of_each_world_are_those_of_its_draws(made: Made) -> None:
    goal = clean_air(made)
    change = made.change([GOAL, goal, 9])
    assert made.asked == [CITY]
    assert (change.since, change.as_of) == (THEN, date(2017, 12, 31))
    assert str(change.period) == "2017"
    assert [one.goal for one in change.goals] == [GOAL, goal, 9]
    for one, rank in zip(change.goals[::2], (GOAL, 9), strict=True):
        odds = {name: rank_odds(world, rank) for name, world in made.made.items()} | {"now": 1.0}
        assert (one.then, one.now) == (pytest.approx(odds["then"]), 1.0)  # the year is over
        assert one.parts == pytest.approx(slow_parts(odds))
        assert min(one.noise.values()) > 0.0
    air = change.goals[1]
    reached = {
        name: np.mean(np.rint(world.statistics(CITY)["pm25"]) <= float(goal.values[0]))
        for name, world in made.made.items()
    }
    assert air.then == pytest.approx((200 * reached["then"] + 0.5) / 201)
    assert air.parts["time"] == pytest.approx(
        (reached["expected"] - reached["revised"]) * 200 / 201
    )
    assert air.parts["time"] > 0.02
    assert air.key == goal.id
    assert air.name.in_words("en") == f"{goal.title_en} ≤ {goal.values[0]} µg/m³"


def test_of_a_stored_week_the_odds_then_are_the_stored_ones(made: Made) -> None:
    """It kept the odds of ranks; those of other goals are today's reading's, or not known."""
    kept = made.made.pop("then")
    week = Week.of(kept, CITY)
    made.earlier = Earlier(THEN, kept.history, week)
    goal = clean_air(made)
    rank, air = made.change([3, goal]).goals
    settings = made.made["settings"]
    assert rank.then == pytest.approx(week.probability(CITY, 3))
    assert rank.then != rank_odds(settings, 3)
    assert rank.parts["settings"] == pytest.approx(rank_odds(settings, 3) - rank.then)
    assert air.parts["settings"] == 0.0
    made.changed_settings = ("weights",)
    change = made.change([goal, 3])
    assert [one.goal for one in change.goals] == [3]
    assert change.changed_settings == ("weights",)
    made.earlier = Earlier(THEN, kept.history, kept)
    made.made = {"then": kept, **made.made}
    assert [one.goal for one in made.change([goal, 3]).goals] == [goal, 3]
