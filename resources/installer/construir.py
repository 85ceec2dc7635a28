"""Builds the program's folder and the Windows installer; nothing comes out that did not pass.

python resources/installer/construir.py programa [--salida DIR]
python resources/installer/construir.py instalador --programa DIR [--salida DIR]
python resources/installer/construir.py msi --programa DIR [--salida DIR]
python resources/installer/construir.py todo [--salida DIR]

Needs the packages of resources/requisitos/empaquetar.txt in this Python; `instalador` also
makensis, and `msi` wixl and msibuild, on the PATH. docs/publicar.md has the rest.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from resources.installer import firma, msi, sello
from resources.installer.errores import BuildError

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "resources" / "installer" / "icsoe.nsi"
NAME = "icsoe-desktop"
ORDERS = ("programa", "instalador", "msi", "todo", "smoke", "firmar")
SMOKE_TIMEOUT_S = 300
SETUP_GOAL_MB = 40.0
MSI_GOAL_MB = 70.0

# A Wine prefix for building has these in system32. They must never ship.
WINE_SHIMS = {"bcryptprimitives.dll", "icuuc.dll", "mscms.dll"}


def version() -> str:
    """The program's version, read without importing it. Raises BuildError."""
    text = (ROOT / "icsoe_desktop" / "__init__.py").read_text("utf-8")
    found = re.search(r'^__version__ = "(\d+\.\d+\.\d+)"$', text, re.MULTILINE)
    if found is None:
        raise BuildError("icsoe_desktop/__init__.py no dice la versión como «1.2.3».")
    return found[1]


def build_program(output: Path) -> Path:
    """Build the program's folder and run its --smoke. Raises BuildError."""
    folder = output / NAME
    stamp = current_sello()
    with tempfile.TemporaryDirectory(prefix="icsoe-empaquetar-") as work:
        command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--clean"]
        command += ["--log-level", "WARN", "--distpath", str(output), "--workpath", work]
        run(
            [*command, str(ROOT / "build_installer.spec")],
            "PyInstaller no terminó",
            stamp.environment(),
        )
    check_contents(folder)
    add_licences(folder, output, stamp)
    if is_windows(folder):
        sign_program(folder)
    smoke(folder)
    sello.set_times(folder, stamp.epoch)
    return folder


def current_sello() -> sello.Sello:
    """The commit that is built, as everything built says. Raises BuildError."""
    found = sello.read_sello(ROOT)
    if found is None:
        raise BuildError(
            "No se sabe de qué commit es este código: constrúyalo de un clon de git o del archivo "
            "de fuentes."
        )
    if found.modified:
        say("AVISO: hay archivos distintos de los del commit; lo construido lo dice.")
    return found


def add_licences(folder: Path, output: Path, stamp: sello.Sello) -> None:
    """Put the licence texts and the SBOM into the folder, and a copy of the SBOM beside it."""
    # Needs `packaging`, which `instalador` can do without.
    from resources.installer import edades, licencias, sbom

    system = "windows" if is_windows(folder) else "linux"
    parts = licencias.add_licences(ROOT, folder)
    strange = licencias.strangers(folder, modules_of(programs(folder)[0]), ROOT)
    if strange:
        raise BuildError(f"No se sabe de qué parte son, ni su licencia: {', '.join(strange[:20])}.")
    made = sbom.write_sbom(parts, stamp, system, folder)
    shutil.copyfile(made, output / f"ICSOE-Desktop-{version()}-{system}.cdx.json")
    old = edades.warning(edades.too_old(json.loads(made.read_text("utf-8"))))
    if old:
        say(old)


def modules_of(program: Path) -> list[str]:
    """The dotted names of the modules in a program's archive."""
    from PyInstaller.archive.readers import CArchiveReader

    return sorted(CArchiveReader(str(program)).open_embedded_archive("PYZ.pyz").toc)


def programs(folder: Path) -> list[Path]:
    """The window program. On Windows also the console program."""
    names = [f"{NAME}.exe", "icsoe-consola.exe"] if is_windows(folder) else [NAME]
    return [folder / name for name in names]


def is_windows(folder: Path) -> bool:
    return (folder / f"{NAME}.exe").is_file()


