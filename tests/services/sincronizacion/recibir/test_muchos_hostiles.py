"""Sealed records of a hostile member, over every kind: valid seals, odd contents, odd authors."""

from __future__ import annotations

import copy
import random
import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from icsoe_desktop.domain.sincronizacion.records import RecordKind
from icsoe_desktop.domain.sincronizacion.stamps import History
from icsoe_desktop.seguridad.sealed_record import Envelope, PackedContent, open_record, seal_record
from icsoe_desktop.services.sincronizacion.answers import RolOficina
from icsoe_desktop.services.sincronizacion.enviar.bases import short_name
from tests.services.sincronizacion.conftest import Oficina
from tests.services.sincronizacion.equipos import OFICINA, Equipo
from tests.services.sincronizacion.recibir.test_pasos_hostil import fill, key_of
from tests.services.sincronizacion.servidor_memoria import Memoria
from tests.services.sincronizacion.test_pasos import meet

ODD: list[Any] = [
    None, True, 0, -1, 2**63, 10**40, 1.5, "", "x", "\x00", "a\nb", "Ñ" * 300, [], {}, [[]], [None],
    {"x": 1}, "2026-02-30", "9999-12-31", "0001-01-01T00:00:00.000000Z", "=1+1", 20261301, "\u202e",
    str(uuid.UUID(int=1)), uuid.UUID(int=1).hex,
]  # fmt: skip
A_ROUND = 25  # records
QUIET_ROUNDS = 12


class Intruso:
    """A member with the office's key, who writes at the server what no program would."""

    def __init__(self, memoria: Memoria, equipo: Equipo, seed: int) -> None:
        self._memoria, self._key = memoria, key_of(equipo)
        self._azar = random.Random(seed)  # noqa: S311 - no secret
        with equipo.store.read() as db:
            self._others = [short_name(db), "ffffffff", ""]
        self.good = {
            (collection, uuid.UUID(name)): self._open(collection, name, data or {})
            for collection, rows in memoria.registros.items()
            if collection not in ("actas", "llaves")
            for name, (_version, data) in rows.items()
        }
        self._written = {place: one.history for place, one in self.good.items()}

    def _open(self, collection: str, name: str, data: Mapping[str, Any]) -> Envelope:
        return open_record(data, {1: self._key}, OFICINA, collection, uuid.UUID(name))

    def write(self) -> None:
        azar = self._azar
        place = azar.choice(list(self.good))
        if azar.random() < 0.1:
            self._memoria.delete(*place)  # the desktops put back what they took it for
            return
        good = azar.choice([one for (name, _), one in self.good.items() if name == place[0]])
        content: Any = copy.deepcopy(good.content)
        for _ in range(azar.choice([0, 1, 1, 1, 2, 5])):
            content = self._spoil(content)
        content = azar.choice([content] * 12 + [None, {}])
        names = [one for _, one in self.good]
        becomes = azar.choice([None] * 8 + [uuid.UUID(int=azar.randrange(9)), azar.choice(names)])
        name = azar.choice(self._others) + f"{azar.randrange(10**8):08}"
        own = (name[:16], azar.choice([1, 7, 2**53 - 1]))
        before = azar.choice([History(), self._written[place], self._written[place]])
        envelope = Envelope(good.kind, None, becomes, before.written(own))
        if before.writes:
            self._written[place] = envelope.history
        self._put(place, envelope, content)

    def _spoil(self, value: Any) -> Any:
        """Another value at some place of it."""
        azar = self._azar
        if isinstance(value, dict) and value and azar.random() < 0.9:
            key = azar.choice(list(value))
            if azar.random() < 0.15:
                return {name: one for name, one in value.items() if name != key}
            return {**value, azar.choice([key] * 9 + ["x"]): self._spoil(value[key])}
        if isinstance(value, list) and value and azar.random() < 0.7:
            at = azar.randrange(len(value))
            return [*value[:at], self._spoil(value[at]), *value[at + 1 :]]
        return azar.choice(ODD)

    def mend(self) -> None:
        """The good contents come back, as their author's next edit."""
        for number, (place, good) in enumerate(self.good.items(), 1):
            history = self._written[place].written(("autor000bueno000", number))
            self._put(place, replace(good, history=history), good.content)

    def _put(self, place: tuple[str, uuid.UUID], envelope: Envelope, content: Any) -> None:
        sealed = seal_record(envelope, self._key, OFICINA, place[1], PackedContent.of(content))
        self._memoria.put(*place, sealed)


def sound(equipo: Equipo) -> None:
    with equipo.store.read() as db:
        assert db.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
        assert db.execute(text("PRAGMA foreign_key_check")).all() == []


def accept(*equipos: Equipo) -> None:
    """A person says of much that was deleted that it was meant."""
    for equipo in equipos:
        if any(one.por_decidir for one in equipo.aside()):
            equipo.sync.conflictos.decide_deletions(equipo.sesion, apply=True)


@pytest.fixture
def tres(oficina: Oficina) -> list[Equipo]:
    equipos = oficina(RolOficina.MIEMBRO, RolOficina.MIEMBRO)
    fill(equipos[0])
    meet(*equipos)
    return equipos


@pytest.mark.parametrize(
    ("many", "seed"),
    [(25, 1), pytest.param(2_500, 2, marks=pytest.mark.larga),
     pytest.param(2_500, 3, marks=pytest.mark.larga)],
)  # fmt: skip
def test_no_sealed_record_ends_a_round_and_good_ones_make_the_desktops_equal_again(
    tres: list[Equipo], memoria: Memoria, many: int, seed: int
) -> None:
    intruso = Intruso(memoria, tres[0], seed)
    assert {one.kind for one in intruso.good.values()} == set(RecordKind)
    for _ in range(many // A_ROUND):
        for _ in range(A_ROUND):
            intruso.write()
        for equipo in tres:
            assert equipo.round().motivo == ""
        sound(tres[1])
    for _ in range(2):
        intruso.mend()
        for _ in range(QUIET_ROUNDS):
            accept(*tres)
            said = [equipo.round() for equipo in tres]
            assert [one.motivo for one in said] == ["", "", ""]
            if not any(one.enviados or one.recibidos for one in said):
                break
    for equipo in tres:
        sound(equipo)
    assert tres[0].replica() == tres[1].replica() == tres[2].replica()
