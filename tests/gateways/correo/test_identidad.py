"""OAuth 2.0 against a real identity server, good and hostile, and against this machine's others."""

from __future__ import annotations

import json
import logging
import socket
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icsoe_desktop.domain.correo_oauth import (
    PUNTOS,
    ClienteOAuth,
    CodigoDispositivo,
    PermisoCorreo,
    ProveedorIdentidad,
)
from icsoe_desktop.errors import InvalidInputError, UserFacingError
from icsoe_desktop.gateways.correo import retorno
from icsoe_desktop.gateways.correo.fallos import MailNotSentError
from icsoe_desktop.gateways.correo.identidad import IdentityGateway
from icsoe_desktop.gateways.correo.retorno import Returned, ReturnListener
from icsoe_desktop.jobs import Cancelled, NoProgress
from tests.support.identidad_real import CLIENT, CLIENTE, IdentidadReal, identity_server
from tests.support.progreso import StopAt
from tests.support.smtp_real import USER, Certificado, make_certificado

GOOGLE = ClienteOAuth(proveedor=ProveedorIdentidad.GOOGLE, cliente=CLIENT, secreto="GOCSPX-secreto")
ASK = Callable[[IdentityGateway], object]


@pytest.fixture
def certificado(tmp_path: Path) -> Certificado:
    return make_certificado(tmp_path)


@pytest.fixture
def identidad(certificado: Certificado, monkeypatch: pytest.MonkeyPatch) -> Iterator[IdentidadReal]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with identity_server(certificado) as real:
        yield real


@pytest.fixture
def gateway(identidad: IdentidadReal) -> IdentityGateway:
    return IdentityGateway(
        identidad.certificado.trusting,
        identidad.puntos(),
        browser_s=20,
        sleep=lambda _seconds: time.sleep(0.005),
    )


def test_the_browser_brings_a_leave_with_pkce_and_state(
    gateway: IdentityGateway, identidad: IdentidadReal
) -> None:
    permiso = gateway.by_browser(CLIENTE, USER, identidad.browse, NoProgress())
    identidad.browser.join(10)
    (path, question), (token_path, form) = identidad.asked
    back = urlsplit(question["redirect_uri"])
    assert permiso == PermisoCorreo("acceso-1", "1.renueva-1", 3600)
    assert (path, token_path) == ("/ejemplo.mx/authorize", "/ejemplo.mx/token")
    assert (back.scheme, back.hostname, back.path) == ("http", "127.0.0.1", "/")
    assert question["code_challenge_method"] == "S256"
    assert question["scope"] == "https://outlook.office.com/SMTP.Send offline_access"
    assert question["login_hint"] == USER
    assert len(question["state"]) >= 43
    assert 43 <= len(form["code_verifier"]) <= 128
    assert form["redirect_uri"] == question["redirect_uri"]
    assert "client_secret" not in form
    assert "Puede cerrar esta página" in identidad.page
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", back.port or 0), 5)


def test_google_gets_its_secret_and_is_asked_for_a_leave_that_lasts(
    gateway: IdentityGateway, identidad: IdentidadReal
) -> None:
    gateway.by_browser(GOOGLE, USER, identidad.browse, NoProgress())
    (_, question), (_, form) = identidad.asked
    assert (question["access_type"], question["prompt"]) == ("offline", "consent")
    assert question["scope"] == "https://mail.google.com/"
    assert form["client_secret"] == "GOCSPX-secreto"
    assert "GOCSPX" not in str(question) + repr(GOOGLE)


def test_each_question_has_its_own_state_and_verifier(
    gateway: IdentityGateway, identidad: IdentidadReal
) -> None:
    for _ in range(2):
        gateway.by_browser(CLIENTE, USER, identidad.browse, NoProgress())
    questions = [one for path, one in identidad.asked if path.endswith("authorize")]
    assert len({one["state"] for one in questions}) == 2
    assert len({one["code_challenge"] for one in questions}) == 2


def test_a_person_who_says_no_is_told_that_nothing_was_kept(
    gateway: IdentityGateway, identidad: IdentidadReal
) -> None:
    identidad.denies = True
    with pytest.raises(UserFacingError, match=r"^No se dio el permiso"):
        gateway.by_browser(CLIENTE, USER, identidad.browse, NoProgress())
    identidad.browser.join(10)
    assert "<script>" not in identidad.page
    assert len(identidad.asked) == 1


