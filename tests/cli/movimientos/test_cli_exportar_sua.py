"""`movimientos exportar-sua`, as a script calls it."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.datos import movimientos as generated
from icsoe_desktop.cli.sua import ENIES
from icsoe_desktop.domain.sua.escritura import ENIE_SIGNS
from tests.cli.movimientos.test_cli_movimientos import folder_with_answers, run
from tests.domain.sua import lector_de_la_tabla as tabla
from tests.support.respuesta_json import document, error_of, whole_document

RECORDS = list(generated(40))
REGISTRO = RECORDS[0].registro_patronal
DAYS = sorted(record.fecha for record in RECORDS)
PERIOD = ("--desde", DAYS[0].isoformat(), "--hasta", DAYS[-1].isoformat())


@pytest.fixture
def carpeta(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Path:
    folder = folder_with_answers(tmp_path, monkeypatch, capsys, RECORDS, "02")
    (folder / "sua").mkdir()
    return folder


def test_the_files_of_a_period_are_saved_and_what_is_left_out_ends_1(
    carpeta: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    base = ("exportar-sua", *PERIOD, "--registro-patronal", REGISTRO, "--carpeta")
    assert run(carpeta, *base, str(carpeta / "sua"), "--json") == 1
    answer = whole_document(capsys.readouterr().out)
    assert answer["error"]["codigo"] == "con_problemas"
    mine = [record for record in RECORDS if record.registro_patronal == REGISTRO]
    approved = [record for record in mine if record.tipo != "02"]
    (file,) = answer["archivos"]
    assert (file["clase"], file["registro_patronal"]) == ("sua_movt", REGISTRO)
    assert answer["guardados"] == file["movimientos"] == len(approved) > 0
    lines = tabla.records(Path(file["ruta"]).read_bytes())
    assert {(line["tipo"], line["nss"]) for line in lines} == {
        (record.tipo, record.nss) for record in approved
    }
    bajas = {record.nss for record in mine if record.tipo == "02"}
    assert {one["nss"] for one in answer["fuera"] if one["tipo"] == "02"} == bajas
    altas = {record.nss for record in mine if record.tipo == "08"}
    assert {one["nss"] for one in answer["fuera"] if one["tipo"] == "08"} == altas


def test_what_can_all_be_saved_ends_0(carpeta: Path, capsys: pytest.CaptureFixture[str]) -> None:
    day = next(record.fecha for record in RECORDS if record.tipo == "07").isoformat()
    base = ("exportar-sua", "--desde", day, "--hasta", day, "--sin-aseg")
    status = run(carpeta, *base, "--carpeta", str(carpeta / "sua"), "--json")
    answer = document(capsys.readouterr().out)
    assert status == (1 if answer["fuera"] else 0)
    assert answer["archivos"]
    assert run(carpeta, *base, "--carpeta", str(carpeta / "sua")) == status
    assert "Se guard" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--desde", "1990-01-01", "--hasta", "1990-01-31"), "nada_que_hacer"),
        (("--desde", "2026-11-30", "--hasta", "2026-11-01"), "dato_no_valido"),
        ((*PERIOD, "--registro-patronal", "Y12"), "dato_no_valido"),
        ((*PERIOD, "--carpeta", "/no/hay"), "rechazado"),
    ],
)
def test_what_cannot_be_done_is_refused_with_its_code(
    carpeta: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], code: str
) -> None:
    assert run(carpeta, "exportar-sua", "--carpeta", str(carpeta), *words, "--json") == 1
    assert error_of(capsys.readouterr().out) == code
    assert not list(carpeta.glob("*.txt.tmp"))


def test_the_command_offers_every_way_to_write_an_enie() -> None:
    assert ENIES == ENIE_SIGNS
