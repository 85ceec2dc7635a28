"""The order of the service's steps, over a server in memory."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from icsoe_desktop.domain.acceso.sesion import SESION_PRIMERA
from icsoe_desktop.errors import NotAllowedError, UserFacingError
from icsoe_desktop.services.capturistas.relaciones import forget_relation
from icsoe_desktop.services.sincronizacion.answers import Eleccion, Luz, ResumenSincronizacion
from icsoe_desktop.store.tables.acceso import UsuarioRow
from icsoe_desktop.store.tables.icsoe import ContratistaRow, PersonaRow, RelacionRow
from icsoe_desktop.store.tables.sincronizacion import VersionRow
from tests.services.sincronizacion.conftest import Abrir
from tests.services.sincronizacion.equipos import Equipo, join_office, open_again
from tests.services.sincronizacion.servidor_memoria import Memoria

CURP = "FIDR900101MDFCMS08"


def meet(*equipos: Equipo, at_least: int = 2) -> None:
    """Rounds until everybody has heard of everything, of acts too, which no summary counts.

    at_least: turns, of three at most; after them, a turn without news is the last.
    """
    for turn in range(1, 4):
        news = False
        for equipo in equipos:
            found = equipo.round()
            assert found.motivo == ""
            news |= found != ResumenSincronizacion()
        if turn >= at_least and not news:
            return


def meet_at_length(*equipos: Equipo) -> None:
    """Three turns: desktops that repair a real server may rest for one in between."""
    meet(*equipos, at_least=3)


def test_what_one_desktop_writes_the_other_reads(uno: Equipo, dos: Equipo) -> None:
    contratista = uno.add_contratista("OFI010101AB1")
    uno.add_capturista(contratista, CURP)
    meet(uno, dos)
    assert dos.replica() == uno.replica()
    assert dos.count("relaciones") == 1
    assert (uno.sync.state().esperan, dos.sync.state().esperan) == (0, 0)
    assert dos.sync.state().luz is Luz.AL_DIA


def test_two_edit_the_same_capturista_and_both_see_one_result_and_the_loser(
    uno: Equipo, dos: Equipo
) -> None:
    contratista = uno.add_contratista("OFI010101AB1")
    row = uno.add_capturista(contratista, CURP, telefono="5550000000", correo="a@ejemplo.mx")
    meet(uno, dos)
    uno.change(RelacionRow, row, telefono="5551111111", correo="uno@ejemplo.mx")
    dos.change(RelacionRow, row, telefono="5552222222", nombres="Rosalía")
    meet(uno, dos)

    # The second to sync wins where both changed; what only one changed stays.
    expected = ("5552222222", "uno@ejemplo.mx", "Rosalía")
    for equipo in (uno, dos):
        assert equipo.get(RelacionRow, row, "telefono", "correo", "nombres") == expected
        (conflicto,) = equipo.conflicts()
        assert (conflicto.campo, conflicto.vigente, conflicto.perdido) == (
            "Teléfono",
            "5552222222",
            "5551111111",
        )
    assert dos.replica() == uno.replica()

    (conflicto,) = uno.conflicts()
    uno.sync.conflictos.resolve(uno.sesion, conflicto, Eleccion.PERDIDO)
    meet(uno, dos)
    for equipo in (uno, dos):
        assert equipo.get(RelacionRow, row, "telefono") == ("5551111111",)
        assert equipo.conflicts() == ()


def test_what_changed_since_it_was_shown_is_not_chosen_away(uno: Equipo, dos: Equipo) -> None:
    row = uno.add_capturista(uno.add_contratista("OFI010101AB1"), CURP)
    meet(uno, dos)
    uno.change(RelacionRow, row, telefono="5551111111")
    dos.change(RelacionRow, row, telefono="5552222222")
    meet(uno, dos)
    (shown,) = uno.conflicts()
    dos.change(RelacionRow, row, telefono="5553333333")
    meet(dos, uno)
    with pytest.raises(UserFacingError, match="cambió mientras usted elegía"):
        uno.sync.conflictos.resolve(uno.sesion, shown, Eleccion.PERDIDO)
    assert uno.get(RelacionRow, row, "telefono") == ("5553333333",)
    (now,) = uno.conflicts()
    uno.sync.conflictos.resolve(uno.sesion, now, Eleccion.PERDIDO)
    assert uno.get(RelacionRow, row, "telefono") == ("5551111111",)


def test_an_answer_that_got_lost_does_not_double_anything(
    uno: Equipo, dos: Equipo, memoria: Memoria
) -> None:
    contratista = uno.add_contratista("OFI010101AB1")
    meet(uno, dos)
    uno.change(ContratistaRow, contratista, celular="5551111111")
    memoria.pierde_respuestas = 1
    assert "No hay conexión" in uno.round().motivo
    assert uno.sync.state().luz is Luz.SIN_CONEXION
    # Meanwhile the other one reads it and changes the same field: it saw what was there.
    dos.round()
    dos.change(ContratistaRow, contratista, celular="5552222222")
    dos.round()
    meet(uno, dos)
    for equipo in (uno, dos):
        assert equipo.get(ContratistaRow, contratista, "celular") == ("5552222222",)
        assert equipo.conflicts() == ()
        assert equipo.count("sincronizacion_envios") == 0
        assert equipo.count("sincronizacion_salida") == 0


def test_a_person_known_by_a_relation_alone_has_the_same_dates_on_each_desktop(
    uno: Equipo, dos: Equipo, memoria: Memoria
) -> None:
    """Chaos, seed 14004: each desktop told the date of the first version of the relation."""
    row = uno.add_capturista(uno.add_contratista("OFI010101AB1"), CURP)
    creado, persona = uno.get(RelacionRow, row, "creado", "persona_id")
    uno.change(RelacionRow, row, telefono="5551111111", actualizado=creado + timedelta(days=1))
    uno.round()
    del memoria.registros["capturistas"][str(persona)]
    dos.round()
    assert dos.get(PersonaRow, persona, "creado", "actualizado") == (creado, creado)


def test_of_a_person_who_is_deleted_nothing_stays_on_any_desktop_after_thirty_days(
    uno: Equipo, dos: Equipo, memoria: Memoria
) -> None:
    contratista = uno.add_contratista("OFI010101AB1")
    row = uno.add_capturista(contratista, CURP, telefono="5550000000")
    meet(uno, dos)
    uno.change(RelacionRow, row, telefono="5551111111")
    dos.change(RelacionRow, row, telefono="5552222222")
    meet(uno, dos)
    before = memoria.registros["capturistas"][str(row)][1]
    with uno.store.write() as db:
        relacion = db.get_one(RelacionRow, row)
        persona = db.get_one(PersonaRow, relacion.persona_id)
        forget_relation(db, relacion, persona)
    meet(uno, dos)
    memoria.ahora_ms += 31 * 86_400_000
    for equipo in (uno, dos):
        open_again(equipo)
        assert equipo.round().motivo == ""
        assert (equipo.count("relaciones"), equipo.count("personas")) == (0, 0)
        assert equipo.count("sincronizacion_conflictos") == 0
        with equipo.store.read() as db:
            kept = db.scalars(
                select(VersionRow.base).where(VersionRow.coleccion == "capturistas")
            ).all()
        assert kept == [None, None]
    after = memoria.registros["capturistas"][str(row)][1]
    assert before is not None
    assert after is not None
    # What is left says that it is gone; the index of her CURP went too.
    assert len(after["s"]) < len(before["s"])
    assert "i" not in after


def test_where_nobody_is_registered_an_office_is_joined_without_a_user(
    uno: Equipo, abrir: Abrir
) -> None:
    """A capturista's desktop: her person comes with the office."""
    contratista = uno.add_contratista("OFI010101AB1")
    uno.add_capturista(contratista, CURP)
    assert uno.round().motivo == ""
    tres = abrir("dos")
    with pytest.raises(NotAllowedError):
        tres.sync.read_invitation(SESION_PRIMERA, b"", "")
    with tres.store.write() as db:
        db.execute(update(UsuarioRow).values(habilitado=False))
    tres = replace(tres, sesion=SESION_PRIMERA)
    join_office(uno, tres, "dos", "2")
    meet(uno, tres)
    assert tres.count("personas") == 1
