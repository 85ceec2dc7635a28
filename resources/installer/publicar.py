"""Prepares a release in the folder of what was built, and verifies one. docs/publicar.md.

python resources/installer/publicar.py crear-llave LLAVE
    makes an Ed25519 key with ssh-keygen (asks for its password) and writes its public half to
    resources/firmantes, which is published with the code
python resources/installer/publicar.py preparar CARPETA --direccion https://…/ [--llave LLAVE]
    writes NOTAS.md, the winget manifest, SHA256SUMS, and with a key SHA256SUMS.sig
python resources/installer/publicar.py verificar CARPETA [--firmantes ARCHIVO]
    checks the signature, every digest, and that no file lies beside the list
"""

from __future__ import annotations

import argparse
import hashlib
import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from resources.installer.construir import ROOT, say, version
from resources.installer.errores import BuildError

SIGNERS = ROOT / "resources" / "firmantes"
CHANGES = ROOT / "docs" / "cambios.md"
SUMS, SIGNATURE, NOTES = "SHA256SUMS", "SHA256SUMS.sig", "NOTAS.md"
# Who signs, and for what: a signature for another use does not pass.
IDENTITY, NAMESPACE = "icsoe-desktop", "icsoe-desktop-version"
UNSIGNED = "-sin-firma"
PACKAGE = "ICSOE.Desktop"
WINGET = "1.6.0"
_LINE = re.compile(r"([0-9a-f]{64})  ([^/\\\0\r\n]+)")


def notes(number: str, changes: str) -> str:
    """The section of one version in docs/cambios.md. Raises BuildError."""
    found = re.search(
        rf"^## \[{re.escape(number)}\][^\n]*\n(.*?)(?=^## \[|\Z)", changes, re.MULTILINE | re.DOTALL
    )
    if found is None or not found[1].strip():
        raise BuildError(f"docs/cambios.md no tiene la sección «## [{number}]» de esta versión.")
    return found[1].strip() + "\n"


def winget(number: str, installer: str, digest: str, address: str) -> dict[str, str]:
    """The three files of the winget manifest, by name.

    Source: https://learn.microsoft.com/windows/package-manager/package/manifest
    """
    head = f"PackageIdentifier: {PACKAGE}\nPackageVersion: {number}\n"
    schema = "# yaml-language-server: $schema=https://aka.ms/winget-manifest.{}.{}.schema.json\n"
    end = f"ManifestVersion: {WINGET}\n"
    scopes = "".join(
        f"- Architecture: x64\n  Scope: {scope}\n{extra}"
        f"  InstallerUrl: {address}{installer}\n  InstallerSha256: {digest.upper()}\n"
        for scope, extra in (
            ("user", ""),
            ("machine", "  InstallerSwitches:\n    Custom: /ALLUSERS\n"),
        )
    )
    files = {
        "installer": "InstallerType: nullsoft\nMinimumOSVersion: 10.0.0.0\n"
        "InstallModes:\n- interactive\n- silent\nUpgradeBehavior: install\n"
        "Protocols:\n- icsoe\n"
        f"Installers:\n{scopes}ManifestType: installer\n",
        "locale.es-MX": "PackageLocale: es-MX\nPublisher: ICSOE Desktop\n"
        "PackageName: ICSOE Desktop\nLicense: MIT\n"
        "ShortDescription: Movimientos del IDSE, certificados IMSS e ICSOE, en el escritorio\n"
        "ManifestType: defaultLocale\n",
        "": "DefaultLocale: es-MX\nManifestType: version\n",
    }
    kinds = {"installer": "installer", "locale.es-MX": "defaultLocale", "": "version"}
    return {
        f"{PACKAGE}{'.' if part else ''}{part}.yaml": schema.format(kinds[part], WINGET)
        + head
        + text
        + end
        for part, text in files.items()
    }


def prepare(folder: Path, address: str, key: Path | None, *, unsigned: bool = False) -> None:
    """Write what a release has besides its packages. Raises BuildError."""
    parts = urlsplit(address)
    if parts.scheme != "https" or not parts.hostname or not address.endswith("/"):
        raise BuildError("La dirección empieza con https:// y termina con «/».")
    number = version()
    setups = sorted(folder.glob(f"ICSOE-Desktop-{number}*.exe"))
    bare = [path.name for path in files_of(folder) if UNSIGNED in path.name]
    if bare and not unsigned:
        raise BuildError(f"No se publica sin firma: {', '.join(bare)}.")
    (folder / NOTES).write_text(notes(number, CHANGES.read_text("utf-8")), "utf-8", newline="\n")
    if setups:
        for name, text in winget(number, setups[0].name, _digest(setups[0]), address).items():
            (folder / name).write_text(text, "utf-8", newline="\n")
    (folder / SIGNATURE).unlink(missing_ok=True)
    text = "".join(f"{_digest(path)}  {path.name}\n" for path in files_of(folder))
    (folder / SUMS).write_text(text, "utf-8", newline="\n")
    if key is None:
        say(f"AVISO: {SUMS} queda sin firma; fírmelo con «preparar --llave» antes de publicar.")
        return
    _keygen("-Y", "sign", "-f", str(key), "-n", NAMESPACE, str(folder / SUMS))
    verify(folder, SIGNERS)


