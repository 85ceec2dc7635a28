"""Resumen del día: what was presented, answered and rejected, and what is late, on one sheet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtGui import QGuiApplication
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QWidget

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.certificados.certificado import fecha_local
from icsoe_desktop.gui.idse.modulo.columns import MOVIMIENTO_CORTO
from icsoe_desktop.gui.idse.tablero.palabras import long_day
from icsoe_desktop.gui.kit.formats import day, movements, nss, registro
from icsoe_desktop.gui.kit.paper import PaperBlock, paint_sheet, prepare_page
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.lotes.valores import Lote
from icsoe_desktop.services.movimientos.valores import MovimientoFila, OrdenMovimientos
from icsoe_desktop.services.tablero.service import Cifra

TITLE: Final = "Resumen del día"
LAST_DAY: Final = "último día, {dia}"
NO_REASON: Final = "sin causa anotada"
MOST: Final = 200  # rows of each part


@dataclass(frozen=True)
class Resumen:
    """dia: «Martes 24 de noviembre de 2026»."""

    dia: str
    bloques: Sequence[PaperBlock]

    def text(self) -> str:
        """For the clipboard: two columns in a sheet or a mail."""
        lines = [f"{TITLE}: {self.dia}"]
        for bloque in self.bloques:
            lines += ["", bloque.titulo, *("\t".join(fila) for fila in bloque.filas)]
        return "\n".join(lines)


def read(application: Application, sesion: Sesion, progress: Progress) -> Resumen:
    """Runs in a worker."""
    hoy = fecha_local(application.store.clock())
    lotes = application.lotes.all(sesion)
    sent = [one for one in lotes if one.enviado == hoy]
    answered = [one for one in lotes if one.respondido == hoy]

    def owed(cifra: Cifra) -> tuple[int, list[MovimientoFila]]:
        service = application.movimientos
        vista = service.prepare(sesion, cifra.filtro(hoy), OrdenMovimientos(), progress)
        try:
            found = service.rows(vista, 0, MOST)
            return vista.count, [row for row in found if row is not None]
        finally:
            service.release(vista)

    return Resumen(
        long_day(hoy),
        [
            _of_lotes("Presentado hoy", sent, lambda one: movements(one.movimientos)),
            _of_lotes("Respondido hoy", answered, lambda one: one.respuestas or one.situacion),
            _of_movements("Rechazado, sin volver a presentar", *owed(Cifra.RECHAZADOS), _reason),
            _of_movements("Termina hoy", *owed(Cifra.HOY), _term),
            _of_movements("Tarde", *owed(Cifra.EXPUESTOS), _term),
        ],
    )


def copy(resumen: Resumen) -> None:
    QGuiApplication.clipboard().setText(resumen.text())


def print_it(resumen: Resumen, parent: QWidget) -> None:
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    prepare_page(printer)
    dialog = QPrintDialog(printer, parent)
    cabeza = f"{TITLE} · {resumen.dia}"
    dialog.accepted.connect(lambda: paint_sheet(printer, TITLE, cabeza, resumen.bloques))
    QDialog.open(dialog)


def _of_lotes(titulo: str, lotes: Sequence[Lote], said: Callable[[Lote], str]) -> PaperBlock:
    return _block(
        titulo,
        len(lotes),
        [(one.nombre_archivo, f"{registro(one.registro_patronal)}: {said(one)}") for one in lotes],
    )


def _of_movements(
    titulo: str, count: int, filas: Sequence[MovimientoFila], said: Callable[[MovimientoFila], str]
) -> PaperBlock:
    return _block(
        titulo,
        count,
        [
            (
                " ".join(filter(None, (one.primer_apellido, one.segundo_apellido, one.nombres))),
                f"{nss(one.nss)}, {MOVIMIENTO_CORTO[one.tipo].lower()} del {day(one.fecha)}: "
                f"{said(one)}",
            )
            for one in filas
        ],
    )


def _block(titulo: str, count: int, filas: Sequence[tuple[str, str]]) -> PaperBlock:
    shown = list(filas[:MOST])
    if count > len(shown):
        shown.append(("", f"y {count - len(shown):,} más"))
    return PaperBlock(f"{titulo}: {count:,}", shown)


def _reason(fila: MovimientoFila) -> str:
    return " ".join(filter(None, (fila.codigo_rechazo, fila.causa_rechazo))) or NO_REASON


def _term(fila: MovimientoFila) -> str:
    return LAST_DAY.format(dia=day(fila.limite))
