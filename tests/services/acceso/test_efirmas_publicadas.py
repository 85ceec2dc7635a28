"""The e.firmas that the SAT publishes for trials, at the contratista's way in."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from icsoe_desktop.domain.icsoe.contratista import PasoContratista
from icsoe_desktop.gateways.boveda.boveda import Boveda
from icsoe_desktop.gateways.certificados.autoridades import Autoridades
from icsoe_desktop.gateways.certificados.verificador import CertificateVerifier
from icsoe_desktop.services.acceso.icsoe import AccesoIcsoeService, EfirmaElegida
from tests.services.mundo import Mundo

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
    assert (found.mensaje, found.titular) == ("La validación de la FIEL fue exitosa", titular)
    sesion = trial.enter(found).sesion
    pasos = mundo.contratistas.informacion(sesion).pasos
    assert (PasoContratista.DOMICILIO in pasos) is (len(rfc) == 12)


def test_the_published_wrong_ones_get_their_sentence(
    mundo: Mundo, boveda: Boveda, reales: Path, tmp_path: Path
) -> None:
    pinned = CertificateVerifier(Autoridades.pinned())
    trial = AccesoIcsoeService(
        mundo.store, boveda, mundo.bitacora, mundo.correos, pinned, pruebas=True
    )

    def told(name: str, rfc: str) -> tuple[str, ...]:
        pair = reales / f"{name}.cer", reales / f"{name}.key"
        found = trial.verify(EfirmaElegida(rfc, CLAVE_SAT, *pair))
        return tuple(each.texto for each in found.problemas)

    assert told("efirma_fisica_vencida_con_enie", "CAÑF770131PA3") == (
        "La e.firma venció el 13/06/2023.",
    )
    assert told("csd_moral_EKU9003173C9", "EKU9003173C9")[0] == (
        "El archivo es un Certificado de Sello Digital (CSD); se requiere la e.firma."
    )
    shutil.copy(reales / "efirma_moral_EKU9003173C9.cer", tmp_path / "copia.cer")
    other = trial.verify(
        EfirmaElegida(
            "CACX7605101P8",
            CLAVE_SAT,
            tmp_path / "copia.cer",
            reales / "efirma_moral_EKU9003173C9.key",
        )
    )
    assert other.mensaje == (
        "El RFC del certificado (EKU9003173C9) no corresponde al RFC escrito (CACX7605101P8)."
    )
