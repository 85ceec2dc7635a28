"""Fast path for records without any problem, which is nearly all of them.

Field texts repeat: names, dates, registros patronales. The results of the field readers are cached.
A record whose fields have no problem is built from the cache. Every other record goes to the full
review in `revision`, so this module makes no decision of its own.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date
from typing import Final, Generic, TypeVar

from icsoe_desktop.domain.dispmag import campos
from icsoe_desktop.domain.dispmag.campos import Lectura
from icsoe_desktop.domain.dispmag.registro import MovimientoLeido
from icsoe_desktop.domain.identificadores import nombre_curp as curp_rules
from icsoe_desktop.domain.identificadores.catalogos_renapo import ENTIDADES, PALABRAS_INCONVENIENTES

_K = TypeVar("_K")
_V = TypeVar("_V")

_MAX_REMEMBERED: Final = 40_000
# Added to a check sum, it makes the sum fail.
_NEVER: Final = math.nan
_NO_SBC: Final = "0" * 15
_NO_NSS: Final = "0" * 11
_NO_CURP: Final = " " * 18


class Remembered(dict[_K, _V], Generic[_K, _V]):
    """Cache of a function. It empties itself when it is full."""

    def __init__(self, compute: Callable[[_K], _V]) -> None:
        super().__init__()
        self._compute = compute

    def __missing__(self, key: _K) -> _V:
        if len(self) >= _MAX_REMEMBERED:
            self.clear()
        value = self[key] = self._compute(key)
        return value


# The name, or None if it has a problem, and the letters it gives to the CURP.
Name = tuple[str | None, str, str]
# A date and the lowest and highest SBC on that date, in centavos.
FechaLimites = tuple[date, int, int]


class Rapido:
    def __init__(
        self, fecha_limites: Callable[[str], FechaLimites | None], *, with_zones: bool = False
    ) -> None:
        """fecha_limites: reads positions 119 to 126. None sends the record to the full review.

        with_zones: the ten characters of the registro patronal follow, as limits depend on it.
        """
        self._fechas = Remembered(fecha_limites)
        self._zone = slice(0, 10) if with_zones else slice(0, 0)
        self._registros = Remembered(_only_clean(campos.read_registro_patronal))
        self._luhn = Remembered(_luhn_part)
        self._primeros = Remembered(_name("primero", campos.read_name, slice(0, 2), 0))
        self._segundos = Remembered(_name("segundo", campos.read_optional_name, slice(2, 3), 1))
        self._nombres = Remembered(_name("nombres", campos.read_name, slice(3, 4), 2))
        self._codigos = {
            "08": Remembered(_codigos(campos.read_tipo_trabajador)),
            "07": Remembered(_codigos(campos.read_tipo_trabajador_07)),
        }
        self._colas = Remembered(_cola)
        self._curp_1_4 = Remembered(_curp_1_4)
        self._curp_5_10 = {
            True: Remembered(_curp_5_10(1900)),
            False: Remembered(_curp_5_10(2000)),
        }
        self._curp_11_13 = Remembered(_curp_11_13)
        self._curp_14_16 = Remembered(_curp_14_16)
        self._curp_17_18 = Remembered(_curp_17_18)

    def forget(self, text: str) -> None:
        """Forget the limits of the date of a record."""
        self._fechas.pop(text[118:126] + text[self._zone], None)

    def record(self, linea: int, text: str) -> MovimientoLeido | None:
        """The record of 168 characters, or None if the full review must see it."""
        cola = self._colas[text[126:138]]
        fecha_limites = self._fechas[text[118:126] + text[self._zone]]
        if cola is None or fecha_limites is None or text[167] != "9":
            return None
        umf, tipo, guia = cola
        fecha, piso, tope = fecha_limites
        registro = self._registros[text[:11]]
        nss = text[11:22]
        luhn = self._luhn
        if (
            registro is None
            or (luhn[text[11:15]] + luhn[text[15:19]] + luhn[text[19:22]]) % 10
            or nss == _NO_NSS
        ):
            return None
        primero, primero_1_2, primero_14 = self._primeros[text[22:49]]
        segundo, segundo_3, segundo_15 = self._segundos[text[49:76]]
        nombres, nombres_4, nombres_16 = self._nombres[text[76:103]]
        clave = text[138:148].strip(" ")
        if (
            primero is None
            or segundo is None
            or nombres is None
            or (clave and not (clave.isalnum() and clave.isascii()))
        ):
            return None
        causa = text[148]
        curp = text[149:167]
        if tipo == "02":
            if text[103:118] != _NO_SBC or curp != _NO_CURP or causa not in "123456789A":
                return None
            # fmt: off
            return tuple.__new__(MovimientoLeido, (
                linea, tipo, registro, nss, primero, segundo, nombres, fecha, None, "", "", "",
                causa, umf, guia, clave, "", (),
            ))
            # fmt: on
        codigos = self._codigos[tipo][text[109:118]]
        pesos = text[103:109]
        if codigos is None or causa != " " or not (pesos.isdigit() and pesos.isascii()):
            return None
        sbc = int(pesos)
        if not piso <= sbc <= tope:
            return None
        if curp == _NO_CURP:
            if tipo == "07":
                return None
            curp = ""
        else:
            nacimiento, total = self._curp_5_10[curp[16] < ":"][curp[4:10]]
            initials = curp[:4]
            consonants = curp[13:16]
            total += (
                self._curp_1_4[initials]
                + self._curp_11_13[curp[10:13]]
                + self._curp_14_16[consonants]
                + self._curp_17_18[curp[16:]]
            )
            if (
                total % 10
                or nacimiento >= fecha
                or initials != primero_1_2 + segundo_3 + nombres_4
                or consonants != primero_14 + segundo_15 + nombres_16
            ):
                return None
        tipo_trabajador, tipo_salario, jornada = codigos
        # fmt: off
        return tuple.__new__(MovimientoLeido, (
            linea, tipo, registro, nss, primero, segundo, nombres, fecha, sbc,
            tipo_trabajador, tipo_salario, jornada, "", umf, guia, clave, curp, (),
        ))
        # fmt: on


def _only_clean(read: Callable[[str], Lectura]) -> Callable[[str], str | None]:
    def clean(raw: str) -> str | None:
        valor, hallazgos = read(raw)
        return None if hallazgos else valor

    return clean


def _luhn_part(digits: str) -> float:
    """Part of the check sum of an NSS for three or four digits that begin at an even offset."""
    if not (digits.isascii() and digits.isdigit()):
        return _NEVER
    return sum(
        int(digit) if at % 2 == 0 else sum(map(int, str(2 * int(digit))))
        for at, digit in enumerate(digits)
    )


def _letters(campo: str, name: str) -> tuple[str, str]:
    """The letters that one name gives to positions 1 to 4 and 14 to 16 of the CURP."""
    nombres, primero, segundo = (
        name if campo == which else "" for which in ("nombres", "primero", "segundo")
    )
    return curp_rules.expected_letters(nombres, primero, segundo)


def _name(
    campo: str, read: Callable[[str], Lectura], first: slice, fourteenth: int
) -> Callable[[str], Name]:
    """first, fourteenth: the slice and the index of this name's letters among the expected ones."""

    def letters_of_first(word: str) -> tuple[str, str] | None:
        alone = _letters(campo, word)
        # After a particle, or after María and José, the next word decides.
        return alone if _letters(campo, f"{word} WUW") == alone else None

    first_words = Remembered(letters_of_first)

    def clean(raw: str) -> Name:
        name = _only_clean(read)(raw)
        if name is None:
            return None, "", ""
        letters = first_words[name.partition(" ")[0]]
        initials, consonants = letters or _letters(campo, name)
        return name, initials[first], consonants[fourteenth]

    return clean


