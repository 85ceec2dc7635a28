"""The table of minimum wage and UMA: what the office adds, imports and exports."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from icsoe_desktop.domain.acceso.sesion import Permiso, Sesion
from icsoe_desktop.domain.identificadores.persona import full_name
from icsoe_desktop.domain.movimientos.limites_sbc import TablaLimites, parse_sbc
from icsoe_desktop.domain.salarios.calculo import Reglas
from icsoe_desktop.domain.texto import clean, counted, fold, safe_cell
from icsoe_desktop.domain.valores_legales.valores import (
    Certeza,
    Concepto,
    ValorLegal,
    missing_text,
    plain_pesos,
    refuse_jump,
)
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gateways.atomic_write import replace_file
from icsoe_desktop.gateways.hojas.lectura import open_sheet
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.acceso.autorizacion import check_right, reading, writing
from icsoe_desktop.services.bitacora.service import Accion, BitacoraService
from icsoe_desktop.services.importacion.celdas import parse_fecha
from icsoe_desktop.services.valores_legales.limites import (
    AJUSTE,
    YEARS,
    limites_of,
    reglas_of,
    valores_of,
    value_of,
)
from icsoe_desktop.store.ajustes import keep_values
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.found import still_there
from icsoe_desktop.store.tables.acceso import UsuarioRow
from icsoe_desktop.store.tables.registros import ValorLegalRow

OBJETO: Final = "valor"
MAX_FUENTE: Final = 120
MAX_ROWS: Final = 1_000
TOLD_PROBLEMS: Final = 8
CENTRAL: Final = "Política central"
SOMEBODY_GONE: Final = "Alguien que ya no está"

COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "concepto": ("Concepto", "Valor"),
    "desde": ("Desde", "Vigente desde", "Fecha"),
    "importe": ("Importe diario", "Importe", "Diario"),
    "fuente": ("Fuente",),
}
HEADERS: Final = tuple(names[0] for names in COLUMNS.values())

FUENTE_LONG: Final = f"La fuente tiene como máximo {MAX_FUENTE} caracteres."
FIXED: Final = (
    "Ese valor lo fijó quien administra este equipo. No se cambió nada. Pídale que lo corrija en "
    "central.ini."
)
NOT_THERE: Final = (
    "Ese valor no lo agregó esta oficina: viene con el programa. No se cambió nada. Si está mal, "
    "agregue uno con la misma fecha."
)
NO_CONCEPT: Final = "Escriba " + ", ".join(f"«{one.nombre}»" for one in Concepto) + "."
NO_DATE: Final = "Escriba la fecha como dd/mm/aaaa."
NO_AMOUNT: Final = "Escriba el importe diario en pesos y centavos, por ejemplo 315.04."
NO_ROWS: Final = (
    "El archivo no tiene renglones debajo de los nombres de las columnas. No se importó nada."
)
REPEATED: Final = "El mismo valor está en el renglón {}. Deje sólo uno."


@dataclass(frozen=True, slots=True)
class ValorLegalFila:
    """A value in the table.

    vigente: the one that counts for its concept today.
    propio: added by this office, so it can be removed. quien, cuando: of the change; empty and
    None for a shipped value.
    """

    valor: ValorLegal
    vigente: bool
    propio: bool
    quien: str
    cuando: datetime | None


class ValoresLegalesService:
    def __init__(
        self, store: Store, bitacora: BitacoraService, central: Sequence[ValorLegal] = ()
    ) -> None:
        """central: the values of the machine's policy, which nobody here can change."""
        self._store = store
        self._note = bitacora.about(OBJETO)
        self._adopt(central)

    def table(self, sesion: Sesion) -> tuple[ValorLegalFila, ...]:
        """The values that count, the newest first."""
        with reading(self._store, sesion, _right_to_read(sesion)) as db:
            tabla = valores_of(db)
            today = self._store.today()
            rows = {(row.concepto, row.desde, row.central): row for row in _rows(db)}
            counting: dict[tuple[Concepto, date], ValorLegal] = {}
            for one in tabla.valores:
                counting[one.concepto, one.desde] = one
            now = {concepto: tabla.on(concepto, today) for concepto in Concepto}
            found = []
            for valor in counting.values():
                central = valor.certeza is Certeza.CENTRAL
                own = valor.certeza is Certeza.CAPTURADA
                row = rows.get((valor.concepto, valor.desde, central)) if own or central else None
                found.append(
                    ValorLegalFila(
                        valor,
                        now[valor.concepto] is valor,
                        own,
                        "" if row is None else CENTRAL if central else _name(db, row),
                        None if row is None else row.cuando,
                    )
                )
        order = list(Concepto)
        return tuple(
            sorted(
                found,
                key=lambda one: (-one.valor.desde.toordinal(), order.index(one.valor.concepto)),
            )
        )

    def missing(self, sesion: Sesion) -> tuple[str, ...]:
        """The values that somebody has to add, a sentence each without its full stop."""
        with reading(self._store, sesion, _right_to_read(sesion)) as db:
            return tuple(missing_text(*one) for one in valores_of(db).missing(self._store.today()))

    def save(
        self, sesion: Sesion, *, concepto: Concepto, desde: date, importe: str, fuente: str
    ) -> ValorLegal:
        """Add a value, or replace the one of the same concept and day.

        importe: as typed, in pesos. Raises InvalidInputError with the field.
        """
        valor = _parse(concepto, desde, importe, fuente)
        with writing(self._store, sesion, Permiso.CONFIGURAR) as db:
            self._write(db, sesion, [valor])
            self._note(db, sesion, Accion.CAMBIO_VALOR_LEGAL, detalle=_told(valor))
        return valor

    def remove(self, sesion: Sesion, concepto: Concepto, desde: date) -> None:
        """Remove a value of the office. The shipped one of the same day counts again."""
        with writing(self._store, sesion, Permiso.CONFIGURAR) as db:
            row = still_there(db, ValorLegalRow, (concepto.value, desde, False), NOT_THERE)
            valor = value_of(row)
            db.delete(row)
            self._note(db, sesion, Accion.BAJA_VALOR_LEGAL, detalle=_told(valor))

    def import_values(self, sesion: Sesion, path: Path, progress: Progress) -> int:
        """Add the values of an Excel or CSV file, all or none. Returns their number.

        Rows that are equal to a known value are skipped. Raises InvalidInputError (campo
        «archivo») that names the wrong lines, and Cancelled.
        """
        check_right(self._store, sesion, Permiso.CONFIGURAR)
        read = _read(path, progress)
        with writing(self._store, sesion, Permiso.CONFIGURAR) as db:
            known = {
                (one.concepto, one.desde): (one.centavos, one.fuente)
                for one in valores_of(db).valores
            }
            new = [
                one
                for one in read
                if known.get((one.concepto, one.desde)) != (one.centavos, one.fuente)
            ]
            try:
                self._write(db, sesion, new)
            except InvalidInputError as error:
                raise InvalidInputError(f"{error.message} No se importó nada.", "archivo") from None
            if new:
                detalle = counted(len(new), "valor", "valores")
                self._note(db, sesion, Accion.IMPORTACION_VALORES_LEGALES, detalle=detalle)
            progress.report(len(read), len(read))
        return len(new)

    def export_values(self, sesion: Sesion, path: Path) -> int:
        """Write the table as CSV, as `import_values` reads it. Returns the number of values.

        Raises UserFacingError. An existing file then stays unchanged.
        """
        filas = self.table(sesion)
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow((*HEADERS, "Certeza"))
        for fila in filas:
            valor = fila.valor
            writer.writerow(
                (
                    valor.concepto.nombre,
                    f"{valor.desde:%d/%m/%Y}",
                    plain_pesos(valor.centavos),
                    safe_cell(valor.fuente),
                    valor.certeza.value,
                )
            )
        replace_file(path, text.getvalue().encode("utf-8-sig"))
        return len(filas)

    def rules(self, sesion: Sesion) -> tuple[Reglas, TablaLimites, date]:
        """How the office computes the factor, what bounds an SBC, and today."""
        with reading(self._store, sesion, _right_to_read(sesion)) as db:
            return reglas_of(db), limites_of(db), self._store.today()

    def save_rules(self, sesion: Sesion, reglas: Reglas) -> None:
        with writing(self._store, sesion, Permiso.CONFIGURAR) as db:
            if reglas.dias_del_anio not in YEARS:
                raise InvalidInputError("El año del factor tiene 365 o 366 días.", "dias")
            kept = {
                "dias_del_anio": reglas.dias_del_anio,
                "redondea_factor": reglas.redondea_factor,
            }
            keep_values(db, self._store, AJUSTE, kept)
            detalle = f"Factor de integración {reglas.nombre}"
            self._note(db, sesion, Accion.CAMBIO_VALOR_LEGAL, detalle=detalle)

    def _write(self, db: Session, sesion: Sesion, valores: Sequence[ValorLegal]) -> None:
        written = {(one.concepto, one.desde) for one in valores}
        others = [one for one in valores_of(db).valores if (one.concepto, one.desde) not in written]
        for valor in valores:
            if db.get(ValorLegalRow, (valor.concepto.value, valor.desde, True)) is not None:
                raise InvalidInputError(FIXED, "desde")
            refuse_jump(valor, [*others, *valores])
            db.merge(_row(self._store.clock(), valor, sesion))

    def _adopt(self, central: Sequence[ValorLegal]) -> None:
        """Make the rows of the policy equal to it."""
        wanted = {(one.concepto.value, one.desde): (one.centavos, one.fuente) for one in central}
        with self._store.read() as db:
            present = {
                (row.concepto, row.desde): (row.centavos, row.fuente)
                for row in _rows(db)
                if row.central
            }
        if wanted == present:
            return
        with self._store.write() as db:
            db.execute(delete(ValorLegalRow).where(ValorLegalRow.central))
            for one in central:
                db.merge(_row(self._store.clock(), one, None))
            self._note(db, None, Accion.CAMBIO_VALOR_LEGAL, detalle=f"{CENTRAL}: central.ini")


