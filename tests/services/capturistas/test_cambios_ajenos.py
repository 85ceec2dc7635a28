"""Saving a form over what somebody else changed since it was opened: nothing is lost unseen."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.icsoe.contratista import DatosGenerales
from icsoe_desktop.domain.icsoe.domicilio import RespuestaDomicilio
from icsoe_desktop.services.cambios_ajenos import CambioAjenoError
from icsoe_desktop.services.capturistas.relaciones import Capturista
from icsoe_desktop.services.certificados.registros_patronales import RegistrosPatronalesService
from icsoe_desktop.services.contratista.service import (
    SIN_GENERALES,
    DomicilioAjenoError,
)
from icsoe_desktop.store.tables.icsoe import RelacionRow
from tests.services.certificados.catalogo import RFC, RFC_OTRO, A, audit
from tests.services.mundo import Mundo, direccion, nuevo


def contact(mundo: Mundo, sesion: Sesion, one: Capturista) -> tuple[str, str, str]:
    now = mundo.capturistas.get(sesion, one.id)
    return now.nombres, now.telefono, now.correo


@pytest.fixture
def visto(mundo: Mundo, moral: Sesion) -> Capturista:
    """Íñiga Xacón Núñez, 5512345678, persona0@ejemplo.mx, as a form was opened with."""
    return mundo.alta(moral)


def test_what_was_not_touched_keeps_what_arrived(
    mundo: Mundo, moral: Sesion, visto: Capturista
) -> None:
    mundo.capturistas.update(moral, visto.id, nuevo(0, "otra@ejemplo.mx", nombres="Íñiga María"))
    saved = mundo.capturistas.update(
        moral, visto.id, nuevo(0, telefono=" 33 1234 5678"), visto=visto
    )
    assert contact(mundo, moral, visto) == ("Íñiga María", "3312345678", "otra@ejemplo.mx")
    assert saved.capturista == mundo.capturistas.get(moral, visto.id)
    assert audit(mundo.store)[-1] == ("cambio de capturista", visto.id, "Teléfono")


def test_what_both_changed_is_told_and_the_second_time_saved(
    mundo: Mundo, moral: Sesion, visto: Capturista
) -> None:
    theirs = nuevo(0, nombres="Ana", telefono="3300000001", segundo_apellido="Nava")
    mundo.capturistas.update(moral, visto.id, theirs)
    mine = nuevo(0, telefono="3300000002", segundo_apellido="Nuño")
    with pytest.raises(CambioAjenoError) as refused:
        mundo.capturistas.update(moral, visto.id, mine, visto=visto)
    assert refused.value.ahora == {"telefono": "3300000001", "segundo_apellido": "Nava"}
    assert "Segundo apellido, Teléfono" in refused.value.message
    # Personal data are no part of what may reach a log.
    assert "3300000001" not in str(refused.value)
    assert "«3300000001»" in refused.value.sentences["telefono"]
    assert contact(mundo, moral, visto)[1] == "3300000001"

    again = refused.value.visto
    assert isinstance(again, Capturista)
    assert again == replace(visto, telefono="3300000001", segundo_apellido="Nava")
    saved = mundo.capturistas.update(moral, visto.id, mine, visto=again).capturista
    # The name, which nobody touched here, is still the other's.
    assert (saved.nombres, saved.telefono, saved.segundo_apellido) == ("Ana", "3300000002", "Nuño")


def test_a_third_change_between_the_two_times_is_told_too(
    mundo: Mundo, moral: Sesion, visto: Capturista
) -> None:
    mine = nuevo(0, telefono="3300000009")
    again: Any = visto
    for other in ("3300000001", "3300000002"):
        mundo.capturistas.update(moral, visto.id, nuevo(0, telefono=other))
        with pytest.raises(CambioAjenoError) as refused:
            mundo.capturistas.update(moral, visto.id, mine, visto=again)
        assert refused.value.ahora == {"telefono": other}
        again = refused.value.visto
    mundo.capturistas.update(moral, visto.id, mine, visto=again)
    assert contact(mundo, moral, visto)[1] == "3300000009"


def test_the_same_change_twice_is_nothing_to_tell(
    mundo: Mundo, moral: Sesion, visto: Capturista
) -> None:
    same = nuevo(0, telefono="3300000001")
    mundo.capturistas.update(moral, visto.id, same)
    mundo.capturistas.update(moral, visto.id, same, visto=visto)
    assert contact(mundo, moral, visto)[1] == "3300000001"


def test_the_day_of_renapo_is_the_users_only_when_she_touched_it(
    mundo: Mundo, moral: Sesion, visto: Capturista
) -> None:
    def cotejada() -> date | None:
        return mundo.capturistas.get(moral, visto.id).cotejada

    with mundo.store.write() as db:
        db.get_one(RelacionRow, visto.id).cotejada = date(2026, 2, 1)
    mundo.capturistas.update(moral, visto.id, nuevo(0), None, visto)
    assert cotejada() == date(2026, 2, 1)
    now = mundo.capturistas.get(moral, visto.id)
    mundo.capturistas.update(moral, visto.id, nuevo(0), None, now)
    assert cotejada() is None


def test_the_general_data_are_kept_field_by_field(mundo: Mundo, moral: Sesion) -> None:
    def generales() -> DatosGenerales | None:
        return mundo.contratistas.informacion(moral).generales

    visto = generales()
    assert visto == DatosGenerales(correo="contratista@ejemplo.mx", celular="5511223344")
    save = mundo.contratistas.save_generales
    save(moral, correo="contratista@ejemplo.mx", celular="3300000001", telefono_fijo="3300000002")
    save(moral, correo="mia@ejemplo.mx", celular="55 1122 3344", telefono_fijo="", visto=visto)
    assert generales() == DatosGenerales(
        correo="mia@ejemplo.mx", celular="3300000001", telefono_fijo="3300000002"
    )
    with pytest.raises(CambioAjenoError) as refused:
        save(
            moral,
            correo="contratista@ejemplo.mx",
            celular="3300000003",
            telefono_fijo="",
            visto=visto,
        )
    assert refused.value.ahora == {"celular": "3300000001"}
    assert refused.value.campo == "celular"
    assert refused.value.visto == replace(visto, celular="3300000001")


def test_a_value_that_the_other_took_away_is_told_as_empty(mundo: Mundo, moral: Sesion) -> None:
    save = mundo.contratistas.save_generales
    save(moral, correo="contratista@ejemplo.mx", celular="5511223344", telefono_fijo="3300000002")
    visto = mundo.contratistas.informacion(moral).generales
    save(moral, correo="contratista@ejemplo.mx", celular="5511223344", telefono_fijo="")
    with pytest.raises(CambioAjenoError) as refused:
        save(
            moral,
            correo="contratista@ejemplo.mx",
            celular="5511223344",
            telefono_fijo="3300000003",
            visto=visto,
        )
    assert refused.value.ahora == {"telefono_fijo": ""}
    assert "lo dejó vacío" in refused.value.sentences["telefono_fijo"]


def test_a_first_step_that_another_desktop_did_is_not_written_over(
    mundo: Mundo, moral: Sesion
) -> None:
    with pytest.raises(CambioAjenoError) as refused:
        mundo.contratistas.save_generales(
            moral,
            correo="mia@ejemplo.mx",
            celular="5511223344",
            telefono_fijo="",
            visto=SIN_GENERALES,
        )
    assert refused.value.ahora == {"correo": "contratista@ejemplo.mx"}


def test_the_address_is_told_as_a_whole(mundo: Mundo, moral: Sesion) -> None:
    service = mundo.contratistas
    visto = RespuestaDomicilio(igual=True)
    service.save_domicilio(moral, direccion(calle="Calle Ajena"))
    with pytest.raises(DomicilioAjenoError) as refused:
        service.save_domicilio(moral, direccion(calle="Calle Propia"), visto)
    theirs = refused.value.ahora
    assert (theirs.igual, theirs.domicilio and theirs.domicilio.calle) == (False, "Calle Ajena")
    assert "Calle" not in refused.value.message
    # What was chosen here is what is there: nothing to tell.
    service.save_domicilio(moral, direccion(calle="Calle Ajena"), visto)
    service.save_domicilio(moral, direccion(calle="Calle Propia"), theirs)
    with pytest.raises(DomicilioAjenoError):
        service.save_domicilio(moral, None, theirs)
    info = service.informacion(moral)
    assert info.social.domicilio is not None
    assert info.social.domicilio.calle == "Calle Propia"
    service.save_domicilio(moral, None, RespuestaDomicilio(False, info.social.domicilio))
    assert service.informacion(moral).social.domicilio is None


def test_a_registro_patronal_is_kept_field_by_field(mundo: Mundo, sesion: Sesion) -> None:
    registros = RegistrosPatronalesService(mundo.store, mundo.bitacora)
    visto = registros.add(sesion, registro_patronal=A, razon_social="Uno", rfc=RFC)
    registros.edit(sesion, visto.id, registro_patronal=A, razon_social="Uno del Norte", rfc=RFC)
    edited = registros.edit(
        sesion, visto.id, registro_patronal=A, razon_social="Uno", rfc=RFC_OTRO, visto=visto
    )
    assert (edited.razon_social, edited.rfc) == ("Uno del Norte", RFC_OTRO)
    with pytest.raises(CambioAjenoError) as refused:
        registros.edit(
            sesion, visto.id, registro_patronal=A, razon_social="Uno del Sur", rfc=RFC, visto=visto
        )
    assert refused.value.ahora == {"razon_social": "Uno del Norte"}
    again = refused.value.visto
    assert again == replace(visto, razon_social="Uno del Norte")
    saved = registros.edit(
        sesion,
        visto.id,
        registro_patronal=A,
        razon_social="Uno del Sur",
        rfc=RFC,
        visto=replace(visto, razon_social="Uno del Norte"),
    )
    assert (saved.razon_social, saved.rfc) == ("Uno del Sur", RFC_OTRO)
