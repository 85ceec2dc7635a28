"""Signing the programs for Windows, and the seal: what of a commit is in what was built."""

from __future__ import annotations

import http.server
import importlib.util
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from icsoe_desktop import __version__
from icsoe_desktop.version import Build, build_of, long_version
from resources.installer import firma
from resources.installer.errores import BuildError
from resources.installer.sello import STAMP, Sello, read_sello, set_times

# A small program for Windows, unsigned, which pip has for its scripts. Under Wine there is no pip.
PIP = importlib.util.find_spec("pip")
PROGRAM = Path(str(PIP and PIP.origin)).with_name("_vendor") / "distlib" / "t64.exe"
PASSWORD = "clave de prueba"
MODULE = Path("/usr/lib/softhsm/libsofthsm2.so")
ENGINE = Path("/usr/lib/x86_64-linux-gnu/engines-3/pkcs11.so")
WITH_OSSLSIGNCODE = pytest.mark.skipif(
    not (shutil.which("osslsigncode") and shutil.which("openssl")), reason="osslsigncode"
)
WITH_TOKEN = pytest.mark.skipif(
    not (shutil.which("softhsm2-util") and MODULE.exists() and ENGINE.exists()),
    reason="softhsm2 y el motor pkcs11 de OpenSSL",
)


@pytest.fixture(autouse=True)
def no_key_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("ICSOE_FIRMA")]:
        monkeypatch.delenv(name)


def key_and_certificate(
    folder: Path,
    name: str,
    usage: x509.ObjectIdentifier | None,
    issuer: tuple[x509.Certificate, rsa.RSAPrivateKey] | None = None,
) -> tuple[x509.Certificate, rsa.RSAPrivateKey]:
    """A certificate and its key, also as NAME.pem and NAME.key in the folder."""
    key = rsa.generate_private_key(65537, 2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer[0].subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
    )
    if usage is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=True)
    made = builder.sign(issuer[1] if issuer else key, hashes.SHA256())
    (folder / f"{name}.pem").write_bytes(made.public_bytes(Encoding.PEM))
    (folder / f"{name}.key").write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    return made, key


