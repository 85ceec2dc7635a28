"""A real identity server on this machine (RFC 6749, 7636, 8252, 8628), which can be told to lie."""

from __future__ import annotations

import base64
import hashlib
import json
import ssl
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from icsoe_desktop.domain.correo_oauth import (
    PUNTOS,
    ClienteOAuth,
    ProveedorIdentidad,
    PuntosIdentidad,
)
from tests.support.smtp_real import (
    Certificado,
    OAuthSmtp,
    SmtpReal,
    make_certificado,
    smtp_server,
)

CLIENT = "11111111-2222-3333-4444-555555555555"
CLIENTE = ClienteOAuth(
    proveedor=ProveedorIdentidad.MICROSOFT, cliente=CLIENT, inquilino="ejemplo.mx"
)
GRANT_DEVICE = "urn:ietf:params:oauth:grant-type:device_code"


@dataclass
class IdentidadReal:
    """What it gave and was asked.

    given: called with each access token, so that a mail server accepts it.
    answers: by path, (status, body) instead of the right answer; a callable writes it itself.
    pending: how often it says that the person has not typed the code yet.
    denies: the person says no.
    """

    port: int
    certificado: Certificado
    given: Callable[[str], None] = lambda _token: None
    answers: dict[str, tuple[int, bytes] | Callable[[BaseHTTPRequestHandler], None]] = field(
        default_factory=dict
    )
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    renewals: set[str] = field(default_factory=set)
    pending: int = 0
    slow_down: int = 0
    denies: bool = False
    life: Any = 3600
    rotates: bool = True
    number: int = 0

    @property
    def base(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    def puntos(self) -> dict[ProveedorIdentidad, PuntosIdentidad]:
        """The providers of the product, on this machine."""
        here = replace(
            PUNTOS[ProveedorIdentidad.MICROSOFT],
            autorizar=self.base + "/{inquilino}/authorize",
            token=self.base + "/{inquilino}/token",
            dispositivo=self.base + "/{inquilino}/devicecode",
            servidores=("127.0.0.1",),
            paginas=(f"127.0.0.1:{self.port}",),
        )
        google = PUNTOS[ProveedorIdentidad.GOOGLE]
        return {
            ProveedorIdentidad.MICROSOFT: here,
            ProveedorIdentidad.GOOGLE: replace(
                google, autorizar=self.base + "/authorize", token=self.base + "/token"
            ),
        }

    def revoke(self) -> None:
        self.renewals.clear()

    def tokens(self, scope: str = "") -> dict[str, object]:
        self.number += 1
        access, renewal = f"acceso-{self.number}", f"1.renueva-{self.number}"
        self.renewals.add(renewal)
        self.given(access)
        found: dict[str, object] = {
            "token_type": "Bearer",
            "scope": scope,
            "expires_in": self.life,
            "access_token": access,
        }
        if self.rotates:
            found["refresh_token"] = renewal
        return found

    def answer(self, path: str, form: dict[str, str]) -> tuple[int, dict[str, object]]:
        if form.get("client_id") != CLIENT:
            return 400, _error("unauthorized_client")
        if path.endswith("/devicecode"):
            return 200, {
                "device_code": "dispositivo-1",
                "user_code": "BCDF-GHJK",
                "verification_uri": f"{self.base}/entrar",
                "expires_in": 900,
                "interval": 1,
                "message": "<b>no se muestra</b>",
            }
        match form.get("grant_type"):
            case "authorization_code":
                return self._by_code(form)
            case "refresh_token":
                if form.get("refresh_token") not in self.renewals:
                    return 400, _error("invalid_grant")
                return 200, self.tokens()
            case str(kind) if kind == GRANT_DEVICE:
                return self._by_device(form)
        return 400, _error("unsupported_grant_type")

    def _by_code(self, form: dict[str, str]) -> tuple[int, dict[str, object]]:
        asked = self.codes.pop(form.get("code", ""), None)
        if asked is None or form.get("redirect_uri") != asked["redirect_uri"]:
            return 400, _error("invalid_grant")
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != asked["code_challenge"]:
            return 400, _error("invalid_grant")
        return 200, self.tokens(asked["scope"])

    def _by_device(self, form: dict[str, str]) -> tuple[int, dict[str, object]]:
        if form.get("device_code") != "dispositivo-1":
            return 400, _error("bad_verification_code")
        if self.pending:
            self.pending -= 1
            return 400, _error("authorization_pending")
        if self.slow_down:
            self.slow_down -= 1
            return 400, _error("slow_down")
        return (400, _error("authorization_declined")) if self.denies else (200, self.tokens())

    def authorize(self, question: dict[str, str]) -> str:
        """Where the browser is sent back to."""
        if self.denies:
            back = {"error": "access_denied", "error_description": "<script>alert(1)</script>"}
        else:
            code = f"codigo-{len(self.codes) + 1}"
            self.codes[code] = question
            back = {"code": code}
        return f"{question['redirect_uri']}?{urlencode({**back, 'state': question['state']})}"

    def browse(self, address: str) -> bool:
        """What a browser does with the question: follows it, and the way back."""
        trusting = urllib.request.HTTPSHandler(context=self.certificado.trusting())

        def walk() -> None:
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), trusting)
            with opener.open(address, timeout=20) as page:
                self.page = page.read().decode()

        self.browser = threading.Thread(target=walk, daemon=True)
        self.browser.start()
        return True


def _error(code: str) -> dict[str, object]:
    return {
        "error": code,
        "error_description": "AADSTS70000: \x1b[31m<img src=//host/x> nomina@ejemplo.mx\r\n",
    }


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up in the middle: what some tests want."""


@contextmanager
def identity_server(certificado: Certificado) -> Iterator[IdentidadReal]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            question = {name: one[0] for name, one in parse_qs(parts.query).items()}
            real.asked.append((parts.path, question))
            self.send_response(302)
            self.send_header("Location", real.authorize(question))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", "0"))
            sent = parse_qs(self.rfile.read(length).decode(), keep_blank_values=True)
            form = {name: one[0] for name, one in sent.items()}
            real.asked.append((self.path, form))
            told = real.answers.get(self.path.rsplit("/", 1)[-1])
            if callable(told):
                told(self)
                return
            status, body = told or _json(real.answer(self.path, form))
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return None

    server = _Server(("127.0.0.1", 0), Handler)
    context: ssl.SSLContext = certificado.server
    server.socket = context.wrap_socket(server.socket, server_side=True)
    real = IdentidadReal(server.server_address[1], certificado)
    thread = threading.Thread(target=server.serve_forever, args=[0.01], daemon=True)
    thread.start()
    try:
        yield real
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _json(found: tuple[int, dict[str, object]]) -> tuple[int, bytes]:
    return found[0], json.dumps(found[1]).encode()


@pytest.fixture
def oauth_smtp() -> Iterator[SmtpReal]:
    with smtp_server(login=True, kind=OAuthSmtp) as real:
        yield real


@pytest.fixture
def identidad(
    tmp_path: Path, oauth_smtp: SmtpReal, monkeypatch: pytest.MonkeyPatch
) -> Iterator[IdentidadReal]:
    """An identity server whose tokens the mail server takes."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    folder = tmp_path / "identidad"
    folder.mkdir()
    with identity_server(make_certificado(folder)) as real:
        real.given = oauth_smtp.tokens.add
        yield real
