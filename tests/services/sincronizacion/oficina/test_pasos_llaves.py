"""The keys of an office: who gets them, who makes them, and what is read without them."""

from __future__ import annotations

import base64
import uuid
from contextlib import closing
from datetime import UTC, datetime

import pytest

from icsoe_desktop.domain.sincronizacion.records import ACTS_COLLECTION, RolOficina
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gateways.kinto.values import JsonObject, RemoteRecord
from icsoe_desktop.seguridad.office_keys import (
    OfficeKey,
    OfficeSealBrokenError,
    new_private,
    public_of,
    unwrap,
    wrap,
)
from icsoe_desktop.services.sincronizacion.oficina.acts import (
    ActInvitation,
    ActMember,
    Draft,
    act_id,
    digest_of,
    make_act,
)
from icsoe_desktop.services.sincronizacion.oficina.keys import read_member
from icsoe_desktop.services.sincronizacion.recibir.arrival import SPOILT
from icsoe_desktop.store.tables.icsoe import ContratistaRow
from icsoe_desktop.store.tables.registros import RegistroPatronalRow
from tests.services.sincronizacion.conftest import Abrir, Oficina
from tests.services.sincronizacion.equipos import (
    QUIET,
    Equipo,
    join_office,
    open_again,
    rotate,
)
from tests.services.sincronizacion.oficina.test_pasos_actas import (
    act_of,
    keys,
    secrets_of,
)
from tests.services.sincronizacion.oficina.test_pasos_actas import member as member_of
from tests.services.sincronizacion.oficina.test_pasos_titular import (
    M,
    R,
    name_suplente,
    paper,
    take_over,
    titular_of,
)
from tests.services.sincronizacion.recibir.test_pasos_hostil import held
from tests.services.sincronizacion.servidor_memoria import OFICINA, Memoria
from tests.services.sincronizacion.test_pasos import CURP, meet

RFC = "OFI010101AB1"


def holders(memoria: Memoria) -> set[str]:
    """The members for whom some act has the key number 2."""
    return {
        member
        for _, act in memoria.registros[ACTS_COLLECTION].values()
        if act
        for member, wraps in act["sobres"].items()
        if "2" in wraps
    }


def test_who_is_removed_reads_nothing_that_is_written_afterwards(
    uno: Equipo, dos: Equipo, abrir: Abrir, memoria: Memoria
) -> None:
    tres = abrir("tres")
    join_office(uno, tres, "tres", "3")
    members = uno.sync.miembros.all(uno.sesion, QUIET)
    assert [(m.cuenta, m.equipo, m.rol, m.soy_yo, m.activo) for m in members] == [
        ("dos", "dos", RolOficina.MIEMBRO, False, True),
        ("tres", "tres", RolOficina.MIEMBRO, False, True),
        ("uno", "uno", RolOficina.RESPONSABLE, True, True),
    ]
    uno.sync.miembros.remove(uno.sesion, members[0].id, QUIET)
    contratista = uno.add_contratista(RFC, "Secreto Nuevo")
    meet(uno, tres)

    assert (keys(uno), keys(dos), keys(tres)) == ([1, 2], [1], [1, 2])
    assert tres.get(ContratistaRow, contratista, "nombre") == ("Secreto Nuevo",)
    said = dos.round()
    assert said.motivo
    assert dos.sync.state().detenida
    # Even with a copy of the server and all its own keys it opens nothing new.
    _, datos = memoria.registros["contratistas"][str(contratista)]
    assert datos is not None
    assert datos["k"] == 2
    assert holders(memoria) == {members[1].id.hex, members[2].id.hex}
    removed = [m for m in uno.sync.miembros.all(uno.sesion, QUIET) if not m.activo]
    assert [(m.cuenta, m.rol) for m in removed] == [("dos", RolOficina.MIEMBRO)]


def test_a_key_is_opened_only_by_whom_it_was_wrapped_for(uno: Equipo) -> None:
    llave, private, other = OfficeKey.generate(3), new_private(), new_private()
    miembro = uno.store.new_id()
    wrapped = wrap(llave, public_of(private), OFICINA, miembro)
    assert unwrap(wrapped, 3, private, OFICINA, miembro).raw() == llave.raw()
    for wrong in (
        lambda: unwrap(wrapped, 3, other, OFICINA, miembro),
        lambda: unwrap(wrapped, 2, private, OFICINA, miembro),
        lambda: unwrap(wrapped, 3, private, OFICINA, uno.store.new_id()),
        lambda: unwrap(wrapped[:-1], 3, private, OFICINA, miembro),
        lambda: unwrap(b"", 3, private, OFICINA, miembro),
    ):
        with pytest.raises(OfficeSealBrokenError):
            wrong()


