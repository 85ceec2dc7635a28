"""Activation links from mails: creates, confirms or resets a capturista's password."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from icsoe_desktop.domain.acceso.avisos import AVISO_ICSOE_VERSION
from icsoe_desktop.domain.acceso.contrasena import POLITICA_ICSOE
from icsoe_desktop.domain.acceso.sesion import Rol, Sesion
from icsoe_desktop.domain.icsoe.capturista import Estatus, parse_code
from icsoe_desktop.domain.identificadores.contacto import Correo
from icsoe_desktop.domain.identificadores.curp import Curp
from icsoe_desktop.domain.identificadores.persona import full_name
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.services.acceso.contrasenas import hash_password, verify_password
from icsoe_desktop.services.acceso.intentos import Intentos
from icsoe_desktop.services.bitacora.service import Accion, BitacoraService
from icsoe_desktop.services.capturistas.correos import CorreosCapturista
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.found import only
from icsoe_desktop.store.tables.icsoe import ActivacionRow, ContratistaRow, PersonaRow, RelacionRow

OBJETO = "persona"
# Limit for all CURPs together. The people of one office stay below it. A program that guesses CURPs
# does not.
FREE_REQUESTS_OF_ALL = 10
EVERYBODY = "liga|todos"

# The same answer for every CURP and mail, so that it does not reveal which of them are known.
SOLICITUD_RECIBIDA = (
    "Si la CURP y el correo electrónico corresponden a un capturista, en unos minutos recibirá una "
    "liga para crear una contraseña nueva. Revise también el correo no deseado."
)
WRONG_LINK = (
    "La liga o el código no es correcto, ya se usó, fue reemplazado por otro o pasaron más de 24 "
    "horas. No se cambió nada. Revise el último correo que recibió o pida una liga nueva a su "
    "contratista."
)
WRONG_PASSWORD = (
    "La contraseña no es correcta, o el usuario está bloqueado. No se cambió nada. Escríbala de "
    "nuevo, o use «¿Olvidaste tu contraseña?»."
)
NOT_EQUAL = "Las contraseñas no coinciden."
AVISO_NEEDED = "Lea y acepte el Aviso de privacidad."
HAS_PASSWORD = (
    "Usted ya tiene contraseña: confirme con ella que capturará también para este contratista."
)


@dataclass(frozen=True, kw_only=True)
class LigaAbierta:
    """Contents of the window «Crear contraseña» for a valid link.

    contratista: empty for a forgotten password.
    pide_contrasena_actual: the person already has a password and only confirms another contratista.
    No password is created.
    datos: forbidden contents of the password, for POLITICA_ICSOE.excluding.
    """

    codigo: str = field(repr=False)
    nombre: str = field(repr=False)
    contratista: str = field(repr=False)
    pide_contrasena_actual: bool
    datos: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True)
class _Liga:
    row: ActivacionRow
    persona: PersonaRow
    relacion: RelacionRow | None
    contratista: str

    @property
    def confirms(self) -> bool:
        return self.relacion is not None and self.persona.contrasena_hash is not None

    @property
    def nombre(self) -> str:
        person = self.relacion or self.persona
        return full_name(person)

    @property
    def datos(self) -> tuple[str, ...]:
        words = self.nombre.split()
        return (self.persona.curp, self.persona.curp[:10], self.row.correo, *words)


class ActivacionService:
    def __init__(
        self,
        store: Store,
        bitacora: BitacoraService,
        correos: CorreosCapturista,
        largo_minimo: int = 0,
    ) -> None:
        """largo_minimo: of new passwords, from the machine's policy; 0 without one."""
        self.largo_minimo = largo_minimo
        self._store = store
        self._bitacora = bitacora
        self._note = bitacora.about(OBJETO)
        self._correos = correos
        self._intentos = Intentos(store)
        self._fallos = FallosCapturista(store, bitacora, correos)
        self._requests_of_all = Intentos(store, FREE_REQUESTS_OF_ALL)

    def open(self, texto: str) -> LigaAbierta:
        """The purpose of a link or of its pasted code. The link stays valid.

        Raises InvalidInputError (campo «codigo») for a wrong, used, replaced or expired link.
        """
        codigo = parse_code(texto)
        with self._store.read() as db:
            liga = self._liga(db, codigo)
            return LigaAbierta(
                codigo=codigo,
                nombre=liga.nombre,
                contratista=liga.contratista,
                pide_contrasena_actual=liga.confirms,
                datos=liga.datos,
            )

    def create_password(
        self, texto: str, contrasena: str, confirmacion: str, *, acepta_aviso: bool
    ) -> None:
        """«Guardar contraseña»: create the password and end the link. Takes about 0.3 s.

        Mail 3 tells the person.
        Raises InvalidInputError (campo «codigo», «contrasena», «confirmacion», «acepta_aviso»).
        """
        codigo = parse_code(texto)
        with self._store.read() as db:
            liga = self._liga(db, codigo)
            if liga.confirms:
                raise InvalidInputError(HAS_PASSWORD, "contrasena")
            POLITICA_ICSOE.at_least(self.largo_minimo).excluding(liga.datos).check(contrasena)
        if contrasena != confirmacion:
            raise InvalidInputError(NOT_EQUAL, "confirmacion")
        if not acepta_aviso:
            raise InvalidInputError(AVISO_NEEDED, "acepta_aviso")
        hashed = hash_password(contrasena)
        with self._store.write() as db:
            # Read the link again: another window may have used it during the hashing.
            liga = self._liga(db, codigo)
            if liga.confirms:
                raise InvalidInputError(WRONG_LINK, "codigo")
            self._keep_password(db, liga, hashed)

    def confirm(self, texto: str, contrasena_actual: str) -> None:
        """Confirm another contratista with the existing password, for `pide_contrasena_actual`.

        Raises InvalidInputError (campo «codigo» or «contrasena») and TooManyAttemptsError.
        """
        codigo = parse_code(texto)
        with self._store.read() as db:
            liga = self._liga(db, codigo)
            self._fallos.check(db, liga.persona.curp)
            hashed = liga.persona.contrasena_hash
        right = hashed is not None and verify_password(hashed, contrasena_actual)
        with self._store.write() as db:
            liga = self._liga(db, codigo)
            persona = liga.persona
            right = right and persona.contrasena_hash == hashed and persona.bloqueada is None
            if right and liga.relacion is not None:
                self._fallos.succeeded(db, persona.curp)
                self._confirm(db, liga.relacion, persona)
            else:
                self._bitacora.record(db, None, Accion.INGRESO_FALLIDO, detalle="liga")
                self._fallos.failed(db, persona.curp)
        if not right:
            raise InvalidInputError(WRONG_PASSWORD, "contrasena")

    def request_new_password(self, curp: str, correo: str) -> str:
        """«¿Olvidaste tu contraseña?»: always answers SOLICITUD_RECIBIDA.

        Raises InvalidInputError (campo «curp» or «correo») only for a malformed text, and
        TooManyAttemptsError.
        """
        clave = Curp.parse(curp, self._store.today()).valor
        para = Correo.parse(correo).valor
        quien = _requests_of(clave)
        with self._store.write() as db:
            self._intentos.check(db, quien)
            self._requests_of_all.check(db, EVERYBODY)
            self._intentos.failed(db, quien)
            self._requests_of_all.failed(db, EVERYBODY)
            persona = only(db, PersonaRow, curp=clave)
            if persona is not None and persona.contrasena_hash and persona.correo == para:
                self._correos.send_reset(db, persona)
                self._note(db, None, Accion.CODIGO_SOLICITADO, persona.id)
        return SOLICITUD_RECIBIDA

    def _liga(self, db: Session, codigo: str) -> _Liga:
        row = self._correos.find(db, codigo)
        if row is None:
            raise InvalidInputError(WRONG_LINK, "codigo")
        persona = db.get_one(PersonaRow, row.persona_id)
        if row.relacion_id is None:
            return _Liga(row, persona, None, "")
        relacion = db.get_one(RelacionRow, row.relacion_id)
        contratista = db.get_one(ContratistaRow, relacion.contratista_id)
        return _Liga(row, persona, relacion, contratista.nombre)

    def _keep_password(self, db: Session, liga: _Liga, hashed: str) -> None:
        persona = liga.persona
        now = self._store.clock()
        persona.contrasena_hash = hashed
        persona.contrasena_creada = persona.actualizado = now
        persona.bloqueada = None
        persona.aviso_version = AVISO_ICSOE_VERSION
        # The link proved that the person reads this mailbox, so it becomes their address.
        persona.correo = liga.row.correo
        self._correos.drop_reset_links(db, persona.id)
        self._fallos.succeeded(db, persona.curp)
        self._intentos.succeeded(db, _requests_of(persona.curp))
        sesion = _sesion(persona)
        self._note(db, sesion, Accion.CONTRASENA_CAMBIADA, persona.id)
        self._note(db, sesion, Accion.AVISO_ACEPTADO, persona.id, AVISO_ICSOE_VERSION)
        reader = self._correos.sender_of(db, liga.row)
        if liga.relacion is not None:
            # The same mailbox confirms the same person. A relation with another mail needs its own
            # link, and one whose contratista did not send this link too.
            for relacion in db.scalars(
                select(RelacionRow).where(
                    RelacionRow.persona_id == persona.id,
                    RelacionRow.correo == liga.row.correo,
                    RelacionRow.confirmada.is_(None),
                )
            ):
                if reader is None or relacion.contratista_id == reader:
                    self._confirm(db, relacion, persona)
        if reader is not None:
            self._ask_again(db, persona, reader)
        self._correos.send_password_registered(db, persona)

    def _ask_again(self, db: Session, persona: PersonaRow, reader: uuid.UUID) -> None:
        """Let the person confirm the other contratistas again, with links that those send.

        reader: the contratista whose own account sent the link. It could read it, and must not
        become another contratista's capturista by it.
        """
        others = db.execute(
            select(RelacionRow, ContratistaRow)
            .join(ContratistaRow, ContratistaRow.id == RelacionRow.contratista_id)
            .where(
                RelacionRow.persona_id == persona.id,
                RelacionRow.contratista_id != reader,
                RelacionRow.confirmada.is_not(None),
            )
        ).all()
        for relacion, contratista in others:
            relacion.confirmada = None
            relacion.actualizado = self._store.clock()
            if relacion.estatus == Estatus.ACTIVA:
                relacion.estatus = Estatus.REGISTRADA
                self._correos.send_link(db, contratista, relacion, persona)

    def _confirm(self, db: Session, relacion: RelacionRow, persona: PersonaRow) -> None:
        now = self._store.clock()
        relacion.confirmada = now
        if relacion.estatus == Estatus.REGISTRADA:
            relacion.estatus = Estatus.ACTIVA
            relacion.actualizado = now
        self._correos.drop_links_of_relation(db, relacion.id)
        self._bitacora.record(
            db,
            _sesion(persona, relacion.contratista_id),
            Accion.CONTRATISTA_ACEPTADO,
            "capturista",
            relacion.id,
        )


