"""Invented people: identifiers that pass every check of the program, and none comes twice."""

from __future__ import annotations

from datetime import date

import pytest

from benchmarks.datos import movimientos, registros_patronales
from icsoe_desktop.domain.ejemplo.personas import (
    _HOMBRES,
    _MUJERES,
    capturistas,
    rfc,
    trabajadores,
)
from icsoe_desktop.domain.icsoe.capturista import CapturistaNuevo, check_nuevo
from icsoe_desktop.domain.identificadores.curp import Curp, compare
from icsoe_desktop.domain.identificadores.numeros import Nss, RegistroPatronal, Rfc
from icsoe_desktop.domain.identificadores.persona import NombrePersona
from tests.domain.dispmag.registros_168 import movimiento_of

TODAY = date(2026, 3, 2)
MANY = 400


def test_every_invented_worker_has_an_nss_and_a_curp_that_pass_their_checks() -> None:
    for persona in trabajadores(MANY):
        assert Nss.parse(persona.nss).advertencias == ()
        curp = Curp.parse(persona.curp, TODAY)
        assert curp.advertencias == ()
        assert compare(curp, NombrePersona.of(persona)) == ()


def test_no_invented_nss_can_be_of_anybody() -> None:
    # Positions 3 to 6 are the years of affiliation and of birth: both 2000.
    assert {persona.nss[2:6] for persona in trabajadores(MANY)} == {"0000"}


def test_every_invented_registro_patronal_and_rfc_passes_its_check() -> None:
    for registro in registros_patronales(MANY):
        assert RegistroPatronal.parse(registro).advertencias == ()
    for letters in ("EJE", "EJPE"):
        found = Rfc.parse(rfc(letters, "000101", "V7"))
        assert found.advertencias == ()
        assert found.es_persona_moral is (len(letters) == 3)


def test_the_same_seed_gives_the_same_people_however_many_are_asked_for() -> None:
    assert trabajadores(5) == trabajadores(MANY)[:5]
    assert list(capturistas(5)) == list(capturistas(MANY))[:5]
    assert trabajadores(5) != trabajadores(5, semilla=1)
    assert list(movimientos(50)) == list(movimientos(50))


def test_capturistas_are_checked_people_and_no_curp_comes_twice() -> None:
    people = list(capturistas(MANY))
    assert len(people) == len({one.curp for one in people}) == MANY
    for datos in people:
        typed = CapturistaNuevo(
            curp=datos.curp,
            nombres=datos.nombres,
            primer_apellido=datos.primer_apellido,
            segundo_apellido=datos.segundo_apellido,
            telefono=datos.telefono,
            correo=datos.correo,
            confirmacion=datos.correo,
        )
        revision = check_nuevo(typed, TODAY)
        assert revision.problemas == {}
        assert revision.advertencias == {}
        assert revision.datos == datos


def test_no_mail_to_an_invented_person_leaves_for_a_real_server() -> None:
    # RFC 2606 §2: names under .invalid do not exist.
    assert all(one.correo.endswith(".invalid") for one in capturistas(20))


@pytest.mark.parametrize("filas", [1, 3000])
def test_movements_come_as_many_as_asked_for_and_none_twice(filas: int) -> None:
    found = list(movimientos(filas))
    assert len(found) == filas
    assert len({(one.nss, one.tipo, one.fecha) for one in found}) == filas
    for one in found[:200]:
        movimiento_of(one)  # refuses what is not a movement


def test_the_names_of_a_person_go_together() -> None:
    """No «CESAR BEATRIZ»: both names are of women or both of men, and not one twice."""
    women = set(_MUJERES.split())
    men = set(_HOMBRES.split())
    assert not women & men
    for persona in trabajadores(MANY):
        names = persona.nombres.split()
        assert set(names) <= (women if persona.curp[10] == "M" else men)
        assert len(set(names)) == len(names)
