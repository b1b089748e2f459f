"""Every way a server can misbehave: retried or reported, nothing stored wrong, nothing lost."""

from __future__ import annotations

import datetime as dt
import gzip
import re
import socket
import struct
import time

import pytest

from airrank.errors import SourceError
from airrank.ingest.transport import USER_AGENT, Transport, retry_after
from airrank.store.checking import check
from airrank.store.lock import holder
from airrank.store.update import update
from tests.cli.conftest import run  # noqa: F401  (a fixture)

FIRST = dt.date(2019, 1, 1)
DAY = dt.timedelta(days=1)
BAD = "/china_cities_20190102.csv"


def status(code, **headers):
    def answer(handler, content):
        body = b"busy"
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def body(change, length=None):
    """Answer 200 with a changed body, and perhaps a wrong length."""

    def answer(handler, content):
        changed = change(content)
        handler.send_response(200)
        handler.send_header("Content-Length", str(length(content) if length else len(changed)))
        handler.end_headers()
        handler.wfile.write(changed)
        handler.close_connection = True

    return answer


def body_packed(change):
    def answer(handler, content):
        changed = change(content)
        handler.send_response(200)
        handler.send_header("Content-Encoding", "gzip")
        handler.send_header("Content-Length", str(len(changed)))
        handler.end_headers()
        handler.wfile.write(changed)

    return answer


def stall(handler, content):
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(content)))
    handler.end_headers()
    handler.wfile.write(content[:100])
    handler.wfile.flush()
    time.sleep(1.0)


def drip(handler, content):
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(content)))
    handler.end_headers()
    for k in range(40):
        handler.wfile.write(content[k : k + 1])
        handler.wfile.flush()
        time.sleep(0.05)


