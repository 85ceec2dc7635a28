"""Workers of a contract: their list as text, the CSV of the portal, and the portal's rejections.

Source: layout `NSS,CURP,SBC`, at most 3,000 rows and 15 MB a file (one detailed source); header and
encoding are open, so reading accepts both.
"""

from __future__ import annotations

import contextlib
import re
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple

from icsoe_desktop.domain.fields import Field, FieldTable, Place
from icsoe_desktop.domain.identificadores.curp import Curp, too_young
from icsoe_desktop.domain.identificadores.numeros import Nss
from icsoe_desktop.domain.identificadores.valor import compact
from icsoe_desktop.domain.movimientos.limites_sbc import Limites, parse_sbc
from icsoe_desktop.domain.texto import clean, fold
from icsoe_desktop.domain.valores_legales.valores import plain_pesos
from icsoe_desktop.errors import InvalidInputError

MAX_ROWS_A_FILE: Final = 3_000
MAX_TRABAJADORES: Final = 20_000
MAX_SBC: Final = 9_999_99  # centavos
MAX_CELL: Final = 40
LINE_END: Final = "\r\n"

CAMPOS_TRABAJADOR: Final = FieldTable(
    (
        Field(
            "nss",
            "NSS",
            Place.FORM | Place.SHEET | Place.GRID | Place.ARCO,
            aliases=(
                "Número de seguridad social",
                "No. de seguridad social",
                "N.S.S.",
                "Afiliación",
            ),
            expected="11 números",
        ),
        Field(
            "curp",
            "CURP",
            Place.FORM | Place.SHEET | Place.GRID | Place.ARCO,
            aliases=("Clave única de registro de población",),
            expected="18 letras y números",
        ),
        Field(
            "sbc",
            "SBC",
            Place.FORM | Place.SHEET | Place.GRID | Place.ARCO,
            aliases=("Salario base de cotización", "Salario diario integrado", "SDI", "Salario"),
            expected="pesos diarios, con dos decimales",
        ),
    )
)
SBC_WRONG: Final = "Escriba el SBC en pesos, con dos decimales: por ejemplo, 412.50."
SBC_RANGE: Final = "El SBC va de $0.01 a $9,999.99 diarios."
TWICE: Final = "Este trabajador está dos veces en el contrato. Deje sólo un renglón."
TOO_MANY: Final = (
    f"Un contrato lleva aquí como máximo {MAX_TRABAJADORES:,} trabajadores. No se agregó ninguno."
)


class TrabajadorContrato(NamedTuple):
    """A row as typed, in canonical form where it is valid. sbc: «412.50»."""

    nss: str
    curp: str
    sbc: str

    @classmethod
    def typed(cls, nss: str, curp: str, sbc: str) -> TrabajadorContrato:
        """A row from typed, pasted or imported cells. A wrong cell is kept to be corrected."""
        nss, curp = compact(nss)[:MAX_CELL], compact(curp)[:MAX_CELL]
        if len(nss) == 10 and nss.isdigit() and nss.isascii():
            # Excel drops the leading zero: restore it only if the check digit then agrees.
            whole = "0" + nss
            with contextlib.suppress(InvalidInputError):
                nss = whole if not Nss(whole).advertencias else nss
        centavos = parse_sbc(clean(sbc))
        # «98,50» without its comma would be another amount.
        plain = (
            _SEPARATORS.sub("'", clean(sbc))[:MAX_CELL]
            if centavos is None
            else plain_pesos(centavos)
        )
        return cls(*(_SEPARATORS.sub("", cell) for cell in (nss, curp, plain)))

    def problemas(self, today: date) -> dict[str, str]:
        """field → sentence. Empty for a good row."""
        found: dict[str, str] = {}
        try:
            Nss(self.nss)
        except InvalidInputError as error:
            found["nss"] = error.message
        try:
            Curp.parse(self.curp, today)
        except InvalidInputError as error:
            found["curp"] = error.message
        centavos = self.centavos
        if centavos is None:
            found["sbc"] = SBC_WRONG
        elif not 0 < centavos <= MAX_SBC:
            found["sbc"] = SBC_RANGE
        return found

    def advertencias(self, today: date, limites: Limites) -> dict[str, str]:
        """field → sentence about what is odd, as in a movement. For a row without problems."""
        found = {
            "nss": " ".join(Nss(self.nss).advertencias),
            "curp": too_young(Curp(self.curp), today),
            "sbc": " ".join(limites.out_of_limits(self.centavos or 0)),
        }
        return {campo: text for campo, text in found.items() if text}

    @property
    def centavos(self) -> int | None:
        return parse_sbc(self.sbc)


