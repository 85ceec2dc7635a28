"""One member's desktop empties the office: each other desktop keeps it until a person decides."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select

from icsoe_desktop.domain.sincronizacion.records import RecordKind
from icsoe_desktop.domain.sincronizacion.stamps import History
from icsoe_desktop.seguridad.sealed_record import Envelope, seal_record
from icsoe_desktop.services.contratista.service import forget_contratista
from icsoe_desktop.services.sincronizacion.answers import Luz, RolOficina
from icsoe_desktop.services.sincronizacion.enviar.bases import history_of
from icsoe_desktop.services.sincronizacion.recibir.deletions import FEW, MANY_DELETED
from icsoe_desktop.services.sincronizacion.valores.rows import RecordRows
from icsoe_desktop.store.tables.icsoe import ContratistaRow
from icsoe_desktop.store.tables.registros import CertificadoRow, RegistroPatronalRow
from icsoe_desktop.store.tables.sincronizacion import ConflictoRow, VersionRow
from tests.services.sincronizacion.conftest import Oficina
from tests.services.sincronizacion.enviar.test_pasos_partes import add_many
from tests.services.sincronizacion.equipos import OFICINA, Equipo, open_again
from tests.services.sincronizacion.recibir.test_pasos_hostil import key_of
from tests.services.sincronizacion.recibir.test_pasos_movimientos import Mesa, mesas
from tests.services.sincronizacion.servidor_memoria import Memoria
from tests.services.sincronizacion.test_pasos import CURP, meet

__all__ = ["mesas"]  # the fixture
MANY = FEW + 10
Tres = tuple[Equipo, Equipo, Equipo, list[uuid.UUID]]


@pytest.fixture
def emptied(oficina: Oficina) -> Tres:
    """The second desktop deleted everything, and the others heard of it."""
    uno, dos, tres = oficina(RolOficina.MIEMBRO, RolOficina.MIEMBRO)
    rows = add_many(uno, MANY)
    meet(uno, dos, tres)
    delete(dos, rows)
    for equipo in (dos, uno, tres):
        assert equipo.round().motivo == ""
    return uno, dos, tres, rows


def delete(equipo: Equipo, rows: list[uuid.UUID]) -> None:
    with equipo.store.write() as db:
        for row in rows:
            db.delete(db.get_one(RegistroPatronalRow, row))


def add_many_met(uno: Equipo, dos: Equipo) -> list[uuid.UUID]:
    rows = add_many(uno, MANY)
    meet(uno, dos)
    return rows


def there(*equipos: Equipo) -> list[int]:
    return [equipo.count("registros_patronales") for equipo in equipos]


def test_what_one_member_deletes_beyond_a_measure_waits_for_a_person(emptied: Tres) -> None:
    uno, dos, tres, _rows = emptied
    open_again(uno)
    for _ in range(2):
        meet(uno, tres)
    assert there(uno, dos, tres) == [MANY - FEW, 0, MANY - FEW]
    for equipo in (uno, tres):
        aside = equipo.aside()
        assert {(one.motivo, one.por_decidir) for one in aside} == {(MANY_DELETED, True)}
        assert equipo.sync.state().luz is Luz.ATENCION


def test_the_deletions_are_applied_where_a_person_says_so(emptied: Tres) -> None:
    uno, dos, tres, _rows = emptied
    uno.sync.conflictos.decide_deletions(uno.sesion, apply=True)
    assert uno.round().motivo == ""
    assert (there(uno, dos, tres), uno.aside()) == (
        [0, 0, MANY - FEW],
        (),
    )


def test_what_a_person_keeps_comes_back_everywhere(emptied: Tres) -> None:
    uno, dos, tres, rows = emptied
    uno.change(RegistroPatronalRow, rows[-1], razon_social="Se editó mientras esperaba")
    uno.sync.conflictos.decide_deletions(uno.sesion, apply=False)
    for _ in range(2):
        meet(uno, dos, tres)
    assert there(uno, dos, tres) == [MANY - FEW] * 3
    assert uno.replica() == dos.replica() == tres.replica()
    for equipo in (uno, dos, tres):
        assert equipo.aside() == ()
        assert equipo.count("sincronizacion_salida") == 0


def test_a_member_who_deletes_little_or_whose_day_is_over_waits_for_nobody(
    uno: Equipo, dos: Equipo, memoria: Memoria
) -> None:
    rows = add_many(uno, MANY)
    meet(uno, dos)
    for part in (rows[:FEW], rows[FEW:]):
        delete(uno, part)
        meet(uno, dos)
        memoria.ahora_ms += 86_400_000
    assert there(uno, dos) == [0, 0]


def test_what_others_deleted_is_recovered_after_a_restart(emptied: Tres) -> None:
    uno, dos, tres, _rows = emptied
    assert [len(one.sync.conflictos.deleted(one.sesion)) for one in (uno, dos, tres)] == [
        FEW,
        0,
        FEW,
    ]
    open_again(uno)
    kept = uno.sync.conflictos.deleted(uno.sesion)
    assert {(one.objeto, one.autor and one.autor.equipo) for one in kept} == {
        ("registro patronal", "dos")
    }
    assert uno.sync.conflictos.recover(uno.sesion, [one.id for one in kept]) == FEW
    uno.sync.conflictos.decide_deletions(uno.sesion, apply=False)
    for _ in range(2):
        meet(uno, dos, tres)
    assert there(uno, dos, tres) == [MANY] * 3
    assert uno.replica() == dos.replica() == tres.replica()
    assert uno.sync.conflictos.deleted(uno.sesion) == ()
    assert uno.sync.state().luz is Luz.AL_DIA


def test_the_measure_of_a_day_outlives_a_restart(uno: Equipo, dos: Equipo) -> None:
    rows = add_many(uno, MANY)
    meet(uno, dos)
    for part in (rows[:FEW], rows[FEW:-2], rows[-2:-1], rows[-1:]):
        delete(uno, part)
        uno.round()
        open_again(dos)
        dos.round()
    assert there(dos) == [MANY - FEW]


def test_what_was_deleted_is_forgotten_after_its_days_of_the_server(
    uno: Equipo, dos: Equipo, memoria: Memoria
) -> None:
    delete(uno, add_many_met(uno, dos)[:3])
    meet(uno, dos)

    def kept() -> int:
        open_again(dos)
        dos.round()
        return len(dos.sync.conflictos.deleted(dos.sesion))

    dos.reloj.now += timedelta(days=400)  # its clock is wrong
    assert kept() == 3
    memoria.ahora_ms += 31 * 86_400_000
    assert kept() == 0


def test_who_signs_no_write_or_with_many_names_is_one_member(
    uno: Equipo, dos: Equipo, memoria: Memoria
) -> None:
    rows = add_many_met(uno, dos)
    with dos.store.read() as db:
        known = {row.registro: history_of(row) for row in db.scalars(select(VersionRow))}
    for at, row in enumerate(rows):
        history = known[row].written((f"{at:016}", 1)) if at % 2 else History()
        gone = Envelope(RecordKind.REGISTRO_PATRONAL, None, None, history)
        memoria.put("contratistas", row, seal_record(gone, key_of(uno), OFICINA, row))
    assert dos.round().motivo == ""
    assert there(dos) == [MANY - FEW]


def test_records_that_are_said_to_have_joined_another_one_count_too(
    uno: Equipo, dos: Equipo, memoria: Memoria
) -> None:
    first, *rows = add_many(uno, MANY)
    meet(uno, dos)
    for row in rows:
        swallowed = Envelope(
            RecordKind.REGISTRO_PATRONAL, None, first, History((("intruso1aaaaaaaa", 1),))
        )
        sealed = seal_record(swallowed, key_of(uno), OFICINA, row)
        memoria.put("contratistas", row, sealed)
    assert dos.round().motivo == ""
    assert there(dos) == [MANY - FEW]


def test_movements_that_are_left_out_of_their_packet_count_too(
    mesas: tuple[Mesa, Mesa],
) -> None:
    one, other = mesas
    ids = [one.capture(day) for day in range(1, 29)]
    meet(one.equipo, other.equipo)
    one.movimientos.delete(one.equipo.sesion, ids)
    meet(one.equipo, other.equipo)
    assert other.equipo.count("movimientos") == len(ids)
    other.equipo.sync.conflictos.decide_deletions(other.equipo.sesion, apply=False)
    meet(other.equipo, one.equipo)
    assert one.equipo.count("movimientos") == len(ids)
    assert one.equipo.replica() == other.equipo.replica()


def test_a_contratista_comes_back_with_all_that_went_with_it_and_a_certificate_with_its_key(
    uno: Equipo, dos: Equipo
) -> None:
    contratista = uno.add_contratista("OFI010101AB1")
    uno.add_capturista(contratista, CURP)
    certificado = uno.add_certificado(uno.add_registro("Y6077636105", "Razón"))
    meet(uno, dos)
    before = dos.replica()
    with dos.store.read() as db:
        plain = RecordRows(dos.store).local(db, RecordKind.CERTIFICADO, certificado)
    with uno.store.write() as db:
        forget_contratista(db, contratista)
        db.delete(db.get_one(ContratistaRow, contratista))
        db.delete(db.get_one(CertificadoRow, certificado))
    meet(uno, dos)
    assert (dos.count("relaciones"), dos.count("certificados")) == (0, 0)
    kept = dos.sync.conflictos.deleted(dos.sesion)
    assert plain is not None
    with dos.store.read() as db:
        stored = "".join(db.scalars(select(ConflictoRow.perdido)))
    assert str(plain["llave"]) not in stored
    assert dos.sync.conflictos.recover(dos.sesion, [one.id for one in kept]) == len(kept) == 3
    meet(dos, uno)
    assert uno.replica() == dos.replica()
    assert dos.replica()["contratistas"].keys() == before["contratistas"].keys()
    assert dos.replica()["certificados"] == before["certificados"]


def test_movements_that_others_deleted_are_recovered(mesas: tuple[Mesa, Mesa]) -> None:
    one, other = mesas
    ids = [one.capture(day) for day in range(1, 5)]
    meet(one.equipo, other.equipo)
    one.movimientos.delete(one.equipo.sesion, ids[:3])
    meet(one.equipo, other.equipo)
    kept = other.equipo.sync.conflictos.deleted(other.equipo.sesion)
    assert [(gone.objeto, bool(gone.titulo)) for gone in kept] == [("movimiento", True)] * 3
    assert kept[0].autor is not None
    assert kept[0].autor.usuario
    assert other.equipo.sync.conflictos.recover(other.equipo.sesion, [kept[0].id, kept[1].id]) == 2
    meet(other.equipo, one.equipo)
    assert [each.equipo.count("movimientos") for each in mesas] == [3, 3]
    assert one.equipo.replica() == other.equipo.replica()
    assert other.equipo.count("sincronizacion_nuevos") == 0
