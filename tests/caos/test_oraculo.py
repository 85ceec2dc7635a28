"""The judge and the search for secrets see what they are there for, and no more."""

from __future__ import annotations

import base64
import copy
import uuid
from pathlib import Path
from typing import Any

import pytest

from icsoe_desktop.domain.sincronizacion.records import ACTS_COLLECTION, RecordKind
from icsoe_desktop.seguridad.office_keys import OfficeKey, new_private, public_of, wrap
from icsoe_desktop.seguridad.sealed_record import Envelope, seal_record
from tests.caos import diario, oraculo, secretos, vuelco
from tests.caos.diario import Acto, Diario
from tests.caos.secretos import Retirado, key_name
from tests.caos.sucesos import Restaurado

SECOND = "5500000002"
CLAVE = "10000000008|20260309|07|Y551234511"


def final() -> dict[str, Any]:
    key = {"nss": "10000000008", "fecha": 20260309, "tipo": "07"}
    movimiento = {**key, "registro_patronal": "Y5512345116", "clave_trabajador": "M00000001"}
    movimiento |= {"estado": 3, "lote_id": "ab"}
    return {
        "relaciones": {"1": {"curp": "XAXX", "telefono": "5500000002", "correo": "a@b.mx"}},
        "movimientos": {"2": movimiento},
        "lotes": {"ab": {"estado": "Recibido"}},
        "registros_patronales": {"3": {"registro_patronal": "Y5512345116"}},
        "certificados": {"4": {"registro_patronal_id": "3", "certificado_nombre": "e1.cer"}},
        "conflictos": {"5": {"perdido": ["5500000003"]}},
    }


def acts() -> list[Acto]:
    lugar = "capturista|XAXX"
    return [
        Acto(0, 1, "alta", {"lugar": lugar, "fichas": ["5500000001"]}, True),
        Acto(0, 2, "cambio", {"lugar": lugar, "fichas": [SECOND], "previas": ["5500000001"]}, True),
        Acto(1, 1, "cambio", {"lugar": lugar, "fichas": ["5500000003"]}, True),
        Acto(1, 2, "captura", {"claves": [CLAVE], "fichas": ["M00000001"]}, True),
        Acto(1, 3, "lote", {"lotes": {"ab": [CLAVE]}}, True),
        Acto(1, 4, "marca", {"lote": "ab", "estado": "Recibido", "claves": [CLAVE]}, True),
        Acto(1, 5, "certificado", {"lugar": "certificado|Y5512345116", "numero": "e1"}, True),
        Acto(2, 1, "cambio", {"lugar": lugar, "fichas": ["5500000009"]}, False),
        Acto(2, 2, "cambio", {"lugar": lugar, "fichas": ["5500000010"]}, None),
    ]


def test_what_is_there_kept_or_replaced_is_not_lost() -> None:
    found = oraculo.judge(acts(), [{"estados": {CLAVE: 3}}], final())
    assert found.perdidas == []
    assert (found.ediciones, found.reemplazadas, found.en_conflicto) == (7, 1, 1)
    assert (found.inserciones, found.marcas) == (2, 1)


def test_a_free_movement_like_one_in_a_lote_does_not_hide_it() -> None:
    there = final()
    there["movimientos"]["9"] = {**there["movimientos"]["2"], "lote_id": None}
    assert oraculo.judge(acts(), [], there).perdidas == []
    there["movimientos"]["2"]["lote_id"] = None
    (lost,) = oraculo.judge(acts(), [], there).perdidas
    assert "quedó libre" in lost


@pytest.mark.parametrize(
    ("table", "key", "change", "said"),
    [
        ("relaciones", "1", {"telefono": "5500000001"}, "5500000002"),
        ("relaciones", "1", {"curp": "OTRA"}, "falta capturista|XAXX"),
        ("conflictos", "5", {"perdido": []}, "5500000003"),
        ("movimientos", "2", {"tipo": "08"}, f"falta el movimiento {CLAVE}"),
        ("movimientos", "2", {"estado": 1}, "bajó de Recibido"),
        ("movimientos", "2", {"lote_id": None}, "quedó libre"),
        ("lotes", "ab", {"estado": "Enviado"}, "ab bajó de Recibido"),
        ("certificados", "4", {"certificado_nombre": "e2.cer"}, "certificado de Y5512345116"),
    ],
)
def test_a_loss_is_seen(table: str, key: str, change: dict[str, Any], said: str) -> None:
    spoiled = copy.deepcopy(final())
    spoiled[table][key] |= change
    found = oraculo.judge(acts(), [], spoiled)
    assert any(said in one for one in found.perdidas), found.perdidas


