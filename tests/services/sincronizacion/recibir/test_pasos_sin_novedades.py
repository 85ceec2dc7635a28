"""What a round asks of the server when nothing happens, and what makes it ask for more."""

from __future__ import annotations

import pytest

from icsoe_desktop.domain.sincronizacion.records import KEYS_COLLECTION, RecordCollection
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.services.bitacora.service import BitacoraService
from icsoe_desktop.services.sincronizacion import sync_round as round_module
from icsoe_desktop.services.sincronizacion.answers import RolOficina
from icsoe_desktop.services.sincronizacion.recibir import reception
from icsoe_desktop.services.sincronizacion.recibir.integration import RecordIntegration
from icsoe_desktop.services.sincronizacion.service import SincronizacionService
from icsoe_desktop.store.tables.icsoe import ContratistaRow
from icsoe_desktop.store.tables.registros import RegistroPatronalRow
from icsoe_desktop.store.tables.sincronizacion import CursorRow
from tests.services.sincronizacion.conftest import Abrir
from tests.services.sincronizacion.equipos import QUIET, Equipo, open_again
from tests.services.sincronizacion.servidor_memoria import Memoria
from tests.services.sincronizacion.test_pasos import CURP, meet

RFC = "OFI010101AB1"
ONE_A_COLLECTION = sorted(f"page {one}" for one in (KEYS_COLLECTION, *RecordCollection))


def quiet(memoria: Memoria, *equipos: Equipo) -> None:
    """Everybody has met, and the last writing is more than a minute old."""
    memoria.ahora_ms += 100_000
    meet(*equipos)
    for equipo in equipos:
        equipo.round()
    memoria.peticiones.clear()


def asked(memoria: Memoria) -> list[str]:
    found, memoria.peticiones = sorted(memoria.peticiones), []
    return found


def test_a_round_without_news_costs_one_request_a_collection(
    uno: Equipo, dos: Equipo, memoria: Memoria
) -> None:
    uno.add_contratista(RFC)
    quiet(memoria, uno, dos)
    for equipo in (uno, dos):
        assert equipo.round().motivo == ""
        assert asked(memoria) == ONE_A_COLLECTION
    assert memoria.abiertos == 0


def test_what_the_last_minute_brings_again_costs_neither_requests_nor_work(
    uno: Equipo, dos: Equipo, memoria: Memoria, monkeypatch: pytest.MonkeyPatch
) -> None:
    uno.add_contratista(RFC)
    meet(uno, dos)
    memoria.peticiones.clear()

    def integrate(*_: object, **__: object) -> bool:
        raise AssertionError("merged again")

    with monkeypatch.context() as patch:
        patch.setattr(RecordIntegration, "integrate", integrate)
        for equipo in (uno, dos):
            assert equipo.round().motivo == ""
            assert asked(memoria) == ONE_A_COLLECTION
    # All of it did come, and what is new among it is merged.
    assert memoria.registros["contratistas"]
    dos.add_contratista("OFI020202AB2")
    meet(dos, uno)
    assert uno.count("contratistas") == 2


def test_every_hour_and_after_a_failure_a_round_asks_for_everything(
    uno: Equipo, memoria: Memoria, monkeypatch: pytest.MonkeyPatch
) -> None:
    quiet(memoria, uno)
    with monkeypatch.context() as patch:
        patch.setattr(round_module, "LOOK_EVERY_S", 0.0)
        uno.round()
        assert {"roles", "office"} < set(asked(memoria))
    memoria.caido = True
    assert uno.round().motivo
    memoria.caido = False
    memoria.peticiones.clear()
    uno.round()
    assert {"roles", "office"} < set(asked(memoria))
    uno.round()
    assert asked(memoria) == ONE_A_COLLECTION
    assert memoria.abiertos == 0


def test_a_desktop_made_to_read_only_and_back_is_told_in_the_next_round(
    uno: Equipo, dos: Equipo, memoria: Memoria
) -> None:
    quiet(memoria, uno, dos)
    memoria.papeles["dos"] = RolOficina.CONSULTA
    dos.add_contratista(RFC)
    assert "sólo puede consultar" in dos.round().motivo
    assert not dos.sync.state().detenida
    memoria.papeles["dos"] = RolOficina.MIEMBRO
    said = dos.round()
    assert (said.motivo, said.enviados) == ("", 1)


