"""What an earlier key seals after the act of a removal: who was removed still has that key."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import pytest

from icsoe_desktop.domain.certificados.certificado import HORA_DE_MEXICO
from icsoe_desktop.domain.sincronizacion.records import RecordKind, RolOficina
from icsoe_desktop.gateways.kinto.values import RecordPage, RecordWrite, WriteAnswer
from icsoe_desktop.seguridad.sealed_record import Envelope, seal_record
from icsoe_desktop.services.sincronizacion.answers import Luz
from icsoe_desktop.services.sincronizacion.oficina.act_book import ActBook
from icsoe_desktop.services.sincronizacion.oficina.acts import Act
from icsoe_desktop.services.sincronizacion.oficina.server import SyncServer
from icsoe_desktop.services.sincronizacion.recibir.arrival import OLD_KEY
from icsoe_desktop.store.tables.icsoe import ContratistaRow
from tests.services.sincronizacion.conftest import Nuevo, Oficina
from tests.services.sincronizacion.equipos import (
    OFICINA,
    QUIET,
    Equipo,
    join_office,
    open_again,
    rotate,
)
from tests.services.sincronizacion.oficina.test_pasos_actas import keys, remove, secrets_of
from tests.services.sincronizacion.oficina.test_pasos_titular import name_suplente, take_over
from tests.services.sincronizacion.recibir.test_pasos_atras import Copia, all_agree
from tests.services.sincronizacion.servidor_memoria import Memoria, ServidorMemoria
from tests.services.sincronizacion.test_pasos import meet

FIRST, SECOND, INVENTED = "OFI010101AB1", "OFI010101AB2", "OFI010101AB3"
M, R = RolOficina.MIEMBRO, RolOficina.RESPONSABLE
KIND = RecordKind.CONTRATISTA


def names(equipo: Equipo, *rows: uuid.UUID) -> list[str]:
    return [equipo.get(ContratistaRow, row, "nombre")[0] for row in rows]


def take_acts(equipo: Equipo, memoria: Memoria) -> None:
    """As a window of the program does, whatever its round is doing."""
    with closing(memoria.conectar(equipo.conexion)) as server:
        equipo.sync._register.refresh(server)


@pytest.mark.parametrize("way", ["el administrador lo pone", "con el rol devuelto"])
def test_nothing_that_a_removed_desktop_writes_reaches_the_others(
    memoria: Memoria, oficina: Oficina, nuevo: Nuevo, way: str
) -> None:
    """An edit, a deletion and a new record, sealed with the key that it has."""
    uno, sale, dos = oficina(M, M)
    edited, deleted = uno.add_contratista(FIRST), uno.add_contratista(SECOND)
    meet(uno, sale, dos)
    old = secrets_of(sale).keys
    with sale.store.read() as db:
        known = sale.sync.conflictos._bases.base(db, KIND, edited) or {}
    remove(uno, sale)
    meet(uno, dos)
    before = uno.replica()

    invented = uuid.uuid4()
    forged = {
        edited: {**known, "nombre": "De quien salió"},
        deleted: None,
        invented: {**known, "rfc": INVENTED, "numero": 99},
    }
    for row, told in forged.items():
        data = seal_record(Envelope(KIND, told), old[1], OFICINA, row)
        if way == "con el rol devuelto":
            memoria.papeles[sale.nombre] = M
            found = memoria.registros["contratistas"].get(str(row))
            with closing(memoria.conectar(sale.conexion)) as server:
                write = RecordWrite(str(row), data, found[0] if found else None)
                (answer,) = server.write("contratistas", [write])
            assert answer.version is not None
        else:
            memoria.put("contratistas", row, data)
    meet(uno, dos)
    assert uno.replica() == dos.replica() == before
    # Who knows the record sealed it again; the one that nobody knows waits, and says why.
    assert {memoria.read("contratistas", one)["k"] for one in (edited, deleted)} == {2}
    for equipo in (uno, dos):
        (held,) = equipo.aside()
        assert (held.registro_id, held.motivo) == (invented, OLD_KEY)

    guest, cuenta, password = nuevo()
    join_office(uno, guest, cuenta, password)
    meet(uno, guest)
    assert names(guest, edited, deleted) == ["Obras Ficticias"] * 2
    assert guest.count("contratistas") == 2


def test_a_round_takes_nothing_by_the_keys_of_before_an_act_that_a_window_took(
    memoria: Memoria, oficina: Oficina, monkeypatch: pytest.MonkeyPatch
) -> None:
    uno, sale, dos = oficina(M, M)
    known = uno.add_contratista(FIRST)
    meet(uno, sale, dos)
    old, invented = secrets_of(sale).keys, uuid.uuid4()
    with sale.store.read() as db:
        told = sale.sync.conflictos._bases.base(db, KIND, known) or {}
    page, reads = ServidorMemoria.page, ["contratistas"]

    def while_it_reads(
        server: ServidorMemoria, coleccion: str, *args: Any, **named: Any
    ) -> RecordPage:
        if coleccion in reads:
            reads.clear()
            remove(uno, sale)
            take_acts(dos, memoria)
            forged = Envelope(KIND, {**told, "rfc": INVENTED, "numero": 99})
            memoria.put(coleccion, invented, seal_record(forged, old[1], OFICINA, invented))
        return page(server, coleccion, *args, **named)

    monkeypatch.setattr(ServidorMemoria, "page", while_it_reads)
    assert dos.round().motivo == ""
    assert dos.count("contratistas") == 1
    (held,) = dos.aside()
    assert (held.registro_id, held.motivo) == (invented, OLD_KEY)


def test_what_arrived_without_an_answer_while_a_window_took_an_act_is_sealed_again(
    memoria: Memoria, oficina: Oficina, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The gateway writes again what got no answer, and finds it there, sealed with the old key."""
    uno, dos = oficina(M)
    new = dos.add_contratista(FIRST, "Nuevo")
    write, writes = ServidorMemoria.write, ["contratistas"]

    def twice(
        server: ServidorMemoria, coleccion: str, records: Sequence[RecordWrite]
    ) -> tuple[WriteAnswer, ...]:
        if coleccion in writes:
            writes.clear()
            rotate(uno)
            take_acts(dos, memoria)
            write(server, coleccion, records)
        return write(server, coleccion, records)

    monkeypatch.setattr(ServidorMemoria, "write", twice)
    assert dos.round().motivo == ""
    uno.round()
    assert names(uno, new) == ["Nuevo"]
    all_agree(uno, dos)


