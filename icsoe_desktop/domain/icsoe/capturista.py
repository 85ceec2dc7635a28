"""A capturista, who captures for a contratista: fields, allowed actions and activation codes.

Estatus belongs to the relation of a person with one contratista, credentials to the person.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import partial
from typing import Any

from icsoe_desktop.domain.fields import Field, FieldTable, Place
from icsoe_desktop.domain.identificadores.contacto import Correo, Telefono
from icsoe_desktop.domain.identificadores.curp import Curp, compare, oddities
from icsoe_desktop.domain.identificadores.persona import (
    ETIQUETAS_PERSONA,
    NOMBRE_CAMPOS,
    IdentidadPersona,
    NombrePersona,
    ParteNombre,
)
from icsoe_desktop.domain.texto import clean
from icsoe_desktop.errors import InvalidInputError

ROL = "Capturista"
GRUPO = "Contratista"
LINK_GOOD_FOR = timedelta(hours=24)
LINK = "icsoe://activar/"

GUARDADO = "El usuario se guardó exitosamente"
ACTUALIZADO = "El usuario se actualizó exitosamente"
EN_BAJA = "Relación con el usuario en baja."
REACTIVADA = "Se reactivó la relación con el usuario."
CONTRASENA_ACTUALIZADA = "Contraseña actualizada"
LIGA_ENVIADA = "Se envió una nueva liga, que estará disponible durante 24 horas."

NO_SERVER = (
    "Los correos para {correo} todavía no salen porque este equipo no tiene servidor de correo. "
    "Esperan en «Correos por enviar» hasta que se configure en el menú Herramientas."
)
ACTIVE = (
    "Esta persona ya tiene contraseña y usa este correo: puede ingresar desde ahora, sin crear "
    "otra."
)
SEGUNDO_APELLIDO_MISSING = (
    "Escriba el segundo apellido. Sólo puede faltar si la CURP lleva X en la posición 3."
)

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
    """The actions that a contratista has for a relation. Source: the seed.

    bloqueado: the person failed ten times to enter. A new link is one of two ways back.
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


def pregunta_baja(nombre: str) -> str:
    """The question before a baja, in Markdown that emphasizes the name."""
    return f"Estás dando de baja al usuario **{nombre}** ¿Deseas continuar?"


@dataclass(frozen=True, slots=True, kw_only=True)
class FichaCapturista(IdentidadPersona):
    """The fields that a contratista keeps of a capturista. CAMPOS_CAPTURISTA has their labels.

    Give an optional field a default here.
    """

    telefono: str = field(repr=False)
    correo: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CapturistaNuevo(FichaCapturista):
    """The fields of the form, as typed."""

    confirmacion: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DatosCapturista(FichaCapturista):
    """The fields, checked and in canonical form."""

    @classmethod
    def of(cls, source: Any) -> DatosCapturista:
        """source: a mapping of the values, or a row with them as attributes."""
        found = source.__getitem__ if isinstance(source, Mapping) else partial(getattr, source)
        return cls(**{name: found(name) for name in cls.__dataclass_fields__})


