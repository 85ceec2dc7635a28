"""Two desktops and one movement: both type it, edit it, delete it, put it in a lote."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import text

from icsoe_desktop.domain.sincronizacion.deletions import BAJAS, MOVIMIENTOS, deletion_mark
from icsoe_desktop.domain.sincronizacion.records import RecordKind
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.seguridad.sealed_record import Envelope, seal_record
from icsoe_desktop.services.sincronizacion.answers import Eleccion, RolOficina
from icsoe_desktop.store.connection import raw_of
from icsoe_desktop.store.sincronizacion import packets
from tests.services.movimientos.test_captura import ALTA
from tests.services.sincronizacion.conftest import Nuevo, Oficina
from tests.services.sincronizacion.equipos import OFICINA, join_office
from tests.services.sincronizacion.recibir.test_pasos_atras import Copia
from tests.services.sincronizacion.recibir.test_pasos_hostil import key_of
from tests.services.sincronizacion.recibir.test_pasos_movimientos import (
    PRESENTADO,
    Mesa,
    mesa,
    mesas,
    same,
)
from tests.services.sincronizacion.servidor_memoria import Memoria
from tests.services.sincronizacion.test_pasos import meet

__all__ = ["mesas"]  # the fixture
FECHA = date(2026, 2, 3)


def capture(mesa: Mesa, sbc: str) -> uuid.UUID:
    captura = replace(ALTA, fecha=FECHA, sbc=sbc)
    return mesa.movimientos.capture(mesa.equipo.sesion, captura).id


def edit(mesa: Mesa, movimiento: uuid.UUID, sbc: str) -> None:
    captura = replace(ALTA, fecha=FECHA, sbc=sbc)
    mesa.movimientos.edit(mesa.equipo.sesion, movimiento, captura)


def salaries(mesa: Mesa) -> list[int]:
    with mesa.equipo.store.read() as db:
        return list(db.execute(text("SELECT sbc FROM movimientos ORDER BY sbc")).scalars())


def lotes_of_movements(mesa: Mesa) -> list[uuid.UUID | None]:
    with mesa.equipo.store.read() as db:
        found = db.execute(text("SELECT lote_id FROM movimientos ORDER BY fecha")).scalars()
        return [None if one is None else uuid.UUID(bytes=one) for one in found]


def shown(mesa: Mesa) -> list[tuple[str, str, bool, bool]]:
    """Of each conflict: object, field, whether now 512 is there, whether 640 lost."""
    return [
        (one.objeto, one.campo, "SBC 512.00" in one.vigente, "SBC 640.00" in one.perdido)
        for one in mesa.equipo.sync.conflictos.all(mesa.equipo.sesion)
    ]


def test_a_movement_that_both_captured_is_one_and_the_salary_that_lost_can_be_put_back(
    mesas: tuple[Mesa, Mesa],
) -> None:
    one, other = mesas
    capture(one, "512.00")
    capture(other, "640.00")
    meet(one.equipo, other.equipo)
    assert same(one, other)
    assert salaries(one) == salaries(other) == [512_00]
    assert shown(one) == shown(other) == [("movimiento", "Movimiento", True, True)]
    (conflict,) = other.equipo.sync.conflictos.all(other.equipo.sesion)
    other.equipo.sync.conflictos.resolve(other.equipo.sesion, conflict, Eleccion.PERDIDO)
    meet(one.equipo, other.equipo)
    assert same(one, other)
    assert salaries(one) == [640_00]
    assert shown(one) == shown(other) == []


def test_what_lost_is_not_put_into_a_movement_that_was_presented(
    mesas: tuple[Mesa, Mesa],
) -> None:
    one, other = mesas
    capture(one, "512.00")
    capture(other, "640.00")
    meet(one.equipo, other.equipo)
    with one.equipo.store.read() as db:
        (movimiento,) = db.execute(text("SELECT id FROM movimientos")).scalars()
    one.lote(uuid.UUID(bytes=movimiento))
    (conflict,) = one.equipo.sync.conflictos.all(one.equipo.sesion)
    with pytest.raises(UserFacingError, match="ya no está pendiente"):
        one.equipo.sync.conflictos.resolve(one.equipo.sesion, conflict, Eleccion.PERDIDO)
    assert salaries(one) == [512_00]
    assert len(shown(one)) == 1


def test_a_movement_that_both_captured_keeps_how_far_one_of_them_brought_it(
    mesas: tuple[Mesa, Mesa],
) -> None:
    one, other = mesas
    capture(one, "512.00")
    one.equipo.round()
    sent = other.lote(capture(other, "512.00"))
    other.lotes.mark_sent(other.equipo.sesion, sent, PRESENTADO)
    other.lotes.mark_received(other.equipo.sesion, sent, PRESENTADO, "123456789")
    meet(other.equipo, one.equipo)
    assert one.states() == other.states() == ["Recibido"]
    assert lotes_of_movements(one) == [sent]
    assert same(one, other)


def test_what_follows_from_what_came_is_no_change_of_its_own(oficina: Oficina) -> None:
    """The desktop of an account that only reads follows the others."""
    uno, lee = oficina(RolOficina.CONSULTA)
    writer, reader = mesa(uno), mesa(lee)
    lote = writer.lote(capture(writer, "512.00"))
    marks = (
        lambda: None,
        lambda: writer.lotes.mark_sent(uno.sesion, lote, PRESENTADO),
        lambda: writer.lotes.cancel(uno.sesion, lote),
    )
    for mark in marks:
        mark()
        uno.round()
        said = lee.round()
        assert (said.motivo, said.pendientes) == ("", 0)
    assert lotes_of_movements(reader) == [None]
    for one in (writer, reader):
        one.movimientos.close()


@pytest.mark.parametrize("at", [0, 1])
@pytest.mark.parametrize("deleted", [True, False])
def test_a_movement_that_a_restored_disk_sends_in_a_second_packet_is_one_everywhere(
    mesas: tuple[Mesa, Mesa], memoria: Memoria, at: int, deleted: bool
) -> None:
    """Garbage hid the first packet from it, until the other desktop had put that back.

    deleted: the movement; otherwise another one of the first packet is edited.
    """
    one, other = mesas
    movement = other.capture(2)
    copia = Copia(other.equipo)
    companion = other.capture(4)
    meet(other.equipo, one.equipo)
    (packet,) = memoria.all("lotes")
    memoria.put("lotes", packet, {"v": 1, "k": 1, "s": "no"})
    copia.put_back()

    def puts_it_back() -> None:
        one.equipo.round()

    memoria.antes_de_escribir = puts_it_back
    for _ in range(2):
        meet(other.equipo, one.equipo)
    assert len(memoria.all("lotes")) == 2
    assert same(one, other)
    first, second = mesas[at], mesas[1 - at]
    if deleted:
        first.movimientos.delete(first.equipo.sesion, [movement])
    else:
        edit(first, companion, "700.00")
    for _ in range(3):
        meet(first.equipo, second.equipo)
    assert same(one, other)
    assert len(one.states()) == (1 if deleted else 2)


@pytest.mark.parametrize("second", [uuid.UUID(int=7), uuid.UUID(int=2**128 - 1)])
def test_who_only_reads_takes_what_a_copied_disk_sent_in_a_second_packet_for_no_change_of_its_own(
    oficina: Oficina, memoria: Memoria, second: uuid.UUID
) -> None:
    """It reads that packet first: the server lost the first one, until it was put back, edited."""
    uno, lee = oficina(RolOficina.CONSULTA)
    writer, reader = mesa(uno), mesa(lee)
    movement = capture(writer, "512.00")
    uno.round()
    (first,) = memoria.all("lotes")
    with uno.store.read() as db:
        told = {MOVIMIENTOS: packets.read(raw_of(db), uuid.UUID(first))}
    memoria.delete("lotes", first)
    envelope = Envelope(RecordKind.MOVIMIENTOS, told)
    memoria.put("lotes", second, seal_record(envelope, key_of(uno), OFICINA, second))
    lee.round()
    uno.round()
    edit(writer, movement, "640.00")
    for _ in range(3):
        uno.round()
        said = lee.round()
    assert (said.motivo, said.pendientes) == ("", 0)
    assert salaries(writer) == salaries(reader) == [640_00]
    assert shown(writer) == shown(reader)
    for one in (writer, reader):
        one.movimientos.close()


def test_a_newcomer_reads_a_movement_and_its_deletion_in_two_packets_at_once(
    mesas: tuple[Mesa, Mesa], memoria: Memoria, nuevo: Nuevo
) -> None:
    one, other = mesas
    gone, stays = one.capture(2), one.capture(4)
    meet(one.equipo, other.equipo)
    (packet,) = memoria.all("lotes")
    with one.equipo.store.read() as db:
        values = packets.read(raw_of(db), uuid.UUID(packet))[gone.hex]
    second = uuid.UUID(int=7)
    told = {MOVIMIENTOS: {}, BAJAS: {gone.hex: deletion_mark(values)}}
    envelope = Envelope(RecordKind.MOVIMIENTOS, told)
    memoria.put("lotes", second, seal_record(envelope, key_of(one.equipo), OFICINA, second))
    guest, cuenta, password = nuevo()
    assert join_office(one.equipo, guest, cuenta, password).motivo == ""
    assert guest.count("movimientos") == 1
    meet(guest, one.equipo, other.equipo)
    assert guest.replica() == one.equipo.replica() == other.equipo.replica()
    assert guest.replica()["movimientos"].keys() == {stays.hex}
