"""Sending in parts, and again after it broke."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from icsoe_desktop.domain.sincronizacion.records import RecordKind
from icsoe_desktop.gateways.kinto.batch import POISONED
from icsoe_desktop.gateways.kinto.errors import CANNOT_SAVE
from icsoe_desktop.gateways.kinto.values import RecordWrite, WriteAnswer
from icsoe_desktop.services.sincronizacion.answers import ClaseConflicto, Luz
from icsoe_desktop.store.connection import raw_of
from icsoe_desktop.store.sincronizacion import outbox
from icsoe_desktop.store.tables.icsoe import ContratistaRow, RelacionRow
from icsoe_desktop.store.tables.sincronizacion import ConflictoRow
from tests.services.sincronizacion.equipos import Equipo
from tests.services.sincronizacion.identidad.test_pasos_repetidos import RFC
from tests.services.sincronizacion.servidor_memoria import ServidorMemoria
from tests.services.sincronizacion.test_pasos import CURP, meet


def test_what_the_server_refuses_for_good_waits_aside_and_holds_nobody_up(
    uno: Equipo, dos: Equipo, monkeypatch: pytest.MonkeyPatch
) -> None:
    meet(uno, dos)
    bad, good = uno.add_contratista(RFC), uno.add_contratista("OFI010101AB2")
    real = ServidorMemoria.write

    def poisoned(
        self: ServidorMemoria, coleccion: str, escrituras: Sequence[RecordWrite]
    ) -> tuple[WriteAnswer, ...]:
        taken = iter(real(self, coleccion, [one for one in escrituras if one.id != str(bad)]))
        return tuple(
            WriteAnswer(one.id, refusal=POISONED) if one.id == str(bad) else next(taken)
            for one in escrituras
        )

    with monkeypatch.context() as patch:
        patch.setattr(ServidorMemoria, "write", poisoned)
        said = uno.round()
        assert (said.motivo, said.enviados) == ("", 1)
        meet(uno, dos)
    (apartado,) = uno.sync.set_aside(uno.sesion)
    assert (apartado.registro_id, apartado.motivo, apartado.entrante) == (bad, POISONED, False)
    assert uno.sync.state().luz is Luz.ATENCION
    assert dos.count("contratistas") == 1
    assert dos.get(ContratistaRow, good, "rfc") == ("OFI010101AB2",)

    uno.sync.retry(uno.sesion, apartado.coleccion, bad)
    meet(uno, dos)
    assert uno.sync.set_aside(uno.sesion) == ()
    assert dos.replica() == uno.replica()


def test_what_lost_of_somebody_whose_deletion_was_told_before_is_gone_too(
    uno: Equipo, dos: Equipo
) -> None:
    row = uno.add_capturista(uno.add_contratista(RFC), CURP)
    meet(uno, dos)
    for _ in range(2):
        with uno.store.write() as db:
            found = db.get(RelacionRow, row)
            if found is not None:
                db.delete(found)
            # As when she came back under her former id, with what had lost, and went again.
            lost = {"id": uno.store.new_id(), "coleccion": "capturistas", "registro": row}
            said = {
                "clase": ClaseConflicto.CAMPO.value,
                "campo": "telefono",
                "vigente": "[1]",
                "perdido": "[2]",
            }
            db.add(ConflictoRow(**lost, **said, cuando=uno.store.clock()))
            outbox.enqueue(raw_of(db), RecordKind.RELACION, [row])
        uno.round()
        assert uno.count("sincronizacion_conflictos") == 0


def test_what_the_server_doubts_is_asked_once_a_round(
    uno: Equipo, monkeypatch: pytest.MonkeyPatch
) -> None:
    uno.round()
    doubted = uno.add_contratista(RFC)
    asked: list[str] = []
    real = ServidorMemoria._write

    def doubting(self: ServidorMemoria, coleccion: str, one: RecordWrite) -> WriteAnswer:
        if one.id != str(doubted):
            return real(self, coleccion, one)
        asked.append(one.id)
        return WriteAnswer(one.id, refusal=POISONED, doubtful=True)

    monkeypatch.setattr(ServidorMemoria, "_write", doubting)
    assert uno.round().motivo == CANNOT_SAVE
    assert asked == [str(doubted)]