def test_no_browser_and_no_answer_end_with_a_sentence(
    identidad: IdentidadReal, gateway: IdentityGateway
) -> None:
    with pytest.raises(UserFacingError, match="abrir el navegador"):
        gateway.by_browser(CLIENTE, USER, lambda _address: False, NoProgress())
    short = IdentityGateway(identidad.certificado.trusting, identidad.puntos(), browser_s=0.3)
    with pytest.raises(UserFacingError, match="Pasó el tiempo"):
        short.by_browser(CLIENTE, USER, lambda _address: True, NoProgress())


def test_cancelling_closes_the_port_at_once(gateway: IdentityGateway) -> None:
    seen: list[str] = []

    def note(address: str) -> bool:
        seen.append(parse_qs(urlsplit(address).query)["redirect_uri"][0])
        return True

    with pytest.raises(Cancelled):
        gateway.by_browser(CLIENTE, USER, note, StopAt(4))
    port = urlsplit(seen[0]).port or 0
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port), 5)


def test_a_machine_that_gives_no_port_says_so(
    gateway: IdentityGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object, **__: object) -> socket.socket:
        raise OSError("in use")

    monkeypatch.setattr(retorno.socket, "create_server", busy)
    with pytest.raises(UserFacingError, match="no deja recibir la respuesta"):
        gateway.by_browser(CLIENTE, USER, lambda _address: True, NoProgress())


# What others on this machine send to the port


def _say(address: str, request: bytes) -> bytes:
    parts = urlsplit(address)
    with socket.create_connection((parts.hostname or "", parts.port or 0), 10) as one:
        one.settimeout(10)
        one.sendall(request)
        got = b""
        while part := one.recv(4096):
            got += part
    return got


def _listen(listener: ReturnListener) -> tuple[threading.Thread, list[Returned | None]]:
    found: list[Returned | None] = []
    thread = threading.Thread(target=lambda: found.append(listener.wait(NoProgress())))
    thread.start()
    return thread, found


def _get(listener: ReturnListener, host: str | None = None, **values: str) -> bytes:
    host = urlsplit(listener.address).netloc if host is None else host
    return f"GET /?{urlencode(values)} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()


def test_only_the_request_with_the_state_ends_the_waiting() -> None:
    with ReturnListener("estado-bueno", 20) as listener:
        thread, found = _listen(listener)
        host = urlsplit(listener.address).netloc
        wrong = [
            _get(listener, state="otro", code="robado"),
            _get(listener, code="robado"),
            _get(listener, "evil.example", state="estado-bueno", code="robado"),
            _get(listener, state="estado-bueno", code="x").replace(b"GET", b"POST"),
            _get(listener, state="estado-bueno", code="x").replace(b"GET /", b"GET /otra"),
            f"GET /?state=estado-bueno&state=otro&code=x HTTP/1.1\r\nHost: {host}\r\n\r\n".encode(),
            f"GET /?{'a=b&' * 40}state=estado-bueno HTTP/1.1\r\nHost: {host}\r\n\r\n".encode(),
            b"GET /?state=estado-bueno&code=x HTTP/1.1\r\n\r\n",
            b"\x16\x03\x01\x02\x00\r\n\r\n",
            b"GET http://[/ HTTP/1.1\r\nHost: " + host.encode() + b"\r\n\r\n",
        ]
        for request in wrong:
            assert b"404 Not Found" in _say(listener.address, request), request
        assert not found
        page = _say(listener.address, _get(listener, state="estado-bueno", code="4/0Ab_c-d.e~f"))
        thread.join(10)
    assert found == [Returned(code="4/0Ab_c-d.e~f")]
    assert page.startswith(b"HTTP/1.1 200 OK")
    assert b"Cache-Control: no-store" in page
    assert b"default-src 'none'" in page


