"""What keeps a server alive for years: tested backups, their rotation, the check, own settings."""

from __future__ import annotations

import base64
import datetime
import http.client
import itertools
import os
import re
import secrets
import shutil
import ssl
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from resources.servidor import salud
from tests.support.kinto_real import (
    RECIPE,
    KintoReal,
    database_environment,
    free_port,
    kinto_python,
)
from tests.support.postgres_real import Postgres

NAME = "sync.ejemplo.mx"


def nightly(database: Postgres, folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """respaldo-diario.sh on that database."""
    variables = {
        **os.environ,
        "PATH": f"{database.binaries}{os.pathsep}{os.environ['PATH']}",
        "PGHOST": str(database.folder),
        "PGUSER": "postgres",
        "ICSOE_SYNC_PSQL_COMO": "env",
        "ICSOE_SYNC_RESPALDOS": str(folder),
        "ICSOE_SYNC_DESPUES": str(folder / "despues"),
        **more,
    }
    command = ["bash", str(RECIPE / "respaldo-diario.sh")]
    return subprocess.run(command, env=variables, capture_output=True, text=True, check=False)


def the_database(server: KintoReal) -> Postgres:
    assert server.postgres is not None
    return server.postgres


def databases(database: Postgres) -> set[str]:
    return set(database.psql("SELECT datname FROM pg_database").split())


def test_a_nightly_backup_is_restored_once_before_it_counts(
    kinto_postgres: KintoReal, tmp_path: Path
) -> None:
    database = the_database(kinto_postgres)
    kinto_postgres.office({"ana": "responsable"})
    after = tmp_path / "despues"
    after.write_text(f'#!/bin/sh\necho "$1" >{tmp_path}/copiado\n')
    after.chmod(0o755)
    before = databases(database)
    done = nightly(database, tmp_path)
    assert done.returncode == 0, done.stderr
    (made,) = tmp_path.glob("icsoe-*.respaldo")
    assert made.stat().st_mode & 0o077 == 0
    found = re.search(r"probado: (\d+) oficinas, (\d+) cuentas, \d+ registros", done.stdout)
    assert found is not None
    accounts = "SELECT count(*) FROM objects WHERE resource_name = 'account' AND NOT deleted"
    assert int(found[1]) >= 1
    assert found[2] == database.psql(accounts)
    assert (tmp_path / "ultimo-probado").read_text().strip() == str(made)
    assert (tmp_path / "copiado").read_text().strip() == str(made)
    assert databases(database) == before


@pytest.mark.larga
@pytest.mark.parametrize("spoilt", ["cut", "another"])
def test_a_backup_that_cannot_be_restored_is_told_and_removes_none(
    kinto_postgres: KintoReal, tmp_path: Path, spoilt: str
) -> None:
    database = the_database(kinto_postgres)
    folder, programs = tmp_path / "respaldos", tmp_path / "bin"
    folder.mkdir()
    programs.mkdir()
    for day in range(1, 29):
        (folder / f"icsoe-2020-01-{day:02}T000000.respaldo").touch()
    more = {"ICSOE_SYNC_BASE": "template1"}
    if spoilt == "cut":
        dump = programs / "pg_dump"
        dump.write_text(f'#!/bin/sh\n{database.binaries}/pg_dump "$@" | head -c 3000\n')
        dump.chmod(0o755)
        path = f"{programs}{os.pathsep}{database.binaries}{os.pathsep}{os.environ['PATH']}"
        more = {"PATH": path}
    before = databases(database)
    done = nightly(database, folder, **more)
    assert done.returncode == 1
    assert "no se pudo restaurar" in done.stderr
    assert len(list(folder.glob("*.malo"))) == 1
    assert len(list(folder.glob("*.respaldo"))) == 28
    assert not (folder / "ultimo-probado").exists()
    assert databases(database) == before


@pytest.mark.larga
def test_the_last_fortnight_stays_and_one_backup_of_each_month_of_a_year(
    kinto_postgres: KintoReal, tmp_path: Path
) -> None:
    first = datetime.date(2024, 1, 1)
    days = [first + datetime.timedelta(days=n) for n in range(500)]
    for day in days:
        (tmp_path / f"icsoe-{day}T031000.respaldo").touch()
    (tmp_path / "otro.respaldo").touch()
    done = nightly(the_database(kinto_postgres), tmp_path)
    assert done.returncode == 0, done.stderr
    left = sorted(one.name[6:16] for one in tmp_path.glob("icsoe-*"))
    assert left[-14:-1] == [str(day) for day in days[-13:]]
    monthly = left[:-14]
    assert len(monthly) == 12
    assert monthly[-1] == str(days[-14])
    ends = [day for day, after in itertools.pairwise(days) if day.month != after.month]
    assert monthly[:-1] == [str(day) for day in ends[-11:]]
    assert (tmp_path / "otro.respaldo").exists()


def certificate(folder: Path, days: int, name: str = NAME) -> str:
    """Write a self-signed certificate and its key. Returns its serial number."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=days, hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "fullchain.pem").write_bytes(made.public_bytes(pem))
    (folder / "privkey.pem").write_bytes(secret)
    return f"{made.serial_number:x}"


class Nginx:
    """The recipe's site on other ports, with certificates of ours."""

    def __init__(self, folder: Path, server: KintoReal) -> None:
        self.folder, self.port = folder, free_port()
        site = (RECIPE / "nginx.conf").read_text("utf-8")
        changes = {
            "/etc/letsencrypt/live/sync.ejemplo.mx": str(folder),
            "/var/log/nginx": str(folder),
            "http://127.0.0.1:8888": server.direccion.removesuffix("/v1"),
            "listen 443": f"listen 127.0.0.1:{self.port}",
            "listen 80;": f"listen 127.0.0.1:{free_port()};",
        }
        site = re.sub(r"(?m)^.*listen \[::\].*$", "", site)
        for old, new in changes.items():
            assert old in site
            site = site.replace(old, new)
        (folder / "sitio.conf").write_text(site)
        self.conf = folder / "nginx.conf"
        self.conf.write_text(
            f"pid {folder}/pid;\nerror_log {folder}/error.log;\nevents {{}}\n"
            f"http {{ include {folder}/sitio.conf; }}\n"
        )

    def run(self, *words: str) -> None:
        command = ["nginx", "-c", str(self.conf), "-e", str(self.folder / "error.log"), *words]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    def serial(self) -> str:
        """Of the certificate that a client is shown."""
        pem = ssl.get_server_certificate(("127.0.0.1", self.port))
        return f"{x509.load_pem_x509_certificate(pem.encode()).serial_number:x}"


@pytest.fixture
def nginx(tmp_path: Path, kinto_postgres: KintoReal) -> Iterator[Nginx]:
    if shutil.which("nginx") is None:
        pytest.skip("nginx no está en este equipo")
    certificate(tmp_path, 90)
    made = Nginx(tmp_path, kinto_postgres)
    made.run()
    try:
        yield made
    finally:
        made.run("-s", "stop")


def test_a_renewed_certificate_is_the_one_that_nginx_serves(nginx: Nginx) -> None:
    before = nginx.serial()
    after = certificate(nginx.folder, 90)
    assert nginx.serial() == before != after
    programs = nginx.folder / "bin"
    programs.mkdir()
    for name, order in (("systemctl", "-s reload"), ("nginx", "-t")):
        stub = programs / name
        stub.write_text(f"#!/bin/sh\nexec {shutil.which('nginx')} -c {nginx.conf} {order}\n")
        stub.chmod(0o755)
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    hook = [str(RECIPE / "recargar-nginx.sh")]
    subprocess.run(hook, env={**os.environ, "PATH": path}, capture_output=True, check=True)
    give_up = time.monotonic() + 10
    served: list[str] = []
    # For a tenth of a second the old worker takes some of the connections.
    while served[-5:] != [after] * 5 and time.monotonic() < give_up:
        time.sleep(0.1)
        served.append(nginx.serial())
    assert served[-5:] == [after] * 5


def test_the_proxy_tells_the_server_who_guesses(nginx: Nginx, kinto_postgres: KintoReal) -> None:
    """Whatever the client says of its own address."""
    credentials = base64.b64encode(f"{secrets.token_hex(4)}:No-es-esta".encode()).decode()
    context = ssl.create_default_context(cafile=str(nginx.folder / "fullchain.pem"))
    context.check_hostname = False
    # An address of this machine that no other test uses.
    address = f"127.{secrets.randbelow(200) + 20}.0.9"
    said = []
    for n in range(13):
        connection = http.client.HTTPSConnection(
            "127.0.0.1", nginx.port, context=context, source_address=(address, 0), timeout=40
        )
        headers = {"Authorization": f"Basic {credentials}", "X-Real-IP": f"192.0.2.{n}"}
        connection.request("GET", "/v1/buckets", headers={**headers, "Host": NAME})
        answer = connection.getresponse()
        said.append((answer.status, answer.getheader("Retry-After")))
        connection.close()
    assert said[0][0] == 401
    assert said[-1][0] == 429
    assert said[-1][1] is not None


@pytest.mark.larga
def test_the_check_says_what_is_well_and_what_is_not(
    nginx: Nginx, kinto_postgres: KintoReal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = the_database(kinto_postgres)
    monkeypatch.setenv("ICSOE_SYNC_PSQL_COMO", "env")
    monkeypatch.setenv("PGHOST", str(database.folder))
    monkeypatch.setenv("PGUSER", "postgres")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "fullchain.pem"))
    found = salud.check_web(kinto_postgres.direccion)
    assert (found.ok, found.said.startswith("Responde en ")) == (True, True)
    assert salud.check_web(f"http://127.0.0.1:{free_port()}/v1").ok is False
    assert salud.check_database(salud.ask_database).ok is True

    folder = tmp_path / "respaldos"
    assert salud.check_backup(folder).ok is False
    assert nightly(database, folder).returncode == 0
    assert salud.check_backup(folder).ok is True
    old = time.time() - 40 * 3600
    os.utime(folder / "ultimo-probado", (old, old))
    late = salud.check_backup(folder)
    assert (late.ok, "hace 40 horas" in late.said) == (False, True)

    assert salud.check_certificate(NAME, nginx.port).ok is True
    assert salud.check_certificate("otro.ejemplo.mx", nginx.port).ok is False
    certificate(tmp_path, 10)
    nginx.run("-s", "reload")
    time.sleep(1)
    soon = salud.check_certificate(NAME, nginx.port)
    assert (soon.ok, "vence en 10 días" in soon.said) == (False, True)
    assert salud.check_certificate(NAME, free_port()).ok is False
    assert salud.check_certificate(None).ok is None


