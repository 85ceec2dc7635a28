"""What a person decides of two versions, and what no person is asked."""

from __future__ import annotations

import uuid

import pytest

from icsoe_desktop.domain.sincronizacion.records import RecordKind
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gateways.kinto.values import RemoteRecord
from icsoe_desktop.services.bitacora.service import BitacoraService
from icsoe_desktop.services.sincronizacion.answers import Eleccion
from icsoe_desktop.services.sincronizacion.recibir.conflicts import GONE, NOT_ASIDE
from icsoe_desktop.services.sincronizacion.recibir.integration import RecordIntegration
from icsoe_desktop.services.sincronizacion.recibir.writer import RoundCounts
from icsoe_desktop.store.tables.icsoe import RelacionRow
from tests.services.sincronizacion.equipos import OFICINA, Equipo
from tests.services.sincronizacion.test_pasos import CURP, meet


def differ(uno: Equipo, dos: Equipo) -> uuid.UUID:
    """A capturista whose telephone both changed; that of `dos` is the present one."""
    row = uno.add_capturista(uno.add_contratista("OFI010101AB1"), CURP)
    meet(uno, dos)
    uno.change(RelacionRow, row, telefono="5551111111")
    dos.change(RelacionRow, row, telefono="5552222222")
    meet(uno, dos)
    return row


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
