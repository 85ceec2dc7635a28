"""The .msi package for the whole machine, from the program's folder. Needs wixl and msibuild.

wixl of Debian 12 knows a part of WiX. What it lacks is added to its tables afterwards.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from resources.installer.errores import BuildError

APP = "ICSOE Desktop"
# The identity of all versions: never change it.
UPGRADE_CODE = "7B1F2C64-2E0B-4C52-9C55-4B9C6D3B8E11"
# Of each file's component, by its path: the same in all versions.
COMPONENTS = uuid.UUID("0d1a8d2e-6a52-4b43-9b7f-4f6ec0a5b3d7")
UNINSTALL_KEY = rf"Software\Microsoft\Windows\CurrentVersion\Uninstall\{APP}"
MACHINE_KEY = rf"Software\{APP}"
PROTOCOL_KEY = r"Software\Classes\icsoe"
PROGRAM = "icsoe-desktop.exe"
SUMMARY = "_SummaryInformation"
DOWNGRADE = (
    f"Ya está instalada una versión más nueva de {APP}. No se cambió nada. Para volver atrás, "
    "quite primero la instalada y restaure un respaldo de entonces."
)
OTHER_INSTALLER = (
    f"{APP} ya está instalado para todo el equipo con su instalador .exe. No se cambió nada. "
    "Quítelo en Aplicaciones y repita; los datos se conservan."
)
TOO_OLD = f"{APP} necesita Windows 10 o posterior, de 64 bits."


def build_msi(folder: Path, target: Path, version: str, epoch: int) -> None:
    """Make the package `target`. The same arguments give the same bytes.

    epoch: the time that the package says it was made, in seconds.
    Raises BuildError.
    """
    made = document(folder, version, identity_of(folder, version))
    with tempfile.TemporaryDirectory(prefix="icsoe-msi-") as name:
        source = Path(name, "icsoe.wxs")
        source.write_text(made, encoding="utf-8")
        # wixl finds files only below its own folder.
        _run(["wixl", "--arch", "x64", "--output", str(target), str(source)], folder)
        for statement in corrections():
            _run(["msibuild", str(target), "-q", statement], folder)
        # wixl writes the clock and a random package code.
        table = Path(name, "resumen.idt")
        said = _run(["msiinfo", "export", str(target), SUMMARY], folder)
        table.write_text(summary(said, package_code(made, epoch), epoch), "ascii", newline="")
        _run(["msibuild", str(target), "-i", str(table)], folder)


def package_code(made: str, epoch: int) -> uuid.UUID:
    """The identity of one .msi file. Two files that differ must not share it.

    made: from `document`, whose product code stands for the content of the files.
    """
    return uuid.uuid5(COMPONENTS, "\n".join([made, *corrections(), str(epoch)]))


def summary(exported: str, code: uuid.UUID, epoch: int) -> str:
    """The summary information with this package code, time and our language.

    exported: the table as `msiinfo export` prints it.
    Raises BuildError if it lacks a property that would have to be set.
    """
    # libmsi reads and writes these times in the time zone of TZ.
    when = datetime.fromtimestamp(epoch, UTC).strftime("%Y/%m/%d %H:%M:%S")
    wanted = {"7": "x64;2058", "9": f"{{{_upper(code)}}}", "12": when, "13": when}
    lines = [line.rstrip("\r").split("\t") for line in exported.rstrip("\n").split("\n")]
    if not wanted.keys() <= {line[0] for line in lines[3:]}:
        raise BuildError("El resumen del .msi no es como lo escribe wixl.")
    rows = [[line[0], wanted.get(line[0], line[1])] for line in lines[3:]]
    return "".join("\t".join(line) + "\r\n" for line in (*lines[:3], *rows))


def identity_of(folder: Path, version: str) -> uuid.UUID:
    """Another build of the same version is another product, which replaces the former."""
    digest = hashlib.sha256(version.encode())
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return uuid.uuid5(COMPONENTS, digest.hexdigest())


def next_version(version: str) -> str:
    """The lowest version that Windows takes for newer; it compares three numbers."""
    major, minor, patch = version.split(".")
    return f"{major}.{minor}.{int(patch) + 1}"


def document(folder: Path, version: str, product: uuid.UUID) -> str:
    """The package as WiX source."""
    files = list(_tree(folder, folder, "      "))
    components = [line for line in files if "<Component " in line]
    identities = [line.split('Id="', 1)[1].split('"', 1)[0] for line in components]
    references = [f'      <ComponentRef Id="{one}"/>' for one in (*identities, *_OWN)]
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<Wix xmlns="http://schemas.microsoft.com/wix/2006/wi">',
        f'  <Product Id="{_upper(product)}" Name="{APP}" Language="2058" Codepage="1252"',
        f'    Version="{version}" Manufacturer="{APP}" UpgradeCode="{UPGRADE_CODE}">',
        '    <Package InstallScope="perMachine" Compressed="yes" InstallerVersion="500"',
        f'      Languages="2058" Description="{APP} {version}" Comments="Licencia MIT"/>',
        f'    <Upgrade Id="{UPGRADE_CODE}">',
        # Another build of the same version is replaced too. wixl ignores IncludeMaximum.
        f'      <UpgradeVersion Minimum="0.0.0" Maximum="{next_version(version)}"',
        '        Property="ANTERIOR"/>',
        f'      <UpgradeVersion Minimum="{version}" IncludeMinimum="no" OnlyDetect="yes"',
        '        Property="POSTERIOR"/>',
        "    </Upgrade>",
        # Within the transaction: a failed upgrade brings the old version back.
        "    <InstallExecuteSequence>",
        '      <RemoveExistingProducts After="InstallInitialize"/>',
        "    </InstallExecuteSequence>",
        '    <Media Id="1" Cabinet="icsoe.cab" EmbedCab="yes"/>',
        *_properties(),
        '    <Directory Id="TARGETDIR" Name="SourceDir">',
        '      <Directory Id="ProgramFiles64Folder">',
        f'        <Directory Id="INSTALLDIR" Name="{APP}">',
        *("    " + line for line in files),
        *_registration(version),
        "        </Directory>",
        "      </Directory>",
        '      <Directory Id="ProgramMenuFolder">',
        *_shortcut("AccesoMenu", "ProgramMenuFolder"),
        "      </Directory>",
        '      <Directory Id="DesktopFolder">',
        *_shortcut("AccesoEscritorio", "DesktopFolder"),
        "      </Directory>",
        "    </Directory>",
        '    <Feature Id="Todo" Level="1">',
        *references,
        "    </Feature>",
        "  </Product>",
        "</Wix>",
    ]
    return "\n".join(lines) + "\n"


# Components that are no files, each with its condition.
_OWN = {
    "Equipo": "",
    "AccesoMenu": "",
    "AccesoEscritorio": 'NOT SINESCRITORIO = "1"',
    "SinEscritorio": 'SINESCRITORIO = "1"',
    "Enlaces": 'NOT SINENLACES = "1"',
    "SinEnlaces": 'SINENLACES = "1"',
}


def _properties() -> Iterator[str]:
    yield '    <Icon Id="icsoe.ico" SourceFile="_internal/icsoe.ico"/>'
    values = {
        "ARPPRODUCTICON": "icsoe.ico",
        "ARPNOMODIFY": "1",
        "ARPCOMMENTS": "Ayuda dentro del programa, con F1. Licencias en la carpeta del programa.",
        # A log in %TEMP% of each installation: everything but the values of properties.
        "MsiLogging": "iwearmoc",
        "REBOOT": "ReallySuppress",
    }
    for name, value in values.items():
        yield f'    <Property Id="{name}" Value={quoteattr(value)}/>'
    # What was chosen at the first installation stays so when it is upgraded or repaired.
    for name, value in (("SINESCRITORIO", "SinEscritorio"), ("SINENLACES", "SinEnlaces")):
        yield from _search(name, MACHINE_KEY, value)
    yield from _search("INSTALADOREXE", UNINSTALL_KEY, "InstallLocation")
    conditions = {
        DOWNGRADE: "Installed OR NOT POSTERIOR",
        OTHER_INSTALLER: "Installed OR NOT INSTALADOREXE",
        TOO_OLD: "Installed OR (VersionNT64 AND VersionNT >= 603)",
    }
    for message, condition in conditions.items():
        # wixl reads no CDATA, and keeps spaces.
        yield f"    <Condition Message={quoteattr(message)}>{escape(condition)}</Condition>"


def _search(name: str, key: str, value: str) -> Iterator[str]:
    yield f'    <Property Id="{name}">'
    yield f'      <RegistrySearch Id="busca_{name.lower()}" Root="HKLM" Key={quoteattr(key)}'
    yield f'        Name="{value}" Type="raw" Win64="yes"/>'
    yield "    </Property>"


def _registration(version: str) -> Iterator[str]:
    """What the machine is told: the program, its links, what was left out."""
    command = rf'"[INSTALLDIR]{PROGRAM}" -- "%1"'
    yield from _values(
        "Equipo",
        [
            (MACHINE_KEY, "Instalador", "msi"),
            (MACHINE_KEY, "InstallLocation", "[INSTALLDIR]"),
            (MACHINE_KEY, "Version", version),
        ],
    )
    yield from _values(
        "Enlaces",
        [
            (PROTOCOL_KEY, "", f"URL:{APP}"),
            (PROTOCOL_KEY, "URL Protocol", ""),
            (rf"{PROTOCOL_KEY}\DefaultIcon", "", rf'"[INSTALLDIR]{PROGRAM}",0'),
            (rf"{PROTOCOL_KEY}\shell\open\command", "", command),
        ],
    )
    for name in ("SinEscritorio", "SinEnlaces"):
        yield from _values(name, [(MACHINE_KEY, name, "1")])


def _values(name: str, values: list[tuple[str, str, str]]) -> Iterator[str]:
    yield f'          <Component Id="{name}" Guid="{_identity(name)}" Win64="yes">'
    for number, (key, value, content) in enumerate(values):
        named = f" Name={quoteattr(value)}" if value else ""
        path = ' KeyPath="yes"' if number == 0 else ""
        yield f'            <RegistryValue Root="HKLM" Key={quoteattr(key)}{named} Type="string"'
        yield f"              Value={quoteattr(content)}{path}/>"
    yield "          </Component>"


def _shortcut(name: str, folder: str) -> Iterator[str]:
    yield f'        <Component Id="{name}" Guid="{_identity(name)}" Win64="yes">'
    yield f'          <Shortcut Id="{name}" Directory="{folder}" Name="{APP}"'
    yield f'            Target="[INSTALLDIR]{PROGRAM}" WorkingDirectory="INSTALLDIR"/>'
    yield f'          <RegistryValue Root="HKLM" Key={quoteattr(MACHINE_KEY)} Name="{name}"'
    yield '            Type="string" Value="1" KeyPath="yes"/>'
    yield "        </Component>"


def _tree(root: Path, folder: Path, indent: str) -> Iterator[str]:
    """A component for each file: repair then works file by file."""
    for path in sorted(folder.iterdir(), key=lambda one: one.name):
        relative = path.relative_to(root).as_posix()
        key = uuid.uuid5(COMPONENTS, relative).hex
        if path.is_dir():
            yield f'{indent}<Directory Id="d{key}" Name={quoteattr(path.name)}>'
            yield from _tree(root, path, indent + "  ")
            yield f"{indent}</Directory>"
            continue
        yield f'{indent}<Component Id="c{key}" Guid="{_identity(relative)}" Win64="yes">'
        yield f'{indent}  <File Id="f{key}" Name={quoteattr(path.name)} KeyPath="yes"'
        yield f"{indent}    Source={quoteattr(relative)}/>"
        yield f"{indent}</Component>"


def corrections() -> Iterator[str]:
    """SQL for what wixl cannot say."""
    for name, condition in _OWN.items():
        if condition:
            where = f"WHERE `Component` = '{name}'"
            yield f"UPDATE `Component` SET `Condition` = '{condition}' {where}"  # noqa: S608
    # Else the installing service ignores what is said on the command line.
    yield (
        "UPDATE `Property` SET `Value` = 'ANTERIOR;POSTERIOR;"
        "SINESCRITORIO;SINENLACES;INSTALADOREXE' WHERE `Property` = 'SecureCustomProperties'"
    )
    # Type 51 sets a property, once the folder is known.
    links = {
        "ARPINSTALLLOCATION": "[INSTALLDIR]",
        "ARPHELPLINK": r"file:///[INSTALLDIR]_internal\leame.html",
        "ARPURLINFOABOUT": "file:///[INSTALLDIR]licencias",
    }
    for number, (name, value) in enumerate(links.items()):
        values = f"VALUES ('Pone{name}', 51, '{name}', '{value}')"
        yield f"INSERT INTO `CustomAction` (`Action`, `Type`, `Source`, `Target`) {values}"
        values = f"VALUES ('Pone{name}', {1010 + number})"
        yield f"INSERT INTO `InstallExecuteSequence` (`Action`, `Sequence`) {values}"


def _identity(name: str) -> str:
    return _upper(uuid.uuid5(COMPONENTS, name))


def _upper(identity: uuid.UUID) -> str:
    return str(identity).upper()


def _run(command: list[str], folder: Path) -> str:
    if shutil.which(command[0]) is None:
        raise BuildError(f"Falta {command[0]} (Debian: apt-get install wixl msitools).")
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "TZ": "UTC"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    said = done.stdout.decode("utf-8", "replace")
    if done.returncode:
        raise BuildError(
            f"{command[0]} no terminó (código {done.returncode}).\n{said.strip()[-2000:]}"
        )
    return said
