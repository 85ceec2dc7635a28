"""Makes the acts of an office: on the titular's desktop, and on one that becomes titular."""

from __future__ import annotations

import base64
import json
import logging
import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Final

from icsoe_desktop.domain.sincronizacion.records import (
    ACTS_COLLECTION,
    KEYS_COLLECTION,
    RolOficina,
)
from icsoe_desktop.errors import NotAllowedError, UserFacingError
from icsoe_desktop.gateways.kinto.errors import SyncServerError
from icsoe_desktop.gateways.kinto.values import RecordWrite
from icsoe_desktop.seguridad.office_keys import (
    OfficeKey,
    OfficeSealBrokenError,
    newest,
    open_sealed,
    public_of,
    seal_for,
)
from icsoe_desktop.services.sincronizacion.answers import Conexion
from icsoe_desktop.services.sincronizacion.oficina.act_book import ActBook
from icsoe_desktop.services.sincronizacion.oficina.acts import (
    TAKEOVER,
    Act,
    ActInvitation,
    ActMember,
    Change,
    Draft,
    Paper,
    act_id,
    digest_of,
    follows,
    make_act,
    read_act,
)
from icsoe_desktop.services.sincronizacion.oficina.keys import name_place
from icsoe_desktop.services.sincronizacion.oficina.office import Oficina
from icsoe_desktop.services.sincronizacion.oficina.server import (
    ATTEMPTS,
    WRITTEN_TWICE,
    SyncServer,
    data_versions,
    put,
    server_now,
)
from icsoe_desktop.store.engine import Store

logger = logging.getLogger(__name__)

INVITATION_LASTS: Final = timedelta(days=14)
_NOTICE: Final = uuid.UUID("7c0ad3a5-4f5f-5d0e-9a65-6f0f2b8a1c11")

NOT_SIGNER: Final = (
    "Este equipo no es el titular de la oficina. No se cambió nada. Hágalo desde el equipo titular."
)


class ActSigner:
    def __init__(self, store: Store, oficina: Oficina, book: ActBook) -> None:
        self._store = store
        self._oficina = oficina
        self._book = book

    def found(self, server: SyncServer) -> None:
        """Make the first act of an office."""
        server.make_collection(ACTS_COLLECTION)
        me = self._book.me()
        key = newest(me.keys)
        sealed = key.seal(me.equipo.encode(), name_place(me.oficina, me.miembro))
        name = base64.b64encode(sealed).decode()

        def fill(draft: Draft) -> None:
            draft.members[me.miembro] = ActMember(
                me.miembro,
                me.cuenta,
                public_of(me.private),
                RolOficina.RESPONSABLE,
                name,
                key.number,
            )

        self.change(server, fill)

    def invitation(
        self, server: SyncServer, cuenta: str, rol: RolOficina, public_key: bytes
    ) -> ActInvitation:
        vence = server_now(server) + INVITATION_LASTS
        return ActInvitation(uuid.uuid4(), cuenta, rol, public_key, vence)

    def change(self, server: SyncServer, change: Change, paper: bytes = b"") -> Act:
        """Make the next act; repeating a change that was cut short is harmless.

        paper: private half of the recovery paper, for a change that makes this desktop titular.
        Raises NotAllowedError if this desktop may not sign, UserFacingError if others write too.
        """
        for _ in range(ATTEMPTS):
            self._book.take(server)
            made = self._try(server, change, paper)
            if made is not None:
                return made
        raise UserFacingError(WRITTEN_TWICE)

    def take_over(self, server: SyncServer, paper: bytes = b"") -> Act:
        """Make this desktop titular, as the suplente or with the paper's private half.

        Who was invited is invited again.
        """
        mine = self._book.me().miembro

        def change(draft: Draft) -> None:
            draft.titular = mine
            draft.give_role(mine, RolOficina.RESPONSABLE)
            if draft.suplente == mine:
                draft.suplente = None
            # By an act that was lost, a guest may be inside already, and write for itself alone.
            for name in tuple(draft.invitations):
                draft.withdraw(name)

        return self.change(server, change, paper)

    def _try(self, server: SyncServer, change: Change, paper: bytes) -> Act | None:
        me, former = self._book.me(), self._book.present()
        draft = Draft.of(former, me.miembro)
        change(draft)
        takes_over = former is not None and former.titular != me.miembro
        if former is not None and takes_over:
            holds_paper = former.paper is not None and (
                paper and public_of(paper) == former.paper.public_key
            )
            if draft.titular != me.miembro or not (former.suplente == me.miembro or holds_paper):
                raise NotAllowedError(NOT_SIGNER)
        if draft.paper is not None:
            draft.paper = self._renewed(draft.paper, me.oficina)
        if draft.new_key:
            key = OfficeKey.generate(newest(me.keys).number + 1)
            me = replace(me, keys={**me.keys, key.number: key})
            draft.limits = {**draft.limits, key.number: data_versions(server)}
        number = former.number + (TAKEOVER if takes_over else 1) if former else 1
        before = digest_of(former, me.oficina) if former is not None and former.whole else ""
        used = paper if takes_over else b""
        act = make_act(number, before, draft, me, used)
        name = str(act_id(me.oficina, number))
        (answer,) = server.write(ACTS_COLLECTION, [RecordWrite(name, act.data, None)])
        if answer.other is not None:
            other = None if answer.other.data is None else read_act(answer.other.data)
            if (
                other is not None
                and other.number == number  # not an older act that somebody put there
                and former is not None
                and follows(other, former, me)
            ):
                return None  # the suplente was first, or an answer was lost
            # Nobody of the office made what stands there: write over it.
            again = RecordWrite(name, act.data, answer.other.version)
            (answer,) = server.write(ACTS_COLLECTION, [again])
        if answer.version is None:
            return None
        with self._store.write() as db:
            for key in me.keys.values():
                self._oficina.take_key(db, key)
            self._book.keep(db, act)
        for cuenta in sorted(draft.gone - {one.cuenta for one in act.members.values()}):
            server.set_role(cuenta, None)
        give_notice(server, me.oficina, act)
        return act

    def _renewed(self, paper: Paper, oficina: str) -> Paper:
        """The paper with the account that this desktop has now."""
        with self._store.read() as db:
            conexion = self._oficina.conexion(db)
        plain = json.dumps([conexion.cuenta, conexion.contrasena]).encode()
        return replace(paper, envelope=seal_for(paper.public_key, plain, _paper_place(oficina)))


def account_in(paper: Paper, private: bytes, conexion: Conexion) -> Conexion | None:
    """The titular's connection, which lies in the paper's envelope. None if it does not open."""
    try:
        plain = open_sealed(private, paper.envelope, _paper_place(conexion.oficina))
        cuenta, contrasena = json.loads(plain)
    except (OfficeSealBrokenError, ValueError, TypeError):
        return None
    return replace(conexion, cuenta=str(cuenta), contrasena=str(contrasena))


def _paper_place(oficina: str) -> bytes:
    return f"{oficina}|papel".encode()


def give_notice(server: SyncServer, oficina: str, act: Act) -> None:
    """Move the clock of the collection of keys: every desktop looks for acts when it changes.

    If this fails, desktops take the act within the hour.
    """
    notice = str(uuid.uuid5(_NOTICE, oficina))
    try:
        put(server, KEYS_COLLECTION, notice, {"v": 1, "acta": digest_of(act, oficina)})
    except (SyncServerError, UserFacingError) as error:
        logger.info("no notice of a new act: %s", type(error).__name__)
