"""One desktop in a process of its own: people edit while it synchronises, until it is killed.

python -m tests.caos.escritorio CARPETA, with what to do in CARPETA/plan.json. It reads orders, a
line each, and answers each with a line of JSON: see `ORDERS`.
"""

from __future__ import annotations

import hashlib
import json
import logging
import pickle
import random
import sys
import threading
import traceback
import uuid
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from icsoe_desktop.arranque.bootstrap import open_application
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gateways.boveda.os_keyring import FileKeyring
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.paths import DataFolder
from icsoe_desktop.seguridad.office_keys import newest
from icsoe_desktop.services.sincronizacion.answers import (
    ClaseConflicto,
    Conexion,
    Eleccion,
    RolOficina,
)
from tests.caos import vuelco
from tests.caos.diario import Diario
from tests.caos.ediciones import RFC_MORAL, Ediciones, Lugar
from tests.caos.primeros_pasos import first_steps, register_user
from tests.services.sincronizacion.equipos import make_key
from tests.support.cost import use_test_cost

PAUSE_S = 0.3  # between edits, about
ROUND_S = 0.5  # between rounds, about
RESUME_S = 2.0  # after which a person presses «Reanudar»
LLAVE = "llave"  # line of the journal: what seals from here on


@dataclass(frozen=True)
class Plan:
    """desfase_s: how wrong this machine's clock is. vida: how often it was started before."""

    equipo: int
    semilla: int
    desfase_s: float
    registro: str
    vida: int = 0


