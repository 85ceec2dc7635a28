"""HTTPS sessions that use the system's proxies and certificate authorities."""

from __future__ import annotations

import logging
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPSConnectionPool
from urllib3.exceptions import HTTPError

from icsoe_desktop.gateways.trust import system_tls

# Its warnings quote addresses and up to 64 kB of what a server sent.
logging.getLogger("urllib3").setLevel(logging.ERROR)

TIMEOUT_S = (10.0, 20.0)  # to connect, and between two bytes


MAX_REDIRECTS = 5
MAX_WATCHED = 32


class _Sockets:
    """Second handles of the sockets of a session, by which another thread can end them."""

    def __init__(self) -> None:
        self._open: list[socket.socket] = []
        self._lock = threading.Lock()
        self.ended = False

    def watch(self, opened: socket.socket) -> None:
        with self._lock:
            self._open.append(opened.dup())
            # Those before have long been closed by the pool, which keeps fewer.
            while len(self._open) > MAX_WATCHED:
                self._open.pop(0).close()

    def end(self) -> None:
        """Whoever reads or writes one of them gets an error at once."""
        with self._lock:
            self.ended = True
            for one in self._open:
                with suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)

    def forget(self) -> None:
        with self._lock:
            for one in self._open:
                one.close()
            self._open.clear()


class _OwnTls(HTTPAdapter):
    def __init__(self, tls: ssl.SSLContext, sockets: _Sockets) -> None:
        self._tls = tls
        self._pools = {"https": _pools_that_watch(sockets)}
        super().__init__()

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, ssl_context=self._tls, **options)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        manager = super().proxy_manager_for(proxy, ssl_context=self._tls, **options)
        known = manager.pool_classes_by_scheme
        manager.pool_classes_by_scheme = {**known, **self._pools}
        return manager

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
        # requests would add certifi's authorities to the system's.
        conn.cert_reqs = "CERT_REQUIRED"


def _pools_that_watch(sockets: _Sockets) -> type[HTTPSConnectionPool]:
    class Connection(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            opened = super()._new_conn()
            sockets.watch(opened)
            return opened

    class Pool(HTTPSConnectionPool):
        ConnectionCls = Connection

    return Pool


class _Session(requests.Session):
    def __init__(self) -> None:
        super().__init__()
        self.sockets = _Sockets()
        self.max_redirects = MAX_REDIRECTS

    def close(self) -> None:
        super().close()
        self.sockets.forget()

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """Raises InvalidURL. requests raises ValueError and leaves the connection open."""
        try:
            target = super().get_redirect_target(resp)
            urlsplit(target or "")
        except ValueError:
            resp.close()
            raise requests.exceptions.InvalidURL from None
        if target:
            # requests reads the body of a redirection to its end, into memory.
            resp.close()
            resp.__dict__.update(_content=b"", _content_consumed=True)
        return target


@contextmanager
def deadline(session: _Session, seconds: float) -> Iterator[None]:
    """End every connection of the session after that time, whatever is still coming.

    The timeouts of requests are those between two octets: a server that sends one now and then
    would never end. Raises requests.Timeout.
    """
    timer = threading.Timer(seconds, session.sockets.end)
    timer.daemon = True
    timer.start()
    try:
        yield
    except requests.RequestException as error:
        if session.sockets.ended:
            raise requests.Timeout from error
        raise
    finally:
        timer.cancel()
    if session.sockets.ended:
        raise requests.Timeout


def chunks(answer: requests.Response, at_most: int) -> Iterator[bytes]:
    """The body as it comes. `iter_content` would wait until a whole chunk is there."""
    try:
        while part := answer.raw.read1(at_most, decode_content=False):
            yield part
    except (HTTPError, OSError) as error:
        raise requests.ConnectionError from error


def open_session(tls: Callable[[], ssl.SSLContext] = system_tls) -> _Session:
    """A session for one thread: HTTPS only, proxies from the environment or from Windows."""
    session = _Session()
    session.mount("https://", _OwnTls(tls(), session.sockets))
    del session.adapters["http://"]
    return session
