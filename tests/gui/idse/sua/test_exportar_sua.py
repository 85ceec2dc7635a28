"""Exportar a SUA: the preview, what is written, and a period that cannot be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from shiboken6 import isValid

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.identificadores.valor import check_digit_rfc
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.idse.sua.window import ALL, ExportarSuaWindow, usual_period
from icsoe_desktop.gui.kit.file_choice import NO_FOLDER
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.movimientos.valores import Duda
from icsoe_desktop.services.sua.service import BACKWARDS, NOTHING
from tests.domain.sua import lector_de_la_tabla as tabla
from tests.gui.idse.comun import (
    NSS_ANA,
    NSS_EVA,
    OTRO_REGISTRO,
    REGISTRO,
    Key,
    alta,
    baja,
    focused,
    said,
)  # fmt: skip
from tests.support.reposo import until

RFC = "MURA900215AB" + check_digit_rfc("MURA900215AB")


@pytest.fixture
def window(
    context: Context, application: Application, sesion: Sesion, tmp_path: Path
) -> Iterator[ExportarSuaWindow]:
    """With an alta that has an RFC, one that has none, an approved baja and one that waits."""
    application.movimientos.capture(sesion, alta(rfc=RFC))
    application.movimientos.capture(
        sesion, alta(nss=NSS_EVA, nombres="EVA", registro_patronal=OTRO_REGISTRO)
    )
    application.movimientos.capture(sesion, baja())
    with application.store.write() as db:
        db.connection().exec_driver_sql("UPDATE movimientos SET estado = 5, aprobado = 20260301")
    application.movimientos.capture(
        sesion, baja(nss=NSS_ANA, nombres="ANA"), aceptadas=frozenset(Duda)
    )
    found = context.shell.open("sua", context.sesion)
    assert isinstance(found, ExportarSuaWindow)
    (tmp_path / "sua").mkdir()
    found.folder.show(tmp_path / "sua")
    until(lambda: planned(found))
    yield found
    if isValid(found):
        found.reject()


def planned(window: ExportarSuaWindow) -> bool:
    state = window._presenter.state
    return state.plan is not None and state.step is None and not state.writing


def rows(window: ExportarSuaWindow) -> list[tuple[str, ...]]:
    model = window.avisos.model
    found = [model.row(at) for at in range(model.rowCount())]
    return [(str(each.clase), each.nombre, each.que, each.despues) for each in found]


@pytest.mark.parametrize(
    ("today", "month"),
    [("2026-11-17", "2026-10"), ("2026-11-18", "2026-11"), ("2027-01-04", "2026-12")],
)
def test_the_period_is_the_month_whose_dues_are_paid_next(today: str, month: str) -> None:
    desde, hasta = usual_period(date.fromisoformat(today))
    assert (f"{desde:%Y-%m}", f"{hasta:%Y-%m}", desde.day) == (month, month, 1)
    assert (hasta + timedelta(days=1)).day == 1


def test_the_preview_says_who_is_left_out_and_every_letter_that_changes(
    window: ExportarSuaWindow,
) -> None:
    form = window.form
    assert (form.desde_edit.text(), form.hasta_edit.text()) == ("01/02/2026", "28/02/2026")
    assert said(form.resumen_label) == "3 archivos con 3 movimientos."
    assert rows(window) == [
        ("0", "ANA PAZ", "Baja 26/02/2026", ""),
        ("1", "EVA MUÑOZ RÍOS", "Alta o reingreso 27/02/2026", ""),
        ("2", "ANA MUÑOZ RÍOS", "Primer apellido", "MU/OZ"),
        ("2", "ANA MUÑOZ RÍOS", "Segundo apellido", "RIOS"),
    ]
    assert said(form.aviso_label) == (
        "1 aviso queda fuera y 1 alta va en MOVT y no en ASEG: la lista dice por qué."
    )


def test_the_files_are_saved_with_the_keyboard_alone(window: ExportarSuaWindow) -> None:
    form = window.form
    assert focused(window) is form.desde_edit
    QTest.keyClick(focused(window), Key.Key_Return)
    until(lambda: window._presenter.state.saved != "")
    assert said(form.aviso_label) == (
        f"Se guardaron 3 archivos con 3 movimientos, en {window.folder.path}. "
        "En SUA importe primero ASEG y después MOVT."
    )
    found = {path.name[:16]: path.read_bytes() for path in window.folder.path.iterdir()}
    assert found.keys() == {f"ASEG_{REGISTRO}", f"MOVT_{REGISTRO}", f"MOVT_{OTRO_REGISTRO}"}
    (worker,) = tabla.records(found[f"ASEG_{REGISTRO}"])
    assert (tabla.name(worker["nombre"]), worker["rfc"]) == (("MUÑOZ", "RIOS", "ANA"), RFC)
    QTest.keyClick(window, Key.Key_Escape)
    until(lambda: not isValid(window) or not window.isVisible())


def test_what_is_chosen_makes_another_preview(window: ExportarSuaWindow) -> None:
    form = window.form
    assert form.registro_combo.itemText(0) == ALL
    form.registro_combo.setCurrentIndex(form.registro_combo.findData(OTRO_REGISTRO))
    until(lambda: planned(window))
    assert said(form.resumen_label) == "1 archivo con 1 movimiento."
    form.registro_combo.setCurrentIndex(0)
    form.enie_combo.setCurrentIndex(form.enie_combo.findData("Ñ"))
    until(lambda: planned(window))
    assert "Primer apellido" not in {row[2] for row in rows(window)}
    form.aseg_check.click()
    until(lambda: planned(window))
    assert {row[0] for row in rows(window)} == {"0"}


def test_a_period_that_cannot_be_is_said_at_its_field_and_saves_nothing(
    window: ExportarSuaWindow,
) -> None:
    form = window.form
    form.hasta_edit.setText("31/01/2026")
    until(lambda: said(form.hasta_error) == BACKWARDS)
    assert not form.guardar_button.isEnabled()
    form.hasta_edit.setText("31/02/2026")
    until(lambda: "no existe" in said(form.hasta_error))
    form.desde_edit.setText("01/01/2025")
    form.hasta_edit.setText("31/01/2025")
    until(lambda: planned(window))
    assert said(form.aviso_label) == NOTHING
    assert not said(form.hasta_error)
    assert not form.guardar_button.isEnabled()


def test_a_folder_that_went_away_is_said_before_anything_is_written(
    window: ExportarSuaWindow,
) -> None:
    window.folder.path.rmdir()
    window.form.guardar_button.click()
    assert said(window.form.carpeta_error) == NO_FOLDER
    assert focused(window) is window.form.carpeta_button
