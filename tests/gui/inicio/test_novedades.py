"""A newer version is looked for once a day, and offered in the status bar."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from icsoe_desktop.domain.actualizacion import Actualizacion, Instalacion
from icsoe_desktop.domain.politicas.valores import FuenteActualizaciones
from icsoe_desktop.gateways.actualizaciones import ActualizacionesGateway
from icsoe_desktop.gui.base.shell import Context, Shell
from icsoe_desktop.gui.inicio.acerca.window import AcercaWindow
from icsoe_desktop.gui.inicio.background import DAY_S, UpdateWatch
from icsoe_desktop.gui.inicio.status_bar import StatusPanel
from icsoe_desktop.services.actualizaciones import ActualizacionesService
from tests.conftest import Reloj
from tests.gateways.test_actualizaciones import Descargas, certificado, descargas
from tests.support.smtp_real import Certificado

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
    service = dataclasses.replace(
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
