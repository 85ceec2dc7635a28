"""Estado del lote: the user records when the lote was sent, received or answered on the portal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from icsoe_desktop.domain.acceso.sesion import Permiso
from icsoe_desktop.domain.certificados.certificado import fecha_local
from icsoe_desktop.domain.movimientos.movimiento import EstadoLote
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_estado_lote import Ui_EstadoLoteForm
from icsoe_desktop.gui.idse.lotes.presenter import LotesPresenter, NuevoEstado
from icsoe_desktop.gui.kit.checked_fields import CheckedFields, fields_of
from icsoe_desktop.gui.kit.dates import DateField
from icsoe_desktop.gui.kit.dialogs import confirm
from icsoe_desktop.gui.kit.unsaved_changes import EditingDialog
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.lotes.valores import Lote

TITLES: Final = {
    EstadoLote.ENVIADO: "Marcar el lote como enviado",
    EstadoLote.RECIBIDO: "Marcar el lote como recibido",
    EstadoLote.APROBADO: "Marcar el lote como aprobado",
    EstadoLote.RECHAZADO: "Marcar el lote como rechazado",
}
EXPLAINED: Final = {
    EstadoLote.ENVIADO: "Anote cuándo subió el archivo al portal IDSE.",
    EstadoLote.RECIBIDO: "Anote la fecha, el lote y el folio del acuse que dio el portal.",
    EstadoLote.APROBADO: (
        "Se aprobarán todos los movimientos del lote. Si tiene la constancia en PDF, impórtela: "
        "anota cada movimiento con sus fechas."
    ),
    EstadoLote.RECHAZADO: (
        "Se rechazarán todos los movimientos del lote, con la causa que usted anote. Si tiene la "
        "constancia en PDF, impórtela: anota la causa de cada uno."
    ),
}
SEVERAL_SENT: Final = "Marcar {cuenta} lotes como enviados"
SEVERAL_EXPLAINED: Final = "Anote cuándo subió los archivos al portal IDSE."
UPLOADED: Final = "¿Ya los subió al portal IDSE? Si fue otro día o sólo algunos, vaya a Lotes."
UPLOADED_ONE: Final = "¿Ya lo subió al portal IDSE? Si fue otro día, márquelo en Lotes."
OTHERS: Final = "y {cuenta} más"
MOST_NAMED: Final = 5
NEEDS_DATE: Final = "Escriba la fecha."
NEEDS_CAUSE: Final = "Escriba la causa, como la da el IMSS."
IN_FUTURE: Final = "La fecha es posterior a hoy."


class EstadoLoteDialog(EditingDialog):
    donde = "el estado del lote"

    chosen = Signal(object)  # NuevoEstado

    def __init__(
        self, lotes: Sequence[Lote], estado: EstadoLote, today: date, parent: QWidget
    ) -> None:
        """lotes: one; several only for Enviado."""
        super().__init__(parent)
        self.form = Ui_EstadoLoteForm()
        self.form.setupUi(self)
        self._estado = estado
        self._today = today
        form, lote = self.form, lotes[0]
        one = len(lotes) == 1
        title = TITLES[estado] if one else SEVERAL_SENT.format(cuenta=len(lotes))
        self.setWindowTitle(title)
        form.titulo_label.setText(title)
        form.lote_label.setText("\n".join(each.nombre_archivo for each in lotes[:MOST_NAMED]))
        form.explicacion_label.setText(EXPLAINED[estado] if one else SEVERAL_EXPLAINED)
        self.fecha = DateField(form.fecha_edit)
        self.fecha.set_value(today)
        self._fields = CheckedFields(
            fields_of(form, "fecha", "numero", "folio", "codigo", "causa"), self, self._check
        )
        received, rejected = estado is EstadoLote.RECIBIDO, estado is EstadoLote.RECHAZADO
        for campo, there in (
            ("numero", received),
            ("folio", received),
            ("codigo", rejected),
            ("causa", rejected),
        ):
            for part in ("label", "edit"):
                getattr(form, f"{campo}_{part}").setVisible(there)
        form.numero_edit.setText(lote.numero)
        form.folio_edit.setText(lote.folio)
        self._initial = self._fields.texts()
        form.guardar_button.clicked.connect(self.accept)
        form.cancelar_button.clicked.connect(self.reject)
        form.fecha_edit.setFocus()
        form.fecha_edit.selectAll()

    def accept(self) -> None:
        form = self.form
        fecha = self.fecha.value if self._fields.attempt() else None
        if fecha is None:
            return
        nuevo = NuevoEstado(
            self._estado,
            fecha,
            numero=form.numero_edit.text().strip(),
            folio=form.folio_edit.text().strip(),
            codigo=form.codigo_edit.text().strip(),
            causa=form.causa_edit.text().strip(),
        )
        super().accept()
        self.chosen.emit(nuevo)

    @property
    def unsaved(self) -> bool:
        return self._fields.texts() != self._initial

    def _check(self) -> dict[str, str]:
        problems = {}
        if wrong := self.fecha.problem_or(NEEDS_DATE):
            problems["fecha"] = wrong
        elif (self.fecha.value or self._today) > self._today:
            problems["fecha"] = IN_FUTURE
        if self._estado is EstadoLote.RECHAZADO and not self.form.causa_edit.text().strip():
            problems["causa"] = NEEDS_CAUSE
        return problems


class Subidos(QObject):
    """After the portal was opened, and the user came back, asks whether the files were uploaded."""

    def __init__(self, presenter: LotesPresenter, context: Context, portal: QAction) -> None:
        super().__init__(presenter)
        self._presenter, self._context = presenter, context
        self._window: QWidget | None = None
        portal.triggered.connect(lambda _checked=False: self._expect(portal.parent()))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.WindowActivate and self._window is not None:
            self.ask(self._window)
        return super().eventFilter(watched, event)

    def ask(self, window: QWidget) -> None:
        window.removeEventFilter(self)
        self._window = None
        application, sesion = self._context.application, self._context.require_sesion()

        def waiting(_progress: Progress) -> tuple[Lote, ...]:
            lotes = application.lotes.all(sesion)
            return tuple(lote for lote in lotes if lote.estado is EstadoLote.GENERADO)

        def ask(lotes: tuple[Lote, ...]) -> None:
            if not lotes:
                return
            names = [lote.nombre_archivo for lote in lotes[:MOST_NAMED]]
            more = len(lotes) - len(names)
            names += [OTHERS.format(cuenta=more)] if more else []
            confirm(
                window,
                (UPLOADED_ONE if len(lotes) == 1 else UPLOADED) + "\n\n" + "\n".join(names),
                "&Sí, marcar enviado hoy" if len(lotes) == 1 else "&Sí, marcar enviados hoy",
                then=lambda: self._presenter.mark_all_sent(
                    lotes, fecha_local(application.store.clock())
                ),
                reject="Todavía no",
            )

        self._context.ask(window, waiting, ask)

    def _expect(self, window: QObject | None) -> None:
        may_write = self._context.require_sesion().can(Permiso.ESCRIBIR_MOVIMIENTOS)
        if isinstance(window, QWidget) and may_write:
            self._window = window
            window.installEventFilter(self)
