"""Resets a forgotten password with a one-time code by mail, or with the printed recovery code."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from icsoe_desktop.domain.correo import MensajeCorreo
from icsoe_desktop.domain.identificadores.contacto import Correo
from icsoe_desktop.errors import InvalidInputError, UserFacingError
from icsoe_desktop.gateways.boveda.boveda import Boveda
from icsoe_desktop.services.acceso.contrasenas import hash_password
from icsoe_desktop.services.acceso.idse import enabled, sesion_of
from icsoe_desktop.services.acceso.intentos import Intentos
from icsoe_desktop.services.acceso.usuarios import politica_of
from icsoe_desktop.services.bitacora.service import Accion, BitacoraService
from icsoe_desktop.services.correo.buzon import BuzonService
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables.acceso import CodigoRow, UsuarioRow

DIGITS = 8
GOOD_FOR = timedelta(minutes=15)
TRIES = 5
# Limit for all mails together. The people of one office stay below it. A program that guesses mails
# does not.
FREE_REQUESTS_OF_ALL = 10
OBJETO = "usuario"
EVERYBODY = "solicitud de todos"

UNKNOWN = (
    "No hay un usuario habilitado con ese correo electrónico. No se envió nada. Revise el correo "
    "o pida a un usuario habilitado que lo dé de alta."
)
WRONG_CODE = (
    "El código no es correcto o ya no sirve. Su contraseña no cambió. Revise el último correo que "
    "recibió, o solicite otro código."
)
SUBJECT_CODE = "Código para recuperar su contraseña"
TEXT_CODE = """\
Hola, {nombre}:

Su código para recuperar la contraseña de Conexión en línea con IDSE es:

    {codigo}

Sirve una sola vez y durante {minutos} minutos desde que lo solicitó. Escríbalo en la ventana
«Recuperar contraseña» del mismo equipo.

Nadie de su empresa ni de ICSOE Desktop le pedirá este código. Si usted no lo solicitó, no haga
nada: su contraseña sigue siendo la misma.
"""
SUBJECT_CHANGED = "Su contraseña se cambió"
TEXT_CHANGED = """\
Hola, {nombre}:

La contraseña de su usuario de Conexión en línea con IDSE se cambió {como}.

