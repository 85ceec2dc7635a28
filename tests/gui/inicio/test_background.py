"""Work behind the windows: mails that leave, newer versions."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow
from pytestqt.qtbot import QtBot

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.actualizacion import Actualizacion, Instalacion
from icsoe_desktop.domain.correo import MensajeCorreo
from icsoe_desktop.domain.politicas.valores import FuenteActualizaciones
from icsoe_desktop.gateways.actualizaciones import ActualizacionesGateway
from icsoe_desktop.gateways.correo.smtp import MailGateway
from icsoe_desktop.gui.base.shell import Context, Shell
from icsoe_desktop.gui.inicio.acerca.window import AcercaWindow
from icsoe_desktop.gui.inicio.background import DAY_S, UpdateWatch
from icsoe_desktop.gui.inicio.outgoing_mail import EstadoEnvio, MailSender
from icsoe_desktop.gui.inicio.status_bar import StatusPanel
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.actualizaciones import ActualizacionesService
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.correo.buzon import BuzonService
from icsoe_desktop.services.correo.envio import SERVER_MISSING, ResumenEnvio
from tests.conftest import Reloj
from tests.gateways.test_actualizaciones import Descargas, certificado, descargas
from tests.support.servicios import with_services
from tests.support.smtp_real import PASSWORD, Certificado, SmtpReal


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


__all__ = ["certificado", "descargas"]

Watching = Callable[[FuenteActualizaciones | None], UpdateWatch]


@pytest.fixture
def watching(context: Context, certificado: Certificado, reloj: Reloj) -> Iterator[Watching]:
    watches: list[UpdateWatch] = []

    def watch(fuente: FuenteActualizaciones | None) -> UpdateWatch:
        service = ActualizacionesService(
            ActualizacionesGateway(certificado.trusting), fuente, context.folder.updates, "1.0.0"
        )
        watches.append(UpdateWatch(service, context.preferences, now=lambda: reloj.now.timestamp()))
        return watches[-1]

    yield watch
    for one in watches:
        one.stop()


def test_without_an_administrators_word_nobody_is_asked(
    watching: Watching, descargas: Descargas, qtbot: QtBot
) -> None:
    watch = watching(None)
    watch.start()
    qtbot.wait(100)
    assert len(descargas.asked) == 0


def test_the_newest_is_asked_for_once_a_day(
    watching: Watching, descargas: Descargas, reloj: Reloj, context: Context, qtbot: QtBot
) -> None:
    descargas.announce("1.0.0")
    watch = watching(descargas.fuente)
    watch.start()
    qtbot.waitUntil(lambda: context.preferences.get("actualizaciones/buscado") != "")
    assert len(descargas.asked) == 1

    reloj.advance(seconds=DAY_S - 1)
    watch.look()
    qtbot.wait(100)
    assert len(descargas.asked) == 1

    reloj.advance(seconds=1)
    watch.look()
    qtbot.waitUntil(lambda: len(descargas.asked) == 2)


def test_a_clock_that_was_set_back_does_not_stop_the_looking(
    watching: Watching, descargas: Descargas, reloj: Reloj, context: Context, qtbot: QtBot
) -> None:
    descargas.announce("1.0.0")
    reloj.advance(days=3650)
    watch = watching(descargas.fuente)
    watch.start()
    qtbot.waitUntil(lambda: context.preferences.get("actualizaciones/buscado") != "")

    reloj.advance(days=-3650)
    watch.look()
    qtbot.waitUntil(lambda: len(descargas.asked) == 2)


def test_a_server_that_does_not_answer_disturbs_nobody(
    watching: Watching, descargas: Descargas, qtbot: QtBot
) -> None:
    found: list[Actualizacion] = []
    watch = watching(descargas.fuente)  # nothing is announced there
    watch.found.connect(found.append)
    watch.start()
    qtbot.waitUntil(lambda: len(descargas.asked) == 1)
    watch.stop()
    assert found == []


def test_a_newer_one_is_offered_in_the_status_bar_and_by_acerca(
    watching: Watching, descargas: Descargas, shell: Shell, context: Context, qtbot: QtBot
) -> None:
    main = QMainWindow()
    qtbot.addWidget(main)
    panel = StatusPanel(shell, main)
    main.statusBar().addPermanentWidget(panel)
    main.show()
    assert not panel.version_button.isVisible()

    descargas.announce("1.0.1")
    watch = watching(descargas.fuente)
    watch.found.connect(shell.offer_version)
    watch.start()

    qtbot.waitUntil(panel.version_button.isVisible)
    assert panel.version_button.text() == "Hay una versión nueva: 1.0.1"
    service = with_services(
        context.application,
        actualizaciones=ActualizacionesService(
            ActualizacionesGateway(),
            descargas.fuente,
            context.folder.updates,
            "1.0.0",
            Instalacion.USUARIO,
        ),
    )
    shell.application = service
    panel.version_button.setFocus()
    QTest.keyClick(panel.version_button, Qt.Key.Key_Space)
    acerca = next(w for w in main.findChildren(AcercaWindow))
    assert acerca.form.actualizar_button.text() == "&Descargar e instalar"
    assert acerca.form.actualizacion_label.text().startswith("Hay una versión nueva: 1.0.1.")
    acerca.close()
