"""The postal catalogue is read in a child process: the same rows and sentences, nothing copied."""

from __future__ import annotations

from pathlib import Path

import pytest

from icsoe_desktop.domain.icsoe.domicilio import Asentamiento
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gateways.isolation.client import BROKEN
from icsoe_desktop.gateways.sepomex.catalogo import (
    OpenPostalCatalogue,
    open_postal_catalogue,
    open_postal_catalogue_here,
)
from icsoe_desktop.gateways.sepomex.renglones import BadPostalRow
from icsoe_desktop.jobs import NoProgress
from tests.gateways.isolation.test_isolation import lies
from tests.gateways.sepomex import postales
from tests.gateways.sepomex.postales import ROWS


def facts(
    lectura: OpenPostalCatalogue,
) -> tuple[tuple[object, ...], list[Asentamiento | BadPostalRow]]:
    about = lectura.nombre, lectura.fecha, lectura.formato, lectura.codificacion
    return about, list(lectura.rows)


def test_a_child_tells_each_form_of_the_catalogue(tmp_path: Path) -> None:
    bad = ("ABCDE", *ROWS[0][1:])
    txt = postales.txt(tmp_path / "a.txt", (*ROWS, bad) * 300)
    paths = [
        txt,
        postales.zipped(tmp_path / "ñ.zip", txt),
    ]
    for path in paths:
        with (
            open_postal_catalogue(path, NoProgress()) as there,
            open_postal_catalogue_here(path, NoProgress()) as here,
        ):
            assert facts(there) == facts(here), path.name


FIRST = "frame(['answer', ['2026-02-14', 'TXT', 'UTF-8']])\n"


@pytest.mark.parametrize(
    "code",
    [
        "frame(['end'])",
        "frame(['answer', ['mañana', 'TXT', 'UTF-8']])",
        "frame(['answer', 3])",
        FIRST + "frame(['answer', [0, 0]], b'uno')",
        FIRST + "frame(['answer', [0]], b'1\\x1f2')",
        FIRST + "frame(['answer', ['x']], b'uno')",
        FIRST + "frame(['answer', [0]], b'\\xff')",
        FIRST + "frame(['answer', 5], b'x')",
    ],
)
def test_whatever_a_child_says_of_a_catalogue_is_rows_or_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    lies(monkeypatch, code)
    path = postales.txt(tmp_path / "a.txt")
    with (
        pytest.raises(InvalidInputError) as caught,
        open_postal_catalogue(path, NoProgress()) as lectura,
    ):
        list(lectura.rows)
    assert (caught.value.message, caught.value.campo) == (BROKEN, "archivo")
