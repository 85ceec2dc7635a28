"""Capturing a movement: form values, their checks, and the data known of the worker."""

from __future__ import annotations

from collections.abc import Callable, Set
from dataclasses import dataclass, field, replace
from typing import Final

from PySide6.QtCore import Signal

from icsoe_desktop.domain.acceso.sesion import Sesion
from icsoe_desktop.domain.identificadores.valor import compact
from icsoe_desktop.domain.movimientos.constancia import campo_de_causa
from icsoe_desktop.domain.movimientos.movimiento import (
    EstadoAviso,
    TipoMovimiento,
)
from icsoe_desktop.domain.movimientos.plazos import EstadoLegal, Plazo
from icsoe_desktop.errors import InvalidInputError
from icsoe_desktop.gui.base.dispatch import delayed
from icsoe_desktop.gui.base.presenter import StatePresenter
from icsoe_desktop.gui.idse.captura.palabras import captura_of, overtaken, reason_of
from icsoe_desktop.gui.idse.captura.proposals import USUAL, Proposals
from icsoe_desktop.gui.kit.formats import day
from icsoe_desktop.jobs import JobQueue, Outcome
from icsoe_desktop.services.movimientos.escritura import MovimientoAjenoError
from icsoe_desktop.services.movimientos.service import MovimientosService
from icsoe_desktop.services.movimientos.valores import (
    CapturaMovimiento,
    Duda,
    Habituales,
    MovimientoFila,
    RevisionMovimiento,
    TrabajadorConocido,
)

CHECK_PAUSE_MS: Final = 200
SAVED: Final = "Se guardó: {tipo} de {nombre}, {fecha}."
KEPT: Final = "Quedó lo que ya estaba guardado."


