"""Reads the chosen files of both sides, recognised by their content, and tells what each is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Final

from icsoe_desktop.domain.confronta.fuentes import (
    NssDe,
    PersonasLado,
    RowFolder,
    as_payroll,
    join,
    latest_month,
    of_receipts,
)
from icsoe_desktop.domain.confronta.persona import (
    ArchivoFuera,
    ClaseFuente,
    Encabezado,
    Lado,
    PeriodoConfronta,
    Recibo,
    Renglon,
    curp_of,
    month_of,
    nss_of,
    registro_of,
    rfc_of,
)
from icsoe_desktop.domain.movimientos.campos import CAMPOS_MOVIMIENTO, NOMBRE_COMPLETO
from icsoe_desktop.domain.movimientos.limites_sbc import parse_sbc
from icsoe_desktop.domain.sua.lectura import AsegRow, MovtRow, recognise, review
from icsoe_desktop.domain.texto import counted
from icsoe_desktop.errors import InvalidInputError, UserFacingError
from icsoe_desktop.gateways.cfdi.lectura import Observado, OtroArchivo, read_receipts
from icsoe_desktop.gateways.emision.lectura import read_emission
from icsoe_desktop.gateways.hojas.lectura import open_sheet
from icsoe_desktop.jobs import Progress
from icsoe_desktop.regular_file import open_regular
from icsoe_desktop.services.importacion.celdas import (
    column_mark,
    decimal_mark,
    is_total,
    plain_amount,
    read_fecha,
)
from icsoe_desktop.services.importacion.lectura import chunks_of

# Reasons that are kept and shown; of more files only their number.
MAX_SHOWN: Final = 200
_HEAD: Final = 8192
_BOOK: Final = "xls"
_SHEET: Final = "hoja"
_IN_SHEETS: Final = (
    "registro_patronal", "nss", "curp", "rfc", "primer_apellido", "segundo_apellido", "nombres",
    "fecha", "sbc",
)  # fmt: skip
_FULL_NAMES: Final = (*NOMBRE_COMPLETO, "Empleado", "Trabajador", "Nombre del empleado")
_IMPORTED: Final = (" No se importó nada.", " No se cambió nada.")

NO_KEY: Final = (
    "No tiene una columna con el NSS o la CURP. Agréguela con ese nombre en el primer renglón."
)
NOTHING: Final = "No tiene ningún renglón con una persona."
OTHER_SUA: Final = "Es un archivo de SUA que no trae personas ni salarios. No se compara."
RECEIPTS_ARE_PAYROLL: Final = "Los recibos son de la nómina: no se pueden pasar al lado del IMSS."
LOOSE: Final = "Recibos sueltos"


@dataclass(eq=False)
class FuenteLeida:
    """What was read of a chosen file or folder. One of `recibos` and `renglones` is empty.

    fuera: files that were left out, at most MAX_SHOWN; fuera_total: all of them. notas: files
    that were read in another way than they say. The content never leaves the memory.
    """

    archivo: str
    clase: ClaseFuente | None
    lado: Lado
    encabezado: Encabezado | None = None
    renglones: list[Renglon] = field(default_factory=list, repr=False)
    recibos: list[Recibo] = field(default_factory=list, repr=False)
    fuera: list[ArchivoFuera] = field(default_factory=list)
    fuera_total: int = 0
    notas: int = 0
    personas: int = 0
    registros: tuple[str, ...] = ()
    rutas: tuple[Path, ...] = ()

    def leave_out(self, one: ArchivoFuera) -> None:
        self.fuera_total += 1
        if len(self.fuera) < MAX_SHOWN:
            self.fuera.append(one)

    @property
    def is_readable(self) -> bool:
        return bool(self.recibos or self.renglones)

    @cached_property
    def periodo(self) -> PeriodoConfronta | None:
        if self.recibos:
            return latest_month(self.recibos)
        if self.encabezado is None or not self.encabezado.desde:
            return None
        return PeriodoConfronta(self.encabezado.desde, self.encabezado.hasta)

    @property
    def sin_fecha(self) -> int:
        return self.encabezado.sin_fecha if self.encabezado is not None else 0

    @property
    def can_move(self) -> bool:
        return bool(self.renglones)

    def moved(self) -> FuenteLeida:
        """The same on the other side. Raises InvalidInputError for receipts."""
        if not self.can_move:
            raise InvalidInputError(RECEIPTS_ARE_PAYROLL, "archivo")
        return replace(self, lado=Lado.NOMINA if self.lado is Lado.IMSS else Lado.IMSS)

    def summed_up(self) -> FuenteLeida:
        """Itself, with `resumen` made, which takes long for many receipts."""
        _ = self.resumen
        return self

    @cached_property
    def resumen(self) -> str:
        """Kind, registros patronales, period, persons, and what was left out, in one line."""
        if not self.is_readable:
            return self.fuera[0].motivo if self.fuera else NOTHING
        parts = [str(self.clase), counted(self.personas, "persona", "personas")]
        if self.recibos:
            parts.append(counted(len(self.recibos), "recibo", "recibos"))
        if self.registros:
            many = counted(len(self.registros), "", "registros patronales")
            parts.append(self.registros[0] if len(self.registros) == 1 else many)
        if self.periodo is not None:
            parts.append(self.periodo.nombre)
        if self.notas:
            parts.append(f"{counted(self.notas, 'archivo', 'archivos')} con letras mal declaradas")
        if self.sin_fecha:
            rows = counted(self.sin_fecha, "renglón", "renglones")
            parts.append(f"{rows} con una fecha que no se entiende")
        if self.fuera_total:
            parts.append(f"{counted(self.fuera_total, 'archivo', 'archivos')} fuera")
        return " · ".join(parts)


def read_sources(
    paths: Sequence[Path],
    today: date,
    progress: Progress,
    lado: Lado | None = None,
    others: Sequence[FuenteLeida] = (),
) -> list[FuenteLeida]:
    """Every file, folder and ZIP. lado: of all of them; None for the usual one of their kind.

    today: for the dates of sheets. others: read before. Raises Cancelled. What cannot be read has
    a reason instead.
    """
    chosen = list(dict.fromkeys(path.absolute() for path in paths))
    loose = [path for path in chosen if path.suffix.lower() == ".xml"]
    groups = [([path], path.name) for path in chosen if path not in set(loose)]
    if loose:
        groups.insert(0, (loose, loose[0].name if len(loose) == 1 else LOOSE))
    found: list[FuenteLeida] = []
    for group, name in groups:
        found += _read_group(group, name, today, progress)
    for one in found:
        _ = one.resumen  # here, not where it is shown
    return _on_sides(found, lado, others)


def _read_group(
    paths: list[Path], name: str, today: date, progress: Progress
) -> Iterator[FuenteLeida]:
    receipts = FuenteLeida(name, ClaseFuente.CFDI, Lado.NOMINA, rutas=tuple(paths))
    others: list[OtroArchivo] = []
    for item in read_receipts(paths, progress):
        if type(item) is Recibo:
            receipts.recibos.append(item)
        elif type(item) is ArchivoFuera:
            receipts.leave_out(item)
        elif type(item) is OtroArchivo:
            others.append(item)
        elif type(item) is Observado:
            receipts.notas += 1
    if receipts.recibos or receipts.fuera:
        if not receipts.recibos:
            receipts.clase = None
        receipts.personas = len({one.nss or one.curp or one.rfc for one in receipts.recibos})
        registros = {one.registro_patronal for one in receipts.recibos if one.registro_patronal}
        receipts.registros = tuple(sorted(registros))
        yield receipts
    for other in others:
        yield from _read_other(other, today, progress)


def _read_other(other: OtroArchivo, today: date, progress: Progress) -> Iterator[FuenteLeida]:
    try:
        if other.clase == _BOOK:
            tables = _emission(other.path, progress)
        elif other.clase == _SHEET:
            tables = _sheet_or_emission(other.path, today, progress)
        else:
            tables = [_sua(other.path, progress)]
    except UserFacingError as error:
        refused = FuenteLeida(other.archivo, None, Lado.NOMINA, rutas=(other.path,))
        refused.leave_out(ArchivoFuera(other.archivo, _plain(error.message)))
        yield refused
        return
    for encabezado, renglones in tables:
        registros = {one.registro_patronal for one in renglones} | {encabezado.registro_patronal}
        yield FuenteLeida(
            other.archivo,
            encabezado.clase,
            Lado.NOMINA,
            encabezado,
            renglones,
            personas=len({(one.registro_patronal, one.nss or one.curp) for one in renglones}),
            registros=tuple(sorted(registros - {""})),
            rutas=(other.path,),
        )


Tabla = tuple[Encabezado, list[Renglon]]


def _emission(path: Path, progress: Progress, *, named: bool = False) -> list[Tabla]:
    lists = read_emission(path, progress, named=named)
    return [(one.encabezado, one.renglones) for one in lists]


def _sheet_or_emission(path: Path, today: date, progress: Progress) -> list[Tabla]:
    """An emission that somebody saved again is a workbook like any other."""
    with open_regular(path) as file:
        is_book = file.read(2) == b"PK"
    if is_book:
        try:
            return _emission(path, progress, named=True)
        except InvalidInputError:
            pass
    return [_sheet(path, today, progress)]


def _sheet(path: Path, today: date, progress: Progress) -> Tabla:
    """Raises InvalidInputError, also without a column of NSS or CURP."""
    every = CAMPOS_MOVIMIENTO.headers()
    wanted: Mapping[str, Sequence[str]] = {name: every[name] for name in _IN_SHEETS}
    wanted = {**wanted, "nombre": _FULL_NAMES}
    rows: list[tuple[int, dict[str, str]]] = []
    with open_sheet(path, wanted, progress) as sheet:
        if "nss" not in sheet.columns and "curp" not in sheet.columns:
            raise InvalidInputError(NO_KEY, "archivo")
        for row in sheet.rows:
            cells = {name: row.cells[at] for name, at in sheet.columns.items()}
            if not is_total(row.cells, cells.get("nss", "")):
                rows.append((row.line, cells))
    mark = column_mark(cells.get("sbc", "") for _, cells in rows)
    found = [(_of_sheet(line, cells, mark, today), cells) for line, cells in rows]
    found = [each for each in found if each[0].nss or each[0].curp or each[0].nombre]
    if not found:
        raise InvalidInputError(NOTHING, "archivo")
    undated = sum(not one.fecha and bool(cells.get("fecha")) for one, cells in found)
    return Encabezado(ClaseFuente.HOJA, sin_fecha=undated), [one for one, _ in found]


def _of_sheet(line: int, cells: Mapping[str, str], mark: str, today: date) -> Renglon:
    amount = cells.get("sbc", "")
    own = decimal_mark(amount)
    sbc = parse_sbc(plain_amount(amount, mark if len(own) > 1 else own) if own else amount)
    fecha, _ = read_fecha(cells.get("fecha", ""), today)
    names = (cells.get(name, "") for name in ("nombres", "primer_apellido", "segundo_apellido"))
    return Renglon(
        line,
        registro_of(cells.get("registro_patronal", "")),
        nss_of(cells.get("nss", "")),
        curp_of(cells.get("curp", "")),
        rfc_of(cells.get("rfc", "")),
        cells.get("nombre") or " ".join(filter(None, names)),
        "",
        fecha.toordinal() if fecha is not None else 0,
        0,
        sbc or None,
    )


def _sua(path: Path, progress: Progress) -> Tabla:
    with open_regular(path) as file:
        layout = recognise(file.read(_HEAD))
    found: list[Renglon] = []
    clase = ClaseFuente.ASEG
    if layout is not None:
        tell = lambda done: progress.report(done, None, f"Leyendo {path.name}")  # noqa: E731
        for line in review(chunks_of(path, tell), layout):
            row = line.fila
            if isinstance(row, MovtRow):
                clase = ClaseFuente.MOVT
                found.append(_of_sua(line.linea, row, "", row.tipo, row.dias))
            elif isinstance(row, AsegRow):
                nombre = f"{row.primer_apellido} {row.segundo_apellido} {row.nombres}"
                found.append(_of_sua(line.linea, row, nombre, "", 0, row.curp, row.rfc))
    if not found:
        raise InvalidInputError(OTHER_SUA, "archivo")
    return Encabezado(clase), found


def _of_sua(
    linea: int,
    row: AsegRow | MovtRow,
    nombre: str,
    tipo: str,
    dias: int,
    curp: str = "",
    rfc: str = "",
) -> Renglon:
    registro, nss = registro_of(row.registro_patronal), nss_of(row.nss)
    day = row.fecha.toordinal()
    return Renglon(linea, registro, nss, curp, rfc, nombre, tipo, day, dias, row.sbc or None)


def _on_sides(
    found: list[FuenteLeida], lado: Lado | None, others: Sequence[FuenteLeida]
) -> list[FuenteLeida]:
    """Emissions are the IMSS's; SUA is too, beside receipts or a sheet."""
    paid = any(one.clase in (ClaseFuente.CFDI, ClaseFuente.HOJA) for one in (*others, *found))
    of_imss = {ClaseFuente.EMA, ClaseFuente.EBA}
    if paid:
        of_imss |= {ClaseFuente.ASEG, ClaseFuente.MOVT}
    for one in found:
        if one.renglones:
            one.lado = lado or (Lado.IMSS if one.clase in of_imss else Lado.NOMINA)
    return found


