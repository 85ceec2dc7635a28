"""From the link in a mail to a password; and a forgotten one."""

from __future__ import annotations

from dataclasses import dataclass, field

from icsoe_desktop.services.bitacora import BitacoraService
from icsoe_desktop.services.correos_capturista import CorreosCapturista
from icsoe_desktop.store.engine import Store

# The same whatever was typed, so that nobody learns which CURP or mail is known.
SOLICITUD_RECIBIDA = (
    "Si la CURP y el correo electrónico corresponden a un capturista, en unos minutos recibirá una "
    "liga para crear una contraseña nueva. Revise también el correo no deseado."
)


@dataclass(frozen=True)
class LigaAbierta:
    """What the window «Crear contraseña» shows for a good link.

    pide_contrasena_actual: the person has a password already and only says yes to one contratista
    more; nothing new is created.
    datos: what the password may not contain; for POLITICA_ICSOE.excluding.
    """

    codigo: str = field(repr=False)
    nombre: str = field(repr=False)
    contratista: str = field(repr=False)
    pide_contrasena_actual: bool
    datos: tuple[str, ...] = field(repr=False)


class ActivacionService:
    def __init__(
        self, store: Store, bitacora: BitacoraService, correos: CorreosCapturista
    ) -> None: ...

    def open(self, texto: str) -> LigaAbierta:
        """What a link, or its pasted code, is for; it is not used up.

        Raises InvalidInputError (campo «codigo») for one that is wrong, used, replaced or late.
        """
        raise NotImplementedError

    def create_password(
        self, texto: str, contrasena: str, confirmacion: str, *, acepta_aviso: bool
    ) -> None:
        """«Guardar contraseña»: uses the link up; mail 3 leaves. Takes about 0.6 s.

        Raises InvalidInputError (campo «codigo», «contrasena», «confirmacion», «acepta_aviso»)
        and TooManyAttemptsError.
        """
        raise NotImplementedError

    def confirm(self, texto: str, contrasena_actual: str) -> None:
        """For `pide_contrasena_actual`: the person says yes to that contratista too.

        Raises InvalidInputError (campo «codigo» or «contrasena») and TooManyAttemptsError.
        """
        raise NotImplementedError

    def request_new_password(self, curp: str, correo: str) -> str:
        """«¿Olvidaste tu contraseña?»: always SOLICITUD_RECIBIDA.

        Raises InvalidInputError (campo «curp» or «correo») only for what is badly written, and
        TooManyAttemptsError.
        """
        raise NotImplementedError
