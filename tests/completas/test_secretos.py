"""Nothing secret is left behind: not in the folder, the log, the output, the arguments."""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.completas.jornada import Persona
from tests.conftest import ROOT
from tests.gateways.certificados.generador import Cadena, Emisora, nueva_llave
from tests.services.archivos_prueba import CLAVE, Archivos
from tests.support.smtp_real import PASSWORD, USER, SmtpReal, smtp_server

PROBE_BYTES = 24


@dataclass(frozen=True)
class Secret:
    """what: how a failure names it, which must not show it."""

    what: str
    forms: frozenset[bytes]

    @classmethod
    def of_text(cls, what: str, text: str) -> Secret:
        forms: set[bytes] = set()
        for one in {text, text.upper(), text.lower()}:
            for encoding in ("utf-8", "utf-16-le", "utf-16-be", "latin-1"):
                forms |= set(_written(one.encode(encoding)))
            forms |= {quote(one).encode(), json.dumps(one)[1:-1].encode()}
            # QSettings writes the letters beyond ASCII by their number.
            forms.add("".join(c if c.isascii() else f"\\x{ord(c):x}" for c in one).encode())
        return cls(what, frozenset(forms))

    @classmethod
    def of_bytes(cls, what: str, content: bytes) -> Secret:
        """Long ones are looked for by pieces of them: a page of a file may end in their middle."""
        step = max(PROBE_BYTES, len(content) // 8)
        pieces = {content[at : at + PROBE_BYTES] for at in range(0, len(content), step)}
        whole = {one for one in pieces if len(one) == min(PROBE_BYTES, len(content))}
        return cls(what, frozenset(form for one in whole for form in _written(one)))

    def is_in(self, content: bytes) -> bool:
        return any(form in content for form in self.forms)


def _written(content: bytes) -> Iterator[bytes]:
    yield content
    yield content.hex().encode()
    yield content.hex().upper().encode()
    for shift in range(3):
        # Base64 of a piece depends on where it begins: cut what depends on its neighbours.
        encoded = base64.b64encode(bytes(shift) + content)
        first = (0, 2, 3)[shift]
        last = len(encoded) - (0, 4, 4)[(shift + len(content)) % 3]
        yield encoded[first:last]
        yield encoded[first:last].replace(b"+", b"-").replace(b"/", b"_")


def find(secrets: list[Secret], root: Path, except_for: tuple[Path, ...] = ()) -> list[str]:
    """Where something secret lies below `root`: the file and which secret, never its text."""
    found = []
    for path in sorted(root.rglob("*")):
        if any(path.is_relative_to(one) for one in except_for):
            continue
        named = str(path.relative_to(root)).encode()
        found += [f"{one.what} in a file's name" for one in secrets if one.is_in(named)]
        if path.is_file():
            content = path.read_bytes()
            found += [f"{one.what} in {path.name}" for one in secrets if one.is_in(content)]
    return found


WRONG = ("Otra.Clave93", "No.Es.Esta93")


@dataclass(frozen=True)
class Day:
    """What a day left. searched: what was found at each stop, and how much was looked at."""

    root: Path
    usb: Path
    output: bytes
    found: dict[str, list[str]]
    secrets: list[Secret]
    said: bytes
    names: frozenset[str]


@pytest.fixture(scope="module")
def archivos(tmp_path_factory: pytest.TempPathFactory) -> Archivos:
    # Where Certifica of the SAT puts an e.firma: the folder is named by the RFC.
    folder = tmp_path_factory.mktemp("usb") / f"FIEL_{Persona.rfc}_20240510"
    folder.mkdir()
    return Archivos(folder, Emisora())


@pytest.fixture(scope="module")
def smtp() -> Iterator[SmtpReal]:
    with smtp_server(login=True) as real:
        yield real


def of_key(key: rsa.RSAPrivateKey, encrypted: bytes, certificate: bytes) -> list[Secret]:
    """Every way in which a key may lie about: as it came, as it is, and its numbers."""
    pkcs8 = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    pkcs1 = key.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    numbers = key.private_numbers()
    integers = {"d": numbers.d, "p": numbers.p, "q": numbers.q}
    return [
        Secret.of_bytes("the .key as it came", encrypted),
        Secret.of_bytes("the certificate", certificate),
        Secret.of_bytes("the key in PKCS#8", pkcs8),
        Secret.of_bytes("the key in PKCS#1", pkcs1),
        *(
            Secret.of_bytes(f"{name} of the key", number.to_bytes(-(-number.bit_length() // 8)))
            for name, number in integers.items()
        ),
    ]


def of_people(who: Persona) -> list[Secret]:
    texts = {
        "a password": (who.contrasena, who.nueva, CLAVE, PASSWORD, *WRONG),
        "a mail address": (who.correo, USER),
        "an RFC": (who.rfc, "ROTJ850314QX7"),
        "a CURP": ("ROTJ850314MDFBPL09",),
        "a registro patronal": (who.registro,),
        "a name": (*who.nombre, who.razon_social, "TALLERES DEL BAJIO IMAGINARIO"),
    }
    return [Secret.of_text(what, text) for what, some in texts.items() for text in some]


class Child:
    """The program of the day, and what it wrote on its standard output and error."""

    def __init__(self, root: Path, secrets_file: Path) -> None:
        home, temporary = root / "home", root / "tmp"
        for folder in (home, temporary):
            folder.mkdir()
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "TMPDIR": str(temporary),
            "ICSOE_DATOS": str(root / "datos"),
            "QT_QPA_PLATFORM": "offscreen",
            "PYTHONIOENCODING": "utf-8",
            "PYTHONPATH": str(ROOT),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        self.stderr_path = secrets_file.with_name("stderr.txt")
        self.output = b""
        with self.stderr_path.open("wb") as stderr:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.completas.dia_real", str(secrets_file)],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
            )

    def send(self, message: dict[str, Any]) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(message).encode() + b"\n")
        self.process.stdin.flush()

    def until_it_wants(self) -> str | None:
        """What the next stop is for; None at the end."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.startswith(b"DIA "):
                return str(json.loads(line[4:])["quiere"])
            self.output += line
        return None

    def arguments_and_environment(self) -> bytes:
        folder = Path("/proc", str(self.process.pid))
        if not folder.is_dir():
            return b""
        return folder.joinpath("cmdline").read_bytes() + folder.joinpath("environ").read_bytes()


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory, archivos: Archivos, smtp: SmtpReal) -> Day:
    root, aside = tmp_path_factory.mktemp("todo"), tmp_path_factory.mktemp("aparte")
    cer, key = archivos.efirma()
    who = Persona()
    secrets = [*of_key(nueva_llave(), key.read_bytes(), cer.read_bytes()), *of_people(who)]
    autoridad = archivos.emisora.autoridad(Cadena.SAT)
    child = Child(root, aside / "secretos.json")
    found: dict[str, list[str]] = {}
    said, names = b"", set[str]()
    try:
        child.send(
            {
                "cer": str(cer),
                "llave": str(key),
                "servidor": ["127.0.0.1", USER, PASSWORD],
                "puerto": smtp.port,
                "sujeto": base64.b64encode(autoridad.sujeto).decode(),
                "spki": base64.b64encode(autoridad.spki).decode(),
                "desde": autoridad.valido_desde.isoformat(),
                "hasta": autoridad.valido_hasta.isoformat(),
            }
        )
        while wanted := child.until_it_wants():
            if wanted == "codigo":
                child.send({"codigo": mailed_code(smtp)})
                continue
            secrets += learnt(json.loads((aside / "secretos.json").read_text("utf-8")))
            found[f"stop {len(found) + 1}"] = find(secrets, root)
            said += child.arguments_and_environment()
            names |= {path.name for path in root.rglob("*")}
            child.send({})
        assert child.process.wait(20) == 0, child.stderr_path.read_text("utf-8", "replace")
    finally:
        child.process.kill()
        child.process.communicate()
    found["the end"] = find(secrets, root)
    output = child.output + child.stderr_path.read_bytes()
    return Day(root, archivos.folder, output, found, secrets, said, frozenset(names))


def mailed_code(smtp: SmtpReal) -> str:
    text = smtp.received[-1].message.get_content()
    found = re.search(r"^\s+([0-9]{4} [0-9]{4})\s*$", text, re.MULTILINE)
    assert found is not None
    return found[1]


def learnt(told: dict[str, Any]) -> list[Secret]:
    """What the program made itself: codes, and the keys of the vault and the keyring."""
    codes = [told["codigo_recuperacion"], told["codigo_correo"]]
    spoken = [form for code in codes if code for form in (code, re.sub(r"[- ]", "", code))]
    keys = [base64.b64decode(one) for one in told["llaves"]]
    return [
        *(Secret.of_text("a code", one) for one in spoken),
        *(Secret.of_bytes("a key of the vault", one) for one in keys),
    ]


def test_nothing_secret_is_in_any_file_at_any_stop(day: Day) -> None:
    assert day.found == {"stop 1": [], "stop 2": [], "stop 3": [], "the end": []}


def test_the_search_saw_every_kind_of_file(day: Day) -> None:
    """The store with its journal, the envelope, the preferences, the log, a copy."""
    wanted = {"icsoe.db", "icsoe.db-wal", "llaves.json", "preferencias.ini", "icsoe.log"}
    assert wanted <= day.names
    assert any(name.startswith("antes-de-migrar-") for name in day.names)
    log = day.root.joinpath("datos", "registros", "icsoe.log").read_text("utf-8")
    # The bug that was provoked is there, without whom it was about.
    assert "[RFC] [CORREO] no está en [REGISTRO PATRONAL]" in log


def test_nothing_secret_is_said_or_handed_over(day: Day) -> None:
    """On standard output and error, in the arguments and in the environment."""
    spoken = day.output + day.said
    assert [one.what for one in day.secrets if one.is_in(spoken)] == []
    if sys.platform.startswith("linux"):
        assert b"tests.completas.dia_real" in day.said


@pytest.mark.parametrize("write", ["utf-8", "utf-16-le", "latin-1", "base64", "hex", "json"])
def test_the_search_finds_what_is_planted(
    write: str, day: Day, archivos: Archivos, tmp_path: Path
) -> None:
    """Every secret, in the middle of something else, in each way of writing it."""
    writers: dict[str, Callable[[bytes], bytes]] = {
        "base64": lambda raw: base64.b64encode(b"x" + raw + b"yz"),
        "hex": lambda raw: raw.hex().encode(),
    }
    key = nueva_llave().private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    raw_key = archivos.folder.joinpath("efirma.key").read_bytes()
    who = Persona()
    texts = {"a password": CLAVE, "a name": who.nombre[1], "a mail address": who.correo}
    for number, (what, content) in enumerate(
        [
            *((what, _as_bytes(text, write)) for what, text in texts.items()),
            ("the key in PKCS#8", key),
            ("the .key as it came", raw_key),
        ]
    ):
        written = writers.get(write, lambda raw: raw)(content)
        tmp_path.joinpath(f"{number}.bin").write_bytes(os.urandom(997) + written + b"\0" * 50)
        found = find(day.secrets, tmp_path)
        assert f"{what} in {number}.bin" in found


def _as_bytes(text: str, write: str) -> bytes:
    if write == "json":
        return json.dumps(text).encode()
    return text.encode(write if write in ("utf-16-le", "latin-1") else "utf-8")


def test_the_command_line_tells_no_password_and_no_key(archivos: Archivos, tmp_path: Path) -> None:
    """It is asked about the certificate: that it may tell."""
    cer, key = archivos.efirma(name="otra")
    for name, clave in (("buena", CLAVE), ("mala", WRONG[1])):
        password = tmp_path / f"{name}.txt"
        password.write_text(clave, encoding="utf-8")
        command = ["certificado", "verificar", str(cer), "--llave", str(key), "--json"]
        command += ["--contrasena-archivo", str(password)]
        done = subprocess.run(
            [sys.executable, "-m", "icsoe_desktop", *command],
            cwd=ROOT,
            env={**os.environ, "HOME": str(tmp_path), "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            timeout=300,
            check=False,
        )
        assert json.loads(done.stdout)["llave_corresponde"] is (True if name == "buena" else None)
        secrets = [
            one
            for one in of_key(nueva_llave(), key.read_bytes(), cer.read_bytes())
            if one.what != "the certificate"
        ]
        secrets.append(Secret.of_text("the password", clave))
        spoken = done.stdout + done.stderr
        assert [one.what for one in secrets if one.is_in(spoken)] == []
