"""The records of `llaves`: who is a member, and the keys that were made for each.

They are not sealed as a whole, for they bring the key; what they say is proved by it.
"""

from __future__ import annotations

import base64
import binascii
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from icsoe_desktop.domain.llaves_oficina import (
    PUBLIC_BYTES,
    LlaveOficina,
    Llavero,
    SelloRotoError,
    member_claim,
    newest,
    rotation_claim,
    unwrap,
    wrap,
)
from icsoe_desktop.domain.sincronizacion import LLAVES, RolOficina
from icsoe_desktop.services.sincronizacion_oficina import Oficina
from icsoe_desktop.services.sincronizacion_servidor import Remoto, Servidor, ServidorError
from icsoe_desktop.store.engine import Store

REMOVED = (
    "Este equipo ya no pertenece a la oficina. Sus datos siguen aquí, pero no se comparten. Hable "
    "con un responsable de la oficina."
)


@dataclass(frozen=True, slots=True)
class RegistroMiembro:
    """A member as the server has it, after its proof was seen to be right."""

    id: uuid.UUID
    version: int
    cuenta: str
    equipo: str = field(repr=False)
    publica: bytes = field(repr=False)
    activo: bool
    datos: Mapping[str, Any] = field(repr=False)


def member_data(
    miembro: uuid.UUID, cuenta: str, equipo: str, publica: bytes, oficina: str, llave: LlaveOficina
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
        "llaves": {},
    }


def read_member(remoto: Remoto, oficina: str, llavero: Llavero) -> RegistroMiembro | None:
    """None for what no member of the office wrote, or with a key that is not here."""
    datos = remoto.datos
    if datos is None:
        return None
    try:
        miembro = uuid.UUID(remoto.id)
        llave = llavero[int(datos["k"])]
        cuenta, publica = str(datos["cuenta"]), _bytes(datos["publica"])
        claim = member_claim(oficina, miembro, cuenta, publica)
        if len(publica) != PUBLIC_BYTES or not llave.proves(claim, _bytes(datos["prueba"])):
            return None
        equipo = llave.unseal(_bytes(datos["equipo"]), _name_place(oficina, miembro)).decode()
    except (KeyError, ValueError, TypeError, SelloRotoError):
        return None
    activo = datos.get("activo") is True
    return RegistroMiembro(miembro, remoto.version, cuenta, equipo, publica, activo, datos)


def with_key(
    member: RegistroMiembro, new: LlaveOficina, former: LlaveOficina, oficina: str
) -> dict[str, Any]:
    """The member's record with a new key wrapped for it, proved by the former one."""
    wrapped = {
        "c": _text(wrap(new, member.publica, oficina, member.id)),
        "p": _text(former.prove(rotation_claim(oficina, new))),
    }
    llaves = {**(member.datos.get("llaves") or {}), str(new.numero): wrapped}
    return {**member.datos, "llaves": llaves}


def fetch_keys(store: Store, oficina: Oficina, servidor: Servidor) -> None:
    """Keeps the keys that were made for this desktop since the last round, and its role.

    Raises ServidorError when it was taken out of the office.
    """
    with store.read() as db:
        row = oficina.row(db)
        llavero = oficina.keys(db)
        private = oficina.private(db)
        miembro, name, cuenta = row.miembro, row.oficina, row.cuenta
    remoto = servidor.get(LLAVES, str(miembro))
    datos = remoto.datos if remoto is not None else None
    if datos is None or datos.get("activo") is not True:
        raise ServidorError(REMOVED, detenida=True)
    found = new_keys(datos, llavero, private, name, miembro)
    rol = servidor.roles().get(cuenta)
    if rol is None:
        raise ServidorError(REMOVED, detenida=True)
    with store.write() as db:
        for llave in found:
            oficina.add_key(db, llave)
        row = oficina.row(db)
        if row.rol != rol.value:
            row.rol = RolOficina(rol).value


def new_keys(
    datos: Mapping[str, Any], llavero: Llavero, private: bytes, oficina: str, miembro: uuid.UUID
) -> list[LlaveOficina]:
    """Those that follow the ones that are here, each proved by the one before it."""
    known = dict(llavero)
    found = []
    wraps = datos.get("llaves")
    if not isinstance(wraps, dict):
        return []
    for numero in sorted(int(key) for key in wraps if key.isdigit()):
        if numero in known or numero - 1 not in known:
            continue
        try:
            llave = unwrap(_bytes(wraps[str(numero)]["c"]), numero, private, oficina, miembro)
            proof = _bytes(wraps[str(numero)]["p"])
        except (SelloRotoError, ValueError, KeyError, TypeError):
            continue
        if newest(known).numero == numero - 1 and newest(known).proves(
            rotation_claim(oficina, llave), proof
        ):
            known[numero] = llave
            found.append(llave)
    return found


def _name_place(oficina: str, miembro: uuid.UUID) -> bytes:
    return f"{oficina}|{LLAVES}|{miembro.hex}|equipo".encode()


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(text: Any) -> bytes:
    if not isinstance(text, str):
        raise TypeError
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
