"""An end to every request, whatever the server does: its connection is cut when the time is up.

A limit on silence is no limit on a server that says a byte now and then: in headers, in endless
"100 Continue", in chunk extensions and trailers, in a handshake. So a watchdog shuts the socket
below all of them, and whoever waits for it finds the connection gone.
"""

from __future__ import annotations

import socket
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool


class Watchdog:
    """Cuts the connections of a request once its time is up; one request at a time."""

    def __init__(self) -> None:
        self.expired = False
        self._lock = threading.Lock()
        # A second handle on each connection's socket: the first changes hands when TLS starts,
        # and when an answer outlives its connection.
        self._held: list[tuple[weakref.ref[HTTPConnection], socket.socket]] = []

    @contextmanager
    def watching(self, seconds: float) -> Iterator[None]:
        """Give what happens inside that long; then every read of it finds the connection closed."""
        self.expired = False
        timer = threading.Timer(seconds, self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()
            self.let_go()

    def hold(self, connection: HTTPConnection, opened: socket.socket) -> None:
        """Take charge of a connection just opened."""
        with self._lock:
            self._held.append((weakref.ref(connection), opened.dup()))
        if self.expired:
            self._cut()

    def let_go(self) -> None:
        """Forget the connections that are closed."""
        with self._lock:
            kept = []
            for reference, held in self._held:
                connection = reference()
                if connection is not None and connection.sock is not None:
                    kept.append((reference, held))
                else:
                    held.close()
            self._held = kept

    def _cut(self) -> None:
        self.expired = True
        with self._lock:
            for _, held in self._held:
                with suppress(OSError):  # the other side was quicker
                    held.shutdown(socket.SHUT_RDWR)


class WatchedAdapter(HTTPAdapter):
    """Opens the connections of a ``requests`` session under the eyes of a watchdog."""

    def __init__(self, watchdog: Watchdog) -> None:
        self._watchdog = watchdog
        self._pools = _watched_pools(watchdog)
        super().__init__()

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        """Make the pools of connections."""
        super().init_poolmanager(*arguments, **options)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        """Make the pools of connections through a proxy."""
        manager = super().proxy_manager_for(proxy, **options)
        if not proxy.lower().startswith("socks"):  # those have connections of their own
            manager.pool_classes_by_scheme = self._pools
        return manager

    def close(self) -> None:
        """Close the pools and what was held of them."""
        super().close()
        self._watchdog.let_go()


def _watched_pools(watchdog: Watchdog) -> dict[str, type[HTTPConnectionPool]]:
    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            opened = super()._new_conn()
            watchdog.hold(self, opened)
            return opened

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            opened = super()._new_conn()
            watchdog.hold(self, opened)
            return opened

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}
