"""The judge of removals sees what somebody removed can read, and nothing else."""

from __future__ import annotations

import base64
import uuid
from typing import Any

from icsoe_desktop.domain.sincronizacion.records import ACTS_COLLECTION, RecordKind
from icsoe_desktop.seguridad.office_keys import OfficeKey, new_private, public_of, wrap
from icsoe_desktop.seguridad.sealed_record import Envelope, seal_record
from tests.caos import secretos
from tests.caos.diario import Acto
from tests.caos.secretos import Retirado, key_name

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
    told = ("llaves", "llave", {"numero": 2, "llaves": {MIEMBRO.hex: wrapped}})
    assert len(secretos.every_key(gone(OLD), [told], OFICINA)) == 2
