"""Somebody who forgot her password, and the mail that reaches her."""

from __future__ import annotations

import re

from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.correo.buzon import BuzonService
from tests.support.smtp_real import SmtpReal

ALMA, BETO = "alma@ejemplo.mx", "beto@ejemplo.mx"
OLD, NEW, NEWER = "Ocre-Mazo7.Viga", "Lirio#Pozo9Tren", "Cauce/Nube3.Faro"


def code_in(smtp: SmtpReal, buzon: BuzonService) -> str:
    """Sends what waits and reads the code in the last mail, as a person would."""
    buzon.send_due(NoProgress())
    [code] = re.findall(r"^    (\d{4} \d{4})$", text_of_last(smtp), flags=re.MULTILINE)
    return str(code)


def text_of_last(smtp: SmtpReal) -> str:
    body = smtp.received[-1].message.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def another(code: str) -> str:
    return f"{(int(code.replace(' ', '')) + 1) % 10**8:08}"
