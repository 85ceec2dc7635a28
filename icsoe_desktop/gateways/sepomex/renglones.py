"""Parses rows of the postal catalogue. Invalid rows are reported and skipped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from icsoe_desktop.domain.icsoe.domicilio import Asentamiento
from icsoe_desktop.gateways.hojas.comun import tidy

MAX_TEXT = 200

# field → names of its column. The first four are required.
COLUMNAS: Mapping[str, Sequence[str]] = {
    "codigo_postal": ("d_codigo",),
    "colonia": ("d_asenta",),
    "municipio": ("D_mnpio",),
    "estado": ("d_estado",),
    "tipo": ("d_tipo_asenta",),
    "ciudad": ("d_ciudad",),
}
_NEEDED = ("codigo_postal", "colonia", "municipio", "estado")


@dataclass(frozen=True, slots=True)
class BadPostalRow:
    linea: int
    mensaje: str


def is_complete(places: Mapping[str, int]) -> bool:
    return all(field in places for field in _NEEDED)


class PostalRowReader:
    """Parses cells into rows. Caches the cleaned names of municipios and estados."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def read(self, line: int, cells: Mapping[str, str]) -> Asentamiento | BadPostalRow:
        codigo = cells["codigo_postal"].strip()
        # Excel drops the leading zero of Mexico City's codes.
        if len(codigo) == 4:
            codigo = f"0{codigo}"
        if len(codigo) != 5 or not (codigo.isascii() and codigo.isdigit()):
            return BadPostalRow(line, "El código postal no son cinco números.")
        colonia = tidy(cells.get("colonia", ""))
        municipio = self._clean(cells.get("municipio", ""))
        estado = self._clean(cells.get("estado", ""))
        for name, text in (("la colonia", colonia), ("el municipio", municipio)):
            if not text:
                return BadPostalRow(line, f"Falta {name}.")
        if not estado:
            return BadPostalRow(line, "Falta el estado.")
        tipo = self._clean(cells.get("tipo", ""))
        ciudad = self._clean(cells.get("ciudad", ""))
        if max(map(len, (colonia, municipio, estado, tipo, ciudad))) > MAX_TEXT:
            return BadPostalRow(line, f"Tiene un texto de más de {MAX_TEXT} caracteres.")
        return Asentamiento(codigo, colonia, tipo, municipio, estado, ciudad)

    def _clean(self, text: str) -> str:
        known = self._known.get(text)
        if known is None:
            known = tidy(text)
            if len(self._known) < 50_000 and len(text) <= MAX_TEXT:
                self._known[text] = known
        return known
