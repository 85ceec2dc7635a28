"""Prepares what is missing and opens ICSOE Desktop, passes its tests or builds its packages.

python3 icsoe.py                  opens the program
python3 icsoe.py probar           passes the tests
python3 icsoe.py movimientos …    any other word goes to the program's command line

On Windows: py icsoe.py. Only the standard library, and the syntax of Python 3.8, so that an older
Python can ask for a newer one. How and why: docs/decisions/0002-preparacion.md.
"""

from __future__ import annotations

import sys

USAGE = """Uso: python3 icsoe.py [--sin-sistema] [--rehacer] [ORDEN] [argumentos]
     py icsoe.py …, en Windows

  sin orden  prepara lo que falte y abre ICSOE Desktop
  probar     pasa las pruebas; con --primeras, las de cada cambio; con --largas, las demás
             (los otros argumentos son de pytest)
  empaquetar linux|windows
             construye los paquetes de ese sistema y los revisa (docs/publicar.md)
  lo demás   es para la línea de órdenes del programa: movimientos, certificado, --smoke…

  --sin-sistema   no revisa ni instala bibliotecas del sistema operativo
  --rehacer       hace de nuevo el entorno de Python, desde cero
"""
SETTINGS = ("--sin-sistema", "--rehacer")
COMMANDS = ("probar", "empaquetar")
HELP = ("-h", "--ayuda", "--help")


def python_is_old(version: tuple[int, ...]) -> str | None:
    """The error sentence if this Python is too old, otherwise None."""
    if version >= (3, 11):
        return None
    return (
        f"ICSOE Desktop necesita Python 3.11 o posterior y este es {version[0]}.{version[1]}. "
        "Instale uno más nuevo y repita la orden con él."
    )


def main(words: list[str]) -> int:
    """Exit code: 1 if this machine could not be prepared, otherwise that of what ran."""
    old = python_is_old(tuple(sys.version_info[:3]))
    if old:
        print(old, file=sys.stderr)
        return 1
    # Not above: these modules have the syntax of the newer Python.
    from resources.entorno import preparar, probar, procesos, servidor

    settings = set()
    command = None
    while words and (words[0] in SETTINGS or (command is None and words[0] in COMMANDS)):
        word = words.pop(0)
        if word in SETTINGS:
            settings.add(word)
        else:
            command = word
    system, redo = "--sin-sistema" not in settings, "--rehacer" in settings
    if command is None and words[:1] and words[0] in HELP:
        print(USAGE, flush=True)
        if not preparar.is_ready("iniciar"):
            return 0
    try:
        if command == "empaquetar":
            from resources.entorno import empaquetar

            return empaquetar.main(words, system=system)
        preparar.prepare(command or "iniciar", system=system, redo=redo)
        if command == "probar":
            servidor.prepare(system=system)
    except procesos.SetupError as error:
        procesos.say(str(error))
        return 1
    except KeyboardInterrupt:
        procesos.say("\nInterrumpido. Repita la orden para continuar donde quedó.")
        return 130
    if command == "probar":
        return probar.run(words)
    return procesos.become([str(preparar.PYTHON), "-P", "-m", "icsoe_desktop", *words])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
