"""The peer of certificados.py, run with its own Python: satcfdi opens the same pair.

Arguments: folder of `par.cer` and `par.key`, password, times. It prints JSON: milliseconds of CPU
of each time.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from pathlib import Path


def main(folder: Path, password: str, times: int) -> None:
    signer = importlib.import_module("satcfdi.models").Signer
    certificate, key = (folder / "par.cer").read_bytes(), (folder / "par.key").read_bytes()
    found = []
    for _ in range(times + 1):
        start = time.process_time()
        signer.load(certificate=certificate, key=key, password=password)
        found.append((time.process_time() - start) * 1000)
    sys.stdout.write(json.dumps(found[1:]))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
