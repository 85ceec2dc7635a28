"""Converts shared rows to record contents and writes contents to rows. Movements: see packets.

It does not use the server. Contents that cannot be written yet raise; the caller holds them.
"""

from __future__ import annotations

import uuid
from typing import Any, Final

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from icsoe_desktop.domain.icsoe.capturista import DatosCapturista
from icsoe_desktop.domain.identificadores.persona import NOMBRE_CAMPOS
from icsoe_desktop.domain.sincronizacion.merge import CONFLICTOS
from icsoe_desktop.domain.sincronizacion.records import Content, RecordKind
from icsoe_desktop.domain.texto import fold
from icsoe_desktop.services.capturistas.relaciones import searchable
from icsoe_desktop.services.informativa.recibidos import (
    check_contrato_row,
    check_informativa_row,
)
from icsoe_desktop.services.sincronizacion.identidad.aliases import resolve
from icsoe_desktop.services.sincronizacion.identidad.short_numbers import settle_number
from icsoe_desktop.services.sincronizacion.recibir.lost_values import conflicts_of, put_conflicts
from icsoe_desktop.services.sincronizacion.valores.sealed_fields import sealed, unsealed
from icsoe_desktop.store.connection import raw_of
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.sincronizacion import outbox
from icsoe_desktop.store.sincronizacion.shared_rows import (
    DOMICILIO_PREFIX,
    SHARED_ROWS,
    columns_of,
    domicilio_columns,
    has_domicilio,
    may_be_absent,
    read_column,
    values_of,
)
from icsoe_desktop.store.tables import (
    ActivacionRow,
    AcuseInformativaRow,
    CertificadoRow,
    ContratistaRow,
    ContratoRow,
    DomicilioRow,
    LoteRow,
    PersonaRow,
    RegistroPatronalRow,
    RelacionRow,
    VersionRow,
)

MERGED_KINDS: Final = frozenset(
    {
        RecordKind.CONTRATISTA,
        RecordKind.REGISTRO_PATRONAL,
        RecordKind.PERSONA,
        RecordKind.RELACION,
        RecordKind.CONTRATANTE,
        RecordKind.FOLIO_REPSE,
        RecordKind.CONTRATO,
        RecordKind.INFORMATIVA,
    }
)
# A sealed file must fit into one record. A longer file stays on its desktop.
MAX_ARCHIVO_LOTE: Final = 2 * 1024 * 1024
MAX_CERTIFICADO: Final = 16 * 1024

_NOT_THERE: Final = "Falta un registro del que depende: {}. Llegará con otra sincronización."
DAMAGED: Final = (
    "El registro no se puede leer con esta versión del programa, o está dañado. No se cambió nada. "
    "Actualice ICSOE Desktop y vuelva a intentarlo."
)


class MissingReferenceError(Exception):
    """A referenced record is missing here. The message is a finished sentence."""

    def __init__(self, kind: RecordKind) -> None:
        super().__init__(_NOT_THERE.format(kind.value))


class RecordClashError(Exception):
    """Another local record has the same RFC, CURP, registro patronal or certificate.

    other: the id of that record.
    """

    def __init__(self, other: uuid.UUID) -> None:
        super().__init__("clash")
        self.other = other