def test_a_second_answer_finds_nobody(gateway: IdentityGateway, identidad: IdentidadReal) -> None:
    gateway.by_browser(CLIENTE, USER, identidad.browse, NoProgress())
    identidad.browser.join(10)
    question = identidad.asked[0][1]
    again = urlencode({"code": "codigo-9", "state": question["state"]}).encode()
    with pytest.raises(OSError, match="refused"):
        _say(question["redirect_uri"], b"GET /?" + again + b" HTTP/1.1\r\nHost: x\r\n\r\n")
    assert [path for path, _ in identidad.asked].count("/ejemplo.mx/token") == 1


def _send_without_end(one: socket.socket) -> None:
    for _ in range(2000):
        one.sendall(b"x" * 4096)
        time.sleep(0.001)


def test_silent_dripping_and_endless_connections_do_not_keep_the_browser_out() -> None:
    with ReturnListener("estado", 30) as listener:
        thread, found = _listen(listener)
        port = urlsplit(listener.address).port or 0
        held = [socket.create_connection(("127.0.0.1", port), 10) for _ in range(60)]
        for one in held[-10:]:
            one.sendall(b"GET /?state=")
        endless = socket.create_connection(("127.0.0.1", port), 10)
        with pytest.raises(OSError, match=r"reset|Broken pipe|abort"):
            _send_without_end(endless)
        page = _say(listener.address, _get(listener, state="estado", code="bueno"))
        thread.join(10)
        for one in [*held, endless]:
            one.close()
    assert found == [Returned(code="bueno")]
    assert b"200 OK" in page


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"error": "access_denied"}, Returned(error="access_denied")),
        ({"error": "<b>\r\nSet-Cookie: x"}, Returned(error="server_error")),
        ({"error": "a" * 500}, Returned(error="server_error")),
        ({"code": ""}, Returned(error="server_error")),
        ({"code": "a b\r\n"}, Returned(error="server_error")),
        ({}, Returned(error="server_error")),
    ],
)
def test_what_comes_back_is_never_shown_as_it_came(
    values: dict[str, str], expected: Returned
) -> None:
    with ReturnListener("estado", 20) as listener:
        thread, found = _listen(listener)
        page = _say(listener.address, _get(listener, **values, state="estado"))
        thread.join(10)
    assert found == [expected]
    assert b"Set-Cookie" not in page
    assert b"<b>" not in page


@given(content=st.binary(max_size=300))
def test_no_request_makes_the_listener_fail(content: bytes) -> None:
    with ReturnListener("estado", 1) as listener:
        assert listener._understood(content + b"\r\n\r\n") is None


# With a code


def test_a_code_is_shown_and_its_leave_is_waited_for(
    gateway: IdentityGateway, identidad: IdentidadReal
) -> None:
    identidad.pending, identidad.slow_down = 2, 1
    now = [0.0]

    def rest(seconds: float) -> None:
        now[0] += seconds

    gateway = IdentityGateway(
        identidad.certificado.trusting,
        identidad.puntos(),
        sleep=rest,
        monotonic=lambda: now[0],
    )
    codigo = gateway.begin_code(CLIENTE)
    assert codigo == CodigoDispositivo(
        "BCDF-GHJK", f"{identidad.base}/entrar", "dispositivo-1", 900, 1
    )
    permiso = gateway.wait_for_code(CLIENTE, codigo, NoProgress())
    assert permiso.renovacion == "1.renueva-1"
    # 1 s three times, and 5 s more after «slow_down».
    assert now[0] == pytest.approx(1 + 1 + 1 + 6)


def test_a_code_that_nobody_types_ends(identidad: IdentidadReal) -> None:
    identidad.pending = 10_000
    now = [0.0]

    def rest(seconds: float) -> None:
        now[0] += max(seconds, 120.0)

    gateway = IdentityGateway(
        identidad.certificado.trusting, identidad.puntos(), sleep=rest, monotonic=lambda: now[0]
    )
    codigo = gateway.begin_code(CLIENTE)
    with pytest.raises(UserFacingError, match="Pasó el tiempo"):
        gateway.wait_for_code(CLIENTE, codigo, NoProgress())


