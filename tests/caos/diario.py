"""What people did at a desktop, written outside its store, so that nothing of it can be forgotten.

A line says what is about to be done, another that it was done: the second is on disk only after
the service returned. Every value that is typed is a token that nobody else types.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

VA, HECHO, NO, FALLA, VISTO = "va", "hecho", "no", "falla", "visto"


@dataclass
class Acto:
    """One edit. hecho: None when nobody lived to see whether it was done.

    fichas: field → token written; previas: tokens that were there and were replaced knowingly.
    """

    equipo: int
    n: int
    que: str
    datos: dict[str, Any] = field(default_factory=dict)
    hecho: bool | None = None

    @property
    def fichas(self) -> list[str]:
        return [str(one) for one in self.datos.get("fichas", [])]

    @property
    def previas(self) -> list[str]:
        return [str(one) for one in self.datos.get("previas", [])]


class Diario:
    """For one desktop at a time; goes on where a killed one ended."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._n = last_number(path)
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        if path.stat().st_size and not path.read_bytes().endswith(b"\n"):
            os.write(self._file, b"\n")

    @property
    def last(self) -> int:
        return self._n

    def next(self) -> int:
        with self._lock:
            self._n += 1
            return self._n

    def write(self, n: int, fase: str, **told: Any) -> None:
        line = json.dumps({"n": n, "f": fase, "t": time.time(), **told}, ensure_ascii=False)
        os.write(self._file, line.encode() + b"\n")
        os.fsync(self._file)


def lines(path: Path) -> Iterator[dict[str, Any]]:
    """The whole lines; the last one may have been cut by a death."""
    if not path.exists():
        return
    for text in path.read_bytes().split(b"\n"):
        try:
            found = json.loads(text)
        except ValueError:
            continue
        if isinstance(found, dict):
            yield found


def last_number(path: Path) -> int:
    return max((int(line["n"]) for line in lines(path)), default=0)


def read(path: Path, equipo: int) -> tuple[list[Acto], list[dict[str, Any]]]:
    """The edits in their order, and the other lines: what was seen, what failed."""
    acts: dict[int, Acto] = {}
    others = []
    for line in lines(path):
        told = {key: value for key, value in line.items() if key not in ("n", "f", "q", "t")}
        match line["f"]:
            case "va":
                acts[line["n"]] = Acto(equipo, line["n"], line["q"], told)
            case "hecho" | "no":
                act = acts[line["n"]]
                act.hecho = line["f"] == HECHO
                act.datos |= told
            case _:
                others.append(line)
    return list(acts.values()), others


def within(n: int, ranges: Sequence[tuple[int, float]]) -> bool:
    return any(first < n <= last for first, last in ranges)


def doubted(acto: Acto, ranges: Sequence[tuple[int, float]]) -> Acto:
    """ranges: done, but perhaps only on a disk that was lost, or on a desktop that was removed."""
    return replace(acto, hecho=None) if acto.hecho and within(acto.n, ranges) else acto
