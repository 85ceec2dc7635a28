"""Adds this desktop to an office: as its first desktop, or with an invitation."""

from __future__ import annotations

import base64
import re
import secrets
import uuid
from contextlib import closing

from icsoe_desktop.domain.acceso.sesion import Permiso, Sesion
from icsoe_desktop.domain.certificados.certificado import HORA_DE_MEXICO
from icsoe_desktop.domain.sincronizacion.records import KEYS_COLLECTION, RolOficina
from icsoe_desktop.domain.texto import clean
from icsoe_desktop.errors import InvalidInputError, UserFacingError
from icsoe_desktop.jobs import Progress
from icsoe_desktop.seguridad.invitation import InvitationContents, open_invitation
from icsoe_desktop.seguridad.office_keys import OfficeKey, member_claim, new_private, public_of
from icsoe_desktop.services.acceso.autorizacion import authorize
from icsoe_desktop.services.bitacora.service import Accion, BitacoraService
from icsoe_desktop.services.sincronizacion.answers import Conexion, VistaInvitacion
from icsoe_desktop.services.sincronizacion.oficina.acts import known_signers
from icsoe_desktop.services.sincronizacion.oficina.keys import (
    entry_proofs,
    member_data,
    own_password,
)
from icsoe_desktop.services.sincronizacion.oficina.office import OBJETO, Oficina
from icsoe_desktop.services.sincronizacion.oficina.register import OfficeRegister
from icsoe_desktop.services.sincronizacion.oficina.server import SyncServer, put, server_now
from icsoe_desktop.store.engine import Store

MAX_NAME = 80

NAME_MISSING = "Escriba un nombre de 1 a 80 caracteres."
OFFICE_TAKEN = (
    "Esa oficina ya tiene equipos. No se cambió nada. Para unirse a ella pida una invitación a "
    "uno de sus responsables."
)
NO_OFFICE = "Escriba la oficina que le dio el administrador del servidor: of- y su identificador."
OTHER_SERVER = (
    "La invitación lleva a un servidor distinto del que fijó quien administra este equipo. "
    "Pregúntele antes de usarla."
)
EXPIRED = (
    "La invitación venció el {:%d/%m/%Y}. No se cambió nada. Pida otra a un responsable de la "
    "oficina."
)
INVITATION_READ_AGAIN = "La invitación ya no está abierta. No se cambió nada. Ábrala de nuevo."


