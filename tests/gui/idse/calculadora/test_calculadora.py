"""Calculadora de SBC: what is typed, its steps, what is refused at its field, and the copy."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from shiboken6 import isValid

from icsoe_desktop.domain.movimientos.movimiento import TipoMovimiento
from icsoe_desktop.domain.salarios.calculo import PeriodoDePago, Reglas
from icsoe_desktop.domain.valores_legales.valores import Zona
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.idse.calculadora.presenter import BAD_AMOUNT, NEEDS_FIRST_DAY, NEEDS_PAY
from icsoe_desktop.gui.idse.calculadora.window import MISSING, NOTHING, CalculadoraWindow
from icsoe_desktop.gui.idse.captura.window import CapturaMovimientoDialog
from icsoe_desktop.gui.idse.modulo.window import ModuloWindow
from tests.gui.conftest import press
from tests.gui.idse.comun import OTRO_REGISTRO, REGISTRO, Key, dialog, focused, said
from tests.support.reposo import until


@pytest.fixture
def window(context: Context) -> Iterator[CalculadoraWindow]:
    found = context.shell.open("calculadora", context.sesion)
    assert isinstance(found, CalculadoraWindow)
    until(lambda: found._presenter.state.limites is not None)
    yield found
    if isValid(found):
        found.reject()


def fill(window: CalculadoraWindow, **texts: str) -> None:
    for campo, text in texts.items():
        getattr(window.form, f"{campo}_edit").setText(text)


def steps(window: CalculadoraWindow) -> dict[str, str]:
    model = window.pasos.model
    rows = [model.row(at)[1] for at in range(model.rowCount())]
    return {paso.nombre: paso.resultado for paso in rows}


def test_an_sbc_is_computed_with_the_keyboard_alone(window: CalculadoraWindow) -> None:
    form = window.form
    assert said(form.desde_label) == MISSING
    assert form.fecha_edit.text() == "02/03/2026", "of today"
    assert focused(window) is form.salario_edit
    for text in ("500", "", "", "01032020"):
        QTest.keyClicks(focused(window), text)
        QTest.keyClick(focused(window), Key.Key_Tab)
    # The seventh year began the day before: 22 days.
    assert form.sbc_label.text() == "$ 528.10"
    assert said(form.desde_label) == (
        "SBC diario desde el 01/03/2026. Factor 1.0562; antes de piso y tope, $ 528.10."
    )
    assert steps(window)["Vacaciones"] == "22 días"


def test_every_input_counts(window: CalculadoraWindow) -> None:
    fill(window, salario="15,000.00", ingreso="06/05/2024", aguinaldo="30", prima="0.5")
    form = window.form
    form.periodo_combo.setCurrentIndex(form.periodo_combo.findData(PeriodoDePago.MENSUAL))
    assert form.sbc_label.text() == "$ 550.70"  # 500 × (1 + (30 + 14 × 0.5) ÷ 365)
    fill(window, vacaciones="20", otras="3650", pagado="5900", dias_devengados="59")
    assert form.sbc_label.text() == "$ 664.80"  # 500 × 1.1096 + 10 + 100
    fill(window, despensa="100", puntualidad="100", asistencia="100")
    assert {"Despensa", "Premio de puntualidad", "Premio de asistencia"} <= steps(window).keys()
    fill(window, salario="9,000.00", otras="", pagado="", despensa="", puntualidad="")
    fill(window, asistencia="", vacaciones="", aguinaldo="15", prima="0.25")
    assert form.sbc_label.text() == "$ 315.21"
    assert "prestaciones" in said(form.advertencias_label)
    form.reducida_check.click()
    assert not said(form.advertencias_label), "a reduced week may earn less"
    form.zona_combo.setCurrentIndex(form.zona_combo.findData(Zona.FRONTERA))
    # Pay of $ 300 a day, under the minimum wage of the border: the floor, and a warning.
    assert form.sbc_label.text() == "$ 440.87"
    assert "frontera norte" in said(form.advertencias_label)


@pytest.mark.parametrize(
    ("campo", "text", "start"),
    [
        ("salario", "0", "El salario debe ser mayor que cero"),
        ("salario", "-1", BAD_AMOUNT),
        ("salario", "10,000,000", "El salario debe ser mayor que cero y menor"),
        ("salario", "1.234,56", BAD_AMOUNT),
        ("salario", "9" * 400, BAD_AMOUNT),
        ("vacaciones", "doce", "Escriba sólo el número"),
        ("vacaciones", "400", "Los días de vacaciones van de 0 a 365"),
        ("aguinaldo", "1e9", "Escriba sólo el número"),
        ("prima", "25", "La prima vacacional va como fracción. ¿Quiso decir 0.25, que es 25 %?"),
        ("prima", "-0.25", "Escriba sólo el número"),
        ("ingreso", "ayer", "Escriba la fecha como dd/mm/aaaa"),
        ("ingreso", "03/03/2026", ""),  # told at the day of calculation
        ("fecha", "01/01/2019", "La fecha del cálculo, 01/01/2019, es anterior al primer día"),
        ("pagado", "mil", BAD_AMOUNT),
        ("pagado", "1000", ""),  # told at its days, which are none
        ("dias_devengados", "60", ""),  # without variable pay they do not count
        ("dias_devengados", "-1", "Escriba los días con números"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(
    window: CalculadoraWindow, campo: str, text: str, start: str
) -> None:
    form = window.form
    fill(window, salario="500", ingreso="01/03/2020")
    assert form.sbc_label.text() != NOTHING
    edit = getattr(form, f"{campo}_edit")
    edit.setFocus()
    edit.setText(text)
    QTest.keyClick(edit, Key.Key_Tab)
    wrong = said(getattr(form, f"{campo}_error"))
    assert wrong.startswith(start) if start else not wrong
    assert (form.sbc_label.text() == NOTHING) is (campo != "dias_devengados" or text != "60")
    edit.setText({"salario": "500", "ingreso": "01/03/2020", "fecha": "02/03/2026"}.get(campo, ""))
    assert said(getattr(form, f"{campo}_error")) == ""
    assert form.sbc_label.text() == "$ 528.10"


def test_what_is_wrong_elsewhere_is_told_at_the_field_that_has_to_change(
    window: CalculadoraWindow,
) -> None:
    form = window.form
    fill(window, salario="500", ingreso="03/03/2026")
    assert said(form.fecha_error).startswith("La fecha del cálculo")
    fill(window, ingreso="01/03/2020", pagado="1000", dias_devengados="0")
    assert said(form.fecha_error) == ""
    assert said(form.dias_devengados_error).startswith("Los días en que se devengó")
    # January and February of 2026 are 59 days.
    fill(window, dias_devengados="60")
    assert "de 1 a 59" in said(form.dias_devengados_error)


def test_the_steps_are_copied_as_text(window: CalculadoraWindow) -> None:
    clipboard = QGuiApplication.clipboard()
    clipboard.setText("antes")
    press(window, "Copiar")
    assert clipboard.text() == "antes"
    assert said(window.form.salario_error) == NEEDS_PAY
    assert said(window.form.ingreso_error) == NEEDS_FIRST_DAY
    fill(window, salario="500", ingreso="01/03/2020")
    press(window, "Copiar")
    lines = clipboard.text().splitlines()
    assert "Factor de integración: 1 + (15 + 22 × 0.25) ÷ 365 = 1.0562 (LFT 76, 80 y 87)" in lines
    assert lines[-1] == "SBC: $528.10, desde el 01/03/2026"
    assert said(window.form.mensaje_label)


def test_the_factor_follows_the_settings_of_the_office(context: Context) -> None:
    sesion = context.require_sesion()
    context.application.valores_legales.save_rules(sesion, Reglas(366, redondea_factor=False))
    window = context.shell.open("calculadora", sesion)
    assert isinstance(window, CalculadoraWindow)
    until(lambda: window._presenter.state.limites is not None)
    fill(window, salario="500", ingreso="01/03/2020")
    assert "sin redondear, con 366 días" in said(window.form.reglas_label)
    assert "Factor 1.056011" in said(window.form.desde_label)
    assert window.form.sbc_label.text() == "$ 528.01"
    window.close()


def test_capturing_takes_the_result(window: CalculadoraWindow, filled: ModuloWindow) -> None:
    window.close()
    filled.tareas.capture(TipoMovimiento.MODIFICACION)
    captura = dialog(CapturaMovimientoDialog)
    captura.form.fecha_edit.setText("15/01/2026")
    press(captura, "Calcular…")
    found = dialog(CalculadoraWindow)
    until(lambda: found._presenter.state.limites is not None)
    assert found.form.fecha_edit.text() == "15/01/2026", "the day of the notice"
    press(found, "Usar este SBC")
    assert said(found.form.salario_error) == NEEDS_PAY
    fill(found, salario="500", ingreso="01/03/2021")
    press(found, "Usar este SBC")
    until(lambda: not found.isVisible())
    assert captura.form.sbc_edit.text() == "$ 527.40", "of the fifth year, not of today's sixth"
    assert captura.campos.captura.sbc == "$ 527.40"
    captura.form.tipo_combo.setCurrentIndex(
        captura.form.tipo_combo.findData(TipoMovimiento.BAJA.value)
    )
    assert not captura.form.calcular_button.isVisible()
    captura.leave()


def test_the_zone_of_the_registro_patronal_comes_along_from_capturar(
    window: CalculadoraWindow, filled: ModuloWindow, context: Context
) -> None:
    window.close()
    context.application.registros_patronales.add(
        context.require_sesion(),
        registro_patronal=OTRO_REGISTRO,
        razon_social="Norte",
        rfc="EKU9003173C9",
        zona="frontera",
    )

    def computed(registro: str, zona: Zona) -> str:
        filled.tareas.capture(TipoMovimiento.MODIFICACION)
        captura = dialog(CapturaMovimientoDialog)
        captura.form.registro_patronal_combo.setEditText(registro)
        captura.form.fecha_edit.setText("15/01/2026")
        press(captura, "Calcular…")
        found = dialog(CalculadoraWindow)
        until(lambda: found._presenter.state.limites is not None)
        assert found.form.zona_combo.currentText() == zona.nombre
        # Under the minimum wage of the border, and over that of the rest of the country.
        fill(found, salario="310.00", ingreso="01/03/2025")
        shown = found.form.sbc_label.text()
        found.reject()
        captura.leave()
        until(lambda: not captura.isVisible())
        return shown

    for registro, zona, sbc in (
        (OTRO_REGISTRO, Zona.FRONTERA, "$ 440.87"),
        ("B12-98765-10-3", Zona.FRONTERA, "$ 440.87"),
        (REGISTRO, Zona.GENERAL, "$ 325.28"),
    ):
        assert computed(registro, zona) == sbc
