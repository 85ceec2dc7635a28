"""The nodes of one CFDI that the comparison needs, as text. No DTD, no entity.

Source: the SAT's cfdv33.xsd, cfdv40.xsd and nomina12.xsd; what 38 files of eight writers have in
docs/fuentes.md.
"""

from __future__ import annotations

import codecs
import re
from typing import Final
from xml.parsers import expat

from icsoe_desktop.errors import InvalidInputError

MAX_BYTES: Final = 2 * 2**20
# The schema sets no number; the most seen are two, and a relation names few.
MAX_NODES: Final = 100
MAX_VALUE: Final = 300
# Of a text that is no UTF-8, each of them costs time.
MAX_ACCENTS: Final = 50_000

# The cells of a Nomina, in order: `Recibo` without its file.
CELLS: Final = 21

EMPTY: Final = "El archivo está vacío. Cópielo otra vez de su origen."
TOO_BIG: Final = "Pesa más de 2 MB, y ningún recibo llega a eso. No se leyó; revise qué es."
DOCTYPE: Final = (
    "Trae un DOCTYPE, que ningún CFDI lleva. No se leyó; descárguelo de nuevo del portal del SAT."
)
DAMAGED: Final = "El XML está incompleto o dañado. Descárguelo de nuevo del portal del SAT."
NOT_CFDI: Final = "Es un XML, pero no un CFDI. Elija los recibos de nómina."
NOT_NOMINA: Final = "Es un CFDI, pero no de nómina: no trae el complemento de nómina 1.2."
OLD_NOMINA: Final = (
    "Es un recibo con el complemento de nómina 1.1, que se dejó de usar en 2017. No se compara."
)
TOO_MANY: Final = (
    f"Trae más de {MAX_NODES} nodos de nómina o de CFDI relacionados, y ningún recibo lleva "
    "tantos. No se leyó; revise de dónde viene."
)
OTHER_ENCODING: Final = (
    "Sus letras no están escritas como el archivo dice (la codificación). Se leyó como lo que es; "
    "revise los acentos y la Ñ de los nombres."
)
BAD_CHARACTERS: Final = (
    "Trae caracteres que el XML no permite. Se quitaron y lo demás se leyó completo."
)

_CFDI: Final = ("http://www.sat.gob.mx/cfd/4", "http://www.sat.gob.mx/cfd/3")
_NOMINA: Final = "http://www.sat.gob.mx/nomina12"
_OLD: Final = "http://www.sat.gob.mx/nomina"
_TFD: Final = "http://www.sat.gob.mx/TimbreFiscalDigital"
_SEPARATION: Final = ("022", "023", "025")
_REPLACES: Final = "04"

_ENCODING: Final = re.compile(rb"<\?xml[^>]{0,100}?\sencoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})")
_BAD_REFERENCE: Final = re.compile(rb"&#(?:x[0-9A-Fa-f]{1,8}|[0-9]{1,10});")
_ASCII: Final = bytes(range(128))
_UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_LATIN: Final = frozenset(
    {"iso-8859-1", "iso8859-1", "iso-8859-15", "latin1", "latin-1", "windows-1252", "cp1252"}
)

Row = list[str]


