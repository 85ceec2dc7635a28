"""The page with the state of synchronisation, and the records set aside."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from icsoe_desktop.domain.texto import capitalised, counted, counted_if_any
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_sincronizacion_estado import Ui_SincronizacionEstadoForm
from icsoe_desktop.gui.kit.dialogs import choose, confirm
from icsoe_desktop.gui.kit.fields import show_message
from icsoe_desktop.gui.kit.progress import draw_step
from icsoe_desktop.gui.kit.tables import Column, RowsTable
from icsoe_desktop.gui.oficina.sincronizacion.pages import FocusKeeper, Foot
from icsoe_desktop.gui.oficina.sincronizacion.palabras import ROLES, ago, moment
from icsoe_desktop.gui.oficina.sincronizacion.presenter import OficinaPresenter, OficinaState
from icsoe_desktop.services.sincronizacion.answers import Apartado, EstadoSincronizacion

NOTHING_WAITS: Final = "Nada: todo lo de este equipo está en el servidor."
NOTHING_SHARED: Final = "Nada: este equipo ya no comparte."
REMOVED: Final = " (retirado de la oficina)"
DOWNLOAD_MISSING: Final = (
    "Falta terminar la primera descarga. Continúa sola, o elija «Sincronizar ahora»."
)
LEAVE: Final = (
    "Este equipo saldrá de la oficina «{nombre}». Sus datos siguen aquí y ya no se comparten con "
    "los demás equipos.{waiting}\n\nPara volver necesitará otra invitación. ¿Desea salir?"
)
DO_AGAIN: Final = (
    "El servidor volvió atrás y esto no quedó hecho: {cosas}. Hágalo de nuevo en Equipos, o pídalo "
    "al titular."
)
NO_RELIEF: Final = (
    "Sólo este equipo firma por la oficina. Si se pierde, nadie podrá invitar ni retirar equipos: "
    "en Equipos, «Titularidad», haga el papel de recuperación o nombre un suplente."
)
NOT_SIGNED: Final = (
    "Este equipo es el titular, pero el servidor, que volvió a un estado anterior, ya no lo deja "
    "firmar: los equipos que entraron después están fuera. Nada se pierde. Pida a quien administra "
    "el servidor que dé a la cuenta «{}» el rol responsable; con eso vuelven."
)
TWIN: Final = (
    "Otro equipo entra a la oficina con la cuenta de este: uno es copia del disco del otro. Nada "
    "se pierde, pero al retirar a uno los dos quedan fuera. Pida a quien administra el servidor "
    "otra cuenta, y a un responsable una invitación para ella; después, en el equipo que es la "
    "copia, elija «Dar nombre propio a este equipo»."
)
RESTORING: Final = (
    "Este equipo se restauró de un respaldo. Al sincronizar recibirá lo que la oficina hizo desde "
    "entonces."
)
RESTORED: Final = (
    "Este equipo se restauró de un respaldo y ya recibió lo que la oficina hizo desde entonces: "
    "{}. Lo que se hizo en él después del respaldo está, si había alcanzado a enviarse."
)
DELETED: Final = "datos que otro equipo borró"
DELETIONS: Final = (
    "Aquí esperan {}, y todavía están en este equipo. Si alguien de la oficina los borró a "
    "propósito, aplique las bajas. Si no, consérvelos: volverán a los demás equipos en la próxima "
    "sincronización, y conviene retirar al equipo que los borró."
)
RETRY: Final = "Re&intentar el elegido"
DECIDE: Final = "Dec&idir qué se hace…"
UNSENT: Final = " Lo que falta por enviar ({cuantos}) no llegará a los demás."
COLUMNS = (
    Column[Apartado]("Qué", lambda a: capitalised(a.objeto), width=125),
    Column[Apartado]("Sentido", lambda a: "Recibido" if a.entrante else "Por enviar", width=90),
    Column[Apartado]("Motivo", lambda a: a.motivo, width=345),
    Column[Apartado]("Desde", lambda a: moment(a.cuando), sort=lambda a: a.cuando, width=118),
)


class EstadoPage(QWidget):
    connection_wanted = Signal()
    own_name_wanted = Signal()
    deleted_wanted = Signal()

    def __init__(self, presenter: OficinaPresenter, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.form = Ui_SincronizacionEstadoForm()
        self.form.setupUi(self)
        self._presenter = presenter
        self._drawn: tuple[Apartado, ...] | None = None
        form = self.form
        self.foot = Foot(
            (form.conexion_button, form.salir_button), (form.pausar_button, form.sincronizar_button)
        )
        self._focus = FocusKeeper(self, self.foot)
        self.table = RowsTable(
            form.apartados_table,
            COLUMNS,
            context.preferences,
            key=lambda one: (one.coleccion, one.registro_id),
        )
        form.sincronizar_button.clicked.connect(presenter.sync)
        form.pausar_button.clicked.connect(self._pause_or_resume)
        form.cancelar_button.clicked.connect(presenter.cancel)
        form.reintentar_button.clicked.connect(self._retry)
        form.conexion_button.clicked.connect(self.connection_wanted)
        form.propio_button.clicked.connect(self.own_name_wanted)
        form.borrados_button.clicked.connect(self.deleted_wanted)
        form.salir_button.clicked.connect(self._ask_to_leave)
        form.apartados_table.selectionModel().selectionChanged.connect(self._draw_chosen)
        presenter.changed.connect(self._draw)
        self._draw(presenter.state)

    @property
    def primary(self) -> QPushButton:
        return self.form.sincronizar_button

    def _pause_or_resume(self) -> None:
        estado = self._presenter.state.estado
        if estado is not None and estado.pausada:
            self._presenter.resume()
        else:
            self._presenter.pause()

    def _retry(self) -> None:
        chosen = self.table.selected()
        if chosen is None:
            return
        if not chosen.por_decidir:
            self._presenter.retry(chosen)
            return
        many = sum(one.por_decidir for one in self._presenter.state.apartados)
        choose(
            self.window(),
            DELETIONS.format(counted(many, "dato que otro equipo borró", DELETED)),
            (
                ("&Conservar los datos", lambda: self._presenter.decide(apply=False)),
                ("&Aplicar las bajas", lambda: self._presenter.decide(apply=True)),
            ),
            "Decidir después",
            lambda: None,
        )

    def _ask_to_leave(self) -> None:
        estado = self._presenter.state.estado
        if estado is None:
            return
        waiting = UNSENT.format(cuantos=f"{estado.esperan:,}") if estado.esperan else ""
        confirm(
            self.window(),
            LEAVE.format(nombre=estado.nombre, waiting=waiting),
            "&Salir de la oficina",
            then=self._presenter.leave,
            destructive=True,
        )

    def _draw(self, state: OficinaState) -> None:
        form, estado = self.form, state.estado
        # In the foot they are seen before the office was read.
        ready = estado is not None and estado.configurada and not state.busy
        paused = estado is not None and estado.pausada
        with self._focus.through(state.busy):
            form.sincronizar_button.setEnabled(ready and not paused)
            for button in (form.pausar_button, form.conexion_button, form.salir_button):
                button.setEnabled(ready)
            form.avance_panel.setVisible(state.busy and state.syncing)
        form.cancelar_button.setEnabled(not state.cancelling)
        draw_step(form.avance_bar, state.step, counts=True)
        # What the round said may be the reason that stands below.
        repeated = estado is not None and state.message == estado.motivo
        show_message(form.mensaje_label, "" if repeated else state.message, state.role)
        if estado is not None and estado.configurada:
            self._draw_estado(estado)
        if state.apartados != self._drawn:
            self._drawn = state.apartados
            self.table.set_rows(state.apartados)
        for widget in (form.apartados_label, form.apartados_table, form.reintentar_button):
            widget.setVisible(bool(state.apartados))
        form.vacio_label.setVisible(not state.apartados)
        self._draw_chosen()

    def _draw_estado(self, estado: EstadoSincronizacion) -> None:
        form = self.form
        form.pausar_button.setText("&Reanudar" if estado.pausada else "&Pausar")
        form.oficina_label.setText(estado.nombre)
        form.servidor_label.setText(f"{estado.direccion}, con la cuenta «{estado.cuenta}»")
        rol = f" ({ROLES[estado.rol]})" if estado.rol else REMOVED
        form.equipo_label.setText(f"{estado.equipo}{rol}")
        when = estado.ultimo_exito
        form.ultima_label.setText(
            f"{moment(when)} ({ago(when, datetime.now(UTC))})" if when else "Ninguna todavía"
        )
        form.esperan_label.setText(
            counted_if_any(estado.esperan, "cambio", "cambios")
            or (NOTHING_SHARED if estado.retirada else NOTHING_WAITS)
        )
        parts = [estado.motivo]
        if estado.por_repetir:
            parts.append(DO_AGAIN.format(cosas=", ".join(estado.por_repetir)))
        if estado.duplicado:
            parts.append(TWIN)
        if estado.restaurado is not None:
            some = counted(max(estado.restaurado, 0), "cambio", "cambios")
            parts.append(RESTORING if estado.restaurado < 0 else RESTORED.format(some))
        form.propio_button.setVisible(estado.duplicado)
        form.borrados_button.setVisible(bool(estado.borrados))
        if estado.sin_firma and not estado.retirada:
            parts.append(NOT_SIGNED.format(estado.cuenta))
        if estado.sin_relevo:
            parts.append(NO_RELIEF)
        if not estado.descargada and not (estado.pausada or estado.detenida):
            parts.append(DOWNLOAD_MISSING)
        show_message(form.motivo_label, " ".join(part for part in parts if part), "warning")

    def _draw_chosen(self) -> None:
        form, chosen = self.form, self.table.selected()
        form.reintentar_button.setEnabled(chosen is not None and not self._presenter.state.busy)
        form.reintentar_button.setText(DECIDE if chosen and chosen.por_decidir else RETRY)
        show_message(form.apartado_label, f"Motivo: {chosen.motivo}" if chosen else "", "hint")
