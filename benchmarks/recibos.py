"""Reading CFDI of payroll in a folder and in a ZIP, against a bare expat loop; and an emission.

`python -m benchmarks.recibos [--recibos 100000] [--renglones 60000]` prints one JSON line. It
measures the processor time of this process and of the child that reads, and the memory of both.

Goals for 100,000 receipts: 25 s, 300 MB, twice the loop of the same run, which keeps nothing and
has no limits. For an emission of 60,000 rows: 2 s.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Final
from xml.parsers import expat

from benchmarks.comun import cpu_ms, tell
from icsoe_desktop.gateways.emision.lectura import read_emission
from icsoe_desktop.jobs import NoProgress
from tests.support.cfdi import Cfdi, NodoNomina
from tests.support.emision import EmisionHecha, FilaEmision

MOST_S_A_RECEIPT: Final = 25 / 100_000
MOST_MB: Final = 300
MOST_TIMES: Final = 2.0
EMISSION_S: Final = 2.0

# In a process of its own, whose memory and whose child's are this reading's alone.
MEASURED: Final = (
    "import json, resource, sys\n"
    "from pathlib import Path\n"
    "from benchmarks.comun import cpu_ms\n"
    "from icsoe_desktop.gateways.cfdi.lectura import read_receipts\n"
    "from icsoe_desktop.jobs import NoProgress\n"
    "found = []\n"
    "took = cpu_ms(lambda: found.extend(read_receipts([Path(sys.argv[1])], NoProgress())))\n"
    "child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024\n"
    "status = Path('/proc/self/status').read_text('ascii')\n"
    "own = int(status.partition('VmHWM:')[2].split()[0]) // 1024\n"
    "print(json.dumps([len(found), took, own, child]))\n"
)


def receipts(count: int) -> Iterator[tuple[str, bytes]]:
    """Every one of another person."""
    for at in range(count):
        node = NodoNomina(
            nss=f"{at:011}", curp=f"GOMJ8001{at % 28 + 1:02}HDFRR{at % 10**3:03}"[:18]
        )
        number = f"{at:08X}-0000-4000-8000-{at:012X}"
        one = Cfdi((node,), number, nombre=f"PERSONA NÚMERO {at}")
        yield f"{number}.xml", one.xml().encode()


def bare(contents: Iterator[bytes]) -> None:
    for data in contents:
        parser = expat.ParserCreate()
        parser.StartElementHandler = lambda name, attributes: None
        parser.Parse(data, True)


def in_zip(path: Path) -> Iterator[bytes]:
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            yield archive.read(info)


def measured(path: Path, count: int) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, str(path)], check=True, capture_output=True
    )
    found, took, own, child = json.loads(done.stdout)
    if found != count:
        raise SystemExit(f"{found} of {count} receipts")
    return {"s": took / 1000, "mb": own + child}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recibos", type=int, default=100_000)
    parser.add_argument("--renglones", type=int, default=60_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder, packed = Path(name, "recibos"), Path(name, "recibos.zip")
        folder.mkdir()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for each, data in receipts(options.recibos):
                (folder / each).write_bytes(data)
                archive.writestr(each, data)
        bare_s = {
            "carpeta": cpu_ms(lambda: bare(p.read_bytes() for p in folder.iterdir())) / 1000,
            "zip": cpu_ms(lambda: bare(in_zip(packed))) / 1000,
        }
        ours = {
            "carpeta": measured(folder, options.recibos),
            "zip": measured(packed, options.recibos),
        }
        filas = [
            FilaEmision(f"{at:011}", f"PERSONA {at}", 31, 500.5, "7", date(2025, 10, 4))
            for at in range(options.renglones)
        ]
        book = EmisionHecha(2025, 10, filas).write(Path(name, "emision.xls"))
        emision_s = cpu_ms(lambda: read_emission(book, NoProgress())) / 1000
    times = {each: round(ours[each]["s"] / bare_s[each], 2) for each in ours}
    worst_s = max(each["s"] for each in ours.values())
    worst_mb = max(each["mb"] for each in ours.values())
    result = {
        "medida": "recibos",
        "recibos": options.recibos,
        "s": {each: round(values["s"], 2) for each, values in ours.items()},
        "expat_s": {each: round(value, 2) for each, value in bare_s.items()},
        "veces_expat": times,
        "peor_veces": max(times.values()),
        "peor_s_por_cien_mil": round(worst_s / options.recibos * 100_000, 1),
        "mb": {each: values["mb"] for each, values in ours.items()},
        "emision_s": round(emision_s, 2),
    }
    kept = worst_s <= MOST_S_A_RECEIPT * options.recibos and worst_mb <= MOST_MB
    kept = kept and max(times.values()) <= MOST_TIMES and emision_s <= EMISSION_S
    return tell(result, kept)


if __name__ == "__main__":
    raise SystemExit(main())
