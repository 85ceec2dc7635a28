"""How a conversation with the sync server survives bad networks, and when it gives up."""

from __future__ import annotations

import base64
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from icsoe_desktop.gateways.kinto.errors import (
    NoConnectionError,
    NoPermissionError,
    PasswordRejectedError,
    RequestRejectedError,
    ServerAddressError,
    ServerBusyError,
    ServerCertificateError,
    ServerFailureError,
    SyncServerError,
)
from icsoe_desktop.gateways.kinto.transport import Transport, clean_address
from icsoe_desktop.jobs import Cancelled
from tests.gateways.kinto.kinto_terco import DATE_MS, Reloj, Said, Terco
from tests.support.smtp_real import make_certificado, raw_server

SECRET = "Contraseña-muy-secreta"
GOOD = Said(body={"data": {"bien": True}})
PORTAL = Said(body="<html>Bienvenido al hotel</html>", kind="text/html")
BUSY = Said(503, {"errno": 201}, {"Retry-After": "3"})


@pytest.fixture
def reloj() -> Reloj:
    return Reloj()


@pytest.fixture
def http(server: Terco, reloj: Reloj) -> Iterator[Transport]:
    transporte = Transport(server.direccion, "nómina", SECRET, retry_policy=reloj.paciencia())
    yield transporte
    transporte.close()


def test_it_says_who_it_is_in_utf_8_and_follows_no_redirection(
    server: Terco, http: Transport
) -> None:
    server.will(Said(302, "", {"Location": server.direccion + "/otra"}), GOOD)
    assert http.request("GET", "/cosa").body == {"data": {"bien": True}}
    assert [one.path for one in server.asked] == ["/v1/cosa", "/v1/cosa"]
    sent = base64.b64decode(server.asked[0].headers["Authorization"].removeprefix("Basic "))
    assert sent == f"nómina:{SECRET}".encode()


@pytest.mark.parametrize(
    "bad",
    [
        PORTAL,
        Said(502, "<html>Bad Gateway</html>", kind="text/html"),
        Said(200, '{"data": {"bien"', kind="application/json"),
        Said(200, "[1]", kind="application/json"),
        Said(200, "", kind="application/json"),
        Said(401, "<html>Proxy</html>", kind="text/html"),
        Said(500, {"errno": 999}),
        Said(hang_up=True),
    ],
    ids=["portal", "502", "cut", "list", "empty", "401 of a proxy", "500", "hangs up"],
)
def test_what_a_proxy_says_is_tried_again_with_longer_and_longer_waits(
    server: Terco, http: Transport, reloj: Reloj, bad: Said
) -> None:
    server.will(bad, bad, bad, GOOD)
    assert http.request("GET", "/").body == {"data": {"bien": True}}
    assert reloj.slept == [0.5, 1.0, 2.0]

    server.will(bad)
    with pytest.raises((NoConnectionError, ServerFailureError)) as failed:
        http.request("GET", "/")
    assert reloj.slept[3:] == [0.5, 1.0, 2.0, 4.0]
    assert not failed.value.permanent
    for word in ("nómina", SECRET, "127.0.0.1", "hotel"):
        assert word not in failed.value.message


def test_waits_are_spread_by_chance(server: Terco, reloj: Reloj) -> None:
    chances = iter([0.0, 1.0])
    paciencia = reloj.paciencia()
    spread = type(paciencia)(5, 120.0, reloj.sleep, reloj, lambda: next(chances))
    http = Transport(server.direccion, "", "", retry_policy=spread)
    server.will(PORTAL, PORTAL, GOOD)
    http.request("GET", "/")
    http.close()
    assert reloj.slept == [0.25, 1.5]


def test_a_wait_that_the_server_asks_for_is_no_attempt(
    server: Terco, http: Transport, reloj: Reloj
) -> None:
    server.will(*[BUSY] * 12, GOOD)
    assert http.request("GET", "/").status == 200
    assert reloj.slept == [3.5] * 12  # three seconds and half of one, by chance

    reloj.slept.clear()
    server.will(Said(429, "mucho", {"Retry-After": "10"}, "text/html"), GOOD)
    http.request("GET", "/")
    assert reloj.slept == [11.25]


def test_a_date_in_retry_after_counts_from_the_servers_own_clock(
    server: Terco, http: Transport, reloj: Reloj
) -> None:
    server.will(Said(503, {}, {"Retry-After": "Sat, 21 Nov 2026 08:00:20 GMT"}), GOOD)
    http.request("GET", "/")
    assert reloj.slept == [pytest.approx(22.5, abs=0.1)]


def test_a_server_that_asks_for_too_much_patience_gets_none(
    server: Terco, http: Transport, reloj: Reloj
) -> None:
    server.will(Said(503, {}, {"Retry-After": "900"}))
    with pytest.raises(ServerBusyError) as failed:
        http.request("GET", "/")
    assert (failed.value.permanent, reloj.slept) == (False, [])

    server.will(BUSY)
    with pytest.raises(ServerBusyError):
        http.request("GET", "/")
    assert sum(reloj.slept) <= 120.0


