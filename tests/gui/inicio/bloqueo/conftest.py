"""The installation and the ICSOE windows of tests/gui/icsoe."""

from tests.gui.icsoe.conftest import application as application
from tests.gui.icsoe.conftest import domicilio as domicilio
from tests.gui.icsoe.conftest import enter as enter
from tests.gui.icsoe.conftest import entered as entered
from tests.gui.icsoe.conftest import flow as flow
from tests.gui.icsoe.conftest import guard as guard
from tests.gui.icsoe.conftest import idle as idle
from tests.gui.icsoe.conftest import page as page
from tests.gui.icsoe.conftest import pared as pared
from tests.gui.icsoe.conftest import sesion_moral as sesion_moral
from tests.gui.icsoe.conftest import tablero_later as tablero_later
from tests.gui.icsoe.conftest import windows as windows
