"""Runs pytest in .venv, in several processes if all tests or a tier of them are asked for."""

from __future__ import annotations

import os

from resources.entorno import familia
from resources.entorno.preparar import PYTHON
from resources.entorno.procesos import ROOT

# Each process may run its own Kinto and PostgreSQL.
MAX_PROCESSES = 4


def run(arguments: list[str]) -> int:
    """Exit code: pytest's."""
    os.chdir(ROOT)
    return familia.run(
        [str(PYTHON), "-P", "-m", "pytest", *parallel(arguments), *arguments],
        {**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )


def parallel(arguments: list[str]) -> list[str]:
    """pytest's options for parallel processes, for all tests or a tier.

    Named tests run in one process: it starts faster and is easier to follow. The options are also
    left out if the arguments set the number of processes.
    """
    named = any((ROOT / word.split("::")[0]).exists() for word in arguments if word[:1] != "-")
    chosen = any(
        word == "-s" or word.startswith(("-n", "--numprocesses", "--pdb")) for word in arguments
    )
    if named or chosen:
        return []
    # The tests of a file share fixtures, so they stay in one process. Files start in collection
    # order: ordered by number of tests, long files with few tests would start last.
    spread = ["--dist", "loadfile", "--no-loadscope-reorder"]
    return ["--numprocesses", "auto", "--maxprocesses", str(MAX_PROCESSES), *spread]
