"""HTTPS requests to a Kinto: authentication, waiting, retries, and answers of proxies."""

from __future__ import annotations

import json
import random
import ssl
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import SplitResult, urlencode, urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.auth import HTTPBasicAuth

from icsoe_desktop.gateways.https import open_session
from icsoe_desktop.gateways.kinto.errors import (
    NoConnectionError,
    NoPermissionError,
    OddAnswerError,
    PasswordRejectedError,
    RequestRejectedError,
    ServerAddressError,
    ServerBusyError,
    ServerCertificateError,
    ServerFailureError,
    SyncServerError,
)
from icsoe_desktop.gateways.kinto.reading import moment, seconds
from icsoe_desktop.gateways.trust import system_tls
from icsoe_desktop.jobs import Waits

TIMEOUT_S: Final = (10.0, 40.0)  # the server ends its own requests after 30 s
ATTEMPTS: Final = 5
FIRST_WAIT_S: Final = 0.5
LONGEST_WAIT_S: Final = 20.0
# Waits that the server asks for are no attempts. One call waits at most this long in total.
PATIENCE_S: Final = 120.0
MAX_ANSWER_BYTES: Final = 64 * 1024 * 1024
HALF_CHARACTER: Final = "\\ud"
LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1"})

Query = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """body: the JSON object; {} without one.

    server_time_ms: the server's clock when the request was sent.
    foreign: a proxy answered instead of Kinto (HTML, a redirection, incomplete JSON).
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: Mapping[str, Any] = field(repr=False)
    server_time_ms: int
    foreign: bool = False


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Number of attempts and total waiting time.

    sleep: may raise Cancelled, which ends the call.
    chance: a random number from 0 to 1 that spreads the retries.
    """

    attempts: int = ATTEMPTS
    total_s: float = PATIENCE_S
    sleep: Callable[[float], None] = field(default_factory=lambda: Waits().pause)
    clock: Callable[[], float] = time.monotonic
    chance: Callable[[], float] = random.random


class Transport:
    """Use it from one thread. It never logs, and its errors name neither address nor account."""

    def __init__(
        self,
        direccion: str,
        cuenta: str,
        contrasena: str,
        *,
        tls: Callable[[], ssl.SSLContext] = system_tls,
        retry_policy: RetryPolicy | None = None,
    ) -> None:
        """cuenta: empty for anonymous requests. Raises ServerAddressError."""
        self._base, parts = clean_address(direccion)
        self._session = _open(parts, tls)
        self._session.get_redirect_target = _nowhere  # type: ignore[method-assign]
        self.authenticate(cuenta, contrasena)
        self._retry_policy = retry_policy or RetryPolicy()
        self._waits = Waits()
        self._not_before = 0.0

    def authenticate(self, cuenta: str, contrasena: str) -> None:
        """Send later requests as this account."""
        if cuenta:
            # As bytes: requests would send Latin-1, and Kinto reads UTF-8.
            self._session.auth = HTTPBasicAuth(cuenta.encode(), contrasena.encode())

    def close(self) -> None:
        self._session.close()

    def request(
        self,
        method: str,
        path: str,
        *,
        query: Query | str = "",
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        expected: Collection[int] = (),
    ) -> Answer:
        """The answer, if its status is 2xx or in `expected`. Retries while that may help.

        path: below the address, e.g. «/buckets».
        query: names and values, or the encoded query that the server gave.
        Raises SyncServerError.
        """
        url = f"{self._base}{path}"
        text = query if isinstance(query, str) else urlencode(query)
        if text:
            url = f"{url}?{text}"
        data = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        sent = {"Accept": "application/json", **(headers or {})}
        if data is not None:
            sent.setdefault("Content-Type", "application/json; charset=utf-8")
        return self._persist(lambda: self._once(method, url, data, sent), expected)

    def _persist(self, ask: Callable[[], Answer], expected: Collection[int]) -> Answer:
        attempt, waited = 0, 0.0
        while True:
            waited += self._honour_backoff(waited)
            try:
                answer = ask()
            except (NoConnectionError, ServerFailureError) as error:
                trouble: SyncServerError = error
            else:
                self._note_backoff(answer)
                if not answer.foreign and (200 <= answer.status < 300 or answer.status in expected):
                    return answer
                trouble = _trouble(answer)
                wait = asked_wait(answer)
                if wait is not None and answer.status in (429, 503):
                    if waited + wait > self._retry_policy.total_s:
                        raise ServerBusyError
                    # Spread the retries of all desktops that the server sent away.
                    wait += self._retry_policy.chance() * max(1.0, wait / 4)
                    self._retry_policy.sleep(wait)
                    waited += wait
                    continue
            attempt += 1
            if trouble.permanent or attempt >= self._retry_policy.attempts:
                raise trouble
            step = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** (attempt - 1))
            self._retry_policy.sleep(step * (0.5 + self._retry_policy.chance()))

    def _once(self, method: str, url: str, data: bytes | None, headers: Query) -> Answer:
        started = self._retry_policy.clock()

        def ask() -> tuple[requests.Response, bytes]:
            with self._session.request(
                method,
                url,
                data=data,
                headers=headers,
                timeout=TIMEOUT_S,
                allow_redirects=False,
                stream=True,
            ) as response:
                return response, _read(response)

        try:
            response, content = self._waits.call(ask)
        except (requests.RequestException, OSError) as error:
            if _is_about_trust(error):
                raise ServerCertificateError from error
            raise NoConnectionError from error
        elapsed_ms = int((self._retry_policy.clock() - started) * 1000) + 1
        server_time_ms = max(0, _date_ms(response) - elapsed_ms)
        body = {} if method == "HEAD" else _parse(response, content)
        return Answer(
            response.status_code,
            response.headers,
            body or {},
            server_time_ms,
            body is None,
        )

    def _honour_backoff(self, waited: float) -> float:
        left = self._not_before - self._retry_policy.clock()
        if left <= 0:
            return 0.0
        if waited + left > self._retry_policy.total_s:
            raise ServerBusyError
        self._retry_policy.sleep(left)
        return left

    def _note_backoff(self, answer: Answer) -> None:
        wait = seconds(answer.headers.get("Backoff"))
        if wait:
            self._not_before = max(self._not_before, self._retry_policy.clock() + wait)


