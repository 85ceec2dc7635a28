"""What a cell of the grid explains."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from icsoe_desktop.domain.movimientos.estado_aviso import Situacion
from icsoe_desktop.gui.idse.modulo.columns import COLUMNS
from icsoe_desktop.services.movimientos.valores import ColumnaMovimiento

[ESTADO] = [column for column in COLUMNS if column.order is ColumnaMovimiento.ESTADO]


@pytest.mark.parametrize("situacion", Situacion)
def test_the_state_explains_only_the_file_that_was_not_marked_as_sent(situacion: Situacion) -> None:
    fila: Any = SimpleNamespace(situacion=situacion, archivo="Y5412345.txt")
    assert ESTADO.tip is not None
    assert ESTADO.tip(fila) == (
        "Está en el archivo Y5412345.txt. Cuando lo suba al portal, márquelo como enviado en Lotes."
        if situacion is Situacion.EN_ARCHIVO
        else ""
    )
