"""Preview of an import of registros patronales from a sheet, row by row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Final

from icsoe_desktop.domain.certificados.registro_patronal import (
    CAMPOS_REGISTRO_PATRONAL,
    DatosRegistroPatronal,
    RegistroPatronalCatalogado,
    check,
    read_zona,
)
from icsoe_desktop.domain.fields import Place
from icsoe_desktop.domain.identificadores.numeros import RegistroPatronal
from icsoe_desktop.domain.texto import counted
from icsoe_desktop.domain.valores_legales.valores import Zona
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.importacion.hojas import open_matched
from icsoe_desktop.services.importacion.valores import ClaseHoja, Formatos, Indicaciones


class GravedadRegistro(StrEnum):
    ERROR = "Error"
    ADVERTENCIA = "Advertencia"


class EstadoRenglonRegistro(StrEnum):
    NUEVO = "Nuevo"
    CAMBIADO = "Cambia"
    IGUAL = "Ya existe igual"
    REPETIDO = "Repetido en el archivo"
    CON_PROBLEMAS = "Con problemas"


@dataclass(frozen=True, slots=True, kw_only=True)
class HallazgoRegistro:
    """An error or a warning about one cell."""

    linea: int
    campo: str
    encontrado: str = field(repr=False)
    esperado: str = field(repr=False)
    gravedad: GravedadRegistro
    mensaje: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class RenglonRegistro:
    """A row of the file. datos: None if it has errors. existente: the row that it would change."""

    linea: int
    estado: EstadoRenglonRegistro
    datos: DatosRegistroPatronal | None
    existente: RegistroPatronalCatalogado | None
    hallazgos: tuple[HallazgoRegistro, ...]


# First ten characters → catalogue row, and the RFC of its certificate.
Catalogo = Mapping[str, tuple[RegistroPatronalCatalogado, str | None]]


@dataclass(frozen=True)
class VistaPreviaRegistros:
    """The contents of the file, and the catalogue with which they were compared.

    indicaciones: what the user said of the columns. columnas: name of the kept ones that were used.
    """

    archivo: str
    renglones: tuple[RenglonRegistro, ...]
    catalogo: Catalogo = field(repr=False)
    indicaciones: Indicaciones
    columnas: str

    @property
    def nuevos(self) -> tuple[RenglonRegistro, ...]:
        return self._with(EstadoRenglonRegistro.NUEVO)

    @property
    def cambiados(self) -> tuple[RenglonRegistro, ...]:
        return self._with(EstadoRenglonRegistro.CAMBIADO)

    @property
    def iguales(self) -> tuple[RenglonRegistro, ...]:
        """Rows without effect, including repeated rows."""
        return self._with(EstadoRenglonRegistro.IGUAL) + self._with(EstadoRenglonRegistro.REPETIDO)

    @property
    def con_problemas(self) -> tuple[RenglonRegistro, ...]:
        return self._with(EstadoRenglonRegistro.CON_PROBLEMAS)

    @property
    def hallazgos(self) -> tuple[HallazgoRegistro, ...]:
        return tuple(one for renglon in self.renglones for one in renglon.hallazgos)

    def _with(self, estado: EstadoRenglonRegistro) -> tuple[RenglonRegistro, ...]:
        return tuple(one for one in self.renglones if one.estado is estado)


@dataclass(frozen=True)
class ResultadoImportacionRegistros:
    nuevos: int
    cambiados: int
    iguales: int
    omitidos: int

    def __str__(self) -> str:
        return (
            f"{counted(self.nuevos, 'nuevo', 'nuevos')}, "
            f"{counted(self.cambiados, 'cambiado', 'cambiados')}, {self.iguales:,} sin cambios, "
            f"{counted(self.omitidos, 'omitido', 'omitidos')}"
        )


def read_preview(
    path: Path, catalogo: Catalogo, said: Indicaciones, formatos: Formatos, progress: Progress
) -> VistaPreviaRegistros:
    """Read the file and compare it with the catalogue.

    said, formatos: as for `open_matched`.
    Raises InvalidInputError (campo "archivo") for an unreadable file, and Cancelled.
    """
    formato = formatos if said.formato is None else said.formato
    with open_matched(path, REGISTROS, formato, progress, max_rows=MAX_ROWS) as sheet:
        lector, places = _LectorRegistros(catalogo), sheet.places
        valores = {**dict.fromkeys(places, ""), **sheet.formato.valores}
        read = [
            lector.read(
                row.line,
                {**valores, **{c: row.cells[at] for c, at in places.items() if row.cells[at]}},
            )
            for row in sheet.rows
            if any(row.cells[at] for at in places.values())
        ]
        renglones = tuple(lector.contradicted(renglon) for renglon in read)
        nombre = sheet.nombre
    if not renglones:
        raise InvalidInputError(
            "El archivo no tiene renglones debajo de los nombres de las columnas. No se importó "
            "nada.",
            "archivo",
        )
    return VistaPreviaRegistros(path.name, renglones, catalogo, said, nombre)


class _LectorRegistros:
    """Reads rows in order and compares each with the earlier ones."""

    def __init__(self, catalogo: Catalogo) -> None:
        self._catalogo = catalogo
        self._before: dict[str, tuple[int, DatosRegistroPatronal]] = {}
        # If two rows contradict each other, both are errors.
        self._contradictions: dict[str, int] = {}

    def read(self, linea: int, celdas: Mapping[str, str]) -> RenglonRegistro:
        revision = check(**celdas)
        hallazgos = [
            HallazgoRegistro(
                linea=linea,
                campo=campo,
                encontrado=celdas[campo],
                esperado=CAMPOS_REGISTRO_PATRONAL[campo].expected,
                gravedad=gravedad,
                mensaje=mensaje,
            )
            for gravedad, sentences in (
                (GravedadRegistro.ERROR, revision.problemas),
                (GravedadRegistro.ADVERTENCIA, revision.advertencias),
            )
            for campo, mensaje in sentences.items()
        ]
        datos = revision.datos
        if datos is None:
            return RenglonRegistro(
                linea, EstadoRenglonRegistro.CON_PROBLEMAS, None, None, tuple(hallazgos)
            )
        existente, rfc_certificado = self._catalogo.get(datos.base, (None, None))
        if existente is not None:
            # The sheet says nothing of what is empty in it, or has no column.
            kept = {
                name: getattr(existente, name) for name, text in datos.campos.items() if not text
            }
            datos = replace(datos, **kept)
        estado = self._estado(linea, datos, existente, hallazgos)
        if estado is EstadoRenglonRegistro.CAMBIADO and existente is not None:
            conflict = certificate_conflict(datos, existente, rfc_certificado)
            if conflict is not None:
                hallazgos.append(
                    HallazgoRegistro(
                        linea=linea,
                        campo=conflict.campo,
                        encontrado=celdas[conflict.campo],
                        esperado=conflict.esperado,
                        gravedad=GravedadRegistro.ERROR,
                        mensaje=conflict.mensaje,
                    )
                )
        if any(one.gravedad is GravedadRegistro.ERROR for one in hallazgos):
            estado = EstadoRenglonRegistro.CON_PROBLEMAS
        return RenglonRegistro(linea, estado, datos, existente, tuple(hallazgos))

    def contradicted(self, renglon: RenglonRegistro) -> RenglonRegistro:
        """The row, with an error added if a later row contradicts it."""
        datos = renglon.datos
        other = None if datos is None else self._contradictions.get(datos.base)
        if datos is None or other is None or renglon.estado is EstadoRenglonRegistro.CON_PROBLEMAS:
            return renglon
        hallazgo = _repeated(renglon.linea, datos, other, GravedadRegistro.ERROR, _CONTRADICTS)
        return replace(
            renglon,
            estado=EstadoRenglonRegistro.CON_PROBLEMAS,
            hallazgos=(*renglon.hallazgos, hallazgo),
        )

    def _estado(
        self,
        linea: int,
        datos: DatosRegistroPatronal,
        existente: RegistroPatronalCatalogado | None,
        hallazgos: list[HallazgoRegistro],
    ) -> EstadoRenglonRegistro:
        first_line, first = self._before.setdefault(datos.base, (linea, datos))
        if first == datos and first_line != linea:
            hallazgos.append(
                _repeated(
                    linea, datos, first_line, GravedadRegistro.ADVERTENCIA, "Es igual al renglón"
                )
            )
            return EstadoRenglonRegistro.REPETIDO
        if first_line != linea:
            self._contradictions.setdefault(datos.base, linea)
            hallazgos.append(
                _repeated(linea, datos, first_line, GravedadRegistro.ERROR, _CONTRADICTS)
            )
        if existente is None:
            return EstadoRenglonRegistro.NUEVO
        changed = CAMPOS_REGISTRO_PATRONAL.changed(existente, datos)
        return EstadoRenglonRegistro.CAMBIADO if changed else EstadoRenglonRegistro.IGUAL


# A preview keeps every row and what is wrong with it.
MAX_ROWS = 20_000
_CONTRADICTS = "Es el mismo registro patronal, con otros datos, que el del renglón"


def _repeated(
    linea: int, datos: DatosRegistroPatronal, other_line: int, gravedad: GravedadRegistro, what: str
) -> HallazgoRegistro:
    return HallazgoRegistro(
        linea=linea,
        campo="registro_patronal",
        encontrado=datos.registro_patronal,
        esperado="cada registro patronal una sola vez",
        gravedad=gravedad,
        mensaje=f"{what} {other_line}. Deje sólo uno.",
    )


@dataclass(frozen=True, kw_only=True)
class ConflictoCertificado:
    campo: str
    esperado: str
    mensaje: str


def certificate_conflict(
    datos: DatosRegistroPatronal, existente: RegistroPatronalCatalogado, rfc_certificado: str | None
) -> ConflictoCertificado | None:
    """Why the certificate of `existente` would not match `datos`. None if it would.

    rfc_certificado: None without a certificate, empty if the certificate has no RFC.
    """
    if rfc_certificado is None:
        return None
    if datos.base != existente.base:
        return ConflictoCertificado(
            campo="registro_patronal",
            esperado=existente.registro_patronal,
            mensaje=(
                "Este registro patronal tiene un certificado, que es sólo para él. Elimine antes "
                "el certificado en Certificados IMSS."
            ),
        )
    if datos.rfc not in (existente.rfc, rfc_certificado):
        return ConflictoCertificado(
            campo="rfc",
            esperado=rfc_certificado or existente.rfc,
            mensaje=(
                "El registro patronal tiene un certificado con otro RFC. Elimine antes el "
                "certificado en Certificados IMSS."
            ),
        )
    return None


def _is_number(text: str) -> bool:
    try:
        RegistroPatronal.parse(text)
    except InvalidInputError:
        return False
    return True


REGISTROS: Final = ClaseHoja(
    {each.name: each.label for each in CAMPOS_REGISTRO_PATRONAL.at(Place.SHEET)},
    frozenset(each.name for each in CAMPOS_REGISTRO_PATRONAL.missing(())),
    CAMPOS_REGISTRO_PATRONAL.headers(),
    {"razon_social": (), "rfc": (), "zona": tuple(zona.value for zona in Zona)},
    "registro_patronal",
    _is_number,
    lambda campo, text: campo != "zona" or read_zona(text) is not None,
)
