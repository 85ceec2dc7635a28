"""Conversion of shared rows to the plain values of a record, and back.

A record is one row of one table, or of two.
"""

from __future__ import annotations

import base64
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, TypeVar

from sqlalchemy import Column, Date, LargeBinary, Table
from sqlalchemy.orm import Session

from icsoe_desktop.domain.certificados.certificado import TipoCertificado
from icsoe_desktop.domain.icsoe.capturista import Estatus
from icsoe_desktop.domain.icsoe.informativa import EstadoInformativa, TipoInformativa
from icsoe_desktop.domain.identificadores.curp import CURP_SIGNS
from icsoe_desktop.domain.identificadores.numeros import RegistroPatronal
from icsoe_desktop.domain.movimientos.catalogos_imss import (
    FORMA_GUIA,
    FORMA_UMF,
    Jornada,
    TipoMovimiento,
    TipoSalario,
    TipoTrabajador,
)
from icsoe_desktop.domain.movimientos.estado_aviso import EstadoLote
from icsoe_desktop.domain.sincronizacion.records import RecordKind
from icsoe_desktop.domain.valores_legales.valores import Zona
from icsoe_desktop.store.connection import RawConnection
from icsoe_desktop.store.tables.base import Row
from icsoe_desktop.store.tables.icsoe import ContratistaRow, PersonaRow, RelacionRow
from icsoe_desktop.store.tables.informativa import (
    ContratanteRow,
    ContratoRow,
    FolioRepseRow,
    InformativaRow,
)
from icsoe_desktop.store.tables.lotes import LoteRow
from icsoe_desktop.store.tables.registros import CertificadoRow, RegistroPatronalRow
from icsoe_desktop.store.types import (
    MAX_INTEGER,
    Dia,
    Instant,
    RowId,
    check_identifier,
    signs_of_control,
)


@dataclass(frozen=True, slots=True)
class SharedTable:
    """The table of one kind of record.

    local: columns that are derived from others, or local to this desktop.
    named_by: table and column of each reference to a record of the kind.
    watched: the only columns whose change is sent; the others are local and change often.
    """

    row: type[Row]
    local: frozenset[str] = frozenset()
    named_by: tuple[tuple[str, str], ...] = ()
    watched: str = ""


