"""«Ver archivo»: the pages of a document."""

from __future__ import annotations

import pytest

from icsoe_desktop.domain.icsoe.documento import TipoDocumento
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.contratista.acuses import ArchivoElegido
from icsoe_desktop.services.contratista.vista_documento import open_document
from tests.domain.icsoe.test_documento import png
from tests.gateways.test_pdf import pdf


@pytest.mark.parametrize("tipo", [TipoDocumento.PDF, TipoDocumento.PNG])
def test_a_document_is_drawn_by_its_kind(tipo: TipoDocumento) -> None:
    contenido = pdf() if tipo is TipoDocumento.PDF else png()
    pages = open_document(ArchivoElegido("acuse", tipo, contenido))
    try:
        assert pages.count(NoProgress()) == 1
        assert pages.picture(0, 40, NoProgress()).ancho == 40
    finally:
        pages.close()
