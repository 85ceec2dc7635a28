"""Values of the law that this installation has besides the shipped ones."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy.orm import Mapped, mapped_column

from icsoe_desktop.store.tables.base import Row
from icsoe_desktop.store.types import Dia


class ValorLegalRow(Row):
    """A minimum wage or UMA. central: set by the administrator's policy, not by a user."""

    __tablename__ = "valores_legales"

    concepto: Mapped[str] = mapped_column(primary_key=True)
    desde: Mapped[date] = mapped_column(Dia, primary_key=True, autoincrement=False)
    central: Mapped[bool] = mapped_column(primary_key=True)
    centavos: Mapped[int]
    fuente: Mapped[str]
    usuario_id: Mapped[uuid.UUID | None]
    cuando: Mapped[datetime]
