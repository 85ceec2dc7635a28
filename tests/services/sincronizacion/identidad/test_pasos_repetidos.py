"""What two desktops made on their own: joined, never overwritten, never twice."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select

from icsoe_desktop.domain.sincronizacion.records import RecordKind
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.services.sincronizacion.answers import ClaseConflicto, Conflicto, Eleccion
from icsoe_desktop.services.sincronizacion.enviar import delivery
from icsoe_desktop.services.sincronizacion.enviar.delivery import Delivery
from icsoe_desktop.services.sincronizacion.identidad.unions import RecordUnions
from icsoe_desktop.services.sincronizacion.recibir.conflicts import NOT_UNITED
from icsoe_desktop.services.sincronizacion.recibir.reception import Reception
from icsoe_desktop.services.sincronizacion.valores.kinds import KINDS
from icsoe_desktop.store.tables import ContratistaRow, PersonaRow, RegistroPatronalRow, RelacionRow
from tests.services.sincronizacion.conftest import Abrir
from tests.services.sincronizacion.equipos import Equipo, join_office
from tests.services.sincronizacion.test_pasos import CURP, meet

RFC = "OFI010101AB1"
OTHER_CURP = "FIDP850505HDFCMS01"


def test_joining_merges_what_is_there_and_makes_one_of_what_both_have(
    uno: Equipo, abrir: Abrir
) -> None:
    theirs = uno.add_contratista(RFC)
    uno.change(ContratistaRow, theirs, correo="oficina@ejemplo.mx", domicilio_igual=True)
    uno.add_capturista(theirs, CURP, telefono="5551111111")
    assert uno.round().motivo == ""

    dos = abrir("dos")
    mine = dos.add_contratista(RFC)
    dos.change(ContratistaRow, mine, celular="5559999999")
    dos.add_capturista(mine, CURP, telefono="5552222222")
    dos.add_capturista(mine, OTHER_CURP, nombres="Pablo")
    join_office(uno, dos, "dos", "2")
    meet(uno, dos)

    assert dos.replica() == uno.replica()
    assert (dos.count("contratistas"), dos.count("relaciones"), dos.count("personas")) == (1, 2, 2)
    # What each of them had is there; where both had something, the loser can be seen.
    assert uno.get(ContratistaRow, theirs, "correo", "celular", "domicilio_igual") == (
        "oficina@ejemplo.mx",
        "5559999999",
        True,
    )
    for equipo in (uno, dos):
        lost = [(c.campo, c.vigente, c.perdido) for c in equipo.sync.conflicts(equipo.sesion)]
        assert lost == [("Teléfono", "5552222222", "5551111111")]


def test_two_who_register_the_same_person_at_the_same_time_end_with_one(
    uno: Equipo, dos: Equipo, monkeypatch: pytest.MonkeyPatch
) -> None:
    contratista = uno.add_contratista(RFC)
    meet(uno, dos)
    uno.add_capturista(contratista, CURP, telefono="5551111111")
    dos.add_capturista(contratista, CURP, telefono="5552222222")
    # Both sent theirs before either read the other's.
    with monkeypatch.context() as patch:
        patch.setattr(Reception, "receive", lambda *_, **_whole: None)
        uno.round()
        dos.round()
    meet(uno, dos)
    assert dos.replica() == uno.replica()
    for equipo in (uno, dos):
        assert (equipo.count("relaciones"), equipo.count("personas")) == (1, 1)
        assert equipo.sync.state().apartados == 0
        assert equipo.count("sincronizacion_salida") == 0


def test_two_desktops_that_chose_each_the_other_record_agree_on_the_older(
    uno: Equipo, abrir: Abrir, monkeypatch: pytest.MonkeyPatch
) -> None:
    dos = abrir("dos", timedelta(days=-1))
    join_office(uno, dos, "dos", "2")
    contratista = uno.add_contratista(RFC)
    meet(uno, dos)
    uno.add_capturista(contratista, CURP, telefono="5551111111")
    older = dos.add_capturista(contratista, CURP, telefono="5552222222")
    with monkeypatch.context() as patch:
        patch.setattr(Reception, "receive", lambda *_, **_whole: None)
        uno.round()
        dos.round()
    with monkeypatch.context() as patch:
        # As when what it has came here as part of another record: it gives up the older one.
        patch.setattr(RecordUnions, "never_left", lambda *_: True)
        patch.setattr(Delivery, "deliver", lambda *_: "")
        dos.round()
    uno.round()
    meet(uno, dos)
    assert dos.replica() == uno.replica()
    assert uno.get(RelacionRow, older, "curp") == (CURP,)
    for equipo in (uno, dos):
        assert (equipo.count("relaciones"), equipo.count("personas")) == (1, 1)
        assert equipo.count("sincronizacion_salida") == 0
        (lost,) = equipo.sync.conflicts(equipo.sesion)
        assert {lost.vigente, lost.perdido} == {"5551111111", "5552222222"}


def test_a_person_who_came_with_a_relation_is_known_to_others(
    uno: Equipo, dos: Equipo, abrir: Abrir, monkeypatch: pytest.MonkeyPatch
) -> None:
    tres = abrir("tres", timedelta(days=1))
    join_office(uno, tres, "tres", "3")
    first, second = uno.add_contratista(RFC), uno.add_contratista("OFI010102AB1")
    meet(uno, dos, tres)
    uno.add_capturista(first, CURP)
    tres.add_capturista(second, CURP)
    with monkeypatch.context() as patch:
        patch.setattr(delivery, "KINDS", {RecordKind.RELACION: KINDS[RecordKind.RELACION]})
        uno.round()
    dos.round()
    older = persons(dos)
    with monkeypatch.context() as patch:
        patch.setattr(Reception, "receive", lambda *_, **_whole: None)
        tres.round()
    dos.round()
    # Who else knows the older one cannot be told from here.
    assert persons(dos) == older
    meet(uno, dos, tres)
    assert uno.replica() == dos.replica() == tres.replica()
    assert len(persons(uno)) == 1
    assert [one.count("sincronizacion_salida") for one in (uno, dos, tres)] == [0, 0, 0]


def persons(equipo: Equipo) -> list[uuid.UUID]:
    with equipo.store.read() as db:
        return list(db.scalars(select(PersonaRow.id)))


def test_short_numbers_that_two_desktops_gave_are_told_apart_again(
    uno: Equipo, dos: Equipo
) -> None:
    contratista = uno.add_contratista(RFC)
    meet(uno, dos)
    first = uno.add_capturista(contratista, CURP)
    second = dos.add_capturista(contratista, OTHER_CURP, nombres="Pablo")
    meet(uno, dos)
    assert dos.replica() == uno.replica()
    numbers = {uno.get(RelacionRow, row, "numero")[0] for row in (first, second)}
    assert numbers == {1, 2}
    third = dos.add_capturista(contratista, "FIDA700707HDFCMS02", nombres="Ana")
    assert dos.get(RelacionRow, third, "numero") == (3,)


def clash(uno: Equipo, dos: Equipo) -> uuid.UUID:
    """Two registros patronales, of which each desktop makes one the same: that of `dos`."""
    one = uno.add_registro("Y6077636105", "Razón de Uno")
    other = dos.add_registro("Y3926552104", "Razón de Dos")
    meet(uno, dos)
    assert dos.count("registros_patronales") == 2
    dos.change(RegistroPatronalRow, other, registro_patronal="B8812181105")
    uno.change(RegistroPatronalRow, one, registro_patronal="B8812181105")
    for _ in range(2):
        uno.round()
        dos.round()
    return other


def clashes(equipo: Equipo) -> list[Conflicto]:
    every = equipo.sync.conflicts(equipo.sesion)
    return [one for one in every if one.clase is ClaseConflicto.CHOQUE]


@pytest.mark.parametrize(
    ("eleccion", "expected"),
    [(Eleccion.VIGENTE, "Razón de Dos"), (Eleccion.PERDIDO, "Razón de Uno")],
)
def test_the_same_registro_patronal_twice_waits_for_a_person(
    uno: Equipo, dos: Equipo, eleccion: Eleccion, expected: str
) -> None:
    other = clash(uno, dos)
    (conflicto,) = clashes(dos)
    assert (conflicto.vigente, conflicto.perdido) == (
        "B8812181105 Razón de Dos",
        "B8812181105 Razón de Uno",
    )
    # Nothing was overwritten while nobody chose.
    assert dos.get(RegistroPatronalRow, other, "razon_social") == ("Razón de Dos",)

    dos.sync.resolve(dos.sesion, conflicto, eleccion)
    meet(dos, uno)
    meet(dos, uno)
    assert dos.replica() == uno.replica()
    with uno.store.read() as db:
        assert [row.razon_social for row in db.query(RegistroPatronalRow)] == [expected]
    for equipo in (uno, dos):
        assert equipo.sync.conflicts(equipo.sesion) == ()
        assert equipo.sync.state().apartados == 0


def test_two_records_that_cannot_be_united_yet_stay_as_they_are_and_nothing_is_noted(
    uno: Equipo, dos: Equipo
) -> None:
    other = clash(uno, dos)
    # The one that is left is corrected, and a third takes its place.
    dos.change(RegistroPatronalRow, other, registro_patronal="Y3926552104")
    third = dos.add_registro("B8812181105", "Tercera")
    (conflicto,) = clashes(dos)
    before, noted = dos.replica(), dos.count("bitacora")
    with pytest.raises(UserFacingError) as refused:
        dos.sync.resolve(dos.sesion, conflicto, Eleccion.PERDIDO)
    assert refused.value.message == NOT_UNITED
    assert (dos.replica(), dos.count("bitacora")) == (before, noted)
    assert clashes(dos) == [conflicto]
    assert dos.get(RegistroPatronalRow, third, "razon_social") == ("Tercera",)


def test_an_edit_beats_a_deletion(uno: Equipo, dos: Equipo) -> None:
    gone = uno.add_registro("Y6077636105", "Se queda")
    left = uno.add_registro("Y3926552104", "Se va")
    meet(uno, dos)
    with uno.store.write() as db:
        for row_id in (gone, left):
            db.delete(db.get_one(RegistroPatronalRow, row_id))
    dos.change(RegistroPatronalRow, gone, razon_social="Cambió")
    meet(uno, dos)
    assert dos.replica() == uno.replica()
    with uno.store.read() as db:
        assert [row.razon_social for row in db.query(RegistroPatronalRow)] == ["Cambió"]
