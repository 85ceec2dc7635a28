"""A server in memory that answers as Kinto does: `test_servidor_memoria` asks both the same.

It has one office and no faults but those that a test gives it: no batch that is aborted, no row
that commits late, no proxy in between. Those need the real one (`kinto`).
"""

from __future__ import annotations

import copy
import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from icsoe_desktop.domain.sincronizacion.records import (
    RolOficina,
)
from icsoe_desktop.gateways.kinto.errors import (
    NoConnectionError,
    NoPermissionError,
    OfficeNameError,
    PasswordRejectedError,
    RequestRejectedError,
)
from icsoe_desktop.gateways.kinto.reading import VALID_OFFICE
from icsoe_desktop.gateways.kinto.server import GENERATION_KEY
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
from resources.servidor.oficinas import ACTAS, DATOS, LLAVES

DIRECCION = "https://ejemplo.mx/v1"
OFICINA = "of-018f3c1a-7b1e-7a2b-9c3d-0123456789ab"
PAGE = 7
Registros = dict[str, dict[str, tuple[int, JsonObject | None]]]

# A responsable writes everywhere.
WRITABLE = {
    RolOficina.MIEMBRO: {*DATOS, LLAVES},
    RolOficina.CONSULTA: {LLAVES},
}


def _empty() -> Registros:
    """The collections of an office that `oficinas.py` made."""
    return {name: {} for name in (*DATOS, LLAVES, ACTAS)}


@dataclass
class Memoria:
    """What the server keeps: collection → id → (version, data; None for a tombstone)."""

    ahora_ms: int = 1_800_000_000_000
    registros: Registros = field(default_factory=_empty)
    cuentas: dict[str, str] = field(
        default_factory=lambda: {"uno": "1", "dos": "2", "tres": "3", "cuatro": "4"}
    )
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

    def conexion(self, cuenta: str) -> Conexion:
        return Conexion(
            direccion=DIRECCION, cuenta=cuenta, contrasena=self.cuentas[cuenta], oficina=OFICINA
        )

    def dump(self) -> str:
        """All that it knows, as text."""
        return json.dumps([self.registros, self.datos], default=str)

    def tick(self) -> int:
        self.ahora_ms += 1
        return self.ahora_ms

    def account(self) -> tuple[str, str]:
        """A new one, in no office, and its first password."""
        cuenta = f"nuevo-{len(self.cuentas)}"
        self.cuentas[cuenta] = "inicial"
        return cuenta, "inicial"

    def become(self, other: Memoria) -> None:
        """Keeps what the other one keeps, and nothing else."""
        self.ahora_ms, self.cuentas = other.ahora_ms, dict(other.cuentas)
        _Foto(other).put_in(self)

    # -- the administrator, who has none of the keys

    def photo(self) -> Callable[[], None]:
        """Takes the office back to now when it is called, as a snapshot of the machine does.

        Accounts and clock go on, and nothing tells the desktops.
        """
        foto = _Foto(self)
        return lambda: foto.put_in(self)

    def all(self, coleccion: str) -> dict[str, JsonObject]:
        rows = self.registros[coleccion]
        return {name: datos for name, (_, datos) in rows.items() if datos is not None}

    def read(self, coleccion: str, registro: uuid.UUID | str) -> JsonObject:
        return self.all(coleccion)[str(registro)]

    def put(self, coleccion: str, registro: uuid.UUID | str, datos: Mapping[str, object]) -> None:
        self.registros[coleccion][str(registro)] = (self.tick(), dict(datos))

    def delete(self, coleccion: str, registro: uuid.UUID | str) -> None:
        self.registros[coleccion][str(registro)] = (self.tick(), None)


class _Foto:
    """What the server has of the office now."""

    def __init__(self, memoria: Memoria) -> None:
        self._kept = copy.deepcopy(_of_office(memoria))

    def put_in(self, memoria: Memoria) -> None:
        vars(memoria).update(copy.deepcopy(self._kept))


def _of_office(memoria: Memoria) -> dict[str, object]:
    return {
        name: getattr(memoria, name) for name in ("registros", "papeles", "datos", "generacion")
    }


