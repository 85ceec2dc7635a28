"""The postal catalogue: import, and queries by código postal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice
from pathlib import Path

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from icsoe_desktop.domain.acceso.sesion import Permiso, Sesion
from icsoe_desktop.domain.icsoe.domicilio import Asentamiento, Domicilio, in_catalogue
from icsoe_desktop.domain.identificadores.contacto import CodigoPostal
from icsoe_desktop.domain.texto import counted
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gateways.sepomex.catalogo import (
    OpenPostalCatalogue,
    digest,
    open_postal_catalogue,
)
from icsoe_desktop.gateways.sepomex.renglones import BadPostalRow
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.acceso.autorizacion import authorize, reading
from icsoe_desktop.services.bitacora.service import Accion, BitacoraService
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.found import of_row
from icsoe_desktop.store.tables.icsoe import AsentamientoRow, CatalogoPostalRow

OBJETO = "catálogo postal"
SAMPLE_ROWS = 20
SHOWN_PROBLEMS = 100
BATCH_ROWS = 5_000
_COLUMNS = tuple(Asentamiento.__dataclass_fields__)

ALL_BAD = (
    "Ningún renglón del archivo se puede usar. No se importó nada. Descargue de nuevo el catálogo "
    "de SEPOMEX."
)
OTHER_FILE = "El archivo cambió desde que se revisó. No se importó nada. Vuelva a elegirlo."


@dataclass(frozen=True)
class CatalogoPostal:
    """The imported catalogue. fecha: date of the file."""

    nombre: str
    fecha: date
    formato: str
    renglones: int
    importado: datetime


@dataclass(frozen=True)
class VistaPreviaCatalogo:
    """Preview of a catalogue file.

    renglones: number of good rows. problemas: up to 100 pairs of line and sentence. con_problemas:
    number of bad rows.
    ya_importado: True if the file is the current catalogue.
    """

    archivo: Path
    nombre: str
    sha256: str
    fecha: date
    formato: str
    codificacion: str
    renglones: int
    con_problemas: int
    problemas: tuple[tuple[int, str], ...]
    muestra: tuple[Asentamiento, ...]
    ya_importado: bool


class CodigosPostalesService:
    def __init__(self, store: Store, bitacora: BitacoraService) -> None:
        self._store = store
        self._note = bitacora.about(OBJETO)

    def current(self, sesion: Sesion) -> CatalogoPostal | None:
        with reading(self._store, sesion, _right_to_read(sesion)) as db:
            row = catalogo_vigente(db)
            return None if row is None else of_row(CatalogoPostal, row)

    def colonias(self, sesion: Sesion, codigo_postal: str) -> tuple[Asentamiento, ...]:
        """The colonias of a code, in order. Empty if the catalogue lacks the code.

        Raises InvalidInputError (campo «codigo_postal») for a malformed code.
        """
        codigo = CodigoPostal.parse(codigo_postal).valor
        with reading(self._store, sesion, _right_to_read(sesion)) as db:
            return asentamientos_of(db, codigo)

    def preview_import(self, sesion: Sesion, path: Path, progress: Progress) -> VistaPreviaCatalogo:
        """Preview of a catalogue file. Changes nothing.

        Raises InvalidInputError (campo «archivo») and Cancelled.
        """
        with reading(self._store, sesion, Permiso.IMPORTAR_CODIGOS_POSTALES) as db:
            row = catalogo_vigente(db)
        sha256 = digest(path, progress)
        with open_postal_catalogue(path, progress) as lectura:
            sample: list[Asentamiento] = []
            problems: list[tuple[int, str]] = []
            good = bad = 0
            for each in lectura.rows:
                if isinstance(each, BadPostalRow):
                    bad += 1
                    if len(problems) < SHOWN_PROBLEMS:
                        problems.append((each.linea, each.mensaje))
                else:
                    good += 1
                    if len(sample) < SAMPLE_ROWS:
                        sample.append(each)
            if not good:
                raise InvalidInputError(ALL_BAD, "archivo")
            return VistaPreviaCatalogo(
                path,
                lectura.nombre,
                sha256.hex(),
                lectura.fecha,
                lectura.formato,
                lectura.codificacion,
                good,
                bad,
                tuple(problems),
                tuple(sample),
                row is not None and row.sha256 == sha256,
            )

    def apply_import(
        self, sesion: Sesion, vista: VistaPreviaCatalogo, progress: Progress
    ) -> CatalogoPostal:
        """Replace the catalogue, completely or not at all.

        Raises InvalidInputError if the file changed since the preview, and Cancelled.
        """
        if digest(vista.archivo, progress).hex() != vista.sha256:
            raise InvalidInputError(OTHER_FILE, "archivo")
        with (
            open_postal_catalogue(vista.archivo, progress) as lectura,
            self._store.write() as db,
        ):
            authorize(db, sesion, Permiso.IMPORTAR_CODIGOS_POSTALES)
            db.execute(delete(AsentamientoRow))
            renglones = _insert(db, _good(lectura), vista.renglones, progress)
            row = CatalogoPostalRow(
                id=self._store.new_id(),
                nombre=lectura.nombre,
                sha256=bytes.fromhex(vista.sha256),
                fecha=lectura.fecha,
                formato=lectura.formato,
                codificacion=lectura.codificacion,
                renglones=renglones,
                importado=self._store.clock(),
            )
            db.add(row)
            self._note(
                db,
                sesion,
                Accion.IMPORTACION_CODIGOS_POSTALES,
                row.id,
                f"{counted(renglones, 'renglón', 'renglones')}, {lectura.formato}",
            )
            # Last chance to cancel: the transaction commits after it.
            progress.report(renglones, renglones)
            return of_row(CatalogoPostal, row)


def catalogo_vigente(db: Session) -> CatalogoPostalRow | None:
    return db.scalars(select(CatalogoPostalRow).order_by(CatalogoPostalRow.id.desc())).first()


def asentamientos_of(db: Session, codigo_postal: str) -> tuple[Asentamiento, ...]:
    rows = db.execute(
        select(*(getattr(AsentamientoRow, name) for name in _COLUMNS))
        .where(AsentamientoRow.codigo_postal == codigo_postal)
        .distinct()
        .order_by(AsentamientoRow.colonia, AsentamientoRow.tipo)
    )
    return tuple(Asentamiento(*row) for row in rows)


def against_catalogue(db: Session, domicilio: Domicilio) -> Domicilio:
    """The address, marked if the catalogue lacks its colonia, or if there is none."""
    known = in_catalogue(domicilio, asentamientos_of(db, domicilio.codigo_postal))
    return replace(domicilio, fuera_de_catalogo=not known)


def _good(lectura: OpenPostalCatalogue) -> Iterator[Asentamiento]:
    return (each for each in lectura.rows if isinstance(each, Asentamiento))


def _insert(db: Session, rows: Iterator[Asentamiento], total: int, progress: Progress) -> int:
    done = 0
    statement = insert(AsentamientoRow)
    while batch := list(islice(rows, BATCH_ROWS)):
        db.connection().execute(
            statement,
            [{name: getattr(each, name) for name in _COLUMNS} for each in batch],
        )
        done += len(batch)
        progress.report(done, max(total, done), "Importando códigos postales")
    return done


def _right_to_read(sesion: Sesion) -> Permiso:
    """People who may import the catalogue or type addresses may read it."""
    importing = Permiso.IMPORTAR_CODIGOS_POSTALES
    return importing if sesion.can(importing) else Permiso.CAPTURAR_INFORMATIVA
