"""The tab Generales del contratista: correo and telephones."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set

from PySide6.QtWidgets import QWidget

from icsoe_desktop.domain.icsoe.contratista import DatosGenerales, PasoContratista, check_generales
from icsoe_desktop.domain.identificadores.contacto import Correo, Telefono
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gui.base.form_dialog import SavesForm
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_contratista_generales import Ui_ContratistaGeneralesForm
from icsoe_desktop.gui.icsoe.capturistas.persona import CONTRATISTA_DELETED, PersonaDialog
from icsoe_desktop.gui.icsoe.paginas import Tab
from icsoe_desktop.gui.kit.dialogs import inform, open_dialog
from icsoe_desktop.gui.kit.fields import press_on_enter
from icsoe_desktop.gui.oficina.privacidad.window import show_aviso_icsoe
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.contratista.service import SIN_GENERALES, InformacionContratista

SAVED = "Los datos generales se guardaron."


class GeneralesTab(SavesForm[Ui_ContratistaGeneralesForm, PasoContratista], Tab):
    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.prepare(Ui_ContratistaGeneralesForm(), context, "correo", "celular", "telefono_fijo")
        self._kept: DatosGenerales | None = None  # None before the first saving
        self.keep()
        form = self.form
        self.fields.edited.connect(lambda _name: self.say(""))
        form.aviso_button.clicked.connect(self._show_aviso)
        form.datos_button.clicked.connect(self._show_datos)
        press_on_enter(self, form.guardar_button)
        self.fields.say()

    def show_info(self, info: InformacionContratista) -> None:
        self._kept = info.generales
        self.discard()

    def focus_first(self) -> None:
        self.form.correo_edit.setFocus()

    def discard(self) -> None:
        self.fields.fill(_texts(self._kept))
        self.keep()

    def typed(self) -> dict[str, str]:
        return {name: text.strip() for name, text in self.fields.texts().items()}

    def check(self) -> Mapping[str, str]:
        return check_generales(self.fields.texts())

    def warn(self, _left: Set[str]) -> Mapping[str, str]:
        try:
            correo = Correo.parse(self.form.correo_edit.text())
        except InvalidInputError:
            return {}
        return {"correo": " ".join(correo.advertencias)}

    def work(self) -> Callable[[Progress], PasoContratista]:
        service, sesion = self.context.application.contratistas, self.context.require_sesion()
        texts, visto = self.fields.texts(), self._kept or SIN_GENERALES
        self.say("")
        return lambda _progress: service.save_generales(sesion, **texts, visto=visto)

    def on_saved(self, paso: PasoContratista) -> None:
        self.say(SAVED)
        self.saved.emit(paso)

    def on_overtaken(self, visto: DatosGenerales) -> None:
        self._kept = visto
        self.seen = _texts(visto)

    def _show_datos(self) -> None:
        dialog = PersonaDialog.of_contratista(self.context, self.window())
        dialog.deleted.connect(self._end_session)
        open_dialog(dialog)

    def _end_session(self) -> None:
        """End it without asking about unsaved changes: the record is deleted."""
        shell = self.context.shell
        inform(self.window(), CONTRATISTA_DELETED, shell.discard_session)

    def _show_aviso(self) -> None:
        show_aviso_icsoe(self.context, self)


def _texts(kept: DatosGenerales | None) -> dict[str, str]:
    if kept is None:
        return {}
    celular, fijo = (
        Telefono(one).agrupado if one else "" for one in (kept.celular, kept.telefono_fijo)
    )
    return {"correo": kept.correo, "celular": celular, "telefono_fijo": fijo}
