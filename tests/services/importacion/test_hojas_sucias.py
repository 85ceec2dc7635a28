"""Sheets as offices make them, from seeds: every row is read right, field by field, or asked about.

What a sheet shows is made from known movements, so that nothing can be changed in silence.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, Final

import openpyxl
import pytest

from benchmarks.datos import movimientos as invented
from icsoe_desktop.domain.dispmag import MovimientoLeido
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.importacion.celdas import DOUBTFUL, ReglaColumna
from icsoe_desktop.services.importacion.valores import Decision, Formato, Indicaciones
from tests.services.con_movimientos import Caso
from tests.services.importacion.importados import as_read, everything

LARGOS: Final = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre",
    "octubre", "noviembre", "diciembre",
)  # fmt: skip
MESES: Final = tuple(each[:3] for each in LARGOS)
ROWS: Final = 200
DATES: Final[tuple[tuple[Callable[[date], Any], str], ...]] = (
    (lambda d: f"{d:%d/%m/%Y}", ""),
    (lambda d: f"{d.day}-{d.month}-{d.year}", ""),
    (lambda d: f"{d:%Y-%m-%d}", ""),
    (lambda d: f"{d.day}/{MESES[d.month - 1]}/{d.year}", ""),
    (lambda d: f"{d.day} de {LARGOS[d.month - 1]} de {d.year}", ""),
    (lambda d: f"{d:%d}-{MESES[d.month - 1].upper()}-{d:%y}", ReglaColumna.DIA_PRIMERO),
    (lambda d: f"{d:%d-%m-%y}", ReglaColumna.DIA_PRIMERO),
    (lambda d: str((d - date(1899, 12, 30)).days), ""),
    (lambda d: f"{d:%d%m%Y}", ""),
    (lambda d: f"{d:%m/%d/%Y}", ReglaColumna.MES_PRIMERO),
)  # what a cell shows, and the rule that answers where it asks
AMOUNTS: Final[tuple[tuple[Callable[[int], str], str], ...]] = (
    (lambda c: f"{c / 100:.2f}", ""),
    (lambda c: f"{c / 100:.2f}".replace(".", ","), ""),
    (lambda c: f"{c / 100:,.2f}", ""),
    (lambda c: f"{c / 100:,.2f}".translate(str.maketrans(",.", ".,")), ""),
    (lambda c: f"$ {c / 100:,.2f}", ""),
    (lambda c: f"{c / 100 + 0.0012:.4f}", ""),
    (lambda c: f"{c // 100:,}", ReglaColumna.PUNTO),
    (lambda c: f"{c // 100:,}".replace(",", "."), ReglaColumna.COMA),
    (lambda c: str(c // 100), ""),
    (lambda c: f"{c / 100:g}", ""),
)
HEADERS: Final = {
    "tipo": ("Mov.", "Tipo movimiento", "TIPO DE MOVIMIENTO", "Movimiento"),
    "registro_patronal": ("No. DE REGISTRO PATRONAL", "Reg. Pat.", "RP", "Registro patronal"),
    "nss": ("N.S.S.", "No. Seguridad Social", "NSS", "Num. seg. soc."),
    "primer_apellido": ("A. Paterno", "Ap. Paterno", "APELLIDO PATERNO", "1er Apellido"),
    "segundo_apellido": ("A. Materno", "Ap. Materno", "APELLIDO MATERNO", "2do Apellido"),
    "nombres": ("Nombre(s)", "Nombre del empleado", "NOMBRES", "Nombre"),
    "fecha": ("Fecha de ingreso", "Fec. Movimiento", "FECHA", "Fecha mov."),
    "sbc": ("S.D.I.", "SBC", "Salario Diario Integrado", "Sal. base cotización"),
    "tipo_trabajador": ("T. Trab.", "Tipo trabajador", "Tipo de Trabajador"),
    "tipo_salario": ("T. Salario", "Tipo Sal.", "TIPO DE SALARIO"),
    "causa_baja": ("Causa", "Causa de baja"),
    "umf": ("U.M.F.", "UMF"),
    "guia": ("Subdelegación (guía)", "Guía", "GUIA"),
    "clave_trabajador": ("# Empleado", "No. de empleado", "Clave del trabajador"),
}
TIPOS: Final = {
    "08": ("08", "8", "Alta", "ALTA", "Reingreso", "Alta o reingreso"),
    "07": ("07", "7", "Modificación", "Mod. salario", "Cambio de salario"),
    "02": ("02", "2", "Baja", "BAJA"),
}
TRABAJADOR: Final = {"1": ("1", "Permanente", "1 Permanente", "PERMANENTE"), "": ("",)}
SALARIO: Final = {"0": ("0", "Fijo"), "1": ("1", "Variable"), "2": ("2", "Mixto"), "": ("",)}


def dirty(path: Path, seed: int, count: int) -> tuple[list[MovimientoLeido], Formato]:
    """Write a sheet. Returns what it holds, and what a person answers where it asks."""
    azar = random.Random(seed)  # noqa: S311
    written, fecha_rule = DATES[seed % len(DATES)]
    amount, sbc_rule = AMOUNTS[(seed // len(DATES) + seed) % len(AMOUNTS)]
    records = list(invented(count, seed + 1))
    whole = sbc_rule or seed % len(AMOUNTS) in (8,) or amount is AMOUNTS[8][0]
    columns = [*HEADERS]
    azar.shuffle(columns)
    header = [azar.choice(HEADERS[campo]) for campo in columns]
    rows: list[list[Any]] = []
    good = []
    for at, one in enumerate(records):
        if whole and one.sbc is not None:
            one = one._replace(sbc=one.sbc // 100 * 100)
        one = one._replace(
            clave_trabajador=f"E{at}", curp="", tipo_trabajador="1"[: one.tipo != "02"]
        )
        good.append(one)
        said = {
            "tipo": azar.choice(TIPOS[one.tipo]),
            "registro_patronal": one.registro_patronal,
            "nss": one.nss.lstrip("0") if seed % 3 == 0 else one.nss,
            "primer_apellido": azar.choice((one.primer_apellido, one.primer_apellido.title())),
            "segundo_apellido": one.segundo_apellido,
            "nombres": f" {one.nombres} " if seed % 2 else one.nombres,
            "fecha": written(one.fecha),
            "sbc": "" if one.sbc is None else amount(one.sbc),
            "tipo_trabajador": azar.choice(TRABAJADOR[one.tipo_trabajador]),
            "tipo_salario": azar.choice(SALARIO[one.tipo_salario]),
            "causa_baja": one.causa_baja,
            "umf": one.umf.lstrip("0") if seed % 2 else one.umf,
            "guia": one.guia.lstrip("0") if seed % 2 else one.guia,
            "clave_trabajador": one.clave_trabajador,
        }
        rows.append([said[campo] for campo in columns])
        if azar.random() < 0.01:
            rows.append([""] * len(columns))
    if seed % 4 == 1:
        rows.insert(len(rows) // 2, list(header))
    total = ["" for _ in columns]
    total[columns.index("nombres")] = "Total"
    rows.append(total)
    titles = [["NÓMINA"], [f"Semana {seed}"]] if seed % 2 else []
    table = [*titles, header, *rows]
    if path.suffix == ".xlsx":
        book = openpyxl.Workbook()
        sheet = book.worksheets[0]
        at = columns.index("nss")
        for row in table:
            # Excel keeps a number that was typed as one.
            cells = [int(c) if i == at and str(c).isdigit() else c for i, c in enumerate(row)]
            sheet.append(cells)
        book.save(path)
    else:
        encoding = ("utf-8-sig", "cp1252", "utf-16")[seed % 3]
        with path.open("w", encoding=encoding, newline="") as file:
            csv.writer(file, delimiter=",;\t"[seed % 3]).writerows(table)
    reglas = {"fecha": fecha_rule, "sbc": sbc_rule}
    return good, Formato(reglas={campo: regla for campo, regla in reglas.items() if regla})


def expected(one: MovimientoLeido) -> tuple[object, ...]:
    # fmt: off
    return (
        one.tipo, one.registro_patronal, one.nss, one.primer_apellido, one.segundo_apellido,
        one.nombres, one.fecha, one.sbc, one.tipo_trabajador, one.tipo_salario,
        one.jornada if one.tipo != "02" else "", one.causa_baja, one.umf, one.guia,
        one.clave_trabajador,
    )
    # fmt: on


def check(caso: Caso, path: Path, seed: int, count: int) -> None:
    good, answers = dirty(path, seed, count)
    wanted = {one.clave_trabajador: expected(one) for one in good}
    for said in (Indicaciones(), Indicaciones(answers)):
        vista = caso.importacion.preview(caso.sesion, [path], NoProgress(), said)
        assert vista.leidos == count, f"seed {seed}: no row is lost and none is made"
        errors = {one.esperado for one in vista.grupos if one.gravedad.value == "Error"}
        assert errors <= DOUBTFUL, f"seed {seed}: only what is doubtful asks"
        if vista.con_errores:
            assert answers.reglas, f"seed {seed}: nothing else may ask"
        if said.formato is not None:
            assert not vista.con_errores, f"seed {seed}: the answer answers all"
        caso.importacion.apply(
            caso.sesion, vista, Decision(importar_duplicados=True, solo_buenos=True), NoProgress()
        )
        caso.importacion.discard(vista)
        found = {fila.clave_trabajador: as_read(fila) for fila in everything(caso.movimientos)}
        assert len(found) == vista.buenos
        wrong = {key: (row, wanted[key]) for key, row in found.items() if row != wanted[key]}
        assert wrong == {}, f"seed {seed}: changed in silence"
        (done, *_) = caso.importacion.all(caso.sesion)
        if vista.buenos:
            caso.importacion.undo(caso.sesion, done.id, NoProgress())


@pytest.mark.parametrize("seed", [3, 9])
def test_a_dirty_sheet_is_read_right_or_asked_about(caso: Caso, tmp_path: Path, seed: int) -> None:
    check(caso, tmp_path / "hoja.csv", seed, 25)


def test_five_thousand_dirty_rows_are_read_right_or_asked_about(caso: Caso, tmp_path: Path) -> None:
    """Each style of dates with each of amounts at least twice, in books and in text."""
    for seed in range(25):
        suffix = ".xlsx" if seed % 5 == 2 else ".csv"
        check(caso, tmp_path / f"hoja{seed}{suffix}", seed, ROWS)