def test_the_server_cannot_swap_the_public_half_of_a_member(uno: Equipo, memoria: Memoria) -> None:
    (me,) = uno.sync.miembros.all(uno.sesion, QUIET)
    version, datos = memoria.registros["llaves"][str(me.id)]
    assert datos is not None
    with uno.store.read() as db:
        keyring = uno.sync._oficina.keys(db)
    assert read_member(RemoteRecord(str(me.id), version, datos), OFICINA, keyring) is not None
    swapped = {**datos, "publica": base64.b64encode(b"x" * 32).decode()}
    assert read_member(RemoteRecord(str(me.id), version, swapped), OFICINA, keyring) is None


def test_who_joins_by_an_older_invitation_gets_the_newer_key(uno: Equipo, abrir: Abrir) -> None:
    dos = abrir("dos")
    invitacion = uno.sync.miembros.invite(uno.sesion, "dos", "2", RolOficina.MIEMBRO, QUIET)
    rotate(uno)
    uno.add_contratista(RFC)
    assert uno.round().motivo == ""
    vista = dos.sync.read_invitation(dos.sesion, invitacion.archivo, invitacion.codigo)
    dos.sync.join(dos.sesion, vista, "dos", QUIET)
    assert (keys(dos), dos.count("contratistas")) == ([1], 0)
    assert "llave" in dos.aside()[0].motivo
    meet(uno, dos)
    assert (keys(dos), dos.count("contratistas")) == ([1, 2], 1)
    assert dos.aside() == ()


def test_nothing_lies_at_the_server_in_clear(uno: Equipo, dos: Equipo, memoria: Memoria) -> None:
    contratista = uno.add_contratista(RFC, "Empresa Muy Secreta")
    uno.add_capturista(contratista, CURP, telefono="5558675309", correo="secreto@ejemplo.mx")
    meet(uno, dos)
    with uno.store.read() as db:
        llaves = [one.raw() for one in uno.sync._oficina.keys(db).values()]
    kept = memoria.dump()
    assert str(contratista) in kept
    secrets = [RFC, CURP, "Secreta", "5558675309", "secreto@", "Despacho", "Rosa"]
    for secret in secrets:
        assert secret not in kept
    for raw in llaves:
        assert raw.hex() not in kept
        assert base64.b64encode(raw).decode() not in kept


FORGED = [{"v": 1, "k": 999, "s": "AAAA"}, {"v": 2, "k": 1, "s": "AAAA"}]


@pytest.mark.parametrize("forged", FORGED, ids=["a key that is none", "a format that is none"])
def test_what_claims_a_later_key_or_program_blocks_no_record(
    uno: Equipo, dos: Equipo, memoria: Memoria, forged: JsonObject
) -> None:
    mine, unknown = uno.add_registro("Y551234510", "Empresa Ficticia"), uuid.UUID(int=7)
    meet(uno, dos)
    for registro in (mine, unknown):
        memoria.put("contratistas", registro, forged)
    dos.change(RegistroPatronalRow, mine, razon_social="Otra Ficticia")
    for _ in range(3):
        meet(dos, uno)
    assert uno.get(RegistroPatronalRow, mine, "razon_social") == ("Otra Ficticia",)
    assert memoria.read("contratistas", mine)["k"] == 1
    for equipo in (uno, dos):
        assert held(equipo) == [(unknown, SPOILT)]
        assert equipo.count("sincronizacion_salida") == 0
    # It is read no more than anything else that is held.
    memoria.peticiones.clear()
    assert uno.round().motivo == ""
    assert not {"versions", "listing actas"} & set(memoria.peticiones)


@pytest.mark.parametrize("spoil", [True, False], ids=["written over", "deleted"])
def test_what_was_sealed_under_an_act_that_is_spoilt_comes_when_the_act_is_there_again(
    uno: Equipo, dos: Equipo, memoria: Memoria, spoil: bool
) -> None:
    registro = uno.add_registro("Y551234510", "Empresa Ficticia")
    meet(uno, dos)
    rotate(uno)
    newest = max(memoria.registros["actas"], key=lambda name: memoria.registros["actas"][name][0])
    act = memoria.read("actas", newest)
    uno.change(RegistroPatronalRow, registro, razon_social="Otra Ficticia")
    uno.round()
    if spoil:
        memoria.put("actas", newest, {})
    else:
        memoria.delete("actas", newest)
    for _ in range(3):
        meet(dos, uno)
        assert uno.get(RegistroPatronalRow, registro, "razon_social") == ("Otra Ficticia",)
    memoria.put("actas", newest, act)
    meet(uno, dos)
    assert dos.get(RegistroPatronalRow, registro, "razon_social") == ("Otra Ficticia",)
    assert held(dos) == []


