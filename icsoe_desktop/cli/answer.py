"""The answer of a command: sentences for a person, or with --json exactly one JSON document."""

from __future__ import annotations

import errno
import io
import json
import os
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final, TextIO

if TYPE_CHECKING:
    import argparse

GOOD: Final = 0
NOT_GOOD: Final = 1
USAGE: Final = 2

CANCELLED: Final = "Se canceló. No se cambió nada."
NO_MEMORY: Final = "No alcanzó la memoria del equipo. No se cambió nada. Cierre otros programas."
DISK_FULL: Final = (
    "No hay espacio en el disco. No se guardó nada a medias. Libere espacio y vuelva a intentarlo."
)
INACCESSIBLE: Final = (
    "No se pudo leer o escribir un archivo: no existe, no hay permiso o está abierto en otro "
    "programa. No se cambió nada."
)
OUTPUT_LOST: Final = (
    "La respuesta no se pudo escribir completa: no hay espacio donde se guarda. Libere espacio y "
    "vuelva a intentarlo."
)
OUR_FAULT: Final = (
    "Ocurrió un error que no esperábamos ({where}). Sus datos están a salvo. Repórtelo con estas "
    "palabras."
)


class ErrorCode(StrEnum):
    """Stable names of failures. Scripts compare them; the sentence beside them may change."""

    USO = "uso"
    CANCELADO = "cancelado"
    SIN_DATOS = "sin_datos"
    DATOS_BLOQUEADOS = "datos_bloqueados"
    DATOS_DANADOS = "datos_danados"
    EN_USO = "en_uso"
    ACCESO_NEGADO = "acceso_negado"
    FALTA_CONTRASENA = "falta_contrasena"
    CONTRASENA_ILEGIBLE = "contrasena_ilegible"
    ARCHIVO_NO_VALIDO = "archivo_no_valido"
    ARCHIVO_INACCESIBLE = "archivo_inaccesible"
    YA_EXISTE = "ya_existe"
    DATO_NO_VALIDO = "dato_no_valido"
    NADA_QUE_HACER = "nada_que_hacer"
    CON_PROBLEMAS = "con_problemas"
    DISCO_LLENO = "disco_lleno"
    SIN_MEMORIA = "sin_memoria"
    RECHAZADO = "rechazado"
    ERROR_INTERNO = "error_interno"


class CommandError(Exception):
    """The command cannot go on. status: NOT_GOOD, or USAGE for a wrong command."""

    def __init__(self, code: ErrorCode, sentence: str, status: int = NOT_GOOD) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
        self.status = status


class CommandAnswer:
    """Collects what a command says. `put` and `stream` make the JSON document, `say` the text.

    The document is an object. Its keys `orden`, `exito` and `error` are the same in every command;
    docs/esquemas describes the others. It is whole also if the command stops in the middle.
    """

    def __init__(self, orden: str, *, as_json: bool, output: TextIO, errors: TextIO) -> None:
        self.is_json = as_json
        self._orden = orden
        self._values: dict[str, Any] = {}
        self._output = output
        self._errors = errors
        self._begun = False

    def say(self, text: str) -> None:
        """A line for a person."""
        if not self.is_json:
            self._output.write(f"{_printable(text)}\n")
            self._output.flush()

    def warn(self, text: str) -> None:
        """A line on standard error for a person. With --json the document tells everything."""
        if not self.is_json:
            self._errors.write(f"{_printable(text)}\n")

    def put(self, **values: Any) -> None:
        """Keys of the document. A later value of the same key wins, except a streamed one."""
        self._values.update(values)

    def stream(self, key: str, items: Iterable[Any]) -> None:
        """Write a list of any length into the document, item by item. Ignored without --json."""
        with self.listing(key) as add:
            for item in items if self.is_json else ():
                add(item)

    @contextmanager
    def listing(self, key: str) -> Iterator[Callable[[Any], None]]:
        """`stream` for a caller that finds the items itself: the function adds one."""
        count = 0

        def add(item: Any) -> None:
            nonlocal count
            if self.is_json:
                self._write((",\n " if count else "\n ") + json.dumps(item, ensure_ascii=False))
                count += 1

        if self.is_json:
            self._write(f"{self._lead()}{json.dumps(key)}: [")
            self._output.flush()
        try:
            yield add
        finally:
            if self.is_json:
                self._write("]")

    def finish(self, status: int, code: ErrorCode | None = None, sentence: str = "") -> None:
        if code is not None:
            self.warn(sentence)
        if not self.is_json:
            return
        error = None if code is None else {"codigo": code.value, "mensaje": sentence}
        self._values |= {"orden": self._orden, "exito": status == GOOD, "error": error}
        for key, value in self._values.items():
            self._write(f"{self._lead()}{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}")
        self._write("\n}\n")

    def _lead(self) -> str:
        lead = ",\n " if self._begun else "{\n "
        self._begun = True
        return lead

    def _write(self, text: str) -> None:
        self._output.write(text)


