"""Reminders by mail of what ends, through the real outbox and a real SMTP server."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import chain

import pytest

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.vigencias.recordatorios import Recordatorios
from icsoe_desktop.domain.vigencias.vencimiento import Vencimiento
from icsoe_desktop.gateways.correo.plantillas import MailTemplates
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.bitacora.service import BitacoraService
from icsoe_desktop.services.correo.ajustes import AjustesService
from icsoe_desktop.services.correo.buzon import BuzonService
from icsoe_desktop.services.correo.envio import ResumenEnvio
from icsoe_desktop.services.vigencias.recordatorios import MAX_NAME, RecordatoriosService, _lines
from icsoe_desktop.services.vigencias.service import VigenciasService
from icsoe_desktop.store.engine import Store
from tests.conftest import Reloj
from tests.services.archivos_prueba import REGISTRO, RFC_MORAL
from tests.services.con_icsoe import moral as moral
from tests.services.con_icsoe import mundo as mundo
from tests.services.mundo import RFC_MORAL as RFC_CONTRATISTA
from tests.services.mundo import Mundo
from tests.services.vigencias.test_vigencias import vigencias as vigencias
from tests.support.smtp_real import PASSWORD, SmtpReal

ALMA, BETO = "alma@ejemplo.mx", "beto@ejemplo.mx"


class Caso:
    """The reminders of the machine's user, and what goes by its outbox."""

    def __init__(
        self, service: RecordatoriosService, buzon: BuzonService, sesion: Sesion, reloj: Reloj
    ) -> None:
        self.service, self.buzon, self.sesion, self.reloj = service, buzon, sesion, reloj

    def on(self, year: int, month: int, day: int) -> None:
        self.reloj.now = datetime(year, month, day, 18, tzinfo=UTC)

    def tell(self, *para: str, obligaciones: bool = False) -> None:
        self.service.save(self.sesion, Recordatorios(True, para, obligaciones=obligaciones))

    def send(self) -> ResumenEnvio:
        return self.buzon.send_due(NoProgress())


@pytest.fixture
def recordatorios(
    store: Store, bitacora: BitacoraService, vigencias: VigenciasService, buzon: BuzonService
) -> RecordatoriosService:
    return RecordatoriosService(store, bitacora, vigencias, buzon, MailTemplates())


@pytest.fixture
def caso(
    recordatorios: RecordatoriosService, buzon: BuzonService, sesion: Sesion, reloj: Reloj
) -> Caso:
    return Caso(recordatorios, buzon, sesion, reloj)


def text_of(smtp: SmtpReal, number: int = -1) -> str:
    body = smtp.received[number].message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


@pytest.mark.usefixtures("configured")
def test_nothing_is_sent_until_somebody_turns_them_on(
    recordatorios: RecordatoriosService, sesion: Sesion
) -> None:
    assert recordatorios.get(sesion) == (Recordatorios(), True)
    assert recordatorios.queue_due() == 0
    recordatorios.save(sesion, Recordatorios(True, (ALMA,)))
    assert recordatorios.queue_due() == 1
    recordatorios.save(sesion, Recordatorios(False, (ALMA,)))
    assert recordatorios.queue_due() == 0


def test_the_efirma_is_told_at_each_step_once_to_each_recipient(
    caso: Caso,
    store: Store,
    bitacora: BitacoraService,
    vigencias: VigenciasService,
    configured: SmtpReal,
) -> None:
    caso.tell(ALMA, BETO)  # it ends on 10 May 2028
    days = []
    start = datetime(2028, 3, 1, 18, tzinfo=UTC)
    # The days of the steps and those around them.
    near = (range(12), range(39, 42), range(54, 57), range(62, 65), range(68, 75))
    for number in chain(*near):
        caso.reloj.now = start + timedelta(days=number)
        # Each hour, and after each restart, somebody asks.
        again = RecordatoriosService(store, bitacora, vigencias, caso.buzon, MailTemplates())
        queued = again.queue_due() + caso.service.queue_due() + again.queue_due()
        if queued:
            days.append((caso.reloj.now.date().isoformat(), queued))
            assert caso.send().enviados == 2
    assert days == [
        ("2028-03-11", 2),
        ("2028-04-10", 2),
        ("2028-04-25", 2),
        ("2028-05-03", 2),
        ("2028-05-09", 2),
    ]
    assert {one.rcpt_to[0] for one in configured.received} == {ALMA, BETO}
    text = text_of(configured)
    assert "10/05/2028 · e.firma" in text
    assert "Renuévela ante el SAT" in text
    for number in (REGISTRO, REGISTRO[:10], RFC_MORAL, "Z990010110"):
        assert number not in text


