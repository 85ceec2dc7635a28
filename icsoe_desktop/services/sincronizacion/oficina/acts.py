"""Acts of an office: who belongs to it, and the key that seals from then on.

An act is a record of the collection `actas`, where only responsables write. It names every member
with their public key and role, the open invitations, and has the office key wrapped for each
member. Its signer proves it to each member with the key that only the two can compute, so neither
the server nor another member can make one. Acts are numbered; a desktop takes only higher ones,
signed by a responsable of the last one that it took.
Source: docs/decisions/0033-actas.md.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from icsoe_desktop.domain.sincronizacion.records import RolOficina, canonical
from icsoe_desktop.seguridad.office_keys import (
    PUBLIC_BYTES,
    OfficeKey,
    OfficeKeys,
    OfficeSealBrokenError,
    newest,
    pair_proof,
    proofs_agree,
    public_of,
    unwrap,
    wrap,
)

FORMAT: Final = 1
MAX_MEMBERS: Final = 2_000
KEYS_AGAIN: Final = 4
_CORE: Final = ("v", "n", "llave", "firmante", "miembros", "invitaciones", "sobres")


@dataclass(frozen=True, slots=True)
class ActMember:
    """equipo: the name of the desktop, sealed with the office key number `sealed_with`."""

    id: uuid.UUID
    cuenta: str
    public_key: bytes = field(repr=False)
    rol: RolOficina
    equipo: str = field(repr=False)
    sealed_with: int


@dataclass(frozen=True, slots=True)
class ActInvitation:
    """An invitation that nobody used yet.

    public_key: of the pair whose private half is in the file.
    """

    id: uuid.UUID
    cuenta: str
    rol: RolOficina
    public_key: bytes = field(repr=False)
    vence: datetime


@dataclass(frozen=True, slots=True)
class Act:
    number: int
    key_number: int
    signer: uuid.UUID
    members: Mapping[uuid.UUID, ActMember]
    invitations: Mapping[uuid.UUID, ActInvitation]
    data: Mapping[str, Any] = field(repr=False)

    def is_responsible(self, miembro: uuid.UUID) -> bool:
        found = self.members.get(miembro)
        return found is not None and found.rol is RolOficina.RESPONSABLE

    def member_of(self, cuenta: str) -> ActMember | None:
        return next((one for one in self.members.values() if one.cuenta == cuenta), None)


def act_id(oficina: str, number: int) -> uuid.UUID:
    """The record id of an act. It follows from the number, so each number exists once."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"icsoe:{oficina}:acta:{number}")


def read_act(data: Any) -> Act | None:
    """The parts of an act that nobody has proved yet. None if it is not one."""
    try:
        if data["v"] != FORMAT or type(data["n"]) is not int or type(data["llave"]) is not int:
            return None
        if not 0 < data["n"] < 2**31 or not 0 < data["llave"] < 2**31:
            return None
        if len(data["miembros"]) > MAX_MEMBERS or len(data["invitaciones"]) > MAX_MEMBERS:
            return None
        members = [_member(name, one) for name, one in data["miembros"].items()]
        invitations = [_invitation(name, one) for name, one in data["invitaciones"].items()]
        return Act(
            data["n"],
            data["llave"],
            _uuid(data["firmante"]),
            {one.id: one for one in members},
            {one.id: one for one in invitations},
            data,
        )
    except (KeyError, ValueError, TypeError, AttributeError):
        return None


def known_signers(number: int, signers: Mapping[uuid.UUID, bytes]) -> Act:
    """What an invitation tells of the acts: the last number, and who may sign the next one."""
    members = {
        name: ActMember(name, "", public, RolOficina.RESPONSABLE, "", 0)
        for name, public in signers.items()
    }
    nobody = uuid.UUID(int=0)
    act = Act(number, 1, nobody, members, {}, {})
    return Act(number, 1, nobody, members, {}, _core(act, {}))


def is_signed(act: Act, known: Act, oficina: str, private: bytes, mine: uuid.UUID) -> bool:
    """Whether somebody who is a responsable in `known` made the act for this desktop."""
    try:
        proof = _bytes(act.data["pruebas"][mine.hex])
        digest = _digest(oficina, act.data)
        signer = known.members[act.signer]
        if signer.rol is not RolOficina.RESPONSABLE:
            return False
        wanted = pair_proof(private, signer.public_key, oficina, _said(act.signer, mine, digest))
    except (KeyError, ValueError, TypeError, AttributeError):
        return False
    return proofs_agree(wanted, proof)


def keys_in(act: Act, oficina: str, private: bytes, mine: uuid.UUID) -> list[OfficeKey]:
    """The office keys that a proved act has for this desktop."""
    found = []
    wraps = act.data["sobres"].get(mine.hex)
    for number, wrapped in (wraps or {}).items():
        try:
            digits = int(number.partition(".")[0])  # «2.1» is another key of number 2
            found.append(unwrap(_bytes(wrapped), digits, private, oficina, mine))
        except (OfficeSealBrokenError, ValueError, TypeError):
            continue
    return found


def keys_told(data: Mapping[str, Any], mine: uuid.UUID) -> Counter[int]:
    """How many keys of each number an act has for this desktop."""
    wraps = data.get("sobres", {}).get(mine.hex) or {}
    return Counter(int(name.partition(".")[0]) for name in wraps)


