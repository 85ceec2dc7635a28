"""A local HTTP server that answers what a test tells it, in order, and keeps what it was asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from icsoe_desktop.gateways.kinto.transport import RetryPolicy

JSON = "application/json"
DATE = "Sat, 21 Nov 2026 08:00:00 GMT"
DATE_MS = 1_795_248_000_000  # date -d "2026-11-21 08:00:00 UTC" +%s


@dataclass
class Said:
    """What it answers. body: JSON for a mapping. hang_up: closes without a word."""

    status: int = 200
    body: Mapping[str, Any] | str = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    kind: str = JSON
    hang_up: bool = False


@dataclass
class Asked:
    method: str
    path: str
    headers: Mapping[str, str]
    body: Any


# Of a server of our recipe, which does not say what is new.
NEWS = Said(body={"data": {"colecciones": {}, "receta": {"numero": 1}}})


class Reloj:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))
        self.now += seconds

    def paciencia(self, attempts: int = 5, total_s: float = 120.0) -> RetryPolicy:
        """chance: always the middle, so that every wait is exactly its step."""
        return RetryPolicy(attempts, total_s, self.sleep, self, lambda: 0.5)


class Terco:
    def __init__(self, direccion: str) -> None:
        self.direccion = direccion
        self.asked: list[Asked] = []
        self.answers: list[Said] = []
        self.answer: Callable[[Asked], Said] | None = None
        self.news: Said | None = None

    def will(self, *answers: Said) -> None:
        """The last one is repeated."""
        self.answers = list(answers)

    def next(self, asked: Asked) -> Said:
        if asked.path.endswith("/novedades") and self.news is not None:
            return self.news
        self.asked.append(asked)
        if self.answer is not None:
            return self.answer(asked)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@contextmanager
def terco() -> Iterator[Terco]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Headers and body go in two writes: the second would wait 40 ms for the first's receipt.
        disable_nagle_algorithm = True

        def handle_one_request(self) -> None:
            self.raw_requestline = self.rfile.readline(65537)
            if not self.raw_requestline or not self.parse_request():
                self.close_connection = True
                return
            size = int(self.headers.get("Content-Length", "0"))
            content = self.rfile.read(size)
            body = json.loads(content) if content else None
            asked = Asked(self.command, self.path, dict(self.headers), body)
            said = state.next(asked)
            if said.hang_up:
                self.close_connection = True
                return
            text = said.body if isinstance(said.body, str) else json.dumps(said.body)
            self.send_response_only(said.status)
            for name, value in {"Date": DATE, "Content-Type": said.kind, **said.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(text.encode())

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state = Terco(f"http://127.0.0.1:{server.server_port}/v1")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