def _codigos(
    read_tipo_trabajador: Callable[[str], Lectura],
) -> Callable[[str], tuple[str, str, str] | None]:
    """Reader of positions 110 to 118: tipo de trabajador, tipo de salario, jornada."""

    def read(raw: str) -> tuple[str, str, str] | None:
        relleno = _only_clean(campos.read_relleno)(raw[:6])
        tipo_trabajador = _only_clean(read_tipo_trabajador)(raw[6])
        tipo_salario = _only_clean(campos.read_tipo_salario)(raw[7])
        jornada = _only_clean(campos.read_jornada)(raw[8])
        if relleno is None or tipo_trabajador is None or tipo_salario is None or jornada is None:
            return None
        return tipo_trabajador, tipo_salario, jornada

    return read


def _cola(raw: str) -> tuple[str, str, str] | None:
    """UMF, tipo and guía from positions 127 to 138, or None if any has a problem."""
    tipo = _only_clean(campos.read_tipo)(raw[5:7])
    guia = _only_clean(campos.read_guia)(raw[7:])
    if tipo == "08":
        umf = _only_clean(campos.read_umf)(raw[:3])
        relleno = _only_clean(campos.read_relleno)(raw[3:5])
    else:
        umf = relleno = _only_clean(campos.read_relleno)(raw[:5])
    if tipo is None or guia is None or umf is None or relleno is None:
        return None
    return umf, tipo, guia


_ALPHABET: Final = {sign: at for at, sign in enumerate("0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ")}


def _weighed(part: str, position: int) -> float:
    """Part of the check sum of a CURP for these characters, which begin at `position`.

    Source: RENAPO. Weights go from 18 down to 2. The check digit makes the sum end in 0.
    """
    if not all(sign in _ALPHABET for sign in part):
        return _NEVER
    return sum(_ALPHABET[sign] * (19 - position - at) for at, sign in enumerate(part))


def _are_letters(part: str) -> bool:
    return part.isascii() and part.isalpha() and part.isupper()


def _curp_1_4(part: str) -> float:
    odd = not _are_letters(part) or part in PALABRAS_INCONVENIENTES
    return _NEVER if odd else _weighed(part, 1)


def _curp_5_10(century: int) -> Callable[[str], tuple[date, float]]:
    def read(part: str) -> tuple[date, float]:
        if not (part.isascii() and part.isdigit()):
            return date.max, _NEVER
        try:
            born = date(century + int(part[:2]), int(part[2:4]), int(part[4:]))
        except ValueError:
            return date.max, _NEVER
        return born, _NEVER if born.year < 1930 else _weighed(part, 5)

    return read


def _curp_11_13(part: str) -> float:
    good = part[0] in "HMX" and part[1:] in ENTIDADES
    return _weighed(part, 11) if good else _NEVER


def _curp_14_16(part: str) -> float:
    return _weighed(part, 14) if _are_letters(part) else _NEVER


def _curp_17_18(part: str) -> float:
    good = part[0] <= "J" and part.isascii() and part[0].isalnum() and part[1].isdigit()
    return _weighed(part, 17) if good else _NEVER
