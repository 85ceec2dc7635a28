"""The Tablero of a contratista: the Informativa, capturistas, what ends, and this desktop."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from icsoe_desktop.domain.acceso.sesion import Permiso, Sesion
from icsoe_desktop.domain.correo import EstadoCorreo
from icsoe_desktop.domain.icsoe.capturista import Estatus
from icsoe_desktop.domain.icsoe.informativa import EstadoInformativa
from icsoe_desktop.domain.icsoe.periodo import Urgencia
from icsoe_desktop.domain.vigencias.vencimiento import Vencimiento
from icsoe_desktop.services.acceso.autorizacion import reading
from icsoe_desktop.services.acceso.avisos import datos_of
from icsoe_desktop.services.capturistas.consulta import (
    ConsultaCapturistasService,
    FiltroCapturistas,
)
from icsoe_desktop.services.contratista.acuses import AcusesService
from icsoe_desktop.services.correo.buzon import BuzonService, CuentaBuzon
from icsoe_desktop.services.informativa.service import InformativasService
from icsoe_desktop.services.informativa.valores import InformativaFila, Tablero
from icsoe_desktop.services.respaldo.service import RespaldoService
from icsoe_desktop.services.vigencias.service import VigenciasService
from icsoe_desktop.store.engine import Store

_TO_SIGN = (EstadoInformativa.REVISADA, EstadoInformativa.LISTA)
_WAITING = (EstadoCorreo.PENDIENTE, EstadoCorreo.ENVIANDO)


@dataclass(frozen=True)
class TableroContratista:
    """What today asks of a contratista.

    sin_contrasena: capturistas that have not created their password. sin_acuse: no REPSE acuse is
    stored. vencimientos: the most urgent first. correos: its own. respaldo: last scheduled backup
    of this desktop.
    """

    hoy: date
    informativa: Tablero = field(repr=False)
    sin_contrasena: int
    sin_acuse: bool
    vencimientos: tuple[Vencimiento, ...] = field(repr=False)
    correos: CuentaBuzon
    respaldo: datetime | None
    sin_responsable: bool

    @property
    def proximos(self) -> tuple[Vencimiento, ...]:
        """What is lost or ends soon."""
        return tuple(one for one in self.vencimientos if one.needs_attention(self.hoy))

    @property
    def informativas(self) -> tuple[InformativaFila, ...]:
        """Returns that are overdue or wait for the signature, the oldest period first."""
        waiting = [
            fila
            for fila in self.informativa.filas
            if fila.estado in _TO_SIGN
            or (fila.estado.abierta and fila.urgencia is Urgencia.VENCIDO)
        ]
        return tuple(sorted(waiting, key=lambda fila: fila.periodo))


class TableroContratistaService:
    def __init__(
        self,
        store: Store,
        informativas: InformativasService,
        consulta: ConsultaCapturistasService,
        acuses: AcusesService,
        vigencias: VigenciasService,
        buzon: BuzonService,
        respaldo: RespaldoService,
        ejemplo: bool = False,
    ) -> None:
        self._ejemplo = ejemplo
        self._store = store
        self._informativas = informativas
        self._consulta = consulta
        self._acuses = acuses
        self._vigencias = vigencias
        self._buzon = buzon
        self._respaldo = respaldo

    def read(self, sesion: Sesion) -> TableroContratista:
        """Call it in a job. Raises NotAllowedError."""
        with reading(self._store, sesion, Permiso.ADMINISTRAR_CONTRATISTA) as db:
            may = sesion.can(Permiso.CONFIGURAR) and not self._ejemplo
            unnamed = may and not datos_of(db).completo
        unopened = FiltroCapturistas(estatus=Estatus.REGISTRADA)
        return TableroContratista(
            self._vigencias.today(),
            self._informativas.tablero(sesion),
            self._consulta.count(sesion, unopened),
            self._acuses.current(sesion) is None,
            self._vigencias.all(sesion),
            self._mails(sesion),
            self._respaldo.last(sesion),
            unnamed,
        )

    def _mails(self, sesion: Sesion) -> CuentaBuzon:
        estados = [correo.estado for correo in self._buzon.pending(sesion)]
        waiting = sum(estado in _WAITING for estado in estados)
        return CuentaBuzon(waiting, estados.count(EstadoCorreo.DETENIDO))
