"""`movimientos importar`, `exportar` and `generar`, as a script calls them."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import update

from benchmarks.datos import linea_168, linea_totales
from benchmarks.datos import movimientos as generated
from icsoe_desktop.arranque import vistazo
from icsoe_desktop.arranque.bootstrap import open_application
from icsoe_desktop.domain.dispmag import MovimientoLeido
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.paths import DataFolder
from icsoe_desktop.services.importacion import vigilancia
from icsoe_desktop.services.importacion.valores import Decision, Formato, Indicaciones
from icsoe_desktop.store.tables.movimientos import ESTADOS, MovimientoRow
from tests.conftest import MemoryKeyring
from tests.gateways.constancia_pdf.papeles import constancia, printed, renglon
from tests.support import ordenes
from tests.support.dobles import NoLlavero
from tests.support.plantillas import usuario_nuevo
from tests.support.respuesta_json import document, error_of

CLAVE = "Gato-Verde-27-Lluvia"
CORREO = "alma@ejemplo.mx"
RECORDS = list(generated(30))


@pytest.fixture(params=["con llavero", "sin llavero"])
def carpeta(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Path:
    keyring = MemoryKeyring() if request.param == "con llavero" else NoLlavero()
    return folder_with_user(tmp_path, monkeypatch, keyring)


def folder_with_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, keyring: MemoryKeyring | NoLlavero
) -> Path:
    """A data folder with a user, and her password in a file."""
    monkeypatch.setattr(vistazo, "SystemKeyring", lambda: keyring)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"")))
    folder = DataFolder(tmp_path / "datos")
    folder.root.mkdir()
    application = open_application(folder, keyring=keyring)
    application.usuarios.register(
        None,
        usuario_nuevo(CORREO, CLAVE),
    )
    application.close()
    (tmp_path / "clave.txt").write_text(f"{CLAVE}\n")
    (tmp_path / "mala.txt").write_text("otra\n")
    return tmp_path


def write(path: Path, *records: object, extra: str = "") -> Path:
    lines = [linea_168(record) for record in records]  # type: ignore[arg-type]
    text = "".join(f"{line}\r\n" for line in [*lines, linea_totales(len(lines))])
    path.write_text(text + extra, encoding="ascii", newline="")
    return path


def folder_with_answers(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    records: list[MovimientoLeido],
    *but: str,
) -> Path:
    """A data folder with these movements, which the IMSS approved but for those types."""
    keyring = MemoryKeyring()
    folder = folder_with_user(tmp_path, monkeypatch, keyring)
    path = write(folder / "m.txt", *records)
    assert run(folder, "importar", str(path), "--usuario", CORREO) == 0
    application = open_application(DataFolder(folder / "datos"), keyring=keyring)
    with application.store.write() as db:
        approve = update(MovimientoRow).where(MovimientoRow.tipo.not_in(but))
        db.execute(approve.values(estado=ESTADOS.index("Aprobado")))
    application.close()
    capsys.readouterr()
    return folder


def run(carpeta: Path, *words: str, clave: str = "clave.txt") -> int:
    opening = ("--datos", carpeta / "datos", "--contrasena-archivo", carpeta / clave)
    return ordenes.run("movimientos", *words, *opening)


def test_files_are_imported_and_exported(carpeta: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(carpeta / "m.txt", *RECORDS)
    base = ("importar", str(path), "--json", "--usuario", CORREO)
    assert run(carpeta, *base, "--simular") == 0
    empty = {"leidos": 30, "importados": 0, "duplicados": 0, "problemas": []}
    assert document(capsys.readouterr().out) == empty
    assert run(carpeta, *base) == 0
    assert document(capsys.readouterr().out) == empty | {"importados": 30}
    assert run(carpeta, *base) == 0
    assert document(capsys.readouterr().out) == empty | {"duplicados": 30}

    book = carpeta / "salida.xlsx"
    bajas = sorted(record.nss for record in RECORDS if record.tipo == "02")
    assert run(carpeta, "exportar", str(book), "--tipo", "02") == 0
    sheet = openpyxl.load_workbook(book).active
    assert sheet is not None
    header, *rows = sheet.iter_rows(values_only=True)
    assert sorted(str(row[header.index("NSS")]) for row in rows) == bajas
    assert bajas


def test_the_columns_that_were_kept_with_a_name_are_read_by_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    record = next(one for one in RECORDS if one.tipo == "02")
    header = ["Patrón", "Afiliado", "Uno", "Nombre", "Porqué", "Cuándo"]
    cells = (record.registro_patronal, record.nss, record.primer_apellido, record.nombres, "RV")
    (tmp_path / "salida").mkdir()
    path = tmp_path / "salida" / "raro.csv"
    path.write_text(f"{','.join(header)}\n{','.join(cells)},03/04/2026\n", "utf-8-sig")
    campos = ("registro_patronal", "nss", "primer_apellido", "nombres", "causa_baja", "fecha")
    columnas, codigos = dict(zip(campos, header, strict=True)), {"causa_baja": {"RV": "2"}}
    formato = Formato(columnas, {"tipo": "02"}, codigos=codigos)
    again = folder_with_user(tmp_path, monkeypatch, MemoryKeyring())
    application = open_application(DataFolder(again / "datos"))
    sesion = application.acceso.enter(CORREO, CLAVE)
    service = application.importacion_movimientos
    vista = service.preview(sesion, [path], NoProgress(), Indicaciones(formato, "Nómina"))
    service.apply(sesion, vista, Decision(), NoProgress())
    application.close()
    capsys.readouterr()
    named = ("--columnas", "Nómina", "--json")
    assert run(again, "revisar", str(path), *named) == 0
    assert document(capsys.readouterr().out)["leidos"] == 1
    words = ["vigilar", str(path.parent), "--una-vez", "--datos", str(again / "datos"), *named]
    monkeypatch.setattr(vigilancia, "QUIET_S", 0.0)
    assert ordenes.run(*words) == 0
    (seen,) = document(capsys.readouterr().out)["revisados"]
    assert seen["archivos"][0]["con_errores"] == 0
    base = ("importar", str(path), "--usuario", CORREO, *named)
    assert run(again, *base) == 0
    assert document(capsys.readouterr().out)["duplicados"] == 1
    assert run(again, "revisar", str(path), "--json", "--columnas", "Otra") == 1
    assert "Los que hay: «Nómina»" in capsys.readouterr().out


def test_problems_are_told_in_json_with_their_place(
    carpeta: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(carpeta / "m.txt", *RECORDS[:3], extra="corta\r\n")
    base = ("importar", str(path), "--json", "--usuario", CORREO)
    assert run(carpeta, *base) == 1
    captured = capsys.readouterr()
    assert error_of(captured.out) == "con_problemas"
    assert captured.err == ""
    answer = document(captured.out)
    assert (answer["leidos"], answer["importados"]) == (4, 0)
    keys = ["archivo", "linea", "posicion", "campo", "encontrado", "esperado", "gravedad"]
    keys += ["columna"]
    assert [list(problema) for problema in answer["problemas"]] == [keys] * len(answer["problemas"])
    (error,) = (one for one in answer["problemas"] if one["gravedad"] == "error")
    assert (error["archivo"], error["linea"], error["encontrado"]) == (
        "m.txt", 5, "5 posiciones",
    )  # fmt: skip
    assert "--solo-buenos" in captured.out
    assert run(carpeta, *base, "--solo-buenos") == 0
    assert document(capsys.readouterr().out)["importados"] == 3


def test_a_file_for_idse_is_generated_once(
    carpeta: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bajas = [record for record in generated(400) if record.tipo == "02"]
    registro = bajas[0].registro_patronal
    mine = sorted(
        (linea_168(record) for record in bajas if record.registro_patronal == registro),
        key=lambda line: line[22:103],
    )
    path = write(carpeta / "m.txt", *bajas)
    assert run(carpeta, "importar", str(path), "--usuario", CORREO) == 0
    target = carpeta / "idse.txt"
    base = (
        "generar", str(target), "--registro-patronal", registro, "--tipo", "02",
        "--usuario", CORREO, "--aceptar-avisos",
    )  # fmt: skip
    assert run(carpeta, *base) == 0
    lines = target.read_bytes().decode("ascii").split("\r\n")
    assert sorted(lines[:-2]) == sorted(mine)
    assert lines[-2:] == [linea_totales(len(mine)), ""]
    assert run(carpeta, *base) == 1
    assert "ya existe" in capsys.readouterr().err
    target.unlink()
    assert run(carpeta, *base) == 1
    assert "No hay movimientos pendientes" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ["importar"],
        ["exportar", "x.txt"],
        ["exportar", "x.xlsx", "--desde", "ayer"],
        ["exportar", "x.xlsx", "--tipo", "09"],
        ["generar", "x.txt"],
        ["importar", "x.txt", "--contrasena", "secreto"],
    ],
)
def test_what_is_not_a_command_ends_with_2(tmp_path: Path, words: list[str]) -> None:
    try:
        status = ordenes.run("movimientos", *words, "--datos", str(tmp_path))
    except SystemExit as ended:
        status = ended.code
    assert status == 2


__all__ = ["carpeta"]


def test_a_constancia_is_recognised_and_its_answers_written_down(
    carpeta: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (record,) = [one for one in RECORDS if one.tipo == "08"][:1]
    assert record.fecha is not None
    movimientos = write(carpeta / "m.txt", record)
    assert run(carpeta, "importar", str(movimientos), "--usuario", CORREO) == 0
    row = renglon(
        nss=record.nss,
        nombre=f"{record.primer_apellido} {record.segundo_apellido} {record.nombres}",
        sbc=record.sbc,
        fecha=record.fecha,
    )
    papel = carpeta / "constancia.pdf"
    stranger = renglon(nss="55443322110")
    papel.write_bytes(
        printed(constancia((row, stranger), registro_patronal=record.registro_patronal))
    )
    capsys.readouterr()
    base = ("importar", str(papel), "--json", "--usuario", CORREO)
    seen = {
        "leidos": 2, "importados": 0, "duplicados": 0, "aprobados": 0, "rechazados": 0,
        "no_encontrados": 1, "con_otra_respuesta": 0, "problemas": [],
    }  # fmt: skip
    assert run(carpeta, *base, "--simular") == 0
    assert document(capsys.readouterr().out) == seen
    assert run(carpeta, *base) == 0
    assert document(capsys.readouterr().out) == seen | {"importados": 1, "aprobados": 1}
    assert run(carpeta, *base) == 0
    assert document(capsys.readouterr().out) == seen | {"duplicados": 1}
    assert run(carpeta, "importar", str(papel), str(movimientos), "--usuario", CORREO) == 1
    assert "Elíjala por separado" in capsys.readouterr().err


def test_a_constancia_is_read_in_the_zip_of_the_portal(
    carpeta: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (record,) = [one for one in RECORDS if one.tipo == "08"][:1]
    row = renglon(nss=record.nss, nombre="X", sbc=record.sbc or 0, fecha=record.fecha)
    papel = carpeta / "Constancia Lote_1.zip"
    with zipfile.ZipFile(papel, "w") as archive:
        archive.writestr("Lote_1.pdf", printed(constancia((row,))))
    assert run(carpeta, "importar", str(papel), "--json", "--simular", "--usuario", CORREO) == 0
    assert document(capsys.readouterr().out)["leidos"] == 1


def test_a_constancia_that_does_not_add_up_is_refused_unless_told(
    carpeta: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    papel = carpeta / "constancia.pdf"
    papel.write_bytes(printed(constancia((renglon(),), folio="")))
    base = ("importar", str(papel), "--usuario", CORREO)
    assert run(carpeta, *base) == 1
    captured = capsys.readouterr()
    assert "(Folio): se encontró «», se esperaba 19 números." in captured.out
    assert "--solo-buenos" in captured.err
    assert run(carpeta, *base, "--solo-buenos") == 0
