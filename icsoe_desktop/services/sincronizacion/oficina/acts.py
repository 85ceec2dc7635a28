"""Acts of an office: who belongs to it, who signs for it, and the key that seals from then on.

An act is a record of the collection `actas`. It names every member with their public key and role,
the open invitations, the titular, who signs the next act, and the suplente, who may take their
place; the office key is wrapped in it for each member. Its signer proves it to each member with
the key that only the two can compute: neither the server nor another member can make one. A
desktop takes only acts of higher numbers, signed by the titular of the last one that it took, or
with which the suplente or the holder of the recovery paper becomes titular.
Source: docs/decisions/0033-actas.md.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from icsoe_desktop.domain.sincronizacion.records import RolOficina, canonical
from icsoe_desktop.seguridad.invitation import InvitationContents
from icsoe_desktop.seguridad.office_keys import (
    OfficeKey,
    OfficeSealBrokenError,
    newest,
    pair_proof,
    proofs_agree,
    unwrap,
    wrap,
)
from icsoe_desktop.seguridad.sealed_record import FORMAT as RECORD_FORMAT
from icsoe_desktop.services.sincronizacion.oficina.keys import (
    Limits,
    ThisDesktop,
    bytes_of,
    half_of,
    limits_of,
    string_of,
    text_of,
    uuid_of,
)

FORMAT: Final = 1
MAX_MEMBERS: Final = 2_000
KEYS_AGAIN: Final = 4
# A server that goes back loses fewer acts than this: who takes over stands above all of them.
TAKEOVER: Final = 1_000
_CORE: Final = (
    "v", "n", "antes", "llave", "firmante", "titular", "suplente", "papel", "miembros",
    "invitaciones", "sobres", "hasta",
)  # fmt: skip


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
class Paper:
    """public_key: of the pair whose private half follows from the code on the recovery paper.

    envelope: the titular's account at the server, sealed for that pair.
    """

    public_key: bytes = field(repr=False)
    envelope: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Act:
    """before: digest of the act before; empty for the first. limits: see `Limits`.
    formats: the newest format of records that the office uses.
    """

    number: int
    before: str
    key_number: int
    signer: uuid.UUID
    titular: uuid.UUID
    suplente: uuid.UUID | None
    paper: Paper | None
    members: Mapping[uuid.UUID, ActMember]
    invitations: Mapping[uuid.UUID, ActInvitation]
    limits: Limits
    data: Mapping[str, Any] = field(repr=False)
    formats: int = RECORD_FORMAT

    @property
    def whole(self) -> bool:
        """Whether the act came from the server: an invitation tells only a part of it."""
        return "pruebas" in self.data

    def is_responsible(self, miembro: uuid.UUID) -> bool:
        found = self.members.get(miembro)
        return found is not None and found.rol is RolOficina.RESPONSABLE

    def member_of(self, cuenta: str) -> ActMember | None:
        return next((one for one in self.members.values() if one.cuenta == cuenta), None)

    def signers(self) -> dict[uuid.UUID, bytes]:
        """The public keys of who signs the next act: the titular, and the suplente if need be."""
        names = [one for one in (self.titular, self.suplente) if one in self.members]
        return {one: self.members[one].public_key for one in names if one is not None}


@dataclass
class Draft:
    """The next act while it is made.

    newcomers: members who may lack older keys. new_key: make one. gone: accounts that lose their
    role when the act is written.
    """

    members: dict[uuid.UUID, ActMember]
    invitations: dict[uuid.UUID, ActInvitation]
    titular: uuid.UUID
    suplente: uuid.UUID | None = None
    paper: Paper | None = None
    limits: Limits = field(default_factory=dict)
    newcomers: set[uuid.UUID] = field(default_factory=set)
    new_key: bool = False
    gone: set[str] = field(default_factory=set)
    formats: int = RECORD_FORMAT

    @classmethod
    def of(cls, act: Act | None, mine: uuid.UUID) -> Draft:
        """mine: the titular of the first act."""
        if act is None:
            return cls({}, {}, mine)
        members, invitations = dict(act.members), dict(act.invitations)
        draft = cls(members, invitations, act.titular, act.suplente, act.paper, act.limits)
        draft.formats = max(act.formats, RECORD_FORMAT)
        return draft

    def take_out(self, miembro: uuid.UUID) -> None:
        """Also withdraws every open invitation: the member may have seen its file or its keys."""
        member = self.members.pop(miembro)
        self.gone |= {member.cuenta, *(one.cuenta for one in self.invitations.values())}
        self.invitations.clear()
        self.new_key = True
        if self.suplente == miembro:
            self.suplente = None

    def remove(self, who: uuid.UUID) -> None:
        """who: a member or an invitation."""
        if who in self.members:
            self.take_out(who)
        self.withdraw(who)

    def withdraw(self, invitacion: uuid.UUID) -> None:
        found = self.invitations.pop(invitacion, None)
        if found is not None:
            self.gone.add(found.cuenta)

    def invite(self, invitation: ActInvitation) -> None:
        """Another invitation of the account stops working."""
        for one in tuple(self.invitations.values()):
            if one.cuenta == invitation.cuenta:
                del self.invitations[one.id]
        self.invitations[invitation.id] = invitation

    def give_role(self, who: uuid.UUID, rol: RolOficina) -> None:
        """who: a member or an invitation."""
        if who in self.invitations:
            self.invitations[who] = replace(self.invitations[who], rol=rol)
        elif who in self.members:
            self.members[who] = replace(self.members[who], rol=rol)
            if self.suplente == who and rol is not RolOficina.RESPONSABLE:
                self.suplente = None


Change = Callable[[Draft], None]


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
        invitations = [read_invitation(name, one) for name, one in data["invitaciones"].items()]
        suplente, paper = data["suplente"], data["papel"]
        return Act(
            data["n"],
            string_of(data["antes"]),
            data["llave"],
            uuid_of(data["firmante"]),
            uuid_of(data["titular"]),
            None if suplente is None else uuid_of(suplente),
            None if paper is None else Paper(half_of(paper["publica"]), bytes_of(paper["sobre"])),
            {one.id: one for one in members},
            {one.id: one for one in invitations},
            limits_of(data["hasta"]),
            data,
            int(data.get("formato", 1)),
        )
    except (KeyError, ValueError, TypeError, AttributeError):
        return None


def known_signers(found: InvitationContents) -> Act:
    """What an invitation tells of the acts: the last number, and who may sign the next one."""
    members = {
        name: ActMember(name, "", public, RolOficina.RESPONSABLE, "", 0)
        for name, public in found.signers.items()
    }
    nobody = uuid.UUID(int=0)
    titular = next((one for one in members if one != found.suplente), nobody)
    known = Paper(found.paper) if found.paper else None
    limits, suplente = found.limits, found.suplente
    act = Act(found.act, "", 1, nobody, titular, suplente, known, members, {}, limits, {})
    return replace(act, data=_core(act, {}))


def follows(act: Act, known: Act, me: ThisDesktop) -> bool:
    """Whether the act was made for this desktop by somebody whom `known` lets sign the next one.

    The titular signs any act. The suplente, and a member who has the recovery paper, sign only
    one in which they become titular.
    """
    takes_over = act.titular == act.signer != known.titular
    try:
        if not _proves(act, "pruebas", known.members[act.signer].public_key, me):
            return False
        if act.signer == known.titular or (takes_over and act.signer == known.suplente):
            return True
        if not takes_over or known.paper is None:
            return False
        return _proves(act, "pruebas_papel", known.paper.public_key, me)
    except (KeyError, ValueError, TypeError, AttributeError):
        return False


def _proves(act: Act, where: str, public: bytes, me: ThisDesktop) -> bool:
    said = _said(act.signer, me.miembro, _digest(me.oficina, act.data))
    proof = bytes_of(act.data[where][me.miembro.hex])
    return proofs_agree(pair_proof(me.private, public, me.oficina, said), proof)


def digest_of(act: Act, oficina: str) -> str:
    """Of what its signer signed."""
    return _digest(oficina, act.data).hex()


def keys_in(act: Act, me: ThisDesktop) -> list[OfficeKey]:
    """The office keys that a proved act has for this desktop."""
    found = []
    wraps = act.data["sobres"].get(me.miembro.hex)
    for number, wrapped in (wraps or {}).items():
        try:
            found.append(unwrap(bytes_of(wrapped), int(number), me.private, me.oficina, me.miembro))
        except (OfficeSealBrokenError, ValueError, TypeError):
            continue
    return found


def make_act(
    number: int,
    before: str,
    draft: Draft,
    me: ThisDesktop,
    paper: bytes = b"",
) -> Act:
    """A new act, signed by this desktop. The newest of `me.keys` is the key from now on.

    The draft's newcomers get every key. The others get those of the last KEYS_AGAIN numbers: the
    act that had one of them may be lost at the server before they read it.
    paper: private half of the recovery paper, with which a member becomes titular.
    """
    key, mine, oficina = newest(me.keys), me.miembro, me.oficina
    act = Act(
        number, before, key.number, mine, draft.titular, draft.suplente, draft.paper,
        draft.members, draft.invitations, draft.limits, {}, draft.formats,
    )  # fmt: skip
    wraps = {
        one.id.hex: {
            str(each.number): text_of(wrap(each, one.public_key, oficina, one.id))
            for each in me.keys.values()
            if one.id in draft.newcomers or each.number > key.number - KEYS_AGAIN
        }
        for one in act.members.values()
    }
    core = _core(act, wraps)
    digest = _digest(oficina, core)

    def proofs(half: bytes) -> dict[str, str]:
        return {
            one.id.hex: text_of(
                pair_proof(half, one.public_key, oficina, _said(mine, one.id, digest))
            )
            for one in act.members.values()
        }

    data = {**core, "pruebas": proofs(me.private)}
    return replace(act, data={**data, "pruebas_papel": proofs(paper)} if paper else data)


def _core(act: Act, wraps: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "v": FORMAT,
        "n": act.number,
        "antes": act.before,
        "llave": act.key_number,
        "firmante": act.signer.hex,
        "titular": act.titular.hex,
        "suplente": None if act.suplente is None else act.suplente.hex,
        "papel": None
        if act.paper is None
        else {"publica": text_of(act.paper.public_key), "sobre": text_of(act.paper.envelope)},
        "miembros": {
            one.id.hex: {
                "cuenta": one.cuenta,
                "publica": text_of(one.public_key),
                "rol": one.rol.value,
                "equipo": one.equipo,
                "k": one.sealed_with,
            }
            for one in act.members.values()
        },
        "invitaciones": {one.id.hex: invitation_data(one) for one in act.invitations.values()},
        "sobres": wraps,
        "hasta": {str(number): one for number, one in act.limits.items()},
        # Acts of the first format do not tell it.
        **({"formato": act.formats} if act.formats > 1 else {}),
    }


def _digest(oficina: str, data: Mapping[str, Any]) -> bytes:
    core = {name: data[name] for name in _CORE}
    if "formato" in data:
        core["formato"] = data["formato"]
    return hashlib.sha256(canonical({**core, "oficina": oficina})).digest()


def _said(signer: uuid.UUID, reader: uuid.UUID, digest: bytes) -> bytes:
    return b"acta|" + signer.bytes + reader.bytes + digest


def invitation_data(one: ActInvitation) -> dict[str, str]:
    return {
        "cuenta": one.cuenta,
        "rol": one.rol.value,
        "publica": text_of(one.public_key),
        "vence": one.vence.isoformat(),
    }


def _member(name: str, one: Any) -> ActMember:
    return ActMember(
        uuid_of(name),
        string_of(one["cuenta"]),
        half_of(one["publica"]),
        RolOficina(one["rol"]),
        string_of(one["equipo"]),
        int(one["k"]),
    )


def read_invitation(name: str, one: Any) -> ActInvitation:
    """Raises KeyError, ValueError or TypeError."""
    vence = datetime.fromisoformat(one["vence"])
    if vence.tzinfo is None:
        raise ValueError("a date without zone")
    rol = RolOficina(one["rol"])
    return ActInvitation(
        uuid_of(name), string_of(one["cuenta"]), rol, half_of(one["publica"]), vence
    )
