"""Many desktops that poll one sync server with many records.

    .venv/bin/python -m benchmarks.escala [--registros 1000000] [--equipos 500] [--oficinas 100]

It uses the real Kinto on a temporary PostgreSQL with four workers, as resources/servidor sets it
up, without nginx and TLS. A simulated desktop opens a connection, asks for the news of its office
and closes, which is the round of a real one when nothing changed; it costs the measuring process
almost nothing. «seis» are the rounds before that request existed: one request a collection. The
records are written into the tables directly. All on 127.0.0.1; each phase ends after a given time.

Goals: one request a round, no row written, and at the pace of ten times as many desktops that poll
every five minutes, p95 below 250 ms.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import math
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pytest

from benchmarks.comun import tell
from resources.servidor import oficinas
from tests.support.kinto_real import KintoReal, postgres_server, prepare_database
from tests.support.postgres_real import Postgres, postgres, postgres_folder

EVERY_S: Final = 300.0
FASTER: Final = 10
PACE_S: Final = 30.0
FULL_S: Final = 10.0
TOGETHER: Final = 8
SEALED_BYTES: Final = 700
P95_MS: Final = 250.0
SINGLE: Final = 60
TICKS: Final = os.sysconf("SC_CLK_TCK")
COLLECTIONS: Final = (*oficinas.DATOS, oficinas.LLAVES)

# Random text, as sealed data is: it does not compress. The trigger that dates a record is left out.
FILL = """
SET session_replication_role = replica;
INSERT INTO objects (id, parent_id, resource_name, last_modified, data, deleted)
SELECT gen_random_uuid()::text, '/buckets/' || o.id || '/collections/' || c.name, 'record',
       '2026-01-01'::timestamp + n * interval '1 millisecond',
       jsonb_build_object('s', (SELECT string_agg(md5(random()::text || g || n), '')
                                  FROM generate_series(1, {pieces}) g)), FALSE
  FROM (SELECT id FROM objects WHERE resource_name = 'bucket' AND id LIKE 'of-%' {which}) o,
       (VALUES {names}) AS c(name), generate_series(1, {each}) n;
