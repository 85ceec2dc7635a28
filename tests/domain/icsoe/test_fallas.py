"""A good return with one planted fault is stopped, or warned about, at its place."""

from __future__ import annotations

import os
import random
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

import pytest

from icsoe_desktop.domain.icsoe import contrato as contratos
from icsoe_desktop.domain.icsoe import revision
from icsoe_desktop.domain.icsoe.contrato import DatosContrato
from icsoe_desktop.domain.icsoe.informativa import TipoInformativa
from icsoe_desktop.domain.icsoe.revision import InformativaRevisable, Movido, review
from icsoe_desktop.domain.icsoe.trabajadores import TWICE, TrabajadorContrato
from tests.domain.icsoe.informativas import HOY, PERIODO, RFC, filas, informativa

SEEDS = range(3)


class Falla(NamedTuple):
    """campo: where it is found; renglon: whether at the worker's row; None, at the return."""

    bloquea: bool
    campo: str | None
    renglon: bool
    plant: Callable[[InformativaRevisable, int, int], InformativaRevisable]


def _other(value: InformativaRevisable, at: int, **cambios: object) -> InformativaRevisable:
    contratos = list(value.contratos)
    contratos[at] = replace(contratos[at], **cambios)  # type: ignore[arg-type]
    return replace(value, contratos=contratos)


def datos(**cambios: object) -> Callable[[InformativaRevisable, int, int], InformativaRevisable]:
    def plant(value: InformativaRevisable, at: int, _row: int) -> InformativaRevisable:
        changed = replace(value.contratos[at].datos, **cambios)  # type: ignore[arg-type]
        return _other(value, at, datos=changed)

    return plant


def part(name: str, **cambios: object) -> Callable[..., InformativaRevisable]:
    def plant(value: InformativaRevisable, at: int, _row: int) -> InformativaRevisable:
        whole: DatosContrato = value.contratos[at].datos
        changed = replace(getattr(whole, name), **cambios)
        return _other(value, at, datos=replace(whole, **{name: changed}))

    return plant


def row(change: Callable[[TrabajadorContrato], TrabajadorContrato]) -> Callable[..., object]:
    def plant(value: InformativaRevisable, at: int, place: int) -> InformativaRevisable:
        rows = list(value.contratos[at].trabajadores)
        rows[place] = change(rows[place])
        return _other(value, at, trabajadores=rows)

    return plant


def again(value: InformativaRevisable, at: int, place: int) -> InformativaRevisable:
    rows = list(value.contratos[at].trabajadores)
    return _other(value, at, trabajadores=[*rows, rows[place]._replace(curp=filas(1, 999)[0].curp)])


def rejected(value: InformativaRevisable, at: int, place: int) -> InformativaRevisable:
    nss = value.contratos[at].trabajadores[place].nss
    return _other(value, at, rechazos={nss: "No existe"})


def moved(movido: Movido) -> Callable[..., InformativaRevisable]:
    def plant(value: InformativaRevisable, at: int, place: int) -> InformativaRevisable:
        each = value.contratos[at]
        return replace(value, movidos={each.id: {each.trabajadores[place].nss: movido}})

    return plant


def twice(value: InformativaRevisable, at: int, _row: int) -> InformativaRevisable:
    copy = replace(value.contratos[at], id=uuid.uuid4())
    return replace(value, contratos=[*value.contratos, copy], declarados=None)


def whole(**cambios: object) -> Callable[..., InformativaRevisable]:
    return lambda value, _at, _row: replace(value, **cambios)


def _digit(one: TrabajadorContrato) -> TrabajadorContrato:
    return one._replace(nss=one.nss[:10] + str((int(one.nss[10]) + 1) % 10))


