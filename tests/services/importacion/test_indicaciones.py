"""What a user says of a sheet: columns, values for all rows, doubtful columns, corrected cells."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gateways.hojas.comun import SheetInMemory
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.importacion.celdas import (
    DOUBTFUL_AMOUNT,
    DOUBTFUL_ORDER,
    DOUBTFUL_YEAR,
    MONTH_FIRST,
    ReglaColumna,
)
from icsoe_desktop.services.importacion.valores import (
    Decision,
    Formato,
    GrupoProblemas,
    Indicaciones,
    VistaPreviaMovimientos,
)
from icsoe_desktop.store.tables.sistema import BitacoraRow
from tests.services.con_movimientos import Caso
from tests.services.importacion.importados import everything
from tests.services.importacion.test_celdas import alta
from tests.services.importacion.test_importacion_hojas import a_sheet

NADA = Indicaciones()


def look(caso: Caso, path: Path, said: Indicaciones = NADA) -> VistaPreviaMovimientos:
    return caso.importacion.preview(caso.sesion, [path], NoProgress(), said)


def told(vista: VistaPreviaMovimientos) -> list[tuple[str, int, str]]:
    return [(one.campo, one.filas, one.esperado) for one in vista.grupos]


def take_in(caso: Caso, vista: VistaPreviaMovimientos) -> int:
    return caso.importacion.apply(caso.sesion, vista, Decision(), NoProgress()).importados


def correct(
    caso: Caso, vista: VistaPreviaMovimientos, grupo: GrupoProblemas, texto: str, at: int = 0
) -> Indicaciones:
    found = caso.importacion.problems(vista, 0, 999, grupo)
    return caso.importacion.corrected(vista, grupo, found[at], texto, iguales=at == 0)


def test_the_same_error_is_told_once_with_its_rows(caso: Caso, tmp_path: Path) -> None:
    rows = [alta("20/02/2026", "100", nss) for nss in ("12345678903", "123", "123", "1234")]
    rows += [alta("mañana", "500"), alta("ayer", "500")]
    vista = look(caso, a_sheet(tmp_path, *rows))
    assert [(one.campo, one.filas, one.gravedad.value) for one in vista.grupos] == [
        ("NSS", 3, "Error"), ("Fecha del movimiento", 2, "Error"), ("SBC", 1, "Advertencia"),
    ]  # fmt: skip
    nss = vista.grupos[0]
    found = caso.importacion.problems(vista, 0, 99, nss)
    assert [(one.linea, one.encontrado, one.lugar) for one in found] == [
        (3, "123", "columna C"), (4, "123", "columna C"), (5, "1234", "columna C"),
    ]  # fmt: skip
    assert caso.importacion.equal(vista, nss, "123") == 2


def test_a_cell_is_corrected_and_those_like_it(caso: Caso, tmp_path: Path) -> None:
    rows = [[*alta("20/02/2026", "500"), ""] for _ in range(4)]
    tipos = ("Quincenal", "Quincenal", "Raro", "Fijo")
    for row, tipo, nss in zip(rows, tipos, (NSS[2], NSS[1], NSS[0], "123"), strict=True):
        row[9], row[2] = tipo, nss
    path = a_sheet(tmp_path, *rows)
    vista = look(caso, path)
    assert [(one.campo, one.filas) for one in vista.grupos] == [("Tipo de salario", 3), ("NSS", 1)]
    said = correct(caso, vista, vista.grupos[0], "mixto")
    vista = look(caso, path, said)
    assert told(vista)[-1] == (
        "Tipo de salario", 1, "Corregido aquí: Quincenal → mixto, 2 filas.",
    )  # fmt: skip
    assert [(one.campo, one.filas) for one in vista.grupos[:2]] == [
        ("Tipo de salario", 1), ("NSS", 1)
    ]  # fmt: skip
    said = correct(caso, vista, vista.grupos[0], "variable")
    vista = look(caso, path, said)
    # Wrong again: it is the cell of the file that is corrected, not its correction.
    said = correct(caso, vista, vista.grupos[0], "1234")
    vista = look(caso, path, said)
    said = correct(caso, vista, vista.grupos[0], "98765432103")
    vista = look(caso, path, said)
    assert said.corregidas == 4
    assert vista.con_errores == 0
    assert take_in(caso, vista) == 4
    assert [(str(one.tipo_salario), one.nss) for one in everything(caso.movimientos)] == [
        ("2", "12345678903"), ("2", "01234567897"), ("1", "00123456782"), ("0", "98765432103"),
    ]  # fmt: skip
    with caso.store.read() as db:
        said_there = list(db.scalars(select(BitacoraRow.detalle)))
    assert said_there == ["4 movimientos de 1 archivo, 4 celdas corregidas en la vista previa"]


def test_what_a_code_means_is_kept_with_the_columns(caso: Caso, tmp_path: Path) -> None:
    rows = [[*alta("20/02/2026", "500"), ""] for _ in range(3)]
    for row, tipo, nss in zip(rows, ("PF", "PF", "Raro"), NSS, strict=True):
        row[9], row[2] = tipo, nss
    path = a_sheet(tmp_path, *rows)
    columnas = caso.importacion.columns(caso.sesion, path, NoProgress())
    assert columnas is not None
    vista = look(caso, path)
    said = correct(caso, vista, vista.grupos[0], "Quincenal")
    assert said.formato == Formato(), "what is not understood is no code"
    vista = look(caso, path, said)
    said = correct(caso, vista, vista.grupos[0], "mixto")
    # Named only after the answer.
    assert said.formato is not None
    formato = replace(columnas.propuesto, codigos=said.formato.codigos)
    vista = look(caso, path, replace(said, formato=formato, nombre="Nómina"))
    vista = look(caso, path, correct(caso, vista, vista.grupos[0], "fijo"))
    assert take_in(caso, vista) == 3
    vista = look(caso, path)
    assert told(vista)[-2:] == [
        ("Tipo de salario", 1, "Se leyó así: PF → mixto, 2 filas."),
        ("Tipo de salario", 1, "Se leyó así: Raro → fijo, 1 fila."),
    ]
    assert (vista.con_errores, vista.formatos) == (0, ("Nómina",))
    row = [*alta("21/02/2026", "500"), ""]
    row[9] = "Otro"
    vista = look(caso, a_sheet(tmp_path, row))
    vista = look(caso, path, correct(caso, vista, vista.grupos[0], "variable"))
    take_in(caso, vista)
    kept = caso.importacion.formatos(caso.sesion)["Nómina"]
    assert kept.codigos == {"tipo_salario": {"PF": "mixto", "Raro": "fijo", "Otro": "variable"}}


def test_one_value_is_given_to_all_rows_that_have_none(caso: Caso, tmp_path: Path) -> None:
    header = ["NSS", "Paterno", "Nombre", "Fecha", "SBC", "Guía"]
    rows = [["12345678903", "MUÑOZ", "EVA", "20/02/2026", "500.00", ""],
            ["01234567897", "RUIZ", "ANA", "20/02/2026", "500.00", "08400"]]  # fmt: skip
    path = a_sheet(tmp_path, *rows, header=header)
    columnas = caso.importacion.columns(caso.sesion, path, NoProgress())
    assert columnas is not None
    assert not columnas.completas
    assert columnas.muestras[:2] == (("12345678903", "01234567897"), ("MUÑOZ", "RUIZ"))
    valores = {
        "tipo": "08 Alta o reingreso", "registro_patronal": "Y6077636105", "guia": "1400",
        "tipo_trabajador": "1 Permanente", "tipo_salario": "0 Fijo", "causa_baja": "6",
    }  # fmt: skip
    formato = Formato(columnas.propuesto.columnas, valores)
    vista = look(caso, path, Indicaciones(formato, "Sin tipo"))
    assert ("Guía", 1, "Se leyó así: (vacío) → 1400, 1 fila.") in told(vista)
    assert ("Tipo de movimiento", 1, "Se leyó así: (vacío) → 08 Alta o reingreso, 2 filas.") in (
        told(vista)
    )
    assert take_in(caso, vista) == 2
    assert {(one.tipo.value, one.nss, one.guia) for one in everything(caso.movimientos)} == {
        ("08", "12345678903", "01400"), ("08", "01234567897", "08400"),
    }  # fmt: skip
    again = caso.importacion.columns(caso.sesion, path, NoProgress())
    assert again is not None
    assert (again.nombre, again.completas, again.propuesto) == ("Sin tipo", True, formato)
    assert caso.importacion.formatos(caso.sesion) == {"Sin tipo": formato}


@pytest.mark.parametrize(
    ("cells", "doubt", "rule", "dates"),
    [
        (("03/04/2026", "11/20/2025"), {DOUBTFUL_ORDER: 1, MONTH_FIRST: 1},
         ReglaColumna.MES_PRIMERO, [date(2026, 3, 4), date(2025, 11, 20)]),
        (("11/20/2025", "03-04-26", "05/05/2026"), {DOUBTFUL_ORDER: 1, MONTH_FIRST: 1},
         ReglaColumna.MES_PRIMERO, [date(2025, 11, 20), date(2026, 3, 4), date(2026, 5, 5)]),
        (("26-11-17", "26-11-17"), {DOUBTFUL_YEAR: 2}, ReglaColumna.DIA_PRIMERO,
         [date(2017, 11, 26), date(2017, 11, 26)]),
        (("26-02-17", "26-01-05"), {DOUBTFUL_YEAR: 2}, ReglaColumna.ANIO_PRIMERO,
         [date(2026, 2, 17), date(2026, 1, 5)]),
        (("03/04/2026", "13/04/2026"), {}, "", [date(2026, 4, 3), date(2026, 4, 13)]),
    ],
)  # fmt: skip
def test_a_doubtful_column_of_dates_asks_and_takes_the_answer(
    caso: Caso,
    tmp_path: Path,
    cells: tuple[str, ...],
    doubt: dict[str, int],
    rule: str,
    dates: list[date],
) -> None:
    path = a_sheet(
        tmp_path,
        *(alta(cell, "500", nss) for cell, nss in zip(cells, NSS, strict=False)),
    )
    vista = look(caso, path)
    assert {one.esperado: one.filas for one in vista.grupos} == doubt
    if rule:
        vista = look(caso, path, Indicaciones(Formato(reglas={"fecha": rule})))
        assert vista.con_errores == 0
        assert all(one.es_lectura for one in vista.grupos)
    take_in(caso, vista)
    assert [one.fecha for one in sorted(everything(caso.movimientos), key=by_nss)] == dates


NSS = ("00123456782", "01234567897", "12345678903")


def by_nss(one: object) -> str:
    return str(one.nss)  # type: ignore[attr-defined]


def test_a_doubtful_column_of_amounts_takes_the_answer(caso: Caso, tmp_path: Path) -> None:
    path = a_sheet(tmp_path, alta("20/02/2026", "1,234"), alta("21/02/2026", "500"))
    assert told(look(caso, path)) == [("SBC", 1, DOUBTFUL_AMOUNT)]
    vista = look(caso, path, Indicaciones(Formato(reglas={"sbc": ReglaColumna.PUNTO})))
    assert told(vista) == [("SBC", 1, "Se leyó así: 1,234 → 1234, 1 fila.")]
    take_in(caso, vista)
    assert [one.sbc for one in everything(caso.movimientos)] == [1234_00, 500_00]


def test_dates_that_excel_may_have_turned_are_told(caso: Caso, tmp_path: Path) -> None:
    path = a_sheet(tmp_path, alta("2025-11-05", "500"), alta("11/20/2025", "500"))
    vista = look(caso, path)
    assert ["1 fecha que Excel" in one.esperado for one in vista.grupos] == [False, True]


def test_a_sheet_without_header_loses_no_row(caso: Caso, tmp_path: Path) -> None:
    one, two = alta("20/02/2026", "500", NSS[0]), alta("20/02/2026", "500", NSS[1])
    path = a_sheet(tmp_path, two, header=one)
    columnas = caso.importacion.columns(caso.sesion, path, NoProgress())
    assert columnas is not None
    assert columnas.encabezados[:3] == ("columna A", "columna B", "columna C")
    places = dict(zip(
        ("tipo", "registro_patronal", "nss", "primer_apellido", "nombres", "fecha", "sbc",
         "tipo_trabajador", "tipo_salario"), (0, 1, 2, 3, 5, 6, 7, 8, 9), strict=True,
    ))  # fmt: skip
    formato = Formato({campo: columnas.encabezados[at] for campo, at in places.items()})
    vista = look(caso, path, Indicaciones(formato, "Letras"))
    assert take_in(caso, vista) == 2
    again = caso.importacion.columns(caso.sesion, path, NoProgress())
    assert again is not None
    assert again.nombre == "", "letters alone do not tell what another sheet holds"


def test_columns_without_a_name_or_with_the_same_can_be_chosen(caso: Caso, tmp_path: Path) -> None:
    header = ["Mov", "RP", "", "Dato", "Dato", "Fecha", "Causa"]
    row = ["02", "Y6077636105", "12345678903", "MUÑOZ", "EVA", "20/02/2026", "2"]
    path = a_sheet(tmp_path, row, header=header)
    columnas = caso.importacion.columns(caso.sesion, path, NoProgress())
    assert columnas is not None
    assert columnas.encabezados[2:5] == ("columna C", "columna D", "columna E")
    said = {"nss": "columna C", "primer_apellido": "columna D", "nombres": "columna E"}
    formato = Formato({**columnas.propuesto.columnas, **said})
    assert look(caso, path, Indicaciones(formato)).buenos == 1


def test_a_table_of_the_clipboard_is_read_as_a_sheet(caso: Caso) -> None:
    text = "\n".join("\t".join(row) for row in (
        ["Mov", "RP", "NSS", "Paterno", "Nombre", "Fecha", "Causa"],
        ["02", "Y6077636105", "12345678903", "MUÑOZ", "EVA", "20/nov/2025", "2"],
    ))  # fmt: skip
    pasted = SheetInMemory("Lo que pegó", text.encode())
    vista = caso.importacion.preview(caso.sesion, [pasted], NoProgress())
    assert (vista.archivos, vista.buenos) == (("Lo que pegó",), 1)
    assert take_in(caso, vista) == 1


@pytest.mark.parametrize("second", ["Fecha de baja", "Fecha de alta"])
def test_of_two_columns_that_may_be_the_date_none_is_taken_unasked(
    caso: Caso, tmp_path: Path, second: str
) -> None:
    header = ["Mov", "RP", "NSS", "Paterno", "Nombre", "Fecha de alta", second, "Causa"]
    row = ["02", "Y6077636105", "12345678903", "MUÑOZ", "EVA", "01/02/2020", "15/02/2026", "2"]
    path = a_sheet(tmp_path, row, header=header)
    columnas = caso.importacion.columns(caso.sesion, path, NoProgress())
    assert columnas is not None
    may_be = columnas.dudosos["fecha"]
    assert (columnas.completas, "fecha" in columnas.propuesto.columnas) == (False, False)
    with pytest.raises(InvalidInputError, match="Más de una columna puede ser Fecha del mov"):
        look(caso, path)
    chosen = Formato({**columnas.propuesto.columnas, "fecha": may_be[1]})
    vista = look(caso, path, Indicaciones(chosen, "Norte"))
    assert take_in(caso, vista) == 1
    assert [one.fecha for one in everything(caso.movimientos)] == [date(2026, 2, 15)]
    again = caso.importacion.columns(caso.sesion, path, NoProgress())
    assert again is not None
    assert again.completas, "the answer is kept under its name"
