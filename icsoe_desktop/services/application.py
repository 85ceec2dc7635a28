"""All services over one open store, for the windows and the command line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from icsoe_desktop.domain.politicas.valores import Central
from icsoe_desktop.services.acceso.activacion import ActivacionService
from icsoe_desktop.services.acceso.avisos import AvisosService
from icsoe_desktop.services.acceso.icsoe import AccesoIcsoeService
from icsoe_desktop.services.acceso.idse import AccesoService
from icsoe_desktop.services.acceso.recuperacion import RecuperacionService
from icsoe_desktop.services.acceso.usuarios import UsuariosService
from icsoe_desktop.services.actualizaciones import ActualizacionesService
from icsoe_desktop.services.bitacora.consulta import ConsultaBitacoraService
from icsoe_desktop.services.bitacora.reloj import RelojService
from icsoe_desktop.services.bitacora.service import BitacoraService
from icsoe_desktop.services.bitacora.verificacion import VerificacionBitacoraService
from icsoe_desktop.services.capturistas.consulta import ConsultaCapturistasService
from icsoe_desktop.services.capturistas.importacion import ImportacionCapturistasService
from icsoe_desktop.services.capturistas.privacidad import PrivacidadService
from icsoe_desktop.services.capturistas.service import CapturistasService
from icsoe_desktop.services.certificados.registros_patronales import RegistrosPatronalesService
from icsoe_desktop.services.certificados.service import CertificadosService
from icsoe_desktop.services.confronta.service import ConfrontaService
from icsoe_desktop.services.constancias.service import ConstanciasService
from icsoe_desktop.services.contratista.acuses import AcusesService
from icsoe_desktop.services.contratista.domicilios import CodigosPostalesService
from icsoe_desktop.services.contratista.service import ContratistasService
from icsoe_desktop.services.correo.ajustes import AjustesService
from icsoe_desktop.services.correo.buzon import BuzonService
from icsoe_desktop.services.correo.vinculo import VinculoCorreoService
from icsoe_desktop.services.importacion.service import ImportacionMovimientosService
from icsoe_desktop.services.informativa.contratos import ContratosService
from icsoe_desktop.services.informativa.lista import ListaContratosService
from icsoe_desktop.services.informativa.paquete import PaquetesService
from icsoe_desktop.services.informativa.service import InformativasService
from icsoe_desktop.services.informativa.sisub import SisubService
from icsoe_desktop.services.licencias import LicenciasService
from icsoe_desktop.services.lotes.service import LotesService
from icsoe_desktop.services.movimientos.service import MovimientosService
from icsoe_desktop.services.movimientos.terminos import PlazosService, TerminosService
from icsoe_desktop.services.respaldo.service import RespaldoService
from icsoe_desktop.services.salarios.service import SalariosService
from icsoe_desktop.services.sua.service import SuaService
from icsoe_desktop.services.tablero.capturista import TableroCapturistaService
from icsoe_desktop.services.tablero.contratista import TableroContratistaService
from icsoe_desktop.services.tablero.contratistas import MisContratistasService
from icsoe_desktop.services.tablero.service import TableroService
from icsoe_desktop.services.trabajadores.service import TrabajadoresService
from icsoe_desktop.services.valores_legales.service import ValoresLegalesService
from icsoe_desktop.services.vigencias.recordatorios import RecordatoriosService
from icsoe_desktop.services.vigencias.service import VigenciasService
from icsoe_desktop.services.vigencias.vigilados import VigiladosService
from icsoe_desktop.store.engine import Store
from icsoe_desktop.store.tables.sincronizacion import OficinaRow

if TYPE_CHECKING:
    from icsoe_desktop.services.sincronizacion.service import SincronizacionService


@dataclass(frozen=True)
class Application:
    """All services over one open store.

    politica: what the administrator of this machine fixed. pruebas: trial installation.
    ejemplo: the store has only sample data.
    """

    store: Store
    politica: Central
    acceso: AccesoService
    usuarios: UsuariosService
    recuperacion: RecuperacionService
    registros_patronales: RegistrosPatronalesService
    certificados: CertificadosService
    actualizaciones: ActualizacionesService
    licencias: LicenciasService
    ajustes: AjustesService
    vinculo_correo: VinculoCorreoService
    buzon: BuzonService
    bitacora: BitacoraService
    acceso_icsoe: AccesoIcsoeService
    contratistas: ContratistasService
    acuses: AcusesService
    codigos_postales: CodigosPostalesService
    capturistas: CapturistasService
    consulta_capturistas: ConsultaCapturistasService
    importacion_capturistas: ImportacionCapturistasService
    lista_contratos: ListaContratosService
    activacion: ActivacionService
    consulta_bitacora: ConsultaBitacoraService
    verificacion_bitacora: VerificacionBitacoraService
    privacidad: PrivacidadService
    movimientos: MovimientosService
    importacion_movimientos: ImportacionMovimientosService
    salarios: SalariosService
    trabajadores: TrabajadoresService
    constancias: ConstanciasService
    confronta: ConfrontaService
    lotes: LotesService
    sua: SuaService
    plazos: PlazosService
    terminos: TerminosService
    valores_legales: ValoresLegalesService
    vigencias: VigenciasService
    respaldo: RespaldoService
    reloj: RelojService
    tablero: TableroService
    tablero_contratista: TableroContratistaService
    informativas: InformativasService
    sisub: SisubService
    tablero_capturista: TableroCapturistaService
    mis_contratistas: MisContratistasService
    avisos: AvisosService
    paquetes: PaquetesService
    contratos: ContratosService
    recordatorios: RecordatoriosService
    vigilados: VigiladosService
    pruebas: bool
    _sincronizacion: Callable[[], SincronizacionService]
    ejemplo: bool = False

    @property
    def sincronizacion(self) -> SincronizacionService:
        """The synchronisation service.

        It loads at first use, which keeps the start fast for a desktop without an office.
        """
        return self._sincronizacion()

    @property
    def is_sharing(self) -> bool:
        """True if this desktop belongs to an office. Does not load the synchronisation code."""
        with self.store.read() as db:
            return db.scalars(select(OficinaRow.id)).first() is not None

    def close(self) -> None:
        self.acceso_icsoe.sesiones.close()
        self.movimientos.close()
        self.importacion_movimientos.close()
        self.buzon.close()
        self.store.close()
