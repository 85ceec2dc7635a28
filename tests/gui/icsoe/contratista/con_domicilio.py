"""A postal catalogue of two codes, as people download it; how an address is found and kept."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtTest import QTest

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.icsoe.domicilio import Domicilio
from icsoe_desktop.gui.icsoe.contratista.domicilio import DomicilioTab
from icsoe_desktop.services.application import Application
from tests.gui.conftest import press
from tests.support.reposo import settle

HEADER = (
    "d_codigo|d_asenta|d_tipo_asenta|D_mnpio|d_estado|d_ciudad|d_CP|c_estado|c_oficina|c_CP|"
    "c_tipo_asenta|c_mnpio|id_asenta_cpcons|d_zona|c_cve_ciudad"
)
ROWS = (
    "01000|Bosque Inventado|Colonia|Álvaro Obregón|Ciudad de México|Ciudad de México"
    "|01001|09|01001||09|010|0001|Urbano|01",
    "01000|Barrio Imaginario|Barrio|Álvaro Obregón|Ciudad de México|Ciudad de México"
    "|01001|09|01001||09|010|0002|Urbano|01",
    "76000|Única|Colonia|Querétaro|Querétaro|Querétaro|76001|22|76001||09|014|0003|Urbano|01",
)


def catalogue(folder: Path, *rows: str) -> Path:
    path = folder / "CPdescarga.txt"
    lines = ("El Catálogo Nacional de Códigos Postales es de prueba", HEADER, *rows)
    path.write_bytes("".join(f"{line}\r\n" for line in lines).encode("latin-1"))
    return path


def kept(application: Application, sesion: Sesion) -> tuple[bool | None, Domicilio | None]:
    info = application.contratistas.informacion(sesion)
    return info.domicilio_igual, info.domicilio


def locate(domicilio: DomicilioTab, codigo: str, colonia: str) -> None:
    form = domicilio.form
    form.no_radio.click()
    form.codigo_postal_edit.clear()
    QTest.keyClicks(form.codigo_postal_edit, codigo)
    settle()
    form.colonia_combo.setEditText(colonia)
    press(domicilio, "Ubicar")
