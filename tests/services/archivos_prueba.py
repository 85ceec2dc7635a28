"""Certificate files made for the test that needs them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from icsoe_desktop.domain.certificados.verificacion import Cadena
from icsoe_desktop.gateways.certificados.autoridades import Autoridades
from icsoe_desktop.gateways.certificados.verificador import CertificateVerifier
from tests.gateways.certificados.generador import (
    REGISTRO,
    Datos,
    Emisora,
    efirma_moral,
    imss,
    nueva_llave,
)
from tests.gateways.certificados.generador_llaves import cifrar_como_sat
from tests.gateways.certificados.generador_pfx import como_openssl_3, pfx

CLAVE = "Muy.Secreta93"
RFC_MORAL = "TBI990101QX5"
RAZON_SOCIAL = "Talleres del Bajío Imaginario SA de CV"
__all__ = ["CLAVE", "RAZON_SOCIAL", "REGISTRO", "RFC_MORAL", "Archivos"]


@dataclass(frozen=True)
class Archivos:
    """Where files are written, and who issued what is in them."""

    folder: Path
    emisora: Emisora

    def verificador(self) -> CertificateVerifier:
        return CertificateVerifier(Autoridades([self.emisora.autoridad(Cadena.SAT)]))

    def efirma(self, datos: Datos | None = None, name: str = "efirma") -> tuple[Path, Path]:
        """A .cer and its .key, under CLAVE."""
        cer, key = self.folder / f"{name}.cer", self.folder / f"{name}.key"
        cer.write_bytes(self.emisora.emitir(datos or efirma_moral(), nueva_llave()))
        key.write_bytes(cifrar_como_sat(nueva_llave(), CLAVE.encode()))
        return cer, key

    def pfx(self, registro: str = REGISTRO, name: str = "imss") -> Path:
        path = self.folder / f"{name}.pfx"
        certificado = self.emisora.emitir(imss(registro), nueva_llave())
        path.write_bytes(pfx([certificado], [nueva_llave()], como_openssl_3(CLAVE)))
        return path
