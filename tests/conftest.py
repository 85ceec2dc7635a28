"""What every test may use: a real encrypted store, a clock that stands still, sessions."""

from __future__ import annotations

import gc
import logging
import os
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.certificados.verificacion import Cadena
from icsoe_desktop.gateways.boveda.boveda import Boveda
from icsoe_desktop.gateways.certificados.autoridades import Autoridades
from icsoe_desktop.gateways.certificados.verificador import CertificateVerifier
from icsoe_desktop.services.bitacora.service import BitacoraService
from icsoe_desktop.store.engine import Store, open_engine
from tests.gateways.certificados.generador import Emisora
from tests.support import plantillas
from tests.support.before import compile_forms, end_with_the_run, heed_interrupts, use_memory
from tests.support.cost import production_cost as production_cost
from tests.support.cost import share_statements
from tests.support.cost import test_cost as test_cost
from tests.support.dobles import MemoryKeyring as MemoryKeyring
from tests.support.dobles import Reloj as Reloj
from tests.support.dobles import enabled_user

# Fixtures: the real sync server, started once for all that use it.
from tests.support.kinto_real import base_kinto as base_kinto
from tests.support.kinto_real import kinto_memoria as kinto_memoria
from tests.support.kinto_real import kinto_postgres as kinto_postgres
from tests.support.tipografia import use_windows_measures

pytest_plugins = ["tests.support.tiers"]

ROOT = Path(__file__).resolve().parent.parent

SHARED = Path(os.environ.get("ICSOE_SHARED", ROOT.parent / "shared"))

# The other conftests, read after this one, import windows and with them their forms.
if "PYTEST_XDIST_WORKER" not in os.environ:
    compile_forms(ROOT)
end_with_the_run()
heed_interrupts()
use_memory()
share_statements()

# Only a test that fails waits that long; a loaded machine may need it.
PATIENCE_MS = 30_000


def pytest_configure(config: pytest.Config) -> None:
    """The same examples in every short run: what fails, fails again."""
    more = bool(os.environ.get("ICSOE_EXPLORAR"))
    if not more and not config.getoption("largas"):
        # It would draw from constants of the modules that happen to be imported, and parse them
        # for that: a second, and other examples for a file alone than among all.
        pytest.MonkeyPatch().setattr(providers, "is_local_module_file", lambda _path: False)
    settings.register_profile(
        "icsoe",
        derandomize=not more,
        print_blob=more,
        max_examples=500 if more or config.getoption("largas") else 25,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    settings.load_profile("icsoe")


COLLECT_EVERY = 25
gui_tests = 0


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is imported stays: to look for garbage meanwhile takes a quarter of the time."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()


def collect_and_freeze() -> None:
    """Nobody looks again at what outlives a collection: modules and tests, half a second each."""
    gc.collect()
    gc.freeze()


def pytest_collection_finish() -> None:
    gc.freeze()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """As in the program with windows: no worker thread may look for garbage."""
    if "qapp" in getattr(item, "fixturenames", ()):
        gc.disable()
    elif not gc.isenabled():
        collect_and_freeze()
        gc.enable()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    global gui_tests
    if not gc.isenabled():
        gui_tests += 1
        if gui_tests % COLLECT_EVERY:
            gc.collect(1)
        else:
            collect_and_freeze()


class PatientBot(QtBot):
    """Waits as long as a busy machine may need, whatever a test found enough on its own."""

    def wait(self, ms: int) -> None:
        # waitUntil looks again after 10 ms, in which nearly always nothing happens any more.
        super().wait(1 if ms == 10 else ms)

    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = 0) -> None:
        super().waitUntil(callback, timeout=max(timeout, PATIENCE_MS))

    def waitSignal(self, signal: Any, *, timeout: int = PATIENCE_MS, **options: Any) -> Any:
        # assertNotEmitted, which does not raise, would wait all of it each time.
        if options.get("raising", True):
            timeout = max(timeout, PATIENCE_MS)
        return super().waitSignal(signal, timeout=timeout, **options)


@pytest.fixture(scope="session")
def qapp(qapp: QApplication) -> QApplication:
    """With the measures of Windows, whatever fonts are installed."""
    use_windows_measures(qapp)
    return qapp


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    return PatientBot(request)


@pytest.fixture(autouse=True)
def silence(caplog: pytest.LogCaptureFixture, request: pytest.FixtureRequest) -> Iterator[None]:
    """An unexpected warning in the log fails the test, but for those marked `expects_log`."""
    yield
    if request.node.get_closest_marker("expects_log"):
        return
    records = [*caplog.get_records("setup"), *caplog.get_records("call")]
    loud = [r.getMessage() for r in records if r.levelno >= logging.WARNING]
    assert not loud, loud


@pytest.fixture
def reloj() -> Reloj:
    return Reloj()


@pytest.fixture
def keyring() -> MemoryKeyring:
    return MemoryKeyring()


@pytest.fixture
def boveda(tmp_path: Path, keyring: MemoryKeyring) -> Boveda:
    return Boveda(tmp_path / "llaves.json", keyring)


@pytest.fixture
def store(tmp_path: Path, keyring: MemoryKeyring, reloj: Reloj) -> Iterator[Store]:
    key = plantillas.empty().copy_to(tmp_path, keyring)
    store = Store(open_engine(tmp_path / "icsoe.db", key), key, reloj)
    yield store
    store.close()


@pytest.fixture(scope="session")
def reales() -> Path:
    """The certificates that the SAT published for tests; they are in no repository."""
    folder = SHARED / "datos" / "certificados"
    if not folder.is_dir():
        pytest.skip("no están los certificados de prueba del SAT (../shared)")
    return folder


@pytest.fixture(scope="session")
def emisora() -> Emisora:
    """The authority that stands for the SAT's."""
    return Emisora()


@pytest.fixture(scope="session")
def emisora_de_pruebas() -> Emisora:
    """The authority that stands for the SAT's test one."""
    return Emisora("A.C. DE PRUEBAS DE VERDAD")


@pytest.fixture(scope="session")
def verificador(emisora: Emisora, emisora_de_pruebas: Emisora) -> CertificateVerifier:
    pinned = [emisora.autoridad(Cadena.SAT), emisora_de_pruebas.autoridad(Cadena.PRUEBA)]
    return CertificateVerifier(Autoridades(pinned))


@pytest.fixture
def bitacora(store: Store) -> BitacoraService:
    return BitacoraService(store)


@pytest.fixture
def sesion(store: Store) -> Sesion:
    """The session of an enabled user who is in the store (and has no password to enter with)."""
    return enabled_user(store)
