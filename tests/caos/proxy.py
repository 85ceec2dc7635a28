"""Stands between one desktop and the server, and spoils what passes by a plan made from a seed."""

from __future__ import annotations

import random
import socket
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

MAX_HEAD = 64 * 1024
BLOCK = 64 * 1024
PATIENCE_S = 60.0
REPEATED_S = 4.0  # after this nothing comes twice any more

_OCUPADO = b'{"code":503,"errno":201,"error":"Service Unavailable"}'
_PORTAL = b"<html><body>Acepte las condiciones de la red del hotel.</body></html>"


class Falla(StrEnum):
    NINGUNA = "ninguna"
    CORTAR = "cortada antes de llegar"
    A_MEDIAS = "cortada a medio envío"
    LENTA = "lenta"
    DOBLE = "doble a la vez"
    REPETIDA = "repetida segundos después"
    SIN_RESPUESTA = "respuesta perdida"
    MEDIA_RESPUESTA = "respuesta a medias"
    OCUPADO = "503 con Retry-After"
    PORTAL = "HTML de un intermediario"


PESOS = {
    Falla.NINGUNA: 130,
    Falla.CORTAR: 5,
    Falla.A_MEDIAS: 4,
    Falla.LENTA: 8,
    Falla.DOBLE: 6,
    Falla.REPETIDA: 3,
    Falla.SIN_RESPUESTA: 7,
    Falla.MEDIA_RESPUESTA: 3,
    Falla.OCUPADO: 4,
    Falla.PORTAL: 2,
}


@dataclass(frozen=True)
class Peticion:
    head: bytes
    body: bytes

    @property
    def raw(self) -> bytes:
        """As the server gets it: the connection ends with the answer."""
        lines = self.head.split(b"\r\n")
        kept = [line for line in lines if not line.lower().startswith(b"connection:")]
        return b"\r\n".join([kept[0], b"Connection: close", *kept[1:]]) + b"\r\n\r\n" + self.body


class Proxy:
    """Listens on a port of its own as long as the context lasts.

    The nth request meets the nth fault of the plan, whatever happened before.
    """

    def __init__(self, servidor: tuple[str, int], semilla: str) -> None:
        self.servidor = servidor
        self._chance = random.Random(semilla)  # noqa: S311 - no secret comes of it
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open = True
        self.activo = False
        self.fallas: Counter[Falla] = Counter()
        self.peticiones = 0
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def puerto(self) -> int:
        return int(self._listener.getsockname()[1])

    def __enter__(self) -> Proxy:
        return self

    def __exit__(self, *_: object) -> None:
        self._open = False
        self._listener.close()

    def _accept(self) -> None:
        while self._open:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(client,), daemon=True).start()

    def _talk(self, client: socket.socket) -> None:
        client.settimeout(PATIENCE_S)
        with client, suppress(OSError):
            rest = b""
            while True:
                found = _read_request(client, rest)
                if found is None:
                    return
                peticion, rest = found
                if not self._answer(client, peticion):
                    return

    def _choose(self) -> tuple[Falla, float]:
        with self._lock:
            self.peticiones += 1
            falla = self._chance.choices(list(PESOS), list(PESOS.values()))[0]
            size = self._chance.random()
            if not self.activo:
                return Falla.NINGUNA, size
            self.fallas[falla] += 1
            return falla, size

    def _answer(self, client: socket.socket, peticion: Peticion) -> bool:
        """Whether the connection goes on."""
        falla, size = self._choose()
        match falla:
            case Falla.CORTAR:
                return False
            case Falla.A_MEDIAS:
                cut = max(1, int(len(peticion.raw) * size))
                self._forward(peticion.raw[:cut], whole=False)
                return False
            case Falla.OCUPADO:
                client.sendall(_response("503 Service Unavailable", _OCUPADO, "Retry-After: 1"))
                return True
            case Falla.PORTAL:
                page = b"" if peticion.head.startswith(b"HEAD ") else _PORTAL
                client.sendall(_response("200 OK", page, kind="text/html"))
                return True
            case Falla.LENTA:
                time.sleep(0.1 + size)
            case Falla.DOBLE:
                twin = threading.Thread(target=self._forward, args=(peticion.raw,), daemon=True)
                twin.start()
            case Falla.REPETIDA:
                wait = 0.9 * REPEATED_S * size
                threading.Timer(wait, self._forward, args=(peticion.raw,)).start()
        answer = self._forward(peticion.raw)
        if answer is None or falla is Falla.SIN_RESPUESTA:
            return False
        if falla is Falla.MEDIA_RESPUESTA:
            client.sendall(answer[: int(len(answer) * size)])
            return False
        client.sendall(answer)
        return b"\r\nContent-Length:" in answer.partition(b"\r\n\r\n")[0]

    def _forward(self, raw: bytes, whole: bool = True) -> bytes | None:
        """The whole answer; None when there was none."""
        try:
            with socket.create_connection(self.servidor, timeout=PATIENCE_S) as server:
                server.sendall(raw)
                if not whole:
                    return None
                answer = bytearray()
                while block := server.recv(BLOCK):
                    answer += block
        except OSError:
            return None
        head, _, body = bytes(answer).partition(b"\r\n\r\n")
        lines = [each for each in head.split(b"\r\n") if not each.lower().startswith(b"connection")]
        named = {line.partition(b":")[0].lower(): line for line in lines}
        length = b"0" if raw.startswith(b"HEAD ") else named.get(b"content-length", b":-1")
        said = int(length.rpartition(b":")[2])
        if said > 0 and said != len(body):
            return None  # a worker that was killed while it answered
        return b"\r\n".join(lines) + b"\r\n\r\n" + body if answer else None


def _read_request(client: socket.socket, rest: bytes) -> tuple[Peticion, bytes] | None:
    data = bytearray(rest)
    while b"\r\n\r\n" not in data:
        block = client.recv(BLOCK)
        if not block or len(data) > MAX_HEAD:
            return None
        data += block
    head, _, body = bytes(data).partition(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            length = int(value)
    while len(body) < length:
        block = client.recv(BLOCK)
        if not block:
            return None
        body += block
    return Peticion(head, body[:length]), body[length:]


def _response(status: str, body: bytes, *more: str, kind: str = "application/json") -> bytes:
    lines = (f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}", *more)
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
