"""The REPSE acuse of the contratista: the sealed file, its hash and its validity."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from icsoe_desktop.domain.acceso.sesion import Permiso, Sesion
from icsoe_desktop.domain.icsoe.contratista import CAMPOS_ACUSE, PasoContratista
from icsoe_desktop.domain.icsoe.documento import MAX_BYTES, TipoDocumento, recognize
from icsoe_desktop.domain.icsoe.repse import EstadoRepse, VentanaRepse
from icsoe_desktop.errors import InvalidInputError, UserFacingError
from icsoe_desktop.gateways.pdf import DocumentPages
from icsoe_desktop.gateways.pdf import Imagen as Imagen
from icsoe_desktop.regular_file import open_regular
from icsoe_desktop.services.acceso.autorizacion import contratista_of, require_step
from icsoe_desktop.services.bitacora.service import Accion, BitacoraService
from icsoe_desktop.services.contratista.service import next_step
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.found import of_row, only
from icsoe_desktop.store.tables.icsoe import AcuseRow, ContratistaRow

TABLE = AcuseRow.__tablename__
OBJETO = "acuse REPSE"
# The REPSE began on 24 May 2021. No registration is older.
FIRST_DAY = date(2021, 5, 24)

NO_FILE = (
    "El archivo no se puede leer. No se guardó nada. Revise que exista y que no esté abierto en "
    "otro programa."
)
NO_ACUSE = "Todavía no hay un acuse guardado. Elija el archivo y guárdelo."
IN_THE_FUTURE = "La fecha todavía no llega. Escriba la de registro, o la de la última renovación."
TOO_EARLY = "El padrón de la STPS existe desde el 24/05/2021. Revise la fecha."


@dataclass(frozen=True)
class Acuse:
    """The stored acuse.

    sha256: hexadecimal. fecha: day of the registration or of its last renewal.
    estado: of its renewal, today. aviso: sentence about it.
    """

    id: uuid.UUID
    nombre: str
    tipo: TipoDocumento
    tamano: int
    sha256: str
    fecha: date
    ventana: VentanaRepse
    estado: EstadoRepse
    aviso: str


@dataclass(frozen=True)
class ArchivoElegido:
    """A document's name, kind and content, for «Ver archivo»."""

    nombre: str
    tipo: TipoDocumento
    contenido: bytes = field(repr=False)


