"""What is passed when: the first tier at each change, the short run, what takes long.

The short run (no option) is everything but LONG. The first tier (`--primeras`) is what costs
little of it. `--largas` passes LONG, and the generated tests again with twenty times the examples.
A file or test that is named on the command line runs always.

Which files cost much stands in niveles.txt; `pytest --medir` writes the costs of what it ran into
it. A file that is not there is cheap. In the first tier the last test of a file fails whose cases
take too much processor time, so that none gets slow unnoticed. The time is told in units of a
small computation in the same process: a machine of half the speed, or a busy one, says the same.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Container, Generator, Iterable, Mapping
from dataclasses import dataclass
from os import times
from pathlib import Path
from typing import Any, TypeVar

import pytest
from _pytest.mark.structures import ParameterSet

T = TypeVar("T")

TESTS = Path(__file__).resolve().parents[1]
TABLE = TESTS / "support" / "niveles.txt"

# A file, test or case, as pytest names it from `tests` → why it waits for --largas. What the
# marker `larga` takes out of a list of cases is more of the same: others of the list stay.
LONG = {
    "caos/test_caos.py": "real servers that are killed for forty seconds; two simulations stay",
    "completas/test_secretos.py": "a whole day in another process, searched at each stop",
    "gateways/boveda/test_boveda_danos.py::"
    "test_a_kill_at_any_moment_leaves_an_envelope_that_opens": "kills processes",
    "gui/idse/certificados/test_certificados_hostiles.py": "the readers have their own in hostiles",
    "gui/idse/importacion/test_soltar_hostiles.py::"
    "test_a_list_of_twenty_thousand_bad_rows_is_shown_a_page_at_a_time": "20,000 rows",
    "gui/idse/importacion/test_soltar_hostiles.py::"
    "test_reading_a_book_without_end_is_cancelled_with_a_key": "a book of seconds",
    "herramientas/test_entorno.py::"
    "test_the_two_commands_survive_a_kill_each_other_a_bad_download_and_a_loss": "downloads",
    "herramientas/test_imagenes.py::test_a_changed_form_or_text_ages_its_own_picture": "of tools",
    "herramientas/test_imagenes.py::test_a_token_or_the_sheet_ages_every_picture": "of tools",
    "herramientas/test_licencias.py": "packaging",
    "herramientas/test_servidor.py::test_it_is_made_once_and_again_when_the_lock_changes_"
    "and_tells_what_cannot_be_had": "makes environments",
    "hostiles/test_hojas_hostiles.py::"
    "test_a_list_longer_than_a_preview_can_hold_is_refused": "20,000 rows twice",
    "hostiles/test_hojas_hostiles.py::"
    "test_no_hostile_sheet_takes_more_memory_than_a_child_may": "the largest sheets of all",
    "services/certificados/test_certificados_muerte.py": "kills processes",
    "services/importacion/test_hojas_sucias.py::"
    "test_five_thousand_dirty_rows_are_read_right_or_asked_about": "5,000 rows twice",
    "services/importacion/test_danos.py::test_a_killed_import_leaves_the_old_store": "kills them",
    "services/respaldo/test_respaldo_muerte.py": "kills processes",
    **dict.fromkeys(
        (
            "services/sincronizacion/recibir/test_pasos_atras.py::" + name
            for name in (
                "test_a_deleted_movement_stays_deleted_though_its_packet_was_edited_apart",
                "test_an_acknowledged_edit_that_a_snapshot_lost_comes_back_after_a_restart",
                "test_garbage_over_a_record_is_replaced_by_whoever_has_it",
            )
        ),
        "servers and disks that go back, in odd orders",
    ),
    **dict.fromkeys(
        (
            "services/sincronizacion/enviar/test_pasos_dos_lotes.py::" + name
            for name in (
                "test_a_lote_that_was_received_elsewhere_takes_back_what_its_cancelling_freed",
                "test_a_movement_in_two_lotes_stays_in_the_one_that_is_not_cancelled",
            )
        ),
        "several lotes at once",
    ),
    "services/sincronizacion/kinto/test_kinto_ataques.py": "each has its own in memory",
    "services/sincronizacion/kinto/test_kinto_descarga.py": "kills processes",
    "services/sincronizacion/oficina/test_pasos_actas.py::"
    "test_an_administrator_with_the_desktop_of_who_was_removed_gets_nobody_in": "four seconds",
}

# Milliseconds a case. A file below the one is of the first tier; above the other its last test
# fails. Two measurements of the same file differ by what lies between them.
CHEAP_MS, TOO_MUCH_MS = 100.0, 150.0
# What a process makes once falls to the file that asks first: libraries, keys, a store to copy.
ONCE_MS = 2_500.0
# Cheap files are in the table from here on: the dear ones start first.
TOLD_MS = 1_000.0
# They take seconds to start, in each process.
SERVERS = frozenset({"kinto", "kinto_memoria", "kinto_postgres", "base_kinto"})
# More failures than these are no accident.
REPEATED = 20

ROUNDS = 40_000
UNIT_MS = 2.0  # what `unit_ms` takes on the machine of the table


def unit_ms() -> float:
    """Processor time of a small computation: how fast this process is just now."""
    best = float("inf")
    for _ in range(3):
        started, total = time.thread_time(), 0
        for number in range(ROUNDS):
            total += number * number % 7
        best = min(best, time.thread_time() - started)
    return best * 1000


def used_ms() -> float:
    """Processor time of this process, and of its children that ended."""
    now = times()
    return (now.user + now.system + now.children_user + now.children_system) * 1000


@dataclass
class Cost:
    """Of the cases of a file, in ms of the machine of the table."""

    cases: int = 0
    ms: float = 0.0

    @property
    def dear(self) -> bool:
        return self.ms > CHEAP_MS * self.cases

    @property
    def too_much(self) -> bool:
        return self.ms > TOO_MUCH_MS * self.cases + ONCE_MS


def read_table(text: str) -> dict[str, Cost]:
    """File → its cost. A line: cases, milliseconds of all of them, file."""
    lines = (line.split() for line in text.splitlines() if not line.startswith("#"))
    return {name: Cost(int(cases), float(ms)) for cases, ms, name in lines}


def write_table(table: Mapping[str, Cost]) -> str:
    lines = ["# Casos, milisegundos de procesador de todos, archivo: pytest --medir"]
    for name, cost in sorted(table.items()):
        if (cost.dear or cost.ms > TOLD_MS) and (TESTS / name).exists():
            lines.append(f"{cost.cases:5} {cost.ms:7.0f} {name}")
    return "\n".join(lines) + "\n"


def long_cases(cases: Iterable[T], long: Container[T]) -> list[ParameterSet]:
    """For parametrize: those of `long` wait for --largas."""
    return [pytest.param(each, marks=[pytest.mark.larga] * (each in long)) for each in cases]


def is_long(name: str, *, marked: bool) -> bool:
    """name: of a case, as pytest names it from `tests`."""
    return marked or not LONG.keys().isdisjoint((name.partition("[")[0], name.partition("::")[0]))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--primeras", action="store_true", help="sólo las que cuestan poco")
    parser.addoption("--largas", action="store_true", help="sólo las que tardan mucho")
    parser.addoption("--medir", action="store_true", help=f"escribir costos en {TABLE.name}")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Tiers(config), "niveles")


class Tiers:
    """Chooses, orders, measures; on what `--largas` failed it asks a second time."""

    def __init__(self, config: pytest.Config) -> None:
        self.table = read_table(TABLE.read_text("utf-8"))
        self.first, self.longs = config.getoption("primeras"), config.getoption("largas")
        self.named = any(".py" in argument for argument in config.args)
        self.measured: dict[str, Cost] = {}
        self.failed: list[str] = []
        self.unit = unit_ms()

    def pytest_ignore_collect(self, collection_path: Path) -> bool | None:
        """Spares what the run leaves out anyway from being imported."""
        path = collection_path
        if self.named or path.suffix != ".py" or not path.is_relative_to(TESTS):
            return None
        name = path.relative_to(TESTS).as_posix()
        if self.first and name in self.table and self.table[name].dear:
            return True
        if self.longs and not any(each.startswith(name) for each in LONG):
            source = path.read_text("utf-8")
            may = any(word in source for word in ("mark.larga", "long_cases", "hypothesis"))
            return None if may else True
        return None

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        if not self.named:
            kept, left = [], []
            for item in items:
                (kept if self._is_asked_for(item) else left).append(item)
            config.hook.pytest_deselected(items=left)
            items[:] = kept
        # So that no process ends long after the others.
        cheap = Cost()
        items.sort(key=lambda item: -self.table.get(file_of(item), cheap).ms)

    def _is_asked_for(self, item: pytest.Item) -> bool:
        marked = item.get_closest_marker("larga") is not None
        late = is_long(item.nodeid.removeprefix("tests/"), marked=marked)
        if self.longs:
            return late or item.get_closest_marker("hypothesis") is not None
        real = self.first and not SERVERS.isdisjoint(getattr(item, "fixturenames", ()))
        return not late and not real

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        cost = self.measured.setdefault(file_of(item), Cost())
        cost.cases += 1
        before = used_ms()
        try:
            return (yield)
        finally:
            cost.ms += (used_ms() - before) * UNIT_MS / self.unit

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(
        self, item: pytest.Item, nextitem: pytest.Item | None
    ) -> Generator[None, object, object]:
        result = yield
        name = file_of(item)
        if self.first and (nextitem is None or file_of(nextitem) != name):
            self.judge(name)
        return result

    def judge(self, name: str) -> None:
        cost = self.measured[name]
        if not cost.too_much:
            return
        # The machine may have become busier since this process began.
        now = max(unit_ms(), unit_ms()) / self.unit
        if now > 1 and not Cost(cost.cases, cost.ms / now).too_much:
            return
        pytest.fail(
            f"{name}: {cost.ms / cost.cases:.0f} ms de procesador por caso, más de los "
            f"{TOO_MUCH_MS:.0f} de las primeras pruebas. Hágalas más baratas, o anote lo que "
            f"cuestan: pytest --medir tests/{name}",
            pytrace=False,
        )

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and report.nodeid not in self.failed:
            self.failed.append(report.nodeid)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        told = getattr(node, "workeroutput", {}).get("costos", {})
        self.measured.update({name: Cost(*cost) for name, cost in told.items()})

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        output = getattr(session.config, "workeroutput", None)
        if output is not None:
            output["costos"] = {name: (c.cases, c.ms) for name, c in self.measured.items()}
            return
        if session.config.getoption("medir"):
            TABLE.write_text(write_table({**self.table, **self.measured}), "utf-8")
        failures_alone = session.exitstatus == pytest.ExitCode.TESTS_FAILED and self.failed
        if self.longs and not self.named and failures_alone and len(self.failed) <= REPEATED:
            self._ask_again(session)

    def _ask_again(self, session: pytest.Session) -> None:
        """Each alone; what passes now does not fail the run."""
        unstable = [name for name in self.failed if passes_alone(name)]
        reporter = session.config.pluginmanager.get_plugin("terminalreporter")
        for name in unstable:
            reporter.write_line(f"inestable: {name}", yellow=True)
        # So that pytest's last lines say the same.
        stats = reporter.stats
        for report in [report for kind in ("failed", "error") for report in stats.pop(kind, [])]:
            if report.nodeid in unstable:
                reporter.write_line(report.longreprtext)
                stats.setdefault("inestable", []).append(report)
            else:
                kind = "failed" if report.when == "call" else "error"
                stats.setdefault(kind, []).append(report)
        if not stats.get("failed") and not stats.get("error"):
            session.exitstatus = pytest.ExitCode.OK


def file_of(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0].removeprefix("tests/")


def passes_alone(nodeid: str) -> bool:
    # With as many examples as before. Of named tests none is repeated.
    command = [sys.executable, "-m", "pytest", "--largas", nodeid]
    return subprocess.run(command, cwd=TESTS.parent, check=False).returncode == 0
