"""The window of a desktop that is in an office: pausing, what was set aside, members, leaving."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot
from shiboken6 import isValid
from sqlalchemy import update

from icsoe_desktop.domain.sincronizacion.records import RecordKind, pack
from icsoe_desktop.gui.kit import fields
from icsoe_desktop.gui.oficina.sincronizacion.borrados import RECOVERED, BorradosDialog
from icsoe_desktop.gui.oficina.sincronizacion.conexion import MISSING, CambiarDialog
from icsoe_desktop.gui.oficina.sincronizacion.equipos import ONLY_RESPONSABLE
from icsoe_desktop.gui.oficina.sincronizacion.equipos_presenter import TITULAR
from icsoe_desktop.gui.oficina.sincronizacion.estado import NO_RELIEF
from icsoe_desktop.gui.oficina.sincronizacion.presenter import (
    AGAIN,
    DELETIONS_APPLIED,
    LEFT,
    PAUSED,
    RESUMED,
)
from icsoe_desktop.gui.oficina.sincronizacion.titular import PapelDialog
from icsoe_desktop.gui.oficina.sincronizacion.window import SincronizacionWindow
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.sincronizacion.answers import Conexion
from icsoe_desktop.services.sincronizacion.oficina.office import TWIN, UNDONE
from icsoe_desktop.services.sincronizacion.recibir.deletions import (
    ACCEPTED,
    MANY_DELETED,
    Deleted,
    kept_row,
)
from icsoe_desktop.services.sincronizacion.valores.rows import RecordRows
from icsoe_desktop.store.tables.registros import RegistroPatronalRow
from icsoe_desktop.store.tables.sincronizacion import (
    ActaRow,
    RetenidoRow,
    SalidaRow,
)
from tests.gui.conftest import press
from tests.gui.oficina.sincronizacion.comun import OFICINA, RAZON, Escritorio
from tests.gui.oficina.sincronizacion.conftest import Abrir
from tests.services.sincronizacion.servidor_memoria import Memoria
from tests.support.reposo import settle

MessageBox = Callable[[], QMessageBox]
REASON = "El registro es demasiado grande para el servidor."


@pytest.fixture
def window(en_oficina: Escritorio, qtbot: QtBot) -> SincronizacionWindow:
    return settled(en_oficina, qtbot)


def settled(escritorio: Escritorio, qtbot: QtBot) -> SincronizacionWindow:
    window = escritorio.open()
    qtbot.waitUntil(lambda: window.estado.form.oficina_label.text() == OFICINA)
    return window


def refreshed(window: SincronizacionWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.presenters.oficina.changed):
        window.presenters.oficina.refresh()


def test_it_is_as_large_as_its_form_before_it_knows_what_to_show(uno: Escritorio) -> None:
    """Neither the buttons nor the pages that are not in sight count."""
    window = uno.open()
    least, wanted = window.minimumSizeHint(), window.sizeHint()
    assert (least.width() <= 820, wanted.height() <= 620) == (True, True), (least, wanted)


def test_a_page_begins_at_its_head_whatever_the_one_before_was_scrolled_to(
    uno: Escritorio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fields, "room_on_screen", lambda _window: QRect(0, 0, 820, 340))
    window = uno.open_at("Crear la oficina")
    window.resize(820, 340)
    settle()
    window.crear.form.equipo_edit.setFocus()
    settle()
    head = window.form.luz_label
    assert head.visibleRegion().isEmpty()
    press(window, "Regresar")
    settle()
    assert head.visibleRegion().boundingRect() == head.rect()


def test_a_tab_begins_at_its_head_too(
    en_oficina: Escritorio, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setattr(fields, "room_on_screen", lambda _window: QRect(0, 0, 820, 340))
    window = settled(en_oficina, qtbot)
    window.resize(820, 340)
    tabs, head = window.form.oficina_tabs, window.form.luz_label
    tabs.setCurrentWidget(window.equipos)
    settle()
    fields.scroll_to(window.equipos.form.retirar_button)
    assert head.visibleRegion().isEmpty()
    tabs.setCurrentWidget(window.estado)
    settle()
    assert head.visibleRegion().boundingRect() == head.rect()


def test_a_pause_keeps_what_changes_until_it_ends(
    window: SincronizacionWindow, en_oficina: Escritorio, qtbot: QtBot
) -> None:
    form = window.estado.form
    press(window, "Pausar")
    qtbot.waitUntil(lambda: form.pausar_button.text() == "&Reanudar")
    assert form.mensaje_label.text() == PAUSED
    assert not form.sincronizar_button.isEnabled()
    en_oficina.rename("Talleres del Norte")
    refreshed(window, qtbot)
    assert window.form.luz_label.text() == "En pausa, 1 por enviar"
    press(window, "Reanudar")
    qtbot.waitUntil(lambda: form.mensaje_label.text() == RESUMED)
    qtbot.waitUntil(form.sincronizar_button.isEnabled)
    press(window, "Sincronizar ahora")
    qtbot.waitUntil(lambda: form.mensaje_label.text() == "1 cambio enviado.")
    qtbot.waitUntil(lambda: window.form.luz_label.text() == "Sincronizado hace un momento")


def test_what_was_set_aside_is_there_with_its_reason_and_tried_again(
    window: SincronizacionWindow, en_oficina: Escritorio, qtbot: QtBot
) -> None:
    form, store = window.estado.form, en_oficina.application.store
    assert form.vacio_label.isVisible()
    en_oficina.rename("Talleres del Norte")
    with store.write() as db:
        db.execute(update(SalidaRow).values(apartado=store.clock(), motivo=REASON))
    refreshed(window, qtbot)
    qtbot.waitUntil(form.apartados_table.isVisible)
    assert window.form.luz_label.text() == "1 apartado"
    assert not form.reintentar_button.isEnabled()
    form.apartados_table.selectRow(0)
    assert form.apartado_label.text() == f"Motivo: {REASON}"
    press(window, "Reintentar el elegido")
    qtbot.waitUntil(lambda: form.mensaje_label.text() == AGAIN)
    qtbot.waitUntil(form.vacio_label.isVisible)
    press(window, "Sincronizar ahora")
    qtbot.waitUntil(lambda: form.mensaje_label.text() == "1 cambio enviado.")


def test_deletions_beyond_a_measure_are_decided_once_for_all(
    window: SincronizacionWindow, en_oficina: Escritorio, qtbot: QtBot, message_box: MessageBox
) -> None:
    form, store = window.estado.form, en_oficina.application.store
    with store.write() as db:
        for number in (1, 2):
            held = pack({"version": number, "datos": {}})
            row = {"clase": "contratista", "motivo": MANY_DELETED, "cuando": store.clock()}
            record = uuid.UUID(int=number)
            db.add(RetenidoRow(coleccion="contratistas", registro=record, contenido=held, **row))
    refreshed(window, qtbot)
    qtbot.waitUntil(form.apartados_table.isVisible)
    form.apartados_table.selectRow(0)
    press(window, "Decidir qué se hace…")
    box = message_box()
    assert "2 datos que otro equipo borró" in box.text()
    press(box, "Aplicar las bajas")
    qtbot.waitUntil(lambda: form.mensaje_label.text() == DELETIONS_APPLIED)
    found = en_oficina.application.sincronizacion.conflictos.set_aside(en_oficina.sesion)
    assert {one.motivo for one in found} == {ACCEPTED}


def test_what_another_desktop_deleted_is_chosen_and_put_back(
    window: SincronizacionWindow, en_oficina: Escritorio, qtbot: QtBot
) -> None:
    application, sesion = en_oficina.application, en_oficina.sesion
    (row,) = application.registros_patronales.all(sesion)
    kind = RecordKind.REGISTRO_PATRONAL
    with application.store.write() as db:
        content = RecordRows(application.store).local(db, kind, row.id)
        db.add(kept_row(application.store, Deleted(kind, row.id, content), "", 1, None))
        db.delete(db.get_one(RegistroPatronalRow, row.id))
    assert not window.estado.form.borrados_button.isVisible()
    refreshed(window, qtbot)
    qtbot.waitUntil(window.estado.form.borrados_button.isVisible)
    press(window, "Recuperar borrados…")
    dialog = window.findChild(BorradosDialog)
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.table.model.rowCount() == 1)
    dialog.form.borrados_table.selectRow(0)
    press(dialog, "Recuperar lo elegido")
    said = dialog.form.mensaje_label
    qtbot.waitUntil(lambda: said.text() == RECOVERED.format("1 dato"))
    assert en_oficina.names() == [RAZON]
    qtbot.waitUntil(lambda: dialog.table.model.rowCount() == 0)


def test_a_copy_of_another_desktop_is_offered_a_name_of_its_own(
    window: SincronizacionWindow, en_oficina: Escritorio, qtbot: QtBot
) -> None:
    store, form = en_oficina.application.store, window.estado.form
    assert not form.propio_button.isVisible()
    with store.write() as db:
        db.add(ActaRow(numero=UNDONE, contenido=pack([TWIN])))
    refreshed(window, qtbot)
    qtbot.waitUntil(form.propio_button.isVisible)
    assert window.form.luz_label.text() == "Requiere atención"
    press(window, "Dar nombre propio a este equipo…")
    assert window.unirse.isVisible()
    refreshed(window, qtbot)
    assert window.unirse.isVisible()
    press(window, "Regresar")
    assert window.estado.isVisible()


def test_what_has_to_be_done_again_is_told_until_somebody_says_that_it_was(
    window: SincronizacionWindow, en_oficina: Escritorio, qtbot: QtBot
) -> None:
    done, told = window.equipos.menu.hecho, window.estado.form.motivo_label
    assert not done.isEnabled()
    with en_oficina.application.store.write() as db:
        db.add(ActaRow(numero=UNDONE, contenido=pack(["invitar a «Nóminas 3»"])))
    refreshed(window, qtbot)
    assert "invitar a «Nóminas 3»" in told.text()
    assert done.isEnabled()
    done.trigger()
    qtbot.waitUntil(lambda: not window.presenters.equipos.state.busy)
    refreshed(window, qtbot)
    assert "Nóminas 3" not in told.text()
    assert not done.isEnabled()


def test_without_the_server_the_reason_stands_in_the_window(
    window: SincronizacionWindow, en_oficina: Escritorio, memoria: Memoria, qtbot: QtBot
) -> None:
    memoria.caido = True
    en_oficina.rename("Talleres del Norte")
    press(window, "Sincronizar ahora")
    qtbot.waitUntil(lambda: window.form.luz_label.text() == "Sin conexión, 1 por enviar")
    form = window.estado.form
    assert form.motivo_label.text()
    assert form.sincronizar_button.isEnabled()


def test_a_desktop_that_lost_its_access_reads_so_once_and_not_that_all_is_at_the_server(
    window: SincronizacionWindow, memoria: Memoria, qtbot: QtBot
) -> None:
    form = window.estado.form
    memoria.papeles.clear()
    press(window, "Sincronizar ahora")
    qtbot.waitUntil(lambda: "ya no pertenece a la oficina" in form.motivo_label.text())
    qtbot.waitUntil(lambda: not form.mensaje_label.isVisible())
    assert form.equipo_label.text().endswith("(retirado de la oficina)")
    assert form.esperan_label.text() == "Nada: este equipo ya no comparte."
    assert window.form.luz_label.text() == "Sincronización detenida"


def test_leaving_keeps_the_data_and_goes_back_to_the_start(
    window: SincronizacionWindow, en_oficina: Escritorio, message_box: MessageBox, qtbot: QtBot
) -> None:
    press(window, "Salir de la oficina…")
    box = message_box()
    assert f"saldrá de la oficina «{OFICINA}»" in box.text()
    press(box, "Salir de la oficina")
    qtbot.waitUntil(window.inicio.isVisible)
    assert window.inicio.form.mensaje_label.text() == LEFT
    assert en_oficina.names() == [RAZON]
    assert not en_oficina.application.is_sharing


def test_another_password_of_the_account_is_tried_before_it_is_kept(
    window: SincronizacionWindow, cuentas: tuple[Conexion, Conexion], qtbot: QtBot
) -> None:
    press(window, "Cambiar conexión…")
    (dialog,) = window.findChildren(CambiarDialog)
    edits = dialog.conexion.edits
    assert (edits["direccion"].text(), edits["cuenta"].text()) == (
        cuentas[0].direccion,
        cuentas[0].cuenta,
    )
    assert edits["cuenta"].isReadOnly()
    press(dialog, "Guardar")
    assert dialog.conexion.form.contrasena_error.text() == MISSING["contrasena"]
    edits["contrasena"].setText(cuentas[0].contrasena)
    press(dialog, "Guardar")
    qtbot.waitUntil(lambda: window.estado.form.mensaje_label.text() == RESUMED)
    qtbot.waitUntil(lambda: not isValid(dialog))


def test_who_is_no_responsable_sees_the_desktops_and_changes_nothing(
    en_oficina: Escritorio, abrir: Abrir, cuentas: tuple[Conexion, Conexion], qtbot: QtBot
) -> None:
    dos = abrir("dos")
    en_oficina.invite(cuentas[1], dos)
    window = settled(dos, qtbot)
    window.form.oficina_tabs.setCurrentWidget(window.equipos)
    form = window.equipos.form
    qtbot.waitUntil(lambda: window.equipos.table.model.rowCount() == 2)
    for row in range(2):
        form.equipos_table.selectRow(row)
        assert not form.retirar_button.isEnabled()
        assert not form.rol_button.isEnabled()
    assert not form.invitar_button.isEnabled()
    assert form.rol_hint.text() == ONLY_RESPONSABLE


def test_a_role_is_changed_and_the_own_one_is_not(
    en_oficina: Escritorio, abrir: Abrir, cuentas: tuple[Conexion, Conexion], qtbot: QtBot
) -> None:
    en_oficina.invite(cuentas[1], abrir("dos"))
    window = settled(en_oficina, qtbot)
    window.form.oficina_tabs.setCurrentWidget(window.equipos)
    form, table = window.equipos.form, window.equipos.table
    qtbot.waitUntil(lambda: table.model.rowCount() == 2)
    form.equipos_table.selectRow(1)
    assert not form.rol_combo.isEnabled()
    assert not form.rol_label.isEnabled()
    assert not form.retirar_button.isEnabled()
    form.equipos_table.selectRow(0)
    form.rol_combo.setCurrentText("Consulta")
    press(window, "Cambiar rol")
    qtbot.waitUntil(lambda: "«Nóminas» ahora es Consulta" in form.mensaje_label.text())
    assert [str(table.model.index(row, 2).data()) for row in range(2)] == [
        "Consulta",
        "Responsable",
    ]


def test_where_only_a_choice_is_missing_the_window_opens_at_it(
    en_oficina: Escritorio, abrir: Abrir, cuentas: tuple[Conexion, Conexion], qtbot: QtBot
) -> None:
    dos = abrir("dos")
    en_oficina.invite(cuentas[1], dos)
    en_oficina.rename("Talleres del Norte")
    dos.rename("Talleres del Sur")
    en_oficina.sync()
    dos.sync()
    window = settled(dos, qtbot)
    form = window.conflictos.form
    qtbot.waitUntil(form.vigente_button.isVisible)
    qtbot.waitUntil(form.vigente_button.isEnabled)
    assert window.form.oficina_tabs.tabText(1) == "Con&flictos (1)"
    press(window, "Dejar lo vigente")
    qtbot.waitUntil(form.vacia_label.isVisible)
    qtbot.waitUntil(lambda: window.form.oficina_tabs.tabText(1) == "Con&flictos")
    dos.sync()
    en_oficina.sync()
    assert (dos.names(), en_oficina.names()) == (["Talleres del Sur"], ["Talleres del Sur"])


def test_the_titular_makes_a_paper_with_which_another_desktop_takes_its_place(
    en_oficina: Escritorio,
    abrir: Abrir,
    cuentas: tuple[Conexion, Conexion],
    tmp_path: Path,
    qtbot: QtBot,
    message_box: MessageBox,
) -> None:
    dos = abrir("dos")
    en_oficina.invite(cuentas[1], dos)
    window = settled(en_oficina, qtbot)
    qtbot.waitUntil(lambda: NO_RELIEF in window.estado.form.motivo_label.text())
    window.form.oficina_tabs.setCurrentWidget(window.equipos)
    table, menu = window.equipos.table, window.equipos.menu
    qtbot.waitUntil(lambda: table.model.rowCount() == 2)
    assert [str(table.model.index(row, 3).data()) for row in range(2)] == [
        "En la oficina",
        "Este equipo, titular",
    ]
    assert not menu.tomar.isEnabled()
    menu.papel.trigger()
    press(message_box(), "Hacer el papel")
    qtbot.waitUntil(lambda: window.findChild(PapelDialog) is not None)
    dialog = window.findChild(PapelDialog)
    assert isinstance(dialog, PapelDialog)
    dialog.reject()
    assert dialog.isVisible(), "it cannot be shown again"
    code = dialog.form.codigo_edit.toPlainText()
    dialog.save(tmp_path / "papel.txt")
    assert code.replace("\n", "") in (tmp_path / "papel.txt").read_text("utf-8")
    dialog.form.guardado_check.setChecked(True)
    press(dialog, "Continuar")
    qtbot.waitUntil(lambda: not window.presenters.equipos.state.busy)
    refreshed(window, qtbot)
    assert NO_RELIEF not in window.estado.form.motivo_label.text()
    window.close()

    en_oficina.application.sincronizacion.sync(NoProgress())
    dos.application.sincronizacion.sync(NoProgress())
    window = settled(dos, qtbot)
    window.form.oficina_tabs.setCurrentWidget(window.equipos)
    table, menu = window.equipos.table, window.equipos.menu
    qtbot.waitUntil(lambda: table.model.rowCount() == 2)
    assert not menu.papel.isEnabled()
    label = window.equipos.form.mensaje_label
    for typed, said in (("AAAA", "no es el del papel"), (code, TITULAR)):
        window.presenters.equipos.take_over(typed)
        qtbot.waitUntil(lambda said=said: said in label.text())  # type: ignore[misc]
    qtbot.waitUntil(lambda: menu.papel.isEnabled())
    assert "titular" in str(table.model.index(0, 3).data())
