"""Joining, rights, pauses, wrong clocks and damaged records, over a server in memory."""

from __future__ import annotations

import uuid
from contextlib import closing
from typing import Any

import pytest
from sqlalchemy import select, text

from icsoe_desktop.domain.sincronizacion.records import KEYS_COLLECTION
from icsoe_desktop.errors import InvalidInputError, NotAllowedError, UserFacingError
from icsoe_desktop.gateways.kinto.errors import NoConnectionError
from icsoe_desktop.seguridad import invitation
from icsoe_desktop.services.sincronizacion.answers import (
    Luz,
    ResumenSincronizacion,
    RolOficina,
)
from icsoe_desktop.services.sincronizacion.oficina.keys import exit_proofs
from icsoe_desktop.store.tables.acceso import UsuarioRow
from icsoe_desktop.store.tables.icsoe import ContratistaRow
from icsoe_desktop.store.tables.sistema import BitacoraRow
from tests.services.sincronizacion.conftest import Abrir, Oficina
from tests.services.sincronizacion.equipos import QUIET, Equipo, create_office, join_office
from tests.services.sincronizacion.oficina.test_pasos_actas import M, R, act_of, keys, secrets_of
from tests.services.sincronizacion.servidor_memoria import Memoria, ServidorMemoria
from tests.services.sincronizacion.test_pasos import CURP, meet

RFC = "OFI010101AB1"


