"""The secrets of a certificate that came from another desktop, sealed for this one."""

from __future__ import annotations

import base64
import uuid

import pytest

from icsoe_desktop.seguridad.data_key import DataKey
from icsoe_desktop.services.sincronizacion.valores.sealed_fields import COLUMNS, TABLE, sealed
from icsoe_desktop.store.tables import CertificadoRow

ROW = uuid.UUID(int=7)
PLAIN = {"usuario": b"U1", "certificado": b"\x00cer", "llave": b"\x01key"}
CONTENT = {name: base64.b64encode(value).decode() for name, value in PLAIN.items()}


def test_what_came_is_sealed_in_its_place_and_neither_user_nor_certificate_is_missing() -> None:
    key = DataKey.generate()
    found = sealed(key, {**CONTENT, "contrasena": None}, ROW, None)
    assert found.pop("contrasena_sellada") is None
    opened = {name: key.unseal(found[COLUMNS[name]] or b"", TABLE, ROW, name) for name in PLAIN}
    assert opened == PLAIN
    for name in ("usuario", "certificado"):
        with pytest.raises(ValueError, match="missing"):
            sealed(key, {**CONTENT, name: None}, ROW, None)
    with pytest.raises(ValueError, match=r"base64|padding|Only"):
        sealed(key, {**CONTENT, "llave": "no es base64"}, ROW, None)


def test_a_field_that_did_not_come_stays_as_it_is_here() -> None:
    key, here = DataKey.generate(), CertificadoRow()
    assert "contrasena_sellada" not in sealed(key, CONTENT, ROW, here)
    assert sealed(key, {**CONTENT, "contrasena": None}, ROW, here)["contrasena_sellada"] is None
    # For a row that is new there is nothing to keep.
    assert sealed(key, CONTENT, ROW, None)["contrasena_sellada"] is None
