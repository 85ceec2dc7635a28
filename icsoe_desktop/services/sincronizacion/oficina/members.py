"""Lists, invites and removes the desktops of an office, and takes this one out of it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace

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
from icsoe_desktop.seguridad.office_keys import new_private, public_of
from icsoe_desktop.services.acceso.autorizacion import authorize
from icsoe_desktop.services.bitacora.service import Accion, BitacoraService
from icsoe_desktop.services.sincronizacion.answers import Invitacion, Miembro
from icsoe_desktop.services.sincronizacion.oficina.acts import (
    Act,
    ActInvitation,
    ActMember,
    exit_proofs,
)
from icsoe_desktop.services.sincronizacion.oficina.draft import Draft
from icsoe_desktop.services.sincronizacion.oficina.keys import read_member
from icsoe_desktop.services.sincronizacion.oficina.office import OBJETO, Oficina
from icsoe_desktop.services.sincronizacion.oficina.register import OfficeRegister
from icsoe_desktop.services.sincronizacion.oficina.server import SyncServer, SyncServerError, put
from icsoe_desktop.services.sincronizacion.oficina.signing import NOT_SIGNER
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
LAST_RESPONSIBLE = (
    "Este equipo es el único responsable de la oficina y hay otros equipos en ella. No se cambió "
    "nada. Dé antes el rol de responsable a otro equipo, o retire a los demás."
)


class OfficeMembers:
    def __init__(
        self, store: Store, bitacora: BitacoraService, oficina: Oficina, register: OfficeRegister
    ) -> None:
        self._store = store
        self._bitacora = bitacora
        self._oficina = oficina
        self._register = register

    def all(self, progress: Progress) -> tuple[Miembro, ...]:
        """Members, open invitations and removed members, by account."""
        with self._store.read() as db:
            row = self._oficina.row(db)
            server, mine = self._oficina.connect(db), row.miembro
        progress.report(0, None, "Consultando los equipos de la oficina")
        with closing(server):
            self._register.refresh(server)
            roles = server.roles()
            with self._store.read() as db:
                act = self._register.book.newest(db)
            if act is not None and mine not in act.members:
                act = None  # not let in yet: the invitation told only a part
            names = self._register.names(act) if act is not None else {}
            removed = self._others(server, act, roles)
        here = [
            Miembro(
                one.id,
                one.cuenta,
                names[one.id],
                one.rol,
                one.id == mine,
                activo=one.cuenta in roles,
            )
            for one in (act.members.values() if act is not None else ())
        ]
        invited = [
            Miembro(one.id, one.cuenta, "", one.rol, False, activo=True, invitado_hasta=one.vence)
            for one in (act.invitations.values() if act is not None else ())
        ]
        return tuple(sorted([*here, *invited, *removed], key=lambda one: (one.cuenta, one.id)))

    def _others(
        self, server: SyncServer, act: Act | None, roles: Mapping[str, RolOficina]
    ) -> list[Miembro]:
        """Who was removed. act: None for a desktop that is not let in yet: then everybody."""
        with self._store.read() as db:
            row, keys = self._oficina.row(db), self._oficina.keys(db)
        found: dict[str, Miembro] = {}
        for remote in (server.listing(KEYS_COLLECTION) or {}).values():
            one = read_member(remote, row.oficina, keys)
            if one is None or (act is not None and one.id in act.members):
                continue
            active = one.active and one.cuenta in roles and act is None
            if one.active and act is not None:
                continue  # not let in yet
            rol = roles.get(one.cuenta, RolOficina.CONSULTA)
            other = found.get(one.cuenta)
            if other is None or (active, one.id) > (other.activo, other.id):
                found[one.cuenta] = Miembro(
                    one.id, one.cuenta, one.equipo, rol, one.id == row.miembro, active
                )
        known = {one.cuenta for one in act.members.values()} if act is not None else set()
        return [one for one in found.values() if one.cuenta not in known]

    def invite(
        self, sesion: Sesion, cuenta: str, contrasena: str, rol: RolOficina, progress: Progress
    ) -> Invitacion:
        cuenta = cuenta.strip()
        if not cuenta:
            raise InvalidInputError("Escriba la cuenta del equipo que invita.", "cuenta")
        if not contrasena:
            raise InvalidInputError("Escriba la primera contraseña de esa cuenta.", "contrasena")
        secret = new_private()
        with self._as_responsible() as (server, act):
            if act.member_of(cuenta) is not None:
                raise InvalidInputError(ALREADY_ACTIVE, "cuenta")
            progress.report(0, 2, "Dando acceso a la cuenta")
            invitation = self._register.signer.invitation(cuenta, rol, public_of(secret))

            def add(draft: Draft) -> None:
                for one in tuple(draft.invitations.values()):
                    if one.cuenta == cuenta:
                        del draft.invitations[one.id]
                draft.invitations[invitation.id] = invitation

            made = self._register.signer.change(server, add)
            # After the act: another responsable may repair the roles meanwhile, by the acts.
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
                keys=tuple(keys[number] for number in sorted(keys) if number > 0),
                secret=secret,
                act=made.number,
                signers=_signers(made),
                vence=invitation.vence,
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
            vence=invitation.vence,
        )

    def set_role(
        self, sesion: Sesion, miembro_id: uuid.UUID, rol: RolOficina, progress: Progress
    ) -> None:
        with self._as_responsible() as (server, act):
            cuenta = self._one(act, miembro_id).cuenta
            progress.report(0, None, "Cambiando el rol")
            server.set_role(cuenta, rol)

            def change(draft: Draft) -> None:
                invited = draft.invitations.get(miembro_id)
                if invited is not None:
                    draft.invitations[miembro_id] = replace(invited, rol=rol)
                elif miembro_id in draft.members:
                    draft.members[miembro_id] = replace(draft.members[miembro_id], rol=rol)

            self._register.signer.change(server, change)
        self._note(sesion, Accion.MIEMBRO_ROL, miembro_id, rol.value)

    def remove(self, sesion: Sesion, miembro_id: uuid.UUID, progress: Progress) -> None:
        """Revoke an access. If this is cut short, the next round of a responsable goes on."""
        with self._as_responsible() as (server, act):
            one = self._one(act, miembro_id)
            progress.report(0, None, "Retirando el acceso")
            server.set_role(one.cuenta, None)
            # The role is already revoked; the new key also protects copies of the server's data.
            if not isinstance(one, ActInvitation):
                progress.report(0, None, "Haciendo una llave nueva")

            def change(draft: Draft) -> None:
                if miembro_id in draft.members:
                    draft.take_out(miembro_id)
                draft.invitations.pop(miembro_id, None)

            self._register.signer.change(server, change)
            self._tell(server, miembro_id)
        self._note(sesion, Accion.MIEMBRO_RETIRADO, miembro_id)

    def rotate(self, server: SyncServer) -> None:
        """Make the next office key for all members. It seals all later records."""

        def change(draft: Draft) -> None:
            draft.new_key = True

        self._register.signer.change(server, change)

    def leave(self, sesion: Sesion, progress: Progress) -> bool:
        """Leave the office. False if the office could not be told."""
        with self._store.write() as db:
            authorize(db, sesion, Permiso.CONFIGURAR)
            server = self._oficina.connect(db)
        progress.report(0, None, "Avisando a la oficina")
        try:
            with closing(server):
                self._say_goodbye(server)
            told = True
        except SyncServerError as error:
            # Who was removed already has nobody to tell.
            told = error.permanent
        self._oficina.forget(sesion)
        return told

    def _say_goodbye(self, server: SyncServer) -> None:
        self._register.book.take(server)
        with self._store.read() as db:
            row, private = self._oficina.row(db), self._oficina.private(db)
            miembro, cuenta, oficina = row.miembro, row.cuenta, row.oficina
            act = self._register.book.newest(db)
        if act is None:
            return
        others = {name: public for name, public in _signers(act).items() if name != miembro}
        am_responsible = act.is_responsible(miembro)
        if am_responsible and not others and len(act.members) > 1:
            raise UserFacingError(LAST_RESPONSIBLE)
        data = exit_proofs(private, others, oficina, miembro)
        put(server, KEYS_COLLECTION, str(uuid.uuid4()), data)
        if am_responsible and others:
            server.set_role(cuenta, None)

    @contextmanager
    def _as_responsible(self) -> Iterator[tuple[SyncServer, Act]]:
        """Open connection and present act. Raises NotAllowedError for other roles."""
        with self._store.read() as db:
            row = self._oficina.row(db)
            server, cuenta, mine = self._oficina.connect(db), row.cuenta, row.miembro
        with closing(server):
            if server.roles().get(cuenta) is not RolOficina.RESPONSABLE:
                raise NotAllowedError(NOT_RESPONSIBLE)
            # Another responsable may have made an act meanwhile: take it first.
            self._register.refresh(server)
            with self._store.read() as db:
                act = self._register.book.newest(db)
            if act is None or not act.is_responsible(mine):
                raise NotAllowedError(NOT_SIGNER)
            yield server, act

    def _one(self, act: Act, miembro_id: uuid.UUID) -> ActMember | ActInvitation:
        with self._store.read() as db:
            if self._oficina.row(db).miembro == miembro_id:
                raise UserFacingError(NOT_MYSELF)
        found = act.members.get(miembro_id) or act.invitations.get(miembro_id)
        if found is None:
            raise UserFacingError(NOT_MEMBER)
        return found

    def _tell(self, server: SyncServer, miembro_id: uuid.UUID) -> None:
        """Mark the record of the removed member, which their desktop reads."""
        remote = server.get(KEYS_COLLECTION, str(miembro_id))
        if remote is not None and remote.data is not None:
            put(server, KEYS_COLLECTION, str(miembro_id), {**remote.data, "activo": False})

    def _note(
        self, sesion: Sesion, accion: Accion, miembro_id: uuid.UUID, detalle: str = ""
    ) -> None:
        with self._store.write() as db:
            authorize(db, sesion, Permiso.CONFIGURAR)
            self._bitacora.record(db, sesion, accion, OBJETO, miembro_id, detalle)


def _signers(act: Act) -> dict[uuid.UUID, bytes]:
    members = act.members.values()
    return {one.id: one.public_key for one in members if one.rol is RolOficina.RESPONSABLE}