def check_contents(folder: Path) -> None:
    """Raises BuildError if a forbidden file is present or a required one is missing."""
    names = {path.name.lower() for path in folder.rglob("*")}
    strange = names & WINE_SHIMS if is_windows(folder) else set()
    if strange:
        raise BuildError(f"El programa contiene bibliotecas de prueba: {', '.join(strange)}.")
    for program in programs(folder):
        if not program.is_file():
            raise BuildError(f"Falta «{program}».")


def smoke(folder: Path, platform: str = "offscreen") -> None:
    """Let the frozen program open every window. Raises BuildError if anything fails."""
    environment = {"LANG": "C.UTF-8", **os.environ, "QT_QPA_PLATFORM": platform}
    if is_windows(folder) and platform == "offscreen":
        # Offscreen, Qt does not know the system's font folder.
        environment["QT_QPA_FONTDIR"] = str(Path(os.environ["WINDIR"], "Fonts"))
    for program in programs(folder):
        done = subprocess.run(
            [program, "--smoke"],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=SMOKE_TIMEOUT_S,
            check=False,
        )
        said = done.stdout.decode("utf-8", "replace").strip()
        say(f"{program.name} --smoke: {said or 'sin palabras'} (código {done.returncode})")
        if done.returncode:
            raise BuildError(f"«{program.name} --smoke» falló: no se publica nada.")


