"""Writes the approved notices of a period for SUA: MOVT, and ASEG for new workers.

Source: docs/fuentes.md §10.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from icsoe_desktop.domain.acceso.sesion import Permiso, Sesion
from icsoe_desktop.domain.identificadores.persona import full_name
from icsoe_desktop.domain.movimientos.movimiento import EstadoAviso, TipoMovimiento
from icsoe_desktop.domain.sua.escritura import (
    first_difference,
    plan_aseg,
    write_aseg,
    write_movt,
)
from icsoe_desktop.domain.sua.formato import ASEG, MOVT
from icsoe_desktop.domain.sua.lectura import AsegRow, MovtRow
from icsoe_desktop.domain.texto import counted
from icsoe_desktop.errors import InvalidInputError, NothingToDoError, UserFacingError
from icsoe_desktop.jobs import Progress
from icsoe_desktop.regular_file import replacing
from icsoe_desktop.services.acceso.autorizacion import check_right
from icsoe_desktop.services.bitacora.service import Accion, BitacoraService
from icsoe_desktop.services.movimientos.service import OBJETO, ROWS_AT_ONCE, MovimientosService
from icsoe_desktop.services.movimientos.valores import (
    ColumnaMovimiento,
    FiltroMovimientos,
    MovimientoFila,
    OrdenMovimientos,
)
from icsoe_desktop.services.sua.valores import (
    ArchivoSua,
    CambioSua,
    FueraSua,
    OpcionesSua,
    PlanSua,
)
from icsoe_desktop.store.connection import RawConnection, raw_of
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.movimientos.movement_rows import rfc_of, was_received_before
from icsoe_desktop.store.types import day_number

READING: Final = "Leyendo los avisos del periodo"
WRITING: Final = "Guardando y leyendo de nuevo"
BACKWARDS: Final = "El periodo termina antes de empezar. Corrija las fechas."
NOT_APPROVED: Final = "El Instituto todavía no lo aprueba: está {estado}."
NO_RFC: Final = (
    "Sin RFC va en MOVT, que sólo sirve si SUA ya tiene al trabajador. Anote su RFC al capturar, o "
    "agréguelo en SUA."
)
NO_ROOM: Final = "{motivo} Va en MOVT; agregue al trabajador en SUA."
NOTHING: Final = "No hay avisos aprobados en ese periodo. No se escribió ningún archivo."
NOT_WRITTEN: Final = (
    "No se pudieron guardar todos los archivos: no hay permiso o espacio en esa carpeta, o uno "
    "está abierto en otro programa. Ninguno quedó a medias. Ciérrelo o elija otra carpeta."
)
READ_OTHERWISE: Final = (
    "El archivo {archivo} no se leyó igual que se escribió (línea {linea}). No se guardó ninguno y "
    "lo que había sigue igual. Revise el disco y vuelva a intentarlo."
)
# They are no movements of anybody.
_VOID: Final = (EstadoAviso.RECHAZADO, EstadoAviso.CANCELADO)
_BY_DAY: Final = OrdenMovimientos(ColumnaMovimiento.FECHA, descendente=False)


class SuaService:
    """Every method needs CONSULTAR_MOVIMIENTOS. Call them in a job."""

    def __init__(
        self, store: Store, bitacora: BitacoraService, movimientos: MovimientosService
    ) -> None:
        self._store = store
        self._note = bitacora.about(OBJETO)
        self._movimientos = movimientos

    def plan(self, sesion: Sesion, opciones: OpcionesSua, progress: Progress) -> PlanSua:
        """The files, every text that they change, and what is left out. Writes nothing.

        Raises InvalidInputError (campo: «hasta») and Cancelled.
        """
        check_right(self._store, sesion, Permiso.CONSULTAR_MOVIMIENTOS)
        if opciones.hasta < opciones.desde:
            raise InvalidInputError(BACKWARDS, "hasta")
        made = _Plan(opciones)
        for filas in self._notices(sesion, opciones, progress):
            with self._store.read() as db:
                raw = raw_of(db)
                for fila in filas:
                    made.take(fila, raw)
        return made.done()

    def write(
        self, sesion: Sesion, plan: PlanSua, folder: Path, progress: Progress
    ) -> tuple[Path, ...]:
        """Write the files; each is read again from the disk before the first takes its name.

        Files of the same period are replaced. Raises UserFacingError, NothingToDoError if the plan
        has no file, and Cancelled.
        """
        check_right(self._store, sesion, Permiso.CONSULTAR_MOVIMIENTOS)
        if not plan.archivos:
            raise NothingToDoError(NOTHING)
        paths = tuple(folder / archivo.nombre_archivo for archivo in plan.archivos)
        try:
            with ExitStack() as stack:
                for at, (path, archivo) in enumerate(zip(paths, plan.archivos, strict=True)):
                    progress.report(at, len(paths), WRITING)
                    temporary = stack.enter_context(replacing(path))
                    with temporary.open("xb") as file:
                        file.write(archivo.contenido)
                    _read_again(temporary, archivo)
        except OSError as error:
            raise UserFacingError(NOT_WRITTEN) from error
        with self._store.write() as db:
            detalle = (
                f"a SUA: {counted(len(paths), 'archivo', 'archivos')} con "
                f"{counted(plan.movimientos, 'movimiento', 'movimientos')}"
            )
            self._note(db, sesion, Accion.EXPORTACION_MOVIMIENTOS, detalle=detalle)
        return paths

    def _notices(
        self, sesion: Sesion, opciones: OpcionesSua, progress: Progress
    ) -> Iterator[list[MovimientoFila]]:
        """Those of the period and the registros patronales, oldest first, in blocks."""
        wanted = {registro[:10] for registro in opciones.registros_patronales}
        filtro = FiltroMovimientos(
            registro_patronal=next(iter(wanted)) if len(wanted) == 1 else None,
            desde=opciones.desde,
            hasta=opciones.hasta,
        )
        vista = self._movimientos.prepare(sesion, filtro, _BY_DAY, progress)
        try:
            for start in range(0, vista.count, ROWS_AT_ONCE):
                progress.report(start, vista.count, READING)
                rows = self._movimientos.rows(vista, start, ROWS_AT_ONCE)
                yield [
                    fila
                    for fila in rows
                    if fila is not None
                    and (not wanted or fila.registro_patronal[:10] in wanted)
                    and fila.estado not in _VOID
                ]
        finally:
            self._movimientos.release(vista)


class _Plan:
    """Sorts notices into the files of their registro patronal."""

    def __init__(self, opciones: OpcionesSua) -> None:
        self._opciones = opciones
        self._aseg: dict[str, list[AsegRow]] = {}
        self._movt: dict[str, list[MovtRow]] = {}
        self._cambios: list[CambioSua] = []
        self._fuera: list[FueraSua] = []

    def take(self, fila: MovimientoFila, raw: RawConnection) -> None:
        if fila.estado is not EstadoAviso.APROBADO:
            estado = fila.situacion.value.lower()
            self._leave_out(fila, NOT_APPROVED.format(estado=estado))
            return
        registro = fila.registro_patronal
        worker = self._new_worker(fila, raw)
        if worker is not None:
            self._aseg.setdefault(registro, []).append(worker)
            return
        # An alta of somebody whom SUA has, as far as is known here, is a reingreso.
        row = MovtRow(registro, fila.nss, fila.tipo.value, fila.fecha, "", 0, fila.sbc)
        self._movt.setdefault(registro, []).append(row)

    def done(self) -> PlanSua:
        archivos: list[ArchivoSua] = []
        for registro in sorted(self._aseg.keys() | self._movt.keys()):
            if altas := self._aseg.get(registro):
                name = self._name("ASEG", registro)
                rows = tuple(altas)
                archivos.append(ArchivoSua(ASEG, registro, name, rows, write_aseg(rows)))
            if moves := self._movt.get(registro):
                name = self._name("MOVT", registro)
                lines = tuple(moves)
                archivos.append(ArchivoSua(MOVT, registro, name, lines, write_movt(lines)))
        return PlanSua(self._opciones, tuple(archivos), tuple(self._cambios), tuple(self._fuera))

    def _new_worker(self, fila: MovimientoFila, raw: RawConnection) -> AsegRow | None:
        """The line of ASEG, or None if the notice goes in MOVT."""
        if fila.tipo is not TipoMovimiento.ALTA or not self._opciones.con_aseg:
            return None
        base, day = fila.registro_patronal[:10], day_number(fila.fecha)
        if was_received_before(raw, nss=fila.nss, base=base, fecha=day):
            return None
        rfc = fila.rfc or rfc_of(raw, fila.nss, fila.curp)
        if not rfc:
            self._leave_out(fila, NO_RFC, en_movt=True)
            return None
        row = AsegRow(
            fila.registro_patronal,
            fila.nss,
            rfc,
            fila.curp,
            fila.primer_apellido,
            fila.segundo_apellido,
            fila.nombres,
            fila.tipo_trabajador.value if fila.tipo_trabajador else "",
            fila.jornada.value if fila.jornada else "",
            fila.fecha,
            fila.sbc or 0,
        )
        try:
            written, cambios = plan_aseg(len(self._cambios), row, self._opciones.enie)
        except InvalidInputError as error:
            self._leave_out(fila, NO_ROOM.format(motivo=error.message), en_movt=True)
            return None
        self._cambios += (CambioSua(full_name(fila), cambio) for cambio in cambios)
        return written

    def _leave_out(self, fila: MovimientoFila, motivo: str, *, en_movt: bool = False) -> None:
        self._fuera.append(
            FueraSua(
                fila.registro_patronal,
                fila.nss,
                full_name(fila),
                fila.tipo,
                fila.fecha,
                motivo,
                en_movt,
            )
        )

    def _name(self, kind: str, registro: str) -> str:
        opciones = self._opciones
        return f"{kind}_{registro}_{opciones.desde:%Y%m%d}-{opciones.hasta:%Y%m%d}.txt"


def _read_again(path: Path, archivo: ArchivoSua) -> None:
    """Raises UserFacingError unless the file on the disk says what was to be written."""
    linea = first_difference(path.read_bytes(), archivo.disposicion, archivo.filas)
    if linea:
        raise UserFacingError(READ_OTHERWISE.format(archivo=archivo.nombre_archivo, linea=linea))