def _plain(sentence: str) -> str:
    """An import's sentence without its clauses about importing."""
    for phrase in _IMPORTED:
        sentence = sentence.replace(phrase, "")
    return sentence


def period_of(sources: Iterable[FuenteLeida]) -> PeriodoConfronta | None:
    """What is compared: the latest month of the emissions, else that of the receipts."""
    every = list(sources)
    for kinds in ((ClaseFuente.EMA,), (ClaseFuente.EBA,), (ClaseFuente.CFDI,)):
        periods = [one.periodo for one in every if one.clase in kinds and one.periodo is not None]
        if periods:
            return max(periods, key=lambda one: one.hasta)
    days = [row.fecha for one in every if one.clase is ClaseFuente.MOVT for row in one.renglones]
    return month_of(max(days)) if days else None


def side_of(
    sources: Iterable[FuenteLeida],
    lado: Lado,
    periodo: PeriodoConfronta,
    nss_de: NssDe,
    ask: Callable[[], None] = lambda: None,
) -> tuple[PersonasLado, list[FuenteLeida]]:
    """The persons of one side, and the sources that are of another period. ask: see of_receipts."""
    own = [one for one in sources if one.lado is lado and one.is_readable]
    folder = RowFolder(periodo)
    others: list[FuenteLeida] = []
    for one in sorted(
        own, key=lambda each: list(ClaseFuente).index(each.clase or ClaseFuente.CFDI)
    ):
        if one.encabezado is None:
            continue
        when = one.periodo
        if when is not None and (when.hasta < periodo.desde or when.desde > periodo.hasta):
            others.append(one)
        else:
            folder.add(one.archivo, one.encabezado, one.renglones)
            ask()
    rows = folder.done()
    ask()
    if lado is Lado.IMSS:
        return rows, others
    receipts = [each for one in own for each in one.recibos]
    return join(of_receipts(receipts, periodo, nss_de, ask), as_payroll(rows, periodo)), others
