"""Generales del contratista: check and save correo and telephones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import Signal

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.icsoe.contratista import DatosGenerales, PasoContratista, check_generales
from icsoe_desktop.domain.identificadores.contacto import Correo, Telefono
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gui.base.presenter import StatePresenter
from icsoe_desktop.jobs import JobQueue
from icsoe_desktop.services.cambios_ajenos import CambioAjenoError
from icsoe_desktop.services.contratista.service import SIN_GENERALES, ContratistasService

SAVED = "Los datos generales se guardaron."


@dataclass(frozen=True)
class GeneralesState:
    """kept: the saved values, as last shown; None before the first saving."""

    kept: DatosGenerales | None = None
    busy: bool = False
    message: str = ""


class GeneralesPresenter(StatePresenter[GeneralesState]):
    refused = Signal(object)  # dict: field → sentence
    overtaken = Signal(object)  # dict: field → value that another user saved meanwhile
    saved = Signal(object)  # PasoContratista

    def __init__(self, service: ContratistasService, jobs: JobQueue, sesion: Sesion) -> None:
        super().__init__(jobs, GeneralesState())
        self._service = service
        self._sesion = sesion

    def keep(self, datos: DatosGenerales | None) -> None:
        """Set the saved values."""
        self._show(kept=datos)

    @property
    def kept_texts(self) -> dict[str, str]:
        kept = self.state.kept
        if kept is None:
            return {}
        celular, fijo = (
            Telefono(one).agrupado if one else "" for one in (kept.celular, kept.telefono_fijo)
        )
        return {"correo": kept.correo, "celular": celular, "telefono_fijo": fijo}

    def check(self, texts: Mapping[str, str]) -> dict[str, str]:
        return check_generales(texts)

    def warning(self, correo: str) -> str:
        """A warning about an unusual but well-formed mail address; else empty."""
        try:
            return " ".join(Correo.parse(correo).advertencias)
        except InvalidInputError:
            return ""

    def is_unsaved(self, texts: Mapping[str, str]) -> bool:
        kept = self.kept_texts
        return any(text.strip() != kept.get(name, "") for name, text in texts.items())

    def edit(self) -> None:
        if self.state.message:
            self._show(message="")

    def save(self, texts: Mapping[str, str]) -> None:
        if self.state.busy:
            return
        visto = self.state.kept or SIN_GENERALES
        self._show(busy=True, message="")
        self.ask(
            lambda _progress: self._service.save_generales(self._sesion, **texts, visto=visto),
            self._on_saved,
            self._on_not_saved,
            busy=False,
        )

    def _on_saved(self, paso: PasoContratista) -> None:
        self._show(message=SAVED)
        self.saved.emit(paso)

    def _on_not_saved(self, error: Exception) -> None:
        match error:
            case CambioAjenoError(visto=DatosGenerales() as visto):
                self._show(kept=visto)
                self.overtaken.emit(error.sentences)
            case InvalidInputError(campo=str(campo)):
                self.refused.emit({campo: error.message})
            case _:
                self._fail(error)
