"""What a service of certificates takes and returns."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from icsoe_desktop.domain.certificados.certificado import (
    Certificado,
    EstadoVigencia,
    same_registro_patronal,
)


@dataclass(frozen=True, kw_only=True)
class CertificadoGuardado:
    """A stored certificate as the catalogue shows it. nota: what its state means, if unusual."""

    id: uuid.UUID
    tipo: str
    numero: str
    titular: str = field(repr=False)
    rfc: str = field(repr=False)
    usuario: str = field(repr=False)
    valido_hasta: datetime
    estado: EstadoVigencia
    nota: str = ""


@dataclass(frozen=True, kw_only=True)
class RegistroConCertificado:
    """A registro patronal and its certificate, or None."""

    registro_id: uuid.UUID
    registro_patronal: str = field(repr=False)
    razon_social: str = field(repr=False)
    rfc: str = field(repr=False)
    certificado: CertificadoGuardado | None


@dataclass(frozen=True)
class CertificadoElegido:
    """The form.

    archivo: .pfx or .cer. llave: .key, or None for a .pfx. contrasena: opens the key or the .pfx.
    numero: the chosen certificate of a .pfx with several keys. guardar_contrasena: off by default.
    representante: the e.firma may be of a linked representative, with another RFC.
    todos: put the e.firma to every registro patronal of the same RFC, whatever they have now.
    """

    registro_id: uuid.UUID
    archivo: Path
    llave: Path | None
    usuario: str = field(repr=False)
    contrasena: str = field(repr=False)
    numero: str | None = None
    guardar_contrasena: bool = False
    reemplazar: bool = False
    representante: bool = False
    todos: bool = False


def registro_for(
    registros: Sequence[RegistroConCertificado],
    certificado: Certificado,
    present: uuid.UUID | None,
) -> RegistroConCertificado | None:
    """The registro patronal that a certificate names, or whose RFC it names.

    present: the chosen one, which stays if it fits. Of several, the first without a valid
    certificate. None if no registro fits.
    """
    number = certificado.registro_patronal
    fitting = [
        one for one in registros if number and same_registro_patronal(number, one.registro_patronal)
    ] or [one for one in registros if certificado.rfc and certificado.rfc == one.rfc]
    without = [
        one for one in fitting if one.certificado is None or not one.certificado.estado.es_vigente
    ]
    if any(one.registro_id == present for one in fitting):
        return next(one for one in fitting if one.registro_id == present)
    return next(iter(without or fitting), None)
