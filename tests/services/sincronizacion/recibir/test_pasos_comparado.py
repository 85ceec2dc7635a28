"""A server that lost records is compared whole: by whoever noticed it, however often they are cut
short, and by whoever sees that another desktop repaired it. What came of two lives of a desktop is
told apart."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from icsoe_desktop.gateways.kinto.errors import NoConnectionError
from icsoe_desktop.services.sincronizacion.answers import RolOficina
from icsoe_desktop.services.sincronizacion.recibir.reception import Reception
from icsoe_desktop.store.tables.icsoe import RelacionRow
from icsoe_desktop.store.tables.sincronizacion import CursorRow
from tests.services.sincronizacion.equipos import Equipo, made_office, open_again
from tests.services.sincronizacion.recibir.test_pasos_atras import (
    all_agree,
    phone,
    share_a_capturista,
)
from tests.services.sincronizacion.servidor_memoria import Memoria
from tests.services.sincronizacion.test_pasos import meet

OTHER_CURP = "FIDP850505HDFCMS01"
Juntos = tuple[Equipo, Equipo, uuid.UUID, uuid.UUID]


def share_two_capturistas(equipos: list[Equipo]) -> uuid.UUID:
    uno, dos = equipos
    row = share_a_capturista(equipos)
    (contratista,) = uno.get(RelacionRow, row, "contratista_id")
    uno.add_capturista(contratista, OTHER_CURP)
    meet(uno, dos)
    return row


@pytest.fixture
def juntos(tmp_path: Path, memoria: Memoria) -> Iterator[Juntos]:
    """Two desktops and two capturistas that both have."""
    made = made_office((RolOficina.MIEMBRO,), share_two_capturistas)
    with made.open(tmp_path, memoria) as (uno, dos):
        assert made.row is not None
        with uno.store.read() as db:
            other = db.scalars(select(RelacionRow.id).where(RelacionRow.curp == OTHER_CURP)).one()
        yield uno, dos, made.row, other


def test_what_the_desktop_that_repairs_the_server_never_read_is_put_back_by_another(
    memoria: Memoria, juntos: Juntos, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The newest version is back when the other desktop looks, so that alone shows no loss."""
    uno, dos, row, other = juntos
    foto = memoria.photo()
    uno.change(RelacionRow, row, telefono="5551111111")
    dos.change(RelacionRow, other, telefono="5552222222")
    deliver = dos.sync._round._delivery.deliver

    def after_the_other(*args: Any) -> str:
        assert uno.round().enviados == 1
        return deliver(*args)

    with monkeypatch.context() as patch:
        patch.setattr(dos.sync._round._delivery, "deliver", after_the_other)
        assert dos.round().enviados == 1
    assert uno.round().recibidos == 1
    foto()
    assert dos.round().enviados == 1
    meet(uno, dos)
    assert (phone(uno, row), phone(dos, row)) == ("5551111111", "5551111111")
    assert (phone(uno, other), phone(dos, other)) == ("5552222222", "5552222222")
    all_agree(uno, dos)


def test_a_comparison_that_was_cut_short_is_made_by_a_later_round(
    memoria: Memoria, juntos: Juntos, monkeypatch: pytest.MonkeyPatch
) -> None:
    uno, dos, row, other = juntos
    foto = memoria.photo()
    uno.change(RelacionRow, row, telefono="5551111111")
    uno.round()
    foto()
    dos.change(RelacionRow, other, telefono="5552222222")
    assert dos.round().enviados == 1

    def dies(*_: Any) -> None:
        raise NoConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(Reception, "_compare", dies)
        assert uno.round().motivo != ""
    assert phone(uno, other) == "5552222222"  # now the newest version that this desktop knows
    open_again(uno)
    meet(uno, dos)
    assert (phone(uno, row), phone(dos, row)) == ("5551111111", "5551111111")
    all_agree(uno, dos)


def test_a_record_that_the_server_alone_made_older_is_found_by_the_comparison_of_every_few_hours(
    memoria: Memoria, juntos: Juntos
) -> None:
    """Nothing else shows it: neither the newest version nor the number of records changes."""
    uno, dos, row, other = juntos
    uno.change(RelacionRow, row, telefono="5551111111")
    meet(uno, dos)
    uno.change(RelacionRow, other, telefono="5552222222")
    meet(uno, dos)
    older = memoria.registros["capturistas"][str(row)][0] - 86_400_000
    memoria.registros["capturistas"][str(row)] = (older, {"v": 1})
    assert uno.round().enviados == 0
    assert memoria.read("capturistas", row) == {"v": 1}
    uno.sync._round.look_again()
    assert uno.round().enviados == 1
    assert memoria.read("capturistas", row) != {"v": 1}
    meet(dos, uno)
    all_agree(uno, dos)
    assert phone(dos, row) == "5551111111"


def test_a_record_that_was_read_as_garbage_is_read_again_when_the_server_went_back_to_the_good_one(
    memoria: Memoria, juntos: Juntos
) -> None:
    """Chaos, seed 14005. The others know the good one, so nothing is to be put back."""
    uno, dos, row, _other = juntos
    (contratista,) = dos.get(RelacionRow, row, "contratista_id")
    late = dos.add_capturista(contratista, "GOLA900101MDFMPN05")
    assert dos.round().motivo == ""
    foto = memoria.photo()
    memoria.put("capturistas", late, {"v": "1"})
    assert uno.round().apartados == 1
    with uno.store.write() as db:  # as after a minute, which each round reads again
        db.get_one(CursorRow, "capturistas").cursor = 10**13
    foto()
    uno.sync._round.look_again()
    meet(uno, dos)
    all_agree(uno, dos)
    assert phone(uno, late) == phone(dos, late)
