"""The kept refresh token of OAuth 2.0, and its access tokens, which stay in memory.

Setting `correo.vinculo`: which account, by which application. `correo.permiso`: sealed, the refresh
token and the application's secret. A contratista has its own, as with the server.
"""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from icsoe_desktop.domain.correo import ServidorCorreo
from icsoe_desktop.domain.correo_oauth import (
    MARGIN_S,
    ClienteOAuth,
    PermisoCorreo,
    ProveedorIdentidad,
)
from icsoe_desktop.gateways.correo.fallos import MailNotSentError, TokenRefusedError
from icsoe_desktop.gateways.correo.identidad import IdentityGateway
from icsoe_desktop.gateways.correo.smtp import AccessToken, MailConnection, MailGateway
from icsoe_desktop.seguridad.data_key import SealBrokenError
from icsoe_desktop.store.ajustes import find_setting, keep_values, kept_values, setting
from icsoe_desktop.store.engine import Store

LINK: Final = "correo.vinculo"
GRANT: Final = "correo.permiso"


def owned(setting_name: str, own: uuid.UUID | None) -> str:
    """The name of a mail setting of that owner; None for the machine's."""
    return setting_name if own is None else f"{setting_name}.{own.hex}"


@dataclass(frozen=True)
class Vinculo:
    """A mail account with a grant to this program. retirado: its provider revoked the grant."""

    servidor: str
    usuario: str
    cliente: ClienteOAuth
    desde: datetime
    retirado: bool = False

    def of_account(self, servidor: ServidorCorreo) -> bool:
        return (self.servidor, self.usuario) == (servidor.servidor, servidor.usuario)


@dataclass(frozen=True)
class CuentaCorreo:
    """A server with what enters its account, for sending.

    vinculo, renovacion: with OAuth 2.0; the password is then empty. own: whose link it is.
    """

    servidor: ServidorCorreo
    contrasena: str = field(repr=False)
    vinculo: Vinculo | None = None
    renovacion: str = field(default="", repr=False)
    own: uuid.UUID | None = None


@dataclass(frozen=True)
class _Access:
    token: AccessToken
    renovacion: str = field(repr=False)
    got: datetime
    until: datetime


