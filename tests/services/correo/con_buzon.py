"""What stands in the outbox and what arrived, by the name before the @."""

from __future__ import annotations

from collections.abc import Callable

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.correo import EstadoCorreo
from icsoe_desktop.services.correo.buzon import BuzonService
from tests.support.smtp_real import SmtpReal

Enqueue = Callable[..., None]


def states(buzon: BuzonService, sesion: Sesion) -> dict[str, tuple[EstadoCorreo, str]]:
    return {one.para.split("@")[0]: (one.estado, one.motivo) for one in buzon.pending(sesion)}


def arrived(smtp: SmtpReal) -> list[str]:
    return [one.rcpt_to[0].split("@")[0] for one in smtp.received]
