"""argparse's messages in Spanish: a gettext catalogue.

gettext chooses a language by the environment and reads it from a compiled file. This program speaks
Spanish anywhere, so argparse is given this catalogue in place of the functions that it imported.
"""

from __future__ import annotations

import argparse
import gettext
from typing import Final

MESSAGES: Final = {
    "%(prog)s: error: %(message)s\n": "%(prog)s: error: %(message)s\n",
    "%(prog)s: warning: %(message)s\n": "%(prog)s: advertencia: %(message)s\n",
    "ambiguous option: %(option)s could match %(matches)s": (
        "opción ambigua: %(option)s puede ser %(matches)s"
    ),
    "argument %(argument_name)s: %(message)s": "argumento %(argument_name)s: %(message)s",
    "can't open '%(filename)s': %(error)s": "no se puede abrir «%(filename)s»: %(error)s",
    "expected %s argument": "falta %s valor",
    "expected %s arguments": "faltan %s valores",
    "expected at least one argument": "falta al menos un valor",
    "expected at most one argument": "lleva un valor como máximo",
    "expected one argument": "falta su valor",
    "ignored explicit argument %r": "no lleva valor: %r",
    "invalid %(type)s value: %(value)r": "no es un valor: %(value)r",
    "invalid choice: %(value)r (choose from %(choices)s)": (
        "no es una opción: %(value)r (elija entre %(choices)s)"
    ),
    # since Python 3.14
    "invalid choice: %(value)r, maybe you meant %(closest)r? (choose from %(choices)s)": (
        "no es una opción: %(value)r; ¿quiso decir %(closest)r? (elija entre %(choices)s)"
    ),
    "not allowed with argument %s": "no se combina con %s",
    "one of the arguments %s is required": "falta uno de estos: %s",
    "options": "opciones",
    "positional arguments": "argumentos",
    "subcommands": "órdenes",
    "the following arguments are required: %s": "faltan: %s",
    "unexpected option string: %s": "opción inesperada: %s",
    "unknown parser %(parser_name)r (choices: %(choices)s)": (
        "no es una orden: %(parser_name)r (elija entre %(choices)s)"
    ),
    "unrecognized arguments: %s": "no se reconoce: %s",
    "usage: ": "uso: ",
}


class Spanish(gettext.NullTranslations):
    """A message that is not in the catalogue stays as it is."""

    def gettext(self, message: str) -> str:
        return MESSAGES.get(message, message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)


def speak_spanish() -> None:
    spanish = Spanish()
    vars(argparse).update(_=spanish.gettext, ngettext=spanish.ngettext)
