"""All services over one open store, for the windows and the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select

from icsoe_desktop.domain.politicas.valores import Central
from icsoe_desktop.gateways.boveda.boveda import Boveda
from icsoe_desktop.gateways.certificados.verificador import CertificateVerifier
from icsoe_desktop.gateways.correo.plantillas import MailTemplates
from icsoe_desktop.gateways.correo.smtp import MailGateway
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
from icsoe_desktop.services.capturistas.correos import CorreosCapturista
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
from icsoe_desktop.services.respaldo.restauracion import RestauracionService
from icsoe_desktop.services.respaldo.service import Programa, RespaldoService
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


class Application:
    """All services over one open store.

    politica: what the administrator of this machine fixed. pruebas: trial installation.
    ejemplo: the store has only sample data.
    """

    def __init__(
        self,
        store: Store,
        boveda: Boveda,
        bitacora: BitacoraService,
        acceso: AccesoService,
        restauracion: RestauracionService,
        *,
        politica: Central,
        pruebas: bool,
        ejemplo: bool,
        verificador: CertificateVerifier,
        smtp: MailGateway,
        plantillas: MailTemplates,
        backups: Path,
        programa: Programa,
        actualizaciones: ActualizacionesService,
        licencias: LicenciasService,
        sincronizacion: Callable[[], SincronizacionService],
    ) -> None:
        """backups: folder for copies inside the data folder. programa: see RespaldoService.

        sincronizacion: makes its service, which loads at first use: a desktop without an office
        starts faster.
        """
        self.store = store
        self.politica = politica
        self.pruebas = pruebas
        self.ejemplo = ejemplo
        self.bitacora = bitacora
        self.acceso = acceso
        self.actualizaciones = actualizaciones
        self.licencias = licencias
        self._sincronizacion = sincronizacion
        tries, largo = pruebas or ejemplo, politica.largo_minimo
        self.ajustes = AjustesService(store, bitacora, smtp, politica)
        self.vinculo_correo = VinculoCorreoService(store, bitacora, self.ajustes, politica)
        self.buzon = BuzonService(store, self.ajustes, smtp)
        correos = CorreosCapturista(store, self.buzon, plantillas)
        self.usuarios = UsuariosService(store, boveda, bitacora, largo)
        self.recuperacion = RecuperacionService(store, boveda, bitacora, self.buzon, largo)
        self.acceso_icsoe = AccesoIcsoeService(store, boveda, bitacora, correos, verificador, tries)
        self.activacion = ActivacionService(store, bitacora, correos, largo)
        self.avisos = AvisosService(store, bitacora)
        self.consulta_bitacora = ConsultaBitacoraService(store, bitacora)
        self.verificacion_bitacora = VerificacionBitacoraService(store, bitacora.anchor)
        self.reloj = RelojService(store, bitacora)
        self.registros_patronales = RegistrosPatronalesService(store, bitacora)
        self.certificados = CertificadosService(
            store, bitacora, verificador, tries, politica.limite_pfx
        )
        self.movimientos = MovimientosService(store, bitacora)
        self.importacion_movimientos = ImportacionMovimientosService(store, bitacora)
        self.salarios = SalariosService(store)
        self.trabajadores = TrabajadoresService(store)
        self.constancias = ConstanciasService(store, bitacora)
        self.confronta = ConfrontaService(store, bitacora)
        self.lotes = LotesService(store, bitacora, self.movimientos)
        self.sua = SuaService(store, bitacora, self.movimientos)
        self.plazos = PlazosService(store, bitacora)
        self.terminos = TerminosService(store)
        self.valores_legales = ValoresLegalesService(store, bitacora, politica.valores)
        self.contratistas = ContratistasService(store, bitacora)
        self.acuses = AcusesService(store, bitacora)
        self.codigos_postales = CodigosPostalesService(store, bitacora)
        self.capturistas = CapturistasService(store, bitacora, correos)
        self.consulta_capturistas = ConsultaCapturistasService(store, bitacora)
        self.importacion_capturistas = ImportacionCapturistasService(
            store, bitacora, self.capturistas
        )
        self.privacidad = PrivacidadService(store, bitacora, correos)
        self.contratos = ContratosService(store, bitacora)
        self.lista_contratos = ListaContratosService(store, self.contratos)
        self.informativas = InformativasService(store, bitacora)
        self.sisub = SisubService(store, bitacora)
        self.paquetes = PaquetesService(store, bitacora)
        self.vigencias = VigenciasService(store, self.certificados)
        self.vigilados = VigiladosService(store, bitacora, verificador, tries)
        self.recordatorios = RecordatoriosService(
            store, bitacora, self.vigencias, self.buzon, plantillas
        )
        self.respaldo = RespaldoService(store, boveda, bitacora, backups, restauracion, programa)
        self.tablero = TableroService(store, self.vigencias, self.buzon, self.respaldo, ejemplo)
        self.tablero_contratista = TableroContratistaService(
            store,
            self.informativas,
            self.consulta_capturistas,
            self.acuses,
            self.vigencias,
            self.buzon,
            self.respaldo,
            ejemplo,
        )
        self.tablero_capturista = TableroCapturistaService(store)
        self.mis_contratistas = MisContratistasService(store, bitacora, self.acceso_icsoe)

    @property
    def sincronizacion(self) -> SincronizacionService:
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
