"""Rights, keys and acts where a real server decides: PostgreSQL with four workers.

Every other rule of them is shown over the server in memory (`oficina`, `recibir`), which
`test_servidor_memoria` holds to Kinto's answers.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from icsoe_desktop.domain.sincronizacion.records import ACTS_COLLECTION, RolOficina
from icsoe_desktop.services.sincronizacion.oficina.acts import act_id
from icsoe_desktop.store.tables.icsoe import ContratistaRow
from resources.servidor import oficinas
from tests.services.sincronizacion.conftest import Oficina
from tests.services.sincronizacion.equipos import open_again
from tests.services.sincronizacion.kinto.test_kinto_fallas import office_of
from tests.services.sincronizacion.oficina.test_pasos_actas import (
    act_of,
    keys,
    reads_nothing_new,
    remove,
)
from tests.services.sincronizacion.recibir.test_pasos_atras import all_agree
from tests.services.sincronizacion.test_pasos import meet_at_length as meet
from tests.support.kinto_choque import Foto
from tests.support.kinto_real import ADMIN_PASSWORD, KintoReal

RFC, OTHER = "OFI010101AB1", "OFI010101AB2"
M, C, R = RolOficina.MIEMBRO, RolOficina.CONSULTA, RolOficina.RESPONSABLE


@pytest.mark.parametrize("rol", [M, C])
def test_only_responsables_write_acts(kinto_postgres: KintoReal, rol: RolOficina) -> None:
    cuenta = f"acta-{rol.name.lower()}"
    oficina = kinto_postgres.office({"acta-responsable": "responsable", cuenta: rol.name.lower()})
    admin = as_administrator(kinto_postgres, oficina)
    present = act_id(oficina, 1)
    admin.write(ACTS_COLLECTION, present, {"v": 1})
    for name in (present, act_id(oficina, 2), uuid.uuid4()):
        path = admin.path(ACTS_COLLECTION, name)
        assert kinto_postgres.ask("PUT", path, cuenta, json={"data": {}}).status_code == 403
    posted = kinto_postgres.ask("POST", admin.path(ACTS_COLLECTION), cuenta, json={"data": {}})
    assert posted.status_code == 403


def test_a_removal_and_an_edit_that_a_snapshot_lost_come_back(
    kinto_postgres: KintoReal, oficina_real: Oficina
) -> None:
    uno, dos, sale = oficina_real(kinto_postgres, R, M)
    row = uno.add_contratista(RFC)
    uno.add_registro("Y6077636105", "Sellado con la primera llave")
    meet(uno, dos, sale)
    admin = as_administrator(kinto_postgres, office_of(uno))
    foto = Foto(kinto_postgres, office_of(uno))
    uno.change(ContratistaRow, row, celular="5551111111")
    remove(uno, sale)
    assert uno.round().enviados == 1
    foto.put_back()
    open_again(uno, dos)
    for _ in range(2):
        meet(uno, dos)
    later = dos.add_contratista(OTHER, "Después")
    meet(dos, uno)
    all_agree(uno, dos)
    assert uno.get(ContratistaRow, later, "nombre") == ("Después",)
    assert dos.get(ContratistaRow, row, "celular") == ("5551111111",)
    assert (keys(uno), keys(dos), keys(sale)) == ([1, 2], [1, 2], [1])
    assert act_of(dos).data == act_of(uno).data
    assert sale.round().motivo
    reads_nothing_new(sale, uno, admin.all)


@dataclass
class Administrator:
    server: KintoReal
    oficina: str

    def path(self, collection: str, record: uuid.UUID | str = "") -> str:
        root = f"/buckets/{self.oficina}/collections/{collection}/records"
        return f"{root}/{record}" if record else root

    def read(self, collection: str, record: uuid.UUID | str) -> dict[str, Any]:
        answer = self.server.ask("GET", self.path(collection, record), oficinas.ADMIN)
        assert answer.status_code == 200, answer.text
        return _without_own(answer.json()["data"])

    def all(self, collection: str) -> dict[str, dict[str, Any]]:
        answer = self.server.ask("GET", self.path(collection), oficinas.ADMIN)
        assert answer.status_code == 200, answer.text
        return {one["id"]: _without_own(one) for one in answer.json()["data"]}

    def write(self, collection: str, record: uuid.UUID | str, data: Mapping[str, Any]) -> None:
        path, body = self.path(collection, record), {"data": dict(data)}
        answer = self.server.ask("PUT", path, oficinas.ADMIN, json=body)
        assert answer.status_code in (200, 201), answer.text

    def delete(self, collection: str, record: uuid.UUID | str) -> None:
        answer = self.server.ask("DELETE", self.path(collection, record), oficinas.ADMIN)
        assert answer.status_code == 200, answer.text


def _without_own(data: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if key not in ("id", "last_modified")}


def as_administrator(server: KintoReal, oficina: str) -> Administrator:
    server.passwords[oficinas.ADMIN] = ADMIN_PASSWORD
    return Administrator(server, oficina)
