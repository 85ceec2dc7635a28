"""An invitation to an office: a sealed file, and a code that is sent by other means.

Argon2id derives the key of the file from the code; AES-256-GCM seals the file. It contains the
server's address, the account with its first password, and the keys of the office.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from icsoe_desktop.domain.sincronizacion.records import RolOficina
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.seguridad import argon2
from icsoe_desktop.seguridad.office_keys import OfficeKey

MAGIC: Final = b"ICSOE-INVITACION-2\n"
MAGIC_BEFORE_RELEASE: Final = b"ICSOE-INVITACION-1\n"
MAX_BYTES: Final = 64 * 1024
HALF_BYTES: Final = 32
_SALT_BYTES: Final = 16
_NONCE_BYTES: Final = 12
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MAX_NUMERO: Final = 1_000_000  # each member that leaves adds one key
_CODE_LENGTH: Final = 12  # 60 random bits behind Argon2id

NOT_ONE: Final = (
    "El archivo no es una invitación de ICSOE Desktop, o está incompleto. No se cambió nada. "
    "Cópielo de nuevo desde su origen."
)
OF_BEFORE_RELEASE: Final = (
    "La invitación es de una oficina hecha con una versión de prueba, anterior a la 1.0.0. No se "
    "cambió nada. Pida que hagan de nuevo la oficina con la versión 1.0.0 y que lo inviten a ella."
)
WRONG_CODE: Final = (
    "El código no abre esta invitación. No se cambió nada. Verifíquelo con quien lo invitó; son "
    "tres grupos de cuatro letras y números."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationContents:
    """secret: private half of the pair that lets the newcomer in.

    act: number of the office's last act. signers, suplente, paper: who may make the next one,
    with their public keys, and the public key of the recovery paper (empty without one). limits:
    key number → collection → the version after which earlier keys seal nothing.
    """

    direccion: str
    oficina: str
    nombre: str
    cuenta: str
    contrasena: str = field(repr=False)
    rol: RolOficina
    keys: tuple[OfficeKey, ...] = field(repr=False)
    secret: bytes = field(repr=False)
    act: int
    signers: Mapping[uuid.UUID, bytes]
    suplente: uuid.UUID | None
    paper: bytes = field(repr=False)
    limits: Mapping[int, Mapping[str, int]]
    vence: datetime


def new_code() -> str:
    """A random code: three groups of four characters of Crockford's base 32 (no I, L, O or U)."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(_CODE_LENGTH))
    return "-".join(letters[at : at + 4] for at in range(0, _CODE_LENGTH, 4))


def seal_invitation(content: InvitationContents, codigo: str) -> bytes:
    """The bytes of the invitation file. Takes about 0.3 s."""
    salt, nonce = secrets.token_bytes(_SALT_BYTES), secrets.token_bytes(_NONCE_BYTES)
    told = {
        "direccion": content.direccion,
        "oficina": content.oficina,
        "nombre": content.nombre,
        "cuenta": content.cuenta,
        "contrasena": content.contrasena,
        "rol": content.rol.value,
        "llaves": {str(one.number): base64.b64encode(one.raw()).decode() for one in content.keys},
        "secreto": base64.b64encode(content.secret).decode(),
        "acta": content.act,
        "firman": {
            name.hex: base64.b64encode(public).decode() for name, public in content.signers.items()
        },
        "suplente": None if content.suplente is None else content.suplente.hex,
        "papel": base64.b64encode(content.paper).decode(),
        "hasta": {str(number): dict(one) for number, one in content.limits.items()},
        "vence": content.vence.isoformat(),
    }
    plain = json.dumps(told).encode()
    sealed = AESGCM(_key(_clean(codigo), salt)).encrypt(nonce, plain, MAGIC)
    return MAGIC + base64.encodebytes(salt + nonce + sealed)


def open_invitation(archivo: bytes, codigo: str) -> InvitationContents:
    """Raises InvalidInputError (campo «archivo» or «codigo»). Takes about 0.3 s."""
    # Mail programs change line ends.
    text = archivo[: MAX_BYTES + 1].replace(b"\r\n", b"\n").lstrip()
    if text.startswith(MAGIC_BEFORE_RELEASE):
        raise InvalidInputError(OF_BEFORE_RELEASE, "archivo")
    if len(archivo) > MAX_BYTES or not text.startswith(MAGIC):
        raise InvalidInputError(NOT_ONE, "archivo")
    try:
        body = base64.b64decode(b"".join(text[len(MAGIC) :].split()), validate=True)
    except binascii.Error:
        raise InvalidInputError(NOT_ONE, "archivo") from None
    salt, rest = body[:_SALT_BYTES], body[_SALT_BYTES:]
    nonce, sealed = rest[:_NONCE_BYTES], rest[_NONCE_BYTES:]
    if len(sealed) < 17:
        raise InvalidInputError(NOT_ONE, "archivo")
    letters = _clean(codigo)
    if len(letters) != _CODE_LENGTH or any(c not in _ALPHABET for c in letters):
        raise InvalidInputError(WRONG_CODE, "codigo")
    try:
        plain = AESGCM(_key(letters, salt)).decrypt(nonce, sealed, MAGIC)
    except InvalidTag:
        raise InvalidInputError(WRONG_CODE, "codigo") from None
    try:
        return _parse(json.loads(plain))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise InvalidInputError(NOT_ONE, "archivo") from None


def _parse(found: Any) -> InvitationContents:
    keys = tuple(
        OfficeKey(base64.b64decode(raw, validate=True), int(number))
        for number, raw in sorted(found["llaves"].items(), key=lambda one: int(one[0]))
    )
    if not keys:
        raise ValueError("no key")
    names = ("direccion", "oficina", "nombre", "cuenta", "contrasena")
    texts: dict[str, Any] = {name: str(found[name]) for name in names}
    for text in texts.values():
        text.encode()  # JSON can contain lone surrogates: they raise ValueError here
    if keys[-1].number > _MAX_NUMERO:
        raise ValueError("no number of a key")
    rol = RolOficina(found["rol"])
    vence = datetime.fromisoformat(found["vence"])
    if vence.tzinfo is None:
        raise ValueError("a date without zone")
    signers = {uuid.UUID(name): _half(public) for name, public in found["firman"].items()}
    suplente, paper = found["suplente"], found["papel"]
    return InvitationContents(
        **texts,
        rol=rol,
        keys=keys,
        secret=_half(found["secreto"]),
        act=int(found["acta"]),
        signers=signers,
        suplente=None if suplente is None else uuid.UUID(suplente),
        paper=_half(paper) if paper else b"",
        limits={
            int(number): {str(name): int(version) for name, version in one.items()}
            for number, one in found["hasta"].items()
        },
        vence=vence,
    )


def _half(text: Any) -> bytes:
    """A half of a pair of keys. Raises ValueError or TypeError for anything else."""
    half = base64.b64decode(text, validate=True)
    if len(half) != HALF_BYTES:
        raise ValueError("no key")
    return half


def _clean(codigo: str) -> str:
    letters = re.sub(r"[\s\-‐‑–—.]", "", codigo).upper()
    return letters.replace("O", "0").replace("I", "1").replace("L", "1")


def _key(letters: str, salt: bytes) -> bytes:
    return argon2.derive(letters.encode(), salt=salt, length=32)
