"""`movimientos modificar-salarios`, as a script calls it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from icsoe_desktop.domain.dispmag import MovimientoLeido
from icsoe_desktop.domain.ejemplo.personas import trabajadores
from tests.cli.movimientos.test_cli_movimientos import CORREO, folder_with_answers, run
from tests.support.respuesta_json import document, error_of, whole_document

SUR, NORTE = "Y6077636105", "A1234567895"
# In the 2025 that ends: below the new floor, at its own floor, at its cap, and none of these.
SBCS = (300_00, 292_55, 2828_50, 900_00)
RECORDS = [
    MovimientoLeido(
        at, "08", SUR if at < 4 else NORTE, who.nss, who.primer_apellido, who.segundo_apellido,
        who.nombres, date(2025, 3, 3), sbc, "1", "0", "0", "", "001", "01400", "", who.curp, (),
    )
    for at, (who, sbc) in enumerate(zip(trabajadores(5), (*SBCS, 901_00), strict=True), 1)
]  # fmt: skip
MINIMO = ("--razon", "minimo", "--fecha", "2026-01-01")
TOPE = ("--razon", "tope", "--fecha", "2026-02-01")


@pytest.fixture
def carpeta(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Path:
    return folder_with_answers(tmp_path, monkeypatch, capsys, RECORDS)


def modify(carpeta: Path, *words: str) -> int:
    return run(carpeta, "modificar-salarios", *words, "--usuario", CORREO)


def test_it_tells_first_and_creates_after(
    carpeta: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert modify(carpeta, *MINIMO, "--simular", "--json") == 0
    answer = document(capsys.readouterr().out)
    assert (answer["marcados"], answer["creados"]) == (1, 0)
    ticked, unticked = sorted(answer["cambios"], key=lambda one: not one["marcado"])
    assert (ticked["nss"], ticked["sbc_hoy"], ticked["sbc_nuevo"]) == (
        RECORDS[0].nss, "300.00", "330.57",
    )  # fmt: skip
    assert (ticked["factor"], ticked["ultimo_dia"]) == ("1.0493", "2026-01-08")
    assert unticked["observaciones"][0].startswith("Lo sube el IMSS de oficio")
    assert modify(carpeta, *MINIMO) == 0
    shown = capsys.readouterr().out
    assert "300.00 → 330.57." in shown
    assert "Se creó 1 aviso." in shown
    assert modify(carpeta, *MINIMO, "--json") == 1, "they are there already"
    assert error_of(capsys.readouterr().out) == "dato_no_valido"


def test_who_lacks_the_pay_stops_it_unless_left_out(
    carpeta: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert modify(carpeta, *TOPE, "--json") == 1
    answer = whole_document(capsys.readouterr().out)
    (row,) = answer["cambios"]
    assert (row["sbc_nuevo"], row["observaciones"]) == (None, ["Falta su salario diario."])
    assert "No se creó nada" in answer["error"]["mensaje"]
    sheet = carpeta / "pagos.csv"
    sheet.write_text(f"NSS,Salario diario\n{RECORDS[2].nss},2750.00\n10000000008,1.00\n", "utf-8")
    assert modify(carpeta, *TOPE, "--hoja", str(sheet), "--json") == 0
    answer = document(capsys.readouterr().out)
    assert answer["creados"] == 1
    loose, made = sorted(answer["cambios"], key=lambda one: bool(one["marcado"]))
    assert made["sbc_nuevo"] == "2885.58"
    assert loose["observaciones"][0].startswith("Renglón 3: el programa no tiene ningún aviso")


def test_a_percentage_raises_all_of_one_employer(
    carpeta: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("--razon", "porcentaje", "--fecha", "2026-03-02", "--porcentaje", "10", "--json")
    assert modify(carpeta, *words, "--registro-patronal", "a12-34567-89-5") == 0
    answer = document(capsys.readouterr().out)
    assert [one["sbc_nuevo"] for one in answer["cambios"]] == ["990.00", "991.10"]


@pytest.mark.parametrize(
    ("words", "status", "code"),
    [
        (("--razon", "porcentaje"), 2, "uso"),
        (("--razon", "hoja"), 2, "uso"),
        (("--razon", "porcentaje", "--porcentaje", "5000"), 1, "dato_no_valido"),
        (("--razon", "minimo", "--fecha", "2099-01-01"), 1, "nada_que_hacer"),
        (("--razon", "hoja", "--hoja", "no_hay.csv"), 1, "archivo_no_valido"),
        (("--razon", "aniversario", "--fecha", "2026-02-02", "--hasta", "2026-01-01"), 1,
         "dato_no_valido"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_has_its_code(
    carpeta: Path,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    status: int,
    code: str,
) -> None:
    assert modify(carpeta, *words, "--json") == status
    assert error_of(capsys.readouterr().out) == code
