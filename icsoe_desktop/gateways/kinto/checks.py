"""Whether a desktop can use a server: four questions, none of which writes.

That the server is safe is the recipe's matter (resources/servidor): its plugin tells which recipe
it is of, and which of the settings that lose or expose data somebody changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from icsoe_desktop.domain.sincronizacion.records import (
    KEYS_COLLECTION,
    RecordCollection,
    RolOficina,
)
from icsoe_desktop.gateways.kinto.errors import NoPermissionError
from icsoe_desktop.gateways.kinto.server import KintoServer
from icsoe_desktop.gateways.kinto.transport import RetryPolicy
from icsoe_desktop.gateways.kinto.values import CURSOR_MARGIN_MS, ServerFinding, ServerNews
from icsoe_desktop.jobs import NoProgress, Progress

STEPS: Final = 3
SERVER: Final = "Servidor"
OFFICE: Final = "Oficina"
CLOCK: Final = "Reloj"
NOT_IN_OFFICE: Final = ServerFinding(
    OFFICE,
    False,
    "La oficina no existe, o la cuenta no está en ella.",
    "Revise la clave de la oficina, o agregue la cuenta: oficinas.py cuenta … --oficina …",
)


def check_server(
    direccion: str,
    cuenta: str,
    contrasena: str,
    oficina: str,
    progress: Progress | None = None,
    *,
    retry_policy: RetryPolicy | None = None,
) -> tuple[ServerFinding, ...]:
    """What was found. The server can be used if every finding is `ok`.

    cuenta: any member of the office. A wrong password is told by the first request.
    Raises SyncServerError when nothing could be found out: bad address, untrusted certificate, no
    answer, wrong password, another program or another recipe. Raises Cancelled.
    """
    report = progress or NoProgress()
    report.report(0, STEPS, "Conectando…")
    # A person waits for the answer.
    patience = retry_policy or RetryPolicy(attempts=2, total_s=10.0)
    with KintoServer(direccion, cuenta, contrasena, oficina, retry_policy=patience) as server:
        try:
            news = server.news()
        except NoPermissionError:
            return (NOT_IN_OFFICE,)
        report.report(1, STEPS, "Revisando la oficina…")
        generation = server.office().generation
        report.report(2, STEPS, "Revisando la cuenta…")
        role = server.roles().get(cuenta)
    report.report(STEPS, STEPS, "Listo")
    return _recipe(news), *_office(news, generation, role), _clock(news)


def _recipe(news: ServerNews) -> ServerFinding:
    if not news.different:
        return ServerFinding(SERVER, True, f"Kinto {news.version}, con los ajustes de su receta.")
    return ServerFinding(
        SERVER,
        False,
        f"Puede perder o mostrar datos: se cambiaron ajustes de su receta ({_listed(news)}).",
        "Quítelos de /etc/icsoe-sync/kinto.ini y reinicie el servicio icsoe-sync.",
    )


def _listed(news: ServerNews) -> str:
    return ", ".join(news.different[:5]) + (", …" if len(news.different) > 5 else "")


def _office(news: ServerNews, generation: str, role: RolOficina | None) -> Iterator[ServerFinding]:
    missing = [one for one in (*RecordCollection, KEYS_COLLECTION) if one not in news.newest]
    if missing or not generation.isdigit():
        yield ServerFinding(
            OFFICE,
            False,
            f"A la oficina le faltan partes: {', '.join(missing) or 'generación'}.",
            "Ejecute oficinas.py oficina y oficinas.py generacion con su clave: la completan sin "
            "tocar lo que tiene.",
        )
    elif role is None:
        yield ServerFinding(
            OFFICE,
            False,
            "La cuenta no tiene un rol en la oficina.",
            "Pida a un responsable que le dé uno.",
        )
    else:
        yield ServerFinding(OFFICE, True, f"La cuenta es de {role.value} en la oficina.")


def _clock(news: ServerNews) -> ServerFinding:
    ahead = (max(news.newest.values(), default=0) - news.server_time_ms) // 1000
    if ahead * 1000 <= CURSOR_MARGIN_MS:
        return ServerFinding(CLOCK, True, "La hora del servidor concuerda con sus datos.")
    return ServerFinding(
        CLOCK,
        False,
        f"Hay datos con una hora {ahead:,} s adelante del reloj del servidor.",
        "Ajuste la hora del servidor y de PostgreSQL (NTP). Consulte docs/servidor.md.",
    )
