"""The acts that this desktop took, and the keys in them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from icsoe_desktop.domain.sincronizacion.records import ACTS_COLLECTION, pack, unpack
from icsoe_desktop.seguridad.office_keys import OfficeKey
from icsoe_desktop.services.sincronizacion.oficina.acts import (
    Act,
    act_id,
    is_signed,
    keys_in,
    read_act,
)
from icsoe_desktop.services.sincronizacion.oficina.forks import Difference
from icsoe_desktop.services.sincronizacion.oficina.office import Oficina
from icsoe_desktop.services.sincronizacion.oficina.server import RemoteRecord, SyncServer
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables.sincronizacion import ActaRow


@dataclass(frozen=True, slots=True)
class Taken:
    """What the server has of the acts that this desktop took.

    went_back: it has the newest one no more. apart: another act is in its place.
    """

    went_back: bool = False
    apart: Difference | None = None


@dataclass(frozen=True, slots=True)
class ThisDesktop:
    """This desktop in its office."""

    oficina: str
    miembro: uuid.UUID
    cuenta: str
    equipo: str
    private: bytes = field(repr=False)
    keys: dict[int, OfficeKey] = field(repr=False)


class ActBook:
    def __init__(self, store: Store, oficina: Oficina) -> None:
        self._store = store
        self._oficina = oficina

    # -- in the store

    def newest(self, db: Session) -> Act | None:
        newest = select(ActaRow).where(ActaRow.numero > 0).order_by(ActaRow.numero.desc())
        row = db.scalars(newest.limit(1)).one_or_none()
        return None if row is None else read_act(unpack(row.contenido))

    def keep(self, db: Session, act: Act) -> None:
        db.merge(ActaRow(numero=act.number, contenido=pack(act.data)))

    def me(self) -> ThisDesktop:
        with self._store.read() as db:
            row = self._oficina.row(db)
            return ThisDesktop(
                row.oficina,
                row.miembro,
                row.cuenta,
                row.nombre_equipo,
                self._oficina.private(db),
                self._oficina.keys(db),
            )

    def present(self) -> Act | None:
        with self._store.read() as db:
            return self.newest(db)

    def kept(self, number: int) -> Act | None:
        with self._store.read() as db:
            row = db.get(ActaRow, number)
            return None if row is None else read_act(unpack(row.contenido))

    def unseen(self) -> dict[int, Difference]:
        """What acts took away that newer acts may not have known of, by place in the store.

        Every act that this desktop makes takes it away again.
        """
        with self._store.read() as db:
            places = list(db.scalars(select(ActaRow.numero).where(ActaRow.numero < 0)))
        found = {}
        for place in sorted(places, reverse=True):
            act, base = self.kept(place), self.kept(-place - 1)
            if act is not None and base is not None and is_whole(base):
                found[place] = Difference(base, act, only_less=True)
        return found

    def forget_unseen(self, places: Iterable[int]) -> None:
        with self._store.write() as db:
            db.execute(delete(ActaRow).where(ActaRow.numero.in_(places)))

    # -- at the server

    def take(self, server: SyncServer) -> Taken:
        """Take every new act with its keys.

        Acts that do not prove themselves to this desktop are passed over.
        """
        found = server.listing(ACTS_COLLECTION) or {}
        acts = _acts(found, self.me().oficina)
        for act in sorted(acts.values(), key=lambda one: one.number):
            self._take_one(act, acts)
        newest_act = self.present()
        if newest_act is None or not is_whole(newest_act):
            return Taken()
        self._take_keys_apart(acts, newest_act)
        there = acts.get(newest_act.number)
        if there is not None and pack(there.data) == pack(newest_act.data):
            return Taken()
        return Taken(went_back=True, apart=self._apart(there, newest_act))

    def _take_one(self, act: Act, there: Mapping[int, Act]) -> None:
        me, former = self.me(), self.present()
        if former is not None and act.number <= former.number:
            return
        if former is None or not is_signed(act, former, me.oficina, me.private, me.miembro):
            return
        with self._store.write() as db:
            for key in keys_in(act, me.oficina, me.private, me.miembro):
                self._oficina.add_key(db, key)
            self.keep(db, act)
            if former.is_responsible(me.miembro) and is_whole(former):
                instead = there.get(former.number)
                own = former.signer == me.miembro
                unseen = own and (instead is None or pack(instead.data) != pack(former.data))
                if unseen or self._removes_one_inside(former, act):
                    # The signer of `act` may not have seen `former`: see `_unseen`.
                    db.merge(ActaRow(numero=-former.number, contenido=pack(former.data)))

    def _take_keys_apart(self, acts: Mapping[int, Act], present: Act) -> None:
        """Take keys of acts that a responsable made apart from those that this desktop took."""
        me = self.me()
        for number, act in acts.items():
            kept = self.kept(number)
            if number > present.number or (kept and pack(kept.data) == pack(act.data)):
                continue
            if not is_signed(act, present, me.oficina, me.private, me.miembro):
                continue
            if self._removes_one_inside(act, present):
                continue  # until they are out here too: the next act would wrap its keys for them
            with self._store.write() as db:
                for key in keys_in(act, me.oficina, me.private, me.miembro):
                    self._oficina.add_key(db, key)

    def _removes_one_inside(self, act: Act, present: Act) -> bool:
        """Whether the act took out a member whom the present one has.

        Who is let in again has another id.
        """
        base = self.kept(act.number - 1)
        if base is None or not is_whole(base):
            return False
        return bool((base.members.keys() - act.members.keys()) & present.members.keys())

    def _apart(self, there: Act | None, present: Act) -> Difference | None:
        """What another responsable changed in an act with the number of the present one."""
        me, base = self.me(), self.kept(present.number - 1)
        if there is None or base is None or not is_whole(base):
            return None
        if not is_signed(there, present, me.oficina, me.private, me.miembro):
            return None
        return Difference(base, there, only_less=False)


def is_whole(act: Act) -> bool:
    """Whether the act came from the server: an invitation tells only a part of it."""
    return "pruebas" in act.data


def _acts(found: Mapping[str, RemoteRecord], oficina: str) -> dict[int, Act]:
    acts = {}
    for name, remote in found.items():
        act = read_act(remote.data)
        if act is not None and name == str(act_id(oficina, act.number)):
            acts[act.number] = act
    return acts