# Movements and their states: see `packets` and `states`.
SHARED: Final[dict[RecordKind, SharedTable]] = {
    RecordKind.CONTRATISTA: SharedTable(
        ContratistaRow,
        local=frozenset({"siguiente_relacion"}),
        named_by=(
            ("acuses", "contratista_id"),
            ("relaciones", "contratista_id"),
            ("contratantes", "contratista_id"),
            ("folios_repse", "contratista_id"),
            ("contratos", "contratista_id"),
            ("informativas", "contratista_id"),
        ),
        watched=(
            "numero, rfc, nombre, efirma_numero, efirma_hasta, terminos_version, "
            "terminos_aceptados, correo, celular, telefono_fijo, domicilio_social, "
            "domicilio_convencional, completado, actualizado"
        ),
    ),
    RecordKind.REGISTRO_PATRONAL: SharedTable(
        RegistroPatronalRow, named_by=(("certificados", "registro_patronal_id"),)
    ),
    RecordKind.PERSONA: SharedTable(
        PersonaRow,
        local=frozenset({"bloqueada"}),
        named_by=(("relaciones", "persona_id"), ("activaciones", "persona_id")),
        watched=(
            "curp, nombres, primer_apellido, segundo_apellido, correo, contrasena_hash, "
            "contrasena_creada, aviso_version, actualizado"
        ),
    ),
    RecordKind.RELACION: SharedTable(
        RelacionRow,
        local=frozenset({"nombre_orden", "buscado"}),
        named_by=(("activaciones", "relacion_id"),),
    ),
    RecordKind.CERTIFICADO: SharedTable(
        CertificadoRow,
        local=frozenset(
            {"usuario_sellado", "certificado_sellado", "llave_sellada", "contrasena_sellada"}
        ),
    ),
    RecordKind.LOTE: SharedTable(LoteRow, local=frozenset({"contenido"})),
    RecordKind.CONTRATANTE: SharedTable(
        ContratanteRow, named_by=(("contratos", "contratante_id"),)
    ),
    RecordKind.FOLIO_REPSE: SharedTable(FolioRepseRow, named_by=(("contratos", "folio_id"),)),
    RecordKind.CONTRATO: SharedTable(ContratoRow),
    RecordKind.INFORMATIVA: SharedTable(
        InformativaRow, named_by=(("acuses_informativa", "informativa_id"),)
    ),
}
# A newer program may send values that are not in these lists.
_KNOWN_VALUES: Final = {
    ("relaciones", "estatus"): frozenset(Estatus),
    ("lotes", "estado"): frozenset(EstadoLote),
    ("lotes", "tipo"): frozenset(TipoMovimiento),
    ("certificados", "tipo"): frozenset(TipoCertificado),
    ("informativas", "tipo"): frozenset(TipoInformativa),
    ("informativas", "estado"): frozenset(EstadoInformativa),
    ("registros_patronales", "zona"): frozenset({"", *Zona}),
    ("registros_patronales", "tipo_trabajador"): frozenset({"", *TipoTrabajador}),
    ("registros_patronales", "tipo_salario"): frozenset({"", *TipoSalario}),
    ("registros_patronales", "jornada"): frozenset({"", *Jornada}),
}
# Columns whose text is one line, also where another member's program wrote it.
_ONE_LINE: Final = frozenset(
    {
        "curp", "rfc", "nombre", "nombres", "primer_apellido", "segundo_apellido", "razon_social",
        "titular", "correo", "telefono", "celular", "telefono_fijo", "folio", "numero",
        "nombre_archivo", "usuario_alta", "domicilio", "domicilio_social",
        "domicilio_convencional",
    }
)  # fmt: skip
_FORMS: Final = {"guia": FORMA_GUIA, "umf": FORMA_UMF}
_OF_LINES: Final = frozenset("\n\r\t")
_When = TypeVar("_When", date, datetime | None)


def columns_of(kind: RecordKind) -> list[Column[Any]]:
    """The columns of a record, without its id."""
    shared = SHARED[kind]
    return [c for c in table_of(shared.row).columns if c.name not in {"id", *shared.local}]


def may_be_absent(column: Column[Any]) -> bool:
    """Whether the record of an older program may lack the column."""
    return column.nullable or (column.default is not None and column.default.is_scalar)


def default_of(column: Column[Any]) -> Any:
    """The value of a column that a record lacks.

    Raises ValueError for a column that every program sends.
    """
    if not may_be_absent(column):
        raise ValueError(f"{column.name} is missing")
    return column.default.arg if column.default is not None else None  # type: ignore[attr-defined]


def check_told(kind: RecordKind, content: Mapping[str, Any]) -> None:
    """Raises ValueError if the content lacks a column that every program sends."""
    for column in columns_of(kind):
        if column.name not in content:
            default_of(column)


def with_defaults(kind: RecordKind, content: Mapping[str, Any]) -> dict[str, Any]:
    """The content, completed with the default of each column that an older program did not send."""
    found = dict(content)
    for column in columns_of(kind):
        if column.name not in found and may_be_absent(column):
            found[column.name] = to_plain(default_of(column))
    return found


def read_column(column: Column[Any], content: Mapping[str, Any], here: Row | None) -> Any:
    """The value of the column for a row. If an older program did not send it, the row
    keeps its own.

    here: the present row; None for a new one. Raises ValueError as `from_plain` does, and for an
    absent column that every program sends.
    """
    if column.name in content:
        return from_plain(column, content[column.name])
    default = default_of(column)
    return default if here is None else getattr(here, column.name)


def values_of(db: Session, kind: RecordKind, record_id: uuid.UUID) -> dict[str, Any] | None:
    """The record's row in plain values, ready for JSON; None if it does not exist."""
    row = db.get(SHARED[kind].row, record_id)
    if row is None:
        return None
    return {c.name: to_plain(getattr(row, c.name)) for c in columns_of(kind)}


