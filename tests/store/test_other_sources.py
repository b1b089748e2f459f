"""The national platform, files per station: through the whole update."""

from __future__ import annotations

import datetime as dt
import json

from airrank.cities import load_ranking_list
from airrank.ingest.archive import from_places
from airrank.ingest.cnemc import Cnemc
from airrank.ingest.stations import Stations
from airrank.store import load_observations
from airrank.store.update import update

NOW = dt.datetime(2026, 10, 10, 2, tzinfo=dt.UTC)


def platform(server, values):
    """Answer a POST with a day per value, for the city in the form."""

    def answer(handler, content):
        code = server.bodies[-1].decode().removeprefix("citycode=")
        area = load_ranking_list("168").resolve(code).name + "市"
        fields = {"AQI": "60", "PM10_24h": "80", "SO2_24h": "7", "NO2_24h": "20",
                  "CO_24h": "0.6", "O3_8h_24h": "110"}  # fmt: skip
        days = [
            fields | {"TimePoint": f"{day}T00:00:00", "CityCode": code, "Area": area,
                      "PM2_5_24h": value}
            for day, value in values.items()
        ]  # fmt: skip
        body = json.dumps(days).encode()
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    server.tricks["/history"] = [answer] * 9


def test_the_platform_day_by_day(server, transport, store):
    cities = load_ranking_list("168").select(["驻马店", "北京"])
    source = Cnemc(transport, cities, server.url + "/history")
    platform(server, {"2026-10-09": "50", "2026-10-08": "40"})
    first = update(store, source, clock=lambda: NOW)
    assert (first.fetched, first.new, first.new_days) == (2, 4, 2)
    assert server.bodies == [b"citycode=411700", b"citycode=110000"]
    assert update(store, source, clock=lambda: NOW).wanted == 0
    later = NOW + dt.timedelta(days=1)
    platform(server, {"2026-10-10": "55", "2026-10-09": "52", "2026-10-08": "NA"})
    second = update(store, source, clock=lambda: later)
    assert (second.new, second.revised, second.retracted) == (2, 4, 0)
    now = load_observations(store=store).set_index(["date", "city"])
    was = load_observations(store=store, as_known_at=NOW + dt.timedelta(hours=1))
    was = was.set_index(["date", "city"])
    assert now.loc[("2026-10-09", "驻马店"), "pm25"] == 52
    assert was.loc[("2026-10-09", "驻马店"), "pm25"] == 50
    assert ("2026-10-10", "驻马店") not in was.index
    assert now.loc[("2026-10-09", "驻马店"), "source"] == "cnemc"


def test_a_page_instead_of_json_is_retried_and_reported(server, transport, store):
    def page(handler, content):
        handler.send_response(200)
        handler.send_header("Content-Length", "6")
        handler.end_headers()
        handler.wfile.write(b"<html>")

    source = Cnemc(transport, load_ranking_list("168").select(["北京"]), server.url + "/history")
    server.tricks["/history"] = [page] * 3
    summary = update(store, source, clock=lambda: NOW)
    assert "not valid JSON" in summary.failed[0][1]
    assert len(server.asked) == 3
    assert store.versions("cnemc").empty


def test_a_column_per_station(tmp_path, store, make_hours, clock):
    stations = Stations.parse("code,city\n1A,驻马店\n2A,驻马店\n3A,北京\n".encode())
    for k in range(3):
        day = dt.date(2019, 1, 1) + dt.timedelta(days=k)
        path = tmp_path / f"china_sites_{day:%Y%m%d}.csv"
        path.write_text(make_hours(day, ("1A", "2A", "3A")), encoding="utf-8")
    expected = frozenset(stations.city_of)
    source = from_places([tmp_path], None, None, expected, stations=stations)
    assert update(store, source, clock=clock).new == 6
    rows = load_observations(store=store, priority=["sites"]).set_index(["date", "city"])
    assert rows.loc[("2019-01-01", "驻马店"), "pm25"] == 30  # (30 + 31) / 2, half to even
    assert rows.loc[("2019-01-01", "北京"), "pm25"] == 32
    store.apply("sites", rebuild=True)
    assert len(store.versions("sites")) == 6
