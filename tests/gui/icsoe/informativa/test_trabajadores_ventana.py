"""The workers of a contract on the screen: opened, pasted, undone, imported, rejected."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.icsoe.informativa import TipoInformativa
from icsoe_desktop.domain.icsoe.trabajadores import TWICE, TrabajadorContrato, csv_files
from icsoe_desktop.gui.base.shell import Shell
from icsoe_desktop.gui.icsoe.informativa import trabajadores
from icsoe_desktop.gui.icsoe.informativa.trabajadores import (
    NOTHING_PASTED,
    SAME,
    TrabajadoresDialog,
)
from icsoe_desktop.gui.kit.notices import EmptyState
from icsoe_desktop.services.application import Application
from icsoe_desktop.services.informativa.valores import Llenado
from tests.domain.icsoe.informativas import PERIODO, contrato, filas
from tests.gui.conftest import press, shown_box
from tests.support.reposo import settle

Open = Callable[[list[TrabajadorContrato]], TrabajadoresDialog]


@pytest.fixture
def abrir(application: Application, shell: Shell, contratista: Sesion) -> Iterator[Open]:
    parent = QWidget()

    def with_rows(rows: list[TrabajadorContrato]) -> TrabajadoresDialog:
        service = application.contratos
        contrato_id = service.save(contratista, contrato(1))
        lista = service.save_workers(contratista, contrato_id, rows)
        dialog = TrabajadoresDialog(lista, None, shell.context(contratista), parent)
        dialog.show()
        return dialog

    yield with_rows
    settle()
    parent.deleteLater()


def as_text(rows: list[TrabajadorContrato]) -> str:
    return "\r\n".join("\t".join(row) for row in rows)


def paste(dialog: TrabajadoresDialog, text: str) -> None:
    QGuiApplication.clipboard().setText(text)
    dialog.paste()


def test_of_3000_rows_only_those_in_sight_are_checked(
    abrir: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The time that it takes is measured in benchmarks/trabajadores.py."""
    checked, resets = [], []
    real = TrabajadorContrato.problemas

    def counted(row: TrabajadorContrato, today: date) -> dict[str, str]:
        checked.append(row)
        return real(row, today)

    monkeypatch.setattr(TrabajadorContrato, "problemas", counted)
    # The count of the wrong ones waits until the window is at rest.
    monkeypatch.setattr(trabajadores, "COUNT_AFTER_MS", 600_000)
    dialog = abrir(filas(3_000))
    QApplication.processEvents()
    assert 0 < len(set(checked)) < 100
    assert len(checked) == len(set(checked)), "a row is checked once"
    checked.clear()
    dialog.model.modelReset.connect(lambda: resets.append(1))
    paste(dialog, as_text(filas(3_000, 77)))
    assert dialog.model.rowCount() > 3_000
    assert (len(resets), len(checked) < 100) == (1, True), "one step; only what is drawn is checked"
    dialog.leave()


def test_an_empty_list_says_how_to_fill_it_until_it_has_a_row(abrir: Open) -> None:
    dialog = abrir([])
    empty = dialog.findChild(EmptyState)
    assert empty.shown
    press(dialog, "Agregar renglón")
    assert not empty.shown
    press(dialog, "Deshacer")
    assert empty.shown
    dialog.leave()


def test_a_paste_adds_updates_and_is_undone_as_a_whole(abrir: Open) -> None:
    rows = filas(4)
    dialog = abrir(rows[:2])
    again = rows[0]._replace(sbc="999.00")
    paste(dialog, as_text([again, *rows[2:]]))
    assert dialog.model.rows == (again, rows[1], *rows[2:])
    assert dialog.form.mensaje_label.text() == (
        "2 renglones agregados, 1 actualizado. Falta guardar."
    )
    assert dialog.unsaved
    press(dialog, "Deshacer")
    assert dialog.model.rows == tuple(rows[:2])
    assert not dialog.unsaved
    dialog.leave()


def test_text_without_workers_adds_nothing(abrir: Open) -> None:
    dialog = abrir(filas(1))
    paste(dialog, "hola\nadiós")
    assert dialog.form.mensaje_label.text() == NOTHING_PASTED
    assert dialog.model.rowCount() == 1
    dialog.leave()


def test_a_wrong_row_says_what_is_wrong_and_is_mended_in_its_cell(abrir: Open) -> None:
    rows = filas(2)
    dialog = abrir([rows[0], rows[1]._replace(sbc="mucho")])
    dialog.go_to(None)
    assert "412.50" in dialog.form.problema_label.text()
    model = dialog.model
    assert model.index(1, 3).data() == dialog.form.problema_label.text()
    assert model.setData(model.index(1, 2), "$ 1,250.5")
    assert model.rows[1].sbc == "1250.50"
    assert model.wrong() == []
    dialog.leave()


