"""A long run: python -m tests.caos --minutos 10 [--semilla N] [--informe FILE.json].

Prints the seed first and the figures at the end. Ends with 1 if anything was lost, differs, or was
read by somebody who may not.
"""

from __future__ import annotations

import argparse
import json
import secrets
import sys
import tempfile
from pathlib import Path

from tests.caos.caos import Caos
from tests.caos.test_caos import own_server
from tests.support.cost import use_test_cost


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.caos", description=__doc__)
    parser.add_argument("--minutos", type=float, default=10.0)
    parser.add_argument("--semilla", type=int, default=secrets.randbelow(10**8))
    parser.add_argument("--informe", type=Path, help="everything that was found, as JSON")
    parser.add_argument("--guardar", type=Path, help="folder for the desktops' data")
    args = parser.parse_args()
    use_test_cost()
    print(f"semilla {args.semilla}, {args.minutos:g} minutos", flush=True)
    with tempfile.TemporaryDirectory(prefix="caos-") as made:
        folder = args.guardar or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        with own_server(folder) as server:
            seconds = args.minutos * 60
            found = Caos(server, folder, args.semilla, seconds, nuevos=6, tell=_tell).run()
    print(json.dumps(found.figures(), ensure_ascii=False))
    for one in found.faltas:
        print(one)
    if args.informe is not None:
        text = json.dumps(found.report(), ensure_ascii=False, indent=1)
        args.informe.write_text(text, encoding="utf-8")
    return 1 if found.faltas else 0


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