class CredencialesCorreo:
    """own: the contratista whose account it is; None for the machine's."""

    def __init__(self, store: Store, identidad: IdentityGateway) -> None:
        self._store = store
        self._identidad = identidad
        self._access: dict[uuid.UUID | None, _Access] = {}
        self._lock = threading.Lock()

    def vinculo(self, db: Session, own: uuid.UUID | None) -> Vinculo | None:
        kept = kept_values(db, owned(LINK, own))
        if not kept:
            return None
        secreto = self._grant(db, own).get("secreto", "")
        cliente = ClienteOAuth(
            proveedor=ProveedorIdentidad(kept["proveedor"]),
            cliente=kept["cliente"],
            inquilino=kept["inquilino"],
            secreto=secreto,
        )
        return Vinculo(
            kept["servidor"],
            kept["usuario"],
            cliente,
            datetime.fromisoformat(kept["desde"]),
            bool(kept.get("retirado")),
        )

    def renovacion(self, db: Session, own: uuid.UUID | None) -> str:
        return self._grant(db, own).get("renovacion", "")

    def keep(
        self, db: Session, own: uuid.UUID | None, vinculo: Vinculo, permiso: PermisoCorreo
    ) -> None:
        keep_values(
            db,
            self._store,
            owned(LINK, own),
            {
                "servidor": vinculo.servidor,
                "usuario": vinculo.usuario,
                "proveedor": vinculo.cliente.proveedor.value,
                "cliente": vinculo.cliente.cliente,
                "inquilino": vinculo.cliente.inquilino,
                "desde": vinculo.desde.isoformat(),
            },
        )
        self._seal(db, own, permiso.renovacion, vinculo.cliente.secreto)
        with self._lock:
            self._access.pop(own, None)

    def forget(self, db: Session, own: uuid.UUID | None) -> None:
        """Remove the grant, in the caller's transaction."""
        for nombre in (LINK, GRANT):
            row = find_setting(db, owned(nombre, own))
            if row is not None:
                db.delete(row)
        with self._lock:
            self._access.pop(own, None)

    @contextmanager
    def connected(self, smtp: MailGateway, cuenta: CuentaCorreo) -> Iterator[MailConnection]:
        """A connection of this account. A token that the server finds too old is renewed once.

        Raises MailNotSentError.
        """
        with ExitStack() as stack:
            vinculo = cuenta.vinculo
            if vinculo is None:
                yield stack.enter_context(smtp.connect(cuenta.servidor, cuenta.contrasena))
                return
            kept = self._kept(cuenta)
            try:
                token = kept or self._renewed(cuenta, vinculo)
                conexion = stack.enter_context(smtp.connect(cuenta.servidor, token))
            except TokenRefusedError:
                if kept is None:
                    raise
                token = self._renewed(cuenta, vinculo)
                conexion = stack.enter_context(smtp.connect(cuenta.servidor, token))
            yield conexion

    def _kept(self, cuenta: CuentaCorreo) -> AccessToken | None:
        """The access token in memory, if it is of this grant and is not near its end."""
        now = self._store.clock()
        with self._lock:
            known = self._access.get(cuenta.own)
        if known is None or known.renovacion != cuenta.renovacion:
            return None
        # Before `got` the clock was moved back: nobody knows how old the token is.
        return known.token if known.got <= now < known.until else None

    def _renewed(self, cuenta: CuentaCorreo, vinculo: Vinculo) -> AccessToken:
        """Ask for another token. Outside of any transaction: a server may take its time."""
        try:
            permiso = self._identidad.renew(vinculo.cliente, cuenta.renovacion)
        except MailNotSentError as error:
            if error.permanent:
                self._note_refused(cuenta)
            raise
        renovacion = self._replace(cuenta, vinculo, permiso)
        now = self._store.clock()
        life = timedelta(seconds=max(permiso.dura - MARGIN_S, permiso.dura // 2))
        token = AccessToken(permiso.acceso)
        with self._lock:
            self._access[cuenta.own] = _Access(token, renovacion, now, now + life)
        return token

    def _replace(self, cuenta: CuentaCorreo, vinculo: Vinculo, permiso: PermisoCorreo) -> str:
        """Keep the newer token, unless the link was changed or removed meanwhile."""
        newer = permiso.renovacion or cuenta.renovacion
        if newer == cuenta.renovacion and not vinculo.retirado:
            return newer
        with self._store.write() as db:
            if self.renovacion(db, cuenta.own) == cuenta.renovacion:
                self._seal(db, cuenta.own, newer, vinculo.cliente.secreto)
                self._mark(db, cuenta.own, retirado=False)
        return newer

    def _note_refused(self, cuenta: CuentaCorreo) -> None:
        with self._store.write() as db:
            if self.renovacion(db, cuenta.own) == cuenta.renovacion:
                self._mark(db, cuenta.own, retirado=True)

    def _mark(self, db: Session, own: uuid.UUID | None, *, retirado: bool) -> None:
        name = owned(LINK, own)
        keep_values(db, self._store, name, {**kept_values(db, name), "retirado": retirado})

    def _seal(self, db: Session, own: uuid.UUID | None, renovacion: str, secreto: str) -> None:
        row = setting(db, self._store, owned(GRANT, own))
        text = json.dumps({"renovacion": renovacion, "secreto": secreto})
        row.sellado = self._store.key.seal(text.encode(), "ajustes", row.id, "sellado")

    def _grant(self, db: Session, own: uuid.UUID | None) -> dict[str, str]:
        row = find_setting(db, owned(GRANT, own))
        if row is None or row.sellado is None:
            return {}
        try:
            text = self._store.key.unseal(row.sellado, "ajustes", row.id, "sellado")
        except SealBrokenError:
            return {}
        kept: dict[str, str] = json.loads(text)
        return kept