def test_backoff_delays_the_next_request(server: Terco, http: Transport, reloj: Reloj) -> None:
    server.will(Said(body={"data": {}}, headers={"Backoff": "30"}), GOOD)
    http.request("GET", "/")
    assert reloj.slept == []
    http.request("GET", "/")
    assert reloj.slept == [30.0]


def test_cancelling_a_wait_ends_the_call(server: Terco, reloj: Reloj) -> None:
    def cancelled(seconds: float) -> None:
        raise Cancelled

    patience = reloj.paciencia()
    patience = type(patience)(5, 120.0, cancelled, reloj, lambda: 0.5)
    http = Transport(server.direccion, "", "", retry_policy=patience)
    server.will(BUSY)
    with pytest.raises(Cancelled):
        http.request("GET", "/")
    http.close()


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, PasswordRejectedError),
        (403, NoPermissionError),
        (400, RequestRejectedError),
        (413, RequestRejectedError),
    ],
)
def test_what_repeating_does_not_change_stops_at_once(
    server: Terco, http: Transport, reloj: Reloj, status: int, kind: type[SyncServerError]
) -> None:
    server.will(Said(status, {"code": status, "errno": 104}))
    with pytest.raises(kind) as failed:
        http.request("GET", "/")
    assert failed.value.permanent
    assert (len(server.asked), reloj.slept) == (1, [])
    assert failed.value.message.endswith(".")


def test_the_servers_clock_is_that_of_before_it_was_asked(
    server: Terco, http: Transport, reloj: Reloj
) -> None:
    def slow(_: object) -> Said:
        reloj.now += 7
        return GOOD

    server.answer = slow
    assert http.request("GET", "/").server_time_ms == DATE_MS - 7_000 - 1

    server.answer = lambda _: Said(body={}, headers={"Date": "ayer"})
    assert http.request("GET", "/").server_time_ms == 0


@pytest.mark.parametrize("expired", [False, True])
def test_a_certificate_that_is_not_trusted_stops_before_anything_is_sent(
    tmp_path: Path, reloj: Reloj, expired: bool
) -> None:
    own = make_certificado(tmp_path, expired=expired)
    received: list[bytes] = []

    def talk(connection: socket.socket) -> None:
        with own.server.wrap_socket(connection, server_side=True) as inner:
            received.append(inner.recv(100))

    tls = own.trusting if expired else ssl.create_default_context
    with raw_server(talk) as port:
        http = Transport(
            f"https://127.0.0.1:{port}", "ana", SECRET, tls=tls, retry_policy=reloj.paciencia()
        )
        with pytest.raises(ServerCertificateError) as refused:
            http.request("GET", "/")
        http.close()
    assert refused.value.permanent
    assert (received, reloj.slept) == ([], [])


def test_a_handshake_that_is_cut_is_only_a_bad_network(tmp_path: Path, reloj: Reloj) -> None:
    own = make_certificado(tmp_path)
    calls = iter([False, True])

    def talk(connection: socket.socket) -> None:
        if not next(calls):
            connection.recv(5)
            return
        with own.server.wrap_socket(connection, server_side=True) as inner:
            inner.recv(1000)
            inner.sendall(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
            )

    with raw_server(talk) as port:
        http = Transport(
            f"https://127.0.0.1:{port}",
            "ana",
            SECRET,
            tls=own.trusting,
            retry_policy=reloj.paciencia(),
        )
        assert http.request("GET", "/").status == 200
        http.close()
    assert reloj.slept == [0.5]


@pytest.mark.parametrize(
    ("written", "base"),
    [
        ("https://sync.ejemplo.mx", "https://sync.ejemplo.mx/v1"),
        (" https://sync.ejemplo.mx/v1/ ", "https://sync.ejemplo.mx/v1"),
        ("https://ejemplo.mx:8443/nomina/v1", "https://ejemplo.mx:8443/nomina/v1"),
        ("http://127.0.0.1:8888/v1", "http://127.0.0.1:8888/v1"),
        ("http://[::1]:8888", "http://[::1]:8888/v1"),
    ],
)
def test_an_address_is_cleaned(written: str, base: str) -> None:
    assert clean_address(written)[0] == base


@pytest.mark.parametrize(
    "written",
    [
        "",
        "sync.ejemplo.mx",
        "http://sync.ejemplo.mx/v1",
        "http://127.0.0.1.ejemplo.mx/v1",
        "ftp://sync.ejemplo.mx",
        "https://",
        "https://ana:secreta@sync.ejemplo.mx/v1",
        "https://sync.ejemplo.mx/v1?clave=1",
        "https://sync.ejemplo.mx:puerto/v1",
        "https://[sync/v1",
    ],
)
def test_a_bad_address_is_refused_without_repeating_it(written: str) -> None:
    with pytest.raises(ServerAddressError) as refused:
        clean_address(written)
    assert "secreta" not in refused.value.message
