"""From the options of ``airrank update`` to the source they mean."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from airrank.cities import load_ranking_list
from airrank.cli import screen
from airrank.errors import InputError
from airrank.ingest import archive, cnemc
from airrank.ingest.dust_list import DustList
from airrank.ingest.office_file import OfficeFile
from airrank.ingest.official import OfficialTable
from airrank.ingest.plausible import check_accepted
from airrank.ingest.retrieval import Source, today
from airrank.ingest.stations import Stations
from airrank.ingest.transport import Transport
from airrank.store import Store
from airrank.tables.account import Account, tell
from airrank.words import Text

DAY = dt.timedelta(days=1)
FIRST_PACE = (1.0, 1.0)
TABLES: dict[str, Callable[[Path], Source]] = {
    "file": OfficeFile,
    "official": OfficialTable,
    "dust": DustList,
}
"""Sources that are a file of the user's."""


@dataclass(frozen=True)
class Wanted:
    """The options, as they were given."""

    source: str | None = None
    url: str | None = None
    places: tuple[Path, ...] = ()
    stations: Path | None = None
    since: dt.date | None = None
    until: dt.date | None = None
    cities: tuple[str, ...] = ()
    accept: tuple[str, ...] = ()
    again: str | None = None
    pace: float | None = None
    attempts: int = 4
    timeout: float = 30.0

    def transport(self, usual: tuple[float, float]) -> Transport:
        """Give the way to a server, at the pace wished for or the usual one."""
        pace = usual if self.pace is None else (self.pace, self.pace)
        return Transport(pace=pace, timeout=(10.0, self.timeout), attempts=self.attempts)


def make_source(wanted: Wanted, store: Store, now: dt.datetime) -> Source:
    """Give the source the options mean.

    Raises
    ------
    InputError
        If they do not fit together.
    """
    if wanted.source in TABLES:
        if len(wanted.places) != 1:
            raise InputError(
                "--source {source}: say which file with one --from FILE", source=wanted.source
            )
        path = wanted.places[0]
        if not path.is_file():
            if path.is_dir():
                raise InputError("cannot read {path}: it is a folder; give one file", path=path)
            raise InputError("cannot read {path}: there is no such file", path=path)
        if wanted.source != "file":
            return TABLES[wanted.source](path)
        if len(wanted.cities) > 1:
            raise InputError("--source file: a table is of one --city, or names the cities itself")
        city = wanted.cities[0] if wanted.cities else None
        return OfficeFile(path, {"city": city, "accept": check_accepted(wanted.accept)})
    if wanted.source == "cnemc":
        return _cnemc(wanted, store, now)
    return _archive(wanted, store, now)


def _archive(wanted: Wanted, store: Store, now: dt.datetime) -> Source:
    if wanted.since and wanted.until and wanted.until < wanted.since:
        raise InputError(
            "--until {until} lies before --since {since}; swap them",
            until=wanted.until,
            since=wanted.since,
        )
    names, again = frozenset(load_ranking_list("168").names), wanted.again or ""
    stations = None
    if wanted.stations is not None:
        try:
            account = Account(str(wanted.stations))
            content = wanted.stations.read_bytes()
            stations = Stations.parse(content, str(wanted.stations), account=account)
            tell(account.close())
        except OSError as error:
            raise InputError(
                "cannot read {stations}: {error}", stations=wanted.stations, error=error
            ) from error
        names = frozenset(stations.city_of)
    if wanted.places:
        return archive.from_places(
            wanted.places, wanted.since, wanted.until, names, stations=stations, again=again
        )
    until = min(wanted.until or today(now) - DAY, today(now) - DAY)
    since = wanted.since or _resumed(store, "archive" if stations is None else "sites")
    if since is None:
        raise InputError("the store holds no day of the archive yet; say where to begin: --since")
    url = wanted.url or archive.DEFAULT_URL
    if stations is not None and wanted.url is None:
        url = url.replace("china_cities", "china_sites")
    asked = Text("source: {url}", url=url)
    if wanted.url is None:
        asked = Text("source: {url} ({attribution})", url=url, attribution=archive.ATTRIBUTION)
    screen.echo(asked, err=True)
    transport = wanted.transport(FIRST_PACE)
    return archive.over_http(url, transport, since, until, names, stations=stations, again=again)


def _cnemc(wanted: Wanted, store: Store, now: dt.datetime) -> Source:
    listed = load_ranking_list("168")
    cities = listed.select(wanted.cities) if wanted.cities else listed.cities
    last = _last_day(store, "cnemc")
    age = (today(now) - last).days if last else 0
    if age > cnemc.WARN_AFTER:
        lost = age - 1 - cnemc.WINDOW
        facts = {"last": last, "age": age, "window": cnemc.WINDOW, "lost": lost}
        warning = Text(
            "warning: the last stored day, {last}, is {age} days ago; the platform keeps {window} "
            "days. Run the update more often.",
            **facts,
        )
        if lost > 0:
            warning = Text(
                "warning: the last stored day, {last}, is {age} days ago; the platform keeps "
                "{window} days, so {lost} days are lost here: fill them from the archive. Run the "
                "update more often.",
                **facts,
            )
        screen.echo(warning, err=True)
    transport = wanted.transport(cnemc.PACE)
    return cnemc.Cnemc(transport, cities, wanted.url or cnemc.DEFAULT_URL, wanted.again or "")


def _resumed(store: Store, source: str) -> dt.date | None:
    """Day to go on from: the last one stored, or one before it that may be asked again."""
    last = _last_day(store, source)
    if last is None:
        return None
    return max(last - archive.GIVEN_UP, min(entry.last for entry in store.entries(source)))


def _last_day(store: Store, source: str) -> dt.date | None:
    """Last day the source gave an answer with content for."""
    days = [entry.last for entry in store.entries(source) if entry.sha256 is not None]
    return max(days, default=None)