def test_an_odd_row_is_warned_about_in_the_list_and_may_be_saved(abrir: Open) -> None:
    rows = filas(2)
    dialog = abrir([rows[0], rows[1]._replace(sbc="100.00")])
    dialog.form.trabajadores_table.setCurrentIndex(dialog.model.index(1, 0))
    text = dialog.form.problema_label.text()
    assert "menor que el salario mínimo" in text
    assert dialog.model.index(1, 3).data() == text
    assert dialog.model.index(0, 3).data() == "Correcto"
    assert dialog.model.wrong() == []
    settle(lambda: dialog.form.cuenta_label.text() == "2 trabajadores, 1 con advertencias")
    dialog.leave()


def test_a_file_is_shown_before_its_rows_are_added_and_saved(
    abrir: Open, application: Application, contratista: Sesion, tmp_path: Path
) -> None:
    rows = filas(12)
    dialog = abrir(rows[:2])
    path = tmp_path / "lista.csv"
    path.write_bytes(csv_files(rows[2:], "x")[0].contenido)
    dialog.import_file(path)
    box = shown_box()
    assert "10 renglones, todos correctos" in box.text()
    assert dialog.model.rowCount() == 2
    press(box, "Agregar")
    settle(lambda: dialog.model.rowCount() == 12)
    (row,) = application.contratos.rows(contratista)
    assert row.trabajadores == 2
    dialog.save()
    settle(lambda: application.contratos.rows(contratista)[0].trabajadores == 12)


def test_one_nss_with_two_curp_is_shown_and_goes_with_deshacer(abrir: Open) -> None:
    """Nobody's CURP is replaced in silence: by another row of the paste, or by the list's."""
    rows = filas(3)
    other = rows[0]._replace(curp=rows[2].curp)
    dialog = abrir(rows[:1])
    paste(dialog, as_text([other, rows[1], rows[1]._replace(curp=filas(1, 99)[0].curp)]))
    assert len(dialog.model.rows) == 4
    assert dialog.model.wrong() == [0, 1, 2, 3]
    assert dialog.model.problem_of(0) == dialog.model.problem_of(1) == TWICE
    said = dialog.form.mensaje_label.text()
    assert said.startswith("3 renglones agregados. ")
    assert "2 NSS vienen con dos CURP distintas" in said
    press(dialog, "Deshacer")
    assert dialog.model.rows == tuple(rows[:1])
    assert (dialog.model.wrong(), dialog.form.mensaje_label.isVisible()) == ([], False)
    assert dialog.form.problema_label.text() == ""
    dialog.leave()


def test_a_list_that_is_carried_on_shows_what_the_movements_changed(
    abrir: Open,
    application: Application,
    contratista: Sesion,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The list of the period before, filled from the movements of this one."""
    rows = filas(3)
    dialog = abrir(rows[:2])
    dialog._informativa_id = application.informativas.create(
        contratista, PERIODO, TipoInformativa.NORMAL
    )
    raised = rows[0]._replace(sbc="999.00")
    filled = Llenado((raised, rows[2]), frozenset({rows[1].nss}))
    monkeypatch.setattr(application.contratos, "fill", lambda *_: filled)
    dialog._fill_from(("Y6077636105",))
    box = shown_box()
    assert (
        "1 cambió de SBC, 1 ya no estaba, 1 estaba y no está en la lista. ¿Qué desea" in box.text()
    )
    press(box, "Actualizar la lista")
    settle()
    assert dialog.model.rows == (raised,)
    assert dialog.form.mensaje_label.text() == "1 actualizado, 1 quitado. Falta guardar."
    # Each row says what changed.
    assert dialog.model.said_of(0) == (f"El SBC era {rows[0].sbc}.", "hint")
    dialog.model.add([raised._replace(sbc="998.00")])
    press(dialog, "Deshacer")
    press(dialog, "Deshacer")
    assert dialog.model.rows == tuple(rows[:2])
    assert dialog.model.said_of(0)[0] == ""
    dialog._fill_from(("Y6077636105",))
    press(shown_box(), "Actualizar y agregar")
    settle()
    assert dialog.model.rows == (raised, rows[2])
    monkeypatch.setattr(
        application.contratos, "fill", lambda *_: Llenado((raised, rows[2]), frozenset())
    )
    dialog._fill_from(("Y6077636105",))
    settle(lambda: dialog.form.mensaje_label.text() == SAME)
    dialog.leave()