@pytest.fixture(scope="module")
def autoridad(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an authority of our own, a certificate that signs, and one that stamps."""
    folder = tmp_path_factory.mktemp("firma")
    root = key_and_certificate(folder, "raiz", None)
    certificate, key = key_and_certificate(folder, "firma", ExtendedKeyUsageOID.CODE_SIGNING, root)
    key_and_certificate(folder, "sello", ExtendedKeyUsageOID.TIME_STAMPING, root)
    pfx = pkcs12.serialize_key_and_certificates(
        b"firma", key, certificate, None, BestAvailableEncryption(PASSWORD.encode())
    )
    (folder / "firma.pfx").write_bytes(pfx)
    (folder / "clave.txt").write_text(PASSWORD, "utf-8")
    (folder / "tsa.cnf").write_text(
        "[tsa]\ndefault_tsa = t\n[t]\nserial = serial\ncrypto_device = builtin\n"
        "signer_cert = sello.pem\nsigner_key = sello.key\nsigner_digest = sha256\n"
        "default_policy = 1.2.3.4\ndigests = sha256, sha384, sha512\naccuracy = secs:1\n"
        "ess_cert_id_alg = sha256\n",
        "utf-8",
    )
    return folder


@pytest.fixture
def sello(autoridad: Path) -> Iterator[str]:
    """The address of a time stamping service, which OpenSSL answers for."""

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["Content-Length"]))
            (autoridad / "pregunta.tsq").write_bytes(query)
            done = subprocess.run(
                ["openssl", "ts", "-reply", "-config", "tsa.cnf", "-queryfile", "pregunta.tsq"],
                cwd=autoridad,
                capture_output=True,
                check=True,
            )
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(done.stdout)

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def ready(autoridad: Path, sello: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything but the key."""
    for name, value in (
        (firma.ENV_PASSWORD_FILE, str(autoridad / "clave.txt")),
        (firma.ENV_TIMESTAMP, sello),
        (firma.ENV_ROOTS, str(autoridad / "raiz.pem")),
        (firma.ENV_TSA_ROOTS, str(autoridad / "raiz.pem")),
    ):
        monkeypatch.setenv(name, value)


@pytest.fixture
def program(tmp_path: Path) -> Path:
    return Path(shutil.copyfile(PROGRAM, tmp_path / "programa.exe"))


@WITH_OSSLSIGNCODE
@pytest.mark.usefixtures("ready")
def test_every_program_and_library_of_the_folder_is_signed_and_checked(
    tmp_path: Path, autoridad: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "programa"
    (folder / "_internal").mkdir(parents=True)
    names = ["icsoe-desktop.exe", "_internal/a.DLL", "_internal/b.pyd"]
    for name in names:
        shutil.copyfile(PROGRAM, folder / name)
    (folder / "_internal" / "c.txt").write_text("texto", "utf-8")
    assert firma.sign_folder(folder) == (0, 0)
    monkeypatch.setenv(firma.ENV_PFX, str(autoridad / "firma.pfx"))
    firma.sign(folder / "_internal" / "a.DLL")
    before = (folder / "_internal" / "a.DLL").read_bytes()
    assert firma.sign_folder(folder) == (2, 1)
    assert all(firma.has_signature(folder / name) for name in names)
    assert (folder / "_internal" / "a.DLL").read_bytes() == before
    assert not list(folder.rglob("*.firmado"))


@WITH_OSSLSIGNCODE
@WITH_TOKEN
@pytest.mark.usefixtures("ready")
def test_the_key_may_stay_in_a_token(
    program: Path, autoridad: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens = tmp_path / "tokens"
    tokens.mkdir()
    (tmp_path / "softhsm2.conf").write_text(f"directories.tokendir = {tokens}\n", "utf-8")
    monkeypatch.setenv("SOFTHSM2_CONF", str(tmp_path / "softhsm2.conf"))
    token = ["softhsm2-util", "--token", "oficina", "--pin", "1234"]
    start = ["softhsm2-util", "--init-token", "--free", "--label", "oficina"]
    subprocess.run([*start, "--pin", "1234", "--so-pin", "5678"], check=True, capture_output=True)
    subprocess.run(
        [*token, "--import", autoridad / "firma.key", "--label", "firma", "--id", "A1"],
        check=True,
        capture_output=True,
    )
    pin = tmp_path / "pin.txt"
    pin.write_text("1234", "utf-8")
    monkeypatch.setenv(firma.ENV_PASSWORD_FILE, str(pin))
    monkeypatch.setenv(firma.ENV_MODULE, str(MODULE))
    monkeypatch.setenv(firma.ENV_ENGINE, str(ENGINE))
    with pytest.raises(BuildError, match=firma.ENV_KEY):
        firma.sign(program)
    monkeypatch.setenv(firma.ENV_KEY, "pkcs11:token=oficina;object=firma")
    monkeypatch.setenv(firma.ENV_CERTIFICATE, str(autoridad / "firma.pem"))
    firma.sign(program)
    assert firma.has_signature(program)


@WITH_OSSLSIGNCODE
@pytest.mark.usefixtures("ready")
def test_a_service_signs_by_its_own_command(
    program: Path, autoridad: Path, sello: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = "osslsigncode sign -pkcs12 {pfx} -readpass {clave} -ts {sello} -in {uno} -out {dos}"
    words = {
        "pfx": autoridad / "firma.pfx",
        "clave": autoridad / "clave.txt",
        "sello": sello,
        "uno": "{archivo}",
        "dos": "{archivo}.firmado",
    }
    monkeypatch.setenv(firma.ENV_COMMAND, command.format(**words))
    firma.sign(program)
    assert firma.has_signature(program)
    monkeypatch.setenv(firma.ENV_COMMAND, "firmar todo")
    with pytest.raises(BuildError, match="archivo"):
        firma.sign(program)


@WITH_OSSLSIGNCODE
@pytest.mark.usefixtures("ready")
def test_a_command_that_signs_nothing_is_found_out(
    program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(firma.ENV_COMMAND, f'"{sys.executable}" -c "" {{archivo}}')
    with pytest.raises(BuildError, match="no se comprobó"):
        firma.sign(program)


@WITH_OSSLSIGNCODE
@pytest.mark.usefixtures("ready")
def test_without_a_time_stamp_nothing_is_signed_unless_that_is_said_aloud(
    program: Path,
    autoridad: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv(firma.ENV_PFX, str(autoridad / "firma.pfx"))
    monkeypatch.delenv(firma.ENV_TIMESTAMP)
    with pytest.raises(BuildError, match="sellado de tiempo"):
        firma.sign_folder(program.parent)
    assert not firma.has_signature(program)
    monkeypatch.setenv(firma.ENV_NO_TIMESTAMP, "1")
    assert firma.sign_folder(program.parent) == (1, 0)
    assert "SIN SELLO DE TIEMPO" in capsys.readouterr().err
    monkeypatch.delenv(firma.ENV_NO_TIMESTAMP)
    with pytest.raises(BuildError, match="no lleva sello"):
        firma.verify(program)


@WITH_OSSLSIGNCODE
@pytest.mark.usefixtures("ready")
def test_an_unknown_authority_and_a_changed_program_are_refused(
    program: Path, autoridad: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(firma.ENV_PFX, str(autoridad / "firma.pfx"))
    firma.sign(program)
    content = bytearray(program.read_bytes())
    content[0x500] ^= 1
    program.write_bytes(content)
    with pytest.raises(BuildError, match="no se comprobó"):
        firma.verify(program)
    content[0x500] ^= 1
    program.write_bytes(content)
    firma.verify(program)
    key_and_certificate(tmp_path, "otra", None)
    monkeypatch.setenv(firma.ENV_ROOTS, str(tmp_path / "otra.pem"))
    with pytest.raises(BuildError, match="no se comprobó"):
        firma.verify(program)


def test_signtool_is_called_with_the_thumbprint_and_a_time_stamp(
    program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(firma, "_tool", lambda name: name)
    environment = {firma.ENV_THUMBPRINT: "AB12", firma.ENV_TIMESTAMP: "http://sello.ejemplo.mx"}
    assert firma._command(program, environment) == [
        *("signtool", "sign", "/sha1", "AB12", "/fd", "SHA256"),
        *("/tr", "http://sello.ejemplo.mx", "/td", "SHA256", "/d", "ICSOE Desktop", str(program)),
    ]
    with pytest.raises(BuildError, match="una sola forma"):
        firma._command(program, {**environment, firma.ENV_PFX: "a.pfx"})


def test_a_key_never_stands_in_the_command(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(firma, "_tool", lambda name: name)
    environment = {
        firma.ENV_PFX: "a.pfx",
        firma.ENV_PASSWORD_FILE: "clave.txt",
        firma.ENV_TIMESTAMP: "http://sello.ejemplo.mx",
    }
    command = firma._command(program, environment)
    assert "-readpass" in command
    assert "-pass" not in command


@pytest.mark.parametrize("content", [b"", b"MZ", b"MZ" + bytes(100), b"\xff" * 4096])
def test_a_file_that_is_no_program_has_no_signature(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.dll"
    path.write_bytes(content)
    assert not firma.has_signature(path)
    assert not firma.has_signature(PROGRAM)


EPOCH = 1_795_361_793  # 2026-11-22 15:36:33 UTC


def git(folder: Path, *words: str) -> str:
    names = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    for who in ("AUTHOR", "COMMITTER"):
        names |= {f"GIT_{who}_NAME": "a", f"GIT_{who}_EMAIL": "a@ejemplo.mx"}
        names[f"GIT_{who}_DATE"] = f"@{EPOCH} +0000"
    done = subprocess.run(
        ["git", "-C", str(folder), *words],
        env={**os.environ, **names},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    folder = tmp_path / "clon"
    folder.mkdir()
    git(folder, "init", "--quiet")
    (folder / "a.txt").write_text("uno", "utf-8")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", "uno")
    return folder


def test_the_stamp_is_the_commit_and_its_date(clone: Path) -> None:
    commit = git(clone, "rev-parse", "HEAD")
    assert read_sello(clone) == Sello(commit, EPOCH, False)
    (clone / "nuevo.txt").touch()
    assert read_sello(clone) == Sello(commit, EPOCH, False)
    (clone / "a.txt").write_text("dos", "utf-8")
    assert read_sello(clone) == Sello(commit, EPOCH, True)


def test_an_unpacked_source_archive_keeps_the_stamp_that_it_came_with(
    clone: Path, tmp_path: Path
) -> None:
    unpacked = clone / "fuentes"  # inside another clone, whose commit is not its own
    (unpacked / "icsoe_desktop").mkdir(parents=True)
    assert read_sello(unpacked) is None
    stamp = Sello("ab" * 20, EPOCH, False)
    (unpacked / STAMP).write_text(stamp.text(), "utf-8")
    assert read_sello(unpacked) == stamp


def test_what_is_built_depends_on_no_clock_and_no_chance() -> None:
    assert Sello("ab" * 20, EPOCH, False).environment() == {
        "SOURCE_DATE_EPOCH": str(EPOCH),
        "PYTHONHASHSEED": "0",
        "TZ": "UTC",
        "LC_ALL": "C.UTF-8",
    }


def test_every_file_and_folder_gets_the_time_of_the_commit(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "c").touch()
    set_times(tmp_path, EPOCH)
    found = [tmp_path, *tmp_path.rglob("*")]
    assert {path.stat().st_mtime for path in found} == {EPOCH}


def test_the_program_says_commit_and_date_of_its_build(tmp_path: Path) -> None:
    path = tmp_path / "compilacion.json"
    path.write_text(Sello("1a2b3c4d5e" * 4, EPOCH, False).text(), "utf-8")
    built = build_of(path)
    assert built == Build("1a2b3c4d5e" * 4, date(2026, 11, 22))
    assert long_version(built) == f"{__version__} (1a2b3c4d, 22/11/2026)"
    path.write_text(Sello("1a2b3c4d5e" * 4, EPOCH, True).text(), "utf-8")
    assert long_version(build_of(path)).endswith("(1a2b3c4d, 22/11/2026, con cambios)")


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"commit": 1, "fecha": 2}', "\0"])
def test_without_a_readable_stamp_only_the_version_is_said(tmp_path: Path, content: str) -> None:
    path = tmp_path / "compilacion.json"
    path.write_text(content, "utf-8")
    assert build_of(path) is None
    assert long_version(None) == __version__
