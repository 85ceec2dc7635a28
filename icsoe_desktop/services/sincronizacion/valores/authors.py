"""Who edited what waits to be sent: this desktop, and its user by the bitácora."""

from __future__ import annotations

import uuid
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from icsoe_desktop.domain.sincronizacion.deletions import MOVIMIENTOS, deletions_of
from icsoe_desktop.domain.sincronizacion.records import Autor, Content, RecordKind
from icsoe_desktop.services.bitacora.consulta import name_of
from icsoe_desktop.services.bitacora.service import NOBODY, Accion
from icsoe_desktop.store.bitacora.chain import last_link
from icsoe_desktop.store.connection import raw_of
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables.icsoe import RelacionRow
from icsoe_desktop.store.tables.sincronizacion import OficinaRow
from icsoe_desktop.store.tables.sistema import BitacoraRow

# No index leads from a record to its lines, and what waits was edited a short while ago.
_LAST_LINES: Final = 1_000
_NO_EDITS: Final = (
    Accion.INGRESO, Accion.INGRESO_FALLIDO, Accion.SALIDA, Accion.CONSULTA_ACUSE,
    Accion.CONSULTA_ACUSE_INFORMATIVA, Accion.SALIDA_INFORMATIVA, Accion.LIGA_ENVIADA,
    Accion.EXPORTACION_DATOS_PERSONALES, Accion.CONTRATISTA_ELEGIDO, Accion.CAPTURISTA_BLOQUEADO,
)  # fmt: skip


class Authors:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._read = -1
        self._equipo = ""
        self._edits: dict[str, list[Any]] = {}  # object → number, who, when

    def load(self, db: Session) -> None:
        """Read who edited what; before `of`, once a transaction."""
        self._equipo = db.scalars(select(OficinaRow.nombre_equipo)).one()
        last = last_link(raw_of(db)).numero
        if last != self._read:
            lines = (
                select(
                    BitacoraRow.objeto_id, BitacoraRow.numero, BitacoraRow.quien, BitacoraRow.cuando
                )
                .where(
                    BitacoraRow.numero > last - _LAST_LINES,
                    BitacoraRow.objeto_id.is_not(None),
                    BitacoraRow.quien != NOBODY,
                    BitacoraRow.accion.not_in(_NO_EDITS),
                )
                .order_by(BitacoraRow.numero)
            )
            self._edits = {one.hex: edit for one, *edit in db.execute(lines) if one is not None}
            self._read = last

    def of(
        self, db: Session, kind: RecordKind, record_id: uuid.UUID, content: Content | None
    ) -> Autor | None:
        """Who edited the record last. None for kinds between whose versions nobody chooses."""
        if kind in (RecordKind.LOTE, RecordKind.ESTADOS):
            return None
        objects = [record_id.hex]
        if kind is RecordKind.MOVIMIENTOS and content is not None:
            objects = [*content[MOVIMIENTOS], *deletions_of(content)]
        elif kind is RecordKind.PERSONA and self._edits:
            relaciones = select(RelacionRow.id).where(RelacionRow.persona_id == record_id)
            objects += [one.hex for one in db.scalars(relaciones)]
        found = [edit for one in objects if (edit := self._edits.get(one)) is not None]
        if not found:
            return Autor(self._equipo, "", self._store.clock())
        _, quien, cuando = max(found)
        return Autor(self._equipo, name_of(db, quien), cuando)
