"""The catalogue of registros patronales."""

from __future__ import annotations

from pathlib import Path

import pytest

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.certificados.registro_patronal import (
    MAX_RAZON_SOCIAL,
    RegistroPatronalCatalogado,
)
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.bitacora.service import BitacoraService
from icsoe_desktop.services.certificados.registros_patronales import RegistrosPatronalesService
from icsoe_desktop.store.engine import Store
from tests.conftest import Reloj
from tests.services.certificados.catalogo import (
    RFC,
    RFC_OTRO,
    RFC_RARO,
    A,
    B,
    audit,
    put_certificate,
    refused,
    sheet,
)


@pytest.fixture
def registros(store: Store, bitacora: BitacoraService) -> RegistrosPatronalesService:
    return RegistrosPatronalesService(store, bitacora)


def test_a_registro_patronal_is_kept_in_its_canonical_form(
    registros: RegistrosPatronalesService, sesion: Sesion, store: Store
) -> None:
    added = registros.add(
        sesion,
        registro_patronal=" a12-34567-89 5 ",
        razon_social="  Ácidos   y Ñoños, S.A. ",
        rfc="eku 900317 3c9",
    )

    assert registros.all(sesion) == (
        RegistroPatronalCatalogado(
            id=added.id, registro_patronal=A, razon_social="Ácidos y Ñoños, S.A.", rfc=RFC
        ),
    )
    assert added.advertencias == ()
    assert audit(store) == [("alta de registro patronal", added.id, "")]


def test_what_is_usual_is_kept_and_no_sheet_empties_it(
    registros: RegistrosPatronalesService, sesion: Sesion, tmp_path: Path
) -> None:
    own = {"registro_patronal": A, "razon_social": "Ácidos", "rfc": RFC}
    usual = {"guia": "01400", "umf": "012", "tipo_salario": "1", "jornada": "6"}
    added = registros.add(sesion, **own, **usual, tipo_trabajador="2")
    for campo, value in (("umf", "12"), ("guia", "1400"), ("tipo_salario", "9")):
        with refused(campo, "números|lista"):
            registros.edit(sesion, added.id, **own, **{campo: value})
    preview = registros.preview_import(
        sesion, sheet(tmp_path, (A, "Otra razón", RFC)), NoProgress()
    )
    registros.apply_import(sesion, preview, NoProgress())
    (now,) = registros.all(sesion)
    assert (now.razon_social, now.guia, now.umf) == ("Otra razón", "01400", "012")
    assert (now.tipo_trabajador, now.tipo_salario, now.jornada) == ("2", "1", "6")


def test_ten_characters_get_their_check_digit_and_a_warning(
    registros: RegistrosPatronalesService, sesion: Sesion
) -> None:
    added = registros.add(sesion, registro_patronal=B[:10], razon_social="Uno", rfc=RFC_RARO)
    assert added.registro_patronal == B
    digito, rfc = added.advertencias
    assert digito.startswith("Se agregó el dígito verificador, 6, que no venía: quedará como ")
    assert "dígito verificador del RFC" in rfc
    # Kept, it is complete: only what is odd about it is told again.
    assert registros.all(sesion)[0].advertencias == (rfc,)


def test_a_wrong_check_digit_is_kept_with_a_warning(
    registros: RegistrosPatronalesService, sesion: Sesion
) -> None:
    added = registros.add(sesion, registro_patronal="A1234567890", razon_social="Uno", rfc=RFC)
    assert added.registro_patronal == "A1234567890"
    assert "se esperaba 5" in added.advertencias[0]
    assert registros.all(sesion) == (added,)
    assert registros.all(sesion)[0].advertencias == added.advertencias


