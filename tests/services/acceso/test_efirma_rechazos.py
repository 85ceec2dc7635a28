"""Files and RFCs that do not fit at the contratista's way in, each with its sentence."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from icsoe_desktop.domain.icsoe.contratista import PasoContratista
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gateways.boveda.boveda import Boveda
from icsoe_desktop.gateways.certificados.autoridades import Autoridades
from icsoe_desktop.gateways.certificados.verificador import CertificateVerifier
from icsoe_desktop.services.acceso.icsoe import AccesoIcsoeService, EfirmaElegida, ProblemaIngreso
from icsoe_desktop.store.tables.icsoe import ContratistaRow
from tests.gateways.certificados.generador import (
    Datos,
    Emisora,
    csd,
    efirma_fisica,
    efirma_moral,
    nueva_llave,
)
from tests.services.mundo import CLAVE, HASTA, RFC_FISICA, RFC_MORAL, Mundo


@pytest.mark.parametrize(
    ("datos", "rfc", "contrasena", "campo", "texto"),
    [
        (csd(), RFC_MORAL, CLAVE, "certificado",
         "El archivo es un Certificado de Sello Digital (CSD); se requiere la e.firma."),
        (efirma_fisica(), RFC_MORAL, CLAVE, "certificado",
         "La e.firma es de una persona física y el RFC escrito es de una persona moral. Use la "
         "e.firma de la empresa, no la de su representante legal."),
        (efirma_moral(), RFC_FISICA, CLAVE, "rfc",
         "El RFC del certificado (TBI990101QX5) no corresponde al RFC escrito (ROTJ850314QX7)."),
        (efirma_moral(), RFC_MORAL, "otra", "contrasena",
         "La contraseña de la llave privada es incorrecta."),
        (efirma_moral(), RFC_MORAL, "", "contrasena",
         "Escriba la contraseña de la llave privada."),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_with_its_sentence(
    mundo: Mundo, datos: Datos, rfc: str, contrasena: str, campo: str, texto: str
) -> None:
    cer, key = mundo.archivos.efirma(datos.con(hasta=HASTA))
    found = mundo.acceso.verify(EfirmaElegida(rfc, contrasena, cer, key))
    assert found.problemas == (ProblemaIngreso(texto, campo),)
    assert (found.mensaje, found.token) == (texto, None)
    with pytest.raises(InvalidInputError):
        mundo.acceso.enter(found)
    with mundo.store.read() as db:
        assert db.scalars(select(ContratistaRow)).all() == []
    [(accion, detalle)] = mundo.audit()
    assert accion == "ingreso fallido"
    assert "TBI" not in detalle


def test_files_in_the_wrong_place_and_none_at_all(mundo: Mundo) -> None:
    good = mundo.efirma(efirma_moral(), RFC_MORAL)
    swapped = mundo.acceso.verify(replace(good, archivo=good.llave, llave=good.archivo))
    assert swapped.por_campo("certificado") == (
        "Seleccionó la llave privada (.key) en lugar del certificado (.cer).",
    )
    assert swapped.por_campo("llave") == ("El archivo no es una llave privada (.key).",)
    assert mundo.acceso.verify(replace(good, archivo=None)).problemas == (
        ProblemaIngreso("Elija el archivo del certificado (.cer).", "certificado"),
    )
    assert mundo.acceso.verify(replace(good, llave=None)).problemas == (
        ProblemaIngreso("Elija el archivo de la llave privada (.key).", "llave"),
    )
    [bad_rfc] = mundo.acceso.verify(replace(good, rfc="TBI")).problemas
    assert bad_rfc.campo == "rfc"
    pfx = mundo.acceso.verify(replace(good, archivo=mundo.archivos.pfx()))
    assert pfx.por_campo("certificado") == (
        "Es un archivo .pfx; elija el certificado (.cer) de la e.firma.",
    )


def test_a_key_of_somebody_else_is_refused(mundo: Mundo, emisora: Emisora) -> None:
    good = mundo.efirma(efirma_moral(), RFC_MORAL)
    cer = mundo.archivos.folder / "otra.cer"
    cer.write_bytes(emisora.emitir(efirma_moral(), nueva_llave(quien="otro titular")))
    assert mundo.acceso.verify(replace(good, archivo=cer)).problemas == (
        ProblemaIngreso(
            "El certificado (.cer) y la llave privada (.key) no corresponden entre sí.", "llave"
        ),
    )


CLAVE_SAT = "12345678a"


@pytest.mark.parametrize(
    ("name", "rfc", "titular"),
    [
        ("efirma_moral_EKU9003173C9", "EKU9003173C9", "ESCUELA KEMPER URGATE SA DE CV"),
        ("efirma_fisica_CACX7605101P8", "CACX7605101P8", "XOCHILT CASAS CHAVEZ"),
    ],
)
def test_the_published_test_efirmas_enter_a_trial_installation_only(
    mundo: Mundo, boveda: Boveda, reales: Path, name: str, rfc: str, titular: str
) -> None:
    elegida = EfirmaElegida(rfc, CLAVE_SAT, reales / f"{name}.cer", reales / f"{name}.key")
    pinned = CertificateVerifier(Autoridades.pinned())

    def service(pruebas: bool) -> AccesoIcsoeService:
        return AccesoIcsoeService(
            mundo.store, boveda, mundo.bitacora, mundo.correos, pinned, pruebas
        )

    refused = service(False).verify(elegida)
    assert refused.mensaje == "Es un certificado de prueba del SAT; no tiene validez."
    trial = service(True)
    found = trial.verify(elegida)
    assert found.mensaje.startswith("La validación de la FIEL fue exitosa. La e.firma vence el ")
    assert found.titular == titular
    sesion = trial.enter(found).sesion
    pasos = mundo.contratistas.informacion(sesion).pasos
    assert (PasoContratista.DOMICILIO in pasos) is (len(rfc) == 12)
