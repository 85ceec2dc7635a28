"""What every window with a presenter does alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from PySide6.QtWidgets import QDialog, QWidget

from icsoe_desktop.gui.base.presenter import StatePresenter, StoppablePresenter
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.kit.stacks import scroll_body

F = TypeVar("F")
P = TypeVar("P", bound=StatePresenter[Any])
J = TypeVar("J", bound=StoppablePresenter[Any])

if TYPE_CHECKING:
    Widget = QWidget
else:
    # The other base is the widget: Qt has no class with two of them.
    Widget = object


class Presented(Generic[F, P], Widget):
    """A window that owns its presenter and shows its errors. F: the generated form."""

    def present(self, form: F, presenter: P, context: Context) -> None:
        self.form = form
        form.setupUi(self)  # type: ignore[attr-defined]
        if context.shell.makes_page:
            # Before its parts are styled: Qt styles again what gets another parent.
            scroll_body(self)
        self._presenter = presenter
        self._context = context
        presenter.setParent(self)
        presenter.failed.connect(self._on_failed)

    def _on_failed(self, error: Exception) -> None:
        self._context.errors.show(self, error)


class JobDialog(Presented[F, J], QDialog):
    """Runs one long job: closing stops it first, and an error closes the dialog."""

    def present(self, form: F, presenter: J, context: Context) -> None:
        super().present(form, presenter, context)
        presenter.stopped.connect(self._close)

    def reject(self) -> None:
        self._presenter.cancel()

    def _close(self) -> None:
        super().reject()

    def _on_failed(self, error: Exception) -> None:
        self._context.errors.show(self, error, then=self._close)
