"""Everything that needs a decision of the user: lost values, clashes, records set aside."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from icsoe_desktop.domain.acceso.sesion import Permiso, Sesion
from icsoe_desktop.domain.sincronizacion.merge import CONFLICTOS, RULES
from icsoe_desktop.domain.sincronizacion.records import RecordKind
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.seguridad.sealed_record import EnvelopeUnreadableError
from icsoe_desktop.services.acceso.autorizacion import authorize
from icsoe_desktop.services.bitacora.service import Accion, BitacoraService
from icsoe_desktop.services.informativa.recibidos import in_words
from icsoe_desktop.services.sincronizacion.answers import (
    Apartado,
    Borrado,
    ClaseConflicto,
    Conflicto,
    Eleccion,
)
from icsoe_desktop.services.sincronizacion.enviar.bases import RecordBases, held_record
from icsoe_desktop.services.sincronizacion.identidad.record_names import (
    movement_in_words,
    movement_title,
)
from icsoe_desktop.services.sincronizacion.oficina.office import OBJETO, Oficina
from icsoe_desktop.services.sincronizacion.recibir import deletions
from icsoe_desktop.services.sincronizacion.recibir.integration import RecordIntegration
from icsoe_desktop.services.sincronizacion.recibir.lost_values import authors_of
from icsoe_desktop.services.sincronizacion.valores.kinds import KINDS
from icsoe_desktop.services.sincronizacion.valores.rows import (
    DAMAGED,
    MissingReferenceError,
    RecordClashError,
    RecordRows,
)
from icsoe_desktop.store.connection import raw_of
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.sincronizacion import outbox, packets
from icsoe_desktop.store.tables.sincronizacion import ConflictoRow, RetenidoRow, SalidaRow

GONE = "El conflicto ya se resolvió. No se cambió nada. Actualice la lista."
CHANGED = (
    "El valor actual cambió mientras usted elegía. No se cambió nada. Revise la lista y vuelva a "
    "elegir."
)
NOT_ASIDE = "El registro ya no está apartado. No se cambió nada. Actualice la lista."
NOT_UNITED = (
    "Los dos registros todavía no se pueden unir: falta algo de lo que dependen. No se cambió "
    "nada. Sincronice y vuelva a intentarlo."
)
PRESENTED = (
    "El movimiento ya no está pendiente: está en un lote, el IMSS lo recibió o se eliminó. No se "
    "cambió nada. Deje el valor actual."
)
EMPTY = "(vacío)"


class Conflictos:
    """Every method requires Permiso.CONFIGURAR."""

    def __init__(self, store: Store, bitacora: BitacoraService, oficina: Oficina) -> None:
        self._store = store
        self._bitacora = bitacora
        self._oficina = oficina
        self._rows = RecordRows(store)
        self._bases = RecordBases(store)

    def all(self, sesion: Sesion) -> tuple[Conflicto, ...]:
        """All conflicts, newest first."""
        with self._store.read() as db:
            authorize(db, sesion, Permiso.CONFIGURAR)
            rows = db.scalars(
                select(ConflictoRow)
                .where(ConflictoRow.clase != ClaseConflicto.BORRADO.value)
                .order_by(ConflictoRow.cuando.desc(), ConflictoRow.id)
            )
            return tuple(self._signed(db, row) for row in rows)

    def resolve(self, sesion: Sesion, conflicto: Conflicto, eleccion: Eleccion) -> None:
        """Apply the user's choice. The next round sends it to every desktop.

        conflicto: as the user saw it.
        Raises UserFacingError, also if the values changed after the user saw them.
        """
        with self._store.write() as db:
            authorize(db, sesion, Permiso.CONFIGURAR)
            row = db.get(ConflictoRow, conflicto.id)
            if row is None:
                raise UserFacingError(GONE)
            now = self._value(db, row)
            if (now.vigente, now.perdido) != (conflicto.vigente, conflicto.perdido):
                # The user chose between older values, and nothing would record the one lost.
                raise UserFacingError(CHANGED)
            record_id = row.registro
            if row.clase == ClaseConflicto.CHOQUE.value:
                try:
                    with db.begin_nested():
                        self._unite(db, row, eleccion)
                except (
                    IntegrityError, MissingReferenceError, RecordClashError, EnvelopeUnreadableError
                ):  # fmt: skip
                    raise UserFacingError(NOT_UNITED) from None
            else:
                try:
                    self._choose(db, row, eleccion)
                except ValueError:
                    # Another desktop wrote a value that the column cannot hold.
                    raise UserFacingError(DAMAGED) from None
            self._bitacora.record(
                db, sesion, Accion.CONFLICTO_RESUELTO, OBJETO, record_id, eleccion.value
            )

    def set_aside(self, sesion: Sesion) -> tuple[Apartado, ...]:
        """Records that could not be sent or stored, with the reason."""
        with self._store.read() as db:
            authorize(db, sesion, Permiso.CONFIGURAR)
            out = [
                Apartado(row.coleccion, row.registro, row.clase, False, row.motivo, row.apartado)
                for row in db.scalars(select(SalidaRow).where(SalidaRow.apartado.is_not(None)))
                if row.apartado is not None
            ]
            come = [
                Apartado(
                    row.coleccion,
                    row.registro,
                    row.clase,
                    True,
                    row.motivo,
                    row.cuando,
                    row.motivo == deletions.MANY_DELETED,
                )
                for row in db.scalars(select(RetenidoRow))
            ]
        return tuple(sorted([*out, *come], key=lambda one: one.cuando, reverse=True))

    def retry(self, sesion: Sesion, collection: str, registro_id: uuid.UUID) -> None:
        """Queue a record that was set aside. Every round retries received records by itself."""
        with self._store.write() as db:
            authorize(db, sesion, Permiso.CONFIGURAR)
            row = db.get(SalidaRow, (collection, registro_id))
            if row is None or row.apartado is None:
                if db.get(RetenidoRow, (collection, registro_id)) is None:
                    raise UserFacingError(NOT_ASIDE)
                return
            outbox.enqueue(raw_of(db), RecordKind(row.clase), [registro_id])

    def decide_deletions(self, sesion: Sesion, *, apply: bool) -> None:
        """What `Apartado.por_decidir` names: delete it here too, or keep it and tell the others."""
        with self._store.write() as db:
            authorize(db, sesion, Permiso.CONFIGURAR)
            if apply:
                deletions.accept(db)
            else:
                deletions.refuse(db, self._integration(db).contents)
            said = "bajas aplicadas" if apply else "datos conservados"
            self._bitacora.record(
                db, sesion, Accion.CONFLICTO_RESUELTO, OBJETO, self._oficina.row(db).id, said
            )

    # -- what other desktops deleted

    def deleted(self, sesion: Sesion) -> tuple[Borrado, ...]:
        """What other desktops deleted in the last 30 days, newest first."""
        with self._store.read() as db:
            authorize(db, sesion, Permiso.CONFIGURAR)
            return tuple(self._deleted(row) for row in deletions.kept_rows(db))

    def recover(self, sesion: Sesion, ids: Sequence[uuid.UUID]) -> int:
        """Put back these of `deleted`, here and in the next round everywhere. Returns how many.

        The others need something that is missing here, or another record took their place.
        """
        done, left = 0, set(ids)
        with self._store.write() as db:
            authorize(db, sesion, Permiso.CONFIGURAR)
            contents = self._integration(db).contents
            order = list(RecordKind)
            rows = [row for row in deletions.kept_rows(db) if row.id in left]
            for row in sorted(rows, key=lambda one: order.index(deletions.kind_of(one))):
                try:
                    with db.begin_nested():
                        deletions.recover(db, contents, row)
                except (IntegrityError, MissingReferenceError, RecordClashError, ValueError):
                    continue
                self._bitacora.record(
                    db,
                    sesion,
                    Accion.BORRADO_RECUPERADO,
                    OBJETO,
                    row.registro,
                    self._deleted(row).objeto,
                )
                done += 1
        return done

    # -- parts

    def _signed(self, db: Session, row: ConflictoRow) -> Conflicto:
        vigente, perdido = authors_of(row)
        return replace(self._value(db, row), de_vigente=vigente, de_perdido=perdido)

    def _deleted(self, row: ConflictoRow) -> Borrado:
        kind, content = deletions.kind_of(row), deletions.content_of(self._store, row)
        moved = row.otro is not None
        return Borrado(
            id=row.id,
            objeto="movimiento" if moved else kind.value,
            titulo=movement_title(content) if moved else KINDS[kind].title(content),
            cuando=row.cuando,
            autor=authors_of(row)[0],
        )

    def _integration(self, db: Session) -> RecordIntegration:
        office, keys = self._oficina.row(db).oficina, self._oficina.keys(db)
        return RecordIntegration(self._store, self._bitacora, office, keys)

    def _choose(self, db: Session, row: ConflictoRow, eleccion: Eleccion) -> None:
        kind = _clase_of(db, self._rows, row)
        if kind is RecordKind.MOVIMIENTOS:
            self._choose_movement(db, row, eleccion)
            return
        content = self._rows.local(db, kind, row.registro)
        if content is None:
            db.delete(row)
            return
        told = {key: one for key, one in content[CONFLICTOS].items() if key != row.id.hex}
        changed: dict[str, Any] = {**content, CONFLICTOS: told}
        if eleccion is Eleccion.PERDIDO:
            campos, lost = _campos(kind, row.campo), json.loads(row.perdido)
            if len(lost) > len(campos) or not content.keys() >= set(campos):
                raise ValueError("a field of a newer program")
            # An older program knows fewer fields of the unit; the last ones stay as they are.
            changed |= dict(zip(campos, lost, strict=False))
        self._rows.apply(db, kind, row.registro, changed)
        outbox.enqueue(raw_of(db), kind, [row.registro])

    def _choose_movement(self, db: Session, row: ConflictoRow, eleccion: Eleccion) -> None:
        raw = raw_of(db)
        if eleccion is Eleccion.PERDIDO:
            (values,) = json.loads(row.perdido)
            if not packets.rewrite(raw, uuid.UUID(row.campo), values):
                raise UserFacingError(PRESENTED)
        record_id = row.registro
        db.delete(row)
        db.flush()
        outbox.enqueue(raw, RecordKind.MOVIMIENTOS, [record_id])

    def _unite(self, db: Session, row: ConflictoRow, eleccion: Eleccion) -> None:
        """Join the two records of a clash. The content that was not chosen is dropped."""
        integration = self._integration(db)
        held = db.get(RetenidoRow, (row.coleccion, row.otro))
        if held is None or row.otro is None:
            db.delete(row)
            return
        here, there, remote = row.registro, row.otro, held_record(held)
        envelope = integration.contents.open(remote, row.coleccion)
        kind = envelope.kind
        mine = integration.contents.local(db, kind, here)
        stays = integration.unions.join_records(
            db, kind, here=here, there=there, only_here=False, remote=remote
        )
        chosen = mine if eleccion is Eleccion.VIGENTE else envelope.content
        if chosen is not None:
            self._rows.apply(db, kind, stays, {**chosen, CONFLICTOS: {}})
        if stays == there:
            integration.bases.note(db, kind, there, remote.version, envelope)
        outbox.enqueue(raw_of(db), kind, [stays])
        db.delete(held)
        db.delete(row)

    def _value(self, db: Session, row: ConflictoRow) -> Conflicto:
        kind = _clase_of(db, self._rows, row)
        if kind is RecordKind.MOVIMIENTOS:
            return _of_movement(row, packets.read(raw_of(db), row.registro).get(row.campo))
        content = self._rows.local(db, kind, row.registro)
        title, lost = KINDS[kind].title(content) if content else "", json.loads(row.perdido)
        if row.clase == ClaseConflicto.CHOQUE.value:
            campo, vigente = KINDS[kind].key, title
            perdido = KINDS[kind].title(lost) if lost else ""
        else:
            known = {**(self._bases.base(db, kind, row.registro) or {}), **(content or {})}
            now = [known.get(one) for one in _campos(kind, row.campo)] if content else []
            campo = row.campo
            vigente = _shown(campo, in_words(db, campo, now, lost))
            perdido = _shown(campo, in_words(db, campo, lost, now))
        return Conflicto(
            id=row.id,
            clase=ClaseConflicto(row.clase),
            objeto=kind.value,
            registro_id=row.registro,
            titulo=title,
            campo=_label(kind, campo),
            vigente=vigente,
            perdido=perdido,
            cuando=row.cuando,
        )


PASSWORD_MADE: Final = "contrasena_creada"


def _campos(kind: RecordKind, campo: str) -> tuple[str, ...]:
    for group in RULES[kind].groups:
        if group.fields[0] == campo:
            return group.fields
    return (campo,)


def _label(kind: RecordKind, campo: str) -> str:
    campos = KINDS[kind].campos
    return campo if campos is None else campos.label(campo)


def _clase_of(db: Session, rows: RecordRows, row: ConflictoRow) -> RecordKind:
    if row.clase == ClaseConflicto.CHOQUE.value:
        return RecordKind(row.campo)
    if row.coleccion == RecordKind.MOVIMIENTOS.collection.value:
        return RecordKind.MOVIMIENTOS
    for kind, shared in KINDS.items():
        here = shared.key and kind.collection.value == row.coleccion
        if here and rows.local(db, kind, row.registro) is not None:
            return kind
    return RecordKind.RELACION


def _of_movement(row: ConflictoRow, now: list[Any] | None) -> Conflicto:
    (typed,) = json.loads(row.perdido)
    return Conflicto(
        id=row.id,
        clase=ClaseConflicto.CAMPO,
        objeto="movimiento",
        registro_id=row.registro,
        titulo=movement_title(typed),
        campo="Movimiento",
        vigente=EMPTY if now is None else movement_in_words(now),
        perdido=movement_in_words(typed),
        cuando=row.cuando,
    )


def _shown(campo: str, values: list[Any]) -> str:
    """The values of a field group in one line. campo: its first field."""
    if campo == PASSWORD_MADE:
        # The hash of the password is never shown.
        made, _hash, *others = [*values, None, None][: max(len(values), 2)]
        day = str(made)[:16].replace("T", " ") if made else ""
        values = [f"creada {day} (UTC)" if day else "sin contraseña", *others]
    words = {True: "Sí", False: "No", None: ""}
    texts = [words[one] if one in (True, False, None) else str(one) for one in values]
    return ", ".join(text for text in texts if text) or EMPTY
