"""Registro patronal, razón social and RFC of an employer registered with the IMSS."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from icsoe_desktop.domain.fields import Field, FieldTable, Place
from icsoe_desktop.domain.identificadores import numeros as identificadores
from icsoe_desktop.domain.identificadores.numeros import Rfc
from icsoe_desktop.domain.movimientos.catalogos_imss import (
    FORMA_GUIA,
    FORMA_UMF,
    GUIA_WRONG,
    UMF_WRONG,
    Jornada,
    TipoSalario,
    TipoTrabajador,
)
from icsoe_desktop.domain.texto import clean, fold
from icsoe_desktop.domain.valores_legales.valores import Zona
from icsoe_desktop.errors import InvalidInputError

MAX_RAZON_SOCIAL = 250

_EVERYWHERE = Place.FORM | Place.SHEET | Place.GRID
CAMPOS_REGISTRO_PATRONAL = FieldTable(
    (
        Field(
            "registro_patronal",
            "Registro patronal",
            _EVERYWHERE,
            aliases=(
                "Registro patronal IMSS",
                "Registro patronal del IMSS",
                "Registro IMSS",
                "Reg. patronal",
                "Reg. pat.",
                "No. de registro patronal",
                "Núm. de registro patronal",
                "Número de registro patronal",
                "RP",
            ),
            expected="10 u 11 caracteres: una letra o un número, y números",
        ),
        Field(
            "razon_social",
            "Razón social",
            _EVERYWHERE,
            aliases=(
                "Razón social o nombre",
                "Nombre o razón social",
                "Nombre, denominación o razón social",
                "Denominación o razón social",
                "Denominación",
                "Patrón",
                "Nombre del patrón",
                "Empresa",
                "Nombre",
            ),
            expected="la razón social o el nombre del patrón",
        ),
        Field(
            "rfc",
            "RFC",
            _EVERYWHERE,
            aliases=(
                "R.F.C.",
                "RFC del patrón",
                "RFC de la empresa",
                "Registro federal de contribuyentes",
            ),
            expected="12 caracteres si es persona moral, 13 si es física",
        ),
        Field(
            "zona",
            "Zona salarial",
            _EVERYWHERE,
            optional=True,
            aliases=("Zona", "Zona de salario mínimo", "Área geográfica"),
            expected="«general» o «frontera», o vacía",
        ),
        Field("guia", "Guía", Place.FORM, optional=True),
        Field("umf", "UMF", Place.FORM, optional=True),
        Field("tipo_trabajador", "Tipo de trabajador", Place.FORM, optional=True),
        Field("tipo_salario", "Tipo de salario", Place.FORM, optional=True),
        Field("jornada", "Semana o jornada reducida", Place.FORM, optional=True),
    )
)


CODE_WRONG = "Elija uno de la lista, o déjelo vacío."
_CODES: Final = {
    "tipo_trabajador": {"", *TipoTrabajador},
    "tipo_salario": {"", *TipoSalario},
    "jornada": {"", *Jornada},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FichaRegistroPatronal:
    """The fields of a registro patronal, in canonical form. CAMPOS_REGISTRO_PATRONAL has their
    labels.

    registro_patronal: eleven characters. zona: a value of Zona, or empty if nobody said it.
    guia, umf, tipo_trabajador, tipo_salario, jornada: what is proposed in its movements, codes of
    the IMSS's catalogues; or empty.
    """

    registro_patronal: str
    razon_social: str
    rfc: str = field(repr=False)
    zona: str = ""
    guia: str = ""
    umf: str = ""
    tipo_trabajador: str = ""
    tipo_salario: str = ""
    jornada: str = ""

    @property
    def base(self) -> str:
        """The first ten characters, which identify the registro patronal."""
        return self.registro_patronal[:10]


@dataclass(frozen=True, slots=True, kw_only=True)
class DatosRegistroPatronal(FichaRegistroPatronal):
    """What was typed, checked.

    advertencias: field → sentence about an oddity that does not prevent saving.
    """

    advertencias: Mapping[str, str] = field(default_factory=dict, compare=False)

    @classmethod
    def parse(cls, **campos: str) -> DatosRegistroPatronal:
        """campos: as `check` takes them. Raises InvalidInputError for the first that is wrong."""
        revision = check(**campos)
        if revision.datos is None:
            campo, problema = next(iter(revision.problemas.items()))
            raise InvalidInputError(problema, campo)
        return revision.datos

    @property
    def campos(self) -> dict[str, str]:
        """field → value, without the warnings."""
        return {name: getattr(self, name) for name in CAMPOS_REGISTRO_PATRONAL.names(Place.FORM)}


@dataclass(frozen=True, slots=True)
class RevisionRegistroPatronal:
    """Result of checking the form.

    problemas: field → error sentence. advertencias: field → warning. datos: None if there is a
    problem.
    """

    problemas: Mapping[str, str]
    advertencias: Mapping[str, str]
    datos: DatosRegistroPatronal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistroPatronalCatalogado(FichaRegistroPatronal):
    """A registro patronal of the catalogue, with the id of its row."""

    id: uuid.UUID
    advertencias: tuple[str, ...] = field(default=(), compare=False)

    @property
    def agrupado(self) -> str:
        """The registro patronal in groups of characters, for display."""
        return identificadores.RegistroPatronal(self.registro_patronal).agrupado


def check(
    *,
    registro_patronal: str,
    razon_social: str,
    rfc: str,
    zona: str = "",
    guia: str = "",
    umf: str = "",
    **codigos: str,
) -> RevisionRegistroPatronal:
    """Check the fields as typed and collect every error and warning.

    codigos: values of _CODES by name, as chosen from their lists.
    """
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
    known = read_zona(zona)
    if known is None:
        problemas["zona"] = "Escriba «general» o «frontera», o deje vacía la zona."
    guia, umf = clean(guia), clean(umf)
    if FORMA_GUIA.fullmatch(guia) is None:
        problemas["guia"] = GUIA_WRONG
    if FORMA_UMF.fullmatch(umf) is None:
        problemas["umf"] = UMF_WRONG
    for campo, codigo in codigos.items():
        if codigo not in _CODES[campo]:
            problemas[campo] = CODE_WRONG
    datos = None
    if not problemas:
        datos = DatosRegistroPatronal(
            registro_patronal=numero,
            razon_social=nombre,
            rfc=clave,
            zona=known or "",
            guia=guia,
            umf=umf,
            **codigos,
            advertencias=advertencias,
        )
    return RevisionRegistroPatronal(problemas, advertencias, datos)


_ZONAS: Final = {
    Zona.GENERAL: "general, resto, resto de la republica, zona general",
    Zona.FRONTERA: (
        "frontera, norte, frontera norte, zona norte, zona frontera, zona fronteriza, fronteriza, "
        "zona libre, zona libre frontera norte, zona libre de la frontera, zlfn, zlf, z l f n"
    ),
}


def read_zona(text: str) -> str | None:
    """The value of a zone as typed, shown or abbreviated; empty for an empty text. None for
    other text.
    """
    plain = " ".join(fold(clean(text)).replace(".", " ").split())
    if not plain:
        return ""
    return next(
        (
            zona.value
            for zona, words in _ZONAS.items()
            if plain in (*words.split(", "), fold(zona.nombre))
        ),
        None,
    )


def warnings_of(registro_patronal: str, rfc: str) -> tuple[str, ...]:
    """Warnings about a stored registro patronal and RFC, both in canonical form."""
    registro = identificadores.RegistroPatronal(registro_patronal)
    return (*registro.advertencias, *Rfc(rfc).advertencias)