def _right_to_read(sesion: Sesion) -> Permiso:
    """Without IDSE users the contratista has one of the two."""
    return Permiso.CONFIGURAR if sesion.encargado else Permiso.CONSULTAR_MOVIMIENTOS


def _rows(db: Session) -> Sequence[ValorLegalRow]:
    return db.scalars(select(ValorLegalRow)).all()


def _row(now: datetime, valor: ValorLegal, sesion: Sesion | None) -> ValorLegalRow:
    return ValorLegalRow(
        concepto=valor.concepto.value,
        desde=valor.desde,
        central=sesion is None,
        centavos=valor.centavos,
        fuente=valor.fuente,
        usuario_id=None if sesion is None else sesion.usuario_id,
        cuando=now,
    )


def _name(db: Session, row: ValorLegalRow) -> str:
    usuario = None if row.usuario_id is None else db.get(UsuarioRow, row.usuario_id)
    if usuario is None:
        return SOMEBODY_GONE
    return full_name(usuario)


def _told(valor: ValorLegal) -> str:
    return f"{valor.concepto.nombre}, {valor.desde:%d/%m/%Y}: {plain_pesos(valor.centavos)}"


def _parse(concepto: Concepto, desde: date, importe: str, fuente: str) -> ValorLegal:
    centavos = parse_sbc(importe)
    if centavos is None:
        raise InvalidInputError(NO_AMOUNT, "importe")
    source = clean(fuente)
    if len(source) > MAX_FUENTE:
        raise InvalidInputError(FUENTE_LONG, "fuente")
    return ValorLegal(concepto, desde, centavos, source, Certeza.CAPTURADA)