class _Nodes:
    """Takes the start of each element; `rows` has a row of CELLS for each Nomina."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.uuid = ""
        self.is_old = False
        self._emisor = self._rfc = self._nombre = ""
        self._replaced: list[str] = []
        self._replaces = False
        self._parser: expat.XMLParserType | None = None

    def read(self, data: bytes) -> None:
        """data: in UTF-8, whatever it declares. Raises expat.ExpatError and InvalidInputError."""
        parser = self._parser = expat.ParserCreate("utf-8", "}", intern=_names)
        parser.StartDoctypeDeclHandler = _refuse_doctype
        parser.StartElementHandler = self._on_first
        try:
            parser.Parse(data, True)
        finally:
            self._parser = None

    def found(self) -> list[Row]:
        head = [self.uuid, self._emisor]
        sustituye = " ".join(self._replaced)
        return [
            [*head, *row[:3], self._rfc, self._nombre, *row[3:15], sustituye, row[15]]
            for row in self.rows
        ]

    def _on_first(self, name: str, attributes: dict[str, str]) -> None:
        if name not in _ROOTS:
            raise InvalidInputError(NOT_CFDI)
        assert self._parser is not None  # noqa: S101
        self._parser.StartElementHandler = self._on_start

    def _on_start(self, name: str, attributes: dict[str, str]) -> None:
        node = _WANTED.get(name)
        if node is not None:
            node(self, attributes)

    def _on_emisor(self, found: dict[str, str]) -> None:
        # 3.2 writes its attributes in small letters.
        self._emisor = (found.get("Rfc") or found.get("rfc", ""))[:MAX_VALUE]

    def _on_receptor(self, found: dict[str, str]) -> None:
        self._rfc = (found.get("Rfc") or found.get("rfc", ""))[:MAX_VALUE]
        self._nombre = (found.get("Nombre") or found.get("nombre", ""))[:MAX_VALUE]

    def _on_relations(self, found: dict[str, str]) -> None:
        self._replaces = found.get("TipoRelacion") == _REPLACES

    def _on_related(self, found: dict[str, str]) -> None:
        if self._replaces:
            if len(self._replaced) >= MAX_NODES:
                raise InvalidInputError(TOO_MANY)
            self._replaced.append(found.get("UUID", "")[:MAX_VALUE].replace(" ", ""))

    def _on_stamp(self, found: dict[str, str]) -> None:
        self.uuid = self.uuid or found.get("UUID", "")[:MAX_VALUE]

    def _on_old(self, found: dict[str, str]) -> None:
        self.is_old = True

    def _on_nomina(self, found: dict[str, str]) -> None:
        if len(self.rows) >= MAX_NODES:
            raise InvalidInputError(TOO_MANY)
        row = [""] * (CELLS - 5)
        row[3] = found.get("TipoNomina", "")[:MAX_VALUE]
        row[4] = found.get("FechaInicialPago", "")[:MAX_VALUE]
        row[5] = found.get("FechaFinalPago", "")[:MAX_VALUE]
        row[6] = found.get("FechaPago", "")[:MAX_VALUE]
        row[7] = found.get("NumDiasPagados", "")[:MAX_VALUE]
        row[14] = "0"
        self.rows.append(row)

    def _on_nomina_emisor(self, found: dict[str, str]) -> None:
        if self.rows:
            self.rows[-1][0] = found.get("RegistroPatronal", "")[:MAX_VALUE]

    def _on_nomina_receptor(self, found: dict[str, str]) -> None:
        if not self.rows:
            return
        row = self.rows[-1]
        row[1] = found.get("NumSeguridadSocial", "")[:MAX_VALUE]
        row[2] = found.get("Curp", "")[:MAX_VALUE]
        row[8] = found.get("TipoRegimen", "")[:MAX_VALUE]
        row[9] = found.get("TipoContrato", "")[:MAX_VALUE]
        row[10] = found.get("SalarioBaseCotApor", "")[:MAX_VALUE]
        row[11] = found.get("SalarioDiarioIntegrado", "")[:MAX_VALUE]
        row[12] = found.get("FechaInicioRelLaboral", "")[:MAX_VALUE]
        row[15] = found.get("TipoJornada", "")[:MAX_VALUE]

    def _on_perception(self, found: dict[str, str]) -> None:
        if self.rows and found.get("TipoPercepcion") in _SEPARATION:
            self.rows[-1][13] = "1"

    def _on_separation(self, found: dict[str, str]) -> None:
        if self.rows:
            self.rows[-1][13] = "1"

    def _on_incapacity(self, found: dict[str, str]) -> None:
        days = found.get("DiasIncapacidad", "")
        if self.rows and len(days) <= 5 and days.isascii() and days.isdigit():
            self.rows[-1][14] = str(int(self.rows[-1][14]) + int(days))

    def _on_addenda(self, found: dict[str, str]) -> None:
        """What a client asked for stands from here on; it may hold a CFDI of its own."""
        assert self._parser is not None  # noqa: S101
        self._parser.StartElementHandler = None


_names: dict[str, str] = {}
_ROOTS: Final = frozenset(f"{each}}}Comprobante" for each in _CFDI)
_WANTED: Final = {
    **{
        f"{space}}}{name}": node
        for space in _CFDI
        for name, node in (
            ("Emisor", _Nodes._on_emisor),
            ("Receptor", _Nodes._on_receptor),
            ("CfdiRelacionados", _Nodes._on_relations),
            ("CfdiRelacionado", _Nodes._on_related),
            ("Addenda", _Nodes._on_addenda),
        )
    },
    f"{_TFD}}}TimbreFiscalDigital": _Nodes._on_stamp,
    f"{_OLD}}}Nomina": _Nodes._on_old,
    f"{_NOMINA}}}Nomina": _Nodes._on_nomina,
    f"{_NOMINA}}}Emisor": _Nodes._on_nomina_emisor,
    f"{_NOMINA}}}Receptor": _Nodes._on_nomina_receptor,
    f"{_NOMINA}}}Percepcion": _Nodes._on_perception,
    f"{_NOMINA}}}SeparacionIndemnizacion": _Nodes._on_separation,
    f"{_NOMINA}}}Incapacidad": _Nodes._on_incapacity,
}


def read_nodes(data: bytes) -> tuple[list[Row], str]:
    """(a row of CELLS for each Nomina, a remark about how it was read or an empty text).

    Raises InvalidInputError with the reason why it is no receipt.
    """
    if not data:
        raise InvalidInputError(EMPTY)
    if len(data) > MAX_BYTES:
        raise InvalidInputError(TOO_BIG)
    data, remark = _declared(data)
    try:
        nodes = _read(data)
    except expat.ExpatError as error:
        data, remark = _mended(data, error.code)
        try:
            nodes = _read(data)
        except expat.ExpatError:
            raise InvalidInputError(DAMAGED) from None
    if not nodes.rows:
        raise InvalidInputError(OLD_NOMINA if nodes.is_old else NOT_NOMINA)
    return nodes.found(), remark


def _read(data: bytes) -> _Nodes:
    # Names of a stranger must not gather from file to file.
    if len(_names) > 10_000:
        _names.clear()
    nodes = _Nodes()
    nodes.read(data)
    return nodes


def _declared(data: bytes) -> tuple[bytes, str]:
    """(the file in UTF-8, a remark), by what it declares and what it is.

    expat is not let choose: it would ask Python for any encoding that the file names.
    """
    if data.startswith(_UTF_16):
        try:
            return data.decode("utf-16").encode(), ""
        except UnicodeDecodeError:
            raise InvalidInputError(DAMAGED) from None
    match = _ENCODING.match(data.removeprefix(codecs.BOM_UTF8))
    name = match[1].decode("ascii").lower() if match else "utf-8"
    if name in ("utf-8", "utf8"):
        return data, ""
    if data.isascii():
        return data, "" if name in _LATIN or name == "us-ascii" else OTHER_ENCODING
    if _is_utf_8(data):
        return data, OTHER_ENCODING
    return _from_latin(data), "" if name in _LATIN else OTHER_ENCODING


def _mended(data: bytes, code: int) -> tuple[bytes, str]:
    """The same without the one fault that is known of real files. Raises InvalidInputError."""
    if code == expat.errors.codes[expat.errors.XML_ERROR_BAD_CHAR_REF]:
        return _BAD_REFERENCE.sub(_good_reference, data), BAD_CHARACTERS
    if not _is_utf_8(data):
        return _from_latin(data), OTHER_ENCODING
    raise InvalidInputError(DAMAGED)


def _good_reference(match: re.Match[bytes]) -> bytes:
    digits = match[0][2:-1]
    number = int(digits[1:], 16) if digits.startswith(b"x") else int(digits)
    good = number in (9, 10, 13) or 32 <= number < 0xD800 or 0xE000 <= number < 0xFFFE
    return match[0] if good or 0x10000 <= number < 0x110000 else b" "


def _is_utf_8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _one_octet(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)  # noqa: S101
    octet = error.object[error.start : error.start + 1]
    return octet.decode("cp1252", "ignore") or octet.decode("latin-1"), error.start + 1


codecs.register_error("icsoe-cp1252", _one_octet)


def _from_latin(data: bytes) -> bytes:
    """UTF-8 of a text in cp1252, also of one with some letters in UTF-8."""
    if len(data.translate(None, _ASCII)) > MAX_ACCENTS:
        raise InvalidInputError(DAMAGED)
    return data.decode("utf-8", "icsoe-cp1252").encode()


def _refuse_doctype(*_args: object) -> None:
    raise InvalidInputError(DOCTYPE)
