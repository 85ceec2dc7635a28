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
from icsoe_desktop.store.tables.sistema import AjusteRow, BitacoraRow, CorreoRow

__all__ = [
    "ActivacionRow",
    "AcuseRow",
    "AjusteRow",
    "AsentamientoRow",
    "BitacoraRow",
    "CatalogoPostalRow",
    "CertificadoRow",
    "CodigoRow",
    "ConstanciaRow",
    "ContratistaRow",
    "CorreoRow",
    "DiaCalendarioRow",
    "DocumentoLoteRow",
    "DomicilioRow",
    "ImportacionRow",
    "IntentoRow",
    "LoteRow",
    "MovimientoRow",
    "PersonaRow",
    "RegistroPatronalRow",
    "RelacionRow",
    "Row",
    "TrabajadorRow",
    "UsuarioRow",
]
