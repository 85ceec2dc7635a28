"""Generated returns for the tests of the Informativa."""

from __future__ import annotations

import random
import uuid
from datetime import date, timedelta

from icsoe_desktop.domain.ejemplo.personas import rfc, trabajadores
from icsoe_desktop.domain.icsoe.contrato import Contratante, DatosContrato, FolioRepse
from icsoe_desktop.domain.icsoe.informativa import TipoInformativa
from icsoe_desktop.domain.icsoe.periodo import Periodo
from icsoe_desktop.domain.icsoe.revision import ContratoRevisable, InformativaRevisable
from icsoe_desktop.domain.icsoe.trabajadores import TrabajadorContrato

HOY = date(2026, 11, 22)
PERIODO = Periodo(2026, 3)
RFC = rfc("SEP", "150203", "A1")
FOLIO = FolioRepse(folio="AR10842/2025", texto="Limpieza de oficinas")


def filas(cuantas: int, semilla: int = 7) -> list[TrabajadorContrato]:
    azar = random.Random(semilla)  # noqa: S311 - not a secret
    return [
        TrabajadorContrato.typed(
            each.nss, each.curp, f"{azar.randrange(331, 2900)}.{azar.randrange(100):02}"
        )
        for each in trabajadores(cuantas, semilla)
    ]


def contrato(semilla: int = 1) -> DatosContrato:
    azar = random.Random(semilla)  # noqa: S311 - not a secret
    inicio = PERIODO.primero + timedelta(days=azar.randrange(80))
    letras = "".join(azar.choice("ABCDEFG") for _ in range(3))
    return DatosContrato(
        numero=f"C-{semilla}",
        objeto="Limpieza de las oficinas del contratante",
        inicio=inicio,
        fin=inicio + timedelta(days=azar.randrange(400)) if azar.random() < 0.7 else None,
        contratante=Contratante(
            rfc=rfc(letras, "010101", f"{azar.randrange(1, 10)}{azar.randrange(1, 10)}"),
            nombre=f"Contratante {semilla} SA de CV",
            correo=f"contacto{semilla}@ejemplo.mx",
            celular="5512345678",
        ),
        folio=FOLIO,
    )


def informativa(semilla: int, contratos: int = 3, **cambios: object) -> InformativaRevisable:
    azar = random.Random(semilla)  # noqa: S311 - not a secret
    values: dict[str, object] = {
        "tipo": TipoInformativa.NORMAL,
        "periodo": PERIODO,
        "rfc": RFC,
        "contratos": [
            ContratoRevisable(
                uuid.uuid5(uuid.NAMESPACE_OID, f"{semilla}.{at}"),
                f"Contrato {at}",
                contrato(semilla * 100 + at),
                filas(azar.randrange(1, 60), semilla * 100 + at),
            )
            for at in range(contratos)
        ],
        "folios": frozenset({FOLIO.folio.casefold()}),
        "repse": date(2028, 6, 30),
        "declarados": contratos,
    }
    return InformativaRevisable(**{**values, **cambios})  # type: ignore[arg-type]
