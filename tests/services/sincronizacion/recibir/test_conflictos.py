"""What a person decides of two versions, and what no person is asked."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from icsoe_desktop.domain.sincronizacion.records import RecordKind
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gateways.kinto.values import RemoteRecord
from icsoe_desktop.services.bitacora.service import BitacoraService
from icsoe_desktop.services.sincronizacion.answers import Eleccion
from icsoe_desktop.services.sincronizacion.identidad.unions import RecordUnions
from icsoe_desktop.services.sincronizacion.recibir.conflicts import GONE, NOT_ASIDE
from icsoe_desktop.services.sincronizacion.recibir.integration import RecordIntegration
from icsoe_desktop.services.sincronizacion.recibir.writer import RoundCounts
from icsoe_desktop.services.sincronizacion.valores.contents import RecordContents
from icsoe_desktop.store.tables.icsoe import ContratistaRow, PersonaRow, RelacionRow
from icsoe_desktop.store.tables.registros import RegistroPatronalRow
from tests.services.sincronizacion.equipos import OFICINA, Equipo
from tests.services.sincronizacion.servidor_memoria import Memoria
from tests.services.sincronizacion.test_pasos import CURP, meet

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def persona_of(equipo: Equipo) -> uuid.UUID:
    with equipo.store.read() as db:
        return db.scalars(select(PersonaRow.id)).one()


@pytest.mark.parametrize("ahead_first", [True, False])
def test_of_two_passwords_no_clock_decides_and_the_one_that_lost_can_be_chosen(
    uno: Equipo, dos: Equipo, ahead_first: bool
) -> None:
    uno.add_capturista(uno.add_contratista("OFI010101AB1"), CURP)
    meet(uno, dos)
    persona = persona_of(uno)
    one = {"contrasena_creada": NOON, "contrasena_hash": "$argon2-uno", "correo": "z@ejemplo.mx"}
    ahead = {
        "contrasena_creada": NOON + timedelta(days=2),
        "contrasena_hash": "$argon2-dos",
        "correo": "a@ejemplo.mx",
    }
    first, second = (ahead, one) if ahead_first else (one, ahead)
    uno.change(PersonaRow, persona, **first)
    dos.change(PersonaRow, persona, **second)
    meet(uno, dos)
    for equipo in (uno, dos):
        # The later to sync, whatever its clock says.
        assert equipo.get(PersonaRow, persona, *second) == tuple(second.values())
        (found,) = equipo.sync.conflicts(equipo.sesion)
        assert found.campo == "Contraseña"
        assert "argon2" not in found.vigente + found.perdido
        assert str(first["correo"]) in found.perdido
        assert str(second["correo"]) in found.vigente
    uno.sync.resolve(uno.sesion, found, Eleccion.PERDIDO)
    meet(uno, dos)
    for equipo in (uno, dos):
        assert equipo.get(PersonaRow, persona, *first) == tuple(first.values())
        assert equipo.sync.conflicts(equipo.sesion) == ()


def differ(uno: Equipo, dos: Equipo) -> uuid.UUID:
    """A capturista whose telephone both changed; that of `dos` is the present one."""
    row = uno.add_capturista(uno.add_contratista("OFI010101AB1"), CURP)
    meet(uno, dos)
    uno.change(RelacionRow, row, telefono="5551111111")
    dos.change(RelacionRow, row, telefono="5552222222")
    meet(uno, dos)
    return row


def test_a_value_that_is_kept_ends_the_conflict_everywhere(uno: Equipo, dos: Equipo) -> None:
    row = differ(uno, dos)
    (conflicto,) = uno.sync.conflicts(uno.sesion)
    uno.sync.resolve(uno.sesion, conflicto, Eleccion.VIGENTE)
    meet(uno, dos)
    for equipo in (uno, dos):
        assert equipo.get(RelacionRow, row, "telefono") == ("5552222222",)
        assert equipo.sync.conflicts(equipo.sesion) == ()


def test_a_conflict_is_decided_once(uno: Equipo, dos: Equipo) -> None:
    row = differ(uno, dos)
    (conflicto,) = uno.sync.conflicts(uno.sesion)
    uno.sync.resolve(uno.sesion, conflicto, Eleccion.VIGENTE)
    with pytest.raises(UserFacingError) as refused:
        uno.sync.resolve(uno.sesion, conflicto, Eleccion.PERDIDO)
    assert refused.value.message == GONE
    assert uno.get(RelacionRow, row, "telefono") == ("5552222222",)


def test_of_two_conflicts_of_a_record_one_is_decided_and_the_other_waits(
    uno: Equipo, dos: Equipo
) -> None:
    row = uno.add_capturista(uno.add_contratista("OFI010101AB1"), CURP)
    meet(uno, dos)
    uno.change(RelacionRow, row, telefono="5551111111", correo="uno@ejemplo.mx")
    dos.change(RelacionRow, row, telefono="5552222222", correo="dos@ejemplo.mx")
    meet(uno, dos)
    by_field = {one.campo: one for one in uno.sync.conflicts(uno.sesion)}
    assert sorted(by_field) == ["Correo electrónico", "Teléfono"]
    uno.sync.resolve(uno.sesion, by_field["Teléfono"], Eleccion.PERDIDO)
    meet(uno, dos)
    for equipo in (uno, dos):
        assert equipo.get(RelacionRow, row, "telefono", "correo") == (
            "5551111111",
            "dos@ejemplo.mx",
        )
        (left,) = equipo.sync.conflicts(equipo.sesion)
        assert (left.titulo, left.campo, left.vigente, left.perdido) == (
            "Rosa Ficticia Demo",
            "Correo electrónico",
            "dos@ejemplo.mx",
            "uno@ejemplo.mx",
        )


def test_a_value_that_was_emptied_is_shown_as_empty(uno: Equipo, dos: Equipo) -> None:
    contratista = uno.add_contratista("OFI010101AB1")
    uno.change(ContratistaRow, contratista, celular="5550000000")
    meet(uno, dos)
    uno.change(ContratistaRow, contratista, celular=None)
    dos.change(ContratistaRow, contratista, celular="5552222222")
    meet(uno, dos)
    (conflicto,) = uno.sync.conflicts(uno.sesion)
    assert (conflicto.campo, conflicto.vigente, conflicto.perdido) == (
        "Celular",
        "5552222222",
        "(vacío)",
    )


def test_only_a_record_that_is_set_aside_is_tried_again(uno: Equipo) -> None:
    row = uno.add_contratista("OFI010101AB1")
    with pytest.raises(UserFacingError) as refused:
        uno.sync.retry(uno.sesion, RecordKind.CONTRATISTA.collection.value, row)
    assert refused.value.message == NOT_ASIDE


def never_left(equipo: Equipo, record_id: uuid.UUID) -> bool:
    with equipo.store.read() as db:
        keys = equipo.sync._oficina.keys(db)
        contents = RecordContents(equipo.store, OFICINA, keys)
        unions = RecordUnions(equipo.store, contents)
        return unions.never_left(db, RecordKind.REGISTRO_PATRONAL.collection.value, record_id)


def test_a_record_is_only_here_until_it_is_sent_and_never_again(
    uno: Equipo, dos: Equipo, memoria: Memoria
) -> None:
    first = uno.add_registro("A1234567895", "Obras Ficticias")
    assert never_left(uno, first)
    meet(uno, dos)
    assert not never_left(uno, first)
    assert not never_left(dos, first)
    uno.change(RegistroPatronalRow, first, razon_social="Otras Obras")
    assert not never_left(uno, first)
    # Its answer was lost: the server may have it.
    second = uno.add_registro("Y6077636105", "Otra Ficticia")
    memoria.pierde_respuestas = 1
    uno.round()
    assert not never_left(uno, second)


@pytest.mark.parametrize(("ahead", "left"), [(0, 0), (1, 1)])
def test_what_was_set_aside_is_forgotten_once_as_new_a_version_is_here(
    uno: Equipo, ahead: int, left: int
) -> None:
    collection = RecordKind.CONTRATISTA.collection.value
    row = uno.add_contratista("OFI010101AB1")
    uno.round()
    with uno.store.write() as db:
        records = RecordIntegration(
            uno.store, BitacoraService(uno.store), OFICINA, uno.sync._oficina.keys(db)
        )
        version = records.bases.version(db, collection, row)
        assert version is not None
        held = RemoteRecord(str(row), version.version + ahead, {})
        records.bases.hold(db, collection, held, RecordKind.CONTRATISTA.value, "Está dañado.")
        known = RemoteRecord(str(row), version.version, {})
        assert records.integrate(db, collection, known, RoundCounts(quiet=False))
        assert len(records.bases.held(db)) == left
