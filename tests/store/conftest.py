"""A loopback server that can misbehave, and small hour files."""

from __future__ import annotations

import datetime as dt
import http.server
import threading
from collections.abc import Callable, Iterator

import pytest

from airrank.ingest.archive import Archive, over_http
from airrank.ingest.transport import Transport
from airrank.store import Store
from tests.ingest.conftest import LEVEL, write_day_text

CITIES = tuple(f"城{k:02}" for k in range(20))
FIRST = dt.date(2019, 1, 1)
NOW = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
Answer = Callable[[http.server.BaseHTTPRequestHandler, bytes | None], None]


def hour_text(day: dt.date, cities=CITIES, *, add=0, hours=range(24), empty=()) -> str:
    def value(kind, hour, city):
        return "" if city in empty else LEVEL[kind] + add + cities.index(city)

    return write_day_text(day, cities, hours=hours, types=tuple(LEVEL), value=value)


def send(handler, body, status=200, length=None, headers=()):
    handler.send_response(status)
    for name, value in headers:
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(body) if length is None else length))
    handler.end_headers()
    handler.wfile.write(body)


class Server:
    """Serves ``files`` by path; ``tricks`` of a path are played first, one a request."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.tricks: dict[str, list[Answer]] = {}
        self.asked: list[str] = []
        self.bodies: list[bytes] = []
        self.headers: list[dict[str, str]] = []
        self.released = threading.Event()
        owner = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                owner.asked.append(self.path)
                owner.headers.append(dict(self.headers))
                owner.bodies.append(self.rfile.read(int(self.headers.get("Content-Length", 0))))
                content = owner.files.get(self.path)
                waiting = owner.tricks.get(self.path)
                try:
                    if waiting:
                        waiting.pop(0)(self, content)
                    elif content is None:
                        send(self, b"not found", 404)
                    else:
                        send(self, content)
                except OSError:
                    pass  # the client has left

            do_POST = do_GET  # noqa: N815

            def log_message(self, *arguments: object) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def add_days(self, count: int, first: dt.date = FIRST, **options) -> None:
        for k in range(count):
            day = first + dt.timedelta(days=k)
            self.files[self.path(day)] = hour_text(day, **options).encode()

    @staticmethod
    def path(day: dt.date) -> str:
        return f"/china_cities_{day:%Y%m%d}.csv"

    @property
    def template(self) -> str:
        return self.url + "/china_cities_{YYYYMMDD}.csv"


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.released.set()
    running.server.shutdown()
    running.server.server_close()


class Waits(list):
    """Stands for time.sleep: remembers, and returns at once."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
def transport(waits: Waits) -> Iterator[Transport]:
    made = Transport(pace=(0.0, 0.0), timeout=(2.0, 0.5), deadline=1.0, attempts=3, sleep=waits)
    yield made
    made.session.close()


@pytest.fixture
def archive(server: Server, transport: Transport) -> Callable[..., Archive]:
    def make(days: int = 4, first: dt.date = FIRST, **options) -> Archive:
        until = first + dt.timedelta(days=days - 1)
        return over_http(server.template, transport, first, until, frozenset(CITIES), **options)

    return make


@pytest.fixture
def store(tmp_path) -> Store:
    return Store(tmp_path / "store")


@pytest.fixture
def clock() -> Callable[[], dt.datetime]:
    """A clock that goes on by a second at each look."""
    ticks = iter(range(10**9))
    return lambda: NOW + dt.timedelta(seconds=next(ticks))


@pytest.fixture
def sending() -> Callable[..., None]:
    return send


@pytest.fixture
def make_hours() -> Callable[..., str]:
    return hour_text
