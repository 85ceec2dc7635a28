"""One desktop in a process of its own: people edit while it synchronises, until it is killed.

python -m tests.caos.escritorio CARPETA, with what to do in CARPETA/plan.json. It reads orders, a
line each, and answers each with a line of JSON: see `ORDERS`.
"""

from __future__ import annotations

import json
import logging
import pickle
import random
import sys
import threading
import traceback
import uuid
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from icsoe_desktop.arranque.bootstrap import open_application
from icsoe_desktop.domain.acceso.sesion import Rol, Sesion
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.gateways.boveda.os_keyring import FileKeyring
from icsoe_desktop.gateways.certificados.autoridades import Autoridades
from icsoe_desktop.gateways.certificados.verificador import CertificateVerifier
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.paths import DataFolder
from icsoe_desktop.services.certificados.service import CertificadosService
from icsoe_desktop.services.sincronizacion.answers import Conexion, RolOficina
from icsoe_desktop.store.tables import ContratistaRow
from tests.caos import vuelco
from tests.caos.actos import Lugar
from tests.caos.diario import Diario
from tests.caos.ediciones import RFC_MORAL, Ediciones
from tests.caos.primeros_pasos import first_steps, register_user
from tests.support.cost import use_test_cost

PAUSE_S = 0.15  # between edits, about
ROUND_S = 0.5  # between rounds, about


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
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self.rondas = self.ediciones = 0
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

    def invitar(self, cuenta: str, contrasena: str, archivo: str) -> dict[str, Any]:
        found = self.app.sincronizacion.invite(
            self._sesion, cuenta, contrasena, RolOficina.MIEMBRO, NoProgress()
        )
        Path(archivo).write_bytes(found.archivo)
        return {"codigo": found.codigo}

    def unirse(self, archivo: str, codigo: str) -> dict[str, Any]:
        service = self.app.sincronizacion
        vista = service.read_invitation(self._sesion, Path(archivo).read_bytes(), codigo)
        done = service.join(self._sesion, vista, f"Equipo {self._plan.equipo}", NoProgress())
        self.app.registros_patronales.add(
            self._sesion,
            registro_patronal=self._plan.registro,
            razon_social=f"Sucursal {self._plan.equipo}",
            rfc=RFC_MORAL,
        )
        return asdict(done)

    def mudar(self, direccion: str) -> dict[str, Any]:
        """From here on through another address of the same server."""
        from icsoe_desktop.store.tables import OficinaRow

        with self.app.store.write() as db:
            db.query(OficinaRow).update({"direccion": direccion})
        return {}

    def correr(self) -> dict[str, Any]:
        """Edits and rounds from here on, until `parar`."""
        self._stop.clear()
        self._threads = [
            threading.Thread(target=self._guarded, args=(work,), daemon=True)
            for work in (self._edit, self._synchronise)
        ]
        for thread in self._threads:
            thread.start()
        return {}

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

    def ronda(self) -> dict[str, Any]:
        service = self.app.sincronizacion
        done = service.sync(NoProgress())
        state = service.state()
        return {
            **asdict(done),
            "conflictos": state.conflictos,
            "esperan": state.esperan,
            "detenida": state.detenida,
            "apartados": [
                [one.objeto, str(one.registro_id), one.entrante, one.motivo]
                for one in service.set_aside(self._sesion)
            ],
        }

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
        editor = Ediciones(self._place(), Diario(self._folder / "diario.jsonl"), self._chance)
        while not self._stop.wait(self._chance.random() * 2 * PAUSE_S):
            try:
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
        while not self._stop.wait(chance.random() * 2 * ROUND_S):
            try:
                done = self.app.sincronizacion.sync(NoProgress())
            except UserFacingError as error:  # the store was busy
                self.motivos[error.message] = self.motivos.get(error.message, 0) + 1
                continue
            except Exception:  # noqa: BLE001
                self.fallas.append(traceback.format_exc())
                continue
            self.rondas += 1
            if done.motivo:
                self.motivos[done.motivo] = self.motivos.get(done.motivo, 0) + 1

    def _place(self) -> Lugar:
        with self.app.store.read() as db:
            contratista = db.query(ContratistaRow).one()
        authorities = pickle.loads((self._folder / "autoridades.bin").read_bytes())  # noqa: S301
        return Lugar(
            self._plan.equipo,
            self.app,
            CertificadosService(
                self.app.store,
                self.app.bitacora,
                CertificateVerifier(Autoridades(authorities)),
                pruebas=False,
            ),
            self._folder,
            self._sesion,
            Sesion(Rol.CONTRATISTA, contratista.id, contratista.nombre, contratista.id),
            self._plan.registro,
        )


ORDERS = ("empezar", "crear", "invitar", "unirse", "mudar", "correr", "parar", "ronda", "volcar")


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
        assert name in ORDERS
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
