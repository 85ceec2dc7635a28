"""Several parts, one of them on its way: edits, cancelling and refusals meanwhile."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from icsoe_desktop.domain.sincronizacion.records import RecordKind
from icsoe_desktop.domain.sincronizacion.stamps import History
from icsoe_desktop.gateways.kinto.batch import POISONED
from icsoe_desktop.gateways.kinto.errors import CANNOT_SAVE, NoConnectionError
from icsoe_desktop.gateways.kinto.values import (
    MAX_BATCH_BYTES,
    MAX_WRITES,
    RecordWrite,
    WriteAnswer,
)
from icsoe_desktop.jobs import Cancelled
from icsoe_desktop.seguridad.sealed_record import Envelope, seal_record
from icsoe_desktop.services.sincronizacion.answers import ClaseConflicto, Luz
from icsoe_desktop.services.sincronizacion.enviar import preparation
from icsoe_desktop.services.sincronizacion.enviar.preparation import PreparedRecord, _batches
from icsoe_desktop.services.sincronizacion.recibir import blocks
from icsoe_desktop.services.sincronizacion.recibir.integration import RecordIntegration
from icsoe_desktop.services.sincronizacion.recibir.writer import RecordWriter
from icsoe_desktop.services.sincronizacion.valores import kinds
from icsoe_desktop.services.sincronizacion.valores.rows import DAMAGED
from icsoe_desktop.store.connection import raw_of
from icsoe_desktop.store.sincronizacion import outbox, packets
from icsoe_desktop.store.tables.icsoe import RelacionRow
from icsoe_desktop.store.tables.lotes import LoteRow
from icsoe_desktop.store.tables.registros import RegistroPatronalRow
from icsoe_desktop.store.tables.sincronizacion import ConflictoRow
from tests.services.sincronizacion.conftest import Nuevo
from tests.services.sincronizacion.equipos import OFICINA, CancelAt, Equipo, join_office, open_again
from tests.services.sincronizacion.recibir.test_pasos_hostil import contents, held, key_of
from tests.services.sincronizacion.recibir.test_pasos_movimientos import (
    PRESENTADO,
    Mesa,
    mesas,
    same,
)
from tests.services.sincronizacion.servidor_memoria import Memoria, ServidorMemoria
from tests.services.sincronizacion.test_pasos import CURP, meet
from tests.services.sincronizacion.valores.test_pasos_versiones import _lote, _write

__all__ = ["mesas"]  # the fixture

RFC = "OFI010101AB1"


def add_many(equipo: Equipo, count: int) -> list[uuid.UUID]:
    return [equipo.add_registro(f"Y{5512345 + n:07}10", f"Empresa {n}") for n in range(count)]


def versions(memoria: Memoria, coleccion: str) -> dict[str, int]:
    return {name: version for name, (version, _) in memoria.registros[coleccion].items()}


def test_what_was_on_its_way_when_it_was_cancelled_is_known_again(
    uno: Equipo, dos: Equipo, memoria: Memoria
) -> None:
    add_many(uno, 2 * MAX_WRITES + 5)
    with pytest.raises(Cancelled):
        uno.sync.sync(CancelAt(2, "Enviando"))
    written = versions(memoria, "contratistas")
    assert len(written) == MAX_WRITES
    assert uno.sync.state().esperan == 2 * MAX_WRITES + 5
    said = uno.round()
    assert (said.motivo, said.enviados, said.pendientes) == ("", MAX_WRITES + 5, 0)
    assert written.items() <= versions(memoria, "contratistas").items()
    meet(uno, dos)
    assert dos.replica() == uno.replica()
    assert uno.count("sincronizacion_envios") == 0


def test_of_one_part_each_record_gets_its_own_answer(
    uno: Equipo, dos: Equipo, memoria: Memoria, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken, shared, refused = add_many(uno, 3)
    meet(uno, dos)
    real = ServidorMemoria._write

    def write(self: ServidorMemoria, coleccion: str, one: RecordWrite) -> WriteAnswer:
        if one.id == str(refused) and self._cuenta == uno.nombre:
            return WriteAnswer(one.id, refusal=POISONED)
        return real(self, coleccion, one)

    dos.change(RegistroPatronalRow, shared, rfc="OFI020202AB2")
    for row in (taken, shared, refused):
        uno.change(RegistroPatronalRow, row, razon_social="Cambió de nombre")
    memoria.antes_de_escribir = lambda: assert_good(dos)
    with monkeypatch.context() as patch:
        patch.setattr(ServidorMemoria, "_write", write)
        said = uno.round()
    assert (said.motivo, said.enviados, said.apartados, said.conflictos) == ("", 2, 1, 0)
    (aside,) = uno.aside()
    assert (aside.registro_id, aside.motivo, aside.entrante) == (refused, POISONED, False)
    assert uno.sync.state().luz is Luz.ATENCION
    dos.round()
    found = [dos.get(RegistroPatronalRow, row, "razon_social", "rfc")
             for row in (taken, shared, refused)]  # fmt: skip
    assert found == [
        ("Cambió de nombre", RFC),
        ("Cambió de nombre", "OFI020202AB2"),
        ("Empresa 2", RFC),
    ]
    assert uno.get(RegistroPatronalRow, shared, "rfc") == ("OFI020202AB2",)
    # Nothing but a person sends it again.
    uno.sync.conflictos.retry(uno.sesion, aside.coleccion, refused)
    meet(uno, dos)
    assert uno.aside() == ()
    assert dos.replica() == uno.replica()


def assert_good(equipo: Equipo) -> None:
    assert equipo.round().motivo == ""


def watch_parts(
    monkeypatch: pytest.MonkeyPatch, look: Callable[[int, Sequence[RecordWrite]], None]
) -> list[int]:
    """Call `look` with the number of each part, from 1, and its records. Returns their lengths."""
    real = ServidorMemoria.write
    parts: list[int] = []

    def write(
        self: ServidorMemoria, coleccion: str, escrituras: Sequence[RecordWrite]
    ) -> tuple[WriteAnswer, ...]:
        parts.append(len(escrituras))
        look(len(parts), escrituras)
        return real(self, coleccion, escrituras)

    monkeypatch.setattr(ServidorMemoria, "write", write)
    return parts


def test_movements_get_their_records_while_others_are_on_their_way(
    mesas: tuple[Mesa, Mesa], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = mesas
    meet(one.equipo, other.equipo)
    monkeypatch.setattr(packets, "PER_PACKET", 2)
    monkeypatch.setattr(preparation, "_ASSIGN_FIRST", 4)
    monkeypatch.setattr(preparation, "_ASSIGN_AT_ONCE", 4)

    def lose_the_second(number: int, _: Sequence[RecordWrite]) -> None:
        if number == 2:
            raise NoConnectionError

    for day in range(1, 17):
        one.capture(day)
    parts = watch_parts(monkeypatch, lose_the_second)
    broken = one.equipo.round()
    # Of four parts of four movements one arrived, one did not, and one had just been made ready.
    assert (broken.enviados, parts) == (2, [2, 2])
    assert one.equipo.count("sincronizacion_nuevos") == 4
    assert one.equipo.round().pendientes == 0
    meet(one.equipo, other.equipo)
    assert same(one, other)
    assert other.equipo.count("sincronizacion_movimientos") == 16
    assert other.equipo.count("movimientos") == 16


def test_of_two_movements_alike_the_one_known_by_its_id_stays_itself(
    mesas: tuple[Mesa, Mesa],
) -> None:
    one, _ = mesas
    known, twin, record = one.capture(2), uuid.uuid4(), uuid.uuid4()
    with one.equipo.store.write() as db:
        raw = raw_of(db)
        (made,) = packets.assign(raw, one.equipo.store.new_id, 10)
        (values,) = packets.read(raw, made).values()
        # As after leaving the office and joining again: it has its id and is in no record.
        raw.execute("DELETE FROM sincronizacion_movimientos")
        raw.execute("INSERT INTO sincronizacion_nuevos SELECT fila FROM movimientos")
        outbox.applying(raw, True)
        wanted = {twin.hex: values, known.hex: values}
        assert packets.write(raw, record, wanted) == (True, False, {}, False)
        outbox.applying(raw, False)
        assert packets.read(raw, record) == wanted
    assert one.equipo.count("sincronizacion_nuevos") == 0


def test_a_first_download_that_was_killed_goes_on_where_it_was(
    mesas: tuple[Mesa, Mesa], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = mesas
    monkeypatch.setattr(packets, "PER_PACKET", 2)
    monkeypatch.setattr(blocks, "_NEW_AT_ONCE", 2)
    for day in range(1, 21):
        one.capture(day)
    one.equipo.round()
    write, done = RecordWriter.write_new, []

    def killed(*args: Any) -> Any:
        done.append(args)
        if len(done) == 3:
            raise KeyboardInterrupt
        return write(*args)

    with monkeypatch.context() as patch:
        patch.setattr(RecordWriter, "write_new", killed)
        patch.setattr(RecordIntegration, "integrate", None)  # records that are new go by blocks
        with pytest.raises(KeyboardInterrupt):
            other.equipo.round()
    assert other.equipo.count("movimientos") == 8  # what was committed before
    open_again(other.equipo)
    said = other.equipo.round()
    assert (said.motivo, said.recibidos) == ("", 6)
    assert same(one, other)


def test_of_many_records_that_are_new_the_one_that_raises_is_held_alone(
    uno: Equipo, memoria: Memoria, nuevo: Nuevo
) -> None:
    rows = add_many(uno, 45)
    meet(uno)
    with uno.store.read() as db:
        told = uno.sync.conflictos._bases.base(db, RecordKind.REGISTRO_PATRONAL, rows[30])
    bad = Envelope(RecordKind.REGISTRO_PATRONAL, {**(told or {}), "razon_social": "A\r\nB"})
    memoria.put("contratistas", rows[30], seal_record(bad, key_of(uno), OFICINA, rows[30]))
    guest, cuenta, password = nuevo()
    assert join_office(uno, guest, cuenta, password).motivo == ""
    assert held(guest) == [(rows[30], DAMAGED)]
    assert guest.count("registros_patronales") == 44


def records(amount: int, size: int) -> list[PreparedRecord]:
    return [
        PreparedRecord(
            uuid.UUID(int=at),
            b"",
            RecordWrite(str(at), {"s": "x" * size}, None),
            History(),
            True,
            b"",
        )
        for at in range(amount)
    ]


@pytest.mark.parametrize(
    ("amount", "size", "expected"),
    [
        (0, 10, []),
        (MAX_WRITES, 10, [MAX_WRITES]),
        (2 * MAX_WRITES + 1, 10, [MAX_WRITES, MAX_WRITES, 1]),
        # With what else a request says of each.
        (3, MAX_BATCH_BYTES // 2 - 600, [2, 1]),
        (3, MAX_BATCH_BYTES // 2, [1, 1, 1]),
    ],
)
def test_a_request_holds_no_more_records_nor_bytes_than_the_server_takes(
    amount: int, size: int, expected: list[int]
) -> None:
    waiting = records(amount, size)
    parts = _batches(waiting)
    assert [len(part) for part in parts] == expected
    assert [one for part in parts for one in part] == waiting


def test_a_lote_whose_file_is_too_long_to_travel_keeps_it_where_it_was_made(
    uno: Equipo, dos: Equipo, memoria: Memoria, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kinds, "MAX_ARCHIVO_LOTE", 3)
    lote = _lote(uno)
    meet(uno, dos)
    assert dos.get(LoteRow, lote, "contenido") == (b"",)
    _write(dos, LoteRow, lote, estado="Enviado", enviado=PRESENTADO)
    meet(dos, uno)
    assert uno.get(LoteRow, lote, "estado", "contenido") == ("Enviado", b"nada")
    # No file, which is not an empty one.
    assert contents(memoria, uno, RecordKind.LOTE)[lote]["contenido"] is None
    assert (uno.round().enviados, dos.round().enviados) == (0, 0)


def test_what_lost_of_somebody_whose_deletion_was_told_before_is_gone_too(
    uno: Equipo, dos: Equipo
) -> None:
    row = uno.add_capturista(uno.add_contratista(RFC), CURP)
    meet(uno, dos)
    for _ in range(2):
        with uno.store.write() as db:
            found = db.get(RelacionRow, row)
            if found is not None:
                db.delete(found)
            # As when she came back under her former id, with what had lost, and went again.
            lost = {"id": uno.store.new_id(), "coleccion": "capturistas", "registro": row}
            said = {
                "clase": ClaseConflicto.CAMPO.value,
                "campo": "telefono",
                "vigente": "[1]",
                "perdido": "[2]",
            }
            db.add(ConflictoRow(**lost, **said, cuando=uno.store.clock()))
            outbox.enqueue(raw_of(db), RecordKind.RELACION, [row])
        uno.round()
        assert uno.count("sincronizacion_conflictos") == 0


def test_what_the_server_doubts_is_asked_once_a_round(
    uno: Equipo, monkeypatch: pytest.MonkeyPatch
) -> None:
    uno.round()
    doubted = uno.add_contratista(RFC)
    asked: list[str] = []
    real = ServidorMemoria._write

    def doubting(self: ServidorMemoria, coleccion: str, one: RecordWrite) -> WriteAnswer:
        if one.id != str(doubted):
            return real(self, coleccion, one)
        asked.append(one.id)
        return WriteAnswer(one.id, refusal=POISONED, doubtful=True)

    monkeypatch.setattr(ServidorMemoria, "_write", doubting)
    assert uno.round().motivo == CANNOT_SAVE
    assert asked == [str(doubted)]
