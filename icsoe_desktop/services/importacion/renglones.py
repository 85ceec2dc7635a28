"""Judges one row of a sheet of movements like a typed movement."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from enum import StrEnum
from typing import Final, TypeVar

from icsoe_desktop.domain.certificados.verificacion import format_fecha
from icsoe_desktop.domain.dispmag import LineaRechazada, MovimientoLeido, ProblemaDispmag
from icsoe_desktop.domain.fields import Place
from icsoe_desktop.domain.identificadores.curp import compare, readable_curp
from icsoe_desktop.domain.identificadores.enie import notice, restore_enie
from icsoe_desktop.domain.identificadores.nombre_junto import split_name
from icsoe_desktop.domain.identificadores.persona import NOMBRE_CAMPOS
from icsoe_desktop.domain.movimientos.campos import CAMPOS_MOVIMIENTO, NOMBRE_COMPLETO
from icsoe_desktop.domain.movimientos.limites_sbc import TablaLimites
from icsoe_desktop.domain.movimientos.movimiento import (
    CausaBaja,
    Jornada,
    Movimiento,
    TipoMovimiento,
    TipoSalario,
    TipoTrabajador,
    rfc_of_worker,
)
from icsoe_desktop.domain.texto import fold
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gateways.hojas.comun import SheetFile, SheetRow
from icsoe_desktop.gateways.hojas.lectura import open_sheet
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.importacion.celdas import (
    DOUBTFUL_AMOUNT,
    DOUBTFUL_ORDER,
    DOUBTS,
    NSS_FILLED,
    Lecturas,
    ReglaColumna,
    column_mark,
    date_order,
    decimal_mark,
    digits_of_nss,
    filled_nss,
    may_be_turned,
    plain_amount,
    read_fecha,
    rounded,
)
from icsoe_desktop.services.importacion.valores import Formato
from icsoe_desktop.services.movimientos.escritura import advertencias_of, judge
from icsoe_desktop.services.movimientos.valores import CapturaMovimiento

WANTED: Final = {**CAMPOS_MOVIMIENTO.headers(), "nombre_completo": NOMBRE_COMPLETO}
CAMPOS: Final = {each.name: each.title(Place.SHEET) for each in CAMPOS_MOVIMIENTO.at(Place.SHEET)}
_TIPOS: Final = {
    word: tipo
    for tipo, words in (
        (TipoMovimiento.ALTA, "alta|altas|reingreso|reingresos|alta reingreso|a|r|8"),
        (TipoMovimiento.MODIFICACION, "modificacion|modificaciones|modif|mod|mod salario|ms|m|7"
            "|modificacion salario|cambio de salario|cambio salario"),
        (TipoMovimiento.BAJA, "bajas|b|2"),
    )
    for word in words.split("|")
}  # fmt: skip
# What offices write for a value of a list, where it can mean no other.
_PALABRAS: Final[Mapping[str, StrEnum]] = {
    "completa": Jornada.NORMAL,
    "normal": Jornada.NORMAL,
    "perm": TipoTrabajador.PERMANENTE,
    "planta": TipoTrabajador.PERMANENTE,
    "renuncia": CausaBaja.SEPARACION_VOLUNTARIA,
    "renuncia voluntaria": CausaBaja.SEPARACION_VOLUNTARIA,
    "abandono": CausaBaja.ABANDONO,
    "fallecimiento": CausaBaja.DEFUNCION,
}
ONE_WORD: Final = (
    "De este nombre no se sabe qué es apellido. Escríbalo con comas: Paterno, Materno, Nombre."
)
USUAL_ORDER: Final = (
    "La hoja trae el nombre en una sola columna y ninguna CURP confirma esta fila: se leyó como "
    "apellidos y nombre, en ese orden."
)
RFC_NOT_TAKEN: Final = "{} No se toma; el aviso se presenta sin él."
_ESPERADO_LISTA: Final = "Se esperaba uno de estos: {}."
_ESPERADO_FECHA: Final = "Se esperaba una fecha: dd/mm/aaaa o aaaa-mm-dd."
_ESPERADO_TIPO: Final = "Se esperaba 08 (alta o reingreso), 07 (modificación) o 02 (baja)."


E = TypeVar("E", bound=StrEnum)


class Hoja:
    """A sheet that is read. Reads it once more if a cell needs to know the rest of its column."""

    def __init__(
        self,
        file: SheetFile,
        places: Mapping[str, int],
        formato: Formato,
        limites: TablaLimites,
        today: date,
        progress: Progress,
    ) -> None:
        self.places, self.formato, self.limites, self.today = places, formato, limites, today
        self.lecturas = Lecturas()
        self._file, self._progress = file, progress
        self._seen: tuple[str, bool] | None = None

    def mark_of(self, text: str) -> str:
        """The decimal mark of an amount; «.,» if neither it nor its column tells."""
        mark = decimal_mark(text)
        if len(mark) < 2:
            return mark
        return self.formato.reglas.get("sbc", "") or self._columns()[0] or mark

    def date_of(self, text: str) -> tuple[date | None, str]:
        """As `read_fecha`; what could be two dates is refused if the column has the month first."""
        regla = self.formato.reglas.get("fecha", "")
        order = date_order(text)
        if regla != ReglaColumna.DIA_PRIMERO and order == "m":
            self.lecturas.month_first = True
        if order == "dm" and not regla and self._columns()[1]:
            return None, DOUBTFUL_ORDER
        return read_fecha(text, self.today, regla)

    def _columns(self) -> tuple[str, bool]:
        """The decimal mark of the amounts, and whether a date has its month first."""
        if self._seen is None:
            month_first = False
            sbc, fecha = self.places.get("sbc"), self.places.get("fecha")

            def amounts(rows: Iterable[SheetRow]) -> Iterator[str]:
                nonlocal month_first
                for row in rows:
                    if fecha is not None and not month_first:
                        month_first = date_order(row.cells[fecha]) == "m"
                    yield "" if sbc is None else row.cells[sbc]

            with open_sheet(self._file, WANTED, self._progress, repeated=True) as sheet:
                values = amounts(sheet.rows)
                mark = column_mark(values)
                deque(values, maxlen=0)
            self._seen = mark, month_first
        return self._seen


def judge_row(
    line: int, cells: dict[str, str], hoja: Hoja, corrected: Mapping[str, tuple[str, str]]
) -> MovimientoLeido | LineaRechazada:
    places, today, lecturas = hoja.places, hoja.today, hoja.lecturas
    found: dict[str, tuple[str, str]] = {}

    def read_as(name: str, campo: str, said: str, cell: str | None = None) -> None:
        cell = as_read[campo] if cell is None else cell
        lecturas.add(name, line, places.get(campo, -1) + 1, CAMPOS[campo], cell, said)

    def wrong(campo: str, esperado: str, gravedad: str = "error") -> None:
        found.setdefault(campo, (esperado, gravedad))

    for campo, (cell, instead) in corrected.items():
        if cells.get(campo, "") == cell:
            cells[campo] = instead
            read_as(f"{cell}\0{instead}", campo, instead, cell)
    for campo, codes in hoja.formato.codigos.items():
        cell = cells.get(campo, "")
        if cell in codes:
            cells[campo] = codes[cell]
            read_as(f"code {cell}", campo, codes[cell], cell)
    text = {campo: cells.get(campo, "") for campo in CAMPOS}
    as_read = dict(text)
    valores = hoja.formato.valores
    tipo = _tipo_of(text["tipo"] or valores.get("tipo", ""))
    if tipo is None:
        wrong("tipo", _ESPERADO_TIPO)
    baja = tipo is TipoMovimiento.BAJA
    for campo, value in valores.items():
        if not text[campo] and (campo not in _TYPES_OF or tipo in _TYPES_OF[campo]):
            text[campo] = value
            read_as("value", campo, value)
    fecha, how = hoja.date_of(text["fecha"])
    if fecha is None:
        wrong("fecha", how if how in DOUBTS else _ESPERADO_FECHA)
    elif how:
        read_as(how, "fecha", format_fecha(fecha))
    elif may_be_turned(text["fecha"]):
        lecturas.date_of_excel(line, places.get("fecha", -1) + 1, CAMPOS["fecha"], text["fecha"])
    mark = "" if baja else hoja.mark_of(text["sbc"])
    if len(mark) > 1:
        wrong("sbc", DOUBTFUL_AMOUNT)
    elif mark:
        amount = plain_amount(text["sbc"], mark)
        text["sbc"] = rounded(amount)
        if text["sbc"] != amount:
            read_as("rounded", "sbc", text["sbc"])
        elif mark == "," or (decimal_mark(as_read["sbc"]) == ".,"):
            read_as("sbc", "sbc", text["sbc"])
    digits = digits_of_nss(text["nss"])
    if digits != text["nss"]:
        read_as("nss", "nss", digits)
    nss = filled_nss(digits)
    text["nss"] = nss or digits

    def listed(kind: type[E], campo: str, default: E | None) -> E | None:
        if not text[campo].strip():
            return default
        value = _one_of(kind, text[campo])
        if value is None:
            names = ", ".join(f"{each.value} {each.nombre}" for each in kind)  # type: ignore[attr-defined]
            wrong(campo, _ESPERADO_LISTA.format(names))
        return value

    tipo_trabajador = tipo_salario = jornada = causa = None
    if baja:
        causa = listed(CausaBaja, "causa_baja", None)
    else:
        tipo_trabajador = listed(TipoTrabajador, "tipo_trabajador", None)
        tipo_salario = listed(TipoSalario, "tipo_salario", None)
        jornada = listed(Jornada, "jornada", Jornada.NORMAL)
    # No notice carries it, so a wrong one keeps nobody from being presented.
    text["rfc"], rfc_wrong = _rfc(text["rfc"])
    curp = readable_curp(text["curp"], today)
    unproved = False
    if "primer_apellido" not in places and text["nombres"] and not text["primer_apellido"]:
        found_name = split_name(text["nombres"], curp)
        if found_name is None:
            wrong("nombres", ONE_WORD)
        else:
            text |= {campo: getattr(found_name.nombre, campo) for campo in NOMBRE_CAMPOS}
            unproved = not found_name.seguro
            read_as("name", "nombres", _in_order(text))
    elif "segundo_apellido" not in places and curp is not None and " " in text["primer_apellido"]:
        # «Apellidos», both in one column: parted if the CURP proves it.
        both = split_name(f"{text['primer_apellido']}, {text['nombres']}", curp)
        if both is not None and both.nombre.segundo_apellido and not compare(curp, both.nombre):
            text |= {campo: getattr(both.nombre, campo) for campo in NOMBRE_CAMPOS}
            read_as("name", "primer_apellido", _in_order(text))
    restored = restore_enie(text, curp)
    text |= restored
    captura = CapturaMovimiento(
        **{name: text[name] for name in _TEXTS},
        tipo=tipo or TipoMovimiento.MODIFICACION,
        fecha=fecha,
        tipo_trabajador=tipo_trabajador,
        tipo_salario=tipo_salario,
        jornada=jornada,
        causa_baja=causa,
        umf=_with_zeros(text["umf"], 3),
        guia=_with_zeros(text["guia"], 5),
    )
    movimiento, problemas = judge(captura, today)
    for campo, sentence in problemas.items():
        # Without a type, fields that depend on the type cannot be judged.
        if tipo is not None or campo not in _OF_THE_TYPE:
            wrong(campo, sentence)
    if movimiento is not None and not found:
        for campo, sentence in advertencias_of(movimiento, hoja.limites).items():
            wrong(campo, sentence, "advertencia")
        if unproved:
            wrong("nombres", USUAL_ORDER, "advertencia")
        if rfc_wrong:
            wrong("rfc", rfc_wrong, "advertencia")
        if nss:
            wrong("nss", NSS_FILLED.format(nss), "advertencia")
        for campo, leido in restored.items():
            wrong(campo, notice(leido), "advertencia")
    problems = tuple(
        ProblemaDispmag(
            line,
            places.get(campo, -1) + 1,
            CAMPOS[campo],
            as_read[campo],
            esperado,
            gravedad,  # type: ignore[arg-type]
        )
        for campo, (esperado, gravedad) in sorted(
            found.items(), key=lambda item: places.get(item[0], -1)
        )
    )
    if movimiento is None or any(gravedad == "error" for _, gravedad in found.values()):
        return LineaRechazada(line, "", problems)
    return record_of(line, movimiento, problems)


def _in_order(text: Mapping[str, str]) -> str:
    return ", ".join(filter(None, (text[campo] for campo in _NAME_ORDER)))


def _tipo_of(text: str) -> TipoMovimiento | None:
    return _TIPOS.get(_plain(text)) or _one_of(TipoMovimiento, text)


def campo_of(label: str) -> str:
    """The field that a problem names; empty if it names none."""
    return next((campo for campo, each in CAMPOS.items() if each == label), "")


def choices_of(campo: str) -> tuple[str, ...]:
    """What a cell of a field may say, if that is a list: «1 Permanente». Empty for other fields."""
    kind = _LISTAS.get(campo)
    return tuple(f"{each.value} {each.nombre}" for each in kind or ())  # type: ignore[attr-defined]


def understands(campo: str, text: str) -> bool:
    """Whether a cell of a field may say this, as far as that is a list."""
    if campo == "tipo":
        return _tipo_of(text) is not None
    return campo not in _LISTAS or _one_of(_LISTAS[campo], text) is not None


_LISTAS: Final[Mapping[str, type[StrEnum]]] = {
    "tipo": TipoMovimiento,
    "tipo_trabajador": TipoTrabajador,
    "tipo_salario": TipoSalario,
    "jornada": Jornada,
    "causa_baja": CausaBaja,
}


def _rfc(text: str) -> tuple[str, str]:
    """The RFC of a worker, or nothing and why it is not taken."""
    try:
        return rfc_of_worker(text), ""
    except InvalidInputError as error:
        return "", RFC_NOT_TAKEN.format(error.message)


_NAME_ORDER: Final = ("primer_apellido", "segundo_apellido", "nombres")
# Passed on as they stand in the sheet.
_TEXTS: Final = (
    *NOMBRE_CAMPOS,
    "registro_patronal",
    "nss",
    "sbc",
    "clave_trabajador",
    "curp",
    "rfc",
)
_OF_THE_TYPE: Final = {"sbc", "tipo_trabajador", "tipo_salario", "jornada", "causa_baja"}
# Whose empty cell is filled with the value of the file; the others, in every type.
_PAID: Final = (TipoMovimiento.ALTA, TipoMovimiento.MODIFICACION)
_TYPES_OF: Final[Mapping[str, tuple[TipoMovimiento, ...]]] = {
    "tipo_trabajador": _PAID,
    "tipo_salario": _PAID,
    "jornada": _PAID,
    "causa_baja": (TipoMovimiento.BAJA,),
    "umf": (TipoMovimiento.ALTA,),
}


def record_of(
    line: int, each: Movimiento, problems: tuple[ProblemaDispmag, ...]
) -> MovimientoLeido:
    # fmt: off
    return MovimientoLeido(
        line, each.tipo.value, each.registro_patronal, each.nss, each.primer_apellido,
        each.segundo_apellido, each.nombres, each.fecha, each.sbc, each.tipo_trabajador or "",
        each.tipo_salario or "", each.jornada or "", each.causa_baja or "", each.umf, each.guia,
        each.clave_trabajador, each.curp, problems, each.rfc,
    )
    # fmt: on


def _plain(text: str) -> str:
    return " ".join(re.sub("[^a-z0-9]+", " ", fold(text)).split())


def _one_of(kind: type[E], text: str) -> E | None:
    """The value that a text names, or None.

    The text is its code, its code without zeros, its name, or both: «1», «Permanente», «1
    Permanente»; or a word for it.
    """
    names: Callable[[E], str] = lambda each: _plain(each.nombre)  # type: ignore[attr-defined]  # noqa: E731
    plain = _plain(text)
    word = _PALABRAS.get(plain)
    if isinstance(word, kind):
        return word
    for each in kind:
        code = each.value.lower()
        if plain in {code, code.lstrip("0") or code, names(each), f"{code} {names(each)}"}:
            return each
    return None


def _with_zeros(text: str, length: int) -> str:
    """Restore leading zeros, which Excel drops."""
    plain = text.strip()
    return plain.zfill(length) if plain.isascii() and plain.isdigit() else plain
