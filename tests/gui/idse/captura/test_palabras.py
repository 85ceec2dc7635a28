"""What is said of a rejection."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import cast

import pytest

from icsoe_desktop.gui.idse.captura.palabras import reason_of
from icsoe_desktop.services.movimientos.valores import MovimientoFila


@pytest.mark.parametrize(
    ("causa", "datos"),
    [
        ("EL NSS NO CORRESPONDE AL NOMBRE", "«NSS», el nombre y los apellidos"),
        ("Nombre no coincide", "el nombre y los apellidos"),
        ("Número de Seguridad Social inválido", "«NSS»"),
    ],
)
def test_what_may_be_wrong_is_named_whole(causa: str, datos: str) -> None:
    fila = SimpleNamespace(rechazado=date(2026, 3, 2), codigo_rechazo="", causa_rechazo=causa)
    assert reason_of(cast(MovimientoFila, fila)) == (
        f"El Instituto rechazó este aviso el 02/03/2026: «{causa}». Revise {datos}. "
        "Al guardar queda un aviso nuevo, y el rechazado ya no se debe."
    )
