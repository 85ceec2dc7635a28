"""The Tablero of a contratista: the Informativa first, its figures, its rows and its keys."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from icsoe_desktop.domain.acceso.sesion import Rol, Sesion
from icsoe_desktop.domain.icsoe.informativa import EstadoInformativa, TipoInformativa
from icsoe_desktop.domain.icsoe.periodo import Periodo
from icsoe_desktop.errors import NotAllowedError
from icsoe_desktop.gui.base.shell import Shell
from icsoe_desktop.gui.icsoe.capturistas.consulta import ConsultaPage
from icsoe_desktop.gui.icsoe.contratista.page import ContratistaPage
from icsoe_desktop.gui.icsoe.informativa.acuse import AcuseInformativaDialog
from icsoe_desktop.gui.icsoe.informativa.page import InformativaPage
from icsoe_desktop.gui.icsoe.informativa.presenter import due_line
from icsoe_desktop.gui.icsoe.tablero.page import TableroContratistaPage
from icsoe_desktop.gui.icsoe.window import TABLERO, IcsoeWindow
from icsoe_desktop.gui.idse.tablero import palabras
from icsoe_desktop.gui.inicio.outgoing_mail import EstadoEnvio
from icsoe_desktop.gui.oficina.vigencias.window import VigenciasWindow
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.bitacora.service import Accion, BitacoraService
from icsoe_desktop.store.tables.icsoe import ContratistaRow
from tests.conftest import Reloj
from tests.gui.icsoe.capturistas.comun import (
    NOMBRE,
    PERSONA,
    child,
    press_key,
    settled,
    type_here,
    wait_for,
)
from tests.gui.icsoe.comun import pdf_file
from tests.gui.idse.comun import cells
from tests.services.mundo import PDF
from tests.support.reposo import settle

Key = Qt.Key
ALT, CTRL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier
Enter = Callable[[], IcsoeWindow]


@pytest.fixture(autouse=True)
def tablero_later() -> None:
    """The Tablero is the first page here, as in the program."""


@pytest.fixture
def enter(shell: Shell, contratista: Sesion) -> Enter:
    def begin() -> IcsoeWindow:
        window = shell.open("icsoe", contratista)
        assert isinstance(window, IcsoeWindow)
        settle(lambda: window.page is not None)
        page = window.page
        if isinstance(page, TableroContratistaPage):
            day = page.day
            settle(lambda: bool(day.text()))
        return window

    return begin


def page_of(window: IcsoeWindow) -> TableroContratistaPage:
    page = window.page
    assert isinstance(page, TableroContratistaPage)
    return page


def numbers(page: TableroContratistaPage) -> dict[str, str]:
    cards = (page.sin_contrasena, page.correos, page.vencen)
    return {card.button.text(): card.number.text() for card in cards}


def test_it_is_the_first_page_and_says_how_the_informativa_stands(enter: Enter) -> None:
    """2 March 2026: the window of enero–abril opens on 1 May and ends on Monday 18 May."""
    page = page_of(enter())
    assert page.day.text() == "Lunes 2 de marzo de 2026"
    assert page.informativa.said.text() == (
        "Periodo enero–abril 2026: vence el 18/05/2026, faltan 77 días. Todavía no se prepara."
    )
    assert page.informativa.pill.label.text() == "Abre el 01/05/2026"
    # The e.firma of the fixture ended today.
    assert numbers(page) == {"Sin contraseña": "0", "Correos por enviar": "0", "Por vencer": "1"}
    assert cells(page.tareas.view)[0][:2] == ("Acuse de registro REPSE", "Falta")


@pytest.mark.parametrize(
    ("day", "pill", "tone"),
    [
        (date(2026, 5, 4), "A tiempo", "info"),
        (date(2026, 5, 18), "Por vencer", "warning"),
    ],
)
def test_the_state_of_the_informativa_follows_its_window(
    enter: Enter, reloj: Reloj, day: date, pill: str, tone: str
) -> None:
    reloj.advance(days=(day - date(2026, 3, 2)).days)
    card = page_of(enter()).informativa
    label = card.pill.label
    assert (label.text(), label.property("pill")) == (pill, tone)
    picture = label.findChild(QLabel)
    assert picture is not None
    assert not picture.pixmap().isNull()
    # Beside its word, not under it.
    assert picture.geometry().right() < label.contentsRect().left()
    assert label.rect().contains(picture.geometry())


def test_one_in_preparation_is_said_so_and_ctrl_enter_opens_its_board(
    enter: Enter, application: Application, contratista: Sesion
) -> None:
    service = application.informativas
    made = service.create(contratista, Periodo(2026, 1), TipoInformativa.SIN_INFORMACION)
    service.mark(contratista, made, EstadoInformativa.LISTA, NoProgress())
    window = enter()
    page = page_of(window)
    assert page.informativa.said.text().endswith("Está en «Lista para firma».")
    QTest.keyClick(window, Key.Key_Return, CTRL)
    opened = window.page
    assert isinstance(opened, InformativaPage)
    settle(lambda: opened._presenter.state.fila is not None)
    opened._presenter.say_reviewed()
    assert opened._presenter.state.message.endswith("en el portal desde el 01/05/2026.")
    QTest.keyClick(window, Key.Key_0, CTRL)
    assert window.page is page
    assert page.tareas.view.hasFocus()


def test_capturistas_without_a_password_are_counted_and_listed(
    enter: Enter, application: Application, contratista: Sesion
) -> None:
    application.capturistas.register(contratista, PERSONA)
    window = enter()
    page = page_of(window)
    assert numbers(page)["Sin contraseña"] == "1"
    assert numbers(page)["Correos por enviar"] == "2"
    QTest.keyClick(window, Key.Key_1, ALT)
    consulta = window.page
    assert isinstance(consulta, ConsultaPage)
    assert consulta.form.estatus_combo.currentText() == "Registrada"
    settled(consulta)
    wait_for(consulta, "Razón Social/Nombre", [NOMBRE])


def test_its_rows_lead_where_they_are_settled(
    enter: Enter, application: Application, contratista: Sesion, tmp_path: Path
) -> None:
    window = enter()
    page = page_of(window)
    QTest.keyClick(page.tareas.view, Key.Key_Return)
    assert isinstance(window.page, ContratistaPage)
    path = tmp_path / "acuse.pdf"
    path.write_bytes(PDF)
    application.acuses.save(contratista, path, date(2024, 3, 1))
    QTest.keyClick(window, Key.Key_0, CTRL)
    settle(lambda: "Acuse de registro REPSE" not in {row[0] for row in cells(page.tareas.view)})
    assert page.linea.isVisibleTo(window)
    assert "e.firma" in {row[0] for row in cells(page.tareas.view)}


def test_a_late_return_that_waits_for_the_signature_comes_first_and_its_row_opens_it(
    enter: Enter, application: Application, contratista: Sesion
) -> None:
    """septiembre–diciembre 2025 ended on 19 January 2026; today is 2 March."""
    service = application.informativas
    late = service.create(contratista, Periodo(2025, 3), TipoInformativa.SIN_INFORMACION)
    service.create(contratista, Periodo(2026, 1), TipoInformativa.NORMAL)
    window = enter()
    page = page_of(window)
    assert cells(page.tareas.view)[0] == (
        "Informativa septiembre–diciembre 2025, Sin información",
        "Espera su firma",
        "Abrir esta Informativa",
        "Venció el 19/01/2026, hace 42 días",
    )
    assert cells(page.tareas.view)[1][:2] == ("Acuse de registro REPSE", "Falta")
    QTest.keyClick(page.tareas.view, Key.Key_Return)
    opened = window.page
    assert isinstance(opened, InformativaPage)
    settle(lambda: opened.informativas.selected() is not None)
    settle(lambda: opened.informativas.selected().id == late)  # type: ignore[union-attr]
    assert opened.form.lista_button.isEnabled()


def test_a_period_that_ended_without_a_return_is_late(
    enter: Enter, application: Application, contratista: Sesion
) -> None:
    with application.store.write() as db:
        row = db.get_one(ContratistaRow, contratista.contratista_id)
        row.creado -= timedelta(days=90)
    window = enter()
    page = page_of(window)
    # The card says what the band and the rows say.
    assert page.informativa.pill.label.text() == "Vencido"
    assert "septiembre–diciembre 2025 venció el 19/01/2026" in page.informativa.said.text()
    assert cells(page.tareas.view)[0] == (
        "Informativa septiembre–diciembre 2025",
        "Aún sin preparar",
        "Ver las Informativas",
        "Venció el 19/01/2026 y aquí no hay acuse",
    )
    QTest.keyClick(page.tareas.view, Key.Key_Return)
    assert isinstance(window.page, InformativaPage)
    service = application.informativas
    assert "prepárela con «Nueva»" in due_line(service.tablero(contratista))[0]
    service.create(contratista, Periodo(2025, 3), TipoInformativa.NORMAL)
    assert (
        "está en «En captura». Si ya la presentó, guarde"
        in due_line(service.tablero(contratista))[0]
    )


def test_an_overdue_sisub_hides_no_open_one(
    application: Application, contratista: Sesion, reloj: Reloj
) -> None:
    with application.store.write() as db:
        db.get_one(ContratistaRow, contratista.contratista_id).creado -= timedelta(days=90)
    reloj.advance(days=(date(2026, 5, 4) - date(2026, 3, 2)).days)
    tareas = palabras.tareas_contratista(application.tablero_contratista.read(contratista))
    assert [(one.que, one.icono) for one in tareas if one.destino == palabras.ACUSES] == [
        ("SISUB septiembre–diciembre 2025", "vencido"),
        ("SISUB enero–abril 2026", "pendiente"),
    ]
    # On its last days it stands before a complementaria, which has none.
    reloj.advance(days=14)
    tareas = palabras.tareas_contratista(application.tablero_contratista.read(contratista))
    assert [
        (one.icono, one.orden < (1, 0)) for one in tareas if one.destino == palabras.ACUSES
    ] == [
        ("vencido", True),
        ("por_vencer", True),
    ]


@pytest.mark.usefixtures("smtp")
def test_after_the_acuse_band_page_tablero_vigencias_calendar_and_mail_agree_at_once(
    qtbot: QtBot,
    enter: Enter,
    shell: Shell,
    application: Application,
    contratista: Sesion,
    reloj: Reloj,
    tmp_path: Path,
) -> None:
    reloj.advance(days=(date(2026, 5, 4) - date(2026, 3, 2)).days)
    service, periodo = application.informativas, Periodo(2026, 1)
    informativa = service.create(contratista, periodo, TipoInformativa.SIN_INFORMACION)
    service.mark(contratista, informativa, EstadoInformativa.LISTA, NoProgress())
    with application.store.write() as db:
        # Mails go to who entered here.
        BitacoraService(application.store).record(db, contratista, Accion.INGRESO)
    window = enter()

    def due() -> dict[str, bool]:
        """Whether each of them says that the return is due."""
        window.show_page(TABLERO)
        tablero = page_of(window)
        settle()
        vigencias = shell.open("vigencias", contratista, window)
        assert isinstance(vigencias, VigenciasWindow)
        settle()
        rows = cells(vigencias.form.vigencias_table)
        service.save_calendar(contratista, tmp_path / "plazos.ics")
        return {
            "band": "Informativa" in window.form.aviso_label.text(),
            "page": "ya se presentó" not in due_line(service.tablero(contratista))[0],
            "tablero": tablero.informativa.pill.label.text() != "Presentada",
            "por hacer": any(
                row[0].startswith("Informativa enero–abril 2026") and row[3].startswith("Vence")
                for row in cells(tablero.tareas.view)
            ),
            "sigue": "ICSOE, enero–abril 2026" in tablero.linea.said.text(),
            "vigencias": any("ICSOE, enero–abril 2026" in row for row in rows),
            "calendar": "icsoe-2026-01" in (tmp_path / "plazos.ics").read_text(),
            "mail": application.recordatorios.queue_informativas() == 1,
        }

    before = due()
    assert before == dict.fromkeys(before, True)
    assert "La Informativa y SISUB de enero–abril 2026" in window.form.aviso_label.text()
    window.show_page("informativa")
    page = window.page
    assert isinstance(page, InformativaPage)
    settle(page.form.acuse_button.isEnabled)
    page.form.acuse_button.click()
    acuse = child(qtbot, window, AcuseInformativaDialog)
    acuse.take_file(pdf_file(tmp_path))
    for text in ("SI20260012345", "02052026", "09:30"):
        type_here(acuse, text)
        press_key(acuse, Key.Key_Tab)
    press_key(acuse, Key.Key_Return)
    settle(lambda: "ya se presentó" in page.form.plazo_label.text())
    settle()
    # At once, and from the page that is in sight.
    assert "Informativa" not in window.form.aviso_label.text()
    assert "SISUB de enero–abril 2026 está por presentarse" in window.form.aviso_label.text()
    reloj.advance(days=6)
    after = due()
    assert after == dict.fromkeys(after, False)
    # A complementaria in preparation hides nothing of it.
    service.create(contratista, periodo, TipoInformativa.SIN_EFECTOS)
    again = due()
    assert again == dict.fromkeys(again, False)
    reloj.advance(days=103)
    tareas = palabras.tareas_contratista(application.tablero_contratista.read(contratista))
    (said,) = [one for one in tareas if one.destino == palabras.INFORMATIVA]
    assert (said.detalle, said.icono) == ("Complementaria, sin plazo", "pendiente")


def test_alt_i_goes_to_the_informativa(enter: Enter) -> None:
    window = enter()
    button = page_of(window).informativa.button
    assert (button.text(), button.accessibleName()) == (
        "&Ir a la Informativa",
        "Ir a la Informativa",
    )
    QTest.keyClick(window, Key.Key_I, ALT)
    settle(lambda: isinstance(window.page, InformativaPage))


def test_the_tick_makes_the_data_of_the_contratista_the_first_page(enter: Enter) -> None:
    window = enter()
    page_of(window).equipo.show_first.click()
    window.close()
    settle(lambda: not isValid(window))
    assert isinstance(enter().page, ContratistaPage)


def test_the_status_bar_tells_of_no_mail_of_others(enter: Enter, shell: Shell) -> None:
    window = enter()
    shell.mail_state.emit(EstadoEnvio(19))
    settle()
    assert window.estado.correo_label.isHidden()


def test_nobody_else_reads_it(
    application: Application, contratista: Sesion, sesion: Sesion
) -> None:
    read = application.tablero_contratista.read
    assert read(contratista).respaldo is None
    for other in (sesion, Sesion(Rol.CAPTURISTA, sesion.usuario_id, "Otra", None)):
        with pytest.raises(NotAllowedError):
            read(other)
