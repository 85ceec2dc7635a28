"""Differences between the IMSS and the payroll that somebody accepted. Only this desktop's."""

import uuid
from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from icsoe_desktop.store.tables.base import Row


class DiferenciaAceptadaRow(Row):
    """Why a difference is right as it is.

    registro_patronal: ten characters. nss: or the CURP of who has none. huella: digest of the
    values that both sides had, which are not kept themselves; with others it does not count.
    """

    __tablename__ = "diferencias_aceptadas"

    registro_patronal: Mapped[str] = mapped_column(primary_key=True)
    nss: Mapped[str] = mapped_column(primary_key=True)
    diferencia: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    huella: Mapped[bytes]
    motivo: Mapped[str]
    usuario_id: Mapped[uuid.UUID]
    cuando: Mapped[datetime]
