"""The reader of each field of the 168-position record.

A reader takes the field's characters as they stand in the file. It returns the value and its
problems. The value is None if the text has none that can be kept. A reader depends on nothing else,
so a caller may cache its results.
Source: docs/fuentes.md §§1, 3, 4.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container
from datetime import date
from typing import Final, NamedTuple

from icsoe_desktop.domain.dispmag import formato
from icsoe_desktop.domain.dispmag.formato import HallazgoCampo
from icsoe_desktop.domain.identificadores.curp import CURP_SIGNS, ENTIDADES, birth_date_of
from icsoe_desktop.domain.identificadores.nombre_imss import normal_name, transliterate
from icsoe_desktop.domain.identificadores.numeros import (
    check_digit_nss,
    check_digit_registro_patronal,
)
from icsoe_desktop.domain.identificadores.valor import check_digit_curp
from icsoe_desktop.domain.movimientos.catalogos_imss import (
    PRIMER_ANIO,
    ULTIMO_ANIO,
    CausaBaja,
    Jornada,
    TipoSalario,
    TipoTrabajador,
)


class Lectura(NamedTuple):
    valor: str | None
    hallazgos: tuple[HallazgoCampo, ...] = ()


def error(esperado: str, desde: int = 0) -> Lectura:
    return Lectura(None, (HallazgoCampo(desde, esperado, "error"),))


def _warning(valor: str, esperado: str, desde: int = 0) -> Lectura:
    return Lectura(valor, (HallazgoCampo(desde, esperado, "advertencia"),))


def first_bad(raw: str, good: str) -> int:
    """Index of the first character that does not match `good`."""
    return next((at for at, sign in enumerate(raw) if re.fullmatch(good, sign) is None), 0)


def _upper(text: str) -> str:
    # Capitals of other alphabets may have two letters, or be ASCII.
    return text.upper() if text.isascii() else text


def read_registro_patronal(raw: str) -> Lectura:
    text = _upper(raw.strip(" "))
    if re.fullmatch("[A-Z0-9][0-9]{9,10}", text) is None:
        offset = 0 if re.match("[A-Z0-9]", raw) is None else first_bad("0" + raw[1:], "[0-9]")
        return error("Se esperaban 11 caracteres: letra o número, y 10 números.", offset)
    expected = check_digit_registro_patronal(text[:10])
    if len(text) == 10:
        return _warning(
            text + expected, f"Se esperaba el dígito verificador; se completó con {expected}.", 10
        )
    found = []
    if text != raw:
        found.append(
            HallazgoCampo(
                0, "Se esperaba en mayúsculas y desde la primera posición.", "advertencia"
            )
        )
    if text[10] != expected:
        found.append(
            HallazgoCampo(10, f"Se esperaba el dígito verificador {expected}.", "advertencia")
        )
    return Lectura(text, tuple(found))


def read_nss(raw: str) -> Lectura:
    if re.fullmatch("[0-9]{11}", raw) is None:
        return error("Se esperaban 11 números.", first_bad(raw, "[0-9]"))
    if raw == "0" * 11:
        return error("Se esperaba un NSS que no sea sólo ceros.")
    expected = check_digit_nss(raw[:10])
    if raw[10] != expected:
        return _warning(raw, f"Se esperaba el dígito verificador {expected}.", 10)
    return Lectura(raw)


# The IMSS writes # for Ñ. ¥ and ¤ are MS-DOS bytes of Ñ and ñ read as Windows text. Text copied
# from a web page has no-break spaces.
_ENIES: Final = str.maketrans("#¥¤\xa0", "ÑÑÑ ")


def read_name(raw: str) -> Lectura:
    """A name that must not be empty."""
    lectura = read_optional_name(raw)
    return error("Se esperaba al menos una letra.") if lectura.valor == "" else lectura


_PLAIN_NAME: Final = re.compile("[A-ZÑ]+(?: [A-ZÑ]+)* *")
_NEVER_IN_A_NAME: Final = re.compile(r"[\x00-\x1f\x7f!\"$%&()*+0-9:;<=>?@\[\\\]^_{|}~]")


def read_optional_name(raw: str) -> Lectura:
    if _PLAIN_NAME.fullmatch(raw) is not None:
        return Lectura(raw.rstrip(" "))
    if (wrong := _NEVER_IN_A_NAME.search(raw)) is not None:
        return error("Se esperaban sólo letras y espacios.", wrong.start())
    text = raw.translate(_ENIES)
    if not text.strip(" "):
        return Lectura("")
    name = normal_name(text)
    written = transliterate(name, "Ñ")
    invisible = next((at for at, sign in enumerate(text) if not sign.isprintable()), None)
    if invisible is not None or written.imposibles or not written.texto:
        offset = first_bad(text, "[^\\W\\d_]|[ '.,/-]") if invisible is None else invisible
        return error("Se esperaban sólo letras y espacios.", offset)
    found = []
    if text.startswith(" ") or "  " in text.strip(" "):
        esperado = "Se esperaba desde la primera posición y con un solo espacio entre palabras."
        found.append(HallazgoCampo(0, esperado, "advertencia"))
    if text != text.upper():
        offset = first_bad(text, "[^a-zà-ÿ]")
        found.append(HallazgoCampo(offset, "Se esperaban mayúsculas.", "advertencia"))
    if written.texto != name:
        esperado = f"Se esperaban letras de la A a la Z, sin acentos ni signos: {written.texto}."
        found.append(HallazgoCampo(first_bad(text.upper(), "[A-ZÑ ]"), esperado, "advertencia"))
    return Lectura(name, tuple(found))


def read_sbc(raw: str) -> Lectura:
    """Value: six digits, four of pesos and two of centavos."""
    # Spaces on the right are not leading zeros: 45050 may be 450.50 or 4505.0.
    text = raw.lstrip(" ").zfill(6) if raw.strip(" ") else raw
    if re.fullmatch("[0-9]{6}", text) is None:
        return error(
            "Se esperaban 4 números de pesos y 2 de centavos, sin punto.",
            first_bad(raw, "[0-9]"),
        )
    if text == "000000":
        return error("Se esperaba un SBC mayor que cero.")
    return Lectura(text) if text == raw else _warning(text, f"Se esperaba con ceros: {text}.")


def one_of(codes: Container[str], esperado: str) -> Callable[[str], Lectura]:
    def read(raw: str) -> Lectura:
        return Lectura(raw) if raw in codes else error(esperado)

    return read


read_tipo_trabajador: Final = one_of(
    "".join(TipoTrabajador), "Se esperaba el tipo de trabajador, de 1 a 4."
)
read_tipo_salario: Final = one_of(
    "".join(TipoSalario), "Se esperaba 0 (fijo), 1 (variable) o 2 (mixto)."
)
read_causa_baja: Final = one_of("".join(CausaBaja), "Se esperaba la causa de baja: de 1 a 9, o A.")


def read_tipo_trabajador_07(raw: str) -> Lectura:
    """Sources differ on whether a modificación carries this field. Space and 0 mean none."""
    if raw in (" ", "0"):
        return Lectura("")
    if raw in "".join(TipoTrabajador):
        return Lectura(raw)
    return _warning("", "Se esperaba un espacio, o el tipo de trabajador, de 1 a 4.")


def read_jornada(raw: str) -> Lectura:
    if raw in "".join(Jornada):
        return Lectura(raw)
    if raw == " ":
        return _warning("0", "Se esperaba de 0 a 6; se toma como 0 (normal).")
    return error("Se esperaba de 0 a 6: 0 normal, 1 a 5 días por semana, 6 jornada reducida.")


def read_fecha(raw: str) -> Lectura:
    """Value: the date in ISO 8601."""
    if re.fullmatch("[0-9]{8}", raw) is None:
        return error("Se esperaban 8 números: día, mes y año.", first_bad(raw, "[0-9]"))
    try:
        fecha = date(int(raw[4:]), int(raw[2:4]), int(raw[:2]))
    except ValueError:
        return error("Se esperaba una fecha que exista: día, mes y año (DDMMAAAA).")
    if not PRIMER_ANIO <= fecha.year <= ULTIMO_ANIO:
        return error(f"Se esperaba un año de {PRIMER_ANIO} a {ULTIMO_ANIO}.", 4)
    return Lectura(fecha.isoformat())


def _digits_or_blank(length: int, esperado: str) -> Callable[[str], Lectura]:
    def read(raw: str) -> Lectura:
        text = raw.strip(" ")
        if not text:
            return _warning("", esperado)
        filled = text.zfill(length)
        if re.fullmatch("[0-9]+", filled) is None:
            return error(esperado, first_bad(raw, "[0-9]"))
        return Lectura(raw) if raw == filled else _warning(filled, esperado)

    return read


read_umf: Final = _digits_or_blank(3, "Se esperaban 3 números.")
read_guia: Final = _digits_or_blank(5, "Se esperaban 5 números: los 2 de la subdelegación y 400.")


def read_tipo(raw: str) -> Lectura:
    if raw in formato.CAMPOS:
        return Lectura(raw)
    return error("Se esperaba 08 (alta o reingreso), 07 (modificación de salario) o 02 (baja).")


def read_clave_trabajador(raw: str) -> Lectura:
    text = raw.strip(" ")
    if not text.isprintable() or text != text.strip():
        return error("Se esperaban letras y números.", first_bad(raw, "[\\w -]"))
    # What Capturar takes and the writer writes: «E-0101» too.
    if not text.isascii():
        return _warning(text, "Se esperaban letras, números y signos sin acentos.")
    return Lectura(text)


# Patterns for positions 1 to 18 of a CURP. Source: RENAPO; docs/fuentes.md §3.
_CURP_SIGNS: Final = (
    *[("[A-Z]", "Se esperaba una letra.")] * 4,
    *[("[0-9]", "Se esperaba un número, el de la fecha de nacimiento.")] * 6,
    ("[HMX]", "Se esperaba el sexo: H, M o X."),
    *[("[A-Z]", "Se esperaba una letra.")] * 5,
    ("[A-Z0-9]", "Se esperaba un número o una letra."),
    ("[0-9]", "Se esperaba un número, el dígito verificador."),
)


def read_curp(raw: str) -> Lectura:
    if not raw.strip(" "):
        return Lectura("")
    text = _upper(raw)
    if " " in text:
        return error("Se esperaban 18 letras y números.", text.index(" "))
    if CURP_SIGNS.fullmatch(text) is None:
        wrong = (
            HallazgoCampo(at, esperado, "error")
            for at, (good, esperado) in enumerate(_CURP_SIGNS)
            if re.fullmatch(good, text[at]) is None
        )
        return Lectura(None, tuple(wrong))
    found = []
    if text[11:13] not in ENTIDADES:
        found.append(HallazgoCampo(11, "Se esperaba la clave de un estado.", "error"))
    try:
        birth_date_of(text)
    except ValueError:
        found.append(HallazgoCampo(4, "Se esperaba una fecha de nacimiento que exista.", "error"))
    expected = check_digit_curp(text[:17])
    if text[17] != expected:
        found.append(HallazgoCampo(17, f"Se esperaba el dígito verificador {expected}.", "error"))
    if found:
        return Lectura(None, tuple(found))
    return Lectura(text) if text == raw else _warning(text, "Se esperaba en mayúsculas.")


def read_curp_07(raw: str) -> Lectura:
    if raw.strip(" "):
        return read_curp(raw)
    return _warning("", "Se esperaba la CURP.")


def read_curp_02(raw: str) -> Lectura:
    """A baja carries no CURP. A valid one is kept, with a warning."""
    if not raw.strip(" 0"):
        return Lectura("")
    esperado = "En una baja se esperaban espacios."
    return _warning(read_curp(raw).valor or "", esperado)


def read_identificador(raw: str) -> Lectura:
    return Lectura(raw) if raw == formato.IDENTIFICADOR else _warning(raw, "Se esperaba un 9.")


def read_relleno(raw: str) -> Lectura:
    """Spaces, or zeros, which some programs write."""
    if raw.strip(" 0"):
        return _warning("", "No se esperaba nada aquí; no se toma.", first_bad(raw, "[ 0]"))
    return Lectura("")


_COMUNES: Final[dict[str, Callable[[str], Lectura]]] = {
    "registro_patronal": read_registro_patronal,
    "nss": read_nss,
    "primer_apellido": read_name,
    "segundo_apellido": read_optional_name,
    "nombres": read_name,
    "sbc": read_sbc,
    "tipo_trabajador": read_tipo_trabajador,
    "tipo_salario": read_tipo_salario,
    "jornada": read_jornada,
    "fecha": read_fecha,
    "umf": read_umf,
    "tipo": read_tipo,
    "guia": read_guia,
    "clave_trabajador": read_clave_trabajador,
    "causa_baja": read_causa_baja,
    "curp": read_curp,
    "relleno": read_relleno,
    "identificador": read_identificador,
}
LECTORES: Final[dict[str, dict[str, Callable[[str], Lectura]]]] = {
    "08": _COMUNES,
    "07": _COMUNES | {"tipo_trabajador": read_tipo_trabajador_07, "curp": read_curp_07},
    "02": _COMUNES | {"curp": read_curp_02},
}
