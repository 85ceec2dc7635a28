"""The window of the registros patronales, which imports sheets."""

from tests.gui.idse.registros_patronales.conftest import filled as filled
from tests.gui.idse.registros_patronales.conftest import window as window
