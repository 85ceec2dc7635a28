"""The outbox empties itself while the program is open."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.correo import MensajeCorreo
from icsoe_desktop.gateways.correo.smtp import MailGateway
from icsoe_desktop.gui.inicio.outgoing_mail import EstadoEnvio, MailSender
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.correo.buzon import BuzonService
from icsoe_desktop.services.correo.envio import SERVER_MISSING, ResumenEnvio
from tests.support.smtp_real import PASSWORD, SmtpReal


class WatchedBuzon(BuzonService):
    """The real one, which also counts how many rounds run at once."""

    def __init__(self, application: Application) -> None:
        super().__init__(application.store, application.ajustes, MailGateway())
        self.rounds = 0
        self.at_once = 0
        self.most_at_once = 0
        self.gate = threading.Event()
        self.gate.set()
        self._lock = threading.Lock()

    def send_due(self, progress: Progress) -> ResumenEnvio:
        with self._lock:
            self.rounds += 1
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            assert self.gate.wait(10)
            return super().send_due(progress)
        finally:
            with self._lock:
                self.at_once -= 1


@pytest.fixture
def buzon(application: Application) -> WatchedBuzon:
    return WatchedBuzon(application)


@pytest.fixture
def sender(buzon: WatchedBuzon, qtbot: QtBot) -> Iterator[MailSender]:
    sender = MailSender(buzon)
    yield sender
    buzon.gate.set()
    assert sender.stop()


def enqueue(application: Application, para: str = "beto@ejemplo.mx") -> None:
    with application.store.write() as db:
        application.buzon.enqueue(
            db, MensajeCorreo(para=para, asunto="Aviso", texto="Mañana vence un certificado.")
        )


def test_what_waits_leaves_when_the_program_opens(
    sender: MailSender, application: Application, sesion: Sesion, smtp: SmtpReal, qtbot: QtBot
) -> None:
    application.ajustes.save_servidor_correo(sesion, smtp.servidor(), PASSWORD)
    enqueue(application)
    with qtbot.waitSignal(sender.changed) as changed:
        sender.start()
    assert changed.args == [EstadoEnvio()]
    assert [mail.rcpt_to for mail in smtp.received] == [["beto@ejemplo.mx"]]


def test_without_a_server_it_says_what_waits_and_why(
    sender: MailSender, application: Application, qtbot: QtBot
) -> None:
    enqueue(application)
    enqueue(application)
    with qtbot.waitSignal(sender.changed):
        sender.start()
    assert sender.state == EstadoEnvio(pendientes=2, motivo=SERVER_MISSING)
    assert sender.state.text == "2 correos por enviar"


def test_a_mail_that_the_server_refuses_is_counted_as_stopped(
    sender: MailSender, application: Application, sesion: Sesion, smtp: SmtpReal, qtbot: QtBot
) -> None:
    smtp.answers["RCPT"] = "550 5.1.1 No such user"
    application.ajustes.save_servidor_correo(sesion, smtp.servidor(), PASSWORD)
    enqueue(application)
    with qtbot.waitSignal(sender.changed):
        sender.nudge()
    assert (sender.state.pendientes, sender.state.detenidos) == (0, 1)
    assert sender.state.text == "1 correo detenido"


def test_rounds_never_overlap_and_a_nudge_in_between_is_not_lost(
    sender: MailSender, buzon: WatchedBuzon, qtbot: QtBot
) -> None:
    buzon.gate.clear()
    sender.nudge()
    qtbot.waitUntil(lambda: buzon.rounds == 1)
    sender._send()
    sender._send()
    buzon.gate.set()
    qtbot.waitUntil(lambda: buzon.rounds == 2)
    qtbot.waitUntil(lambda: buzon.at_once == 0)
    assert buzon.most_at_once == 1


def test_it_comes_round_by_itself(buzon: WatchedBuzon, qtbot: QtBot) -> None:
    sender = MailSender(buzon, interval_ms=20)
    sender.start()
    qtbot.waitUntil(lambda: buzon.rounds >= 3)
    assert sender.stop()


def test_stopping_lets_the_round_end_and_none_follows(buzon: WatchedBuzon, qtbot: QtBot) -> None:
    sender = MailSender(buzon, interval_ms=20)
    seen: list[EstadoEnvio] = []
    sender.changed.connect(seen.append)
    buzon.gate.clear()
    sender.start()
    qtbot.waitUntil(lambda: buzon.rounds == 1)
    threading.Timer(0.1, buzon.gate.set).start()
    assert sender.stop()
    assert buzon.at_once == 0
    sender.nudge()
    assert not any(timer.isActive() for timer in sender.findChildren(QTimer))
    QApplication.processEvents()
    assert (buzon.rounds, seen) == (1, [])


@pytest.mark.parametrize(
    ("state", "text"),
    [
        (EstadoEnvio(), ""),
        (EstadoEnvio(1), "1 correo por enviar"),
        (EstadoEnvio(3, 1), "3 correos por enviar, 1 correo detenido"),
        (EstadoEnvio(0, 2), "2 correos detenidos"),
    ],
)
def test_the_status_bar_reads(state: EstadoEnvio, text: str) -> None:
    assert state.text == text
