"""The window Registros patronales: the catalogue of the employer's registros patronales."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Set
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QTimer
from PySide6.QtGui import (
    QKeySequence,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import QWidget

from icsoe_desktop.domain.certificados.registro_patronal import (
    CAMPOS_REGISTRO_PATRONAL,
    RegistroPatronalCatalogado,
    check,
)
from icsoe_desktop.domain.fields import Place
from icsoe_desktop.domain.identificadores.valor import compact
from icsoe_desktop.domain.movimientos.catalogos_imss import Jornada, TipoSalario, TipoTrabajador
from icsoe_desktop.domain.valores_legales.valores import Zona
from icsoe_desktop.gui.base.form_dialog import FormDialog
from icsoe_desktop.gui.base.shell import Context
from icsoe_desktop.gui.forms.ui_registros_patronales import Ui_RegistrosPatronalesForm
from icsoe_desktop.gui.idse.registros_patronales.importacion import (
    ImportacionRegistrosDialog,
    ImportacionRegistrosPresenter,
)
from icsoe_desktop.gui.kit.dialogs import confirm, open_remembered
from icsoe_desktop.gui.kit.drops import Drops
from icsoe_desktop.gui.kit.fields import on_key
from icsoe_desktop.gui.kit.file_choice import SHEETS, AskedFile, choose_file
from icsoe_desktop.gui.kit.formats import counted_if_any
from icsoe_desktop.gui.kit.notices import EmptyPage
from icsoe_desktop.gui.kit.stacks import ReadingWidth
from icsoe_desktop.gui.kit.tables import Column, RowsTable, tabular_font
from icsoe_desktop.jobs import Progress

LENGTH = 11

ADDED = "Se guardó el registro patronal {registro}."
EDITED = "Se guardaron los cambios del registro patronal {registro}."
NOTHING_TO_SAVE = "No hay cambios que guardar."
REMOVED = "Se eliminó el registro patronal {registro}."
NO_ZONE = "Sin indicar (se revisa con el salario mínimo general)"
AS_LAST = "Como en su última alta"
IMPORT = AskedFile("Elegir el archivo de registros patronales", "registros_patronales", SHEETS)
# .xls as well: the reader explains how to convert it, but a refused drop shows no message.
DROPPED_SUFFIXES = frozenset({".xlsx", ".xlsm", ".xls", ".csv", ".txt"})

NEW = "Registro patronal nuevo"
EDITING = "Modificar el registro patronal {registro}"
NO_WARNINGS = "Sin advertencias"
DROP_IT = "Suelte el archivo para ver qué se importaría; nada se guarda todavía."
REMOVE = (
    "El registro patronal {registro}, de {razon_social}, se eliminará del catálogo. "
    "¿Desea eliminarlo?"
)


def _estado(registro: RegistroPatronalCatalogado) -> str:
    return counted_if_any(len(registro.advertencias), "advertencia", "advertencias") or NO_WARNINGS


def _advertencias(registro: RegistroPatronalCatalogado) -> str:
    return " ".join(registro.advertencias) or NO_WARNINGS


def _zona(registro: RegistroPatronalCatalogado) -> str:
    return Zona(registro.zona).nombre if registro.zona else "Sin indicar"


COLUMNS = (
    Column[RegistroPatronalCatalogado](
        CAMPOS_REGISTRO_PATRONAL.label("registro_patronal"),
        lambda r: r.agrupado,
        sort=lambda r: r.registro_patronal,
        copy=lambda r: r.registro_patronal,
        tabular=True,
        width=118,
    ),
    Column[RegistroPatronalCatalogado](
        CAMPOS_REGISTRO_PATRONAL.label("razon_social"), lambda r: r.razon_social, width=240
    ),
    Column[RegistroPatronalCatalogado](
        CAMPOS_REGISTRO_PATRONAL.label("rfc"), lambda r: r.rfc, tabular=True, width=104
    ),
    Column[RegistroPatronalCatalogado](CAMPOS_REGISTRO_PATRONAL.label("zona"), _zona, width=100),
    Column[RegistroPatronalCatalogado](
        "Estado",
        _estado,
        copy=_advertencias,
        tip=_advertencias,
        state=lambda r: "advertencia" if r.advertencias else "correcto",
    ),
)


class RegistrosPatronalesWindow(FormDialog[Ui_RegistrosPatronalesForm, RegistroPatronalCatalogado]):
    donde = "los datos del registro patronal"

    def __init__(self, context: Context, parent: QWidget | None) -> None:
        super().__init__(
            Ui_RegistrosPatronalesForm(),
            context,
            parent,
            "registro_patronal",
            "razon_social",
            "rfc",
            "guia",
            "umf",
        )
        ReadingWidth(self.form.datos_group, self.form.datos_group_layout2)
        form = self.form
        self._service = context.application.registros_patronales
        self._sesion = context.require_sesion()
        # In the form, as put there; None for a new one.
        self._editing: RegistroPatronalCatalogado | None = None
        self._registros: tuple[RegistroPatronalCatalogado, ...] | None = None  # until read
        self._drawing = False
        self._told = False  # whether the next reading shows what was just said
        self.table = RowsTable(
            form.registros_table, COLUMNS, context.preferences, key=lambda one: one.id
        )
        self.empty = EmptyPage(form.vacia_page, form.vacia_label, "registro_patronal")
        tabular = tabular_font()
        for edit in (form.registro_patronal_edit, form.rfc_edit, form.guia_edit, form.umf_edit):
            edit.setFont(tabular)
        self.combos = {
            "zona": form.zona_combo,
            "tipo_trabajador": form.tipo_trabajador_combo,
            "tipo_salario": form.tipo_salario_combo,
            "jornada": form.jornada_combo,
        }
        kinds: tuple[Iterable[Any], ...] = (Zona, TipoTrabajador, TipoSalario, Jornada)
        for combo, kind in zip(self.combos.values(), kinds, strict=True):
            combo.addItem(NO_ZONE if kind is Zona else AS_LAST, "")
            for one in kind:
                combo.addItem(one.nombre, one.value)
        Drops(
            self,
            lambda paths: self.import_file(paths[0]),
            one=True,
            may=lambda: not self.busy,
            suffixes=DROPPED_SUFFIXES,
            hint=DROP_IT,
            said=lambda text: self.say(text, "hint"),
        )
        self._connect()
        self._draw()
        self.keep()
        self.fields.say()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.form.registro_patronal_edit.setFocus()

    def discard(self) -> None:
        self._edit(self._editing)

    def typed(self) -> dict[str, str]:
        chosen = {name: combo.currentData() for name, combo in self.combos.items()}
        return {**self.fields.texts(), **chosen}

    def check(self) -> dict[str, str]:
        return dict(check(**self.typed()).problemas)

    def warn(self, left: Set[str]) -> dict[str, str]:
        """For fields that were left or are complete."""
        typed = self.typed()
        complete = len(compact(typed["registro_patronal"])) == LENGTH
        told = left | {"rfc"} | ({"registro_patronal"} if complete else set())
        found = check(**typed).advertencias
        return {campo: text for campo, text in found.items() if campo in told}

    def save(self) -> None:
        if self._editing is not None and not self.unsaved:
            self.say(NOTHING_TO_SAVE)
        else:
            super().save()

    def work(self) -> Callable[[Progress], RegistroPatronalCatalogado]:
        service, sesion, editing, typed = self._service, self._sesion, self._editing, self.typed()
        self.say("")
        if editing is None:
            return lambda _progress: service.add(sesion, **typed)
        return lambda _progress: service.edit(sesion, editing.id, **typed, visto=editing)

    def on_saved(self, registro: RegistroPatronalCatalogado) -> None:
        if self._editing is None:
            self._edit_next(None, ADDED.format(registro=registro.agrupado))
        else:
            self._edit_next(registro, EDITED.format(registro=registro.agrupado))

    def on_overtaken(self, visto: RegistroPatronalCatalogado) -> None:
        self._editing, self.seen = visto, _values(visto)
        self.refresh()

    def set_busy(self, busy: bool) -> None:
        super().set_busy(busy)
        for combo in self.combos.values():
            combo.setEnabled(not busy)
        self._draw()

    def refresh(self) -> None:
        """Read the catalogue again; the user's input stays."""
        self.context.ask(self, lambda _progress: self._service.all(self._sesion), self._on_loaded)

    def event(self, event: QEvent) -> bool:
        """An import may have been undone in another window."""
        if event.type() in (QEvent.Type.Show, QEvent.Type.WindowActivate) and self._registros:
            self.refresh()
        return super().event(event)

    def import_file(self, path: Path) -> None:
        """Show a preview of importing the file."""
        presenter = ImportacionRegistrosPresenter(
            self._service, self.context.jobs, self._sesion, path
        )
        presenter.imported.connect(self._tell)
        dialog = ImportacionRegistrosDialog(presenter, self.context, self)
        open_remembered(dialog, self.context.preferences)

    def _connect(self) -> None:
        form = self.form
        form.nuevo_button.clicked.connect(self._start_new)
        form.agregar_button.clicked.connect(self._start_new)
        form.eliminar_button.clicked.connect(self._ask_to_remove)
        form.importar_button.clicked.connect(self._choose_file)
        form.importar_vacia_button.clicked.connect(self._choose_file)
        self.fields.edited.connect(lambda _name: self.say(""))
        for combo in self.combos.values():
            combo.activated.connect(lambda _at: self.say(""))
        self.table.view.selectionModel().selectionChanged.connect(self._on_selected)
        QShortcut(QKeySequence.StandardKey.New, self, self._start_new)
        QShortcut(QKeySequence.StandardKey.Refresh, self, self.refresh)
        on_key(self.table.view, QKeySequence.StandardKey.Delete, self._ask_to_remove)
        self.context.shell.data_arrived.connect(self.refresh)
        QTimer.singleShot(0, self, self.refresh)

    def _start_new(self) -> None:
        self._choose(None)

    def _on_selected(self) -> None:
        if self._drawing:
            return
        chosen, editing = self.table.selected_rows(), self._editing
        if len(chosen) == 1 and (editing is None or chosen[0].id != editing.id):
            self._choose(chosen[0])

    def _choose(self, chosen: RegistroPatronalCatalogado | None) -> None:
        if not self.busy:
            self.unless_unsaved(lambda: self._edit(chosen), self._select_editing)

    def _edit(self, registro: RegistroPatronalCatalogado | None) -> None:
        """Put its present version in the form; None clears the form for a new one."""
        if registro is not None:
            listed = (one for one in self._registros or () if one.id == registro.id)
            registro = next(listed, registro)
        self.say("")
        self._editing = registro
        self._fill()
        self._draw()

    def _fill(self) -> None:
        values = _values(self._editing)
        for name, combo in self.combos.items():
            combo.setCurrentIndex(max(combo.findData(values[name]), 0))
        self.fields.fill(values, known=self._editing is not None)
        self.keep()
        if self._editing is None:
            self.form.registro_patronal_edit.setFocus()

    def _edit_next(self, editing: RegistroPatronalCatalogado | None, message: str) -> None:
        self._editing = editing
        self._fill()
        self._tell(message)

    def _ask_to_remove(self) -> None:
        registro = self._editing
        if registro is None or self.busy:
            return
        confirm(
            self,
            REMOVE.format(registro=registro.agrupado, razon_social=registro.razon_social),
            "&Eliminar",
            then=lambda: self._remove(registro),
            destructive=True,
        )

    def _remove(self, registro: RegistroPatronalCatalogado) -> None:
        def removed(_none: None) -> None:
            self.set_busy(False)
            self._edit_next(None, REMOVED.format(registro=registro.agrupado))

        self.set_busy(True)
        self.say("")
        self.context.ask(
            self,
            lambda _progress: self._service.remove(self._sesion, registro.id),
            removed,
            self._on_not_saved,
        )

    def _choose_file(self) -> None:
        choose_file(self, IMPORT, self.context.preferences, self.import_file)

    def _tell(self, done: str) -> None:
        self.say(done)
        self._told = True
        self.refresh()

    def _on_loaded(self, registros: tuple[RegistroPatronalCatalogado, ...]) -> None:
        if not self._told and self._registros not in (None, registros):
            self.say("")  # changed elsewhere: an import that was said may be undone
        self._told = False
        before, self._registros = self._editing, registros
        now = next((r for r in registros if before and r.id == before.id), None)
        self._drawing = True
        self.table.set_rows(registros)
        self._drawing = False
        # With changes, the version that the edit began with stays: saving compares with it.
        if not self.unsaved:
            self._editing = now
            if before != now:
                self._fill()
        elif now is None:
            self._editing, self.seen = None, _values(None)
        self._draw()

    def _select_editing(self) -> None:
        self._drawing = True
        if self._editing is None:
            self.table.view.clearSelection()
        elif [one.id for one in self.table.selected_rows()] != [self._editing.id]:
            self.table.select(self._editing)
        self._drawing = False

    def _draw(self) -> None:
        form, editing = self.form, self._editing
        form.datos_group.setTitle(
            EDITING.format(registro=editing.agrupado) if editing is not None else NEW
        )
        empty = self._registros == ()
        form.lista_stack.setCurrentWidget(form.vacia_page if empty else form.tabla_page)
        for beside in (form.registros_label, form.importar_button, form.eliminar_button):
            beside.setVisible(not empty)
        self._select_editing()
        form.eliminar_button.setEnabled(editing is not None and not self.busy)
        for button in (form.importar_button, form.importar_vacia_button, form.agregar_button):
            button.setEnabled(not self.busy)


def _values(registro: RegistroPatronalCatalogado | None) -> dict[str, str]:
    names = CAMPOS_REGISTRO_PATRONAL.names(Place.FORM)
    return {name: getattr(registro, name) if registro is not None else "" for name in names}


def create(context: Context, parent: QWidget | None) -> QWidget:
    return RegistrosPatronalesWindow(context, parent)