def test_a_transaction_that_stays_open_is_told(kinto_postgres: KintoReal) -> None:
    findings = {
        "61|5|100|1000": "Una transacción lleva 61 s abierta: los equipos pueden no ver cambios.",
        "0|95|100|1000": "Hay 95 conexiones de 100 posibles.",
        "nada": "PostgreSQL no responde.",
    }
    for answer, said in findings.items():
        found = salud.check_database(lambda _sql, a=answer: a)  # type: ignore[misc]
        assert (found.ok, found.said) == (False, said)


def test_the_administrator_is_told_when_what_is_bad_changes_and_not_between(
    tmp_path: Path,
) -> None:
    told = tmp_path / "avisos"
    program = tmp_path / "avisar"
    state = tmp_path / "var" / "estado"
    salud.warn(program, state, "nadie lo lee\n", ["Reloj"])
    program.write_text(f'#!/bin/sh\necho "$1" >>{told}\ncat >>{told}\n')
    program.chmod(0o755)
    salud.warn(program, state, "todo bien\n", [])
    assert not told.exists()
    for text, bad in (
        ("uno\n", ["Reloj"]),
        ("uno otra vez\n", ["Reloj"]),
        ("dos\n", ["Reloj", "Respaldo"]),
        ("tres\n", []),
        ("tres otra vez\n", []),
    ):
        salud.warn(program, state, text, bad)
    assert told.read_text() == "mal\nuno\nmal\ndos\nbien\ntres\n"


