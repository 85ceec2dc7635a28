"""The desktops' processes, what is ordered to them, and their sudden deaths."""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import queue
import shutil
import signal
import subprocess
import sys
import threading
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from icsoe_desktop.domain.certificados.verificacion import Cadena
from tests.caos.ediciones import CLAVE
from tests.caos.escritorio import Plan
from tests.gateways.certificados.generador import Emisora, efirma_moral, nueva_llave
from tests.gateways.certificados.generador_llaves import cifrar_como_sat

ROOT = Path(__file__).resolve().parents[2]
ANSWER_S = 240.0


class Equipo:
    """A desktop. Its store outlives its process."""

    def __init__(self, folder: Path, plan: Plan) -> None:
        self.folder = folder
        self.plan = plan
        self.muertes = 0
        folder.mkdir()
        self._process: subprocess.Popen[bytes] | None = None
        self._reader: threading.Thread | None = None
        self._answers: queue.Queue[dict[str, Any] | None] = queue.Queue()

    def start(self) -> None:
        (self.folder / "plan.json").write_text(json.dumps(asdict(self.plan)))
        with (self.folder / "errores.log").open("ab") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.caos.escritorio", str(self.folder)],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
            )
        self._answers = queue.Queue()
        self._reader = threading.Thread(
            target=_read, args=(self._process, self._answers), daemon=True
        )
        self._reader.start()

    def ready(self) -> None:
        self._answer("listo")

    def order(self, orden: str, **options: Any) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        line = json.dumps({"orden": orden, **options}) + "\n"
        self._process.stdin.write(line.encode())
        self._process.stdin.flush()

    def ask(self, orden: str, **options: Any) -> dict[str, Any]:
        self.order(orden, **options)
        return self._answer(orden)

    def answer(self) -> dict[str, Any]:
        return self._answer("una orden")

    def kill(self) -> None:
        """kill -9; the next start goes on with the same store."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._end()
        self.muertes += 1
        self.plan = replace(self.plan, vida=self.plan.vida + 1)

    def close(self) -> None:
        """The program ends as a person ends it; the next start goes on with the same store."""
        self.stop()
        self.plan = replace(self.plan, vida=self.plan.vida + 1)

    def copy_disk(self) -> None:
        """Keep what the disk has now, of a desktop that does not run. The journal is elsewhere."""
        shutil.rmtree(self._copy, ignore_errors=True)
        self._copy.mkdir()
        for one in self._on_disk():
            shutil.copy2(one, self._copy)

    @property
    def has_copy(self) -> bool:
        return self._copy.exists()

    def restore_disk(self) -> None:
        """The disk as it was at `copy_disk`."""
        for one in self._on_disk():
            one.unlink()
        for one in self._copy.iterdir():
            shutil.copy2(one, self.folder)

    def take_disk(self, other: Equipo) -> None:
        """A copy of what the disk of another desktop has now, which does not run."""
        for one in other._on_disk():
            shutil.copy2(one, self.folder)

    @property
    def _copy(self) -> Path:
        return self.folder / "copia"

    def _on_disk(self) -> list[Path]:
        """The store, its envelope and the keyring."""
        mine = ("diario.jsonl", "plan.json", "errores.log", "autoridades.bin", "programa.log")
        return [
            one
            for one in self.folder.iterdir()
            if one.is_file() and one.name not in mine and one.suffix not in (".cer", ".key", ".txt")
        ]

    def stop(self) -> None:
        if self._process is None:
            return
        try:
            self.order("fin")
            self._process.wait(20)
        except (OSError, subprocess.TimeoutExpired):
            self._process.kill()
        self._end()
        self._process = None

    def _end(self) -> None:
        assert self._process is not None
        self._process.wait()
        if self._reader is not None:
            self._reader.join()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def _answer(self, orden: str) -> dict[str, Any]:
        found = self._answers.get(timeout=ANSWER_S)
        if found is None or "error" in found:
            said = (self.folder / "errores.log").read_text(errors="replace")[-3000:]
            raise AssertionError(f"{self.folder.name}, {orden}: {found and found['error']}\n{said}")
        return found


def _read(process: subprocess.Popen[bytes], answers: queue.Queue[dict[str, Any] | None]) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        answers.put(json.loads(line))
    answers.put(None)


def give_certificates(folders: list[Path], each: int = 3) -> None:
    """e.firmas that the desktops may use, each of one desktop, and who issued them."""
    emisora = Emisora()
    key = cifrar_como_sat(nueva_llave(), CLAVE.encode())
    for number, folder in enumerate(folders):
        (folder / "autoridades.bin").write_bytes(pickle.dumps([emisora.autoridad(Cadena.SAT)]))
        for at in range(each):
            datos = efirma_moral().con(serie=f"3000100000050{number:03}{at:04}".encode())
            (folder / f"e{number}{at}.cer").write_bytes(emisora.emitir(datos, nueva_llave()))
            (folder / f"e{number}{at}.key").write_bytes(key)
