"""A capturista: the alta and its mails; changes, another link, baja and return, undoing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.correo import EstadoCorreo
from icsoe_desktop.domain.icsoe.capturista import AccionFila, Estatus
from icsoe_desktop.domain.movimientos.movimiento import CausaBaja, Movimiento, TipoMovimiento
from icsoe_desktop.errors import InvalidInputError, UserFacingError
from icsoe_desktop.services.capturistas.relaciones import AltaCambiadaError, CapturistaRepetidoError
from icsoe_desktop.services.movimientos.escritura import insert
from icsoe_desktop.services.movimientos.filas import Lector
from icsoe_desktop.services.movimientos.terminos import calendario_of
from icsoe_desktop.store.connection import raw_of
from icsoe_desktop.store.tables.icsoe import ActivacionRow, PersonaRow, RelacionRow
from icsoe_desktop.store.tables.registros import RegistroPatronalRow
from icsoe_desktop.store.tables.sistema import BitacoraRow, CorreoRow
from tests.conftest import Reloj
from tests.services.mundo import (
    BUENA,
    RFC_MORAL,
    Mundo,
    curp_numero,
    html_of,
    link_in,
    nuevo,
    text_of,
)
from tests.support.smtp_real import SmtpReal


def test_validating_a_curp_tells_what_it_says_without_a_network(
    mundo: Mundo, moral: Sesion
) -> None:
    curp = curp_numero(0)
    found = mundo.capturistas.validate(moral, f" {curp[:4].lower()} {curp[4:]} ")
    assert (found.curp, found.sexo, found.fecha_nacimiento, found.entidad) == (
        curp,
        "Mujer",
        date(1990, 1, 1),
        "Ciudad de México",
    )
    assert not found.conocida
    wrong_digit = curp[:17] + str((int(curp[17]) + 1) % 10)
    with pytest.raises(InvalidInputError, match="posición 18") as refused:
        mundo.capturistas.validate(moral, wrong_digit)
    assert refused.value.campo == "curp"


def test_a_name_known_from_an_earlier_alta_is_filled_in(
    mundo: Mundo, moral: Sesion, fisica: Sesion
) -> None:
    mundo.capturistas.register(moral, nuevo(0, "suyo@ejemplo.mx"))
    found = mundo.capturistas.validate(fisica, curp_numero(0))
    assert (found.conocida, found.nombres, found.primer_apellido, found.segundo_apellido) == (
        True,
        "Íñiga",
        "Xacón",
        "Núñez",
    )


def test_a_name_known_from_its_own_workers_is_filled_in_and_from_nobody_elses(
    mundo: Mundo, moral: Sesion, fisica: Sesion
) -> None:
    baja = Movimiento(
        tipo=TipoMovimiento.BAJA,
        registro_patronal="Y6077636105",
        nss="12345678903",
        primer_apellido="XACON",
        segundo_apellido="NUÑEZ",
        nombres="IÑIGA",
        fecha=date(2026, 2, 27),
        causa_baja=CausaBaja.RESCISION,
        curp=curp_numero(0),
    )
    with mundo.store.write() as db:
        insert(raw_of(db), mundo.store.new_id(), baja, Lector(calendario_of(db), date(2026, 3, 2)))
    assert not mundo.capturistas.validate(moral, curp_numero(0)).conocida
    with mundo.store.write() as db:
        now = mundo.store.clock()
        # Of the moral one, and written without its check digit.
        db.add(
            RegistroPatronalRow(
                id=mundo.store.new_id(),
                registro_patronal="Y607763610",
                razon_social="Talleres",
                rfc=RFC_MORAL,
                creado=now,
                actualizado=now,
            )
        )
    own = mundo.capturistas.validate(moral, curp_numero(0))
    assert (own.nombres, own.primer_apellido, own.segundo_apellido) == ("IÑIGA", "XACON", "NUÑEZ")
    assert not mundo.capturistas.validate(fisica, curp_numero(0)).conocida


def test_an_alta_sends_the_two_mails_of_the_seed(
    mundo: Mundo, moral: Sesion, buzon_real: SmtpReal
) -> None:
    saved = mundo.capturistas.register(moral, nuevo(0, "iniga@ejemplo.mx"), date(2026, 3, 1))
    assert saved.hay_servidor
    capturista = saved.capturista
    assert (capturista.numero, capturista.nombre, capturista.rol, capturista.estatus) == (
        1,
        "Íñiga Xacón Núñez",
        "Capturista",
        Estatus.REGISTRADA,
    )
    assert capturista.cotejada == date(2026, 3, 1)
    assert capturista.acciones == {
        AccionFila.EDITAR,
        AccionFila.ENVIAR_EMAIL,
        AccionFila.ELIMINAR,
    }

    first, second = mundo.send(buzon_real)
    assert [m["To"] for m in (first, second)] == ["iniga@ejemplo.mx"] * 2
    assert first["Subject"] == "Le dieron de alta como capturista en ICSOE"
    assert "TALLERES DEL BAJIO IMAGINARIO SA DE CV le dio de alta como capturista" in text_of(first)
    assert "icsoe://" not in text_of(first)
    assert second["Subject"] == "Cree su contraseña de ICSOE"
    link = link_in(second)
    code = link.removeprefix("icsoe://activar/").upper()
    grouped = "-".join(code[at : at + 4] for at in range(0, 32, 4))
    assert len(code) == 32
    assert grouped in text_of(second)
    assert "hasta el 03/03/2026 a las 09:30" in text_of(second)
    assert f'href="{link}"' in html_of(second)
    assert grouped in html_of(second)
    for message in (first, second):
        assert curp_numero(0) not in str(message)
    with mundo.store.read() as db:
        kept = db.scalars(select(ActivacionRow)).one()
        assert code.encode() not in kept.codigo_hash
        assert all(row.mensaje_sellado is None for row in db.scalars(select(CorreoRow)))


def test_names_cannot_write_html_into_a_mail(
    mundo: Mundo, moral: Sesion, buzon_real: SmtpReal
) -> None:
    mundo.capturistas.register(moral, nuevo(0, nombres="<b>Íñiga</b> & {codigo}"))
    _, second = mundo.send(buzon_real)
    assert "<b>" not in html_of(second)
    assert "&lt;b&gt;Íñiga&lt;/b&gt; &amp; {codigo}" in html_of(second)


def test_a_name_that_does_not_fit_its_curp_is_saved_with_a_warning_that_names_the_position(
    mundo: Mundo, moral: Sesion
) -> None:
    saved = mundo.capturistas.register(moral, nuevo(0, primer_apellido="Zacón"))
    assert saved.advertencias[0].startswith("Posición 1 de la CURP: dice X")
    assert mundo.capturistas.register(moral, nuevo(1)).advertencias != saved.advertencias


def test_a_wrong_field_is_refused_and_nothing_is_saved(mundo: Mundo, moral: Sesion) -> None:
    with pytest.raises(InvalidInputError) as refused:
        mundo.capturistas.register(moral, nuevo(0, confirmacion="otro@ejemplo.mx"))
    assert refused.value.campo == "confirmacion"
    assert [mundo.count(kind) for kind in (PersonaRow, RelacionRow, CorreoRow)] == [0, 0, 0]


def test_the_same_curp_twice_is_refused_with_its_row(mundo: Mundo, moral: Sesion) -> None:
    first = mundo.alta(moral)
    for again in (
        lambda: mundo.capturistas.register(moral, nuevo(0, "otro@ejemplo.mx")),
        lambda: mundo.capturistas.validate(moral, curp_numero(0)),
    ):
        with pytest.raises(
            CapturistaRepetidoError, match="es el Id 1, con estatus Registrada"
        ) as r:
            again()
        assert (r.value.relacion_id, r.value.campo) == (first.id, "curp")
    mundo.capturistas.baja(moral, first.id)
    with pytest.raises(CapturistaRepetidoError, match="actívela en Consulta"):
        mundo.capturistas.register(moral, nuevo(0))
    assert mundo.count(RelacionRow) == 1


def test_the_same_curp_for_another_contratista_is_a_new_relation_of_one_person(
    mundo: Mundo, moral: Sesion, fisica: Sesion
) -> None:
    own, other = mundo.alta(moral), mundo.alta(fisica, 0, "otro@ejemplo.mx")
    assert (own.numero, other.numero) == (1, 1)
    assert [mundo.count(kind) for kind in (PersonaRow, RelacionRow)] == [1, 2]
    mundo.capturistas.baja(fisica, other.id)
    assert mundo.estatus(moral, own) == "Registrada"


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
