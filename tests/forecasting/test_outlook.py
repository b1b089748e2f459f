"""Several periods from the same futures: what each says alone, and all together."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

import airrank
from airrank.errors import InputError
from airrank.forecasting.outlook import Outlook, outlook_panel
from airrank.forecasting.run import forecast_panel, forecast_periods
from airrank.panel import Panel
from airrank.periods import Period, as_period, month_ends
from airrank.ranking_table import standings
from airrank.rules.choices import Rules
from airrank.simulation import calibration
from airrank.simulation.days import DayShapes
from airrank.simulation.unknown_days import unknown_days

AS_OF = date(2016, 9, 30)
PERIODS = tuple(map(as_period, ("2015-12", "2016-10", "2016", "2016W", "2017", "2018")))


@pytest.fixture(scope="module")
def found(henan: Panel) -> Outlook:
    return outlook_panel(henan, AS_OF, PERIODS, draws=400, seed=3)


@pytest.mark.parametrize("period", PERIODS, ids=str)
def test_a_period_alone_has_the_same_bits(henan: Panel, found: Outlook, period: Period) -> None:
    """Also 2018, whose dust is deducted while that of the other periods is kept."""
    alone, with_others = (
        forecast_panel(henan, AS_OF, period=period, draws=400, seed=3),
        (found.forecasts[period]),
    )
    for name in ("statistics_draws", "index_draws", "rank_draws"):
        assert np.array_equal(getattr(alone, name), getattr(with_others, name)), name
    assert alone.settings == with_others.settings
    assert alone.caveats == with_others.caveats


def test_what_years_have_in_common_is_worked_out_once(
    henan: Panel, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: Counter[Any] = Counter()

    def counted(owner: Any, name: str) -> None:
        real = getattr(owner, name)

        def one(*args: Any, **options: Any) -> Any:
            which = (id(args[0]), *args[-1]) if name == "_pseudo_error" else ()
            done[name, which] += 1
            return real(*args, **options)

        monkeypatch.setattr(owner, name, one)

    counted(calibration, "_pseudo_error")
    counted(DayShapes, "sample")
    counted(Panel, "fingerprint")
    years = [Period.of_year(2016 + k) for k in range(3)]
    rules = Rules(dust="keep")
    forecast_periods(henan, AS_OF, years[:1], draws=60, rules=rules)
    alone = done["fingerprint", ()]
    done.clear()
    forecast_periods(henan, AS_OF, years, draws=60, rules=rules)
    windows = [number for (name, _), number in done.items() if name == "_pseudo_error"]
    assert set(windows) == {1}, "a past window is tried once, for all periods"
    assert done["sample", ()] == len(years), "days are chosen once a year, the check asks again"
    assert done["fingerprint", ()] == alone


def test_odds_together_are_counted_on_the_same_draws(found: Outlook) -> None:
    ranks = {"2016": 8, 2017: 7, Period.of_year(2018): 6}
    alone = [found.probability({period: rank}, "驻马店") for period, rank in ranks.items()]
    together = found.probability(ranks, "Zhumadian")
    assert sum(alone) - 2 <= together <= min(alone)
    first, second = {2016: 8}, {2017: 7}
    given = found.probability(second, "驻马店", given=first)
    both = found.probability({**first, **second}, "驻马店")
    assert given * found.probability(first, "驻马店") == pytest.approx(both, abs=0.005)
    assert given > alone[1], "a city that is good in one year is likelier to be so in the next"
    assert np.isnan(found.probability(second, "驻马店", given={2016: 1}))


def test_a_lead_that_was_never_verified_is_said(henan: Panel, found: Outlook) -> None:
    far = forecast_panel(henan, AS_OF, period=Period.of_year(2019), draws=200)
    assert [c for c in far.caveats if "has been verified" in str(c)]
    assert not [c for c in found.forecasts[Period.of_year(2018)].caveats if "verified" in str(c)]


def test_uncertainty_grows_with_the_lead(found: Outlook) -> None:
    spread = [
        found.forecasts[Period.of_year(year)].rank_draws.std(axis=0).mean()
        for year in (2016, 2017, 2018)
    ]
    assert spread == sorted(spread)
    assert spread[1] > 1.5 * spread[0]


def test_a_period_ahead_has_no_rank_to_date(found: Outlook) -> None:
    made = found.forecasts[Period.of_year(2017)]
    assert made.ahead
    assert made.year_to_date["rank"].isna().all()
    assert made.summary(())["ytd_rank"].isna().all()
    assert found.to_frame()["period"].nunique() == len(PERIODS)


def test_what_the_outlook_does_not_hold_is_refused(henan: Panel, found: Outlook) -> None:
    with pytest.raises(InputError, match="does not hold 2019; it holds"):
        found.probability({2019: 5}, "驻马店")
    with pytest.raises(InputError, match="expected ranks by period"):
        found.probability({}, "驻马店")
    with pytest.raises(InputError, match="no period to forecast"):
        outlook_panel(henan, AS_OF, [])
    with pytest.raises(InputError, match="was over before the first day"):
        outlook_panel(henan, AS_OF, [Period.of_year(2012)])


def ends(henan: Panel) -> list[Period]:
    """Every month and year of the data of which nothing is unknown."""
    last = month_ends(date(2014, 1, 31), henan.last_day)
    periods = [Period.of_month(day.year, day.month) for day in last]
    periods += [Period.of_year(year) for year in range(2014, 2019)]

    def settled(period: Period) -> bool:
        known = henan.until(period.end).without_dust(Rules().during(period).dust)
        return not unknown_days(known, period.start, period.end).any()

    return [period for period in periods if settled(period)]


@pytest.mark.slow
def test_a_finished_period_is_the_ranking(henan: Panel) -> None:
    """Of every city, on the period's last day: draws, median, intervals and odds."""
    periods = ends(henan)
    assert len(periods) > 40
    assert {Period.of_year(year) for year in (2015, 2016, 2017)} <= set(periods)
    for period in periods:
        made = forecast_panel(henan, period.end, period=period, draws=4)
        table = standings(henan.until(period.end), period).reindex(list(henan.cities))
        ranks, index = table["rank"].to_numpy(int), table["index"].to_numpy(float)
        assert made.final
        assert (made.rank_draws == ranks).all(), period
        assert (np.rint(made.index_draws * 100) == np.rint(index * 100)).all(), period
        told = made.summary((int(ranks[3]),)).reindex(list(henan.cities))
        for column in ("rank_median", "rank_lo95", "rank_hi95"):
            assert (told[column] == ranks).all(), period
        assert (told[f"p_rank_le_{ranks[3]}"] == (ranks <= ranks[3])).all(), period


