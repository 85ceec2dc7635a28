"""The rows of the store, one class per table.

A module is imported when one of its rows is first named: each class of rows costs milliseconds,
and the first window needs few of them. `load_all` imports all.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from icsoe_desktop.store.tables.acceso import CodigoRow, IntentoRow, UsuarioRow
    from icsoe_desktop.store.tables.base import Row
    from icsoe_desktop.store.tables.icsoe import (
        ActivacionRow,
        AcuseRow,
        AsentamientoRow,
        CatalogoPostalRow,
        ContratistaRow,
        DomicilioRow,
        PersonaRow,
        RelacionRow,
    )
    from icsoe_desktop.store.tables.informativa import (
        AcuseInformativaRow,
        ContratanteRow,
        ContratoRow,
        FolioRepseRow,
        InformativaRow,
    )
    from icsoe_desktop.store.tables.lotes import ConstanciaRow, DocumentoLoteRow, LoteRow
    from icsoe_desktop.store.tables.movimientos import (
        ConteoRow,
        DiaCalendarioRow,
        ImportacionRow,
        MovimientoRow,
        PlazoRow,
        RechazadoRow,
        TrabajadorRow,
    )
    from icsoe_desktop.store.tables.registros import (
        CertificadoRow,
        CertificadoVigiladoRow,
        RegistroPatronalRow,
        ValorLegalRow,
    )
    from icsoe_desktop.store.tables.sincronizacion import (
        ActaRow,
        AliasRow,
        ConflictoRow,
        CursorRow,
        EnvioRow,
        LlaveOficinaRow,
        NuevoRow,
        OficinaRow,
        PaqueteRow,
        RetenidoRow,
        SalidaRow,
        VersionRow,
    )
    from icsoe_desktop.store.tables.sistema import AjusteRow, BitacoraRow, CorreoRow

__all__ = [
    "ActaRow",
    "ActivacionRow",
    "AcuseInformativaRow",
    "AcuseRow",
    "AjusteRow",
    "AliasRow",
    "AsentamientoRow",
    "BitacoraRow",
    "CatalogoPostalRow",
    "CertificadoRow",
    "CertificadoVigiladoRow",
    "CodigoRow",
    "ConflictoRow",
    "ConstanciaRow",
    "ConteoRow",
    "ContratanteRow",
    "ContratistaRow",
    "ContratoRow",
    "CorreoRow",
    "CursorRow",
    "DiaCalendarioRow",
    "DocumentoLoteRow",
    "DomicilioRow",
    "EnvioRow",
    "FolioRepseRow",
    "ImportacionRow",
    "InformativaRow",
    "IntentoRow",
    "LlaveOficinaRow",
    "LoteRow",
    "MovimientoRow",
    "NuevoRow",
    "OficinaRow",
    "PaqueteRow",
    "PersonaRow",
    "PlazoRow",
    "RechazadoRow",
    "RegistroPatronalRow",
    "RelacionRow",
    "RetenidoRow",
    "Row",
    "SalidaRow",
    "TrabajadorRow",
    "UsuarioRow",
    "ValorLegalRow",
    "VersionRow",
    "load_all",
]

_ROWS = {
    "CodigoRow": "acceso",
    "IntentoRow": "acceso",
    "UsuarioRow": "acceso",
    "ActivacionRow": "icsoe",
    "AcuseRow": "icsoe",
    "AsentamientoRow": "icsoe",
    "CatalogoPostalRow": "icsoe",
    "ContratistaRow": "icsoe",
    "DomicilioRow": "icsoe",
    "PersonaRow": "icsoe",
    "RelacionRow": "icsoe",
    "AcuseInformativaRow": "informativa",
    "ContratanteRow": "informativa",
    "ContratoRow": "informativa",
    "FolioRepseRow": "informativa",
    "InformativaRow": "informativa",
    "ConstanciaRow": "lotes",
    "DocumentoLoteRow": "lotes",
    "LoteRow": "lotes",
    "ConteoRow": "movimientos",
    "DiaCalendarioRow": "movimientos",
    "ImportacionRow": "movimientos",
    "MovimientoRow": "movimientos",
    "PlazoRow": "movimientos",
    "RechazadoRow": "movimientos",
    "TrabajadorRow": "movimientos",
    "CertificadoRow": "registros",
    "RegistroPatronalRow": "registros",
    "ActaRow": "sincronizacion",
    "AliasRow": "sincronizacion",
    "ConflictoRow": "sincronizacion",
    "CursorRow": "sincronizacion",
    "EnvioRow": "sincronizacion",
    "LlaveOficinaRow": "sincronizacion",
    "NuevoRow": "sincronizacion",
    "OficinaRow": "sincronizacion",
    "PaqueteRow": "sincronizacion",
    "RetenidoRow": "sincronizacion",
    "SalidaRow": "sincronizacion",
    "VersionRow": "sincronizacion",
    "AjusteRow": "sistema",
    "BitacoraRow": "sistema",
    "CorreoRow": "sistema",
    "ValorLegalRow": "registros",
    "CertificadoVigiladoRow": "registros",
}


def load_all() -> None:
    """Import every table, for code that needs the whole schema or foreign keys between modules."""
    for module in sorted(set(_ROWS.values())):
        import_module(f"{__name__}.{module}")


def __getattr__(name: str) -> Any:
    if name == "Row":
        load_all()  # code that asks for Row wants its complete metadata
        return import_module(f"{__name__}.base").Row
    module = _ROWS.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{module}"), name)
