"""The files of both sides of October 2025, written as the SAT and IDSE write them."""

from __future__ import annotations

import uuid
import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from tests.support.cfdi import Cfdi, NodoNomina
from tests.support.emision import EmisionHecha, FilaEmision

RP = "Y541234510"
RP_ESCRITO = "Y54-12345-10-9"
RFC = "EKU9003173C9"
PRIMERA = (date(2025, 10, 1), date(2025, 10, 15), "15.000")
SEGUNDA = (date(2025, 10, 16), date(2025, 10, 31), "16.000")

# NSS, CURP, names as each side writes them. Invented.
ANA = ("11111111115", "LOPA850505MDFPRN06", "ANA LOPEZ PEREZ", "LOPEZ PEREZ ANA")
BETO = ("22222222220", "MUOB900101HDFXRT07", "BETO MUÑOZ ORTIZ", "MU/OZ ORTIZ BETO")
CARO = ("33333333335", "RUIC910202MDFZRR09", "CARO RUIZ IRIS", "RUIZ IRIS CARO")
DANI = ("44444444440", "SOTD920303HDFTRN08", "DANI SOTO TREJO", "SOTO TREJO DANI")


def recibo(
    who: tuple[str, ...], quincena: tuple[date, date, str], number: int = 0, **changes: Any
) -> Cfdi:
    inicial, final, dias = quincena
    values = {
        "nss": who[0], "curp": who[1], "registro_patronal": RP_ESCRITO, "inicial": inicial,
        "final": final, "dias": dias, "base": "500.00", "integrado": "480.00",
    }  # fmt: skip
    nodo = NodoNomina(**(values | changes))  # type: ignore[arg-type]
    folio = uuid.uuid5(uuid.NAMESPACE_OID, f"{who[0]} {inicial} {number}")
    return Cfdi((nodo,), str(folio).upper(), RFC, nombre=who[2])


def folder_of(path: Path, recibos: Sequence[Cfdi]) -> Path:
    path.mkdir()
    for at, one in enumerate(recibos):
        (path / f"{at:05}.xml").write_text(one.xml(), "utf-8")
    return path


def zip_of(path: Path, recibos: Sequence[Cfdi]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for at, one in enumerate(recibos):
            file.writestr(f"{at:05}.xml", one.xml())
    return path


def fila(who: tuple[str, ...], dias: int = 31, salario: float = 500.0, **more: Any) -> FilaEmision:
    return FilaEmision(who[0], who[3], dias, salario, **more)


def emision_of(path: Path, filas: Sequence[FilaEmision], **more: Any) -> Path:
    return EmisionHecha(2025, 10, filas, RP_ESCRITO, **more).write(path)


def mes(carpeta: Path) -> tuple[Path, Path]:
    """An emission and a folder of receipts. Ana agrees; Beto's SBC is lower with the IMSS; the
    IMSS lacks Caro; Dani has no receipts. More persons of the emisor vote for the attribute.
    """
    others = [(f"{55500000000 + at}", "", f"PERSONA {at}", f"PERSONA {at}") for at in range(8)]
    recibos = [
        recibo(who, quincena)
        for who in (ANA, BETO, CARO, *others)
        for quincena in (PRIMERA, SEGUNDA)
    ]
    filas = [fila(ANA), fila(BETO, salario=450.0), fila(DANI), *map(fila, others)]
    return emision_of(carpeta / "emision.xls", filas), folder_of(carpeta / "recibos", recibos)


def muchas(carpeta: Path, veces: int = 4) -> list[Path]:
    """The month of `mes` and others as it: `veces` differences of each of five kinds."""
    recibos, filas = [], []
    for at in range(veces):
        who = [
            (f"{base + at:011}", "", f"{nombre} {at}", f"{nombre} {at}")
            for base, nombre in (
                (61000000000, "MARIA FERNANDA HERNANDEZ RODRIGUEZ"),
                (62000000000, "JOSE LUIS GUTIERREZ OROZCO"),
                (63000000000, "GUADALUPE DEL CARMEN SALINAS"),
                (64000000000, "ITZEL NAVARRO IBARRA"),
                (65000000000, "OCTAVIO PEREZ LUNA"),
            )
        ]
        lacking, low, gone, high, good = who
        recibos += [
            recibo(one, each) for one in (lacking, low, high, good) for each in (PRIMERA, SEGUNDA)
        ]
        filas += [fila(low, salario=450.0 - at), fila(gone), fila(high, salario=560.0), fila(good)]
    more = [(f"{66000000000 + at:011}", "", f"PERSONA {at}", f"PERSONA {at}") for at in range(30)]
    recibos += [recibo(one, each) for one in more for each in (PRIMERA, SEGUNDA)]
    filas += map(fila, more)
    emision = emision_of(carpeta / "emision_octubre.xls", filas)
    return [emision, zip_of(carpeta / "recibos_octubre.zip", recibos)]