# What separates cells and rows of the stored text and of the CSV.
_SEPARATORS: Final = re.compile(r'[,;\t\r\n"]')


def pack_rows(rows: Iterable[TrabajadorContrato]) -> str:
    """The rows as one text, for the store."""
    return "\n".join(",".join(row) for row in rows)


def unpack_rows(text: str) -> tuple[TrabajadorContrato, ...]:
    """The rows of `pack_rows`. Raises ValueError for another text."""
    if not text:
        return ()
    rows = []
    for line in text.split("\n"):
        cells = line.split(",")
        if len(cells) != 3:
            raise ValueError("not a list of workers")
        rows.append(TrabajadorContrato(*cells))
    if len(rows) > MAX_TRABAJADORES:
        raise ValueError("too many workers")
    return tuple(rows)


def repeated(rows: Iterable[TrabajadorContrato]) -> frozenset[int]:
    """Places of the rows whose NSS or CURP another row has too."""
    rows = tuple(rows)
    found: set[int] = set()
    for at in (0, 1):
        counts = Counter(row[at] for row in rows if row[at])
        if len(counts) < len(rows):
            found.update(place for place, row in enumerate(rows) if counts[row[at]] > 1)
    return frozenset(found)


class CambiosLista(NamedTuple):
    """What the movements say of a list that is carried on.

    sbc: rows with another SBC. fuera: places of who was not active any more. nuevos: who was and
    is not in the list.
    """

    sbc: tuple[TrabajadorContrato, ...]
    fuera: tuple[int, ...]
    nuevos: tuple[TrabajadorContrato, ...]

    @classmethod
    def between(
        cls,
        rows: Sequence[TrabajadorContrato],
        activos: Iterable[TrabajadorContrato],
        inactivos: Container[str],
    ) -> CambiosLista:
        known = {row.nss: row for row in rows}
        now = {row.nss: row for row in activos}
        return cls(
            tuple(
                each
                for nss, each in now.items()
                if nss in known and each.sbc not in ("", known[nss].sbc)
            ),
            tuple(at for at, row in enumerate(rows) if row.nss in inactivos),
            tuple(each for nss, each in now.items() if nss not in known),
        )


class Pegado(NamedTuple):
    """Rows of a pasted text. sobrantes: lines without a cell that looks like an NSS or a CURP."""

    filas: tuple[TrabajadorContrato, ...]
    sobrantes: int


_NSS: Final = re.compile(r"\d{10,11}")
# A line with an NSS or a CURP is no header: folding its cells takes most of a large paste.
_OF_A_PERSON: Final = re.compile(r"[0-9]{10}|[A-Za-z]{4}[0-9]{6}")
_CURP: Final = re.compile(r"[A-Z]{4}\d{6}[A-Z]{6}[A-Z0-9]\d")


