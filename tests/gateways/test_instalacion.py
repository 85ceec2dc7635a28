"""How the program was installed decides who upgrades it."""

from __future__ import annotations

import sys

import pytest

from icsoe_desktop.domain.actualizacion import Instalacion
from icsoe_desktop.gateways.instalacion import Installed, instalacion_of, this_instalacion

MACHINE = "C:\\Program Files\\ICSOE Desktop"
COPY = "C:\\Users\\ana\\AppData\\Local\\Programs\\ICSOE Desktop"
EXE = Installed(MACHINE, "1.0.0", "exe")
MSI = Installed(MACHINE + "\\", "1.0.0", "msi")
OWN = Installed(COPY, "1.0.0")


@pytest.mark.parametrize(
    ("program", "machine", "copy", "found"),
    [
        (f"{MACHINE}\\icsoe-desktop.exe", EXE, None, Instalacion.EQUIPO),
        (f"{MACHINE.upper()}\\ICSOE-DESKTOP.EXE", EXE, OWN, Instalacion.EQUIPO),
        (f"{MACHINE}\\icsoe-desktop.exe", MSI, OWN, Instalacion.PAQUETE),
        (f"{COPY}\\icsoe-desktop.exe", None, OWN, Instalacion.USUARIO),
        (f"{COPY}\\icsoe-desktop.exe", EXE, OWN, Instalacion.USUARIO),
        ("D:\\portátil\\icsoe-desktop.exe", EXE, OWN, Instalacion.PAQUETE),
        (f"{MACHINE}\\otra\\icsoe-desktop.exe", EXE, None, Instalacion.PAQUETE),
        ("/opt/icsoe-desktop/icsoe-desktop", None, None, Instalacion.PAQUETE),
    ],
)
def test_who_brought_the_program_upgrades_it(
    program: str, machine: Installed | None, copy: Installed | None, found: Instalacion
) -> None:
    assert instalacion_of(program, machine, copy) is found


@pytest.mark.skipif(sys.platform == "win32", reason="el equipo puede tener el programa instalado")
def test_no_program_outside_windows_downloads_an_installer() -> None:
    assert this_instalacion() is Instalacion.PAQUETE
