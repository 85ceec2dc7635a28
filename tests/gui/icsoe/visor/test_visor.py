"""A document of the contratista, seen in the program."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from icsoe_desktop.domain.icsoe.documento import TipoDocumento
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.icsoe.visor.window import VisorDialog
from icsoe_desktop.gui.kit.dialogs import open_dialog
from icsoe_desktop.services.contratista.acuses import ArchivoElegido
from tests.gui.conftest import press
from tests.gui.icsoe.comun import gone, pdf_file
from tests.support.reposo import settle

Show = Callable[[TipoDocumento, bytes], VisorDialog]


@pytest.fixture
def show(context: Context) -> Show:
    parent = QWidget()
    parent.show()

    def make(tipo: TipoDocumento, contenido: bytes) -> VisorDialog:
        dialog = VisorDialog(ArchivoElegido("acuse", tipo, contenido), context, parent)
        open_dialog(dialog)
        return dialog

    return make


def test_the_pages_of_a_pdf_are_shown_in_the_program(show: Show, tmp_path: Path) -> None:
    visor = show(TipoDocumento.PDF, pdf_file(tmp_path, pages=2).read_bytes())
    form = visor.form
    settle(lambda: form.pagina_label.text() == "Página 1 de 2")
    settle(lambda: not form.hoja_label.pixmap().isNull())
    picture = form.hoja_label.pixmap().toImage()
    red = QImage(1, 1, QImage.Format.Format_RGB32)
    red.fill(Qt.GlobalColor.red)
    seen = {picture.pixel(x, x) for x in range(0, picture.width(), 7)}
    assert red.pixel(0, 0) in seen, "what was drawn is what is seen, in its colours"
    width = picture.width()
    press(visor, "Siguiente")
    assert form.pagina_label.text() == "Página 2 de 2"
    assert not form.siguiente_button.isEnabled()
    press(visor, "Acercar")
    settle(lambda: form.hoja_label.pixmap().width() > width)
    press(visor, "Cerrar")
    settle(lambda: gone(visor))


def test_a_picture_is_shown_too(show: Show, tmp_path: Path) -> None:
    image = QImage(40, 20, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.blue)
    path = tmp_path / "acuse.png"
    assert image.save(str(path))
    visor = show(TipoDocumento.PNG, path.read_bytes())
    settle(lambda: not visor.form.hoja_label.pixmap().isNull())
    assert not visor.form.siguiente_button.isVisible()
    shown = visor.form.hoja_label.pixmap().toImage().pixelColor(5, 5)
    assert shown == Qt.GlobalColor.blue


def test_a_pdf_that_cannot_be_drawn_says_so(show: Show) -> None:
    content = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\nstartxref\n9\n%%EOF\n"
    visor = show(TipoDocumento.PDF, content)
    settle(lambda: "está dañado" in visor.form.mensaje_label.text())