ANALYZE objects;
"""


@dataclass(frozen=True)
class Desktop:
    """What a request of it begins with."""

    oficina: str
    authorization: str


class Load:
    """Simulated desktops of one server."""

    def __init__(self, server: KintoReal, desktops: list[Desktop]) -> None:
        self._address = urlsplit(server.direccion)
        self._desktops = desktops

    async def ask(self, desktop: Desktop, path: str) -> None:
        """One request on its own connection."""
        host, port = self._address.hostname or "", self._address.port
        reader, writer = await asyncio.open_connection(host, port)
        try:
            writer.write(
                f"GET {self._address.path}/buckets/{desktop.oficina}/{path} HTTP/1.1\r\n"
                f"Host: {host}\r\nAuthorization: Basic {desktop.authorization}\r\n"
                "Accept: application/json\r\nConnection: close\r\n\r\n".encode()
            )
            answer = await reader.read(-1)
        finally:
            writer.close()
        if not answer.startswith(b"HTTP/1.1 200 "):
            raise RuntimeError(answer[:200])

    async def round(self, desktop: Desktop, six: bool) -> float:
        """Milliseconds."""
        start = time.perf_counter()
        if six:
            now = int(time.time() * 1000)
            for name in COLLECTIONS:
                await self.ask(desktop, f"collections/{name}/records?_since={now}&_limit=500")
        else:
            await self.ask(desktop, "novedades")
        return (time.perf_counter() - start) * 1000

    async def warm(self) -> None:
        """Every process has its connections, and every collection the date of its first reading."""
        await self.all_at_once()
        for one in {each.oficina: each for each in self._desktops}.values():
            await self.round(one, True)

    async def at_pace(self, seconds: float) -> list[float]:
        """Each desktop every EVERY_S / FASTER, at moments of its own."""
        chance = random.Random(7)
        every = EVERY_S / FASTER
        moments = sorted(
            (first, one)
            for one in range(len(self._desktops))
            if (first := chance.random() * every) < seconds
        )
        start = time.perf_counter()

        async def one(moment: float, which: int) -> float:
            await asyncio.sleep(max(0.0, start + moment - time.perf_counter()))
            return await self.round(self._desktops[which], False)

        return await asyncio.gather(*(one(*each) for each in moments))

    async def all_at_once(self) -> list[float]:
        return await asyncio.gather(*(self.round(each, False) for each in self._desktops))

    async def without_pause(self, seconds: float, six: bool) -> list[float]:
        until = time.perf_counter() + seconds
        took: list[float] = []

        async def one(place: int) -> None:
            while time.perf_counter() < until:
                took.append(await self.round(self._desktops[place % len(self._desktops)], six))
                place += TOGETHER

        await asyncio.gather(*(one(place) for place in range(TOGETHER)))
        return took


class Meter:
    """Processor time of the web processes and of PostgreSQL, and what the database wrote."""

    def __init__(self, server: KintoReal, database: Postgres) -> None:
        self._server, self._database = server, database

    def measure(self, work: Callable[[], list[float]]) -> dict[str, float]:
        web, base = self._cpu(self._server.process.pid), self._base_cpu()
        numbers = self._numbers()
        start = time.perf_counter()
        took = work()
        seconds = time.perf_counter() - start
        web = self._cpu(self._server.process.pid) - web
        base = self._base_cpu() - base
        return {
            "vueltas": len(took),
            "vueltas_por_s": round(len(took) / seconds, 1),
            "p50_ms": round(statistics.median(took), 1),
            "p95_ms": round(sorted(took)[math.ceil(len(took) * 0.95) - 1], 1),
            "peor_ms": round(max(took), 1),
            "cpu_ms_por_vuelta_web": round(web * 1000 / len(took), 2),
            "cpu_ms_por_vuelta_base": round(base * 1000 / len(took), 2),
            "nucleos": round((web + base) / seconds, 2),
            "transacciones_que_escriben": self._numbers() - numbers,
        }

    def _base_cpu(self) -> float:
        assert self._database.process is not None
        return self._cpu(self._database.process.pid)

    def _numbers(self) -> int:
        # PostgreSQL numbers a transaction when it writes its first row, and only then.
        return int(self._database.psql("SELECT pg_snapshot_xmax(pg_current_snapshot())"))

    def _cpu(self, parent: int) -> float:
        """Seconds of a process, of its children, and of those that ended."""
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        own = Path(f"/proc/{parent}/stat").read_text().rpartition(")")[2].split()
        ended = sum(int(one) for one in own[11:15])
        return ended / TICKS + sum(self._cpu(int(one)) for one in children)


def office(server: KintoReal, cuentas: list[str]) -> str:
    """A new office with these members."""
    oficina = server.office()
    members = [f"account:{one}" for one in cuentas]
    path = f"/buckets/{oficina}/groups/miembros"
    server.administration.ask("PATCH", path, {"data": {"members": members}})
    return oficina


def desktop(server: KintoReal, oficina: str, cuenta: str) -> Desktop:
    credentials = f"{cuenta}:{server.account(cuenta)}".encode()
    return Desktop(oficina, base64.b64encode(credentials).decode())


def fill(database: Postgres, each: int, oficina: str | None = None) -> None:
    which = "" if oficina is None else f"AND id = '{oficina}'"
    names = ", ".join(f"('{name}')" for name in oficinas.DATOS)
    pieces = SEALED_BYTES // 32
    database.psql(FILL.format(pieces=pieces, names=names, each=each, which=which))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--registros", type=int, default=1_000_000)
    parser.add_argument("--equipos", type=int, default=500)
    parser.add_argument("--oficinas", type=int, default=100)
    options = parser.parse_args()
    try:
        return measure(options.registros, options.equipos, options.oficinas)
    except pytest.skip.Exception as missing:
        sys.stderr.write(f"escala: no se midió. {missing}\n")
        return 0


def measure(registros: int, equipos: int, how_many: int) -> int:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        database = stack.enter_context(postgres(postgres_folder()))
        prepare_database(database, folder)
        server = stack.enter_context(postgres_server(database, folder))
        cuentas = [f"equipo-{n}" for n in range(equipos)]
        start = time.monotonic()
        for cuenta in cuentas:
            server.account(cuenta)
        alta = (time.monotonic() - start) * 1000 / equipos
        desktops = []
        for n in range(how_many):
            own = cuentas[n::how_many]
            oficina = office(server, own)
            desktops += [desktop(server, oficina, cuenta) for cuenta in own]
        fill(database, registros // how_many // len(oficinas.DATOS))
        load, meter = Load(server, desktops), Meter(server, database)

        def run(work: Callable[[], Any]) -> dict[str, float]:
            return meter.measure(lambda: asyncio.run(work()))

        asyncio.run(load.warm())
        before = size(database)
        phases = {
            "al_paso": run(lambda: load.at_pace(PACE_S)),
            "todos_a_la_vez": run(load.all_at_once),
            "sin_pausa": run(lambda: load.without_pause(FULL_S, False)),
            "sin_pausa_seis": run(lambda: load.without_pause(FULL_S, True)),
        }
        grown = size(database) - before
        costs = cost_by_size(server, database, cuentas)
        result = {
            "medida": "escala",
            "registros": int(database.psql("SELECT count(*) FROM objects")),
            "equipos": equipos,
            "oficinas": how_many,
            "peticiones_por_vuelta": 1,
            **phases,
            "base_mb": round(before / 1e6),
            "base_crecio_bytes": grown,
            "alta_de_cuenta_ms": round(alta, 1),
            "costo_ms": costs,
            "meta_p95_ms": P95_MS,
        }
    pace = phases["al_paso"]
    return tell(result, pace["p95_ms"] <= P95_MS and pace["transacciones_que_escriben"] <= 2)


def size(database: Postgres) -> int:
    return int(database.psql("SELECT pg_database_size('kinto')"))


def cost_by_size(server: KintoReal, database: Postgres, cuentas: list[str]) -> dict[str, float]:
    """Median milliseconds of a round without news, one at a time, in offices of other sizes."""
    own = cuentas[:1]
    empty, full, wide, crowded = (
        office(server, each) for each in (own, own, own, [*own, *cuentas[1:]])
    )
    fill(database, 20_000, full)
    admin = server.administration
    for n in range(24):
        admin.create(f"/buckets/{wide}/collections", f"otra-{n}", {})
    for _ in range(20):
        office(server, own)
    places = {
        "sin_registros": empty,
        "100_000_registros": full,
        "30_colecciones": wide,
        f"{len(cuentas)}_miembros": crowded,
    }
    found = {}
    for name, oficina in places.items():
        one = desktop(server, oficina, own[0])
        load = Load(server, [one])
        took = [asyncio.run(load.round(one, False)) for _ in range(SINGLE)]
        found[name] = round(statistics.median(took), 1)
    return found


if __name__ == "__main__":
    raise SystemExit(main())
