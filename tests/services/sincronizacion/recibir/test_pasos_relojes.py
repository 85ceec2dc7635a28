"""What no clock, no length and no right of the account may decide or tell."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select

from icsoe_desktop.domain.sincronizacion.records import RolOficina
from icsoe_desktop.services.sincronizacion.answers import Luz
from icsoe_desktop.store.tables.icsoe import ContratistaRow, PersonaRow, RelacionRow
from tests.services.sincronizacion.conftest import Oficina
from tests.services.sincronizacion.equipos import QUIET, Equipo
from tests.services.sincronizacion.recibir.test_pasos_atras import Juntos, all_agree, juntos
from tests.services.sincronizacion.servidor_memoria import Memoria
from tests.services.sincronizacion.test_pasos import CURP, meet

__all__ = ["juntos"]  # the fixture

RFC = "OFI010101AB1"


def set_wrong(equipo: Equipo, by: timedelta) -> None:
    clock = equipo.store.clock
    equipo.store.clock = lambda: clock() + by


@pytest.mark.parametrize("ahead_first", [True, False])
def test_of_two_desktops_four_days_apart_neither_clock_decides(
    juntos: Juntos, ahead_first: bool
) -> None:
    uno, dos, row = juntos
    days = timedelta(days=2 if ahead_first else -2)
    set_wrong(uno, days)
    set_wrong(dos, -days)
    with uno.store.read() as db:
        persona = db.scalars(select(PersonaRow.id)).one()
    (contratista,) = uno.get(RelacionRow, row, "contratista_id")
    for equipo, word in ((uno, "uno"), (dos, "dos")):
        now = equipo.store.clock()
        equipo.change(RelacionRow, row, telefono=f"555000000{1 + int(word == 'dos')}")
        equipo.change(PersonaRow, persona, contrasena_creada=now, contrasena_hash=f"$argon2-{word}")
        equipo.change(ContratistaRow, contratista, actualizado=now, celular=f"55{word}")
    meet(uno, dos)
    all_agree(uno, dos)
    for equipo in (uno, dos):  # the later to sync
        assert equipo.get(PersonaRow, persona, "contrasena_hash") == ("$argon2-dos",)
        assert equipo.get(RelacionRow, row, "telefono") == ("5550000002",)
        assert equipo.get(ContratistaRow, contratista, "celular") == ("55dos",)
        lost = {one.campo: one.perdido for one in equipo.conflicts()}
        assert lost.keys() == {"Contraseña", "Teléfono", "Celular"}
        assert lost["Teléfono"] == "5550000001"


def test_an_account_that_only_reads_is_told_why_its_edit_stays_and_sends_it_once_it_may(
    oficina: Oficina,
) -> None:
    uno, lee = oficina(RolOficina.CONSULTA)
    contratista = uno.add_contratista(RFC)
    meet(uno, lee)
    lee.change(ContratistaRow, contratista, celular="5551111111")
    said = lee.round()
    assert "sólo puede consultar" in said.motivo
    state = lee.sync.state()
    assert (state.luz, state.motivo, state.esperan) == (Luz.SOLO_CONSULTA, said.motivo, 1)
    assert state.ultimo_exito is not None
    # What the office writes still arrives, and nothing of the edit is lost.
    uno.change(ContratistaRow, contratista, telefono_fijo="5552222222")
    uno.round()
    lee.round()
    assert lee.get(ContratistaRow, contratista, "celular", "telefono_fijo") == (
        "5551111111",
        "5552222222",
    )
    (miembro,) = (
        one for one in uno.sync.miembros.all(uno.sesion, QUIET) if one.equipo == lee.nombre
    )
    uno.sync.miembros.set_role(uno.sesion, miembro.id, RolOficina.MIEMBRO, QUIET)
    meet(uno, lee)
    all_agree(uno, lee)
    assert uno.get(ContratistaRow, contratista, "celular") == ("5551111111",)
    assert lee.sync.state().luz is Luz.AL_DIA


def test_lengths_and_ids_at_the_server_tell_nothing_of_what_is_inside(
    memoria: Memoria, oficina: Oficina
) -> None:
    (uno,) = oficina()
    contratista = uno.add_contratista(RFC)
    rows = {
        uno.add_capturista(contratista, CURP, telefono="", correo=""),
        uno.add_capturista(
            contratista, "FIDP850505HDFCMS01", telefono="5551111111", correo="a" * 60 + "@b.mx"
        ),
    }
    assert uno.round().motivo == ""
    sealed = [memoria.read("capturistas", row) for row in rows]
    assert all(one.keys() == {"v", "k", "s"} for one in sealed)
    assert len({len(str(one["s"])) for one in sealed}) == 1
    # Ids are not made from names, CURP or registro: the same data have others each time.
    assert all(uuid.UUID(str(row)).version == 7 for row in rows)
