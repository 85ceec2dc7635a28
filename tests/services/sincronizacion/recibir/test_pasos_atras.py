"""Old states that come back: of the server, of a record, of a desktop. Each is known as old by its
stamps, whatever server and clocks say, and whoever has the newer one puts it back."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, text
from sqlalchemy.orm import make_transient

from icsoe_desktop.services.sincronizacion.answers import RolOficina
from icsoe_desktop.services.sincronizacion.enviar import preparation
from icsoe_desktop.store.tables.icsoe import RelacionRow
from icsoe_desktop.store.tables.registros import RegistroPatronalRow
from icsoe_desktop.store.tables.sincronizacion import RetenidoRow, SalidaRow
from tests.services.movimientos.test_captura import ALTA
from tests.services.sincronizacion.equipos import Equipo, made_office, open_again
from tests.services.sincronizacion.recibir.test_pasos_movimientos import Mesa, mesa
from tests.services.sincronizacion.servidor_memoria import Memoria
from tests.services.sincronizacion.test_pasos import CURP, meet

RFC = "OFI010101AB1"
HALF = "\ud800"
Juntos = tuple[Equipo, Equipo, uuid.UUID]


def phone(equipo: Equipo, row: uuid.UUID) -> Any:
    return equipo.get(RelacionRow, row, "telefono")[0]


def share_a_capturista(equipos: list[Equipo]) -> uuid.UUID:
    uno, _dos = equipos
    row = uno.add_capturista(uno.add_contratista(RFC), CURP, telefono="5550000000")
    meet(*equipos)
    return row


@pytest.fixture
def juntos(tmp_path: Path, memoria: Memoria) -> Iterator[Juntos]:
    """Two desktops and a capturista that both have."""
    made = made_office((RolOficina.MIEMBRO,), share_a_capturista)
    with made.open(tmp_path, memoria) as (uno, dos):
        assert made.row is not None
        yield uno, dos, made.row


def all_agree(*equipos: Equipo) -> None:
    for equipo in equipos:
        assert equipo.replica() == equipos[0].replica()
        assert equipo.aside() == ()
        assert equipo.count("sincronizacion_salida") == 0
        assert equipo.count("sincronizacion_envios") == 0


@pytest.mark.parametrize("others_wrote", [False, True])
def test_an_acknowledged_edit_that_a_snapshot_lost_comes_back_after_a_restart(
    memoria: Memoria, juntos: Juntos, others_wrote: bool
) -> None:
    uno, dos, row = juntos
    foto = memoria.photo()
    uno.change(RelacionRow, row, telefono="5551111111")
    assert uno.round().enviados == 1
    foto()
    open_again(uno, dos)
    if others_wrote:  # so that the collection is newer than ever, and has as many records
        (contratista,) = dos.get(RelacionRow, row, "contratista_id")
        dos.add_capturista(contratista, "FIDP850505HDFCMS01")
        assert dos.round().motivo == ""
    meet(uno, dos)
    assert (phone(uno, row), phone(dos, row)) == ("5551111111", "5551111111")
    all_agree(uno, dos)
    assert uno.conflicts() == ()


@pytest.mark.parametrize("batch", [1, 2])
def test_a_server_that_goes_back_while_a_round_writes_is_mended_by_that_round(
    memoria: Memoria, juntos: Juntos, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    """Otherwise what is written then hides what was lost, until versions are compared.

    batch: before which one it goes back, and so loses what only this desktop has.
    """
    uno, dos, row = juntos
    monkeypatch.setattr(preparation, "MAX_WRITES", 1)
    foto = memoria.photo()
    if batch == 1:
        uno.change(RelacionRow, row, telefono="5551111111")
        uno.round()
    (contratista,) = uno.get(RelacionRow, row, "contratista_id")
    for curp in ("FIDP850505HDFCMS01", "FIDP850505MDFCMS09"):
        uno.add_capturista(contratista, curp)
    hooks = [foto, lambda: None][:batch]

    def before_the_next() -> None:
        hooks.pop()()
        memoria.antes_de_escribir = before_the_next if hooks else None

    memoria.antes_de_escribir = before_the_next
    assert uno.round().pendientes == 0
    dos.round()
    assert phone(dos, row) == phone(uno, row)
    all_agree(uno, dos)


def test_what_waited_here_while_the_server_lost_it_is_no_longer_there(
    memoria: Memoria, uno: Equipo, dos: Equipo
) -> None:
    """A relation whose contratista was spoilt; its author deleted it, then the server went back."""
    foto = memoria.photo()
    contratista = uno.add_contratista(RFC)
    row = uno.add_capturista(contratista, CURP)
    uno.round()
    memoria.put("contratistas", contratista, {"v": 1, "k": 1, "s": "no"})
    dos.round()
    assert {one.registro_id for one in dos.aside()} == {contratista, row}
    with uno.store.write() as db:
        db.delete(db.get_one(RelacionRow, row))
    uno.round()
    foto()
    for _ in range(3):
        meet(uno, dos)
    assert dos.count("relaciones") == 0
    all_agree(uno, dos)


def test_an_edit_made_on_a_server_that_went_back_loses_nothing_of_before(
    memoria: Memoria, juntos: Juntos
) -> None:
    uno, dos, row = juntos
    foto = memoria.photo()
    uno.change(RelacionRow, row, telefono="5551111111", correo="nuevo@ejemplo.mx")
    uno.round()
    foto()
    dos.change(RelacionRow, row, telefono="5552222222")
    dos.round()
    open_again(uno)
    meet(uno, dos)
    all_agree(uno, dos)
    (correo,) = uno.get(RelacionRow, row, "correo")
    told = {correo} | {phone(uno, row)}
    for found in uno.conflicts():
        told |= {found.vigente, found.perdido}
    assert told >= {"5551111111", "5552222222", "nuevo@ejemplo.mx"}


@pytest.mark.parametrize("told", [False, True])
def test_a_deleted_movement_stays_deleted_though_its_packet_was_edited_apart(
    memoria: Memoria, juntos: Juntos, told: bool
) -> None:
    """told: the deletion was acknowledged before the server went back."""
    uno, dos, _row = juntos
    one, other = mesa(uno), mesa(dos)
    gone, changed, both = (one.capture(day) for day in (2, 3, 4))
    meet(uno, dos)
    foto = memoria.photo()
    edit_on(one, changed, 5)
    uno.round()
    one.movimientos.delete(uno.sesion, [gone, both])
    if told:
        uno.round()
    foto()
    edit_on(other, changed, 6)
    edit_on(other, both, 7)  # so its deletion does not hold
    assert dos.round().motivo == ""
    open_again(uno, dos)
    for _ in range(2):
        meet(uno, dos)
    all_agree(uno, dos)
    assert uno.replica() == dos.replica()
    assert days_of(one) == days_of(other)
    assert set(days_of(one)) <= {5, 6, 7}
    assert 7 in days_of(one)
    assert len(days_of(one)) == 2
    one.movimientos.close()
    other.movimientos.close()


@pytest.mark.parametrize("by_other", [False, True])
def test_a_deleted_movement_stays_deleted_though_a_disk_returns_from_before_it_was_sent(
    juntos: Juntos, by_other: bool
) -> None:
    uno, dos, _row = juntos
    one, other = mesa(uno), mesa(dos)
    gone, _stays, edited = (other.capture(day) for day in (2, 3, 4))
    copia = Copia(dos)
    meet(dos, uno)
    deleter = uno if by_other else dos
    (one if by_other else other).movimientos.delete(deleter.sesion, [gone, edited])
    meet(deleter, uno, dos)
    assert days_of(one) == days_of(other) == [3]
    copia.put_back()
    edit_on(other, edited, 7)  # so its deletion does not hold
    for _ in range(2):
        meet(dos, uno)
    all_agree(uno, dos)
    assert days_of(one) == days_of(other) == [3, 7]
    one.movimientos.close()
    other.movimientos.close()


def edit_on(mesa: Mesa, movimiento: uuid.UUID, day: int) -> None:
    captura = replace(ALTA, fecha=date(2026, 2, day), nombres="Íñigo")
    mesa.movimientos.edit(mesa.equipo.sesion, movimiento, captura)


def days_of(mesa: Mesa) -> list[int]:
    with mesa.equipo.store.read() as db:
        found = db.execute(text("SELECT fecha FROM movimientos ORDER BY fecha")).scalars()
        return [one % 100 for one in found]


def test_an_older_sealed_version_that_the_administrator_writes_again_is_undone(
    memoria: Memoria, juntos: Juntos
) -> None:
    uno, dos, row = juntos
    older = memoria.read("capturistas", row)
    uno.change(RelacionRow, row, telefono="5551111111")
    meet(uno, dos)
    memoria.put("capturistas", row, older)
    meet(dos, uno)
    assert (phone(uno, row), phone(dos, row)) == ("5551111111", "5551111111")
    all_agree(uno, dos)
    assert memoria.read("capturistas", row) != older
    assert uno.conflicts() == ()


GARBAGE: list[dict[str, object]] = [
    {"v": 1, "k": 1, "s": "AAAA"},
    {"v": 1, "k": 1, "s": 7},
    {"hola": 1},
    {},
    {"v": 1, "k": 1, "s": HALF},
    {"v": 1, "k": 1, "s": HALF, HALF: [HALF]},
]


def test_garbage_over_a_record_is_replaced_by_whoever_has_it(
    memoria: Memoria, juntos: Juntos
) -> None:
    uno, dos, row = juntos
    for garbage in GARBAGE:
        memoria.put("capturistas", row, garbage)
        meet(dos, uno)
        all_agree(uno, dos)
        assert set(memoria.read("capturistas", row)) == {"v", "k", "s"}, garbage


@pytest.mark.parametrize("way", ["snapshot", "deletion"])
def test_garbage_that_the_server_has_no_more_is_not_set_aside_for_ever(
    way: str, memoria: Memoria, juntos: Juntos
) -> None:
    """Chaos, seed 20260302: whose record it was had deleted it, and puts back nothing."""
    uno, dos, _row = juntos
    foto = memoria.photo()
    registro = uno.add_registro("Y6077636105", "Se borra")
    uno.round()
    memoria.put("contratistas", registro, {})
    assert dos.round().apartados == 1
    with uno.store.write() as db:
        db.delete(db.get_one(RegistroPatronalRow, registro))
    uno.round()
    if way == "snapshot":
        foto()
        open_again(uno, dos)
    else:
        memoria.delete("contratistas", registro)
    meet(uno, dos)
    all_agree(uno, dos)
    assert (uno.count("registros_patronales"), dos.count("registros_patronales")) == (0, 0)


class Copia:
    """The store of a desktop as it is now."""

    def __init__(self, equipo: Equipo) -> None:
        self.equipo = equipo
        equipo.store.engine.dispose()
        self._content = equipo.file.read_bytes()

    def put_back(self) -> None:
        self.equipo.store.engine.dispose()
        for extra in ("-wal", "-shm"):
            Path(f"{self.equipo.file}{extra}").unlink(missing_ok=True)
        self.equipo.file.write_bytes(self._content)
        open_again(self.equipo)


@pytest.mark.parametrize("seen_before", [False, True])
def test_garbage_in_the_place_of_a_record_that_nobody_sent_yet_is_written_over(
    memoria: Memoria, juntos: Juntos, seen_before: bool
) -> None:
    """Chaos, seed 14001: every desktop had the record waiting, and none could ever send it.

    seen_before: the garbage was read, and set aside, before the record was here.
    """
    uno, dos, row = juntos
    (contratista,) = uno.get(RelacionRow, row, "contratista_id")
    late = uno.add_capturista(contratista, "FIDP850505HDFCMS01")
    with uno.store.write() as db:
        waiting = db.get_one(SalidaRow, ("capturistas", late))
        if seen_before:
            db.expunge(waiting)
            db.execute(delete(SalidaRow).where(SalidaRow.registro == late))
    memoria.put("capturistas", late, {"v": 1, "k": 1, "s": "no es base 64"})
    if seen_before:
        uno.round()
        with uno.store.write() as db:
            assert db.get(RetenidoRow, ("capturistas", late)) is not None
            make_transient(waiting)
            db.add(waiting)
    meet(uno, dos)
    assert uno.round().pendientes == 0
    all_agree(uno, dos)
    assert phone(dos, late) == phone(uno, late) == "5555555555"


@pytest.mark.parametrize("edited_again", [False, True])
def test_a_desktop_restored_from_an_old_copy_does_not_bring_back_what_it_was_about_to_send(
    juntos: Juntos, edited_again: bool
) -> None:
    uno, dos, row = juntos
    dos.change(RelacionRow, row, telefono="5551111111")
    copia = Copia(dos)
    if edited_again:
        dos.change(RelacionRow, row, telefono="5552222222")
    meet(dos, uno)
    for later in ("5553333333", "5554444444", "5555555555"):
        uno.change(RelacionRow, row, telefono=later)
        uno.round()
    copia.put_back()
    meet(dos, uno)
    assert (phone(uno, row), phone(dos, row)) == ("5555555555", "5555555555")
    all_agree(uno, dos)
    shown = [(one.vigente, one.perdido) for one in uno.conflicts()]
    # It cannot be told from an edit made after the restoration, so a person sees it.
    assert shown == [("5555555555", "5551111111")]
    dos.change(RelacionRow, row, telefono="5556666666")
    meet(dos, uno)
    assert phone(uno, row) == "5556666666"
