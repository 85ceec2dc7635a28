"""What a round holds for a moment, and packets with marks that mean nothing here."""

from __future__ import annotations

from icsoe_desktop.domain.sincronizacion.records import RecordKind
from icsoe_desktop.store.tables import CertificadoRow, RegistroPatronalRow
from tests.services.sincronizacion.equipos import Equipo
from tests.services.sincronizacion.recibir.test_pasos_hostil import forge, held
from tests.services.sincronizacion.recibir.test_pasos_movimientos import Mesa, mesas
from tests.services.sincronizacion.servidor_memoria import Memoria
from tests.services.sincronizacion.test_pasos import meet

__all__ = ["mesas"]  # the fixture


def test_a_registro_deleted_and_entered_again_is_no_conflict_in_whatever_order_it_arrives(
    uno: Equipo, dos: Equipo, memoria: Memoria
) -> None:
    former = uno.add_registro("Y6077636105", "Con certificado")
    certificado = uno.add_certificado(former)
    meet(uno, dos)
    for kind, row in ((CertificadoRow, certificado), (RegistroPatronalRow, former)):
        with uno.store.write() as db:
            db.delete(db.get_one(kind, row))
    again = uno.add_registro("Y6077636105", "Dado de alta otra vez")
    assert uno.round().motivo == ""
    # The new one comes first, and the deletion waits for that of the certificate.
    rows = memoria.registros["contratistas"]
    rows[str(former)] = (memoria.tick(), rows[str(former)][1])
    found = dos.round()
    assert (found.motivo, found.conflictos, found.apartados) == ("", 0, 0)
    assert dos.get(RegistroPatronalRow, again, "razon_social") == ("Dado de alta otra vez",)
    meet(uno, dos)
    assert dos.replica() == uno.replica()


def test_a_mark_that_names_no_movement_keeps_no_movement_of_the_packet_away(
    mesas: tuple[Mesa, Mesa], memoria: Memoria
) -> None:
    one, other = mesas
    one.capture(2)
    one.equipo.round()

    def mark(packet: dict[str, object]) -> None:
        packet["bajas"] = {"m": "01234567"}

    forge(memoria, one.equipo, RecordKind.MOVIMIENTOS, mark)
    assert other.equipo.round().motivo == ""
    assert not held(other.equipo)
    assert len(other.states()) == 1
