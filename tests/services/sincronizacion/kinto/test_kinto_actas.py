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
from resources.servidor import oficinas
from tests.support.kinto_real import ADMIN_PASSWORD, KintoReal

M, C = RolOficina.MIEMBRO, RolOficina.CONSULTA


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

    def write(self, collection: str, record: uuid.UUID | str, data: Mapping[str, Any]) -> None:
        path, body = self.path(collection, record), {"data": dict(data)}
        answer = self.server.ask("PUT", path, oficinas.ADMIN, json=body)
        assert answer.status_code in (200, 201), answer.text


def _without_own(data: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if key not in ("id", "last_modified")}


def as_administrator(server: KintoReal, oficina: str) -> Administrator:
    server.passwords[oficinas.ADMIN] = ADMIN_PASSWORD
    return Administrator(server, oficina)