_TYPED = Place.FORM | Place.SHEET
CAMPOS_CAPTURISTA = FieldTable(
    (
        Field("contrasena_creada", "Contraseña"),
        Field(
            "curp",
            ETIQUETAS_PERSONA["curp"],
            Place.SHEET | Place.GRID | Place.SEARCH | Place.EXCEL | Place.ARCO,
            aliases=("Clave usuario (CURP)", "Clave única de registro de población", "Usuario"),
            titles={Place.GRID: "Clave Usuario (CURP)"},
            width=22,
        ),
        Field(
            "nombres",
            ETIQUETAS_PERSONA["nombres"],
            _TYPED | Place.SEARCH | Place.EXCEL | Place.ARCO,
            ParteNombre.parse,
            missing="Escriba el nombre.",
            aliases=("Nombre",),
            width=24,
        ),
        Field(
            "primer_apellido",
            ETIQUETAS_PERSONA["primer_apellido"],
            _TYPED | Place.SEARCH | Place.EXCEL | Place.ARCO,
            ParteNombre.parse,
            missing="Escriba el primer apellido.",
            aliases=("Apellido paterno", "Paterno"),
            titles={Place.EXCEL: "Primer Apellido"},
        ),
        Field(
            "segundo_apellido",
            ETIQUETAS_PERSONA["segundo_apellido"],
            _TYPED | Place.SEARCH | Place.EXCEL | Place.ARCO,
            ParteNombre.parse,
            optional=True,
            aliases=("Apellido materno", "Materno"),
            titles={Place.EXCEL: "Segundo Apellido"},
        ),
        Field(
            "contratista",
            "Contratista",
            Place.GRID | Place.EXCEL | Place.ARCO,
            titles={Place.GRID | Place.EXCEL: "Contratista relacionado"},
            width=40,
        ),
        Field("numero", "Id", Place.GRID | Place.ARCO),
        Field("rol", "Rol", Place.GRID | Place.EXCEL | Place.ARCO, width=12),
        Field("grupo", "Grupo", Place.GRID | Place.EXCEL | Place.ARCO, width=14),
        Field("nombre", "Nombre", Place.GRID, titles={Place.GRID: "Razón Social/Nombre"}),
        Field(
            "telefono",
            "Teléfono",
            _TYPED | Place.SEARCH | Place.ARCO,
            Telefono.parse,
            aliases=("Celular", "Tel"),
        ),
        Field(
            "correo",
            "Correo electrónico",
            _TYPED | Place.GRID | Place.SEARCH | Place.ARCO,
            Correo.parse,
            aliases=("E-mail", "Email", "Mail"),
            titles={Place.GRID: "Correo"},
        ),
        Field("estatus", "Estatus", Place.GRID | Place.EXCEL | Place.ARCO, width=12),
        Field("cotejada", "Cotejada en RENAPO", Place.ARCO),
        Field("aviso_version", "Aviso de privacidad", Place.ARCO),
        Field(
            "creado",
            "Fecha alta",
            Place.GRID | Place.EXCEL | Place.ARCO,
            titles={Place.GRID: "Fecha Alta"},
            width=12,
        ),
        Field("usuario_alta", "Usuario alta", Place.GRID, titles={Place.GRID: "Usuario Alta"}),
        Field("confirmada", "Confirmada", Place.ARCO),
        Field("dado_de_baja", "Fecha baja", Place.EXCEL | Place.ARCO, width=12),
        Field("actualizado", "Fecha actualización", Place.EXCEL | Place.ARCO, width=18),
    ),
    # The order of the seeds. Fields that the seeds lack come last.
    order={
        Place.GRID: (
            "numero",
            "rol",
            "curp",
            "nombre",
            "correo",
            "estatus",
            "grupo",
            "contratista",
            "creado",
            "usuario_alta",
        ),
        Place.EXCEL: (
            "curp",
            "nombres",
            "primer_apellido",
            "segundo_apellido",
            "rol",
            "estatus",
            "grupo",
            "contratista",
            "creado",
            "dado_de_baja",
            "actualizado",
        ),
    },
)


@dataclass(frozen=True, slots=True)
class RevisionCapturista:
    """Result of checking the form.

    problemas: field → error sentence. advertencias: field → warnings. datos: None if there is a
    problem.
    """

    problemas: Mapping[str, str]
    advertencias: Mapping[str, tuple[str, ...]]
    datos: DatosCapturista | None = field(repr=False)


def check_nuevo(nuevo: CapturistaNuevo, today: date) -> RevisionCapturista:
    """Check the whole form and collect every error and warning."""
    problemas: dict[str, str] = {}
    advertencias: dict[str, tuple[str, ...]] = {}
    curp: Curp | None = None
    try:
        curp = Curp.parse(nuevo.curp, today)
        odd = oddities(curp, today)
        if odd:
            advertencias["curp"] = odd
    except InvalidInputError as error:
        problemas["curp"] = error.message
    # The CURP of a person with one surname has an X in position 3.
    one_surname = curp is not None and curp.valor[2] == "X"
    texts: dict[str, str] = {}
    for each in CAMPOS_CAPTURISTA.at(Place.FORM):
        try:
            texts[each.name], odd = each.read(getattr(nuevo, each.name))
            if each.name == "segundo_apellido" and not (texts[each.name] or one_surname):
                raise InvalidInputError(SEGUNDO_APELLIDO_MISSING)
            if odd:
                advertencias[each.name] = odd
        except InvalidInputError as error:
            problemas[each.name] = error.message
    if "correo" in texts and clean(nuevo.confirmacion).lower() != texts["correo"]:
        problemas["confirmacion"] = "Los correos electrónicos no coinciden."
    nombre = NombrePersona(**{name: clean(getattr(nuevo, name)) for name in NOMBRE_CAMPOS})
    if curp is not None and nombre.nombres and nombre.primer_apellido:
        odd = tuple(each.advertencia for each in compare(curp, nombre))
        if odd:
            advertencias["nombres"] = odd
    datos = None
    if not problemas and curp is not None:
        datos = DatosCapturista(curp=curp.valor, **texts)
    return RevisionCapturista(problemas, advertencias, datos)


def parse_code(text: str) -> str:
    """The 32 characters of an activation code, from the pasted code or the pasted link.

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
    """The code for 20 random bytes, in Crockford's base 32: without I, L, O and U."""
    if len(random) * 8 != _CODE_LENGTH * 5:
        raise ValueError("twenty bytes expected")
    number = int.from_bytes(random)
    return "".join(_CODE_ALPHABET[number >> 5 * at & 31] for at in reversed(range(_CODE_LENGTH)))


def grouped_code(code: str) -> str:
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def link_of(code: str) -> str:
    return LINK + code.lower()
