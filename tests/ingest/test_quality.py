from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from airrank.ingest.day_table import _median, find_neighbours
from airrank.ingest.flags import CODES, count_flags, flag_texts, join_flags
from airrank.ingest.quality import RULES, RUN_DAYS, check_quality
from airrank.rules.standards import POLLUTANTS

CITIES = [f"c{k}" for k in range(6)]
PLACES = {name: (114.0 + 0.3 * k, 33.0) for k, name in enumerate(CITIES)}
LEVEL = {"pm25": 50.0, "pm10": 90.0, "so2": 20.0, "no2": 40.0, "co": 1.0, "o3_8h": 100.0}
DAYS = 30


def quiet(days: int = DAYS) -> pd.DataFrame:
    """City-days that wiggle a little and break no rule."""
    dates = pd.date_range("2016-01-01", periods=days).astype("datetime64[s]")
    frame = pd.DataFrame(
        [(day, city) for day in dates for city in CITIES], columns=["date", "city"]
    )
    wiggle = np.arange(len(frame)) // len(CITIES) % 3
    for name, level in LEVEL.items():
        frame[name] = level + (wiggle / 10 if name == "co" else wiggle)
    return frame


def put(frame, day, city, **values):
    row = (frame["date"] == frame["date"].min() + pd.Timedelta(days=day)) & (frame["city"] == city)
    for name, value in values.items():
        frame.loc[row, name] = value
    return row


def flags_of(frame, places=PLACES):
    """All flags as {(day, city): text}."""
    checked = check_quality(frame, places)
    flagged = checked[checked["flags"].notna()]
    days = (flagged["date"] - checked["date"].min()).dt.days
    return dict(
        zip(zip(days, flagged["city"], strict=True), flagged["flags"], strict=True)
    ), checked


def test_quiet_data_bear_no_flag_and_stay_as_they_are():
    frame = quiet()
    flags, checked = flags_of(frame)
    assert flags == {}
    pd.testing.assert_frame_equal(checked.drop(columns="flags"), frame)


def test_every_rule_has_a_meaning():
    assert {rule.code for rule in RULES} <= set(CODES)


@pytest.mark.parametrize("value", [-1.0, -99.0, 9999.0, 99999.0])
@pytest.mark.parametrize("name", POLLUTANTS)
def test_sentinels_are_removed(name, value):
    frame = quiet()
    row = put(frame, 20, "c2", **{name: value})
    flags, checked = flags_of(frame)
    assert flags == {(20, "c2"): f"{name}:sentinel"}
    assert checked.loc[row, name].isna().all()


@pytest.mark.parametrize(
    ("name", "value"), [("co", 60.1), ("o3_8h", 801), ("no2", 941), ("so2", 2621), ("pm10", 0)]
)
def test_impossible_values_are_removed(name, value):
    frame = quiet()
    put(frame, 20, "c2", **{name: value})
    flags, _ = flags_of(frame)
    assert flags == {(20, "c2"): f"{name}:bounds"}


def test_a_co_spike_is_removed_on_each_of_its_days():
    frame = quiet()
    for day, value in ((20, 4.0), (21, 12.0), (22, 8.0)):
        put(frame, day, "c2", co=value)
    flags, checked = flags_of(frame)
    assert flags == {(day, "c2"): "co:spike" for day in (20, 21, 22)}
    assert checked["co"].isna().sum() == 3


def test_an_episode_the_neighbours_share_is_kept():
    frame = quiet()
    for city in CITIES:
        put(frame, 20, city, co=9.0)
    assert flags_of(frame)[0] == {}


@pytest.mark.parametrize("companion", ["pm25", "no2"])
def test_a_local_episode_that_burns_is_kept(companion):
    frame = quiet()
    put(frame, 20, "c2", co=5.0, pm10=400.0, **{companion: 200.0})
    assert flags_of(frame)[0] == {}


def test_a_level_the_city_always_has_is_no_spike():
    frame = quiet()
    for day in range(DAYS):
        put(frame, day, "c2", co=5.0 + day % 3 / 10)
    assert {day for day, _ in flags_of(frame)[0]} == set()


def test_cities_without_neighbours_or_past_are_not_judged():
    frame = quiet()
    put(frame, 20, "c2", co=12.0)
    put(frame, 3, "c4", co=12.0)
    assert flags_of(frame, places={})[0] == {}
    assert set(flags_of(frame)[0]) == {(20, "c2")}


@pytest.mark.parametrize("name", [p for p in POLLUTANTS if p != "co"])
def test_ten_times_past_and_neighbours_is_a_spike_of_any_pollutant(name):
    frame = quiet().assign(
        pm25=10.0 + np.arange(DAYS * 6) // 6 % 3, o3_8h=60.0 + np.arange(DAYS * 6) // 6 % 3
    )
    below, above = 9 * frame[name].iloc[0], 12 * frame[name].iloc[0]
    put(frame, 18, "c2", **{name: below})
    put(frame, 20, "c2", **{name: above})
    flags, _ = flags_of(frame)
    assert flags[20, "c2"] == f"{name}:spike"
    assert "spike" not in flags.get((18, "c2"), "")


def test_later_days_never_change_a_judgement():
    frame = quiet()
    put(frame, 20, "c2", co=12.0)
    put(frame, 10, "c3", co=12.0)
    changed = frame.copy()
    later = changed["date"] > frame["date"].min() + pd.Timedelta(days=20)
    changed.loc[later, list(POLLUTANTS)] *= 7
    before = check_quality(frame, PLACES)[~later.to_numpy()]
    pd.testing.assert_frame_equal(before, check_quality(changed, PLACES)[~later.to_numpy()])


