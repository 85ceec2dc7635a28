"""Imports a list of capturistas from Excel or CSV."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.fields import Field, Place
from icsoe_desktop.domain.icsoe.capturista import (
    CAMPOS_CAPTURISTA,
    CapturistaNuevo,
    DatosCapturista,
    check_nuevo,
)
from icsoe_desktop.domain.identificadores.curp import readable_curp
from icsoe_desktop.domain.identificadores.enie import notice, restore_enie
from icsoe_desktop.domain.texto import clean, counted
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gateways.hojas import escritura as excel
from icsoe_desktop.gateways.hojas.lectura import open_sheet
from icsoe_desktop.jobs import NoProgress, Progress
from icsoe_desktop.services.bitacora.service import Accion, BitacoraService
from icsoe_desktop.services.capturistas.relaciones import contratista_ready
from icsoe_desktop.services.capturistas.service import CapturistasService
from icsoe_desktop.services.listas import (
    EstadoRenglon,
    HallazgoCelda,
    RenglonLista,
    ResultadoLista,
    VistaPreviaLista,
)
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables.icsoe import ContratistaRow, RelacionRow

REPORT_EVERY_ROWS = 20
# A preview keeps every row and what is wrong with it.
MAX_ROWS = 20_000

TEMPLATE_SHEET = "Usuarios"
TEMPLATE_WIDTH = 24

WITH_PROBLEMS = (
    "La lista tiene renglones con problemas. No se registró a nadie. Corríjalos en el archivo, o "
    "elija registrar sólo los renglones correctos."
)
NO_ROWS = (
    "La lista no tiene renglones debajo de los nombres de las columnas. No se registró a nadie."
)
STALE = (
    "Los capturistas cambiaron desde que se leyó la lista. No se registró a nadie. Vuelva a "
    "elegir el archivo."
)


RenglonCapturista = RenglonLista[CapturistaNuevo, DatosCapturista]
VistaPreviaCapturistas = VistaPreviaLista[CapturistaNuevo, DatosCapturista]


class ImportacionCapturistasService:
    def __init__(
        self, store: Store, bitacora: BitacoraService, capturistas: CapturistasService
    ) -> None:
        self._store = store
        self._bitacora = bitacora
        self._capturistas = capturistas

    def preview(self, sesion: Sesion, path: Path, progress: Progress) -> VistaPreviaCapturistas:
        """Read the list and report the effect and the problems of every row. Changes nothing.

        path: Excel or CSV. Its first row names the columns.
        Raises InvalidInputError (campo «archivo») and Cancelled.
        """
        with self._store.read() as db:
            known = _known(db, contratista_ready(db, sesion))
        renglones: list[RenglonCapturista] = []
        before: dict[str, int] = {}
        headers = CAMPOS_CAPTURISTA.headers()
        with open_sheet(path, headers, progress, max_rows=MAX_ROWS) as sheet:
            missing = CAMPOS_CAPTURISTA.missing(sheet.columns)
            if missing:
                raise InvalidInputError(_missing(missing), "archivo")
            for row in sheet.rows:
                cells = {campo: row.cells[at] for campo, at in sheet.columns.items()}
                if any(cells.values()):
                    renglones.append(self._read(row.line, cells, known, before))
        if not renglones:
            raise InvalidInputError(NO_ROWS, "archivo")
        return VistaPreviaCapturistas(path.name, tuple(renglones))

    def apply(
        self,
        sesion: Sesion,
        vista: VistaPreviaCapturistas,
        progress: Progress,
        *,
        only_good: bool = False,
    ) -> ResultadoLista:
        """Register the new capturistas, all or none. Each gets mails 1 and 2.

        only_good: skip rows with errors. Otherwise such rows raise InvalidInputError.
        Raises InvalidInputError also if one of them was registered meanwhile, and Cancelled.
        """
        if vista.with_estado(EstadoRenglon.CON_PROBLEMAS) and not only_good:
            raise InvalidInputError(WITH_PROBLEMS, "archivo")
        pending = [
            one.datos for one in vista.with_estado(EstadoRenglon.NUEVO) if one.datos is not None
        ]
        total = len(pending)
        with self._store.write() as db:
            contratista = contratista_ready(db, sesion)
            known = _known(db, contratista)
            if any(datos.curp in known for datos in pending):
                raise InvalidInputError(STALE, "archivo")
            for done, datos in enumerate(pending):
                if done % REPORT_EVERY_ROWS == 0:
                    progress.report(done, total, "Registrando capturistas")
                self._capturistas.add(db, sesion, contratista, datos)
            resultado = ResultadoLista(total, len(vista.renglones) - total)
            self._bitacora.record(
                db,
                sesion,
                Accion.IMPORTACION_CAPTURISTAS,
                detalle=(
                    f"{counted(resultado.nuevos, 'nuevo', 'nuevos')}, "
                    f"{counted(resultado.omitidos, 'omitido', 'omitidos')}"
                ),
            )
            # Last chance to cancel: the transaction commits after it.
            progress.report(total, total)
        return resultado

    def _read(
        self,
        linea: int,
        cells: Mapping[str, str],
        known: Mapping[str, int],
        before: dict[str, int],
    ) -> RenglonCapturista:
        read = {campo: cells.get(campo, "") for campo in CAMPOS_CAPTURISTA.names(Place.SHEET)}
        restored = restore_enie(read, readable_curp(read["curp"], self._capturistas.today()))
        texts = read | restored
        nuevo = CapturistaNuevo(**texts, confirmacion=clean(texts["correo"]))
        revision = check_nuevo(nuevo, self._capturistas.today())
        hallazgos: list[HallazgoCelda] = []

        def find(campo: str, mensaje: str, source: Mapping[str, str], es_error: bool) -> None:
            hallazgos.append(
                HallazgoCelda(
                    linea=linea,
                    campo=campo,
                    encontrado=source[campo],
                    mensaje=mensaje,
                    es_error=es_error,
                )
            )

        for campo, mensaje in revision.problemas.items():
            find(campo, mensaje, texts, es_error=True)
        for campo, mensajes in revision.advertencias.items():
            for mensaje in mensajes:
                find(campo, mensaje, texts, es_error=False)
        for campo, leido in restored.items():
            find(campo, notice(leido), read, es_error=False)
        datos = revision.datos
        if datos is None:
            estado = EstadoRenglon.CON_PROBLEMAS
            return RenglonCapturista(linea, estado, nuevo, None, tuple(hallazgos))
        estado, mensaje = EstadoRenglon.NUEVO, ""
        first = before.setdefault(datos.curp, linea)
        if datos.curp in known:
            estado = EstadoRenglon.YA_REGISTRADO
            mensaje = f"Ya está registrado con el Id {known[datos.curp]}; no se registra otra vez."
        elif first != linea:
            estado = EstadoRenglon.REPETIDO
            mensaje = f"Es la misma CURP que la del renglón {first}; se registra una sola vez."
        if mensaje:
            find("curp", mensaje, texts, es_error=False)
        return RenglonCapturista(linea, estado, nuevo, datos, tuple(hallazgos))


def save_template(path: Path) -> None:
    """Write an empty workbook with the names of the list's columns.

    Raises UserFacingError. An existing file then stays unchanged.
    """
    columns = [
        excel.ColumnaHoja(each.label, excel.Tipo.TEXTO, TEMPLATE_WIDTH)
        for each in CAMPOS_CAPTURISTA.at(Place.SHEET)
    ]
    excel.write_workbook(path, TEMPLATE_SHEET, columns, (), NoProgress(), total=0, empty=True)


def _known(db: Session, contratista: ContratistaRow) -> dict[str, int]:
    """CURP → Id of the contratista's capturistas."""
    rows = db.execute(
        select(RelacionRow.curp, RelacionRow.numero).where(
            RelacionRow.contratista_id == contratista.id
        )
    )
    return {row.curp: row.numero for row in rows}


def _missing(campos: Sequence[Field]) -> str:
    names = ", ".join(f"«{each.label}»" for each in campos)
    *others, last = (each.label for each in CAMPOS_CAPTURISTA.at(Place.SHEET))
    return (
        f"A la lista le faltan columnas: {names}. No se registró a nadie. El primer renglón lleva "
        f"los nombres de las columnas: {', '.join(others)} y {last}."
    )
