"""Requests over HTTP that never hang, never hurry a server, and never pass on half an answer."""

from __future__ import annotations

import datetime as dt
import email.utils
import random
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

import requests
import urllib3

from airrank._version import __version__
from airrank.errors import InputError, SourceError
from airrank.ingest.answer import CHUNK, TransientError, doubt_of, next_address, unpacked
from airrank.ingest.deadline import Watchdog, WatchedAdapter
from airrank.ingest.limits import LARGEST_ANSWER
from airrank.words import Text

T = TypeVar("T")
USER_AGENT = f"airrank/{__version__} (air-quality ranking forecasts; one client, paced)"
ABSENT = frozenset({404, 410})
TRANSIENT = frozenset({408, 425, 429, 500, 502, 503, 504})
MOST_REDIRECTS = 5
ENCODINGS = frozenset({"identity", "gzip", "x-gzip"})
LONGEST_BACKOFF = 60.0


@dataclass(frozen=True)
class _Body:
    """What an answer holds, and why it may not be whole, if so."""

    content: bytes
    doubt: Text | None


class Transport:
    """Asks one server, politely.

    Parameters
    ----------
    session : requests.Session, optional
        What sends the requests; tests give their own.
    pace : (float, float)
        Least and greatest time between the starts of two requests [s], drawn evenly.
    timeout : (float, float)
        Time to connect, and longest silence while an answer comes in [s].
    deadline : float
        Longest time from asking to the end of an answer [s], redirects included: a server that
        drips is given up too, wherever it does so.
    attempts : int
        Tries of one request.
    backoff : float
        Wait after the first failure [s], doubled with each further one.
    longest_wait : float
        A ``Retry-After`` beyond this ends the request [s].
    sleep, clock : callable
        Replaced in tests.
    """

    def __init__(
        self,
        session: requests.Session | None = None,
        *,
        pace: tuple[float, float] = (1.0, 1.0),
        timeout: tuple[float, float] = (10.0, 30.0),
        deadline: float = 180.0,
        attempts: int = 4,
        backoff: float = 2.0,
        longest_wait: float = 600.0,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.session = session or requests.Session()
        self.session.headers.update({"User-Agent": USER_AGENT, "Accept-Encoding": "gzip"})
        self._watchdog = Watchdog()
        for scheme in ("http://", "https://"):
            self.session.mount(scheme, WatchedAdapter(self._watchdog))
        self.pace, self.timeout, self.deadline = pace, timeout, deadline
        self.attempts, self.backoff, self.longest_wait = attempts, backoff, longest_wait
        self.requests = 0
        self._sleep, self._clock = sleep, clock
        self._next = clock()

    def ask(
        self,
        url: str,
        check: Callable[[bytes], T],
        *,
        method: str = "GET",
        data: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> T | None:
        """Send a request until an answer passes the check.

        Parameters
        ----------
        url, method, data, headers
            The request; `data` are form fields.
        check : callable
            Takes the body, gives the result; InputError where it is not what was asked for.

        Returns
        -------
        object or None
            What `check` gave; None where the server says that there is nothing (404, 410).

        Raises
        ------
        SourceError
            If no attempt succeeded; says what happened and how often it was tried.
        """
        for attempt in range(1, self.attempts + 1):
            try:
                return self._checked(self._once(method, url, data, headers), check)
            except (TransientError, InputError) as error:
                # A wrong body may be a maintenance page or a cut-off file: worth another try.
                wait = error.wait if isinstance(error, TransientError) else None
                reason = error.text
            if wait is not None and wait > self.longest_wait:
                raise SourceError(
                    "{url}: {reason}; the server asks to come back in {wait:.0f} s, later than "
                    "the {longest:.0f} s we wait. Run the update again then.",
                    url=url,
                    reason=reason,
                    wait=wait,
                    longest=self.longest_wait,
                )
            if attempt < self.attempts:
                doubled = min(self.backoff * 2 ** (attempt - 1), LONGEST_BACKOFF)
                self._sleep(doubled if wait is None else max(wait, doubled))
        raise SourceError(
            "{url}: {reason} (tried {attempts} times)",
            url=url,
            reason=reason,
            attempts=self.attempts,
        )

    def _checked(self, body: _Body | None, check: Callable[[bytes], T]) -> T | None:
        """Give what the check makes of a body, unless that may not be whole."""
        if body is None:
            return None
        result = check(body.content)
        if body.doubt is not None:
            raise TransientError(body.doubt)
        return result

    def _once(
        self,
        method: str,
        url: str,
        data: Mapping[str, str] | None,
        headers: Mapping[str, str] | None,
    ) -> _Body | None:
        """Send one request; None for "not there"."""
        pause = self._next - self._clock()
        if pause > 0:
            self._sleep(pause)
        self._next = self._clock() + random.uniform(*self.pace)
        try:
            with self._watchdog.watching(self.deadline):
                return self._answer(method, url, data, headers)
        except (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema) as error:
            raise SourceError(
                "{url}: not an address that can be asked: {reason}", url=url, reason=error
            ) from error
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            if self._watchdog.expired:
                raise self._too_late() from error
            named = Text("{kind}: {reason}", kind=type(error).__name__, reason=error)
            raise TransientError(named) from error
        except ValueError as error:  # requests looks at an address sent on to, and stumbles
            raise TransientError(
                Text("an answer that cannot be understood: {reason}", reason=error)
            ) from error

    def _answer(
        self,
        method: str,
        url: str,
        data: Mapping[str, str] | None,
        headers: Mapping[str, str] | None,
    ) -> _Body | None:
        """Ask, and ask again where a server sends us on to another address of its own."""
        for _ in range(MOST_REDIRECTS + 1):
            self.requests += 1
            with self.session.request(
                method,
                url,
                data=data,
                headers=headers,
                timeout=self.timeout,
                stream=True,
                allow_redirects=False,
            ) as response:
                if response.status_code in ABSENT:
                    return None
                if not response.is_redirect:
                    _refuse_status(response, url)
                    return self._body(response)
                url = next_address(self.session, response, url, method)
        raise TransientError(
            Text("sent on more than {most} times, last to {url}", most=MOST_REDIRECTS, url=url)
        )

    def _body(self, response: requests.Response) -> _Body:
        """Read the body as it comes in, and see that it is whole."""
        encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
        if encoding not in ENCODINGS:
            raise TransientError(
                Text("an answer packed as {encoding!r}, which was not asked for", encoding=encoding)
            )
        packed = self._pieces(response)
        parts, size = [], 0
        for piece in packed if encoding == "identity" else unpacked(packed):
            parts.append(piece)
            size += len(piece)
            _refuse_size(size, response)
        return _Body(b"".join(parts), doubt_of(response))

    def _pieces(self, response: requests.Response) -> Iterator[bytes]:
        """Give the body's bytes as they come in."""
        size = 0
        while piece := response.raw.read1(CHUNK, decode_content=False):
            size += len(piece)
            _refuse_size(size, response)
            if self._watchdog.expired:
                break
            yield piece
        if self._watchdog.expired:
            raise self._too_late()

    def _too_late(self) -> TransientError:
        return TransientError(
            Text("answer not complete after {seconds:g} s", seconds=self.deadline)
        )


def _refuse_size(size: int, response: requests.Response) -> None:
    if size > LARGEST_ANSWER:
        raise SourceError(
            "{url}: the answer is larger than {most} bytes", url=response.url, most=LARGEST_ANSWER
        )


def _refuse_status(response: requests.Response, url: str) -> None:
    status = response.status_code
    if status in TRANSIENT:
        wait = retry_after(response.headers.get("Retry-After"))
        said = Text("the server answered {status} {reason}", status=status, reason=response.reason)
        raise TransientError(said, wait)
    if status != 200:
        raise SourceError(
            "{url}: the server answered {status} {reason}",
            url=url,
            status=status,
            reason=response.reason,
        )


def retry_after(text: str | None, now: dt.datetime | None = None) -> float | None:
    """Read a Retry-After header: seconds or a date; None where there is none.

    Examples
    --------
    >>> retry_after("120")
    120.0
    """
    if text is None:
        return None
    if text.strip().isdecimal():
        return float(text)
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=dt.UTC)
    return max(0.0, (moment - (now or dt.datetime.now(dt.UTC))).total_seconds())
