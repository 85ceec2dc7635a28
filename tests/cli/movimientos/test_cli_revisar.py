"""`movimientos revisar`, as a script calls it: no user, no data folder, every answer right."""

from __future__ import annotations

import io
import os
import random
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from benchmarks.datos import linea_168, linea_totales, movimientos
from tests.domain.sua.test_sua import aseg, movt
from tests.gateways.constancia_pdf.papeles import constancia, printed, renglon
from tests.support import ordenes
from tests.support.respuesta_json import document, error_of

RECORDS = [record for record in movimientos(400) if record.tipo != "02"]
KEYS = ["archivo", "linea", "posicion", "campo", "encontrado", "esperado", "gravedad"]
KEYS += ["columna"]


@pytest.fixture(autouse=True)
def no_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A data folder that must not appear."""
    monkeypatch.setenv("ICSOE_DATOS", str(tmp_path / "datos"))
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"")))


def run(*words: str | Path) -> int:
    return ordenes.run("movimientos", "revisar", *map(str, words))


def reviewed(capsys: pytest.CaptureFixture[str], *words: str | Path) -> tuple[int, dict[str, Any]]:
    status = run(*words, "--json")
    shown = capsys.readouterr()
    assert shown.err == ""
    return status, document(shown.out)


def idse(*lines: str) -> bytes:
    return "".join(f"{line}\r\n" for line in [*lines, linea_totales(len(lines))]).encode()


def good_lines(chance: random.Random) -> list[str]:
    return [linea_168(record) for record in chance.sample(RECORDS, chance.randint(1, 6))]


def csv_of(nss: str, fecha: str = "01/11/2026") -> bytes:
    record = RECORDS[0]
    header = (
        "Registro patronal,NSS,Primer apellido,Segundo apellido,Nombres,Tipo de movimiento,Fecha,"
        "SBC,Tipo de trabajador,Tipo de salario,Jornada,CURP"
    )
    row = (
        f"{record.registro_patronal},{nss},{record.primer_apellido},{record.segundo_apellido},"
        f"{record.nombres},07,{fecha},500.00,1,0,0,{record.curp}"
    )
    return f"{header}\n{row}\n".encode()


Made = tuple[str, bytes, tuple[int, str, str] | None]


def with_bad_nss(chance: random.Random) -> Made:
    lines = good_lines(chance)
    at = chance.randrange(len(lines))
    lines[at] = lines[at][:14] + "X" + lines[at][15:]
    return "nss.txt", idse(*lines), (at + 1, "NSS", "error")


def with_bad_date(chance: random.Random) -> Made:
    lines = good_lines(chance)
    at = chance.randrange(len(lines))
    lines[at] = lines[at][:118] + "31022026" + lines[at][126:]
    return "fecha.dat", idse(*lines), (at + 1, "Fecha del movimiento", "error")


def cut_short(chance: random.Random) -> Made:
    lines = good_lines(chance)
    at = chance.randrange(len(lines))
    lines[at] = lines[at][: chance.randint(1, 137)]
    return "corta.txt", idse(*lines), (at + 1, "Ancho de la línea", "error")


def with_bad_check_digit(chance: random.Random) -> Made:
    lines = good_lines(chance)
    at = chance.randrange(len(lines))
    digit = str((int(lines[at][21]) + 1) % 10)
    lines[at] = lines[at][:21] + digit + lines[at][22:]
    return "digito.txt", idse(*lines), (at + 1, "NSS", "advertencia")


def good_idse(chance: random.Random) -> Made:
    return "buena.txt", idse(*good_lines(chance)), None


def good_sua(chance: random.Random) -> Made:
    lines = chance.choice(([movt(), movt("11", "0000000", "03")], [aseg(), aseg()]))
    return "sua.txt", "\r\n".join(lines).encode(), None


def bad_sua(chance: random.Random) -> Made:
    lines = [movt()] * chance.randint(2, 5)
    return "sua_mal.txt", "\n".join([*lines, movt("09")]).encode(), (
        len(lines) + 1, "Tipo de movimiento", "error",
    )  # fmt: skip


def good_zip(chance: random.Random) -> Made:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("altas.txt", idse(*good_lines(chance)))
    return "lote.zip", file.getvalue(), None


def bad_zip(chance: random.Random) -> Made:
    _, data, expected = with_bad_date(chance)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("uno/altas.txt", data)
    return "lote_mal.zip", file.getvalue(), expected


# Sheets are read in a child process: they are tried apart, not by the hundred.
MAKERS: tuple[Callable[[random.Random], Made], ...] = (
    with_bad_nss, with_bad_date, cut_short, with_bad_check_digit, good_idse, good_sua, bad_sua,
    good_zip, bad_zip,
)  # fmt: skip


def test_five_hundred_files_are_answered_right(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chance = random.Random(19)  # noqa: S311
    made = []
    for number in range(500):
        name, data, expected = chance.choice(MAKERS)(chance)
        path = tmp_path / f"{number:03}_{name}"
        path.write_bytes(data)
        made.append((path, expected))
    status, found = reviewed(capsys, *(path for path, _ in made))
    assert status == 1
    assert len(found["archivos"]) == 500
    for (path, expected), archivo in zip(made, found["archivos"], strict=True):
        assert archivo["archivo"].startswith(str(path))
        assert archivo["error"] is None
        told = [
            (one["linea"], one["campo"], one["gravedad"])
            for one in found["problemas"]
            if one["archivo"] == archivo["archivo"]
        ]
        assert (expected is None) == (told == []), (path.name, told)
        assert expected is None or expected in told, (path.name, expected, told)
    assert not (tmp_path / "datos").exists()


def test_problems_have_the_keys_of_the_import(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "m.txt"
    path.write_bytes(idse(linea_168(RECORDS[0]), "corta"))
    status, found = reviewed(capsys, path)
    assert (status, found["leidos"]) == (1, 2)
    assert [list(each) for each in found["problemas"]] == [KEYS] * len(found["problemas"])


def test_what_only_warns_ends_well_and_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name, data, _ = with_bad_check_digit(random.Random(3))  # noqa: S311
    path = tmp_path / name
    path.write_bytes(data)
    status, found = reviewed(capsys, path)
    assert (status, found["advertencias"]) == (0, 1)
    assert "advertencia" in {one["gravedad"] for one in found["problemas"]}
    assert reviewed(capsys, path, "--estricto")[0] == 1
    path.write_bytes(idse(linea_168(RECORDS[0])))
    assert reviewed(capsys, path, "--estricto")[0] == 0


def test_a_problem_of_a_sheet_names_the_letter_of_its_column(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "m.csv"
    path.write_bytes(csv_of("123"))
    _, found = reviewed(capsys, path)
    assert [(one["posicion"], one["columna"]) for one in found["problemas"]] == [(2, "B")]
    assert run(path) == 1
    assert "línea 2, columna B (NSS)" in capsys.readouterr().out


def test_sheets_are_reviewed_alone_in_a_zip_and_from_standard_input(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    good = tmp_path / "b.csv"
    good.write_bytes(csv_of(RECORDS[0].nss))
    book = openpyxl.Workbook()
    for row in csv_of("123").decode().splitlines():
        book.active.append(row.split(","))  # type: ignore[union-attr]
    book.save(tmp_path / "m.xlsx")
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        archive.write(tmp_path / "m.xlsx", "m.xlsx")
        archive.writestr("b.csv", good.read_bytes())
    status, found = reviewed(capsys, good, tmp_path / "m.xlsx", tmp_path / "z.zip")
    assert status == 1
    told = [
        (Path(one["archivo"]).name, one["clase"], one["con_errores"]) for one in found["archivos"]
    ]
    assert told == [
        ("b.csv", "hoja", 0), ("m.xlsx", "hoja", 1), ("m.xlsx", "hoja", 1), ("b.csv", "hoja", 0),
    ]  # fmt: skip
    for name in ("m.xlsx", "z.zip"):
        data = (tmp_path / name).read_bytes()
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
        status, found = reviewed(capsys, "-")
        assert (status, found["archivos"][0]["con_errores"]) == (1, 1)


def test_a_constancia_is_reviewed_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "c.pdf"
    path.write_bytes(printed(constancia((renglon(),))))
    assert reviewed(capsys, path)[0] == 0
    path.write_bytes(printed(constancia((renglon(),), folio="")))
    status, found = reviewed(capsys, path)
    assert (status, found["problemas"][0]["campo"]) == (1, "Folio")
    bad = renglon(rechazado=True, causa_rechazo="EL NSS NO EXISTE")
    path.write_bytes(printed(constancia((bad,))))
    status, found = reviewed(capsys, path)
    (told,) = found["problemas"]
    assert (status, told["campo"], told["encontrado"]) == (0, "Respuesta", "EL NSS NO EXISTE")


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("a.txt", b"", "está vacío"),
        ("a.pdf", os.urandom(3000), "no es un PDF"),
        ("a.dat", b"\x00\x01" * 2000, "no es un archivo de 168 posiciones"),
        ("a.txt", b"\r\n\r\n", "ningún renglón"),
        ("a.png", b"\x89PNG\r\n", "no es un archivo de 168 posiciones"),
        ("a.xlsx", b"PK\x03\x04" + bytes(300), "incompleto o dañado"),
        ("a.zip", b"PK\x03\x04" + bytes(300), "incompleto o dañado"),
        ("a.csv", b"uno,dos\n1,2\n", "le falta"),
        (None, b"", "ya no está"),
    ],
)
def test_what_cannot_be_reviewed_is_said_and_the_others_are_reviewed(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    name: str | None,
    data: bytes,
    sentence: str,
) -> None:
    path = tmp_path / (name or "nada.txt")
    if name is not None:
        path.write_bytes(data)
    good = tmp_path / "bien.txt"
    good.write_bytes(idse(linea_168(RECORDS[0])))
    status, found = reviewed(capsys, path, good)
    assert status == 1
    (one, other) = found["archivos"]
    assert one["error"]["codigo"] == "archivo_no_valido"
    assert sentence in one["error"]["mensaje"]
    assert "importó" not in one["error"]["mensaje"]
    assert (other["error"], other["leidos"]) == (None, 1)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows no tiene tubos con nombre")
def test_a_folder_a_pipe_and_a_zip_in_a_zip_are_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    os.mkfifo(tmp_path / "p.txt")
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        inner = io.BytesIO()
        zipfile.ZipFile(inner, "w").writestr("a.txt", b"1")
        archive.writestr("b.zip", inner.getvalue())
    status, found = reviewed(capsys, tmp_path, tmp_path / "p.txt", tmp_path / "z.zip")
    assert status == 1
    said = [one["error"]["mensaje"] for one in found["archivos"]]
    assert ["carpeta" in said[0], "no se puede leer" in said[1], "dentro de otro" in said[2]] == [
        True, True, True,
    ]  # fmt: skip


def test_the_problems_are_saved_in_a_book_with_their_text_as_text(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, target = tmp_path / "m.txt", tmp_path / "p.xlsx"
    line = linea_168(RECORDS[0])
    path.write_bytes(idse(line[:11] + "=1+1()+2+3;" + line[22:]))
    status, found = reviewed(capsys, path, "--excel", target)
    assert status == 1
    sheet = openpyxl.load_workbook(target).active
    assert sheet is not None
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert len(rows) == len(found["problemas"])
    assert any(row[4] == "=1+1()+2+3;" for row in rows)
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_people_read_sentences_without_control_characters(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # Windows allows no such name.
    path = tmp_path / ("m.txt" if sys.platform == "win32" else "m\x1b[31m.txt")
    path.write_bytes(idse("\x1b[2J" * 30))
    assert run(path) == 1
    shown = capsys.readouterr().out
    assert "\x1b" not in shown
    assert "Ancho de la línea" in shown


@pytest.mark.parametrize("words", [[], ["a.txt", "--excel", "b.csv"], ["a.txt", "--nada"]])
def test_a_wrong_command_is_one_document_too(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        status = run(*words, "--json")
    except SystemExit as ended:
        status = int(str(ended.code))
    assert status == 2
    assert error_of(capsys.readouterr().out) == "uso"


def test_a_reader_that_goes_away_leaves_no_trace(tmp_path: Path) -> None:
    path = tmp_path / "m.txt"
    path.write_bytes(b"corta\r\n" * 50_000)
    command = [sys.executable, "-m", "icsoe_desktop", "movimientos", "revisar", str(path), "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(100)
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 1
