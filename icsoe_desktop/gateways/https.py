"""HTTPS sessions that use the system's proxies and certificate authorities."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

from icsoe_desktop.gateways.trust import system_tls

TIMEOUT_S = (10.0, 20.0)  # to connect, and between two bytes


class _OwnTls(HTTPAdapter):
    def __init__(self, tls: ssl.SSLContext) -> None:
        self._tls = tls
        super().__init__()

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, ssl_context=self._tls, **options)

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        return super().proxy_manager_for(proxy, ssl_context=self._tls, **options)

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
        # requests would add certifi's authorities to those of the system.
        conn.cert_reqs = "CERT_REQUIRED"


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """Raises InvalidURL. requests raises ValueError and leaves the connection open."""
        try:
            target = super().get_redirect_target(resp)
            urlsplit(target or "")
        except ValueError:
            resp.close()
            raise requests.exceptions.InvalidURL from None
        return target


def open_session(tls: Callable[[], ssl.SSLContext] = system_tls) -> requests.Session:
    """A session for one thread: HTTPS only, proxies from the environment or from Windows."""
    session = _Session()
    session.mount("https://", _OwnTls(tls()))
    del session.adapters["http://"]
    return session
