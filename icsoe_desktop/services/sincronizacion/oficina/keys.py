"""The records of the collection `llaves`: members, and the wrapped office keys.

They are not sealed, because they deliver the key. An HMAC with an office key proves them.
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
    """A member record of the server whose proof was verified."""

    id: uuid.UUID
    version: int
    cuenta: str
    equipo: str = field(repr=False)
    public_key: bytes = field(repr=False)
    active: bool
    data: Mapping[str, Any] = field(repr=False)


def member_data(
    miembro: uuid.UUID,
    cuenta: str,
    equipo: str,
    public_key: bytes,
    oficina: str,
    office_key: OfficeKey,
) -> dict[str, Any]:
    """The JSON of a new member record. The desktop's name in it is sealed."""
    return {
        "v": 1,
        "cuenta": cuenta,
        "publica": _text(public_key),
        "k": office_key.number,
        "prueba": _text(office_key.prove(member_claim(oficina, miembro, cuenta, public_key))),
        "equipo": _text(office_key.seal(equipo.encode(), _name_place(oficina, miembro))),
        "activo": True,
    }


def read_member(remote: RemoteRecord, oficina: str, office_keys: OfficeKeys) -> MemberRecord | None:
    """None if the proof is wrong or was made with a key that this desktop lacks."""
    data = remote.data
    if data is None:
        return None
    try:
        miembro = uuid.UUID(remote.id)
        office_key = office_keys[int(data["k"])]
        cuenta, public_key = str(data["cuenta"]), _bytes(data["publica"])
        claim = member_claim(oficina, miembro, cuenta, public_key)
        if len(public_key) != PUBLIC_BYTES or not office_key.proves(claim, _bytes(data["prueba"])):
            return None
        equipo = office_key.unseal(_bytes(data["equipo"]), _name_place(oficina, miembro)).decode()
    except (KeyError, ValueError, TypeError, OverflowError, OfficeSealBrokenError):
        return None
    active = data.get("activo") is True
    return MemberRecord(miembro, remote.version, cuenta, equipo, public_key, active, data)


def own_password(private: bytes) -> str:
    """The password that replaces the first password of an account.

    It derives from the stored private key, so a kill during the change cannot lose it.
    """
    derived = hmac.digest(private, b"icsoe/oficina/contrasena/1", hashlib.sha256)
    return base64.urlsafe_b64encode(derived).decode().rstrip("=")


def key_id(oficina: str, number: int) -> uuid.UUID:
    """The record id of a key. It follows from the number, so each number exists once."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"icsoe:{oficina}:llave:{number}")


def key_data(
    new_key: OfficeKey, former: OfficeKey, members: Iterable[MemberRecord], oficina: str
) -> dict[str, Any]:
    """The JSON of a new key: wrapped for each member, proved with the key before it."""
    return {
        "v": 1,
        "numero": new_key.number,
        "prueba": _text(former.prove(rotation_claim(oficina, new_key))),
        "llaves": {
            one.id.hex: _text(wrap(new_key, one.public_key, oficina, one.id)) for one in members
        },
    }


def open_key(
    data: JsonObject, number: int, former: OfficeKey, private: bytes, oficina: str, mine: uuid.UUID
) -> OfficeKey | None:
    """None if the key is not wrapped for this member, or if the former key does not prove it."""
    try:
        office_key = unwrap(_bytes(data["llaves"][mine.hex]), number, private, oficina, mine)
        proof = _bytes(data["prueba"])
    except (OfficeSealBrokenError, ValueError, KeyError, TypeError):
        return None
    return office_key if former.proves(rotation_claim(oficina, office_key), proof) else None


def read_members(server: SyncServer, oficina: str, office_keys: OfficeKeys) -> list[MemberRecord]:
    """One member an account, sorted by account: the newest active one, otherwise the newest."""
    found: dict[str, MemberRecord] = {}
    token = None
    while True:
        page = server.page(KEYS_COLLECTION, next_page=token)
        for remote in page.records:
            one = read_member(remote, oficina, office_keys)
            if one is None:
                continue
            other = found.get(one.cuenta)
            if other is None or (one.active, one.id) > (other.active, other.id):
                found[one.cuenta] = one
        token = page.next_page
        if token is None:
            return [found[cuenta] for cuenta in sorted(found)]


def fetch_keys(store: Store, oficina: Oficina, server: SyncServer) -> None:
    """Store the new keys and the role of this desktop.

    Raises SyncServerError if this desktop was removed from the office.
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
        key = server.get(KEYS_COLLECTION, str(key_id(name, former.number + 1)))
        if key is None or key.data is None:
            break
        office_key = open_key(key.data, former.number + 1, former, private, name, miembro)
        if office_key is None:
            break
        office_keys[office_key.number] = office_key
        with store.write() as db:
            oficina.add_key(db, office_key)
    with store.write() as db:
        oficina.row(db).rol = rol.value
    if rol is RolOficina.RESPONSABLE:
        _complete(server, name, office_keys)


def _complete(server: SyncServer, name: str, office_keys: OfficeKeys) -> None:
    """Add the newest key for members who joined with an invitation that is older than it."""
    key = newest(office_keys)
    former = office_keys.get(key.number - 1)
    if former is None:
        return
    remote = server.get(KEYS_COLLECTION, str(key_id(name, key.number)))
    if remote is None or remote.data is None:
        return
    wraps = remote.data.get("llaves")
    known = wraps if isinstance(wraps, dict) else {}
    late = [
        one
        for one in read_members(server, name, office_keys)
        if one.active and one.data.get("k") != key.number and one.id.hex not in known
    ]
    if late:
        added = key_data(key, former, late, name)
        data = {**added, "llaves": {**known, **added["llaves"]}}
        # Another desktop may win this write with the same change; the next round tries again.
        server.write(KEYS_COLLECTION, [RecordWrite(remote.id, data, remote.version)])


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
