"""What an answer over HTTP must be to count: whole, unpacked to its end, from the server asked."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from urllib.parse import urljoin, urlsplit

import requests

from airrank.errors import SourceError
from airrank.words import Text

SAME_METHOD = frozenset({307, 308})
GZIP = 31  # what zlib calls it
CHUNK = 65_536


class TransientError(Exception):
    """A failure worth another try, after ``wait`` seconds if the server said so."""

    def __init__(self, reason: Text, wait: float | None = None) -> None:
        super().__init__(reason)
        self.text, self.wait = reason, wait


def unpacked(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Unpack gzip, of one member or several, that must come to its end.

    Examples
    --------
    >>> import gzip
    >>> b"".join(unpacked([gzip.compress(b"a") + gzip.compress(b"b")]))
    b'ab'
    """
    member = None
    for piece in pieces:
        rest = piece
        while rest:
            member = member or zlib.decompressobj(wbits=GZIP)
            try:
                yield member.decompress(rest, CHUNK)
            except zlib.error as error:
                raise TransientError(
                    Text("the answer is not gzip, as it says it is: {reason}", reason=error)
                ) from error
            rest = member.unconsumed_tail
            if member.eof:
                rest, member = member.unused_data, None
    if member is not None:
        raise TransientError(Text("the packed answer breaks off before its end"))


def doubt_of(response: requests.Response) -> Text | None:
    """Say why an answer that came to an end may not be whole; None where it is."""
    if response.headers.get("Transfer-Encoding", "").strip().lower() == "chunked":
        return None  # its last chunk has come, or reading it would have failed
    declared, got = response.headers.get("Content-Length", ""), response.raw.tell()
    if not declared.isdecimal():
        return Text("the answer does not say how long it is, so it may have been cut off")
    if got == float(declared):
        return None
    return Text("got {got} of the {declared} bytes announced", got=got, declared=declared)


def next_address(
    session: requests.Session, response: requests.Response, url: str, method: str
) -> str:
    """Give where a redirect leads, which must be the same server and no less safe.

    Raises
    ------
    SourceError
        If it leads elsewhere: nobody vouches for what another server calls these data.
    """
    try:
        target = urljoin(url, session.get_redirect_target(response) or "")
        old, new = urlsplit(url), urlsplit(target)
        same = new.hostname == old.hostname and (new.port is None or new.port > 0)
    except ValueError as error:
        raise TransientError(
            Text("sent on to what is no address: {reason}", reason=error)
        ) from error
    if method != "GET" and response.status_code not in SAME_METHOD:
        status = response.status_code
        raise TransientError(Text("sent on by {status}, which drops the question", status=status))
    if not same or new.scheme not in {old.scheme, "https"}:
        raise SourceError(
            "{url}: the server sends us on to {target}, another server or a less safe address. If "
            "that is where the data now are, give the address with --url.",
            url=url,
            target=target,
        )
    return target
