"""The password policies, rule by rule, so that a window can tick each while one types.

Sources: seed 002 (ICSOE), seed 004 (certificado IMSS, e.firma), dominio/icsoe.md §4.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise

from icsoe_desktop.domain.texto import fold, is_invisible, strip_accents
from icsoe_desktop.errors import InvalidInputError

CARACTERES_ESPECIALES = "-*?!@#$/()[]=.¡;:"
# Bounds the work of Argon2id, and is far beyond what anybody types.
LONGITUD_MAXIMA = 128
_RUN = 4  # keys, digits or letters
_REPEATED = 3

# Each string is a row of keys, Spanish and Latin American, plain and then shifted: the same place
# in both halves is the same key.
_KEYBOARD_ROWS = (
    ("º1234567890'¡", 'ª!"·$%&/()=?¿'),
    ("|1234567890'¿", '°!"#$%&/()=?¡'),
    ("qwertyuiop`+", "QWERTYUIOP^*"),
    ("qwertyuiop´+", "QWERTYUIOP¨*"),
    ("asdfghjklñ´ç", "ASDFGHJKLÑ¨Ç"),
    ("asdfghjklñ{}", "ASDFGHJKLÑ[]"),
    ("<zxcvbnm,.-", ">ZXCVBNM;:_"),
)
_ALPHABETS = ("0123456789", "abcdefghijklmnopqrstuvwxyz", "abcdefghijklmnñopqrstuvwxyz")

Predicate = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Regla:
    """texto: a phrase in Spanish that reads as one line of a list."""

    texto: str
    cumple: Predicate


@dataclass(frozen=True, slots=True)
class ResultadoRegla:
    texto: str
    cumplida: bool


@dataclass(frozen=True, slots=True)
class Politica:
    """What a secret must look like.

    sujeto: how a sentence names the secret, for example «La contraseña».
    """

    sujeto: str
    reglas: tuple[Regla, ...]
    campo: str = "contrasena"

    def evaluate(self, text: str) -> tuple[ResultadoRegla, ...]:
        """Every rule, in order, with whether the text keeps it."""
        typed = canonical(text)
        return tuple(ResultadoRegla(regla.texto, regla.cumple(typed)) for regla in self.reglas)

    def accepts(self, text: str) -> bool:
        return all(resultado.cumplida for resultado in self.evaluate(text))

    def check(self, text: str) -> None:
        """Raises InvalidInputError, naming every rule that the text breaks and nothing of it."""
        broken = [resultado.texto for resultado in self.evaluate(text) if not resultado.cumplida]
        if broken:
            reasons = "; ".join(rule[0].lower() + rule[1:] for rule in broken)
            raise InvalidInputError(f"{self.sujeto} no cumple: {reasons}.", self.campo)

    def excluding(self, datos: Iterable[str]) -> Politica:
        """The same policy, which also refuses what holds one of these: usuario, CURP, correo.

        Pieces of fewer than four characters are too common to refuse.
        """
        pieces = {fold(piece) for dato in datos for piece in (dato, dato.split("@")[0])}
        long_enough = tuple(sorted(piece for piece in pieces if len(piece) >= _RUN))
        regla = Regla(
            "Sin su usuario, su nombre ni su CURP",
            lambda text: not any(piece in fold(text) for piece in long_enough),
        )
        return Politica(self.sujeto, (*self.reglas, regla), self.campo)


def canonical(text: str) -> str:
    """The one form of a password that is checked and hashed, whatever keyboard composed its Ñ.

    Source: RFC 8265 §4.2, OpaqueString: NFC, nothing else changed.
    """
    return unicodedata.normalize("NFC", text)


def has_keyboard_pattern(text: str) -> bool:
    """Four neighbouring keys of one row, either way, with or without shift: qwer, ñLKJ, $%&/."""
    keys = strip_accents(text, keep_enye=True)
    return any(_has_run([_place(row, character) for character in keys]) for row in _KEYBOARD_ROWS)


def _place(row: tuple[str, str], character: str) -> int | None:
    for half in row:
        if character in half:
            return half.index(character)
    return None


def has_sequence(text: str) -> bool:
    """Four digits or letters, up or down, the alphabet with ñ and without it: 4567, DCBA, mnño."""
    folded = strip_accents(text, keep_enye=True).lower()
    return any(
        _has_run([alphabet.find(c) if c in alphabet else None for c in folded])
        for alphabet in _ALPHABETS
    )


def _has_run(places: list[int | None]) -> bool:
    for step in (1, -1):
        length = 1
        for before, after in pairwise(places):
            neighbours = before is not None and after is not None and after - before == step
            length = length + 1 if neighbours else 1
            if length == _RUN:
                return True
    return False


def has_repetition(text: str) -> bool:
    """One character three times in a row; a capital and its small letter are two characters."""
    return any(
        len(set(text[start : start + _REPEATED])) == 1 for start in range(len(text) - _REPEATED + 1)
    )


def _any_category(category: str) -> Predicate:
    return lambda text: any(unicodedata.category(character) == category for character in text)


def _length(minimum: int, maximum: int) -> Regla:
    return Regla(
        f"De {minimum} a {maximum} caracteres", lambda text: minimum <= len(text) <= maximum
    )


def _alphanumeric(text: str) -> bool:
    return all(unicodedata.category(c) in {"Lu", "Ll"} or c in "0123456789" for c in text)


# Á and Ñ are capitals to the person who types them, so any Unicode capital counts; digits are
# the ten of the keyboard. What is not in the list of special characters, like the underscore,
# may be used and does not count as one.
_REGLAS_ICSOE = (
    Regla("Al menos una letra mayúscula", _any_category("Lu")),
    Regla("Al menos una letra minúscula", _any_category("Ll")),
    Regla("Al menos un número", lambda text: any(c in "0123456789" for c in text)),
    Regla(
        f"Al menos un carácter especial: {' '.join(CARACTERES_ESPECIALES)}",
        lambda text: any(c in CARACTERES_ESPECIALES for c in text),
    ),
    _length(8, LONGITUD_MAXIMA),
    Regla(
        "Sin espacios en blanco ni caracteres invisibles",
        lambda text: not any(c.isspace() or is_invisible(c) for c in text),
    ),
    Regla(
        "Sin cuatro teclas vecinas seguidas (como qwer o lkjh)",
        lambda text: not has_keyboard_pattern(text),
    ),
    Regla(
        "Sin cuatro números o letras en secuencia (como 1234 o dcba)",
        lambda text: not has_sequence(text),
    ),
    Regla("Sin un mismo carácter tres o más veces seguidas", lambda text: not has_repetition(text)),
)

POLITICA_ICSOE = Politica("La contraseña", _REGLAS_ICSOE)

# The IDSE users of this program are local accounts, for which the seed has no policy. They guard
# more than an ICSOE capturista does (certificates), so nothing weaker will do; and the same
# people have both, so one policy to remember is worth more than a second one. Guessing is slowed
# by Argon2id and by the growing delay, and `excluding` keeps the user's own mail out.
POLITICA_USUARIO_IDSE = Politica("La contraseña", _REGLAS_ICSOE)

_REGLAS_CERTIFICADO_IMSS = (
    _length(8, 20),
    Regla("Sólo letras y números", _alphanumeric),
)
POLITICA_USUARIO_CERTIFICADO_IMSS = Politica(
    "El usuario del certificado IMSS", _REGLAS_CERTIFICADO_IMSS, "usuario"
)
