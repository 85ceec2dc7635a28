"""What a chosen certificate says, in the words of the window."""

from __future__ import annotations

from icsoe_desktop.domain.certificado import Certificado, fecha_local
from icsoe_desktop.domain.verificacion import format_fecha
from icsoe_desktop.gui.certificados.columnas import TIPOS


def said_by(certificado: Certificado | None) -> tuple[str | None, ...]:
    """Owner, type, RFC, number, validity, issuer."""
    if certificado is None:
        return (None,) * 6
    rfc = certificado.rfc
    if rfc and certificado.rfc_representante:
        rfc = f"{rfc} (representante: {certificado.rfc_representante})"
    desde, hasta = fecha_local(certificado.valido_desde), fecha_local(certificado.valido_hasta)
    return (
        certificado.titular,
        TIPOS[certificado.tipo],
        rfc or certificado.registro_patronal,
        certificado.numero,
        f"Del {format_fecha(desde)} al {format_fecha(hasta)}",
        certificado.emisor,
    )
