"""The lotes that wait for an answer, read from their index alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from icsoe_desktop.store.tables import LoteRow

# nombre_archivo, movimientos, estado, enviado, creado
WaitingLote = tuple[str, int, str, date | None, datetime]

# ix_lotes_sin_respuesta has this condition: SQLite compares the expressions.
_WAITING = text("estado IN ('Generado', 'Enviado', 'Recibido')")


def waiting_lotes(db: Session) -> Sequence[WaitingLote]:
    return db.execute(
        select(
            LoteRow.nombre_archivo,
            LoteRow.movimientos,
            LoteRow.estado,
            LoteRow.enviado,
            LoteRow.creado,
        ).where(_WAITING)
    ).all()