@pytest.mark.parametrize("above", [1, 2, 1000])
def test_garbage_above_the_newest_act_keeps_no_record_waiting_for_a_key_that_is_lost(
    uno: Equipo, dos: Equipo, memoria: Memoria, above: int
) -> None:
    """The titular's disk was restored: the key that sealed the record is nobody's any more."""
    registro = uno.add_registro("Y551234510", "Empresa Ficticia")
    meet(uno, dos)
    number = act_of(uno).number + above
    memoria.put("actas", act_id(OFICINA, number), {"v": 1, "n": number})
    memoria.put("contratistas", registro, {"v": 1, "k": 2, "s": "AAAA"})
    dos.change(RegistroPatronalRow, registro, razon_social="Otra Ficticia")
    for _ in range(3):
        meet(dos, uno)
    assert uno.get(RegistroPatronalRow, registro, "razon_social") == ("Otra Ficticia",)
    assert held(uno) == held(dos) == []
    assert dos.count("sincronizacion_salida") == 0


ONE, OTHER, FILE, ANOTHER_FILE = (uuid.UUID(int=at) for at in range(1, 5))


def member(one: uuid.UUID, cuenta: str) -> ActMember:
    return ActMember(one, cuenta, b"", RolOficina.RESPONSABLE, "", 0)


def invitation(one: uuid.UUID, cuenta: str) -> ActInvitation:
    vence = datetime(2026, 4, 1, tzinfo=UTC)
    return ActInvitation(one, cuenta, RolOficina.MIEMBRO, b"", vence)


def test_each_act_of_each_office_has_a_record_whose_name_every_desktop_computes() -> None:
    assert act_id("una", 1) == act_id("una", 1)
    assert len({act_id(oficina, number) for oficina in ("una", "otra") for number in (1, 2)}) == 4


def test_who_is_taken_out_takes_every_open_invitation_along_and_is_suplente_no_more() -> None:
    members = {ONE: member(ONE, "uno"), OTHER: member(OTHER, "otra")}
    draft = Draft(dict(members), {FILE: invitation(FILE, "invitada")}, ONE, OTHER)
    draft.take_out(OTHER)
    assert draft == Draft({ONE: members[ONE]}, {}, ONE, new_key=True, gone={"otra", "invitada"})


def test_a_second_invitation_of_an_account_ends_the_first_one() -> None:
    first, second = invitation(FILE, "invitada"), invitation(ANOTHER_FILE, "invitada")
    draft = Draft({}, {FILE: first}, ONE)
    draft.invite(second)
    assert draft.invitations == {ANOTHER_FILE: second}


def test_a_suplente_who_is_no_responsable_any_more_is_none() -> None:
    draft = Draft({OTHER: member(OTHER, "otra")}, {}, ONE, OTHER)
    draft.give_role(OTHER, RolOficina.RESPONSABLE)
    assert draft.suplente == OTHER
    draft.give_role(OTHER, RolOficina.MIEMBRO)
    assert draft.suplente is None


def test_a_paper_serves_until_there_is_another_one(oficina: Oficina) -> None:
    uno, dos, tres = oficina(M, M)
    first = paper(uno)
    second = paper(uno)
    meet(uno, dos, tres)
    with pytest.raises(InvalidInputError, match="papel"):
        take_over(dos, first)
    take_over(dos, second)
    meet(uno, tres)
    take_over(tres, second)
    meet(uno, dos, tres)
    assert {titular_of(one) for one in (uno, dos, tres)} == {tres.nombre}


def test_the_suplente_signs_nothing_without_taking_over(memoria: Memoria, oficina: Oficina) -> None:
    uno, dos, tres = oficina(R, M)
    name_suplente(uno, dos)
    meet(uno, dos, tres)
    forger = secrets_of(dos)
    act = act_of(uno)
    draft = Draft.of(act, forger.miembro)
    draft.take_out(member_of(uno, tres).id)
    number = act.number + 1
    forged = make_act(number, digest_of(act, OFICINA), draft, forger)
    memoria.put(ACTS_COLLECTION, act_id(OFICINA, number), forged.data)
    open_again(uno, tres)
    meet(uno, tres)
    assert act_of(tres).data == act_of(uno).data == act.data
    with closing(memoria.conectar(uno.conexion)) as server:
        assert tres.nombre in server.roles()
