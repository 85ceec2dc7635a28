"""`movimientos importar CONSTANCIA.pdf`, as a script calls it."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from tests.cli.movimientos.test_cli_movimientos import CORREO, RECORDS, carpeta, run, write
from tests.gateways.constancia_pdf.papeles import constancia, printed, renglon
from tests.support.respuesta_json import document

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
