"""Applies a constancia to movements and lotes, and records the changes for an undo."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from icsoe_desktop.domain.movimientos.constancia import RenglonConstancia
from icsoe_desktop.domain.movimientos.movimiento import EstadoAviso, EstadoLote
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.services.constancias.cotejo import answer_of
from icsoe_desktop.services.lotes.valores import ClaseDocumento
from icsoe_desktop.services.movimientos.filas import ESTADO_DE, NUMERO_DE
from icsoe_desktop.store.connection import raw_of
from icsoe_desktop.store.constancias.answers import (
    ImssAnswer,
    read_answer,
    restore_answer,
    write_answer,
)
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables.lotes import ConstanciaRow, DocumentoLoteRow, LoteRow
from icsoe_desktop.store.tables.movimientos import MovimientoRow
from icsoe_desktop.store.types import day_number, day_of

CHANGED_SINCE: Final = (
    "La constancia no se puede deshacer, porque después cambiaron sus movimientos o sus lotes. No "
    "se cambió nada."
)
_EVERY: Final = 100


class Cambios:
    """The changes of one constancia, in the caller's transaction."""

    def __init__(self, db: Session, store: Store, row: ConstanciaRow) -> None:
        self._db = db
        self._raw = raw_of(db)
        self._store = store
        self._row = row
        self._movimientos: list[list[Any]] = []
        self._lotes: list[dict[str, Any]] = []
        self.aprobados = 0
        self.rechazados = 0

    def answer(self, renglon: RenglonConstancia, movimiento_id: uuid.UUID) -> None:
        """Set the movement of the row to Aprobado or Rechazado."""
        before, former = read_answer(self._raw, movimiento_id)
        day = day_number(self._row.recibida) if self._row.recibida else None
        answer = answer_of(renglon)
        refused = answer is EstadoAviso.RECHAZADO
        late = renglon.extemporaneo
        after = ImssAnswer(
            estado=NUMERO_DE[answer],
            extemporaneo=before.extemporaneo if late is None else int(late),
            recibido=before.recibido if day is None else day,
            aprobado=None if refused else day or before.aprobado,
            rechazado=(day or before.rechazado) if refused else None,
            codigo_rechazo=renglon.codigo_rechazo,
            causa_rechazo=renglon.causa_rechazo,
        )
        write_answer(self._raw, movimiento_id, after, self._row.id)
        kept = None if former is None else former.hex()
        # In stored form, so that an undo restores exactly the former values.
        self._movimientos.append([movimiento_id.hex, *before, kept])
        if refused:
            self.rechazados += 1
        else:
            self.aprobados += 1

    def follow(self, lotes: Iterable[uuid.UUID]) -> None:
        """Advance each lote to the state of its movements. Keep the IMSS's numbers and the PDF."""
        for lote_id in sorted(lotes):
            lote = self._db.get_one(LoteRow, lote_id)
            before = _lote_values(lote)
            estado = self._estado_of(lote_id)
            if EstadoLote(lote.estado).can_become(estado):
                lote.estado = estado.value
            lote.numero = lote.numero or self._row.lote
            lote.folio = lote.folio or self._row.folio
            lote.recibido = lote.recibido or self._row.recibida
            if estado in (EstadoLote.APROBADO, EstadoLote.RECHAZADO):
                lote.respondido = lote.respondido or self._row.recibida
            self._lotes.append(
                {
                    "id": lote_id.hex,
                    "antes": before,
                    "despues": _lote_values(lote),
                    "documento": self._keep_document(lote_id),
                }
            )

    def as_json(self) -> str:
        return json.dumps({"movimientos": self._movimientos, "lotes": self._lotes})

    def take_back(self, report: Callable[[int, int], None]) -> int:
        """Restore the former values. Returns the number of movements.

        Raises UserFacingError if a movement or a lote changed since.
        """
        kept = json.loads(self._row.antes)
        movimientos = kept["movimientos"]
        for at, (hexed, *values, former) in enumerate(movimientos):
            if at % _EVERY == 0:
                report(at, len(movimientos))
            restored = restore_answer(
                self._raw,
                uuid.UUID(hexed),
                ImssAnswer(*values),
                None if former is None else bytes.fromhex(former),
                self._row.id,
            )
            if not restored:
                raise UserFacingError(CHANGED_SINCE)
        for one in kept["lotes"]:
            lote = self._db.get(LoteRow, uuid.UUID(one["id"]))
            if lote is None or _lote_values(lote) != one["despues"]:
                raise UserFacingError(CHANGED_SINCE)
            for name, value in one["antes"].items():
                is_day = name in ("recibido", "respondido") and value is not None
                setattr(lote, name, day_of(value) if is_day else value)
            document = one["documento"] and self._db.get(
                DocumentoLoteRow, uuid.UUID(one["documento"])
            )
            if document:
                self._db.delete(document)
        self._db.flush()
        return len(movimientos)

    def _estado_of(self, lote_id: uuid.UUID) -> EstadoLote:
        """Recibido until every movement of the lote has an answer."""
        estados = {
            ESTADO_DE[numero]
            for numero in self._db.scalars(
                select(MovimientoRow.estado).where(MovimientoRow.lote_id == lote_id).distinct()
            )
        }
        if not all(estado.is_answered for estado in estados):
            return EstadoLote.RECIBIDO
        return EstadoLote.RECHAZADO if estados == {EstadoAviso.RECHAZADO} else EstadoLote.APROBADO

    def _keep_document(self, lote_id: uuid.UUID) -> str | None:
        """Attach the PDF to the lote, unless it has one. Returns the document's id for the undo."""
        clase = ClaseDocumento.CONSTANCIA.value
        existing = self._db.scalar(
            select(DocumentoLoteRow.id).where(
                DocumentoLoteRow.lote_id == lote_id, DocumentoLoteRow.clase == clase
            )
        )
        if existing is not None:
            return None
        document = DocumentoLoteRow(
            id=self._store.new_id(),
            lote_id=lote_id,
            clase=clase,
            nombre=self._row.nombre,
            contenido=self._row.contenido,
            sha256=self._row.sha256,
            creado=self._store.clock(),
        )
        self._db.add(document)
        return document.id.hex


def _lote_values(lote: LoteRow) -> dict[str, Any]:
    def number(day: date | None) -> int | None:
        return None if day is None else day_number(day)

    return {
        "estado": lote.estado,
        "numero": lote.numero,
        "folio": lote.folio,
        "recibido": number(lote.recibido),
        "respondido": number(lote.respondido),
    }
