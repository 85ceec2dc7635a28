from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests

from tests.caos import proxy as modulo
from tests.caos.proxy import Falla, Proxy


class Eco(BaseHTTPRequestHandler):
    """Keeps what arrived whole, and answers with it."""

    arrived: list[bytes]
    arrival: threading.Event

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        body = self.rfile.read(length)
        if len(body) == length:
            type(self).arrived.append(body)
            self.arrival.set()
        self.send_response(201)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_HEAD(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1203")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        return None


@pytest.fixture
def eco() -> Iterator[ThreadingHTTPServer]:
    Eco.arrived, Eco.arrival = [], threading.Event()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Eco)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def proxy(eco: ThreadingHTTPServer) -> Iterator[Proxy]:
    with Proxy(("127.0.0.1", eco.server_port), "semilla") as found:
        found.activo = True
        yield found


def only(monkeypatch: pytest.MonkeyPatch, falla: Falla) -> None:
    monkeypatch.setattr(modulo, "PESOS", {falla: 1})


def post(proxy: Proxy) -> requests.Response:
    url = f"http://127.0.0.1:{proxy.puerto}/v1/batch"
    return requests.post(url, data=b'{"a": 1}', timeout=60)


@pytest.mark.parametrize("falla", [Falla.NINGUNA, Falla.LENTA])
def test_a_whole_answer_passes(proxy: Proxy, monkeypatch: pytest.MonkeyPatch, falla: Falla) -> None:
    only(monkeypatch, falla)
    with requests.Session() as session:
        url = f"http://127.0.0.1:{proxy.puerto}/"
        answers = [session.post(url, data=body, timeout=60) for body in (b"uno", b"dos")]
    assert [(one.status_code, one.content) for one in answers] == [(201, b"uno"), (201, b"dos")]
    assert Eco.arrived == [b"uno", b"dos"]


def test_a_head_passes_with_the_length_of_what_it_leaves_out(
    proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    only(monkeypatch, Falla.NINGUNA)
    answer = requests.head(f"http://127.0.0.1:{proxy.puerto}/", timeout=60)
    assert (answer.status_code, answer.headers["Content-Length"]) == (200, "1203")


@pytest.mark.parametrize(
    ("falla", "llegan"),
    [
        (Falla.CORTAR, 0),
        (Falla.A_MEDIAS, 0),
        (Falla.SIN_RESPUESTA, 1),
        (Falla.MEDIA_RESPUESTA, 1),
    ],
)
def test_a_cut_answer_is_a_broken_connection(
    proxy: Proxy, monkeypatch: pytest.MonkeyPatch, falla: Falla, llegan: int
) -> None:
    only(monkeypatch, falla)
    with pytest.raises(requests.RequestException):
        post(proxy)
    assert len(Eco.arrived) == llegan


@pytest.mark.parametrize(("falla", "code"), [(Falla.OCUPADO, 503), (Falla.PORTAL, 200)])
def test_others_answer_in_the_place_of_the_server(
    proxy: Proxy, monkeypatch: pytest.MonkeyPatch, falla: Falla, code: int
) -> None:
    only(monkeypatch, falla)
    answer = post(proxy)
    assert (answer.status_code, Eco.arrived) == (code, [])
    assert ("Retry-After" in answer.headers) == (falla is Falla.OCUPADO)


def test_a_doubled_request_arrives_twice(proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    only(monkeypatch, Falla.DOBLE)
    assert post(proxy).status_code == 201
    while len(Eco.arrived) < 2:
        Eco.arrival.clear()
        assert len(Eco.arrived) >= 2 or Eco.arrival.wait(5)
    assert Eco.arrived == [b'{"a": 1}'] * 2


def test_the_plan_is_that_of_its_seed(eco: ThreadingHTTPServer) -> None:
    def plan(semilla: str) -> list[Falla]:
        with Proxy(("127.0.0.1", eco.server_port), semilla) as found:
            found.activo = True
            return [found._choose()[0] for _ in range(200)]

    assert plan("5-2") == plan("5-2") != plan("5-3")
    assert set(plan("5-2")) == set(Falla)


def test_without_a_server_the_connection_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    only(monkeypatch, Falla.NINGUNA)
    with socket.create_server(("127.0.0.1", 0)) as closed:
        free = closed.getsockname()[1]
    with Proxy(("127.0.0.1", free), "x") as found, pytest.raises(requests.ConnectionError):
        post(found)
