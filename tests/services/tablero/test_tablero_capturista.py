"""The Tablero of a capturista: each of her contratistas, what it asks and until when."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.icsoe.informativa import EstadoInformativa, TipoInformativa
from icsoe_desktop.domain.icsoe.periodo import Periodo, Urgencia
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.bitacora.service import BitacoraService
from icsoe_desktop.services.informativa.service import InformativasService
from icsoe_desktop.services.tablero.capturista import NOT_BEGUN, TableroCapturistaService
from icsoe_desktop.store.engine import Store
from tests.conftest import Reloj
from tests.services.con_icsoe import buzon_real as buzon_real
from tests.services.con_icsoe import fisica as fisica
from tests.services.con_icsoe import moral as moral
from tests.services.con_icsoe import mundo as mundo
from tests.services.mundo import BUENA, Mundo, curp_numero
from tests.support.smtp_real import SmtpReal

PERIODO = Periodo(2026, 3)


@pytest.fixture
def reloj() -> Reloj:
    reloj = Reloj()
    reloj.now = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
    return reloj


def test_it_says_what_each_contratista_asks_and_what_was_sent_back(
    store: Store,
    bitacora: BitacoraService,
    mundo: Mundo,
    moral: Sesion,
    buzon_real: SmtpReal,
    reloj: Reloj,
) -> None:
    mundo.alta(moral)
    mundo.activate(buzon_real)
    capturista = mundo.acceso.enter_capturista(curp_numero(0), BUENA)
    board, informativas = TableroCapturistaService(store), InformativasService(store, bitacora)
    (one,) = board.read(capturista)
    assert (one.id, one.periodo, one.estado, one.urgencia) == (
        moral.contratista_id,
        PERIODO,
        NOT_BEGUN,
        Urgencia.AUN_NO,
    )
    made = informativas.create(moral, PERIODO, TipoInformativa.SIN_INFORMACION)
    informativas.mark(moral, made, EstadoInformativa.LISTA, NoProgress())
    informativas.send_back(moral, made, "Falta un contrato")
    (one,) = board.read(capturista)
    assert (one.estado, one.nota) == ("En captura", f"{moral.nombre}: Falta un contrato")
    assert not one.hecha
    reloj.now = datetime(2027, 1, 20, 18, 0, tzinfo=UTC)
    (one,) = board.read(capturista)
    assert (one.periodo, one.urgencia) == (PERIODO, Urgencia.VENCIDO)
    # It hides no open window.
    reloj.now = datetime(2027, 5, 4, 18, 0, tzinfo=UTC)
    (one,) = board.read(capturista)
    for said in (one.plazo, one.sisub):
        assert said.startswith("venció el 18/01/2027")
        assert said.endswith("; enero–abril 2027 vence el 17/05/2027, faltan 13 días")
