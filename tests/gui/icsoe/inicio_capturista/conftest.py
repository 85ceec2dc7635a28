"""The capturista of the tests of capturistas, and the mail server."""

from tests.gui.icsoe.capturistas.conftest import activated as activated
from tests.gui.icsoe.capturistas.conftest import contratista as contratista
from tests.gui.icsoe.capturistas.conftest import flow as flow
from tests.gui.icsoe.capturistas.conftest import icsoe as icsoe
from tests.gui.icsoe.capturistas.conftest import link as link
from tests.gui.icsoe.capturistas.conftest import otro_contratista as otro_contratista
from tests.gui.icsoe.capturistas.conftest import registrada as registrada
from tests.gui.icsoe.capturistas.conftest import smtp as smtp
