"""An employer before the IMSS: its registro patronal, razón social and RFC."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from icsoe_desktop.domain.identificadores import numeros as identificadores
from icsoe_desktop.domain.identificadores.numeros import Rfc
from icsoe_desktop.domain.texto import clean
from icsoe_desktop.errors import InvalidInputError

MAX_RAZON_SOCIAL = 250


@dataclass(frozen=True, slots=True)
class DatosRegistroPatronal:
    """What somebody typed of a registro patronal, checked and in its canonical form.

    registro_patronal: eleven characters.
    advertencias: field → what is odd but stops nobody.
    """

    registro_patronal: str
    razon_social: str
    rfc: str = field(repr=False)
    advertencias: Mapping[str, str] = field(default_factory=dict, compare=False)

    @classmethod
    def parse(cls, registro_patronal: str, razon_social: str, rfc: str) -> DatosRegistroPatronal:
        """Raises InvalidInputError for the first field that is wrong."""
        revision = check(registro_patronal, razon_social, rfc)
        if revision.datos is None:
            campo, problema = next(iter(revision.problemas.items()))
            raise InvalidInputError(problema, campo)
        return revision.datos

    @property
    def base(self) -> str:
        """The ten characters that tell one registro patronal from another."""
        return self.registro_patronal[:10]


@dataclass(frozen=True, slots=True)
class RevisionRegistroPatronal:
    """What is wrong (field → sentence) and what is odd; `datos` only when nothing is wrong."""

    problemas: Mapping[str, str]
    advertencias: Mapping[str, str]
    datos: DatosRegistroPatronal | None


@dataclass(frozen=True, slots=True)
class RegistroPatronalCatalogado:
    """A registro patronal of the catalogue."""

    id: uuid.UUID
    registro_patronal: str
    razon_social: str
    rfc: str = field(repr=False)
    advertencias: tuple[str, ...] = field(default=(), compare=False)

    @property
    def base(self) -> str:
        return self.registro_patronal[:10]

    @property
    def agrupado(self) -> str:
        """The registro patronal in groups, for the eye."""
        return identificadores.RegistroPatronal(self.registro_patronal).agrupado


def check(registro_patronal: str, razon_social: str, rfc: str) -> RevisionRegistroPatronal:
    """All that there is to say about the three fields as typed."""
    problemas: dict[str, str] = {}
    advertencias: dict[str, str] = {}
    numero = ""
    try:
        registro = identificadores.RegistroPatronal.parse(registro_patronal)
        numero = registro.completo
        if registro.advertencias:
            advertencias["registro_patronal"] = " ".join(registro.advertencias)
        elif len(registro.valor) == len(numero) - 1:
            advertencias["registro_patronal"] = (
                f"Se agregó el dígito verificador, {numero[-1]}, que no venía: quedará como "
                f"{numero}. Compárelo con la tarjeta de identificación patronal."
            )
    except InvalidInputError as error:
        problemas["registro_patronal"] = error.message
    nombre = clean(razon_social)
    if not nombre:
        problemas["razon_social"] = "Escriba la razón social o el nombre del patrón."
    elif len(nombre) > MAX_RAZON_SOCIAL:
        problemas["razon_social"] = (
            f"La razón social tiene {len(nombre)} caracteres; escriba como máximo "
            f"{MAX_RAZON_SOCIAL}."
        )
    clave = ""
    try:
        valor = Rfc.parse(rfc)
        clave = valor.valor
        if valor.advertencias:
            advertencias["rfc"] = " ".join(valor.advertencias)
    except InvalidInputError as error:
        problemas["rfc"] = error.message
    datos = None
    if not problemas:
        datos = DatosRegistroPatronal(numero, nombre, clave, advertencias)
    return RevisionRegistroPatronal(problemas, advertencias, datos)


def warnings_of(registro_patronal: str, rfc: str) -> tuple[str, ...]:
    """What is odd about what is kept: both in their canonical form."""
    registro = identificadores.RegistroPatronal(registro_patronal)
    return (*registro.advertencias, *Rfc(rfc).advertencias)
