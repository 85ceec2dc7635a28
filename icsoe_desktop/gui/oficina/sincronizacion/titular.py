"""Who signs for the office: the recovery paper, the suplente, and taking the titular's place."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QInputDialog, QMenu, QWidget

from icsoe_desktop.gui.base.code_dialog import CodeDialog
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.kit.dialogs import confirm, open_dialog
from icsoe_desktop.gui.oficina.sincronizacion.equipos_presenter import EquiposPresenter
from icsoe_desktop.services.sincronizacion.answers import Miembro

TITLE: Final = "Papel de recuperación de la oficina"
KEEP: Final = (
    "Si se pierde el equipo titular, con este código cualquier equipo de la oficina toma su lugar: "
    "invita, retira equipos y cambia la llave. Sin él, ni un suplente, nadie puede. Imprímalo o "
    "guárdelo fuera de este equipo: no se volverá a mostrar. El papel anterior ya no sirve."
)
ON_PAPER: Final = "ICSOE Desktop — Papel de recuperación de la oficina"
WHAT_FOR: Final = (
    "Con este código, cualquier equipo de la oficina toma el lugar del equipo titular. Guárdelo en "
    "un lugar seguro, fuera del equipo, y no lo comparta."
)
NEW_PAPER: Final = (
    "Se creará un código y se mostrará una sola vez. Un papel anterior dejará de servir.\n\n"
    "¿Desea hacer el papel de recuperación?"
)
NAME: Final = (
    "«{equipo}» tendrá el rol Responsable y podrá tomar el lugar del equipo titular sin pedirlo a "
    "nadie. Si ya había un suplente, deja de serlo.\n\n¿Desea nombrarlo suplente?"
)
UNNAME: Final = "«{equipo}» ya no podrá tomar el lugar del titular.\n\n¿Desea quitarlo de suplente?"
TAKE_OVER: Final = (
    "Este equipo será el titular: sólo él firma quién entra y quién sale de la oficina. Hágalo "
    "cuando el equipo titular se perdió o ya no se usa.\n\n¿Desea tomar su lugar?"
)
CODE: Final = "Código del papel de recuperación, ocho grupos de cuatro letras y números:"


class PapelDialog(CodeDialog):
    """Shows the code of the recovery paper, once."""

    save_title = "Guardar el papel de recuperación"
    file_name = "papel-de-recuperacion.txt"

    def __init__(self, code: str, context: Context, parent: QWidget) -> None:
        super().__init__(code, ON_PAPER, WHAT_FOR, context, parent)
        self.setWindowTitle(TITLE)
        self.form.titulo_label.setText("Guarde el papel de recuperación de la oficina")
        self.form.explicacion_label.setText(KEEP)


class TitularMenu(QMenu):
    """What a desktop may do about the titular, by its own place in the office."""

    def __init__(self, presenter: EquiposPresenter, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._chosen: Miembro | None = None
        self.papel = self.addAction("Hacer el &papel de recuperación…", self._ask_paper)
        self.suplente = self.addAction("", self._ask_suplente)
        self.tomar = self.addAction("&Tomar el lugar del titular…", self._ask_to_take_over)
        self.hecho = self.addAction("Ya se &repitió lo que no quedó", presenter.forget_undone)
        presenter.paper_made.connect(
            lambda code: open_dialog(PapelDialog(code, context, self._window()))
        )

    def draw(self, chosen: Miembro | None) -> None:
        state = self._presenter.state
        self._chosen = chosen
        here = chosen is not None and chosen.invitado_hasta is None and not chosen.titular
        named = chosen is not None and chosen.suplente
        self.suplente.setText(
            "&Quitar de suplente al equipo elegido…"
            if named
            else "Nombrar &suplente al equipo elegido…"
        )
        self.papel.setEnabled(state.titular)
        self.suplente.setEnabled(state.titular and here and chosen is not None and chosen.activo)
        self.tomar.setEnabled(state.loaded and not state.titular)

    def _window(self) -> QWidget:
        parent = self.parentWidget()
        assert parent is not None  # noqa: S101 - given to the constructor
        return parent.window()

    def _ask_paper(self) -> None:
        confirm(self._window(), NEW_PAPER, "&Hacer el papel", then=self._presenter.new_paper)

    def _ask_suplente(self) -> None:
        chosen = self._chosen
        if chosen is None:
            return
        text = (UNNAME if chosen.suplente else NAME).format(equipo=chosen.equipo)
        wanted = None if chosen.suplente else chosen
        confirm(
            self._window(),
            text,
            "&Quitar" if chosen.suplente else "&Nombrar suplente",
            then=lambda: self._presenter.name_suplente(wanted),
        )

    def _ask_to_take_over(self) -> None:
        if self._presenter.state.suplente:
            confirm(
                self._window(),
                TAKE_OVER,
                "&Tomar su lugar",
                then=lambda: self._presenter.take_over(""),
            )
            return
        dialog = QInputDialog(self._window())
        dialog.setWindowTitle("Tomar el lugar del titular")
        dialog.setLabelText(CODE)
        dialog.setOkButtonText("&Tomar su lugar")
        dialog.setCancelButtonText("&Cancelar")
        dialog.textValueSelected.connect(self._presenter.take_over)
        open_dialog(dialog)
