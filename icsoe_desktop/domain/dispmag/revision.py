"""Reviews one line: its record, or all its problems.

Names, dates and codes repeat from line to line, so the results of most field readers are cached.

Source: docs/fuentes.md §§1, 3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple

from icsoe_desktop.domain.dispmag import formato
from icsoe_desktop.domain.dispmag.campos import LECTORES, Lectura
from icsoe_desktop.domain.dispmag.formato import (
    LONGITUD,
    CampoDispmag,
    ClaseCampo,
    HallazgoCampo,
    ProblemaDispmag,
    visible,
)
from icsoe_desktop.domain.identificadores.curp import Curp
from icsoe_desktop.domain.identificadores.enie import notice, restore_enie
from icsoe_desktop.domain.identificadores.persona import NOMBRE_CAMPOS, NombrePersona
from icsoe_desktop.domain.movimientos.catalogos_imss import Jornada
from icsoe_desktop.domain.movimientos.limites_sbc import TablaLimites
from icsoe_desktop.domain.movimientos.movimiento import compare_name
from icsoe_desktop.domain.texto import counted
from icsoe_desktop.domain.valores_legales.valores import pesos


class MovimientoLeido(NamedTuple):
    """A record without errors: every field is checked.

    A plain tuple, because a million of them go to the store. A missing text is empty, a missing SBC
    is None. problemas: only advertencias.
    """

    linea: int
    tipo: str
    registro_patronal: str
    nss: str
    primer_apellido: str
    segundo_apellido: str
    nombres: str
    fecha: date
    sbc: int | None  # centavos
    tipo_trabajador: str
    tipo_salario: str
    jornada: str
    causa_baja: str
    umf: str
    guia: str
    clave_trabajador: str
    curp: str
    problemas: tuple[ProblemaDispmag, ...]
    rfc: str = ""  # no record carries it; a sheet may

    def __repr__(self) -> str:
        return f"MovimientoLeido(linea={self.linea}, tipo={self.tipo!r})"


class LineaRechazada(NamedTuple):
    """A line without a usable record. At least one of its problems is an error.

    contenido: the decoded line, cut after MAX_CONTENIDO characters.
    """

    linea: int
    contenido: str
    problemas: tuple[ProblemaDispmag, ...]

    def __repr__(self) -> str:
        return f"LineaRechazada(linea={self.linea}, problemas={len(self.problemas)})"


class Observacion(NamedTuple):
    """Problems of the totals record or of the whole file."""

    linea: int
    problemas: tuple[ProblemaDispmag, ...]


Leido = MovimientoLeido | LineaRechazada | Observacion


MAX_CONTENIDO: Final = 2000
ANCHO: Final = "Ancho de la línea"
_ESPERADO_ANCHO: Final = f"Se esperaban {LONGITUD} posiciones."
_MAX_CACHED: Final = 40_000
# Nearly every record has another value.
_NEVER_CACHED: Final = frozenset({formato.NSS, formato.CURP, formato.CLAVE_TRABAJADOR})
_ReadField = tuple[CampoDispmag, slice, Callable[[str], Lectura]]


class Revisor:
    """Reviews the lines of one file. It reports only once that a table lacks a year."""

    def __init__(self, limites: TablaLimites) -> None:
        self._limites = limites
        self._limites_on = lru_cache(_MAX_CACHED)(limites.on)
        self._reported_missing: set[str] = set()
        self._sin_tipo = _read_fields(formato.CAMPOS_SIN_TIPO, LECTORES["08"])
        self._campos = {
            tipo: _read_fields(campos, LECTORES[tipo]) for tipo, campos in formato.CAMPOS.items()
        }

    def review(
        self, linea: int, text: str, before: tuple[ProblemaDispmag, ...] = ()
    ) -> MovimientoLeido | LineaRechazada:
        """The record of a line, or the line with its errors.

        before: problems already found in the line.
        """
        if len(text) != LONGITUD:
            return self._review_wrong_width(linea, text, before)
        tipo = text[formato.TIPO.corte]
        valores: dict[str, str] = {}
        problemas = list(before)
        for campo, corte, read in self._campos.get(tipo, self._sin_tipo):
            raw = text[corte]
            valor, hallazgos = read(raw)
            if valor is not None:
                valores[campo.nombre] = valor
            for hallazgo in hallazgos:
                problemas.append(_problem(linea, campo, raw, hallazgo))
        problemas = _restore_enie(linea, valores, problemas)
        problemas.extend(self._across_fields(linea, valores))
        if problemas:
            problemas.sort(key=lambda problema: problema.posicion)
            if any(problema.gravedad == "error" for problema in problemas):
                return LineaRechazada(linea, text, tuple(problemas))
        baja = tipo == "02"
        return MovimientoLeido(
            linea=linea,
            tipo=tipo,
            registro_patronal=valores["registro_patronal"],
            nss=valores["nss"],
            primer_apellido=valores["primer_apellido"],
            segundo_apellido=valores["segundo_apellido"],
            nombres=valores["nombres"],
            fecha=date.fromisoformat(valores["fecha"]),
            sbc=None if baja else int(valores["sbc"]),
            tipo_trabajador=valores.get("tipo_trabajador", ""),
            tipo_salario=valores.get("tipo_salario", ""),
            jornada=valores.get("jornada", ""),
            causa_baja=valores.get("causa_baja", ""),
            umf=valores.get("umf", ""),
            guia=valores["guia"],
            clave_trabajador=valores["clave_trabajador"],
            curp=valores["curp"],
            problemas=tuple(problemas),
        )

    def _across_fields(self, linea: int, valores: dict[str, str]) -> Iterable[ProblemaDispmag]:
        if "fecha" not in valores:
            return
        fecha = date.fromisoformat(valores["fecha"])
        if "sbc" in valores:
            yield from self._sbc(linea, int(valores["sbc"]), fecha, valores)
        if not valores.get("curp"):
            return
        curp = Curp(valores["curp"])
        for text in curp.advertencias:
            yield _warning(linea, formato.CURP, 0, curp.valor, text)
        if curp.fecha_nacimiento >= fecha:
            yield _warning(
                linea, formato.CURP, 4, curp.valor, "Se esperaba un nacimiento antes de la fecha."
            )
        if valores.keys() >= set(NOMBRE_CAMPOS):
            nombre = NombrePersona(**{name: valores[name] for name in NOMBRE_CAMPOS})
            for discrepancia in compare_name(curp, nombre):
                esperado = f"Según el nombre se esperaba {discrepancia.esperada}."
                yield _warning(linea, formato.CURP, discrepancia.posicion - 1, curp.valor, esperado)

    def _sbc(
        self, linea: int, sbc: int, fecha: date, valores: Mapping[str, str]
    ) -> Iterable[ProblemaDispmag]:
        registro = valores.get("registro_patronal", "")[:10]
        limites = self._limites_on(fecha, registro if registro in self._limites.zonas else "")
        reducida = valores.get("jornada", "") not in ("", Jornada.NORMAL)
        for text in limites.out_of_limits(sbc, reducida=reducida):
            yield _warning(linea, formato.SBC, 0, pesos(sbc), text)
        for falta in limites.faltan:
            if falta not in self._reported_missing:
                self._reported_missing.add(falta)
                esperado = (
                    f"El programa no tiene {falta}: el SBC de esas fechas no se revisa, ni en las "
                    "líneas que siguen."
                )
                yield _warning(linea, formato.SBC, 0, pesos(sbc), esperado)

    def _review_wrong_width(
        self, linea: int, text: str, before: tuple[ProblemaDispmag, ...]
    ) -> MovimientoLeido | LineaRechazada:
        """Accept a wrong width only if spaces at the end were lost or added.

        Any other difference shifts the positions, so the line is rejected.
        """
        width = len(text)
        encontrado = counted(width, "posición", "posiciones")
        content = text.rstrip(" ")
        # Editors strip trailing spaces: a blank CURP, or a blank clave and CURP.
        if len(content) == LONGITUD or len(content) in (LONGITUD - 1, *range(138, 150)):
            whole = content.ljust(LONGITUD - 1).ljust(LONGITUD, formato.IDENTIFICADOR)
            esperado = f"{_ESPERADO_ANCHO} Se completó con espacios y el 9 final."
            if len(content) == LONGITUD:
                esperado = f"{_ESPERADO_ANCHO} No se toman los espacios que sobran."
            ancho = ProblemaDispmag(linea, 0, ANCHO, encontrado, esperado, "advertencia")
            found = self.review(linea, whole, (*before, ancho))
            if isinstance(found, MovimientoLeido):
                return found
        campo, problemas = self._up_to_first_misfit(linea, text)
        esperado = _ESPERADO_ANCHO
        posicion = min(width, LONGITUD) + 1
        if campo is not None:
            esperado += f" Lo primero que no corresponde es {campo.etiqueta}."
            posicion = campo.inicio
        ancho = ProblemaDispmag(linea, posicion, ANCHO, encontrado, esperado, "error")
        return LineaRechazada(linea, text[:MAX_CONTENIDO], (*before, *problemas, ancho))

    def _up_to_first_misfit(
        self, linea: int, text: str
    ) -> tuple[CampoDispmag | None, list[ProblemaDispmag]]:
        """The first complete field that does not fit, and the warnings of the fields before it."""
        tipo = text[formato.TIPO.corte]
        problemas: list[ProblemaDispmag] = []
        for campo, corte, read in self._campos.get(tipo, self._sin_tipo):
            if campo.fin > len(text):
                break
            raw = text[corte]
            valor, hallazgos = read(raw)
            # If a space was lost or added, a name continues in the next field.
            shifted = campo.clase is ClaseCampo.A and (
                raw.startswith(" ") or "  " in raw.strip(" ")
            )
            if valor is None or (shifted and valor):
                return campo, problemas
            problemas.extend(
                _warning(linea, campo, hallazgo.desde, raw, hallazgo.esperado)
                for hallazgo in hallazgos
            )
        return None, problemas


def _read_fields(
    campos: Iterable[CampoDispmag], lectores: Mapping[str, Callable[[str], Lectura]]
) -> tuple[_ReadField, ...]:
    def reader(campo: CampoDispmag) -> Callable[[str], Lectura]:
        read = lectores[campo.nombre]
        return read if campo in _NEVER_CACHED else lru_cache(_MAX_CACHED)(read)

    return tuple((campo, campo.corte, reader(campo)) for campo in campos)


def _restore_enie(
    linea: int, valores: dict[str, str], problemas: list[ProblemaDispmag]
) -> list[ProblemaDispmag]:
    """Put the Ñ of MU/OZ into `valores`; its notice replaces the warnings of that name."""
    if not any("/" in valores.get(name, "") for name in NOMBRE_CAMPOS):
        return problemas
    curp = Curp(valores["curp"]) if valores.get("curp") else None
    kept = problemas
    for name, leido in restore_enie(valores, curp).items():
        campo = next(each for each in formato.CAMPOS["08"] if each.nombre == name)
        kept = [one for one in kept if one.campo != campo.etiqueta or one.gravedad == "error"]
        at = valores[name].index("/")
        kept.append(_warning(linea, campo, at, valores[name], notice(leido)))
        valores[name] = leido
    return kept


def _problem(linea: int, campo: CampoDispmag, raw: str, hallazgo: HallazgoCampo) -> ProblemaDispmag:
    return ProblemaDispmag(
        linea,
        campo.inicio + hallazgo.desde,
        campo.etiqueta,
        visible(raw),
        hallazgo.esperado,
        hallazgo.gravedad,
    )


def _warning(
    linea: int, campo: CampoDispmag, desde: int, encontrado: str, esperado: str
) -> ProblemaDispmag:
    return _problem(linea, campo, encontrado, HallazgoCampo(desde, esperado, "advertencia"))