class OfficeEntry:
    def __init__(
        self,
        store: Store,
        bitacora: BitacoraService,
        oficina: Oficina,
        register: OfficeRegister,
        direccion: str = "",
    ) -> None:
        """direccion: the only server that an invitation may name; empty allows any."""
        self._direccion = direccion.rstrip("/")
        self._store = store
        self._bitacora = bitacora
        self._oficina = oficina
        self._register = register
        self._read: dict[str, InvitationContents] = {}

    def create(
        self, sesion: Sesion, conexion: Conexion, nombre: str, equipo: str, progress: Progress
    ) -> None:
        nombre, equipo = _name(nombre, "nombre"), _name(equipo, "equipo")
        if not re.fullmatch(r"of-[0-9a-f-]{32,36}", conexion.oficina):
            raise InvalidInputError(NO_OFFICE, "oficina")
        with self._store.read() as db:
            self._oficina.refuse_second(db, conexion)
        with closing(self._oficina.connect_with(conexion)) as server:
            progress.report(0, 3, "Preparando la oficina")
            data = server.office()
            if "nombre" in data.data or server.page(KEYS_COLLECTION).records:
                raise InvalidInputError(OFFICE_TAKEN, "oficina")
            office_key, private, miembro = OfficeKey.generate(), new_private(), self._store.new_id()
            sealed = office_key.seal(nombre.encode(), f"{conexion.oficina}|nombre".encode())
            # Store the key before the server gets anything that needs it.
            self._enter(
                sesion,
                conexion,
                miembro=miembro,
                privada=private,
                nombre=nombre,
                equipo=equipo,
                rol=RolOficina.RESPONSABLE,
                llaves=(office_key,),
                generacion=data.generation,
                descargada=True,
            )
            try:
                progress.report(1, 3, "Publicando este equipo")
                self._publish(server, conexion, miembro, equipo, private, office_key)
                self._register.signer.found(server)
                server.set_office({"nombre": base64.b64encode(sealed).decode()})
            except BaseException:
                self._oficina.forget(sesion)
                raise
            progress.report(3, 3, "La oficina está lista")

    def read_invitation(self, archivo: bytes, codigo: str) -> VistaInvitacion:
        found = open_invitation(archivo, codigo)
        fixed = self._direccion
        # A forged invitation must not send the data to another server.
        if fixed and found.direccion.rstrip("/") not in (fixed, f"{fixed}/v1"):
            raise InvalidInputError(OTHER_SERVER, "archivo")
        token = secrets.token_hex(16)
        self._read = {token: found}
        return VistaInvitacion(
            direccion=found.direccion,
            oficina=found.oficina,
            nombre=found.nombre,
            cuenta=found.cuenta,
            rol=found.rol,
            token=token,
        )

    def join(self, sesion: Sesion, vista: VistaInvitacion, equipo: str, progress: Progress) -> None:
        equipo = _name(equipo, "equipo")
        found = self._read.get(vista.token)
        if found is None:
            raise UserFacingError(INVITATION_READ_AGAIN)
        first = Conexion(
            direccion=found.direccion,
            cuenta=found.cuenta,
            contrasena=found.contrasena,
            oficina=found.oficina,
        )
        with self._store.read() as db:
            self._oficina.refuse_second(db, first)
        with closing(self._oficina.connect_with(first)) as server:
            progress.report(0, None, "Entrando a la oficina")
            generation = server.office().generation
            if found.vence < server_now(server):
                vence = found.vence.astimezone(HORA_DE_MEXICO)
                raise InvalidInputError(EXPIRED.format(vence), "archivo")
            private, miembro = new_private(), self._store.new_id()
            office_key = found.keys[-1]
            self._publish(server, first, miembro, equipo, private, office_key, found)
            self._enter(
                sesion,
                first,
                miembro=miembro,
                privada=private,
                nombre=found.nombre,
                equipo=equipo,
                rol=found.rol,
                llaves=found.keys,
                generacion=generation,
                descargada=False,
            )
            with self._store.write() as db:
                self._register.book.keep(db, known_signers(found))
            # The new password makes the invitation useless for others.
            own = own_password(private)
            server.change_password(own)
            with self._store.write() as db:
                self._oficina.set_password(db, own)
            self._read = {}

    def _enter(self, sesion: Sesion, conexion: Conexion, **values: object) -> None:
        with self._store.write() as db:
            authorize(db, sesion, Permiso.CONFIGURAR)
            row = self._oficina.begin(db, conexion, **values)  # type: ignore[arg-type]
            self._bitacora.record(db, sesion, Accion.SINCRONIZACION_CONFIGURADA, OBJETO, row.id)

    def _publish(
        self,
        server: SyncServer,
        conexion: Conexion,
        miembro: uuid.UUID,
        equipo: str,
        private: bytes,
        office_key: OfficeKey,
        invitation: InvitationContents | None = None,
    ) -> None:
        public, oficina = public_of(private), conexion.oficina
        data = member_data(miembro, conexion.cuenta, equipo, public, oficina, office_key)
        if invitation is not None:
            claim = member_claim(oficina, miembro, conexion.cuenta, public)
            proofs = entry_proofs(invitation.secret, invitation.signers, oficina, claim)
            data["entrada"] = {"pruebas": proofs}
        put(server, KEYS_COLLECTION, str(miembro), data)


def _name(text: str, campo: str) -> str:
    name = clean(text)
    if not 0 < len(name) <= MAX_NAME:
        raise InvalidInputError(NAME_MISSING, campo)
    return name