def test_what_a_member_sealed_while_the_key_changed_is_not_lost(
    memoria: Memoria, oficina: Oficina
) -> None:
    """An edit and a new record that reach the server between the act and its reader."""
    uno, sale, dos = oficina(M, M)
    edited = uno.add_contratista(FIRST)
    meet(uno, sale, dos)
    dos.change(ContratistaRow, edited, nombre="Editado")
    new = dos.add_contratista(SECOND, "Nuevo")
    memoria.antes_de_escribir = lambda: remove(uno, sale)
    assert dos.round().enviados == 2
    assert {memoria.read("contratistas", one)["k"] for one in (edited, new)} == {1}
    uno.round()
    assert uno.count("contratistas") == 1
    meet(dos, uno)
    assert keys(dos) == keys(uno) == [1, 2]
    assert names(uno, edited, new) == ["Editado", "Nuevo"]
    assert {memoria.read("contratistas", one)["k"] for one in (edited, new)} == {2}
    all_agree(uno, dos)
    assert uno.aside() == dos.aside() == ()


def test_what_the_signer_itself_sends_while_it_signs_is_not_lost(
    memoria: Memoria, oficina: Oficina
) -> None:
    """Its round goes on while a window removes a desktop."""
    uno, sale, dos = oficina(M, M)
    new = uno.add_contratista(FIRST, "De quien firma")
    memoria.antes_de_escribir = uno.round
    remove(uno, sale)
    assert memoria.read("contratistas", new)["k"] == 1
    meet(uno, dos)
    assert memoria.read("contratistas", new)["k"] == 2
    assert names(dos, new) == ["De quien firma"]
    all_agree(uno, dos)


def test_a_desktop_seals_again_what_left_while_one_of_its_windows_took_an_act(
    memoria: Memoria, oficina: Oficina
) -> None:
    """Its round goes on with the keys that it had at its beginning."""
    uno, sale = oficina(M)
    new = uno.add_contratista(FIRST)
    memoria.antes_de_escribir = lambda: remove(uno, sale)
    uno.round()
    uno.round()
    assert memoria.read("contratistas", new)["k"] == 2
    assert uno.sync.state().esperan == 0


