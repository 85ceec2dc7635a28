"""The name that «Validar» fills in."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from icsoe_desktop.store.tables import (
    ContratistaRow,
    MovimientoRow,
    PersonaRow,
    RegistroPatronalRow,
    TrabajadorRow,
)

Nombre = tuple[str, str, str]
UNKNOWN: Nombre = ("", "", "")
# A registro patronal is written with its check digit or without.
_BASE = 10


def known_name(db: Session, contratista: ContratistaRow, curp: str) -> Nombre:
    """Nombre(s) and the two apellidos, from an earlier alta or from the contratista's own workers.

    Its own are those of registros patronales with its RFC: whose workers others are, nobody of
    them may learn.
    """
    persona = db.scalars(select(PersonaRow).where(PersonaRow.curp == curp)).one_or_none()
    if persona is not None:
        return persona.nombres, persona.primer_apellido, persona.segundo_apellido
    newest = db.execute(
        select(TrabajadorRow.nombres, TrabajadorRow.primer_apellido, TrabajadorRow.segundo_apellido)
        .join(MovimientoRow, MovimientoRow.trabajador == TrabajadorRow.fila)
        .join(
            RegistroPatronalRow,
            func.substr(RegistroPatronalRow.registro_patronal, 1, _BASE)
            == func.substr(MovimientoRow.registro_patronal, 1, _BASE),
        )
        .where(TrabajadorRow.curp == curp, RegistroPatronalRow.rfc == contratista.rfc)
        .order_by(MovimientoRow.fecha.desc(), MovimientoRow.fila.desc())
        .limit(1)
    ).one_or_none()
    return UNKNOWN if newest is None else (newest[0], newest[1], newest[2])
