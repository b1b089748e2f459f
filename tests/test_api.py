"""The verbs for Python users: one grammar, and wrong calls told in one way."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import airrank
from airrank.errors import InputError
from airrank.periods import Period, parse_day


@pytest.fixture(scope="module")
def observations() -> pd.DataFrame:
    return airrank.load_observations()


@pytest.fixture(scope="module")
def made(observations: pd.DataFrame) -> airrank.Forecast:
    return airrank.forecast(observations, "2017-09-24", draws=400, panel="henan17")


def test_a_period_is_said_in_any_way(observations: pd.DataFrame) -> None:
    month = airrank.standings(observations, "2017年9月", panel="henan17")
    same = airrank.standings(observations, Period.of_month(2017, 9), panel="henan17")
    pd.testing.assert_frame_equal(month, same)
    year = airrank.standings(observations, 2017)
    assert int(year.loc["驻马店", "rank"]) == 103
    assert len(year) == 168


def test_a_city_is_said_in_any_spelling(made: airrank.Forecast) -> None:
    views = [made[name] for name in ("Zhumadian", "驻马店", "驻马店市", "411700")]
    assert {view.city.name for view in views} == {"驻马店"}
    assert {view.probability(9) for view in views} == {made.probability("驻马店", 9)}


@pytest.mark.slow
def test_the_period_of_a_forecast(observations: pd.DataFrame, made: airrank.Forecast) -> None:
    assert made.period == Period.of_year(2017)
    assert made.ranking.names == made.cities
    options: dict[str, Any] = {"draws": 100, "panel": "henan17"}
    quarter = airrank.forecast(observations, "2017-09-24", period="2017Q3", **options)
    assert quarter.period == Period.of_months(2017, 7, 9)
    days = quarter.year_to_date[["pm25_days"]].max().item()
    assert days <= 86  # of July to 24 September
    whole = airrank.standings(observations, "2017Q3", panel="henan17")["index"]
    spread = np.abs(quarter.index_draws.mean(axis=0) - whole[list(quarter.cities)].to_numpy())
    assert spread.max() < 0.3  # six days are left
    ahead = airrank.forecast(observations, "2017-09-24", period="2018Q1", **options)
    assert ahead.year_to_date["rank"].isna().all()
    over = airrank.forecast(observations, "2017-09-24", period=2016, **options)
    assert over.final
    with pytest.raises(InputError, match="was over before the first day of the data"):
        airrank.forecast(observations, "2017-09-24", period=2012, **options)


def test_a_forecast_shows_itself_in_few_lines(made: airrank.Forecast) -> None:
    assert len(repr(made).splitlines()) <= 10
    assert "2017" in repr(made)
    assert "as of 2017-09-24" in repr(made)
    assert "<table" in made._repr_html_()
    assert len(repr(made["Xinyang"]).splitlines()) <= 10


def test_the_tidy_table_holds_the_summary(made: airrank.Forecast) -> None:
    table = made.to_frame()
    assert list(table.columns) == ["city", "quantity", "quantile", "rank", "value"]
    mine = made["Xinyang"].to_frame()
    assert set(mine["city"]) == {"信阳"}
    chances = mine[mine["quantity"] == "probability"].set_index("rank")["value"]
    assert chances.sum() == pytest.approx(1.0)
    assert float(chances.loc[:5].sum()) == pytest.approx(
        made.probability("Xinyang", 5), abs=0.5 / len(made.rank_draws)
    )
    quantiles = mine[mine["quantity"] == "rank"].set_index("quantile")["value"]
    assert quantiles[0.5] == made.summary(()).loc["信阳", "rank_median"]
    assert quantiles.index.is_monotonic_increasing
    assert quantiles.is_monotonic_increasing
    to_date = mine.set_index("quantity")["value"]["rank_to_date"]
    assert to_date == made.year_to_date["rank"]["信阳"]


def test_save_writes_the_files_of_one_city(made: airrank.Forecast, tmp_path: Path) -> None:
    assert made["Xinyang"].save(tmp_path / "one") == made.save(tmp_path / "all")
    assert '"city": "信阳"' in (tmp_path / "one" / "forecast.json").read_text(encoding="utf-8")
    assert '"city": "驻马店"' in (tmp_path / "all" / "forecast.json").read_text(encoding="utf-8")


def test_views_of_a_city(made: airrank.Forecast) -> None:
    view = made["Zhumadian"]
    assert view.goals == (10,)  # the plan's ranks are those of another list
    assert {"rank_median", "p_rank_le_10"} <= set(view.summary().index)
    assert view.rank_distribution.sum() == pytest.approx(1.0)
    assert "p_ahead" in view.around(8)
    assert "control" in view.control_values()
    assert list(view.odds("pm25", 9)) == ["x", "probability"]


def test_figures_by_name(made: airrank.Forecast) -> None:
    figure, table = made["Zhumadian"].plot.path(lang="en")
    assert type(figure).__name__ == "Figure"
    assert len(table)
    assert {"path", "ranks", "odds", "map"} <= set(dir(made["Zhumadian"].plot))


@pytest.mark.slow
def test_the_goals_of_a_city_are_its_own(observations: pd.DataFrame) -> None:
    forecast = airrank.forecast(observations, "2017-11-30", draws=100)
    assert forecast["Zhumadian"].goals == (110, 105, 100)
    hangzhou = forecast["Hangzhou"]
    rank = int(forecast.year_to_date["rank"]["杭州"])
    assert hangzhou.goals == (rank // 10 * 10, rank // 10 * 10 + 10)
    assert not [name for name in hangzhou.summary().index if name.endswith("110")]


def test_backtest_in_one_line(observations: pd.DataFrame) -> None:
    years = observations["date"].between("2013-01-01", "2017-12-31")
    models = ("ytd", "last_year")
    result = airrank.backtest(
        observations[years], "2017", panel="henan17", models=models, draws=100
    )
    assert set(result.scores["period"]) == {"2017"}
    assert set(result.scores["model"]) == set(models)


LATE_IN_LONDON = dt.datetime(2017, 9, 24, 20, tzinfo=dt.UTC)
"""In Beijing it is the next day."""
CALLS: tuple[tuple[str, Any, str], ...] = (
    ("standings", lambda o, _: airrank.standings(o), "needs period"),  # type: ignore[call-arg]
    ("no day", lambda o, _: airrank.forecast(o), "needs as_of"),  # type: ignore[call-arg]
    ("no year", lambda o, _: airrank.assess(o), "needs year"),  # type: ignore[call-arg]
    ("no years", lambda o, _: airrank.backtest(o), "needs years"),  # type: ignore[call-arg]
    ("year twice", lambda o, _: airrank.assess(o, 2017, year=2017), "given twice"),  # type: ignore[misc]
    ("by place", lambda o, _: airrank.standings(o, 2017, "168"), "by name; found 3"),  # type: ignore[misc]
    ("option", lambda o, _: airrank.standings(o, 2017, edtion="2012"), "mean edition"),  # type: ignore[call-arg]
    ("far option", lambda o, _: airrank.forecast(o, "2017-09-24", zzz=1), "no option 'zzz'"),  # type: ignore[call-arg]
    ("city", lambda _, f: f["Zhumadan"], "Did you mean Zhumadian"),
    ("figure", lambda _, f: f["Zhumadian"].plot.gap, "there is no figure 'gap'"),
    ("figure's option", lambda _, f: f["Zhumadian"].plot.ranks(colour="red"), "colour"),
    ("pollutant", lambda _, f: f["Zhumadian"].odds("pm2.5"), "pollutant: expected one of"),
    ("rank", lambda _, f: f["Zhumadian"].probability(18), "between 1 and 17"),
    ("goal", lambda _, f: f["Zhumadian"].odds("pm25", 18), "between 1 and 17"),
    ("no frame", lambda _, __: airrank.standings(None, 2017), "expected a DataFrame"),  # type: ignore[arg-type]
    ("columns", lambda _, __: airrank.standings(pd.DataFrame({"a": [1]}), 2017), "no column date"),
    ("empty", lambda o, _: airrank.standings(o[:0], 2017), "holds no row"),
    ("period", lambda o, _: airrank.standings(o, None), "expected a period such as"),  # type: ignore[arg-type]
    ("day", lambda o, _: airrank.forecast(o, 20170924), "expected a day such as"),  # type: ignore[arg-type]
    ("year", lambda o, _: airrank.assess(o, "last year"), "expected a year such as"),
    ("dust", lambda o, _: airrank.standings(o, 2017, dust="wash"), "dust: expected one of"),
    ("weights", lambda o, _: airrank.standings(o, 2017, weights=[1, 2]), "six positive numbers"),
    ("panel", lambda o, _: airrank.standings(o, 2017, panel="169"), "no ranking list '169'"),
    ("moment", lambda o, _: airrank.standings(o, 2017, as_known_at="soon"), "as_known_at"),
    ("no periods", lambda o, _: airrank.outlook(o, "2017-09-24", []), "no period to forecast"),
    ("backtest's period", lambda o, _: airrank.backtest(o, 2017, period="day"), "period: expected"),
    ("a fraction of a year", lambda o, _: airrank.standings(o, 2017.5), "expected a period such"),  # type: ignore[arg-type]
    ("no moment", lambda o, _: airrank.forecast(o, pd.NaT), "expected a day such as .* found NaT"),
    ("two days", lambda o, _: airrank.forecast(o, LATE_IN_LONDON), "expected a day such as"),
    ("goals", lambda o, _: airrank.forecast(o, "2017-09-24", goals=None), "goals: expected a val"),  # type: ignore[arg-type]
    ("text", lambda o, _: airrank.forecast(o, "2017-09-24", goals="110"), "found '110'"),
    ("half", lambda o, _: airrank.forecast(o, "2017-09-24", goals=[5.5]), "found 5.5"),  # type: ignore[list-item]
    ("true", lambda o, _: airrank.forecast(o, "2017-09-24", goals=[True]), "found True"),
    ("one weight", lambda o, _: airrank.standings(o, 2017, weights=3), "six positive numbers"),  # type: ignore[arg-type]
    ("edition", lambda o, _: airrank.standings(o, 2017, edition=["2012"]), "Unknown edition"),  # type: ignore[arg-type]
    ("placed", lambda o, _: airrank.standings(o, 2017, placed_last=None), "placed_last: expected"),  # type: ignore[arg-type]
    (
        "placed 5",
        lambda o, _: airrank.standings(o, 2017, placed_last=[5]),
        "of a city, found 5",
    ),  # type: ignore[list-item]
    ("list", lambda o, _: airrank.standings(o, 2017, panel=["郑州"]), "no ranking list"),  # type: ignore[arg-type]
    ("frame", lambda o, _: airrank.standings(o, 2017, panel=o), "no ranking list"),
    ("empty list", lambda o, _: airrank.standings(o, 2017, panel=""), "no ranking list ''"),
    ("moments", lambda o, _: airrank.standings(o, 2017, as_known_at=5), "as_known_at: expected"),  # type: ignore[arg-type]
    ("no time", lambda o, _: airrank.standings(o, 2017, as_known_at=pd.NaT), "as_known_at: exp"),  # type: ignore[arg-type]
    ("periods", lambda o, _: airrank.outlook(o, "2017-09-24", None), "periods: expected a value"),  # type: ignore[arg-type]
    ("years", lambda o, _: airrank.backtest(o, None), "years: expected a value or several"),  # type: ignore[arg-type]
    ("models", lambda o, _: airrank.backtest(o, 2017, models=[]), "models: expected one or"),
    ("jobs", lambda o, _: airrank.backtest(o, 2017, jobs=0), "jobs: expected a whole number"),
    ("plan", lambda o, _: airrank.assess(o, 2017, plan=5), "no plan '5'"),  # type: ignore[arg-type]
    ("empty plan", lambda o, _: airrank.assess(o, 2017, plan=""), "no plan ''"),
    ("actuals", lambda o, _: airrank.assess(o, 2025, actuals=o), "actuals: expected the path"),
    ("path", lambda *_: airrank.load_observations(5), "path: expected the path of a file, found 5"),  # type: ignore[arg-type]
)


@pytest.mark.parametrize(("call", "said"), [c[1:] for c in CALLS], ids=[c[0] for c in CALLS])
def test_a_wrong_call_names_what_is_accepted(
    observations: pd.DataFrame, made: airrank.Forecast, call: Any, said: str
) -> None:
    with pytest.raises(airrank.AirrankError, match=said):
        call(observations, made)


@pytest.mark.slow
def test_values_of_numpy_and_pandas_are_taken_as_what_they_are(observations: pd.DataFrame) -> None:
    plain = airrank.standings(observations, 2017, panel="henan17", weights=[3, 1, 1, 2, 1, 2])
    for period, weights in (
        (np.int64(2017), np.array([3, 1, 1, 2, 1, 2])),
        ("２０１７", pd.Series([3, 1, 1, 2, 1, 2])),
        (np.str_("2017"), (weight for weight in (3, 1, 1, 2, 1, 2))),
    ):
        odd = airrank.standings(observations, period, panel="henan17", weights=weights)  # type: ignore[arg-type]
        pd.testing.assert_frame_equal(odd, plain)


@pytest.mark.parametrize(
    "day",
    [
        pd.Timestamp("2017-09-24"),
        pd.Timestamp("2017-09-24", tz="Asia/Shanghai"),
        dt.datetime(2017, 9, 24, 20),
        np.datetime64("2017-09-24"),
        "２０１７年９月２４日",
    ],
)
def test_a_day_is_said_in_any_way(day: Any) -> None:
    assert parse_day(day) == dt.date(2017, 9, 24)
