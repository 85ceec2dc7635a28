"""The values and limits of the SBC, as the store has them now."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from icsoe_desktop.domain.movimientos.limites_sbc import TablaLimites
from icsoe_desktop.domain.salarios.calculo import Reglas
from icsoe_desktop.domain.valores_legales.factor import DIAS_DEL_ANIO
from icsoe_desktop.domain.valores_legales.valores import (
    DE_FABRICA,
    Certeza,
    Concepto,
    TablaValores,
    ValorLegal,
    Zona,
)
from icsoe_desktop.store.ajustes import kept_values
from icsoe_desktop.store.tables.registros import RegistroPatronalRow, ValorLegalRow

AJUSTE: Final = "valores_legales"
YEARS: Final = (365, 366)


def limites_of(db: Session) -> TablaLimites:
    rows = db.execute(
        select(RegistroPatronalRow.registro_patronal, RegistroPatronalRow.zona).where(
            RegistroPatronalRow.zona == Zona.FRONTERA
        )
    )
    zonas = {registro[:10]: Zona(zona) for registro, zona in rows}
    return TablaLimites(valores_of(db), zonas, reglas_of(db).dias_del_anio)


def valores_of(db: Session) -> TablaValores:
    """The table. Values of the policy come last, so that they count."""
    rows = db.scalars(select(ValorLegalRow).order_by(ValorLegalRow.central))
    return TablaValores((*DE_FABRICA, *(value_of(row) for row in rows)))


def value_of(row: ValorLegalRow) -> ValorLegal:
    certeza = Certeza.CENTRAL if row.central else Certeza.CAPTURADA
    return ValorLegal(Concepto(row.concepto), row.desde, row.centavos, row.fuente, certeza)


def reglas_of(db: Session) -> Reglas:
    kept = kept_values(db, AJUSTE)
    dias = kept.get("dias_del_anio")
    return Reglas(
        dias if dias in YEARS else DIAS_DEL_ANIO,
        redondea_factor=kept.get("redondea_factor") is not False,
    )
