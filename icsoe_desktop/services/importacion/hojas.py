"""Reads movements from a sheet. Columns are matched by name, rows judged like typed movements."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Final, TypeVar

from icsoe_desktop.domain.certificados.verificacion import format_fecha
from icsoe_desktop.domain.dispmag import Leido, LineaRechazada, MovimientoLeido, ProblemaDispmag
from icsoe_desktop.domain.fields import Place
from icsoe_desktop.domain.identificadores.curp import Curp
from icsoe_desktop.domain.identificadores.enie import notice, restore_enie
from icsoe_desktop.domain.identificadores.persona import NOMBRE_CAMPOS
from icsoe_desktop.domain.movimientos.limites_sbc import TablaLimites
from icsoe_desktop.domain.movimientos.movimiento import (
    CAMPOS_MOVIMIENTO,
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
from icsoe_desktop.gateways.hojas.comun import SheetFile
from icsoe_desktop.gateways.hojas.lectura import Sheet, open_sheet
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.importacion.celdas import (
    DOUBTFUL_AMOUNT,
    DOUBTS,
    NSS_FILLED,
    Lecturas,
    column_mark,
    decimal_mark,
    filled_nss,
    is_total,
    plain_amount,
    read_fecha,
)
from icsoe_desktop.services.importacion.valores import Columnas
from icsoe_desktop.services.movimientos.escritura import advertencias_of, judge
from icsoe_desktop.services.movimientos.valores import CapturaMovimiento

CAMPOS: Final = {each.name: each.title(Place.SHEET) for each in CAMPOS_MOVIMIENTO.at(Place.SHEET)}
OBLIGATORIOS: Final = frozenset(each.name for each in CAMPOS_MOVIMIENTO.missing(()))
_TIPOS: Final = {
    "alta": TipoMovimiento.ALTA,
    "reingreso": TipoMovimiento.ALTA,
    "alta reingreso": TipoMovimiento.ALTA,
    "modificacion": TipoMovimiento.MODIFICACION,
    "mod salario": TipoMovimiento.MODIFICACION,
    "cambio de salario": TipoMovimiento.MODIFICACION,
    "8": TipoMovimiento.ALTA,
    "7": TipoMovimiento.MODIFICACION,
    "2": TipoMovimiento.BAJA,
}
_JORNADAS: Final = {"completa": Jornada.NORMAL, "normal": Jornada.NORMAL}
TOTAL: Final = "Renglón de totales"
RFC_NOT_TAKEN: Final = "{} No se toma; el aviso se presenta sin él."
_ESPERADO_LISTA: Final = "Se esperaba uno de estos: {}."
_ESPERADO_FECHA: Final = "Se esperaba una fecha: dd/mm/aaaa o aaaa-mm-dd."
_ESPERADO_TIPO: Final = "Se esperaba 08 (alta o reingreso), 07 (modificación) o 02 (baja)."

E = TypeVar("E", bound=StrEnum)


def columns_of(path: Path, remembered: Mapping[str, str], progress: Progress) -> Columnas:
    """The header of the sheet and the proposed column of each field."""
    with open_sheet(path, CAMPOS_MOVIMIENTO.headers(), progress) as sheet:
        places = _places(sheet, remembered)
        header = sheet.header.cells
        proposals = {campo: header[at] for campo, at in places.items()}
        return Columnas(tuple(header), proposals, CAMPOS, OBLIGATORIOS)


def sheet_records(
    file: SheetFile,
    matched: Mapping[str, str],
    limites: TablaLimites,
    today: date,
    progress: Progress,
) -> Iterator[Leido]:
    """Every row of a sheet, judged, and at the end how its cells were read.

    matched: field → header, chosen by the user, preferred to matching by name. Empty for no column.
    Raises InvalidInputError (campo «archivo») if it is no sheet or a column is missing, and
    Cancelled.
    """
    with open_sheet(file, CAMPOS_MOVIMIENTO.headers(), progress) as sheet:
        places = _places(sheet, matched)
        missing = [each.title(Place.SHEET) for each in CAMPOS_MOVIMIENTO.missing(places)]
        if missing:
            raise InvalidInputError(
                f"Al archivo le falta lo siguiente: {', '.join(missing)}. No se importó nada. "
                "Indique en qué columna está, o agréguelo con su nombre en el primer renglón.",
                "archivo",
            )
        columna = _Importes(file, places.get("sbc", -1), progress)
        lecturas = Lecturas()
        for row in sheet.rows:
            cells = {campo: row.cells[at] for campo, at in places.items()}
            if not any(cells.values()):
                continue
            if is_total(row.cells, cells["nss"]):
                lecturas.add("total", row.line, 0, TOTAL, "Total", "no es un movimiento")
                continue
            yield _judged(row.line, cells, places, limites, today, columna, lecturas)
        yield from lecturas.told()


class _Importes:
    """The decimal mark of a column of amounts. Reads the sheet once more, if a cell needs it."""

    def __init__(self, file: SheetFile, at: int, progress: Progress) -> None:
        self._file, self._at, self._progress = file, at, progress
        self._mark: str | None = None

    def mark_of(self, text: str) -> str:
        """The decimal mark of an amount; «.,» if neither it nor its column tells."""
        mark = decimal_mark(text)
        if len(mark) < 2:
            return mark
        if self._mark is None:
            wanted = CAMPOS_MOVIMIENTO.headers()
            with open_sheet(self._file, wanted, self._progress) as sheet:
                self._mark = column_mark(row.cells[self._at] for row in sheet.rows)
        return self._mark or mark


def _places(sheet: Sheet, matched: Mapping[str, str]) -> dict[str, int]:
    places = dict(sheet.columns)
    header = list(sheet.header.cells)
    for campo, name in matched.items():
        if campo not in CAMPOS:
            continue
        if not name:
            places.pop(campo, None)
        elif name in header:
            places[campo] = header.index(name)
    return places


def _judged(
    line: int,
    cells: Mapping[str, str],
    places: Mapping[str, int],
    limites: TablaLimites,
    today: date,
    columna: _Importes,
    lecturas: Lecturas,
) -> MovimientoLeido | LineaRechazada:
    found: dict[str, tuple[str, str]] = {}

    def read_as(name: str, campo: str, said: str) -> None:
        lecturas.add(name, line, places[campo] + 1, CAMPOS[campo], as_read[campo], said)

    def wrong(campo: str, esperado: str, gravedad: str = "error") -> None:
        found.setdefault(campo, (esperado, gravedad))

    text = {campo: cells.get(campo, "") for campo in CAMPOS}
    tipo = _TIPOS.get(_plain(text["tipo"])) or _one_of(TipoMovimiento, text["tipo"])
    if tipo is None:
        wrong("tipo", _ESPERADO_TIPO)
    as_read = dict(text)
    fecha, how = read_fecha(text["fecha"], today)
    if fecha is None:
        wrong("fecha", how if how in DOUBTS else _ESPERADO_FECHA)
    elif how:
        read_as(how, "fecha", format_fecha(fecha))
    baja = tipo is TipoMovimiento.BAJA
    mark = "" if baja else columna.mark_of(text["sbc"])
    if len(mark) > 1:
        wrong("sbc", DOUBTFUL_AMOUNT)
    elif mark:
        text["sbc"] = plain_amount(text["sbc"], mark)
        if mark == ",":
            read_as("sbc", "sbc", text["sbc"])
    nss = filled_nss(text["nss"])
    text["nss"] = nss or text["nss"]

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
        jornada = _JORNADAS.get(_plain(text["jornada"])) or listed(
            Jornada, "jornada", Jornada.NORMAL
        )
    # No notice carries it, so a wrong one keeps nobody from being presented.
    text["rfc"], rfc_wrong = _rfc(text["rfc"])
    restored = restore_enie(text, _curp(text["curp"], today))
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
        for campo, sentence in advertencias_of(movimiento, limites).items():
            wrong(campo, sentence, "advertencia")
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


def _rfc(text: str) -> tuple[str, str]:
    """The RFC of a worker, or nothing and why it is not taken."""
    try:
        return rfc_of_worker(text), ""
    except InvalidInputError as error:
        return "", RFC_NOT_TAKEN.format(error.message)


def _curp(text: str, today: date) -> Curp | None:
    try:
        return Curp.parse(text, today) if text.strip() else None
    except InvalidInputError:
        return None


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
    Permanente».
    """
    names: Callable[[E], str] = lambda each: _plain(each.nombre)  # type: ignore[attr-defined]  # noqa: E731
    plain = _plain(text)
    for each in kind:
        code = each.value.lower()
        if plain in {code, code.lstrip("0") or code, names(each), f"{code} {names(each)}"}:
            return each
    return None


def _with_zeros(text: str, length: int) -> str:
    """Restore leading zeros, which Excel drops."""
    plain = text.strip()
    return plain.zfill(length) if plain.isascii() and plain.isdigit() else plain
