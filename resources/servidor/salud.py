"""Says what is wrong with the sync server. Exit status 1 if something is. As root.

Only the standard library: it must also run when the server's own Python is broken.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import shutil
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

BACKUP_HOURS = 36
FREE_PART, FREE_GB = 0.10, 2.0
CERTIFICATE_DAYS = 20  # certbot renews 30 days before the end
TRANSACTION_S = 60
SLOW_S = 5.0
DAY_S = 86_400


@dataclass(frozen=True)
class Finding:
    """ok: None if this machine cannot check it. said: a finished sentence."""

    name: str
    ok: bool | None
    said: str


def check_web(direccion: str) -> Finding:
    start = time.monotonic()
    try:
        with urllib.request.urlopen(f"{direccion}/__heartbeat__", timeout=30) as answer:  # noqa: S310
            parts = json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return Finding("Servicio", False, f"Responde {error.code}: alguna base no sirve.")
    except (OSError, ValueError):
        return Finding("Servicio", False, f"No responde en {direccion}.")
    bad = sorted(name for name, good in parts.items() if not good)
    took = time.monotonic() - start
    if bad:
        return Finding("Servicio", False, f"No sirven: {', '.join(bad)}.")
    if took > SLOW_S:
        return Finding("Servicio", False, f"Tarda {took:.1f} s en responder.")
    return Finding("Servicio", True, f"Responde en {took * 1000:.0f} ms.")


def check_database(ask: Callable[[str], str]) -> Finding:
    asked = (
        "SELECT coalesce(max(extract(epoch FROM now() - xact_start)), 0)::int, "
        "(SELECT count(*) FROM pg_stat_activity), current_setting('max_connections')::int, "
        "pg_database_size(current_database()) "
        "FROM pg_stat_activity WHERE usename = 'kinto' AND state <> 'idle'"
    )
    try:
        longest, open_now, most, size = (int(one) for one in ask(asked).split("|"))
    except (OSError, ValueError, subprocess.SubprocessError):
        return Finding("Base de datos", False, "PostgreSQL no responde.")
    if longest > TRANSACTION_S:
        said = f"Una transacción lleva {longest} s abierta: los equipos pueden no ver cambios."
        return Finding("Base de datos", False, said)
    if open_now > 0.9 * most:
        return Finding("Base de datos", False, f"Hay {open_now} conexiones de {most} posibles.")
    said = f"{open_now} de {most} conexiones; ocupa {size / 1e6:.0f} MB."
    return Finding("Base de datos", True, said)


def check_disk(path: Path) -> Finding:
    name = f"Disco de {path}"
    try:
        usage = shutil.disk_usage(path)
    except OSError:
        return Finding(name, None, "No existe.")
    free_gb, part = usage.free / 1e9, usage.free / usage.total
    said = f"Quedan {free_gb:.1f} GB libres ({part:.0%})."
    return Finding(name, free_gb >= FREE_GB and part >= FREE_PART, said)


def check_backup(folder: Path) -> Finding:
    mark = folder / "ultimo-probado"
    try:
        last = Path(mark.read_text("utf-8").strip())
        hours = (time.time() - mark.stat().st_mtime) / 3600
        size = last.stat().st_size
    except OSError:
        return Finding("Respaldo", False, f"No hay un respaldo probado en {folder}.")
    said = f"El último respaldo probado es de hace {hours:.0f} horas ({size / 1e6:.1f} MB)."
    return Finding("Respaldo", hours <= BACKUP_HOURS, said)


def check_certificate(host: str | None, port: int = 443) -> Finding:
    """What nginx serves, not what lies on the disk."""
    name = "Certificado"
    if not host:
        return Finding(name, None, "No se sabe el nombre del servidor: --nombre.")
    context = ssl.create_default_context()
    try:
        with (
            socket.create_connection(("127.0.0.1", port), timeout=10) as plain,
            context.wrap_socket(plain, server_hostname=host) as tls,
        ):
            certificate = tls.getpeercert() or {}
    except ssl.SSLCertVerificationError as error:
        return Finding(name, False, f"Los equipos no confiarían en él: {error.verify_message}.")
    except OSError:
        return Finding(name, False, f"nginx no responde en el puerto {port}.")
    until = ssl.cert_time_to_seconds(str(certificate["notAfter"]))
    days = (until - time.time()) / DAY_S
    said = f"El que sirve nginx vence en {days:.0f} días."
    if days < CERTIFICATE_DAYS:
        said += " Si certbot ya lo renovó, ejecute: systemctl reload nginx."
    return Finding(name, days >= CERTIFICATE_DAYS, said)


def check_clock() -> Finding:
    try:
        said = subprocess.run(
            ["timedatectl", "show", "--property=NTPSynchronized", "--value"],
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
        ).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return Finding("Reloj", None, "No se puede saber si el reloj está ajustado.")
    good = said == "yes"
    return Finding(
        "Reloj", good, "Ajustado." if good else "Nadie lo ajusta: instale systemd-timesyncd."
    )


def examine(options: argparse.Namespace) -> list[Finding]:
    return [
        check_web(options.direccion),
        check_database(ask_database),
        *(check_disk(path) for path in (options.datos, options.respaldos)),
        check_backup(options.respaldos),
        check_certificate(options.nombre, options.puerto),
        check_clock(),
    ]


def ask_database(sql: str) -> str:
    how = shlex.split(os.environ.get("ICSOE_SYNC_PSQL_COMO", "runuser -u postgres --"))
    base = os.environ.get("ICSOE_SYNC_BASE", "kinto")
    command = [*how, "psql", "-X", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", base, "-c", sql]
    done = subprocess.run(command, cwd="/", capture_output=True, text=True, timeout=30, check=True)
    return done.stdout.strip()


def warn(program: Path, state: Path, text: str, bad: list[str]) -> None:
    """Run the administrator's program when other checks fail than before.

    text: its input. bad: names of the checks that fail. Without the program nothing is noted.
    """
    before = state.read_text("utf-8") if state.exists() else ""
    now = "\n".join(bad)
    if now == before or not program.exists():
        return
    sign = "mal" if bad else "bien"
    subprocess.run([str(program), sign], input=text, text=True, timeout=60, check=True)
    state.parent.mkdir(parents=True, exist_ok=True)
    state.write_text(now, "utf-8")


def host_of_nginx(conf: Path) -> str | None:
    """server_name of the site; None without one."""
    try:
        lines = conf.read_text("utf-8").splitlines()
    except OSError:
        return None
    names = [
        line.split()[1].rstrip(";") for line in lines if line.strip().startswith("server_name ")
    ]
    return names[0] if names else None


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Dice qué anda mal en el servidor.")
    parser.add_argument("--direccion", default="http://127.0.0.1:8888/v1")
    parser.add_argument(
        "--nombre", default=host_of_nginx(Path("/etc/nginx/sites-enabled/icsoe-sync"))
    )
    parser.add_argument("--puerto", type=int, default=443)
    parser.add_argument("--datos", type=Path, default=Path("/var/lib/postgresql"))
    parser.add_argument("--respaldos", type=Path, default=Path("/var/backups/icsoe-sync"))
    parser.add_argument(
        "--avisar",
        type=Path,
        metavar="PROGRAMA",
        help="lo ejecuta cuando algo cambia de bien a mal",
    )
    parser.add_argument("--estado", type=Path, default=Path("/var/lib/icsoe-sync/salud"))
    options = parser.parse_args(arguments)
    findings = examine(options)
    signs = {True: "bien", False: "MAL", None: "—"}
    text = "\n".join(f"{signs[one.ok]:<5}{one.name}: {one.said}" for one in findings)
    print(text)
    bad = [one.name for one in findings if one.ok is False]
    if options.avisar:
        warn(options.avisar, options.estado, text, bad)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
