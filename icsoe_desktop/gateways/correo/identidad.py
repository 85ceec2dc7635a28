"""Asks the identity server of a mail provider for tokens to send mail, over bounded HTTPS.

Every answer is read up to 64 kB and 30 s, without following redirections. Nothing that a server
wrote is shown or logged, except an error code of RFC 6749.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from icsoe_desktop.domain.correo_oauth import (
    PUNTOS,
    ClienteOAuth,
    CodigoDispositivo,
    PermisoCorreo,
    ProveedorIdentidad,
    PuntosIdentidad,
    error_code,
)
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gateways.correo.fallos import MailNotSentError
from icsoe_desktop.gateways.correo.retorno import ReturnListener
from icsoe_desktop.gateways.trust import system_tls
from icsoe_desktop.jobs import Progress

MAX_ANSWER_BYTES: Final = 64 * 1024
ANSWER_S: Final = 30.0
BROWSER_S: Final = 300.0
SLOWER_S: Final = 5
GRANT_DEVICE: Final = "urn:ietf:params:oauth:grant-type:device_code"
PLAIN: Final = {"Accept": "application/json", "Accept-Encoding": "identity"}

NOT_REACHED = (
    "No se pudo hablar con el servidor de identidad de {proveedor}. Revise la conexión a internet "
    "de este equipo e inténtelo más tarde."
)
NOT_UNDERSTOOD = (
    "El servidor de identidad de {proveedor} contestó algo que no se entiende. No se guardó nada. "
    "Inténtelo más tarde; si sucede siempre, avise a quien administra sus equipos."
)
REVOKED = (
    "{proveedor} ya no acepta el permiso de la cuenta de correo: se retiró, venció o cambió la "
    "contraseña. Los correos siguen en Correos por enviar. Vincule de nuevo la cuenta en Servidor "
    "de correo y saldrán solos."
)
DENIED = (
    "No se dio el permiso: se canceló, o su organización pide que lo apruebe quien la administra. "
    "No se guardó nada; los correos siguen en espera."
)
TOO_LATE = (
    "Pasó el tiempo para dar el permiso. No se guardó nada. Elija otra vez «Vincular cuenta»."
)
WRONG_CLIENT = (
    "{proveedor} no reconoce la aplicación, o ésta no puede pedir este permiso. Revise su "
    "identificador (y el inquilino o el secreto) con quien la registró; en Microsoft debe permitir "
    "flujos de cliente público."
)
NO_RENEWAL = (
    "{proveedor} no dio un permiso que dure. No se guardó nada. Quien registró la aplicación debe "
    "permitirle el acceso sin conexión."
)
NO_CODE = (
    "Google no permite dar este permiso con un código. Use «En el navegador de este equipo». No se "
    "guardó nada."
)
NO_BROWSER = (
    "No se pudo abrir el navegador de este equipo. No se guardó nada. Con Microsoft puede dar el "
    "permiso con un código."
)
_SENTENCES: Final = {
    "access_denied": DENIED,
    "authorization_declined": DENIED,
    "expired_token": TOO_LATE,
    "invalid_client": WRONG_CLIENT,
    "unauthorized_client": WRONG_CLIENT,
    "invalid_scope": WRONG_CLIENT,
    "invalid_request": WRONG_CLIENT,
}
_REVOKED: Final = {"invalid_grant", "interaction_required", "consent_required", "login_required"}
_WAIT: Final = {"authorization_pending", "slow_down"}


@dataclass(frozen=True)
class _Answer:
    status: int
    values: Mapping[str, object]

    @property
    def error(self) -> str:
        return error_code(self.values)


class IdentityGateway:
    """tls: makes the TLS context. puntos: the providers; only tests give others.

    sleep, monotonic: for waiting between two questions.
    """

    def __init__(
        self,
        tls: Callable[[], ssl.SSLContext] = system_tls,
        puntos: Mapping[ProveedorIdentidad, PuntosIdentidad] = PUNTOS,
        *,
        answer_s: float = ANSWER_S,
        browser_s: float = BROWSER_S,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._tls = tls
        self.puntos = puntos
        self._answer_s = answer_s
        self._browser_s = browser_s
        self._sleep = sleep
        self._monotonic = monotonic

    def by_browser(
        self,
        cliente: ClienteOAuth,
        usuario: str,
        open_browser: Callable[[str], bool],
        progress: Progress,
    ) -> PermisoCorreo:
        """The tokens of a grant to which a person consents in this desktop's browser.

        Raises UserFacingError and Cancelled.
        """
        puntos = self.puntos[cliente.proveedor]
        state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(64)
        with ReturnListener(state, self._browser_s, self._monotonic) as listener:
            question = {
                "client_id": cliente.cliente,
                "response_type": "code",
                "redirect_uri": listener.address,
                "scope": puntos.alcance,
                "state": state,
                "code_challenge": challenge_of(verifier),
                "code_challenge_method": "S256",
                "login_hint": usuario,
                **dict(puntos.extra),
            }
            if not open_browser(f"{_at(puntos.autorizar, cliente)}?{urlencode(question)}"):
                raise UserFacingError(NO_BROWSER)
            returned = listener.wait(progress)
            address = listener.address
        if returned is None:
            raise UserFacingError(TOO_LATE)
        if returned.error in _REVOKED:
            raise UserFacingError(DENIED)
        if returned.error:
            raise self._refused(returned.error, cliente)
        answer = self._ask(
            puntos.token,
            cliente,
            {
                "grant_type": "authorization_code",
                "code": returned.code,
                "redirect_uri": address,
                "code_verifier": verifier,
            },
        )
        return self._lasting(answer, cliente)

    def begin_code(self, cliente: ClienteOAuth) -> CodigoDispositivo:
        """The code that a person types in any browser. Raises UserFacingError."""
        puntos = self.puntos[cliente.proveedor]
        if not puntos.dispositivo:
            raise UserFacingError(NO_CODE)
        answer = self._ask(puntos.dispositivo, cliente, {"scope": puntos.alcance})
        if answer.error:
            raise self._refused(answer.error, cliente)
        try:
            found = CodigoDispositivo.read(answer.values)
            page = urlsplit(found.direccion)
            # The user opens this page and signs in: only the provider's own hosts are accepted.
            good = page.scheme == "https" and page.netloc.lower() in puntos.paginas
        except ValueError:
            good = False
        if answer.status != 200 or not good:
            raise UserFacingError(_of(NOT_UNDERSTOOD, cliente))
        return found

    def wait_for_code(
        self, cliente: ClienteOAuth, codigo: CodigoDispositivo, progress: Progress
    ) -> PermisoCorreo:
        """Ask until the person has consented. Raises UserFacingError and Cancelled."""
        puntos, every = self.puntos[cliente.proveedor], float(codigo.cada)
        end = self._monotonic() + codigo.dura
        while True:
            self._rest(every, end, progress)
            if self._monotonic() >= end:
                raise UserFacingError(TOO_LATE)
            try:
                answer = self._ask(
                    puntos.token,
                    cliente,
                    {"grant_type": GRANT_DEVICE, "device_code": codigo.dispositivo},
                )
            except MailNotSentError:
                # RFC 8628 §3.5: a lost question is asked again, more slowly.
                every = min(every * 2, 60.0)
                continue
            if answer.error not in _WAIT:
                return self._lasting(answer, cliente)
            if answer.error == "slow_down":
                every = min(every + SLOWER_S, 60.0)

    def renew(self, cliente: ClienteOAuth, renovacion: str) -> PermisoCorreo:
        """New tokens for a refresh token. Raises MailNotSentError."""
        answer = self._ask(
            self.puntos[cliente.proveedor].token,
            cliente,
            {"grant_type": "refresh_token", "refresh_token": renovacion},
        )
        try:
            return self._permiso(answer, cliente)
        except MailNotSentError:
            raise
        except UserFacingError as error:
            raise MailNotSentError(error.message, permanent=True, whole_server=True) from None

    def _rest(self, seconds: float, end: float, progress: Progress) -> None:
        until = min(self._monotonic() + seconds, end)
        while (left := until - self._monotonic()) > 0:
            progress.report(0, None, "")
            self._sleep(min(left, 0.2))
        progress.report(0, None, "")

    def _lasting(self, answer: _Answer, cliente: ClienteOAuth) -> PermisoCorreo:
        if answer.error in _REVOKED:
            raise UserFacingError(DENIED)
        permiso = self._permiso(answer, cliente)
        if not permiso.renovacion:
            raise UserFacingError(_of(NO_RENEWAL, cliente))
        return permiso

    def _permiso(self, answer: _Answer, cliente: ClienteOAuth) -> PermisoCorreo:
        if answer.error:
            raise self._refused(answer.error, cliente)
        try:
            if answer.status != 200:
                raise ValueError(answer.status)
            return PermisoCorreo.read(answer.values)
        except ValueError:
            raise _later(NOT_UNDERSTOOD, cliente) from None

    def _refused(self, code: str, cliente: ClienteOAuth) -> UserFacingError:
        if code in _REVOKED:
            return MailNotSentError(_of(REVOKED, cliente), permanent=True, whole_server=True)
        if code in _SENTENCES:
            return UserFacingError(_of(_SENTENCES[code], cliente))
        # server_error, temporarily_unavailable, and what no standard names.
        return _later(NOT_UNDERSTOOD, cliente)

    def _ask(self, address: str, cliente: ClienteOAuth, form: Mapping[str, str]) -> _Answer:
        import requests

        from icsoe_desktop.gateways.https import TIMEOUT_S, chunks, deadline, open_session

        fields = {"client_id": cliente.cliente, **form}
        if cliente.secreto:
            fields["client_secret"] = cliente.secreto
        try:
            with (
                open_session(self._tls) as session,
                deadline(session, self._answer_s),
                session.post(
                    _at(address, cliente),
                    data=fields,
                    timeout=TIMEOUT_S,
                    stream=True,
                    headers=PLAIN,
                    # A redirection would send the token to another host.
                    allow_redirects=False,
                    auth=_no_netrc,
                ) as answer,
            ):
                content = bytearray()
                for part in chunks(answer, MAX_ANSWER_BYTES):
                    content += part
                    if len(content) > MAX_ANSWER_BYTES:
                        raise _later(NOT_UNDERSTOOD, cliente)
                status = answer.status_code
        except requests.RequestException:
            # Without the cause: its text holds addresses and what the server wrote.
            raise _later(NOT_REACHED, cliente) from None
        if status >= 500 or 300 <= status < 400:
            raise _later(NOT_UNDERSTOOD, cliente)
        try:
            values = json.loads(bytes(content))
        except (ValueError, RecursionError):
            raise _later(NOT_UNDERSTOOD, cliente) from None
        if not isinstance(values, dict):
            raise _later(NOT_UNDERSTOOD, cliente)
        return _Answer(status, values)


def challenge_of(verifier: str) -> str:
    """RFC 7636 §4.2, S256."""
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


def _no_netrc(request: Any) -> Any:
    """requests would add a password of ~/.netrc for this host."""
    return request


def _at(address: str, cliente: ClienteOAuth) -> str:
    return address.replace("{inquilino}", cliente.inquilino)


def _of(sentence: str, cliente: ClienteOAuth) -> str:
    return sentence.replace("{proveedor}", cliente.proveedor.value)


def _later(sentence: str, cliente: ClienteOAuth) -> MailNotSentError:
    return MailNotSentError(_of(sentence, cliente), permanent=False, whole_server=True)