W = "trabajadores"
FALLAS: dict[str, Falla] = {
    "contratante is the contratista": Falla(
        True, "contratante.rfc", False, part("contratante", rfc=RFC)
    ),
    "RFC of nobody": Falla(True, "contratante.rfc", False, part("contratante", rfc="PEM21")),
    "mail without domain": Falla(
        True, "contratante.correo", False, part("contratante", correo="a")
    ),
    "no service": Falla(True, "folio.texto", False, part("folio", texto=" ")),
    "no start": Falla(True, "inicio", False, datos(inicio=None, fin=None)),
    "end before start": Falla(True, "fin", False, datos(fin=PERIODO.primero - timedelta(days=9))),
    "start after the period": Falla(
        True, "inicio", False, datos(inicio=PERIODO.ultimo + timedelta(days=1), fin=None)
    ),
    "start before the REPSE": Falla(False, "inicio", False, datos(inicio=date(2021, 5, 23))),
    "start outside the period": Falla(False, "inicio", False, datos(inicio=date(2026, 2, 1))),
    "another folio": Falla(False, "folio.folio", False, part("folio", folio="X-1")),
    "no workers": Falla(True, W, False, lambda v, at, _: _other(v, at, trabajadores=[])),
    "contract twice": Falla(False, "numero", False, twice),
    "worker twice": Falla(True, W, True, again),
    "rejected by the portal": Falla(True, W, True, rejected),
    "NSS with a letter": Falla(True, W, True, row(lambda one: one._replace(nss="1234567890A"))),  # type: ignore[arg-type]
    "check digit of the NSS": Falla(False, W, True, row(_digit)),  # type: ignore[arg-type]
    "CURP cut": Falla(True, W, True, row(lambda one: one._replace(curp=one.curp[:17]))),  # type: ignore[arg-type]
    "no SBC": Falla(True, W, True, row(lambda one: one._replace(sbc="0.00"))),  # type: ignore[arg-type]
    "SBC 100.00": Falla(False, W, True, row(lambda one: one._replace(sbc="100.00"))),  # type: ignore[arg-type]
    "SBC over 25 UMA": Falla(False, W, True, row(lambda one: one._replace(sbc="2932.76"))),  # type: ignore[arg-type]
    "other SBC in the movements": Falla(False, W, True, moved(Movido(33_058, True))),
    "not active": Falla(False, W, True, moved(Movido(None, False))),
    "other number declared": Falla(True, None, False, whole(declarados=99)),
    "Normal without contracts": Falla(True, None, False, whole(contratos=(), declarados=None)),
    "Sin información with contracts": Falla(
        True, None, False, whole(tipo=TipoInformativa.SIN_INFORMACION)
    ),
    "two returns": Falla(True, None, False, whole(otras=1)),
    "REPSE ended": Falla(False, None, False, whole(repse=date(2026, 8, 31))),
}


@pytest.mark.parametrize("name", FALLAS)
def test_a_planted_fault_is_found_at_its_place(name: str) -> None:
    falla = FALLAS[name]
    for semilla in SEEDS:
        azar = random.Random(f"{name}{semilla}")  # noqa: S311 - not a secret
        good = informativa(semilla, 2)
        assert review(good, HOY) == ()
        at = azar.randrange(2)
        place = azar.randrange(len(good.contratos[at].trabajadores))
        wrong = falla.plant(good, at, place)
        found = review(wrong, HOY)
        wanted = (
            None
            if falla.campo is None
            else wrong.contratos[-1 if name == "contract twice" else at].id
        )
        places = {(one.bloquea, one.contrato_id, one.campo, one.renglon) for one in found}
        last = len(wrong.contratos[at].trabajadores) - 1 if wrong.contratos else 0
        assert (
            falla.bloquea,
            wanted,
            falla.campo or "",
            (last if name == "worker twice" else place) if falla.renglon else None,
        ) in places
        # Nothing is said of the contract that was left as it was.
        others = {one.id for one in good.contratos} - {wanted}
        if falla.campo is not None:
            assert not others & {one.contrato_id for one in found}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("contratante is the contratista", contratos.SAME_RFC),
        ("no service", "Escriba el servicio u obra como lo autorizó la STPS."),
        ("no start", contratos.NO_START),
        ("end before start", contratos.END_BEFORE_START),
        ("no workers", revision.NO_WORKERS),
        ("worker twice", TWICE),
        ("rejected by the portal", "El portal lo rechazó: No existe"),
        ("other number declared", "Declara 99 contratos y contiene 2."),
        ("Normal without contracts", revision.NO_CONTRACTS.format(tipo="Normal")),
        (
            "Sin información with contracts",
            revision.NOT_WITH_CONTRACTS.format(tipo="Sin información"),
        ),
        ("two returns", revision.MORE_THAN_ONE.format(periodo=PERIODO.nombre)),
    ],
)
def test_a_fault_that_blocks_is_told_in_its_sentence(name: str, said: str) -> None:
    found = review(FALLAS[name].plant(informativa(1, 2), 0, 1), HOY)
    told = {each.texto for each in found if each.bloquea}
    assert len(told) == 1
    assert said in told.pop()


# By hand, five hundred: ICSOE_BUENAS=500.
BUENAS = int(os.environ.get("ICSOE_BUENAS", "20"))


def test_a_good_return_passes_without_a_word() -> None:
    """Returns at random: of one to four contracts, celebrated or amended in the period."""
    for semilla in range(1_000, 1_000 + BUENAS):
        azar = random.Random(semilla)  # noqa: S311 - not a secret
        good = informativa(semilla, azar.randrange(1, 5))
        at = azar.randrange(len(good.contratos))
        if azar.random() < 0.3:
            # Begun long ago and amended in the period: the REPSE was there already.
            inicio = date(2022, 1, 3) + timedelta(days=azar.randrange(1_500))
            amended = PERIODO.primero + timedelta(days=azar.randrange(80))
            changed = replace(
                good.contratos[at].datos, inicio=inicio, fin=None, modificaciones=(amended,)
            )
            good = _other(good, at, datos=changed)
        if azar.random() < 0.3:
            each = good.contratos[at]
            known = {row.nss: Movido(row.centavos, True) for row in each.trabajadores}
            good = replace(good, movidos={each.id: known})
        if azar.random() < 0.3:
            good = replace(good, tipo=TipoInformativa.CORRECCION, declarados=None)
        assert review(good, HOY) == (), semilla
