"""What a person decides of two versions, and what no person is asked."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest

from icsoe_desktop.domain.icsoe.trabajadores import pack_rows
from icsoe_desktop.domain.sincronizacion.records import RecordKind, read_autor
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gateways.kinto.values import RemoteRecord
from icsoe_desktop.services.bitacora.service import BitacoraService
from icsoe_desktop.services.certificados.registros_patronales import RegistrosPatronalesService
from icsoe_desktop.services.informativa.recibidos import in_words
from icsoe_desktop.services.sincronizacion.answers import Eleccion
from icsoe_desktop.services.sincronizacion.identidad.record_names import (
    movement_in_words,
    movement_title,
)
from icsoe_desktop.services.sincronizacion.recibir.conflicts import GONE, NOT_ASIDE
from icsoe_desktop.services.sincronizacion.recibir.writer import RoundCounts
from icsoe_desktop.services.sincronizacion.valores.kinds import KINDS
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables.icsoe import RelacionRow
from icsoe_desktop.store.tables.registros import RegistroPatronalRow
from tests.domain.icsoe.informativas import filas
from tests.services.sincronizacion.equipos import Equipo
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
        (conflicto,) = equipo.conflicts()
        assert (conflicto.vigente, conflicto.perdido) == ("Razón de Dos", "Razón de Uno")
        said = [conflicto.de_perdido, conflicto.de_vigente]
        for autor, name, when in zip(said, ("uno", "dos"), edited, strict=True):
            assert autor is not None
            assert (autor.equipo, autor.usuario) == (name, "Alma Prieto")
            assert abs(autor.cuando - when) < timedelta(minutes=1)
    dos.sync.conflictos.resolve(dos.sesion, dos.conflicts()[0], Eleccion.VIGENTE)
    meet(dos, uno)
    assert uno.conflicts() == ()


@pytest.mark.parametrize(
    "told",
    [None, 7, [], ["a", "b"], ["a", "b", "ayer"], ["a\n", "b", "2026-01-01"], ["a" * 400, "", ""]],
)
def test_an_author_that_nobody_wrote_is_nobody(told: object) -> None:
    assert read_autor(told) is None


def test_a_conflict_is_decided_once(uno: Equipo, dos: Equipo) -> None:
    row = differ(uno, dos)
    (conflicto,) = uno.conflicts()
    uno.sync.conflictos.resolve(uno.sesion, conflicto, Eleccion.VIGENTE)
    with pytest.raises(UserFacingError) as refused:
        uno.sync.conflictos.resolve(uno.sesion, conflicto, Eleccion.PERDIDO)
    assert refused.value.message == GONE
    assert uno.get(RelacionRow, row, "telefono") == ("5552222222",)


def test_only_a_record_that_is_set_aside_is_tried_again(uno: Equipo) -> None:
    row = uno.add_contratista("OFI010101AB1")
    with pytest.raises(UserFacingError) as refused:
        uno.sync.conflictos.retry(uno.sesion, RecordKind.CONTRATISTA.collection.value, row)
    assert refused.value.message == NOT_ASIDE


@pytest.mark.parametrize(("ahead", "left"), [(0, 0), (1, 1)])
def test_what_was_set_aside_is_forgotten_once_as_new_a_version_is_here(
    uno: Equipo, ahead: int, left: int
) -> None:
    collection = RecordKind.CONTRATISTA.collection.value
    row = uno.add_contratista("OFI010101AB1")
    uno.round()
    with uno.store.write() as db:
        records = uno.sync.conflictos._integration(db)
        version = records.bases.version(db, collection, row)
        assert version is not None
        held = RemoteRecord(str(row), version.version + ahead, {})
        records.bases.hold(db, collection, held, RecordKind.CONTRATISTA.value, "Está dañado.")
        known = RemoteRecord(str(row), version.version, {})
        assert records.integrate(db, collection, known, RoundCounts(quiet=False))
        assert len(records.bases.held(db)) == left


def never_left(equipo: Equipo, record_id: uuid.UUID) -> bool:
    with equipo.store.read() as db:
        unions = equipo.sync.conflictos._integration(db).unions
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


PERSONA = {"nombres": "Gael", "primer_apellido": "Rivera", "segundo_apellido": "Diego"}
ALTA: list[Any] = [
    "12345678903", "", "RIVERA", "DIEGO", "GAEL", "08", "A1234567895", 2026_10_06, 1234_05,
    "1", "0", "6", "", "035", "01400", "E7",
]  # fmt: skip
BAJA: list[Any] = [*ALTA[:5], "02", *ALTA[6:8], None, "", "", "", "2", "", "01400", ""]


@pytest.mark.parametrize(
    ("kind", "content", "title"),
    [
        (RecordKind.CONTRATISTA, {"nombre": "UNO", "rfc": "OFI010101AB1"}, "UNO"),
        (
            RecordKind.REGISTRO_PATRONAL,
            {"registro_patronal": "A1234567895", "razon_social": "UNO"},
            "A1234567895 UNO",
        ),
        (RecordKind.PERSONA, {**PERSONA, "curp": "C"}, "Gael Rivera Diego"),
        (
            RecordKind.RELACION,
            {**PERSONA, "curp": "C", "contratista_id": "7"},
            "Gael Rivera Diego",
        ),
        (RecordKind.CERTIFICADO, {"titular": "UNO", "numero": "0001"}, "UNO 0001"),
        (RecordKind.LOTE, {"nombre_archivo": "alta.txt"}, "alta.txt"),
        (RecordKind.MOVIMIENTOS, {}, ""),
    ],
)
def test_a_record_has_a_title_for_people(
    kind: RecordKind, content: dict[str, Any], title: str
) -> None:
    assert KINDS[kind].title(content) == title


def test_two_captures_of_a_movement_are_compared_in_words() -> None:
    assert movement_title(ALTA) == "GAEL RIVERA DIEGO"
    alta = movement_in_words(ALTA)
    for part in ("Alta o reingreso", "A1234567895", "06/10/2026", "SBC 1,234.05", "035", "01400"):
        assert part in alta.replace("UMF ", "")
    assert alta.endswith("clave E7")
    baja = movement_in_words(BAJA)
    assert baja.startswith("Baja, A1234567895, 06/10/2026, ")
    assert "SBC" not in baja
    assert "clave" not in baja


def test_a_list_of_workers_is_told_by_what_the_other_version_lacks(store: Store) -> None:
    rows = filas(3)
    all_three, first = pack_rows(rows), pack_rows(rows[:1])
    with store.read() as db:
        assert in_words(db, "trabajadores", [first], [all_three]) == ["1 trabajador"]
        more = (
            f"3 trabajadores; sólo aquí: {rows[1].nss} {rows[1].sbc}, {rows[2].nss} {rows[2].sbc}"
        )
        assert in_words(db, "trabajadores", [all_three], [first]) == [more]
        # The other version has no list at all.
        for nothing in ([], [None]):
            (told,) = in_words(db, "trabajadores", [first], nothing)
            assert told == f"1 trabajador; sólo aquí: {rows[0].nss} {rows[0].sbc}"
