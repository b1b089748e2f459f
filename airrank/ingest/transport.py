"""Requests over HTTP that never hang, never hurry a server, and never pass on half an answer."""

from __future__ import annotations

import datetime as dt
import email.utils
import random
import time
from collections.abc import Callable, Mapping
from typing import TypeVar

import requests
import urllib3

from airrank._version import __version__
from airrank.errors import InputError, SourceError
from airrank.ingest.limits import LARGEST_ANSWER

T = TypeVar("T")
USER_AGENT = f"airrank/{__version__} (air-quality ranking forecasts; one client, paced)"
ABSENT = frozenset({404, 410})
TRANSIENT = frozenset({408, 425, 429, 500, 502, 503, 504})
CHUNK = 65_536
LONGEST_BACKOFF = 60.0


class _TransientError(Exception):
    """A failure worth another try, after ``wait`` seconds if the server said so."""

    def __init__(self, reason: str, wait: float | None = None) -> None:
        super().__init__(reason)
        self.wait = wait


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
        Longest time a whole answer may take [s]: a server that drips is given up too.
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
        self.session.headers["User-Agent"] = USER_AGENT
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
                body = self._once(method, url, data, headers)
                return None if body is None else check(body)
            except (_TransientError, InputError) as error:
                # A wrong body may be a maintenance page or a cut-off file: worth another try.
                wait = error.wait if isinstance(error, _TransientError) else None
                reason = str(error)
            if wait is not None and wait > self.longest_wait:
                raise SourceError(
                    f"{url}: {reason}; the server asks to come back in {wait:.0f} s, later than "
                    f"the {self.longest_wait:.0f} s we wait. Run the update again then."
                )
            if attempt < self.attempts:
                doubled = min(self.backoff * 2 ** (attempt - 1), LONGEST_BACKOFF)
                self._sleep(doubled if wait is None else max(wait, doubled))
        raise SourceError(f"{url}: {reason} (tried {self.attempts} times)")

    def _once(
        self,
        method: str,
        url: str,
        data: Mapping[str, str] | None,
        headers: Mapping[str, str] | None,
    ) -> bytes | None:
        """Send one request; None for "not there"."""
        pause = self._next - self._clock()
        if pause > 0:
            self._sleep(pause)
        self._next = self._clock() + random.uniform(*self.pace)
        self.requests += 1
        try:
            with self.session.request(
                method, url, data=data, headers=headers, timeout=self.timeout, stream=True
            ) as response:
                if response.status_code in ABSENT:
                    return None
                _refuse_status(response, url)
                return self._body(response)
        except (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema) as error:
            raise SourceError(f"{url}: not an address that can be asked: {error}") from error
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            raise _TransientError(f"{type(error).__name__}: {error}") from error

    def _body(self, response: requests.Response) -> bytes:
        """Read the body as it comes in, and see that it is whole."""
        raw, started, parts, size = response.raw, self._clock(), [], 0
        while chunk := raw.read1(CHUNK, decode_content=True):
            parts.append(chunk)
            size += len(chunk)
            if self._clock() - started > self.deadline:
                raise _TransientError(f"answer not complete after {self.deadline:g} s")
            if size > LARGEST_ANSWER:
                raise SourceError(
                    f"{response.url}: the answer is larger than {LARGEST_ANSWER} bytes"
                )
        declared = response.headers.get("Content-Length", "")
        if declared.isdecimal() and raw.tell() != float(declared):
            raise _TransientError(f"got {raw.tell()} of the {declared} bytes announced")
        return b"".join(parts)


def _refuse_status(response: requests.Response, url: str) -> None:
    status = response.status_code
    if status in TRANSIENT:
        wait = retry_after(response.headers.get("Retry-After"))
        raise _TransientError(f"the server answered {status} {response.reason}", wait)
    if status != 200:
        raise SourceError(f"{url}: the server answered {status} {response.reason}")


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
