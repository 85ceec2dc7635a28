"""The fields of a connection, the check of its server, and the dialog that changes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.politicas.valores import Central
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gui.base.dispatch import while_alive
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.base.tasks import TaskPresenter, TaskState
from icsoe_desktop.gui.forms.ui_sincronizacion_cambiar import Ui_SincronizacionCambiarForm
from icsoe_desktop.gui.forms.ui_sincronizacion_conexion import Ui_SincronizacionConexionForm
from icsoe_desktop.gui.forms.ui_sincronizacion_revision import Ui_SincronizacionRevisionForm
from icsoe_desktop.gui.inicio.outgoing_mail import network_queue
from icsoe_desktop.gui.kit.caps_lock import CapsLockHint
from icsoe_desktop.gui.kit.checked_fields import CheckedField, CheckedFields, fields_of
from icsoe_desktop.gui.kit.fields import announce, fix, show_message, show_text_with
from icsoe_desktop.gui.kit.mark import Mark
from icsoe_desktop.gui.kit.notices import FixedNotice
from icsoe_desktop.gui.kit.pills import TONES
from icsoe_desktop.gui.kit.progress import draw_step
from icsoe_desktop.gui.kit.table_view import wrap_rows
from icsoe_desktop.gui.kit.tables import Column, RowsTable
from icsoe_desktop.gui.kit.unsaved_changes import EditingDialog
from icsoe_desktop.gui.oficina.sincronizacion.pages import (
    FittedDialog,
    FocusKeeper,
    fill,
    walk_after,
)
from icsoe_desktop.gui.oficina.sincronizacion.palabras import by_hand
from icsoe_desktop.gui.oficina.sincronizacion.presenter import Service
from icsoe_desktop.jobs import JobQueue, Outcome, Progress, Step, settle
from icsoe_desktop.services.sincronizacion.answers import (
    Conexion,
    EstadoSincronizacion,
    ServerFinding,
)

CONEXION_FIELDS: Final = ("direccion", "cuenta", "contrasena")
MISSING: Final = {
    "direccion": "Escriba la dirección del servidor.",
    "cuenta": "Escriba la cuenta que le dieron para el servidor.",
    "contrasena": "Escriba la contraseña de la cuenta.",
    "oficina": "Escriba la clave de la oficina que le dio quien administra el servidor.",
    "nombre": "Escriba el nombre de la oficina.",
    "equipo": "Escriba un nombre para este equipo; así lo verán los demás.",
    "archivo": "Elija el archivo de la invitación.",
    "codigo": "Escriba el código que le dieron con la invitación.",
}
REVIEWING: Final = "Revisando el servidor…"
SAFE: Final = "El servidor respondió y puede usarlo."
UNSAFE: Final = (
    "El servidor respondió, pero así no se usará. Quien lo administra debe corregir lo marcado "
    "con «Mal»."
)
NOT_REVIEWED: Final = "El servidor no se pudo revisar."
FIXED: Final = "La dirección del servidor la fijó"
ICON_SIZE: Final = 24


def missing(values: dict[str, str]) -> dict[str, str]:
    """The problems of empty fields: name → sentence."""
    return {name: MISSING[name] for name, text in values.items() if not text.strip()}


class ConexionPanel(QWidget):
    """Address, account and password, with the error of each below it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.form = Ui_SincronizacionConexionForm()
        self.form.setupUi(self)
        form = self.form
        self.edits: dict[str, QLineEdit] = {
            "direccion": form.direccion_edit,
            "cuenta": form.cuenta_edit,
            "contrasena": form.contrasena_edit,
        }
        show_text_with(form.mostrar_check, form.contrasena_edit)
        CapsLockHint(form.contrasena_edit, form.mayusculas_label)
        self._fixed = FixedNotice(form.sincronizacionConexionForm_layout12, self)

    @property
    def fields(self) -> dict[str, CheckedField]:
        return fields_of(self.form, *CONEXION_FIELDS)

    def typed(self, oficina: str = "") -> Conexion:
        direccion, cuenta, contrasena = (self.edits[name].text() for name in CONEXION_FIELDS)
        return Conexion(
            direccion=direccion.strip(),
            cuenta=cuenta.strip(),
            contrasena=contrasena,
            oficina=oficina.strip(),
        )

    def fix_address(self, direccion: str, politica: Central) -> None:
        """Fix the address to the one that an administrator set for this machine."""
        edit = self.form.direccion_edit
        had_focus = edit.hasFocus()
        edit.setText(direccion)
        self._fixed.say_fixed(FIXED, politica, "sincronizacion", edit)
        if had_focus:
            self.form.cuenta_edit.setFocus()


