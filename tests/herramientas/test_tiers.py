"""What is passed when, and waiting until the program rests: tests/support/{tiers,reposo}.py."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget
from pytestqt.qtbot import QtBot

from tests.support import tiers
from tests.support.reposo import settle
from tests.support.tiers import (
    LONG,
    ONCE_MS,
    TESTS,
    TOO_MUCH_MS,
    Cost,
    Tiers,
    is_long,
    read_table,
    write_table,
)

DEATH = "services/importacion/test_danos.py::test_a_killed_import_leaves_the_old_store"
HERE = "herramientas/test_tiers.py"


def test_what_waits_for_the_long_run_exists() -> None:
    """A file or test that is renamed would come back into the short run without a word."""
    for name, why in LONG.items():
        file, _, function = name.partition("[")[0].partition("::")
        assert why
        assert not function or f"def {function}(" in (TESTS / file).read_text("utf-8"), name
        assert (TESTS / file).is_file(), name


@pytest.mark.parametrize(
    ("name", "marked", "long"),
    [
        ("caos/test_caos.py::test_x", False, True),
        ("gateways/boveda/test_boveda_danos.py::test_x", False, False),
        (f"{DEATH}[1]", False, True),
        ("domain/test_texto.py::test_x", True, True),
        ("domain/test_texto.py::test_x", False, False),
    ],
)
def test_a_file_or_a_test_may_be_long(name: str, marked: bool, long: bool) -> None:
    assert is_long(name, marked=marked) is long


def test_the_table_keeps_what_is_dear_and_what_takes_long() -> None:
    costs = {
        HERE: Cost(10, 1_001.0),
        "herramientas/test_sistema.py": Cost(100, 9_000.0),
        "herramientas/test_msi.py": Cost(100, 900.0),
        "herramientas/test_gone.py": Cost(1, 5_000.0),
    }
    told = read_table(write_table(costs))
    assert told == {name: costs[name] for name in list(costs)[:2]}
    assert [cost.dear for cost in told.values()] == [False, True]


def test_a_file_that_costs_too_much_fails_and_a_busy_machine_does_not(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge = Tiers(request.config)
    judge.unit = 2.0
    monkeypatch.setattr(tiers, "unit_ms", lambda: 2.0)
    judge.measured[HERE] = Cost(10, 10 * TOO_MUCH_MS + ONCE_MS)
    judge.judge(HERE)
    judge.measured[HERE].ms += 1
    with pytest.raises(pytest.fail.Exception, match=f"pytest --medir tests/{HERE}"):
        judge.judge(HERE)
    # Twice as slow now as when the process began.
    monkeypatch.setattr(tiers, "unit_ms", lambda: 4.0)
    judge.judge(HERE)
    judge.measured[HERE].ms *= 2
    with pytest.raises(pytest.fail.Exception):
        judge.judge(HERE)


def test_a_text_that_comes_at_the_last_moment_has_its_room(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    row = QHBoxLayout(window)
    label = QLabel()
    row.addWidget(label)
    row.addStretch(1)
    window.resize(400, 60)
    window.show()
    settle()

    def as_a_timer_does() -> bool:
        label.setText("40 trabajadores")
        return True

    settle(as_a_timer_does)
    assert label.width() >= label.sizeHint().width()
