"""The short numbers that people see, where desktops gave the same one."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from icsoe_desktop.services.sincronizacion.recibir.reception import Reception
from icsoe_desktop.store.tables import ContratistaRow, RelacionRow
from tests.services.sincronizacion.conftest import Abrir
from tests.services.sincronizacion.equipos import Equipo, join_office
from tests.services.sincronizacion.test_pasos import CURP, meet

OTRAS = ("GAPL850505MDFRRR07", "FIDA700707HDFCMS02", "FIDB700707HDFCMS01")


def numbers(equipo: Equipo, rows: list[uuid.UUID]) -> list[int]:
    return [equipo.get(RelacionRow, row, "numero")[0] for row in rows]


def test_of_two_capturistas_with_a_number_the_older_keeps_it_and_the_other_gets_a_free_one(
    uno: Equipo, dos: Equipo
) -> None:
    contratista = uno.add_contratista("OFI010101AB1")
    meet(uno, dos)
    one = uno.add_capturista(contratista, CURP)
    other, *rest = (dos.add_capturista(contratista, curp) for curp in OTRAS)
    assert numbers(uno, [one]) == numbers(dos, [other]) == [1]
    older, later = sorted([one, other])
    meet(uno, dos)
    for equipo in (uno, dos):
        assert numbers(equipo, [older, later, *rest]) == [1, 4, 2, 3]
        # The next one is free at every desktop.
        assert equipo.get(ContratistaRow, contratista, "siguiente_relacion") == (5,)


def test_of_two_contratistas_with_a_number_the_older_keeps_it(uno: Equipo, dos: Equipo) -> None:
    one = uno.add_contratista("OFI010101AB1")
    other, rest = (dos.add_contratista(rfc) for rfc in ("OFI020202AB2", "OFI030303AB3"))
    older, later = sorted([one, other])
    meet(uno, dos)
    for equipo in (uno, dos):
        found = [equipo.get(ContratistaRow, row, "numero")[0] for row in (older, later, rest)]
        assert found == [1, 3, 2]


def test_a_capturista_who_got_another_number_has_it_at_desktops_that_come_later(
    uno: Equipo, dos: Equipo, abrir: Abrir
) -> None:
    contratista = uno.add_contratista("OFI010101AB1")
    meet(uno, dos)
    one = uno.add_capturista(contratista, CURP)
    other = dos.add_capturista(contratista, OTRAS[0])
    meet(uno, dos)
    last = uno.add_capturista(contratista, OTRAS[1])
    meet(uno, dos)
    tres = abrir("tres")
    join_office(uno, tres, "tres", "3")
    meet(tres, uno, dos)
    expected = [*((1, 2) if one < other else (2, 1)), 3]
    assert [numbers(equipo, [one, other, last]) for equipo in (uno, dos, tres)] == [expected] * 3


def test_the_desktop_that_gives_another_number_sends_it_in_the_same_round(
    uno: Equipo, abrir: Abrir, monkeypatch: pytest.MonkeyPatch
) -> None:
    dos = abrir("dos", timedelta(days=1))
    join_office(uno, dos, "dos", "2")
    contratista = uno.add_contratista("OFI010101AB1")
    meet(uno, dos)
    older = uno.add_capturista(contratista, CURP)
    newer = dos.add_capturista(contratista, OTRAS[0])
    assert older < newer
    dos.round()
    with monkeypatch.context() as patch:
        patch.setattr(Reception, "receive", lambda *_, **_whole: None)
        uno.round()
    assert dos.round().enviados == 1
    assert numbers(dos, [older, newer]) == [1, 2]