def test_waiting_for_a_code_can_be_cancelled_and_denied(
    gateway: IdentityGateway, identidad: IdentidadReal
) -> None:
    codigo = gateway.begin_code(CLIENTE)
    with pytest.raises(Cancelled):
        gateway.wait_for_code(CLIENTE, codigo, StopAt(3))
    identidad.denies = True
    with pytest.raises(UserFacingError, match=r"^No se dio el permiso"):
        gateway.wait_for_code(CLIENTE, codigo, NoProgress())


def test_google_is_not_asked_for_a_code(gateway: IdentityGateway, identidad: IdentidadReal) -> None:
    with pytest.raises(UserFacingError, match="Google no permite"):
        gateway.begin_code(GOOGLE)
    assert identidad.asked == []


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/entrar",
        "http://127.0.0.1/entrar",
        "https://microsoft.com@evil.example/",
        "https://microsoft.com.evil.example/",
        "javascript:alert(1)",
        "https://[",
        "",
        None,
        7,
    ],
)
def test_a_person_is_never_sent_to_a_page_of_somebody_else(
    gateway: IdentityGateway, identidad: IdentidadReal, address: object
) -> None:
    body = {"device_code": "d", "user_code": "BCDF-GHJK", "verification_uri": address}
    identidad.answers["devicecode"] = (200, json.dumps(body).encode())
    with pytest.raises(UserFacingError, match="no se entiende"):
        gateway.begin_code(CLIENTE)


# A hostile server


