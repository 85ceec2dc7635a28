"""Correos por enviar: the list, drawn from BuzonState."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, QUrl
from PySide6.QtGui import QDesktopServices, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QWidget

from icsoe_desktop.domain.correo import EstadoCorreo
from icsoe_desktop.gui.base.presented import Presented
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_buzon import Ui_BuzonForm
from icsoe_desktop.gui.inicio.outgoing_mail import network_queue
from icsoe_desktop.gui.kit.dialogs import confirm
from icsoe_desktop.gui.kit.fields import show_message
from icsoe_desktop.gui.kit.formats import moment
from icsoe_desktop.gui.kit.mark import mark_banner
from icsoe_desktop.gui.kit.notices import EmptyPage
from icsoe_desktop.gui.kit.progress import draw_step
from icsoe_desktop.gui.kit.tables import Column, RowsTable
from icsoe_desktop.gui.oficina.buzon.presenter import BuzonPresenter, BuzonState, is_waiting
from icsoe_desktop.services.correo.buzon import CorreoEnBuzon

REFRESH_MS = 5_000

NOTHING_WAITS = (
    "No hay correos en espera. Aquí aparecen los códigos para recuperar contraseñas y los "
    "avisos que aún no salen, con la razón de cada uno."
)
READING = "Leyendo los correos…"
DISCARD = (
    "El correo «{asunto}» para {para} no se enviará y su texto se borrará.\n\n¿Desea descartarlo?"
)
HAND_OVER = (
    "El correo «{asunto}» se abrirá en su programa de correo, listo para que usted lo envíe a "
    "{para}. Este programa ya no lo enviará.\n\nSi lleva una liga, le sirve a quien la tenga: no "
    "cambie el destinatario. Mientras se abre, el correo está en un archivo de su carpeta "
    "temporal, que se borra a los diez minutos o al cerrar."
)
NEVER = datetime.max.replace(tzinfo=UTC)

ICONS = {
    EstadoCorreo.PENDIENTE: "pendiente",
    EstadoCorreo.ENVIANDO: "correo",
    EstadoCorreo.ENVIADO: "enviado",
    EstadoCorreo.ENTREGADO: "enviado",
    EstadoCorreo.DETENIDO: "detenido",
    EstadoCorreo.DESCARTADO: "descartado",
    EstadoCorreo.VENCIDO: "vencido",
}


COLUMNS = (
    Column[CorreoEnBuzon]("Para", lambda c: c.para, width=214),
    Column[CorreoEnBuzon]("Asunto", lambda c: c.asunto, width=190),
    Column[CorreoEnBuzon](
        "Estado", lambda c: c.estado.value, state=lambda c: ICONS[c.estado], width=110
    ),
    Column[CorreoEnBuzon]("Motivo", lambda c: c.motivo, width=175),
    Column[CorreoEnBuzon](
        "Próximo intento",
        lambda c: moment(c.proximo_intento),
        sort=lambda c: c.proximo_intento or NEVER,
        width=130,
    ),
    Column[CorreoEnBuzon]("Creado", lambda c: moment(c.creado), sort=lambda c: c.creado, width=130),
)


class BuzonWindow(Presented[Ui_BuzonForm, BuzonPresenter], QDialog):
    def __init__(self, context: Context, parent: QWidget | None) -> None:
        super().__init__(parent)
        services, network = context.application, network_queue(context)
        presenter = BuzonPresenter(
            services.buzon, services.ajustes, context.jobs, network, context.require_sesion()
        )
        self.finished.connect(lambda _result: network.close(0))
        self.present(Ui_BuzonForm(), presenter, context)
        self.table = RowsTable(self.form.correos_table, COLUMNS, context.preferences)
        self.empty = EmptyPage(self.form.vacia_page, self.form.vacia_label, "correo")
        mark_banner(self.form.sin_servidor_label, "warning")
        self._drawn: tuple[CorreoEnBuzon, ...] | None = None
        self._connect()
        self._draw(presenter.state)

    def _connect(self) -> None:
        form, presenter = self.form, self._presenter
        form.enviar_button.clicked.connect(presenter.send_now)
        form.cancelar_button.clicked.connect(presenter.cancel)
        form.reintentar_button.clicked.connect(self._retry)
        form.programa_button.clicked.connect(self._ask_to_hand_over)
        presenter.opening.connect(self._open_draft)
        form.descartar_button.clicked.connect(self._ask_to_discard)
        form.terminados_check.toggled.connect(presenter.choose_ended)
        form.servidor_button.clicked.connect(self._open_server)
        form.cerrar_button.clicked.connect(self.reject)
        QShortcut(QKeySequence.StandardKey.Refresh, self, presenter.refresh)
        QShortcut(QKeySequence(Qt.Key.Key_Delete), form.correos_table, self._ask_to_discard)
        self.table.view.selectionModel().selectionChanged.connect(self._draw_chosen)
        presenter.changed.connect(self._draw)
        self._refreshing = QTimer(self)
        self._refreshing.setInterval(REFRESH_MS)
        self._refreshing.timeout.connect(presenter.refresh)
        self._refreshing.start()
        QTimer.singleShot(0, self, presenter.refresh)

    def _retry(self) -> None:
        chosen = self.table.selected()
        if chosen is not None:
            self._presenter.retry(chosen)

    def _ask_to_hand_over(self) -> None:
        chosen = self.table.selected()
        if chosen is not None:
            confirm(
                self,
                HAND_OVER.format(asunto=chosen.asunto, para=chosen.para),
                "&Abrir",
                then=lambda: self._presenter.hand_over(chosen),
            )

    def _open_draft(self, correo: CorreoEnBuzon, path: Path) -> None:
        opened = QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
        self._presenter.note_opened(correo, opened)

    def _ask_to_discard(self) -> None:
        chosen = self.table.selected()
        if chosen is None or not self.form.descartar_button.isEnabled():
            return
        confirm(
            self,
            DISCARD.format(asunto=chosen.asunto, para=chosen.para),
            "&Descartar correo",
            then=lambda: self._presenter.discard(chosen),
            destructive=True,
        )

    def _open_server(self) -> None:
        context = self._context
        window = context.shell.open("servidor_correo", context.require_sesion(), self)
        window.destroyed.connect(self._presenter.refresh)

    def _on_failed(self, error: Exception) -> None:
        # Stop the timer: the next reading would fail the same way, every few seconds.
        self._refreshing.stop()
        self._context.errors.show(self, error)

    def _draw(self, state: BuzonState) -> None:
        form = self.form
        form.sin_servidor_frame.setVisible(state.loaded and state.server_missing)
        self._draw_rows(state.visible)
        empty = not state.visible
        page = form.vacia_page if empty else form.tabla_page
        if page is not form.lista_stack.currentWidget():
            form.lista_stack.setCurrentWidget(page)
            (form.cerrar_button if empty else form.correos_table).setFocus()
        self.empty.say(NOTHING_WAITS if state.loaded else READING)
        form.enviar_button.setEnabled(state.can_send)
        form.avance_bar.setVisible(state.busy)
        form.cancelar_button.setVisible(state.busy)
        form.cancelar_button.setEnabled(not state.cancelling)
        draw_step(form.avance_bar, state.step, counts=True)
        show_message(form.mensaje_label, state.message, state.role)
        self._draw_chosen()

    def _draw_rows(self, rows: tuple[CorreoEnBuzon, ...]) -> None:
        """Show the rows and keep the selected mail selected, whatever its state."""
        if rows == self._drawn:
            return
        self._drawn = rows
        chosen = self.table.selected()
        self.table.set_rows(rows)
        if chosen is not None:
            for row in rows:
                if row.id == chosen.id:
                    self.table.select(row)

    def _draw_chosen(self) -> None:
        chosen, state, form = self.table.selected(), self._presenter.state, self.form
        waiting = chosen is not None and is_waiting(chosen)
        can_change = waiting and state.is_idle
        form.reintentar_button.setEnabled(can_change and not state.server_missing)
        form.descartar_button.setEnabled(can_change)
        form.programa_button.setEnabled(
            chosen is not None
            and chosen.entregable
            and chosen.estado is not EstadoCorreo.ENVIANDO
            and state.is_idle
        )
        motivo = chosen.motivo if chosen is not None else ""
        show_message(form.motivo_label, f"Motivo: {motivo}" if motivo else "", "hint")


create = BuzonWindow
