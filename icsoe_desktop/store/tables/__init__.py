"""The rows of the store, one class a table; importing this package knows them all."""

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
from icsoe_desktop.store.tables.movimientos import (
    ConstanciaRow,
    DiaCalendarioRow,
    DocumentoLoteRow,
    ImportacionRow,
    LoteRow,
    MovimientoRow,
    TrabajadorRow,
)
from icsoe_desktop.store.tables.registros import CertificadoRow, RegistroPatronalRow
from icsoe_desktop.store.tables.sincronizacion import (
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
    "ActivacionRow",
    "AcuseRow",
    "AjusteRow",
    "AliasRow",
    "AsentamientoRow",
    "BitacoraRow",
    "CatalogoPostalRow",
    "CertificadoRow",
    "CodigoRow",
    "ConflictoRow",
    "ConstanciaRow",
    "ContratistaRow",
    "CorreoRow",
    "CursorRow",
    "DiaCalendarioRow",
    "DocumentoLoteRow",
    "DomicilioRow",
    "EnvioRow",
    "ImportacionRow",
    "IntentoRow",
    "LlaveOficinaRow",
    "LoteRow",
    "MovimientoRow",
    "NuevoRow",
    "OficinaRow",
    "PaqueteRow",
    "PersonaRow",
    "RegistroPatronalRow",
    "RelacionRow",
    "RetenidoRow",
    "Row",
    "SalidaRow",
    "TrabajadorRow",
    "UsuarioRow",
    "VersionRow",
]
