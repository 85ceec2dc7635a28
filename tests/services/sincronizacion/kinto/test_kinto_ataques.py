"""Attacks on the real server: raw requests with a member's key, a titular's disk that is lost, a
removed key that writes again, roles without acts, a clock far ahead."""

from __future__ import annotations

import uuid
from contextlib import closing
from datetime import timedelta
from typing import Any

from icsoe_desktop.domain.sincronizacion.records import RecordKind
from icsoe_desktop.seguridad.sealed_record import Envelope, seal_record
from icsoe_desktop.services.sincronizacion.answers import RolOficina
from icsoe_desktop.services.sincronizacion.oficina.connection import connect
from icsoe_desktop.services.sincronizacion.recibir.arrival import OLD_KEY, SPOILT
from icsoe_desktop.services.sincronizacion.valores.rows import DAMAGED
from icsoe_desktop.store.tables.registros import RegistroPatronalRow
from tests.services.sincronizacion.conftest import Oficina
from tests.services.sincronizacion.equipos import QUIET, Equipo, open_again
from tests.services.sincronizacion.kinto.test_kinto import office_of
from tests.services.sincronizacion.oficina.test_pasos_actas import keys, member
from tests.services.sincronizacion.oficina.test_pasos_llaves import FORGED
from tests.services.sincronizacion.recibir.test_muchos_hostiles import sound
from tests.services.sincronizacion.recibir.test_pasos_hostil import held, key_of
from tests.services.sincronizacion.test_pasos import meet_at_length as meet
from tests.servidor.test_remedios import record
from tests.support.kinto_real import KintoReal

FIRST, INVENTED = "OFI010101AB1", "OFI010101AB2"
M = RolOficina.MIEMBRO
KIND = RecordKind.CONTRATISTA


def send(server: KintoReal, who: Equipo, collection: str, name: uuid.UUID, data: Any) -> None:
    """A request of the member's account, past its program."""
    server.passwords[who.nombre] = who.conexion.contrasena
    path = record(office_of(who), str(name), collection)
    assert server.ask("PUT", path, who.nombre, json={"data": data}).status_code in (200, 201)


def content_of(equipo: Equipo, name: uuid.UUID) -> dict[str, Any]:
    with equipo.store.read() as db:
        return dict(equipo.sync.conflictos._bases.base(db, KIND, name) or {})


def test_what_a_member_sends_past_its_program_is_held_and_ends_no_round(
    kinto_postgres: KintoReal, oficina_real: Oficina
) -> None:
    uno, dos = oficina_real(kinto_postgres, M)
    mine = uno.add_registro("Y551234510", "Empresa Ficticia")
    contratista = uno.add_contratista(FIRST)
    meet(uno, dos)
    key, office = key_of(dos), office_of(dos)
    names = lote, broken, later, newer = [uuid.uuid4() for _ in range(4)]
    two_lines = {**content_of(dos, contratista), "rfc": INVENTED, "numero": 9, "nombre": "A\r\nB"}
    replaced = Envelope(RecordKind.LOTE, None, replacement=uuid.uuid4())
    send(kinto_postgres, dos, "lotes", lote, seal_record(replaced, key, office, lote))
    sealed = seal_record(Envelope(KIND, two_lines), key, office, broken)
    send(kinto_postgres, dos, "contratistas", broken, sealed)
    for name, forged in zip((later, newer), FORGED, strict=True):
        send(kinto_postgres, dos, "contratistas", name, forged)
        send(kinto_postgres, dos, "contratistas", mine, forged)
    meet(uno, dos)
    dos.change(RegistroPatronalRow, mine, razon_social="Otra Ficticia")
    meet(dos, uno)
    assert uno.get(RegistroPatronalRow, mine, "razon_social") == ("Otra Ficticia",)
    assert uno.replica() == dos.replica()
    now = kinto_postgres.ask("GET", record(office, str(mine), "contratistas"), dos.nombre)
    assert now.json()["data"]["k"] == key.number
    wanted = dict(zip(names, (DAMAGED, DAMAGED, SPOILT, SPOILT), strict=True))
    for equipo in (uno, dos):
        assert dict(held(equipo)) == wanted
        sound(equipo)


def test_an_office_outlives_its_titulars_disk_and_the_key_on_it_writes_nothing(
    kinto_postgres: KintoReal, oficina_real: Oficina
) -> None:
    lost, uno, dos = oficina_real(kinto_postgres, M, M)
    edited = lost.add_contratista(FIRST)
    code = lost.sync.miembros.new_paper(lost.sesion, QUIET)
    meet(lost, uno, dos)
    key, office, known = key_of(lost), office_of(lost), content_of(lost, edited)
    uno.sync.take_over(uno.sesion, code, QUIET)
    uno.sync.miembros.remove(uno.sesion, member(uno, lost).id, QUIET)
    meet(uno, dos)
    assert keys(dos) == keys(uno) == [1, 2]
    before = uno.replica()

    def set_role(cuenta: str, rol: RolOficina | None) -> dict[str, RolOficina]:
        with closing(connect(uno.conexion)) as server:
            server.set_role(cuenta, rol)
            return dict(server.roles())

    set_role(lost.nombre, M)
    invented = uuid.uuid4()
    for name, change in (
        (edited, {"nombre": "De quien salió"}),
        (invented, {"rfc": INVENTED, "numero": 9}),
    ):
        sealed = seal_record(Envelope(KIND, {**known, **change}), key, office, name)
        send(kinto_postgres, lost, KIND.collection.value, name, sealed)
    meet(uno, dos)
    assert uno.replica() == dos.replica() == before
    assert held(uno) == held(dos) == [(invented, OLD_KEY)]

    # Who stands in no act loses the role; who lost it stays a member until a person decides.
    open_again(uno)
    uno.round()
    assert set_role(dos.nombre, None) == {uno.nombre: RolOficina.RESPONSABLE}
    open_again(uno)
    assert uno.round().motivo == ""
    assert member(uno, dos).sin_acceso
    assert keys(uno) == [1, 2]

    cuenta = f"nuevo-{uuid.uuid4().hex[:6]}"
    uno.sync.miembros.invite(uno.sesion, cuenta, kinto_postgres.account(cuenta), M, QUIET)
    uno.reloj.now += timedelta(days=400)
    open_again(uno)
    uno.round()
    listed = uno.sync.miembros.all(uno.sesion, QUIET)
    assert [one.cuenta for one in listed if one.invitado_hasta is not None] == [cuenta]
