"""ARCO: a copy of one person's data, and their deletion, on request."""

from __future__ import annotations

import uuid
from typing import Any

from icsoe_desktop.domain.sesion import Sesion
from icsoe_desktop.services.bitacora import BitacoraService
from icsoe_desktop.services.buzon import BuzonService
from icsoe_desktop.store.engine import Store


class PrivacidadService:
    def __init__(self, store: Store, bitacora: BitacoraService, buzon: BuzonService) -> None: ...

    def export(self, sesion: Sesion, relacion_id: uuid.UUID) -> dict[str, Any]:
        """All that this contratista keeps of a capturista, ready for JSON, in reading order.

        Section title → {label: value}, or a list of those; for the PDF the same titles and labels.
        Raises UserFacingError.
        """
        raise NotImplementedError

    def export_own(self, sesion: Sesion) -> dict[str, Any]:
        """The same for who is in the session: the contratista itself, or a capturista."""
        raise NotImplementedError

    def delete(self, sesion: Sesion, relacion_id: uuid.UUID) -> None:
        """Deletes a capturista: the relation, its links and waiting mails; and the person, with
        her password, when no other contratista has her. Raises UserFacingError.
        """
        raise NotImplementedError
