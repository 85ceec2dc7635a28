"""A copied disk, and what a member deletes, on the real server."""

from __future__ import annotations

import uuid
from pathlib import Path

from icsoe_desktop.domain.sincronizacion.records import RolOficina
from icsoe_desktop.store.tables.registros import RegistroPatronalRow
from tests.services.sincronizacion.conftest import Oficina
from tests.services.sincronizacion.equipos import QUIET
from tests.services.sincronizacion.oficina.test_pasos_copia import copied, only_row_of
from tests.services.sincronizacion.test_pasos import meet_at_length as meet
from tests.support.kinto_real import KintoReal


def test_a_copy_enters_with_an_account_of_its_own_and_what_it_deletes_comes_back(
    kinto_postgres: KintoReal, oficina_real: Oficina, tmp_path: Path
) -> None:
    uno, dos = oficina_real(kinto_postgres, RolOficina.MIEMBRO)
    with copied(dos, tmp_path) as copia:
        meet(dos, copia, uno)
        row = only_row_of(dos)
        dos.change(RegistroPatronalRow, row, razon_social="De dos")
        meet(dos, copia)
        assert copia.sync.state().duplicado

        cuenta = f"copia-{uuid.uuid4().hex[:6]}"
        password = kinto_postgres.account(cuenta)
        invited = uno.sync.invite(uno.sesion, cuenta, password, RolOficina.MIEMBRO, QUIET)
        vista = copia.sync.read_invitation(copia.sesion, invited.archivo, invited.codigo)
        assert copia.sync.join(copia.sesion, vista, "Copia", QUIET).motivo == ""
        meet(uno, copia, dos)
        theirs = {one.cuenta: one.id for one in uno.sync.members(uno.sesion, QUIET)}
        uno.sync.remove_member(uno.sesion, theirs[dos.nombre], QUIET)
        assert dos.round().motivo

        with copia.store.write() as db:
            db.delete(db.get_one(RegistroPatronalRow, row))
        meet(copia, uno)
        (gone,) = uno.sync.deleted(uno.sesion)
        assert gone.autor is not None
        assert gone.autor.equipo == "Copia"
        assert uno.sync.recover(uno.sesion, [gone.id]) == 1
        meet(uno, copia)
        assert only_row_of(copia) == row
        assert copia.replica() == uno.replica()