def _requests_of(curp: str) -> str:
    return f"liga|{curp}"


def _sesion(persona: PersonaRow, contratista_id: uuid.UUID | None = None) -> Sesion:
    return Sesion(Rol.CAPTURISTA, persona.id, full_name(persona), contratista_id)


FAILURES_TO_LOCK = 10


class FallosCapturista(Intentos):
    """Failures of a CURP. Ten in a row lock the person and inform their contratistas.

    The login, the locked window and the links share one count. Otherwise the weakest place could be
    used for guessing.
    """

    def __init__(self, store: Store, bitacora: BitacoraService, correos: CorreosCapturista) -> None:
        super().__init__(store)
        self._bitacora = bitacora
        self._correos = correos

    def failed(self, db: Session, quien: str) -> None:
        super().failed(db, quien)
        persona = only(db, PersonaRow, curp=quien)
        if persona is None or persona.contrasena_hash is None or persona.bloqueada is not None:
            return
        if self.failures(db, quien) >= FAILURES_TO_LOCK:
            self._lock_out(db, persona)

    def _hashed(self, quien: str) -> bytes:
        return super()._hashed(f"capturista|{quien}")

    def _lock_out(self, db: Session, persona: PersonaRow) -> None:
        persona.bloqueada = self._store.clock()
        for relacion, contratista in db.execute(
            select(RelacionRow, ContratistaRow)
            .join(ContratistaRow, ContratistaRow.id == RelacionRow.contratista_id)
            .where(RelacionRow.persona_id == persona.id, RelacionRow.estatus == Estatus.ACTIVA)
        ).all():
            self._correos.send_blocked(db, contratista, relacion)
            self._bitacora.record(
                db,
                None,
                Accion.CAPTURISTA_BLOQUEADO,
                "capturista",
                relacion.id,
                contratista_id=contratista.id,
            )
