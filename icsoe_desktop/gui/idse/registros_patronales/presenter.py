"""Registros patronales: the state and commands of the catalogue's window."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import asdict, dataclass

from PySide6.QtCore import Signal

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.certificados.registro_patronal import RegistroPatronalCatalogado, check
from icsoe_desktop.domain.identificadores.valor import compact
from icsoe_desktop.gui.base.presenter import StatePresenter
from icsoe_desktop.gui.kit.formats import counted_if_any
from icsoe_desktop.jobs import JobQueue
from icsoe_desktop.services.cambios_ajenos import CambioAjenoError
from icsoe_desktop.services.certificados.importacion_registros import ResultadoImportacionRegistros
from icsoe_desktop.services.certificados.registros_patronales import RegistrosPatronalesService

LENGTH = 11

ADDED = "Se guardó el registro patronal {registro}."
EDITED = "Se guardaron los cambios del registro patronal {registro}."
NOTHING_TO_SAVE = "No hay cambios que guardar."
REMOVED = "Se eliminó el registro patronal {registro}."


@dataclass(frozen=True)
class CapturaRegistroPatronal:
    """The values of the form, as typed."""

    registro_patronal: str = ""
    razon_social: str = ""
    rfc: str = ""
    zona: str = ""

    @classmethod
    def of(cls, registro: RegistroPatronalCatalogado | None) -> CapturaRegistroPatronal:
        if registro is None:
            return cls()
        return cls(registro.registro_patronal, registro.razon_social, registro.rfc, registro.zona)


@dataclass(frozen=True)
class RegistrosPatronalesState:
    """editing: the registro patronal in the form, as put there; None for a new one.

    busy: saving or removing. ajenos: field → value that another user saved while this
    one was edited.
    """

    loaded: bool = False
    busy: bool = False
    registros: tuple[RegistroPatronalCatalogado, ...] = ()
    editing: RegistroPatronalCatalogado | None = None
    problems: tuple[tuple[str, str], ...] = ()
    ajenos: tuple[tuple[str, str], ...] = ()
    message: str = ""


class RegistrosPatronalesPresenter(StatePresenter[RegistrosPatronalesState]):
    overtaken = Signal()  # `ajenos` has values to show
    form_wanted = Signal(object)  # CapturaRegistroPatronal to show in the form

    def __init__(self, service: RegistrosPatronalesService, jobs: JobQueue, sesion: Sesion) -> None:
        super().__init__(jobs, RegistrosPatronalesState())
        self._service = service
        self._sesion = sesion
        self._typed = CapturaRegistroPatronal()

    def refresh(self) -> None:
        """Read the catalogue again; the user's input stays."""
        self.ask(lambda _progress: self._service.all(self._sesion), self._on_loaded)

    def type_in(self, captura: CapturaRegistroPatronal) -> None:
        """Take over the typed values and drop the messages about the former ones."""
        self._typed = captura
        if self.state.problems or self.state.message:
            self._show(problems=(), message="")

    def problems_of(self, captura: CapturaRegistroPatronal) -> dict[str, str]:
        """The problems: field → sentence."""
        return dict(check(**asdict(captura)).problemas)

    def warnings_of(self, captura: CapturaRegistroPatronal, left: Set[str]) -> dict[str, str]:
        """The warnings, field → sentence, for fields that were left or are complete."""
        complete = len(compact(captura.registro_patronal)) == LENGTH
        told = left | {"rfc"} | ({"registro_patronal"} if complete else set())
        found = check(**asdict(captura)).advertencias
        return {campo: text for campo, text in found.items() if campo in told}

    def choose(self, registro: RegistroPatronalCatalogado | None) -> None:
        """Put the present version of `registro` in the form; None clears the form for a new one."""
        if self.state.busy:
            return
        if registro is not None:
            listed = (one for one in self.state.registros if one.id == registro.id)
            registro = next(listed, registro)
        self._show(editing=registro, problems=(), ajenos=(), message="")
        self._fill(registro)

    @property
    def unsaved(self) -> bool:
        return self._typed != CapturaRegistroPatronal.of(self.state.editing)

    def save(self) -> None:
        if self.state.busy:
            return
        if self.state.editing is not None and not self.unsaved:
            self._show(message=NOTHING_TO_SAVE)
            return
        typed = self._typed
        revision = check(**asdict(typed))
        if revision.problemas:
            self._show(problems=tuple(revision.problemas.items()), message="")
            return
        service, sesion, editing = self._service, self._sesion, self.state.editing
        self._show(busy=True, problems=(), message="")
        if editing is None:
            self.ask(
                lambda _progress: service.add(sesion, **asdict(typed)),
                self._on_added,
                self._on_not_saved,
                busy=False,
            )
        else:
            self.ask(
                lambda _progress: service.edit(sesion, editing.id, **asdict(typed), visto=editing),
                self._on_edited,
                self._on_not_saved,
                busy=False,
            )

    def remove(self, registro: RegistroPatronalCatalogado) -> None:
        if self.state.busy:
            return
        self._show(busy=True, message="")
        self.ask(
            lambda _progress: self._service.remove(self._sesion, registro.id),
            lambda _none: self._edit_next(None, REMOVED.format(registro=registro.agrupado)),
            busy=False,
        )

    def tell_imported(self, resultado: ResultadoImportacionRegistros) -> None:
        self._show(message=summary(resultado))
        self.refresh()

    def _on_loaded(self, registros: tuple[RegistroPatronalCatalogado, ...]) -> None:
        before, unsaved = self.state.editing, self.unsaved
        now = next((r for r in registros if before and r.id == before.id), None)
        # Keep the version that the edit began with: saving compares with it to
        # detect other changes.
        editing = before if unsaved and now is not None else now
        ajenos = self.state.ajenos if editing is not None else ()
        self._show(loaded=True, registros=registros, editing=editing, ajenos=ajenos)
        if before != now and not unsaved:
            self._fill(now)

    def _on_added(self, registro: RegistroPatronalCatalogado) -> None:
        self._edit_next(None, ADDED.format(registro=registro.agrupado))

    def _on_edited(self, registro: RegistroPatronalCatalogado) -> None:
        self._edit_next(registro, EDITED.format(registro=registro.agrupado))

    def _edit_next(self, editing: RegistroPatronalCatalogado | None, message: str) -> None:
        self._show(editing=editing, ajenos=(), message=message)
        self._fill(editing)
        self.refresh()

    def _on_not_saved(self, error: Exception) -> None:
        match error:
            case CambioAjenoError(visto=RegistroPatronalCatalogado() as visto):
                ajenos = {**dict(self.state.ajenos), **error.sentences}
                self._show(editing=visto, ajenos=tuple(ajenos.items()))
                self.overtaken.emit()
                self.refresh()
            case _:
                self._refuse(error)

    def _fill(self, registro: RegistroPatronalCatalogado | None) -> None:
        self._typed = CapturaRegistroPatronal.of(registro)
        self.form_wanted.emit(self._typed)


def summary(resultado: ResultadoImportacionRegistros) -> str:
    """A sentence about the result of an import."""
    parts = [
        counted_if_any(resultado.nuevos, "nuevo", "nuevos"),
        counted_if_any(resultado.cambiados, "cambiado", "cambiados"),
        counted_if_any(resultado.iguales, "sin cambios", "sin cambios"),
        counted_if_any(
            resultado.omitidos, "omitido por sus problemas", "omitidos por sus problemas"
        ),
    ]
    return f"Se importó el archivo: {', '.join(part for part in parts if part)}."
