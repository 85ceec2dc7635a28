"""Alta of a capturista: what is checked and filled in, and the mails that she really gets."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.icsoe.capturista import AccionFila, Estatus
from icsoe_desktop.domain.movimientos.movimiento import CausaBaja, Movimiento, TipoMovimiento
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.services.capturistas.relaciones import CapturistaRepetidoError
from icsoe_desktop.services.movimientos.escritura import insert
from icsoe_desktop.services.movimientos.filas import Lector
from icsoe_desktop.services.movimientos.terminos import calendario_of
from icsoe_desktop.store.connection import raw_of
from icsoe_desktop.store.tables import (
    ActivacionRow,
    CorreoRow,
    PersonaRow,
    RegistroPatronalRow,
    RelacionRow,
)
from tests.services.mundo import (
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
    assert first["Subject"] == "Fue registrado como capturista en ICSOE"
    assert "TALLERES DEL BAJIO IMAGINARIO SA DE CV lo registró como capturista" in text_of(first)
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


@pytest.mark.parametrize(
    ("cambios", "campo"),
    [
        ({"curp": "XX"}, "curp"),
        ({"nombres": " "}, "nombres"),
        ({"primer_apellido": ""}, "primer_apellido"),
        ({"segundo_apellido": ""}, "segundo_apellido"),
        ({"nombres": "x" * 81}, "nombres"),
        ({"nombres": "123"}, "nombres"),
        ({"telefono": "12"}, "telefono"),
        ({"correo": "a", "confirmacion": "a"}, "correo"),
        ({"confirmacion": "otro@ejemplo.mx"}, "confirmacion"),
    ],
)
def test_a_wrong_field_is_refused_and_nothing_is_saved(
    mundo: Mundo, moral: Sesion, cambios: dict[str, str], campo: str
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        mundo.capturistas.register(moral, nuevo(0, **cambios))
    assert refused.value.campo == campo
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
        assert (r.value.relacion_id, r.value.numero, r.value.campo) == (first.id, 1, "curp")
    mundo.capturistas.baja(moral, first.id)
    with pytest.raises(CapturistaRepetidoError, match="actívelo en Consulta"):
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