def _word(finding: ServerFinding) -> str:
    return "Bien" if finding.ok else "Mal"


COLUMNS = (
    Column[ServerFinding](
        "Resultado",
        _word,
        state=lambda c: "vigente" if c.ok else "error",
        width=100,
    ),
    Column[ServerFinding]("Qué se revisó", lambda c: c.setting, width=170),
    Column[ServerFinding]("Qué se encontró y qué hacer", lambda c: c.text, width=380),
)

Review = Callable[[Progress], tuple[ServerFinding, ...]]


class RevisionDialog(FittedDialog):
    """Checks a server under a progress bar, and lists what works and what does not."""

    def __init__(self, review: Review, context: Context, parent: QWidget) -> None:
        """review: the check; runs in its own thread and saves nothing."""
        super().__init__(parent)
        self.form = Ui_SincronizacionRevisionForm()
        self.form.setupUi(self)
        self._context = context
        self._network = network_queue(context)
        form = self.form
        self.table = RowsTable(form.revision_table, COLUMNS, context.preferences)
        view = form.revision_table
        wrap_rows(view)
        view.setVerticalScrollMode(view.ScrollMode.ScrollPerPixel)
        form.copiar_button.clicked.connect(self._copy)
        form.cerrar_button.clicked.connect(self.reject)
        self.finished.connect(lambda _result: self._network.close(0))
        self._verdict = Mark(form.veredicto_icono, "vigente", TONES["vigente"], ICON_SIZE)
        self._draw_waiting()
        self._network.add(
            review, while_alive(self, self._on_done), while_alive(self, self._on_step)
        )

    def _draw_waiting(self) -> None:
        form = self.form
        for widget in (form.revision_label, form.revision_table, form.copiar_button):
            widget.hide()
        form.veredicto_icono.hide()
        form.veredicto_label.setText(REVIEWING)
        draw_step(form.avance_bar, None, counts=True)

    def _on_step(self, step: Step) -> None:
        draw_step(self.form.avance_bar, step, counts=True)

    def _on_done(self, outcome: Outcome[tuple[ServerFinding, ...]]) -> None:
        self.form.avance_bar.hide()
        draw_step(self.form.avance_bar, None, counts=True)
        settle(outcome, self._show, self._on_not_reviewed, self.reject)

    def _on_not_reviewed(self, error: Exception) -> None:
        match error:
            case UserFacingError():
                self._say("error", by_hand(error.message))
            case _:
                self._say("error", NOT_REVIEWED)
                self._context.errors.show(self, error)

    def _show(self, found: tuple[ServerFinding, ...]) -> None:
        form = self.form
        good = all(one.ok for one in found)
        self._say("vigente" if good else "error", SAFE if good else UNSAFE)
        for widget in (form.revision_label, form.revision_table, form.copiar_button):
            widget.show()
        self.table.set_rows(found)
        # Problems first.
        form.revision_table.sortByColumn(0, Qt.SortOrder.DescendingOrder)
        form.revision_table.selectRow(0)
        form.revision_table.setFocus()

    def _say(self, icon: str, text: str) -> None:
        form = self.form
        self._verdict.show(icon, TONES[icon])
        form.veredicto_icono.show()
        form.veredicto_label.setText(text)
        announce(form.veredicto_label, text)

    def _copy(self) -> None:
        self.form.revision_table.selectAll()
        self.table.copy()


