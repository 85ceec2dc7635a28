"""Vigencias: the table, its filter, the time line and its description."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QMessageBox, QToolButton, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from icsoe_desktop.domain.acceso.sesion import SESION_CONSULTA
from icsoe_desktop.domain.vigencias.recordatorios import Recordatorios
from icsoe_desktop.domain.vigencias.vencimiento import Vencimiento
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.inicio.status_bar import StatusPanel
from icsoe_desktop.gui.oficina.vigencias.dialogos import RecordatoriosDialog, VigiladosDialog
from icsoe_desktop.gui.oficina.vigencias.window import (
    CALM,
    LOW,
    REGISTROS,
    VigenciasWindow,
    summary,
)
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.certificados.valores import CertificadoElegido
from tests.conftest import Reloj
from tests.gateways.certificados.generador import csd, nueva_llave
from tests.gui.conftest import press
from tests.services.archivos_prueba import CLAVE, RAZON_SOCIAL, REGISTRO, RFC_MORAL, Archivos


class WordsWhenShown(QObject):
    def __init__(self, button: QToolButton) -> None:
        super().__init__(button)
        self.words: list[str] = []
        button.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QToolButton):
            self.words.append(watched.text())
        return False


@pytest.fixture
def window(context: Context, qtbot: QtBot, reloj: Reloj) -> VigenciasWindow:
    reloj.now = datetime(2026, 11, 22, 18, tzinfo=UTC)
    found = context.shell.open("vigencias", context.sesion)
    assert isinstance(found, VigenciasWindow)
    qtbot.addWidget(found)
    qtbot.waitUntil(lambda: found.table.model.rowCount() > 10)
    return found


def test_the_line_says_in_words_what_it_draws(window: VigenciasWindow) -> None:
    text = window.linea.accessibleDescription()
    assert "ene 2027: " in text
    assert "Modificaciones por salario mínimo, día 8" in text
    picture = window.linea.grab().toImage()
    colors = {
        picture.pixelColor(x, y).name()
        for x in range(0, picture.width(), 2)
        for y in range(0, picture.height(), 2)
    }
    assert len(colors) > 3


def test_a_mark_of_the_line_says_what_ends_there(window: VigenciasWindow) -> None:
    line = window.linea
    first = line._found[0]
    at = line._x(first.ultimo)
    named = f"{first.ultimo:%d/%m/%Y}: {first.que}, {first.de_quien}"
    assert named in line.names_at(at).split("\n")
    place = QPoint(round(at), line.height() // 2)
    QApplication.sendEvent(line, QHelpEvent(QEvent.Type.ToolTip, place, line.mapToGlobal(place)))
    assert first.que in QToolTip.text()
    assert line.names_at(-100) == ""
    QToolTip.hideText()


def test_the_table_is_filtered_by_words_and_by_state(window: VigenciasWindow) -> None:
    form, model = window.form, window.table.model
    everything = model.rowCount()
    form.texto_edit.setText("salario minimo")
    assert [model.row(at).uno.que for at in range(model.rowCount())] == [
        "Modificaciones por salario mínimo"
    ]
    form.texto_edit.clear()
    form.estado_combo.setCurrentText("Por vencer")
    assert 0 < model.rowCount() < everything
    assert "con fecha en los próximos 60 días" in form.resumen_label.text()
    assert form.vigencias_table.isColumnHidden(REGISTROS), "none of them has one"


def test_what_to_do_with_the_chosen_one_is_read_whole_under_the_table(
    window: VigenciasWindow,
) -> None:
    form, model = window.form, window.table.model
    assert form.que_hacer_label.text() == f"Qué hacer: {model.row(0).uno.que_hacer}"
    form.vigencias_table.selectRow(3)
    assert form.que_hacer_label.text() == f"Qué hacer: {model.row(3).uno.que_hacer}"
    form.texto_edit.setText("nada que se llame así")
    assert form.que_hacer_label.isHidden()
    form.texto_edit.setText("salario minimo")
    assert form.que_hacer_label.text() == f"Qué hacer: {model.row(0).uno.que_hacer}"


def test_the_calendar_and_the_workbook_are_saved(
    window: VigenciasWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    window.save_calendar(tmp_path / "vigencias.ics")
    qtbot.waitUntil(lambda: "vigencias.ics" in window.form.mensaje_label.text())
    window.save_excel(tmp_path / "vigencias.xlsx")
    qtbot.waitUntil(lambda: "vigencias.xlsx" in window.form.mensaje_label.text())
    assert (tmp_path / "vigencias.ics").read_bytes().startswith(b"BEGIN:VCALENDAR")


def test_the_status_bar_tells_while_something_is_lost_or_near_and_opens_the_table(
    context: Context, qtbot: QtBot, reloj: Reloj, archivos: Archivos
) -> None:
    application, sesion = context.application, context.require_sesion()
    bar = QWidget()
    qtbot.addWidget(bar)
    bar.show()
    panel = StatusPanel(context.shell, bar)
    panel.show()
    shown = WordsWhenShown(panel.vigencias_button)
    panel.show_sesion(sesion)
    panel._look_at_vigencias()
    qtbot.waitUntil(lambda: not context.jobs.busy)
    assert panel.vigencias_button.isHidden(), "obligations alone are no news"
    registro = application.registros_patronales.add(
        sesion, registro_patronal=REGISTRO, razon_social=RAZON_SOCIAL, rfc=RFC_MORAL
    )
    application.certificados._verificador = archivos.verificador()
    application.certificados.save(
        sesion, CertificadoElegido(registro.id, archivos.pfx(), None, "usuario123", CLAVE)
    )
    reloj.now = datetime(2026, 11, 22, 18, tzinfo=UTC)
    context.shell.data_arrived.emit()
    qtbot.waitUntil(lambda: not panel.vigencias_button.isHidden())
    assert panel.vigencias_button.text() == "Vigencias: 1 ya no sirve o venció"
    assert shown.words == ["Vigencias: 1 ya no sirve o venció"], (
        "it is laid out as wide as they are then"
    )
    reloj.now = datetime(2026, 10, 1, 18, tzinfo=UTC)
    # A window over this one closed: what was done there may have changed it.
    QApplication.sendEvent(bar, QEvent(QEvent.Type.WindowActivate))
    qtbot.waitUntil(lambda: panel.vigencias_button.text() == "Vigencias: 1 por vencer")


def reminders(window: VigenciasWindow, qtbot: QtBot) -> RecordatoriosDialog:
    before = len(window.findChildren(RecordatoriosDialog))
    press(window, "Recordatorios…")
    qtbot.waitUntil(lambda: len(window.findChildren(RecordatoriosDialog)) > before)
    dialog = window.findChildren(RecordatoriosDialog)[-1]
    qtbot.waitUntil(dialog.isVisible)
    return dialog


def test_reminders_are_off_and_turned_on_with_somebody_to_tell(
    window: VigenciasWindow, context: Context, qtbot: QtBot
) -> None:
    dialog = reminders(window, qtbot)
    form = dialog.form
    assert not form.activos_check.isChecked()
    assert "Falta el servidor de correo" in form.mensaje_label.text()
    form.activos_check.setChecked(True)
    press(dialog, "Guardar")
    assert form.para_error.text().startswith("Escriba a quién")
    form.para_edit.setText("alma@ejemplo.mx, beto@ejemplo.mx")
    form.obligaciones_check.setChecked(False)
    press(dialog, "Guardar")
    qtbot.waitUntil(lambda: "se guardaron" in window.form.mensaje_label.text())
    service = context.application.recordatorios
    assert service.get(context.require_sesion())[0] == Recordatorios(
        True, ("alma@ejemplo.mx", "beto@ejemplo.mx"), False
    )
    again = reminders(window, qtbot)
    assert again.form.para_edit.text() == "alma@ejemplo.mx, beto@ejemplo.mx"
    assert not again.unsaved


def test_in_an_office_the_window_says_to_turn_them_on_once(
    window: VigenciasWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Application, "is_sharing", True)
    dialog = reminders(window, qtbot)
    assert "actívelos en uno solo" in dialog.form.mensaje_label.text()


def test_who_only_looks_has_no_reminders(context: Context, qtbot: QtBot) -> None:
    found = context.shell.open("vigencias", SESION_CONSULTA)
    assert isinstance(found, VigenciasWindow)
    qtbot.addWidget(found)
    qtbot.waitUntil(lambda: found.table.model.rowCount() > 10)
    assert not found.form.recordatorios_button.isVisible()


def test_a_csd_is_added_with_leave_seen_in_the_list_and_withdrawn(
    window: VigenciasWindow, context: Context, qtbot: QtBot, tmp_path: Path, archivos: Archivos
) -> None:
    path = tmp_path / "sello.cer"
    path.write_bytes(archivos.emisora.emitir(csd(), nueva_llave()))
    context.application.vigilados._verificador = archivos.verificador()
    press(window, "Certificados…")
    [dialog] = window.findChildren(VigiladosDialog)
    qtbot.waitUntil(dialog.isVisible)
    press(dialog, "Agregar certificado…")
    assert "Marque que permite" in dialog.form.permiso_error.text()
    dialog.form.permiso_check.setChecked(True)
    dialog.add(path)
    qtbot.waitUntil(lambda: dialog.table.model.rowCount() == 1)
    assert dialog.form.mensaje_label.text() == "El certificado se guardó: vence el 10/05/2028."
    qtbot.waitUntil(lambda: any("Sello Digital" in fila.uno.que for fila in window._filas))
    dialog.form.vigilados_table.selectRow(0)
    press(dialog, "Quitar…")
    [question] = dialog.findChildren(QMessageBox)
    press(question, "Quitar")
    qtbot.waitUntil(lambda: dialog.table.model.rowCount() == 0)
    assert context.application.vigilados.all(context.require_sesion()) == ()
    qtbot.waitUntil(lambda: not any("Sello Digital" in fila.uno.que for fila in window._filas))


def test_what_is_overdue_is_not_called_calm() -> None:
    hoy = date(2027, 2, 1)

    def owed(days: int, perdido: str = "") -> Vencimiento:
        day = hoy + timedelta(days)
        return Vencimiento("a", "ICSOE", "", day, day, "", perdido=perdido, obligacion=True)

    assert summary((), hoy) == (CALM, "hint")
    assert summary((owed(6),), hoy) == (
        "1 obligación con fecha en los próximos 60 días.", "hint",
    )  # fmt: skip
    assert summary((owed(-14, "Vencida"), owed(-137, "Vencida"), owed(6)), hoy) == (
        "2 obligaciones vencieron y no tienen acuse. "
        "1 obligación con fecha en los próximos 60 días.",
        "warning",
    )


def test_a_low_window_gives_the_room_of_the_line_to_the_rows(window: VigenciasWindow) -> None:
    for height, shown in ((2 * LOW, True), (LOW // 2, False), (2 * LOW, True)):
        window.resize(window.width(), height)
        assert window.form.linea_panel.isVisibleTo(window) is shown
