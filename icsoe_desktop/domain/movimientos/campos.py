"""The fields of a movimiento: their titles, where they are shown, and how sheets name them."""

from __future__ import annotations

from typing import Final

from icsoe_desktop.domain.certificados.registro_patronal import CAMPOS_REGISTRO_PATRONAL
from icsoe_desktop.domain.fields import Field, FieldTable, Place
from icsoe_desktop.domain.icsoe.contratista import CAMPOS_CONTRATISTA
from icsoe_desktop.domain.identificadores.persona import ETIQUETAS_PERSONA

_LISTS = Place.GRID | Place.EXCEL
_TYPED = Place.FORM | Place.SHEET
# Other headers in sheets. Order and abbreviations of their words do not matter (match_columns).
_ALIASES: Final[dict[str, tuple[str, ...]]] = {
    "tipo": ("Movimiento", "Tipo mov", "Aviso", "Tipo de aviso", "Clase de movimiento",
        "Movimiento afiliatorio"),
    "registro_patronal": ("Registro patronal IMSS", "Registro IMSS", "RP",
        "Número de registro patronal", "Registro del patrón",
        "Número de registro patronal IMSS"),
    "nss": ("Número de seguridad social", "Número de seguro social", "Seguro social", "IMSS",
        "Número IMSS", "Afiliación", "Número de afiliación", "Número NSS",
        "NSS del trabajador", "Número de afiliación IMSS", "NSS IMSS", "Número SS"),
    "primer_apellido": ("Apellido paterno", "Paterno", "Ap Pat", "Apellido P"),
    "segundo_apellido": ("Apellido materno", "Materno", "Ap Mat", "Apellido M"),
    "nombres": ("Nombres", "Nombre del trabajador", "Nombre de pila"),
    "fecha": ("Fecha mov", "Fecha de alta", "Fecha de baja", "Fecha del aviso",
        "Fecha de ingreso", "Fecha de reingreso", "Fecha de modificación", "Fecha",
        "Fecha de alta IMSS"),
    "sbc": ("Salario base de cotización", "Salario base", "Salario diario integrado", "SDI",
        "Salario integrado", "SBC diario", "SDI diario", "Sueldo diario integrado", "Salario",
        "SBC IMSS", "SDI IMSS", "Salario diario integrado SDI"),
    "jornada": ("Jornada reducida", "Semana reducida", "Jornada", "Tipo de jornada"),
    "causa_baja": ("Motivo de baja", "Causa", "Motivo"),
    "umf": ("Unidad médica familiar", "Unidad de medicina familiar", "Clínica",
        "Número de UMF", "Unidad médica", "Clínica IMSS"),
    "guia": ("Subdelegación", "Número de guía", "Guía de la subdelegación",
        "Clave de subdelegación"),
    "clave_trabajador": ("Clave", "Número de empleado", "Código", "Código de empleado",
        "Número de nómina", "ID de empleado"),
    "rfc": ("Registro federal de contribuyentes", "RFC del trabajador", "RFC con homoclave"),
    "curp": ("Clave única de registro de población", "CURP del trabajador", "Clave CURP"),
}  # fmt: skip
# Of a column that has the whole name, where no column has the apellidos.
NOMBRE_COMPLETO: Final = (
    "Nombre completo", "Apellidos y nombre", "Nombre y apellidos", "Nombre completo del trabajador",
)  # fmt: skip
# The seed gives the titles and the order of the lists.
CAMPOS_MOVIMIENTO = FieldTable(
    (
        Field(
            "tipo",
            "Tipo de movimiento",
            _TYPED | _LISTS,
            aliases=_ALIASES["tipo"],
            titles={_LISTS: "Movimiento"},
            width=22,
        ),
        Field(
            "registro_patronal",
            CAMPOS_REGISTRO_PATRONAL.label("registro_patronal"),
            _TYPED | _LISTS,
            aliases=_ALIASES["registro_patronal"],
            width=16,
        ),
        Field(
            "nss",
            "NSS",
            _TYPED | _LISTS,
            aliases=_ALIASES["nss"],
            width=13,
        ),
        Field(
            "primer_apellido",
            ETIQUETAS_PERSONA["primer_apellido"],
            _TYPED | _LISTS,
            aliases=_ALIASES["primer_apellido"],
            titles={_LISTS: "Apellido paterno"},
        ),
        Field(
            "segundo_apellido",
            ETIQUETAS_PERSONA["segundo_apellido"],
            _TYPED | _LISTS,
            optional=True,
            aliases=_ALIASES["segundo_apellido"],
            titles={_LISTS: "Apellido materno"},
        ),
        Field(
            "nombres",
            ETIQUETAS_PERSONA["nombres"],
            _TYPED | _LISTS,
            aliases=_ALIASES["nombres"],
            titles={_LISTS | Place.SHEET: "Nombre"},
            width=24,
        ),
        Field(
            "fecha",
            "Fecha del movimiento",
            _TYPED | _LISTS,
            aliases=_ALIASES["fecha"],
            titles={_LISTS: "Fecha de movimiento"},
            width=12,
        ),
        Field(
            "sbc",
            "SBC",
            _TYPED | _LISTS,
            optional=True,
            aliases=_ALIASES["sbc"],
            width=11,
        ),
        Field(
            "tipo_trabajador",
            CAMPOS_REGISTRO_PATRONAL.label("tipo_trabajador"),
            _TYPED | _LISTS,
            optional=True,
            width=24,
        ),
        Field(
            "tipo_salario",
            CAMPOS_REGISTRO_PATRONAL.label("tipo_salario"),
            _TYPED | _LISTS,
            optional=True,
            width=15,
        ),
        Field(
            "jornada",
            CAMPOS_REGISTRO_PATRONAL.label("jornada"),
            _TYPED | _LISTS,
            optional=True,
            aliases=_ALIASES["jornada"],
            titles={_LISTS: "Jornada reducida"},
            width=18,
        ),
        Field(
            "causa_baja",
            "Causa de baja",
            _TYPED | _LISTS,
            optional=True,
            aliases=_ALIASES["causa_baja"],
            width=22,
        ),
        Field(
            "umf",
            CAMPOS_REGISTRO_PATRONAL.label("umf"),
            _TYPED | _LISTS,
            optional=True,
            aliases=_ALIASES["umf"],
            width=7,
        ),
        Field(
            "guia",
            CAMPOS_REGISTRO_PATRONAL.label("guia"),
            _TYPED | Place.EXCEL,
            optional=True,
            aliases=_ALIASES["guia"],
        ),
        Field(
            "clave_trabajador",
            "Clave del trabajador",
            _TYPED | Place.EXCEL,
            optional=True,
            aliases=_ALIASES["clave_trabajador"],
        ),
        Field(
            "rfc",
            CAMPOS_CONTRATISTA.label("rfc"),
            _TYPED | Place.EXCEL,
            optional=True,
            aliases=_ALIASES["rfc"],
        ),
        Field(
            "curp",
            ETIQUETAS_PERSONA["curp"],
            _TYPED | _LISTS,
            optional=True,
            aliases=_ALIASES["curp"],
            width=21,
        ),
        Field("estado", "Estado", _LISTS, width=12),
        Field("plazo", "Plazo", _LISTS, width=30),
        Field("limite", "Último día", _LISTS, width=12),
        Field("lote", "Lote", _LISTS, width=24),
        Field("emitido", "Fecha de emisión", _LISTS, width=12),
        Field("recibido", "Aviso recibido", _LISTS, width=12),
        Field("aprobado", "Aviso aprobación", _LISTS, width=12),
        Field("rechazado", "Aviso rechazo", _LISTS, width=12),
        Field("causa_rechazo", "Causa de rechazo", _LISTS, width=40),
    ),
    order={
        Place.EXCEL: (
            "tipo",
            "registro_patronal",
            "nombres",
            "primer_apellido",
            "segundo_apellido",
            "nss",
            "sbc",
            "fecha",
            "curp",
            "umf",
        ),
    },
)