def verify(folder: Path, signers: Path) -> None:
    """Raises BuildError unless the folder is exactly what a signer listed."""
    listing = folder / SUMS
    try:
        content = listing.read_bytes()
        text = content.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BuildError(f"No se pudo leer {SUMS}.") from error
    options = ["-f", str(signers), "-I", IDENTITY, "-n", NAMESPACE]
    _keygen("-Y", "verify", *options, "-s", str(folder / SIGNATURE), given=content)
    listed = {}
    for line in text.splitlines():
        found = _LINE.fullmatch(line)
        if found is None:
            raise BuildError(f"{SUMS} tiene un renglón que no es de huella y nombre.")
        listed[found[2]] = found[1]
    present = {path.name: path for path in files_of(folder)}
    wrong = sorted(
        name
        for name in listed.keys() | present.keys()
        if name not in listed or name not in present or _digest(present[name]) != listed[name]
    )
    if wrong:
        raise BuildError(f"No es lo que se firmó: {', '.join(wrong)}.")
    say(f"{len(listed)} archivos, firmados por {IDENTITY}.")


def files_of(folder: Path) -> list[Path]:
    """The files that a release lists, by name."""
    return sorted(
        path
        for path in folder.iterdir()
        if path.is_file() and not path.is_symlink() and path.name not in (SUMS, SIGNATURE)
    )


def create_key(key: Path, signers: Path) -> None:
    """Make a key, and write its public half as an allowed signer. Raises BuildError."""
    if key.exists():
        raise BuildError(f"«{key}» ya existe; una llave que firmó versiones no se reemplaza.")
    tool = _tool()
    done = subprocess.run(
        [tool, "-q", "-t", "ed25519", "-C", IDENTITY, "-f", str(key)], check=False
    )
    if done.returncode:
        raise BuildError("ssh-keygen no hizo la llave.")
    public = key.with_name(f"{key.name}.pub").read_text("utf-8").split()
    line = f'{IDENTITY} namespaces="{NAMESPACE}" {public[0]} {public[1]}\n'
    with signers.open("a", encoding="utf-8", newline="\n") as file:
        file.write(line)
    say(f"Su parte pública quedó en {signers}. Guarde «{key}» fuera de línea.")


def _keygen(*words: str, given: bytes | None = None) -> None:
    done = subprocess.run(
        [_tool(), *words],
        input=given,
        stdin=None if given is not None else subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        reason = (done.stderr or done.stdout).decode("utf-8", "replace").strip()
        raise BuildError(f"La firma de {SUMS} no vale: {reason[:300]}")


def _tool() -> str:
    found = shutil.which("ssh-keygen")
    if found is None:
        raise BuildError("Falta ssh-keygen (OpenSSH; Windows 10 y 11 lo traen).")
    return found


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def main(arguments: list[str]) -> int:
    """Exit status: 0 if everything was done or verified, otherwise 1."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    orders = parser.add_subparsers(dest="orden", required=True)
    create = orders.add_parser("crear-llave")
    create.add_argument("llave", type=Path)
    ready = orders.add_parser("preparar")
    ready.add_argument("carpeta", type=Path)
    ready.add_argument("--direccion", required=True)
    ready.add_argument("--llave", type=Path)
    ready.add_argument("--sin-firma", action="store_true", help="admite instaladores sin firma")
    check = orders.add_parser("verificar")
    check.add_argument("carpeta", type=Path)
    check.add_argument("--firmantes", type=Path, default=SIGNERS)
    options = parser.parse_args(arguments)
    try:
        match options.orden:
            case "crear-llave":
                create_key(options.llave, SIGNERS)
            case "preparar":
                prepare(
                    options.carpeta, options.direccion, options.llave, unsigned=options.sin_firma
                )
            case "verificar":
                verify(options.carpeta, options.firmantes)
    except BuildError as error:
        say(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
