"""Everything that desktops share, in one form: two replicas are the same or they are not.

Read by SQL of its own, so that a fault of the program's reading hides nothing.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Sequence
from typing import Any

from icsoe_desktop.store.connection import raw_of
from icsoe_desktop.store.engine import Store

# Of one desktop alone, or made from the other columns.
PROPIAS = {
    "contratistas": {"siguiente_relacion"},
    "personas": {"bloqueada"},
    "relaciones": {"nombre_orden", "buscado"},
    "registros_patronales": set(),
    "lotes": {"contenido"},
    "contratantes": set(),
    "folios_repse": set(),
    "contratos": set(),
    "informativas": set(),
}
SELLADOS = ("usuario", "certificado", "llave", "contrasena")
_MOVIMIENTOS = (
    "SELECT m.*, t.nss, t.curp, t.primer_apellido, t.segundo_apellido, t.nombres "
    "FROM movimientos m JOIN trabajadores t ON t.fila = m.trabajador"
)
# The last days of a term are computed by each desktop when it needs them.
_LOCAL_DEL_MOVIMIENTO = {
    "fila", "trabajador", "importacion", "constancia_id", "seguro", "limite", "dictamen",
    "en_archivo",
}  # fmt: skip
Vuelco = dict[str, dict[str, dict[str, Any]]]


def dump(store: Store) -> Vuelco:
    """table → natural or random key → column → value."""
    found: Vuelco = {}
    with store.read() as db:
        raw = raw_of(db)
        for table, own in PROPIAS.items():
            rows = _rows(raw, f"SELECT * FROM {table}")  # noqa: S608
            if table == "lotes":
                for row in rows:
                    row["bytes"] = hashlib.sha256(row["contenido"]).hexdigest()
            found[table] = {
                str(_plain(row["id"])): {k: _plain(v) for k, v in row.items() if k not in own}
                for row in rows
            }
        found["certificados"] = {}
        for row in _rows(raw, "SELECT * FROM certificados"):
            row_id = uuid.UUID(bytes=row["id"])
            for name in SELLADOS:
                column = f"{name}_sellada" if name in ("llave", "contrasena") else f"{name}_sellado"
                sealed = row.pop(column)
                plain = sealed and store.key.unseal(sealed, "certificados", row_id, name)
                row[name] = plain and hashlib.sha256(plain).hexdigest()
            found["certificados"][row_id.hex] = {k: _plain(v) for k, v in row.items()}
        found["movimientos"] = {
            _plain(row["id"]): {
                k: _plain(v) for k, v in row.items() if k not in _LOCAL_DEL_MOVIMIENTO
            }
            for row in _rows(raw, _MOVIMIENTOS)
        }
        found["conflictos"] = {
            _plain(row["id"]): {
                "registro": _plain(row["registro"]),
                "clase": row["clase"],
                "campo": row["campo"],
                "perdido": json.loads(row["perdido"]),
            }
            for row in _rows(
                raw, "SELECT * FROM sincronizacion_conflictos WHERE clase <> 'borrado'"
            )
        }
    return found


def differences(one: Vuelco, other: Vuelco, most: int = 12) -> list[str]:
    """What is not the same in two replicas; empty when they are."""
    found = []
    for table in sorted({*one, *other}):
        mine, theirs = one.get(table, {}), other.get(table, {})
        for key in sorted({*mine, *theirs}):
            a, b = mine.get(key), theirs.get(key)
            if a == b:
                continue
            if a is None or b is None:
                found.append(
                    f"{table} {key}: sólo en {'el segundo' if a is None else 'el primero'}"
                )
                continue
            fields = {k: (a.get(k), b.get(k)) for k in {*a, *b} if a.get(k) != b.get(k)}
            found.append(f"{table} {key}: {fields}")
    return found[:most] + ([f"… y {len(found) - most} más"] if len(found) > most else [])


def all_differences(replicas: Sequence[Vuelco]) -> dict[int, list[str]]:
    """Number of each replica that is not as the first one → how it differs."""
    found = {n: differences(replicas[0], one) for n, one in enumerate(replicas[1:], 1)}
    return {number: each for number, each in found.items() if each}


def _rows(raw: Any, sql: str) -> list[dict[str, Any]]:
    cursor = raw.execute(sql)
    names = [each[0] for each in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _plain(value: Any) -> Any:
    return value.hex() if isinstance(value, bytes) else value
