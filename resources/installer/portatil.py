"""The portable archive: the program's folder, whose data lie beside the program.

python resources/installer/portatil.py --programa DIR [--salida DIR]
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from icsoe_desktop.paths import PORTABLE_MARK
from resources.installer import archivos, construir
from resources.installer.errores import BuildError

NOTE = """\
ICSOE Desktop portátil.

Mientras este archivo esté junto al programa, los datos van en la carpeta «datos», aquí mismo. Sin
él, van en la carpeta del usuario.

No registra el protocolo icsoe://, ni se actualiza ni se quita como un programa instalado. Los
datos van cifrados; en otro equipo se abren con la contraseña de un usuario o con su código de
recuperación.
"""


def build_portable(folder: Path, output: Path, number: str) -> Path:
    """A .zip for Windows, a .tar.gz for Linux, which keeps the modes of files."""
    stamp = construir.current_sello()
    construir.check_contents(folder)
    output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="icsoe-portatil-") as work:
        whole = Path(work, "ICSOE Desktop")
        shutil.copytree(folder, whole, symlinks=True)
        whole.joinpath(PORTABLE_MARK).write_text(NOTE, "utf-8", newline="\r\n")
        if construir.is_windows(folder):
            target = output / f"ICSOE-Desktop-{number}-portatil.zip"
            archivos.write_zip(whole, target, stamp.epoch)
        else:
            target = output / f"ICSOE-Desktop-{number}-linux-portatil.tar.gz"
            archivos.write_tar_gz(whole, target, stamp.epoch)
    construir.say(f"{target.name}: {target.stat().st_size / 1e6:.1f} MB")
    return target


def main(arguments: list[str]) -> int:
    """Exit status: 0 if it was built, otherwise 1."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--programa", type=Path, default=construir.ROOT / "dist" / construir.NAME)
    parser.add_argument("--salida", type=Path, default=construir.ROOT / "dist")
    options = parser.parse_args(arguments)
    try:
        build_portable(options.programa.absolute(), options.salida.absolute(), construir.version())
    except BuildError as error:
        construir.say(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
