"""Differences of a confronta as the salaries that change: like the rows of a sheet."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from icsoe_desktop.domain.confronta.diferencias import Diferencia
from icsoe_desktop.domain.salarios.cambios import EntradaSalario
from icsoe_desktop.domain.salarios.razones import Empleo, Plantilla
from icsoe_desktop.domain.valores_legales.valores import pesos
from icsoe_desktop.jobs import empty
from icsoe_desktop.services.confronta.captura import capture_of
from icsoe_desktop.services.salarios.hoja import HojaLeida

WHENCE: Final = "Confrontar"
OTHERWISE: Final = "El IMSS tiene {}, y sus avisos dicen {}."
OF_THE_IMSS: Final = "Su SBC de hoy es el que tiene el IMSS: el programa no tiene avisos suyos."
NO_NAME: Final = (
    "El programa no tiene avisos suyos, y su nombre no se puede separar en apellidos y nombre. "
    "Captúrelo."
)
LEFT: Final = "Tiene baja del {:%d/%m/%Y} en sus avisos."


def changes_of(differences: Iterable[Diferencia], plantilla: Plantilla) -> HojaLeida:
    """The SBC of the payroll from its day on, for those of the kinds in DE_SALARIO."""
    known = {one.clave: one for one in plantilla.empleos if one.sbc is not None}
    entradas: dict[tuple[str, str], EntradaSalario] = {}
    new: list[Empleo] = []
    for one in differences:
        clave = one.nss, one.registro_patronal
        here = known.get(clave)
        day = date.fromordinal(one.dia) if one.dia else None
        entrada = EntradaSalario(sbc=one.sbc_nomina, fecha=day)
        if here is None:
            new.append(_unknown(one, plantilla.bajas.get(clave)))
        elif here.sbc != one.sbc_imss:
            nota = OTHERWISE.format(pesos(one.sbc_imss or 0), pesos(here.sbc or 0))
            # A notice that says the new SBC already did not reach the IMSS: it is wanted again.
            again = True if here.sbc == one.sbc_nomina else None
            entrada = entrada._replace(nota=nota, elegido=again)
        entradas[clave] = entrada
    empty(known)
    return HojaLeida(WHENCE, len(entradas), entradas, tuple(new))


def _unknown(one: Diferencia, baja: date | None) -> Empleo:
    captura = capture_of(one)
    sbc, nota = one.sbc_imss, OF_THE_IMSS
    if baja is not None:
        sbc, nota = None, LEFT.format(baja)
    elif captura is None or not captura.nombres:
        sbc, nota = None, NO_NAME
    if captura is None or sbc is None:
        return Empleo(one.nss, one.registro_patronal, "", "", "", "", None, nota=nota)
    return Empleo(
        one.nss, captura.registro_patronal, captura.primer_apellido, captura.segundo_apellido,
        captura.nombres, captura.curp, sbc, nota=nota,
    )  # fmt: skip
