"""What the windows and the command line are given: every service, over one open store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from icsoe_desktop.services.acceso import AccesoService
from icsoe_desktop.services.acceso_icsoe import AccesoIcsoeService
from icsoe_desktop.services.activacion import ActivacionService
from icsoe_desktop.services.actualizaciones import ActualizacionesService
from icsoe_desktop.services.acuses import AcusesService
from icsoe_desktop.services.ajustes import AjustesService
from icsoe_desktop.services.bitacora import BitacoraService
from icsoe_desktop.services.buzon import BuzonService
from icsoe_desktop.services.capturistas import CapturistasService
from icsoe_desktop.services.certificados import CertificadosService
from icsoe_desktop.services.constancias import ConstanciasService
from icsoe_desktop.services.consulta_bitacora import ConsultaBitacoraService
from icsoe_desktop.services.consulta_capturistas import ConsultaCapturistasService
from icsoe_desktop.services.contratistas import ContratistasService
from icsoe_desktop.services.domicilios import CodigosPostalesService
from icsoe_desktop.services.importacion_capturistas import ImportacionCapturistasService
from icsoe_desktop.services.importacion_movimientos import ImportacionMovimientosService
from icsoe_desktop.services.lotes import LotesService
from icsoe_desktop.services.movimientos import MovimientosService
from icsoe_desktop.services.plazos import PlazosService
from icsoe_desktop.services.privacidad import PrivacidadService
from icsoe_desktop.services.recuperacion import RecuperacionService
from icsoe_desktop.services.registros_patronales import RegistrosPatronalesService
from icsoe_desktop.services.respaldo import RespaldoService
from icsoe_desktop.services.usuarios import UsuariosService
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables import OficinaRow

if TYPE_CHECKING:
    from icsoe_desktop.services.sincronizacion import SincronizacionService


@dataclass(frozen=True)
class Application:
    """The services, over one open store.

    pruebas: a trial installation. ejemplo: the store holds sample data, and nothing of anybody.
    """

    store: Store
    acceso: AccesoService
    usuarios: UsuariosService
    recuperacion: RecuperacionService
    registros_patronales: RegistrosPatronalesService
    certificados: CertificadosService
    actualizaciones: ActualizacionesService
    ajustes: AjustesService
    buzon: BuzonService
    bitacora: BitacoraService
    acceso_icsoe: AccesoIcsoeService
    contratistas: ContratistasService
    acuses: AcusesService
    codigos_postales: CodigosPostalesService
    capturistas: CapturistasService
    consulta_capturistas: ConsultaCapturistasService
    importacion_capturistas: ImportacionCapturistasService
    activacion: ActivacionService
    consulta_bitacora: ConsultaBitacoraService
    privacidad: PrivacidadService
    movimientos: MovimientosService
    importacion_movimientos: ImportacionMovimientosService
    constancias: ConstanciasService
    lotes: LotesService
    plazos: PlazosService
    respaldo: RespaldoService
    pruebas: bool
    _sincronizacion: Callable[[], SincronizacionService]
    ejemplo: bool = False

    @property
    def sincronizacion(self) -> SincronizacionService:
        """Loaded at its first use: who shares with nobody never pays for it."""
        return self._sincronizacion()

    @property
    def is_sharing(self) -> bool:
        """Whether this desktop is in an office; asking loads nothing."""
        with self.store.read() as db:
            return db.scalars(select(OficinaRow.id)).first() is not None

    def close(self) -> None:
        self.acceso_icsoe.sesiones.close()
        self.movimientos.close()
        self.importacion_movimientos.close()
        self.store.close()