def make_act(
    number: int,
    members: Iterable[ActMember],
    invitations: Iterable[ActInvitation],
    office_keys: OfficeKeys,
    oficina: str,
    private: bytes,
    mine: uuid.UUID,
    newcomers: Iterable[uuid.UUID] = (),
) -> Act:
    """A new act, signed by this desktop. The newest of `office_keys` is the key from now on.

    newcomers: members who may lack older keys too. The others get the keys of the last KEYS_AGAIN
    numbers: the act that had one of them may be lost at the server before they read it.
    """
    key = newest(office_keys)
    act = Act(
        number,
        key.number,
        mine,
        {one.id: one for one in members},
        {one.id: one for one in invitations},
        {},
    )
    late = set(newcomers)
    wraps = {
        one.id.hex: {
            _label(place, each): _text(wrap(each, one.public_key, oficina, one.id))
            for place, each in office_keys.items()
            if one.id in late or each.number > key.number - KEYS_AGAIN
        }
        for one in act.members.values()
    }
    core = _core(act, wraps)
    digest = _digest(oficina, core)
    proofs = {
        one.id.hex: _text(pair_proof(private, one.public_key, oficina, _said(mine, one.id, digest)))
        for one in act.members.values()
    }
    data = {**core, "pruebas": proofs}
    return Act(number, key.number, mine, act.members, act.invitations, data)


def _label(place: int, key: OfficeKey) -> str:
    """The name of a wrapped key. place: in the store; negative for a second key of a number."""
    return str(key.number) if place >= 0 else f"{key.number}.{-place}"


def entry_proofs(
    secret: bytes, signers: Mapping[uuid.UUID, bytes], oficina: str, claim: bytes
) -> dict[str, str]:
    """The proofs of a newcomer for each responsable. secret: the private half in the invitation."""
    return {
        name.hex: _text(pair_proof(secret, public, oficina, b"entrada|" + claim))
        for name, public in signers.items()
    }


def may_enter(
    data: Mapping[str, Any],
    invitation: ActInvitation,
    oficina: str,
    claim: bytes,
    private: bytes,
    mine: uuid.UUID,
) -> bool:
    """Whether the holder of the invitation made this member record."""
    try:
        proof = _bytes(data["entrada"]["pruebas"][mine.hex])
        wanted = pair_proof(private, invitation.public_key, oficina, b"entrada|" + claim)
    except (KeyError, ValueError, TypeError):
        return False
    return proofs_agree(wanted, proof)


def exit_proofs(
    private: bytes, signers: Mapping[uuid.UUID, bytes], oficina: str, mine: uuid.UUID
) -> dict[str, Any]:
    """The record by which a member says that they left."""
    return {
        "v": 1,
        "salida": mine.hex,
        "pruebas": {
            name.hex: _text(pair_proof(private, public, oficina, b"salida|" + mine.bytes))
            for name, public in signers.items()
        },
    }


def who_left(
    data: Mapping[str, Any], act: Act, oficina: str, private: bytes, mine: uuid.UUID
) -> uuid.UUID | None:
    """The member who said that they left; None if they did not say it themselves."""
    try:
        left = _uuid(data["salida"])
        public = act.members[left].public_key
        wanted = pair_proof(private, public, oficina, b"salida|" + left.bytes)
        return left if proofs_agree(wanted, _bytes(data["pruebas"][mine.hex])) else None
    except (KeyError, ValueError, TypeError):
        return None


def new_member(
    miembro: uuid.UUID, cuenta: str, private: bytes, rol: RolOficina, equipo: str, number: int
) -> ActMember:
    """This desktop. equipo: its sealed name."""
    return ActMember(miembro, cuenta, public_of(private), rol, equipo, number)


def _core(act: Act, wraps: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "v": FORMAT,
        "n": act.number,
        "llave": act.key_number,
        "firmante": act.signer.hex,
        "miembros": {
            one.id.hex: {
                "cuenta": one.cuenta,
                "publica": _text(one.public_key),
                "rol": one.rol.value,
                "equipo": one.equipo,
                "k": one.sealed_with,
            }
            for one in act.members.values()
        },
        "invitaciones": {
            one.id.hex: {
                "cuenta": one.cuenta,
                "rol": one.rol.value,
                "publica": _text(one.public_key),
                "vence": one.vence.isoformat(),
            }
            for one in act.invitations.values()
        },
        "sobres": wraps,
    }


def _digest(oficina: str, data: Mapping[str, Any]) -> bytes:
    core = {name: data[name] for name in _CORE}
    return hashlib.sha256(canonical({**core, "oficina": oficina})).digest()


def _said(signer: uuid.UUID, reader: uuid.UUID, digest: bytes) -> bytes:
    return b"acta|" + signer.bytes + reader.bytes + digest


def _member(name: str, one: Any) -> ActMember:
    public = _bytes(one["publica"])
    if len(public) != PUBLIC_BYTES:
        raise ValueError("no public key")
    return ActMember(
        _uuid(name),
        _string(one["cuenta"]),
        public,
        RolOficina(one["rol"]),
        _string(one["equipo"]),
        int(one["k"]),
    )


def _invitation(name: str, one: Any) -> ActInvitation:
    vence = datetime.fromisoformat(one["vence"])
    if vence.tzinfo is None:
        raise ValueError("a date without zone")
    public = _bytes(one["publica"])
    if len(public) != PUBLIC_BYTES:
        raise ValueError("no public key")
    rol = RolOficina(one["rol"])
    return ActInvitation(_uuid(name), _string(one["cuenta"]), rol, public, vence)


def _uuid(name: Any) -> uuid.UUID:
    found = uuid.UUID(_string(name))
    if found.hex != name:
        raise ValueError("no id")
    return found


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(text: Any) -> bytes:
    try:
        return base64.b64decode(_string(text), validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
