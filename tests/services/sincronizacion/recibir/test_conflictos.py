"""What a person decides of two versions, and what no person is asked."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from icsoe_desktop.domain.sincronizacion.records import RecordKind, read_autor
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gateways.kinto.values import RemoteRecord
from icsoe_desktop.services.bitacora.service import BitacoraService
from icsoe_desktop.services.certificados.registros_patronales import RegistrosPatronalesService
from icsoe_desktop.services.sincronizacion.answers import Eleccion
from icsoe_desktop.services.sincronizacion.identidad.unions import RecordUnions
from icsoe_desktop.services.sincronizacion.recibir.conflicts import GONE, NOT_ASIDE
from icsoe_desktop.services.sincronizacion.recibir.integration import RecordIntegration
from icsoe_desktop.services.sincronizacion.recibir.writer import RoundCounts
from icsoe_desktop.services.sincronizacion.valores.contents import RecordContents
from icsoe_desktop.store.tables.icsoe import RelacionRow
from icsoe_desktop.store.tables.registros import RegistroPatronalRow
from tests.services.sincronizacion.equipos import OFICINA, Equipo
from tests.services.sincronizacion.servidor_memoria import Memoria
from tests.services.sincronizacion.test_pasos import CURP, meet


def differ(uno: Equipo, dos: Equipo) -> uuid.UUID:
    """A capturista whose telephone both changed; that of `dos` is the present one."""
    row = uno.add_capturista(uno.add_contratista("OFI010101AB1"), CURP)
    meet(uno, dos)
    uno.change(RelacionRow, row, telefono="5551111111")
    dos.change(RelacionRow, row, telefono="5552222222")
    meet(uno, dos)
    return row


def test_a_conflict_says_who_wrote_each_value_and_when(uno: Equipo, dos: Equipo) -> None:
    row = uno.add_registro("Y6077636105", "Razón")
    meet(uno, dos)
    edited = []
    for equipo, name in ((uno, "Razón de Uno"), (dos, "Razón de Dos")):
        service = RegistrosPatronalesService(equipo.store, BitacoraService(equipo.store))
        service.edit(
            equipo.sesion,
            row,
            registro_patronal="Y6077636105",
            razon_social=name,
            rfc="OFI010101AB1",
        )
        edited.append(equipo.reloj.now)
        equipo.reloj.now += timedelta(hours=2)
    meet(uno, dos)
    for equipo in (uno, dos):
        (conflicto,) = equipo.sync.conflicts(equipo.sesion)
        assert (conflicto.vigente, conflicto.perdido) == ("Razón de Dos", "Razón de Uno")
        said = [conflicto.de_perdido, conflicto.de_vigente]
        for autor, name, when in zip(said, ("uno", "dos"), edited, strict=True):
            assert autor is not None
            assert (autor.equipo, autor.usuario) == (name, "Alma Prieto")
            assert abs(autor.cuando - when) < timedelta(minutes=1)
    dos.sync.resolve(dos.sesion, dos.sync.conflicts(dos.sesion)[0], Eleccion.VIGENTE)
    meet(dos, uno)
    assert uno.sync.conflicts(uno.sesion) == ()


@pytest.mark.parametrize(
    "told",
    [None, 7, [], ["a", "b"], ["a", "b", "ayer"], ["a\n", "b", "2026-01-01"], ["a" * 400, "", ""]],
)
def test_an_author_that_nobody_wrote_is_nobody(told: object) -> None:
    assert read_autor(told) is None


def test_a_conflict_is_decided_once(uno: Equipo, dos: Equipo) -> None:
    row = differ(uno, dos)
    (conflicto,) = uno.sync.conflicts(uno.sesion)
    uno.sync.resolve(uno.sesion, conflicto, Eleccion.VIGENTE)
    with pytest.raises(UserFacingError) as refused:
        uno.sync.resolve(uno.sesion, conflicto, Eleccion.PERDIDO)
    assert refused.value.message == GONE
    assert uno.get(RelacionRow, row, "telefono") == ("5552222222",)


def test_only_a_record_that_is_set_aside_is_tried_again(uno: Equipo) -> None:
    row = uno.add_contratista("OFI010101AB1")
    with pytest.raises(UserFacingError) as refused:
        uno.sync.retry(uno.sesion, RecordKind.CONTRATISTA.collection.value, row)
    assert refused.value.message == NOT_ASIDE


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
