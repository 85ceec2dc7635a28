"""Apariencia: theme, density and size of letters of this machine. Each choice applies at once."""

from __future__ import annotations

from PySide6.QtWidgets import QButtonGroup, QDialog, QWidget

from icsoe_desktop.domain.politicas.valores import Central
from icsoe_desktop.gui.base import appearance
from icsoe_desktop.gui.base.appearance import Appearance
from icsoe_desktop.gui.base.qt import qapplication
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_apariencia import Ui_AparienciaForm
from icsoe_desktop.gui.kit.fields import grow_to_fit, indent_number
from icsoe_desktop.gui.kit.notices import FixedNotice

FIXED = "Lo que no se puede cambiar aquí lo fijó"


class AparienciaWindow(QDialog):
    def __init__(self, context: Context, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.form = Ui_AparienciaForm()
        self.form.setupUi(self)
        self._preferences = context.preferences
        form = self.form
        self._schemes = {
            "": form.sistema_radio,
            "claro": form.claro_radio,
            "oscuro": form.oscuro_radio,
        }
        self._densities = {"normal": form.normal_radio, "compacta": form.compacta_radio}
        self._fixed = context.application.politica.apariencia
        self._draw(appearance.read(qapplication(), self._preferences))
        self._show_fixed(context.application.politica)
        # Not the first one: Space there would change the theme.
        next(one for one in self._schemes.values() if one.isChecked()).setFocus()
        for radios in (self._schemes, self._densities):
            group = QButtonGroup(self)
            for radio in radios.values():
                group.addButton(radio)
            group.idToggled.connect(lambda _id, checked: self._choose() if checked else None)
        indent_number(form.letras_spin)
        # A number typed in full, not each of its digits.
        form.letras_spin.setKeyboardTracking(False)
        form.letras_spin.valueChanged.connect(lambda _value: self._choose())
        form.restablecer_button.clicked.connect(self._reset)
        form.cerrar_button.clicked.connect(self.accept)

    def _show_fixed(self, politica: Central) -> None:
        if not self._fixed:
            return
        form = self.form
        fields: dict[str, tuple[QWidget, ...]] = {
            "tema": tuple(self._schemes.values()),
            "densidad": tuple(self._densities.values()),
            "letras": (form.letras_spin,),
        }
        editors = [one for name in fields if name in self._fixed for one in fields[name]]
        notice = FixedNotice(form.cuerpo_layout, self, 1)
        notice.say_fixed(FIXED, politica, "apariencia", *editors)
        form.restablecer_button.setEnabled(len(self._fixed) < len(Appearance._fields))

    def _choose(self) -> None:
        chosen = Appearance(
            next(name for name, radio in self._schemes.items() if radio.isChecked()),
            next(name for name, radio in self._densities.items() if radio.isChecked()),
            self.form.letras_spin.value(),
        )
        if chosen != appearance.read(qapplication(), self._preferences):
            appearance.keep(self._preferences, chosen)
            self._apply(chosen)

    def _reset(self) -> None:
        appearance.forget(self._preferences)
        usual = appearance.with_fixed(appearance.default(qapplication()), self._fixed)
        self._draw(usual)
        # Drawing kept the parts one by one.
        appearance.forget(self._preferences)
        if self._fixed:
            appearance.keep(self._preferences, usual)
        self._apply(usual)

    def _draw(self, shown: Appearance) -> None:
        self._schemes[shown.scheme].setChecked(True)
        self._densities[shown.density].setChecked(True)
        self.form.letras_spin.setValue(shown.letters)

    def _apply(self, chosen: Appearance) -> None:
        appearance.apply(qapplication(), chosen)
        grow_to_fit(self)


create = AparienciaWindow
