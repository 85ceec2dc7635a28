"""Correos por enviar: what waits, why, and what one does about it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from icsoe_desktop.domain.correo import EstadoCorreo, MensajeCorreo
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.oficina.buzon.presenter import describe
from icsoe_desktop.gui.oficina.buzon.window import BuzonWindow
from icsoe_desktop.gui.oficina.correo.window import ServidorCorreoWindow
from icsoe_desktop.jobs import JobQueue
from icsoe_desktop.services.correo.envio import SERVER_MISSING, ResumenEnvio
from tests.conftest import Reloj
from tests.gui.conftest import press
from tests.support.smtp_real import PASSWORD, SmtpReal, free_port

Cells = list[list[str]]
Open = Callable[[], BuzonWindow]


@pytest.fixture
def open_window(context: Context, qtbot: QtBot) -> Open:
    def open_() -> BuzonWindow:
        window = context.shell.open("buzon", context.sesion)
        assert isinstance(window, BuzonWindow)
        qtbot.addWidget(window)
        qtbot.waitUntil(lambda: window._presenter.state.loaded)
        return window

    return open_


def enqueue(
    context: Context, para: str, asunto: str = "Aviso", *, entregable: bool = False
) -> None:
    mensaje = MensajeCorreo(para=para, asunto=asunto, texto="Un certificado vence.")
    with context.application.store.write() as db:
        context.application.buzon.enqueue(db, mensaje, entregable=entregable)


def cells(window: BuzonWindow, *columns: int) -> Cells:
    model = window.form.correos_table.model()
    return [
        [str(model.index(row, column).data()) for column in columns]
        for row in range(model.rowCount())
    ]


def choose(window: BuzonWindow, para: str) -> None:
    """By keyboard: the table goes to the row whose first cell begins so."""
    table = window.form.correos_table
    row = [line[0] for line in cells(window, 0)].index(para)
    table.setFocus()
    table.selectRow(row)


def send_and_wait(window: BuzonWindow, qtbot: QtBot, label: str) -> None:
    press(window, label)
    qtbot.waitUntil(lambda: not window.form.avance_bar.isVisible(), timeout=10_000)


def test_an_empty_outbox_says_what_belongs_there_and_f5_shows_what_came(
    open_window: Open, context: Context, configured: SmtpReal, qtbot: QtBot
) -> None:
    window = open_window()
    assert window.form.vacia_label.isVisible()
    assert window.empty.text.startswith("No hay correos en espera.")
    assert not window.form.sin_servidor_label.isVisible()
    assert not window.form.enviar_button.isEnabled()
    enqueue(context, "beto@ejemplo.mx")
    qtbot.keyClick(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: cells(window, 0) == [["beto@ejemplo.mx"]])


def test_without_a_server_it_says_so_and_leads_there(
    open_window: Open, context: Context, smtp: SmtpReal, qtbot: QtBot
) -> None:
    enqueue(context, "beto@ejemplo.mx")
    window = open_window()
    assert cells(window, 0, 1, 2, 3) == [["beto@ejemplo.mx", "Aviso", "Pendiente", SERVER_MISSING]]
    assert window.form.sin_servidor_label.isVisible()
    assert not window.form.enviar_button.isEnabled()
    press(window, "Servidor de correo…")
    server = window.findChild(ServidorCorreoWindow)
    assert isinstance(server, ServidorCorreoWindow)
    qtbot.waitUntil(server.isVisible)
    context.application.ajustes.save_servidor_correo(
        context.require_sesion(), smtp.servidor(), PASSWORD
    )
    server.reject()
    qtbot.waitUntil(lambda: not window.form.sin_servidor_label.isVisible())
    assert window.form.enviar_button.isEnabled()


def test_what_waits_is_sent_now_by_keyboard(
    open_window: Open, context: Context, configured: SmtpReal, qtbot: QtBot
) -> None:
    enqueue(context, "beto@ejemplo.mx")
    enqueue(context, "carla@ejemplo.mx")
    window = open_window()
    qtbot.keyClick(window, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.form.vacia_label.isVisible(), timeout=10_000)
    assert window.form.mensaje_label.text() == "Se enviaron 2 correos."
    assert [mail.rcpt_to for mail in configured.received] == [
        ["beto@ejemplo.mx"],
        ["carla@ejemplo.mx"],
    ]
    window.form.terminados_check.click()
    assert cells(window, 0, 2, 4) == [
        ["beto@ejemplo.mx", "Enviado", ""],
        ["carla@ejemplo.mx", "Enviado", ""],
    ]


def test_enviar_ahora_does_not_wait_for_the_next_turn(
    open_window: Open, context: Context, smtp: SmtpReal, reloj: Reloj, qtbot: QtBot
) -> None:
    application, sesion = context.application, context.require_sesion()
    server = smtp.servidor()
    smtp.answers["RCPT"] = "451 4.3.0 Try later"
    application.ajustes.save_servidor_correo(sesion, server, PASSWORD)
    enqueue(context, "beto@ejemplo.mx")
    window = open_window()
    send_and_wait(window, qtbot, "Enviar ahora")
    text = window.form.mensaje_label.text()
    assert text.startswith("1 correo sigue en espera. El servidor de correo pidió")
    qtbot.waitUntil(lambda: cells(window, 3)[0][0].startswith("El servidor de correo pidió"))
    waiting = application.buzon.pending(sesion)[0]
    assert waiting.proximo_intento is not None
    assert waiting.proximo_intento > reloj()
    del smtp.answers["RCPT"]
    send_and_wait(window, qtbot, "Enviar ahora")
    assert window.form.mensaje_label.text() == "Se envió 1 correo."
    assert len(smtp.received) == 1


def test_nobody_answering_keeps_the_mail_and_says_why(
    open_window: Open, context: Context, smtp: SmtpReal, qtbot: QtBot
) -> None:
    smtp.port = free_port()
    context.application.ajustes.save_servidor_correo(
        context.require_sesion(), smtp.servidor(), PASSWORD
    )
    enqueue(context, "beto@ejemplo.mx")
    window = open_window()
    send_and_wait(window, qtbot, "Enviar ahora")
    assert "no recibe correo en el puerto" in window.form.mensaje_label.text()
    qtbot.waitUntil(lambda: cells(window, 3) != [[""]])
    choose(window, "beto@ejemplo.mx")
    assert window.form.motivo_label.text() == f"Motivo: {cells(window, 3)[0][0]}"


def test_a_stopped_mail_is_tried_again_once_its_cause_is_gone(
    open_window: Open, context: Context, configured: SmtpReal, qtbot: QtBot
) -> None:
    configured.answers["RCPT"] = "550 5.1.1 No such user"
    enqueue(context, "beto@ejemplo.mx")
    window = open_window()
    send_and_wait(window, qtbot, "Enviar ahora")
    qtbot.waitUntil(lambda: cells(window, 2) == [["Detenido"]])
    assert not window.form.enviar_button.isEnabled()
    del configured.answers["RCPT"]
    choose(window, "beto@ejemplo.mx")
    send_and_wait(window, qtbot, "Reintentar")
    qtbot.waitUntil(lambda: window.form.vacia_label.isVisible())
    assert [mail.rcpt_to for mail in configured.received] == [["beto@ejemplo.mx"]]


def test_discarding_asks_first_and_drops_the_mail_for_good(
    open_window: Open,
    context: Context,
    configured: SmtpReal,
    message_box: Callable[[], QMessageBox],
    qtbot: QtBot,
) -> None:
    enqueue(context, "beto@ejemplo.mx", "Primero")
    enqueue(context, "carla@ejemplo.mx", "Segundo")
    window = open_window()
    assert not window.form.descartar_button.isEnabled()
    choose(window, "carla@ejemplo.mx")
    press(window, "Descartar…")
    box = message_box()
    assert "«Segundo» para carla@ejemplo.mx" in box.text()
    # Enter must not discard by accident.
    qtbot.keyClick(box, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not window.findChildren(QMessageBox))
    assert len(cells(window, 0)) == 2
    press(window, "Descartar…")
    press(message_box(), "Descartar correo")
    qtbot.waitUntil(lambda: cells(window, 0) == [["beto@ejemplo.mx"]])
    states = {
        correo.para: correo.estado
        for correo in context.application.buzon.pending(context.require_sesion())
    }
    assert states == {
        "beto@ejemplo.mx": EstadoCorreo.PENDIENTE,
        "carla@ejemplo.mx": EstadoCorreo.DESCARTADO,
    }


def test_the_chosen_mail_stays_chosen_when_its_state_changes(
    open_window: Open, context: Context, configured: SmtpReal, qtbot: QtBot
) -> None:
    enqueue(context, "beto@ejemplo.mx")
    enqueue(context, "carla@ejemplo.mx")
    window = open_window()
    window.form.terminados_check.click()
    choose(window, "carla@ejemplo.mx")
    send_and_wait(window, qtbot, "Enviar ahora")
    qtbot.waitUntil(lambda: cells(window, 2) == [["Enviado"], ["Enviado"]])
    chosen = window.table.selected()
    assert chosen is not None
    assert chosen.para == "carla@ejemplo.mx"
    assert not window.form.reintentar_button.isEnabled()


@pytest.mark.parametrize(
    ("resumen", "text"),
    [
        (ResumenEnvio(), "Ningún correo podía enviarse en este momento."),
        (ResumenEnvio(enviados=1), "Se envió 1 correo."),
        (
            ResumenEnvio(enviados=3, pospuestos=2, motivo="El servidor pidió esperar."),
            "Se enviaron 3 correos. 2 correos siguen en espera. El servidor pidió esperar.",
        ),
        (
            ResumenEnvio(detenidos=1, vencidos=1),
            "1 correo quedó detenido. 1 correo ya no servía.",
        ),
    ],
)
def test_a_round_in_words(resumen: ResumenEnvio, text: str) -> None:
    assert describe(resumen) == text


def test_an_answer_that_comes_after_the_window_is_closed_disturbs_nobody(
    context: Context, jobs: JobQueue, qtbot: QtBot
) -> None:
    gate = threading.Event()
    jobs.add(lambda _progress: gate.wait(10), lambda _outcome: None)
    window = context.shell.open("buzon", context.sesion)
    assert isinstance(window, BuzonWindow)
    qtbot.waitUntil(lambda: window._presenter._reading)
    window.close()
    qtbot.waitUntil(lambda: not isValid(window))
    gate.set()
    qtbot.waitUntil(lambda: not jobs.busy)
    QApplication.processEvents()


@pytest.mark.parametrize("opens", [True, False])
def test_a_mail_is_handed_to_the_own_mail_program(
    open_window: Open,
    context: Context,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    opens: bool,
) -> None:
    opened: list[Path] = []

    def open_url(url: QUrl) -> bool:
        opened.append(Path(url.toLocalFile()))
        return opens

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    enqueue(context, "beto@ejemplo.mx", entregable=True)
    window = open_window()
    choose(window, "beto@ejemplo.mx")
    press(window, "Abrir en mi programa de correo…")
    [question] = window.findChildren(QMessageBox)
    assert "le sirve a quien la tenga" in question.text()
    press(question, "Abrir")
    said = "Se entregó" if opens else "no tiene un programa de correo"
    qtbot.waitUntil(lambda: said in window.form.mensaje_label.text())
    assert opened[0].read_bytes().startswith(b"X-Unsent: 1")
    [mail] = context.application.buzon.pending(context.require_sesion())
    assert mail.estado is (EstadoCorreo.ENTREGADO if opens else EstadoCorreo.PENDIENTE)
    context.application.buzon.close()
    assert not opened[0].parent.exists()


def test_a_code_of_somebody_else_offers_no_mail_program(
    open_window: Open, context: Context
) -> None:
    enqueue(context, "beto@ejemplo.mx")
    window = open_window()
    choose(window, "beto@ejemplo.mx")
    assert window.form.descartar_button.isEnabled()
    assert not window.form.programa_button.isEnabled()