@dataclass(frozen=True)
class CapturaMovimientoState:
    """The state of the form.

    captura: as typed. clean: what is in the form with nothing to save. revision: the check of
    `captura`, None until it is done. editing: the movement being changed, as put in the form; None
    for a new one. rechazado: the rejected notice that a new one corrects. visto: the newest
    version of `editing` that the user was told of. ajeno: sentence about another user's change to
    it, once shown. looked_up: NSS or CURP that was last looked up.
    """

    captura: CapturaMovimiento
    clean: CapturaMovimiento
    editing: MovimientoFila | None = None
    rechazado: MovimientoFila | None = None
    visto: MovimientoFila | None = None
    proposals: Proposals = field(default_factory=Proposals)
    looked_up: str = field(default="", repr=False)
    registros: tuple[str, ...] = ()
    revision: RevisionMovimiento | None = None
    problems: tuple[tuple[str, str], ...] = ()
    busy: bool = False
    message: str = ""
    ajeno: str = field(default="", repr=False)

    @property
    def complete(self) -> bool:
        """Whether the form began with the data of a movement: nothing is proposed then."""
        return self.editing is not None or self.rechazado is not None

    @property
    def habituales(self) -> str:
        return "" if self.complete else self.proposals.text(self.captura.tipo)

    @property
    def motivo(self) -> str:
        """Why the IMSS rejected the notice that is corrected here; empty for any other."""
        return "" if self.rechazado is None else reason_of(self.rechazado)

    @property
    def campo_rechazado(self) -> str | None:
        """The field that the cause of the rejection speaks of, if it names one."""
        return None if self.rechazado is None else campo_de_causa(self.rechazado.causa_rechazo)

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
    doubts_found = Signal(dict)  # Duda → sentence

    def __init__(
        self,
        service: MovimientosService,
        jobs: JobQueue,
        pages: JobQueue,
        sesion: Sesion,
        tipo: TipoMovimiento,
        editing: MovimientoFila | None = None,
        inicial: CapturaMovimiento | None = None,
    ) -> None:
        """editing: the movement that is changed; a rejected one is presented again as a new one.

        inicial: what a new one begins with; its salary fields are not proposed otherwise.
        """
        new = inicial or CapturaMovimiento(tipo=tipo)
        proposals = Proposals(touched=frozenset(one for one in USUAL if getattr(new, one)))
        captura = captura_of(editing) if editing is not None else proposals.fill(new)
        rechazado = None
        if editing is not None and editing.estado is EstadoAviso.RECHAZADO:
            editing, rechazado = None, editing
        super().__init__(
            jobs, CapturaMovimientoState(captura, captura, editing, rechazado, editing, proposals)
        )
        self._service = service
        self._pages = pages
        self._sesion = sesion
        self._pause = delayed(self, CHECK_PAUSE_MS, self._check)

    @property
    def unsaved(self) -> bool:
        return self.state.captura != self.state.clean

    def start(self) -> None:
        self.ask(
            lambda _progress: self._service.registros_patronales(self._sesion),
            self._on_registros,
            queue=self._pages,
        )
        self._check()
        self._look_up_usual()
        self.look_up()

    def begin_with(self, captura: CapturaMovimiento) -> None:
        """Fill in what another window knows; the rest as if it had been typed."""
        self._fill_in(self.state.proposals.fill(captura))
        self.look_up()
        self._look_up_usual()

    def type_in(self, captura: CapturaMovimiento) -> None:
        """Take over the values of the form and drop the messages about the former ones."""
        before = self.state.captura
        if captura == before:
            return
        proposals = self.state.proposals.after_edit(before, captura)
        if self._is_of_another(captura):
            proposals, captura = proposals.forget_worker(captura)
            self._show(looked_up="", captura=captura, proposals=proposals)
            self.form_wanted.emit(captura)
            self._look_up_usual()
        self._show(captura=captura, proposals=proposals, problems=(), message="")
        self._pause.start()
        if self.state.complete:
            return
        if captura.tipo is not before.tipo:
            self._propose()
        if compact(captura.registro_patronal) != compact(before.registro_patronal):
            self._look_up_usual()

    def _is_of_another(self, captura: CapturaMovimiento) -> bool:
        """Whether the NSS or CURP by which a worker was found is no longer in the form."""
        key = self.state.looked_up
        return bool(key) and key not in (compact(captura.nss), compact(captura.curp))

    def look_up(self, then: Callable[[bool], None] = lambda _known: None) -> bool:
        """Look the worker up once the NSS or the CURP is complete.

        then: called with whether the worker is known. Returns whether there was one to look up.
        """
        captura = self.state.captura
        nss, curp = compact(captura.nss), compact(captura.curp)
        key = nss if len(nss) == 11 else curp if len(curp) == 18 else ""
        if not key or key == self.state.looked_up or self.state.complete:
            return False
        self._show(looked_up=key)
        by_nss = len(nss) == 11

        def found(conocido: TrabajadorConocido | None) -> None:
            self._on_known(conocido)
            then(conocido is not None)

        self.ask(
            lambda _progress: self._service.known_worker(
                self._sesion, nss=nss if by_nss else "", curp="" if by_nss else curp
            ),
            found,
            queue=self._pages,
        )
        return True

    def save(self, aceptadas: Set[Duda] = frozenset()) -> None:
        """Save the movement. Checks it first if needed: the messages must match what is saved.

        aceptadas: what the user was asked about, and wants all the same.
        """
        if self.state.busy:
            return
        self._pause.stop()
        sesion, captura, editing = self._sesion, self.state.captura, self.state.editing
        movimiento_id = editing.id if editing is not None else None
        rechazado = self.state.rechazado
        corrige = rechazado.id if rechazado is not None else None
        visto = self.state.visto
        judged = self.state.revision
        if judged is not None and (judged.captura != captura or judged.dudas):
            judged = None
        self._show(busy=True, problems=(), message="")

        def work(_progress: object) -> RevisionMovimiento | MovimientoFila:
            revision = judged or self._service.check(sesion, captura, movimiento_id)
            if revision.problemas or not revision.dudas.keys() <= aceptadas:
                return revision
            if movimiento_id is None:
                return self._service.capture(sesion, revision, aceptadas=aceptadas, corrige=corrige)
            return self._service.edit(
                sesion,
                movimiento_id,
                revision,
                aceptadas=aceptadas,
                visto=visto,
            )

        self.ask(work, self._on_saved, self._on_not_saved, busy=False)

    def keep_others(self) -> None:
        """Keep the other user's version and show it in the form."""
        visto = self.state.visto
        if self.state.busy or visto is None:
            return
        captura = captura_of(visto)
        self._fill(captura, clean=captura, editing=visto, ajeno="", problems=(), message=KEPT)

    def start_new(self) -> None:
        """Start the next movement, with the same kind, registro patronal and date."""
        last, usual = self.state.captura, self.state.proposals.usual
        if last.tipo_salario and last.jornada and last.tipo_trabajador:
            usual = replace(
                usual,
                tipo_salario=last.tipo_salario,
                jornada=last.jornada,
                tipo_trabajador=last.tipo_trabajador,
                propios=True,
            )
        proposals = Proposals(usual)
        captura = proposals.fill(
            CapturaMovimiento(
                tipo=last.tipo, registro_patronal=last.registro_patronal, fecha=last.fecha,
                guia=last.guia,
            )
        )  # fmt: skip
        self._fill(
            captura, clean=captura, proposals=proposals, looked_up="", revision=None, problems=()
        )

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
            self._fill_in(replace(captura, registro_patronal=registros[0]))
            self._look_up_usual()

    def _look_up_usual(self) -> None:
        """Ask what is usual for the registro patronal, once it is complete or empty again."""
        registro = self.state.captura.registro_patronal
        lengths = (0, 10, 11) if self.state.proposals.usual.propios else (10, 11)
        if len(compact(registro)) not in lengths or self.state.complete:
            return

        def take(usual: Habituales) -> None:
            if registro == self.state.captura.registro_patronal:
                before = self.state.captura
                proposals, captura = self.state.proposals.with_usual(before, usual)
                self._show(proposals=proposals)
                if captura != before:
                    self._fill_in(captura)

        self.ask(
            lambda _progress: self._service.usual(self._sesion, registro),
            take,
            queue=self._pages,
        )

    def _propose(self) -> None:
        proposed = self.state.proposals.fill(self.state.captura)
        if proposed != self.state.captura:
            self._fill_in(proposed)

    def _on_known(self, conocido: TrabajadorConocido | None) -> None:
        before = self.state.captura
        proposals, captura = self.state.proposals.of_worker(before, conocido)
        self._show(proposals=proposals)
        if captura != before:
            self._fill_in(captura)
        if captura.registro_patronal != before.registro_patronal:
            self._look_up_usual()

    def _fill_in(self, captura: CapturaMovimiento) -> None:
        """Show proposed values: they alone are nothing to save."""
        self._fill(captura, clean=self.state.clean if self.unsaved else captura)

    def _fill(self, captura: CapturaMovimiento, **changes: object) -> None:
        self._show(captura=captura, **changes)
        self.form_wanted.emit(captura)
        self._check()

    def _on_saved(self, result: RevisionMovimiento | MovimientoFila) -> None:
        match result:
            case MovimientoFila() as fila:
                self._show(clean=self.state.captura)
                nombre = f"{fila.nombres} {fila.primer_apellido}"
                text = SAVED.format(
                    tipo=fila.tipo.nombre.lower(), nombre=nombre, fecha=day(fila.fecha)
                )
                self.saved.emit(fila)
                if not self.state.complete:
                    self.start_new()
                    self._show(message=text)
            case RevisionMovimiento() as revision:
                self._show(revision=revision, problems=tuple(revision.problemas.items()))
                if revision.dudas:
                    self.doubts_found.emit(revision.dudas)

    def _on_not_saved(self, error: Exception) -> None:
        match error:
            case MovimientoAjenoError(ahora=ahora):
                seen = (self.state.editing, self.state.visto)
                antes = [one for one in seen if one is not None]
                self._show(visto=ahora, ajeno=overtaken(ahora, *antes))
            case InvalidInputError(campo=Duda.DUPLICADO | Duda.OTRA_PERSONA as campo):
                # Someone else saved a movement after the check.
                self.doubts_found.emit({Duda(campo): error.message})
            case _:
                self._refuse(error)
