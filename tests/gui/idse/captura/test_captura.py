"""Capturing movements by hand."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.identificadores.valor import check_digit_rfc
from icsoe_desktop.domain.movimientos.movimiento import (
    EstadoAviso,
    TipoMovimiento,
    TipoSalario,
    TipoTrabajador,
)
from icsoe_desktop.gui.idse.captura.window import CapturaMovimientoDialog
from icsoe_desktop.gui.idse.importacion.window import ImportacionMovimientosDialog
from icsoe_desktop.gui.idse.modulo.columns import movimiento_icon
from icsoe_desktop.gui.idse.modulo.dialogos import CorregirVariosDialog
from icsoe_desktop.gui.idse.modulo.historial import HistorialDialog
from icsoe_desktop.gui.idse.modulo.window import ModuloWindow
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.movimientos.valores import TODOS, FiltroMovimientos
from icsoe_desktop.store.connection import raw_of
from tests.domain.dispmag.registros_168 import curp
from tests.gui.conftest import press
from tests.gui.idse.comun import (
    NSS_ANA,
    NSS_LUIS,
    OTRO_REGISTRO,
    REGISTRO,
    Box,
    Key,
    alta,
    capture,
    cells,
    dialog,
    escape,
    focused,
    gone,
    names,
    said,
    settled,
    show_tab,
    visible,
)
from tests.support.reposo import until

RFC_ANA = "MERA900215AB" + check_digit_rfc("MERA900215AB")
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def started(window: ModuloWindow, tipo: TipoMovimiento) -> CapturaMovimientoDialog:
    window.tareas.capture(tipo)
    found = dialog(CapturaMovimientoDialog)
    until(lambda: found._presenter.state.revision is not None)
    return found


def closed_unsaved(found: CapturaMovimientoDialog, message_box: Box) -> None:
    QTest.keyClick(found, Key.Key_Escape)
    press(message_box(), "Descartar cambios")


def left(edit: QLineEdit, text: str) -> None:
    """Types over what is there, and goes on to the next field."""
    edit.setFocus()
    edit.selectAll()
    QTest.keyClicks(edit, text)
    QTest.keyClick(edit, Key.Key_Tab)


def test_an_alta_is_captured_with_the_keyboard_alone(
    window: ModuloWindow, application: Application, sesion: Sesion
) -> None:
    QTest.keyClick(window, Key.Key_N, CONTROL)
    found = dialog(CapturaMovimientoDialog)
    form = found.form
    until(lambda: form.nss_edit.hasFocus())
    form.registro_patronal_combo.setFocus()
    texts = (
        REGISTRO, "02032026", NSS_ANA, "", RFC_ANA, "E-7", "Mejia", "Rios", "Ana", "$1,450.50",
        "Fijo", "Normal", "01400", "Permanente", "021",
    )  # fmt: skip
    for at, text in enumerate(texts):
        if at:
            QTest.keyClick(focused(found), Key.Key_Tab)
        widget = focused(found)
        if isinstance(widget, QComboBox) and not widget.isEditable():
            QTest.keyClicks(widget, text[:3])
        else:
            QTest.keyClicks(widget, text)
    assert focused(found) is form.umf_edit
    until(lambda: form.plazo_panel.isVisible())
    # 2 to 6 March 2026 are five working days.
    term = "Urge, ya trabaja: se presenta a más tardar el 06/03/2026."
    assert said(form.plazo_label).startswith(term)
    QTest.keyClick(focused(found), Key.Key_Return)
    until(lambda: said(form.mensaje_label) != "")
    assert said(form.mensaje_label) == "Se guardó: alta o reingreso de ANA MEJIA, 02/03/2026."
    until(lambda: form.nss_edit.hasFocus())
    assert form.nss_edit.text() == ""
    assert form.fecha_edit.text() == "02/03/2026", "the next one has the same date"
    assert said(form.nss_error) == ""
    escape(found)
    until(lambda: names(window) == ["ANA"])
    (kept,) = application.movimientos.first_page(sesion, TODOS)
    assert (kept.nss, kept.sbc, kept.fecha, kept.umf, kept.clave_trabajador, kept.rfc) == (
        NSS_ANA, 145050, date(2026, 3, 2), "021", "E-7", RFC_ANA,
    )  # fmt: skip


def test_the_form_shows_the_fields_of_the_kind(window: ModuloWindow, message_box: Box) -> None:
    found = started(window, TipoMovimiento.BAJA)
    form = found.form
    only_salary = (form.sbc_edit, form.tipo_salario_combo, form.jornada_combo, form.umf_edit)
    assert form.causa_baja_combo.isVisible()
    assert not any(one.isVisible() for one in (*only_salary, form.tipo_trabajador_combo))
    form.tipo_combo.setCurrentIndex(1)
    assert not form.causa_baja_combo.isVisible()
    assert form.sbc_edit.isVisible()
    assert not form.umf_edit.isVisible()
    form.tipo_combo.setCurrentIndex(0)
    assert all(one.isVisible() for one in only_salary)
    closed_unsaved(found, message_box)


def test_a_kind_has_the_icon_that_the_table_shows(window: ModuloWindow) -> None:
    found = started(window, TipoMovimiento.BAJA)
    shown = [found.form.tipo_combo.itemIcon(at).cacheKey() for at in range(3)]
    assert shown == [movimiento_icon(tipo).cacheKey() for tipo in TipoMovimiento]
    found.reject()


def test_a_field_says_what_is_wrong_once_it_is_left_and_not_before(
    window: ModuloWindow, message_box: Box
) -> None:
    found = started(window, TipoMovimiento.ALTA)
    form = found.form
    form.nss_edit.setFocus()
    QTest.keyClicks(form.nss_edit, "123")
    until(lambda: "nss" in found._presenter.state.revision.problemas)
    assert said(form.nss_error) == ""
    QTest.keyClick(form.nss_edit, Key.Key_Tab)
    until(lambda: said(form.nss_error) != "")
    left(form.nss_edit, NSS_ANA)
    until(lambda: said(form.nss_error) == "")
    left(form.nss_edit, "12345678901")
    until(lambda: said(form.nss_error) == "" and form.nss_edit.text() == "12345678901")
    left(form.fecha_edit, "30/02/2026")
    assert said(form.fecha_error) == "Esa fecha no existe. Revise el día y el mes."
    press(found, "Guardar")
    until(lambda: said(form.nombres_error) != "")
    assert said(form.sbc_error) != ""
    until(lambda: form.registro_patronal_combo.hasFocus())
    closed_unsaved(found, message_box)


def test_odd_values_are_warned_about_and_may_be_saved(
    filled: ModuloWindow, message_box: Box
) -> None:
    filled.grid.focus()
    filled.grid.table.select(0)
    until(lambda: filled.grid.table.selected() is not None)
    QTest.keyClick(filled.form.movimientos_table, Key.Key_F2)
    found = dialog(CapturaMovimientoDialog)
    form = found.form
    assert found.windowTitle() == "Modificar movimiento"
    until(lambda: found._presenter.state.revision is not None)
    left(form.sbc_edit, "100")
    until(lambda: said(form.sbc_aviso) != "")
    # The general minimum wage of 2026 is 315.04.
    assert "315.04" in said(form.sbc_aviso)
    assert said(form.sbc_aviso).startswith("Advertencia: ")
    press(found, "Guardar")
    until(lambda: gone(found))
    until(lambda: "$ 100.00" in visible(filled)[0])


def test_a_rejected_notice_is_corrected_with_its_data_and_reason(
    window: ModuloWindow, application: Application, sesion: Sesion, message_box: Box
) -> None:
    capture(application, sesion, alta())
    with application.store.write() as db:
        raw_of(db).execute(
            "UPDATE movimientos SET estado = 4, rechazado = 20260302, codigo_rechazo = '217', "
            "causa_rechazo = 'CURP NO CORRESPONDE AL ASEGURADO'"
        )
    window.search()
    settled(window)
    window.grid.focus()
    window.grid.table.select(0)
    until(lambda: window.grid.table.selected() is not None)
    assert window.acciones.editar.text() == "&Corregir y volver a presentar…"
    view = window.form.movimientos_table
    view.doubleClicked.emit(view.currentIndex())
    escape(dialog(CapturaMovimientoDialog))
    QTest.keyClick(view, Key.Key_F2)
    found = dialog(CapturaMovimientoDialog)
    form = found.form
    assert found.windowTitle() == "Corregir y volver a presentar"
    assert said(form.rechazo_label) == (
        "El Instituto rechazó este aviso el 02/03/2026: «217 CURP NO CORRESPONDE AL "
        "ASEGURADO». Revise «CURP». Al guardar queda un aviso nuevo, y el rechazado ya no se debe."
    )
    until(lambda: focused(found) is form.curp_edit)
    assert (form.nss_edit.text(), form.sbc_edit.text()) == (NSS_ANA, "$ 450.50")
    until(lambda: form.plazo_panel.isVisible())
    until(lambda: form.campos_scroll.verticalScrollBar().maximum() == 0)
    ayuda = window._context.shell.help.open_for(found)
    assert ayuda.presenter.state.seccion == "corregir-un-rechazado"
    assert "\n### Corregir un rechazado\n" in ayuda.presenter.state.pagina.texto
    ayuda.close()
    until(lambda: found._presenter.state.revision is not None)
    QTest.keyClick(found, Key.Key_S, CONTROL)
    question = message_box()
    assert question.text().startswith("No cambió ningún dato, y el Instituto puede rechazarlo")
    press(question, "Guardar igual")
    until(lambda: gone(found))
    until(lambda: len(names(window)) == 2)
    assert said(window.form.mensaje_label) == (
        "La corrección de ANA MUÑOZ RÍOS quedó en Pendiente. Preséntela con «Generar archivo»."
    )
    owed = application.movimientos.first_page(sesion, FiltroMovimientos(por_resolver=True))
    assert [fila.estado for fila in owed] == [EstadoAviso.PENDIENTE]
    window.tareas.open_history(owed[0], may_write=True)
    history = dialog(HistorialDialog)
    until(lambda: len(cells(history.form.movimientos_table)) == 2)
    assert sorted(row[-1] for row in cells(history.form.movimientos_table)) == [
        "Corregido por el aviso del 27/02/2026", "Corrige el rechazado el 02/03/2026",
    ]  # fmt: skip
    escape(history)


def test_a_known_workers_data_are_filled_in_but_nothing_typed_is_replaced(
    filled: ModuloWindow, message_box: Box
) -> None:
    found = started(filled, TipoMovimiento.BAJA)
    form = found.form
    left(form.clave_trabajador_edit, "MIA")
    left(form.nss_edit, NSS_ANA)
    until(lambda: form.nombres_edit.text() == "ANA")
    assert form.primer_apellido_edit.text() == "MUÑOZ"
    assert form.segundo_apellido_edit.text() == "RÍOS"
    assert form.registro_patronal_combo.currentText() == "Y54 12345 10 9"
    assert form.clave_trabajador_edit.text() == "MIA"
    assert said(form.conocido_label) == (
        "Datos tomados de su último movimiento, del 27/02/2026. Su SBC era $ 450.50."
    )
    left(form.nss_edit, NSS_LUIS)
    until(lambda: "ya es una baja" in said(form.conocido_label))
    closed_unsaved(found, message_box)


def test_another_number_takes_the_name_of_the_worker_before_away(
    filled: ModuloWindow, message_box: Box
) -> None:
    found = started(filled, TipoMovimiento.BAJA)
    form = found.form
    left(form.nss_edit, NSS_LUIS)
    until(lambda: form.nombres_edit.text() == "LUIS")
    form.nss_edit.setFocus()
    QTest.keyClick(form.nss_edit, Key.Key_Backspace)
    # At once: Guardar must not find the name of another person there.
    assert (form.nombres_edit.text(), form.primer_apellido_edit.text()) == ("", "")
    assert said(form.conocido_label) == ""
    left(form.nss_edit, NSS_ANA)
    until(lambda: form.nombres_edit.text() == "ANA")
    assert form.primer_apellido_edit.text() == "MUÑOZ"
    left(form.nss_edit, "32165498760")
    until(lambda: found._presenter.state.looked_up == "32165498760")
    assert (form.nombres_edit.text(), form.curp_edit.text()) == ("", "")
    closed_unsaved(found, message_box)


def test_an_nss_that_is_somebody_elses_is_asked_about_with_both_names(
    filled: ModuloWindow, message_box: Box
) -> None:
    found = started(filled, TipoMovimiento.BAJA)
    form = found.form
    left(form.nss_edit, NSS_ANA)
    until(lambda: form.nombres_edit.text() == "ANA")
    left(form.nombres_edit, "IÑAKI")
    left(form.primer_apellido_edit, "HERNÁNDEZ")
    left(form.fecha_edit, "01/03/2026")
    QTest.keyClicks(form.causa_baja_combo, "2")
    assert form.causa_baja_combo.currentText() == "2  Separación voluntaria"
    press(found, "Guardar")
    box = message_box()
    assert "Este NSS ya se conoce como de ANA MUÑOZ RÍOS" in box.text()
    assert "aquí dice IÑAKI HERNÁNDEZ RÍOS" in box.text()
    QTest.keyClick(box, Key.Key_Return)
    assert len(names(filled)) == 3, "Enter means no"
    press(found, "Guardar")
    press(message_box(), "Guardar de todas formas")
    until(lambda: "IÑAKI" in names(filled))
    # The next worker has another cause.
    until(lambda: form.nombres_edit.text() == "")
    assert form.causa_baja_combo.currentText() == "Elija…"
    QTest.keyClick(found, Key.Key_Escape)
    settled(filled)


def test_the_next_baja_begins_without_an_error(filled: ModuloWindow) -> None:
    found = started(filled, TipoMovimiento.BAJA)
    form = found.form
    left(form.nss_edit, NSS_ANA)
    until(lambda: form.nombres_edit.text() == "ANA")
    left(form.fecha_edit, "01/03/2026")
    form.causa_baja_combo.setFocus()
    QTest.keyClicks(form.causa_baja_combo, "2")
    QTest.keyClick(form.causa_baja_combo, Key.Key_Return)
    until(form.nss_edit.hasFocus)
    until(lambda: found._presenter.state.revision is not None)
    assert said(form.causa_baja_error) == ""
    QTest.keyClick(found, Key.Key_Escape)
    settled(filled)


def test_the_same_movement_again_is_saved_only_when_the_user_says_so(
    filled: ModuloWindow, message_box: Box
) -> None:
    found = started(filled, TipoMovimiento.BAJA)
    form = found.form
    left(form.nss_edit, NSS_LUIS)
    until(lambda: form.nombres_edit.text() == "LUIS")
    left(form.fecha_edit, "26/02/2026")
    form.causa_baja_combo.setCurrentText("2  Separación voluntaria")
    press(found, "Guardar")
    box = message_box()
    assert box.text() == (
        "Ya hay un movimiento igual: el mismo registro patronal, NSS, movimiento y fecha. ¿Desea "
        "guardarlo de todas formas?"
    )
    QTest.keyClick(box, Key.Key_Return)
    assert len(names(filled)) == 3, "Enter means no"
    press(found, "Guardar")
    press(message_box(), "Guardar de todas formas")
    until(lambda: names(filled) == ["ANA", "LUIS", "LUIS", "EVA"])
    QTest.keyClick(found, Key.Key_Escape)
    settled(filled)


def test_what_is_typed_is_not_lost_by_closing(window: ModuloWindow, message_box: Box) -> None:
    QTest.keyClick(window, Key.Key_B, CONTROL | SHIFT)
    found = dialog(CapturaMovimientoDialog)
    left(found.form.nombres_edit, "Ana")
    found.close()
    box = message_box()
    assert box.text() == "Tiene cambios sin guardar en este movimiento. ¿Desea descartarlos?"
    press(box, "Seguir editando")
    assert found.isVisible()
    assert found.form.nombres_edit.text() == "Ana"
    closed_unsaved(found, message_box)
    until(lambda: gone(found))
    show_tab(window, "Bajas")
    assert names(window) == []


def test_a_message_takes_three_lines_at_most_and_a_key_opens_all_of_it(
    window: ModuloWindow, message_box: Box
) -> None:
    """Advice on the CURP took 23 lines."""
    found = started(window, TipoMovimiento.ALTA)
    form = found.form
    line = form.nombres_error.fontMetrics().height()
    before = form.trabajador_group.height()
    press(found, "Guardar")
    until(lambda: said(form.nombres_error) != "")
    assert form.trabajador_group.height() <= before + 2 * 2 * line
    for edit, text in (
        (form.registro_patronal_combo.lineEdit(), REGISTRO),
        (form.fecha_edit, "02032026"),
        (form.nss_edit, NSS_ANA),
        (form.curp_edit, curp("GOMC850101HDFRRL0")),
        (form.primer_apellido_edit, "Mejia"),
        (form.segundo_apellido_edit, "Rios"),
        (form.nombres_edit, "Ana"),
        (form.sbc_edit, "100"),
    ):
        assert isinstance(edit, QLineEdit)
        left(edit, text)
    until(lambda: "Posición 1 de la CURP" in said(form.curp_aviso))
    assert said(form.curp_aviso).count("\n") > 3
    until(lambda: form.plazo_panel.isVisible())
    assert form.curp_aviso.is_cut
    assert form.curp_aviso.height() <= 3 * form.curp_aviso.fontMetrics().height()
    form.curp_edit.setFocus()
    QTest.keyClick(form.curp_edit, Key.Key_F1, SHIFT)
    box = message_box()
    assert box.text() == form.curp_aviso.text()
    press(box, "Aceptar")
    QTest.mouseClick(form.curp_aviso, Qt.MouseButton.LeftButton)
    press(message_box(), "Aceptar")
    closed_unsaved(found, message_box)


def test_all_fields_and_the_term_are_in_sight_in_640_px_and_what_was_saved_at_the_foot(
    window: ModuloWindow, application: Application, sesion: Sesion
) -> None:
    capture(application, sesion, alta())
    found = started(window, TipoMovimiento.ALTA)
    form = found.form
    left(form.fecha_edit, "02032026")
    left(form.nss_edit, NSS_ANA)
    until(lambda: said(form.conocido_label) != "" and form.plazo_panel.isVisible())
    found.resize(900, 640)
    until(lambda: found.height() == 640)
    assert form.campos_scroll.verticalScrollBar().maximum() == 0
    term, date_field = form.plazo_panel, form.fecha_edit
    below = term.mapTo(found, QPoint(0, 0)).y() - date_field.mapTo(found, QPoint(0, 0)).y()
    assert 0 < below <= 2 * date_field.height()
    left(form.sbc_edit, "500")
    press(found, "Guardar")
    until(lambda: said(form.mensaje_label) != "")
    assert form.pie.isAncestorOf(form.mensaje_label)
    assert found.rect().contains(form.mensaje_label.mapTo(found, QPoint(0, 0)))
    escape(found)


def salary(found: CapturaMovimientoDialog) -> tuple[str, str, str]:
    form = found.form
    combos = (form.tipo_salario_combo, form.jornada_combo, form.tipo_trabajador_combo)
    return tuple(combo.currentText() for combo in combos)  # type: ignore[return-value]


def test_the_usual_answers_are_proposed_and_said_and_may_be_changed(
    window: ModuloWindow, application: Application, sesion: Sesion, message_box: Box
) -> None:
    capture(
        application,
        sesion,
        alta(tipo_salario=TipoSalario.MIXTO, tipo_trabajador=TipoTrabajador.EVENTUAL_CIUDAD),
        alta(registro_patronal=OTRO_REGISTRO, nss=NSS_LUIS),
    )
    found = started(window, TipoMovimiento.ALTA)
    form = found.form
    assert salary(found) == ("Fijo", "Normal", "Permanente")
    assert "lo más común: tipo de salario, semana" in said(form.habituales_label)
    line = form.registro_patronal_combo.lineEdit()
    assert line is not None
    left(line, REGISTRO)
    of_registro = ("Mixto", "Normal", "Eventual de la ciudad")
    until(lambda: salary(found) == of_registro)
    assert "lo habitual en este registro patronal: tipo de salario" in said(form.habituales_label)
    line.selectAll()
    QTest.keyClick(line, Key.Key_Backspace)
    until(lambda: "lo más común: tipo de salario" in said(form.habituales_label))
    # What the user chose stays, whatever registro patronal comes next.
    form.tipo_salario_combo.setCurrentText("Variable")
    left(line, OTRO_REGISTRO)
    until(lambda: salary(found) == ("Variable", "Normal", "Permanente"))
    closed_unsaved(found, message_box)


def test_proposals_alone_are_nothing_to_save(
    window: ModuloWindow, application: Application, sesion: Sesion
) -> None:
    capture(application, sesion, alta(tipo_salario=TipoSalario.MIXTO))
    found = started(window, TipoMovimiento.ALTA)
    # The only registro patronal is filled in, and what is usual for it.
    until(lambda: salary(found)[0] == "Mixto")
    escape(found)


def test_a_baja_proposes_nothing_and_another_kind_does(
    window: ModuloWindow, message_box: Box
) -> None:
    found = started(window, TipoMovimiento.BAJA)
    assert said(found.form.habituales_label) == ""
    assert found._presenter.state.captura.tipo_salario is None
    found.form.tipo_combo.setCurrentIndex(0)
    assert salary(found) == ("Fijo", "Normal", "Permanente")
    assert said(found.form.habituales_label) != ""
    closed_unsaved(found, message_box)


def test_a_part_of_the_name_offers_who_is_known_and_fills_the_alta(
    window: ModuloWindow, application: Application, sesion: Sesion, message_box: Box
) -> None:
    capture(application, sesion, alta(), alta(nss=NSS_LUIS, nombres="Luis", primer_apellido="Soto"))
    found = started(window, TipoMovimiento.ALTA)
    edit = found.form.nss_edit
    edit.setFocus()
    QTest.keyClicks(edit, "so")
    QTest.keyClicks(edit, "t")
    popup = found.sugerencias.completer.popup()
    until(popup.isVisible)
    QTest.keyClick(popup, Key.Key_Down)
    QTest.keyClick(popup, Key.Key_Return)
    until(lambda: found.form.nombres_edit.text() == "LUIS")
    assert (edit.text(), found.form.primer_apellido_edit.text()) == (NSS_LUIS, "SOTO")
    assert said(found.form.nss_error) == ""
    closed_unsaved(found, message_box)


def test_enter_on_a_whole_nss_looks_the_worker_up_and_saves_nothing_yet(
    window: ModuloWindow, application: Application, sesion: Sesion, message_box: Box
) -> None:
    capture(application, sesion, alta())
    found = started(window, TipoMovimiento.BAJA)
    form = found.form
    for nss, nombre, at in ((NSS_ANA, "ANA", form.fecha_edit), (NSS_LUIS, "", form.curp_edit)):
        form.nss_edit.setFocus()
        form.nss_edit.selectAll()
        QTest.keyClicks(form.nss_edit, nss)
        QTest.keyClick(form.nss_edit, Key.Key_Return)
        until(at.hasFocus)
        assert form.nombres_edit.text() == nombre
        assert said(form.fecha_error) == said(form.nombres_error) == ""
    closed_unsaved(found, message_box)


def test_rows_of_excel_go_to_the_preview_of_the_import_and_not_into_a_field(
    window: ModuloWindow,
) -> None:
    rows = (
        "Movimiento\tRegistro patronal\tNSS\tPaterno\tNombre\tFecha\tCausa\tGuía\n"
        f"Baja\t{REGISTRO}\t{NSS_ANA}\tMejia\tAna\t02/03/2026\t2\t01400\n"
    )
    found = started(window, TipoMovimiento.ALTA)
    QGuiApplication.clipboard().setText(rows)
    found.form.nss_edit.setFocus()
    QTest.keyClick(found.form.nss_edit, Key.Key_V, CONTROL)
    preview = dialog(ImportacionMovimientosDialog)
    until(lambda: gone(found))
    until(lambda: preview.form.importar_button.isEnabled())
    escape(preview)
    QGuiApplication.clipboard().setText("una palabra")
    window.acciones.pegar.trigger()
    until(lambda: "copie los títulos" in said(window.form.mensaje_label))


def test_a_duplicate_begins_with_the_data_of_the_movement_and_without_its_date(
    window: ModuloWindow, application: Application, sesion: Sesion
) -> None:
    capture(application, sesion, alta(tipo_salario=TipoSalario.MIXTO))
    window.presenter.refresh()
    show_tab(window, "Todos")
    until(lambda: names(window) == ["ANA"])
    window.grid.focus()
    until(lambda: window.grid.table.selected() is not None)
    QTest.keyClick(window, Key.Key_U, CONTROL | SHIFT)
    found = dialog(CapturaMovimientoDialog)
    until(lambda: found._presenter.state.revision is not None)
    form = found.form
    assert (form.nss_edit.text(), form.nombres_edit.text(), form.fecha_edit.text()) == (
        NSS_ANA, "ANA", ""
    )  # fmt: skip
    assert form.tipo_salario_combo.currentText() == "Mixto"
    assert not found.unsaved
    assert found.windowTitle() == "Capturar movimiento"
    escape(found)


def test_several_rejected_for_one_guia_are_corrected_with_one_answer(
    window: ModuloWindow, application: Application, sesion: Sesion
) -> None:
    capture(application, sesion, alta(), alta(nss=NSS_LUIS, nombres="Luis"))
    with application.store.write() as db:
        raw_of(db).execute("UPDATE movimientos SET estado = 4, causa_rechazo = 'REVISE LA UMF'")
    window.presenter.refresh()
    show_tab(window, "Todos")
    until(lambda: len(names(window)) == 2)
    window.grid.focus()
    window.form.movimientos_table.selectAll()
    until(window.acciones.corregir_varios.isEnabled)
    window.acciones.corregir_varios.trigger()
    found = dialog(CorregirVariosDialog)
    assert said(found.form.explicacion_label).startswith(
        "El Instituto dijo de todos: «REVISE LA UMF»."
    )
    assert found.form.campo_combo.currentText() == "UMF"
    assert "uno por uno" not in said(found.form.explicacion_label)
    found.form.campo_combo.setCurrentText("Guía")
    QTest.keyClicks(found.form.valor_edit, "24")
    press(found, "Guardar")
    until(lambda: "5 números" in said(found.form.valor_error))
    found.form.valor_edit.setText("02400")
    QTest.keyClick(found.form.valor_edit, Key.Key_Return)
    until(lambda: gone(found))
    until(lambda: len(names(window)) == 4)
    # What Generar proposes next is not the rejected ones again.
    until(lambda: window.grid.selected_count == 1)
    assert said(window.form.mensaje_label).startswith("Se guardó la corrección de 2 movimientos.")
    filas = application.movimientos.first_page(sesion, FiltroMovimientos(por_resolver=True))
    assert [(one.estado, one.guia) for one in filas] == [(EstadoAviso.PENDIENTE, "02400")] * 2


def test_several_rejected_for_what_each_has_of_its_own_are_not_corrected_together(
    window: ModuloWindow, application: Application, sesion: Sesion
) -> None:
    capture(application, sesion, alta())
    with application.store.write() as db:
        raw_of(db).execute("UPDATE movimientos SET estado = 4, causa_rechazo = 'NSS INVALIDO'")
    filas = application.movimientos.first_page(sesion, TODOS)
    found = CorregirVariosDialog(window._context, window, filas)
    assert "Eso habla de «NSS»" in found.form.explicacion_label.text()