def test_obligations_are_told_in_one_mail_a_day_and_may_be_left_out(
    caso: Caso, configured: SmtpReal
) -> None:
    caso.on(2026, 12, 10)
    caso.tell(ALMA, obligaciones=True)
    assert caso.service.queue_due() == 1
    caso.send()
    text = text_of(configured)
    assert "17/12/2026 · Cuotas del IMSS" in text
    assert "Modificaciones por salario mínimo" in text
    assert "cosas vencen pronto" in configured.received[0].message["Subject"]


def test_without_a_server_nothing_piles_up_and_the_step_comes_once_there_is_one(
    caso: Caso, ajustes: AjustesService, smtp: SmtpReal
) -> None:
    caso.on(2028, 5, 4)
    caso.tell(ALMA)
    assert caso.service.get(caso.sesion)[1] is False
    assert caso.service.queue_due() == 0
    assert caso.buzon.pending(caso.sesion) == ()
    ajustes.save_servidor_correo(caso.sesion, smtp.servidor(), PASSWORD)
    assert caso.service.queue_due() == 1


def test_a_mail_that_could_not_leave_in_time_is_not_sent_after_the_day(
    caso: Caso, configured: SmtpReal
) -> None:
    caso.on(2028, 5, 9)
    caso.tell(ALMA)
    caso.service.queue_due()
    caso.on(2028, 5, 12)
    assert caso.send().vencidos == 1
    assert configured.received == []


def test_a_contratista_has_its_own_reminders_of_its_own_things(
    caso: Caso, mundo: Mundo, moral: Sesion, configured: SmtpReal
) -> None:
    mundo.alta(moral)
    caso.service.save(moral, Recordatorios(True, (BETO,), obligaciones=False))
    assert caso.service.get(caso.sesion)[0] == Recordatorios()
    # The e.firma with which it entered ends on 10 May 2030; the REPSE of June 2025 in May 2028.
    caso.on(2028, 5, 28)
    assert caso.service.queue_due() == 1
    mundo.send(configured)
    text = text_of(configured)
    assert "31/05/2028 · Registro REPSE" in text
    assert "Liga" not in text
    assert RFC_CONTRATISTA not in text


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("N" * MAX_NAME, "N" * MAX_NAME),
        ("N" * (MAX_NAME + 1), "N" * (MAX_NAME - 1) + "…"),
        ("Uno\r\nDos\x07", "Uno Dos"),
    ],
    ids=["as long as fits", "longer", "with line ends"],
)
def test_a_name_in_a_mail_is_one_line_of_eighty_letters(name: str, told: str) -> None:
    one = Vencimiento("a", "e.firma", name, date(2026, 3, 2), date(2026, 3, 2), "Renuévela")
    assert _lines([one]) == f"02/03/2026 · e.firma, {told}: Renuévela"


@pytest.mark.usefixtures("configured")
def test_a_failure_between_two_recipients_queues_none_of_them(
    caso: Caso, monkeypatch: pytest.MonkeyPatch
) -> None:
    caso.on(2028, 5, 4)
    caso.tell(ALMA, BETO)
    enqueue, calls = caso.buzon.enqueue, []

    def fail_at_the_second(*args: object, **named: object) -> object:
        calls.append(1)
        if len(calls) == 2:
            raise ZeroDivisionError
        return enqueue(*args, **named)  # type: ignore[arg-type]

    with monkeypatch.context() as broken:
        broken.setattr(caso.buzon, "enqueue", fail_at_the_second)
        with pytest.raises(ZeroDivisionError):
            caso.service.queue_due()
    assert caso.buzon.pending(caso.sesion) == ()
    assert caso.service.queue_due() == 2