SAME_ACCOUNT = "La cuenta identifica a este equipo en la oficina y aquí no se cambia."


class CambiarPresenter(TaskPresenter[TaskState]):
    saved = Signal()

    def __init__(self, service: Service, network: JobQueue, sesion: Sesion) -> None:
        super().__init__(network, TaskState())
        self._service = service
        self._sesion = sesion

    def say(self, message: str, role: str = "success") -> None:
        super().say(by_hand(message), role)

    def find_problems(self, conexion: Conexion) -> bool:
        problems = missing({name: getattr(conexion, name) for name in CONEXION_FIELDS})
        self._show(problems=tuple(problems.items()), message="")
        return bool(problems)

    def test(self, conexion: Conexion, progress: Progress) -> tuple[ServerFinding, ...]:
        """Check a server. Runs in a network queue."""
        return self._service().test(self._sesion, conexion, progress)

    def save(self, conexion: Conexion) -> None:
        if self.state.busy or self.find_problems(conexion):
            return
        self.perform(
            lambda progress: self._service().change_connection(self._sesion, conexion, progress),
            lambda _none: self.saved.emit(),
            waiting=REVIEWING,
        )


class CambiarDialog(FittedDialog, EditingDialog):
    donde = "la conexión"

    def __init__(
        self,
        presenter: CambiarPresenter,
        estado: EstadoSincronizacion,
        direccion: str,
        context: Context,
        parent: QWidget,
    ) -> None:
        """direccion: the address set by an administrator for this machine, or empty."""
        super().__init__(parent)
        self.form = Ui_SincronizacionCambiarForm()
        self.form.setupUi(self)
        self._presenter = presenter
        self._estado = estado
        self._context = context
        presenter.setParent(self)
        form = self.form
        self.conexion = ConexionPanel(self)
        fill(form.conexion_panel, self.conexion)
        walk_after(
            self.conexion.form.mostrar_check,
            form.probar_button,
            form.cancelar_button,
            form.guardar_button,
        )
        self.conexion.edits["direccion"].setText(estado.direccion)
        self.conexion.edits["cuenta"].setText(estado.cuenta)
        if direccion:
            self.conexion.fix_address(direccion, context.application.politica)
        self._direccion = self.conexion.edits["direccion"].text()
        fix(SAME_ACCOUNT, self.conexion.edits["cuenta"])
        self._fields = CheckedFields(self.conexion.fields, self)
        self._fields.edited.connect(presenter.mend)
        self._focus = FocusKeeper(self)
        form.probar_button.clicked.connect(self._test)
        form.guardar_button.clicked.connect(lambda: presenter.save(self._typed()))
        form.cancelar_button.clicked.connect(self.reject)
        presenter.changed.connect(self._draw)
        presenter.saved.connect(self.accept)
        presenter.failed.connect(lambda error: context.errors.show(self, error))
        self._draw(presenter.state)
        self.conexion.edits["contrasena" if direccion else "direccion"].setFocus()

    @property
    def unsaved(self) -> bool:
        edits = self.conexion.edits
        return edits["direccion"].text() != self._direccion or bool(edits["contrasena"].text())

    def leave(self) -> None:
        self._presenter.cancel()
        super().leave()

    def _typed(self) -> Conexion:
        return self.conexion.typed(self._estado.oficina)

    def _test(self) -> None:
        conexion, presenter = self._typed(), self._presenter
        if not presenter.find_problems(conexion):
            RevisionDialog(
                lambda progress: presenter.test(conexion, progress), self._context, self
            ).open()

    def _draw(self, state: TaskState) -> None:
        form = self.form
        with self._focus.through(state.busy):
            for widget in (form.conexion_panel, form.probar_button, form.guardar_button):
                widget.setEnabled(not state.busy)
        form.avance_bar.setVisible(state.busy)
        draw_step(form.avance_bar, state.step, counts=True)
        show_message(form.mensaje_label, state.message, state.role)
        self._fields.draw(state.problems)
