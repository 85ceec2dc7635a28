"""Signs programs, libraries and installers for Windows, and verifies what was signed.

The key comes from the environment. Neither the repository nor a command line has any part of it.
docs/publicar.md has the variables. Without any of them the build is unsigned and says so.
"""

from __future__ import annotations

import os
import shlex
import shutil
import struct
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from resources.installer.errores import BuildError

# One of these chooses how.
ENV_PFX = "ICSOE_FIRMA_PFX"
ENV_MODULE = "ICSOE_FIRMA_PKCS11"
ENV_COMMAND = "ICSOE_FIRMA_ORDEN"
ENV_THUMBPRINT = "ICSOE_FIRMA_HUELLA"
WAYS = (ENV_PFX, ENV_MODULE, ENV_COMMAND, ENV_THUMBPRINT)
# File with the password of the .pfx or the PIN of the token.
ENV_PASSWORD_FILE = "ICSOE_FIRMA_CLAVE_ARCHIVO"
# Of the token: id of the key, and id or file of the certificate.
ENV_KEY = "ICSOE_FIRMA_PKCS11_LLAVE"
ENV_CERTIFICATE = "ICSOE_FIRMA_PKCS11_CERTIFICADO"
ENV_ENGINE = "ICSOE_FIRMA_PKCS11_MOTOR"
ENV_TIMESTAMP = "ICSOE_FIRMA_SELLO"
ENV_NO_TIMESTAMP = "ICSOE_FIRMA_SIN_SELLO"
# Authorities to verify with, if the system's do not know ours.
ENV_ROOTS = "ICSOE_FIRMA_RAIZ"
ENV_TSA_ROOTS = "ICSOE_FIRMA_RAIZ_SELLO"

FILE = "{archivo}"
KINDS = (".exe", ".dll", ".pyd")
LOUD = (
    "AVISO: SE FIRMA SIN SELLO DE TIEMPO. El día que venza el certificado, Windows dejará de "
    "aceptar todo lo que hoy se firme. Quite ICSOE_FIRMA_SIN_SELLO y ponga ICSOE_FIRMA_SELLO."
)
NEEDS_TIMESTAMP = (
    "Falta la dirección del sellado de tiempo (ICSOE_FIRMA_SELLO). Sin sello, lo firmado deja de "
    "servir cuando vence el certificado; si así lo quiere, ponga ICSOE_FIRMA_SIN_SELLO=1."
)
TIMEOUT_S = 300


