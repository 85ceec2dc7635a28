"""Checks the totals record (cifras de control) against the records before it.

Source: docs/fuentes.md §1.
"""

from __future__ import annotations

import re

from icsoe_desktop.domain.dispmag import formato
from icsoe_desktop.domain.dispmag.formato import LONGITUD, ProblemaDispmag, visible
from icsoe_desktop.domain.movimientos.movimiento import CAMPOS_MOVIMIENTO
from icsoe_desktop.domain.texto import counted

ETIQUETA = formato.MARCA.etiqueta


def is_totals(text: str) -> bool:
    return text.startswith("***")


class Totales:
    """Counts the movements since the last totals record."""

    def __init__(self) -> None:
        self.movimientos = 0
        self.guias: set[str] = set()
        self._found = False
        self._any_movement = False

    def review(self, linea: int, text: str) -> tuple[ProblemaDispmag, ...]:
        """Problems of a totals record. Starts a new count."""
        problemas = []
        if len(text) != LONGITUD:
            problemas.append(
                ProblemaDispmag(
                    linea,
                    0,
                    ETIQUETA,
                    counted(len(text), "posición", "posiciones"),
                    f"Se esperaban {LONGITUD} posiciones.",
                    "advertencia",
                )
            )
        text = text.ljust(LONGITUD - 1).ljust(LONGITUD, formato.IDENTIFICADOR)
        for campo in formato.TOTALES:
            raw = text[campo.corte]
            if campo is formato.REGISTROS:
                problemas.extend(self._count(linea, raw))
            elif campo is formato.GUIA:
                if raw not in self.guias and self.guias:
                    expected = ", ".join(sorted(self.guias)[:5])
                    esperado = f"Se esperaba la guía de los movimientos: {expected}."
                    problemas.append(
                        ProblemaDispmag(
                            linea,
                            campo.inicio,
                            CAMPOS_MOVIMIENTO.label("guia"),
                            visible(raw),
                            esperado,
                            "advertencia",
                        )
                    )
            elif raw != campo.fijo:
                esperado = (
                    f"Se esperaba {campo.fijo}." if campo.fijo.strip() else "Se esperaban espacios."
                )
                problemas.append(
                    ProblemaDispmag(
                        linea, campo.inicio, ETIQUETA, visible(raw), esperado, "advertencia"
                    )
                )
        self._found = True
        self._any_movement |= self.movimientos > 0
        self.movimientos = 0
        self.guias = set()
        return tuple(problemas)

    def _count(self, linea: int, raw: str) -> list[ProblemaDispmag]:
        if re.fullmatch(" *[0-9]+", raw) is not None and int(raw) == self.movimientos:
            return []
        esperado = (
            f"Se esperaba {self.movimientos:06d}: los movimientos que hay antes en el archivo."
        )
        campo = formato.REGISTROS
        return [
            ProblemaDispmag(linea, campo.inicio, campo.etiqueta, visible(raw), esperado, "error")
        ]

    def at_end(self, linea: int) -> tuple[ProblemaDispmag, ...]:
        """Problems of the whole file, after its last line."""
        if not self._found and not self.movimientos:
            return (
                ProblemaDispmag(
                    linea, 0, "Archivo", "", "Se esperaba al menos un movimiento.", "error"
                ),
            )
        if not self._found:
            esperado = "Se esperaban las cifras de control como última línea."
        elif self.movimientos:
            esperado = "Se esperaban las cifras de control después del último movimiento."
        elif not self._any_movement:
            esperado = "Se esperaba al menos un movimiento."
            return (ProblemaDispmag(linea, 0, "Archivo", "", esperado, "error"),)
        else:
            return ()
        encontrado = (
            counted(self.movimientos, "movimiento", "movimientos") + " sin cifras de control"
        )
        return (ProblemaDispmag(linea, 0, ETIQUETA, encontrado, esperado, "advertencia"),)
