"""What becomes of a capturista after her alta: changes, another link, baja and return, undoing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.correo import EstadoCorreo
from icsoe_desktop.domain.icsoe.capturista import AccionFila, Estatus
from icsoe_desktop.errors import InvalidInputError, UserFacingError
from icsoe_desktop.services.capturistas.relaciones import AltaCambiadaError
from icsoe_desktop.store.tables import (
    ActivacionRow,
    BitacoraRow,
    CorreoRow,
    PersonaRow,
    RelacionRow,
)
from tests.conftest import Reloj
from tests.services.mundo import BUENA, Mundo, curp_numero, link_in, nuevo, text_of
from tests.support.smtp_real import SmtpReal


def test_a_change_of_mail_kills_the_former_link(
    mundo: Mundo, moral: Sesion, buzon_real: SmtpReal
) -> None:
    capturista = mundo.alta(moral)
    old = link_in(mundo.send(buzon_real)[-1])
    changed = mundo.capturistas.update(
        moral, capturista.id, nuevo(0, "bien@ejemplo.mx", nombres="Íñiga María")
    ).capturista
    assert (changed.correo, changed.nombres, changed.numero) == (
        "bien@ejemplo.mx",
        "Íñiga María",
        1,
    )
    [mail] = mundo.send(buzon_real)
    assert mail["To"] == "bien@ejemplo.mx"
    with pytest.raises(InvalidInputError, match="ya se usó, fue reemplazado"):
        mundo.activacion.open(old)
    assert mundo.activacion.open(link_in(mail)).nombre == "Íñiga María Xacón Núñez"
    # Without another mail the link stays good.
    mundo.capturistas.update(
        moral, capturista.id, nuevo(0, "bien@ejemplo.mx", telefono="3312345678")
    )
    assert mundo.send(buzon_real) == []
    mundo.activacion.open(link_in(mail))
    with pytest.raises(InvalidInputError, match="CURP de un usuario registrado no se cambia"):
        mundo.capturistas.update(moral, capturista.id, nuevo(1))


def test_a_new_link_withdraws_the_mail_that_still_waits(
    mundo: Mundo, moral: Sesion, buzon_real: SmtpReal
) -> None:
    capturista = mundo.alta(moral)
    mundo.capturistas.send_link(moral, capturista.id)
    with mundo.store.read() as db:
        states = [row.estado for row in db.scalars(select(CorreoRow).order_by(CorreoRow.id))]
    assert states == [EstadoCorreo.PENDIENTE, EstadoCorreo.DESCARTADO, EstadoCorreo.PENDIENTE]
    first, last = mundo.send(buzon_real)
    assert "icsoe://" not in text_of(first)
    mundo.activacion.open(link_in(last))


def test_what_the_seed_forbids_after_the_password_is_refused(
    mundo: Mundo, moral: Sesion, buzon_real: SmtpReal
) -> None:
    capturista = mundo.alta(moral)
    mundo.activate(buzon_real)
    active = mundo.capturistas.get(moral, capturista.id)
    assert (active.estatus, active.acciones) == (Estatus.ACTIVA, {AccionFila.ELIMINAR})
    with pytest.raises(UserFacingError, match="ya no se pueden modificar"):
        mundo.capturistas.update(moral, capturista.id, nuevo(0))
    with pytest.raises(UserFacingError, match="No se envió la liga"):
        mundo.capturistas.send_link(moral, capturista.id)
    with pytest.raises(UserFacingError, match="no está en baja"):
        mundo.capturistas.activar(moral, capturista.id)
    with pytest.raises(UserFacingError, match="ya no se puede deshacer"):
        mundo.capturistas.undo_register(moral, capturista.id)


def test_a_baja_of_another_desktop_that_nobody_has_seen_yet_is_not_undone(
    mundo: Mundo, moral: Sesion, reloj: Reloj
) -> None:
    capturista = mundo.alta(moral)
    seen = mundo.capturistas.baja(moral, capturista.id).dado_de_baja
    reloj.advance(minutes=1)
    mundo.capturistas.activar(moral, capturista.id, seen)
    now = mundo.capturistas.baja(moral, capturista.id).dado_de_baja
    with pytest.raises(UserFacingError, match="No se cambió nada"):
        mundo.capturistas.activar(moral, capturista.id, seen)
    assert mundo.capturistas.get(moral, capturista.id).dado_de_baja == now
    back = mundo.capturistas.activar(moral, capturista.id, now).capturista
    assert back.estatus is Estatus.REGISTRADA


def test_a_baja_and_the_way_back(mundo: Mundo, moral: Sesion, buzon_real: SmtpReal) -> None:
    capturista = mundo.alta(moral)
    link = link_in(mundo.send(buzon_real)[-1])
    gone = mundo.capturistas.baja(moral, capturista.id)
    assert (gone.estatus, gone.acciones) == (Estatus.BAJA, {AccionFila.ACTIVAR})
    assert gone.dado_de_baja is not None
    with pytest.raises(InvalidInputError):
        mundo.activacion.open(link)
    with pytest.raises(UserFacingError, match="ya está en baja"):
        mundo.capturistas.baja(moral, capturista.id)
    # Never confirmed: back to Registrada, with a link of its own.
    back = mundo.capturistas.activar(moral, capturista.id).capturista
    assert (back.estatus, back.dado_de_baja) == (Estatus.REGISTRADA, None)
    mundo.activate(buzon_real)
    mundo.capturistas.baja(moral, capturista.id)
    assert mundo.capturistas.activar(moral, capturista.id).capturista.estatus is Estatus.ACTIVA


def test_an_alta_can_be_undone_while_nobody_used_it(
    mundo: Mundo, moral: Sesion, buzon_real: SmtpReal
) -> None:
    capturista = mundo.alta(moral)
    link = link_in(mundo.send(buzon_real)[-1])
    mundo.capturistas.undo_register(moral, capturista.id)
    with pytest.raises(InvalidInputError):
        mundo.activacion.open(link)
    assert [mundo.count(k) for k in (PersonaRow, RelacionRow, ActivacionRow)] == [0, 0, 0]
    # Its number is nobody's: a later Id never means another person.
    assert mundo.alta(moral).numero == 2


def test_an_alta_that_somebody_changed_is_not_undone_unseen(mundo: Mundo, moral: Sesion) -> None:
    visto = mundo.alta(moral)
    mundo.capturistas.update(moral, visto.id, replace(nuevo(0), telefono="5599887766"))
    with pytest.raises(AltaCambiadaError, match=r"registró: Teléfono\. No se eliminó") as e:
        mundo.capturistas.undo_register(moral, visto.id, visto)
    assert mundo.capturistas.get(moral, visto.id) == e.value.ahora
    assert e.value.ahora.telefono == "5599887766"
    mundo.capturistas.undo_register(moral, visto.id, e.value.ahora)
    assert mundo.count(RelacionRow) == 0


def test_everything_is_noted_without_personal_data(
    mundo: Mundo, moral: Sesion, buzon_real: SmtpReal
) -> None:
    capturista = mundo.alta(moral)
    mundo.capturistas.update(moral, capturista.id, nuevo(0, "bien@ejemplo.mx"))
    mundo.capturistas.send_link(moral, capturista.id)
    mundo.activate(buzon_real)
    mundo.capturistas.baja(moral, capturista.id)
    mundo.capturistas.activar(moral, capturista.id)
    with mundo.store.read() as db:
        rows = db.scalars(select(BitacoraRow).where(BitacoraRow.objeto_id == capturista.id)).all()
        everything = " ".join(row.detalle + row.objeto for row in db.scalars(select(BitacoraRow)))
    assert [(row.accion, row.detalle) for row in rows] == [
        ("alta de capturista", ""),
        ("cambio de capturista", "Correo electrónico"),
        ("liga de activación enviada", ""),
        ("relación confirmada por el capturista", ""),
        ("baja de capturista", ""),
        ("reactivación de capturista", ""),
    ]
    assert {row.contratista_id for row in rows} == {moral.contratista_id}
    for secret in (curp_numero(0), "ejemplo.mx", "Íñiga", "TBI990101QX5", BUENA):
        assert secret not in everything


def names_of_person(mundo: Mundo) -> tuple[str, str]:
    with mundo.store.read() as db:
        persona = db.scalars(select(PersonaRow)).one()
        return persona.nombres, persona.primer_apellido


def test_a_name_is_corrected_for_the_person_too_while_she_is_of_one_contratista(
    mundo: Mundo, moral: Sesion
) -> None:
    capturista = mundo.alta(moral)
    mundo.capturistas.update(moral, capturista.id, nuevo(0, nombres="Otra"))
    assert names_of_person(mundo)[0] == "Otra"


def test_of_a_person_whom_two_contratistas_have_each_changes_only_its_own_copy(
    mundo: Mundo, moral: Sesion, fisica: Sesion
) -> None:
    capturista = mundo.alta(moral)
    mundo.alta(fisica)
    before = names_of_person(mundo)
    mundo.capturistas.update(moral, capturista.id, nuevo(0, nombres="Otra"))
    assert mundo.capturistas.get(moral, capturista.id).nombres == "Otra"
    assert names_of_person(mundo) == before
