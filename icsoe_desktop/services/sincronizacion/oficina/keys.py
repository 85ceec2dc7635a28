"""The records of `llaves`: who is a member, and the keys that were made for each.

They are not sealed as a whole, for they bring the key; what they say is proved by it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from icsoe_desktop.domain.sincronizacion.records import KEYS_COLLECTION, RolOficina
from icsoe_desktop.seguridad.office_keys import (
    PUBLIC_BYTES,
    OfficeKey,
    OfficeKeys,
    OfficeSealBrokenError,
    member_claim,
    newest,
    rotation_claim,
    unwrap,
    wrap,
)
from icsoe_desktop.services.sincronizacion.oficina.office import Oficina
from icsoe_desktop.services.sincronizacion.oficina.server import (
    JsonObject,
    RecordWrite,
    RemoteRecord,
    SyncServer,
    SyncServerError,
)
from icsoe_desktop.store.engine import Store

REMOVED = (
    "Este equipo ya no pertenece a la oficina. Sus datos siguen aquí, pero no se comparten. Hable "
    "con un responsable de la oficina."
)


@dataclass(frozen=True, slots=True)
class MemberRecord:
    """A member as the server has it, after its proof was seen to be right."""

    id: uuid.UUID
    version: int
    cuenta: str
    equipo: str = field(repr=False)
    publica: bytes = field(repr=False)
    activo: bool
    datos: Mapping[str, Any] = field(repr=False)


def member_data(
    miembro: uuid.UUID, cuenta: str, equipo: str, publica: bytes, oficina: str, llave: OfficeKey
) -> dict[str, Any]:
    """The record of a new member; its name is sealed."""
    return {
        "v": 1,
        "cuenta": cuenta,
        "publica": _text(publica),
        "k": llave.numero,
        "prueba": _text(llave.prove(member_claim(oficina, miembro, cuenta, publica))),
        "equipo": _text(llave.seal(equipo.encode(), _name_place(oficina, miembro))),
        "activo": True,
    }


def read_member(remote: RemoteRecord, oficina: str, office_keys: OfficeKeys) -> MemberRecord | None:
    """None for what no member of the office wrote, or with a key that is not here."""
    datos = remote.data
    if datos is None:
        return None
    try:
        miembro = uuid.UUID(remote.id)
        llave = office_keys[int(datos["k"])]
        cuenta, publica = str(datos["cuenta"]), _bytes(datos["publica"])
        claim = member_claim(oficina, miembro, cuenta, publica)
        if len(publica) != PUBLIC_BYTES or not llave.proves(claim, _bytes(datos["prueba"])):
            return None
        equipo = llave.unseal(_bytes(datos["equipo"]), _name_place(oficina, miembro)).decode()
    except (KeyError, ValueError, TypeError, OverflowError, OfficeSealBrokenError):
        return None
    activo = datos.get("activo") is True
    return MemberRecord(miembro, remote.version, cuenta, equipo, publica, activo, datos)


def own_password(private: bytes) -> str:
    """What an account gets in the place of its first password.

    Made from what is kept before the server hears of it, so that no kill between loses it.
    """
    derived = hmac.digest(private, b"icsoe/oficina/contrasena/1", hashlib.sha256)
    return base64.urlsafe_b64encode(derived).decode().rstrip("=")


def key_id(oficina: str, numero: int) -> uuid.UUID:
    """The record of a key; there can be only one of each number."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"icsoe:{oficina}:llave:{numero}")


def key_data(
    new: OfficeKey, former: OfficeKey, members: Iterable[MemberRecord], oficina: str
) -> dict[str, Any]:
    """The record of a new key, wrapped for each of these members, proved by the key before it."""
    return {
        "v": 1,
        "numero": new.numero,
        "prueba": _text(former.prove(rotation_claim(oficina, new))),
        "llaves": {one.id.hex: _text(wrap(new, one.publica, oficina, one.id)) for one in members},
    }


def open_key(
    datos: JsonObject, numero: int, former: OfficeKey, private: bytes, oficina: str, mine: uuid.UUID
) -> OfficeKey | None:
    """None when it is not for this member, or when nobody who had the key before made it."""
    try:
        llave = unwrap(_bytes(datos["llaves"][mine.hex]), numero, private, oficina, mine)
        proof = _bytes(datos["prueba"])
    except (OfficeSealBrokenError, ValueError, KeyError, TypeError):
        return None
    return llave if former.proves(rotation_claim(oficina, llave), proof) else None


def read_members(server: SyncServer, oficina: str, office_keys: OfficeKeys) -> list[MemberRecord]:
    """One for each account, by account: the newest that is active, or else the newest."""
    found: dict[str, MemberRecord] = {}
    token = None
    while True:
        page = server.page(KEYS_COLLECTION, 0, token)
        for remote in page.records:
            one = read_member(remote, oficina, office_keys)
            if one is None:
                continue
            other = found.get(one.cuenta)
            if other is None or (one.activo, one.id) > (other.activo, other.id):
                found[one.cuenta] = one
        token = page.next_page
        if token is None:
            return [found[cuenta] for cuenta in sorted(found)]


def fetch_keys(store: Store, oficina: Oficina, server: SyncServer) -> None:
    """Keeps the keys that were made since the last round, and the role of this desktop.

    Raises SyncServerError when it was taken out of the office.
    """
    with store.read() as db:
        row = oficina.row(db)
        office_keys = oficina.keys(db)
        private = oficina.private(db)
        miembro, name, cuenta = row.miembro, row.oficina, row.cuenta
    remote = server.get(KEYS_COLLECTION, str(miembro))
    rol = server.roles().get(cuenta)
    gone = remote is None or remote.data is None or remote.data.get("activo") is not True
    if gone or rol is None:
        raise SyncServerError(REMOVED, permanent=True)
    while True:
        former = newest(office_keys)
        key = server.get(KEYS_COLLECTION, str(key_id(name, former.numero + 1)))
        if key is None or key.data is None:
            break
        llave = open_key(key.data, former.numero + 1, former, private, name, miembro)
        if llave is None:
            break
        office_keys[llave.numero] = llave
        with store.write() as db:
            oficina.add_key(db, llave)
    with store.write() as db:
        oficina.row(db).rol = rol.value
    if rol is RolOficina.RESPONSABLE:
        _complete(server, name, office_keys)


def _complete(server: SyncServer, name: str, office_keys: OfficeKeys) -> None:
    """Gives the newest key to who joined by an invitation older than it."""
    key = newest(office_keys)
    former = office_keys.get(key.numero - 1)
    if former is None:
        return
    remote = server.get(KEYS_COLLECTION, str(key_id(name, key.numero)))
    if remote is None or remote.data is None:
        return
    wraps = remote.data.get("llaves")
    known = wraps if isinstance(wraps, dict) else {}
    late = [
        one
        for one in read_members(server, name, office_keys)
        if one.activo and one.datos.get("k") != key.numero and one.id.hex not in known
    ]
    if late:
        added = key_data(key, former, late, name)
        datos = {**added, "llaves": {**known, **added["llaves"]}}
        # Lost against somebody who does the same: the next round looks again.
        server.write(KEYS_COLLECTION, [RecordWrite(remote.id, datos, remote.version)])


def _name_place(oficina: str, miembro: uuid.UUID) -> bytes:
    return f"{oficina}|{KEYS_COLLECTION}|{miembro.hex}|equipo".encode()


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(text: Any) -> bytes:
    if not isinstance(text, str):
        raise TypeError
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
