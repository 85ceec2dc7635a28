"""Queries of the bitácora: filter, page, export."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from icsoe_desktop.domain.acceso.sesion import Permiso, Rol, Sesion
from icsoe_desktop.domain.certificados.certificado import HORA_DE_MEXICO
from icsoe_desktop.domain.identificadores.persona import full_name
from icsoe_desktop.domain.texto import counted
from icsoe_desktop.gateways.hojas.escritura import ColumnaHoja, Tipo, write_workbook
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.acceso.autorizacion import authorize
from icsoe_desktop.services.bitacora.objetos import names_of_records, record_has_word
from icsoe_desktop.services.bitacora.service import Accion, BitacoraService
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables.acceso import UsuarioRow
from icsoe_desktop.store.tables.icsoe import ContratistaRow, PersonaRow
from icsoe_desktop.store.tables.sistema import BitacoraRow

HOJA = "Bitácora"
ROWS_AT_ONCE = 2_000
SOMEBODY_GONE = "Usuario que ya no existe"

COLUMNAS = (
    ColumnaHoja("N.º", Tipo.ENTERO, ancho=10),
    ColumnaHoja("Fecha y hora", Tipo.FECHA_HORA, ancho=20),
    ColumnaHoja("Quién", ancho=36),
    ColumnaHoja("Acción", ancho=36),
    ColumnaHoja("Objeto", ancho=20),
    ColumnaHoja("Cuál", ancho=44),
    ColumnaHoja("Detalle", ancho=40),
    ColumnaHoja("Huella", ancho=68),
)


class Quien(NamedTuple):
    """A person or rol with lines in the bitácora. clave: value for FiltroBitacora.quien."""

    clave: str
    nombre: str


@dataclass(frozen=True)
class FiltroBitacora:
    """Filter of the bitácora. None or empty does not restrict.

    desde, hasta: days in central Mexico, both included. accion: text of an Accion.
    texto: words that must all be in action, object, detail or the name of the record.
    """

    desde: date | None = None
    hasta: date | None = None
    quien: str | None = None
    accion: str | None = None
    texto: str = ""


class LineaBitacora(NamedTuple):
    """A line of the bitácora. cuando: UTC. quien: a name, or that the person is gone.

    cual: which record, as it is called now; empty if it is gone or there is none.
    huella: hexadecimal.
    """

    numero: int
    cuando: datetime
    quien: str
    accion: str
    objeto: str
    cual: str
    detalle: str
    huella: str


class ConsultaBitacoraService:
    """An IDSE user reads the lines of the installation, a contratista only their own."""

    def __init__(self, store: Store, bitacora: BitacoraService) -> None:
        self._store = store
        self._bitacora = bitacora

    def count(self, sesion: Sesion, filtro: FiltroBitacora) -> int:
        with self._store.read() as db:
            query = select(func.count()).select_from(BitacoraRow)
            return db.scalar(query.where(*_where(db, sesion, filtro))) or 0

    def page(
        self, sesion: Sesion, filtro: FiltroBitacora, offset: int, limit: int
    ) -> tuple[LineaBitacora, ...]:
        """Newest first."""
        with self._store.read() as db:
            query = _lines(db, sesion, filtro).offset(offset).limit(limit)
            return _Names(db).lines(db.execute(query).all())

    def quienes(self, sesion: Sesion) -> tuple[Quien, ...]:
        """Everybody with lines in the bitácora, for the filter."""
        with self._store.read() as db:
            names = _Names(db)
            found = db.scalars(
                select(BitacoraRow.quien).where(*_readable_lines(db, sesion)).distinct()
            ).all()
            everybody = (Quien(clave, names.of(clave)) for clave in found)
            return tuple(sorted(everybody, key=lambda each: each.nombre.casefold()))

    def acciones(self, sesion: Sesion) -> tuple[str, ...]:
        """The actions in the bitácora, for the filter."""
        with self._store.read() as db:
            found = db.scalars(
                select(BitacoraRow.accion).where(*_readable_lines(db, sesion)).distinct()
            ).all()
            return tuple(sorted(found))

    def export_rows(self, sesion: Sesion, filtro: FiltroBitacora) -> Iterator[LineaBitacora]:
        with self._store.read() as db:
            query = _lines(db, sesion, filtro).execution_options(yield_per=ROWS_AT_ONCE)
            names = _Names(db)
            for rows in db.execute(query).partitions(ROWS_AT_ONCE):
                yield from names.lines(rows)

    def export(self, sesion: Sesion, filtro: FiltroBitacora, path: Path, progress: Progress) -> int:
        """Write the lines to an Excel file. Returns their count.

        Raises UserFacingError and Cancelled.
        """
        rows = (
            line._replace(cuando=_shown(line.cuando)) for line in self.export_rows(sesion, filtro)
        )
        total = self.count(sesion, filtro)
        written = write_workbook(path, HOJA, COLUMNAS, rows, progress, total=total)
        with self._store.write() as db:
            self._bitacora.record(
                db,
                sesion,
                Accion.EXPORTACION_BITACORA,
                detalle=counted(written, "renglón", "renglones"),
            )
        return written


class _Names:
    """Names of people for the lines, cached."""

    def __init__(self, db: Session) -> None:
        self._db = db
        self._known: dict[str, str] = {}

    def of(self, quien: str) -> str:
        if quien not in self._known:
            self._known[quien] = name_of(self._db, quien)
        return self._known[quien]

    def lines(self, rows: Sequence[Any]) -> tuple[LineaBitacora, ...]:
        records = names_of_records(self._db, ((row.objeto, row.objeto_id) for row in rows))
        return tuple(
            LineaBitacora(
                row.numero,
                row.cuando,
                self.of(row.quien),
                row.accion,
                row.objeto,
                records.get((row.objeto, row.objeto_id), ""),
                row.detalle,
                row.huella.hex(),
            )
            for row in rows
        )


def name_of(db: Session, quien: str) -> str:
    """The name of who wrote a line."""
    try:
        row_id = uuid.UUID(hex=quien)
    except ValueError:  # not an id: a rol, or NOBODY
        return quien
    contratista = db.get(ContratistaRow, row_id)
    if contratista is not None:
        return contratista.nombre
    person = db.get(PersonaRow, row_id) or db.get(UsuarioRow, row_id)
    return SOMEBODY_GONE if person is None else full_name(person)


def _readable_lines(db: Session, sesion: Sesion) -> tuple[ColumnElement[bool], ...]:
    """Condition for the lines that this session may read. Raises NotAllowedError."""
    authorize(db, sesion, Permiso.CONSULTAR_BITACORA)
    if sesion.rol is Rol.CONTRATISTA:
        return (BitacoraRow.contratista_id == sesion.require_contratista(),)
    return (BitacoraRow.contratista_id.is_(None),)


def _where(db: Session, sesion: Sesion, filtro: FiltroBitacora) -> list[ColumnElement[bool]]:
    where = list(_readable_lines(db, sesion))
    if filtro.desde is not None:
        where.append(BitacoraRow.cuando >= _midnight(filtro.desde))
    if filtro.hasta is not None:
        where.append(BitacoraRow.cuando < _midnight(filtro.hasta + timedelta(days=1)))
    if filtro.quien is not None:
        where.append(BitacoraRow.quien == filtro.quien)
    if filtro.accion is not None:
        where.append(BitacoraRow.accion == filtro.accion)
    for word in filtro.texto.split():
        columns = (BitacoraRow.accion, BitacoraRow.objeto, BitacoraRow.detalle)
        texts = (column.icontains(word, autoescape=True) for column in columns)
        where.append(or_(*texts, *record_has_word(word)))
    return where


def _lines(db: Session, sesion: Sesion, filtro: FiltroBitacora) -> Any:
    return (
        select(
            BitacoraRow.numero,
            BitacoraRow.cuando,
            BitacoraRow.quien,
            BitacoraRow.accion,
            BitacoraRow.objeto,
            BitacoraRow.objeto_id,
            BitacoraRow.detalle,
            BitacoraRow.huella,
        )
        .where(*_where(db, sesion, filtro))
        .order_by(BitacoraRow.cuando.desc(), BitacoraRow.numero.desc())
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), HORA_DE_MEXICO)


def _shown(moment: datetime) -> datetime:
    return moment.astimezone(HORA_DE_MEXICO).replace(tzinfo=None)
