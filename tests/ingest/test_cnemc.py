from __future__ import annotations

import datetime as dt
import json
import math

import pytest

from airrank.errors import InputError
from airrank.ingest.cnemc import Cnemc, interpret, parse_answer, parse_time
from airrank.ingest.retrieval import Entry, Job

CODE = "411700"
NOW = dt.datetime(2026, 10, 10, 2, tzinfo=dt.UTC)


def day(text, **changes):
    return {
        "TimePoint": text, "CityCode": 411700, "Area": "驻马店市", "AQI": "73",
        "PM2_5_24h": "53", "PM10_24h": "80", "SO2_24h": "7", "NO2_24h": "20", "CO_24h": "0.6",
        "O3_8h_24h": "110", "PrimaryPollutant": "细颗粒物(PM2.5)", "Quality": "良",
    } | changes  # fmt: skip


def answer(*days):
    return json.dumps(list(days), ensure_ascii=False).encode()


def entry_of(content, at=NOW):
    days = [row["date"] for row in parse_answer(content, CODE)]
    return Entry("cnemc", CODE, at, "f" * 64, "", min(days), max(days))


def test_both_time_forms_any_order_and_missing_values():
    content = answer(
        day("/Date(1791475200000)/", SO2_24h="NA", CO_24h="", NO2_24h=None, PM10_24h="—",
            O3_8h_24h="/"),
        day("2026-10-07T00:00:00", PM2_5_24h="53.5"),
        day("2026-10-08T00:00:00"),
        day("2026-10-10T00:00:00"),
    )  # fmt: skip
    (frame,) = interpret(entry_of(content), {}, lambda _: content)
    assert [f"{d:%m-%d}" for d in frame["date"]] == ["10-07", "10-08", "10-09"]  # not today
    assert set(frame["city"]) == {"驻马店"}
    assert frame["pm25"].tolist() == [54, 53, 53]
    assert frame.loc[2, ["pm10", "so2", "no2", "co", "o3_8h"]].isna().all()
    assert frame.loc[0, "co"] == 0.6


def test_a_day_left_out_in_between_is_claimed_as_empty():
    content = answer(day("2026-10-07T00:00:00"), day("2026-10-09T00:00:00"))
    (frame,) = interpret(entry_of(content), {}, lambda _: content)
    assert math.isnan(frame.loc[1, "pm25"])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"<html>", "not valid JSON"),
        (answer(day("2026-10-07"))[:-20], "not valid JSON"),
        (b"[]", "expected a list of days"),
        (b'{"error": 1}', "expected a list, found an object"),
        (answer(day("2026-10-07", CityCode="110000")), "of city 110000"),
        (answer(day("2026-10-07", Area="北京市")), "Area: expected 驻马店, found '北京市'"),
        (answer(day("2026-10-07", Area="驻马甸市")), "Area: expected 驻马店, found '驻马甸市'"),
        (answer(day("2026-10-07", Area="")), "Area: expected 驻马店, found ''"),
        (answer(day("2026-10-08"), day("2026-10-07", Area="信阳市")), "found '信阳市'"),
        (answer(day("2026-10-07")).replace(b'"AQI"', b'"CO_24h"'), "'CO_24h' occurs twice"),
        (answer(day("2026-10-07")).replace(b"{", b'{"AQI": "1", ', 1), "'AQI' occurs twice"),
        (answer(day("soon")), "TimePoint: expected a day"),
        (answer(day("2026-10-07", AQI="good")), "AQI: expected a number"),
        (answer({"TimePoint": "2026-10-07"}), "lacks CityCode"),
        (answer(day("2026-10-07"), day("2026-10-07", AQI="9")), "two different records"),
    ],
)
def test_what_is_no_answer_is_refused(content, message):
    with pytest.raises(InputError, match=message):
        parse_answer(content, CODE)


def test_every_city_asked_for_bears_the_name_the_platform_gives():
    from airrank.cities import load_ranking_list

    for city in load_ranking_list("168").cities:
        rows = parse_answer(answer(day("2026-10-07", CityCode=city.code, Area=f"{city.name}市")),
                            city.code)  # fmt: skip
        assert [row["city"] for row in rows] == [city.name]


def test_a_city_with_yesterday_is_not_asked_again():
    from airrank.cities import load_ranking_list

    city = load_ranking_list("168").resolve("驻马店")
    source = Cnemc(None, [city])
    (job,) = source.plan({}, NOW)
    assert (job.key, job.last) == (CODE, dt.date(2026, 10, 9))
    held = Entry("cnemc", CODE, NOW, "f" * 64, "", dt.date(2026, 9, 26), dt.date(2026, 10, 9))
    assert source.plan({CODE: held}, NOW) == []
    assert len(source.plan({CODE: held}, NOW + dt.timedelta(days=1))) == 1


def test_the_request_is_what_the_platform_expects():
    content, seen = answer(day("2026-10-07")), {}

    class Fake:
        def ask(self, url, check, **options):
            seen.update(options, url=url)
            return check(content)

    fetched = Cnemc(Fake(), []).fetch(Job(CODE, "", dt.date(2026, 1, 1), dt.date(2026, 1, 1)))
    assert fetched.first == fetched.last == dt.date(2026, 10, 7)
    assert seen["method"] == "POST"
    assert seen["data"] == {"citycode": CODE}
    assert set(seen["headers"]) == {"Referer", "X-Requested-With"}
    assert parse_time("2026-10-09T00:00:00") == dt.date(2026, 10, 9)
