"""The constancia PDF: dropped or chosen, seen first, written down, cancelled, undone."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from benchmarks.datos import escribir_archivos
from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.movimientos.constancia import Cifras, ClaseTotales
from icsoe_desktop.domain.movimientos.movimiento import EstadoAviso
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.idse.captura.window import CapturaMovimientoDialog
from icsoe_desktop.gui.idse.constancias.window import ConstanciaDialog
from icsoe_desktop.gui.idse.importacion.importaciones import ImportacionesDialog
from icsoe_desktop.gui.idse.importacion.window import ImportacionMovimientosDialog
from icsoe_desktop.gui.idse.modulo.window import ModuloWindow
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.movimientos.valores import TODOS, FiltroMovimientos
from tests.completas import espacio, pantalla
from tests.gateways.constancia_pdf.papeles import THREE, constancia, printed, renglon
from tests.gui.conftest import drag, drop, press
from tests.gui.idse.comun import (
    Box,
    Key,
    alta,
    baja,
    capture,
    cells,
    choose_path,
    column,
    dialog,
    escape,
    focused,
    gone,
    modificacion,
    opened,
    said,
    settled,
    show_tab,
)
from tests.support.reposo import settle, until

ALTA, MODIFICACION, BAJA = THREE
REJECTED = replace(
    BAJA, rechazado=True, codigo_rechazo="0123", causa_rechazo="NO TIENE RELACIÓN LABORAL"
)


@pytest.fixture
def shown(context: Context, application: Application, sesion: Sesion) -> Iterator[ModuloWindow]:
    """Three movements that the constancia answers, on the tab of all."""
    eva = modificacion(
        nss=MODIFICACION.nss, primer_apellido="ÁNGELES", nombres="EVA", sbc="1234.56"
    )
    capture(application, sesion, alta(), eva, baja())
    window = opened(context)
    show_tab(window, "Todos")
    yield window
    settled(window)
    window.close()


@pytest.fixture
def papel(tmp_path: Path) -> Path:
    path = tmp_path / "constancia.pdf"
    path.write_bytes(printed(constancia((ALTA, MODIFICACION, REJECTED))))
    return path


def read() -> ConstanciaDialog:
    found = dialog(ConstanciaDialog)
    until(lambda: found._presenter.state.vista is not None)
    return found


def states(application: Application, sesion: Sesion) -> list[EstadoAviso]:
    return sorted(
        fila.estado for fila in application.movimientos.first_page(sesion, TODOS, None, 100)
    )


PENDING = [EstadoAviso.PENDIENTE] * 3
ANSWERED = [EstadoAviso.APROBADO, EstadoAviso.APROBADO, EstadoAviso.RECHAZADO]


def test_a_dropped_constancia_is_shown_first_and_written_down_with_one_key(
    shown: ModuloWindow, application: Application, sesion: Sesion, papel: Path
) -> None:
    assert drag(shown, papel)
    drop(shown, papel)
    found = read()
    form = found.form
    assert said(form.archivo_label) == "constancia.pdf"
    assert said(form.datos_label) == (
        "PANADERÍA LA ESPIGA, S.A. DE C.V. · Registro patronal Y54 12345 10 9 · Lote 987654321 · "
        "Folio 1234567890123456789 · Recibida el 02/03/2026 10:15"
    )
    assert said(form.resumen_label) == "3 movimientos: 2 aprobados, 1 rechazado."
    assert [(row[1], row[2], row[5], row[3]) for row in cells(form.renglones_table)] == [
        ("Rechazado", "Coincide", "9876 54 3210 3", "0123 NO TIENE RELACIÓN LABORAL"),
        ("Aprobado", "Coincide", "1234 56 7890 3", ""),
        ("Aprobado", "Coincide", "1122 33 4455 4", "Tarde, según el IMSS."),
    ]
    assert found.no_problems.shown
    assert not form.exportar_button.isEnabled()
    assert states(application, sesion) == PENDING, "nothing is changed by looking"
    assert focused(found) is form.anotar_button
    assert form.anotar_button.text() == "&Anotar 3 movimientos"
    assert not form.corregir_button.isVisible(), "nothing is rejected yet"
    QTest.keyClick(form.anotar_button, Key.Key_Return)
    until(form.corregir_button.isVisible)
    assert said(form.aviso_label) == (
        "La constancia se anotó: 2 aprobados, 1 rechazado. Corrija aquí lo rechazado, o después, "
        "desde la lista."
    )
    assert (form.cancelar_button.text(), form.anotar_button.isEnabled()) == ("&Cerrar", False)
    escape(found)
    assert said(shown.form.mensaje_label) == ("La constancia se anotó: 2 aprobados, 1 rechazado.")
    until(lambda: sorted(column(shown, "Estado")) == sorted(ANSWERED))
    assert states(application, sesion) == ANSWERED


def test_a_rejected_row_is_corrected_from_its_constancia_now_or_later(
    shown: ModuloWindow, application: Application, sesion: Sesion, papel: Path, message_box: Box
) -> None:
    shown.importacion.start([papel])
    found = read()
    press(found, "Anotar 3 movimientos")
    until(found.form.corregir_button.isVisible)
    assert focused(found) is found.form.renglones_table, "on the rejected row"
    QTest.keyClick(found.form.renglones_table, Key.Key_F2)
    form = dialog(CapturaMovimientoDialog)
    assert "0123 NO TIENE RELACIÓN LABORAL" in said(form.form.rechazo_label)
    until(lambda: form._presenter.state.revision is not None)
    QTest.keyClick(form, Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    press(message_box(), "Guardar igual")
    until(lambda: gone(form))
    until(lambda: said(found.form.aviso_label).endswith("preséntelo con «Generar archivo»."))
    assert not found.form.corregir_button.isVisible()
    owed = application.movimientos.first_page(sesion, FiltroMovimientos(por_resolver=True))
    assert [(fila.nss, fila.estado) for fila in owed] == [(BAJA.nss, EstadoAviso.PENDIENTE)]
    escape(found)


def test_what_does_not_add_up_or_is_not_here_is_listed_and_exported(
    shown: ModuloWindow, tmp_path: Path
) -> None:
    one = constancia((ALTA, renglon(nss="55443322110", nombre="SOTO EVA")))
    path = tmp_path / "descuadrada.pdf"
    path.write_bytes(
        printed(replace(one, totales={**one.totales, ClaseTotales.TOTAL: Cifras(3, 2, 0)}))
    )
    shown.importacion.start([path])
    found = read()
    form = found.form
    assert said(form.resumen_label) == ("2 movimientos: 2 aprobados, 1 no está en el programa.")
    assert said(form.aviso_label).startswith("La constancia tiene datos que faltan o no cuadran.")
    assert [row[2:] for row in cells(form.problemas_table)] == [
        ("Error", "Total: recibidos", "3", "2: operados más rechazados"),
        ("Error", "Total: recibidos", "3", "2: la suma por tipo"),
    ]
    press(found, "Exportar problemas…")
    choose_path(tmp_path / "problemas.csv")
    until(lambda: said(form.aviso_label) == "Se guardó la lista de problemas.")
    with (tmp_path / "problemas.csv").open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.reader(file))) == 3
    assert form.anotar_button.text() == "&Anotar 1 movimiento"
    escape(found)


def test_cancelling_leaves_everything_as_it_was(
    shown: ModuloWindow, application: Application, sesion: Sesion, papel: Path
) -> None:
    shown.importacion.start([papel])
    found = dialog(ConstanciaDialog)
    escape(found)
    assert said(shown.form.mensaje_label) == "La importación se canceló. Todo quedó como estaba."
    shown.importacion.start([papel])
    found = read()
    found._presenter.apply()
    found._presenter.cancel()
    until(lambda: gone(found))
    assert states(application, sesion) == PENDING
    assert application.constancias.all(sesion) == ()


def test_a_constancia_is_undone_as_a_whole(
    shown: ModuloWindow, application: Application, sesion: Sesion, papel: Path, message_box: Box
) -> None:
    shown.importacion.start([papel])
    found = read()
    press(found, "Anotar 3 movimientos")
    until(found.form.corregir_button.isVisible)
    escape(found)
    shown.importacion.start([papel])
    again = read()
    assert said(again.form.aviso_label).startswith("Esta constancia ya se había importado.")
    assert not again.form.anotar_button.isEnabled()
    again.reject()
    until(lambda: gone(again))
    shown.tareas.open_importaciones()
    listed = dialog(ImportacionesDialog)
    table = listed.form.importaciones_table
    until(lambda: len(cells(table)) == 1)
    assert cells(table)[0][1:] == (
        "alma@ejemplo.mx", "constancia.pdf", "Constancia", "3", "Hecha",
    )  # fmt: skip
    until(listed.form.deshacer_button.isEnabled)
    assert not listed.form.ver_button.isEnabled()
    press(listed, "Deshacer importación…")
    press(message_box(), "Deshacer importación")
    until(lambda: said(listed.form.mensaje_label) != "")
    assert said(listed.form.mensaje_label) == (
        "La constancia se deshizo: 3 movimientos quedaron como antes."
    )
    assert states(application, sesion) == PENDING
    listed.reject()
    until(lambda: column(shown, "Estado") == PENDING)


@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_it_is_found_by_label_reached_by_key_and_nothing_is_cut(
    shown: ModuloWindow, tmp_path: Path, scale: float, larger: Callable[[float], None]
) -> None:
    path = tmp_path / "descuadrada.pdf"
    path.write_bytes(printed(constancia((ALTA, REJECTED), lote="12345")))
    larger(scale)
    shown.importacion.start([path])
    found = read()
    settle()
    assert found.form.problemas_panel.isVisible()
    for look in (
        pantalla.unnamed,
        pantalla.without_key,
        pantalla.unreachable_actions,
        pantalla.disordered,
        pantalla.english,
        espacio.cut,
    ):
        assert look(found) == []
    found.reject()
    until(lambda: gone(found))


def test_the_tab_of_lotes_leads_to_it(shown: ModuloWindow, papel: Path) -> None:
    show_tab(shown, "Lotes")
    menu = shown.lotes.form.acuse_button.menu()
    action = next(one for one in menu.actions() if one.text() == "&Importar constancia…")
    action.trigger()
    choose_path(papel)
    found = read()
    found.reject()
    until(lambda: gone(found))


def test_movements_and_constancias_dropped_together_come_one_after_the_other(
    shown: ModuloWindow, papel: Path, tmp_path: Path
) -> None:
    (movimientos,) = escribir_archivos(tmp_path, 5, 7)
    assert drag(shown, papel, movimientos)
    drop(shown, papel, movimientos)
    first = dialog(ImportacionMovimientosDialog)
    until(lambda: first.form.importar_button.isEnabled())
    press(first, "Importar 5 movimientos")
    found = read()
    found.reject()
    until(lambda: gone(found))


def test_a_pdf_that_is_no_constancia_is_refused_with_a_sentence(
    shown: ModuloWindow, tmp_path: Path, message_box: Box
) -> None:
    path = tmp_path / "roto.pdf"
    path.write_bytes(b"%PDF-1.7\n" + bytes(range(256)) * 9)
    shown.importacion.start([path])
    box = message_box()
    assert box.text().startswith("El PDF está dañado y no se puede leer.")
    box.close()
    until(lambda: gone(box))
