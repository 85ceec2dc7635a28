"""The pages that create an office or join one."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QSysInfo, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.sincronizacion.records import INVITATION_SUFFIX
from icsoe_desktop.errors import InvalidInputError, UserFacingError
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.base.tasks import TaskPresenter, TaskState
from icsoe_desktop.gui.forms.ui_sincronizacion_crear import Ui_SincronizacionCrearForm
from icsoe_desktop.gui.forms.ui_sincronizacion_unirse import Ui_SincronizacionUnirseForm
from icsoe_desktop.gui.kit.checked_fields import CheckedFields, fields_of
from icsoe_desktop.gui.kit.drops import Drops
from icsoe_desktop.gui.kit.fields import show_message
from icsoe_desktop.gui.kit.file_choice import ALL_FILES, AskedFile, choose_file
from icsoe_desktop.gui.kit.progress import draw_step
from icsoe_desktop.gui.oficina.sincronizacion.conexion import (
    CONEXION_FIELDS,
    ConexionPanel,
    RevisionDialog,
    missing,
)
from icsoe_desktop.gui.oficina.sincronizacion.pages import FocusKeeper, Foot, fill, walk_after
from icsoe_desktop.gui.oficina.sincronizacion.palabras import ROL_TEXTS, ROLES, by_hand
from icsoe_desktop.gui.oficina.sincronizacion.presenter import Service
from icsoe_desktop.jobs import JobQueue, Progress
from icsoe_desktop.regular_file import open_regular
from icsoe_desktop.services.sincronizacion.answers import (
    Conexion,
    EstadoSincronizacion,
    ResumenSincronizacion,
    ServerFinding,
    VistaInvitacion,
    read_handed,
)

CREATING = "Revisando el servidor y creando la oficina…"
OPENING = "Abriendo la invitación…"
JOINING = "Uniéndose a la oficina…"
NO_FILE = "No se pudo leer el archivo. Revise que exista y que tenga permiso para abrirlo."
TOO_LARGE = "El archivo es demasiado grande para ser una invitación. Elija otro."
NOTHING_HANDED = (
    "El portapapeles no tiene los datos de una oficina. Copie los renglones que le dio quien "
    "administra el servidor, desde «Dirección:» hasta «Oficina:», y vuelva a elegir «Pegar»."
)
MAX_INVITATION_BYTES = 256 * 1024


@dataclass(frozen=True)
class OficinaAltaState(TaskState):
    """direccion: the address set by an administrator. vista: the opened invitation."""

    direccion: str = ""
    vista: VistaInvitacion | None = field(default=None, repr=False)


class OficinaAltaPresenter(TaskPresenter[OficinaAltaState]):
    joined = Signal(object)  # EstadoSincronizacion, ResumenSincronizacion, a failure or None
    prefilled = Signal(str)

    def __init__(self, service: Service, jobs: JobQueue, network: JobQueue, sesion: Sesion) -> None:
        super().__init__(jobs, OficinaAltaState())
        self._service = service
        self._network = network
        self._sesion = sesion
        self.equipo = QSysInfo.machineHostName()

    def start(self) -> None:
        def prefill(direccion: str) -> None:
            if direccion:
                self._show(direccion=direccion)
                self.prefilled.emit(direccion)

        # Background work: on an error the field stays empty.
        self.ask(
            lambda _progress: self._service().default_address(self._sesion),
            prefill,
            lambda _error: None,
        )

    def find_problems(self, values: dict[str, str]) -> bool:
        """Show which values are empty; return whether any are."""
        problems = missing(values)
        self._show(problems=tuple(problems.items()), message="")
        return bool(problems)

    def test(self, conexion: Conexion, progress: Progress) -> tuple[ServerFinding, ...]:
        """Check a server. Runs in a network queue."""
        return self._service().test(self._sesion, conexion, progress)

    def create(self, conexion: Conexion, nombre: str, equipo: str) -> None:
        values = {name: getattr(conexion, name) for name in (*CONEXION_FIELDS, "oficina")}
        if self.state.busy or self.find_problems({**values, "nombre": nombre, "equipo": equipo}):
            return

        def work(progress: Progress) -> EstadoSincronizacion:
            return self._service().create(
                self._sesion, conexion, nombre.strip(), equipo.strip(), progress
            )

        self.perform(work, self.joined.emit, self._network, CREATING)

    def open_invitation(self, archivo: str, codigo: str) -> None:
        if self.state.busy or self.find_problems({"archivo": archivo, "codigo": codigo}):
            return

        def work(_progress: Progress) -> VistaInvitacion:
            return self._service().read_invitation(self._sesion, read_file(archivo), codigo.strip())

        self.perform(work, lambda vista: self._show(vista=vista), waiting=OPENING)

    def close_invitation(self) -> None:
        self._show(vista=None, message="", problems=())

    def join(self, equipo: str) -> None:
        vista = self.state.vista
        if vista is None or self.state.busy or self.find_problems({"equipo": equipo}):
            return

        def work(progress: Progress) -> ResumenSincronizacion:
            return self._service().join(self._sesion, vista, equipo.strip(), progress)

        # It may have joined before it was stopped. The next round then downloads the rest.
        stopped = partial(self.joined.emit, None)
        self.perform(work, self.joined.emit, self._network, JOINING, stopped)

    def say(self, message: str, role: str = "success") -> None:
        super().say(by_hand(message), role)

    def _fail(self, error: Exception) -> None:
        super()._fail(error)
        if self.state.vista is not None and isinstance(error, UserFacingError):
            # It may have joined before the error. This page is then gone, so pass the message on.
            self.joined.emit(error.message)


def read_file(archivo: str) -> bytes:
    """The content of an invitation file. Raises InvalidInputError (campo «archivo»)."""
    try:
        with open_regular(Path(archivo.strip())) as file:
            content = file.read(MAX_INVITATION_BYTES + 1)
    except (OSError, ValueError):
        raise InvalidInputError(NO_FILE, "archivo") from None
    if len(content) > MAX_INVITATION_BYTES:
        raise InvalidInputError(TOO_LARGE, "archivo")
    return content


class CrearPage(QWidget):
    left = Signal()

    def __init__(self, presenter: OficinaAltaPresenter, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.form = Ui_SincronizacionCrearForm()
        self.form.setupUi(self)
        self._presenter = presenter
        self._context = context
        form = self.form
        self.conexion = ConexionPanel(self)
        fill(form.conexion_panel, self.conexion)
        walk_after(
            self.conexion.form.mostrar_check,
            form.oficina_edit,
            form.nombre_edit,
            form.equipo_edit,
            form.cancelar_button,
        )
        self.foot = Foot(
            (form.regresar_button, form.pegar_button), (form.probar_button, form.crear_button)
        )
        self._edits: dict[str, QLineEdit] = {
            "oficina": form.oficina_edit,
            "nombre": form.nombre_edit,
            "equipo": form.equipo_edit,
        }
        fields = {
            **self.conexion.fields,
            **fields_of(form, "oficina", "nombre", "equipo"),
        }
        self._fields = CheckedFields(fields, self)
        self._fields.edited.connect(presenter.mend)
        self._focus = FocusKeeper(self, self.foot)
        form.equipo_edit.setText(presenter.equipo)
        self._align_labels()
        form.regresar_button.clicked.connect(self.left)
        form.pegar_button.clicked.connect(self._paste)
        form.probar_button.clicked.connect(self._test)
        form.crear_button.clicked.connect(self._create)
        form.cancelar_button.clicked.connect(presenter.cancel)
        presenter.changed.connect(self._draw)
        presenter.prefilled.connect(self._fix_address)
        self._draw(presenter.state)

    def _fix_address(self, direccion: str) -> None:
        self.conexion.fix_address(direccion, self._context.application.politica)

    def _align_labels(self) -> None:
        """Align the fields of both groups."""
        labels = (self.conexion.form.direccion_label, self.form.equipo_label)
        widest = max(label.sizeHint().width() for label in labels)
        for label in labels:
            label.setMinimumWidth(widest)

    @property
    def primary(self) -> QWidget:
        return self.form.crear_button

    @property
    def dirty(self) -> bool:
        """Whether leaving would lose input."""
        edits = {**self.conexion.edits, **self._edits}
        given = {"direccion": self._presenter.state.direccion, "equipo": self._presenter.equipo}
        return any(edit.text() != given.get(name, "") for name, edit in edits.items())

    def clear(self) -> None:
        """Clear the password once it is no longer needed."""
        for edit in (*self.conexion.edits.values(), *self._edits.values()):
            if not edit.isReadOnly():
                edit.clear()
        self.form.equipo_edit.setText(self._presenter.equipo)

    def focus_first(self) -> None:
        locked = self.conexion.edits["direccion"].isReadOnly()
        self.conexion.edits["cuenta" if locked else "direccion"].setFocus()

    def _paste(self) -> None:
        """Fill the fields with the lines of the administrator that are in the clipboard."""
        given = read_handed(QGuiApplication.clipboard().text())
        if not given:
            self._presenter.say(NOTHING_HANDED, "error")
            return
        self._presenter.clear()
        edits = {**self.conexion.edits, **self._edits}
        for name, value in given.items():
            if not edits[name].isReadOnly():
                edits[name].setText(value)
        self.form.nombre_edit.setFocus()

    def _test(self) -> None:
        presenter, conexion = self._presenter, self.conexion.typed(self.form.oficina_edit.text())
        values = {name: getattr(conexion, name) for name in CONEXION_FIELDS}
        if not presenter.find_problems(values):
            RevisionDialog(
                lambda progress: presenter.test(conexion, progress), self._context, self
            ).open()

    def _create(self) -> None:
        form = self.form
        self._presenter.create(
            self.conexion.typed(form.oficina_edit.text()),
            form.nombre_edit.text(),
            form.equipo_edit.text(),
        )

    def _draw(self, state: OficinaAltaState) -> None:
        form = self.form
        locked = (form.servidor_group, form.oficina_group, *self.foot.all)
        with self._focus.through(state.busy):
            for widget in locked:
                widget.setEnabled(not state.busy)
            form.avance_panel.setVisible(state.busy)
        form.cancelar_button.setEnabled(not state.cancelling)
        draw_step(form.avance_bar, state.step, counts=True)
        show_message(form.mensaje_label, state.message, state.role)
        self._fields.draw(state.problems)


KIND: Final = f"Invitación de ICSOE Desktop (*{INVITATION_SUFFIX})"
INVITATION: Final = AskedFile("Elegir la invitación", "invitacion", (KIND, ALL_FILES))


class UnirsePage(QWidget):
    left = Signal()
    primary_changed = Signal()

    def __init__(self, presenter: OficinaAltaPresenter, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.form = Ui_SincronizacionUnirseForm()
        self.form.setupUi(self)
        self._presenter = presenter
        self._context = context
        form = self.form
        self._fields = CheckedFields(fields_of(form, "archivo", "codigo", "equipo"), self)
        self._fields.edited.connect(presenter.mend)
        self._steps = (
            Foot((form.regresar_button,), (form.continuar_button,)),
            Foot((form.volver_button,), (form.unirse_button,)),
        )
        self.buttons = Foot(
            tuple(one for step in self._steps for one in step.left),
            tuple(one for step in self._steps for one in step.right),
        )
        self._focus = FocusKeeper(self, self.buttons)
        form.equipo_edit.setText(presenter.equipo)
        Drops(
            self,
            lambda paths: self.take(paths[0]),
            one=True,
            may=lambda: not presenter.state.busy,
        )
        form.elegir_button.clicked.connect(self._choose)
        form.regresar_button.clicked.connect(self.left)
        form.continuar_button.clicked.connect(self._open)
        form.volver_button.clicked.connect(presenter.close_invitation)
        form.unirse_button.clicked.connect(lambda: presenter.join(form.equipo_edit.text()))
        form.cancelar_button.clicked.connect(presenter.cancel)
        presenter.changed.connect(self._draw)
        self._draw(presenter.state)

    @property
    def primary(self) -> QPushButton:
        opened = self._presenter.state.vista is not None
        return self.form.unirse_button if opened else self.form.continuar_button

    @property
    def foot(self) -> Foot:
        """The buttons of the present step."""
        return self._steps[self._presenter.state.vista is not None]

    @property
    def dirty(self) -> bool:
        """Whether leaving would lose input."""
        form = self.form
        named = form.equipo_edit.text() != self._presenter.equipo
        return named or bool(form.archivo_edit.text() or form.codigo_edit.text())

    def clear(self) -> None:
        """Clear the code once it is no longer needed."""
        form = self.form
        for edit in (form.archivo_edit, form.codigo_edit):
            edit.clear()
        form.equipo_edit.setText(self._presenter.equipo)
        self._presenter.close_invitation()

    def focus_first(self) -> None:
        self.form.archivo_edit.setFocus()

    def take(self, path: Path) -> None:
        """Take over an invitation file and ask for its code."""
        self.form.archivo_edit.setText(str(path))
        self.form.codigo_edit.setFocus()

    def _choose(self) -> None:
        preferences = self._context.preferences
        choose_file(self, INVITATION, preferences, self.take)

    def _open(self) -> None:
        self._presenter.open_invitation(self.form.archivo_edit.text(), self.form.codigo_edit.text())

    def _draw(self, state: OficinaAltaState) -> None:
        form, vista = self.form, state.vista
        page = form.invitacion_page if vista is None else form.confirmar_page
        with self._focus.through(state.busy):
            for widget in (form.pasos_stack, *self.buttons.all):
                widget.setEnabled(not state.busy)
            form.avance_panel.setVisible(state.busy)
        if vista is not None:
            form.oficina_label.setText(vista.nombre)
            form.servidor_label.setText(vista.direccion)
            form.cuenta_label.setText(vista.cuenta)
            form.rol_label.setText(f"{ROLES[vista.rol]}. {ROL_TEXTS[vista.rol]}")
        if form.pasos_stack.currentWidget() is not page:
            form.pasos_stack.setCurrentWidget(page)
            (form.archivo_edit if vista is None else form.equipo_edit).setFocus()
            self.primary_changed.emit()
        form.cancelar_button.setEnabled(not state.cancelling)
        draw_step(form.avance_bar, state.step, counts=True)
        show_message(form.mensaje_label, state.message, state.role)
        self._fields.draw(state.problems)
