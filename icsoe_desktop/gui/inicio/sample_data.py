"""Sample data: creating them from the login window, and the band that marks every window."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QApplication,
    QBoxLayout,
    QDialog,
    QFileDialog,
    QMainWindow,
    QMessageBox,
    QPushButton,
    QWidget,
)

from icsoe_desktop.gui.base.dispatch import while_alive
from icsoe_desktop.gui.base.errors import ErrorReporter
from icsoe_desktop.gui.kit.fields import grow_to_fit, set_property
from icsoe_desktop.gui.kit.plain_text import plain_label, plain_tip
from icsoe_desktop.gui.kit.progress import ProgressDialog
from icsoe_desktop.jobs import JobQueue, Outcome, Progress, settle

TITLE = "Datos de ejemplo"
PREPARING = "Preparando los datos de ejemplo…"
# No mnemonic: the module already uses the Alt keys of all its letters.
LEAVE = "Salir y borrar los datos de ejemplo"
LEAVE_KEY = "Ctrl+Shift+X"
SHORT = "Datos de ejemplo: personas, empresas y certificados inventados."
MARGIN = 8
_MARKED = "ejemplo_marcado"
# Property of a main window: what its band says besides.
SAID_TOO = "banda_dice_ademas"


class SampleMaker(QObject):
    """«Probar con datos de ejemplo»: creates the data under a dialog that can cancel it."""

    ready = Signal()

    def __init__(
        self,
        make: Callable[[Progress], None],
        jobs: JobQueue,
        errors: ErrorReporter,
        parent: QWidget,
    ) -> None:
        """make: runs in the worker."""
        super().__init__(parent)
        self._make = make
        self._jobs = jobs
        self._errors = errors
        self._window = parent
        self._dialog: ProgressDialog | None = None

    def start(self) -> None:
        if self._dialog is not None:
            return
        dialog = self._dialog = ProgressDialog(TITLE, PREPARING, self._window)
        job = self._jobs.add(
            self._make, while_alive(self, self._on_made), while_alive(dialog, dialog.show_step)
        )
        dialog.set_cancel(job.cancel)
        dialog.open()

    def _on_made(self, outcome: Outcome[None]) -> None:
        dialog, self._dialog = self._dialog, None
        if dialog is not None:
            dialog.end()
            dialog.deleteLater()
        settle(
            outcome,
            lambda _none: self.ready.emit(),
            lambda error: self._errors.show(self._window, error),
        )


class SampleBand(QWidget):
    """The band at the top of every window of the sample."""

    leave_wanted = Signal()

    def __init__(self, text: str, parent: QWidget, button: Qt.Orientation | None = None) -> None:
        """button: place of the button that leaves the sample, beside or under the text; None for no
        button.
        """
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        set_property(self, "role", "band")
        beside = button is Qt.Orientation.Horizontal
        layout = QBoxLayout(
            QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom, self
        )
        layout.setContentsMargins(0, 0, MARGIN if beside else 0, 0 if beside else MARGIN)
        layout.setSpacing(0)
        self.label = plain_label(text, self)
        self.label.setWordWrap(True)
        set_property(self.label, "role", "band")
        layout.addWidget(self.label, 1)
        if button is None:
            layout.setContentsMargins(0, 0, 0, 0)
            return
        leave = QPushButton(LEAVE, self)
        leave.setAutoDefault(False)
        leave.setShortcut(LEAVE_KEY)
        leave.setToolTip(plain_tip(f"{LEAVE} ({LEAVE_KEY.replace('Shift', 'Mayús')})"))
        leave.clicked.connect(self.leave_wanted)
        layout.addWidget(leave, 0, Qt.AlignmentFlag.AlignCenter)


class SampleMark(QObject):
    """Adds the band to every window that is shown, and the word to its title."""

    leave_wanted = Signal()

    def __init__(self, text: str, parent: QObject) -> None:
        """text: for main and login windows; dialogs get a short text."""
        super().__init__(parent)
        self._text = text
        application = QApplication.instance()
        if application is not None:
            application.installEventFilter(self)

    def stop(self) -> None:
        application = QApplication.instance()
        if application is not None:
            application.removeEventFilter(self)

    def clear(self) -> None:
        """The open data are not the sample's: a backup was restored in its folder."""
        self.stop()
        for window in QApplication.topLevelWidgets():
            window.setWindowTitle(window.windowTitle().removesuffix(f" – {TITLE}"))
            for band in window.findChildren(SampleBand):
                band.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.Show
            and isinstance(watched, QWidget)
            and watched.isWindow()
            and not watched.property(_MARKED)
        ):
            self._mark(watched)
        return False

    def _mark(self, window: QWidget) -> None:
        if not window.windowTitle():
            return
        window.setProperty(_MARKED, True)
        # A message box takes the title of its window, which already has the word.
        if TITLE not in window.windowTitle():
            window.setWindowTitle(f"{window.windowTitle()} – {TITLE}")
        if isinstance(window, QMessageBox | QFileDialog):
            return
        host = window.centralWidget() if isinstance(window, QMainWindow) else window
        layout = host.layout() if host is not None else None
        if host is None or layout is None:
            return
        if isinstance(window, QDialog):
            band = SampleBand(SHORT, host)
        else:
            wide = isinstance(window, QMainWindow)
            where = Qt.Orientation.Horizontal if wide else Qt.Orientation.Vertical
            text = " ".join(filter(None, (window.property(SAID_TOO), self._text)))
            band = SampleBand(text, host, where)
        band.leave_wanted.connect(self.leave_wanted)
        # The menu-bar slot is the only place above the content that every kind of layout has.
        layout.setMenuBar(band)
        band.show()
        # Wait until the window has its width.
        QTimer.singleShot(0, window, lambda: grow_to_fit(window))