class AcusesService:
    def __init__(self, store: Store, bitacora: BitacoraService) -> None:
        self._store = store
        self._note = bitacora.about(OBJETO)

    def inspect(self, sesion: Sesion, path: Path) -> ArchivoElegido:
        """Read the chosen file. Its content decides its kind.

        Raises InvalidInputError (campo «archivo»).
        """
        with self._store.read() as db:
            self._contratista(db, sesion)
        return read_document(path)

    def save(self, sesion: Sesion, path: Path, fecha: date) -> PasoContratista:
        """«Guardar»: store the file instead of an earlier one. Returns the next step.

        fecha: day of the registration or of its last renewal.
        Raises InvalidInputError (campo «archivo» or «fecha») and NotAllowedError.
        """
        chosen = read_document(path)
        _check(fecha, self._store.today())
        with self._store.write() as db:
            contratista = self._contratista(db, sesion)
            former = _row(db, contratista)
            if former is not None:
                db.delete(former)
                db.flush()
            row = self._new_row(contratista, chosen, fecha)
            db.add(row)
            self._note(db, sesion, Accion.ALTA_ACUSE, row.id, chosen.tipo)
            return next_step(db, self._store, contratista)

    def change_fecha(self, sesion: Sesion, fecha: date) -> PasoContratista:
        """«Guardar» without another file: change the date of the stored acuse.

        Raises InvalidInputError (campo «fecha»), NotAllowedError, and UserFacingError if none is
        stored.
        """
        _check(fecha, self._store.today())
        with self._store.write() as db:
            contratista = self._contratista(db, sesion)
            row = _row(db, contratista)
            if row is None:
                raise UserFacingError(NO_ACUSE)
            if row.fecha != fecha:
                row.fecha = fecha
                self._note(db, sesion, Accion.CAMBIO_ACUSE, row.id, CAMPOS_ACUSE.label("fecha"))
            return next_step(db, self._store, contratista)

    def current(self, sesion: Sesion) -> Acuse | None:
        with self._store.read() as db:
            row = _row(db, self._contratista(db, sesion))
            if row is None:
                return None
            ventana = VentanaRepse(row.fecha)
            return of_row(
                Acuse,
                row,
                tipo=TipoDocumento(row.tipo),
                sha256=row.sha256.hex(),
                ventana=ventana,
                estado=ventana.on(self._store.today()),
                aviso=ventana.sentence(self._store.today()),
            )

    def content(self, sesion: Sesion) -> ArchivoElegido:
        """The stored file, for «Ver archivo». Raises UserFacingError if none is stored."""
        with self._store.write() as db:
            row = _row(db, self._contratista(db, sesion))
            if row is None:
                raise UserFacingError(NO_ACUSE)
            contenido = self._store.key.unseal(row.contenido_sellado, TABLE, row.id, "contenido")
            self._note(db, sesion, Accion.CONSULTA_ACUSE, row.id)
            return ArchivoElegido(row.nombre, TipoDocumento(row.tipo), contenido)

    def delete(self, sesion: Sesion) -> None:
        """Raises UserFacingError if none is stored."""
        with self._store.write() as db:
            row = _row(db, self._contratista(db, sesion))
            if row is None:
                raise UserFacingError(NO_ACUSE)
            db.delete(row)
            self._note(db, sesion, Accion.BAJA_ACUSE, row.id)

    def _contratista(self, db: Session, sesion: Sesion) -> ContratistaRow:
        row = contratista_of(db, sesion, Permiso.ADMINISTRAR_CONTRATISTA)
        require_step(db, row, PasoContratista.ACUSE)
        return row

    def _new_row(
        self, contratista: ContratistaRow, chosen: ArchivoElegido, fecha: date
    ) -> AcuseRow:
        row_id = self._store.new_id()
        return AcuseRow(
            id=row_id,
            contratista_id=contratista.id,
            nombre=chosen.nombre,
            tipo=str(chosen.tipo),
            tamano=len(chosen.contenido),
            sha256=hashlib.sha256(chosen.contenido).digest(),
            contenido_sellado=self._store.key.seal(chosen.contenido, TABLE, row_id, "contenido"),
            fecha=fecha,
            creado=self._store.clock(),
        )


def _row(db: Session, contratista: ContratistaRow) -> AcuseRow | None:
    return only(db, AcuseRow, contratista_id=contratista.id)


def read_document(path: Path) -> ArchivoElegido:
    """Raises InvalidInputError (campo «archivo»)."""
    try:
        with open_regular(path) as file:
            contenido = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: the name contains NUL
        raise InvalidInputError(NO_FILE, "archivo") from error
    return ArchivoElegido(path.name, recognize(contenido), contenido)


def open_document(archivo: ArchivoElegido) -> DocumentPages:
    """The pages as images, read in a separate process. The caller closes it."""
    return DocumentPages(archivo.contenido, is_pdf=archivo.tipo is TipoDocumento.PDF)


def _check(fecha: date, today: date) -> None:
    if fecha > today:
        raise InvalidInputError(IN_THE_FUTURE, "fecha")
    if fecha < FIRST_DAY:
        raise InvalidInputError(TOO_EARLY, "fecha")
    if today > VentanaRepse(fecha).vence:
        raise InvalidInputError(_expired(fecha), "fecha")


def _expired(fecha: date) -> str:
    vence = VentanaRepse(fecha).vence
    return (
        f"El registro venció el {vence:%d/%m/%Y}, a los tres años. No se guardó nada. Adjunte el "
        "acuse de la renovación."
    )
