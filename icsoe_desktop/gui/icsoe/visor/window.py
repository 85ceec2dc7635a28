"""The window Ver archivo: pages, zoom."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtGui import QImage, QKeySequence, QPixmap, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QDialog, QWidget

from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_visor import Ui_VisorForm
from icsoe_desktop.gui.icsoe.visor.presenter import ZOOM_STEP, VisorPresenter, VisorState
from icsoe_desktop.gui.kit.fields import show_message
from icsoe_desktop.services.contratista.acuses import ArchivoElegido
from icsoe_desktop.services.contratista.vista_documento import Imagen, open_document

RESIZE_DELAY_MS = 150
MARGIN = 28  # pixels for scroll bar and frame


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
        form = self.form
        self.setWindowTitle(f"Ver archivo: {archivo.nombre}")
        form.hoja_label.setAccessibleName(f"Página de {archivo.nombre}")
        presenter = VisorPresenter(open_document(archivo), context.jobs, draw_page)
        presenter.setParent(self)
        self._presenter = presenter
        self._resized = QTimer(self, singleShot=True, interval=RESIZE_DELAY_MS)
        self._resized.timeout.connect(lambda: presenter.set_fit(self._width()))
        form.anterior_button.clicked.connect(lambda: presenter.go(-1))
        form.siguiente_button.clicked.connect(lambda: presenter.go(1))
        form.acercar_button.clicked.connect(lambda: presenter.enlarge(ZOOM_STEP))
        form.alejar_button.clicked.connect(lambda: presenter.enlarge(1 / ZOOM_STEP))
        form.ajustar_button.clicked.connect(presenter.fit)
        form.cerrar_button.clicked.connect(self.accept)
        QShortcut(QKeySequence.StandardKey.ZoomIn, self, form.acercar_button.click)
        QShortcut(QKeySequence.StandardKey.ZoomOut, self, form.alejar_button.click)
        presenter.changed.connect(self._draw)
        presenter.failed.connect(lambda error: context.errors.show(self, error))
        self.finished.connect(presenter.close)
        self.finished.connect(self.deleteLater)
        self._draw(presenter.state)
        QTimer.singleShot(0, self, lambda: presenter.open(self._width()))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.form.hoja_area.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._resized.start()

    def _width(self) -> int:
        """The available width in screen pixels, which at 150 % are smaller than layout pixels."""
        return round((self.form.hoja_area.width() - MARGIN) * self.devicePixelRatioF())

    def _draw(self, state: VisorState) -> None:
        form = self.form
        form.anterior_button.setEnabled(state.pagina > 0)
        form.siguiente_button.setEnabled(state.pagina + 1 < state.paginas)
        several = state.paginas > 1
        for widget in (form.anterior_button, form.siguiente_button, form.pagina_label):
            widget.setVisible(several)
        form.pagina_label.setText(f"Página {state.pagina + 1} de {state.paginas}")
        for button in (form.acercar_button, form.alejar_button, form.ajustar_button):
            button.setEnabled(state.imagen is not None)
        if isinstance(state.imagen, QImage):
            picture = QPixmap.fromImage(state.imagen)
            picture.setDevicePixelRatio(self.devicePixelRatioF())
            form.hoja_label.setPixmap(picture)
        show_message(form.mensaje_label, state.message, "error" if state.failed else "hint")
