"""Each fault of decision 0014 names tests that exist and ask for a server."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.support.tiers import SERVERS

ROOT = Path(__file__).resolve().parents[3]
TABLE = ROOT / "docs" / "decisions" / "0014-sincronizacion.md"
FAULTS = 9
# Of the machine: nginx, the nightly backup and the installer are real, without an office.
OF_THE_MACHINE = {
    "test_a_renewed_certificate_is_the_one_that_nginx_serves",
    "test_installing_again_keeps_the_administrators_settings",
}


def fixtures_of_tests() -> dict[str, set[str]]:
    """Name of each test of the two folders → its arguments."""
    found = {}
    for folder in ("tests/services/sincronizacion", "tests/servidor"):
        for path in (ROOT / folder).rglob("test_*.py"):
            for node in ast.parse(path.read_text("utf-8")).body:
                if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                    found[node.name] = {each.arg for each in node.args.args}
    return found


def test_every_fault_has_tests_over_a_server() -> None:
    rows = re.findall(r"^\| (\d)\. .*", TABLE.read_text("utf-8"), re.M)
    assert rows == [str(n) for n in range(1, FAULTS + 1)]
    named = re.findall(r"`(test_\w+)`", TABLE.read_text("utf-8").partition("Each fault")[2])
    assert len(named) > 2 * FAULTS
    known = fixtures_of_tests()
    assert [name for name in named if name not in known] == []
    servers = SERVERS | {"kinto", "server", "servidor"}
    over_any = servers | {"memoria", "oficina", "juntos", "uno"}
    assert [
        name for name in named if name not in OF_THE_MACHINE and not known[name] & over_any
    ] == []
    assert sum(bool(known[name] & servers) for name in named) > FAULTS
