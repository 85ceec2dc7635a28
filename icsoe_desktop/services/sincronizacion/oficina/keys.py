"""The records of the collection `llaves`: who asks to enter the office, and who left it.

They are not sealed. An HMAC with an office key proves them. Who belongs to the office and which
key seals is told by the acts.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from icsoe_desktop.domain.sincronizacion.records import KEYS_COLLECTION
from icsoe_desktop.seguridad.office_keys import (
    PUBLIC_BYTES,
    OfficeKey,
    OfficeKeys,
    OfficeSealBrokenError,
    keys_numbered,
    member_claim,
)
from icsoe_desktop.services.sincronizacion.oficina.server import RemoteRecord


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
        "equipo": _text(office_key.seal(equipo.encode(), name_place(oficina, miembro))),
        "activo": True,
    }


def read_member(remote: RemoteRecord, oficina: str, office_keys: OfficeKeys) -> MemberRecord | None:
    """None if the proof is wrong or was made with a key that this desktop lacks."""
    data = remote.data
    if data is None:
        return None
    try:
        miembro = uuid.UUID(remote.id)
        cuenta, public_key = str(data["cuenta"]), _bytes(data["publica"])
        claim, proof = member_claim(oficina, miembro, cuenta, public_key), _bytes(data["prueba"])
        same = keys_numbered(office_keys, int(data["k"]))
        office_key = next(one for one in same if one.proves(claim, proof))
        if len(public_key) != PUBLIC_BYTES:
            return None
        equipo = office_key.unseal(_bytes(data["equipo"]), name_place(oficina, miembro)).decode()
    except (
        KeyError, ValueError, TypeError, OverflowError, StopIteration, OfficeSealBrokenError
    ):  # fmt: skip
        return None
    active = data.get("activo") is True
    return MemberRecord(miembro, remote.version, cuenta, equipo, public_key, active, data)


def own_password(private: bytes) -> str:
    """The password that replaces the first password of an account.

    It derives from the stored private key, so a kill during the change cannot lose it.
    """
    derived = hmac.digest(private, b"icsoe/oficina/contrasena/1", hashlib.sha256)
    return base64.urlsafe_b64encode(derived).decode().rstrip("=")


def name_place(oficina: str, miembro: uuid.UUID) -> bytes:
    """The associated data of the sealed name of a desktop."""
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
