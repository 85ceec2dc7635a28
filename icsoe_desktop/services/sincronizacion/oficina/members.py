"""Lists, invites and removes the desktops of an office."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager

from icsoe_desktop.domain.acceso.sesion import Permiso, Sesion
from icsoe_desktop.domain.sincronizacion.records import (
    INVITATION_SUFFIX,
    KEYS_COLLECTION,
    RolOficina,
)
from icsoe_desktop.errors import InvalidInputError, NotAllowedError, UserFacingError
from icsoe_desktop.jobs import Progress
from icsoe_desktop.seguridad.invitation import (
    InvitationContents,
    new_code,
    seal_invitation,
)
from icsoe_desktop.seguridad.office_keys import OfficeKey, newest
from icsoe_desktop.services.acceso.autorizacion import authorize
from icsoe_desktop.services.bitacora.service import Accion, BitacoraService
from icsoe_desktop.services.sincronizacion.answers import Invitacion, Miembro
from icsoe_desktop.services.sincronizacion.oficina.keys import (
    MemberRecord,
    fetch_keys,
    key_data,
    key_id,
    read_members,
)
from icsoe_desktop.services.sincronizacion.oficina.office import OBJETO, Oficina
from icsoe_desktop.services.sincronizacion.oficina.server import RecordWrite, SyncServer
from icsoe_desktop.store.engine import Store

NOT_RESPONSIBLE = (
    "Sólo un responsable de la oficina puede hacer esto. No se cambió nada. Pídalo a quien la "
    "administra."
)
ALREADY_ACTIVE = "Esa cuenta ya es de un equipo de la oficina. No se cambió nada. Use otra cuenta."
NOT_MEMBER = "Ese equipo ya no está en la oficina. No se cambió nada. Actualice la lista."
NOT_MYSELF = (
    "Este equipo no se retira ni cambia de rol a sí mismo. No se cambió nada. Hágalo desde otro "
    "equipo responsable, o use «Salir de la oficina»."
)
WRITTEN_TWICE = (
    "Otro equipo cambió la oficina al mismo tiempo. No se cambió nada. Inténtelo de nuevo."
)


class OfficeMembers:
    def __init__(self, store: Store, bitacora: BitacoraService, oficina: Oficina) -> None:
        self._store = store
        self._bitacora = bitacora
        self._oficina = oficina

    def all(self, progress: Progress) -> tuple[Miembro, ...]:
        with self._store.read() as db:
            row = self._oficina.row(db)
            server, name, mine = self._oficina.connect(db), row.oficina, row.miembro
        progress.report(0, None, "Consultando los equipos de la oficina")
        with closing(server):
            roles, members = server.roles(), self._members(server, name)
        return tuple(
            Miembro(
                one.id,
                one.cuenta,
                one.equipo,
                roles.get(one.cuenta, RolOficina.CONSULTA),
                one.id == mine,
                one.active and one.cuenta in roles,
            )
            for one in members
        )

    def invite(
        self, sesion: Sesion, cuenta: str, contrasena: str, rol: RolOficina, progress: Progress
    ) -> Invitacion:
        cuenta = cuenta.strip()
        if not cuenta:
            raise InvalidInputError("Escriba la cuenta del equipo que invita.", "cuenta")
        if not contrasena:
            raise InvalidInputError("Escriba la primera contraseña de esa cuenta.", "contrasena")
        with self._as_responsible() as (server, name):
            if any(one.cuenta == cuenta and one.active for one in self._members(server, name)):
                raise InvalidInputError(ALREADY_ACTIVE, "cuenta")
            progress.report(0, 2, "Dando acceso a la cuenta")
            server.set_role(cuenta, rol)
        with self._store.write() as db:
            authorize(db, sesion, Permiso.CONFIGURAR)
            row = self._oficina.row(db)
            keys = self._oficina.keys(db)
            content = InvitationContents(
                direccion=row.direccion,
                oficina=row.oficina,
                nombre=row.nombre,
                cuenta=cuenta,
                contrasena=contrasena,
                rol=rol,
                keys=tuple(keys[number] for number in sorted(keys)),
            )
            self._bitacora.record(db, sesion, Accion.MIEMBRO_INVITADO, OBJETO, row.id, rol.value)
        progress.report(1, 2, "Sellando la invitación")
        codigo = new_code()
        archivo = seal_invitation(content, codigo)
        return Invitacion(
            archivo=archivo,
            codigo=codigo,
            nombre_archivo=f"invitacion-{cuenta}{INVITATION_SUFFIX}",
            cuenta=cuenta,
        )

    def set_role(
        self, sesion: Sesion, miembro_id: uuid.UUID, rol: RolOficina, progress: Progress
    ) -> None:
        with self._as_responsible() as (server, name):
            member = self._one(server, name, miembro_id)
            progress.report(0, None, "Cambiando el rol")
            server.set_role(member.cuenta, rol)
        self._note(sesion, Accion.MIEMBRO_ROL, miembro_id, rol.value)

    def remove(self, sesion: Sesion, miembro_id: uuid.UUID, progress: Progress) -> None:
        with self._as_responsible() as (server, name):
            member = self._one(server, name, miembro_id)
            # Another responsable may have made a key meanwhile: take it first.
            fetch_keys(self._store, self._oficina, server)
            progress.report(0, None, "Retirando el acceso")
            server.set_role(member.cuenta, None)
            gone = {**member.data, "activo": False}
            write_one(server, RecordWrite(str(member.id), gone, member.version))
            # The role is already revoked; the new key also protects copies of the server's data.
            progress.report(0, None, "Haciendo una llave nueva")
            self.rotate(server, name)
        self._note(sesion, Accion.MIEMBRO_RETIRADO, miembro_id)

    def rotate(self, server: SyncServer, name: str) -> None:
        """Make the next office key for all active members. It seals all later records.

        One write creates the record: a second desktop that makes the same number is refused.
        """
        with self._store.read() as db:
            office_keys = self._oficina.keys(db)
        former = newest(office_keys)
        new_key = OfficeKey.generate(former.number + 1)
        members = [one for one in read_members(server, name, office_keys) if one.active]
        data = key_data(new_key, former, members, name)
        write_one(server, RecordWrite(str(key_id(name, new_key.number)), data, None))
        with self._store.write() as db:
            self._oficina.add_key(db, new_key)

    @contextmanager
    def _as_responsible(self) -> Iterator[tuple[SyncServer, str]]:
        """Open connection and name of the office. Raises NotAllowedError for other roles."""
        with self._store.read() as db:
            row = self._oficina.row(db)
            server, name, cuenta = self._oficina.connect(db), row.oficina, row.cuenta
        with closing(server):
            if server.roles().get(cuenta) is not RolOficina.RESPONSABLE:
                raise NotAllowedError(NOT_RESPONSIBLE)
            yield server, name

    def _members(self, server: SyncServer, name: str) -> list[MemberRecord]:
        with self._store.read() as db:
            office_keys = self._oficina.keys(db)
        return read_members(server, name, office_keys)

    def _one(self, server: SyncServer, name: str, miembro_id: uuid.UUID) -> MemberRecord:
        with self._store.read() as db:
            if self._oficina.row(db).miembro == miembro_id:
                raise UserFacingError(NOT_MYSELF)
        for one in self._members(server, name):
            if one.id == miembro_id and one.active:
                return one
        raise UserFacingError(NOT_MEMBER)

    def _note(
        self, sesion: Sesion, accion: Accion, miembro_id: uuid.UUID, detalle: str = ""
    ) -> None:
        with self._store.write() as db:
            authorize(db, sesion, Permiso.CONFIGURAR)
            self._bitacora.record(db, sesion, accion, OBJETO, miembro_id, detalle)


def write_one(server: SyncServer, write_request: RecordWrite) -> None:
    """Write a member or key record. Raises UserFacingError if the server has another version."""
    (answer,) = server.write(KEYS_COLLECTION, [write_request])
    if answer.version is None:
        raise UserFacingError(answer.refusal or WRITTEN_TWICE)
