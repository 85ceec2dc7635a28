"""Rows of a person and their relations, for the services that change them."""

from __future__ import annotations

import uuid
from dataclasses import asdict
from datetime import date, datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from icsoe_desktop.domain.certificados.certificado import fecha_local
from icsoe_desktop.domain.certificados.verificacion import format_fecha
from icsoe_desktop.domain.fields import Place
from icsoe_desktop.domain.icsoe.capturista import CAMPOS_CAPTURISTA, DatosCapturista, Estatus
from icsoe_desktop.domain.icsoe.terminos import AVISO_ICSOE_VERSION
from icsoe_desktop.domain.identificadores.persona import NOMBRE_CAMPOS, NombrePersona
from icsoe_desktop.domain.texto import fold
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables import ActivacionRow, ContratistaRow, PersonaRow, RelacionRow

OBJETO = "capturista"
NOT_THERE = "El usuario ya no está en la lista. No se cambió nada. Actualice la consulta."


def relation_of(
    db: Session, contratista: ContratistaRow, relacion_id: uuid.UUID
) -> tuple[RelacionRow, PersonaRow]:
    """A relation of this contratista and its person.

    Raises UserFacingError if it does not exist or belongs to another contratista, with the same
    sentence.
    """
    found = db.execute(
        select(RelacionRow, PersonaRow)
        .join(PersonaRow, PersonaRow.id == RelacionRow.persona_id)
        .where(RelacionRow.id == relacion_id, RelacionRow.contratista_id == contratista.id)
    ).one_or_none()
    if found is None:
        raise UserFacingError(NOT_THERE)
    return found[0], found[1]


def new_relation(
    db: Session,
    store: Store,
    contratista: ContratistaRow,
    datos: DatosCapturista,
    persona: PersonaRow | None,
    cotejada: date | None,
) -> tuple[RelacionRow, PersonaRow]:
    """A new relation in state Registrada. Creates the person if the CURP is new."""
    now = store.clock()
    if persona is None:
        persona = PersonaRow(
            id=store.new_id(),
            curp=datos.curp,
            **asdict(NombrePersona.of(datos)),
            creado=now,
            actualizado=now,
        )
        db.add(persona)
        # The row classes have no relationship(), so the insert order must be explicit.
        db.flush()
    row = RelacionRow(
        id=store.new_id(),
        contratista_id=contratista.id,
        persona_id=persona.id,
        numero=contratista.siguiente_relacion,
        **asdict(datos),
        estatus=Estatus.REGISTRADA,
        nombre_orden=fold(datos.nombre),
        buscado=searchable(contratista.siguiente_relacion, datos, now),
        cotejada=cotejada,
        aviso_version=AVISO_ICSOE_VERSION,
        usuario_alta=contratista.rfc,
        creado=now,
        actualizado=now,
    )
    contratista.siguiente_relacion += 1
    db.add(row)
    db.flush()
    return row, persona


def put_contact(
    db: Session, row: RelacionRow, persona: PersonaRow, datos: DatosCapturista
) -> tuple[str, ...]:
    """Write the fields of the form. Returns the names of the changed fields."""
    changed = CAMPOS_CAPTURISTA.changed(row, datos)
    for campo in changed:
        setattr(row, campo, getattr(datos, campo))
    row.nombre_orden = fold(datos.nombre)
    row.buscado = searchable(row.numero, datos, row.creado)
    # If several contratistas have the person, each changes only its own copy.
    if persona.contrasena_hash is None and _relations(db, persona.id) == 1:
        for campo in NOMBRE_CAMPOS:
            setattr(persona, campo, getattr(datos, campo))
    return changed


def forget_relation(db: Session, row: RelacionRow, persona: PersonaRow) -> bool:
    """Delete the relation, and the person if it was their last one. True in that case."""
    db.execute(delete(ActivacionRow).where(ActivacionRow.relacion_id == row.id))
    last = _relations(db, persona.id) == 1
    db.delete(row)
    db.flush()
    if last:
        db.execute(delete(ActivacionRow).where(ActivacionRow.persona_id == persona.id))
        db.delete(persona)
        db.flush()
    return last


def _relations(db: Session, persona_id: uuid.UUID) -> int:
    query = select(func.count()).select_from(RelacionRow)
    return db.scalar(query.where(RelacionRow.persona_id == persona_id)) or 0


def searchable(numero: int, datos: DatosCapturista, creado: datetime) -> str:
    """Text for the quick filter: the columns of the grid that change only by editing."""
    alta = format_fecha(fecha_local(creado))
    texts = [getattr(datos, name) for name in CAMPOS_CAPTURISTA.names(Place.SEARCH)]
    return fold(" ".join(text for text in (str(numero), *texts, alta) if text))
