"""Lists of dust days through the store: versions, what was known when, nothing lost."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from airrank import forecast
from airrank.ingest.dust_list import DustList
from airrank.panel import Panel
from airrank.store import known_at, load_observations
from airrank.store.checking import check
from airrank.store.dust_lists import listed_days
from airrank.store.update import update
from airrank.tables.account import listening

ROWS = [("2017-05-05", "驻马店"), ("2017-05-06", "驻马店"), ("2017-05-05", "信阳")]
LATE = dt.datetime(2017, 6, 20, 2, tzinfo=dt.UTC)


@pytest.fixture
def put(store, tmp_path):
    """Import rows at a moment; gives the summary."""

    def call(rows, at, name="list.csv"):
        path = tmp_path / name
        lines = [",".join(row if len(row) == 3 else (*row, "是")) for row in rows]
        path.write_text("\n".join(["日期,城市,沙尘", *lines]), encoding="utf-8")
        return update(store, DustList(path), clock=lambda: at)

    return call


def marked(frame: pd.DataFrame) -> set[tuple[str, str]]:
    rows = frame[frame["dust"]]
    return {(f"{row.date:%Y-%m-%d}", row.city) for row in rows.itertuples()}


def test_the_list_marks_days_and_twice_is_once(store, put):
    first = put(ROWS, LATE)
    assert (first.fetched, first.new, first.complete) == (1, 0, True)
    assert marked(load_observations(store=store)) == set(ROWS)
    again = put(ROWS, LATE + dt.timedelta(days=1))
    assert again.wanted == 0
    assert len(store.entries("dust")) == 1
    assert check(store).broken == []
    plain, both = load_observations(), load_observations(store=store)
    assert len(plain) == len(both)


def test_lists_add_up_and_a_later_one_may_deny(store, put):
    put(ROWS[:2], LATE)
    put(ROWS[1:], LATE + dt.timedelta(days=1), "second.csv")
    both = listed_days(store)
    assert len(both) == 3
    since = both.set_index(["date", "city"])["dust_retrieved_at"]
    assert since["2017-05-06", "驻马店"] == pd.Timestamp(LATE)  # named again, known since the first
    put([("2017-05-06", "驻马店", "否")], LATE + dt.timedelta(days=2), "third.csv")
    assert marked(load_observations(store=store)) == {ROWS[0], ROWS[2]}
    known = load_observations(store=store, as_known_at=LATE + dt.timedelta(days=1))
    assert marked(known) == set(ROWS)
    put(ROWS[1:2], LATE + dt.timedelta(days=3), "fourth.csv")
    since = listed_days(store).set_index(["date", "city"])["dust_retrieved_at"]
    assert since["2017-05-06", "驻马店"] == pd.Timestamp(LATE + dt.timedelta(days=3))


def test_a_bad_list_changes_nothing(store, put):
    put(ROWS, LATE)
    before = listed_days(store)
    failed = put([*ROWS, ("2017-05-07", "驻马点")], LATE + dt.timedelta(days=1), "bad.csv")
    assert not failed.complete
    assert "bad.csv, row 5: no city '驻马点'" in failed.failed[0][1]
    assert len(store.entries("dust")) == 1
    assert listed_days(store).equals(before)


@pytest.mark.slow
def test_a_forecast_does_not_see_a_list_retrieved_later(store, put):
    put(ROWS, LATE)
    early = load_observations(store=store, as_known_at=LATE - dt.timedelta(seconds=1))
    assert marked(early) == set()
    # Also where everything was loaded first and the forecast goes back in time.
    everything = load_observations(store=store)
    assert marked(known_at(everything, pd.Timestamp(LATE) - pd.Timedelta(seconds=1))) == set()
    options = {"panel": "henan17", "draws": 100, "dust": "deduct"}
    plain = forecast(load_observations(), "2017-06-10", **options)
    unaware = forecast(everything, "2017-06-10", **options)
    assert unaware.fingerprint == plain.fingerprint
    assert (unaware.rank_draws == plain.rank_draws).all()
    assert unaware.settings["dust_city_days"] == 0
    assert any("nothing was deducted" in str(caveat) for caveat in unaware.caveats)
    aware = forecast(everything, "2017-06-20", **options)
    assert aware.settings["dust_city_days"] == 3
    assert not any("nothing was deducted" in str(caveat) for caveat in aware.caveats)


@pytest.mark.slow
def test_marks_of_the_data_and_of_the_list_add_up(store, put, tmp_path):
    put(ROWS[:1], LATE)
    frame = load_observations(store=store)
    own = frame["city"].eq("信阳") & frame["date"].eq("2017-05-05")
    path = tmp_path / "days.parquet"
    frame.assign(dust=frame["dust"] | own).to_parquet(path)
    with listening(lambda _: None):
        assert marked(load_observations(path)) == {ROWS[0], ROWS[2]}
        early = load_observations(path, as_known_at=LATE - dt.timedelta(days=1))
    assert marked(early) == {ROWS[2]}  # what the record itself says is known with it
    assert Panel.from_observations(early, _henan()).dust.sum() == 1


def _henan():
    from airrank.cities import load_ranking_list

    return load_ranking_list("henan17")
