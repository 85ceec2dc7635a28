"""Lists, invites and removes the desktops of an office, and takes this one out of it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager

from icsoe_desktop.domain.acceso.sesion import Permiso, Sesion
from icsoe_desktop.domain.sincronizacion.records import (
    INVITATION_SUFFIX,
    KEYS_COLLECTION,
    RolOficina,
)
from icsoe_desktop.errors import InvalidInputError, NotAllowedError, UserFacingError
from icsoe_desktop.gateways.boveda.key_envelope import new_code as new_recovery_code
from icsoe_desktop.jobs import Progress
from icsoe_desktop.seguridad.invitation import (
    InvitationContents,
    new_code,
    seal_invitation,
)
from icsoe_desktop.seguridad.office_keys import new_private, paper_private, public_of
from icsoe_desktop.services.acceso.autorizacion import authorize
from icsoe_desktop.services.bitacora.service import Accion, BitacoraService
from icsoe_desktop.services.sincronizacion.answers import Invitacion, Miembro
from icsoe_desktop.services.sincronizacion.oficina.act_book import ThisDesktop
from icsoe_desktop.services.sincronizacion.oficina.acts import (
    Act,
    ActInvitation,
    ActMember,
    Draft,
    Paper,
)
from icsoe_desktop.services.sincronizacion.oficina.keys import exit_proofs, read_member
from icsoe_desktop.services.sincronizacion.oficina.office import OBJETO, Oficina
from icsoe_desktop.services.sincronizacion.oficina.petitions import petition
from icsoe_desktop.services.sincronizacion.oficina.register import OfficeRegister
from icsoe_desktop.services.sincronizacion.oficina.server import SyncServer, SyncServerError, put
from icsoe_desktop.services.sincronizacion.oficina.signing import NOT_SIGNER, account_in
from icsoe_desktop.store.engine import Store

NOT_RESPONSIBLE = (
    "Sólo un responsable de la oficina puede hacer esto. No se cambió nada. Pídalo a quien la "
    "administra."
)
ALREADY_ACTIVE = "Esa cuenta ya es de un equipo de la oficina. No se cambió nada. Use otra cuenta."
NOT_MEMBER = "Ese equipo ya no está en la oficina. No se cambió nada. Actualice la lista."
NOT_MYSELF = (
    "Este equipo no se retira ni cambia de rol a sí mismo. No se cambió nada. Hágalo desde otro "
    "equipo, o use «Salir de la oficina»."
)
NOT_TITULAR = (
    "El equipo titular no se retira ni cambia de rol. No se cambió nada. Antes debe tomar su lugar "
    "el suplente, o un equipo con el papel de recuperación."
)
TITULAR_LEAVES = (
    "Este equipo es el titular de la oficina y hay otros equipos en ella. No se cambió nada. Antes "
    "debe tomar su lugar el suplente, o un equipo con el papel de recuperación; o retire a los "
    "demás."
)
NOT_SUPLENTE = (
    "Este equipo no es el suplente de la oficina. No se cambió nada. Use el código del papel de "
    "recuperación."
)
NOT_LET_IN = (
    "El titular todavía no admite a este equipo en el registro de la oficina. No se cambió nada."
)
WRONG_PAPER = (
    "El código no es el del papel de recuperación de esta oficina. No se cambió nada. Revise que "
    "sea el papel más reciente; son ocho grupos de cuatro letras y números."
)
NO_ROLE = (
    "El servidor no deja firmar a la cuenta de este equipo. No se cambió nada. Pida a quien "
    "administra el servidor que dé a la cuenta «{}» el rol responsable, y repítalo."
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
        here = (
            []
            if act is None
            else [
                Miembro(
                    one.id,
                    one.cuenta,
                    names[one.id],
                    one.rol,
                    one.id == mine,
                    titular=one.id == act.titular,
                    suplente=one.id == act.suplente,
                    sin_acceso=one.cuenta not in roles,
                )
                for one in act.members.values()
            ]
        )
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
            acts = reversed(self._register.book.kept(db))  # the newest one last
        had = {one.id: one.rol for each in acts for one in each.members.values()}
        found: dict[str, Miembro] = {}
        for remote in (server.listing(KEYS_COLLECTION) or {}).values():
            one = read_member(remote, row.oficina, keys)
            if one is None or (act is not None and one.id in act.members):
                continue
            active = one.active and one.cuenta in roles and act is None
            if one.active and act is not None:
                continue  # not let in yet
            rol = roles.get(one.cuenta) or had.get(one.id, RolOficina.CONSULTA)
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
        with self._as_responsible() as (server, act, me):
            if act.member_of(cuenta) is not None:
                raise InvalidInputError(ALREADY_ACTIVE, "cuenta")
            progress.report(0, 2, "Dando acceso a la cuenta")
            invitation = self._register.signer.invitation(server, cuenta, rol, public_of(secret))
            if act.titular == me.miembro:
                act = self._register.signer.change(server, lambda draft: draft.invite(invitation))
            else:
                self._ask(
                    server, petition(act, me.oficina, me.private, me.miembro, invite=invitation)
                )
            # Afterwards: the titular's round takes the role from who stands nowhere.
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
                secret=secret,
                act=act.number,
                signers=act.signers(),
                suplente=act.suplente,
                paper=act.paper.public_key if act.paper is not None else b"",
                limits=act.limits,
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
        with self._as_titular() as (server, act):
            cuenta = self._one(act, miembro_id).cuenta
            progress.report(0, None, "Cambiando el rol")
            self._register.signer.change(server, lambda draft: draft.give_role(miembro_id, rol))
            server.set_role(cuenta, rol)
        self._note(sesion, Accion.MIEMBRO_ROL, miembro_id, rol.value)

    def remove(self, sesion: Sesion, miembro_id: uuid.UUID, progress: Progress) -> bool:
        """Revoke an access. False if the titular's desktop will change the key in its next round.

        If this is cut short after the act or the petition, the titular's next round goes on.
        """
        with self._as_responsible() as (server, act, me):
            one = self._one(act, miembro_id)
            if miembro_id == act.titular:
                raise UserFacingError(NOT_TITULAR)
            progress.report(0, None, "Retirando el acceso")
            done = act.titular == me.miembro
            if done:

                def change(draft: Draft) -> None:
                    if miembro_id in draft.members:
                        draft.take_out(miembro_id)
                    draft.withdraw(miembro_id)

                self._register.signer.change(server, change)
            else:
                asked = petition(act, me.oficina, me.private, me.miembro, remove=miembro_id)
                self._ask(server, asked)
            server.set_role(one.cuenta, None)
            self._tell(server, miembro_id, me.cuenta)
        self._note(sesion, Accion.MIEMBRO_RETIRADO, miembro_id)
        return done

    # -- who signs for the office

    def name_suplente(
        self, sesion: Sesion, miembro_id: uuid.UUID | None, progress: Progress
    ) -> None:
        """Name who may take the titular's place, as a responsable; None: nobody."""
        with self._as_titular() as (server, act):
            progress.report(0, None, "Nombrando al suplente")
            if miembro_id is not None and miembro_id not in act.members:
                raise UserFacingError(NOT_MEMBER)

            def change(draft: Draft) -> None:
                draft.suplente = miembro_id
                if miembro_id is not None:
                    draft.give_role(miembro_id, RolOficina.RESPONSABLE)

            made = self._register.signer.change(server, change)
            if miembro_id is not None:
                server.set_role(made.members[miembro_id].cuenta, RolOficina.RESPONSABLE)
        self._note(sesion, Accion.MIEMBRO_ROL, miembro_id or act.titular, "suplente")

    def new_paper(self, sesion: Sesion, progress: Progress) -> str:
        """The code of a new recovery paper; the former paper stops working."""
        code = new_recovery_code()
        with self._as_titular() as (server, act):
            progress.report(0, None, "Preparando el papel de recuperación")
            with self._store.read() as db:
                oficina = self._oficina.row(db).oficina
            public = public_of(paper_private(code, oficina))

            def change(draft: Draft) -> None:
                draft.paper = Paper(public)

            self._register.signer.change(server, change)
        self._note(sesion, Accion.MIEMBRO_ROL, act.titular, "papel de recuperación")
        return code

    def take_over(self, sesion: Sesion, code: str, progress: Progress) -> None:
        """Make this desktop the titular. code: of the recovery paper; empty for the suplente."""
        with self._store.read() as db:
            authorize(db, sesion, Permiso.CONFIGURAR)
            server = self._oficina.connect(db)
        progress.report(0, None, "Tomando el lugar del titular")
        with closing(server):
            self._register.book.take(server)
            me, act = self._register.book.me(), self._register.book.present()
            if act is None or not act.whole or me.miembro not in act.members:
                raise UserFacingError(NOT_LET_IN)
            paper = b""
            if me.miembro not in (act.titular, act.suplente):
                if not code.strip():
                    raise InvalidInputError(NOT_SUPLENTE, "codigo")
                paper = paper_private(code, me.oficina)
                if act.paper is None or public_of(paper) != act.paper.public_key:
                    raise InvalidInputError(WRONG_PAPER, "codigo")
                self._let_sign(server, me.cuenta, act.paper, paper)
            if act.titular != me.miembro:
                self._register.signer.take_over(server, paper)
            with self._store.write() as db:
                self._oficina.row(db).rol = RolOficina.RESPONSABLE.value
        self._note(sesion, Accion.MIEMBRO_ROL, me.miembro, "titular")

    def _let_sign(self, server: SyncServer, cuenta: str, paper: Paper, private: bytes) -> None:
        """Give this account the role to sign, with the titular's account in the envelope."""
        if server.roles().get(cuenta) is RolOficina.RESPONSABLE:
            return
        with self._store.read() as db:
            conexion = self._oficina.conexion(db)
        theirs = account_in(paper, private, conexion)
        if theirs is None:
            raise UserFacingError(NO_ROLE.format(cuenta))
        try:
            with closing(self._oficina.connect_with(theirs)) as titular:
                titular.set_role(cuenta, RolOficina.RESPONSABLE)
        except SyncServerError as error:
            if not error.permanent:
                raise
            raise UserFacingError(NO_ROLE.format(cuenta)) from None

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
        if act.titular == miembro and len(act.members) > 1:
            raise UserFacingError(TITULAR_LEAVES)
        data = exit_proofs(private, act.signers(), oficina, miembro)
        put(server, KEYS_COLLECTION, str(uuid.uuid4()), data)
        if act.is_responsible(miembro) and act.titular != miembro:
            server.set_role(cuenta, None)

    @contextmanager
    def _as_responsible(self) -> Iterator[tuple[SyncServer, Act, ThisDesktop]]:
        """Open connection and present act. Raises NotAllowedError for other roles."""
        with self._store.read() as db:
            row = self._oficina.row(db)
            server, cuenta = self._oficina.connect(db), row.cuenta
        with closing(server):
            if server.roles().get(cuenta) is not RolOficina.RESPONSABLE:
                raise NotAllowedError(NOT_RESPONSIBLE)
            self._register.refresh(server)
            me, act = self._register.book.me(), self._register.book.present()
            if act is None or not act.is_responsible(me.miembro):
                raise NotAllowedError(NOT_RESPONSIBLE)
            yield server, act, me

    @contextmanager
    def _as_titular(self) -> Iterator[tuple[SyncServer, Act]]:
        """Open connection and present act. Raises NotAllowedError on other desktops."""
        with self._as_responsible() as (server, act, me):
            if act.titular != me.miembro:
                raise NotAllowedError(NOT_SIGNER)
            yield server, act

    def _ask(self, server: SyncServer, data: Mapping[str, object]) -> None:
        put(server, KEYS_COLLECTION, str(uuid.uuid4()), data)

    def _one(self, act: Act, miembro_id: uuid.UUID) -> ActMember | ActInvitation:
        with self._store.read() as db:
            if self._oficina.row(db).miembro == miembro_id:
                raise UserFacingError(NOT_MYSELF)
        found = act.members.get(miembro_id) or act.invitations.get(miembro_id)
        if found is None:
            raise UserFacingError(NOT_MEMBER)
        return found

    def _tell(self, server: SyncServer, miembro_id: uuid.UUID, cuenta: str) -> None:
        """Mark the record of the removed member, which their desktop reads."""
        remote = server.get(KEYS_COLLECTION, str(miembro_id))
        if remote is not None and remote.data is not None:
            told = {**remote.data, "activo": False, "retira": cuenta}
            put(server, KEYS_COLLECTION, str(miembro_id), told)

    def _note(
        self, sesion: Sesion, accion: Accion, miembro_id: uuid.UUID, detalle: str = ""
    ) -> None:
        with self._store.write() as db:
            authorize(db, sesion, Permiso.CONFIGURAR)
            self._bitacora.record(db, sesion, accion, OBJETO, miembro_id, detalle)
