"""A server that went back in time while the program was closed: each sign of it alone is enough."""

from __future__ import annotations

import copy

from icsoe_desktop.services.bitacora import BitacoraService
from icsoe_desktop.services.sincronizacion import SincronizacionService
from icsoe_desktop.store.tables import ContratistaRow
from tests.sincronizacion.conftest import Abrir
from tests.sincronizacion.equipos import Equipo, join_office
from tests.sincronizacion.servidor_memoria import Memoria
from tests.sincronizacion.test_pasos import meet
from tests.sincronizacion.test_pasos_sin_novedades import RFC, quiet


def open_again(memoria: Memoria, *equipos: Equipo) -> None:
    """The program remembers the marks of the collections while it runs."""
    for equipo in equipos:
        bitacora = BitacoraService(equipo.store)
        equipo.sync = SincronizacionService(equipo.store, bitacora, memoria.conectar, lambda *_: ())


def test_another_generation_alone_brings_back_an_edit_that_the_backup_does_not_have(
    uno: Equipo, dos: Equipo, abrir: Abrir, memoria: Memoria
) -> None:
    contratista = uno.add_contratista(RFC)
    quiet(memoria, uno, dos)
    backup = copy.deepcopy(memoria.registros)
    uno.change(ContratistaRow, contratista, celular="5551111111")
    quiet(memoria, uno, dos)
    # As many records as before, and none that is new to anybody.
    memoria.registros, memoria.generacion = backup, "g2"
    open_again(memoria, uno, dos)
    meet(dos, uno)
    tres = abrir("tres")
    join_office(uno, tres, "tres", "3")
    for equipo in (uno, dos, tres):
        assert equipo.get(ContratistaRow, contratista, "celular") == ("5551111111",)
        assert equipo.sync.conflicts(equipo.sesion) == ()


def test_a_record_less_alone_brings_it_back(uno: Equipo, dos: Equipo, memoria: Memoria) -> None:
    contratista = uno.add_contratista(RFC)
    quiet(memoria, uno, dos)
    # Restored by hand, so that the generation is the same.
    del memoria.registros["contratistas"][str(contratista)]
    open_again(memoria, dos)
    assert dos.round().motivo == ""
    assert str(contratista) in memoria.registros["contratistas"]
    meet(uno)
    assert dos.replica() == uno.replica()
