"""Movements in a sheet: its columns by their names, or matched by hand."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from benchmarks.datos import movimientos as generated
from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.importacion.lectura import (
    IS_EMPTY,
    NO_FILE,
    OTHER_KIND,
    ClaseArchivoImportado,
    clase_of,
)
from icsoe_desktop.services.importacion.renglones import ONE_WORD, USUAL_ORDER, understands
from icsoe_desktop.services.importacion.service import ImportacionMovimientosService
from icsoe_desktop.services.importacion.valores import Decision, Formato, Gravedad, Indicaciones
from icsoe_desktop.services.movimientos.valores import TODOS, OrdenMovimientos
from tests.services.con_movimientos import Caso
from tests.services.importacion.importados import as_read, everything
from tests.support.emision import EmisionHecha, FilaEmision


def a_sheet(tmp_path: Path, *rows: list[str], header: list[str] | None = None) -> Path:
    path = tmp_path / "hoja.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(
            header
            or [
                "Movimiento", "Reg. patronal", "Número de seguridad social", "Apellido paterno",
                "Apellido materno", "Nombre", "Fecha de movimiento", "SBC", "Tipo de trabajador",
                "Tipo de salario", "Causa de baja", "UMF", "Guía",
            ]
        )  # fmt: skip
        writer.writerows(rows)
    return path


def test_a_sheet_is_read_by_the_names_of_its_columns(caso: Caso, tmp_path: Path) -> None:
    path = a_sheet(
        tmp_path,
        ["Alta o reingreso", "Y60-77636-10-5", "1234 56 7890 3", "Muñoz", "", "Íñigo",
         "10/02/2026", "$1,234.50", "Permanente", "Fijo", "", "35", "1400"],
        ["02", "Y6077636105", "12345678903", "Muñoz", "", "Íñigo", "2026-03-01", "", "", "",
         "Separación voluntaria", "", "01400"],
    )  # fmt: skip
    assert caso.bring(path).importados == 2
    alta, baja = everything(caso.movimientos)
    assert as_read(alta) == (
        "08", "Y6077636105", "12345678903", "MUÑOZ", "", "ÍÑIGO", date(2026, 2, 10), 123450,
        "1", "0", "0", "", "035", "01400", "",
    )  # fmt: skip
    assert as_read(baja) == (
        "02", "Y6077636105", "12345678903", "MUÑOZ", "", "ÍÑIGO", date(2026, 3, 1), None,
        "", "", "", "2", "", "01400", "",
    )  # fmt: skip


WHOLE = ["Tipo", "RP", "NSS", "CURP", "Nombre completo", "Fecha", "Causa"]


def test_a_whole_name_in_one_column_is_parted_as_its_curp_proves(
    caso: Caso, tmp_path: Path
) -> None:
    rows = (
        ["B", "Y6077636105", "12345678903", "MUGI800101HDFXRX08", "Íñigo Muñoz García",
         "01/03/2026", "2"],
        ["b", "Y6077636105", "12345678903", "", "De la Cruz Pérez José Luis", "02/03/2026", "2"],
        ["B", "Y6077636105", "12345678903", "", "Íñigo", "03/03/2026", "2"],
        ["B", "Y6077636105", "12345678903", "", "Muñoz, , Ana", "04/03/2026", "2"],
    )  # fmt: skip
    path = a_sheet(tmp_path, *rows, header=WHOLE)
    preview = caso.importacion.preview(caso.sesion, [path], NoProgress())
    found = [
        (p.linea, p.campo, p.esperado)
        for p in caso.importacion.problems(preview, 0, 99)
        if p.campo == "Nombre"
    ]
    assert sorted(found) == [
        (2, "Nombre", "Se leyó así: Íñigo Muñoz García → Muñoz, García, Íñigo, 3 filas."),
        (3, "Nombre", USUAL_ORDER),
        (4, "Nombre", ONE_WORD),
    ]
    path = a_sheet(tmp_path, *(row for row in rows if row[4] != "Íñigo"), header=WHOLE)
    assert caso.bring(path).importados == 3
    names = {
        (one.primer_apellido, one.segundo_apellido, one.nombres)
        for one in everything(caso.movimientos)
    }
    assert names == {
        ("MUÑOZ", "GARCÍA", "ÍÑIGO"), ("DE LA CRUZ", "PÉREZ", "JOSÉ LUIS"), ("MUÑOZ", "", "ANA"),
    }  # fmt: skip


def test_what_offices_write_for_a_value_of_a_list_is_read(caso: Caso, tmp_path: Path) -> None:
    row = ["B", "Y6077636105", "12345678903", "", "Muñoz, , Ana", "01/03/2026", "RENUNCIA"]
    assert caso.bring(a_sheet(tmp_path, row, header=WHOLE)).importados == 1
    (one,) = everything(caso.movimientos)
    assert one.causa_baja == "2"
    assert understands("tipo_trabajador", "Perm.")
    assert not understands("tipo_trabajador", "Eventual")  # of the city, of the fields?


def test_the_list_says_the_first_of_several_warnings_of_a_cell(caso: Caso, tmp_path: Path) -> None:
    row = ["M", "Y6077636105", "12345678903", "MUGI800101HDFXRX08", "Bustos", "Ana", "01/03/2026",
           "500", "0"]  # fmt: skip
    header = ["Tipo", "RP", "NSS", "CURP", "Ap. Pat.", "Nombre", "Fecha", "SBC", "T. Sal."]
    path = a_sheet(tmp_path, row, header=header)
    preview = caso.importacion.preview(caso.sesion, [path], NoProgress())
    (curp,) = (p for p in caso.importacion.problems(preview, 0, 99) if p.campo == "CURP")
    assert curp.esperado.startswith("Posición 1 de la CURP: dice M ")


def test_both_apellidos_in_one_column_are_parted_where_the_curp_proves_it(
    caso: Caso, tmp_path: Path
) -> None:
    start = ["B", "Y6077636105", "12345678903"]
    rows = (
        [*start, "MUGI800101HDFXRX08", "Muñoz García", "Íñigo", "01/03/2026", "2"],
        [*start, "", "Ponce de León", "Ana", "02/03/2026", "2"],
    )
    header = ["Tipo", "RP", "NSS", "CURP", "Paterno", "Nombre", "Fecha", "Causa"]
    path = a_sheet(tmp_path, *rows, header=header)
    preview = caso.importacion.preview(caso.sesion, [path], NoProgress())
    assert "Se leyó así: Muñoz García → Muñoz, García, Íñigo, 1 fila." in [
        each.esperado for each in caso.importacion.problems(preview, 0, 99)
    ]
    assert caso.bring(path).importados == 2
    assert {
        (one.primer_apellido, one.segundo_apellido, one.nombres)
        for one in everything(caso.movimientos)
    } == {("MUÑOZ", "GARCÍA", "ÍÑIGO"), ("PONCE DE LEÓN", "", "ANA")}


def test_with_columns_of_apellidos_a_whole_name_is_not_taken(caso: Caso, tmp_path: Path) -> None:
    path = a_sheet(
        tmp_path,
        ["baja", "Y6077636105", "12345678903", "Muñoz García Íñigo", "Muñoz", "Íñigo",
         "01/03/2026", "2"],
        header=["Tipo", "RP", "NSS", "Nombre completo", "Apellido paterno", "Nombre", "Fecha",
                "Causa"],
    )  # fmt: skip
    assert caso.bring(path).importados == 1
    (one,) = everything(caso.movimientos)
    assert (one.primer_apellido, one.segundo_apellido, one.nombres) == ("MUÑOZ", "", "ÍÑIGO")


def test_a_row_of_a_sheet_tells_every_problem_with_its_column(caso: Caso, tmp_path: Path) -> None:
    path = a_sheet(
        tmp_path,
        ["Mudanza", "Y6077636105", "123", "Muñoz", "", "Íñigo", "31/02/2026", "mucho",
         "Permanente", "Fijo", "", "", ""],
        ["08", "Y6077636105", "12345678903", "Muñoz", "", "Íñigo", "10/02/2026", "mucho",
         "Nocturno", "Fijo", "", "", ""],
    )  # fmt: skip
    preview = caso.importacion.preview(caso.sesion, [path], NoProgress())
    found = [(p.linea, p.posicion, p.campo) for p in caso.importacion.problems(preview, 0, 99)]
    assert found == [
        (2, 1, "Tipo de movimiento"),
        (2, 3, "NSS"),
        (2, 7, "Fecha del movimiento"),
        (3, 8, "SBC"),
        (3, 9, "Tipo de trabajador"),
    ]
    assert (preview.leidos, preview.buenos, preview.con_errores) == (2, 0, 2)


def test_a_problem_of_a_column_that_the_sheet_lacks_has_no_place(
    importacion: ImportacionMovimientosService, sesion: Sesion, tmp_path: Path
) -> None:
    path = a_sheet(
        tmp_path,
        ["baja", "Y6077636105", "12345678903", "Muñoz", "Íñigo", "01/03/2026"],
        header=["Tipo de movimiento", "Registro patronal", "NSS", "Primer apellido", "Nombre",
                "Fecha del movimiento"],
    )  # fmt: skip
    preview = importacion.preview(sesion, [path], NoProgress())
    found = [(p.linea, p.posicion, p.campo) for p in importacion.problems(preview, 0, 99)]
    assert found == [(2, 0, "Causa de baja")]


def test_columns_matched_by_hand_are_remembered_once_imported(caso: Caso, tmp_path: Path) -> None:
    header = ["Que", "RP", "IMSS", "Paterno", "Nombre", "Cuando", "Por que"]
    row = ["baja", "Y6077636105", "12345678903", "Muñoz", "Íñigo", "01/03/2026", "6"]
    path = a_sheet(tmp_path, row, header=header)
    columns = caso.importacion.columns(caso.sesion, path, NoProgress())
    assert columns is not None
    assert columns.encabezados == tuple(header)
    assert dict(columns.propuesto.columnas) == {
        "registro_patronal": "RP", "nss": "IMSS", "primer_apellido": "Paterno",
        "nombres": "Nombre",
    }  # fmt: skip
    with pytest.raises(InvalidInputError, match=r"Tipo de movimiento, Fecha del movimiento"):
        caso.importacion.preview(caso.sesion, [path], NoProgress())
    matched = {
        **columns.propuesto.columnas,
        "tipo": "Que",
        "fecha": "Cuando",
        "causa_baja": "Por que",
    }
    said = Indicaciones(Formato(matched), "Nómina")
    preview = caso.importacion.preview(caso.sesion, [path], NoProgress(), said)
    caso.importacion.apply(caso.sesion, preview, Decision(), NoProgress())
    again = caso.importacion.columns(caso.sesion, path, NoProgress())
    assert again is not None
    assert (again.nombre, dict(again.propuesto.columnas)) == ("Nómina", matched)
    vista = caso.importacion.preview(caso.sesion, [path], NoProgress())
    assert (vista.duplicados_en_datos, vista.formatos) == (1, ("Nómina",))
    assert [fila.causa_baja for fila in everything(caso.movimientos)] == ["6"]


def test_what_the_program_exports_it_imports_again(caso: Caso, tmp_path: Path) -> None:
    caso.bring(caso.archivo(*generated(60)))
    before = sorted(map(as_read, everything(caso.movimientos)))
    book = tmp_path / "exportado.xlsx"
    assert caso.movimientos.export(caso.sesion, book, TODOS, OrdenMovimientos(), NoProgress()) == 60
    (done,) = caso.importacion.all(caso.sesion)
    caso.importacion.undo(caso.sesion, done.id, NoProgress())
    assert caso.bring(book).importados == 60
    assert sorted(map(as_read, everything(caso.movimientos))) == before


def test_an_rfc_is_taken_and_a_wrong_one_keeps_nobody_from_being_presented(
    caso: Caso, tmp_path: Path
) -> None:
    header = ["Movimiento", "RP", "NSS", "Paterno", "Nombre", "Fecha", "Causa", "Guía", "RFC"]
    start = ["Baja", "Y6077636105"], ["MUNIZ", "INES"], ["2026-03-01", "2", "01400"]
    rows = [
        [*start[0], nss, *start[1], *start[2], rfc]
        for nss, rfc in (("12345678903", "mual 900215 ab1"), ("12345678929", "MUAL900215"))
    ]
    path = a_sheet(tmp_path, *rows, header=header)
    preview = caso.importacion.preview(caso.sesion, [path], NoProgress())
    told = [each for each in caso.importacion.problems(preview, 0, 9) if each.campo == "RFC"]
    assert {each.gravedad for each in told} == {Gravedad.ADVERTENCIA}
    assert told[-1].esperado.endswith("No se toma; el aviso se presenta sin él.")
    caso.importacion.discard(preview)
    assert caso.bring(path).importados == 2
    assert {one.nss: one.rfc for one in everything(caso.movimientos)} == {
        "12345678903": "MUAL900215AB1",
        "12345678929": "",
    }


def test_a_slash_for_an_enie_is_read_in_a_sheet_with_a_notice(caso: Caso, tmp_path: Path) -> None:
    path = a_sheet(
        tmp_path,
        ["Baja", "Y6077636105", "12345678903", "MU/OZ", "", "INES", "2026-03-01", "", "", "",
         "Separación voluntaria", "", "01400"],
    )  # fmt: skip
    preview = caso.importacion.preview(caso.sesion, [path], NoProgress())
    (problem,) = caso.importacion.problems(preview, 0, 9)
    caso.importacion.discard(preview)
    assert (problem.encontrado, problem.esperado[:16]) == ("MU/OZ", "Se leyó MUÑOZ: l")
    assert caso.bring(path).importados == 1
    assert [one.primer_apellido for one in everything(caso.movimientos)] == ["MUÑOZ"]


def test_a_row_of_a_sheet_with_a_warning_only_is_imported(caso: Caso, tmp_path: Path) -> None:
    path = a_sheet(
        tmp_path,
        ["08", "Y6077636105", "12345678904", "Muñoz", "", "Íñigo", "10/02/2026", "500",
         "Permanente", "Fijo", "", "", "01400"],
    )  # fmt: skip
    preview = caso.importacion.preview(caso.sesion, [path], NoProgress())
    problems = caso.importacion.problems(preview, 0, 99)
    assert {(one.campo, one.gravedad) for one in problems} == {("NSS", Gravedad.ADVERTENCIA)}
    assert (preview.buenos, preview.con_errores) == (1, 0)


MOVIMIENTOS, HOJA, CONSTANCIA = ClaseArchivoImportado
LINE = b" " * 167 + b"9"


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.txt", LINE + b"\r\n", MOVIMIENTOS),
        ("a.csv", b"\xef\xbb\xbf" + LINE, MOVIMIENTOS),
        ("a.txt", b"nombre\r\n", MOVIMIENTOS),
        ("a.txt", b"nombre,curp\r\n", MOVIMIENTOS),
        ("a.txt", b"nss\r\n", MOVIMIENTOS),
        ("a.txt", LINE[:-1] + b"8\r\n", MOVIMIENTOS),
        ("a.txt", b"\r\n\r\n", MOVIMIENTOS),
        *((name, b"x\r\n", HOJA) for name in ("a.csv", "a.XLSX", "a.xlsm")),
        *(("a.txt", b"Nombre" + sign + b"NSS\r\n", HOJA) for sign in (b",", b";", b"\t", b"|")),
        ("a.txt", b"PK\x03\x04", HOJA),
        ("a.xlsx", b"\n%PDF-1.7", CONSTANCIA),
        ("a.txt", b"x" * 1019 + b"%PDF-", CONSTANCIA),
    ],
)
def test_a_file_is_known_by_what_is_in_it(
    tmp_path: Path, name: str, content: bytes, kind: ClaseArchivoImportado
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert clase_of(path) is kind


def test_an_emission_is_refused_with_the_place_where_it_belongs(tmp_path: Path) -> None:
    path = EmisionHecha(2025, 10, [FilaEmision("01234567897", "ANA", 31, 500.0)]).write(
        tmp_path / "emision.xls"
    )
    with pytest.raises(InvalidInputError) as refused:
        clase_of(path)
    assert "Si es la emisión del IMSS, elíjala en Confrontar" in refused.value.message


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", IS_EMPTY), (b"\x89PNG\r\n", OTHER_KIND), (b"MZ", OTHER_KIND), (None, NO_FILE)],
)
def test_a_file_of_another_kind_is_refused_with_the_reason(
    tmp_path: Path, content: bytes | None, message: str
) -> None:
    path = tmp_path / "a.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InvalidInputError) as refused:
        clase_of(path)
    assert (refused.value.message, refused.value.campo) == (message, "archivo")
