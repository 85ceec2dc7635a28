"""What every dialog of one form does alike: unsaved changes, saving, errors at the field."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLabel, QLineEdit, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from icsoe_desktop.domain.certificados.solo_efirma import LimitePfx
from icsoe_desktop.domain.icsoe.capturista import Estatus
from icsoe_desktop.domain.icsoe.informativa import EstadoInformativa, TipoInformativa
from icsoe_desktop.domain.icsoe.periodo import Periodo, Urgencia
from icsoe_desktop.domain.movimientos.plazos import Calendario
from icsoe_desktop.domain.vigencias.recordatorios import Recordatorios
from icsoe_desktop.errors import InvalidInputError, UserFacingError
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.icsoe.capturistas.datos import ModificarDialog
from icsoe_desktop.gui.icsoe.informativa.acuse import AcuseInformativaDialog, AcuseSisubDialog
from icsoe_desktop.gui.icsoe.informativa.contrato import ContratoDialog
from icsoe_desktop.gui.idse.certificados.window import LimitePfxDialog
from icsoe_desktop.gui.idse.modulo.dialogos import CorregirVariosDialog, DiasInhabilesDialog
from icsoe_desktop.gui.idse.registros_patronales.window import RegistrosPatronalesWindow
from icsoe_desktop.gui.idse.usuarios.window import UsuariosWindow
from icsoe_desktop.gui.kit.unsaved_changes import UNSAVED
from icsoe_desktop.gui.oficina.correo.window import ServidorCorreoWindow
from icsoe_desktop.gui.oficina.privacidad.window import PrivacidadWindow
from icsoe_desktop.gui.oficina.valores_legales.window import ValoresLegalesWindow
from icsoe_desktop.gui.oficina.vigencias.dialogos import RecordatoriosDialog
from icsoe_desktop.services.capturistas.relaciones import Capturista
from icsoe_desktop.services.informativa.valores import (
    ContratoGuardado,
    EstadoSisub,
    InformativaFila,
)
from tests.conftest import ROOT
from tests.domain.icsoe.informativas import RFC, contrato
from tests.gui.conftest import press
from tests.services.mundo import curp_numero
from tests.support.reposo import settle

Box = Callable[[], QMessageBox]


@dataclass(frozen=True)
class Held(Context):
    """Keeps what forms ask, so that a test answers."""

    asked: list[Any] = field(default_factory=list)

    def ask(self, _window: QWidget, _work: Any, then: Any, failed: Any = None, *_: Any) -> Any:
        self.asked.append((then, failed))


def acuse(context: Context, parent: QWidget) -> QDialog:
    fila = InformativaFila(
        id=uuid.uuid4(), periodo=Periodo(2026, 1), tipo=TipoInformativa.NORMAL,
        estado=EstadoInformativa.LISTA, contratos=3, declarados=None, historial=(), acuse=None,
        plazo="", urgencia=None,
    )  # fmt: skip
    return AcuseInformativaDialog(fila, context, parent)


def acuse_sisub(context: Context, parent: QWidget) -> QDialog:
    sisub = EstadoSisub(
        filas=(), periodo=Periodo(2025, 3), plazo="", urgencia=Urgencia.VENCIDO, presentada=False,
        calendario=Calendario(), atrasados=(), multa="",
    )  # fmt: skip
    return AcuseSisubDialog(sisub, context, parent)


def contract(context: Context, parent: QWidget) -> QDialog:
    kept = ContratoGuardado(uuid.uuid4(), contrato(), 0)
    return ContratoDialog(kept, (), (), RFC, None, context, parent)


def dias(context: Context, parent: QWidget) -> QDialog:
    return DiasInhabilesDialog(context, parent)


def limite(context: Context, parent: QWidget) -> QDialog:
    kept = LimitePfx(date(2026, 12, 31), "Acuerdo del DOF", fijo=False)
    return LimitePfxDialog(kept, context, parent)


def modificar(context: Context, parent: QWidget) -> QDialog:
    now = datetime(2026, 3, 2, tzinfo=UTC)
    capturista = Capturista(
        curp=curp_numero(0), nombres="Íñiga", primer_apellido="Xacón", segundo_apellido="Núñez",
        telefono="5512345678", correo="iniga@ejemplo.mx", id=uuid.uuid4(), numero=1,
        rol="Capturista", estatus=Estatus.REGISTRADA, cotejada=None, bloqueado=False, creado=now,
        dado_de_baja=None, actualizado=now,
    )  # fmt: skip
    return ModificarDialog(capturista, context, parent)


def recordatorios(context: Context, parent: QWidget) -> QDialog:
    return RecordatoriosDialog(Recordatorios(True, ("alma@ejemplo.mx",)), (), context, parent)


# The dialog, and a field to edit.
DIALOGS: dict[type, tuple[Callable[[Context, QWidget], QWidget], str]] = {
    AcuseInformativaDialog: (acuse, "folio"),
    AcuseSisubDialog: (acuse_sisub, "folio"),
    ContratoDialog: (contract, "objeto"),
    CorregirVariosDialog: (
        lambda context, parent: CorregirVariosDialog(context, parent, ()),
        "valor",
    ),
    DiasInhabilesDialog: (dias, "fecha"),
    LimitePfxDialog: (limite, "fuente"),
    ModificarDialog: (modificar, "telefono"),
    PrivacidadWindow: (PrivacidadWindow, "responsable"),
    RecordatoriosDialog: (recordatorios, "para"),
    RegistrosPatronalesWindow: (RegistrosPatronalesWindow, "registro_patronal"),
    ServidorCorreoWindow: (ServidorCorreoWindow, "servidor"),
    UsuariosWindow: (UsuariosWindow, "nombres"),
    ValoresLegalesWindow: (ValoresLegalesWindow, "desde"),
}


NAMED = r"^class (\w+)\((?:FormDialog|AcuseDialog)\["


def test_no_dialog_of_one_form_is_forgotten() -> None:
    """Those that the source names."""
    paths = (ROOT / "icsoe_desktop" / "gui").rglob("*.py")
    named = {name for path in paths for name in re.findall(NAMED, path.read_text("utf-8"), re.M)}
    assert named - {"AcuseDialog"} == {kind.__name__ for kind in DIALOGS}


@pytest.fixture
def held(context: Context) -> Held:
    return Held(**vars(context))


@pytest.mark.parametrize("kind", DIALOGS, ids=lambda kind: kind.__name__)
def test_a_form_saves_once_says_what_is_wrong_and_is_not_lost(
    qtbot: QtBot, held: Held, message_box: Box, kind: type
) -> None:
    make, campo = DIALOGS[kind]
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.show()
    dialog: Any = make(held, parent)
    dialog.open()
    edit, error = (
        dialog.findChild(QLineEdit, f"{campo}_edit"),
        dialog.findChild(QLabel, f"{campo}_error"),
    )
    settle(dialog.form.guardar_button.isEnabled)
    assert not dialog.unsaved

    edit.setFocus()
    QTest.keyClicks(edit, "9")
    assert dialog.unsaved
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert message_box().text() == UNSAVED.format(donde=dialog.donde)
    press(message_box(), "Seguir editando")
    qtbot.waitUntil(lambda: not dialog.findChildren(QMessageBox))
    edit.setFocus()
    walked = []
    for _ in range(60):
        walked.append(dialog.focusWidget())
        QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Tab)
    assert {edit, dialog.form.guardar_button} <= set(walked), "by keys alone"

    before = len(held.asked)
    dialog.run(lambda _progress: None)
    dialog.save()
    assert len(held.asked) == before + 1, "it is being saved"
    assert edit.isReadOnly()
    assert not dialog.form.guardar_button.isEnabled()

    failed = held.asked[-1][1]
    failed(InvalidInputError("No sirve.", campo))
    assert error.text() == "No sirve."
    assert dialog.focusWidget() is edit
    assert dialog.form.guardar_button.isEnabled()
    assert not edit.isReadOnly()
    for problem in (UserFacingError("Está lleno."), InvalidInputError("Falta otro.", "otro")):
        failed(problem)
        assert message_box().text() == problem.message, "of no field of the form"
        press(message_box(), "Aceptar")
        qtbot.waitUntil(lambda: not dialog.findChildren(QMessageBox))
    assert dialog.unsaved, "what was typed stays"

    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    with qtbot.waitSignal(dialog.finished):
        press(message_box(), "Descartar cambios")
