"""The light and its word, and how long ago something was."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from icsoe_desktop.domain.certificados.certificado import HORA_DE_MEXICO
from icsoe_desktop.gateways.kinto.errors import NO_CONNECTION
from icsoe_desktop.gui.oficina.sincronizacion.palabras import LuzBarra, ago, describe, light_of
from icsoe_desktop.services.sincronizacion.answers import (
    BROKEN,
    EstadoSincronizacion,
    ResumenSincronizacion,
)

NOW = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)
GOOD = EstadoSincronizacion(
    configurada=True, descargada=True, ultimo_exito=NOW - timedelta(minutes=2)
)


@pytest.mark.parametrize(
    ("changes", "icon", "text"),
    [
        ({}, "vigente", "Sincronizado hace 2 min"),
        ({"esperan": 3}, "pendiente", "3 por enviar"),
        ({"esperan": 1200}, "pendiente", "1,200 por enviar"),
        ({"motivo": NO_CONNECTION}, "sin_conexion", "Sin conexión"),
        ({"motivo": NO_CONNECTION, "esperan": 3}, "sin_conexion", "Sin conexión, 3 por enviar"),
        ({"motivo": BROKEN}, "error", "No se sincronizó"),
        ({"motivo": BROKEN, "esperan": 3}, "error", "No se sincronizó, 3 por enviar"),
        ({"motivo": BROKEN, "descargada": False}, "error", "No se sincronizó"),
        ({"pausada": True}, "pausa", "En pausa"),
        ({"pausada": True, "esperan": 1, "conflictos": 2}, "pausa", "En pausa, 1 por enviar"),
        ({"conflictos": 1}, "advertencia", "1 conflicto por decidir"),
        ({"conflictos": 2, "apartados": 1}, "advertencia", "2 conflictos por decidir, 1 apartado"),
        ({"detenida": True, "motivo": "No."}, "advertencia", "Sincronización detenida"),
        ({"descargada": False}, "pendiente", "Descarga sin terminar"),
        ({"descargada": False, "esperan": 9}, "pendiente", "Descarga sin terminar"),
    ],
)
def test_the_light_says_how_it_stands(changes: dict[str, object], icon: str, text: str) -> None:
    light = light_of(replace(GOOD, **changes), NOW)  # type: ignore[arg-type]
    assert light is not None
    assert (light.icon, light.text) == (icon, text)


def test_who_shares_with_nobody_has_no_light() -> None:
    assert light_of(EstadoSincronizacion(configurada=False), NOW) is None


def test_the_reason_and_the_last_success_are_told_with_the_light() -> None:
    light = light_of(replace(GOOD, motivo=NO_CONNECTION), NOW)
    local = f"{(NOW - timedelta(minutes=2)).astimezone(HORA_DE_MEXICO):%d/%m/%Y %H:%M}"
    assert light == LuzBarra(
        "Sin conexión",
        "sin_conexion",
        f"{NO_CONNECTION} Última sincronización: {local} (hace 2 min).",
    )
    working = light_of(replace(GOOD, ultimo_exito=None), NOW, syncing=True)
    assert working == LuzBarra("Sincronizando…", "sincronizar", "Aún no se ha sincronizado.")


@pytest.mark.parametrize(
    ("passed", "text"),
    [
        (timedelta(days=-1), "hace un momento"),
        (timedelta(seconds=59), "hace un momento"),
        (timedelta(seconds=60), "hace 1 min"),
        (timedelta(minutes=59, seconds=59), "hace 59 min"),
        (timedelta(hours=1), "hace 1 h"),
        (timedelta(hours=23, minutes=59), "hace 23 h"),
    ],
)
def test_how_long_ago_is_said_in_one_unit(passed: timedelta, text: str) -> None:
    assert ago(NOW - passed, NOW) == text


def test_what_is_older_than_a_day_has_its_date() -> None:
    assert (
        ago(NOW - timedelta(days=3), NOW)
        == f"el {NOW.astimezone(HORA_DE_MEXICO) - timedelta(days=3):%d/%m/%Y}"
    )


@pytest.mark.parametrize(
    ("resumen", "text"),
    [
        (
            ResumenSincronizacion(),
            "Todo está al día: no había nada nuevo que enviar ni recibir.",
        ),
        (ResumenSincronizacion(enviados=1), "1 cambio enviado."),
        (
            ResumenSincronizacion(enviados=2, recibidos=1, conflictos=1, apartados=2),
            "2 cambios enviados, 1 cambio recibido. 1 conflicto nuevo por decidir en «Conflictos». "
            "2 apartados por revisar.",
        ),
        (ResumenSincronizacion(recibidos=4, motivo="Se cortó."), "4 cambios recibidos. Se cortó."),
        (ResumenSincronizacion(motivo="No hay red."), "No hay red."),
    ],
)
def test_a_round_is_told_in_words(resumen: ResumenSincronizacion, text: str) -> None:
    assert describe(resumen) == text
