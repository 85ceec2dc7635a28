"""The window Ver archivo: a document's pages, its zoom."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtGui import QImage, QKeySequence, QPixmap, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QDialog, QWidget

from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_visor import Ui_VisorForm
from icsoe_desktop.gui.kit.fields import show_message
from icsoe_desktop.services.contratista.acuses import ArchivoElegido, Imagen, open_document

RESIZE_DELAY_MS = 150
MARGIN = 28  # pixels for scroll bar and frame
ZOOM_STEP = 1.25
MIN_ZOOM, MAX_ZOOM = 0.4, 4.0
MIN_WIDTH = 200  # pixels
OPENING = "Abriendo el archivo…"


def draw_page(picture: Imagen) -> QImage:
    """The page's image. A QImage, unlike a QPixmap, may be created outside the GUI thread."""
    row = picture.ancho * 4
    shown = QImage(picture.pixeles, picture.ancho, picture.alto, row, QImage.Format.Format_RGB32)
    # Copy: the first QImage only refers to the buffer of `picture`.
    return shown.copy()


class VisorDialog(QDialog):
    def __init__(self, archivo: ArchivoElegido, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.form = Ui_VisorForm()
        self.form.setupUi(self)
        self._context = context
        self._pages = open_document(archivo)
        self._count = 0
        self._page = 0  # the current one, from 0
        self._zoom = 1.0  # 1 fits the width
        self._fit = 0  # the available width in screen pixels, as last asked for
        self._asked = 0
        form = self.form
        self.setWindowTitle(f"Ver archivo: {archivo.nombre}")
        form.hoja_label.setAccessibleName(f"Página de {archivo.nombre}")
        self._resized = QTimer(self, singleShot=True, interval=RESIZE_DELAY_MS)
        self._resized.timeout.connect(self._fit_again)
        form.anterior_button.clicked.connect(lambda: self._go(-1))
        form.siguiente_button.clicked.connect(lambda: self._go(1))
        form.acercar_button.clicked.connect(lambda: self._enlarge(self._zoom * ZOOM_STEP))
        form.alejar_button.clicked.connect(lambda: self._enlarge(self._zoom / ZOOM_STEP))
        form.ajustar_button.clicked.connect(lambda: self._enlarge(1.0))
        form.cerrar_button.clicked.connect(self.accept)
        QShortcut(QKeySequence.StandardKey.ZoomIn, self, form.acercar_button.click)
        QShortcut(QKeySequence.StandardKey.ZoomOut, self, form.alejar_button.click)
        for button in (form.acercar_button, form.alejar_button, form.ajustar_button):
            button.setEnabled(False)
        self.finished.connect(self._end)
        self.finished.connect(self.deleteLater)
        show_message(form.mensaje_label, OPENING, "hint")
        self._draw_place()
        QTimer.singleShot(0, self, self._open)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.form.hoja_area.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._resized.start()

    def _width(self) -> int:
        """The available width in screen pixels, which at 150 % are smaller than layout pixels."""
        return round((self.form.hoja_area.width() - MARGIN) * self.devicePixelRatioF())

    def _open(self) -> None:
        self._fit = self._width()
        self._context.ask(self, self._pages.count, self._on_opened, self._on_failed)

    def _end(self) -> None:
        """End the process that reads the document, even while it draws."""
        pages = self._pages
        pages.stop()
        self._context.jobs.add(lambda _progress: pages.close(), lambda _outcome: None)

    def _fit_again(self) -> None:
        width = self._width()
        if width != self._fit and self._count:
            self._fit = width
            self._ask_page()

    def _go(self, by: int) -> None:
        page = min(max(self._page + by, 0), max(self._count - 1, 0))
        if page != self._page:
            self._page = page
            self._draw_place()
            self._ask_page()

    def _enlarge(self, zoom: float) -> None:
        zoom = min(max(zoom, MIN_ZOOM), MAX_ZOOM)
        if self._count and zoom != self._zoom:
            self._zoom = zoom
            self._ask_page()

    def _ask_page(self) -> None:
        self._asked += 1
        asked, pages, page = self._asked, self._pages, self._page
        width = max(round(self._fit * self._zoom), MIN_WIDTH)

        # Only the latest answer counts.
        def show(image: QImage) -> None:
            if asked == self._asked:
                self._draw_image(image)

        def failed(error: Exception) -> None:
            if asked == self._asked:
                self._on_failed(error)

        self._context.ask(
            self, lambda progress: draw_page(pages.picture(page, width, progress)), show, failed
        )

    def _on_opened(self, count: int) -> None:
        self._count = count
        self._draw_place()
        self._ask_page()

    def _on_failed(self, error: Exception) -> None:
        if isinstance(error, UserFacingError):
            show_message(self.form.mensaje_label, error.message, "error")
        else:
            show_message(self.form.mensaje_label, "")
            self._context.errors.show(self, error)

    def _draw_image(self, image: QImage) -> None:
        form, picture = self.form, QPixmap.fromImage(image)
        picture.setDevicePixelRatio(self.devicePixelRatioF())
        form.hoja_label.setPixmap(picture)
        for button in (form.acercar_button, form.alejar_button, form.ajustar_button):
            button.setEnabled(True)
        show_message(form.mensaje_label, "")

    def _draw_place(self) -> None:
        form = self.form
        form.anterior_button.setEnabled(self._page > 0)
        form.siguiente_button.setEnabled(self._page + 1 < self._count)
        for widget in (form.anterior_button, form.siguiente_button, form.pagina_label):
            widget.setVisible(self._count > 1)
        form.pagina_label.setText(f"Página {self._page + 1} de {self._count}")
