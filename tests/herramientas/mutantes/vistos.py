"""Which test killed which mutant, kept between runs: a run that was stopped can go on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from tests.herramientas.mutantes.carrera import TIEMPO, Resultado, modules
from tests.herramientas.mutantes.mapa import ROOT
from tests.herramientas.mutantes.mutaciones import Mutante


class Vistos:
    """A death counts as long as neither the mutant's module nor the test's file has changed."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def dead(self, mutantes: Mapping[int, Mutante]) -> dict[int, Resultado]:
        found, deaths = {}, self._read()
        for number, one in mutantes.items():
            por, huella = deaths.get(_key(one), ("", ""))
            if por and huella == _digest(one, por):
                found[number] = Resultado(one, por, 0, 0)
        return found

    def note(self, result: Resultado) -> None:
        # Read again: forks note as well.
        deaths = self._read()
        deaths.pop(_key(result.mutante), None)
        if result.por not in (None, TIEMPO):
            deaths[_key(result.mutante)] = [result.por, _digest(result.mutante, result.por)]
        self._file.write_text(json.dumps(deaths))

    def _read(self) -> dict[str, list[str]]:
        return dict(json.loads(self._file.read_text())) if self._file.exists() else {}


def _key(mutante: Mutante) -> str:
    return f"{mutante} {mutante.sitio}"


def _digest(mutante: Mutante, por: str) -> str:
    test = ROOT / por.partition("::")[0]
    content = modules()[mutante.modulo].read_bytes() + b"\0"
    if test.is_file():
        content += test.read_bytes()
    return hashlib.sha256(content).hexdigest()
