"""The mails that a capturista gets, and the links in them."""

from __future__ import annotations

from icsoe_desktop.gateways.plantillas import Plantillas
from icsoe_desktop.services.buzon import BuzonService
from icsoe_desktop.store.engine import Store


class CorreosCapturista:
    def __init__(self, store: Store, buzon: BuzonService, plantillas: Plantillas) -> None: ...
