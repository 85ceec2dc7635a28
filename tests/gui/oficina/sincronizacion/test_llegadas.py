"""What other desktops did is seen in the lists and windows that are open, and disturbs nobody."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication, QMainWindow
from pytestqt.qtbot import QtBot

from icsoe_desktop.gui.icsoe.capturistas.consulta import ConsultaPage
from icsoe_desktop.gui.idse.certificados.window import CertificadosWindow
from icsoe_desktop.gui.idse.registros_patronales.window import RegistrosPatronalesWindow
from icsoe_desktop.gui.inicio.background import Background
from icsoe_desktop.gui.oficina.sincronizacion import background as fondo
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.sincronizacion.answers import Eleccion
from tests.gui.icsoe.capturistas import comun as capturistas
from tests.gui.idse.comun import cells
from tests.gui.oficina.sincronizacion.comun import RAZON, REGISTRO, RFC
from tests.gui.oficina.sincronizacion.conftest import Abrir
from tests.gui.oficina.sincronizacion.llegadas import Oficina
from tests.services.mundo import nuevo

OTRO_REGISTRO = "B1020304056"


@pytest.fixture
def background(oficina: Oficina, monkeypatch: pytest.MonkeyPatch) -> Iterator[Background]:
    """What synchronises by itself while the program is open."""
    monkeypatch.setattr(fondo, "SOON_MS", 10)
    shell = oficina.uno.shell
    owner = QMainWindow()
    background = Background(oficina.uno.application, shell, shell.jobs, owner)
    background.start()
    yield background
    background.stop()


def register(oficina: Oficina, *numeros: int) -> None:
    service = oficina.dos.application.capturistas
    oficina.work(
        *(lambda _app, n=n: service.register(oficina.contratista, nuevo(n)) for n in numeros)
    )


def consulta(qtbot: QtBot, oficina: Oficina) -> ConsultaPage:
    page = oficina.page(oficina.open_icsoe(qtbot), "consulta_capturistas", ConsultaPage)
    qtbot.waitUntil(lambda: not page.form.cargando_page.isVisible())
    capturistas.settled(page)
    return page


def correos(page: ConsultaPage) -> list[str]:
    return capturistas.column(page, "Correo")


def test_a_capturista_of_another_desktop_comes_into_the_open_list(
    qtbot: QtBot, oficina: Oficina, background: Background
) -> None:
    register(oficina, 1, 2)
    oficina.arrive()
    page = consulta(qtbot, oficina)
    page.table.select(1)
    register(oficina, 3)
    oficina.uno.shell.sync_changed.emit()  # a round soon, not in five minutes
    qtbot.waitUntil(lambda: correos(page) == [f"persona{n}@ejemplo.mx" for n in (1, 2, 3)])
    chosen = page.table.selected()
    assert chosen is not None
    assert chosen.correo == "persona2@ejemplo.mx"
    assert page.form.cuenta_label.text() == "3 usuarios"


def test_a_round_that_brings_nothing_reads_nothing_again(
    qtbot: QtBot, oficina: Oficina, background: Background
) -> None:
    told: list[int] = []
    oficina.uno.shell.data_arrived.connect(lambda: told.append(1))
    service = oficina.uno.application.sincronizacion
    with qtbot.waitSignal(oficina.uno.shell.sync_state):
        oficina.uno.shell.sync_changed.emit()
    before = service.state().ultimo_exito
    oficina.uno.shell.sync_changed.emit()
    qtbot.waitUntil(lambda: service.state().ultimo_exito != before)
    qtbot.waitUntil(lambda: not oficina.uno.shell.jobs.busy)
    QApplication.processEvents()
    assert told == []


def test_whoever_searches_types_on_and_sees_the_newcomer_that_matches(
    qtbot: QtBot, oficina: Oficina
) -> None:
    register(oficina, 1, 2)
    oficina.arrive()
    page = consulta(qtbot, oficina)
    edit = page.form.buscar_edit
    capturistas.write(edit, "persona1")
    capturistas.wait_for(page, "Correo", ["persona1@ejemplo.mx"])
    edit.setCursorPosition(3)
    register(oficina, 11, 22)
    oficina.arrive()
    capturistas.wait_for(page, "Correo", ["persona1@ejemplo.mx", "persona11@ejemplo.mx"])
    assert (edit.text(), edit.cursorPosition()) == ("persona1", 3)
    assert page.window().focusWidget() is edit


def test_the_list_stays_where_somebody_scrolled_to(qtbot: QtBot, oficina: Oficina) -> None:
    register(oficina, *range(1, 36))
    oficina.arrive()
    page = consulta(qtbot, oficina)
    view = page.form.usuarios_table
    header = view.horizontalHeader()
    header.setSortIndicator(4, header.sortIndicatorOrder())  # by correo
    qtbot.waitUntil(lambda: correos(page)[0] == "persona10@ejemplo.mx")
    bar = view.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    assert view.rowAt(0) > 0
    top = correos(page)[view.rowAt(0)]
    register(oficina, 100)  # comes first: «0» stands before «@»
    oficina.arrive()
    qtbot.waitUntil(lambda: len(correos(page)) == 36)
    assert correos(page)[view.rowAt(0)] == top, "what is in sight does not flicker either"


def add_registro(app: Application, oficina: Oficina, registro: str = REGISTRO) -> None:
    app.registros_patronales.add(
        oficina.dos.sesion, registro_patronal=registro, razon_social=RAZON, rfc=RFC
    )


def test_the_catalogue_and_the_certificates_show_what_came(qtbot: QtBot, oficina: Oficina) -> None:
    oficina.work(lambda app: add_registro(app, oficina))
    oficina.arrive()
    shell, sesion = oficina.uno.shell, oficina.uno.sesion
    certificados = shell.open("certificados", sesion)
    assert isinstance(certificados, CertificadosWindow)
    registros = shell.open("registros_patronales", sesion, certificados)
    assert isinstance(registros, RegistrosPatronalesWindow)
    qtbot.waitUntil(lambda: len(cells(registros.form.registros_table)) == 1)
    qtbot.waitUntil(lambda: len(cells(certificados.form.registros_table)) == 1)
    certificados.table.view.selectRow(0)
    certificados.form.contrasena_edit.setText("a medias")
    oficina.work(
        lambda _app: oficina.dos.rename("Talleres del Norte"),
        lambda app: add_registro(app, oficina, OTRO_REGISTRO),
    )
    oficina.arrive()
    for view in (registros.form.registros_table, certificados.form.registros_table):
        qtbot.waitUntil(lambda view=view: len(cells(view)) == 2)
    assert [row[1] for row in cells(registros.form.registros_table)] == [
        RAZON,
        "Talleres del Norte",
    ]
    # The row that changed is the one that was selected, now second.
    chosen = certificados.table.selected()
    assert chosen is not None
    assert chosen.registro_patronal == REGISTRO
    assert certificados.form.contrasena_edit.text() == "a medias"
    certificados.form.contrasena_edit.clear()


def test_a_conflict_that_is_resolved_is_seen_in_the_list_behind(
    qtbot: QtBot, oficina: Oficina
) -> None:
    oficina.work(lambda app: add_registro(app, oficina))
    oficina.arrive()
    shell, sesion = oficina.uno.shell, oficina.uno.sesion
    registros = shell.open("registros_patronales", sesion)
    assert isinstance(registros, RegistrosPatronalesWindow)
    oficina.uno.rename("Talleres del Norte")
    oficina.dos.rename("Talleres del Sur")
    oficina.dos.sync()
    oficina.arrive()
    service = oficina.uno.application.sincronizacion
    (conflicto,) = service.conflictos.all(sesion)
    window = oficina.uno.open()
    window.presenters.conflictos.load()
    table = registros.form.registros_table
    qtbot.waitUntil(lambda: [row[1] for row in cells(table)] == [conflicto.vigente])
    oficina.settle(qtbot)
    state = lambda: window.presenters.conflictos.state  # noqa: E731
    qtbot.waitUntil(lambda: state().loaded and not state().busy)
    left: list[object] = []
    window.presenters.conflictos.resolved.connect(
        lambda: left.append(service.conflictos.all(sesion))
    )
    window.presenters.conflictos.choose(conflicto, Eleccion.PERDIDO)
    qtbot.waitUntil(lambda: [row[1] for row in cells(table)] == [conflicto.perdido])
    oficina.settle(qtbot)
    assert left == [()], "who hears of it finds it resolved"


def test_who_is_in_the_office_is_asked_again_each_time_one_looks(
    qtbot: QtBot, oficina: Oficina, abrir: Abrir
) -> None:
    window = oficina.uno.open()
    qtbot.waitUntil(lambda: window.form.oficina_tabs.isVisible())
    tabs, table = window.form.oficina_tabs, window.equipos.table
    tabs.setCurrentWidget(window.equipos)
    qtbot.waitUntil(lambda: table.model.rowCount() == 2)
    table.view.selectRow(0)
    chosen = table.selected()
    tabs.setCurrentWidget(window.estado)
    oficina.join(abrir("tres"), "tres")
    tabs.setCurrentWidget(window.equipos)
    qtbot.waitUntil(lambda: table.model.rowCount() == 3)
    kept = table.selected()
    assert chosen is not None
    assert kept is not None
    assert kept.id == chosen.id
    oficina.settle(qtbot)


def test_a_certificate_is_not_for_another_registro_when_its_own_is_removed(
    qtbot: QtBot, oficina: Oficina
) -> None:
    oficina.work(
        lambda app: add_registro(app, oficina),
        lambda app: add_registro(app, oficina, OTRO_REGISTRO),
    )
    oficina.arrive()
    window = oficina.uno.shell.open("certificados", oficina.uno.sesion)
    assert isinstance(window, CertificadosWindow)
    combo = window.form.registro_combo
    qtbot.waitUntil(lambda: combo.count() == 2)
    chosen = window.campos.registro_id
    assert chosen is not None
    window.form.contrasena_edit.setText("a medias")
    oficina.work(lambda app: app.registros_patronales.remove(oficina.dos.sesion, chosen))
    oficina.arrive()
    qtbot.waitUntil(lambda: combo.count() == 1)
    assert window.campos.registro_id is None
    window.form.contrasena_edit.clear()
