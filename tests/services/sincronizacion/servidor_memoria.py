"""A server in memory, only for the order of the service's steps: correctness needs the real one."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from icsoe_desktop.domain.sincronizacion.records import RolOficina
from icsoe_desktop.gateways.kinto.errors import (
    NoConnectionError,
    NoPermissionError,
    PasswordRejectedError,
)
from icsoe_desktop.gateways.kinto.values import (
    JsonObject,
    OfficeData,
    RecordPage,
    RecordWrite,
    RemoteRecord,
    WriteAnswer,
)
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.sincronizacion.answers import Conexion

PAGE = 7


@dataclass
class Memoria:
    """What the server keeps: collection → id → (version, data)."""

    ahora_ms: int = 1_800_000_000_000
    registros: dict[str, dict[str, tuple[int, JsonObject | None]]] = field(default_factory=dict)
    cuentas: dict[str, str] = field(default_factory=lambda: {"uno": "1", "dos": "2", "tres": "3"})
    papeles: dict[str, RolOficina] = field(default_factory=lambda: {"uno": RolOficina.RESPONSABLE})
    datos: dict[str, object] = field(default_factory=dict)
    generacion: str = "g1"
    caido: bool = False
    pierde_respuestas: int = 0
    abiertos: int = 0
    peticiones: list[str] = field(default_factory=list)
    antes_de_escribir: Callable[[], None] | None = None

    def conectar(self, conexion: Conexion) -> ServidorMemoria:
        return ServidorMemoria(self, conexion)

    def dump(self) -> str:
        """All that it knows, as text."""
        return json.dumps([self.registros, self.datos], default=str)

    def tick(self) -> int:
        self.ahora_ms += 1
        return self.ahora_ms


class ServidorMemoria:
    def __init__(self, memoria: Memoria, conexion: Conexion) -> None:
        self._memoria = memoria
        self._open = True
        memoria.abiertos += 1
        self._cuenta = conexion.cuenta
        self._contrasena = conexion.contrasena

    def close(self) -> None:
        self._memoria.abiertos -= self._open
        self._open = False

    def _enter(self, asked: str) -> None:
        self._memoria.peticiones.append(asked)
        assert self._open
        if self._memoria.caido:
            raise NoConnectionError
        if self._memoria.cuentas.get(self._cuenta) != self._contrasena:
            raise PasswordRejectedError
        if self._cuenta not in self._memoria.papeles:
            raise NoPermissionError

    def office(self) -> OfficeData:
        self._enter("office")
        return OfficeData(self._memoria.generacion, dict(self._memoria.datos))

    def set_office(self, datos: JsonObject) -> None:
        self._enter("set_office")
        self._memoria.datos |= datos

    def page(self, coleccion: str, since: int = 0, next_page: str | None = None) -> RecordPage:
        self._enter(f"page {coleccion}")
        kept = self._memoria.registros.get(coleccion, {})
        # After the last one of the page before, as Kinto goes on: others write meanwhile.
        after = max(since, int(next_page or 0))
        rows = sorted(
            ((v, name, datos) for name, (v, datos) in kept.items() if v > after),
            key=lambda row: row[0],
        )
        part = tuple(
            RemoteRecord(name, version, copy.deepcopy(datos))
            for version, name, datos in rows[:PAGE]
        )
        more = str(part[-1].version) if len(rows) > PAGE else None
        total = self._live(coleccion) if since == 0 and next_page is None else None
        marca = max((version for version, _ in kept.values()), default=0)
        return RecordPage(part, more, total, self._memoria.ahora_ms, marca)

    def count(self, coleccion: str) -> int:
        self._enter(f"count {coleccion}")
        return self._live(coleccion)

    def _live(self, coleccion: str) -> int:
        rows = self._memoria.registros.get(coleccion, {})
        return sum(datos is not None for _, datos in rows.values())

    def versions(self, coleccion: str, progress: Progress) -> dict[str, int]:
        self._enter("versions")
        rows = self._memoria.registros.get(coleccion, {})
        return {name: version for name, (version, datos) in rows.items() if datos is not None}

    def listing(self, coleccion: str) -> dict[str, RemoteRecord] | None:
        self._enter(f"listing {coleccion}")
        if coleccion == "actas" and coleccion not in self._memoria.registros:
            return None
        rows = self._memoria.registros.get(coleccion, {})
        return {
            name: RemoteRecord(name, version, copy.deepcopy(datos))
            for name, (version, datos) in rows.items()
            if datos is not None
        }

    def make_collection(self, coleccion: str) -> None:
        self._enter("make_collection")
        if self._memoria.papeles[self._cuenta] is not RolOficina.RESPONSABLE:
            raise NoPermissionError
        self._memoria.registros.setdefault(coleccion, {})

    def get(self, coleccion: str, registro: str) -> RemoteRecord | None:
        self._enter("get")
        row = self._memoria.registros.get(coleccion, {}).get(registro)
        return None if row is None or row[1] is None else RemoteRecord(registro, *row)

    def write(self, coleccion: str, escrituras: Sequence[RecordWrite]) -> tuple[WriteAnswer, ...]:
        self._enter("write")
        rol = self._memoria.papeles[self._cuenta]
        if rol is RolOficina.CONSULTA and coleccion != "llaves":
            raise NoPermissionError
        if rol is not RolOficina.RESPONSABLE and coleccion == "actas":
            raise NoPermissionError
        before, self._memoria.antes_de_escribir = self._memoria.antes_de_escribir, None
        if before is not None:
            before()
        answers = tuple(self._write(coleccion, one) for one in escrituras)
        if self._memoria.pierde_respuestas:
            self._memoria.pierde_respuestas -= 1
            raise NoConnectionError
        return answers

    def _write(self, coleccion: str, one: RecordWrite) -> WriteAnswer:
        rows = self._memoria.registros.setdefault(coleccion, {})
        present = rows.get(one.id)
        if present is not None and present[1] is None:  # deleted: as if it had never been
            present = None
        if (present[0] if present else None) != one.version:
            if present is None:
                return WriteAnswer(one.id)
            return WriteAnswer(one.id, other=RemoteRecord(one.id, *present))
        version = self._memoria.tick()
        rows[one.id] = (version, copy.deepcopy(dict(one.data)))
        return WriteAnswer(one.id, version=version)

    def roles(self) -> Mapping[str, RolOficina]:
        self._enter("roles")
        return dict(self._memoria.papeles)

    def set_role(self, cuenta: str, rol: RolOficina | None) -> None:
        self._enter("set_role")
        if rol is None:
            self._memoria.papeles.pop(cuenta, None)
        else:
            self._memoria.papeles[cuenta] = rol

    def change_password(self, contrasena: str) -> None:
        self._enter("change_password")
        self._memoria.cuentas[self._cuenta] = self._contrasena = contrasena
