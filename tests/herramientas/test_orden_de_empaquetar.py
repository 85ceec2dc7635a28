"""`icsoe.py empaquetar`: its steps one after another, and how it goes on after a failure."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from resources.entorno import empaquetar as module


@pytest.fixture
def empaquetar(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module with three steps, of which the second fails once."""
    done: list[str] = []

    def fail_once(_: object) -> None:
        done.append("b")
        if done.count("b") == 1:
            raise module.SetupError("Se cayó la red.")

    steps = (
        module.Step("a", "primero", lambda job: done.append("a")),
        module.Step("b", "segundo", fail_once),
        module.Step("c", "tercero", lambda job: done.append("c")),
    )
    monkeypatch.setattr(module, "STEPS", {"linux": steps})
    monkeypatch.setattr(module, "done", done, raising=False)
    return module


def test_a_failed_step_says_how_to_go_on_from_it(
    empaquetar: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["linux", "--salida", str(tmp_path)]
    assert empaquetar.main(words, system=False) == 1
    said = capsys.readouterr().err
    assert "Se cayó la red." in said
    assert "empaquetar linux --desde b" in said
    assert "Listo" not in said

    assert empaquetar.main([*words, "--desde", "b"], system=False) == 0
    assert empaquetar.done == ["a", "b", "b", "c"]
    assert str(tmp_path) in capsys.readouterr().err


def test_it_ends_where_it_is_told(empaquetar: ModuleType, tmp_path: Path) -> None:
    words = ["linux", "--salida", str(tmp_path), "--hasta", "a"]
    assert empaquetar.main(words, system=False) == 0
    assert empaquetar.done == ["a"]


@pytest.mark.parametrize(
    ("words", "told"),
    [(["linux", "--desde", "z"], "Son: a, b, c."), (["solaris"], "solaris"), ([], "sistema")],
)
def test_a_wrong_word_is_told_and_nothing_runs(
    empaquetar: ModuleType, capsys: pytest.CaptureFixture[str], words: list[str], told: str
) -> None:
    assert empaquetar.main(words, system=False) == 2
    assert told in capsys.readouterr().err
    assert empaquetar.done == []


def test_a_proxy_that_inspects_tls_is_named_when_tools_are_installed(
    empaquetar: ModuleType, tmp_path: Path
) -> None:
    tools = empaquetar.Environment(tmp_path, tmp_path / "requisitos.txt")

    class Behind:
        """Makes the environment; pip finds a certificate of the office."""

        def run(self, command: list[str], trouble: str) -> None:
            if "pip" in command:
                raise empaquetar.SetupError(f"{trouble}: CERTIFICATE_VERIFY_FAILED")

    with pytest.raises(empaquetar.SetupError, match=r"PIP_CERT=/ruta/autoridad\.pem python3"):
        tools.make(Behind())
    assert not tools.is_good()
