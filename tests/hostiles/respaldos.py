"""Backups made to fill, freeze or lie. Their sums are right, unless said."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import struct
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from icsoe_desktop.gateways.respaldo.archivo import MAGIC, MAX_HEADER
from icsoe_desktop.gateways.respaldo.cabecera import BackupHeader, WrappedKey, header_text
from icsoe_desktop.seguridad.data_key import DataKey
from icsoe_desktop.store.migrations import HEAD

CLAVE = "Papel.Verde93"
BASE = "0" * 32
FUERA = "../../../fuera"
NADIE = b'{"usuarios": 0}'
Change = Callable[[dict[str, Any]], object]


def cabecera(key: DataKey, contenido: bytes, octetos: int) -> dict[str, Any]:
    plain = BackupHeader(
        BASE,
        datetime(2026, 3, 1, tzinfo=UTC),
        HEAD,
        WrappedKey.wrap(key, CLAVE, BASE),
        {"version": 1, "base": BASE, "sal": base64.b64encode(bytes(16)).decode(), "ranuras": []},
        key.seal(contenido, "respaldo", uuid.UUID(BASE), "contenido"),
        octetos,
    )
    found: dict[str, Any] = json.loads(header_text(plain))
    return found


def cerrar(key: DataKey, text: bytes, length: int | None = None, body: bytes = b"") -> bytes:
    whole = MAGIC + struct.pack(">I", len(text) if length is None else length) + text + body
    mac = hmac.new(key.backup_key(), whole, "sha256").digest()
    return whole + hashlib.sha256(whole).digest() + mac


def _set(*path: str, value: object) -> Change:
    def change(data: dict[str, Any]) -> None:
        for name in path[:-1]:
            data = data[name]
        data[path[-1]] = value

    return change


def _slots(count: int, size: int = 60) -> list[dict[str, str]]:
    sealed = base64.b64encode(bytes(size)).decode()
    return [{"tipo": "contrasena", "id": f"{n:032x}", "cifrado": sealed} for n in range(count)]


CAMBIOS: dict[str, Change] = {
    "memoria de un gigabyte": _set("llave", "memoria_kib", value=1 << 20),
    "memoria infinita": _set("llave", "memoria_kib", value=1e308),
    "memoria negativa": _set("llave", "memoria_kib", value=-8),
    "mil millones de vueltas": _set("llave", "iteraciones", value=10**9),
    "carriles sin fin": _set("llave", "carriles", value=1 << 24),
    "cero vueltas": _set("llave", "iteraciones", value=0),
    "sal de un mega": _set("llave", "sal", value="A" * 1_000_000),
    "cifrado vacio": _set("llave", "cifrado", value=""),
    "cifrado de un mega": _set("llave", "cifrado", value="A" * 1_000_000),
    "octetos sin fin": _set("octetos", value=1 << 62),
    "octetos negativos": _set("octetos", value=-1),
    "octetos infinitos": _set("octetos", value=float("inf")),
    "octetos que no son": _set("octetos", value=float("nan")),
    "octetos en texto": _set("octetos", value="9" * 4000),
    "año 1": _set("creado", value="0001-01-01T00:00:00+00:00"),
    "año 9999": _set("creado", value="9999-12-31T23:59:59-23:59"),
    "fecha sin zona": _set("creado", value="2026-01-01T00:00:00"),
    "fecha de un mega": _set("creado", value="2" * 1_000_000),
    "esquema de un mega": _set("esquema", value="z" * 1_000_000),
    "base con ruta": _set("base", value=FUERA),
    "base a medias": _set("base", value="\ud800" * 32),
    "version inmensa": _set("version", value=10**300),
    "version en texto": _set("version", value="1"),
    "sobre que es lista": _set("sobre", value=[]),
    "sobre hondo": _set("sobre", "ranuras", value={"a": {"a": {}}}),
    "diez mil ranuras": _set("sobre", "ranuras", value=_slots(10_000)),
    "ranura inmensa": _set("sobre", "ranuras", value=_slots(1, 1_500_000)),
    "sal del sobre": _set("sobre", "sal", value=""),
    "contenido en claro": _set("contenido", value="e30="),
    "sin llave": lambda data: data.pop("llave"),
}

CONTENIDOS = {
    "lista": b"[]",
    "honda": b"[" * 100_000,
    "cuentas en texto": b'{"usuarios": "muchos"}',
    "cuentas infinitas": b'{"usuarios": 1e999}',
    "cuentas que no son": b'{"usuarios": NaN}',
    "cuentas dentro de cuentas": b'{"usuarios": {"usuarios": 1}}',
    "numero de cinco mil cifras": b'{"usuarios": ' + b"9" * 5000 + b"}",
    "vacia": b"",
    "binaria": bytes(range(256)),
}


def textos() -> Iterator[tuple[str, bytes]]:
    """Headers that are no object, or hardly any."""
    yield "honda", b"[" * 1_000_000
    yield "objetos hondos", b'{"a":' * 100_000
    yield "numero inmenso", b"9" * 1_000_000
    yield "numero infinito", b"1e999"
    yield "nulos", bytes(1000)
    yield "utf-16", "{}".encode("utf-16")
    yield "no es utf-8", b'{"a": "\xff\xfe"}'
    yield "texto suelto", b'"x"'
    yield "nada", b""
    yield "la mayor", b" " * (MAX_HEADER + 1)


def bueno(key: DataKey, store: bytes) -> bytes:
    """The backup of an empty store that all the others are made of."""
    return cerrar(key, json.dumps(cabecera(key, NADIE, len(store))).encode(), body=store)


def respaldos(key: DataKey, store: bytes) -> Iterator[tuple[str, bytes]]:
    """store: an empty one, encrypted with the key. Each differs from a good backup by one thing."""
    good = cabecera(key, NADIE, len(store))
    for name, change in CAMBIOS.items():
        data = json.loads(json.dumps(good))
        change(data)
        yield name, cerrar(key, json.dumps(data).encode(), body=store)
    for name, text in textos():
        yield f"cabecera {name}", cerrar(key, text, body=store)
    for name, contenido in CONTENIDOS.items():
        text = json.dumps(cabecera(key, contenido, len(store))).encode()
        yield f"cuentas {name}", cerrar(key, text, body=store)
    text = json.dumps(good).encode()
    whole = bueno(key, store)
    for cut in (0, 1, len(MAGIC), len(MAGIC) + 3, len(MAGIC) + 4, 200, len(whole) - 1):
        yield f"cortado en {cut}", whole[:cut]
    yield "con algo detrás", whole + b"x"
    yield "doble", whole * 2
    yield "largo que miente", cerrar(key, text, 0xFFFFFFFF, store)
    yield "largo que miente poco", cerrar(key, text, len(text) + 1, store)
