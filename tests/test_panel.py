"""The array everything works on."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from airrank.cities import City, RankingList
from airrank.errors import InputError, InsufficientDataError
from airrank.panel import Panel
from airrank.rules.standards import POLLUTANTS
from airrank.store import known_at

PAIR = RankingList("pair", "两市", "two", (City("甲", aliases=("甲市",)), City("乙")))


def records(*rows: tuple[str, str, float], **more: list[object]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["date", "city", "pm25"])
    frame["date"] = pd.to_datetime(frame["date"])
    for pollutant in POLLUTANTS[1:]:
        frame[pollutant] = 1.0
    return frame.assign(**more)


def test_days_without_records_are_missing_not_skipped() -> None:
    panel = Panel.from_observations(
        records(("2017-01-01", "甲", 10.0), ("2017-01-03", "乙", 30.0), ("2017-01-02", "丙", 1.0)),
        PAIR,
    )
    assert panel.values.shape == (3, 2, 6)
    assert panel.cities == ("甲", "乙")
    assert panel.values[0, 0, 0] == 10.0
    assert panel.values[2, 1, 0] == 30.0
    assert np.isnan(panel.values[1]).all()
    assert (panel.first_day, panel.last_day) == (date(2017, 1, 1), date(2017, 1, 3))
    assert panel.coverage().tolist() == [0.5, 0.0, 0.5]


def test_aliases_are_one_city_and_twins_are_refused() -> None:
    assert Panel.from_observations(records(("2017-01-01", "甲市", 1.0)), PAIR).values[0, 0, 0] == 1
    with pytest.raises(InputError, match="two records for 2017-01-01"):
        Panel.from_observations(
            records(("2017-01-01", "甲", 1.0), ("2017-01-01", "甲市", 2.0)), PAIR
        )


def test_a_list_without_records_is_refused() -> None:
    with pytest.raises(InsufficientDataError, match="no record is of a city"):
        Panel.from_observations(records(("2017-01-01", "丙", 1.0)), PAIR)


def test_between_pads_and_until_cuts() -> None:
    panel = Panel.from_observations(
        records(*((f"2017-01-{d:02}", "甲", float(d)) for d in range(1, 11))), PAIR
    )
    padded = panel.between(date(2016, 12, 31), date(2017, 1, 2))
    assert np.isnan(padded.values[0]).all()
    assert padded.values[1:, 0, 0].tolist() == [1.0, 2.0]
    assert panel.until(date(2017, 1, 4)).last_day == date(2017, 1, 4)
    beyond = panel.between(date(2018, 1, 1), date(2018, 1, 2))
    assert beyond.values.shape[0] == 2
    assert np.isnan(beyond.values).all()
    with pytest.raises(InputError, match="before it starts"):
        panel.between(date(2017, 1, 2), date(2017, 1, 1))
    with pytest.raises(InputError, match="before the first day"):
        panel.until(date(2016, 12, 31))


def test_city_days_come_back_as_they_went_in() -> None:
    frame = records(("2017-01-01", "甲", 10.0), ("2017-01-03", "乙", 30.0), dust=[True, False])
    again = Panel.from_observations(frame, PAIR).city_days()
    pd.testing.assert_frame_equal(again, frame[again.columns.tolist()], check_dtype=False)


def test_the_fingerprint_sees_every_value_and_flag() -> None:
    base = records(("2017-01-01", "甲", 10.0), ("2017-01-02", "乙", 30.0))
    prints = {
        Panel.from_observations(frame, PAIR).fingerprint()
        for frame in (
            base,
            base.assign(pm25=[10.0, 31.0]),
            base.assign(pm25=[10.0, np.nan]),
            base.assign(dust=[False, True]),
            base.assign(o3_8h_kind=["estimated", "observed"]),
            base.assign(city=["乙", "甲"]),
        )
    }
    assert len(prints) == 6
    shuffled = Panel.from_observations(base.iloc[::-1], PAIR)
    assert shuffled.fingerprint() in prints


def test_the_national_lists_other_cities_are_the_surroundings() -> None:
    own = RankingList("own", "", "", (City("驻马店", lon=114.0, lat=33.0), City("某县")))
    frame = records(
        ("2017-01-01", "驻马店", 10.0),
        ("2017-01-02", "某县", 20.0),
        ("2017-01-02", "信阳", 30.0),
        ("2017-01-03", "北京", 40.0),
        ("2017-01-01", "别处", 50.0),
        dust=[False, False, True, False, False],
    )
    panel = Panel.from_observations(frame, own)
    assert panel.surroundings is not None
    assert set(panel.surroundings.cities) == {"信阳", "北京"}
    assert panel.surroundings.days.tolist() == panel.days.tolist()
    whole = panel.with_surroundings()
    assert whole.cities[:2] == ("驻马店", "某县")
    there = whole.cities.index("信阳")
    assert whole.values[:, there, 0].tolist() == pytest.approx([np.nan, 30.0], nan_ok=True)
    dusty = whole.without_dust("deduct").values[1, there]
    assert np.array_equal(
        dusty, panel.without_dust("deduct").with_surroundings().values[1, there], True
    )
    assert np.isnan(dusty[0])
    assert panel.until(date(2017, 1, 1)).surroundings is not None
    assert panel.until(date(2017, 1, 1)).with_surroundings().values.shape == (1, 4, 6)
    other = Panel.from_observations(frame.assign(pm25=[10.0, 20.0, 31.0, 40.0, 50.0]), own)
    assert other.fingerprint() != panel.fingerprint()
    assert (
        other.until(date(2017, 1, 1)).fingerprint() == panel.until(date(2017, 1, 1)).fingerprint()
    )
    alone = Panel.from_observations(records(("2017-01-01", "驻马店", 10.0)), own)
    assert alone.surroundings is None
    assert alone.with_surroundings() is alone


def versions() -> pd.DataFrame:
    return records(
        ("2017-01-01", "甲", 10.0),
        ("2017-01-01", "甲", 11.0),
        ("2017-01-02", "甲", 20.0),
        retrieved_at=pd.to_datetime(
            ["2017-01-02T01:00Z", "2017-02-01T01:00Z", None], format="ISO8601", utc=True
        ),
    )


def test_the_version_retrieved_last_counts() -> None:
    assert known_at(versions(), None)["pm25"].tolist() == [11.0, 20.0]
    early = known_at(versions(), pd.Timestamp("2017-01-15", tz="UTC"))
    assert early["pm25"].tolist() == [10.0, 20.0]
    none_yet = known_at(versions(), pd.Timestamp("2016-01-15", tz="UTC"))
    assert none_yet["pm25"].tolist() == [20.0]


def test_a_list_of_dust_days_without_dust_days_marks_none() -> None:
    frame = versions().assign(dust_retrieved_at=pd.Timestamp("2017-03-01", tz="UTC"))
    assert len(known_at(frame, pd.Timestamp("2017-02-15", tz="UTC"))) == 2


def test_versions_that_cannot_be_told_apart_are_refused() -> None:
    twins = versions().assign(retrieved_at=pd.Timestamp("2017-01-02", tz="UTC"))
    with pytest.raises(InputError, match="retrieved at the same time"):
        known_at(twins, None)


def test_zero_is_no_reading_of_a_day() -> None:
    frame = records(("2017-01-01", "甲", 10.0), so2=[0.0], so2_kind=["estimated"])
    panel = Panel.from_observations(frame, PAIR)
    so2 = POLLUTANTS.index("so2")
    assert np.isnan(panel.values[0, 0, so2])
    assert not panel.estimated[0, 0, so2]
    assert panel.values[0, 0, 0] == 10.0
