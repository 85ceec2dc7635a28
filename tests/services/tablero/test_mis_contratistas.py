"""One board over the RFC of one contratista, each added with its own e.firma."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.icsoe.informativa import EstadoInformativa, TipoInformativa
from icsoe_desktop.domain.icsoe.periodo import Periodo
from icsoe_desktop.errors import InvalidInputError, UserFacingError
from icsoe_desktop.services.acceso.icsoe import NEVER_ENTERED, VALIDATE_FIRST
from icsoe_desktop.services.acceso.valores import VerificacionIngreso
from icsoe_desktop.services.bitacora.service import BitacoraService
from icsoe_desktop.services.informativa.service import InformativasService
from icsoe_desktop.services.tablero.contratistas import ALREADY, OWN, MisContratistasService
from icsoe_desktop.store.engine import Store
from tests.conftest import Reloj
from tests.gateways.certificados.generador import efirma_fisica, efirma_moral
from tests.services.con_icsoe import buzon_real as buzon_real
from tests.services.con_icsoe import moral as moral
from tests.services.con_icsoe import mundo as mundo
from tests.services.mundo import RFC_FISICA, RFC_MORAL, Mundo

MORAL, FISICA = (efirma_moral(), RFC_MORAL), (efirma_fisica(), RFC_FISICA)


@pytest.fixture
def reloj() -> Reloj:
    reloj = Reloj()
    reloj.now = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
    return reloj


@pytest.fixture
def service(store: Store, bitacora: BitacoraService, mundo: Mundo) -> MisContratistasService:
    return MisContratistasService(store, bitacora, mundo.acceso)


def proof(mundo: Mundo, who: tuple[object, str]) -> VerificacionIngreso:
    return mundo.acceso.verify(mundo.efirma(*who))  # type: ignore[arg-type]


def test_each_rfc_is_on_the_board_of_the_other_once_its_efirma_proved_it(
    mundo: Mundo,
    moral: Sesion,
    service: MisContratistasService,
    store: Store,
    bitacora: BitacoraService,
) -> None:
    assert [one.rfc for one in service.read(moral)] == [MORAL[1]]
    with pytest.raises(UserFacingError, match=NEVER_ENTERED[:30]):
        service.add(moral, proof(mundo, FISICA))
    fisica = mundo.fisica()
    # Who entered on the same machine is on nobody's board by that.
    assert len(service.read(moral)) == len(service.read(fisica)) == 1
    good = proof(mundo, FISICA)
    assert service.add(moral, good) == fisica.nombre
    with pytest.raises(InvalidInputError, match=VALIDATE_FIRST[:30]):
        service.add(moral, good)
    with pytest.raises(InvalidInputError, match=ALREADY[:20]):
        service.add(moral, proof(mundo, FISICA))
    with pytest.raises(InvalidInputError, match=OWN[:20]):
        service.add(moral, proof(mundo, MORAL))
    assert {one.rfc for one in service.read(fisica)} == {MORAL[1], FISICA[1]}
    # What was presented comes last, for both.
    informativas = InformativasService(store, bitacora)
    informativas.create(fisica, Periodo(2026, 3), TipoInformativa.SIN_INFORMACION)
    first, second = service.read(moral)
    assert {first.estado, second.estado} == {"Aún sin preparar", EstadoInformativa.REVISADA.value}
    assert first.sisub.startswith("vence el 18/01/2027")
    service.remove(moral, fisica.contratista_id)  # type: ignore[arg-type]
    assert len(service.read(moral)) == len(service.read(fisica)) == 1