def clean_address(direccion: str) -> tuple[str, SplitResult]:
    """(address without final slash, its parts). Adds «/v1» if it is missing.

    Accepts http:// for this machine only. Raises ServerAddressError.
    """
    text = direccion.strip().rstrip("/")
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise ServerAddressError from None
    local = parts.scheme == "http" and host in LOCAL
    if not host or parts.username is not None or not (parts.scheme == "https" or local):
        raise ServerAddressError
    if parts.query or parts.fragment:
        raise ServerAddressError
    return (text if parts.path.endswith("/v1") else f"{text}/v1"), parts


def _open(parts: SplitResult, tls: Callable[[], ssl.SSLContext]) -> requests.Session:
    if parts.scheme == "https":
        return open_session(tls)
    session = requests.Session()
    session.trust_env = False  # no proxy for requests to this machine
    session.mount("http://", HTTPAdapter())
    return session


def _nowhere(resp: requests.Response) -> str | None:
    """None, so that requests does not parse redirect targets: some make it fail."""
    return None


def _is_about_trust(error: BaseException) -> bool:
    """Whether the certificate was refused. An interrupted handshake is a network error."""
    inner: object = error
    for _ in range(8):
        if isinstance(inner, ssl.SSLCertVerificationError):
            return True
        if not isinstance(inner, BaseException):
            return False
        # requests wraps the error of urllib3, which wraps the error of ssl.
        inner = getattr(inner, "reason", None) or (inner.args[0] if inner.args else None)
    return False


def _read(response: requests.Response) -> bytes:
    content = bytearray()
    for chunk in response.iter_content(256 * 1024):
        content += chunk
        if len(content) > MAX_ANSWER_BYTES:
            raise OddAnswerError
    return bytes(content)


def _parse(response: requests.Response, content: bytes) -> dict[str, Any] | None:
    """The JSON object of Kinto; None for any other body, which must come from a proxy."""
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        return None
    try:
        text = content.decode()
        parsed = json.loads(text)
        if HALF_CHARACTER in text.lower():
            # JSON can contain lone surrogates. UTF-8 and the store cannot.
            whole = json.dumps(parsed, ensure_ascii=False).encode("utf-8", "replace")
            parsed = json.loads(whole)
    except (ValueError, RecursionError):
        return None
    return parsed if isinstance(parsed, dict) else None


def _trouble(answer: Answer) -> SyncServerError:
    status = answer.status
    if status == 413:
        return RequestRejectedError(status)
    if answer.foreign:
        said = f"Un equipo intermedio de la red respondió en su lugar (código {status})."
        return NoConnectionError(said)
    if status == 401:
        return PasswordRejectedError()
    if status == 403:
        return NoPermissionError()
    if status == 429 or status >= 500:
        return ServerFailureError()
    return RequestRejectedError(status)


def asked_wait(answer: Answer) -> float | None:
    """Seconds of Retry-After, given as a number or a date; None without the header."""
    said = answer.headers.get("Retry-After")
    wait = seconds(said)
    if said is None or wait is not None:
        return wait
    until = moment(said)
    return None if until is None else max(0.0, until - answer.server_time_ms / 1000)


def _date_ms(response: requests.Response) -> int:
    """Milliseconds since 1970 of the header Date; 0 without it. A cursor then never moves."""
    said = moment(response.headers.get("Date", ""))
    return 0 if said is None else int(said * 1000)
