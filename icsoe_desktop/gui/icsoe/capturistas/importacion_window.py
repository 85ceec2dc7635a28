"""Alta de usuarios desde una lista: a preview row by row, then the alta."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from icsoe_desktop.domain.icsoe.capturista import CAMPOS_CAPTURISTA
from icsoe_desktop.gui.base.sheet_import.window import SheetImportDialog
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_importar_capturistas import Ui_ImportarCapturistasForm
from icsoe_desktop.gui.icsoe.capturistas.importacion_presenter import (
    ImportacionCapturistasPresenter,
)
from icsoe_desktop.gui.kit.formats import counted
from icsoe_desktop.gui.kit.tables import Column
from icsoe_desktop.services.capturistas.importacion import (
    EstadoRenglonCapturista,
    HallazgoCapturista,
    RenglonCapturista,
)

ICONS = {
    EstadoRenglonCapturista.NUEVO: "generar",
    EstadoRenglonCapturista.YA_REGISTRADO: "correcto",
    EstadoRenglonCapturista.REPETIDO: "descartado",
    EstadoRenglonCapturista.CON_PROBLEMAS: "error",
}


def _state(renglon: RenglonCapturista) -> str:
    return ICONS[renglon.estado]


def _column(name: str, *, tabular: bool = False, width: int) -> Column[RenglonCapturista]:
    label = CAMPOS_CAPTURISTA.label(name)
    return Column[RenglonCapturista](
        label, lambda r: str(getattr(r.nuevo, name)), tabular=tabular, width=width
    )


RENGLONES = (
    Column[RenglonCapturista](
        "Línea", lambda r: str(r.linea), sort=lambda r: r.linea, right=True, width=64
    ),
    Column[RenglonCapturista]("Qué pasará", lambda r: r.estado, state=_state, width=190),
    _column("curp", tabular=True, width=190),
    _column("nombre", width=230),
    _column("telefono", tabular=True, width=110),
    _column("correo", width=160),
)
HALLAZGOS = (
    Column[HallazgoCapturista](
        "Línea", lambda h: str(h.linea), sort=lambda h: h.linea, right=True, width=64
    ),
    Column[HallazgoCapturista](
        "Tipo",
        lambda h: "Problema" if h.es_error else "Advertencia",
        sort=lambda h: (not h.es_error, h.linea),
        state=lambda h: "error" if h.es_error else "advertencia",
        width=130,
    ),
    Column[HallazgoCapturista]("Columna", lambda h: CAMPOS_CAPTURISTA.label(h.campo), width=150),
    Column[HallazgoCapturista]("Encontrado", lambda h: h.encontrado or "(vacío)", width=170),
    Column[HallazgoCapturista]("Qué hacer", lambda h: h.mensaje),
)


class ImportacionCapturistasDialog(SheetImportDialog[RenglonCapturista, HallazgoCapturista]):
    def __init__(
        self, presenter: ImportacionCapturistasPresenter, context: Context, parent: QWidget
    ) -> None:
        super().__init__(
            Ui_ImportarCapturistasForm(), presenter, RENGLONES, HALLAZGOS, context, parent
        )
        # Errors first.
        self.form.hallazgos_table.sortByColumn(1, Qt.SortOrder.AscendingOrder)

    def _import_text(self, pending: int) -> str:
        if not pending:
            return "&Dar de alta"
        return f"&Dar de alta a {counted(pending, 'persona', 'personas')}"
