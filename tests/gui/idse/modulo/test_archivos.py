"""Files that the program writes for the user: whole, or the sentence and what was there before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gateways.hojas.escritura import ColumnaHoja, write_workbook
from icsoe_desktop.gui.icsoe.capturistas.persona import write_datos
from icsoe_desktop.gui.idse.modulo import archivos
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.importacion.informe import write_problems

LONGEST = 255  # octets of a name on every disk in use


def _workbook(path: Path) -> None:
    write_workbook(path, "Hoja", (ColumnaHoja("Uno"),), [("1",)], NoProgress())


def _put(path: Path, content: bytes) -> None:
    path.write_bytes(content)


WRITERS: dict[str, Callable[[Path], None]] = {
    ".txt": lambda path: archivos.write_whole(path, b"1"),
    ".json": lambda path: write_datos({"Datos": {"uno": 1}}, path, ""),
    ".pdf": lambda path: write_datos({"Datos": {"uno": 1}}, path, ""),
    ".csv": lambda path: write_problems(path, ("Uno",), [("1",)]),
    ".xlsx": _workbook,
}


@pytest.fixture
def descargas(tmp_path: Path) -> Path:
    made = tmp_path / "descargas"
    made.mkdir()
    return made


@pytest.mark.parametrize("suffix", WRITERS)
def test_a_name_that_is_too_long_is_told_and_the_longest_is_written(
    qapp: object, suffix: str, descargas: Path
) -> None:
    write = WRITERS[suffix]
    longest = descargas / ("a" * (LONGEST - len(suffix)) + suffix)
    with pytest.raises(UserFacingError, match=r"no se pudo guardar.*otro nombre"):
        write(longest.with_name("a" + longest.name))
    assert not list(descargas.iterdir())
    write(longest)
    assert list(descargas.iterdir()) == [longest]


@pytest.mark.parametrize("found", [b"", b"%PDF-1.4\n1 0 obj"])
def test_a_pdf_without_its_end_never_replaces_a_whole_one(found: bytes, descargas: Path) -> None:
    path = descargas / "cedula.pdf"
    path.write_bytes(b"anterior")
    with pytest.raises(UserFacingError):
        archivos.write_pdf(path, lambda temporary: _put(temporary, found))
    assert {one.name: one.read_bytes() for one in descargas.iterdir()} == {path.name: b"anterior"}
