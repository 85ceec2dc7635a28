"""Reads the pay of workers from a sheet: NSS, and SBC, daily pay or variable pay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Final

from icsoe_desktop.domain.confronta.fuentes import RowFolder
from icsoe_desktop.domain.confronta.persona import ClaseFuente, PeriodoConfronta, Persona
from icsoe_desktop.domain.identificadores.nombre_junto import split_name
from icsoe_desktop.domain.identificadores.numeros import Nss, RegistroPatronal
from icsoe_desktop.domain.movimientos.campos import CAMPOS_MOVIMIENTO
from icsoe_desktop.domain.movimientos.catalogos_imss import TipoSalario
from icsoe_desktop.domain.movimientos.limites_sbc import parse_sbc
from icsoe_desktop.domain.salarios.cambios import EntradaSalario
from icsoe_desktop.domain.salarios.razones import Empleo, Plantilla
from icsoe_desktop.domain.sua.formato import ClaseSua
from icsoe_desktop.domain.sua.lectura import AsegRow, recognise, review
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gateways.emision.lectura import read_emission
from icsoe_desktop.gateways.hojas.lectura import open_sheet
from icsoe_desktop.jobs import Progress
from icsoe_desktop.regular_file import open_regular
from icsoe_desktop.services.importacion.celdas import (
    column_mark,
    decimal_mark,
    filled_nss,
    is_total,
    plain_amount,
)
from icsoe_desktop.services.importacion.lectura import UNREADABLE, chunks_of

MAX_ROWS: Final = 50_000
_HEAD: Final = 64 * 2**10
# .xls and .xlsx: an emission is one of them.
_BOOKS: Final = (b"\xd0\xcf\x11\xe0", b"PK")
_OF_MOVEMENTS: Final = CAMPOS_MOVIMIENTO.headers()
_SBC: Final = CAMPOS_MOVIMIENTO.label("sbc")
COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "nss": tuple(_OF_MOVEMENTS["nss"]),
    "registro_patronal": tuple(_OF_MOVEMENTS["registro_patronal"]),
    "salario": (
        "Salario diario", "Salario", "Salario nuevo", "Sueldo diario", "Sueldo", "Cuota diaria",
        "Salario diario nuevo",
    ),
    "sbc": (
        _SBC, "SBC nuevo", "Nuevo SBC", "Salario base de cotización", "SDI", "SDI nuevo",
        "Salario diario integrado", "Salario integrado",
    ),
    "pagado": (
        "Variable", "Parte variable", "Percepciones variables", "Percepción variable",
        "Salario variable", "Pago variable", "Variables", "Variable del bimestre", "Comisiones",
    ),
    "dias": ("Días devengados", "Días", "Días trabajados", "Días laborados", "Días pagados"),
}  # fmt: skip
AMOUNTS: Final = {
    "salario": "Salario diario",
    "sbc": CAMPOS_MOVIMIENTO.label("sbc"),
    "pagado": "Parte variable",
}

NO_NSS: Final = (
    "A la hoja le falta la columna NSS. No se leyó nada. El primer renglón lleva los nombres de "
    "las columnas: NSS y SBC, Salario diario, o Parte variable y Días devengados."
)
NO_AMOUNTS: Final = (
    "La hoja no trae importes: le falta la columna SBC, Salario diario o Parte variable. No se "
    "leyó nada."
)
NO_ROWS: Final = "La hoja no tiene ningún renglón con un NSS. No se leyó nada."
NO_NOTICE: Final = (
    "Renglón {}: el programa no tiene ningún aviso presentado de este NSS. Importe, capture o "
    "presente antes su alta."
)
OTHER_EMPLOYER: Final = "Renglón {}: este NSS no tiene avisos en el registro patronal {}."
TWO_EMPLOYERS: Final = (
    "Renglón {}: trabaja en dos registros patronales o más. Agregue a la hoja la columna Registro "
    "patronal."
)
LEFT: Final = "Renglón {}: tiene baja del {:%d/%m/%Y}."
BAD_NSS: Final = "Renglón {}: {}"
BAD_AMOUNT: Final = "Renglón {}: en {} dice «{}», que no es un importe como 1,234.56."
BAD_DAYS: Final = "Renglón {}: los días devengados van con números enteros; dice «{}»."
OF_SUA: Final = "Su SBC de hoy sale de «{}»: el programa no tiene avisos suyos."
OF_EMISSION: Final = (
    "Su SBC de hoy sale de «{}»: el programa no tiene avisos suyos. La emisión trae su nombre en "
    "una sola celda: revise qué son apellidos."
)
NO_NAME: Final = "«{}» no dice su nombre, y sin él no hay aviso. Capture o importe antes su alta."
NO_REGISTRO: Final = (
    "«{}» no dice de qué registro patronal es, y sin él no hay aviso. Descargue otra vez la "
    "emisión, o capture o importe antes su alta."
)
READING: Final = "Leyendo la hoja"
TWICE: Final = "La hoja lo trae también en el renglón {}: se tomó el primero."
_SHOWN: Final = 40


@dataclass(frozen=True)
class HojaLeida:
    """entradas: by (NSS, ten characters of the registro patronal). renglones: with an NSS.

    sueltos: rows of nobody who works here, each with its sentence; from an ASEG, with an SBC.
    """

    archivo: str
    renglones: int
    entradas: Mapping[tuple[str, str], EntradaSalario] = field(repr=False)
    sueltos: tuple[Empleo, ...] = field(repr=False)


def read_pay(path: Path, plantilla: Plantilla, progress: Progress) -> HojaLeida:
    """A sheet, or an ASEG of SUA or an emission, which tell of workers without a notice.

    Raises InvalidInputError (campo «archivo») if it is neither, and Cancelled.
    """
    try:
        with open_regular(path) as file:
            head = file.read(_HEAD)
    except OSError as error:
        raise InvalidInputError(UNREADABLE, "archivo") from error
    found = _aseg(path, head, plantilla, progress)
    if found is None and head.startswith(_BOOKS):
        found = _emission(path, plantilla, progress)
    if found is not None:
        return found
    with open_sheet(path, COLUMNS, progress, max_rows=MAX_ROWS) as sheet:
        places = sheet.columns
        if "nss" not in places:
            raise InvalidInputError(NO_NSS, "archivo")
        if not AMOUNTS.keys() & places.keys():
            raise InvalidInputError(NO_AMOUNTS, "archivo")
        rows = [
            (row.line, {campo: row.cells[at].strip() for campo, at in places.items()})
            for row in sheet.rows
            if any(row.cells[at] for at in places.values())
            and not is_total(row.cells, row.cells[places["nss"]])
        ]
    if not rows:
        raise InvalidInputError(NO_ROWS, "archivo")
    marks = {
        campo: column_mark(cells[campo] for _, cells in rows)
        for campo in AMOUNTS.keys() & places.keys()
    }
    return _Lectura(plantilla, marks).read(path.name, rows)


def _aseg(path: Path, head: bytes, plantilla: Plantilla, progress: Progress) -> HojaLeida | None:
    """Those of an ASEG who are not in `plantilla`, with the SBC that SUA has."""
    layout = recognise(head)
    if layout is None or layout.clase is not ClaseSua.ASEG:
        return None
    known = {one.clave for one in plantilla.empleos}
    new: dict[tuple[str, str], Empleo] = {}
    read = 0
    for line in review(chunks_of(path, lambda done: progress.report(done, None, READING)), layout):
        row = line.fila
        read += 1
        if not isinstance(row, AsegRow) or not row.sbc:
            continue
        one = Empleo(
            row.nss, row.registro_patronal, row.primer_apellido, row.segundo_apellido, row.nombres,
            row.curp, row.sbc, row.fecha, "", TipoSalario.FIJO, row.jornada,
            nota=OF_SUA.format(path.name),
        )  # fmt: skip
        if one.clave not in known and len(new) < MAX_ROWS:
            new[one.clave] = one
    return HojaLeida(path.name, read, {}, tuple(new.values()))


def _emission(path: Path, plantilla: Plantilla, progress: Progress) -> HojaLeida | None:
    """Those whom the IMSS has and `plantilla` has not, with the SBC of their last row."""
    try:
        lists = read_emission(path, progress, named=True)
    except InvalidInputError:
        return None  # a pay sheet, or a file that the reader of sheets refuses with its reason
    # An EBA repeats its EMA.
    source = next((one for one in lists if one.encabezado.clase is ClaseFuente.EMA), lists[0])
    head = source.encabezado
    folder = RowFolder(PeriodoConfronta(head.desde, head.hasta))
    folder.add(path.name, head, source.renglones)
    # A baja of ours that is newer than the emission's month, or than any if it tells no month.
    left = {key for key, day in plantilla.bajas.items() if day.toordinal() >= head.desde}
    left_out = left | {one.clave for one in plantilla.empleos}
    day = head.hasta or date.max.toordinal()
    new = [
        _of_emission(path.name, one, day)
        for (registro, nss), one in sorted(folder.done().personas.items())
        if not one.ultima_baja and (nss, registro) not in left_out
    ]
    return HojaLeida(path.name, len(source.renglones), {}, tuple(new[:MAX_ROWS]))


def _of_emission(archivo: str, one: Persona, day: int) -> Empleo:
    parts = split_name(one.nombre)
    if parts is None or not one.registro_patronal:
        nota = NO_NAME if parts is None else NO_REGISTRO
        return _loose(one.renglon, one.nss, nota.format(archivo))
    nombre = parts.nombre
    return Empleo(
        one.nss, RegistroPatronal(one.registro_patronal).completo, nombre.primer_apellido,
        nombre.segundo_apellido, nombre.nombres, "", one.sbc_on(day),
        nota=OF_EMISSION.format(archivo),
    )  # fmt: skip


class _Lectura:
    def __init__(self, plantilla: Plantilla, marks: Mapping[str, str]) -> None:
        self._marks = marks
        self._of_nss: dict[str, list[Empleo]] = {}
        for empleo in plantilla.empleos:
            if empleo.sbc is not None:  # else a row of a sheet that was read before
                self._of_nss.setdefault(empleo.nss, []).append(empleo)
        self._left = {nss: day for (nss, _), day in sorted(plantilla.bajas.items())}
        self._lines: dict[tuple[str, str], int] = {}
        self._entradas: dict[tuple[str, str], EntradaSalario] = {}
        self._sueltos: list[Empleo] = []

    def read(self, archivo: str, rows: list[tuple[int, dict[str, str]]]) -> HojaLeida:
        for line, cells in rows:
            try:
                empleo = self._whose(line, cells)
            except InvalidInputError as error:
                self._sueltos.append(_loose(line, cells["nss"], error.message))
                continue
            clave = empleo.clave
            first = self._lines.setdefault(clave, line)
            if first != line:
                again = self._entradas[clave]
                nota = f"{again.nota} {TWICE.format(line)}".strip()
                self._entradas[clave] = again._replace(nota=nota)
                continue
            self._entradas[clave] = self._entry(line, cells)
        return HojaLeida(archivo, len(rows), self._entradas, tuple(self._sueltos))

    def _whose(self, line: int, cells: Mapping[str, str]) -> Empleo:
        """Raises InvalidInputError with the sentence of the row."""
        try:
            nss = Nss.parse(filled_nss(cells["nss"]) or cells["nss"]).valor
        except InvalidInputError as error:
            raise InvalidInputError(BAD_NSS.format(line, error.message)) from None
        found = self._of_nss.get(nss, [])
        registro = "".join(cells.get("registro_patronal", "").upper().split()).replace("-", "")
        if registro:
            here = [one for one in found if one.registro_patronal.startswith(registro[:10])]
            if found and not here:
                shown = registro[:_SHOWN]
                raise InvalidInputError(OTHER_EMPLOYER.format(line, shown))
            found = here
        if not found and nss in self._left:
            raise InvalidInputError(LEFT.format(line, self._left[nss]))
        if not found:
            raise InvalidInputError(NO_NOTICE.format(line))
        if len(found) > 1:
            raise InvalidInputError(TWO_EMPLOYERS.format(line))
        return found[0]

    def _entry(self, line: int, cells: Mapping[str, str]) -> EntradaSalario:
        notas: list[str] = []
        read: dict[str, int | None] = {}
        for campo, nombre in AMOUNTS.items():
            text = cells.get(campo, "")
            read[campo] = self._amount(campo, text)
            if text and read[campo] is None:
                notas.append(BAD_AMOUNT.format(line, nombre, text[:_SHOWN]))
        dias = cells.get("dias", "").removesuffix(".0")
        if dias and not (dias.isascii() and dias.isdigit() and len(dias) <= 4):
            notas.append(BAD_DAYS.format(line, dias[:_SHOWN]))
            dias = ""
        return EntradaSalario(
            read["salario"],
            read["pagado"],
            int(dias) if dias else None,
            read["sbc"],
            nota=" ".join(notas),
        )

    def _amount(self, campo: str, text: str) -> int | None:
        mark = decimal_mark(text)
        if len(mark) > 1:
            mark = self._marks[campo]
            if not mark:
                return None
        return parse_sbc(plain_amount(text, mark) if mark else text)


def _loose(line: int, nss: str, nota: str) -> Empleo:
    # Not a registro patronal, but what tells rows with one NSS apart.
    return Empleo(nss[:_SHOWN], f"{line:010}", "", "", "", "", None, nota=nota)


def with_loose(plantilla: Plantilla, hoja: HojaLeida) -> Plantilla:
    """With the rows of the sheet that are of nobody, so that each shows its sentence."""
    new = {one.clave for one in hoja.sueltos}
    known = (one for one in plantilla.empleos if one.sbc is not None and one.clave not in new)
    return replace(plantilla, empleos=(*hoja.sueltos, *known))
