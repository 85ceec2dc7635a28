"""Errors of the sync server. Their sentences name no address, account or data."""

from __future__ import annotations

from icsoe_desktop.errors import UserFacingError

SAFE = "Sus datos siguen en este equipo."


class SyncServerError(UserFacingError):
    """The server cannot be used now.

    said: the sentence of the class. permanent: a retry without a change by the user will not help.
    """

    said = ""
    permanent = False

    def __init__(self, message: str = "", *, permanent: bool = False) -> None:
        super().__init__(message or self.said)
        self.permanent = self.permanent or permanent


NO_CONNECTION = "No hay conexión con el servidor de sincronización."


class NoConnectionError(SyncServerError):
    """No answer, or an answer of a proxy instead of the server."""

    def __init__(self, detail: str = "") -> None:
        said = f" {detail}" if detail else ""
        super().__init__(f"{NO_CONNECTION}{said} {SAFE} Se intentará de nuevo.")


class ServerCertificateError(SyncServerError):
    said = (
        "No se confía en el certificado del servidor de sincronización; no se envió nada. "
        f"{SAFE} Pida a su administrador que renueve el certificado, o que instale en este "
        "equipo la autoridad que lo firmó."
    )
    permanent = True


class ServerBusyError(SyncServerError):
    """The server asked to wait longer than one call may take."""

    said = f"El servidor de sincronización pidió esperar. {SAFE} Se intentará de nuevo."


class ServerFailureError(SyncServerError):
    """The server answered with an internal error (5xx)."""

    said = (
        f"El servidor de sincronización tuvo una falla y no completó el envío. {SAFE} "
        "Se intentará de nuevo; si continúa, avise a su administrador."
    )


class PasswordRejectedError(SyncServerError):
    """HTTP 401."""

    said = (
        "El servidor de sincronización no aceptó la cuenta o su contraseña. "
        f"{SAFE} Revise la cuenta y la contraseña."
    )
    permanent = True


class NoPermissionError(SyncServerError):
    """HTTP 403."""

    said = (
        "Su cuenta no tiene permiso para esto en la oficina. "
        f"{SAFE} Pida a un responsable de la oficina que revise su cuenta."
    )
    permanent = True


CANNOT_SAVE = (
    "El servidor de sincronización responde, pero no puede guardar: es probable que su disco esté "
    f"lleno. {SAFE} Avise a su administrador. Se intentará de nuevo."
)


class ServerCannotSaveError(SyncServerError):
    """The server answers, and its database refuses every write, for example on a full disk."""

    said = CANNOT_SAVE


class OddAnswerError(SyncServerError):
    """An answer that is incomplete, endless or no answer of Kinto."""

    said = (
        "El servidor de sincronización dio una respuesta que no se entiende. "
        f"{SAFE} Se intentará de nuevo; si continúa, avise a su administrador."
    )


class NotKintoError(SyncServerError):
    """Another program answers at the address."""

    said = (
        "En esa dirección no responde un servidor de sincronización de ICSOE Desktop. "
        f"{SAFE} Revise la dirección, que termina en /v1. Se intentará de nuevo."
    )


class OtherRecipeError(SyncServerError):
    """A Kinto without the plugin of our recipe, or with that of an older one."""

    said = (
        "El servidor de sincronización no es el que este programa necesita: su receta es otra "
        f"o anterior. {SAFE} Pida a su administrador que ejecute en él «instalar.sh» de esta "
        "versión. Se intentará de nuevo."
    )


class ServerAddressError(SyncServerError):
    said = (
        "La dirección del servidor de sincronización debe comenzar con https:// y no llevar "
        "usuario ni contraseña. No se envió nada. Corrija la dirección."
    )
    permanent = True


class OfficeNameError(SyncServerError):
    said = (
        "La clave de la oficina no está bien escrita: comienza con «of-». No se envió nada. "
        "Copie la que le dio su administrador."
    )
    permanent = True


class RequestRejectedError(SyncServerError):
    """Another 4xx, which a retry will not change."""

    def __init__(self, status: int) -> None:
        super().__init__(
            f"El servidor de sincronización rechazó la petición (código {status}). {SAFE} "
            "Avise a su administrador.",
            permanent=True,
        )
        self.status = status


class ConcurrentChangeError(SyncServerError):
    """Other desktops changed the same group of the office during every attempt."""

    said = (
        "Otro equipo cambió lo mismo en la oficina al mismo tiempo. No se cambió nada. "
        "Inténtelo de nuevo."
    )
