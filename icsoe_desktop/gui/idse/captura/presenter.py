"""Capturing a movement: form values, their checks, and the data known of the worker."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

from PySide6.QtCore import QTimer, Signal

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.identificadores.valor import compact
from icsoe_desktop.domain.movimientos.movimiento import CAMPOS_MOVIMIENTO, TipoMovimiento
from icsoe_desktop.domain.movimientos.plazos import EstadoLegal, Plazo
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gui.base.presenter import StatePresenter
from icsoe_desktop.gui.idse.captura.fila import captura_of, overtaken
from icsoe_desktop.gui.kit.formats import day, money
from icsoe_desktop.jobs import JobQueue, Outcome
from icsoe_desktop.services.movimientos.escritura import MovimientoAjenoError
from icsoe_desktop.services.movimientos.service import MovimientosService
from icsoe_desktop.services.movimientos.valores import (
    CapturaMovimiento,
    Habituales,
    MovimientoFila,
    RevisionMovimiento,
    TrabajadorConocido,
)

CHECK_PAUSE_MS: Final = 200
SAVED: Final = "Se guardó: {tipo} de {nombre}, {fecha}."
KEPT: Final = "Quedó lo que ya estaba guardado."
KNOWN: Final = "Datos tomados de su último movimiento, del {fecha}. {sbc}"
LAST_SBC: Final = "Su SBC era {sbc}."
ALREADY_OUT: Final = "El último movimiento de este trabajador, del {fecha}, ya es una baja."
STILL_IN: Final = "El último movimiento de este trabajador, del {fecha}, no es una baja."
DUPLICATE: Final = (
    "Ya hay un movimiento igual: el mismo registro patronal, NSS, movimiento y fecha."
)
# Fields that the history fills in if the user left them empty. Not the SBC: it usually changes.
FILLED: Final = (
    "nss", "curp", "nombres", "primer_apellido", "segundo_apellido", "registro_patronal",
    "clave_trabajador", "guia",
)  # fmt: skip
FILLED_SALARY: Final = ("tipo_trabajador", "tipo_salario", "jornada", "umf")
USUAL: Final = ("tipo_salario", "jornada", "tipo_trabajador")
USUAL_OF_REGISTRO: Final = (
    "Propuestos como en la última alta de este registro patronal: {campos}. Cámbielos si no son."
)
USUAL_RULE: Final = "Propuestos por ser lo más común: {campos}. Cámbielos si no son."


@dataclass(frozen=True)
class CapturaMovimientoState:
    """The state of the form.

    captura: as typed. revision: the check of `captura`, None until it is done.
    editing: the movement
    being changed, as put in the form; None for a new one. ajeno: sentence about
    another user's change
    to it, once shown.
    """

    captura: CapturaMovimiento
    editing: MovimientoFila | None = None
    registros: tuple[str, ...] = ()
    revision: RevisionMovimiento | None = None
    problems: tuple[tuple[str, str], ...] = ()
    known: str = ""
    odd: str = ""
    habituales: str = ""
    busy: bool = False
    message: str = ""
    ajeno: str = field(default="", repr=False)

    @property
    def plazo(self) -> Plazo | None:
        return self.revision.plazo if self.revision is not None else None

    @property
    def estado_legal(self) -> EstadoLegal | None:
        return self.revision.estado_legal if self.revision is not None else None


class CapturaMovimientoPresenter(StatePresenter[CapturaMovimientoState]):
    """pages: a queue for the checks, so that they do not wait behind long work."""

    form_wanted = Signal(object)  # CapturaMovimiento to show in the form
    saved = Signal(object)  # MovimientoFila
    duplicate_found = Signal()

    def __init__(
        self,
        service: MovimientosService,
        jobs: JobQueue,
        pages: JobQueue,
        sesion: Sesion,
        tipo: TipoMovimiento,
        editing: MovimientoFila | None = None,
    ) -> None:
        captura = captura_of(editing) if editing is not None else CapturaMovimiento(tipo=tipo)
        self._usual = Habituales()
        # The fields that the user changed: no proposal replaces them.
        self._touched: set[str] = set()
        captura = self._proposed(captura) if editing is None else captura
        super().__init__(jobs, CapturaMovimientoState(captura, editing))
        self._show_usual()
        self._service = service
        self._pages = pages
        self._sesion = sesion
        self._looked_up = ""
        self._clean = captura
        self._visto = editing
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(CHECK_PAUSE_MS)
        self._pause.timeout.connect(self._check)

    @property
    def unsaved(self) -> bool:
        return self.state.captura != self._clean

    def start(self) -> None:
        self.ask(
            lambda _progress: self._service.registros_patronales(self._sesion),
            self._on_registros,
            queue=self._pages,
        )
        self._check()

    def type_in(self, captura: CapturaMovimiento) -> None:
        """Take over the values of the form and drop the messages about the former ones."""
        before = self.state.captura
        if captura == before:
            return
        other_kind = captura.tipo is not before.tipo
        if not other_kind:
            self._touched |= {
                campo for campo in USUAL if getattr(captura, campo) is not getattr(before, campo)
            }
            self._show_usual()
        self._show(captura=captura, problems=(), message="")
        self._pause.start()
        if self.state.editing is not None:
            return
        if other_kind:
            self._propose()
        if compact(captura.registro_patronal) != compact(before.registro_patronal):
            self._look_up_usual()

    def look_up(self) -> None:
        """Look the worker up once the NSS or the CURP is complete."""
        captura = self.state.captura
        nss, curp = compact(captura.nss), compact(captura.curp)
        key = nss if len(nss) == 11 else curp if len(curp) == 18 else ""
        if not key or key == self._looked_up or self.state.editing is not None:
            return
        self._looked_up = key
        by_nss = len(nss) == 11
        self.ask(
            lambda _progress: self._service.known_worker(
                self._sesion, nss=nss if by_nss else "", curp="" if by_nss else curp
            ),
            self._on_known,
            queue=self._pages,
        )

    def save(self, permitir_duplicado: bool = False) -> None:
        """Save the movement. Checks it first if needed: the messages must match what is saved."""
        if self.state.busy:
            return
        self._pause.stop()
        sesion, captura, editing = self._sesion, self.state.captura, self.state.editing
        movimiento_id = editing.id if editing is not None else None
        visto = self._visto
        judged = self.state.revision
        if judged is not None and (judged.captura != captura or judged.duplicado):
            judged = None
        self._show(busy=True, problems=(), message="")

        def work(_progress: object) -> RevisionMovimiento | MovimientoFila:
            revision = judged or self._service.check(sesion, captura, movimiento_id)
            stopped = revision.duplicado and not permitir_duplicado
            if revision.problemas or stopped:
                return revision
            if movimiento_id is None:
                return self._service.capture(
                    sesion, revision, permitir_duplicado=permitir_duplicado
                )
            return self._service.edit(
                sesion,
                movimiento_id,
                revision,
                permitir_duplicado=permitir_duplicado,
                visto=visto,
            )

        self.ask(work, self._on_saved, self._on_not_saved, busy=False)

    def keep_others(self) -> None:
        """Keep the other user's version and show it in the form."""
        if self.state.busy or self._visto is None:
            return
        self._clean = captura_of(self._visto)
        self._show(editing=self._visto, ajeno="", problems=(), message=KEPT)
        self._fill(self._clean)

    def start_new(self) -> None:
        """Start the next movement, with the same kind, registro patronal and date."""
        last = self.state.captura
        captura = CapturaMovimiento(
            tipo=last.tipo, registro_patronal=last.registro_patronal, fecha=last.fecha,
            guia=last.guia, causa_baja=last.causa_baja,
        )  # fmt: skip
        if last.tipo_salario and last.jornada and last.tipo_trabajador:
            self._usual = Habituales(
                last.tipo_salario, last.jornada, last.tipo_trabajador, propios=True
            )
        self._touched = set()
        captura = self._proposed(captura)
        self._clean = captura
        self._looked_up = ""
        self._show(captura=captura, revision=None, problems=(), known="", odd="")
        self._show_usual()
        self.form_wanted.emit(captura)
        self._check()

    def _check(self) -> None:
        captura = self.state.captura
        editing = self.state.editing
        self.run(
            lambda _progress: self._service.check(
                self._sesion, captura, editing.id if editing is not None else None
            ),
            lambda outcome: self._on_checked(outcome, captura),
            queue=self._pages,
        )

    def _on_checked(self, outcome: Outcome[RevisionMovimiento], captura: CapturaMovimiento) -> None:
        if captura == self.state.captura:
            self.settle(outcome, lambda revision: self._show(revision=revision))

    def _on_registros(self, registros: tuple[str, ...]) -> None:
        self._show(registros=registros)
        captura = self.state.captura
        if len(registros) == 1 and not captura.registro_patronal:
            filled = replace(captura, registro_patronal=registros[0])
            if not self.unsaved:
                self._clean = filled
            self._fill(filled)
            self._look_up_usual()

    def _look_up_usual(self) -> None:
        """Ask what is usual for the registro patronal, once it is complete."""
        registro = self.state.captura.registro_patronal
        if len(compact(registro)) not in (10, 11) or self.state.editing is not None:
            return

        def take(usual: Habituales) -> None:
            if registro == self.state.captura.registro_patronal:
                self._usual = usual
                self._propose()

        self.ask(
            lambda _progress: self._service.usual(self._sesion, registro),
            take,
            queue=self._pages,
        )

    def _propose(self) -> None:
        """Put the proposals into the fields that the user did not change."""
        self._show_usual()
        proposed = self._proposed(self.state.captura)
        if proposed != self.state.captura:
            if not self.unsaved:
                self._clean = proposed
            self._fill(proposed)

    def _proposed(self, captura: CapturaMovimiento) -> CapturaMovimiento:
        return replace(
            captura,
            **{campo: getattr(self._usual, campo) for campo in self._open_to_proposals(captura)},
        )

    def _open_to_proposals(self, captura: CapturaMovimiento) -> list[str]:
        if captura.tipo is TipoMovimiento.BAJA:
            return []
        # A modificación has no type of worker, as a rule.
        fields = USUAL if captura.tipo is TipoMovimiento.ALTA else USUAL[:2]
        return [campo for campo in fields if campo not in self._touched]

    def _show_usual(self) -> None:
        """Name the fields that hold a proposal."""
        state = self.state
        fields = [] if state.editing is not None else self._open_to_proposals(state.captura)
        text = USUAL_OF_REGISTRO if self._usual.propios else USUAL_RULE
        campos = CAMPOS_MOVIMIENTO.labels(fields).lower()
        self._show(habituales=text.format(campos=campos) if fields else "")

    def _on_known(self, conocido: TrabajadorConocido | None) -> None:
        if conocido is None:
            self._show(known="", odd="")
        else:
            self._take(conocido)

    def _take(self, conocido: TrabajadorConocido) -> None:
        captura, tipo = self.state.captura, self.state.captura.tipo
        fields = FILLED if tipo is TipoMovimiento.BAJA else (*FILLED, *FILLED_SALARY)
        found = {
            campo: getattr(conocido, campo)
            for campo in fields
            if getattr(conocido, campo)
            and (not getattr(captura, campo) or (campo in USUAL and campo not in self._touched))
        }
        sbc = LAST_SBC.format(sbc=money(conocido.sbc)) if conocido.sbc is not None else ""
        fecha = day(conocido.ultima_fecha)
        odd = ""
        if conocido.tiene_baja and tipo is not TipoMovimiento.ALTA:
            odd = ALREADY_OUT.format(fecha=fecha)
        elif not conocido.tiene_baja and tipo is TipoMovimiento.ALTA:
            odd = STILL_IN.format(fecha=fecha)
        # The worker's own come before what is usual for the registro patronal.
        self._touched |= found.keys() & set(USUAL)
        self._show_usual()
        self._show(known=KNOWN.format(fecha=fecha, sbc=sbc).strip(), odd=odd)
        self._fill(replace(captura, **found))
        if "registro_patronal" in found:
            self._look_up_usual()

    def _fill(self, captura: CapturaMovimiento) -> None:
        self._show(captura=captura)
        self.form_wanted.emit(captura)
        self._check()

    def _on_saved(self, result: RevisionMovimiento | MovimientoFila) -> None:
        match result:
            case MovimientoFila() as fila:
                self._clean = self.state.captura
                nombre = f"{fila.nombres} {fila.primer_apellido}"
                text = SAVED.format(
                    tipo=fila.tipo.nombre.lower(), nombre=nombre, fecha=day(fila.fecha)
                )
                self.saved.emit(fila)
                if self.state.editing is None:
                    self.start_new()
                    self._show(message=text)
            case RevisionMovimiento() as revision:
                self._show(revision=revision, problems=tuple(revision.problemas.items()))
                if not revision.problemas:
                    self.duplicate_found.emit()

    def _on_not_saved(self, error: Exception) -> None:
        match error:
            case MovimientoAjenoError(ahora=ahora):
                seen = (self.state.editing, self._visto)
                self._visto = ahora
                antes = [one for one in seen if one is not None]
                self._show(ajeno=overtaken(ahora, *antes))
            case InvalidInputError(campo="duplicado"):
                # The same movement was saved by someone else after the check.
                self.duplicate_found.emit()
            case _:
                self._refuse(error)
