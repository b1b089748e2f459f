"""Files per station through the store: which stations measure what is read off the week around."""

from __future__ import annotations

import datetime as dt

import pytest

from airrank.ingest.archive import from_places
from airrank.ingest.stations import Stations
from airrank.store import load_observations
from airrank.store.update import update
from tests.store.conftest import FIRST, hour_text

DAY = dt.timedelta(days=1)
FOUR = ("1A", "2A", "3A", "4A")


@pytest.fixture
def fill(tmp_path, store):
    """Write files of days, with the stations given up by pollutant, and take them in one by one."""
    stations = Stations.parse(("code,city\n" + "".join(f"{s},驻马店\n" for s in FOUR)).encode())
    moment = dt.datetime(2019, 2, 1, tzinfo=dt.UTC)

    def write(day: dt.date, given_up=(), *, end="\n", from_hour=0) -> None:
        rows = hour_text(day, FOUR).splitlines()
        head, *rest = rows
        kept = []
        for row in rest:
            date, hour, kind, *cells = row.split(",")
            for k, station in enumerate(FOUR):
                if (station, kind) in given_up and int(hour) >= from_hour:
                    cells[k] = ""
            kept.append(",".join([date, hour, kind, *cells]))
        path = tmp_path / f"china_sites_{day:%Y%m%d}.csv"
        path.write_text("\n".join([head, *kept]) + end, encoding="utf-8")

    def take_in(until: dt.date | None = None):
        nonlocal moment
        moment += dt.timedelta(hours=1)
        source = from_places([tmp_path], None, until, frozenset(FOUR), stations=stations)
        return update(store, source, clock=lambda: moment)

    return write, take_in


def so2(store, **options):
    found = load_observations(store=store, priority=["sites"], **options)
    rows = zip(found["date"].dt.date, found["so2"], found["flags"].fillna(""), strict=True)
    return {
        (day - FIRST).days: (value, " ".join(w for w in flags.split() if "stations" in w))
        for day, value, flags in rows
    }


def test_a_station_that_gives_a_pollutant_up_counts_for_three_days_more(fill, store):
    write, take_in = fill
    for k in range(12):
        write(FIRST + k * DAY, {("4A", "SO2")} if k > 4 else ())
    assert take_in().complete
    found = so2(store)
    # Day 4 lacks its 24:00 of station 4A only.
    assert [found[k] for k in range(8)] == [(12.0, "")] * 5 + [(11.0, "")] * 3
    assert found[8] == (11.0, "so2:stations=3/4")
    assert found[10] == (11.0, "so2:stations=3/4")


def test_two_of_four_are_too_few_until_the_others_are_known_to_be_gone(fill, store):
    write, take_in = fill
    gone = {("3A", "SO2"), ("4A", "SO2")}
    for k in range(12):
        write(FIRST + k * DAY, gone if k > 4 else ())
    assert take_in().complete
    found = so2(store)
    assert found[6][1] == "so2:few_stations=2/4"
    assert found[6][0] != found[6][0]
    assert found[9] == (10.0, "so2:stations=2/4")


@pytest.mark.slow
def test_what_later_files_tell_is_a_revision(fill, store):
    """As known after day 6, station 4A measured SO2 on neither it nor the days before."""
    write, take_in = fill
    for k in range(12):
        write(FIRST + k * DAY, {("4A", "SO2")} if 3 < k < 8 else ())
    # The update of a day needs the file of the next; the rest comes later.
    for k in range(12):
        assert take_in(FIRST + (k - 1) * DAY).complete
    after = {entry.key: entry.retrieved_at for entry in store.entries("sites")}
    day = 7
    then = so2(store, as_known_at=after[str(FIRST + (day + 1) * DAY)])
    assert then[day] == (11.0, "")  # the file of day 8, at hand for its 24:00, has it again
    then = so2(store, as_known_at=after[str(FIRST + 7 * DAY)])
    assert then[6] == (11.0, "")  # days 3 to 7 are known, of which day 3 has it
    before = store.versions("sites")
    store.apply("sites", rebuild=True)
    assert store.versions("sites").equals(before)


def test_a_broken_year_is_rebuilt_with_the_week_around_its_end(fill, store):
    write, take_in = fill
    start = dt.date(2018, 12, 27)
    for k in range(12):
        write(start + k * DAY, {("4A", "SO2")} if k > 2 else ())
    assert take_in().complete
    good = store.versions("sites")
    (broken,) = store.root.glob("city_days/sites/2018-*.parquet")
    broken.write_bytes(b"rotten")
    store.apply("sites", rebuild=True)
    assert store.versions("sites").equals(good)


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_a_last_row_needs_no_line_end(fill, store, end):
    write, take_in = fill
    for k in range(3):
        write(FIRST + k * DAY, end=end)
    assert take_in().complete
    assert so2(store)[1] == (12.0, "")


def test_a_last_row_that_breaks_off_is_refused(fill, store, tmp_path):
    write, take_in = fill
    for k in range(3):
        write(FIRST + k * DAY, end="")
    path = tmp_path / f"china_sites_{FIRST:%Y%m%d}.csv"
    path.write_bytes(path.read_bytes().rsplit(b",", 1)[0])
    summary = take_in()
    assert [label for label, _ in summary.failed] == [str(FIRST)]
    assert "cut off or damaged" in summary.failed[0][1]
