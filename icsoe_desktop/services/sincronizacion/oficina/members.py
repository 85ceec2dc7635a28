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
from icsoe_desktop.gateways.kinto.errors import SyncServerError
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
from icsoe_desktop.services.sincronizacion.oficina.acts import (
    Act,
    ActInvitation,
    ActMember,
    Draft,
    Paper,
)
from icsoe_desktop.services.sincronizacion.oficina.keys import (
    ThisDesktop,
    exit_proofs,
    read_member,
)
from icsoe_desktop.services.sincronizacion.oficina.office import OBJETO, Oficina
from icsoe_desktop.services.sincronizacion.oficina.petitions import petition
from icsoe_desktop.services.sincronizacion.oficina.register import OfficeRegister
from icsoe_desktop.services.sincronizacion.oficina.server import SyncServer, put
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
    """Every method requires Permiso.CONFIGURAR and calls the server.

    Those that change the office raise NotAllowedError unless this desktop's account is a
    responsable.
    """

    def __init__(
        self, store: Store, bitacora: BitacoraService, oficina: Oficina, register: OfficeRegister
    ) -> None:
        self._store = store
        self._bitacora = bitacora
        self._oficina = oficina
        self._register = register

    def all(self, sesion: Sesion, progress: Progress) -> tuple[Miembro, ...]:
        """Members, open invitations and removed members, by account."""
        with self._connected(sesion) as server:
            progress.report(0, None, "Consultando los equipos de la oficina")
            self._register.refresh(server)
            roles = server.roles()
            me = self._register.book.me()
            with self._store.read() as db:
                act = self._register.book.newest(db)
            if act is not None and me.miembro not in act.members:
                act = None  # not let in yet: the invitation told only a part
            names = self._register.names(act) if act is not None else {}
            removed = self._others(server, act, roles, me)
        here = (
            []
            if act is None
            else [
                Miembro(
                    one.id,
                    one.cuenta,
                    names[one.id],
                    one.rol,
                    one.id == me.miembro,
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
        self, server: SyncServer, act: Act | None, roles: Mapping[str, RolOficina], me: ThisDesktop
    ) -> list[Miembro]:
        """Who was removed. act: None for a desktop that is not let in yet: then everybody."""
        with self._store.read() as db:
            acts = reversed(self._register.book.kept(db))  # the newest one last
        had = {one.id: one.rol for each in acts for one in each.members.values()}
        found: dict[str, Miembro] = {}
        for remote in (server.listing(KEYS_COLLECTION) or {}).values():
            one = read_member(remote, me.oficina, me.keys)
            if one is None or (act is not None and one.id in act.members):
                continue
            active = one.active and one.cuenta in roles and act is None
            if one.active and act is not None:
                continue  # not let in yet
            rol = roles.get(one.cuenta) or had.get(one.id, RolOficina.CONSULTA)
            other = found.get(one.cuenta)
            if other is None or (active, one.id) > (other.activo, other.id):
                found[one.cuenta] = Miembro(
                    one.id, one.cuenta, one.equipo, rol, one.id == me.miembro, active
                )
        known = {one.cuenta for one in act.members.values()} if act is not None else set()
        return [one for one in found.values() if one.cuenta not in known]

    def invite(
        self, sesion: Sesion, cuenta: str, contrasena: str, rol: RolOficina, progress: Progress
    ) -> Invitacion:
        """An invitation for an account that the server's administrator created.

        contrasena: the first password of that account; joining replaces it. Where this desktop is
        not the titular, the guest joins at once and is let in by the titular's next round.
        """
        cuenta = cuenta.strip()
        if not cuenta:
            raise InvalidInputError("Escriba la cuenta del equipo que invita.", "cuenta")
        if not contrasena:
            raise InvalidInputError("Escriba la primera contraseña de esa cuenta.", "contrasena")
        secret = new_private()
        with self._as_responsible(sesion) as (server, act, me):
            if act.member_of(cuenta) is not None:
                raise InvalidInputError(ALREADY_ACTIVE, "cuenta")
            progress.report(0, 2, "Dando acceso a la cuenta")
            invitation = self._register.signer.invitation(server, cuenta, rol, public_of(secret))
            if act.titular == me.miembro:
                act = self._register.signer.change(server, lambda draft: draft.invite(invitation))
            else:
                self._ask(server, petition(act, me, invite=invitation))
            # Afterwards: the titular's round takes the role from who stands nowhere.
            server.set_role(cuenta, rol)
        with self._store.write() as db:
            authorize(db, sesion, Permiso.CONFIGURAR)
            row = self._oficina.row(db)
            content = InvitationContents(
                direccion=row.direccion,
                oficina=row.oficina,
                nombre=row.nombre,
                cuenta=cuenta,
                contrasena=contrasena,
                rol=rol,
                keys=tuple(me.keys[number] for number in sorted(me.keys)),
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
        with self._as_titular(sesion) as (server, act):
            cuenta = self._one(act, miembro_id).cuenta
            progress.report(0, None, "Cambiando el rol")
            self._register.signer.change(server, lambda draft: draft.give_role(miembro_id, rol))
            server.set_role(cuenta, rol)
        self._note(sesion, Accion.MIEMBRO_ROL, miembro_id, rol.value)

    def remove(self, sesion: Sesion, miembro_id: uuid.UUID, progress: Progress) -> bool:
        """Revoke an access and make a new office key for later records.

        Withdraws every open invitation. miembro_id: may be that of an invitation, which then is
        the only one withdrawn. False: the titular's desktop changes the key in its next round.
        If this is cut short after the act or the petition, the titular's next round goes on.
        """
        with self._as_responsible(sesion) as (server, act, me):
            one = self._one(act, miembro_id)
            if miembro_id == act.titular:
                raise UserFacingError(NOT_TITULAR)
            progress.report(0, None, "Retirando el acceso")
            done = act.titular == me.miembro
            if done:
                self._register.signer.change(server, lambda draft: draft.remove(miembro_id))
            else:
                self._ask(server, petition(act, me, remove=miembro_id))
            server.set_role(one.cuenta, None)
            self._tell(server, miembro_id, me.cuenta)
        self._note(sesion, Accion.MIEMBRO_RETIRADO, miembro_id)
        return done

    # -- who signs for the office

    def name_suplente(
        self, sesion: Sesion, miembro_id: uuid.UUID | None, progress: Progress
    ) -> None:
        """Name who may take the titular's place, as a responsable; None: nobody."""
        with self._as_titular(sesion) as (server, act):
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
        """The code of a new recovery paper, to be shown once; the former one stops working.

        It makes any desktop of the office titular. Only the titular makes one.
        """
        code = new_recovery_code()
        with self._as_titular(sesion) as (server, act):
            progress.report(0, None, "Preparando el papel de recuperación")
            public = public_of(paper_private(code, self._register.book.me().oficina))

            def change(draft: Draft) -> None:
                draft.paper = Paper(public)

            self._register.signer.change(server, change)
        self._note(sesion, Accion.MIEMBRO_ROL, act.titular, "papel de recuperación")
        return code

    def take_over(self, sesion: Sesion, code: str, progress: Progress) -> None:
        """Make this desktop the titular. code: of the recovery paper; empty for the suplente."""
        with self._connected(sesion) as server:
            progress.report(0, None, "Tomando el lugar del titular")
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
            theirs = account_in(paper, private, self._oficina.conexion(db))
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
        try:
            with self._connected(sesion) as server:
                progress.report(0, None, "Avisando a la oficina")
                self._say_goodbye(server)
            told = True
        except SyncServerError as error:
            # Who was removed already has nobody to tell.
            told = error.permanent
        self._oficina.forget(sesion)
        return told

    def _say_goodbye(self, server: SyncServer) -> None:
        self._register.book.take(server)
        me, act = self._register.book.me(), self._register.book.present()
        if act is None:
            return
        if act.titular == me.miembro and len(act.members) > 1:
            raise UserFacingError(TITULAR_LEAVES)
        self._ask(server, exit_proofs(me, act.signers()))
        if act.is_responsible(me.miembro) and act.titular != me.miembro:
            server.set_role(me.cuenta, None)

    @contextmanager
    def _connected(self, sesion: Sesion) -> Iterator[SyncServer]:
        with self._store.read() as db:
            authorize(db, sesion, Permiso.CONFIGURAR)
            server = self._oficina.connect(db)
        with closing(server):
            yield server

    @contextmanager
    def _as_responsible(self, sesion: Sesion) -> Iterator[tuple[SyncServer, Act, ThisDesktop]]:
        """Open connection and present act. Raises NotAllowedError for other roles."""
        with self._connected(sesion) as server:
            cuenta = self._register.book.me().cuenta
            if server.roles().get(cuenta) is not RolOficina.RESPONSABLE:
                raise NotAllowedError(NOT_RESPONSIBLE)
            self._register.refresh(server)
            me, act = self._register.book.me(), self._register.book.present()
            if act is None or not act.is_responsible(me.miembro):
                raise NotAllowedError(NOT_RESPONSIBLE)
            yield server, act, me

    @contextmanager
    def _as_titular(self, sesion: Sesion) -> Iterator[tuple[SyncServer, Act]]:
        """Open connection and present act. Raises NotAllowedError on other desktops."""
        with self._as_responsible(sesion) as (server, act, me):
            if act.titular != me.miembro:
                raise NotAllowedError(NOT_SIGNER)
            yield server, act

    @staticmethod
    def _ask(server: SyncServer, data: Mapping[str, object]) -> None:
        """Write a petition; the desktop that signs the next act reads it."""
        put(server, KEYS_COLLECTION, str(uuid.uuid4()), data)

    def _one(self, act: Act, miembro_id: uuid.UUID) -> ActMember | ActInvitation:
        if miembro_id == self._register.book.me().miembro:
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
