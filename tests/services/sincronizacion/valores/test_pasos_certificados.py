"""Certificates between two desktops: nobody edits one, it is there or it is not."""

from __future__ import annotations

import uuid

from icsoe_desktop.domain.sincronizacion.merge import merge
from icsoe_desktop.domain.sincronizacion.records import RecordKind
from icsoe_desktop.store.tables.registros import CertificadoRow
from tests.services.sincronizacion.equipos import CERTIFICADO, Equipo
from tests.services.sincronizacion.servidor_memoria import Memoria
from tests.services.sincronizacion.test_pasos import meet


def remove(equipo: Equipo, row_id: uuid.UUID) -> None:
    with equipo.store.write() as db:
        db.delete(db.get_one(CertificadoRow, row_id))


def test_it_arrives_with_its_key_and_opens_there(uno: Equipo, dos: Equipo) -> None:
    row_id = uno.add_certificado(uno.add_registro("Y6077636105", "Con certificado"))
    meet(uno, dos)
    with dos.store.read() as db:
        row = db.get_one(CertificadoRow, row_id)
        opened = {
            name: dos.store.key.unseal(getattr(row, column), "certificados", row_id, name)
            for name, column in (
                ("usuario", "usuario_sellado"),
                ("certificado", "certificado_sellado"),
                ("llave", "llave_sellada"),
            )
        }
    assert opened == CERTIFICADO
    assert uno.count("sincronizacion_salida") == dos.count("sincronizacion_salida") == 0
    remove(dos, row_id)
    meet(dos, uno)
    assert uno.count("certificados") == 0


def test_a_certificate_that_was_deleted_here_does_not_come_back_with_its_own_echo() -> None:
    # Its answer was lost, so that it comes as if from somebody else; nobody keeps its base.
    echo = {"numero": "30001000000500012345"}
    assert merge(RecordKind.CERTIFICADO, None, None, echo).content is None
    assert merge(RecordKind.REGISTRO_PATRONAL, None, None, echo).content == echo


def test_removed_while_it_was_on_its_way_it_is_gone_everywhere(
    uno: Equipo, dos: Equipo, memoria: Memoria
) -> None:
    registro = uno.add_registro("Y6077636105", "Con certificado")
    meet(uno, dos)
    row_id = uno.add_certificado(registro)
    memoria.antes_de_escribir = lambda: remove(uno, row_id)
    meet(uno, dos)
    meet(uno, dos)
    assert uno.count("certificados") == dos.count("certificados") == 0
