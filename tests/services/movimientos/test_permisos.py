"""What consultation may read, and an import that somebody without the right applies."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.datos import movimientos as generated
from icsoe_desktop.domain.acceso.sesion import SESION_CONSULTA
from icsoe_desktop.errors import NotAllowedError
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.importacion.valores import Decision
from icsoe_desktop.services.movimientos.valores import TODOS, OrdenMovimientos
from icsoe_desktop.store.tables.acceso import UsuarioRow
from tests.services.con_movimientos import Caso, contents


def test_consultation_applies_no_preview(caso: Caso) -> None:
    preview = caso.importacion.preview(caso.sesion, [caso.archivo(*generated(5))], NoProgress())
    before = contents(caso.store)
    with pytest.raises(NotAllowedError):
        caso.importacion.apply(SESION_CONSULTA, preview, Decision(), NoProgress())
    assert contents(caso.store) == before


def test_a_user_disabled_meanwhile_writes_nothing(caso: Caso) -> None:
    preview = caso.importacion.preview(caso.sesion, [caso.archivo(*generated(5))], NoProgress())
    with caso.store.write() as db:
        usuario = db.get(UsuarioRow, caso.sesion.usuario_id)
        assert usuario is not None
        usuario.habilitado = False
    before = contents(caso.store)
    with pytest.raises(NotAllowedError):
        caso.importacion.apply(caso.sesion, preview, Decision(), NoProgress())
    assert contents(caso.store) == before


def test_consultation_reads_and_exports(caso: Caso, tmp_path: Path) -> None:
    preview = caso.importacion.preview(caso.sesion, [caso.archivo(*generated(5))], NoProgress())
    caso.importacion.apply(caso.sesion, preview, Decision(), NoProgress())
    assert len(caso.movimientos.first_page(SESION_CONSULTA)) == 5
    book = tmp_path / "m.xlsx"
    assert (
        caso.movimientos.export(SESION_CONSULTA, book, TODOS, OrdenMovimientos(), NoProgress()) == 5
    )
