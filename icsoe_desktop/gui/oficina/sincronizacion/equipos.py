"""The page of the office's desktops: set roles, remove, invite."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QPushButton, QWidget

from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_sincronizacion_equipos import Ui_SincronizacionEquiposForm
from icsoe_desktop.gui.kit.dialogs import confirm, open_dialog
from icsoe_desktop.gui.kit.fields import show_message
from icsoe_desktop.gui.kit.notices import EmptyState
from icsoe_desktop.gui.kit.progress import draw_step
from icsoe_desktop.gui.kit.tables import Column, RowsTable
from icsoe_desktop.gui.oficina.sincronizacion.equipos_presenter import (
    EquiposPresenter,
    EquiposState,
    InvitarPresenter,
)
from icsoe_desktop.gui.oficina.sincronizacion.invitar import InvitacionDialog, InvitarDialog
from icsoe_desktop.gui.oficina.sincronizacion.pages import Foot
from icsoe_desktop.gui.oficina.sincronizacion.palabras import ROL_TEXTS, ROLES, day_of
from icsoe_desktop.gui.oficina.sincronizacion.titular import TitularMenu
from icsoe_desktop.services.sincronizacion.answers import Invitacion, Miembro, RolOficina

REMOVE: Final = (
    "«{equipo}» ({cuenta}) ya no podrá enviar ni recibir, y la llave de la oficina se cambia: no "
    "podrá leer lo que se escriba desde ahora.\n\nConserva lo que ya recibió, que no se puede "
    "borrar desde aquí. Si el equipo se perdió o lo robaron, pida además a quien administra el "
    "servidor que deshabilite la cuenta.\n\nLas invitaciones sin usar dejan de servir.\n\n"
    "¿Desea retirarlo de la oficina?"
)
WITHDRAW: Final = "La invitación para la cuenta «{cuenta}» dejará de servir.\n\n¿Desea retirarla?"
ONLY_RESPONSABLE: Final = (
    "Sólo un equipo con el rol Responsable puede invitar y retirar equipos; los roles los cambia "
    "el titular."
)
ONLY_TITULAR: Final = (
    "El equipo titular cambia los roles. Lo que usted invite o retire, él lo completa en su "
    "próxima sincronización."
)


def status(miembro: Miembro) -> str:
    if miembro.invitado_hasta is not None:
        return f"Invitado hasta el {day_of(miembro.invitado_hasta):%d/%m/%Y}"
    here = "Este equipo" if miembro.soy_yo else "En la oficina" if miembro.activo else "Retirado"
    if miembro.titular or miembro.suplente:
        here += ", titular" if miembro.titular else ", suplente"
    return f"{here}, sin acceso al servidor" if miembro.sin_acceso else here


def _icon(miembro: Miembro) -> str:
    if miembro.soy_yo:
        return "equipo"
    if miembro.invitado_hasta is not None:
        return "pendiente"
    if miembro.sin_acceso:
        return "advertencia"
    return "vigente" if miembro.activo else "deshabilitado"


NOT_READ: Final = (
    "Todavía no se ha leído quién está en la oficina",
    "Elija «Actualizar» cuando haya conexión.",
)
COLUMNS = (
    Column[Miembro]("Equipo", lambda m: m.equipo or "Por unirse", width=220),
    Column[Miembro]("Cuenta", lambda m: m.cuenta, width=180),
    Column[Miembro]("Rol", lambda m: ROLES[m.rol], width=130),
    Column[Miembro]("Estado", status, state=_icon, width=200),
)


class EquiposPage(QWidget):
    def __init__(
        self,
        presenter: EquiposPresenter,
        inviting: InvitarPresenter,
        context: Context,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.form = Ui_SincronizacionEquiposForm()
        self.form.setupUi(self)
        self._presenter = presenter
        self._inviting = inviting
        self._context = context
        self._drawn: tuple[Miembro, ...] | None = None
        form = self.form
        self.table = RowsTable(
            form.equipos_table, COLUMNS, context.preferences, key=lambda miembro: miembro.id
        )
        self.empty = EmptyState(form.equipos_table, "equipo", *NOT_READ, wanted=False)
        self.menu = TitularMenu(presenter, context, self)
        form.titular_button.setMenu(self.menu)
        self.foot = Foot((form.actualizar_button, form.titular_button), (form.invitar_button,))
        for rol, text in ROLES.items():
            form.rol_combo.addItem(text, rol.value)
        form.equipos_table.selectionModel().selectionChanged.connect(self._on_selected)
        form.rol_combo.currentIndexChanged.connect(self._draw_buttons)
        form.rol_button.clicked.connect(self._change_role)
        form.retirar_button.clicked.connect(self._ask_to_remove)
        form.actualizar_button.clicked.connect(presenter.load)
        form.invitar_button.clicked.connect(self._invite)
        inviting.invited.connect(self._on_invited)
        presenter.changed.connect(self._draw)
        self._draw(presenter.state)

    @property
    def primary(self) -> QPushButton:
        return self.form.invitar_button

    def focus_first(self) -> None:
        if self.form.equipos_table.isVisibleTo(self):
            self.form.equipos_table.setFocus()

    def _chosen_rol(self) -> RolOficina:
        # Qt returns a StrEnum item as a plain str.
        return RolOficina(self.form.rol_combo.currentData())

    def _on_selected(self) -> None:
        chosen = self.table.selected()
        if chosen is not None:
            self.form.rol_combo.setCurrentIndex(list(ROLES).index(chosen.rol))
        self._draw_buttons()

    def _change_role(self) -> None:
        chosen = self.table.selected()
        if chosen is not None:
            self._presenter.set_role(chosen, self._chosen_rol())

    def _ask_to_remove(self) -> None:
        chosen = self.table.selected()
        if chosen is None:
            return
        invited = chosen.invitado_hasta is not None
        text = WITHDRAW if invited else REMOVE
        confirm(
            self.window(),
            text.format(equipo=chosen.equipo, cuenta=chosen.cuenta),
            "&Retirar la invitación" if invited else "&Retirar y cambiar la llave",
            then=lambda: self._presenter.remove(chosen),
            destructive=True,
        )

    def _invite(self) -> None:
        open_dialog(InvitarDialog(self._inviting, self._context, self.window()))

    def _on_invited(self, invitacion: Invitacion) -> None:
        self._presenter.load()
        open_dialog(InvitacionDialog(invitacion, self._context, self.window()))

    def _draw(self, state: EquiposState) -> None:
        form = self.form
        if state.miembros != self._drawn:
            self._drawn = state.miembros
            self.table.set_rows(state.miembros)
            if self.table.selected() is None and state.miembros:
                form.equipos_table.selectRow(0)
            self._on_selected()
        listed: tuple[QWidget, ...] = (
            form.rol_label,
            form.rol_combo,
            form.rol_button,
            form.retirar_button,
            form.rol_hint,
        )
        for widget in listed:
            widget.setVisible(bool(state.miembros))
        self.empty.want(not state.busy)
        form.avance_bar.setVisible(state.busy)
        draw_step(form.avance_bar, state.step, counts=True)
        show_message(form.mensaje_label, state.message, state.role)
        form.actualizar_button.setEnabled(not state.busy)
        form.invitar_button.setEnabled(state.responsable and not state.busy)
        self._draw_buttons()

    def _draw_buttons(self) -> None:
        form, state, chosen = self.form, self._presenter.state, self.table.selected()
        other = chosen is not None and chosen.activo and not chosen.soy_yo
        other = other and chosen is not None and not chosen.titular
        may = state.responsable and not state.busy and other
        for widget in (form.rol_label, form.rol_combo):
            widget.setEnabled(may and state.titular)
        rol = self._chosen_rol()
        again = chosen is not None and (chosen.rol != rol or chosen.sin_acceso)
        form.rol_button.setEnabled(may and state.titular and again)
        form.retirar_button.setEnabled(may)
        form.titular_button.setEnabled(state.loaded and not state.busy)
        self.menu.draw(chosen)
        text = ONLY_TITULAR if state.responsable else ONLY_RESPONSABLE
        if state.titular:
            text = f"{ROLES[rol]}: {ROL_TEXTS[rol]}"
        form.rol_hint.setText(text)
