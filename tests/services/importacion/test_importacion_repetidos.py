"""Movements that are in the files twice, or in the data already."""

from __future__ import annotations

from datetime import date

import pytest

from icsoe_desktop.domain.movimientos.movimiento import TipoMovimiento
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.importacion.valores import (
    ClaseDuplicado,
    Decision,
    Duplicado,
)
from icsoe_desktop.store.connection import raw_of
from tests.services.importacion.caso import Caso
from tests.services.importacion.importados import ALTA, BAJA, everything


def test_duplicates_are_seen_in_the_file_and_in_the_data(caso: Caso) -> None:
    caso.bring(caso.archivo(ALTA, name="antes.txt"))
    other_name = BAJA._replace(primer_apellido="RIBERA")
    wrong_digit = ALTA._replace(registro_patronal="Y6077636109")
    path = caso.archivo(wrong_digit, BAJA, other_name, name="ahora.txt")
    preview = caso.importacion.preview(caso.sesion, [path], NoProgress())
    assert (preview.buenos, preview.duplicados_en_archivo, preview.duplicados_en_datos) == (3, 1, 1)
    assert caso.importacion.duplicates(preview, 0, 10) == [
        Duplicado(
            "ahora.txt", 1, ClaseDuplicado.EN_DATOS, "Y6077636109", ALTA.nss,
            "GAEL ANTONIO RIVERA", TipoMovimiento.ALTA, date(2026, 2, 10), 0,
        ),
        Duplicado(
            "ahora.txt", 3, ClaseDuplicado.EN_ARCHIVO, "Y6077636105", ALTA.nss,
            "GAEL ANTONIO RIBERA", TipoMovimiento.BAJA, date(2026, 3, 1), 2,
        ),
    ]  # fmt: skip
    resultado = caso.importacion.apply(caso.sesion, preview, Decision(), NoProgress())
    assert (resultado.importados, resultado.duplicados_omitidos) == (1, 2)
    assert len(everything(caso.movimientos)) == 2


def test_duplicates_are_imported_when_the_user_wants_them(caso: Caso) -> None:
    caso.bring(caso.archivo(ALTA))
    assert caso.bring(caso.archivo(ALTA, ALTA), importar_duplicados=True).importados == 2
    assert len(everything(caso.movimientos)) == 3


def test_what_the_imss_rejected_is_no_duplicate(caso: Caso) -> None:
    caso.bring(caso.archivo(ALTA))
    with caso.store.write() as db:
        raw_of(db).execute("UPDATE movimientos SET estado = 4")  # Rechazado
    assert caso.bring(caso.archivo(ALTA)).importados == 1


def test_nothing_but_duplicates_leaves_no_import_behind(caso: Caso) -> None:
    caso.bring(caso.archivo(ALTA))
    resultado = caso.bring(caso.archivo(ALTA))
    assert (resultado.importacion_id, resultado.duplicados_omitidos) == (None, 1)
    assert len(caso.importacion.all(caso.sesion)) == 1


def test_a_preview_that_others_overtook_imports_nothing_twice(caso: Caso) -> None:
    preview = caso.importacion.preview(caso.sesion, [caso.archivo(ALTA, BAJA)], NoProgress())
    caso.bring(caso.archivo(ALTA, name="otro.txt"))
    with pytest.raises(InvalidInputError, match=r"^Los movimientos cambiaron"):
        caso.importacion.apply(
            caso.sesion, preview, Decision(importar_duplicados=True), NoProgress()
        )
    resultado = caso.importacion.apply(caso.sesion, preview, Decision(), NoProgress())
    assert (resultado.importados, resultado.duplicados_omitidos) == (1, 1)
    assert len(everything(caso.movimientos)) == 2
