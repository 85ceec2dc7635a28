"""Takes the pictures of README.md again: every person and company in them is invented.

xvfb-run -a .venv/bin/python -m docs.capturas [CARPETA]
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtWidgets import QApplication, QWidget

from icsoe_desktop.app import create_qt_application
from icsoe_desktop.bootstrap import open_application
from icsoe_desktop.domain.sesion import Sesion
from icsoe_desktop.domain.verificacion import Cadena
from icsoe_desktop.gateways.autoridades import Autoridades
from icsoe_desktop.gateways.llavero import NoLlavero
from icsoe_desktop.gateways.verificador_certificados import VerificadorCertificados
from icsoe_desktop.gui import assets
from icsoe_desktop.gui.acceso.presenter import AccesoPresenter
from icsoe_desktop.gui.acceso.window import AccesoWindow
from icsoe_desktop.gui.certificados.window import CertificadosWindow
from icsoe_desktop.gui.dispatch import Dispatcher, gui_queue
from icsoe_desktop.gui.errors import ErrorReporter
from icsoe_desktop.gui.preferences import Preferences
from icsoe_desktop.gui.registros_patronales.window import RegistrosPatronalesWindow
from icsoe_desktop.gui.shell import Shell
from icsoe_desktop.paths import DataFolder
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.certificados import CertificadoElegido, CertificadosService
from icsoe_desktop.services.usuarios import UsuarioNuevo
from tests.certificados import asn1
from tests.certificados.generador import CN, NAME, RFC, Emisora, O, efirma_moral, nueva_llave
from tests.certificados.generador_llaves import cifrar_como_sat

ROOT = Path(__file__).resolve().parent.parent
TODAY = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)
CLAVE = "Papel99Verde"
REGISTROS = (
    ("Z9912345105", "Talleres del Bajío Imaginario SA de CV", "TBI990101QX9"),
    ("Z8812345108", "Panadería La Espiga Inventada SA de CV", "PEI010203QX1"),
    ("Z7712345101", "Transportes Ejemplo del Norte SA de CV", "TEN040506QX3"),
    ("Z6612345104", "Clínica Veterinaria Ficticia SC", "CVF070809QX3"),
)
WITHOUT = 3  # no certificate yet
EXPIRES = (
    datetime(2028, 5, 10, 18, 0, tzinfo=UTC),
    datetime(2026, 3, 20, 18, 0, tzinfo=UTC),
    datetime(2026, 2, 15, 18, 0, tzinfo=UTC),
    datetime(2029, 1, 12, 18, 0, tzinfo=UTC),
)
EMISORA = Emisora("AUTORIDAD INVENTADA")


class Clock:
    def __init__(self) -> None:
        self.now = TODAY

    def __call__(self) -> datetime:
        return self.now


def wait(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError
        QApplication.processEvents()
        time.sleep(0.01)
    QApplication.processEvents()


def open_pinned(folder: DataFolder, clock: Clock) -> Application:
    """The program, which takes the invented authority for one of the SAT's."""
    application = open_application(folder, llavero=NoLlavero(), clock=clock)
    verificador = VerificadorCertificados(Autoridades([EMISORA.autoridad(Cadena.SAT)]))
    certificados = CertificadosService(
        application.store, application.bitacora, verificador, pruebas=False
    )
    return replace(application, certificados=certificados)


def fill(application: Application, clock: Clock) -> Sesion:
    """One user, four registros patronales, and certificates in every state."""
    nuevo = UsuarioNuevo(
        "Alma", "Prieto", "Soto", "alma@ejemplo.mx", "Papel.Verde93", "Papel.Verde93", True
    )
    sesion = application.usuarios.register(None, nuevo).sesion
    ids = [application.registros_patronales.add(sesion, *one).id for one in REGISTROS]
    # What has expired by now was good when it was kept.
    clock.now = datetime(2026, 2, 1, 15, 0, tzinfo=UTC)
    for registro_id, (_, razon_social, rfc), hasta in zip(ids, REGISTROS, EXPIRES, strict=True):
        cer, key = write_efirma(razon_social, rfc, hasta)
        if registro_id != ids[WITHOUT]:
            chosen = CertificadoElegido(registro_id, cer, key, rfc, CLAVE)
            application.certificados.save(sesion, chosen)
    clock.now = TODAY
    return sesion


def write_efirma(razon_social: str, rfc: str, hasta: datetime) -> tuple[Path, Path]:
    datos = replace(efirma_moral(), hasta=hasta)
    for kind in (CN, NAME, O):
        datos = datos.con_atributo(kind, asn1.text(razon_social.upper(), asn1.UTF8))
    datos = datos.con_atributo(RFC, asn1.text(f"{rfc} / ROTJ850314QX7"))
    cer, key = Path(f"{rfc}.cer"), Path(f"{rfc}.key")
    cer.write_bytes(EMISORA.emitir(datos, nueva_llave()))
    key.write_bytes(cifrar_como_sat(nueva_llave(), CLAVE.encode()))
    return cer, key


class Pictures:
    def __init__(self, application: Application, folder: DataFolder, target: Path) -> None:
        self.jobs = gui_queue(Dispatcher(), "capturas")
        self.shell = Shell(folder, self.jobs, Preferences(folder.preferences), ErrorReporter(None))
        self.shell.application = application
        self.target = target

    def take(self, window: QWidget, name: str) -> None:
        wait(lambda: window.isVisible() and not self.jobs.busy)
        path = self.target / f"{name}.png"
        window.grab().save(str(path))
        print(f"{path}: {path.stat().st_size // 1024} kB")  # noqa: T201


def main() -> None:
    chosen = sys.argv[1] if len(sys.argv) > 1 else ROOT / "docs" / "imagenes"
    target = Path(chosen).absolute()
    target.mkdir(parents=True, exist_ok=True)
    os.environ.update(QT_QPA_PLATFORM="xcb", QT_SCALE_FACTOR="1")
    app = create_qt_application()
    app.setQuitOnLastWindowClosed(False)
    assets.set_color_scheme(app, "claro")
    assets.apply_style(app)
    with tempfile.TemporaryDirectory() as temporary:
        folder, clock = DataFolder(Path(temporary)), Clock()
        # The certificates are chosen by names without a folder, which would differ every time.
        os.chdir(temporary)
        application = open_pinned(folder, clock)
        sesion = fill(application, clock)
        pictures = Pictures(application, folder, target)

        presenter = AccesoPresenter(pictures.jobs)
        acceso = AccesoWindow(presenter)
        acceso.show()
        presenter.connect_service(application.acceso)
        wait(lambda: presenter.state.ready)
        pictures.take(acceso, "acceso")

        modulo = pictures.shell.open("modulo", sesion)
        registros = pictures.shell.open("registros_patronales", sesion, modulo)
        if not isinstance(registros, RegistrosPatronalesWindow):
            raise TypeError(registros)
        wait(lambda: registros.table.model.rowCount() == len(REGISTROS))
        pictures.take(registros, "registros_patronales")
        registros.close()

        certificados = pictures.shell.open("certificados", sesion, modulo)
        if not isinstance(certificados, CertificadosWindow):
            raise TypeError(certificados)
        wait(lambda: certificados.form.registro_combo.count() == len(REGISTROS))
        rfc = REGISTROS[WITHOUT][2]
        certificados.take_files([f"{rfc}.cer", f"{rfc}.key"])
        wait(lambda: certificados.form.dice_estado_label.text() != "")
        pictures.take(certificados, "certificados")

        pictures.take(pictures.shell.help.open("certificados"), "ayuda")
        pictures.jobs.close()
        application.close()


if __name__ == "__main__":
    main()