# Names and texts of strangers may hold the escape codes of a terminal.
_CONTROLS: Final = {at: "�" for at in (*range(0x20), *range(0x7F, 0xA0)) if chr(at) not in "\t\n"}

Work = Callable[[CommandAnswer], int]


def run_command(args: argparse.Namespace, work: Work) -> int:
    """Run the work of a command and finish its answer. Returns the exit status."""
    # A window program on Windows has no streams.
    output, errors = sys.stdout or io.StringIO(), sys.stderr or io.StringIO()
    answer = CommandAnswer(args.orden, as_json=args.json, output=output, errors=errors)
    try:
        try:
            status, code, sentence = work(answer), None, ""
        except BrokenPipeError:
            raise
        except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - each gets its code
            status, code, sentence = _failure(error)
        answer.finish(status, code, sentence)
        output.flush()
    except BrokenPipeError:
        # The reader of the output went away, as «| head» does. Nobody is left to tell.
        _drop_output()
        return NOT_GOOD
    except OSError:
        errors.write(f"{OUTPUT_LOST}\n")
        _drop_output()
        return NOT_GOOD
    return status


def _printable(text: str) -> str:
    return text if text.isprintable() else text.translate(_CONTROLS)


def _failure(error: BaseException) -> tuple[int, ErrorCode, str]:
    # Imported here: the windows use the same parser and must not wait for it.
    from icsoe_desktop.errors import UserFacingError
    from icsoe_desktop.jobs import Cancelled

    match error:
        case CommandError():
            return error.status, error.code, error.sentence
        case Cancelled() | KeyboardInterrupt():
            return NOT_GOOD, ErrorCode.CANCELADO, CANCELLED
        case UserFacingError():
            return NOT_GOOD, _code_of(error), error.message
        case MemoryError():
            return NOT_GOOD, ErrorCode.SIN_MEMORIA, NO_MEMORY
        case OSError(errno=errno.ENOSPC | errno.EDQUOT):
            return NOT_GOOD, ErrorCode.DISCO_LLENO, DISK_FULL
        case OSError():
            return NOT_GOOD, ErrorCode.ARCHIVO_INACCESIBLE, INACCESSIBLE
    return NOT_GOOD, ErrorCode.ERROR_INTERNO, OUR_FAULT.format(where=_place_of(error))


def _code_of(error: BaseException) -> ErrorCode:
    from icsoe_desktop.errors import (
        InvalidInputError,
        NotAllowedError,
        NothingToDoError,
        StoreDamagedError,
        StoreLockedError,
    )

    if isinstance(error.__cause__, OSError) and error.__cause__.errno in (
        errno.ENOSPC,
        errno.EDQUOT,
    ):
        return ErrorCode.DISCO_LLENO
    match error:
        case StoreLockedError():
            return ErrorCode.DATOS_BLOQUEADOS
        case StoreDamagedError():
            return ErrorCode.DATOS_DANADOS
        case NotAllowedError():
            return ErrorCode.ACCESO_NEGADO
        case NothingToDoError():
            return ErrorCode.NADA_QUE_HACER
        case InvalidInputError(campo="archivo"):
            return ErrorCode.ARCHIVO_NO_VALIDO
        case InvalidInputError(campo="contrasena" | "usuario" | "correo"):
            return ErrorCode.ACCESO_NEGADO
        case InvalidInputError():
            return ErrorCode.DATO_NO_VALIDO
    return ErrorCode.RECHAZADO


def _place_of(error: BaseException) -> str:
    """Class, module and line of an error. Its message may hold personal data."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f", {PurePath(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{where}"


def _drop_output() -> None:
    """Point standard output nowhere: Python would write what is left when it ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
