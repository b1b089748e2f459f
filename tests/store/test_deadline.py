"""Servers that never come to an end, in every part of an answer: given up in time, lock let go."""

from __future__ import annotations

import contextlib
import datetime as dt
import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from airrank.errors import SourceError
from airrank.ingest.archive import over_http
from airrank.ingest.transport import Transport
from airrank.store.lock import holder
from airrank.store.update import update

FIRST = dt.date(2019, 1, 1)
LIMIT = 0.6
OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
Trick = Callable[[socket.socket, threading.Event], None]


class Raw:
    """Listens on loopback and plays a trick on every connection."""

    def __init__(self, trick: Trick) -> None:
        self.trick, self.done, self.connections = trick, threading.Event(), 0
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.socket.accept()
                self.connections += 1
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            connection.settimeout(20)
            connection.recv(65_536)
            self.trick(connection, self.done)


@pytest.fixture
def raw() -> Iterator[Callable[[Trick], Raw]]:
    made: list[Raw] = []

    def start(trick: Trick) -> Raw:
        made.append(Raw(trick))
        return made[-1]

    yield start
    for server in made:
        server.done.set()
        server.socket.close()


@pytest.fixture
def asker() -> Iterator[Callable[..., Transport]]:
    made: list[Transport] = []

    def make(**options) -> Transport:
        usual = {"pace": (0.0, 0.0), "timeout": (2.0, 2.0), "deadline": LIMIT, "attempts": 1}
        made.append(Transport(**{**usual, **options}))
        return made[-1]

    yield make
    for transport in made:
        transport.session.close()


def endless(start: bytes, again: bytes, pause: float = 0.02) -> Trick:
    """Say something, and then the same over and over."""

    def trick(connection: socket.socket, done: threading.Event) -> None:
        connection.sendall(start)
        while not done.is_set():
            connection.sendall(again)
            time.sleep(pause)

    return trick


TRICKS = {
    "status line": endless(b"", b"H"),
    "one header": endless(OK + b"X-Long: ", b"x"),
    "100 Continue, slowly": endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "100 Continue, as fast as can be": endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 500, 0.0),
    "body by length": endless(OK + b"Content-Length: 1000000\r\n\r\n", b"x"),
    "body without length": endless(OK + b"\r\n", b"x"),
    "chunks": endless(CHUNKED, b"1\r\nx\r\n"),
    "extension of a chunk": endless(CHUNKED + b"1;", b"x"),
    "chunks with extensions": endless(CHUNKED, b"1;name=value\r\nx\r\n"),
    "trailers": endless(CHUNKED + b"1\r\nx\r\n0\r\n", b"X-More: 1\r\n"),
    "a long trailer": endless(CHUNKED + b"1\r\nx\r\n0\r\nX: ", b"x"),
    "trailers, as fast as can be": endless(CHUNKED + b"0\r\n", b"X-More: 1\r\n" * 500, 0.0),
    "empty members of gzip": endless(
        OK + b"Content-Encoding: gzip\r\nContent-Length: 999999999\r\n\r\n",
        gzip.compress(b"") * 100,
        0.001,
    ),
    "empty blocks of gzip": endless(
        OK + b"Content-Encoding: gzip\r\nContent-Length: 999999999\r\n\r\n"
        b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff",
        b"\x00\x00\x00\xff\xff" * 100,
        0.001,
    ),
    "headers of a redirect": endless(b"HTTP/1.1 302 Found\r\nLocation: /a\r\n", b"X: y\r\n"),
}  # fmt: skip


@pytest.mark.parametrize("where", TRICKS)
@pytest.mark.slow
def test_an_endless_answer_is_given_up_in_time(where, raw, asker, store, clock):
    server = raw(TRICKS[where])
    source = over_http(server.url + "/{YYYYMMDD}", asker(), FIRST, FIRST, frozenset({"x"}))
    started = time.monotonic()
    summary = update(store, source, clock=clock)
    assert time.monotonic() - started < 2 * LIMIT + 3
    assert len(summary.failed) == 2
    for _, reason in summary.failed:
        assert "not complete after 0.6 s" in reason
    assert holder(store.root) is None
    assert not store.versions("archive").size


def test_the_limit_is_on_a_redirect_and_what_follows_together(raw, asker):
    def slowly(connection, done):
        time.sleep(LIMIT / 3)
        head = b"HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\n"
        connection.sendall(head + b"Connection: close\r\n\r\n")

    server = raw(slowly)
    with pytest.raises(SourceError, match="not complete after"):
        asker().ask(server.url, bytes)
    assert server.connections <= 5


def test_a_handshake_that_never_ends_is_given_up_in_time(raw, asker):
    # The head of a TLS record whose content never comes to its end.
    server = raw(endless(b"\x16\x03\x03\x40\x00", b"\x02"))
    started = time.monotonic()
    with pytest.raises(SourceError, match="not complete after"):
        asker(timeout=(60.0, 60.0)).ask(server.url.replace("http:", "https:"), bytes)
    assert time.monotonic() - started < LIMIT + 3


def test_a_slow_answer_within_the_limit_counts(raw, asker):
    def slowly(connection, done):
        connection.sendall(OK + b"Content-Length: 10\r\n\r\n")
        for _ in range(10):
            connection.sendall(b"x")
            time.sleep(0.02)

    assert asker().ask(raw(slowly).url, bytes) == b"x" * 10


def test_connections_are_kept_between_requests_and_closed_at_the_end(server, asker):
    server.server.RequestHandlerClass.protocol_version = "HTTP/1.1"
    server.files["/x"] = b"1"
    transport = asker()
    opened = []
    held = transport._watchdog.hold
    transport._watchdog.hold = lambda connection, new: (opened.append(new), held(connection, new))
    for _ in range(5):
        assert transport.ask(server.url + "/x", bytes) == b"1"
    assert len(opened) == 1
    assert len(transport._watchdog._held) == 1
    transport.session.close()
    assert transport._watchdog._held == []