def _read(path: Path, progress: Progress) -> list[ValorLegal]:
    names = {fold(one.nombre): one for one in Concepto} | {one.value: one for one in Concepto}
    found: dict[tuple[Concepto, date], tuple[int, ValorLegal]] = {}
    problems: list[str] = []
    with open_sheet(path, COLUMNS, progress, max_rows=MAX_ROWS) as sheet:
        missing = [names[0] for campo, names in COLUMNS.items() if campo not in sheet.columns]
        if missing:
            raise InvalidInputError(
                f"Al archivo le falta: {', '.join(missing)}. No se importó nada. El primer renglón "
                f"lleva los nombres de las columnas: {', '.join(HEADERS)}.",
                "archivo",
            )
        for row in sheet.rows:
            cells = {campo: row.cells[at] for campo, at in sheet.columns.items()}
            concepto = names.get(fold(cells["concepto"]).strip())
            desde = parse_fecha(cells["desde"])
            try:
                if concepto is None:
                    raise InvalidInputError(NO_CONCEPT, "concepto")
                if desde is None:
                    raise InvalidInputError(NO_DATE, "desde")
                valor = _parse(concepto, desde, cells["importe"], cells["fuente"].removeprefix("'"))
                line, _ = found.setdefault((concepto, desde), (row.line, valor))
                if line != row.line:
                    raise InvalidInputError(REPEATED.format(line), "concepto")
            except InvalidInputError as error:
                problems.append(f"Renglón {row.line}: {error.message}")
    if problems:
        more = len(problems) - TOLD_PROBLEMS
        told = problems[:TOLD_PROBLEMS] + ([f"Y {more} más."] if more > 0 else [])
        raise InvalidInputError(f"No se importó nada. {' '.join(told)}", "archivo")
    if not found:
        raise InvalidInputError(NO_ROWS, "archivo")
    return [valor for _, valor in found.values()]
