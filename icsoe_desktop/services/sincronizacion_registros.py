"""The records of this desktop against those of the server: one at a time, within a transaction."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from icsoe_desktop.domain.estado_aviso import EstadoLote
from icsoe_desktop.domain.llaves_oficina import LlaveOficina, newest
from icsoe_desktop.domain.sincronizacion import (
    Clase,
    Contenido,
    Sobre,
    SobreIlegibleError,
    canonical,
    open_record,
    unpack,
)
from icsoe_desktop.domain.sincronizacion_mezcla import (
    CONFLICTOS,
    MOVIMIENTOS,
    Mezcla,
    Perdido,
    merge,
)
from icsoe_desktop.services.bitacora import Accion, BitacoraService
from icsoe_desktop.services.sincronizacion_alias import remember, rename, resolve
from icsoe_desktop.services.sincronizacion_filas import (
    DAMAGED,
    MEZCLADAS,
    ChoqueError,
    FaltaReferenciaError,
    Filas,
)
from icsoe_desktop.services.sincronizacion_nombres import natural_key
from icsoe_desktop.services.sincronizacion_notas import Notas
from icsoe_desktop.services.sincronizacion_perdidos import (
    conflicts_of,
    lost_in_record,
    put_conflicts,
)
from icsoe_desktop.services.sincronizacion_servidor import Remoto
from icsoe_desktop.services.sincronizacion_valores import ClaseConflicto
from icsoe_desktop.store import paquetes, salida
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.portadores import raise_seated, seat, unseated
from icsoe_desktop.store.tables import (
    AliasRow,
    CertificadoRow,
    ConflictoRow,
    EnvioRow,
    SalidaRow,
    VersionRow,
)
from icsoe_desktop.store.trabajadores import raw_of

# Two desktops that register the same person mean the same person; the others wait for somebody.
_SE_UNEN_SOLAS = frozenset({Clase.PERSONA, Clase.RELACION})

LOTE_MISSING = "Falta el lote de un movimiento. Llegará con otra sincronización."
NO_KEY = (
    "El registro está cifrado con una llave de la oficina que este equipo todavía no tiene. "
    "Llegará con otra sincronización."
)
CANCELADO = EstadoLote.CANCELADO.value
CLASH = "Otro registro de este equipo tiene el mismo dato único. Elija en Conflictos cuál queda."


@dataclass
class Cuenta:
    """What a round did, as it goes."""

    recibidos: int = 0
    enviados: int = 0
    conflictos: int = 0
    callada: bool = False  # the first download writes no line for each record


class Registros:
    """oficina: the bucket. llavero: the keys as they are now; the round refreshes it."""

    def __init__(
        self,
        store: Store,
        bitacora: BitacoraService,
        oficina: str,
        llavero: Mapping[int, LlaveOficina],
    ) -> None:
        self._store = store
        self._bitacora = bitacora
        self._filas = Filas(store)
        self.notas = Notas(store)
        self.oficina = oficina
        self.llavero = llavero
        self._seats = False

    # -- what is here

    def local(self, db: Session, clase: Clase, registro: uuid.UUID) -> Contenido | None:
        """The record as it is here, with what a newer program told of it."""
        raw = raw_of(db)
        found: dict[str, Any] | None
        if clase is Clase.PAQUETE:
            found = {MOVIMIENTOS: paquetes.read(raw, registro)}
            base = self.notas.base(db, clase, registro) or {}
            lost = self.notas.has_conflicts(db, clase, registro)
            told = conflicts_of(db, clase, registro) if lost else {}
            others = {key: one for key, one in base.items() if key != CONFLICTOS}
            return {**others, **found, **({CONFLICTOS: told} if told else {})}
        elif clase is Clase.ESTADOS:
            found = {MOVIMIENTOS: paquetes.read_states(raw, registro)}
        else:
            found = self._filas.local(db, clase, registro)
        if found is None:
            return None
        return {**(self.notas.base(db, clase, registro) or {}), **found}

    def sobre(self, db: Session, clase: Clase, registro: uuid.UUID) -> Sobre:
        """What would be sent of a record now, without the operation that sends it."""
        contenido = self.local(db, clase, registro)
        now = resolve(db, registro) if contenido is None else registro
        return Sobre(
            clase,
            contenido,
            self._operations(db, clase, registro),
            reemplazo=now if now != registro else None,
            indice=self._index(clase, contenido),
        )

    def _operations(self, db: Session, clase: Clase, registro: uuid.UUID) -> tuple[bytes, ...]:
        row = self.notas.version(db, clase.coleccion.value, registro)
        ops = row.operaciones if row is not None else b""
        return tuple(ops[at : at + 16] for at in range(0, len(ops), 16))

    # -- what comes

    def integrate(
        self, db: Session, coleccion: str, remoto: Remoto, cuenta: Cuenta, *, last: bool = False
    ) -> bool:
        """Merges a record of the server into this desktop; False when it must come again later.

        last: nothing else will come in this round, so that what cannot be written is held.
        """
        registro = uuid.UUID(remoto.id)
        row = self.notas.version(db, coleccion, registro)
        if row is not None and remoto.datos is not None and remoto.version <= row.version:
            self.notas.drop_held(db, coleccion, registro, remoto.version)
            return True
        if remoto.datos is None:
            self._forgotten_by_server(db, coleccion, registro, row)
            return True
        try:
            sobre = open_record(remoto.datos, self.llavero, self.oficina, coleccion, registro)
        except SobreIlegibleError as error:
            self.notas.hold(db, coleccion, remoto, "", NO_KEY if error.falta_llave else DAMAGED)
            return True
        try:
            with db.begin_nested():
                self._merge_in(db, sobre, registro, remoto, cuenta, last)
        except FaltaReferenciaError as error:
            return self._later(db, remoto, sobre, last, str(error))
        except paquetes.FaltaLoteError:
            return self._later(db, remoto, sobre, last, LOTE_MISSING)
        except ChoqueError as error:
            try:
                with db.begin_nested():
                    return self._clash(db, sobre, registro, remoto, error.otro, cuenta, last)
            except FaltaReferenciaError as missing:
                return self._later(db, remoto, sobre, last, str(missing))
            except (ChoqueError, IntegrityError):
                return self._later(db, remoto, sobre, last, CLASH)
        except IntegrityError:
            return self._later(db, remoto, sobre, last, CLASH)
        except (ValueError, KeyError, TypeError):
            self.notas.hold(db, coleccion, remoto, sobre.clase.value, DAMAGED)
            return True
        self.notas.release(db, coleccion, registro)
        return True

    def _merge_in(
        self,
        db: Session,
        sobre: Sobre,
        registro: uuid.UUID,
        remoto: Remoto,
        cuenta: Cuenta,
        last: bool,
    ) -> None:
        clase, coleccion = sobre.clase, sobre.clase.coleccion.value
        base = self._known_base(db, clase, registro, sobre)
        waiting = db.get(SalidaRow, (coleccion, registro))
        raw = raw_of(db)
        salida.applying(raw, True)
        if sobre.reemplazo is not None and self._contradicts(db, registro, sobre.reemplazo):
            salida.applying(raw, False)
            self.notas.note(db, clase, registro, remoto.version, sobre)
            salida.enqueue(raw, clase, [registro, sobre.reemplazo])
            return
        if sobre.reemplazo is not None:
            self._became(db, clase, registro, sobre.reemplazo, remoto.version)
        wanted = sobre.contenido
        if waiting is not None and sobre.reemplazo is None:
            mixed = merge(clase, base, self.local(db, clase, registro), sobre.contenido)
            wanted = _with_losers(mixed, registro, remoto.version)
            cuenta.conflictos += len(mixed.perdidos)
        again = self._write(db, clase, registro, wanted, cuenta, last)
        salida.applying(raw, False)
        self.notas.note(db, clase, registro, remoto.version, sobre)
        if wanted == sobre.contenido and not again:
            if waiting is not None:
                db.delete(waiting)
        elif again or waiting is None:
            salida.enqueue(raw, clase, [registro])
        db.flush()
        cuenta.recibidos += 1

    def _write(
        self,
        db: Session,
        clase: Clase,
        registro: uuid.UUID,
        wanted: Contenido | None,
        cuenta: Cuenta,
        last: bool,
    ) -> bool:
        """Whether this desktop now has something else to say of the record."""
        raw = raw_of(db)
        if clase is Clase.PAQUETE:
            return self._write_movements(db, registro, wanted or {})
        if clase is Clase.ESTADOS:
            return paquetes.write_states(raw, registro, (wanted or {}).get(MOVIMIENTOS) or {})
        try:
            changed = self._filas.apply(db, clase, registro, wanted)
        except FaltaReferenciaError:
            # What uses it may be about to go as well; if not, that is an edit, and beats a
            # deletion.
            if wanted is None and last:
                return True
            raise
        if changed and clase is Clase.LOTE and wanted:
            cancelled = wanted["estado"] == CANCELADO
            moved = (paquetes.free_cancelled if cancelled else raise_seated)(raw, registro)
            salida.enqueue(raw, Clase.ESTADOS, moved)
            self._seats = True
        if changed and not cuenta.callada:
            contratista = (wanted or {}).get("contratista_id")
            self._bitacora.record(
                db,
                None,
                Accion.REGISTRO_RECIBIDO,
                clase.value,
                registro,
                contratista_id=registro
                if clase is Clase.CONTRATISTA
                else uuid.UUID(contratista)
                if contratista
                else None,
            )
        if wanted is None or clase not in MEZCLADAS:
            return False
        # A short number that was taken, a record that has another id by now.
        written = self._filas.local(db, clase, registro) or {}
        return any(written[name] != wanted.get(name) for name in written if name != CONFLICTOS)

    def _write_movements(self, db: Session, registro: uuid.UUID, wanted: Contenido) -> bool:
        raw, clase = raw_of(db), Clase.PAQUETE
        done = paquetes.write(raw, registro, wanted.get(MOVIMIENTOS) or {})
        told = dict(wanted.get(CONFLICTOS) or {})
        for key, typed in done.otros.items():
            # The same movement, captured here with other values: nobody may lose them unseen.
            lost = Perdido(key, (key,), (wanted[MOVIMIENTOS][key],), (typed,))
            told |= {lost.identify(registro).hex: lost_in_record(lost, self._store.clock())}
        if told or self.notas.has_conflicts(db, clase, registro):
            put_conflicts(db, clase, registro, told)
        if done.quedan:
            salida.enqueue(raw, Clase.ESTADOS, [registro])
        if done.nuevos:
            self._seats = True
            states = self.notas.base(db, Clase.ESTADOS, registro) or {}
            if paquetes.write_states(raw, registro, states.get(MOVIMIENTOS) or {}):
                # One of them had been captured here too, and came further here.
                salida.enqueue(raw, Clase.ESTADOS, [registro])
        return done.quedan or bool(done.otros)

    def seat(self, *, all_of_them: bool) -> None:
        """What a lote carries is in it, though its own state did not come or said otherwise.

        all_of_them: also what an earlier round left undone.
        """
        if not (self._seats or all_of_them):
            return
        with self._store.read() as db:
            lotes = unseated(raw_of(db))
        for one in lotes:
            with self._store.write() as db:
                raw = raw_of(db)
                salida.applying(raw, True)
                salida.enqueue(raw, Clase.ESTADOS, seat(raw, one))
                salida.applying(raw, False)

    def _known_base(
        self, db: Session, clase: Clase, registro: uuid.UUID, sobre: Sobre
    ) -> Contenido | None:
        """What both sides knew: what was last seen, or what was sent and turns out to be there."""
        found = self.notas.base(db, clase, registro)
        sent = {
            row.operacion: row
            for row in db.scalars(
                select(EnvioRow).where(
                    EnvioRow.coleccion == clase.coleccion.value, EnvioRow.registro == registro
                )
            )
        }
        for operacion in sobre.operaciones:
            row = sent.get(operacion)
            if row is not None:
                found = unpack(row.contenido) if row.contenido else found
                db.delete(row)
                waiting = db.get(SalidaRow, (clase.coleccion.value, registro))
                if waiting is not None and waiting.operacion == operacion:
                    db.delete(waiting)
                db.flush()
        return found

    # -- what was made twice

    def _contradicts(self, db: Session, registro: uuid.UUID, reemplazo: uuid.UUID) -> bool:
        """Whether this desktop says that it is the other way round, and is right.

        Of two desktops that chose each another record of the two, the older id is right.
        """
        if resolve(db, reemplazo) != registro:
            return False
        if registro < reemplazo:
            return True
        db.delete(db.get_one(AliasRow, reemplazo))
        db.flush()
        return False

    def _became(
        self, db: Session, clase: Clase, registro: uuid.UUID, reemplazo: uuid.UUID, version: int
    ) -> None:
        """The record is another one now, said by a desktop that saw both."""
        target = resolve(db, reemplazo)
        if target == registro:
            return
        remember(db, registro, target)
        mine = self._filas.local(db, clase, registro)
        if mine is None:
            return
        theirs = self._filas.local(db, clase, target)
        edited = db.get(SalidaRow, (clase.coleccion.value, registro)) is not None
        base = self.notas.base(db, clase, registro)
        rename(db, self._store, clase, registro, target)
        if theirs is not None and edited:
            # What was changed here of the one that goes is changed of the one that stays.
            mixed = merge(clase, base, mine, theirs)
            wanted = _with_losers(mixed, target, version)
            if wanted is not None:
                self._filas.apply(db, clase, target, wanted)
        salida.enqueue(raw_of(db), clase, [target])

    def _clash(
        self,
        db: Session,
        sobre: Sobre,
        registro: uuid.UUID,
        remoto: Remoto,
        otro: uuid.UUID,
        cuenta: Cuenta,
        last: bool,
    ) -> bool:
        """Two records with the same natural key: one of them is never sent, or somebody chooses."""
        clase, coleccion = sobre.clase, sobre.clase.coleccion.value
        if resolve(db, registro) == otro:
            # The other desktop has not heard yet that they are one.
            salida.enqueue(raw_of(db), clase, [registro])
            self.notas.note(db, clase, registro, remoto.version, sobre)
            return True
        only_here = self._never_left(db, coleccion, otro)
        same = clase is Clase.CERTIFICADO and self._same_certificate(db, otro, sobre.contenido)
        alone = only_here and clase is not Clase.CERTIFICADO
        if alone or same or clase in _SE_UNEN_SOLAS:
            self.unite(db, clase, here=otro, there=registro, only_here=only_here, remoto=remoto)
            self._after_union(db, sobre, registro, remoto, cuenta, last)
            return True
        self.notas.hold(db, coleccion, remoto, clase.value, CLASH)
        if not last:
            return False
        known = db.scalars(
            select(ConflictoRow).where(ConflictoRow.otro == registro, ConflictoRow.registro == otro)
        ).first()
        if known is None:
            cuenta.conflictos += 1
            db.add(
                ConflictoRow(
                    id=self._store.new_id(),
                    coleccion=coleccion,
                    registro=otro,
                    clase=ClaseConflicto.CHOQUE.value,
                    campo=clase.value,
                    vigente=json.dumps(None),
                    perdido=json.dumps(sobre.contenido, ensure_ascii=False)
                    if clase in MEZCLADAS
                    else json.dumps(None),
                    otro=registro,
                    cuando=_moment(remoto.version),
                )
            )
        db.flush()
        return True

    def unite(
        self,
        db: Session,
        clase: Clase,
        *,
        here: uuid.UUID,
        there: uuid.UUID,
        only_here: bool,
        remoto: Remoto,
    ) -> uuid.UUID:
        """Makes one record of two; the id that stays. Of two that were sent, the older id."""
        raw = raw_of(db)
        stays, goes = (there, here) if only_here or there < here else (here, there)
        salida.applying(raw, True)
        if self._filas.local(db, clase, goes) is not None:
            rename(db, self._store, clase, goes, stays)
        salida.applying(raw, False)
        remember(db, goes, stays)
        coleccion = clase.coleccion.value
        if only_here:
            db.execute(
                delete(SalidaRow).where(
                    SalidaRow.coleccion == coleccion, SalidaRow.registro == goes
                )
            )
            salida.enqueue(raw, clase, [stays])
        else:
            if goes == there:
                empty = Sobre(clase, None)
                self.notas.note(db, clase, there, remoto.version, empty, borrado=False)
            salida.enqueue(raw, clase, [stays, goes])
        db.expire_all()
        return stays

    def _after_union(
        self,
        db: Session,
        sobre: Sobre,
        registro: uuid.UUID,
        remoto: Remoto,
        cuenta: Cuenta,
        last: bool,
    ) -> None:
        stays = resolve(db, registro)
        if stays == registro:
            self._merge_in(db, sobre, registro, remoto, cuenta, last)
            return
        # What the other one said becomes part of ours; its own record will only say so.
        clase, raw = sobre.clase, raw_of(db)
        local = self.local(db, clase, stays)
        mixed = merge(clase, None, local, sobre.contenido)
        wanted = _with_losers(mixed, stays, remoto.version)
        if wanted is not None:
            salida.applying(raw, True)
            self._write(db, clase, stays, wanted, cuenta, last)
            salida.applying(raw, False)
        salida.enqueue(raw, clase, [stays])

    def _never_left(self, db: Session, coleccion: str, registro: uuid.UUID) -> bool:
        """Whether nobody else can know of a record; what came as part of another left before."""
        waiting = db.get(SalidaRow, (coleccion, registro))
        sent = select(EnvioRow.operacion).where(
            EnvioRow.coleccion == coleccion, EnvioRow.registro == registro
        )
        return (
            waiting is not None
            and self.notas.version(db, coleccion, registro) is None
            and db.scalars(sent).first() is None
        )

    def _same_certificate(self, db: Session, otro: uuid.UUID, contenido: Contenido | None) -> bool:
        row = db.get(CertificadoRow, otro)
        return row is not None and contenido is not None and row.numero == contenido.get("numero")

    # -- notes

    def _forgotten_by_server(
        self, db: Session, coleccion: str, registro: uuid.UUID, row: VersionRow | None
    ) -> None:
        """Somebody deleted it at the server: no desktop does so, and what is here goes up again."""
        if row is None:
            return
        borrado = row.borrado
        db.delete(row)
        db.flush()
        if borrado:
            return
        clase = self._clase_here(db, coleccion, registro)
        if clase is not None:
            salida.enqueue(raw_of(db), clase, [registro])

    def _clase_here(self, db: Session, coleccion: str, registro: uuid.UUID) -> Clase | None:
        for clase in Clase:
            if clase.coleccion.value != coleccion:
                continue
            found = self.local(db, clase, registro)
            if found is not None and (MOVIMIENTOS not in found or found[MOVIMIENTOS]):
                return clase
        return None

    def open(self, remoto: Remoto, coleccion: str) -> Sobre:
        """Raises SobreIlegibleError."""
        return open_record(
            remoto.datos or {}, self.llavero, self.oficina, coleccion, uuid.UUID(remoto.id)
        )

    def rewind(self, db: Session, coleccion: str, remoto: Remoto) -> None:
        """The server has an older version than this desktop saw: ours goes up again."""
        registro = uuid.UUID(remoto.id)
        if remoto.datos is None:
            return
        try:
            sobre = open_record(remoto.datos, self.llavero, self.oficina, coleccion, registro)
        except SobreIlegibleError:
            return
        self.notas.note(db, sobre.clase, registro, remoto.version, sobre)
        salida.enqueue(raw_of(db), sobre.clase, [registro])

    def _later(self, db: Session, remoto: Remoto, sobre: Sobre, last: bool, motivo: str) -> bool:
        # At once, for the cursor has passed it: nothing else remembers it.
        self.notas.hold(db, sobre.clase.coleccion.value, remoto, sobre.clase.value, motivo)
        return last

    def _index(self, clase: Clase, contenido: Contenido | None) -> bytes | None:
        if contenido is None:
            return None
        key = natural_key(clase, contenido)
        if key is None:
            return None
        return newest(self.llavero).index(self.oficina, clase.value, key)


def _with_losers(mixed: Mezcla, registro: uuid.UUID, version: int) -> Contenido | None:
    """What was merged, and inside it the values that lost, for everybody to see."""
    if mixed.contenido is None or not mixed.perdidos:
        return mixed.contenido
    told = dict(mixed.contenido.get(CONFLICTOS) or {})
    for lost in mixed.perdidos:
        told[lost.identify(registro).hex] = lost_in_record(lost, _moment(version))
    return {**mixed.contenido, CONFLICTOS: told}


def same(one: Contenido | None, other: Contenido | None) -> bool:
    return canonical(one) == canonical(other)


def _moment(version: int) -> datetime:
    return datetime.fromtimestamp(version / 1000, UTC)