def test_what_was_seen_received_is_never_less_again() -> None:
    found = oraculo.judge([], [{"estados": {CLAVE: 5}}], final())
    assert found.perdidas == [f"se vio {CLAVE} en Aprobado y ahora es menos"]


def test_a_deleted_movement_stays_away_unless_somebody_else_touched_it() -> None:
    gone = [Acto(0, 1, "borrado", {"claves": [CLAVE]}, True)]
    assert oraculo.judge(gone, [], final()).vueltos == [
        f"equipo 0, borrado 1: volvió el movimiento {CLAVE}"
    ]
    for touch in (
        Acto(1, 1, "edición", {"claves": [CLAVE], "fichas": []}, True),
        Acto(1, 1, "lote", {"pedidas": [CLAVE], "lotes": {}}, True),
    ):
        assert oraculo.judge([*gone, touch], [], final()).vueltos == []


@pytest.mark.parametrize(
    ("cancelled", "deleted", "lost"),
    [((1, 6), (1, 7), 0), ((1, 6), (1, 5), 2), ((1, 6), (0, 7), 2), ((0, 6), (1, 7), 2)],
)
def test_what_is_deleted_after_its_lote_was_cancelled_there_may_be_gone_though_others_received_it(
    cancelled: tuple[int, int], deleted: tuple[int, int], lost: int
) -> None:
    """cancelled, deleted: desktop and number of the act."""
    done = [
        *acts(),
        Acto(*cancelled, "marca", {"lote": "ab", "estado": "Cancelado", "claves": []}, True),
        Acto(*deleted, "borrado", {"claves": [CLAVE], "previas": ["M00000001"]}, True),
    ]
    without = final()
    del without["movimientos"]["2"]
    found = oraculo.judge(done, [], without).perdidas
    assert len(found) == lost, found


def test_who_takes_out_an_older_certificate_did_not_take_out_the_last_one() -> None:
    lugar = "certificado|Y5512345116"
    out = {"lugar": lugar, "numero": None}
    said = "certificado de Y5512345116: {}, y era {}"
    without = {**final(), "certificados": {}}
    older = [*acts(), Acto(1, 6, "certificado fuera", {**out, "sacado": "e0"}, True)]
    assert oraculo.judge(older, [], final()).perdidas == []
    assert oraculo.judge(older, [], without).perdidas == [said.format(None, ["e1"])]
    last = [*acts(), Acto(1, 6, "certificado fuera", {**out, "sacado": "e1"}, True)]
    assert oraculo.judge(last, [], without).perdidas == []
    assert oraculo.judge(last, [], final()).perdidas == [said.format("e1", [None])]


def test_a_certificate_that_only_a_disk_had_which_came_back_may_be_there_again() -> None:
    out = {"lugar": "certificado|Y5512345116", "numero": None, "sacado": "e1"}
    last = [*acts(), Acto(1, 6, "certificado fuera", out, True)]
    assert oraculo.judge(last, [], final(), revividos={(1, 5)}).perdidas == []
    assert oraculo.judge(last, [], final(), revividos={(2, 5)}).perdidas != []


@pytest.mark.parametrize(
    ("acted", "sent", "may_be_there"),
    [
        # Made before the copy (7), and never sent: the disk brings it back.
        ([(5, "e1", None)], False, True),
        ([(5, "e1", None)], True, False),
        ([(5, "e1", None), (9, None, "e1")], False, False),
        # Made between copy and loss (8): the disk forgot it, and the next one replaced nothing.
        ([(8, "e1", None), (9, "e2", None), (10, None, "e2")], True, True),
        ([(8, "e1", None), (9, "e2", None), (10, None, "e2")], False, False),
        ([(8, "e1", None), (9, "e2", None), (10, "e3", "e2"), (11, None, "e3")], True, True),
        ([(8, "e1", None), (9, "e2", "e1"), (11, None, "e2")], True, False),
        ([(8, "e1", None), (9, "e2", None), (10, None, "e1")], True, False),
        ([(9, "e1", None), (10, None, "e1")], True, False),
    ],
)
def test_what_a_lost_disk_brought_back_or_forgot_may_be_there(
    acted: list[tuple[int, str | None, str | None]], sent: bool, may_be_there: bool
) -> None:
    """acted: number of the act, certificate that was put, certificate that went."""
    done = [
        Acto(1, n, "certificado" if put else "certificado fuera", data, True)
        for n, put, out in acted
        for went in ["reemplaza" if put else "sacado"]
        for data in [{"lugar": "", "numero": put, went: out, "id": f"id-{put}"}]
    ]
    lost = Restaurado(equipo=1, copia=7, hasta=8, cuando=100.0)
    found = oraculo.revived(done, [lost], {"id-e1": 50.0} if sent else {})
    assert ((1, acted[0][0]) in found) is may_be_there


