"""Centro de ayuda: the list of pages, the page, and a search field."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, QTimer, QUrl
from PySide6.QtGui import (
    QColor,
    QDesktopServices,
    QKeySequence,
    QShortcut,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
    QTextFrameFormat,
)
from PySide6.QtWidgets import QDialog, QListWidgetItem, QTextEdit

from icsoe_desktop.domain.texto import fold
from icsoe_desktop.gui.base import assets
from icsoe_desktop.gui.forms.ui_ayuda import Ui_AyudaForm
from icsoe_desktop.gui.inicio.ayuda.presenter import (
    AyudaPresenter,
    AyudaState,
    PaginaManual,
    has_words,
    places_of,
    read_manual,
    slug,
    words_of,
)
from icsoe_desktop.gui.kit.fields import show_message

TEXT_MARGIN = 16  # px
LIST_AIR = 24  # beside the titles of the pages
TABLE_MARGIN = 8


class AyudaWindow(QDialog):
    """A non-modal window: it blocks no other window, and none blocks it."""

    def __init__(self, presenter: AyudaPresenter) -> None:
        super().__init__()
        self.form = Ui_AyudaForm()
        self.form.setupUi(self)
        self.presenter = presenter
        self._drawn: AyudaState | None = None
        # Closing all other windows ends the program, even if this one is open.
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        form = self.form
        form.texto_browser.document().setDocumentMargin(TEXT_MARGIN)
        form.pagina_splitter.setStretchFactor(0, 0)
        form.pagina_splitter.setStretchFactor(1, 1)
        self._connect()
        self._draw(presenter.state)
        # So wide that no title is cut.
        pages = form.paginas_list
        bar = pages.verticalScrollBar().sizeHint().width()
        titles = pages.sizeHintForColumn(0) + bar + LIST_AIR
        form.pagina_splitter.setSizes([titles, self.width() - titles])
        form.buscar_edit.setFocus()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._drawn is not None:
            # The document keeps the colours it was created with: draw it again.
            self._drawn = None
            QTimer.singleShot(0, self, lambda: self._draw(self.presenter.state))

    def _connect(self) -> None:
        form, presenter = self.form, self.presenter
        form.buscar_edit.textChanged.connect(presenter.search)
        form.buscar_edit.returnPressed.connect(form.texto_browser.setFocus)
        form.paginas_list.currentItemChanged.connect(self._on_chosen)
        form.texto_browser.anchorClicked.connect(lambda url: presenter.follow(url.toString()))
        form.regresar_button.clicked.connect(presenter.go_back)
        form.cerrar_button.clicked.connect(self.reject)
        QShortcut(QKeySequence.StandardKey.Find, self, self._start_search)
        QShortcut(QKeySequence.StandardKey.Back, self, presenter.go_back)
        presenter.changed.connect(self._draw)
        presenter.browser_wanted.connect(lambda address: QDesktopServices.openUrl(QUrl(address)))

    def _start_search(self) -> None:
        self.form.buscar_edit.setFocus()
        self.form.buscar_edit.selectAll()

    def _on_chosen(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.presenter.open(str(item.data(Qt.ItemDataRole.UserRole)))

    def _draw(self, state: AyudaState) -> None:
        form, drawn = self.form, self._drawn
        self._drawn = state
        if form.buscar_edit.text() != state.palabras:
            form.buscar_edit.blockSignals(True)
            form.buscar_edit.setText(state.palabras)
            form.buscar_edit.blockSignals(False)
        self._draw_list(state)
        form.regresar_button.setEnabled(state.can_go_back)
        show_message(form.mensaje_label, state.message, "warning")
        if drawn is None or drawn.pagina != state.pagina:
            form.texto_browser.setMarkdown(state.pagina.texto)
            form.texto_browser.setAccessibleName(state.pagina.titulo)
            self._space_out()
        self._highlight(state.palabras)
        if drawn is None or _place(drawn) != _place(state):
            # Positions in the text exist only after layout in a visible window.
            QTimer.singleShot(0, self, self._scroll)

    def _draw_list(self, state: AyudaState) -> None:
        pages = self.form.paginas_list
        pages.blockSignals(True)
        names = [pages.item(at).data(Qt.ItemDataRole.UserRole) for at in range(pages.count())]
        if names != [pagina.nombre for pagina in state.visible]:
            pages.clear()
            for pagina in state.visible:
                item = QListWidgetItem(pagina.titulo, pages)
                item.setData(Qt.ItemDataRole.UserRole, pagina.nombre)
        if state.pagina in state.visible:
            pages.setCurrentRow(state.visible.index(state.pagina))
        pages.blockSignals(False)

    def _blocks(self) -> list[QTextBlock]:
        block = self.form.texto_browser.document().begin()
        blocks = []
        while block.isValid():
            blocks.append(block)
            block = block.next()
        return blocks

    def _space_out(self) -> None:
        """Add space above headings and tables, which Qt renders too close to the text before."""
        document = self.form.texto_browser.document()
        for block in self._blocks()[1:]:
            if _is_heading(block):
                format_ = block.blockFormat()
                format_.setTopMargin(TEXT_MARGIN)
                QTextCursor(block).setBlockFormat(format_)
        for frame in document.rootFrame().childFrames():
            around = frame.frameFormat()
            around.setTopMargin(TABLE_MARGIN)
            around.setBottomMargin(TABLE_MARGIN)
            # Qt draws the frame in the colour of the words, and two of its sides as a shadow.
            around.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
            around.setBorderBrush(QColor(assets.colors().border))
            frame.setFrameFormat(around)
        # Qt lays out only what was changed, and leaves paragraphs in between without height.
        document.markContentsDirty(0, document.characterCount())

    def _highlight(self, palabras: str) -> None:
        colors = assets.colors()
        mark = QTextCharFormat()
        mark.setBackground(QColor(colors.band))
        mark.setForeground(QColor(colors.on_band))
        found = []
        for block in self._blocks() if palabras.strip() else ():
            for start, length in places_of(palabras, block.text()):
                one = QTextEdit.ExtraSelection()
                cursor = QTextCursor(block)
                cursor.setPosition(block.position() + start)
                cursor.setPosition(
                    block.position() + start + length, QTextCursor.MoveMode.KeepAnchor
                )
                one.cursor = cursor
                one.format = mark
                found.append(one)
        self.form.texto_browser.setExtraSelections(found)

    def _scroll(self) -> None:
        """Scroll to the section, else to that of the words, else to the first match or the top."""
        browser, state = self.form.texto_browser, self.presenter.state
        found = browser.extraSelections()
        seccion = state.seccion or slug(self._section_with(state.palabras))
        if seccion or not found:
            browser.verticalScrollBar().setValue(self._top_of(seccion))
            return
        place = QTextCursor(found[0].cursor)
        place.clearSelection()
        browser.setTextCursor(place)
        browser.ensureCursorVisible()

    def _section_with(self, palabras: str) -> str:
        """Of the sections with every word, the heading that has most of them."""
        texts: dict[str, str] = {}
        heading = ""
        for block in self._blocks():
            heading = block.text() if _is_heading(block) else heading
            texts[heading] = f"{texts.get(heading, '')} {fold(block.text())}"
        found = [one for one, text in texts.items() if has_words(text, palabras)]
        words = words_of(palabras)
        return max(found, key=lambda one: sum(word in fold(one) for word in words), default="")

    def _top_of(self, seccion: str) -> int:
        layout = self.form.texto_browser.document().documentLayout()
        for block in self._blocks():
            if seccion and _is_heading(block) and slug(block.text()) == seccion:
                return round(layout.blockBoundingRect(block).top())
        return 0


def _is_heading(block: QTextBlock) -> bool:
    return block.blockFormat().headingLevel() > 0


def _place(state: AyudaState) -> tuple[PaginaManual, str, str]:
    return state.pagina, state.seccion, state.palabras


def open_manual() -> AyudaWindow:
    """A help window on the packaged manual."""
    presenter = AyudaPresenter(read_manual(lambda name: assets.read_text(f":/manual/{name}.md")))
    window = AyudaWindow(presenter)
    presenter.setParent(window)
    return window
