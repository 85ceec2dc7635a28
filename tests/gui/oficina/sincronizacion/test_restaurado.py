"""A backup of a desktop in an office, on another computer: what is said before and after."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from icsoe_desktop.arranque.apertura import build_restauracion
from icsoe_desktop.arranque.bootstrap import open_application
from icsoe_desktop.gui.oficina.respaldo.restaurar import OF_AN_OFFICE, in_words
from icsoe_desktop.gui.oficina.sincronizacion.alta import NOTHING_HANDED
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.paths import DataFolder
from tests.conftest import MemoryKeyring, Reloj
from tests.gui.conftest import press
from tests.gui.oficina.sincronizacion.comun import Escritorio
from tests.services.sincronizacion.servidor_memoria import Memoria

CLAVE = "Tres.Tristes.Tigres"
HANDED = """Hola, te paso lo del servidor:
> Dirección: https://sync.ejemplo.mx/v1
> Cuenta: ana
  Contraseña: a:b c
Oficina: of-018f3c1a-7b1e-7a2b-9c3d-0123456789ab
"""


def test_a_backup_of_a_desktop_in_an_office_says_what_happens_to_it(
    en_oficina: Escritorio, memoria: Memoria, tmp_path: Path
) -> None:
    file = tmp_path / "uno.icsoe-respaldo"
    en_oficina.application.respaldo.create(en_oficina.sesion, file, CLAVE)
    en_oficina.rename("Después del respaldo")
    en_oficina.sync()
    (tmp_path / "otra").mkdir()
    folder, keyring = DataFolder(tmp_path / "otra"), MemoryKeyring()
    restoring = build_restauracion(folder, keyring, Reloj())
    assert OF_AN_OFFICE in in_words(restoring.preview(file, CLAVE))
    restoring.restore(file, CLAVE)
    assert restoring.finish()
    told = []
    for _ in range(2):
        application = open_application(folder, keyring=keyring)
        told.append(application.sincronizacion.state().restaurado)
        assert application.sincronizacion.sync(NoProgress()).completa
        told.append(application.sincronizacion.state().restaurado)
        application.close()
    assert told == [-1, 1, 1, None]


def test_what_the_administrator_handed_over_is_pasted_whole(uno: Escritorio, qtbot: QtBot) -> None:
    window = uno.open_at("Crear la oficina")
    page = window.crear
    QGuiApplication.clipboard().setText("otra cosa")
    press(window, "Pegar los datos")
    assert page.form.mensaje_label.text() == NOTHING_HANDED
    QGuiApplication.clipboard().setText(HANDED)
    press(window, "Pegar los datos")
    typed = page.conexion.typed(page.form.oficina_edit.text())
    assert (typed.direccion, typed.cuenta, typed.contrasena) == (
        "https://sync.ejemplo.mx/v1", "ana", "a:b c",
    )  # fmt: skip
    assert typed.oficina == "of-018f3c1a-7b1e-7a2b-9c3d-0123456789ab"
    assert not page.form.mensaje_label.isVisible()
