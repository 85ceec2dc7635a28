"""Lines of 168 positions laid out by the table of docs/fuentes.md §1, apart from the code."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from icsoe_desktop.domain.dispmag import MovimientoLeido
from icsoe_desktop.domain.movimientos.movimiento import (
    CausaBaja,
    Jornada,
    Movimiento,
    TipoMovimiento,
    TipoSalario,
    TipoTrabajador,
)

RP = "A1234567895"  # 1+0 | 1 2 3 4 5 6 7 8 9: Luhn 45, so 5
NSS = "12345678903"


def curp(seventeen: str) -> str:
    """RENAPO's formula, weights 18 to 2 over 0-9 A-N Ñ O-Z, written apart from the code."""
    alphabet = "0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ"
    weighed = zip(seventeen, range(18, 1, -1), strict=True)
    total = sum(alphabet.index(sign) * weight for sign, weight in weighed)
    return seventeen + str((10 - total % 10) % 10)


GAEL = curp("RIDG050515HNLVGLA")


# The movements that `alta()`, `modificacion()` and `baja()` are the lines of.
ALTA = Movimiento(
    tipo=TipoMovimiento.ALTA,
    registro_patronal=RP,
    nss=NSS,
    primer_apellido="RIVERA",
    segundo_apellido="DIEGO",
    nombres="GAEL ANTONIO",
    fecha=date(2026, 10, 6),
    sbc=450_50,
    tipo_trabajador=TipoTrabajador.EVENTUAL_CONSTRUCCION,
    tipo_salario=TipoSalario.FIJO,
    jornada=Jornada.NORMAL,
    umf="035",
    guia="01400",
    clave_trabajador="EMP7",
    curp=GAEL,
)
MODIFICACION = replace(ALTA, tipo=TipoMovimiento.MODIFICACION)
BAJA = replace(
    ALTA,
    tipo=TipoMovimiento.BAJA,
    sbc=None,
    tipo_trabajador=None,
    tipo_salario=None,
    jornada=None,
    causa_baja=CausaBaja.SEPARACION_VOLUNTARIA,
)


def put(line: str, first: int, text: str) -> str:
    """The line with this text from that position on, counted from 1."""
    return line[: first - 1] + text + line[first - 1 + len(text) :]


def alta() -> str:
    line = " " * 168
    for first, text in (
        (1, RP),
        (12, NSS),
        (23, "RIVERA"),
        (50, "DIEGO"),
        (77, "GAEL ANTONIO"),
        (104, "045050"),
        (116, "3"),
        (117, "0"),
        (118, "0"),
        (119, "06102026"),
        (127, "035"),
        (132, "08"),
        (134, "01400"),
        (139, "EMP7"),
        (150, GAEL),
        (168, "9"),
    ):
        line = put(line, first, text)
    return line


def modificacion() -> str:
    line = put(alta(), 116, " ")
    return put(put(line, 127, "   "), 132, "07")


def baja() -> str:
    line = put(alta(), 104, "0" * 15)
    line = put(put(line, 127, "   "), 132, "02")
    return put(put(line, 149, "2"), 150, " " * 18)


def totales(registros: int) -> str:
    line = put(" " * 168, 1, "*" * 13)
    return put(put(put(line, 57, f"{registros:06d}"), 134, "01400"), 168, "9")


def archivo(*lines: str, end: str = "\r\n", encoding: str = "cp1252") -> bytes:
    """A whole file, with its totals record."""
    return "".join(line + end for line in (*lines, totales(len(lines)))).encode(encoding)


def movimiento_of(leido: MovimientoLeido) -> Movimiento:
    """The movement that a record tells. A record without errors is never refused."""
    texts = {
        name: getattr(leido, name)
        for name in Movimiento.__dataclass_fields__
        if name != "identificadores"
    }
    codes = {
        "tipo_trabajador": TipoTrabajador,
        "tipo_salario": TipoSalario,
        "jornada": Jornada,
        "causa_baja": CausaBaja,
    }
    read = {name: code(texts[name]) if texts[name] else None for name, code in codes.items()}
    return Movimiento(**{**texts, **read, "tipo": TipoMovimiento(leido.tipo)})