def to_plain(value: Any) -> Any:
    match value:
        case uuid.UUID():
            return value.hex
        case bytes():
            return base64.b64encode(value).decode()
        case datetime():
            return Instant().process_bind_param(value, None)
        case date():
            return value.isoformat()
        case _:
            return value


def from_plain(column: Column[Any], value: Any) -> Any:
    """The value for the row. Raises ValueError for what the column cannot hold."""
    if value is None:
        if not column.nullable:
            raise ValueError(f"{column.name} is missing")
        return None
    kind = column.type
    if isinstance(kind, RowId):
        return uuid.UUID(_str(value))
    if isinstance(kind, Instant):
        return _countable(kind.process_result_value(_str(value), None))
    if isinstance(kind, Date | Dia):
        return _countable(date.fromisoformat(_str(value)))
    if isinstance(kind, LargeBinary):
        return base64.b64decode(_str(value), validate=True)
    expected = kind.python_type
    if not isinstance(value, expected) or (expected is int and isinstance(value, bool)):
        raise ValueError(f"{column.name} is of another type")
    if expected is int and not 0 <= value < MAX_INTEGER:
        raise ValueError(f"{column.name} is out of bounds")
    if expected is str and not _may_be_shown(column.name, value):
        raise ValueError(f"{column.name} has signs that nobody can have typed")
    if value not in _KNOWN_VALUES.get((column.table.name, column.name), (value,)):
        raise ValueError(f"{column.name} is in no list of this program")
    if column.name in _FORMS and _FORMS[column.name].fullmatch(value) is None:
        raise ValueError(f"{column.name} has another form")
    if column.name == "registro_patronal":
        # The windows group its digits, so it must be well formed.
        check_identifier(RegistroPatronal, value)
    return value


def _may_be_shown(name: str, value: str) -> bool:
    """Whether a text is what a window of this program may have stored in the column.

    Mails, lists and printed forms take names and identifiers as they are.
    """
    if name == "curp" and CURP_SIGNS.fullmatch(value) is None:
        return False
    controls = signs_of_control(value)
    return not controls or (name not in _ONE_LINE and controls <= _OF_LINES)


def _countable(when: _When) -> _When:
    """Refuse dates so early that a time-zone shift would leave the calendar."""
    if when is None or when.year < 1000:
        raise ValueError("no such year")
    return when


def _str(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("text expected")
    return value


def table_of(kind: type[Row]) -> Table:
    table = kind.__table__
    assert isinstance(table, Table)  # noqa: S101 - what declarative classes always have
    return table


def move_to_id(
    raw: RawConnection, kind: RecordKind, old: uuid.UUID, new: uuid.UUID, *, taken: bool
) -> None:
    """Change the id of the record `old`, and every reference to it, to `new`, in
    the caller's transaction.

    taken: `new` already has a row. The references move to that row, and the row of
    `old` is deleted.
    A session must flush the affected rows before, and expire them after.
    """
    table = SHARED[kind].row.__tablename__
    ids = (new.bytes, old.bytes)
    # The ids of parents and children change in separate statements. Everything else of the
    # transaction is checked at once: what COMMIT refuses would end the whole round.
    raw.execute("PRAGMA defer_foreign_keys = ON")
    if not taken:
        raw.execute(f"UPDATE {table} SET id = ? WHERE id = ?", ids)  # noqa: S608
    for child, column in SHARED[kind].named_by:
        raw.execute(f"UPDATE {child} SET {column} = ? WHERE {column} = ?", ids)  # noqa: S608
    raw.execute("PRAGMA defer_foreign_keys = OFF")
    if taken:
        raw.execute(f"DELETE FROM {table} WHERE id = ?", (old.bytes,))  # noqa: S608
    raw.execute(
        "UPDATE OR REPLACE sincronizacion_conflictos SET registro = ? WHERE registro = ?", ids
    )


def has_conflicts(raw: RawConnection, kind: RecordKind, record_id: uuid.UUID) -> bool:
    """Whether the record has unresolved conflicts. A session must flush its own before."""
    found = raw.execute(
        "SELECT 1 FROM sincronizacion_conflictos WHERE coleccion = ? AND registro = ? LIMIT 1",
        (kind.collection.value, record_id.bytes),
    )
    return found.fetchone() is not None