def build_installer(folder: Path, output: Path, number: str, *, quick: bool = False) -> Path:
    """Build setup.exe from the folder of `build_program`. Raises BuildError.

    number: version in the installer. quick: fast, poor compression, for tests only.
    """
    if not is_windows(folder):
        raise BuildError(f"«{folder}» no es el programa para Windows.")
    check_contents(folder)
    makensis = shutil.which("makensis") or shutil.which(
        "makensis", path=r"C:\Program Files (x86)\NSIS"
    )
    if makensis is None:
        raise BuildError("Falta makensis (Debian: apt-get install nsis).")
    signed = firma.is_wanted()
    output.mkdir(parents=True, exist_ok=True)
    ending = "" if signed else "-sin-firma"
    target = output / f"ICSOE-Desktop-{number}{ending}.exe"
    with tempfile.TemporaryDirectory(prefix="icsoe-instalador-") as work:
        listing, files = Path(work, "desinstalar.nsh"), Path(work, "instalar.nsh")
        listing.write_text("\n".join(removals(folder)) + "\n", encoding="utf-8-sig")
        files.write_text("\n".join(additions(folder)) + "\n", encoding="utf-8-sig")
        # Draws with Qt, which the other orders can do without.
        from resources.installer import imagenes

        imagenes.make_pictures(ROOT, Path(work))
        # makensis packs the times of files with them. A copy of the folder has others.
        stamp = current_sello()
        sello.set_times(Path(work), stamp.epoch)
        sello.set_times(folder, stamp.epoch)
        options = {
            "IMAGENES": work,
            "VERSION": number,
            "PROGRAMA": str(folder),
            "SEP": os.sep,
            "SALIDA": str(target),
            "ARCHIVOS": str(files),
            "LISTA": str(listing),
            "KILOBYTES": str(size_of(folder) // 1024),
            "PYTHON": sys.executable,
            "CONSTRUIR": str(Path(__file__).resolve()),
        }
        if signed:
            options["FIRMADO"] = "1"
        if quick:
            options["RAPIDO"] = "1"
        defines = [f"-D{name}={value}" for name, value in options.items()]
        run(
            [makensis, "-V2", "-WX", "-INPUTCHARSET", "UTF8", *defines, str(SCRIPT)],
            "makensis no terminó",
            stamp.environment(),
        )
    firma.sign(target)
    tell(folder, target, signed)
    return target


def build_package(folder: Path, output: Path, number: str) -> Path:
    """Build the .msi for whole machines from the folder of `build_program`. Raises BuildError."""
    if not is_windows(folder):
        raise BuildError(f"«{folder}» no es el programa para Windows.")
    check_contents(folder)
    output.mkdir(parents=True, exist_ok=True)
    signed = firma.is_wanted()
    target = output / f"ICSOE-Desktop-{number}{'' if signed else '-sin-firma'}.msi"
    epoch = current_sello().epoch
    sello.set_times(folder, epoch)
    msi.build_msi(folder, target, number, epoch)
    firma.sign(target)
    size_mb = round(target.stat().st_size / 1e6, 1)
    result = {"paquete": target.name, "firmado": signed, "paquete_mb": size_mb}
    say(json.dumps({**result, "meta_mb": MSI_GOAL_MB, "cumple": size_mb <= MSI_GOAL_MB}))
    return target


def additions(folder: Path) -> Iterator[str]:
    """NSIS lines that unpack every file of `folder` into $Incoming, in the order of their paths."""
    for parent in (folder, *sorted(path for path in folder.rglob("*") if path.is_dir())):
        place = windows_path(Path("$Incoming", parent.relative_to(folder))).removeprefix("$")
        yield f'SetOutPath "{place}"'
        for path in sorted(one for one in parent.iterdir() if one.is_file()):
            yield f'File "{path}"'


def removals(folder: Path) -> Iterator[str]:
    """NSIS lines that remove exactly the installed files, never a shared folder."""
    files = sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    for path in files:
        yield f'Delete "$INSTDIR\\{windows_path(path)}"'
    parents = sorted(
        {parent for path in files for parent in path.parents if parent != Path()},
        key=lambda parent: (len(parent.parts), parent),
        reverse=True,
    )
    for parent in parents:
        yield f'RMDir "$INSTDIR\\{windows_path(parent)}"'


def windows_path(path: Path) -> str:
    return "\\".join(path.parts).replace("$", "$$")


def sign_program(folder: Path) -> None:
    """Sign every program and library in the folder, if there is a key. Raises BuildError."""
    if not is_windows(folder):
        raise BuildError(f"«{folder}» no es el programa para Windows.")
    if not firma.is_wanted():
        return
    own, others = firma.sign_folder(folder)
    sello.set_times(folder, current_sello().epoch)
    say(f"Firmados y comprobados: {own}. Ya traían firma de su autor: {others}.")


def tell(folder: Path, installer: Path, signed: bool) -> None:
    size = installer.stat().st_size
    result = {
        "instalador": installer.name,
        "firmado": signed,
        "instalador_mb": round(size / 1e6, 1),
        "programa_mb": round(size_of(folder) / 1e6, 1),
        "meta_instalador_mb": SETUP_GOAL_MB,
        "cumple": size / 1e6 <= SETUP_GOAL_MB,
    }
    say(json.dumps(result, ensure_ascii=False))
    if not signed:
        say(
            "AVISO: este instalador no está firmado. Windows SmartScreen advertirá al abrirlo; "
            "no lo publique fuera de su oficina."
        )


def size_of(folder: Path) -> int:
    return sum(
        path.stat().st_size
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink()
    )


def run(command: list[str], trouble: str, environment: dict[str, str] | None = None) -> None:
    # Wine cannot write to a regular file. A pipe works everywhere.
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    said = done.stdout.decode("utf-8", "replace").strip()
    if said:
        say(said)
    if done.returncode:
        raise BuildError(f"{trouble} (código {done.returncode}).")


def say(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def main(arguments: list[str]) -> int:
    """Exit status: 0 if everything was built and passed, otherwise 1."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("orden", choices=list(ORDERS))
    parser.add_argument(
        "archivo", nargs="?", type=Path, help="para «firmar»; sin él, la carpeta entera"
    )
    parser.add_argument("--programa", type=Path, default=ROOT / "dist" / NAME)
    parser.add_argument("--salida", type=Path, default=ROOT / "dist")
    parser.add_argument("--numero", help="otra versión, al probar los instaladores")
    parser.add_argument("--rapido", action="store_true", help="«instalador» poco comprimido")
    parser.add_argument("--plataforma", default="offscreen", help="de Qt, para «smoke»")
    options = parser.parse_args(arguments)
    folder, output = options.programa.absolute(), options.salida.absolute()
    try:
        match options.orden:
            case "programa":
                build_program(output)
            case "instalador":
                number = options.numero or version()
                build_installer(folder, output, number, quick=options.rapido)
            case "msi":
                build_package(folder, output, options.numero or version())
            case "todo":
                built = build_program(output)
                if is_windows(built):
                    build_installer(built, output, version())
            case "smoke":
                smoke(folder, options.plataforma)
            case "firmar":
                if options.archivo is None:
                    sign_program(folder)
                else:
                    firma.sign(options.archivo)
    except (BuildError, subprocess.TimeoutExpired) as error:
        say(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