def test_what_somebody_sealed_before_the_removal_is_on_every_desktop_or_on_none(
    memoria: Memoria, oficina: Oficina
) -> None:
    """Read by one desktop while the act was made; the others read the act first."""
    uno, sale, dos = oficina(M, M)
    new: list[uuid.UUID] = []

    def arrives_meanwhile() -> None:
        new.append(sale.add_contratista(SECOND, "De quien sale"))
        sale.round()
        dos.round()

    memoria.antes_de_escribir = arrives_meanwhile
    remove(uno, sale)
    meet(dos, uno)
    assert names(uno, *new) == names(dos, *new) == ["De quien sale"]
    all_agree(uno, dos)
    assert uno.aside() == dos.aside() == ()


@pytest.mark.parametrize("looks", [True, False], ids=["al abrir", "con el programa abierto"])
def test_a_removed_desktop_is_told_by_whom_when_and_what_did_not_go_out(
    memoria: Memoria, oficina: Oficina, looks: bool
) -> None:
    uno, sale = oficina(M)
    remove(uno, sale)
    version, _ = memoria.registros["llaves"][str(secrets_of(sale).miembro)]
    when = datetime.fromtimestamp(version / 1000, UTC).astimezone(HORA_DE_MEXICO)
    sale.add_contratista(FIRST)
    if looks:
        open_again(sale)
    sale.round()
    told = sale.sync.state()
    assert told.retirada
    assert told.luz is Luz.ATENCION
    assert told.motivo.startswith(
        f"Este equipo ya no pertenece a la oficina: lo retiró «uno» el {when:%d/%m/%Y a las %H:%M}."
    )
    assert "1 cambio que se hizo aquí no llegó a los demás." in told.motivo
    assert sale.count("contratistas") == 1
    assert not uno.sync.state().retirada


def test_a_desktop_whose_account_lost_its_role_is_told_that_the_server_keeps_it_out(
    memoria: Memoria, oficina: Oficina
) -> None:
    """Nobody of the office removed it; with the role back it goes on."""
    _, dos = oficina(M)
    del memoria.papeles[dos.nombre]
    dos.round()
    assert "el servidor dejó de darle acceso" in dos.sync.state().motivo
    assert dos.sync.state().retirada
    memoria.papeles[dos.nombre] = M
    dos.sync.resume(dos.sesion)
    dos.round()
    assert not dos.sync.state().retirada
    assert dos.sync.state().motivo == ""


def test_a_server_that_goes_back_during_a_round_takes_no_role_for_ever(
    memoria: Memoria, oficina: Oficina, nuevo: Nuevo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Chaos, seed 24101: the roles of the round were from before, the acts from after."""
    (uno,) = oficina()
    foto = memoria.photo()
    dos, cuenta, password = nuevo()
    join_office(uno, dos, cuenta, password)
    meet(uno, dos)
    take = ActBook.take

    def goes_back_first(book: ActBook, server: SyncServer) -> Mapping[int, Act]:
        monkeypatch.setattr(ActBook, "take", take)
        foto()
        return take(book, server)

    open_again(uno)
    monkeypatch.setattr(ActBook, "take", goes_back_first)
    for _ in range(3):
        uno.round()
    assert ActBook.take is take
    assert memoria.papeles[cuenta] is M
    meet(dos, uno)
    assert dos.sync.state().motivo == ""


def test_who_was_let_in_by_an_act_that_was_lost_is_out_for_who_takes_over(
    memoria: Memoria, oficina: Oficina, nuevo: Nuevo
) -> None:
    """Chaos, seed 14001: its account was still invited, and it sealed for itself alone."""
    uno, dos = oficina(R)
    name_suplente(uno, dos)
    tres, cuenta, password = nuevo()
    invitation = uno.sync.miembros.invite(uno.sesion, cuenta, password, M, QUIET)
    meet(uno, dos)
    foto, copia = memoria.photo(), Copia(dos)
    vista = tres.sync.read_invitation(tres.sesion, invitation.archivo, invitation.codigo)
    tres.sync.join(tres.sesion, vista, "Equipo de tres", QUIET)
    uno.round()
    rotate(uno)
    row = tres.add_contratista(FIRST, "Con la llave perdida")
    meet(tres, uno)
    foto()
    copia.put_back()
    tres.round()  # its member record goes back without the proof of the invitation
    take_over(dos)
    for _ in range(4):
        for equipo in (dos, uno, tres):
            equipo.round()
    assert cuenta not in memoria.papeles
    assert (tres.sync.state().detenida, keys(dos)) == (True, keys(uno))
    assert [one.round().pendientes for one in (dos, uno)] == [0, 0]
    all_agree(dos, uno)
    assert names(dos, row) == ["Con la llave perdida"]
