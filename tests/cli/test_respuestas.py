"""Every command under every failure: its exit status, one document, and a documented code."""

from __future__ import annotations

import argparse
import ast
import errno
import inspect
import io
import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from icsoe_desktop.arranque import vistazo
from icsoe_desktop.cli import command as espanol
from icsoe_desktop.cli import main as cli
from icsoe_desktop.cli.answer import CommandError, ErrorCode, run_command
from icsoe_desktop.cli.main import SpanishParser, UsageError
from icsoe_desktop.errors import (
    InvalidInputError,
    NotAllowedError,
    StoreDamagedError,
    StoreLockedError,
    UserFacingError,
)
from icsoe_desktop.jobs import Cancelled
from tests.conftest import MemoryKeyring
from tests.support import ordenes
from tests.support.respuesta_json import SCHEMA, document, error_of, whole_document

REQUIRED = {"PESOS": "500", "AAAA-MM-DD": "2026-01-01", "FECHA": "2026-01-01"}


def leaves(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    groups = [each for each in parser._actions if isinstance(each, argparse._SubParsersAction)]
    if not groups:
        yield parser
    for group in groups:
        for child in group.choices.values():
            yield from leaves(child)


COMMANDS = {str(each.get_default("orden")): each for each in leaves(cli.build_parser())}


def words_of(orden: str) -> list[str]:
    """The command with something in every place that needs it."""
    words = orden.split()
    for action in COMMANDS[orden]._actions:
        if not action.required:
            continue
        value = REQUIRED.get(str(action.metavar), "x.xlsx")
        value = str(next(iter(action.choices))) if action.choices else value
        words += [action.option_strings[0], value] if action.option_strings else [value]
    return words


def test_every_command_has_json_an_example_and_a_description() -> None:
    assert len(COMMANDS) >= 14
    for orden, parser in COMMANDS.items():
        shown = parser.format_help()
        assert f"Ejemplo: icsoe-consola {orden}" in " ".join(shown.split()), orden
        assert "--json" in shown, orden
        assert parser.description, orden


def test_no_command_takes_a_secret_as_an_argument() -> None:
    options = {one for parser in COMMANDS.values() for one in parser._option_string_actions}
    secret = {one for one in options if re.search("contrasena|codigo|clave", one)}
    assert secret
    assert {one for one in secret if not one.endswith("-archivo")} == set()


def test_the_schema_describes_every_command_and_every_code() -> None:
    schema = json.loads(SCHEMA.read_text("utf-8"))
    described = {
        each["if"]["properties"]["orden"]["const"]: each["then"]["$ref"] for each in schema["allOf"]
    }
    assert described.keys() == COMMANDS.keys()
    for ref in described.values():
        assert ref.removeprefix("#/definitions/") in schema["definitions"]
    codes = schema["definitions"]["error"]["properties"]["codigo"]["enum"]
    assert codes == [code.value for code in ErrorCode]


@pytest.mark.parametrize("orden", COMMANDS)
def test_a_command_written_wrong_is_one_document_and_status_2(
    orden: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.parse([*words_of(orden), "--json", "--no-existe"])
    assert ended.value.code == 2
    shown = capsys.readouterr()
    assert error_of(shown.out) == "uso"
    assert "--no-existe" in whole_document(shown.out)["error"]["mensaje"]


@pytest.mark.parametrize("orden", COMMANDS)
def test_a_person_reads_why_a_command_is_wrong(
    orden: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        cli.parse([*words_of(orden), "--no-existe"])
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "uso: " in shown.err
    assert "no se reconoce: --no-existe" in shown.err


KEPT = ["--columnas", "Nómina"]
WITH_DATA = [
    orden
    for orden, parser in COMMANDS.items()
    if "--datos" in parser.format_help()
    # These make or only read; one needs data for an option only.
    and orden not in ("respaldo restaurar", "respaldo verificar", "confrontar")
]


@pytest.mark.parametrize("orden", WITH_DATA)
def test_without_data_the_code_says_so(
    orden: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(vistazo, "SystemKeyring", MemoryKeyring)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"")))
    (tmp_path / "clave").write_text("Gato-Verde-27\n")
    words = [*words_of(orden), "--json", "--datos", str(tmp_path / "no hay")]
    if "--contrasena-archivo" in COMMANDS[orden].format_help():
        words += ["--contrasena-archivo", str(tmp_path / "clave")]
    # These open data only for the columns that are kept there.
    words += {"movimientos revisar": KEPT, "vigilar": [*KEPT, "--una-vez"]}.get(orden, [])
    assert ordenes.run(*words) == 1
    assert error_of(capsys.readouterr().out) == "sin_datos"


SENTENCE = "Algo pasó."


def from_disk() -> Exception:
    error = UserFacingError(SENTENCE)
    error.__cause__ = OSError(errno.ENOSPC, "no space")
    return error


@pytest.mark.parametrize(
    ("error", "code", "status"),
    [
        (CommandError(ErrorCode.YA_EXISTE, SENTENCE), "ya_existe", 1),
        (CommandError(ErrorCode.USO, SENTENCE, 2), "uso", 2),
        (StoreLockedError(SENTENCE), "datos_bloqueados", 1),
        (StoreDamagedError(SENTENCE), "datos_danados", 1),
        (NotAllowedError(SENTENCE), "acceso_negado", 1),
        (InvalidInputError(SENTENCE, "archivo"), "archivo_no_valido", 1),
        (InvalidInputError(SENTENCE, "contrasena"), "acceso_negado", 1),
        (InvalidInputError(SENTENCE), "dato_no_valido", 1),
        (UserFacingError(SENTENCE), "rechazado", 1),
        (from_disk(), "disco_lleno", 1),
        (OSError(errno.ENOSPC, "no space"), "disco_lleno", 1),
        (OSError(errno.EACCES, "denied"), "archivo_inaccesible", 1),
        (MemoryError(), "sin_memoria", 1),
        (Cancelled(), "cancelado", 1),
        (KeyboardInterrupt(), "cancelado", 1),
        (ZeroDivisionError("PISA900215MDFRTL05"), "error_interno", 1),
    ],
)
@pytest.mark.parametrize("as_json", [True, False])
def test_each_failure_has_its_code_and_its_sentence(
    error: BaseException,
    code: str,
    status: int,
    as_json: bool,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def work(answer: object) -> int:
        raise error

    args = argparse.Namespace(orden="sincronizar", json=as_json)
    assert run_command(args, work) == status
    shown = capsys.readouterr()
    if as_json:
        assert error_of(shown.out) == code
        assert shown.err == ""
    else:
        assert shown.out == ""
        assert len(shown.err.splitlines()) == 1
    assert "PISA900215MDFRTL05" not in shown.out + shown.err


def test_a_failure_in_the_middle_of_a_list_still_ends_the_document(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def rows() -> Iterator[dict[str, object]]:
        yield {"ajuste": "a", "bien": True, "encontrado": "", "remedio": ""}
        raise OSError(errno.ENOSPC, "no space")

    args = argparse.Namespace(orden="servidor verificar", json=True)
    assert run_command(args, lambda answer: answer.stream("hallazgos", rows()) or 0) == 1
    out = capsys.readouterr().out
    assert error_of(out) == "disco_lleno"
    assert len(document(out)["hallazgos"]) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGINT for another process")
def test_ctrl_c_ends_a_command_with_its_document() -> None:
    command = [sys.executable, "-m", "icsoe_desktop", "movimientos", "revisar", "-", "--json"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write(b"x")
        process.stdin.flush()
        # The document has begun: the command is at work.
        assert process.stdout.read(5) == b'{\n "p'
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()
        assert process.wait() == 1
        assert rest.endswith(b"}\n")
        assert b'"codigo": "cancelado"' in rest
        assert process.stderr.read() == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a full device")
def test_an_answer_that_finds_no_room_is_said(tmp_path: Path) -> None:
    path = tmp_path / "m.txt"
    path.write_bytes(b"corta\r\n" * 3)
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "icsoe_desktop", "movimientos", "revisar", str(path), "--json"],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.decode().count("\n") == 1
    assert "no hay espacio" in done.stderr.decode()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_a_shell_is_told_how_to_complete(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert ordenes.run("completar", shell) == 0
    assert "icsoe-consola" in capsys.readouterr().out


def test_the_shell_gets_the_words_that_may_follow(tmp_path: Path) -> None:
    answer = tmp_path / "palabras"
    line = "icsoe-consola movimientos rev"
    subprocess.run(
        [sys.executable, "-m", "icsoe_desktop"],
        env={
            "_ARGCOMPLETE": "1",
            "_ARGCOMPLETE_STDOUT_FILENAME": str(answer),
            "COMP_LINE": line,
            "COMP_POINT": str(len(line)),
            "PATH": "/usr/bin",
        },
        check=False,
        timeout=60,
    )
    assert answer.read_text().split() == ["revisar"]


# What argparse says to programmers, to programs with its own --help, or of what is deprecated here
# in no command.
NOT_SAID = re.compile(
    r"^(\.__call__|%\(heading\)s:| \(default: |'required' is|argument \"-\" with|cannot "
    r"|conflicting|dest= is|invalid conflict_resolution|invalid option string|mutually exclusive"
    r"|%r is not|show |.+ is deprecated$)"
)


def parser() -> SpanishParser:
    made = SpanishParser(prog="icsoe-desktop algo")
    made.add_argument("uno", nargs="?", choices=["a", "b"], metavar="UNO")
    made.add_argument("--dos", type=int)
    made.add_argument("--dosis", nargs=2)
    made.add_argument("--todos", nargs="+")
    either = made.add_mutually_exclusive_group(required=True)
    either.add_argument("--tres", action="store_true")
    either.add_argument("--cuatro", action="store_true")
    return made


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "falta uno de estos: --tres --cuatro"),
        (["--tres", "--no"], "no se reconoce: --no"),
        (["--tres", "--cuatro"], "argumento --cuatro: no se combina con --tres"),
        (["--tres=1"], "argumento --tres: no lleva valor: '1'"),
        (["--tres", "--do", "1"], "opción ambigua: --do puede ser --dos, --dosis"),
        (["--tres", "--dos"], "argumento --dos: falta su valor"),
        (["--tres", "--dos", "x"], "argumento --dos: no es un valor: 'x'"),
        (["--tres", "--dosis", "x"], "argumento --dosis: faltan 2 valores"),
        (["--tres", "--todos"], "argumento --todos: falta al menos un valor"),
    ],
)
def test_a_wrong_command_is_told_in_spanish(words: list[str], said: str) -> None:
    with pytest.raises(UsageError) as caught:
        parser().parse_args(words)
    assert caught.value.message == said
    assert caught.value.usage.startswith("uso: icsoe-desktop algo ")


def test_a_wrong_choice_is_told_with_the_right_ones() -> None:
    with pytest.raises(UsageError) as caught:
        parser().parse_args(["--tres", "c"])
    assert re.fullmatch(
        r"argumento UNO: no es una opción: 'c' \(elija entre '?a'?, '?b'?\)", caught.value.message
    )


def test_help_has_spanish_headings() -> None:
    shown = parser().format_help()
    assert shown.startswith("uso: icsoe-desktop algo ")
    assert re.findall(r"^(\w+):$", shown, re.MULTILINE) == ["argumentos", "opciones"]


def test_the_catalogue_has_what_argparse_says_to_people() -> None:
    calls = [
        node
        for node in ast.walk(ast.parse(inspect.getsource(argparse)))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("_", "ngettext")
    ]
    asked = {
        word.value
        for call in calls
        for word in call.args
        if isinstance(word, ast.Constant) and isinstance(word.value, str)
    }
    assert "unrecognized arguments: %s" in asked
    unknown = {word for word in asked - espanol.MESSAGES.keys() if not NOT_SAID.match(word)}
    assert unknown == set()