def test_a_join_killed_as_it_changed_its_password_goes_on(
    uno: Equipo, abrir: Abrir, monkeypatch: pytest.MonkeyPatch
) -> None:
    dos = abrir("dos")

    def killed(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(dos.sync._oficina, "set_password", killed)
        with pytest.raises(KeyboardInterrupt):
            join_office(uno, dos, "dos", "2")
    uno.add_contratista(RFC)
    meet(uno, dos)
    assert dos.count("contratistas") == 1


def test_an_invitation_serves_once_and_only_with_its_code(
    uno: Equipo, abrir: Abrir, memoria: Memoria
) -> None:
    dos, tres = abrir("dos"), abrir("tres")
    invitacion = uno.sync.miembros.invite(uno.sesion, "dos", "2", RolOficina.MIEMBRO, QUIET)
    assert b"\x00" not in invitacion.archivo
    with pytest.raises(InvalidInputError) as wrong:
        dos.sync.read_invitation(dos.sesion, invitacion.archivo, "AAAA-BBBB-CCCC")
    assert wrong.value.campo == "codigo"
    with pytest.raises(InvalidInputError) as broken:
        dos.sync.read_invitation(dos.sesion, b"no es", invitacion.codigo)
    assert broken.value.campo == "archivo"
    # As it comes out of a mail: other ends of lines, small letters, no hyphens.
    mailed = invitacion.archivo.replace(b"\n", b"\r\n")
    typed = invitacion.codigo.lower().replace("-", " ")
    vista = dos.sync.read_invitation(dos.sesion, mailed, typed)
    assert (vista.nombre, vista.cuenta, vista.rol) == (
        "Despacho Ficticio",
        "dos",
        RolOficina.MIEMBRO,
    )
    dos.sync.join(dos.sesion, vista, "dos", QUIET)
    assert memoria.cuentas["dos"] != "2"

    again = tres.sync.read_invitation(tres.sesion, invitacion.archivo, invitacion.codigo)
    with pytest.raises(UserFacingError, match="no aceptó la cuenta"):
        tres.sync.join(tres.sesion, again, "tres", QUIET)
    assert not tres.sync.state().configurada


def test_only_an_enabled_user_configures_and_only_a_responsable_invites(
    uno: Equipo, dos: Equipo
) -> None:
    with pytest.raises(NotAllowedError, match="responsable"):
        dos.sync.miembros.invite(dos.sesion, "x", "y", RolOficina.MIEMBRO, QUIET)
    with uno.store.write() as db:
        db.get_one(UsuarioRow, uno.sesion.usuario_id).habilitado = False
    with pytest.raises(NotAllowedError, match="deshabilitado"):
        uno.sync.miembros.invite(uno.sesion, "x", "y", RolOficina.MIEMBRO, QUIET)


def test_pause_resume_and_leave(uno: Equipo, memoria: Memoria) -> None:
    uno.add_contratista(RFC)
    uno.sync.pause(uno.sesion)
    nothing = ResumenSincronizacion(0, 0, 0, 0, 1, uno.round().motivo)
    assert uno.round() == nothing
    assert "pausa" in nothing.motivo
    assert (uno.sync.state().luz, uno.sync.state().esperan) == (Luz.PAUSADA, 1)
    uno.sync.resume(uno.sesion)
    assert uno.round().enviados == 1
    memoria.cuentas["uno"] = "otra"
    refused = uno.round().motivo
    # What stopped the rounds stands there through a pause, until somebody goes on.
    uno.sync.pause(uno.sesion)
    assert (uno.sync.state().detenida, uno.sync.state().motivo) == (True, refused)
    uno.sync.resume(uno.sesion)
    assert (uno.sync.state().detenida, uno.sync.state().motivo) == (False, "")
    memoria.cuentas["uno"] = "1"
    uno.sync.leave(uno.sesion, QUIET)
    assert not uno.sync.state().configurada
    uno.add_registro("Y6077636105", "Después")
    with uno.store.read() as db:
        left = db.execute(
            text("SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name GLOB 'sinc*'")
        ).scalar_one()
    assert (left, uno.count("sincronizacion_salida"), uno.count("contratistas")) == (0, 0, 1)


def test_the_log_names_records_and_says_nothing_of_people(uno: Equipo, dos: Equipo) -> None:
    contratista = uno.add_contratista(RFC)
    row = uno.add_capturista(contratista, CURP)
    meet(uno, dos)
    uno.change(ContratistaRow, contratista, celular="5551111111")
    meet(uno, dos)
    with dos.store.read() as db:
        lines = [
            (line.accion, line.objeto, line.objeto_id, line.detalle, line.contratista_id)
            for line in db.scalars(select(BitacoraRow))
            if line.accion == "registro recibido de otro equipo"
        ]
    assert ("contratista", contratista) in {(one[1], one[2]) for one in lines}
    assert ("capturista", row, contratista) in {(one[1], one[2], one[4]) for one in lines}
    assert {one[3] for one in lines} == {""}


def test_a_second_first_desktop_is_refused(uno: Equipo, abrir: Abrir, memoria: Memoria) -> None:
    dos = abrir("dos")
    memoria.papeles["dos"] = RolOficina.RESPONSABLE
    with pytest.raises(InvalidInputError, match="ya tiene equipos"):
        create_office(dos, memoria.conexion("dos"))
    assert not dos.sync.state().configurada
    with pytest.raises(UserFacingError, match="ya comparte"):
        create_office(uno, memoria.conexion("uno"))


def test_a_responsable_puts_back_no_act_that_its_invitation_alone_told_it(
    uno: Equipo, abrir: Abrir, memoria: Memoria
) -> None:
    """An invitation tells a part of an act, which proves itself to nobody else."""
    dos = abrir("dos")
    join_office(uno, dos, "dos", "2", RolOficina.RESPONSABLE)
    meet(uno, dos)
    newest = max(memoria.registros["actas"].values(), key=lambda one: one[0])[1]
    memoria.registros["actas"].clear()
    # After a failure, a round asks for everything.
    memoria.caido = True
    dos.round()
    memoria.caido = False
    dos.round()
    told = [data for _, data in memoria.registros["actas"].values()]
    assert newest in told
    assert all("pruebas" in (data or {}) for data in told)


def test_an_office_that_the_server_did_not_take_is_no_office_here(
    abrir: Abrir, memoria: Memoria, monkeypatch: pytest.MonkeyPatch
) -> None:
    solo = abrir("solo")

    def fail(*_: object) -> None:
        raise NoConnectionError

    monkeypatch.setattr(ServidorMemoria, "set_office", fail)
    with pytest.raises(NoConnectionError):
        create_office(solo, memoria.conexion("uno"))
    assert not solo.sync.state().configurada


def test_a_record_deleted_at_the_server_before_this_desktop_saw_it_is_nothing_to_it(
    uno: Equipo, dos: Equipo, memoria: Memoria
) -> None:
    registro = uno.add_registro("Y6077636105", "Uno")
    uno.round()
    (collection,) = (name for name, rows in memoria.registros.items() if str(registro) in rows)
    memoria.registros[collection][str(registro)] = (memoria.tick(), None)
    found = dos.round()
    assert (found.recibidos, found.apartados, found.motivo) == (0, 0, "")
    meet(uno, dos)
    assert dos.replica() == uno.replica(), "who has it puts it back"
    assert dos.count("registros_patronales") == 1


def test_an_invitation_to_an_office_of_before_the_release_is_refused_without_asking_the_server(
    uno: Equipo, abrir: Abrir, memoria: Memoria
) -> None:
    dos = abrir("dos")
    invitacion = uno.sync.miembros.invite(uno.sesion, "dos", "2", RolOficina.MIEMBRO, QUIET)
    before = memoria.dump()
    archivo = invitacion.archivo.replace(invitation.MAGIC, b"ICSOE-INVITACION-1\n")
    with pytest.raises(InvalidInputError, match=r"anterior a la 1\.0\.0\. No se cambió nada") as no:
        dos.sync.read_invitation(dos.sesion, archivo, invitacion.codigo)
    assert no.value.campo == "archivo"
    assert (dos.sync.state().configurada, memoria.dump()) == (False, before)


def test_who_leaves_tells_it_and_gives_back_role_and_key(
    memoria: Memoria, oficina: Oficina
) -> None:
    uno, dos, tres = oficina(R, M)
    # Nobody can say it for another one.
    signers = {one.id: one.public_key for one in act_of(uno).members.values()}
    other = act_of(uno).member_of(dos.nombre)
    assert other is not None
    lie = {**exit_proofs(secrets_of(tres), signers), "salida": other.id.hex}
    memoria.put(KEYS_COLLECTION, uuid.uuid4(), lie)
    meet(uno, dos, tres)
    assert keys(uno) == [1]

    assert tres.sync.leave(tres.sesion, QUIET)
    assert not tres.sync.state().configurada
    meet(uno, dos)
    assert keys(dos) == [1, 2]
    assert dos.sync.leave(dos.sesion, QUIET)
    meet(uno)
    assert keys(uno) == [1, 2, 3]
    assert {one.cuenta for one in act_of(uno).members.values()} == {uno.nombre}
    with closing(memoria.conectar(uno.conexion)) as server:
        assert set(server.roles()) == {uno.nombre}


def test_the_titular_does_not_leave_others_without_one(oficina: Oficina) -> None:
    uno, _ = oficina(M)
    with pytest.raises(UserFacingError, match="titular"):
        uno.sync.leave(uno.sesion, QUIET)
    assert uno.sync.state().configurada
