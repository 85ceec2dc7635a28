"""The Windows installers from end to end, on Linux. docs/publicar.md says what Wine cannot tell.

python -m resources.installer.verificar_en_wine WINE PROGRAMA [--solo exe|msi]
    WINE: a folder made by resources.installer.wine; PROGRAMA: the folder of the built program

Needs makensis, wixl, xvfb, openbox and xdotool. Prints a line for each thing seen, and ends at the
first miss.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from resources.installer import construir, sbom
from resources.installer.errores import BuildError
from resources.installer.wine import Wine, screen
from resources.installer.wine_maquina import (
    APP,
    LINK_KEY,
    PATIENCE,
    UNINSTALL_KEY,
    Machine,
    MissError,
    WineError,
    fingerprint,
    need,
    until,
    window_manager,
)

OLD = "0.0.1"
LEFTOVER = "_internal/archivo de la versión anterior.txt"
ACCESS = "Ingreso a conexión en línea con IDSE|Acceso a conexión en línea con IDSE"
LIBRARY = "_internal/libcrypto-3.dll"
OTHER_USER = "maria"


class Check:
    def __init__(self, machine: Machine, program: Path, work: Path) -> None:
        self.machine = machine
        self.program = program
        self.work = work
        self.number = construir.version()
        self.old = work / "viejo"
        self.started = time.monotonic()
        self.count = 0

    def good(self, what: str) -> None:
        self.count += 1
        print(f"bien: {what} ({time.monotonic() - self.started:.0f} s)", flush=True)

    def prepare(self) -> None:
        """Two versions of the program. Raises MissError for a machine that is not empty."""
        need(not self.machine.own_program.exists(), "ya está instalado en este prefijo")
        need(not self.machine.machine_program.exists(), "ya está instalado en este prefijo")
        need(not self.machine.traces(), f"el registro ya habla de él: {self.machine.traces()}")
        need(not self.machine.secrets(), "el Administrador de credenciales ya tiene llaves")
        shutil.rmtree(self.machine.data, ignore_errors=True)
        self.machine.keep_plain_registry()
        shutil.copytree(self.program, self.old)
        (self.old / LEFTOVER).write_text("resto", "utf-8")
        self.files = self.machine.files()

    def nothing_left(self, *allowed: str) -> None:
        """allowed: parts of paths of data, which no uninstaller takes along."""
        until(30, lambda: not self.machine.traces(), "quedaron claves en el registro")
        left = [
            name
            for name in self.machine.files() - self.files
            if not any(part in name for part in allowed)
        ]
        need(not left, f"archivos que quedaron: {left[:5]}")

    # The .exe

    def make_setups(self) -> None:
        build = construir.build_installer
        self.old_setup = build(self.old, self.work, OLD, quick=True)
        self.setup = build(self.program, self.work, self.number, quick=True)

    def install(self, setup: Path, *options: str, want: int = 0) -> None:
        code, said = self.machine.run(setup, "/S", *options)
        need(code == want, f"{setup.name} {' '.join(options)} terminó con {code}: {said}")

    def uninstall(self, folder: Path, *options: str) -> None:
        """It goes on from a copy of itself in %TEMP%."""
        self.machine.run(folder / "desinstalar.exe", "/S", *options)
        until(60, lambda: not folder.exists(), f"queda {folder}")

    def installs_for_one_user(self) -> None:
        machine = self.machine
        self.install(self.old_setup)
        folder = machine.own_program
        need((folder / "icsoe-consola.exe").is_file(), "faltan programas")
        need(machine.menu.is_file() and machine.desktop.is_file(), "faltan los accesos directos")
        entry = machine.key(rf"HKCU\{UNINSTALL_KEY}")
        need(entry["DisplayVersion"] == OLD, "Aplicaciones no dice la versión")
        for name in ("HelpLink", "URLInfoAbout"):
            target = entry[name].removeprefix("file:///C:\\").replace("\\", "/")
            need((machine.wine.drive / target).exists(), f"{name} no lleva a nada")
        lacking = sbom.missing_texts(folder)
        need(not lacking, f"partes sin licencia: {lacking}")
        command = machine.key(rf"HKCU\{LINK_KEY}")[""]
        windows = f"C:\\users\\{machine.user}\\AppData\\Local\\Programs\\{APP}\\icsoe-desktop.exe"
        need(command == f'"{windows}" -- "%1"', f"protocolo: {command}")
        self.good("instala en silencio, por usuario: accesos, protocolo, versión, ayuda, licencias")
        code, said = machine.run(folder / "icsoe-consola.exe", "--version")
        need(code == 0 and said.startswith(APP), f"icsoe-consola --version: {said}")
        self.good(f"la línea de órdenes contesta: {said}")

    def starts(self, program: Path) -> None:
        machine = self.machine
        machine.start(program)
        machine.shown(ACCESS)
        until(60, (machine.data / "icsoe.db").is_file, "no escribió su almacén")
        self.good("el programa instalado abre la ventana de acceso y escribe su almacén")
        # A slow machine answers a second start only when it has drawn and opened everything.
        time.sleep(5)

    def obeys_links(self, root: str) -> None:
        """root: of the registry whose link command counts."""
        machine = self.machine
        first = machine.running()
        command = machine.key(rf"{root}\{LINK_KEY}")[""]
        for link in ("icsoe://activar/prueba", "ICSOE://activar/prueba"):
            code = machine.raw(command.replace("%1", link)).wait(timeout=PATIENCE * 90)
            need(code == 0, f"el segundo arranque, con {link}, terminó con {code}")
            need(machine.running() == first, f"{link} abrió otro programa")
        self.good("icsoe:// e ICSOE:// llegan al programa que ya está abierto")
        stolen = machine.wine.drive / "robo"
        bad = machine.raw(command.replace("%1", 'icsoe://activar/x" --datos "C:\\robo'))
        until(60, lambda: len(machine.running()) > len(first), "no se atendió la liga con comillas")
        machine.shown(f"^{APP}$", 60)
        machine.answer(f"^{APP}$", "Return", lambda: bad.poll() is not None)
        need(bad.returncode == 2, "una liga con comillas no se negó")
        need(not stolen.exists(), "una liga con comillas se obedeció")
        need(machine.running() == first, "una liga con comillas dejó otro programa")
        self.good("una liga con comillas se niega y sus órdenes no se obedecen")

    def upgrades_an_open_program(self) -> None:
        machine = self.machine
        envelope = (machine.data / "llaves.json").read_bytes()
        note = machine.own_program / "mi nota.txt"
        note.write_text("mía", "utf-8")
        self.install(self.setup)
        until(10, lambda: not machine.running(), "la actualización no cerró el programa")
        need(not (machine.own_program / LEFTOVER).exists(), "quedó algo de la versión anterior")
        version = machine.key(rf"HKCU\{UNINSTALL_KEY}")["DisplayVersion"]
        need(version == self.number, "Aplicaciones no dice la versión nueva")
        need((machine.data / "llaves.json").read_bytes() == envelope, "cambiaron los datos")
        need(note.read_text("utf-8") == "mía", "se llevó un archivo ajeno")
        note.unlink()
        self.good("actualiza con el programa abierto: lo cierra, retira lo anterior, deja lo ajeno")
        self.install(self.setup)
        self.whole("instalarse encima de sí mismo")
        self.good("se instala encima de sí mismo")

    def whole(self, after: str) -> None:
        """Exactly the files of the new version are installed, and nothing beside them."""
        folder = self.machine.own_program
        without = shutil.ignore_patterns("desinstalar.exe")
        with tempfile.TemporaryDirectory() as copy:
            shutil.copytree(folder, Path(copy, "a"), ignore=without)
            same = fingerprint(Path(copy, "a")) == fingerprint(self.program)
        need(same, f"tras {after} los archivos no son los de la versión")
        beside = [path.name for path in folder.parent.iterdir() if path != folder]
        need(not beside, f"tras {after} quedó {beside}")

    def refuses_to_go_back(self) -> None:
        self.install(self.old_setup, want=7)
        self.install(self.old_setup, "/ALLUSERS", want=7)
        need(not self.machine.machine_program.exists(), "instaló una anterior para todos")
        self.whole("negarse a volver atrás")
        self.good("una versión anterior se niega (7), también con /ALLUSERS, y nada cambia")

    def survives_a_library_in_use(self) -> None:
        machine = self.machine
        windows = f"C:\\users\\{machine.user}\\AppData\\Local\\Programs\\{APP}\\"
        library = windows + LIBRARY.replace("/", "\\")
        script = f"import ctypes, time; ctypes.WinDLL({library!r}); print(1, flush=True)"
        holder = machine.start(machine.wine.python, "-c", f"{script}; time.sleep(300)")
        need(
            holder.stdout and holder.stdout.readline().strip() == b"1", "no se abrió la biblioteca"
        )
        self.install(self.setup, want=3)
        self.whole("encontrar una biblioteca en uso")
        holder.kill()
        holder.wait(timeout=PATIENCE * 30)
        self.install(self.setup)
        self.whole("cerrarse quien la usaba")
        self.good("con una biblioteca en uso se niega (3) sin mezclar versiones; después, instala")

    def recovers_from_interruptions(self) -> None:
        folder = self.machine.own_program
        cut = self.machine.start(self.setup, "/S")
        incoming = folder.with_name(f"{APP}.nuevo0")
        until(60, (incoming / "_internal").is_dir, "no desempaca junto a la versión instalada")
        cut.kill()
        cut.wait(timeout=PATIENCE * 30)
        need(incoming.exists(), "no se cortó a la mitad")
        code, _ = self.machine.run(folder / "icsoe-consola.exe", "--version")
        need(code == 0, "cortada la actualización, el programa instalado ya no sirve")
        self.install(self.setup)
        self.whole("repetir una instalación cortada")
        # As if the power went between the two renames.
        folder.rename(folder.with_name(f"{APP}.anterior0"))
        self.install(self.setup)
        self.whole("cortarse entre la versión que sale y la que entra")
        self.good("una instalación cortada deja la anterior sirviendo; repetirla no deja restos")

    def repairs(self) -> None:
        (self.machine.own_program / "icsoe-consola.exe").unlink()
        (self.machine.own_program / LIBRARY).write_bytes(b"otra cosa")
        (self.machine.own_program / "desinstalar.exe").unlink()
        self.install(self.setup)
        self.whole("reparar")
        self.good("instalar encima repara lo que falta y lo dañado, también sin su desinstalador")

    def uninstalls(self) -> None:
        machine = self.machine
        self.uninstall(machine.own_program)
        until(20, lambda: not machine.menu.exists(), "quedó el acceso directo")
        self.nothing_left(f"AppData/Local/{APP}/")
        need((machine.data / "icsoe.db").is_file(), "se llevó los datos")
        need(machine.secrets() == 1, "se llevó la llave de los datos")
        self.good("desinstala y no deja más que los datos")
        self.install(self.setup, "/SINESCRITORIO")
        need(not machine.desktop.exists(), "/SINESCRITORIO puso un acceso en el escritorio")
        self.uninstall(machine.own_program, "/BORRARDATOS")
        until(20, lambda: not machine.data.exists(), "/BORRARDATOS dejó los datos")
        need(machine.secrets() == 0, "quedó la llave en el Administrador de credenciales")
        self.nothing_left()
        self.good("/BORRARDATOS borra también los datos y su llave")

    def serves_two_users(self) -> None:
        machine = self.machine
        self.install(self.setup)
        with machine.session(OTHER_USER):
            need(not machine.traces(), "otro usuario ve lo instalado para uno")
            self.install(self.setup)
            theirs = machine.own_program
        self.uninstall(machine.own_program)
        self.nothing_left(f"users/{OTHER_USER}/")
        with machine.session(OTHER_USER):
            code, _ = machine.run(theirs / "icsoe-consola.exe", "--version")
            need(code == 0, "quitar el de un usuario dañó el de otro")
            need(machine.key(rf"HKCU\{LINK_KEY}"), "quitar el de un usuario quitó ligas de otro")
        self.good("dos usuarios: cada quien el suyo, y quitar uno no toca el otro")
        # She keeps hers, and an administrator installs for all while she is away.
        self.install(self.setup, "/ALLUSERS")
        with machine.session(OTHER_USER):
            self.hands_over(theirs)
            machine.end_programs()
            need((machine.data / "icsoe.db").is_file(), "no escribió sus propios datos")
        need(not machine.data.exists(), "el programa de una escribió en los datos de otro")
        self.good("a la otra, su liga le abre el de todos, con sus propios datos, y su copia se va")

    def hands_over(self, copy: Path) -> None:
        """A link of the user's own copy opens the machine's program, and the copy goes."""
        machine = self.machine
        command = f"C:\\users\\{machine.user}\\AppData\\Local\\Programs\\{APP}\\icsoe-desktop.exe"
        machine.raw(f'"{command}" -- "icsoe://activar/prueba"').wait(timeout=PATIENCE * 90)
        until(90, lambda: not copy.exists(), f"quedó la copia {copy}")
        until(30, lambda: not machine.key(rf"HKCU\{UNINSTALL_KEY}"), "quedó su entrada")
        until(60, (machine.data / "icsoe.db").is_file, "no escribió su almacén")
        for process in machine.running():
            command = Path(f"/proc/{process}/cmdline").read_text("utf-8").split("\0")[0]
            need("Program Files" in command, f"contestó otro programa: {command}")
        need(not machine.key(rf"HKCU\{LINK_KEY}"), "las ligas son todavía de la copia")

    def serves_the_machine(self) -> None:
        machine = self.machine
        need(machine.machine_menu.is_file(), "/ALLUSERS no instaló para todos")
        entry = machine.key(rf"HKLM\{UNINSTALL_KEY}")
        need(entry["DisplayVersion"] == self.number, "/ALLUSERS no está en HKLM")
        self.install(self.setup, want=4)
        self.uninstall(machine.machine_program)
        with machine.session(OTHER_USER):
            shutil.rmtree(machine.data, ignore_errors=True)
            self.nothing_left(f"users/{OTHER_USER}/")
        self.nothing_left(f"users/{OTHER_USER}/")
        self.good("/ALLUSERS instala para todos; el de un usuario se niega (4); se quita todo")

    def goes_from_one_user_to_all(self) -> None:
        machine = self.machine
        self.install(self.old_setup)
        self.install(self.setup, "/ALLUSERS")
        need(not machine.key(rf"HKCU\{LINK_KEY}"), "las ligas son todavía de la copia")
        need("Program Files" in machine.key(rf"HKLM\{LINK_KEY}")[""], "nadie atiende las ligas")
        self.starts(machine.machine_program / "icsoe-desktop.exe")
        until(90, lambda: not machine.own_program.exists(), "quedaron dos programas")
        until(20, lambda: not machine.menu.exists(), "quedaron dos accesos directos")
        machine.end_programs()
        self.uninstall(machine.machine_program, "/BORRARDATOS")
        self.nothing_left()
        self.good("de uno a todos: /ALLUSERS toma las ligas y al abrirse retira la copia anterior")

    # The .msi

    def make_packages(self) -> None:
        self.old_msi = construir.build_package(self.old, self.work, OLD)
        self.msi = construir.build_package(self.program, self.work, self.number)

    def msiexec(self, *words: str, want: int = 0) -> None:
        log = self.work / "msi.log"
        log.unlink(missing_ok=True)
        code, said = self.machine.run(
            "msiexec", *words, "/qn", "/l*v", self.machine.wine.windows_path(log)
        )
        # A process of Linux keeps eight bits of its exit code.
        need(code == want % 256, f"msiexec {' '.join(words)} terminó con {code}: {said}")
        need(log.is_file() and log.stat().st_size, "msiexec no dejó su registro")

    def msi_menus(self) -> list[Path]:
        """Wine's msiexec makes them for the user also where Windows does for all."""
        return [one for one in (self.machine.machine_menu, self.machine.menu) if one.is_file()]

    def msi_desktops(self) -> list[Path]:
        return [
            one for one in (self.machine.machine_desktop, self.machine.desktop) if one.is_file()
        ]

    def msi_installs(self) -> None:
        machine = self.machine
        self.msiexec("/i", self.machine.wine.windows_path(self.old_msi))
        need((machine.machine_program / LEFTOVER).is_file(), "faltan archivos")
        need(self.msi_menus(), "falta el acceso directo")
        need(self.msi_desktops(), "falta el acceso del escritorio")
        need("Program Files" in machine.key(rf"HKLM\{LINK_KEY}")[""], "falta el protocolo")
        need(machine.key(rf"HKLM\Software\{APP}")["Version"] == OLD, "falta la versión")
        self.good(".msi: instala para todos, con accesos y protocolo, y deja su registro")
        self.install(self.setup, want=8)
        self.install(self.setup, "/ALLUSERS", want=8)
        self.good("el .exe se niega (8) sobre el .msi")

    def msi_upgrades(self) -> None:
        machine = self.machine
        self.starts(machine.machine_program / "icsoe-desktop.exe")
        self.obeys_links("HKLM")
        machine.end_programs()
        self.msiexec("/i", self.machine.wine.windows_path(self.msi))
        self.msi_whole("actualizar")
        need(machine.key(rf"HKLM\Software\{APP}")["Version"] == self.number, "no dice la nueva")
        self.msiexec("/i", self.machine.wine.windows_path(self.old_msi), want=1603)
        self.msi_whole("negarse a volver atrás")
        self.good(".msi: actualiza; una versión anterior se niega (1603) y nada cambia")

    def msi_whole(self, after: str) -> None:
        same = fingerprint(self.machine.machine_program) == fingerprint(self.program)
        need(same, f"tras {after} los archivos no son los de la versión")

    def msi_repairs(self) -> None:
        folder = self.machine.machine_program
        (folder / "icsoe-consola.exe").unlink()
        (folder / LIBRARY).write_bytes(b"otra cosa")
        for link in (*self.msi_menus(), *self.msi_desktops()):
            link.unlink()
        # What /fa does on Windows. Wine's /f takes no package.
        package = self.machine.wine.windows_path(self.msi)
        self.msiexec("/i", package, "REINSTALL=ALL", "REINSTALLMODE=amus")
        self.msi_whole("reparar")
        need(self.msi_menus(), "no reparó el acceso directo")
        need(self.msi_desktops(), "no reparó el acceso del escritorio")
        self.good(".msi: repara lo que falta y lo dañado")

    def msi_uninstalls(self) -> None:
        machine = self.machine
        self.msiexec("/x", self.machine.wine.windows_path(self.msi))
        need(not machine.machine_program.exists(), "quedó la carpeta del programa")
        self.nothing_left(f"AppData/Local/{APP}/")
        need((machine.data / "icsoe.db").is_file(), "se llevó los datos")
        self.good(".msi: desinstala y no deja más que los datos")

    def msi_keeps_choices(self) -> None:
        machine = self.machine
        self.msiexec(
            "/i", self.machine.wine.windows_path(self.old_msi), "SINESCRITORIO=1", "SINENLACES=1"
        )
        for version in ("instalar", "actualizar"):
            need(not self.msi_desktops(), f"{version} puso acceso en el escritorio")
            need(not machine.key(rf"HKLM\{LINK_KEY}"), f"{version} tomó las ligas")
            if version == "instalar":
                self.msiexec("/i", self.machine.wine.windows_path(self.msi))
        self.msiexec("/x", self.machine.wine.windows_path(self.msi))
        self.nothing_left(f"AppData/Local/{APP}/")
        self.good(".msi: SINESCRITORIO=1 y SINENLACES=1, y las conserva al actualizar")

    def msi_beside_others(self) -> None:
        machine = self.machine
        self.install(self.setup, "/ALLUSERS")
        self.msiexec("/i", self.machine.wine.windows_path(self.msi), want=1603)
        need(machine.key(rf"HKLM\Software\{APP}")["Instalador"] != "msi", "quedaron dos")
        self.uninstall(machine.machine_program)
        self.good(".msi: se niega (1603) donde el .exe instaló para todos")
        self.install(self.setup)
        self.msiexec("/i", self.machine.wine.windows_path(self.msi))
        self.hands_over(machine.own_program)
        machine.end_programs()
        self.msiexec("/x", self.machine.wine.windows_path(self.msi))
        shutil.rmtree(machine.data)
        self.nothing_left()
        self.good(".msi: sobre la copia de un usuario, contesta el de todos y la copia se va")

    def steps(self, only: str | None) -> list[Callable[[], None]]:
        machine = self.machine
        with_exe: list[Callable[[], None]] = [
            self.installs_for_one_user,
            lambda: self.starts(machine.own_program / "icsoe-desktop.exe"),
            lambda: self.obeys_links("HKCU"),
            self.upgrades_an_open_program,
            self.refuses_to_go_back,
            self.survives_a_library_in_use,
            self.recovers_from_interruptions,
            self.repairs,
            self.uninstalls,
            self.serves_two_users,
            self.serves_the_machine,
            self.goes_from_one_user_to_all,
        ]
        with_msi: list[Callable[[], None]] = [
            self.make_packages,
            self.msi_installs,
            self.msi_upgrades,
            self.msi_repairs,
            self.msi_uninstalls,
            self.msi_keeps_choices,
            self.msi_beside_others,
        ]
        return (with_exe if only != "msi" else []) + (with_msi if only != "exe" else [])


def main(arguments: list[str]) -> int:
    """Exit status: 0 if everything was seen, otherwise 1."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("wine", type=Path)
    parser.add_argument("programa", type=Path)
    parser.add_argument("--solo", choices=["exe", "msi"])
    options = parser.parse_args(arguments)
    with (
        screen(),
        window_manager(),
        tempfile.TemporaryDirectory(prefix="icsoe-verificar-", ignore_cleanup_errors=True) as work,
    ):
        # A copy: what a miss leaves behind goes with it.
        machine = Machine(Wine(options.wine).copy(Path(work, "wine")))
        check = Check(machine, options.programa.resolve(), Path(work))
        try:
            check.prepare()
            check.make_setups()
            for step in check.steps(options.solo):
                step()
        except (MissError, WineError, BuildError, subprocess.TimeoutExpired) as error:
            print(f"FALLA: {error}", file=sys.stderr)
            return 1
        finally:
            machine.abandon()
    print(f"bien: {check.count} comprobaciones")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
