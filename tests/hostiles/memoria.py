"""Reads hostile sheets, and tells the memory that it and its children took.

python -m tests.hostiles.memoria FOLDER NAME…

A process of its own, so that the largest child is one of these. Without pytest, whose memory would
count.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gateways.hojas.lectura import open_sheet
from tests.hostiles.hojas import SHEETS


def main() -> None:
    folder, *names = sys.argv[1:]
    said, processor_s = [], []
    for name in names:
        path = SHEETS[name](Path(folder) / name)
        start = time.process_time()
        sentence = ""
        try:
            with open_sheet(path) as sheet:
                for _ in sheet.rows:
                    pass
        except InvalidInputError as error:
            sentence = error.message if error.campo == "archivo" else f"campo {error.campo}"
        processor_s.append(time.process_time() - start)
        said.append(sentence)
    own = Path("/proc/self/status").read_text("ascii").partition("VmHWM:")[2].split()[0]
    found = {
        "said": said,
        "processor_s": processor_s,
        "child_mib": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
        "parent_mib": int(own) // 1024,
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
