"""«Consulta» and «Exportar Excel»: lists the capturistas of a contratista, up to 100,000."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, String, func, literal, select, type_coerce
from sqlalchemy.orm import InstrumentedAttribute

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.certificados.certificado import fecha_local
from icsoe_desktop.domain.fields import Place
from icsoe_desktop.domain.icsoe.capturista import (
    CAMPOS_CAPTURISTA,
    GRUPO,
    ROL,
    DatosCapturista,
    Estatus,
)
from icsoe_desktop.domain.texto import counted, fold
from icsoe_desktop.gateways.hojas.escritura import ColumnaHoja, Tipo, write_workbook
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.bitacora.service import Accion, BitacoraService
from icsoe_desktop.services.capturistas.relaciones import RelacionCapturista, contratista_ready
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.found import of_row
from icsoe_desktop.store.tables.icsoe import ContratistaRow, PersonaRow, RelacionRow

HOJA = "Capturistas"
# SQLite accepts 32,766 parameters. A smaller statement is prepared faster.
IDS_AT_ONCE = 500
ROWS_AT_ONCE = 2_000

_DAYS = frozenset({"creado", "dado_de_baja", "actualizado"})
COLUMNAS = tuple(
    ColumnaHoja(
        each.title(Place.EXCEL), Tipo.FECHA if each.name in _DAYS else Tipo.TEXTO, each.width
    )
    for each in CAMPOS_CAPTURISTA.at(Place.EXCEL)
)


def _header(name: str) -> str:
    return CAMPOS_CAPTURISTA.title(name, Place.GRID)


class OrdenCapturistas(StrEnum):
    """Columns by which the grid can be sorted. The value is the header."""

    ID = _header("numero")
    CURP = _header("curp")
    NOMBRE = _header("nombre")
    CORREO = _header("correo")
    ESTATUS = _header("estatus")
    FECHA_ALTA = _header("creado")


_SORTED_BY: dict[OrdenCapturistas, InstrumentedAttribute[Any]] = {
    OrdenCapturistas.ID: RelacionRow.numero,
    OrdenCapturistas.CURP: RelacionRow.curp,
    OrdenCapturistas.NOMBRE: RelacionRow.nombre_orden,
    OrdenCapturistas.CORREO: RelacionRow.correo,
    OrdenCapturistas.ESTATUS: RelacionRow.estatus,
    OrdenCapturistas.FECHA_ALTA: RelacionRow.creado,
}


@dataclass(frozen=True)
class FiltroCapturistas:
    """Filter and order. texto: words that must all be in the row, ignoring accents and capitals."""

    texto: str = ""
    estatus: Estatus | None = None
    orden: OrdenCapturistas = OrdenCapturistas.ID
    descendente: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CapturistaFila(RelacionCapturista):
    """A row of the grid."""

    grupo: str
    contratista: str
    usuario_alta: str


class ConsultaCapturistasService:
    """Lists the capturistas of the session's contratista, without loading row objects."""

    def __init__(self, store: Store, bitacora: BitacoraService) -> None:
        self._store = store
        self._bitacora = bitacora

    def count(self, sesion: Sesion, filtro: FiltroCapturistas) -> int:
        with self._store.read() as db:
            contratista = contratista_ready(db, sesion)
            query = select(func.count()).select_from(RelacionRow)
            return db.scalar(query.where(*_where(contratista, filtro))) or 0

    def numeros(self, sesion: Sesion, filtro: FiltroCapturistas) -> array[int]:
        """Ids of all rows that match the filter, in its order, for the grid's model."""
        with self._store.read() as db:
            contratista = contratista_ready(db, sesion)
            found = db.connection().execute(_ordered_numeros(contratista, filtro))
            return array("q", (row[0] for row in found))

    def rows(self, sesion: Sesion, numeros: Sequence[int]) -> tuple[CapturistaFila, ...]:
        """The rows with these Ids, in the given order. Rows that are gone are left out."""
        with self._store.read() as db:
            contratista = contratista_ready(db, sesion)
            found: dict[int, CapturistaFila] = {}
            for start in range(0, len(numeros), IDS_AT_ONCE):
                piece = list(numeros[start : start + IDS_AT_ONCE])
                query = _rows_of(contratista).where(RelacionRow.numero.in_(piece))
                for row in db.execute(query):
                    found[row.numero] = _fila(row, contratista)
            return tuple(found[numero] for numero in numeros if numero in found)

    def file_name(self, sesion: Sesion) -> str:
        """`Capturistas_<contratista id>_<epoch ms>.xlsx`"""
        with self._store.read() as db:
            contratista = contratista_ready(db, sesion)
        milliseconds = int(self._store.clock().timestamp() * 1000)
        return f"Capturistas_{contratista.numero}_{milliseconds}.xlsx"

    def export(self, sesion: Sesion, path: Path, progress: Progress) -> int:
        """Write all capturistas to an Excel file. Returns their count.

        Raises UserFacingError and Cancelled.
        """
        total = self.count(sesion, FiltroCapturistas())
        written = write_workbook(
            path,
            HOJA,
            COLUMNAS,
            self.export_rows(sesion),
            progress,
            total=total,
        )
        with self._store.write() as db:
            self._bitacora.record(
                db,
                sesion,
                Accion.EXPORTACION_CAPTURISTAS,
                detalle=counted(written, "renglón", "renglones"),
            )
        return written

    def export_rows(self, sesion: Sesion) -> Iterator[tuple[object, ...]]:
        """Rows in the order of COLUMNAS, sorted by Id. Dates are days in central Mexico."""
        with self._store.read() as db:
            contratista = contratista_ready(db, sesion)
            constants = {"rol": ROL, "grupo": GRUPO, "contratista": contratista.nombre}
            names = CAMPOS_CAPTURISTA.names(Place.EXCEL)
            days = [at for at, name in enumerate(names) if name in _DAYS]
            found = db.connection().execute(
                select(
                    *(
                        literal(constants[name]).label(name) if name in constants else _stored(name)
                        for name in names
                    )
                )
                .where(RelacionRow.contratista_id == contratista.id)
                .order_by(RelacionRow.numero)
                .execution_options(yield_per=ROWS_AT_ONCE)
            )
            for row in found:
                values: list[object] = list(row)
                for at in days:
                    instant = values[at]
                    values[at] = _day(instant) if isinstance(instant, str) else None
                yield tuple(values)