class ServidorMemoria:
    def __init__(self, memoria: Memoria, conexion: Conexion) -> None:
        if not VALID_OFFICE.fullmatch(conexion.oficina):
            raise OfficeNameError
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
        datos = {**self._memoria.datos, "last_modified": self._memoria.ahora_ms}
        return OfficeData(self._memoria.generacion, datos)

    def set_office(self, datos: JsonObject) -> None:
        self._enter("set_office")
        self._only_responsable()
        self._memoria.datos |= {key: one for key, one in datos.items() if key != GENERATION_KEY}

    def page(self, coleccion: str, since: int = 0, next_page: str | None = None) -> RecordPage:
        self._enter(f"page {coleccion}")
        kept = self._rows(coleccion)
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
        return sum(datos is not None for _, datos in self._rows(coleccion).values())

    def _rows(self, coleccion: str) -> dict[str, tuple[int, JsonObject | None]]:
        try:
            return self._memoria.registros[coleccion]
        except KeyError:
            raise RequestRejectedError(404) from None

    def _only_responsable(self) -> None:
        if self._memoria.papeles[self._cuenta] is not RolOficina.RESPONSABLE:
            raise NoPermissionError

    def versions(self, coleccion: str, progress: Progress) -> dict[str, int]:
        self._enter("versions")
        rows = self._rows(coleccion)
        return {name: version for name, (version, datos) in rows.items() if datos is not None}

    def listing(self, coleccion: str) -> dict[str, RemoteRecord] | None:
        self._enter(f"listing {coleccion}")
        rows = self._memoria.registros.get(coleccion)
        return (
            None
            if rows is None
            else {
                name: RemoteRecord(name, version, copy.deepcopy(datos))
                for name, (version, datos) in rows.items()
                if datos is not None
            }
        )

    def make_collection(self, coleccion: str) -> None:
        self._enter("make_collection")
        self._only_responsable()
        self._memoria.registros.setdefault(coleccion, {})

    def get(self, coleccion: str, registro: str) -> RemoteRecord | None:
        row = self._memoria.registros.get(coleccion, {}).get(registro)
        datos = row[1] if row is not None else None
        own = coleccion == LLAVES and (datos or {}).get("cuenta") == self._cuenta
        try:
            self._enter("get")
        except NoPermissionError:
            if not own:  # without a role, an account reads what it wrote itself
                raise
        return None if row is None or row[1] is None else RemoteRecord(registro, *row)

    def write(self, coleccion: str, escrituras: Sequence[RecordWrite]) -> tuple[WriteAnswer, ...]:
        self._enter("write")
        rol = self._memoria.papeles[self._cuenta]
        if rol is not RolOficina.RESPONSABLE and coleccion not in WRITABLE[rol]:
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
        rows = self._rows(coleccion)
        version, datos = rows.get(one.id, (None, None))
        rol = self._memoria.papeles[self._cuenta]
        if datos and one.version and coleccion == LLAVES and rol is not RolOficina.RESPONSABLE:
            raise NoPermissionError  # everybody makes their own record, and changes none
        if (version if datos is not None else None) != one.version:
            # A tombstone is told to who knew the record, and is nothing to who makes one.
            found = None if version is None else RemoteRecord(one.id, version, copy.deepcopy(datos))
            return WriteAnswer(one.id, other=found)
        version = self._memoria.tick()
        rows[one.id] = (version, copy.deepcopy(dict(one.data)))
        return WriteAnswer(one.id, version=version)

    def roles(self) -> Mapping[str, RolOficina]:
        self._enter("roles")
        return dict(self._memoria.papeles)

    def set_role(self, cuenta: str, rol: RolOficina | None) -> None:
        self._enter("set_role")
        self._only_responsable()
        if rol is None:
            self._memoria.papeles.pop(cuenta, None)
        else:
            self._memoria.papeles[cuenta] = rol

    def change_password(self, contrasena: str) -> None:
        self._enter("change_password")
        self._memoria.cuentas[self._cuenta] = self._contrasena = contrasena
