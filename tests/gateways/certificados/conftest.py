"""A certificate and its key in each of the forms they come in."""

from __future__ import annotations

import io
import zipfile

import pytest

from tests.gateways.certificados.generador import Emisora, efirma_fisica, imss, nueva_llave
from tests.gateways.certificados.generador_llaves import cifrar_como_sat
from tests.gateways.certificados.generador_pfx import como_openssl_3, pfx

CLAVE = "contraseña 1"


@pytest.fixture(scope="module")
def cer(emisora: Emisora) -> bytes:
    return emisora.emitir(efirma_fisica(), nueva_llave())


@pytest.fixture(scope="module")
def key() -> bytes:
    return cifrar_como_sat(nueva_llave(), CLAVE.encode())


@pytest.fixture(scope="module")
def un_pfx(emisora: Emisora) -> bytes:
    return pfx([emisora.emitir(imss(), nueva_llave())], [nueva_llave()], como_openssl_3(CLAVE))


@pytest.fixture(scope="module")
def un_zip() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.cer", "x")
    return packed.getvalue()
