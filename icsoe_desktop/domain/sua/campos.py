"""The reader of each field of a SUA file; see domain.dispmag.campos for what a reader is."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from icsoe_desktop.domain.dispmag import campos
from icsoe_desktop.domain.dispmag.campos import Lectura, error, first_bad, one_of
from icsoe_desktop.domain.dispmag.formato import HallazgoCampo
from icsoe_desktop.domain.identificadores.numeros import Rfc
from icsoe_desktop.domain.sua.formato import ClaseSua
from icsoe_desktop.errors import InvalidInputError

# / in three programs, ¥ in another; the IMSS's own files write #.
ENIES: Final = str.maketrans("/¥#¤", "ÑÑÑÑ")


def _digits(esperado: str, *, blank: bool = False) -> Callable[[str], Lectura]:
    def read(raw: str) -> Lectura:
        if blank and not raw.strip(" "):
            return Lectura("")
        if re.fullmatch("[0-9]+", raw) is None:
            return error(esperado, first_bad(raw, "[0-9]"))
        return Lectura(raw)

    return read


def _blank_or(read: Callable[[str], Lectura]) -> Callable[[str], Lectura]:
    return lambda raw: Lectura("") if not raw.strip(" 0") else read(raw)


def _text(raw: str) -> Lectura:
    return Lectura(raw.strip(" "))


def read_rfc(raw: str) -> Lectura:
    text = raw.strip(" ").translate(ENIES)
    if not text:
        return Lectura("")
    try:
        rfc = Rfc(text)
    except InvalidInputError as wrong:
        return Lectura(text, (HallazgoCampo(0, wrong.message, "advertencia"),))
    return Lectura(text, tuple(HallazgoCampo(0, each, "advertencia") for each in rfc.advertencias))


def read_nombre(raw: str) -> Lectura:
    """Value: the three parts with «$» between them: primer apellido, segundo apellido, nombres."""
    parts = raw.rstrip(" ").translate(ENIES).split("$")
    if len(parts) != 3:
        return error("Se esperaban los apellidos y los nombres, separados con $.")
    values, found = [], []
    offset = 0
    for part, is_needed in zip(parts, (True, False, True), strict=True):
        valor, hallazgos = (campos.read_name if is_needed else campos.read_optional_name)(part)
        found += [HallazgoCampo(offset + each.desde, *each[1:]) for each in hallazgos]
        offset += len(part) + 1
        values.append(valor)
    if None in values:
        return Lectura(None, tuple(found))
    return Lectura("$".join(value or "" for value in values), tuple(found))


def read_fecha_de_credito(raw: str) -> Lectura:
    """DDMMAAAA; some programs write AAAAMMDD."""
    lectura = campos.read_fecha(raw)
    if lectura.valor is None:
        turned = campos.read_fecha(raw[6:] + raw[4:6] + raw[:4])
        return turned if turned.valor is not None else lectura
    return lectura


_SBC: Final = _digits("Se esperaban 5 números de pesos y 2 de centavos.")


def _read_sbc(raw: str) -> Lectura:
    if raw and not raw.strip("0"):
        return error("Se esperaba un salario mayor que cero.")
    return _SBC(raw)


_NUMBERS: Final = _digits("Se esperaban sólo números.")
_NUMBERS_OR_BLANK: Final = _digits("Se esperaban sólo números.", blank=True)
_MONEY: Final = _digits("Se esperaban sólo números: pesos y 2 de centavos, sin punto.", blank=True)
_COMUNES: Final[dict[str, Callable[[str], Lectura]]] = {
    "registro_patronal": campos.read_registro_patronal,
    "nss": campos.read_nss,
    "fecha": campos.read_fecha,
}
# Source of the codes of MOVT: catalogue of SUA's movements, as three programs write it.
LECTORES: Final[dict[ClaseSua, dict[str, Callable[[str], Lectura]]]] = {
    ClaseSua.ASEG: _COMUNES
    | {
        "rfc": read_rfc,
        "curp": campos.read_curp,
        "nombre": read_nombre,
        "tipo_trabajador": campos.read_tipo_trabajador,
        "jornada": campos.read_jornada,
        "sbc": _read_sbc,
        "credito": _NUMBERS_OR_BLANK,
        "inicio_descuento": _blank_or(campos.read_fecha),
        "tipo_descuento": _NUMBERS_OR_BLANK,
        "valor_descuento": _MONEY,
    },
    ClaseSua.MOVT: _COMUNES
    | {
        "tipo": one_of(
            ("02", "07", "08", "11", "12"),
            "Se esperaba 02 (baja), 07 (modificación), 08 (reingreso), 11 (ausentismo) o "
            "12 (incapacidad).",
        ),
        "folio": _text,
        "dias": _NUMBERS_OR_BLANK,
        "sbc": _NUMBERS_OR_BLANK,
    },
    ClaseSua.AFIL: _COMUNES
    | {
        "codigo_postal": _NUMBERS_OR_BLANK,
        "nacimiento": campos.read_fecha,
        "umf": _NUMBERS_OR_BLANK,
        "tipo_salario": campos.read_tipo_salario,
    },
    ClaseSua.INCAP: _COMUNES
    | {
        "inicio": campos.read_fecha,
        "dias": _NUMBERS,
        "porcentaje": _NUMBERS_OR_BLANK,
        "rama": one_of(("1", "2", "3", "4"), "Se esperaba un número de 1 a 4."),
        "termino": campos.read_fecha,
    },
    ClaseSua.CRED: _COMUNES
    | {
        "credito": _NUMBERS,
        "tipo": one_of(tuple(str(code) for code in range(15, 21)), "Se esperaba de 15 a 20."),
        "fecha": read_fecha_de_credito,
        "tipo_descuento": _NUMBERS,
        "valor_descuento": _MONEY,
    },
}
