"""Certificates that are kept only so that their end is told."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from icsoe_desktop.store.tables.base import Row


class CertificadoVigiladoRow(Row):
    """A .cer, without its key. contratista_id: whose it is; None for the employer's."""

    __tablename__ = "certificados_vigilados"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    contratista_id: Mapped[uuid.UUID | None]
    tipo: Mapped[str]
    numero: Mapped[str]
    titular: Mapped[str]
    rfc: Mapped[str]
    valido_hasta: Mapped[datetime]
    certificado: Mapped[bytes]
    creado: Mapped[datetime]
