"""«Ver archivo»: the pages of a document."""

from __future__ import annotations

from icsoe_desktop.domain.icsoe.documento import TipoDocumento
from icsoe_desktop.jobs import NoProgress
from icsoe_desktop.services.contratista.acuses import ArchivoElegido
from icsoe_desktop.services.contratista.vista_documento import open_document
from tests.gateways.test_pdf import pdf


def test_a_document_is_opened_by_its_kind() -> None:
    pages = open_document(ArchivoElegido("acuse.pdf", TipoDocumento.PDF, pdf()))
    try:
        assert pages.count(NoProgress()) == 1
    finally:
        pages.close()
