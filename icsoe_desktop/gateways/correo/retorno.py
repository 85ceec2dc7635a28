"""Waits on 127.0.0.1 for the browser that comes back from an identity server (RFC 8252 §7.3).

Everybody on this machine can connect: a request without the secret `state` changes nothing, and
connections are few, short and bounded. A browser opens connections that stay silent, so one never
waits for another.
"""

from __future__ import annotations

import hmac
import re
import selectors
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Final
from urllib.parse import parse_qs, urlsplit

from icsoe_desktop.domain.correo_oauth import error_code
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.jobs import Progress

MAX_REQUEST_BYTES: Final = 32 * 1024
MAX_OPEN: Final = 32
REQUEST_S: Final = 5.0
TICK_S: Final = 0.1
HOST: Final = "127.0.0.1"

NO_PORT = (
    "Este equipo no deja recibir la respuesta del navegador. No se guardó nada. Con Microsoft "
    "puede dar el permiso con un código; si no, avise a quien administra sus equipos."
)
_CODE = re.compile(r"[\x21-\x7e]{1,8192}")
_HEAD: Final = (
    "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {length}\r\n"
    "Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\n"
    "Content-Security-Policy: default-src 'none'\r\nConnection: close\r\n\r\n"
)
_PAGE: Final = (
    '<!doctype html><html lang="es"><meta charset="utf-8"><title>ICSOE Desktop</title>'
    "<p>{text}</p></html>"
)
DONE: Final = "Listo. Puede cerrar esta página y volver a ICSOE Desktop."
NOT_DONE: Final = (
    "No se dio el permiso. Puede cerrar esta página y volver a ICSOE Desktop, que dice por qué."
)
NOT_OURS: Final = "Esta página no es para nadie. ICSOE Desktop sigue esperando."


@dataclass(frozen=True)
class Returned:
    """What the browser brought: a code, or an error code."""

    code: str = field(default="", repr=False)
    error: str = ""


@dataclass
class _Open:
    until: float
    content: bytearray = field(default_factory=bytearray)


class ReturnListener:
    """Listens from its making until the end of the block.

    state: the secret that the browser has to bring. Raises UserFacingError without a port.
    """

    def __init__(
        self, state: str, seconds: float, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._state = state
        self._monotonic = monotonic
        self._end = monotonic() + seconds
        self._open: dict[socket.socket, _Open] = {}
        self._selector = selectors.DefaultSelector()
        try:
            self._listening = socket.create_server((HOST, 0), backlog=MAX_OPEN)
        except OSError:
            self._selector.close()
            raise UserFacingError(NO_PORT) from None
        self._listening.setblocking(False)
        self._selector.register(self._listening, selectors.EVENT_READ)
        port: int = self._listening.getsockname()[1]
        self._host = f"{HOST}:{port}"
        self.address = f"http://{self._host}/"

    def __enter__(self) -> ReturnListener:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        for one in [*self._open]:
            self._close(one)
        self._listening.close()
        self._selector.close()

    def wait(self, progress: Progress) -> Returned | None:
        """What came with our state; None if nothing did in time. Raises Cancelled."""
        while (now := self._monotonic()) < self._end:
            progress.report(0, None, "")
            for key, _events in self._selector.select(TICK_S):
                found = self._on_ready(key.fileobj)
                if found is not None:
                    return found
            for one, state in [*self._open.items()]:
                if state.until <= now:
                    self._close(one)
        return None

    def _on_ready(self, ready: object) -> Returned | None:
        if ready is self._listening:
            self._accept()
            return None
        if isinstance(ready, socket.socket):
            return self._read(ready)
        return None

    def _accept(self) -> None:
        try:
            one, _address = self._listening.accept()
        except OSError:
            return
        one.setblocking(False)
        if len(self._open) >= MAX_OPEN:
            # The oldest goes: silent connections must not keep the browser out.
            self._close(next(iter(self._open)))
        self._open[one] = _Open(self._monotonic() + REQUEST_S)
        self._selector.register(one, selectors.EVENT_READ)

    def _read(self, one: socket.socket) -> Returned | None:
        try:
            part = one.recv(8192)
        except BlockingIOError:
            return None
        except OSError:
            part = b""
        content = self._open[one].content
        content += part
        if not part or len(content) > MAX_REQUEST_BYTES:
            self._close(one)
            return None
        if b"\r\n\r\n" not in content:
            return None
        found = self._understood(bytes(content))
        if found is None:
            self._answer(one, "404 Not Found", NOT_OURS)
        else:
            self._answer(one, "200 OK", NOT_DONE if found.error else DONE)
        return found

    def _understood(self, content: bytes) -> Returned | None:
        """What the request brings, if it has our state."""
        head = content.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
        words = head[0].split(" ")
        hosts = [line.split(":", 1)[1].strip() for line in head[1:] if _is_host(line)]
        # Another host is a page that had its name point at this machine.
        if len(words) != 3 or words[0] != "GET" or hosts != [self._host]:
            return None
        try:
            parts = urlsplit(words[1])
            values = parse_qs(parts.query, max_num_fields=20, errors="strict")
        except ValueError:
            return None
        if parts.path != "/" or not hmac.compare_digest(
            _only(values, "state").encode(), self._state.encode()
        ):
            return None
        if "error" in values:
            return Returned(error=error_code({"error": _only(values, "error")}) or "server_error")
        code = _only(values, "code")
        return Returned(code=code) if _CODE.fullmatch(code) else Returned(error="server_error")

    def _answer(self, one: socket.socket, status: str, text: str) -> None:
        page = _PAGE.format(text=text).encode()
        with suppress(OSError):
            # Short enough for the buffer of the socket: it never blocks.
            one.sendall(_HEAD.format(status=status, length=len(page)).encode() + page)
            one.shutdown(socket.SHUT_WR)
        self._close(one)

    def _close(self, one: socket.socket) -> None:
        self._open.pop(one, None)
        with suppress(KeyError, ValueError):
            self._selector.unregister(one)
        one.close()


def _is_host(line: str) -> bool:
    return line[:5].lower() == "host:"


def _only(values: dict[str, list[str]], name: str) -> str:
    """The value, if it stands there once."""
    found = values.get(name, [])
    return found[0] if len(found) == 1 else ""
