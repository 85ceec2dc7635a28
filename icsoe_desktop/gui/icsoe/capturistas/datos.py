"""The fields of a capturista, which the alta shares with Modificar usuario."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import asdict
from datetime import date
from itertools import pairwise

from PySide6.QtCore import QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication, QShowEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from icsoe_desktop.domain.certificados.verificacion import format_fecha
from icsoe_desktop.domain.fields import Place
from icsoe_desktop.domain.icsoe.capturista import (
    ACTUALIZADO,
    CAMPOS_CAPTURISTA,
    ROL,
    CapturistaNuevo,
    DatosCapturista,
    check_nuevo,
)
from icsoe_desktop.domain.identificadores.curp import Curp, oddities
from icsoe_desktop.domain.identificadores.persona import NOMBRE_CAMPOS
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gui.base.form_dialog import FormDialog
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_capturista_datos import Ui_CapturistaDatosForm
from icsoe_desktop.gui.forms.ui_modificar_capturista import Ui_ModificarCapturistaForm
from icsoe_desktop.gui.kit.checked_fields import WARNING, CheckedFields, fields_of
from icsoe_desktop.gui.kit.dialogs import inform
from icsoe_desktop.gui.kit.fields import grow_to_fit, show_message
from icsoe_desktop.gui.kit.tables import tabular_font
from icsoe_desktop.gui.oficina.privacidad.window import show_aviso_icsoe
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.capturistas.relaciones import Capturista, CapturistaGuardado
from icsoe_desktop.services.contratista.service import Perfil

RENAPO_URL = "https://www.gob.mx/curp/"
RENAPO_OPENED = "Se copió la CURP: péguela en la página que se abrió en su navegador."
# The correo field is followed by its repetition.
CAMPOS = tuple(
    campo
    for name in CAMPOS_CAPTURISTA.names(Place.FORM)
    for campo in ((name, "confirmacion") if name == "correo" else (name,))
)


class DatosWidget(QWidget):
    """Shows problems and warnings under each field. Problems block saving, warnings do not."""

    aviso_wanted = Signal()
    edited = Signal(str)  # name of the field; empty for the RENAPO check box
    submitted = Signal()  # Enter in a field

    def __init__(self, today: Callable[[], date], panel: QWidget) -> None:
        """panel: the container for the fields."""
        super().__init__(panel)
        self.form = Ui_CapturistaDatosForm()
        self.form.setupUi(self)
        layout = panel.layout()
        if layout is not None:
            layout.addWidget(self)
        self._today = today
        self._curp = ""
        self._cotejada: date | None = None
        form = self.form
        self._edits: dict[str, QLineEdit] = {
            campo: getattr(form, f"{campo}_edit") for campo in CAMPOS
        }
        self.fields = CheckedFields(
            fields_of(form, *CAMPOS, "rol"), self, self._check, self._warn, {"segundo_apellido"}
        )
        self.fields.edited.connect(self.edited)
        with self.fields.keeping():
            form.rol_combo.addItem(ROL)
        for edit in self._edits.values():
            edit.returnPressed.connect(self.submitted)
        form.cotejada_check.toggled.connect(self._on_cotejada)
        form.renapo_button.clicked.connect(self._open_renapo)
        form.aviso_button.clicked.connect(self.aviso_wanted)
        self._show_cotejada()
        self.fields.say()

    @property
    def cotejada(self) -> date | None:
        return self._cotejada

    def typed(self) -> dict[str, str]:
        """The values of the fields, as typed."""
        return self.fields.texts()

    def nuevo(self) -> CapturistaNuevo:
        return CapturistaNuevo(curp=self._curp, **self.typed())

    def set_curp(self, valor: str, cotejada: date | None = None) -> None:
        """Set the CURP that the name is compared with, and show the personal data encoded in it."""
        self._curp = valor
        self._cotejada = cotejada
        try:
            curp = Curp.parse(valor, self._today())
        except InvalidInputError:
            self.form.curp_panel.hide()
            return
        born = format_fecha(curp.fecha_nacimiento)
        self.form.curp_panel.show()
        self.form.curp_datos_label.setText(
            f"Sexo: {curp.sexo.nombre}   ·   Fecha de nacimiento: {born}   ·   "
            f"Entidad de nacimiento: {curp.entidad}"
        )
        odd = " ".join(oddities(curp, self._today()))
        show_message(
            self.form.curp_advertencia, WARNING.format(texto=odd) if odd else "", "warning"
        )
        show_message(self.form.renapo_mensaje, "")
        self._show_cotejada()
        self.fields.say()

    def fill(self, texts: Mapping[str, str], *, known: bool = False) -> None:
        """Set the texts of the fields; a field that is not in `texts` is cleared.

        known: the texts were saved before, so problems show at once.
        """
        self.fields.fill(texts, known=known)

    def tell(self, sentences: Mapping[str, str]) -> None:
        """Show sentences under fields until they are filled again, without blocking saving."""
        self.fields.tell(sentences)

    def draw(self, problems: Iterable[tuple[str, str]]) -> None:
        """Show the problems that the service found."""
        self.fields.draw(problems)

    def attempt(self) -> bool:
        """Check all fields and show what is wrong; return whether they may be saved."""
        return self.fields.attempt()

    def focus_first(self) -> None:
        """Focus the first empty field, or the first one if none is empty."""
        empty = (edit for edit in self._edits.values() if not edit.text())
        edit = next(empty, self.form.nombres_edit)
        edit.setFocus()
        edit.selectAll()

    def put_between(self, before: QWidget, after: QWidget) -> None:
        """Put the fields between two widgets in the Tab order."""
        form = self.form
        names = [self._edits[campo] for campo in NOMBRE_CAMPOS]
        contact = [edit for edit in self._edits.values() if edit not in names]
        chain: list[QWidget] = [
            before,
            form.cotejada_check,
            form.renapo_button,
            *names,
            form.rol_combo,
            *contact,
            form.aviso_button,
            after,
        ]
        for one, following in pairwise(chain):
            QWidget.setTabOrder(one, following)

    def set_read_only(self, read_only: bool) -> None:
        self.fields.set_read_only(read_only)

    def _check(self) -> dict[str, str]:
        return dict(check_nuevo(self.nuevo(), self._today()).problemas)

    def _warn(self, left: Set[str]) -> dict[str, str]:
        found = check_nuevo(self.nuevo(), self._today()).advertencias
        # Compare the name with the CURP only once the whole name is typed.
        names = found.get("nombres", ()) if set(NOMBRE_CAMPOS) <= left else ()
        correo = found.get("correo", ()) if "correo" in left else ()
        return {"nombres": f"\n{WARNING.format(texto='')}".join(names), "correo": " ".join(correo)}

    def _on_cotejada(self, checked: bool) -> None:
        self._cotejada = self._today() if checked else None
        self._show_cotejada()
        self.edited.emit("")

    def _show_cotejada(self) -> None:
        check = self.form.cotejada_check
        check.blockSignals(True)
        check.setChecked(self._cotejada is not None)
        check.blockSignals(False)
        when = f" el {format_fecha(self._cotejada)}" if self._cotejada else ""
        check.setText(f"Cote&jada en RENAPO{when}")

    def _open_renapo(self) -> None:
        QGuiApplication.clipboard().setText(self._curp)
        QDesktopServices.openUrl(QUrl(RENAPO_URL))
        show_message(self.form.renapo_mensaje, RENAPO_OPENED, "hint")


SAVING = "Guardando…"


class ModificarDialog(FormDialog[Ui_ModificarCapturistaForm, CapturistaGuardado]):
    """Possible until the capturista has set a password."""

    donde = "los datos de este usuario"
    updated = Signal()

    def __init__(self, capturista: Capturista, context: Context, parent: QWidget) -> None:
        super().__init__(Ui_ModificarCapturistaForm(), context, parent)
        self._capturista = capturista
        form = self.form
        self.datos.put_between(form.curp_edit, form.cancelar_button)
        form.curp_edit.setFont(tabular_font())
        form.curp_edit.setText(capturista.curp)
        self.datos.set_curp(capturista.curp, capturista.cotejada)
        typed = asdict(DatosCapturista.of(capturista)) | {"confirmacion": capturista.correo}
        self.datos.fill(typed, known=True)
        self.keep()
        self.finished.connect(self.deleteLater)
        self._show_perfil(None)
        self.datos.form.nombres_edit.setFocus()
        QTimer.singleShot(0, self, self._load)

    def make_fields(self, _names: tuple[str, ...]) -> CheckedFields:
        self.datos = DatosWidget(self.context.application.capturistas.today, self.form.datos_panel)
        self.datos.aviso_wanted.connect(lambda: show_aviso_icsoe(self.context, self))
        return self.datos.fields

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        grow_to_fit(self)

    def typed(self) -> tuple[dict[str, str], date | None]:
        return self.datos.typed(), self.datos.cotejada

    def work(self) -> Callable[[Progress], CapturistaGuardado]:
        service, sesion = self.context.application.capturistas, self.context.require_sesion()
        nuevo, cotejada, visto = self.datos.nuevo(), self.datos.cotejada, self._capturista
        return lambda _progress: service.update(sesion, visto.id, nuevo, cotejada, visto)

    def on_saved(self, guardado: CapturistaGuardado) -> None:
        self._capturista = guardado.capturista
        self.updated.emit()
        inform(self, guardado.sentence(ACTUALIZADO), then=self.accept)

    def on_overtaken(self, visto: Capturista) -> None:
        self._capturista = visto

    def set_busy(self, busy: bool) -> None:
        super().set_busy(busy)
        self.say(SAVING if busy else "", "hint")

    def _load(self) -> None:
        service, sesion = self.context.application.contratistas, self.context.require_sesion()
        self.context.ask(self, lambda _progress: service.perfil(sesion), self._show_perfil)

    def _show_perfil(self, perfil: Perfil | None) -> None:
        form = self.form
        form.rfc_label.setText(perfil.rfc if perfil else "…")
        form.nombre_label.setText(perfil.nombre if perfil else "…")
        form.rol_label.setText(perfil.rol if perfil else "…")
