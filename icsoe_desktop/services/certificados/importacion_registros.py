"""Preview of an import of registros patronales from a sheet, row by row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
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
from icsoe_desktop.domain.valores_legales.valores import Zona
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.importacion.hojas import open_matched
from icsoe_desktop.services.importacion.valores import ClaseHoja, Formatos, Indicaciones
from icsoe_desktop.services.listas import (
    EstadoRenglon,
    HallazgoCelda,
    RenglonLista,
    VistaPreviaLista,
)


@dataclass(frozen=True)
class RenglonRegistro(RenglonLista[Mapping[str, str], DatosRegistroPatronal]):
    """A row of the file. existente: the row that it would change."""

    existente: RegistroPatronalCatalogado | None = None


# First ten characters → catalogue row, and the RFC of its certificate.
Catalogo = Mapping[str, tuple[RegistroPatronalCatalogado, str | None]]


@dataclass(frozen=True)
class VistaPreviaRegistros(VistaPreviaLista[Mapping[str, str], DatosRegistroPatronal]):
    """catalogo: with which the file was compared. indicaciones: of the user, about the columns."""

    renglones: tuple[RenglonRegistro, ...]
    catalogo: Catalogo = field(repr=False, kw_only=True)
    indicaciones: Indicaciones = field(kw_only=True)


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
    return VistaPreviaRegistros(path.name, renglones, nombre, catalogo=catalogo, indicaciones=said)


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
            HallazgoCelda(
                linea=linea,
                campo=campo,
                encontrado=celdas[campo],
                esperado=CAMPOS_REGISTRO_PATRONAL[campo].expected,
                es_error=es_error,
                mensaje=mensaje,
            )
            for es_error, sentences in (
                (True, revision.problemas),
                (False, revision.advertencias),
            )
            for campo, mensaje in sentences.items()
        ]
        datos = revision.datos
        if datos is None:
            estado = EstadoRenglon.CON_PROBLEMAS
            return RenglonRegistro(linea, estado, celdas, None, tuple(hallazgos))
        existente, rfc_certificado = self._catalogo.get(datos.base, (None, None))
        if existente is not None:
            # The sheet says nothing of what is empty in it, or has no column.
            kept = {
                name: getattr(existente, name) for name, text in datos.campos.items() if not text
            }
            datos = replace(datos, **kept)
        estado = self._estado(linea, datos, existente, hallazgos)
        if estado is EstadoRenglon.CAMBIADO and existente is not None:
            conflict = certificate_conflict(datos, existente, rfc_certificado)
            if conflict is not None:
                hallazgos.append(
                    HallazgoCelda(
                        linea=linea,
                        campo=conflict.campo,
                        encontrado=celdas[conflict.campo],
                        esperado=conflict.esperado,
                        es_error=True,
                        mensaje=conflict.mensaje,
                    )
                )
        if any(one.es_error for one in hallazgos):
            estado = EstadoRenglon.CON_PROBLEMAS
        return RenglonRegistro(linea, estado, celdas, datos, tuple(hallazgos), existente)

    def contradicted(self, renglon: RenglonRegistro) -> RenglonRegistro:
        """The row, with an error added if a later row contradicts it."""
        datos = renglon.datos
        other = None if datos is None else self._contradictions.get(datos.base)
        if datos is None or other is None or renglon.estado is EstadoRenglon.CON_PROBLEMAS:
            return renglon
        hallazgo = _repeated(renglon.linea, datos, other, _CONTRADICTS, es_error=True)
        return replace(
            renglon,
            estado=EstadoRenglon.CON_PROBLEMAS,
            hallazgos=(*renglon.hallazgos, hallazgo),
        )

    def _estado(
        self,
        linea: int,
        datos: DatosRegistroPatronal,
        existente: RegistroPatronalCatalogado | None,
        hallazgos: list[HallazgoCelda],
    ) -> EstadoRenglon:
        first_line, first = self._before.setdefault(datos.base, (linea, datos))
        if first == datos and first_line != linea:
            hallazgos.append(
                _repeated(linea, datos, first_line, "Es igual al renglón", es_error=False)
            )
            return EstadoRenglon.REPETIDO
        if first_line != linea:
            self._contradictions.setdefault(datos.base, linea)
            hallazgos.append(_repeated(linea, datos, first_line, _CONTRADICTS, es_error=True))
        if existente is None:
            return EstadoRenglon.NUEVO
        changed = CAMPOS_REGISTRO_PATRONAL.changed(existente, datos)
        return EstadoRenglon.CAMBIADO if changed else EstadoRenglon.YA_REGISTRADO


# A preview keeps every row and what is wrong with it.
MAX_ROWS = 20_000
_CONTRADICTS = "Es el mismo registro patronal, con otros datos, que el del renglón"


def _repeated(
    linea: int, datos: DatosRegistroPatronal, other_line: int, what: str, *, es_error: bool
) -> HallazgoCelda:
    return HallazgoCelda(
        linea=linea,
        campo="registro_patronal",
        encontrado=datos.registro_patronal,
        esperado="cada registro patronal una sola vez",
        es_error=es_error,
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
