"""The sheet and the files of a presented return, as they are kept."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from icsoe_desktop.domain.icsoe.hoja import BloqueHoja, RenglonHoja
from icsoe_desktop.domain.icsoe.trabajadores import ArchivoCsv


def as_presented(bloques: Iterable[BloqueHoja], archivos: Iterable[ArchivoCsv]) -> str:
    """The sheet and the files as JSON, to keep them unchanged."""
    content: dict[str, Any] = {
        "bloques": [[each.titulo, list(each.renglones), each.contrato] for each in bloques],
        "archivos": [[each.nombre, each.contenido.decode("ascii")] for each in archivos],
    }
    return json.dumps(content, ensure_ascii=False)


def presented(text: str) -> tuple[tuple[BloqueHoja, ...], tuple[ArchivoCsv, ...]]:
    """The contents of `as_presented`.

    Raises ValueError or TypeError for another text, which a desktop of the office may send.
    """
    content = json.loads(text)
    bloques = tuple(
        BloqueHoja(title, tuple(RenglonHoja(*line) for line in lines), contrato)
        for title, lines, contrato in content["bloques"]
    )
    archivos = tuple(ArchivoCsv(name, data.encode("ascii")) for name, data in content["archivos"])
    return bloques, archivos