def reset(handler, content):
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(content)))
    handler.end_headers()
    handler.wfile.write(content[: len(content) // 2])
    handler.wfile.flush()
    linger = struct.pack("ii", 1, 0)
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    handler.connection.close()


def unsaid(handler, content):
    """A whole answer that does not say how long it is, as a cut-off one would not."""
    handler.send_response(200)
    handler.end_headers()
    handler.wfile.write(content)
    handler.close_connection = True


def chunked(*, whole):
    def answer(handler, content):
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        for part in (content[:1000], content[1000:]):
            handler.wfile.write(f"{len(part):x};note=1\r\n".encode() + part + b"\r\n")
        if whole:
            handler.wfile.write(b"0\r\nX-Sum: 1\r\n\r\n")
        handler.close_connection = True

    return answer


def packed(cut):
    """Packed, and cut off by some bytes with a length that fits."""

    def answer(handler, content):
        whole = gzip.compress(content[:1000]) + gzip.compress(content[1000:])
        sent = whole[: len(whole) - cut]
        handler.send_response(200)
        handler.send_header("Content-Encoding", "gzip")
        handler.send_header("Content-Length", str(len(sent)))
        handler.end_headers()
        handler.wfile.write(sent)

    return answer


def other_packing(handler, content):
    handler.send_response(200)
    handler.send_header("Content-Encoding", "br")
    handler.send_header("Content-Length", str(len(content)))
    handler.end_headers()
    handler.wfile.write(content)


def redirect(location, status=302):
    def answer(handler, content):
        handler.send_response(status)
        handler.send_header("Location", location)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


def without_column(content):
    return b"\n".join(b",".join(row.split(b",")[:2] + row.split(b",")[3:])
                      for row in content.split(b"\n"))  # fmt: skip


def half_row(content):
    rows = content.split(b"\n")
    return b"\n".join(rows[: len(rows) // 2]) + b"\n" + rows[50][:20]


CASES = {
    "500": (status(500), "answered 500"),
    "503": (status(503), "answered 503"),
    "429": (status(429, Retry_After="7"), "answered 429"),
    "stalled": (stall, "timed out"),
    "slow": (drip, "not complete after"),
    "truncated": (body(lambda c: c[: len(c) // 2], len), "IncompleteRead|of the"),
    "short length": (body(lambda c: c, lambda c: len(c) // 2 + 3), "columns as in|breaks off"),
    "html": (body(lambda _: b"<!DOCTYPE html><html>maintenance</html>"), "web page"),
    "half a row": (body(half_row), "columns as in"),
    "half, at a row's end": (
        body(lambda c: b"\n".join(c.split(b"\n")[:75]) + b"\n"), "has no row of"),
    "reset": (reset, "reset|Connection"),
    "wrong cities": (body(lambda c: c.replace("城".encode(), "村".encode())), "expected columns"),
    "no column type": (body(without_column), "20190102"),
    "GBK": (body(lambda c: c.decode().encode("gb18030")), "not UTF-8"),
    "length of no digits": (
        body(lambda _: b"<html>", lambda _: "\xb2"), "web page"),
    "endless length": (body(lambda c: c, lambda _: "9" * 5000), "IncompleteRead|of the"),
    "empty": (body(lambda _: b""), "20190102"),
    "without a length": (unsaid, "does not say how long it is"),
    "without its last chunk": (chunked(whole=False), "IncompleteRead|prematurely"),
    "gzip without its sum": (packed(8), "breaks off before its end"),
    "gzip without its end": (packed(30), "breaks off before its end|not gzip"),
    "gzip that is none": (body_packed(lambda c: c), "not gzip, as it says"),
    "another packing": (other_packing, "packed as 'br'"),
    "redirect to nowhere": (redirect("http://[::1"), "cannot be understood"),
    "redirect to a port that is none": (redirect("http://127.0.0.1:99999999/x"), "no address"),
    "redirect to itself": (redirect(BAD), "more than 5 times"),
    "another day": (body(lambda c: c.replace(b"20190102", b"20180102")), "the day of the file"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
@pytest.mark.slow
def test_once_is_retried_always_is_reported(case, server, archive, store, clock, waits):
    trick, reason = CASES[case]
    server.add_days(6)
    often = 6 if case == "redirect to itself" else 1
    server.tricks[BAD] = [trick] * often
    first = update(store, archive(), clock=clock)
    assert first.complete, first.failed
    assert (first.fetched, first.new_days) == (5, 4)
    assert server.asked.count(BAD) == (7 if case == "redirect to itself" else 2)
    assert waits[0] >= (7 if case == "429" else 2)
    good = store.versions("archive").drop(columns="retrieved_at")

    server.tricks[BAD] = [trick] * 3 * often
    second = update(store, archive(again="all"), clock=clock)
    assert [label for label, _ in second.failed] == ["2019-01-02"]
    assert re.search(reason, second.failed[0][1], re.IGNORECASE), second.failed
    assert "tried 3 times" in second.failed[0][1]
    assert (second.fetched, second.unchanged, second.revised) == (4, 4, 0)
    assert store.versions("archive").drop(columns="retrieved_at").equals(good)
    assert not check(store).broken


def test_a_missing_day_is_no_failure_and_is_filled_in_later(server, archive, store, clock):
    server.add_days(5)
    held = server.files.pop(BAD)
    summary = update(store, archive(), clock=clock)
    assert summary.complete
    assert summary.absent == ["2019-01-02"]
    assert summary.new_days == 3
    server.files[BAD] = held
    assert update(store, archive(), clock=clock).wanted == 0
    again = update(store, archive(again="gaps"), clock=clock)
    assert (again.wanted, again.new_days) == (1, 1)
    # The day before gets its 24:00 only now; the mean stays, so nothing is revised.
    assert again.revised == 0


def test_retry_after_too_long_ends_the_request(server, archive, store, clock, waits):
    server.add_days(5)
    server.tricks[BAD] = [status(429, Retry_After="4000")]
    summary = update(store, archive(), clock=clock)
    assert "come back in 4000 s" in summary.failed[0][1]
    assert not waits
    assert update(store, archive(), clock=clock).complete


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        (None, None),
        (" 7 ", 7.0),
        ("Wed, 01 Jan 2020 00:01:30 GMT", 90.0),
        ("Wed, 01 Jan 2020 00:01:30", 90.0),  # without a zone: UTC
        ("Wed, 01 Jan 2020 08:00:20 +0800", 20.0),
        ("Tue, 31 Dec 2019 23:00:00 GMT", 0.0),  # past already
        ("soon", None),
        ("-5", None),
        ("99 Foo 2020", None),
        ("\xb2", None),
        ("Mon, 01 Jan 99999999999 00:00:00 GMT", None),
    ],
)
def test_every_form_of_retry_after(text, seconds):
    assert retry_after(text, dt.datetime(2020, 1, 1, tzinfo=dt.UTC)) == seconds


def test_a_server_that_is_down_is_left_in_peace(server, archive, store, clock):
    server.add_days(30)
    for path in server.files:
        server.tricks[path] = [status(403)] * 9
    summary = update(store, archive(28), clock=clock)
    assert len(summary.failed) == len(server.asked) == 5
    assert "seems to be down" in summary.stopped
    assert not summary.complete


def test_nobody_listens(store, clock, archive, server, transport):
    server.server.shutdown()
    server.server.server_close()
    summary = update(store, archive(2), clock=clock)
    assert len(summary.failed) == 3
    assert "Connection" in summary.failed[0][1]


def test_pace_and_identity(server, waits):
    server.files["/x"] = b"1"
    now = [100.0]
    paced = Transport(pace=(1.5, 3.0), sleep=waits, clock=lambda: now[0])
    for _ in range(3):
        assert paced.ask(server.url + "/x", bytes) == b"1"
    paced.session.close()
    assert len(waits) == 2
    assert all(1.5 <= wait <= 3.0 for wait in waits)
    assert {h["User-Agent"] for h in server.headers} == {USER_AGENT}
    with pytest.raises(SourceError, match="not an address"):
        paced.ask("nonsense://x", bytes)


@pytest.mark.parametrize("trick", [chunked(whole=True), packed(0)])
def test_chunks_and_members_of_gzip_are_put_together(server, transport, trick):
    server.files["/x"] = bytes(range(256)) * 40
    server.tricks["/x"] = [trick]
    assert transport.ask(server.url + "/x", bytes) == server.files["/x"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_on_the_same_server_is_followed(server, transport, status):
    server.files["/new/x"] = b"content"
    server.tricks["/x"] = [redirect("new/x", status)]
    assert transport.ask(server.url + "/x", bytes) == b"content"
    assert server.asked == ["/x", "/new/x"]


@pytest.mark.parametrize(
    "elsewhere", ["http://localhost:1/x", "//localhost/x", "ftp://127.0.0.1/x"]
)
def test_a_redirect_to_another_server_is_refused(server, transport, elsewhere):
    server.tricks["/x"] = [redirect(elsewhere)]
    with pytest.raises(SourceError, match=r"sends us on to .*--url"):
        transport.ask(server.url + "/x", bytes)
    assert server.asked == ["/x"]


def test_a_question_is_asked_again_only_where_it_stays_a_question(server, transport):
    server.files["/new"] = b"content"
    form = {"citycode": "411700"}
    server.tricks["/x"] = [redirect("/new", 307)]
    assert transport.ask(server.url + "/x", bytes, method="POST", data=form) == b"content"
    assert server.bodies == [b"citycode=411700"] * 2
    server.tricks["/x"] = [redirect("/new", 302)] * 3
    with pytest.raises(SourceError, match="sent on by 302, which drops the question"):
        transport.ask(server.url + "/x", bytes, method="POST", data=form)


def test_update_fails_on_what_it_cannot_understand_without_a_traceback(server, store, run):  # noqa: F811
    server.tricks = {server.path(FIRST + k * DAY): [redirect("http://[::1")] for k in range(2)}
    done = run("update", "--url", server.template, "--since", FIRST, "--until", FIRST,
               "--attempts", "1", "--pace", "0", "--store", store.root)  # fmt: skip
    assert done.status == 1  # with which the weekly run goes on
    assert done.err.count("cannot be understood") == 2
    assert "Traceback" not in done.err
    assert holder(store.root) is None


def test_a_packed_answer_is_unpacked(server, transport):
    packed = gzip.compress(b"content" * 100_000)

    def answer(handler, content):
        handler.send_response(200)
        handler.send_header("Content-Encoding", "gzip")
        handler.send_header("Content-Length", str(len(packed)))
        handler.end_headers()
        handler.wfile.write(packed)

    server.tricks["/x"] = [answer]
    assert transport.ask(server.url + "/x", len) == 700_000
