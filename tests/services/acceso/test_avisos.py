"""The avisos de privacidad: what they name, who answers, and a new version accepted again."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from icsoe_desktop.domain.acceso.avisos import (
    AVISO_ICSOE_VERSION,
    AVISO_VERSION,
    DatosPrivacidad,
    aviso_icsoe,
    aviso_idse,
)
from icsoe_desktop.domain.acceso.sesion import Rol, Sesion
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.services.acceso.avisos import AvisosService
from icsoe_desktop.services.bitacora.service import BitacoraService
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables.acceso import UsuarioRow
from icsoe_desktop.store.tables.sistema import BitacoraRow
from tests.support.dobles import enabled_user

DATOS = DatosPrivacidad(
    "Nóminas *del* Centro SA de CV",
    "Calle 1 <b>2</b>, 06700 México",
    "arco@ejemplo.mx",
    "Despacho Uno SC",
    "ejemplo.mx/aviso",
)


@pytest.fixture
def avisos(store: Store, bitacora: BitacoraService) -> AvisosService:
    return AvisosService(store, bitacora)


@pytest.mark.parametrize("make", [aviso_idse, aviso_icsoe])
def test_a_notice_names_every_group_who_answers_and_the_rights(make) -> None:  # type: ignore[no-untyped-def]
    text = make(DATOS)
    groups = ["usuarios", "trabajadores", "NSS", "CURP", "SBC", "Ninguno es sensible"]
    if make is aviso_icsoe:
        groups += [
            "contratista",
            "domicilios social y convencional",
            "capturistas",
            "contratantes",
            "29 Bis",
        ]
    law = ["en 20 días", "en los 15", "DOF 20/03/2025", "DOF", "14/11/2025", "Anticorrupción"]
    for part in (*groups, *law, "arco@ejemplo\\.mx", "Despacho Uno SC", "ejemplo\\.mx/aviso"):
        assert part in text
    assert "sólo en él" not in text
    # What somebody typed is no Markdown and no HTML.
    assert "Nóminas \\*del\\* Centro" in text
    assert "\\<b\\>" in text


def test_without_them_it_says_so_and_they_are_kept_whole(
    avisos: AvisosService, store: Store, bitacora: BitacoraService
) -> None:
    sesion = enabled_user(store)
    assert not avisos.datos().completo
    assert "todavía no escribe" in aviso_idse(avisos.datos())
    with pytest.raises(InvalidInputError) as caught:
        avisos.save(sesion, DatosPrivacidad(responsable="Uno"))
    assert caught.value.campo == "domicilio"
    with pytest.raises(InvalidInputError) as caught:
        avisos.save(sesion, DatosPrivacidad("x" * 301, "d", "c", "", "i"))
    assert caught.value.campo == "responsable"
    assert avisos.save(sesion, DATOS) == avisos.datos() == DATOS
    assert avisos.datos().completo


def test_a_new_version_is_accepted_again_once(avisos: AvisosService, store: Store) -> None:
    sesion = enabled_user(store)
    with store.write() as db:
        db.scalars(select(UsuarioRow)).one().aviso_version = "2026-11"
    assert avisos.pending(sesion)
    avisos.accept(sesion)
    assert not avisos.pending(sesion)
    with store.read() as db:
        noted = db.scalars(
            select(BitacoraRow.detalle).where(BitacoraRow.detalle == AVISO_VERSION)
        ).all()
    assert len(noted) == 1
    assert not avisos.pending(Sesion(Rol.CONSULTA, None, "Consulta"))
    assert AVISO_ICSOE_VERSION
