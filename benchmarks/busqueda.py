"""Free text search during typing: the first hundred hits of every text, through the service.

    .venv/bin/python -m benchmarks.busqueda [--filas 100000] [--consultas 300]

The texts are beginnings of existing names, NSS and CURP, from three characters on, with accents and
Ñ. The peer is LIKE over the same columns with bare sqlcipher3. Goal: 30 ms at the 95th percentile.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from functools import partial
from typing import Final

from benchmarks.almacen import filled_store
from benchmarks.comun import clock_ms, tell
from benchmarks.datos import MOVIMIENTOS_POR_TRABAJADOR, SEMILLA, trabajadores
from icsoe_desktop.domain.acceso.sesion import SESION_CONSULTA
from icsoe_desktop.domain.texto import fold
from icsoe_desktop.services.movimientos.valores import FiltroMovimientos, OrdenMovimientos

GOAL_MS: Final = 30.0
HITS: Final = 100
PEER_TIMES: Final = 12
_ACCENTED: Final = str.maketrans("AEIOU", "ÁÉÍÓÚ")
_LIKE: Final = (
    "SELECT m.fila FROM trabajadores t JOIN movimientos m ON m.trabajador = t.fila "
    "WHERE t.orden_primer LIKE :q OR t.orden_segundo LIKE :q OR t.orden_nombres LIKE :q "
    "OR t.nss LIKE :q OR t.curp LIKE :q ORDER BY m.fecha DESC LIMIT 100"
)


def texts(filas: int, cuantas: int) -> list[str]:
    """Every prefix of typed texts, from three characters on."""
    azar = random.Random(SEMILLA + 1)
    people = trabajadores(max(1, filas // MOVIMIENTOS_POR_TRABAJADOR))
    found: list[str] = []
    while len(found) < cuantas:
        person = azar.choice(people)
        whole = azar.choice(
            [
                person.primer_apellido.lower(),
                person.primer_apellido.translate(_ACCENTED),
                f"{person.nombres.split()[0].lower()} {person.primer_apellido.lower()}",
                f"{person.primer_apellido} {person.segundo_apellido}".strip(),
                person.nss,
                person.curp,
                person.primer_apellido[1:],
            ]
        )
        found += [whole[:length] for length in range(3, len(whole) + 1)]
    azar.shuffle(found)
    return [text for text in found if len(text.replace(" ", "")) >= 3][:cuantas]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--filas", type=int, default=100_000)
    parser.add_argument("--consultas", type=int, default=300)
    options = parser.parse_args()
    with filled_store(options.filas) as (service, raw):

        def like(text: str) -> None:
            raw.execute(_LIKE, {"q": f"%{fold(text).split()[0]}%"}).fetchall()

        typed = texts(options.filas, options.consultas)
        ours: list[float] = []
        peer: list[float] = []
        hits = 0
        for at, text in enumerate(typed):
            start = time.perf_counter()
            rows = service.first_page(
                SESION_CONSULTA, FiltroMovimientos(texto=text), OrdenMovimientos(), HITS
            )
            ours.append((time.perf_counter() - start) * 1000)
            hits += bool(rows)
            if at % max(1, len(typed) // PEER_TIMES) == 0:
                peer.append(clock_ms(partial(like, text)))
    cuts = statistics.quantiles(ours, n=20, method="inclusive")
    return tell(
        {
            "medida": "busqueda",
            "filas": options.filas,
            "consultas": len(typed),
            "con_resultados": hits,
            "mediana_ms": round(statistics.median(ours), 2),
            "p95_ms": round(cuts[-1], 2),
            "maximo_ms": round(max(ours), 2),
            "like_ms": round(statistics.median(peer), 1),
            "razon_con_like": round(statistics.median(ours) / statistics.median(peer), 4),
            "meta_p95_ms": GOAL_MS,
        },
        cuts[-1] <= GOAL_MS,
    )


if __name__ == "__main__":
    raise SystemExit(main())
