"""Makes the acts of an office that the desktop of a responsable signs."""

from __future__ import annotations

import base64
import logging
import uuid
from datetime import timedelta
from typing import Final

from icsoe_desktop.domain.sincronizacion.records import (
    ACTS_COLLECTION,
    KEYS_COLLECTION,
    RolOficina,
)
from icsoe_desktop.errors import NotAllowedError, UserFacingError
from icsoe_desktop.seguridad.office_keys import OfficeKey, newest
from icsoe_desktop.services.sincronizacion.oficina.act_book import ActBook
from icsoe_desktop.services.sincronizacion.oficina.acts import (
    Act,
    ActInvitation,
    act_id,
    is_signed,
    make_act,
    new_member,
    read_act,
)
from icsoe_desktop.services.sincronizacion.oficina.draft import Change, Draft
from icsoe_desktop.services.sincronizacion.oficina.keys import name_place
from icsoe_desktop.services.sincronizacion.oficina.office import Oficina
from icsoe_desktop.services.sincronizacion.oficina.server import (
    ATTEMPTS,
    WRITTEN_TWICE,
    RecordWrite,
    SyncServer,
    SyncServerError,
    put,
)
from icsoe_desktop.store.engine import Store

logger = logging.getLogger(__name__)

INVITATION_LASTS: Final = timedelta(days=14)
_NOTICE: Final = uuid.UUID("7c0ad3a5-4f5f-5d0e-9a65-6f0f2b8a1c11")

NOT_SIGNER: Final = (
    "Este equipo no consta como responsable en el registro de la oficina. No se cambió nada. Pida "
    "a otro responsable que le dé el rol desde Equipos de la oficina."
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
            draft.members[me.miembro] = new_member(
                me.miembro, me.cuenta, me.private, RolOficina.RESPONSABLE, name, key.number
            )

        self.change(server, fill)

    def invitation(self, cuenta: str, rol: RolOficina, public_key: bytes) -> ActInvitation:
        vence = self._store.clock() + INVITATION_LASTS
        return ActInvitation(uuid.uuid4(), cuenta, rol, public_key, vence)

    def change(self, server: SyncServer, change: Change) -> Act:
        """Make the next act. If another responsable made one meanwhile, change that one.

        Repeating a change that was cut short is harmless.
        Raises NotAllowedError if this desktop may not sign, UserFacingError after several others.
        """
        for _ in range(ATTEMPTS):
            self._book.take(server)
            made = self._try(server, change)
            if made is not None:
                return made
        raise UserFacingError(WRITTEN_TWICE)

    def _try(self, server: SyncServer, change: Change) -> Act | None:
        me, former = self._book.me(), self._book.present()
        if former is not None and not former.is_responsible(me.miembro):
            raise NotAllowedError(NOT_SIGNER)
        draft = Draft.of(former)
        change(draft)
        for less in self._book.unseen().values():
            if less.takes_away(draft):
                less.apply(draft)
        keys = dict(me.keys)
        if draft.new_key:
            key = OfficeKey.generate(newest(keys).number + 1)
            keys[key.number] = key
        number = former.number + 1 if former else 1
        act = make_act(
            number,
            draft.members.values(),
            draft.invitations.values(),
            keys,
            me.oficina,
            me.private,
            me.miembro,
            draft.newcomers,
        )
        name = str(act_id(me.oficina, number))
        (answer,) = server.write(ACTS_COLLECTION, [RecordWrite(name, act.data, None)])
        if answer.other is not None:
            other = None if answer.other.data is None else read_act(answer.other.data)
            if (
                other is not None
                and other.number == number  # not an older act that somebody put there
                and former is not None
                and is_signed(other, former, me.oficina, me.private, me.miembro)
            ):
                return None  # another responsable was first
            # Nobody of the office made what stands there: write over it.
            again = RecordWrite(name, act.data, answer.other.version)
            (answer,) = server.write(ACTS_COLLECTION, [again])
        if answer.version is None:
            return None
        with self._store.write() as db:
            for key in keys.values():
                self._oficina.add_key(db, key)
            self._book.keep(db, act)
        for cuenta in sorted(draft.gone - {one.cuenta for one in act.members.values()}):
            server.set_role(cuenta, None)
        give_notice(server, me.oficina, act)
        return act


def give_notice(server: SyncServer, oficina: str, act: Act) -> None:
    """Move the clock of the collection of keys: every desktop looks for acts when it changes.

    If this fails, desktops take the act within the hour.
    """
    notice = str(uuid.uuid5(_NOTICE, oficina))
    try:
        put(server, KEYS_COLLECTION, notice, {"v": 1, "acta": act.number})
    except (SyncServerError, UserFacingError) as error:
        logger.info("no notice of a new act: %s", type(error).__name__)
