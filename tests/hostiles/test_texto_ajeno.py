"""Text of other people is drawn as text: no window opens what a value names.

Every text that the store keeps for people is made hostile, and every window is opened on it. On
Windows `src="//host/share/x"` would be a log-in at that host.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QModelIndex, QPoint, Qt
from PySide6.QtWidgets import QAbstractItemView, QFileDialog, QLabel, QToolTip, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import text

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.gui.base.shell import Context, Shell
from icsoe_desktop.gui.kit import dialogs
from icsoe_desktop.gui.kit.plain_text import markdown_text, plain_label, plain_tip
from tests.completas.conftest import context, programa, styled
from tests.completas.escenas import SCENES
from tests.conftest import ROOT
from tests.hostiles.espia import Espia
from tests.support.reposo import settle
from tests.support.tiers import long_cases

__all__ = ["context", "programa", "styled"]

# Columns that people read, by table; what is an identifier keeps its form.
SHOWN = {
    "acuses": ("nombre",),
    "asentamientos": ("colonia", "municipio", "estado", "ciudad"),
    "bitacora": ("quien", "detalle"),
    "certificados_vigilados": ("titular",),
    "certificados": ("titular", "emisor", "certificado_nombre", "llave_nombre"),
    "constancias": ("nombre",),
    "contratistas": ("nombre", "correo"),
    "correos": ("para", "asunto", "motivo"),
    "dias_calendario": ("motivo",),
    "diferencias_aceptadas": ("motivo",),
    "documentos_lote": ("nombre",),
    "importaciones": ("archivos",),
    "lotes": ("nombre_archivo", "numero", "folio"),
    "movimientos": ("codigo_rechazo", "causa_rechazo"),
    "personas": ("nombres", "primer_apellido", "segundo_apellido", "correo"),
    "registros_patronales": ("razon_social",),
    "relaciones": ("nombres", "primer_apellido", "segundo_apellido", "correo", "usuario_alta"),
    "sincronizacion_conflictos": ("vigente", "perdido"),
    "sincronizacion_oficina": ("nombre", "nombre_equipo", "cuenta", "motivo"),
    "sincronizacion_retenidos": ("motivo",),
    "trabajadores": ("nombres", "primer_apellido", "segundo_apellido"),
    "valores_legales": ("fuente",),
    "usuarios": ("nombres", "primer_apellido", "segundo_apellido"),
}


@pytest.fixture
def espia(tmp_path: Path) -> Iterator[Espia]:
    if not sys.platform.startswith("linux"):
        pytest.skip("inotify es de Linux")
    one = Espia(tmp_path / "espia.png")
    yield one
    one.close()


def hostile(espia: Espia) -> str:
    return f'<img src="{espia.path}"><b>B</b>![x]({espia.path})'


def poison(shell: Shell, value: str) -> int:
    """Puts `value` into every text that is shown; how many columns there were."""
    assert shell.application is not None
    done = 0
    with shell.application.store.write() as db:
        db.execute(text("DROP TRIGGER IF EXISTS bitacora_no_update"))
        for table, columns in SHOWN.items():
            for column in columns:
                statement = f"UPDATE {table} SET {column} = :value"  # noqa: S608
                db.execute(text(statement), {"value": value})
                done += 1
    return done


def test_the_watch_sees_a_picture_that_a_rich_label_opens(qtbot: QtBot, espia: Espia) -> None:
    """Without this, the tests below could not fail."""
    label = QLabel(f'<img src="{espia.path}">')
    qtbot.addWidget(label)
    label.show()
    qtbot.waitExposed(label)
    label.repaint()
    assert espia.opened


@pytest.mark.parametrize("make", [plain_label])
def test_a_label_of_the_kit_opens_nothing(qtbot: QtBot, espia: Espia, make: type) -> None:
    label = make(hostile(espia))
    qtbot.addWidget(label)
    label.show()
    qtbot.waitExposed(label)
    label.repaint()
    assert label.textFormat() is Qt.TextFormat.PlainText
    assert not espia.opened


def test_a_tool_tip_shows_the_text_and_opens_nothing(qtbot: QtBot, espia: Espia) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    QToolTip.showText(QPoint(0, 0), plain_tip(hostile(espia)), window)
    qtbot.waitUntil(QToolTip.isVisible)
    settle()
    QToolTip.hideText()
    assert not espia.opened
    assert plain_tip("Ácidos y Ñoños") == "Ácidos y Ñoños"


def test_a_name_in_a_sentence_with_bold_words_opens_nothing(qtbot: QtBot, espia: Espia) -> None:
    box = dialogs.confirm(None, f"¿Dar de **baja** a {markdown_text(hostile(espia))}?", "Sí", list)
    qtbot.addWidget(box)
    box.setTextFormat(Qt.TextFormat.MarkdownText)
    qtbot.waitExposed(box)
    settle()
    assert not espia.opened


# Every sixth window; each of the others once more a night.
@pytest.mark.parametrize(
    "scene", long_cases(SCENES, {scene for at, scene in enumerate(SCENES) if at % 6})
)
def test_no_window_opens_what_a_value_names(
    scene: str,
    qtbot: QtBot,
    espia: Espia,
    programa: tuple[Shell, Sesion],
    context: Context,
) -> None:
    assert poison(programa[0], hostile(espia)) > 50
    window = SCENES[scene](context)
    qtbot.waitUntil(window.isVisible)
    settle()
    # What the scene itself made while it opened.
    poison(programa[0], hostile(espia))
    if not isinstance(window, QFileDialog):  # its labels are Qt's own words
        assert rich_labels(window) == []
    assert rich_tips(window) == []
    for label in window.findChildren(QLabel):
        label.repaint()
    assert not espia.opened


# Labels that draw markup of ours, with nothing of anybody in it.
RICH = {"reglas_label"}


def rich_labels(window: QWidget) -> list[str]:
    return [
        label.objectName() or label.text()
        for label in window.findChildren(QLabel)
        if label.textFormat() is not Qt.TextFormat.PlainText
        and not label.objectName().startswith("qt_")
        and label.objectName() not in RICH
    ]


def rich_tips(window: QWidget) -> list[str]:
    found = [one.toolTip() for one in window.findChildren(QWidget)]
    for view in window.findChildren(QAbstractItemView):
        if (model := view.model()) is not None:
            found += list(tips_of(model))
    return [tip for tip in found if "<img" in tip]


def tips_of(model: QAbstractItemModel) -> Iterator[str]:
    is_list = isinstance(model, QAbstractListModel)
    columns = 1 if is_list else model.columnCount(QModelIndex())
    for row in range(min(model.rowCount(QModelIndex()), 20)):
        for column in range(columns):
            tip = model.data(model.index(row, column), Qt.ItemDataRole.ToolTipRole)
            yield tip if isinstance(tip, str) else ""


def test_labels_and_tool_tips_of_run_time_text_are_made_by_the_kit_alone() -> None:
    seen = 0
    for path in sorted((ROOT / "icsoe_desktop" / "gui").rglob("*.py")):
        if "forms" in path.parts or path.name == "plain_text.py":
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            called = ast.unparse(node.func)
            seen += 1
            assert called.split(".")[-1] != "QLabel", f"{path}:{node.lineno}"
            if called.endswith(".setToolTip"):
                [value] = node.args
                assert is_ours(value), f"{path}:{node.lineno}: {ast.unparse(value)}"
    assert seen > 1_000


def is_ours(value: ast.expr) -> bool:
    """Whether the text stands in the code, in a constant of it, or went through plain_tip."""
    match value:
        case ast.Constant():
            return True
        case ast.Name(id=name):
            return name.isupper()
        case ast.IfExp(body=body, orelse=orelse):
            return is_ours(body) and is_ours(orelse)
        case ast.Call(func=ast.Name(id="plain_tip")):
            return True
        case ast.JoinedStr(values=values):
            return all(
                isinstance(one, ast.Constant) or is_ours(getattr(one, "value", one))
                for one in values
            )
    return False
