"""What the tests of registros patronales share."""

from __future__ import annotations

import uuid
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import select

from icsoe_desktop.domain.certificados.registro_patronal import RegistroPatronalCatalogado
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables.registros import CertificadoRow
from icsoe_desktop.store.tables.sistema import BitacoraRow

# Invented. Check digits by hand, Luhn with A=10, B=11, C=12:
# 10 123456789: 9+8+5+6+1+4+6+2+2+0+2 = 45 → 5; 11 102030405: 24 → 6; 12 987654321: 47 → 3.
A, B, C = "A1234567895", "B1020304056", "C9876543213"
# The SAT's own test taxpayers; the second with another last digit, which makes it odd.
RFC, RFC_RARO, RFC_OTRO = "EKU9003173C9", "EKU9003173C8", "CACX7605101P8"


def audit(store: Store) -> list[tuple[str, uuid.UUID | None, str]]:
    with store.read() as db:
        rows = db.scalars(select(BitacoraRow).order_by(BitacoraRow.id))
        return [(row.accion, row.objeto_id, row.detalle) for row in rows]


def put_certificate(store: Store, registro: RegistroPatronalCatalogado, rfc: str) -> None:
    now = store.clock()
    with store.write() as db:
        db.add(
            CertificadoRow(
                id=store.new_id(),
                registro_patronal_id=registro.id,
                tipo="e.firma",
                numero="1",
                titular="X",
                rfc=rfc,
                emisor="X",
                cadena="sat",
                valido_desde=now,
                valido_hasta=now,
                usuario_sellado=b"",
                certificado_nombre="x.cer",
                certificado_sha256=b"",
                certificado_sellado=b"",
                creado=now,
            )
        )


def refused(campo: str, sentence: str) -> pytest.RaisesExc[InvalidInputError]:
    return pytest.raises(InvalidInputError, match=sentence, check=lambda e: e.campo == campo)


def sheet(folder: Path, *rows: tuple[object, ...]) -> Path:
    workbook = openpyxl.Workbook()
    for row in (("Registro Patronal", "Razón social", "R.F.C."), *rows):
        workbook.active.append(row)
    path = folder / "registros.xlsx"
    workbook.save(path)
    return path