def _stored(name: str) -> Any:
    column = getattr(RelacionRow, name)
    # `_day` parses the text. Reading instants would cost more than the rest of the export.
    return type_coerce(column, String) if name in _DAYS else column


def _where(contratista: ContratistaRow, filtro: FiltroCapturistas) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = [RelacionRow.contratista_id == contratista.id]
    if filtro.estatus is not None:
        where.append(RelacionRow.estatus == str(filtro.estatus))
    where += [
        RelacionRow.buscado.contains(word, autoescape=True) for word in fold(filtro.texto).split()
    ]
    return where


def _ordered_numeros(contratista: ContratistaRow, filtro: FiltroCapturistas) -> Any:
    """Uses two indexes: one for the filter, one for the order."""
    column = _SORTED_BY[filtro.orden]
    keys = (column, RelacionRow.numero)
    query = select(RelacionRow.numero).where(RelacionRow.contratista_id == contratista.id)
    where = _where(contratista, filtro)
    if len(where) > 1:
        query = query.where(RelacionRow.numero.in_(select(RelacionRow.numero).where(*where)))
    return query.order_by(*(key.desc() if filtro.descendente else key.asc() for key in keys))


def _rows_of(contratista: ContratistaRow) -> Any:
    return (
        select(
            RelacionRow.id,
            RelacionRow.numero,
            *(getattr(RelacionRow, name) for name in DatosCapturista.__dataclass_fields__),
            RelacionRow.estatus,
            RelacionRow.creado,
            RelacionRow.usuario_alta,
            PersonaRow.bloqueada.is_not(None).label("bloqueado"),
            RelacionRow.dado_de_baja,
        )
        .join(PersonaRow, PersonaRow.id == RelacionRow.persona_id)
        .where(RelacionRow.contratista_id == contratista.id)
    )


def _fila(row: Any, contratista: ContratistaRow) -> CapturistaFila:
    return of_row(
        CapturistaFila,
        row,
        rol=ROL,
        estatus=Estatus(row.estatus),
        grupo=GRUPO,
        contratista=contratista.nombre,
        bloqueado=bool(row.bloqueado),
    )


def _day(instant: str) -> date:
    return fecha_local(datetime.fromisoformat(instant))
