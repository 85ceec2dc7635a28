"""The records of the collection `llaves`: who enters the office, and who left it.

They are not sealed. An HMAC with an office key proves them. Who belongs to the office and which
key seals is told by the acts.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import uuid
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from icsoe_desktop.domain.sincronizacion.records import KEYS_COLLECTION
from icsoe_desktop.gateways.kinto.errors import SyncServerError
from icsoe_desktop.gateways.kinto.values import RemoteRecord
from icsoe_desktop.seguridad.office_keys import (
    PUBLIC_BYTES,
    OfficeKey,
    OfficeKeys,
    OfficeSealBrokenError,
    member_claim,
    pair_proof,
    proofs_agree,
)
from icsoe_desktop.store.tables.sincronizacion import ActaRow

# Number of an office key → collection → its version when the key was made. What an earlier key
# sealed after that may come from a desktop that was removed then.
Limits = Mapping[int, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Fence:
    """What the acts tell of the records that may come.

    formats: the newest format that the office uses. unknown: (collection, record, version) of what
    waited for a key that no act at the server has, although each of them was read since.
    members: how the names of their writes begin. act: of the newest act here, see `mark_of_acts`.
    """

    limits: Limits = field(default_factory=dict)
    formats: int = 1
    unknown: Set[tuple[str, uuid.UUID, int]] = frozenset()
    members: Set[str] = frozenset()
    act: tuple[object, ...] | None = None


class OtherActError(SyncServerError):
    """A window of this program took an act since the round began: its keys and fence are former.

    A round writes nothing by them: another desktop would hold what this one took.
    """

    said = (
        "Cambió quién pertenece a la oficina mientras se sincronizaba. Sus datos siguen en este "
        "equipo. Se intentará de nuevo."
    )


def mark_of_acts(db: Session) -> tuple[object, ...] | None:
    """What is another one once another act is the newest here."""
    # The end of what `pack` makes is a checksum.
    marks = select(ActaRow.numero, func.substr(ActaRow.contenido, -8)).where(ActaRow.numero > 0)
    row = db.execute(marks.order_by(ActaRow.numero.desc()).limit(1)).one_or_none()
    return None if row is None else tuple(row)


@dataclass(frozen=True, slots=True)
class ThisDesktop:
    """This desktop in its office. keys: by number."""

    oficina: str
    miembro: uuid.UUID
    cuenta: str
    equipo: str
    private: bytes = field(repr=False)
    keys: OfficeKeys = field(repr=False)


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
        "publica": text_of(public_key),
        "k": office_key.number,
        "prueba": text_of(office_key.prove(member_claim(oficina, miembro, cuenta, public_key))),
        "equipo": text_of(office_key.seal(equipo.encode(), name_place(oficina, miembro))),
        "activo": True,
    }


def read_member(remote: RemoteRecord, oficina: str, office_keys: OfficeKeys) -> MemberRecord | None:
    """None if the proof is wrong or was made with a key that this desktop lacks."""
    data = remote.data
    if data is None:
        return None
    try:
        miembro = uuid.UUID(remote.id)
        cuenta, public_key = str(data["cuenta"]), bytes_of(data["publica"])
        claim, proof = member_claim(oficina, miembro, cuenta, public_key), bytes_of(data["prueba"])
        office_key = office_keys[int(data["k"])]
        if len(public_key) != PUBLIC_BYTES or not office_key.proves(claim, proof):
            return None
        equipo = office_key.unseal(bytes_of(data["equipo"]), name_place(oficina, miembro)).decode()
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


def name_place(oficina: str, miembro: uuid.UUID) -> bytes:
    """The associated data of the sealed name of a desktop."""
    return f"{oficina}|{KEYS_COLLECTION}|{miembro.hex}|equipo".encode()


def entry_proofs(
    secret: bytes, signers: Mapping[uuid.UUID, bytes], oficina: str, claim: bytes
) -> dict[str, str]:
    """The proofs of a newcomer for each signer. secret: the private half in the invitation."""
    return {
        name.hex: text_of(pair_proof(secret, public, oficina, b"entrada|" + claim))
        for name, public in signers.items()
    }


def may_enter(data: Mapping[str, Any], public: bytes, claim: bytes, me: ThisDesktop) -> bool:
    """Whether the holder of the invitation made this member record. public: the invitation's."""
    try:
        proof = bytes_of(data["entrada"]["pruebas"][me.miembro.hex])
        wanted = pair_proof(me.private, public, me.oficina, b"entrada|" + claim)
    except (KeyError, ValueError, TypeError):
        return False
    return proofs_agree(wanted, proof)


def exit_proofs(me: ThisDesktop, signers: Mapping[uuid.UUID, bytes]) -> dict[str, Any]:
    """The record by which a member says that they left."""
    said = b"salida|" + me.miembro.bytes
    return {
        "v": 1,
        "salida": me.miembro.hex,
        "pruebas": {
            name.hex: text_of(pair_proof(me.private, public, me.oficina, said))
            for name, public in signers.items()
        },
    }


def who_left(
    data: Mapping[str, Any], publics: Mapping[uuid.UUID, bytes], me: ThisDesktop
) -> uuid.UUID | None:
    """The member who said that they left; None if they did not say it themselves.

    publics: of the members.
    """
    try:
        left = uuid_of(data["salida"])
        wanted = pair_proof(me.private, publics[left], me.oficina, b"salida|" + left.bytes)
        return left if proofs_agree(wanted, bytes_of(data["pruebas"][me.miembro.hex])) else None
    except (KeyError, ValueError, TypeError):
        return None


def limits_of(data: Any) -> Limits:
    """Raises TypeError, ValueError or AttributeError."""
    return {
        int(number): {string_of(name): int(version) for name, version in one.items()}
        for number, one in data.items()
    }


def text_of(data: bytes) -> str:
    return base64.b64encode(data).decode()


def bytes_of(text: Any) -> bytes:
    """Raises TypeError or ValueError."""
    try:
        return base64.b64decode(string_of(text), validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error


def half_of(text: Any) -> bytes:
    """A public key. Raises TypeError or ValueError."""
    public = bytes_of(text)
    if len(public) != PUBLIC_BYTES:
        raise ValueError("no public key")
    return public


def uuid_of(name: Any) -> uuid.UUID:
    """Raises TypeError or ValueError, also for other spellings of the same id."""
    found = uuid.UUID(string_of(name))
    if found.hex != name:
        raise ValueError("no id")
    return found


def string_of(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value
