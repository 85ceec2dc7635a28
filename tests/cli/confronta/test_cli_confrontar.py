"""`confrontar`, as a script calls it: exit status, one document, a workbook; data only if asked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from icsoe_desktop.arranque import bootstrap
from tests.cli.movimientos.test_cli_movimientos import folder_with_user
from tests.services.confronta.archivos import (
    ANA,
    BETO,
    CARO,
    DANI,
    PRIMERA,
    RP,
    SEGUNDA,
    emision_of,
    fila,
    folder_of,
    mes,
    recibo,
)
from tests.support import ordenes
from tests.support.dobles import NoLlavero
from tests.support.respuesta_json import whole_document


@pytest.fixture(autouse=True)
def _no_data(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Without --avisos nothing may open data."""
    if "avisos" not in request.node.name:
        monkeypatch.setattr(bootstrap, "open_application", None)


def run(capsys: pytest.CaptureFixture[str], *words: str | Path) -> tuple[int, str]:
    return ordenes.run("confrontar", *map(str, words)), capsys.readouterr().out


def answer(capsys: pytest.CaptureFixture[str], *words: str | Path) -> tuple[int, dict[str, Any]]:
    status, printed = run(capsys, *words, "--json")
    return status, whole_document(printed)


def test_differences_end_with_1_and_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    emision, recibos = mes(tmp_path)
    status, found = answer(capsys, "--imss", emision, "--nomina", recibos)
    assert (status, found["error"], found["por_resolver"]) == (1, None, 3)
    assert [(one["clase"], one["nss"]) for one in found["diferencias"]] == [
        (1, CARO[0]),
        (2, BETO[0]),
        (3, DANI[0]),
    ]
    assert found["periodo"] == {"desde": "2025-10-01", "hasta": "2025-10-31"}
    assert found["atributos_sbc"][0]["atributo"] == "base"
    assert {one["lado"] for one in found["fuentes"]} == {"imss", "nomina"}
    assert found["diferencias"][1]["sbc_imss"] == "450.00"


def test_equal_sides_end_with_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    emision = emision_of(tmp_path / "e.xls", [fila(ANA)])
    recibos = folder_of(tmp_path / "r", [recibo(ANA, each) for each in (PRIMERA, SEGUNDA)])
    words = ("--imss", emision, "--nomina", recibos)
    assert answer(capsys, *words)[0] == 0
    status, found = answer(capsys, *words, "--atributo-sbc", "integrado")
    assert status == 1
    assert [one["clase"] for one in found["diferencias"]] == [6]
    # Nobody of this registro patronal differs.
    chosen = ("--atributo-sbc", "integrado", "--registro-patronal", "Z111234510")
    assert answer(capsys, *words, *chosen)[0] == 0


def test_another_month_has_nothing_to_compare(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    emision, recibos = mes(tmp_path)
    status, found = answer(capsys, "--imss", emision, "--nomina", recibos, "--periodo", "2025-12")
    assert (status, found["personas_en_alguno"]) == (0, 0)
    assert found["coincidencia"] is None


@pytest.mark.parametrize(
    "wrong",
    [
        ("--imss", "a.xls"),
        ("--imss", "a.xls", "--nomina", "b", "--periodo", "2025-13"),
        ("--imss", "a.xls", "--nomina", "b", "--periodo", "octubre"),
        ("--imss", "a.xls", "--nomina", "b", "--registro-patronal", "7"),
        ("--imss", "a.xls", "--nomina", "b", "--atributo-sbc", "otro"),
    ],
)
def test_a_wrong_command_ends_with_2(
    wrong: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        run(capsys, *wrong)
    assert ended.value.code == 2


def test_a_workbook_of_another_name_ends_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    status, _ = run(capsys, "--imss", "a", "--nomina", "b", "--excel", "c.csv")
    assert status == 2


def test_files_that_are_not_there_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = tmp_path / "no.xls"
    status, found = answer(capsys, "--imss", missing, "--nomina", missing)
    assert status == 1
    assert found["error"]["codigo"] == "dato_no_valido"
    assert found["fuentes"][0]["motivos"] == ["Ya no está ahí. Elíjalo de nuevo."]


def test_a_person_reads_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    emision, recibos = mes(tmp_path)
    status, printed = run(capsys, "--imss", emision, "--nomina", recibos)
    assert status == 1
    assert "Coincidencia de la plantilla: 83.3 %" in printed
    assert "Los recibos cancelados no se pueden conocer" in printed
    assert f"{RP} {DANI[0]} SOTO TREJO DANI: El IMSS la tiene" in printed


def test_the_workbook_has_the_counters_and_a_sheet_a_kind(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    evil = (BETO[0], BETO[1], '=HYPERLINK("http://x","y")', "MU/OZ ORTIZ BETO")
    emision = emision_of(tmp_path / "e.xls", [fila(ANA), fila(DANI)])
    recibos = folder_of(tmp_path / "r", [recibo(who, PRIMERA) for who in (ANA, evil)])
    salida = tmp_path / "diferencias.xlsx"
    run(capsys, "--imss", emision, "--nomina", recibos, "--excel", salida)
    book = openpyxl.load_workbook(salida)
    assert book.sheetnames == ["Resumen", "1 Falta en el IMSS", "3 Sin recibos"]
    resumen = {row[0]: row[1] for row in book["Resumen"].iter_rows(values_only=True)}
    assert resumen["1. Falta en el IMSS"] == "1"
    assert resumen["IMSS: e.xls"].startswith("Emisión mensual (EMA) · 2 personas")
    header, row = book["1 Falta en el IMSS"].iter_rows()
    named = dict(zip((cell.value for cell in header), row, strict=True))
    assert (named["Nombre"].value, named["Nombre"].data_type) == (evil[2], "s")
    assert named["SBC en la nómina"].value == 500.0


def test_avisos_opens_the_data_and_explains(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    carpeta = folder_with_user(tmp_path, monkeypatch, NoLlavero())
    emision, recibos = mes(tmp_path)
    words = ("--imss", emision, "--nomina", recibos, "--avisos", "--datos", carpeta / "datos")
    status, printed = run(capsys, *words, "--json")
    assert (status, json.loads(printed)["error"]["codigo"]) == (1, "datos_bloqueados")
    status, found = answer(capsys, *words, "--contrasena-archivo", carpeta / "clave.txt")
    assert (status, found["por_resolver"]) == (1, 3)
