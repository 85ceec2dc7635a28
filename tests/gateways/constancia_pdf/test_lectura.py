"""Reading constancias: the same facts from every layout, every disagreement named."""

from __future__ import annotations

from dataclasses import replace

import pytest

from icsoe_desktop.domain.movimientos.constancia import (
    Cifras,
    ClaseTotales,
    Constancia,
    ProblemaConstancia,
    RenglonConstancia,
)
from icsoe_desktop.gateways.constancia_pdf.lectura import constancia_in
from icsoe_desktop.gateways.constancia_pdf.palabras import pages_here
from tests.gateways.constancia_pdf.papeles import (
    FORMATOS,
    THREE,
    Formato,
    baja,
    constancia,
    modificacion,
    printed,
    renglon,
)


def read(contenido: bytes) -> tuple[Constancia, tuple[ProblemaConstancia, ...]]:
    """In this process: thousands of damaged files, each in a child, would take minutes."""
    return constancia_in(pages_here(contenido, lambda _done, _total: None))


def placed(one: Constancia) -> Constancia:
    """Rows without where they stand; those that are refused without what their table leaves out."""
    return replace(
        one,
        renglones=tuple(
            replace(row, pagina=0, renglon=0, umf="", extemporaneo=None, causa_baja="")
            if row.rechazado
            else replace(row, pagina=0, renglon=0)
            for row in one.renglones
        ),
    )


LONG = renglon(
    nombre="DE LA TORRE MUÑOZ-ÁLVAREZ MARÍA GUADALUPE DEL CARMEN", nss="55443322110", sbc=293275
)
REJECTED = baja(
    nss="66778899001",
    nombre="NÚÑEZ PEÑA ZOÉ",
    rechazado=True,
    codigo_rechazo="0123",
    causa_rechazo="EL ASEGURADO NO TIENE RELACIÓN LABORAL VIGENTE CON EL PATRÓN",
)
MIXED = (*THREE, LONG, modificacion(nss="22334455667", nombre="O'HARA ÜRÍAS EMMA"), REJECTED)


@pytest.mark.parametrize("name", FORMATOS)
@pytest.mark.parametrize("rows", [THREE, MIXED], ids=["tres", "mezcla"])
def test_the_same_facts_are_read_from_every_layout(
    name: str, rows: tuple[RenglonConstancia, ...]
) -> None:
    one = constancia(rows)
    found, problems = read(printed(one, FORMATOS[name]))
    assert placed(found) == placed(one)
    assert problems == ()


def test_names_that_wrap_under_or_around_their_row_are_whole() -> None:
    rows = tuple(
        renglon(nss=f"{at:011d}", nombre=" ".join(["MARÍA DEL CARMEN"] * (1 + at % 4)))
        for at in range(1, 40)
    )
    for centrado in (False, True):
        found, _ = read(printed(constancia(rows), Formato(envolver=17, centrado=centrado)))
        assert [row.nombre for row in found.renglones] == [row.nombre for row in rows]


def test_every_figure_that_does_not_add_up_is_named() -> None:
    one = constancia()
    totales = {
        **one.totales,
        ClaseTotales.BAJA: Cifras(3, 1, 0),
        ClaseTotales.TOTAL: Cifras(3, 4, 0),
    }
    _, problems = read(printed(replace(one, totales=totales)))
    assert [(p.campo, p.encontrado, p.esperado) for p in problems] == [
        ("Baja: recibidos", "3", "1: operados más rechazados"),
        ("Total: recibidos", "3", "4: operados más rechazados"),
        ("Total: recibidos", "3", "5: la suma por tipo"),
        ("Total: operados", "4", "3: la suma por tipo"),
        ("Total: operados", "4", "3: los renglones que se leyeron"),
    ]
    assert {(p.pagina, p.renglon, p.grave) for p in problems} == {(0, 0, True)}


def test_what_is_wrong_in_a_row_is_told_with_its_page_row_and_field() -> None:
    """Printed by hand: an NSS of ten figures, a date that no calendar has."""
    row = replace(baja(), fecha=None)
    contenido = printed(constancia((renglon(), replace(row, nss="9876543210"), modificacion())))
    found, problems = read(contenido)
    assert [one.nss for one in found.renglones] == [THREE[0].nss, "", THREE[1].nss]
    assert problems == (
        ProblemaConstancia(1, 2, "NSS", "9876543210", "11 números", grave=True),
        ProblemaConstancia(1, 2, "Fecha", "", "una fecha dd/mm/aaaa", grave=True),
    )


def test_what_the_head_lacks_is_told() -> None:
    _, problems = read(printed(constancia(folio="", lote="1234567", recibido=None)))
    assert [(p.campo, p.encontrado, p.esperado, p.grave) for p in problems] == [
        ("Folio", "", "19 números", True),
        ("Lote", "1234567", "9 números", False),
        ("Recepción", "", "fecha y hora de recepción", True),
    ]
