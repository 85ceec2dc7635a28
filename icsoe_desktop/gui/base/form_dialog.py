"""Forms that save themselves: checks, the job queue, errors at the field, unsaved changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from typing import Any, Generic, Protocol, TypeVar

from PySide6.QtWidgets import QPushButton, QWidget

from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gui.base.presented import Widget
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.kit.checked_fields import CheckedFields, fields_of
from icsoe_desktop.gui.kit.fields import show_message
from icsoe_desktop.gui.kit.unsaved_changes import EditingDialog
from icsoe_desktop.jobs import Progress
from icsoe_desktop.services.cambios_ajenos import CambioAjenoError


class GeneratedForm(Protocol):
    guardar_button: QPushButton

    def setupUi(self, window: Any, /) -> None: ...


F = TypeVar("F", bound=GeneratedForm)
T = TypeVar("T")
R = TypeVar("R")


class SavesForm(Generic[F, T], Widget):
    """Guardar checks the fields and saves them; what was saved last is `seen`.

    A subclass fills its form, calls `keep`, and defines `check`, `work` and `on_saved`.
    F: the generated form. T: what saving returns.
    """

    def prepare(self, form: F, context: Context, *names: str) -> None:
        """names: the checked fields, in reading order."""
        self.form = form
        form.setupUi(self)
        self.context = context
        self.busy = self.working = False  # saving; on something else
        self.seen: object = None
        self.fields = self.make_fields(names)
        self._message = getattr(form, "mensaje_label", None)
        self.say("")
        form.guardar_button.clicked.connect(self.save)

    def make_fields(self, names: tuple[str, ...]) -> CheckedFields:
        return CheckedFields(fields_of(self.form, *names), self, self.check, self.warn)

    def check(self) -> Mapping[str, str]:
        """The present problems: field → sentence."""
        return {}

    def warn(self, left: Set[str]) -> Mapping[str, str]:
        """Warnings that do not block saving: field → text. left: the fields that were left."""
        return {}

    def typed(self) -> object:
        """The present values of the form, to compare with `seen`."""
        return self.fields.texts()

    def work(self) -> Callable[[Progress], T]:
        """What saves the values. Reads the form now: the result runs on the job queue."""
        raise NotImplementedError

    def on_saved(self, result: T) -> None:
        raise NotImplementedError

    def on_overtaken(self, visto: Any) -> None:
        """Another person changed the same field. visto: what saving again is to be based on."""

    def keep(self) -> None:
        """Take the present values for saved ones."""
        self.seen = self.typed()

    @property
    def unsaved(self) -> bool:
        return self.typed() != self.seen

    def say(self, text: str, role: str = "success") -> None:
        if self._message is not None:
            show_message(self._message, text, role)

    def save(self) -> None:
        if not self.busy and self.fields.attempt():
            self.run(self.work())

    def run(self, work: Callable[[Progress], T]) -> None:
        self.set_busy(True)
        self.context.ask(self, work, self._on_done, self._on_not_saved)

    def perform(
        self,
        work: Callable[[Progress], R],
        then: Callable[[R], object],
        failed: Callable[[Exception], object] | None = None,
    ) -> None:
        """Run work other than saving. failed: gets the error; `refuse` unless told."""

        def done(result: R) -> None:
            self.set_working(False)
            then(result)

        def not_done(error: Exception) -> None:
            self.set_working(False)
            (failed or self.refuse)(error)

        self.set_working(True)
        self.context.ask(self, work, done, not_done)

    def set_working(self, working: bool) -> None:
        self.working = working

    def set_busy(self, busy: bool) -> None:
        self.busy = busy
        self.form.guardar_button.setEnabled(not busy)
        self.fields.set_read_only(busy)

    def refuse(self, error: Exception) -> None:
        """Show an error of saving under the field that it names, or over the window."""
        campo = str(error.campo).split(".")[-1] if isinstance(error, InvalidInputError) else ""
        if self.fields.has(campo):
            self.fields.refuse({campo: str(error)})
        else:
            self.context.errors.show(self.window(), error)

    def _on_done(self, result: T) -> None:
        self.set_busy(False)
        self.keep()
        self.on_saved(result)

    def _on_not_saved(self, error: Exception) -> None:
        self.set_busy(False)
        if isinstance(error, CambioAjenoError):
            self.on_overtaken(error.visto)
            self.fields.tell(error.sentences)
        else:
            self.refuse(error)


class FormDialog(SavesForm[F, T], EditingDialog):
    """A dialog of one form. Cancelar, Esc and the frame ask about unsaved changes."""

    def __init__(self, form: F, context: Context, parent: QWidget | None, *names: str) -> None:
        """names: as of `prepare`."""
        super().__init__(parent)
        self.prepare(form, context, *names)
        for name in ("cancelar_button", "cerrar_button"):
            if hasattr(form, name):
                getattr(form, name).clicked.connect(self.reject)

    def on_saved(self, result: T) -> None:
        self.accept()