def test_installing_again_keeps_the_administrators_settings(tmp_path: Path) -> None:
    """The part of instalar.sh that touches them, on other paths."""
    script = (RECIPE / "instalar.sh").read_text("utf-8")
    part = script[script.index("propios=") : script.index("install -d -m 755 /etc/letsencrypt")]
    own = tmp_path / "kinto.ini"
    part = part.replace("/etc/icsoe-sync", str(tmp_path)).replace("-g icsoe-sync ", "")

    def install() -> str:
        command = ["bash", "-euo", "pipefail", "-c", part]
        done = subprocess.run(command, cwd=RECIPE, capture_output=True, text=True, check=True)
        return done.stdout

    assert install() == ""
    assert own.read_text("utf-8") == (RECIPE / "ajustes.ini").read_text("utf-8")
    own.write_text(own.read_text("utf-8") + "kinto.eos = 2027-01-31\n")
    mine = own.read_text("utf-8")
    assert install() == ""
    assert own.read_text("utf-8") == mine


@pytest.mark.larga
def test_an_own_setting_counts_and_the_recipes_stay(
    kinto_postgres: KintoReal, tmp_path: Path
) -> None:
    own = tmp_path / "kinto.ini"
    text = (RECIPE / "ajustes.ini").read_text("utf-8").replace("/opt/icsoe-sync", str(RECIPE))
    own.write_text(text + "kinto.eos = 2027-01-31\n")
    asked = (
        "import sys; from pyramid.paster import bootstrap\n"
        "with bootstrap(sys.argv[1], options={'http_port': '0'}) as env:\n"
        "    settings = env['registry'].settings\n"
        "    print(settings['eos'], settings['batch_max_requests'], settings['project_name'])\n"
    )
    variables = {**os.environ, **database_environment(the_database(kinto_postgres))}
    done = subprocess.run(
        [str(kinto_python()), "-W", "ignore", "-c", asked, str(own)],
        env={**variables, "PYTHONPATH": str(RECIPE)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "2027-01-31 50 ICSOE Desktop"
