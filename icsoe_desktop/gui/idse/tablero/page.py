"""The page Tablero: its cards and charts, and the reading of its figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Final

from PySide6.QtCore import QBuffer, QIODevice, Signal
from PySide6.QtGui import QImageWriter, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from icsoe_desktop.domain.acceso.sesion import Permiso, Sesion
from icsoe_desktop.domain.movimientos.movimiento import TipoMovimiento
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gui.base import assets
from icsoe_desktop.gui.base.presenter import StatePresenter
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.idse.tablero import palabras, resumen
from icsoe_desktop.gui.idse.tablero.palabras import FIGURES, Tarea
from icsoe_desktop.gui.idse.tablero.tarjetas import (
    CAPTURE,
    EquipoCard,
    LineaCard,
    PasosCard,
    TareasCard,
)
from icsoe_desktop.gui.kit import formats
from icsoe_desktop.gui.kit.cards import ChartCard, FigureCard, PageScroll
from icsoe_desktop.gui.kit.chart import Chart, Series
from icsoe_desktop.gui.kit.file_choice import NewFile, choose_new_file
from icsoe_desktop.gui.kit.notices import Banner, Toast
from icsoe_desktop.jobs import JobQueue
from icsoe_desktop.services.movimientos.valores import FiltroMovimientos
from icsoe_desktop.services.tablero.service import (
    Cifra,
    Cumplimiento,
    MesAvisos,
    TableroDiario,
    TableroService,
)


@dataclass(frozen=True)
class TableroState:
    """tablero: None until it was read once. months: empty until they were counted once.

    problem: why the last reading failed.
    """

    tablero: TableroDiario | None = None
    months: tuple[MesAvisos, ...] = ()
    reading: bool = False
    problem: str = ""


class TableroPresenter(StatePresenter[TableroState]):
    def __init__(self, service: TableroService, jobs: JobQueue, sesion: Sesion) -> None:
        super().__init__(jobs, TableroState())
        self._service = service
        self._sesion = sesion
        self._again = False

    def load(self) -> None:
        """Read it; while it is being read, once more after that."""
        self._again = self.state.reading
        if self._again:
            return
        self._show(reading=True)
        self.ask(
            lambda _progress: self._service.read(self._sesion), self._on_read, self._on_not_read
        )

    def _on_read(self, tablero: TableroDiario) -> None:
        # The figures first: the charts read more.
        self._show(tablero=tablero, problem="")
        self.ask(
            lambda _progress: self._service.months(self._sesion),
            self._on_counted,
            self._on_not_read,
        )

    def _on_counted(self, months: tuple[MesAvisos, ...]) -> None:
        self._show(months=months, reading=False)
        self._go_on()

    def _on_not_read(self, error: Exception) -> None:
        problem = error.message if isinstance(error, UserFacingError) else ""
        self._show(reading=False, problem=problem)
        self._fail_if_bug(error)
        self._go_on()

    def _go_on(self) -> None:
        if self._again:
            self.load()


IN_A_ROW: Final = 3
WIDE, NARROW = 3, 1
BESIDE = 900  # px at letters of 100 % that the two cards need beside each other
FIRST_PAGE: Final = "modulo/primera_pagina"
COPY_DAY, PRINT_DAY = "Copiar el día", "Imprimir el día"
COPY_TIP, PRINT_TIP = "Copia el resumen del día", "Imprime el resumen del día"
DAY_COPIED: Final = "Se copió el resumen del día. Péguelo en un correo o en Excel."

BY_KIND: Final = "Avisos por mes y tipo"
IN_TIME: Final = "En plazo contra tarde"
NOTHING_BY_KIND: Final = "Todavía no hay movimientos de los últimos doce meses."
NOTHING_IN_TIME: Final = "Todavía no hay avisos con día de recepción ni con el plazo terminado."
KIND_NOTE: Final = "Por la fecha del movimiento, sin los cancelados. Entrar abre los del mes."
IN_TIME_NOTE: Final = (
    "Los que recibió el IMSS y los que ya no alcanzan su plazo. Entrar abre los del mes."
)
_KINDS: Final = (
    (TipoMovimiento.ALTA, "Altas", "accent", False),
    (TipoMovimiento.MODIFICACION, "Modificaciones de salario", "info", False),
    (TipoMovimiento.BAJA, "Bajas", "neutral", True),
)
_TERMS: Final = (
    (Cumplimiento.EN_PLAZO, "accent", False),
    (Cumplimiento.EN_RIESGO, "warning", False),
    (Cumplimiento.TARDE, "error", True),
)


class TableroPage(QWidget):
    """Draws TableroState."""

    list_wanted = Signal(object, str)  # FiltroMovimientos, how the list is named
    lotes_wanted = Signal()
    window_wanted = Signal(str)  # key of the registry
    capture_wanted = Signal()
    correction_wanted = Signal()  # of the first one of the list that was asked for

    def __init__(self, presenter: TableroPresenter, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("tablero_page")
        self._presenter, self._context = presenter, context
        self.banner = Banner(self, "La &fecha es correcta")
        self.banner.button.clicked.connect(self._confirm_clock)
        # In the order of the Tab key.
        self.pasos = PasosCard(context.preferences, self)
        self.cards = {
            cifra: FigureCard(
                cifra.value, icon, hint, f"Alt+{at + 1}", partial(self.open, cifra), self
            )
            for at, (cifra, (icon, _tone, hint, _name)) in enumerate(FIGURES.items())
        }
        self.tareas = TareasCard(context.preferences, self, palabras.NOTHING_HINT)
        if context.require_sesion().can(Permiso.ESCRIBIR_MOVIMIENTOS):
            links = [
                self.tareas.add_link(COPY_DAY, "Ctrl+Shift+K", COPY_TIP, self._copy_day),
                self.tareas.add_link(PRINT_DAY, "Ctrl+P", PRINT_TIP, self._print_day),
            ]
            for one, following in pairwise([*links, self.tareas.view]):
                QWidget.setTabOrder(one, following)
        self.equipo = EquipoCard(context.shell, context.preferences, FIRST_PAGE, self)
        self.by_kind = self._chart_card(BY_KIND, NOTHING_BY_KIND, KIND_NOTE, ("Alt+7", "Alt+8"))
        self.in_time = self._chart_card(IN_TIME, NOTHING_IN_TIME, IN_TIME_NOTE, ("Alt+9", "Alt+0"))
        self.linea = LineaCard(self)
        self._lay_out()
        self.toast = Toast(self)
        self.pasos.wanted.connect(self._begin)
        self.tareas.wanted.connect(self._act)
        self.tareas.correction_wanted.connect(self._correct)
        self.linea.opened.connect(lambda: self.window_wanted.emit(palabras.VIGENCIAS))
        self._drawn = presenter.state
        self._draw_day(presenter.state.tablero, presenter.state.problem)
        presenter.changed.connect(self._draw)

    def focus(self) -> None:
        self.tareas.view.setFocus()

    def open(self, cifra: Cifra) -> None:
        """Ask for the list that the figure counts."""
        tablero = self._presenter.state.tablero
        if tablero is not None:
            name = FIGURES[cifra][3] if cifra in FIGURES else palabras.REJECTED_NAME
            filtro: FiltroMovimientos = cifra.filtro(tablero.hoy)
            self.list_wanted.emit(filtro, name)

    def save_picture(self, card: ChartCard, path: Path) -> None:
        png = _png(card)
        service = self._context.application.tablero
        self._context.ask(
            self,
            lambda _progress: service.save_picture(path, png),
            lambda _none: self.toast.say(palabras.SAVED.format(nombre=formats.short_name(path))),
        )

    def _lay_out(self) -> None:
        inside = QWidget(self)
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(16)
        layout.addWidget(self.banner)
        layout.addWidget(self.pasos)
        figures = QGridLayout()
        figures.setSpacing(12)
        for at, card in enumerate(self.cards.values()):
            figures.addWidget(card, at // IN_A_ROW, at % IN_A_ROW)
            figures.setColumnStretch(at % IN_A_ROW, 1)
        layout.addLayout(figures)
        self._below = QHBoxLayout()
        self._below.setSpacing(16)
        self._below.addWidget(self.tareas, WIDE)
        self._below.addWidget(self.equipo, NARROW)
        layout.addLayout(self._below)
        charts = QHBoxLayout()
        charts.setSpacing(16)
        charts.addWidget(self.by_kind, 1)
        charts.addWidget(self.in_time, 1)
        layout.addLayout(charts)
        layout.addWidget(self.linea)
        self.area = PageScroll(inside, layout, self)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.area)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """One card below the other where the tasks would lose their details."""
        super().resizeEvent(event)
        narrow = event.size().width() < assets.scaled(BESIDE)
        down, across = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        self._below.setDirection(down if narrow else across)

    def _chart_card(self, title: str, nothing: str, note: str, keys: tuple[str, str]) -> ChartCard:
        card = ChartCard(title, nothing, note, keys, self)
        card.opened.connect(self._open_month)
        card.picture_wanted.connect(lambda: self._choose_picture(card, title))
        return card

    def _open_month(self, at: int) -> None:
        month = self._presenter.state.months[at]
        self.list_wanted.emit(month.filtro, palabras.OF_MONTH.format(mes=month_name(month)))

    def _choose_picture(self, card: ChartCard, title: str) -> None:
        new = NewFile("Guardar la gráfica", "graficas", "Imagen (*.png)", f"{title}.png")
        choose_new_file(self, new, self._context.preferences, partial(self.save_picture, card))

    def _copy_day(self) -> None:
        def copy(found: resumen.Resumen) -> None:
            resumen.copy(found)
            self.toast.say(DAY_COPIED)

        self._read_day(copy)

    def _print_day(self) -> None:
        self._read_day(lambda found: resumen.print_it(found, self))

    def _read_day(self, then: Callable[[resumen.Resumen], object]) -> None:
        application, sesion = self._context.application, self._context.require_sesion()
        self._context.ask(self, lambda progress: resumen.read(application, sesion, progress), then)

    def _confirm_clock(self) -> None:
        reloj, sesion = self._context.application.reloj, self._context.require_sesion()
        self._context.ask(
            self,
            lambda _progress: reloj.answer(sesion, is_right=True),
            lambda _none: self._context.shell.data_arrived.emit(),
        )

    def _begin(self, where: str) -> None:
        if where == CAPTURE:
            self.capture_wanted.emit()
        else:
            self.window_wanted.emit(where)

    def _act(self, tarea: Tarea) -> None:
        match tarea.destino:
            case palabras.RECHAZADOS:
                self.open(Cifra.RECHAZADOS)
            case palabras.LOTES:
                self.lotes_wanted.emit()
            case key:
                self.window_wanted.emit(key)

    def _correct(self, tarea: Tarea) -> None:
        if tarea.destino == palabras.RECHAZADOS:
            self.open(Cifra.RECHAZADOS)
            self.correction_wanted.emit()

    def _draw(self, state: TableroState) -> None:
        # `changed` also tells that a reading began or ended: draw only what is new.
        before, self._drawn = self._drawn, state
        if state.tablero is not before.tablero or state.problem != before.problem:
            self._draw_day(state.tablero, state.problem)
        if state.months and state.months is not before.months:
            self.by_kind.show_chart(by_kind(state.months))
            self.in_time.show_chart(in_time(state.months))

    def _draw_day(self, tablero: TableroDiario | None, problem: str) -> None:
        if problem:
            self.banner.say(palabras.NOT_READ.format(motivo=problem), "error")
        elif tablero is not None:
            today = palabras.today_sentence(tablero.cifras[Cifra.HOY])
            self.banner.say(tablero.reloj or today, "error" if tablero.reloj else "warning")
        may = self._context.require_sesion().can(Permiso.ESCRIBIR_MOVIMIENTOS)
        self.banner.button.setVisible(may and tablero is not None and bool(tablero.reloj))
        for cifra, card in self.cards.items():
            count = None if tablero is None else tablero.cifras[cifra]
            spoken = palabras.COUNTING if count is None else formats.movements(count)
            card.show_count(count, spoken, FIGURES[cifra][1])
        self.tareas.show_rows(None if tablero is None else tuple(palabras.tareas(tablero)))
        if tablero is not None:
            self.pasos.show_steps(tablero.pasos)
            self.equipo.show_state(
                mails=tablero.correos,
                backup=tablero.respaldo,
                knows_backup=tablero.correos is not None,
            )
            self.linea.show_all(tablero.vencimientos, tablero.hoy)


def _png(card: ChartCard) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, b"png").write(card.bars.picture())
    return bytes(buffer.data().data())


def by_kind(months: tuple[MesAvisos, ...]) -> Chart:
    series = tuple(
        Series(name, ink, tuple(one.tipos[tipo] for one in months), hatched)
        for tipo, name, ink, hatched in _KINDS
    )
    return Chart(BY_KIND, _month_labels(months), _month_names(months), series)


def in_time(months: tuple[MesAvisos, ...]) -> Chart:
    series = tuple(
        Series(plazo.value, ink, tuple(one.plazos[plazo] for one in months), hatched)
        for plazo, ink, hatched in _TERMS
    )
    return Chart(IN_TIME, _month_labels(months), _month_names(months), series)


def _month_labels(months: tuple[MesAvisos, ...]) -> tuple[str, ...]:
    return tuple(formats.MONTHS[one.primero.month - 1][:3] for one in months)


def _month_names(months: tuple[MesAvisos, ...]) -> tuple[str, ...]:
    return tuple(month_name(one) for one in months)


def month_name(month: MesAvisos) -> str:
    return f"{formats.MONTHS[month.primero.month - 1].capitalize()} {month.primero.year}"
