"""The outbox with other processes: one that is killed, and two at once."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from icsoe_desktop.domain.correo import EstadoCorreo, MensajeCorreo
from icsoe_desktop.errors import UserFacingError
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.correo.buzon import BuzonService
from icsoe_desktop.services.correo.envio import ResumenEnvio
from icsoe_desktop.store.engine import Store
from tests.conftest import ROOT
from tests.services.correo.caso import Caso
from tests.support.smtp_real import SmtpReal

# Reads the data key, tells that it is ready, and sends once it hears something.
SENDER = """
import sys
from datetime import datetime
from pathlib import Path
from icsoe_desktop.seguridad.data_key import DataKey
from icsoe_desktop.gateways.correo.smtp import MailGateway
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.correo.ajustes import AjustesService
from icsoe_desktop.services.bitacora.service import BitacoraService
from icsoe_desktop.services.correo.buzon import BuzonService
from icsoe_desktop.store.engine import Store, open_engine

path, now = Path(sys.argv[1]), datetime.fromisoformat(sys.argv[2])
key = DataKey(bytes.fromhex(sys.stdin.readline()))
store = Store(open_engine(path, key), key, lambda: now)
gateway = MailGateway()
buzon = BuzonService(store, AjustesService(store, BitacoraService(store), gateway), gateway)
print("ready", flush=True)
sys.stdin.readline()
print(buzon.send_due(NoProgress()).enviados, flush=True)
"""


def _start(store: Store, path: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", SENDER, str(path), store.clock().isoformat()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(f"{store.key.raw().hex()}\n")
    process.stdin.flush()
    assert process.stdout.readline() == "ready\n"
    return process


def _go(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


def _enqueue(store: Store, buzon: BuzonService, number: int) -> set[str]:
    ids = set()
    for at in range(number):
        with store.write() as db:
            mensaje = MensajeCorreo(para=f"n{at}@ejemplo.mx", asunto="Hola", texto="Hola")
            ids.add(f"<{buzon.enqueue(db, mensaje).hex}@ejemplo.mx>")
    return ids


def _arrived(smtp: SmtpReal) -> Counter[str]:
    return Counter(str(one.message["Message-ID"]) for one in smtp.received)


@pytest.mark.parametrize("already_taken_over", [False, True])
def test_killing_the_program_while_it_sends_loses_nothing(
    caso: Caso, configured: SmtpReal, tmp_path: Path, already_taken_over: bool
) -> None:
    ids = _enqueue(caso.store, caso.buzon, 3)
    configured.hang_at = "DATA"
    configured.keep_before_hanging = already_taken_over
    with _start(caso.store, tmp_path / "icsoe.db") as process:
        _go(process)
        assert configured.hanging.wait(10)
        process.kill()
    configured.hang_at = None
    configured.keep_before_hanging = False

    # While the lease lasts nobody else takes the mail, and no person can.
    [held] = [o for o in caso.buzon.pending(caso.sesion) if o.estado is EstadoCorreo.ENVIANDO]
    for forbidden in (caso.buzon.retry, caso.buzon.discard):
        with pytest.raises(UserFacingError, match="se está enviando en este momento"):
            forbidden(caso.sesion, held.id)
    assert caso.buzon.send_due(NoProgress()) == ResumenEnvio(enviados=2)
    caso.reloj.advance(minutes=5)
    caso.buzon.retry(caso.sesion, held.id)
    assert caso.buzon.send_due(NoProgress()) == ResumenEnvio(enviados=1)

    twice = {f"<{held.id.hex}@ejemplo.mx>"} if already_taken_over else set()
    assert _arrived(configured) == Counter(ids) + Counter(twice)


def test_two_programs_at_once_send_each_mail_once(
    caso: Caso, configured: SmtpReal, tmp_path: Path
) -> None:
    ids = _enqueue(caso.store, caso.buzon, 20)
    configured.delay_s = 0.02
    path = tmp_path / "icsoe.db"
    with _start(caso.store, path) as one, _start(caso.store, path) as other:
        _go(one)
        _go(other)
        sent = [int(process.communicate(timeout=300)[0]) for process in (one, other)]
    assert _arrived(configured) == Counter(ids)
    assert sum(sent) == 20
    assert min(sent) > 0, "one process did everything: this run shows nothing"
