"""The child process: limits itself, then answers requests until its input ends."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from typing import Any

Report = Callable[[int, int | None, str], None]
# arguments, octets of the file, report → answers: a JSON value and octets each.
Task = Callable[[dict[str, Any], bytes, Report], Iterator[tuple[Any, bytes]]]


def find_task(name: str) -> Task:
    """Raises KeyError. Named here one by one: a request names nothing else to import."""
    if name in ("pdf.count", "pdf.render", "picture.decode"):
        from icsoe_desktop.gateways import pdf

        return {
            "pdf.count": pdf.count_task,
            "pdf.render": pdf.render_task,
            "picture.decode": pdf.picture_task,
        }[name]
    if name == "pdf.words":
        from icsoe_desktop.gateways.constancia_pdf.palabras import words_task

        return words_task
    if name == "hojas.read":
        from icsoe_desktop.gateways.hojas.tabla import read_task as read_sheet_task

        return read_sheet_task
    if name == "cfdi.read":
        from icsoe_desktop.gateways.cfdi.recorrido import read_task as read_receipts_task

        return read_receipts_task
    if name == "emision.read":
        from icsoe_desktop.gateways.emision.libro import read_task as read_emission_task

        return read_emission_task
    raise KeyError(name)


def main(words: list[str]) -> None:
    """words: octets of memory beyond those in use."""
    from icsoe_desktop.errors import InvalidInputError, UserFacingError
    from icsoe_desktop.gateways.isolation.limits import limit_own_process, read_frame, write_frame

    memory = int(words[0])
    # Output of libraries must not get between the frames.
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    source = sys.stdin.buffer

    def report(done: int, total: int | None = None, what: str = "") -> None:
        write_frame(output, ["report", done, total, what])

    limited = False
    payload = b""
    while (frame := read_frame(source)) is not None:
        header, blob = frame
        if not header["again"]:
            payload = blob
        del frame, blob
        try:
            task = find_task(header["task"])
            if not limited:
                limit_own_process(memory)
                limited = True
            for value, data in task(header["arguments"], payload, report):
                write_frame(output, ["answer", value], data)
            write_frame(output, ["end"])
        except UserFacingError as error:
            campo = error.campo if isinstance(error, InvalidInputError) else None
            is_input = isinstance(error, InvalidInputError)
            write_frame(output, ["refused", error.message, is_input, campo])
        except MemoryError:
            write_frame(output, ["memory"])
            return
