"""What argparse says of a wrong command is Spanish, with the argparse of the Python that runs."""

from __future__ import annotations

import argparse
import ast
import inspect
import re

import pytest

from icsoe_desktop.cli import command as espanol
from icsoe_desktop.cli.main import SpanishParser, UsageError

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
