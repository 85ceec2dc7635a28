"""A person who captures for a contratista: what is typed of her, and what may be done with her.

Estatus belongs to the relation of a person with one contratista, credentials to the person.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from icsoe_desktop.domain.identificadores.contacto import Correo, Telefono
from icsoe_desktop.domain.identificadores.curp import Curp
from icsoe_desktop.domain.identificadores.nombre_curp import compare
from icsoe_desktop.domain.texto import clean
from icsoe_desktop.errors import InvalidInputError

ROL = "Capturista"
GRUPO = "Contratista"
MAX_NAME_LENGTH = 80
LINK_GOOD_FOR = timedelta(hours=24)
LINK = "icsoe://activar/"

GUARDADO = "El usuario se guardó exitosamente"
ACTUALIZADO = "El usuario se actualizó exitosamente"
EN_BAJA = "Relación con el usuario en baja."
REACTIVADA = "Se reactivó la relación con el usuario."
CONTRASENA_ACTUALIZADA = "Contraseña actualizada"
LIGA_ENVIADA = "Se envió una nueva liga, que estará disponible durante 24 horas."

_CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE_LENGTH = 32


class Estatus(StrEnum):
    REGISTRADA = "Registrada"
    ACTIVA = "Activa"
    BAJA = "Baja"


class AccionFila(StrEnum):
    """The row actions of Consulta."""

    EDITAR = "Editar"
    ENVIAR_EMAIL = "Enviar email"
    ACTIVAR = "Activar"
    ELIMINAR = "Eliminar"


def acciones_de(estatus: Estatus, *, bloqueado: bool = False) -> frozenset[AccionFila]:
    """What the seed lets a contratista do with a relation.

    bloqueado: the person failed ten times to enter; a new link is one of the two ways back.
    """
    match estatus:
        case Estatus.REGISTRADA:
            return frozenset({AccionFila.EDITAR, AccionFila.ENVIAR_EMAIL, AccionFila.ELIMINAR})
        case Estatus.ACTIVA if bloqueado:
            return frozenset({AccionFila.ENVIAR_EMAIL, AccionFila.ELIMINAR})
        case Estatus.ACTIVA:
            return frozenset({AccionFila.ELIMINAR})
        case Estatus.BAJA:
            return frozenset({AccionFila.ACTIVAR})


def full_name(nombres: str, primer_apellido: str, segundo_apellido: str) -> str:
    return " ".join(part for part in (nombres, primer_apellido, segundo_apellido) if part)


def pregunta_baja(nombre: str) -> str:
    """The question before a baja, in Markdown: the name stands out."""
    return f"Estás dando de baja al usuario **{nombre}** ¿Deseas continuar?"


@dataclass(frozen=True, slots=True)
class CapturistaNuevo:
    """What the form holds, as typed."""

    curp: str = field(repr=False)
    nombres: str = field(repr=False)
    primer_apellido: str = field(repr=False)
    segundo_apellido: str = field(repr=False)
    telefono: str = field(repr=False)
    correo: str = field(repr=False)
    confirmacion: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class DatosCapturista:
    """The same, checked and in canonical form."""

    curp: str = field(repr=False)
    nombres: str = field(repr=False)
    primer_apellido: str = field(repr=False)
    segundo_apellido: str = field(repr=False)
    telefono: str = field(repr=False)
    correo: str = field(repr=False)

    @property
    def nombre(self) -> str:
        return full_name(self.nombres, self.primer_apellido, self.segundo_apellido)


@dataclass(frozen=True, slots=True)
class RevisionCapturista:
    """What is wrong (field → sentence) and what is odd; `datos` only when nothing is wrong."""

    problemas: Mapping[str, str]
    advertencias: Mapping[str, tuple[str, ...]]
    datos: DatosCapturista | None = field(repr=False)


def check_nuevo(nuevo: CapturistaNuevo, today: date) -> RevisionCapturista:
    """All that there is to say about the form."""
    problemas: dict[str, str] = {}
    advertencias: dict[str, tuple[str, ...]] = {}
    curp: Curp | None = None
    try:
        curp = Curp.parse(nuevo.curp, today)
        if curp.advertencias:
            advertencias["curp"] = curp.advertencias
    except InvalidInputError as error:
        problemas["curp"] = error.message
    names = {
        campo: clean(getattr(nuevo, campo))
        for campo in ("nombres", "primer_apellido", "segundo_apellido")
    }
    problemas |= _check_names(names, curp)
    texts: dict[str, str] = {}
    parsers: tuple[tuple[str, type[Telefono] | type[Correo]], ...] = (
        ("telefono", Telefono),
        ("correo", Correo),
    )
    for campo, kind in parsers:
        try:
            found = kind.parse(getattr(nuevo, campo))
            texts[campo] = found.valor
            if found.advertencias:
                advertencias[campo] = found.advertencias
        except InvalidInputError as error:
            problemas[campo] = error.message
    if "correo" in texts and clean(nuevo.confirmacion).lower() != texts["correo"]:
        problemas["confirmacion"] = "Los correos electrónicos no coinciden."
    if curp is not None and names["nombres"] and names["primer_apellido"]:
        odd = tuple(each.advertencia for each in compare(curp, *names.values()))
        if odd:
            advertencias["nombres"] = odd
    datos = None
    if not problemas and curp is not None:
        datos = DatosCapturista(curp=curp.valor, **names, **texts)
    return RevisionCapturista(problemas, advertencias, datos)


def _check_names(names: Mapping[str, str], curp: Curp | None) -> dict[str, str]:
    problemas = {}
    if not names["nombres"]:
        problemas["nombres"] = "Escriba el nombre."
    if not names["primer_apellido"]:
        problemas["primer_apellido"] = "Escriba el primer apellido."
    # Whoever has one surname has an X in its place.
    if not names["segundo_apellido"] and (curp is None or curp.valor[2] != "X"):
        problemas["segundo_apellido"] = (
            "Escriba el segundo apellido. Sólo puede faltar si la CURP lleva X en la posición 3."
        )
    for campo, text in names.items():
        if len(text) > MAX_NAME_LENGTH:
            problemas[campo] = f"Escriba como máximo {MAX_NAME_LENGTH} caracteres."
        elif text and not any(character.isalpha() for character in text):
            problemas[campo] = "Un nombre lleva letras."
    return problemas


def parse_code(text: str) -> str:
    """The 32 characters of an activation code, from the code or the whole link, as pasted.

    Raises InvalidInputError (campo «codigo»).
    """
    typed = clean(text)
    if typed.casefold().startswith(LINK):
        typed = typed[len(LINK) :]
    letters = re.sub(r"[\s\-‐‑–—./]", "", typed).upper()
    letters = letters.replace("O", "0").replace("I", "1").replace("L", "1")
    if not letters:
        raise InvalidInputError("Escriba o pegue el código que recibió por correo.", "codigo")
    if len(letters) != _CODE_LENGTH or any(c not in _CODE_ALPHABET for c in letters):
        raise InvalidInputError(
            "El código no está completo: son ocho grupos de cuatro letras y números, o la liga "
            "entera que empieza con icsoe://activar/.",
            "codigo",
        )
    return letters


def code_of(random: bytes) -> str:
    """The code for 20 random bytes. Crockford's base 32: no I, L, O or U."""
    if len(random) * 8 != _CODE_LENGTH * 5:
        raise ValueError("twenty bytes expected")
    number = int.from_bytes(random)
    return "".join(_CODE_ALPHABET[number >> 5 * at & 31] for at in reversed(range(_CODE_LENGTH)))


def grouped_code(code: str) -> str:
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def link_of(code: str) -> str:
    return LINK + code.lower()
