"""What the administrator of the real server can do to an office without any of its keys."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from resources.servidor import oficinas
from tests.support.kinto_real import ADMIN_PASSWORD, KintoReal


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
