"""Presets of well-known mail providers for the form.

Sources: Google Workspace Admin Help, «Send email from a printer, scanner, or app»; Microsoft
Learn, «POP, IMAP, and SMTP settings for Outlook.com» and «How to set up a multifunction device
or application to send email using Microsoft 365».
"""

from __future__ import annotations

from dataclasses import dataclass

from icsoe_desktop.domain.correo import USUAL_PORTS, Seguridad


@dataclass(frozen=True)
class Proveedor:
    """servidor: empty for the preset that fills in nothing."""

    nombre: str
    servidor: str
    seguridad: Seguridad
    ayuda: str

    @property
    def puerto(self) -> str:
        return str(USUAL_PORTS[self.seguridad])


OTRO = Proveedor(
    "Otro",
    "",
    Seguridad.STARTTLS,
    "Los puertos usuales son 587 con STARTTLS y 465 con SSL/TLS.",
)
PROVEEDORES = (
    Proveedor(
        "Gmail",
        "smtp.gmail.com",
        Seguridad.STARTTLS,
        "Gmail necesita una contraseña de aplicación, no la de siempre: en su cuenta de Google "
        "active la verificación en dos pasos y genere una en «Contraseñas de aplicaciones». O "
        "entre con la cuenta vinculada.",
    ),
    Proveedor(
        "Outlook / Microsoft 365",
        "smtp.office365.com",
        Seguridad.STARTTLS,
        "Microsoft 365 deja apagada la contraseña para enviar desde fines de diciembre de 2026: "
        "entre con la cuenta vinculada. Quien administra debe permitir «SMTP autenticado» en el "
        "buzón. Outlook.com y Hotmail ya no permiten contraseña.",
    ),
    OTRO,
)


def proveedor_of(servidor: str) -> Proveedor:
    """The provider with this server."""
    name = servidor.strip().lower()
    return next((known for known in PROVEEDORES if known.servidor == name and name), OTRO)
