"""The office's minimum wage and UMA: typed, imported, fixed by the policy, and used."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from icsoe_desktop.domain.acceso.sesion import SESION_CONSULTA, Sesion
from icsoe_desktop.domain.salarios.calculo import Reglas
from icsoe_desktop.domain.valores_legales.valores import Certeza, Concepto, ValorLegal
from icsoe_desktop.errors import InvalidInputError, UserFacingError
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.bitacora.service import BitacoraService
from icsoe_desktop.services.certificados.registros_patronales import RegistrosPatronalesService
from icsoe_desktop.services.movimientos.service import MovimientosService
from icsoe_desktop.services.valores_legales.service import ValoresLegalesService
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables.sistema import BitacoraRow
from tests.conftest import Reloj
from tests.services.movimientos.test_captura import ALTA as CAPTURA

QUIETLY = NoProgress()
NEW_YEAR = datetime(2027, 1, 2, 18, tzinfo=UTC)
ALTA = replace(CAPTURA, registro_patronal="A1234567895", fecha=date(2027, 1, 4), sbc="340.00")
CSV = """\
Concepto,Desde,Importe diario,Fuente
Salario mínimo general,01/01/2027,350.00,DOF 09/12/2026
"Salario mínimo, frontera norte",2027-01-01,490.00,DOF 09/12/2026
UMA,01/02/2027,122.10,INEGI
"""


def save(valores: ValoresLegalesService, sesion: Sesion, importe: str = "350.00") -> ValorLegal:
    return valores.save(
        sesion,
        concepto=Concepto.GENERAL,
        desde=date(2027, 1, 1),
        importe=importe,
        fuente="DOF 09/12/2026",
    )


def lines(store: Store) -> list[tuple[str, str]]:
    with store.read() as db:
        rows = db.scalars(select(BitacoraRow).order_by(BitacoraRow.id))
        return [(row.accion, row.detalle) for row in rows]


def test_a_typed_value_counts_at_once_and_says_who_and_when(
    valores: ValoresLegalesService, sesion: Sesion, store: Store, reloj: Reloj
) -> None:
    reloj.now = NEW_YEAR
    assert valores.missing(sesion) == (
        "Falta el salario mínimo de 2027",
        "Falta el salario mínimo de la frontera norte de 2027",
    )
    valor = save(valores, sesion, "$350.00")
    assert valores.missing(sesion) == ("Falta el salario mínimo de la frontera norte de 2027",)
    newest = valores.table(sesion)[0]
    assert (newest.valor, newest.vigente, newest.propio, newest.cuando) == (
        valor,
        True,
        True,
        NEW_YEAR,
    )
    assert newest.quien
    assert lines(store) == [
        ("cambio de salario mínimo o UMA", "Salario mínimo general, 01/01/2027: 350.00")
    ]


def test_the_sbc_is_checked_with_the_new_value(
    valores: ValoresLegalesService, movimientos: MovimientosService, sesion: Sesion, reloj: Reloj
) -> None:
    reloj.now = NEW_YEAR
    assert movimientos.check(sesion, ALTA).advertencias["sbc"] == (
        "No se revisó el SBC contra el salario mínimo de 2027: el programa no lo tiene. Agregue el "
        "valor en Valores."
    )
    save(valores, sesion)
    assert movimientos.check(sesion, ALTA).advertencias["sbc"] == (
        "El SBC, $340.00, es menor que el salario mínimo de esa fecha, $350.00 (LSS 28)."
    )
    valores.remove(sesion, Concepto.GENERAL, date(2027, 1, 1))
    assert "No se revisó" in movimientos.check(sesion, ALTA).advertencias["sbc"]


def test_the_sbc_is_checked_with_the_zone_of_its_registro_patronal(
    valores: ValoresLegalesService,
    movimientos: MovimientosService,
    store: Store,
    bitacora: BitacoraService,
    sesion: Sesion,
    tmp_path: Path,
    reloj: Reloj,
) -> None:
    reloj.now = NEW_YEAR
    path = tmp_path / "valores.csv"
    path.write_text(CSV, "utf-8")
    assert valores.import_values(sesion, path, QUIETLY) == 3
    registros = RegistrosPatronalesService(store, bitacora)
    registros.add(
        sesion,
        registro_patronal="A1234567895",
        razon_social="Norte",
        rfc="EKU9003173C9",
        zona="frontera",
    )
    assert movimientos.check(sesion, ALTA).advertencias["sbc"] == (
        "El SBC, $340.00, es menor que el salario mínimo de esa fecha en la zona libre de la "
        "frontera norte, $490.00 (LSS 28)."
    )


def test_a_shipped_value_can_be_replaced_and_comes_back(
    valores: ValoresLegalesService, sesion: Sesion
) -> None:
    before = valores.table(sesion)
    uma = {"concepto": Concepto.UMA, "desde": date(2026, 2, 1)}
    valores.save(sesion, importe="117.32", fuente="DOF", **uma)  # type: ignore[arg-type]
    changed = next(one for one in valores.table(sesion) if one.valor.concepto is Concepto.UMA)
    assert (changed.valor.centavos, changed.valor.certeza) == (117_32, Certeza.CAPTURADA)
    assert len(valores.table(sesion)) == len(before)
    valores.remove(sesion, Concepto.UMA, date(2026, 2, 1))
    assert valores.table(sesion) == before
    with pytest.raises(UserFacingError, match="viene con el programa"):
        valores.remove(sesion, Concepto.UMA, date(2026, 2, 1))


@pytest.mark.parametrize(
    ("importe", "fuente", "campo"),
    [("mucho", "DOF", "importe"), ("30.00", "DOF", "importe"), ("350.00", " ", "fuente"),
     ("350.00", "x" * 121, "fuente")],
)  # fmt: skip
def test_what_is_wrong_is_told_at_its_field_and_nothing_is_kept(
    valores: ValoresLegalesService, sesion: Sesion, importe: str, fuente: str, campo: str
) -> None:
    before = valores.table(sesion)
    with pytest.raises(InvalidInputError) as error:
        valores.save(
            sesion,
            concepto=Concepto.GENERAL,
            desde=date(2027, 1, 1),
            importe=importe,
            fuente=fuente,
        )
    assert error.value.campo == campo
    assert valores.table(sesion) == before


def test_what_was_exported_can_be_imported_elsewhere(
    valores: ValoresLegalesService, sesion: Sesion, tmp_path: Path
) -> None:
    source, out = tmp_path / "valores.csv", tmp_path / "exportados.csv"
    source.write_text(CSV, "utf-8")
    assert valores.import_values(sesion, source, QUIETLY) == 3
    whole = valores.table(sesion)
    assert valores.export_values(SESION_CONSULTA, out) == len(whole)
    assert valores.import_values(sesion, out, QUIETLY) == 0
    for one in [fila for fila in whole if fila.propio]:
        valores.remove(sesion, one.valor.concepto, one.valor.desde)
    assert valores.import_values(sesion, out, QUIETLY) == 3
    assert [fila.valor for fila in valores.table(sesion)] == [fila.valor for fila in whole]


def test_a_file_with_one_wrong_row_imports_nothing_and_names_every_line(
    valores: ValoresLegalesService, sesion: Sesion, tmp_path: Path
) -> None:
    path = tmp_path / "valores.csv"
    path.write_text(
        CSV + "UMI,01/02/2028,130.00,INEGI\nUMA,31/02/2028,130.00,INEGI\n"
        "UMA,01/02/2027,122.10,INEGI\nUMA,01/02/2028,poco,INEGI\n",
        "utf-8",
    )
    before = valores.table(sesion)
    with pytest.raises(InvalidInputError) as error:
        valores.import_values(sesion, path, QUIETLY)
    assert error.value.message == (
        "No se importó nada. Renglón 5: Escriba «Salario mínimo general», «Salario mínimo, "
        "frontera norte», «UMA». Renglón 6: Escriba la fecha como dd/mm/aaaa. Renglón 7: El mismo "
        "valor está en el renglón 4. Deje sólo uno. Renglón 8: Escriba el importe diario en pesos "
        "y centavos, por ejemplo 315.04."
    )
    assert valores.table(sesion) == before


def test_a_file_without_its_columns_says_which_are_missing(
    valores: ValoresLegalesService, sesion: Sesion, tmp_path: Path
) -> None:
    path = tmp_path / "valores.csv"
    path.write_text("Concepto,Desde\nUMA,01/02/2027\n", "utf-8")
    with pytest.raises(InvalidInputError, match="Al archivo le falta: Importe diario, Fuente"):
        valores.import_values(sesion, path, QUIETLY)
    path.write_text("Concepto,Desde,Importe,Fuente\n", "utf-8")
    with pytest.raises(InvalidInputError, match="no tiene renglones"):
        valores.import_values(sesion, path, QUIETLY)


def test_a_value_of_the_policy_counts_and_nobody_here_changes_it(
    store: Store, bitacora: BitacoraService, sesion: Sesion, reloj: Reloj
) -> None:
    reloj.now = NEW_YEAR
    free = ValoresLegalesService(store, bitacora)
    save(free, sesion, "340.00")
    fixed = ValorLegal(Concepto.GENERAL, date(2027, 1, 1), 350_00, "central.ini", Certeza.CENTRAL)
    valores = ValoresLegalesService(store, bitacora, (fixed,))
    newest = valores.table(sesion)[0]
    assert (newest.valor, newest.vigente, newest.propio, newest.quien) == (
        fixed,
        True,
        False,
        "Política central",
    )
    with pytest.raises(InvalidInputError, match="lo fijó quien administra"):
        save(valores, sesion, "345.00")
    # Without the policy the office's own value counts again.
    assert ValoresLegalesService(store, bitacora).table(sesion)[0].valor.centavos == 340_00


def test_the_days_of_the_year_and_the_rounding_of_the_factor_are_settings(
    valores: ValoresLegalesService, movimientos: MovimientosService, sesion: Sesion
) -> None:
    low = replace(ALTA, fecha=date(2026, 3, 2), sbc="330.54")
    assert "por 1.0493" in movimientos.check(sesion, low).advertencias["sbc"]
    valores.save_rules(sesion, Reglas(366, redondea_factor=False))
    reglas, limites, _hoy = valores.rules(sesion)
    assert (reglas, limites.dias_del_anio) == (Reglas(366, redondea_factor=False), 366)
    assert "sbc" not in movimientos.check(sesion, low).advertencias
    with pytest.raises(InvalidInputError):
        valores.save_rules(sesion, Reglas(360))
