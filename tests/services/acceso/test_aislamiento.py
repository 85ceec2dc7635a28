"""Each contratista only its own: what names a row is tried by another."""

from __future__ import annotations

import inspect
import uuid
from collections.abc import Callable
from dataclasses import fields

import pytest

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.errors import NotAllowedError, UserFacingError
from icsoe_desktop.services.bitacora.consulta import FiltroBitacora
from icsoe_desktop.services.capturistas.consulta import FiltroCapturistas
from icsoe_desktop.services.capturistas.relaciones import NOT_THERE
from tests.services.mundo import Mundo, curp_numero, direccion, nuevo
from tests.support.smtp_real import SmtpReal

Call = Callable[[Mundo, Sesion, uuid.UUID], object]

BY_ROW: dict[str, Call] = {
    "capturistas.get": lambda m, s, r: m.capturistas.get(s, r),
    "capturistas.undo_register": lambda m, s, r: m.capturistas.undo_register(s, r),
    "capturistas.update": lambda m, s, r: m.capturistas.update(s, r, nuevo(0, "x@ejemplo.mx")),
    "capturistas.send_link": lambda m, s, r: m.capturistas.send_link(s, r),
    "capturistas.baja": lambda m, s, r: m.capturistas.baja(s, r),
    "capturistas.activar": lambda m, s, r: m.capturistas.activar(s, r),
    "privacidad.export": lambda m, s, r: m.privacidad.export(s, r),
    "privacidad.delete": lambda m, s, r: m.privacidad.delete(s, r),
}


def test_the_list_has_every_method_that_names_a_row(mundo: Mundo) -> None:
    assert set(BY_ROW) == {
        f"{each.name}.{name}"
        for each in fields(mundo)
        for name, method in inspect.getmembers(getattr(mundo, each.name), inspect.ismethod)
        if {"sesion", "relacion_id"} <= {*inspect.signature(method).parameters}
        and not name.startswith("_")
    }


@pytest.mark.parametrize("name", BY_ROW)
def test_a_row_of_another_contratista_is_as_if_it_were_not_there(
    mundo: Mundo, moral: Sesion, fisica: Sesion, name: str
) -> None:
    own = mundo.alta(moral)
    nobodys = mundo.store.new_id()
    before = mundo.capturistas.get(moral, own.id)
    for row_id in (own.id, nobodys):
        with pytest.raises(UserFacingError) as refused:
            BY_ROW[name](mundo, fisica, row_id)
        assert refused.value.message == NOT_THERE
    assert mundo.capturistas.get(moral, own.id) == before


def test_nothing_that_one_reads_is_of_the_other(
    mundo: Mundo, moral: Sesion, fisica: Sesion
) -> None:
    for n in range(3):
        mundo.alta(moral, n)
    mundo.contratistas.save_domicilio(moral, direccion(calle="Calle Secreta"))
    assert mundo.consulta.count(fisica, FiltroCapturistas()) == 0
    assert mundo.consulta.numeros(fisica, FiltroCapturistas()).tolist() == []
    assert mundo.consulta.rows(fisica, [1, 2, 3]) == ()
    assert list(mundo.consulta.export_rows(fisica)) == []
    informacion = mundo.contratistas.informacion(fisica)
    assert informacion.generales is not None
    assert (informacion.generales.correo, informacion.social.domicilio) == (
        "fisica@ejemplo.mx",
        None,
    )
    mundo.acuses.delete(fisica)
    assert mundo.acuses.current(moral) is not None
    own_lines = mundo.log.page(fisica, FiltroBitacora(), 0, 1000)
    assert "alta de capturista" not in {line.accion for line in own_lines}
    assert {each.nombre for each in mundo.log.quienes(fisica)} == {"JULIA ROBLES TAPIA"}
    assert "Calle Secreta" not in repr(mundo.privacidad.export_own(fisica))


def test_an_idse_user_reads_no_line_of_a_contratista(
    mundo: Mundo, moral: Sesion, sesion: Sesion
) -> None:
    mundo.alta(moral)
    lines = mundo.log.page(sesion, FiltroBitacora(), 0, 1000)
    assert "alta de capturista" not in {line.accion for line in lines}
    assert "TALLERES DEL BAJIO IMAGINARIO SA DE CV" not in {line.quien for line in lines}


def test_a_capturista_cannot_choose_who_did_not_register_her(
    mundo: Mundo, moral: Sesion, fisica: Sesion, buzon_real: SmtpReal
) -> None:
    mundo.alta(moral)
    mundo.activate(buzon_real)
    entered = mundo.acceso.enter_capturista(curp_numero(0), "Papel.Verde93")
    for contratista_id in (fisica.require_contratista(), mundo.store.new_id()):
        with pytest.raises(NotAllowedError):
            mundo.acceso.choose(entered, contratista_id)
        # Nor by making the session herself.
        with pytest.raises(NotAllowedError):
            mundo.contratistas.perfil(entered.acting_for(contratista_id))
