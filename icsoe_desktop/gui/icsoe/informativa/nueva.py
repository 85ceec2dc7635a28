"""Nueva Informativa: its period, its kind, and whether to begin with the contracts of the last."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QWidget

from icsoe_desktop.domain.icsoe.informativa import EstadoInformativa, TipoInformativa
from icsoe_desktop.domain.icsoe.periodo import PRIMER_EJERCICIO, Periodo
from icsoe_desktop.gui.forms.ui_nueva_informativa import Ui_NuevaInformativaForm
from icsoe_desktop.gui.kit.fields import show_message
from icsoe_desktop.services.informativa.valores import Tablero

CUATRIMESTRES = {1: "1 · enero–abril", 2: "2 · mayo–agosto", 3: "3 · septiembre–diciembre"}
WINDOW = "Se presenta del {abre} al {vence}."


class NuevaInformativaDialog(QDialog):
    wanted = Signal(object, object, bool)  # Periodo, TipoInformativa, copiar

    def __init__(self, tablero: Tablero, parent: QWidget) -> None:
        super().__init__(parent)
        self.form = Ui_NuevaInformativaForm()
        self.form.setupUi(self)
        self._tablero = tablero
        form = self.form
        for number, text in CUATRIMESTRES.items():
            form.cuatrimestre_combo.addItem(text, number)
        for tipo in TipoInformativa:
            form.tipo_combo.addItem(
                f"Complementaria: {tipo}" if tipo.es_complementaria else str(tipo), tipo
            )
        for year in range(tablero.periodo.ejercicio + 1, PRIMER_EJERCICIO - 1, -1):
            form.ejercicio_combo.addItem(str(year), year)
        form.ejercicio_combo.setCurrentText(str(tablero.periodo.ejercicio))
        form.cuatrimestre_combo.setCurrentIndex(tablero.periodo.cuatrimestre - 1)
        presented = any(
            fila.periodo == tablero.periodo and fila.estado is EstadoInformativa.PRESENTADA
            for fila in tablero.filas
        )
        if presented:
            form.tipo_combo.setCurrentIndex(list(TipoInformativa).index(TipoInformativa.CORRECCION))
        form.ejercicio_combo.currentIndexChanged.connect(lambda _at: self._draw())
        form.cuatrimestre_combo.currentIndexChanged.connect(lambda _at: self._draw())
        form.tipo_combo.currentIndexChanged.connect(lambda _at: self._draw())
        form.crear_button.clicked.connect(self._create)
        form.cancelar_button.clicked.connect(self.reject)
        self.finished.connect(self.deleteLater)
        self._draw()
        form.ejercicio_combo.setFocus()

    @property
    def periodo(self) -> Periodo:
        number = int(self.form.cuatrimestre_combo.currentData())
        return Periodo(int(self.form.ejercicio_combo.currentData()), number)

    @property
    def tipo(self) -> TipoInformativa:
        return TipoInformativa(self.form.tipo_combo.currentData())

    def _draw(self) -> None:
        form, periodo = self.form, self.periodo
        vence = periodo.vence(self._tablero.calendario)
        text = WINDOW.format(abre=f"{periodo.abre:%d/%m/%Y}", vence=f"{vence:%d/%m/%Y}")
        show_message(form.plazo_label, text, "hint")
        show_message(form.error_label, "")
        earlier = any(fila.periodo < periodo and fila.contratos for fila in self._tablero.filas)
        form.copiar_check.setEnabled(earlier and self.tipo is TipoInformativa.NORMAL)
        if not form.copiar_check.isEnabled():
            form.copiar_check.setChecked(False)

    def _create(self) -> None:
        self.wanted.emit(self.periodo, self.tipo, self.form.copiar_check.isChecked())
        self.accept()
