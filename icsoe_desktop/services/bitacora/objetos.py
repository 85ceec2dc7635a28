"""Says which record a line of the bitácora is about, from the record as it is now.

A line keeps only the record's id: the name of somebody whose data were deleted must not stay in a
log that cannot be changed.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from icsoe_desktop.domain.certificados.verificacion import format_fecha
from icsoe_desktop.domain.icsoe.periodo import Periodo
from icsoe_desktop.domain.identificadores.persona import NOMBRE_CAMPOS, full_name
from icsoe_desktop.domain.movimientos.catalogos_imss import TipoMovimiento
from icsoe_desktop.store.tables.acceso import UsuarioRow
from icsoe_desktop.store.tables.icsoe import ContratistaRow, PersonaRow, RelacionRow
from icsoe_desktop.store.tables.informativa import ContratanteRow, ContratoRow, InformativaRow
from icsoe_desktop.store.tables.lotes import ConstanciaRow, LoteRow
from icsoe_desktop.store.tables.movimientos import ImportacionRow, MovimientoRow, TrabajadorRow
from icsoe_desktop.store.tables.registros import CertificadoRow, RegistroPatronalRow
from icsoe_desktop.store.tables.sistema import BitacoraRow

AT_ONCE = 500  # ids in one query


class _Kind(NamedTuple):
    """How the records of one `objeto` are found and named.

    rows: gives the id and the columns that `text` takes. searched: the columns of a search.
    joined: joins the searched columns to the id; None if they are in the same row.
    """

    id: Any
    rows: Any
    text: Callable[[Any], str]
    searched: tuple[InstrumentedAttribute[str], ...]
    joined: ColumnElement[bool] | None = None


def name_of_movement(tipo: str, nombre: str, fecha: Any) -> str:
    """«Baja de Íñigo Muñoz, 02/03/2026»."""
    return f"{TipoMovimiento(tipo).nombre} de {nombre}, {format_fecha(fecha)}"


def _of_person(row: type[PersonaRow | RelacionRow | UsuarioRow]) -> _Kind:
    columns = tuple(getattr(row, name) for name in NOMBRE_CAMPOS)
    return _Kind(row.id, select(row.id, *columns), full_name, columns)


def _of_name(row: type[ConstanciaRow | ContratistaRow | ContratanteRow]) -> _Kind:
    return _Kind(row.id, select(row.id, row.nombre), lambda one: str(one.nombre), (row.nombre,))


def _file_names(row: Any) -> str:
    names = [str(one) for one in json.loads(row.archivos)]
    return names[0] if len(names) == 1 else f"{names[0]} y {len(names) - 1:,} más"


_WORKER = tuple(getattr(TrabajadorRow, name) for name in NOMBRE_CAMPOS)
_NUMBER, _COMPANY = RegistroPatronalRow.registro_patronal, RegistroPatronalRow.razon_social
_OF_WORKER = MovimientoRow.trabajador == TrabajadorRow.fila
_OF_CERTIFICATE = CertificadoRow.registro_patronal_id == RegistroPatronalRow.id

# Keys: `objeto` of the lines, as the services and RecordKind name it.
_KINDS = {
    "movimiento": _Kind(
        MovimientoRow.id,
        select(MovimientoRow.id, MovimientoRow.tipo, MovimientoRow.fecha, *_WORKER).join(
            TrabajadorRow, _OF_WORKER
        ),
        lambda row: name_of_movement(row.tipo, full_name(row), row.fecha),
        _WORKER,
        _OF_WORKER,
    ),
    "lote": _Kind(
        LoteRow.id,
        select(LoteRow.id, LoteRow.nombre_archivo),
        lambda row: str(row.nombre_archivo),
        (LoteRow.nombre_archivo, LoteRow.registro_patronal),
    ),
    "constancia": _of_name(ConstanciaRow),
    "importación": _Kind(
        ImportacionRow.id,
        select(ImportacionRow.id, ImportacionRow.archivos),
        _file_names,
        (ImportacionRow.archivos,),
    ),
    "registro patronal": _Kind(
        RegistroPatronalRow.id,
        select(RegistroPatronalRow.id, _NUMBER, _COMPANY),
        lambda row: f"{row.registro_patronal}, {row.razon_social}",
        (_NUMBER, _COMPANY),
    ),
    "certificado": _Kind(
        CertificadoRow.id,
        select(CertificadoRow.id, _NUMBER, _COMPANY).join(RegistroPatronalRow, _OF_CERTIFICATE),
        lambda row: f"{row.registro_patronal}, {row.razon_social}",
        (_NUMBER, _COMPANY),
        _OF_CERTIFICATE,
    ),
    "contratista": _of_name(ContratistaRow),
    "contrato": _Kind(
        ContratoRow.id,
        select(ContratoRow.id, ContratoRow.numero, ContratanteRow.nombre).join(
            ContratanteRow, ContratoRow.contratante_id == ContratanteRow.id
        ),
        lambda row: f"{row.numero} {row.nombre}".strip(),
        (ContratoRow.numero, ContratanteRow.nombre),
        ContratoRow.contratante_id == ContratanteRow.id,
    ),
    "contratante": _of_name(ContratanteRow),
    "informativa": _Kind(
        InformativaRow.id,
        select(
            InformativaRow.id,
            InformativaRow.tipo,
            InformativaRow.ejercicio,
            InformativaRow.cuatrimestre,
        ),
        lambda row: f"{row.tipo}, {Periodo(row.ejercicio, row.cuatrimestre).nombre}",
        (InformativaRow.tipo,),
    ),
    "capturista": _of_person(RelacionRow),
    "persona": _of_person(PersonaRow),
    "usuario": _of_person(UsuarioRow),
}


def names_of_records(
    db: Session, wanted: Iterable[tuple[str, uuid.UUID | None]]
) -> dict[tuple[str, uuid.UUID], str]:
    """(objeto, id) → what the record is called now. Records that are gone are left out."""
    ids: dict[str, set[uuid.UUID]] = {}
    for objeto, record_id in wanted:
        if record_id is not None and objeto in _KINDS:
            ids.setdefault(objeto, set()).add(record_id)
    found = {}
    for objeto, every in ids.items():
        kind, pending = _KINDS[objeto], list(every)
        for start in range(0, len(pending), AT_ONCE):
            chosen = kind.id.in_(pending[start : start + AT_ONCE])
            for row in db.execute(kind.rows.where(chosen)):
                found[objeto, row.id] = kind.text(row)
    return found


def record_has_word(word: str) -> list[ColumnElement[bool]]:
    """Conditions for lines about a record whose name has the word; one must hold."""
    # SQLite folds the case of A to Z only.
    spellings = {word, word.upper(), word.lower(), word.capitalize()}
    conditions = []
    for objeto, kind in _KINDS.items():
        named = (
            column.icontains(spelling, autoescape=True)
            for column in kind.searched
            for spelling in spellings
        )
        of_line = [kind.id == BitacoraRow.objeto_id, or_(*named)]
        if kind.joined is not None:
            of_line.append(kind.joined)
        conditions.append(and_(BitacoraRow.objeto == objeto, exists().where(*of_line)))
    return conditions