def test_replicas_differ_by_what_differs() -> None:
    other = copy.deepcopy(final())
    assert vuelco.differences(final(), other) == []
    other["lotes"]["ab"]["estado"] = "Aprobado"
    del other["conflictos"]["5"]
    assert vuelco.differences(final(), other) == [
        "conflictos 5: sólo en el primero",
        "lotes ab: {'estado': ('Recibido', 'Aprobado')}",
    ]


def test_a_diary_goes_on_after_a_death_in_the_middle_of_a_line(tmp_path: Path) -> None:
    path = tmp_path / "diario.jsonl"
    first = Diario(path)
    for _ in range(2):
        first.write(first.next(), diario.VA, q="alta", fichas=["5500000001"])
    first.write(1, diario.HECHO, q="alta")
    with path.open("ab") as file:
        file.write(b'{"n": 2, "f": "he')
    again = Diario(path)
    number = again.next()
    again.write(number, diario.VA, q="baja")
    again.write(number, diario.NO, q="baja", motivo="No.")
    found, others = diario.read(path, 4)
    assert [(one.n, one.que, one.hecho) for one in found] == [
        (1, "alta", True),
        (2, "alta", None),
        (3, "baja", False),
    ]
    assert others == []


OFICINA = "of-caos"
OLD, NEW = OfficeKey.generate(1), OfficeKey.generate(2)
PRIVATE, MIEMBRO = new_private(), uuid.uuid4()


def record(key: OfficeKey, telefono: str) -> secretos.Version:
    name = uuid.uuid4()
    envelope = Envelope(RecordKind.RELACION, {"telefono": telefono})
    return "capturistas", str(name), seal_record(envelope, key, OFICINA, name)


def gone(*keys: OfficeKey) -> Retirado:
    return Retirado(3, PRIVATE, MIEMBRO, list(keys), {key_name(OLD.raw())})


def lines(*keys: tuple[int, OfficeKey]) -> list[dict[str, Any]]:
    return [{"n": n, "f": "llave", "llave": key_name(key.raw())} for n, key in keys]


def edit(n: int, token: str, hecho: bool | None = True) -> Acto:
    return Acto(0, n, "cambio", {"fichas": [token]}, hecho)


def test_what_was_typed_after_the_new_key_is_secret_and_what_was_typed_before_is_not() -> None:
    acts = [edit(2, "antes"), edit(6, "después"), edit(7, "no hecho", False)]
    told = {0: lines((1, OLD), (5, NEW))}
    assert secretos.secret_tokens(acts, told, gone().legitimas) == {"después"}
    # A disk that was restored seals with the former key again, also what was typed before.
    told = {0: lines((1, OLD), (5, NEW), (9, OLD), (10, NEW))}
    assert secretos.secret_tokens(acts, told, gone().legitimas) == set()


def test_a_value_that_the_removed_desktop_can_open_is_seen() -> None:
    versions = [record(OLD, "antes"), record(NEW, "después")]
    text = secretos.opened(versions, secretos.every_key(gone(OLD), versions, OFICINA), OFICINA)
    assert secretos.readable(text, {"antes", "después"}) == ["antes"]
    stolen = secretos.opened(versions, [OLD, NEW], OFICINA)
    assert secretos.readable(stolen, {"antes", "después"}) == ["antes", "después"]


def test_a_key_that_lies_at_the_server_for_the_removed_desktop_is_found() -> None:
    wrapped = base64.b64encode(wrap(NEW, public_of(PRIVATE), OFICINA, MIEMBRO)).decode()
    act = (ACTS_COLLECTION, "acta", {"sobres": {MIEMBRO.hex: {"2": wrapped}}})
    found = secretos.every_key(gone(OLD), [act], OFICINA)
    assert {key.raw() for key in found} == {OLD.raw(), NEW.raw()}
