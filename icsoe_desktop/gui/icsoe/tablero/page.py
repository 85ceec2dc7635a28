"""The page Tablero of the ICSOE window, for a contratista."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from icsoe_desktop.domain.icsoe.capturista import Estatus
from icsoe_desktop.domain.icsoe.periodo import Urgencia, also_late
from icsoe_desktop.domain.texto import counted
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.icsoe.informativa.presenter import (
    ASK_ACUSE,
    UNDONE,
    begun_text,
    sisub_line,
)
from icsoe_desktop.gui.icsoe.paginas import FIRST_PAGE, Page
from icsoe_desktop.gui.idse.tablero import palabras
from icsoe_desktop.gui.idse.tablero.palabras import Tarea
from icsoe_desktop.gui.idse.tablero.tarjetas import EquipoCard, LineaCard, TareasCard
from icsoe_desktop.gui.kit import formats
from icsoe_desktop.gui.kit.action_button import ActionButton
from icsoe_desktop.gui.kit.cards import BAR, FigureCard, PageScroll, TitledCard, hint_label
from icsoe_desktop.gui.kit.fields import on_key
from icsoe_desktop.gui.kit.notices import Banner
from icsoe_desktop.gui.kit.pills import PillLabel
from icsoe_desktop.gui.kit.plain_text import plain_label
from icsoe_desktop.services.informativa.valores import Tablero
from icsoe_desktop.services.tablero.contratista import TableroContratista

WIDE, NARROW = 3, 1
PENDING: Final = "Periodo {periodo}: {plazo}. {estado}"
LATE: Final = "La del periodo {periodo} venció el {dia} y aquí no hay acuse."
PRESENTED: Final = "La del periodo {periodo} ya se presentó."
GO: Final = "&Ir a la Informativa"
OPENS: Final = "Abre el {dia}"
STATES: Final = {
    Urgencia.AUN_NO: ("pendiente", "neutral"),
    Urgencia.ABIERTO: ("calendario", "info"),
    Urgencia.POR_VENCER: ("por_vencer", "warning"),
    Urgencia.VENCIDO: ("vencido", "error"),
}


class TableroContratistaPage(Page):
    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("tablero_contratista_page")
        self._context, self._sesion = context, context.require_sesion()
        self._reading = False
        self.banner = Banner(self)
        self.informativa = InformativaCard(self)
        self.sin_contrasena = self._figure(
            "Sin contraseña", "usuarios", "Capturistas sin activar", 1, palabras.CAPTURISTAS
        )
        self.correos = self._figure(
            "Correos por enviar", "correo", "Esperan o están detenidos", 2, palabras.BUZON
        )
        self.vencen = self._figure(
            "Por vencer", "por_vencer", "Vencidos o en 60 días", 3, palabras.VIGENCIAS
        )
        self.tareas = TareasCard(context.preferences, self, palabras.NOTHING_HINT_CONTRATISTA)
        self.equipo = EquipoCard(context.shell, context.preferences, FIRST_PAGE, self)
        self.linea = LineaCard(self)
        self._lay_out()
        self.tareas.wanted.connect(self._act)
        self.linea.opened.connect(partial(self._go, palabras.VIGENCIAS))
        self.informativa.button.follow(self._informativa_action())
        context.shell.mail_state.connect(self._on_mails)
        on_key(self, QKeySequence.StandardKey.Refresh, self._load, inside=True)
        for card in (self.sin_contrasena, self.correos, self.vencen):
            card.show_count(None, palabras.COUNTING, "hint")
        self.tareas.show_rows(None)

    def arrive(self) -> None:
        self._load()
        self.tareas.view.setFocus()

    def refresh(self) -> None:
        if self.isVisible():
            self._load()

    def _load(self) -> None:
        if not self._reading:
            self._reading = True
            sesion, service = self._sesion, self._context.application.tablero_contratista
            self._context.ask(
                self, lambda _progress: service.read(sesion), self._draw, self._on_not_read
            )

    def _on_not_read(self, error: Exception) -> None:
        self._reading = False
        if isinstance(error, UserFacingError):
            self.banner.say(palabras.NOT_READ.format(motivo=error.message), "error")
        else:
            self.banner.say("", "error")
            self._context.errors.show(self, error)

    def _on_mails(self, _state: object) -> None:
        self.refresh()

    def _informativa_action(self) -> QAction:
        action = QAction(GO, self)
        action.setShortcut(QKeySequence("Ctrl+Return"))
        action.triggered.connect(lambda _checked=False: self._go(palabras.INFORMATIVA))
        return action

    def _figure(self, text: str, icon: str, hint: str, key: int, where: str) -> FigureCard:
        return FigureCard(text, icon, hint, f"Alt+{key}", partial(self._go, where), self)

    def _lay_out(self) -> None:
        inside = QWidget(self)
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(16)
        title = plain_label("Tablero", self)
        title.setProperty("role", "title")
        self.day = plain_label("", self)
        self.day.setProperty("role", "hint")
        head = QVBoxLayout()
        head.setSpacing(0)
        head.addWidget(title)
        head.addWidget(self.day)
        layout.addWidget(self.banner)
        layout.addWidget(self.informativa)
        figures = QHBoxLayout()
        figures.setSpacing(12)
        for card in (self.sin_contrasena, self.correos, self.vencen):
            figures.addWidget(card, 1)
        layout.addLayout(figures)
        below = QHBoxLayout()
        below.setSpacing(16)
        below.addWidget(self.tareas, WIDE)
        below.addWidget(self.equipo, NARROW)
        layout.addLayout(below, 1)
        layout.addWidget(self.linea)
        self.area = PageScroll(inside, layout, self)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(24, 20, 24 - BAR, 16)
        outer.setSpacing(12)
        outer.addLayout(head)
        outer.addWidget(self.area)

    def _go(self, where: str, informativa: uuid.UUID | None = None) -> None:
        """Show another page, or open a window of the registry. informativa: choose it there."""
        if where in (palabras.VIGENCIAS, palabras.BUZON, palabras.PRIVACIDAD):
            self._context.shell.open(where, self._context.sesion, self.window())
            return
        self.page_wanted.emit(where)
        if where == palabras.CAPTURISTAS:
            from icsoe_desktop.gui.icsoe.capturistas.consulta import ConsultaPage

            # It is in sight by now: this page has nothing unsaved to ask about.
            consulta = self.window().findChild(ConsultaPage)
            if consulta is not None:
                consulta.show_estatus(Estatus.REGISTRADA)
        elif informativa is not None:
            from icsoe_desktop.gui.icsoe.informativa.page import InformativaPage

            page = self.window().findChild(InformativaPage)
            if page is not None:
                page.choose(informativa)

    def _act(self, tarea: Tarea) -> None:
        self._go(tarea.destino, tarea.objeto)

    def _draw(self, tablero: TableroContratista) -> None:
        self._reading = False
        self.banner.say("", "error")
        self.day.setText(palabras.long_day(tablero.hoy))
        self.informativa.show_state(tablero.informativa)
        people = tablero.sin_contrasena
        self.sin_contrasena.show_count(people, palabras.people(people), "warning")
        mails = tablero.correos
        waiting = mails.pendientes + mails.detenidos
        self.correos.show_count(waiting, palabras.mails(mails), "warning")
        near = len(tablero.proximos)
        spoken = counted(near, "cosa vencida o por vencer", "cosas vencidas o por vencer")
        self.vencen.show_count(near, spoken, "warning")
        self.tareas.show_rows(tuple(palabras.tareas_contratista(tablero)))
        self.equipo.show_state(mails=mails, backup=tablero.respaldo, knows_backup=True)
        self.linea.show_all(tablero.vencimientos, tablero.hoy)


class InformativaCard(TitledCard):
    """The period to present: its term, its state, and the way there."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("Informativa", parent)
        self.pill = PillLabel(self)
        self.head.insertWidget(1, self.pill.label, 0, Qt.AlignmentFlag.AlignVCenter)
        self.said = hint_label(palabras.COUNTING, self)
        self.sisub = hint_label("", self)
        self.button = ActionButton(GO, "", self, "primary")
        line = QHBoxLayout()
        texts = QVBoxLayout()
        texts.setSpacing(4)
        texts.addWidget(self.said)
        texts.addWidget(self.sisub)
        line.addLayout(texts, 1)
        line.addWidget(self.button)
        self.box.setSpacing(4)
        self.box.addLayout(line)

    def show_state(self, tablero: Tablero) -> None:
        periodo = tablero.periodo.nombre
        late = tablero.atrasados
        if tablero.sin_efectos:
            text = UNDONE.format(periodo=periodo)
            self.pill.show("Sin efectos", "deshabilitado", "neutral")
        elif tablero.presentada:
            text = PRESENTED.format(periodo=periodo)
            self.pill.show("Presentada", "correcto", "success")
        else:
            text = PENDING.format(periodo=periodo, plazo=tablero.plazo, estado=begun_text(tablero))
            said = tablero.urgencia.value
            if tablero.urgencia is Urgencia.AUN_NO:
                said = OPENS.format(dia=formats.day(tablero.periodo.abre))
            self.pill.show(said, *STATES[tablero.urgencia])
        if late:
            day = formats.day(late[0].vence(tablero.calendario))
            overdue = LATE.format(periodo=late[0].nombre, dia=day) + also_late(late)
            overdue = f"{overdue} {tablero.multa}"
            text = f"{overdue} {text}" if tablero.se_presenta else overdue
            self.pill.show(Urgencia.VENCIDO.value, *STATES[Urgencia.VENCIDO])
        self.said.setText(text)
        line, _role = sisub_line(tablero.sisub)
        self.sisub.setText(line.removesuffix(ASK_ACUSE))


def create(context: Context, parent: QWidget) -> Page:
    return TableroContratistaPage(context, parent)