class Escritorio:
    def __init__(self, folder: Path, plan: Plan) -> None:
        self._folder = folder
        self._plan = plan
        shift = timedelta(seconds=plan.desfase_s)
        data = DataFolder(folder)
        self.app = open_application(
            data, keyring=FileKeyring(folder), clock=lambda: datetime.now(UTC) + shift
        )
        self._chance = random.Random(f"{plan.semilla}-{plan.equipo}-{plan.vida}")  # noqa: S311
        self._sesion = register_user(self.app)
        self._stop, self._still = threading.Event(), threading.Event()
        self._threads: list[threading.Thread] = []
        self._editing = threading.Lock()
        self._diario = Diario(folder / "diario.jsonl")
        self._sealing = ""
        self.rondas = self.ediciones = 0
        # Rounds that began so far, the last good one of them, and the last that left nothing.
        self.empezadas = self.buena = self.vacia = self.hasta = 0
        self.motivos: dict[str, int] = {}
        self.fallas: list[str] = []

    # -- orders

    def empezar(self) -> dict[str, Any]:
        """The first data of the office, on the first desktop."""
        first_steps(self.app, self._sesion, self._folder)
        return {}

    def crear(self, direccion: str, cuenta: str, contrasena: str, oficina: str) -> dict[str, Any]:
        conexion = Conexion(
            direccion=direccion, cuenta=cuenta, contrasena=contrasena, oficina=oficina
        )
        self.app.sincronizacion.create(
            self._sesion, conexion, "Despacho del Caos", "Equipo 0", NoProgress()
        )
        return {}

    def invitar(self, cuenta: str, contrasena: str, rol: str, archivo: str) -> dict[str, Any]:
        found = self.app.sincronizacion.miembros.invite(
            self._sesion, cuenta, contrasena, RolOficina(rol), NoProgress()
        )
        Path(archivo).write_bytes(found.archivo)
        return {"codigo": found.codigo}

    def unirse(self, archivo: str, codigo: str) -> dict[str, Any]:
        service = self.app.sincronizacion
        if service.state().retirada:
            service.leave(self._sesion, NoProgress())
        state = service.state()
        if not state.configurada or state.duplicado:
            vista = service.read_invitation(self._sesion, Path(archivo).read_bytes(), codigo)
            service.join(self._sesion, vista, f"Equipo {self._plan.equipo}", NoProgress())
        return self.separar()

    def separar(self) -> dict[str, Any]:
        """A registro patronal that only this desktop captures in."""
        known = {one.registro_patronal for one in self.app.registros_patronales.all(self._sesion)}
        if self._plan.registro not in known:
            self.app.registros_patronales.add(
                self._sesion,
                registro_patronal=self._plan.registro,
                razon_social=f"Sucursal {self._plan.equipo}",
                rfc=RFC_MORAL,
            )
        return {}

    def rotar(self) -> dict[str, Any]:
        """A new key of the office, by its titular."""
        service = self.app.sincronizacion
        with self.app.store.read() as db:
            server = service._oficina.connect(db)
        make_key(service, server)
        return {}

    def suplente(self, numero: int) -> dict[str, Any]:
        """Name the desktop that may take this one's place."""
        service = self.app.sincronizacion
        (found,) = [
            one
            for one in service.miembros.all(self._sesion, NoProgress())
            if one.equipo == f"Equipo {numero}" and one.activo and one.invitado_hasta is None
        ]
        service.miembros.name_suplente(self._sesion, found.id, NoProgress())
        return {}

    def papel(self) -> dict[str, Any]:
        return {"codigo": self.app.sincronizacion.miembros.new_paper(self._sesion, NoProgress())}

    def relevar(self, codigo: str = "") -> dict[str, Any]:
        """Take the titular's place, as suplente or with the paper."""
        self.app.sincronizacion.take_over(self._sesion, codigo, NoProgress())
        return {}

    def retirar(self, numero: int) -> dict[str, Any]:
        """Remove another desktop, by a responsable; again what was cut short."""
        service = self.app.sincronizacion
        found = service.miembros.all(self._sesion, NoProgress())
        for one in found:
            if one.equipo == f"Equipo {numero}" and one.activo and one.invitado_hasta is None:
                service.miembros.remove(self._sesion, one.id, NoProgress())
        return {}

    def secretos(self) -> dict[str, Any]:
        """What somebody has who has this desktop."""
        service = self.app.sincronizacion
        with self.app.store.read() as db:
            office = service._oficina
            keys = office.keys(db)
            act = service._register.book.newest(db)
            row = office.row(db)
            return {
                "privada": office.private(db).hex(),
                "miembro": row.miembro.hex,
                "llaves": [[key.number, key.raw().hex()] for key in keys.values()],
                "miembros": [] if act is None else [one.hex for one in act.members],
                "acta": None if act is None else act.number,
            }

    def mudar(self, direccion: str) -> dict[str, Any]:
        """From here on through another address of the same server."""
        from icsoe_desktop.store.tables.sincronizacion import OficinaRow

        with self.app.store.write() as db:
            db.query(OficinaRow).update({"direccion": direccion})
        return {}

    def correr(self) -> dict[str, Any]:
        """Edits and rounds from here on, until `parar`."""
        self._stop.clear()
        self._still.clear()
        self._tell_key()
        self._threads = [
            threading.Thread(target=self._guarded, args=(work,), daemon=True)
            for work in (self._edit, self._synchronise)
        ]
        for thread in self._threads:
            thread.start()
        return {}

    def dejar(self) -> dict[str, Any]:
        """Rounds go on, edits do not."""
        self._still.set()
        return {}

    def seguir(self) -> dict[str, Any]:
        self._still.clear()
        return {}

    def pulso(self) -> dict[str, Any]:
        """hasta: the journal's number up to which everything has left in a good round."""
        state = self.app.sincronizacion.state()
        return {
            "empezadas": self.empezadas,
            "buena": self.buena,
            "vacia": self.vacia,
            "hasta": self.hasta,
            "motivos": self.motivos,
            "duplicado": state.duplicado,
            "retirado": state.retirada,
        }

    def parar(self) -> dict[str, Any]:
        self._stop.set()
        for thread in self._threads:
            thread.join(150)
        alive = sum(thread.is_alive() for thread in self._threads)
        return {
            "ediciones": self.ediciones,
            "rondas": self.rondas,
            "vivos": alive,
            "motivos": self.motivos,
            "fallas": self.fallas,
        }

    def ronda(self, entera: bool = False) -> dict[str, Any]:
        """entera: as the first one of the program, and one in an hour."""
        service = self.app.sincronizacion
        if entera:
            service._round.look_again()
        if service.state().detenida:
            service.resume(self._sesion)
        if any(one.por_decidir for one in service.conflictos.set_aside(self._sesion)):
            service.conflictos.decide_deletions(self._sesion, apply=True)
        done = service.sync(NoProgress())
        self._tell_key()
        state = service.state()
        return {
            **asdict(done),
            "conflictos": state.conflictos,
            "esperan": state.esperan,
            "detenida": state.detenida,
            "apartados": [
                [one.objeto, str(one.registro_id), one.entrante, one.motivo]
                for one in service.conflictos.set_aside(self._sesion)
            ],
        }

    def elegir(self) -> dict[str, Any]:
        """A person leaves what this desktop has, where two records are of one thing."""
        service, done = self.app.sincronizacion, 0
        for one in service.conflictos.all(self._sesion):
            if one.clase is ClaseConflicto.CHOQUE:
                with suppress(UserFacingError):
                    service.conflictos.resolve(self._sesion, one, Eleccion.VIGENTE)
                    done += 1
        return {"elegidos": done}

    def volcar(self, archivo: str) -> dict[str, Any]:
        found = vuelco.dump(self.app.store)
        Path(archivo).write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
        return {}

    # -- what goes on by itself

    def _guarded(self, work: Any) -> None:
        try:
            work()
        except Exception:  # noqa: BLE001 - the judge is told of all of them
            self.fallas.append(traceback.format_exc())

    def _edit(self) -> None:
        place = self._place()
        if place is None:
            return
        editor = Ediciones(place, self._diario, self._chance)
        while not self._stop.wait(self._chance.random() * 2 * PAUSE_S):
            if self._still.is_set():
                continue
            try:
                with self._editing:
                    editor.one()
            except UserFacingError:
                continue  # refused before anything was said to be done
            except Exception:  # noqa: BLE001
                self.fallas.append(traceback.format_exc())
            self.ediciones += 1
            if self.ediciones % 10 == 0:
                editor.look()

    def _synchronise(self) -> None:
        chance = random.Random(f"rondas-{self._plan.semilla}-{self._plan.equipo}")  # noqa: S311
        service = self.app.sincronizacion
        while not self._stop.wait(chance.random() * 2 * ROUND_S):
            self.empezadas += 1
            with self._editing:
                begun = self._diario.last
            try:
                if service.state().detenida:
                    self._stop.wait(RESUME_S)
                    service.resume(self._sesion)
                done = service.sync(NoProgress())
                self._tell_key()
            except UserFacingError as error:  # the store was busy
                self.motivos[error.message] = self.motivos.get(error.message, 0) + 1
                continue
            except Exception:  # noqa: BLE001
                self.fallas.append(traceback.format_exc())
                continue
            self.rondas += 1
            if done.motivo:
                self.motivos[done.motivo] = self.motivos.get(done.motivo, 0) + 1
                continue
            self.buena = self.empezadas
            if not done.pendientes:
                self.vacia, self.hasta = self.empezadas, begun

    def _tell_key(self) -> None:
        """Notes which key seals from now on, if it is another one."""
        with self.app.store.read() as db:
            key = newest(self.app.sincronizacion._oficina.keys(db))
        name = hashlib.sha256(key.raw()).hexdigest()[:16]
        if name != self._sealing:
            self._sealing = name
            self._diario.write(self._diario.next(), LLAVE, llave=name)

    def _place(self) -> Lugar | None:
        """None if it ends before the office's first records have arrived."""
        authorities = pickle.loads((self._folder / "autoridades.bin").read_bytes())  # noqa: S301
        plan, found = self._plan, None
        while found is None and not self._stop.wait(0.1):
            found = Lugar.at(
                plan.equipo, self.app, authorities, self._folder, self._sesion, plan.registro
            )
        return found


def main() -> int:
    folder = Path(sys.argv[1])
    plan = Plan(**json.loads((folder / "plan.json").read_text("utf-8")))
    logging.basicConfig(filename=folder / "programa.log", level=logging.INFO)
    use_test_cost()
    desktop = Escritorio(folder, plan)
    _say({"listo": str(uuid.uuid4())})
    for line in sys.stdin:
        order = json.loads(line)
        name = order.pop("orden")
        if name == "fin":
            desktop.app.close()
            return 0
        try:
            _say(getattr(desktop, name)(**order))
        except Exception:  # noqa: BLE001 - whoever asked is told
            _say({"error": traceback.format_exc()})
    return 0


def _say(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer, ensure_ascii=False, default=str) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