@pytest.mark.parametrize(
    ("registro", "nombre", "rfc", "campo", "sentence"),
    [
        ("", "Uno", RFC, "registro_patronal", "Escrib[ae] el registro patronal"),
        ("A12345", "Uno", RFC, "registro_patronal", "tiene 6 caracteres"),
        (A, " \t ", RFC, "razon_social", "Escriba la razón social"),
        (A, "x" * (MAX_RAZON_SOCIAL + 1), RFC, "razon_social", "como máximo 250"),
        (A, "Uno", "EKU900317", "rfc", "9 caracteres"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(
    registros: RegistrosPatronalesService,
    sesion: Sesion,
    store: Store,
    registro: str,
    nombre: str,
    rfc: str,
    campo: str,
    sentence: str,
) -> None:
    with refused(campo, sentence):
        registros.add(sesion, registro_patronal=registro, razon_social=nombre, rfc=rfc)
    assert registros.all(sesion) == ()
    assert audit(store) == []


def test_the_same_registro_is_refused_in_any_of_its_forms(
    registros: RegistrosPatronalesService, sesion: Sesion
) -> None:
    registros.add(sesion, registro_patronal=A, razon_social="Uno", rfc=RFC)
    other = registros.add(sesion, registro_patronal=B, razon_social="Dos", rfc=RFC)
    for form in (A, A[:10], A.lower()):
        with refused("registro_patronal", f"^Ya existe el registro patronal {A}, de Uno.$"):
            registros.add(sesion, registro_patronal=form, razon_social="Tres", rfc=RFC)
    with refused("registro_patronal", "Es el mismo con otro dígito verificador"):
        registros.add(sesion, registro_patronal=A[:10] + "1", razon_social="Tres", rfc=RFC)
    with refused("registro_patronal", "Ya existe"):
        registros.edit(sesion, other.id, registro_patronal=A, razon_social="Dos", rfc=RFC)
    assert [one.registro_patronal for one in registros.all(sesion)] == [A, B]


def test_an_edit_changes_what_it_says_and_is_written_down(
    registros: RegistrosPatronalesService, sesion: Sesion, store: Store, reloj: Reloj
) -> None:
    added = registros.add(sesion, registro_patronal=A[:10] + "1", razon_social="Uno", rfc=RFC)
    reloj.advance(days=1)
    edited = registros.edit(sesion, added.id, registro_patronal=A, razon_social="Uno Dos", rfc=RFC)
    registros.edit(
        sesion, added.id, registro_patronal=A, razon_social="Uno Dos", rfc=RFC
    )  # nothing new: nothing written

    assert (
        registros.all(sesion)
        == (
            RegistroPatronalCatalogado(
                id=added.id, registro_patronal=A, razon_social="Uno Dos", rfc=RFC
            ),
        )
        == (edited,)
    )
    assert audit(store)[1:] == [
        ("cambio de registro patronal", added.id, "Registro patronal, Razón social")
    ]


def test_the_certificate_holds_its_registro_and_rfc_in_place(
    registros: RegistrosPatronalesService, sesion: Sesion, store: Store
) -> None:
    added = registros.add(sesion, registro_patronal=A, razon_social="Uno", rfc=RFC_RARO)
    put_certificate(store, added, RFC)
    with refused("registro_patronal", "tiene un certificado"):
        registros.edit(sesion, added.id, registro_patronal=B, razon_social="Uno", rfc=RFC_RARO)
    with refused("rfc", "tiene un certificado con otro RFC"):
        registros.edit(sesion, added.id, registro_patronal=A, razon_social="Uno", rfc=RFC_OTRO)
    with pytest.raises(UserFacingError, match="Elimine antes el certificado"):
        registros.remove(sesion, added.id)
    assert registros.all(sesion) == (added,)

    # The RFC of the certificate itself may be taken over.
    assert (
        registros.edit(sesion, added.id, registro_patronal=A, razon_social="Dos", rfc=RFC).rfc
        == RFC
    )


def test_a_registro_without_certificate_can_be_removed(
    registros: RegistrosPatronalesService, sesion: Sesion, store: Store
) -> None:
    added = registros.add(sesion, registro_patronal=A, razon_social="Uno", rfc=RFC)
    registros.remove(sesion, added.id)
    assert registros.all(sesion) == ()
    assert audit(store)[1:] == [("baja de registro patronal", added.id, f"{A}, Uno")]
    for late in (
        lambda: registros.remove(sesion, added.id),
        lambda: registros.edit(sesion, added.id, registro_patronal=A, razon_social="Uno", rfc=RFC),
    ):
        with pytest.raises(UserFacingError, match="ya no existe"):
            late()
