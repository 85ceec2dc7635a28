"""Two desktops over the real Kinto: its memory where one client is enough, PostgreSQL with four
workers where it must be right."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from sqlalchemy import select, update

from icsoe_desktop.gateways.kinto.transport import Answer, Transport
from icsoe_desktop.services.sincronizacion.answers import (
    ResumenSincronizacion,
    RolOficina,
)
from icsoe_desktop.store.tables.icsoe import RelacionRow
from icsoe_desktop.store.tables.sincronizacion import CursorRow
from tests.services.sincronizacion.conftest import Oficina
from tests.services.sincronizacion.test_pasos import meet_at_length as meet
from tests.support.kinto_real import KintoReal

RFC = "OFI010101AB1"


def test_a_round_without_news_is_one_request(
    kinto_memoria: KintoReal, oficina_real: Oficina, monkeypatch: pytest.MonkeyPatch
) -> None:
    (uno,) = oficina_real(kinto_memoria)
    uno.add_contratista(RFC)
    meet(uno)
    with uno.store.write() as db:
        # As after a minute in which nobody wrote.
        db.execute(update(CursorRow).values(cursor=time.time_ns() // 1_000_000 + 60_000))
    asked: list[tuple[str, str]] = []
    request = Transport.request

    def noted(self: Transport, method: str, path: str, **options: Any) -> Answer:
        asked.append((method, path.rpartition("/")[2]))
        return request(self, method, path, **options)

    monkeypatch.setattr(Transport, "request", noted)
    assert uno.round().motivo == ""
    assert asked == [("GET", "novedades")]


def test_two_who_sync_at_the_same_moment_lose_nothing(
    kinto_postgres: KintoReal, oficina_real: Oficina
) -> None:
    uno, dos = oficina_real(kinto_postgres, RolOficina.MIEMBRO)
    contratista = uno.add_contratista(RFC)
    meet(uno, dos)
    curps = [f"FIDR9001{day:02}MDFCMS0{day % 10}" for day in range(1, 21)]
    for at, equipo in enumerate((uno, dos)):
        for curp in curps[at::2]:
            equipo.add_capturista(contratista, curp)
    said: list[ResumenSincronizacion] = []
    for _ in range(3):
        threads = [
            threading.Thread(target=lambda e=equipo: said.append(e.round()))
            for equipo in (uno, dos)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    meet(uno, dos)
    assert dos.replica() == uno.replica()
    with uno.store.read() as db:
        assert sorted(db.scalars(select(RelacionRow.curp))) == sorted(curps)
        numbers = sorted(db.scalars(select(RelacionRow.numero)))
    assert len(set(numbers)) == len(curps)