def test_of_a_contradiction_the_value_far_from_the_neighbours_goes():
    frame = quiet()
    put(frame, 20, "c1", pm10=10.0)
    put(frame, 20, "c4", pm25=200.0)
    flags, checked = flags_of(frame)
    assert flags == {(20, "c1"): "pm10:contradiction", (20, "c4"): "pm25:contradiction"}
    assert checked["pm10"].isna().sum() == checked["pm25"].isna().sum() == 1
    flags, _ = flags_of(frame, places={})  # the past fortnight then decides
    assert flags == {(20, "c1"): "pm10:contradiction", (20, "c4"): "pm25:contradiction"}


def test_inverted_particles_are_flagged_and_kept():
    frame = quiet()
    put(frame, 20, "c1", pm25=100.0, pm10=99.0)
    flags, checked = flags_of(frame)
    assert flags == {(20, "c1"): "pm25:inverted pm10:inverted"}
    assert checked["pm10"].notna().all()


@pytest.mark.parametrize("name", POLLUTANTS)
def test_constant_runs_are_flagged_from_their_last_tolerated_day(name):
    frame, length = quiet(40), RUN_DAYS[name]
    for day in range(10, 10 + length + 1):
        put(frame, day, "c2", **{name: LEVEL[name] + (0.7 if name == "co" else 3)})
    flags, checked = flags_of(frame)
    assert flags == {(day, "c2"): f"{name}:run" for day in (9 + length, 10 + length)}
    assert checked[name].notna().all()


def test_a_gap_ends_a_run():
    frame = quiet()
    for day in range(10, 17):
        put(frame, day, "c2", pm10=77.0)
    put(frame, 13, "c2", pm10=np.nan)
    assert flags_of(frame)[0] == {}
    assert flags_of(frame[frame["pm10"].notna()])[0] == {}


def test_a_copied_day_is_flagged():
    frame = quiet()
    put(frame, 20, "c2", **frame[(frame["city"] == "c2")].iloc[19][list(POLLUTANTS)].to_dict())
    flags, _ = flags_of(frame)
    assert flags == {(20, "c2"): " ".join(f"{name}:copied" for name in POLLUTANTS)}


def test_duplicates_merge_and_conflicts_are_removed():
    frame = quiet()
    same = frame.iloc[[100]]
    other = frame.iloc[[50]].assign(co=5.5)
    flags, checked = flags_of(pd.concat([frame, same, other], ignore_index=True))
    assert len(checked) == len(frame)
    assert flags == {(16, "c4"): "day:duplicate", (8, "c2"): "co:conflict"}
    assert checked["co"].isna().sum() == 1


def test_aqi_outside_its_scale_is_removed():
    frame = quiet().assign(aqi=80.0)
    put(frame, 3, "c0", aqi=0.0)
    put(frame, 4, "c0", aqi=733.0)
    flags, checked = flags_of(frame)
    assert flags == {(3, "c0"): "aqi:bounds", (4, "c0"): "aqi:bounds"}
    assert checked["aqi"].isna().sum() == 2


def test_earlier_flags_are_kept():
    frame = quiet()
    frame["flags"] = pd.Series([None] * len(frame), dtype="str")
    put(frame, 20, "c2", co=12.0, flags="pm10:hours")
    put(frame, 21, "c2", flags="pm10:hours")
    flags, _ = flags_of(frame)
    assert flags == {(20, "c2"): "pm10:hours co:spike", (21, "c2"): "pm10:hours"}


def test_the_input_is_not_changed_and_order_does_not_matter():
    frame = quiet().assign(aqi=0.0)
    put(frame, 20, "c2", co=12.0)
    mixed = frame.sample(frac=1, random_state=1)
    copy = mixed.copy()
    result = check_quality(mixed, PLACES)
    pd.testing.assert_frame_equal(mixed, copy)
    pd.testing.assert_frame_equal(result, check_quality(frame, PLACES))


def test_an_empty_frame_passes():
    assert check_quality(quiet().iloc[:0], PLACES).empty


def test_neighbours_are_the_nearest_within_reach():
    places = {"a": (114.0, 33.0), "b": (115.0, 33.0), "c": (114.0, 33.5), "far": (91.1, 29.7)}
    found = find_neighbours(["a", "b", "c", "far", "nowhere"], places)
    assert found.shape == (5, 8)
    assert [row[row >= 0].tolist() for row in found] == [[2, 1], [0, 2], [0, 1], [], []]


@given(
    st.lists(st.lists(st.one_of(st.none(), st.integers(1, 99)), min_size=8, max_size=8), max_size=5)
)
def test_median_of_neighbours_against_numpy(rows):
    values = np.array(rows, dtype=float).reshape(-1, 8)
    for row, median in zip(values, _median(values, 3), strict=True):
        valid = row[~np.isnan(row)]
        assert np.isnan(median) if len(valid) < 3 else median == np.median(valid)


def test_flag_texts_join_and_count():
    texts = flag_texts(
        {("co", "spike"): np.array([True, False]), ("co", "run"): np.array([True, False])}
    )
    assert texts.iloc[0] == "co:spike co:run"
    joined = join_flags(texts, pd.Series(["pm25:run", None], dtype="str"))
    frame = pd.DataFrame({"date": pd.to_datetime(["2016-01-01", "2017-01-01"]), "flags": joined})
    table = count_flags(frame)
    assert table.loc[("spike", "co"), 2016] == 1
    assert table.shape == (3, 1)
    twice = pd.concat([frame, frame.iloc[:1]])  # its index has a label twice
    assert count_flags(twice).loc[("spike", "co"), 2016] == 2