def is_wanted(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether a key was given."""
    return any(environment.get(name) for name in WAYS)


def sign(path: Path) -> None:
    """Sign a file in place and verify it. Does nothing without a key.

    Raises BuildError if signing or verifying fails, so that an unsigned file never passes for a
    signed one.
    """
    if not is_wanted():
        return
    _run(_command(path, os.environ), f"No se firmó «{path.name}»")
    made = path.with_name(f"{path.name}.firmado")
    if made.exists():
        made.replace(path)
    verify(path)


def sign_folder(folder: Path) -> tuple[int, int]:
    """Sign every program and library. Returns how many, and how many already had a signature.

    What others signed (Microsoft, the Python Software Foundation) keeps theirs.
    """
    if not is_wanted():
        return 0, 0
    if os.environ.get(ENV_NO_TIMESTAMP):
        say(LOUD)
    files = [path for path in sorted(folder.rglob("*")) if path.suffix.lower() in KINDS]
    own = [path for path in files if not has_signature(path)]
    for path in own:
        sign(path)
    bare = [path.name for path in files if not has_signature(path)]
    if bare:
        raise BuildError(f"Quedaron sin firma: {', '.join(bare)}.")
    return len(own), len(files) - len(own)


def verify(path: Path) -> None:
    """Raises BuildError unless the signature holds, up to a known authority, and has a time."""
    tool = shutil.which("osslsigncode")
    if tool is None:
        _verify_with_signtool(path)
        return
    command = [tool, "verify"]
    for name, option in ((ENV_ROOTS, "-CAfile"), (ENV_TSA_ROOTS, "-TSA-CAfile")):
        if os.environ.get(name):
            command += [option, os.environ[name]]
    said = _run([*command, "-in", str(path)], f"La firma de «{path.name}» no se comprobó")
    stamped = "Timestamp Server Signature verification: ok" in said
    if not stamped and not os.environ.get(ENV_NO_TIMESTAMP):
        raise BuildError(f"La firma de «{path.name}» no lleva sello de tiempo.")


def has_signature(path: Path) -> bool:
    """Whether a PE file has a certificate table. Source: Microsoft, «PE Format»."""
    with path.open("rb") as file:
        head = file.read(4096)
    try:
        (start,) = struct.unpack_from("<I", head, 0x3C)
        if head[start : start + 4] != b"PE\0\0":
            return False
        (magic,) = struct.unpack_from("<H", head, start + 24)
        directories = start + 24 + (112 if magic == 0x20B else 96)
        _address, size = struct.unpack_from("<II", head, directories + 4 * 8)
    except struct.error:
        return False
    return bool(size)


def _command(path: Path, environment: Mapping[str, str]) -> list[str]:
    """The command that signs. Raises BuildError for settings that do not fit together."""
    chosen = [name for name in WAYS if environment.get(name)]
    if len(chosen) > 1:
        raise BuildError(f"Elija una sola forma de firmar; hay {', '.join(chosen)}.")
    way = chosen[0]
    stamp = environment.get(ENV_TIMESTAMP, "")
    if way == ENV_COMMAND:
        words = shlex.split(environment[way], posix=os.name != "nt")
        if not any(FILE in word for word in words):
            raise BuildError(f"ICSOE_FIRMA_ORDEN no dice dónde va {FILE}.")
        return [word.replace(FILE, str(path)) for word in words]
    if not stamp and not environment.get(ENV_NO_TIMESTAMP):
        raise BuildError(NEEDS_TIMESTAMP)
    if way == ENV_THUMBPRINT:
        command = [_tool("signtool"), "sign", "/sha1", environment[way], "/fd", "SHA256"]
        command += ["/tr", stamp, "/td", "SHA256"] if stamp else []
        return [*command, "/d", "ICSOE Desktop", str(path)]
    command = [_tool("osslsigncode"), "sign", "-h", "sha256", "-n", "ICSOE Desktop"]
    if way == ENV_PFX:
        command += ["-pkcs12", environment[way]]
    else:
        key, certificate = environment.get(ENV_KEY, ""), environment.get(ENV_CERTIFICATE, "")
        if not key or not certificate:
            raise BuildError(f"Con ICSOE_FIRMA_PKCS11 hacen falta {ENV_KEY} y {ENV_CERTIFICATE}.")
        if environment.get(ENV_ENGINE):
            command += ["-pkcs11engine", environment[ENV_ENGINE]]
        of_file = Path(certificate).is_file()
        command += ["-pkcs11module", environment[way], "-key", key]
        command += ["-certs" if of_file else "-pkcs11cert", certificate]
    if environment.get(ENV_PASSWORD_FILE):
        command += ["-readpass", environment[ENV_PASSWORD_FILE]]
    if stamp:
        command += ["-ts", stamp]
    return [*command, "-in", str(path), "-out", f"{path}.firmado"]


def _verify_with_signtool(path: Path) -> None:
    command = [_tool("signtool"), "verify", "/pa", "/all"]
    if not os.environ.get(ENV_NO_TIMESTAMP):
        command.append("/tw")  # exit status 2 without a time stamp
    _run([*command, str(path)], f"La firma de «{path.name}» no se comprobó")


def _tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise BuildError(f"Falta {name}, y se pidió firmar.")
    return found


def _run(command: list[str], trouble: str) -> str:
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BuildError(f"{trouble}: {type(error).__name__}.") from error
    said = done.stdout.decode("utf-8", "replace")
    if done.returncode:
        say(said.strip())
        raise BuildError(f"{trouble} (código {done.returncode}).")
    return said


def say(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()