def _drip(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    for _ in range(600):
        handler.wfile.write(b" ")
        time.sleep(0.05)


def _drip_head(handler: BaseHTTPRequestHandler) -> None:
    for _ in range(600):
        handler.wfile.write(b"H")
        time.sleep(0.05)


def _flood(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    for _ in range(4000):
        handler.wfile.write(b"[" * 65536)


def _redirect(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(307)
    handler.send_header("Location", "https://127.0.0.1:1/robado")
    handler.send_header("Content-Length", "0")
    handler.end_headers()


LIES: dict[str, tuple[int, bytes] | Callable[[BaseHTTPRequestHandler], None]] = {
    "drip": _drip,
    "drip of headers": _drip_head,
    "flood": _flood,
    "redirection": _redirect,
    "deep JSON": (200, b"[" * 60_000),
    "deep JSON in an object": (200, b'{"access_token":' + b'{"a":' * 10_000),
    "no JSON": (200, b"<html>entre aqui</html>"),
    "other bytes": (200, b"\xff\xfe\x00"),
    "list": (200, b'["access_token"]'),
    "nothing": (200, b""),
    "no error": (400, b"{}"),
    "server error": (503, b'{"error":"temporarily_unavailable"}'),
    "unknown error": (400, b'{"error":"<b>borre todo</b>"}'),
    "error that is no text": (400, b'{"error":{"a":1}}'),
    "no kind": (200, b'{"access_token":"a"}'),
    "other kind": (200, b'{"access_token":"a","token_type":"mac"}'),
    "token that is no text": (200, b'{"access_token":["a"],"token_type":"Bearer"}'),
    "token with a separator": (200, b'{"access_token":"a\\u0001b","token_type":"Bearer"}'),
    "token with a line": (200, b'{"access_token":"a\\r\\nQUIT","token_type":"Bearer"}'),
    "long token": (200, b'{"token_type":"Bearer","access_token":"' + b"a" * 20_000 + b'"}'),
    "life that is no number": (
        200,
        b'{"access_token":"a","token_type":"Bearer","expires_in":true}',
    ),
    "negative life": (200, b'{"access_token":"a","token_type":"Bearer","expires_in":-5}'),
    "half a character": (200, b'{"access_token":"\\ud800","token_type":"Bearer"}'),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lying_server_gets_a_sentence_in_time_and_nothing_of_it_is_shown(
    identidad: IdentidadReal, lie: str
) -> None:
    gateway = IdentityGateway(identidad.certificado.trusting, identidad.puntos(), answer_s=1)
    identidad.answers["token"] = LIES[lie]
    began = time.monotonic()
    tracemalloc.start()
    try:
        with pytest.raises(MailNotSentError) as caught:
            gateway.renew(CLIENTE, "1.renueva")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert time.monotonic() - began < 30
    assert peak < 60_000_000
    error = caught.value
    assert "servidor de identidad de Microsoft" in error.message
    assert not error.permanent
    assert error.whole_server
    assert error.__cause__ is None
    for shown in ("<", "AADSTS", "@", "borre", "1.renueva", "\x1b"):
        assert shown not in error.message
    assert [path for path, _ in identidad.asked] == ["/ejemplo.mx/token"]


@pytest.mark.parametrize(
    ("code", "sentence", "permanent"),
    [
        ("invalid_grant", "Microsoft ya no acepta el permiso", True),
        ("interaction_required", "Vincule de nuevo la cuenta", True),
        ("invalid_client", "no reconoce la aplicación", True),
        ("unauthorized_client", "flujos de cliente público", True),
        ("temporarily_unavailable", "no se entiende", False),
    ],
)
def test_an_error_of_the_standard_says_what_to_do(
    gateway: IdentityGateway, identidad: IdentidadReal, code: str, sentence: str, permanent: bool
) -> None:
    body = {"error": code, "error_description": "<img src=//host/x> nomina@ejemplo.mx"}
    identidad.answers["token"] = (400, json.dumps(body).encode())
    with pytest.raises(MailNotSentError) as caught:
        gateway.renew(CLIENTE, "1.renueva")
    assert sentence in caught.value.message
    assert caught.value.permanent is permanent
    assert "<" not in caught.value.message


def test_a_leave_without_renewal_is_not_taken(
    gateway: IdentityGateway, identidad: IdentidadReal
) -> None:
    identidad.rotates = False
    with pytest.raises(UserFacingError, match="no dio un permiso que dure"):
        gateway.by_browser(CLIENTE, USER, identidad.browse, NoProgress())


def test_a_server_whose_certificate_is_not_good_learns_nothing(identidad: IdentidadReal) -> None:
    gateway = IdentityGateway(puntos=identidad.puntos(), answer_s=5)
    with pytest.raises(MailNotSentError, match="No se pudo hablar"):
        gateway.renew(CLIENTE, "1.renueva")
    assert identidad.asked == []


@pytest.mark.expects_log
def test_no_token_reaches_the_logs(
    gateway: IdentityGateway, identidad: IdentidadReal, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        permiso = gateway.by_browser(CLIENTE, USER, identidad.browse, NoProgress())
        gateway.renew(CLIENTE, permiso.renovacion)
        identidad.answers["token"] = (400, b'{"error":"invalid_grant"}')
        try:
            gateway.renew(CLIENTE, permiso.renovacion)
        except MailNotSentError:
            logging.getLogger("icsoe_desktop").exception("a renewal")
    written = "\n".join(logging.Formatter().format(record) for record in caplog.records)
    for secret in (permiso.acceso, permiso.renovacion, "codigo-1", USER):
        assert secret not in written
        assert secret not in repr(permiso)


def test_production_reaches_only_the_providers_and_only_over_tls() -> None:
    gateway = IdentityGateway()
    assert gateway.puntos is PUNTOS
    addresses = [
        (one.autorizar, one.token, one.dispositivo or one.token) for one in PUNTOS.values()
    ]
    hosts = {urlsplit(address).netloc for three in addresses for address in three}
    assert hosts == {
        "login.microsoftonline.com",
        "accounts.google.com",
        "oauth2.googleapis.com",
    }
    assert {urlsplit(address).scheme for three in addresses for address in three} == {"https"}


@pytest.mark.parametrize(
    ("cliente", "inquilino", "secreto", "campo"),
    [
        ("", "", "", "cliente"),
        ("corto", "", "", "cliente"),
        ("a/../../token?x=", "", "", "cliente"),
        (CLIENT, "../otro", "", "inquilino"),
        (CLIENT, "a..b", "", "inquilino"),
        (CLIENT, "evil.example/#", "", "inquilino"),
        (CLIENT, "", "dos palabras", "secreto"),
        (CLIENT, "", "ñ" * 20, "secreto"),
    ],
)
def test_an_application_that_cannot_be_is_refused_by_its_field(
    cliente: str, inquilino: str, secreto: str, campo: str
) -> None:
    with pytest.raises(InvalidInputError) as caught:
        ClienteOAuth.parse(ProveedorIdentidad.MICROSOFT, cliente, inquilino, secreto)
    assert caught.value.campo == campo
