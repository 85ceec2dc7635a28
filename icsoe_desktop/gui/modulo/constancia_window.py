"""Importar constancia: what the PDF says, which movements it speaks of, before anything changes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QDialog, QWidget

from icsoe_desktop.domain.sesion import Sesion
from icsoe_desktop.gui import assets
from icsoe_desktop.gui.fields import show_message
from icsoe_desktop.gui.forms.ui_constancia import Ui_ConstanciaForm
from icsoe_desktop.gui.modulo import formato
from icsoe_desktop.gui.modulo.avance import STOPPING, described, draw_step, with_what
from icsoe_desktop.gui.modulo.formato import movements
from icsoe_desktop.gui.presenter import Presenter
from icsoe_desktop.gui.shell import Context
from icsoe_desktop.gui.tables import Column, RowsTable
from icsoe_desktop.jobs import Failed, Job, JobQueue, Outcome, Step, Stopped, Succeeded
from icsoe_desktop.services.constancias import ConstanciasService
from icsoe_desktop.services.constancias_valores import (
    RenglonCasado,
    ResultadoConstancia,
    VistaConstancia,
)

READING: Final = "Leyendo la constancia"
FIRST_STEP: Final = Step(0, None, READING)
APPLYING: Final = "Anotando los movimientos"
ALREADY: Final = "Esta constancia ya se había importado. No hay nada que cambiar."
NONE_MATCHED: Final = (
    "Ningún movimiento de la constancia está en el programa. Importe primero el archivo que se "
    "envió, y vuelva a importar la constancia."
)
SOME_UNMATCHED: Final = "{count} de la constancia no están en el programa y no se anotarán."
NO_LOTE: Final = "Ningún lote de este programa corresponde a la constancia."


@dataclass(frozen=True)
class ConstanciaState:
    archivo: str
    step: Step | None = FIRST_STEP
    vista: VistaConstancia | None = None
    stopping: bool = False

    @property
    def matched(self) -> int:
        vista = self.vista
        return 0 if vista is None else len(vista.casados) - len(vista.sin_movimiento)

    @property
    def can_apply(self) -> bool:
        vista = self.vista
        ready = vista is not None and not vista.ya_aplicada and self.step is None
        return ready and self.matched > 0

    @property
    def advice(self) -> str:
        vista = self.vista
        if vista is None or self.step is not None:
            return ""
        if vista.ya_aplicada:
            return ALREADY
        if not self.matched:
            return NONE_MATCHED
        parts = []
        if vista.sin_movimiento:
            parts.append(SOME_UNMATCHED.format(count=movements(len(vista.sin_movimiento))))
        if vista.lote_id is None:
            parts.append(NO_LOTE)
        return " ".join(parts)


class ConstanciaPresenter(Presenter):
    changed = Signal(object)  # ConstanciaState
    applied = Signal(object)  # ResultadoConstancia
    stopped = Signal()
    failed = Signal(object)  # Exception

    def __init__(
        self, service: ConstanciasService, jobs: JobQueue, sesion: Sesion, path: Path
    ) -> None:
        super().__init__(jobs)
        self._service = service
        self._sesion = sesion
        self._path = path
        self._job: Job | None = None
        self.state = ConstanciaState(path.name)

    def start(self) -> None:
        self._job = self.run(
            lambda progress: self._service.preview(self._sesion, self._path, progress),
            self._on_read,
            self._on_step,
        )

    def apply(self) -> None:
        vista = self.state.vista
        if vista is None or not self.state.can_apply:
            return
        self._show(step=Step(0, len(vista.casados), APPLYING))
        self._job = self.run(
            lambda progress: self._service.apply(self._sesion, vista, progress),
            self._on_applied,
            self._on_step,
        )

    def cancel(self) -> None:
        if self._job is None:
            self.stopped.emit()
            return
        self._job.cancel()
        self._show(stopping=True)

    def _on_step(self, step: Step) -> None:
        before = self.state.step
        self._show(step=with_what(step, before.what if before is not None else ""))

    def _on_read(self, outcome: Outcome[VistaConstancia]) -> None:
        self._job = None
        match outcome:
            case Succeeded(_) if self.state.stopping:
                self.stopped.emit()
            case Succeeded(vista):
                self._show(vista=vista, step=None)
            case Stopped():
                self.stopped.emit()
            case Failed(error):
                self.failed.emit(error)

    def _on_applied(self, outcome: Outcome[ResultadoConstancia]) -> None:
        self._job = None
        match outcome:
            case Succeeded(resultado):
                self.applied.emit(resultado)
            case Stopped():
                self.stopped.emit()
            case Failed(error):
                self.failed.emit(error)

    def _show(self, **changes: object) -> None:
        self.state = replace(self.state, **changes)  # type: ignore[arg-type]
        self.changed.emit(self.state)


def _answer(casado: RenglonCasado) -> str:
    return "Rechazado" if casado.renglon.rechazado else "Aprobado"


def _remark(casado: RenglonCasado) -> str:
    renglon = casado.renglon
    rechazo = " ".join(one for one in (renglon.codigo_rechazo, renglon.causa_rechazo) if one)
    late = "Extemporáneo." if renglon.extemporaneo else ""
    return " ".join(part for part in (rechazo, late, casado.motivo) if part)


RENGLONES: Final = (
    Column[RenglonCasado](
        "Respuesta",
        _answer,
        icon=lambda c: assets.icon("error" if c.renglon.rechazado else "correcto"),
        width=120,
    ),
    Column[RenglonCasado](
        "En el programa",
        lambda c: "Sí" if c.movimiento_id is not None else "No está",
        icon=lambda c: assets.icon("vigente" if c.movimiento_id is not None else "advertencia"),
        width=120,
    ),
    Column[RenglonCasado](
        "Movimiento", lambda c: formato.MOVIMIENTO_CORTO[c.renglon.tipo], width=140
    ),
    Column[RenglonCasado](
        "NSS",
        lambda c: formato.nss(c.renglon.nss),
        copy=lambda c: c.renglon.nss,
        tabular=True,
        width=125,
    ),
    Column[RenglonCasado]("Nombre", lambda c: c.renglon.nombre, width=210),
    Column[RenglonCasado](
        "Fecha",
        lambda c: formato.day(c.renglon.fecha),
        sort=lambda c: c.renglon.fecha.toordinal() if c.renglon.fecha else 0,
        tabular=True,
        width=105,
    ),
    Column[RenglonCasado](
        "SBC",
        lambda c: formato.money(c.renglon.sbc),
        sort=lambda c: c.renglon.sbc or 0,
        copy=lambda c: formato.plain_money(c.renglon.sbc),
        tabular=True,
        right=True,
        width=105,
    ),
    Column[RenglonCasado]("Observaciones", _remark),
)


class ConstanciaDialog(QDialog):
    """Draws ConstanciaState. Closing it while something runs stops that first."""

    def __init__(self, presenter: ConstanciaPresenter, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.form = Ui_ConstanciaForm()
        self.form.setupUi(self)
        self._presenter = presenter
        self._context = context
        self._shown: VistaConstancia | None = None
        form = self.form
        self.table = RowsTable(form.renglones_table, RENGLONES, context.preferences)
        form.archivo_label.setText(presenter.state.archivo)
        form.avance_bar.setAccessibleName("Avance")
        form.aplicar_button.clicked.connect(presenter.apply)
        form.cancelar_button.clicked.connect(self.reject)
        presenter.changed.connect(self._draw)
        presenter.applied.connect(lambda _resultado: self.accept())
        presenter.stopped.connect(self._close)
        presenter.failed.connect(self._fail)
        self._draw(presenter.state)
        QTimer.singleShot(0, self, presenter.start)

    def reject(self) -> None:
        self._presenter.cancel()

    def _close(self) -> None:
        super().reject()

    def _fail(self, error: Exception) -> None:
        self._context.errors.show(self, error, then=self._close)

    def _draw(self, state: ConstanciaState) -> None:
        form, vista = self.form, state.vista
        form.avance_panel.setVisible(state.step is not None)
        draw_step(form.avance_bar, state.step)
        if state.step is not None:
            form.avance_label.setText(STOPPING if state.stopping else described(state.step))
        show_message(form.aviso_label, state.advice, "warning")
        arrived = vista is not None and vista is not self._shown
        if vista is not None and arrived:
            self._shown = vista
            self.table.set_rows(vista.casados)
        show_message(form.datos_label, described_vista(vista) if vista else "", "")
        descuadres = " ".join(vista.descuadres) if vista else ""
        show_message(form.descuadres_label, descuadres, "warning")
        form.renglones_panel.setVisible(vista is not None)
        form.aplicar_button.setEnabled(state.can_apply)
        form.aplicar_button.setText(
            f"&Anotar {movements(state.matched)}" if state.can_apply else "&Anotar"
        )
        form.cancelar_button.setEnabled(not state.stopping)
        if arrived:
            (form.aplicar_button if state.can_apply else form.cancelar_button).setFocus()


def described_vista(vista: VistaConstancia) -> str:
    """What the constancia says of itself."""
    one = vista.constancia
    parts = [
        f"Lote {one.lote}" if one.lote else "",
        f"Folio {one.folio}" if one.folio else "",
        f"Registro patronal {formato.registro(one.registro_patronal)}",
        one.razon_social,
        f"Recibida el {one.recibido:%d/%m/%Y %H:%M}" if one.recibido else "",
    ]
    total = one.totales.get("Total")
    if total is not None:
        parts.append(
            f"{total.recibidos:,} recibidos, {total.operados:,} operados, "
            f"{total.rechazados:,} rechazados"
        )
    return " · ".join(part for part in parts if part)


def summary(resultado: ResultadoConstancia) -> str:
    parts = [f"La constancia se anotó: {resultado.aprobados:,} aprobados"]
    parts.append(f"{resultado.rechazados:,} rechazados")
    if resultado.sin_movimiento:
        parts.append(f"{resultado.sin_movimiento:,} que no están en el programa")
    return f"{', '.join(parts)}."