Si no fue usted, avise hoy mismo a quien administra el equipo y solicite un código para recuperar
su contraseña.
"""


@dataclass(frozen=True)
class CodigoSolicitado:
    """A requested code.

    hay_servidor: False if no mail server is configured, so that the mail cannot leave.
    """

    correo: str
    vence: datetime
    hay_servidor: bool


class RecuperacionService:
    def __init__(
        self,
        store: Store,
        boveda: Boveda,
        bitacora: BitacoraService,
        buzon: BuzonService,
        largo_minimo: int = 0,
    ) -> None:
        """largo_minimo: of new passwords, from the machine's policy; 0 without one."""
        self.largo_minimo = largo_minimo
        self._store = store
        self._boveda = boveda
        self._note = bitacora.about(OBJETO)
        self._buzon = buzon
        self._intentos = Intentos(store)
        self._requests_of_all = Intentos(store, FREE_REQUESTS_OF_ALL)

    def request(self, correo: str) -> CodigoSolicitado:
        """Put a one-time code in the buzón. The user's earlier codes become invalid.

        Raises InvalidInputError (campo «correo») if no enabled user has this mail, and
        TooManyAttemptsError.
        """
        buscado = Correo.parse(correo).valor.casefold()
        with self._store.write() as db:
            self._intentos.check(db, _requests_of(buscado))
            self._requests_of_all.check(db, EVERYBODY)
            self._intentos.failed(db, _requests_of(buscado))
            self._requests_of_all.failed(db, EVERYBODY)
            usuario = enabled(db, buscado)
            solicitado = None if usuario is None else self._new_code(db, usuario)
        if solicitado is None:
            raise InvalidInputError(UNKNOWN, "correo")
        return solicitado

    def reset(self, correo: str, codigo: str, nueva_contrasena: str) -> None:
        """Change the password of the user who received `codigo`. The code becomes invalid.

        Takes about 0.6 s. Raises InvalidInputError (campo «codigo» or «contrasena») and
        TooManyAttemptsError. A password that the policy refuses does not count as an attempt.
        """
        buscado = _folded_mail(correo)
        politica_of(buscado, largo=self.largo_minimo).check(nueva_contrasena)
        digits = "".join(c for c in codigo if c in "0123456789")
        hashed = hash_password(nueva_contrasena)
        with self._store.write() as db:
            self._intentos.check(db, _codes_of(buscado))
            usuario = enabled(db, buscado)
            row = _code(db, usuario)
            right = usuario is not None and self._fits(row, digits)
            if usuario is not None and row is not None and right:
                row.usado = True
                self._change(db, usuario, nueva_contrasena, hashed, "con un código por correo")
            else:
                self._intentos.failed(db, _codes_of(buscado))
                if row is not None:
                    row.fallos += 1
        if not right:
            raise InvalidInputError(WRONG_CODE, "codigo")

    def reset_with_recovery_code(
        self, correo: str, codigo_de_recuperacion: str, nueva_contrasena: str
    ) -> None:
        """Change the password with the printed recovery code, which stays valid. Needs no mail.

        Raises StoreLockedError for a wrong code, InvalidInputError (campo «correo» or «contrasena»)
        and TooManyAttemptsError.
        """
        buscado = _folded_mail(correo)
        politica_of(buscado, largo=self.largo_minimo).check(nueva_contrasena)
        with self._store.read() as db:
            self._intentos.check(db, _printed_codes_of(buscado))
        try:
            self._boveda.open_with_recovery_code(codigo_de_recuperacion)
        except UserFacingError:
            with self._store.write() as db:
                self._intentos.failed(db, _printed_codes_of(buscado))
            raise
        hashed = hash_password(nueva_contrasena)
        with self._store.write() as db:
            usuario = enabled(db, buscado)
            if usuario is None:
                raise InvalidInputError(UNKNOWN, "correo")
            self._change(
                db, usuario, nueva_contrasena, hashed, "con el código de recuperación de los datos"
            )

    def _new_code(self, db: Session, usuario: UsuarioRow) -> CodigoSolicitado:
        former = list(db.scalars(select(CodigoRow.id).where(CodigoRow.usuario_id == usuario.id)))
        db.execute(delete(CodigoRow).where(CodigoRow.id.in_(former)))
        self._buzon.withdraw(db, former)
        codigo = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
        codigo_id = self._store.new_id()
        vence = self._store.clock() + GOOD_FOR
        db.add(
            CodigoRow(
                id=codigo_id,
                usuario_id=usuario.id,
                codigo_hash=self._hashed(codigo_id, codigo),
                vence=vence,
                fallos=0,
                usado=False,
            )
        )
        texto = TEXT_CODE.format(
            nombre=usuario.nombres,
            codigo=f"{codigo[:4]} {codigo[4:]}",
            minutos=int(GOOD_FOR.total_seconds() // 60),
        )
        # The mail has the id of its code, so that the next code can withdraw it.
        self._buzon.enqueue(
            db,
            MensajeCorreo(para=usuario.correo, asunto=SUBJECT_CODE, texto=texto),
            vence,
            codigo_id,
        )
        self._note(db, None, Accion.CODIGO_SOLICITADO, usuario.id)
        return CodigoSolicitado(usuario.correo, vence, self._buzon.can_send(db))

    def _fits(self, row: CodigoRow | None, digits: str) -> bool:
        now = self._store.clock()
        if row is None or row.usado or row.fallos >= TRIES:
            return False
        # Check the earliest time too: moving the clock back must not make a code valid for ever.
        if not row.vence - GOOD_FOR <= now < row.vence:
            return False
        return hmac.compare_digest(row.codigo_hash, self._hashed(row.id, digits))

    def _change(self, db: Session, usuario: UsuarioRow, nueva: str, hashed: str, como: str) -> None:
        # Before the commit: if a crash comes between, the user can request another code. The other
        # order could leave a user whose password opens no data.
        self._boveda.set_password(self._store.key, usuario.id, nueva)
        usuario.contrasena_hash = hashed
        usuario.actualizado = self._store.clock()
        former = list(db.scalars(select(CodigoRow.id).where(CodigoRow.usuario_id == usuario.id)))
        self._buzon.withdraw(db, former)
        db.execute(delete(CodigoRow).where(CodigoRow.id.in_(former), CodigoRow.usado.is_(False)))
        buscado = usuario.correo_buscado
        # The login counts failures by the first name.
        for quien in (buscado, _requests_of(buscado), _codes_of(buscado)):
            self._intentos.succeeded(db, quien)
        self._note(db, sesion_of(usuario), Accion.CONTRASENA_CAMBIADA, usuario.id, como)
        texto = TEXT_CHANGED.format(nombre=usuario.nombres, como=como)
        self._buzon.enqueue(
            db, MensajeCorreo(para=usuario.correo, asunto=SUBJECT_CHANGED, texto=texto)
        )

    def _hashed(self, codigo_id: uuid.UUID, digits: str) -> bytes:
        text = f"codigo|{codigo_id.hex}|{digits}".encode()
        return hmac.digest(self._store.key.index_key(), text, hashlib.sha256)


def _folded_mail(correo: str) -> str:
    return Correo.parse(correo).valor.casefold()


def _requests_of(buscado: str) -> str:
    return f"solicitud|{buscado}"


def _codes_of(buscado: str) -> str:
    return f"código|{buscado}"


def _printed_codes_of(buscado: str) -> str:
    return f"código impreso|{buscado}"


def _code(db: Session, usuario: UsuarioRow | None) -> CodigoRow | None:
    if usuario is None:
        return None
    return db.scalars(
        select(CodigoRow).where(CodigoRow.usuario_id == usuario.id).order_by(CodigoRow.id.desc())
    ).first()
