"""The tab Generales del contratista: correo and telephones."""

from __future__ import annotations

from collections.abc import Mapping, Set

from PySide6.QtWidgets import QWidget

from icsoe_desktop.domain.icsoe.terminos import AVISO_ICSOE, AVISO_ICSOE_VERSION
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_contratista_generales import Ui_ContratistaGeneralesForm
from icsoe_desktop.gui.icsoe.capturistas.persona import CONTRATISTA_DELETED, PersonaDialog
from icsoe_desktop.gui.icsoe.contratista.generales_presenter import (
    GeneralesPresenter,
    GeneralesState,
)
from icsoe_desktop.gui.icsoe.contratista.pestana import Tab
from icsoe_desktop.gui.kit.checked_fields import CheckedFields, fields_of
from icsoe_desktop.gui.kit.dialogs import TextoDialog, inform, open_dialog
from icsoe_desktop.gui.kit.fields import press_on_enter, show_message
from icsoe_desktop.services.contratista.service import InformacionContratista

AVISO_TITLE = "Aviso de privacidad"


class GeneralesTab(Tab):
    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.form = Ui_ContratistaGeneralesForm()
        self.form.setupUi(self)
        form = self.form
        presenter = GeneralesPresenter(
            context.application.contratistas, context.jobs, context.require_sesion()
        )
        presenter.setParent(self)
        self._presenter = presenter
        self._context = context
        self._fields = CheckedFields(
            fields_of(form, "correo", "celular", "telefono_fijo"),
            self,
            self._check,
            self._warn,
        )
        self._fields.edited.connect(presenter.edit)
        form.guardar_button.clicked.connect(self._save)
        form.aviso_button.clicked.connect(self._show_aviso)
        form.datos_button.clicked.connect(self._show_datos)
        press_on_enter(self, form.guardar_button)
        presenter.changed.connect(self._draw)
        presenter.refused.connect(self._fields.refuse)
        presenter.overtaken.connect(self._fields.tell)
        presenter.saved.connect(self.saved)
        presenter.failed.connect(self.failed)
        self._draw(presenter.state)
        self._fields.say()

    def show_info(self, info: InformacionContratista) -> None:
        self._presenter.keep(info.generales)
        self.discard()

    def focus_first(self) -> None:
        self.form.correo_edit.setFocus()

    @property
    def unsaved(self) -> bool:
        return self._presenter.is_unsaved(self._fields.texts())

    def discard(self) -> None:
        self._fields.fill(self._presenter.kept_texts)

    def _check(self) -> Mapping[str, str]:
        return self._presenter.check(self._fields.texts())

    def _save(self) -> None:
        if self._fields.attempt():
            self._presenter.save(self._fields.texts())

    def _show_datos(self) -> None:
        dialog = PersonaDialog.of_contratista(self._context, self.window())
        dialog.deleted.connect(self._end_session)
        open_dialog(dialog)

    def _end_session(self) -> None:
        """Without asking about unsaved changes: what they would change is gone."""
        shell = self._context.shell
        inform(self.window(), CONTRATISTA_DELETED, shell.discard_session)

    def _show_aviso(self) -> None:
        text = f"{AVISO_ICSOE}\n\nVersión {AVISO_ICSOE_VERSION}"
        open_dialog(TextoDialog(AVISO_TITLE, text, self))

    def _warn(self, _left: Set[str]) -> Mapping[str, str]:
        return {"correo": self._presenter.warning(self.form.correo_edit.text())}

    def _draw(self, state: GeneralesState) -> None:
        self._fields.set_read_only(state.busy)
        self.form.guardar_button.setEnabled(not state.busy)
        show_message(self.form.mensaje_label, state.message, "success")