def read_pasted(text: str) -> Pegado:
    """Rows copied from Excel (tabs), a CSV, or a list of the portal.

    Columns are NSS, CURP and SBC; other orders and additional columns are recognised by the shape
    of NSS and CURP, when a header says so or a row shows it.
    Raises InvalidInputError for more rows than a contract holds.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n", MAX_TRABAJADORES + 200)
    if len(lines) > MAX_TRABAJADORES + 199:
        raise InvalidInputError(TOO_MANY)
    rows: list[TrabajadorContrato] = []
    places: tuple[int, int, int] | None = None
    left = 0
    for line in lines:
        if not line.strip():
            continue
        separator = "\t" if "\t" in line else ";" if ";" in line else ","
        cells = line[: MAX_CELL * 50].split(separator)
        heading = None if _OF_A_PERSON.search(line) else _places_of_header(cells)
        if heading is not None:
            places = heading
            continue
        if places is None or max(places) >= len(cells):
            places = _places_of_row(cells) or places
        if places is None or max(places) >= len(cells):
            left += 1
            continue
        rows.append(TrabajadorContrato.typed(*(cells[at] for at in places)))
    if len(rows) > MAX_TRABAJADORES:
        raise InvalidInputError(TOO_MANY)
    return Pegado(tuple(rows), left)


def _places_of_header(cells: Sequence[str]) -> tuple[int, int, int] | None:
    names = [_plain(cell) for cell in cells]
    found = []
    for campo, headers in CAMPOS_TRABAJADOR.headers().items():
        wanted = {_plain(campo), *map(_plain, headers)}
        at = next((at for at, name in enumerate(names) if name in wanted), None)
        if at is None:
            return None
        found.append(at)
    return found[0], found[1], found[2]


def _places_of_row(cells: Sequence[str]) -> tuple[int, int, int] | None:
    plain = [compact(cell) for cell in cells]
    nss = next((at for at, cell in enumerate(plain) if _NSS.fullmatch(cell)), None)
    curp = next((at for at, cell in enumerate(plain) if _CURP.fullmatch(cell)), None)
    if nss is None or curp is None:
        return (0, 1, 2) if len(cells) == 3 else None
    taken = {nss, curp}
    amounts = [
        at
        for at, cell in enumerate(cells)
        if at not in taken and parse_sbc(clean(cell)) is not None and len(cell) < 15
    ]
    # An amount with decimals is likelier the SBC than a plain number, such as a row's count.
    with_decimals = [at for at in amounts if "." in cells[at]]
    sbc = next(iter(with_decimals or amounts), None)
    return None if sbc is None else (nss, curp, sbc)


def _plain(text: str) -> str:
    return "".join(character for character in fold(text) if character.isalnum())


class ArchivoCsv(NamedTuple):
    nombre: str
    contenido: bytes


def csv_files(rows: Sequence[TrabajadorContrato], nombre: str) -> tuple[ArchivoCsv, ...]:
    """The files of the portal's carga masiva, each of at most 3,000 rows: «…_1de2.csv».

    nombre: without extension. Rows must be valid: a CSV with a wrong row is refused whole.
    """
    count = max(1, -(-len(rows) // MAX_ROWS_A_FILE))
    files = []
    for at in range(count):
        part = rows[at * MAX_ROWS_A_FILE : (at + 1) * MAX_ROWS_A_FILE]
        content = "".join(",".join(row) + LINE_END for row in part).encode("ascii")
        name = f"{nombre}.csv" if count == 1 else f"{nombre}_{at + 1}de{count}.csv"
        files.append(ArchivoCsv(name, content))
    return tuple(files)


def read_csv(files: Iterable[bytes]) -> tuple[TrabajadorContrato, ...]:
    """The rows of `csv_files`, to compare them with what was written."""
    found: list[TrabajadorContrato] = []
    for content in files:
        for line in content.decode("ascii").split(LINE_END):
            if line:
                nss, curp, sbc = line.split(",")
                found.append(TrabajadorContrato(nss, curp, sbc))
    return tuple(found)


CAMPOS_RECHAZO: Final = FieldTable(
    (
        Field("nss", "NSS", Place.SHEET, optional=True, aliases=CAMPOS_TRABAJADOR["nss"].aliases),
        Field(
            "curp", "CURP", Place.SHEET, optional=True, aliases=CAMPOS_TRABAJADOR["curp"].aliases
        ),
        Field(
            "motivo",
            "Motivo",
            Place.SHEET,
            aliases=(
                "Motivo de rechazo",
                "Motivo del rechazo",
                "Error",
                "Errores",
                "Descripción",
                "Descripción del error",
                "Observaciones",
                "Observación",
                "Mensaje",
                "Causa",
                "Detalle",
                "Inconsistencia",
            ),
        ),
    )
)
MAX_MOTIVO: Final = 200


def match_rejections(
    rows: Sequence[TrabajadorContrato], rejected: Iterable[Mapping[str, str]]
) -> tuple[dict[str, str], int]:
    """NSS → reason for the rows that the portal refused, and how many it named that are not here.

    rejected: nss, curp and motivo of each row of the portal's sheet.
    """
    by_nss = {row.nss: row for row in rows if row.nss}
    by_curp = {row.curp: row for row in rows if row.curp}
    found: dict[str, str] = {}
    unknown = 0
    for each in rejected:
        nss, curp = (
            compact(each.get("nss", ""))[:MAX_CELL],
            compact(each.get("curp", ""))[:MAX_CELL],
        )
        row = by_nss.get(nss) or by_nss.get(nss.zfill(11)) or by_curp.get(curp)
        if row is None or not row.nss:
            unknown += 1
            continue
        found[row.nss] = clean(each.get("motivo", ""))[:MAX_MOTIVO] or "Rechazado por el portal"
    return found, unknown
