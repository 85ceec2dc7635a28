"""What an earlier key seals after the act of a removal: who was removed still has that key."""

from __future__ import annotations

import uuid
from contextlib import closing

import pytest

from icsoe_desktop.domain.sincronizacion.records import RecordKind, RolOficina
from icsoe_desktop.seguridad.sealed_record import Envelope, seal_record
from icsoe_desktop.services.sincronizacion.oficina.server import RecordWrite
from icsoe_desktop.services.sincronizacion.recibir.integration import OLD_KEY
from icsoe_desktop.store.tables.icsoe import ContratistaRow
from tests.services.sincronizacion.conftest import Nuevo, Oficina
from tests.services.sincronizacion.equipos import OFICINA, Equipo, join_office
from tests.services.sincronizacion.oficina.test_pasos_actas import keys, remove, secrets_of
from tests.services.sincronizacion.recibir.test_pasos_atras import all_agree
from tests.services.sincronizacion.servidor_memoria import Memoria
from tests.services.sincronizacion.test_pasos import meet

FIRST, SECOND, INVENTED = "OFI010101AB1", "OFI010101AB2", "OFI010101AB3"
M, R = RolOficina.MIEMBRO, RolOficina.RESPONSABLE
KIND = RecordKind.CONTRATISTA


def names(equipo: Equipo, *rows: uuid.UUID) -> list[str]:
    return [equipo.get(ContratistaRow, row, "nombre")[0] for row in rows]


@pytest.mark.parametrize("way", ["el administrador lo pone", "con el rol devuelto"])
def test_nothing_that_a_removed_desktop_writes_reaches_the_others(
    memoria: Memoria, oficina: Oficina, nuevo: Nuevo, way: str
) -> None:
    """An edit, a deletion and a new record, sealed with the key that it has."""
    uno, sale, dos = oficina(M, M)
    edited, deleted = uno.add_contratista(FIRST), uno.add_contratista(SECOND)
    meet(uno, sale, dos)
    _private, _id, old = secrets_of(sale)
    with sale.store.read() as db:
        known = sale.sync._conflictos._bases.base(db, KIND, edited) or {}
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
        (held,) = equipo.sync.set_aside(equipo.sesion)
        assert (held.registro_id, held.motivo) == (invented, OLD_KEY)

    guest, cuenta, password = nuevo()
    join_office(uno, guest, cuenta, password)
    meet(uno, guest)
    assert names(guest, edited, deleted) == ["Obras Ficticias"] * 2
    assert guest.count("contratistas") == 2


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
    assert uno.sync.set_aside(uno.sesion) == dos.sync.set_aside(dos.sesion) == ()


def test_a_desktop_seals_again_what_left_while_one_of_its_windows_took_an_act(
    memoria: Memoria, oficina: Oficina
) -> None:
    """Its round goes on with the keys that it had at its beginning."""
    uno, sale = oficina(M)
    meet(uno, sale)
    new = uno.add_contratista(FIRST)
    memoria.antes_de_escribir = lambda: remove(uno, sale)
    uno.round()
    uno.round()
    assert memoria.read("contratistas", new)["k"] == 2
    assert uno.sync.state().esperan == 0
