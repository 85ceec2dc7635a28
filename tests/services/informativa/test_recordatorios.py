"""Reminders of the return that is due, by mail."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from icsoe_desktop.domain.icsoe.informativa import EstadoInformativa, TipoInformativa
from icsoe_desktop.gateways.correo.plantillas import MailTemplates
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.informativa.recordatorios import queue_informativas
from tests.conftest import Reloj
from tests.domain.icsoe.informativas import PERIODO
from tests.services.informativa.conftest import Caso
from tests.services.mundo import PDF, Mundo
from tests.support.smtp_real import SmtpReal

Queue = Callable[[], int]


@pytest.fixture
def queue(mundo: Mundo) -> Queue:
    return lambda: queue_informativas(mundo.store, mundo.buzon, MailTemplates())


def at(reloj: Reloj, day: int, hour: int = 18) -> None:
    reloj.now = datetime(2027, 1, day, hour, tzinfo=UTC)


@pytest.mark.usefixtures("moral")
def test_a_reminder_goes_out_on_days_1_10_15_and_the_last_once_each(
    queue: Queue, mundo: Mundo, buzon_real: SmtpReal, reloj: Reloj
) -> None:
    assert queue() == 0  # November: the window is not open
    sent = []
    for day in range(1, 20):
        at(reloj, day)
        for _ in range(2):
            if queue():
                sent.append(day)
    assert sent == [1, 10, 15, 18]
    at(reloj, 18)
    (mail,) = mundo.send(buzon_real)[-1:]
    text = str(mail.get_body().get_content())  # type: ignore[union-attr]
    assert mail["To"] == "contratista@ejemplo.mx"
    assert "18/01/2027" in mail["Subject"]
    assert "septiembre–diciembre 2026" in text
    assert "sin preparar" in text


@pytest.mark.usefixtures("moral", "buzon_real")
def test_a_day_without_the_program_is_made_up_for(queue: Queue, reloj: Reloj) -> None:
    at(reloj, 12)
    assert queue() == 1
    at(reloj, 14)
    assert queue() == 0
    at(reloj, 17)
    assert queue() == 1


@pytest.mark.usefixtures("buzon_real")
def test_what_is_presented_is_not_reminded_of(caso: Caso, queue: Queue, tmp_path: Path) -> None:
    informativa = caso.informativas.create(caso.moral, PERIODO, TipoInformativa.SIN_INFORMACION)
    caso.informativas.mark(caso.moral, informativa, EstadoInformativa.LISTA, NoProgress())
    at(caso.reloj, 2)
    assert queue() == 1
    at(caso.reloj, 5)
    acuse = tmp_path / "acuse.pdf"
    acuse.write_bytes(PDF)
    caso.informativas.save_acuse(
        caso.moral, informativa, acuse, folio="SI1", presentada=caso.reloj.now, contratos=0
    )
    at(caso.reloj, 15)
    assert queue() == 0


@pytest.mark.usefixtures("moral")
def test_without_a_mail_server_nothing_piles_up(queue: Queue, reloj: Reloj) -> None:
    at(reloj, 10)
    assert queue() == 0