class RecordRows:
    def __init__(self, store: Store) -> None:
        self._store = store

    def local(self, db: Session, kind: RecordKind, record_id: uuid.UUID) -> dict[str, Any] | None:
        """The content of the local record; None if it does not exist."""
        found = values_of(db, kind, record_id)
        if found is None:
            return None
        if kind in MERGED_KINDS:
            found[CONFLICTOS] = conflicts_of(db, kind, record_id)
        elif kind is RecordKind.CERTIFICADO:
            found |= unsealed(self._store.key, db.get_one(CertificadoRow, record_id))
        elif kind is RecordKind.LOTE:
            content = db.get_one(LoteRow, record_id).contenido
            # The content is empty if the file was too long to travel here.
            short = 0 < len(content) <= MAX_ARCHIVO_LOTE
            found["contenido"] = content.decode("latin-1") if short else None
        return found

    def apply(
        self, db: Session, kind: RecordKind, record_id: uuid.UUID, content: Content | None
    ) -> bool:
        """Write the content to the rows. Returns whether anything changed.

        content: None deletes the record.
        The caller must have set `applying`, so that the outbox ignores the writes.
        Raises MissingReferenceError, RecordClashError, ValueError for values that do not fit.
        """
        row_class = SHARED_ROWS[kind]
        row = db.get(row_class, record_id)
        if content is None:
            if row is not None:
                return self._remove(db, kind, row)
            put_conflicts(db, kind, record_id, {})
            return False
        if row is not None and self.local(db, kind, record_id) == dict(content):
            return False
        values = {column.name: read_column(column, content, row) for column in columns_of(kind)}
        self._resolve(db, kind, values, content)
        self._refuse_clash(db, kind, record_id, values)
        settle_number(db, kind, record_id, values)
        self._derive(kind, values, content, row, record_id)
        if row is None:
            row = row_class(id=record_id, **values)
            db.add(row)
        else:
            for name, value in values.items():
                setattr(row, name, value)
        db.flush()
        if kind is RecordKind.CONTRATISTA:
            self._put_domicilio(db, record_id, content)
        if kind in MERGED_KINDS:
            put_conflicts(db, kind, record_id, content.get(CONFLICTOS) or {})
        db.flush()
        return True

    # -- parts of writing

    def _resolve(
        self, db: Session, kind: RecordKind, values: dict[str, Any], content: Content
    ) -> None:
        """Replace the ids of other records with their current ids here."""
        for name, other in (
            ("contratista_id", RecordKind.CONTRATISTA),
            ("registro_patronal_id", RecordKind.REGISTRO_PATRONAL),
            ("contratante_id", RecordKind.CONTRATANTE),
            ("folio_id", RecordKind.FOLIO_REPSE),
        ):
            if name in values:
                values[name] = resolve(db, values[name])
                if db.get(SHARED_ROWS[other], values[name]) is None:
                    raise MissingReferenceError(other)
        if kind is RecordKind.RELACION:
            values["persona_id"] = self._persona(db, values)
        elif kind is RecordKind.CONTRATO:
            check_contrato_row(db, values)
        elif kind is RecordKind.INFORMATIVA:
            check_informativa_row(values)

    def _persona(self, db: Session, values: dict[str, Any]) -> uuid.UUID:
        """Id of the relation's person; creates her from the relation if her record is missing."""
        persona_id = resolve(db, values["persona_id"])
        if db.get(PersonaRow, persona_id) is not None:
            return persona_id
        same = db.scalar(select(PersonaRow.id).where(PersonaRow.curp == values["curp"]))
        if same is not None:
            return same
        db.add(
            PersonaRow(
                id=persona_id,
                curp=values["curp"],
                **{name: values[name] for name in NOMBRE_CAMPOS},
                creado=values["creado"],
                actualizado=values["actualizado"],
            )
        )
        version = db.get(VersionRow, (RecordKind.PERSONA.collection.value, persona_id))
        if version is not None and version.borrado:
            # Another desktop deleted the person, but this relation needs her.
            outbox.enqueue(raw_of(db), RecordKind.PERSONA, [persona_id])
        return persona_id

    def _refuse_clash(
        self, db: Session, kind: RecordKind, record_id: uuid.UUID, values: dict[str, Any]
    ) -> None:
        match kind:
            case RecordKind.CONTRATISTA:
                same = select(ContratistaRow.id).where(ContratistaRow.rfc == values["rfc"])
            case RecordKind.REGISTRO_PATRONAL:
                base = values["registro_patronal"][:10]
                same = select(RegistroPatronalRow.id).where(
                    func.substr(RegistroPatronalRow.registro_patronal, 1, 10) == base
                )
            case RecordKind.PERSONA:
                same = select(PersonaRow.id).where(PersonaRow.curp == values["curp"])
            case RecordKind.RELACION:
                same = select(RelacionRow.id).where(
                    RelacionRow.contratista_id == values["contratista_id"],
                    RelacionRow.curp == values["curp"],
                )
            case RecordKind.CERTIFICADO:
                same = select(CertificadoRow.id).where(
                    CertificadoRow.registro_patronal_id == values["registro_patronal_id"]
                )
            case _:
                return
        other = db.scalars(same).first()
        if other is not None and other != record_id:
            raise RecordClashError(other)

    def _derive(
        self,
        kind: RecordKind,
        values: dict[str, Any],
        content: Content,
        row: Any,
        record_id: uuid.UUID,
    ) -> None:
        """Add the columns that derive from others or exist only on this desktop."""
        if kind is RecordKind.RELACION:
            datos = DatosCapturista.of(values)
            values["nombre_orden"] = fold(datos.nombre)
            values["buscado"] = searchable(values["numero"], datos, values["creado"])
        elif kind is RecordKind.CONTRATISTA and row is None:
            values["siguiente_relacion"] = 1
        elif kind is RecordKind.CERTIFICADO:
            values |= sealed(self._store.key, content, record_id, row)
        elif kind is RecordKind.LOTE:
            text = content.get("contenido")
            if text:
                values["contenido"] = str(text).encode("latin-1")
            elif row is None:
                values["contenido"] = b""

    def _put_domicilio(self, db: Session, record_id: uuid.UUID, content: Content) -> None:
        row = db.scalars(
            select(DomicilioRow).where(DomicilioRow.contratista_id == record_id)
        ).one_or_none()
        if not has_domicilio(content):
            if row is not None:
                db.delete(row)
            return
        told = {
            column.name: content[DOMICILIO_PREFIX + column.name]
            for column in domicilio_columns()
            if DOMICILIO_PREFIX + column.name in content
        }
        for column in domicilio_columns():
            # An older program does not know the column: it repeats the None of the time before
            # the contratista had a domicilio.
            if told.get(column.name, "") is None and not column.nullable and may_be_absent(column):
                del told[column.name]
        values = {column.name: read_column(column, told, row) for column in domicilio_columns()}
        if row is None:
            row = DomicilioRow(id=self._store.new_id(), contratista_id=record_id)
            db.add(row)
        for name, value in values.items():
            setattr(row, name, value)
        row.actualizado = self._store.clock()

    def _remove(self, db: Session, kind: RecordKind, row: Any) -> bool:
        match kind:
            case RecordKind.REGISTRO_PATRONAL:
                used = select(CertificadoRow.id).where(
                    CertificadoRow.registro_patronal_id == row.id
                )
                if db.scalars(used).first() is not None:
                    raise MissingReferenceError(RecordKind.CERTIFICADO)
            case RecordKind.PERSONA:
                used = select(RelacionRow.id).where(RelacionRow.persona_id == row.id)
                if db.scalars(used).first() is not None:
                    raise MissingReferenceError(RecordKind.RELACION)
                db.execute(delete(ActivacionRow).where(ActivacionRow.persona_id == row.id))
            case RecordKind.RELACION:
                db.execute(delete(ActivacionRow).where(ActivacionRow.relacion_id == row.id))
            case RecordKind.CONTRATANTE | RecordKind.FOLIO_REPSE:
                column = (
                    ContratoRow.contratante_id
                    if kind is RecordKind.CONTRATANTE
                    else ContratoRow.folio_id
                )
                if db.scalars(select(ContratoRow.id).where(column == row.id)).first() is not None:
                    raise MissingReferenceError(RecordKind.CONTRATO)
            case RecordKind.INFORMATIVA:
                kept = select(AcuseInformativaRow.id).where(
                    AcuseInformativaRow.informativa_id == row.id
                )
                if db.scalars(kept).first() is not None:
                    raise MissingReferenceError(RecordKind.INFORMATIVA)
            case RecordKind.CERTIFICADO | RecordKind.CONTRATO:
                pass
            case _:
                return False  # records of these kinds are never deleted
        put_conflicts(db, kind, row.id, {})
        db.delete(row)
        db.flush()
        return True
