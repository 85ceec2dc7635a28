"""The password policies as separate rules, so that a window can tick each rule during typing.

Sources: seed 002 (ICSOE), seed 004 (certificado IMSS, e.firma), docs/fuentes.md §6.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise

from icsoe_desktop.domain.texto import fold, is_invisible, strip_accents
from icsoe_desktop.errors import InvalidInputError

CARACTERES_ESPECIALES = "-*?!@#$/()[]=.¡;:"
# Limits the input of Argon2id. No person types a password this long.
LONGITUD_MAXIMA = 128
_RUN = 4  # keys, digits or letters
_REPEATED = 3

# Each pair is one row of a keyboard, Spanish or Latin American: first without shift, then with it.
# The same index in both strings is the same key.
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
    """One rule of a policy.

    texto: Spanish phrase for one line of a list.
    cumple: True if a text satisfies the rule.
    """

    texto: str
    cumple: Predicate


@dataclass(frozen=True, slots=True)
class ResultadoRegla:
    texto: str
    cumplida: bool


@dataclass(frozen=True, slots=True)
class Politica:
    """The rules that a password or user name must satisfy.

    sujeto: subject of the error sentence, for example «La contraseña».
    campo: form field that `check` reports.
    """

    sujeto: str
    reglas: tuple[Regla, ...]
    campo: str = "contrasena"

    def evaluate(self, text: str) -> tuple[ResultadoRegla, ...]:
        """The result of each rule for `text`, in the order of the rules."""
        typed = canonical(text)
        return tuple(ResultadoRegla(regla.texto, regla.cumple(typed)) for regla in self.reglas)

    def accepts(self, text: str) -> bool:
        return all(resultado.cumplida for resultado in self.evaluate(text))

    def check(self, text: str) -> None:
        """Refuse a text that breaks a rule.

        Raises InvalidInputError that lists every broken rule. The sentence never contains the text.
        """
        broken = [resultado.texto for resultado in self.evaluate(text) if not resultado.cumplida]
        if broken:
            reasons = "; ".join(rule[0].lower() + rule[1:] for rule in broken)
            raise InvalidInputError(f"{self.sujeto} no cumple: {reasons}.", self.campo)

    def at_least(self, largo: int) -> Politica:
        """The same policy plus the administrator's least length; 0 adds nothing."""
        if not largo:
            return self
        regla = Regla(
            f"Al menos {largo} caracteres (lo fijó quien administra este equipo)",
            lambda text: len(text) >= largo,
        )
        return Politica(self.sujeto, (*self.reglas, regla), self.campo)

    def excluding(self, datos: Iterable[str]) -> Politica:
        """The same policy plus a rule that forbids the given personal data inside the password.

        datos: usuario, CURP, correo. Pieces shorter than four characters are ignored: they are too
        common.
        """
        pieces = {fold(piece) for dato in datos for piece in (dato, dato.split("@")[0])}
        long_enough = tuple(sorted(piece for piece in pieces if len(piece) >= _RUN))
        regla = Regla(
            "Sin su usuario, su nombre, su correo ni su CURP",
            lambda text: not any(piece in fold(text) for piece in long_enough),
        )
        return Politica(self.sujeto, (*self.reglas, regla), self.campo)


def canonical(text: str) -> str:
    """The NFC form of a password, in which it is checked and hashed.

    Keyboards compose Ñ in different ways. Source: RFC 8265 §4.2 (OpaqueString).
    """
    return unicodedata.normalize("NFC", text)


def has_keyboard_pattern(text: str) -> bool:
    """True if the text has four neighbouring keys of one row: qwer, ñLKJ, $%&/.

    Either direction counts, with or without shift.
    """
    keys = strip_accents(text, keep_enye=True)
    return any(_has_run([_place(row, character) for character in keys]) for row in _KEYBOARD_ROWS)


def _place(row: tuple[str, str], character: str) -> int | None:
    for half in row:
        if character in half:
            return half.index(character)
    return None


def has_sequence(text: str) -> bool:
    """True if the text has four consecutive digits or letters: 4567, DCBA, mnño.

    Either direction counts. Letters follow the alphabet with ñ or the one without it.
    """
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
    """True if one character stands three times in a row. Upper and lower case differ."""
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


# Any Unicode capital counts, because Á and Ñ are capitals to users. Only ASCII digits count. A
# character outside the list of special characters, such as the underscore, is allowed but does not
# count as special.
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

# The seed has no policy for the IDSE users, who are local accounts. They guard certificates, so
# their policy is not weaker than the one for ICSOE. The same people often have both accounts, so
# one policy is enough. Argon2id and growing delays slow down guessing. `excluding` forbids the
# user's own mail.
POLITICA_USUARIO_IDSE = Politica("La contraseña", _REGLAS_ICSOE)

_REGLAS_CERTIFICADO_IMSS = (
    _length(8, 20),
    Regla("Sólo letras y números", _alphanumeric),
)
POLITICA_USUARIO_CERTIFICADO_IMSS = Politica(
    "El usuario del certificado IMSS", _REGLAS_CERTIFICADO_IMSS, "usuario"
)