@pytest.mark.parametrize("year", [2016, 2017])
def test_a_finished_year_of_168_cities_keeps_every_half(whole: Panel, year: int) -> None:
    """Single precision put 新乡 on 161 in 2016, where the ranking says 162."""
    period = Period.of_year(year)
    known = whole.until(period.end)
    assert not unknown_days(known, period.start, period.end).any()
    made = forecast_panel(whole, period.end, draws=3)
    table = standings(known, period).reindex(list(whole.cities))
    assert (made.rank_draws == table["rank"].to_numpy(int)).all()


@pytest.mark.slow
def test_the_plan_of_2015_as_it_looked_in_september(whole: Panel) -> None:
    """Goals 130, 120, 105 of 2015 to 2017; the outcomes were 131, 117 and 103."""
    years = {2015: 130, 2016: 120, 2017: 105}
    made = outlook_panel(whole, date(2015, 9, 30), list(map(as_period, years)), draws=1000)
    alone = [made.probability({year: rank}, "驻马店") for year, rank in years.items()]
    together = made.probability(years, "驻马店")
    assert max(0.0, sum(alone) - 2) <= together <= min(alone)
    assert together > np.prod(alone), "levels persist from year to year"
    for year, outcome in ((2015, 131), (2016, 117), (2017, 103)):
        row = made.forecasts[Period.of_year(year)].of_city("驻马店", ())
        assert row["rank_lo80"] <= outcome <= row["rank_hi80"]


@pytest.mark.slow
def test_the_user_holds_it_by_city(observations: pd.DataFrame) -> None:
    made = airrank.outlook(observations, "2016-09-30", [2016, "2017"], draws=300, panel="henan17")
    ours = made["Zhumadian"]
    assert ours.probability({2017: 17}) == pytest.approx(300.5 / 301)
    assert ours.probability({2016: 8}) == ours.forecast(2016).probability(8)
    assert list(ours.summary().index) == ["2016", "2017"]
    assert len(repr(ours).splitlines()) <= 10
    assert len(repr(made).splitlines()) <= 10
    assert set(ours.to_frame()["city"]) == {"驻马店"}
    figure, table = ours.plot.path()
    assert figure.axes
    assert set(table["kind"]) == {"year", "to date", "forecast"}