def test_a_server_that_went_back_is_noticed_without_asking_for_its_generation(
    uno: Equipo, dos: Equipo, memoria: Memoria
) -> None:
    first = uno.add_contratista(RFC)
    quiet(memoria, uno, dos)
    restore = memoria.photo()
    uno.change(ContratistaRow, first, celular="5551111111")
    quiet(memoria, uno, dos)
    restore()
    memoria.generacion = "g2"
    dos.round()
    assert "office" in asked(memoria)
    uno.round()
    meet(uno, dos)
    with_it = [one.get(ContratistaRow, first, "celular") for one in (uno, dos)]
    assert with_it == [("5551111111",)] * 2
    assert len(memoria.registros["contratistas"]) == 1
    assert uno.conflicts() == ()


def test_an_invitation_to_another_server_than_the_administrators_is_refused(
    uno: Equipo, abrir: Abrir, memoria: Memoria
) -> None:
    invitacion = uno.sync.miembros.invite(uno.sesion, "dos", "2", RolOficina.MIEMBRO, QUIET)
    dos = abrir("dos")

    def service(direccion: str) -> SincronizacionService:
        bitacora = BitacoraService(dos.store)
        return SincronizacionService(
            dos.store, bitacora, memoria.conectar, lambda *_: (), direccion
        )

    for other in ("https://despacho.mx/v1", "https://ejemplo.mx.otro.mx", "https://ejemplo.mx/v2"):
        with pytest.raises(InvalidInputError, match="quien administra") as refused:
            service(other).read_invitation(dos.sesion, invitacion.archivo, invitacion.codigo)
        assert refused.value.campo == "archivo"
    for same in ("https://ejemplo.mx", "https://ejemplo.mx/", "https://ejemplo.mx/v1/"):
        vista = service(same).read_invitation(dos.sesion, invitacion.archivo, invitacion.codigo)
        assert vista.direccion == "https://ejemplo.mx/v1"


CURPS = (CURP, "FIDP850505HDFCMS01", "GOLA900101MDFMPN05")


def test_a_deletion_that_the_server_forgot_is_not_told_again(uno: Equipo, memoria: Memoria) -> None:
    kept = uno.add_registro("Y6077636105", "Razón de Uno")
    gone = uno.add_registro("Y3926552104", "Razón de Dos")
    uno.round()
    with uno.store.write() as db:
        db.delete(db.get_one(RegistroPatronalRow, gone))
    uno.round()
    memoria.registros["contratistas"].clear()
    memoria.generacion = "g2"
    open_again(uno)
    assert uno.round().motivo == ""
    assert set(memoria.registros["contratistas"]) == {str(kept)}


def test_a_record_less_alone_brings_it_back(uno: Equipo, dos: Equipo, memoria: Memoria) -> None:
    contratista = uno.add_contratista(RFC)
    quiet(memoria, uno, dos)
    # Restored by hand, so that the generation is the same.
    del memoria.registros["contratistas"][str(contratista)]
    open_again(dos)
    assert dos.round().motivo == ""
    assert str(contratista) in memoria.registros["contratistas"]
    meet(uno)
    assert dos.replica() == uno.replica()


@pytest.mark.parametrize(("most", "one_by_one"), [(6, 6), (5, 0)])
def test_many_records_that_a_comparison_finds_unknown_are_read_by_pages(
    uno: Equipo,
    dos: Equipo,
    memoria: Memoria,
    monkeypatch: pytest.MonkeyPatch,
    most: int,
    one_by_one: int,
) -> None:
    """One by one they would hold up a round for as long as a server likes."""
    monkeypatch.setattr(reception, "_MOST_UNKNOWN", most)
    contratista = uno.add_contratista(RFC)
    quiet(memoria, uno, dos)
    for curp in CURPS:
        uno.add_capturista(contratista, curp)
    uno.round()
    with dos.store.write() as db:  # it read on, and does not know them
        db.merge(CursorRow(coleccion="capturistas", cursor=memoria.ahora_ms, completa=False))
    dos.sync._round.look_again()
    memoria.peticiones.clear()
    assert dos.round().recibidos == one_by_one
    assert memoria.peticiones.count("get") == one_by_one + 1  # and one for the office's keys
    quiet(memoria, dos)
    assert dos.replica() == uno.replica()
